package forumtext

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"
)

// readFile reads an invented document of testdata and checks that all of it is accounted for.
func readFile(t *testing.T, name string) *Document {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return mustRead(t, name, src)
}

func mustRead(t *testing.T, name string, src []byte) *Document {
	t.Helper()
	doc, err := Read(name, src)
	if err != nil {
		t.Fatal(err)
	}
	checkDocument(t, doc, src)
	return doc
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n got  %v\n want %v", what, got, want)
	}
}

func titles(doc *Document) []string {
	var out []string
	for _, s := range doc.Sessions {
		out = append(out, s.Title)
	}
	return out
}

func notes(doc *Document, kind NoteKind) []Note {
	var out []Note
	for _, n := range doc.Unread {
		if n.Kind == kind {
			out = append(out, n)
		}
	}
	return out
}

// slotOf prints the first time and room of a session: "2026-03-03 09:30-11:00 EAT Africa/Nairobi, Hall".
func slotOf(s Session) string {
	var rooms []string
	for _, room := range s.Rooms {
		rooms = append(rooms, room.Text)
	}
	w := s.When[0]
	return strings.Join([]string{w.Date.String(), w.Start + "-" + w.End, w.ZoneLabel, w.Zone, strings.Join(rooms, "+")}, " ")
}

// E006, E065, E066, E095, E096, E097, E099: an edition's list of main sessions.
func TestOutlines(t *testing.T) {
	doc := readFile(t, "outlines.txt")
	equal(t, "shape", doc.Shape, Outlines)
	equal(t, "confidence", doc.Confidence, 1)
	equal(t, "edition", doc.Edition, EditionHint{Forum: "OWF", Year: 2026, Place: Place{1, 1}})
	want := []struct {
		title, slot string
		line        int
		paragraphs  int
	}{
		{"Reading the Rivers: Shared Gauges, Shared Warnings", "2026-03-03 09:30-11:00 EAT Africa/Nairobi Baobab Hall", 4, 2},
		{"Who Owns a Rain Record? Archives, Licences and Trust", "2026-03-03 11:30-13:00 EAT Africa/Nairobi Baobab Hall", 12, 1},
		{"Small Utilities, Large Platforms", "2026-03-04 10:00-11:30 EAT Africa/Nairobi Acacia Room", 18, 2},
		{"Taking the Floor: What the Forum Should Do Next", "2026-03-05 15:00-16:00 EAT Africa/Nairobi Baobab Hall", 26, 1},
	}
	if len(doc.Sessions) != len(want) {
		t.Fatalf("sessions: %q", titles(doc))
	}
	for i, w := range want {
		s := doc.Sessions[i]
		equal(t, "title", s.Title, w.title)
		equal(t, "slot", slotOf(s), w.slot)
		equal(t, "line", s.TitlePlace.Line, w.line)
		equal(t, "paragraphs", len(s.Description), w.paragraphs)
		equal(t, "type", s.Type, "Main Session")
		equal(t, "year inferred", s.When[0].YearInferred, true)
	}
	equal(t, "as written", doc.Sessions[0].TitleAsWritten, "Reading the Rivers: Shared Gauges, Shared Warnings Outline")
	equal(t, "address", doc.Sessions[2].URL, Placed{"https://forum.example/2026/small-utilities", Place{24, 24}})
	links := notes(doc, NoteLink)
	if len(links) != 2 || links[0].Place.Line != 10 || links[1].Place.Line != 16 {
		t.Errorf("links without an address: %+v", links)
	}
}

