package schedule

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// rawTime is what a source says of an event's time, before the zone is known.
type rawTime struct {
	date, start, end, duration string
	day                        int  // index in reading.days, or -1
	slot                       bool // of pretalx: the end counts more than the duration, which may be in seconds
}

// rawDay is a day as a source states it.
type rawDay struct {
	index            int
	date, start, end string
	line             int
}

// moment is a date, a clock or an instant as far as a text tells.
type moment struct {
	t     time.Time // as UTC where hasZone is false
	zone  bool
	clock bool
}

var (
	dateForm  = regexp.MustCompile(`^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})`)
	germanDay = regexp.MustCompile(`^(\d{1,2})\.(\d{1,2})\.(\d{4})`)
	timeForm  = regexp.MustCompile(`^(\d{1,2})(?::(\d{2}))?(?::(\d{2}))?(?:\.\d+)?\s*(?:([AaPp])\.?[Mm]\.?)?$`)
	zoneForm  = regexp.MustCompile(`\s*(Z|z|UTC|GMT|[+-]\d{1,2}(?::?\d{2})?)$`)
)

// readMoment reads "2024-02-03", "2024-02-03T10:30:00+01:00", "2024-02-03 10:30 UTC".
func readMoment(s string) (moment, bool) {
	s = strings.TrimSpace(s)
	var y, m, d int
	if p := dateForm.FindStringSubmatch(s); p != nil {
		y, m, d = number(p[1]), number(p[2]), number(p[3])
		s = s[len(p[0]):]
	} else if p := germanDay.FindStringSubmatch(s); p != nil {
		y, m, d = number(p[3]), number(p[2]), number(p[1])
		s = s[len(p[0]):]
	} else {
		return moment{}, false
	}
	day := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if y < 1900 || y > 2200 || int(day.Month()) != m || day.Day() != d {
		return moment{}, false
	}
	s = strings.TrimLeft(s, "Tt ,")
	if s == "" {
		return moment{t: day}, true
	}
	zone := ""
	if p := zoneForm.FindStringSubmatchIndex(s); p != nil && p[0] > 0 {
		zone, s = s[p[2]:p[3]], s[:p[0]]
	}
	c, ok := readClock(s)
	if !ok {
		return moment{}, false
	}
	out := moment{t: day.Add(c), clock: true}
	if zone == "" {
		return out, true
	}
	offset, ok := readZoneOffset(zone)
	if !ok {
		return moment{}, false
	}
	out.zone = true
	out.t = out.t.Add(-offset).In(time.FixedZone("", int(offset/time.Second)))
	return out, true
}

func readZoneOffset(s string) (time.Duration, bool) {
	switch strings.ToUpper(s) {
	case "Z", "UTC", "GMT":
		return 0, true
	}
	digits := strings.ReplaceAll(s[1:], ":", "")
	h, m := number(digits), 0
	if len(digits) > 2 {
		h, m = number(digits[:len(digits)-2]), number(digits[len(digits)-2:])
	}
	if h > 14 || m > 59 {
		return 0, false
	}
	d := time.Duration(h)*time.Hour + time.Duration(m)*time.Minute
	if s[0] == '-' {
		d = -d
	}
	return d, true
}

// readClock reads "10:30", "9.30", "10:30:00", "26:00", "2:30 pm" as the time since
// midnight.
func readClock(s string) (time.Duration, bool) {
	s = strings.TrimSpace(s)
	if len(s) >= 4 && len(s) <= 5 && strings.Count(s, ".") == 1 {
		s = strings.Replace(s, ".", ":", 1)
	}
	p := timeForm.FindStringSubmatch(s)
	if p == nil || p[2] == "" && p[4] == "" {
		return 0, false
	}
	h, m, sec := number(p[1]), number(p[2]), number(p[3])
	if p[4] != "" {
		if h < 1 || h > 12 {
			return 0, false
		}
		h %= 12
		if strings.EqualFold(p[4], "p") {
			h += 12
		}
	}
	if h > 47 || m > 59 || sec > 59 {
		return 0, false
	}
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(sec)*time.Second, true
}

var (
	spanForm = regexp.MustCompile(`^(\d{1,4}):(\d{1,2})(?::(\d{1,2}))?$`)
	wordForm = regexp.MustCompile(`(?i)^(?:(\d{1,3}(?:[.,]\d)?)\s*h(?:ours?|rs?)?\.?)?\s*(?:(\d{1,5})\s*(?:m(?:in(?:ute)?s?)?\.?)?)?$`)
)

// longest is more than any event lasts.
const longest = 31 * 24 * time.Hour

// readDuration reads "0:45", "1:30:00", "45", "45 min", "1h30", "1.5 h", "PT45M".
func readDuration(s string) (time.Duration, bool) {
	s = strings.TrimSpace(s)
	var d time.Duration
	if iso, ok := isoDuration(s); ok {
		d = iso
	} else if p := spanForm.FindStringSubmatch(s); p != nil {
		d = time.Duration(number(p[1]))*time.Hour + time.Duration(number(p[2]))*time.Minute + time.Duration(number(p[3]))*time.Second
	} else if p := wordForm.FindStringSubmatch(s); p != nil && p[1]+p[2] != "" {
		hours, _ := strconv.ParseFloat("0"+strings.Replace(p[1], ",", ".", 1), 64)
		d = time.Duration(hours*60)*time.Minute + time.Duration(number(p[2]))*time.Minute
	} else {
		return 0, false
	}
	return d, d >= 0 && d <= longest
}
