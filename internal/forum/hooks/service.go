package hooks

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/exchange"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/fetch"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

// House are the services that this one asks.
type House struct {
	Editions *editions.Service
	Exchange *exchange.Service
	Accounts *authn.Service
	Mail     *mail.Service
	Key      func(context.Context) ([]byte, error) // what secrets are derived from
	BaseURL  string
	Agent    string // how the forum names itself to other programs
	Private  bool   // hooks may stand in private networks and on this machine
	Log      *slog.Logger
}

// Service keeps the hooks, follows the record for them and posts what they are told.
type Service struct {
	rec   *record.Record
	house House
	post  *fetch.Fetcher
	wake  chan struct{}
	now   func() time.Time // the machine's: tries are no matter of the forum's clock
}

var program = core.Actor{Program: "webhooks"}

// New makes the service and lets it follow the record. Nothing is posted before Run.
func New(rec *record.Record, house House) *Service {
	s := &Service{rec: rec, house: house, wake: make(chan struct{}, 1), now: core.Machine}
	allow := fetch.Anywhere
	if !house.Private {
		allow = nil
	}
	s.post = fetch.New(house.Agent, allow)
	rec.Follow("webhooks", s.follow)
	rec.Every("log of webhooks", time.Hour, s.Tidy)
	return s
}

// Hooks lists all hooks, the oldest first. Administrators may call.
func (s *Service) Hooks(ctx context.Context, a core.Actor) ([]Hook, error) {
	if err := may(a, "see", StateOn); err != nil {
		return nil, err
	}
	return s.load(ctx, s.rec.DB.Read)
}

func (s *Service) load(ctx context.Context, idb bun.IDB) ([]Hook, error) {
	list := []Hook{}
	if err := idb.NewSelect().Model(&list).OrderExpr("wh.created, wh.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load hooks: %w", err)
	}
	return list, nil
}

// Hook gives one hook. Administrators may call. Errors: NotFound.
func (s *Service) Hook(ctx context.Context, a core.Actor, id core.ID) (Hook, error) {
	if err := may(a, "see", StateOn); err != nil {
		return Hook{}, err
	}
	return one(ctx, s.rec.DB.Read, id)
}

func one(ctx context.Context, idb bun.IDB, id core.ID) (Hook, error) {
	var h Hook
	if !id.Valid() {
		return h, core.NotFound()
	}
	return h, record.Found(idb.NewSelect().Model(&h).Where("wh.id = ?", id).Scan(ctx))
}

// Secret is what a hook's messages are signed with. Who may change the hook may call.
func (s *Service) Secret(ctx context.Context, a core.Actor, h Hook) (string, error) {
	if err := may(a, "change", h.State); err != nil {
		return "", err
	}
	key, err := s.house.Key(ctx)
	if err != nil {
		return "", err
	}
	return secretOf(key, h.ID, h.Generation), nil
}

// check asks what the form alone cannot know.
func (s *Service) check(ctx context.Context, in *Input) error {
	in.Name, in.URL = strings.Join(strings.Fields(in.Name), " "), strings.TrimSpace(in.URL)
	if err := in.Validate(); err != nil {
		return err
	}
	if in.Edition == "" {
		return nil
	}
	_, err := s.house.Editions.SettingByID(ctx, core.Operator, core.ID(in.Edition))
	if core.KindOf(err) == core.KindNotFound && err != nil {
		var p core.Problems
		p.Add("edition", "hooks.error.edition")
		return p.Err()
	}
	return err
}

// Add adds a hook that is told what happens from now on. Administrators may call. Event:
// webhook.added, internal. Errors: Invalid, Conflict when there are too many.
func (s *Service) Add(ctx context.Context, a core.Actor, in Input) (Hook, error) {
	if err := may(a, "add", StateOn); err != nil {
		return Hook{}, err
	}
	if err := s.check(ctx, &in); err != nil {
		return Hook{}, err
	}
	h := Hook{Name: in.Name, URL: in.URL, Kinds: strings.Join(in.Kinds, "\n"), Edition: in.Edition, State: StateOn, Generation: 1, Version: 1, Account: a.Account}
	err := s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		n, err := tx.NewSelect().Model((*Hook)(nil)).Count(ctx)
		if err != nil {
			return fmt.Errorf("count hooks: %w", err)
		}
		if n >= mostHooks {
			return core.Conflict("hooks.error.too_many", "Count", mostHooks)
		}
		h.ID, h.Created = tx.NewID(), tx.Now
		if h.Since, err = last(ctx, tx); err != nil {
			return err
		}
		if _, err := tx.NewInsert().Model(&h).Exec(ctx); err != nil {
			return fmt.Errorf("add hook: %w", err)
		}
		note(tx, "webhook.added", h, nil)
		return nil
	})
	return h, err
}

// last is the place of the record's last event.
func last(ctx context.Context, tx *record.Tx) (seq int64, err error) {
	if err = tx.NewRaw("SELECT COALESCE(MAX(seq), 0) FROM events").Scan(ctx, &seq); err != nil {
		return 0, fmt.Errorf("end of the record: %w", err)
	}
	return seq, nil
}

