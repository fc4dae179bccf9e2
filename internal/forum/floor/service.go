package floor

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/blob"
	"plenary/internal/platform/record"
)

// Service is what people do with transcripts and recordings.
type Service struct {
	rec       *record.Record
	programme *programme.Service
	people    *people.Service
	blobs     *blob.Store
	largest   int64 // recording, in bytes
}

// New makes the service.
func New(rec *record.Record, prog *programme.Service, pp *people.Service, blobs *blob.Store) *Service {
	return &Service{rec: rec, programme: prog, people: pp, blobs: blobs, largest: Largest}
}

// Transcripts gives the transcripts of a session that the actor may see, the original
// first. The caller has loaded the session for the actor.
func (s *Service) Transcripts(ctx context.Context, a core.Actor, ses *programme.Session) ([]Transcript, error) {
	list, err := transcriptsOf(ctx, s.rec.DB.Read, ses.ID)
	return slices.DeleteFunc(list, func(t Transcript) bool { return !Can(a, ses, &t, "see") }), err
}

// Moments gives segments as others cite them; anybody may call. What the actor may not
// see, what is withdrawn and what is not there is missing. The number of queries does
// not depend on the number of segments (but for thousands).
func (s *Service) Moments(ctx context.Context, a core.Actor, segments []core.ID) (map[core.ID]Moment, error) {
	out := map[core.ID]Moment{}
	ids := slices.Compact(slices.Sorted(slices.Values(segments)))
	var rows []Segment
	for part := range slices.Chunk(ids, chunk) {
		var some []Segment
		if err := s.rec.DB.Read.NewSelect().Model(&some).Where("sg.id IN (?) AND sg.newest = TRUE AND sg.withdrawn = FALSE", bun.List(part)).
			OrderExpr("sg.transcript, sg.position").Scan(ctx); err != nil {
			return nil, fmt.Errorf("load segments: %w", err)
		}
		rows = append(rows, some...)
	}
	if len(rows) == 0 {
		return out, nil
	}
	var of []core.ID
	for _, g := range rows {
		of = append(of, g.Transcript)
	}
	list, err := transcriptsByID(ctx, s.rec.DB.Read, slices.Compact(slices.Sorted(slices.Values(of))))
	if err != nil {
		return nil, err
	}
	made, err := s.moments(ctx, a, list, rows)
	for _, m := range made {
		out[m.Segment] = m
	}
	return out, err
}

// Transcript gives the current segments, in order, of the original transcript of a
// session; nothing where there is none that the actor may see.
func (s *Service) Transcript(ctx context.Context, a core.Actor, session core.ID) ([]Moment, error) {
	list, err := transcriptsOf(ctx, s.rec.DB.Read, session)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	rows, err := segmentsOf(ctx, s.rec.DB.Read, list[0].ID, false)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return s.moments(ctx, a, list[:1], rows)
}

// At gives the segment of the original transcript that covers an offset, or else the
// nearest before it; false where there is none.
func (s *Service) At(ctx context.Context, a core.Actor, session core.ID, t time.Duration) (Moment, bool, error) {
	list, err := transcriptsOf(ctx, s.rec.DB.Read, session)
	if err != nil || len(list) == 0 {
		return Moment{}, false, err
	}
	var rows []Segment
	if err := s.rec.DB.Read.NewSelect().Model(&rows).
		Where("sg.transcript = ? AND sg.newest = TRUE AND sg.withdrawn = FALSE", list[0].ID).
		Where("sg.starts >= 0 AND sg.starts <= ?", t.Milliseconds()).
		OrderExpr("CASE WHEN sg.ends > ? THEN 0 ELSE 1 END, sg.starts DESC, sg.position DESC", t.Milliseconds()).Limit(1).Scan(ctx); err != nil {
		return Moment{}, false, fmt.Errorf("find moment: %w", err)
	}
	made, err := s.moments(ctx, a, list[:1], rows)
	if err != nil || len(made) == 0 {
		return Moment{}, false, err
	}
	return made[0], true, nil
}

// moments makes moments of segments, in their order, as far as the actor may see them.
func (s *Service) moments(ctx context.Context, a core.Actor, list []Transcript, rows []Segment) ([]Moment, error) {
	var sessions, ids []core.ID
	byID := map[core.ID]*Transcript{}
	for i := range list {
		sessions, ids, byID[list[i].ID] = append(sessions, list[i].Session), append(ids, list[i].ID), &list[i]
	}
	seen, err := s.sessions(ctx, a, sessions)
	if err != nil {
		return nil, err
	}
	labels, err := speakersOf(ctx, s.rec.DB.Read, ids)
	if err != nil {
		return nil, err
	}
	recordings, err := recordingsOf(ctx, s.rec.DB.Read, sessions...)
	if err != nil {
		return nil, err
	}
	out := make([]Moment, 0, len(rows))
	for _, g := range rows {
		t := byID[g.Transcript]
		if t == nil || seen[t.Session] == nil || !Can(a, seen[t.Session], t, "see") {
			continue
		}
		out = append(out, moment(seen[t.Session], t, g, labels[t.ID], placed(seen[t.Session], recordings[t.Session])))
	}
	return out, nil
}

// sessions loads sessions for an actor; a thousand at a time.
func (s *Service) sessions(ctx context.Context, a core.Actor, ids []core.ID) (map[core.ID]*programme.Session, error) {
	out := map[core.ID]*programme.Session{}
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	for part := range slices.Chunk(ids, chunk) {
		some, err := s.programme.SessionsByID(ctx, a, part)
		if err != nil {
			return nil, err
		}
		for id, x := range some {
			out[id] = x
		}
	}
	return out, nil
}

func moment(ses *programme.Session, t *Transcript, g Segment, labels map[string]core.ID, recordings []Recording) Moment {
	m := Moment{
		Segment: g.ID, Transcript: t.ID, Session: t.Session, Edition: t.Edition, Start: g.begins(), End: g.stops(),
		Lang: t.Language, Speaker: g.Speaker, Person: g.person(labels), Text: g.Said, Source: t.Source, Final: g.Final,
		Corrected: g.Revision > 1, Revision: g.Revision, Path: pathOf(ses, t, g.Anchor),
	}
	if zero := t.zero(ses); !zero.IsZero() && g.Starts >= 0 {
		m.At = zero.Add(m.Start)
	}
	if r := recordingFor(recordings, t.Language); r != nil && g.Starts >= 0 {
		m.RecordingAt = max(0, m.Start+millis(r.ZeroAt))
		m.Recording = r.Address(m.RecordingAt)
	}
	return m
}

// zero is the instant at which the transcript's offset 0 falls.
func (t *Transcript) zero(ses *programme.Session) core.Instant {
	if t.Zero.IsZero() {
		return ses.Starts
	}
	return t.Zero
}

// pathOf is the address of a transcript's page, at an anchor: "/2023/ws184/transcript#t=00:41:07".
func pathOf(ses *programme.Session, t *Transcript, anchor string) string {
	p := ses.Path() + "/transcript"
	if !t.Original {
		p += "?lang=" + t.Language
	}
	if anchor != "" {
		p += "#" + anchor
	}
	return p
}

// recordingFor chooses the recording to listen to with a transcript: one in its
// language, else the first.
func recordingFor(list []Recording, lang string) *Recording {
	for i := range list {
		if list[i].Language == lang {
			return &list[i]
		}
	}
	if len(list) > 0 {
		return &list[0]
	}
	return nil
}
