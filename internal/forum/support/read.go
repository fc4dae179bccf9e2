package support

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/proposals"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
)

// Line is an application in a list.
type Line struct {
	Application
	Name      string // of the account
	Facts     *Facts
	Live      []Finding // what the rules say now
	Standing  Standing
	Advice    *Advice
	Conflicts []string // of the actor, where she is of the committee
	Mine      *Score
	Totals    Totals
}

// Seen is an edition's support with its applications.
type Seen struct {
	*Desk
	Lines []Line
	Money Balance
}

// Lines gives the applications of an edition with all that is reckoned of them: to the
// staff all but her own, to the committee those that are scored; of one with which a
// member has a conflict she learns the number and why. NotFound to all others. About
// fifteen queries for any number of applications up to a thousand.
func (s *Service) Lines(ctx context.Context, a core.Actor, set *editions.Setting) (*Seen, error) {
	d, err := s.desk(ctx, s.rec.DB.Read, a, set)
	if err != nil {
		return nil, err
	}
	return s.lines(ctx, s.rec.DB.Read, a, d)
}

func (s *Service) lines(ctx context.Context, idb bun.IDB, a core.Actor, d *Desk) (*Seen, error) {
	out := &Seen{Desk: d}
	all, err := applications(ctx, idb, d.Set.ID, nil)
	if err != nil {
		return nil, err
	}
	facts, err := s.factsOf(ctx, idb, d.Programme, d.Set, all)
	if err != nil {
		return nil, err
	}
	live := s.findingsOf(d.Programme, d.Set, all, facts)
	given, err := scores(ctx, idb, ids(all))
	if err != nil {
		return nil, err
	}
	advice, err := advices(ctx, idb, ids(all))
	if err != nil {
		return nil, err
	}
	who, err := s.committee(ctx, idb, d.Set.ID)
	if err != nil {
		return nil, err
	}
	accounts, _ := peopleOf(all)
	names, err := s.Accounts.ByIDs(ctx, accounts)
	if err != nil {
		return nil, err
	}
	booked, err := entries(ctx, idb, d.Set.ID)
	if err != nil {
		return nil, err
	}
	of, sum := Reckon(booked)
	out.Money = balanceOf(d.Programme, sum, all)
	for _, x := range all {
		l := Line{Application: x, Name: nameOf(names[x.Account], &x), Facts: facts[x.ID], Live: live[x.ID], Totals: of[x.ID]}
		if r, ok := advice[x.ID]; ok {
			l.Advice = &r
		}
		l.Standing = standing(d.Programme, &x, l.Facts.Before, given[x.ID], func(account core.ID) bool {
			return len(who.conflicts(account, &x, l.Advice, nil)) > 0
		})
		if !s.lets(a, d, &l, who, given[x.ID]) {
			continue
		}
		out.Lines = append(out.Lines, l)
	}
	return out, nil
}

// lets tells whether the actor may have a line, and takes out of it what she may not.
func (s *Service) lets(a core.Actor, d *Desk, l *Line, who jury, given []Score) bool {
	if d.Member != nil {
		if i := slices.IndexFunc(given, func(g Score) bool { return g.Account == a.Account }); i >= 0 {
			l.Mine = &given[i]
		}
		l.Conflicts = who.conflicts(a.Account, &l.Application, l.Advice, l.Mine)
	}
	own := isOwn(a, &l.Application)
	switch {
	case d.Staff && !own:
		return true
	case d.Member == nil || own || !l.In(judged):
		return false
	case len(l.Conflicts) > 0:
		*l = Line{Application: Application{ID: l.ID, Number: l.Number, State: l.State}, Conflicts: l.Conflicts, Facts: &Facts{}, Standing: Standing{Score: -1}}
	case l.Mine == nil || l.Mine.State != ScoreGiven:
		l.Standing = Standing{Score: -1} // she gives her marks before she sees what others say
	}
	return true
}

func isOwn(a core.Actor, x *Application) bool {
	return a.Account != "" && a.Account == x.Account || a.Person != "" && a.Person == x.Person
}

func nameOf(acc authn.Account, x *Application) string {
	if acc.Name != "" {
		return acc.Name
	}
	return x.Organisation
}

// jury is the committee with what conflicts are found by.
type jury struct {
	members map[core.ID]*Member
	who     map[core.ID]authn.Account
}

