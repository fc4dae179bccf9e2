package vocab_test

import (
	"encoding/csv"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/quick"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"plenary/internal/core"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/db"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

func open(t *testing.T, url string) *record.Record {
	t.Helper()
	d, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	clock := &core.Clock{}
	r, err := record.Open(t.Context(), d, clock, core.NewIDs(clock), nil, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

// service needs no seeding: what the program brings along is enough to answer.
func service(t *testing.T) *vocab.Service {
	t.Helper()
	return vocab.New(open(t, testkit.SQLite(t)))
}

// E118: "was X a least developed country on the first day of the forum?"
func TestClassesOnADay(t *testing.T) {
	s := service(t)
	for _, tc := range []struct {
		class, day string
		want       int
	}{
		{"LDC", "2006-10-30", 50},
		{"LDC", "2007-12-31", 49},
		{"LDC", "2011-06-01", 48},
		{"LDC", "2012-12-31", 49},
		{"LDC", "2014-01-01", 48},
		{"LDC", "2017-12-18", 47},
		{"LDC", "2020-12-31", 46},
		{"LDC", "2023-12-14", 45},
		{"LDC", "2024-12-13", 44},
		{"LLDC", "2023-10-11", 32},
		{"SIDS", "2023-10-11", 53},
	} {
		got := s.InClassOn(tc.class, tc.day)
		if len(got) != tc.want {
			t.Errorf("%s on %s: %d countries, want %d: %v", tc.class, tc.day, len(got), tc.want, got)
		}
	}
	for _, tc := range []struct {
		alpha2, class, day string
		want               bool
	}{
		{"VU", "LDC", "2017-12-18", true},
		{"GQ", "LDC", "2017-12-18", false},
		{"ST", "LDC", "2024-12-12", true},
		{"ST", "LDC", "2024-12-15", false}, // left two days before the forum of Riyadh
		{"CV", "ldc", "2007-11-12", true},  // left a month after Rio
		{"NA", "SIDS", "2023-10-11", false},
		{"FJ", "SIDS", "2023-10-11", true},
		{"XX", "LDC", "2017-12-18", false},
	} {
		if got := s.InClass(tc.alpha2, tc.class, tc.day); got != tc.want {
			t.Errorf("InClass(%s, %s, %s) = %v", tc.alpha2, tc.class, tc.day, got)
		}
	}
	n, _ := s.Country("BD")
	if len(n.Classes) != 1 || !n.Classes[0].Scheduled {
		t.Errorf("Bangladesh: %+v, want an end that is only scheduled", n.Classes)
	}
	if got := s.ClassesOf("VU", "2017-12-18"); !slices.Equal(got, []string{"LDC", "SIDS"}) {
		t.Errorf("Vanuatu was in %v", got)
	}
}

func TestCountries(t *testing.T) {
	s := service(t)
	list := s.Countries("en")
	if len(list) != 249 {
		t.Errorf("%d countries, want 249", len(list))
	}
	groups, members := map[string]int{}, 0
	for _, n := range list {
		groups[n.Group]++
		if n.Member {
			members++
		}
		for _, l := range core.Langs {
			if n.Name.By[l] == "" {
				t.Errorf("%s has no name in %s", n.Alpha2, l)
			}
		}
	}
	want := map[string]int{"african": 54, "asia-pacific": 54, "eastern-european": 23, "grulac": 33, "weog": 29, "": 56}
	for g, n := range want {
		if groups[g] != n {
			t.Errorf("group %q has %d countries, want %d", g, groups[g], n)
		}
	}
	if members != 193 {
		t.Errorf("%d Member States, want 193", members)
	}
	for alpha2, region := range map[string]string{"SN": "african", "JP": "asia-pacific", "VA": "none", "": "none", "XX": "none"} {
		if got := vocab.RegionOf(alpha2); got != region {
			t.Errorf("RegionOf(%q) = %q, want %q", alpha2, got, region)
		}
	}
	// The short names of the United Nations stand first, those of CLDR behind.
	for alpha2, name := range map[string]string{"CV": "Cabo Verde", "PS": "State of Palestine", "TR": "Türkiye", "NA": "Namibia", "AX": "Åland Islands"} {
		if n, _ := s.Country(alpha2); n.Name.By["en"] != name {
			t.Errorf("%s is called %q, want %q", alpha2, n.Name.By["en"], name)
		}
	}
	if n := s.Label(vocab.CountryList, "CV"); n.By["fr"] != "Cabo Verde" {
		t.Errorf("label of CV: %v", n)
	}
	if got := s.Label(vocab.Goals, "99"); got.String() != "99" {
		t.Errorf("an unknown code is shown as %q", got)
	}
}

// Names are sorted as each language sorts them: Åland does not stand behind Zimbabwe.
func TestCountriesAreSortedByLanguage(t *testing.T) {
	s := service(t)
	at := func(lang, alpha2 string) int {
		return slices.IndexFunc(s.Countries(lang), func(n vocab.Country) bool { return n.Alpha2 == alpha2 })
	}
	for _, tc := range []struct{ lang, first, second string }{
		{"en", "AX", "ZW"},
		{"en", "CI", "HR"},
		{"fr", "EG", "FI"},
		{"fr", "ET", "FI"},
		{"es", "ES", "FI"},
		{"ru", "AU", "JP"},
		{"ar", "AR", "YE"},
		{"zh", "AF", "CN"},
	} {
		if at(tc.lang, tc.first) > at(tc.lang, tc.second) {
			t.Errorf("%s: %s stands behind %s", tc.lang, tc.first, tc.second)
		}
	}
}

// Whatever a country is called by the program in any language, it is found again,
// also in capitals and without accents.
func TestFindCountryKnowsItsOwnNames(t *testing.T) {
	s := service(t)
	bare := func(n string) string {
		return strings.Map(func(r rune) rune {
			if unicode.Is(unicode.Mn, r) {
				return -1
			}
			return r
		}, norm.NFD.String(n))
	}
	for _, n := range s.Countries("en") {
		for lang, name := range n.Name.By {
			forms := []string{name, "  " + name + " ", strings.ToUpper(name)}
			if lang == "en" || lang == "fr" || lang == "es" {
				forms = append(forms, bare(name))
			}
			for _, f := range forms {
				if got, ok := s.FindCountry(f); !ok || got != n.Alpha2 {
					t.Errorf("FindCountry(%q) in %s = %q, want %s", f, lang, got, n.Alpha2)
				}
			}
		}
	}
}

func TestFindCountry(t *testing.T) {
	s := service(t)
	for name, want := range map[string]string{
		"Côte d’Ivoire": "CI", "COTE D'IVOIRE": "CI", "Ivory Coast": "CI", "Кот-д’Ивуар": "CI",
		"The Gambia": "GM", "Gambia (the)": "GM", "the Netherlands": "NL", "Turkey": "TR", "Turkiye": "TR", "Türkiye": "TR",
		"Iran, Islamic Republic of": "IR", "Islamic Republic of Iran": "IR", "Iran": "IR",
		"Korea, Republic of": "KR", "Korea (Democratic People's Republic of)": "KP", "South Korea": "KR",
		"Congo, Democratic Republic of the": "CD", "DR Congo": "CD", "Congo": "CG", "Republic of the Congo": "CG",
		"USA": "US", "U.S.A.": "US", "UK": "GB", "United Kingdom": "GB", "Russia": "RU", "Viet Nam": "VN", "Vietnam": "VN",
		"Saint Lucia": "LC", "St. Lucia": "LC", "St Kitts and Nevis": "KN", "Trinidad & Tobago": "TT", "Trinidad and Tobago": "TT",
		"México": "MX", "MEXICO": "MX", "Brésil": "BR", "日本": "JP", "مصر": "EG", "Сенегал": "SN", "NA": "NA", "SEN": "SN",
		"Sao Tome and Principe": "ST", "Cape Verde": "CV", "Cabo Verde": "CV", "Czech Republic": "CZ", "Russian Federation": "RU",
		"Bolivia (Plurinational State of)": "BO", "Plurinational State of Bolivia": "BO", "Guinea-Bissau": "GW", "Guinea": "GN",
		"Niger": "NE", "Nigeria": "NG", "Dominica": "DM", "Dominican Republic": "DO", "State of Palestine": "PS", "Palestine": "PS",
	} {
		if got, ok := s.FindCountry(name); !ok || got != want {
			t.Errorf("FindCountry(%q) = %q, want %s", name, got, want)
		}
	}
	for _, name := range []string{"", " ", "the", "of the", "Atlantis", "Korea", "no", "in", "na", "ZZ", "n/a", "-", "Latin America"} {
		if got, ok := s.FindCountry(name); ok {
			t.Errorf("FindCountry(%q) = %q, want none", name, got)
		}
	}
}

// Names of countries, and the groups that the forum counts them in, as its own lists
// write them.
func TestFindCountryInRealLists(t *testing.T) {
	s := service(t)
	dir := testkit.Shared(t, "data/igf")
	rows := func(file string) (out []map[string]string) {
		b, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		all, err := csv.NewReader(strings.NewReader(string(b))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range all[1:] {
			row := map[string]string{}
			for i, column := range all[0] {
				row[column] = line[i]
			}
			out = append(out, row)
		}
		return out
	}
	for _, r := range rows("editions.csv") {
		if _, ok := s.FindCountry(r["country"]); !ok && r["country"] != "" {
			t.Errorf("host %q is not found", r["country"])
		}
	}
	for _, r := range rows("nris.csv") {
		if r["kind"] != "national" {
			continue
		}
		alpha2, ok := s.FindCountry(r["name"])
		group := s.Label(vocab.Regions, vocab.RegionOf(alpha2)).By["en"]
		if r["un_group"] == "GRULAC" {
			group = map[string]string{"grulac": "GRULAC"}[vocab.RegionOf(alpha2)]
		}
		if !ok || group != r["un_group"] && group != r["un_group"]+" Group" {
			t.Errorf("%q is %q in %q, the list says %q", r["name"], alpha2, group, r["un_group"])
		}
	}
}

func TestTerms(t *testing.T) {
	s := service(t)
	for _, v := range vocab.All {
		terms := s.Terms(v.Code)
		if len(terms) == 0 {
			t.Errorf("%s has no terms", v.Code)
		}
		seen := map[string]bool{}
		for i, term := range terms {
			if seen[term.Code] {
				t.Errorf("%s has %s twice", v.Code, term.Code)
			}
			seen[term.Code] = true
			if i > 0 && terms[i-1].Place > term.Place {
				t.Errorf("%s: %s stands out of place", v.Code, term.Code)
			}
			for _, l := range core.Langs {
				if strings.TrimSpace(term.Label.By[l]) == "" {
					t.Errorf("%s/%s has no name in %s", v.Code, term.Code, l)
				}
			}
			if term.Rank < 0 || term.Rank > vocab.MaxRank {
				t.Errorf("%s/%s has degree %d", v.Code, term.Code, term.Rank)
			}
			if term.Within != "" && !s.Has(v.Code, term.Within) {
				t.Errorf("%s/%s counts within %q, which is no term", v.Code, term.Code, term.Within)
			}
			if term.Parent != "" && !s.Has(v.Code, term.Parent) {
				t.Errorf("%s/%s lies in %q, which is no term", v.Code, term.Code, term.Parent)
			}
		}
	}
	count := func(v string, want int) {
		if n := len(s.Terms(v)); n != want {
			t.Errorf("%s has %d terms, want %d", v, n, want)
		}
	}
	count(vocab.Goals, 17)       // E017
	count(vocab.ActionLines, 11) // E016
	count(vocab.Groups, 7)       // E033
	count(vocab.Support, 8)      // X11
	count(vocab.Regions, 7)
	count(vocab.Areas, 22)
	for _, flag := range []string{"youth", "parliamentarian"} { // E037, E038: beside the group
		if s.Has(vocab.Groups, flag) || !s.Has(vocab.Flags, flag) {
			t.Errorf("%s must be a mark, not a group", flag)
		}
	}
	for _, n := range s.Countries("en") {
		if n.Region != "" && (!s.Has(vocab.Areas, n.Region) || !s.Has(vocab.Areas, n.Subregion)) {
			t.Errorf("%s lies in %s, %s, which are no regions", n.Alpha2, n.Region, n.Subregion)
		}
		if n.Group != "" && !s.Has(vocab.Regions, n.Group) {
			t.Errorf("%s is in group %q", n.Alpha2, n.Group)
		}
		for _, m := range n.Classes {
			if !s.Has(vocab.Classes, m.Class) {
				t.Errorf("%s is in class %q", n.Alpha2, m.Class)
			}
		}
	}
	opts := s.Options("ar", vocab.Groups)
	if len(opts) != 7 || opts[0].Value != "government" || opts[0].Label != "الحكومات" {
		t.Errorf("choices in Arabic: %v", opts)
	}
	if opts := s.Options("fr", vocab.CountryList); len(opts) != 249 || opts[0].Label != "Afghanistan" {
		t.Errorf("choices of countries: %d, first %v", len(opts), opts[0])
	}
}

func TestFoldIsStable(t *testing.T) {
	for in, want := range map[string]string{
		"  Évelyne   TAUCHNITZ ": "evelyne tauchnitz", "O’Brien": "o'brien", "O'Brien": "o'brien", "Łukasz Żółw": "lukasz zolw",
		"Straße": "strasse", "İstanbul": "istanbul", "Ångström": "angstrom", "Ёлка Йод": "елка иод", "Αθήνα": "αθηνα",
		"أحمد": "احمد", "مُحَمَّد": "محمد", "कुमार": "कुमार", "がっこう": "がっこう", "김철수": "김철수", "田中": "田中",
		"Jean–Luc": "jean-luc", "ＦＵＬＬ": "full", "a\u00a0b\tc": "a b c", "": "", "´´": "''",
	} {
		if got := core.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
	twice := func(s string) bool { return core.Fold(core.Fold(s)) == core.Fold(s) }
	if err := quick.Check(twice, &quick.Config{MaxCount: 20000}); err != nil {
		t.Error(err)
	}
	composed := func(s string) bool { return core.Fold(norm.NFD.String(s)) == core.Fold(norm.NFC.String(s)) }
	if err := quick.Check(composed, &quick.Config{MaxCount: 20000}); err != nil {
		t.Error(err)
	}
	for _, r := range "aZéßøÆłñüçşğİıřžЁйЇ" {
		if s := string(r); core.Fold(strings.ToUpper(s)) != core.Fold(strings.ToLower(s)) {
			t.Errorf("%q folds differently in capitals: %q, %q", s, core.Fold(strings.ToUpper(s)), core.Fold(strings.ToLower(s)))
		}
	}
}
