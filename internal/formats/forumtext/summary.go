package forumtext

import (
	"regexp"
	"strings"
)

// readSummary reads the summary of a meeting: sections, then days with sessions and
// their Messages.
func (r *reader) readSummary() {
	start := r.programmeStart()
	r.readSections(0, start)
	end := r.readProgramme(start)
	r.readSections(end, len(r.blocks))
	r.readMeeting()
	r.checkYears()
}

// programmeStart is the block where the days and their sessions begin: a heading such as
// "Main Sessions" right before the first day, else the first day, else the heading above
// the first Messages.
func (r *reader) programmeStart() int {
	for i, b := range r.blocks {
		if r.isDay(b) {
			if i > 0 && r.isHeading(r.blocks[i-1], b) && isGroupHeading(r.blocks[i-1].text) {
				return i - 1
			}
			return i
		}
	}
	first := len(r.blocks)
	for i, b := range r.blocks {
		if lab, _ := readLabel(b.text); lab == labelMessages {
			first = i
			break
		}
	}
	for i := first - 1; i >= 0; i-- {
		if r.isSessionHeading(i) {
			if i > 0 && r.isHeading(r.blocks[i-1], r.blocks[i]) && isGroupHeading(r.blocks[i-1].text) {
				return i - 1
			}
			return i
		}
	}
	return first
}

func (r *reader) isDay(b *block) bool {
	_, ok := r.dayOf(b)
	return ok
}

// dayOf reads a block as the mark of a day. Lines that are only a date count when there
// are several of them and no numbered day: a single one is the date of the document.
func (r *reader) dayOf(b *block) (dayMark, bool) {
	if len(b.lines) != 1 {
		return dayMark{}, false
	}
	mark, ok := r.readDay(&r.lines[b.lines[0]])
	if !ok || mark.number >= 0 {
		return mark, ok
	}
	if r.dayStyle == 0 {
		r.dayStyle = r.countDays()
	}
	return mark, r.dayStyle == dayByDate
}

const (
	dayByNumber = 1
	dayByDate   = 2
)

func (r *reader) countDays() int {
	dated := 0
	for _, b := range r.blocks {
		if mark, ok := r.readDay(&r.lines[b.lines[0]]); ok && len(b.lines) == 1 {
			if mark.number >= 0 {
				return dayByNumber
			}
			dated++
		}
	}
	if dated > 1 {
		return dayByDate
	}
	return dayByNumber
}

var groupForm = regexp.MustCompile(`(?i)^(?:[\p{L}\-]+ ){0,3}(?:sessions|séances|sesiones|programme)\s*:?$`)

// isGroupHeading reports a heading over several sessions.
func isGroupHeading(text string) bool { return groupForm.MatchString(text) }

// readSections reads headed parts that are no sessions, in blocks [from, to).
func (r *reader) readSections(from, to int) {
	var at *Section
	for i := from; i < to && i < len(r.blocks); i++ {
		b := r.blocks[i]
		if r.isSectionHeading(i) {
			r.doc.Sections = append(r.doc.Sections, Section{
				Heading: Placed{strings.TrimRight(b.text, ": "), b.place()},
			})
			at = &r.doc.Sections[len(r.doc.Sections)-1]
			r.take(b, UseHeading)
			continue
		}
		if r.pointer(nil, b) {
			continue
		}
		if at == nil {
			r.doc.Sections = append(r.doc.Sections, Section{})
			at = &r.doc.Sections[len(r.doc.Sections)-1]
		}
		at.Paragraphs = append(at.Paragraphs, b.paragraph())
		r.take(b, UseSection)
	}
}

// isSectionHeading reports a heading of the summary's own parts. It may end in a colon
// when it is short.
func (r *reader) isSectionHeading(i int) bool {
	b := r.blocks[i]
	if b.level > 0 || r.marksHeadings() {
		return b.level > 0
	}
	if b.marker != "" || len(b.lines) > 2 || i+1 < len(r.blocks) && r.blocks[i+1].gap == 0 && len(b.text) > 60 {
		return false
	}
	if strings.HasSuffix(b.text, ":") {
		return len(strings.Fields(b.text)) <= 5 && startsUpper(b.text)
	}
	return r.isHeading(b, r.block(i+1)) && titleLike(b.text)
}

