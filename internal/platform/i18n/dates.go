package i18n

import (
	"strconv"
	"strings"
	"time"
)

// calendar holds the words of dates in one language (CLDR, abbreviated forms where
// the language uses them).
type calendar struct {
	days, daysLong     [7]string // from Sunday
	months, monthsLong [12]string
	// patterns: {w} weekday, {d} day, {m} month, {M} month in full, {W} weekday in full, {y} year
	short, long, dated string
}

var calendars = map[string]calendar{
	"en": {
		[7]string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"},
		[7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
		[12]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
		[12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
		"{w} {d} {m}", "{W} {d} {M} {y}", "{d} {m} {y}",
	},
	"fr": {
		[7]string{"dim.", "lun.", "mar.", "mer.", "jeu.", "ven.", "sam."},
		[7]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"},
		[12]string{"janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."},
		[12]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
		"{w} {d} {m}", "{W} {d} {M} {y}", "{d} {m} {y}",
	},
	"es": {
		[7]string{"dom", "lun", "mar", "mié", "jue", "vie", "sáb"},
		[7]string{"domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"},
		[12]string{"ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic"},
		[12]string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"},
		"{w} {d} {m}", "{W}, {d} de {M} de {y}", "{d} {m} {y}",
	},
	"ru": {
		[7]string{"вс", "пн", "вт", "ср", "чт", "пт", "сб"},
		[7]string{"воскресенье", "понедельник", "вторник", "среда", "четверг", "пятница", "суббота"},
		[12]string{"янв.", "февр.", "мар.", "апр.", "мая", "июн.", "июл.", "авг.", "сент.", "окт.", "нояб.", "дек."},
		[12]string{"января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"},
		"{w}, {d} {m}", "{W}, {d} {M} {y} г.", "{d} {m} {y} г.",
	},
	"zh": {
		[7]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"},
		[7]string{"星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"},
		[12]string{"1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月"},
		[12]string{"1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月"},
		"{m}{d}日{w}", "{y}年{M}{d}日{W}", "{y}年{m}{d}日",
	},
	"ar": {
		[7]string{"الأحد", "الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت"},
		[7]string{"الأحد", "الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت"},
		[12]string{"يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"},
		[12]string{"يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"},
		"{w} {d} {m}", "{W}، {d} {M} {y}", "{d} {m} {y}",
	},
}

func of(lang string) calendar {
	if c, ok := calendars[lang]; ok {
		return c
	}
	return calendars["en"]
}

func (c calendar) print(pattern string, t time.Time) string {
	return strings.NewReplacer(
		"{w}", c.days[t.Weekday()], "{W}", c.daysLong[t.Weekday()],
		"{d}", strconv.Itoa(t.Day()), "{m}", c.months[t.Month()-1], "{M}", c.monthsLong[t.Month()-1],
		"{y}", strconv.Itoa(t.Year()),
	).Replace(pattern)
}

// ShortDate prints a day without its year: "Wed 11 Oct".
func ShortDate(lang string, t time.Time) string { c := of(lang); return c.print(c.short, t) }

// LongDate prints a day in full: "Wednesday 11 October 2023".
func LongDate(lang string, t time.Time) string { c := of(lang); return c.print(c.long, t) }

// Date prints a day with its year: "11 Oct 2023".
func Date(lang string, t time.Time) string { c := of(lang); return c.print(c.dated, t) }

// Clock prints a time of day: "14:00". Figures are Western in every language, as
// timetables of international meetings have them.
func Clock(t time.Time) string { return t.Format("15:04") }

// Stamp prints a moment: "11 Oct 2023, 17:12".
func Stamp(lang string, t time.Time) string {
	switch lang {
	case "zh":
		return Date(lang, t) + " " + Clock(t)
	case "ar":
		return Date(lang, t) + "، " + Clock(t)
	}
	return Date(lang, t) + ", " + Clock(t)
}

// DateRange prints the days of a meeting: "8–12 Oct 2023".
func DateRange(lang string, from, to time.Time) string {
	switch {
	case to.IsZero() || sameDay(from, to):
		return Date(lang, from)
	case from.Year() == to.Year() && from.Month() == to.Month() && lang != "zh":
		return strconv.Itoa(from.Day()) + "–" + Date(lang, to)
	}
	return Date(lang, from) + " – " + Date(lang, to)
}

func sameDay(a, b time.Time) bool { return a.Format("20060102") == b.Format("20060102") }

// Number prints a whole number with the language's separator.
func Number(lang string, n int) string {
	s := strconv.Itoa(n)
	sep := ","
	switch lang {
	case "fr", "ru":
		sep = "\u202f"
	case "es":
		sep = "\u202f"
		if n < 10000 && n > -10000 {
			return s
		}
	}
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + sep + s[i:]
	}
	if neg {
		s = "-" + s
	}
	return s
}
