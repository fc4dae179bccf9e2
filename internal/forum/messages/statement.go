package messages

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
)

// States of a statement that was handed in.
const (
	StateOffered   = "offered"
	StateAccepted  = "accepted" // it stands with its Message
	StateRefused   = "refused"  // with a reason that everybody reads
	StateWithdrawn = "withdrawn"
)

// Statement is a statement of those who do not agree with a Message, as it was handed in
// while the Messages were a public draft. Once it is decided everybody reads it, with
// the reason; before that its author and the editors do.
type Statement struct {
	bun.BaseModel `bun:"table:message_statements,alias:st"`

	ID       core.ID      `bun:"id,pk" json:"id"`
	Edition  core.ID      `bun:"edition" json:"-"`
	Number   int          `bun:"number" json:"number" doc:"the Message"`
	Para     string       `bun:"para" json:"para"`
	Revision int          `bun:"revision" json:"revision" doc:"which version the author read"`
	SignedAs string       `bun:"signed_as" json:"by"`
	Text     core.Text    `bun:"body" json:"text"`
	Session  core.ID      `bun:"session" json:"session,omitempty" doc:"a session that feeds the Message and in which the author took part"`
	Person   core.ID      `bun:"person" json:"-"`
	Account  core.ID      `bun:"account" json:"-"`
	State    string       `bun:"state" json:"state" enum:"offered,accepted,refused,withdrawn"`
	Reason   string       `bun:"reason" json:"reason,omitempty"`
	Offered  core.Instant `bun:"offered" json:"offered"`
	Decided  core.Instant `bun:"decided" json:"decided"`
	Decider  core.ID      `bun:"decider" json:"-"`
	Version  int64        `bun:"version" json:"version"`
}

// state is what a statement is to an actor.
func (x Statement) state(a core.Actor) string {
	if x.State == StateOffered && a.SignedIn() && x.Account == a.Account {
		return StateOwn
	}
	return x.State
}

// CanDecide tells whether the actor may accept or refuse a statement.
func (x Statement) CanDecide(a core.Actor, set *editions.Setting) bool {
	return statementPolicy.Can("decide", x.state(a), a.Roles(set.Scope())...)
}

// CanWithdraw tells whether the actor may take a statement back.
func (x Statement) CanWithdraw(a core.Actor, set *editions.Setting) bool {
	return statementPolicy.Can("withdraw", x.state(a), a.Roles(set.Scope())...)
}

// StatementInput is the form of a statement.
type StatementInput struct {
	By   string    `form:"by" ui:"text" max:"200" required:"1" json:"by"`
	Text core.Text `form:"text" ui:"area" max:"2000" required:"1" json:"text"`
}

// DecideInput is what is decided of a statement. A refusal needs a reason.
type DecideInput struct {
	Accept  bool   `form:"accept" ui:"check" json:"accept"`
	Reason  string `form:"reason" ui:"area" max:"1000" json:"reason"`
	Version int64  `form:"version" ui:"hidden" json:"version"`
}

// Statements gives the statements on the Messages of an edition that the actor may see,
// and by Message how many wait for a decision.
func (s *Service) Statements(ctx context.Context, a core.Actor, set *editions.Setting) (list []Statement, waiting map[int]int, err error) {
	var rows []Statement
	if err := s.rec.DB.Read.NewSelect().Model(&rows).Where("st.edition = ?", set.ID).OrderExpr("st.number, st.offered, st.id").Scan(ctx); err != nil {
		return nil, nil, fmt.Errorf("load statements: %w", err)
	}
	waiting = map[int]int{}
	roles := a.Roles(set.Scope())
	for _, x := range rows {
		if x.State == StateOffered {
			waiting[x.Number]++
		}
		if statementPolicy.Can("see", x.state(a), roles...) {
			list = append(list, x)
		}
	}
	return list, waiting, nil
}

