package selection

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
)

// APIRules are the rules of a call with its reasons, as the API reads and writes them.
type APIRules struct {
	Version int64     `json:"version" doc:"as it was read; 0: nothing was set"`
	Rules   Rules     `json:"rules"`
	Reasons []Reason  `json:"reasons" doc:"a new one has no code: it is given one"`
	About   core.Text `json:"about" doc:"words on the public page"`
}

// input is the form of what the API was sent.
func (r APIRules) input() RulesInput {
	in := RulesOf(Selection{Rules: r.Rules, Reasons: r.Reasons, About: r.About})
	in.Version = r.Version
	return in
}

// APITry is what is chosen for a proposal among several.
type APITry struct {
	Number int    `json:"number" doc:"of the proposal"`
	Choice string `json:"choice" enum:",accept,offer,wait,decline" doc:"empty: what was chosen is taken back"`
	Type   string `json:"type,omitempty" doc:"of the session that is offered"`
}

type callParam struct {
	Ref string `path:"ref" doc:"reference of the call"`
}

type acted struct{ Status int }

// API registers the JSON operations of who decides, and those for everybody.
func (s *Service) API(api huma.API) {
	huma.Register(api, operation("selection-board", http.MethodGet, "/calls/{ref}/board", "Selection board: the ranking, the outcome, the balance"), func(ctx context.Context, in *struct {
		Ref string `path:"ref" doc:"reference of the call"`
		Try string `query:"try" doc:"what is only tried: 12:accept,15:decline,17:offer:lightning-talk,18:none"`
	},
	) (*struct{ Body BoardFile }, error) {
		out, err := s.File(ctx, core.ActorOf(ctx), in.Ref, in.Try)
		return &struct{ Body BoardFile }{out}, err
	})
	huma.Register(api, operation("selection-rules", http.MethodGet, "/calls/{ref}/board/rules", "Rules by which proposals are ranked and taken"), func(ctx context.Context, in *callParam) (*struct{ Body APIRules }, error) {
		_, sel, err := s.Rules(ctx, core.ActorOf(ctx), in.Ref)
		return &struct{ Body APIRules }{APIRules{sel.Version, sel.Rules, sel.Reasons, sel.About}}, err
	})
	huma.Register(api, operation("set-selection-rules", http.MethodPost, "/calls/{ref}/board/rules", "Set the rules and reasons"), func(ctx context.Context, in *struct {
		Ref  string `path:"ref" doc:"reference of the call"`
		Body APIRules
	},
	) (*acted, error) {
		return done(s.SetRules(ctx, core.ActorOf(ctx), in.Ref, in.Body.input()))
	})
	huma.Register(api, operation("choose-proposal", http.MethodPost, "/calls/{ref}/board/{number}/choice", "Choose what is decided of a proposal; nobody learns of it before it is published"), func(ctx context.Context, in *struct {
		Ref    string `path:"ref" doc:"reference of the call"`
		Number int    `path:"number" doc:"number of the proposal"`
		Body   ChoiceInput
	},
	) (*acted, error) {
		return done(s.Choose(ctx, core.ActorOf(ctx), in.Ref, in.Number, in.Body))
	})
	huma.Register(api, operation("choose-proposals", http.MethodPost, "/calls/{ref}/board/choices", "Choose for several proposals at once: all or none"), func(ctx context.Context, in *struct {
		Ref  string `path:"ref" doc:"reference of the call"`
		Body struct {
			BulkInput
			Choices []APITry `json:"choices"`
		}
	},
	) (*acted, error) {
		return done(s.chooseAPI(ctx, core.ActorOf(ctx), in.Ref, in.Body.Choices, in.Body.BulkInput))
	})
	s.mergersAPI(api)
	s.roundsAPI(api)
	s.publicAPI(api)
}

func operation(id, method, path, summary string) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: "/api/v1" + path, Summary: summary, Tags: []string{"Selection"}}
}

func done(err error) (*acted, error) { return &acted{http.StatusNoContent}, err }