// E066, E067, E095: Markdown, CRLF, BOM, day headings, slots in three spellings, a
// session that runs past midnight.
func TestOutlinesMessy(t *testing.T) {
	doc := readFile(t, "outlines-messy.md")
	equal(t, "shape", doc.Shape, Outlines)
	equal(t, "forum", doc.Edition.Forum, "Open Waters Forum")
	if got := titles(doc); !slices.Equal(got, []string{
		"Counting Wells (and Counting on Them)", "Salt in the Delta: Whose Sensors, Whose Alarm?", "Night Shift at the Pumping Station",
	}) {
		t.Fatalf("titles: %q", got)
	}
	wells, salt, night := doc.Sessions[0], doc.Sessions[1], doc.Sessions[2]
	equal(t, "day heading and slot on its own line", slotOf(wells), "2025-03-04 09:30-11:00 UTC+3 Etc/GMT-3 Acacia Room")
	equal(t, "outline word", wells.TitleAsWritten, "Counting Wells (and Counting on Them) – Session Outline")
	equal(t, "title and slot", wells.TitlePlace, Place{5, 6})
	equal(t, "wrapped paragraph", wells.Description[0].Text, "A well that nobody counts is a well that nobody repairs. "+
		"Three districts have walked every path and counted every pump; this workshop compares what they found with what the ministry's list says.")
	equal(t, "items", wells.Description[2].Kind, Item)
	equal(t, "Markdown link", wells.URL.Text, "https://forum.example/2025/counting-wells")
	equal(t, "reference", salt.Reference, "WS #12")
	equal(t, "brackets in a room", slotOf(salt), "2025-03-04 11:30-13:00   Baobab Hall (annex)")
	equal(t, "past midnight", night.When[0].EndDate.String(), "2025-03-06")
	equal(t, "night", slotOf(night), "2025-03-05 22:30-00:15 UTC+3 Etc/GMT-3 Online")
	equal(t, "type", night.Type, "Workshop")
	equal(t, "rule", notes(doc, NoteFurniture)[0].Text, "---")
}

// E010, E046, E059, E092, E095, E128, E129, E193, E194, E195, X1: one session's page.
func TestSessionPage(t *testing.T) {
	doc := readFile(t, "session-page.txt")
	equal(t, "shape", doc.Shape, SessionPage)
	if len(doc.Sessions) != 1 {
		t.Fatalf("%d sessions", len(doc.Sessions))
	}
	s := doc.Sessions[0]
	equal(t, "title", s.Title, "Who Owns a Rain Record? Archives, Licences and Trust")
	equal(t, "short title", s.ShortTitle, "OWF 2026 Main Session on Archives")
	equal(t, "type", s.Type, "Main Session")
	equal(t, "edition", doc.Edition, EditionHint{Forum: "OWF", Year: 2026, Zone: "Africa/Nairobi", Place: Place{1, 1}})
	equal(t, "header", slotOf(s), "2026-03-03 08:30-10:15 UTC UTC Great Chamber")
	equal(t, "body", s.When[1].Start+"-"+s.When[1].End+" "+s.When[1].Zone, "11:30-13:00 Africa/Nairobi")
	equal(t, "theme", s.Themes[0], Placed{"Memory and Access", Place{11, 11}})
	equal(t, "theme again", s.Themes[1], Placed{"Memory & Access", Place{41, 41}})
	equal(t, "paragraphs", len(s.Description), 2)
	equal(t, "format", s.Format, Placed{"Fishbowl with an empty chair", Place{26, 26}})
	equal(t, "takeaways", len(s.Takeaways), 2)
	equal(t, "calls", len(s.Calls), 2)
	equal(t, "deadline", s.TakeawaysLabel.Deadline, 2*time.Hour)
	equal(t, "calls' place", s.Calls[1].Place, Place{47, 47})
	var asked []string
	for _, q := range s.Questions {
		asked = append(asked, q.Number)
		for _, u := range q.Under {
			asked = append(asked, u.Number)
			for _, uu := range u.Under {
				asked = append(asked, uu.Number)
			}
		}
	}
	equal(t, "questions", strings.Join(asked, " "), "1 2 2.1 2.2 2.2.1 3")
	equal(t, "deepest question", s.Questions[1].Under[1].Under[0].Text, "How long is a decent wait?")
	equal(t, "people", len(s.People), 6)
	for _, p := range s.People {
		equal(t, "role of "+p.Name, p.RoleStated, "")
	}
	if len(doc.Conflicts) != 1 {
		t.Fatalf("conflicts: %+v", doc.Conflicts)
	}
	c := doc.Conflicts[0]
	equal(t, "conflict", c.Field, FieldEnd)
	equal(t, "minutes", c.Minutes, -15)
	equal(t, "where", [2]Place{c.First.Place, c.Second.Place}, [2]Place{{3, 3}, {9, 9}})
	equal(t, "nothing unread", len(doc.Unread), 0)
}

