package exchange

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/ledger"
	"plenary/internal/forum/papers"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/record"
)

// ledger is what came of the edition: its calls and what was answered, where its texts
// were sent and cited, what was cited in its sessions, and what was made of what. Issues,
// processes and documents of others belong to the forum: those come that the edition's
// rows name, an issue with what of the package belongs to it.
func (c *collector) ledger(ctx context.Context) error {
	of := func(query string, args ...any) func(context.Context) ([]core.ID, error) {
		return func(ctx context.Context) ([]core.ID, error) { return c.list(ctx, query, args...) }
	}
	scope := c.set.Scope()
	for _, x := range []struct {
		shelf record.Shelf
		ids   func(context.Context) ([]core.ID, error)
	}{
		{ledger.CallShelf, of("SELECT id FROM ledger_calls WHERE edition = ?", c.set.ID)},
		{ledger.CommitmentShelf, of("SELECT id FROM ledger_commitments WHERE edition = ?", c.set.ID)},
		{ledger.DeliveryShelf, of("SELECT x.id FROM ledger_deliveries AS x JOIN documents AS d ON d.id = x.document WHERE d.scope = ?", scope)},
		{ledger.CitationShelf, of("SELECT x.id FROM ledger_citations AS x JOIN documents AS d ON d.id = x.document WHERE d.scope = ?", scope)},
		{ledger.MentionShelf, of("SELECT id FROM ledger_mentions WHERE edition = ?", c.set.ID)},
		{ledger.DerivationShelf, c.derived},
	} {
		list, err := x.ids(ctx)
		if err != nil {
			return err
		}
		if err := c.take(ctx, x.shelf, list); err != nil {
			return err
		}
	}
	c.ledgerWithin()
	if err := c.forumsOwn(ctx); err != nil {
		return err
	}
	return c.outside(ctx)
}

// ledgerWithin keeps what is about something in the package; in a public one only what
// its organisation was confirmed to have said.
func (c *collector) ledgerWithin() {
	docs, sessions := c.have("documents"), c.have("sessions")
	c.within("ledger_calls", "document", docs)
	c.forget("ledger_calls", "session", sessions)
	calls := c.have("ledger_calls")
	c.within("ledger_addressees", "call", calls)
	c.drop("ledger_commitments", func(r record.Row) bool {
		call := idOf(r, "ledger_call")
		open := ledger.Commitment{Confirmed: instantOf(r, "confirmed")}.Public()
		return call != "" && !calls[call] || !c.all && !open
	})
	c.forget("ledger_commitments", "session", sessions)
	kept := c.have("ledger_commitments")
	for _, table := range []string{"ledger_updates", "ledger_flags"} {
		c.within(table, "commitment", kept)
	}
	for _, table := range []string{"ledger_deliveries", "ledger_citations"} {
		c.within(table, "document", docs)
	}
	c.within("ledger_mentions", "session", sessions)
	c.forget("ledger_mentions", "segment", c.have("transcript_segments"))
	owners := c.have("ledger_updates")
	owners.add(c.have("ledger_deliveries").list()...)
	c.within("ledger_evidence", "owner", owners)
	// An end of a derivation may be a text of another edition.
	c.drop("ledger_derivations", func(r record.Row) bool { return !docs[docOf(r, "later")] && !docs[docOf(r, "earlier")] })
}

// derived are the derivations with an end in the package.
func (c *collector) derived(ctx context.Context) ([]core.ID, error) {
	var rows []ledger.Derivation
	if err := c.q.NewSelect().Model(&rows).OrderExpr("dv.id").Scan(ctx); err != nil {
		return nil, err
	}
	docs := c.have("documents")
	var out []core.ID
	for _, d := range rows {
		later, _ := documents.ReadParaRef(d.Later)
		earlier, _ := documents.ReadParaRef(d.Earlier)
		if docs[later] || docs[earlier] {
			out = append(out, d.ID)
		}
	}
	return out, nil
}

// docOf is the document of a paragraph that a column names.
func docOf(r record.Row, column string) core.ID {
	doc, _ := documents.ReadParaRef(str(r, column))
	return doc
}

func instantOf(r record.Row, column string) core.Instant {
	if n, ok := r[column].(int64); ok {
		return core.At(time.UnixMicro(n))
	}
	return core.Instant{}
}

// forumsOwn takes the documents of others, the issues and the processes that rows of the
// package name.
func (c *collector) forumsOwn(ctx context.Context) error {
	references := ids{}
	references.add(columnIDs(c.rows, "ledger_citations", "reference")...)
	references.add(columnIDs(c.rows, "ledger_mentions", "reference")...)
	if err := c.take(ctx, ledger.ReferenceShelf, references.list()); err != nil {
		return err
	}
	here := map[string]ids{
		ledger.ThingParagraph: c.have("documents"), ledger.ThingSession: c.have("sessions"),
		ledger.ThingCommitment: c.have("ledger_commitments"), ledger.ThingReference: references,
	}
	var items []ledger.Item
	if err := c.q.NewSelect().Model(&items).Scan(ctx); err != nil {
		return err
	}
	issues := ids{}
	for _, it := range items {
		if doc, _ := documents.ReadParaRef(it.Ref); it.Kind != ledger.ThingReference && here[it.Kind][doc] {
			issues.add(it.Issue)
		}
	}
	if err := c.take(ctx, ledger.IssueShelf, issues.list()); err != nil {
		return err
	}
	c.drop("ledger_issue_items", func(r record.Row) bool { return !here[str(r, "kind")][docOf(r, "ref")] })
	processes := ids{}
	processes.add(columnIDs(c.rows, "ledger_deliveries", "process")...)
	processes.add(columnIDs(c.rows, "ledger_references", "process")...)
	if err := c.take(ctx, ledger.ProcessShelf, processes.list()); err != nil {
		return err
	}
	c.forget("ledger_deliveries", "process", c.have("ledger_processes"))
	c.forget("ledger_references", "process", c.have("ledger_processes"))
	return nil
}

