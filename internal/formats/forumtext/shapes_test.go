package forumtext

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// E044, E067, E092, E128, E132: the page of a numbered workshop, with labels alone on
// their lines, numbered roles, stakeholder groups and a report.
func TestPageOfLabels(t *testing.T) {
	doc := mustRead(t, "workshop", []byte(`OWF 2024 WS #18 Meters for Quiet People

Time
Wednesday, 6th March, 2024 (12:35 UTC) - Wednesday, 6th March, 2024 (14:05 UTC)
Room
CR3
Track:
Money and Meters

Organizer 1: Vella Quarmby, Civil Society, Western European and Others Group (WEOG)
Speaker 1: Vella Quarmby, Civil Society, Western European and Others Group (WEOG)
Speaker 2: Oyelaran Bastick, Private Sector, African Group
Online Moderator
Tomaso Ferrike, Technical Community, GRULAC
Format
Round Table - Circle - 90 Min
Policy Question(s)
1. How do quiet people read a meter?
2. Who teaches the teachers?
Expected Outcomes
A report, and a promise to read it.
Key Takeaways (* deadline 30 minutes after session)
Quiet people read best when nobody is looking.
Call to Action: Look away.
Session Report (* deadline 9 January) - click on the ? symbol for instructions
The session was quiet.
`))
	equal(t, "shape", doc.Shape, SessionPage)
	s := doc.Sessions[0]
	equal(t, "title", s.Title+" | "+s.Reference+" | "+s.TitleAsWritten, "Meters for Quiet People | WS #18 | OWF 2024 WS #18 Meters for Quiet People")
	equal(t, "slot", slotOf(s), "2024-03-06 12:35-14:05 UTC UTC CR3")
	equal(t, "theme", s.Theme(), "Money and Meters")
	equal(t, "format", s.Format, Placed{"Round Table - Circle - 90 Min", Place{16, 16}})
	var people []string
	for _, p := range s.People {
		people = append(people, p.RoleStated+" "+p.Name+" "+p.Region)
	}
	equal(t, "people", strings.Join(people, "; "), "Organizer Vella Quarmby Western European and Others Group (WEOG); "+
		"Speaker Vella Quarmby Western European and Others Group (WEOG); Speaker Oyelaran Bastick African Group; Online Moderator Tomaso Ferrike GRULAC")
	equal(t, "questions", len(s.Questions), 2)
	equal(t, "part", s.Description[0].Kind, Heading)
	equal(t, "its text", s.Description[1].Text, "A report, and a promise to read it.")
	equal(t, "deadline", s.TakeawaysLabel.Deadline.String(), "30m0s")
	equal(t, "call on the label's line", s.Calls[0].Text, "Look away.")
	equal(t, "report due", s.ReportLabel.DeadlineDate.String(), "--01-09")
	equal(t, "unread", len(doc.Unread), 0)
}

// E094, E095, E097: a page whose title carries the slot, with an agenda of items, a list
// of people without a label, and questions nested by their bullets only.
func TestPageWithSlot(t *testing.T) {
	doc := mustRead(t, "slot", []byte(`Salt in the Delta (5 March 2026 | 10:00 - 11:00 UTC | Acacia Room)

Salt water comes further up the river each dry season. The farmers see it first.

Guiding questions:
• Whose sensors?
o Who pays for them?
o Who reads them?
• Whose alarm?

Policy questions:
• Whose salt?

Agenda:
- opening of the floor
- a map that grows

Date: Thursday, 5 March 2026, 11:00 to 12:00 UTC

Panellists:
• Rhea Quistorpe, Engineer, Pell Utilities
• Noor Eskelund, Delta Farmers' Union
More words that nobody asked for
`))
	equal(t, "shape", doc.Shape, SessionPage)
	s := doc.Sessions[0]
	equal(t, "title", s.Title, "Salt in the Delta")
	equal(t, "slot", slotOf(s), "2026-03-05 10:00-11:00 UTC UTC Acacia Room")
	equal(t, "statement", s.When[0].Text, "5 March 2026 | 10:00 - 11:00 UTC | Acacia Room")
	equal(t, "questions", len(s.Questions), 3)
	equal(t, "numbered on", s.Questions[2].Number, "3")
	equal(t, "by bullet", s.Questions[0].Under[1].Number+" "+s.Questions[0].Under[1].Text, "1.2 Who reads them?")
	equal(t, "agenda", len(s.Agenda), 2)
	equal(t, "people", len(s.People), 2)
	equal(t, "role", s.People[0].RoleStated, "Panellist")
	var fields []string
	for _, c := range doc.Conflicts {
		fields = append(fields, string(c.Field)+" "+itoa(c.Minutes))
	}
	equal(t, "conflicts", strings.Join(fields, ", "), "start 60, end 60")
	if u := notes(doc, NoteProse); len(u) != 1 || u[0].Place.Line != 23 {
		t.Errorf("unread: %+v", u)
	}
}

