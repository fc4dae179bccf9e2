// Package topics is what people say the forum should speak of: the tags that they write
// on inputs and proposals, as curators put them in order, how often each is used, and the
// themes that a body decided to make of them.
package topics

import (
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
)

// Few is from how many inputs on something is told of inputs of which none is public: a
// tag, a way to write it, or two tags that stand together.
const Few = 3

// Input is something that was handed in: a thematic input, a proposal. Only what was
// submitted and stands is one.
type Input struct {
	ID        core.ID
	Kind      string // of the call
	Call      core.ID
	Title     core.Text
	Text      core.Text
	Tags      []string // as written
	Themes    []core.ID
	Group     string
	Region    string
	Country   string
	Path      string // of its page; may be empty
	Public    bool   // everybody may read it
	Submitted core.Instant
}

// Written is one way in which people wrote a spelling.
type Written struct {
	Text   string `json:"text"`
	Inputs int    `json:"inputs"`

	public int
}

// Spelling is a tag as written, without regard to capitals, accents and blanks.
type Spelling struct {
	Fold    string    `json:"-"`
	Written []Written `json:"written" doc:"the most frequent first"`
	Inputs  int       `json:"inputs"`
	Public  int       `json:"public" doc:"how many of the inputs everybody may read"`

	lang string // of the first input that has it
}

// shown tells whether everybody may read the spelling.
func (s Spelling) shown() bool { return s.Public > 0 || s.Inputs >= Few }

// forAll leaves the ways to write a spelling that everybody may read; where a few inputs
// have it, each in a way of its own, the first.
func (s Spelling) forAll() Spelling {
	all := s.Written
	s.Written = slices.DeleteFunc(slices.Clone(all), func(w Written) bool { return w.public == 0 && w.Inputs < Few })
	if len(s.Written) == 0 {
		s.Written = all[:1]
	}
	return s
}

// Tag is one tag of an edition with its figures. A tag is a spelling, or several that
// curators have merged.
type Tag struct {
	ID      core.ID   `json:"id,omitempty" doc:"empty where curators have not touched it"`
	Slug    string    `json:"slug" doc:"last part of its address"`
	Name    core.Text `json:"name" doc:"as curators named it, else as most people wrote it"`
	Named   bool      `json:"named"`
	Offered bool      `json:"offered" doc:"offered by curators to those who fill in a form"`
	Rank    int       `json:"rank,omitempty"`
	// The three figures, and how many of each everybody may read.
	Alone          int        `json:"alone" doc:"inputs with exactly this tag"`
	Together       int        `json:"together" doc:"inputs with this tag and at least one other"`
	Total          int        `json:"total" doc:"inputs with this tag"`
	AlonePublic    int        `json:"alone_public"`
	TogetherPublic int        `json:"together_public"`
	TotalPublic    int        `json:"total_public"`
	Spellings      []Spelling `json:"spellings" doc:"as people wrote it, the most frequent first"`
	Version        int64      `json:"-"`
	Hidden         bool       `json:"-"`
	Reason         string     `json:"-"`

	head string
}

// Shown tells whether everybody may see the tag: it is not hidden, and a public input has
// one of its spellings, or a few inputs have, or a curator has named it.
func (t *Tag) Shown() bool {
	return !t.Hidden && (t.Named || slices.ContainsFunc(t.Spellings, Spelling.shown))
}

// Figure gives one of the three figures by its name.
func (t *Tag) Figure(of string) int {
	switch of {
	case OfAlone:
		return t.Alone
	case OfTogether:
		return t.Together
	}
	return t.Total
}

// FigurePublic is how many of these inputs everybody may read.
func (t *Tag) FigurePublic(of string) int {
	switch of {
	case OfAlone:
		return t.AlonePublic
	case OfTogether:
		return t.TogetherPublic
	}
	return t.TotalPublic
}

// forAll is the tag as everybody may read it.
func (t *Tag) forAll() Tag {
	out := *t
	out.Spellings = []Spelling{}
	for _, s := range t.Spellings {
		if s.shown() {
			out.Spellings = append(out.Spellings, s.forAll())
		}
	}
	return out
}

// The three figures of a tag.
const (
	OfAlone    = "alone"
	OfTogether = "together"
	OfTotal    = "total"
)

// Figures are the three, in the order in which they are shown.
var Figures = []string{OfAlone, OfTotal, OfTogether}

// Pair is two tags that stand together on inputs.
type Pair struct {
	A, B   *Tag
	Inputs int
	Public int
}

// Shown tells whether everybody may see the pair.
func (p Pair) Shown() bool { return p.A.Shown() && p.B.Shown() && (p.Public > 0 || p.Inputs >= Few) }

// reserved are the addresses below /topics that are pages of their own.
var reserved = []string{"desk", "themes", "pairs", "clusters", "tags", "new"}

const longestSlug = 60 // letters

// slugOf makes the last part of a tag's address out of its folded spelling. Two spellings
// never share one: what the words alone do not tell apart gets a number.
func slugOf(fold string) string {
	words := core.Words(fold)
	slug := strings.Join(words, "-")
	if strings.Join(words, " ") == fold && len([]rune(slug)) <= longestSlug && !slices.Contains(reserved, slug) {
		return slug
	}
	if r := []rune(slug); len(r) > longestSlug {
		slug = strings.Trim(string(r[:longestSlug]), "-")
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(fold)) // it never fails
	return strings.TrimPrefix(slug+"-"+strconv.FormatUint(uint64(h.Sum32()), 36), "-")
}
