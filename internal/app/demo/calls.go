package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"plenary/internal/app/demo/corpus"
	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/proposals"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
)

const (
	demoProposals = 40  // workshops that were proposed, and are shown to the staff
	demoInputs    = 120 // thematic inputs, of which everybody reads
)

// calls are what the forum asked for before the sample: thematic inputs, workshops, and
// the stock-taking that opens on the last day.
func (b *builder) calls() error {
	defer b.clock.Freeze(b.start.Time())
	set, err := b.Editions.SettingByID(b.ctx, actor, b.set.ID)
	if err != nil {
		return err
	}
	b.set = set
	b.clock.Freeze(b.before(330))
	if err := b.Calls.FillSteps(b.ctx, actor, set.ID); err != nil {
		return err
	}
	inputs, err := b.openCall(calls.ThematicInput, "Call for thematic inputs", 300, 252, "at-once")
	if err != nil {
		return err
	}
	workshops, err := b.openCall(calls.Workshop, "Call for workshops", 182, 139, "decided")
	if err != nil {
		return err
	}
	if _, err := b.openCall(calls.TakingStock, "Taking stock of this meeting and suggestions for the next", -2, -100, "at-once"); err != nil {
		return err
	}
	if _, err := b.openCall(calls.Nomination, "Nominations to the advisory group", 20, -25, "never"); err != nil {
		return err
	}
	authors, err := b.proposers()
	if err != nil {
		return err
	}
	if err := b.inputs(inputs, authors); err != nil {
		return err
	}
	return b.proposed(workshops, authors)
}

// before is so many days before the sample's present.
func (b *builder) before(days int) time.Time { return b.start.Time().AddDate(0, 0, -days) }

func (b *builder) openCall(kind, title string, opens, closes int, shown string) (calls.Call, error) {
	return b.Calls.Add(b.ctx, actor, calls.Input{
		Kind: kind, Title: en(title), OpenDay: b.before(opens).Format(time.DateOnly), OpenTime: "00:00",
		CloseDay: b.before(closes).Format(time.DateOnly), CloseTime: "23:59", Zone: "UTC", Audience: calls.Everyone, Shown: shown, Published: true, Edition: b.set.ID,
		Alike: kind == calls.Workshop, Wanted: kind == calls.Workshop,
	})
}

// proposers are people of the sample who organise workshops, with accounts.
func (b *builder) proposers() (map[int]core.Actor, error) {
	held, err := b.Authn.ByPerson(b.ctx, b.persons)
	if err != nil {
		return nil, err
	}
	out := map[int]core.Actor{}
	err = b.write(func(ctx context.Context, tx *record.Tx) error {
		for _, s := range b.proposedSessions() {
			i := proposer(s)
			if _, ok := out[i]; ok {
				continue
			}
			acc, ok := held[b.persons[i]]
			if !ok {
				p := b.corpus.People[i]
				if acc, err = b.Authn.CreateTx(ctx, tx, authn.NewAccount{Email: p.Email, Name: p.Name, Lang: "en", Person: b.persons[i]}); err != nil {
					return fmt.Errorf("account of %s: %w", p.Name, err)
				}
			}
			out[i] = acc.Actor()
		}
		return nil
	})
	return out, err
}

// proposedSessions are the workshops that show how a call went.
func (b *builder) proposedSessions() []*corpus.Session {
	var out []*corpus.Session
	for i := range b.corpus.Sessions {
		if s := &b.corpus.Sessions[i]; s.Type == "workshop" && proposer(s) >= 0 && len(out) < demoProposals {
			out = append(out, s)
		}
	}
	return out
}

func proposer(s *corpus.Session) int {
	i := slices.IndexFunc(s.Roles, func(r corpus.Role) bool { return r.Role == "organiser" })
	if i < 0 {
		return -1
	}
	return s.Roles[i].Person
}

