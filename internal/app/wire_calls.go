package app

import (
	"context"
	"slices"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/forum/proposals"
	"plenary/internal/forum/review"
	"plenary/internal/forum/topics"
)

// callRooms makes the rooms of what comes in, from the call to the proposal.
func (a *App) callRooms() {
	a.Calls = calls.New(a.Record, a.Editions, a.Bodies, a.Vocab, a.Authn, a.Catalog)
	a.Calls.Types = func(ctx context.Context, edition core.ID) ([]calls.Option, error) {
		types, err := a.Programme.Types(ctx, edition)
		var out []calls.Option
		for _, t := range types {
			out = append(out, calls.Option{Code: t.Slug, Label: t.Name})
		}
		return out, err
	}
	a.Calls.Milestones = func(ctx context.Context, _ core.Actor) ([]calls.Milestone, error) {
		list, err := a.Ledger.Processes(ctx) // they are public
		var out []calls.Milestone
		for _, p := range list {
			for _, m := range p.Milestones {
				out = append(out, calls.Milestone{Day: m.Day, Until: m.Until, Title: m.Title, Process: p.Name, Path: p.Path(), URL: m.URL})
			}
		}
		return out, err
	}
	a.Proposals = proposals.New(a.Record, proposals.House{
		Calls: a.Calls, Editions: a.Editions, People: a.People, Bodies: a.Bodies, Vocab: a.Vocab, Accounts: a.Authn, Mail: a.Mail, Files: a.Blobs,
		Documents: a.Documents, BaseURL: a.BaseURL,
		Owed: a.owedReports,
	})
	a.Topics = topics.New(a.Record, a.Editions, a.Bodies, a.Vocab)
	a.Topics.Inputs = a.topicInputs
	a.Editions.InUse(a.Topics.Usage)
	a.Proposals.UseTags(a.usedTags)
	a.Review = review.New(a.Record, review.House{
		Calls: a.Calls, Proposals: a.Proposals, Editions: a.Editions, People: a.People, Bodies: a.Bodies, Vocab: a.Vocab, Accounts: a.Authn, Mail: a.Mail, Catalog: a.Catalog, BaseURL: a.BaseURL,
		Alike: a.Proposals.Near,
	})
	a.Proposals.Reviewing, a.Proposals.Barred = a.Review.Reviewing, a.Review.Barred
	a.Record.On("person.merged", a.Review.PersonMerged)
	a.Record.Every("review reminders", time.Hour, a.Review.RemindDue)
}

// topicInputs are what the tags of an edition are counted in.
func (a *App) topicInputs(ctx context.Context, actor core.Actor, edition core.ID) ([]topics.Input, error) {
	list, err := a.Proposals.Inputs(ctx, actor, edition)
	var out []topics.Input
	for _, x := range list {
		out = append(out, topics.Input{
			ID: x.ID, Kind: x.Kind, Call: x.Call, Title: core.NewText(x.Lang, x.Title), Text: core.NewText(x.Lang, x.Text), Tags: x.Tags, Themes: x.Themes,
			Group: x.Group, Region: a.Vocab.RegionOf(x.Place), Country: x.Place, Path: x.Path(), Public: x.Public, Submitted: x.Submitted,
		})
	}
	return out, err
}

// usedTags are tags that were used before, for the picker of a form.
func (a *App) usedTags(ctx context.Context, lang string, edition core.ID) ([]string, error) {
	list, err := a.Topics.Suggest(ctx, edition, 30)
	var out []string
	for _, t := range list {
		s, _ := t.Name.In(lang)
		out = append(out, s)
	}
	return out, err
}

// owedReports counts the reports that are missing of sessions that a person organised, or
// an organisation, in the editions before one: the rule of the screening. Who owes what is
// public. A name that several organisations have means none of them.
func (a *App) owedReports(ctx context.Context, before core.ID, names []string) (func(core.ID, string) int, error) {
	earlier, err := a.editionsBefore(ctx, before)
	if err != nil {
		return nil, err
	}
	list, err := a.Reports.AllMissing(ctx, earlier)
	if err != nil {
		return nil, err
	}
	called := map[string]core.ID{}
	if len(list) > 0 {
		found, err := a.People.FindOrganisationsOf(ctx, names)
		if err != nil {
			return nil, err
		}
		for name, matches := range found {
			same := slices.DeleteFunc(matches, func(m people.OrganisationMatch) bool { return m.Reason != people.SameName })
			if len(same) == 1 {
				called[name] = same[0].Organisation.ID
			}
		}
	}
	return func(person core.ID, name string) int {
		n, organisation := 0, called[name]
		for _, x := range list {
			if person != "" && slices.Contains(x.Persons, person) || organisation != "" && slices.Contains(x.Organisations, organisation) {
				n++
			}
		}
		return n
	}, nil
}

// editionsBefore are the editions of the years before one.
func (a *App) editionsBefore(ctx context.Context, before core.ID) ([]core.ID, error) {
	all, err := a.Editions.Editions(ctx, core.Operator)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(e editions.Edition) bool { return e.ID == before })
	if i < 0 {
		return nil, nil
	}
	var out []core.ID
	for _, e := range all {
		if e.Year < all[i].Year {
			out = append(out, e.ID)
		}
	}
	slices.Sort(out)
	return out, nil
}
