package participation

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

// delegationIn loads a delegation.
func delegationIn(ctx context.Context, idb bun.IDB, id core.ID) (Delegation, error) {
	var d Delegation
	if !id.Valid() {
		return d, core.NotFound()
	}
	err := idb.NewSelect().Model(&d).Where("dg.id = ?", id).Scan(ctx)
	return d, record.Found(err)
}

// Delegation is a delegation of an edition for its focal point and the staff; NotFound for
// everybody else.
func (s *Service) Delegation(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID) (Delegation, error) {
	return delegationFor(ctx, s.rec.DB.Read, a, set, id)
}

func delegationFor(ctx context.Context, idb bun.IDB, a core.Actor, set *editions.Setting, id core.ID) (Delegation, error) {
	if !a.SignedIn() && a.Program == "" {
		return Delegation{}, core.SignIn()
	}
	d, err := delegationIn(ctx, idb, id)
	if err != nil {
		return Delegation{}, err
	}
	if d.Edition != set.ID || !delegationPolicy.Can("see", d.State, d.roles(a)...) {
		return Delegation{}, core.NotFound()
	}
	return d, nil
}

func (d *Delegation) roles(a core.Actor) []core.Role { return rolesAtGroup(a, d.Edition, d.Focal) }

// may tells whether the actor may do something with the delegation.
func (d *Delegation) may(a core.Actor, action string) bool {
	return delegationPolicy.Can(action, d.State, d.roles(a)...)
}

// DelegationCount is a delegation with how many stand in it, and how many of them wait for
// its focal point.
type DelegationCount struct {
	Delegation
	Members int `json:"members"`
	Asking  int `json:"asking"`
}

// Delegations are those of an edition, by name: all for the staff, her own for a focal
// point, none for others. state narrows them.
func (s *Service) Delegations(ctx context.Context, a core.Actor, set *editions.Setting, state string) ([]DelegationCount, error) {
	if !a.SignedIn() && a.Program == "" {
		return nil, nil
	}
	var list []Delegation
	q := s.rec.DB.Read.NewSelect().Model(&list).Where("dg.edition = ?", set.ID)
	if !groupsPolicy.Can("manage", "", a.Roles(set.Scope())...) {
		q = q.Where("dg.focal = ?", a.Account)
	}
	if state != "" {
		q = q.Where("dg.state = ?", state)
	}
	if err := q.OrderExpr("dg.name_key, dg.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list delegations: %w", err)
	}
	var counts []struct {
		Delegation core.ID `bun:"delegation"`
		State      string  `bun:"state"`
		N          int     `bun:"n"`
	}
	err := s.rec.DB.Read.NewSelect().TableExpr("registrations AS rg").ColumnExpr("rg.delegation, rg.state, COUNT(*) AS n").
		Where("rg.edition = ? AND rg.delegation <> '' AND rg.state IN (?)", set.ID, bun.List(memberStates)).GroupExpr("rg.delegation, rg.state").Scan(ctx, &counts)
	if err != nil {
		return nil, fmt.Errorf("count members of delegations: %w", err)
	}
	out := make([]DelegationCount, len(list))
	for i, d := range list {
		out[i].Delegation = d
		for _, c := range counts {
			if c.Delegation == d.ID {
				out[i].Members += c.N
				if c.State == StateSubmitted {
					out[i].Asking += c.N
				}
			}
		}
	}
	return out, nil
}

// AskDelegation asks for a delegation whose focal point the actor is; anybody who is signed
// in may. The staff decides it. Event: delegation.asked.
func (s *Service) AskDelegation(ctx context.Context, a core.Actor, set *editions.Setting, in DelegationInput) (Delegation, error) {
	if err := groupsPolicy.Check("ask", "", a.Roles(set.Scope())...); err != nil {
		return Delegation{}, err
	}
	if _, err := s.Setting(ctx, a, set); err != nil {
		return Delegation{}, err
	}
	if err := in.check(s.Vocab, true); err != nil {
		return Delegation{}, err
	}
	if err := s.enters.Allow("delegation:" + string(a.Account)); err != nil {
		return Delegation{}, err
	}
	var d Delegation
	err := s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		d = Delegation{ID: tx.NewID(), Edition: set.ID, Focal: a.Account, State: GroupAsked, Created: tx.Now, Version: 1}
		d.fill(in)
		had, err := tx.NewSelect().Model((*Delegation)(nil)).Where("dg.edition = ? AND dg.focal = ? AND dg.name_key = ?", set.ID, a.Account, d.NameKey).Exists(ctx)
		if err != nil {
			return err
		}
		if had {
			var p core.Problems
			p.Add("name", "participation.group.error.asked")
			return p.Err()
		}
		if _, err := tx.NewInsert().Model(&d).Exec(ctx); err != nil {
			return fmt.Errorf("ask for delegation: %w", err)
		}
		tx.Append("delegation.asked", d.ID, Scope(set.ID), record.Internal, nil)
		return nil
	})
	return d, err
}

