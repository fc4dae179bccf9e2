package search

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/collector"
	"github.com/blevesearch/bleve/v2/search/facet"
	index "github.com/blevesearch/bleve_index_api"

	"plenary/internal/core"
)

// Search answers a question from one state of the index. It changes nothing, and any
// text is a question: what cannot be understood is not looked for. Errors are those of
// the machine, of ctx, and ErrClosed.
func (x *Index) Search(ctx context.Context, q Query) (Result, error) {
	start := core.Machine()
	s, err := x.serving()
	if err != nil {
		return Result{}, err
	}
	defer s.users.Done()
	r, err := s.reader()
	if err != nil {
		return Result{}, fmt.Errorf("search: %w", err)
	}
	defer func() { _ = r.Close() }() // a reader only lets go
	lex := borrowLexer()
	defer lex.giveBack()
	a := &asking{x: x, ctx: ctx, r: r, lex: lex, query: q}
	res, err := a.result()
	if err != nil {
		return Result{}, fmt.Errorf("search: %w", err)
	}
	res.Took = core.MachineSince(start).Round(time.Microsecond)
	return res, nil
}

// asking is one question while it is answered.
type asking struct {
	x     *Index
	ctx   context.Context
	r     index.IndexReader
	lex   *lexer
	query Query
	q     question
	docs  uint64
}

func (a *asking) result() (res Result, err error) {
	a.q = understand(a.lex, a.query.Text, a.query.Prefix)
	res = Result{Facets: map[string][]Count{}, Cut: a.q.cut}
	for _, name := range a.query.Facets {
		res.Facets[name] = nil
	}
	if a.docs, err = a.r.DocCount(); err != nil || len(a.query.Readers) == 0 {
		return res, err
	}
	if len(a.q.units)+len(a.q.not) == 0 && strings.TrimSpace(a.query.Text) != "" {
		return res, nil // signs without words: that asks for nothing, not for all
	}
	found, err := a.collect(false, "", true)
	if err != nil {
		return res, err
	}
	need, _ := a.q.split()
	if found.Total() == 0 && len(need) > 1 {
		loose, err := a.collect(true, "", true)
		if err != nil {
			return res, err
		}
		if res.Loosened = loose.Total() > 0; res.Loosened {
			found = loose
		}
	}
	res.Total = int(found.Total())
	if err := a.facets(&res, found); err != nil {
		return res, err
	}
	if a.query.From == 0 {
		if res.Suggest, err = a.suggest(); err != nil {
			return res, err
		}
	}
	res.Hits, err = a.hits(found.Results())
	return res, err
}

