package forumtext

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plenary/internal/testkit"
)

// printFigures prints the figures of a sentence: "kind value noun qualifier/of/mode/year/ordinal".
func printFigures(s string) string {
	var out []string
	for _, f := range figuresOf(s) {
		text := string(f.Kind) + " " + f.Value
		if f.Noun != "" {
			text += " " + f.Noun
		}
		var about []string
		for _, part := range []string{f.Qualifier, f.Of, f.Mode, numeral(f.Year), numeral(f.Ordinal), f.City} {
			if part != "" {
				about = append(about, part)
			}
		}
		if len(about) > 0 {
			text += " (" + strings.Join(about, ", ") + ")"
		}
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}

// E101, E107, E108, E109, E110, E114: figures with the words that say what they claim.
func TestFigures(t *testing.T) {
	tests := []struct{ text, want string }{
		{"More than 8,000 delegates from 91 countries joined over 120 sessions.", "participants 8000 delegates (More than); countries 91 countries (delegates); sessions 120 sessions (over)"},
		{"6,010 participants attended onsite and about 900 online.", "participants-onsite 6010 participants (onsite); participants-online 900 participants (about, online)"},
		{"It drew 4,000 delegates from 61 countries online.", "participants-online 4000 delegates (online); countries 61 countries (delegates, online)"},
		{"It drew 4,000 participants, both onsite and online.", "participants 4000 participants"},
		{"At the 2022 meeting, seventeen ministers and vice-ministers took part.", "ministers 17 ministers and vice-ministers (2022)"},
		{"In 2022 and 2023, 12 sessions were held.", "sessions 12 sessions"},
		{"It grew from 43 initiatives at the end of 2015 to a current record of more than 150 recognised NRIs.", "initiatives 43 initiatives (2015); initiatives 150 recognised NRIs (a current record of more than)"},
		{"Coalitions grow steadily, with 28 in 2023.", "coalitions 28 Coalitions (2023)"},
		{"17 coalitions, two more than in 2016, met.", "coalitions 17 coalitions; difference 2"},
		{"It generated over 2,300 news and media articles in 2022 and more than 200,000 social media posts, a nearly twenty-fold increase.", "media 2300 news and media articles (over, 2022); social-posts 200000 social media posts (more than, 2022); ratio 20 (nearly)"},
		{"Eighty-seven experts came, more than thirty of whom were speakers.", "experts 87 experts; speakers 30 speakers (more than, of whom)"},
		{"Government representatives of no fewer than 105 countries attended onsite.", "countries 105 countries (no fewer than, Government representatives, onsite)"},
		{"In 2022, 140 individuals came through financial support.", "grants 140 individuals (2022)"},
		{"Legislators from 38 countries met in Kyoto.", "parliamentarians-countries 38 countries (Legislators, Kyoto)"},
		{"The fifteen-member Panel met at the 17th IGF.", "members 15 member Panel (17)"},
		{"During the five-day meeting nothing broke for 10 years.", "days 5 day meeting; duration 10 years"},
		{"Tens of thousands of young people participated.", "participants Tens of thousands young people"},
		{"One hundred and twenty-one workshops and a dozen booths.", "sessions 121 workshops; exhibitors 12 booths"},
		{"It had 2000 delegates, or more than 2000, in 2000.", "participants 2000 delegates; participants 2000 delegates (more than, 2000)"},
		{"The 2023 participants and IGF 2023 workshops of 2023.", ""},
		{"40% of them, 35 per cent, paid USD 3.5 million or 20 €.", "share 40 (of whom); share 35; money 3500000; money 20"},
		{"There were 200+ participants and 10-15 booths.", "participants 200 participants (+); exhibitors 10-15 booths"},
		{"Between 40 and 60 sessions ran.", "sessions 40 sessions; sessions 60 sessions"},
		{"Two of the three basins agreed.", "other 2 basins (of whom); other 3 basins"},
		{"Two sessions were held for 25 people.", "other 2 sessions; other 25 people"},
		{"Plus de 11 000 participants de 178 pays ont suivi 300 séances en ligne.", "participants 11000 participants (Plus de); countries 178 pays (participants); sessions 300 séances (online)"},
		{"Más de 11.000 participantes de 178 países.", "participants 11000 participantes (Más de); countries 178 países (participantes)"},
		{"Nobody, aged 12, saw 1'250 posts at 3.75 metres.", "other 12; social-posts 1250 posts; other 3.75 metres"},
	}
	for _, tt := range tests {
		equal(t, tt.text, printFigures(tt.text), tt.want)
	}
}

// Dates, years, ordinals, symbols, references, times and addresses are no figures.
func TestNoFigures(t *testing.T) {
	for text, want := range map[string]string{
		"The 18th IGF met from 8 to 12 October 2023, on 8, 9 and 10 March and October 8-12, 2023.": "ordinal date date date date date date date date year",
		"See A/RES/70/125, E/2016/31, C1, WSIS+20, COVID-19, IPv6, 5G, G-20 and #IGF2017.":         "symbol symbol symbol symbol symbol symbol symbol symbol symbol symbol symbol",
		"Goals 4, 5 and 9; Day 0; Room 12; PQ 2; (1) this, (2) that; rule No. 7.":                  "reference reference reference reference reference reference reference reference reference",
		"At 10:30, 9h15 and 4 p.m.": "time time time time time",
		"In 2022, mid-2018, 2022-2023, 2022/23 and the 1990s; the 2030 Agenda.": "year year year year year year symbol year",
		"Read https://forum.example/2023/7 or ask a1@forum.example.":            "address address address",
		"Part Two, one day, no one, Day Zero and the Group of Seven.":           "reference reference",
	} {
		var got []string
		for _, n := range numbers(text) {
			got = append(got, string(n.why))
		}
		equal(t, text, strings.Join(got, " "), want)
	}
}

// Every run of digits in the paragraphs of a report is a figure that stands in Facts, or
// there is a reason why it is none.
func TestEveryDigitIsAccountedFor(t *testing.T) {
	for _, name := range []string{"report.md", "report-messy.txt", "report-next.txt", "summary.txt", "summary-messy.md"} {
		accountForDigits(t, readFile(t, name))
	}
	for _, number := range []string{"003", "004"} {
		t.Run("seed "+number, func(t *testing.T) {
			_, src := testkit.Seed(t, number)
			accountForDigits(t, mustRead(t, number, src))
		})
	}
}

func accountForDigits(t *testing.T, doc *Document) {
	t.Helper()
	stated := make(map[string]int)
	for _, f := range doc.Facts {
		if f.Written != "" {
			stated[f.Words+"|"+f.Written]++
		}
	}
	for _, sec := range doc.Sections {
		for _, p := range sec.Paragraphs {
			for _, s := range splitSpans(p.Text) {
				covered := make([]bool, len(s)+1)
				for _, n := range numbers(s) {
					for i := n.from; i < n.to; i++ {
						covered[i] = true
					}
					if n.why != isFigure {
						continue
					}
					key := s + "|" + s[n.from:n.to]
					if stated[key]--; stated[key] < 0 {
						t.Errorf("%s: %q is no fact of %q", doc.Name, s[n.from:n.to], s)
					}
				}
				for i := range len(s) {
					if isDigit(s[i]) && !covered[i] {
						t.Errorf("%s: byte %d of %q is not accounted for", doc.Name, i, s)
					}
				}
			}
		}
	}
	for key, n := range stated {
		if n != 0 {
			t.Errorf("%s: %d facts too many: %s", doc.Name, n, key)
		}
	}
}

func splitSpans(text string) []string {
	var out []string
	for _, sp := range sentenceSpans(text) {
		out = append(out, text[sp.from:sp.to])
	}
	return out
}

// A summary goes through the same reader: figures of all kinds, none dropped.
func TestSummaryFigures(t *testing.T) {
	var got []string
	for _, f := range readFile(t, "summary.txt").Facts {
		if f.Written != "" {
			got = append(got, string(f.Kind)+" "+f.figure())
		}
	}
	equal(t, "figures", strings.Join(got, "; "), "days three days; participants more than 800 participants; countries over 41 countries; "+
		"sessions over 60 sessions; participants hundreds more participating online; proposals 130 proposals; other eleven; other Two; "+
		"other three basins; exhibitors 14 exhibitors; other nine districts; other three languages")
}

// FuzzFigures: numbers lie inside their sentence, in order, and do not overlap.
func FuzzFigures(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("testdata", "report*"))
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, s := range Sentences(string(src)) {
			f.Add(s)
		}
	}
	f.Add("one hundred and 1-2 or more 3,000,00.5% of twenty-one-fold")
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.Join(Sentences(s), " ")
		end := 0
		for _, n := range numbers(s) {
			if n.from < end || n.to <= n.from || n.to > len(s) {
				t.Fatalf("%+v after %d in %q", n, end, s)
			}
			end = n.to
		}
		for _, fact := range figuresOf(s) {
			if fact.Kind == "" || fact.Value == "" || !strings.Contains(s, fact.Written) || !strings.Contains(s, fact.Noun) {
				t.Errorf("%+v of %q", fact, s)
			}
		}
	})
}

// A sentence without an end takes no more time than its length allows.
func TestFiguresOfLongSentence(t *testing.T) {
	s := strings.Repeat("more than 1,000 and twenty-one of the ", 20_000)
	if n := len(figuresOf(s)); n == 0 || n > maxSentence/10 {
		t.Errorf("%d figures", n)
	}
}