// note appends the event of a hook. Its address is for administrators: it may hold a key.
func note(tx *record.Tx, kind string, h Hook, changes map[string]record.Change) {
	data := record.Data{"label": h.Name}
	if len(changes) > 0 {
		data["changes"] = changes
	}
	tx.Append(kind, h.ID, core.ScopeForum, record.Internal, data)
}

// Change gives a hook another name, address or choice. Administrators may call. Event:
// webhook.changed, internal. Errors: NotFound, Invalid, Stale.
func (s *Service) Change(ctx context.Context, a core.Actor, id core.ID, in Input) error {
	if err := s.check(ctx, &in); err != nil {
		if seen := may(a, "see", StateOn); seen != nil {
			return seen
		}
		return err
	}
	return s.act(ctx, a, id, "change", func(ctx context.Context, tx *record.Tx, h *Hook) error {
		before := InputOf(*h)
		stale, err := record.Once(tx.NewUpdate().Model((*Hook)(nil)).
			Set("name = ?, url = ?, kinds = ?, edition = ?, version = version + 1", in.Name, in.URL, strings.Join(in.Kinds, "\n"), in.Edition).
			Where("id = ? AND version = ?", id, in.Version).Exec(ctx))
		if err != nil || stale {
			return record.StaleOr(err, before)
		}
		h.Name = in.Name
		was, is := before, in
		was.URL, is.URL = "", ""
		note(tx, "webhook.changed", *h, record.Changes(was, is))
		return nil
	})
}

// act finds a hook, asks whether the actor may do something with it, and does it in a write.
func (s *Service) act(ctx context.Context, a core.Actor, id core.ID, action string, do func(ctx context.Context, tx *record.Tx, h *Hook) error) error {
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		if err := may(a, "see", StateOn); err != nil {
			return err
		}
		h, err := one(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := may(a, action, h.State); err != nil {
			return err
		}
		return do(ctx, tx, &h)
	})
}

// Rotate replaces the secret of a hook; for a day messages are signed with both.
// Administrators may call. Event: webhook.rotated, internal.
func (s *Service) Rotate(ctx context.Context, a core.Actor, id core.ID) error {
	return s.act(ctx, a, id, "change", func(ctx context.Context, tx *record.Tx, h *Hook) error {
		if _, err := tx.NewUpdate().Model((*Hook)(nil)).
			Set("generation = generation + 1, old_until = ?, version = version + 1", core.At(s.now().Add(oldFor))).Where("id = ?", id).Exec(ctx); err != nil {
			return fmt.Errorf("replace the secret of a hook: %w", err)
		}
		note(tx, "webhook.rotated", *h, nil)
		return nil
	})
}

// Pause stops telling a hook anything; what waits for it is dropped. Administrators may
// call. Event: webhook.paused, internal.
func (s *Service) Pause(ctx context.Context, a core.Actor, id core.ID) error {
	return s.act(ctx, a, id, "pause", func(ctx context.Context, tx *record.Tx, h *Hook) error {
		return s.setState(ctx, tx, h, StatePaused, "webhook.paused")
	})
}

// Resume tells a hook again what happens from now on. Administrators may call. Event:
// webhook.resumed, internal.
func (s *Service) Resume(ctx context.Context, a core.Actor, id core.ID) error {
	return s.act(ctx, a, id, "resume", func(ctx context.Context, tx *record.Tx, h *Hook) error {
		return s.setState(ctx, tx, h, StateOn, "webhook.resumed")
	})
}

func (s *Service) setState(ctx context.Context, tx *record.Tx, h *Hook, state, kind string) error {
	set := tx.NewUpdate().Model((*Hook)(nil)).Set("state = ?, failing = NULL, version = version + 1", state).Where("id = ?", h.ID)
	if state == StateOn {
		since, err := last(ctx, tx)
		if err != nil {
			return err
		}
		set = set.Set("since = ?", since)
	}
	if _, err := set.Exec(ctx); err != nil {
		return fmt.Errorf("change the state of a hook: %w", err)
	}
	if state != StateOn {
		if _, err := tx.NewUpdate().Model((*Delivery)(nil)).Set("state = ?, next_try = NULL", Dropped).
			Where("hook = ? AND state = ?", h.ID, Waiting).Exec(ctx); err != nil {
			return fmt.Errorf("drop what waits for a hook: %w", err)
		}
	}
	note(tx, kind, *h, nil)
	return nil
}

// Remove forgets a hook and its log. Administrators may call. Event: webhook.removed,
// internal.
func (s *Service) Remove(ctx context.Context, a core.Actor, id core.ID) error {
	return s.act(ctx, a, id, "remove", func(ctx context.Context, tx *record.Tx, h *Hook) error {
		if _, err := tx.NewDelete().Model((*Delivery)(nil)).Where("hook = ?", id).Exec(ctx); err != nil {
			return fmt.Errorf("remove the log of a hook: %w", err)
		}
		if _, err := tx.NewDelete().Model((*Hook)(nil)).Where("id = ?", id).Exec(ctx); err != nil {
			return fmt.Errorf("remove hook: %w", err)
		}
		note(tx, "webhook.removed", *h, nil)
		return nil
	})
}

