package review

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
)

// APISetup is how a call is evaluated, as the API gives it.
type APISetup struct {
	Call      string        `json:"call"`
	Phases    []Phase       `json:"phases"`
	Criteria  []Criterion   `json:"criteria"`
	Edit      CriteriaInput `json:"criteria_input" doc:"the criteria as they are written back, with their version"`
	Reviewers []APIReviewer `json:"reviewers"`
	Proposals []Candidate   `json:"proposals" doc:"that are judged, without those kept from the reader"`
}

// APIReviewer is a reviewer with what is written back to change her.
type APIReviewer struct {
	Reviewer
	Input ReviewerInput `json:"input"`
}

// APIPlan is an assignment that could be applied.
type APIPlan struct {
	Phase   int        `json:"phase"`
	Fair    bool       `json:"fair"`
	Digest  string     `json:"digest" doc:"names this plan: it is sent back to apply it"`
	Kept    int        `json:"kept"`
	Added   []APIPair  `json:"added"`
	Removed []APIPair  `json:"removed"`
	Missing int        `json:"missing" doc:"reviews that there is nobody for"`
	Under   int        `json:"under" doc:"reviewers below their least load"`
	Past    int        `json:"past" doc:"pairs that stand although they are beyond the limits"`
	Total   float64    `json:"total" doc:"sum of how well reviewers fit their proposals"`
	Loads   []APILoad  `json:"loads"`
	Served  []APIServe `json:"served" doc:"the proposal that is served worst first"`
}

// APIPair is a reviewer and a proposal.
type APIPair struct {
	Reviewer core.ID `json:"reviewer"`
	Proposal core.ID `json:"proposal"`
}

// APILoad is what a reviewer has and would have.
type APILoad struct {
	Reviewer core.ID `json:"reviewer"`
	Name     string  `json:"name"`
	Least    int     `json:"least"`
	Most     int     `json:"most"`
	Now      int     `json:"now"`
	Then     int     `json:"then"`
}

// APIServe is how a proposal would be served.
type APIServe struct {
	Proposal core.ID `json:"proposal"`
	Number   int     `json:"number"`
	Reviews  int     `json:"reviews"`
	Short    int     `json:"short"`
	Fit      float64 `json:"fit"`
}

// APIAdded tells what became of people who were to be added.
type APIAdded struct {
	Added int      `json:"added"`
	There int      `json:"there" doc:"were reviewers already"`
	Mute  []string `json:"without_account" doc:"members of the body whom nobody can sign in as"`
}

// RefParam names a call.
type RefParam struct {
	Ref string `path:"ref" doc:"reference of the call"`
}

// ReviewerParam names a reviewer of a call.
type ReviewerParam struct {
	RefParam
	ID core.ID `path:"id" doc:"id of the reviewer"`
}

type done struct{ Status int }

func ended(err error) (*done, error) { return &done{http.StatusNoContent}, err }

