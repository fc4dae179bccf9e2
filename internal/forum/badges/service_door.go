package badges

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/participation"
	"plenary/internal/platform/record"
)

// linkGood is how long the link that opens a device is good, if nobody used it.
const linkGood = 7 * 24 * time.Hour

// DoorInput is what the form of a door sends.
type DoorInput struct {
	Version int64   `form:"version" ui:"hidden" json:"version"`
	Name    string  `form:"name" required:"true" max:"80" json:"name"`
	Kind    string  `form:"kind" ui:"radio" required:"true" json:"kind"`
	Room    core.ID `form:"room" ui:"select" json:"room,omitempty"`
}

// Validate says what is wrong at which field.
func (in *DoorInput) Validate(set *editions.Setting) error {
	in.Name = strings.TrimSpace(in.Name)
	p := core.Validate(in)
	if in.Kind != "" && !known(DoorKinds, in.Kind) {
		p.Add("kind", "form.unreadable")
	}
	switch {
	case in.Kind != DoorRoom:
		in.Room = ""
	case set.Room(in.Room) == nil:
		p.Add("room", "form.required")
	}
	return p.Err()
}

// secret makes a word that nobody guesses, and its hash.
func secret() (word, hash string, err error) {
	b := make([]byte, 24)
	if _, err := rand.Read(b); err != nil {
		return "", "", fmt.Errorf("make token: %w", err)
	}
	word = base64.RawURLEncoding.EncodeToString(b)
	return word, hashOf(word), nil
}

func hashOf(word string) string {
	sum := sha256.Sum256([]byte("plenary door " + word))
	return hex.EncodeToString(sum[:])
}

// AddDoor adds a door and gives the word of the link that opens a device for it, which is
// told this once. Staff only. Event: door.added.
func (s *Service) AddDoor(ctx context.Context, a core.Actor, set *editions.Setting, in DoorInput) (Door, string, error) {
	if err := may(a, set, "run_doors"); err != nil {
		return Door{}, "", err
	}
	if err := in.Validate(set); err != nil {
		return Door{}, "", err
	}
	word, hash, err := secret()
	if err != nil {
		return Door{}, "", err
	}
	var d Door
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		d = Door{ID: tx.NewID(), Edition: set.ID, Name: in.Name, Kind: in.Kind, Room: in.Room, LinkHash: hash, LinkUntil: tx.Now.Add(linkGood), Created: tx.Now, Version: 1}
		if _, err := tx.NewInsert().Model(&d).Exec(ctx); err != nil {
			return fmt.Errorf("add door: %w", err)
		}
		tx.Append("door.added", d.ID, participation.Scope(set.ID), record.Internal, record.Data{"label": d.Name, "kind": d.Kind})
		return nil
	})
	return d, word, err
}

// Doors are those of an edition, by name; those that were revoked come last. Staff only.
func (s *Service) Doors(ctx context.Context, a core.Actor, set *editions.Setting) ([]Door, error) {
	if err := may(a, set, "see"); err != nil {
		return nil, err
	}
	list := []Door{}
	if err := s.rec.DB.Read.NewSelect().Model(&list).Where("dr.edition = ?", set.ID).OrderExpr("CASE WHEN dr.revoked IS NULL THEN 0 ELSE 1 END, dr.name, dr.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list doors: %w", err)
	}
	return list, nil
}

// Door is one door. Staff only; NotFound.
func (s *Service) Door(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID) (Door, error) {
	var d Door
	if err := may(a, set, "see"); err != nil {
		return d, err
	}
	if !id.Valid() {
		return d, core.NotFound()
	}
	return d, record.Found(s.rec.DB.Read.NewSelect().Model(&d).Where("dr.id = ? AND dr.edition = ?", id, set.ID).Scan(ctx))
}

// ChangeDoor changes name, kind and room of a door. Staff only; core.Stale. Event:
// door.changed.
func (s *Service) ChangeDoor(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID, in DoorInput) error {
	if err := may(a, set, "run_doors"); err != nil {
		return err
	}
	was, err := s.Door(ctx, a, set, id)
	if err != nil {
		return err
	}
	if err := in.Validate(set); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		res, err := tx.NewUpdate().Model((*Door)(nil)).Set("name = ?, kind = ?, room = ?, version = version + 1", in.Name, in.Kind, in.Room).
			Where("id = ? AND version = ? AND revoked IS NULL", id, in.Version).Exec(ctx)
		if stale, err := record.Once(res, err); err != nil || stale {
			return record.StaleOr(err, DoorInput{Version: was.Version, Name: was.Name, Kind: was.Kind, Room: was.Room})
		}
		type told struct {
			Name string    `json:"door_name"`
			Kind string    `json:"door_kind"`
			Room core.Text `json:"door_room"`
		}
		room := func(id core.ID) core.Text {
			if r := set.Room(id); r != nil {
				return r.Name
			}
			return core.Text{}
		}
		tx.Append("door.changed", id, participation.Scope(set.ID), record.Internal, record.Data{"label": in.Name, "changes": record.Changes(told{was.Name, was.Kind, room(was.Room)}, told{in.Name, in.Kind, room(in.Room)})})
		return nil
	})
}

