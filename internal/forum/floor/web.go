package floor

import (
	"embed"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/web"
)

//go:embed all:view
var viewFS embed.FS

// Web is the room's pages.
type Web struct {
	s      *Service
	pages  *programme.Web
	vocab  *vocab.Service
	people *people.Service
}

// NewWeb makes the pages. pages loads sessions and gives their tabs.
func NewWeb(s *Service, pages *programme.Web, v *vocab.Service, pp *people.Service) *Web {
	return &Web{s: s, pages: pages, vocab: v, people: pp}
}

// Register registers pages, templates and the tab of the session's pages. The slot of
// panels on the page of a transcript is "floor.transcript"; the subject is the session.
func (w *Web) Register(s *web.Server) error {
	if err := s.Views("floor", viewFS); err != nil {
		return err
	}
	s.Takes("Transcripts", takes)
	s.Session("GET /transcript", w.pages.Session(w.show))
	for _, form := range []string{"vtt", "srt", "txt", "json"} {
		s.Session("GET /transcript."+form, w.pages.Session(w.download(form)))
	}
	s.Session("GET /transcript/segments/{id}", w.pages.Session(w.segment))
	for path, h := range map[string]func(*web.C, *editions.Setting, *programme.Session) error{
		"/transcript/import": w.importFile, "/transcript/speakers": w.speakers, "/transcript/settings": w.settings,
		"/transcript/segments/{id}/edit": w.correct, "/recordings/edit": w.recordings,
	} {
		s.Session("GET "+path, w.pages.Session(h))
		s.Session("POST "+path, w.pages.Session(h))
	}
	s.Session("POST /transcript/state", w.pages.Session(w.state))
	s.Long("/recordings/file", w.s.largest)
	s.Session("GET /recordings/file", w.pages.Session(w.recordingFile))
	s.Session("POST /recordings/file", w.pages.Session(w.recordingFile))
	s.Session("GET /recordings/{id}", w.pages.Session(w.recording))
	w.pages.AddTab(func(c *web.C, _ *editions.Setting, ses *programme.Session) (web.Tab, bool) {
		tab := web.Tab{Label: c.T("floor.tab"), URL: c.URL(ses.Path() + "/transcript")}
		if ses.State == programme.StateCancelled {
			return tab, false
		}
		now := c.S.Clock.Instant()
		begun := ses.Scheduled() && !now.Before(ses.Starts)
		return tab, ses.State == programme.StateScheduled && (begun || !ses.Scheduled()) || Can(c.Actor, ses, nil, "import")
	})
	return nil
}

// choose gives the transcript of the language in the address, or the original, and all
// that the reader may see.
func (w *Web) choose(c *web.C, ses *programme.Session) (*Transcript, []Transcript, error) {
	list, err := w.s.Transcripts(c.Context(), c.Actor, ses)
	if err != nil {
		return nil, nil, err
	}
	lang := c.Query("lang")
	for i := range list {
		if lang == "" && list[i].Original || list[i].Language == lang {
			return &list[i], list, nil
		}
	}
	switch {
	case lang != "":
		return nil, nil, core.NotFound()
	case len(list) > 0:
		return &list[0], list, nil
	}
	return nil, nil, nil
}

// one is choose for pages that need a transcript.
func (w *Web) one(c *web.C, ses *programme.Session) (*Transcript, error) {
	t, _, err := w.choose(c, ses)
	if err == nil && t == nil {
		err = core.NotFound()
	}
	return t, err
}

func (w *Web) trail(c *web.C, set *editions.Setting, ses *programme.Session, t *Transcript, last string) []web.Crumb {
	here := web.Crumb{Label: c.T("floor.tab")}
	if last == "" {
		return w.pages.Trail(c, set, ses, here)
	}
	here.URL = c.URL(ses.Path() + "/transcript")
	if t != nil {
		here.URL = c.URL(pathOf(ses, t, ""))
	}
	return w.pages.Trail(c, set, ses, here, web.Crumb{Label: last})
}

// langName is a language in the reader's words.
func (w *Web) langName(c *web.C, code string) string {
	if s, _ := w.vocab.Label(vocab.Languages, code).In(c.Lang); s != "" {
		return s
	}
	if s := web.LangName[code]; s != "" {
		return s
	}
	return code
}

// below is an address of the transcript's pages with its language kept.
func below(ses *programme.Session, t *Transcript, path string) string {
	p := ses.Path() + "/transcript" + path
	if t != nil && !t.Original {
		p += "?lang=" + t.Language
	}
	return p
}

func sourceOptions(c *web.C) []web.Option {
	var out []web.Option
	for _, s := range Sources {
		out = append(out, web.Option{Value: s, Label: c.T("floor.source." + s)})
	}
	return out
}

// formView is a page with one form.
type formView struct {
	Title   string
	Session web.TextView
	Tabs    web.Tabs
	Help    string
	Form    *web.Form
	Extra   any
}

func (w *Web) formPage(c *web.C, set *editions.Setting, ses *programme.Session, t *Transcript, name, key string, f *web.Form, failed error, extra any) error {
	if failed != nil {
		if err := f.Fail(failed); err != nil {
			return err
		}
	}
	title := c.T(key + ".title")
	f.Cancel = c.URL(below(ses, t, ""))
	v := formView{Title: title, Session: c.Text(ses.Title), Tabs: w.pages.Tabs(c, set, ses, "/transcript"), Form: f, Extra: extra, Help: c.T(key + ".about")}
	doc := title
	if failed != nil {
		doc = c.T("form.error_title", "Title", title)
	}
	return c.Page(web.Page{
		Name: name, Title: doc, Section: "programme", NoIndex: true, Status: f.Status(failed), Trail: w.trail(c, set, ses, t, title), V: v,
	})
}
