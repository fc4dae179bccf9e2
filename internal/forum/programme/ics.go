package programme

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	ics "github.com/arran4/golang-ical"
	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

const (
	icsLocal = "20060102T150405"
	icsType  = "text/calendar; charset=utf-8"
	// A calendar that is subscribed to looks again after this time.
	icsAgain = "PT1H"
)

// calendar is the timetable as a calendar file that programs subscribe to; with the
// filters of the lists it holds what they leave: one theme, one room, one day.
func (w *Web) calendar(c *web.C) error {
	set, err := w.listed(c)
	if err != nil {
		return err
	}
	sel, err := w.s.choose(c.Context(), c.Actor, set, readChoice(c.R.URL.Query()))
	if err != nil {
		return err
	}
	ids := make([]core.ID, len(sel.list))
	for i := range sel.list {
		ids[i] = sel.list[i].ID
	}
	texts, err := loadDescriptions(c.Context(), w.s.rec.DB.Read, ids)
	if err != nil {
		return err
	}
	changed, err := lastChanges(c.Context(), w.s.rec.DB.Read, ids)
	if err != nil {
		return err
	}
	x := w.words(c, sel)
	chips, err := w.chips(c, x, "")
	if err != nil {
		return err
	}
	name := c.T("programme.list.calendar_name", "Edition", c.Text(set.Name).S)
	for _, chip := range chips {
		name += " · " + chip.Label
	}
	cal := newCalendar(set, name)
	slices.SortFunc(sel.list, byReference)
	placed := slices.DeleteFunc(slices.Clone(sel.list), func(b Brief) bool { return !b.Scheduled() })
	addZone(cal, set.Zone, placed)
	for i := range placed {
		b := &placed[i]
		x.addEvent(cal, b, texts[b.ID], changed[b.ID])
	}
	return c.Bytes(icsType, []byte(cal.Serialize(ics.WithNewLine("\r\n"))))
}

// sessionCalendar is one session as a calendar file. NotFound where it has no time.
func (w *Web) sessionCalendar(c *web.C) error {
	return w.Session(func(c *web.C, set *editions.Setting, s *Session) error {
		if !s.Scheduled() {
			return core.NotFound()
		}
		changed, err := lastChanges(c.Context(), w.s.rec.DB.Read, []core.ID{s.ID})
		if err != nil {
			return err
		}
		types, err := w.s.Types(c.Context(), set.ID)
		if err != nil {
			return err
		}
		b := s.Brief()
		list := []Brief{b}
		x := w.words(c, &selection{set: set, types: types, keys: newFacetKeys(set, types, nil, list), list: list})
		cal := newCalendar(set, c.Text(s.Title).S)
		addZone(cal, set.Zone, list)
		x.addEvent(cal, &b, s.Description, changed[s.ID])
		return c.Bytes(icsType, []byte(cal.Serialize(ics.WithNewLine("\r\n"))))
	})(c)
}

func newCalendar(set *editions.Setting, name string) *ics.Calendar {
	cal := ics.NewCalendarFor("plenary")
	cal.SetProductId("-//Plenary//Programme//EN")
	cal.SetCalscale("GREGORIAN")
	cal.SetMethod(ics.MethodPublish)
	cal.SetXWRCalName(plainLine(name))
	cal.SetXWRTimezone(set.Zone)
	cal.SetRefreshInterval(icsAgain, ics.WithValue("DURATION"))
	cal.SetXPublishedTTL(icsAgain)
	return cal
}

// addEvent adds a session. Its UID stays the same for ever, SEQUENCE rises with each
// change; a cancelled session stays in the file and says so.
func (x *words) addEvent(cal *ics.Calendar, b *Brief, description core.Text, changed core.Instant) {
	c, set := x.c, x.sel.set
	e := cal.AddEvent(string(b.ID) + "@" + hostOf(c.S.BaseURL))
	if changed.IsZero() {
		changed = b.Starts // nothing public has been said of it yet
	}
	e.SetDtStampTime(changed.Time())
	e.SetModifiedAt(changed.Time())
	e.SetSequence(int(b.Version))
	zone := core.Zone(set.Zone)
	if zone == time.UTC {
		e.SetProperty(ics.ComponentPropertyDtStart, b.Starts.Time().Format(icsLocal)+"Z")
		e.SetProperty(ics.ComponentPropertyDtEnd, b.Ends.Time().Format(icsLocal)+"Z")
	} else {
		e.SetProperty(ics.ComponentPropertyDtStart, b.Starts.In(set.Zone).Format(icsLocal), ics.WithTZID(zone.String()))
		e.SetProperty(ics.ComponentPropertyDtEnd, b.Ends.In(set.Zone).Format(icsLocal), ics.WithTZID(zone.String()))
	}
	title := RefLabel(b.Ref) + ": " + c.Text(b.Title).S
	switch b.State {
	case StateCancelled:
		title = c.T("programme.list.calendar_cancelled", "Title", title)
		e.SetStatus(ics.ObjectStatusCancelled)
	case StateDraft:
		e.SetStatus(ics.ObjectStatusTentative)
	default:
		e.SetStatus(ics.ObjectStatusConfirmed)
	}
	e.SetSummary(plainLine(title))
	e.SetURL(c.S.BaseURL + b.Path())
	if at := x.location(b); at != "" {
		e.SetLocation(at)
	}
	if text := plainText(c.Text(description).S); text != "" {
		e.SetDescription(text)
	}
	if t := set.Theme(b.Theme); t != nil {
		e.AddCategory(plainLine(c.Text(t.Name).S))
	}
	if t := TypeOf(x.sel.types, b.Type); t.ID != "" {
		e.AddCategory(plainLine(c.Text(t.Name).S))
	}
}

