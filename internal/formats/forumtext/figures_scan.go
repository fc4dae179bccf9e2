package forumtext

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// reason says why a number of a text is no figure.
type reason string

const (
	isFigure    reason = ""
	isDate      reason = "date"
	isYearOnly  reason = "year"
	isOrdinal   reason = "ordinal"
	isSymbol    reason = "symbol"    // A/RES/70/125, IPv6, WSIS+20, 5G
	isReference reason = "reference" // Goal 4, Day 0, Part Two
	isTime      reason = "time"
	isAddress   reason = "address"
)

// unit is what stands behind a number and belongs to it.
type unit uint8

const (
	noUnit unit = iota
	fold
	percent
	money
)

// number is a number of a sentence, in digits or in words.
type number struct {
	from, to  int    // bytes of the sentence
	value     int    // 0 when vague or no whole number
	digits    string // the value as digits, "3.5", or as written when vague
	qualifier string
	unit      unit
	why       reason
	inWords   bool
}

// Of a sentence the first maxSentence bytes are looked into, and the words about a figure
// may stand reach bytes from it. Both are far above what sentences need, and keep the time
// that a text without full stops takes in proportion to its length.
const (
	maxSentence = 20_000
	reach       = 400
)

// numbers finds all numbers of a sentence and says of each what it is.
func numbers(s string) []number {
	if len(s) > maxSentence {
		s = s[:strings.LastIndexByte(s[:maxSentence], ' ')+1]
	}
	ts := tokenize(s)
	sc := scanner{s: s, ts: ts, taken: make(map[int]reason)}
	for _, loc := range addressForm.FindAllStringIndex(s, -1) {
		sc.cover(loc[0], loc[1], isAddress)
	}
	for _, m := range yearsForm.FindAllStringSubmatchIndex(s, -1) {
		sc.cover(m[2], m[5], isYearOnly)
	}
	sc.coverDates()
	out := append(sc.inDigits(), sc.inWords()...)
	sortNumbers(out)
	for i := range out {
		out[i].qualifier = qualifierBefore(s, out[i])
	}
	return out
}

// yearsForm is a stretch of years: 2022-2023, 2022/23.
var yearsForm = regexp.MustCompile(`(?:^|[^/\p{L}\d])((?:19|20)\d\d)\s?[-–/]\s?((?:(?:19|20)\d\d|\d\d))(?:[^\d/]|$)`)

var addressForm = regexp.MustCompile(`(?:https?://|www\.)[^\s<>"]+|\S+@\S+\.\S+`)

// scanner holds a sentence while its numbers are found.
type scanner struct {
	s     string
	ts    []token
	taken map[int]reason // byte at which a number begins that is no figure
}

func (sc *scanner) cover(from, to int, why reason) {
	for _, t := range sc.ts {
		if t.kind == 'n' && t.from >= from && t.to <= to {
			sc.taken[t.from] = why
		}
	}
}

// coverDates marks the numbers of dates, of ranges of dates and of times of day.
func (sc *scanner) coverDates() {
	ts := sc.ts
	found := dates(ts)
	for _, d := range found {
		sc.cover(ts[d.from].from, ts[d.to-1].to, isDate)
		// "8 to 12 October", "8, 9 and 10 October"
		for i := d.from; i >= 2 && ts[i-2].kind == 'n' && ts[i-2].num <= 31 && (isRangeMark(ts[i-1]) || ts[i-1].is(",", "et", "y", "/")); i -= 2 {
			sc.taken[ts[i-2].from] = isDate
		}
		// "October 8-12, 2023"
		for i := d.to; i+1 < len(ts) && isRangeMark(ts[i]) && ts[i+1].kind == 'n' && ts[i+1].num <= 31 && ts[d.to-1].kind == 'n'; i += 2 {
			sc.taken[ts[i+1].from] = isDate
		}
	}
	for _, c := range clocks(ts, found) {
		text := sc.s[ts[c.from].from:ts[c.to-1].to]
		if strings.Contains(text, ":") || c.half != "" || strings.ContainsAny(text, "hH") {
			sc.cover(ts[c.from].from, ts[c.to-1].to, isTime)
		}
	}
}

