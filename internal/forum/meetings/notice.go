package meetings

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/formats/calendar"
	"plenary/internal/forum/bodies"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

// Kinds of notices, and what one sees of a change.
const (
	announced = "announced"
	moved     = "moved"
	cancelled = "cancelled"
	reminded  = "reminder"
	rotated   = "rotated"
	changed   = "changed" // something that nobody is written to about
	nothing   = ""
)

// change is what became of a meeting.
type change struct {
	kind        string // announced and reminded; else it is found by comparing
	before, now Meeting
}

// sees is the kind of the change as members see it.
func (c change) sees() string {
	b, n := c.before, c.now
	switch {
	case c.kind != "":
		return c.kind
	case n.State == Cancelled && b.State != Cancelled:
		return cancelled
	case b.State == Cancelled && n.Open():
		return announced
	case n.Starts != b.Starts || n.Ends != b.Ends || n.Address != b.Address || !n.Room.Equal(b.Room):
		return moved
	case len(record.Changes(b.facts(), n.facts())) > 0:
		return changed
	}
	return nothing
}

// verb is the change as an event names it.
func (c change) verb() string {
	switch {
	case c.kind == rotated:
		return rotated
	case c.now.State != c.before.State && c.now.State == Held:
		return "held"
	case c.now.State != c.before.State && c.now.State == Cancelled:
		return cancelled
	case !c.before.Open() && c.now.Open():
		return "reopened"
	case c.now.Starts != c.before.Starts || c.now.Ends != c.before.Ends:
		return moved
	}
	return changed
}

// tell writes to who holds a seat in the body, and to who asked for the address, about
// meetings that are still to come: one mail to a person and act, however many meetings it
// is about. It is told once: its id is made of the meeting and its version.
func (s *Service) tell(ctx context.Context, tx *record.Tx, list []change) error {
	list = slices.DeleteFunc(slices.Clone(list), func(c change) bool {
		kind := c.sees()
		return kind == nothing || kind == changed || !c.now.Ends.After(tx.Now)
	})
	if s.Mail == nil || s.Accounts == nil || len(list) == 0 {
		return nil
	}
	ids := make([]core.ID, len(list))
	for i, c := range list {
		ids[i] = c.now.ID
	}
	who, asked, err := s.recipients(ctx, tx, list[0].now.Body, ids)
	if err != nil || len(who) == 0 {
		return err
	}
	group, err := s.group(ctx, list[0].now.Body)
	if err != nil {
		return err
	}
	var out []mail.Message
	for _, r := range who {
		mine := list
		if !r.member { // who only asked is told of what she asked for
			mine = slices.DeleteFunc(slices.Clone(list), func(c change) bool { return !asked[r.account.ID][c.now.ID] || c.now.Visibility != ForPublic })
			for i := range mine {
				if mine[i].now.AddressFor == ForMembers {
					mine[i].now.Address = ""
				}
			}
		}
		if len(mine) > 0 {
			out = append(out, s.letter(r, group, mine))
		}
	}
	return s.Mail.QueueTx(ctx, tx, out...)
}

// recipient is somebody who is written to.
type recipient struct {
	account authn.Account
	member  bool
}

// recipients are the accounts of who holds a seat in a body today, and of who asked for the
// address of one of the meetings; asked says for which.
func (s *Service) recipients(ctx context.Context, tx *record.Tx, body core.ID, ids []core.ID) ([]recipient, map[core.ID]map[core.ID]bool, error) {
	var asks []ask
	if err := tx.NewSelect().Model(&asks).Where("ma.meeting IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, nil, fmt.Errorf("look who asked: %w", err)
	}
	asked := map[core.ID]map[core.ID]bool{}
	var accounts, persons []core.ID
	for _, x := range asks {
		if asked[x.Account] == nil {
			asked[x.Account] = map[core.ID]bool{}
			accounts = append(accounts, x.Account)
		}
		asked[x.Account][x.Meeting] = true
	}
	if body != "" {
		seats, err := s.Bodies.Seats(ctx, body)
		if err != nil {
			return nil, nil, err
		}
		for _, seat := range bodies.On(seats, s.Bodies.Today()) {
			if seat.Person != "" && !slices.Contains(persons, seat.Person) {
				persons = append(persons, seat.Person)
			}
		}
	}
	held, err := s.Accounts.ByPerson(ctx, persons)
	if err != nil {
		return nil, nil, err
	}
	others, err := s.Accounts.ByIDs(ctx, accounts)
	if err != nil {
		return nil, nil, err
	}
	found := map[core.ID]recipient{}
	for id, acc := range others {
		found[id] = recipient{account: acc}
	}
	for _, acc := range held {
		found[acc.ID] = recipient{account: acc, member: true}
	}
	var out []recipient
	for _, r := range found {
		if !r.account.Disabled {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b recipient) int { return strings.Compare(string(a.account.ID), string(b.account.ID)) })
	return out, asked, nil
}

