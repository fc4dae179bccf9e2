package review

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
)

// APITask is what a reviewer has to do in a phase, as the API gives it.
type APITask struct {
	Call string `json:"call" doc:"reference of the call"`
	Task
}

// APISheet is a proposal in a phase, as the API gives it.
type APISheet struct {
	Call     string      `json:"call"`
	Phase    Phase       `json:"phase"`
	State    string      `json:"state" enum:"planned,open,closed"`
	Criteria []Criterion `json:"criteria"`
	Proposal core.ID     `json:"proposal"`
	Number   int         `json:"number"`
	Title    string      `json:"title"`
	Review   *Review     `json:"review,omitempty" doc:"one's own"`
	Others   []APIOther  `json:"others" doc:"as far as the phase shows them"`
	Remarks  []Remark    `json:"discussion"`
	Alike    []APIAlike  `json:"alike" doc:"proposals that are like it, of those that the reader may read"`
	MayScore bool        `json:"may_score"`
}

// APIAlike is a proposal that is like another.
type APIAlike struct {
	ID     core.ID  `json:"id"`
	Number int      `json:"number"`
	Title  string   `json:"title"`
	Score  float64  `json:"score"`
	Same   bool     `json:"same" doc:"the same text, reworded; else the same topic"`
	Why    []string `json:"why"`
}

// APIOther is the review of somebody else.
type APIOther struct {
	Review
	Name string `json:"name,omitempty"`
}

// APIProgress is how far a reviewer is.
type APIProgress struct {
	Reviewer  string       `json:"reviewer"`
	Assigned  int          `json:"assigned"`
	Submitted int          `json:"submitted"`
	Abstained int          `json:"abstained"`
	Drafts    int          `json:"drafts"`
	Conflicts int          `json:"conflicts"`
	Reminded  core.Instant `json:"reminded,omitzero"`
}

// APIConflict is what stands between a reviewer and a proposal.
type APIConflict struct {
	Reviewer  Reviewer  `json:"reviewer"`
	Proposal  Candidate `json:"proposal"`
	Reasons   []Reason  `json:"reasons"`
	Stands    bool      `json:"stands"`
	Overruled string    `json:"overruled,omitempty" doc:"why the reasons do not count"`
}

// CallParam names a phase of a call. Parameters that operations share are exported: the
// API reads no others.
type CallParam struct {
	Ref   string `path:"ref" doc:"reference of the call"`
	Phase int    `query:"phase" doc:"number of the phase; the last that has begun without it"`
}

// SheetParam names a proposal in a phase.
type SheetParam struct {
	Phase    core.ID `path:"phase" doc:"id of the phase"`
	Proposal core.ID `path:"proposal" doc:"id of the proposal"`
}