// E010, E095, E195: only the header states a time; the full title and the theme stand below it.
func TestPageWithHeaderTime(t *testing.T) {
	doc := mustRead(t, "header", []byte(`OWF 2024 Main Session on Salt

Wednesday, 6th March, 2024 (05:00 UTC) - Wednesday, 6th March, 2024 (06:30 UTC)
Main Room

Salt in the Delta: Whose Sensors, Whose Alarm?

Money and Meters

Salt water comes further up the river each dry season. The farmers see it first.

Key Takeaways (* deadline 2 hours after session)
Salt is salty.
`))
	equal(t, "shape", doc.Shape, SessionPage)
	s := doc.Sessions[0]
	equal(t, "titles", s.ShortTitle+" | "+s.Title, "OWF 2024 Main Session on Salt | Salt in the Delta: Whose Sensors, Whose Alarm?")
	equal(t, "theme", s.Theme(), "Money and Meters")
	equal(t, "room", slotOf(s), "2024-03-06 05:00-06:30 UTC UTC Main Room")
	equal(t, "description", len(s.Description), 1)
}

// E046, E095, E097, E128: no header at all; Markdown with bold labels, date and time on
// lines of their own, a person without affiliation last.
func TestPageInMarkdown(t *testing.T) {
	doc := mustRead(t, "page.md", []byte(`# Salt in the Delta
**Date:** 6 March 2024
**Time:** 22:00-00:30 UTC
**Room:** Baobab Hall

## Description
Salt water comes further up the river each dry season.

## Speakers
* **Rhea Quistorpe**, *Engineer*, Pell Utilities
* **Noor Eskelund**, Delta Farmers' Union

## Moderators
Ilka Vantreel
Benno Tarquilla
## Key Takeaways
1. Salt is salty.
`))
	equal(t, "shape", doc.Shape, SessionPage)
	s := doc.Sessions[0]
	equal(t, "title", s.Title, "Salt in the Delta")
	equal(t, "slot", slotOf(s), "2024-03-06 22:00-00:30 UTC UTC Baobab Hall")
	equal(t, "one statement", len(s.When), 1)
	equal(t, "next day", s.When[0].EndDate, Date{2024, 3, 7})
	equal(t, "its place", s.When[0].Place, Place{2, 3})
	var people []string
	for _, p := range s.People {
		people = append(people, p.RoleStated+" "+p.Name)
	}
	equal(t, "people", strings.Join(people, "; "), "Speaker Rhea Quistorpe; Speaker Noor Eskelund; Moderator Ilka Vantreel; Moderator Benno Tarquilla")
	equal(t, "theme", s.Theme(), "")
	equal(t, "takeaway", s.Takeaways[0].Kind, Item)
}

