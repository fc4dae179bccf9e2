package selection

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/proposals"
	"plenary/internal/platform/web"
)

type joinView struct {
	Title   web.TextView // of the other
	Summary web.TextView
	Words   string
	Status  web.Status
	Says    []string // what each side has said
	Names   []string // of the other's organisers, once both have agreed
	Answer  string   // address of the form
	Label   string
}

type panelView struct {
	Title      string
	Status     web.Status
	Type       web.TextView
	Conditions string
	Reasons    []web.TextView
	Words      string
	Answered   string
	Take       string
	Refuse     string
	Other      *web.TextView
	OtherURL   string
	Session    *web.Tab
	Scores     []figure
	ScoresLead string
	Told       []string
	Mergers    []joinView
	Links      []web.Tab
	Inside     bool
}

// Panel tells on a proposal's page what was decided of it, and asks its organisers what is
// to be answered (slot proposals.one). Others read what became of it only.
func (w *Web) Panel(c *web.C, id core.ID) (string, any, error) {
	x, err := w.s.VerdictOf(c.Context(), c.Actor, id)
	if err != nil {
		return "", nil, err
	}
	mergers, others, err := w.s.MergersOf(c.Context(), c.Actor, id)
	if err != nil || x == nil && len(mergers) == 0 {
		return "", nil, err
	}
	p, err := w.s.Proposals.Get(c.Context(), c.Actor, id)
	if err != nil {
		return "", nil, err
	}
	v := panelView{Title: c.T("selected.panel")}
	if v.Inside, err = w.s.inside(c.Context(), c.Actor, p); err != nil {
		return "", nil, err
	}
	if x != nil {
		if err := w.verdict(c, &v, x, p); err != nil {
			return "", nil, err
		}
	}
	if v.Mergers, err = w.joins(c, p, mergers, others); err != nil {
		return "", nil, err
	}
	if !v.Inside && v.Session == nil && v.Other == nil {
		return "", nil, nil
	}
	return "selection/panel", v, nil
}

func (w *Web) verdict(c *web.C, v *panelView, x *Verdict, p proposals.View) error {
	if x.Session != nil {
		v.Session = &web.Tab{Label: x.Session.Ref + " · " + c.Text(x.Session.Title).S, URL: c.URL(x.Session.Path)}
	}
	if x.Target != "" {
		other, err := w.s.Proposals.Get(c.Context(), c.Actor, x.Target)
		switch {
		case err == nil:
			name := titled(other.Title, other.Lang)
			v.Other, v.OtherURL = &name, c.URL(other.Path())
		case core.KindOf(err) != core.KindNotFound:
			return err
		}
	}
	if !v.Inside {
		return nil
	}
	v.Status = c.Status(choiceClass[x.Choice], "policy.proposal.state."+stateOf[x.Choice])
	v.Type, v.Conditions, v.Words, v.Told = c.Text(x.Type), x.Conditions, x.Words, x.Told
	for _, r := range x.Reason {
		v.Reasons = append(v.Reasons, c.Text(r))
	}
	if x.Answer != "" {
		v.Answered = c.T("selected.answered."+x.Answer, "Date", c.Date(x.Answered.In(p.Of.Zone)))
	}
	if x.Answers {
		v.Take, v.Refuse = c.URL(p.Path()+"/offer/take"), c.URL(p.Path()+"/offer/refuse")
	}
	if slices.Contains(proposals.Taken, p.State) {
		v.Links = append(v.Links, web.Tab{Label: c.T("selected.tasks_link"), URL: c.URL(organisersPath(p.Of))})
	}
	v.Links = append(v.Links, web.Tab{Label: c.T("selected.title"), URL: c.URL(p.Of.Path() + "/selection")})
	return w.scores(c, v, x, p)
}

// scores are the marks that the phase tells proposers, by criterion.
func (w *Web) scores(c *web.C, v *panelView, x *Verdict, p proposals.View) error {
	if x.Scores == nil {
		return nil
	}
	set, err := w.s.Review.Setup(c.Context(), core.Operator, p.Of.Ref)
	if err != nil {
		return err
	}
	v.ScoresLead = c.T("selected.scores", "Count", x.Scores.N, "Mean", decimal(c.Lang, x.Scores.Mean), "Normalised", decimal(c.Lang, x.Scores.Normalised))
	for _, k := range set.Criteria {
		if mean, ok := x.Scores.Criteria[k.ID]; ok {
			v.Scores = append(v.Scores, figure{c.Text(k.Label).S, decimal(c.Lang, mean)})
		}
	}
	return nil
}

var joinClass = map[string]string{MergerAsked: "due", MergerAgreed: "done", MergerRefused: "cancelled"}

