package agenda

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/formats/calendar"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

// New makes the service.
func New(rec *record.Record, h House) *Service {
	return &Service{
		House: h, rec: rec,
		// Programs that follow calendars ask from a few networks for many people: only what
		// is wrong counts against a network.
		guesses: web.NewLimiter(30*time.Second, 30), asks: web.NewLimiter(20*time.Second, 30), makes: web.NewLimiter(5*time.Minute, 5),
		prints: web.NewLimiter(2*time.Second, 40),
	}
}

// Subscribe makes the private address of the actor's calendar and gives its token, which
// is shown once: only its hash is kept. One that she had before stops working. lang is the
// language that the calendar speaks. It appends no event. SignIn for a visitor, Limited for
// who makes many.
func (s *Service) Subscribe(ctx context.Context, a core.Actor, lang string) (string, error) {
	if err := policy.Check("subscribe", "", a.Roles(core.ScopeForum)...); err != nil {
		return "", err
	}
	if err := s.makes.Allow(string(a.Account)); err != nil {
		return "", err
	}
	token, hash := authn.NewToken()
	return token, s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		f := feed{Account: a.Account, Hash: hash, Lang: lang, Created: tx.Now}
		_, err := tx.NewInsert().Model(&f).On("CONFLICT (account) DO UPDATE").
			Set("hash = EXCLUDED.hash").Set("lang = EXCLUDED.lang").Set("created = EXCLUDED.created").Exec(ctx)
		if err != nil {
			return fmt.Errorf("make a private calendar: %w", err)
		}
		return nil
	})
}

// Revoke makes the actor's private address stop working at once. It appends no event.
func (s *Service) Revoke(ctx context.Context, a core.Actor) error {
	if err := policy.Check("subscribe", "", a.Roles(core.ScopeForum)...); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		if _, err := tx.NewDelete().Model((*feed)(nil)).Where("account = ?", a.Account).Exec(ctx); err != nil {
			return fmt.Errorf("end a private calendar: %w", err)
		}
		return nil
	})
}

// Subscribed says since when the actor's private address works; zero where she has none.
func (s *Service) Subscribed(ctx context.Context, a core.Actor) (core.Instant, error) {
	if err := policy.Check("subscribe", "", a.Roles(core.ScopeForum)...); err != nil {
		return core.Instant{}, err
	}
	f := feed{}
	err := s.rec.DB.Read.NewSelect().Model(&f).Where("af.account = ?", a.Account).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return core.Instant{}, nil
	}
	return f.Created, err
}

// Followed is the calendar behind a private address: what its owner keeps and where she has
// a role, of all editions, as far as everybody may see it. A session that is hidden by now
// is called off, and says what it said when she kept it. NotFound for a token that is none
// and for the account that is closed; Limited for who guesses or asks without end. from is
// the network that asks.
func (s *Service) Followed(ctx context.Context, token, from string) (calendar.Calendar, error) {
	f := feed{}
	err := s.rec.DB.Read.NewSelect().Model(&f).Where("af.hash = ?", authn.HashOf(token)).Scan(ctx)
	var acc authn.Account
	if err == nil {
		acc, err = s.Accounts.ByID(ctx, f.Account)
	}
	switch {
	case errors.Is(err, sql.ErrNoRows), core.KindOf(err) == core.KindNotFound, err == nil && acc.Disabled:
		if err := s.guesses.Allow(from); err != nil {
			return calendar.Calendar{}, err
		}
		return calendar.Calendar{}, core.NotFound()
	case err != nil:
		return calendar.Calendar{}, fmt.Errorf("find a private calendar: %w", err)
	}
	if err := s.asks.Allow(f.Hash); err != nil {
		return calendar.Calendar{}, err
	}
	t := s.teller(f.Lang)
	out := calendar.Calendar{Name: t.T("agenda.mine.title"), Again: programme.CalendarAgain, Zone: acc.Zone}
	if forum, err := s.Editions.Forum(ctx); err == nil && forum.Short != "" {
		out.Name = t.T("agenda.mine.calendar_name", "Forum", forum.Short)
	}
	out.Events, err = s.events(ctx, t, f, acc.Person)
	return out, err
}

// teller says sessions as events in a language.
func (s *Service) teller(lang string) programme.Teller {
	return programme.Teller{Base: s.BaseURL, Lang: lang, T: func(key string, args ...any) string { return s.Catalog.T(lang, key, args...) }}
}

