package documents

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
)

// apiDocument is a document as the JSON API gives it. Nothing in it tells a reader who
// may not see drafts whether there is one.
type apiDocument struct {
	ID        core.ID      `json:"id"`
	Scope     string       `json:"scope" doc:"an edition, a body, or forum"`
	Kind      string       `json:"kind" doc:"report, messages, outline, paper"`
	Subject   core.ID      `json:"subject,omitempty" doc:"what the text is about: a session"`
	Title     core.Text    `json:"title"`
	OrigLang  string       `json:"orig_lang"`
	Licence   string       `json:"licence,omitempty"`
	State     State        `json:"state" enum:"draft,published"`
	Published int          `json:"published_revision,omitempty" doc:"number of the newest published revision"`
	Draft     int          `json:"draft_revision,omitempty" doc:"number of the open draft, for those who may see it"`
	Issued    core.Instant `json:"published,omitzero"`
}

func newAPIDocument(d Document) apiDocument {
	out := apiDocument{
		ID: d.ID, Scope: d.Scope, Kind: d.Kind, Subject: d.Subject, Title: d.Title, OrigLang: d.OrigLang, Licence: d.Licence,
		State: d.State, Published: d.Published, Issued: d.Issued,
	}
	if d.HasDraft() {
		out.Draft = d.Head
	}
	return out
}

// apiRevision is a revision as the JSON API gives it.
type apiRevision struct {
	Document   core.ID      `json:"document"`
	Number     int          `json:"number"`
	Previous   int          `json:"previous,omitempty"`
	State      State        `json:"state" enum:"draft,published"`
	Stage      string       `json:"stage,omitempty" doc:"step that the text has reached: review, final"`
	Correction bool         `json:"correction"`
	Title      core.Text    `json:"title"`
	Note       string       `json:"note,omitempty" doc:"what changed and why"`
	Issued     core.Instant `json:"published,omitzero"`
	Hash       string       `json:"hash,omitempty" doc:"SHA-256 of the frozen JSON, which stands at /documents/{id}/revisions/{n}.json"`
	Newer      int          `json:"newer,omitempty" doc:"number of the newest published revision, if this one is older"`
	Paragraphs []Paragraph  `json:"paragraphs,omitempty"`
}

func newAPIRevision(d Document, r Revision) apiRevision {
	out := apiRevision{
		Document: d.ID, Number: r.Number, Previous: r.Previous, State: r.State, Stage: r.Stage, Correction: r.Correction,
		Title: r.Title, Note: r.Note, Issued: r.Issued, Hash: r.Hash, Paragraphs: r.Paragraphs,
	}
	if !r.Draft() && d.Published > r.Number {
		out.Newer = d.Published
	}
	return out
}

// API registers the JSON operations of the room: reading what the actor may see.
func (s *Service) API(api huma.API) {
	tags := []string{"Documents"}
	huma.Register(api, huma.Operation{
		OperationID: "list-documents", Method: http.MethodGet, Path: "/api/v1/documents", Tags: tags,
		Summary: "Reports, Messages and other texts, the newest first",
	}, func(ctx context.Context, in *struct {
		Scope  string `query:"scope" doc:"only those of an edition, a body, or forum"`
		Kind   string `query:"kind" doc:"only those of a kind: report"`
		Cursor string `query:"cursor"`
		Limit  int    `query:"limit" minimum:"0" maximum:"500"`
	},
	) (*struct{ Body core.List[apiDocument] }, error) {
		list, err := s.List(ctx, core.ActorOf(ctx), Query{
			Scope: in.Scope, Kind: in.Kind, Page: core.Page{Limit: in.Limit, Cursor: in.Cursor},
		})
		if err != nil {
			return nil, err
		}
		out := core.List[apiDocument]{Items: make([]apiDocument, len(list.Items)), Next: list.Next, Total: list.Total}
		for i, d := range list.Items {
			out.Items[i] = newAPIDocument(d)
		}
		return &struct{ Body core.List[apiDocument] }{out}, nil
	})
	type documentOut struct {
		Body struct {
			apiDocument
			Revisions []apiRevision `json:"revisions" doc:"oldest first, without their paragraphs"`
		}
	}
	huma.Register(api, huma.Operation{
		OperationID: "get-document", Method: http.MethodGet, Path: "/api/v1/documents/{id}", Tags: tags,
		Summary: "A text and the list of its revisions",
	}, func(ctx context.Context, in *struct {
		ID string `path:"id"`
	},
	) (*documentOut, error) {
		d, revs, err := s.SeeRevisions(ctx, core.ActorOf(ctx), core.ID(in.ID))
		if err != nil {
			return nil, err
		}
		out := &documentOut{}
		out.Body.apiDocument = newAPIDocument(d)
		for _, r := range revs {
			out.Body.Revisions = append(out.Body.Revisions, newAPIRevision(d, r))
		}
		return out, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "get-document-revision", Method: http.MethodGet, Path: "/api/v1/documents/{id}/revisions/{n}", Tags: tags,
		Summary: "One revision of a text with paragraphs and sources",
	}, func(ctx context.Context, in *struct {
		ID     string `path:"id"`
		Number int    `path:"n" minimum:"1"`
	},
	) (*struct{ Body apiRevision }, error) {
		d, r, err := s.SeeRevision(ctx, core.ActorOf(ctx), core.ID(in.ID), in.Number)
		if err != nil {
			return nil, err
		}
		return &struct{ Body apiRevision }{newAPIRevision(d, r)}, nil
	})
}
