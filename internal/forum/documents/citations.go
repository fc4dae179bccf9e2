package documents

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// Citation is a place in a published text that rests on something.
type Citation struct {
	Document  Document
	Revision  int    // the newest published one
	Para      string // "p7"
	Text      core.Text
	Statement string // the sentence in its original language; the whole text where no sentence is meant
	Source    Source
}

type citationRow struct {
	sourceRow

	Document core.ID   `bun:"document,scanonly"`
	Number   int       `bun:"number,scanonly"`
	Body     core.Text `bun:"body,scanonly"`
	Attrs    Attrs     `bun:"attrs,scanonly"`
}

// SourcesTo finds the places in the present published texts that cite any of the refs
// of one kind: where a takeaway, a session or a paragraph has led. Older revisions and
// drafts are not asked. Two queries.
func (s *Service) SourcesTo(ctx context.Context, kind string, refs []string) ([]Citation, error) {
	if len(refs) == 0 {
		return nil, nil
	}
	var rows []citationRow
	err := s.rec.DB.Read.NewSelect().Model((*sourceRow)(nil)).
		ColumnExpr("s.revision, s.para, s.position, s.sentence, s.kind, s.ref, s.ref_revision, s.note").
		ColumnExpr("r.document AS document, r.number AS number, p.body AS body, p.attrs AS attrs").
		Join("JOIN document_revisions AS r ON r.id = s.revision").
		Join("JOIN documents AS d ON d.id = r.document AND d.published_revision = r.number").
		Join("JOIN document_paragraphs AS p ON p.revision = s.revision AND p.para = s.para").
		Where("s.kind = ? AND s.ref IN (?)", kind, bun.List(refs)).
		OrderExpr("d.published_at DESC, d.id, p.position, s.position").Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read citations: %w", err)
	}
	ids := make([]core.ID, 0, len(rows))
	for _, r := range rows {
		ids = append(ids, r.Document)
	}
	docs, err := loadDocuments(ctx, s.rec.DB.Read, ids)
	if err != nil {
		return nil, err
	}
	out := make([]Citation, 0, len(rows))
	for _, r := range rows {
		c := Citation{Document: docs[r.Document], Revision: r.Number, Para: r.Para, Text: r.Body, Source: r.source(), Statement: r.Body.String()}
		c.Document.Head = c.Document.Published // what cites is public; that it is being revised is not
		if list := (Paragraph{Text: r.Body, Attrs: r.Attrs}).Sentences(); r.Sentence > 0 && r.Sentence <= len(list) {
			c.Statement = list[r.Sentence-1]
		}
		out = append(out, c)
	}
	return out, nil
}
