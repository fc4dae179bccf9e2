package opinions

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
	"plenary/internal/solve/opinion"
)

// Service is what people do with polls of opinion.
type Service struct {
	rec     *record.Record
	propose *web.Limiter
	kept    results
	hidden  HiddenFunc // nil: every edition may be known

	mail     *mail.Service // nil: authors read on the poll's page what was decided
	accounts *authn.Service
	baseURL  string
}

// HiddenFunc gives the scopes of which an actor may not know: editions that are being
// prepared.
type HiddenFunc func(ctx context.Context, a core.Actor) ([]string, error)

// Hidden registers which scopes somebody may not know of.
func (s *Service) Hidden(fn HiddenFunc) { s.hidden = fn }

// unknown drops the polls of scopes of which the actor may not know.
func (s *Service) unknown(ctx context.Context, a core.Actor, list []Poll) ([]Poll, error) {
	if s.hidden == nil || len(list) == 0 {
		return list, nil
	}
	hidden, err := s.hidden(ctx, a)
	return slices.DeleteFunc(list, func(p Poll) bool { return slices.Contains(hidden, p.Scope) }), err
}

// New makes the service.
func New(rec *record.Record) *Service {
	return &Service{rec: rec, propose: web.NewLimiter(time.Minute, 5)}
}

// Polls lists the polls that the actor may see, the newest first; an empty scope means
// all.
func (s *Service) Polls(ctx context.Context, a core.Actor, scope string) ([]Poll, error) {
	var out []Poll
	q := s.rec.DB.Read.NewSelect().Model(&out).Apply(visible(a)).OrderExpr("op.opens DESC, op.id")
	if scope != "" {
		q = q.Where("op.scope = ?", scope)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("list polls: %w", err)
	}
	return s.unknown(ctx, a, out)
}

// Poll gives one. NotFound where the actor may not see it.
func (s *Service) Poll(ctx context.Context, a core.Actor, ref string) (Poll, error) {
	p, err := load(ctx, s.rec.DB.Read, ref)
	if err != nil {
		return p, err
	}
	known, err := s.unknown(ctx, a, []Poll{p})
	if err == nil && len(known) == 0 {
		err = core.NotFound()
	}
	if err != nil {
		return Poll{}, err
	}
	return p, s.may(a, p, "see")
}

func load(ctx context.Context, idb bun.IDB, ref string) (Poll, error) {
	var p Poll
	err := idb.NewSelect().Model(&p).Where("op.ref = ?", ref).Scan(ctx)
	return p, record.Found(err)
}

func (s *Service) may(a core.Actor, p Poll, action string) error {
	return policy.Check(action, p.State(s.rec.Clock.Instant()), a.Roles(p.Scope)...)
}

// Can tells whether the actor may do an action with the poll now.
func (s *Service) Can(a core.Actor, p Poll, action string) bool { return s.may(a, p, action) == nil }

// Statements of a poll in the order of their numbers: the accepted ones, and for the
// staff all.
func (s *Service) Statements(ctx context.Context, a core.Actor, p Poll) ([]Statement, error) {
	if err := s.may(a, p, "see"); err != nil {
		return nil, err
	}
	list, err := statements(ctx, s.rec.DB.Read, p)
	if err == nil && !s.Can(a, p, "run") {
		list = slices.DeleteFunc(list, func(x Statement) bool { return x.State != Accepted })
	}
	return list, err
}

func statements(ctx context.Context, idb bun.IDB, p Poll) ([]Statement, error) {
	var out []Statement
	if err := idb.NewSelect().Model(&out).Where("os.poll = ?", p.ID).OrderExpr("os.number").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load statements: %w", err)
	}
	return out, nil
}

// Mine are the actor's own proposals and how they stand.
func (s *Service) Mine(ctx context.Context, a core.Actor, p Poll) ([]Statement, error) {
	if !a.SignedIn() {
		return nil, nil
	}
	var out []Statement
	if err := s.rec.DB.Read.NewSelect().Model(&out).Where("os.poll = ? AND os.author = ?", p.ID, a.Account).
		OrderExpr("os.number").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load own statements: %w", err)
	}
	return out, nil
}

// Add opens a poll with its first statements. The staff of the scope may. Event:
// opinion_poll.added.
func (s *Service) Add(ctx context.Context, a core.Actor, scope string, in PollInput) (Poll, error) {
	var p Poll
	if err := policy.Check("run", StateDraft, a.Roles(scope)...); err != nil {
		return p, err
	}
	err := s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) (err error) {
		p, err = s.AddTx(ctx, tx, scope, in)
		return err
	})
	return p, err
}