// chooseAPI is ChooseAll by numbers.
func (s *Service) chooseAPI(ctx context.Context, a core.Actor, ref string, list []APITry, in BulkInput) error {
	b, err := s.Board(ctx, a, ref, nil)
	if err != nil {
		return err
	}
	tries := make([]Hand, len(list))
	for i, t := range list {
		l, ok := b.Line(t.Number)
		if !ok {
			return core.NotFound()
		}
		tries[i] = Hand{Proposal: l.ID, Choice: t.Choice, Type: t.Type}
	}
	return s.ChooseAll(ctx, a, b.Call.Ref, tries, in)
}

func (s *Service) mergersAPI(api huma.API) {
	huma.Register(api, operation("recommend-merger", http.MethodPost, "/calls/{ref}/board/mergers", "Ask the proposers of two proposals whether they would make one session of them"), func(ctx context.Context, in *struct {
		Ref  string `path:"ref" doc:"reference of the call"`
		Body MergerInput
	},
	) (*struct{ Body Merger }, error) {
		m, err := s.Recommend(ctx, core.ActorOf(ctx), in.Ref, in.Body)
		return &struct{ Body Merger }{m}, err
	})
	huma.Register(api, operation("selection-mergers", http.MethodGet, "/calls/{ref}/board/mergers", "Mergers that were recommended, and what both sides answered"), func(ctx context.Context, in *callParam) (*struct{ Body core.List[Merger] }, error) {
		b, err := s.Board(ctx, core.ActorOf(ctx), in.Ref, nil)
		if err != nil {
			return nil, err
		}
		return &struct{ Body core.List[Merger] }{core.List[Merger]{Items: append([]Merger{}, b.Mergers...), Total: len(b.Mergers)}}, nil
	})
	huma.Register(api, operation("drop-merger", http.MethodDelete, "/calls/{ref}/board/mergers/{id}", "Take a recommendation back"), func(ctx context.Context, in *struct {
		Ref string  `path:"ref" doc:"reference of the call"`
		ID  core.ID `path:"id" doc:"id of the merger"`
	},
	) (*acted, error) {
		return done(s.Drop(ctx, core.ActorOf(ctx), in.Ref, in.ID))
	})
}

func (s *Service) roundsAPI(api huma.API) {
	huma.Register(api, operation("publish-selection", http.MethodPost, "/calls/{ref}/board/rounds", "Publish at once what is pending: states, sessions, letters"), func(ctx context.Context, in *struct {
		Ref  string `path:"ref" doc:"reference of the call"`
		Body PublishInput
	},
	) (*struct{ Body Round }, error) {
		r, err := s.Publish(ctx, core.ActorOf(ctx), in.Ref, in.Body)
		return &struct{ Body Round }{r}, err
	})
	huma.Register(api, operation("selection-rounds", http.MethodGet, "/calls/{ref}/board/rounds", "Rounds that were published"), func(ctx context.Context, in *callParam) (*struct{ Body core.List[Round] }, error) {
		b, err := s.Board(ctx, core.ActorOf(ctx), in.Ref, nil)
		if err != nil {
			return nil, err
		}
		return &struct{ Body core.List[Round] }{core.List[Round]{Items: append([]Round{}, b.Rounds...), Total: len(b.Rounds)}}, nil
	})
	huma.Register(api, operation("selection-round", http.MethodGet, "/calls/{ref}/board/rounds/{round}", "A round with all that it follows from, and the list that follows again"), func(ctx context.Context, in *struct {
		Ref   string `path:"ref" doc:"reference of the call"`
		Round int    `path:"round" doc:"number of the round"`
	},
	) (*struct{ Body RoundFile }, error) {
		r, err := s.RoundFile(ctx, core.ActorOf(ctx), in.Ref, in.Round)
		return &struct{ Body RoundFile }{r}, err
	})
	huma.Register(api, operation("meet-conditions", http.MethodPost, "/calls/{ref}/board/{number}/conditions", "Say whether the conditions of an acceptance are met"), func(ctx context.Context, in *struct {
		Ref    string `path:"ref" doc:"reference of the call"`
		Number int    `path:"number" doc:"number of the proposal"`
		Body   AnswerInput
	},
	) (*acted, error) {
		return done(s.Meet(ctx, core.ActorOf(ctx), in.Ref, in.Number, in.Body))
	})
}
