package badges

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"sync"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/conduct"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/participation"
	"plenary/internal/forum/programme"
)

// DoorList is what the device of a door is told, and all of it: what it needs to decide
// without network. Of a person it has the number on her badge, whether she may come, and
// the print of the word beneath her code; her name only at a desk, where badges are handed
// out. At other doors the name stands on the badge, and is compared by eye.
type DoorList struct {
	Edition    string         `json:"edition"` // as people call it
	Tag        string         `json:"tag"`     // as codes have it, in base64
	Key        string         `json:"key"`     // by which they are checked
	Door       string         `json:"door"`
	Kind       string         `json:"kind"`
	Version    int64          `json:"version"` // of the list; a later one has it as ?since=
	AsOf       int64          `json:"as_of"`   // milliseconds since 1970
	Until      int64          `json:"until"`   // the device forgets all then
	Categories [][2]any       `json:"categories,omitempty"`
	Sessions   []doorSession  `json:"sessions,omitempty"` // of a room: what is on when
	Part       bool           `json:"part,omitempty"`     // only what changed since
	Rows       []doorRow      `json:"rows"`
	Revoked    []revokedBadge `json:"revoked"`
}

// doorSession is a session of the room of a door.
type doorSession struct {
	ID     core.ID `json:"id"`
	Ref    string  `json:"ref"`
	Title  string  `json:"title"`
	Starts int64   `json:"starts"`
	Ends   int64   `json:"ends"`
	Only   []int   `json:"only,omitzero"` // numbers of registrations that are invited; absent: all may enter
	Not    []int   `json:"not,omitempty"` // numbers of those that may not
}

// lets tells whether a registration may enter by its number.
func (d *doorSession) lets(number int) bool {
	return (d.Only == nil || slices.Contains(d.Only, number)) && !slices.Contains(d.Not, number)
}

// What a door is told of a registration.
const (
	flagAdmitted = 1
	flagDesk     = 2
)

// doorRow is a registration: id, number, place of its category, flags, serial of its good
// badge, print of its word, and at a desk the name.
type doorRow struct {
	ID       core.ID
	Number   int
	Category int
	Flags    int
	Serial   int
	Print    []byte
	Name     string
}

// MarshalJSON writes a row as a list, for thousands of them go over bad lines.
func (r doorRow) MarshalJSON() ([]byte, error) {
	out := []any{short(r.ID), r.Number, r.Category, r.Flags, r.Serial, base64.RawStdEncoding.EncodeToString(r.Print)}
	if r.Name != "" {
		out = append(out, r.Name)
	}
	return json.Marshal(out)
}

type revokedBadge struct {
	ID     core.ID
	Serial int
}

// MarshalJSON writes it as a list.
func (r revokedBadge) MarshalJSON() ([]byte, error) {
	return json.Marshal([]any{short(r.ID), r.Serial})
}

// short is an id in 22 letters.
func short(id core.ID) string {
	u, err := uuid.Parse(string(id))
	if err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(u[:])
}

// listCache keeps the newest whole list per edition and kind of door.
type listCache struct {
	sync.Mutex
	kept map[string]*DoorList
}

// deltaMost is the most registrations that a list of changes has; with more it is whole.
const deltaMost = 2000

// ListVersion is the version of what a door is told; it moves with every change to a
// registration, a badge or a door of the edition, to its programme, and to who may enter.
func (s *Service) ListVersion(d *Door) (version int64, etag string) {
	version = s.rec.Scope(participation.Scope(d.Edition)).Load()
	return version, fmt.Sprintf(`"%d-%d-%d-%s-%d"`, version, s.rec.Scope(string(d.Edition)).Load(), s.rec.Scope(conduct.Scope(d.Edition)).Load(), d.ID, d.Version)
}

// List is what the device of a door is told: everything, or what changed since a version
// that it has. The caller has found the door by its token. Two or three queries.
func (s *Service) List(ctx context.Context, d *Door, set *editions.Setting, since int64) (*DoorList, error) {
	version, _ := s.ListVersion(d)
	k, err := s.keys(ctx)
	if err != nil {
		return nil, err
	}
	public, err := k.Public()
	if err != nil {
		return nil, err
	}
	tag := EditionTag(set.ID)
	out := &DoorList{
		Edition: set.Name.String(), Tag: base64.StdEncoding.EncodeToString(tag[:]), Key: base64.StdEncoding.EncodeToString(public),
		Door: d.Name, Kind: d.Kind, Version: version, AsOf: s.rec.Clock.Now().UnixMilli(), Until: until(set).Time().UnixMilli(),
	}
	part, err := s.Participation.Setting(ctx, core.Operator, set)
	if err != nil {
		return nil, err
	}
	places := map[core.ID]int{}
	for i, c := range part.Categories {
		places[c.ID] = i
		out.Categories = append(out.Categories, [2]any{c.Name, c.Colour})
	}
	if d.Kind == DoorRoom {
		if out.Sessions, err = s.sessionsOf(ctx, set, d.Room); err != nil {
			return nil, err
		}
	}
	var only []core.ID
	if since > 0 && since <= version {
		if only, err = s.changed(ctx, set.ID, since); err != nil {
			return nil, err
		}
		out.Part = len(only) <= deltaMost
	}
	if !out.Part {
		only = nil
	}
	if out.Part && len(only) == 0 {
		out.Rows, out.Revoked = []doorRow{}, []revokedBadge{}
		return out, nil
	}
	slot := string(set.ID) + d.Kind
	if !out.Part {
		s.lists.Lock()
		kept := s.lists.kept[slot]
		s.lists.Unlock()
		if kept != nil && kept.Version == version {
			out.Rows, out.Revoked = kept.Rows, kept.Revoked
			return out, nil
		}
	}
	if err := s.rows(ctx, out, k, tag, set.ID, places, only); err != nil {
		return nil, err
	}
	if !out.Part {
		s.lists.Lock()
		if s.lists.kept == nil {
			s.lists.kept = map[string]*DoorList{}
		}
		s.lists.kept[slot] = out
		s.lists.Unlock()
	}
	return out, nil
}

