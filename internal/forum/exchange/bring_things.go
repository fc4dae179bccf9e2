package exchange

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/consultations"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/floor"
	"plenary/internal/forum/ledger"
	"plenary/internal/forum/messages"
	"plenary/internal/forum/opinions"
	"plenary/internal/forum/papers"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/reports"
	"plenary/internal/platform/record"
)

// ofTheForum are the kinds of things that belong to the forum and not to one edition.
var ofTheForum = []record.Shelf{
	people.OrganisationShelf, people.PersonShelf, bodies.Shelf, ledger.ProcessShelf, ledger.ReferenceShelf, ledger.IssueShelf,
}

// issueItems is the table of what belongs to issues: its rows are those of the edition.
const issueItems = "ledger_issue_items"

// always are the kinds that are counted also where there are none.
var always = []string{"organisation", "person", "body", "session", "document", "report"}

func (b *bringer) count(kind string, fresh, known int) {
	if fresh+known > 0 || slices.Contains(always, kind) {
		b.result.Counts = append(b.result.Counts, Count{Kind: kind, New: fresh, Known: known})
	}
}

// addresses refuses things whose address something else has here.
func (b *bringer) addresses(ctx context.Context, tx *record.Tx) error {
	for _, x := range []struct{ table, column, path string }{
		{"consultations", "ref", "/consultations/"},
		{"opinion_polls", "ref", "/opinions/"},
		{"ledger_issues", "slug", "/issues/"},
		{"ledger_processes", "slug", "/processes/"},
		{"calls", "ref", "/calls/"},
	} {
		var list []string
		for _, r := range b.rows[x.table] {
			list = append(list, str(r, x.column))
		}
		for part := range slices.Chunk(list, 500) {
			var taken []string
			err := tx.NewSelect().TableExpr("?", bun.Ident(x.table)).Column(x.column).Where("? IN (?)", bun.Ident(x.column), bun.List(part)).
				OrderExpr("?", bun.Ident(x.column)).Limit(1).Scan(ctx, &taken)
			if err != nil {
				return fmt.Errorf("look for addresses of %s: %w", x.table, err)
			}
			if len(taken) > 0 {
				return core.Conflict("exchange.package.error.address_here", "Address", x.path+taken[0])
			}
		}
	}
	return nil
}

// outside leaves out what leads to texts and calls of other editions that are not here,
// and what other packages have brought already: derivations, and what belongs to issues.
func (b *bringer) outside(ctx context.Context, tx *record.Tx) error {
	away, err := b.away(ctx, tx)
	if err != nil {
		return err
	}
	for _, r := range b.rows["ledger_calls"] {
		if away[idOf(r, "superseded_by")] {
			r["superseded_by"] = ""
		}
	}
	for _, r := range b.rows["calls"] {
		if away[idOf(r, "previous")] {
			r["previous"] = ""
		}
	}
	for table, shelf := range map[string]record.Shelf{"ledger_derivations": ledger.DerivationShelf, issueItems: ledger.IssueShelf} {
		list := columnIDs(b.rows, table, shelf.Tables[0].Key[0])
		if table == issueItems {
			list = columnIDs(b.rows, table, "issue")
		}
		slices.Sort(list)
		here, err := shelf.Copy(ctx, tx, slices.Compact(list))
		if err != nil {
			return err
		}
		rel := relationNamed(table)
		there := map[string]bool{}
		for _, r := range here[table] {
			there[keyOf(rel, r)] = true
		}
		b.rows[table] = slices.DeleteFunc(b.rows[table], func(r record.Row) bool {
			return there[keyOf(rel, r)] || table == "ledger_derivations" && (away[docOf(r, "later")] || away[docOf(r, "earlier")])
		})
	}
	return nil
}

func keyOf(rel *relation, r record.Row) string {
	out := ""
	for _, k := range rel.key {
		out += fmt.Sprint(r[k]) + "\x00"
	}
	return out
}

// away are the texts and calls that the package names and that are not here; what leads
// to them is told.
func (b *bringer) away(ctx context.Context, tx *record.Tx) (ids, error) {
	away := ids{}
	for kind, table := range map[string]string{otherText: "documents", otherCall: "ledger_calls", otherInput: "calls"} {
		titles := map[core.ID]string{}
		var list []core.ID
		for _, r := range b.rows[otherThings] {
			if str(r, "kind") != kind {
				continue
			}
			title := in[core.Text](r, "title").String()
			if edition := str(r, "edition"); edition != "" {
				title = edition + ": " + title
			}
			titles[idOf(r, "id")] = title
			list = append(list, idOf(r, "id"))
		}
		here := ids{}
		for part := range slices.Chunk(list, 500) {
			var found []core.ID
			if err := tx.NewSelect().TableExpr("?", bun.Ident(table)).Column("id").Where("id IN (?)", bun.List(part)).Scan(ctx, &found); err != nil {
				return nil, fmt.Errorf("look for %s of other editions: %w", table, err)
			}
			here.add(found...)
		}
		for _, id := range list {
			if !here[id] {
				away.add(id)
				b.result.LeftOut = append(b.result.LeftOut, shown(titles[id]))
			}
		}
	}
	slices.Sort(b.result.LeftOut)
	b.result.LeftOut = slices.Compact(b.result.LeftOut)
	return away, nil
}

// carried is a kind of things as it is written.
type carried struct {
	shelf record.Shelf
	scope string
	count bool
	open  func(record.Row) bool // everybody may see the thing
}

