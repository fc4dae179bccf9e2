package topics

import (
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

// The names of the columns are those of the API, in every language the same; names of
// tags stand in their original language.

// rankingCSV is a row per tag, with how many of the inputs behind each figure are listed
// in the file of inputs and how many are only counted.
func (w *Web) rankingCSV(c *web.C) error {
	set, err := w.edition(c)
	if err != nil {
		return err
	}
	t, err := w.s.Table(c.Context(), c.Actor, set, Filter{By: figureOf(c, "sort"), Kind: c.Query("kind")})
	if err != nil {
		return err
	}
	rows := [][]string{{"rank", "tag", "address", "alone", "together", "total", "alone_public", "together_public", "total_public", "as_written"}}
	for _, tag := range t.Ranked() {
		x := tag.forAll()
		var written []string
		for _, s := range x.Spellings {
			for _, wr := range s.Written {
				written = append(written, wr.Text+" ("+itoa(wr.Inputs)+")")
			}
		}
		rows = append(rows, []string{
			itoa(x.Rank), x.Name.String(), c.Absolute(tagPath(set, tag)), itoa(x.Alone), itoa(x.Together), itoa(x.Total),
			itoa(x.AlonePublic), itoa(x.TogetherPublic), itoa(x.TotalPublic), strings.Join(written, "; "),
		})
	}
	return c.CSV(rows)
}

var inputColumns = []string{"id", "kind", "title", "address", "tags", "tags_as_written", "themes", "group", "region", "country", "submitted"}

// inputRows are inputs that everybody may read. Files are the same for every reader.
func inputRows(c *web.C, set *editions.Setting, t *Table, list []Input) [][]string {
	rows := [][]string{inputColumns}
	for _, in := range list {
		if !in.Public {
			continue
		}
		var tags, written, themes []string
		for _, tag := range t.TagsOf(in.ID) {
			tags = append(tags, tag.Name.String())
		}
		for _, s := range in.Tags {
			if tag := t.byFold[core.Fold(s)]; tag != nil && !tag.Hidden {
				written = append(written, s)
			}
		}
		for _, id := range in.Themes {
			if th := set.Theme(id); th != nil {
				themes = append(themes, th.Name.String())
			}
		}
		path := ""
		if in.Path != "" {
			path = c.Absolute(in.Path)
		}
		rows = append(rows, []string{
			string(in.ID), in.Kind, in.Title.String(), path, strings.Join(tags, "; "), strings.Join(written, "; "), strings.Join(themes, "; "),
			in.Group, in.Region, in.Country, in.Submitted.String(),
		})
	}
	return rows
}

func (w *Web) allCSV(c *web.C) error {
	set, err := w.edition(c)
	if err != nil {
		return err
	}
	t, err := w.s.Table(c.Context(), c.Actor, set, Filter{Kind: c.Query("kind")})
	if err != nil {
		return err
	}
	return c.CSV(inputRows(c, set, t, t.Inputs))
}

func (w *Web) tagCSV(c *web.C) error {
	set, t, tag, err := w.found(c, Filter{Kind: c.Query("kind")})
	if err != nil {
		return err
	}
	list, _ := chosenInputs(c, t, tag, figureOf(c, "of"))
	return c.CSV(inputRows(c, set, t, list))
}

func (w *Web) pairsCSV(c *web.C) error {
	set, err := w.edition(c)
	if err != nil {
		return err
	}
	t, err := w.s.Table(c.Context(), c.Actor, set, Filter{})
	if err != nil {
		return err
	}
	rows := [][]string{{"tag", "other_tag", "inputs", "inputs_public"}}
	list, _ := shownPairs(t, nil)
	for _, p := range list {
		rows = append(rows, []string{p.A.Name.String(), p.B.Name.String(), itoa(p.Inputs), itoa(p.Public)})
	}
	return c.CSV(rows)
}

// themesCSV is a row per decision, and one per theme without any.
func (w *Web) themesCSV(c *web.C) error {
	set, err := w.edition(c)
	if err != nil {
		return err
	}
	all, err := w.s.Themes(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	rows := [][]string{{"theme", "address", "inputs_led", "inputs_named", "decided_on", "decided_by", "inputs_of_decision", "reason", "minutes"}}
	for _, x := range all.List {
		row := []string{x.Theme.Name.String(), c.Absolute(themePath(set, x.Theme)), itoa(len(x.Led)), itoa(len(x.Named))}
		if len(x.Decisions) == 0 {
			rows = append(rows, append(row, "", "", "", "", ""))
		}
		for _, d := range x.Decisions {
			rows = append(rows, append(row[:4:4], d.Day, d.BodyName.String(), itoa(len(d.Inputs)), d.Reason.String(), d.Minutes))
		}
	}
	return c.CSV(rows)
}

func (w *Web) themeCSV(c *web.C) error {
	set, all, x, err := w.oneTheme(c)
	if err != nil {
		return err
	}
	return c.CSV(inputRows(c, set, all.Table, x.Led))
}
