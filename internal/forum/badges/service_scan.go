package badges

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/participation"
	"plenary/internal/platform/record"
)

// MostScans is how many scans a device sends at once.
const MostScans = 500

// ScanInput is a scan as a device sends it.
type ScanInput struct {
	ID      core.ID `json:"id"`
	Code    string  `json:"code"`    // what was read or typed
	Told    string  `json:"told"`    // what the device decided
	How     string  `json:"how"`     // camera, typed
	Session core.ID `json:"session"` // chosen at the device; empty: what is on
	Device  int64   `json:"t"`       // milliseconds since 1970 by the device's clock
	Mono    float64 `json:"m"`       // milliseconds since the page was opened, by a clock that nobody sets
	Page    string  `json:"p"`       // which opening of the page that clock belongs to
}

// ScanBatch is what a device sends: its scans, and how its clocks stand now, by which the
// forum's time of each scan is reckoned.
type ScanBatch struct {
	Now     int64       `json:"now"`
	Mono    float64     `json:"mono"`
	Page    string      `json:"page"`
	Waiting int         `json:"waiting"` // scans that it has besides these
	Scans   []ScanInput `json:"scans"`
}

// Ack tells a device that a scan is safe, and what it came to.
type Ack struct {
	ID     core.ID `json:"id"`
	Result string  `json:"result"`
}

// timeOf reckons when a scan was, by the forum's clock: so long before now as the device's
// clocks say. The clock that nobody sets is right where the other was set back meanwhile;
// the other is right where the device slept. No scan lies before the device was opened, or
// in the future.
func (b *ScanBatch) timeOf(x *ScanInput, now, opened core.Instant) core.Instant {
	ago := time.Duration(b.Now-x.Device) * time.Millisecond
	if x.Device <= 0 || b.Now <= 0 || b.Now-x.Device > int64(400*24*time.Hour/time.Millisecond) {
		ago = 0
	}
	if x.Page != "" && x.Page == b.Page && b.Mono >= x.Mono && b.Mono-x.Mono < 4e10 {
		ago = max(ago, time.Duration((b.Mono-x.Mono)*float64(time.Millisecond)))
	}
	at := now.Add(-max(0, ago))
	if at.Before(opened) {
		at = opened
	}
	return at
}

// Merge takes in what a device sends. Each scan is taken once, by its id, in whatever order
// and however often it comes; each person is counted once, at the earliest time at which
// she was let in anywhere. Every scan is answered, so that the device may forget it. The
// caller has found the door by its token. Events: registration.checked_in and those of
// attendance, for who is counted for the first time.
func (s *Service) Merge(ctx context.Context, d *Door, set *editions.Setting, in ScanBatch) ([]Ack, error) {
	if len(in.Scans) > MostScans {
		return nil, &core.Error{Kind: core.KindTooLarge, Key: "error.too_large", Args: []any{"Limit", fmt.Sprint(MostScans)}}
	}
	k, err := s.keys(ctx)
	if err != nil {
		return nil, err
	}
	var on, chosen []doorSession
	if d.Kind == DoorRoom {
		if on, err = s.sessionsOf(ctx, set, d.Room); err != nil {
			return nil, err
		}
		for i := range in.Scans {
			if x := in.Scans[i].Session; x.Valid() {
				chosen = append(chosen, doorSession{ID: x}) // it may have left the room since
			}
		}
		if err := s.keepTo(ctx, set.ID, chosen); err != nil {
			return nil, err
		}
	}
	acks := make([]Ack, 0, len(in.Scans))
	err = s.rec.Write(ctx, device, func(ctx context.Context, tx *record.Tx) error {
		acks = acks[:0]
		m := merge{s: s, tx: tx, door: d, set: set, keys: k, on: on, gates: append(chosen, on...), batch: &in}
		if err := m.load(ctx); err != nil {
			return err
		}
		for i := range in.Scans {
			ack, err := m.take(ctx, &in.Scans[i])
			if err != nil {
				return err
			}
			acks = append(acks, ack)
		}
		if err := insertAll(ctx, tx, m.fresh); err != nil {
			return err
		}
		_, err := tx.NewUpdate().Model((*Door)(nil)).Set("seen = ?, waiting = ?", tx.Now, max(0, min(in.Waiting, 1_000_000))).Where("id = ?", d.ID).Exec(ctx)
		return err
	})
	return acks, err
}

// merge is one taking in, inside its act.
type merge struct {
	s     *Service
	tx    *record.Tx
	door  *Door
	set   *editions.Setting
	keys  *Keys
	on    []doorSession // of the room
	gates []doorSession // those, and what devices chose: who may enter
	batch *ScanBatch

	had      map[core.ID]string // scans that are here already, with their results
	codes    map[core.ID]Code   // of scans that were read
	faults   map[core.ID]error
	people   map[core.ID]participation.Registration
	badges   map[core.ID][]Badge
	arrived  map[core.ID]Arrival
	fresh    []Scan
	sessions map[core.ID]bool // of the edition, that devices chose
}

