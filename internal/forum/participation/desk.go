package participation

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
)

// entry is what the desk keeps in memory of a registration: what it filters and sorts by,
// and what tells doubles. No address, need or answer is in it.
type entry struct {
	bun.BaseModel `bun:"table:registrations,alias:rg"`

	ID          core.ID      `bun:"id,pk"`
	Number      int          `bun:"number"`
	Account     core.ID      `bun:"account"`
	Person      core.ID      `bun:"person"`
	State       string       `bun:"state"`
	Recheck     bool         `bun:"recheck"`
	Mode        string       `bun:"mode"`
	Category    core.ID      `bun:"category"`
	Delegation  core.ID      `bun:"delegation"`
	Hub         core.ID      `bun:"hub"`
	NameKey     string       `bun:"name_key"`
	WordsKey    string       `bun:"words_key"`
	LatinKey    string       `bun:"latin_key"`
	OrgKey      string       `bun:"organisation_key"`
	OrgID       core.ID      `bun:"organisation_id"`
	Stakeholder string       `bun:"stakeholder"`
	Country     string       `bun:"country"`
	Region      string       `bun:"region"`
	LDC         bool         `bun:"ldc"`
	LLDC        bool         `bun:"lldc"`
	SIDS        bool         `bun:"sids"`
	Transition  bool         `bun:"transition"`
	FirstTime   string       `bun:"first_time"`
	Youth       bool         `bun:"youth"`
	Parliament  bool         `bun:"parliamentarian"`
	Media       bool         `bun:"media"`
	HighLevel   bool         `bun:"high_level"`
	Submitted   core.Instant `bun:"submitted"`
	Queued      core.Instant `bun:"queued"`
	DuplicateOf core.ID      `bun:"duplicate_of"`
	Erased      core.Instant `bun:"erased"`
	Updated     core.Instant `bun:"updated"`
	Access      bool         `bun:"needs_access,scanonly"`
	Diet        bool         `bun:"needs_diet,scanonly"`
	Visa        bool         `bun:"needs_visa,scanonly"`
	Notes       int          `bun:"notes,scanonly"`

	sounds []string // of the words of the name, sorted
	bones  string   // their consonants
	short  bool     // a word of the name is a letter
}

var entryColumns = []string{
	"id", "number", "account", "person", "state", "recheck", "mode", "category", "delegation", "hub", "name_key", "words_key", "latin_key",
	"organisation_key", "organisation_id", "stakeholder", "country", "region", "ldc", "lldc", "sids", "transition", "first_time", "youth",
	"parliamentarian", "media", "high_level", "submitted", "queued", "duplicate_of", "erased", "updated",
}

// waits is since when somebody waits for a decision or a place; zero where she does not.
func (e *entry) waits() core.Instant {
	switch {
	case e.State == StateWaiting && !e.Queued.IsZero():
		return e.Queued
	case e.State == StatePending && e.Recheck:
		return e.Updated
	case e.State == StateSubmitted || e.State == StatePending || e.State == StateWaiting:
		return e.Submitted
	}
	return core.Instant{}
}

// board is all registrations of an edition as the desk sees them at one moment. It is not
// changed once it is made: requests share it.
type board struct {
	set   *editions.Setting
	at    int64 // version of the scope
	asof  core.Instant
	list  []*entry // by number
	index map[core.ID]int
	apart map[[2]core.ID]bool
	names map[core.ID]string // of delegations and hubs

	inSession map[core.ID]bool // persons with a role in a session
	programme int64            // version of the edition's scope, from which inSession was read

	doubles func() ([]Double, map[core.ID]int)
}

// deskBoards keeps the boards of the editions that were looked at last.
type deskBoards struct {
	mu   sync.Mutex
	kept map[core.ID]*board
	used []core.ID // the last one is the newest
}

const (
	mostBoards = 4
	mostMoved  = 1000 // registrations that are read one by one; past this all are read anew
)

func (k *deskBoards) get(id core.ID) *board {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.kept[id]
}

func (k *deskBoards) put(b *board) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.kept == nil {
		k.kept = map[core.ID]*board{}
	}
	k.kept[b.set.ID] = b
	k.used = append(slices.DeleteFunc(k.used, func(id core.ID) bool { return id == b.set.ID }), b.set.ID)
	for len(k.used) > mostBoards {
		delete(k.kept, k.used[0])
		k.used = k.used[1:]
	}
}

// deskBoard is the board of an edition, for callers who have asked for the right. It asks
// nothing of the database while nothing changes, and reads only what changed otherwise.
func (s *Service) deskBoard(ctx context.Context, set *editions.Setting) (*board, error) {
	at, programme := s.rec.Scope(Scope(set.ID)).Load(), s.rec.Scope(set.Scope()).Load()
	have := s.desk.get(set.ID)
	if have != nil && have.at == at && have.programme == programme {
		return have, nil
	}
	b := &board{set: set, at: at, programme: programme, asof: s.rec.Clock.Instant()}
	var err error
	switch {
	case have == nil:
		err = s.loadBoard(ctx, b)
	case have.at != at:
		err = s.moveBoard(ctx, b, have)
	default:
		b.list, b.index, b.apart, b.names = have.list, have.index, have.apart, have.names
	}
	if err != nil {
		return nil, err
	}
	if have != nil && have.programme == programme {
		b.inSession = have.inSession
	} else if b.inSession, err = s.inSession(ctx, set.ID); err != nil {
		return nil, err
	}
	b.doubles = sync.OnceValues(b.findDoubles)
	s.desk.put(b)
	return b, nil
}

