package proposals

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
)

// Sheet is a proposal as the JSON API gives it: what the reader may read of it.
type sheetJSON struct {
	Proposal
	Path   string  `json:"path"`
	People []Party `json:"people"`
	Blind  bool    `json:"blind,omitempty" doc:"who proposes is left out"`
}

func sheetOf(v View) sheetJSON {
	out := sheetJSON{Proposal: v.Proposal, Path: v.Path(), People: []Party{}, Blind: v.Blind}
	out.People = append(out.People, v.Parties...)
	if out.Answers == nil {
		out.Answers = calls.Answers{}
	}
	return out
}

// API registers the room's operations.
func (s *Service) API(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "list-proposals", Method: http.MethodGet, Path: "/api/v1/calls/{ref}/proposals",
		Summary: "The proposals of a call that the reader may read, with their answers", Tags: []string{"Proposals"},
	}, func(ctx context.Context, in *struct {
		Ref string `path:"ref"`
	},
	) (*struct{ Body core.List[sheetJSON] }, error) {
		a := core.ActorOf(ctx)
		c, err := s.Calls.Call(ctx, a, in.Ref)
		if err != nil {
			return nil, err
		}
		list, err := s.Sheet(ctx, a, c)
		if err != nil {
			return nil, err
		}
		out := core.List[sheetJSON]{Items: []sheetJSON{}, Total: len(list)}
		for _, v := range list {
			out.Items = append(out.Items, sheetOf(v))
		}
		return &struct{ Body core.List[sheetJSON] }{out}, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "get-proposal", Method: http.MethodGet, Path: "/api/v1/proposals/{id}",
		Summary: "One proposal", Tags: []string{"Proposals"},
	}, func(ctx context.Context, in *struct {
		ID core.ID `path:"id"`
	},
	) (*struct{ Body sheetJSON }, error) {
		v, err := s.Get(ctx, core.ActorOf(ctx), in.ID)
		if err != nil {
			return nil, err
		}
		return &struct{ Body sheetJSON }{sheetOf(v)}, nil
	})
	s.editAPI(api)
}
