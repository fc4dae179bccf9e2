package ledger_test

import "plenary/internal/forum/documents"

func revise(version int64, list []documents.Paragraph) documents.Revise {
	return documents.Revise{BasedOn: version, Paragraphs: list}
}
