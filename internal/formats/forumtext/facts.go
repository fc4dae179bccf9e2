package forumtext

import (
	"regexp"
	"sort"
	"strconv"
	"strings"
)

// FactKind names what a Fact is about.
type FactKind string

// The facts that a summary or a report is searched for. Those from FactParticipants on
// are figures; a figure that is none of them has the kind FactOther.
const (
	FactOrdinal FactKind = "ordinal"
	FactYear    FactKind = "year"
	FactHost    FactKind = "host"
	FactDates   FactKind = "dates"
	FactDayZero FactKind = "day-zero"
	FactVenue   FactKind = "venue"
	FactTheme   FactKind = "theme"

	FactParticipants   FactKind = "participants"
	FactOnsite         FactKind = "participants-onsite"
	FactOnline         FactKind = "participants-online"
	FactCountries      FactKind = "countries"
	FactSessions       FactKind = "sessions"
	FactListed         FactKind = "listed-sessions" // how many sessions a SessionList says it holds, summed up
	FactExhibitors     FactKind = "exhibitors"      // and booths
	FactInitiatives    FactKind = "initiatives"
	FactCoalitions     FactKind = "coalitions"
	FactProposals      FactKind = "proposals"
	FactGrants         FactKind = "grants" // people whose coming was paid for
	FactMedia          FactKind = "media"
	FactPosts          FactKind = "social-posts"
	FactViews          FactKind = "views"
	FactSpeakers       FactKind = "speakers"
	FactExperts        FactKind = "experts"
	FactMinisters      FactKind = "ministers"
	FactParliament     FactKind = "parliamentarians"
	FactParliamentFrom FactKind = "parliamentarians-countries"
	FactOrganisations  FactKind = "organisations"
	FactMembers        FactKind = "members" // of a panel, a group, a committee
	FactDays           FactKind = "days"
	FactDuration       FactKind = "duration" // hours, weeks, years
	FactRatio          FactKind = "ratio"    // "twenty-fold"
	FactShare          FactKind = "share"    // per cent
	FactDifference     FactKind = "difference"
	FactMoney          FactKind = "money"
	FactOther          FactKind = "other"
)

// The modes in which people take part.
const (
	ModeOnsite = "onsite"
	ModeOnline = "online"
)

// Fact is one statement about the meeting. A figure keeps the words around it, because
// "more than 2000 delegates" and "2000 participants" are different claims. What a figure
// is about (year, ordinal, city, mode) is filled only when its own sentence says so.
type Fact struct {
	Kind      FactKind
	Value     string // "2000", "2017-12-18/2017-12-21", "Government of …"
	Number    int    // of a figure; 0 when it is given in words only ("thousands") or is no whole number
	Qualifier string // "more than", "nearly"
	Noun      string // what the figure counts, as written: "delegates"
	Written   string // a figure's number as written: "eighty-seven", "11 000"
	Of        string // what has the counted thing: "government representatives" of 105 countries
	Mode      string // ModeOnsite, ModeOnline; "" for both or unstated
	Year      int    // the year the figure is about, when stated
	Ordinal   int    // the edition the figure is about, when stated: 17
	City      string // the city of that edition, when stated
	Words     string // the sentence
	Footnote  string // text of the note attached to the figure
	Place     Place
	carried   bool // the noun stands with another figure of the sentence
}

const capital = `\p{Lu}[\p{L}\p{M}&'’.\-]*`

var (
	meetingForm = regexp.MustCompile(`(?i:\bthe)\s+(?:(\d{1,3})(?:st|nd|rd|th)|(?i:(first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth)))\s+(?i:annual\s+)?(?i:meeting\s+of\s+(?:the\s+)?|edition\s+of\s+(?:the\s+)?)?(` + capital + `(?:\s+(?:` + capital + `|of|on|for|the|and))*)\s*(?:\((\p{Lu}[\p{Lu}\p{L}\d&\-]{1,11})\))?\s*(?:,[^,]*,)?\s*(?i:was|were|is|will be|took place|convened|met)\b`)
	hostForm    = regexp.MustCompile(`(?i:hosted|convened|organi[sz]ed)\s+(?i:by)\s+(?:the\s+)?(` + capital + `(?:\s+(?:` + capital + `|of|the|and))*)`)
	venueForm   = regexp.MustCompile(`\bat\s+(?:the\s+)?(` + capital + `(?:\s+(?:` + capital + `|of|for|de|des|la|and))*(?:\s+in\s+` + capital + `)?(?:\s+\(\p{Lu}+\))?)`)
	premiseForm = regexp.MustCompile(`(?:on the premises of|held (?:at|in))\s+(?:the\s+)?(` + capital + `(?:\s+(?:\p{L}[\p{L}\p{M}&'’.\-]*)){0,8}?(?:\s+\(\p{Lu}+\))?)(?:\s+in\s+` + capital + `)?[.,;]`)
	cityForm    = regexp.MustCompile(`\bin\s+(` + capital + `(?:\s+` + capital + `){0,3})(?:,\s+(` + capital + `(?:\s+` + capital + `){0,2}))?(?:\s+\(|[.,;]|$)`)
	themeForm   = regexp.MustCompile(`(?i:\btheme\b)[^‘'"“«]{0,40}[‘'"“«]+\s*([^\n]{3,150}?)\s*[’'"”»]+(?:[,.;:\s)]|$)`)
	dayZeroForm = regexp.MustCompile(`(?i)\bday\s+(?:zero|0)\b`)
	countryForm = regexp.MustCompile(`^Government of (?:the )?(.+)$`)
)

var ordinalWords = indexNames("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
	"tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth",
	"eighteenth", "nineteenth", "twentieth")

// factReach is how many paragraphs are searched for facts of the meeting.
const factReach = 4000

