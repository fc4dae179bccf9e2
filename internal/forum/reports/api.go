package reports

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
)

type reportLine struct {
	Session   core.ID      `json:"session"`
	Ref       string       `json:"ref" doc:"reference of the session"`
	Kind      string       `json:"kind" enum:"takeaways,full"`
	Due       core.Instant `json:"due"`
	Published core.Instant `json:"published"`
	Corrected core.Instant `json:"corrected"`
	Late      bool         `json:"late" doc:"published after the limit, or still missing after it"`
	Points    []Point      `json:"points" doc:"takeaways and calls to action"`
}

// API registers the JSON operations: all reports of an edition with what is published.
func (s *Service) API(api huma.API, ed *editions.Service) {
	huma.Register(api, huma.Operation{
		OperationID: "list-reports", Method: http.MethodGet, Path: "/api/v1/editions/{edition}/reports",
		Summary: "What each session owes and what is published: takeaways and calls to action", Tags: []string{"Reports"},
	}, func(ctx context.Context, in *struct {
		Edition string `path:"edition"`
		Kind    string `query:"kind" enum:"takeaways,full" default:"takeaways"`
		Cursor  string `query:"cursor"`
		Limit   int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
	},
	) (*struct{ Body core.List[reportLine] }, error) {
		set, err := ed.Setting(ctx, core.ActorOf(ctx), in.Edition)
		if err != nil {
			return nil, err
		}
		lines, err := s.Board(ctx, core.Visitor, set, in.Kind)
		if err != nil {
			return nil, err
		}
		pts, err := s.Published(ctx, set.ID)
		if err != nil {
			return nil, err
		}
		from := 0
		if in.Cursor != "" {
			if err := core.ReadCursor(in.Cursor, &from); err != nil || from < 0 || from > len(lines) {
				return nil, core.Invalid("core.cursor.unreadable")
			}
		}
		list := core.List[reportLine]{Items: []reportLine{}, Total: len(lines)}
		now := s.rec.Clock.Instant()
		for i := from; i < len(lines) && i < from+in.Limit; i++ {
			l := lines[i]
			line := reportLine{
				Session: l.Session.ID, Ref: l.Session.Ref, Kind: in.Kind, Due: l.Due, Points: []Point{},
				Late: LatenessOf(l.Due, l.Report, now).Late,
			}
			if l.Report != nil {
				line.Published, line.Corrected = l.Report.Published, l.Report.Corrected
			}
			if in.Kind == Takeaways && pts[l.Session.ID] != nil {
				line.Points = pts[l.Session.ID]
			}
			list.Items = append(list.Items, line)
		}
		if from+in.Limit < len(lines) {
			list.Next = core.Cursor(from + in.Limit)
		}
		return &struct{ Body core.List[reportLine] }{list}, nil
	})
}
