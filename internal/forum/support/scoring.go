package support

import (
	"math"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// States of a score.
const (
	ScoreGiven    = "given"
	ScoreConflict = "conflict" // its member declares a conflict; what she gave counts nowhere
)

// Mark is what a member gives for a criterion, 0 to 5, and why.
type Mark struct {
	Mark int    `json:"mark"`
	Why  string `json:"why"`
}

// Score is what a member of the committee says of an application. A criterion that is not
// among its marks was left blank.
type Score struct {
	bun.BaseModel `bun:"table:support_scores,alias:sc"`

	Application core.ID         `bun:"application,pk" json:"-"`
	Account     core.ID         `bun:"account,pk" json:"-"`
	State       string          `bun:"state" json:"state" enum:"given,conflict"`
	Marks       map[string]Mark `bun:"marks,type:jsonb" json:"marks"`
	Words       string          `bun:"words" json:"words,omitempty"`
	At          core.Instant    `bun:"at" json:"at"`
	Version     int64           `bun:"version" json:"version"`
}

// Codes of what keeps a member from an application.
const (
	ConflictDeclared     = "declared"
	ConflictOwn          = "own"     // it is hers
	ConflictAdviser      = "adviser" // she is asked to recommend it
	ConflictCountry      = "country"
	ConflictOrganisation = "organisation"
)

// conflictsOf tells what keeps a member from an application. who is her person and the keys
// of her addresses; said what she said of it, or nil.
func conflictsOf(m *Member, person core.ID, emails []string, x *Application, advice *Advice, said *Score) []string {
	var out []string
	if said != nil && said.State == ScoreConflict {
		out = append(out, ConflictDeclared)
	}
	if m.Account == x.Account || person != "" && person == x.Person {
		out = append(out, ConflictOwn)
	}
	if advice != nil && advice.EmailKey != "" && slices.Contains(emails, advice.EmailKey) {
		out = append(out, ConflictAdviser)
	}
	if m.Country != "" && m.Country == x.Country {
		out = append(out, ConflictCountry)
	}
	if m.OrgKey != "" && m.OrgKey == x.OrgKey {
		out = append(out, ConflictOrganisation)
	}
	return out
}

// Standing is what the scores of an application say together.
type Standing struct {
	Score      int            `json:"score" doc:"thousandths of a point; -1 as long as nobody has given a mark"`
	Given      int            `json:"given" doc:"members whose marks count"`
	Conflicted int            `json:"conflicted"`
	Criteria   map[string]int `json:"criteria" doc:"thousandths of a point, by criterion"`
}

var needOf = map[string]int{"LDC": 5, "LLDC": 4, "SIDS": 4, "transition": 3}

// fact is what a criterion gives that nobody marks: 5 where what it asks holds, for the
// country's class as much as the neediest of its classes.
func fact(p *Programme, x *Application, before []Before, code string) int {
	switch code {
	case ByNeed:
		most := 0
		for _, c := range x.Classes {
			if slices.Contains(p.Classes, c) {
				most = max(most, needOf[c])
			}
		}
		return most
	case ByNew:
		if len(before) > 0 || slices.Contains(x.Stated, statedSupported) {
			return 0
		}
		return mostMark
	}
	if slices.Contains(x.Stated, code) {
		return mostMark
	}
	return 0
}

// standing reckons what the scores of an application say: for each criterion the mean of
// the marks that were given, or what the facts give, and the weighted mean of these.
// Blank marks and scores of members with a conflict count nowhere; a criterion that nobody
// has marked is left out of the mean.
func standing(p *Programme, x *Application, before []Before, list []Score, conflicted func(account core.ID) bool) Standing {
	out := Standing{Score: -1, Criteria: map[string]int{}}
	sums, counts := map[string]int{}, map[string]int{}
	for _, s := range list {
		switch {
		case s.State == ScoreConflict || conflicted(s.Account):
			out.Conflicted++
			continue
		case len(s.Marks) == 0:
			continue
		}
		counted := false
		for _, code := range p.Marks() {
			if m, ok := s.Marks[code]; ok {
				sums[code] += m.Mark
				counts[code]++
				counted = true
			}
		}
		if counted {
			out.Given++
		}
	}
	total, weight := 0.0, 0
	for _, code := range CriterionCodes {
		w := p.Weight(code)
		if w == 0 {
			continue
		}
		var value float64
		switch {
		case !Marked(code):
			value = float64(fact(p, x, before, code))
		case counts[code] == 0:
			continue
		default:
			value = float64(sums[code]) / float64(counts[code])
		}
		out.Criteria[code] = int(math.Round(value * 1000))
		total += value * float64(w)
		weight += w
	}
	if out.Given > 0 && weight > 0 {
		out.Score = int(math.Round(total / float64(weight) * 1000))
	}
	return out
}

// places gives the places of applications by their scores: those with one score share the
// place, and the next comes after all of them. Without a score there is no place.
func places(score map[core.ID]int) map[core.ID]int {
	var all []int
	for _, s := range score {
		if s >= 0 {
			all = append(all, s)
		}
	}
	slices.Sort(all)
	out := map[core.ID]int{}
	for id, s := range score {
		if s < 0 {
			continue
		}
		i, _ := slices.BinarySearch(all, s+1) // how many have at most this score
		out[id] = len(all) - i + 1
	}
	return out
}
