package exchange

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/messages"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/reports"
	"plenary/internal/platform/record"
)

// ids is a set of ids.
type ids map[core.ID]bool

func (s ids) add(list ...core.ID) {
	for _, id := range list {
		if id != "" {
			s[id] = true
		}
	}
}

func (s ids) list() []core.ID { return slices.Sorted(maps.Keys(s)) }

// str and num read a column of a row.
func str(r record.Row, name string) string {
	s, _ := r[name].(string)
	return s
}

func idOf(r record.Row, name string) core.ID { return core.ID(str(r, name)) }

func num(r record.Row, name string) int64 {
	n, _ := r[name].(int64)
	return n
}

func yes(r record.Row, name string) bool {
	b, _ := r[name].(bool)
	return b
}

func in[T any](r record.Row, name string) T {
	var v T
	if raw, ok := r[name].(json.RawMessage); ok {
		_ = json.Unmarshal(raw, &v) // a room wrote it; what it did not is empty
	}
	return v
}

// column reads one column of all rows of a table.
func columnIDs(rows record.Rows, table, name string) []core.ID {
	out := make([]core.ID, 0, len(rows[table]))
	for _, r := range rows[table] {
		out = append(out, idOf(r, name))
	}
	return out
}

// snapshotTx reads from one state of the database, whatever is written meanwhile.
func (s *Service) snapshotTx(ctx context.Context, fn func(q bun.IDB) error) error {
	opt := &sql.TxOptions{ReadOnly: true}
	if s.rec.DB.Postgres() {
		opt.Isolation = sql.LevelRepeatableRead
	}
	tx, err := s.rec.DB.Read.BeginTx(ctx, opt)
	if err != nil {
		return fmt.Errorf("read package: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	return fn(tx)
}

// collector gathers the rows of an edition with all that they name.
type collector struct {
	q    bun.IDB
	set  *editions.Setting
	all  bool
	rows record.Rows
}

// collect reads what a package of an edition holds: everything, or what everybody may
// see of it.
func (s *Service) collect(ctx context.Context, set *editions.Setting, all bool) (record.Rows, error) {
	var out record.Rows
	err := s.snapshotTx(ctx, func(q bun.IDB) error {
		c := &collector{q: q, set: set, all: all, rows: record.Rows{}}
		for _, step := range []func(context.Context) error{c.edition, c.sessions, c.texts, c.spoken, c.bodies, c.persons, c.organisations} {
			if err := step(ctx); err != nil {
				return fmt.Errorf("collect %s: %w", set.Slug, err)
			}
		}
		c.finish()
		out = c.rows
		return nil
	})
	return out, err
}

// take copies the things of a shelf into the package.
func (c *collector) take(ctx context.Context, shelf record.Shelf, list []core.ID) error {
	rows, err := shelf.Copy(ctx, c.q, list)
	if err != nil {
		return err
	}
	for table, r := range rows {
		c.rows[table] = append(c.rows[table], r...)
	}
	return nil
}

func (c *collector) edition(ctx context.Context) error {
	if err := c.take(ctx, editions.Shelf, []core.ID{c.set.ID}); err != nil {
		return err
	}
	return c.take(ctx, programme.TypeShelf, []core.ID{c.set.ID})
}

func (c *collector) sessions(ctx context.Context) error {
	var list []struct {
		ID    core.ID `bun:"id"`
		State string  `bun:"state"`
	}
	if err := c.q.NewSelect().TableExpr("sessions").Column("id", "state").Where("edition = ?", c.set.ID).Scan(ctx, &list); err != nil {
		return err
	}
	kept := ids{}
	for _, s := range list {
		if c.all || programme.Policy.Can("see", s.State, core.RoleVisitor) {
			kept.add(s.ID)
		}
	}
	if err := c.take(ctx, programme.Shelf, kept.list()); err != nil {
		return err
	}
	return c.relations(ctx, kept)
}

// relations keeps the relations that lead to a session of the package, or to one of
// another edition, which is then named.
func (c *collector) relations(ctx context.Context, kept ids) error {
	others := ids{}
	for _, r := range c.rows["session_relations"] {
		if to := idOf(r, "to_session"); !kept[to] {
			others.add(to)
		}
	}
	named := ids{}
	if len(others) > 0 {
		var list []struct {
			ID      core.ID `bun:"id"`
			Edition core.ID `bun:"edition"`
			Ref     string  `bun:"ref"`
			State   string  `bun:"state"`
			Slug    string  `bun:"slug"`
			Open    string  `bun:"open_state"`
		}
		err := c.q.NewSelect().TableExpr("sessions AS se").Join("JOIN editions AS ed ON ed.id = se.edition").
			ColumnExpr("se.id, se.edition, se.ref, se.state, ed.slug, ed.state AS open_state").
			Where("se.id IN (?)", bun.List(others.list())).OrderExpr("se.id").Scan(ctx, &list)
		if err != nil {
			return err
		}
		for _, s := range list {
			open := editions.CanSee(core.Visitor, editions.Edition{ID: s.Edition, State: s.Open}) && programme.Policy.Can("see", s.State, core.RoleVisitor)
			if s.Edition == c.set.ID || !c.all && !open {
				continue
			}
			named.add(s.ID)
			c.rows[elsewhere] = append(c.rows[elsewhere], record.Row{"id": string(s.ID), "edition": s.Slug, "ref": s.Ref})
		}
	}
	c.drop("session_relations", func(r record.Row) bool { to := idOf(r, "to_session"); return !kept[to] && !named[to] })
	return nil
}

// drop takes rows out of a table.
func (c *collector) drop(table string, gone func(record.Row) bool) {
	c.rows[table] = slices.DeleteFunc(c.rows[table], gone)
}

// texts are the documents of the edition, its reports and its Messages.
func (c *collector) texts(ctx context.Context) error {
	var docs []core.ID
	if err := c.q.NewSelect().TableExpr("documents").Column("id").Where("scope = ?", c.set.Scope()).Scan(ctx, &docs); err != nil {
		return err
	}
	if err := c.take(ctx, documents.Shelf, docs); err != nil {
		return err
	}
	if err := c.take(ctx, reports.Shelf, columnIDs(c.rows, "sessions", "id")); err != nil {
		return err
	}
	if err := c.take(ctx, reports.SettingsShelf, []core.ID{c.set.ID}); err != nil {
		return err
	}
	if err := c.take(ctx, messages.Shelf, []core.ID{c.set.ID}); err != nil {
		return err
	}
	if !c.all {
		c.publishedOnly()
	}
	return nil
}

// bodies are those that sessions name, with the bodies above them.
func (c *collector) bodies(ctx context.Context) error {
	var list []struct {
		ID     core.ID `bun:"id"`
		Parent core.ID `bun:"parent"`
	}
	if err := c.q.NewSelect().TableExpr("bodies").ColumnExpr("id, COALESCE(parent, '') AS parent").Scan(ctx, &list); err != nil {
		return err
	}
	parent := map[core.ID]core.ID{}
	for _, b := range list {
		parent[b.ID] = b.Parent
	}
	kept := ids{}
	for _, id := range append(columnIDs(c.rows, "sessions", "body"), columnIDs(c.rows, "session_tracks", "body")...) {
		for id != "" && !kept[id] {
			kept.add(id)
			id = parent[id]
		}
	}
	return c.take(ctx, bodies.Shelf, kept.list())
}

// persons are those with a role, a seat or a text, and whom they were merged into.
func (c *collector) persons(ctx context.Context) error {
	kept := ids{}
	next := ids{}
	next.add(columnIDs(c.rows, "session_roles", "person")...)
	next.add(columnIDs(c.rows, "body_seats", "person")...)
	next.add(columnIDs(c.rows, "document_revisions", "author_person")...)
	next.add(columnIDs(c.rows, "report_remarks", "person")...)
	next.add(c.speakers()...)
	for len(next) > 0 {
		before := len(c.rows["people"])
		if err := c.take(ctx, people.PersonShelf, next.list()); err != nil {
			return err
		}
		kept.add(next.list()...)
		next = ids{}
		for _, r := range c.rows["people"][before:] {
			if into := idOf(r, "merged_into"); !kept[into] {
				next.add(into)
			}
		}
	}
	if !c.all {
		c.publicPersonsOnly()
	}
	known := ids{}
	known.add(columnIDs(c.rows, "people", "id")...)
	for _, r := range c.rows["document_revisions"] {
		if !known[idOf(r, "author_person")] {
			r["author_person"] = ""
		}
	}
	c.unnamed(known)
	return nil
}

// organisations are those that roles, seats and affiliations name. Of the members of a
// network only those stand in the package that it holds anyway.
func (c *collector) organisations(ctx context.Context) error {
	kept := ids{}
	kept.add(columnIDs(c.rows, "session_roles", "organisation")...)
	kept.add(columnIDs(c.rows, "body_seats", "organisation")...)
	kept.add(columnIDs(c.rows, "affiliations", "organisation")...)
	for _, r := range c.rows["session_roles"] {
		for _, a := range in[people.Snapshot](r, "snapshot").Affiliations {
			kept.add(a.OrganisationID)
		}
	}
	if err := c.take(ctx, people.OrganisationShelf, kept.list()); err != nil {
		return err
	}
	c.drop("org_members", func(r record.Row) bool { return !kept[idOf(r, "member")] })
	return nil
}

// finish empties what does not leave and puts every table in the order of its key.
func (c *collector) finish() {
	for _, rel := range relations {
		rows := c.rows[rel.name]
		for _, col := range rel.columns {
			if !col.local && (!col.secret || c.all) {
				continue
			}
			for _, r := range rows {
				r[col.name] = col.empty()
			}
		}
		slices.SortFunc(rows, rel.compare)
	}
}

// empty is the value of a column without what was in it.
func (c column) empty() any {
	switch {
	case c.null:
		return nil
	case c.sort == isInteger || c.sort == isInstant:
		return int64(0)
	case c.sort == isTruth:
		return false
	}
	return ""
}

// compare orders rows by their key.
func (r *relation) compare(a, b record.Row) int {
	for _, k := range r.key {
		switch x := a[k].(type) {
		case int64:
			if d := x - num(b, k); d != 0 {
				if d < 0 {
					return -1
				}
				return 1
			}
		case string:
			if y := str(b, k); x != y {
				if x < y {
					return -1
				}
				return 1
			}
		}
	}
	return 0
}
