package consultations

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// DisposeInput is what becomes of a comment.
type DisposeInput struct {
	Version     int64         `form:"version" ui:"hidden" json:"version"`
	Disposition string        `form:"disposition" ui:"radio" required:"1" json:"disposition"`
	DuplicateOf int           `form:"duplicate_of" ui:"number" json:"duplicate_of,omitempty"`
	Preset      string        `form:"preset" ui:"select" json:"-"`
	Reason      core.Text     `form:"reason" ui:"area" max:"4000" json:"reason"`
	Keep        bool          `form:"keep" ui:"check" json:"-"` // the reason, for other comments
	Changes     []ChangeInput `form:"changes" ui:"rows" json:"changes,omitempty"`
	Assignee    string        `form:"assignee" ui:"select" json:"-"`
	Publish     bool          `form:"publish" ui:"check" json:"publish,omitempty"`
}

// ChangeInput names what a comment changed: a revision, a paragraph, perhaps a sentence.
type ChangeInput struct {
	Revision int    `form:"revision" ui:"number" json:"revision"`
	Para     string `form:"para" ui:"text" max:"12" json:"paragraph"`
	Sentence int    `form:"sentence" ui:"number" json:"sentence,omitempty"`
}

// Dispose writes the disposition of a comment, as a draft that only those who run the
// consultation see, or published at once. A published one may be changed; it is told
// again. Event: comment.disposed (public) or comment.disposition_drafted (internal).
// Errors: KindInvalid (a disposition needs a reason, a duplicate the number of the other
// comment, a change a paragraph that is there), KindStale.
func (s *Service) Dispose(ctx context.Context, a core.Actor, ref string, n int, in DisposeInput) error {
	return s.edit(ctx, a, ref, "dispose", func(ctx context.Context, tx *record.Tx, c *Consultation) error {
		return s.DisposeTx(ctx, tx, c, n, in)
	})
}

// DisposeTx is Dispose inside an act whose caller has asked the policy; it leaves mails
// and counts to edit.
func (s *Service) DisposeTx(ctx context.Context, tx *record.Tx, c *Consultation, n int, in DisposeInput) error {
	co, err := loadNumber(ctx, tx, *c, n)
	if err != nil {
		return err
	}
	if co.State == Withdrawn {
		return core.Conflict("consultations.error.withdrawn")
	}
	if in.Version != 0 && in.Version != co.Version {
		return core.Stale(s.DisposeInputOf(co))
	}
	if err := s.checkDisposition(ctx, tx, *c, co, &in); err != nil {
		return err
	}
	if err := s.writeChanges(ctx, tx, *c, co, in); err != nil {
		return err
	}
	before := co
	co.Disposition, co.Reason, co.DuplicateOf, co.Assignee = in.Disposition, in.Reason, in.DuplicateOf, core.ID(in.Assignee)
	co.DisposedBy, co.Disposed = tx.Actor.Person, tx.Now
	if in.Publish || co.Public() {
		co.Published = tx.Now
	}
	if stale, err := saveComment(ctx, tx, &co); err != nil || stale {
		return record.StaleOr(err, s.DisposeInputOf(before))
	}
	if in.Keep && !in.Reason.IsZero() {
		if _, err := tx.NewRaw("INSERT INTO disposition_reasons (id, consultation, reason) VALUES (?, ?, ?)", tx.NewID(), c.ID, in.Reason).Exec(ctx); err != nil {
			return fmt.Errorf("keep reason: %w", err)
		}
	}
	if !co.Public() {
		tx.Append("comment.disposition_drafted", co.ID, c.Scope, record.Internal,
			record.Data{"label": c.Title, "ref": c.Ref, "number": n, "disposition": co.Disposition})
		return nil
	}
	return s.published(ctx, tx, c, []Comment{co})
}

// published tells the record and the authors that dispositions are out.
func (s *Service) published(ctx context.Context, tx *record.Tx, c *Consultation, list []Comment) error {
	ids := make([]core.ID, len(list))
	for i, co := range list {
		ids[i] = co.ID
		tx.Append("comment.disposed", co.ID, c.Scope, record.Public,
			record.Data{"label": c.Title, "ref": c.Ref, "number": co.Number, "disposition": co.Disposition, "reason": co.Reason})
	}
	for part := range slices.Chunk(ids, atOnce) {
		if _, err := tx.NewUpdate().Model((*Comment)(nil)).Set("told = FALSE").Where("id IN (?)", bun.List(part)).Exec(ctx); err != nil {
			return fmt.Errorf("note authors to be told: %w", err)
		}
	}
	if err := recount(ctx, tx, c); err != nil {
		return err
	}
	return s.tellDispositions(ctx, tx, *c)
}

// DisposeInputOf is a comment as the form of its disposition shows it.
func (s *Service) DisposeInputOf(co Comment) DisposeInput {
	in := DisposeInput{
		Version: co.Version, Disposition: co.Disposition, DuplicateOf: co.DuplicateOf, Reason: co.Reason,
		Assignee: string(co.Assignee), Publish: co.Public(),
	}
	for _, l := range co.Changes {
		in.Changes = append(in.Changes, ChangeInput{l.Revision, l.Para, l.Sentence})
	}
	return in
}