// apiRun registers what those do who run a call, and what reviewers say of themselves.
func (s *Service) apiRun(api huma.API) {
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: "/api/v1" + path, Summary: summary, Tags: []string{"Evaluation"}}
	}
	huma.Register(api, op("get-evaluation", http.MethodGet, "/calls/{ref}/review", "How a call is evaluated: phases, criteria, reviewers"), s.apiSetup)
	huma.Register(api, op("add-evaluation-phase", http.MethodPost, "/calls/{ref}/review/phases", "Add a phase"), func(ctx context.Context, in *struct {
		RefParam
		Body PhaseInput
	},
	) (*struct{ Body Phase }, error) {
		p, err := s.SetPhase(ctx, core.ActorOf(ctx), in.Ref, 0, in.Body)
		return &struct{ Body Phase }{p}, err
	})
	huma.Register(api, op("change-evaluation-phase", http.MethodPut, "/calls/{ref}/review/phases/{number}", "Change a phase"), func(ctx context.Context, in *struct {
		RefParam
		Number int `path:"number" minimum:"1"`
		Body   PhaseInput
	},
	) (*struct{ Body Phase }, error) {
		p, err := s.SetPhase(ctx, core.ActorOf(ctx), in.Ref, in.Number, in.Body)
		return &struct{ Body Phase }{p}, err
	})
	huma.Register(api, op("set-evaluation-criteria", http.MethodPut, "/calls/{ref}/review/criteria", "Replace the criteria"), func(ctx context.Context, in *struct {
		RefParam
		Body CriteriaInput
	},
	) (*done, error) {
		return ended(s.SetCriteria(ctx, core.ActorOf(ctx), in.Ref, in.Body))
	})
	huma.Register(api, op("add-reviewers", http.MethodPost, "/calls/{ref}/review/reviewers", "Add the members of a body, or people by their addresses"), func(ctx context.Context, in *struct {
		RefParam
		Body AddInput
	},
	) (*struct{ Body APIAdded }, error) {
		got, err := s.AddReviewers(ctx, core.ActorOf(ctx), in.Ref, in.Body)
		return &struct{ Body APIAdded }{APIAdded{got.Added, got.There, nonNil(got.Mute)}}, err
	})
	huma.Register(api, op("change-reviewer", http.MethodPut, "/calls/{ref}/review/reviewers/{id}", "Change what is known of a reviewer"), func(ctx context.Context, in *struct {
		ReviewerParam
		Body ReviewerInput
	},
	) (*done, error) {
		return ended(s.ChangeReviewer(ctx, core.ActorOf(ctx), in.Ref, in.ID, in.Body))
	})
	huma.Register(api, op("remove-reviewer", http.MethodDelete, "/calls/{ref}/review/reviewers/{id}", "Take a reviewer out"), func(ctx context.Context, in *ReviewerParam) (*done, error) {
		return ended(s.RemoveReviewer(ctx, core.ActorOf(ctx), in.Ref, in.ID))
	})
	huma.Register(api, op("set-evaluation-conflict", http.MethodPost, "/calls/{ref}/review/conflicts", "Declare a conflict of interest for a reviewer, or overrule what stands"), func(ctx context.Context, in *struct {
		RefParam
		Body ConflictInput
	},
	) (*done, error) {
		return ended(s.SetConflict(ctx, core.ActorOf(ctx), in.Ref, in.Body))
	})
	s.apiAssign(api, op)
	type own struct {
		Body struct {
			OwnInput
			Least int `json:"least" doc:"of max_load" readOnly:"true"`
			Most  int `json:"most" readOnly:"true"`
		}
	}
	huma.Register(api, op("get-own-expertise", http.MethodGet, "/me/reviews/{ref}", "What one has said of oneself as a reviewer of a call"), func(ctx context.Context, in *RefParam) (*own, error) {
		x, err := s.Own(ctx, core.ActorOf(ctx), in.Ref)
		var out own
		out.Body.OwnInput, out.Body.Least, out.Body.Most = x.Input, x.Least, x.Most
		return &out, err
	})
	huma.Register(api, op("set-own-expertise", http.MethodPut, "/me/reviews/{ref}", "Change one’s languages, topics and limit as a reviewer of a call"), func(ctx context.Context, in *struct {
		RefParam
		Body OwnInput
	},
	) (*done, error) {
		return ended(s.ChangeOwn(ctx, core.ActorOf(ctx), in.Ref, in.Body))
	})
}

