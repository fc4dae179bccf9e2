package programme

import (
	"context"
	"math"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
)

// Listed is a session as programs get it in lists: with the names of what it points to.
type Listed struct {
	Brief
	Path            string      `json:"path" doc:"permanent address below that of the server"`
	Zone            string      `json:"zone" doc:"IANA zone of the venue"`
	StartsLocal     string      `json:"starts_local,omitempty" doc:"start by the clock of the venue, with its offset"`
	EndsLocal       string      `json:"ends_local,omitempty"`
	TypeName        core.Text   `json:"type_name"`
	ThemeName       core.Text   `json:"theme_name"`
	RoomName        core.Text   `json:"room_name"`
	VenueName       core.Text   `json:"venue_name"`
	BodyName        core.Text   `json:"body_name"`
	TrackNames      []core.Text `json:"track_names"`
	QuestionNumbers []string    `json:"question_numbers" doc:"policy questions that it takes up"`
}

// localTime is RFC 3339 with the offset of the venue.
const localTime = "2006-01-02T15:04:05Z07:00"

// named resolves what a session points to.
func (sel *selection) named(b *Brief) Listed {
	set := sel.set
	l := Listed{
		Brief: *b, Path: b.Path(), Zone: set.Zone, TypeName: TypeOf(sel.types, b.Type).Name, BodyName: sel.bodies[b.Body].Name,
		TrackNames: []core.Text{}, QuestionNumbers: []string{},
	}
	if b.Scheduled() {
		l.StartsLocal, l.EndsLocal = b.Starts.In(set.Zone).Format(localTime), b.Ends.In(set.Zone).Format(localTime)
	}
	if t := set.Theme(b.Theme); t != nil {
		l.ThemeName = t.Name
	}
	if r := set.Room(b.Room); r != nil {
		l.RoomName = r.Name
		for i := range set.Venues {
			if set.Venues[i].ID == r.Venue {
				l.VenueName = set.Venues[i].Name
			}
		}
	}
	for _, id := range b.Tracks {
		l.TrackNames = append(l.TrackNames, sel.bodies[id].Name)
	}
	for _, q := range set.Questions { // in the order of the edition
		if slices.Contains(b.Questions, q.ID) {
			l.QuestionNumbers = append(l.QuestionNumbers, q.Number)
		}
	}
	return l
}

// listed resolves all sessions of a selection, in the order of time and reference.
func (sel *selection) listed() []Listed {
	slices.SortFunc(sel.list, byReference)
	out := make([]Listed, 0, len(sel.list))
	for i := range sel.list {
		out = append(out, sel.named(&sel.list[i]))
	}
	return out
}

// List gives a part of the sessions of an edition that the actor may see and that the
// filters leave, in the order of time and reference, those without a time last. Anybody
// may call. Filters have the names and values of the pages' addresses; a day, room,
// theme, type, state or question that the edition does not have is refused as invalid,
// so that a typing error does not look like an empty programme.
func (s *Service) List(ctx context.Context, a core.Actor, edition string, in ListInput) (core.List[Listed], error) {
	set, err := s.editions.Setting(ctx, a, edition)
	if err != nil {
		return core.List[Listed]{}, err
	}
	sel, err := s.choose(ctx, a, set, in.choice())
	if err != nil {
		return core.List[Listed]{}, err
	}
	if err := sel.unknown(); err != nil {
		return core.List[Listed]{}, err
	}
	slices.SortFunc(sel.list, byReference)
	out := core.List[Listed]{Items: []Listed{}, Total: len(sel.list)}
	rest := sel.list
	if in.Cursor != "" {
		var at int64
		var ref string
		if err := core.ReadCursor(in.Cursor, &at, &ref); err != nil {
			return out, err
		}
		i := slices.IndexFunc(rest, func(b Brief) bool {
			t := cursorTime(b)
			return t > at || t == at && b.Ref > ref
		})
		if i < 0 {
			i = len(rest)
		}
		rest = rest[i:]
	}
	if size := (core.Page{Limit: in.Limit}).Size(); len(rest) > size {
		rest = rest[:size]
		last := rest[size-1]
		out.Next = core.Cursor(cursorTime(last), last.Ref)
	}
	for i := range rest {
		out.Items = append(out.Items, sel.named(&rest[i]))
	}
	return out, nil
}

