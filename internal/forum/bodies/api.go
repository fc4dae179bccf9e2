package bodies

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
)

// BodyWithSeats is a body with its seats, as the JSON API gives it.
type BodyWithSeats struct {
	Body

	Address  string      `json:"address" doc:"permanent address of the page"`
	Seats    []NamedSeat `json:"seats" doc:"all seats, past and present"`
	Since    Date        `json:"since,omitempty" doc:"the earliest date that is known"`
	Children []Child     `json:"children,omitempty" doc:"bodies below this one"`
}

// Child names a body below another one.
type Child struct {
	ID      core.ID   `json:"id"`
	Name    core.Text `json:"name"`
	Address string    `json:"address"`
}

// NamedSeat is a seat with its holder. Who has chosen not to be named is left out.
type NamedSeat struct {
	ID           core.ID   `json:"id"`
	Person       core.ID   `json:"person,omitempty"`
	Organisation core.ID   `json:"organisation,omitempty"`
	Name         core.Text `json:"name"`
	Role         string    `json:"role" enum:"chair,co-chair,coordinator,focal-point,contact,ex-officio,member"`
	From         Date      `json:"from,omitempty"`
	Until        Date      `json:"until,omitempty"`
	Term         int       `json:"term,omitempty"`
	Group        string    `json:"group,omitempty" doc:"stakeholder group"`
	Note         core.Text `json:"note"`
}

// WithSeats adds seats, with the names that may be shown, to bodies.
func (s *Service) WithSeats(ctx context.Context, list []Body) ([]BodyWithSeats, error) {
	ids := make([]core.ID, 0, len(list))
	for _, b := range list {
		ids = append(ids, b.ID)
	}
	seats, err := loadSeats(ctx, s.rec.DB.Read, "body", ids...)
	if err != nil {
		return nil, err
	}
	var persons, orgs []core.ID
	for _, seat := range seats {
		if seat.Person != "" {
			persons = append(persons, seat.Person)
		} else {
			orgs = append(orgs, seat.Organisation)
		}
	}
	names, err := s.people.Names(ctx, persons)
	if err != nil {
		return nil, err
	}
	organisations, err := s.people.Organisations(ctx, orgs)
	if err != nil {
		return nil, err
	}
	all, err := s.all(ctx)
	if err != nil {
		return nil, err
	}
	of := map[core.ID][]NamedSeat{}
	for _, seat := range seats {
		n := NamedSeat{
			ID: seat.ID, Organisation: seat.Organisation, Role: seat.Role, From: seat.From, Until: seat.Until,
			Term: seat.Term, Group: seat.Group, Note: seat.Note, Name: organisations[seat.Organisation].Name,
		}
		if name, ok := names[seat.Person]; ok {
			n.Person, n.Name = seat.Person, core.NewText("en", name)
		}
		of[seat.Body] = append(of[seat.Body], n)
	}
	out := make([]BodyWithSeats, 0, len(list))
	for _, b := range list {
		e := BodyWithSeats{Body: b, Address: b.Path(), Since: b.Since(), Seats: of[b.ID]}
		if e.Seats == nil {
			e.Seats = []NamedSeat{}
		}
		for _, child := range all.list {
			if child.Parent == b.ID {
				e.Children = append(e.Children, Child{child.ID, child.Name, child.Path()})
			}
		}
		out = append(out, e)
	}
	return out, nil
}

type listInput struct {
	Kind   string `query:"kind" doc:"a kind of body, or initiative for national, regional, subregional and youth initiatives together"`
	Region string `query:"region" doc:"regional group: african"`
	Status string `query:"status" enum:"active,inactive,unknown"`
	Year   int    `query:"year" doc:"only bodies that were there in that year"`
	Search string `query:"q" maxLength:"200" doc:"words of the name or the acronym"`
	Cursor string `query:"cursor"`
	Limit  int    `query:"limit" minimum:"0" maximum:"500"`
}

// API registers the JSON operations of the room: public reads.
func (s *Service) API(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "list-bodies", Method: http.MethodGet, Path: "/api/v1/bodies",
		Summary: "Bodies of the community with their seats", Tags: []string{"Bodies"},
	}, func(ctx context.Context, in *listInput) (*struct{ Body core.List[BodyWithSeats] }, error) {
		list, err := s.List(ctx, Query{
			Kind: in.Kind, Region: in.Region, Status: in.Status, Year: in.Year, Search: in.Search,
			Page: core.Page{Cursor: in.Cursor, Limit: in.Limit},
		})
		if err != nil {
			return nil, err
		}
		entries, err := s.WithSeats(ctx, list.Items)
		if err != nil {
			return nil, err
		}
		return &struct{ Body core.List[BodyWithSeats] }{core.List[BodyWithSeats]{Items: entries, Next: list.Next, Total: list.Total}}, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "get-body", Method: http.MethodGet, Path: "/api/v1/bodies/{id}",
		Summary: "One body with its seats", Tags: []string{"Bodies"},
	}, func(ctx context.Context, in *struct {
		ID string `path:"id"`
	},
	) (*struct{ Body BodyWithSeats }, error) {
		b, err := s.Body(ctx, core.ID(in.ID))
		if err != nil {
			return nil, err
		}
		entries, err := s.WithSeats(ctx, []Body{b})
		if err != nil {
			return nil, err
		}
		return &struct{ Body BodyWithSeats }{entries[0]}, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "list-body-counts", Method: http.MethodGet, Path: "/api/v1/body-counts",
		Summary: "Published totals of bodies, as each source gives them", Tags: []string{"Bodies"},
	}, func(ctx context.Context, in *struct {
		Kind string `query:"kind" doc:"a kind of body, or initiative"`
	},
	) (*struct{ Body core.List[Total] }, error) {
		list, err := s.Totals(ctx, in.Kind)
		if err != nil {
			return nil, err
		}
		return &struct{ Body core.List[Total] }{core.List[Total]{Items: list, Total: len(list)}}, nil
	})
}
