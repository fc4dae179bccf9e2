package people

import (
	"html/template"
	"net/http"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

type personView struct {
	Name, Honorific, Original string // Original: as she writes it, where the page says it otherwise
	Lines                     []string
	Groups                    []string
	Region, Country           string
	Bio                       web.TextView
	Now, Then                 []affiliationView
	HideAffiliations          bool
	Links                     []Link
	Languages                 []string
	Names                     []web.TextView
	Private                   *web.Status
	PrivateNote               string
	Actions                   []web.Action
	Tabs                      web.Tabs
	Panels                    []template.HTML
	HasFacts                  bool
	Empty                     *web.Empty
}

type affiliationView struct {
	Title, Organisation, URL, Group, Country, When string
	Lang                                           string // of the organisation's name, if it is not the reader's
}

// find gives the person of the address, and says whether the address is an old one.
func (w *Web) find(c *web.C) (Person, bool, error) {
	id := core.ID(c.Param("id"))
	p, err := w.s.Get(c.Context(), c.Actor, id)
	return p, err == nil && p.ID != id, err
}

func (w *Web) person(c *web.C) error {
	c.Reads(core.ScopeForum)
	c.Until(c.Tomorrow())
	p, moved, err := w.find(c)
	if err != nil {
		return err
	}
	if moved {
		http.Redirect(c.W, c.R, c.URL(p.Path()), http.StatusMovedPermanently)
		return nil
	}
	v, err := w.view(c, p)
	if err != nil {
		return err
	}
	if v.Panels, err = c.Panels(SlotPerson, p.ID); err != nil {
		return err
	}
	if v.Bio.S == "" && len(v.Now)+len(v.Then)+len(v.Panels) == 0 {
		v.Empty = &web.Empty{Title: c.T("people.nothing"), Text: c.T("people.nothing_text")}
	}
	v.Tabs = w.tabs(c, p.Path(), false)
	return c.Page(web.Page{
		Name: "people/person", Title: v.Name, Describe: firstOf(v.Lines), Section: "community",
		Trail: peopleTrail(c, web.Crumb{Label: v.Name}), NoIndex: !p.Public || !p.Listed, V: v,
	})
}

func firstOf(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// view prepares a person for reading.
func (w *Web) view(c *web.C, p Person) (personView, error) {
	v := personView{
		Name: p.In(c.Lang), Honorific: p.Honorific, Bio: c.Text(p.Bio), Links: p.Links,
		Country: w.label(c, vocab.CountryList, p.Country),
	}
	if v.Name != p.Name {
		v.Original = p.Name
	}
	if p.Country != "" {
		v.Region = w.label(c, vocab.Regions, vocab.RegionOf(p.Country))
	}
	for _, l := range p.Languages {
		v.Languages = append(v.Languages, w.label(c, vocab.Languages, l))
	}
	for _, l := range core.Langs {
		if n := p.Names.By[l]; n != "" && n != v.Name && n != p.Name {
			v.Names = append(v.Names, web.TextView{S: n, Lang: l, Dir: core.Dir(l), LangName: web.LangName[l]})
		}
	}
	affs, err := w.s.AffiliationsFor(c.Context(), c.Actor, []Person{p})
	if err != nil {
		return v, err
	}
	today := w.s.today()
	for _, f := range affs[p.ID] {
		if !f.On(today) {
			v.Then = append(v.Then, w.affiliation(c, f))
			continue
		}
		v.Now = append(v.Now, w.affiliation(c, f))
		v.Lines = append(v.Lines, w.line(c, f))
		if g := w.label(c, vocab.Groups, f.StakeholderGroup()); g != "" && !slices.Contains(v.Groups, g) {
			v.Groups = append(v.Groups, g)
		}
	}
	v.HideAffiliations = !p.ShowAffiliations
	v.HasFacts = v.Original != "" || v.Country != "" || len(v.Names)+len(v.Languages)+len(v.Links) > 0
	if Can(c.Actor, "edit", p) {
		v.Actions = append(v.Actions, web.Action{Label: c.T("people.edit"), URL: c.URL(p.Path() + "/edit"), Icon: "edit"})
	}
	if Can(c.Actor, "merge", p) {
		v.Actions = append(v.Actions, web.Action{Label: c.T("people.connect"), URL: c.URL(p.Path() + "/account"), Icon: "link"})
		v.Actions = append(v.Actions, web.Action{Label: c.T("people.merge"), URL: c.URL(p.Path() + "/merge"), Icon: "people"})
	}
	if !p.Public {
		st := c.Status("private", "people.private")
		v.Private, v.PrivateNote = &st, c.T("people.private_note")
	}
	return v, nil
}

func (w *Web) affiliation(c *web.C, f Affiliation) affiliationView {
	v := affiliationView{
		Title: f.Title, Organisation: f.OrganisationName, Group: w.label(c, vocab.Groups, f.StakeholderGroup()),
		Country: w.label(c, vocab.CountryList, f.Country), When: span(c, f.From, f.Until),
	}
	if f.Organisation != "" {
		name := c.Text(f.Of)
		v.Organisation, v.URL = name.S, c.URL(Organisation{ID: f.Organisation}.Path())
		if name.Fallback {
			v.Lang = name.Lang
		}
	}
	return v
}

// span says from when to when, as exactly as it is known.
func span(c *web.C, from, until string) string {
	from, until = printed(c, from), printed(c, until)
	switch {
	case from != "" && until != "":
		return c.T("people.from_until", "From", from, "Until", until)
	case from != "":
		return c.T("people.since", "From", from)
	case until != "":
		return c.T("people.until", "Until", until)
	}
	return ""
}

func printed(c *web.C, date string) string {
	if t, err := core.ParseDate(date); err == nil {
		return i18n.Date(c.Lang, t)
	}
	return date // a year, or a month like 2023-10
}

func (w *Web) personHistory(c *web.C) error {
	c.Reads(core.ScopeForum)
	p, list, err := w.s.History(c.Context(), c.Actor, core.ID(c.Param("id")), c.PageArg())
	if err != nil {
		return err
	}
	return w.historyPage(c, p.In(c.Lang), p.Path(), list, peopleTrail(c))
}

// options fills the choices of the form of a person.
func (w *Web) options(c *web.C, f *web.Form, staff bool) {
	countries := w.vocab.Options(c.Lang, vocab.CountryList)
	f.Options("country", countries)
	f.Options("affiliations.country", countries)
	f.Options("affiliations.group", w.vocab.Options(c.Lang, vocab.Groups))
	f.Options("languages", w.vocab.Options(c.Lang, vocab.Languages))
	if !staff {
		f.Drop("public")
	}
}

func (w *Web) newPerson(c *web.C) error {
	if err := personPolicy.Check("create", StatePublic, c.Actor.Roles(core.ScopeForum)...); err != nil && c.R.Method == http.MethodGet {
		return err
	}
	return formPage[PersonInput]{
		key: "people.form", title: c.T("people.new"), note: c.T("people.new_note"), trail: peopleTrail(c), cancel: "/people",
		prepare: func(f *web.Form) { w.options(c, f, true) },
		save: func(in PersonInput) (string, error) {
			p, err := w.s.Create(c.Context(), c.Actor, in)
			return p.Path(), err
		},
	}.serve(c, PersonInput{Listed: true, ShowAffiliations: true})
}

func (w *Web) editPerson(c *web.C) error {
	p, moved, err := w.find(c)
	if err != nil {
		return err
	}
	if moved {
		return c.Redirect(p.Path() + "/edit")
	}
	if err := checkPersonPolicy(c.Actor, "edit", p); err != nil && c.R.Method == http.MethodGet {
		return err
	}
	affs, err := w.s.AffiliationsFor(c.Context(), c.Actor, []Person{p})
	if err != nil {
		return err
	}
	staff := Can(c.Actor, "publish", p)
	note := c.T("people.edit_note")
	if staff && state(c.Actor, p) != StateOwn {
		note = ""
	}
	return formPage[PersonInput]{
		key: "people.form", title: c.T("people.edit_title", "Name", p.Name), note: note,
		trail: peopleTrail(c, web.Crumb{Label: p.In(c.Lang), URL: c.URL(p.Path())}), cancel: p.Path(),
		prepare: func(f *web.Form) { w.options(c, f, staff) },
		save: func(in PersonInput) (string, error) {
			_, err := w.s.Edit(c.Context(), c.Actor, p.ID, in)
			return p.Path(), err
		},
	}.serve(c, InputOf(p, affs[p.ID]))
}

func (w *Web) mergePerson(c *web.C) error {
	p, moved, err := w.find(c)
	if err != nil {
		return err
	}
	if moved {
		return c.Redirect(p.Path())
	}
	if err := checkPersonPolicy(c.Actor, "merge", p); err != nil {
		return err
	}
	matches, err := w.s.FindPersons(c.Context(), p.Name, 20)
	if err != nil {
		return err
	}
	matches = slices.DeleteFunc(matches, func(m Match) bool { return m.Person.ID == p.ID })
	title := c.T("people.merge_title", "Name", p.Name)
	trail := peopleTrail(c, web.Crumb{Label: p.In(c.Lang), URL: c.URL(p.Path())})
	if len(matches) == 0 {
		return c.Page(web.Page{
			Name: "people/form", Title: title, Section: "community", NoIndex: true, Trail: append(trail, web.Crumb{Label: title}),
			V: formView{Title: title, Empty: &web.Empty{Title: c.T("people.merge_none"), Text: c.T("people.merge_none_text")}},
		})
	}
	opts, err := w.mergeOptions(c, matches)
	if err != nil {
		return err
	}
	return formPage[MergeInput]{
		key: "people.merging", title: title, note: c.T("people.merge_note", "Name", p.Name), trail: trail, cancel: p.Path(),
		prepare: func(f *web.Form) { f.Options("into", opts) },
		save: func(in MergeInput) (string, error) {
			kept, err := w.s.Merge(c.Context(), c.Actor, p.ID, in)
			return kept.Path(), err
		},
	}.serve(c, MergeInput{Version: p.Version})
}

func (w *Web) mergeOptions(c *web.C, matches []Match) ([]web.Option, error) {
	var ids []core.ID
	for _, m := range matches {
		ids = append(ids, m.Person.ID)
	}
	affs, err := w.s.Affiliations(c.Context(), ids)
	if err != nil {
		return nil, err
	}
	var opts []web.Option
	for _, m := range matches {
		lines := make([]string, 0, 2)
		for _, f := range affs[m.Person.ID] {
			lines = append(lines, f.dated())
		}
		line := firstOf(lines)
		if line == "" {
			line = c.T("people.no_affiliation")
		}
		opts = append(opts, web.Option{Value: string(m.Person.ID), Label: c.T("people.merge_candidate",
			"Name", m.Person.Name, "Affiliation", line, "Reason", c.T("people.match."+string(m.Reason)))})
	}
	return opts, nil
}

// me is one's own page. A visitor is asked to sign in.
func (w *Web) me(c *web.C) error {
	if !c.Actor.SignedIn() {
		return core.SignIn()
	}
	v := meView{Name: c.Actor.Name}
	if c.Actor.Person != "" {
		p, err := w.s.Get(c.Context(), c.Actor, c.Actor.Person)
		if err != nil && core.KindOf(err) != core.KindNotFound {
			return err
		}
		if err == nil {
			pv, err := w.view(c, p)
			if err != nil {
				return err
			}
			v.Name, v.Person, v.URL = p.In(c.Lang), &pv, c.URL(p.Path())
			v.Actions = []web.Action{{Label: c.T("people.edit_me"), URL: c.URL(p.Path() + "/edit"), Icon: "edit"}}
		}
	}
	if v.Person == nil {
		v.Actions = []web.Action{{Label: c.T("people.introduce"), URL: c.URL("/me/introduce"), Icon: "person", Post: true, Primary: true}}
	}
	var err error
	if v.Panels, err = c.Panels(SlotMe, c.Actor.Person); err != nil {
		return err
	}
	return c.Page(web.Page{Name: "people/me", Title: c.T("people.me"), NoIndex: true, Trail: []web.Crumb{{Label: c.T("people.me")}}, V: v})
}

type meView struct {
	Name, URL string
	Person    *personView
	Actions   []web.Action
	Panels    []template.HTML
}