// HandIn hands in a statement on a Message of the public draft. Whoever is signed in
// may; that she took part in a session that feeds the Message is noted. Event:
// message_statement.offered, internal until it is decided.
func (s *Service) HandIn(ctx context.Context, a core.Actor, set *editions.Setting, n int, in StatementInput) (Statement, error) {
	v, err := s.View(ctx, a, set, false)
	if err != nil {
		return Statement{}, err
	}
	if err := policy.Check("hand_in_statement", v.State, a.Roles(set.Scope())...); err != nil {
		return Statement{}, err
	}
	m, ok := find(*v.Revision, n)
	if !ok {
		return Statement{}, core.NotFound()
	}
	p := core.Validate(in)
	if err := p.Err(); err != nil {
		return Statement{}, err
	}
	t, err := s.trace(ctx, a, []Message{m})
	if err != nil {
		return Statement{}, err
	}
	x := Statement{
		Edition: set.ID, Number: n, Para: m.Para.ID, Revision: v.Revision.Number, SignedAs: strings.TrimSpace(in.By), Text: in.Text.Clean(),
		Person: a.Person, Account: a.Account, State: StateOffered, Version: 1, Session: t.tookPart(a.Person),
	}
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		ms, err := loadSet(ctx, tx, set.ID)
		if err != nil {
			return err
		}
		if err := policy.Check("hand_in_statement", stateOf(ms), a.Roles(set.Scope())...); err != nil {
			return err
		}
		x.ID, x.Offered = tx.NewID(), tx.Now
		if _, err := tx.NewInsert().Model(&x).Exec(ctx); err != nil {
			return fmt.Errorf("hand in statement: %w", err)
		}
		tx.Append("message_statement.offered", x.ID, set.Scope(), record.Internal, record.Data{"label": x.SignedAs, "number": n})
		return nil
	})
	return x, err
}

// tookPart is a session that feeds the Messages and in which the person has a role.
func (t trace) tookPart(person core.ID) core.ID {
	if person == "" {
		return ""
	}
	var in []core.ID
	for id, ses := range t.sessions {
		for _, r := range ses.Roles {
			if r.Person == person {
				in = append(in, id)
			}
		}
	}
	if len(in) == 0 {
		return ""
	}
	return slices.Min(in)
}

// Decide accepts a statement, so that it stands with its Message from the next version
// on, or refuses it with a reason that everybody reads. The staff may. Stale where
// somebody has decided meanwhile; Conflict where the Message is gone or final. Events:
// message_statement.accepted and messages.edited, or message_statement.refused.
func (s *Service) Decide(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID, in DecideInput) error {
	x, err := s.statement(ctx, s.rec.DB.Read, set, id)
	if err != nil {
		return err
	}
	if err := statementPolicy.Check("decide", x.state(a), a.Roles(set.Scope())...); err != nil {
		return err
	}
	p := core.Validate(in)
	if in.Reason = strings.TrimSpace(in.Reason); in.Reason == "" && !in.Accept {
		p.Add("reason", "messages.error.statement_reason")
	}
	if err := p.Err(); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		return s.DecideTx(ctx, tx, set, id, in)
	})
}

// DecideTx is Decide inside a write.
func (s *Service) DecideTx(ctx context.Context, tx *record.Tx, set *editions.Setting, id core.ID, in DecideInput) error {
	x, err := s.statement(ctx, tx, set, id)
	if err != nil {
		return err
	}
	if err := statementPolicy.Check("decide", x.state(tx.Actor), tx.Actor.Roles(set.Scope())...); err != nil {
		return err
	}
	x.State = StateRefused
	if in.Accept {
		x.State = StateAccepted
		if err := s.editTx(ctx, tx, set, 0, func(_ context.Context, _ *record.Tx, _ *Set, rev documents.Revision) ([]documents.Paragraph, error) {
			return withDissent(rev, x)
		}); err != nil {
			return err
		}
	}
	x.Reason, x.Decided, x.Decider = in.Reason, tx.Now, tx.Actor.Account
	return s.turnTx(ctx, tx, set, x, in.Version)
}

