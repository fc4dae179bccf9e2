package forumtext

import (
	"fmt"
	"strings"
)

// reader is the state of one Read.
type reader struct {
	doc    *Document
	lines  []line
	blocks []*block
	uses   []Use
	alone  []uint8 // per line: 0 not asked yet, 1 runs on, 2 stands alone
	layout layout
	zones  zones

	urlLines map[int]bool // lines whose address became a Session.URL
}

// Read recognises the shape of a text and reads it. name is only for messages and for
// Document.Name. It never fails on a text it does not understand: that comes back with
// Shape Unknown and everything in Unread. The errors are ErrTooLarge, ErrBinary and
// ErrEncoding, wrapped.
func Read(name string, text []byte) (*Document, error) {
	s, err := decode(name, text)
	if err != nil {
		return nil, err
	}
	src := splitLines(s)
	if len(src) > maxLines {
		return nil, fmt.Errorf("read %q: %w", name, ErrTooLarge)
	}
	r := &reader{
		doc:   &Document{Name: name, Shape: Unknown},
		lines: readLines(src),
		uses:  make([]Use, len(src)),
		alone: make([]uint8, len(src)),
	}
	r.markOutside()
	r.measure()
	r.takeFootnotes()
	r.buildBlocks()
	shape, confidence := r.detect()
	switch shape {
	case Outlines:
		r.readOutlines()
	case SessionPage:
		r.readPage()
	case Summary:
		r.readSummary()
	}
	r.doc.Shape = shape
	r.finish(confidence)
	return r.doc, nil
}

// signs are what the shapes are told by.
type signs struct {
	slots, days, messages, labels int
	timeLines, people             int
	report                        int // takeaways and calls to action
	executive                     bool
}

func (r *reader) signs() signs {
	var s signs
	for _, b := range r.blocks {
		if _, _, ok := r.splitSlot(b.text, Place{}); ok && b.marker == "" {
			s.slots++
			continue
		}
		first := &r.lines[b.lines[0]]
		if _, ok := r.readDay(first); ok && len(b.lines) == 1 {
			s.days++
			continue
		}
		if _, ok := r.timeLine(b.text, Place{}); ok {
			s.timeLines++
			continue
		}
		lab, _ := readLabel(b.text)
		switch lab {
		case labelMessages:
			s.messages++
		case labelTakeaways, labelCalls:
			s.report++
		case labelWhen:
			s.timeLines++
		case labelQuestions, labelAgenda, labelPeople:
			s.labels++
		case noLabel:
			if b.marker != "" && looksLikePerson(b.text) {
				s.people++
			}
			s.executive = s.executive || isExecutive(b.text)
		}
	}
	return s
}

func isExecutive(text string) bool {
	switch strings.ToLower(strings.Trim(text, " :")) {
	case "executive summary", "summary", "chair's summary", "chair’s summary", "résumé", "resumen ejecutivo":
		return true
	}
	return false
}

// detect weighs the signs of each shape. Below 0.4 the shape is unknown.
func (r *reader) detect() (Shape, float64) {
	s := r.signs()
	outlines := 0.0
	if s.slots > 0 {
		outlines = 0.45 + 0.15*float64(min(s.slots-1, 3))
		if r.heads() {
			outlines += 0.1
		}
	}
	page := 0.2*float64(min(s.timeLines, 2)) + 0.15*float64(min(s.labels, 2)) +
		0.2*float64(min(s.report, 2)) + 0.05*float64(min(s.people, 3))
	if s.slots == 1 {
		page += 0.2
	}
	if s.slots > 1 || s.messages > 1 {
		page -= 0.3
	}
	summary := 0.2*float64(min(s.days, 2)) + 0.2*float64(min(s.messages, 2))
	if s.executive {
		summary += 0.15
	}
	if s.days > 0 && s.messages > 0 {
		summary += 0.1
	}
	if s.messages == 0 {
		summary -= 0.2
	}
	best, score := Unknown, 0.399
	for _, c := range []struct {
		shape Shape
		score float64
	}{{Outlines, outlines}, {SessionPage, page}, {Summary, summary}} {
		if c.score > score {
			best, score = c.shape, c.score
		}
	}
	if best == Unknown {
		return Unknown, 0
	}
	return best, min(score, 1)
}

// heads reports whether the text opens with a heading that names an edition.
func (r *reader) heads() bool {
	if len(r.blocks) == 0 {
		return false
	}
	forum, year, _ := editionInHeading(r.blocks[0].text)
	return forum != "" && year != 0
}

// take records what the lines of a block were read as. The first use stands.
func (r *reader) take(b *block, use Use) {
	for _, i := range b.lines {
		if r.uses[i] == "" {
			r.uses[i] = use
		}
	}
}

// finish accounts for every line: what nothing has taken goes to Unread.
func (r *reader) finish(confidence float64) {
	inBlock := make(map[int]*block)
	for _, b := range r.blocks {
		for _, i := range b.lines {
			inBlock[i] = b
		}
	}
	read, unread := 0, 0
	var last *block
	for i := range r.lines {
		l := &r.lines[i]
		switch r.uses[i] {
		case "":
			if l.blank() {
				r.uses[i] = UseBlank
				continue
			}
			r.uses[i] = UseProse
			unread++
			if b := inBlock[i]; b != nil && b == last {
				continue // the note holds the whole block already
			} else if b != nil {
				last = b
				r.note(NoteProse, b.text, b.place())
				continue
			}
			r.note(NoteProse, l.text, Place{i + 1, i + 1})
		case UseLink:
			if !r.urlLines[i] {
				r.note(NoteLink, l.text, Place{i + 1, i + 1})
			}
		case UseFurniture:
			r.note(NoteFurniture, strings.TrimSpace(l.marker+" "+l.text), Place{i + 1, i + 1})
		default:
			read++
		}
	}
	r.doc.Uses = r.uses
	if read+unread > 0 && confidence > 0 {
		r.doc.Confidence = confidence * float64(2*read+unread) / float64(2*(read+unread))
	}
}

func (r *reader) note(kind NoteKind, text string, place Place) {
	r.doc.Unread = append(r.doc.Unread, Note{Kind: kind, Text: text, Place: place})
}

// pointer reads a line that points to a session's page: its address if it is still
// there, else only the text of a link.
func (r *reader) pointer(s *Session, b *block) bool {
	if !isPointer(b.text) {
		return false
	}
	r.take(b, UseLink)
	for _, i := range b.lines {
		if links := r.lines[i].links; len(links) > 0 && s != nil && s.URL.Text == "" {
			s.URL = Placed{strings.TrimRight(links[0], ".,;)"), b.place()}
			r.keepURL(b)
		}
	}
	return true
}

func (r *reader) keepURL(b *block) {
	if r.urlLines == nil {
		r.urlLines = make(map[int]bool)
	}
	for _, i := range b.lines {
		r.urlLines[i] = true
	}
}
