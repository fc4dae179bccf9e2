package people

import (
	"html/template"
	"net/http"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/web"
)

func organisationTrail(c *web.C, more ...web.Crumb) []web.Crumb {
	return append([]web.Crumb{
		{Label: c.T("people.community"), URL: c.URL("/community")},
		{Label: c.T("people.organisations"), URL: c.URL("/organisations")},
	}, more...)
}

type organisationsView struct {
	narrowed
	Actions []web.Action
	Rows    []organisationRow
	CSV     string
}

type organisationRow struct {
	URL, Acronym, Kind, Country string
	Name                        web.TextView
}

func organisationFilter(c *web.C) OrganisationFilter {
	return OrganisationFilter{Query: c.Query("q"), Kind: c.Query("kind"), Country: c.Query("country"), Page: c.PageArg()}
}

func (w *Web) organisations(c *web.C) error {
	c.Reads(core.ScopeForum)
	f := organisationFilter(c)
	list, err := w.s.ListOrganisations(c.Context(), f)
	if err != nil {
		return err
	}
	kinds, countries, err := w.s.OrganisationFacets(c.Context(), f)
	if err != nil {
		return err
	}
	v := organisationsView{CSV: c.URL("/organisations.csv")}
	if q := c.R.URL.Query(); len(q) > 0 {
		q.Del("after")
		v.CSV = c.URL(strings.TrimSuffix("/organisations.csv?"+q.Encode(), "?"))
	}
	v.Search = searchOf(c, "/organisations", "people.search_organisations", "kind", "country")
	w.filter(c, &v.narrowed, c.T("people.kind"), "kind", vocab.Kinds, kinds)
	w.filter(c, &v.narrowed, c.T("people.country"), "country", vocab.CountryList, countries)
	v.Clear = c.URL("/organisations")
	v.Pager = c.Pager(len(list.Items), list.Total, list.Next, "people.organisations_count")
	v.Empty = web.Empty{Title: c.T("people.no_organisations"), Text: c.T("people.no_organisations_text")}
	for _, o := range list.Items {
		v.Rows = append(v.Rows, organisationRow{
			URL: c.URL(o.Path()), Name: c.Text(o.Name), Acronym: o.Acronym,
			Kind: w.label(c, vocab.Kinds, o.Kind), Country: w.label(c, vocab.CountryList, o.Country),
		})
	}
	if CanOrganisation(c.Actor, "create") {
		v.Actions = []web.Action{{Label: c.T("people.new_organisation"), URL: c.URL("/organisations/new"), Icon: "plus"}}
	}
	return c.Page(web.Page{
		Name: "people/organisations", Title: c.T("people.organisations"), Describe: c.T("people.organisations_subtitle"), Section: "community",
		Trail:   []web.Crumb{{Label: c.T("people.community"), URL: c.URL("/community")}, {Label: c.T("people.organisations")}},
		NoIndex: f.Query != "" || f.Kind != "" || f.Country != "", V: v,
	})
}

// organisationsCSV is the list that the filters of the page leave, whole.
func (w *Web) organisationsCSV(c *web.C) error {
	c.Reads(core.ScopeForum)
	list, err := w.s.AllOrganisations(c.Context(), organisationFilter(c))
	if err != nil {
		return err
	}
	head := []string{"id", "acronym", "kind", "country", "url"}
	for _, l := range core.Langs {
		head = append(head, "name_"+l)
	}
	rows := [][]string{head}
	for _, o := range list {
		row := []string{string(o.ID), o.Acronym, o.Kind, o.Country, o.URL}
		for _, l := range core.Langs {
			row = append(row, o.Name.By[l])
		}
		rows = append(rows, row)
	}
	return c.CSV(rows)
}

type organisationView struct {
	Name            web.TextView
	Acronym         string
	Kind, Country   string
	Region, URL     string
	Names           []web.TextView
	Members, Former []memberView
	Networks        []memberView
	Now, Then       []affiliatedView
	Actions         []web.Action
	Tabs            web.Tabs
	HasFacts        bool
	Empty           *web.Empty
	Panels          []template.HTML
}

type memberView struct {
	Name      web.TextView
	URL, When string
}

type affiliatedView struct{ Name, URL, Title, When string }

