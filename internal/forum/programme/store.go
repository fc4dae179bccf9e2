package programme

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// sight is which sessions an actor may know of, as a condition on rows: the SQL side
// of the policy's "see".
type sight struct {
	all      bool      // everything: inside a write, where permission was asked before
	editions []core.ID // whose open sessions she sees
	staff    []core.ID // whose drafts she sees
	person   core.ID   // whose drafts she sees because she has a role in them
}

// scope narrows a query on sessions (alias se) to what may be seen. It is one group,
// so that no OR beside it can widen it.
func (v sight) scope(q *bun.SelectQuery) *bun.SelectQuery {
	if v.all {
		return q
	}
	if len(v.editions) == 0 {
		return q.Where("1 = 0")
	}
	q = q.Where("se.edition IN (?)", bun.List(v.editions))
	return q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
		q = q.Where("se.state <> ?", StateDraft)
		if len(v.staff) > 0 {
			q = q.WhereOr("se.edition IN (?)", bun.List(v.staff))
		}
		if v.person != "" {
			q = q.WhereOr("se.id IN (SELECT r.session FROM session_roles AS r WHERE r.person = ?)", v.person)
		}
		return q
	})
}

func loadTypes(ctx context.Context, idb bun.IDB, edition core.ID) ([]Type, error) {
	var list []Type
	if err := idb.NewSelect().Model(&list).Where("edition = ?", edition).OrderExpr("position, id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load session types: %w", err)
	}
	for i := range list {
		list[i].tidy()
	}
	return list, nil
}

// loadSession reads the row of one session, without its parts.
func loadSession(ctx context.Context, idb bun.IDB, where string, args ...any) (*Session, error) {
	s := &Session{}
	if err := idb.NewSelect().Model(s).Where(where, args...).Scan(ctx); err != nil {
		return nil, record.Found(err)
	}
	return s, nil
}

// loadByID reads sessions with their parts: five queries for any number of them.
func loadByID(ctx context.Context, idb bun.IDB, v sight, ids []core.ID) ([]*Session, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var list []*Session
	if err := v.scope(idb.NewSelect().Model(&list)).Where("se.id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load sessions: %w", err)
	}
	return list, loadParts(ctx, idb, v, list)
}

// loadParts fills questions, tracks, roles and relations of sessions: four queries for
// any number of them, one less where no relation leads anywhere.
func loadParts(ctx context.Context, idb bun.IDB, v sight, list []*Session) error {
	if len(list) == 0 {
		return nil
	}
	ids := make([]core.ID, len(list))
	for i, s := range list {
		ids[i] = s.ID
	}
	questions, tracks, err := loadTies(ctx, idb, ids)
	if err != nil {
		return err
	}
	roles, err := loadRoles(ctx, idb, ids)
	if err != nil {
		return err
	}
	relations, err := loadRelations(ctx, idb, v, ids)
	if err != nil {
		return err
	}
	for _, s := range list {
		s.Questions, s.Tracks, s.Roles, s.Relations = orEmpty(questions[s.ID]), orEmpty(tracks[s.ID]), orEmpty(roles[s.ID]), orEmpty(relations[s.ID])
	}
	return nil
}

func orEmpty[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// loadTies reads the policy questions and the tracks of sessions, in one query.
func loadTies(ctx context.Context, idb bun.IDB, sessions []core.ID) (questions, tracks map[core.ID][]core.ID, err error) {
	questions, tracks = map[core.ID][]core.ID{}, map[core.ID][]core.ID{}
	if len(sessions) == 0 {
		return questions, tracks, nil
	}
	var rows []struct {
		Kind    string  `bun:"kind"`
		Session core.ID `bun:"session"`
		To      core.ID `bun:"other"`
	}
	err = idb.NewRaw(`SELECT 'question' AS kind, session, question AS other FROM session_questions WHERE session IN (?)
		UNION ALL SELECT 'track' AS kind, session, body AS other FROM session_tracks WHERE session IN (?)
		ORDER BY 1, 2, 3`, bun.List(sessions), bun.List(sessions)).Scan(ctx, &rows)
	if err != nil {
		return nil, nil, fmt.Errorf("load questions and tracks: %w", err)
	}
	for _, r := range rows {
		if r.Kind == "question" {
			questions[r.Session] = append(questions[r.Session], r.To)
		} else {
			tracks[r.Session] = append(tracks[r.Session], r.To)
		}
	}
	return questions, tracks, nil
}

// loadRoles reads the roles of sessions, in the order in which they are shown, in one
// query. Names are not filled.
func loadRoles(ctx context.Context, idb bun.IDB, sessions []core.ID) (map[core.ID][]Role, error) {
	if len(sessions) == 0 {
		return map[core.ID][]Role{}, nil
	}
	var rows []Role
	if err := idb.NewSelect().Model(&rows).Where("session IN (?)", bun.List(sessions)).OrderExpr("session, position, id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load roles: %w", err)
	}
	return rolesBySession(rows), nil
}

