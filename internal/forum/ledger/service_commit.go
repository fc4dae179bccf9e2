package ledger

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
)

// errNotMember is said to who would speak for an organisation that she is not with.
func errNotMember() error {
	return &core.Error{Kind: core.KindForbidden, Key: "ledger.error.not_member"}
}

// Claim hands in what an organisation says: to a call, or (call empty) by itself. Who
// is signed in and affiliated with the organisation today may; it then waits for a
// second member or the staff, who get a mail. What the staff record from a letter is
// confirmed at once. Events: commitment.claimed (internal), with the staff commitment.confirmed. Errors:
// SignIn; Forbidden for who does not belong to the organisation; Invalid.
func (s *Service) Claim(ctx context.Context, a core.Actor, call core.ID, in ClaimInput) (Commitment, error) {
	c := Commitment{Call: call, Kind: in.Kind, State: Claimed, Version: 1, Account: a.Account, Person: a.Person}
	if !a.SignedIn() && a.Program == "" {
		return c, core.SignIn()
	}
	if call != "" {
		to, err := s.Call(ctx, a, call)
		if err != nil {
			return c, err
		}
		if err := callPolicy.Check("answer", to.State, a.Roles(scopeOf(to.Edition))...); err != nil {
			return c, core.Conflict("ledger.error.closed")
		}
		c.Edition = to.Edition
	}
	p := in.validate(s.today())
	if call == "" && in.Kind != KindCommitment && in.Kind != "" {
		p.Add("kind", "ledger.error.no_call")
	}
	if call == "" && in.Session != "" {
		t, err := s.Find(ctx, a, in.Session)
		switch {
		case core.KindOf(err) == core.KindInvalid && err != nil, err == nil && t.Kind != ThingSession:
			p.Add("session", "ledger.error.session")
		case err != nil:
			return c, err
		default:
			ses, err := s.Programme.SessionsByID(ctx, a, []core.ID{core.ID(t.Ref)})
			if err != nil {
				return c, err
			}
			if x := ses[core.ID(t.Ref)]; x != nil {
				c.Session, c.Edition = x.ID, x.Edition
			}
		}
	}
	recorded := commitmentPolicy.Can("record", asClaimed, a.Roles(scopeOf(c.Edition))...)
	c.Organisation = core.ID(in.Organisation)
	if name := strings.TrimSpace(in.OrganisationName); recorded && c.Organisation == "" && name != "" {
		id, err := s.organisationNamed(ctx, "organisation_name", name)
		if err != nil {
			return c, err
		}
		c.Organisation = id
	}
	if c.Organisation == "" {
		p.Add("organisation", "form.required")
	}
	if err := p.Err(); err != nil {
		return c, err
	}
	mine, err := s.Mine(ctx, a)
	if err != nil {
		return c, err
	}
	if !recorded && !slices.Contains(mine, c.Organisation) {
		return c, errNotMember()
	}
	known, err := s.People.Organisations(ctx, []core.ID{c.Organisation})
	if err != nil {
		return c, err
	}
	o, ok := known[c.Organisation]
	if !ok {
		p.Add("organisation", "ledger.error.no_organisation", "Name", string(c.Organisation))
		return c, p.Err()
	}
	c.Words, c.Said, c.Due, c.Contact, c.OrganisationName = in.Words, in.Said, in.Due, in.Contact, o.Name
	var staff []authn.Account
	if !recorded {
		if staff, err = s.staff(ctx, scopeOf(c.Edition)); err != nil {
			return c, err
		}
	}
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		c.ID, c.Made, c.Updated = tx.NewID(), tx.Now, tx.Now
		c.State, c.Confirmed, c.ConfirmedBy = Claimed, core.Instant{}, ""
		if recorded {
			c.State, c.Confirmed, c.ConfirmedBy = Confirmed, tx.Now, "staff"
		}
		if _, err := tx.NewInsert().Model(&c).Exec(ctx); err != nil {
			return fmt.Errorf("hand in commitment: %w", err)
		}
		if _, err := s.stepTx(ctx, tx, c, Claimed, in.Words, in.Due, in.Links, in.Kept); err != nil {
			return err
		}
		tx.Append("commitment.claimed", c.ID, scopeOf(c.Edition), record.Internal, labelOf(c))
		if !recorded {
			return s.tellStaff(ctx, tx, c, staff)
		}
		tx.Append("commitment.confirmed", c.ID, scopeOf(c.Edition), record.Public, labelOf(c))
		return s.settleCallTx(ctx, tx, c.Call)
	})
	return c, err
}