// AddTx is Add inside an act whose caller has asked for the right.
func (s *Service) AddTx(ctx context.Context, tx *record.Tx, scope string, in PollInput) (Poll, error) {
	opens, closes, err := in.window()
	if err != nil {
		return Poll{}, err
	}
	p := Poll{
		ID: tx.NewID(), Scope: scope, Title: in.Title, About: in.About, Published: in.Published, Opens: opens, Closes: closes,
		Zone: in.Zone, Proposals: in.Proposals, Salt: string(tx.NewID()), Next: 1, Created: tx.Now, Version: 1,
	}
	if p.Ref, err = freeRef(ctx, tx, in.Title.String()); err != nil {
		return p, err
	}
	var list []Statement
	for _, text := range lines(in.Statements) {
		list = append(list, Statement{ID: tx.NewID(), Poll: p.ID, Number: p.Next, Body: core.NewText(in.Title.Orig, text), State: Accepted, Created: tx.Now})
		p.Next++
	}
	if _, err := tx.NewInsert().Model(&p).Exec(ctx); err != nil {
		return p, fmt.Errorf("open poll: %w", err)
	}
	if len(list) > 0 {
		if _, err := tx.NewInsert().Model(&list).Exec(ctx); err != nil {
			return p, fmt.Errorf("add statements: %w", err)
		}
	}
	tx.Append("opinion_poll.added", p.ID, p.Scope, seen(p), record.Data{"label": p.Title, "ref": p.Ref})
	return p, nil
}

func seen(p Poll) record.Visibility {
	if p.Published {
		return record.Public
	}
	return record.Internal
}

// freeRef makes an address of the title that no poll has.
func freeRef(ctx context.Context, tx *record.Tx, title string) (string, error) {
	base := slug(title)
	for n := 1; ; n++ {
		ref := base
		if n > 1 {
			ref = fmt.Sprintf("%s-%d", base, n)
		}
		taken, err := tx.NewSelect().Model((*Poll)(nil)).Where("op.ref = ?", ref).Exists(ctx)
		if err != nil {
			return "", fmt.Errorf("look for address: %w", err)
		}
		if !taken {
			return ref, nil
		}
	}
}

// Change edits a poll. The staff may. Event: opinion_poll.changed. Errors: Stale with
// the present PollInput.
func (s *Service) Change(ctx context.Context, a core.Actor, ref string, in PollInput) error {
	opens, closes, invalid := in.window()
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		p, err := load(ctx, tx, ref)
		if err != nil {
			return err
		}
		if err := s.may(a, p, "run"); err != nil {
			return err
		}
		if invalid != nil {
			return invalid
		}
		before := p
		p.Title, p.About, p.Opens, p.Closes, p.Zone = in.Title, in.About, opens, closes, in.Zone
		p.Proposals, p.Published, p.Version = in.Proposals, in.Published, in.Version+1
		stale, err := record.Once(tx.NewUpdate().Model(&p).ExcludeColumn("next", "salt", "ref", "scope", "created").
			Where("id = ? AND version = ?", p.ID, in.Version).Exec(ctx))
		if err != nil || stale {
			return record.StaleOr(err, InputOf(before))
		}
		tx.Append("opinion_poll.changed", p.ID, p.Scope, seen(p), record.Data{"label": p.Title, "changes": record.Changes(before, p)})
		return nil
	})
}

// Propose hands in a statement, which waits for the staff; what the staff propose is
// accepted at once. Event: opinion_statement.proposed, internal, without its author.
// Errors: Conflict where the poll takes none, where the same words stand already or
// where too many of the same person wait.
func (s *Service) Propose(ctx context.Context, a core.Actor, ref string, in StatementInput) (Statement, error) {
	in.Text = strings.Join(strings.Fields(in.Text), " ")
	var out Statement
	p, err := s.Poll(ctx, a, ref)
	if err != nil {
		return out, err
	}
	if !a.SignedIn() && a.Program == "" {
		return out, core.SignIn()
	}
	staff := s.Can(a, p, "run")
	if !staff {
		if err := s.may(a, p, "propose"); err != nil {
			return out, err
		}
		if !p.Proposals {
			return out, core.Conflict("opinions.error.no_proposals")
		}
		if err := s.propose.Allow(string(a.Account)); err != nil {
			return out, err
		}
	}
	problems := core.Validate(in)
	if n := utf8.RuneCountInString(in.Text); n > maxStatement {
		problems.Add("text", "form.too_long", "Count", maxStatement, "Have", n)
	}
	if !core.LangKnown(in.Lang) {
		problems.Add("lang", "form.required")
	}
	if err := problems.Err(); err != nil {
		return out, err
	}
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		p, err := load(ctx, tx, ref)
		if err != nil {
			return err
		}
		list, err := statements(ctx, tx, p)
		if err != nil {
			return err
		}
		waiting := 0
		for _, x := range list {
			if core.Fold(x.Body.String()) == core.Fold(in.Text) {
				return core.Conflict("opinions.error.same", "Number", x.Number)
			}
			if x.State == Waiting && x.Author == a.Account {
				waiting++
			}
		}
		if waiting >= maxWaiting || len(list) >= maxStatements {
			return core.Conflict("opinions.error.many")
		}
		out = Statement{ID: tx.NewID(), Poll: p.ID, Number: p.Next, Body: core.NewText(in.Lang, in.Text), Author: a.Account, State: Waiting, Created: tx.Now}
		if staff {
			out.State, out.Author = Accepted, ""
		}
		if _, err := tx.NewInsert().Model(&out).Exec(ctx); err != nil {
			return fmt.Errorf("propose statement: %w", err)
		}
		if _, err := tx.NewUpdate().Model((*Poll)(nil)).Set("next = next + 1").Where("id = ?", p.ID).Exec(ctx); err != nil {
			return fmt.Errorf("number statement: %w", err)
		}
		tx.Append("opinion_statement.proposed", p.ID, p.Scope, record.Internal, record.Data{"label": p.Title, "number": out.Number})
		return nil
	})
	return out, err
}