// load asks for everything that the scans name, in a few queries.
func (m *merge) load(ctx context.Context) error {
	var ids, chosen, people []core.ID
	numbers := map[int]bool{}
	m.codes, m.faults, m.had = map[core.ID]Code{}, map[core.ID]error{}, map[core.ID]string{}
	for i := range m.batch.Scans {
		x := &m.batch.Scans[i]
		ids = append(ids, x.ID)
		if x.Session.Valid() {
			chosen = append(chosen, x.Session)
		}
		if n, _, ok := ReadWord(x.Code); ok {
			numbers[n] = true
			continue
		}
		c, err := m.keys.Read(x.Code)
		m.codes[x.ID], m.faults[x.ID] = c, err
		if err == nil && c.Edition == EditionTag(m.set.ID) {
			people = append(people, c.Registration)
		}
	}
	var had []Scan
	if err := m.tx.NewSelect().Model(&had).Column("sc.id", "sc.result").Where("sc.id IN (?)", bun.List(append(ids, ""))).Scan(ctx); err != nil {
		return fmt.Errorf("load scans: %w", err)
	}
	for _, x := range had {
		m.had[x.ID] = x.Result
	}
	if len(numbers) > 0 {
		list := []int{}
		for n := range numbers {
			list = append(list, n)
		}
		var typed []core.ID
		if err := m.tx.NewSelect().TableExpr("registrations AS rg").Column("rg.id").Where("rg.edition = ? AND rg.number IN (?)", m.set.ID, bun.List(list)).Scan(ctx, &typed); err != nil {
			return fmt.Errorf("load typed numbers: %w", err)
		}
		people = append(people, typed...)
	}
	m.sessions = map[core.ID]bool{}
	if len(chosen) > 0 {
		var list []core.ID
		if err := m.tx.NewSelect().TableExpr("sessions AS se").Column("se.id").Where("se.edition = ? AND se.id IN (?)", m.set.ID, bun.List(chosen)).Scan(ctx, &list); err != nil {
			return fmt.Errorf("load sessions: %w", err)
		}
		for _, id := range list {
			m.sessions[id] = true
		}
	}
	return m.loadPeople(ctx, people)
}

func (m *merge) loadPeople(ctx context.Context, ids []core.ID) error {
	m.people, m.badges, m.arrived = map[core.ID]participation.Registration{}, map[core.ID][]Badge{}, map[core.ID]Arrival{}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	list, err := registrationsByID(ctx, m.tx, ids)
	if err != nil {
		return err
	}
	for _, r := range list {
		if r.Edition == m.set.ID {
			m.people[r.ID] = r
		}
	}
	if len(ids) == 0 {
		return nil
	}
	var badges []Badge
	if err := m.tx.NewSelect().Model(&badges).Where("ba.registration IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return fmt.Errorf("load badges: %w", err)
	}
	for _, b := range badges {
		m.badges[b.Registration] = append(m.badges[b.Registration], b)
	}
	var arrived []Arrival
	if err := m.tx.NewSelect().Model(&arrived).Where("ar.registration IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return fmt.Errorf("load arrivals: %w", err)
	}
	for _, x := range arrived {
		m.arrived[x.Registration] = x
	}
	return nil
}

// take takes one scan in, unless it is here already.
func (m *merge) take(ctx context.Context, x *ScanInput) (Ack, error) {
	if was, ok := m.had[x.ID]; ok {
		return Ack{x.ID, was}, nil
	}
	if !x.ID.Valid() {
		return Ack{x.ID, ResultUnread}, nil // no device of ours sends that, and nothing of it is kept
	}
	at := m.batch.timeOf(x, m.tx.Now, m.door.Opened)
	sc := Scan{
		ID: x.ID, Edition: m.set.ID, Door: m.door.ID, Told: x.Told, How: x.How, At: at, Received: m.tx.Now,
	}
	if x.Device > 0 && x.Device < 1<<45 {
		sc.Device = core.At(time.UnixMilli(x.Device))
	}
	if !known(Results, sc.Told) {
		sc.Told = ResultNotHeard
	}
	if !known(ways, sc.How) {
		sc.How = ways[0]
	}
	var r *participation.Registration
	r, sc.Serial, sc.Result = m.judge(x, at)
	ack := Ack{x.ID, sc.Result}
	if r != nil {
		sc.Registration = r.ID
	}
	if sc.Result == ResultIn && m.door.Kind == DoorRoom {
		sc.Session = m.session(x, at)
		switch {
		case sc.Session == "":
			sc.Result = ResultNothing
		case sc.Told != ResultIn && !m.lets(sc.Session, r.Number): // who was let in was there, whoever was invited since
			sc.Result, sc.Session = ResultUninvited, ""
		}
		ack.Result = sc.Result
	}
	if sc.Result == ResultIn {
		if _, ok := m.arrived[r.ID]; ok && m.door.Kind != DoorRoom {
			ack.Result = ResultAgain
		}
		if err := m.count(ctx, r, &sc); err != nil {
			return ack, err
		}
	}
	m.had[x.ID] = sc.Result
	m.fresh = append(m.fresh, sc)
	return ack, nil
}

