package messages

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
)

// API registers the JSON operation of the room.
func (s *Service) API(api huma.API, ed *editions.Service) {
	huma.Register(api, huma.Operation{
		OperationID: "get-messages", Method: http.MethodGet, Path: "/api/v1/editions/{edition}/messages",
		Summary: "The Messages of an edition, each sentence with its sources", Tags: []string{"Messages"},
	}, func(ctx context.Context, in *struct {
		Edition string `path:"edition"`
	},
	) (*struct{ Body Export }, error) {
		set, err := ed.Setting(ctx, core.ActorOf(ctx), in.Edition)
		if err != nil {
			return nil, err
		}
		out, err := s.Data(ctx, core.ActorOf(ctx), set)
		return &struct{ Body Export }{out}, err
	})
}
