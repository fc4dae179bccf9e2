package support

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
)

// EditionPath names an edition in an address of the API.
type EditionPath struct {
	Edition string `path:"edition" doc:"slug of the edition: 2026"`
}

// OwnGrant is an application as its owner reads it.
type OwnGrant struct {
	Application
	ReportDue core.Instant `json:"report_due,omitzero"`
	Currency  string       `json:"currency"`
	Totals    Totals       `json:"totals"`
}

// ListedGrant is an application in the list of the staff.
type ListedGrant struct {
	Application
	Name     string    `json:"name"`
	Facts    *Facts    `json:"facts"`
	Rules    []Finding `json:"rules" doc:"what the rules say now"`
	Standing Standing  `json:"standing"`
	Totals   Totals    `json:"totals"`
}

// State is the support of an edition with its money.
type State struct {
	Programme *Programme `json:"programme"`
	Money     Balance    `json:"money"`
}

// EntryRequest writes an entry of the ledger.
type EntryRequest struct {
	Edition string `path:"edition" doc:"slug of the edition: 2026"`
	Number  int    `path:"number" doc:"number of the application"`
	Body    EntryInput
}

// AnswerRequest answers an offer.
type AnswerRequest struct {
	Edition string `path:"edition" doc:"slug of the edition: 2026"`
	Number  int    `path:"number" doc:"number of the application"`
	Body    AnswerBody
}

// AnswerBody says whether an offer is taken.
type AnswerBody struct {
	Accept bool   `json:"accept"`
	Reason string `json:"reason,omitempty" maxLength:"1000"`
}

// API registers the JSON operations of the room: for the applicant her own, for the staff
// the list, the money and the ledger.
func (s *Service) API(api huma.API) {
	tags := []string{"Travel support"}
	at := func(ctx context.Context, slug string) (core.Actor, *editions.Setting, error) {
		a := core.ActorOf(ctx)
		set, err := s.Editions.Setting(ctx, a, slug)
		return a, set, err
	}
	huma.Register(api, huma.Operation{
		OperationID: "get-my-support", Method: http.MethodGet, Path: "/api/v1/editions/{edition}/my-support", Summary: "Your applications for travel support, and the grants that they became", Tags: tags,
	}, func(ctx context.Context, in *EditionPath) (*struct{ Body core.List[OwnGrant] }, error) {
		a, set, err := at(ctx, in.Edition)
		if err != nil {
			return nil, err
		}
		list, err := s.Mine(ctx, a, set)
		out := core.List[OwnGrant]{Items: []OwnGrant{}, Total: len(list)}
		for _, o := range list {
			out.Items = append(out.Items, OwnGrant{*o.Application, o.Due, o.P.Currency, o.Totals})
		}
		return &struct{ Body core.List[OwnGrant] }{out}, err
	})
	huma.Register(api, huma.Operation{
		OperationID: "answer-support-offer", Method: http.MethodPost, Path: "/api/v1/editions/{edition}/my-support/{number}/answer", Summary: "Accept or decline an offer of travel support", Tags: tags, DefaultStatus: http.StatusNoContent,
	}, func(ctx context.Context, in *AnswerRequest) (*struct{}, error) {
		a, set, err := at(ctx, in.Edition)
		if err != nil {
			return nil, err
		}
		if in.Body.Accept {
			return nil, s.Accept(ctx, a, set, in.Number)
		}
		return nil, s.Decline(ctx, a, set, in.Number, DeclineInput{Reason: in.Body.Reason})
	})
	huma.Register(api, huma.Operation{
		OperationID: "get-support", Method: http.MethodGet, Path: "/api/v1/editions/{edition}/support", Summary: "The travel support of an edition with its money, for the staff", Tags: tags,
	}, func(ctx context.Context, in *EditionPath) (*struct{ Body State }, error) {
		a, set, err := at(ctx, in.Edition)
		if err != nil {
			return nil, err
		}
		l, err := s.Ledger(ctx, a, set)
		if err != nil {
			return nil, err
		}
		return &struct{ Body State }{State{l.Programme, l.Money}}, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "list-support-applications", Method: http.MethodGet, Path: "/api/v1/editions/{edition}/support/applications", Summary: "All applications for travel support, for the staff", Tags: tags,
	}, func(ctx context.Context, in *EditionPath) (*struct{ Body core.List[ListedGrant] }, error) {
		a, set, err := at(ctx, in.Edition)
		if err != nil {
			return nil, err
		}
		seen, err := s.Lines(ctx, a, set)
		if err != nil {
			return nil, err
		}
		if !seen.Staff {
			return nil, core.NotFound()
		}
		out := core.List[ListedGrant]{Items: []ListedGrant{}, Total: len(seen.Lines)}
		for _, l := range seen.Lines {
			out.Items = append(out.Items, ListedGrant{l.Application, l.Name, l.Facts, l.Live, l.Standing, l.Totals})
		}
		return &struct{ Body core.List[ListedGrant] }{out}, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "list-support-entries", Method: http.MethodGet, Path: "/api/v1/editions/{edition}/support/ledger", Summary: "The ledger of travel support, for the staff", Tags: tags,
	}, func(ctx context.Context, in *EditionPath) (*struct{ Body core.List[Booked] }, error) {
		a, set, err := at(ctx, in.Edition)
		if err != nil {
			return nil, err
		}
		l, err := s.Ledger(ctx, a, set)
		if err != nil {
			return nil, err
		}
		return &struct{ Body core.List[Booked] }{core.List[Booked]{Items: append([]Booked{}, l.Rows...), Total: len(l.Rows)}}, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "add-support-entry", Method: http.MethodPost, Path: "/api/v1/editions/{edition}/support/applications/{number}/entries", Summary: "Write a fact into the ledger of travel support", Tags: tags, DefaultStatus: http.StatusCreated,
	}, func(ctx context.Context, in *EntryRequest) (*struct{ Body Entry }, error) {
		a, set, err := at(ctx, in.Edition)
		if err != nil {
			return nil, err
		}
		e, err := s.Book(ctx, a, set, in.Number, in.Body)
		return &struct{ Body Entry }{e}, err
	})
}