// things writes what is new, each kind after those that it names.
func (b *bringer) things(ctx context.Context, tx *record.Tx) error {
	b.rows["bodies"], _ = parentsFirst(b.rows["bodies"]) // there is no ring: that was checked
	for _, r := range b.rows["opinion_polls"] {
		r["salt"] = string(tx.NewID()) // of this installation: it hides who votes from now on
	}
	edition := string(b.Edition)
	anybody, never := func(record.Row) bool { return true }, func(record.Row) bool { return false }
	for _, k := range []carried{
		{people.OrganisationShelf, core.ScopeForum, false, anybody},
		{people.PersonShelf, core.ScopeForum, false, func(r record.Row) bool { return yes(r, "public") }},
		{bodies.Shelf, core.ScopeForum, false, anybody},
		{editions.Shelf, edition, false, anybody},
		{programme.TypeShelf, edition, false, never},
		{programme.Shelf, edition, true, func(r record.Row) bool { return programme.Policy.Can("see", str(r, "state"), core.RoleVisitor) }},
		{documents.Shelf, edition, true, func(r record.Row) bool { return num(r, "published_revision") > 0 }},
		{floor.Shelf, edition, false, func(r record.Row) bool { return floor.Policy.Can("see", str(r, "state"), core.RoleVisitor) }},
		{floor.RecordingShelf, edition, false, func(r record.Row) bool { return !yes(r, "withdrawn") }},
		{papers.Shelf, edition, true, func(r record.Row) bool { return papers.Policies[0].Can("see", str(r, "state"), core.RoleVisitor) }},
		{reports.Shelf, edition, true, func(r record.Row) bool { return str(r, "state") == reports.StatePublished }},
		{reports.SettingsShelf, edition, false, anybody},
		{messages.Shelf, edition, false, func(r record.Row) bool { return messages.Policies[0].Can("see", str(r, "state"), core.RoleVisitor) }},
		{consultations.Shelf, edition, true, b.published},
		{opinions.Shelf, edition, true, func(r record.Row) bool { return yes(r, "published") }},
		{ledger.ProcessShelf, core.ScopeForum, false, anybody},
		{ledger.ReferenceShelf, core.ScopeForum, false, anybody},
		{ledger.CallShelf, edition, true, b.published},
		{ledger.CommitmentShelf, edition, true, func(r record.Row) bool { return ledger.Commitment{Confirmed: instantOf(r, "confirmed")}.Public() }},
		{ledger.DeliveryShelf, edition, false, b.published},
		{ledger.CitationShelf, edition, false, b.published},
		{ledger.MentionShelf, edition, false, never},
		{ledger.DerivationShelf, edition, false, never},
		{ledger.IssueShelf, core.ScopeForum, false, anybody},
	} {
		if err := b.kind(ctx, tx, k); err != nil {
			return err
		}
	}
	if err := b.inputs(ctx, tx); err != nil {
		return err
	}
	return b.silent(ctx, tx)
}

// silent writes rows that are no things of their own, and says of each comment that it is
// here, so that it is found.
func (b *bringer) silent(ctx context.Context, tx *record.Tx) error {
	if err := consultations.OwnShelf.InsertTx(ctx, tx, string(b.Edition), record.Internal, nil, b.rows); err != nil {
		return err
	}
	for _, r := range b.rows["comments"] {
		tx.Append("comment.carried", idOf(r, "id"), string(b.Edition), record.Internal, record.Data{"label": ""})
	}
	return nil
}

// published tells whether the text that a row is about is published.
func (b *bringer) published(r record.Row) bool {
	if b.texts == nil {
		b.texts = ids{}
		for _, d := range b.rows["documents"] {
			if num(d, "published_revision") > 0 {
				b.texts.add(idOf(d, "id"))
			}
		}
	}
	return b.texts[idOf(r, "document")]
}

// kind writes the things of one kind, with an event for each: public where everybody
// may see the thing.
func (b *bringer) kind(ctx context.Context, tx *record.Tx, k carried) error {
	root := k.shelf.Tables[0]
	by := map[record.Visibility][]core.ID{}
	for _, r := range b.rows[root.Name] {
		id := idOf(r, root.Key[0])
		vis := record.Internal
		if k.open(r) && (k.scope == core.ScopeForum || b.open) {
			vis = record.Public
		}
		by[vis] = append(by[vis], id)
	}
	if k.shelf.Kind == programme.TypeShelf.Kind {
		by = map[record.Visibility][]core.ID{record.Internal: {b.Edition}}
	}
	if k.count {
		b.count(k.shelf.Kind, len(b.rows[root.Name]), 0)
	}
	if err := k.shelf.InsertTx(ctx, tx, k.scope, record.Internal, by[record.Internal], b.own(k.shelf)); err != nil {
		return err
	}
	return k.shelf.InsertTx(ctx, tx, k.scope, record.Public, by[record.Public], record.Rows{})
}

// evidence is the one table in which things of several kinds keep rows.
const evidence = "ledger_evidence"

// own are the rows of a kind. Of evidence each kind writes that of its own things; what
// belongs to an issue may belong to one that is here already.
func (b *bringer) own(shelf record.Shelf) record.Rows {
	i := slices.IndexFunc(shelf.Tables, func(t record.Table) bool { return t.Name == evidence })
	if i < 0 {
		return b.rows
	}
	mine := ids{}
	mine.add(columnIDs(b.rows, shelf.Tables[0].Name, "id")...)
	out := record.Rows{}
	for _, t := range shelf.Tables {
		out[t.Name] = b.rows[t.Name]
	}
	out[evidence] = nil
	for _, r := range b.rows[evidence] {
		if mine[idOf(r, ownerOf(shelf.Tables[i]))] {
			out[evidence] = append(out[evidence], r)
		}
	}
	return out
}
