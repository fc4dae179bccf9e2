package opinions

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"plenary/internal/platform/web"
	"plenary/internal/solve/opinion"
)

type resultsView struct {
	Title     web.TextView
	Status    web.Status
	Until     string
	Facts     []string
	Few       string
	Map       *mapView
	Groups    []groupView
	Heads     []string // the groups' names
	Consensus []lineView
	Against   []lineView
	Divides   []lineView
	All       []lineView
	Exports   []web.Tab
	Asof      string
	Explained string
}

// mapView is the picture: each participant a dot, each group a colour and a letter.
type mapView struct {
	Groups []mapGroup
	Words  string
}

type mapGroup struct {
	Class  string
	Letter string
	Dots   string // one path of dots
	X, Y   int    // of the letter
}

type groupView struct {
	Name   string
	Count  string
	Traits []lineView
}

type lineView struct {
	Number  int
	Text    web.TextView
	Words   string
	Groups  []barView
	Against bool
}

type barView struct {
	Name    string
	Agree   string // widths in per cent
	Against string
	At      string // where the disagreement's bar begins
	Words   string
	Short   string
}

const (
	listed  = 5   // statements in each list
	mapSize = 300 // of the picture, a square
)

func (w *Web) results(c *web.C) error {
	p, err := w.load(c)
	if err != nil {
		return err
	}
	r, err := w.s.Results(c.Context(), c.Actor, p)
	if err != nil {
		return err
	}
	c.Until(r.At.Add(keptFor).Time()) // of a closed poll too: the last votes may not be in it yet
	v := resultsView{Title: c.Text(p.Title), Facts: []string{
		c.T("opinions.voters", "Count", r.Voters), c.T("opinions.votes", "Count", r.Votes), c.T("opinions.statements", "Count", len(r.Statements)),
	}}
	v.Status, v.Until = w.status(c, p)
	v.Exports = []web.Tab{{Label: c.T("opinions.csv.statements"), URL: c.URL(p.Path() + "/comments.csv")}}
	if !r.Shown {
		v.Few = c.T("opinions.few", "Count", leastShown)
	} else {
		v.Exports = append(v.Exports,
			web.Tab{Label: c.T("opinions.csv.matrix"), URL: c.URL(p.Path() + "/participants-votes.csv")},
			web.Tab{Label: "JSON", URL: "/api/v1/opinions/" + p.Ref + "/results"})
		v.Asof = c.T("opinions.asof", "Time", w.at(c, r.At, p))
		w.fill(c, r, &v)
	}
	return c.Page(web.Page{
		Name: "opinions/results", Title: c.T("opinions.results_of", "Title", v.Title.S), Section: "outcomes",
		Trail: w.trail(c, p, web.Crumb{Label: c.T("opinions.results")}), V: v,
	})
}

func (w *Web) fill(c *web.C, r *Results, v *resultsView) {
	f := r.Found
	letter := func(g int) string { return string(rune('A' + g)) }
	for g := range f.Sizes {
		v.Heads = append(v.Heads, c.T("opinions.group", "Letter", letter(g)))
	}
	line := func(i int, words string) lineView {
		return lineView{Number: r.Statements[i].Number, Text: c.Text(r.Statements[i].Body), Words: words, Groups: w.bars(c, f.Statements[i], v.Heads)}
	}
	for g, n := range f.Sizes {
		gv := groupView{Name: v.Heads[g], Count: c.T("opinions.people", "Count", n)}
		for _, t := range f.Typical(g, listed) {
			key := "opinions.trait.agree"
			if t.Against {
				key = "opinions.trait.disagree"
			}
			l := lineView{Number: r.Statements[t.Statement].Number, Text: c.Text(r.Statements[t.Statement].Body)}
			l.Words = c.T(key, "Share", percent(t.Share), "Others", percent(t.Others))
			gv.Traits = append(gv.Traits, l)
		}
		v.Groups = append(v.Groups, gv)
	}
	order := func(key func(opinion.Statement) float64, least float64, words string) (out []lineView) {
		idx := make([]int, len(f.Statements))
		for i := range idx {
			idx[i] = i
		}
		slices.SortStableFunc(idx, func(a, b int) int { return cmp.Compare(key(f.Statements[b]), key(f.Statements[a])) })
		for _, i := range idx {
			if x := key(f.Statements[i]); x >= least && len(out) < listed {
				out = append(out, line(i, c.T(words, "Value", percent(x))))
			}
		}
		return out
	}
	// Each group by itself leans towards agreement: one half each is what mere chance
	// would give.
	chance := math.Pow(0.6, float64(len(f.Sizes)))
	v.Consensus = order(func(s opinion.Statement) float64 { return s.Consensus }, chance, "opinions.consensus_value")
	v.Against = order(func(s opinion.Statement) float64 { return s.Against }, chance, "opinions.against_value")
	if len(f.Sizes) > 1 {
		v.Divides = order(func(s opinion.Statement) float64 { return s.Divides }, 0.3, "opinions.divides_value")
	}
	for i := range r.Statements {
		v.All = append(v.All, line(i, ""))
	}
	v.Explained = c.T("opinions.explained", "First", percent(f.Explained[0]), "Second", percent(f.Explained[1]))
	if len(f.Sizes) > 0 {
		v.Map = picture(f)
		v.Map.Words = c.T("opinions.map", "Count", len(f.Sizes))
	}
}