// NewLink gives a door a new link, told this once; the device that was opened before works
// no more once the link is used. Staff only. Event: door.link_made.
func (s *Service) NewLink(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID) (string, error) {
	return s.turn(ctx, a, set, id, "door.link_made", func(q *bun.UpdateQuery, now core.Instant, hash string) *bun.UpdateQuery {
		return q.Set("link_hash = ?, link_until = ?", hash, now.Add(linkGood))
	})
}

// RevokeDoor ends a door: its device is told to forget everything when it next asks, and
// nothing that it sends counts. Staff only. Event: door.revoked.
func (s *Service) RevokeDoor(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID) error {
	_, err := s.turn(ctx, a, set, id, "door.revoked", func(q *bun.UpdateQuery, now core.Instant, _ string) *bun.UpdateQuery {
		return q.Set("revoked = ?, link_hash = '', token_hash = ''", now)
	})
	return err
}

func (s *Service) turn(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID, event string, how func(q *bun.UpdateQuery, now core.Instant, hash string) *bun.UpdateQuery) (string, error) {
	if err := may(a, set, "run_doors"); err != nil {
		return "", err
	}
	d, err := s.Door(ctx, a, set, id)
	if err != nil {
		return "", err
	}
	word, hash, err := secret()
	if err != nil {
		return "", err
	}
	return word, s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		q := how(tx.NewUpdate().Model((*Door)(nil)), tx.Now, hash).Set("version = version + 1").Where("id = ? AND revoked IS NULL", id)
		missed, err := record.Once(q.Exec(ctx))
		if err != nil {
			return fmt.Errorf("change door: %w", err)
		}
		if missed {
			return core.Conflict("badges.error.door_revoked")
		}
		tx.Append(event, id, participation.Scope(set.ID), record.Internal, record.Data{"label": d.Name})
		return nil
	})
}

// Linked is the door that a link opens; NotFound where the link is not good.
func (s *Service) Linked(ctx context.Context, word string) (Door, error) {
	var d Door
	if len(word) != 32 {
		return d, core.NotFound()
	}
	now := s.rec.Clock.Instant()
	return d, record.Found(s.rec.DB.Read.NewSelect().Model(&d).Where("dr.link_hash = ? AND dr.link_until > ? AND dr.revoked IS NULL", hashOf(word), now).Scan(ctx))
}

// OpenDoor makes the device that asks the door's, with the token that it keeps. The link is
// good no more, and neither is the device before. Event: door.opened.
func (s *Service) OpenDoor(ctx context.Context, word string) (Door, string, error) {
	d, err := s.Linked(ctx, word)
	if err != nil {
		return d, "", err
	}
	token, hash, err := secret()
	if err != nil {
		return d, "", err
	}
	return d, token, s.rec.Write(ctx, device, func(ctx context.Context, tx *record.Tx) error {
		missed, err := record.Once(tx.NewUpdate().Model((*Door)(nil)).Set("token_hash = ?, link_hash = '', opened = ?, seen = ?, waiting = 0, version = version + 1", hash, tx.Now, tx.Now).
			Where("id = ? AND link_hash = ? AND revoked IS NULL", d.ID, hashOf(word)).Exec(ctx))
		if err != nil {
			return fmt.Errorf("open door: %w", err)
		}
		if missed {
			return core.NotFound()
		}
		tx.Append("door.opened", d.ID, participation.Scope(d.Edition), record.Internal, record.Data{"label": d.Name})
		return nil
	})
}

// device acts for the devices at doors.
var device = core.Actor{Program: "door"}

// OfToken is the door whose device holds a token, with its edition. NotFound for a token
// that is none (any more), and two days after the edition.
func (s *Service) OfToken(ctx context.Context, token string) (*Door, *editions.Setting, error) {
	if len(token) != 32 {
		return nil, nil, core.NotFound()
	}
	var d Door
	if err := s.rec.DB.Read.NewSelect().Model(&d).Where("dr.token_hash = ? AND dr.revoked IS NULL", hashOf(token)).Scan(ctx); err != nil {
		return nil, nil, record.Found(err)
	}
	set, err := s.Editions.SettingByID(ctx, core.Operator, d.Edition)
	if err != nil {
		return nil, nil, err
	}
	if s.rec.Clock.Instant().After(until(set)) {
		return nil, nil, core.NotFound()
	}
	return &d, set, nil
}

// until is when the devices of an edition forget.
func until(set *editions.Setting) core.Instant { return set.End().Add(KeepAfter) }

// seen notes that a device was heard of, once a minute at most. It appends no event.
func (s *Service) seen(ctx context.Context, d *Door, waiting int) error {
	now := s.rec.Clock.Instant()
	if now.Sub(d.Seen) < time.Minute && d.Waiting == waiting {
		return nil
	}
	return s.rec.Write(ctx, device, func(ctx context.Context, tx *record.Tx) error {
		_, err := tx.NewUpdate().Model((*Door)(nil)).Set("seen = ?, waiting = ?", tx.Now, max(0, min(waiting, 1_000_000))).Where("id = ?", d.ID).Exec(ctx)
		return err
	})
}
