package schedule

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"plenary/internal/core"
)

// when is what a cell says of a day and a time of day.
type when struct {
	year, month, day int // month 0: no date; year 0: a date without its year
	weekday          int // 0 Sunday to 6 Saturday, -1 none
	from, to         int // minutes after midnight, -1 none
	offset           int // seconds from UTC
	hasOffset        bool
	onlyWeekday      bool   // "Tuesday" or "Day 2": a day, but not which
	rest             string // what was not understood
}

func (w when) hasDate() bool { return w.month > 0 }

// date is the day as "2006-01-02", or nothing where its year is not known.
func (w when) date() string {
	if w.month == 0 || w.year == 0 {
		return ""
	}
	return time.Date(w.year, time.Month(w.month), w.day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

// The two orders in which people write 10/11/2026.
const (
	dayFirst   = 'd'
	monthFirst = 'm'
)

var (
	dateYear     = regexp.MustCompile(`\b(\d{4})\s?(?:-|/|\.|年)\s?(\d{1,2})\s?(?:-|/|\.|月)\s?(\d{1,2})(?:\s?日|t|\b)`)
	dateDots     = regexp.MustCompile(`\b(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d{2})\b`)
	dateSlashes  = regexp.MustCompile(`\b(\d{1,2})(?:\s?/\s?(\d{1,2})\s?/\s?|-(\d{1,2})-)(\d{4}|\d{2})\b`)
	dateDayName  = regexp.MustCompile(`\b(\d{1,2})(?:st|nd|rd|th|er|re|o|a|-?го)?\.?[\s-]*(?:de |of |del |d')?\s*(\p{L}{3,12})\.?,?[\s-]*(?:de |del )?'?(\d{4}\b|\d{2}$)?`)
	dateNameDay  = regexp.MustCompile(`(\p{L}{3,12})\.?\s*(\d{1,2})(?:st|nd|rd|th)?\b(?:,?\s*(\d{4})\b)?`)
	dateHan      = regexp.MustCompile(`(\d{1,2})\s?月\s?(\d{1,2})\s?日?`)
	dateCompact  = regexp.MustCompile(`^(20\d{2})(\d{2})(\d{2})$`)
	dateYearless = regexp.MustCompile(`^(\d{1,2})\s?/\s?(\d{1,2})$`)
	dayNumber    = regexp.MustCompile(`(?:\b(?:day|jour|journee|dia|tag)\s*|день\s*|اليوم\s*|第\s?)(?:\d{1,2}|one|two|three|four|five)\s?(?:天|日)?`)
	clockText    = regexp.MustCompile(`(上午|下午|晚上|中午)?\s?(\d{1,2})(?:\s?[:.]\s?(\d{2})(?::\d{2}(?:[.,]\d+)?)?|\s?(h|hrs|ч|时|時|点|點|uhr)\s?(\d{2})?(?:\s?(?:分|min\b))?)?(?:\s?(a\.?\s?m\b\.?|p\.?\s?m\b\.?|noon\b|ص|م))?`)
	clockZone    = regexp.MustCompile(`\(?\b(?:utc|gmt)\b\s?(?:([+-])\s?(\d{1,2})(?::?(\d{2}))?)?\)?`)
	clockIso     = regexp.MustCompile(`(\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s?(?:z\b|\+\d{2}:?\d{2}$)|(?:t\d{2}:\d{2}|:\d{2}:\d{2}(?:[.,]\d+)?)-\d{2}:?\d{2}$)`)
	clockBare    = regexp.MustCompile(`^(\d{1,2})\.(\d)$`)
)

// whenWords stand beside dates and times and mean nothing more.
var whenWords = func() map[string]bool {
	words := make(map[string]bool)
	for w := range strings.FieldsSeq(`from to until till and at of the de del a al bis von le el du au des la las los il en
		hr hrs h hour hours local time с до по в г года год и من الى حتى الساعة إلى و 到 至 从 年 日`) {
		words[core.Fold(w)] = true
	}
	return words
}()

var monthWords = indexFolded(
	`january jan janvier janv enero ene января январь янв يناير 一月`,
	`february feb fevrier fevr fev febrero февраля февраль фев فبراير 二月`,
	`march mar mars marzo märz марта март мар مارس 三月`,
	`april apr avril avr abril abr апреля апрель апр ابريل 四月`,
	`may mai mayo мая май مايو 五月`,
	`june jun juin junio juni июня июнь июн يونيو 六月`,
	`july jul juillet juil julio juli июля июль июл يوليو 七月`,
	`august aug aout agosto ago августа август авг اغسطس 八月`,
	`september sep sept septembre septiembre setiembre сентября сентябрь сен сент سبتمبر 九月`,
	`october oct octobre octubre oktober okt октября октябрь окт اكتوبر 十月`,
	`november nov novembre noviembre ноября ноябрь ноя نوفمبر 十一月`,
	`december dec decembre diciembre dic dezember dez декабря декабрь дек ديسمبر 十二月`,
)

var weekdayWords = indexFolded(
	`sunday sun dimanche dim domingo dom воскресенье вс الاحد 星期日 星期天 周日`,
	`monday mon lundi lun lunes понедельник пн الاثنين الإثنين 星期一 周一`,
	`tuesday tue tues mardi martes вторник вт الثلاثاء 星期二 周二`,
	`wednesday wed mercredi mer miercoles mie среда ср الاربعاء 星期三 周三`,
	`thursday thu thur thurs jeudi jeu jueves jue четверг чт الخميس 星期四 周四`,
	`friday fri vendredi ven viernes vie пятница пт الجمعه الجمعة 星期五 周五`,
	`saturday sat samedi sam sabado sab суббота сб السبت 星期六 周六`,
)

func indexFolded(lists ...string) map[string]int {
	index := make(map[string]int)
	for i, list := range lists {
		for name := range strings.FieldsSeq(list) {
			index[core.Fold(name)] = i + 1
		}
	}
	return index
}

// asciiDigits writes Arabic and Persian figures as European ones.
func asciiDigits(r rune) rune {
	for _, zero := range []rune{'٠', '۰', '０'} {
		if r >= zero && r <= zero+9 {
			return '0' + r - zero
		}
	}
	return r
}

// readWhen reads the date and the times of a cell, in any of the forms that people
// write: 2026-10-20T09:00Z, 20.10.2026, 20/10/2026 14:00–15:30, mardi 20 octobre 2026,
// Oct 20, 2 PM. order is how 10/11/2026 is meant.
func readWhen(text string, order rune) when {
	w := when{weekday: -1, from: -1, to: -1}
	if len(text) > 200 {
		w.rest = text
		return w
	}
	s := strings.Map(asciiDigits, core.Fold(text))
	s = w.readOffset(s)
	s = w.readDate(s, order)
	number := dayNumber.MatchString(s)
	s = dayNumber.ReplaceAllString(s, " ")
	s = w.readWeekday(s)
	s = w.readClocks(s)
	w.rest = strings.Join(slices.DeleteFunc(core.Words(s), func(word string) bool { return whenWords[word] }), " ")
	w.onlyWeekday = w.month == 0 && w.from < 0 && (number || w.weekday >= 0)
	return w
}

func (w *when) readOffset(s string) string {
	if m := clockIso.FindStringSubmatchIndex(s); m != nil {
		at := strings.LastIndexAny(s[:m[3]], "z+-")
		w.hasOffset = true
		if s[at] != 'z' {
			w.offset, w.hasOffset = readOffset(s[at:m[3]])
		}
		return s[:at] + " " + s[m[3]:]
	}
	if m := clockZone.FindStringSubmatch(s); m != nil {
		w.hasOffset = true
		h, minutes := number(m[2]), number(m[3])
		if h <= 14 && minutes < 60 {
			if w.offset = h*3600 + minutes*60; m[1] == "-" {
				w.offset = -w.offset
			}
		}
		return clockZone.ReplaceAllString(s, " ")
	}
	return s
}

// readDate reads the date and takes it out of the text.
func (w *when) readDate(s string, order rune) string {
	cut := func(m []int) string { return s[:m[0]] + " " + s[m[1]:] }
	group := func(m []int, i int) string {
		if m[2*i] < 0 {
			return ""
		}
		return s[m[2*i]:m[2*i+1]]
	}
	for _, form := range []*regexp.Regexp{dateYear, dateCompact} {
		if m := form.FindStringSubmatchIndex(s); m != nil && w.setDate(group(m, 1), number(group(m, 2)), group(m, 3)) {
			return cut(m)
		}
	}
	if m := dateDots.FindStringSubmatchIndex(s); m != nil && w.setDate(group(m, 3), number(group(m, 2)), group(m, 1)) {
		return cut(m)
	}
	if m := dateSlashes.FindStringSubmatchIndex(s); m != nil {
		a, b, year := group(m, 1), group(m, 2)+group(m, 3), group(m, 4)
		if order == monthFirst {
			a, b = b, a
		}
		if w.setDate(year, number(b), a) || w.setDate(year, number(a), b) {
			return cut(m)
		}
	}
	for _, m := range dateDayName.FindAllStringSubmatchIndex(s, 8) {
		if month, ok := monthWords[group(m, 2)]; ok && w.setDate(group(m, 3), month, group(m, 1)) {
			return cut(m)
		}
	}
	for _, m := range dateNameDay.FindAllStringSubmatchIndex(s, 8) {
		if month, ok := monthWords[group(m, 1)]; ok && w.setDate(group(m, 3), month, group(m, 2)) {
			return cut(m)
		}
	}
	if m := dateHan.FindStringSubmatchIndex(s); m != nil && w.setDate("", number(group(m, 1)), group(m, 2)) {
		return cut(m)
	}
	if m := dateYearless.FindStringSubmatchIndex(s); m != nil {
		a, b := group(m, 1), group(m, 2)
		if order == monthFirst {
			a, b = b, a
		}
		if w.setDate("", number(b), a) || w.setDate("", number(a), b) {
			return cut(m)
		}
	}
	return s
}

func (w *when) setDate(year string, month int, day string) bool {
	y, d := number(year), number(day)
	if len(year) == 2 {
		y += 2000
	}
	check := y
	if year == "" {
		check = 2024 // a leap year
	}
	t := time.Date(check, time.Month(month), d, 0, 0, 0, 0, time.UTC)
	if check < 1970 || check > 2200 || month < 1 || month > 12 || t.Day() != d || int(t.Month()) != month {
		return false
	}
	w.year, w.month, w.day = y, month, d
	return true
}

// readWeekday takes the name of a weekday out of the text.
func (w *when) readWeekday(s string) string {
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) }) {
		if day, ok := weekdayWords[word]; ok {
			w.weekday = day - 1
			return strings.Replace(s, word, " ", 1)
		}
	}
	return s
}

