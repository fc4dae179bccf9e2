package forumtext

import (
	"fmt"
	"strings"
	"testing"

	"plenary/internal/testkit"
)

func chapters(doc *Document) string {
	var out []string
	for _, s := range doc.Sections {
		out = append(out, fmt.Sprintf("%d %s %s (%d)", s.Level, s.Number, s.Heading.Text, len(s.Paragraphs)))
	}
	return strings.Join(out, " / ")
}

func figureList(doc *Document) string {
	var out []string
	for _, f := range doc.Facts {
		if f.Written != "" {
			out = append(out, string(f.Kind)+" "+f.figure())
		}
	}
	return strings.Join(out, "; ")
}

// E006, E101, E107, E108, E109, E110, E114: a yearly report in Markdown.
func TestReport(t *testing.T) {
	doc := readFile(t, "report.md")
	equal(t, "shape", doc.Shape, Report)
	equal(t, "title", doc.Title, Placed{"Report of the Lakes and Coasts Dialogue for 2025", Place{1, 1}})
	equal(t, "subtitle", doc.Subtitle, Placed{"Input to the Basin Assembly", Place{3, 3}})
	equal(t, "dated", doc.Dated, Date{2026, 2, 14})
	equal(t, "edition", doc.Edition, EditionHint{
		Forum: "Lakes and Coasts Dialogue", ForumAbbr: "LCD", Ordinal: 7, Year: 2025, City: "Dunmere", Country: "Vessaly",
		Theme: "Shores We Share", Start: Date{2025, 10, 6}, End: Date{2025, 10, 9}, DayZero: Date{2025, 10, 5}, Place: Place{9, 9},
	})
	equal(t, "chapters", chapters(doc), "1 1 Executive Summary (3) / 1 2 Taking Part (0) / 2  Who came (2) / 2  What was heard (2) / 1 3 Visibility (2)")
	equal(t, "figures", figureList(doc), "days four days; participants more than 3,400 delegates; countries 61 countries; sessions over 90 sessions; "+
		"participants-onsite 1,182 participants onsite; ministers nine ministers and vice-ministers; other Some 3.5 million people; "+
		"duration three months; participants More than 3,400 stakeholders; participants-onsite nearly 1,200 onsite; "+
		"participants-onsite 905 participants onsite; countries no fewer than 27 countries; experts forty-two experts; "+
		"speakers more than a dozen speakers; grants 60 individuals; other Hundreds of children; sessions 96 sessions; "+
		"ratio nearly threefold; proposals 210 proposals; share 35%; parliamentarians-countries 14 countries; "+
		"members fifteen-member Advisory Panel; initiatives 44 recognised initiatives; initiatives 31; coalitions 12 coalitions; "+
		"difference two; media over 480 news and media articles; social-posts more than 20,000 social media posts; other 18; "+
		"initiatives a current record of 44 recognised initiatives")
	equal(t, "notes", len(doc.Footnotes), 2)
	for _, f := range doc.Facts {
		switch f.Written {
		case "61":
			equal(t, "note of a figure", f.Footnote, "The list of countries is annexed to the online edition.")
			equal(t, "whose", f.Of, "delegates")
		case "905":
			equal(t, "of the edition before", f.Ordinal, 6)
		case "60":
			equal(t, "of the year before", f.Year, 2024)
		}
	}
	equal(t, "unread", len(doc.Unread), 0)
}