func (s *Service) events(ctx context.Context, t programme.Teller, f feed, person core.ID) ([]calendar.Event, error) {
	kept, err := bookmarks(ctx, s.rec.DB.Read, f.Account, "")
	if err != nil {
		return nil, err
	}
	ids := make([]core.ID, len(kept))
	for i := range kept {
		ids[i] = kept[i].Session
	}
	// What leaves the house is what everybody may see: calendars are kept by others.
	found, err := s.Programme.Seen(ctx, core.Visitor, ids)
	if err != nil {
		return nil, err
	}
	var list []programme.Brief
	var hidden []Bookmark
	in := map[core.ID]bool{}
	for _, k := range kept {
		x := found[k.Session]
		if x == nil {
			hidden = append(hidden, k)
			continue
		}
		set, err := s.Editions.SettingByID(ctx, core.Operator, x.Edition)
		if err != nil {
			return nil, err
		}
		b := x.Brief()
		b.EditionSlug = set.Slug
		list, in[b.ID] = append(list, b), true
	}
	if person != "" {
		parts, err := s.Programme.RolesOf(ctx, core.Visitor, person)
		if err != nil {
			return nil, err
		}
		for _, p := range parts {
			if !in[p.Session.ID] {
				list = append(list, p.Session)
			}
		}
	}
	placed := list[:0]
	for _, b := range list {
		if b.Scheduled() {
			placed = append(placed, b)
		}
	}
	out, err := s.Programme.Events(ctx, t, placed)
	if err != nil {
		return nil, err
	}
	if err := s.joins(ctx, t, f.Account, placed, out); err != nil {
		return nil, err
	}
	gone, err := s.calledOff(ctx, t, hidden)
	return append(out, gone...), err
}

// joins says in the events of sessions by which link their owner joins them.
func (s *Service) joins(ctx context.Context, t programme.Teller, account core.ID, placed []programme.Brief, events []calendar.Event) error {
	if s.Joins == nil || len(placed) == 0 {
		return nil
	}
	ids := make([]core.ID, len(placed))
	for i := range placed {
		ids[i] = placed[i].ID
	}
	links, err := s.Joins(ctx, account, ids)
	if err != nil {
		return err
	}
	by := map[string]string{}
	for id, link := range links {
		by[t.UIDOf(id)] = link
	}
	for i := range events {
		if link := by[events[i].UID]; link != "" {
			events[i].Text = strings.TrimSpace(t.T("agenda.private.join", "URL", link) + "\n\n" + events[i].Text)
		}
	}
	return nil
}

// calledOff tells sessions that were kept and are hidden by now: as they stood when they
// were kept, and not how they stand now.
func (s *Service) calledOff(ctx context.Context, t programme.Teller, hidden []Bookmark) ([]calendar.Event, error) {
	if len(hidden) == 0 {
		return nil, nil
	}
	ids := make([]core.ID, len(hidden))
	for i := range hidden {
		ids[i] = hidden[i].Session
	}
	at, err := versions(ctx, s.rec.DB.Read, ids)
	if err != nil {
		return nil, err
	}
	var out []calendar.Event
	for _, k := range hidden {
		if k.Starts.IsZero() || k.Ends.IsZero() {
			continue // it was in no calendar
		}
		set, err := s.Editions.SettingByID(ctx, core.Operator, k.Edition)
		if err != nil {
			return nil, err
		}
		title, _ := k.Title.In(t.Lang)
		out = append(out, calendar.Event{
			UID: t.UIDOf(k.Session), Sequence: programme.SequenceOf(set, at[k.Session]), Changed: k.Created.Time(),
			Starts: k.Starts.Time(), Ends: k.Ends.Time(), Zone: set.Zone, Status: calendar.Cancelled,
			Title: t.T("programme.list.calendar_cancelled", "Title", title),
		})
	}
	return out, nil
}

// Invitation is what a calendar file of a mail says.
type Invitation struct {
	// Method is calendar.Publish, or calendar.Request or Cancel for one session: a file of
	// several is always published, as RFC 5546 wants.
	Method    string
	Lang      string
	Name      string // of the calendar
	Organizer calendar.Party
	Attendee  calendar.Party
	Set       *editions.Setting
	Types     []programme.Type
	Sessions  []programme.Brief // those without a time are left out
	Hidden    []programme.Brief // sessions that nobody may see any more, as everybody last saw them and with the version that they have now: they are called off
	Told      map[core.ID]programme.Told
	Now       core.Instant // when it changed, where Told does not say
}

// Invite writes the calendar file of a mail: for notices of a release. It asks no database,
// so that it can be called inside a write; nil where no session has a time.
func (s *Service) Invite(in Invitation) []byte {
	t := s.teller(in.Lang)
	cal := calendar.Calendar{Name: in.Name, Method: in.Method, Zone: in.Set.Zone}
	for i := range in.Sessions {
		b := in.Sessions[i]
		if !b.Scheduled() {
			continue
		}
		b.EditionSlug = in.Set.Slug
		told := in.Told[b.ID]
		if !in.Now.IsZero() {
			told.Changed = in.Now
		}
		cal.Events = append(cal.Events, t.Event(in.Set, in.Types, &b, told))
	}
	for i := range in.Hidden {
		b := in.Hidden[i]
		if !b.Scheduled() {
			continue
		}
		b.EditionSlug, b.State = in.Set.Slug, programme.StateCancelled
		cal.Events = append(cal.Events, t.Event(in.Set, in.Types, &b, programme.Told{Changed: in.Now}))
	}
	if len(cal.Events) == 0 {
		return nil
	}
	if len(cal.Events) > 1 {
		cal.Method = calendar.Publish
	}
	for i := range cal.Events {
		cal.Events[i].Organizer, cal.Events[i].Attendee = in.Organizer, in.Attendee
	}
	return cal.Bytes()
}
