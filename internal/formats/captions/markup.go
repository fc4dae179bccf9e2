package captions

import (
	"html"
	"regexp"
	"strings"
	"unicode"
)

// piece is what one voice says within a cue.
type piece struct {
	speaker, text string
	voiced        bool // a voice tag says who
}

// tags of styles in WebVTT and SubRip: they go, what they hold stays. Other words in
// angle brackets are what a captioner wrote: <laughter>.
var styleTag = regexp.MustCompile(`(?i)^/?(?:i|b|u|s|c|em|strong|font|span|ruby|rt|lang|v|br|p|div)(?:[.\s/].*)?$`)

var (
	timeTag  = regexp.MustCompile(`^\d{2,}:\d{2}(?::\d{2})?[.,]\d{1,3}$`)
	assStyle = regexp.MustCompile(`\{\\[^{}\n]*\}`)
)

// longestTag is how many bytes a tag may have: a bracket without an end is text, and is
// not looked for in all that follows.
const longestTag = 500

// voices takes the markup out of the text of a cue and divides it where a voice tag
// says that somebody else speaks. Styles end with the cue, closed or not.
func (b *builder) voices(line int, raw string) []piece {
	raw = assStyle.ReplaceAllString(raw, "")
	var out []piece
	cur := piece{}
	var text strings.Builder
	flush := func() {
		cur.text = b.clean(line, text.String())
		if cur.text != "" {
			out = append(out, cur)
		}
		cur = piece{}
		text.Reset()
	}
	for raw != "" {
		i := strings.IndexByte(raw, '<')
		if i < 0 {
			text.WriteString(raw)
			break
		}
		text.WriteString(raw[:i])
		raw = raw[i:]
		end := strings.IndexByte(raw[:min(len(raw), longestTag)], '>')
		if end < 0 {
			text.WriteByte('<')
			raw = raw[1:]
			continue
		}
		tag := raw[1:end]
		name, rest, _ := strings.Cut(strings.TrimSpace(tag), " ")
		lower := strings.ToLower(name)
		switch {
		case lower == "v" || strings.HasPrefix(lower, "v."):
			flush()
			cur = piece{speaker: b.clean(line, rest), voiced: true}
			cur.speaker = strings.Join(strings.Fields(cur.speaker), " ")
		case lower == "/v":
			flush()
		case lower == "br" || lower == "br/":
			text.WriteByte('\n')
		case timeTag.MatchString(tag) || styleTag.MatchString(tag):
		default:
			text.WriteByte('<')
			raw = raw[1:]
			continue
		}
		raw = raw[end+1:]
	}
	flush()
	return out
}

// clean decodes entities and tidies blanks; lines stay lines. Signs that control a
// terminal or turn the direction of all that follows go; marks of direction stay.
func (b *builder) clean(line int, s string) string {
	s = html.UnescapeString(s)
	bad := false
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r' || r == 0x2028 || r == 0x2029 || r == 0x0b || r == 0x0c || r == 0x85:
			return '\n'
		case unicode.IsControl(r) || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0xfeff || r == 0xfffe || r == 0xffff:
			bad = true
			return -1
		}
		return r
	}, s)
	if bad {
		b.noteOnce(line, NoteControl)
	}
	var lines []string
	for l := range strings.SplitSeq(s, "\n") {
		l = strings.Trim(blanks.ReplaceAllString(l, " "), " \u00a0\u200b")
		if l != "" {
			lines = append(lines, l)
		}
	}
	return strings.Join(lines, "\n")
}

var blanks = regexp.MustCompile(`[ \t]+`)

// turns divides a piece without a voice where a line begins with ">>" or with a name
// and a colon. who is the speaker of the cue before, who goes on where the file marks
// each change.
func (b *builder) turns(p piece) []piece {
	if p.voiced {
		return []piece{p}
	}
	var out []piece
	cur := piece{}
	if b.marked && len(b.cues) > 0 {
		cur.speaker = b.cues[len(b.cues)-1].Speaker
	}
	var lines []string
	flush := func() {
		if len(lines) > 0 {
			cur.text = strings.Join(lines, "\n")
			out = append(out, cur)
		}
		lines = nil
	}
	for l := range strings.SplitSeq(p.text, "\n") {
		speaker, rest, mark := label(l, false)
		if mark || speaker != "" {
			flush()
			cur = piece{speaker: speaker}
			b.marked = b.marked || mark
		}
		if rest != "" {
			lines = append(lines, rest)
		}
	}
	flush()
	return out
}

// pieces are the turns of a raw cue text.
func (b *builder) pieces(line int, raw string) []piece {
	var out []piece
	for _, p := range b.voices(line, raw) {
		out = append(out, b.turns(p)...)
	}
	return out
}
