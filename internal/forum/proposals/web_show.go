package proposals

import (
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

type ruleView struct {
	Text, Outcome string
	Status        web.Status
	Overruled     string
	Source        string
	Rule          string
	Stops         bool
	Typed, Error  string // of the reason to overrule it
}

type partyView struct {
	Name, About string
	State       web.Status
	Own         string
	Email       string
	Ask         string // address of the form that asks her again
}

type showView struct {
	Title    web.TextView
	Call     web.TextView
	CallURL  string
	Status   web.Status
	Facts    []string
	Note     string
	Actions  []web.Action
	Rules    []ruleView
	Sections []Part[partyView]
	Screen   string
	Alike    []alikeView
	Files    []web.Tab
	Seek     *seekView
	Wishes   []wishView
	Panels   []template.HTML
}

// rules are the call's rules with what they find.
func (w *Web) rules(c *web.C, findings []Finding) []ruleView {
	var out []ruleView
	class := map[string]string{Holds: "done", Broken: "late", Unknown: "due"}
	for _, f := range findings {
		out = append(out, ruleView{
			Rule: f.Rule, Text: c.T("proposals.rule."+f.Rule, pairs(f.Args)...), Outcome: f.Outcome, Status: c.Status(class[f.Outcome], "proposals.outcome."+f.Outcome),
			Overruled: f.Overruled, Stops: f.Stops(),
		})
	}
	return out
}

func (w *Web) show(c *web.C) error {
	if err := w.reads(c); err != nil {
		return err
	}
	id, format, file := strings.Cut(c.Param("id"), ".")
	v, err := w.s.Get(c.Context(), c.Actor, core.ID(id))
	if err != nil {
		return err
	}
	if v.Of.State(c.S.Clock.Instant()) == calls.StateOpen {
		c.Until(v.Of.Closes.Time())
	}
	if file {
		return w.print(c, v, format)
	}
	set, err := w.setting(c, v.Of)
	if err != nil {
		return err
	}
	out := showView{Title: w.name(c, v.Proposal), Call: c.Text(v.Of.Title), CallURL: c.URL(v.Of.Path()), Status: w.status(c, v.State)}
	out.Facts, out.Files = w.facts(c, v), w.s.Documents.Files(c, v.Path(), formats...)
	editor := slices.Contains(v.Roles, core.RoleOrganiser)
	judge := v.Can("screen")
	if editor || judge {
		out.Note = v.Proposal.Note
		findings, err := w.s.Findings(c.Context(), v)
		if err != nil {
			return err
		}
		out.Rules = w.rules(c, findings)
	}
	out.Actions = w.actions(c, v)
	out.Sections = w.sections(c, v, set, editor)
	if out.Alike, err = w.alike(c, v); err != nil {
		return err
	}
	if out.Seek, err = w.seeking(c, v, set); err != nil {
		return err
	}
	if out.Wishes, err = w.wishes(c, v); err != nil {
		return err
	}
	if out.Panels, err = c.Panels("proposals.one", v.ID); err != nil {
		return err
	}
	trail := w.trail(c, v.Of, w.crumb(c, v, false))
	return c.Page(web.Page{Name: "proposals/show", Title: out.Title.S, Section: "programme", NoIndex: !v.Outside, Trail: trail, V: out})
}

// facts are its number and when it came in.
func (w *Web) facts(c *web.C, v View) []string {
	var out []string
	if v.Number > 0 {
		out = append(out, c.T("proposals.number", "Number", v.Number))
	}
	if !v.Submitted.IsZero() {
		out = append(out, c.T("proposals.submitted_at", "Time", c.StampHere(v.Submitted)))
	}
	return append(out, c.T("proposals.changed_at", "Time", c.StampHere(v.Updated)))
}

type alikeView struct {
	row
	Kind  string
	Why   []string
	Merge string // address of the form that asks its editors
}

// alike are the proposals that are like one; people outside it are not told.
func (w *Web) alike(c *web.C, v View) ([]alikeView, error) {
	if v.Outside {
		return nil, nil
	}
	list, err := w.s.AlikeTo(c.Context(), c.Actor, v)
	if err != nil {
		return nil, err
	}
	var out []alikeView
	for _, x := range list {
		key := "proposals.alike.alike"
		if x.Same {
			key = "proposals.alike.same"
		}
		a := alikeView{row: row{Title: w.name(c, x.Proposal), URL: c.URL(x.Path()), Status: w.status(c, x.State)}, Kind: c.T(key, "Percent", int(100*x.Score+0.5))}
		if slices.Contains(v.Roles, core.RoleOrganiser) && !v.Can("screen") {
			a.URL, a.Status = "", web.Status{} // she may know that it is there, and no more
		}
		if slices.Contains(v.Roles, core.RoleOrganiser) && v.Of.Alike && v.Can("merge") && Policy.Can("merge", x.State, core.RoleOrganiser) {
			a.Merge = c.URL(v.Path() + "/merge/" + mergeKey(v.ID, x.ID))
		}
		for _, r := range x.Why[:min(6, len(x.Why))] {
			a.Why = append(a.Why, r.Text)
		}
		out = append(out, a)
	}
	return out, nil
}

func (w *Web) actions(c *web.C, v View) []web.Action {
	var out []web.Action
	add := func(ok bool, key, path, icon string, primary bool) {
		if ok {
			out = append(out, web.Action{Label: c.T(key), URL: c.URL(path), Icon: icon, Primary: primary})
		}
	}
	open := v.Of.State(c.S.Clock.Instant()) == calls.StateOpen || v.State == StateReturned
	add(v.Can("edit") && open, "proposals.do.edit", v.Path()+"/edit", "edit", true)
	add(v.Can("withdraw"), "proposals.do.withdraw", v.Path()+"/withdraw", "close", false)
	add(v.Can("discard"), "proposals.do.discard", v.Path()+"/discard", "close", false)
	add(slices.Contains(v.Roles, core.RoleOrganiser) && v.Of.State(c.S.Clock.Instant()) == calls.StateOpen, "proposals.do.copy", v.Of.Path()+"/answer?from="+string(v.ID), "plus", false)
	add(v.Can("screen"), "proposals.do.screen", v.Path()+"/screen", "check", true)
	return out
}

func (w *Web) sections(c *web.C, v View, set *editions.Setting, editor bool) []Part[partyView] {
	return PartsOf(c, v, w.s.Vocab, ChoicesOf(c, set), func(p Party) partyView { return w.party(c, v, p, editor) }, func(calls.Question) bool { return false })
}

var partyClass = map[string]string{Named: "draft", Invited: "due", Confirmed: "done", Declined: "cancelled"}

func (w *Web) party(c *web.C, v View, p Party, editor bool) partyView {
	var about []string
	for _, s := range []string{p.Organisation, w.groupName(c, p.Group), w.country(c, p.Country)} {
		if s != "" {
			about = append(about, s)
		}
	}
	if p.Onsite != "" {
		about = append(about, c.T("calls.person.onsite."+p.Onsite))
	}
	x := partyView{Name: p.Name, About: strings.Join(about, " · "), State: c.Status(partyClass[p.State], "proposals.party."+p.State)}
	if p.Own {
		x.Own = c.T("proposals.own")
	}
	if editor {
		x.Email = p.Email
		if p.EmailKey != "" && (p.State == Named || p.State == Invited) && v.Can("edit") {
			x.Ask = c.URL(v.Path() + "/ask/" + string(p.ID))
		}
	}
	return x
}

func (w *Web) country(c *web.C, code string) string {
	if country, ok := w.s.Vocab.Country(code); ok {
		return c.Text(country.Name).S
	}
	return code
}

func (w *Web) ask(c *web.C) error {
	id := core.ID(c.Param("id"))
	if err := w.s.AskAgain(c.Context(), c.Actor, id, core.ID(c.Param("party"))); err != nil {
		return err
	}
	return c.Done("/proposals/"+string(id), "proposals.asked")
}

type confirmView struct {
	Title, Text, Button, Cancel string
	Version                     int64
	Name                        web.TextView
}

// confirmPage asks before something that cannot be taken back.
func (w *Web) confirmPage(c *web.C, action, key string, do func(v View, version int64) (string, error)) error {
	v, err := w.load(c, action)
	if err != nil {
		return err
	}
	if c.R.Method == http.MethodPost {
		version, _ := strconv.ParseInt(c.Value("version"), 10, 64) // 0 is stale
		to, err := do(v, version)
		if err == nil {
			return c.Done(to, key+".done")
		}
		if core.KindOf(err) != core.KindStale {
			return err
		}
	}
	out := confirmView{Title: c.T(key), Text: c.T(key + ".text"), Button: c.T(key + ".submit"), Cancel: c.URL(v.Path()), Version: v.Version, Name: w.name(c, v.Proposal)}
	return c.Page(web.Page{
		Name: "proposals/confirm", Title: out.Title, Section: "programme", NoIndex: true, Trail: w.trail(c, v.Of, w.crumb(c, v, true), web.Crumb{Label: out.Title}), V: out,
	})
}

func (w *Web) withdraw(c *web.C) error {
	return w.confirmPage(c, "withdraw", "proposals.withdraw", func(v View, version int64) (string, error) {
		return v.Path(), w.s.Withdraw(c.Context(), c.Actor, v.ID, version)
	})
}

func (w *Web) discard(c *web.C) error {
	return w.confirmPage(c, "discard", "proposals.discard", func(v View, _ int64) (string, error) {
		return "/proposals", w.s.Discard(c.Context(), c.Actor, v.ID)
	})
}
