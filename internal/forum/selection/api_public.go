package selection

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
)

// APIVerdict is what was published of a proposal, as its reader may know it.
type APIVerdict struct {
	Choice     string      `json:"choice" enum:"accept,condition,merge,offer,wait,decline"`
	Round      int         `json:"round"`
	Type       string      `json:"type,omitempty" doc:"code of the session type"`
	Into       core.ID     `json:"into,omitempty" doc:"the proposal that it was merged into"`
	Conditions string      `json:"conditions,omitempty"`
	Reasons    []core.Text `json:"reasons"`
	Words      string      `json:"words,omitempty"`
	Answer     string      `json:"answer,omitempty" enum:",taken,refused,met,not-met"`
	MayAnswer  bool        `json:"may_answer" doc:"an offer waits for the reader's answer"`
	Version    int64       `json:"version" doc:"to answer with"`
	Session    *Session    `json:"session,omitempty"`
	Comments   []string    `json:"comments" doc:"of reviewers, as the phase tells them"`
	Scores     *APIScores  `json:"scores,omitempty" doc:"as the phase tells them"`
}

// APIScores are the marks that the phase tells proposers.
type APIScores struct {
	Reviews    int                 `json:"reviews"`
	Mean       float64             `json:"mean"`
	Normalised float64             `json:"normalised"`
	SD         float64             `json:"sd"`
	Criteria   map[core.ID]float64 `json:"criteria" doc:"by their ids"`
}

func verdictOf(x *Verdict) APIVerdict {
	out := APIVerdict{
		Choice: x.Choice, Round: x.Round, Type: x.Decided.Type, Into: x.Target, Conditions: x.Conditions, Reasons: slices.Concat([]core.Text{}, x.Reason), Words: x.Words,
		Answer: x.Answer, MayAnswer: x.Answers, Version: x.Version, Session: x.Session, Comments: slices.Concat([]string{}, x.Told),
	}
	if t := x.Scores; t != nil {
		out.Scores = &APIScores{t.N, t.Mean, t.Normalised, t.SD, t.Criteria}
	}
	return out
}

// APIMerger is a recommended merger as one side sees it.
type APIMerger struct {
	ID      core.ID `json:"id"`
	State   string  `json:"state" enum:"asked,agreed,refused"`
	Words   string  `json:"words"`
	Says    string  `json:"says,omitempty" enum:",yes,no" doc:"what this side has said"`
	Other   core.ID `json:"other" doc:"the other proposal"`
	Title   string  `json:"title" doc:"of the other"`
	Summary string  `json:"summary" doc:"of the other"`
	They    string  `json:"they_say,omitempty" enum:",yes,no"`
	Version int64   `json:"version"`
}

// APITasks are what organisers have to do for each proposal that was taken.
type APITasks struct {
	Tasks     []Task         `json:"tasks"`
	Proposals []APIOrganised `json:"proposals"`
	News      []News         `json:"news"`
}

// APIOrganised is a proposal with what is done.
type APIOrganised struct {
	ID     core.ID   `json:"id"`
	Number int       `json:"number"`
	Title  string    `json:"title"`
	Mine   bool      `json:"mine" doc:"the reader is one of its organisers"`
	Done   []core.ID `json:"done" doc:"ids of tasks"`
	Merged []core.ID `json:"merged" doc:"proposals that were merged into it"`
}

// ProposalParam names a proposal.
type ProposalParam struct {
	ID core.ID `path:"id" doc:"id of the proposal"`
}

