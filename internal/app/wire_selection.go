package app

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/proposals"
	"plenary/internal/forum/selection"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

// selectionRoom makes the room that decides on proposals.
func (a *App) selectionRoom() {
	a.Selection = selection.New(a.Record, selection.House{
		Calls: a.Calls, Proposals: a.Proposals, Review: a.Review, Editions: a.Editions, Bodies: a.Bodies, Vocab: a.Vocab, Accounts: a.Authn, Mail: a.Mail,
		Catalog: a.Catalog, BaseURL: a.BaseURL, Make: a.makeSessions, Sessions: a.selectedSessions, Known: a.organisedBefore,
	})
	a.Record.Every("tasks of organisers", time.Hour, a.Selection.TasksDue)
}

// selectionPanels puts what was decided on the pages of other rooms.
func selectionPanels(s *web.Server, w *selection.Web) {
	s.Panel("proposals.one", 10, w.Panel)
	s.Panel("programme.session", 40, w.SessionPanel)
	s.Panel(calls.SlotOne, 40, w.CallPanel)
	s.Panel("people.me", 29, w.MePanel)
}

// selectedSessions are sessions as the room of the selection shows them.
func (a *App) selectedSessions(ctx context.Context, actor core.Actor, ids []core.ID) (map[core.ID]selection.Session, error) {
	found, err := a.Programme.SessionsByID(ctx, actor, ids)
	out := map[core.ID]selection.Session{}
	for id, x := range found {
		out[id] = selection.Session{ID: id, Ref: x.Ref, Title: x.Title, Path: x.Path()}
	}
	return out, err
}

// organisedBefore are the persons and organisations that organised sessions in editions
// before one.
func (a *App) organisedBefore(ctx context.Context, before core.ID) (map[core.ID]bool, map[string]bool, error) {
	earlier, err := a.editionsBefore(ctx, before)
	if err != nil {
		return nil, nil, err
	}
	return a.Programme.Organisers(ctx, earlier)
}

// makeSessions makes drafts of sessions of what was accepted, with the people who have
// agreed to be named. Others come along when they agree: nobody is named without that.
func (a *App) makeSessions(ctx context.Context, tx *record.Tx, list []selection.Accepted) ([]selection.Session, error) {
	who, err := a.peopleOf(ctx, tx, list)
	if err != nil {
		return nil, err
	}
	out := make([]selection.Session, len(list))
	for i, in := range list {
		set, err := a.Editions.SettingTx(ctx, tx, in.Call.Edition)
		if err != nil {
			return nil, err
		}
		types, err := a.Programme.TypesTx(ctx, tx, set.ID)
		if err != nil {
			return nil, err
		}
		t := slices.IndexFunc(types, func(t programme.Type) bool { return t.Slug == in.Type })
		if t < 0 {
			return nil, core.Conflict("selection.error.no_type", "Type", in.Type)
		}
		x, err := a.Programme.CreateTx(ctx, tx, set, programme.NewSession{Type: types[t].ID, Texts: a.sessionTexts(in, func(id core.ID) bool { return set.Theme(id) != nil }, func(id core.ID) bool { return set.Question(id) != nil })})
		if err != nil {
			return nil, err
		}
		if roles := who.roles(in); len(roles) > 0 {
			if _, err := a.Programme.AddRolesTx(ctx, tx, set, x, roles); err != nil {
				return nil, err
			}
		}
		out[i] = selection.Session{ID: x.ID, Ref: x.Ref, Title: x.Title, Path: x.Path()}
	}
	return out, nil
}

// sessionTexts are the texts of a session as its proposal has them.
func (a *App) sessionTexts(in selection.Accepted, theme, question func(core.ID) bool) programme.EditInput {
	p := in.Of
	lang := p.Proposal.Lang
	out := programme.EditInput{Title: core.NewText(lang, p.Title), Description: core.NewText(lang, p.Text), Tags: strings.Join(p.Tags, "\n")}
	if len(p.Themes) > 0 && theme(p.Themes[0]) {
		out.Theme = p.Themes[0]
	}
	if a.Vocab.Has(vocab.Languages, lang) {
		out.Language = lang
	}
	in.Form.Each(func(_, _ int, q *calls.Question) {
		x := p.Answers[q.Key]
		switch {
		case q.Means == calls.MeansFormat && a.Vocab.Has(vocab.Formats, x.Text):
			out.Format = x.Text
		case q.Kind == calls.KindQuestions:
			for _, id := range x.Many {
				if question(core.ID(id)) {
					out.Questions = append(out.Questions, core.ID(id))
				}
			}
		case q.Kind == calls.KindGoals:
			for _, goal := range x.Many { // a goal, or one of its targets: 4, 4.1
				head, _, _ := strings.Cut(goal, ".")
				if n, err := strconv.Atoi(head); err == nil && n >= 1 && n <= 17 && !slices.Contains(out.SDGs, n) {
					out.SDGs = append(out.SDGs, n)
				}
			}
		}
	})
	return out
}

// known are the persons of the record who stand behind proposals: by the proposer's account
// and by the address of who is named.
type known struct {
	accounts map[core.ID]core.ID
	parties  map[core.ID]core.ID
}

var sessionRoles = map[string]string{
	calls.MeansOwner: programme.CoOrganiser, calls.MeansSpeaker: programme.Speaker, calls.MeansOnsite: programme.ModeratorOnsite,
	calls.MeansOnline: programme.ModeratorOnline, calls.MeansReporter: programme.Rapporteur,
}