// E046, E059, E067, E128, E132, E193: a page that went through a printer: wrapped lines,
// broken words, running heads, labels on their own line, roles, contradictions.
func TestSessionPageMessy(t *testing.T) {
	doc := readFile(t, "session-page-messy.txt")
	equal(t, "shape", doc.Shape, SessionPage)
	s := doc.Sessions[0]
	equal(t, "title", s.Title, "Meters Without Masters")
	equal(t, "reference", s.Reference, "WS #31")
	equal(t, "slot", slotOf(s), "2025-03-06 14:00-15:30 EAT Africa/Nairobi Acacia Room+Baobab Hall")
	equal(t, "words broken over lines", s.Description[0].Text, "Half of the utilities in the region serve fewer than five thousand households. "+
		"They buy metering as a service, and with the service they hand over what they know about their own network. "+
		"The multi-year contracts run longer than the councils that sign them, and governance of the data is settled in an annex that few have read. "+
		"Good governance begins with reading the annex.")
	equal(t, "after the page break", s.Description[1].Text, "A second part of the workshop rewrites that annex in the open.")
	equal(t, "question", s.Questions[0].Text, "Which clauses should a small utility never sign, and how can it find out before it signs them?")
	equal(t, "under it", len(s.Questions[0].Under), 2)
	roles := ""
	for _, p := range s.People {
		roles += p.Name + ": " + p.RoleStated + "; "
	}
	equal(t, "roles", roles, "Odalys BRANTEGUI: Moderator; Jorun van der Tessel: Speaker; Sefu Adomakwe: Speaker; "+
		"M. L. Castavoy: Speaker; Tilde Amsrud: Rapporteur; ")
	equal(t, "group", s.People[2].Group+" / "+s.People[2].Region, "Civil Society / African Group")
	equal(t, "calls", len(s.Calls), 2)
	equal(t, "report", s.Report[0].Text, "Sixty people came, forty of them by line. The full contracts are kept by the rapporteur.")
	equal(t, "report due", s.ReportLabel.DeadlineDate.String(), "--03-20")
	var fields []string
	for _, c := range doc.Conflicts {
		fields = append(fields, string(c.Field))
	}
	slices.Sort(fields)
	equal(t, "conflicts", strings.Join(fields, " "), "room theme weekday")
	equal(t, "page numbers and running heads", len(notes(doc, NoteFurniture)), 6)
	equal(t, "prose unread", len(notes(doc, NoteProse)), 0)
}