// X3, X4, X7, X8, X9, X12: what the report should be asked about.
func TestReportFindings(t *testing.T) {
	equal(t, "findings", printFindings(readFile(t, "report.md")), `two-nouns -1 [First:more than 3,400 delegates FirstNoun:delegates Number:3400 Second:More than 3,400 stakeholders SecondNoun:stakeholders Year:2025] 11 19
two-figures -1 [Agrees:rounded First:over 90 sessions Kind:sessions Second:96 sessions Year:2025] 11 25
two-figures -1 [Agrees:rounded First:1,182 participants onsite Kind:participants-onsite Second:nearly 1,200 onsite Year:2025] 11 19
vague-figure -1 [Form:comparison RefersTo:60 individuals RefersYear:2024 Written:about the same number Year:2025] 21 21
promise -1 [Due:within three months] 13 0
wrong-edition -1 [Act:register Meant:2025 Named:LCD 2024] 31 9
impossible-year -1 [Basis:date Latest:2026 Written:since 2027 Year:2027] 25 0
day-zero-apart -1 [Certainty:stated DayZero:2025-10-05 Days:4 End:2025-10-09 Start:2025-10-06] 9 9
unreferenced-footnote -1 [Mark:2] 36 0
`)
}

func printFindings(doc *Document) string {
	var out strings.Builder
	for _, f := range doc.Findings {
		args := strings.TrimPrefix(fmt.Sprint(f.Args), "map")
		fmt.Fprintf(&out, "%s %d %s %d %d\n", f.Code, f.Session, args, f.First.Place.Line, f.Second.Place.Line)
	}
	return out.String()
}

// The same shape as a program takes it out of a PDF: wrapped lines, a table of contents,
// running heads, numbered chapters in capitals, other thousand separators.
func TestReportMessy(t *testing.T) {
	doc := readFile(t, "report-messy.txt")
	equal(t, "shape", doc.Shape, Report)
	equal(t, "title", doc.Title.Text+" / "+doc.Subtitle.Text, "OPEN WATERS FORUM / Annual Report of the Secretariat")
	equal(t, "chapters", chapters(doc), "1 1 INTRODUCTION (2) / 1 2 PARTICIPATION (0) / 2 2.1 In the rooms (1) / 2 2.2 On the lines (1) / 1 3 LOCAL INITIATIVES (1)")
	equal(t, "edition", doc.Edition, EditionHint{
		Forum: "Open Waters Forum", ForumAbbr: "OWF", Ordinal: 6, Year: 2027, City: "Marenza", Country: "Lorvania",
		Start: Date{2027, 3, 2}, End: Date{2027, 3, 5}, Place: Place{13, 16},
	})
	equal(t, "over the page break", doc.Sections[0].Paragraphs[1].Text, "The five-day meeting began with a Day Zero for newcomers. "+
		"The report covers what was done between the fifth and the sixth meeting, and what the Secretariat means to do next. "+
		"It follows the decision of the basin assembly on reporting, under which the Secretariat reports each year on its work, its money and its people.")
	equal(t, "figures", figureList(doc), "participants 11 000 participants; countries 88 countries; days five-day meeting; "+
		"participants-onsite 4.250 participants onsite; sessions sixty sessions; other one hundred and twelve side events; "+
		"grants Forty-one people; exhibitors 23 booths; participants-online About 6,750 participants online; "+
		"countries Exactly 75 countries; other Tens of thousands; views 2.1 million views; other 71")
	equal(t, "note", doc.Facts[4].Footnote, "https://forum.example/2027/participants")
	equal(t, "contents, page numbers and running heads", len(notes(doc, NoteFurniture)), 10)
	equal(t, "findings", printFindings(doc), `two-figures -1 [Agrees:no First:88 countries Kind:countries Second:Exactly 75 countries Year:2027] 13 44
day-zero-apart -1 [Certainty:likely Days:5 End:2027-03-05 Start:2027-03-02] 13 19
`)
}