// location is the room, its venue and the city.
func (x *words) location(b *Brief) string {
	var parts []string
	add := func(t core.Text) {
		if s := plainLine(x.c.Text(t).S); s != "" && !slices.Contains(parts, s) {
			parts = append(parts, s)
		}
	}
	if r := x.sel.set.Room(b.Room); r != nil {
		add(r.Name)
		for i := range x.sel.set.Venues {
			if x.sel.set.Venues[i].ID == r.Venue {
				add(x.sel.set.Venues[i].Name)
			}
		}
	}
	add(x.sel.set.City)
	return strings.Join(parts, ", ")
}

// addZone says how the venue's clock runs while the sessions take place, so that a
// program that knows no IANA zones shows the right hour too.
func addZone(cal *ics.Calendar, name string, list []Brief) {
	zone := core.Zone(name)
	if len(list) == 0 || zone == time.UTC {
		return
	}
	from, until := list[0].Starts.Time(), list[0].Ends.Time()
	for i := range list {
		if t := list[i].Starts.Time(); t.Before(from) {
			from = t
		}
		if t := list[i].Ends.Time(); t.After(until) {
			until = t
		}
	}
	tz := cal.AddTimezone(zone.String())
	for at := from.In(zone); !at.After(until); {
		start, end := at.ZoneBounds()
		tz.Components = append(tz.Components, observance(at, start))
		if end.IsZero() {
			break
		}
		at = end.In(zone)
	}
}

// observance is a time in which the clock keeps its distance from UTC.
func observance(at, start time.Time) ics.Component {
	abbreviation, offset := at.Zone()
	before := offset
	begins := "19700101T000000" // it has always been so, as far as a calendar is concerned
	if !start.IsZero() && start.Year() >= 1970 {
		_, before = start.Add(-time.Second).Zone()
		begins = start.In(time.FixedZone("", before)).Format(icsLocal)
	}
	token := "STANDARD"
	if at.IsDST() {
		token = "DAYLIGHT"
	}
	o := &ics.GeneralComponent{Token: token}
	o.SetProperty(ics.ComponentPropertyDtStart, begins)
	o.SetProperty(ics.ComponentProperty(ics.PropertyTzoffsetfrom), icsOffset(before))
	o.SetProperty(ics.ComponentProperty(ics.PropertyTzoffsetto), icsOffset(offset))
	o.SetProperty(ics.ComponentProperty(ics.PropertyTzname), abbreviation)
	return o
}

func icsOffset(seconds int) string {
	sign := "+"
	if seconds < 0 {
		sign, seconds = "-", -seconds
	}
	return sign + twoDigits(seconds/3600) + twoDigits(seconds/60%60)
}

func hostOf(base string) string {
	if u, err := url.Parse(base); err == nil && u.Hostname() != "" {
		return u.Hostname()
	}
	return "localhost"
}

// plainLine is a text on one line, without signs that steer.
func plainLine(s string) string { return strings.Join(strings.Fields(withoutControls(s)), " ") }

// plainText keeps lines and paragraphs.
func plainText(s string) string {
	return strings.TrimSpace(withoutControls(strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")))
}

func withoutControls(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}

// loadDescriptions reads the long texts that lists leave out. The caller has the
// sessions from Briefs: what may be seen was decided there.
func loadDescriptions(ctx context.Context, idb bun.IDB, sessions []core.ID) (map[core.ID]core.Text, error) {
	out := make(map[core.ID]core.Text, len(sessions))
	if len(sessions) == 0 {
		return out, nil
	}
	var rows []struct {
		ID          core.ID   `bun:"id"`
		Description core.Text `bun:"description"`
	}
	err := idb.NewSelect().TableExpr("sessions AS se").ColumnExpr("se.id, se.description").Where("se.id IN (?)", bun.List(sessions)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("load descriptions: %w", err)
	}
	for _, r := range rows {
		out[r.ID] = r.Description
	}
	return out, nil
}

// lastChanges says when something public last happened to sessions.
func lastChanges(ctx context.Context, idb bun.IDB, sessions []core.ID) (map[core.ID]core.Instant, error) {
	out := make(map[core.ID]core.Instant, len(sessions))
	if len(sessions) == 0 {
		return out, nil
	}
	var rows []struct {
		Subject core.ID      `bun:"subject"`
		At      core.Instant `bun:"last_at"`
	}
	err := idb.NewSelect().TableExpr("events AS e").ColumnExpr("e.subject, MAX(e.at) AS last_at").
		Where("e.subject IN (?)", bun.List(sessions)).Where("e.visibility = 'public'").GroupExpr("e.subject").Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("load last changes: %w", err)
	}
	for _, r := range rows {
		out[r.Subject] = r.At
	}
	return out, nil
}
