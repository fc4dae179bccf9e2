package schedule

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"plenary/internal/core"
)

// calZone is how a clock runs: an IANA zone, or the offsets that a calendar brings
// along for one that nobody else knows.
type calZone struct {
	loc   *time.Location
	name  string // IANA name; "" where it has none
	rules []calOnset
}

// calOnset is an observance of a VTIMEZONE: from when on, and how far from UTC.
type calOnset struct {
	start            time.Time // by the clock before it
	offset           int       // seconds
	month, nth       int       // of a yearly rule; nth -1 is the last
	weekday          time.Weekday
	yearly           bool
	until            time.Time
	before, monthDay int
}

// at makes an instant of a wall clock, given as if it were UTC.
func (z *calZone) at(wall time.Time) time.Time {
	if z.loc != nil {
		return wallTime(wall, z.loc)
	}
	if len(z.rules) == 0 {
		return time.Time{}
	}
	offset, latest := z.rules[0].before, time.Time{}
	for i := range z.rules {
		if on := z.rules[i].latest(wall); !on.IsZero() && !on.Before(latest) {
			latest, offset = on, z.rules[i].offset
		}
	}
	return time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), 0, time.FixedZone("", offset))
}

// latest is when the observance last began before the wall clock; zero if it had not.
func (o *calOnset) latest(wall time.Time) time.Time {
	if wall.Before(o.start) {
		return time.Time{}
	}
	last := o.start
	if !o.yearly {
		return last
	}
	for year := wall.Year() - 1; year <= wall.Year(); year++ {
		on := o.inYear(year)
		if on.Before(o.start) || on.After(wall) || !o.until.IsZero() && on.After(o.until) {
			continue
		}
		last = on
	}
	return last
}

func (o *calOnset) inYear(year int) time.Time {
	h, m, s := o.start.Clock()
	if o.nth == 0 {
		return time.Date(year, time.Month(o.month), o.monthDay, h, m, s, 0, time.UTC)
	}
	if o.nth > 0 {
		first := time.Date(year, time.Month(o.month), 1, h, m, s, 0, time.UTC)
		ahead := (int(o.weekday) - int(first.Weekday()) + 7) % 7
		return first.AddDate(0, 0, ahead+7*(o.nth-1))
	}
	last := time.Date(year, time.Month(o.month)+1, 0, h, m, s, 0, time.UTC)
	back := (int(last.Weekday()) - int(o.weekday) + 7) % 7
	return last.AddDate(0, 0, -back+7*(o.nth+1))
}

// wallTime is the instant at which clocks of a zone show the wall clock; an hour that
// is skipped is read as the one after it, of one that comes twice the first is meant.
func wallTime(wall time.Time, loc *time.Location) time.Time {
	t := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), 0, loc)
	if first := t.Add(-time.Hour); first.Format(time.DateTime) == t.Format(time.DateTime) {
		return first
	}
	return t
}

var (
	calOffset = regexp.MustCompile(`^([+-])(\d{2}):?(\d{2})(?::?(\d{2}))?$`)
	calByDay  = regexp.MustCompile(`^([+-]?\d)?(SU|MO|TU|WE|TH|FR|SA)$`)
	fixedZone = regexp.MustCompile(`(?i)^\(?(?:UTC|GMT)?\s*([+-])(\d{1,2})(?::?(\d{2}))?\)?$`)
)

var calWeekdays = map[string]time.Weekday{"SU": 0, "MO": 1, "TU": 2, "WE": 3, "TH": 4, "FR": 5, "SA": 6}

func readOffset(s string) (int, bool) {
	m := calOffset.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return 0, false
	}
	h, _ := strconv.Atoi(m[2])
	minutes, _ := strconv.Atoi(m[3])
	seconds, _ := strconv.Atoi(m[4])
	if h > 15 || minutes > 59 || seconds > 59 {
		return 0, false
	}
	offset := h*3600 + minutes*60 + seconds
	if m[1] == "-" {
		offset = -offset
	}
	return offset, true
}

