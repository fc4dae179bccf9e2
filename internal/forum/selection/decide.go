package selection

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"plenary/internal/core"
)

// Row is a proposal as the decision knows it: all that the rules and the balance look at.
type Row struct {
	ID         core.ID   `json:"id"`
	Number     int       `json:"number"`
	N          int       `json:"reviews" doc:"reviews that count"`
	Mean       float64   `json:"mean"`
	Normalised float64   `json:"normalised"`
	Themes     []core.ID `json:"themes,omitempty" doc:"the first is the one it counts for"`
	Group      string    `json:"group,omitempty"`
	Region     string    `json:"region,omitempty"`
	Classes    []string  `json:"classes,omitempty" doc:"development classes of its organiser's country on the first day of the meeting"`
	Newcomer   bool      `json:"newcomer,omitempty"`
	Lang       string    `json:"lang,omitempty"`
	Women      int       `json:"women,omitempty"` // people who said so themselves
	Men        int       `json:"men,omitempty"`
	Others     int       `json:"others,omitempty"`
	NotSaid    int       `json:"not_said,omitempty"` // people who said nothing, or not yet
}

// Theme is the theme that a proposal counts for; empty where it names none.
func (r Row) Theme() core.ID {
	if len(r.Themes) == 0 {
		return ""
	}
	return r.Themes[0]
}

// Hand is a choice as the decision uses it.
type Hand struct {
	Proposal core.ID `json:"proposal"`
	Choice   string  `json:"choice"`
	Type     string  `json:"type,omitempty"`
	Target   core.ID `json:"into,omitempty"`
}

// Inputs are all that a decision follows from.
type Inputs struct {
	Type  string `json:"type" doc:"of the sessions that accepted proposals become"`
	Rules Rules  `json:"rules"`
	Rows  []Row  `json:"proposals"`
	Hands []Hand `json:"by_hand"`
}

// Outcome is what a decision says of a proposal.
type Outcome struct {
	Proposal core.ID `json:"proposal"`
	Place    int     `json:"place" doc:"on the ranked list; 0 where it has too few reviews"`
	Points   float64 `json:"points"`
	Choice   string  `json:"choice,omitempty" doc:"empty: nothing is decided"`
	Type     string  `json:"type,omitempty"`
	Target   core.ID `json:"into,omitempty"`
	Waits    int     `json:"waits,omitempty" doc:"place on the waiting list"`
	Why      string  `json:"why,omitempty"`
}

// Taken tells whether a proposal is in the programme by this: as a session of its own.
func (o Outcome) Taken() bool { return taken(o.Choice) }

func taken(choice string) bool { return choice == Accept || choice == Condition || choice == Offer }

// Points are the score by which the rules rank a proposal; false where it has too few
// reviews.
func (r Rules) Points(x Row) (float64, bool) {
	p := x.Mean
	if r.Measure == ByNormalised {
		p = x.Normalised
	}
	for _, b := range r.Bonuses {
		switch {
		case b.Of == ForNewcomer && x.Newcomer,
			b.Of == ForClass && (b.Code == "" && len(x.Classes) > 0 || slices.Contains(x.Classes, b.Code)),
			b.Of == ForRegion && b.Code != "" && b.Code == x.Region,
			b.Of == ForGroup && b.Code != "" && b.Code == x.Group:
			p += b.Points
		}
	}
	return p, x.N >= max(1, r.Least)
}

