package mail

import (
	"embed"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

//go:embed all:view
var viewFS embed.FS

// Web is the pages of the room: the texts of mails, what each chooses about her own, and the
// mail catcher of a demo, where everybody may read what the demo would have sent; outside a
// demo its addresses name nothing.
type Web struct{ s *Service }

// NewWeb makes the pages.
func NewWeb(s *Service) *Web { return &Web{s: s} }

// Register registers pages and templates.
func (w *Web) Register(s *web.Server) error {
	if err := s.Views("mail", viewFS); err != nil {
		return err
	}
	s.Takes("Mail", wordTakes)
	s.Handle("GET /demo/mail", w.list)
	s.Handle("GET /demo/mail/{id}", w.show)
	s.Handle("GET /me/mail", w.choices)
	s.Handle("POST /me/mail", w.choices)
	s.Handle("GET /mail/end/{token}", w.end)
	s.Handle("POST /mail/end/{token}", w.end)
	s.Handle("GET /admin/mail-texts", w.texts)
	s.Handle("GET /admin/mail-texts/{name}", w.text)
	s.Handle("POST /admin/mail-texts/{name}", w.text)
	s.Handle("POST /admin/mail-texts/{name}/test", w.testText)
	s.Handle("GET /admin/mail-texts/{name}/program", w.unword)
	s.Handle("POST /admin/mail-texts/{name}/program", w.unword)
	return nil
}

type listView struct {
	Rows  []line
	Pager web.Pager
	Empty *web.Empty
}

// line is a mail as one row of the list.
type line struct {
	URL, Subject, Lang, To string
	When, Machine          string
	Status                 web.Status
}

func (w *Web) list(c *web.C) error {
	if !w.s.cfg.Demo {
		return core.NotFound()
	}
	list, err := w.s.list(c.Context(), c.PageArg())
	if err != nil {
		return err
	}
	v := listView{Pager: c.Pager(len(list.Items), list.Total, list.Next, "mail.catcher.count")}
	for _, r := range list.Items {
		v.Rows = append(v.Rows, line{
			URL: c.URL("/demo/mail/" + string(r.ID)), Subject: subject(c, r), Lang: r.Lang, To: person(r.ToName, r.ToAddr),
			When: c.StampHere(r.Created), Machine: r.Created.Time().Format(time.RFC3339), Status: status(c, r.State),
		})
	}
	if len(v.Rows) == 0 {
		v.Empty = &web.Empty{Title: c.T("mail.catcher.none"), Text: c.T("mail.catcher.none_text")}
	}
	return c.Page(web.Page{
		Name: "mail/list", Title: c.T("mail.catcher.title"), NoIndex: true, V: v,
		Trail: []web.Crumb{{Label: c.T("mail.catcher.demo"), URL: c.URL("/demo")}, {Label: c.T("mail.catcher.title")}},
	})
}

type showView struct {
	Subject, Lang, Dir string
	From, To           string
	When, Machine      string
	Status             web.Status
	Error              string
	Text               []piece
}

func (w *Web) show(c *web.C) error {
	if !w.s.cfg.Demo {
		return core.NotFound()
	}
	r, err := w.s.find(c.Context(), core.ID(c.Param("id")))
	if err != nil {
		return err
	}
	return c.Page(web.Page{
		Name: "mail/show", Title: subject(c, r), TitleLang: r.Lang, NoIndex: true,
		Trail: []web.Crumb{
			{Label: c.T("mail.catcher.demo"), URL: c.URL("/demo")},
			{Label: c.T("mail.catcher.title"), URL: c.URL("/demo/mail")},
			{Label: subject(c, r), Lang: r.Lang},
		},
		V: showView{
			Subject: subject(c, r), Lang: r.Lang, Dir: core.Dir(r.Lang),
			From: person(w.s.name(r.Lang), w.s.cfg.From), To: person(r.ToName, r.ToAddr),
			When: c.StampHere(r.Created), Machine: r.Created.Time().Format(time.RFC3339),
			Status: status(c, r.State), Error: r.LastError, Text: linked(r.Text),
		},
	})
}

// subject is never empty, so that there is a link to press: the text of some mails is
// written only when they are sent.
func subject(c *web.C, r row) string {
	if r.Subject == "" {
		return c.T("mail.catcher.no_subject")
	}
	return r.Subject
}

// status is empty for a mail that was caught: in the catcher that goes without saying.
func status(c *web.C, s State) web.Status {
	switch s {
	case Queued, Held:
		return c.Status("due", "mail.state."+string(s))
	case Sent:
		return c.Status("done", "mail.state.sent")
	case Failed:
		return c.Status("late", "mail.state.failed")
	case Caught:
	}
	return web.Status{}
}

func person(name, addr string) string {
	if name == "" {
		return addr
	}
	return fmt.Sprintf("%s <%s>", name, addr)
}

// piece is a part of a text; with a URL it is a link.
type piece struct{ Text, URL string }

var webAddress = regexp.MustCompile(`https?://[^\s<>"'\x{2068}\x{2069}]+`)

// linked finds the addresses in a text, so that they can be pressed.
func linked(text string) []piece {
	var out []piece
	last := 0
	for _, at := range webAddress.FindAllStringIndex(text, -1) {
		addr := strings.TrimRight(text[at[0]:at[1]], ".,;:!?)]}。，、；：？！）»")
		if _, err := url.Parse(addr); err != nil {
			continue
		}
		if at[0] > last {
			out = append(out, piece{Text: text[last:at[0]]})
		}
		out = append(out, piece{Text: addr, URL: addr})
		last = at[0] + len(addr)
	}
	if last < len(text) {
		out = append(out, piece{Text: text[last:]})
	}
	return out
}
