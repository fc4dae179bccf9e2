package papers

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
)

// onePaper is a paper with its words.
type onePaper struct {
	Paper
	Path         string                `json:"path" doc:"address of its page"`
	Revision     int                   `json:"revision,omitempty" doc:"number of the version that is given"`
	Paragraphs   []documents.Paragraph `json:"paragraphs" doc:"the words as published; the draft where nothing is published"`
	Window       string                `json:"window" enum:"none,upcoming,open,closed" doc:"whether it may be endorsed now"`
	Endorsements []Endorsement         `json:"endorsements"`
}

// API registers the JSON operations: a list of papers, and one with its words.
func (s *Service) API(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "list-papers", Method: http.MethodGet, Path: "/api/v1/papers",
		Summary: "Statements, papers of bodies, joint statements, outputs of tracks, daily summaries", Tags: []string{"Papers"},
	}, func(ctx context.Context, in *struct {
		Kind    string  `query:"kind" enum:"statement,paper,outcome,charter,joint,track-output,vision,daily,guidelines"`
		OfBody  core.ID `query:"body" doc:"id of a body"`
		Edition core.ID `query:"edition" doc:"id of an edition"`
		Session core.ID `query:"session" doc:"id of a session"`
		Cursor  string  `query:"cursor"`
		Limit   int     `query:"limit" minimum:"1" maximum:"500" default:"50"`
	},
	) (*struct{ Body core.List[Paper] }, error) {
		f := Filter{Edition: in.Edition, Body: in.OfBody, Session: in.Session}
		if in.Kind != "" {
			f.Kinds = []string{in.Kind}
		}
		list, err := s.List(ctx, core.ActorOf(ctx), f, core.Page{Cursor: in.Cursor, Limit: in.Limit})
		return &struct{ Body core.List[Paper] }{list}, err
	})
	huma.Register(api, huma.Operation{
		OperationID: "get-paper", Method: http.MethodGet, Path: "/api/v1/papers/{id}",
		Summary: "One paper with its words and who endorses it", Tags: []string{"Papers"},
	}, func(ctx context.Context, in *struct {
		ID core.ID `path:"id"`
	},
	) (*struct{ Body onePaper }, error) {
		v, err := s.View(ctx, core.ActorOf(ctx), in.ID, false)
		if err != nil {
			return nil, err
		}
		out := onePaper{
			Paper: v.Paper, Path: v.Path(), Window: v.Window(s.rec.Clock.Instant()),
			Paragraphs: []documents.Paragraph{}, Endorsements: []Endorsement{},
		}
		if v.Revision != nil {
			out.Revision, out.Paragraphs = v.Revision.Number, v.Revision.Paragraphs
		}
		if len(v.Endorsements) > 0 {
			out.Endorsements = v.Endorsements
		}
		return &struct{ Body onePaper }{out}, nil
	})
}
