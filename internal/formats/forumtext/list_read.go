package forumtext

import (
	"regexp"
	"strings"
)

var (
	timeEnd     = regexp.MustCompile(`\s*[:|]\s+|\s+[-–—]\s+|,\s+|\)\s+|\s+`)
	otherPages  = regexp.MustCompile(`(?i)\b(?:statement|report|updates?|recording|video|slides|presentation|transcript|déclaration|rapport|informe|declaración)\b`)
	asksBehind  = regexp.MustCompile(`[:：]$`)
	listHeading = regexp.MustCompile(`(?i)^(?:.{0,80}\b)?(?:our|list of|all|nos|nuestr[oa]s|liste des|lista de)\s+(?:[\p{L}\-]+\s+){0,2}(?:sessions?|events?|workshops?|séances|ateliers|événements|sesiones|eventos|talleres)\b`)
)

// listReading is the state of reading a list.
type listReading struct {
	r   *reader
	at  *body
	day dayMark
	own bool // the questions being read were found by the words before them
}

// readList reads an organisation's list of sessions.
func (r *reader) readList() {
	l := &listReading{r: r}
	if t := r.findTable(); t != nil {
		r.readTable(t)
	} else {
		entries := r.listEntries()
		for i := range entries {
			if i == 0 {
				l.intro(0, entries[0].from)
			}
			end := len(r.blocks)
			if i+1 < len(entries) {
				end = entries[i+1].from
			}
			l.entry(&entries[i], end)
		}
	}
	r.readStated()
	r.listZone()
}

// intro reads what stands before the first session, or between two parts of the list.
func (l *listReading) intro(from, to int) {
	r := l.r
	sections := -1
	for i := from; i < to; i++ {
		b := r.blocks[i]
		if r.uses[b.lines[0]] != "" || l.dayLine(b) || r.pointer(nil, b) {
			continue
		}
		if r.isHeading(b, r.block(i+1)) && len(b.lines) == 1 || r.namesEdition(b.text) {
			l.heading(b)
			continue
		}
		if sections < 0 {
			r.doc.Sections = append(r.doc.Sections, Section{})
			sections = len(r.doc.Sections) - 1
		}
		s := &r.doc.Sections[sections]
		s.Paragraphs = append(s.Paragraphs, b.paragraph())
		r.take(b, UseSection)
	}
}

// heading reads the heading of the list or of a group of its sessions.
func (l *listReading) heading(b *block) {
	r := l.r
	r.take(b, UseHeading)
	if isGroupHeading(b.text) {
		r.groupType = sessionKind(strings.TrimRight(b.text, ": "))
		if strings.EqualFold(r.groupType, "session") || strings.EqualFold(r.groupType, "event") {
			r.groupType = ""
		}
	}
}

func (l *listReading) dayLine(b *block) bool {
	mark, ok := l.r.dayOf(b)
	if !ok && b.level > 0 {
		mark, ok = l.r.readDay(&l.r.lines[b.lines[0]])
	}
	if !ok {
		return false
	}
	l.day = mark
	l.r.take(b, UseDay)
	return true
}

// entry reads one session: title, head, and what follows up to the next one.
func (l *listReading) entry(e *entry, until int) {
	r := l.r
	b := r.blocks[e.title]
	text := b.text
	if e.inline != nil {
		text = e.inline.rest
	}
	t := readListTitle(text)
	s := Session{
		Title: t.title, TitleAsWritten: text, TitlePlace: b.place(), Reference: t.reference, Place: b.place(),
		Type: t.held.kind,
	}
	s.Place.Line = r.blocks[e.from].place().Line
	if l.day.number >= 0 && l.day.label != "" {
		s.Day, s.DayLabel = l.day.number, l.day.label
	}
	r.take(b, UseTitle)
	r.doc.Sessions = append(r.doc.Sessions, s)
	l.at, l.own = r.newBody(len(r.doc.Sessions)-1), false
	l.organisers(t.held.organisers, b.place())
	if e.inline != nil {
		l.when(b, e.inline.when)
	}
	for j := e.from; j < e.end; j++ {
		if j != e.title {
			l.headLine(j)
		}
	}
	for j := e.end; j < until; j++ {
		if l.ends(j, until, b) {
			l.settle(t.kind)
			l.intro(j, until)
			return
		}
		l.line(j)
	}
	l.settle(t.kind)
}

// settle completes a session with what its neighbours and its reference say.
func (l *listReading) settle(kind string) {
	s := l.at.s()
	for _, k := range []string{kind, l.r.groupType} {
		if s.Type == "" {
			s.Type = k
		}
	}
	for k := range s.When {
		if w := &s.When[k]; w.Date.IsZero() && !l.day.date.IsZero() {
			w.Date, w.EndDate = l.day.date, l.day.date
			if clockMinutes(w.End) < clockMinutes(w.Start) && w.End != "" {
				w.EndDate = w.Date.next()
			}
		}
	}
}

