package consultations

import (
	"context"
	"fmt"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/platform/record"
	"plenary/internal/solve/anchors"
)

// linkRow is a comment with a change that it led to, or with where it stood.
type linkRow struct {
	Ref         string       `bun:"ref"`
	Number      int          `bun:"number"`
	Disposition string       `bun:"disposition"`
	Published   core.Instant `bun:"published"`
	State       string       `bun:"state"`
	Revision    int          `bun:"revision"`
	Para        string       `bun:"para"`
	Sentence    int          `bun:"sentence"`
	From        int          `bun:"from_rune"`
	To          int          `bun:"to_rune"`
	Lang        string       `bun:"anchor_lang"` // in which from and to count
	Result      string       `bun:"result"`
}

func (l linkRow) comment(named bool) ChangeComment {
	c := Consultation{Ref: l.Ref}
	return ChangeComment{Ref: l.Ref, Number: l.Number, Disposition: l.Disposition, Path: c.CommentPath(l.Number), Named: named}
}

// wide tells whether a comment stands at a paragraph as a whole, as far as sentences can
// tell: words of a translation cannot be found among those of the original.
func (l linkRow) wide(r documents.Revision) bool {
	p, ok := r.Paragraph(l.Para)
	return l.To == 0 || ok && l.Lang != p.Text.Orig && p.Text.By[l.Lang] != ""
}

// Changes gives each sentence that differs between two published revisions of a document
// with the comments that led to it: those whose disposition names the change, and those
// that were accepted and stood at the words that changed. Anybody may call who may see
// the document; what is only drafted does not count. The number of queries does not
// depend on how many comments there are.
func (s *Service) Changes(ctx context.Context, a core.Actor, doc core.ID, from, to int) ([]Change, error) {
	d, err := s.docs.See(ctx, a, doc)
	if err != nil {
		return nil, err
	}
	t, err := s.readTexts(ctx, s.rec.DB.Read, doc)
	if err != nil {
		return nil, err
	}
	was, ok1 := t.revs[from]
	is, ok2 := t.revs[to]
	if !ok1 || !ok2 || from >= to || to > d.Published {
		return nil, core.NotFound()
	}
	return s.changes(ctx, doc, was, is)
}

func (s *Service) changes(ctx context.Context, doc core.ID, was, is documents.Revision) ([]Change, error) {
	list := PairSentences(was, is)
	var named []linkRow
	if err := s.rec.DB.Read.NewRaw(`SELECT cs.ref, co.number, co.disposition, co.disposition_published AS published, co.state, cc.revision, cc.para, cc.sentence
		FROM comment_changes AS cc JOIN comments AS co ON co.id = cc.comment JOIN consultations AS cs ON cs.id = co.consultation
		WHERE cs.document = ? AND cc.revision > ? AND cc.revision <= ? AND co.disposition_published IS NOT NULL AND co.state <> 'withdrawn'
		ORDER BY cs.ref, co.number`, doc, was.Number, is.Number).Scan(ctx, &named); err != nil {
		return nil, fmt.Errorf("load changes: %w", err)
	}
	var stood []linkRow
	if err := s.rec.DB.Read.NewRaw(`SELECT cs.ref, co.number, co.disposition, co.disposition_published AS published, co.state, co.anchor_lang, cp.para, cp.from_rune, cp.to_rune, cp.result
		FROM comments AS co JOIN consultations AS cs ON cs.id = co.consultation JOIN comment_places AS cp ON cp.comment = co.id AND cp.revision = ?
		WHERE cs.document = ? AND co.revision < ? AND co.disposition IN ('accepted', 'in-part') AND co.disposition_published IS NOT NULL AND co.state <> 'withdrawn'
		AND cp.para <> '' AND NOT EXISTS (SELECT 1 FROM comment_changes AS cc WHERE cc.comment = co.id)
		ORDER BY cs.ref, co.number`, was.Number, doc, is.Number).Scan(ctx, &stood); err != nil {
		return nil, fmt.Errorf("load places: %w", err)
	}
	var own []struct {
		Para     string    `bun:"para"`
		Sentence int       `bun:"sentence"`
		Reason   core.Text `bun:"reason"`
	}
	if err := s.rec.DB.Read.NewRaw("SELECT para, sentence, reason FROM own_changes WHERE document = ? AND revision = ?", doc, is.Number).Scan(ctx, &own); err != nil {
		return nil, fmt.Errorf("load reasons: %w", err)
	}
	for i := range list {
		c := &list[i]
		c.Comments = []ChangeComment{}
		for _, l := range named {
			if l.Para == c.Para && (l.Sentence == 0 || l.Revision != is.Number || l.Sentence == c.Sentence || c.Sentence == 0) {
				c.Comments = append(c.Comments, l.comment(true))
			}
		}
		for _, l := range stood {
			at := c.WasPara
			if at == "" {
				at = c.Para
			}
			if l.Para == at && l.Result != string(anchors.Orphaned) && (l.wide(was) || c.Was > 0 && l.From < c.to && l.To > c.from) {
				c.Comments = append(c.Comments, l.comment(false))
			}
		}
		for _, o := range own {
			if o.Para == c.Para && o.Sentence == c.Sentence {
				c.Own = o.Reason
			}
		}
	}
	return list, nil
}

