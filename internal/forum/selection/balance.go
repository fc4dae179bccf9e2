package selection

import (
	"cmp"
	"slices"

	"plenary/internal/core"
)

// Sides from which the balance of a selection is looked at.
const (
	SideTheme    = "theme"
	SideGroup    = "group"
	SideRegion   = "region"
	SideGender   = "gender" // counts people, the others proposals
	SideNewcomer = "newcomer"
	SideClass    = "class"
	SideLang     = "lang"
)

// Sides are all of them, in the order in which they are shown.
var Sides = []string{SideTheme, SideGroup, SideRegion, SideGender, SideNewcomer, SideClass, SideLang}

// Share is one value of a side: how many there are of it among all, and among those taken.
type Share struct {
	Code  string `json:"code" doc:"empty: not said"`
	All   int    `json:"all"`
	Taken int    `json:"taken"`
}

// Side is the balance seen from one side.
type Side struct {
	Side   string  `json:"side"`
	All    int     `json:"all"`
	Taken  int     `json:"taken"`
	Shares []Share `json:"shares"`
}

// Part is the share of what was taken, and of all, in per cent.
func (s Side) Part(x Share) (takenPart, all float64) {
	if s.Taken > 0 {
		takenPart = 100 * float64(x.Taken) / float64(s.Taken)
	}
	if s.All > 0 {
		all = 100 * float64(x.All) / float64(s.All)
	}
	return takenPart, all
}

// Balance counts a selection from all sides. A proposal counts for its first theme; in the
// development classes it may count twice, for a country can be in several; people of a
// merged proposal come along with the other's.
func Balance(rows []Row, list []Outcome) []Side {
	by := map[core.ID]Outcome{}
	for _, o := range list {
		by[o.Proposal] = o
	}
	counts := map[string]map[string]*Share{}
	totals := map[string]*Side{}
	for _, s := range Sides {
		counts[s], totals[s] = map[string]*Share{}, &Side{Side: s, Shares: []Share{}}
	}
	add := func(side, code string, n int, in bool) {
		if n == 0 {
			return
		}
		x := counts[side][code]
		if x == nil {
			x = &Share{Code: code}
			counts[side][code] = x
		}
		x.All += n
		if in {
			x.Taken += n
		}
	}
	for _, r := range rows {
		o := by[r.ID]
		in := o.Taken()
		people := in || o.Choice == Merge
		for _, s := range Sides {
			n := 1
			if s == SideGender {
				n = r.Women + r.Men + r.Others + r.NotSaid
			}
			totals[s].All += n
			if in && s != SideGender || people && s == SideGender {
				totals[s].Taken += n
			}
		}
		add(SideTheme, string(r.Theme()), 1, in)
		add(SideGroup, r.Group, 1, in)
		add(SideRegion, r.Region, 1, in)
		add(SideLang, r.Lang, 1, in)
		newcomer := "no"
		if r.Newcomer {
			newcomer = "yes"
		}
		add(SideNewcomer, newcomer, 1, in)
		for _, c := range r.Classes {
			add(SideClass, c, 1, in)
		}
		if len(r.Classes) == 0 {
			add(SideClass, "none", 1, in)
		}
		add(SideGender, "woman", r.Women, people)
		add(SideGender, "man", r.Men, people)
		add(SideGender, "another", r.Others, people)
		add(SideGender, "", r.NotSaid, people)
	}
	out := make([]Side, 0, len(Sides))
	for _, s := range Sides {
		side := totals[s]
		for _, x := range counts[s] {
			side.Shares = append(side.Shares, *x)
		}
		sortShares(side.Shares)
		out = append(out, *side)
	}
	return out
}

// sortShares puts the most frequent first; what was not said comes last.
func sortShares(list []Share) {
	slices.SortFunc(list, func(a, b Share) int {
		if (a.Code == "") != (b.Code == "") {
			if a.Code == "" {
				return 1
			}
			return -1
		}
		return cmp.Or(cmp.Compare(b.All, a.All), cmp.Compare(a.Code, b.Code))
	})
}