// readZoneRules reads a VTIMEZONE.
func readZoneRules(p *calPart) []calOnset {
	var out []calOnset
	for _, c := range p.parts {
		if c.name != "STANDARD" && c.name != "DAYLIGHT" || len(out) >= 200 {
			continue
		}
		offset, ok := readOffset(c.text("TZOFFSETTO"))
		if !ok {
			continue
		}
		o := calOnset{offset: offset, before: offset}
		if before, ok := readOffset(c.text("TZOFFSETFROM")); ok {
			o.before = before
		}
		if start, err := time.Parse(calLocal, strings.TrimSuffix(c.text("DTSTART"), "Z")); err == nil {
			o.start = start
		}
		if rule := c.text("RRULE"); rule != "" {
			o.readRule(rule)
		}
		out = append(out, o)
		for i := range c.lines {
			if c.lines[i].name != "RDATE" {
				continue
			}
			for _, s := range strings.Split(c.lines[i].value, ",") {
				if on, err := time.Parse(calLocal, strings.TrimSuffix(strings.TrimSpace(s), "Z")); err == nil && len(out) < 200 {
					out = append(out, calOnset{start: on, offset: offset, before: o.before})
				}
			}
		}
	}
	return out
}

// readRule reads a rule that repeats every year; others leave the observance with its
// one beginning.
func (o *calOnset) readRule(rule string) {
	yearly := false
	o.month, o.monthDay = int(o.start.Month()), o.start.Day()
	for part := range strings.SplitSeq(strings.ToUpper(rule), ";") {
		key, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch key {
		case "FREQ":
			yearly = value == "YEARLY"
		case "BYMONTH":
			if n, err := strconv.Atoi(value); err == nil && n >= 1 && n <= 12 {
				o.month = n
			}
		case "BYDAY":
			if m := calByDay.FindStringSubmatch(value); m != nil {
				o.weekday, o.nth = calWeekdays[m[2]], 1
				if n, err := strconv.Atoi(m[1]); err == nil && n != 0 {
					o.nth = n
				}
			}
		case "UNTIL":
			if t, err := time.Parse(calLocal, strings.TrimSuffix(value, "Z")); err == nil {
				o.until = t
			}
		}
	}
	o.yearly = yearly
}

// findZone finds the IANA zone that a name means: its own, below a program's path
// ("/mozilla.org/20050126_1/Europe/Paris"), or that of Windows ("Tokyo Standard Time").
func findZone(name string) (*calZone, bool) {
	name = strings.Trim(strings.TrimSpace(name), `"`)
	if iana, ok := windowsZones[strings.ToLower(name)]; ok {
		name = iana
	}
	for at := name; at != ""; {
		if loc, err := core.LoadZone(at); err == nil {
			return &calZone{loc: loc, name: loc.String()}, true
		}
		_, rest, ok := strings.Cut(at, "/")
		if !ok {
			break
		}
		at = rest
	}
	if loc, err := core.LoadZone(strings.ReplaceAll(name, " ", "_")); err == nil {
		return &calZone{loc: loc, name: loc.String()}, true
	}
	if m := fixedZone.FindStringSubmatch(name); m != nil {
		h, _ := strconv.Atoi(m[2])
		minutes, _ := strconv.Atoi(m[3])
		if h <= 14 && minutes <= 59 {
			offset := h*3600 + minutes*60
			if m[1] == "-" {
				offset = -offset
			}
			return &calZone{loc: time.FixedZone("", offset)}, true
		}
	}
	return nil, false
}

// zoneNames are the zones that a file named. Looking for one that does not exist takes
// long, so a file that names too many of those finds no more.
type zoneNames struct {
	known   map[string]*calZone
	unknown int
}

const maxUnknownZones = 100

func (z *zoneNames) find(name string) (*calZone, bool) {
	if found, ok := z.known[name]; ok {
		return found, found != nil
	}
	if z.unknown >= maxUnknownZones {
		return nil, false
	}
	if z.known == nil {
		z.known = make(map[string]*calZone)
	}
	found, ok := findZone(name)
	if z.known[name] = found; !ok {
		z.unknown++
	}
	return found, ok
}

