package badges

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
)

// OwnBadge is somebody's own badge for a program: what the picture on it says.
type OwnBadge struct {
	Badge
	Number int    `json:"number" doc:"number of the registration"`
	Code   string `json:"code" doc:"signed text of the QR code"`
	Word   string `json:"word" doc:"what can be typed where the code cannot be read"`
}

// DoorState is a door with its numbers.
type DoorState struct {
	Door
	People  int `json:"people" doc:"people let in there, each counted once"`
	Scans   int `json:"scans"`
	Refused int `json:"refused"`
	First   int `json:"first" doc:"people who came there first of all"`
}

// badgesEdition names an edition in an address.
type badgesEdition struct {
	Edition string `path:"edition" doc:"slug of the edition: 2026"`
}

// API registers the JSON operations of the room.
func (s *Service) API(api huma.API) {
	tags := []string{"Badges"}
	huma.Register(api, huma.Operation{
		OperationID: "get-my-badge", Method: http.MethodGet, Path: "/api/v1/editions/{edition}/my-badge", Summary: "Your own badge of an edition, issued when you first ask", Tags: tags,
	}, func(ctx context.Context, in *badgesEdition) (*struct{ Body OwnBadge }, error) {
		a := core.ActorOf(ctx)
		set, err := s.Editions.Setting(ctx, a, in.Edition)
		if err != nil {
			return nil, err
		}
		own, err := s.own(ctx, a, set)
		return &struct{ Body OwnBadge }{own}, err
	})
	huma.Register(api, huma.Operation{
		OperationID: "list-badge-batches", Method: http.MethodGet, Path: "/api/v1/editions/{edition}/badge-batches", Summary: "Print runs of badges, the newest first: staff", Tags: tags,
	}, func(ctx context.Context, in *badgesEdition) (*struct{ Body core.List[Batch] }, error) {
		a := core.ActorOf(ctx)
		set, err := s.Editions.Setting(ctx, a, in.Edition)
		if err != nil {
			return nil, err
		}
		list, err := s.Batches(ctx, a, set)
		return &struct{ Body core.List[Batch] }{core.List[Batch]{Items: list, Total: len(list)}}, err
	})
	huma.Register(api, huma.Operation{
		OperationID: "list-doors", Method: http.MethodGet, Path: "/api/v1/editions/{edition}/doors", Summary: "Doors with their numbers: staff", Tags: tags,
	}, func(ctx context.Context, in *badgesEdition) (*struct{ Body core.List[DoorState] }, error) {
		a := core.ActorOf(ctx)
		set, err := s.Editions.Setting(ctx, a, in.Edition)
		if err != nil {
			return nil, err
		}
		o, err := s.Overview(ctx, a, set)
		out := core.List[DoorState]{Items: []DoorState{}, Total: len(o.ByDoor)}
		for _, d := range o.ByDoor {
			out.Items = append(out.Items, DoorState(d))
		}
		return &struct{ Body core.List[DoorState] }{out}, err
	})
}

// own is the actor's own badge with its code. NotFound where she has none (yet).
func (s *Service) own(ctx context.Context, a core.Actor, set *editions.Setting) (OwnBadge, error) {
	r, b, err := s.Mine(ctx, a, set)
	if err != nil {
		return OwnBadge{}, err
	}
	if b == nil {
		return OwnBadge{}, core.NotFound()
	}
	k, err := s.keys(ctx)
	if err != nil {
		return OwnBadge{}, err
	}
	code, err := k.Sign(Code{Edition: EditionTag(set.ID), Registration: r.ID, Serial: b.Serial, Day: day(b.Issued)})
	return OwnBadge{Badge: *b, Number: r.Number, Code: code, Word: k.Word(r.ID, r.Number, b.Serial)}, err
}
