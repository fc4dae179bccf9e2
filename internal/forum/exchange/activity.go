package exchange

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/reports"
	"plenary/internal/platform/record"
)

// Entry is one thing that happened, as the public may know of it.
type Entry struct {
	record.Event
	Path   string // address of what it is about, or of the edition
	Author string // who did it, where she is public; else Person is empty too
}

// ActivityQuery asks for a part of what happened. Without an edition it is that of the
// whole forum.
type ActivityQuery struct {
	Edition core.ID
	Session core.ID // only what happened to this session
	Before  int64   // only what is older than this place in the record
	Limit   int
}

// Activity is a part of what happened, the newest first. Before is where the next part
// begins; 0 where there is none.
type Activity struct {
	Entries []Entry
	Before  int64
}

// mostLooks bounds how far the record is searched for one part of the activity.
const mostLooks = 8

// Activity lists what happened that everybody may know of, whoever asks: public events
// of the forum and of editions that are public, about things that are still public.
// Anybody may call.
func (s *Service) Activity(ctx context.Context, q ActivityQuery) (Activity, error) {
	ctx = core.WithActor(ctx, core.Visitor)
	var out Activity
	open, err := s.open(ctx)
	if err != nil {
		return out, err
	}
	if q.Edition != "" && open[string(q.Edition)] == "" {
		return out, core.NotFound()
	}
	limit := (core.Page{Limit: q.Limit}).Size()
	ask := record.Query{Scope: string(q.Edition), Page: core.Page{Limit: 2 * limit}}
	if q.Session != "" {
		if ask.Subjects, err = s.subjects(ctx, q.Session); err != nil {
			return out, err
		}
	}
	before := q.Before
	for range mostLooks {
		if before > 0 {
			ask.Page.Cursor = core.Cursor(before)
		}
		list, err := s.rec.Events(ctx, ask)
		if err != nil {
			return out, fmt.Errorf("activity: %w", err)
		}
		kept, err := s.tell(ctx, list.Items, open)
		if err != nil {
			return out, err
		}
		for _, e := range kept {
			if len(out.Entries) == limit {
				out.Before = out.Entries[limit-1].Seq
				return out, s.authors(ctx, out.Entries)
			}
			out.Entries = append(out.Entries, e)
		}
		if list.Next == "" {
			return out, s.authors(ctx, out.Entries)
		}
		before = list.Items[len(list.Items)-1].Seq
	}
	out.Before = before
	return out, s.authors(ctx, out.Entries)
}

// open are the scopes of which everybody may know, with their addresses.
func (s *Service) open(ctx context.Context) (map[string]string, error) {
	eds, err := s.editions.Editions(ctx, core.Visitor)
	if err != nil {
		return nil, err
	}
	open := map[string]string{core.ScopeForum: ""}
	for _, e := range eds {
		open[e.Scope()] = e.Path()
	}
	return open, nil
}

// Tell keeps of some events those that everybody may know of at this moment, as Activity
// gives them. Anybody may call.
func (s *Service) Tell(ctx context.Context, events []record.Event) ([]Entry, error) {
	ctx = core.WithActor(ctx, core.Visitor)
	open, err := s.open(ctx)
	if err != nil {
		return nil, err
	}
	public := slices.DeleteFunc(slices.Clone(events), func(e record.Event) bool { return e.Visibility != record.Public })
	list, err := s.tell(ctx, public, open)
	if err != nil {
		return nil, err
	}
	return list, s.authors(ctx, list)
}

// subjects are what the history of a session is about: the session and its reports.
func (s *Service) subjects(ctx context.Context, session core.ID) ([]core.ID, error) {
	var rows []reports.Report
	if err := s.rec.DB.Read.NewSelect().Model(&rows).Where("rp.session = ?", session).Scan(ctx); err != nil {
		return nil, fmt.Errorf("reports of a session: %w", err)
	}
	out := []core.ID{session}
	for _, r := range rows {
		out = append(out, r.ID)
	}
	return out, nil
}

// authors names those who did something, as far as they are public.
func (s *Service) authors(ctx context.Context, list []Entry) error {
	var ids []core.ID
	for _, e := range list {
		if e.Person != "" && !slices.Contains(ids, e.Person) {
			ids = append(ids, e.Person)
		}
	}
	names, err := s.people.Names(ctx, ids)
	if err != nil {
		return err
	}
	for i := range list {
		if list[i].Author = names[list[i].Person]; list[i].Author == "" {
			list[i].Person = ""
		}
	}
	return nil
}

// tell keeps the events that may be told and gives them addresses.
func (s *Service) tell(ctx context.Context, events []record.Event, open map[string]string) ([]Entry, error) {
	at := map[string][]core.ID{}
	for _, e := range events {
		at[subjectKind(e.Kind)] = append(at[subjectKind(e.Kind)], e.Subject)
	}
	paths := map[core.ID]string{}
	hidden := map[core.ID]bool{}
	mute := map[core.ID]bool{} // persons who do not show where they work
	names := map[core.ID]string{}
	for _, find := range []func() error{
		func() error { return s.sessionPaths(ctx, at["session"], paths, hidden) },
		func() error { return s.reportPaths(ctx, at["report"], paths, hidden) },
		func() error { return s.documentPaths(ctx, at["document"], paths, hidden) },
		func() error { return s.personPaths(ctx, at["person"], paths, names, hidden, mute) },
		func() error { return s.bodyPaths(ctx, append(at["body"], at["seat"]...), paths) },
	} {
		if err := find(); err != nil {
			return nil, err
		}
	}
	var out []Entry
	for _, e := range events {
		edition, ok := open[e.Scope]
		if !ok || hidden[e.Subject] || unsaid(e.Kind) || mute[e.Subject] && e.Kind == "person.affiliated" {
			continue
		}
		x := Entry{Event: e, Path: paths[e.Subject]}
		if x.Path == "" {
			switch subjectKind(e.Kind) {
			case "edition", "programme", "messages":
				if p := open[string(e.Subject)]; p != "" {
					x.Path = p + map[string]string{"programme": "/programme", "messages": "/messages"}[subjectKind(e.Kind)]
				}
			case "organisation":
				x.Path = people.Organisation{ID: e.Subject}.Path()
			}
		}
		if x.Path == "" {
			x.Path = edition
		}
		if x.Data = labelOnly(e.Data); names[e.Subject] != "" {
			x.Data = labelled(names[e.Subject]) // a person is called as she is called now
		}
		out = append(out, x)
	}
	return out, nil
}