func (w *Web) joins(c *web.C, p proposals.View, list []Merger, others map[core.ID]proposals.Input) ([]joinView, error) {
	organiser := slices.Contains(p.Roles, core.RoleOrganiser)
	var out []joinView
	for _, m := range list {
		other, ok := others[m.other(p.ID)]
		if !ok {
			continue // it was withdrawn
		}
		x := joinView{Title: titled(other.Title, other.Proposal.Lang), Summary: web.TextView{S: other.Text, Lang: other.Proposal.Lang, Dir: core.Dir(other.Proposal.Lang)}, Words: m.Words}
		x.Status = c.Status(joinClass[m.State], "selected.merger."+m.State)
		mine, theirs := m.says(p.ID)
		if mine != "" {
			x.Says = append(x.Says, c.T("selected.merger.you."+mine))
		}
		if theirs != "" {
			x.Says = append(x.Says, c.T("selected.merger.they."+theirs))
		}
		if organiser && (p.State == proposals.StateEligible || p.State == proposals.StateWaiting) {
			x.Answer, x.Label = c.URL(p.Path()+"/mergers/"+string(m.ID)), c.T("selected.merger.answer")
			if mine != "" {
				x.Label = c.T("selected.merger.change")
			}
		}
		if m.State == MergerAgreed {
			names, err := w.s.namesOf(c.Context(), other)
			if err != nil {
				return nil, err
			}
			x.Names = names
		}
		out = append(out, x)
	}
	return out, nil
}

type askView struct {
	Title, Text    string
	Name           web.TextView
	Type           web.TextView
	Words          string
	Button, Cancel string
	Danger         bool
	Version        int64
}

// offer asks whether the organisers take, or do not take, the type that they are offered.
func (w *Web) offer(c *web.C) error {
	id, answer := core.ID(c.Param("id")), c.Param("answer")
	if answer != "take" && answer != "refuse" {
		return core.NotFound()
	}
	if !c.Actor.SignedIn() {
		return core.SignIn()
	}
	if c.R.Method == http.MethodPost {
		version, _ := strconv.ParseInt(c.Value("version"), 10, 64) // 0 is stale
		if err := w.s.Answer(c.Context(), c.Actor, id, AnswerInput{Version: version, Yes: answer == "take"}); err != nil {
			return err
		}
		return c.Done(proposals.Proposal{ID: id}.Path(), "selected.offer."+answer+".done")
	}
	x, err := w.s.VerdictOf(c.Context(), c.Actor, id)
	if err != nil {
		return err
	}
	if x == nil || !x.Answers {
		return core.NotFound()
	}
	p, err := w.s.Proposals.Get(c.Context(), c.Actor, id)
	if err != nil {
		return err
	}
	v := askView{
		Title: c.T("selected.offer." + answer), Text: c.T("selected.offer."+answer+".text", "Type", c.Text(x.Type).S), Name: titled(p.Title, p.Lang), Words: x.Words,
		Button: c.T("selected.offer." + answer + ".submit"), Cancel: c.URL(p.Path()), Danger: answer == "refuse", Version: x.Version,
	}
	return w.ofProposal(c, p, "answer", v.Title, v, 0)
}

func (w *Web) ofProposal(c *web.C, p proposals.View, name, title string, v any, status int) error {
	call := c.Text(p.Of.Title)
	trail := []web.Crumb{
		{Label: c.T("proposals.mine"), URL: c.URL("/proposals")},
		{Label: call.S, Lang: call.Lang, URL: c.URL(p.Of.Path())},
		{Label: p.Title, Lang: p.Lang, URL: c.URL(p.Path())},
		{Label: title},
	}
	return c.Page(web.Page{Name: "selection/" + name, Title: title + " · " + p.Title, Section: "programme", NoIndex: true, Trail: trail, Status: status, V: v})
}

type mergerPage struct {
	Title  string
	Name   web.TextView
	Merger joinView
	Form   *web.Form
}

// merger is the form in which one side says whether it would merge.
func (w *Web) merger(c *web.C) error {
	if !c.Actor.SignedIn() {
		return core.SignIn()
	}
	id := core.ID(c.Param("id"))
	p, err := w.s.Proposals.Get(c.Context(), c.Actor, id)
	if err != nil {
		return err
	}
	if err := policy.Check("answer", StatePublished, p.Roles...); err != nil {
		return err
	}
	list, others, err := w.s.MergersOf(c.Context(), c.Actor, id)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(m Merger) bool { return string(m.ID) == c.Param("merger") })
	if i < 0 {
		return core.NotFound()
	}
	m := list[i]
	shown, err := w.joins(c, p, []Merger{m}, others)
	if err != nil {
		return err
	}
	if len(shown) == 0 {
		return core.NotFound()
	}
	mine, _ := m.says(id)
	in := AgreeInput{Version: m.Version, Says: mine, Words: m.words(id)}
	var failed error
	if c.R.Method == http.MethodPost {
		in = AgreeInput{}
		if failed = c.Decode(&in); failed == nil {
			now, err := w.s.Agree(c.Context(), c.Actor, m.ID, id, in)
			if err == nil {
				return c.Done(p.Path(), "selected.merger.done."+now.State)
			}
			failed = err
		}
	}
	f := c.Form("selected.agree_form", &in)
	f.Options("says", []web.Option{{Value: SaysYes, Label: c.T("selected.says.yes")}, {Value: SaysNo, Label: c.T("selected.says.no")}})
	status, err := f.Refused(failed)
	if err != nil {
		return err
	}
	f.Cancel = c.URL(p.Path())
	v := mergerPage{Title: c.T("selected.merger.answer"), Name: titled(p.Title, p.Lang), Merger: shown[0], Form: f}
	return w.ofProposal(c, p, "merger", v.Title, v, status)
}

