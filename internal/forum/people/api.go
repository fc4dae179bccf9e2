package people

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
)

// PersonProfile is a person as the API gives her: with the affiliations that she shows.
type PersonProfile struct {
	Person
	Affiliations []Affiliation `json:"affiliations,omitempty"`
}

// OrganisationProfile is an organisation with its memberships.
type OrganisationProfile struct {
	Organisation
	Members  []Member `json:"members,omitempty" doc:"of a network"`
	Networks []Member `json:"networks,omitempty" doc:"networks that it is a member of"`
}

func (s *Service) profiles(ctx context.Context, a core.Actor, persons []Person) ([]PersonProfile, error) {
	affs, err := s.AffiliationsFor(ctx, a, persons)
	if err != nil {
		return nil, err
	}
	out := make([]PersonProfile, 0, len(persons))
	for _, p := range persons {
		out = append(out, PersonProfile{p, affs[p.ID]})
	}
	return out, nil
}

// API registers the JSON operations of the room: reads, of what the actor may see.
func (s *Service) API(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "list-people", Method: http.MethodGet, Path: "/api/v1/people",
		Summary: "Persons with a public role, by name", Tags: []string{"People"},
	}, func(ctx context.Context, in *struct {
		Query   string `query:"q" maxLength:"200" doc:"words of a name"`
		Group   string `query:"group" doc:"stakeholder group of an affiliation that holds today"`
		Country string `query:"country" doc:"ISO 3166-1 alpha-2"`
		Cursor  string `query:"cursor"`
		Limit   int    `query:"limit" minimum:"0" maximum:"500"`
	},
	) (*struct{ Body core.List[PersonProfile] }, error) {
		a := core.ActorOf(ctx)
		list, err := s.List(ctx, a, Filter{in.Query, in.Group, in.Country, core.Page{Limit: in.Limit, Cursor: in.Cursor}})
		if err != nil {
			return nil, err
		}
		items, err := s.profiles(ctx, a, list.Items)
		return &struct{ Body core.List[PersonProfile] }{core.List[PersonProfile]{Items: items, Next: list.Next, Total: list.Total}}, err
	})
	huma.Register(api, huma.Operation{
		OperationID: "get-person", Method: http.MethodGet, Path: "/api/v1/people/{id}",
		Summary: "A person with the affiliations that she shows", Tags: []string{"People"},
	}, func(ctx context.Context, in *struct {
		ID core.ID `path:"id"`
	},
	) (*struct{ Body PersonProfile }, error) {
		a := core.ActorOf(ctx)
		p, err := s.Get(ctx, a, in.ID)
		if err != nil {
			return nil, err
		}
		list, err := s.profiles(ctx, a, []Person{p})
		if err != nil {
			return nil, err
		}
		return &struct{ Body PersonProfile }{list[0]}, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "list-organisations", Method: http.MethodGet, Path: "/api/v1/organisations",
		Summary: "Organisations, by name", Tags: []string{"People"},
	}, func(ctx context.Context, in *struct {
		Query   string `query:"q" maxLength:"200" doc:"words of a name, or an acronym"`
		Kind    string `query:"kind"`
		Country string `query:"country" doc:"ISO 3166-1 alpha-2"`
		Cursor  string `query:"cursor"`
		Limit   int    `query:"limit" minimum:"0" maximum:"500"`
	},
	) (*struct{ Body core.List[Organisation] }, error) {
		list, err := s.ListOrganisations(ctx, OrganisationFilter{in.Query, in.Kind, in.Country, core.Page{Limit: in.Limit, Cursor: in.Cursor}})
		return &struct{ Body core.List[Organisation] }{list}, err
	})
	huma.Register(api, huma.Operation{
		OperationID: "get-organisation", Method: http.MethodGet, Path: "/api/v1/organisations/{id}",
		Summary: "An organisation with its memberships", Tags: []string{"People"},
	}, func(ctx context.Context, in *struct {
		ID core.ID `path:"id"`
	},
	) (*struct{ Body OrganisationProfile }, error) {
		o, err := s.Organisation(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		members, networks, err := s.Members(ctx, o.ID)
		return &struct{ Body OrganisationProfile }{OrganisationProfile{o, members, networks}}, err
	})
}
