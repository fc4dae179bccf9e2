package opinions

import (
	"embed"
	"net/http"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
	"plenary/internal/solve/opinion"
)

//go:embed all:view
var viewFS embed.FS

// Web is the pages of the room.
type Web struct {
	s        *Service
	editions *editions.Service
}

// NewWeb makes the pages.
func NewWeb(s *Service, ed *editions.Service) *Web { return &Web{s: s, editions: ed} }

// Register adds the pages to the server.
func (w *Web) Register(s *web.Server) error {
	if err := s.Views("opinions", viewFS); err != nil {
		return err
	}
	s.Takes("Opinions", takes)
	s.Handle("GET /opinions", w.list)
	s.Handle("GET /opinions/new", w.add)
	s.Handle("POST /opinions/new", w.add)
	s.Handle("GET /opinions/{ref}", w.show)
	s.Handle("POST /opinions/{ref}/vote", w.vote)
	s.Handle("GET /opinions/{ref}/propose", w.propose)
	s.Handle("POST /opinions/{ref}/propose", w.propose)
	s.Handle("GET /opinions/{ref}/results", w.results)
	s.Handle("GET /opinions/{ref}/participants-votes.csv", w.matrix)
	s.Handle("GET /opinions/{ref}/comments.csv", w.sheet)
	s.Handle("GET /opinions/{ref}/edit", w.edit)
	s.Handle("POST /opinions/{ref}/edit", w.edit)
	s.Handle("GET /opinions/{ref}/statements", w.judge)
	s.Handle("POST /opinions/{ref}/statements", w.judge)
	return nil
}

type pollRow struct {
	Title  web.TextView
	URL    string
	Status web.Status
	Until  string
}

type listView struct {
	Rows    []pollRow
	Actions []web.Action
	Empty   *web.Empty
	Title   string // of the panel
	More    *web.Tab
}

// status says in words how a poll stands; the page is kept until that changes.
func (w *Web) status(c *web.C, p Poll) (web.Status, string) {
	now := c.S.Clock.Instant()
	switch p.State(now) {
	case StateDraft:
		return c.Status("draft", "policy.opinion_poll.state.draft"), ""
	case StateComing:
		c.Until(p.Opens.Time())
		return c.Status("due", "policy.opinion_poll.state.coming"), c.T("opinions.opens", "Time", w.at(c, p.Opens, p))
	case StateOpen:
		c.Until(p.Closes.Time())
		return c.Status("live", "policy.opinion_poll.state.open"), c.T("opinions.closes", "Time", w.at(c, p.Closes, p))
	}
	return c.Status("done", "policy.opinion_poll.state.closed"), c.T("opinions.closed", "Time", w.at(c, p.Closes, p))
}

func (w *Web) at(c *web.C, at core.Instant, p Poll) string {
	return c.Stamp(at, p.Zone) + " " + web.ZoneCity(p.Zone)
}

func (w *Web) rows(c *web.C, list []Poll) []pollRow {
	var out []pollRow
	for _, p := range list {
		r := pollRow{Title: c.Text(p.Title), URL: c.URL(p.Path())}
		r.Status, r.Until = w.status(c, p)
		out = append(out, r)
	}
	return out
}

// reads says that a page is made from polls of every edition, before they are asked for:
// the first one of an edition must show too.
func (w *Web) reads(c *web.C) error {
	c.Reads(core.ScopeForum)
	list, err := w.editions.Editions(c.Context(), core.Operator)
	for _, e := range list {
		c.Reads(e.Scope())
	}
	return err
}

