package bodies

import (
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// Total is a number that somebody published: so many bodies of a kind on a date. It
// is kept as it was said, also where another source says otherwise.
type Total struct {
	bun.BaseModel `bun:"table:body_counts,alias:bc"`

	ID      core.ID      `bun:"id,pk" json:"id"`
	Kind    string       `bun:"kind" json:"kind" doc:"a kind of body, or initiative for all initiatives together"`
	AsOf    Date         `bun:"as_of" json:"as_of"`
	Count   int          `bun:"count" json:"count"`
	Bound   string       `bun:"bound" json:"bound,omitempty" enum:",more-than,about" doc:"how the source words it"`
	Note    core.Text    `bun:"note" json:"note"`
	Source  string       `bun:"source" json:"source"`
	Created core.Instant `bun:"created" json:"-"`
}

// Disagreement is a year for which sources give different totals.
type Disagreement struct {
	Year    int
	Figures []Total
}

// Disagreements finds the years whose figures differ. Figures of one year may both be
// right, at different times of the year; a reader is told, nothing is mended.
func Disagreements(figures []Total) []Disagreement {
	var out []Disagreement
	for _, f := range figures {
		i := slices.IndexFunc(out, func(d Disagreement) bool { return d.Year == f.AsOf.Year() })
		if i < 0 {
			out = append(out, Disagreement{Year: f.AsOf.Year()})
			i = len(out) - 1
		}
		out[i].Figures = append(out[i].Figures, f)
	}
	return slices.DeleteFunc(out, func(d Disagreement) bool {
		return !slices.ContainsFunc(d.Figures, func(f Total) bool {
			return f.Count != d.Figures[0].Count || f.Bound != d.Figures[0].Bound
		})
	})
}

// sortFigures puts figures in the order of their dates; of one year the vaguer first.
func sortFigures(figures []Total) {
	slices.SortStableFunc(figures, func(a, b Total) int {
		if d := a.AsOf.First().Compare(b.AsOf.First()); d != 0 {
			return d
		}
		return a.AsOf.Last().Compare(b.AsOf.Last())
	})
}

// latest is the figure with the latest date, by the first day that each may mean: a
// total "of 2023" is not later than one of October 2023. Of one date the largest counts.
// ok is false without any.
func latest(figures []Total) (Total, bool) {
	if len(figures) == 0 {
		return Total{}, false
	}
	return slices.MaxFunc(figures, func(a, b Total) int {
		if d := a.AsOf.First().Compare(b.AsOf.First()); d != 0 {
			return d
		}
		return a.Count - b.Count
	}), true
}