// inputs are what people wished the forum to speak about, with tags of their own.
func (b *builder) inputs(c calls.Call, authors map[int]core.Actor) error {
	who := make([]int, 0, len(authors))
	for i := range authors {
		who = append(who, i)
	}
	slices.Sort(who)
	sessions := slices.DeleteFunc(slices.Clone(b.corpus.Sessions), func(s corpus.Session) bool { return len(s.Tags) == 0 })
	for n := range min(demoInputs, len(sessions)*2) {
		s := &sessions[n*7%len(sessions)]
		author := who[n%len(who)]
		b.clock.Freeze(b.before(299 - n/4))
		err := b.handIn(c, authors[author], func(q calls.Question) calls.Answer {
			switch {
			case q.Means == calls.MeansTitle:
				return calls.Answer{Text: short(text(s.Title).String(), q.MaxChars)}
			case q.Kind == calls.KindTags:
				return calls.Answer{Many: asWritten(s.Tags, n)}
			case q.Kind == calls.KindArea:
				return calls.Answer{Text: cutWords(strings.Join(s.Description["en"], " "), q.MaxWords)}
			}
			return b.usualAnswer(q, s, author)
		})
		if err != nil {
			return fmt.Errorf("input %d: %w", n+1, err)
		}
	}
	return nil
}

// planned is what a session of the sample says to a question of its form that asks for a
// few sentences: what it asks, or how it goes.
func planned(s *corpus.Session, q calls.Question) string {
	if len(q.Key)%2 == 0 && len(s.GuidingQuestions) > 0 {
		return strings.Join(s.GuidingQuestions, " ")
	}
	var out []string
	for _, a := range s.Agenda {
		out = append(out, fmt.Sprintf("%s (%d minutes).", strings.TrimSuffix(a.Text, "."), a.Minutes))
	}
	if len(out) == 0 {
		return strings.Join(s.Description["en"], " ")
	}
	return strings.Join(out, " ")
}

// asWritten writes tags as different people do.
func asWritten(tags []string, n int) []string {
	if n%4 == 0 {
		tags = tags[:1]
	}
	var out []string
	for i, t := range tags {
		switch (n + i) % 5 {
		case 1:
			t = strings.ToLower(t)
		case 2:
			t = "#" + strings.ReplaceAll(t, " ", "")
		case 3:
			t = strings.ReplaceAll(t, " ", "-")
		}
		out = append(out, t)
	}
	return out
}

// proposed are the workshops as they were proposed; most passed the screening.
func (b *builder) proposed(c calls.Call, authors map[int]core.Actor) error {
	for n, s := range b.proposedSessions() {
		i := proposer(s)
		b.clock.Freeze(b.before(180 - n/2))
		if err := b.handIn(c, authors[i], func(q calls.Question) calls.Answer {
			switch {
			case q.Means == calls.MeansTitle:
				return calls.Answer{Text: short(text(s.Title).String(), q.MaxChars)}
			case q.Means == calls.MeansSummary:
				return calls.Answer{Text: cutWords(strings.Join(s.Description["en"], " "), q.MaxWords)}
			case q.Kind == calls.KindArea:
				return calls.Answer{Text: cutWords(planned(s, q), q.MaxWords)}
			case q.Kind == calls.KindPeople && n%8 == 5 && q.Means != calls.MeansOwner:
				return calls.Answer{People: b.named(s, q)[:min(1, len(b.named(s, q)))]} // too few, as the screening finds
			case q.Kind == calls.KindPeople:
				return calls.Answer{People: b.named(s, q)}
			case q.Kind == calls.KindTags:
				return calls.Answer{Many: s.Tags}
			case q.Kind == calls.KindProfiles && n%11 == 3:
				return calls.Answer{Many: []string{soughtAfter[n/11%len(soughtAfter)]}}
			}
			return b.usualAnswer(q, s, i)
		}); err != nil {
			return fmt.Errorf("proposal %d: %w", n+1, err)
		}
	}
	b.clock.Freeze(b.before(132))
	rows, err := b.Proposals.Screening(b.ctx, actor, c)
	if err != nil {
		return err
	}
	for n, r := range rows {
		in := proposals.ScreenInput{Version: r.Version, To: proposals.StateEligible, Overruled: map[string]string{}}
		switch {
		case r.Stopped > 0 && n%3 == 0:
			in.To, in.Note = proposals.StateIneligible, "The rules of the call stand on its page. We would be glad to see the proposal again next year."
		case r.Stopped > 0:
			for _, f := range r.Findings {
				if f.Stops() {
					in.Overruled[f.Rule] = "Confirmed by mail to the secretariat."
				}
			}
		}
		if n >= len(rows)-3 {
			continue // the last are not screened yet
		}
		if err := b.Proposals.Judge(b.ctx, actor, r.ID, in); err != nil {
			return fmt.Errorf("screen %s: %w", r.Title, err)
		}
	}
	return nil
}

// soughtAfter are speakers whom proposals still look for.
var soughtAfter = []string{
	"A representative of the private sector from the global South, with a network of her own to speak of",
	"Somebody of a regulator in a small island state",
	"A young researcher who has measured what connections cost in rural places",
	"A disability rights organisation that works in two languages at least",
}

