package archive

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/messages"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/reports"
	"plenary/internal/forum/timetable"
	"plenary/internal/platform/record"
)

var documentsShelf = documents.Shelf

// shelves are what an import may touch, in the order in which it is made: it is taken
// back in the other one.
var shelves = []record.Shelf{
	people.OrganisationShelf, people.PersonShelf, documents.Shelf, editions.Shelf, programme.Shelf, timetable.PlacementShelf, reports.Shelf, messages.Shelf,
}

// keptRow is how things of one kind were before an import and after it. Made things
// were not there before.
type keptRow struct {
	bun.BaseModel `bun:"table:import_kept,alias:ke"`

	Import core.ID         `bun:"import,pk"`
	Kind   string          `bun:"kind,pk"`
	Made   bool            `bun:"made,pk"`
	IDs    []core.ID       `bun:"ids,type:jsonb"`
	Was    json.RawMessage `bun:"was,type:jsonb"`
	Is     json.RawMessage `bun:"now_is,type:jsonb"`
}

// keeping notes what an import touches, so that it can be taken back.
type keeping struct {
	id   core.ID
	rows map[string]*keptRow // by kind, and whether it was made
	was  map[string]record.Rows
}

func newKeeping(id core.ID) *keeping {
	return &keeping{id: id, rows: map[string]*keptRow{}, was: map[string]record.Rows{}}
}

func (k *keeping) row(kind string, made bool) *keptRow {
	key := kind
	if made {
		key += " made"
	}
	if k.rows[key] == nil {
		k.rows[key] = &keptRow{Import: k.id, Kind: kind, Made: made, IDs: []core.ID{}}
	}
	return k.rows[key]
}

// made notes things that this import made.
func (k *keeping) made(s record.Shelf, id core.ID) {
	r := k.row(s.Kind, true)
	if id != "" && !slices.Contains(r.IDs, id) {
		r.IDs = append(r.IDs, id)
	}
}

// before copies a thing as it stands, before it is changed for the first time. What
// this import made needs no copy.
func (k *keeping) before(ctx context.Context, tx *record.Tx, s record.Shelf, id core.ID) error {
	if m := k.rows[s.Kind+" made"]; m != nil && slices.Contains(m.IDs, id) {
		return nil
	}
	r := k.row(s.Kind, false)
	if slices.Contains(r.IDs, id) {
		return nil
	}
	rows, err := s.Copy(ctx, tx, []core.ID{id})
	if err != nil {
		return err
	}
	r.IDs = append(r.IDs, id)
	if k.was[s.Kind] == nil {
		k.was[s.Kind] = record.Rows{}
	}
	for table, list := range rows {
		k.was[s.Kind][table] = append(k.was[s.Kind][table], list...)
	}
	return nil
}

// after copies everything as the import leaves it, and keeps both.
func (k *keeping) after(ctx context.Context, tx *record.Tx) error {
	for _, s := range shelves {
		for _, made := range []bool{false, true} {
			key := s.Kind
			if made {
				key += " made"
			}
			r := k.rows[key]
			if r == nil || len(r.IDs) == 0 {
				continue
			}
			is, err := s.Copy(ctx, tx, r.IDs)
			if err != nil {
				return err
			}
			was := record.Rows{}
			if !made {
				was = k.was[s.Kind]
			}
			r.Was, r.Is = raw(was), raw(is)
			if _, err := tx.NewInsert().Model(r).Exec(ctx); err != nil {
				return fmt.Errorf("keep how things were: %w", err)
			}
		}
	}
	return nil
}

