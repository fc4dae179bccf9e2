package exchange

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"plenary/internal/core"
	"plenary/internal/formats/schedule"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
)

// Schedule gives the timetable of an edition as other conference software knows one, in
// a language: the sessions that everybody may see and that have a time. Drafts,
// cancelled sessions and private persons are not in it, whoever asks. base is the
// server's address. Anybody may call; NotFound for an edition that the actor may not see.
func (s *Service) Schedule(ctx context.Context, a core.Actor, slug, lang, base string) (*schedule.Schedule, error) {
	set, err := s.editions.Setting(ctx, a, slug)
	if err != nil {
		return nil, err
	}
	forum, err := s.editions.Forum(ctx)
	if err != nil {
		return nil, err
	}
	types, err := s.programme.Types(ctx, set.ID)
	if err != nil {
		return nil, err
	}
	briefs, err := s.programme.Briefs(ctx, a, set, programme.Filter{State: programme.StateScheduled})
	if err != nil {
		return nil, err
	}
	ids := make([]core.ID, 0, len(briefs))
	for i := range briefs {
		if briefs[i].Scheduled() {
			ids = append(ids, briefs[i].ID)
		}
	}
	sessions, err := s.programme.SessionsByID(ctx, a, ids)
	if err != nil {
		return nil, err
	}
	x := exporter{set: set, types: types, lang: lang, base: base, acronym: acronym(forum.Short, set.Slug)}
	out := x.frame()
	for _, id := range ids { // in the order of the timetable
		if ses := sessions[id]; ses != nil {
			out.Events = append(out.Events, x.event(ses))
		}
	}
	content, err := json.Marshal(out)
	if err != nil {
		return nil, fmt.Errorf("version of the schedule: %w", err)
	}
	sum := sha256.Sum256(content)
	out.Version = "v" + hex.EncodeToString(sum[:4])
	return out, nil
}

// exporter turns the sessions of an edition into events.
type exporter struct {
	set                 *editions.Setting
	types               []programme.Type
	lang, base, acronym string
}

func (x *exporter) in(t core.Text) string {
	s, _ := t.In(x.lang)
	return s
}

// frame is the schedule without its events.
func (x *exporter) frame() *schedule.Schedule {
	set := x.set
	out := &schedule.Schedule{
		BaseURL: x.base,
		Conference: schedule.Conference{
			Title: x.in(set.Name), Acronym: x.acronym, Description: x.in(set.Edition.Theme), Start: set.FirstDay, End: set.LastDay,
			Zone: set.Zone, URL: x.base + set.Path(), City: x.in(set.City),
		},
		Events: []schedule.Event{},
	}
	if days := set.Days(); len(days) > 0 { // Day Zero belongs to the timetable
		out.Conference.Start, out.Conference.End = days[0].Date, days[len(days)-1].Date
	}
	if len(set.Venues) > 0 {
		out.Conference.Venue = x.in(set.Venues[0].Name)
	}
	for _, r := range set.Rooms {
		out.Rooms = append(out.Rooms, schedule.Room{Name: x.in(r.Name), GUID: string(r.ID), Description: x.in(r.Accessibility), Capacity: r.Capacity})
	}
	for _, t := range set.Themes {
		out.Tracks = append(out.Tracks, schedule.Track{Name: x.in(t.Name), Slug: t.Slug, GUID: string(t.ID)})
	}
	return out
}

func (x *exporter) event(ses *programme.Session) schedule.Event {
	zone := x.set.Zone
	e := schedule.Event{
		Key: "guid:" + string(ses.ID), GUID: string(ses.ID), Slug: x.slug(ses), Title: x.in(ses.Title),
		Type: x.in(programme.TypeOf(x.types, ses.Type).Name), Language: ses.Language,
		Abstract: x.in(ses.Goal), Description: x.in(ses.Description),
		Date: ses.Starts.In(zone).Format("2006-01-02"), Start: ses.Starts.In(zone).Format("15:04"),
		Starts: ses.Starts.Time(), Ends: ses.Ends.Time(), Duration: ses.Ends.Sub(ses.Starts), Tags: ses.Tags,
		URL: x.base + ses.Path(),
	}
	if t := x.set.Theme(ses.Theme); t != nil {
		e.Track = x.in(t.Name)
	}
	if r := x.set.Room(ses.Room); r != nil {
		e.Room = x.in(r.Name)
	}
	for _, r := range ses.Roles {
		// A person without a page is not public: she is named on no list that leaves.
		if r.Person == "" || r.Path == "" {
			continue
		}
		e.Persons = append(e.Persons, schedule.Person{Key: "guid:" + string(r.Person), GUID: string(r.Person), Name: r.In(x.lang), Role: r.Role})
	}
	for _, l := range ses.Links {
		e.Links = append(e.Links, schedule.Link{Title: l.Label, URL: l.URL, Type: l.Kind})
	}
	return e
}

// slug names a session to other programs for ever: "igf2026-ws184-rural-networks". The
// reference stands in it, so that a program that reads the file back finds it. It is
// the same in every language.
func (x *exporter) slug(ses *programme.Session) string {
	title, _ := ses.Title.In("en")
	words := editions.Slugify(strings.Join(core.Words(title), " "))
	if words == "" {
		words = "session"
	}
	return x.acronym + "-" + ses.Ref + "-" + words
}

// acronym is the short name of the forum with the edition: "igf2026".
func acronym(short, slug string) string {
	var b strings.Builder
	for _, r := range core.Fold(short) {
		if r >= 'a' && r <= 'z' {
			b.WriteRune(r)
		}
	}
	for _, r := range slug {
		if r < 'a' || r > 'z' {
			if r < '0' || r > '9' {
				r = '_'
			}
		}
		b.WriteRune(r)
	}
	return b.String()
}
