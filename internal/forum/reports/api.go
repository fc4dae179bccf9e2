package reports

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
)

type reportLine struct {
	Session   core.ID      `json:"session"`
	Ref       string       `json:"ref" doc:"reference of the session"`
	Kind      string       `json:"kind" enum:"takeaways,full"`
	Due       core.Instant `json:"due"`
	Published core.Instant `json:"published"`
	Corrected core.Instant `json:"corrected"`
	Late      bool         `json:"late" doc:"published after the limit, or still missing after it"`
	Points    []pinned     `json:"points" doc:"takeaways and calls to action"`
	Card      *Card        `json:"participation,omitempty" doc:"the participation card, once a report is published"`
}

type pinned struct {
	Point
	Pins []Pin `json:"pins,omitempty" doc:"what it rests on, with who said it in the role and affiliation of that day"`
}

// API registers the JSON operations: all reports of an edition with what is published.
func (s *Service) API(api huma.API, ed *editions.Service) {
	huma.Register(api, huma.Operation{
		OperationID: "list-reports", Method: http.MethodGet, Path: "/api/v1/editions/{edition}/reports",
		Summary: "What each session owes and what is published: takeaways and calls to action", Tags: []string{"Reports"},
	}, func(ctx context.Context, in *struct {
		Edition string `path:"edition"`
		Kind    string `query:"kind" enum:"takeaways,full" default:"takeaways"`
		Cursor  string `query:"cursor"`
		Limit   int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
	},
	) (*struct{ Body core.List[reportLine] }, error) {
		set, err := ed.Setting(ctx, core.ActorOf(ctx), in.Edition)
		if err != nil {
			return nil, err
		}
		lines, err := s.Board(ctx, core.Visitor, set, in.Kind)
		if err != nil {
			return nil, err
		}
		pts, err := s.Published(ctx, set.ID)
		if err != nil {
			return nil, err
		}
		from := 0
		if in.Cursor != "" {
			if err := core.ReadCursor(in.Cursor, &from); err != nil || from < 0 || from > len(lines) {
				return nil, core.Invalid("core.cursor.unreadable")
			}
		}
		list := core.List[reportLine]{Items: []reportLine{}, Total: len(lines)}
		to := min(len(lines), from+in.Limit)
		cards, pins, err := s.restOf(ctx, set, lines[from:to], pts)
		if err != nil {
			return nil, err
		}
		now := s.rec.Clock.Instant()
		for _, l := range lines[from:to] {
			line := reportLine{
				Session: l.Session.ID, Ref: l.Session.Ref, Kind: in.Kind, Due: l.Due, Points: []pinned{},
				Late: LatenessOf(l.Due, l.Report, now).Late,
			}
			if l.Report != nil {
				line.Published, line.Corrected = l.Report.Published, l.Report.Corrected
			}
			if c, ok := cards[l.Session.ID]; ok {
				line.Card = &c
			}
			if in.Kind == Takeaways {
				for _, p := range pts[l.Session.ID] {
					line.Points = append(line.Points, pinned{p, pins[p.Ref]})
				}
			}
			list.Items = append(list.Items, line)
		}
		if from+in.Limit < len(lines) {
			list.Next = core.Cursor(from + in.Limit)
		}
		return &struct{ Body core.List[reportLine] }{list}, nil
	})

	huma.Register(api, huma.Operation{
		OperationID: "report-punctuality", Method: http.MethodGet, Path: "/api/v1/editions/{edition}/reports/punctuality",
		Summary: "How punctual reports are, by type of session and by day", Tags: []string{"Reports"},
	}, func(ctx context.Context, in *struct {
		Edition string `path:"edition"`
		Kind    string `query:"kind" enum:"takeaways,full" default:"takeaways"`
	},
	) (*struct{ Body Punctual }, error) {
		set, err := ed.Setting(ctx, core.ActorOf(ctx), in.Edition)
		if err != nil {
			return nil, err
		}
		p, err := s.Punctuality(ctx, core.Visitor, set, in.Kind)
		return &struct{ Body Punctual }{p}, err
	})
	huma.Register(api, huma.Operation{
		OperationID: "report-participation", Method: http.MethodGet, Path: "/api/v1/editions/{edition}/reports/participation",
		Summary: "Sums of the participation cards of published reports", Tags: []string{"Reports"},
	}, func(ctx context.Context, in *struct {
		Edition string `path:"edition"`
	},
	) (*struct{ Body Participation }, error) {
		set, err := ed.Setting(ctx, core.ActorOf(ctx), in.Edition)
		if err != nil {
			return nil, err
		}
		cards, n, err := s.publicCards(ctx, set)
		return &struct{ Body Participation }{Participate(cards, n)}, err
	})
}

// restOf loads what stands around the lines of one page: cards, and what points rest on.
func (s *Service) restOf(ctx context.Context, set *editions.Setting, lines []Line, pts map[core.ID][]Point) (map[core.ID]Card, map[string][]Pin, error) {
	cards, err := s.Cards(ctx, set.ID)
	if err != nil {
		return nil, nil, err
	}
	var ids []core.ID
	var all []Point
	for _, l := range lines {
		if list := pts[l.Session.ID]; len(list) > 0 {
			ids, all = append(ids, l.Session.ID), append(all, list...)
		}
	}
	roles := map[core.ID][]programme.Role{}
	if len(ids) > 0 {
		if roles, err = s.programme.RolesIn(ctx, ids); err != nil {
			return nil, nil, err
		}
	}
	pins, err := s.Pins(ctx, core.Visitor, all, roles)
	return cards, pins, err
}

// publicCards are the cards of sessions that everybody may see, and how many of these
// have a published report.
func (s *Service) publicCards(ctx context.Context, set *editions.Setting) (map[core.ID]Card, int, error) {
	briefs, err := s.reported(ctx, core.Visitor, set)
	if err != nil {
		return nil, 0, err
	}
	cards, err := s.Cards(ctx, set.ID)
	open := map[core.ID]Card{}
	for _, b := range briefs {
		if c, ok := cards[b.ID]; ok {
			open[b.ID] = c
		}
	}
	return open, len(briefs), err
}

// reported are the public sessions of an edition of which a report is published.
func (s *Service) reported(ctx context.Context, a core.Actor, set *editions.Setting) ([]programme.Brief, error) {
	briefs, err := s.programme.Briefs(ctx, a, set, programme.Filter{})
	if err != nil {
		return nil, err
	}
	list, err := s.OfEdition(ctx, set.ID)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(briefs), func(b programme.Brief) bool {
		return b.State == programme.StateDraft || !slices.ContainsFunc(list[b.ID], func(r Report) bool { return r.State == StatePublished })
	}), nil
}