// group names who meets.
func (s *Service) group(ctx context.Context, body core.ID) (func(lang string) string, error) {
	if body == "" {
		return func(lang string) string { return s.Catalog.T(lang, "meetings.forum") }, nil
	}
	b, err := s.Bodies.Body(ctx, body)
	return b.Label, err
}

// letter writes the mail about changes to one recipient, in her language and zone.
func (s *Service) letter(r recipient, group func(string) string, list []change) mail.Message {
	first := list[0].now
	kind, lang := list[0].sees(), r.account.Lang
	key := "meeting_" + kind
	var blocks []string
	events := make([]calendar.Event, len(list))
	for i, c := range list {
		blocks = append(blocks, s.block(lang, r.account.Zone, c, len(list) > 1))
		events[i] = s.event(lang, c.now, true)
		events[i].Attendee = calendar.Party{Name: r.account.Name, Email: r.account.Email}
		events[i].Organizer = calendar.Party{Name: group(lang), Email: s.From}
	}
	cal := calendar.Calendar{Name: group(lang), Method: calendar.Request, Events: events}
	id := "meeting-" + kind + "/" + string(first.ID) + "/" + strconv.FormatInt(first.Version, 10) + "/" + string(r.account.ID)
	url := s.BaseURL + first.Path()
	switch {
	case len(list) > 1:
		key, cal.Method = "meetings_"+kind, calendar.Publish
		url = s.BaseURL + "/meetings?series=" + string(first.Series)
	case kind == cancelled:
		cal.Method = calendar.Cancel
	case kind == rotated:
		key = "meeting_moved"
	}
	note, _ := first.Note.In(lang)
	if note != "" {
		note = "\n" + note + "\n"
	}
	m := mail.Message{ID: id, Kind: "meeting", To: r.account.Email, ToName: r.account.Name, Lang: lang, Calendar: string(cal.Bytes())}
	if kind == reminded {
		m.ID = "meeting-reminder/" + string(first.ID) + "/" + first.Starts.String() + "/" + string(r.account.ID)
		m.Kind, m.Calendar, m.Useful = "meeting_reminder", "", remindBefore
	}
	at := first.Starts.In(first.Zone)
	m.Subject, m.Text = s.Mail.Compose(lang, key, "Name", r.account.Name, "Group", group(lang), "Title", first.Label(lang), "Day", i18n.ShortDate(lang, at), "Time", i18n.Clock(at),
		"Count", len(list), "Note", note, "Meetings", strings.Join(blocks, "\n\n"), "URL", url)
	return m
}

// block tells of one meeting in a few lines of a mail.
func (s *Service) block(lang, zone string, c change, short bool) string {
	m := c.now
	t := func(key string, args ...any) string { return s.Catalog.T(lang, key, args...) }
	lines := []string{clockLine(t, lang, m)}
	if short {
		if c.sees() == moved && c.before.Starts != m.Starts {
			lines = append(lines, t("meetings.told.was", "When", span(lang, c.before)))
		}
		return strings.Join(lines, "\n")
	}
	lines = append([]string{m.Label(lang)}, lines...)
	if c.sees() == moved && c.before.Starts != m.Starts {
		lines = append(lines, t("meetings.told.was", "When", span(lang, c.before)))
	}
	if zone != "" && zone != m.Zone {
		y := m.Starts.In(zone)
		lines = append(lines, t("meetings.told.yours", "When", i18n.ShortDate(lang, y)+" "+i18n.Clock(y), "Zone", web.ZoneCity(zone)))
	}
	if room, _ := m.Room.In(lang); room != "" {
		lines = append(lines, t("meetings.told.room", "Room", room))
	}
	if m.Address != "" && m.Open() {
		lines = append(lines, t("meetings.told.address"), m.Address)
	}
	return strings.Join(lines, "\n")
}

