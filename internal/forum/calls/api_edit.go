package calls

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
)

type callBody struct{ Body InputCallView }

type formBody struct{ Body StoredForm }

// editAPI registers what those who run calls do with them.
func (s *Service) editAPI(api huma.API) {
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: "/api/v1/calls" + path, Summary: summary, Tags: []string{"Calls"}}
	}
	// acted gives the call as it stands after do.
	acted := func(ctx context.Context, ref string, do func(a core.Actor, c Call) error) (*callBody, error) {
		a := core.ActorOf(ctx)
		if !a.SignedIn() {
			return nil, core.SignIn()
		}
		c, err := s.Call(ctx, a, ref)
		if err != nil {
			return nil, err
		}
		if err := do(a, c); err != nil {
			return nil, err
		}
		c, err = s.Call(ctx, a, ref)
		return &callBody{s.view(c)}, err
	}
	draft := func(ctx context.Context, ref string, do func(a core.Actor, c Call) error) (*formBody, error) {
		a := core.ActorOf(ctx)
		if !a.SignedIn() {
			return nil, core.SignIn()
		}
		c, err := s.Call(ctx, a, ref)
		if err != nil {
			return nil, err
		}
		if err := do(a, c); err != nil {
			return nil, err
		}
		f, err := s.ReadForm(ctx, a, c, 0)
		return &formBody{f}, err
	}
	huma.Register(api, op("add-input-call", http.MethodPost, "", "Make a call with the usual form and rules of its kind"), func(ctx context.Context, in *struct{ Body Input }) (*callBody, error) {
		c, err := s.Add(ctx, core.ActorOf(ctx), in.Body)
		return &callBody{s.view(c)}, err
	})
	huma.Register(api, op("get-input-call-settings", http.MethodGet, "/{ref}/settings", "A call as who runs it writes it: what change-input-call takes"), func(ctx context.Context, in *RefParam) (*struct{ Body Input }, error) {
		a := core.ActorOf(ctx)
		c, err := s.Call(ctx, a, in.Ref)
		if err != nil {
			return nil, err
		}
		return &struct{ Body Input }{InputOf(c)}, s.May(ctx, a, c, "run")
	})
	huma.Register(api, op("change-input-call", http.MethodPut, "/{ref}", "Change a call, announce it, or move the end of its window with a reason"), func(ctx context.Context, in *struct {
		RefParam
		Body Input
	},
	) (*callBody, error) {
		return acted(ctx, in.Ref, func(a core.Actor, c Call) error { return s.Change(ctx, a, c.ID, in.Body) })
	})
	huma.Register(api, op("set-input-call-rules", http.MethodPut, "/{ref}/rules", "Give a call its rules"), func(ctx context.Context, in *struct {
		RefParam
		Body RulesInput
	},
	) (*callBody, error) {
		return acted(ctx, in.Ref, func(a core.Actor, c Call) error { return s.SetRules(ctx, a, c.ID, in.Body) })
	})
	huma.Register(api, op("cancel-input-call", http.MethodPost, "/{ref}/cancellation", "Take a call back that was announced"), func(ctx context.Context, in *struct {
		RefParam
		Body CancelInput
	},
	) (*callBody, error) {
		return acted(ctx, in.Ref, func(a core.Actor, c Call) error { return s.Cancel(ctx, a, c.ID, in.Body.Version, in.Body.Reason) })
	})
	huma.Register(api, op("get-input-call-draft", http.MethodGet, "/{ref}/form/draft", "The draft of a call's form, with the version that saving it asks for"), func(ctx context.Context, in *RefParam) (*formBody, error) {
		return draft(ctx, in.Ref, func(core.Actor, Call) error { return nil })
	})
	huma.Register(api, op("save-input-call-form", http.MethodPut, "/{ref}/form/draft", "Keep the draft of a call's form"), func(ctx context.Context, in *struct {
		RefParam
		Body struct {
			Version int64 `json:"version" doc:"of the draft as it was read"`
			Form    Form  `json:"form"`
		}
	},
	) (*formBody, error) {
		return draft(ctx, in.Ref, func(a core.Actor, c Call) error { return s.SaveForm(ctx, a, c.ID, in.Body.Version, in.Body.Form) })
	})
	huma.Register(api, op("publish-input-call-form", http.MethodPost, "/{ref}/form", "Put the draft of a call's form in force"), func(ctx context.Context, in *struct {
		RefParam
		Body struct {
			Version int64 `json:"version" doc:"of the draft"`
		}
	},
	) (*callBody, error) {
		return acted(ctx, in.Ref, func(a core.Actor, c Call) error { return s.PublishForm(ctx, a, c.ID, in.Body.Version) })
	})
}
