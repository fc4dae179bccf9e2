package forumtext

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// numberWords are the numbers that are written in words. "One" is left out: it is an
// article more often than a number.
var numberWords = map[string]int{
	"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
	"eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
	"eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
	"seventy": 70, "eighty": 80, "ninety": 90,
	"deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "sept": 7, "huit": 8, "neuf": 9, "dix": 10, "douze": 12,
	"quinze": 15, "vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60,
	"dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9, "diez": 10,
	"doce": 12, "quince": 15, "veinte": 20, "treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60,
}

var wordScales = map[string]int{
	"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000, "dozen": 12,
}

// vagueNumbers give an order of magnitude and no number.
var vagueNumbers = wordSet(`tens dozens scores hundreds thousands millions billions centaines milliers cientos miles
	docenas decenas dizaines millones`)

// inWords finds the numbers that are written in words.
func (sc *scanner) inWords() []number {
	var out []number
	for i := 0; i < len(sc.ts); {
		n, to := sc.wordsAt(i)
		if to == 0 {
			i++
			continue
		}
		out = append(out, n)
		i = to
	}
	return out
}

// wordsAt reads a number in words that begins at token i; to is 0 when there is none.
func (sc *scanner) wordsAt(i int) (n number, to int) {
	t := sc.ts[i]
	if t.kind != 'w' {
		return number{}, 0
	}
	word := strings.ToLower(t.text)
	if vagueNumbers[word] {
		return sc.vagueAt(i)
	}
	if rest, ok := strings.CutSuffix(word, "fold"); ok && numberWords[rest] > 0 {
		return number{from: t.from, to: t.to, value: numberWords[rest], digits: strconv.Itoa(numberWords[rest]), unit: fold, inWords: true}, i + 1
	}
	value, to := sc.valueAt(i)
	if to == 0 {
		return number{}, 0
	}
	last := sc.ts[to-1]
	if wordScales[word] > 0 {
		t = sc.ts[i-1] // the "a" of "a dozen"
	}
	n = number{from: t.from, to: last.to, value: value, digits: strconv.Itoa(value), inWords: true}
	if m := foldTail.FindString(sc.s[n.to:]); m != "" {
		n.to += len(m)
		n.unit = fold
		for to < len(sc.ts) && sc.ts[to].to <= n.to {
			to++
		}
	}
	if m := unitForm.FindString(sc.s[n.to:]); m != "" {
		n.unit, n.to = percent, n.to+len(m)
	}
	before := lastWord(sc.s[:n.from])
	behind := strings.HasSuffix(strings.TrimRight(sc.s[:n.from], " "), before)
	if behind && before != "" && referenceWords[strings.ToLower(before)] || n.from > 0 && startsUpper(t.text) && !sc.opens(n.from) {
		n.why = isReference // "Part Two", "the Group of Seven"
	}
	return n, to
}

// opens reports whether a sentence or a quotation begins at byte i.
func (sc *scanner) opens(i int) bool {
	head := strings.TrimRight(sc.s[:i], " ")
	return head == "" || isOpener(lastRune(head)) || isSentenceEnd(lastRune(head)) || strings.HasSuffix(head, ":")
}

// valueAt adds up "one hundred and fifty-two" and "eighty-seven"; a bare scale counts
// only behind "a": "a hundred", "a dozen".
func (sc *scanner) valueAt(i int) (value, to int) {
	total, current := 0, 0
	switch by := wordScales[strings.ToLower(sc.ts[i].text)]; {
	case by > 0 && (i == 0 || !sc.ts[i-1].is("a")):
		return 0, 0
	case by > 0:
		current, to = by, i+1
	case sc.ts[i].is("one") && i+1 < len(sc.ts) && wordScales[strings.ToLower(sc.ts[i+1].text)] > 0:
		current, to = wordScales[strings.ToLower(sc.ts[i+1].text)], i+2
	}
	for j := max(i, to); j < len(sc.ts) && j < i+12; {
		if j > i {
			switch {
			case sc.ts[j].is("-", "‑") && !sc.ts[j].space && j+1 < len(sc.ts) && current%10 == 0 && unitWord(sc.ts[j+1]) > 0,
				sc.ts[j].is("and") && j+1 < len(sc.ts) && current >= 100 && current%100 == 0 && unitWord(sc.ts[j+1]) > 0:
				j++
			}
		}
		v, by := numberWords[strings.ToLower(sc.ts[j].text)], wordScales[strings.ToLower(sc.ts[j].text)]
		if j > i && v == 0 && sc.ts[j-1].is("-", "‑", "and") {
			v = unitWord(sc.ts[j])
		}
		switch {
		case v > 0 && (j == i || current%100 == 0 && current >= 100 || current%10 == 0 && current >= 20 && v < 10 || current == 0):
			current += v
		case by > 0 && by < 1000 && current > 0 && current < 100:
			current *= by
		case by >= 1000 && current > 0 && total < 1_000_000_000:
			total += current * by
			current = 0
		default:
			return total + current, to
		}
		j++
		to = j
	}
	return total + current, to
}

// unitWord is the value of a word inside a number, where "one" is a number too.
func unitWord(t token) int {
	if t.is("one") {
		return 1
	}
	return numberWords[strings.ToLower(t.text)]
}

// vagueAt reads "thousands" and "tens of thousands".
func (sc *scanner) vagueAt(i int) (n number, to int) {
	to = i + 1
	for to+1 < len(sc.ts) && sc.ts[to].is("of") && vagueNumbers[strings.ToLower(sc.ts[to+1].text)] {
		to += 2
	}
	n = number{from: sc.ts[i].from, to: sc.ts[to-1].to, inWords: true}
	n.digits = sc.s[n.from:n.to]
	word := strings.ToLower(n.digits)
	if word == "tens" || word == "scores" || word == "miles" || word == "millones" {
		if to >= len(sc.ts) || !sc.ts[to].is("of", "de") {
			return number{}, 0 // "miles", "test scores"
		}
	}
	return n, to
}

const qualifierWords = `(?:well |just |slightly |far )?(?:more than|over|under|nearly|almost|about|around|approximately|roughly|some|at least|` +
	`up to|no fewer than|no less than|not fewer than|not less than|fewer than|less than|close to|as many as|upwards of|in excess of|` +
	`above|exactly|only|circa|plus de|près de|environ|au moins|quelque|jusqu['’]à|más de|cerca de|unos|unas|al menos|casi|alrededor de|` +
	`an estimated|estimated|a total of|une? total de|un total de)`

var qualifierForm = regexp.MustCompile(`(?i)(?:^|[\s(,;:])((?:an? (?:[\p{L}\-]+ )?record(?: number)? of )?` + qualifierWords +
	`|an? (?:[\p{L}\-]+ )?record(?: number)? of)\s+(?:the\s+|a\s+)?$`)

// qualifierBefore is the words right before a number that say how exact it is; "+"
// behind it counts too.
func qualifierBefore(s string, n number) string {
	from := max(0, n.from-60)
	for from > 0 && s[from] != ' ' {
		from--
	}
	if m := qualifierForm.FindStringSubmatch(s[from:n.from]); m != nil {
		return m[1]
	}
	if strings.HasPrefix(s[n.to:], "+") {
		return "+"
	}
	if strings.HasPrefix(s[n.to:], " or more ") {
		return "or more"
	}
	return ""
}

func sortNumbers(list []number) {
	slices.SortFunc(list, func(a, b number) int { return a.from - b.from })
}
