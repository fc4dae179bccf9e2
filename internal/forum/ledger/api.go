package ledger

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
)

// CallView is a call as the JSON API gives it.
type CallView struct {
	Call

	Address    string       `json:"address" doc:"permanent address of the page"`
	SilentDays int          `json:"silent_days" doc:"whole days without an answer; 0 where there is one"`
	Answers    []Commitment `json:"answers"`
}

// Views completes calls with what was answered, as the actor may see it.
func (s *Service) Views(ctx context.Context, a core.Actor, calls []Call) ([]CallView, error) {
	out := make([]CallView, 0, len(calls))
	ids := make([]core.ID, len(calls))
	for i, c := range calls {
		ids[i] = c.ID
	}
	answers, err := s.AnswersTo(ctx, a, ids)
	if err != nil {
		return nil, err
	}
	now := s.rec.Clock.Instant()
	for _, c := range calls {
		v := CallView{Call: c, Address: c.Path(), Answers: answers[c.ID]}
		if v.Answers == nil {
			v.Answers = []Commitment{}
		}
		v.SilentDays, _ = c.Silent(now)
		out = append(out, v)
	}
	return out, nil
}

// IssueView is an issue over the years.
type IssueView struct {
	Issue

	Address string   `json:"address"`
	Years   []YearOf `json:"years"`
}

// ProcessView is a process with what was submitted to it and where it cites the forum.
type ProcessView struct {
	Process

	Address     string          `json:"address"`
	Submissions []Delivery      `json:"submissions"`
	References  []ReferenceView `json:"references"`
}

// ReferenceView is an outside document with what it cites and where it was cited.
type ReferenceView struct {
	Reference

	Address   string     `json:"address"`
	Citations []Citation `json:"citations"`
	Mentions  []Mention  `json:"mentions"`
}

type listInput struct {
	Edition      string `query:"edition" doc:"address of the edition: 2023"`
	To           string `query:"to" doc:"code of whom it addresses: government"`
	Organisation string `query:"organisation"`
	State        string `query:"state" enum:"open,answered,committed,progress,done,declined,superseded,gone"`
	Silent       bool   `query:"silent" doc:"only calls that nobody has answered"`
	Search       string `query:"q" maxLength:"200"`
	Cursor       string `query:"cursor"`
	Limit        int    `query:"limit" minimum:"0" maximum:"500"`
}

type byID struct {
	ID string `path:"id"`
}

type bySlug struct {
	Slug string `path:"slug"`
	Lang string `query:"lang" doc:"language of titles" default:"en"`
}

func get(id, path, summary string) huma.Operation {
	return huma.Operation{OperationID: id, Method: http.MethodGet, Path: path, Summary: summary, Tags: []string{"Ledger"}}
}

// API registers the JSON operations of the room: public reads.
func (s *Service) API(api huma.API) {
	huma.Register(api, get("list-calls", "/api/v1/ledger", "Calls to action with their answers, or their silence"),
		func(ctx context.Context, in *listInput) (*struct{ Body core.List[CallView] }, error) {
			a := core.ActorOf(ctx)
			f := Filter{
				To: in.To, Organisation: core.ID(in.Organisation), State: in.State, Silent: in.Silent, Query: in.Search,
				Page: core.Page{Cursor: in.Cursor, Limit: in.Limit},
			}
			if in.Edition != "" {
				set, err := s.Editions.Setting(ctx, a, in.Edition)
				if err != nil {
					return nil, err
				}
				f.Edition = set.ID
			}
			list, err := s.List(ctx, a, f)
			if err != nil {
				return nil, err
			}
			views, err := s.Views(ctx, a, list.Items)
			return &struct{ Body core.List[CallView] }{core.List[CallView]{Items: views, Next: list.Next, Total: list.Total}}, err
		})
	huma.Register(api, get("get-call", "/api/v1/ledger/{id}", "One call to action with its answers"),
		func(ctx context.Context, in *byID) (*struct{ Body CallView }, error) {
			a := core.ActorOf(ctx)
			c, err := s.Call(ctx, a, core.ID(in.ID))
			if err != nil {
				return nil, err
			}
			views, err := s.Views(ctx, a, []Call{*c})
			if err != nil {
				return nil, err
			}
			return &struct{ Body CallView }{views[0]}, nil
		})
	huma.Register(api, get("list-commitments", "/api/v1/commitments", "What organisations say that they will do"),
		func(ctx context.Context, in *struct {
			Organisation string `query:"organisation"`
			Session      string `query:"session"`
			Alone        bool   `query:"alone" doc:"only those that answer no call"`
		},
		) (*struct{ Body core.List[Commitment] }, error) {
			list, err := s.Commitments(ctx, core.ActorOf(ctx), CommitmentFilter{Organisation: core.ID(in.Organisation), Session: core.ID(in.Session), Alone: in.Alone})
			if list == nil {
				list = []Commitment{}
			}
			return &struct{ Body core.List[Commitment] }{core.List[Commitment]{Items: list, Total: len(list)}}, err
		})
	s.apiIssues(api)
	s.apiProcesses(api)
}