// isSessionHeading reports the title of a session: a heading with text behind it. In a
// text with Markdown headings nothing else is one.
func (r *reader) isSessionHeading(i int) bool {
	b, next := r.blocks[i], r.block(i+1)
	if lab, _ := readLabel(b.text); lab != noLabel || r.isDay(b) {
		return false
	}
	if r.marksHeadings() {
		return b.level > 0
	}
	if _, _, ok := r.splitSlot(b.text, b.place()); ok && b.marker == "" {
		return true
	}
	return next != nil && r.isHeading(b, next)
}

// marksHeadings reports whether the text marks its headings as Markdown does.
func (r *reader) marksHeadings() bool {
	if r.headings == 0 {
		r.headings = 1
		for _, b := range r.blocks {
			if b.level > 0 {
				r.headings++
			}
		}
	}
	return r.headings > 3
}

var backMatter = regexp.MustCompile(`(?i)^(?:annex|appendix|references|acknowledge?ments|list of|annexe|anexo)\b`)

// readProgramme reads days, sessions and Messages and returns where it stopped.
func (r *reader) readProgramme(start int) (end int) {
	var at *body
	var day dayMark
	for i := start; i < len(r.blocks); i++ {
		b := r.blocks[i]
		if mark, ok := r.dayOf(b); ok {
			if mark.number < 0 {
				mark.number = day.number + 1
			}
			day, at, r.groupTheme = mark, nil, Placed{}
			r.take(b, UseDay)
			continue
		}
		if !r.isSessionHeading(i) {
			if at != nil {
				at.read(i)
			}
			continue
		}
		if backMatter.MatchString(b.text) {
			return i
		}
		if r.isGroup(i) {
			r.groupHeading(b)
			at = nil
			continue
		}
		at = r.openSession(b, day)
	}
	return len(r.blocks)
}

// isGroup reports a heading over the headings of sessions.
func (r *reader) isGroup(i int) bool {
	next := r.block(i + 1)
	if next == nil {
		return false
	}
	if isGroupHeading(r.blocks[i].text) {
		return true
	}
	return r.isSessionHeading(i+1) && (r.blocks[i].level == 0 || next.level > r.blocks[i].level)
}

// groupHeading keeps what a group heading says: the type of its sessions, or their theme.
func (r *reader) groupHeading(b *block) {
	r.take(b, UseHeading)
	if isGroupHeading(b.text) {
		r.groupType, r.groupTheme = sessionKind(strings.TrimRight(b.text, ": ")), Placed{}
		return
	}
	r.groupTheme = Placed{b.text, b.place()}
}

func (r *reader) openSession(b *block, day dayMark) *body {
	s := Session{
		Title: b.text, TitleAsWritten: b.text, TitlePlace: b.place(), Place: b.place(),
		Type: r.groupType, Day: day.number, DayLabel: day.label,
	}
	if r.groupTheme.Text != "" {
		s.Themes = []Placed{r.groupTheme}
	}
	if title, sl, ok := r.splitSlot(b.text, b.place()); ok && title != "" {
		s.Title, s.Rooms, s.When = title, sl.rooms, []When{sl.reading.when}
		if s.When[0].Date.IsZero() {
			s.When[0].Date, s.When[0].EndDate = day.date, day.date
		}
	}
	s.Title, s.Reference = plainTitle(s.Title, "")
	if kind := kindBefore(s.Title); kind != "" {
		s.Type = kind
	}
	r.take(b, UseTitle)
	r.doc.Sessions = append(r.doc.Sessions, s)
	return r.newBody(len(r.doc.Sessions) - 1)
}

var titleParts = regexp.MustCompile(`\s+[-–—]\s+|:\s+`)

// kindBefore is the kind of session that a title puts first: "Special Session - …".
func kindBefore(title string) string {
	loc := titleParts.FindStringIndex(title)
	if loc == nil {
		return ""
	}
	head := title[:loc[0]]
	if kind := sessionKind(head); kind != "" && len(kind) == len(head) {
		return kind
	}
	return ""
}