func (w *Web) list(c *web.C) error {
	if err := w.reads(c); err != nil {
		return err
	}
	polls, err := w.s.Polls(c.Context(), c.Actor, "")
	if err != nil {
		return err
	}
	v := listView{Rows: w.rows(c, polls)}
	if policy.Can("run", StateDraft, c.Actor.Roles(core.ScopeForum)...) {
		v.Actions = []web.Action{{Label: c.T("opinions.new"), URL: c.URL("/opinions/new"), Icon: "plus", Primary: true}}
	}
	if len(v.Rows) == 0 {
		v.Empty = &web.Empty{Title: c.T("opinions.none"), Text: c.T("opinions.none_text")}
	}
	return c.Page(web.Page{
		Name: "opinions/list", Title: c.T("opinions.title"), Section: "outcomes", Trail: []web.Crumb{{Label: c.T("opinions.title")}}, V: v,
	})
}

// OutcomesPanel shows the polls of an edition among its outcomes.
func (w *Web) OutcomesPanel(c *web.C, edition core.ID) (string, any, error) {
	polls, err := w.s.Polls(c.Context(), c.Actor, string(edition))
	if err != nil || len(polls) == 0 {
		return "", nil, err
	}
	return "opinions/panel", listView{
		Title: c.T("opinions.title"), Rows: w.rows(c, polls), More: &web.Tab{Label: c.T("opinions.all"), URL: c.URL("/opinions")},
	}, nil
}

// load reads the poll of the address. Its scope is only known when it is read: what a
// page of it is made from is said for all editions, before.
func (w *Web) load(c *web.C) (Poll, error) {
	if err := w.reads(c); err != nil {
		return Poll{}, err
	}
	return w.s.Poll(c.Context(), c.Actor, c.Param("ref"))
}

func (w *Web) trail(c *web.C, p Poll, more ...web.Crumb) []web.Crumb {
	head := web.Crumb{Label: c.Text(p.Title).S, Lang: c.Text(p.Title).Lang}
	if len(more) > 0 {
		head.URL = c.URL(p.Path())
	}
	return append([]web.Crumb{{Label: c.T("opinions.title"), URL: c.URL("/opinions")}, head}, more...)
}

type showView struct {
	Title      web.TextView
	About      *web.TextView
	Status     web.Status
	Until      string
	Actions    []web.Action
	Lead       string
	Statement  *statementView // the one to vote on
	Voting     bool
	SignIn     string
	Done       string
	Statements []statementView
	Proposals  []statementView // the reader's own
	Empty      *web.Empty
	Vote       string // address of the form
	Results    string
}

// judged says what the staff decided of a statement.
func judged(c *web.C, x Statement) web.Status {
	return c.Status(map[string]string{Waiting: "due", Accepted: "done", Rejected: "cancelled"}[x.State], "opinions.state."+x.State)
}

type statementView struct {
	Number int
	Text   web.TextView
	Mine   string // how the reader has voted, in words
	State  web.Status
	Reason string
}

func (w *Web) show(c *web.C) error {
	p, err := w.load(c)
	if err != nil {
		return err
	}
	list, err := w.s.Statements(c.Context(), c.Actor, p)
	if err != nil {
		return err
	}
	mine, err := w.s.VotesOf(c.Context(), c.Actor, p)
	if err != nil {
		return err
	}
	own, err := w.s.Mine(c.Context(), c.Actor, p)
	if err != nil {
		return err
	}
	v := showView{Title: c.Text(p.Title), Voting: p.State(c.S.Clock.Instant()) == StateOpen, Vote: c.URL(p.Path() + "/vote"), Results: c.URL(p.Path() + "/results")}
	v.Status, v.Until = w.status(c, p)
	if !p.About.IsZero() {
		t := c.Text(p.About)
		v.About = &t
	}
	total, done := 0, 0
	for _, x := range list {
		if x.State != Accepted {
			continue
		}
		total++
		sv := statementView{Number: x.Number, Text: c.Text(x.Body)}
		if vote, ok := mine[x.Number]; ok {
			sv.Mine = c.T("opinions.voted." + voteName(vote))
			done++
		}
		// The one that was asked for, else the first that is not voted on.
		if c.Query("n") == strconv.Itoa(x.Number) || v.Statement == nil && sv.Mine == "" {
			one := sv
			v.Statement = &one
		}
		v.Statements = append(v.Statements, sv)
	}
	if !v.Voting {
		v.Statement = nil
	}
	if c.Actor.SignedIn() && v.Voting {
		v.Lead = c.T("opinions.progress", "Done", done, "Count", total)
	} else if v.Voting {
		v.SignIn = c.T("opinions.sign_in")
	}
	if v.Voting && total > 0 && v.Statement == nil {
		v.Done = c.T("opinions.all_done")
	}
	for _, x := range own {
		sv := statementView{Number: x.Number, Text: c.Text(x.Body), Reason: x.Reason}
		sv.State = judged(c, x)
		v.Proposals = append(v.Proposals, sv)
	}
	if total == 0 {
		v.Empty = &web.Empty{Title: c.T("opinions.no_statements"), Text: c.T("opinions.no_statements_text")}
	}
	v.Actions = w.actions(c, p)
	return c.Page(web.Page{Name: "opinions/show", Title: v.Title.S, TitleLang: v.Title.Lang, Section: "outcomes", Trail: w.trail(c, p), V: v})
}