// Test sends a message that tells of nothing but itself. Administrators may call. Like the
// log it leaves no event. Errors: NotFound, Forbidden unless the hook is on.
func (s *Service) Test(ctx context.Context, a core.Actor, id core.ID) (Delivery, error) {
	var d Delivery
	err := s.act(ctx, a, id, "send", func(ctx context.Context, tx *record.Tx, h *Hook) error {
		now := core.At(s.now())
		d = Delivery{ID: tx.NewID(), Hook: h.ID, Kind: TestKind, State: Waiting, NextTry: now, Created: now}
		d.Event = d.ID
		if _, err := tx.NewInsert().Model(&d).Exec(ctx); err != nil {
			return fmt.Errorf("queue a test of a hook: %w", err)
		}
		tx.AfterCommit(s.nudge)
		return nil
	})
	return d, err
}

// Resend sends a message once more, under the same id, so that a program that has it
// already knows it. Administrators may call. Errors: NotFound, Conflict while it waits.
func (s *Service) Resend(ctx context.Context, a core.Actor, id, delivery core.ID) error {
	return s.act(ctx, a, id, "send", func(ctx context.Context, tx *record.Tx, _ *Hook) error {
		var d Delivery
		if err := record.Found(tx.NewSelect().Model(&d).Where("wd.id = ? AND wd.hook = ?", delivery, id).Scan(ctx)); err != nil {
			return err
		}
		if d.State == Waiting && d.Attempts == 0 {
			return core.Conflict("hooks.error.waits")
		}
		if _, err := tx.NewUpdate().Model((*Delivery)(nil)).Set("state = ?, attempts = 0, next_try = ?", Waiting, core.At(s.now())).
			Where("id = ?", delivery).Exec(ctx); err != nil {
			return fmt.Errorf("send again to a hook: %w", err)
		}
		tx.AfterCommit(s.nudge)
		return nil
	})
}

// Log lists the deliveries of a hook, the newest first; of one state where that is given.
// Administrators may call.
func (s *Service) Log(ctx context.Context, a core.Actor, id core.ID, state string, page core.Page) (core.List[Delivery], error) {
	out := core.List[Delivery]{Items: []Delivery{}}
	if _, err := s.Hook(ctx, a, id); err != nil {
		return out, err
	}
	cond := func(q *bun.SelectQuery) *bun.SelectQuery {
		q = q.Where("wd.hook = ?", id)
		if state != "" {
			q = q.Where("wd.state = ?", state)
		}
		return q
	}
	sel := cond(s.rec.DB.Read.NewSelect().Model(&out.Items))
	if page.Cursor != "" {
		var created int64
		var last string
		if err := core.ReadCursor(page.Cursor, &created, &last); err != nil {
			return out, err
		}
		sel = sel.Where("(wd.created < ? OR (wd.created = ? AND wd.id < ?))", created, created, last)
	}
	if err := sel.OrderExpr("wd.created DESC, wd.id DESC").Limit(int64(page.Size()) + 1).Scan(ctx); err != nil {
		return out, fmt.Errorf("read the log of a hook: %w", err)
	}
	if len(out.Items) > page.Size() {
		out.Items = out.Items[:page.Size()]
		last := out.Items[len(out.Items)-1]
		out.Next = core.Cursor(last.Created.Time().UnixMicro(), last.ID)
	}
	total, err := cond(s.rec.DB.Read.NewSelect().Model((*Delivery)(nil))).Count(ctx)
	if err != nil {
		return out, fmt.Errorf("count the log of a hook: %w", err)
	}
	out.Total = int(total)
	return out, nil
}

// Delivery gives one of a hook's deliveries. Administrators may call. Errors: NotFound.
func (s *Service) Delivery(ctx context.Context, a core.Actor, id, delivery core.ID) (Delivery, error) {
	var d Delivery
	if _, err := s.Hook(ctx, a, id); err != nil {
		return d, err
	}
	if !delivery.Valid() {
		return d, core.NotFound()
	}
	return d, record.Found(s.rec.DB.Read.NewSelect().Model(&d).Where("wd.id = ? AND wd.hook = ?", delivery, id).Scan(ctx))
}

// Tidy takes deliveries that are done with out of the log after a month.
func (s *Service) Tidy(ctx context.Context) error {
	before := core.At(s.now().Add(-keepFor))
	due, err := s.rec.DB.Read.NewSelect().Model((*Delivery)(nil)).Where("created < ? AND state <> ?", before, Waiting).Exists(ctx)
	if err != nil || !due {
		return err
	}
	return s.rec.Write(ctx, program, func(ctx context.Context, tx *record.Tx) error {
		_, err := tx.NewDelete().Model((*Delivery)(nil)).Where("created < ? AND state <> ?", before, Waiting).Exec(ctx)
		return err
	})
}

func (s *Service) nudge() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}
