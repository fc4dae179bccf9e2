package programme

import (
	"context"
	"fmt"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/vocab"
)

// facts are what the record compares when a session changes: codes and ids stand as a
// person reads them in the history.
type facts struct {
	Title       core.Text   `json:"session_title"`
	ShortTitle  core.Text   `json:"session_short_title"`
	Description core.Text   `json:"session_description"`
	Goal        core.Text   `json:"session_goal"`
	Agenda      core.Text   `json:"session_agenda"`
	Guiding     []core.Text `json:"session_guiding_questions"`
	Questions   []string    `json:"session_questions"`
	Theme       core.Text   `json:"session_theme"`
	Format      core.Text   `json:"session_format"`
	Language    core.Text   `json:"session_language"`
	OpenFloor   string      `json:"session_open_floor"`
	Tags        []string    `json:"session_tags"`
	Goals       []core.Text `json:"session_sdgs"`
	Lines       []core.Text `json:"session_action_lines"`
	Links       []string    `json:"session_links"`
	Type        core.Text   `json:"session_type"`
	Ref         string      `json:"session_ref"`
	Body        core.Text   `json:"session_body"`
	Tracks      []core.Text `json:"session_tracks"`
	Access      core.Text   `json:"session_access"`
}

func (s *Service) facts(ctx context.Context, set *editions.Setting, x *Session) (facts, error) {
	f := facts{
		Title: x.Title, ShortTitle: x.ShortTitle, Description: x.Description, Goal: x.Goal, Agenda: x.Agenda,
		Guiding: x.GuidingQuestions, OpenFloor: goal(x.OpenFloorMinutes), Tags: x.Tags, Type: x.Of.Name, Ref: x.Ref,
	}
	for _, id := range x.Questions {
		if q := set.Question(id); q != nil {
			f.Questions = append(f.Questions, q.Number)
		}
	}
	if t := set.Theme(x.Theme); t != nil {
		f.Theme = t.Name
	}
	if x.Format != "" {
		f.Format = s.vocab.Label(vocab.Formats, x.Format)
	}
	if x.Language != "" {
		f.Language = s.vocab.Label(vocab.Languages, x.Language)
	}
	for _, n := range x.SDGs {
		f.Goals = append(f.Goals, s.vocab.Label(vocab.Goals, goal(n)))
	}
	for _, c := range x.ActionLines {
		f.Lines = append(f.Lines, s.vocab.Label(vocab.ActionLines, c))
	}
	for _, l := range x.Links {
		f.Links = append(f.Links, l.URL)
	}
	if x.InvitedOnly {
		f.Access = names("By invitation", "Sur invitation", "Por invitación", "По приглашениям", "凭邀请参加", "بدعوة")
	}
	if x.Body == "" && len(x.Tracks) == 0 {
		return f, nil
	}
	known, err := s.bodies.Bodies(ctx, append([]core.ID{x.Body}, x.Tracks...))
	if err != nil {
		return f, fmt.Errorf("look for bodies: %w", err)
	}
	f.Body = known[x.Body].Name
	for _, id := range x.Tracks {
		f.Tracks = append(f.Tracks, known[id].Name)
	}
	return f, nil
}

// Placement is where and when a session stands.
type Placement struct {
	Starts core.Instant `json:"starts"`
	Ends   core.Instant `json:"ends"`
	Room   core.ID      `json:"room,omitempty"`
}

// Equal tells whether two placements are the same.
func (p Placement) Equal(o Placement) bool {
	return p.Starts.Time().Equal(o.Starts.Time()) && p.Ends.Time().Equal(o.Ends.Time()) && p.Room == o.Room
}

// Moved is the data of the event session.moved: rooms below read it to move what
// depends on the time of a session.
type Moved struct {
	Ref    string    `json:"ref"`
	Before Placement `json:"before"`
	After  Placement `json:"after"`
}

// Placement of the session as it stands.
func (s Session) Placement() Placement { return Placement{s.Starts, s.Ends, s.Room} }

// placed is a placement as the history shows it: times of the venue's clock.
type placed struct {
	Time string    `json:"session_time"`
	Room core.Text `json:"session_room"`
}

func (p Placement) shown(set *editions.Setting) placed {
	var out placed
	if !p.Starts.IsZero() {
		from, until := p.Starts.In(set.Zone), p.Ends.In(set.Zone)
		out.Time = from.Format("2006-01-02 15:04") + "–" + until.Format("15:04") + " " + set.Zone
	}
	if r := set.Room(p.Room); r != nil {
		out.Room = r.Name
	}
	return out
}
