// Package health tells the staff how the program stands: its processes, how far those who
// follow the record have come, what waits to be sent, how much is kept, and which versions
// are at work.
package health

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/find"
	"plenary/internal/forum/hooks"
	"plenary/internal/platform/blob"
	"plenary/internal/platform/bus"
	"plenary/internal/platform/db"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

// Process is one running program.
type Process struct {
	bun.BaseModel `bun:"table:processes,alias:pr" json:"-"`

	ID      core.ID      `bun:"id,pk" json:"id"`
	Host    string       `bun:"host" json:"host"`
	PID     int64        `bun:"pid" json:"pid"`
	Version string       `bun:"version" json:"version"`
	Part    string       `bun:"part" json:"part" enum:"serve,join"`
	Started core.Instant `bun:"started" json:"started"`
	Seen    core.Instant `bun:"seen" json:"seen"`
}

// Parts that a process may serve.
const (
	PartServe = "serve" // all of it
	PartJoin  = "join"  // join links and signing in
)

const (
	tellEvery = 15 * time.Second
	alive     = time.Minute
	forget    = 24 * time.Hour
)

// Limits past which something is not well.
const (
	lateEvents = 1000
	lateMail   = 10 * time.Minute
	lateHooks  = 10 * time.Minute
	tightDisk  = 1 << 30
)

// House are those that are asked.
type House struct {
	Mail    *mail.Service
	Files   *blob.Store
	Find    *find.Service
	Hooks   *hooks.Service
	Bus     *bus.Bus
	Data    string // folder whose disk is looked at; empty: none
	Version string
	Part    string
	Log     *slog.Logger
}

// Service gathers how the program stands and says that this process is alive.
type Service struct {
	rec   *record.Record
	house House
	self  Process
	now   func() time.Time // the machine's
}

// New makes the service. Run says that the process is alive.
func New(rec *record.Record, house House) *Service {
	host, err := os.Hostname()
	if err != nil {
		host = "?"
	}
	return &Service{rec: rec, house: house, now: core.Machine, self: Process{Host: host, PID: int64(os.Getpid()), Version: house.Version, Part: house.Part}}
}

var program = core.Actor{Program: "health"}

// Run writes now and then that the process is alive, until ctx ends, and takes its row away
// at the end.
func (s *Service) Run(ctx context.Context) {
	s.self.ID, s.self.Started = s.rec.IDs.New(), core.At(s.now())
	tick := time.NewTicker(tellEvery)
	defer tick.Stop()
	for {
		if err := s.tell(ctx); err != nil && ctx.Err() == nil {
			s.house.Log.Warn("say that the process is alive", "error", err)
		}
		select {
		case <-ctx.Done():
			s.leave(ctx)
			return
		case <-tick.C:
		}
	}
}

// leave takes the row of this process away; where it cannot, the row is forgotten in a minute.
func (s *Service) leave(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	_ = s.rec.Write(ctx, program, func(ctx context.Context, tx *record.Tx) error {
		_, err := tx.NewDelete().Model((*Process)(nil)).Where("id = ?", s.self.ID).Exec(ctx)
		return err
	})
}

// tell writes the row of this process and forgets those that are gone for long.
func (s *Service) tell(ctx context.Context) error {
	row := s.self
	row.Seen = core.At(s.now())
	return s.rec.Write(ctx, program, func(ctx context.Context, tx *record.Tx) error {
		if _, err := tx.NewInsert().Model(&row).On("CONFLICT (id) DO UPDATE").Set("seen = EXCLUDED.seen").Exec(ctx); err != nil {
			return err
		}
		_, err := tx.NewDelete().Model((*Process)(nil)).Where("seen < ?", core.At(s.now().Add(-forget))).Exec(ctx)
		return err
	})
}

// Words for what is not well; each has a sentence in the catalogue.
const (
	FollowerLate = "follower_late"
	IndexLate    = "index_late"
	MailLate     = "mail_late"
	MailFailed   = "mail_failed"
	HooksLate    = "hooks_late"
	HooksFail    = "hooks_fail"
	DiskTight    = "disk_tight"
	BusAway      = "bus_away"
	Mixed        = "versions_mixed"
)

