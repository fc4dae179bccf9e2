package consultations

import (
	"context"
	"fmt"

	"plenary/internal/core"
)

// Check looks for what should not be: comments without a place in a published version,
// places and changes at paragraphs that no version has, duplicates of nothing, answered
// reviews in which a comment lacks its answer. It is for who runs the program.
func (s *Service) Check(ctx context.Context) ([]core.Flaw, error) {
	var out []core.Flaw
	for _, q := range []struct{ code, text, sql string }{
		{
			"comment-unplaced", "has no place in a published version of its text",
			`SELECT co.id, cs.ref, co.number FROM comments AS co JOIN consultations AS cs ON cs.id = co.consultation
			JOIN document_revisions AS r ON r.document = cs.document AND r.state = 'published'
			WHERE NOT EXISTS (SELECT 1 FROM comment_places AS cp WHERE cp.comment = co.id AND cp.revision = r.number)`,
		},
		{
			"comment-place-lost", "is placed at a paragraph that the version does not have",
			`SELECT co.id, cs.ref, co.number FROM comment_places AS cp JOIN comments AS co ON co.id = cp.comment JOIN consultations AS cs ON cs.id = co.consultation
			JOIN document_revisions AS r ON r.document = cs.document AND r.number = cp.revision
			WHERE cp.para <> '' AND NOT EXISTS (SELECT 1 FROM document_paragraphs AS p WHERE p.revision = r.id AND p.para = cp.para)`,
		},
		{
			"comment-change-lost", "names a change in a paragraph that no version of the text has",
			`SELECT co.id, cs.ref, co.number FROM comment_changes AS cc JOIN comments AS co ON co.id = cc.comment JOIN consultations AS cs ON cs.id = co.consultation
			WHERE co.disposition_published IS NOT NULL AND NOT EXISTS (SELECT 1 FROM document_paragraphs AS p
			JOIN document_revisions AS r ON r.id = p.revision WHERE r.document = cs.document AND p.para = cc.para)`,
		},
		{
			"comment-duplicate-of-nothing", "is said to be a duplicate of a comment that is not there",
			`SELECT co.id, cs.ref, co.number FROM comments AS co JOIN consultations AS cs ON cs.id = co.consultation
			WHERE co.disposition = 'duplicate' AND NOT EXISTS (SELECT 1 FROM comments AS o WHERE o.consultation = co.consultation AND o.number = co.duplicate_of)`,
		},
		{
			"comment-unanswered", "has no published answer although its review has ended",
			`SELECT co.id, cs.ref, co.number FROM comments AS co JOIN consultations AS cs ON cs.id = co.consultation
			WHERE cs.ended IS NOT NULL AND co.state <> 'withdrawn' AND co.disposition_published IS NULL`,
		},
	} {
		var rows []struct {
			ID     core.ID `bun:"id"`
			Ref    string  `bun:"ref"`
			Number int     `bun:"number"`
		}
		if err := s.rec.DB.Read.NewRaw(q.sql+" ORDER BY 2, 3 LIMIT 1000").Scan(ctx, &rows); err != nil {
			return nil, fmt.Errorf("check comments: %w", err)
		}
		for _, r := range rows {
			c := Consultation{Ref: r.Ref}
			out = append(out, core.Flaw{Code: q.code, Subject: r.ID, Where: c.CommentPath(r.Number), Text: fmt.Sprintf("Comment %d of %s %s.", r.Number, r.Ref, q.text)})
		}
	}
	return out, nil
}