// withDissent puts a statement with its Message.
func withDissent(rev documents.Revision, x Statement) ([]documents.Paragraph, error) {
	paras := slices.Clone(rev.Paragraphs)
	i := slices.IndexFunc(paras, func(p documents.Paragraph) bool { return p.ID == x.Para })
	if i < 0 {
		return nil, core.Conflict("messages.error.gone")
	}
	paras[i].Attrs.Dissent = append(slices.Clone(paras[i].Attrs.Dissent), documents.Dissent{By: x.SignedAs, Text: x.Text})
	return paras, nil
}

// Withdraw takes a statement back that is not decided. Its author may. Event:
// message_statement.withdrawn.
func (s *Service) Withdraw(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID, version int64) error {
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		x, err := s.statement(ctx, tx, set, id)
		if err != nil {
			return err
		}
		if err := statementPolicy.Check("withdraw", x.state(a), a.Roles(set.Scope())...); err != nil {
			return err
		}
		x.State, x.Decided = StateWithdrawn, tx.Now
		return s.turnTx(ctx, tx, set, x, version)
	})
}

func (s *Service) turnTx(ctx context.Context, tx *record.Tx, set *editions.Setting, x Statement, version int64) error {
	if version == 0 {
		version = x.Version
	}
	x.Version = version + 1
	res, err := tx.NewUpdate().Model(&x).WherePK().Where("version = ?", version).Exec(ctx)
	stale, err := record.Once(res, err)
	if err != nil {
		return fmt.Errorf("decide statement: %w", err)
	}
	if stale {
		return core.Conflict("messages.error.decided")
	}
	visible := record.Public
	if x.State == StateWithdrawn {
		visible = record.Internal
	}
	tx.Append("message_statement."+x.State, x.ID, set.Scope(), visible, record.Data{"label": x.SignedAs, "number": x.Number, "reason": x.Reason})
	return nil
}

func (s *Service) statement(ctx context.Context, idb bun.IDB, set *editions.Setting, id core.ID) (Statement, error) {
	var rows []Statement
	if err := idb.NewSelect().Model(&rows).Where("st.id = ? AND st.edition = ?", id, set.ID).Scan(ctx); err != nil {
		return Statement{}, fmt.Errorf("load statement: %w", err)
	}
	if len(rows) == 0 {
		return Statement{}, core.NotFound()
	}
	return rows[0], nil
}

// OnMerged moves what hung on a person who turned out to be another (person.merged).
func (s *Service) OnMerged(ctx context.Context, tx *record.Tx, e *record.Event) error {
	var d struct {
		Into core.ID `json:"into"`
	}
	if err := json.Unmarshal(e.Data, &d); err != nil {
		return fmt.Errorf("read merge: %w", err)
	}
	if d.Into == "" {
		return nil
	}
	_, err := tx.NewUpdate().Model((*Signer)(nil)).Set("person = ?", d.Into).Where("person = ?", e.Subject).Exec(ctx)
	if err == nil {
		_, err = tx.NewUpdate().Model((*Signature)(nil)).Set("person = ?", d.Into).Where("person = ?", e.Subject).Exec(ctx)
	}
	if err == nil {
		_, err = tx.NewUpdate().Model((*Statement)(nil)).Set("person = ?", d.Into).Where("person = ?", e.Subject).Exec(ctx)
	}
	if err != nil {
		return fmt.Errorf("move what hung on a person: %w", err)
	}
	return nil
}

// waiting is how many statements on the Messages of an edition are not decided.
func waiting(ctx context.Context, idb bun.IDB, edition core.ID) (int, error) {
	n, err := idb.NewSelect().Model((*Statement)(nil)).Where("st.edition = ? AND st.state = ?", edition, StateOffered).Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count statements: %w", err)
	}
	return int(n), nil
}
