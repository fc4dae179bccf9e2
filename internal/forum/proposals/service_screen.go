package proposals

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/calls"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

const advisoryGroup = "advisory-group"

// facts gathers what the rules of a call ask of several of its proposals. The number of
// queries does not depend on theirs.
func (s *Service) facts(ctx context.Context, idb bun.IDB, c calls.Call, list []Proposal, parties map[core.ID][]Party) (map[core.ID]Facts, error) {
	out := map[core.ID]Facts{}
	asks := func(code string) bool {
		return slices.ContainsFunc(c.Rules, func(r calls.Rule) bool { return r.Code == code })
	}
	persons := map[core.ID]core.ID{} // by account
	if asks(calls.RuleMember) || asks(calls.RuleEligible) || asks(calls.RuleReport) {
		var ids []core.ID
		for _, p := range list {
			ids = append(ids, p.Account)
		}
		accounts, err := s.Accounts.ByIDs(ctx, ids)
		if err != nil {
			return nil, err
		}
		for id, a := range accounts {
			persons[id] = a.Person
		}
	}
	var advisory map[core.ID]bool
	var groups map[core.ID]string
	var err error
	if asks(calls.RuleMember) {
		if advisory, err = s.advisers(ctx); err != nil {
			return nil, err
		}
	}
	if asks(calls.RuleEligible) {
		if groups, err = s.groups(ctx, persons); err != nil {
			return nil, err
		}
	}
	own, orgs, err := counted(ctx, idb, c)
	if err != nil {
		return nil, err
	}
	var speaking map[string]int
	if asks(calls.RuleSpeaking) {
		if speaking, err = s.speaking(ctx, idb, c, speakerKeys(list, parties)); err != nil {
			return nil, err
		}
	}
	owed, err := s.owed(ctx, c, list, asks(calls.RuleReport))
	if err != nil {
		return nil, err
	}
	for _, p := range list {
		person := persons[p.Account]
		f := Facts{Advisory: person != "" && advisory[person], Group: groups[person], Owed: -1, Region: s.Vocab.RegionOf, Speaking: map[string]int{}}
		counts := slices.Contains(Live, p.State)
		f.OwnOthers, f.OrgOthers = own[p.Account], orgs[p.OrgKey]
		if counts { // it is among them
			f.OwnOthers--
			f.OrgOthers--
		}
		if p.Account == "" { // it was brought from elsewhere, as others by other people
			f.OwnOthers = 0
		}
		for _, x := range of(parties[p.ID], calls.MeansSpeaker) {
			further := speaking[x.personKey()]
			if counts {
				further--
			}
			f.Speaking[x.personKey()] = further
		}
		if owed != nil {
			f.Owed = owed(person, p.Organisation)
		}
		out[p.ID] = f
	}
	return out, nil
}

// owed asks who owes reports, where a rule wants to know.
func (s *Service) owed(ctx context.Context, c calls.Call, list []Proposal, asked bool) (func(core.ID, string) int, error) {
	if !asked || s.Owed == nil {
		return nil, nil
	}
	var organisations []string
	for _, p := range list {
		if p.Organisation != "" && !slices.Contains(organisations, p.Organisation) {
			organisations = append(organisations, p.Organisation)
		}
	}
	return s.House.Owed(ctx, c.Edition, organisations)
}

