package forumtext

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// token is a number, a word or a punctuation mark of a line. A Han letter is a word of
// its own, so that 2023年10月11日 comes apart.
type token struct {
	kind     byte // 'n', 'w' or 'p'
	text     string
	from, to int
	num      int
	space    bool // white space stands before it
}

func tokenize(s string) []token {
	var out []token
	space := false
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if unicode.IsSpace(r) {
			space, i = true, i+n
			continue
		}
		t := token{kind: 'p', from: i, to: i + n, space: space}
		switch {
		case digitValue(r) >= 0:
			t.kind = 'n'
			t.num, t.to = readNumber(s, i)
		case unicode.Is(unicode.Han, r):
			t.kind = 'w'
		case unicode.IsLetter(r):
			t.kind = 'w'
			t.to = wordEnd(s, i)
		}
		t.text = s[t.from:t.to]
		out = append(out, t)
		space, i = false, t.to
	}
	return out
}

func digitValue(r rune) int {
	for _, zero := range []rune{'0', '٠', '۰', '０'} {
		if r >= zero && r <= zero+9 {
			return int(r - zero)
		}
	}
	return -1
}

// readNumber reads a run of digits; numbers too long for a date or a time become -1.
func readNumber(s string, i int) (num, end int) {
	digits := 0
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		d := digitValue(r)
		if d < 0 {
			break
		}
		if digits++; digits <= 8 {
			num = num*10 + d
		}
		i += n
	}
	if digits > 8 {
		num = -1
	}
	return num, i
}

func wordEnd(s string, i int) int {
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		if !unicode.IsLetter(r) && !unicode.IsMark(r) || unicode.Is(unicode.Han, r) {
			break
		}
		i += n
	}
	return i
}

// monthNames in the six UN languages, lower case.
var monthNames = indexNames(
	`january jan janvier enero ene января январь يناير`,
	`february feb février fevrier febrero февраля февраль فبراير`,
	`march mar mars marzo марта март مارس`,
	`april apr avril abril abr апреля апрель أبريل ابريل`,
	`may mai mayo мая май مايو`,
	`june jun juin junio июня июнь يونيو`,
	`july jul juillet julio июля июль يوليو`,
	`august aug août aout agosto ago августа август أغسطس`,
	`september sep sept septembre septiembre setiembre сентября сентябрь سبتمبر`,
	`october oct octobre octubre октября октябрь أكتوبر`,
	`november nov novembre noviembre ноября ноябрь نوفمبر`,
	`december dec décembre decembre diciembre dic декабря декабрь ديسمبر`,
)

// weekdayNames, Sunday first.
var weekdayNames = indexNames(
	`sunday sun dimanche domingo воскресенье الأحد`,
	`monday mon lundi lunes понедельник الاثنين`,
	`tuesday tue tues mardi martes вторник الثلاثاء`,
	`wednesday wed mercredi miércoles среда الأربعاء`,
	`thursday thu thur thurs jeudi jueves четверг الخميس`,
	`friday fri vendredi viernes пятница الجمعة`,
	`saturday sat samedi sábado суббота السبت`,
)

func indexNames(lists ...string) map[string]int {
	index := make(map[string]int)
	for i, list := range lists {
		for name := range strings.FieldsSeq(list) {
			index[name] = i + 1
		}
	}
	return index
}

// foundDate is a date in a line, with the tokens it covers.
type foundDate struct {
	date     Date
	weekday  int // 1 Sunday to 7 Saturday, 0 when none is written
	from, to int // tokens [from, to)
}

func (t token) is(marks ...string) bool {
	for _, m := range marks {
		if strings.EqualFold(t.text, m) {
			return true
		}
	}
	return false
}

// dates finds the dates of a tokenised line. A date written with slashes whose order
// cannot be told (3/4/2023) is left alone.
func dates(ts []token) []foundDate {
	var out []foundDate
	for i := 0; i < len(ts); {
		d, end := dateAt(ts, i)
		if end == 0 || !d.valid() {
			i++
			continue
		}
		f := foundDate{date: d, from: i, to: end}
		f.weekday, f.from = weekdayBefore(ts, i)
		out = append(out, f)
		i = end
	}
	return out
}

func weekdayBefore(ts []token, i int) (day, from int) {
	for j := i - 1; j >= 0 && j >= i-2; j-- {
		if ts[j].kind == 'w' {
			if d := weekdayNames[strings.ToLower(ts[j].text)]; d > 0 {
				return d, j
			}
			if !ts[j].is("the", "le", "el") {
				break
			}
		} else if !ts[j].is(",", ".", "،") {
			break
		}
	}
	return 0, i
}

// dateAt reads a date that begins at token i; end is 0 when there is none.
func dateAt(ts []token, i int) (d Date, end int) {
	t := ts[i]
	if t.kind == 'w' {
		return monthFirst(ts, i)
	}
	if t.kind != 'n' || t.num < 0 {
		return Date{}, 0
	}
	if d, end = numericDate(ts, i); end > 0 {
		return d, end
	}
	if t.num < 1 || t.num > 31 {
		return Date{}, 0
	}
	j := i + 1
	if j < len(ts) && ts[j].is("st", "nd", "rd", "th", "er", "º", "ª", ".") {
		j++
	}
	if j < len(ts) && ts[j].is("of", "de", "d", "day") {
		j++
	}
	if j >= len(ts) || ts[j].kind != 'w' {
		return Date{}, 0
	}
	month := monthNames[strings.ToLower(ts[j].text)]
	if month == 0 {
		return Date{}, 0
	}
	d = Date{Month: time.Month(month), Day: t.num}
	d.Year, end = yearAfter(ts, j+1)
	return d, end
}

