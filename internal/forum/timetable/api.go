package timetable

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
)

// The parameters of the operations are named types, so that huma reads them.

// APIEdition is an edition in an address.
type APIEdition struct {
	Edition string `path:"edition" doc:"slug of the edition: 2026"`
}

// APINumber is a release or a run of an edition in an address.
type APINumber struct {
	APIEdition
	Number int `path:"number"`
}

// PlanEntry is a session of the plan as the API gives it.
type PlanEntry struct {
	Ref     string    `json:"ref"`
	Title   core.Text `json:"title" doc:"from the next release on"`
	Minutes int       `json:"minutes"`
	Placed
	Wishes   Wishes `json:"wishes"`
	Expected int    `json:"expected" doc:"how many have bookmarked it"`
}

// Plan is the plan as the API gives it.
type Plan struct {
	Begun    bool        `json:"begun"`
	Days     []Day       `json:"days"`
	Score    Score       `json:"score"`
	Sessions []PlanEntry `json:"sessions"`
	Findings []Found     `json:"findings"`
}

// PlaceBody is where a session is put by the API.
type PlaceBody struct {
	Version int64        `json:"version" doc:"of the placement that you have seen"`
	Starts  core.Instant `json:"starts" required:"false"`
	Ends    core.Instant `json:"ends" required:"false"`
	Room    core.ID      `json:"room,omitempty"`
	State   string       `json:"state" enum:"open,held,cancelled"`
	Note    core.Text    `json:"note" required:"false"`
	Pinned  bool         `json:"pinned,omitempty"`
}

// API registers the JSON operations of the room.
func (s *Service) API(api huma.API) {
	s.planAPI(api)
	s.runAPI(api)
	s.releaseAPI(api)
}

// asked is the edition of an operation, with the actor.
func (s *Service) asked(ctx context.Context, slug string) (core.Actor, *editions.Setting, error) {
	a := core.ActorOf(ctx)
	set, err := s.Editions.Setting(ctx, a, slug)
	return a, set, err
}

// askedFor is a session of the plan of an operation.
func (s *Service) askedFor(ctx context.Context, slug, ref string) (core.Actor, *Board, *Item, error) {
	a, set, err := s.asked(ctx, slug)
	if err != nil {
		return a, nil, nil, err
	}
	b, err := s.Board(ctx, a, set)
	if err != nil {
		return a, nil, nil, err
	}
	it := b.ByRef(ref)
	if it == nil {
		return a, nil, nil, core.NotFound()
	}
	return a, b, it, nil
}

func (s *Service) planAPI(api huma.API) {
	tags := []string{"Timetable"}
	huma.Register(api, huma.Operation{
		OperationID: "get-plan", Method: http.MethodGet, Path: "/api/v1/editions/{edition}/timetable",
		Summary: "The plan of the timetable with what is wrong with it (staff)", Tags: tags,
	}, func(ctx context.Context, in *APIEdition) (*struct{ Body Plan }, error) {
		a, set, err := s.asked(ctx, in.Edition)
		if err != nil {
			return nil, err
		}
		b, err := s.Board(ctx, a, set)
		if err != nil {
			return nil, err
		}
		out := Plan{Begun: b.Begun, Days: b.Frame.Days, Score: b.Score(), Findings: b.Findings, Sessions: []PlanEntry{}}
		for i := range b.Items {
			it := &b.Items[i]
			title := it.Title
			if !it.NextTitle.IsZero() {
				title = it.NextTitle
			}
			out.Sessions = append(out.Sessions, PlanEntry{Ref: it.Ref, Title: title, Minutes: it.Length, Placed: it.Plan, Wishes: it.Wishes, Expected: it.Expected})
		}
		return &struct{ Body Plan }{out}, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "place-session", Method: http.MethodPut, Path: "/api/v1/editions/{edition}/timetable/sessions/{ref}",
		Summary: "Put a session somewhere in the plan (staff)", Tags: tags, DefaultStatus: http.StatusNoContent,
	}, func(ctx context.Context, in *struct {
		APIEdition
		Ref  string `path:"ref" doc:"reference of the session: ws184"`
		Body PlaceBody
	},
	) (*struct{}, error) {
		a, b, it, err := s.askedFor(ctx, in.Edition, in.Ref)
		if err != nil {
			return nil, err
		}
		x := in.Body
		return nil, s.Place(ctx, a, b.Set, "move", Move{
			Session: it.ID, Version: x.Version, To: Spot{Starts: x.Starts, Ends: x.Ends, Room: x.Room, State: x.State, Note: x.Note, Pinned: x.Pinned},
		})
	})
	huma.Register(api, huma.Operation{
		OperationID: "list-places", Method: http.MethodGet, Path: "/api/v1/editions/{edition}/timetable/sessions/{ref}/places",
		Summary: "Free places that fit a session, the best first (staff)", Tags: tags,
	}, func(ctx context.Context, in *struct {
		APIEdition
		Ref string `path:"ref"`
	},
	) (*struct{ Body core.List[Offer] }, error) {
		_, b, it, err := s.askedFor(ctx, in.Edition, in.Ref)
		if err != nil {
			return nil, err
		}
		list := orEmpty(b.Fits(it.ID, 50))
		return &struct{ Body core.List[Offer] }{core.List[Offer]{Items: list, Total: len(list)}}, nil
	})
}

