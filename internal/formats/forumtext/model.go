// Package forumtext reads the texts in which a policy forum has kept its memory so far:
// a list of session outlines, the page of one session, the summary of a meeting. It
// recognises them by their shape, not by their words, and says for every finding on
// which lines of the source it stands, so that a person can check it before anything is
// imported.
//
// The package is pure: it takes bytes and returns findings, keeps no state, and only
// asks Go's time zone database when two stated times have to be compared.
package forumtext

import (
	"fmt"
	"time"
)

// Shape is the kind of document that was recognised.
type Shape string

// The shapes that Read knows.
const (
	Outlines    Shape = "outlines"     // an edition's heading, then sessions with date, time and room
	SessionPage Shape = "session-page" // one session: times, questions, people, takeaways
	Summary     Shape = "summary"      // a meeting: summary, days, sessions and their Messages
	SessionList Shape = "session-list" // an organisation's sessions at an edition: title, organisers, time, text
	Report      Shape = "report"       // a yearly report: chapters of prose with figures, no sessions needed
	Unknown     Shape = "unknown"      // none of these; everything is in Unread
)

// Place is a range of lines of Document.Text, 1-based and inclusive. For plain text and
// Markdown these are the lines of the file; for a page of HTML Document.Source leads back
// to them. A range may enclose page furniture that a page break put inside a sentence;
// Document.Uses tells line by line.
type Place struct{ Line, EndLine int }

// Placed is a piece of text with its place.
type Placed struct {
	Text  string
	Place Place
}

// Document is everything found in one text.
type Document struct {
	Name       string // as given by the caller
	Shape      Shape
	Confidence float64 // 0 to 1: how well the text fits the shape, less what stayed unread
	Title      Placed  // of a report
	Subtitle   Placed
	Dated      Date // when a report was written, when it says so
	Edition    EditionHint
	Sections   []Section // chapters of a report; parts of a summary that are no session
	Sessions   []Session
	Facts      []Fact     // what a summary or a report states about the meeting, and every figure in it
	Footnotes  []Footnote // notes at the foot of a page, taken out of the running text
	Conflicts  []Conflict // statements of the text that disagree with each other
	Findings   []Finding  // what else a person should look at before believing the text
	Unread     []Note     // lines that became nothing, in source order
	Uses       []Use      // Uses[i] says what line i+1 of Text was read as; never empty

	Organisation Placed   // whose list of sessions it is, when a SessionList says so
	Text         []string // the lines as they were read; of a page of HTML what a reader sees, as Markdown
	Source       []int    // Source[i] is the line of the file, 1-based, from which Text[i] came
}

// EditionHint is what the text says about the edition it belongs to. Only what is stated
// is filled, except Country and Zone, which a known city also settles.
type EditionHint struct {
	Forum     string // as written: "Internet Governance Forum", or only "IGF"
	ForumAbbr string // "IGF"
	Ordinal   int
	Year      int
	City      string
	Country   string
	Host      string
	Venue     string
	Theme     string
	Start     Date // first of the dates as stated; may or may not count Day Zero
	End       Date
	DayZero   Date   // only when stated apart from Start
	Zone      string // IANA name of the venue's zone, "" when unknown
	Place     Place
}

// Section is a chapter of a report, or a headed part of a summary that is not a session.
type Section struct {
	Heading    Placed
	Number     string // "II", "1.2", "Annex A"; "" when the heading has none
	Level      int    // 1 for a chapter, 2 for a part of it; 0 in a summary
	Paragraphs []Paragraph
}

// ParagraphKind tells a plain paragraph from an item and from a heading inside a text.
type ParagraphKind string

// The kinds of paragraph.
const (
	Plain   ParagraphKind = ""
	Item    ParagraphKind = "item"
	Heading ParagraphKind = "heading"
)

// Paragraph is one unwrapped paragraph: single spaces, no line breaks, no bullet.
type Paragraph struct {
	Text  string
	Kind  ParagraphKind
	Place Place
}

// Session is one session as one text describes it.
type Session struct {
	Title           string
	TitleAsWritten  string // with words that are not part of the title, such as "Outline"
	TitlePlace      Place
	ShortTitle      string // a second, shorter title of the same page ("Main Session on …")
	ShortTitlePlace Place
	Reference       string      // "WS #184", "Event #19"; "" when the text gives none
	Type            string      // in the text's words: "Main Session", "Special Session"; "" when unstated
	TypePlace       Place       // of the line that states the type, when it is a line of its own
	Day             int         // 1 for "Day One"; 0 when unstated or Day Zero: see DayLabel
	DayLabel        string      // "DAY One" as written
	Organisers      []Organiser // of a SessionList, each apart
	When            []When      // every statement of the time, in source order
	Rooms           []Placed
	Themes          []Placed // every statement of the theme
	Description     []Paragraph
	Questions       []Question
	Format          Placed // "Open Panel Discussion"
	Agenda          []Paragraph
	People          []Person
	Takeaways       []Paragraph
	TakeawaysLabel  Label
	Calls           []Paragraph
	CallsLabel      Label
	Report          []Paragraph
	ReportLabel     Label
	Messages        []Message
	Attribution     Placed // whose views the Messages are, when a note says so
	URL             Placed // address of the session's own page
	Place           Place
}

// Theme is the theme as first stated, "" when none is.
func (s Session) Theme() string {
	if len(s.Themes) == 0 {
		return ""
	}
	return s.Themes[0].Text
}