func labelOf(c Commitment) record.Data {
	return record.Data{"label": c.OrganisationName, "call": c.Call, "organisation": c.Organisation, "kind": c.Kind}
}

func (s *Service) settleCallTx(ctx context.Context, tx *record.Tx, call core.ID) error {
	if call == "" {
		return nil
	}
	c, err := callTx(ctx, tx, call)
	if err != nil {
		return err
	}
	return s.settleTx(ctx, tx, c)
}

// stepTx writes a dated step with its evidence.
func (s *Service) stepTx(ctx context.Context, tx *record.Tx, c Commitment, state string, words core.Text, due string, links []LinkInput, kept []Kept) (Update, error) {
	u := Update{ID: tx.NewID(), Commitment: c.ID, State: state, Words: words, Due: due, Account: tx.Actor.Account, Person: tx.Actor.Person, At: tx.Now}
	if _, err := tx.NewInsert().Model(&u).Exec(ctx); err != nil {
		return u, fmt.Errorf("note step: %w", err)
	}
	return u, s.evidenceTx(ctx, tx, u.ID, c.ID, links, kept)
}

func (s *Service) evidenceTx(ctx context.Context, tx *record.Tx, owner, subject core.ID, links []LinkInput, kept []Kept) error {
	var rows []Evidence
	for _, l := range links {
		rows = append(rows, Evidence{Title: l.Title, URL: l.URL})
	}
	for _, k := range kept {
		if err := s.Blobs.RegisterTx(ctx, tx, k.Blob); err != nil {
			return err
		}
		title := strings.TrimSpace(k.Title)
		if title == "" {
			title = k.Blob.Name
		}
		rows = append(rows, Evidence{Title: title, Hash: k.Blob.ID})
	}
	if len(rows) == 0 {
		return nil
	}
	for i := range rows {
		rows[i].ID, rows[i].Owner, rows[i].Subject, rows[i].Position, rows[i].At = tx.NewID(), owner, subject, i, tx.Now
	}
	if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
		return fmt.Errorf("keep evidence: %w", err)
	}
	return nil
}

// Confirm says that the organisation did say it: a second member of it may, and the
// staff. Event: commitment.confirmed; the call's state follows.
func (s *Service) Confirm(ctx context.Context, a core.Actor, id core.ID, version int64) error {
	return s.turn(ctx, a, id, version, "confirm", func(_ context.Context, tx *record.Tx, c *Commitment) error {
		if c.State != Claimed {
			return core.Conflict("ledger.error.not_claimed")
		}
		c.State, c.Confirmed, c.ConfirmedBy = Confirmed, tx.Now, "member"
		if commitmentPolicy.Can("record", asClaimed, a.Roles(scopeOf(c.Edition))...) {
			c.ConfirmedBy = "staff"
		}
		tx.Append("commitment.confirmed", c.ID, scopeOf(c.Edition), record.Public, labelOf(*c))
		return nil
	})
}

// RefuseInput says why a claim is not confirmed.
type RefuseInput struct {
	Version int64  `form:"version" ui:"hidden" json:"version"`
	Reason  string `form:"reason" ui:"area" max:"1000" required:"1" json:"reason"`
}

