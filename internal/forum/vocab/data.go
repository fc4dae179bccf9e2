package vocab

import (
	"embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"plenary/internal/core"
)

// The files of data/ are facts with their sources: countries, regions and classes with
// names from CLDR (LICENSE-Unicode-3.0.txt), the United Nations' short names, further
// names that people write, and the terms in six languages.
//
//go:embed data
var dataFS embed.FS

// shipped is what the program brings along. The data is part of the program: that it
// can be read is held by the tests, so a mistake in it stops the program at once.
type shipped struct {
	terms     []Term // in the order of All, then of their place
	countries map[string]Country
	alpha2s   []string
	aliases   []alias
}

type alias struct{ alpha2, name string }

var data = sync.OnceValue(func() *shipped {
	d := &shipped{countries: map[string]Country{}}
	d.readTerms()
	d.readRegions()
	d.readCountries()
	d.readClasses()
	for _, r := range table("aliases.csv") {
		d.aliases = append(d.aliases, alias{r["alpha2"], r["alias"]})
	}
	slices.SortStableFunc(d.terms, compareTerms)
	return d
})

func compareTerms(a, b Term) int {
	if a.Vocab != b.Vocab {
		return strings.Compare(a.Vocab, b.Vocab)
	}
	if a.Place != b.Place {
		return a.Place - b.Place
	}
	return strings.Compare(a.Code, b.Code)
}

// table reads a file of data/ as rows by column.
func table(name string) []map[string]string {
	f, err := dataFS.Open("data/" + name)
	if err != nil {
		panic(err) // it is embedded above
	}
	defer func() { _ = f.Close() }()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil || len(all) == 0 {
		panic(fmt.Sprintf("%s: %v", name, err))
	}
	rows := make([]map[string]string, 0, len(all)-1)
	for _, line := range all[1:] {
		row := make(map[string]string, len(line))
		for i, column := range all[0] {
			row[column] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// names makes a text of the columns prefix_en to prefix_ar.
func names(row map[string]string, prefix string) core.Text {
	t := core.Text{Orig: "en"}
	for _, l := range core.Langs {
		t = t.With(l, row[prefix+l])
	}
	return t
}

func (d *shipped) readTerms() {
	for _, r := range table("terms.csv") {
		place, err1 := strconv.Atoi(r["place"])
		rank, err2 := strconv.Atoi(r["rank"])
		if err1 != nil || err2 != nil {
			panic("terms.csv: " + r["vocab"] + "/" + r["code"])
		}
		t := Term{
			Vocab: r["vocab"], Code: r["code"], Label: names(r, ""), Place: place, Rank: rank,
			From: r["valid_from"], Until: r["valid_until"], Version: 1,
		}
		t.setAttrs(r["attrs"])
		d.terms = append(d.terms, t)
	}
}

// setAttrs reads "within=technical-community;parent=142".
func (t *Term) setAttrs(s string) {
	for _, kv := range strings.Split(s, ";") {
		switch k, v, _ := strings.Cut(kv, "="); k {
		case "within":
			t.Within = v
		case "parent":
			t.Parent = v
		}
	}
}

// readRegions adds the M49 regions that terms.csv does not name by itself.
func (d *shipped) readRegions() {
	for _, r := range table("regions.csv") {
		place, err := strconv.Atoi(r["m49"])
		if err != nil {
			panic("regions.csv: " + r["m49"])
		}
		i := slices.IndexFunc(d.terms, func(t Term) bool { return t.Vocab == Areas && t.Code == r["m49"] })
		if i >= 0 {
			d.terms[i].Place = place
			continue
		}
		d.terms = append(d.terms, Term{
			Vocab: Areas, Code: r["m49"], Label: names(r, "name_"), Place: place, Parent: r["parent_m49"], Version: 1,
		})
	}
}

func (d *shipped) readCountries() {
	groups := map[string]string{
		"African": "african", "Asia-Pacific": "asia-pacific", "Eastern European": "eastern-european", "GRULAC": "grulac", "WEOG": "weog",
	}
	for _, r := range table("countries.csv") {
		d.alpha2s = append(d.alpha2s, r["alpha2"])
		d.countries[r["alpha2"]] = Country{
			Alpha2: r["alpha2"], Alpha3: r["alpha3"], M49: r["m49"], Member: r["un_member"] == "1",
			Group: groups[r["regional_group"]], Region: r["region_m49"], Subregion: r["subregion_m49"],
			Name: names(r, "name_"),
		}
		for _, l := range core.Langs {
			d.aliases = append(d.aliases, alias{r["alpha2"], r["name_"+l]})
		}
	}
	for _, r := range table("un_names.csv") {
		c := d.countries[r["alpha2"]]
		for _, l := range core.Langs {
			if n := r["un_name_"+l]; n != "" {
				c.Name = c.Name.With(l, n)
			}
		}
		d.countries[r["alpha2"]] = c
	}
}

func (d *shipped) readClasses() {
	for _, r := range table("classes.csv") {
		c := d.countries[r["alpha2"]]
		c.Classes = append(c.Classes, Membership{
			Class: r["class"], From: r["from"], Until: r["until"], Scheduled: r["until_is"] == "scheduled",
			Source: r["source"], Recalled: r["checked"] == "recalled", Note: r["note"], Version: 1,
		})
		d.countries[r["alpha2"]] = c
	}
}

// RegionOf is the regional group of a country as a code, "none" for a country in no
// group or for none at all.
func RegionOf(alpha2 string) string {
	if g := data().countries[alpha2].Group; g != "" {
		return g
	}
	return "none"
}
