package schedule

import (
	"bytes"
	"io"
	"mime/quotedprintable"
	"strings"
)

// calLine is a property of a calendar file: its name in capitals, its parameters and
// its value as written, unfolded but not unescaped.
type calLine struct {
	name   string
	params map[string]string
	value  string
	line   int
	end    int
}

func (l *calLine) param(name string) string { return l.params[name] }

// text is the value of a property of type TEXT.
func (l *calLine) text() string {
	value := l.value
	if strings.EqualFold(l.param("ENCODING"), "QUOTED-PRINTABLE") {
		if plain, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(value))); err == nil {
			value, _ = decodeText(plain)
		}
	}
	return calUnescape(value)
}

// calPart is a component: a calendar, an event, a time zone, an observance.
type calPart struct {
	name  string
	lines []calLine
	parts []*calPart
	line  int
	end   int
}

// get is the first property of that name, or nil.
func (p *calPart) get(name string) *calLine {
	for i := range p.lines {
		if p.lines[i].name == name {
			return &p.lines[i]
		}
	}
	return nil
}

// text is the text of the first property of that name that is not empty.
func (p *calPart) text(name string) string {
	for i := range p.lines {
		if p.lines[i].name == name {
			if s := strings.TrimSpace(p.lines[i].text()); s != "" {
				return s
			}
		}
	}
	return ""
}

// Lower-case names are read where they cannot be a sentence that lost its fold.
var calKnown = map[string]bool{
	"BEGIN": true, "END": true, "UID": true, "SUMMARY": true, "DTSTART": true, "DTEND": true, "DURATION": true,
	"DESCRIPTION": true, "LOCATION": true, "CATEGORIES": true, "STATUS": true, "URL": true, "RRULE": true,
	"ORGANIZER": true, "ATTENDEE": true, "SEQUENCE": true, "DTSTAMP": true, "TZID": true, "VERSION": true, "PRODID": true,
}

// readCalendarLines takes a file apart into properties. Lines that are folded are put
// together before the encoding is settled, because some programs fold within a letter.
// A line that is no property belongs to the one before it: its fold was lost.
func readCalendarLines(data []byte, found *findings) []calLine {
	type physical struct {
		text []byte
		line int
		end  int
	}
	if plain, name := decodeUTF16(data); name != "" {
		data = []byte(plain)
	}
	var joined []physical
	for i, raw := range splitLines(data) {
		if len(raw) > 0 && (raw[0] == ' ' || raw[0] == '\t') && len(joined) > 0 {
			last := &joined[len(joined)-1]
			last.text = append(last.text, raw[1:]...)
			last.end = i + 1
			continue
		}
		joined = append(joined, physical{text: bytes.Clone(raw), line: i + 1, end: i + 1})
	}
	all := make([][]byte, len(joined))
	for i := range joined {
		all[i] = joined[i].text
	}
	text, encoding := decodeText(bytes.Join(all, []byte("\n")))
	if encoding != utf8Name && encoding != utf16Name {
		found.add(Assumed, "encoding", "", Place{}, "Encoding", encoding)
	}
	var out []calLine
	var more strings.Builder // what lost its fold, of the property before
	settle := func() {
		if more.Len() > 0 {
			out[len(out)-1].value += more.String()
			more.Reset()
		}
	}
	for i, s := range strings.Split(text, "\n") {
		if strings.TrimSpace(s) == "" {
			continue
		}
		at := physical{line: i + 1, end: i + 1}
		if i < len(joined) {
			at = joined[i]
		}
		if !beginsProperty(s) {
			if len(out) > 0 && out[len(out)-1].name != "BEGIN" && out[len(out)-1].name != "END" {
				last := &out[len(out)-1]
				more.WriteString(`\n` + s)
				last.end = at.end
				found.add(Repaired, "line-joined", "", Place{Line: at.line, EndLine: at.end})
			} else {
				found.add(Ignored, "line-broken", "", Place{Line: at.line, EndLine: at.end}, "Text", s)
			}
			continue
		}
		settle()
		l := readCalendarLine(strings.TrimLeft(s, " \t"))
		l.line, l.end = at.line, at.end
		out = append(out, l)
	}
	settle()
	return out
}

// beginsProperty tells whether a line begins with the name of a property.
func beginsProperty(s string) bool {
	end := strings.IndexAny(s[:min(len(s), 80)], ":;")
	if end < 0 {
		return false
	}
	name := strings.TrimSpace(s[:end])
	small := false
	for i, r := range name {
		letter := r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'
		if !letter && (i == 0 || r != '-' && r != '.' && (r < '0' || r > '9')) {
			return false
		}
		small = small || r >= 'a'
	}
	return name != "" && (!small || calKnown[strings.ToUpper(name)])
}

