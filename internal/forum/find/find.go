// Package find searches everything that the rooms have: sessions, people, bodies,
// reports, Messages, whatever says so. The index follows the record; a hit is shown only
// when the room that it is of lets the reader see it at this moment.
package find

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/platform/record"
	"plenary/internal/platform/search"
)

// Source is what a room has to be found. Ids are the room's own; documents are named
// KIND:ID, parts of a thing KIND:ID#PART, all of subject KIND:ID.
type Source interface {
	// Kind is the one word for what is found.
	Kind() string
	// All are the ids of all things, for building the index anew.
	All(ctx context.Context) ([]core.ID, error)
	// Docs are the documents of things. A thing without any is not to be found.
	Docs(ctx context.Context, ids []core.ID) ([]search.Doc, error)
	// Touched are the things whose documents events may have changed. More is no harm.
	Touched(ctx context.Context, events []record.Event) ([]core.ID, error)
	// May tells which of some documents (ID or ID#PART) the actor may see now, by the
	// policy that the page asks.
	May(ctx context.Context, a core.Actor, ids []string) (map[string]bool, error)
}

// Kinds of what is found, in the order in which they are shown.
var Kinds = []string{
	"session", "message", "report", "transcript", "paper", "meeting", "comment", "call", "issue", "process", "poll", "input-call", "proposal", "person", "organisation", "body", "edition", "figure", "country", "source",
}

// facets are what finds are sorted by, in the order in which they are shown. They are
// the names of parameters too.
var facets = []string{"kind", "edition", "year", "type", "theme", "language", "organisation", "person"}

// parameters are those and "sdg", which narrows but is not counted.
var parameters = append(slices.Clone(facets), "sdg")

// Sizes of an answer.
const (
	pageSize  = 20
	facetSize = 12
	maxPage   = search.MaxDepth / search.MaxSize
)

// Question is a search as an address says it.
type Question struct {
	Text   string
	Filter map[string]string // by parameter
	Sort   string            // "", search.Newest or search.Oldest
	Page   int               // from 1
	Size   int
}

// ReadQuestion reads the parameters of an address. What is not understood is left out.
func ReadQuestion(v url.Values) Question {
	q := Question{Text: limited(v.Get("q"), 1000), Filter: map[string]string{}, Page: 1, Size: pageSize}
	for _, name := range parameters {
		if s := limited(v.Get(name), 200); s != "" {
			q.Filter[name] = s
		}
	}
	if s := v.Get("sort"); s == search.Newest || s == search.Oldest {
		q.Sort = s
	}
	if n, err := strconv.Atoi(v.Get("page")); err == nil && n > 1 {
		q.Page = min(n, maxPage)
	}
	if n, err := strconv.Atoi(v.Get("size")); err == nil && n > 0 {
		q.Size = min(n, search.MaxSize)
	}
	return q
}

func limited(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > n {
		s = strings.ToValidUTF8(s[:n], "")
	}
	return s
}

// Values are the parameters of an address that asks this, without page and size.
func (q Question) Values() url.Values {
	v := url.Values{}
	if q.Text != "" {
		v.Set("q", q.Text)
	}
	for name, s := range q.Filter {
		v.Set(name, s)
	}
	if q.Sort != "" {
		v.Set("sort", q.Sort)
	}
	return v
}

// Empty tells whether nothing is asked.
func (q Question) Empty() bool { return q.Text == "" && len(q.Filter) == 0 }

// With is the question with one filter set, or cleared by the empty value, on its first
// page.
func (q Question) With(name, value string) Question {
	f := map[string]string{}
	for k, v := range q.Filter {
		f[k] = v
	}
	delete(f, name)
	if value != "" {
		f[name] = value
	}
	q.Filter, q.Page = f, 1
	return q
}

// query is the question to the index.
func (q Question) query(lang string, readers []string) search.Query {
	out := search.Query{
		Text: q.Text, Lang: lang, Readers: readers, Filters: map[string][]string{}, Facets: facets, FacetSize: facetSize,
		Sort: q.Sort, Size: q.Size, From: (q.Page - 1) * q.Size, Fragments: true,
	}
	for name, v := range q.Filter {
		if name == "kind" {
			out.Kinds = []string{v}
			continue
		}
		out.Filters[name] = []string{v}
	}
	if q.Text == "" && q.Sort == "" && q.Filter["kind"] != "" {
		out.Sort = search.Newest
	}
	return out
}

// readers are the tokens of an actor.
func readers(a core.Actor) []string { return append([]string{search.Public}, a.Readers()...) }

// unavailable is said while there is no index to ask.
func unavailable(err error) error {
	return &core.Error{Kind: core.KindUnavailable, Key: "find.error.unavailable", Err: err}
}

func preparing() error {
	return &core.Error{Kind: core.KindUnavailable, Key: "find.error.preparing"}
}
