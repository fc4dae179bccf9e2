package ledger

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/messages"
	"plenary/internal/forum/programme"
)

// Kinds of things that the ledger ties together.
const (
	ThingParagraph  = "paragraph"  // documents.ParaRef: a paragraph, or a document as a whole
	ThingSession    = "session"    // an id
	ThingReference  = "reference"  // a document of others, an id
	ThingCommitment = "commitment" // an id
)

// Thing names something of the record.
type Thing struct {
	Kind    string `json:"kind" enum:"paragraph,session,reference,commitment"`
	Ref     string `json:"ref"`
	Segment string `json:"segment,omitempty"` // moment of a session
}

// at puts an error about an input to its field.
func at(field string, err error) error {
	if e, ok := errors.AsType[*core.Error](err); ok && e.Kind == core.KindInvalid && len(e.Fields) == 0 {
		var p core.Problems
		p.Add(field, e.Key, e.Args...)
		return p.Err()
	}
	return err
}

// address is what was pasted, taken apart: a path without language, and what stands
// behind the "#".
func (s *Service) address(where string) (parts []string, fragment string, ok bool) {
	where = strings.TrimSpace(where)
	if rest, cut := strings.CutPrefix(where, s.BaseURL); cut && s.BaseURL != "" {
		where = rest
	}
	u, err := url.Parse(where)
	if err != nil || u.Host != "" || u.Scheme != "" || len(where) > 500 {
		return nil, "", false
	}
	for _, p := range strings.Split(u.Path, "/") {
		if p != "" {
			parts = append(parts, p)
		}
	}
	if len(parts) > 1 && slices.Contains(core.Langs, parts[0]) {
		parts = parts[1:]
	}
	return parts, u.Fragment, len(parts) > 0
}

// Find tells what an address of this forum, or a permanent name of a paragraph, is
// about: a person pastes what she sees in her browser. Errors: Invalid
// (ledger.error.address) where nothing is there that the actor may see.
func (s *Service) Find(ctx context.Context, a core.Actor, where string) (Thing, error) {
	none := core.Invalid("ledger.error.address")
	parts, fragment, ok := s.address(where)
	if !ok {
		return Thing{}, none
	}
	t, err := s.find(ctx, a, parts, fragment)
	if core.KindOf(err) == core.KindNotFound && err != nil {
		return Thing{}, none
	}
	if err != nil {
		return Thing{}, err
	}
	if t.Ref == "" {
		return Thing{}, none
	}
	if t.Kind != ThingParagraph {
		return t, nil
	}
	// What is cited is public, and the paragraph is in it.
	doc, para := documents.ReadParaRef(t.Ref)
	_, rev, err := s.Documents.SeeRevision(ctx, a, doc, 0)
	if core.KindOf(err) == core.KindNotFound && err != nil {
		return Thing{}, none
	}
	if err != nil {
		return Thing{}, err
	}
	if _, there := rev.Paragraph(para); para != "" && !there {
		return Thing{}, none
	}
	return t, nil
}

func (s *Service) find(ctx context.Context, a core.Actor, parts []string, fragment string) (Thing, error) {
	paragraph := func(doc core.ID, para string) Thing {
		return Thing{Kind: ThingParagraph, Ref: documents.ParaRef(doc, para)}
	}
	last := parts[len(parts)-1]
	switch {
	case len(parts) == 1 && core.ID(parts[0]).Valid():
		return paragraph(core.ID(parts[0]), fragment), nil
	case parts[0] == "documents" && len(parts) > 1:
		return paragraph(core.ID(parts[1]), fragment), nil
	case parts[0] == "references" && len(parts) == 2:
		r, err := s.Reference(ctx, a, core.ID(last))
		return Thing{Kind: ThingReference, Ref: string(r.ID)}, err
	case parts[0] == "ledger" && len(parts) == 2:
		c, err := s.Call(ctx, a, core.ID(last))
		if err != nil {
			return Thing{}, err
		}
		return Thing{Kind: ThingParagraph, Ref: c.Ref}, nil
	case parts[0] == "commitments" && len(parts) == 2:
		c, err := s.Commitment(ctx, a, core.ID(last))
		return Thing{Kind: ThingCommitment, Ref: string(c.ID)}, err
	case parts[0] == "papers" && len(parts) > 1:
		docs, err := s.Documents.Of(ctx, FromPaper, core.ID(parts[1]))
		if err != nil || len(docs[core.ID(parts[1])]) == 0 {
			return Thing{}, err
		}
		return paragraph(docs[core.ID(parts[1])][0].ID, fragment), nil
	case parts[0][0] >= '0' && parts[0][0] <= '9' && len(parts) > 1:
		return s.findIn(ctx, a, parts, fragment, paragraph)
	}
	return Thing{}, core.NotFound()
}