// API registers the JSON operations of the room, for reviewers and for who runs a call.
func (s *Service) API(api huma.API) {
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: "/api/v1" + path, Summary: summary, Tags: []string{"Evaluation"}}
	}
	huma.Register(api, op("my-reviews", http.MethodGet, "/me/reviews", "What one has to review"), func(ctx context.Context, _ *struct{}) (*struct{ Body core.List[APITask] }, error) {
		list, err := s.Mine(ctx, core.ActorOf(ctx))
		out := core.List[APITask]{Items: []APITask{}, Total: len(list)}
		for _, t := range list {
			out.Items = append(out.Items, APITask{t.Call.Ref, t})
		}
		return &struct{ Body core.List[APITask] }{out}, err
	})
	huma.Register(api, op("get-review", http.MethodGet, "/reviews/{phase}/{proposal}", "A proposal in a phase: one's own scores and, as far as the phase shows them, those of others"), s.apiSheet)
	huma.Register(api, op("save-review", http.MethodPost, "/reviews/{phase}/{proposal}", "Save one's scores as a draft, or submit them"), func(ctx context.Context, in *struct {
		SheetParam
		Body ScoreInput
	},
	) (*struct{ Body Review }, error) {
		r, err := s.Save(ctx, core.ActorOf(ctx), in.Phase, in.Proposal, in.Body)
		return &struct{ Body Review }{r}, err
	})
	huma.Register(api, op("abstain-review", http.MethodPost, "/reviews/{phase}/{proposal}/abstention", "Abstain, with a reason"), func(ctx context.Context, in *struct {
		SheetParam
		Body struct {
			Version int64  `json:"version" doc:"of her review as it was read; 0: there was none"`
			Reason  string `json:"reason"`
		}
	},
	) (*struct{ Body Review }, error) {
		r, err := s.Abstain(ctx, core.ActorOf(ctx), in.Phase, in.Proposal, AbstainInput{Version: in.Body.Version, Reason: in.Body.Reason})
		return &struct{ Body Review }{r}, err
	})
	type said struct {
		SheetParam
		Body struct {
			Words string `json:"words"`
		}
	}
	huma.Register(api, op("declare-conflict", http.MethodPost, "/reviews/{phase}/{proposal}/conflict", "Declare a conflict of interest"), func(ctx context.Context, in *said) (*done, error) {
		return ended(s.Declare(ctx, core.ActorOf(ctx), in.Phase, in.Proposal, in.Body.Words))
	})
	huma.Register(api, op("discuss-proposal", http.MethodPost, "/reviews/{phase}/{proposal}/discussion", "Add to the discussion of a proposal"), func(ctx context.Context, in *said) (*done, error) {
		return ended(s.Say(ctx, core.ActorOf(ctx), in.Phase, in.Proposal, in.Body.Words))
	})
	huma.Register(api, op("evaluation-conflicts", http.MethodGet, "/calls/{ref}/review/conflicts", "What keeps reviewers from proposals"), func(ctx context.Context, in *CallParam) (*struct{ Body core.List[APIConflict] }, error) {
		_, rows, err := s.Conflicts(ctx, core.ActorOf(ctx), in.Ref)
		out := core.List[APIConflict]{Items: []APIConflict{}, Total: len(rows)}
		for _, r := range rows {
			out.Items = append(out.Items, APIConflict{r.Who, r.What, r.Reasons, r.Stands, r.Overruled})
		}
		return &struct{ Body core.List[APIConflict] }{out}, err
	})
	huma.Register(api, op("evaluation-results", http.MethodGet, "/calls/{ref}/review/results", "What the reviews say of each proposal"), func(ctx context.Context, in *CallParam) (*struct{ Body core.List[Result] }, error) {
		t, err := s.ResultsOf(ctx, core.ActorOf(ctx), in.Ref, in.Phase)
		return &struct{ Body core.List[Result] }{core.List[Result]{Items: nonNil(t.Rows), Total: len(t.Rows)}}, err
	})
	huma.Register(api, op("evaluation-progress", http.MethodGet, "/calls/{ref}/review/progress", "How far the reviewers are"), func(ctx context.Context, in *CallParam) (*struct{ Body core.List[APIProgress] }, error) {
		r, err := s.Progress(ctx, core.ActorOf(ctx), in.Ref, in.Phase)
		out := core.List[APIProgress]{Items: []APIProgress{}, Total: len(r.Rows)}
		for _, p := range r.Rows {
			out.Items = append(out.Items, APIProgress{p.Reviewer.Name, p.Assigned, p.Submitted, p.Abstained, p.Drafts, p.Barred, p.Reminded})
		}
		return &struct{ Body core.List[APIProgress] }{out}, err
	})
	s.apiRun(api)
}

func (s *Service) apiSheet(ctx context.Context, in *SheetParam) (*struct{ Body APISheet }, error) {
	x, err := s.Sheet(ctx, core.ActorOf(ctx), in.Phase, in.Proposal)
	out := APISheet{
		Call: x.Call.Ref, Phase: x.Phase, State: x.State, Criteria: nonNil(x.Criteria), Proposal: x.View.ID, Number: x.View.Number, Title: x.View.Title,
		Review: x.Review, Others: []APIOther{}, Alike: []APIAlike{}, Remarks: nonNil(x.Remarks), MayScore: x.MayScore,
	}
	for _, r := range x.Others {
		out.Others = append(out.Others, APIOther{r, x.Names[r.Reviewer]})
	}
	for _, y := range x.Alike {
		z := APIAlike{ID: y.ID, Number: y.Number, Title: y.Title, Score: y.Score, Same: y.Same, Why: []string{}}
		for _, r := range y.Why {
			z.Why = append(z.Why, r.Text)
		}
		out.Alike = append(out.Alike, z)
	}
	return &struct{ Body APISheet }{out}, err
}

func nonNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
