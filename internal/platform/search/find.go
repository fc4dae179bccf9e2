package search

import (
	"context"
	"errors"
	"math"
	"unicode/utf8"

	index "github.com/blevesearch/bleve_index_api"
)

// What is found in a name counts more than in a title, and there more than in the body;
// the word itself more than another form of it; and the reader's language more than the
// others.
const (
	boostNames    = 4.0
	boostTitle    = 3.0
	boostBody     = 1.1
	boostStem     = 0.9 // times the boost of title or body
	boostReader   = 1.25
	boostJoined   = 2.0 // a reference written as one, against its parts
	boostTogether = 0.7 // the words of a question side by side
	prefixForms   = 50  // words that the beginning of one may stand for
)

// finder makes cursors over one state of the index. It is used by one goroutine.
type finder struct {
	ctx    context.Context
	r      index.IndexReader
	docs   uint64
	lang   string
	lex    *lexer
	opened []*termCursor
}

// close closes all that was opened.
func (f *finder) close() error {
	var errs []error
	for _, c := range f.opened {
		errs = append(errs, c.tfr.Close())
	}
	f.opened = nil
	return errors.Join(errs...)
}

// term opens a cursor over the documents with a word in a field. scored and places say
// what is needed of it.
func (f *finder) term(field, text string, boost float64, scored, places bool) (*termCursor, error) {
	if err := f.ctx.Err(); err != nil {
		return nil, err
	}
	tfr, err := f.r.TermFieldReader(f.ctx, []byte(text), field, scored || places, scored, places)
	if err != nil {
		return nil, err
	}
	c := &termCursor{tfr: tfr, boost: boost}
	f.opened = append(f.opened, c)
	if scored {
		n := float64(tfr.Count())
		c.idf = math.Log(1 + max(0, float64(f.docs)-n+0.5)/(n+0.5))
		kind := field
		if len(field) > 2 && field[1] == '.' {
			kind = field[:2]
		}
		c.usual = usual[kind]
	}
	return c, c.next()
}

// exact is one of several values of a field, without a score.
func (f *finder) exact(field string, values []string) (cursor, error) {
	var g group
	for _, v := range unique(values) {
		c, err := f.term(field, v, 0, false, false)
		if err != nil {
			return nil, err
		}
		g = append(g, c)
	}
	if len(g) == 1 {
		return g[0], nil
	}
	return newAny(g...), nil
}

// ways collects ways to find one thing.
type ways struct {
	f   *finder
	g   group
	err error
}

func (w *ways) add(field, text string, boost float64) {
	if w.err != nil {
		return
	}
	var c *termCursor
	if c, w.err = w.f.term(field, text, boost, true, false); w.err == nil && c.doc() != none {
		w.g = append(w.g, c)
	}
}

func (w *ways) plain(text string, boost float64) {
	w.add(fieldNames, text, boost*boostNames)
	w.add(fieldTitle, text, boost*boostTitle)
	w.add(fieldBody, text, boost*boostBody)
}

// any joins the ways. How rare the thing is is the same for all of them: what stands in
// few titles but in every body is not rare.
func (w *ways) any() (cursor, error) {
	least := math.Inf(1)
	for _, c := range w.g {
		if c, ok := c.(*termCursor); ok {
			least = min(least, c.idf)
		}
	}
	for _, c := range w.g {
		if c, ok := c.(*termCursor); ok {
			c.idf = least
		}
	}
	return newAny(w.g...), w.err
}

// unit makes the cursor for one thing that is asked for.
func (f *finder) unit(u unit, prefix bool) (cursor, error) {
	switch u.kind {
	case signs:
		return f.signs(u.words)
	case pair:
		return f.pair(u.words[0], u.words[1])
	case sequence:
		return f.sequence(u.words, 1)
	}
	w := &ways{f: f}
	f.forms(w, u.words[0])
	if prefix {
		f.beginnings(w, u.words[0].term)
	}
	return w.any()
}

// forms are a word and its other forms, in all languages.
func (f *finder) forms(w *ways, of word) {
	w.plain(of.term, 1)
	for _, lang := range stemmed[of.script] {
		s := f.lex.stem(lang, of)
		if s == "" {
			continue
		}
		boost := boostStem
		if lang == f.lang {
			boost *= boostReader
		}
		w.add(stemsTitle+lang, s, boost*boostTitle)
		w.add(stemsBody+lang, s, boost)
	}
}

