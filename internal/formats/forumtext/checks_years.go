package forumtext

import (
	"regexp"
	"strconv"
	"strings"
)

var (
	actForm  = regexp.MustCompile(`(?i)\b(register|registration|sign up|join|attend|submit|book|apply|add (?:[\p{L}\d’']+ ){0,6}calendar|will be held|will take place|s['’]inscrire|inscrivez-vous|inscríbase|registrarse)\b`)
	pastForm = regexp.MustCompile(`(?i)\b(?:was|were|had|did|took|attended|joined|registered|submitted|participated|saw|featured|has been|have been|last year|previous|former|since|held)\b`)
	namedEd  = regexp.MustCompile(`\b(\p{Lu}[\p{Lu}\d]{1,9}|Forum)\s+((?:19|20)\d\d)\b|\b((?:19|20)\d\d)\s+(\p{Lu}[\p{Lu}\d]{1,9}|Forum)\b`)
	futureBe = regexp.MustCompile(`(?i)\b(?:will|to|shall) be held\b`)
)

// checkEditions finds sentences that ask the reader to act for the meeting and name an
// earlier one (X3).
func (r *reader) checkEditions() {
	meant, where := r.meantYear()
	if meant == 0 {
		return
	}
	r.sentences(func(words Placed) {
		act := actForm.FindString(words.Text)
		if act == "" || pastForm.MatchString(futureBe.ReplaceAllString(words.Text, "")) {
			return
		}
		wrong := ""
		for _, m := range namedEd.FindAllStringSubmatch(words.Text, -1) {
			name, year := m[1], m[2]
			if year == "" {
				name, year = m[4], m[3]
			}
			if atoi(year) == meant {
				return // both are named; which one is meant cannot be told
			}
			if atoi(year) < meant && r.isForumName(name) {
				wrong = m[0]
			}
		}
		if wrong != "" {
			r.find(FindWrongEdition, r.sessionAt(words.Place.Line), words, where,
				"Named", wrong, "Meant", strconv.Itoa(meant), "Act", strings.ToLower(act))
		}
	})
}

// isForumName reports a name that the text gives to its forum, or the word "Forum" itself.
func (r *reader) isForumName(name string) bool {
	e := &r.doc.Edition
	return name == "Forum" || e.Forum == "" || name == e.ForumAbbr || strings.HasSuffix(e.Forum, name) || initials(e.Forum) == name
}

func initials(name string) string {
	var b strings.Builder
	for _, w := range strings.Fields(name) {
		if startsUpper(w) && !linkWords[strings.ToLower(w)] {
			b.WriteString(string([]rune(w)[:1]))
		}
	}
	return b.String()
}

// meantYear is the year of the meeting that the text is about, and the words that say so.
// Where the text does not settle it, the weekdays of its sessions do.
func (r *reader) meantYear() (int, Placed) {
	e := &r.doc.Edition
	var candidates []Placed
	r.sentences(func(words Placed) {
		for _, m := range namedEd.FindAllStringSubmatch(words.Text, -1) {
			candidates = append(candidates, Placed{m[2] + m[3], words.Place}, words)
		}
	})
	stated := func(year int) Placed {
		for i := 0; i+1 < len(candidates); i += 2 {
			if candidates[i].Text == strconv.Itoa(year) {
				return candidates[i+1]
			}
		}
		return Placed{}
	}
	if e.Year != 0 {
		where := stated(e.Year)
		if where.Text == "" && e.Place.Line > 0 {
			where = Placed{strconv.Itoa(e.Year), e.Place}
		}
		return e.Year, where
	}
	for i := 0; i+1 < len(candidates); i += 2 {
		if year := atoi(candidates[i].Text); r.fitsWeekdays(year) {
			return year, candidates[i+1]
		}
	}
	return 0, Placed{}
}

// fitsWeekdays reports whether all weekdays of the sessions are right in that year; at
// least two must be stated.
func (r *reader) fitsWeekdays(year int) bool {
	seen := 0
	for _, s := range r.doc.Sessions {
		for _, w := range s.When {
			if w.weekday == 0 || w.Date.IsZero() {
				continue
			}
			d := w.Date
			d.Year = year
			if int(d.weekday())+1 != w.weekday {
				return false
			}
			seen++
		}
	}
	return seen > 1
}

var (
	anyYear    = regexp.MustCompile(`(?:^|[^\p{L}\d.,+#])((?:19|20)\d\d)(?:[^\d]|$)`)
	lookingOn  = regexp.MustCompile(`(?i)\b(?:will|shall|would|could|(?-i:may)|might|by (?:the year |end of |the end of )?(?:19|20)\d\d|until|till|towards?|ahead|upcoming|forthcoming|coming|next|future|plan(?:s|ned|ning)?|expect(?:s|ed)?|scheduled|foreseen|extension|agenda|goals?|targets?|vision|strategy|roadmap|horizon|sdgs?|projected|forecast|due|d['’]ici|sera|seront|será|serán)\b`)
	lookingAt  = regexp.MustCompile(`(?i)\b(?:since|adopted|published|issued|was|were|has|have|had|did|took|according to|as of|grew|rose|fell|showed|found|in its|depuis|desde|adoptée?)\b`)
	sinceBegin = regexp.MustCompile(`(?i)\b(?:since|depuis|desde)\s+(?:the (?:end|beginning) of |early |late |mid-|\d{1,2} \p{L}+ |\p{L}+ )?$`)
	symbolForm = regexp.MustCompile(`\b\p{Lu}+(?:/[\p{Lu}\d]+)*/((?:19|20)\d\d)/\d+`)
)

