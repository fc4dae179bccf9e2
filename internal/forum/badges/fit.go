package badges

import (
	"strings"
	"unicode"
)

// How wide letters are, in parts of the size of the type: wide enough for the fonts that
// forums print with, so that what is reckoned to fit does fit.
const (
	wideFull   = 1.02
	wideArabic = 0.62
	wideIndic  = 0.72
	wideUpper  = 0.74
	wideLower  = 0.58
	wideThin   = 0.32
	wideBroad  = 0.92
	wideSpace  = 0.30
	wideOther  = 0.66
)

func runeWidth(r rune) float64 {
	switch {
	case unicode.Is(unicode.Mn, r), unicode.Is(unicode.Me, r), unicode.Is(unicode.Cf, r):
		return 0
	case unicode.IsSpace(r):
		return wideSpace
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) || r >= 0x3000 && r <= 0x303F || r >= 0xFF00 && r <= 0xFF60:
		return wideFull
	case unicode.In(r, unicode.Arabic, unicode.Hebrew):
		return wideArabic
	case unicode.In(r, unicode.Devanagari, unicode.Bengali, unicode.Tamil, unicode.Telugu, unicode.Malayalam, unicode.Kannada, unicode.Sinhala, unicode.Myanmar, unicode.Khmer, unicode.Ethiopic):
		return wideIndic
	case strings.ContainsRune("iIjlıíì.,:;'’|!()-·", r):
		return wideThin
	case strings.ContainsRune("mwMWЖШЩЮжшщюмЫ@%", r):
		return wideBroad
	case unicode.IsUpper(r):
		return wideUpper
	case unicode.IsLower(r):
		return wideLower
	}
	return wideOther
}

// width is how wide a text is in a size.
func width(s string, size float64) float64 {
	w := 0.0
	for _, r := range s {
		w += runeWidth(r)
	}
	return w * size
}

// lineHeight is the distance of two lines, in parts of the size.
const lineHeight = 1.16

// fit breaks a text into lines and finds the largest size, from most down, in which it
// stands in a box of that width and height. Nothing is cut off: what is very long gets
// small, and a word that would get very small is broken.
func fit(s string, boxWidth, boxHeight, most float64, mostLines int) (lines []string, size float64) {
	s = strings.Join(strings.Fields(s), " ")
	if s == "" || boxWidth <= 0 || boxHeight <= 0 {
		return nil, most
	}
	for size = most; ; size *= 0.96 {
		lines, whole := wrap(s, boxWidth/size, size < most*0.4)
		last := size < most/300
		if whole && len(lines) <= mostLines && float64(len(lines))*size*lineHeight <= boxHeight || last {
			return lines, size
		}
	}
}

// wrap breaks a text into lines of that many parts of its size: at spaces, between Chinese
// and Japanese letters, and within words only where that is allowed. whole is false where a
// word is wider than a line.
func wrap(s string, most float64, within bool) (lines []string, whole bool) {
	whole = true
	line, have := "", 0.0
	end := func() {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
		line, have = "", 0
	}
	for _, piece := range pieces(s) {
		if w := width(strings.TrimSpace(piece), 1); have+w > most {
			end()
			whole = whole && (w <= most || within)
			if w > most && within {
				for _, r := range piece {
					if have+runeWidth(r) > most {
						end()
					}
					line += string(r)
					have += runeWidth(r)
				}
				continue
			}
		}
		line += piece
		have += width(piece, 1)
	}
	end()
	return lines, whole
}

// pieces are the parts of a text that stay together, each with the space behind it.
func pieces(s string) []string {
	var out []string
	var cur strings.Builder
	for _, r := range s {
		cur.WriteRune(r)
		if r == ' ' || unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) {
			out = append(out, cur.String())
			cur.Reset()
		}
	}
	if cur.Len() > 0 {
		out = append(out, cur.String())
	}
	return out
}

// rightToLeft tells whether the first letter of a text that has a direction is Arabic,
// Hebrew or of their like.
func rightToLeft(s string) bool {
	for _, r := range s {
		if unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana, unicode.Nko) {
			return true
		}
		if unicode.IsLetter(r) {
			return false
		}
	}
	return false
}
