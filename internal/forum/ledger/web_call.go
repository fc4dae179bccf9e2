package ledger

import (
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

type callView struct {
	callRow
	Title, Text  string // address of the text
	Kind         string
	Sources      []sourceView
	Answers      []answerView
	NoAnswer     string
	Superseded   *web.Tab
	Note         string
	More         []entryView // citations, what was made of it
	Actions      []web.Action
	History      []web.HistoryLine
	IsSuperseded bool
	Issues       []web.Tab
}

type sourceView struct{ Label, URL, Recording string }

// answerView is a commitment or another answer, ready to print.
type answerView struct {
	ID, URL, Organisation, OrganisationURL string
	Kind                                   string
	Status                                 web.Status
	Private                                *web.Status
	Words                                  web.TextView
	Said, Due, Contact, Confirmed          string
	Overdue                                bool
	Steps                                  []stepView
	Flags                                  []flagView
	Actions                                []web.Action
	Confirm                                string
	Version                                int64
}

type stepView struct {
	When, Machine string
	State         string
	Words         web.TextView
	Due           string
	Evidence      []evidenceView
}

type flagView struct {
	Reason, When, Who, Answer, Answered, Settle string
}

var commitmentClass = map[string]string{
	Claimed: "draft", Confirmed: "published", Progress: "changed", Changed: "changed", Done: "done", Withdrawn: "cancelled", Refused: "cancelled",
}

// answers prepares commitments for who reads them.
func (w *Web) answers(c *web.C, list []Commitment) ([]answerView, error) {
	mine, err := w.s.Mine(c.Context(), c.Actor)
	if err != nil {
		return nil, err
	}
	var persons []core.ID
	for _, x := range list {
		for _, f := range x.Flags {
			persons = append(persons, f.Person)
		}
	}
	names, err := w.s.People.Names(c.Context(), persons)
	if err != nil {
		return nil, err
	}
	now := c.S.Clock.Instant()
	out := make([]answerView, 0, len(list))
	for _, x := range list {
		v := answerView{
			ID: string(x.ID), URL: c.URL(x.Path()), Organisation: c.Text(x.OrganisationName).S, OrganisationURL: c.URL("/organisations/" + string(x.Organisation)),
			Kind: c.T("ledger.kind." + x.Kind), Words: c.Text(x.Words), Said: date(c, x.Said), Contact: x.Contact, Overdue: x.Overdue(now), Version: x.Version,
			Status: c.Status(commitmentClass[x.State], "ledger.commitment."+x.State),
		}
		if x.Due != "" {
			v.Due = date(c, x.Due)
		}
		if !x.Public() {
			st := c.Status("private", "ledger.private")
			v.Private = &st
		} else if x.ConfirmedBy != "" {
			v.Confirmed = c.T("ledger.confirmed_by."+x.ConfirmedBy, "Date", i18n.Date(c.Lang, x.Confirmed.Time()))
		}
		for i, u := range x.Updates {
			s := stepView{When: i18n.Date(c.Lang, u.At.Time()), Machine: dayOf(u.At), State: stepWords(c, u.State), Evidence: evidenceViews(c, u.Evidence)}
			if i > 0 {
				s.Words = c.Text(u.Words)
			}
			if u.Due != "" && i > 0 {
				s.Due = date(c, u.Due)
			}
			v.Steps = append(v.Steps, s)
		}
		for _, f := range x.Flags {
			fv := flagView{Reason: f.Reason, When: i18n.Date(c.Lang, f.At.Time()), Who: names[f.Person], Answer: f.Answer}
			if !f.Answered.IsZero() {
				fv.Answered = i18n.Date(c.Lang, f.Answered.Time())
			} else if can(c.Actor, mine, "settle_flag", x) {
				fv.Settle = v.URL + "/flags/" + string(f.ID)
			}
			v.Flags = append(v.Flags, fv)
		}
		w.answerActions(c, mine, x, &v)
		out = append(out, v)
	}
	return out, nil
}

// stepWords names a step; the first one is what was handed in.
func stepWords(c *web.C, state string) string {
	if state == Claimed {
		return c.T("ledger.handed_in")
	}
	return c.T("ledger.commitment." + state)
}

func (w *Web) answerActions(c *web.C, mine []core.ID, x Commitment, v *answerView) {
	may := func(action string) bool { return can(c.Actor, mine, action, x) }
	if x.State == Claimed && may("confirm") {
		v.Confirm = v.URL + "/confirm"
	}
	if x.State == Claimed && may("refuse") {
		v.Actions = append(v.Actions, web.Action{Label: c.T("ledger.refuse.title"), URL: v.URL + "/refuse"})
	}
	if x.State != Refused && x.State != Withdrawn && may("update") {
		v.Actions = append(v.Actions, web.Action{Label: c.T("ledger.update.title"), URL: v.URL + "/update", Icon: "edit"})
	}
	if may("flag") {
		v.Actions = append(v.Actions, web.Action{Label: c.T("ledger.flag.title"), URL: v.URL + "/flag", Icon: "warning"})
	}
}

func (w *Web) call(c *web.C) error {
	if err := w.reads(c); err != nil {
		return err
	}
	x, err := w.s.Call(c.Context(), c.Actor, core.ID(c.Param("id")))
	if err != nil {
		return err
	}
	rows, err := w.rows(c, []Call{*x})
	if err != nil {
		return err
	}
	v := callView{callRow: rows[0], Title: c.T("ledger.call_title"), Kind: c.T("ledger.source." + x.Source), IsSuperseded: x.State == StateSuperseded, Note: x.Note}
	if err := w.callText(c, x, &v); err != nil {
		return err
	}
	list, err := w.s.AnswersTo(c.Context(), c.Actor, []core.ID{x.ID})
	if err != nil {
		return err
	}
	if v.Answers, err = w.answers(c, list[x.ID]); err != nil {
		return err
	}
	if len(v.Answers) == 0 {
		v.NoAnswer = c.T("ledger.no_answer")
	}
	w.callActions(c, x, &v)
	subjects := []core.ID{x.ID}
	for _, a := range list[x.ID] {
		subjects = append(subjects, a.ID)
	}
	if v.History, err = w.history(c, subjects, scopeOf(x.Edition)); err != nil {
		return err
	}
	return c.Page(web.Page{
		Name: "ledger/call", Title: v.Title, Describe: v.Words.S, Section: "outcomes", Trail: w.trail(c, web.Crumb{Label: v.Title}), V: v,
	})
}

func (w *Web) history(c *web.C, subjects []core.ID, scope string) ([]web.HistoryLine, error) {
	events, err := w.s.rec.Events(c.Context(), record.Query{
		Subjects: subjects, Internal: callPolicy.Can("see_internal_history", StateOpen, c.Actor.Roles(scope)...), Page: core.Page{Limit: 100},
	})
	if err != nil {
		return nil, err
	}
	var persons []core.ID
	for _, e := range events.Items {
		persons = append(persons, e.Person)
	}
	names, err := w.s.People.Names(c.Context(), persons)
	if err != nil {
		return nil, err
	}
	return c.History(events.Items, names, "UTC"), nil
}

// callText tells where the words stand, what they rest on, and what else came of them.
func (w *Web) callText(c *web.C, x *Call, v *callView) error {
	doc, para := documents.ReadParaRef(x.Ref)
	things := []Thing{{Kind: ThingParagraph, Ref: x.Ref}}
	labels, err := w.s.Labels(c.Context(), c.Actor, c.Lang, things)
	if err != nil {
		return err
	}
	if l, ok := labels[things[0]]; ok {
		v.Text = c.URL(l.Path)
	}
	if x.SupersededBy != "" {
		v.Superseded = &web.Tab{Label: c.T("ledger.later_call"), URL: c.URL("/ledger/" + string(x.SupersededBy))}
	}
	revs, err := w.s.Documents.Published(c.Context(), doc)
	if err != nil {
		return err
	}
	if p, ok := revs[doc].Paragraph(para); ok {
		if v.Sources, err = w.sources(c, p.Sources); err != nil {
			return err
		}
	}
	of, err := w.s.OfIn(c.Context(), c.Actor, c.Lang, []string{x.Ref})
	if err != nil {
		return err
	}
	v.More = entryViews(c, slices.DeleteFunc(of[x.Ref], func(e Entry) bool { return e.Kind == "call" || e.Kind == "answer" || e.Kind == "delivery" }))
	v.Issues, err = w.issuesOf(c, x.Ref)
	return err
}

// sources are the moments and people that a call is pinned to.
func (w *Web) sources(c *web.C, list []documents.Source) ([]sourceView, error) {
	var segments, persons []core.ID
	for _, s := range list {
		switch s.Kind {
		case "segment":
			segments = append(segments, core.ID(s.Ref))
		case "person":
			persons = append(persons, core.ID(s.Ref))
		}
	}
	moments := map[core.ID]Moment{}
	if len(segments) > 0 && w.s.moments.ByID != nil {
		var err error
		if moments, err = w.s.moments.ByID(c.Context(), c.Actor, segments); err != nil {
			return nil, err
		}
		for _, m := range moments {
			persons = append(persons, m.Person)
		}
	}
	names, err := w.s.People.Names(c.Context(), persons)
	if err != nil {
		return nil, err
	}
	var out []sourceView
	for _, s := range list {
		switch s.Kind {
		case "segment":
			m, ok := moments[core.ID(s.Ref)]
			if !ok {
				continue
			}
			who := names[m.Person]
			if who == "" {
				who = m.Speaker
			}
			out = append(out, sourceView{Label: c.T("ledger.moment", "Who", who), URL: c.URL(m.Path), Recording: m.Recording})
		case "person":
			if n := names[core.ID(s.Ref)]; n != "" {
				out = append(out, sourceView{Label: n, URL: c.URL("/people/" + s.Ref)})
			}
		}
	}
	return out, nil
}

func (w *Web) callActions(c *web.C, x *Call, v *callView) {
	roles := c.Actor.Roles(scopeOf(x.Edition))
	path := c.URL(x.Path())
	// A visitor is led to sign in by the form itself.
	if callPolicy.Can("answer", x.State, append(roles, core.RoleMember)...) {
		v.Actions = append(v.Actions, web.Action{Label: c.T("ledger.answer.title"), URL: path + "/answer", Icon: "edit", Primary: true})
	}
	if callPolicy.Can("address", x.State, roles...) {
		v.Actions = append(v.Actions, web.Action{Label: c.T("ledger.address.title"), URL: path + "/addressees", Icon: "organisation"})
	}
	if callPolicy.Can("supersede", x.State, roles...) {
		v.Actions = append(v.Actions, web.Action{Label: c.T("ledger.supersede.title"), URL: path + "/supersede"})
	}
}

// addressees is the form that says which organisations a call addresses. Those that its
// words name are offered.
func (w *Web) addressees(c *web.C) error {
	x, err := w.s.Call(c.Context(), c.Actor, core.ID(c.Param("id")))
	if err != nil {
		return err
	}
	if err := callPolicy.Check("address", x.State, c.Actor.Roles(scopeOf(x.Edition))...); err != nil {
		return err
	}
	opts := []web.Option{}
	add := func(id core.ID, name string) {
		if !slices.ContainsFunc(opts, func(o web.Option) bool { return o.Value == string(id) }) {
			opts = append(opts, web.Option{Value: string(id), Label: name})
		}
	}
	known, err := w.s.People.Organisations(c.Context(), x.Organisations)
	if err != nil {
		return err
	}
	for _, id := range x.Organisations {
		add(id, c.Text(known[id].Name).S)
	}
	if strings.TrimSpace(x.ToAs) != "" {
		found, err := w.s.People.FindOrganisations(c.Context(), x.ToAs)
		if err != nil {
			return err
		}
		for _, m := range found {
			add(m.Organisation.ID, c.Text(m.Organisation.Name).S)
		}
	}
	note := c.T("ledger.address.note")
	if x.ToAs != "" {
		note = c.T("ledger.address.words", "Words", x.ToAs)
	}
	return formPage[AddressInput]{
		key: "ledger.address", title: c.T("ledger.address.title"), note: note, quote: &x.Words, cancel: x.Path(),
		trail: w.trail(c, web.Crumb{Label: c.T("ledger.call_title"), URL: c.URL(x.Path())}),
		prepare: func(f *web.Form) {
			if len(opts) == 0 {
				f.Drop("organisations")
			}
			f.Options("organisations", opts)
		},
		save: func(in AddressInput) (string, error) {
			return x.Path(), w.s.Address(c.Context(), c.Actor, x.ID, in)
		},
	}.serve(c, AddressInput{Version: x.Version, Organisations: texts(x.Organisations)})
}

func (w *Web) supersede(c *web.C) error {
	x, err := w.s.Call(c.Context(), c.Actor, core.ID(c.Param("id")))
	if err != nil {
		return err
	}
	if err := callPolicy.Check("supersede", x.State, c.Actor.Roles(scopeOf(x.Edition))...); err != nil {
		return err
	}
	in := SupersedeInput{Version: x.Version, Note: x.Note}
	if x.SupersededBy != "" {
		in.By = "/ledger/" + string(x.SupersededBy)
	}
	return formPage[SupersedeInput]{
		key: "ledger.supersede", title: c.T("ledger.supersede.title"), note: c.T("ledger.supersede.note_text"), quote: &x.Words, cancel: x.Path(),
		trail: w.trail(c, web.Crumb{Label: c.T("ledger.call_title"), URL: c.URL(x.Path())}),
		save: func(in SupersedeInput) (string, error) {
			return x.Path(), w.s.Supersede(c.Context(), c.Actor, x.ID, in)
		},
	}.serve(c, in)
}
