package mine

import (
	"embed"
	"net/http"
	"slices"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

//go:embed all:view
var viewFS embed.FS

// Web is the room's pages.
type Web struct{ s *Service }

// NewWeb makes the pages.
func NewWeb(s *Service) *Web { return &Web{s: s} }

// Register registers pages and templates.
func (w *Web) Register(s *web.Server) error {
	if err := s.Views("mine", viewFS); err != nil {
		return err
	}
	s.Takes("My data", takes)
	s.Handle("GET /me/data", w.data)
	s.Handle("GET /me/data/export.zip", w.export)
	s.Handle("GET /me/duties", w.duties)
	for path, h := range map[string]web.Handler{
		"/me/data/erase": w.erase, "/me/data/erase/confirm": w.confirm, "/admin/erasures/new": w.askFor, "/admin/erasures/setting": w.setting,
	} {
		s.Handle("GET "+path, h)
		s.Handle("POST "+path, h)
	}
	for _, method := range []string{"GET ", "POST "} {
		s.Handle(method+mergePath, w.merge)
		s.Handle(method+"/admin/accounts/{id}/merge", w.mergeFor)
	}
	s.Handle("POST /me/data/erase/cancel", w.cancelOwn)
	s.Handle("GET /admin/erasures", w.requests)
	s.Handle("POST /admin/erasures/{id}/cancel", w.cancel)
	return nil
}

func trail(c *web.C, more ...web.Crumb) []web.Crumb {
	return append([]web.Crumb{{Label: c.T("shell.me"), URL: c.URL("/me")}}, more...)
}

// signed asks a visitor to sign in.
func signed(c *web.C) error {
	if !c.Actor.SignedIn() {
		return core.SignIn()
	}
	return nil
}

type heldRow struct {
	Name, About string
	Facts       []string
	Link        *web.Tab
}

type dataView struct {
	Rows    []heldRow
	Export  string
	Erase   string
	Pending *pendingView
}

type pendingView struct {
	Text   string
	Cancel string
}

// data is the page of what the forum holds about the reader.
func (w *Web) data(c *web.C) error {
	if err := signed(c); err != nil {
		return err
	}
	list, err := w.s.Overview(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	v := dataView{Export: c.URL("/me/data/export.zip"), Erase: c.URL("/me/data/erase")}
	for _, h := range list {
		r := heldLine(c, h)
		if at := correctedAt(c, h.Room); at != "" {
			r.Link = &web.Tab{Label: c.T("mine.data.correct", "Part", r.Name), URL: c.URL(at)}
		}
		v.Rows = append(v.Rows, r)
	}
	if v.Pending, err = w.pending(c); err != nil {
		return err
	}
	title := c.T("mine.data.title")
	return c.Page(web.Page{Name: "mine/data", Title: title, NoIndex: true, Trail: trail(c, web.Crumb{Label: title}), V: v})
}

// heldLine is what a room holds, as a line of a list.
func heldLine(c *web.C, h Held) heldRow {
	r := heldRow{Name: c.T("mine.room." + h.Room), About: c.T("mine.room." + h.Room + ".about")}
	n, done := 0, 0
	for name, count := range h.Parts {
		if strings.HasSuffix(name, "_done") || name == "what_you_did" {
			done += count
		} else {
			n += count
		}
	}
	if n > 0 {
		r.Facts = append(r.Facts, c.T("mine.data.entries", "Count", n))
	}
	if done > 0 {
		r.Facts = append(r.Facts, c.T("mine.data.done", "Count", done))
	}
	if h.Files > 0 {
		r.Facts = append(r.Facts, c.T("mine.data.files", "Count", h.Files))
	}
	return r
}

// correctedAt is where what a room holds is corrected; empty where the room's own pages on
// the reader's page lead there.
func correctedAt(c *web.C, room string) string {
	switch room {
	case "accounts":
		return "/me/account"
	case "person":
		if c.Actor.Person != "" {
			return "/people/" + string(c.Actor.Person) + "/edit"
		}
	case "searches":
		return "/me/searches"
	case "agenda":
		return "/me/calendar"
	case "review":
		return "/me/reviews"
	case "proposals":
		return "/proposals"
	case "participation", "programme", "meetings", "support", "reports", "messages", "consultations":
		return "/me"
	}
	return ""
}

func (w *Web) pending(c *web.C) (*pendingView, error) {
	r, err := w.s.Pending(c.Context(), c.Actor)
	if err != nil || r == nil {
		return nil, err
	}
	v := &pendingView{Cancel: c.URL("/me/data/erase/cancel"), Text: c.T("mine.pending.asked")}
	if r.State == StateConfirmed {
		v.Text = c.T("mine.pending.confirmed", "Time", c.StampHere(r.Due))
	}
	return v, nil
}

// export sends all that the forum holds about the reader.
func (w *Web) export(c *web.C) error {
	if err := signed(c); err != nil {
		return err
	}
	if err := w.s.MayExport(c.Actor); err != nil {
		return err
	}
	h := c.W.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", `attachment; filename="my-data-`+c.Now().UTC().Format(time.DateOnly)+`.zip"`)
	h.Set("Cache-Control", "no-store")
	if err := w.s.write(c.Context(), c.Actor, c.Lang, patient{c.W, http.NewResponseController(c.W)}); err != nil {
		panic(http.ErrAbortHandler) // the first bytes are out: the reader must see that the file is not whole
	}
	return nil
}

// patient lets a slow reader take as long as bytes go through.
type patient struct {
	http.ResponseWriter
	control *http.ResponseController
}

func (p patient) Write(b []byte) (int, error) {
	_ = p.control.SetWriteDeadline(core.Machine().Add(time.Minute)) // a recorder in a test has none
	return p.ResponseWriter.Write(b)
}

type eraseView struct {
	Stays   []string
	Days    int
	Form    *web.Form
	Pending *pendingView
	Public  bool
	Export  string
}

// erase explains what erasing means, and asks for it.
func (w *Web) erase(c *web.C) error {
	if err := signed(c); err != nil {
		return err
	}
	keeps, who, err := w.s.Keeps(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	st, err := w.s.Setting(c.Context())
	if err != nil {
		return err
	}
	in := AskInput{KeepName: who.Public}
	var failed error
	if c.R.Method == http.MethodPost {
		in = AskInput{}
		if failed = c.Decode(&in); failed == nil {
			if failed = w.s.Ask(c.Context(), c.Actor, in); failed == nil {
				return c.Done("/me/data", "mine.erase.mailed")
			}
		}
	}
	v := eraseView{Days: st.Cooling, Public: who.Public, Export: c.URL("/me/data/export.zip")}
	for _, k := range keeps {
		v.Stays = append(v.Stays, c.T("mine.kept."+k.Key, "Count", k.Count))
	}
	if v.Pending, err = w.pending(c); err != nil {
		return err
	}
	status := http.StatusOK
	r, err := w.s.Pending(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	if r == nil || r.State != StateConfirmed {
		v.Form = c.Form("mine.erase", &in)
		v.Form.Cancel = c.URL("/me/data")
		if !who.Public {
			v.Form.Drop("keep_name")
		}
		if status, err = v.Form.Refused(failed); err != nil {
			return err
		}
	} else if failed != nil {
		return failed
	}
	title := c.T("mine.erase.title")
	return c.Page(web.Page{
		Name: "mine/erase", Title: title, NoIndex: true, Status: status,
		Trail: trail(c, web.Crumb{Label: c.T("mine.data.title"), URL: c.URL("/me/data")}, web.Crumb{Label: title}), V: v,
	})
}

type confirmView struct {
	Title, Text, Submit, Action string
}

// confirm is where the link of the mail leads: it does nothing until the button is pressed.
func (w *Web) confirm(c *web.C) error {
	if err := signed(c); err != nil {
		return err
	}
	if c.R.Method == http.MethodPost {
		r, err := w.s.Confirm(c.Context(), c.Actor, c.Query("code"))
		if err != nil {
			return err
		}
		return c.Done("/me/data", "mine.erase.confirmed", "Time", c.StampHere(r.Due))
	}
	st, err := w.s.Setting(c.Context())
	if err != nil {
		return err
	}
	v := confirmView{
		Title: c.T("mine.confirm.title"), Text: c.T("mine.confirm.text", "Count", st.Cooling), Submit: c.T("mine.confirm.submit"),
		Action: c.URL("/me/data/erase/confirm?code=" + c.Query("code")),
	}
	return c.Page(web.Page{
		Name: "mine/confirm", Title: v.Title, NoIndex: true,
		Trail: trail(c, web.Crumb{Label: c.T("mine.data.title"), URL: c.URL("/me/data")}, web.Crumb{Label: v.Title}), V: v,
	})
}

func (w *Web) cancelOwn(c *web.C) error {
	if err := signed(c); err != nil {
		return err
	}
	r, err := w.s.Pending(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	if r == nil {
		return core.Conflict("mine.error.over")
	}
	if err := w.s.Cancel(c.Context(), c.Actor, r.ID); err != nil {
		return err
	}
	return c.Done("/me/data", "mine.erase.cancelled")
}

type dutyRow struct {
	What, URL string
	Of        web.TextView
	Status    web.Status
}

type dutiesView struct {
	Next *dutyRow
	Rows []dutyRow
	More *web.Tab
}

func (w *Web) dutyRows(c *web.C) ([]dutyRow, error) {
	list, err := w.s.Duties(c.Context(), c.Actor)
	out := make([]dutyRow, 0, len(list))
	for _, d := range list {
		r := dutyRow{What: c.T(d.Key, "Count", d.N), URL: c.URL(d.Path), Of: c.Text(d.Of)}
		switch {
		case d.Due.IsZero():
		case d.Late:
			r.Status = c.Status("late", "mine.duties.late", "Time", c.StampHere(d.Due))
		default:
			r.Status = c.Status("due", "mine.duties.due", "Time", c.StampHere(d.Due))
		}
		out = append(out, r)
	}
	return out, err
}

// duties is the page of all that waits for the reader.
func (w *Web) duties(c *web.C) error {
	if err := signed(c); err != nil {
		return err
	}
	rows, err := w.dutyRows(c)
	if err != nil {
		return err
	}
	v := dutiesView{Rows: rows}
	if len(rows) > 0 {
		v.Next, v.Rows = &rows[0], rows[1:]
	}
	title := c.T("mine.duties.title")
	return c.Page(web.Page{Name: "mine/duties", Title: title, NoIndex: true, Trail: trail(c, web.Crumb{Label: title}), V: v})
}

// dutiesShown are the most duties on the reader's page.
const dutiesShown = 4

// DutiesPanel shows, on somebody's own page, what she has to do (slot people.me).
func (w *Web) DutiesPanel(c *web.C, _ core.ID) (string, any, error) {
	rows, err := w.dutyRows(c)
	if err != nil || len(rows) == 0 {
		return "", nil, err
	}
	v := dutiesView{Next: &rows[0], Rows: slices.Clone(rows[1:min(len(rows), dutiesShown)])}
	if len(rows) > dutiesShown {
		v.More = &web.Tab{Label: c.T("mine.duties.all", "Count", len(rows)), URL: c.URL("/me/duties")}
	}
	return "mine/duties-panel", v, nil
}

// DataPanel leads, on somebody's own page, to what the forum holds about her (slot
// people.me).
func (w *Web) DataPanel(c *web.C, _ core.ID) (string, any, error) {
	if !c.Actor.SignedIn() {
		return "", nil, nil
	}
	p, err := w.pending(c)
	return "mine/data-panel", dataView{Export: c.URL("/me/data"), Erase: c.URL("/me/data/erase"), Pending: p}, err
}
