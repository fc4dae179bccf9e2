package conduct

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

type reportLine struct {
	URL, Title, When, Machine string
	Status                    web.Status
}

type listView struct {
	Rows  []reportLine
	Open  int
	Empty web.Empty
}

// list is the desk of who handles reports.
func (w *Web) list(c *web.C) error {
	set, err := w.set(c)
	if err != nil {
		return err
	}
	reports, err := w.s.Reports(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	v := listView{Empty: web.Empty{Title: c.T("conduct.desk.none"), Text: c.T("conduct.desk.none_text")}}
	for _, r := range reports {
		if r.State != StateClosed {
			v.Open++
		}
		v.Rows = append(v.Rows, reportLine{
			URL: c.URL(set.Path() + reportPath(r.Number)), Title: c.T("conduct.desk.number", "Number", r.Number), Status: stateOf(c, r.State),
			When: c.Stamp(r.Received, set.Zone), Machine: r.Received.Time().Format(time.RFC3339),
		})
	}
	title := c.T("conduct.desk.title")
	return c.Page(web.Page{Name: "conduct/reports", Title: title, Section: "programme", NoIndex: true, Trail: w.trail(c, set, web.Crumb{Label: title}), V: v})
}

type fileLine struct{ URL, Name, Size string }

type decisionLine struct {
	What, When, Machine, Body, Who, Until, Outcome, OutcomeWhy string
	Reason                                                     []string
}

type reportView struct {
	Title     string
	Status    web.Status
	Erased    bool
	Next      string
	Actions   []web.Action
	Words     []string
	Facts     [][2]string
	Who       string
	Withheld  bool
	Concerns  *web.Tab
	Files     []fileLine
	Notes     []noteLine
	Decisions []decisionLine
	Recused   []string
	History   []web.HistoryLine
}

func (w *Web) load(c *web.C) (*editions.Setting, *Report, error) {
	set, err := w.set(c)
	if err != nil {
		return nil, nil, err
	}
	r, err := w.s.Report(c.Context(), c.Actor, set, c.Param("number"))
	return set, r, err
}

// show is one report for who handles it.
func (w *Web) show(c *web.C) error {
	set, r, err := w.load(c)
	if err != nil {
		return err
	}
	ids := append([]core.ID{r.Account}, r.Recused...)
	for _, n := range r.Notes {
		ids = append(ids, n.Account)
	}
	for _, d := range r.Decisions {
		ids = append(ids, d.Account)
	}
	events, err := w.s.History(c.Context(), r)
	if err != nil {
		return err
	}
	for _, e := range events {
		ids = append(ids, e.Account)
	}
	accounts, err := w.s.Accounts.ByIDs(c.Context(), slices.DeleteFunc(ids, func(id core.ID) bool { return id == "" }))
	if err != nil {
		return err
	}
	names := map[core.ID]string{}
	for id, a := range accounts {
		names[id] = a.Name
	}
	v := reportView{
		Title: c.T("conduct.desk.number", "Number", r.Number), Status: stateOf(c, r.State), Erased: !r.Erased.IsZero(), Next: c.T("conduct.next." + r.State),
		Words: core.Lines(r.Words), Facts: facts(c, r), Who: names[r.Account], Withheld: r.Withheld, Notes: w.notes(c, set, r.Notes, names),
		Actions: w.actions(c, set, r), History: c.History(events, names, set.Zone),
	}
	rg, err := w.s.Concerned(c.Context(), r)
	if err != nil {
		return err
	}
	if rg != nil {
		v.Concerns = &web.Tab{Label: c.T("conduct.desk.concerns_line", "Number", rg.Number, "Name", rg.Name), URL: c.URL(set.Path() + "/registrations/" + strconv.Itoa(rg.Number))}
	}
	for _, f := range r.Files {
		v.Files = append(v.Files, fileLine{URL: c.URL(set.Path() + reportPath(r.Number) + "/files/" + string(f.ID)), Name: f.Name, Size: web.SizeWords(f.Size)})
	}
	for _, d := range r.Decisions {
		l := decisionLine{
			What: c.T("conduct.kind." + d.Kind), When: c.Stamp(d.Decided, set.Zone), Machine: d.Decided.Time().Format(time.RFC3339),
			Body: d.Body, Who: names[d.Account], Reason: core.Lines(d.Reason), OutcomeWhy: d.OutcomeWhy,
		}
		if !d.AppealUntil.IsZero() {
			l.Until = c.Date(d.AppealUntil.In(set.Zone))
		}
		if d.Outcome != "" {
			l.Outcome = c.T("conduct.letter." + d.Outcome)
		}
		v.Decisions = append(v.Decisions, l)
	}
	for _, id := range r.Recused {
		v.Recused = append(v.Recused, names[id])
	}
	return c.Page(web.Page{
		Name: "conduct/show", Title: v.Title, Section: "programme", NoIndex: true,
		Trail: w.trail(c, set, web.Crumb{Label: c.T("conduct.desk.title"), URL: c.URL(set.Path() + "/conduct/reports")}, web.Crumb{Label: v.Title}), V: v,
	})
}

// actions are what may be done next, the usual first.
func (w *Web) actions(c *web.C, set *editions.Setting, r *Report) []web.Action {
	var out []web.Action
	for _, a := range []web.Action{
		{Label: "look", Icon: "person", Post: true},
		{Label: "decide", Icon: "check"},
		{Label: "answer", Icon: "check"},
		{Label: "close", Icon: "check", Post: true},
		{Label: "concern", Icon: "person"},
		{Label: "note", Icon: "edit"},
		{Label: "recuse", Icon: "close"},
	} {
		name := a.Label
		if !reportPolicy.Can(name, r.State, core.RoleCoordinator) {
			continue
		}
		if d := r.Last(); name == "close" && d != nil && d.MayAppeal(r.State, c.S.Clock.Instant()) {
			continue
		}
		a.Primary, a.Label, a.URL = len(out) == 0, c.T("conduct.do."+name), c.URL(set.Path()+reportPath(r.Number)+"/"+name)
		out = append(out, a)
	}
	return out
}

// file gives a file of a report to who handles it.
func (w *Web) file(c *web.C) error {
	_, r, err := w.load(c)
	if err != nil {
		return err
	}
	for _, f := range r.Files {
		if string(f.ID) == c.Param("file") {
			return w.s.Files.Serve(c, f.File)
		}
	}
	return core.NotFound()
}

// action does one thing with a report: at once, or by a form.
func (w *Web) action(c *web.C) error {
	set, r, err := w.load(c)
	if err != nil {
		return err
	}
	name, back := c.Param("action"), set.Path()+reportPath(r.Number)
	if !slices.Contains(reportPolicy.Actions()[1:], name) {
		return core.NotFound()
	}
	if err := w.s.check(c.Context(), w.s.rec.DB.Read, c.Actor, r, name); err != nil {
		return err
	}
	post := c.R.Method == http.MethodPost
	var in any
	var do func() error
	switch name {
	case "look", "close":
		if !post {
			return c.Redirect(back)
		}
		act := w.s.Look
		if name == "close" {
			act = w.s.Close
		}
		if err := act(c.Context(), c.Actor, set, r); err != nil {
			return err
		}
		return c.Done(back, "conduct.done."+name)
	case "note":
		x := &NoteInput{}
		in, do = x, func() error { return w.s.Note(c.Context(), c.Actor, set, r, *x) }
	case "concern":
		x := &ConcernInput{}
		in, do = x, func() error { return w.s.Concern(c.Context(), c.Actor, set, r, *x) }
	case "recuse":
		x := &recuseInput{Account: string(c.Actor.Account)}
		in, do = x, func() error { return w.s.Recuse(c.Context(), c.Actor, set, r, core.ID(x.Account)) }
	case "decide":
		x := &DecideInput{Version: r.Version}
		in, do = x, func() error { return w.s.Decide(c.Context(), c.Actor, set, r, *x) }
	default:
		x := &AnswerInput{Version: r.Version}
		in, do = x, func() error { return w.s.Answer(c.Context(), c.Actor, set, r, *x) }
	}
	var failed error
	if post {
		if failed = c.Decode(in); failed == nil {
			if failed = do(); failed == nil {
				if x, ok := in.(*recuseInput); ok && x.Account == string(c.Actor.Account) {
					back = set.Path() + "/conduct/reports"
				}
				return c.Done(back, "conduct.done."+name)
			}
		}
	}
	f := c.Form("conduct."+name, in)
	f.Cancel = c.URL(back)
	if err := w.choices(c, f, r, name); err != nil {
		return err
	}
	v := formView{Title: c.T("conduct.do." + name), About: []string{c.T("conduct." + name + ".about")}, Form: f}
	return w.formPage(c, set, v, failed, web.Crumb{Label: c.T("conduct.desk.title"), URL: c.URL(set.Path() + "/conduct/reports")},
		web.Crumb{Label: c.T("conduct.desk.number", "Number", r.Number), URL: c.URL(back)})
}

type recuseInput struct {
	Account string `form:"account" ui:"select" required:"true"`
}

func (w *Web) choices(c *web.C, f *web.Form, r *Report, name string) error {
	var opts []web.Option
	field := ""
	switch name {
	case "decide":
		field = "kind"
		for _, k := range Kinds {
			opts = append(opts, web.Option{Value: k, Label: c.T("conduct.kind." + k)})
		}
		f.Field("session").If = "kind=" + KindSession
	case "answer":
		field = "outcome"
		for _, k := range []string{OutcomeUpheld, OutcomeReversed} {
			opts = append(opts, web.Option{Value: k, Label: c.T("conduct.outcome." + k)})
		}
	case "recuse":
		field = "account"
		ids, err := w.s.eligibleIn(c.Context(), w.s.rec.DB.Read, r)
		if err != nil {
			return err
		}
		accounts, err := w.s.Accounts.ByIDs(c.Context(), ids)
		if err != nil {
			return err
		}
		for _, id := range ids {
			opts = append(opts, web.Option{Value: string(id), Label: accounts[id].Name})
		}
	}
	if field != "" {
		f.Options(field, opts)
	}
	return nil
}
