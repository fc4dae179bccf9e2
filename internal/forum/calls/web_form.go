package calls

import (
	"encoding/json"
	"net/http"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

// buildAction is a small button of the builder.
type buildAction struct {
	Do, At, Label, What string
	Action              string
	Version             int64
	Danger              bool
}

type buildView struct {
	Title    web.TextView
	Tabs     web.Tabs
	Action   string
	Version  int64
	State    web.Status
	Problems []string
	Stale    bool
	Sections []sectionView
	Against  []againstView
	Publish  string
	Actions  []web.Action
}

// againstView is what differs from another form.
type againstView struct {
	Title, Same          string
	Added, Changed, Gone []web.TextView
}

// draft loads the call and the draft of its form for who runs it.
func (w *Web) draft(c *web.C) (Call, StoredForm, error) {
	call, err := w.running(c)
	if err != nil {
		return call, StoredForm{}, err
	}
	f, err := w.s.Form(c.Context(), call, 0)
	return call, f, err
}

// build is the form with its buttons: each sends the page once.
func (w *Web) build(c *web.C) error {
	call, draft, err := w.draft(c)
	if err != nil {
		return err
	}
	v := buildView{}
	status := http.StatusOK
	if c.R.Method == http.MethodPost {
		version, _ := strconv.ParseInt(c.Value("version"), 10, 64) // what is no number is no version
		failed := w.s.SaveForm(c.Context(), c.Actor, call.ID, version, rebuilt(draft.Form, c.Value("do"), c.Value("at")))
		if failed == nil {
			return c.Done(call.Path()+"/form#"+anchor(c.Value("do"), c.Value("at")), "calls.form.saved")
		}
		e := web.Classify(failed)
		switch e.Kind {
		case core.KindStale:
			v.Stale, status = true, http.StatusConflict
			v.Problems = []string{c.S.Catalog.Error(c.Lang, e)}
			if draft, err = w.s.Form(c.Context(), call, 0); err != nil {
				return err
			}
		case core.KindInvalid:
			status = http.StatusUnprocessableEntity
			for _, p := range e.Fields {
				v.Problems = append(v.Problems, c.T(p.Key, p.Args...))
			}
		default:
			return failed
		}
	}
	v.Title, v.Tabs, v.Action, v.Version = c.Text(call.Title), w.tabs(c, call), c.URL(call.Path()+"/form"), draft.Version
	if err := w.compare(c, call, draft.Form, &v); err != nil {
		return err
	}
	v.Sections = w.sections(c, draft.Form, nil)
	w.buttons(c, call, &v)
	v.Actions = []web.Action{
		{Label: c.T("calls.form.preview"), URL: c.URL(call.Path() + "/form/preview")},
		{Label: c.T("calls.form.add_section"), URL: c.URL(call.Path() + "/form/section"), Icon: "plus"},
		{Label: c.T("calls.form.export"), URL: c.URL(call.Path() + "/form.json"), Icon: "download"},
		{Label: c.T("calls.form.import"), URL: c.URL(call.Path() + "/form/import")},
	}
	return c.Page(web.Page{
		Name: "calls/build", Title: c.T("calls.tab.form"), Section: "programme", NoIndex: true, Status: status,
		Trail: w.trail(c, call, web.Crumb{Label: c.T("calls.tab.form")}), V: v,
	})
}

// anchor is where the reader stood when she pressed a button.
func anchor(do, at string) string {
	switch do {
	case "section-up", "section-down", "section-remove":
		return "s-" + at
	}
	return "q-" + at
}

// rebuilt is a form after one press.
func rebuilt(f Form, do, at string) Form {
	n, err := strconv.Atoi(at)
	if err != nil {
		n = -1
	}
	switch do {
	case "up", "down":
		return f.Move(at, do == "up")
	case "remove":
		return f.Without(at)
	case "double":
		return f.Doubled(at)
	case "section-up", "section-down":
		return f.MoveSection(n, do == "section-up")
	case "section-remove":
		return f.WithoutSection(n)
	}
	return f
}

func (w *Web) buttons(c *web.C, call Call, v *buildView) {
	for i := range v.Sections {
		s := &v.Sections[i]
		at := strconv.Itoa(i)
		s.Edit = c.URL(call.Path() + "/form/section?at=" + at)
		s.Add = c.URL(call.Path() + "/form/question?section=" + at)
		for _, do := range []string{"section-up", "section-down", "section-remove"} {
			if do == "section-up" && i == 0 || do == "section-down" && i == len(v.Sections)-1 {
				continue
			}
			s.Actions = append(s.Actions, buildAction{do, at, c.T("calls.form." + do), s.Title.S, v.Action, v.Version, do == "section-remove"})
		}
		for j := range s.Questions {
			q := &s.Questions[j]
			q.Edit = c.URL(call.Path() + "/form/question?key=" + q.Key)
			for _, do := range []string{"up", "down", "double", "remove"} {
				if do == "up" && i == 0 && j == 0 || do == "down" && i == len(v.Sections)-1 && j == len(s.Questions)-1 {
					continue
				}
				q.Actions = append(q.Actions, buildAction{do, q.Key, c.T("calls.form." + do), q.Label.S, v.Action, v.Version, do == "remove"})
			}
		}
	}
}

// compare says what differs from the form in force and from the one of the year before.
func (w *Web) compare(c *web.C, call Call, draft Form, v *buildView) error {
	texts := func(list []Question) []web.TextView {
		var out []web.TextView
		for _, q := range list {
			out = append(out, c.Text(q.Label))
		}
		return out
	}
	against := func(title string, f Form) bool {
		a := againstView{Title: title}
		added, changed, gone := draft.Differences(f)
		a.Added, a.Changed, a.Gone = texts(added), texts(changed), texts(gone)
		differs := len(added)+len(changed)+len(gone) > 0
		if !differs {
			a.Same = c.T("calls.form.same")
		}
		v.Against = append(v.Against, a)
		return differs
	}
	v.State = c.Status("draft", "calls.form.state.none")
	v.Publish = c.T("calls.form.publish")
	if call.FormVersion > 0 {
		f, err := w.s.Form(c.Context(), call, call.FormVersion)
		if err != nil {
			return err
		}
		against(c.T("calls.form.against_now", "Number", call.FormVersion), f.Form)
		v.State = c.Status("changed", "calls.form.state.changed", "Number", call.FormVersion)
		if sameForm(f.Form, draft) {
			v.State, v.Publish = c.Status("published", "calls.form.state.published", "Number", call.FormVersion), ""
		}
	}
	if call.Previous == "" {
		return nil
	}
	before, err := w.s.Calls(c.Context(), []core.ID{call.Previous})
	if err != nil || before[call.Previous].FormVersion == 0 {
		return err
	}
	f, err := w.s.Form(c.Context(), before[call.Previous], before[call.Previous].FormVersion)
	if err != nil {
		return err
	}
	against(c.T("calls.form.against_before", "Title", c.Text(before[call.Previous].Title).S), f.Form)
	return nil
}

func sameForm(a, b Form) bool {
	x, err1 := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err1 == nil && err2 == nil && string(x) == string(y)
}

// publish puts the draft in force.
func (w *Web) publish(c *web.C) error {
	call, err := w.running(c)
	if err != nil {
		return err
	}
	version, _ := strconv.ParseInt(c.Value("version"), 10, 64) // what is no number is no version
	if err := w.s.PublishForm(c.Context(), c.Actor, call.ID, version); err != nil {
		return err
	}
	return c.Done(call.Path()+"/form", "calls.form.published")
}

// export is the draft of the form as JSON.
func (w *Web) export(c *web.C) error {
	call, draft, err := w.draft(c)
	if err != nil {
		return err
	}
	b, err := json.MarshalIndent(draft.Form, "", " ")
	if err != nil {
		return err
	}
	return c.File(web.File{Type: "application/json", Name: call.Ref + "-form.json", Body: append(b, '\n')})
}

// take puts a form that comes as JSON in the place of the draft.
func (w *Web) take(c *web.C) error {
	call, draft, err := w.draft(c)
	if err != nil {
		return err
	}
	in := ImportInput{Version: draft.Version}
	return editing(c, "calls.import", in, w.of(c, call, c.T("calls.form.import"), c.T("calls.form.import_help")),
		func(f *web.Form) { f.Cancel = c.URL(call.Path() + "/form") },
		func(in ImportInput) error {
			f, err := ParseForm(in.JSON)
			if err == nil {
				err = w.s.SaveForm(c.Context(), c.Actor, call.ID, in.Version, f)
			}
			return w.told(c, err, "json", func(f StoredForm) any { return ImportInput{Version: f.Version, JSON: in.JSON} })
		}, func() string { return call.Path() + "/form" }, "calls.form.saved")
}

// told makes an error of a form one of its input: problems that belong to no field of it
// say where in the form they are, and a stale draft becomes the input as now tells it.
func (w *Web) told(c *web.C, err error, field string, now func(f StoredForm) any) error {
	if err == nil {
		return nil
	}
	e := web.Classify(err)
	if f, ok := e.Current.(StoredForm); ok && e.Kind == core.KindStale {
		return core.Stale(now(f))
	}
	if e.Kind != core.KindInvalid || len(e.Fields) == 0 {
		return err
	}
	var p core.Problems
	for _, x := range e.Fields {
		if x.Path == field {
			p = append(p, x)
			continue
		}
		p.Add(field, "calls.error.at", "Path", x.Path, "Problem", c.T(x.Key, x.Args...))
	}
	return p.Err()
}

type previewView struct {
	Title  web.TextView
	Tabs   web.Tabs
	Fields []*web.Field
}

// preview shows the draft as those will see it who answer; it sends nothing.
func (w *Web) preview(c *web.C) error {
	call, draft, err := w.draft(c)
	if err != nil {
		return err
	}
	marks, err := w.s.Changed(c.Context(), call, draft.Form)
	if err != nil {
		return err
	}
	ch, err := w.Choices(c, call)
	if err != nil {
		return err
	}
	f := c.FormOf("calls.preview", draft.Form.Fields(c, w.vocab, ch, nil, marks), nil)
	return c.Page(web.Page{
		Name: "calls/preview", Title: c.T("calls.form.preview"), Section: "programme", NoIndex: true,
		Trail: w.trail(c, call, web.Crumb{Label: c.T("calls.tab.form"), URL: c.URL(call.Path() + "/form")}, web.Crumb{Label: c.T("calls.form.preview")}),
		V:     previewView{Title: c.Text(call.Title), Tabs: w.tabs(c, call), Fields: f.Fields},
	})
}

// Choices are the themes and policy questions of a call's edition, in the reader's
// language.
func (w *Web) Choices(c *web.C, call Call) (Choices, error) {
	var ch Choices
	if call.Edition == "" {
		return ch, nil
	}
	set, err := w.editions.SettingByID(c.Context(), c.Actor, call.Edition)
	if err != nil {
		return ch, err
	}
	for _, t := range set.Themes {
		ch.Themes = append(ch.Themes, web.Option{Value: string(t.ID), Label: c.Text(t.Name).S})
	}
	for _, q := range set.Questions {
		ch.Questions = append(ch.Questions, web.Option{Value: string(q.ID), Label: q.Number + " " + c.Text(q.Question).S})
	}
	return ch, nil
}
