package attendance

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
	"plenary/internal/forum/programme"
)

// SessionParams name a session of an edition.
type SessionParams struct {
	Edition string `path:"edition" doc:"slug of the edition"`
	Ref     string `path:"ref" doc:"reference of the session: ws184"`
}

// API registers the JSON operations: one's own join links, and for the staff the places of
// sessions and how many were there.
func (s *Service) API(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "list-join-links", Method: http.MethodGet, Path: "/api/v1/editions/{edition}/join-links",
		Summary: "Your own join links to the sessions of an edition", Tags: []string{"Attendance"},
	}, func(ctx context.Context, in *struct {
		Edition string `path:"edition" doc:"slug of the edition"`
	},
	) (*struct{ Body core.List[JoinLink] }, error) {
		a := core.ActorOf(ctx)
		set, err := s.Participation.Editions.Setting(ctx, a, in.Edition)
		if err != nil {
			return nil, err
		}
		list, err := s.Links(ctx, a, set)
		if list == nil {
			list = []JoinLink{}
		}
		return &struct{ Body core.List[JoinLink] }{core.List[JoinLink]{Items: list, Total: len(list)}}, err
	})
	huma.Register(api, huma.Operation{
		OperationID: "get-join-link", Method: http.MethodGet, Path: "/api/v1/editions/{edition}/sessions/{ref}/join-link",
		Summary: "Your own join link to a session", Tags: []string{"Attendance"},
	}, func(ctx context.Context, in *SessionParams) (*struct{ Body JoinLink }, error) {
		a := core.ActorOf(ctx)
		set, err := s.Participation.Editions.Setting(ctx, a, in.Edition)
		if err != nil {
			return nil, err
		}
		l, err := s.LinkTo(ctx, a, set, in.Ref)
		return &struct{ Body JoinLink }{l}, err
	})
	s.staffAPI(api)
}

// PlaceParams are a session and its place.
type PlaceParams struct {
	SessionParams
	Body PlaceInput
}

// PlacesParams are the lines of many places.
type PlacesParams struct {
	Edition string `path:"edition" doc:"slug of the edition"`
	Body    PasteInput
}

// Changed is how many places were changed.
type Changed struct {
	Body struct {
		Changed int `json:"changed"`
	}
}

func (s *Service) staffAPI(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "list-session-places", Method: http.MethodGet, Path: "/api/v1/editions/{edition}/places",
		Summary: "Sessions with their places online; for staff", Tags: []string{"Attendance"},
	}, func(ctx context.Context, in *struct {
		Edition string `path:"edition" doc:"slug of the edition"`
	},
	) (*struct{ Body core.List[PlacedSession] }, error) {
		a := core.ActorOf(ctx)
		set, err := s.Participation.Editions.Setting(ctx, a, in.Edition)
		if err != nil {
			return nil, err
		}
		list, err := s.Places(ctx, a, set)
		return &struct{ Body core.List[PlacedSession] }{core.List[PlacedSession]{Items: list, Total: len(list)}}, err
	})
	huma.Register(api, huma.Operation{
		OperationID: "set-session-place", Method: http.MethodPut, Path: "/api/v1/editions/{edition}/sessions/{ref}/place", DefaultStatus: http.StatusNoContent,
		Summary: "Set where a session is joined online, and who may join; for staff", Tags: []string{"Attendance"},
	}, func(ctx context.Context, in *PlaceParams) (*struct{}, error) {
		a := core.ActorOf(ctx)
		set, err := s.Participation.Editions.Setting(ctx, a, in.Edition)
		if err != nil {
			return nil, err
		}
		return nil, s.SetPlace(ctx, a, set, in.Ref, in.Body)
	})
	huma.Register(api, huma.Operation{
		OperationID: "set-session-places", Method: http.MethodPost, Path: "/api/v1/editions/{edition}/places",
		Summary: "Set the addresses of many sessions at once, all or none; for staff", Tags: []string{"Attendance"},
	}, func(ctx context.Context, in *PlacesParams) (*Changed, error) {
		a := core.ActorOf(ctx)
		set, err := s.Participation.Editions.Setting(ctx, a, in.Edition)
		if err != nil {
			return nil, err
		}
		out := &Changed{}
		out.Body.Changed, err = s.Paste(ctx, a, set, in.Body)
		return out, err
	})
	huma.Register(api, huma.Operation{
		OperationID: "list-attendance", Method: http.MethodGet, Path: "/api/v1/editions/{edition}/attendance",
		Summary: "How many people were in each session; for staff", Tags: []string{"Attendance"},
	}, func(ctx context.Context, in *struct {
		Edition string `path:"edition" doc:"slug of the edition"`
	},
	) (*struct{ Body core.List[Counted] }, error) {
		list, err := s.Counted(ctx, core.ActorOf(ctx), in.Edition)
		return &struct{ Body core.List[Counted] }{core.List[Counted]{Items: list, Total: len(list)}}, err
	})
}

// Counted is a session with how many were there.
type Counted struct {
	Ref string `json:"ref"`
	Count
}

// Counted are the counts of all sessions of an edition in which somebody was; only the staff
// may know.
func (s *Service) Counted(ctx context.Context, a core.Actor, edition string) ([]Counted, error) {
	set, err := s.Participation.Editions.Setting(ctx, a, edition)
	if err != nil {
		return nil, err
	}
	counts, err := s.CountsOf(ctx, a, set)
	if err != nil {
		return nil, err
	}
	list, err := s.Participation.Programme.Briefs(ctx, a, set, programme.Filter{})
	out := []Counted{}
	for _, b := range list {
		if n, ok := counts[b.ID]; ok {
			out = append(out, Counted{b.Ref, n})
		}
	}
	return out, err
}
