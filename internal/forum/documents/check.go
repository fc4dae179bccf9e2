package documents

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
)

const (
	checkBatch = 200 // revisions at a time
	idsAtOnce  = 500 // in one list of a query
)

// Check looks at every published revision: its frozen text must have its hash, name the
// version before and say what the paragraphs say, and every source must lead somewhere.
// It asks as the operator, reads only, and may run beside a server. The number of queries
// depends on the number of batches, not of sources.
func (s *Service) Check(ctx context.Context) ([]core.Flaw, error) {
	ctx = core.WithActor(ctx, core.Operator)
	c := &checker{s: s, last: map[core.ID]Revision{}}
	if err := c.heads(ctx); err != nil {
		return nil, err
	}
	var doc core.ID
	number := 0
	for {
		revs, err := loadRevisions(ctx, s.rec.DB.Read, func(q *bun.SelectQuery) *bun.SelectQuery {
			return q.Where("r.state = ?", StatePublished).Where("r.document > ? OR (r.document = ? AND r.number > ?)", doc, doc, number).
				Limit(checkBatch)
		})
		if err != nil {
			return nil, err
		}
		if err := fillParagraphs(ctx, s.rec.DB.Read, revs); err != nil {
			return nil, err
		}
		if err := c.batch(ctx, revs); err != nil {
			return nil, err
		}
		if len(revs) < checkBatch {
			return c.flaws, nil
		}
		doc, number = revs[len(revs)-1].Document, revs[len(revs)-1].Number
	}
}

// checker remembers what one walk through the texts has seen.
type checker struct {
	s     *Service
	flaws []core.Flaw
	last  map[core.ID]Revision // the published revision before, without paragraphs
}

func (c *checker) flaw(r Revision, para, code, format string, args ...any) {
	where := revisionPath(r.Document, r.Number)
	if para != "" {
		where += "#" + para
	}
	c.flaws = append(c.flaws, core.Flaw{Code: code, Subject: r.Document, Where: where, Text: fmt.Sprintf(format, args...)})
}

// heads sees that the revisions that documents name are there.
func (c *checker) heads(ctx context.Context) error {
	var rows []struct {
		ID        core.ID
		Head      int
		Published int
	}
	if err := c.s.rec.DB.Read.NewRaw(`SELECT d.id, d.head_revision AS head, d.published_revision AS published FROM documents AS d
		WHERE NOT EXISTS (SELECT 1 FROM document_revisions AS r WHERE r.document = d.id AND r.number = d.head_revision)
		OR (d.published_revision > 0 AND NOT EXISTS (SELECT 1 FROM document_revisions AS r WHERE r.document = d.id AND r.number = d.published_revision AND r.state = 'published'))
		ORDER BY d.id`).Scan(ctx, &rows); err != nil {
		return fmt.Errorf("look for revisions: %w", err)
	}
	for _, d := range rows {
		c.flaws = append(c.flaws, core.Flaw{Code: "revision-missing", Subject: d.ID, Where: revisionsPath(d.ID), Text: fmt.Sprintf("version %d or the published version %d is not there", d.Head, d.Published)})
	}
	return nil
}

func (c *checker) batch(ctx context.Context, revs []Revision) error {
	frozen, err := loadFrozenAll(ctx, c.s.rec.DB.Read, revs)
	if err != nil {
		return err
	}
	for _, r := range revs {
		c.text(r, frozen[r.ID])
		r.Paragraphs = nil
		c.last[r.Document] = r
	}
	return c.sources(ctx, revs)
}

func loadFrozenAll(ctx context.Context, idb bun.IDB, revs []Revision) (map[core.ID]string, error) {
	out := make(map[core.ID]string, len(revs))
	if len(revs) == 0 {
		return out, nil
	}
	ids := make([]core.ID, len(revs))
	for i, r := range revs {
		ids[i] = r.ID
	}
	var rows []struct {
		ID     core.ID
		Frozen string
	}
	if err := idb.NewSelect().Model((*Revision)(nil)).Column("id").ColumnExpr("r.frozen AS frozen").Where("r.id IN (?)", bun.List(ids)).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("read frozen texts: %w", err)
	}
	for _, r := range rows {
		out[r.ID] = r.Frozen
	}
	return out, nil
}

