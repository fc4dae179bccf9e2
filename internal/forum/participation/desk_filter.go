package participation

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// Facets by which the desk narrows the list. Several values of one are an "or", but for
// needs and flags, which all have to be met.
const (
	byState = iota
	byCategory
	byMode
	byGroup
	byRegion
	byCountry
	byClass
	byDelegation
	byHub
	byNeed
	byFlag
	facetCount
)

// FacetNames are their names in addresses.
var FacetNames = [facetCount]string{"state", "category", "mode", "group", "region", "country", "class", "delegation", "hub", "need", "flag"}

// Values of the facets class, need and flag, in the order in which they are shown.
var (
	ClassValues = []string{"ldc", "lldc", "sids", "transition"}
	NeedValues  = []string{"access", "diet", "visa"}
	FlagValues  = []string{"recheck", "double", "note", "session", "high-level", "parliament", "media", "youth", "first"}
)

// none stands for "has none" in the facets delegation, hub, category and country.
const none = "none"

// Sorts are the orders of the list.
var Sorts = []string{"newest", "name", "organisation", "waiting"}

// Choice is how the list is narrowed and ordered, as its address says it.
type Choice struct {
	Q    string
	Sort string
	Of   [facetCount][]string
}

// ReadChoice reads the choice of an address. What nothing has leaves nothing.
func ReadChoice(v url.Values) Choice {
	c := Choice{Q: strings.Join(strings.Fields(v.Get("q")), " "), Sort: v.Get("sort")}
	if r := []rune(c.Q); len(r) > 200 {
		c.Q = string(r[:200])
	}
	if !slices.Contains(Sorts, c.Sort) {
		c.Sort = Sorts[0]
	}
	for f, name := range FacetNames {
		for _, value := range v[name] {
			if value != "" && len(value) <= 100 && len(c.Of[f]) < 50 && !slices.Contains(c.Of[f], value) {
				c.Of[f] = append(c.Of[f], value)
			}
		}
		slices.Sort(c.Of[f])
	}
	return c
}

// Values is the choice as an address says it.
func (c Choice) Values() url.Values {
	v := url.Values{}
	if c.Q != "" {
		v.Set("q", c.Q)
	}
	if c.Sort != "" && c.Sort != Sorts[0] {
		v.Set("sort", c.Sort)
	}
	for f, name := range FacetNames {
		if len(c.Of[f]) > 0 {
			v[name] = slices.Clone(c.Of[f])
		}
	}
	return v
}

// Narrows tells whether the choice leaves anything out.
func (c Choice) Narrows() bool {
	return c.Q != "" || slices.ContainsFunc(c.Of[:], func(v []string) bool { return len(v) > 0 })
}

// toggled is the choice with a value of a facet set, or cleared where it was set.
func (c Choice) toggled(f int, value string) Choice {
	c.Of[f] = slices.Clone(c.Of[f])
	if i := slices.Index(c.Of[f], value); i >= 0 {
		c.Of[f] = slices.Delete(c.Of[f], i, i+1)
	} else {
		c.Of[f] = append(c.Of[f], value)
		slices.Sort(c.Of[f])
	}
	return c
}

// facts are the values of a registration in each facet, without allocating one by one.
type facts struct {
	of  [facetCount]string // of facets with one value
	has [facetCount]uint16 // of facets with several: bits in the order of their values
}

var severals = [facetCount][]string{byClass: ClassValues, byNeed: NeedValues, byFlag: FlagValues}

// every tells whether all chosen values of a facet have to be met.
func every(f int) bool { return f == byNeed || f == byFlag }

func (b *board) facts(e *entry, doubles map[core.ID]int) facts {
	orNone := func(id core.ID) string { return cmp.Or(string(id), none) }
	var x facts
	x.of = [facetCount]string{
		byState: e.State, byCategory: orNone(e.Category), byMode: e.Mode, byGroup: cmp.Or(e.Stakeholder, none), byRegion: cmp.Or(e.Region, none),
		byCountry: cmp.Or(e.Country, none), byDelegation: orNone(e.Delegation), byHub: orNone(e.Hub),
	}
	bits := func(f int, list ...bool) {
		for i, on := range list {
			if on {
				x.has[f] |= 1 << i
			}
		}
	}
	bits(byClass, e.LDC, e.LLDC, e.SIDS, e.Transition)
	bits(byNeed, e.Access, e.Diet, e.Visa)
	bits(byFlag, e.Recheck, doubles[e.ID] > 0, e.Notes > 0, e.Person != "" && b.inSession[e.Person], e.HighLevel, e.Parliament, e.Media, e.Youth, e.FirstTime == "yes")
	return x
}

// meets tells whether the facts of a registration are among the chosen values of a facet.
func (c *Choice) meets(x *facts, f int) bool {
	want := c.Of[f]
	if len(want) == 0 {
		return true
	}
	if severals[f] == nil {
		return slices.Contains(want, x.of[f])
	}
	for _, v := range want {
		i := slices.Index(severals[f], v)
		if on := i >= 0 && x.has[f]&(1<<i) != 0; on != every(f) {
			return on
		}
	}
	return every(f)
}

// chosen is what a choice leaves of a board, in its order, and how many there are under
// each value of each facet: with it, or instead of what is chosen of the same facet.
type chosen struct {
	board  *board
	choice Choice
	list   []*entry
	counts [facetCount]map[string]int
	all    int
}

