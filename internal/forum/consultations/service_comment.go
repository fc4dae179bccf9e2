package consultations

import (
	"context"
	"fmt"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/record"
	"plenary/internal/solve/anchors"
)

// editFor is how long an author may change a comment, as long as nothing has become of it.
const editFor = 30 * time.Minute

// Comment hands in a comment. Whoever is signed in may, as the consultation's rules say
// who; the program itself (the demo) may always. It answers with the comment and its
// permanent number. Event: comment.made; a receipt goes out by mail. Errors: KindSignIn;
// KindForbidden where the rules want a member or a participant; KindConflict out of the
// window; KindLimited; KindInvalid at the fields ("quote" where the words do not stand in
// the paragraph).
func (s *Service) Comment(ctx context.Context, a core.Actor, ref, via string, in CommentInput) (Comment, error) {
	if a.SignedIn() {
		if err := s.limit.Allow(string(a.Account)); err != nil {
			return Comment{}, err
		}
	}
	var out Comment
	err := s.edit(ctx, a, ref, "comment", func(ctx context.Context, tx *record.Tx, c *Consultation) (err error) {
		texts, err := s.textsTx(ctx, tx, c.Document)
		if err != nil {
			return err
		}
		out, err = s.commentTx(ctx, tx, c, texts, via, in)
		return err
	})
	return out, err
}

// commentTx checks and writes one comment; the caller recounts.
func (s *Service) commentTx(ctx context.Context, tx *record.Tx, c *Consultation, texts *texts, via string, in CommentInput) (Comment, error) {
	if err := s.mayComment(ctx, tx.Actor, *c, tx.Now); err != nil {
		return Comment{}, err
	}
	co, err := s.written(c, texts, in)
	if err != nil {
		return Comment{}, err
	}
	s.stamp(tx, c, &co, via)
	if _, err := tx.NewInsert().Model(&co).Exec(ctx); err != nil {
		return Comment{}, fmt.Errorf("write comment: %w", err)
	}
	if err := s.writeNote(ctx, tx, co.ID, in.Private); err != nil {
		return Comment{}, err
	}
	if err := s.placeOne(ctx, tx, texts, &co); err != nil {
		return Comment{}, err
	}
	personal := record.Data{"account": co.Account}
	if in.Private != "" {
		personal["private_note"] = in.Private
	}
	tx.AppendPersonal("comment.made", co.ID, c.Scope, record.Public, made(*c, co), personal)
	return co, s.receipt(ctx, tx, *c, co)
}

// stamp gives a comment its permanent number and says whose it is.
func (s *Service) stamp(tx *record.Tx, c *Consultation, co *Comment, via string) {
	co.ID, co.Consultation, co.Number = tx.NewID(), c.ID, c.Next
	co.Account, co.Person, co.Via = tx.Actor.Account, tx.Actor.Person, via
	co.State, co.Created, co.Version = Live, tx.Now, 1
	co.Late = !tx.Now.Before(c.Closes)
	c.Next++
}

// made is what the record says of a new comment.
func made(c Consultation, co Comment) record.Data {
	return record.Data{"label": c.Title, "ref": c.Ref, "number": co.Number, "group": co.Group, "region": co.Region, "language": co.Lang, "paragraph": co.Para}
}

// written is a comment as the input has it.
func (s *Service) written(c *Consultation, texts *texts, in CommentInput) (Comment, error) {
	p := s.cleanComment(*c, &in)
	co := Comment{
		Name: in.Name, Group: in.Group, Region: in.Region, Country: in.Country, Organisation: in.Organisation,
		Lang: in.Lang, Body: in.Body, Proposal: in.Proposal, Mails: in.Mails,
	}
	if in.Revision == 0 {
		in.Revision = texts.newest()
	}
	if !core.LangKnown(in.QuoteLang) {
		in.QuoteLang = ""
	}
	paras, ok := texts.paras(in.Revision, in.QuoteLang)
	if !ok {
		p.Add("revision", "consultations.error.revision")
		return co, p.Err()
	}
	co.Revision, co.AnchorLang = in.Revision, texts.lang(in.Revision, in.QuoteLang)
	para, from, to, problem := FindQuote(paras, in.Para, in.Quote)
	if problem != "" {
		field := "quote"
		if problem == "consultations.error.para" {
			field = "para"
		}
		p.Add(field, problem)
	}
	if err := p.Err(); err != nil {
		return co, err
	}
	if para != "" {
		anchor, err := anchors.Make(paras, para, from, to)
		if err != nil { // a paragraph without words
			p.Add("para", "consultations.error.para")
			return co, p.Err()
		}
		co.setAnchor(anchor)
	}
	return co, nil
}

