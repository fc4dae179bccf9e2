package proposals

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

// followTx writes what follows from saved answers: people, and of what was handed in the
// revision, the events and the mails.
func (s *Service) followTx(ctx context.Context, tx *record.Tx, p Proposal, v View, form calls.Form, submitted bool, in SaveInput) error {
	if err := s.partiesTx(ctx, tx, p, form); err != nil {
		return err
	}
	if submitted {
		if err := s.reviseTx(ctx, tx, p); err != nil {
			return err
		}
		kind := "proposal.changed"
		if v.State != p.State {
			kind = "proposal.submitted"
			if err := s.receiptTx(ctx, tx, p, v.Of); err != nil {
				return err
			}
		}
		tx.Append(kind, p.ID, v.Of.Scope(), s.visibility(p, v.Of), record.Data{"label": core.NewText(p.Lang, p.Title), "call": v.Of.Ref, "number": p.Number})
	}
	if in.Ask || submitted {
		return s.askTx(ctx, tx, p)
	}
	return nil
}

// visibility of an event: everybody's only where everybody may read the proposal.
func (s *Service) visibility(p Proposal, c calls.Call) record.Visibility {
	if s.open(p, c) {
		return record.Public
	}
	return record.Internal
}

func (s *Service) reviseTx(ctx context.Context, tx *record.Tx, p Proposal) error {
	var last int
	if err := tx.NewSelect().Model((*Revision)(nil)).ColumnExpr("COALESCE(MAX(pv.number), 0)").Where("pv.proposal = ?", p.ID).Scan(ctx, &last); err != nil {
		return fmt.Errorf("number revision: %w", err)
	}
	r := Revision{Proposal: p.ID, Number: last + 1, FormVersion: p.FormVersion, Answers: p.Answers, At: tx.Now, ByAccount: tx.Actor.Account}
	if _, err := tx.NewInsert().Model(&r).Exec(ctx); err != nil {
		return fmt.Errorf("keep revision: %w", err)
	}
	return nil
}

// keysTx gives the people in the answers of a proposal keys that are theirs: one that a
// browser sent and that names nobody, somebody twice or somebody of another proposal is made
// anew.
func keysTx(ctx context.Context, tx *record.Tx, p *Proposal) error {
	var keys []core.ID
	for _, x := range p.Answers {
		for _, row := range x.People {
			keys = append(keys, core.ID(row.Key))
		}
	}
	if len(keys) == 0 {
		return nil
	}
	var taken []core.ID
	if err := tx.NewSelect().Model((*Party)(nil)).Column("pp.id").Where("pp.id IN (?) AND pp.proposal <> ?", bun.List(keys), p.ID).Scan(ctx, &taken); err != nil {
		return fmt.Errorf("look for people: %w", err)
	}
	seen := map[string]bool{"": true}
	for _, q := range slices.Sorted(maps.Keys(p.Answers)) {
		x := p.Answers[q]
		for i := range x.People {
			if key := x.People[i].Key; seen[key] || len(key) > 64 || slices.Contains(taken, core.ID(key)) {
				x.People[i].Key = string(tx.NewID())
			}
			seen[x.People[i].Key] = true
		}
	}
	return nil
}

