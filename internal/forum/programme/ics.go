package programme

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/formats/calendar"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

// CalendarAgain is after what time a calendar that is subscribed to looks again.
const CalendarAgain = time.Hour

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
	return w.sendCalendar(c, sel)
}

// SendCalendar answers with the calendar file of what filters leave of an edition, as the
// address of its programme says them: {"room": {"annex-hall"}}. A value that the edition
// does not have is core.NotFound. The caller has said what is read.
func (w *Web) SendCalendar(c *web.C, set *editions.Setting, filters url.Values) error {
	ch := readChoice(filters)
	sel, err := w.s.choose(c.Context(), c.Actor, set, ch)
	if err != nil {
		return err
	}
	if sel.unknown() != nil || sel.nobody(ch) {
		return core.NotFound()
	}
	return w.sendCalendar(c, sel)
}

// nobody tells whether a track or a body was asked for that no session has.
func (sel *selection) nobody(ch choice) bool {
	for _, f := range []int{byTrack, byBody} {
		if ch.facet[f] != "" && sel.counts[f][sel.choice.facet[f]] == 0 {
			return true
		}
	}
	return false
}

func (w *Web) sendCalendar(c *web.C, sel *selection) error {
	set, x := sel.set, w.words(c, sel)
	chips, err := w.chips(c, x, "")
	if err != nil {
		return err
	}
	name := c.T("programme.list.calendar_name", "Edition", c.Text(set.Name).S)
	for _, chip := range chips {
		name += " · " + chip.Label
	}
	slices.SortFunc(sel.list, byReference)
	list := make([]Appearance, 0, len(sel.list))
	for i := range sel.list {
		list = append(list, Appearance{Session: sel.list[i]})
	}
	return w.SendCalendarOf(c, calendar.Calendar{Name: name, Zone: set.Zone, URL: c.Absolute(sel.choice.at(set.Path() + "/programme/all"))}, list, set)
}

// SendCalendarOf answers with a calendar file of sessions of any editions, those of them
// that have a time. Its caller knows that the reader may see them.
func (w *Web) SendCalendarOf(c *web.C, cal calendar.Calendar, list []Appearance, known ...*editions.Setting) error {
	placed := make([]Brief, 0, len(list))
	for i := range list {
		if list[i].Session.Scheduled() {
			placed = append(placed, list[i].Session)
		}
	}
	events, err := w.s.Events(c.Context(), w.Teller(c), placed, known...)
	if err != nil {
		return err
	}
	cal.Again, cal.Events = CalendarAgain, events
	if c.R.URL.Path != "" && cal.Source == "" {
		cal.Source = c.Absolute(c.Path())
		if q := c.R.URL.RawQuery; q != "" {
			cal.Source += "?" + q
		}
	}
	return c.Bytes(calendar.Type, cal.Bytes())
}

// sessionCalendar is one session as a calendar file. NotFound where it has no time.
func (w *Web) sessionCalendar(c *web.C) error {
	return w.Session(func(c *web.C, set *editions.Setting, s *Session) error {
		if !s.Scheduled() {
			return core.NotFound()
		}
		return w.SendCalendarOf(c, calendar.Calendar{Name: c.Text(s.Title).S, Zone: set.Zone, URL: c.Absolute(s.Path())}, []Appearance{{Session: s.Brief()}}, set)
	})(c)
}

// Teller says sessions as events of a calendar, in one language.
type Teller struct {
	Base string // canonical address of the forum
	Lang string
	T    func(key string, args ...any) string
}

// Teller is that of a page's reader.
func (w *Web) Teller(c *web.C) Teller { return Teller{Base: c.S.BaseURL, Lang: c.Lang, T: c.T} }

// UIDOf is the name of a session in calendars: it stays the same for ever.
func (t Teller) UIDOf(session core.ID) string { return string(session) + "@" + hostOf(t.Base) }

// SequenceOf rises with each change of a session, and of the rooms of its edition.
func SequenceOf(set *editions.Setting, version int64) int64 { return version + set.Version }