func (d *Delegation) fill(in DelegationInput) {
	d.Name, d.NameKey, d.Country, d.Stakeholder, d.Most, d.Note = in.Name, core.Fold(in.Name), in.Country, in.Stakeholder, in.Most, in.Note
}

// EditDelegation changes what was said of a delegation. Its focal point may say how many it
// will be while it is asked for; afterwards its size, like its name, country and group, is
// the staff's to change. Event: delegation.changed.
func (s *Service) EditDelegation(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID, in DelegationInput) error {
	if err := in.check(s.Vocab, false); err != nil {
		return err
	}
	return s.changeDelegation(ctx, a, set, id, in.Version, "edit", func(_ context.Context, tx *record.Tx, d *Delegation) error {
		was := *d
		d.fill(in)
		if was.State == GroupApproved && !Manages(a, set.ID) {
			d.Name, d.NameKey, d.Country, d.Stakeholder, d.Most = was.Name, was.NameKey, was.Country, was.Stakeholder, was.Most
		}
		tx.Append("delegation.changed", d.ID, Scope(set.ID), record.Internal, nil)
		return nil
	})
}

// changeDelegation does one thing with a delegation, for who may.
func (s *Service) changeDelegation(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID, version int64, action string,
	fn func(ctx context.Context, tx *record.Tx, d *Delegation) error,
) error {
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		d, err := delegationFor(ctx, tx, a, set, id)
		if err != nil {
			return err
		}
		if err := delegationPolicy.Check(action, d.State, d.roles(a)...); err != nil {
			return err
		}
		if version != 0 && d.Version != version {
			return core.Stale(d.input())
		}
		before := d.Version
		if err := fn(ctx, tx, &d); err != nil {
			return err
		}
		d.Version++
		stale, err := record.Once(tx.NewUpdate().Model(&d).WherePK().Where("version = ?", before).Exec(ctx))
		if err != nil || stale {
			return record.StaleOr(err, d.input())
		}
		return nil
	})
}

// DecideDelegation approves or declines a delegation (staff); a decline has a reason. Its
// focal point hears it by mail. Events: delegation.approved, .declined.
func (s *Service) DecideDelegation(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID, in DelegationDecision) error {
	in.Reason = in.Reason.Clean()
	p := core.Validate(in)
	if in.State != GroupApproved && in.State != GroupDeclined && in.State != "" {
		p.Add("state", "participation.error.choice")
	}
	if in.State == GroupDeclined && in.Reason.IsZero() {
		p.Add("reason", "form.required")
	}
	if in.Most < 0 || in.Most > largestDelegation {
		p.Add("most", "participation.group.error.most", "Count", largestDelegation)
	}
	if p.Err() != nil {
		return p.Err()
	}
	d, err := s.Delegation(ctx, a, set, id)
	if err != nil {
		return err
	}
	focal, err := s.holder(ctx, d.Focal)
	if err != nil {
		return err
	}
	return s.changeDelegation(ctx, a, set, id, in.Version, "decide", func(ctx context.Context, tx *record.Tx, d *Delegation) error {
		d.State, d.Trusted, d.Most, d.Reason = in.State, in.Trusted && in.State == GroupApproved, in.Most, in.Reason
		tx.Append("delegation."+in.State, d.ID, Scope(set.ID), record.Internal, nil)
		return s.tellFocal(ctx, tx, set, d, focal, "delegation_"+in.State)
	})
}

