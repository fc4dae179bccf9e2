package mail

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
)

type outboxInput struct {
	State  string `query:"state" enum:"queued,held,sent,failed,bounced,cancelled,caught"`
	Kind   string `query:"kind" maxLength:"60"`
	Text   string `query:"q" maxLength:"300" doc:"part of an address"`
	Lang   string `query:"lang" maxLength:"10"`
	Cursor string `query:"cursor"`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
}

type pageInput struct {
	Cursor string `query:"cursor"`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
}

type mailInput struct {
	ID core.ID `path:"id"`
}

// API registers the JSON operations of the room that read.
func (s *Service) API(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "list-outbox", Method: http.MethodGet, Path: "/api/v1/admin/mail",
		Summary: "List outgoing mails", Tags: []string{"Outgoing mail"},
	}, func(ctx context.Context, in *outboxInput) (*struct{ Body core.List[Outgoing] }, error) {
		list, err := s.Outbox(ctx, core.ActorOf(ctx), Query{State: in.State, Kind: in.Kind, Text: in.Text, Lang: in.Lang, Page: core.Page{Limit: in.Limit, Cursor: in.Cursor}})
		if err != nil {
			return nil, err
		}
		return &struct{ Body core.List[Outgoing] }{list}, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "get-outbox-mail", Method: http.MethodGet, Path: "/api/v1/admin/mail/{id}",
		Summary: "Show an outgoing mail and what became of it", Tags: []string{"Outgoing mail"},
	}, func(ctx context.Context, in *mailInput) (*struct{ Body OutgoingMail }, error) {
		m, err := s.Mail(ctx, core.ActorOf(ctx), in.ID)
		if err != nil {
			return nil, err
		}
		return &struct{ Body OutgoingMail }{m}, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "list-unreachable-addresses", Method: http.MethodGet, Path: "/api/v1/admin/mail-addresses",
		Summary: "List addresses at which mails do not arrive", Tags: []string{"Outgoing mail"},
	}, func(ctx context.Context, in *pageInput) (*struct{ Body core.List[MailAddress] }, error) {
		list, err := s.Addresses(ctx, core.ActorOf(ctx), core.Page{Limit: in.Limit, Cursor: in.Cursor})
		if err != nil {
			return nil, err
		}
		return &struct{ Body core.List[MailAddress] }{list}, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "list-held-mails", Method: http.MethodGet, Path: "/api/v1/admin/mail-holds",
		Summary: "List what is held back", Tags: []string{"Outgoing mail"},
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body core.List[MailHold] }, error) {
		list, err := s.Holds(ctx, core.ActorOf(ctx))
		if err != nil {
			return nil, err
		}
		return &struct{ Body core.List[MailHold] }{core.List[MailHold]{Items: list, Total: len(list)}}, nil
	})
	s.textsAPI(api)
}