// partiesTx makes the people of a proposal those of its answers; who was taken out may come
// back, and is asked anew. What somebody stated herself stays; where another address
// stands in her row, it is somebody else.
func (s *Service) partiesTx(ctx context.Context, tx *record.Tx, p Proposal, form calls.Form) error {
	var rows []Party
	if err := tx.NewSelect().Model(&rows).Where("pp.proposal = ?", p.ID).Scan(ctx); err != nil {
		return fmt.Errorf("load people: %w", err)
	}
	have := map[core.ID]Party{}
	for _, x := range rows {
		have[x.ID] = x
	}
	var fresh []Party
	position := 0
	for _, q := range form.Questions() {
		for _, row := range p.Answers[q.Key].People {
			x, there := have[core.ID(row.Key)]
			delete(have, core.ID(row.Key))
			was := x
			if x.Gone {
				x = Party{ID: x.ID, State: Named}
			}
			x.take(p, q, row, position)
			position++
			switch {
			case !there:
				x.ID, x.State = core.ID(row.Key), Named
				fresh = append(fresh, x)
			case x != was:
				if _, err := tx.NewUpdate().Model(&x).WherePK().Exec(ctx); err != nil { // a handful
					return fmt.Errorf("change person: %w", err)
				}
			}
		}
	}
	if len(fresh) > 0 {
		if _, err := tx.NewInsert().Model(&fresh).Exec(ctx); err != nil {
			return fmt.Errorf("add people: %w", err)
		}
	}
	var gone []core.ID
	for id, x := range have {
		if !x.Gone {
			gone = append(gone, id)
		}
	}
	if len(gone) == 0 {
		return nil
	}
	if _, err := tx.NewUpdate().Model((*Party)(nil)).Set("gone = TRUE, token = ''").Where("id IN (?)", bun.List(gone)).Exec(ctx); err != nil {
		return fmt.Errorf("take out people: %w", err)
	}
	return nil
}

// take takes over what the proposer says of a person.
func (x *Party) take(p Proposal, q calls.Question, row calls.Person, position int) {
	key := ""
	if row.Email != "" {
		_, key, _ = mail.Address(row.Email) // a draft may hold what is no address
	}
	if x.ID != "" && x.EmailKey != key && x.EmailKey != "" { // somebody else
		*x = Party{ID: x.ID, State: Named}
	}
	x.Proposal, x.Question, x.Means, x.Position, x.Lang = p.ID, q.Key, q.Means, position, p.Lang
	x.Email, x.EmailKey, x.Asked = row.Email, key, row.Asked
	if x.Own {
		return
	}
	x.Name, x.NameKey, x.Organisation, x.Group, x.Country, x.Onsite = row.Name, core.Fold(row.Name), row.Organisation, row.Group, row.Country, row.Onsite
}

// receiptTx sends the receipt to the editors.
func (s *Service) receiptTx(ctx context.Context, tx *record.Tx, p Proposal, c calls.Call) error {
	acc, err := s.proposer(ctx, p)
	if err != nil || acc.Disabled {
		return err
	}
	title, _ := c.Title.In(acc.Lang)
	thanks, _ := c.Thanks.In(acc.Lang)
	m := mail.Message{ID: fmt.Sprintf("proposal-receipt/%s/%d", p.ID, p.Version), Kind: "proposal_receipt", To: acc.Email, ToName: acc.Name, Lang: acc.Lang}
	m.Subject, m.Text = s.Mail.Compose(acc.Lang, m.Kind, "Call", title, "Title", p.Title, "Number", p.Number, "URL", s.BaseURL+p.Path(),
		"Until", c.Closes.In(c.Zone).Format("2006-01-02 15:04")+" "+c.Zone, "Thanks", strings.TrimSpace(thanks))
	return s.Mail.QueueTx(ctx, tx, m)
}

// knownTx is what the answers of a proposal are checked against.
func (s *Service) knownTx(ctx context.Context, tx *record.Tx, p Proposal) (calls.Known, error) {
	var set *editions.Setting
	if p.Edition != "" {
		var err error
		if set, err = s.Editions.SettingTx(ctx, tx, p.Edition); err != nil {
			return nil, err
		}
	}
	return s.Calls.Known(set), nil
}

// Withdraw takes a proposal back; it stays readable for its editors and the staff. Its
// editors may. Event: proposal.withdrawn. Errors: Stale.
func (s *Service) Withdraw(ctx context.Context, a core.Actor, id core.ID, version int64) error {
	return s.moveTo(ctx, a, id, version, "withdraw", StateWithdrawn, "", "proposal.withdrawn")
}