// publicAPI registers what proposers and everybody may ask.
func (s *Service) publicAPI(api huma.API) {
	huma.Register(api, operation("selection-figures", http.MethodGet, "/calls/{ref}/selection", "How the answers to a call were selected: what is public of it"), func(ctx context.Context, in *callParam) (*struct{ Body Given }, error) {
		x, err := s.Chosen(ctx, core.ActorOf(ctx), in.Ref)
		if err != nil {
			return nil, err
		}
		return &struct{ Body Given }{s.give("en", x)}, nil
	})
	huma.Register(api, operation("proposal-verdict", http.MethodGet, "/proposals/{id}/verdict", "What was decided of a proposal; of one's own with the reasons"), func(ctx context.Context, in *ProposalParam) (*struct{ Body APIVerdict }, error) {
		x, err := s.VerdictOf(ctx, core.ActorOf(ctx), in.ID)
		if err == nil && x == nil {
			err = core.NotFound()
		}
		if err != nil {
			return nil, err
		}
		return &struct{ Body APIVerdict }{verdictOf(x)}, nil
	})
	huma.Register(api, operation("answer-offer", http.MethodPost, "/proposals/{id}/offer", "Take or refuse another type of session that was offered"), func(ctx context.Context, in *struct {
		ProposalParam
		Body AnswerInput
	},
	) (*acted, error) {
		return &acted{http.StatusNoContent}, s.Answer(ctx, core.ActorOf(ctx), in.ID, in.Body)
	})
	huma.Register(api, operation("proposal-mergers", http.MethodGet, "/proposals/{id}/mergers", "Mergers that are recommended for one's own proposal"), s.apiMergers)
	huma.Register(api, operation("answer-merger", http.MethodPost, "/proposals/{id}/mergers/{merger}", "Say whether one would merge"), func(ctx context.Context, in *struct {
		ProposalParam
		Merger core.ID `path:"merger"`
		Body   AgreeInput
	},
	) (*struct{ Body APIMerger }, error) {
		m, err := s.Agree(ctx, core.ActorOf(ctx), in.Merger, in.ID, in.Body)
		if err != nil {
			return nil, err
		}
		mine, theirs := m.says(in.ID)
		return &struct{ Body APIMerger }{APIMerger{ID: m.ID, State: m.State, Words: m.Words, Says: mine, They: theirs, Other: m.other(in.ID), Version: m.Version}}, nil
	})
	huma.Register(api, operation("organiser-tasks", http.MethodGet, "/calls/{ref}/organisers", "What organisers whose proposals were taken have to do, and what is done"), s.apiTasks)
	huma.Register(api, operation("tick-task", http.MethodPost, "/proposals/{id}/tasks/{task}", "Say that a task is done, or that it is not"), func(ctx context.Context, in *struct {
		ProposalParam
		Task core.ID `path:"task"`
		Body struct {
			Done bool `json:"done"`
		}
	},
	) (*acted, error) {
		return &acted{http.StatusNoContent}, s.Tick(ctx, core.ActorOf(ctx), in.ID, in.Task, in.Body.Done)
	})
}

func (s *Service) apiMergers(ctx context.Context, in *ProposalParam) (*struct{ Body core.List[APIMerger] }, error) {
	list, others, err := s.MergersOf(ctx, core.ActorOf(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	out := core.List[APIMerger]{Items: []APIMerger{}}
	for _, m := range list {
		other, ok := others[m.other(in.ID)]
		if !ok {
			continue
		}
		mine, theirs := m.says(in.ID)
		out.Items = append(out.Items, APIMerger{m.ID, m.State, m.Words, mine, other.ID, other.Title, other.Text, theirs, m.Version})
	}
	out.Total = len(out.Items)
	return &struct{ Body core.List[APIMerger] }{out}, nil
}

func (s *Service) apiTasks(ctx context.Context, in *callParam) (*struct{ Body APITasks }, error) {
	x, err := s.Organisers(ctx, core.ActorOf(ctx), in.Ref)
	if err != nil {
		return nil, err
	}
	out := APITasks{Tasks: slices.Concat([]Task{}, x.Tasks), Proposals: []APIOrganised{}, News: slices.Concat([]News{}, x.News)}
	for _, o := range x.Rows {
		p := APIOrganised{ID: o.ID, Number: o.Number, Title: o.Title, Mine: o.Mine, Done: sortedIDs(o.Done), Merged: []core.ID{}}
		for _, m := range o.Merged {
			p.Merged = append(p.Merged, m.ID)
		}
		out.Proposals = append(out.Proposals, p)
	}
	return &struct{ Body APITasks }{out}, nil
}

func sortedIDs(m map[core.ID]Done) []core.ID {
	out := make([]core.ID, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
