// Package search is a full-text index in six languages, kept in a folder. It knows
// nothing of forums: it is given documents with texts, names, facets and the readers
// who may find them, and answers questions about them. Everything in it can be built
// again from what it was fed with, so it is never backed up.
//
// Readers are part of every question and are asked inside the index: what somebody may
// not find is not in her hits, totals, facets or suggestions.
//
// What people type is never a language: words, "a phrase" and -without are all there is.
package search

import (
	"errors"
	"time"

	"plenary/internal/core"
)

// Public is the reader that everybody is.
const Public = "public"

// Doc is one thing that can be found: a session, a person, a paragraph of a report.
type Doc struct {
	// ID is the document's own name: "session:UUID", or a part of something,
	// "report:UUID#p12". It is given back with the hit and settles the order of equals.
	ID string
	// Subject is what the document is a part of; all documents of a subject are replaced
	// and deleted together. When empty it is ID up to the first "#".
	Subject string
	// Kind sorts documents: session, person, report. It can be counted as facet "kind".
	Kind string
	// Title and Body are text per language. Languages the program does not speak are
	// found by their exact words.
	Title, Body core.Text
	// Names in any script: people, organisations, rooms, references such as "WS #184".
	Names []string
	// Facets are values that are matched and counted exactly: codes or ids.
	Facets map[string][]string
	// Readers who may find it: Public, or tokens such as "staff:SCOPE" and "person:ID",
	// which mean nothing here. Without any, nobody finds it.
	Readers []string
	Path    string       // where it is shown; only stored
	At      core.Instant // for order by time, and among equals the newer first
	// Weight multiplies the score: an edition's page before its footnotes. 0 means 1.
	// It is rounded to two figures and held between 0.01 and 100.
	Weight float64
	Extra  map[string]string // stored, given back with the hit
}

// Orders of hits.
const (
	ByScore = ""       // the best first, the newer among equals
	Newest  = "newest" // what has no time comes last
	Oldest  = "oldest" // what has no time comes last
)

// Limits of a question. What goes beyond is left out, and the result says so.
const (
	MaxRunes = 400    // of the text
	MaxWords = 16     // of the text, of a phrase
	MaxSize  = 100    // hits of a page
	MaxDepth = 10_000 // hits that can be paged through
	maxFacet = 1000   // values of a facet
)

// Query is a question.
type Query struct {
	Text string // as typed; empty asks for all
	Lang string // of the reader: found in all languages, hers count more and are shown first
	// Prefix takes the last word for the beginning of one in names and titles, for what
	// answers while somebody types.
	Prefix bool
	// Readers are the tokens of who asks; who is signed out is Public. Without any,
	// nothing is found.
	Readers []string
	Kinds   []string // one of them; empty means all
	// Filters are facets that must hold: one of the values of each.
	Filters map[string][]string
	// Facets to be counted. A facet that is filtered is counted as if it were not, so
	// that the other choices can be seen; the other filters hold.
	Facets    []string
	FacetSize int // values of each facet; 10 when 0
	Sort      string
	From      int
	Size      int // 20 when 0
	Fragments bool
}

// Result is the answer.
type Result struct {
	Total  int
	Hits   []Hit
	Facets map[string][]Count // most first, then by value
	// Suggest is a whole corrected query that finds something; "" when there is none.
	Suggest string
	// Loosened says that nothing holds all the words, and that the hits hold some.
	Loosened bool
	// Cut says that the text was too long and that its end was left out.
	Cut  bool
	Took time.Duration
}

// Count is how many documents have a value.
type Count struct {
	Value string
	N     int
}

// Hit is a document that was found.
type Hit struct {
	ID, Subject, Kind, Path string
	At                      core.Instant
	// Title in the reader's language, or the original; Lang is the one it is in.
	Title []Piece
	Lang  string
	// Fragment is some 200 characters of the body around what was found, in the language
	// in which most was found, FragmentLang; empty without a body.
	Fragment     []Piece
	FragmentLang string
	Score        float64
	Extra        map[string]string
}

// Piece is a stretch of text, marked where it is what was asked for. It is text, not HTML.
type Piece struct {
	Text   string
	Marked bool
}

// Errors of the index. They concern the machine, not who asks.
var (
	ErrClosed     = errors.New("search: the index is closed")
	ErrInUse      = errors.New("search: another process has the index open")
	ErrRebuilding = errors.New("search: a rebuild is under way")
)
