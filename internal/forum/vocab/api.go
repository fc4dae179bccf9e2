package vocab

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
)

// API registers the JSON operations of the room: public reads.
func (s *Service) API(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "list-vocabularies", Method: http.MethodGet, Path: "/api/v1/vocabularies",
		Summary: "The vocabularies there are", Tags: []string{"Vocabularies"},
	}, func(context.Context, *struct{}) (*struct{ Body core.List[Vocabulary] }, error) {
		return &struct{ Body core.List[Vocabulary] }{core.List[Vocabulary]{Items: All, Total: len(All)}}, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "get-vocabulary", Method: http.MethodGet, Path: "/api/v1/vocabularies/{vocabulary}",
		Summary: "The terms of a vocabulary in six languages", Tags: []string{"Vocabularies"},
	}, func(_ context.Context, in *struct {
		Vocabulary string `path:"vocabulary" doc:"code of the vocabulary: stakeholder-group"`
		Day        string `query:"day" doc:"only terms that count on that day: 2023-10-11"`
	},
	) (*struct{ Body Listing }, error) {
		v, ok := Find(in.Vocabulary)
		if !ok {
			return nil, core.NotFound()
		}
		if in.Day == "" {
			return &struct{ Body Listing }{Listing{v, s.Terms(v.Code)}}, nil
		}
		if _, err := core.ParseDate(in.Day); err != nil {
			return nil, err
		}
		return &struct{ Body Listing }{Listing{v, s.TermsOn(v.Code, in.Day)}}, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "list-countries", Method: http.MethodGet, Path: "/api/v1/countries",
		Summary: "Countries with their names, regional group and dated classes", Tags: []string{"Vocabularies"},
	}, func(context.Context, *struct{}) (*struct{ Body core.List[Country] }, error) {
		list := s.Countries("en")
		return &struct{ Body core.List[Country] }{core.List[Country]{Items: list, Total: len(list)}}, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "get-country", Method: http.MethodGet, Path: "/api/v1/countries/{alpha2}",
		Summary: "One country", Tags: []string{"Vocabularies"},
	}, func(_ context.Context, in *struct {
		Alpha2 string `path:"alpha2" doc:"ISO 3166-1 alpha-2 code: SN"`
	},
	) (*struct{ Body Country }, error) {
		n, ok := s.Country(in.Alpha2)
		if !ok {
			return nil, core.NotFound()
		}
		return &struct{ Body Country }{n}, nil
	})
}