// advisers are the persons who hold a seat in an advisory group today.
func (s *Service) advisers(ctx context.Context) (map[core.ID]bool, error) {
	list, err := s.Bodies.List(ctx, bodies.Query{Kind: advisoryGroup, Page: core.Page{Limit: 200}})
	if err != nil {
		return nil, err
	}
	var ids []core.ID
	for _, b := range list.Items {
		ids = append(ids, b.ID)
	}
	seats, err := s.Bodies.SeatsIn(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := map[core.ID]bool{}
	for _, of := range seats {
		for _, x := range bodies.On(of, s.Bodies.Today()) {
			if x.Person != "" {
				out[x.Person] = true
			}
		}
	}
	return out, nil
}

// groups are the stakeholder groups of persons today.
func (s *Service) groups(ctx context.Context, persons map[core.ID]core.ID) (map[core.ID]string, error) {
	var ids []core.ID
	for _, p := range persons {
		if p != "" {
			ids = append(ids, p)
		}
	}
	affiliations, err := s.People.Affiliations(ctx, ids)
	out := map[core.ID]string{}
	for id, list := range affiliations {
		for _, a := range list {
			if a.Group != "" && a.Until == "" {
				out[id] = a.Group
			}
		}
	}
	return out, err
}

// counted are how many proposals of a call count, by account and by organisation.
func counted(ctx context.Context, idb bun.IDB, c calls.Call) (own map[core.ID]int, orgs map[string]int, err error) {
	var rows []struct {
		Account core.ID `bun:"account"`
		OrgKey  string  `bun:"org_key"`
		N       int     `bun:"n"`
	}
	if err := idb.NewSelect().Model((*Proposal)(nil)).ColumnExpr("pr.account, pr.org_key, COUNT(*) AS n").
		Where("pr.call = ? AND pr.state IN (?)", c.ID, bun.List(Live)).GroupExpr("pr.account, pr.org_key").Scan(ctx, &rows); err != nil {
		return nil, nil, fmt.Errorf("count proposals: %w", err)
	}
	own, orgs = map[core.ID]int{}, map[string]int{}
	for _, r := range rows {
		own[r.Account] += r.N
		if r.OrgKey != "" {
			orgs[r.OrgKey] += r.N
		}
	}
	return own, orgs, nil
}

// Findings are what the call's rules find in a proposal now, with what was overruled. Its
// editors and who judges it may ask: it is the panel that tells a proposer how far she is.
func (s *Service) Findings(ctx context.Context, v View) ([]Finding, error) {
	facts, err := s.facts(ctx, s.rec.DB.Read, v.Of, []Proposal{v.Proposal}, map[core.ID][]Party{v.ID: v.Parties})
	if err != nil {
		return nil, err
	}
	out := Screen(v.Of.Rules, v.Form, v.Proposal, v.Parties, facts[v.ID])
	stored, err := findingsOf(ctx, s.rec.DB.Read, v.ID)
	overrule(out, stored[v.ID])
	return out, err
}

func overrule(now, stored []Finding) {
	for i := range now {
		for _, f := range stored {
			if f.Rule == now[i].Rule && f.Overruled != "" {
				now[i].Overruled, now[i].ByName, now[i].At = f.Overruled, f.ByName, f.At
			}
		}
	}
}

func findingsOf(ctx context.Context, idb bun.IDB, proposals ...core.ID) (map[core.ID][]Finding, error) {
	out := map[core.ID][]Finding{}
	for part := range slices.Chunk(proposals, 1000) {
		var rows []Finding
		if err := idb.NewSelect().Model(&rows).Where("pf.proposal IN (?)", bun.List(part)).OrderExpr("pf.proposal, pf.rule").Scan(ctx); err != nil {
			return nil, fmt.Errorf("load findings: %w", err)
		}
		for _, r := range rows {
			out[r.Proposal] = append(out[r.Proposal], r)
		}
	}
	return out, nil
}

// Screened is one row of the screening of a call.
type Screened struct {
	Proposal
	Findings []Finding
	Stopped  int // rules that block, are broken and not overruled
}

// Screening lists the proposals of a call that were handed in, with what its rules find in
// each now. Who judges them may. The number of queries does not depend on theirs.
func (s *Service) Screening(ctx context.Context, a core.Actor, c calls.Call) ([]Screened, error) {
	if err := s.Calls.May(ctx, a, c, "run"); err != nil {
		return nil, err
	}
	var list []Proposal
	if err := s.rec.DB.Read.NewSelect().Model(&list).Where("pr.call = ? AND pr.state <> ?", c.ID, StateDraft).OrderExpr("pr.number").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list proposals: %w", err)
	}
	barred, err := s.barred(ctx, a, c.ID)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(p Proposal) bool { return barred[p.ID] })
	ids := make([]core.ID, len(list))
	forms := map[int]calls.Form{}
	for i, p := range list {
		ids[i] = p.ID
		if _, ok := forms[p.FormVersion]; !ok {
			f, err := s.Calls.Form(ctx, c, p.FormVersion)
			if err != nil {
				return nil, err
			}
			forms[p.FormVersion] = f.Form
		}
	}
	parties, err := s.PartiesOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	facts, err := s.facts(ctx, s.rec.DB.Read, c, list, parties)
	if err != nil {
		return nil, err
	}
	stored, err := findingsOf(ctx, s.rec.DB.Read, ids...)
	if err != nil {
		return nil, err
	}
	out := make([]Screened, len(list))
	for i, p := range list {
		p.CallRef = c.Ref
		x := Screened{Proposal: p, Findings: Screen(c.Rules, forms[p.FormVersion], p, parties[p.ID], facts[p.ID])}
		overrule(x.Findings, stored[p.ID])
		x.Stopped = len(slices.DeleteFunc(slices.Clone(x.Findings), func(f Finding) bool { return !f.Stops() }))
		out[i] = x
	}
	return out, nil
}