// inDigits finds the numbers that are written in digits.
func (sc *scanner) inDigits() []number {
	var out []number
	s := sc.s
	reference := -1 // where the last reference ended, for "Goals 4, 5 and 9"
	for i := 0; i < len(s); {
		if !isDigit(s[i]) {
			i++
			continue
		}
		n := scanDigits(s, i)
		switch {
		case sc.taken[i] != "":
			n = number{from: i, to: digitsEnd(s, i), why: sc.taken[i]}
		default:
			n.why = sc.explain(n, reference)
		}
		if n.why == isFigure {
			n.readUnit(s)
		} else {
			// A longer number was read only if it is a figure.
			n.to = digitsEnd(s, i)
			if n.why == isReference {
				reference = n.to
			}
		}
		out = append(out, n)
		i = n.to
	}
	return out
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func digitsEnd(s string, i int) int {
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	return i
}

// scanDigits reads a number with the thousand separators of English, French and Spanish
// ("11,000", "11 000", "11.000", "11'000") and a decimal part.
func scanDigits(s string, i int) number {
	n := number{from: i, to: digitsEnd(s, i)}
	digits := s[i:n.to]
	sep := ""
	if len(digits) <= 3 && digits[0] != '0' {
		for n.to < len(s) {
			r, size := utf8.DecodeRuneInString(s[n.to:])
			mark := string(r)
			next := n.to + size
			end := digitsEnd(s, next)
			if end-next != 3 || !strings.ContainsRune(",. '’", r) || sep != "" && mark != sep {
				break
			}
			sep = mark
			digits += s[next:end]
			n.to = end
		}
	}
	if n.to+1 < len(s) && (s[n.to] == '.' || s[n.to] == ',') && s[n.to:n.to+1] != sep && isDigit(s[n.to+1]) {
		if end := digitsEnd(s, n.to+1); sep != "" || end-n.to-1 != 3 {
			digits += "." + s[n.to+1:end]
			n.to = end
		}
	}
	n.digits = digits
	if v, err := strconv.Atoi(digits); err == nil && len(digits) <= 15 {
		n.value = v
	}
	return n
}

var (
	referenceWords = wordSet(`day goal goals phase article articles part section sections chapter annex target targets
		resolution resolutions figure table step version room hall page pages level tier item items question questions
		paragraph paragraphs para paras ws sdg sdgs note line lines pillar principle recommendation web
		art vol volume issue building floor cluster stage no nos number nº n° jour día article objectif objetivo ods odd
		resolución résolution décision decisión decision event`)
	yearPrefixes = wordSet(`in of since until till by before after from mid early late the year and or en de du des
		del depuis desde hasta avant après als à`)
	countNouns = wordSet(`delegates participants attendees stakeholders registrants people individuals persons
		countries territories sessions workshops exhibitors booths délégués personnes pays participantes
		delegados personas países views articles posts`)
)

// explain says why a number in digits is no figure, "" when it is one.
func (sc *scanner) explain(n number, reference int) reason {
	s := sc.s
	before, _ := utf8.DecodeLastRuneInString(s[:n.from])
	after, _ := utf8.DecodeRuneInString(s[n.to:])
	if n.from == 0 {
		before = ' '
	}
	end := digitsEnd(s, n.from)
	bare := end == n.to
	y := bare && end-n.from == 4 && isYear(token{kind: 'n', num: n.value})
	if y && before == '-' {
		return isYearOnly // mid-2018
	}
	if unicode.IsLetter(before) || strings.ContainsRune("#/@_+=", before) ||
		strings.ContainsRune("-‑.", before) && gluedLetter(s[:n.from]) {
		return isSymbol
	}
	if suffix := lettersAt(s, n.to); suffix != "" {
		switch strings.ToLower(suffix) {
		case "st", "nd", "rd", "th", "er", "e", "ère", "ème", "º", "ª", "o", "a":
			return isOrdinal
		case "fold":
			return isFigure
		}
		return isSymbol // 5G, 1990s
	}
	if after == '/' && n.to+1 < len(s) && s[n.to+1] != ' ' {
		return isSymbol
	}
	if y && !sc.counts(n) {
		return isYearOnly
	}
	if bare && n.value < 1000 && sc.isReference(n, reference) || s[n.from] == '0' && bare && end-n.from > 1 {
		return isReference
	}
	return isFigure
}

// gluedLetter reports a letter or digit before the mark at the end of s: COVID-19, 3.1.2.
func gluedLetter(s string) bool {
	r := lastRune(s[:len(s)-utf8.RuneLen(lastRune(s))])
	return unicode.IsLetter(r) || lastRune(s) == '.' && unicode.IsDigit(r)
}

func lettersAt(s string, i int) string {
	end := i
	for end < len(s) {
		r, n := utf8.DecodeRuneInString(s[end:])
		if !unicode.IsLetter(r) {
			break
		}
		end += n
	}
	return s[i:end]
}

// counts reports a four-digit number that looks like a year and counts something all the
// same: "2000 delegates", "more than 2000".
func (sc *scanner) counts(n number) bool {
	words := strings.FieldsFunc(sc.s[n.to:min(len(sc.s), n.to+60)], func(r rune) bool { return !unicode.IsLetter(r) && r != '-' })
	noun := len(words) > 0 && countNouns[strings.ToLower(words[0])] ||
		len(words) > 1 && countNouns[strings.ToLower(words[1])] && !figureStops[strings.ToLower(words[0])] && !figureStops[strings.ToLower(words[1])]
	if q := strings.ToLower(qualifierBefore(sc.s, n)); q != "" && (noun || !vagueQualifiers[q]) {
		return true
	}
	word := lastWord(sc.s[:n.from])
	return noun && !yearPrefixes[strings.ToLower(word)] && (word == "" || !startsUpper(word) || lastRune(strings.TrimRight(sc.s[:n.from], " ")) == ',')
}

var vagueQualifiers = wordSet(`over about around some circa environ under`)

// isReference reports the number of a thing and not of things: "Day 2", "(1)", "Goals 4, 5 and 9".
func (sc *scanner) isReference(n number, reference int) bool {
	s := sc.s
	head := strings.TrimRight(s[:n.from], " ")
	if strings.HasSuffix(head, "(") && strings.HasPrefix(s[n.to:], ")") {
		return true
	}
	if reference >= 0 && n.from-reference <= 6 {
		switch strings.Trim(s[reference:n.from], " ") {
		case ",", "and", "or", ", and", "&", "-", "–", "to", "et", "y":
			return true
		}
	}
	head = strings.TrimSuffix(head, ".")
	word := lastWord(head)
	if word == "" || !strings.HasSuffix(head, word) {
		return false
	}
	return referenceWords[strings.ToLower(word)] || isZoneAbbr(word) && len(word) <= 4 && !sc.counts(n) // "PQ 2"
}

func lastWord(s string) string {
	s = strings.TrimRight(s, " .,;:(")
	start := strings.LastIndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && r != 'º' && r != '°' })
	if start < 0 {
		return s
	}
	_, n := utf8.DecodeRuneInString(s[start:])
	return s[start+n:]
}

