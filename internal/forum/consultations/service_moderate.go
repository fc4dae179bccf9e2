package consultations

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// Kinds of acts of moderation.
const (
	ActHide     = "hidden"
	ActRelabel  = "relabelled"
	ActMoveOut  = "moved-out" // out of the scope of this review
	ActRestore  = "restored"
	OutcomeKeep = "kept"
	OutcomeUndo = "undone"
)

// Acts are the choices of moderation.
var Acts = []string{ActHide, ActRelabel, ActMoveOut, ActRestore}

// Rules of moderation: what is asked of comments. Their words stand in the catalogue.
var Rules = []string{"respect", "no-personal-data", "no-advertising", "law", "on-the-text"}

// Act is one act of moderation, public with its rule and role.
type Act struct {
	bun.BaseModel `bun:"table:comment_acts,alias:ca"`

	ID           core.ID      `bun:"id,pk" json:"id"`
	Consultation core.ID      `bun:"consultation" json:"-"`
	Comment      core.ID      `bun:"comment" json:"-"`
	Number       int          `bun:"number,scanonly" json:"comment"`
	Kind         string       `bun:"kind" json:"kind" enum:"hidden,relabelled,moved-out,restored"`
	Rule         string       `bun:"rule" json:"rule,omitempty"`
	Role         string       `bun:"role" json:"role"`
	Account      core.ID      `bun:"account" json:"-"`
	Person       core.ID      `bun:"person" json:"-"`
	Reason       string       `bun:"reason" json:"reason"`
	Appeal       string       `bun:"appeal" json:"appeal,omitempty"`
	Appealed     core.Instant `bun:"appealed" json:"appealed,omitzero"`
	Answer       string       `bun:"answer" json:"answer,omitempty"`
	Outcome      string       `bun:"outcome" json:"outcome,omitempty" enum:"kept,undone"`
	AnsweredAt   core.Instant `bun:"answered" json:"answered,omitzero"`
	AnsweredBy   core.ID      `bun:"answered_by" json:"-"`
	Created      core.Instant `bun:"created" json:"at"`
}

// ModerateInput is an act of moderation.
type ModerateInput struct {
	Version int64  `form:"version" ui:"hidden" json:"version"`
	Kind    string `form:"kind" ui:"radio" required:"1" json:"kind"`
	Rule    string `form:"rule" ui:"select" json:"rule"`
	Label   string `form:"label" ui:"text" max:"120" json:"label,omitempty"`
	Reason  string `form:"reason" ui:"area" max:"2000" required:"1" json:"reason"`
}

// Moderate hides a comment, puts a label over it, moves it out of the scope of this
// review, or undoes that. Whoever runs the consultation may; what was done, by which rule
// and in which role, is public. Event: comment.moderated.
func (s *Service) Moderate(ctx context.Context, a core.Actor, ref string, n int, in ModerateInput) error {
	return s.edit(ctx, a, ref, "moderate", func(ctx context.Context, tx *record.Tx, c *Consultation) error {
		co, err := loadNumber(ctx, tx, *c, n)
		if err != nil {
			return err
		}
		p := core.Validate(in)
		if !slices.Contains(Acts, in.Kind) {
			p.Add("kind", "consultations.error.choose")
		}
		if in.Kind != ActRestore && !slices.Contains(Rules, in.Rule) {
			p.Add("rule", "consultations.error.rule")
		}
		if in.Kind == ActRelabel && strings.TrimSpace(in.Label) == "" {
			p.Add("label", "form.required")
		}
		if err := p.Err(); err != nil {
			return err
		}
		if co.State == Withdrawn {
			return core.Conflict("consultations.error.withdrawn")
		}
		if in.Version != 0 && in.Version != co.Version {
			return core.Stale(ModerateInput{Version: co.Version})
		}
		roles, err := s.roles(ctx, a, *c)
		if err != nil {
			return err
		}
		act := Act{
			ID: tx.NewID(), Consultation: c.ID, Comment: co.ID, Kind: in.Kind, Rule: in.Rule, Role: role(roles), Account: a.Account, Person: a.Person,
			Reason: strings.TrimSpace(in.Reason), Created: tx.Now,
		}
		if _, err := tx.NewInsert().Model(&act).Exec(ctx); err != nil {
			return fmt.Errorf("note moderation: %w", err)
		}
		return s.moderated(ctx, tx, c, co, act, strings.TrimSpace(in.Label))
	})
}