// text checks one published revision against what was frozen of it.
func (c *checker) text(r Revision, frozen string) {
	if sum := Sum([]byte(frozen)); sum != r.Hash {
		c.flaw(r, "", "hash", "the frozen text has the hash %s, the revision says %s", sum, r.Hash)
	}
	var f Frozen
	if err := json.Unmarshal([]byte(frozen), &f); err != nil {
		c.flaw(r, "", "frozen-malformed", "the frozen text is no JSON of a revision: %v", err)
		return
	}
	if f.Document != r.Document || f.Revision != r.Number || f.State != StatePublished {
		c.flaw(r, "", "frozen-differs", "the frozen text is that of version %d of %s", f.Revision, f.Document)
	}
	// The version before is named unless there is none.
	before, ok := c.last[r.Document]
	switch {
	case ok && f.Previous == nil:
		c.flaw(r, "", "chain", "the frozen text does not name version %d, which came before", before.Number)
	case ok && (f.Previous.Revision != before.Number || f.Previous.Hash != before.Hash):
		c.flaw(r, "", "chain", "the frozen text names version %d with the hash %s; before it came version %d with %s", f.Previous.Revision, f.Previous.Hash, before.Number, before.Hash)
	case !ok && f.Previous != nil:
		c.flaw(r, "", "chain", "version %d, which the frozen text names as the one before, is not there", f.Previous.Revision)
	}
	want, err1 := canonical(f.Paragraphs)
	have, err2 := canonical(append([]Paragraph{}, r.Paragraphs...))
	if err1 != nil || err2 != nil || !bytes.Equal(want, have) || !f.Title.Equal(r.Title) || f.Note != r.Note {
		c.flaw(r, "", "frozen-differs", "what is shown of the version differs from its frozen text")
	}
}

// cited is a source with where it stands.
type cited struct {
	rev  Revision
	para string
	src  Source
}

// sources sees that every source of the revisions leads somewhere.
func (c *checker) sources(ctx context.Context, revs []Revision) error {
	kinds := map[string][]cited{}
	for _, r := range revs {
		for _, p := range r.Paragraphs {
			for _, src := range p.Sources {
				kinds[src.Kind] = append(kinds[src.Kind], cited{r, p.ID, src})
				if n := len(p.Sentences()); src.Sentence < 0 || src.Sentence > n {
					c.flaw(r, p.ID, "sentence", "a source stands at sentence %d of %d", src.Sentence, n)
				}
			}
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		if err := c.kind(ctx, kind, kinds[kind]); err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) kind(ctx context.Context, kind string, list []cited) error {
	fn, known := c.s.labels[kind]
	switch {
	case kind == SourceLink:
		for _, x := range list {
			if !core.WebAddress(x.src.Ref) {
				c.flaw(x.rev, x.para, "source-link", "%q is no address on the web", x.src.Ref)
			}
		}
		return nil
	case kind == SourceParagraph:
		return c.paragraphs(ctx, list)
	case !known:
		for _, x := range list {
			c.flaw(x.rev, x.para, "source-kind", "nothing here knows sources of the kind %q", kind)
		}
		return nil
	}
	var refs []string
	for _, x := range list {
		refs = append(refs, x.src.Ref)
	}
	slices.Sort(refs)
	found := map[string]SourceLabel{}
	for part := range slices.Chunk(slices.Compact(refs), idsAtOnce) {
		m, err := fn(ctx, "en", part)
		if err != nil {
			return fmt.Errorf("resolve sources of kind %s: %w", kind, err)
		}
		maps.Copy(found, m)
	}
	for _, x := range list {
		if _, ok := found[x.src.Ref]; !ok {
			c.flaw(x.rev, x.para, "dangling-source", "the %s %q that it rests on is not there", kind, x.src.Ref)
		}
	}
	return nil
}

// paragraphs sees that cited paragraphs stand in some revision of their document: also in
// one that is not public.
func (c *checker) paragraphs(ctx context.Context, list []cited) error {
	var ids []core.ID
	for _, x := range list {
		id, _ := ReadParaRef(x.src.Ref)
		ids = append(ids, id)
	}
	slices.Sort(ids)
	type place struct {
		Document core.ID
		Para     string
	}
	there := map[place]bool{}
	heads := map[core.ID]int{}
	for part := range slices.Chunk(slices.Compact(ids), idsAtOnce) {
		docs, err := c.s.Load(ctx, part...)
		if err != nil {
			return err
		}
		for id, d := range docs {
			heads[id] = d.Head
		}
		var rows []place
		if err := c.s.rec.DB.Read.NewRaw("SELECT DISTINCT r.document, p.para FROM document_paragraphs AS p JOIN document_revisions AS r ON r.id = p.revision WHERE r.document IN (?)", bun.List(part)).Scan(ctx, &rows); err != nil {
			return fmt.Errorf("look for cited paragraphs: %w", err)
		}
		for _, p := range rows {
			there[p] = true
		}
	}
	for _, x := range list {
		id, para := ReadParaRef(x.src.Ref)
		switch head, ok := heads[id]; {
		case !ok:
			c.flaw(x.rev, x.para, "dangling-source", "the text %q that it rests on is not there", id)
		case para != "" && !there[place{id, para}]:
			c.flaw(x.rev, x.para, "dangling-source", "the text %q never had a paragraph %q", id, para)
		case x.src.Revision > head:
			c.flaw(x.rev, x.para, "dangling-source", "the text %q has no version %d", id, x.src.Revision)
		}
	}
	return nil
}
