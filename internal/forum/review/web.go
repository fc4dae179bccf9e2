package review

import (
	"embed"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/proposals"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

//go:embed all:view
var viewFS embed.FS

// Web is the room's pages.
type Web struct{ s *Service }

// NewWeb makes the pages.
func NewWeb(s *Service) *Web { return &Web{s} }

// Register registers pages and templates.
func (w *Web) Register(s *web.Server) error {
	if err := s.Views("review", viewFS); err != nil {
		return err
	}
	s.Takes("Evaluation", takes)
	for path, h := range map[string]web.Handler{
		"/phases/{n}": w.phase, "/criteria": w.criteria, "/reviewers": w.reviewers, "/reviewers/{id}": w.reviewer, "/reviewers/{id}/remove": w.remove,
		"/conflicts": w.conflicts, "/assign": w.assign, "/progress": w.progress,
	} {
		s.Handle("GET /calls/{ref}/review"+path, h)
		s.Handle("POST /calls/{ref}/review"+path, h)
	}
	s.Handle("GET /calls/{ref}/review", w.overview)
	s.Handle("POST /calls/{ref}/review/hand", w.hand)
	s.Handle("GET /calls/{ref}/review/results", w.results)
	s.Handle("GET /calls/{ref}/review/results.csv", w.csv)
	s.Handle("GET /calls/{ref}/review/results.xlsx", w.xlsx)
	s.Handle("GET /me/reviews", w.mine)
	s.Handle("GET /me/reviews/{ref}", w.own)
	s.Handle("POST /me/reviews/{ref}", w.own)
	s.Handle("POST /reviews/{phase}/{proposal}/typed", w.typed)
	s.Handle("POST /reviews/{phase}/{proposal}/forget", w.forget)
	for path, h := range map[string]web.Handler{"": w.sheet, "/abstain": w.abstain, "/conflict": w.conflict, "/discuss": w.discuss} {
		s.Handle("GET /reviews/{phase}/{proposal}"+path, h)
		s.Handle("POST /reviews/{phase}/{proposal}"+path, h)
	}
	s.Handle("GET /reviews/{phase}", w.bids)
	s.Handle("POST /reviews/{phase}", w.bids)
	return nil
}

// head is the head of the pages of who runs a call's evaluation.
type head struct {
	Title   string
	Call    web.TextView
	CallURL string
	Facts   []string
	Tabs    web.Tabs
	Phases  web.Tabs
	Actions []web.Action
}

func base(ref string) string { return "/calls/" + ref + "/review" }

func (w *Web) head(c *web.C, call calls.Call, title string) head {
	h := head{Title: title, Call: c.Text(call.Title), CallURL: c.URL(call.Path())}
	h.Tabs.Label = c.T("review.tabs")
	for _, p := range []string{"", "/reviewers", "/conflicts", "/assign", "/progress", "/results"} {
		key := strings.TrimPrefix(p, "/")
		if key == "" {
			key = "setup"
		}
		h.Tabs.Tabs = append(h.Tabs.Tabs, web.Tab{Label: c.T("review.tab." + key), URL: c.URL(base(call.Ref) + p), Current: c.Path() == base(call.Ref)+p})
	}
	return h
}

// phases are links to the same page of other phases, where there are several.
func (w *Web) phases(c *web.C, call core.ID, now Phase, path string) (web.Tabs, error) {
	list, err := phasesOf(c.Context(), w.s.rec.DB.Read, call)
	out := web.Tabs{Label: c.T("review.phases")}
	if len(list) < 2 {
		return out, err
	}
	for _, p := range list {
		out.Tabs = append(out.Tabs, web.Tab{Label: c.Text(p.Name).S, URL: c.URL(path + "?phase=" + strconv.Itoa(p.Number)), Current: p.ID == now.ID})
	}
	return out, err
}

func (w *Web) page(c *web.C, call calls.Call, name, title string, v any, status int) error {
	t := c.Text(call.Title)
	trail := []web.Crumb{{Label: c.T("proposals.calls"), URL: c.URL("/calls")}, {Label: t.S, Lang: t.Lang, URL: c.URL(call.Path())}}
	if c.Path() != base(call.Ref) && w.s.Runs(c.Context(), c.Actor, call) {
		trail = append(trail, web.Crumb{Label: c.T("review.title"), URL: c.URL(base(call.Ref))})
	}
	trail = append(trail, web.Crumb{Label: title})
	return c.Page(web.Page{Name: "review/" + name, Title: title + " · " + t.S, Section: "programme", NoIndex: true, Trail: trail, Status: status, V: v})
}

func number(c *web.C) int {
	n, err := strconv.Atoi(c.Query("phase"))
	if err != nil {
		return 0
	}
	return n
}

// decimal writes a number with two places as the language does.
func decimal(lang string, x float64) string {
	s := strconv.FormatFloat(x, 'f', 2, 64)
	if slices.Contains([]string{"fr", "es", "ru"}, lang) {
		s = strings.Replace(s, ".", ",", 1)
	}
	return s
}

func stamp(c *web.C, t core.Instant, zone string) string {
	return c.T("review.moment", "Date", c.Date(t.In(zone)), "Clock", i18n.Clock(t.In(zone)), "Zone", web.ZoneCity(zone))
}

var phaseClass = map[string]string{StatePlanned: "due", StateOpen: "live", StateClosed: "done"}

func (w *Web) status(c *web.C, p Phase) web.Status {
	st := p.State(w.s.rec.Clock.Instant())
	return c.Status(phaseClass[st], "policy.evaluation.state."+st)
}

func (w *Web) window(c *web.C, p Phase) string {
	return c.T("review.window", "Opens", stamp(c, p.Opens, p.Zone), "Closes", stamp(c, p.Closes, p.Zone))
}

func titled(x Candidate) web.TextView {
	return web.TextView{S: x.Title, Lang: x.Lang, Dir: core.Dir(x.Lang), Fallback: true}
}

type phaseRow struct {
	Name           web.TextView
	URL, Window    string
	Status         web.Status
	Facts          []string
	Assign, Result string
}

type overviewView struct {
	Head     head
	Phases   []phaseRow
	Criteria []criterionRow
	Facts    []string
	Add      string
	Edit     string
	None     string
}

type criterionRow struct {
	Label  web.TextView
	Weight string
	Reason string
}

// overview is how a call is evaluated: phases, criteria, what is missing.
func (w *Web) overview(c *web.C) error {
	set, err := w.s.Setup(c.Context(), c.Actor, c.Param("ref"))
	if err != nil {
		return err
	}
	title := c.T("review.title")
	v := overviewView{Head: w.head(c, set.Call, title), Add: c.URL(base(set.Call.Ref) + "/phases/new"), Edit: c.URL(base(set.Call.Ref) + "/criteria")}
	v.Head.Facts = []string{c.T("review.proposals", "Count", len(set.Proposals)), c.T("review.reviewers_count", "Count", len(set.Reviewers))}
	for _, p := range set.Phases {
		n := "?phase=" + strconv.Itoa(p.Number)
		r := phaseRow{
			Name: c.Text(p.Name), URL: c.URL(base(set.Call.Ref) + "/phases/" + strconv.Itoa(p.Number)), Window: w.window(c, p), Status: w.status(c, p),
			Assign: c.URL(base(set.Call.Ref) + "/assign" + n), Result: c.URL(base(set.Call.Ref) + "/results" + n),
		}
		r.Facts = append(r.Facts, c.T("review.per_proposal", "Count", p.Reviews), c.T("review.load", "Least", p.MinLoad, "Most", p.MaxLoad))
		if p.Blind {
			r.Facts = append(r.Facts, c.T("review.is_blind"))
		}
		if p.Bids(w.s.rec.Clock.Instant()) {
			r.Facts = append(r.Facts, c.T("review.bidding_open"))
		}
		v.Phases = append(v.Phases, r)
	}
	sum := 0
	for _, x := range set.Criteria {
		sum += x.Weight
	}
	for _, x := range set.Criteria {
		r := criterionRow{Label: c.Text(x.Label), Weight: strconv.Itoa(x.Weight*100/sum) + " %"}
		if x.Threshold > 0 {
			r.Reason = c.T("review.reason_from", "Mark", x.Threshold)
		}
		v.Criteria = append(v.Criteria, r)
	}
	return w.page(c, set.Call, "overview", title, v, 0)
}

type formView struct {
	Head  head
	Lead  []string
	Form  *web.Form
	Extra []web.Action
}

// small is a page with one form for who runs the call.
func (w *Web) small(c *web.C, call calls.Call, key, title string, in any, prepare func(*web.Form), save func() error, back, done string) error {
	var failed error
	if c.R.Method == http.MethodPost {
		if failed = c.Decode(in); failed == nil && !c.Wants("_more") {
			if failed = save(); failed == nil {
				return c.Done(back, done)
			}
		}
	}
	f := c.Form(key, in)
	if prepare != nil {
		prepare(f)
	}
	status, err := f.Refused(failed)
	if err != nil {
		return err
	}
	f.Cancel = c.URL(back)
	return w.page(c, call, "form", title, formView{Head: w.head(c, call, title), Form: f}, status)
}

func (w *Web) words(c *web.C, prefix string, list []string) []web.Option {
	var out []web.Option
	for _, x := range list {
		out = append(out, web.Option{Value: x, Label: c.T(prefix + x)})
	}
	return out
}

func (w *Web) phase(c *web.C) error {
	set, err := w.s.Setup(c.Context(), c.Actor, c.Param("ref"))
	if err != nil {
		return err
	}
	title, in, n := c.T("review.phase.add"), UsualPhase(w.s.rec.Clock.Instant()), 0
	if c.Param("n") != "new" {
		n, _ = strconv.Atoi(c.Param("n"))
		p, ok := phaseBy(set.Phases, n)
		if !ok {
			return core.NotFound()
		}
		title, in = c.T("review.phase.edit"), InputOf(p)
	}
	if c.R.Method == http.MethodPost {
		in = PhaseInput{}
	}
	return w.small(c, set.Call, "review.phase_form", title, &in, func(f *web.Form) {
		f.Options("langs", w.words(c, "review.langs.", LangRules))
		f.Options("shown", w.words(c, "review.shown.", Showns))
		f.Options("discussion", w.words(c, "review.discussion.", Discussions))
		f.Options("feedback", w.words(c, "review.feedback.", Feedbacks))
	}, func() error {
		_, err := w.s.SetPhase(c.Context(), c.Actor, set.Call.Ref, n, in)
		return err
	}, base(set.Call.Ref), "review.saved")
}

func (w *Web) criteria(c *web.C) error {
	set, err := w.s.Setup(c.Context(), c.Actor, c.Param("ref"))
	if err != nil {
		return err
	}
	in := CriteriaOf(set.Criteria, w.s.Catalog)
	if c.R.Method == http.MethodPost {
		in = CriteriaInput{}
	}
	return w.small(c, set.Call, "review.criteria_form", c.T("review.criteria"), &in, nil,
		func() error { return w.s.SetCriteria(c.Context(), c.Actor, set.Call.Ref, in) }, base(set.Call.Ref), "review.saved")
}

// choices are what answers can choose from, in the reader's language.
func (w *Web) choices(c *web.C, call calls.Call) (calls.Choices, error) {
	var out calls.Choices
	if call.Edition == "" {
		return out, nil
	}
	set, err := w.s.Editions.SettingByID(c.Context(), c.Actor, call.Edition)
	if err != nil {
		return out, err
	}
	return proposals.ChoicesOf(c, set), nil
}