func (s *Service) checkDisposition(ctx context.Context, tx *record.Tx, c Consultation, co Comment, in *DisposeInput) error {
	p := core.Validate(*in)
	in.Reason = in.Reason.Clean()
	if in.Preset != "" && in.Reason.IsZero() {
		presets, err := s.reasons(ctx, tx, c)
		if err != nil {
			return err
		}
		for _, x := range presets {
			if string(x.ID) == in.Preset {
				in.Reason = x.Reason
			}
		}
	}
	if !slices.Contains(Dispositions, in.Disposition) && in.Disposition != "" {
		p.Add("disposition", "consultations.error.choose")
	}
	if in.Reason.IsZero() && in.Disposition != Duplicate {
		p.Add("reason", "consultations.error.reason")
	}
	if in.Disposition != Duplicate {
		in.DuplicateOf = 0
	} else if in.DuplicateOf == co.Number || in.DuplicateOf <= 0 {
		p.Add("duplicate_of", "consultations.error.duplicate")
	} else if other, err := loadNumber(ctx, tx, c, in.DuplicateOf); core.KindOf(err) == core.KindNotFound {
		p.Add("duplicate_of", "consultations.error.duplicate")
	} else if err != nil {
		return err
	} else if other.Disposition == Duplicate || other.State == Withdrawn {
		p.Add("duplicate_of", "consultations.error.duplicate_chain")
	}
	if in.Assignee != "" && in.Assignee != string(co.Assignee) {
		ok, err := s.drafts(ctx, c, core.ID(in.Assignee))
		if err != nil {
			return err
		}
		if !ok {
			p.Add("assignee", "consultations.error.choose")
		}
	}
	return p.Err()
}

// writeChanges replaces the changes that a comment led to.
func (s *Service) writeChanges(ctx context.Context, tx *record.Tx, c Consultation, co Comment, in DisposeInput) error {
	if _, err := tx.NewDelete().Model((*ChangeLink)(nil)).Where("comment = ?", co.ID).Exec(ctx); err != nil {
		return fmt.Errorf("clear changes: %w", err)
	}
	var rows []ChangeLink
	var p core.Problems
	if len(in.Changes) > 0 {
		t, err := s.textsTx(ctx, tx, c.Document)
		if err != nil {
			return err
		}
		heads, err := s.docs.HeadTx(ctx, tx, c.Document)
		if err != nil {
			return err
		}
		head := heads[c.Document]
		t.revs[head.Number] = head
		for i, x := range in.Changes {
			if x.Para = strings.TrimSpace(x.Para); x.Para == "" && x.Revision == 0 {
				continue
			}
			if x.Revision == 0 {
				x.Revision = head.Number
			}
			if x.Para != "" && x.Para[0] >= '0' && x.Para[0] <= '9' {
				x.Para = "p" + x.Para
			}
			rev, ok := t.revs[x.Revision]
			para, known := rev.Paragraph(x.Para)
			was, old := t.revs[co.Revision].Paragraph(x.Para) // a paragraph that it took away
			if !known && old {
				para = was
			}
			switch at := core.Row("changes", i); {
			case !ok || x.Revision <= co.Revision:
				p.Add(at+"revision", "consultations.error.change_revision")
			case !known && !old:
				p.Add(at+"para", "consultations.error.para")
			case x.Sentence < 0 || x.Sentence > len(para.Sentences()):
				p.Add(at+"sentence", "consultations.error.sentence")
			default:
				rows = append(rows, ChangeLink{Comment: co.ID, Revision: x.Revision, Para: x.Para, Sentence: x.Sentence})
			}
		}
	}
	if err := p.Err(); err != nil || len(rows) == 0 {
		return err
	}
	if _, err := tx.NewInsert().Model(&rows).On("CONFLICT DO NOTHING").Exec(ctx); err != nil {
		return fmt.Errorf("write changes: %w", err)
	}
	return nil
}

// Reason is one that drafters use again.
type Reason struct {
	ID     core.ID   `bun:"id"`
	Reason core.Text `bun:"reason"`
}

func (s *Service) reasons(ctx context.Context, idb bun.IDB, c Consultation) ([]Reason, error) {
	var out []Reason
	if err := idb.NewRaw("SELECT id, reason FROM disposition_reasons WHERE consultation = ? ORDER BY id", c.ID).Scan(ctx, &out); err != nil {
		return nil, fmt.Errorf("load reasons: %w", err)
	}
	return out, nil
}

// BulkInput does one thing with several comments.
type BulkInput struct {
	Numbers     []int
	Do          string // "duplicate", "assign", "publish"
	DuplicateOf int
	Reason      core.Text
	Assignee    core.ID
}