// The headings of other reports: roman, decimal, lettered, named, in capitals, in bold.
func TestReportHeadings(t *testing.T) {
	body := "More than 900 delegates from 40 countries came to the hall by the river. They took part in 60 sessions over three days, and nobody was turned away at the door.\n\n"
	front := "Yearly Report of the Forum\n\n"
	tests := []struct{ heads, want string }{
		{"I. Beginnings|The First Part|The Second Part|II. Endings", "1 I Beginnings / 2  The First Part / 2  The Second Part / 1 II Endings"},
		{"1. Beginnings|1.1 First|1.2. Second|2. Endings", "1 1 Beginnings / 2 1.1 First / 2 1.2 Second / 1 2 Endings"},
		{"Foreword|Chapter 1: Beginnings|Chapter Two – Endings|Annex A: Lists", "1  Foreword / 1 Chapter 1 Beginnings / 1 Chapter Two Endings / 1 Annex A Lists"},
		{"BEGINNINGS|First Things|ENDINGS", "1  BEGINNINGS / 2  First Things / 1  ENDINGS"},
		{"A. Beginnings|B. Endings", "1 A Beginnings / 1 B Endings"},
		{"**Beginnings of it all**|**And its end**", "1  Beginnings of it all / 1  And its end"},
		{"## Beginnings|### First|#### Deeper|## Endings", "1  Beginnings / 2  First / 3  Deeper / 1  Endings"},
	}
	for _, tt := range tests {
		var src strings.Builder
		src.WriteString(front)
		for head := range strings.SplitSeq(tt.heads, "|") {
			src.WriteString(head + "\n\n" + body)
		}
		for strings.Count(src.String(), "900") < 3 {
			src.WriteString(body)
		}
		doc := mustRead(t, tt.heads, []byte(src.String()))
		var got []string
		for _, s := range doc.Sections {
			got = append(got, fmt.Sprintf("%d %s %s", s.Level, s.Number, s.Heading.Text))
		}
		equal(t, string(doc.Shape)+" "+tt.heads, strings.Join(got, " / "), tt.want)
	}
}

// What only looks like a report is none: prose without figures, a table of numbers.
func TestNoReport(t *testing.T) {
	for _, src := range []string{
		"Report\n\n1. Introduction\n\n" + strings.Repeat("The committee met at noon. It was warm, and nobody wished to speak about anything at all, which was felt to be a relief by most of those who were present.\n\n", 4),
		"Figures\n\n" + strings.Repeat("1,200 participants\n\n30 countries\n\n", 20),
		"A novel\n\n" + strings.Repeat("There were 12 people and 4 delegates in the room, and 9 sessions were held in it. Nobody knew why, or what they were to do about it, until the morning came and all went home.\n\n", 6),
	} {
		equal(t, src[:12], mustRead(t, "x", []byte(src)).Shape, Unknown)
	}
}

// E006, E101, E107, E108, E109, E110, E114: seed 003 is a report of three chapters.
func TestSeed003(t *testing.T) {
	_, src := testkit.Seed(t, "003")
	doc := mustRead(t, "seed 003", src)
	equal(t, "shape", doc.Shape, Report)
	equal(t, "chapters", len(doc.Sections), 7)
	levels := ""
	for _, s := range doc.Sections {
		levels += itoa(s.Level) + s.Number + " "
	}
	equal(t, "levels", levels, "1I 1II 2 2 2 2 1III ")
	e := doc.Edition
	equal(t, "edition", strings.TrimSpace(fmt.Sprintln(e.ForumAbbr, e.Ordinal, e.Year, e.City, e.Country, e.Start, e.End, e.Zone)), "IGF 18 2023 Kyoto Japan 2023-10-08 2023-10-12 Asia/Tokyo")
	equal(t, "theme", strings.HasSuffix(e.Theme, "Empowering All People"), true)
	equal(t, "notes", len(doc.Footnotes), 9)
	equal(t, "unread", len(doc.Unread), 0)
	equal(t, "figures", figureList(doc), "duration 10 years; days five-day meeting; participants more than 11,000 delegates; countries 178 countries; "+
		"sessions over 300 sessions; participants-onsite 6,279 participants onsite; duration 10-year mandate; ministers seventeen ministers and vice-ministers; "+
		"countries no fewer than 105 countries; experts eighty-seven high-level experts; speakers more than thirty speakers; other five sessions; "+
		"parliamentarians-countries 35 countries; parliamentarians-countries 38 countries; media over 2,300 news and media articles; "+
		"social-posts more than 200,000 social media posts; ratio nearly twenty-fold; members fifteen-member Panel; grants 140 individuals; "+
		"participants Thousands of young people; participants Over 11,000 stakeholders; participants-onsite nearly 6,300 onsite; "+
		"organisations Nearly fifteen UN entities; initiatives 43 NRIs; initiatives a current record of more than 150 recognised NRIs; coalitions 28")
	about := make(map[string]string)
	for _, f := range doc.Facts {
		about[f.Written] = strings.TrimSpace(fmt.Sprint(f.Year, " ", f.Ordinal, " ", f.City, " ", f.Mode))
	}
	for written, want := range map[string]string{
		"seventeen": "2022 0", "105": "2023 0  onsite", "35": "0 0 Addis Ababa", "38": "2023 0 Kyoto", "2,300": "2022 0",
		"200,000": "2022 0", "140": "2022 0", "43": "2015 0", "150": "0 0", "28": "2023 0", "6,300": "0 18 Kyoto onsite",
	} {
		equal(t, "about "+written, about[written], want)
	}
}