// Judge lets a proposal pass, finds it ineligible or returns it to be mended. A rule that
// blocks and is broken must be overruled with a reason before it passes; what was found is
// kept. The editors are told by mail. Who runs the call may. Events: proposal.screened.
// Errors: Stale, Invalid.
func (s *Service) Judge(ctx context.Context, a core.Actor, id core.ID, in ScreenInput) error {
	in.Note = strings.TrimSpace(in.Note)
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		v, err := s.get(ctx, tx, a, id)
		if err != nil {
			return err
		}
		if err := Policy.Check("screen", v.State, v.Roles...); err != nil {
			return err
		}
		if v.Version != in.Version {
			return core.Stale(v.Proposal)
		}
		facts, err := s.facts(ctx, tx, v.Of, []Proposal{v.Proposal}, map[core.ID][]Party{v.ID: v.Parties})
		if err != nil {
			return err
		}
		found := Screen(v.Of.Rules, v.Form, v.Proposal, v.Parties, facts[v.ID])
		for i := range found {
			found[i].At = tx.Now
			if why := strings.TrimSpace(in.Overruled[found[i].Rule]); why != "" && found[i].Outcome != Holds {
				found[i].Overruled, found[i].ByName = why, tx.Actor.Name
			}
		}
		if p := in.problems(found); p.Err() != nil {
			return p.Err()
		}
		if _, err := tx.NewDelete().Model((*Finding)(nil)).Where("proposal = ?", v.ID).Exec(ctx); err != nil {
			return fmt.Errorf("clear findings: %w", err)
		}
		if len(found) > 0 {
			if _, err := tx.NewInsert().Model(&found).Exec(ctx); err != nil {
				return fmt.Errorf("keep findings: %w", err)
			}
		}
		stale, err := record.Once(tx.NewUpdate().Model((*Proposal)(nil)).Set("state = ?, note = ?, version = version + 1", in.To, in.Note).
			Where("id = ? AND version = ?", v.ID, in.Version).Exec(ctx))
		if err != nil || stale {
			return record.StaleOr(err, v.Proposal)
		}
		tx.Append("proposal.screened", v.ID, v.Of.Scope(), record.Internal, record.Data{
			"label": core.NewText(v.Lang, v.Title), "call": v.Of.Ref, "number": v.Number, "state": in.To,
		})
		return s.tellScreenedTx(ctx, tx, v, in, found)
	})
}

// tellScreenedTx tells the proposer what became of her proposal, and by which rules.
func (s *Service) tellScreenedTx(ctx context.Context, tx *record.Tx, v View, in ScreenInput, found []Finding) error {
	acc, err := s.proposer(ctx, v.Proposal)
	if err != nil || acc.Disabled {
		return err
	}
	var lines []string
	for _, f := range found {
		if in.To != StateEligible && f.Outcome == Broken && f.Overruled == "" {
			lines = append(lines, "- "+s.Mail.Say(acc.Lang, "proposals.rule."+f.Rule, pairs(f.Args)...))
		}
	}
	m := mail.Message{ID: fmt.Sprintf("proposal-screened/%s/%d", v.ID, in.Version), Kind: "proposal_" + in.To, To: acc.Email, ToName: acc.Name, Lang: acc.Lang}
	call, _ := v.Of.Title.In(acc.Lang)
	m.Subject, m.Text = s.Mail.Compose(acc.Lang, m.Kind, "Title", v.Title, "Call", call, "Note", in.Note, "Rules", strings.Join(lines, "\n"), "URL", s.BaseURL+v.Path())
	return s.Mail.QueueTx(ctx, tx, m)
}

// pairs are named values for a sentence of the catalogue.
func pairs(args map[string]any) []any {
	out := []any{}
	for name, v := range args {
		if list, ok := v.([]string); ok {
			v = strings.Join(list, ", ")
		}
		out = append(out, name, v)
	}
	return out
}