// E006, E007, E008, E102, E107, E109, E138, E143, E155, E157, X6, X8, X12: a meeting's
// summary as a program takes it out of a PDF.
func TestSummary(t *testing.T) {
	doc := readFile(t, "summary.txt")
	equal(t, "shape", doc.Shape, Summary)
	equal(t, "edition", doc.Edition, EditionHint{
		Forum: "Open Waters Forum", ForumAbbr: "OWF", Ordinal: 5, Year: 2026, City: "Marenza", Country: "Lorvania",
		Host: "Government of Lorvania", Venue: "Harbour Congress House in Marenza (HCH)", Theme: "One River, Many Ledgers",
		Start: Date{2026, 3, 3}, End: Date{2026, 3, 5}, DayZero: Date{2026, 3, 2}, Place: Place{3, 4},
	})
	want := []struct {
		title, kind string
		day, said   int
		place       Place
	}{
		{"Opening Debate - Reading the Rivers Together", "Main Session", 1, 3, Place{46, 46}},
		{"Who Owns a Rain Record? Archives, Licences and Trust in a Changing Climate", "Main Session", 1, 2, Place{70, 71}},
		{"Small Utilities, Large Platforms", "Main Session", 2, 2, Place{88, 88}},
		{"Special Session - A River Seen from Orbit", "Special Session", 2, 0, Place{102, 102}},
		{"Taking the Floor: What the Forum Should Do Next", "Main Session", 3, 0, Place{109, 109}},
	}
	if len(doc.Sessions) != len(want) {
		t.Fatalf("sessions: %q", titles(doc))
	}
	for i, w := range want {
		s := doc.Sessions[i]
		equal(t, "title", s.Title, w.title)
		equal(t, "type", s.Type, w.kind)
		equal(t, "day", s.Day, w.day)
		equal(t, "Messages of "+s.Title, len(s.Messages), w.said)
		equal(t, "place", s.TitlePlace, w.place)
	}
	m := doc.Sessions[0].Messages[1]
	equal(t, "unwrapped over blank lines", m.Text, "Several authorities warned that a reading without its place is of little use. "+
		"Places, however, may be sensitive: some wells are known only to the families who dug them, and upstream-downstream disputes can begin with a map.")
	equal(t, "sentences", len(m.Sentences), 2)
	equal(t, "second sentence", m.Sentences[1].Place, Place{61, 65})
	equal(t, "broken word", doc.Sessions[2].Messages[1].Text, "Calls were made for a common annex, short enough to be read aloud in a council, "+
		"and for decision-makers to be trained in reading it.")
	equal(t, "attribution", doc.Sessions[1].Attribution, Placed{"The following points were made by the keepers of archives, and are theirs alone.", Place{78, 78}})
	equal(t, "over the page break", doc.Sections[0].Paragraphs[1].Place, Place{10, 22})
	equal(t, "joined behind a title", strings.Contains(doc.Sections[0].Paragraphs[1].Text, "the Chair of the advisory group, Ms. Thessaly Arkwine, and"), true)
	var heads []string
	for _, sec := range doc.Sections {
		heads = append(heads, sec.Heading.Text)
	}
	equal(t, "sections", strings.Join(heads, " / "), "Executive Summary / Highlights / Opening Ceremony")
	equal(t, "footnotes", len(doc.Footnotes), 2)
	equal(t, "links", len(notes(doc, NoteLink)), 4)
}

// E107, E108, E109, E110, X8: figures keep their words, and the note that calls them provisional.
func TestSummaryFacts(t *testing.T) {
	doc := readFile(t, "summary.txt")
	var got []string
	for _, f := range doc.Facts {
		switch f.Kind {
		case FactDays, FactProposals, FactOther: // TestSummaryFigures asks for these
		default:
			got = append(got, strings.TrimSpace(string(f.Kind)+" "+strings.TrimSpace(f.Qualifier+" "+f.Value+" "+f.Noun)))
		}
	}
	want := []string{
		"ordinal 5", "host Government of Lorvania", "dates 2026-03-03/2026-03-05", "year 2026",
		"venue Harbour Congress House in Marenza (HCH)", "theme One River, Many Ledgers", "day-zero 2026-03-02",
		"venue Lorvanian Weather Archive (LWA)", "participants more than 800 participants", "countries over 41 countries",
		"sessions over 60 sessions", "participants hundreds more participating", "exhibitors 14 exhibitors",
	}
	if !slices.Equal(got, want) {
		t.Errorf("facts:\n got  %q\n want %q", got, want)
	}
	for _, f := range doc.Facts {
		if f.Kind == FactParticipants && f.Number == 800 {
			equal(t, "note", f.Footnote, "A final count by country and group will be published within three months of the closing.")
			equal(t, "words", strings.HasPrefix(f.Words, "In the course of three days, more than 800 participants"), true)
		}
	}
}

