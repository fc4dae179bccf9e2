package health

import (
	"context"
	"embed"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
	"plenary/internal/forum/find"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

//go:embed view
var viewFS embed.FS

// Web is the page of the room, for the staff.
type Web struct{ s *Service }

// NewWeb makes the page.
func NewWeb(s *Service) *Web { return &Web{s: s} }

// Register registers page and templates.
func (w *Web) Register(s *web.Server) error {
	if err := s.Views("health", viewFS); err != nil {
		return err
	}
	s.Handle("GET /admin/health", w.page)
	return nil
}

// API registers the JSON operation of the room, for the staff.
func (s *Service) API(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "get-health", Method: http.MethodGet, Path: "/api/v1/admin/health",
		Summary: "Show how the program stands", Tags: []string{"Health"},
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body Health }, error) {
		h, err := s.Health(ctx, core.ActorOf(ctx))
		if err != nil {
			return nil, err
		}
		return &struct{ Body Health }{h}, nil
	})
}

type view struct {
	Well      *web.Notice
	Ailments  []string
	Processes []processRow
	Followers []followerRow
	Search    []searchRow
	Facts     []fact
	At        string
}

type processRow struct{ Host, PID, Version, Part, Started, Machine string }

type followerRow struct {
	Name, Cursor string
	Lag          web.Status
}

type searchRow struct {
	Documents, Size string
	State           web.Status
}

type fact struct{ Name, Value, URL string }

func (w *Web) page(c *web.C) error {
	h, err := w.s.Health(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	number := func(n int64) string { return i18n.Number(c.Lang, int(n)) }
	v := view{At: c.StampHere(h.At)}
	if h.Well {
		v.Well = &web.Notice{Class: "success", Icon: "check", Text: c.T("health.well")}
	}
	for _, a := range h.Ailments {
		v.Ailments = append(v.Ailments, c.T("health.ailment."+a))
	}
	for _, p := range h.Processes {
		v.Processes = append(v.Processes, processRow{
			Host: p.Host, PID: strconv.FormatInt(p.PID, 10), Version: p.Version, Part: c.T("health.part." + p.Part), Started: c.StampHere(p.Started), Machine: p.Started.Time().Format(time.RFC3339),
		})
	}
	lag := func(n int64) web.Status {
		switch {
		case n == 0:
			return c.Status("done", "health.up_to_date")
		case n > lateEvents:
			return c.Status("late", "health.behind", "Count", int(n), "Number", number(n))
		}
		return c.Status("due", "health.behind", "Count", int(n), "Number", number(n))
	}
	for _, f := range h.Record.Followers {
		v.Followers = append(v.Followers, followerRow{Name: f.Name, Cursor: number(f.Cursor), Lag: lag(f.Lag)})
	}
	classes := map[string]string{find.StateReady: "done", find.StatePreparing: "due", find.StateBuilding: "due", find.StateFailing: "late"}
	for _, x := range h.Search {
		st := c.Status(classes[x.State], "find.admin.state."+x.State)
		if x.State == find.StateReady {
			st = lag(x.Lag)
		}
		v.Search = append(v.Search, searchRow{Documents: number(x.Documents), Size: size(c, x.Bytes), State: st})
	}
	add := func(key, value string) { v.Facts = append(v.Facts, fact{Name: c.T("health." + key), Value: value}) }
	mails := func(state, name string, n int64) {
		v.Facts = append(v.Facts, fact{Name: name, Value: number(n), URL: c.URL("/admin/mail?state=" + state)})
	}
	add("last", number(h.Record.Last))
	mails("queued", c.T("health.mail_queued"), h.Mail.Queued)
	mails("held", c.T("health.mail_held"), h.Mail.Held)
	mails("failed", c.T("health.mail_failed"), h.Mail.Failed)
	add("hooks_waiting", number(h.Webhooks.Waiting))
	add("database", "\u2066"+h.Database.Kind+" "+h.Database.Version+"\u2069 · "+size(c, h.Database.Bytes))
	add("schema", number(h.Database.Schema))
	add("files", number(h.Files.Files)+" · "+size(c, h.Files.Bytes))
	if h.DiskFree >= 0 {
		add("disk", size(c, h.DiskFree))
	}
	return c.Page(web.Page{Name: "health/page", Title: c.T("health.title"), NoIndex: true, V: v, Trail: []web.Crumb{{Label: c.T("health.title")}}})
}

// size prints bytes as megabytes.
func size(c *web.C, n int64) string {
	return c.T("find.admin.megabytes", "Number", i18n.Number(c.Lang, int((n+1<<19)>>20)))
}