func (s *Service) entries(ctx context.Context, where string, args ...any) ([]*entry, error) {
	var out []*entry
	q := s.rec.DB.Read.NewSelect().Model(&out).Column(entryColumns...).
		ColumnExpr("rg.access_needs <> '' AS needs_access").ColumnExpr("rg.diet <> '' AS needs_diet").
		ColumnExpr(`CAST(rg.visa AS TEXT) LIKE '%"wanted":%' AS needs_visa`).
		ColumnExpr("(SELECT COUNT(*) FROM registration_notes AS rn WHERE rn.registration = rg.id AND rn.text <> '') AS notes")
	if err := q.Where(where, args...).OrderExpr("rg.number").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load registrations: %w", err)
	}
	for _, e := range out {
		e.hear()
	}
	return out, nil
}

// loadBoard reads all: four queries.
func (s *Service) loadBoard(ctx context.Context, b *board) (err error) {
	if b.list, err = s.entries(ctx, "rg.edition = ?", b.set.ID); err != nil {
		return err
	}
	b.index = make(map[core.ID]int, len(b.list))
	for i, e := range b.list {
		b.index[e.ID] = i
	}
	return s.loadBeside(ctx, b)
}

// loadBeside reads what stands beside the registrations: names of groups, and who is not
// who.
func (s *Service) loadBeside(ctx context.Context, b *board) error {
	var named []struct {
		ID   core.ID `bun:"id"`
		Name string  `bun:"name"`
	}
	err := s.rec.DB.Read.NewRaw("SELECT id, name FROM delegations WHERE edition = ? UNION ALL SELECT id, name FROM hubs WHERE edition = ?", b.set.ID, b.set.ID).Scan(ctx, &named)
	if err != nil {
		return fmt.Errorf("load names of groups: %w", err)
	}
	b.names = make(map[core.ID]string, len(named))
	for _, n := range named {
		b.names[n.ID] = n.Name
	}
	var apart []apartRow
	if err := s.rec.DB.Read.NewSelect().Model(&apart).Where("ra.edition = ?", b.set.ID).Scan(ctx); err != nil {
		return fmt.Errorf("load who is not the same: %w", err)
	}
	b.apart = make(map[[2]core.ID]bool, len(apart))
	for _, a := range apart {
		b.apart[[2]core.ID{a.One, a.Other}] = true
	}
	return nil
}

// moveBoard makes the board from the one before and what the record says has moved.
func (s *Service) moveBoard(ctx context.Context, b, have *board) error {
	var moved []struct {
		Subject core.ID `bun:"subject"`
		Beside  bool    `bun:"beside"`
	}
	err := s.rec.DB.Read.NewRaw(`SELECT subject, MAX(CASE WHEN kind LIKE 'delegation.%' OR kind LIKE 'hub.%' OR kind LIKE 'registration.%apart' THEN 1 ELSE 0 END) = 1 AS beside
		FROM events WHERE scope = ? AND seq > ? GROUP BY subject LIMIT ?`, Scope(b.set.ID), have.at, mostMoved+1).Scan(ctx, &moved)
	if err != nil {
		return fmt.Errorf("read what moved: %w", err)
	}
	if len(moved) > mostMoved {
		return s.loadBoard(ctx, b)
	}
	ids, beside := make([]core.ID, 0, len(moved)), false
	for _, m := range moved {
		ids, beside = append(ids, m.Subject), beside || m.Beside
	}
	b.list, b.index, b.apart, b.names = slices.Clone(have.list), maps.Clone(have.index), have.apart, have.names
	if len(ids) > 0 {
		fresh, err := s.entries(ctx, "rg.edition = ? AND (rg.id IN (?) OR rg.id IN (SELECT registration FROM registration_notes WHERE id IN (?)))", b.set.ID, bun.List(ids), bun.List(ids))
		if err != nil {
			return err
		}
		for _, e := range fresh { // by number: new ones come last
			if i, ok := b.index[e.ID]; ok {
				b.list[i] = e
				continue
			}
			b.index[e.ID] = len(b.list)
			b.list = append(b.list, e)
		}
	}
	if beside {
		return s.loadBeside(ctx, b)
	}
	return nil
}

// inSession are the persons with a role in a session of an edition.
func (s *Service) inSession(ctx context.Context, edition core.ID) (map[core.ID]bool, error) {
	var ids []core.ID
	err := s.rec.DB.Read.NewRaw(`SELECT DISTINCT sr.person FROM session_roles AS sr JOIN sessions AS se ON se.id = sr.session
		WHERE se.edition = ? AND sr.person <> ''`, edition).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("load who has a role: %w", err)
	}
	out := make(map[core.ID]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out, nil
}

func (b *board) entry(id core.ID) *entry {
	if i, ok := b.index[id]; ok {
		return b.list[i]
	}
	return nil
}

// number finds a registration by its number.
func (b *board) number(n int) *entry {
	i, ok := slices.BinarySearchFunc(b.list, n, func(e *entry, n int) int { return e.Number - n })
	if !ok {
		return nil
	}
	return b.list[i]
}
