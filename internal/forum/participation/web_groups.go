package participation

import (
	"net/http"
	"slices"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/web"
)

// registerGroups registers the pages of delegations, hubs, letters, papers and the list of
// participants.
func (w *Web) registerGroups(s *web.Server) {
	for path, h := range map[string]web.Handler{
		"/delegations": w.delegations, "/delegations/{id}/people": w.people,
		"/hubs":             w.hubs,
		"/participants":     w.participants,
		"/register/letters": w.ownLetters, "/register/letters/{letter}": w.ownLetter, "/register/letters/{letter}/pdf": w.ownLetterPDF,
		"/registrations/{number}/letters": w.staffLetters, "/registrations/{number}/letters/{letter}": w.staffLetter,
		"/registrations/{number}/letters/{letter}/pdf": w.staffLetterPDF,
		"/register/papers/{paper}":                     w.ownPaper, "/registrations/{number}/papers/{paper}": w.staffPaper,
	} {
		s.Edition("GET "+path, h)
	}
	for path, h := range map[string]web.Handler{
		"/delegations/ask": w.askDelegation, "/delegations/join": w.join, "/delegations/{id}": w.delegation, "/delegations/{id}/edit": w.editDelegation,
		"/delegations/{id}/decide": w.decideDelegation, "/delegations/{id}/hand-over": w.handOver, "/delegations/{id}/close": w.closeDelegation,
		"/delegations/{id}/members/{number}": w.member,
		"/hubs/ask":                          w.askHub, "/hubs/{id}/edit": w.editHub, "/hubs/{id}/decide": w.decideHub, "/hubs/{id}/close": w.closeHub, "/hubs/{id}/desk": w.hubDesk,
		"/register/papers": w.ownPapers, "/registrations/{number}/papers": w.staffPapers, "/registrations/letters": w.letterWords,
	} {
		s.Edition("GET "+path, h)
		s.Edition("POST "+path, h)
	}
	s.Edition("POST /delegations/leave", w.leave)
	s.Edition("POST /delegations/{id}/code", w.code)
	s.Edition("POST /delegations/{id}/people/one", w.people)
	s.Edition("POST /delegations/{id}/people/many", w.people)
	s.Edition("POST /register/letters", w.makeLetter)
	s.Edition("POST /registrations/{number}/letters", w.staffLetters)
	s.Handle("GET /verify", w.verify)
	s.Handle("GET /verify/{code}", w.verified)
	s.Handle("POST /verify/{code}", w.verified)
}

var groupClass = map[string]string{GroupAsked: "due", GroupApproved: "done", GroupDeclined: "cancelled", GroupClosed: "cancelled"}

// joined is the place of an edition whose registration is set up here.
func (w *Web) joined(c *web.C) (*editions.Setting, error) {
	set, err := w.setting(c)
	if err != nil {
		return nil, err
	}
	_, err = w.s.Setting(c.Context(), c.Actor, set)
	return set, err
}

func (w *Web) delegationTrail(c *web.C, set *editions.Setting, more ...web.Crumb) []web.Crumb {
	return w.trail(c, set, append([]web.Crumb{{Label: c.T("participation.group.title"), URL: c.URL(set.Path() + "/delegations")}}, more...)...)
}

func (w *Web) countryName(c *web.C, code string) string {
	x, ok := w.s.Vocab.Country(code)
	if !ok {
		return ""
	}
	return c.Text(x.Name).S
}

type groupRow struct {
	Name, URL, Country, People, Asking string
	Status                             web.Status
}

type groupsView struct {
	Actions []web.Action
	Tabs    web.Tabs
	Staff   bool
	Rows    []groupRow
	In      string // the delegation in which the reader stands herself
	Leave   string
}

