// Package corpus invents the contents of one annual meeting: people, organisations,
// bodies, 300 sessions with their timetable and crew, reports in every state, and draft
// Messages. It is for demonstration, tests and screenshots.
//
// Everything is made from a seed by pure functions: no clock, no files outside the
// package, no database. Equal seeds give equal corpora, byte for byte. People are random
// combinations of common names; organisations are invented, except that ministries,
// regulators and parliaments carry the name of their State; e-mail addresses lie in
// domains reserved for examples (RFC 2606).
package corpus

// Size is how large a meeting New and Scale make.
type Size string

// The sizes that exist.
const (
	Full  Size = "full"  // 300 sessions, 10 rooms, 900 people
	Small Size = "small" // 40 sessions, 4 rooms, 120 people
)

// Corpus is a whole invented edition. Fields named after another slice hold indexes into
// it (Org, Theme, Room, Person …); -1 means none. Sessions refer to one another by Code.
// A corpus is for reading: texts are shared with other corpora.
type Corpus struct {
	Seed          uint64
	Size          Size
	Edition       Edition
	Rooms         []Room
	Themes        []Theme
	Bodies        []Body
	Organisations []Organisation
	People        []Person
	Sessions      []Session // by day, start and room
	Messages      []Message // by theme and topic
}

// Text holds one text per language code (en, fr, es, ru, zh, ar); en is always present.
type Text = map[string]string

// Edition is the frame of the meeting.
type Edition struct {
	Slug string
	Name Text
	// Theme is the overarching theme.
	Theme Text
	City  Text
	// Zone is the IANA zone in which Day, Start and Now are meant.
	Zone string
	Days []Day
	// Now is the moment at which the corpus looks at itself: what ended before it has
	// happened, reports and takeaways exist only for sessions that ended before it.
	Now Moment
	// Sample is always true: pages should say that the edition is invented.
	Sample bool
}

// Day is one day of the meeting; Kind is "day-zero" or "main".
type Day struct {
	Date string // ISO 8601
	Kind string
	Name Text
}

// Moment is a minute of local time on a day of the meeting.
type Moment struct {
	Day    int
	Minute int // from local midnight
}

// Before reports whether m comes before o.
func (m Moment) Before(o Moment) bool {
	return m.Day < o.Day || m.Day == o.Day && m.Minute < o.Minute
}

// Room is a place where sessions are held; Kind is hall, workshop, stage or studio.
type Room struct {
	Key      string
	Name     Text
	Kind     string
	Capacity int
	Layout   string
}

// Theme is one of the eight themes of the edition.
type Theme struct {
	Key     string
	Name    Text
	Summary string
	Topics  []Topic
	Tags    []string
}

// Topic is a part of a theme. Sessions, takeaways, calls and Messages of one topic
// belong together in substance.
type Topic struct {
	Key  string
	Name string
	// Subject is a noun phrase that fits into a sentence.
	Subject     string
	Tags        []string
	Questions   []string // policy questions of the edition
	SDGs        []int
	ActionLines []string
}

// Body is a group with a name of its own: the advisory group, a coalition, a policy
// network, a national or regional initiative, a track. Kind is advisory-group,
// secretariat, initiative-network, coordination-group, track, coalition, initiative,
// youth-initiative, policy-network or best-practice-forum.
type Body struct {
	Key     string
	Kind    string
	Name    string
	Names   Text
	Acronym string
	Theme   int    // -1 where a body has none
	Region  string // regional group of an initiative
	Members []int  // people; the first is the chair or first contact
}

// Organisation is an affiliation of people and the organiser of sessions.
type Organisation struct {
	Name    string
	Names   Text // translations, where they exist, with en
	Acronym string
	Kind    string // government, igo, civil-society, private-sector, technical-community, academia, media
	Country string // alpha2; empty for international organisations and networks
	Network bool   // its members are organisations
}

// Person takes part in the meeting.
type Person struct {
	Given, Family string // Family is empty where a culture has none
	Name          string // as the person writes it in Latin letters
	NativeName    string // in the person's own script, where that is not Latin
	Country       string // alpha2
	Region        string // UN regional group
	Group         string // stakeholder group: a Kind of Organisation
	Gender        string // female, male, other
	Languages     []string
	Title         string
	Org           int
	SecondOrg     int // -1 if none

	FirstTime, Youth, Parliamentarian, HighLevel bool

	Mode      string // onsite, online, hub
	Interests []int  // themes, the most important first
	Email     string
}

