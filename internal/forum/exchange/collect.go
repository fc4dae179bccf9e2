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
	now  core.Instant
	rows record.Rows
	// written are how many public inputs have each tag, by its folded spelling.
	written map[string]int
}

// collect reads what a package of an edition holds: everything, or what everybody may
// see of it.
func (s *Service) collect(ctx context.Context, set *editions.Setting, all bool) (record.Rows, error) {
	var out record.Rows
	err := s.snapshotTx(ctx, func(q bun.IDB) error {
		c := &collector{q: q, set: set, all: all, now: s.rec.Clock.Instant(), rows: record.Rows{}}
		for _, step := range []func(context.Context) error{
			c.edition, c.sessions, c.papers, c.texts, c.spoken, c.reviews, c.polls, c.ledger, c.inputs, c.topics, c.evaluation, c.selection,
			c.emptied, c.bodies, c.persons, c.organisations,
		} {
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

// emptied takes out of the rows so far what does not leave, before persons are looked
// for whom only that names.
func (c *collector) emptied(context.Context) error {
	c.finish()
	return nil
}

// list reads ids by a query.
func (c *collector) list(ctx context.Context, query string, args ...any) ([]core.ID, error) {
	var out []core.ID
	err := c.q.NewRaw(query, args...).Scan(ctx, &out)
	return out, err
}

// have are the ids of a table's rows in the package.
func (c *collector) have(table string) ids {
	out := ids{}
	out.add(columnIDs(c.rows, table, "id")...)
	return out
}

// within keeps those rows of a table whose column names one of some things.
func (c *collector) within(table, column string, some ids) {
	c.drop(table, func(r record.Row) bool { return !some[idOf(r, column)] })
}

// forget empties a column where it names none of some things.
func (c *collector) forget(table, column string, some ids) {
	for _, r := range c.rows[table] {
		if id := idOf(r, column); id != "" && !some[id] {
			r[column] = ""
		}
	}
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
	for _, id := range slices.Concat(columnIDs(c.rows, "sessions", "body"), columnIDs(c.rows, "session_tracks", "body"),
		columnIDs(c.rows, "papers", "body"), columnIDs(c.rows, "consultations", "body"), columnIDs(c.rows, "calls", "body"),
		columnIDs(c.rows, "topic_decisions", "body"), columnIDs(c.rows, "review_reviewers", "body"), columnIDs(c.rows, "selection_rounds", "body")) {
		for id != "" && !kept[id] {
			kept.add(id)
			id = parent[id]
		}
	}
	return c.take(ctx, bodies.Shelf, kept.list())
}

// persons are those with a role, a seat or a text, who said or signed something, and
// whom they were merged into.
func (c *collector) persons(ctx context.Context) error {
	kept := ids{}
	next := ids{}
	next.add(columnIDs(c.rows, "session_roles", "person")...)
	next.add(columnIDs(c.rows, "body_seats", "person")...)
	next.add(columnIDs(c.rows, "document_revisions", "author_person")...)
	next.add(columnIDs(c.rows, "report_remarks", "person")...)
	next.add(c.speakers()...)
	for _, x := range whoDid {
		next.add(columnIDs(c.rows, x.table, x.column)...)
	}
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
	for _, x := range whoDid {
		c.forget(x.table, x.column, known)
	}
	// A signature is somebody's: it goes with her.
	c.within("paper_endorsements", "person", known)
	return nil
}

// whoDid are the columns that say who wrote, signed or did something. Such a person may
// be missing.
var whoDid = []struct{ table, column string }{
	{"papers", "person"},
	{"paper_endorsements", "person"},
	{"paper_endorsements", "acted_by"},
	{"comments", "person"},
	{"comments", "disposed_by"},
	{"comment_acts", "person"},
	{"ledger_commitments", "person"},
	{"ledger_updates", "person"},
	{"ledger_flags", "person"},
	{"proposals", "person"},
	{"proposal_people", "person"},
	{"review_reviewers", "person"},
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
	kept.add(c.addressed()...)
	if err := c.take(ctx, people.OrganisationShelf, kept.list()); err != nil {
		return err
	}
	c.drop("org_members", func(r record.Row) bool { return !kept[idOf(r, "member")] })
	return nil
}