// LinkInput ties a change to a comment, or says why the drafters made it themselves.
type LinkInput struct {
	Revision int       `form:"revision" ui:"hidden" json:"revision"`
	Para     string    `form:"para" ui:"hidden" json:"paragraph"`
	Sentence int       `form:"sentence" ui:"hidden" json:"sentence"`
	Comment  int       `form:"comment" ui:"number" json:"comment,omitempty"`
	Reason   core.Text `form:"reason" ui:"area" max:"2000" json:"reason,omitzero"`
}

// Link ties a changed sentence of a published revision to a comment of the consultation,
// or keeps the drafters' reason for it. Whoever runs the consultation may. Event:
// consultation.change_explained.
func (s *Service) Link(ctx context.Context, a core.Actor, ref string, in LinkInput) error {
	return s.edit(ctx, a, ref, "run", func(ctx context.Context, tx *record.Tx, c *Consultation) error {
		p := core.Validate(in)
		in.Reason = in.Reason.Clean()
		if in.Comment == 0 && in.Reason.IsZero() {
			p.Add("comment", "consultations.error.link")
		}
		if err := p.Err(); err != nil {
			return err
		}
		t, err := s.textsTx(ctx, tx, c.Document)
		if err != nil {
			return err
		}
		rev, ok := t.revs[in.Revision]
		_, known := rev.Paragraph(in.Para)
		for _, r := range t.revs { // one that was taken away is known to an earlier revision
			if _, was := r.Paragraph(in.Para); was && r.Number < in.Revision {
				known = true
			}
		}
		if !ok || !known || in.Sentence < 0 {
			return core.NotFound()
		}
		told := 0 // an answer that is only drafted is not told
		if in.Comment > 0 {
			co, err := loadNumber(ctx, tx, *c, in.Comment)
			if core.KindOf(err) == core.KindNotFound || err == nil && (co.State == Withdrawn || co.Revision >= in.Revision || !slices.Contains([]string{Accepted, InPart}, co.Disposition)) {
				p.Add("comment", "consultations.error.link_comment")
				return p.Err()
			}
			if err != nil {
				return err
			}
			row := ChangeLink{Comment: co.ID, Revision: in.Revision, Para: in.Para, Sentence: in.Sentence}
			if _, err := tx.NewInsert().Model(&row).On("CONFLICT DO NOTHING").Exec(ctx); err != nil {
				return fmt.Errorf("link change: %w", err)
			}
			if co.Public() {
				told = co.Number
			}
		}
		if !in.Reason.IsZero() {
			if _, err := tx.NewRaw(`INSERT INTO own_changes (document, revision, para, sentence, reason) VALUES (?, ?, ?, ?, ?)
				ON CONFLICT (document, revision, para, sentence) DO UPDATE SET reason = EXCLUDED.reason`,
				c.Document, in.Revision, in.Para, in.Sentence, in.Reason).Exec(ctx); err != nil {
				return fmt.Errorf("keep reason: %w", err)
			}
		}
		tx.Append("consultation.change_explained", c.ID, c.Scope, record.Public, record.Data{
			"label": c.Title, "ref": c.Ref, "revision": in.Revision, "paragraph": in.Para, "sentence": in.Sentence, "comment": told, "reason": in.Reason,
		})
		return nil
	})
}