// mayComment asks the rules of the consultation beyond the policy.
func (s *Service) mayComment(ctx context.Context, a core.Actor, c Consultation, now core.Instant) error {
	if a.Program != "" && c.Takes(now) {
		return nil
	}
	if !a.SignedIn() {
		return core.SignIn()
	}
	if !c.Takes(now) {
		return core.Conflict("consultations.error.not_in."+c.State(now), "Ref", c.Ref)
	}
	if runs, err := s.Runs(ctx, a, c); err != nil || runs {
		return err
	}
	yes := true
	var err error
	switch c.Who {
	case WhoMembers:
		yes, err = s.member(ctx, a, c.Body)
	case WhoParticipants:
		yes = false
		if s.takePart != nil && a.Person != "" {
			yes, err = s.takePart(ctx, c.Edition, a.Person)
		}
	}
	if err != nil {
		return err
	}
	if !yes {
		return &core.Error{Kind: core.KindForbidden, Key: "consultations.error.who." + c.Who}
	}
	return nil
}

func (s *Service) member(ctx context.Context, a core.Actor, body core.ID) (bool, error) {
	if a.Person == "" {
		return false, nil
	}
	seats, err := s.bodies.SeatsOf(ctx, a.Person)
	if err != nil {
		return false, err
	}
	today := s.bodies.Today()
	for _, x := range seats {
		if x.Body == body && x.On(today) {
			return true, nil
		}
	}
	return false, nil
}

func (s *Service) writeNote(ctx context.Context, tx *record.Tx, comment core.ID, note string) error {
	if _, err := tx.NewRaw("DELETE FROM comment_notes WHERE comment = ?", comment).Exec(ctx); err != nil {
		return fmt.Errorf("write note: %w", err)
	}
	if note == "" {
		return nil
	}
	if _, err := tx.NewRaw("INSERT INTO comment_notes (comment, note) VALUES (?, ?)", comment, note).Exec(ctx); err != nil {
		return fmt.Errorf("write note: %w", err)
	}
	return nil
}

// CanEdit tells whether the actor may still change her comment.
func (s *Service) CanEdit(a core.Actor, c Consultation, co Comment) bool {
	return s.editable(a, c, co, s.rec.Clock.Instant()) == nil
}

func (s *Service) editable(a core.Actor, c Consultation, co Comment, now core.Instant) error {
	switch {
	case !a.SignedIn():
		return core.SignIn()
	case co.Account != a.Account:
		return core.Forbidden()
	case co.State != Live || co.Disposition != "" || co.Supports > 0 || co.Created.Add(editFor).Before(now):
		return core.Conflict("consultations.error.edit_over", "Minutes", int(editFor.Minutes()))
	case !c.Takes(now):
		return core.Conflict("consultations.error.not_in."+c.State(now), "Ref", c.Ref)
	}
	return nil
}

// EditComment changes one's own comment within half an hour, as long as nobody supports
// it and it has no disposition. Event: comment.edited. Errors: KindStale, KindConflict.
func (s *Service) EditComment(ctx context.Context, a core.Actor, ref string, n int, in CommentInput) (Comment, error) {
	var out Comment
	err := s.edit(ctx, a, ref, "see", func(ctx context.Context, tx *record.Tx, c *Consultation) error {
		co, err := loadNumber(ctx, tx, *c, n)
		if err != nil {
			return err
		}
		if err := s.editable(a, *c, co, tx.Now); err != nil {
			return err
		}
		texts, err := s.textsTx(ctx, tx, c.Document)
		if err != nil {
			return err
		}
		now, err := s.written(c, texts, in)
		if err != nil {
			return err
		}
		now.ID, now.Consultation, now.Number, now.Account, now.Person = co.ID, co.Consultation, co.Number, co.Account, co.Person
		now.Via, now.State, now.Late, now.Created, now.Edited, now.Version = co.Via, co.State, co.Late, co.Created, tx.Now, in.Version
		now.Assignee, now.Label = co.Assignee, co.Label
		if stale, err := saveComment(ctx, tx, &now); err != nil || stale {
			return record.StaleOr(err, InputOfComment(co))
		}
		if err := s.writeNote(ctx, tx, co.ID, strings.TrimSpace(in.Private)); err != nil {
			return err
		}
		if err := s.placeOne(ctx, tx, texts, &now); err != nil {
			return err
		}
		tx.AppendPersonal("comment.edited", co.ID, c.Scope, record.Public, record.Data{"label": c.Title, "ref": c.Ref, "number": n},
			record.Data{"account": co.Account})
		out = now
		return nil
	})
	return out, err
}

