package captions

import (
	"bytes"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// decode makes text of bytes: UTF-8, or UTF-16 with a byte order mark, with line ends
// of one kind. Bytes that are neither are refused with their line: half of a name in
// wrong letters is worse than none.
func decode(data []byte) (string, []Note, error) {
	var notes []Note
	switch {
	case bytes.HasPrefix(data, []byte{0xef, 0xbb, 0xbf}):
		data = data[3:]
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		s, err := fromUTF16(data)
		if err != nil {
			return "", nil, err
		}
		data = []byte(s)
		notes = append(notes, Note{Line: 1, Code: NoteUTF16})
	}
	if !utf8.Valid(data) {
		good := 0
		for i := 0; i < len(data); {
			r, n := utf8.DecodeRune(data[i:])
			if r == utf8.RuneError && n <= 1 {
				break
			}
			i += n
			good = i
		}
		return "", nil, refuse(lineAt(data[:good]), ErrEncoding)
	}
	if i := bytes.IndexByte(data, 0); i >= 0 { // UTF-16 without its mark, or no text at all
		return "", nil, refuse(lineAt(data[:i]), ErrEncoding)
	}
	s := strings.ReplaceAll(string(data), "\r\n", "\n")
	return strings.ReplaceAll(s, "\r", "\n"), notes, nil
}

func fromUTF16(data []byte) (string, error) {
	little := data[0] == 0xff
	data = data[2:]
	if len(data)%2 != 0 {
		return "", refuse(0, ErrEncoding)
	}
	units := make([]uint16, len(data)/2)
	for i := range units {
		if little {
			units[i] = uint16(data[2*i]) | uint16(data[2*i+1])<<8
		} else {
			units[i] = uint16(data[2*i])<<8 | uint16(data[2*i+1])
		}
	}
	line := 1
	for i := 0; i < len(units); i++ {
		switch u := rune(units[i]); {
		case u == '\n':
			line++
		case u == 0:
			return "", refuse(line, ErrEncoding)
		case utf16.IsSurrogate(u):
			if i+1 == len(units) || utf16.DecodeRune(u, rune(units[i+1])) == utf8.RuneError {
				return "", refuse(line, ErrEncoding)
			}
			i++
		}
	}
	return string(utf16.Decode(units)), nil
}

// lineAt is the line in which something stands that follows these bytes.
func lineAt(before []byte) int {
	n := bytes.Count(before, []byte{'\n'})
	// Carriage returns alone end lines as well.
	return 1 + n + bytes.Count(before, []byte{'\r'}) - bytes.Count(before, []byte("\r\n"))
}

// Decode makes text of the bytes of a file, as Read does: UTF-8 with line ends of one
// kind. What is neither UTF-8 nor marked UTF-16 is an *Error.
func Decode(data []byte) (string, error) {
	text, _, err := decode(data)
	return text, err
}