// ends reports whether the session ends before block j: a day, a heading of a group, or
// a heading that stands as high as the titles.
func (l *listReading) ends(j, until int, title *block) bool {
	r, b := l.r, l.r.blocks[j]
	if r.uses[b.lines[0]] != "" {
		return false
	}
	if _, ok := r.dayOf(b); ok || b.level > 0 && title.level > 0 && b.level <= title.level {
		return true
	}
	return isGroupHeading(b.text) && b.marker == "" && (j == until-1 || b.level > 0)
}

func (l *listReading) headLine(j int) {
	b := l.r.blocks[j]
	if parts := l.r.partsOf(j); parts != nil {
		l.apply(b, parts)
		return
	}
	if l.link(b) {
		return
	}
	names := splitOrganisers(b.text)
	for _, name := range names {
		if !namesOrganisation(name) && !isBrand(name) {
			l.line(j)
			return
		}
	}
	l.organisers(names, b.place())
	l.r.take(b, UseOrganiser)
}

// link reads a line that points elsewhere. What points to a report or a recording is not
// the address of the session's page.
func (l *listReading) link(b *block) bool {
	if isPointer(b.text) && otherPages.MatchString(b.text) && !strings.Contains(strings.ToLower(b.text), "more") {
		return l.r.pointer(nil, b)
	}
	return l.r.pointer(l.at.s(), b)
}

// line reads a line below the head.
func (l *listReading) line(j int) {
	r, b := l.r, l.r.blocks[j]
	if r.uses[b.lines[0]] != "" {
		return
	}
	at := l.at
	at.s().Place.EndLine = b.place().EndLine
	if at.pending == noLabel && b.level == 0 {
		if parts := r.partsOf(j); l.late(parts) {
			l.apply(b, parts)
			return
		}
		if l.link(b) {
			return
		}
	}
	asks := b.marker != "" && strings.ContainsAny(b.text, "?？؟")
	switch {
	case asks && at.zone == labelDescription && j > 0 && asksBehind.MatchString(r.blocks[j-1].text):
		at.zone, at.levels, l.own = labelQuestions, nil, true
	case l.own && !asks:
		at.zone, l.own = labelDescription, false
	}
	at.read(j)
}

// late reports parts that belong to the head, though they stand below the description.
func (l *listReading) late(parts []listPart) bool {
	for _, p := range parts {
		if p.kind == partTime || p.kind == partHeld && len(p.held.organisers) > 0 {
			return l.at.zone == labelDescription
		}
	}
	return false
}

func (l *listReading) organisers(names []string, place Place) {
	s := l.at.s()
	for _, name := range names {
		s.Organisers = append(s.Organisers, Organiser{Name: name, Place: place})
	}
}

// apply takes the parts of a head into the session.
func (l *listReading) apply(b *block, parts []listPart) {
	r, s := l.r, l.at.s()
	place := b.place()
	s.Place.EndLine = max(s.Place.EndLine, place.EndLine)
	use := UseLabel
	for _, p := range parts {
		switch p.kind {
		case partTime, partDate:
			l.when(b, p.when)
			use = UseTime
		case partRoom:
			s.Rooms = append(s.Rooms, Placed{p.text, place})
			if use == UseLabel {
				use = UseRoom
			}
		case partReference:
			if s.Reference == "" {
				s.Reference = p.text
			}
			if kind := referenceKind(p.text); s.Type == "" {
				s.Type = kind
			}
		case partHeld:
			l.organisers(p.held.organisers, place)
			if p.held.kind != "" {
				s.Type, s.TypePlace = p.held.kind, place
			}
			if p.held.topic != "" && s.ShortTitle == "" {
				s.ShortTitle, s.ShortTitlePlace = p.held.topic, place
			}
			if use == UseLabel {
				use = UseOrganiser
			}
		}
	}
	r.take(b, use)
}

// when keeps a statement of time; a date that follows its time of day completes it.
func (l *listReading) when(b *block, got reading) {
	s := l.at.s()
	if n := len(s.When); n > 0 && got.when.Start == "" && s.When[n-1].Date.IsZero() {
		w := &s.When[n-1]
		w.Date, w.EndDate, w.weekday = got.when.Date, got.when.EndDate, got.when.weekday
		w.Text += " | " + got.when.Text
		w.Place.EndLine = b.place().EndLine
		l.r.take(b, UseTime)
		return
	}
	text := got.when.Text
	l.at.addWhen(b, got)
	if w := &s.When[len(s.When)-1]; w.Text == b.text {
		w.Text = text
	}
}
