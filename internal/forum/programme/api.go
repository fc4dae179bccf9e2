package programme

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
)

// FullSession is a session as the JSON API gives it: with its type and its place by
// name, and its permanent address.
type FullSession struct {
	*Session
	Address   string    `json:"address" doc:"permanent address"`
	TypeSlug  string    `json:"type_slug"`
	TypeName  core.Text `json:"type_name"`
	ThemeSlug string    `json:"theme_slug,omitempty"`
	RoomName  core.Text `json:"room_name,omitzero"`
	Zone      string    `json:"zone" doc:"IANA zone of the venue"`
	Services  Services  `json:"services"`
}

func full(set *editions.Setting, x *Session) FullSession {
	out := FullSession{Session: x, Address: x.Path(), TypeSlug: x.Of.Slug, TypeName: x.Of.Name, Zone: set.Zone, Services: x.Of.Services}
	if t := set.Theme(x.Theme); t != nil {
		out.ThemeSlug = t.Slug
	}
	if r := set.Room(x.Room); r != nil {
		out.RoomName = r.Name
	}
	return out
}

// API registers the JSON operations of the room.
func (s *Service) API(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "get-session", Method: http.MethodGet, Path: "/api/v1/editions/{edition}/sessions/{ref}",
		Summary: "A session with its people, questions, tracks and relations", Tags: []string{"Programme"},
	}, func(ctx context.Context, in *struct {
		Edition string `path:"edition" doc:"slug of the edition: 2021"`
		Ref     string `path:"ref" doc:"reference of the session: ws184; an old one leads to the session too"`
	},
	) (*struct{ Body FullSession }, error) {
		a := core.ActorOf(ctx)
		set, err := s.editions.Setting(ctx, a, in.Edition)
		if err != nil {
			return nil, err
		}
		x, err := s.Session(ctx, a, set, in.Ref)
		if err != nil {
			return nil, err
		}
		return &struct{ Body FullSession }{full(set, x)}, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "list-session-types", Method: http.MethodGet, Path: "/api/v1/editions/{edition}/session-types",
		Summary: "The session types of an edition with their services and duties", Tags: []string{"Programme"},
	}, func(ctx context.Context, in *struct {
		Edition string `path:"edition" doc:"slug of the edition: 2021"`
	},
	) (*struct{ Body core.List[Type] }, error) {
		set, err := s.editions.Setting(ctx, core.ActorOf(ctx), in.Edition)
		if err != nil {
			return nil, err
		}
		types, err := s.Types(ctx, set.ID)
		return &struct{ Body core.List[Type] }{core.List[Type]{Items: types, Total: len(types)}}, err
	})
	s.APILists(api)
}
