package messages

import (
	"embed"
	"html/template"
	"net/http"
	"strconv"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/web"
)

//go:embed all:view
var viewFS embed.FS

// Web is the room's pages.
type Web struct {
	s         *Service
	editions  *editions.Service
	programme *programme.Service
	vocab     *vocab.Service
	limit     *web.Limiter // statements, by account
}

// NewWeb makes the pages.
func NewWeb(s *Service, e *editions.Service, p *programme.Service, v *vocab.Service) *Web {
	return &Web{s: s, editions: e, programme: p, vocab: v, limit: web.NewLimiter(5*time.Minute, 5)}
}

// Register registers pages and templates.
func (w *Web) Register(s *web.Server) error {
	if err := s.Views("messages", viewFS); err != nil {
		return err
	}
	s.Takes("Messages", takes)
	s.Edition("GET /messages", w.show)
	s.Edition("GET /messages/{n}", w.one)
	for _, format := range []string{"html", "pdf", "docx", "epub", "md", "txt", "xml", "json"} {
		s.Edition("GET /messages."+format, w.export)
	}
	for path, h := range map[string]web.Handler{
		"/messages/workshop": w.workshop, "/messages/new": w.draft, "/messages/sign-off": w.signOff, "/messages/sign-off/signers": w.signers,
		"/messages/about": w.about, "/messages/{n}/statement": w.handIn, "/messages/{n}/statements/{id}": w.decide, "/messages/attribution": w.attribution,
	} {
		s.Edition("GET "+path, h)
		s.Edition("POST "+path, h)
	}
	s.Edition("GET /messages/coverage", w.coverage)
	s.Edition("GET /messages/coverage.csv", w.coverageCSV)
	s.Edition("GET /messages/statements", w.statements)
	s.Edition("GET /messages/{n}/provenance", w.provenance)
	s.Edition("GET /messages/compile", w.compile)
	s.Edition("POST /messages/compile", w.compile)
	s.Edition("GET /messages/publish", w.publish)
	s.Edition("POST /messages/publish", w.publish)
	s.Edition("GET /messages/{n}/edit", w.edit)
	s.Edition("POST /messages/{n}/edit", w.edit)
	s.Edition("POST /messages/{n}/move", w.move)
	s.Edition("GET /messages/{n}/remove", w.remove)
	s.Edition("POST /messages/{n}/remove", w.remove)
	return nil
}

type setView struct {
	Title    web.TextView
	Status   web.Status
	Versions string
	Groups   []groupView
	Count    string
	Order    web.Tabs
	Exports  []web.Tab
	Actions  []web.Action
	Empty    *web.Empty
	Draft    bool
	Notes    []noteView
	About    web.TextView // whose views the Messages reflect
	Licence  string
	Sign     *web.Tab
	Unsigned string
	Coverage string
	Parts    []template.HTML
}

type groupView struct {
	ID          string
	Heading     web.TextView
	URL         string
	Attribution web.TextView
	Edit        string // where editors say whose views the Messages reflect
	Messages    []messageView
}

type noteView struct {
	N    int
	Text string
}

// edition is that of the address. Whoever sends a form and is not signed in (any more) is
// asked to, and what she sent is kept: of Messages that are being written the policy
// would answer that there is nothing.
func (w *Web) edition(c *web.C) (*editions.Setting, error) {
	set, err := w.editions.Setting(c.Context(), c.Actor, c.Edition)
	if err == nil && c.R.Method == http.MethodPost && !c.Actor.SignedIn() {
		err = core.SignIn()
	}
	return set, err
}

// problem says in words what is wrong with an act, for the page on which it was asked
// for; other errors come back.
func problem(c *web.C, err error) (string, error) {
	e := web.Classify(err)
	switch {
	case e.Kind != core.KindInvalid && e.Kind != core.KindConflict:
		return "", err
	case len(e.Fields) > 0:
		return c.T(e.Fields[0].Key, e.Fields[0].Args...), nil
	}
	return c.S.Catalog.Error(c.Lang, e), nil
}

// traced follows the sources of Messages for a page of an edition. What is cited of other
// editions, and of texts, may be renamed in a scope that the page does not name.
func (w *Web) traced(c *web.C, set *editions.Setting, list []Message) (trace, error) {
	t, err := w.s.trace(c.Context(), c.Actor, list)
	elsewhere := len(t.paras) > 0
	for _, ses := range t.sessions {
		elsewhere = elsewhere || ses.Edition != set.ID
	}
	if elsewhere {
		c.Until(c.Now().Add(10 * time.Minute))
	}
	return t, err
}

func (w *Web) load(c *web.C) (*editions.Setting, View, error) {
	set, err := w.edition(c)
	if err != nil {
		return nil, View{}, err
	}
	c.Reads(set.Scope(), core.ScopeForum)
	v, err := w.s.View(c.Context(), c.Actor, set, CanSeeDraft(c.Actor, set.Scope()) && c.Query("version") != "public")
	return set, v, err
}