// findIn reads addresses below an edition.
func (s *Service) findIn(ctx context.Context, a core.Actor, parts []string, fragment string, paragraph func(core.ID, string) Thing) (Thing, error) {
	set, err := s.Editions.Setting(ctx, a, parts[0])
	if err != nil {
		return Thing{}, err
	}
	if parts[1] == "messages" {
		docs, err := s.Documents.Of(ctx, FromMessage, set.ID)
		if err != nil || len(docs[set.ID]) == 0 {
			return Thing{}, err
		}
		doc := docs[set.ID][0].ID
		number := ""
		if len(parts) > 2 {
			number = parts[2]
		} else if n, cut := strings.CutPrefix(fragment, "m"); cut {
			number = n
		}
		if number == "" {
			return paragraph(doc, fragment), nil
		}
		para, err := s.messageParagraph(ctx, doc, number)
		if err != nil || para == "" {
			return Thing{}, err
		}
		return paragraph(doc, para), nil
	}
	ses, err := s.Programme.Session(ctx, a, set, parts[1])
	if err != nil {
		return Thing{}, err
	}
	below := ""
	if len(parts) > 2 {
		below = parts[2]
	}
	switch below {
	case "report":
		list, err := s.Reports.OfSession(ctx, ses.ID)
		if err != nil {
			return Thing{}, err
		}
		for _, r := range list {
			if para, full := strings.CutPrefix(fragment, "full-"); (r.Kind == "full") == full {
				return paragraph(r.Document, para), nil
			}
		}
		return Thing{}, core.NotFound()
	case "transcript":
		return s.moment(ctx, a, ses, fragment)
	}
	return Thing{Kind: ThingSession, Ref: string(ses.ID)}, nil
}

// messageParagraph is the paragraph of a Message's permanent number.
func (s *Service) messageParagraph(ctx context.Context, doc core.ID, number string) (string, error) {
	n, err := strconv.Atoi(number)
	if err != nil {
		return "", nil //nolint:nilerr // it is no number: nothing is found
	}
	revs, err := s.Documents.Published(ctx, doc)
	if err != nil {
		return "", err
	}
	for _, p := range revs[doc].Paragraphs {
		if messageNumber(p) == n {
			return p.ID, nil
		}
	}
	return "", nil
}

// messageNumber is the permanent number of a paragraph that is a Message; 0 for others.
func messageNumber(p documents.Paragraph) int {
	n, _ := strconv.Atoi(messages.Number(p)) // "" is no number
	return n
}

// moment finds the segment that is said at a time: #t=00:41:07.
func (s *Service) moment(ctx context.Context, a core.Actor, ses *programme.Session, fragment string) (Thing, error) {
	t := Thing{Kind: ThingSession, Ref: string(ses.ID)}
	clock, ok := strings.CutPrefix(fragment, "t=")
	if !ok || s.moments.At == nil {
		return t, nil
	}
	m, found, err := s.moments.At(ctx, a, ses.ID, clock)
	if err != nil {
		return t, err
	}
	if found {
		t.Segment = string(m.ID)
	}
	return t, nil
}