// handIn answers a call: every required question, and those for which there is an answer.
func (b *builder) handIn(c calls.Call, a core.Actor, answer func(calls.Question) calls.Answer) error {
	form, err := b.Calls.Form(b.ctx, c, c.FormVersion)
	if err != nil {
		return err
	}
	p, err := b.Proposals.Begin(b.ctx, a, c.Ref, "en", "")
	if err != nil {
		return err
	}
	answers := calls.Answers{}
	for _, q := range form.Form.Questions() {
		if x := answer(q); !x.IsZero() {
			answers[q.Key] = x
		}
	}
	if _, err = b.Proposals.Save(b.ctx, a, p.ID, proposals.SaveInput{Version: p.Version, Lang: "en", Answers: answers, Submit: true}); err != nil || !c.Wanted {
		return err
	}
	for _, q := range form.Form.Questions() {
		if q.Kind == calls.KindProfiles && !answers[q.Key].IsZero() {
			return b.Proposals.Seek(b.ctx, a, p.ID, true)
		}
	}
	return nil
}

// usualAnswer is what a session of the sample says to a question.
func (b *builder) usualAnswer(q calls.Question, s *corpus.Session, author int) calls.Answer {
	person := b.corpus.People[author]
	switch q.Kind {
	case calls.KindOrganisation:
		if person.Org >= 0 {
			return calls.Answer{Text: b.corpus.Organisations[person.Org].Name, Place: person.Country}
		}
		return calls.Answer{Text: "In a personal capacity"}
	case calls.KindThemes:
		if s.Theme < len(b.set.Themes) {
			return calls.Answer{Many: []string{string(b.set.Themes[s.Theme].ID)}}
		}
	case calls.KindGoals:
		var out []string
		for _, g := range s.SDGs {
			out = append(out, fmt.Sprint(g))
		}
		return calls.Answer{Many: out}
	case calls.KindChoice:
		for _, o := range q.Options {
			if o.Code == person.Group || o.Code == s.Format || o.Code == fmt.Sprint(s.Minutes) {
				return calls.Answer{Text: o.Code}
			}
		}
		if q.Required {
			return calls.Answer{Text: q.Options[0].Code}
		}
	case calls.KindChoices:
		if q.Required {
			return calls.Answer{Many: []string{q.Options[0].Code}}
		}
	case calls.KindCheck:
		return calls.Answer{Text: "true"}
	case calls.KindText:
		if q.Required {
			return calls.Answer{Text: short(text(s.Title).String(), q.MaxChars)}
		}
	}
	return calls.Answer{}
}

// named are the people of a session who belong to a question, as their proposer knows them.
func (b *builder) named(s *corpus.Session, q calls.Question) []calls.Person {
	roles := map[string][]string{
		calls.MeansOwner: {"organiser", "co-organiser"}, calls.MeansSpeaker: {"speaker", "keynote"}, calls.MeansOnsite: {"onsite-moderator"},
		calls.MeansOnline: {"online-moderator"}, calls.MeansReporter: {"rapporteur"},
	}[q.Means]
	var out []calls.Person
	for _, r := range s.Roles {
		if !slices.Contains(roles, r.Role) || q.Max > 0 && len(out) == q.Max {
			continue
		}
		p := b.corpus.People[r.Person]
		x := calls.Person{Key: string(b.Record.IDs.New()), Name: p.Name, Group: p.Group, Country: p.Country, Onsite: "onsite", Asked: true}
		if !b.Vocab.Has("stakeholder-group", x.Group) {
			x.Group = ""
		}
		if p.Mode != "onsite" {
			x.Onsite = "online"
		}
		if r.Org >= 0 {
			x.Organisation = b.corpus.Organisations[r.Org].Name
		}
		out = append(out, x)
	}
	return out
}

// short cuts a text at a word.
func short(s string, most int) string {
	r := []rune(s)
	if most == 0 || len(r) <= most {
		return s
	}
	s = string(r[:most-1])
	if i := strings.LastIndexByte(s, ' '); i > 0 {
		s = s[:i]
	}
	return strings.TrimRight(s, " ,:;–") + "…"
}

// cutWords cuts a text after so many words.
func cutWords(s string, most int) string {
	list := strings.Fields(s)
	if most == 0 || len(list) <= most {
		return s
	}
	return strings.Join(list[:most], " ")
}
