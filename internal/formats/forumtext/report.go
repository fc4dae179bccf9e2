package forumtext

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// reportSigns are what a yearly report is told by.
type reportSigns struct {
	heads, prose, figures int
	meeting, titled       bool
}

// What is looked into before the shape is decided: as many blocks, of as many bytes.
const (
	reportReach = 600
	reportBytes = 400_000
)

// reportScore weighs the signs of a report: headed prose with figures of a meeting. What
// speaks for sessions speaks against it.
func (r *reader) reportScore(s signs) float64 {
	var rs reportSigns
	read := 0
	for i, b := range r.blocks {
		if read += len(b.text); i >= reportReach || read > reportBytes {
			break
		}
		if h, ok := r.reportHead(i); ok {
			rs.heads++
			rs.titled = rs.titled || i < 8 && reportWord.MatchString(h.text)
			continue
		}
		rs.titled = rs.titled || i < 4 && len(b.text) < 200 && reportWord.MatchString(b.text)
		spans := sentenceSpans(b.text)
		if len(spans) > 1 && len(b.text) > 150 {
			rs.prose++
		}
		for _, sp := range spans {
			text := b.text[sp.from:sp.to]
			rs.meeting = rs.meeting || isMeetingSentence(text)
			if rs.figures < 20 {
				rs.figures += countFigures(text)
			}
		}
	}
	if rs.heads == 0 || rs.prose < 3 || rs.figures < 3 || !rs.titled && !rs.meeting && rs.figures < 6 {
		return 0
	}
	score := 0.3 + 0.05*float64(min(rs.heads, 4)) + 0.02*float64(min(rs.figures, 10))
	if rs.meeting {
		score += 0.15
	}
	if rs.titled {
		score += 0.2
	}
	if s.executive {
		score += 0.1
	}
	return score - 0.2*float64(s.slots+s.messages+s.report+min(s.days, 1)) - 0.1*float64(s.labels+s.timeLines)
}

var reportWord = regexp.MustCompile(`(?i)\b(?:report|review|rapport|bilan|informe|memoria|отчет|отчёт|доклад)\b`)

// countFigures counts the figures of a sentence that say how large a meeting was.
func countFigures(text string) int {
	n := 0
	for _, f := range figuresOf(text) {
		switch f.Kind {
		case FactOther, FactDuration, FactDays, FactMembers, FactDifference, FactMoney, FactShare, FactRatio:
		default:
			n++
		}
	}
	return n
}

var heldForm = regexp.MustCompile(`(?i)\b(?:(?:was|were|is|been) (?:held|hosted|convened|organi[sz]ed)|took place|was hosted|convened|met|s['’]est tenue?|a eu lieu|se celebró|tuvo lugar|se llevó a cabo)\b`)

// isMeetingSentence reports a sentence that says on which days a meeting was held.
func isMeetingSentence(text string) bool {
	if !heldForm.MatchString(text) {
		return false
	}
	_, _, ok := dateRange(tokenize(text))
	return ok
}

// readReport reads a yearly report: its title, its chapters, and what it states.
func (r *reader) readReport() {
	first := r.frontMatter()
	levels := headLevels{}
	at := -1
	for i := first; i < len(r.blocks); i++ {
		b := r.blocks[i]
		if isContents(b.text) {
			r.take(b, UseFurniture)
			continue
		}
		if h, ok := r.reportHead(i); ok {
			r.doc.Sections = append(r.doc.Sections, Section{
				Heading: Placed{h.text, b.place()}, Number: h.number, Level: levels.of(h),
			})
			at = len(r.doc.Sections) - 1
			r.take(b, UseHeading)
			continue
		}
		if r.pointer(nil, b) {
			continue
		}
		if at < 0 {
			r.doc.Sections = append(r.doc.Sections, Section{})
			at = 0
		}
		r.doc.Sections[at].Paragraphs = append(r.doc.Sections[at].Paragraphs, b.paragraph())
		r.take(b, UseSection)
	}
	r.readMeeting()
	r.settleReport()
}

// frontMatter reads title, subtitle and date above the first chapter and returns the
// block where the chapters begin.
func (r *reader) frontMatter() int {
	for i, b := range r.blocks {
		text := strings.Trim(b.text, "*_ ")
		h, ok := r.reportHead(i)
		prose := isProse(b)
		switch {
		case isContents(b.text):
			r.take(b, UseFurniture)
		case r.doc.Title.Text == "" && !prose && (!ok || h.number == "") && !isExecutive(text):
			r.doc.Title = Placed{text, b.place()}
			r.take(b, UseHeading)
		case r.goesOnTitle(i):
			r.doc.Title.Text += " " + text
			r.doc.Title.Place.EndLine = b.place().EndLine
			r.take(b, UseHeading)
		case r.dateLine(b):
		case prose || ok && r.proseBehind(i) || ok && (h.number != "" || isExecutive(h.text) || b.level > 0 && i > 0):
			return i
		case r.doc.Subtitle.Text == "" && i <= 2:
			r.doc.Subtitle = Placed{text, b.place()}
			r.take(b, UseHeading)
		default:
			return i
		}
	}
	return len(r.blocks)
}