// Bulk disposes of comments as duplicates of one, assigns them, or publishes what is
// drafted for them, in one act. With no numbers "publish" means all drafts. Whoever runs
// the consultation may.
func (s *Service) Bulk(ctx context.Context, a core.Actor, ref string, in BulkInput) (done int, err error) {
	if len(in.Numbers) == 0 && in.Do != "publish" {
		return 0, core.Invalid("consultations.error.none_ticked")
	}
	err = s.edit(ctx, a, ref, "dispose", func(ctx context.Context, tx *record.Tx, c *Consultation) error {
		q := tx.NewSelect().Where("co.consultation = ? AND co.state <> ?", c.ID, Withdrawn).OrderExpr("co.number")
		if len(in.Numbers) > 0 {
			q = q.Where("co.number IN (?)", bun.List(in.Numbers))
		}
		if in.Do == "publish" {
			q = q.Where("co.disposition <> '' AND co.disposition_published IS NULL")
		}
		var list []Comment
		if err := q.Model(&list).Scan(ctx); err != nil {
			return fmt.Errorf("load comments: %w", err)
		}
		done = len(list)
		ids := make([]core.ID, len(list))
		for i, co := range list {
			ids[i] = co.ID
		}
		switch in.Do {
		case "publish":
			return s.publishAll(ctx, tx, c, list, ids)
		case "assign":
			ok, err := s.drafts(ctx, *c, in.Assignee)
			if err != nil {
				return err
			}
			if !ok && in.Assignee != "" {
				return core.Invalid("consultations.error.choose")
			}
			return update(ctx, tx, ids, "assignee = ?", in.Assignee)
		case "duplicate":
			return s.duplicates(ctx, tx, c, list, ids, in)
		}
		return core.Invalid("error.unreadable")
	})
	return done, err
}

// update sets columns of comments and moves their versions.
func update(ctx context.Context, tx *record.Tx, ids []core.ID, set string, args ...any) error {
	for part := range slices.Chunk(ids, atOnce) {
		if _, err := tx.NewUpdate().Model((*Comment)(nil)).Set(set, args...).Set("version = version + 1").
			Where("id IN (?)", bun.List(part)).Exec(ctx); err != nil {
			return fmt.Errorf("change comments: %w", err)
		}
	}
	return nil
}

func (s *Service) publishAll(ctx context.Context, tx *record.Tx, c *Consultation, list []Comment, ids []core.ID) error {
	if len(list) == 0 {
		return core.Conflict("consultations.error.nothing_drafted")
	}
	if err := update(ctx, tx, ids, "disposition_published = ?", tx.Now); err != nil {
		return err
	}
	return s.published(ctx, tx, c, list)
}

func (s *Service) duplicates(ctx context.Context, tx *record.Tx, c *Consultation, list []Comment, ids []core.ID, in BulkInput) error {
	for _, co := range list {
		if co.Public() {
			return core.Conflict("consultations.error.published_already", "Number", co.Number)
		}
		one := DisposeInput{Disposition: Duplicate, DuplicateOf: in.DuplicateOf, Reason: in.Reason}
		if co.Number == in.DuplicateOf {
			return core.Invalid("consultations.error.duplicate")
		}
		if co.Number == list[0].Number {
			if err := s.checkDisposition(ctx, tx, *c, co, &one); err != nil {
				return err
			}
		}
		tx.Append("comment.disposition_drafted", co.ID, c.Scope, record.Internal,
			record.Data{"label": c.Title, "ref": c.Ref, "number": co.Number, "disposition": Duplicate})
	}
	return update(ctx, tx, ids, "disposition = ?, duplicate_of = ?, reason = ?, disposed_by = ?, disposed = ?",
		Duplicate, in.DuplicateOf, in.Reason.Clean(), tx.Actor.Person, tx.Now)
}

// Say notes what the author says of the disposition of her comment: satisfied, or not and
// why. She may until the date that the consultation names. Event: comment.answered.
func (s *Service) Say(ctx context.Context, a core.Actor, ref string, n int, word, why string) error {
	return s.edit(ctx, a, ref, "see", func(ctx context.Context, tx *record.Tx, c *Consultation) error {
		co, err := loadNumber(ctx, tx, *c, n)
		if err != nil {
			return err
		}
		why = strings.TrimSpace(why)
		var p core.Problems
		switch {
		case !a.SignedIn():
			return core.SignIn()
		case co.Account != a.Account:
			return core.Forbidden()
		case co.State == Withdrawn || !CanSayWord(*c, co, tx.Now):
			return core.Conflict("consultations.error.word_over")
		case word != Satisfied && word != NotSatisfied:
			p.Add("word", "consultations.error.choose")
		case word == NotSatisfied && why == "":
			p.Add("why", "consultations.error.word_why")
		case why != "":
			if err := said("why", why, mostWords); err != nil {
				return err
			}
		}
		if err := p.Err(); err != nil {
			return err
		}
		co.Word, co.WordWhy, co.WordAt = word, why, tx.Now
		if stale, err := saveComment(ctx, tx, &co); err != nil || stale {
			return record.StaleOr(err, nil)
		}
		tx.Append("comment.answered", co.ID, c.Scope, record.Public, record.Data{"label": c.Title, "ref": c.Ref, "number": n, "word": word})
		return nil
	})
}
