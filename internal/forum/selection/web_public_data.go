package selection

import (
	"encoding/json"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

// defined are the figures that are given away, each with a definition in the catalogue.
var defined = []string{
	"handed_in", "passed", "evaluated", "reviews", "reviewers", "decisions", "new", "types", "by_hand", "against_rules", "criteria", "theme_most",
	SideTheme, SideGroup, SideRegion, SideGender, SideNewcomer, SideClass, SideLang, "digest",
}

// chosenCSV gives the figures as a table: one row for each.
func (w *Web) chosenCSV(c *web.C) error {
	x, said, err := w.loadChosen(c)
	if err != nil {
		return err
	}
	rows := [][]string{{
		c.T("selected.col.round"), c.T("selected.col.date"), c.T("selected.col.figure"), c.T("selected.col.value"), c.T("selected.col.all"), c.T("selected.col.taken"),
		c.T("selected.col.code"), c.T("selected.col.definition"),
	}}
	for _, f := range x.Rounds {
		rows = append(rows, w.figureRows(c, said, f)...)
	}
	return c.CSV(rows)
}

func (w *Web) figureRows(c *web.C, said words, f Figures) [][]string {
	round, day, num := strconv.Itoa(f.Number), f.At.Time().Format("2006-01-02"), strconv.Itoa
	var rows [][]string
	add := func(key, value, all, taken, code string) {
		rows = append(rows, []string{round, day, c.T("selected.figure." + key), value, all, taken, code, c.T("selected.def." + key)})
	}
	add("handed_in", "", num(f.HandedIn), "", "")
	add("passed", "", num(f.Passed), "", "")
	add("evaluated", "", num(f.Evaluated), "", "")
	add("reviews", "", num(f.Reviews), "", "")
	add("reviewers", "", num(f.Reviewers), "", "")
	for _, k := range countKeys {
		if n := f.Counts[k]; n > 0 {
			code := k
			if k == "" {
				k = "open"
			}
			add("decisions", c.T("selected.count."+k), num(n), "", code)
		}
	}
	for _, t := range f.Types {
		add("types", c.Text(t.Label).S, "", num(t.Accepted+t.Offered), t.Type)
	}
	add("by_hand", "", num(f.ByHand), "", "")
	if f.Against >= 0 {
		add("against_rules", "", num(f.Against), "", "")
	}
	for _, x := range f.Criteria {
		add("criteria", c.Text(x.Label).S, num(x.Weight), "", "")
	}
	for _, side := range f.Balance {
		for _, s := range side.Shares {
			add(side.Side, said.value(side.Side, s.Code).S, num(s.All), num(s.Taken), s.Code)
		}
	}
	add("digest", f.Digest, "", "", "")
	return rows
}

// Given are the figures of a call as they are given away.
type Given struct {
	Call        string            `json:"call" doc:"its reference"`
	Title       core.Text         `json:"title"`
	Definitions map[string]string `json:"definitions" doc:"of the figures, in the reader's language"`
	*Chosen
}

// give puts the definitions beside the figures.
func (s *Service) give(lang string, x *Chosen) Given {
	out := Given{Call: x.Call.Ref, Title: x.Call.Title, Definitions: map[string]string{}, Chosen: x}
	for _, k := range defined {
		out.Definitions[k] = s.Catalog.T(lang, "selected.def."+k)
	}
	return out
}

// chosenJSON gives the figures as JSON, with what they mean.
func (w *Web) chosenJSON(c *web.C) error {
	x, _, err := w.loadChosen(c)
	if err != nil {
		return err
	}
	b, err := json.MarshalIndent(w.s.give(c.Lang, x), "", "  ")
	if err != nil {
		return wrap(err, "write figures")
	}
	return c.Bytes("application/json; charset=utf-8", append(b, '\n'))
}
