package forumtext

import (
	"math"
	"strings"
)

// reader is the state of one Read.
type reader struct {
	doc    *Document
	lines  []line
	blocks []*block
	uses   []Use
	stands []standing // per line
	layout layout
	zones  zones
	page   bool // the text is a page of HTML: its lines are its paragraphs

	entries   []entry    // of a list of sessions; nil when not yet looked for
	headMemos []headMemo // per block: what a list asked about it already
	table     *table
	tableRead bool

	urlLines   map[int]bool // lines whose address became a Session.URL
	groupType  string       // type of the sessions under the group heading being read
	groupTheme Placed       // their theme
	headings   int          // Markdown headings plus one; 0 when not yet counted
	dayStyle   int          // dayByNumber or dayByDate; 0 when not yet counted
}

// Read recognises the shape of a text and reads it. The text is plain, Markdown or a page
// of HTML; name is for messages and for Document.Name, and an ending such as ".html" is
// believed. It never fails on a text it does not understand: that comes back with
// Shape Unknown and everything in Unread. The errors are ErrTooLarge, ErrBinary and
// ErrEncoding, wrapped.
func Read(name string, text []byte) (*Document, error) { return ReadAs(name, text, "") }

// ReadAs is Read by somebody who knows the shape: it is tried even where its signs are
// few. A text that does not bear it out still comes back as Unknown.
func ReadAs(name string, text []byte, as Shape) (*Document, error) {
	src, err := openSource(name, text)
	if err != nil {
		return nil, err
	}
	r := newReader(name, src)
	r.takeFootnotes()
	r.buildBlocks()
	shape, confidence := r.detect()
	if as != "" && as != shape && as != "document" {
		shape, confidence = as, 0.4
	}
	switch shape {
	case Outlines:
		r.readOutlines()
	case SessionPage:
		r.readPage()
	case Summary:
		r.readSummary()
	case SessionList:
		r.readList()
	case Report:
		r.readReport()
	}
	if !r.holds(shape) {
		shape, confidence = Unknown, 0
		r = newReader(name, src)
		r.buildBlocks()
	}
	r.doc.Shape = shape
	r.titleLinks()
	r.settleTimes()
	r.check()
	r.finish(confidence)
	return r.doc, nil
}

func newReader(name string, src source) *reader {
	r := &reader{
		doc:    &Document{Name: name, Shape: Unknown, Text: src.text, Source: src.lines},
		lines:  readLines(src.text),
		uses:   make([]Use, len(src.text)),
		stands: make([]standing, len(src.text)),
		page:   src.page,
	}
	for i, aside := range src.furniture {
		if aside {
			r.setAside(i, UseFurniture)
		}
	}
	r.markOutside()
	r.measure()
	return r
}

// holds reports whether the reading bears out the shape: there is a session, and every
// session has a title. A report has chapters and figures instead.
func (r *reader) holds(shape Shape) bool {
	if shape == Report {
		return len(r.doc.Sections) > 0 && len(r.doc.Facts) > 0
	}
	for _, s := range r.doc.Sessions {
		if s.Title == "" {
			return false
		}
	}
	return len(r.doc.Sessions) > 0
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
		if r.isDay(b) {
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
	if page > 0 && r.heads() {
		page += 0.1
	}
	if s.slots > 1 || s.messages > 1 || s.timeLines > 3 {
		page -= 0.4
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
	}{{Outlines, outlines}, {SessionPage, page}, {Summary, summary}, {SessionList, r.listScore(s)}, {Report, r.reportScore(s)}} {
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
		r.doc.Confidence = math.Round(100*confidence*float64(2*read+unread)/float64(2*(read+unread))) / 100
	}
}

func (r *reader) note(kind NoteKind, text string, place Place) {
	text = strings.TrimRight(text, string(softHyphen))
	r.doc.Unread = append(r.doc.Unread, Note{Kind: kind, Text: text, Place: place})
}

// pointer reads a line that points to a session's page: its address if it is still
// there or stands on the next line, else only the text of a link.
func (r *reader) pointer(s *Session, b *block) bool {
	links := r.lines[b.lines[0]].links
	named := len(links) > 0 && b.marker == "" && len(b.lines) == 1 && r.namesLink(b)
	if !named && (!isPointer(b.text) || b.marker != "" && len(links) == 0) {
		return false
	}
	r.take(b, UseLink)
	at := b.lines[0]
	for i := b.lines[len(b.lines)-1] + 1; len(links) == 0 && i < len(r.lines) && i <= at+2; i++ {
		if r.uses[i] == UseLink {
			links, at = r.lines[i].links, i
		} else if !r.lines[i].blank() {
			break
		}
	}
	if s != nil && s.URL.Text == "" && pageLink(links) != "" {
		s.URL = Placed{strings.TrimRight(pageLink(links), ".,;)>"+string(softHyphen)), Place{b.lines[0] + 1, max(at, b.lines[len(b.lines)-1]) + 1}}
		if r.urlLines == nil {
			r.urlLines = make(map[int]bool)
		}
		r.urlLines[at] = true
		for _, i := range b.lines {
			r.urlLines[i] = true
		}
	}
	return true
}
