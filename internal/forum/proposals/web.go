package proposals

import (
	"embed"
	"net/http"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/web"
)

//go:embed all:view
var viewFS embed.FS

// Web is the room's pages.
type Web struct {
	s       *Service
	network *web.Limiter // answers to invitations, by network
}

// NewWeb makes the pages.
func NewWeb(s *Service) *Web { return &Web{s: s, network: web.NewLimiter(time.Minute, 60)} }

// Register registers pages and templates. The slot of panels on a proposal's page is
// "proposals.one"; the subject is the proposal.
func (w *Web) Register(s *web.Server) error {
	if err := s.Views("proposals", viewFS); err != nil {
		return err
	}
	s.Takes("Proposals", takes)
	both := func(path string, h web.Handler) {
		s.Handle("GET "+path, h)
		s.Handle("POST "+path, h)
	}
	both("/calls/{ref}/answer", w.begin)
	s.Handle("GET /calls/{ref}/proposals", w.list)
	s.Handle("GET /calls/{ref}/proposals.csv", w.sheet)
	s.Handle("GET /calls/{ref}/proposals.xlsx", w.sheet)
	s.Handle("GET /calls/{ref}/screening", w.screening)
	s.Handle("GET /calls/{ref}/screening.csv", w.screenSheet)
	s.Handle("GET /calls/{ref}/screening.xlsx", w.screenSheet)
	s.Handle("GET /proposals", w.mine)
	both("/proposals/invited", w.invited)
	s.Handle("GET /proposals/{id}", w.show)
	both("/proposals/{id}/edit", w.edit)
	s.Handle("POST /proposals/{id}/typed", w.typed)
	s.Handle("POST /proposals/{id}/forget", w.forget)
	both("/proposals/{id}/withdraw", w.withdraw)
	both("/proposals/{id}/discard", w.discard)
	s.Handle("POST /proposals/{id}/ask/{party}", w.ask)
	both("/proposals/{id}/screen", w.screen)
	s.Handle("GET /proposals/{id}/files/{key}", w.file)
	s.Handle("POST /proposals/{id}/wanted", w.seek)
	s.Handle("POST /proposals/{id}/offers/{offer}", w.take)
	both("/proposals/{id}/merge/{key}", w.merge)
	both("/proposals/{id}/merges/{wish}", w.reply)
	s.Edition("GET /wanted", w.wanted)
	s.Edition("GET /wanted/{key}", w.offer)
	s.Edition("POST /wanted/{key}", w.offer)
	return nil
}

// reads says that a page is made from proposals of any call, before they are asked for:
// whose it is, is only known then.
func (w *Web) reads(c *web.C) error {
	c.Reads(core.ScopeForum)
	list, err := w.s.Editions.Editions(c.Context(), core.Operator)
	for _, e := range list {
		c.Reads(e.Scope())
	}
	return err
}

// setting is the edition of a call, or nil.
func (w *Web) setting(c *web.C, call calls.Call) (*editions.Setting, error) {
	if call.Edition == "" {
		return nil, nil
	}
	return w.s.Editions.SettingByID(c.Context(), c.Actor, call.Edition)
}

func (w *Web) trail(c *web.C, call calls.Call, more ...web.Crumb) []web.Crumb {
	t := c.Text(call.Title)
	return append([]web.Crumb{{Label: c.T("proposals.calls"), URL: c.URL("/calls")}, {Label: t.S, Lang: t.Lang, URL: c.URL(call.Path())}}, more...)
}

func (w *Web) crumb(c *web.C, v View, linked bool) web.Crumb {
	out := web.Crumb{Label: w.title(c, v.Proposal), Lang: v.Lang}
	if linked {
		out.URL = c.URL(v.Path())
	}
	return out
}

func (w *Web) title(c *web.C, p Proposal) string {
	if p.Title != "" {
		return p.Title
	}
	return c.T("proposals.untitled")
}

// name is how a proposal is shown as a link or heading.
func (w *Web) name(c *web.C, p Proposal) web.TextView {
	if p.Title == "" {
		return web.TextView{S: c.T("proposals.untitled"), Lang: c.Lang, Dir: core.Dir(c.Lang)}
	}
	return web.TextView{S: p.Title, Lang: p.Lang, Dir: core.Dir(p.Lang), Fallback: p.Lang != c.Lang}
}

var classes = map[string]string{
	StateDraft: "draft", StateSubmitted: "due", StateReturned: "late", StateEligible: "published", StateIneligible: "cancelled", StateWithdrawn: "cancelled",
	StateAccepted: "done", StateCondition: "done", StateOffered: "due", StateMerged: "done", StateWaiting: "due", StateDeclined: "cancelled",
}

func (w *Web) status(c *web.C, state string) web.Status {
	return c.Status(classes[state], "policy.proposal.state."+state)
}

type row struct {
	Title  web.TextView
	URL    string
	Status web.Status
	Facts  []string
}

func (w *Web) row(c *web.C, p Proposal, call calls.Call) row {
	r := row{Title: w.name(c, p), URL: c.URL(p.Path()), Status: w.status(c, p.State)}
	if p.Number > 0 {
		r.Facts = append(r.Facts, c.T("proposals.number", "Number", p.Number))
	}
	r.Facts = append(r.Facts, c.Text(call.Title).S)
	if p.State == StateDraft && call.State(c.S.Clock.Instant()) == calls.StateOpen {
		r.Facts = append(r.Facts, c.T("proposals.until", "Time", c.Stamp(call.Closes, call.Zone)+" "+web.ZoneCity(call.Zone)))
	} else {
		r.Facts = append(r.Facts, c.T("proposals.changed_at", "Time", c.StampHere(p.Updated)))
	}
	return r
}

