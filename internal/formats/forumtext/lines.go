package forumtext

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// What Read refuses. The error it returns wraps one of these.
var (
	ErrTooLarge = errors.New("text is larger than 8 MB or longer than 200,000 lines")
	ErrBinary   = errors.New("not a text: binary content")
	ErrEncoding = errors.New("text is not valid UTF-8")
)

const (
	maxBytes = 8 << 20
	maxLines = 200_000
)

// line is one cleaned line of the source.
type line struct {
	text    string // without outer space, bullet and Markdown marks; single spaces
	marker  string // the bullet or number as written, "" when there is none
	indent  int    // columns before the first visible character
	width   int    // columns up to the last visible character
	level   int    // Markdown heading level, 0 for none
	gap     int    // blank lines before it
	links   []string
	linked  int  // words that are the text of a link
	strong  bool // all of it is bold
	broken  bool // a page break, or what it leaves behind, stands before it
	outside bool // furniture, a bare address or a footnote: no part of the running text
}

func (l *line) blank() bool { return l.text == "" && l.marker == "" }

// decode turns the bytes of a file into text: UTF-8, or UTF-16 when it says so.
func decode(name string, text []byte) (string, error) {
	if len(text) > maxBytes {
		return "", fmt.Errorf("read %q: %w", name, ErrTooLarge)
	}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	switch {
	case bytes.HasPrefix(text, []byte("\xff\xfe")):
		return decode16(name, text[2:], binary.LittleEndian)
	case bytes.HasPrefix(text, []byte("\xfe\xff")):
		return decode16(name, text[2:], binary.BigEndian)
	case bytes.HasPrefix(text, []byte("%PDF-")), bytes.HasPrefix(text, []byte("PK\x03\x04")), bytes.IndexByte(text, 0) >= 0:
		return "", fmt.Errorf("read %q: %w", name, ErrBinary)
	case !utf8.Valid(text):
		return "", fmt.Errorf("read %q: %w", name, ErrEncoding)
	}
	return string(text), nil
}

func decode16(name string, text []byte, order binary.ByteOrder) (string, error) {
	if len(text)%2 != 0 {
		return "", fmt.Errorf("read %q: %w", name, ErrEncoding)
	}
	units := make([]uint16, len(text)/2)
	for i := range units {
		units[i] = order.Uint16(text[2*i:])
		if units[i] == 0 {
			return "", fmt.Errorf("read %q: %w", name, ErrBinary)
		}
	}
	return string(utf16.Decode(units)), nil
}

// splitLines cuts at \n, \r\n and \r, as editors count lines. A line end at the very end
// of the text begins no further line.
func splitLines(s string) []string {
	var out []string
	for s != "" {
		i := strings.IndexAny(s, "\r\n")
		if i < 0 {
			return append(out, s)
		}
		out = append(out, s[:i])
		if s[i] == '\r' && i+1 < len(s) && s[i+1] == '\n' {
			i++
		}
		s = s[i+1:]
	}
	return out
}

// softHyphen at the end of a line asks for the word to be closed up.
const softHyphen = '\u00ad'

var ligatures = strings.NewReplacer("ﬀ", "ff", "ﬁ", "fi", "ﬂ", "fl", "ﬃ", "ffi", "ﬄ", "ffl")