// moderated does to the comment what the act says.
func (s *Service) moderated(ctx context.Context, tx *record.Tx, c *Consultation, co Comment, act Act, label string) error {
	disposed := false
	switch act.Kind {
	case ActHide:
		co.State = Hidden
	case ActRelabel:
		co.Label = label
	case ActMoveOut:
		co.Disposition, co.Reason, co.DuplicateOf = OutOfScope, core.NewText("en", act.Reason), 0
		co.DisposedBy, co.Disposed, co.Published, disposed = tx.Actor.Person, tx.Now, tx.Now, true
	case ActRestore:
		co.State, co.Label = Live, ""
	}
	if stale, err := saveComment(ctx, tx, &co); err != nil || stale {
		return record.StaleOr(err, nil)
	}
	tx.Append("comment.moderated", co.ID, c.Scope, record.Public,
		record.Data{"label": c.Title, "ref": c.Ref, "number": co.Number, "act": act.Kind, "rule": act.Rule, "role": act.Role})
	if disposed {
		return s.published(ctx, tx, c, []Comment{co})
	}
	return nil
}

// Appeal asks that an act of moderation be looked at again. The author of the comment
// may, once. Event: comment.appealed.
func (s *Service) Appeal(ctx context.Context, a core.Actor, ref string, act core.ID, words string) error {
	return s.edit(ctx, a, ref, "see", func(ctx context.Context, tx *record.Tx, c *Consultation) error {
		x, co, err := s.loadAct(ctx, tx, *c, act)
		if err != nil {
			return err
		}
		words = strings.TrimSpace(words)
		switch {
		case !a.SignedIn():
			return core.SignIn()
		case co.Account != a.Account:
			return core.Forbidden()
		case !x.Appealed.IsZero() || x.Kind == ActRestore:
			return core.Conflict("consultations.error.appealed")
		}
		if err := said("appeal", words, mostWords); err != nil {
			return err
		}
		x.Appeal, x.Appealed = words, tx.Now
		if _, err := tx.NewUpdate().Model(&x).Column("appeal", "appealed").WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("appeal: %w", err)
		}
		tx.Append("comment.appealed", co.ID, c.Scope, record.Public, record.Data{"label": c.Title, "ref": c.Ref, "number": co.Number})
		return nil
	})
}

// AnswerAppeal decides on an appeal: the act is kept or undone. Whoever runs the
// consultation may, but not who did the act, where somebody else could. Event:
// comment.appeal_answered.
func (s *Service) AnswerAppeal(ctx context.Context, a core.Actor, ref string, act core.ID, undo bool, words string) error {
	return s.edit(ctx, a, ref, "moderate", func(ctx context.Context, tx *record.Tx, c *Consultation) error {
		x, co, err := s.loadAct(ctx, tx, *c, act)
		if err != nil {
			return err
		}
		words = strings.TrimSpace(words)
		if err := said("answer", words, mostWords); err != nil {
			return err
		}
		if x.Appealed.IsZero() || !x.AnsweredAt.IsZero() {
			return core.Conflict("consultations.error.no_appeal")
		}
		if a.Account != "" && a.Account == x.Account {
			others, err := s.others(ctx, tx, *c, a)
			if err != nil {
				return err
			}
			if others {
				return core.Conflict("consultations.error.own_appeal")
			}
		}
		x.Answer, x.Outcome, x.AnsweredAt, x.AnsweredBy = words, OutcomeKeep, tx.Now, a.Account
		if undo {
			x.Outcome = OutcomeUndo
		}
		if _, err := tx.NewUpdate().Model(&x).Column("answer", "outcome", "answered", "answered_by").WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("answer appeal: %w", err)
		}
		tx.Append("comment.appeal_answered", co.ID, c.Scope, record.Public, record.Data{"label": c.Title, "ref": c.Ref, "number": co.Number, "outcome": x.Outcome})
		if !undo {
			return nil
		}
		switch { // what has become of it since stays: it was taken back, or answered anew
		case x.Kind == ActHide && co.State == Hidden:
			co.State = Live
		case x.Kind == ActRelabel:
			co.Label = ""
		case x.Kind == ActMoveOut && co.Disposition == OutOfScope:
			co.Disposition, co.Reason, co.Published, co.Disposed, co.DisposedBy = "", core.Text{}, core.Instant{}, core.Instant{}, ""
		}
		if stale, err := saveComment(ctx, tx, &co); err != nil || stale {
			return record.StaleOr(err, nil)
		}
		return nil
	})
}