type listView struct {
	Title   string
	Sub     *web.TextView
	Lead    string
	Rows    []row
	Actions []web.Action
	Tabs    []web.Tab
	Empty   *web.Empty
	Find    string // address of the form that searches; empty: none
	Search  string // what was looked for
}

// fewest is how many rows a list has before it is worth searching.
const fewest = 5

// find offers to search a list that is long, or was searched.
func (v *listView) find(c *web.C, path string) {
	v.Search = strings.TrimSpace(c.Query("q"))
	if v.Search != "" || len(v.Rows) >= fewest {
		v.Find = c.URL(path)
	}
	if v.Search != "" && len(v.Rows) == 0 {
		v.Empty = &web.Empty{Title: c.T("wanted.none_found"), Text: c.T("wanted.none_found_text"), Link: &web.Tab{Label: c.T("proposals.all"), URL: c.URL(path)}}
	}
}

// mine lists what the reader proposes, and where she is named.
func (w *Web) mine(c *web.C) error {
	rows, err := w.own(c, c.Query("q"))
	if err != nil {
		return err
	}
	v := listView{Title: c.T("proposals.mine"), Lead: c.T("proposals.mine_lead"), Rows: rows}
	v.find(c, "/proposals")
	if len(rows) == 0 && v.Empty == nil {
		v.Empty = &web.Empty{Title: c.T("proposals.none_mine"), Text: c.T("proposals.none_mine_text"), Link: &web.Tab{Label: c.T("proposals.calls"), URL: c.URL("/calls")}}
	}
	return c.Page(web.Page{Name: "proposals/list", Title: v.Title, Section: "programme", NoIndex: true, Trail: []web.Crumb{{Label: v.Title}}, V: v})
}

func (w *Web) own(c *web.C, text string) ([]row, error) {
	list, err := w.s.Mine(c.Context(), c.Actor, text)
	if err != nil {
		return nil, err
	}
	var ids []core.ID
	for _, p := range list {
		ids = append(ids, p.Call)
	}
	found, err := w.s.Calls.Calls(c.Context(), ids)
	if err != nil {
		return nil, err
	}
	var out []row
	for _, p := range list {
		out = append(out, w.row(c, p, found[p.Call]))
	}
	return out, nil
}

// MePanel shows a person's proposals on her page.
func (w *Web) MePanel(c *web.C, _ core.ID) (string, any, error) {
	rows, err := w.own(c, "")
	if err != nil || len(rows) == 0 {
		return "", nil, err
	}
	v := listView{Title: c.T("proposals.mine"), Rows: rows}
	v.find(c, "/proposals")
	return "proposals/panel", v, nil
}

type beginView struct {
	Title  string
	Call   web.TextView
	Lead   string
	Drafts []row
	Form   *web.Form
}

type beginInput struct {
	Lang string `form:"lang" ui:"select" required:"1"`
	From string `form:"from" ui:"select"`
}

// begin opens a new answer to a call.
func (w *Web) begin(c *web.C) error {
	call, err := w.s.Calls.Call(c.Context(), c.Actor, c.Param("ref"))
	if err != nil {
		return err
	}
	if call.Kind == calls.Registration { // its own page leads on
		return c.Redirect(call.Path())
	}
	if err := w.s.Calls.MayAnswer(c.Context(), c.Actor, call); err != nil {
		return err
	}
	in := beginInput{Lang: c.Lang, From: c.Query("from")}
	var failed error
	if c.R.Method == http.MethodPost {
		if failed = c.Decode(&in); failed == nil {
			p, err := w.s.Begin(c.Context(), c.Actor, call.Ref, in.Lang, core.ID(in.From))
			if err == nil {
				return c.Redirect(p.Path() + "/edit")
			}
			failed = err
		}
	}
	mine, err := w.s.Mine(c.Context(), c.Actor, "")
	if err != nil {
		return err
	}
	v := beginView{Title: c.T("proposals.begin"), Call: c.Text(call.Title), Lead: c.T("proposals.begin_lead", "Time", c.Stamp(call.Closes, call.Zone)+" "+web.ZoneCity(call.Zone))}
	f := c.Form("proposals.new", &in)
	var from []web.Option
	for _, p := range mine {
		if p.Account != c.Actor.Account {
			continue
		}
		if p.State == StateDraft && p.Call == call.ID {
			v.Drafts = append(v.Drafts, w.row(c, p, call))
		}
		if p.Call == call.ID || p.Call == call.Previous || p.State != StateDraft {
			from = append(from, web.Option{Value: string(p.ID), Label: strings.TrimSpace(w.title(c, p) + " · " + p.CallRef)})
		}
	}
	f.Options("lang", w.langs(call))
	f.Options("from", from)
	if len(from) == 0 {
		f.Drop("from")
	}
	f.Cancel = c.URL(call.Path())
	status, err := f.Refused(failed)
	if err != nil {
		return err
	}
	v.Form = f
	return c.Page(web.Page{Name: "proposals/begin", Title: v.Title, Section: "programme", NoIndex: true, Status: status, Trail: w.trail(c, call, web.Crumb{Label: v.Title}), V: v})
}

// groupName is a stakeholder group in the reader's words.
func (w *Web) groupName(c *web.C, code string) string {
	if code == "" {
		return ""
	}
	return c.Text(w.s.Vocab.Label(vocab.Groups, code)).S
}