// span is a meeting's time by its own clock: "Tue 20 Oct, 09:00–10:00 Paris".
func span(lang string, m Meeting) string {
	a, z := m.Starts.In(m.Zone), m.Ends.In(m.Zone)
	return i18n.ShortDate(lang, a) + " " + i18n.Clock(a) + "–" + i18n.Clock(z) + " " + web.ZoneCity(m.Zone)
}

func clockLine(t func(string, ...any) string, lang string, m Meeting) string {
	u := m.Starts.Time().UTC()
	return t("meetings.told.when", "When", span(lang, m), "UTC", i18n.ShortDate(lang, u)+" "+i18n.Clock(u))
}

// Remind writes to the members of bodies whose meetings begin within a day. It is periodic
// work: done twice, it does nothing the second time.
func (s *Service) Remind(ctx context.Context) error {
	now := s.rec.Clock.Instant()
	var due []Meeting
	if err := s.rec.DB.Read.NewSelect().Model(&due).Where("me.reminded IS NULL AND me.starts > ? AND me.starts <= ?", now, now.Add(remindBefore)).
		Where("me.state IN (?)", bun.List([]string{Planned, Confirmed})).OrderExpr("me.starts, me.id").Scan(ctx); err != nil {
		return fmt.Errorf("look for meetings: %w", err)
	}
	for _, m := range due {
		err := s.rec.Write(ctx, core.Actor{Program: "follower"}, func(ctx context.Context, tx *record.Tx) error {
			gone, err := record.Once(tx.NewUpdate().Model((*Meeting)(nil)).Set("reminded = ?", tx.Now).
				Where("id = ? AND version = ? AND reminded IS NULL", m.ID, m.Version).Exec(ctx))
			if err != nil || gone {
				return err
			}
			return s.tell(ctx, tx, []change{{kind: reminded, now: m}})
		})
		if err != nil {
			return fmt.Errorf("remind of meeting: %w", err)
		}
	}
	return nil
}

// event is a meeting as a calendar has it; address says whether it may tell where it is
// joined.
func (s *Service) event(lang string, m Meeting, address bool) calendar.Event {
	title, _ := m.Title.In(lang)
	agenda, _ := m.Agenda.In(lang)
	room, _ := m.Room.In(lang)
	e := calendar.Event{
		UID: "meeting-" + string(m.ID) + "@" + s.host(), Sequence: m.Version, Changed: m.Changed.Time(), Starts: m.Starts.Time(), Ends: m.Ends.Time(),
		Zone: m.Zone, Title: title, Text: agenda, Place: room, URL: s.BaseURL + m.Path(),
		Status: map[string]string{Planned: calendar.Tentative, Cancelled: calendar.Cancelled}[m.State],
	}
	if e.Status == "" {
		e.Status = calendar.Confirmed
	}
	if address && m.Address != "" && m.State != Cancelled {
		e.Place = strings.TrimPrefix(e.Place+" · "+m.Address, " · ")
	}
	return e
}

// host is the forum's name on the network, for ids of events.
func (s *Service) host() string {
	_, rest, _ := strings.Cut(s.BaseURL, "://")
	host, _, _ := strings.Cut(rest, "/")
	host, _, _ = strings.Cut(host, ":")
	return host
}

// Feed is a calendar of meetings that everybody may see: of a body, or of all. Meetings
// that were over a year ago are left out.
func (s *Service) Feed(ctx context.Context, lang string, body core.ID) (calendar.Calendar, error) {
	list, err := s.Meetings(ctx, core.Visitor, Filter{Body: body, From: s.rec.Clock.Instant().Add(-366 * 24 * time.Hour)})
	if err != nil {
		return calendar.Calendar{}, err
	}
	out := calendar.Calendar{Name: s.Catalog.T(lang, "meetings.title"), Again: 6 * time.Hour}
	if body != "" {
		group, err := s.group(ctx, body)
		if err != nil {
			return out, err
		}
		out.Name = s.Catalog.T(lang, "meetings.of", "Group", group(lang))
	}
	for _, m := range list {
		out.Events = append(out.Events, s.event(lang, m, true))
	}
	return out, nil
}