func rolesBySession(rows []Role) map[core.ID][]Role {
	out := map[core.ID][]Role{}
	for _, r := range rows {
		out[r.Session] = append(out[r.Session], r)
	}
	for _, roles := range out {
		sortRoles(roles)
	}
	return out
}

// loadRelations reads the relations of sessions with the sessions at the other end, as
// far as they may be seen: two queries. A relation to what may not be seen is left out.
func loadRelations(ctx context.Context, idb bun.IDB, v sight, sessions []core.ID) (map[core.ID][]Relation, error) {
	out := map[core.ID][]Relation{}
	var rows []Relation
	err := idb.NewSelect().Model(&rows).
		Where("from_session IN (?)", bun.List(sessions)).WhereOr("to_session IN (?)", bun.List(sessions)).OrderExpr("id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("load relations: %w", err)
	}
	if len(rows) == 0 {
		return out, nil
	}
	ends := make([]core.ID, 0, 2*len(rows))
	for _, r := range rows {
		ends = append(ends, r.From, r.To)
	}
	var others []Brief
	if err := v.scope(idb.NewSelect().Model(&others)).Where("se.id IN (?)", bun.List(ends)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load related sessions: %w", err)
	}
	byID := map[core.ID]*Brief{}
	for i := range others {
		byID[others[i].ID] = &others[i]
	}
	for _, id := range sessions {
		for _, r := range rows {
			switch id {
			case r.From:
				r.Other = byID[r.To]
			case r.To:
				r.Other = byID[r.From]
			default:
				continue
			}
			if r.Other != nil {
				out[id] = append(out[id], r)
			}
		}
	}
	return out, nil
}

// loadBriefs reads the sessions that a filter chooses: two queries for any number.
func loadBriefs(ctx context.Context, idb bun.IDB, v sight, edition core.ID, f Filter) ([]Brief, error) {
	var list []Brief
	q := f.apply(v.scope(idb.NewSelect().Model(&list)).Where("se.edition = ?", edition)).
		OrderExpr("CASE WHEN se.starts IS NULL THEN 1 ELSE 0 END, se.starts, se.ref")
	if f.Limit > 0 {
		q = q.Limit(int64(f.Limit))
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	ids := make([]core.ID, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	questions, tracks, err := loadTies(ctx, idb, ids)
	if err != nil {
		return nil, err
	}
	for i := range list {
		list[i].Questions, list[i].Tracks = orEmpty(questions[list[i].ID]), orEmpty(tracks[list[i].ID])
	}
	return list, nil
}

// briefsByRef finds sessions of an edition by references, present or old: two queries.
func briefsByRef(ctx context.Context, idb bun.IDB, edition core.ID, refs []string) (map[string]*Brief, error) {
	var old []oldRef
	if err := idb.NewSelect().Model(&old).Where("edition = ?", edition).Where("ref IN (?)", bun.List(refs)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("find old references: %w", err)
	}
	ids := []core.ID{""}
	for _, o := range old {
		ids = append(ids, o.Session)
	}
	var list []Brief
	err := idb.NewSelect().Model(&list).Where("se.edition = ?", edition).
		WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
			return q.Where("se.ref IN (?)", bun.List(refs)).WhereOr("se.id IN (?)", bun.List(ids))
		}).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("find sessions: %w", err)
	}
	out := map[string]*Brief{}
	for i := range list {
		b := &list[i]
		out[b.Ref] = b
		for _, o := range old {
			if o.Session == b.ID {
				out[o.Ref] = b
			}
		}
	}
	return out, nil
}

