package reports

import (
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/web"
)

var emptyRevision documents.Revision

// deskView is the rapporteur's one screen.
type deskView struct {
	Title   string
	Session web.TextView
	Tabs    web.Tabs
	Status  web.Status
	DueAt   string
	After   string
	Clock   string // where the script asks how much time is left
	Correct bool
	Lacks   []lackView
	Ready   bool // nothing that is needed is missing
	Actions []web.Action

	Form   *web.Form
	Hidden []*web.Field
	Notes  *web.Field
	Why    *web.Field // of a correction
	Groups []deskGroup
	Orgs   []string // names that are suggested

	PinTo      []web.Option
	Find       string
	Transcript string // address of its page
	Segments   []segmentView
	Found      string
	Papers     []paperView
	People     []personView
	NoScript   string
}

type lackView struct {
	Words, URL string
	Needed     bool
}

// deskGroup are the takeaways, or the calls.
type deskGroup struct {
	Field *web.Field
	Rows  []deskRow
}

type deskRow struct {
	Legend string
	Name   string // takeaways[0]
	Open   bool   // something is pinned
	Fields []*web.Field
	Pins   []*web.Field
}

type segmentView struct {
	Time, URL string
	Speaker   string
	Text      string
	Lang      string
	Dir       string
	Pin       bool
	PinLabel  string
}

type paperView struct {
	Title    web.TextView
	URL      string
	By       string
	Paras    []paperPara
	HasParas bool
}

type paperPara struct {
	Number   string
	Pin      string
	PinLabel string
	Text     web.TextView
}

// deskPage puts the form and the session's material on one screen.
func (w *Web) deskPage(c *web.C, set *editions.Setting, ses *programme.Session, v View, f *web.Form, in *TakeawaysInput, failed error) error {
	if err := w.choices(c, ses, f, in); err != nil {
		return err
	}
	if failed != nil {
		if err := f.Fail(inWords(c.Lang, failed)); err != nil {
			return err
		}
	}
	d := deskView{
		Title: c.T("reports.write"), Session: c.Text(ses.Title), Form: f, Status: w.Status(c, set, v.Due, v.Report),
		Tabs: w.pages.Tabs(c, set, ses, "/report"), After: c.T("reports.after_due"), Correct: v.State == StatePublished,
		Clock: c.URL(ses.Path() + "/report/clock"), Find: c.Value("q"),
	}
	d.arrange(c, f)
	var err error
	if d.Lacks, err = w.lackViews(c, ses, Takeaways, v); err != nil {
		return err
	}
	d.Ready = v.Draft != nil
	for _, l := range d.Lacks {
		d.Ready = d.Ready && !l.Needed
	}
	if err := w.material(c, ses, &d); err != nil {
		return err
	}
	if w.people != nil {
		orgs, err := w.people.AllOrganisations(c.Context(), people.OrganisationFilter{})
		if err != nil {
			return err
		}
		for _, o := range orgs {
			d.Orgs = append(d.Orgs, c.Text(o.Name).S)
		}
	}
	if policy.Can("hand_over", v.State, v.Roles...) {
		d.Actions = append(d.Actions, web.Action{Label: c.T("reports.hand.title"), URL: c.URL(ses.Path() + "/report/hand-over"), Icon: "person"})
	}
	if !v.Due.IsZero() {
		d.DueAt = c.Stamp(v.Due, set.Zone) + " " + set.Place(c.Lang)
	}
	title := d.Title
	if failed != nil {
		title = c.T("form.error_title", "Title", title)
	}
	return c.Page(web.Page{
		Name: "reports/desk", Title: title, Section: "outcomes", NoIndex: true, Wide: true, Status: f.Status(failed),
		Trail: editions.Trail(c, set, web.Crumb{Label: d.Session.S, URL: c.URL(ses.Path())}, web.Crumb{Label: d.Title}), V: d,
	})
}

// choices are the people who may have said something, and the organisations that calls
// name already.
func (w *Web) choices(c *web.C, ses *programme.Session, f *web.Form, in *TakeawaysInput) error {
	var who []web.Option
	seen := map[core.ID]bool{}
	for _, r := range ses.Roles {
		if r.Person == "" || seen[r.Person] {
			continue
		}
		seen[r.Person] = true
		who = append(who, web.Option{Value: string(r.Person), Label: r.In(c.Lang)})
	}
	f.Options("takeaways.who", who)
	f.Options("calls.who", who)
	var ids []core.ID
	for _, x := range in.Calls {
		ids = append(ids, idsOf(x.Orgs)...)
	}
	if len(ids) == 0 || w.people == nil {
		return nil
	}
	orgs, err := w.people.Organisations(c.Context(), ids)
	if err != nil {
		return err
	}
	for i, x := range in.Calls {
		var opts []web.Option
		for _, id := range idsOf(x.Orgs) {
			if o, ok := orgs[id]; ok {
				opts = append(opts, web.Option{Value: string(id), Label: c.Text(o.Name).S, Selected: true})
			}
		}
		if fd := f.Field(core.Row("calls", i) + "orgs"); fd != nil {
			fd.Options = opts
		}
	}
	return nil
}

// arrange sorts the fields of the form into what the desk shows where.
func (d *deskView) arrange(c *web.C, f *web.Form) {
	for _, fd := range f.Fields {
		switch {
		case fd.Kind == "hidden":
			d.Hidden = append(d.Hidden, fd)
		case fd.Name == "notes":
			d.Notes = fd
		case fd.Name == "note":
			d.Why = fd
		case fd.Kind == "rows":
			g := deskGroup{Field: fd}
			for i, row := range fd.Rows {
				r := deskRow{Name: strings.TrimSuffix(core.Row(fd.Name, i), "."), Legend: c.T("reports.row."+fd.Name, "Number", i+1)}
				for _, x := range row {
					switch _, name, _ := strings.Cut(x.Name, "]."); name {
					case "times", "who", "papers":
						if name == "who" && len(x.Options) == 0 {
							continue
						}
						r.Pins = append(r.Pins, x)
						r.Open = r.Open || x.Value != "" || x.Error != ""
					case "orgs":
						if len(x.Options) > 0 {
							r.Fields = append(r.Fields, x)
						}
					case "org":
						x.List = "organisations"
						r.Fields = append(r.Fields, x)
					default:
						r.Fields = append(r.Fields, x)
						if name == "text" && len(x.Sub) > 0 {
							if x.Sub[0].Value != "" {
								d.PinTo = append(d.PinTo, web.Option{Value: r.Name, Label: r.Legend})
							}
						}
					}
				}
				g.Rows = append(g.Rows, r)
			}
			d.Groups = append(d.Groups, g)
		}
	}
}

// lackViews say what a report still lacks, each with a link to its field.
func (w *Web) lackViews(c *web.C, ses *programme.Session, kind string, v View) ([]lackView, error) {
	rev := v.Draft
	if rev == nil {
		if rev = v.Revision; rev == nil {
			rev = &emptyRevision
		}
	}
	list, err := w.s.Lacking(c.Context(), ses, kind, *rev)
	if err != nil {
		return nil, err
	}
	var out []lackView
	for _, l := range list {
		url := "#f-" + strings.NewReplacer("[", "-", "].", "-", ".", "-").Replace(l.Path)
		switch l.Path {
		case "card":
			url = c.URL(ses.Path() + "/report/card")
		case "takeaways", "calls":
			url = "#f-" + l.Path
		}
		out = append(out, lackView{Words: c.T(l.Key, words(c.Lang, l.Args)...), URL: url, Needed: l.Needed})
	}
	return out, nil
}
