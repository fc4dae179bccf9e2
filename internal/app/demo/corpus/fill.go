package corpus

import (
	"math/rand/v2"
	"strings"
	"unicode"
	"unicode/utf8"
)

// filler completes texts written with slots: {a|b} stands for one of the alternatives,
// {region} for a value of that slot, {region2} for another value of the same slot. A
// slot with a capital first letter begins a sentence.
type filler struct {
	r     *rand.Rand
	slots map[string][]string
	// set holds values given by the caller; they stay the same from text to text.
	set map[string]string
}

func (g *maker) filler(r *rand.Rand, set map[string]string) *filler {
	return &filler{r: r, slots: g.texts.phrases.Slots, set: set}
}

func (f *filler) fill(s string) string {
	drawn := map[string]string{}
	var b strings.Builder
	for {
		open := strings.IndexByte(s, '{')
		if open < 0 {
			b.WriteString(s)
			return b.String()
		}
		width := strings.IndexByte(s[open:], '}')
		if width < 0 {
			panic("corpus: slot without end in " + s)
		}
		b.WriteString(s[:open])
		b.WriteString(f.value(s[open+1:open+width], drawn))
		s = s[open+width+1:]
	}
}

func (f *filler) value(slot string, drawn map[string]string) string {
	if strings.Contains(slot, "|") {
		return pick(f.r, strings.Split(slot, "|"))
	}
	key := strings.ToLower(slot)
	v, ok := f.set[key]
	if !ok {
		v, ok = drawn[key]
	}
	for !ok {
		base := strings.TrimRight(key, "0123456789")
		values := f.slots[base]
		if len(values) == 0 {
			panic("corpus: no values for slot " + slot)
		}
		v = pick(f.r, values)
		ok = true
		for other, taken := range drawn {
			if taken == v && strings.TrimRight(other, "0123456789") == base {
				ok = false
			}
		}
	}
	drawn[key] = v
	if key != slot {
		return capital(v)
	}
	return v
}

func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

func uncapital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[n:]
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func shuffle[T any](r *rand.Rand, list []T) {
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
}

// draw takes n different elements in random order, or all if there are fewer.
func draw[T any](r *rand.Rand, list []T, n int) []T {
	l := append([]T(nil), list...)
	shuffle(r, l)
	return l[:min(n, len(l))]
}

var (
	units = strings.Fields("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen")
	tens  = strings.Fields("- ten twenty thirty forty fifty sixty seventy eighty ninety")
)

// words writes a number from 0 to 99 as English words.
func words(n int) string {
	switch {
	case n < 20:
		return units[n]
	case n%10 == 0:
		return tens[n/10]
	default:
		return tens[n/10] + "-" + units[n%10]
	}
}
