package reports

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/floor"
	"plenary/internal/forum/papers"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
)

// SourcePerson is the kind of a source that is a person who said something; its
// reference is the person's id.
const SourcePerson = "person"

// mostPins is how many pins of one sort a takeaway or call may have.
const mostPins = 30

var paperRef = regexp.MustCompile(`/papers/([0-9A-Za-z-]+)/?#(p[0-9]+)$`)

// typed is what the form holds of one takeaway or call.
type typed struct {
	path   string // of its fields: "takeaways[0]."
	para   string
	times  string
	who    []string
	papers string
}

func (in *TakeawaysInput) typed() []typed {
	var out []typed
	for i, t := range in.Takeaways {
		out = append(out, typed{core.Row("takeaways", i), t.Para, t.Times, t.Who, t.Papers})
	}
	for i, c := range in.Calls {
		out = append(out, typed{core.Row("calls", i), c.Para, c.Times, c.Who, c.Papers})
	}
	return out
}

// resolve makes the paragraphs of the form with what they are pinned to: times typed
// become segments of the transcript (or are kept until there is one), addresses of
// paragraphs become these, people are those of the session, organisations those of the
// record. What a pin leads to and the writer may not see at the moment stays pinned.
// The number of queries does not depend on the number of pins.
func (s *Service) resolve(ctx context.Context, a core.Actor, ses *programme.Session, head documents.Revision, in *TakeawaysInput) ([]documents.Paragraph, error) {
	if err := s.organisations(ctx, in); err != nil {
		return nil, err
	}
	paras := in.paragraphs()
	if !in.Desk {
		return paras, nil
	}
	var problems core.Problems
	r, err := s.resolver(ctx, a, ses, head, in, &problems)
	if err != nil {
		return nil, err
	}
	for i, t := range in.typed() {
		o := ownOf(paras[i])
		paras[i].Sources, o.Times = r.pins(t)
		paras[i].Attrs.Own = o.raw()
	}
	return paras, problems.Err()
}

// organisations turns names of organisations into those of the record. What is not known
// stays in words.
func (s *Service) organisations(ctx context.Context, in *TakeawaysInput) error {
	var names []string
	for _, c := range in.Calls {
		if c.Org != "" {
			names = append(names, c.Org)
		}
	}
	if s.house.People == nil || len(names) == 0 && !slices.ContainsFunc(in.Calls, func(c CallInput) bool { return len(c.Orgs) > 0 }) {
		return nil
	}
	found, err := s.house.People.FindOrganisationsOf(ctx, names)
	if err != nil {
		return err
	}
	var ids []core.ID
	for _, c := range in.Calls {
		ids = append(ids, idsOf(c.Orgs)...)
	}
	known, err := s.house.People.Organisations(ctx, ids)
	if err != nil {
		return err
	}
	for i := range in.Calls {
		c := &in.Calls[i]
		c.Orgs = slices.DeleteFunc(c.Orgs, func(id string) bool { _, ok := known[core.ID(id)]; return !ok })
		if c.Org == "" {
			continue
		}
		var sure []people.OrganisationMatch
		for _, m := range found[c.Org] {
			if m.Reason == people.SameName || m.Reason == people.SameAcronym {
				sure = append(sure, m)
			}
		}
		switch {
		case len(sure) > 0 && (len(sure) == 1 || sure[0].Reason == people.SameName && sure[1].Reason != people.SameName):
			if id := string(sure[0].Organisation.ID); !slices.Contains(c.Orgs, id) {
				c.Orgs = append(c.Orgs, id)
			}
		case !strings.Contains(core.Fold(c.ToAs), core.Fold(c.Org)):
			c.ToAs = strings.TrimPrefix(c.ToAs+"; "+c.Org, "; ")
		}
	}
	return nil
}

type pinner struct {
	a          core.Actor
	problems   *core.Problems
	transcript []floor.Moment
	moments    map[core.ID]floor.Moment // of what was pinned before
	shown      map[core.ID]papers.Paper // by document, of what was pinned before
	papers     map[core.ID]papers.Paper
	texts      map[core.ID]documents.Revision
	persons    []core.ID
	before     map[string]documents.Paragraph
}

