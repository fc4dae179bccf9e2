package participation

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
)

// EditionParam names an edition in an operation.
type EditionParam struct {
	Edition string `path:"edition" doc:"slug of the edition"`
}

// OwnBody is how an edition registers people, and the registration of who asks.
type OwnBody struct {
	Setting      Setting       `json:"setting"`
	Registration *Registration `json:"registration,omitempty" doc:"of who asks, if there is one"`
}

// API registers the operations of the room.
func (s *Service) API(api huma.API) {
	tags := []string{"Participation"}
	path := "/api/v1/editions/{edition}/registration"
	huma.Register(api, huma.Operation{
		OperationID: "get-registration", Method: http.MethodGet, Path: path, Tags: tags,
		Summary: "How an edition registers people, and the own registration",
	}, func(ctx context.Context, in *EditionParam) (*struct{ Body OwnBody }, error) {
		a, set, err := s.asked(ctx, in.Edition)
		if err != nil {
			return nil, err
		}
		st, err := s.Setting(ctx, a, set)
		if err != nil {
			return nil, err
		}
		r, err := s.Mine(ctx, a, set)
		if err != nil {
			return nil, err
		}
		return &struct{ Body OwnBody }{OwnBody{*st, r}}, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "register", Method: http.MethodPost, Path: path, Tags: tags, DefaultStatus: http.StatusCreated,
		Summary: "Register oneself",
	}, func(ctx context.Context, in *struct {
		EditionParam
		Body Input
	},
	) (*struct{ Body Registration }, error) {
		a, set, err := s.asked(ctx, in.Edition)
		if err != nil {
			return nil, err
		}
		r, err := s.Register(ctx, a, set, in.Body)
		if err != nil {
			return nil, err
		}
		return &struct{ Body Registration }{*r}, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "correct-registration", Method: http.MethodPut, Path: path, Tags: tags,
		Summary: "Correct the own registration",
	}, func(ctx context.Context, in *struct {
		EditionParam
		Body Input
	},
	) (*struct{ Body Registration }, error) {
		a, set, r, err := s.askedOwn(ctx, in.Edition)
		if err != nil {
			return nil, err
		}
		if r, err = s.Correct(ctx, a, set, r.ID, in.Body); err != nil {
			return nil, err
		}
		return &struct{ Body Registration }{*r}, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "withdraw-registration", Method: http.MethodDelete, Path: path, Tags: tags,
		Summary: "Withdraw the own registration",
	}, func(ctx context.Context, in *EditionParam) (*struct{}, error) {
		a, set, r, err := s.askedOwn(ctx, in.Edition)
		if err != nil {
			return nil, err
		}
		return nil, s.Withdraw(ctx, a, set, r.ID)
	})
	s.deskAPI(api)
	s.groupsAPI(api)
}

// asked is the edition of an operation.
func (s *Service) asked(ctx context.Context, slug string) (core.Actor, *editions.Setting, error) {
	a := core.ActorOf(ctx)
	set, err := s.Editions.Setting(ctx, a, slug)
	return a, set, err
}

// askedOwn is the own registration of who asks.
func (s *Service) askedOwn(ctx context.Context, slug string) (core.Actor, *editions.Setting, *Registration, error) {
	a, set, err := s.asked(ctx, slug)
	if err != nil {
		return a, nil, nil, err
	}
	if !a.SignedIn() {
		return a, nil, nil, core.SignIn()
	}
	r, err := s.Mine(ctx, a, set)
	if err == nil && r == nil {
		err = core.NotFound()
	}
	return a, set, r, err
}