// Refuse notes that the staff could not confirm a claim. It stays readable for the
// organisation and the staff. Event: commitment.refused (internal).
func (s *Service) Refuse(ctx context.Context, a core.Actor, id core.ID, in RefuseInput) error {
	if err := core.Validate(in).Err(); err != nil {
		return err
	}
	return s.turn(ctx, a, id, in.Version, "refuse", func(ctx context.Context, tx *record.Tx, c *Commitment) error {
		if c.State != Claimed {
			return core.Conflict("ledger.error.not_claimed")
		}
		c.State = Refused
		if _, err := s.stepTx(ctx, tx, *c, Refused, core.NewText("en", in.Reason), "", nil, nil); err != nil {
			return err
		}
		tx.Append("commitment.refused", c.ID, scopeOf(c.Edition), record.Internal, labelOf(*c))
		return nil
	})
}

// Update adds a dated step: in progress, done (with evidence), changed (with the new
// words), withdrawn. Members of the organisation may, and the staff. What was handed in
// and not yet confirmed can only be withdrawn. Event: commitment.updated.
func (s *Service) Update(ctx context.Context, a core.Actor, id core.ID, in UpdateInput) error {
	if err := in.validate().Err(); err != nil {
		return err
	}
	return s.turn(ctx, a, id, in.Version, "update", func(ctx context.Context, tx *record.Tx, c *Commitment) error {
		if c.State == Refused || c.State == Withdrawn || !c.Public() && in.State != Withdrawn {
			return core.Conflict("ledger.error.not_confirmed")
		}
		before := map[string]any{"state": c.State, "due": c.Due, "words": c.Words}
		c.State = in.State
		if in.State == Changed {
			c.Words = in.Words
		}
		if in.Due != "" && c.Kind == KindCommitment {
			c.Due = in.Due
		}
		if _, err := s.stepTx(ctx, tx, *c, in.State, in.Words, in.Due, in.Links, in.Kept); err != nil {
			return err
		}
		vis, data := record.Public, labelOf(*c)
		if !c.Public() {
			vis = record.Internal
		}
		data["changes"] = changes(before, map[string]any{"state": c.State, "due": c.Due, "words": c.Words})
		tx.Append("commitment.updated", c.ID, scopeOf(c.Edition), vis, data)
		return nil
	})
}

// turn changes one commitment inside an act and brings its call to where it stands.
func (s *Service) turn(ctx context.Context, a core.Actor, id core.ID, version int64, action string, fn func(ctx context.Context, tx *record.Tx, c *Commitment) error) error {
	if _, err := s.Commitment(ctx, a, id); err != nil {
		return err
	}
	mine, err := s.Mine(ctx, a)
	if err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		c, err := commitmentTx(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := check(a, mine, action, c); err != nil {
			return err
		}
		if version != 0 && version != c.Version {
			return core.Stale(nil)
		}
		if err := fn(ctx, tx, &c); err != nil {
			return err
		}
		was := c.Version
		c.Version, c.Updated = was+1, tx.Now
		stale, err := record.Once(tx.NewUpdate().Model(&c).WherePK().Where("version = ?", was).Exec(ctx))
		if err != nil || stale {
			return record.StaleOr(err, nil)
		}
		return s.settleCallTx(ctx, tx, c.Call)
	})
}

// FlagInput is a doubt about a commitment.
type FlagInput struct {
	Reason string `form:"reason" ui:"area" max:"1000" required:"1" json:"reason"`
}

// Flag notes a doubt about a commitment that everybody may read. Who is signed in may.
// Event: commitment.flagged.
func (s *Service) Flag(ctx context.Context, a core.Actor, id core.ID, in FlagInput) error {
	return s.flag(ctx, a, id, "flag", func(ctx context.Context, tx *record.Tx, c Commitment) error {
		if err := core.Validate(in).Err(); err != nil {
			return err
		}
		f := Flag{ID: tx.NewID(), Commitment: id, Reason: strings.TrimSpace(in.Reason), Account: a.Account, Person: a.Person, At: tx.Now}
		if _, err := tx.NewInsert().Model(&f).Exec(ctx); err != nil {
			return fmt.Errorf("flag commitment: %w", err)
		}
		tx.Append("commitment.flagged", id, scopeOf(c.Edition), record.Public, labelOf(c))
		return nil
	})
}