// ways are how a scan came.
var ways = []string{"typed", "camera", "desk"}

// count notes a person who was let in: her first time here, and in the session.
func (m *merge) count(ctx context.Context, r *participation.Registration, sc *Scan) error {
	if err := arrive(ctx, m.s, m.tx, m.arrived, Arrival{Registration: r.ID, Edition: m.set.ID, Door: m.door.ID, At: sc.At}); err != nil {
		return err
	}
	if sc.Session == "" || m.s.Attendance == nil {
		return nil
	}
	_, err := m.s.Attendance.CountTx(ctx, m.tx, m.set.ID, sc.Session, r.ID, participation.WasOnsite, sc.At)
	return err
}

// arrive notes that somebody came; an earlier time than is known takes its place.
func arrive(ctx context.Context, s *Service, tx *record.Tx, arrived map[core.ID]Arrival, x Arrival) error {
	was, ok := arrived[x.Registration]
	if ok && !x.At.Before(was.At) {
		return nil
	}
	_, err := tx.NewInsert().Model(&x).On("CONFLICT (registration) DO UPDATE").Set("at = EXCLUDED.at").Set("door = EXCLUDED.door").Exec(ctx)
	if err != nil {
		return fmt.Errorf("note arrival: %w", err)
	}
	arrived[x.Registration] = x
	return s.Participation.CheckInTx(ctx, tx, x.Registration, x.At)
}

// judge decides a scan anew, whatever the device told: whose it is and whether it counts.
func (m *merge) judge(x *ScanInput, at core.Instant) (*participation.Registration, int, string) {
	r, serial, result := m.whose(x)
	if result != "" {
		return r, serial, result
	}
	for _, b := range m.badges[r.ID] {
		// What was good when it was scanned counts, even if it is heard of later.
		if b.Serial == serial && !b.Revoked.IsZero() && !b.Revoked.After(at) {
			return r, serial, ResultRevoked
		}
	}
	letIn := x.Told == ResultIn && r.Updated.After(at)
	switch {
	case !r.MayJoin() && !letIn:
		return r, serial, ResultRefused
	case r.Recheck && !letIn:
		return r, serial, ResultDesk
	}
	return r, serial, ResultIn
}

// whose finds the registration and the badge of a scan; result says why there is none.
func (m *merge) whose(x *ScanInput) (r *participation.Registration, serial int, result string) {
	if n, word, ok := ReadWord(x.Code); ok {
		for _, reg := range m.people {
			if reg.Number != n {
				continue
			}
			for _, b := range m.badges[reg.ID] {
				if m.keys.Word(reg.ID, n, b.Serial) == word {
					return &reg, b.Serial, ""
				}
			}
		}
		return nil, 0, ResultForged
	}
	c, err := m.codes[x.ID], m.faults[x.ID]
	switch {
	case errors.Is(err, ErrForged):
		return nil, 0, ResultForged
	case err != nil:
		return nil, 0, ResultUnread
	case c.Edition != EditionTag(m.set.ID):
		return nil, 0, ResultOther
	}
	reg, ok := m.people[c.Registration]
	if !ok || !slices.ContainsFunc(m.badges[reg.ID], func(b Badge) bool { return b.Serial == c.Serial }) {
		return nil, c.Serial, ResultUnknown
	}
	return &reg, c.Serial, ""
}

// lets tells whether a registration may enter a session.
func (m *merge) lets(session core.ID, number int) bool {
	i := slices.IndexFunc(m.gates, func(d doorSession) bool { return d.ID == session })
	return i < 0 || m.gates[i].lets(number)
}

// session is the session in which a scan at a room counts: the one chosen at the device, or
// what was on, or what was about to begin.
func (m *merge) session(x *ScanInput, at core.Instant) core.ID {
	if x.Session != "" {
		if m.sessions[x.Session] {
			return x.Session
		}
		return ""
	}
	t := at.Time().UnixMilli()
	var on, next core.ID
	for _, b := range m.on { // in the order of time
		switch {
		case b.Starts <= t && t < b.Ends:
			on = b.ID
		case next == "" && b.Starts > t && b.Starts-t <= BeforeSession.Milliseconds():
			next = b.ID
		}
	}
	if on != "" {
		return on
	}
	return next
}
