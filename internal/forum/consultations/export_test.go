package consultations

import (
	"plenary/internal/forum/documents"
	"plenary/internal/solve/anchors"
)

// TakeMailAt gives the service addresses for comments by mail.
func (s *Service) TakeMailAt(host string) { s.cfg.MailHost = host }

// FindQuote and PairSentences are tested as they are.
func FindQuote(paras []anchors.Para, para, quote string) (string, int, int, string) {
	return findQuote(paras, para, quote)
}

func PairSentences(a, b documents.Revision) []Change { return pairSentences(a, b) }