// windowsZones are the names that Windows and Outlook give to zones, by CLDR's
// windowsZones for the whole world, in small letters.
var windowsZones = map[string]string{
	"utc": "UTC", "gmt": "UTC", "coordinated universal time": "UTC", "z": "UTC",
	"gmt standard time": "Europe/London", "greenwich standard time": "Atlantic/Reykjavik", "greenwich mean time": "Europe/London",
	"w. europe standard time": "Europe/Berlin", "central europe standard time": "Europe/Budapest",
	"central european standard time": "Europe/Warsaw", "romance standard time": "Europe/Paris",
	"e. europe standard time": "Europe/Chisinau", "fle standard time": "Europe/Kyiv", "gtb standard time": "Europe/Bucharest",
	"kaliningrad standard time": "Europe/Kaliningrad", "belarus standard time": "Europe/Minsk", "saratov standard time": "Europe/Saratov",
	"turkey standard time": "Europe/Istanbul", "russian standard time": "Europe/Moscow", "russia time zone 3": "Europe/Samara",
	"ekaterinburg standard time": "Asia/Yekaterinburg", "n. central asia standard time": "Asia/Novosibirsk",
	"north asia standard time": "Asia/Krasnoyarsk", "vladivostok standard time": "Asia/Vladivostok",
	"israel standard time": "Asia/Jerusalem", "egypt standard time": "Africa/Cairo", "middle east standard time": "Asia/Beirut",
	"jordan standard time": "Asia/Amman", "syria standard time": "Asia/Damascus", "libya standard time": "Africa/Tripoli",
	"south africa standard time": "Africa/Johannesburg", "e. africa standard time": "Africa/Nairobi",
	"w. central africa standard time": "Africa/Lagos", "morocco standard time": "Africa/Casablanca",
	"sudan standard time": "Africa/Khartoum", "namibia standard time": "Africa/Windhoek", "mauritius standard time": "Indian/Mauritius",
	"arab standard time": "Asia/Riyadh", "arabian standard time": "Asia/Dubai", "arabic standard time": "Asia/Baghdad",
	"iran standard time": "Asia/Tehran", "azerbaijan standard time": "Asia/Baku", "georgian standard time": "Asia/Tbilisi",
	"caucasus standard time": "Asia/Yerevan", "afghanistan standard time": "Asia/Kabul", "west asia standard time": "Asia/Tashkent",
	"pakistan standard time": "Asia/Karachi", "india standard time": "Asia/Kolkata", "sri lanka standard time": "Asia/Colombo",
	"nepal standard time": "Asia/Kathmandu", "central asia standard time": "Asia/Bishkek", "bangladesh standard time": "Asia/Dhaka",
	"myanmar standard time": "Asia/Yangon", "se asia standard time": "Asia/Bangkok", "china standard time": "Asia/Shanghai",
	"singapore standard time": "Asia/Singapore", "taipei standard time": "Asia/Taipei", "ulaanbaatar standard time": "Asia/Ulaanbaatar",
	"w. australia standard time": "Australia/Perth", "tokyo standard time": "Asia/Tokyo", "korea standard time": "Asia/Seoul",
	"cen. australia standard time": "Australia/Adelaide", "aus central standard time": "Australia/Darwin",
	"e. australia standard time": "Australia/Brisbane", "aus eastern standard time": "Australia/Sydney",
	"tasmania standard time": "Australia/Hobart", "west pacific standard time": "Pacific/Port_Moresby",
	"new zealand standard time": "Pacific/Auckland", "fiji standard time": "Pacific/Fiji", "tonga standard time": "Pacific/Tongatapu",
	"samoa standard time": "Pacific/Apia", "azores standard time": "Atlantic/Azores", "cape verde standard time": "Atlantic/Cape_Verde",
	"argentina standard time": "America/Argentina/Buenos_Aires", "e. south america standard time": "America/Sao_Paulo",
	"bahia standard time": "America/Bahia", "sa eastern standard time": "America/Cayenne", "montevideo standard time": "America/Montevideo",
	"pacific sa standard time": "America/Santiago", "paraguay standard time": "America/Asuncion",
	"sa western standard time": "America/La_Paz", "central brazilian standard time": "America/Cuiaba",
	"venezuela standard time": "America/Caracas", "sa pacific standard time": "America/Bogota", "cuba standard time": "America/Havana",
	"newfoundland standard time": "America/St_Johns", "atlantic standard time": "America/Halifax",
	"eastern standard time": "America/New_York", "us eastern standard time": "America/Indiana/Indianapolis",
	"eastern standard time (mexico)": "America/Cancun", "haiti standard time": "America/Port-au-Prince",
	"central standard time": "America/Chicago", "central standard time (mexico)": "America/Mexico_City",
	"central america standard time": "America/Guatemala", "canada central standard time": "America/Regina",
	"mountain standard time": "America/Denver", "us mountain standard time": "America/Phoenix",
	"pacific standard time": "America/Los_Angeles", "pacific standard time (mexico)": "America/Tijuana",
	"alaskan standard time": "America/Anchorage", "hawaiian standard time": "Pacific/Honolulu",
}