// Organiser is one of those who hold a session, without the article before its name.
type Organiser struct {
	Name  string
	Place Place
}

// Label is the heading of a report part, with the deadline it states.
type Label struct {
	Text         string
	Deadline     time.Duration // after the end of the session; 0 when unstated
	DeadlineDate Date          // when the deadline is a day
	Place        Place
}

// Question is a policy question. Numbers are counted by the reader: 2.1 is the first
// question under the second.
type Question struct {
	Number string
	Text   string
	Under  []Question
	Place  Place
}

// Message is one Message of a session, unwrapped.
type Message struct {
	Text      string
	Sentences []Placed
	Place     Place
}

// Person is one line of a list of people. Given and Family are set only when the line
// itself tells them apart (capitals, initials, a particle), never guessed from the order.
type Person struct {
	Raw          string
	Honorific    string
	Name         string
	Given        string
	Family       string
	Affiliations []Affiliation
	Group        string // stakeholder group, as written, when the line states one
	Region       string // regional group, as written
	RoleStated   string // "Moderator"; "" when the text states no role
	Place        Place
}

// Affiliation is one function of a person. "Director, Division of Rights, UNESCO" is
// Title, Unit, Organisation. A seat in a body of a forum ("member of the Leadership
// Panel") has Body set; Organisation is then the body and Title the seat.
type Affiliation struct {
	Title        string
	Unit         string
	Organisation string
	Body         bool
}

// Date is a day in the civil calendar. Year is 0 when the text states none.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// IsZero reports whether no date is set.
func (d Date) IsZero() bool { return d == Date{} }

// String is "2023-10-11", "--10-11" without a year and "" for no date.
func (d Date) String() string {
	switch {
	case d.IsZero():
		return ""
	case d.Year == 0:
		return fmt.Sprintf("--%02d-%02d", d.Month, d.Day)
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// MarshalText lets a Date stand in JSON as its String.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// When is one statement of a session's time.
type When struct {
	Date         Date
	EndDate      Date   // equals Date unless the session runs past midnight
	YearInferred bool   // the year comes from the document's edition, not from this line
	Start        string // "14:00", 24 hours; "" when only a date is stated
	End          string
	ZoneLabel    string // as written: "JST", "Kyoto time"
	Zone         string // IANA name when the label means one zone only, else ""
	Text         string // the statement as written
	Place        Place
	weekday      int // as written: 1 Sunday to 7 Saturday, 0 when none is
}

// Footnote is a note at the foot of a page.
type Footnote struct {
	Mark   string
	Text   string
	After  string // the word the mark was attached to
	Marked Place  // zero when no mark in the text refers to the note
	Place  Place
}

// Field names what two statements disagree about.
type Field string

// The fields in which statements are compared.
const (
	FieldTitle   Field = "title"
	FieldDate    Field = "date"
	FieldWeekday Field = "weekday"
	FieldStart   Field = "start"
	FieldEnd     Field = "end"
	FieldRoom    Field = "room"
	FieldTheme   Field = "theme"
	FieldYear    Field = "year"
)

// Conflict is a pair of statements that cannot both be right. Which one is, a person decides.
type Conflict struct {
	Field   Field
	Session int // index in Document.Sessions; -1 when it concerns the document
	First   Placed
	Second  Placed
	Minutes int // how far the second time lies after the first; 0 when no times are compared
}

// Finding is something that a person should look at before believing the text: two
// figures for one thing, a year that cannot be, sessions that overlap. Code is a stable
// lower-case name with dashes; Args are the values that a sentence about it needs.
type Finding struct {
	Code    string
	Args    map[string]string
	First   Placed
	Second  Placed // zero when one statement alone is doubtful
	Session int    // index in Document.Sessions; -1 when it concerns the document
}

// NoteKind says why lines became nothing.
type NoteKind string

// The kinds of unread lines.
const (
	NoteLink      NoteKind = "link"      // an address, or the text of a link whose address is lost
	NoteFurniture NoteKind = "furniture" // page numbers, running heads, rules
	NoteProse     NoteKind = "prose"     // words that found no place in the shape
)

// Note is a run of lines that became nothing.
type Note struct {
	Kind  NoteKind
	Text  string
	Place Place
}

// Use says what one source line was read as.
type Use string

// The uses of a line. The last three stand in Document.Unread, except a link whose
// address became Session.URL.
const (
	UseBlank       Use = "blank"
	UseHeading     Use = "heading" // of the document, of a section or of a group of sessions
	UseSection     Use = "section"
	UseDay         Use = "day"
	UseTitle       Use = "title" // may carry time and room on the same line
	UseTime        Use = "time"
	UseOrganiser   Use = "organiser" // kind of the session and who holds it
	UseRoom        Use = "room"
	UseTheme       Use = "theme"
	UseLabel       Use = "label"
	UseDescription Use = "description"
	UseQuestion    Use = "question"
	UseFormat      Use = "format"
	UsePerson      Use = "person"
	UseTakeaway    Use = "takeaway"
	UseCall        Use = "call"
	UseReport      Use = "report"
	UseMessage     Use = "message"
	UseAttribution Use = "attribution"
	UseFootnote    Use = "footnote"
	UseLink        Use = "link"
	UseFurniture   Use = "furniture"
	UseProse       Use = "prose"
)