// InputOfComment is a comment as the form shows it.
func InputOfComment(co Comment) CommentInput {
	return CommentInput{
		Version: co.Version, Revision: co.Revision, Para: co.Para, Quote: co.Words(), Body: co.Body, Proposal: co.Proposal, Lang: co.Lang, Private: co.Note,
		Name: co.Name, Group: co.Group, Region: co.Region, Country: co.Country, Organisation: co.Organisation, Mails: co.Mails, QuoteLang: co.AnchorLang,
	}
}

// saveComment writes a comment if nobody was quicker. Version is that which was read.
func saveComment(ctx context.Context, tx *record.Tx, co *Comment) (stale bool, err error) {
	co.Version++
	return record.Once(tx.NewUpdate().Model(co).ExcludeColumn("id", "consultation", "number", "account", "person", "created", "supports", "told").
		Where("id = ? AND version = ?", co.ID, co.Version-1).Exec(ctx))
}

// Withdraw takes one's own comment back; its place stays and says so. Its author may
// until the consultation has ended. Event: comment.withdrawn.
func (s *Service) Withdraw(ctx context.Context, a core.Actor, ref string, n int) error {
	return s.edit(ctx, a, ref, "see", func(ctx context.Context, tx *record.Tx, c *Consultation) error {
		co, err := loadNumber(ctx, tx, *c, n)
		if err != nil {
			return err
		}
		switch {
		case !a.SignedIn():
			return core.SignIn()
		case co.Account != a.Account:
			return core.Forbidden()
		case co.State == Withdrawn:
			return nil
		case co.Public() || c.State(tx.Now) == StateEnded:
			return core.Conflict("consultations.error.withdraw_over")
		}
		co.State = Withdrawn
		if stale, err := saveComment(ctx, tx, &co); err != nil || stale {
			return record.StaleOr(err, nil)
		}
		tx.Append("comment.withdrawn", co.ID, c.Scope, record.Public, record.Data{"label": c.Title, "ref": c.Ref, "number": n})
		return nil
	})
}

// Support says that the actor shares a comment, or takes that back. Whoever may comment
// may, once per account, but not for her own. Event: comment.supported, comment.unsupported.
func (s *Service) Support(ctx context.Context, a core.Actor, ref string, n int, yes bool) error {
	return s.edit(ctx, a, ref, "support", func(ctx context.Context, tx *record.Tx, c *Consultation) error {
		if err := s.mayComment(ctx, a, *c, tx.Now); err != nil {
			return err
		}
		co, err := loadNumber(ctx, tx, *c, n)
		if err != nil {
			return err
		}
		if co.State != Live {
			return core.Conflict("consultations.error.not_live")
		}
		if co.Account == a.Account {
			return core.Conflict("consultations.error.own_support")
		}
		query, kind, by := "INSERT INTO comment_supports (comment, account, created) VALUES (?, ?, ?) ON CONFLICT (comment, account) DO NOTHING", "comment.supported", 1
		args := []any{co.ID, a.Account, tx.Now}
		if !yes {
			query, kind, by = "DELETE FROM comment_supports WHERE comment = ? AND account = ?", "comment.unsupported", -1
			args = args[:2]
		}
		none, err := record.Once(tx.NewRaw(query, args...).Exec(ctx))
		if err != nil || none {
			return err
		}
		if _, err := tx.NewUpdate().Model((*Comment)(nil)).Set("supports = supports + ?", by).Where("id = ?", co.ID).Exec(ctx); err != nil {
			return fmt.Errorf("count supports: %w", err)
		}
		tx.AppendPersonal(kind, co.ID, c.Scope, record.Public, record.Data{"label": c.Title, "ref": c.Ref, "number": n}, record.Data{"account": a.Account})
		return nil
	})
}
