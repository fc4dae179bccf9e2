package calls

import (
	"html/template"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/web"
)

// sortCalls puts what ends first before the rest; of what is over, the last comes first.
func sortCalls(list []Call, state string) {
	slices.SortStableFunc(list, func(a, b Call) int {
		switch state {
		case StateOpen:
			return a.Closes.Time().Compare(b.Closes.Time())
		case StateComing, StateDraft:
			return a.Opens.Time().Compare(b.Opens.Time())
		}
		return b.Closes.Time().Compare(a.Closes.Time())
	})
}

// load reads the call of the address. Its scope is only known when it is read: what a page
// of it is made from is said for all editions, before.
func (w *Web) load(c *web.C) (Call, error) {
	if err := w.reads(c); err != nil {
		return Call{}, err
	}
	return w.s.Call(c.Context(), c.Actor, c.Param("ref"))
}

// running is load for who runs the call. A visitor is asked to sign in whether there is
// one or not: what she sends is kept until then.
func (w *Web) running(c *web.C) (Call, error) {
	if !c.Actor.SignedIn() {
		return Call{}, core.SignIn()
	}
	call, err := w.load(c)
	if err != nil {
		return call, err
	}
	return call, w.s.May(c.Context(), c.Actor, call, "run")
}

func (w *Web) trail(c *web.C, call Call, more ...web.Crumb) []web.Crumb {
	title := c.Text(call.Title)
	one := web.Crumb{Label: title.S, Lang: title.Lang}
	if len(more) > 0 {
		one.URL = c.URL(call.Path())
	}
	if call.Edition != "" {
		if set, err := w.editions.SettingByID(c.Context(), c.Actor, call.Edition); err == nil {
			return editions.Trail(c, set, append([]web.Crumb{{Label: c.T("calls.title"), URL: c.URL(set.Path() + "/input")}, one}, more...)...)
		}
	}
	return append([]web.Crumb{{Label: c.T("calls.title"), URL: c.URL("/calls")}, one}, more...)
}

// tabs are the pages of a call for who runs it.
func (w *Web) tabs(c *web.C, call Call) web.Tabs {
	t := web.Tabs{Label: c.T("calls.tabs")}
	for _, x := range []struct{ key, path string }{{"call", ""}, {"edit", "/edit"}, {"rules", "/rules"}, {"form", "/form"}, {"cancel", "/cancel"}} {
		here := c.Path() == call.Path()+x.path || x.path == "/form" && strings.HasPrefix(c.Path(), call.Path()+"/form/")
		label := c.T("calls.tab." + x.key)
		if x.key == "cancel" && call.Announced.IsZero() {
			label = c.T("calls.tab.discard")
		}
		t.Tabs = append(t.Tabs, web.Tab{Label: label, URL: c.URL(call.Path() + x.path), Current: here})
	}
	return t
}

type ruleView struct {
	Words, Severity string
	Source          string
	Link            bool
}

type moveView struct {
	Was, Now moment
	At       string
	Reason   web.TextView
}

type questionView struct {
	Label, Help web.TextView
	New         string
	Facts       []string
	Options     []web.TextView
	Rows        []web.TextView
	If          string
	Actions     []buildAction
	Edit, Key   string
}

type sectionView struct {
	Number      int
	Title, Help web.TextView
	Questions   []questionView
	Actions     []buildAction
	Edit, Add   string
}

type showView struct {
	callRow
	Tabs        *web.Tabs
	About       web.TextView
	Begins      moment
	Facts       [][2]string // term and words
	Rules       []ruleView
	Moves       []moveView
	Sections    []sectionView
	Compared    bool
	Answer, Why string // address of the form, or why the reader cannot answer
	Then        string
	Panels      []template.HTML
}

// show is one call, for everybody: what, until when, who, by which rules, with which
// questions.
func (w *Web) show(c *web.C) error {
	call, err := w.load(c)
	if err != nil {
		return err
	}
	zone, place := w.clock(c, call)
	v := showView{callRow: w.row(c, call), About: c.Text(call.About), Begins: at(c, call.Opens, zone, place), Facts: w.facts(c, call)}
	state := call.State(w.s.rec.Clock.Instant())
	v.Then = c.T("calls.then." + state)
	if runs, err := w.s.Runs(c.Context(), c.Actor, call); err != nil {
		return err
	} else if runs {
		t := w.tabs(c, call)
		v.Tabs = &t
	}
	if err := w.answer(c, call, &v); err != nil {
		return err
	}
	for _, r := range call.Rules {
		v.Rules = append(v.Rules, w.rule(c, r))
	}
	moves, err := w.s.Moves(c.Context(), call)
	if err != nil {
		return err
	}
	for _, m := range moves {
		v.Moves = append(v.Moves, moveView{Was: at(c, m.Was, zone, place), Now: at(c, m.Now, zone, place), At: c.Stamp(m.At, zone) + " " + place, Reason: c.Text(m.Reason)})
	}
	if call.FormVersion > 0 {
		f, err := w.s.ReadForm(c.Context(), c.Actor, call, call.FormVersion)
		if err != nil {
			return err
		}
		marks, err := w.s.Changed(c.Context(), call, f.Form)
		if err != nil {
			return err
		}
		v.Sections, v.Compared = w.sections(c, f.Form, marks), marks != nil
	}
	if v.Panels, err = c.Panels(SlotOne, call.ID); err != nil {
		return err
	}
	return c.Page(web.Page{
		Name: "calls/show", Title: v.Title.S, TitleLang: v.Title.Lang, Describe: v.Kind, Section: "programme", Trail: w.trail(c, call),
		NoIndex: state == StateDraft, V: v,
	})
}