// Undo takes one import back as a whole: what it made goes, what it changed is as it
// was. People and organisations whom somebody has used elsewhere since stay. The staff
// may. Event: import.undone. Errors: Conflict naming what was changed since.
func (s *Service) Undo(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID, version int64) error {
	p, err := s.Get(ctx, a, set, id)
	if err != nil {
		return err
	}
	if err := s.may(a, set); err != nil {
		return err
	}
	if p.State != StateApplied {
		return core.Conflict("archive.error.not_applied", "Name", p.Name)
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		stale, err := record.Once(tx.NewUpdate().Model((*Import)(nil)).Set("version = version + 1, state = ?, undone_at = ?", StateUndone, tx.Now).
			Where("id = ? AND version = ? AND state = ?", id, version, StateApplied).Exec(ctx))
		if err != nil || stale {
			return record.StaleOr(err, p.Import)
		}
		var kept []keptRow
		if err := tx.NewSelect().Model(&kept).Where("import = ?", id).Scan(ctx); err != nil {
			return fmt.Errorf("load how things were: %w", err)
		}
		if len(kept) == 0 {
			return core.Conflict("archive.error.too_old", "Name", p.Name)
		}
		if err := s.free(ctx, tx, kept); err != nil {
			return err
		}
		for _, shelf := range slices.Backward(shelves) {
			for _, made := range []bool{true, false} {
				i := slices.IndexFunc(kept, func(k keptRow) bool { return k.Kind == shelf.Kind && k.Made == made })
				if i < 0 {
					continue
				}
				if err := s.restore(ctx, tx, set, shelf, kept[i]); err != nil {
					return err
				}
			}
		}
		if err := s.freePlan(ctx, tx, set, p, kept); err != nil {
			return err
		}
		if err := forget(ctx, tx, id); err != nil {
			return fmt.Errorf("forget import: %w", err)
		}
		// Lists and menus show what lies in the forum's scope.
		tx.Append("import.undone", id, set.Scope(), record.Internal, record.Data{"label": p.Name})
		tx.Append("import.undone", id, core.ScopeForum, record.Internal, record.Data{"label": p.Name})
		return nil
	})
}

// freePlan takes the steps of an import out of the plan's history of what can be taken back.
func (s *Service) freePlan(ctx context.Context, tx *record.Tx, set *editions.Setting, p *Plan, kept []keptRow) error {
	var sessions []core.ID
	for _, k := range kept {
		if k.Kind == timetable.PlacementShelf.Kind {
			sessions = append(sessions, k.IDs...)
		}
	}
	if s.timetable == nil || len(sessions) == 0 {
		return nil
	}
	return s.timetable.TakenBackTx(ctx, tx, set, p.At, sessions)
}

// forget takes away what is known of an applied import beside its file.
func forget(ctx context.Context, tx *record.Tx, id core.ID) error {
	_, err1 := tx.NewDelete().Model((*keyRow)(nil)).Where("import = ?", id).Exec(ctx)
	_, err2 := tx.NewDelete().Model((*keptRow)(nil)).Where("import = ?", id).Exec(ctx)
	_, err3 := tx.NewDelete().Model((*printRow)(nil)).Where("import = ?", id).Exec(ctx)
	_, err4 := tx.NewDelete().Model((*Item)(nil)).Where("import = ?", id).Exec(ctx)
	return errors.Join(err1, err2, err3, err4)
}

// restore puts the things of one kind back. People and organisations that are in use
// elsewhere by now stay as they are.
func (s *Service) restore(ctx context.Context, tx *record.Tx, set *editions.Setting, shelf record.Shelf, k keptRow) error {
	var was, is record.Rows
	if err := errors.Join(json.Unmarshal(k.Was, &was), json.Unmarshal(k.Is, &is)); err != nil {
		return fmt.Errorf("read how things were: %w", err)
	}
	ids := k.IDs
	if k.Made && (shelf.Kind == people.PersonShelf.Kind || shelf.Kind == people.OrganisationShelf.Kind) {
		used, err := s.used(ctx, tx, ids)
		if err != nil {
			return err
		}
		ids = slices.DeleteFunc(slices.Clone(ids), func(id core.ID) bool { return slices.Contains(used, id) })
		if is, err = shelf.Only(is, ids); err != nil {
			return err
		}
	}
	if len(ids) == 0 {
		return nil
	}
	scope := set.Scope()
	if shelf.Kind == timetable.PlacementShelf.Kind {
		scope = programme.PlanScope(set)
	}
	if shelf.Kind == people.PersonShelf.Kind || shelf.Kind == people.OrganisationShelf.Kind {
		scope = core.ScopeForum
	}
	changed, err := shelf.RestoreTx(ctx, tx, scope, ids, was, is)
	if errors.Is(err, record.ErrChanged) {
		labels, lerr := s.labels(ctx, tx, shelf.Kind, changed)
		if lerr != nil {
			return lerr
		}
		return core.Conflict("archive.error.changed_since", "What", labels, "Count", len(changed))
	}
	return err
}

