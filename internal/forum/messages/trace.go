package messages

import (
	"context"
	"encoding/json"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/floor"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/reports"
)

// SourcePerson is the kind of a pin of a takeaway that is a person.
const SourcePerson = reports.SourcePerson

// trace knows what sentences rest on, down to the people: takeaways and what they are
// pinned to, sessions, moments of transcripts, paragraphs of papers. It is loaded once
// per page, in a number of queries that does not depend on how much there is.
type trace struct {
	points   map[string]reports.Point
	past     map[string]reports.Point // takeaways that a correction took out, as they were published
	sessions map[core.ID]*programme.Session
	moments  map[core.ID]floor.Moment
	paras    map[string]cited
	docs     map[core.ID]documents.Document // of the paragraphs
	paths    map[core.ID]string             // and where they are shown
	persons  map[core.ID]people.Person      // who has no role in the session
	affs     map[core.ID][]people.Affiliation
}

// refs are references by kind of source, each once.
type refs map[string][]string

func (r refs) add(list []documents.Source) {
	for _, src := range list {
		if !slices.Contains(r[src.Kind], src.Ref) {
			r[src.Kind] = append(r[src.Kind], src.Ref)
		}
	}
}

// trace follows the sources of Messages for an actor.
func (s *Service) trace(ctx context.Context, a core.Actor, msgs []Message) (trace, error) {
	want := refs{}
	revisions := map[string]int{}
	for _, m := range msgs {
		want.add(m.Para.Sources)
		for _, src := range m.Para.Sources {
			if src.Kind == SourceTakeaway && src.Revision > 0 {
				revisions[src.Ref] = src.Revision
			}
		}
	}
	t := trace{}
	var err error
	if t.points, err = s.reports.PointsByRef(ctx, want[SourceTakeaway]); err != nil {
		return t, err
	}
	if t.past, err = s.pastPoints(ctx, want[SourceTakeaway], revisions, t.points); err != nil {
		return t, err
	}
	for _, ref := range want[SourceTakeaway] {
		p, _ := t.point(ref)
		want.add(p.Sources)
		want.add([]documents.Source{{Kind: SourceSession, Ref: string(p.Session)}})
	}
	if err := s.follow(ctx, a, &t, want); err != nil {
		return t, err
	}
	return t, nil
}

// point is a takeaway as it is published now, else as it was; past says which.
func (t trace) point(ref string) (p reports.Point, past bool) {
	if p, ok := t.points[ref]; ok {
		return p, false
	}
	p, past = t.past[ref]
	return p, past
}

// pastPoints finds takeaways that are cited and no longer in their reports, in the
// revision that was read.
func (s *Service) pastPoints(ctx context.Context, refs []string, revisions map[string]int, there map[string]reports.Point) (map[string]reports.Point, error) {
	numbers := map[core.ID][]int{}
	var missing []string
	for _, ref := range refs {
		if _, ok := there[ref]; !ok && revisions[ref] > 0 {
			doc, _ := documents.ReadParaRef(ref)
			numbers[doc], missing = append(numbers[doc], revisions[ref]), append(missing, ref)
		}
	}
	out := map[string]reports.Point{}
	if len(missing) == 0 {
		return out, nil
	}
	revs, err := s.docs.At(ctx, numbers)
	if err != nil {
		return nil, err
	}
	var ids []core.ID
	for id := range numbers {
		ids = append(ids, id)
	}
	docs, err := s.docs.Load(ctx, ids...)
	if err != nil {
		return nil, err
	}
	for _, ref := range missing {
		doc, para := documents.ReadParaRef(ref)
		p, ok := revs[doc][revisions[ref]].Paragraph(para)
		if !ok || docs[doc].Kind != "report" {
			continue
		}
		var o struct {
			Part string `json:"part"`
		}
		_ = json.Unmarshal(p.Attrs.Own, &o) // what cannot be read is a takeaway
		out[ref] = reports.Point{
			Ref: ref, Para: para, Part: o.Part, Text: p.Text, Sources: p.Sources, Revision: revisions[ref], Session: docs[doc].Subject,
		}
	}
	return out, nil
}

// follow loads what is behind references of all kinds but takeaways.
func (s *Service) follow(ctx context.Context, a core.Actor, t *trace, want refs) error {
	var err error
	if t.moments, err = s.moments(ctx, a, asIDs(want[floor.SourceSegment])); err != nil {
		return err
	}
	persons := asIDs(want[SourcePerson])
	for _, m := range t.moments {
		want.add([]documents.Source{{Kind: SourceSession, Ref: string(m.Session)}})
		if m.Person != "" && !slices.Contains(persons, m.Person) {
			persons = append(persons, m.Person)
		}
	}
	if t.sessions, err = s.programme.SessionsByID(ctx, a, asIDs(want[SourceSession])); err != nil {
		return err
	}
	if t.paras, err = s.paragraphs(ctx, want[documents.SourceParagraph]); err != nil {
		return err
	}
	if err := s.texts(ctx, t); err != nil {
		return err
	}
	// Who has a role in a session is known with the session; for the others the day's
	// affiliation is taken from their own.
	persons = slices.DeleteFunc(persons, func(id core.ID) bool {
		for _, ses := range t.sessions {
			if slices.ContainsFunc(ses.Roles, func(r programme.Role) bool { return r.Person == id }) {
				return true
			}
		}
		return false
	})
	if s.house.People == nil || len(persons) == 0 {
		return nil
	}
	if t.persons, err = s.house.People.Persons(ctx, persons); err != nil {
		return err
	}
	t.affs, err = s.house.People.Affiliations(ctx, persons)
	return err
}

// texts loads which texts cited paragraphs belong to, and where they are shown.
func (s *Service) texts(ctx context.Context, t *trace) error {
	var ids []core.ID
	for _, p := range t.paras {
		if !slices.Contains(ids, p.doc) {
			ids = append(ids, p.doc)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	var err error
	if t.docs, err = s.docs.Load(ctx, ids...); err != nil {
		return err
	}
	list := make([]documents.Document, 0, len(ids))
	for _, id := range slices.Sorted(slices.Values(ids)) {
		list = append(list, t.docs[id])
	}
	t.paths, err = s.docs.Addresses(ctx, list...)
	return err
}
