package forumtext

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// readSeed reads one of the real texts that lie beside the repository. They name living
// people and are not part of it: without them the test is skipped, except in CI.
func readSeed(t *testing.T, number string) *Document {
	t.Helper()
	found, err := filepath.Glob(filepath.Join("..", "..", "..", "..", "shared", "seeds", number+"_*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != 1 {
		if os.Getenv("CI") == "true" {
			t.Fatalf("seed %s is not in ../shared/seeds; CI runs with the seeds", number)
		}
		t.Skipf("seed %s is not in ../shared/seeds", number)
	}
	src, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	return mustRead(t, "seed "+number, src)
}

// E065, E066, E095, E096, E097, E099, X10: six outlines of 90 minutes in one hall.
func TestSeed000(t *testing.T) {
	doc := readSeed(t, "000")
	equal(t, "shape", doc.Shape, Outlines)
	equal(t, "confidence", doc.Confidence, 1)
	equal(t, "edition", doc.Edition, EditionHint{Forum: "IGF", Year: 2023, Place: Place{1, 1}})
	want := []struct {
		title      string
		line       int
		slot       string
		paragraphs int
	}{
		{"Global Digital Compact & Beyond: A Multistakeholder Perspective", 4, "2023-10-10 11:00-12:30", 3},
		{"Bridging the Gap Between International Negotiations and On-Ground Experiences in Cybercrime Response", 14, "2023-10-10 13:30-15:00", 2},
		{"AI that We Want", 22, "2023-10-10 15:15-16:45", 2},
		{"An Untapped Resource: How Can Digital Cooperation Contribute to the Battle for Our Environment?", 30, "2023-10-11 10:15-11:45", 2},
		{"Upholding Human Rights in the Digital Age: Fostering a Multistakeholder Approach for Safeguarding Human Dignity and Freedom for All", 39, "2023-10-11 14:00-15:30", 2},
		{"The Future of Digital Governance: Digital cooperation, the IGF, and strengthening stakeholder participation", 47, "2023-10-11 15:45-17:15", 2},
	}
	if len(doc.Sessions) != len(want) {
		t.Fatalf("sessions: %q", titles(doc))
	}
	for i, w := range want {
		s := doc.Sessions[i]
		equal(t, "title", s.Title, w.title)
		equal(t, "line", s.TitlePlace, Place{w.line, w.line})
		equal(t, "slot", slotOf(s), w.slot+" JST Asia/Tokyo Main Hall")
		equal(t, "paragraphs", len(s.Description), w.paragraphs)
		equal(t, "type", s.Type, "Main Session")
		equal(t, "minutes", clockMinutes(s.When[0].End)-clockMinutes(s.When[0].Start), 90)
		for _, p := range s.Description {
			equal(t, "plain", p.Kind, Plain)
		}
	}
	equal(t, "the first as written", doc.Sessions[0].TitleAsWritten, want[0].title+" Outline")
	equal(t, "links without address", len(notes(doc, NoteLink)), 6)
	equal(t, "all unread", len(doc.Unread), 6)
}

// E010, E033, E046, E059, E092, E095, E128, E129, E193, E194, E195, X1: the page of one session.
func TestSeed001(t *testing.T) {
	doc := readSeed(t, "001")
	equal(t, "shape", doc.Shape, SessionPage)
	equal(t, "sessions", len(doc.Sessions), 1)
	s := doc.Sessions[0]
	equal(t, "title", s.TitlePlace, Place{7, 7})
	equal(t, "short title", s.ShortTitle, "IGF 2023 Main Session on Human Rights")
	equal(t, "type", s.Type, "Main Session")
	equal(t, "header", slotOf(s), "2023-10-11 05:00-06:50 UTC UTC Plenary Room")
	equal(t, "body", s.When[1].Start+"-"+s.When[1].End+" "+s.When[1].ZoneLabel+" "+s.When[1].Zone, "14:00-15:30 Kyoto time Asia/Tokyo")
	equal(t, "zone", doc.Edition.Zone, "Asia/Tokyo")
	equal(t, "theme", s.Themes[0], Placed{"Human Rights and Freedoms", Place{11, 11}})
	equal(t, "theme again", s.Themes[1], Placed{"Human Rights & Freedoms", Place{53, 53}})
	equal(t, "paragraphs", len(s.Description), 4)
	equal(t, "format", s.Format.Text, "Open Panel Discussion")
	equal(t, "questions", len(s.Questions), 2)
	equal(t, "under the second", len(s.Questions[1].Under), 2)
	equal(t, "number", s.Questions[1].Under[1].Number, "2.2")
	equal(t, "takeaways", len(s.Takeaways), 2)
	equal(t, "calls", len(s.Calls), 2)
	equal(t, "deadline", s.TakeawaysLabel.Deadline, 2*time.Hour)
	equal(t, "calls' deadline", s.CallsLabel.Deadline, 2*time.Hour)
	equal(t, "last call", s.Calls[1].Place, Place{59, 59})
	equal(t, "unread", len(doc.Unread), 0)

	if len(doc.Conflicts) != 1 {
		t.Fatalf("conflicts: %+v", doc.Conflicts)
	}
	equal(t, "conflict", doc.Conflicts[0].Field, FieldEnd)
	equal(t, "minutes", doc.Conflicts[0].Minutes, -20)
	equal(t, "places", doc.Conflicts[0].First.Place.Line*100+doc.Conflicts[0].Second.Place.Line, 309)
}

// E026, E046, E193: nine people, several affiliations, seats in bodies, no stated role.
func TestSeed001People(t *testing.T) {
	want := []string{
		"Dr. | Cameran Hooshang Ashraf | Human Rights Lead @ Wikimedia Foundation; @ Central European University Department of Public Policy",
		"Dr. | Eileen Donahoe | Special Envoy and Coordinator for Digital Freedom @ US State Department",
		"Prof. | G. Peter Kirchschlaeger | Director, Institute of Social Ethics @ University of Lucerne",
		" | Mallory Knodel | Chief Technology Officer @ Center for Democracy & Technology",
		"Dr. | Marielza Oliveira | Director, UNESCO Communications and Information Sector's Division for Digital Inclusion, Policies and Transformation @ UNESCO",
		" | Frederick Rawski | Head of Human Rights Policy APAC @ Meta",
		" | 'Gbenga Sesan | Executive Director @ Paradigm Initiative; member @ [IGF Leadership Panel]",
		" | Peggy Hicks | Director, Thematic Engagement, Special Procedures, and Right to Development Division @ OHCHR",
		"Dr. | Evelyne Tauchnitz | Member @ [MAG]",
	}
	people := readSeed(t, "001").Sessions[0].People
	if len(people) != len(want) {
		t.Fatalf("%d people", len(people))
	}
	for i, p := range people {
		equal(t, "person", printPerson(p), want[i])
		equal(t, "role", p.RoleStated, "")
	}
	equal(t, "place", people[6].Place, Place{44, 44})
	equal(t, "family", people[2].Family, "Kirchschlaeger")
}

// E083, E090, E102, E138, E140, E143, E155, X6, X7: a meeting in ten sessions and 48 Messages.
func TestSeed004(t *testing.T) {
	doc := readSeed(t, "004")
	equal(t, "shape", doc.Shape, Summary)
	equal(t, "confidence", doc.Confidence, 1)
	want := []struct {
		title, kind string
		day         int
		label       string
		said, line  int
	}{
		{"High-Level Thematic Session - Shaping our Future Digital Global Governance", "High-Level Thematic Session", 1, "DAY One", 6, 283},
		{"Local Interventions, Local Impacts: How can International, Multistakeholder cooperation address Internet Shutdowns, Encryption and Data Flows?", "Main Session", 1, "DAY One", 6, 351},
		{"High-Level Thematic Session - Impact of Digitization on Politics, Public Trust and Democracy", "High-Level Thematic Session", 2, "DAY Two", 6, 425},
		{"Empowering Global Cooperation on Cybersecurity for Sustainable Development and Peace", "Main Session", 2, "DAY Two", 6, 499},
		{"Special Session - Data for Sustainable Development Roadmaps", "Special Session", 2, "DAY Two", 0, 573},
		{"Dynamic Coalitions - Contribute to the Digital Future!", "Main Session", 3, "DAY Three", 5, 588},
		{"NRIs Perspectives - Rights in the Digital World", "Main Session", 3, "DAY Three", 7, 640},
		{"Gender Inclusion and the Future of the Internet", "Main Session", 3, "DAY Three", 6, 705},
		{"Digital Transformation: How do we Shape its Socio-economic and Labor impacts for Good?", "Main Session", 4, "DAY Four", 6, 793},
		{"Taking Stock: Review of the IGF 2017 annual meeting", "Main Session", 4, "DAY Four", 0, 850},
	}
	if len(doc.Sessions) != len(want) {
		t.Fatalf("sessions: %q", titles(doc))
	}
	all := 0
	for i, w := range want {
		s := doc.Sessions[i]
		equal(t, "title", s.Title, w.title)
		equal(t, "type", s.Type, w.kind)
		equal(t, "day", s.Day, w.day)
		equal(t, "label", s.DayLabel, w.label)
		equal(t, "line", s.TitlePlace.Line, w.line)
		equal(t, "Messages of "+s.Title, len(s.Messages), w.said)
		if len(s.Description) == 0 {
			t.Errorf("no description: %s", s.Title)
		}
		all += len(s.Messages)
	}
	equal(t, "Messages", all, 48)
	equal(t, "attribution", doc.Sessions[5].Attribution, Placed{
		"The following were points raised by Dynamic Coalitions presenting their work, and reflect their views.", Place{604, 604},
	})
	for i := range doc.Sessions {
		if i != 5 {
			equal(t, "attribution of "+doc.Sessions[i].Title, doc.Sessions[i].Attribution.Text, "")
		}
	}
	for _, n := range doc.Unread {
		equal(t, "kind of line "+n.Text, n.Kind, NoteLink)
	}
	if len(doc.Conflicts) != 1 || doc.Conflicts[0].Field != FieldYear || doc.Conflicts[0].First.Text != "since 2018" {
		t.Errorf("conflicts: %+v", doc.Conflicts)
	}
}

// E138, E141: every Message is whole sentences, unwrapped, without page furniture.
func TestSeed004MessagesAreWhole(t *testing.T) {
	doc := readSeed(t, "004")
	for _, s := range doc.Sessions {
		last := s.TitlePlace.EndLine
		for _, m := range s.Messages {
			if m.Place.Line <= last {
				t.Errorf("Message at %v does not follow line %d", m.Place, last)
			}
			last = m.Place.EndLine
			if !strings.HasSuffix(m.Text, ".") || !startsUpper(m.Text) {
				t.Errorf("not whole: %q", m.Text)
			}
			for _, bad := range []string{"http", "●", "  ", "- border", "cross- ", "Session Messages", "DAY"} {
				if strings.Contains(m.Text, bad) {
					t.Errorf("%q in %q", bad, m.Text)
				}
			}
			var joined []string
			for _, sentence := range m.Sentences {
				joined = append(joined, sentence.Text)
				if sentence.Place.Line < m.Place.Line || sentence.Place.EndLine > m.Place.EndLine {
					t.Errorf("sentence at %v outside of %v", sentence.Place, m.Place)
				}
				if !startsUpper(sentence.Text) || !strings.HasSuffix(sentence.Text, ".") && !strings.HasSuffix(sentence.Text, "?") {
					t.Errorf("not a sentence: %q", sentence.Text)
				}
			}
			equal(t, "sentences", strings.Join(joined, " "), m.Text)
		}
	}
	words := map[string][2]int{
		"cross-border effects).": {1, 0}, "over-focusing on": {2, 0}, "tailor-made solutions": {2, 5},
		"privacy-by-design and": {5, 2}, "gender-based abuse and violence should": {7, 4}, "a human-centric and": {8, 5},
		"net neutrality and zero-rating": {5, 3}, "the new economy. Calls": {8, 4},
		"it was felt that gender equality and": {7, 5}, "It should not be seen as a by-default security threat. Countries": {1, 2},
	}
	for text, at := range words {
		if m := doc.Sessions[at[0]].Messages[at[1]].Text; !strings.Contains(m, text) {
			t.Errorf("no %q in %q", text, m)
		}
	}
}

// E006, E007, E008, E009, E023, E107, E108, E109, E110, E185, X8, X12: what the summary
// states about the meeting, Day Zero apart from its dates.
func TestSeed004Meeting(t *testing.T) {
	doc := readSeed(t, "004")
	equal(t, "edition", doc.Edition, EditionHint{
		Forum: "Internet Governance Forum", ForumAbbr: "IGF", Ordinal: 12, Year: 2017, City: "Geneva", Country: "Switzerland",
		Host: "Government of Switzerland", Venue: "United Nations Office in Geneva (UNOG)", Theme: "Shape Your Digital Future!",
		Start: Date{2017, time.December, 18}, End: Date{2017, time.December, 21}, DayZero: Date{2017, time.December, 17},
		Zone: "Europe/Zurich", Place: Place{3, 4},
	})
	var figures []string
	for _, f := range doc.Facts {
		switch f.Kind {
		case FactParticipants, FactCountries, FactSessions, FactExhibitors:
			figures = append(figures, strings.TrimSpace(f.Qualifier+" "+f.Value+" "+f.Noun))
		case FactVenue:
			figures = append(figures, f.Value)
		}
	}
	want := []string{
		"United Nations Office in Geneva (UNOG)", "Centre international de Conférences Genève (CICG)",
		"more than 2000 delegates", "over 142 countries", "over 200 sessions", "thousands more participating",
		"24 lightning sessions", "55 exhibitors",
	}
	if !slices.Equal(figures, want) {
		t.Errorf("figures:\n got  %q\n want %q", figures, want)
	}
	for _, f := range doc.Facts {
		if f.Number == 2000 {
			equal(t, "provisional", strings.HasPrefix(f.Footnote, "A comprehensive statistical breakdown"), true)
			equal(t, "place", f.Place, Place{13, 14})
		}
	}
	var heads []string
	for _, sec := range doc.Sections {
		heads = append(heads, sec.Heading.Text)
	}
	equal(t, "sections", strings.Join(heads, " / "), "Executive Summary / Highlights / Opening Ceremony")
	equal(t, "over the page break", strings.Contains(doc.Sections[0].Paragraphs[3].Text, "UN press releases were furthermore"), true)
	equal(t, "highlights", len(doc.Sections[1].Paragraphs), 18)
}

// X1: what the outline and the page say about the same session cannot both be right.
func TestSeedsDisagree(t *testing.T) {
	outline := readSeed(t, "000").Sessions[4]
	page := readSeed(t, "001").Sessions[0]
	var got []string
	for _, c := range Compare(outline, page) {
		got = append(got, string(c.Field))
		if c.Field == FieldEnd {
			equal(t, "minutes", c.Minutes, 20)
		}
	}
	if !slices.Equal(got, []string{"end", "room"}) {
		t.Errorf("conflicts: %q", got)
	}
}

// The shape is recognised however the text came: other line ends, bullets, spacing and
// line widths give the same 48 Messages.
func TestSeed004InOtherDress(t *testing.T) {
	doc := readSeed(t, "004")
	found, err := filepath.Glob(filepath.Join("..", "..", "..", "..", "shared", "seeds", "004_*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	src, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	text := string(src)
	dress := map[string]string{
		"CRLF and BOM":       "\ufeff" + strings.ReplaceAll(text, "\n", "\r\n"),
		"old Mac line ends":  strings.ReplaceAll(text, "\n", "\r"),
		"dashes":             strings.ReplaceAll(text, "●", "-"),
		"stars":              strings.ReplaceAll(text, "●", "*"),
		"tabs":               strings.ReplaceAll(text, "● ", "\t•\t"),
		"bullets alone":      strings.ReplaceAll(text, "● ", "●\n"),
		"no-break spaces":    strings.ReplaceAll(text, "  ", " \u00a0"),
		"double spaced":      strings.ReplaceAll(text, "\n", "\n\n"),
		"another label":      strings.ReplaceAll(text, "Session Messages", "Key messages:"),
		"days by number":     strings.NewReplacer("DAY One", "Day 1", "DAY Two", "Day 2 - 19 December 2017", "DAY Three", "Day III", "DAY Four", "DAY 4:").Replace(text),
		"soft hyphens":       strings.ReplaceAll(text, "Internet Governance", "Inter\u00adnet Governance"),
		"form feeds":         strings.ReplaceAll(text, "\n ●", "\n\f●"),
		"trailing blank":     text + "\n \n\n",
		"zero-width spaces":  strings.ReplaceAll(text, "● ", "●\u200b "),
		"bold Markdown days": strings.NewReplacer("•  DAY One  •", "**DAY One**", "Session Messages", "**Session Messages**").Replace(text),
	}
	for name, variant := range dress {
		t.Run(name, func(t *testing.T) {
			got := mustRead(t, name, []byte(variant))
			if !slices.Equal(titles(got), titles(doc)) {
				t.Fatalf("sessions: %q", titles(got))
			}
			for i, s := range got.Sessions {
				if len(s.Messages) != len(doc.Sessions[i].Messages) {
					t.Fatalf("%s: %d Messages", s.Title, len(s.Messages))
				}
				for j, m := range s.Messages {
					equal(t, "Message", m.Text, doc.Sessions[i].Messages[j].Text)
				}
			}
		})
	}
}
