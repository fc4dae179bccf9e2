package archive

import (
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/formats/forumtext"
	"plenary/internal/formats/schedule"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
)

// personKey is what a person of a document is known by within it.
func personKey(name string) string { return "name:" + core.Fold(name) }

// longestName is the longest name of a person.
const longestName = 120

// peopleOf stages the people and organisations of a document, each once.
func (st *staging) peopleOf(d *forumtext.Document) error {
	var staged []Staged
	var found []FoundPerson
	var names, orgs []string
	for _, x := range d.Sessions {
		for _, p := range x.People {
			st.counts.People++
			if _, ok := st.who[personKey(p.Name)]; ok || p.Name == "" {
				continue
			}
			st.who[personKey(p.Name)] = len(st.items) + len(staged)
			fp := FoundPerson{Raw: p.Raw, Honorific: p.Honorific, Name: p.Name, Given: p.Given, Family: p.Family}
			if len(x.When) > 0 && x.When[0].Date.Year != 0 {
				fp.Day = x.When[0].Date.String()
			}
			fp.Name, _ = cut(fp.Name, longestName)
			for _, af := range p.Affiliations {
				fp.Affiliations = append(fp.Affiliations, FoundAffiliation{Title: af.Title, Organisation: organisation(af)})
				orgs = append(orgs, organisation(af))
			}
			names = append(names, p.Name)
			staged = append(staged, Staged{Kind: KindPerson, Label: p.Name, Place: spot(p.Place), Confidence: percent(d.Confidence)})
			found = append(found, fp)
		}
	}
	if err := st.addPeople(staged, found, names, orgs); err != nil {
		return err
	}
	return st.organisers(d)
}

// peopleOfSchedule stages the people of another program's file, each once by its key.
func (st *staging) peopleOfSchedule(s *schedule.Schedule) error {
	var staged []Staged
	var found []FoundPerson
	var names, orgs []string
	for _, e := range s.Events {
		for _, p := range e.Persons {
			if _, ok := st.who[p.Key]; ok {
				continue
			}
			st.who[p.Key] = len(st.items) + len(staged)
			st.counts.People++
			honorific, bare := people.SplitHonorific(p.Name)
			bare, _ = cut(bare, longestName)
			fp := FoundPerson{Key: p.Key, Raw: p.Name, Honorific: honorific, Name: bare, Bio: p.Biography, Day: e.Date}
			fp.Bio, _ = cut(fp.Bio, 2000)
			if id := core.ID(strings.ToLower(p.GUID)); id.Valid() {
				fp.GUID = id
			}
			if p.Organisation != "" {
				fp.Affiliations = []FoundAffiliation{{Organisation: p.Organisation}}
				orgs = append(orgs, p.Organisation)
			}
			names = append(names, bare)
			staged = append(staged, Staged{
				Kind: KindPerson, Label: bare, Confidence: 95,
				Place: Spot{Line: e.Place.Line, EndLine: e.Place.EndLine, Row: e.Place.Row, Sheet: e.Place.Sheet},
			})
			found = append(found, fp)
		}
	}
	return st.addPeople(staged, found, names, orgs)
}

// addPeople looks for those who stand already, all at once, and stages them.
func (st *staging) addPeople(staged []Staged, found []FoundPerson, names, orgs []string) error {
	known, err := st.s.people.FindPersonsOf(st.ctx, names)
	if err != nil {
		return err
	}
	firms, err := st.s.people.FindOrganisationsOf(st.ctx, orgs)
	if err != nil {
		return err
	}
	var ids []core.ID
	for _, list := range known {
		for _, m := range list {
			ids = append(ids, m.Person.ID)
		}
	}
	affs, err := st.s.people.Affiliations(st.ctx, ids)
	if err != nil {
		return err
	}
	for i, item := range staged {
		fp := found[i]
		for j, af := range fp.Affiliations {
			if list := firms[af.Organisation]; len(list) > 0 && list[0].Reason == people.SameName && (len(list) == 1 || list[1].Reason != people.SameName) {
				fp.Affiliations[j].Known = list[0].Organisation.ID
			}
		}
		item.Choice = ChoiceNew
		item.Suggestions = st.personsLike(fp, known[names[i]], affs)
		if t := sureOf(item.Suggestions); t != "" {
			item.Choice, item.Target = ChoiceLink, t
		}
		st.add(item, fp)
	}
	return nil
}