// Judge accepts or rejects a statement; a rejection needs a reason, which its author
// reads. An accepted one may be rejected later: its votes are then left out. The staff
// may; who proposed it gets a mail. Event: opinion_statement.accepted or .rejected,
// public. Errors: Invalid; Stale where somebody else has decided the same meanwhile.
func (s *Service) Judge(ctx context.Context, a core.Actor, ref string, in JudgeInput) error {
	in.Reason = strings.TrimSpace(in.Reason)
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		p, err := load(ctx, tx, ref)
		if err != nil {
			return err
		}
		if err := s.may(a, p, "run"); err != nil {
			return err
		}
		problems := core.Validate(in)
		state, event := Accepted, "opinion_statement.accepted"
		if !in.Accept {
			if state, event = Rejected, "opinion_statement.rejected"; in.Reason == "" {
				problems.Add("reason", "opinions.error.reason")
			}
		}
		if err := problems.Err(); err != nil {
			return err
		}
		var x Statement
		if err := tx.NewSelect().Model(&x).Where("os.poll = ? AND os.number = ?", p.ID, in.Number).Scan(ctx); err != nil {
			return record.Found(err)
		}
		if x.State == state {
			return core.Stale(nil)
		}
		x.State, x.Reason = state, in.Reason
		if _, err := tx.NewUpdate().Model(&x).Column("state", "reason").WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("judge statement: %w", err)
		}
		tx.AfterCommit(func() { s.kept.forget(p.ID) })
		tx.Append(event, p.ID, p.Scope, seen(p), record.Data{"label": p.Title, "number": in.Number, "note": in.Reason})
		return s.tell(ctx, tx, p, x)
	})
}

// Vote keeps the actor's vote on a statement; a second vote on it replaces the first.
// No event is appended, so that nobody can read out of the record who voted when.
func (s *Service) Vote(ctx context.Context, a core.Actor, ref string, in VoteInput) error {
	v, known := votes[in.Vote]
	p, err := s.Poll(ctx, a, ref)
	if err != nil {
		return err
	}
	if !a.SignedIn() {
		return core.SignIn()
	}
	if err := s.may(a, p, "vote"); err != nil {
		return err
	}
	if !known {
		return core.Invalid("opinions.error.vote")
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		return s.VoteTx(ctx, tx, p, a.Account, in.Number, v)
	})
}

// VoteTx keeps a vote of an account inside an act whose caller has asked for the right.
func (s *Service) VoteTx(ctx context.Context, tx *record.Tx, p Poll, account core.ID, number int, v opinion.Vote) error {
	there, err := tx.NewSelect().Model((*Statement)(nil)).Where("poll = ? AND number = ? AND state = ?", p.ID, number, Accepted).Exists(ctx)
	if err != nil {
		return fmt.Errorf("look for statement: %w", err)
	}
	if !there {
		return core.NotFound()
	}
	row := voteRow{Poll: p.ID, Account: account, Statement: number, Vote: v}
	if _, err := tx.NewInsert().Model(&row).On("CONFLICT (poll, account, statement) DO UPDATE").Set("vote = EXCLUDED.vote").Exec(ctx); err != nil {
		return fmt.Errorf("keep vote: %w", err)
	}
	return nil
}

// VotesOf are the actor's own votes by the number of the statement.
func (s *Service) VotesOf(ctx context.Context, a core.Actor, p Poll) (map[int]opinion.Vote, error) {
	out := map[int]opinion.Vote{}
	if !a.SignedIn() {
		return out, nil
	}
	var rows []voteRow
	if err := s.rec.DB.Read.NewSelect().Model(&rows).Where("ov.poll = ? AND ov.account = ?", p.ID, a.Account).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load own votes: %w", err)
	}
	for _, r := range rows {
		out[r.Statement] = r.Vote
	}
	return out, nil
}
