package mailin

import (
	"bytes"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

func encodingOf(name string) encoding.Encoding {
	name = strings.ToLower(strings.Trim(name, " \"'"))
	if e, err := htmlindex.Get(name); err == nil {
		return e
	}
	if e, err := ianaindex.MIME.Encoding(name); err == nil && e != nil {
		return e
	}
	return nil
}

// charsetReader decodes encoded words of header fields.
func charsetReader(charset string, in io.Reader) (io.Reader, error) {
	b, err := io.ReadAll(io.LimitReader(in, maxHeader))
	if err != nil {
		return nil, err
	}
	s, _ := decode(b, charset)
	return strings.NewReader(s), nil
}

// decode makes text of bytes, and says whether that was certain. What the sender says
// counts unless the bytes cannot be that.
func decode(b []byte, charset string) (string, bool) {
	plain := strings.EqualFold(charset, "us-ascii") || strings.EqualFold(charset, "ascii") || charset == ""
	if e := encodingOf(charset); !plain && e != nil && !strings.EqualFold(charset, "utf-8") {
		if out, err := e.NewDecoder().Bytes(b); err == nil && bytes.Count(out, []byte("\ufffd"))*20 <= len(out) {
			return strings.TrimPrefix(string(out), "\ufeff"), true
		}
	}
	if utf8.Valid(b) {
		return strings.TrimPrefix(string(b), "\ufeff"), encodingOf(charset) != nil || plain
	}
	if strings.EqualFold(charset, "utf-8") && bytes.Count(bytes.ToValidUTF8(b, []byte("\x00")), []byte{0})*20 <= len(b) {
		return strings.ToValidUTF8(string(b), "\ufffd"), false // a few bytes are broken
	}
	return guess(b), false
}

// guess decodes bytes of which nothing is known: Chinese where nearly all that is not
// ASCII comes out as its frequent signs, else Western European.
func guess(b []byte) string {
	best, text := 0.6, ""
	for _, c := range []struct {
		e      encoding.Encoding
		lo, hi byte // first bytes of the frequent signs
	}{{traditionalchinese.Big5, 0xA4, 0xC6}, {simplifiedchinese.GB18030, 0xB0, 0xD7}} {
		out, err := c.e.NewDecoder().Bytes(b)
		if err != nil || bytes.Contains(out, []byte("\ufffd")) {
			continue
		}
		pairs, common := 0, 0
		for i := 0; i+1 < len(b); i++ {
			if b[i] >= 0x80 {
				pairs++
				if b[i] >= c.lo && b[i] <= c.hi {
					common++
				}
				i++
			}
		}
		han := 0
		for _, r := range string(out) {
			if unicode.Is(unicode.Han, r) {
				han++
			}
		}
		if share := float64(common) / float64(max(pairs, 1)); share > best && 2*han >= pairs {
			best, text = share, string(out)
		}
	}
	if text != "" {
		return text
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\ufffd")
	}
	return string(out)
}