type originRow struct {
	Title  web.TextView
	URL    string
	Number string
	Call   web.TextView
	Merged bool
}

type originsView struct{ Rows []originRow }

// SessionPanel says from which proposals a session came, as far as the reader may read
// them (slot programme.session).
func (w *Web) SessionPanel(c *web.C, session core.ID) (string, any, error) {
	list, err := w.s.Origins(c.Context(), c.Actor, session)
	if err != nil || len(list) == 0 {
		return "", nil, err
	}
	var v originsView
	for _, p := range list {
		v.Rows = append(v.Rows, originRow{
			Title: titled(p.Title, p.Lang), URL: c.URL(p.Path()), Number: c.T("proposals.number", "Number", p.Number), Call: c.Text(p.Of.Title), Merged: p.State == proposals.StateMerged,
		})
	}
	return "selection/origins", v, nil
}

// CallPanel leads from a call to how it was decided, and those whom it concerns to their
// tasks (slot calls.one).
func (w *Web) CallPanel(c *web.C, call core.ID) (string, any, error) {
	of, err := w.s.Calls.ByID(c.Context(), c.Actor, call)
	if err != nil {
		return "", nil, err
	}
	n, err := w.s.rec.DB.Read.NewSelect().Model((*Round)(nil)).Where("so.call = ?", call).Count(c.Context())
	if err != nil {
		return "", nil, wrap(err, "count rounds")
	}
	var v linksView
	if n > 0 {
		v.Links = append(v.Links, web.Tab{Label: c.T("selected.title"), URL: c.URL(of.Path() + "/selection")})
	}
	if w.s.Runs(c.Context(), c.Actor, of) {
		v.Links = append(v.Links, web.Tab{Label: c.T("selected.board_link"), URL: c.URL(base(of.Ref))}, web.Tab{Label: c.T("selected.tasks_all"), URL: c.URL(organisersPath(of))})
	}
	if len(v.Links) == 0 {
		return "", nil, nil
	}
	return "selection/links", v, nil
}

type linksView struct{ Links []web.Tab }

type awaitRow struct {
	Title, URL string
	Of         web.TextView
	Status     web.Status
	Due        string
}

type awaitView struct{ Rows []awaitRow }

// MePanel tells organisers on their own page what waits for them (slot people.me).
func (w *Web) MePanel(c *web.C, _ core.ID) (string, any, error) {
	list, err := w.s.Awaiting(c.Context(), c.Actor)
	if err != nil || len(list) == 0 {
		return "", nil, err
	}
	var v awaitView
	for _, x := range list {
		r := awaitRow{Of: titled(x.Of.Title, x.Of.Lang), URL: c.URL(x.Of.Path()), Title: c.T("selected.awaits." + x.Kind)}
		switch x.Kind {
		case AwaitsMerger:
			r.URL = c.URL(x.Of.Path() + "/mergers/" + string(x.Merger))
		case AwaitsTask:
			r.Title, r.URL = c.Text(x.Task.Label).S, c.URL(organisersPath(x.Call))
			r.Status = w.due(c, x.Task, w.s.day(x.Call))
		}
		v.Rows = append(v.Rows, r)
	}
	return "selection/awaiting", v, nil
}

// due says how a task that is not done stands on a day.
func (w *Web) due(c *web.C, t Task, day string) web.Status {
	date, err := core.ParseDate(t.Due)
	if err != nil {
		return web.Status{}
	}
	if t.Due < day {
		return c.Status("late", "selected.task.late", "Date", c.Date(date))
	}
	return c.Status("due", "selected.task.due", "Date", c.Date(date))
}

// plain is a text on one line.
func plain(s string) string { return strings.Join(strings.Fields(s), " ") }

func (w *Web) trail(c *web.C, call calls.Call, last string) []web.Crumb {
	t := c.Text(call.Title)
	return []web.Crumb{{Label: c.T("proposals.calls"), URL: c.URL("/calls")}, {Label: t.S, Lang: t.Lang, URL: c.URL(call.Path())}, {Label: last}}
}
