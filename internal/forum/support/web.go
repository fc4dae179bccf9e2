package support

import (
	"embed"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/web"
)

//go:embed all:view
var viewFS embed.FS

// Web is the room's pages.
type Web struct {
	s       *Service
	network *web.Limiter // answers of recommenders, by network
}

// NewWeb makes the pages.
func NewWeb(s *Service) *Web { return &Web{s: s, network: web.NewLimiter(time.Minute, 60)} }

// Register registers pages and templates.
func (w *Web) Register(s *web.Server) error {
	if err := s.Views("support", viewFS); err != nil {
		return err
	}
	s.Takes("Travel support", takes)
	both := func(path string, h web.Handler) {
		s.Edition("GET "+path, h)
		s.Edition("POST "+path, h)
	}
	s.Handle("GET /support/recommendation", w.recommendation)
	s.Handle("POST /support/recommendation", w.recommendation)
	s.Edition("GET /support", w.desk)
	s.Edition("GET /support.csv", w.deskTable)
	s.Edition("GET /support.xlsx", w.deskTable)
	both("/support/settings", w.settings)
	both("/support/committee", w.committee)
	s.Edition("POST /support/committee/dismiss", w.dismiss)
	s.Edition("POST /support/settle", w.settle)
	both("/support/scoring", w.scoring)
	both("/support/scoring/close", w.closeScoring)
	s.Edition("POST /support/scoring/reopen", w.reopenScoring)
	both("/support/awards", w.awards)
	s.Edition("POST /support/awards/next", w.offerNext)
	both("/support/publish", w.publish)
	s.Edition("GET /support/ledger", w.ledger)
	s.Edition("GET /support/ledger.csv", w.ledgerTable)
	s.Edition("GET /support/ledger.xlsx", w.ledgerTable)
	both("/support/ledger/{entry}/reverse", w.reverse)
	s.Edition("GET /support/files/{id}", w.paper)
	both("/support/applications/{number}", w.one)
	both("/support/applications/{number}/decide", w.overrule)
	both("/support/applications/{number}/award", w.choose)
	both("/support/applications/{number}/book", w.book)
	both("/support/applications/{number}/cancel", w.cancel)
	s.Edition("POST /support/applications/{number}/arrived", w.arrived)
	s.Edition("POST /support/applications/{number}/close", w.close)
	s.Edition("GET /support/applications/{number}/files/{key}", w.answerFile)
	s.Edition("GET /my-support", w.mine)
	s.Edition("POST /my-support/{number}/accept", w.accept)
	both("/my-support/{number}/decline", w.decline)
	both("/my-support/{number}/travel", w.travel)
	both("/my-support/{number}/report", w.report)
	both("/my-support/{number}/files", w.attach)
	return nil
}

// setting is the edition of the address.
func (w *Web) setting(c *web.C) (*editions.Setting, error) {
	return w.s.Editions.Setting(c.Context(), c.Actor, c.Edition)
}

func numberOf(c *web.C, name string) int {
	n, _ := strconv.Atoi(c.Param(name)) // 0 is none
	return n
}

type count struct{ Label, Value string }

// head is the top of the room's pages.
type head struct {
	Title   string
	Sub     *web.TextView
	Status  *web.Status
	Facts   []string
	Actions []web.Action
	Tabs    web.Tabs
	Counts  []count
	Notices []web.Notice
}

// desktop is the head of a page of the staff or the committee.
func (w *Web) desktop(c *web.C, d *Desk, title, here string, money *Balance) head {
	sub := c.Text(d.Set.Name)
	h := head{Title: title, Sub: &sub}
	h.Tabs = web.Tabs{Label: c.T("support.title")}
	tab := func(path, key string) {
		h.Tabs.Tabs = append(h.Tabs.Tabs, web.Tab{Label: c.T("support.tab." + key), URL: c.URL(d.Set.Path() + "/support" + path), Current: path == here})
	}
	if d.Staff {
		tab("", "applications")
	}
	tab("/scoring", "scoring")
	if d.Staff {
		tab("/awards", "awards")
		tab("/ledger", "ledger")
		tab("/committee", "committee")
		tab("/settings", "settings")
		if money != nil {
			h.Counts = w.money(c, d.Programme, *money)
		}
	}
	return h
}

func (w *Web) money(c *web.C, p *Programme, b Balance) []count {
	words := func(key string, m Money) count {
		return count{c.T("support.money." + key), m.Words(c.Lang, p.Currency)}
	}
	out := []count{words("budget", b.Budget), words("committed", b.Ledger.Committed), words("spent", b.Ledger.Spent), words("offered", b.Offered)}
	if b.Chosen > 0 {
		out = append(out, words("chosen", b.Chosen))
	}
	return append(out, words("left", b.Left()))
}

func (w *Web) trail(c *web.C, set *editions.Setting, more ...web.Crumb) []web.Crumb {
	t := c.Text(set.Name)
	return append([]web.Crumb{{Label: t.S, Lang: t.Lang, URL: c.URL(set.Path() + "/")}}, more...)
}

