package search

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"
)

// A correction is looked for when a word is not known to who asks, or so rare beside a
// word one letter away that it is likely a slip that somebody else made too.
const (
	shortest   = 4    // letters of a word that is corrected
	twoSlips   = 6    // letters from which two slips are allowed
	candidates = 24   // words that are counted for the reader
	atMost     = 2000 // documents up to which they are counted
	rare       = 3
	muchMore   = 20
)

// suggest is the text with unknown words corrected, when that finds something. Every
// correction is a word of a document that the reader may find, and so is the spelling.
func (a *asking) suggest() (string, error) {
	type change struct {
		from, to int
		text     string
	}
	var changes []change
	for _, u := range a.q.units {
		if u.kind != oneWord && u.kind != sequence || u.stop {
			continue
		}
		for i, w := range u.words {
			if w.script == han || w.script == number || w.script == code ||
				utf8.RuneCountInString(w.term) < shortest || a.q.prefix && w.end == len(a.q.text) {
				continue
			}
			better, err := a.correct(w, u.kind == oneWord && i == 0)
			if err != nil {
				return "", err
			}
			if better != "" {
				changes = append(changes, change{w.start, w.end, better})
			}
		}
	}
	if len(changes) == 0 {
		return "", nil
	}
	slices.SortFunc(changes, func(x, y change) int { return cmp.Compare(x.from, y.from) })
	var b strings.Builder
	pos := 0
	for _, c := range changes {
		b.WriteString(a.q.text[pos:c.from] + c.text)
		pos = c.to
	}
	b.WriteString(a.q.text[pos:])
	text := strings.Join(strings.Fields(b.String()), " ")
	ok, err := a.finds(text)
	if err != nil || !ok {
		return "", err
	}
	return text, nil
}

// finds tells whether a text finds anything, with all its words.
func (a *asking) finds(text string) (ok bool, err error) {
	f := a.finder()
	defer func() { err = errors.Join(err, f.close()) }()
	filters, err := a.filters(f, "")
	if err != nil {
		return false, err
	}
	answer, err := f.answer(understand(a.lex, text, false), filters, false)
	if err != nil {
		return false, err
	}
	return answer.doc() != none, nil
}

// correct gives a better word for one, or "". A word that stands alone is known in any
// of its forms; one of a sequence just as it is.
func (a *asking) correct(w word, forms bool) (string, error) {
	n, err := a.count(func(ways *ways) {
		if forms {
			ways.f.forms(ways, w)
		} else {
			ways.plain(w.term, 1)
		}
	})
	if err != nil || n > rare {
		return "", err
	}
	slips := 1
	if utf8.RuneCountInString(w.term) >= twoSlips && n == 0 {
		slips = 2
	}
	list, err := a.near(w, slips)
	if err != nil {
		return "", err
	}
	best, bestN, bestSlips := "", 0, slips+1
	for _, c := range list {
		if c.slips > bestSlips {
			break
		}
		m, err := a.count(func(ways *ways) { ways.plain(c.term, 1) })
		if err != nil {
			return "", err
		}
		if m > bestN && (n == 0 || m >= muchMore*n) {
			best, bestN, bestSlips = c.term, m, c.slips
		}
	}
	if best == "" {
		return "", nil
	}
	return a.spelling(best)
}

// count is in how many documents the reader may find something, up to a limit.
func (a *asking) count(what func(*ways)) (n int, err error) {
	f := a.finder()
	defer func() { err = errors.Join(err, f.close()) }()
	c, err := a.visible(f, what)
	for err == nil && c.doc() != none && n < atMost {
		n++
		err = c.advance(c.doc() + 1)
	}
	return n, err
}

// visible is the documents with something that the reader may find.
func (a *asking) visible(f *finder, what func(*ways)) (*allOf, error) {
	w := &ways{f: f}
	what(w)
	c, err := w.any()
	if err != nil {
		return nil, err
	}
	readers, err := f.exact(fieldReader, a.query.Readers)
	if err != nil {
		return nil, err
	}
	return newAll(group{c, readers}, nil, nil)
}

// candidate is a word of the index that is like another.
type candidate struct {
	term  string
	slips int
	n     uint64 // documents, of all readers: only to look at likely ones first
}

// near are words of the index that are like w: the nearer first, then the more frequent.
func (a *asking) near(w word, most int) ([]candidate, error) {
	snapshot, ok := a.r.(*scorch.IndexSnapshot)
	if !ok {
		return nil, nil
	}
	s := newSlips(w.term, most)
	seen := map[string]bool{w.term: true}
	var list []candidate
	for _, part := range snapshot.Segments() {
		for _, field := range []string{fieldNames, fieldTitle, fieldBody} {
			if err := a.ctx.Err(); err != nil {
				return nil, err
			}
			dict, err := part.Segment().Dictionary(field)
			if err != nil {
				return nil, err
			}
			it := dict.AutomatonIterator(s, nil, nil)
			for {
				e, err := it.Next()
				if err != nil {
					return nil, err
				}
				if e == nil {
					break
				}
				if !seen[e.Term] && scriptOf(e.Term) == w.script {
					seen[e.Term] = true
					list = append(list, candidate{term: e.Term, slips: s.between(e.Term)})
				}
			}
		}
	}
	f := a.finder()
	for i := range list {
		for _, field := range []string{fieldNames, fieldTitle, fieldBody} {
			c, err := f.term(field, list[i].term, 0, false, false)
			if err != nil {
				return nil, errors.Join(err, f.close())
			}
			list[i].n += c.cost()
		}
	}
	if err := f.close(); err != nil {
		return nil, err
	}
	slices.SortFunc(list, func(x, y candidate) int {
		return cmp.Or(cmp.Compare(x.slips, y.slips), cmp.Compare(y.n, x.n), strings.Compare(x.term, y.term))
	})
	return list[:min(len(list), candidates)], nil
}

// spelling is how a folded word is written, with its accents, in a document that the
// reader may find.
func (a *asking) spelling(term string) (_ string, err error) {
	f := a.finder()
	defer func() { err = errors.Join(err, f.close()) }()
	c, err := a.visible(f, func(w *ways) { w.plain(term, 1) })
	if err != nil || c.doc() == none {
		return "", err
	}
	var id index.IndexInternalID
	name, err := a.r.ExternalID(index.NewIndexInternalID(id, c.doc()))
	if err != nil {
		return "", err
	}
	m, body, err := a.load(name, true)
	if err != nil {
		return "", err
	}
	texts := slices.Clone(m.Names)
	for _, t := range []map[string]string{m.Title.By, body.By} {
		for _, s := range t {
			texts = append(texts, s)
		}
	}
	var spellings []string
	for _, text := range texts {
		if len(text) > maxScan {
			text = text[:maxScan]
		}
		for _, w := range a.lex.words(text) {
			if w.term == term {
				spellings = append(spellings, strings.ToLower(w.raw))
				break
			}
		}
	}
	if len(spellings) == 0 {
		return term, nil
	}
	return slices.Min(spellings), nil
}