func (s *Service) runAPI(api huma.API) {
	tags := []string{"Timetable"}
	huma.Register(api, huma.Operation{
		OperationID: "start-optimiser", Method: http.MethodPost, Path: "/api/v1/editions/{edition}/optimiser-runs",
		Summary: "Look for a better plan (staff)", Tags: tags, DefaultStatus: http.StatusAccepted,
	}, func(ctx context.Context, in *struct {
		APIEdition
		Body RunInput
	},
	) (*struct{ Body Run }, error) {
		a, set, err := s.asked(ctx, in.Edition)
		if err != nil {
			return nil, err
		}
		r, err := s.Optimise(ctx, a, set, in.Body)
		return &struct{ Body Run }{r}, err
	})
	huma.Register(api, huma.Operation{
		OperationID: "get-optimiser-run", Method: http.MethodGet, Path: "/api/v1/editions/{edition}/optimiser-runs/{number}",
		Summary: "How far a run of the optimiser is, or what it proposes (staff)", Tags: tags,
	}, func(ctx context.Context, in *APINumber) (*struct{ Body Run }, error) {
		a, set, err := s.asked(ctx, in.Edition)
		if err != nil {
			return nil, err
		}
		r, err := s.RunOf(ctx, a, set, in.Number)
		return &struct{ Body Run }{r}, err
	})
	huma.Register(api, huma.Operation{
		OperationID: "decide-optimiser-run", Method: http.MethodPost, Path: "/api/v1/editions/{edition}/optimiser-runs/{number}",
		Summary: "Stop a run, accept or discard what it proposes (staff)", Tags: tags, DefaultStatus: http.StatusNoContent,
	}, func(ctx context.Context, in *struct {
		APINumber
		Body struct {
			Do string `json:"do" enum:"stop,accept,discard"`
		}
	},
	) (*struct{}, error) {
		a, set, err := s.asked(ctx, in.Edition)
		if err != nil {
			return nil, err
		}
		switch in.Body.Do {
		case "stop":
			return nil, s.StopRun(ctx, a, set, in.Number)
		case "discard":
			return nil, s.DiscardRun(ctx, a, set, in.Number)
		}
		_, _, err = s.AcceptRun(ctx, a, set, in.Number)
		return nil, err
	})
}

func (s *Service) releaseAPI(api huma.API) {
	tags := []string{"Programme"}
	huma.Register(api, huma.Operation{
		OperationID: "list-releases", Method: http.MethodGet, Path: "/api/v1/editions/{edition}/releases",
		Summary: "The releases of the programme, the newest first", Tags: tags,
	}, func(ctx context.Context, in *APIEdition) (*struct{ Body core.List[Release] }, error) {
		a, set, err := s.asked(ctx, in.Edition)
		if err != nil {
			return nil, err
		}
		list, err := s.Releases(ctx, a, set)
		return &struct{ Body core.List[Release] }{core.List[Release]{Items: orEmpty(list), Total: len(list)}}, err
	})
	huma.Register(api, huma.Operation{
		OperationID: "get-release", Method: http.MethodGet, Path: "/api/v1/editions/{edition}/releases/{number}",
		Summary: "A release with its programme and what it changed", Tags: tags,
	}, func(ctx context.Context, in *APINumber) (*struct {
		Body struct {
			Release
			Sessions []Slot `json:"sessions"`
		}
	}, error,
	) {
		a, set, err := s.asked(ctx, in.Edition)
		if err != nil {
			return nil, err
		}
		r, err := s.ReleaseOf(ctx, a, set, in.Number)
		if err != nil {
			return nil, err
		}
		out := &struct {
			Body struct {
				Release
				Sessions []Slot `json:"sessions"`
			}
		}{}
		out.Body.Release = r
		out.Body.Sessions, err = s.SlotsOf(ctx, r.ID)
		return out, err
	})
	huma.Register(api, huma.Operation{
		OperationID: "release-programme", Method: http.MethodPost, Path: "/api/v1/editions/{edition}/releases",
		Summary: "Make the plan public (staff)", Tags: tags, DefaultStatus: http.StatusCreated,
	}, func(ctx context.Context, in *struct {
		APIEdition
		Body ReleaseInput
	},
	) (*struct{ Body Release }, error) {
		a, set, err := s.asked(ctx, in.Edition)
		if err != nil {
			return nil, err
		}
		r, err := s.Release(ctx, a, set, in.Body)
		return &struct{ Body Release }{r}, err
	})
}