// SettleInput is the staff's answer to a doubt.
type SettleInput struct {
	Flag   string `form:"flag" ui:"hidden" json:"flag"`
	Answer string `form:"answer" ui:"area" max:"1000" required:"1" json:"answer"`
}

// SettleFlag answers a doubt in public, once. The staff may. Event:
// commitment.flag_answered. Errors: Stale where somebody else has answered it.
func (s *Service) SettleFlag(ctx context.Context, a core.Actor, id core.ID, in SettleInput) error {
	return s.flag(ctx, a, id, "settle_flag", func(ctx context.Context, tx *record.Tx, c Commitment) error {
		if err := core.Validate(in).Err(); err != nil {
			return err
		}
		if !slices.ContainsFunc(c.Flags, func(f Flag) bool { return string(f.ID) == in.Flag }) {
			return core.NotFound()
		}
		stale, err := record.Once(tx.NewUpdate().Model((*Flag)(nil)).Set("answer = ?, answered = ?", strings.TrimSpace(in.Answer), tx.Now).
			Where("id = ? AND commitment = ? AND answered IS NULL", in.Flag, id).Exec(ctx))
		if err != nil {
			return fmt.Errorf("answer flag: %w", err)
		}
		if stale {
			return core.Stale(nil)
		}
		tx.Append("commitment.flag_answered", id, scopeOf(c.Edition), record.Public, labelOf(c))
		return nil
	})
}

func (s *Service) flag(ctx context.Context, a core.Actor, id core.ID, action string, fn func(ctx context.Context, tx *record.Tx, c Commitment) error) error {
	c, err := s.Commitment(ctx, a, id)
	if err != nil {
		return err
	}
	mine, err := s.Mine(ctx, a)
	if err != nil {
		return err
	}
	if err := check(a, mine, action, c); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error { return fn(ctx, tx, c) })
}

// Commitment gives one with its steps, evidence and doubts. NotFound for one that the
// actor may not see.
func (s *Service) Commitment(ctx context.Context, a core.Actor, id core.ID) (Commitment, error) {
	if !id.Valid() {
		return Commitment{}, core.NotFound()
	}
	list, err := s.commitmentsByID(ctx, a, []core.ID{id})
	if err != nil || len(list) == 0 {
		return Commitment{}, cmp.Or(err, error(core.NotFound()))
	}
	return list[0], nil
}

func (s *Service) commitmentsByID(ctx context.Context, a core.Actor, ids []core.ID) ([]Commitment, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return s.commitments(ctx, a, func(q *bun.SelectQuery) *bun.SelectQuery { return q.Where("cm.id IN (?)", bun.List(ids)) })
}

// AnswersTo gives what organisations say to calls, as the actor may see it, oldest
// first.
func (s *Service) AnswersTo(ctx context.Context, a core.Actor, calls []core.ID) (map[core.ID][]Commitment, error) {
	out := map[core.ID][]Commitment{}
	if len(calls) == 0 {
		return out, nil
	}
	list, err := s.commitments(ctx, a, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("cm.ledger_call IN (?)", bun.List(calls))
	})
	for _, c := range list {
		out[c.Call] = append(out[c.Call], c)
	}
	return out, err
}

// commitments reads what the actor may see of those that narrow chooses, complete.
func (s *Service) commitments(ctx context.Context, a core.Actor, narrow func(*bun.SelectQuery) *bun.SelectQuery) ([]Commitment, error) {
	v, err := s.sight(ctx, a)
	if err != nil {
		return nil, err
	}
	var rows []Commitment
	if err := narrow(v.commitments(named(s.rec.DB.Read.NewSelect().Model(&rows)))).OrderExpr("cm.said, cm.made, cm.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load commitments: %w", err)
	}
	return rows, complete(ctx, s.rec.DB.Read, pointers(rows))
}

// Can tells what the actor may do with a commitment.
func (s *Service) Can(ctx context.Context, a core.Actor, action string, c Commitment) (bool, error) {
	mine, err := s.Mine(ctx, a)
	return err == nil && can(a, mine, action, c), err
}
