package setup

import (
	"embed"
	"net/http"
	"strings"
	"time"

	"plenary/internal/platform/authn"
	"plenary/internal/platform/web"
)

//go:embed view
var viewFS embed.FS

// Web is the set-up page.
type Web struct {
	s       *Service
	authn   *authn.Service
	guesses *web.Limiter
}

// NewWeb makes the page.
func NewWeb(s *Service, au *authn.Service) *Web {
	return &Web{s: s, authn: au, guesses: web.NewLimiter(10*time.Second, 20)}
}

// Register registers page and template.
func (w *Web) Register(s *web.Server) error {
	if err := s.Views("setup", viewFS); err != nil {
		return err
	}
	s.Handle("GET /set-up", w.form)
	s.Handle("POST /set-up", w.form)
	return nil
}

type formView struct {
	Title string
	Form  *web.Form
}

func (w *Web) form(c *web.C) error {
	if err := w.guesses.Allow(web.RemoteAddr(c.R)); err != nil {
		return err
	}
	in := Input{Token: c.Query("token"), Zone: c.Zone}
	if in.Zone == "" {
		in.Zone = "UTC"
	}
	status := http.StatusOK
	var failed error
	if c.R.Method == http.MethodPost {
		in = Input{}
		if failed = c.Decode(&in); failed == nil {
			var acc authn.Account
			if acc, failed = w.s.SetUp(c.Context(), in); failed == nil {
				if err := w.authn.StartSession(c.Context(), c.W, acc.ID); err != nil {
					return err
				}
				return c.Done("/"+strings.ToLower(strings.TrimSpace(in.Slug))+"/import", "setup.done")
			}
		}
		status = http.StatusUnprocessableEntity
	} else if err := w.s.check(c.Context(), in.Token); err != nil {
		return err
	}
	f := c.Form("setup.form", &in)
	f.Action = c.URL("/set-up")
	title := c.T("setup.title")
	v := formView{Title: title, Form: f}
	if failed != nil {
		if err := f.Fail(failed); err != nil {
			return err
		}
		title = c.T("form.error_title", "Title", title)
	}
	return c.Page(web.Page{Name: "setup/form", Title: title, NoIndex: true, Status: status, V: v})
}
