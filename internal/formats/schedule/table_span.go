package schedule

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"plenary/internal/core"
)

var ambiguousDate = regexp.MustCompile(`(?:^|\s)(\d{1,2})\s?[/-]\s?(\d{1,2})\s?[/-]\s?(\d{4}|\d{2})(?:\D|$)`)

// dateOrder decides over a whole column how 10/11/2026 is meant: by a number above
// twelve, by a weekday beside it, or by the shorter meeting. sure is false where
// nothing decides and the day is taken to come first.
func dateOrder(column []string) (order rune, sure bool) {
	votes := map[rune]int{}
	spans := map[rune][2]time.Time{}
	seen := false
	for _, v := range column {
		if len(v) > 200 {
			continue
		}
		m := ambiguousDate.FindStringSubmatch(strings.Map(asciiDigits, v))
		if m == nil {
			continue
		}
		a, b := number(m[1]), number(m[2])
		switch {
		case a > 12 && b <= 12:
			votes[dayFirst]++
		case b > 12 && a <= 12:
			votes[monthFirst]++
		}
		seen = seen || a != b && a <= 12 && b <= 12
		for _, o := range []rune{dayFirst, monthFirst} {
			w := readWhen(v, o)
			t, err := time.Parse(time.DateOnly, w.date())
			if err != nil {
				continue
			}
			if w.weekday == int(t.Weekday()) && a != b {
				votes[o]++
			}
			span, ok := spans[o]
			if !ok {
				span = [2]time.Time{t, t}
			}
			if t.Before(span[0]) {
				span[0] = t
			}
			if t.After(span[1]) {
				span[1] = t
			}
			spans[o] = span
		}
	}
	if votes[dayFirst] != votes[monthFirst] {
		if votes[monthFirst] > votes[dayFirst] {
			return monthFirst, true
		}
		return dayFirst, true
	}
	length := func(o rune) time.Duration { return spans[o][1].Sub(spans[o][0]) }
	if length(monthFirst) < length(dayFirst) {
		return monthFirst, true
	}
	return dayFirst, !seen || length(dayFirst) < length(monthFirst)
}

var (
	spanHours   = regexp.MustCompile(`(\d{1,3}(?:[.,]\d{1,2})?)\s?(?:h\b|hrs?\b|hours?\b|heures?\b|horas?\b|час\p{L}*|ч\b|ч\.|小时|小時|ساع\p{L}*|h)`)
	spanMinutes = regexp.MustCompile(`(\d{1,4})\s?(?:m\b|mn\b|mins?\b|minutes?\b|minutos?\b|мин\p{L}*|分钟|分鐘|分|دقيق\p{L}*|')`)
	spanHalf    = regexp.MustCompile(`\dh(\d{2})\b`)
	spanClock   = regexp.MustCompile(`^(\d{1,2}):(\d{2})(?::\d{2})?$`)
	hoursHead   = regexp.MustCompile(`hour|heure|hora|час|小时|ساع`)
)

// readSpan reads a length of time; a plain number is minutes unless the head of the
// column says hours.
func readSpan(c cell, head string) (time.Duration, bool) {
	const most = 31 * 24 * time.Hour
	text := c.value()
	if c.numeric && c.number > 0 && c.number < 1 {
		return time.Duration(math.Round(c.number*24*60)) * time.Minute, true
	}
	if d, ok := isoDuration(text); ok && d > 0 && d <= most {
		return d, true
	}
	if len(text) > 60 {
		return 0, false
	}
	s := strings.Map(asciiDigits, core.Fold(text))
	if m := spanClock.FindStringSubmatch(s); m != nil && number(m[2]) < 60 {
		d := time.Duration(number(m[1]))*time.Hour + time.Duration(number(m[2]))*time.Minute
		return d, d > 0
	}
	if n, err := strconv.ParseFloat(strings.ReplaceAll(s, ",", "."), 64); err == nil {
		unit := time.Minute
		if n <= 24 && hoursHead.MatchString(core.Fold(head)) {
			unit = time.Hour
		}
		if n > 0 && n < 40_000 {
			return time.Duration(math.Round(n*unit.Minutes())) * time.Minute, true
		}
		return 0, false
	}
	var d time.Duration
	if m := spanHours.FindStringSubmatch(s); m != nil {
		h, _ := strconv.ParseFloat(strings.ReplaceAll(m[1], ",", "."), 64)
		d += time.Duration(math.Round(h*60)) * time.Minute
	}
	if m := spanMinutes.FindStringSubmatch(s); m != nil {
		d += time.Duration(number(m[1])) * time.Minute
	} else if m := spanHalf.FindStringSubmatch(s); m != nil {
		d += time.Duration(number(m[1])) * time.Minute
	}
	return d, d > 0 && d <= most
}
