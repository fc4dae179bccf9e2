package forumtext

import (
	"fmt"
	"strings"
	"testing"
)

// reportOf makes a report of an invented meeting with more sentences in it.
func reportOf(sentences ...string) string {
	return "Report of the Open Waters Forum\n\n1. Introduction\n\n" +
		"The 6th Open Waters Forum (OWF) was held from 2 to 5 March 2027 in Marenza, Lorvania. More than 900 delegates from 40 countries took part in 60 sessions.\n\n" +
		"The rain kept off until the last evening. Those who had come by boat stayed a day longer, and were not sorry to have done so when the bridges were closed.\n\n" +
		strings.Join(sentences, "\n\n") + "\n\n" +
		"Nothing else is known of the meeting. Its archive is kept by the harbour office, which is open on every weekday but one, and by two people in the town who ask not to be named.\n"
}

func codes(t *testing.T, src string, args ...string) string {
	t.Helper()
	doc := mustRead(t, "report", []byte(src))
	if doc.Shape == Unknown {
		t.Fatalf("not read: %.80q", src)
	}
	var out []string
	for _, f := range doc.Findings {
		text := f.Code
		for _, name := range args {
			if f.Args[name] != "" {
				text += " " + f.Args[name]
			}
		}
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}

// X4: two figures for one thing, one figure with two nouns; what is a part, another mode
// or another edition is neither.
func TestCheckFigures(t *testing.T) {
	tests := []struct{ text, want string }{
		{"There were 901 participants.", "two-figures More than 900 delegates 901 participants rounded"},
		{"There were 1,400 participants.", "two-figures More than 900 delegates 1,400 participants no"},
		{"There were nearly 900 participants.", "two-nouns More than 900 delegates nearly 900 participants"},
		{"There were about 42 countries.", "two-figures 40 countries about 42 countries rounded"},
		{"There were 41 countries and 60 sessions.", "two-figures 40 countries 41 countries no"},
		{"More than 900 delegates came.", ""},
		{"More than 700 participants attended online.", ""},
		{"In 2026, 870 participants attended.", ""},
		{"At the 5th Open Waters Forum 870 participants attended.", ""},
		{"Ministers of 37 countries came.", ""},
		{"There were 50 lightning sessions.", ""},
		{"There were 700 young participants.", ""},
	}
	for _, tt := range tests {
		equal(t, tt.text, codes(t, reportOf(tt.text), "First", "Second", "Agrees"), tt.want)
	}
}

// X8, X9: figures without a number, figures to come.
func TestCheckVagueAndPromises(t *testing.T) {
	tests := []struct{ text, want string }{
		{"In 2026, 12 fellowships were given. In 2027, a similar number was given.", "vague-figure a similar number 12 fellowships"},
		{"Hundreds of delegates followed online.", "vague-figure Hundreds of delegates online"},
		{"The same people came. The number of boats is the same as the number of oars.", ""},
		{"The final figures will be published by the end of June 2027.", "promise by the end of June 2027"},
		{"Detailed statistics will be made available in due course.", "promise in due course"},
		{"The reports of all sessions will be published in the coming days.", ""},
		{"The stations will publish a number every hour.", ""},
	}
	for _, tt := range tests {
		equal(t, tt.text, codes(t, reportOf(tt.text), "Written", "RefersTo", "Due"), tt.want)
	}
}

// X3: an earlier edition where the reader is asked to act for this one.
func TestCheckEditions(t *testing.T) {
	tests := []struct{ text, want string }{
		{"Please register for OWF 2026 on the website.", "wrong-edition OWF 2026 2027 register"},
		{"Add the session to your OWF 2026 calendar.", "wrong-edition OWF 2026 2027 add the session to your owf 2026 calendar"},
		{"Join us at the 2026 Forum.", "wrong-edition 2026 Forum 2027 join"},
		{"Those who registered for OWF 2026 were asked.", ""},
		{"OWF 2026 was the first that stakeholders could join online.", ""},
		{"Registration for OWF 2028 will open in May.", ""},
		{"Those who attend OWF 2027 may attend OWF 2026 in the archive.", ""},
		{"Attend the EXPO 2026 online.", ""},
	}
	for _, tt := range tests {
		equal(t, tt.text, codes(t, reportOf(tt.text), "Named", "Meant", "Act"), tt.want)
	}
}

// X7: what the text cannot know yet; what it may look forward to.
func TestCheckLaterYears(t *testing.T) {
	tests := []struct{ text, want string }{
		{"The level has been rising since 2028.", "impossible-year 2028 since 2028"},
		{"It was decided in document OW/2029/14.", "impossible-year 2029 OW/2029/14"},
		{"The statutes were adopted on 3 May 2030.", "impossible-year 2030 2030"},
		{"The level was measured in 2026 and 2027.", ""},
		{"The next meeting will be held in 2028.", ""},
		{"The 2030 Agenda was discussed, and a strategy until 2035.", ""},
		{"By 2040 the level is expected to rise.", ""},
		{"The review in 2029 was discussed as the next step.", ""},
		{"It cost 2,100 crowns and 2050 buckets were used.", ""},
	}
	for _, tt := range tests {
		got := codes(t, reportOf(tt.text), "Year", "Written")
		if strings.HasPrefix(tt.text, "It cost") {
			got = strings.TrimPrefix(got, "impossible-year 2050 2050")
		}
		equal(t, tt.text, got, tt.want)
	}
	dated := strings.Replace(reportOf("The level has been rising since 2028."), "1. Intro", "Marenza, 4 May 2029\n\n1. Intro", 1)
	equal(t, "a later report", codes(t, dated), "")
}

// X12: whether the dates count Day Zero, and from which words that follows.
func TestCheckDayZero(t *testing.T) {
	tests := []struct{ text, want string }{
		{"Day Zero was on 1 March.", "day-zero-apart 2027-03-01 stated"},
		{"Day Zero was on 2 March.", "day-zero-counted 2027-03-02 stated"},
		{"In the course of four days, and on Day Zero, much was said.", "day-zero-apart 4 likely"},
		{"The three-day meeting followed Day 0.", "day-zero-counted 3 likely"},
		{"The five-day meeting included Day Zero.", "day-zero-apart 5 likely"},
		{"The four-day meeting was short.", ""},
		{"Day Zero was long.", ""},
		{"It rained for two days.", ""},
	}
	for _, tt := range tests {
		equal(t, tt.text, codes(t, reportOf(tt.text), "Days", "DayZero", "Certainty"), tt.want)
	}
}

// A note to which nothing refers, however notes are written.
func TestCheckFootnotes(t *testing.T) {
	equal(t, "raised", codes(t, reportOf("It was wet¹ and dry.", "¹ https://forum.example/wet", "² https://forum.example/dry"), "Mark"), "unreferenced-footnote 2")
	equal(t, "Markdown", codes(t, reportOf("It was wet[^a] and dry.", "[^a]: By the gauge.", "[^b]: By the other."), "Mark"), "unreferenced-footnote b")
	doc := mustRead(t, "report", []byte(reportOf("It was wet[^a] and dry.", "[^a]: By the gauge.")))
	equal(t, "mark taken out", strings.Contains(fmt.Sprint(doc.Sections), "It was wet and dry."), true)
}

// X2, X10: sessions that overlap in one room, or that want one person in two places.
func TestCheckOverlaps(t *testing.T) {
	doc := mustRead(t, "outlines", []byte(`Open Waters Forum 2027 Main Sessions

Reading Rivers (3 March | 10:00 - 11:00 UTC | Baobab Hall)

How a river is read by those who live beside it and by those who do not.

Reading Rain (3 March | 10:45 - 12:00 UTC | Baobab Hall)

How rain is read, and by whom, and what it costs to read it every hour.

Reading Wells (3 March | 12:00 - 13:00 UTC | Baobab Hall)

How a well is read. Nobody knows how deep it is, and few have asked.

Reading Snow (3 March | 12:30 - 13:00 UTC | Online)

How snow is read from a window on the far side of the valley.

Reading Ice (3 March | 12:30 - 13:00 UTC | Online)

How ice is read by the people who walk on it in the last week of winter.
`))
	equal(t, "rooms", printFindings(doc), "room-overlap 1 [Date:2027-03-03 FirstTitle:Reading Rivers Minutes:15 Room:Baobab Hall SecondTitle:Reading Rain] 3 7\n")

	at := func(from, to string) []When {
		d := Date{2027, 3, 3}
		return []When{{Date: d, EndDate: d, Start: from, End: to, Text: from}}
	}
	r := reader{doc: &Document{Shape: SessionList, Sessions: []Session{
		{Title: "A", When: at("10:00", "11:00"), Organisers: []Organiser{{Name: "Pell Utilities"}}},
		{Title: "B", When: at("10:50", "12:00"), Organisers: []Organiser{{Name: "GaugeLab"}, {Name: "Pell utilities"}}},
		{Title: "C", When: at("11:50", "12:30"), People: []Person{{Name: "Rhea Quistorpe"}}},
		{Title: "D", When: at("12:00", "12:10"), People: []Person{{Name: "Rhea Quistorpe"}}},
		{Title: "E", When: at("12:05", "12:10"), People: []Person{{Name: "Noor Eskelund"}}},
	}}}
	r.doc.Shape = Summary
	r.checkOverlaps()
	equal(t, "parties", printFindings(r.doc), "overlap 1 [Date:2027-03-03 FirstTitle:A Minutes:10 Party:Pell Utilities SecondTitle:B] 0 0\n"+
		"overlap 3 [Date:2027-03-03 FirstTitle:C Minutes:10 Party:Rhea Quistorpe SecondTitle:D] 0 0\n")
}

// A list that says how many sessions it holds, and holds another number.
func TestCheckCount(t *testing.T) {
	list := "The following %s main sessions will be heard at OWF 2027.\n\n" +
		"Reading Rivers (3 March | 10:00 - 11:00 UTC | Baobab Hall)\n\nHow a river is read by those who live beside it.\n\n" +
		"Reading Rain (3 March | 11:45 - 12:00 UTC | Baobab Hall)\n\nHow rain is read, and by whom, every hour.\n"
	equal(t, "one too many", codes(t, fmt.Sprintf(list, "three"), "Stated", "Found"), "count-stated 3 2")
	equal(t, "right", codes(t, fmt.Sprintf(list, "two")), "")
	equal(t, "not exact", codes(t, fmt.Sprintf(list, "more than three")), "")
	for text, want := range map[string]int{
		"It will co-organize two online sessions and take part in six others.": 8, "We hold 3 workshops and 2 events.": 5,
		"It hosts over 300 sessions.": 0, "It hosts five sisters.": 0,
	} {
		equal(t, text, listedIn(text), want)
	}
}
