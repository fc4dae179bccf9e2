package i18n

import (
	"unicode"

	"golang.org/x/text/width"
)

// Wide tells whether a character takes two columns where others take one, as Chinese
// characters do. A line may be broken before and after it.
func Wide(r rune) bool {
	k := width.LookupRune(r).Kind()
	return k == width.EastAsianWide || k == width.EastAsianFullwidth
}

// Columns is how wide a text is in letters of one width: in mail, in a terminal.
func Columns(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case Wide(r):
			n += 2
		default:
			n++
		}
	}
	return n
}
