package archive

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
)

// APIEdition is an edition in an address.
type APIEdition struct {
	Edition string `path:"edition" doc:"slug of the edition: 2026"`
}

// APISource is a source of an edition in an address.
type APISource struct {
	APIEdition
	ID core.ID `path:"id" doc:"id of the source"`
}

// FollowBody is a source as the API takes one.
type FollowBody struct {
	URL  string `json:"url" doc:"of a schedule.xml, schedule.json or calendar, or of the event's page at pretalx, frab, Indico or another Plenary"`
	Name string `json:"name,omitempty"`
	Lang string `json:"lang,omitempty" doc:"of its texts; en unless given"`
}

// API registers the JSON operations of the room: the schedules elsewhere that an edition
// follows.
func (s *Service) API(api huma.API) {
	tags := []string{"Sources"}
	const list = "/api/v1/editions/{edition}/import-sources"
	huma.Register(api, huma.Operation{
		OperationID: "list-import-sources", Method: http.MethodGet, Path: list, Tags: tags,
		Summary: "The schedules elsewhere that an edition follows, with what was found there last (staff)",
	}, func(ctx context.Context, in *APIEdition) (*struct{ Body core.List[Follow] }, error) {
		a, set, err := s.asked(ctx, in.Edition)
		if err != nil {
			return nil, err
		}
		all, err := s.Follows(ctx, a, set)
		if all == nil {
			all = []Follow{}
		}
		return &struct{ Body core.List[Follow] }{core.List[Follow]{Items: all, Total: len(all)}}, err
	})
	huma.Register(api, huma.Operation{
		OperationID: "add-import-source", Method: http.MethodPost, Path: list, Tags: tags, DefaultStatus: http.StatusCreated,
		Summary: "Follow a schedule elsewhere; nothing is asked of it yet (staff)",
	}, func(ctx context.Context, in *struct {
		APIEdition
		Body FollowBody
	},
	) (*struct{ Body Follow }, error) {
		a, set, err := s.asked(ctx, in.Edition)
		if err != nil {
			return nil, err
		}
		f, err := s.AddFollow(ctx, a, set, FollowInput(in.Body))
		return &struct{ Body Follow }{f}, err
	})
	huma.Register(api, huma.Operation{
		OperationID: "look-at-import-source", Method: http.MethodPost, Path: list + "/{id}/look", Tags: tags,
		Summary: "Fetch a source and stage what differs, for somebody to decide (staff)",
	}, func(ctx context.Context, in *APISource) (*struct{ Body Follow }, error) {
		a, set, err := s.asked(ctx, in.Edition)
		if err != nil {
			return nil, err
		}
		f, err := s.LookAt(ctx, a, set, in.ID)
		return &struct{ Body Follow }{f}, err
	})
	huma.Register(api, huma.Operation{
		OperationID: "remove-import-source", Method: http.MethodDelete, Path: list + "/{id}", Tags: tags, DefaultStatus: http.StatusNoContent,
		Summary: "Follow a source no more; what was taken in from it stays (staff)",
	}, func(ctx context.Context, in *APISource) (*struct{}, error) {
		a, set, err := s.asked(ctx, in.Edition)
		if err != nil {
			return nil, err
		}
		_, err = s.RemoveFollow(ctx, a, set, in.ID)
		return nil, err
	})
}

// asked is the edition of an operation, with the actor.
func (s *Service) asked(ctx context.Context, slug string) (core.Actor, *editions.Setting, error) {
	a := core.ActorOf(ctx)
	set, err := s.editions.Setting(ctx, a, slug)
	return a, set, err
}