func (s *Service) committee(ctx context.Context, idb bun.IDB, edition core.ID) (jury, error) {
	j := jury{members: map[core.ID]*Member{}}
	list, err := members(ctx, idb, edition)
	if err != nil {
		return j, err
	}
	var of []core.ID
	for i := range list {
		j.members[list[i].Account] = &list[i]
		of = append(of, list[i].Account)
	}
	j.who, _, err = s.Accounts.Holders(ctx, s.rec.DB.Read, of, nil)
	return j, err
}

// conflicts of an account with an application. Who has left the committee counts as one
// without: what she gave stands.
func (j jury) conflicts(account core.ID, x *Application, advice *Advice, said *Score) []string {
	m := j.members[account]
	if m == nil {
		m = &Member{Account: account}
	}
	acc := j.who[account]
	return conflictsOf(m, acc.Person, acc.Keys, x, advice, said)
}

// Sheet is one application with all that belongs to it.
type Sheet struct {
	*Desk
	Line
	Roles   []core.Role
	Input   proposals.View // the answers
	Scores  []Score
	Entries []Entry
	Files   []File
	Account authn.Account
}

// Can tells whether the reader may do an action of the policy "support_grant".
func (v *Sheet) Can(action string) bool { return grantPolicy.Can(action, v.State, v.Roles...) }

// Sheet gives one application to the staff and, where she has no conflict, to a member of
// the committee. NotFound to all others; the applicant has a page of her own.
func (s *Service) Sheet(ctx context.Context, a core.Actor, set *editions.Setting, number int) (*Sheet, error) {
	seen, err := s.Lines(ctx, a, set)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(seen.Lines, func(l Line) bool { return l.Number == number })
	if i < 0 || len(seen.Lines[i].Conflicts) > 0 && !seen.Staff {
		return nil, core.NotFound()
	}
	v := &Sheet{Desk: seen.Desk, Line: seen.Lines[i]}
	v.Roles = s.rolesFor(a, v.Desk, &v.Application, v.Conflicts)
	if !v.Can("read") {
		return nil, core.NotFound()
	}
	return v, s.fill(ctx, v)
}

// rolesFor are what an actor is for an application: the applicant only that, a member of
// the committee judges where she has no conflict.
func (s *Service) rolesFor(a core.Actor, d *Desk, x *Application, conflicts []string) []core.Role {
	if isOwn(a, x) {
		return []core.Role{core.RoleOrganiser}
	}
	out := staffRoles(a, d.Set.Scope())
	if d.Member != nil && len(conflicts) == 0 {
		out = append(out, core.RoleEditor)
	}
	return out
}

func (s *Service) fill(ctx context.Context, v *Sheet) error {
	found, err := s.Calls.Calls(ctx, []core.ID{v.Call})
	if err != nil {
		return err
	}
	c := found[v.Call]
	answered, err := s.Proposals.AnsweredOf(ctx, s.rec.DB.Read, c, []core.ID{v.Proposal})
	if err != nil || len(answered) == 0 {
		return core.NotFound()
	}
	form, err := s.Calls.Form(ctx, c, answered[0].FormVersion)
	if err != nil {
		return err
	}
	v.Input = proposals.View{Proposal: answered[0].Proposal, Of: c, Form: form.Form}
	of := []core.ID{v.Application.ID}
	given, err := scores(ctx, s.rec.DB.Read, of)
	if err != nil {
		return err
	}
	v.Scores = given[v.Application.ID]
	if !v.Desk.Staff {
		return nil
	}
	if v.Entries, err = in[Entry](ctx, s.rec.DB.Read, of, "se.application IN (?)", "se.number"); err != nil {
		return err
	}
	if v.Files, err = files(ctx, s.rec.DB.Read, v.Application.ID); err != nil || v.Application.Account == "" {
		return err
	}
	v.Account, err = s.Accounts.ByID(ctx, v.Application.Account)
	return err
}

// History is what happened to an application, for the staff.
func (s *Service) History(ctx context.Context, v *Sheet) ([]record.Event, error) {
	if !v.Desk.Staff {
		return nil, nil
	}
	list, err := s.rec.Events(ctx, record.Query{Subjects: []core.ID{v.Application.ID}, Internal: true, Page: core.Page{Limit: 50}})
	return list.Items, err
}