// labelOnly keeps of an event's data what it is about. What changed stands in the
// history of the thing, which knows what of it may still be shown.
func labelOnly(data json.RawMessage) json.RawMessage {
	var d struct {
		Label json.RawMessage `json:"label,omitempty"`
	}
	if json.Unmarshal(data, &d) != nil {
		return json.RawMessage("{}")
	}
	b, err := json.Marshal(d)
	if err != nil {
		return json.RawMessage("{}")
	}
	return b
}

func labelled(name string) json.RawMessage {
	b, err := json.Marshal(record.Data{"label": name})
	if err != nil {
		return json.RawMessage("{}")
	}
	return b
}

func subjectKind(kind string) string {
	subject, _, _ := strings.Cut(kind, ".")
	return subject
}

// unsaid are events that come in great number and say nothing by themselves: each thing
// of a package that was brought in, or of an import that was taken back.
func unsaid(kind string) bool {
	return strings.HasSuffix(kind, ".taken_back") || strings.HasSuffix(kind, ".carried") && subjectKind(kind) != "edition"
}

// sessionPaths finds the addresses of sessions; those that are not public are hidden.
func (s *Service) sessionPaths(ctx context.Context, ids []core.ID, paths map[core.ID]string, hidden map[core.ID]bool) error {
	if len(ids) == 0 {
		return nil
	}
	var rows []struct {
		ID    core.ID `bun:"id"`
		Ref   string  `bun:"ref"`
		State string  `bun:"state"`
		Slug  string  `bun:"slug"`
	}
	err := s.rec.DB.Read.NewSelect().TableExpr("sessions AS se").Join("JOIN editions AS ed ON ed.id = se.edition").
		ColumnExpr("se.id, se.ref, se.state, ed.slug").Where("se.id IN (?)", bun.List(ids)).Scan(ctx, &rows)
	if err != nil {
		return fmt.Errorf("addresses of sessions: %w", err)
	}
	for _, id := range ids {
		hidden[id] = true // also one that is no more
	}
	for _, r := range rows {
		hidden[r.ID] = !programme.Policy.Can("see", r.State, core.RoleVisitor)
		paths[r.ID] = "/" + r.Slug + "/" + r.Ref
	}
	return nil
}

func (s *Service) reportPaths(ctx context.Context, ids []core.ID, paths map[core.ID]string, hidden map[core.ID]bool) error {
	if len(ids) == 0 {
		return nil
	}
	var rows []reports.Report
	if err := s.rec.DB.Read.NewSelect().Model(&rows).Where("rp.id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return fmt.Errorf("addresses of reports: %w", err)
	}
	sessions := make([]core.ID, len(rows))
	for i, r := range rows {
		sessions[i] = r.Session
	}
	at, shut := map[core.ID]string{}, map[core.ID]bool{}
	if err := s.sessionPaths(ctx, sessions, at, shut); err != nil {
		return err
	}
	for _, id := range ids {
		hidden[id] = true
	}
	for _, r := range rows {
		hidden[r.ID] = shut[r.Session] || !reports.Policies[0].Can("see", r.State, core.RoleVisitor)
		paths[r.ID] = at[r.Session] + "/report"
	}
	return nil
}

// documentPaths hides the texts of reports and Messages: their own events say the same.
func (s *Service) documentPaths(ctx context.Context, ids []core.ID, paths map[core.ID]string, hidden map[core.ID]bool) error {
	if len(ids) == 0 {
		return nil
	}
	found, err := s.documents.Load(ctx, ids...)
	if err != nil {
		return err
	}
	var list []documents.Document
	for _, d := range found {
		if d.Kind == "report" || d.Kind == "messages" || d.Published == 0 {
			hidden[d.ID] = true
			continue
		}
		list = append(list, d)
	}
	addresses, err := s.documents.Addresses(ctx, list...)
	if err != nil {
		return err
	}
	for id, p := range addresses {
		paths[id] = p
	}
	return nil
}

func (s *Service) personPaths(ctx context.Context, ids []core.ID, paths, names map[core.ID]string, hidden, mute map[core.ID]bool) error {
	found, err := s.people.Persons(ctx, ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		p, ok := found[id]
		hidden[id] = !ok || !p.Listed || p.MergedInto != "" || !people.Can(core.Visitor, "see", p)
		mute[id] = !p.ShowAffiliations
		paths[id], names[id] = p.Path(), p.Name
	}
	return nil
}

func (s *Service) bodyPaths(ctx context.Context, ids []core.ID, paths map[core.ID]string) error {
	found, err := s.bodies.Bodies(ctx, ids)
	if err != nil {
		return err
	}
	for id, b := range found {
		paths[id] = b.Path()
	}
	return nil
}
