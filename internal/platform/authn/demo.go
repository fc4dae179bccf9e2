package authn

import (
	"context"
	"net/http"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// DemoAccounts lists the accounts that a demo offers to sign in as, in the order in
// which they were made. Outside a demo it is core.NotFound.
func (s *Service) DemoAccounts(ctx context.Context) ([]Account, error) {
	if !s.cfg.Demo {
		return nil, core.NotFound()
	}
	return loadAccounts(ctx, s.rec.DB.Read, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("a.demo_role <> '' AND a.disabled = FALSE").OrderExpr("a.created, a.id")
	})
}

// SignInAs signs the browser of a request in as a demo person. Outside a demo, and
// for whom it does not offer, it is core.NotFound.
func (s *Service) SignInAs(w http.ResponseWriter, r *http.Request, role string) error {
	if !s.cfg.Demo || role == "" {
		return core.NotFound()
	}
	var token string
	err := s.rec.Write(r.Context(), core.ActorOf(r.Context()), func(ctx context.Context, tx *record.Tx) error {
		a, err := loadAccount(ctx, tx, "a.demo_role = ?", role)
		if err != nil {
			return err
		}
		token, err = s.startTx(ctx, tx, a, browserOf(r))
		return err
	})
	if err != nil {
		return err
	}
	s.setCookie(w, token)
	return nil
}

// ClockInput moves the clock of a demo. Step is "hour", "day" or "start"; without it
// the clock goes to the date and time in the zone.
type ClockInput struct {
	Date string `form:"date" ui:"date" required:"1"`
	Time string `form:"time" ui:"time" required:"1"`
	Zone string `form:"zone" required:"1"`
	Step string `form:"step" ui:"-"`
}

// MoveClock moves the forum's clock for everybody; it runs on from there. Anybody may
// do it in a demo; elsewhere it is core.NotFound.
func (s *Service) MoveClock(in ClockInput) error {
	if !s.cfg.Demo {
		return core.NotFound()
	}
	clock := s.rec.Clock
	switch in.Step {
	case "hour":
		clock.Set(clock.Now().Add(time.Hour))
	case "day":
		clock.Set(clock.Now().Add(24 * time.Hour))
	case "start":
		clock.Set(s.cfg.DemoStart.Time())
	default:
		p := core.Validate(in)
		if p.Err() != nil {
			return p.Err()
		}
		if _, err := core.LoadZone(in.Zone); err != nil {
			p.Add("zone", "core.zone.unknown", "Zone", in.Zone)
			return p.Err()
		}
		at, err := core.WallTime(in.Date, in.Time, in.Zone)
		if err != nil {
			return err
		}
		clock.Set(at.Time())
	}
	return nil
}
