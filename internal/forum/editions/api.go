package editions

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
)

// API registers the JSON operations of the room. All are public reads of the same
// service methods that the pages call.
func (s *Service) API(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "get-forum", Method: http.MethodGet, Path: "/api/v1/forum", Summary: "The forum and its mandate", Tags: []string{"Forum"},
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body Forum }, error) {
		f, err := s.Forum(ctx)
		return &struct{ Body Forum }{f}, err
	})
	huma.Register(api, huma.Operation{
		OperationID: "list-editions", Method: http.MethodGet, Path: "/api/v1/editions", Summary: "All editions, newest first", Tags: []string{"Editions"},
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body core.List[Edition] }, error) {
		list, err := s.Editions(ctx, core.ActorOf(ctx))
		return &struct{ Body core.List[Edition] }{core.List[Edition]{Items: list, Total: len(list)}}, err
	})
	huma.Register(api, huma.Operation{
		OperationID: "get-edition", Method: http.MethodGet, Path: "/api/v1/editions/{edition}",
		Summary: "An edition with venues, rooms, themes, policy questions and figures", Tags: []string{"Editions"},
	}, func(ctx context.Context, in *struct {
		Edition string `path:"edition" doc:"slug of the edition: 2023"`
	},
	) (*struct{ Body *Setting }, error) {
		set, err := s.Setting(ctx, core.ActorOf(ctx), in.Edition)
		return &struct{ Body *Setting }{set}, err
	})
}
