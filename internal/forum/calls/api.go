package calls

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
)

// InputCallView is a call as the JSON API gives it.
type InputCallView struct {
	Call

	State string `json:"state" enum:"draft,coming,open,closed,cancelled"`
	Path  string `json:"path" doc:"its page"`
	Moves []Move `json:"moves,omitempty" doc:"how the end of its window was moved, and why, the newest first"`
}

func (s *Service) view(c Call) InputCallView {
	return InputCallView{Call: c, State: c.State(s.rec.Clock.Instant()), Path: c.Path()}
}

// CycleView is the cycle of an edition as the JSON API gives it.
type CycleView struct {
	Edition string `json:"edition"`
	Cycle
}

// RefParam names a call in an address.
type RefParam struct {
	Ref string `path:"ref" doc:"permanent part of the call's address"`
}

// API registers the JSON operations of the room: the same service methods that the pages
// call.
func (s *Service) API(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "list-input-calls", Method: http.MethodGet, Path: "/api/v1/calls", Summary: "Calls for input: windows, rules, who may answer", Tags: []string{"Calls"},
	}, func(ctx context.Context, in *struct {
		Edition string `query:"edition" doc:"slug of an edition"`
		Kind    string `query:"kind"`
		State   string `query:"state" enum:"draft,coming,open,closed,cancelled"`
		Cursor  string `query:"cursor"`
		Limit   int    `query:"limit" minimum:"0" maximum:"500"`
	},
	) (*struct{ Body core.List[InputCallView] }, error) {
		a, f := core.ActorOf(ctx), Filter{}
		if in.Edition != "" {
			set, err := s.editions.Setting(ctx, a, in.Edition)
			if err != nil {
				return nil, err
			}
			f.Edition = set.ID
		}
		if in.Kind != "" {
			f.Kinds = []string{in.Kind}
		}
		list, err := s.List(ctx, a, f)
		if err != nil {
			return nil, err
		}
		views := []InputCallView{}
		for _, c := range list {
			if v := s.view(c); in.State == "" || v.State == in.State {
				views = append(views, v)
			}
		}
		out, err := part(views, core.Page{Limit: in.Limit, Cursor: in.Cursor})
		return &struct{ Body core.List[InputCallView] }{out}, err
	})
	huma.Register(api, huma.Operation{
		OperationID: "get-input-call", Method: http.MethodGet, Path: "/api/v1/calls/{ref}", Summary: "One call with the log of its window", Tags: []string{"Calls"},
	}, func(ctx context.Context, in *RefParam) (*struct{ Body InputCallView }, error) {
		c, err := s.Call(ctx, core.ActorOf(ctx), in.Ref)
		if err != nil {
			return nil, err
		}
		v := s.view(c)
		v.Moves, err = s.Moves(ctx, c)
		return &struct{ Body InputCallView }{v}, err
	})
	huma.Register(api, huma.Operation{
		OperationID: "get-input-call-form", Method: http.MethodGet, Path: "/api/v1/calls/{ref}/form", Summary: "What a call asks: sections, questions, limits, conditions", Tags: []string{"Calls"},
	}, func(ctx context.Context, in *struct {
		RefParam
		Number int `query:"number" minimum:"0" doc:"an earlier form; without it the one in force"`
	},
	) (*struct{ Body StoredForm }, error) {
		a := core.ActorOf(ctx)
		c, err := s.Call(ctx, a, in.Ref)
		if err != nil {
			return nil, err
		}
		number := in.Number
		if number == 0 {
			number = c.FormVersion
		}
		f, err := s.ReadForm(ctx, a, c, number)
		return &struct{ Body StoredForm }{f}, err
	})
	huma.Register(api, huma.Operation{
		OperationID: "get-cycle", Method: http.MethodGet, Path: "/api/v1/editions/{edition}/cycle", Summary: "The steps of an edition's year with their dates, and milestones of processes elsewhere", Tags: []string{"Calls"},
	}, func(ctx context.Context, in *struct {
		Edition string `path:"edition" doc:"slug of the edition: 2023"`
	},
	) (*struct{ Body CycleView }, error) {
		a := core.ActorOf(ctx)
		var set *editions.Setting
		set, err := s.editions.Setting(ctx, a, in.Edition)
		if err != nil {
			return nil, err
		}
		x, err := s.Cycle(ctx, a, set)
		return &struct{ Body CycleView }{CycleView{set.Slug, x}}, err
	})
	s.editAPI(api)
}

// part cuts a page out of a list that is in memory; the cursor is the id of its last one.
func part(list []InputCallView, page core.Page) (core.List[InputCallView], error) {
	out := core.List[InputCallView]{Items: []InputCallView{}, Total: len(list)}
	from := 0
	if page.Cursor != "" {
		var last string
		if err := core.ReadCursor(page.Cursor, &last); err != nil {
			return out, err
		}
		for i, v := range list {
			if string(v.ID) == last {
				from = i + 1
			}
		}
	}
	until := min(len(list), from+page.Size())
	out.Items = append(out.Items, list[from:until]...)
	if until < len(list) {
		out.Next = core.Cursor(string(list[until-1].ID))
	}
	return out, nil
}