// X4, X7, X9, X12: what seed 003 should be asked about, and nothing else.
func TestSeed003Findings(t *testing.T) {
	_, src := testkit.Seed(t, "003")
	equal(t, "findings", printFindings(mustRead(t, "seed 003", src)), `two-nouns -1 [First:more than 11,000 delegates FirstNoun:delegates Number:11000 Second:Over 11,000 stakeholders SecondNoun:stakeholders Year:2023] 12 78
two-figures -1 [Agrees:rounded First:6,279 participants onsite Kind:participants-onsite Second:nearly 6,300 onsite Year:2023] 12 78
vague-figure -1 [Form:comparison RefersTo:140 individuals RefersYear:2022 Written:roughly the same number Year:2023] 74 74
vague-figure -1 [Form:magnitude Written:Thousands of young people Year:2023] 76 0
day-zero-counted -1 [Certainty:likely Days:5 End:2023-10-12 Start:2023-10-08] 10 12
`)
}

// X6, X7, X8, X12: the same of seed 004.
func TestSeed004Findings(t *testing.T) {
	_, src := testkit.Seed(t, "004")
	equal(t, "findings", printFindings(mustRead(t, "seed 004", src)), `vague-figure -1 [Form:magnitude Written:thousands more participating online] 13 0
promise -1 [About:more than 2000 delegates] 50 13
impossible-year 8 [Basis:edition Latest:2017 Written:since 2018 Year:2018] 795 3
day-zero-apart -1 [Certainty:stated DayZero:2017-12-17 Days:4 End:2017-12-21 Start:2017-12-18] 3 9
no-messages 4 [Sessions:10 Title:Special Session - Data for Sustainable Development Roadmaps With:8] 573 0
no-messages 9 [Sessions:10 Title:Taking Stock: Review of the IGF 2017 annual meeting With:8] 850 0
`)
}

// X2, X3: the same of seed 002; seeds 000 and 001 have nothing to be asked about (X10).
func TestSeed002Findings(t *testing.T) {
	_, src := testkit.Seed(t, "002")
	var got []string
	for _, f := range mustRead(t, "seed 002", src).Findings {
		got = append(got, strings.TrimSpace(f.Code+" "+f.Args["Minutes"]+f.Args["Named"]+" "+f.Args["Party"]))
	}
	equal(t, "findings", strings.Join(got, "; "), "wrong-edition IGF 2020; overlap 55 IT for Change; overlap 25 IT for Change")
	for _, number := range []string{"000", "001"} {
		_, src := testkit.Seed(t, number)
		equal(t, "findings of "+number, printFindings(mustRead(t, number, src)), "")
	}
}