// changed are the registrations to which something happened after a version. More than
// deltaMost are not all told.
func (s *Service) changed(ctx context.Context, edition core.ID, since int64) ([]core.ID, error) {
	ids := []core.ID{}
	err := s.rec.DB.Read.NewSelect().TableExpr("events AS e").ColumnExpr("DISTINCT e.subject").
		Where("e.scope = ? AND e.seq > ?", participation.Scope(edition), since).Limit(deltaMost+1).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("load what changed: %w", err)
	}
	return ids, nil
}

// rows fills a list with registrations: those that may come to the venue, and all that ever
// had a badge.
func (s *Service) rows(ctx context.Context, out *DoorList, k *Keys, tag [4]byte, edition core.ID, places map[core.ID]int, only []core.ID) error {
	var list []struct {
		ID       core.ID      `bun:"id"`
		Number   int          `bun:"number"`
		Category core.ID      `bun:"category"`
		State    string       `bun:"state"`
		Recheck  bool         `bun:"recheck"`
		Mode     string       `bun:"mode"`
		Name     string       `bun:"name"`
		Serial   int          `bun:"serial"`
		Revoked  core.Instant `bun:"revoked"`
	}
	q := s.rec.DB.Read.NewSelect().TableExpr("registrations AS rg").Join("LEFT JOIN badges AS ba ON ba.registration = rg.id").
		ColumnExpr("rg.id, rg.number, rg.category, rg.state, rg.recheck, rg.mode, COALESCE(ba.serial, 0) AS serial, ba.revoked").
		Where("rg.edition = ?", edition).OrderExpr("rg.number, ba.serial")
	if out.Kind == DoorDesk {
		q = q.Column("rg.name")
	}
	if only != nil {
		q = q.Where("rg.id IN (?)", bun.List(only))
	} else {
		q = q.Where("ba.id IS NOT NULL OR (rg.mode <> ? AND (rg.recheck = TRUE OR rg.state IN (?)))", participation.ModeOnline, bun.List(participation.Admitted))
	}
	if err := q.Scan(ctx, &list); err != nil {
		return fmt.Errorf("load list of door: %w", err)
	}
	out.Rows, out.Revoked = make([]doorRow, 0, len(list)), []revokedBadge{}
	for _, x := range list {
		r := participation.Registration{State: x.State, Recheck: x.Recheck, Mode: x.Mode}
		n := len(out.Rows)
		if n == 0 || out.Rows[n-1].ID != x.ID {
			row := doorRow{ID: x.ID, Number: x.Number, Category: -1, Name: x.Name}
			if i, ok := places[x.Category]; ok {
				row.Category = i
			}
			if r.MayJoin() {
				row.Flags = flagAdmitted
			}
			if r.Recheck || r.MayJoin() && !r.OnSite() {
				row.Flags |= flagDesk
			}
			out.Rows = append(out.Rows, row)
			n++
		}
		switch {
		case x.Serial == 0:
		case !x.Revoked.IsZero():
			out.Revoked = append(out.Revoked, revokedBadge{x.ID, x.Serial})
		default:
			out.Rows[n-1].Serial = x.Serial
			out.Rows[n-1].Print = wordPrint(tag, k.Word(x.ID, x.Number, x.Serial))
		}
	}
	return nil
}

// sessionsOf are the sessions of a room that take place, in order.
func (s *Service) sessionsOf(ctx context.Context, set *editions.Setting, room core.ID) ([]doorSession, error) {
	list, err := s.Programme.Briefs(ctx, core.Operator, set, programme.Filter{Room: room, State: programme.StateScheduled})
	if err != nil {
		return nil, err
	}
	out := []doorSession{}
	for _, b := range list {
		if b.Scheduled() {
			out = append(out, doorSession{ID: b.ID, Ref: programme.RefLabel(b.Ref), Title: b.Label().String(), Starts: b.Starts.Time().UnixMilli(), Ends: b.Ends.Time().UnixMilli()})
		}
	}
	return out, s.keepTo(ctx, set.ID, out)
}

// keepTo notes at sessions who may enter, where not everybody may.
func (s *Service) keepTo(ctx context.Context, edition core.ID, list []doorSession) error {
	ids := make([]core.ID, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	var invited, barred map[core.ID][]core.ID
	var err error
	if s.Attendance != nil {
		if invited, err = s.Attendance.InvitedTo(ctx, edition, ids); err != nil {
			return err
		}
	}
	if s.Barred != nil {
		if barred, err = s.Barred(ctx, ids); err != nil {
			return err
		}
	}
	var people []core.ID
	for _, m := range []map[core.ID][]core.ID{invited, barred} {
		for _, list := range m {
			people = append(people, list...)
		}
	}
	if len(invited) == 0 && len(people) == 0 {
		return nil
	}
	found, err := s.Participation.ByIDs(ctx, people)
	if err != nil {
		return err
	}
	numbers := func(ids []core.ID) []int {
		out := make([]int, 0, len(ids))
		for _, id := range ids {
			if r, ok := found[id]; ok {
				out = append(out, r.Number)
			}
		}
		slices.Sort(out)
		return out
	}
	for i := range list {
		if ids, ok := invited[list[i].ID]; ok {
			list[i].Only = numbers(ids)
		}
		list[i].Not = numbers(barred[list[i].ID])
	}
	return nil
}

// sinceOf reads the version that a device has.
func sinceOf(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}