// readMeeting searches the sections of a summary for what they state about the meeting.
func (r *reader) readMeeting() {
	byLine := make(map[int]*block, len(r.blocks))
	for _, b := range r.blocks {
		byLine[b.lines[0]+1] = b
	}
	seen := 0
	for _, sec := range r.doc.Sections {
		for _, p := range sec.Paragraphs {
			if seen++; seen > factReach {
				return
			}
			b := byLine[p.Place.Line]
			for _, sp := range sentenceSpans(b.text) {
				words := Placed{b.text[sp.from:sp.to], b.at(sp.from, sp.to)}
				r.meetingFacts(words)
				r.figures(words)
			}
		}
	}
}

func (r *reader) fact(f Fact, words Placed) {
	f.Words, f.Place = words.Text, words.Place
	r.doc.Facts = append(r.doc.Facts, f)
}

// meetingFacts reads ordinal, forum, host, dates, venue, theme and Day Zero.
func (r *reader) meetingFacts(words Placed) {
	e := &r.doc.Edition
	if m := meetingForm.FindStringSubmatch(words.Text); m != nil && e.Ordinal == 0 {
		if e.Ordinal = atoi(m[1]); m[1] == "" {
			e.Ordinal = ordinalWords[strings.ToLower(m[2])]
		}
		e.Forum, e.ForumAbbr, e.Place = strings.TrimSpace(m[3]), m[4], words.Place
		r.fact(Fact{Kind: FactOrdinal, Value: strconv.Itoa(e.Ordinal), Number: e.Ordinal}, words)
		r.meetingSentence(words)
	}
	if m := themeForm.FindStringSubmatch(words.Text); m != nil && e.Theme == "" {
		e.Theme = m[1]
		r.fact(Fact{Kind: FactTheme, Value: m[1]}, words)
	}
	if dayZeroForm.MatchString(words.Text) && e.DayZero.IsZero() {
		r.dayZero(words)
	}
}

// meetingSentence reads the sentence that introduces the meeting.
func (r *reader) meetingSentence(words Placed) {
	e, text := &r.doc.Edition, words.Text
	if m := hostForm.FindStringSubmatch(text); m != nil {
		e.Host = strings.TrimRight(m[1], ". ")
		r.fact(Fact{Kind: FactHost, Value: e.Host}, words)
		if c := countryForm.FindStringSubmatch(e.Host); c != nil {
			e.Country = c[1]
		}
	}
	if start, end, ok := dateRange(tokenize(text)); ok {
		e.Start, e.End, e.Year = start, end, end.Year
	} else if ds := dates(tokenize(text)); len(ds) > 0 {
		e.Start, e.End, e.Year = ds[0].date, ds[0].date, ds[0].date.Year
	}
	if !e.Start.IsZero() {
		r.fact(Fact{Kind: FactDates, Value: e.Start.String() + "/" + e.End.String()}, words)
	}
	if e.Year != 0 {
		r.fact(Fact{Kind: FactYear, Value: strconv.Itoa(e.Year), Number: e.Year}, words)
	}
	if m := venueForm.FindStringSubmatch(text); m != nil {
		e.Venue = strings.TrimRight(m[1], ". ")
		r.fact(Fact{Kind: FactVenue, Value: e.Venue}, words)
	}
	for _, m := range cityForm.FindAllStringSubmatch(text, -1) {
		name := strings.TrimRight(m[1], ".")
		if monthNames[strings.ToLower(name)] > 0 {
			continue
		}
		e.City = name
		if m[2] != "" && e.Country == "" {
			e.Country = strings.TrimRight(m[2], ".")
		}
		if c, ok := findCity(name); ok {
			e.Zone = c.zone
			if e.Country == "" {
				e.Country = c.country
			}
		}
		break
	}
}

// dayZero reads the date of Day Zero when a sentence states it apart from the meeting's
// dates, and the second venue.
func (r *reader) dayZero(words Placed) {
	e := &r.doc.Edition
	ds := dates(tokenize(words.Text))
	if len(ds) == 0 {
		return
	}
	d := ds[0].date
	if d.Year == 0 {
		d.Year = e.Year
	}
	if !e.Start.IsZero() && (d.Month > e.Start.Month || d.Month == e.Start.Month && d.Day > e.Start.Day) {
		return
	}
	e.DayZero = d
	r.fact(Fact{Kind: FactDayZero, Value: d.String()}, words)
	if m := premiseForm.FindStringSubmatch(words.Text); m != nil {
		r.fact(Fact{Kind: FactVenue, Value: strings.TrimSpace(m[1])}, words)
	}
}

var sinceForm = regexp.MustCompile(`(?i)\bsince\s+(?:the end of |early |late |mid-)?((?:19|20)\d\d)\b`)

// checkYears finds sentences that look back on a year which the meeting had not reached.
func (r *reader) checkYears() {
	year := r.doc.Edition.Year
	if year == 0 {
		return
	}
	for _, b := range r.blocks {
		for _, m := range sinceForm.FindAllStringSubmatchIndex(b.text, -1) {
			if atoi(b.text[m[2]:m[3]]) > year {
				r.conflict(Conflict{
					Field: FieldYear, Session: r.sessionAt(b.place().Line),
					First:  Placed{b.text[m[0]:m[1]], b.at(m[0], m[1])},
					Second: Placed{strconv.Itoa(year), r.doc.Edition.Place},
				})
			}
		}
	}
}

// sessionAt is the session that holds a source line, -1 when none does.
func (r *reader) sessionAt(lineNo int) int {
	list := r.doc.Sessions
	i := sort.Search(len(list), func(i int) bool { return list[i].Place.EndLine >= lineNo })
	if i < len(list) && list[i].Place.Line <= lineNo {
		return i
	}
	return -1
}
