package agenda

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
	"plenary/internal/forum/programme"
)

// Feed is a public calendar.
type Feed struct {
	Kind     string    `json:"kind" enum:"edition,day,room,theme"`
	Value    string    `json:"value,omitempty"`
	Name     core.Text `json:"name"`
	Calendar string    `json:"calendar" doc:"address of the calendar file, below that of the server"`
}

type edition struct {
	Edition string `path:"edition" doc:"slug of the edition: 2026"`
}

type editionSession struct {
	Edition string `path:"edition" doc:"slug of the edition: 2026"`
	Ref     string `path:"ref" doc:"reference of the session: ws184"`
}

// API registers the JSON operations of the room.
func (s *Service) API(api huma.API) {
	tags := []string{"My programme"}
	huma.Register(api, huma.Operation{
		OperationID: "get-my-programme", Method: http.MethodGet, Path: "/api/v1/editions/{edition}/my-programme",
		Summary: "What you keep of a programme and where you have a role, with clashes and what changed since you looked", Tags: tags,
	}, func(ctx context.Context, in *edition) (*struct{ Body Mine }, error) {
		a := core.ActorOf(ctx)
		set, err := s.Editions.Setting(ctx, a, in.Edition)
		if err != nil {
			return nil, err
		}
		m, err := s.Mine(ctx, a, set)
		return &struct{ Body Mine }{m}, err
	})
	huma.Register(api, huma.Operation{
		OperationID: "list-my-bookmarks", Method: http.MethodGet, Path: "/api/v1/editions/{edition}/my-bookmarks",
		Summary: "The sessions that you keep, as far as you may see them", Tags: tags,
	}, func(ctx context.Context, in *edition) (*struct{ Body core.List[programme.Brief] }, error) {
		a := core.ActorOf(ctx)
		set, err := s.Editions.Setting(ctx, a, in.Edition)
		if err != nil {
			return nil, err
		}
		m, err := s.Mine(ctx, a, set)
		if err != nil {
			return nil, err
		}
		out := core.List[programme.Brief]{Items: []programme.Brief{}}
		for _, it := range m.Items {
			if it.Kept {
				out.Items = append(out.Items, it.Session)
			}
		}
		out.Total = len(out.Items)
		return &struct{ Body core.List[programme.Brief] }{out}, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "keep-session", Method: http.MethodPut, Path: "/api/v1/editions/{edition}/sessions/{ref}/bookmark",
		Summary: "Keep a session in your programme", Tags: tags, DefaultStatus: http.StatusNoContent,
	}, func(ctx context.Context, in *editionSession) (*struct{}, error) {
		a := core.ActorOf(ctx)
		set, err := s.Editions.Setting(ctx, a, in.Edition)
		if err != nil {
			return nil, err
		}
		_, err = s.Add(ctx, a, set, in.Ref)
		return nil, err
	})
	huma.Register(api, huma.Operation{
		OperationID: "give-up-session", Method: http.MethodDelete, Path: "/api/v1/editions/{edition}/sessions/{ref}/bookmark",
		Summary: "Take a session out of your programme; by its id, where it is hidden by now", Tags: tags, DefaultStatus: http.StatusNoContent,
	}, func(ctx context.Context, in *editionSession) (*struct{}, error) {
		a := core.ActorOf(ctx)
		set, err := s.Editions.Setting(ctx, a, in.Edition)
		if err != nil {
			return nil, err
		}
		return nil, s.Remove(ctx, a, set, in.Ref)
	})
	huma.Register(api, huma.Operation{
		OperationID: "list-calendars", Method: http.MethodGet, Path: "/api/v1/editions/{edition}/calendars",
		Summary: "The public calendars of an edition", Tags: []string{"Programme"},
	}, func(ctx context.Context, in *edition) (*struct{ Body core.List[Feed] }, error) {
		list, err := s.Feeds(ctx, core.ActorOf(ctx), in.Edition)
		return &struct{ Body core.List[Feed] }{core.List[Feed]{Items: list, Total: len(list)}}, err
	})
}

// Feeds are the public calendars of an edition: of the whole, of days, rooms and themes
// that have sessions. Whoever may see the edition may ask.
func (s *Service) Feeds(ctx context.Context, a core.Actor, slug string) ([]Feed, error) {
	set, err := s.Editions.Setting(ctx, a, slug)
	if err != nil {
		return nil, err
	}
	list, err := s.Programme.Chosen(ctx, core.Visitor, set, nil)
	if err != nil {
		return nil, err
	}
	days, used := map[string]bool{}, map[core.ID]bool{}
	for _, b := range list {
		days[b.Day], used[b.Room], used[b.Theme] = true, true, true
	}
	out := []Feed{{Kind: "edition", Name: set.Name, Calendar: set.Path() + "/programme.ics"}}
	for _, d := range set.Days() {
		if days[d.Date] {
			out = append(out, Feed{"day", d.Slug(), core.NewText("en", d.Date), feedPath(set, "day", d.Slug())})
		}
	}
	for _, r := range set.Rooms {
		if used[r.ID] {
			out = append(out, Feed{"room", r.Slug, r.Name, feedPath(set, "room", r.Slug)})
		}
	}
	for _, t := range set.Themes {
		if used[t.ID] {
			out = append(out, Feed{"theme", t.Slug, t.Name, feedPath(set, "theme", t.Slug)})
		}
	}
	return out, nil
}
