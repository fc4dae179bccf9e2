package attendance

import (
	"embed"
	"net/http"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/web"
)

//go:embed all:view
var viewFS embed.FS

// Web is the room's pages.
type Web struct {
	s    *Service
	prog *programme.Web
}

// NewWeb makes the pages, which stand beside those of the programme. A process that serves
// nothing but /join needs none of these: nil.
func NewWeb(s *Service, p *programme.Web) *Web { return &Web{s: s, prog: p} }

// RegisterJoin registers /join and nothing else: for a process of its own that keeps working
// while the forum is under load or being deployed. It needs the database alone.
func (w *Web) RegisterJoin(s *web.Server) error {
	if err := s.Views("attendance", viewFS); err != nil {
		return err
	}
	s.Handle("GET /join/{token}", w.join)
	s.Handle("POST /join/{token}", w.act)
	if s.Shell == nil {
		s.Shell = w.shell
	}
	return nil
}

// shell is what stands around a page where nobody else says it: the forum's name.
func (w *Web) shell(c *web.C) (web.Shell, error) {
	f, err := w.s.Participation.Editions.Forum(c.Context())
	if core.KindOf(err) == core.KindNotFound {
		return web.Shell{}, nil
	}
	return web.Shell{Forum: c.Text(f.Name).S, Short: f.Short}, err
}

// Register registers all pages and templates, and the staff's tab of a session's pages.
func (w *Web) Register(s *web.Server) error {
	if err := w.RegisterJoin(s); err != nil {
		return err
	}
	s.Takes("Attendance", takes)
	for path, h := range map[string]web.Handler{
		"/my-links": w.links, "/attendance": w.places, "/attendance/paste": w.paste, "/attendance/fallback": w.fallback,
		"/attendance/people/{number}": w.person, "/certificate": w.certificate,
	} {
		s.Edition("GET "+path, h)
	}
	s.Edition("GET /certificate/{letter}", w.showCertificate)
	s.Edition("GET /certificate/{letter}/certificate.pdf", w.printCertificate)
	s.Edition("POST /my-links", w.changeLinks)
	s.Edition("POST /attendance/paste", w.paste)
	s.Edition("POST /attendance/people/{number}", w.changePerson)
	s.Edition("POST /certificate", w.issueCertificate)
	s.Session("GET /place", w.prog.Session(w.place))
	s.Session("POST /place", w.prog.Session(w.place))
	s.Session("GET /attendance", w.prog.Session(w.attended))
	s.Session("POST /attendance", w.prog.Session(w.attended))
	s.Session("GET /attendance.csv", w.prog.Session(w.attendedCSV))
	w.prog.AddTab(func(c *web.C, set *editions.Setting, x *programme.Session) (web.Tab, bool) {
		return web.Tab{Label: c.T("attendance.tab"), URL: c.URL(x.Path()) + "/attendance"}, Can(c.Actor, set, "see")
	})
	w.prog.AddTab(func(c *web.C, set *editions.Setting, x *programme.Session) (web.Tab, bool) {
		return web.Tab{Label: c.T("attendance.place.tab"), URL: c.URL(x.Path()) + "/place"}, Can(c.Actor, set, "see")
	})
	w.prog.AddActions(func(c *web.C, set *editions.Setting) []web.Action {
		if !Can(c.Actor, set, "see") {
			return nil
		}
		return []web.Action{{Label: c.T("attendance.places.title"), URL: c.URL(set.Path() + "/attendance"), Icon: "link"}}
	})
	return nil
}

func (w *Web) setting(c *web.C) (*editions.Setting, error) {
	return w.s.Participation.Editions.Setting(c.Context(), c.Actor, c.Edition)
}

// cookieOf is the cookie by which a device is known as that of a link's holder. It names the
// holder by the end of an id that stands in the link, so that one device may be that of
// several people.
func cookieOf(l *Link) string {
	id := string(l.subject())
	if l.Hub != nil {
		id = string(l.Hub.ID)
	}
	id = strings.ReplaceAll(id, "-", "")
	return "device-" + id[len(id)-12:]
}

func deviceOf(c *web.C, l *Link) string {
	ck, err := c.R.Cookie(cookieOf(l))
	if err != nil {
		return ""
	}
	return ck.Value
}

// remember gives the device its cookie.
func (w *Web) remember(c *web.C, l *Link, device string, until core.Instant) {
	http.SetCookie(c.W, &http.Cookie{ //nolint:gosec // Secure wherever the forum is reached by https
		Name: cookieOf(l), Value: device, Path: "/", MaxAge: int(until.Sub(c.S.Clock.Instant()).Seconds()),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: strings.HasPrefix(c.S.BaseURL, "https:"),
	})
}

func refLabel(ref string) string { return programme.RefLabel(ref) }
