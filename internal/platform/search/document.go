package search

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/document"
	index "github.com/blevesearch/bleve_index_api"
	"github.com/klauspost/compress/zstd"

	"plenary/internal/core"
)

// Fields of the index. Names, title and body stand there as plain words with their
// places, for phrases and corrections, and title and body as stems per language
// ("t.fr", "b.fr"), without. "t.zh" and "b.zh" are pairs of signs, from texts in any
// language.
const (
	fieldNames   = "n"
	fieldTitle   = "wt"
	fieldBody    = "w"
	stemsTitle   = "t."
	stemsBody    = "b."
	fieldReader  = "r"
	fieldSubject = "s"
	fieldAt      = "at"
	fieldWeight  = "wgt"
	facetPrefix  = "f."
	facetKind    = "kind"
	storedMeta   = "m"
	storedBody   = "x"
)

// gap is what keeps a phrase from running from one text of a field into the next.
const gap = 100

// subjectOf is what a document is a part of.
func subjectOf(d Doc) string {
	if d.Subject != "" {
		return d.Subject
	}
	s, _, _ := strings.Cut(d.ID, "#")
	return s
}

// meta is what is stored of a document besides its body. Short names: it stands there
// once for each document.
type meta struct {
	Subject string            `json:"s"`
	Kind    string            `json:"k,omitempty"`
	Path    string            `json:"p,omitempty"`
	At      int64             `json:"a,omitempty"`
	Title   core.Text         `json:"t,omitzero"`
	Names   []string          `json:"n,omitempty"`
	Extra   map[string]string `json:"x,omitempty"`
}

// build makes of a Doc what the index takes. The words are counted later, by the
// workers of the index.
func build(d Doc, enc *zstd.Encoder) (*document.Document, error) {
	if d.ID == "" {
		return nil, errors.New("search: a document without id")
	}
	out := document.NewDocument(d.ID)
	exact := func(field, value string, options index.FieldIndexingOptions) {
		if value = strings.ToValidUTF8(value, "\uFFFD"); value != "" {
			out.AddField(document.NewTextFieldCustom(field, nil, []byte(value), options, nil))
		}
	}
	const plain = index.IndexField | index.SkipFreqNorm
	exact(fieldSubject, subjectOf(d), plain)
	for _, r := range unique(d.Readers) {
		exact(fieldReader, r, plain)
	}
	exact(facetPrefix+facetKind, d.Kind, plain|index.DocValues)
	for _, name := range slices.Sorted(maps.Keys(d.Facets)) {
		if name == facetKind {
			continue // Kind says it
		}
		for _, v := range unique(d.Facets[name]) {
			exact(facetPrefix+name, v, plain|index.DocValues)
		}
	}
	if !d.At.IsZero() {
		exact(fieldAt, sortable(d.At), plain|index.DocValues)
	}
	if w := weight(d.Weight); w != "1" {
		exact(fieldWeight, w, plain)
	}

	w := &docWords{doc: d}
	fields := []string{fieldNames, fieldTitle, fieldBody, stemsTitle + "zh", stemsBody + "zh"}
	for _, lang := range core.Langs {
		if lang == "zh" {
			continue
		}
		if d.Title.By[lang] != "" {
			fields = append(fields, stemsTitle+lang)
		}
		if d.Body.By[lang] != "" {
			fields = append(fields, stemsBody+lang)
		}
	}
	for _, f := range fields {
		options := index.IndexField
		if f == fieldNames || f == fieldTitle || f == fieldBody {
			options |= index.IncludeTermVectors
		}
		out.AddField(document.NewTextFieldCustom(f, nil, nil, options, fieldWords{w, f}))
	}

	m := meta{
		Subject: subjectOf(d), Kind: d.Kind, Path: d.Path, Title: d.Title,
		Names: d.Names, Extra: d.Extra,
	}
	if !d.At.IsZero() {
		m.At = d.At.Time().UnixMicro()
	}
	b, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("store %s: %w", d.ID, err)
	}
	out.AddField(document.NewTextFieldCustom(storedMeta, nil, b, index.StoreField, nil))
	if len(d.Body.By) > 0 {
		b, err := json.Marshal(d.Body)
		if err != nil {
			return nil, fmt.Errorf("store %s: %w", d.ID, err)
		}
		out.AddField(document.NewTextFieldCustom(storedBody, nil, enc.EncodeAll(b, nil), index.StoreField, nil))
	}
	return out, nil
}

func unique(list []string) []string {
	out := slices.Clone(list)
	slices.Sort(out)
	return slices.Compact(out)
}

// sortable writes an instant so that the order of the letters is that of time.
func sortable(at core.Instant) string {
	return fmt.Sprintf("%016x", uint64(at.Time().UnixMicro())^1<<63)
}

// weight in two figures: the index holds one list of documents per weight.
func weight(w float64) string {
	if w == 0 || math.IsNaN(w) {
		return "1"
	}
	return strconv.FormatFloat(math.Min(math.Max(w, 0.01), 100), 'g', 2, 64)
}

// docWords are the words of a document by field, taken apart when the first field is
// asked for. All fields of a document are asked by one goroutine.
type docWords struct {
	doc    Doc
	fields map[string]analysis.TokenStream
}

// fieldWords hands the index the words of one field.
type fieldWords struct {
	words *docWords
	field string
}

// Analyze gives the words of the field; what is passed is not looked at.
func (f fieldWords) Analyze([]byte) analysis.TokenStream {
	if f.words.fields == nil {
		f.words.split()
	}
	out := f.words.fields[f.field]
	delete(f.words.fields, f.field)
	return out
}

func (d *docWords) split() {
	d.fields = map[string]analysis.TokenStream{}
	x := borrowLexer()
	defer x.giveBack()
	pos := 0
	for _, n := range d.doc.Names {
		pos = d.add(x, n, "", fieldNames, stemsTitle, pos) + gap
	}
	for _, part := range []struct {
		text         core.Text
		plain, stems string
	}{{d.doc.Title, fieldTitle, stemsTitle}, {d.doc.Body, fieldBody, stemsBody}} {
		pos = 0
		for _, lang := range slices.Sorted(maps.Keys(part.text.By)) {
			pos = d.add(x, part.text.By[lang], lang, part.plain, part.stems, pos) + gap
		}
	}
}

// add puts the words of one text into its fields, from a place on, and returns the
// place of the last.
func (d *docWords) add(x *lexer, text, lang, plain, stems string, pos int) int {
	put := func(field, term string, pos int) {
		// Where a word stands in the text is left out: fragments find it again.
		d.fields[field] = append(d.fields[field], &analysis.Token{Term: []byte(term), Position: pos})
	}
	var last word
	for i, w := range x.words(text) {
		pos++
		put(plain, w.term, pos)
		switch w.script {
		case han:
			if i > 0 && last.script == han && last.end == w.start {
				put(stems+"zh", last.term+w.term, pos)
			}
		case code:
			if n := figures(w.term); n != "" {
				put(plain, n, pos)
			}
		case number:
			if i > 0 {
				if joined, ok := reference(text, last, w); ok {
					put(plain, joined, pos)
				}
			}
		default:
			if lang != "" {
				if s := x.stem(lang, w); s != "" {
					put(stems+lang, s, pos)
				}
			}
		}
		last = w
	}
	return pos
}
