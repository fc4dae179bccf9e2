package floor

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/record"
	"plenary/internal/platform/search"
)

// How long a find of a transcript is: a run of segments that fits on a screen, so that
// a hit leads near to the words. A change of speaker ends it once it is long enough.
const (
	findWords   = 220
	enoughWords = 110
	findHead    = 100 // runes of its title
)

// Finds are the transcripts as the search finds them: in runs of segments, each leading
// to its first moment.
type Finds struct {
	s        *Service
	editions *editions.Service
}

// NewFinds makes the source.
func NewFinds(s *Service, e *editions.Service) Finds { return Finds{s, e} }

// Kind of what is found.
func (Finds) Kind() string { return "transcript" }

func (f Finds) ids(ctx context.Context, narrow func(*bun.SelectQuery) *bun.SelectQuery) ([]core.ID, error) {
	var out []core.ID
	if err := narrow(f.s.rec.DB.Read.NewSelect().Model((*Transcript)(nil)).Column("tr.id")).OrderExpr("tr.id").Scan(ctx, &out); err != nil {
		return nil, fmt.Errorf("list what can be found: %w", err)
	}
	return out, nil
}

// All transcripts.
func (f Finds) All(ctx context.Context) ([]core.ID, error) {
	return f.ids(ctx, func(q *bun.SelectQuery) *bun.SelectQuery { return q })
}

// Docs of transcripts. The number of queries does not depend on theirs.
func (f Finds) Docs(ctx context.Context, ids []core.ID) ([]search.Doc, error) {
	list, err := transcriptsByID(ctx, f.s.rec.DB.Read, ids)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	var sessions []core.ID
	for _, t := range list {
		sessions = append(sessions, t.Session)
	}
	found, err := f.s.sessions(ctx, core.Operator, sessions)
	if err != nil {
		return nil, err
	}
	labels, err := speakersOf(ctx, f.s.rec.DB.Read, ids)
	if err != nil {
		return nil, err
	}
	var persons []core.ID
	for _, m := range labels {
		for _, p := range m {
			persons = append(persons, p)
		}
	}
	rows := map[core.ID][]Segment{}
	for part := range slices.Chunk(ids, chunk) {
		var some []Segment
		if err := f.s.rec.DB.Read.NewSelect().Model(&some).
			Column("id", "transcript", "starts", "anchor", "speaker", "person", "said").
			Where("sg.transcript IN (?) AND sg.newest = TRUE AND sg.withdrawn = FALSE", bun.List(part)).
			OrderExpr("sg.transcript, sg.position, sg.id").Scan(ctx); err != nil {
			return nil, fmt.Errorf("load segments: %w", err)
		}
		for _, g := range some {
			rows[g.Transcript] = append(rows[g.Transcript], g)
			if g.Person != "" && g.Person != nobody {
				persons = append(persons, core.ID(g.Person))
			}
		}
	}
	slices.Sort(persons)
	called := map[core.ID]people.Person{}
	for part := range slices.Chunk(slices.Compact(persons), chunk) {
		some, err := f.s.people.Persons(ctx, part)
		if err != nil {
			return nil, fmt.Errorf("load people: %w", err)
		}
		for id, p := range some {
			called[id] = p
		}
	}
	var out []search.Doc
	for i := range list {
		t := &list[i]
		ses := found[t.Session]
		if ses == nil {
			continue
		}
		set, err := f.editions.SettingByID(ctx, core.Operator, t.Edition)
		if err != nil {
			return nil, fmt.Errorf("load edition: %w", err)
		}
		out = append(out, findsOf(set, ses, t, rows[t.ID], labels[t.ID], called)...)
	}
	return out, nil
}

// findsOf are the finds of one transcript.
func findsOf(set *editions.Setting, ses *programme.Session, t *Transcript, rows []Segment, labels map[string]core.ID, called map[core.ID]people.Person) []search.Doc {
	of, _ := json.Marshal(ses.Title) // texts always marshal
	facets := programme.FindFacets(set, ses)
	facets["language"] = []string{t.Language}
	delete(facets, "person") // whoever says it, not whoever is there
	delete(facets, "organisation")
	delete(facets, "sdg")
	readers := readersOf(set, ses, t)
	var out []search.Doc
	var body strings.Builder
	words := 0
	var first Segment
	var names []string
	var persons []string
	flush := func() {
		if words == 0 {
			return
		}
		text := core.NewText(t.Language, body.String())
		d := search.Doc{
			Subject: "transcript:" + string(t.ID), ID: "transcript:" + string(t.ID) + "#" + string(first.ID), Kind: "transcript",
			Readers: readers, Weight: 0.5, Path: pathOf(ses, t, first.Anchor), At: t.zero(ses), Names: slices.Clone(names),
			Extra: map[string]string{"edition": set.Slug, "ref": programme.RefLabel(ses.Ref), "of": string(of), "state": t.State},
		}
		if first.Starts >= 0 {
			d.Extra["time"] = FormatTime(millis(first.Starts))
			if !d.At.IsZero() {
				d.At = d.At.Add(millis(first.Starts))
			}
		}
		d.Title, _ = text.Head(findHead)
		d.Body = text
		d.Facets = map[string][]string{}
		for k, v := range facets {
			d.Facets[k] = v
		}
		if len(persons) > 0 {
			d.Facets["person"] = slices.Clone(persons)
		}
		out = append(out, d)
		body.Reset()
		words, names, persons = 0, names[:0], persons[:0]
	}
	speaker := ""
	for _, g := range rows {
		if words >= findWords || words >= enoughWords && g.Speaker != speaker {
			flush()
		}
		if words == 0 {
			first = g
		} else {
			body.WriteByte('\n')
		}
		speaker = g.Speaker
		body.WriteString(g.Said)
		words += max(1, core.WordCount(g.Said))
		add := func(list ...string) {
			for _, n := range list {
				if n != "" && !slices.Contains(names, n) {
					names = append(names, n)
				}
			}
		}
		add(g.Speaker)
		if p, ok := called[g.person(labels)]; ok {
			add(p.Name)
			add(p.Names.Spelt()...)
			if p.Public && !slices.Contains(persons, string(p.ID)) {
				persons = append(persons, string(p.ID))
			}
		}
	}
	flush()
	return out
}