func (w *Web) show(c *web.C) error {
	set, v, err := w.load(c)
	if err != nil && core.KindOf(err) != core.KindNotFound {
		return err
	}
	if set == nil {
		return err
	}
	out := setView{Title: c.Text(NameOf(set.Edition)), Actions: w.actions(c, set, v)}
	trail := editions.Trail(c, set, web.Crumb{Label: c.T("shell.outcomes")})
	if v.Revision == nil || len(groups(*v.Revision)) == 0 {
		out.Empty = &web.Empty{
			Title: c.T("messages.empty"), Text: c.T("messages.empty_text"),
			Link: &web.Tab{Label: c.T("messages.read_takeaways"), URL: c.URL(set.Path() + "/reports")},
		}
		return c.Page(web.Page{Name: "messages/set", Title: out.Title.S, Section: "outcomes", Trail: trail, V: out})
	}
	out.Title, out.Draft, out.About, out.Unsigned = c.Text(v.Set.Name), v.Draft, c.Text(v.Set.Note), v.Set.Unsigned
	out.Status = w.status(c, set, v)
	out.Versions = c.URL("/documents/" + string(v.Set.Document) + "/revisions")
	list := groups(*v.Revision)
	sessions := c.Query("order") != "theme" || len(set.Themes) == 0
	base := c.URL(set.Path() + "/messages")
	if len(set.Themes) > 0 {
		out.Order = web.Tabs{Label: c.T("messages.order"), Tabs: []web.Tab{
			{Label: c.T("messages.by_session"), URL: base, Current: sessions},
			{Label: c.T("messages.by_theme"), URL: base + "?order=theme", Current: !sessions},
		}}
	}
	if !sessions {
		list = w.themed(set, list)
	}
	if err := w.fill(c, set, v, &out, list); err != nil {
		return err
	}
	out.Exports = w.s.docs.Files(c, set.Path()+"/messages")
	if err := w.around(c, set, v, &out); err != nil {
		return err
	}
	return c.Page(web.Page{
		Name: "messages/set", Title: out.Title.S, Describe: c.T("messages.describe", "Name", out.Title.S), Section: "outcomes", Trail: trail, V: out,
	})
}

func (w *Web) themed(set *editions.Setting, list []Group) []Group {
	var ids []core.ID
	names := map[core.ID]core.Text{}
	for _, t := range set.Themes {
		ids = append(ids, t.ID)
		names[t.ID] = t.Name
	}
	return byTheme(list, ids, names, func(m Message) core.ID { return m.Theme })
}

func (w *Web) fill(c *web.C, set *editions.Setting, v View, out *setView, list []Group) error {
	var all []Message
	for _, g := range list {
		all = append(all, g.Messages...)
	}
	t, err := w.traced(c, set, all)
	if err != nil {
		return err
	}
	degrees := w.degrees(c)
	canEdit := CanEdit(c.Actor, set, v.Set)
	for i, g := range list {
		gv := groupView{ID: "g" + strconv.Itoa(i+1), Heading: c.Text(g.Heading), Attribution: c.Text(g.Attribution)}
		if ses := t.sessions[g.Session]; ses != nil {
			gv.URL = c.URL(ses.Path())
		}
		if canEdit && g.Session != "" {
			gv.Edit = c.URL(set.Path()+"/messages/attribution") + "?session=" + string(g.Session)
		}
		if g.Heading.IsZero() {
			gv.Heading = web.TextView{S: c.T("messages.no_theme"), Lang: c.Lang}
		}
		for _, m := range g.Messages {
			mv := w.message(c, set, t, degrees, m, false)
			if canEdit {
				mv.Edit, mv.Move, mv.Version = mv.URL+"/edit", mv.URL+"/move", v.Revision.Version
			}
			mv.Note = len(out.Notes) + 1
			out.Notes = append(out.Notes, noteView{N: mv.Note, Text: footnote(mv)})
			gv.Messages = append(gv.Messages, mv)
		}
		out.Groups = append(out.Groups, gv)
	}
	out.Count = c.T("messages.count", "Count", len(all))
	return nil
}

func (w *Web) status(c *web.C, set *editions.Setting, v View) web.Status {
	switch {
	case v.Draft:
		return c.Status("private", "messages.status.drafted")
	case v.State == StateFinal:
		return c.Status("published", "messages.status.final", "Time", c.Stamp(v.Set.Finalised, set.Zone))
	}
	return c.Status("draft", "messages.status.draft", "Time", c.Stamp(v.Set.Published, set.Zone))
}

func (w *Web) actions(c *web.C, set *editions.Setting, v View) []web.Action {
	var out []web.Action
	r := c.Actor.Roles(set.Scope())
	base := c.URL(set.Path() + "/messages")
	if policy.Can("compile", v.State, r...) {
		out = append(out,
			web.Action{Label: c.T("messages.workshop"), URL: base + "/workshop", Icon: "thread", Primary: true},
			web.Action{Label: c.T("messages.compile"), URL: base + "/compile", Icon: "plus"})
	}
	if v.Set != nil && CanEdit(c.Actor, set, v.Set) {
		out = append(out, web.Action{Label: c.T("messages.about"), URL: base + "/about", Icon: "edit"})
	}
	for _, action := range []string{"publish_draft", "finalise", "correct"} {
		if policy.Can(action, v.State, r...) && v.Set != nil {
			out = append(out, web.Action{Label: c.T("messages.publish"), URL: base + "/publish", Icon: "published"})
			break
		}
	}
	return out
}