// apply adds the conditions of a filter to a query on sessions (alias se).
func (f Filter) apply(q *bun.SelectQuery) *bun.SelectQuery {
	for _, c := range []struct {
		where string
		value string
	}{
		{"se.day = ?", f.Day},
		{"se.room = ?", string(f.Room)},
		{"se.theme = ?", string(f.Theme)},
		{"se.type = ?", string(f.Type)},
		{"se.body = ?", string(f.Body)},
		{"se.state = ?", f.State},
		{"se.language = ?", f.Language},
		{"se.id IN (SELECT t.session FROM session_tracks AS t WHERE t.body = ?)", string(f.Track)},
		{"se.id IN (SELECT r.session FROM session_roles AS r WHERE r.person = ?)", string(f.Person)},
	} {
		if c.value != "" {
			q = q.Where(c.where, c.value)
		}
	}
	if f.Organisation != "" {
		q = q.Where("se.id IN (SELECT r.session FROM session_roles AS r WHERE r.organisation = ? OR r.affiliated LIKE ?)",
			f.Organisation, "%|"+string(f.Organisation)+"|%")
	}
	if len(f.Questions) > 0 {
		q = q.Where("se.id IN (SELECT x.session FROM session_questions AS x WHERE x.question IN (?))", bun.List(f.Questions))
	}
	for _, m := range []string{mark("tag", f.Tag), mark("sdg", goal(f.SDG)), mark("line", f.ActionLine)} {
		if m != "" {
			q = q.Where("se.marks LIKE ?", "%"+m+"%")
		}
	}
	for _, word := range core.Words(f.Q) {
		q = q.Where("se.search_key LIKE ?", "%"+word+"%")
	}
	if !f.From.IsZero() {
		q = q.Where("se.ends > ?", f.From)
	}
	if !f.Until.IsZero() {
		q = q.Where("se.starts < ?", f.Until)
	}
	if f.SDG < 0 {
		q = q.Where("1 = 0")
	}
	if f.Unscheduled {
		q = q.Where("se.starts IS NULL")
	}
	return q
}

func goal(n int) string {
	if n <= 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// mark is how a tag, goal or action line stands in the column marks; empty for none.
func mark(kind, value string) string {
	if value = strings.Join(core.Words(value), " "); value == "" {
		return ""
	}
	return "|" + kind + ":" + value + "|"
}

// index fills the columns by which sessions are found.
func (s *Session) index(zone string) {
	var marks, keys strings.Builder
	for _, t := range s.Tags {
		marks.WriteString(mark("tag", t))
		keys.WriteString(" " + t)
	}
	for _, n := range s.SDGs {
		marks.WriteString(mark("sdg", goal(n)))
	}
	for _, l := range s.ActionLines {
		marks.WriteString(mark("line", l))
	}
	for _, l := range core.Langs {
		keys.WriteString(" " + s.Title.By[l] + " " + s.ShortTitle.By[l])
	}
	keys.WriteString(" " + s.Ref + " " + letters(s.Ref) + " " + strconv.Itoa(s.Number))
	s.Marks, s.SearchKey = marks.String(), strings.Join(core.Words(keys.String()), " ")
	if !s.Starts.IsZero() { // a session of the past may have a day without a time
		s.Day = dayOf(s.Starts, zone)
	}
}

// compareNewest puts later sessions first, then by reference.
func compareNewest(a, b Brief) int {
	return cmp.Or(b.Starts.Time().Compare(a.Starts.Time()), strings.Compare(a.Ref, b.Ref))
}

// sortBriefs puts sessions in the order of a timetable: by time, then as rooms and
// types stand in the edition; those without a time last.
func sortBriefs(list []Brief, roomPlace, typePlace map[core.ID]int) {
	slices.SortStableFunc(list, func(a, b Brief) int {
		if a.Starts.IsZero() != b.Starts.IsZero() {
			if a.Starts.IsZero() {
				return 1
			}
			return -1
		}
		return cmp.Or(
			a.Starts.Time().Compare(b.Starts.Time()), roomPlace[a.Room]-roomPlace[b.Room],
			typePlace[a.Type]-typePlace[b.Type], a.Number-b.Number, strings.Compare(a.Ref, b.Ref),
		)
	})
}
