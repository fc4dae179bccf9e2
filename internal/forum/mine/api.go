package mine

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
)

// AskBody is what a program sends to have its user erased.
type AskBody struct {
	Body AskInput
}

// CodeBody confirms a request with the code of the mail.
type CodeBody struct {
	Body struct {
		Code string `json:"code" required:"true" maxLength:"200" doc:"from the link in the mail"`
	}
}

// RequestBody is a request to be erased.
type RequestBody struct {
	Body Request
}

// API registers the JSON operations about one's own data, which are the same as on the
// pages: taking it away, and having it erased with the same confirmation by mail.
func (s *Service) API(api huma.API) {
	tags := []string{"My data"}
	huma.Register(api, huma.Operation{
		OperationID: "export-own-data", Method: http.MethodGet, Path: "/api/v1/me/data", Tags: tags,
		Summary:   "All that the forum holds about you, as a zip of JSON and files",
		Responses: map[string]*huma.Response{"200": {Description: "A zip", Content: map[string]*huma.MediaType{"application/zip": {}}}},
	}, func(ctx context.Context, _ *struct{}) (*huma.StreamResponse, error) {
		a := core.ActorOf(ctx)
		if err := s.MayExport(a); err != nil {
			return nil, err
		}
		return &huma.StreamResponse{Body: func(h huma.Context) {
			h.SetHeader("Content-Type", "application/zip")
			h.SetHeader("Content-Disposition", `attachment; filename="my-data.zip"`)
			h.SetHeader("Cache-Control", "no-store")
			if err := s.write(h.Context(), a, core.Langs[0], h.BodyWriter()); err != nil {
				panic(http.ErrAbortHandler) // the first bytes are out
			}
		}}, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "ask-to-erase", Method: http.MethodPost, Path: "/api/v1/me/data/erase", Tags: tags, DefaultStatus: http.StatusAccepted,
		Summary: "Ask to be erased: a mail with a code comes, which confirms",
	}, func(ctx context.Context, in *AskBody) (*RequestBody, error) {
		a := core.ActorOf(ctx)
		if err := s.Ask(ctx, a, in.Body); err != nil {
			return nil, err
		}
		r, err := s.Pending(ctx, a)
		if err != nil || r == nil {
			return nil, err
		}
		return &RequestBody{*r}, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "confirm-erase", Method: http.MethodPost, Path: "/api/v1/me/data/erase/confirm", Tags: tags, DefaultStatus: http.StatusOK,
		Summary: "Confirm with the code; the answer tells until when it can be taken back",
	}, func(ctx context.Context, in *CodeBody) (*RequestBody, error) {
		r, err := s.Confirm(ctx, core.ActorOf(ctx), in.Body.Code)
		if err != nil {
			return nil, err
		}
		return &RequestBody{*r}, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "cancel-erase", Method: http.MethodDelete, Path: "/api/v1/me/data/erase", Tags: tags, DefaultStatus: http.StatusNoContent,
		Summary: "Take the request back",
	}, func(ctx context.Context, _ *struct{}) (*struct{}, error) {
		a := core.ActorOf(ctx)
		r, err := s.Pending(ctx, a)
		if err != nil {
			return nil, err
		}
		if r == nil {
			return nil, core.NotFound()
		}
		return nil, s.Cancel(ctx, a, r.ID)
	})
}