// proseBehind reports whether block i stands right above prose, so that it is a heading
// and no part of the title.
func (r *reader) proseBehind(i int) bool {
	next := r.block(i + 1)
	if next == nil {
		return false
	}
	_, head := r.reportHead(i + 1)
	return !head && isProse(next)
}

func isProse(b *block) bool {
	return len(sentenceSpans(b.text)) > 1 && !isNumbered(b.text) || utf8.RuneCountInString(b.text) > 250 || b.marker != "" && b.level == 0
}

// goesOnTitle reports the second line of a title that was set in bold over two lines, or
// whose first line ends in a word that ends nothing.
func (r *reader) goesOnTitle(i int) bool {
	b, t := r.blocks[i], r.doc.Title
	if i == 0 || b.gap > 0 || t.Text == "" || t.Place.EndLine != b.place().Line-1 || b.level > 0 {
		return false
	}
	prev := r.blocks[i-1].text
	return strings.HasPrefix(prev, "**") && strings.HasSuffix(b.text, "**") || unfinished(prev)
}

// dateLine reads a line that holds the date of the report and little else.
func (r *reader) dateLine(b *block) bool {
	if !r.doc.Dated.IsZero() || len(b.text) > 80 {
		return false
	}
	got, ok := r.readWhen(b.text, b.place())
	if !ok || got.when.Date.Year == 0 || got.words > 4 || got.when.EndDate != got.when.Date {
		return false
	}
	if _, _, span := dateRange(tokenize(b.text)); span {
		return false
	}
	r.doc.Dated = got.when.Date
	r.take(b, UseHeading)
	return true
}

var contentsForm = regexp.MustCompile(`(?:\.{4,}|(?:\s\.){4,}|…{2,})\s*(?:\d{1,4}|[ivxl]{1,6})\s*$`)

// isContents reports a line of a table of contents, or its heading.
func isContents(text string) bool {
	switch strings.ToLower(strings.Trim(text, ": ")) {
	case "contents", "table of contents", "table des matières", "sommaire", "índice", "contenido":
		return true
	}
	return contentsForm.MatchString(text)
}

// settleReport completes what the text states about the meeting: the full name of the
// forum, and the dates where the meeting is not named by its number.
func (r *reader) settleReport() {
	e := &r.doc.Edition
	if e.Year == 0 {
		r.meetingByDates()
	}
	if e.Forum == "" || e.ForumAbbr != "" {
		return
	}
	for _, b := range r.blocks {
		for _, m := range namedForm.FindAllStringSubmatch(b.text, -1) {
			if full := forumName(m[1], m[2]); m[2] == e.Forum || full == e.Forum {
				e.Forum, e.ForumAbbr = full, m[2]
				return
			}
		}
	}
}

// namedForm is a name with its abbreviation: "the Open Waters Forum (OWF)".
var namedForm = regexp.MustCompile(`((?:` + capital + `\s+(?:(?:of|on|for|the|and)\s+)*){1,8})\((\p{Lu}[\p{Lu}\d]{1,9})\)`)

// forumName cuts a run of capitalised words down to those that an abbreviation stands for.
func forumName(words, abbr string) string {
	list := strings.Fields(words)
	letters := utf8.RuneCountInString(abbr)
	for i := len(list) - 1; i >= 0; i-- {
		if startsUpper(list[i]) && !linkWords[strings.ToLower(list[i])] {
			if letters--; letters == 0 {
				return strings.Join(list[i:], " ")
			}
		}
	}
	return strings.TrimSpace(words)
}

var (
	ordinalBefore = regexp.MustCompile(`(?i)\b(?:(\d{1,3})(?:st|nd|rd|th)|(first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth))\s+(?:annual |regular )?(?:(?:meeting|edition|session)\b|` + capital + `)`)
	forumBefore   = regexp.MustCompile(`(?:^|(?i:\bthe|\bour)\s+)((?:(?:19|20)\d\d\s+)?\p{Lu}[\p{L}\-]*(?:\s+(?:\p{Lu}[\p{L}\-]*|of|on|for|the|and)){0,7})(?:\s+\(([\p{Lu}\d]{2,10})\))?`)
)

// meetingByDates reads the first sentence that says on which days a meeting was held.
func (r *reader) meetingByDates() {
	e := &r.doc.Edition
	for _, sec := range r.doc.Sections {
		for _, p := range sec.Paragraphs {
			for _, sp := range sentenceSpans(p.Text) {
				text := p.Text[sp.from:sp.to]
				if !isMeetingSentence(text) {
					continue
				}
				words := Placed{text, p.Place}
				e.Place = p.Place
				if m := ordinalBefore.FindStringSubmatch(text); m != nil {
					if e.Ordinal = ordinalWords[strings.ToLower(m[2])]; m[1] != "" {
						e.Ordinal = atoi(m[1])
					}
				}
				if m := forumBefore.FindStringSubmatch(text); m != nil && len(strings.Fields(m[1])) > 1 {
					e.Forum, e.ForumAbbr = yearAround.ReplaceAllString(m[1], ""), m[2]
				}
				r.meetingSentence(words)
				return
			}
		}
	}
}

var yearAround = regexp.MustCompile(`^(?:19|20)\d\d\s+|\s+(?:19|20)\d\d$`)