// beginnings are the words of names and titles that begin so.
func (f *finder) beginnings(w *ways, prefix string) {
	if utf8.RuneCountInString(prefix) < 2 {
		return
	}
	for _, field := range []string{fieldNames, fieldTitle} {
		if w.err != nil {
			return
		}
		dict, err := f.r.FieldDictPrefix(field, []byte(prefix))
		if err != nil {
			w.err = err
			return
		}
		for range prefixForms {
			e, err := dict.Next()
			if err != nil || e == nil {
				w.err = err
				break
			}
			if e.Term != prefix {
				w.add(field, e.Term, boostTitle/2)
			}
		}
		w.err = errors.Join(w.err, dict.Close())
	}
}

// particle joins words in Chinese and says nothing by itself.
const particle = "的"

// signs is a run of signs without spaces. One is found as it is; of a longer run most
// of the pairs must be there, so that a particle between two words does no harm.
func (f *finder) signs(run []word) (cursor, error) {
	if len(run) == 1 {
		w := &ways{f: f}
		w.plain(run[0].term, 1)
		return w.any()
	}
	var pairs group
	for i := range run[1:] {
		if len(run) > 2 && (run[i].term == particle || run[i+1].term == particle) {
			continue
		}
		w := &ways{f: f}
		two := run[i].term + run[i+1].term
		w.add(stemsTitle+"zh", two, boostTitle)
		w.add(stemsBody+"zh", two, 1)
		c, err := w.any()
		if err != nil {
			return nil, err
		}
		pairs = append(pairs, c)
	}
	if len(pairs) == 0 {
		return f.sequence(run, 1) // particles only
	}
	return newSome(len(pairs)-len(pairs)/4, pairs...)
}

// pair is a reference in any spelling.
func (f *finder) pair(a, b word) (cursor, error) {
	w := &ways{f: f}
	w.plain(a.term+b.term, boostJoined)
	var both group
	for _, part := range []word{a, b} {
		p := &ways{f: f}
		f.forms(p, part)
		c, err := p.any()
		if err != nil {
			return nil, err
		}
		both = append(both, c)
	}
	all, err := newAll(both, nil, nil)
	if err != nil {
		return nil, err
	}
	w.g = append(w.g, all)
	return w.any()
}

// sequence is words side by side, just so.
func (f *finder) sequence(words []word, boost float64) (cursor, error) {
	if len(words) == 1 {
		w := &ways{f: f}
		w.plain(words[0].term, boost)
		return w.any()
	}
	var g group
	for _, in := range []struct {
		field string
		boost float64
	}{{fieldNames, boostNames}, {fieldTitle, boostTitle}, {fieldBody, boostBody}} {
		terms := make([]*termCursor, 0, len(words))
		missing := false
		for _, w := range words {
			c, err := f.term(in.field, w.term, 1, true, true)
			if err != nil {
				return nil, err
			}
			terms = append(terms, c)
			if c.doc() == none {
				missing = true
				break
			}
		}
		if missing {
			continue
		}
		p, err := newPhrase(terms, boost*in.boost)
		if err != nil {
			return nil, err
		}
		g = append(g, p)
	}
	return newAny(g...), nil
}

// together is the words of a question side by side: not asked for, but better.
func (f *finder) together(q question) (cursor, error) {
	var all []word
	for _, u := range q.units {
		if u.kind == sequence {
			return nil, nil
		}
		all = append(all, u.words...)
	}
	if len(q.units) < 2 || len(all) > 8 || q.prefix {
		return nil, nil
	}
	return f.sequence(all, boostTogether)
}

// answer makes the cursor for a whole question. Filters are what must hold besides,
// without a score; one of them at least. Loosened, one of the units is enough.
func (f *finder) answer(q question, filters group, loosened bool) (*allOf, error) {
	must, may, not := filters, group(nil), group(nil)
	need, extra := q.split()
	var some group
	for i, u := range need {
		c, err := f.unit(u, q.prefix && i == len(need)-1)
		if err != nil {
			return nil, err
		}
		if loosened {
			some = append(some, c)
		} else {
			must = append(must, c)
		}
	}
	if len(some) > 0 {
		c, err := newSome(1, some...)
		if err != nil {
			return nil, err
		}
		must = append(must, c)
	}
	for _, u := range extra {
		c, err := f.unit(u, false)
		if err != nil {
			return nil, err
		}
		may = append(may, c)
	}
	if c, err := f.together(q); err != nil {
		return nil, err
	} else if c != nil {
		may = append(may, c)
	}
	for _, u := range q.not {
		c, err := f.unit(u, false)
		if err != nil {
			return nil, err
		}
		not = append(not, c)
	}
	return newAll(must, may, not)
}
