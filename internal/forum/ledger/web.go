package ledger

import (
	"bytes"
	"embed"
	"errors"
	"net/http"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

//go:embed all:view
var views embed.FS

// Web is the room's pages.
type Web struct {
	s     *Service
	limit *web.Limiter
}

// NewWeb makes the pages. Claims and doubts of one account are limited in number.
func NewWeb(s *Service) *Web { return &Web{s: s, limit: web.NewLimiter(time.Minute, 30)} }

// Register puts the pages at their addresses.
func (w *Web) Register(s *web.Server) error {
	if err := s.Views("ledger", views); err != nil {
		return err
	}
	s.Takes("Ledger", takes)
	s.Edition("GET /calls", w.editionCalls)
	for path, h := range map[string]web.Handler{
		"/ledger": w.list, "/ledger.csv": w.csv, "/ledger.json": w.json, "/ledger/{id}": w.call,
		"/commitments": w.commitments, "/commitments/{id}": w.commitment, "/kept/{id}": w.kept,
		"/issues": w.issues, "/issues/{slug}": w.issue, "/processes": w.processes, "/processes/{slug}": w.process,
		"/references": w.references, "/references/{id}": w.reference,
	} {
		s.Handle("GET "+path, h)
	}
	for path, h := range map[string]web.Handler{
		"/ledger/mark": w.mark, "/ledger/derive": w.derive, "/ledger/deliver": w.deliver,
		"/ledger/{id}/answer": w.answer, "/ledger/{id}/addressees": w.addressees, "/ledger/{id}/supersede": w.supersede,
		"/commitments/new": w.newCommitment, "/commitments/{id}/update": w.update, "/commitments/{id}/refuse": w.refuse,
		"/commitments/{id}/flag": w.flag, "/commitments/{id}/flags/{flag}": w.settleFlag,
		"/issues/new": w.editIssue, "/issues/{slug}/edit": w.editIssue, "/issues/{slug}/attach": w.attach, "/issues/{slug}/suggest": w.suggest,
		"/processes/new": w.editProcess, "/processes/{slug}/edit": w.editProcess,
		"/references/new": w.editReference, "/references/{id}/edit": w.editReference,
		"/references/{id}/cites": w.cite, "/references/{id}/mentions": w.mention,
	} {
		s.Handle("GET "+path, h)
		s.Handle("POST "+path, h)
	}
	s.Handle("POST /commitments/{id}/confirm", w.confirm)
	s.Handle("POST /issues/{slug}/detach", w.detach)
	return nil
}

// reads says that a page is made from what stands in all editions: a call belongs to
// its edition, and its silence grows each day.
func (w *Web) reads(c *web.C) error {
	list, err := w.s.Editions.Editions(c.Context(), core.Operator)
	if err != nil {
		return err
	}
	scopes := []string{core.ScopeForum}
	for _, e := range list {
		scopes = append(scopes, e.Scope())
	}
	c.Reads(scopes...)
	c.Until(c.Tomorrow())
	return nil
}

type formView struct {
	Title, Note string
	Quote       *web.TextView
	Form        *web.Form
}

// formPage is the way of every form of the room.
type formPage[In any] struct {
	key, title, note string
	quote            *core.Text
	trail            []web.Crumb
	cancel           string
	prepare          func(*web.Form)
	save             func(in In) (done string, err error)
}

func (p formPage[In]) serve(c *web.C, now In) error {
	in, status := now, http.StatusOK
	var failed error
	if c.R.Method == http.MethodPost {
		var typed In
		failed = c.Decode(&typed)
		if failed == nil && !c.Wants("_more") {
			var done string
			if done, failed = p.save(typed); failed == nil {
				return c.Done(done, p.key+".saved")
			}
		}
		in = typed
	}
	f := c.Form(p.key, &in)
	f.Cancel = c.URL(p.cancel)
	if p.prepare != nil {
		p.prepare(f)
	}
	title := p.title
	if failed != nil {
		if e := web.Classify(failed); e.Kind == core.KindTooLarge {
			f.Message = c.S.Catalog.Error(c.Lang, e)
		} else if err := f.Fail(failed); err != nil {
			return err
		}
		status, title = web.StatusCode(web.Classify(failed).Kind), c.T("form.error_title", "Title", p.title)
	}
	v := formView{Title: p.title, Note: p.note, Form: f}
	if p.quote != nil {
		t := c.Text(*p.quote)
		v.Quote = &t
	}
	return c.Page(web.Page{
		Name: "ledger/form", Title: title, Section: "outcomes", Status: status, NoIndex: true, Trail: append(p.trail, web.Crumb{Label: p.title}), V: v,
	})
}

// keep stores what a form brings along to be kept: a file, and a pasted text. The bytes
// are on the disk before the act.
func (w *Web) keep(c *web.C, title, text string) ([]Kept, error) {
	var out []Kept
	f, head, err := c.R.FormFile("file")
	switch {
	case errors.Is(err, http.ErrMissingFile), errors.Is(err, http.ErrNotMultipart):
	case err != nil:
		return nil, err
	default:
		defer func() { _ = f.Close() }() // it was only read
		if head.Size > 0 {
			b, err := w.s.Blobs.Put(c.Context(), f, head.Filename, head.Header.Get("Content-Type"))
			if err != nil {
				return nil, at("file", err)
			}
			out = append(out, Kept{Title: title, Blob: b})
		}
	}
	if strings.TrimSpace(text) != "" {
		b, err := w.s.Blobs.Put(c.Context(), bytes.NewReader([]byte(text)), "copy.txt", "text/plain")
		if err != nil {
			return nil, at("copy_text", err)
		}
		out = append(out, Kept{Title: title, Blob: b})
	}
	return out, nil
}

// kept sends a kept copy.
func (w *Web) kept(c *web.C) error {
	e, err := w.s.Kept(c.Context(), c.Actor, core.ID(c.Param("id")))
	if err != nil {
		return err
	}
	return w.s.Blobs.Serve(c, e.Hash)
}

func (w *Web) trail(c *web.C, more ...web.Crumb) []web.Crumb {
	return append([]web.Crumb{{Label: c.T("ledger.title"), URL: c.URL("/ledger")}}, more...)
}

// date prints a day, month or year in the reader's language.
func date(c *web.C, day string) string {
	if t, err := core.ParseDate(day); err == nil {
		return c.Date(t)
	}
	return day
}

type chip struct{ Label, URL string }

// callRow is a call, ready to print.
type callRow struct {
	URL             string
	Words           web.TextView
	To              []chip
	Status          web.Status
	Silence, Called string
	Session         *web.TextView
	SessionURL, Ref string
	Edition         web.TextView
	Answers         string
}

var callClass = map[string]string{
	StateOpen: "due", StateAnswered: "changed", StateCommitted: "published", StateProgress: "changed", StateDone: "done",
	StateDeclined: "cancelled", StateSuperseded: "changed", StateGone: "cancelled",
}

// rows prepares calls: the number of queries does not depend on theirs.
func (w *Web) rows(c *web.C, list []Call) ([]callRow, error) {
	var sessions, orgs, ids []core.ID
	for _, x := range list {
		sessions, orgs, ids = append(sessions, x.Session), append(orgs, x.Organisations...), append(ids, x.ID)
	}
	found, err := w.s.Programme.SessionsByID(c.Context(), c.Actor, sessions)
	if err != nil {
		return nil, err
	}
	known, err := w.s.People.Organisations(c.Context(), orgs)
	if err != nil {
		return nil, err
	}
	answers, err := w.s.AnswersTo(c.Context(), c.Actor, ids)
	if err != nil {
		return nil, err
	}
	eds, err := w.s.Editions.Editions(c.Context(), c.Actor)
	if err != nil {
		return nil, err
	}
	byID := map[core.ID]editions.Edition{}
	for _, e := range eds {
		byID[e.ID] = e
	}
	now := c.S.Clock.Instant()
	out := make([]callRow, 0, len(list))
	for _, x := range list {
		r := callRow{
			URL: c.URL(x.Path()), Words: c.Text(x.Words), Status: c.Status(callClass[x.State], "ledger.state."+x.State),
			Called: i18n.Date(c.Lang, x.Called.Time()), Edition: c.Text(byID[x.Edition].Name),
		}
		for _, code := range x.To {
			r.To = append(r.To, chip{Label: c.Text(w.s.Vocab.Label(vocab.Addressees, code)).S})
		}
		for _, id := range x.Organisations {
			if o, ok := known[id]; ok {
				r.To = append(r.To, chip{Label: c.Text(o.Name).S, URL: c.URL(o.Path())})
			}
		}
		if x.ToAs != "" && len(x.Organisations) == 0 {
			r.To = append(r.To, chip{Label: x.ToAs})
		}
		r.Silence = w.silence(c, x, now)
		if ses := found[x.Session]; ses != nil {
			t := c.Text(ses.Title)
			r.Session, r.SessionURL, r.Ref = &t, c.URL(ses.Path()), programme.RefLabel(ses.Ref)
		}
		n := 0
		for _, a := range answers[x.ID] {
			if a.Public() {
				n++
			}
		}
		if n > 0 {
			r.Answers = c.T("ledger.answers", "Count", n)
		}
		out = append(out, r)
	}
	return out, nil
}

// silence says plainly, and fairly, that nobody has answered, and since when.
func (w *Web) silence(c *web.C, x Call, now core.Instant) string {
	days, silent := x.Silent(now)
	day := i18n.Date(c.Lang, x.Called.Time())
	switch {
	case !silent:
		return ""
	case days == 0:
		return c.T("ledger.silent_new", "Date", day)
	case len(x.Organisations) == 0 && x.ToAs == "":
		return c.T("ledger.silent_group", "Date", day, "Count", days)
	}
	return c.T("ledger.silent", "Date", day, "Count", days)
}

// evidenceView is a link or a kept copy.
type evidenceView struct{ Title, URL, Kept, Hash string }

func evidenceViews(c *web.C, list []Evidence) []evidenceView {
	out := make([]evidenceView, 0, len(list))
	for _, e := range list {
		v := evidenceView{Title: e.Title, URL: e.URL, Hash: e.Hash}
		if p := e.Path(); p != "" {
			v.Kept = c.URL(p)
		}
		out = append(out, v)
	}
	return out
}