func (w *Web) organisation(c *web.C) error {
	c.Reads(core.ScopeForum)
	c.Until(c.Tomorrow())
	o, err := w.s.Organisation(c.Context(), core.ID(c.Param("id")))
	if err != nil {
		return err
	}
	members, networks, err := w.s.Members(c.Context(), o.ID)
	if err != nil {
		return err
	}
	people, err := w.s.PeopleOf(c.Context(), c.Actor, o.ID)
	if err != nil {
		return err
	}
	v := organisationView{
		Name: c.Text(o.Name), Acronym: o.Acronym, Kind: w.label(c, vocab.Kinds, o.Kind), URL: o.URL,
		Country: w.label(c, vocab.CountryList, o.Country), Tabs: w.tabs(c, o.Path(), false),
	}
	if o.Country != "" {
		v.Region = w.label(c, vocab.Regions, vocab.RegionOf(o.Country))
	}
	for _, l := range core.Langs {
		if n := o.Name.By[l]; n != "" && n != v.Name.S {
			v.Names = append(v.Names, web.TextView{S: n, Lang: l, Dir: core.Dir(l), LangName: web.LangName[l]})
		}
	}
	today := w.s.today()
	member := func(id core.ID, name core.Text, m Member) memberView {
		return memberView{Name: c.Text(name), URL: c.URL(Organisation{ID: id}.Path()), When: span(c, m.From, m.Until)}
	}
	for _, m := range members {
		if mv := member(m.Member, m.MemberName, m); m.On(today) {
			v.Members = append(v.Members, mv)
		} else {
			v.Former = append(v.Former, mv)
		}
	}
	for _, m := range networks {
		v.Networks = append(v.Networks, member(m.Network, m.NetworkName, m))
	}
	for _, x := range people {
		pv := affiliatedView{
			Name: x.Person.In(c.Lang), URL: c.URL(x.Person.Path()), Title: x.Affiliation.Title,
			When: span(c, x.Affiliation.From, x.Affiliation.Until),
		}
		if x.Affiliation.On(today) {
			v.Now = append(v.Now, pv)
		} else {
			v.Then = append(v.Then, pv)
		}
	}
	if CanOrganisation(c.Actor, "edit") {
		v.Actions = []web.Action{{Label: c.T("people.edit_organisation"), URL: c.URL(o.Path() + "/edit"), Icon: "edit"}}
	}
	if v.Panels, err = c.Panels(SlotOrganisation, o.ID); err != nil {
		return err
	}
	v.HasFacts = v.Country != "" || v.URL != "" || len(v.Names) > 0
	if len(v.Members)+len(v.Former)+len(v.Now)+len(v.Then)+len(v.Panels) == 0 {
		v.Empty = &web.Empty{Title: c.T("people.nothing"), Text: c.T("people.nothing_organisation_text")}
	}
	return c.Page(web.Page{
		Name: "people/organisation", Title: v.Name.S, Describe: v.Kind, Section: "community",
		Trail: organisationTrail(c, web.Crumb{Label: v.Name.S}), V: v,
	})
}

func (w *Web) organisationHistory(c *web.C) error {
	c.Reads(core.ScopeForum)
	o, err := w.s.Organisation(c.Context(), core.ID(c.Param("id")))
	if err != nil {
		return err
	}
	list, err := w.s.OrganisationHistory(c.Context(), c.Actor, o.ID, c.PageArg())
	if err != nil {
		return err
	}
	return w.historyPage(c, c.Text(o.Name).S, o.Path(), list, organisationTrail(c))
}

func (w *Web) organisationOptions(c *web.C, f *web.Form) {
	f.Options("kind", w.vocab.Options(c.Lang, vocab.Kinds))
	f.Options("country", w.vocab.Options(c.Lang, vocab.CountryList))
}

func (w *Web) newOrganisation(c *web.C) error {
	if err := organisationPolicy.Check("create", "", c.Actor.Roles(core.ScopeForum)...); err != nil && c.R.Method == http.MethodGet {
		return err
	}
	return formPage[OrganisationInput]{
		key: "people.organisation", title: c.T("people.new_organisation"), trail: organisationTrail(c), cancel: "/organisations",
		prepare: func(f *web.Form) { w.organisationOptions(c, f) },
		save: func(in OrganisationInput) (string, error) {
			o, err := w.s.CreateOrganisation(c.Context(), c.Actor, in)
			return o.Path(), err
		},
	}.serve(c, OrganisationInput{})
}

func (w *Web) editOrganisation(c *web.C) error {
	o, err := w.s.Organisation(c.Context(), core.ID(c.Param("id")))
	if err != nil {
		return err
	}
	if err := organisationPolicy.Check("edit", "", c.Actor.Roles(core.ScopeForum)...); err != nil && c.R.Method == http.MethodGet {
		return err
	}
	members, _, err := w.s.Members(c.Context(), o.ID)
	if err != nil {
		return err
	}
	name := c.Text(o.Name).S
	return formPage[OrganisationInput]{
		key: "people.organisation", title: c.T("people.edit_title", "Name", name),
		trail: organisationTrail(c, web.Crumb{Label: name, URL: c.URL(o.Path())}), cancel: o.Path(),
		prepare: func(f *web.Form) { w.organisationOptions(c, f) },
		save: func(in OrganisationInput) (string, error) {
			_, err := w.s.EditOrganisation(c.Context(), c.Actor, o.ID, in)
			return o.Path(), err
		},
	}.serve(c, InputOfOrganisation(o, members))
}
