package agenda

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/pdf"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

// House is what the room needs of others.
type House struct {
	Editions  *editions.Service
	Programme *programme.Service
	People    *people.Service
	Accounts  *authn.Service
	Catalog   *i18n.Catalog
	Printer   *pdf.Printer // nil: no PDF
	BaseURL   string
}

// Service is what people do with the programme for themselves.
type Service struct {
	House
	rec     *record.Record
	guesses *web.Limiter // of private addresses, by network
	asks    *web.Limiter // of one private address
	makes   *web.Limiter // of private addresses, by account
	prints  *web.Limiter

	// Joins are the links by which an account joins sessions; the room that makes them
	// answers. They stand in nobody's calendar but her own.
	Joins func(ctx context.Context, account core.ID, sessions []core.ID) (map[core.ID]string, error)
}

// Add keeps a session for the actor. Whoever is signed in may; a session that she may not
// see is core.NotFound, as one that is not there. To keep it twice changes nothing. It
// appends no event: what somebody keeps is hers alone.
func (s *Service) Add(ctx context.Context, a core.Actor, set *editions.Setting, ref string) (programme.Brief, error) {
	if err := policy.Check("keep", "", a.Roles(set.Scope())...); err != nil {
		return programme.Brief{}, err
	}
	b, err := s.seen(ctx, a, set, ref)
	if err != nil {
		return b, err
	}
	return b, s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		return s.AddTx(ctx, tx, a.Account, []programme.Brief{b})
	})
}

// AddTx keeps sessions for an account, which may see them. It appends no event.
func (s *Service) AddTx(ctx context.Context, tx *record.Tx, account core.ID, list []programme.Brief) error {
	rows := make([]Bookmark, 0, len(list))
	for _, b := range list {
		rows = append(rows, bookmark(account, b, tx.Now))
	}
	if len(rows) == 0 {
		return nil
	}
	if _, err := tx.NewInsert().Model(&rows).On("CONFLICT (account, session) DO NOTHING").Exec(ctx); err != nil {
		return fmt.Errorf("keep sessions: %w", err)
	}
	return nil
}

// seen is a session of an edition that the actor may see, by any of its references.
func (s *Service) seen(ctx context.Context, a core.Actor, set *editions.Setting, ref string) (programme.Brief, error) {
	if ref = strings.ToLower(ref); !programme.ValidRef(ref) {
		return programme.Brief{}, core.NotFound()
	}
	id, err := sessionID(ctx, s.rec.DB.Read, set.ID, ref)
	if err != nil {
		return programme.Brief{}, err
	}
	found, err := s.Programme.Seen(ctx, a, []core.ID{id})
	if err != nil {
		return programme.Brief{}, err
	}
	x := found[id]
	if x == nil {
		return programme.Brief{}, core.NotFound()
	}
	b := x.Brief()
	b.EditionSlug = set.Slug
	return b, nil
}

// Remove gives a session up, named by a reference or, where it is hidden by now, by its
// id. What the actor does not keep is no error, so that nothing is given away. It appends
// no event.
func (s *Service) Remove(ctx context.Context, a core.Actor, set *editions.Setting, session string) error {
	if err := policy.Check("keep", "", a.Roles(set.Scope())...); err != nil {
		return err
	}
	id := core.ID(session)
	if ref := strings.ToLower(session); programme.ValidRef(ref) {
		var err error
		if id, err = sessionID(ctx, s.rec.DB.Read, set.ID, ref); err != nil {
			return err
		}
	}
	if !id.Valid() {
		return nil
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		_, err := tx.NewDelete().Model((*Bookmark)(nil)).Where("account = ? AND edition = ? AND session = ?", a.Account, set.ID, id).Exec(ctx)
		if err != nil {
			return fmt.Errorf("give up session: %w", err)
		}
		return nil
	})
}

// Noted says that the actor has seen what changed in the sessions that she keeps.
func (s *Service) Noted(ctx context.Context, a core.Actor, set *editions.Setting) error {
	if err := policy.Check("keep", "", a.Roles(set.Scope())...); err != nil {
		return err
	}
	mine, err := s.Mine(ctx, a, set)
	if err != nil {
		return err
	}
	var rows []Bookmark
	for _, it := range mine.Items {
		if it.Was != nil {
			rows = append(rows, bookmark(a.Account, it.Session, it.Was.Created))
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		_, err := tx.NewInsert().Model(&rows).On("CONFLICT (account, session) DO UPDATE").
			Set("title = EXCLUDED.title").Set("starts = EXCLUDED.starts").Set("ends = EXCLUDED.ends").Set("room = EXCLUDED.room").Set("state = EXCLUDED.state").Exec(ctx)
		if err != nil {
			return fmt.Errorf("note changes: %w", err)
		}
		return nil
	})
}

// KeptIn tells which sessions of an edition the actor keeps; nil for a visitor.
func (s *Service) KeptIn(ctx context.Context, a core.Actor, edition core.ID) (map[core.ID]bool, error) {
	if !a.SignedIn() {
		return nil, nil
	}
	list, err := bookmarks(ctx, s.rec.DB.Read, a.Account, edition)
	out := make(map[core.ID]bool, len(list))
	for _, k := range list {
		out[k.Session] = true
	}
	return out, err
}