// apiAssign registers what plans, applies and follows an assignment.
func (s *Service) apiAssign(api huma.API, op func(id, method, path, summary string) huma.Operation) {
	huma.Register(api, op("plan-assignment", http.MethodGet, "/calls/{ref}/review/assignment", "Reckon an assignment without applying it"), func(ctx context.Context, in *struct {
		CallParam
		Fair bool `query:"fair" doc:"as good as can be for the proposal that is served worst, instead of in sum"`
	},
	) (*struct{ Body APIPlan }, error) {
		p, err := s.Plan(ctx, core.ActorOf(ctx), in.Ref, in.Phase, in.Fair)
		return &struct{ Body APIPlan }{apiPlan(p)}, err
	})
	huma.Register(api, op("apply-assignment", http.MethodPost, "/calls/{ref}/review/assignment", "Apply the assignment that was looked at"), func(ctx context.Context, in *struct {
		RefParam
		Body struct {
			Phase  int    `json:"phase"`
			Fair   bool   `json:"fair,omitempty"`
			Digest string `json:"digest" doc:"of the plan"`
		}
	},
	) (*done, error) {
		return ended(s.Apply(ctx, core.ActorOf(ctx), in.Ref, in.Body.Phase, in.Body.Fair, in.Body.Digest))
	})
	huma.Register(api, op("assign-by-hand", http.MethodPost, "/calls/{ref}/review/assignment/pairs", "Give a proposal to a reviewer by hand, take it away, pin it or let it go"), func(ctx context.Context, in *struct {
		CallParam
		Body AssignInput
	},
	) (*done, error) {
		return ended(s.Assign(ctx, core.ActorOf(ctx), in.Ref, in.Phase, in.Body))
	})
	huma.Register(api, op("remind-reviewers", http.MethodPost, "/calls/{ref}/review/reminders", "Remind by mail those who are not done"), func(ctx context.Context, in *struct {
		RefParam
		Body struct {
			Phase    int     `json:"phase,omitempty" doc:"number of the phase; the last that has begun without it"`
			Reviewer core.ID `json:"reviewer,omitempty" doc:"only this one"`
		}
	},
	) (*struct {
		Body struct {
			Mails int `json:"mails"`
		}
	}, error,
	) {
		n, err := s.Remind(ctx, core.ActorOf(ctx), in.Ref, in.Body.Phase, in.Body.Reviewer)
		out := &struct {
			Body struct {
				Mails int `json:"mails"`
			}
		}{}
		out.Body.Mails = n
		return out, err
	})
}

func (s *Service) apiSetup(ctx context.Context, in *RefParam) (*struct{ Body APISetup }, error) {
	a := core.ActorOf(ctx)
	set, err := s.Setup(ctx, a, in.Ref)
	if err != nil {
		return nil, err
	}
	themes, err := s.themeIDs(ctx, a, set.Call)
	if err != nil {
		return nil, err
	}
	out := APISetup{Call: set.Call.Ref, Phases: nonNil(set.Phases), Criteria: nonNil(set.Criteria), Edit: CriteriaOf(set.Criteria, nil), Reviewers: []APIReviewer{}, Proposals: nonNil(set.Proposals)}
	for _, r := range set.Reviewers {
		out.Reviewers = append(out.Reviewers, APIReviewer{r, ReviewerInputOf(r, themes)})
	}
	return &struct{ Body APISetup }{out}, nil
}

func apiPlan(p Plan) APIPlan {
	out := APIPlan{
		Phase: p.Phase.Number, Fair: p.Fair, Digest: p.Digest, Kept: p.Kept, Missing: p.Missing, Under: p.Under, Past: p.Past, Total: p.Total,
		Added: []APIPair{}, Removed: []APIPair{}, Loads: []APILoad{}, Served: []APIServe{},
	}
	for _, x := range p.Added {
		out.Added = append(out.Added, APIPair{x.Reviewer.ID, x.Proposal.ID})
	}
	for _, x := range p.Removed {
		out.Removed = append(out.Removed, APIPair{x.Reviewer.ID, x.Proposal.ID})
	}
	for _, x := range p.Loads {
		out.Loads = append(out.Loads, APILoad{x.Reviewer.ID, x.Reviewer.Name, x.Least, x.Most, x.Now, x.Then})
	}
	for _, x := range p.Served {
		out.Served = append(out.Served, APIServe{x.Proposal.ID, x.Proposal.Number, x.Reviews, x.Short, x.Sum})
	}
	return out
}
