package participation

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
)

// DelegationParam names a delegation of an edition in an operation.
type DelegationParam struct {
	EditionParam
	ID string `path:"id" doc:"id of the delegation"`
}

// ParticipantsParam narrows the list of participants.
type ParticipantsParam struct {
	EditionParam
	Query   string `query:"q" doc:"words of the name or of a shown organisation"`
	Country string `query:"country" doc:"ISO 3166-1 alpha-2, among those who show theirs"`
	Cursor  string `query:"cursor"`
}

// DelegationBody is a delegation with its members as its focal point sees them.
type DelegationBody struct {
	Delegation
	Members []Member `json:"members"`
}

// groupsAPI registers the operations of delegations, hubs, letters and the public list.
func (s *Service) groupsAPI(api huma.API) {
	tags := []string{"Participation"}
	path := "/api/v1/editions/{edition}"
	huma.Register(api, huma.Operation{
		OperationID: "list-hubs", Method: http.MethodGet, Path: path + "/hubs", Tags: tags,
		Summary: "Remote hubs of an edition to which anybody may come",
	}, func(ctx context.Context, in *EditionParam) (*struct{ Body core.List[Hub] }, error) {
		a, set, err := s.asked(ctx, in.Edition)
		if err != nil {
			return nil, err
		}
		if _, err := s.Setting(ctx, a, set); err != nil {
			return nil, err
		}
		list, err := s.Hubs(ctx, set.ID)
		return &struct{ Body core.List[Hub] }{core.List[Hub]{Items: list, Total: len(list)}}, err
	})
	huma.Register(api, huma.Operation{
		OperationID: "list-own-letters", Method: http.MethodGet, Path: path + "/registration/letters", Tags: tags,
		Summary: "Letters that were made of the own registration, with the codes that verify them",
	}, func(ctx context.Context, in *EditionParam) (*struct{ Body core.List[Letter] }, error) {
		a, set, r, err := s.askedOwn(ctx, in.Edition)
		if err != nil {
			return nil, err
		}
		list, err := s.LettersOf(ctx, a, set, r.ID)
		if list == nil {
			list = []Letter{}
		}
		return &struct{ Body core.List[Letter] }{core.List[Letter]{Items: list, Total: len(list)}}, err
	})
	huma.Register(api, huma.Operation{
		OperationID: "list-participants", Method: http.MethodGet, Path: path + "/participants", Tags: tags,
		Summary: "Those who chose to stand in the public list of participants",
	}, func(ctx context.Context, in *ParticipantsParam) (*struct{ Body core.List[ListedParticipant] }, error) {
		a, set, err := s.asked(ctx, in.Edition)
		if err != nil {
			return nil, err
		}
		list, _, _, err := s.Participants(ctx, a, set, ListFilter{Query: in.Query, Country: in.Country, Page: core.Page{Cursor: in.Cursor}})
		return &struct{ Body core.List[ListedParticipant] }{list}, err
	})
	huma.Register(api, huma.Operation{
		OperationID: "list-own-delegations", Method: http.MethodGet, Path: path + "/delegations", Tags: tags,
		Summary: "Delegations whose focal point one is; all for the staff",
	}, func(ctx context.Context, in *EditionParam) (*struct{ Body core.List[DelegationCount] }, error) {
		a, set, err := s.asked(ctx, in.Edition)
		if err != nil {
			return nil, err
		}
		if !a.SignedIn() {
			return nil, core.SignIn()
		}
		list, err := s.Delegations(ctx, a, set, "")
		if list == nil {
			list = []DelegationCount{}
		}
		return &struct{ Body core.List[DelegationCount] }{core.List[DelegationCount]{Items: list, Total: len(list)}}, err
	})
	huma.Register(api, huma.Operation{
		OperationID: "get-delegation", Method: http.MethodGet, Path: path + "/delegations/{id}", Tags: tags,
		Summary: "A delegation with its members, for its focal point and the staff",
	}, func(ctx context.Context, in *DelegationParam) (*struct{ Body DelegationBody }, error) {
		a, set, err := s.asked(ctx, in.Edition)
		if err != nil {
			return nil, err
		}
		d, list, err := s.Members(ctx, a, set, core.ID(in.ID))
		if list == nil {
			list = []Member{}
		}
		return &struct{ Body DelegationBody }{DelegationBody{d, list}}, err
	})
}