// choose narrows a board. found are the registrations with the words that are looked for;
// nil where none are.
func (b *board) choose(c Choice, found map[core.ID]bool) *chosen {
	out := &chosen{board: b, choice: c, all: len(b.list), list: make([]*entry, 0, len(b.list))}
	var bits [facetCount][16]int
	for f := range out.counts {
		out.counts[f] = map[string]int{}
	}
	_, doubles := b.doubles()
	for _, e := range b.list {
		if found != nil && !found[e.ID] {
			continue
		}
		x := b.facts(e, doubles)
		misses, missed := 0, 0
		for f := range facetCount {
			if !c.meets(&x, f) {
				misses, missed = misses+1, f
			}
		}
		count := func(f int) {
			if severals[f] == nil {
				out.counts[f][x.of[f]]++
				return
			}
			for i := range severals[f] {
				if x.has[f]&(1<<i) != 0 {
					bits[f][i]++
				}
			}
		}
		switch {
		case misses == 0:
			out.list = append(out.list, e)
			for f := range facetCount {
				count(f)
			}
		case misses == 1 && !every(missed):
			count(missed)
		}
	}
	for f, values := range severals {
		for i, v := range values {
			if bits[f][i] > 0 {
				out.counts[f][v] = bits[f][i]
			}
		}
	}
	slices.SortFunc(out.list, c.order())
	return out
}

// key is what a registration is sorted by, before its number.
func (c Choice) key(e *entry) (words string, at int64) {
	switch c.Sort {
	case "name":
		return e.NameKey, 0
	case "organisation":
		if e.OrgKey == "" {
			return "\U0010FFFF", 0
		}
		return e.OrgKey, 0
	case "waiting":
		if t := e.waits(); !t.IsZero() {
			return "", t.Time().UnixMicro()
		}
		return "", 1<<62 - 1
	}
	return "", -int64(e.Number)
}

func (c Choice) order() func(x, y *entry) int {
	return func(x, y *entry) int {
		wx, ax := c.key(x)
		wy, ay := c.key(y)
		return cmp.Or(cmp.Compare(wx, wy), cmp.Compare(ax, ay), cmp.Compare(x.Number, y.Number))
	}
}

// page is a part of what is chosen, and the cursor of the next.
func (ch *chosen) page(p core.Page) (part []*entry, next string, err error) {
	part = ch.list
	if p.Cursor != "" {
		var words string
		var at int64
		var number int
		if err := core.ReadCursor(p.Cursor, &words, &at, &number); err != nil {
			return nil, "", err
		}
		i, _ := slices.BinarySearchFunc(part, 0, func(e *entry, _ int) int {
			w, a := ch.choice.key(e)
			if c := cmp.Or(cmp.Compare(w, words), cmp.Compare(a, at), cmp.Compare(e.Number, number)); c <= 0 {
				return -1
			}
			return 1
		})
		part = part[i:]
	}
	if len(part) > p.Size() {
		part = part[:p.Size()]
		last := part[len(part)-1]
		w, a := ch.choice.key(last)
		next = core.Cursor(w, a, last.Number)
	}
	return part, next, nil
}

// beside are the numbers before and after a registration in what is chosen; 0: none.
func (ch *chosen) beside(id core.ID) (before, after, place int) {
	i := slices.IndexFunc(ch.list, func(e *entry) bool { return e.ID == id })
	if i < 0 {
		return 0, 0, 0
	}
	if i > 0 {
		before = ch.list[i-1].Number
	}
	if i+1 < len(ch.list) {
		after = ch.list[i+1].Number
	}
	return before, after, i + 1
}

// found are the registrations that have every word of a search, in any script: words begin
// with it, or sound so in Latin letters. A number is that of a registration. nil where
// nothing is looked for. One query.
func (s *Service) found(ctx context.Context, b *board, q string) (map[core.ID]bool, error) {
	words := core.Words(q)
	if len(words) == 0 {
		return nil, nil
	}
	type term struct{ plain, latin string }
	var terms []term
	for i, w := range words {
		if i == 8 {
			break
		}
		terms = append(terms, term{w, strings.Join(latinWords(w), " ")})
	}
	var rows []wordRow
	sel := s.rec.DB.Read.NewSelect().Model(&rows).Column("word", "registration").Where("rw.edition = ?", b.set.ID)
	sel = sel.WhereGroup(" AND ", func(sel *bun.SelectQuery) *bun.SelectQuery {
		for _, t := range terms {
			sel = sel.WhereOr("rw.word LIKE ?", t.plain+"%")
			if t.latin != "" && t.latin != t.plain {
				sel = sel.WhereOr("rw.word LIKE ?", strings.Fields(t.latin)[0]+"%")
			}
		}
		return sel
	})
	if err := sel.Scan(ctx); err != nil {
		return nil, fmt.Errorf("look for registrations: %w", err)
	}
	hits := map[core.ID]uint8{}
	for _, r := range rows {
		for i, t := range terms {
			if strings.HasPrefix(r.Word, t.plain) || t.latin != "" && strings.HasPrefix(r.Word, strings.Fields(t.latin)[0]) {
				hits[r.Registration] |= 1 << i
			}
		}
	}
	out := map[core.ID]bool{}
	for id, bits := range hits {
		if bits == 1<<len(terms)-1 {
			out[id] = true
		}
	}
	if n, err := strconv.Atoi(q); err == nil {
		if e := b.number(n); e != nil {
			out[e.ID] = true
		}
	}
	return out, nil
}