// readClocks reads the first two times of day and takes them out of the text.
func (w *when) readClocks(s string) string {
	type clock struct {
		minutes    int
		half       byte
		bare       bool
		start, end int
	}
	var list []clock
	sure := false
	for _, m := range clockText.FindAllStringSubmatchIndex(s, 8) {
		group := func(i int) string {
			if m[2*i] < 0 {
				return ""
			}
			return s[m[2*i]:m[2*i+1]]
		}
		if m[4] > 0 && (s[m[4]-1] >= '0' && s[m[4]-1] <= '9' || s[m[4]-1] == '#') || m[1] < len(s) && s[m[1]] >= '0' && s[m[1]] <= '9' {
			continue // a part of a longer number
		}
		h, minute := number(group(2)), number(group(3)+group(5))
		c := clock{start: m[0], end: m[1], bare: group(3) == "" && group(4) == "" && group(6) == "" && group(1) == ""}
		switch mark := group(6); {
		case strings.HasPrefix(mark, "p"), mark == "م", mark == "noon", group(1) == "下午", group(1) == "晚上":
			c.half = 'p'
		case mark != "", group(1) == "上午":
			c.half = 'a'
		}
		if h > 24 || minute > 59 || h == 24 && minute > 0 || c.half != 0 && h > 12 && c.half == 'a' {
			continue
		}
		if c.half == 'p' && h < 12 {
			h += 12
		} else if c.half == 'a' && h == 12 {
			h = 0
		}
		c.minutes = h*60 + minute
		sure = sure || !c.bare
		list = append(list, c)
	}
	if !sure {
		return s
	}
	list = list[:min(len(list), 2)]
	if len(list) == 2 {
		a, b := &list[0], &list[1]
		if b.half != 0 && a.half == 0 && a.minutes < 13*60 { // "2-3 pm", "11-1 pm"
			if b.half == 'p' && a.minutes < 12*60 && a.minutes+12*60 <= b.minutes {
				a.minutes += 12 * 60
			}
		}
		w.to = b.minutes
	}
	w.from = list[0].minutes
	for i := len(list) - 1; i >= 0; i-- {
		s = s[:list[i].start] + " " + s[list[i].end:]
	}
	return s
}