// readersOf are those who may see a transcript, as the policy says it.
func readersOf(set *editions.Setting, ses *programme.Session, t *Transcript) []string {
	switch {
	case set.State == editions.StateDraft:
		return core.StaffReaders(set.Scope())
	case t.State == StatePublished:
		return programme.FindReaders(set, ses)
	}
	out := core.StaffReaders(set.Scope())
	if ses.State != programme.StateDraft {
		out = append(out, core.EditorReaders(set.Scope())...)
	}
	for _, r := range ses.Roles {
		if r.Person != "" && Policy.Can("see", t.State, programme.CoreRole(r.Role)) {
			out = append(out, core.PersonReader(r.Person))
		}
	}
	return out
}

// Touched are the transcripts that events change: their own, and those of sessions,
// people and editions.
func (f Finds) Touched(ctx context.Context, events []record.Event) ([]core.ID, error) {
	var out, sessions []core.ID
	for _, e := range events {
		switch subject, _, _ := strings.Cut(e.Kind, "."); subject {
		case "transcript": // one put back is named by its session
			out, sessions = append(out, e.Subject), append(sessions, e.Subject)
		case "session":
			sessions = append(sessions, e.Subject)
		}
	}
	persons, _ := people.Concerned(events)
	shaped := editions.Reshaped(events)
	if len(sessions)+len(persons)+len(shaped) == 0 {
		return out, nil
	}
	more, err := f.ids(ctx, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("tr.session IN (?)", bun.List(append(sessions, ""))).
			WhereOr("tr.edition IN (?)", bun.List(append(shaped, ""))).
			WhereOr("tr.session IN (SELECT r.session FROM session_roles AS r WHERE r.person IN (?) AND r.person <> '')", bun.List(append(persons, ""))).
			WhereOr("tr.id IN (SELECT sp.transcript FROM transcript_speakers AS sp WHERE sp.person IN (?) AND sp.person <> '')", bun.List(append(persons, "")))
	})
	return append(out, more...), err
}

// May tells which of them the actor may see. A segment that is not there any more, or
// that another now leads, is found anew when the index has caught up.
func (f Finds) May(ctx context.Context, a core.Actor, ids []string) (map[string]bool, error) {
	of := map[core.ID][]string{}
	var wanted, segments []core.ID
	for _, id := range ids {
		t, segment, _ := strings.Cut(id, "#")
		if of[core.ID(t)] == nil {
			wanted = append(wanted, core.ID(t))
		}
		of[core.ID(t)] = append(of[core.ID(t)], id)
		segments = append(segments, core.ID(segment))
	}
	list, err := transcriptsByID(ctx, f.s.rec.DB.Read, wanted)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	var sessions []core.ID
	for _, t := range list {
		sessions = append(sessions, t.Session)
	}
	found, err := f.s.programme.Seen(ctx, a, sessions)
	if err != nil {
		return nil, err
	}
	there := map[core.ID]bool{}
	for part := range slices.Chunk(segments, chunk) {
		var some []core.ID
		if err := f.s.rec.DB.Read.NewSelect().Model((*Segment)(nil)).Column("id").
			Where("sg.id IN (?) AND sg.newest = TRUE AND sg.withdrawn = FALSE", bun.List(part)).Scan(ctx, &some); err != nil {
			return nil, fmt.Errorf("find segments: %w", err)
		}
		for _, id := range some {
			there[id] = true
		}
	}
	out := map[string]bool{}
	for i := range list {
		t := &list[i]
		for _, id := range of[t.ID] {
			_, segment, _ := strings.Cut(id, "#")
			out[id] = there[core.ID(segment)] && found[t.Session] != nil && Can(a, found[t.Session], t, "see")
		}
	}
	return out, nil
}