// cleanRunes drops what is invisible, turns every kind of space into a plain one and
// reports the columns before the text and whether a page break was among it.
func cleanRunes(raw string) (text string, indent, width int, broken bool) {
	var b strings.Builder
	column, pending := 0, false
	runes := []rune(strings.TrimRight(raw, " \t\u00a0"))
	for i, r := range runes {
		switch {
		case r == '\f':
			broken, pending = true, true
			continue
		case r == '\t':
			column, pending = column/4*4+4, true
			continue
		case unicode.IsSpace(r) || unicode.Is(unicode.Z, r):
			column, pending = column+1, true
			continue
		case r == softHyphen && (i < len(runes)-1 || i == 0 || !unicode.IsLetter(runes[i-1])), isInvisible(r):
			continue
		}
		if b.Len() == 0 {
			indent = column
		} else if pending {
			b.WriteByte(' ')
		}
		pending = false
		b.WriteRune(r)
		column++
		width = column
	}
	text = b.String()
	if !isASCII(text) {
		text = norm.NFC.String(ligatures.Replace(text))
	}
	return text, indent, width, broken
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// isInvisible reports control characters, zero-width marks and direction controls. The
// zero-width joiners stay: Persian and Hindi spell with them.
func isInvisible(r rune) bool {
	switch {
	case r == '\u200b', r == '\u200e', r == '\u200f', r == '\u2060', r == '\ufeff', r == '\ufffe':
		return true
	case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
		return true
	}
	return unicode.Is(unicode.Cc, r)
}

var (
	glyphBullet  = regexp.MustCompile(`^([•‣⁃∙·‧\x{2190}-\x{21ff}\x{25a0}-\x{27bf}\x{2b00}-\x{2bff}\x{e000}-\x{f8ff}])\s*`)
	dashBullet   = regexp.MustCompile(`^([-–—*+])\s+(\S)`)
	ringBullet   = regexp.MustCompile(`^(o)\s+(\p{Lu})`)
	numberBullet = regexp.MustCompile(`^(\(?(?:\d{1,2}|[a-z]|[ivx]{2,4})[.)])\s+(\S)`)
	mdHeading    = regexp.MustCompile(`^(#{1,6})\s+(.*?)\s*#*$`)
	mdQuote      = regexp.MustCompile(`^(?:>\s?)+`)
	mdLink       = regexp.MustCompile(`!?\[([^\[\]]*)\]\(<?([^()\s>]*(?:\([^()\s]*\))?[^()\s>]*)>?(?:\s+"[^"]*")?\)`)
	mdStrong     = regexp.MustCompile(`\*\*(\S(?:[^*]*\S)?)\*\*|__(\S(?:[^_]*\S)?)__`)
	mdEmphasis   = regexp.MustCompile(`(^|[\s('"‘“])(?:\*([^\s*](?:[^*]*[^\s*])?)\*|_([^\s_](?:[^_]*[^\s_])?)_)([\s)'"’”.,;:!?]|$)`)
	mdEscape     = regexp.MustCompile(`\\([\\*_#\[\]()\-+.!>|~])`)
	bareURL      = regexp.MustCompile(`(?:https?://|www\.)[^\s<>"]+`)
	onlyURL      = regexp.MustCompile(`^(?:<?(?:https?://|www\.)[^\s<>]+>?[\s,;]*)+$`)
	urlTail      = regexp.MustCompile(`^\S*[-/_%=&?.]\S*$`)
)

// readLines cleans all lines and finds bullets, headings and addresses on them.
func readLines(src []string) []line {
	out := make([]line, len(src))
	gap, broken := 0, false
	for i, raw := range src {
		l := &out[i]
		var pageBreak bool
		l.text, l.indent, l.width, pageBreak = cleanRunes(raw)
		broken = broken || pageBreak
		if l.text == "" {
			gap++
			continue
		}
		l.gap, l.broken = gap, broken
		gap, broken = 0, false
		written := l.text
		l.markdown()
		l.bullet()
		if l.blank() {
			l.text = written // only marks, or a link without words: not blank
		}
	}
	return out
}

// markdown strips the marks of Markdown and keeps the addresses of its links.
func (l *line) markdown() {
	if !strings.ContainsAny(l.text, "#*_[>\\:.w") {
		return
	}
	t := mdQuote.ReplaceAllString(l.text, "")
	if m := mdHeading.FindStringSubmatch(t); m != nil {
		l.level, t = len(m[1]), m[2]
	}
	if strings.ContainsRune(t, '[') {
		for _, m := range mdLink.FindAllStringSubmatch(t, -1) {
			if m[2] != "" && m[2] != "#" {
				l.links = append(l.links, m[2])
				l.linked += len(strings.Fields(m[1]))
			}
		}
		t = mdLink.ReplaceAllString(t, "$1")
	}
	bare := bareURL.FindAllString(t, -1)
	l.links = append(l.links, bare...)
	if len(bare) == 0 && strings.ContainsAny(t, "*_") {
		t = strings.TrimSpace(t)
		m := mdStrong.FindStringIndex(t)
		l.strong = m != nil && m[0] == 0 && m[1] == len(t)
		t = mdStrong.ReplaceAllString(t, "$1$2")
		t = mdEmphasis.ReplaceAllString(t, "$1$2$3$4")
	}
	if strings.ContainsRune(t, '\\') {
		t = mdEscape.ReplaceAllString(t, "$1")
	}
	l.text = strings.Join(strings.Fields(t), " ")
}

// bullet takes the bullet or the number off the text.
func (l *line) bullet() {
	if m := glyphBullet.FindStringSubmatch(l.text); m != nil {
		l.marker, l.text = m[1], l.text[len(m[0]):]
		return
	}
	for _, re := range []*regexp.Regexp{dashBullet, ringBullet, numberBullet} {
		if m := re.FindStringSubmatchIndex(l.text); m != nil {
			l.marker, l.text = l.text[m[2]:m[3]], l.text[m[4]:]
			return
		}
	}
}

// terminal reports whether a text ends like a sentence or a list head. "Mr." and an
// initial end nothing.
func terminal(s string) bool {
	s = strings.TrimRightFunc(s, func(r rune) bool { return isCloser(r) || r == ' ' })
	r := lastRune(s)
	if r == '.' {
		word := s[strings.LastIndexByte(s, ' ')+1 : len(s)-1]
		return !titleAbbr[strings.ToLower(word)] && (utf8.RuneCountInString(word) != 1 || !startsUpper(word) || word == "I")
	}
	return isSentenceEnd(r) || r == ':' || r == '：'
}

var linkWords = wordSet(`of the and a an in to by for with or as on at from its their that which into
	including de la le les des du et y el los las en del para por`)

// unfinished reports a text that goes on whatever comes next: it ends in a comma or in a
// word that ends nothing.
func unfinished(s string) bool {
	word := s[strings.LastIndexByte(s, ' ')+1:]
	return endsOpen(s) || linkWords[word] || strings.HasSuffix(word, ".") && titleAbbr[strings.ToLower(strings.TrimSuffix(word, "."))]
}

func startsLower(s string) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(s, isOpener))
	return unicode.IsLower(r)
}
