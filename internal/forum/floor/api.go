package floor

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
)

// momentJSON is a moment as programs read it: times in seconds.
type momentJSON struct {
	Segment     core.ID      `json:"segment" doc:"stays through corrections: cite it"`
	Revision    int          `json:"revision"`
	Start       *float64     `json:"start" doc:"seconds from the transcript's zero; null where no time is known"`
	End         *float64     `json:"end"`
	Time        string       `json:"time,omitempty" doc:"00:41:07"`
	At          core.Instant `json:"at" doc:"by the wall clock"`
	Speaker     string       `json:"speaker,omitempty" doc:"as captioned"`
	Person      core.ID      `json:"person,omitempty"`
	Name        string       `json:"name,omitempty" doc:"of the person"`
	Text        string       `json:"text"`
	Final       bool         `json:"final"`
	Corrected   bool         `json:"corrected"`
	Path        string       `json:"path"`
	Recording   string       `json:"recording,omitempty" doc:"address of the recording at that second"`
	RecordingAt *float64     `json:"recording_at,omitempty"`
}

// transcriptJSON is a transcript with its moments.
type transcriptJSON struct {
	Transcript
	Path     string       `json:"path"`
	Note     string       `json:"note"`
	Segments []momentJSON `json:"segments"`
}

func (s *Service) jsonOf(ctx context.Context, lang string, list []Moment) ([]momentJSON, error) {
	names, err := s.NamesOf(ctx, lang, list)
	if err != nil {
		return nil, err
	}
	out := make([]momentJSON, len(list))
	for i, m := range list {
		x := momentJSON{
			Segment: m.Segment, Revision: m.Revision, At: m.At, Speaker: m.Speaker, Person: m.Person, Name: names[m.Person], Text: m.Text,
			Final: m.Final, Corrected: m.Corrected, Path: m.Path, Recording: m.Recording,
		}
		if m.Start >= 0 {
			start, end := m.Start.Seconds(), m.End.Seconds()
			x.Start, x.End, x.Time = &start, &end, FormatTime(m.Start)
		}
		if m.Recording != "" {
			at := m.RecordingAt.Seconds()
			x.RecordingAt = &at
		}
		out[i] = x
	}
	return out, nil
}

// document is a transcript as a file of JSON.
func (s *Service) document(ctx context.Context, a core.Actor, ses *programme.Session, t *Transcript, rows []Segment, note, base string) ([]byte, error) {
	made, err := s.moments(ctx, a, []Transcript{*t}, rows)
	if err != nil {
		return nil, err
	}
	list, err := s.jsonOf(ctx, t.Language, made)
	if err != nil {
		return nil, err
	}
	for i := range list {
		list[i].Path = base + list[i].Path
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err = e.Encode(transcriptJSON{Transcript: *t, Path: base + pathOf(ses, t, ""), Note: note, Segments: list})
	return []byte(b.String()), err
}

// standing is the standing note, in English, for programs.
const standing = "Captions help to find and to cite what was said; they are not an authoritative record."

// API registers the JSON operations: transcripts of a session, and one moment.
func (s *Service) API(api huma.API, ed *editions.Service) {
	huma.Register(api, huma.Operation{
		OperationID: "get-transcript", Method: http.MethodGet, Path: "/api/v1/editions/{edition}/sessions/{session}/transcript",
		Summary: "What was said in a session, segment by segment", Tags: []string{"Transcripts"},
	}, func(ctx context.Context, in *struct {
		Edition string `path:"edition"`
		Session string `path:"session" doc:"reference: ws184"`
		Lang    string `query:"lang" doc:"language; without it the original"`
	},
	) (*struct{ Body transcriptJSON }, error) {
		a := core.ActorOf(ctx)
		set, err := ed.Setting(ctx, a, in.Edition)
		if err != nil {
			return nil, err
		}
		ses, err := s.programme.Session(ctx, a, set, in.Session)
		if err != nil {
			return nil, err
		}
		t, err := s.Get(ctx, a, ses, in.Lang)
		if err != nil {
			return nil, err
		}
		rows, err := segmentsOf(ctx, s.rec.DB.Read, t.ID, false)
		if err != nil {
			return nil, err
		}
		made, err := s.moments(ctx, a, []Transcript{*t}, rows)
		if err != nil {
			return nil, err
		}
		list, err := s.jsonOf(ctx, t.Language, made)
		if err != nil {
			return nil, err
		}
		return &struct{ Body transcriptJSON }{transcriptJSON{Transcript: *t, Path: pathOf(ses, t, ""), Note: standing, Segments: list}}, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "list-transcripts", Method: http.MethodGet, Path: "/api/v1/editions/{edition}/sessions/{session}/transcripts",
		Summary: "The transcripts and recordings of a session", Tags: []string{"Transcripts"},
	}, func(ctx context.Context, in *struct {
		Edition string `path:"edition"`
		Session string `path:"session"`
	},
	) (*struct{ Body recordJSON }, error) {
		a := core.ActorOf(ctx)
		set, err := ed.Setting(ctx, a, in.Edition)
		if err != nil {
			return nil, err
		}
		ses, err := s.programme.Session(ctx, a, set, in.Session)
		if err != nil {
			return nil, err
		}
		out := recordJSON{Transcripts: []Transcript{}, Recordings: []Recording{}}
		list, err := s.Transcripts(ctx, a, ses)
		if err != nil {
			return nil, err
		}
		recordings, err := s.Recordings(ctx, ses)
		if err != nil {
			return nil, err
		}
		out.Transcripts, out.Recordings = append(out.Transcripts, list...), append(out.Recordings, recordings...)
		return &struct{ Body recordJSON }{out}, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "get-moment", Method: http.MethodGet, Path: "/api/v1/segments/{segment}",
		Summary: "One moment of a session, with its revisions", Tags: []string{"Transcripts"},
	}, func(ctx context.Context, in *struct {
		Segment string `path:"segment"`
	},
	) (*struct{ Body oneJSON }, error) {
		a := core.ActorOf(ctx)
		id := core.ID(in.Segment)
		if !id.Valid() {
			return nil, core.NotFound()
		}
		found, err := s.Moments(ctx, a, []core.ID{id})
		if err != nil {
			return nil, err
		}
		m, ok := found[id]
		if !ok {
			return nil, core.NotFound()
		}
		list, err := s.jsonOf(ctx, m.Lang, []Moment{m})
		if err != nil {
			return nil, err
		}
		revisions, err := revisionsOf(ctx, s.rec.DB.Read, id)
		if err != nil {
			return nil, err
		}
		slices.Reverse(revisions)
		return &struct{ Body oneJSON }{oneJSON{momentJSON: list[0], Session: m.Session, Language: m.Lang, Note: standing, Revisions: revisions}}, nil
	})
}

type recordJSON struct {
	Transcripts []Transcript `json:"transcripts"`
	Recordings  []Recording  `json:"recordings"`
}

type oneJSON struct {
	momentJSON
	Session   core.ID   `json:"session"`
	Language  string    `json:"language"`
	Note      string    `json:"note"`
	Revisions []Segment `json:"revisions" doc:"newest first"`
}