func (s *Service) resolver(ctx context.Context, a core.Actor, ses *programme.Session, head documents.Revision, in *TakeawaysInput, problems *core.Problems) (*pinner, error) {
	r := &pinner{a: a, problems: problems, before: map[string]documents.Paragraph{}, papers: map[core.ID]papers.Paper{}}
	for _, p := range head.Paragraphs {
		r.before[p.ID] = p
	}
	var err error
	if r.moments, r.shown, err = s.sources(ctx, a, points(ses.ID, head)); err != nil {
		return nil, err
	}
	for _, x := range ses.Roles {
		r.persons = append(r.persons, x.Person)
	}
	var refs []core.ID
	times := false
	for _, t := range in.typed() {
		times = times || strings.TrimSpace(t.times) != ""
		for _, line := range core.Lines(t.papers) {
			if m := paperRef.FindStringSubmatch(line); m != nil {
				refs = append(refs, core.ID(m[1]))
			}
		}
	}
	if s.house.Floor != nil && times {
		if r.transcript, err = s.house.Floor.Transcript(ctx, a, ses.ID); err != nil {
			return nil, err
		}
	}
	if s.house.Papers == nil || len(refs) == 0 {
		return r, nil
	}
	list, err := s.house.Papers.Papers(ctx, a, papers.Filter{IDs: refs})
	if err != nil {
		return nil, err
	}
	var docs []core.ID
	for _, p := range list {
		r.papers[p.ID] = p
		if p.Document != "" {
			docs = append(docs, p.Document)
		}
	}
	if len(docs) > 0 {
		r.texts, err = s.docs.Published(ctx, docs...)
	}
	return r, err
}

// pins are the sources of one paragraph, and the times that have no transcript yet.
func (r *pinner) pins(t typed) ([]documents.Source, []int) {
	out := []documents.Source{} // not nil: the form says all of them
	add := func(src documents.Source) {
		if !slices.ContainsFunc(out, func(o documents.Source) bool { return o.Kind == src.Kind && o.Ref == src.Ref }) {
			out = append(out, src)
		}
	}
	var waiting []int
	lines := core.Lines(t.times)
	if len(lines) > mostPins {
		r.problems.Add(t.path+"times", "reports.error.many_pins", "Count", mostPins)
		lines = lines[:mostPins]
	}
	for _, line := range lines {
		at, err := floor.ParseTime(line)
		if err != nil {
			r.problems.Add(t.path+"times", "reports.error.time", "Time", line)
			continue
		}
		if m, ok := momentAt(r.transcript, at); ok {
			add(documents.Source{Kind: floor.SourceSegment, Ref: string(m.Segment), Revision: m.Revision})
		} else if sec := int(at / time.Second); !slices.Contains(waiting, sec) {
			waiting = append(waiting, sec)
		}
	}
	for _, id := range t.who {
		if slices.Contains(r.persons, core.ID(id)) && id != "" {
			add(documents.Source{Kind: SourcePerson, Ref: id})
		}
	}
	for _, line := range core.Lines(t.papers) {
		if src, ok := r.paragraph(line); ok {
			add(src)
		} else {
			r.problems.Add(t.path+"papers", "reports.error.paper", "Address", line)
		}
	}
	for _, src := range r.before[t.para].Sources {
		if !r.inForm(src) { // what the form could not show was not taken out of it
			add(src)
		}
	}
	return out, waiting
}

// inForm tells whether the form showed a source that was there before.
func (r *pinner) inForm(src documents.Source) bool {
	ok := false
	switch src.Kind {
	case floor.SourceSegment:
		_, ok = r.moments[core.ID(src.Ref)]
	case SourcePerson:
		ok = slices.Contains(r.persons, core.ID(src.Ref))
	case documents.SourceParagraph:
		doc, _ := documents.ReadParaRef(src.Ref)
		_, ok = r.shown[doc]
	}
	return ok
}

func (r *pinner) paragraph(line string) (documents.Source, bool) {
	m := paperRef.FindStringSubmatch(line)
	if m == nil {
		return documents.Source{}, false
	}
	rev, ok := r.texts[r.papers[core.ID(m[1])].Document]
	if !ok {
		return documents.Source{}, false
	}
	if _, ok = rev.Paragraph(m[2]); !ok {
		return documents.Source{}, false
	}
	return documents.Source{Kind: documents.SourceParagraph, Ref: documents.ParaRef(rev.Document, m[2]), Revision: rev.Number}, true
}

// momentAt is the segment that covers an offset, or is the nearest before it.
func momentAt(list []floor.Moment, at time.Duration) (floor.Moment, bool) {
	var best floor.Moment
	found := false
	for _, m := range list {
		if m.Start < 0 || m.Start > at {
			continue
		}
		if covers := m.End > at; !found || covers || m.Start >= best.Start && best.End <= at {
			best, found = m, true
			if covers {
				break
			}
		}
	}
	return best, found
}
