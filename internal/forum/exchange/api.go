package exchange

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
)

// API registers the JSON operations of the room: the activity of an edition.
func (s *Service) API(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "list-activity", Method: http.MethodGet, Path: "/api/v1/editions/{edition}/activity",
		Summary: "What happened in an edition, the newest first: what its feeds say, as data", Tags: []string{"Editions"},
	}, func(ctx context.Context, in *struct {
		Edition string `path:"edition" doc:"slug of the edition: 2023"`
		Cursor  string `query:"cursor" doc:"next of the part before"`
		Limit   int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
	},
	) (*struct{ Body activityList }, error) {
		set, err := s.editions.Setting(ctx, core.Visitor, in.Edition)
		if err != nil {
			return nil, err
		}
		q := ActivityQuery{Edition: set.ID, Limit: in.Limit}
		if in.Cursor != "" {
			if err := core.ReadCursor(in.Cursor, &q.Before); err != nil {
				return nil, err
			}
		}
		list, err := s.Activity(ctx, q)
		if err != nil {
			return nil, err
		}
		out := activityList{Items: make([]activity, len(list.Entries))}
		for i, e := range list.Entries {
			out.Items[i] = activity{
				ID: e.ID, Seq: e.Seq, Act: e.Act, At: e.At, Kind: e.Kind, Subject: e.Subject, Label: label(e.Data),
				Path: e.Path, Person: e.Person, Author: e.Author,
			}
		}
		if list.Before > 0 {
			out.Next = core.Cursor(list.Before)
		}
		return &struct{ Body activityList }{out}, nil
	})
}

// activityList has no total: what is told of the record is decided event by event.
type activityList struct {
	Items []activity `json:"items"`
	Next  string     `json:"next,omitempty" doc:"cursor of the next page"`
}

// activity is one thing that happened, as programs get it.
type activity struct {
	ID      core.ID      `json:"id"`
	Seq     int64        `json:"seq" doc:"place in the record"`
	Act     core.ID      `json:"act" doc:"events of one act share it"`
	At      core.Instant `json:"at"`
	Kind    string       `json:"kind" doc:"what happened: session.moved"`
	Subject core.ID      `json:"subject" doc:"id of what it is about"`
	Label   core.Text    `json:"label" doc:"what that is called"`
	Path    string       `json:"path,omitempty" doc:"address below that of the server"`
	Person  core.ID      `json:"person,omitempty" doc:"who did it, where she is public"`
	Author  string       `json:"author,omitempty" doc:"her name"`
}

// label is what an event's data calls its subject: a text, or a name that is the same
// in every language.
func label(data json.RawMessage) core.Text {
	var d struct {
		Label json.RawMessage `json:"label"`
	}
	var t core.Text
	var name string
	if json.Unmarshal(data, &d) != nil || json.Unmarshal(d.Label, &t) == nil {
		return t
	}
	if json.Unmarshal(d.Label, &name) == nil {
		return core.NewText("en", name)
	}
	return t
}
