package proposals

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
)

// BeginInput begins an answer to a call.
type BeginInput struct {
	Lang string  `json:"lang" doc:"in which it will be written"`
	From core.ID `json:"from,omitempty" doc:"proposal of one's own whose answers are carried over"`
}

// VersionInput names the version of a thing as it was read.
type VersionInput struct {
	Version int64 `json:"version"`
}

// IDParam names a proposal. Parameters that operations share are exported: the API reads no
// others.
type IDParam struct {
	ID core.ID `path:"id"`
}

// ScreenedRow is a proposal with what the rules of its call find in it.
type ScreenedRow struct {
	ID       core.ID   `json:"id"`
	Number   int       `json:"number"`
	Title    string    `json:"title"`
	State    string    `json:"state"`
	Version  int64     `json:"version"`
	Findings []Finding `json:"findings"`
	Stopped  int       `json:"stopped" doc:"rules that block, are broken and were not overruled"`
}

// editAPI registers what proposers do with their answers, and who screens them.
func (s *Service) editAPI(api huma.API) {
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: "/api/v1" + path, Summary: summary, Tags: []string{"Proposals"}}
	}
	// acted gives the proposal as it stands after an act.
	acted := func(ctx context.Context, id core.ID, err error) (*struct{ Body sheetJSON }, error) {
		if err != nil {
			return nil, err
		}
		v, err := s.Get(ctx, core.ActorOf(ctx), id)
		return &struct{ Body sheetJSON }{sheetOf(v)}, err
	}
	huma.Register(api, op("my-proposals", http.MethodGet, "/me/proposals", "One's proposals, and those in which one is named"), func(ctx context.Context, in *struct {
		Q string `query:"q" doc:"words of the title or the answers"`
	},
	) (*struct{ Body core.List[Proposal] }, error) {
		list, err := s.Mine(ctx, core.ActorOf(ctx), in.Q)
		if list == nil {
			list = []Proposal{}
		}
		return &struct{ Body core.List[Proposal] }{core.List[Proposal]{Items: list, Total: len(list)}}, err
	})
	huma.Register(api, op("begin-proposal", http.MethodPost, "/calls/{ref}/proposals", "Begin an answer to a call"), func(ctx context.Context, in *struct {
		Ref  string `path:"ref"`
		Body BeginInput
	},
	) (*struct{ Body sheetJSON }, error) {
		p, err := s.Begin(ctx, core.ActorOf(ctx), in.Ref, in.Body.Lang, in.Body.From)
		return acted(ctx, p.ID, err)
	})
	huma.Register(api, op("save-proposal", http.MethodPut, "/proposals/{id}", "Save the answers, hand them in, or ask the people they name"), func(ctx context.Context, in *struct {
		IDParam
		Body SaveInput
	},
	) (*struct{ Body sheetJSON }, error) {
		_, err := s.Save(ctx, core.ActorOf(ctx), in.ID, in.Body)
		return acted(ctx, in.ID, err)
	})
	huma.Register(api, op("discard-proposal", http.MethodDelete, "/proposals/{id}", "Throw a draft away"), func(ctx context.Context, in *IDParam) (*struct{}, error) {
		return nil, s.Discard(ctx, core.ActorOf(ctx), in.ID)
	})
	huma.Register(api, op("withdraw-proposal", http.MethodPost, "/proposals/{id}/withdrawal", "Take a proposal back"), func(ctx context.Context, in *struct {
		IDParam
		Body VersionInput
	},
	) (*struct{ Body sheetJSON }, error) {
		return acted(ctx, in.ID, s.Withdraw(ctx, core.ActorOf(ctx), in.ID, in.Body.Version))
	})
	huma.Register(api, op("screen-proposals", http.MethodGet, "/calls/{ref}/screening", "What the rules find in the proposals of a call"), func(ctx context.Context, in *struct {
		Ref string `path:"ref"`
	},
	) (*struct{ Body core.List[ScreenedRow] }, error) {
		a := core.ActorOf(ctx)
		c, err := s.Calls.Call(ctx, a, in.Ref)
		if err != nil {
			return nil, err
		}
		rows, err := s.Screening(ctx, a, c)
		out := core.List[ScreenedRow]{Items: []ScreenedRow{}, Total: len(rows)}
		for _, r := range rows {
			out.Items = append(out.Items, ScreenedRow{ID: r.ID, Number: r.Number, Title: r.Title, State: r.State, Version: r.Version, Findings: r.Findings, Stopped: r.Stopped})
		}
		return &struct{ Body core.List[ScreenedRow] }{out}, err
	})
	huma.Register(api, op("screen-proposal", http.MethodPost, "/proposals/{id}/screening", "Let a proposal pass, find it ineligible or return it"), func(ctx context.Context, in *struct {
		IDParam
		Body ScreenInput
	},
	) (*struct{ Body sheetJSON }, error) {
		return acted(ctx, in.ID, s.Judge(ctx, core.ActorOf(ctx), in.ID, in.Body))
	})
}
