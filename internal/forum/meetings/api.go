package meetings

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
	"plenary/internal/forum/vocab"
)

// API registers the JSON operations: the meetings that one may see, one of them, the
// planner, and, for who runs them, announcing, changing and cancelling.
func (s *Service) API(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "list-meetings", Method: http.MethodGet, Path: "/api/v1/meetings",
		Summary: "Meetings of bodies and of the forum all year round, by their time", Tags: []string{"Meetings"},
	}, func(ctx context.Context, in *struct {
		OfBody core.ID `query:"body" doc:"id of a body"`
		Series core.ID `query:"series" doc:"id of a series"`
		From   string  `query:"from" format:"date" doc:"that end on this day (UTC) or later"`
		Until  string  `query:"until" format:"date" doc:"that begin before this day (UTC)"`
		Cursor string  `query:"cursor"`
		Limit  int     `query:"limit" minimum:"1" maximum:"500" default:"50"`
	},
	) (*struct{ Body core.List[Meeting] }, error) {
		f := Filter{Body: in.OfBody, Series: in.Series}
		for _, d := range []struct {
			from string
			to   *core.Instant
		}{{in.From, &f.From}, {in.Until, &f.Until}} {
			if d.from == "" {
				continue
			}
			day, err := core.ParseDate(d.from)
			if err != nil {
				return nil, err
			}
			*d.to = core.At(day)
		}
		list, err := s.List(ctx, core.ActorOf(ctx), f, core.Page{Cursor: in.Cursor, Limit: in.Limit})
		if list.Items == nil {
			list.Items = []Meeting{}
		}
		return &struct{ Body core.List[Meeting] }{list}, err
	})
	huma.Register(api, huma.Operation{
		OperationID: "plan-meeting", Method: http.MethodGet, Path: "/api/v1/meetings/planner",
		Summary: "Whose night a proposed hour is, all hours of the day compared, and fair turns for a series", Tags: []string{"Meetings"},
	}, s.planOperation)
	huma.Register(api, huma.Operation{
		OperationID: "get-meeting", Method: http.MethodGet, Path: "/api/v1/meetings/{id}", Summary: "One meeting", Tags: []string{"Meetings"},
	}, func(ctx context.Context, in *struct {
		ID core.ID `path:"id"`
	},
	) (*one, error) {
		m, _, err := s.Get(ctx, core.ActorOf(ctx), in.ID)
		return &one{m}, err
	})
	s.writing(api)
}

type one struct{ Body Meeting }

type planParams struct {
	Day     string  `query:"day" required:"true" format:"date"`
	Time    string  `query:"time" required:"true" pattern:"^\\d\\d:\\d\\d$" doc:"HH:MM by the clock of the zone"`
	Minutes int     `query:"minutes" default:"60"`
	Zone    string  `query:"zone" default:"UTC" doc:"IANA zone"`
	Who     string  `query:"who" enum:"regions,body,list" default:"regions"`
	OfBody  core.ID `query:"body" doc:"whose seats are reckoned with, and whose past meetings"`
	Cities  string  `query:"cities" doc:"cities or zones, parted by commas"`
	Count   int     `query:"count" default:"1" doc:"meetings of a series"`
	Repeat  string  `query:"repeat" enum:"week,two-weeks,month,month-last" default:"two-weeks"`
}

type planned1 struct{ Body Answer }

func (s *Service) planOperation(ctx context.Context, in *planParams) (*planned1, error) {
	out, err := s.Plan(ctx, core.ActorOf(ctx), &Plan{
		Day: in.Day, Time: in.Time, Minutes: in.Minutes, Zone: in.Zone, Who: in.Who, Body: in.OfBody, Cities: in.Cities, Count: in.Count, Repeat: in.Repeat,
	})
	if err != nil {
		return nil, err
	}
	for i, r := range out.Regions {
		if r.Name == "" {
			out.Regions[i].Name = s.Vocab.Label(vocab.Regions, r.Code).String()
		}
	}
	return &planned1{out}, nil
}

// announcement is what a program sends to announce meetings.
type announcement struct {
	Of core.ID `json:"body,omitempty" doc:"id of the body that meets; empty for the forum"`
	Input
}

func (s *Service) writing(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "announce-meeting", Method: http.MethodPost, Path: "/api/v1/meetings", DefaultStatus: http.StatusCreated,
		Summary: "Announce a meeting, or a series where it repeats; for coordinators of the body and staff", Tags: []string{"Meetings"},
	}, func(ctx context.Context, in *struct{ Body announcement }) (*struct{ Body core.List[Meeting] }, error) {
		list, err := s.Add(ctx, core.ActorOf(ctx), in.Body.Of, in.Body.Input)
		return &struct{ Body core.List[Meeting] }{core.List[Meeting]{Items: list, Total: len(list)}}, err
	})
	huma.Register(api, huma.Operation{
		OperationID: "change-meeting", Method: http.MethodPut, Path: "/api/v1/meetings/{id}",
		Summary: "Change a meeting, or it and all that follow in its series", Tags: []string{"Meetings"},
	}, func(ctx context.Context, in *struct {
		ID   core.ID `path:"id"`
		Body Input
	},
	) (*one, error) {
		m, err := s.Edit(ctx, core.ActorOf(ctx), in.ID, in.Body)
		return &one{m}, err
	})
	huma.Register(api, huma.Operation{
		OperationID: "cancel-meeting", Method: http.MethodPost, Path: "/api/v1/meetings/{id}/cancel", DefaultStatus: http.StatusOK,
		Summary: "Cancel a meeting, or it and all that follow in its series", Tags: []string{"Meetings"},
	}, func(ctx context.Context, in *struct {
		ID   core.ID `path:"id"`
		Body StateInput
	},
	) (*one, error) {
		m, err := s.Cancel(ctx, core.ActorOf(ctx), in.ID, in.Body)
		return &one{m}, err
	})
}