// Told is what of a session is said in calendars and not in lists: its long text, and when
// something public last happened to it.
type Told struct {
	Description core.Text
	Changed     core.Instant
}

// ToldOf loads what is told of sessions: two queries for any number. The caller has the
// sessions from Briefs: what may be seen was decided there.
func ToldOf(ctx context.Context, idb bun.IDB, sessions []core.ID) (map[core.ID]Told, error) {
	texts, err := loadDescriptions(ctx, idb, sessions)
	if err != nil {
		return nil, err
	}
	changed, err := lastChanges(ctx, idb, sessions)
	if err != nil {
		return nil, err
	}
	out := make(map[core.ID]Told, len(sessions))
	for _, id := range sessions {
		out[id] = Told{texts[id], changed[id]}
	}
	return out, nil
}

// Events tells sessions of any editions, which must have times and which the caller knows
// that her reader may see. Two queries, and those of the settings of editions that are not
// known yet.
func (s *Service) Events(ctx context.Context, t Teller, list []Brief, known ...*editions.Setting) ([]calendar.Event, error) {
	ids := make([]core.ID, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	told, err := ToldOf(ctx, s.rec.DB.Read, ids)
	if err != nil {
		return nil, err
	}
	sets := map[core.ID]*editions.Setting{}
	for _, set := range known {
		sets[set.ID] = set
	}
	out := make([]calendar.Event, 0, len(list))
	for i := range list {
		b := &list[i]
		set := sets[b.Edition]
		if set == nil {
			if set, err = s.editions.SettingByID(ctx, core.Operator, b.Edition); err != nil {
				return nil, err
			}
			sets[b.Edition] = set
		}
		types, err := s.Types(ctx, b.Edition)
		if err != nil {
			return nil, err
		}
		out = append(out, t.Event(set, types, b, told[b.ID]))
	}
	return out, nil
}

// Event tells a session. A cancelled one stays in the file and says so.
func (t Teller) Event(set *editions.Setting, types []Type, b *Brief, told Told) calendar.Event {
	if told.Changed.IsZero() {
		told.Changed = b.Starts // nothing public has been said of it yet
	}
	e := calendar.Event{
		UID: t.UIDOf(b.ID), Sequence: SequenceOf(set, b.Version), Changed: told.Changed.Time(), Starts: b.Starts.Time(), Ends: b.Ends.Time(), Zone: set.Zone,
		Title: RefLabel(b.Ref) + ": " + t.in(b.Title), Text: t.in(told.Description), Place: t.Place(set, b.Room), URL: t.Base + b.Path(), Status: calendar.Confirmed,
	}
	switch b.State {
	case StateCancelled:
		e.Title, e.Status = t.T("programme.list.calendar_cancelled", "Title", e.Title), calendar.Cancelled
	case StateDraft:
		e.Status = calendar.Tentative
	}
	if x := set.Theme(b.Theme); x != nil {
		e.Categories = append(e.Categories, t.in(x.Name))
	}
	if x := TypeOf(types, b.Type); x.ID != "" {
		e.Categories = append(e.Categories, t.in(x.Name))
	}
	return e
}

// Place is the room, its venue with the address, and the city.
func (t Teller) Place(set *editions.Setting, room core.ID) string {
	var parts []string
	add := func(s string) {
		if s = plainLine(s); s != "" && !slices.Contains(parts, s) {
			parts = append(parts, s)
		}
	}
	if r := set.Room(room); r != nil {
		add(t.in(r.Name))
		for i := range set.Venues {
			if set.Venues[i].ID == r.Venue {
				add(t.in(set.Venues[i].Name))
				add(set.Venues[i].Address)
			}
		}
	}
	add(t.in(set.City))
	return strings.Join(parts, ", ")
}

func (t Teller) in(x core.Text) string {
	s, _ := x.In(t.Lang)
	return s
}

func hostOf(base string) string {
	if u, err := url.Parse(base); err == nil && u.Hostname() != "" {
		return u.Hostname()
	}
	return "localhost"
}

// plainLine is a text on one line.
func plainLine(s string) string { return strings.Join(strings.Fields(s), " ") }

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