// Mine is the actor's own programme of an edition: what she keeps and where she has a
// role, in the order of time. SignIn for a visitor. Eight queries at most.
func (s *Service) Mine(ctx context.Context, a core.Actor, set *editions.Setting) (Mine, error) {
	if err := policy.Check("keep", "", a.Roles(set.Scope())...); err != nil {
		return Mine{}, err
	}
	out := Mine{Items: []Item{}, Gone: []Bookmark{}}
	kept, err := bookmarks(ctx, s.rec.DB.Read, a.Account, set.ID)
	if err != nil {
		return out, err
	}
	ids := make([]core.ID, len(kept))
	for i := range kept {
		ids[i] = kept[i].Session
	}
	found, err := s.Programme.Seen(ctx, a, ids)
	if err != nil {
		return out, err
	}
	for i := range kept {
		k := &kept[i]
		x := found[k.Session]
		if x == nil {
			out.Gone = append(out.Gone, *k)
			continue
		}
		it := Item{Session: x.Brief(), Kept: true, Roles: []string{}}
		it.Session.EditionSlug = set.Slug
		if k.changed(it.Session) {
			it.Was = k
		}
		out.Items = append(out.Items, it)
	}
	if a.Person != "" {
		parts, err := s.Programme.RolesOf(ctx, a, a.Person)
		if err != nil {
			return out, err
		}
		out.take(set.ID, parts)
	}
	out.sort(set)
	return out, nil
}

// take adds the sessions of an edition in which somebody has a role.
func (m *Mine) take(edition core.ID, parts []programme.Appearance) {
	for _, p := range parts {
		if p.Session.Edition != edition {
			continue
		}
		i := slices.IndexFunc(m.Items, func(it Item) bool { return it.Session.ID == p.Session.ID })
		if i < 0 {
			m.Items = append(m.Items, Item{Session: p.Session, Roles: []string{}})
			i = len(m.Items) - 1
		}
		for _, r := range p.Roles {
			if !slices.Contains(m.Items[i].Roles, r.Role) {
				m.Items[i].Roles = append(m.Items[i].Roles, r.Role)
			}
		}
	}
}

// sort puts the sessions in the order of time and says what clashes.
func (m *Mine) sort(set *editions.Setting) {
	list := make([]programme.Brief, len(m.Items))
	for i := range m.Items {
		list[i] = m.Items[i].Session
	}
	clashes := Clashes(set, list)
	for i := range m.Items {
		m.Items[i].Clashes = clashes[m.Items[i].Session.ID]
		if m.Items[i].Clashes == nil {
			m.Items[i].Clashes = []Clash{}
		}
	}
	slices.SortStableFunc(m.Items, func(a, b Item) int { return byTime(a.Session, b.Session) })
}

// byTime puts what has no time last.
func byTime(a, b programme.Brief) int {
	if a.Starts.IsZero() != b.Starts.IsZero() {
		if a.Starts.IsZero() {
			return 1
		}
		return -1
	}
	if d := a.Starts.Time().Compare(b.Starts.Time()); d != 0 {
		return d
	}
	return strings.Compare(a.Ref, b.Ref)
}

// CountsOf counts how many people keep each session of an edition: for the sizes of rooms.
// Its caller has asked whether the actor may know (the policy's "count"). One query.
func (s *Service) CountsOf(ctx context.Context, edition core.ID) (map[core.ID]int, error) {
	var rows []struct {
		Session core.ID `bun:"session"`
		N       int     `bun:"n"`
	}
	err := s.rec.DB.Read.NewSelect().Model((*Bookmark)(nil)).ColumnExpr("ab.session, COUNT(*) AS n").
		Where("ab.edition = ?", edition).GroupExpr("ab.session").Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("count bookmarks: %w", err)
	}
	out := make(map[core.ID]int, len(rows))
	for _, r := range rows {
		out[r.Session] = r.N
	}
	return out, nil
}

// CanCount tells whether the actor may know how many keep the sessions of an edition.
func CanCount(a core.Actor, set *editions.Setting) bool {
	return policy.Can("count", "", a.Roles(set.Scope())...)
}

// count is CountsOf for one session.
func (s *Service) count(ctx context.Context, session core.ID) (int, error) {
	n, err := s.rec.DB.Read.NewSelect().Model((*Bookmark)(nil)).Where("ab.session = ?", session).Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count bookmarks: %w", err)
	}
	return int(n), nil
}

// BookmarkersTx tells which accounts keep any of some sessions, and which: for the notices
// of a release. It is for the program alone, and no page may show it. One query for 500
// sessions.
func (s *Service) BookmarkersTx(ctx context.Context, idb bun.IDB, sessions []core.ID) (map[core.ID][]core.ID, error) {
	out := map[core.ID][]core.ID{}
	for part := range slices.Chunk(sessions, 500) {
		var rows []struct {
			Account core.ID `bun:"account"`
			Session core.ID `bun:"session"`
		}
		err := idb.NewSelect().TableExpr("agenda_bookmarks AS ab").ColumnExpr("ab.account, ab.session").
			Where("ab.session IN (?)", bun.List(part)).OrderExpr("ab.account, ab.session").Scan(ctx, &rows)
		if err != nil {
			return nil, fmt.Errorf("load who keeps sessions: %w", err)
		}
		for _, r := range rows {
			out[r.Account] = append(out[r.Account], r.Session)
		}
	}
	return out, nil
}
