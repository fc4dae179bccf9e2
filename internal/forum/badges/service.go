package badges

import (
	"context"
	"fmt"
	"sync"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/participation"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/blob"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/pdf"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

// Attendance counts who is in a session. CountTx may be called for the same person again
// and again and counts her once.
type Attendance interface {
	CountTx(ctx context.Context, tx *record.Tx, edition, session, registration core.ID, how string, at core.Instant) (counted bool, err error)

	// InvitedTo are the registrations that may enter sessions for those invited, by session;
	// a session that is open to all is not in it.
	InvitedTo(ctx context.Context, edition core.ID, sessions []core.ID) (map[core.ID][]core.ID, error)
}

// House is what the room needs of others.
type House struct {
	Editions      *editions.Service
	Programme     *programme.Service
	Participation *participation.Service
	Attendance    Attendance
	Barred        func(ctx context.Context, sessions []core.ID) (map[core.ID][]core.ID, error) // registrations that may not enter a session, by session; nil: none
	Vocab         *vocab.Service
	Files         *blob.Store
	Catalog       *i18n.Catalog
	Printer       *pdf.Printer // nil: no PDF
	BaseURL       string
}

// Service is what the staff, the people who come and the devices at doors do with badges.
type Service struct {
	House
	rec     *record.Record
	guesses *web.Limiter // of links of doors, by network
	prints  *web.Limiter // of a badge of one's own, by account
	key     sync.Map     // "": *Keys
	lists   listCache
}

// New makes the service.
func New(rec *record.Record, h House) *Service {
	return &Service{
		House: h, rec: rec,
		guesses: web.NewLimiter(10*time.Second, 30), prints: web.NewLimiter(time.Minute, 10),
	}
}

// keys are those of this installation.
func (s *Service) keys(ctx context.Context) (*Keys, error) {
	if k, ok := s.key.Load(""); ok {
		return k.(*Keys), nil
	}
	secret, err := s.Participation.Key(ctx, "badge")
	if err != nil {
		return nil, err
	}
	k, err := NewKeys(secret)
	if err != nil {
		return nil, err
	}
	s.key.Store("", k)
	return k, nil
}

// wears tells whether a registration gets a badge: who may come, comes to the venue, and
// has not changed what is to be looked at anew.
func wears(r *participation.Registration) bool {
	return r.MayJoin() && !r.Recheck && r.OnSite()
}

// Mine is the badge of the actor's own registration, issued when she first asks for it:
// nil where she may not come (yet), or only online. NotFound where she is not registered.
// It may append badge.issued.
func (s *Service) Mine(ctx context.Context, a core.Actor, set *editions.Setting) (*participation.Registration, *Badge, error) {
	if !a.SignedIn() {
		return nil, nil, core.SignIn()
	}
	r, err := s.Participation.Mine(ctx, a, set)
	if err != nil {
		return nil, nil, err
	}
	if r == nil {
		return nil, nil, core.NotFound()
	}
	if !wears(r) {
		return r, nil, nil
	}
	list, err := good(ctx, s.rec.DB.Read, set.ID, []core.ID{r.ID})
	if err != nil {
		return nil, nil, err
	}
	if b, ok := list[r.ID]; ok {
		return r, &b, nil
	}
	var b Badge
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		fresh, err := s.Participation.GetTx(ctx, tx, r.ID)
		if err != nil {
			return err
		}
		if !wears(&fresh) {
			return core.NotFound()
		}
		list, err := issue(ctx, tx, set.ID, []participation.Registration{fresh})
		b = list[r.ID]
		return err
	})
	return r, &b, err
}

// issue gives those of some registrations a badge who have no good one. Its caller has
// asked who may have one. It appends badge.issued for each new one.
func issue(ctx context.Context, tx *record.Tx, edition core.ID, list []participation.Registration) (map[core.ID]Badge, error) {
	ids := make([]core.ID, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	out, err := good(ctx, tx, edition, ids)
	if err != nil {
		return nil, err
	}
	last, err := lastSerials(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	var fresh []Badge
	for i := range list {
		r := &list[i]
		if _, ok := out[r.ID]; ok {
			continue
		}
		b := Badge{ID: tx.NewID(), Edition: edition, Registration: r.ID, Serial: last[r.ID] + 1, Issued: tx.Now}
		fresh = append(fresh, b)
		out[r.ID] = b
		tx.Append("badge.issued", r.ID, participation.Scope(edition), record.Internal, record.Data{"label": label(r.Number), "serial": b.Serial})
	}
	return out, insertAll(ctx, tx, fresh)
}

// Revoke takes a badge back: who holds it is refused at every door that has heard of it.
// The staff does so, and whose badge it is where she lost it. Her next badge is issued when
// it is printed or she opens hers. NotFound where there is no good badge. Event:
// badge.revoked.
func (s *Service) Revoke(ctx context.Context, a core.Actor, set *editions.Setting, registration core.ID, reason string) error {
	r, err := s.Participation.Get(ctx, a, set, registration)
	if err != nil {
		return err
	}
	own := a.SignedIn() && r.Account == a.Account
	if !own || reason != "lost" {
		if err := may(a, set, "revoke"); err != nil {
			return err
		}
	}
	if !known(Reasons, reason) {
		var p core.Problems
		p.Add("reason", "form.unreadable")
		return p.Err()
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		list, err := good(ctx, tx, set.ID, []core.ID{r.ID})
		if err != nil {
			return err
		}
		b, ok := list[r.ID]
		if !ok {
			return core.NotFound()
		}
		missed, err := record.Once(tx.NewUpdate().Model((*Badge)(nil)).Set("revoked = ?", tx.Now).Set("reason = ?", reason).
			Where("id = ? AND revoked IS NULL", b.ID).Exec(ctx))
		if err != nil {
			return fmt.Errorf("revoke badge: %w", err)
		}
		if missed {
			return core.NotFound()
		}
		tx.Append("badge.revoked", r.ID, participation.Scope(set.ID), record.Internal, record.Data{"label": label(r.Number), "serial": b.Serial, "reason": reason})
		return nil
	})
}