// roles are those of a session: the proposer organises, and so do those whose proposals
// were merged into hers.
func (k known) roles(in selection.Accepted) []programme.RoleInput {
	var out []programme.RoleInput
	seen := map[[2]string]bool{}
	add := func(person core.ID, role string) {
		key := [2]string{string(person), role}
		if person == "" || role == "" || seen[key] {
			return
		}
		seen[key] = true
		out = append(out, programme.RoleInput{Person: person, Role: role})
	}
	add(k.accounts[in.Of.Account], programme.Organiser)
	for _, m := range in.Merged {
		add(k.accounts[m.Account], programme.Organiser)
	}
	for _, p := range in.People {
		if role := sessionRoles[p.Means]; role != programme.CoOrganiser || !seen[[2]string{string(k.parties[p.ID]), programme.Organiser}] {
			add(k.parties[p.ID], role)
		}
	}
	return out
}

// peopleOf finds or makes the persons of the record: the proposers, and those who have
// agreed to be named.
func (a *App) peopleOf(ctx context.Context, tx *record.Tx, list []selection.Accepted) (known, error) {
	k := known{accounts: map[core.ID]core.ID{}, parties: map[core.ID]core.ID{}}
	var ids []core.ID
	for _, in := range list {
		for _, p := range append([]proposals.Input{in.Of}, in.Merged...) {
			ids = append(ids, p.Account)
		}
	}
	accounts, err := a.Authn.ByIDs(ctx, ids)
	if err != nil {
		return k, err
	}
	byKey := map[string]core.ID{} // by address
	for _, id := range ids {
		acc, ok := accounts[id]
		if !ok || k.accounts[id] != "" {
			continue
		}
		person := acc.Person
		if person == "" {
			if person, err = a.personOf(ctx, tx, proposals.Party{Name: acc.Name}, acc); err != nil {
				return k, err
			}
		}
		k.accounts[id], byKey[acc.EmailKey] = person, person
	}
	for _, in := range list {
		for _, p := range in.People {
			if p.State != proposals.Confirmed || p.Gone {
				continue
			}
			person := p.Person
			if person == "" && p.EmailKey != "" {
				person = byKey[p.EmailKey]
			}
			if person == "" {
				acc, err := a.Authn.ByEmail(ctx, p.Email)
				if err != nil && core.KindOf(err) != core.KindNotFound {
					return k, err
				}
				if person = acc.Person; person == "" {
					if person, err = a.personOf(ctx, tx, p, acc); err != nil {
						return k, err
					}
				}
			}
			k.parties[p.ID] = person
			if p.EmailKey != "" {
				byKey[p.EmailKey] = person
			}
		}
	}
	return k, a.Proposals.KnownTx(ctx, tx, byKey)
}

// personOf enters somebody as she has named herself, and ties her account to her, if she
// has one: the address at which she agreed is its own.
func (a *App) personOf(ctx context.Context, tx *record.Tx, p proposals.Party, acc authn.Account) (core.ID, error) {
	made, err := a.People.CreatePersonTx(ctx, tx, people.NewPerson{Name: p.Name, Country: p.Country, Source: people.SourceSelf})
	if err != nil {
		return "", err
	}
	if p.Organisation != "" {
		if _, err := a.People.AddAffiliationTx(ctx, tx, people.NewAffiliation{
			Person: made.ID, OrganisationName: p.Organisation, Group: p.Group, Country: p.Country, From: tx.Now.Time().Format("2006-01-02"),
		}); err != nil {
			return "", err
		}
	}
	if acc.ID == "" {
		return made.ID, nil
	}
	return made.ID, a.Authn.LinkPersonTx(ctx, tx, acc.ID, made.ID)
}

// joined gives somebody who agrees to be named after her proposal has become a session her
// role in it, and takes it from her who no longer does, until it is over.
func (a *App) joined(ctx context.Context, tx *record.Tx, e *record.Event) error {
	link, parties, err := a.Selection.JoiningTx(ctx, tx, e.Subject)
	if err != nil || link.Session == "" {
		return err
	}
	x, err := a.Programme.SessionTx(ctx, tx, link.Session)
	if err != nil {
		return err
	}
	set, err := a.Editions.SettingTx(ctx, tx, x.Edition)
	if err != nil {
		return err
	}
	// Who was in it before and was taken out of the session stays out.
	in := selection.Accepted{People: slices.DeleteFunc(parties, func(p proposals.Party) bool { return !p.Answered.Time().Equal(tx.Now.Time()) })}
	for _, p := range in.People {
		if p.State == proposals.Declined && (x.Ends.IsZero() || tx.Now.Before(x.Ends)) {
			if err := a.Programme.LeaveTx(ctx, tx, set, x, p.Person, sessionRoles[p.Means]); err != nil {
				return err
			}
		}
	}
	who, err := a.peopleOf(ctx, tx, []selection.Accepted{in})
	if err != nil {
		return err
	}
	roles := slices.DeleteFunc(who.roles(in), func(r programme.RoleInput) bool {
		return slices.ContainsFunc(x.Roles, func(have programme.Role) bool {
			return have.Person == r.Person && (have.Role == r.Role || have.Role == programme.Organiser && r.Role == programme.CoOrganiser)
		})
	})
	if len(roles) == 0 {
		return nil
	}
	_, err = a.Programme.AddRolesTx(ctx, tx, set, x, roles)
	return err
}
