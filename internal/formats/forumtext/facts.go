package forumtext

import (
	"regexp"
	"sort"
	"strconv"
	"strings"
)

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

// factReach is how many paragraphs of a summary are searched for facts of the meeting.
const factReach = 400

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

var figureForm = regexp.MustCompile(`(?i)(?:\b(more than|over|nearly|almost|about|around|approximately|some|at least|up to|no fewer than|fewer than|close to|as many as|a record|a total of)\s+)?\b(\d{1,3}(?:[,.  ’']\d{3})+|\d{1,7}|thousands|hundreds)\s+((?:[\p{L}\-]+\s+){0,4}?)(delegates|participants|attendees|stakeholders|registrants|people|individuals|participating|countries|territories|economies|sessions|workshops|exhibitors|booths)\b`)

var figureKinds = map[string]FactKind{
	"countries": FactCountries, "territories": FactCountries, "economies": FactCountries,
	"sessions": FactSessions, "workshops": FactSessions,
	"exhibitors": FactExhibitors, "booths": FactExhibitors,
}

// figures reads numbers of participants, countries, sessions and exhibitors.
func (r *reader) figures(words Placed) {
	for _, m := range figureForm.FindAllStringSubmatch(words.Text, -1) {
		between := strings.ToLower(m[3])
		if strings.Contains(" "+between, " of ") || strings.Contains(" "+between, " in ") || strings.Contains(" "+between, " and ") {
			continue // "in 2026 sessions", "10 years of sessions"
		}
		kind, ok := figureKinds[strings.ToLower(m[4])]
		if !ok {
			kind = FactParticipants
		}
		digits := strings.Map(func(c rune) rune {
			if c >= '0' && c <= '9' {
				return c
			}
			return -1
		}, m[2])
		f := Fact{Kind: kind, Value: digits, Qualifier: m[1], Noun: strings.TrimSpace(m[3] + m[4])}
		if digits == "" {
			f.Value = m[2]
		} else if n, err := strconv.Atoi(digits); err == nil {
			f.Number = n
		}
		f.Footnote = r.footnoteOf(digits, words.Place)
		r.fact(f, words)
	}
}

// footnoteOf is the text of the note attached to a figure.
func (r *reader) footnoteOf(digits string, at Place) string {
	for _, n := range r.doc.Footnotes {
		if digits != "" && strings.ReplaceAll(n.After, ",", "") == digits && n.Marked.Line >= at.Line && n.Marked.Line <= at.EndLine {
			return n.Text
		}
	}
	return ""
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
