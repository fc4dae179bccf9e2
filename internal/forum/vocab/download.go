package vocab

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

// find takes the vocabulary, and csv or json if the address ends so.
func find(c *web.C) (v Vocabulary, file string, err error) {
	code, ending, _ := strings.Cut(c.Param("vocab"), ".")
	v, ok := Find(code)
	if !ok || ending != "" && ending != "csv" && ending != "json" || strings.HasSuffix(c.Param("vocab"), ".") {
		return v, "", core.NotFound()
	}
	return v, ending, nil
}

// Listing is a vocabulary with its terms, as it is downloaded.
type Listing struct {
	Vocabulary
	Terms []Term `json:"terms"`
}

func (w *Web) file(c *web.C, v Vocabulary, ending string) error {
	terms := w.s.Terms(v.Code)
	if ending == "json" {
		b, err := json.MarshalIndent(Listing{v, terms}, "", " ")
		if err != nil {
			return fmt.Errorf("vocabulary as JSON: %w", err)
		}
		return c.Bytes("application/json", append(b, '\n'))
	}
	rows := [][]string{append(append([]string{"code"}, columns("label_")...), "place", "rank", "valid_from", "valid_until", "within", "parent")}
	for _, t := range terms {
		rows = append(rows, append(append([]string{t.Code}, spelled(t.Label)...),
			strconv.Itoa(t.Place), strconv.Itoa(t.Rank), t.From, t.Until, t.Within, t.Parent))
	}
	return c.CSV(rows)
}

func columns(prefix string) []string {
	out := make([]string, 0, len(core.Langs))
	for _, l := range core.Langs {
		out = append(out, prefix+l)
	}
	return out
}

func spelled(t core.Text) []string {
	out := make([]string, 0, len(core.Langs))
	for _, l := range core.Langs {
		out = append(out, t.By[l])
	}
	return out
}

func (w *Web) countriesCSV(c *web.C) error {
	c.Reads(core.ScopeForum)
	rows := [][]string{append(append([]string{"alpha2", "alpha3", "m49"}, columns("name_")...),
		"un_member", "regional_group", "region_m49", "subregion_m49", "classes")}
	for _, n := range w.s.Countries("en") {
		var classes []string
		for _, m := range n.Classes {
			line := m.Class + ":" + m.From + "/" + m.Until
			if m.Scheduled {
				line += " scheduled"
			}
			classes = append(classes, line)
		}
		rows = append(rows, append(append([]string{n.Alpha2, n.Alpha3, n.M49}, spelled(n.Name)...),
			strconv.FormatBool(n.Member), n.Group, n.Region, n.Subregion, strings.Join(classes, "; ")))
	}
	return c.CSV(rows)
}
