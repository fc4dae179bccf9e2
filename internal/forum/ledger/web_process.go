package ledger

import (
	"strconv"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

type processesView struct {
	Title, Subtitle string
	Tabs            web.Tabs
	Actions         []web.Action
	Rows            []issueRow
	Empty           *web.Empty
}

func (w *Web) processes(c *web.C) error {
	if err := w.reads(c); err != nil {
		return err
	}
	list, err := w.s.Processes(c.Context())
	if err != nil {
		return err
	}
	v := processesView{Title: c.T("ledger.processes"), Subtitle: c.T("ledger.processes_subtitle"), Tabs: w.tabs(c, "/processes")}
	for _, p := range list {
		v.Rows = append(v.Rows, issueRow{Name: c.Text(p.Name), About: c.Text(p.About), URL: c.URL(p.Path())})
	}
	if CanCurate(c.Actor) {
		v.Actions = []web.Action{{Label: c.T("ledger.process.title"), URL: c.URL("/processes/new"), Icon: "plus"}}
	}
	if len(v.Rows) == 0 {
		v.Empty = &web.Empty{Title: c.T("ledger.no_processes"), Text: c.T("ledger.no_processes_text")}
	}
	return c.Page(web.Page{Name: "ledger/issues", Title: v.Title, Describe: v.Subtitle, Section: "outcomes", Trail: w.trail(c, web.Crumb{Label: v.Title}), V: v})
}

type processView struct {
	Name, About web.TextView
	URL         string
	Actions     []web.Action
	Milestones  []milestoneView
	Submissions []deliveryView
	References  []referenceRow
	History     []web.HistoryLine
}

type milestoneView struct {
	When, URL string
	Title     web.TextView
}

// deliveryView is one line of the distribution log.
type deliveryView struct {
	Title, URL, Revision, When, To, By, Form, Receipt, Link string
	Evidence                                                []evidenceView
}

// deliveriesOf prepares deliveries; those of texts that the reader may not see are left
// out already.
func (w *Web) deliveriesOf(c *web.C, list []Delivery) ([]deliveryView, error) {
	things := make([]Thing, len(list))
	for i, d := range list {
		things[i] = d.thing()
	}
	labels, err := w.s.Labels(c.Context(), c.Actor, c.Lang, things)
	if err != nil {
		return nil, err
	}
	out := make([]deliveryView, 0, len(list))
	for i, d := range list {
		l, ok := labels[things[i]]
		if !ok {
			continue
		}
		out = append(out, deliveryView{
			Title: l.Title, URL: c.URL("/documents/" + string(d.Document) + "/revisions/" + strconv.Itoa(d.Revision)), Revision: c.T("ledger.revision", "Number", d.Revision),
			When: date(c, d.Day), To: d.To, By: d.By, Form: c.T("ledger.form." + d.Form), Receipt: d.Receipt, Link: d.URL, Evidence: evidenceViews(c, d.Kept),
		})
	}
	return out, nil
}

func (w *Web) process(c *web.C) error {
	if err := w.reads(c); err != nil {
		return err
	}
	p, err := w.s.Process(c.Context(), c.Param("slug"))
	if err != nil {
		return err
	}
	v := processView{Name: c.Text(p.Name), About: c.Text(p.About), URL: p.URL}
	for _, m := range p.Milestones {
		mv := milestoneView{When: date(c, m.Day), URL: m.URL, Title: c.Text(m.Title)}
		if m.Until != "" {
			mv.When = c.T("ledger.from_until", "From", date(c, m.Day), "Until", date(c, m.Until))
		}
		v.Milestones = append(v.Milestones, mv)
	}
	sent, err := w.s.deliveries(c.Context(), c.Actor, "ld.process = ?", p.ID)
	if err != nil {
		return err
	}
	if v.Submissions, err = w.deliveriesOf(c, sent); err != nil {
		return err
	}
	refs, err := w.s.References(c.Context(), "", p.ID)
	if err != nil {
		return err
	}
	if v.References, err = w.referenceRows(c, refs); err != nil {
		return err
	}
	if CanCurate(c.Actor) {
		v.Actions = []web.Action{
			{Label: c.T("ledger.deliver.title"), URL: c.URL("/ledger/deliver?process=" + string(p.ID)), Icon: "plus"},
			{Label: c.T("ledger.reference.title"), URL: c.URL("/references/new?process=" + string(p.ID)), Icon: "plus"},
			{Label: c.T("ledger.process.edit"), URL: c.URL(p.Path() + "/edit"), Icon: "edit"},
		}
	}
	if v.History, err = w.history(c, []core.ID{p.ID}, core.ScopeForum); err != nil {
		return err
	}
	return c.Page(web.Page{
		Name: "ledger/process", Title: v.Name.S, TitleLang: v.Name.Lang, Describe: v.About.S, Section: "outcomes",
		Trail: w.trail(c, web.Crumb{Label: c.T("ledger.processes"), URL: c.URL("/processes")}, web.Crumb{Label: v.Name.S}), V: v,
	})
}

func (w *Web) editProcess(c *web.C) error {
	if err := mayCurate(c.Actor, processPolicy); err != nil {
		return err
	}
	slug := c.Param("slug")
	title, cancel, in := c.T("ledger.process.title"), "/processes", ProcessInput{}
	if slug != "" {
		p, err := w.s.Process(c.Context(), slug)
		if err != nil {
			return err
		}
		title, cancel, in = c.T("ledger.process.edit"), p.Path(), InputOfProcess(p)
	}
	return formPage[ProcessInput]{
		key: "ledger.process", title: title, note: c.T("ledger.process.note"), cancel: cancel,
		trail: w.trail(c, web.Crumb{Label: c.T("ledger.processes"), URL: c.URL("/processes")}),
		save: func(in ProcessInput) (string, error) {
			p, err := w.s.SaveProcess(c.Context(), c.Actor, slug, in)
			return p.Path(), err
		},
	}.serve(c, in)
}

func (w *Web) processOptions(c *web.C) ([]web.Option, map[core.ID]Process, error) {
	list, err := w.s.Processes(c.Context())
	if err != nil {
		return nil, nil, err
	}
	var out []web.Option
	by := map[core.ID]Process{}
	for _, p := range list {
		out = append(out, web.Option{Value: string(p.ID), Label: c.Text(p.Name).S})
		by[p.ID] = p
	}
	return out, by, nil
}

// deliver is the form of the distribution log.
func (w *Web) deliver(c *web.C) error {
	if err := mayCurate(c.Actor, processPolicy); err != nil {
		return err
	}
	opts, by, err := w.processOptions(c)
	if err != nil {
		return err
	}
	forms := []web.Option{}
	for _, f := range Forms {
		forms = append(forms, web.Option{Value: f, Label: c.T("ledger.form." + f)})
	}
	cancel := "/processes"
	if p, ok := by[core.ID(c.Query("process"))]; ok {
		cancel = p.Path()
	}
	return formPage[DeliveryInput]{
		key: "ledger.deliver", title: c.T("ledger.deliver.title"), note: c.T("ledger.deliver.note"), cancel: cancel, trail: w.trail(c),
		prepare: func(f *web.Form) {
			f.Options("process", opts)
			f.Options("form", forms)
		},
		save: func(in DeliveryInput) (string, error) {
			var err error
			if in.Kept, err = w.keep(c, in.CopyTitle, in.CopyText); err != nil {
				return "", err
			}
			d, err := w.s.Deliver(c.Context(), c.Actor, in)
			if err != nil {
				return "", err
			}
			if p, ok := by[d.Process]; ok {
				return p.Path(), nil
			}
			return "/documents/" + string(d.Document) + "/revisions", nil
		},
	}.serve(c, DeliveryInput{Process: c.Query("process"), Where: c.Query("where"), Day: w.s.today(), Form: Forms[0]})
}