// Decide gives the list that follows from the inputs, in the order of the ranking. It is a
// function of them and of nothing else, whatever the order in which they come.
//
// What was chosen by hand stands, and takes its place first. Where the rules fill the
// rest, the best First are taken whatever their theme, then, from the top, what has a place
// and a theme below its cap; the next Waiting wait, and the others are declined.
// Proposals with too few reviews stay undecided.
func Decide(in Inputs) []Outcome {
	rows := slices.Clone(in.Rows)
	points := map[core.ID]float64{}
	ranked := map[core.ID]bool{}
	for _, x := range rows {
		points[x.ID], ranked[x.ID] = in.Rules.Points(x)
	}
	slices.SortFunc(rows, func(a, b Row) int {
		if ranked[a.ID] != ranked[b.ID] {
			if ranked[a.ID] {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(points[b.ID], points[a.ID]), cmp.Compare(b.N, a.N), cmp.Compare(a.Number, b.Number), cmp.Compare(a.ID, b.ID))
	})
	hands := map[core.ID]Hand{}
	for _, h := range in.Hands {
		hands[h.Proposal] = h
	}
	d := deciding{in: in, used: map[string]int{}, themes: map[core.ID]int{}}
	out := make([]Outcome, len(rows))
	for i, x := range rows {
		o := Outcome{Proposal: x.ID, Points: points[x.ID]}
		if ranked[x.ID] {
			o.Place = i + 1
		} else {
			o.Why = WhyFew
		}
		if h, ok := hands[x.ID]; ok && h.Choice != "" {
			o.Choice, o.Type, o.Target, o.Why = h.Choice, h.Type, h.Target, WhyHand
			if taken(o.Choice) {
				if o.Type == "" {
					o.Type = in.Type
				}
				d.take(x, o.Type)
			}
		}
		out[i] = o
	}
	if in.Rules.Fill {
		d.fill(rows, out)
	}
	waits := 0
	for i := range out {
		if out[i].Choice == Wait {
			waits++
			out[i].Waits = waits
		}
	}
	return out
}

type deciding struct {
	in     Inputs
	used   map[string]int
	themes map[core.ID]int
}

func (d *deciding) take(x Row, kind string) {
	d.used[kind]++
	if t := x.Theme(); t != "" {
		d.themes[t]++
	}
}

func (d *deciding) free() bool {
	n := d.in.Rules.Places(d.in.Type)
	return n == 0 || d.used[d.in.Type] < n
}

// under tells whether a theme has not had its share.
func (d *deciding) under(t core.ID) bool {
	return d.in.Rules.Cap == 0 || t == "" || d.themes[t] < ThemeMost(d.in)
}

// ThemeMost is how many proposals of one theme the rules take: the cap is a share of the
// places, or of all proposals where there is room for any number.
func ThemeMost(in Inputs) int {
	places := in.Rules.Places(in.Type)
	if places == 0 {
		places = len(in.Rows)
	}
	return (places*in.Rules.Cap + 99) / 100
}

func (d *deciding) fill(rows []Row, out []Outcome) {
	accept := func(i int, why string) {
		out[i].Choice, out[i].Type, out[i].Why = Accept, d.in.Type, why
		d.take(rows[i], d.in.Type)
	}
	open := func(i int) bool { return out[i].Choice == "" && out[i].Place > 0 }
	for i := range rows {
		if open(i) && out[i].Points < d.in.Rules.Floor {
			out[i].Choice, out[i].Why = Decline, WhyFloor
		}
	}
	for i := range rows {
		if open(i) && out[i].Place <= d.in.Rules.First && d.free() {
			accept(i, WhyBest)
		}
	}
	for i := range rows {
		if !open(i) {
			continue
		}
		switch {
		case !d.free():
			out[i].Why = WhyFull
		case !d.under(rows[i].Theme()):
			out[i].Why = WhyCap
		default:
			accept(i, WhyRoom)
		}
	}
	left := d.in.Rules.Waiting
	for i := range rows {
		if !open(i) {
			continue
		}
		out[i].Choice = Decline
		if left > 0 {
			out[i].Choice = Wait
			left--
		}
	}
}

// Digest names inputs and the list that follows from them: SHA-256 of both as JSON, the
// proposals and choices in the order of their ids.
func Digest(in Inputs, list []Outcome) string {
	in.Rows, in.Hands = slices.Clone(in.Rows), slices.Clone(in.Hands)
	slices.SortFunc(in.Rows, func(a, b Row) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(in.Hands, func(a, b Hand) int { return cmp.Compare(a.Proposal, b.Proposal) })
	b, err := json.Marshal(struct {
		Inputs Inputs    `json:"inputs"`
		List   []Outcome `json:"list"`
	}{in, list})
	if err != nil {
		panic(err) // a mistake in the program: it holds numbers and strings
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