// mostWords are the most characters of an appeal, its answer, and an author's last word.
const mostWords = 4000

// said refuses what is empty or too long, at a field of a form.
func said(field, words string, most int) error {
	var p core.Problems
	if n := utf8.RuneCountInString(words); n == 0 {
		p.Add(field, "form.required")
	} else if n > most {
		p.Add(field, "form.too_long", "Count", most, "Have", n)
	}
	return p.Err()
}

// others tells whether somebody else of the staff could answer.
func (s *Service) others(ctx context.Context, tx *record.Tx, c Consultation, a core.Actor) (bool, error) {
	var n int
	err := tx.NewRaw(`SELECT COUNT(DISTINCT g.account) FROM account_grants AS g JOIN accounts AS a ON a.id = g.account
		WHERE g.role IN ('secretariat', 'admin') AND g.scope IN ('forum', ?) AND a.disabled = FALSE AND g.account <> ?`, c.Scope, a.Account).Scan(ctx, &n)
	if err != nil {
		return false, fmt.Errorf("look for other staff: %w", err)
	}
	return n > 0, nil
}

func (s *Service) loadAct(ctx context.Context, tx *record.Tx, c Consultation, id core.ID) (Act, Comment, error) {
	var x Act
	if err := tx.NewSelect().Model(&x).Where("ca.id = ? AND ca.consultation = ?", id, c.ID).Scan(ctx); err != nil {
		return x, Comment{}, fmt.Errorf("load act: %w", record.Found(err))
	}
	var co Comment
	if err := tx.NewSelect().Model(&co).Where("co.id = ?", x.Comment).Scan(ctx); err != nil {
		return x, co, fmt.Errorf("load comment: %w", record.Found(err))
	}
	return x, co, nil
}

// PersonMerged moves what a person said whose page became part of another one's. It is
// wired to person.merged, inside that act. It appends no event: the comments keep the
// names that were stated.
func (s *Service) PersonMerged(ctx context.Context, tx *record.Tx, e *record.Event) error {
	var d struct {
		Into core.ID `json:"into"`
	}
	if err := json.Unmarshal(e.Data, &d); err != nil || d.Into == "" {
		return fmt.Errorf("read person.merged: %w", err)
	}
	for _, set := range []string{
		"UPDATE comments SET person = ? WHERE person = ?", "UPDATE comments SET disposed_by = ? WHERE disposed_by = ?",
		"UPDATE comment_acts SET person = ? WHERE person = ?",
	} {
		if _, err := tx.NewRaw(set, d.Into, e.Subject).Exec(ctx); err != nil {
			return fmt.Errorf("move what a person said: %w", err)
		}
	}
	return nil
}

// Acts gives what moderation did in a consultation, the newest first; with a comment's
// number only what was done to it. Anybody may call.
func (s *Service) Acts(ctx context.Context, c Consultation, number int) ([]Act, error) {
	var out []Act
	q := s.rec.DB.Read.NewSelect().Model(&out).ColumnExpr("ca.*").ColumnExpr("co.number AS number").
		Join("JOIN comments AS co ON co.id = ca.comment").Where("ca.consultation = ?", c.ID)
	if number > 0 {
		q = q.Where("co.number = ?", number)
	}
	if err := q.OrderExpr("ca.created DESC, ca.id DESC").Limit(500).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list moderation: %w", err)
	}
	return out, nil
}