// splitLines splits at CR LF, LF and lone CR.
func splitLines(data []byte) [][]byte {
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	data = bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))
	return bytes.Split(data, []byte("\n"))
}

// readCalendarLine reads NAME;PARAM=value;PARAM="quoted":value. Quotes that are never
// closed are letters like others.
func readCalendarLine(s string) calLine {
	end := strings.IndexAny(s, ":;")
	l := calLine{name: strings.ToUpper(strings.TrimSpace(s[:end]))}
	if at := strings.LastIndexByte(l.name, '.'); at >= 0 {
		l.name = l.name[at+1:] // groups of vCalendar
	}
	colon, quoted := -1, false
	cuts := []int{}
	for i := end; i < len(s) && colon < 0; i++ {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case quoted:
		case s[i] == ';':
			cuts = append(cuts, i)
		case s[i] == ':':
			colon = i
		}
	}
	if colon < 0 {
		cuts = cuts[:0]
		if colon = strings.IndexByte(s, ':'); colon < 0 {
			l.value = s[end+1:]
			return l
		}
		for i := end; i < colon; i++ {
			if s[i] == ';' {
				cuts = append(cuts, i)
			}
		}
	}
	l.value = s[colon+1:]
	for i, from := range cuts {
		to := colon
		if i+1 < len(cuts) {
			to = cuts[i+1]
		}
		key, value, _ := strings.Cut(s[from+1:to], "=")
		key = strings.ToUpper(strings.TrimSpace(key))
		if key == "" {
			continue
		}
		if l.params == nil {
			l.params = make(map[string]string)
		}
		if _, ok := l.params[key]; !ok {
			l.params[key] = calParam.Replace(strings.TrimSpace(value))
		}
	}
	return l
}

// calParam takes off the quotes of a parameter and what RFC 6868 escapes in it.
var calParam = strings.NewReplacer(`"`, ``, `^n`, "\n", `^'`, `"`, `^^`, `^`)

// calUnescape reads the escapes of TEXT.
func calUnescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		switch s[i] {
		case 'n', 'N':
			b.WriteByte('\n')
		case '\\', ',', ';', ':', '"':
			b.WriteByte(s[i])
		default:
			b.WriteByte('\\')
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// calList splits a list of TEXT at the commas that are not escaped.
func calList(s string) []string {
	var out []string
	from := 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && s[i] == '\\' {
			i++
			continue
		}
		if i >= len(s) || s[i] == ',' {
			if item := strings.TrimSpace(calUnescape(s[from:min(i, len(s))])); item != "" {
				out = append(out, item)
			}
			from = i + 1
		}
	}
	return out
}

// maxCalendarDepth is above any calendar: zone, observance; event, alarm.
const maxCalendarDepth = 6

// calendarTree puts properties into their components. What is not closed is closed by
// the next event or the end of the file.
func calendarTree(lines []calLine, found *findings) *calPart {
	root := &calPart{}
	stack := []*calPart{root}
	for i := range lines {
		l := &lines[i]
		top := stack[len(stack)-1]
		name := strings.ToUpper(strings.TrimSpace(l.value))
		switch l.name {
		case "BEGIN":
			if name == "VEVENT" || name == "VCALENDAR" {
				for len(stack) > 1 && stack[len(stack)-1].name != "VCALENDAR" {
					found.add(Repaired, "calendar-unfinished", "", Place{Line: l.line, EndLine: l.end}, "Component", stack[len(stack)-1].name)
					stack = stack[:len(stack)-1]
				}
				top = stack[len(stack)-1]
			}
			p := &calPart{name: name, line: l.line, end: l.end}
			top.parts = append(top.parts, p)
			if len(stack) < maxCalendarDepth {
				stack = append(stack, p)
			}
		case "END":
			for at := len(stack) - 1; at > 0; at-- {
				if stack[at].name == name {
					stack[at].end = l.end
					stack = stack[:at]
					break
				}
			}
		default:
			top.lines = append(top.lines, *l)
			top.end = l.end
		}
	}
	for _, p := range stack[1:] {
		found.add(Repaired, "calendar-unfinished", "", Place{Line: p.line, EndLine: p.end}, "Component", p.name)
	}
	return root
}

// each calls do for every component of that name, at any depth.
func (p *calPart) each(name string, do func(*calPart)) {
	for _, c := range p.parts {
		if c.name == name {
			do(c)
		}
		c.each(name, do)
	}
}