// Serial numbers of days that a spreadsheet may mean: 1954 to 2119.
const (
	firstSerial = 20_000
	lastSerial  = 80_000
)

// readCell reads a date or a time of a cell, from the number behind it where there is
// one. clock tells that a time of day is expected, so that "9" and "9.3" are times.
func (s *sheet) readCell(c cell, order rune, clock bool) when {
	text := c.value()
	n, numeric := c.number, c.numeric
	if !numeric {
		if v, err := strconv.ParseFloat(text, 64); err == nil && (v >= firstSerial || strings.HasPrefix(text, "0.") || strings.HasPrefix(text, "0,")) {
			n, numeric = v, true
		}
	}
	w := when{weekday: -1, from: -1, to: -1}
	switch {
	case numeric && n >= firstSerial && n < lastSerial:
		if s.since1904 {
			n += 1462
		}
		days := math.Floor(n)
		minutes := int(math.Round((n - days) * 24 * 60))
		t := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(days)).Add(time.Duration(minutes) * time.Minute)
		w.year, w.month, w.day = t.Year(), int(t.Month()), t.Day()
		if minutes > 0 {
			w.from = t.Hour()*60 + t.Minute()
		}
		return w
	case numeric && n >= 0 && n < 1 && clock && text != "":
		w.from = int(math.Round(n*24*60)) % (24 * 60)
		return w
	case clock && clockBare.MatchString(text):
		text += "0" // 9.30, of which a spreadsheet made a number
	case clock && len(text) <= 2 && number(text) > 0 && number(text) <= 24:
		text += ":00"
	}
	return readWhen(text, order)
}