// moveTo changes the state of a proposal, with a note to its editors.
func (s *Service) moveTo(ctx context.Context, a core.Actor, id core.ID, version int64, action, state, note, kind string) error {
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		v, err := s.get(ctx, tx, a, id)
		if err != nil {
			return err
		}
		if err := Policy.Check(action, v.State, v.Roles...); err != nil {
			return err
		}
		if v.Version != version {
			return core.Stale(v.Proposal)
		}
		stale, err := record.Once(tx.NewUpdate().Model((*Proposal)(nil)).Set("state = ?, note = ?, updated = ?, version = version + 1", state, note, tx.Now).
			Where("id = ? AND version = ?", id, version).Exec(ctx))
		if err != nil || stale {
			return record.StaleOr(err, v.Proposal)
		}
		vis := record.Internal
		if s.open(v.Proposal, v.Of) {
			vis = record.Public // what was public is seen to go
		}
		tx.Append(kind, v.ID, v.Of.Scope(), vis, record.Data{"label": core.NewText(v.Lang, v.Title), "call": v.Of.Ref, "number": v.Number, "state": state})
		return nil
	})
}

// Discard throws a draft away for good: it was nobody's but its editors'. No event.
func (s *Service) Discard(ctx context.Context, a core.Actor, id core.ID) error {
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		v, err := s.get(ctx, tx, a, id)
		if err != nil {
			return err
		}
		if err := Policy.Check("discard", v.State, v.Roles...); err != nil {
			return err
		}
		// It has neither tags nor findings.
		if err := s.drafts.ForgetTx(ctx, tx, id, ""); err != nil {
			return err
		}
		if _, err := tx.NewDelete().Model((*Party)(nil)).Where("proposal = ?", id).Exec(ctx); err != nil {
			return fmt.Errorf("discard proposal: %w", err)
		}
		if _, err := tx.NewDelete().Model((*Proposal)(nil)).Where("id = ?", id).Exec(ctx); err != nil {
			return fmt.Errorf("discard proposal: %w", err)
		}
		return nil
	})
}

// Mine are the actor's proposals: hers, those that she proposes together with others, and
// those in which she is named once they are handed in. A text narrows by title and answers.
// The last changed first.
func (s *Service) Mine(ctx context.Context, a core.Actor, text string) ([]Proposal, error) {
	if !a.SignedIn() {
		return nil, core.SignIn()
	}
	keys, err := s.Accounts.Keys(ctx, a.Account)
	if err != nil {
		return nil, err
	}
	words := strings.Fields(core.Fold(text))
	named := func() *bun.SelectQuery {
		return s.rec.DB.Read.NewSelect().Model((*Party)(nil)).Column("pp.proposal").Where("pp.gone = FALSE AND pp.state <> ?", Declined).
			Where("pp.email_key IN (?) OR pp.person = ? AND pp.person <> ''", bun.List(keys), a.Person)
	}
	var list []Proposal
	q := s.rec.DB.Read.NewSelect().Model(&list).
		Where("pr.account = ?", a.Account).
		WhereOr("pr.state IN (?) AND pr.id IN (?)", bun.List(Live), named()).
		WhereOr("pr.id IN (?)", named().Where("pp.means = ? AND pp.state = ?", calls.MeansOwner, Confirmed)).
		OrderExpr("pr.updated DESC, pr.id").Limit(200)
	if len(words) == 0 {
		q = q.ExcludeColumn("answers")
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("list own proposals: %w", err)
	}
	list = slices.DeleteFunc(list, func(p Proposal) bool { return !View{Proposal: p}.says(words) })
	return list, s.callRefs(ctx, list)
}

func (s *Service) callRefs(ctx context.Context, list []Proposal) error {
	var ids []core.ID
	for _, p := range list {
		if !slices.Contains(ids, p.Call) {
			ids = append(ids, p.Call)
		}
	}
	found, err := s.Calls.Calls(ctx, ids)
	for i := range list {
		list[i].CallRef = found[list[i].Call].Ref
	}
	return err
}