func (s *Service) apiIssues(api huma.API) {
	huma.Register(api, get("list-issues", "/api/v1/issues", "Issues over the years"),
		func(ctx context.Context, _ *struct{}) (*struct{ Body core.List[Issue] }, error) {
			list, err := s.Issues(ctx)
			if list == nil {
				list = []Issue{}
			}
			return &struct{ Body core.List[Issue] }{core.List[Issue]{Items: list, Total: len(list)}}, err
		})
	huma.Register(api, get("get-issue", "/api/v1/issues/{slug}", "One issue: sessions, Messages, calls, answers and citations by year"),
		func(ctx context.Context, in *bySlug) (*struct{ Body IssueView }, error) {
			i, err := s.Issue(ctx, in.Slug)
			if err != nil {
				return nil, err
			}
			years, err := s.Over(ctx, core.ActorOf(ctx), in.Lang, i)
			return &struct{ Body IssueView }{IssueView{Issue: i, Address: i.Path(), Years: years}}, err
		})
}

func (s *Service) apiProcesses(api huma.API) {
	huma.Register(api, get("list-processes", "/api/v1/processes", "Processes elsewhere"),
		func(ctx context.Context, _ *struct{}) (*struct{ Body core.List[Process] }, error) {
			list, err := s.Processes(ctx)
			if list == nil {
				list = []Process{}
			}
			return &struct{ Body core.List[Process] }{core.List[Process]{Items: list, Total: len(list)}}, err
		})
	huma.Register(api, get("get-process", "/api/v1/processes/{slug}", "One process with what was submitted to it and where it cites the forum"),
		func(ctx context.Context, in *bySlug) (*struct{ Body ProcessView }, error) {
			a := core.ActorOf(ctx)
			p, err := s.Process(ctx, in.Slug)
			if err != nil {
				return nil, err
			}
			v := ProcessView{Process: p, Address: p.Path()}
			if v.Submissions, err = s.deliveries(ctx, a, "ld.process = ?", p.ID); err != nil {
				return nil, err
			}
			refs, err := s.References(ctx, "", p.ID)
			if err != nil {
				return nil, err
			}
			v.References, err = s.referenceViews(ctx, a, refs)
			return &struct{ Body ProcessView }{v}, err
		})
	huma.Register(api, get("list-references", "/api/v1/references", "Outside documents with what they cite and where they were cited"),
		func(ctx context.Context, in *struct {
			Search string `query:"q" maxLength:"200" doc:"words of the title, or a symbol"`
		},
		) (*struct{ Body core.List[ReferenceView] }, error) {
			refs, err := s.References(ctx, in.Search, "")
			if err != nil {
				return nil, err
			}
			list, err := s.referenceViews(ctx, core.ActorOf(ctx), refs)
			return &struct{ Body core.List[ReferenceView] }{core.List[ReferenceView]{Items: list, Total: len(list)}}, err
		})
}