// checkLaterYears finds sentences that look back on a year, or cite a document, which the
// text could not know yet (X7). A year later than the text is right where the sentence
// looks forward.
func (r *reader) checkLaterYears() {
	latest, basis, where := r.latestYear()
	if latest == 0 {
		return
	}
	r.sentences(func(words Placed) {
		text := words.Text
		for _, m := range anyYear.FindAllStringSubmatchIndex(text, -1) {
			year := atoi(text[m[2]:m[3]])
			if year <= latest || year > 2199 {
				continue
			}
			since := sinceBegin.FindString(text[:m[2]])
			symbol := ""
			for _, s := range symbolForm.FindAllStringSubmatchIndex(text, -1) {
				if s[2] == m[2] {
					symbol = text[s[0]:s[1]]
				}
			}
			if since == "" && symbol == "" && (lookingOn.MatchString(text) || !lookingAt.MatchString(text)) {
				continue
			}
			written := strings.TrimSpace(since + text[m[2]:m[3]])
			if symbol != "" {
				written = symbol
			}
			r.find(FindImpossibleYear, r.sessionAt(words.Place.Line), words, where,
				"Year", strconv.Itoa(year), "Latest", strconv.Itoa(latest), "Basis", basis, "Written", written)
		}
	})
}

// latestYear is the last year that the text can know: that of its own date, else that in
// which the meeting ended. Lists and pages are written before and after their meeting, and
// only what they were copied with says when; they have none.
func (r *reader) latestYear() (year int, basis string, where Placed) {
	if r.doc.Shape != Report && r.doc.Shape != Summary {
		return 0, "", Placed{}
	}
	e := &r.doc.Edition
	switch {
	case r.doc.Dated.Year != 0:
		return r.doc.Dated.Year, "date", Placed{}
	case e.End.Year != 0:
		return e.End.Year, "edition", Placed{strconv.Itoa(e.End.Year), e.Place}
	case e.Year != 0:
		return e.Year, "edition", Placed{strconv.Itoa(e.Year), e.Place}
	}
	return 0, "", Placed{}
}

var meetingNoun = regexp.MustCompile(`(?i)^day[\p{L}\-]*\s+(?:annual |global |hybrid )?(?:meeting|forum|event|conference|gathering|igf|summit|programme)|^(?:of|in) `)

// checkDayZero says whether the stated dates count Day Zero, when the text lets it be
// concluded (X12): it dates Day Zero apart, or names as many days as the dates span.
func (r *reader) checkDayZero() {
	e := &r.doc.Edition
	if e.Start.Year == 0 || e.End.Year == 0 || e.End == e.Start {
		return
	}
	span := e.Start.until(e.End) + 1
	days, duration := r.statedDays()
	numbered, zero := r.numberedDays()
	args := []string{"Start", e.Start.String(), "End", e.End.String(), "Days", numeral(days)}
	dates := Placed{e.Start.String() + "/" + e.End.String(), e.Place}
	for _, f := range r.doc.Facts {
		if f.Kind == FactDates {
			dates = Placed{f.Words, f.Place}
		}
	}
	var code string
	certainty, second := "likely", duration
	switch {
	case !e.DayZero.IsZero():
		code, certainty, second = FindDayZeroApart, "stated", r.dayZeroWords()
		if e.DayZero == e.Start {
			code = FindDayZeroCounted
		}
		args = append(args, "DayZero", e.DayZero.String())
	case zero.Text != "" && (numbered == span || days == span && numbered == 0 || days == span+1):
		code, second = FindDayZeroApart, zero
	case zero.Text != "" && (numbered == span-1 || days == span-1):
		code, second = FindDayZeroCounted, zero
	case zero.Text == "" && days == span && span == regularDays+1:
		code = FindDayZeroCounted
	default:
		return
	}
	r.find(code, -1, dates, second, append(args, "Certainty", certainty)...)
}

// regularDays is how long a meeting of the IGF lasts without its Day Zero.
const regularDays = 4

// until counts the days from d to a later day.
func (d Date) until(later Date) int {
	n := 0
	for at := d; at != later && n < 60; at = at.next() {
		n++
	}
	return n
}

// statedDays is how many days the text says the meeting had: "the five-day meeting",
// "in the course of four days".
func (r *reader) statedDays() (int, Placed) {
	for _, f := range r.doc.Facts {
		if f.Kind != FactDays || f.Number == 0 || f.Year != 0 && f.Year != r.doc.Edition.Year {
			continue
		}
		i := strings.Index(f.Words, f.Written)
		if meetingNoun.MatchString(f.Noun) || i >= 0 && courseForm.MatchString(f.Words[:i]) {
			return f.Number, Placed{f.Words, f.Place}
		}
	}
	return 0, Placed{}
}

var courseForm = regexp.MustCompile(`(?i)\b(?:course of|over|during|for|lasted)(?: the| its)?(?: full)?\s*$`)

// numberedDays counts the numbered days of the programme and finds a mention of Day Zero.
func (r *reader) numberedDays() (count int, zero Placed) {
	seen := make(map[int]bool)
	for _, s := range r.doc.Sessions {
		if s.DayLabel != "" && s.Day > 0 {
			seen[s.Day] = true
		}
	}
	r.sentences(func(words Placed) {
		if zero.Text == "" && dayZeroForm.MatchString(words.Text) {
			zero = words
		}
	})
	return len(seen), zero
}

func (r *reader) dayZeroWords() Placed {
	for _, f := range r.doc.Facts {
		if f.Kind == FactDayZero {
			return Placed{f.Words, f.Place}
		}
	}
	return Placed{}
}
