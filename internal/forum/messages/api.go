package messages

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
)

type ofEdition struct {
	Edition string `path:"edition" doc:"slug of the edition"`
}

type ofMessage struct {
	Edition string `path:"edition" doc:"slug of the edition"`
	Number  int    `path:"n" minimum:"1" doc:"permanent number of the Message"`
}

// SignedOff is who signs the Messages of an edition, as data.
type SignedOff struct {
	Revision int         `json:"revision" doc:"the version that is signed"`
	Hash     string      `json:"hash" doc:"SHA-256 of its frozen text"`
	Unsigned string      `json:"unsigned_reason,omitempty" doc:"why it became final without all signatures"`
	Signers  []Standing  `json:"signers"`
	Past     []Signature `json:"past" doc:"what was signed before, the newest first"`
}

// API registers the JSON operations of the room.
func (s *Service) API(api huma.API, ed *editions.Service) {
	huma.Register(api, operation("get-messages", "/editions/{edition}/messages", "The Messages of an edition, each sentence with its sources"),
		func(ctx context.Context, in *ofEdition) (*struct{ Body Export }, error) {
			set, err := ed.Setting(ctx, core.ActorOf(ctx), in.Edition)
			if err != nil {
				return nil, err
			}
			out, err := s.Data(ctx, core.ActorOf(ctx), set)
			return &struct{ Body Export }{out}, err
		})
	huma.Register(api, operation("get-message-provenance", "/editions/{edition}/messages/{n}/provenance", "What each sentence of a Message rests on, down to the second of the recording and the person"),
		func(ctx context.Context, in *ofMessage) (*struct{ Body Chain }, error) {
			set, err := ed.Setting(ctx, core.ActorOf(ctx), in.Edition)
			if err != nil {
				return nil, err
			}
			out, err := s.Provenance(ctx, core.ActorOf(ctx), set, in.Number, false)
			return &struct{ Body Chain }{out}, err
		})
	huma.Register(api, operation("list-led-to", "/led-to", "Where a moment, person, session, paragraph or takeaway has led"),
		func(ctx context.Context, in *struct {
			Kind string   `query:"kind" required:"true" enum:"segment,person,session,paragraph,takeaway"`
			Refs []string `query:"ref" required:"true" maxItems:"100" doc:"ids; a paragraph or takeaway is document#paragraph"`
		},
		) (*struct{ Body []Led }, error) {
			out, err := s.LedTo(ctx, core.ActorOf(ctx), in.Kind, in.Refs)
			return &struct{ Body []Led }{out}, err
		})
	huma.Register(api, operation("get-messages-sign-off", "/editions/{edition}/messages/sign-off", "Who signs the Messages of an edition, and which version was signed"),
		func(ctx context.Context, in *ofEdition) (*struct{ Body SignedOff }, error) {
			set, err := ed.Setting(ctx, core.ActorOf(ctx), in.Edition)
			if err != nil {
				return nil, err
			}
			v, so, err := s.SignOff(ctx, core.ActorOf(ctx), set)
			if err != nil {
				return nil, err
			}
			out := SignedOff{Revision: so.Revision.Number, Hash: so.Revision.Hash, Signers: so.Signers, Past: append([]Signature{}, so.Past...)}
			if v.Set != nil {
				out.Unsigned = v.Set.Unsigned
			}
			return &struct{ Body SignedOff }{out}, nil
		})
	huma.Register(api, operation("list-message-statements", "/editions/{edition}/messages/statements", "Statements on the Messages of an edition that were accepted or refused"),
		func(ctx context.Context, in *ofEdition) (*struct{ Body []Statement }, error) {
			a := core.ActorOf(ctx)
			set, err := ed.Setting(ctx, a, in.Edition)
			if err != nil {
				return nil, err
			}
			if _, err := s.View(ctx, a, set, false); err != nil {
				return nil, err
			}
			list, _, err := s.Statements(ctx, a, set)
			return &struct{ Body []Statement }{append([]Statement{}, list...)}, err
		})
}

func operation(id, path, summary string) huma.Operation {
	return huma.Operation{OperationID: id, Method: http.MethodGet, Path: "/api/v1" + path, Summary: summary, Tags: []string{"Messages"}}
}
