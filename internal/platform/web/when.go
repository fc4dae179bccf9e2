package web

import (
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/i18n"
)

// When is a span of time in three clocks, ready to print: the venue's, UTC and the
// reader's.
type When struct {
	Date, Time  string // venue: "Wed 11 Oct", "14:00–15:30"
	Place       string // "Kyoto"
	UTC         string // "05:00"
	You         string // the reader's start; empty when unknown or the venue's
	YouDay      string // the reader's date, if it is another day there
	YourTime    string // date (if it is another day) and start of the reader's clock
	UTCDay      string // the date in UTC, if it is another day there
	Start, End  string // machine-readable, UTC
	Zone        string
	State       string // "before", "now", "after"
	HasTime     bool
	StartsLocal time.Time
}

// When prepares a span for the reader. place names the venue's zone for people.
func (c *C) When(start, end core.Instant, zone, place string) When {
	if start.IsZero() {
		return When{}
	}
	s, e := start.In(zone), end.In(zone)
	w := When{
		HasTime: true, Zone: zone, Place: place, StartsLocal: s,
		Date: i18n.ShortDate(c.Lang, s), Time: i18n.Clock(s),
		UTC: i18n.Clock(start.Time()), Start: start.Time().Format(time.RFC3339), End: end.Time().Format(time.RFC3339),
	}
	if !end.IsZero() {
		w.Time += "–" + i18n.Clock(e)
	}
	if start.Time().Day() != s.Day() {
		w.UTCDay = i18n.ShortDate(c.Lang, start.Time())
	}
	if c.Zone != "" && c.Zone != zone {
		y := start.In(c.Zone)
		w.You = i18n.Clock(y)
		if y.Day() != s.Day() {
			w.YouDay = i18n.ShortDate(c.Lang, y)
		}
		w.YourTime = strings.TrimSpace(w.YouDay + " " + w.You)
	}
	now := c.S.Clock.Instant()
	switch {
	case now.Before(start):
		w.State = "before"
	case !end.IsZero() && now.Before(end):
		w.State = "now"
	default:
		w.State = "after"
	}
	return w
}

// Stamp is one instant in the reader's words, in the venue's zone: "11 Oct, 17:12".
func (c *C) Stamp(at core.Instant, zone string) string {
	if at.IsZero() {
		return ""
	}
	return i18n.Stamp(c.Lang, at.In(zone))
}

// StampHere is one instant by the reader's own clock, or in UTC where she has not said
// which it is: "11 Oct, 17:12 Kyoto".
func (c *C) StampHere(at core.Instant) string {
	zone := c.Zone
	if zone == "" {
		zone = "UTC"
	}
	return c.Stamp(at, zone) + " " + ZoneCity(zone)
}

// Tomorrow is the next midnight in UTC: when a page with dates that end changes.
func (c *C) Tomorrow() time.Time { return c.Now().Truncate(24 * time.Hour).Add(24 * time.Hour) }

// Span says a length of time: "1 h 12 min".
func (c *C) Span(d time.Duration) string {
	if d < 0 {
		d = -d
	}
	d = d.Truncate(time.Minute)
	days, h, m := int(d/(24*time.Hour)), int(d/time.Hour)%24, int(d/time.Minute)%60
	switch {
	case days > 1:
		return c.T("span.days", "Count", days)
	case days == 1:
		return c.T("span.hours", "Hours", h+24)
	case h == 0:
		return c.T("span.minutes", "Minutes", m)
	case m == 0:
		return c.T("span.hours", "Hours", h)
	}
	return c.T("span.hours_minutes", "Hours", h, "Minutes", m)
}