// monthFirst reads "October 11, 2023". The month is written with a capital, so that
// "may 5" inside a sentence is no date.
func monthFirst(ts []token, i int) (Date, int) {
	month := monthNames[strings.ToLower(ts[i].text)]
	if first, _ := utf8.DecodeRuneInString(ts[i].text); month == 0 || unicode.IsLower(first) {
		return Date{}, 0
	}
	j := i + 1
	if j < len(ts) && ts[j].is(".") {
		j++
	}
	if j >= len(ts) || ts[j].kind != 'n' || ts[j].num < 1 || ts[j].num > 31 {
		return Date{}, 0
	}
	if j+1 < len(ts) && ts[j+1].is(":", "：") {
		return Date{}, 0 // "October 10:00" is a time
	}
	d := Date{Month: time.Month(month), Day: ts[j].num}
	j++
	if j < len(ts) && ts[j].is("st", "nd", "rd", "th") {
		j++
	}
	var end int
	d.Year, end = yearAfter(ts, j)
	return d, end
}

// yearAfter reads an optional year; end stands after whatever belongs to the date.
func yearAfter(ts []token, j int) (year, end int) {
	k := j
	for k < len(ts) && k < j+2 && ts[k].is(",", ".", "of", "de", "del", "،") {
		k++
	}
	if k < len(ts) && isYear(ts[k]) && (k+1 >= len(ts) || !ts[k+1].is(":")) {
		return ts[k].num, k + 1
	}
	return 0, j
}

func isYear(t token) bool { return t.kind == 'n' && t.num >= 1900 && t.num <= 2199 }

// numericDate reads 2023-10-11, 11.10.2023, 13/10/2023 and 2023年10月11日.
func numericDate(ts []token, i int) (Date, int) {
	if i+4 < len(ts) && ts[i+2].kind == 'n' && ts[i+4].kind == 'n' {
		a, b, c, sep := ts[i].num, ts[i+2].num, ts[i+4].num, ts[i+1]
		if ts[i+3].text == sep.text {
			switch {
			case isYear(ts[i]) && sep.is("-", "/", "."):
				return Date{a, time.Month(b), c}, i + 5
			case isYear(ts[i+4]) && sep.is("."), isYear(ts[i+4]) && sep.is("/") && a > 12:
				return Date{c, time.Month(b), a}, i + 5
			case isYear(ts[i+4]) && sep.is("/") && b > 12:
				return Date{c, time.Month(a), b}, i + 5
			}
		}
	}
	var d Date
	if isYear(ts[i]) && i+1 < len(ts) && ts[i+1].is("年") {
		d.Year, i = ts[i].num, i+2
	}
	if i+3 < len(ts) && ts[i].kind == 'n' && ts[i+1].is("月") && ts[i+2].kind == 'n' && ts[i+3].is("日") {
		d.Month, d.Day = time.Month(ts[i].num), ts[i+2].num
		return d, i + 4
	}
	return Date{}, 0
}

func (d Date) valid() bool {
	if d.Month < 1 || d.Month > 12 || d.Day < 1 {
		return false
	}
	year := d.Year
	if year == 0 {
		year = 2024 // a leap year: 29 February may be meant
	}
	return time.Date(year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Day() == d.Day
}

func (d Date) weekday() time.Weekday {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Weekday()
}

func (d Date) next() Date {
	y, m, day := time.Date(d.Year, d.Month, d.Day+1, 0, 0, 0, 0, time.UTC).Date()
	if d.Year == 0 {
		y = 0
	}
	return Date{y, m, day}
}

// dateRange finds "18 to 21 of December 2017", "December 18-21, 2017" or "from
// 30 November to 2 December 2026" and returns the first and the last day.
func dateRange(ts []token) (start, end Date, ok bool) {
	found := dates(ts)
	for i, f := range found {
		d := f.date
		if f.from >= 2 && ts[f.from-2].kind == 'n' && isRangeMark(ts[f.from-1]) {
			first := Date{d.Year, d.Month, ts[f.from-2].num}
			if first.valid() && first.Day < d.Day {
				return first, d, true
			}
		}
		if last, ok := monthFirstRange(ts, f); ok {
			return Date{last.Year, d.Month, d.Day}, last, true
		}
		if i+1 < len(found) && found[i+1].from == f.to+1 && isRangeMark(ts[f.to]) {
			last := found[i+1].date
			if d.Year == 0 {
				d.Year = last.Year
				if last.Year != 0 && d.Month > last.Month {
					d.Year--
				}
			}
			return d, last, true
		}
	}
	return Date{}, Date{}, false
}

// monthFirstRange reads the "-21, 2017" after "December 18".
func monthFirstRange(ts []token, f foundDate) (Date, bool) {
	j := f.to
	if f.date.Year != 0 || j+1 >= len(ts) || ts[f.to-1].kind != 'n' && !ts[f.to-1].is("st", "nd", "rd", "th") ||
		!isRangeMark(ts[j]) || ts[j+1].kind != 'n' {
		return Date{}, false
	}
	last := Date{Month: f.date.Month, Day: ts[j+1].num}
	if !last.valid() || last.Day <= f.date.Day {
		return Date{}, false
	}
	last.Year, _ = yearAfter(ts, j+2)
	return last, last.Year != 0
}

func isRangeMark(t token) bool {
	return t.is("-", "–", "—", "−", "to", "until", "till", "through", "au", "al", "a", "по", "至", "~", "～", "and")
}