// free sees that nothing else refers to the sessions that are to go: no report that
// somebody began since, no Message made from them, no session that builds on them.
func (s *Service) free(ctx context.Context, tx *record.Tx, kept []keptRow) error {
	var sessions, docs []core.ID
	for _, k := range kept {
		switch {
		case k.Made && k.Kind == programme.Shelf.Kind:
			sessions = k.IDs
		case k.Made && k.Kind == documents.Shelf.Kind:
			docs = k.IDs
		}
	}
	if len(sessions) == 0 {
		return nil
	}
	var titles []core.Text
	q := tx.NewSelect().TableExpr("sessions AS se").ColumnExpr("se.title").Where("se.id IN (?)", bun.List(sessions)).
		WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
			q = q.Where("EXISTS (SELECT 1 FROM session_relations re WHERE re.to_session = se.id AND re.from_session NOT IN (?))", bun.List(sessions)).
				WhereOr("EXISTS (SELECT 1 FROM report_cards x WHERE x.session = se.id)").WhereOr("EXISTS (SELECT 1 FROM report_notes x WHERE x.session = se.id)").
				WhereOr("EXISTS (SELECT 1 FROM report_helpers x WHERE x.session = se.id)").WhereOr("EXISTS (SELECT 1 FROM report_remarks x WHERE x.session = se.id)")
			if len(docs) > 0 {
				q = q.WhereOr("EXISTS (SELECT 1 FROM reports rp WHERE rp.session = se.id AND rp.document NOT IN (?))", bun.List(docs)).
					WhereOr("EXISTS (SELECT 1 FROM document_sources ds JOIN document_revisions dr ON dr.id = ds.revision WHERE ds.kind = ? AND ds.ref = se.id AND dr.document NOT IN (?))", messages.SourceSession, bun.List(docs))
				return q
			}
			return q.WhereOr("EXISTS (SELECT 1 FROM reports rp WHERE rp.session = se.id)").
				WhereOr("EXISTS (SELECT 1 FROM document_sources ds WHERE ds.kind = ? AND ds.ref = se.id)", messages.SourceSession)
		})
	if err := q.Limit(5).Scan(ctx, &titles); err != nil {
		return fmt.Errorf("look for what refers to sessions: %w", err)
	}
	if len(titles) == 0 {
		return nil
	}
	var names []string
	for _, t := range titles {
		names = append(names, t.String())
	}
	return core.Conflict("archive.error.changed_since", "What", quoted(names), "Count", len(names))
}

// used are the people and organisations to which something else refers by now.
func (s *Service) used(ctx context.Context, tx *record.Tx, ids []core.ID) ([]core.ID, error) {
	var out []core.ID
	err := tx.NewRaw(`SELECT person FROM session_roles WHERE person IN (?0)
		UNION SELECT organisation FROM session_roles WHERE organisation IN (?0)
		UNION SELECT person FROM body_seats WHERE person IN (?0)
		UNION SELECT organisation FROM body_seats WHERE organisation IN (?0)
		UNION SELECT organisation FROM affiliations WHERE organisation IN (?0) AND person NOT IN (?0)
		UNION SELECT member FROM org_members WHERE member IN (?0)
		UNION SELECT person FROM accounts WHERE person IN (?0)`, bun.List(ids)).Scan(ctx, &out)
	if err != nil {
		return nil, fmt.Errorf("look for what refers to people: %w", err)
	}
	return out, nil
}

// labels names things that cannot be taken back.
func (s *Service) labels(ctx context.Context, tx *record.Tx, kind string, ids []core.ID) (string, error) {
	var names []string
	switch kind {
	case programme.Shelf.Kind, reports.Shelf.Kind, timetable.PlacementShelf.Kind:
		var rows []core.Text
		if err := tx.NewSelect().TableExpr("sessions").ColumnExpr("title").Where("id IN (?)", bun.List(ids)).Limit(5).Scan(ctx, &rows); err != nil {
			return "", err
		}
		for _, t := range rows {
			names = append(names, t.String())
		}
	case people.PersonShelf.Kind:
		if err := tx.NewSelect().TableExpr("people").ColumnExpr("name").Where("id IN (?)", bun.List(ids)).Limit(5).Scan(ctx, &names); err != nil {
			return "", err
		}
	default:
		names = []string{kind}
	}
	return quoted(names), nil
}

func quoted(names []string) string {
	out := ""
	for i, n := range names {
		if i > 0 {
			out += " · "
		}
		out += "“" + n + "”"
	}
	return out
}