func percent(x float64) string { return fmt.Sprintf("%.0f%%", 100*x) }

func (w *Web) bars(c *web.C, s opinion.Statement, names []string) []barView {
	var out []barView
	for g, t := range s.Groups {
		b := barView{Name: names[g], Agree: "0", Against: "0", At: "100"}
		if n := t.Seen(); n > 0 {
			agree, against := float64(t.Agree)/float64(n), float64(t.Disagree)/float64(n)
			b.Agree, b.Against, b.At = fmt.Sprintf("%.1f", 100*agree), fmt.Sprintf("%.1f", 100*against), fmt.Sprintf("%.1f", 100-100*against)
			b.Short = c.T("opinions.counts_short", "Agree", t.Agree, "Disagree", t.Disagree, "Pass", t.Pass)
			b.Words = c.T("opinions.counts", "Agree", t.Agree, "Disagree", t.Disagree, "Pass", t.Pass)
		} else {
			b.Short = c.T("opinions.no_votes")
			b.Words = b.Short
		}
		out = append(out, b)
	}
	return out
}

// picture draws the map in a square; both axes have one scale.
func picture(f opinion.Result) *mapView {
	most := 0.0
	for _, p := range f.Participants {
		if p.Group != opinion.NoGroup {
			most = max(most, math.Abs(p.X), math.Abs(p.Y))
		}
	}
	if most == 0 {
		most = 1
	}
	at := func(x float64) int { return int(math.Round(mapSize/2 + x/most*(mapSize/2-12))) }
	m := &mapView{Groups: make([]mapGroup, len(f.Sizes))}
	paths := make([]strings.Builder, len(f.Sizes))
	sums := make([]struct{ x, y float64 }, len(f.Sizes))
	for _, p := range f.Participants {
		if p.Group == opinion.NoGroup {
			continue
		}
		fmt.Fprintf(&paths[p.Group], "M%d %dh0", at(p.X), at(-p.Y))
		sums[p.Group].x += p.X
		sums[p.Group].y += p.Y
	}
	for g, n := range f.Sizes {
		m.Groups[g] = mapGroup{
			Class: fmt.Sprintf("opinion-%d", g+1), Letter: string(rune('A' + g)), Dots: paths[g].String(),
			X: at(sums[g].x / float64(n)), Y: at(-sums[g].y / float64(n)),
		}
	}
	return m
}

func (w *Web) matrix(c *web.C) error {
	p, err := w.load(c)
	if err != nil {
		return err
	}
	rows, err := w.s.Matrix(c.Context(), c.Actor, p)
	if err != nil {
		return err
	}
	c.Until(c.S.Clock.Now().Add(keptFor))
	return c.CSV(rows)
}

func (w *Web) sheet(c *web.C) error {
	p, err := w.load(c)
	if err != nil {
		return err
	}
	rows, err := w.s.Sheet(c.Context(), c.Actor, p)
	if err != nil {
		return err
	}
	c.Until(c.S.Clock.Now().Add(keptFor))
	return c.CSV(rows)
}
