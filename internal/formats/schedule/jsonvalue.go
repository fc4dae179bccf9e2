package schedule

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// value is a JSON value with its place in the source. Objects keep the order of their
// fields.
type value struct {
	kind     byte // n(ull) b(ool) # (number) s(tring) [ {
	cut      bool // the file ends inside
	from, to int
	text     string // of a string, a number or a bool
	keys     []string
	list     []value
}

// maxValues bounds the memory that a file can take: 50,000 events of thirty values.
const maxValues = 1_500_000

// parser reads JSON leniently: comments, commas before a bracket, control characters in
// strings and unknown escapes are taken; a file that ends too early gives what there is.
type parser struct {
	src   string
	at    int
	count int
	loose bool // something was not JSON
}

type jsonError struct {
	at  int
	msg string
}

func (e *jsonError) Error() string { return e.msg }

func (p *parser) fail(msg string) error { return &jsonError{p.at, msg} }

// space skips white space and comments.
func (p *parser) space() {
	for p.at < len(p.src) {
		rest := p.src[p.at:]
		switch {
		case strings.IndexByte(" \t\r\n\ufeff", rest[0]) >= 0:
			p.at++
		case strings.HasPrefix(rest, "/*"):
			p.loose = true
			end := strings.Index(rest[2:], "*/")
			if end < 0 {
				p.at = len(p.src)
				return
			}
			p.at += end + 4
		case strings.HasPrefix(rest, "//"):
			p.loose = true
			end := strings.IndexByte(rest, '\n')
			if end < 0 {
				p.at = len(p.src)
				return
			}
			p.at += end
		default:
			return
		}
	}
}

// value reads one value. At the end of the file it returns what there is, cut.
func (p *parser) value(depth int) (value, error) {
	p.space()
	v := value{from: p.at, to: p.at}
	if p.at >= len(p.src) {
		v.cut, v.kind = true, 'n'
		return v, nil
	}
	if depth > maxDepth {
		return v, errDeep
	}
	if p.count++; p.count > maxValues {
		return v, fmt.Errorf("%w: more than %d values", ErrTooLarge, maxValues)
	}
	var err error
	switch p.src[p.at] {
	case '{', '[':
		err = p.container(&v, depth)
	case '"':
		v.kind = 's'
		v.text, v.cut = p.str()
	default:
		err = p.word(&v)
	}
	v.to = p.at
	return v, err
}

// container reads an object or a list.
func (p *parser) container(v *value, depth int) error {
	v.kind = p.src[p.at]
	end := byte(']')
	if v.kind == '{' {
		end = '}'
	}
	p.at++
	for comma := true; ; {
		p.space()
		if p.at >= len(p.src) {
			v.cut = true
			return nil
		}
		switch c := p.src[p.at]; {
		case c == end:
			p.loose = p.loose || comma && len(v.list) > 0
			p.at++
			return nil
		case c == ',':
			p.loose = p.loose || comma
			comma = true
			p.at++
			continue
		case !comma:
			return p.fail("a comma is missing")
		}
		comma = false
		key := ""
		if v.kind == '{' {
			if p.src[p.at] != '"' {
				return p.fail("a field's name is missing")
			}
			var cut bool
			key, cut = p.str()
			p.space()
			if cut || p.at >= len(p.src) {
				v.cut = true
				return nil
			}
			if p.src[p.at] != ':' {
				return p.fail("a colon is missing")
			}
			p.at++
		}
		item, err := p.value(depth + 1)
		if err != nil {
			return err
		}
		v.list = append(v.list, item)
		if v.kind == '{' {
			v.keys = append(v.keys, key)
		}
		if item.cut {
			v.cut = true
			return nil
		}
	}
}

// word reads true, false, null or a number.
func (p *parser) word(v *value) error {
	end := p.at
	for end < len(p.src) && strings.IndexByte("+-.0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", p.src[end]) >= 0 {
		end++
	}
	w := p.src[p.at:end]
	if end-p.at > 100 {
		return p.fail("a word that is too long")
	}
	switch w {
	case "null", "None", "undefined", "NaN":
		v.kind = 'n'
	case "true", "false", "True", "False":
		v.kind, v.text = 'b', strings.ToLower(w)
	default:
		if w == "" || strings.IndexByte("-0123456789", w[0]) < 0 {
			if w != "" && end == len(p.src) && begins(w, "null", "true", "false") {
				v.kind, v.cut = 'n', true
				break
			}
			return p.fail("no value")
		}
		v.kind, v.text = '#', w
	}
	if p.at = end; end == len(p.src) && v.kind != 'n' {
		v.cut = true
	}
	return nil
}

// begins says whether w is the beginning of one of the words.
func begins(w string, words ...string) bool {
	return slices.ContainsFunc(words, func(word string) bool { return strings.HasPrefix(word, w) })
}

// str reads a string; cut where the file ends in it.
func (p *parser) str() (s string, cut bool) {
	p.at++
	begin := p.at
	for p.at < len(p.src) && p.src[p.at] != '"' && p.src[p.at] != '\\' {
		p.at++
	}
	if p.at < len(p.src) && p.src[p.at] == '"' {
		s = p.src[begin:p.at]
		p.at++
		return s, false
	}
	var b strings.Builder
	b.WriteString(p.src[begin:p.at])
	for p.at < len(p.src) {
		c := p.src[p.at]
		p.at++
		switch {
		case c == '"':
			return b.String(), false
		case c != '\\':
			b.WriteByte(c)
		case p.at < len(p.src):
			p.escape(&b)
		}
	}
	return b.String(), true
}

var escapes = map[byte]byte{'n': '\n', 't': '\t', 'r': '\r', 'b': ' ', 'f': ' '}

func (p *parser) escape(b *strings.Builder) {
	c := p.src[p.at]
	p.at++
	if c != 'u' {
		if plain, ok := escapes[c]; ok {
			c = plain
		}
		b.WriteByte(c)
		return
	}
	r, ok := p.unit()
	if !ok {
		p.loose = true
		b.WriteRune(utf8.RuneError)
		return
	}
	if utf16.IsSurrogate(r) && strings.HasPrefix(p.src[p.at:], `\u`) {
		back := p.at
		p.at += 2
		low, ok := p.unit()
		if full := utf16.DecodeRune(r, low); ok && full != utf8.RuneError {
			r = full
		} else {
			p.at = back
		}
	}
	b.WriteRune(r) // half a pair becomes U+FFFD
}

// unit reads four hexadecimal digits.
func (p *parser) unit() (rune, bool) {
	if p.at+4 > len(p.src) {
		return 0, false
	}
	var r rune
	for _, c := range []byte(p.src[p.at : p.at+4]) {
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	p.at += 4
	return r, true
}