// answer says how the reader can answer, or why not.
func (w *Web) answer(c *web.C, call Call, v *showView) error {
	if call.State(w.s.rec.Clock.Instant()) != StateOpen {
		return nil
	}
	err := w.s.MayAnswer(c.Context(), c.Actor, call)
	switch core.KindOf(err) {
	case core.KindForbidden:
		v.Why = c.S.Catalog.Error(c.Lang, web.Classify(err))
	case core.KindInternal:
		if err != nil {
			return err
		}
	}
	if v.Why == "" {
		slug := ""
		if set, err := w.editions.SettingByID(c.Context(), c.Actor, call.Edition); call.Edition != "" && err == nil {
			slug = set.Slug
		}
		v.Answer = c.URL(call.AnswerPath(slug))
	}
	return nil
}

// facts are who may answer, how often, in which languages, and who reads it.
func (w *Web) facts(c *web.C, call Call) [][2]string {
	var out [][2]string
	add := func(key, words string) { out = append(out, [2]string{c.T("calls.fact." + key), words}) }
	who := c.T("calls.audience." + call.Audience)
	if call.Audience == OfBodies {
		var kinds []string
		for _, k := range call.BodyKinds {
			kinds = append(kinds, c.T("bodies.kind."+k))
		}
		who = c.T("calls.audience.of_kinds", "Kinds", strings.Join(kinds, c.T("calls.form.comma")))
	}
	add("who", who)
	if call.PerPerson > 0 {
		add("per_person", c.T("calls.at_most", "Count", call.PerPerson))
	}
	if call.PerOrg > 0 {
		add("per_org", c.T("calls.at_most", "Count", call.PerOrg))
	}
	if len(call.Langs) > 0 {
		var names []string
		for _, l := range call.Langs {
			names = append(names, web.LangName[l])
		}
		add("langs", strings.Join(names, c.T("calls.form.comma")))
	}
	add("shown", c.T("calls.shown."+call.Shown))
	if call.Body != "" {
		if b, err := w.s.bodies.Body(c.Context(), call.Body); err == nil {
			add("body", b.Label(c.Lang))
		}
	}
	return out
}

// rule says a rule in words.
func (w *Web) rule(c *web.C, r Rule) ruleView {
	args := []any{}
	if Limited(r.Code) {
		args = append(args, "Count", r.Limit)
	}
	if r.Code == RuleEligible {
		var names []string
		for _, g := range r.Codes {
			names = append(names, c.Text(w.vocab.Label(vocab.Groups, g)).S)
		}
		args = append(args, "Groups", strings.Join(names, c.T("calls.form.comma")))
	}
	return ruleView{Words: c.T("calls.rule."+r.Code, args...), Severity: c.T("calls.severity." + r.Severity), Source: r.Source, Link: core.WebAddress(r.Source)}
}

// sections are the questions of a form in words, for reading.
func (w *Web) sections(c *web.C, f Form, marks map[string]bool) []sectionView {
	var out []sectionView
	for i, s := range f.Sections {
		sv := sectionView{Number: i + 1, Title: c.Text(s.Title), Help: c.Text(s.Help)}
		for _, q := range s.Questions {
			qv := questionView{Key: q.Key, Label: c.Text(q.Label), Help: c.Text(q.Help), Facts: questionFacts(c, q)}
			if isNew, ok := marks[q.Key]; ok {
				qv.New = c.T(map[bool]string{true: "calls.form.new", false: "calls.form.changed"}[isNew])
			}
			for _, o := range q.Options {
				qv.Options = append(qv.Options, c.Text(o.Label))
			}
			for _, o := range q.Rows {
				qv.Rows = append(qv.Rows, c.Text(o.Label))
			}
			qv.If = condition(c, f, q)
			sv.Questions = append(sv.Questions, qv)
		}
		out = append(out, sv)
	}
	return out
}

func condition(c *web.C, f Form, q Question) string {
	if q.If.IsZero() {
		return ""
	}
	of, _ := f.Question(q.If.Question)
	if len(q.If.In) == 0 {
		return c.T("calls.form.if_any", "Question", c.Text(of.Label).S)
	}
	var labels []string
	for _, o := range of.Options {
		if slices.Contains(q.If.In, o.Code) {
			labels = append(labels, c.Text(o.Label).S)
		}
	}
	return c.T("calls.form.if", "Question", c.Text(of.Label).S, "Answers", strings.Join(labels, c.T("calls.form.comma")))
}

func questionFacts(c *web.C, q Question) []string {
	out := []string{c.T("calls.question_kind." + q.Kind)}
	if q.Required {
		out = append(out, c.T("calls.form.required"))
	} else {
		out = append(out, c.T("calls.form.optional"))
	}
	if q.MaxChars > 0 {
		out = append(out, c.T("form.max", "Count", q.MaxChars))
	}
	if q.MinWords > 0 {
		out = append(out, c.T("calls.form.min_words", "Count", q.MinWords))
	}
	if q.MaxWords > 0 {
		out = append(out, c.T("calls.form.max_words", "Count", q.MaxWords))
	}
	if q.Kind == KindNumber {
		if q.Min != 0 || q.Max != 0 {
			out = append(out, c.T("calls.form.between", "Min", q.Min, "Max", q.Max))
		}
	} else {
		if q.Min > 0 {
			out = append(out, c.T("calls.form.least", "Count", q.Min))
		}
		if q.Max > 0 {
			out = append(out, c.T("calls.form.most", "Count", q.Max))
		}
	}
	if q.Private {
		out = append(out, c.T("calls.form.private"))
	}
	if q.Blind {
		out = append(out, c.T("calls.form.blind"))
	}
	return out
}