// Index is how far the search of a process is.
type Index struct {
	State     string `json:"state"`
	Documents int64  `json:"documents"`
	Bytes     int64  `json:"bytes"`
	Lag       int64  `json:"lag"`
}

// Health is how the program stands.
type Health struct {
	Well      bool         `json:"well"`
	Ailments  []string     `json:"ailments" doc:"what is not well, in words of the program"`
	Processes []Process    `json:"processes"`
	Record    record.State `json:"record"`
	Search    []Index      `json:"search"`
	Mail      mail.Post    `json:"mail"`
	Webhooks  hooks.Queue  `json:"webhooks"`
	Files     blob.Kept    `json:"files"`
	Database  db.About     `json:"database"`
	DiskFree  int64        `json:"disk_free" doc:"bytes; -1 where it is not known"`
	Bus       bool         `json:"bus" doc:"whether the processes hear each other at once"`
	At        core.Instant `json:"at"`
}

// Health asks every part. Staff may call.
func (s *Service) Health(ctx context.Context, a core.Actor) (Health, error) {
	out := Health{Ailments: []string{}, Processes: []Process{}, Search: []Index{}, DiskFree: -1, At: core.At(s.now()), Bus: s.house.Bus == nil || s.house.Bus.Connected()}
	if err := Policies[0].Check("see", "", a.Roles(core.ScopeForum)...); err != nil {
		return out, err
	}
	if err := s.rec.DB.Read.NewSelect().Model(&out.Processes).Where("seen >= ?", core.At(s.now().Add(-alive))).OrderExpr("started, id").Scan(ctx); err != nil {
		return out, fmt.Errorf("read processes: %w", err)
	}
	var indexes []find.Index
	var last int64
	for _, ask := range []func() error{
		func() (err error) { out.Record, err = s.rec.State(ctx); return err },
		func() (err error) { indexes, last, err = s.house.Find.Indexes(ctx, a); return err },
		func() (err error) { out.Mail, err = s.house.Mail.Post(ctx); return err },
		func() (err error) { out.Webhooks, err = s.house.Hooks.Queue(ctx); return err },
		func() (err error) { out.Files, err = s.house.Files.Kept(ctx); return err },
		func() (err error) { out.Database, err = s.rec.DB.About(ctx); return err },
	} {
		if err := ask(); err != nil {
			return out, err
		}
	}
	for _, x := range indexes {
		out.Search = append(out.Search, Index{State: x.State, Documents: x.Documents, Bytes: x.Bytes, Lag: max(0, last-x.Cursor)})
	}
	if s.house.Data != "" {
		if free, ok := diskFree(s.house.Data); ok {
			out.DiskFree = free
		}
	}
	out.judge(core.At(s.now()))
	return out, nil
}

// judge says what is not well.
func (h *Health) judge(now core.Instant) {
	ail := func(is bool, word string) {
		if is && !slices.Contains(h.Ailments, word) {
			h.Ailments = append(h.Ailments, word)
		}
	}
	for _, f := range h.Record.Followers {
		ail(f.Lag > lateEvents, FollowerLate)
	}
	for _, x := range h.Search {
		ail(x.State == find.StateFailing || x.State == find.StateReady && x.Lag > lateEvents, IndexLate)
	}
	ail(!h.Mail.Oldest.IsZero() && now.Sub(h.Mail.Oldest) > lateMail, MailLate)
	ail(h.Mail.Failed > 0, MailFailed)
	ail(!h.Webhooks.Oldest.IsZero() && now.Sub(h.Webhooks.Oldest) > lateHooks, HooksLate)
	ail(h.Webhooks.Failing > 0, HooksFail)
	ail(h.DiskFree >= 0 && h.DiskFree < tightDisk, DiskTight)
	ail(!h.Bus, BusAway)
	for _, p := range h.Processes {
		ail(p.Version != h.Processes[0].Version, Mixed)
	}
	h.Well = len(h.Ailments) == 0
}