func (w *Web) actions(c *web.C, p Poll) []web.Action {
	var out []web.Action
	if p.Proposals && p.State(c.S.Clock.Instant()) == StateOpen {
		out = append(out, web.Action{Label: c.T("opinions.propose"), URL: c.URL(p.Path() + "/propose"), Icon: "plus"})
	}
	if w.s.Can(c.Actor, p, "run") {
		out = append(out,
			web.Action{Label: c.T("opinions.judge"), URL: c.URL(p.Path() + "/statements"), Icon: "check"},
			web.Action{Label: c.T("opinions.edit"), URL: c.URL(p.Path() + "/edit"), Icon: "edit"})
	}
	return out
}

func voteName(v opinion.Vote) string {
	switch v {
	case opinion.Agree:
		return "agree"
	case opinion.Disagree:
		return "disagree"
	}
	return "pass"
}

// vote keeps a vote and leads to the next statement.
func (w *Web) vote(c *web.C) error {
	var in VoteInput
	if err := c.Decode(&in); err != nil {
		return err
	}
	ref := c.Param("ref")
	if err := w.s.Vote(c.Context(), c.Actor, ref, in); err != nil {
		return err
	}
	return c.Redirect("/opinions/" + ref + "#vote")
}

type formView struct {
	Title string
	Help  string
	Form  *web.Form
}

func (w *Web) form(c *web.C, f *web.Form, failed error, title string, trail []web.Crumb, help string) error {
	if failed != nil {
		if err := f.Fail(failed); err != nil {
			return err
		}
	}
	p := web.Page{Name: "opinions/form", Title: title, Section: "outcomes", NoIndex: true, Trail: trail, V: formView{Title: title, Help: help, Form: f}}
	if failed != nil {
		p.Title, p.Status = c.T("form.error_title", "Title", title), web.StatusCode(core.KindOf(failed))
	}
	return c.Page(p)
}

func (w *Web) propose(c *web.C) error {
	p, err := w.s.Poll(c.Context(), c.Actor, c.Param("ref"))
	if err != nil {
		return err
	}
	in := StatementInput{Lang: c.Lang}
	var failed error
	if c.R.Method == http.MethodPost {
		if failed = c.Decode(&in); failed == nil {
			x, err := w.s.Propose(c.Context(), c.Actor, p.Ref, in)
			if err == nil && x.State == Accepted {
				return c.Done(p.Path(), "opinions.added")
			}
			if err == nil {
				return c.Done(p.Path(), "opinions.proposed")
			}
			failed = err
		}
	}
	f := c.Form("opinions.proposal", &in)
	var langs []web.Option
	for _, l := range core.Langs {
		langs = append(langs, web.Option{Value: l, Label: web.LangName[l]})
	}
	f.Options("lang", langs)
	f.Cancel = c.URL(p.Path())
	return w.form(c, f, failed, c.T("opinions.propose"), w.trail(c, p, web.Crumb{Label: c.T("opinions.propose")}), c.T("opinions.propose_help"))
}