var (
	unitForm  = regexp.MustCompile(`^(?:\s?(%)|\s(per cent|percent|percentage points?|pour cent|por ciento)\b)`)
	scaleForm = regexp.MustCompile(`^\s(hundred|thousand|million|billion|millions|milliards|millones|mil|mille)\b`)
	moneyForm = regexp.MustCompile(`(?:[$€£¥]|\b(?:USD|EUR|CHF|GBP|JPY|US\$|Swiss francs|dollars|euros))\s?$`)
	moneyTail = regexp.MustCompile(`^\s?(?:[$€£¥]|(?:USD|EUR|CHF|GBP|JPY|US dollars|dollars|euros|Swiss francs)\b)`)
	foldTail  = regexp.MustCompile(`^-?fold\b`)
	rangeTail = regexp.MustCompile(`^\s?[-–]\s?\d+`)
)

// readUnit takes what belongs to the number behind it: a scale, per cent, a currency, the
// second half of a range.
func (n *number) readUnit(s string) {
	if m := rangeTail.FindString(s[n.to:]); m != "" && !unicode.IsLetter(rune(byteAt(s, n.to+len(m)))) && byteAt(s, n.to+len(m)) != '/' {
		n.to += len(m)
		n.value, n.digits = 0, strings.ReplaceAll(s[n.from:n.to], " ", "")
	}
	if m := scaleForm.FindStringSubmatch(s[n.to:]); m != nil {
		n.to += len(m[0])
		n.scale(scales[strings.ToLower(m[1])])
	}
	if m := unitForm.FindString(s[n.to:]); m != "" {
		n.to += len(m)
		n.unit = percent
		return
	}
	if m := foldTail.FindString(s[n.to:]); m != "" {
		n.to += len(m)
		n.unit = fold
		return
	}
	if moneyForm.MatchString(s[max(0, n.from-14):n.from]) || moneyTail.MatchString(s[n.to:]) {
		n.unit = money
	}
}

var scales = map[string]int{
	"hundred": 100, "thousand": 1000, "mil": 1000, "mille": 1000, "million": 1_000_000, "millions": 1_000_000,
	"millones": 1_000_000, "billion": 1_000_000_000, "milliards": 1_000_000_000,
}

func (n *number) scale(by int) {
	v, err := strconv.ParseFloat(n.digits, 64)
	if err != nil || v*float64(by) > 1e15 {
		return
	}
	n.value = int(v*float64(by) + 0.5)
	n.digits = strconv.Itoa(n.value)
}

func byteAt(s string, i int) byte {
	if i >= len(s) {
		return ' '
	}
	return s[i]
}