// Role is what a person does in a session. Org is the affiliation under which they
// appear there. Keys: organiser, co-organiser, speaker, keynote, chair,
// onsite-moderator, online-moderator, rapporteur.
type Role struct {
	Person int
	Role   string
	Org    int
}

// AgendaItem is a part of a session; the minutes of all items add up to the session's.
type AgendaItem struct {
	Minutes int
	Text    string
}

// Session states.
const (
	Scheduled = "scheduled"
	Cancelled = "cancelled"
)

// Session is one entry of the programme.
type Session struct {
	Code             int // unique in the edition, with gaps where proposals were declined
	Type             string
	Title            Text
	Subtitle         string
	Description      map[string][]string // paragraphs
	Theme, Topic     int
	Tags             []string
	Questions        []string // policy questions of the edition that it takes up
	GuidingQuestions []string
	Agenda           []AgendaItem
	Format           string
	Minutes          int
	OpenFloorMinutes int
	SDGs             []int
	ActionLines      []string
	Day, Start       int // Start in minutes from local midnight
	Room             int
	Organisers       []int // organisations
	CoOrganisers     []int // organisations
	Roles            []Role
	OwnerBody        string // key of a Body, or empty
	Track            string
	Feeds            []int // codes of later sessions to which it reports
	Language         string
	State            string
	Report           Report
	Takeaways        []Takeaway
	Calls            []Call
}

// End is the minute of the day at which the session ends.
func (s *Session) End() int { return s.Start + s.Minutes }

// Ended reports whether the session is over at m.
func (s *Session) Ended(m Moment) bool { return !m.Before(Moment{s.Day, s.End()}) }

// ReportState says how far the short report (takeaways and calls) has come.
type ReportState string

// Report states.
const (
	ReportNone    ReportState = "none"    // not owed, or the session has not ended
	ReportDue     ReportState = "due"     // ended less than two hours ago, nothing submitted yet
	ReportDraft   ReportState = "draft"   // overdue, a draft is stored and not published
	ReportOnTime  ReportState = "on-time" // published within two hours of the end
	ReportLate    ReportState = "late"    // published after the deadline
	ReportMissing ReportState = "missing" // overdue, nothing written
)

// Report is the state of a session's short report. After is the number of minutes from
// the end of the session to its publication, for reports that were published.
type Report struct {
	State ReportState
	After int
}

// Published reports whether takeaways and calls are public.
func (r Report) Published() bool { return r.State == ReportOnTime || r.State == ReportLate }

// Takeaway is one point of a session's report. From names the people in the session on
// whose interventions it rests.
type Takeaway struct {
	Text string
	From []int
}

// Call is a call to action. Group is a stakeholder group, youth or parliamentarians; Org
// is set where it is addressed to one organisation.
type Call struct {
	Text  string
	Group string
	Org   int
}

// Message is a draft outcome text on one topic. There is one for each topic on which a
// report has been published.
type Message struct {
	Theme, Topic int
	Title        Text
	Sentences    []Sentence
	Dissent      *Dissent
}

// Sentence is one sentence of a Message. Support is the degree that its wording states:
// broad, general, many, some or divergent.
type Sentence struct {
	Text    string
	Support string
	Sources []Source
}

// Source points at a published takeaway: the session's code and the takeaway's index.
type Source struct {
	Session  int
	Takeaway int
}

// Dissent is a statement that travels with a Message.
type Dissent struct {
	Group string
	Text  string
}

// Session returns the session with the code, or nil.
func (c *Corpus) Session(code int) *Session {
	for i := range c.Sessions {
		if c.Sessions[i].Code == code {
			return &c.Sessions[i]
		}
	}
	return nil
}

// New makes a meeting of full size.
func New(seed uint64) *Corpus { return build(seed, Full) }

// Scale makes a meeting of another size from the same seed. It panics on a size that
// does not exist, which only a program can get wrong.
func (c *Corpus) Scale(size Size) *Corpus { return build(c.Seed, size) }

func build(seed uint64, size Size) *Corpus {
	plan, ok := plans[size]
	if !ok {
		panic("corpus: no size " + string(size))
	}
	g := &maker{
		Corpus: &Corpus{Seed: seed, Size: size},
		texts:  library(),
		plan:   plan,
		seed:   seed,
	}
	g.frame()
	g.people()
	g.bodies()
	g.programme()
	g.timetable()
	g.number()
	g.crew()
	g.describe()
	g.feed()
	g.report()
	g.messages()
	return g.Corpus
}
