package programme

import (
	"encoding/json"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

// personLine is a person or an organisation with all roles in a session.
type personLine struct {
	Roles        []string
	Name, URL    string
	Affiliations []string
	Note         web.TextView
}

// crew lists who has which role, in the order of the roles: one line for each person
// with all her roles, and the affiliations of the session's day.
func (w *Web) crew(c *web.C, x *Session) []personLine {
	var out []personLine
	index := map[core.ID]int{}
	for _, r := range x.Roles {
		id := r.Person
		if id == "" {
			id = r.Organisation
		}
		word := c.T("programme.role." + r.Role)
		if at, ok := index[id]; ok {
			if !slices.Contains(out[at].Roles, word) {
				out[at].Roles = append(out[at].Roles, word)
			}
			continue
		}
		line := personLine{Roles: []string{word}, Name: r.In(c.Lang), Note: c.Text(r.Note)}
		line.Affiliations = w.affiliations(c, r)
		switch {
		case r.Person == "" && r.OrganisationPath != "":
			line.URL = c.URL(r.OrganisationPath)
		case r.Person != "" && r.Path != "":
			line.URL = c.URL(r.Path)
		}
		index[id] = len(out)
		out = append(out, line)
	}
	return out
}

// affiliations are the lines under a name: for whom she spoke, her stakeholder group
// and region, as of the day.
func (w *Web) affiliations(c *web.C, r Role) []string {
	var out []string
	if r.Person != "" {
		for _, f := range r.Snapshot.Affiliations {
			if line := joinFilled(", ", f.Title, f.Organisation); line != "" {
				out = append(out, line)
			}
		}
		if len(out) == 0 && !r.OrganisationName.IsZero() {
			out = append(out, c.Text(r.OrganisationName).S)
		}
	}
	var more []string
	if g := r.Snapshot.Group; g != "" {
		more = append(more, c.Text(w.vocab.Label(vocab.Groups, g)).S)
	}
	if g := r.Snapshot.Region; g != "" && g != "none" && g != r.Snapshot.Group {
		more = append(more, c.Text(w.vocab.Label(vocab.Regions, g)).S)
	}
	if len(more) > 0 {
		out = append(out, strings.Join(more, ", "))
	}
	return out
}

func joinFilled(sep string, list ...string) string {
	return strings.Join(slices.DeleteFunc(list, func(s string) bool { return s == "" }), sep)
}

// editPeople is the form of a session's people. Fields that only answer a question of
// the form stand in rows where it has been asked.
func (w *Web) editPeople(c *web.C, set *editions.Setting, x *Session) error {
	if err := may(c, x, "people"); err != nil {
		return err
	}
	return editing(c, "programme.people_form", PeopleOf(x), w.formPage(c, set, x, "programme.do.people", "/people"),
		func(f *web.Form, in *PeopleInput, failed error) error {
			f.Cancel = c.URL(x.Path())
			roles := []web.Option{}
			for _, r := range RoleNames {
				roles = append(roles, web.Option{Value: r, Label: c.T("programme.role." + r)})
			}
			f.Options("people.role", roles)
			return w.ask(c, x, f, in, failed)
		}, func(in PeopleInput) (string, error) {
			_, err := w.s.SetRoles(c.Context(), c.Actor, set, x.Ref, in)
			return x.Path(), err
		})
}

// ask leaves in each row the questions that the form has for it: which of several
// people is meant, whether somebody is new.
func (w *Web) ask(c *web.C, x *Session, f *web.Form, in *PeopleInput, failed error) error {
	asked := map[string]bool{}
	if e := web.Classify(failed); failed != nil {
		for _, p := range e.Fields {
			asked[p.Path] = true
		}
	}
	rows := f.Field("people").Rows
	allowed := Can(c.Actor, x, "people") // names are looked up for those who may set them only
	for i := range rows {
		at := core.Row("people", i)
		var choices []web.Option
		if i < len(in.People) && allowed && (asked[at+"choice"] || in.People[i].Choice != "") {
			found, err := w.s.Candidates(c.Context(), c.Actor, in.People[i].Name)
			if err != nil {
				return err
			}
			if choices, err = w.candidateOptions(c, found, in.People[i].Choice); err != nil {
				return err
			}
		}
		offerNew := asked[at+"new"] || asked[at+"choice"] || i < len(in.People) && in.People[i].New
		rows[i] = slices.DeleteFunc(rows[i], func(fd *web.Field) bool {
			return fd.Name == at+"choice" && len(choices) == 0 || fd.Name == at+"new" && !offerNew
		})
		for _, fd := range rows[i] {
			if fd.Name == at+"choice" {
				fd.Options = choices
			}
		}
	}
	return nil
}

// candidateOptions name people with what tells them apart: for whom they speak now.
func (w *Web) candidateOptions(c *web.C, found []people.Match, chosen core.ID) ([]web.Option, error) {
	var persons []people.Person
	for _, m := range found {
		persons = append(persons, m.Person)
	}
	affs, err := w.people.AffiliationsFor(c.Context(), c.Actor, persons)
	if err != nil {
		return nil, err
	}
	var out []web.Option
	for _, p := range persons {
		label := p.In(c.Lang)
		if now := people.On(affs[p.ID], ""); len(now) > 0 {
			label = c.T("programme.people_form.candidate", "Name", label, "Affiliation", now[0].Line())
		}
		out = append(out, web.Option{Value: string(p.ID), Label: label, Selected: p.ID == chosen})
	}
	return out, nil
}

// historyLines prepares events of a session for reading. Who came and who went is
// looked up now, so that no name stands in the record.
func (w *Web) historyLines(c *web.C, events []record.Event, zone string) ([]web.HistoryLine, error) {
	type crewData struct {
		Added   []CrewChange `json:"added"`
		Removed []CrewChange `json:"removed"`
	}
	var actors, persons, organisations []core.ID
	crews := make([]crewData, len(events))
	for i, e := range events {
		if e.Person != "" && !slices.Contains(actors, e.Person) {
			actors = append(actors, e.Person)
		}
		if e.Kind != "session.crew_changed" {
			continue
		}
		if err := json.Unmarshal(e.Data, &crews[i]); err != nil {
			continue // an older form of the data: the line says that people changed
		}
		for _, r := range slices.Concat(crews[i].Added, crews[i].Removed) {
			persons, organisations = append(persons, r.Person), append(organisations, r.Organisation)
		}
	}
	who, err := w.people.Names(c.Context(), actors)
	if err != nil {
		return nil, err
	}
	called, err := w.s.names(c.Context(), c.Lang, persons, organisations)
	if err != nil {
		return nil, err
	}
	lines := c.History(events, who, zone)
	for i := range lines {
		say := func(r CrewChange) (field, name string) {
			if name = called[r.Person]; r.Person == "" {
				name = called[r.Organisation]
			}
			return c.T("programme.role." + r.Role), name
		}
		for _, r := range crews[i].Added {
			field, name := say(r)
			lines[i].Changes = append(lines[i].Changes, web.HistoryChange{Field: field, After: name})
		}
		for _, r := range crews[i].Removed {
			field, name := say(r)
			lines[i].Changes = append(lines[i].Changes, web.HistoryChange{Field: field, Before: name})
		}
	}
	return lines, nil
}
