package search_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode"

	"plenary/internal/core"
	"plenary/internal/platform/search"
	"plenary/internal/platform/search/searchtest"
)

// E151: no word of a document leads a reader to it who may not find it: not by a hit, a
// facet, a total or a correction.
func TestReadersNeverSeeWhatIsNotTheirs(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { readersProperty(t, seed) })
	}
}

func readersProperty(t *testing.T, seed uint64) {
	rnd := rand.New(rand.NewPCG(seed, 1))
	g := searchtest.New(seed, 3000)
	tokens := []string{search.Public, "staff:2023", "person:1", "person:2", "panel"}
	var docs []search.Doc
	for i := range 40 {
		d := g.Doc(i, 12)
		d.Kind = fmt.Sprintf("kind%d", i)
		d.Names = []string{fmt.Sprintf("name%c%c%c", 'a'+i%26, 'a'+i/26, 'q'), fmt.Sprintf("ws%d", 1000+i)}
		d.Facets = map[string][]string{"own": {fmt.Sprint("own", i)}, "year": {fmt.Sprint(2000 + i%7)}}
		d.Readers = nil
		for _, tok := range tokens {
			if rnd.IntN(4) == 0 {
				d.Readers = append(d.Readers, tok)
			}
		}
		docs = append(docs, d)
	}
	x := open(t)
	if err := x.Update(docs, nil, 1); err != nil {
		t.Fatal(err)
	}
	asked := 0
	for range 3 {
		readers := tokens[rnd.IntN(len(tokens)):][:1]
		if rnd.IntN(2) == 0 {
			readers = append([]string{search.Public}, readers...)
		}
		mine := map[string]bool{} // words of what she may find
		may := map[string]bool{}
		n := 0
		for _, d := range docs {
			if overlap(d.Readers, readers) {
				n++
				may[d.ID] = true
				for _, w := range wordsOf(d) {
					mine[w] = true
				}
			}
		}
		all := ask(t, x, search.Query{Readers: readers, Size: 100, Facets: []string{"own", "kind", "year"}, FacetSize: 100})
		if all.Total != n || len(all.Facets["own"]) != n || len(all.Facets["kind"]) != n {
			t.Fatalf("%v: all are %d (%d, %d), want %d", readers, all.Total, len(all.Facets["own"]), len(all.Facets["kind"]), n)
		}
		for _, d := range docs {
			if may[d.ID] {
				continue
			}
			for _, w := range wordsOf(d) {
				for _, text := range []string{w, `"` + w + `"`, slip(w)} {
					asked++
					res := ask(t, x, search.Query{
						Text: text, Readers: readers, Prefix: asked%2 == 0, Facets: []string{"own"}, FacetSize: 100, Fragments: asked%9 == 0,
					})
					for _, h := range res.Hits {
						if !may[h.ID] {
							t.Fatalf("%v found %s by %q", readers, h.ID, text)
						}
					}
					if len(res.Facets["own"]) != res.Total || res.Total > n {
						t.Fatalf("%v by %q: total %d, own %v", readers, text, res.Total, res.Facets["own"])
					}
					for _, s := range strings.Fields(res.Suggest) {
						if s = core.Fold(strings.Trim(s, `"`)); !mine[s] {
							t.Fatalf("%v was told %q for %q", readers, s, text)
						}
					}
				}
			}
		}
	}
	if asked < 1000 {
		t.Fatalf("only %d questions", asked)
	}
}

// E151: who is nobody finds nothing, and what has no readers is found by nobody.
func TestNobody(t *testing.T) {
	x := open(t)
	if err := x.Update([]search.Doc{
		page("none", "en", "Hidden", "encryption"),
		{ID: "all", Title: core.NewText("en", "Shown"), Readers: []string{"public"}},
	}, nil, 1); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		readers []string
		want    int
	}{{nil, 0}, {[]string{""}, 0}, {[]string{"publi"}, 0}, {[]string{"public"}, 1}, {[]string{"public", "staff"}, 1}} {
		res, err := x.Search(t.Context(), search.Query{Readers: c.readers, Facets: []string{"kind"}})
		if err != nil || res.Total != c.want {
			t.Errorf("%q: %d (%v), want %d", c.readers, res.Total, err, c.want)
		}
	}
}

func overlap(a, b []string) bool {
	for _, s := range a {
		for _, r := range b {
			if s == r {
				return true
			}
		}
	}
	return false
}

func wordsOf(d search.Doc) []string {
	seen := map[string]bool{}
	var out []string
	for _, s := range append([]string{d.Title.String(), d.Body.String()}, d.Names...) {
		for _, w := range strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			if w = core.Fold(w); !seen[w] {
				seen[w] = true
				out = append(out, w)
			}
		}
	}
	return out
}

// slip is a word with its second letter doubled.
func slip(w string) string {
	r := []rune(w)
	if len(r) < 5 {
		return w
	}
	return string(r[:2]) + string(r[1]) + string(r[2:])
}
