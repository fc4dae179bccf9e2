package reports

import (
	"context"
	"slices"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/floor"
	"plenary/internal/forum/papers"
	"plenary/internal/forum/programme"
)

// DeskInput is the form of a revision with its pins and the private notes, for those who
// may write: the caller has asked.
func (s *Service) DeskInput(ctx context.Context, a core.Actor, ses *programme.Session, rev documents.Revision) (TakeawaysInput, error) {
	in := inputOf(rev)
	in.Desk = true
	n, err := notesOf(ctx, s.rec.DB.Read, ses.ID)
	if err != nil {
		return in, err
	}
	in.Notes, in.NotesVersion = n.Words, n.Version
	pts := points(ses.ID, rev)
	moments, papersBy, err := s.sources(ctx, a, pts)
	if err != nil {
		return in, err
	}
	t, c := 0, 0
	for _, p := range pts {
		var times, who, texts []string
		for _, src := range p.Sources {
			switch src.Kind {
			case floor.SourceSegment:
				if m, ok := moments[core.ID(src.Ref)]; ok {
					times = append(times, floor.FormatTime(m.Start))
				}
			case SourcePerson:
				who = append(who, src.Ref)
			case documents.SourceParagraph:
				doc, para := documents.ReadParaRef(src.Ref)
				if paper, ok := papersBy[doc]; ok {
					texts = append(texts, paper.Path()+"#"+para)
				}
			}
		}
		for _, sec := range p.Times {
			times = append(times, floor.FormatTime(time.Duration(sec)*time.Second))
		}
		if p.Part == PartCall {
			x := &in.Calls[c]
			x.Times, x.Who, x.Papers = strings.Join(times, "\n"), who, strings.Join(texts, "\n")
			c++
		} else {
			x := &in.Takeaways[t]
			x.Times, x.Who, x.Papers = strings.Join(times, "\n"), who, strings.Join(texts, "\n")
			t++
		}
	}
	return in, nil
}

// sources loads what points are pinned to, as the actor may see it: moments by segment,
// papers by their document.
func (s *Service) sources(ctx context.Context, a core.Actor, pts []Point) (map[core.ID]floor.Moment, map[core.ID]papers.Paper, error) {
	var segments, docs []core.ID
	for _, p := range pts {
		for _, src := range p.Sources {
			switch src.Kind {
			case floor.SourceSegment:
				segments = append(segments, core.ID(src.Ref))
			case documents.SourceParagraph:
				doc, _ := documents.ReadParaRef(src.Ref)
				docs = append(docs, doc)
			}
		}
	}
	var moments map[core.ID]floor.Moment
	by := map[core.ID]papers.Paper{}
	var err error
	if s.house.Floor != nil && len(segments) > 0 {
		if moments, err = s.house.Floor.Moments(ctx, a, segments); err != nil {
			return nil, nil, err
		}
	}
	if s.house.Papers != nil && len(docs) > 0 {
		list, err := s.house.Papers.Papers(ctx, a, papers.Filter{Documents: docs})
		if err != nil {
			return nil, nil, err
		}
		for _, p := range list {
			by[p.Document] = p
		}
	}
	return moments, by, nil
}

// Pin is one thing that a takeaway or call is pinned to, as a reader sees it.
type Pin struct {
	Kind        string    `json:"kind" enum:"segment,person,paragraph,time"`
	Ref         string    `json:"ref,omitempty" doc:"segment, person or document#paragraph"`
	Time        string    `json:"time,omitempty" doc:"offset from the session's beginning: 00:41:07"`
	Path        string    `json:"path,omitempty" doc:"address of the moment or paragraph"`
	Recording   string    `json:"recording,omitempty" doc:"address of the recording at that second"`
	Person      core.ID   `json:"person,omitempty"`
	Speaker     string    `json:"speaker,omitempty" doc:"who said it"`
	Role        string    `json:"role,omitempty" doc:"role in the session"`
	Affiliation string    `json:"affiliation,omitempty" doc:"affiliation of that day"`
	Title       core.Text `json:"title,omitzero" doc:"of the cited paper"`
	Para        string    `json:"para,omitempty"`

	page string // of the person
}

// Pins says what points rest on, by their names (Point.Ref). What the actor may not see
// is left out. roles are those of the sessions of the points. The number of queries does
// not depend on the number of points.
func (s *Service) Pins(ctx context.Context, a core.Actor, pts []Point, roles map[core.ID][]programme.Role) (map[string][]Pin, error) {
	moments, by, err := s.sources(ctx, a, pts)
	if err != nil {
		return nil, err
	}
	now, err := s.present(ctx, pts, moments)
	if err != nil {
		return nil, err
	}
	out := map[string][]Pin{}
	for _, p := range pts {
		var list []Pin
		spoke := map[core.ID]bool{}
		for _, src := range p.Sources {
			if m, ok := moments[core.ID(src.Ref)]; ok && src.Kind == floor.SourceSegment {
				pin := Pin{Kind: src.Kind, Ref: src.Ref, Path: m.Path, Recording: m.Recording, Speaker: m.Speaker, Person: now(m.Person)}
				if m.Start >= 0 {
					pin.Time = floor.FormatTime(m.Start)
				}
				pin.who(roles[p.Session])
				spoke[pin.Person] = true
				list = append(list, pin)
			}
		}
		for _, sec := range p.Times {
			list = append(list, Pin{Kind: "time", Time: floor.FormatTime(time.Duration(sec) * time.Second)})
		}
		for _, src := range p.Sources {
			switch src.Kind {
			case SourcePerson:
				// Who is named with a moment already is not named twice.
				if pin := (Pin{Kind: src.Kind, Ref: src.Ref, Person: now(core.ID(src.Ref))}); !spoke[pin.Person] && pin.who(roles[p.Session]) {
					list = append(list, pin)
				}
			case documents.SourceParagraph:
				doc, para := documents.ReadParaRef(src.Ref)
				if paper, ok := by[doc]; ok {
					list = append(list, Pin{Kind: src.Kind, Ref: src.Ref, Path: paper.Path() + "#" + para, Title: paper.Title, Speaker: paper.By, Para: para})
				}
			}
		}
		if len(list) > 0 {
			out[p.Ref] = list
		}
	}
	return out, nil
}

// present tells who somebody is by now: a page of a person may have become part of
// another one.
func (s *Service) present(ctx context.Context, pts []Point, moments map[core.ID]floor.Moment) (func(core.ID) core.ID, error) {
	same := func(id core.ID) core.ID { return id }
	var ids []core.ID
	for _, p := range pts {
		for _, src := range p.Sources {
			if src.Kind == SourcePerson {
				ids = append(ids, core.ID(src.Ref))
			} else if m, ok := moments[core.ID(src.Ref)]; ok && m.Person != "" {
				ids = append(ids, m.Person)
			}
		}
	}
	if s.house.People == nil || len(ids) == 0 {
		return same, nil
	}
	slices.Sort(ids)
	persons, err := s.house.People.Persons(ctx, slices.Compact(ids))
	return func(id core.ID) core.ID {
		if into := persons[id].MergedInto; into != "" {
			return into
		}
		return id
	}, err
}

// who says in which role and with which affiliation of that day the person spoke.
func (p *Pin) who(roles []programme.Role) bool {
	for _, r := range roles {
		if r.Person != "" && r.Person == p.Person {
			p.Speaker, p.Role, p.Affiliation, p.page = r.Name, r.Role, r.Snapshot.Line(), r.Path
			return true
		}
	}
	return false
}
