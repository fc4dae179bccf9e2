package bodies

import (
	"strconv"
	"time"

	"plenary/internal/core"
)

// Date is a day, a month or a year, as exactly as it is known: "2023-10-12",
// "2023-10" or "2023". The empty Date is not known. Dates of one precision sort as texts.
type Date string

var precisions = map[int]struct{ name, layout string }{
	4: {"year", "2006"}, 7: {"month", "2006-01"}, 10: {"day", "2006-01-02"},
}

// Precision is "year", "month" or "day"; empty for a date that is not known or none.
func (d Date) Precision() string {
	if !d.Valid() {
		return ""
	}
	return precisions[len(d)].name
}

// Valid tells whether the date exists; the empty one is not valid.
func (d Date) Valid() bool {
	p, ok := precisions[len(d)]
	if !ok {
		return false
	}
	t, err := time.Parse(p.layout, string(d))
	return err == nil && t.Year() > 0
}

// First is the first day that is meant: of "2023" it is 2023-01-01.
func (d Date) First() time.Time {
	if !d.Valid() {
		return time.Time{}
	}
	t, _ := time.Parse(precisions[len(d)].layout, string(d)) // it is valid
	return t
}

// Last is the last day that is meant: of "2023" it is 2023-12-31.
func (d Date) Last() time.Time {
	switch d.Precision() {
	case "year":
		return d.First().AddDate(1, 0, -1)
	case "month":
		return d.First().AddDate(0, 1, -1)
	}
	return d.First()
}

// Year is the year, or 0 where it is not known.
func (d Date) Year() int {
	if !d.Valid() {
		return 0
	}
	return d.First().Year()
}

// DayOf is the day of an instant in UTC.
func DayOf(t time.Time) Date { return Date(t.UTC().Format("2006-01-02")) }

// YearDate is a whole year.
func YearDate(year int) Date {
	s := strconv.Itoa(year)
	for len(s) < 4 {
		s = "0" + s
	}
	return Date(s)
}

// within tells whether some day of d lies between from and until, both included; a
// bound that is not known does not bound.
func (d Date) within(from, until Date) bool {
	return (from == "" || !from.First().After(d.Last())) && (until == "" || !until.Last().Before(d.First()))
}

func checkDate(p *core.Problems, path string, d Date) {
	if d != "" && !d.Valid() {
		p.Add(path, "bodies.error.date", "Date", string(d))
	}
}

func checkOrder(p *core.Problems, path string, from, until Date) {
	if from.Valid() && until.Valid() && until.Last().Before(from.First()) {
		p.Add(path, "bodies.error.order")
	}
}