// delegations lists the delegations that the reader runs, and tells everybody how to ask
// for one.
func (w *Web) delegations(c *web.C) error {
	set, err := w.joined(c)
	if err != nil {
		return err
	}
	state := c.Query("state")
	if !slices.Contains(groupStates, state) {
		state = ""
	}
	list, err := w.s.Delegations(c.Context(), c.Actor, set, state)
	if err != nil {
		return err
	}
	v := groupsView{Staff: Manages(c.Actor, set.ID)}
	v.Actions = append(v.Actions, web.Action{Label: c.T("participation.group.ask"), URL: c.URL(set.Path() + "/delegations/ask"), Icon: "plus", Primary: !v.Staff})
	if v.Staff {
		v.Tabs = web.Tabs{Label: c.T("participation.group.by_state"), Tabs: []web.Tab{{Label: c.T("participation.group.all"), URL: c.URL(set.Path() + "/delegations"), Current: state == ""}}}
		for _, st := range groupStates {
			v.Tabs.Tabs = append(v.Tabs.Tabs, web.Tab{Label: c.T("policy.delegation.state." + st), URL: c.URL(set.Path() + "/delegations?state=" + st), Current: state == st})
		}
	}
	for i := range list {
		d := &list[i]
		row := groupRow{
			Name: d.Name, URL: c.URL(set.Path() + "/delegations/" + string(d.ID)), Country: w.countryName(c, d.Country),
			Status: c.Status(groupClass[d.State], "policy.delegation.state."+d.State), People: c.T("participation.group.people", "Count", d.Members),
		}
		if d.Asking > 0 {
			row.Asking = c.T("participation.group.asking", "Count", d.Asking)
		}
		v.Rows = append(v.Rows, row)
	}
	r, err := w.s.Mine(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	if r != nil && r.Delegation != "" && r.Live() {
		d, err := delegationIn(c.Context(), w.s.rec.DB.Read, r.Delegation)
		if err != nil {
			return err
		}
		v.In, v.Leave = c.T("participation.group.in", "Delegation", d.Name), c.URL(set.Path()+"/delegations/leave")
	}
	return c.Page(web.Page{
		Name: "participation/group-list", Title: c.T("participation.group.title"), Section: "programme", NoIndex: true, V: v,
		Trail: w.trail(c, set, web.Crumb{Label: c.T("participation.group.title")}),
	})
}

func (w *Web) groupOptions(c *web.C, set *editions.Setting, f *web.Form) {
	f.Options("country", w.s.Vocab.Options(c.Lang, vocab.CountryList))
	f.Options("stakeholder", unchosen(c, w.s.Vocab.OptionsOn(c.Lang, vocab.Groups, set.FirstDay)))
}

// unchosen puts an empty choice first: what has to be said is not said for the reader.
func unchosen(c *web.C, list []web.Option) []web.Option {
	return append([]web.Option{{Label: c.T("form.none")}}, list...)
}

func (w *Web) askDelegation(c *web.C) error {
	set, err := w.joined(c)
	if err != nil {
		return err
	}
	if err := groupsPolicy.Check("ask", "", c.Actor.Roles(set.Scope())...); err != nil && c.R.Method == http.MethodGet {
		return err
	}
	title := c.T("participation.group.ask")
	page := web.Page{Title: title, Section: "programme", Trail: w.delegationTrail(c, set, web.Crumb{Label: title}), V: formView{Title: title, Lead: c.T("participation.group.ask.lead")}}
	return editing(c, "participation.group.form", DelegationInput{}, page, func(f *web.Form) {
		w.groupOptions(c, set, f)
		f.Submit, f.Cancel = c.T("participation.group.form.ask"), c.URL(set.Path()+"/delegations")
		f.Field("note").Required = true
	}, func(in DelegationInput) (string, error) {
		d, err := w.s.AskDelegation(c.Context(), c.Actor, set, in)
		return set.Path() + "/delegations/" + string(d.ID), err
	})
}

// delegationAt is the delegation of a page with what the reader may do.
func (w *Web) delegationAt(c *web.C, action string) (*editions.Setting, Delegation, string, error) {
	set, err := w.joined(c)
	if err != nil {
		return nil, Delegation{}, "", err
	}
	d, err := w.s.Delegation(c.Context(), c.Actor, set, core.ID(c.Param("id")))
	if err == nil && action != "" && c.R.Method == http.MethodGet {
		err = delegationPolicy.Check(action, d.State, d.roles(c.Actor)...)
	}
	return set, d, set.Path() + "/delegations/" + string(d.ID), err
}

func (w *Web) groupPage(c *web.C, set *editions.Setting, d *Delegation, title, lead string) web.Page {
	return web.Page{
		Title: title, Section: "programme", V: formView{Title: title, Lead: lead},
		Trail: w.delegationTrail(c, set, web.Crumb{Label: d.Name, URL: c.URL(set.Path() + "/delegations/" + string(d.ID))}, web.Crumb{Label: title}),
	}
}

func (w *Web) editDelegation(c *web.C) error {
	set, d, here, err := w.delegationAt(c, "edit")
	if err != nil {
		return err
	}
	fixed := d.State == GroupApproved && !Manages(c.Actor, set.ID)
	lead := ""
	if fixed {
		lead = c.T("participation.group.edit.fixed")
	}
	return editing(c, "participation.group.form", d.input(), w.groupPage(c, set, &d, c.T("participation.group.edit"), lead), func(f *web.Form) {
		w.groupOptions(c, set, f)
		if fixed {
			for _, name := range []string{"name", "country", "stakeholder", "most"} { // sent as they are, and not taken
				f.Field(name).Kind = "hidden"
			}
		}
		f.Submit, f.Cancel = c.T("participation.group.save"), c.URL(here)
	}, func(in DelegationInput) (string, error) {
		return here, w.s.EditDelegation(c.Context(), c.Actor, set, d.ID, in)
	})
}

func (w *Web) decideDelegation(c *web.C) error {
	set, d, here, err := w.delegationAt(c, "decide")
	if err != nil {
		return err
	}
	now := DelegationDecision{Version: d.Version, State: GroupApproved, Trusted: d.Trusted, Most: d.Most}
	return editing(c, "participation.group.decide", now, w.groupPage(c, set, &d, c.T("participation.group.decide"), d.Name), func(f *web.Form) {
		f.Options("state", options(c, "participation.group.decide.to.", GroupApproved, GroupDeclined))
		f.Cancel = c.URL(here)
	}, func(in DelegationDecision) (string, error) {
		return here, w.s.DecideDelegation(c.Context(), c.Actor, set, d.ID, in)
	})
}

// handOverInput names the account that becomes the focal point.
type handOverInput struct {
	Version int64  `form:"version" ui:"hidden"`
	Email   string `form:"email" ui:"email" max:"254" required:"true"`
}

func (w *Web) handOver(c *web.C) error {
	set, d, here, err := w.delegationAt(c, "hand_over")
	if err != nil {
		return err
	}
	return editing(c, "participation.group.hand_over", handOverInput{Version: d.Version}, w.groupPage(c, set, &d, c.T("participation.group.hand_over"), d.Name), func(f *web.Form) {
		f.Cancel = c.URL(here)
	}, func(in handOverInput) (string, error) {
		if p := core.Validate(in); p.Err() != nil {
			return "", p.Err()
		}
		return here, w.s.HandOver(c.Context(), c.Actor, set, d.ID, in.Version, in.Email)
	})
}

func (w *Web) closeDelegation(c *web.C) error {
	set, d, here, err := w.delegationAt(c, "close")
	if err != nil {
		return err
	}
	if c.R.Method == http.MethodPost {
		if err := w.s.CloseDelegation(c.Context(), c.Actor, set, d.ID, 0); err != nil {
			return err
		}
		return c.Done(here, "participation.group.closed")
	}
	p := w.groupPage(c, set, &d, c.T("participation.group.close"), "")
	p.Name, p.NoIndex = "participation/confirm", true
	p.V = confirmView{c.T("participation.group.close.ask"), c.T("participation.group.close.text"), c.URL(here + "/close"), c.T("participation.group.close"), c.URL(here)}
	return c.Page(p)
}

type codeView struct{ Title, Code, Link, Back string }

// code makes the code of a delegation anew and shows it, once.
func (w *Web) code(c *web.C) error {
	set, d, here, err := w.delegationAt(c, "")
	if err != nil {
		return err
	}
	code, err := w.s.NewCode(c.Context(), c.Actor, set, d.ID)
	if err != nil {
		return err
	}
	title := c.T("participation.group.code.title")
	p := w.groupPage(c, set, &d, title, "")
	p.Name, p.NoIndex, p.V = "participation/group-code", true, codeView{title, code, c.S.BaseURL + set.Path() + "/delegations/join?code=" + code, c.URL(here)}
	return c.Page(p)
}

type joinView struct {
	Title, Lead, Name, Action, Code, Register string
	Form                                      *web.Form
}

// joinInput is the form with which somebody joins a delegation.
type joinInput struct {
	Code string `form:"code" max:"40" required:"true"`
}

// join asks to join the delegation of a code.
func (w *Web) join(c *web.C) error {
	set, err := w.joined(c)
	if err != nil {
		return err
	}
	here := set.Path() + "/delegations/join"
	in := joinInput{Code: c.Query("code")}
	var failed error
	if c.R.Method == http.MethodPost {
		if failed = c.Decode(&in); failed == nil {
			var d Delegation
			if d, failed = w.s.Join(c.Context(), c.Actor, set, in.Code, web.RemoteAddr(c.R)); failed == nil {
				return c.Done(set.Path()+"/register", "participation.group.joined", "Delegation", d.Name)
			}
		}
	}
	title := c.T("participation.group.join")
	v := joinView{Title: title, Lead: c.T("participation.group.join.lead"), Action: c.URL(here), Code: in.Code, Register: c.URL(set.Path() + "/register")}
	if in.Code != "" && failed == nil {
		d, err := w.s.DelegationByCode(c.Context(), set.ID, in.Code, web.RemoteAddr(c.R))
		if err == nil {
			v.Name = d.Name
		} else if failed = err; core.KindOf(err) != core.KindNotFound && core.KindOf(err) != core.KindLimited {
			return err
		}
	}
	if core.KindOf(failed) == core.KindNotFound {
		key := "participation.group.error.code"
		if _, err := w.s.DelegationByCode(c.Context(), set.ID, in.Code, web.RemoteAddr(c.R)); err == nil {
			key = "participation.group.error.register"
		}
		var p core.Problems
		p.Add("code", key)
		failed = p.Err()
	}
	f := c.Form("participation.group.join", &in)
	f.Action = c.URL(here)
	status, err := f.Refused(failed)
	if err != nil {
		return err
	}
	if v.Name != "" { // the code is known: only the answer is asked for
		f.Field("code").Kind = "hidden"
	}
	v.Form = f
	if failed != nil {
		title = c.T("form.error_title", "Title", title)
	}
	return c.Page(web.Page{Name: "participation/group-join", Title: title, Section: "programme", NoIndex: true, Status: status, Trail: w.trail(c, set, web.Crumb{Label: v.Title}), V: v})
}

// leave takes the reader out of her delegation.
func (w *Web) leave(c *web.C) error {
	set, err := w.joined(c)
	if err != nil {
		return err
	}
	if err := w.s.Leave(c.Context(), c.Actor, set); err != nil {
		return err
	}
	return c.Done(set.Path()+"/register", "participation.group.left")
}

func numbersOf(values []string) []int {
	var out []int
	for _, v := range values {
		if n, err := strconv.Atoi(v); err == nil && len(out) < 500 {
			out = append(out, n)
		}
	}
	return out
}