// CloseDelegation ends a delegation: nobody joins it any more, its code opens nothing, and
// who stands in it stays as she is. Its focal point and the staff may. Event:
// delegation.closed.
func (s *Service) CloseDelegation(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID, version int64) error {
	return s.changeDelegation(ctx, a, set, id, version, "close", func(_ context.Context, tx *record.Tx, d *Delegation) error {
		d.State, d.CodeHash = GroupClosed, ""
		tx.Append("delegation.closed", d.ID, Scope(set.ID), record.Internal, nil)
		return nil
	})
}

// HandOver makes the account of an address the focal point of a delegation (staff); she has
// to have an account. The code with which people join ends with it. Event:
// delegation.handed_over.
func (s *Service) HandOver(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID, version int64, email string) error {
	d, err := s.Delegation(ctx, a, set, id)
	if err != nil {
		return err
	}
	if err := delegationPolicy.Check("hand_over", d.State, d.roles(a)...); err != nil {
		return err
	}
	var p core.Problems
	acc, err := s.Accounts.ByEmail(ctx, strings.TrimSpace(email))
	switch {
	case core.KindOf(err) == core.KindNotFound || core.KindOf(err) == core.KindInvalid || err == nil && acc.Disabled:
		p.Add("email", "participation.group.error.account")
		return p.Err()
	case err != nil:
		return err
	}
	return s.changeDelegation(ctx, a, set, id, version, "hand_over", func(ctx context.Context, tx *record.Tx, d *Delegation) error {
		d.Focal, d.CodeHash = acc.ID, ""
		tx.Append("delegation.handed_over", d.ID, Scope(set.ID), record.Internal, nil)
		return s.tellFocal(ctx, tx, set, d, acc, "delegation_yours")
	})
}

// holder is the account of a focal point or moderator; one that is gone has no address.
func (s *Service) holder(ctx context.Context, id core.ID) (authn.Account, error) {
	found, err := s.Accounts.ByIDs(ctx, []core.ID{id})
	return found[id], err
}

// tellFocal writes to the focal point of a delegation.
func (s *Service) tellFocal(ctx context.Context, tx *record.Tx, set *editions.Setting, d *Delegation, to authn.Account, kind string) error {
	if to.Email == "" || to.Disabled {
		return nil
	}
	lang := mailLang(to.Lang)
	edition, _ := set.Name.In(lang)
	reason, _ := d.Reason.In(lang)
	if reason != "" {
		reason = quoteMail(reason)
	}
	m := mail.Message{ID: kind + "/" + string(d.ID) + "/" + strconv.FormatInt(d.Version, 10), Kind: "delegation", To: to.Email, ToName: to.Name, Lang: lang}
	m.Subject, m.Text = s.Mail.Compose(lang, kind, "Name", to.Name, "Delegation", d.Name, "Edition", edition, "Reason", reason,
		"URL", s.BaseURL+"/"+lang+set.Path()+"/delegations/"+string(d.ID))
	return s.Mail.QueueTx(ctx, tx, m)
}

// NewCode makes the code with which people join a delegation, in place of the one before.
// Its hash alone is kept: the code is told here and never again. Event: delegation.code_made.
func (s *Service) NewCode(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID) (string, error) {
	var b [10]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", fmt.Errorf("make code: %w", err)
	}
	plain := letterAlphabet.EncodeToString(b[:])
	err := s.changeDelegation(ctx, a, set, id, 0, "invite", func(_ context.Context, tx *record.Tx, d *Delegation) error {
		d.CodeHash = codeHash(plain)
		tx.Append("delegation.code_made", d.ID, Scope(set.ID), record.Internal, nil)
		return nil
	})
	return inFours(plain), err
}

// inFours groups a code for reading.
func inFours(plain string) string {
	var out []string
	for g := range slices.Chunk([]byte(plain), 4) {
		out = append(out, string(g))
	}
	return strings.Join(out, "-")
}

// DelegationByCode finds the delegation that a code opens. from counts the tries of a reader.
// NotFound where it opens none.
func (s *Service) DelegationByCode(ctx context.Context, edition core.ID, code, from string) (Delegation, error) {
	var d Delegation
	plain := plainCode(code, 16)
	if plain == "" {
		return d, core.NotFound()
	}
	if err := s.verifies.Allow("join:" + from); err != nil {
		return d, err
	}
	err := s.rec.DB.Read.NewSelect().Model(&d).Where("dg.edition = ? AND dg.code_hash = ? AND dg.state = ?", edition, codeHash(plain), GroupApproved).Scan(ctx)
	return d, record.Found(err)
}
