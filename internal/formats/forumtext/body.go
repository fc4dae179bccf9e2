package forumtext

import "strings"

// body reads what stands under the title of a session. A label says what the blocks
// after it are; until the first label they describe the session.
type body struct {
	r       *reader
	session int
	zone    label
	role    string
	pending label         // a label alone on its line; its value is the next block
	levels  []bulletLevel // of the questions being read
	items   bool          // the Messages being read are items
}

func (r *reader) newBody(session int) *body {
	return &body{r: r, session: session, zone: labelDescription}
}

func (b *body) s() *Session { return &b.r.doc.Sessions[b.session] }

// read takes block i into the session.
func (b *body) read(i int) {
	r, blk, s := b.r, b.r.blocks[i], b.s()
	if r.uses[blk.lines[0]] != "" {
		return
	}
	s.Place.EndLine = blk.place().EndLine
	if b.value(blk) {
		return
	}
	if r.pointer(s, blk) {
		return
	}
	if lab, text := readLabel(blk.text); lab != noLabel && (blk.marker == "" || lab == labelPeople && text.text != "") {
		b.open(blk, lab, text)
		return
	}
	if got, ok := r.timeLine(blk.text, blk.place()); ok && blk.marker == "" {
		b.addWhen(blk, got)
		return
	}
	if b.themeLine(i) {
		return
	}
	switch b.zone {
	case labelQuestions:
		b.question(i)
	case labelAgenda, labelPeople:
		b.agenda(i)
	case labelTakeaways:
		s.Takeaways = append(s.Takeaways, blk.paragraph())
		r.take(blk, UseTakeaway)
	case labelCalls:
		s.Calls = append(s.Calls, blk.paragraph())
		r.take(blk, UseCall)
	case labelReport:
		s.Report = append(s.Report, blk.paragraph())
		r.take(blk, UseReport)
	case labelMessages:
		b.message(i)
	default:
		b.describe(i)
	}
}

func (b *block) paragraph() Paragraph {
	p := Paragraph{Text: b.text, Place: b.place()}
	if b.marker != "" {
		p.Kind = Item
	}
	return p
}

// value reads the block behind a label that stood alone on its line.
func (b *body) value(blk *block) bool {
	waiting := b.pending
	b.pending = noLabel
	if waiting == noLabel || blk.marker != "" || len(blk.text) > 160 {
		return false
	}
	if lab, _ := readLabel(blk.text); lab != noLabel {
		return false
	}
	s, here := b.s(), Placed{blk.text, blk.place()}
	switch waiting {
	case labelWhen:
		got, ok := b.r.readWhen(blk.text, here.Place)
		if !ok {
			return false
		}
		b.addWhen(blk, got)
	case labelRoom:
		s.Rooms = append(s.Rooms, here)
		b.r.take(blk, UseRoom)
	case labelTheme:
		b.addTheme(blk, here)
	case labelAgenda:
		if s.Format.Text != "" || terminal(blk.text) || strings.Contains(blk.text, ", ") {
			return false
		}
		s.Format = here
		b.r.take(blk, UseFormat)
	}
	return true
}

// open begins a zone at its label, or takes what stands behind the label.
func (b *body) open(blk *block, lab label, text labelText) {
	r, s, place := b.r, b.s(), blk.place()
	behind := Placed{text.text, place}
	if text.text == "" {
		switch lab {
		case labelWhen, labelRoom, labelTheme:
			b.pending = lab
			r.take(blk, UseLabel)
			return
		case labelAgenda:
			b.pending = lab
		}
	}
	switch lab {
	case labelWhen:
		if got, ok := r.readWhen(text.text, place); ok {
			b.addWhen(blk, got)
		}
		return
	case labelRoom:
		s.Rooms = append(s.Rooms, behind)
		r.take(blk, UseRoom)
		return
	case labelTheme:
		b.addTheme(blk, behind)
		return
	}
	b.zone, b.role, b.items = lab, "", false
	use := UseLabel
	switch lab {
	case labelDescription:
		if text.text != "" {
			s.Description = append(s.Description, Paragraph{Text: text.text, Place: place})
			use = UseDescription
		}
	case labelQuestions:
		b.levels = nil
	case labelAgenda:
		if text.text != "" && s.Format.Text == "" {
			s.Format = behind
			use = UseFormat
		} else if text.text != "" {
			s.Agenda = append(s.Agenda, Paragraph{Text: text.text, Place: place})
			use = UseFormat
		}
	case labelPeople:
		b.role = text.role
		if text.text != "" {
			for part := range strings.SplitSeq(text.text, ";") {
				s.People = append(s.People, b.person(strings.TrimSpace(part), place))
			}
			use = UsePerson
			b.zone = labelAgenda
			b.role = ""
		}
	case labelTakeaways:
		s.TakeawaysLabel = Label{text.head, text.deadline, text.day, place}
		if text.text != "" {
			s.Takeaways = append(s.Takeaways, Paragraph{Text: text.text, Place: place})
			use = UseTakeaway
		}
	case labelCalls:
		s.CallsLabel = Label{text.head, text.deadline, text.day, place}
		if text.text != "" {
			s.Calls = append(s.Calls, Paragraph{Text: text.text, Place: place})
			use = UseCall
		}
	case labelReport:
		s.ReportLabel = Label{text.head, text.deadline, text.day, place}
		if text.text != "" {
			s.Report = append(s.Report, Paragraph{Text: text.text, Place: place})
			use = UseReport
		}
	}
	r.take(blk, use)
}