// E138, E139: a set of Messages without days, under one heading for all sessions.
func TestSummaryWithoutDays(t *testing.T) {
	doc := mustRead(t, "messages", []byte(`Summary

The seventh Open Waters Forum was held on 5 March 2026 in Kyoto, Japan.

Main Sessions

Reading Rivers

How a river is read.

Session Messages

• Rivers should be read daily.
• Some prefer weekly.

Reading Rain

Messages

The keepers of archives said this. The rest of the room was silent.

It is their view.

• Rain should be read hourly.
`))
	equal(t, "shape", doc.Shape, Summary)
	equal(t, "titles", strings.Join(titles(doc), " / "), "Reading Rivers / Reading Rain")
	equal(t, "type", doc.Sessions[1].Type, "Main Session")
	equal(t, "Messages", len(doc.Sessions[0].Messages)*10+len(doc.Sessions[1].Messages), 21)
	equal(t, "note of two paragraphs", doc.Sessions[1].Attribution, Placed{
		"The keepers of archives said this. The rest of the room was silent. It is their view.", Place{20, 22},
	})
	equal(t, "edition", doc.Edition, EditionHint{
		Forum: "Open Waters Forum", Ordinal: 7, Year: 2026, City: "Kyoto", Country: "Japan", Zone: "Asia/Tokyo",
		Start: Date{2026, 3, 5}, End: Date{2026, 3, 5}, Place: Place{3, 3},
	})
}

// E102: days that are only dates, words after the Messages that are none of them.
func TestSummaryDatedDays(t *testing.T) {
	doc := mustRead(t, "dated", []byte(`Executive Summary

The meeting was short.

Thursday, 5 March 2026

Reading Rivers (10:00 - 11:00 UTC | Baobab Hall)

How a river is read.

Session Messages

• Rivers should be read daily.

A stray remark stands here. It belongs to nobody.

Friday, 6 March 2026

Reading Rain

How rain is read.

Session Messages

• Rain should be read hourly.
`))
	equal(t, "shape", doc.Shape, Summary)
	equal(t, "titles", strings.Join(titles(doc), " / "), "Reading Rivers / Reading Rain")
	equal(t, "slot", slotOf(doc.Sessions[0]), "2026-03-05 10:00-11:00 UTC UTC Baobab Hall")
	equal(t, "days", doc.Sessions[0].Day*10+doc.Sessions[1].Day, 12)
	equal(t, "label", doc.Sessions[1].DayLabel, "Friday, 6 March 2026")
	if u := notes(doc, NoteProse); len(u) != 1 || u[0].Place.Line != 15 {
		t.Errorf("unread: %+v", u)
	}
}

// E066, E096: lines cut at 72 columns, in French; a title and a slot broken over lines.
func TestOutlinesWrapped(t *testing.T) {
	doc := mustRead(t, "plans", []byte(`Forum des Eaux 2024 Sessions principales

Lire les fleuves : des jauges communes, des alertes communes, pour tous
les riverains du bassin (5 mars | 9h30 à 11h00 | Salle des Palmiers)

Dix-neuf autorités mesurent le même fleuve avec des instruments qui ne
se parlent pas. Une crue vue en amont le lundi surprend encore le delta
le mercredi.

La page de la session est disponible ici

Le registre des pluies (mercredi 6 mars 2024 | 14h à 15h30 | Salle
des Baobabs)

Un second paragraphe, assez long pour être coupé au bout de la ligne et
continué ici sans plus de façons.
`))
	equal(t, "shape", doc.Shape, Outlines)
	equal(t, "titles", strings.Join(titles(doc), " / "),
		"Lire les fleuves : des jauges communes, des alertes communes, pour tous les riverains du bassin / Le registre des pluies")
	equal(t, "first", slotOf(doc.Sessions[0]), "2024-03-05 09:30-11:00   Salle des Palmiers")
	equal(t, "second", slotOf(doc.Sessions[1]), "2024-03-06 14:00-15:30   Salle des Baobabs")
	equal(t, "place", doc.Sessions[1].TitlePlace, Place{12, 13})
	equal(t, "link", len(notes(doc, NoteLink)), 1)
}