func cursorTime(b Brief) int64 {
	if b.Starts.IsZero() {
		return math.MaxInt64
	}
	return b.Starts.Time().UnixMicro()
}

// unknown refuses the first filter whose value nothing in the edition has.
func (sel *selection) unknown() error {
	var p core.Problems
	k := sel.keys
	for f, v := range sel.choice.facet {
		if v == "" {
			continue
		}
		ok := sel.counts[f][v] > 0 || v == noValue && (f == byDay || f == byRoom || f == byTheme || f == byQuestion)
		switch f {
		case byDay:
			ok = ok || k.date(v) != ""
		case byRoom:
			ok = ok || sel.set.RoomNamed(v) != nil
		case byTheme:
			ok = ok || sel.set.ThemeNamed(v) != nil
		case byType:
			ok = ok || TypeNamed(sel.types, v) != nil
		case byState:
			ok = ok || k.state[v] != nil || v == stateOn
		case byQuestion:
			ok = ok || k.questionKnown[v]
		default:
			ok = true // a body, format or language that no session has is no mistake
		}
		if !ok {
			p.Add(facetNames[f], "programme.list.error.unknown", "Value", v)
		}
	}
	return p.Err()
}

// ListInput are the filters of the list of sessions.
type ListInput struct {
	Day          string `query:"day" doc:"day-2, or its date at the venue; none for sessions without a time"`
	Room         string `query:"room" doc:"slug or name of a room; none for sessions without one"`
	Theme        string `query:"theme" doc:"slug of a theme, or none"`
	Type         string `query:"type" doc:"slug of a session type: workshop"`
	Track        string `query:"track" doc:"slug or id of a track"`
	Format       string `query:"format" doc:"code of the vocabulary of formats"`
	Language     string `query:"language" doc:"language in which it is held"`
	Owner        string `query:"body" doc:"slug or id of the body that owns it"` // a field Body would be the body of the request
	State        string `query:"state" doc:"scheduled, cancelled, draft (where you may see it); on for all that is not cancelled"`
	Question     string `query:"question" doc:"number of a policy question, its parts included; none for sessions without one"`
	Tag          string `query:"tag"`
	SDG          string `query:"sdg" doc:"number of a Sustainable Development Goal"`
	Line         string `query:"line" doc:"code of a WSIS action line: C5"`
	Q            string `query:"q" doc:"words, all of which stand in titles, tags or the reference"`
	Organisation string `query:"organisation" doc:"id of an organisation that has a role in it, itself or by its people"`
	Person       string `query:"person" doc:"id of a person who has a role in it"`
	Cursor       string `query:"cursor" doc:"next of the part before"`
	Limit        int    `query:"limit" minimum:"0" maximum:"500" doc:"how many at most; 50 unless said"`
}

func (in ListInput) choice() choice {
	return readChoice(map[string][]string{
		"day": {in.Day}, "room": {in.Room}, "theme": {in.Theme}, "type": {in.Type}, "track": {in.Track}, "format": {in.Format},
		"language": {in.Language}, "body": {in.Owner}, "state": {in.State}, "question": {in.Question}, "tag": {in.Tag},
		"sdg": {in.SDG}, "line": {in.Line}, "q": {in.Q}, "organisation": {in.Organisation}, "person": {in.Person},
	})
}

// APILists registers the list of sessions. It is a public read of what the pages show.
func (s *Service) APILists(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "list-sessions", Method: http.MethodGet, Path: "/api/v1/editions/{edition}/sessions",
		Summary: "The sessions of an edition, by time; filters as on the programme's pages", Tags: []string{"Programme"},
	}, func(ctx context.Context, in *struct {
		Edition string `path:"edition" doc:"slug of the edition: 2023"`
		ListInput
	},
	) (*struct{ Body core.List[Listed] }, error) {
		list, err := s.List(ctx, core.ActorOf(ctx), in.Edition, in.ListInput)
		return &struct{ Body core.List[Listed] }{list}, err
	})
}
