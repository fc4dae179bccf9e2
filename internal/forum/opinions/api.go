package opinions

import (
	"context"
	"math"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
	"plenary/internal/solve/opinion"
)

// Outcome is how a poll stands, as the JSON API gives it.
type Outcome struct {
	Poll       Poll           `json:"poll"`
	State      string         `json:"state" enum:"draft,coming,open,closed"`
	Voters     int            `json:"voters"`
	Votes      int            `json:"votes"`
	Shown      bool           `json:"shown" doc:"groups are shown once ten people have voted"`
	Groups     []OutcomeGroup `json:"groups"`
	Statements []OutcomeOne   `json:"statements"`
	Explained  []float64      `json:"explained,omitempty" doc:"share of the variance that each axis of the map shows"`
	At         core.Instant   `json:"at"`
	Map        []OutcomePlace `json:"map,omitempty" doc:"participants in the order of the published matrix"`
}

// OutcomeGroup is one group of people who vote alike.
type OutcomeGroup struct {
	Number int `json:"number"`
	People int `json:"people"`
}

// OutcomeOne is one statement with its votes.
type OutcomeOne struct {
	Number    int             `json:"number"`
	Text      core.Text       `json:"text"`
	All       opinion.Tally   `json:"all"`
	Groups    []opinion.Tally `json:"groups"`
	Consensus float64         `json:"consensus" doc:"product over the groups of (agree + 1) / (seen + 2)"`
	Divides   float64         `json:"divides"`
}

// OutcomePlace is one participant on the map.
type OutcomePlace struct {
	Group int     `json:"group" doc:"-1: too few votes to be placed"`
	X     float64 `json:"x"`
	Y     float64 `json:"y"`
}

// Outcome gives the results of a poll as data. Everybody who may see the poll may ask.
func (s *Service) Outcome(ctx context.Context, a core.Actor, ref string) (Outcome, error) {
	p, err := s.Poll(ctx, a, ref)
	if err != nil {
		return Outcome{}, err
	}
	r, err := s.Results(ctx, a, p)
	if err != nil {
		return Outcome{}, err
	}
	out := Outcome{
		Poll: p, State: p.State(s.rec.Clock.Instant()), Voters: r.Voters, Votes: r.Votes, Shown: r.Shown, At: r.At,
		Groups: []OutcomeGroup{}, Statements: []OutcomeOne{},
	}
	for g, n := range r.Found.Sizes {
		out.Groups = append(out.Groups, OutcomeGroup{Number: g, People: n})
	}
	for i, x := range r.Statements {
		one := OutcomeOne{Number: x.Number, Text: x.Body, Groups: []opinion.Tally{}}
		if r.Shown {
			f := r.Found.Statements[i]
			one.All, one.Groups, one.Consensus, one.Divides = f.All, f.Groups, rounded(f.Consensus), rounded(f.Divides)
		}
		out.Statements = append(out.Statements, one)
	}
	if r.Shown {
		out.Explained = []float64{rounded(r.Found.Explained[0]), rounded(r.Found.Explained[1])}
		for _, q := range r.Found.Participants {
			out.Map = append(out.Map, OutcomePlace{Group: q.Group, X: rounded(q.X), Y: rounded(q.Y)})
		}
	}
	return out, nil
}

func rounded(x float64) float64 { return math.Round(x*1e6) / 1e6 }

// API registers the JSON operations.
func (s *Service) API(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "list-opinion-polls", Method: http.MethodGet, Path: "/api/v1/opinions",
		Summary: "Polls of opinion", Tags: []string{"Opinions"},
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body core.List[Poll] }, error) {
		polls, err := s.Polls(ctx, core.ActorOf(ctx), "")
		if err != nil {
			return nil, err
		}
		out := core.List[Poll]{Items: []Poll{}, Total: len(polls)}
		out.Items = append(out.Items, polls...)
		return &struct{ Body core.List[Poll] }{out}, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "get-opinion-results", Method: http.MethodGet, Path: "/api/v1/opinions/{ref}/results",
		Summary: "How a poll of opinion stands: groups, consensus, the map", Tags: []string{"Opinions"},
	}, func(ctx context.Context, in *struct {
		Ref string `path:"ref"`
	},
	) (*struct{ Body Outcome }, error) {
		out, err := s.Outcome(ctx, core.ActorOf(ctx), in.Ref)
		if err != nil {
			return nil, err
		}
		return &struct{ Body Outcome }{out}, nil
	})
}