// E066, E096: a script without capitals and without spaces.
func TestOutlinesChinese(t *testing.T) {
	doc := mustRead(t, "list", []byte(`开放水域论坛 2026年主题会议

谁拥有雨量记录？(2026年3月3日 | 11:30 - 13:00 | 大会堂)

一百个站点的雨量笔记本正在由志愿者扫描。有些站点属于公司，有些属于政府。

会议页面可在此处查看

小型公用事业，大型平台（2026年3月4日 | 10：00 - 11：30 | 二号厅）

四份合同将逐行比较。
`))
	equal(t, "shape", doc.Shape, Outlines)
	equal(t, "edition", doc.Edition.Forum+itoa(doc.Edition.Year), "开放水域论坛2026")
	equal(t, "titles", strings.Join(titles(doc), " / "), "谁拥有雨量记录？ / 小型公用事业，大型平台")
	equal(t, "second", slotOf(doc.Sessions[1]), "2026-03-04 10:00-11:30   二号厅")
	equal(t, "link", len(notes(doc, NoteLink)), 1)
}

// E102: the ways in which a day is announced.
func TestReadDay(t *testing.T) {
	tests := []struct{ text, want string }{
		{"•  DAY One  •", "1 DAY One"},
		{"Day 2: Friday, 6 March 2026", "2 Day 2 2026-03-06"},
		{"Day Zero – 2 March", "0 Day Zero --03-02"},
		{"DAY III", "3 DAY III"},
		{"Day 1 (Monday)", "1 Day 1"},
		{"第二天", "2 第二天"},
		{"Jour deux", "2 Jour deux"},
		{"День первый", "1 День первый"},
		{"Friday, 6 March 2026", "-1 Friday, 6 March 2026 2026-03-06"},
		{"6 March 2026", ""},
		{"Day by day", ""},
		{"Day 1 was long", ""},
	}
	for _, tt := range tests {
		r := newReader("", source{text: []string{tt.text}})
		got := ""
		if m, ok := r.readDay(&r.lines[0]); ok {
			got = strings.TrimSpace(itoa(m.number) + " " + m.label + " " + m.date.String())
		}
		equal(t, tt.text, got, tt.want)
	}
}

// E128, E129, E138: the labels of a session, and prose that is none.
func TestReadLabel(t *testing.T) {
	tests := []struct {
		text string
		want label
	}{
		{"Session Messages", labelMessages},
		{"Geneva Messages:", labelMessages},
		{"key messages", noLabel},
		{"Messages were sent", noLabel},
		{"Key Takeaways (* deadline 2 hours after session)", labelTakeaways},
		{"Calls to Action", labelCalls},
		{"Call to action was heard", noLabel},
		{"Policy questions:", labelQuestions},
		{"Policy questions were many", noLabel},
		{"Date and Time: 5 March", labelWhen},
		{"Speakers and moderators", labelPeople},
		{"Speakers will be heard on this question, and so will the public", noLabel},
		{"On-site Moderator(s):", labelPeople},
		{"Session Agenda: Open Panel", labelAgenda},
		{"Sub-theme: Money", labelTheme},
		{"Room", labelRoom},
		{"Rooms are scarce", noLabel},
		{"Session Report (* deadline 20 March) - click on the ? symbol", labelReport},
	}
	for _, tt := range tests {
		got, _ := readLabel(tt.text)
		equal(t, tt.text, got, tt.want)
	}
}

// A date goes into JSON as it is printed.
func TestDateJSON(t *testing.T) {
	out, err := json.Marshal([]Date{{2026, 3, 5}, {0, 3, 5}, {}})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "JSON", string(out), `["2026-03-05","--03-05",""]`)
}

// E155: bare pointers are links; sentences that hold the same words are not.
func TestPointers(t *testing.T) {
	var got []bool
	for _, text := range []string{
		"The session page is available here", "Read the report of the session here.", "Click here: https://forum.example/x",
		"There is much to be learned from those who live here.", "More is said. It ends here.", "and can be read here",
	} {
		got = append(got, isPointer(text))
	}
	if !slices.Equal(got, []bool{true, true, true, false, false, false}) {
		t.Errorf("got %v", got)
	}
}