// personsLike are the people who may be the found one, with why.
func (st *staging) personsLike(fp FoundPerson, matches []people.Match, affs map[core.ID][]people.Affiliation) []Suggestion {
	var out []Suggestion
	if id := st.keyed(KindPerson, fp.Key); id != "" {
		label := fp.Name
		out = append(out, Suggestion{Target: id, Label: label, Path: "/people/" + string(id), Reasons: []string{reasonKey}, Score: 100})
	}
	for _, m := range matches {
		if len(out) > 0 && out[0].Target == m.Person.ID {
			out[0].Label = m.Person.Name
			continue
		}
		s := Suggestion{Target: m.Person.ID, Label: m.Person.Name, Path: "/people/" + string(m.Person.ID), Reasons: []string{string(m.Reason)}}
		switch m.Reason {
		case people.SameName:
			s.Score = 90
		case people.SameWords:
			s.Score = 70
		default:
			s.Score = 40
		}
		for _, af := range affs[m.Person.ID] {
			if s.Detail == "" {
				s.Detail = af.Label()
			}
			if slices.ContainsFunc(fp.Affiliations, func(f FoundAffiliation) bool {
				return f.Known != "" && f.Known == af.Organisation || core.Fold(f.Organisation) == core.Fold(af.Label())
			}) {
				s.Reasons = append(s.Reasons, reasonOrganisation)
				s.Score += 8
				break
			}
		}
		out = append(out, s)
	}
	slices.SortStableFunc(out, func(a, b Suggestion) int { return b.Score - a.Score })
	if len(out) > 5 {
		out = out[:5]
	}
	return out
}

// sureOf is what a thing surely is: one suggestion that is certain enough, and no second
// one that is as good.
func sureOf(list []Suggestion) core.ID {
	if len(list) == 0 || list[0].Score < 80 || len(list) > 1 && list[1].Score >= list[0].Score {
		return ""
	}
	return list[0].Target
}

// organisers stages the organisations that hold the sessions of a document.
func (st *staging) organisers(d *forumtext.Document) error {
	var names []string
	at := map[string]forumtext.Place{}
	for _, x := range d.Sessions {
		for _, o := range x.Organisers {
			if key := core.Fold(o.Name); key != "" {
				if _, ok := at[key]; !ok {
					names, at[key] = append(names, o.Name), o.Place
				}
			}
		}
	}
	// Whose list it is takes part in all of its sessions, also where others organise them.
	if key := core.Fold(d.Organisation.Text); key != "" && len(d.Sessions) > 0 {
		if _, ok := at[key]; !ok {
			names, at[key] = append(names, d.Organisation.Text), d.Organisation.Place
		}
	}
	found, err := st.s.people.FindOrganisationsOf(st.ctx, names)
	if err != nil {
		return err
	}
	for _, n := range names {
		st.counts.Organisations++
		item := Staged{Kind: KindOrganisation, Label: n, Place: spot(at[core.Fold(n)]), Confidence: percent(d.Confidence), Choice: ChoiceNew}
		for _, m := range found[n] {
			s := Suggestion{
				Target: m.Organisation.ID, Label: m.Organisation.Name.String(), Detail: m.Organisation.Acronym,
				Path: "/organisations/" + string(m.Organisation.ID), Reasons: []string{string(m.Reason)}, Score: 90,
			}
			if m.Reason == people.SameWords {
				s.Score = 70
			}
			item.Suggestions = append(item.Suggestions, s)
		}
		if t := sureOf(item.Suggestions); t != "" {
			item.Choice, item.Target = ChoiceLink, t
		}
		short, _ := cut(n, 200)
		st.orgs[core.Fold(n)] = st.add(item, FoundOrganisation{Name: short})
	}
	return nil
}

func organisation(af forumtext.Affiliation) string {
	if af.Unit == "" {
		return af.Organisation
	}
	return af.Unit + ", " + af.Organisation
}

// role reads a stated role; nothing stated is "role not stated" (E193).
func role(stated string) string {
	w := core.Fold(stated)
	if slices.Contains(programme.RoleNames, stated) {
		return stated
	}
	switch {
	case strings.Contains(w, "online moderator"), strings.Contains(w, "remote moderator"):
		return programme.ModeratorOnline
	case strings.Contains(w, "moderator"):
		return programme.ModeratorOnsite
	case strings.Contains(w, "rapporteur"):
		return programme.Rapporteur
	case strings.Contains(w, "keynote"):
		return programme.Keynote
	case strings.Contains(w, "speaker"), strings.Contains(w, "panel"), strings.Contains(w, "presenter"):
		return programme.Speaker
	case strings.Contains(w, "co-organi"):
		return programme.CoOrganiser
	case strings.Contains(w, "organi"):
		return programme.Organiser
	case strings.Contains(w, "chair"):
		return programme.Chair
	}
	return programme.Unstated
}
