package figures

import (
	"cmp"
	_ "embed"
	"encoding/csv"
	"math"
	"slices"
	"strings"
	"sync"

	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

// The world as one path of land without borders, and a point for each country, in a field
// of mapWidth by mapHeight.
var (
	//go:embed data/land.path
	landPath string
	//go:embed data/points.csv
	pointsCSV string
)

const (
	mapWidth  = 960
	mapHeight = 424
)

// places are the points of countries.
var places = sync.OnceValue(func() map[string][2]string {
	out := map[string][2]string{}
	rows, _ := csv.NewReader(strings.NewReader(pointsCSV)).ReadAll() // a test reads it
	for _, r := range rows[1:] {
		out[r[0]] = [2]string{r[1], r[2]}
	}
	return out
})

// mapView is the map with a mark for each country, and the table that says the same.
type mapView struct {
	Width, Height int
	Land          string
	Title, Says   string
	Marks         []markView
	Table         barsView
	Disclaimer    string
	Of            *web.Tab
}

type markView struct{ X, Y, R, Label string }

// worldMap marks the countries from which people came: the area of a mark is their number.
// Countries whose number is hidden have a mark of its own kind, and all stand in the table.
func (w *Web) worldMap(l labels, f Figure, b Breakdown) *mapView {
	c := l.c
	v := &mapView{
		Width: mapWidth, Height: mapHeight, Land: strings.TrimSpace(landPath), Title: c.T("figures.map"), Disclaimer: c.T("figures.map_disclaimer"),
		Table: l.bars(f, b), Of: &web.Tab{Label: c.T("figures.definition"), URL: c.URL(l.set.Path() + "/statistics/" + f.Indicator)},
	}
	most, shown, hidden := 0, 0, 0
	for _, cell := range b.Cells {
		if cell.Hidden {
			hidden++
		} else if cell.Amount > 0 && cell.Code != unsaid {
			shown++
			most = max(most, cell.Amount)
		}
	}
	v.Says = c.T("figures.map_says", "Shown", i18n.Number(c.Lang, shown), "Hidden", i18n.Number(c.Lang, hidden))
	for _, cell := range largestFirst(b.Cells) {
		at, ok := places()[cell.Code]
		if !ok || cell.Amount == 0 && !cell.Hidden {
			continue
		}
		m := markView{X: at[0], Y: at[1], Label: c.Text(l.of(f.Indicator, ByCountry, cell.Code)).S + ": "}
		if cell.Hidden {
			m.Label += c.T("figures.hidden")
		} else {
			m.R = decimal(math.Round(10*(3+15*math.Sqrt(float64(cell.Amount)/float64(most)))) / 10)
			m.Label += i18n.Number(c.Lang, cell.Amount)
		}
		v.Marks = append(v.Marks, m)
	}
	return v
}

// largestFirst puts cells in the order of their numbers, hidden ones last, and leaves out
// what is nought.
func largestFirst(cells []Cell) []Cell {
	out := slices.DeleteFunc(slices.Clone(cells), func(c Cell) bool { return c.Amount == 0 && !c.Hidden })
	slices.SortStableFunc(out, func(a, b Cell) int {
		if a.Hidden != b.Hidden {
			if a.Hidden {
				return 1
			}
			return -1
		}
		return cmp.Or(b.Amount-a.Amount, cmp.Compare(a.Code, b.Code))
	})
	return out
}