func (w *Web) deskTrail(c *web.C, set *editions.Setting, more ...web.Crumb) []web.Crumb {
	return w.trail(c, set, append([]web.Crumb{{Label: c.T("support.title"), URL: c.URL(set.Path() + "/support")}}, more...)...)
}

var stateClass = map[string]string{
	StateApplied: "draft", StateEligible: "published", StateIneligible: "cancelled", StateRanked: "published", StateWaiting: "due", StateNot: "cancelled",
	StateOffered: "due", StateLapsed: "late", StateDeclined: "cancelled", StateAccepted: "done", StateTravelled: "done", StateReported: "done",
	StateClosed: "done", StateCancelled: "cancelled", StateWithdrawn: "cancelled",
}

func (w *Web) status(c *web.C, state string) web.Status {
	return c.Status(stateClass[state], "policy.support_grant.state."+state)
}

func (w *Web) country(c *web.C, code string) string {
	if x, ok := w.s.Vocab.Country(code); ok {
		return c.Text(x.Name).S
	}
	return c.T("support.no_country")
}

func (w *Web) term(c *web.C, list, code, none string) string {
	if code == "" {
		return c.T(none)
	}
	return c.Text(w.s.Vocab.Label(list, code)).S
}

func (w *Web) classes(c *web.C, codes []string) string {
	var out []string
	for _, code := range codes {
		out = append(out, w.term(c, vocab.Classes, code, "support.no_class"))
	}
	if len(out) == 0 {
		return c.T("support.no_class")
	}
	return strings.Join(out, " · ")
}

// points are thousandths of a point as people read them: "3.67".
func points(lang string, n int) string {
	if n < 0 {
		return "–"
	}
	n = (n + 5) / 10
	mark := "."
	if slices.Contains([]string{"fr", "es", "ru"}, lang) {
		mark = ","
	}
	return strconv.Itoa(n/100) + mark + strconv.Itoa(n/10%10) + strconv.Itoa(n%10)
}

func codes(c *web.C, prefix string, list []string) []web.Option {
	out := make([]web.Option, len(list))
	for i, code := range list {
		out[i] = web.Option{Value: code, Label: c.T(prefix + code)}
	}
	return out
}

// formPage is a page that is one form.
type formPage struct {
	key   string // of the form; its title stands under key.title
	args  []any  // of the title
	lead  []string
	back  string // address, without language
	done  string
	doneN func() []any
	trail []web.Crumb
	prep  func(f *web.Form)
}

type formView struct {
	Title string
	Lead  []string
	Form  *web.Form
}

// form shows a form and takes it. now is how it stands.
func form[In any](c *web.C, p formPage, now In, save func(in In) error) error {
	in := now
	var failed error
	if c.R.Method == http.MethodPost {
		var typed In
		if failed = c.Decode(&typed); failed == nil {
			if failed = save(typed); failed == nil {
				var args []any
				if p.doneN != nil {
					args = p.doneN()
				}
				return c.Done(p.back, p.done, args...)
			}
		}
		in = typed
	}
	f := c.Form(p.key, &in)
	f.Cancel = c.URL(p.back)
	if p.prep != nil {
		p.prep(f)
	}
	status, err := f.Refused(failed)
	if err != nil {
		return err
	}
	v := formView{Title: c.T(p.key+".title", p.args...), Lead: p.lead, Form: f}
	title := v.Title
	if failed != nil {
		title = c.T("form.error_title", "Title", title)
	}
	return c.Page(web.Page{Name: "support/form", Title: title, NoIndex: true, Status: status, Trail: append(p.trail, web.Crumb{Label: v.Title}), V: v})
}

// settings is the form of the programme.
func (w *Web) settings(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	list, err := w.s.MayBe(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	now := UsualSetup()
	d, err := w.s.Programme(c.Context(), c.Actor, set)
	switch {
	case err == nil:
		now = SetupOf(d.Programme)
	case core.KindOf(err) != core.KindNotFound:
		return err
	case len(list) > 0:
		now.Call = string(list[0].ID)
	}
	p := formPage{key: "support.setup", back: set.Path() + "/support", done: "support.saved", trail: w.deskTrail(c, set)}
	p.lead = []string{c.T("support.setup.lead")}
	if len(list) == 0 {
		p.lead = append(p.lead, c.T("support.setup.no_call"))
	}
	p.prep = func(f *web.Form) {
		var calls []web.Option
		for _, x := range list {
			calls = append(calls, web.Option{Value: string(x.ID), Label: c.Text(x.Title).S})
		}
		f.Options("call", calls)
		var money []web.Option
		for _, code := range Currencies {
			money = append(money, web.Option{Value: code, Label: code})
		}
		f.Options("currency", money)
		f.Options("covers", codes(c, "support.cost.", Costs))
		var classes []web.Option
		for _, code := range Classes {
			classes = append(classes, web.Option{Value: code, Label: w.term(c, vocab.Classes, code, "")})
		}
		f.Options("classes", classes)
	}
	return form(c, p, now, func(in SetupInput) error { return w.s.SetUp(c.Context(), c.Actor, set, in) })
}
