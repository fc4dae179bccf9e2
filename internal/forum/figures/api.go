package figures

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
)

// IndicatorView is an indicator with its words.
type IndicatorView struct {
	Indicator
	Name       core.Text `json:"name"`
	Definition core.Text `json:"definition"`
	SQL        string    `json:"sql" doc:"what the record is asked; the definition says which rows count"`
}

// ofEdition are figures of an edition.
type ofEdition struct {
	Edition string `path:"edition" doc:"slug of the edition: 2026"`
}

// ofFigure is one of them.
type ofFigure struct {
	Edition   string `path:"edition" doc:"slug of the edition: 2026"`
	Indicator string `path:"indicator" doc:"code of an indicator: attended-onsite"`
}

// Described is an indicator with its words in all languages.
func (s *Service) Described(d Indicator) IndicatorView {
	if d.By == nil {
		d.By = []string{}
	}
	return IndicatorView{
		Indicator: d, SQL: Queries[d.Query],
		Name: s.Catalog.Text("figures.of." + d.Code), Definition: s.Catalog.Text("figures.of." + d.Code + ".definition"),
	}
}

// API registers the JSON operations: all of them read what is published.
func (s *Service) API(api huma.API) {
	tags := []string{"Statistics"}
	huma.Register(api, huma.Operation{
		OperationID: "list-indicators", Method: http.MethodGet, Path: "/api/v1/indicators",
		Summary: "What is counted of each edition, with definitions", Tags: tags,
	}, func(context.Context, *struct{}) (*struct{ Body core.List[IndicatorView] }, error) {
		out := core.List[IndicatorView]{Items: []IndicatorView{}}
		for _, d := range Indicators {
			out.Items = append(out.Items, s.Described(d))
		}
		out.Total = len(out.Items)
		return &struct{ Body core.List[IndicatorView] }{out}, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "list-statistics", Method: http.MethodGet, Path: "/api/v1/editions/{edition}/statistics",
		Summary: "Figures of an edition as they were last published; small numbers of people are hidden", Tags: tags,
	}, func(ctx context.Context, in *ofEdition) (*struct{ Body core.List[Figure] }, error) {
		a := core.ActorOf(ctx)
		set, err := s.Editions.Setting(ctx, a, in.Edition)
		if err != nil {
			return nil, err
		}
		list, err := s.Values(ctx, a, set)
		return &struct{ Body core.List[Figure] }{core.List[Figure]{Items: append([]Figure{}, list...), Total: len(list)}}, err
	})
	huma.Register(api, huma.Operation{
		OperationID: "get-statistic", Method: http.MethodGet, Path: "/api/v1/editions/{edition}/statistics/{indicator}",
		Summary: "One figure of an edition: each state in which it was published, newest first", Tags: tags,
	}, func(ctx context.Context, in *ofFigure) (*struct{ Body core.List[Figure] }, error) {
		a := core.ActorOf(ctx)
		set, err := s.Editions.Setting(ctx, a, in.Edition)
		if err != nil {
			return nil, err
		}
		list, err := s.History(ctx, a, set, in.Indicator)
		return &struct{ Body core.List[Figure] }{core.List[Figure]{Items: append([]Figure{}, list...), Total: len(list)}}, err
	})
	huma.Register(api, huma.Operation{
		OperationID: "get-absences", Method: http.MethodGet, Path: "/api/v1/editions/{edition}/absences",
		Summary: "Countries and groups absent from an edition, by whether they took part before, from what is published", Tags: tags,
	}, func(ctx context.Context, in *ofEdition) (*struct{ Body Missing }, error) {
		a := core.ActorOf(ctx)
		set, err := s.Editions.Setting(ctx, a, in.Edition)
		if err != nil {
			return nil, err
		}
		m, err := s.Missing(ctx, a, set, false)
		return &struct{ Body Missing }{m}, err
	})
	huma.Register(api, huma.Operation{
		OperationID: "list-series", Method: http.MethodGet, Path: "/api/v1/statistics/series",
		Summary: "Series over the editions: what sources said, each with its definition, and what this record published", Tags: tags,
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body core.List[Series] }, error) {
		list, err := s.Series(ctx, core.ActorOf(ctx))
		return &struct{ Body core.List[Series] }{core.List[Series]{Items: append([]Series{}, list...), Total: len(list)}}, err
	})
}