// E102, E138, E142: the same shape in Markdown, with groups of sessions, numbered
// Messages, Messages without bullets and a dated first page.
func TestSummaryMessy(t *testing.T) {
	doc := readFile(t, "summary-messy.md")
	equal(t, "shape", doc.Shape, Summary)
	want := []struct {
		title, theme string
		day, said    int
	}{
		{"Gauges that a School Can Build", "Instruments", 1, 2},
		{"Listening to Wells", "Instruments", 1, 2},
		{"The Price of a Reading", "Ledgers", 1, 2},
		{"Closing Round", "", 2, 0},
	}
	if len(doc.Sessions) != len(want) {
		t.Fatalf("sessions: %q", titles(doc))
	}
	for i, w := range want {
		s := doc.Sessions[i]
		equal(t, "title", s.Title, w.title)
		equal(t, "theme", s.Theme(), w.theme)
		equal(t, "day", s.Day, w.day)
		equal(t, "Messages of "+s.Title, len(s.Messages), w.said)
	}
	equal(t, "marks gone", doc.Sessions[0].Messages[0].Text, "Instruments that can be built can be repaired. "+
		"This was the view of all speakers, including Prof. N. Ellerby of Pell.")
	equal(t, "sentences", len(doc.Sessions[0].Messages[0].Sentences), 2)
	equal(t, "dates", doc.Edition.Start.String()+" "+doc.Edition.End.String(), "2024-03-05 2024-03-06")
	equal(t, "ordinal", doc.Edition.Ordinal, 4)
	last := doc.Sections[len(doc.Sections)-1]
	equal(t, "annex", last.Heading.Text, "Annex: Documents")
	equal(t, "its items", len(last.Paragraphs), 2)
}

// What is not one of the shapes comes back whole.
func TestUnknown(t *testing.T) {
	src := "Minutes\n\nThe committee met at noon. It was warm.\n\nhttps://forum.example/minutes\n\n- 4 -\n"
	doc := mustRead(t, "minutes.txt", []byte(src))
	equal(t, "shape", doc.Shape, Unknown)
	equal(t, "confidence", doc.Confidence, 0)
	var kinds []string
	for _, n := range doc.Unread {
		kinds = append(kinds, string(n.Kind))
	}
	equal(t, "unread", strings.Join(kinds, " "), "prose prose link furniture")
	equal(t, "sessions", len(doc.Sessions), 0)
	empty := mustRead(t, "empty.txt", nil)
	equal(t, "empty", empty.Shape, Unknown)
}

func TestRefused(t *testing.T) {
	tests := []struct {
		name string
		src  string
		want error
	}{
		{"PDF", "%PDF-1.7 …", ErrBinary},
		{"ZIP", "PK\x03\x04", ErrBinary},
		{"NUL", "a\x00b", ErrBinary},
		{"Latin-1", "caf\xe9", ErrEncoding},
		{"half a unit", "\xff\xfea", ErrEncoding},
		{"large", strings.Repeat("a", maxBytes+1), ErrTooLarge},
		{"long", strings.Repeat("\n", maxLines+1), ErrTooLarge},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := Read(tt.name, []byte(tt.src)); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

// A text saved as UTF-16, as some editors do, reads like the same text in UTF-8.
func TestUTF16(t *testing.T) {
	src, err := os.ReadFile(filepath.Join("testdata", "outlines.txt"))
	if err != nil {
		t.Fatal(err)
	}
	wide := []byte{0xff, 0xfe}
	for _, r := range string(src) {
		wide = append(wide, byte(r), byte(r>>8))
	}
	doc, err := Read("wide", wide)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := titles(doc), titles(readFile(t, "outlines.txt")); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}