// addWhen keeps a statement of the time. A date and a time of day stated on lines of
// their own are one statement.
func (b *body) addWhen(blk *block, got reading) {
	s, w := b.s(), got.when
	w.Text = blk.text
	b.r.take(blk, UseTime)
	if n := len(s.When); n > 0 && w.Date.IsZero() && s.When[n-1].Start == "" {
		first := s.When[n-1]
		w.Date, w.EndDate, w.weekday = first.Date, first.EndDate, first.weekday
		if clockMinutes(w.End) < clockMinutes(w.Start) && w.End != "" {
			w.EndDate = w.Date.next()
		}
		w.Text = first.Text + " | " + w.Text
		w.Place.Line = first.Place.Line
		s.When[n-1] = w
		return
	}
	s.When = append(s.When, w)
}

// addTheme keeps a statement of the theme; a later one that says something else than the
// first is a conflict.
func (b *body) addTheme(blk *block, theme Placed) {
	s := b.s()
	b.r.take(blk, UseTheme)
	s.Themes = append(s.Themes, theme)
	if first := s.Themes[0]; !sameWords(first.Text, theme.Text) {
		b.r.conflict(Conflict{Field: FieldTheme, Session: b.session, First: first, Second: theme})
	}
}

// themeLine reads the theme that a page repeats above its report: a short line with a
// report label right behind it.
func (b *body) themeLine(i int) bool {
	blk, next := b.r.blocks[i], b.r.block(i+1)
	if next == nil || blk.marker != "" || terminal(blk.text) || len(blk.text) > 120 {
		return false
	}
	if b.zone == labelTakeaways || b.zone == labelCalls || b.zone == labelReport {
		return false
	}
	lab, _ := readLabel(next.text)
	if lab != labelTakeaways && lab != labelCalls {
		return false
	}
	if (b.zone == labelPeople || b.zone == labelAgenda) && blk.gap == 0 && isName(blk.text) {
		return false // the last of the people
	}
	b.addTheme(blk, Placed{blk.text, blk.place()})
	return true
}

func (b *body) describe(i int) {
	blk := b.r.blocks[i]
	if b.personRun(i) {
		b.zone = labelAgenda
		b.agenda(i)
		return
	}
	p := blk.paragraph()
	if blk.level > 0 || blk.marker == "" && b.r.isHeading(blk, b.r.block(i+1)) {
		p.Kind = Heading
	}
	b.s().Description = append(b.s().Description, p)
	b.r.take(blk, UseDescription)
}

// personRun reports whether a run of items beginning at block i is a list of people:
// each item a name and something behind it, and at least two, or one with an honorific.
func (b *body) personRun(i int) bool {
	people := 0
	for j := i; j < len(b.r.blocks) && j < i+4; j++ {
		blk := b.r.blocks[j]
		if blk.marker == "" || blk.marker != b.r.blocks[i].marker {
			break
		}
		if !looksLikePerson(blk.text) {
			return false
		}
		people++
	}
	return people >= 2 || people == 1 && honorificOf(b.r.blocks[i].text) != ""
}

// agenda reads the zone of the format: people, and the items of an agenda.
func (b *body) agenda(i int) {
	r, blk, s := b.r, b.r.blocks[i], b.s()
	switch {
	case looksLikePerson(blk.text) || b.zone == labelPeople && isName(nameOf(blk.text)):
		s.People = append(s.People, b.person(blk.text, blk.place()))
		r.take(blk, UsePerson)
	case blk.marker != "":
		s.Agenda = append(s.Agenda, blk.paragraph())
		r.take(blk, UseFormat)
	case terminal(blk.text) && len(blk.text) > 60:
		b.zone = labelDescription
		b.describe(i)
	case r.isHeading(blk, r.block(i+1)) && r.block(i+1) != nil:
		if lab, _ := readLabel(r.block(i + 1).text); lab == noLabel {
			b.zone = labelDescription
			b.describe(i)
		}
	}
}

func (b *body) person(text string, place Place) Person {
	p := ParsePerson(text)
	p.Place = place
	if p.RoleStated == "" {
		p.RoleStated = b.role
	}
	return p
}

// message reads one Message. Where Messages are items, what stands above the first is the
// note that says whose views they are, and what stands below the last is none of them.
// Where there are no items, every paragraph is a Message.
func (b *body) message(i int) {
	r, blk, s := b.r, b.r.blocks[i], b.s()
	if blk.marker == "" {
		switch {
		case b.items:
			return
		case len(s.Messages) == 0 && r.itemsFollow(i):
			s.Attribution.Text = strings.TrimSpace(s.Attribution.Text + " " + blk.text)
			if s.Attribution.Place.Line == 0 {
				s.Attribution.Place.Line = blk.place().Line
			}
			s.Attribution.Place.EndLine = blk.place().EndLine
			r.take(blk, UseAttribution)
			return
		}
	}
	b.items = blk.marker != ""
	m := Message{Text: blk.text, Place: blk.place()}
	for _, sp := range sentenceSpans(blk.text) {
		m.Sentences = append(m.Sentences, Placed{blk.text[sp.from:sp.to], blk.at(sp.from, sp.to)})
	}
	s.Messages = append(s.Messages, m)
	r.take(blk, UseMessage)
}

// itemsFollow reports whether items begin behind block i, at most three blocks away and
// before anything else begins.
func (r *reader) itemsFollow(i int) bool {
	for j := i + 1; j <= i+3 && j < len(r.blocks); j++ {
		b := r.blocks[j]
		if b.marker != "" {
			return true
		}
		if lab, _ := readLabel(b.text); lab != noLabel || r.isDay(b) || r.isHeading(b, r.block(j+1)) {
			return false
		}
	}
	return false
}