// filters are what a document must hold besides the words: it may be found by who asks,
// and has the values that were chosen, except those of one facet.
func (a *asking) filters(f *finder, except string) (group, error) {
	var g group
	add := func(field string, values []string) error {
		c, err := f.exact(field, values)
		g = append(g, c)
		return err
	}
	if err := add(fieldReader, a.query.Readers); err != nil {
		return nil, err
	}
	if len(a.query.Kinds) > 0 && except != facetKind {
		if err := add(facetPrefix+facetKind, a.query.Kinds); err != nil {
			return nil, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(a.query.Filters)) {
		if values := a.query.Filters[name]; len(values) > 0 && name != except {
			if err := add(facetPrefix+name, values); err != nil {
				return nil, err
			}
		}
	}
	return g, nil
}

func (a *asking) finder() *finder {
	return &finder{ctx: a.ctx, r: a.r, docs: a.docs, lang: a.query.Lang, lex: a.lex}
}

// page is where the hits begin and how many there are, within the limits.
func (a *asking) page() (from, size int) {
	size = a.query.Size
	if size <= 0 {
		size = 20
	}
	from = max(0, a.query.From)
	size = min(size, MaxSize)
	if from+size > MaxDepth {
		return min(from, MaxDepth), 0
	}
	return from, size
}

// collect finds the documents. With except it only counts that facet, as if it were not
// filtered; with hits it finds the hits of the page as well.
func (a *asking) collect(loosened bool, except string, hits bool) (_ *collector.TopNCollector, err error) {
	f := a.finder()
	defer func() { err = errors.Join(err, f.close()) }()
	filters, err := a.filters(f, except)
	if err != nil {
		return nil, err
	}
	answer, err := f.answer(a.q, filters, loosened)
	if err != nil {
		return nil, err
	}
	s := &searcher{answer: answer}
	from, size, order := 0, 0, search.SortOrder{&search.SortScore{Desc: true}}
	var counted []string
	if hits {
		if s.weights, err = f.weights(); err != nil {
			return nil, err
		}
		from, size = a.page()
		order = a.order()
		for _, name := range a.query.Facets {
			if !a.filtered(name) {
				counted = append(counted, name)
			}
		}
	} else {
		counted = []string{except}
	}
	c := collector.NewTopNCollector(max(size, 1), from, order)
	if len(counted) > 0 {
		b := search.NewFacetsBuilder(a.r)
		for _, name := range unique(counted) {
			b.Add(name, facet.NewTermsFacetBuilder(facetPrefix+name, a.facetSize()))
		}
		c.SetFacetsBuilder(b)
	}
	return c, c.Collect(a.ctx, s, a.r)
}

func (a *asking) order() search.SortOrder {
	at := &search.SortField{Field: fieldAt, Desc: true, Type: search.SortFieldAsString}
	id := &search.SortDocID{}
	switch a.query.Sort {
	case Newest:
		return search.SortOrder{at, id}
	case Oldest:
		at.Desc = false
		return search.SortOrder{at, id}
	}
	return search.SortOrder{&search.SortScore{Desc: true}, at, id}
}

func (a *asking) filtered(name string) bool {
	return len(a.query.Filters[name]) > 0 || name == facetKind && len(a.query.Kinds) > 0
}

func (a *asking) facetSize() int {
	if a.query.FacetSize <= 0 {
		return 10
	}
	return min(a.query.FacetSize, maxFacet)
}

// facets takes over what was counted, and counts those that are filtered.
func (a *asking) facets(res *Result, found *collector.TopNCollector) error {
	take := func(name string, c *collector.TopNCollector) {
		counts := []Count{}
		if f := c.FacetResults()[name]; f != nil {
			for _, t := range f.Terms.Terms() {
				counts = append(counts, Count{t.Term, t.Count})
			}
		}
		res.Facets[name] = counts
	}
	for _, name := range unique(a.query.Facets) {
		if !a.filtered(name) {
			take(name, found)
			continue
		}
		c, err := a.collect(res.Loosened, name, false)
		if err != nil {
			return err
		}
		take(name, c)
	}
	return nil
}

// hits loads what is shown of what was found.
func (a *asking) hits(found search.DocumentMatchCollection) ([]Hit, error) {
	if _, size := a.page(); size == 0 {
		return nil, nil
	}
	m := newMarker(a.lex, a.q)
	out := make([]Hit, 0, len(found))
	for _, d := range found {
		if err := a.ctx.Err(); err != nil {
			return nil, err
		}
		stored, body, err := a.load(d.ID, a.query.Fragments)
		if err != nil {
			return nil, err
		}
		h := Hit{
			ID: d.ID, Subject: stored.Subject, Kind: stored.Kind, Path: stored.Path,
			Score: d.Score, Extra: stored.Extra,
		}
		if stored.At != 0 {
			h.At = core.At(time.UnixMicro(stored.At))
		}
		title, lang := stored.Title.In(a.query.Lang)
		h.Lang = lang
		h.Title = m.whole(title, lang)
		if a.query.Fragments {
			h.Fragment, h.FragmentLang = m.fragment(body, a.query.Lang)
		}
		out = append(out, h)
	}
	return out, nil
}

// load reads what is stored of a document.
func (a *asking) load(id string, withBody bool) (m meta, body core.Text, err error) {
	doc, err := a.r.Document(id)
	if err != nil {
		return m, body, err
	}
	if doc == nil {
		return m, body, fmt.Errorf("%s is not stored", id)
	}
	doc.VisitFields(func(f index.Field) {
		switch {
		case err != nil:
		case f.Name() == storedMeta:
			err = json.Unmarshal(f.Value(), &m)
		case f.Name() == storedBody && withBody:
			var b []byte
			if b, err = a.x.dec.DecodeAll(f.Value(), nil); err == nil {
				err = json.Unmarshal(b, &body)
			}
		}
	})
	if err != nil {
		return m, body, fmt.Errorf("read %s: %w", id, err)
	}
	return m, body, nil
}