// outside names the texts and calls of other editions to which the ledger leads, those
// that may be known of.
func (c *collector) outside(ctx context.Context) error {
	docs, calls := c.have("documents"), c.have("ledger_calls")
	far, farCalls := ids{}, ids{}
	for _, r := range c.rows["ledger_derivations"] {
		for _, end := range []string{"later", "earlier"} {
			if d := docOf(r, end); !docs[d] {
				far.add(d)
			}
		}
	}
	for _, r := range c.rows["ledger_calls"] {
		if by := idOf(r, "superseded_by"); !calls[by] {
			farCalls.add(by)
		}
	}
	var later []ledger.Call
	if len(farCalls) > 0 {
		if err := c.q.NewSelect().Model(&later).Where("lc.id IN (?)", bun.List(farCalls.list())).OrderExpr("lc.id").Scan(ctx); err != nil {
			return err
		}
	}
	ask := ids{}
	ask.add(far.list()...)
	for _, x := range later {
		ask.add(x.Document)
	}
	texts, err := c.farTexts(ctx, ask.list())
	if err != nil {
		return err
	}
	named := ids{}
	name := func(id core.ID, kind, edition string, title core.Text) error {
		b, err := marshal(title)
		if err != nil {
			return err
		}
		words, _ := canonical(b)
		named.add(id)
		c.rows[otherThings] = append(c.rows[otherThings], record.Row{"id": string(id), "kind": kind, "edition": edition, "title": words})
		return nil
	}
	for _, id := range far.list() {
		if t, ok := texts[id]; ok {
			if err := name(id, otherText, t.Slug, t.Title); err != nil {
				return err
			}
		}
	}
	for _, x := range later {
		if t, ok := texts[x.Document]; ok {
			if err := name(x.ID, otherCall, t.Slug, x.Words); err != nil {
				return err
			}
		}
	}
	c.drop("ledger_derivations", func(r record.Row) bool {
		a, b := docOf(r, "later"), docOf(r, "earlier")
		return !docs[a] && !named[a] || !docs[b] && !named[b]
	})
	known := c.have("ledger_calls")
	known.add(named.list()...)
	c.forget("ledger_calls", "superseded_by", known)
	return nil
}

// farText is a text that the package names and does not hold.
type farText struct {
	ID        core.ID   `bun:"id"`
	Title     core.Text `bun:"title"`
	Published int       `bun:"published_revision"`
	Slug      string    `bun:"slug"`
	Edition   core.ID   `bun:"edition"`
	Open      string    `bun:"open_state"`
	Session   string    `bun:"session_state"`
	Paper     string    `bun:"paper_state"`
}

// open tells whether everybody may see the text: it is published, and so are its edition,
// its session and, where it is that of a paper, the paper.
func (t farText) open() bool {
	return t.Published > 0 &&
		(t.Edition == "" || editions.CanSee(core.Visitor, editions.Edition{ID: t.Edition, State: t.Open})) &&
		(t.Session == "" || programme.Policy.Can("see", t.Session, core.RoleVisitor)) &&
		(t.Paper == "" || papers.Policies[0].Can("see", t.Paper, core.RoleVisitor))
}

func (c *collector) farTexts(ctx context.Context, list []core.ID) (map[core.ID]farText, error) {
	out := map[core.ID]farText{}
	if len(list) == 0 {
		return out, nil
	}
	var rows []farText
	err := c.q.NewSelect().TableExpr("documents AS d").Join("LEFT JOIN editions AS ed ON ed.id = d.scope").
		Join("LEFT JOIN sessions AS se ON se.id = d.subject").Join("LEFT JOIN papers AS pa ON pa.id = d.subject").
		Join("LEFT JOIN document_revisions AS re ON re.document = d.id AND re.number = d.published_revision").
		ColumnExpr("d.id, COALESCE(re.title, d.title) AS title, d.published_revision, COALESCE(ed.slug, '') AS slug, COALESCE(ed.id, '') AS edition").
		ColumnExpr("COALESCE(ed.state, '') AS open_state, COALESCE(se.state, '') AS session_state, COALESCE(pa.state, '') AS paper_state").
		Where("d.id IN (?)", bun.List(list)).Scan(ctx, &rows)
	for _, t := range rows {
		if c.all || t.open() {
			out[t.ID] = t
		}
	}
	return out, err
}

// addressed are the organisations that papers, calls and commitments name, and those that
// calls address in their reports.
func (c *collector) addressed() []core.ID {
	var out []core.ID
	for _, x := range []struct{ table, column string }{
		{"papers", "organisation"}, {"paper_endorsements", "organisation"}, {"ledger_addressees", "organisation"}, {"ledger_commitments", "organisation"},
	} {
		out = append(out, columnIDs(c.rows, x.table, x.column)...)
	}
	for _, r := range c.rows["document_paragraphs"] {
		out = append(out, ownOf(in[documents.Attrs](r, "attrs")).Orgs...)
	}
	return out
}
