package hooks

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
)

// Item is a hook as the JSON API gives it. Its secret is shown on its page alone.
type Item struct {
	Hook
	Subjects []string `json:"subjects" doc:"what it is told of; none is everything"`
}

type idInput struct {
	ID core.ID `path:"id"`
}

type logInput struct {
	ID     core.ID `path:"id"`
	State  string  `query:"state" enum:"waiting,done,failed,dropped"`
	Cursor string  `query:"cursor"`
	Limit  int     `query:"limit" minimum:"1" maximum:"500" default:"50"`
}

// API registers the JSON operations of the room, for administrators.
func (s *Service) API(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "list-webhooks", Method: http.MethodGet, Path: "/api/v1/admin/webhooks",
		Summary: "List webhooks", Tags: []string{"Webhooks"},
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body core.List[Item] }, error) {
		list, err := s.Hooks(ctx, core.ActorOf(ctx))
		if err != nil {
			return nil, err
		}
		out := core.List[Item]{Items: []Item{}, Total: len(list)}
		for _, h := range list {
			out.Items = append(out.Items, Item{h, h.Subjects()})
		}
		return &struct{ Body core.List[Item] }{out}, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "get-webhook", Method: http.MethodGet, Path: "/api/v1/admin/webhooks/{id}",
		Summary: "Show a webhook", Tags: []string{"Webhooks"},
	}, func(ctx context.Context, in *idInput) (*struct{ Body Item }, error) {
		h, err := s.Hook(ctx, core.ActorOf(ctx), in.ID)
		if err != nil {
			return nil, err
		}
		return &struct{ Body Item }{Item{h, h.Subjects()}}, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "list-webhook-deliveries", Method: http.MethodGet, Path: "/api/v1/admin/webhooks/{id}/deliveries",
		Summary: "List what a webhook was sent", Tags: []string{"Webhooks"},
	}, func(ctx context.Context, in *logInput) (*struct{ Body core.List[Delivery] }, error) {
		list, err := s.Log(ctx, core.ActorOf(ctx), in.ID, in.State, core.Page{Limit: in.Limit, Cursor: in.Cursor})
		if err != nil {
			return nil, err
		}
		return &struct{ Body core.List[Delivery] }{list}, nil
	})
}
