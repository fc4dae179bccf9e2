package floor

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/platform/record"
)

// Words puts a message of the catalogue into a language; the app hands it in.
type Words func(lang, key string, args ...any) string

// Labels names segments that texts cite, for whoever reads (core.ActorOf): the time and
// the speaker, with the address of the moment. It is for documents.Service.Labels.
func (s *Service) Labels(ctx context.Context, lang string, refs []string, t Words) (map[string]documents.SourceLabel, error) {
	ids := make([]core.ID, len(refs))
	for i, r := range refs {
		ids[i] = core.ID(r)
	}
	found, err := s.Moments(ctx, core.ActorOf(ctx), ids)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	names, err := s.NamesOf(ctx, lang, slices.Collect(maps.Values(found)))
	if err != nil {
		return nil, err
	}
	out := make(map[string]documents.SourceLabel, len(found))
	for id, m := range found {
		out[string(id)] = documents.SourceLabel{Label: momentLabel(t, lang, m, names[m.Person]), URL: m.Path}
	}
	return out, nil
}

// momentLabel is "00:41:07, Amina Diallo".
func momentLabel(t Words, lang string, m Moment, name string) string {
	if name == "" {
		name = m.Speaker
	}
	switch {
	case m.Start < 0 && name == "":
		return t(lang, "floor.moment.unnamed")
	case m.Start < 0:
		return t(lang, "floor.moment.speaker", "Speaker", name)
	case name == "":
		return t(lang, "floor.moment.time", "Time", FormatTime(m.Start))
	}
	return t(lang, "floor.moment", "Time", FormatTime(m.Start), "Speaker", name)
}

// NamesOf tells how the persons of moments are called, for a reader of a language, in
// one query. Their role in a public session makes their names public.
func (s *Service) NamesOf(ctx context.Context, lang string, list []Moment) (map[core.ID]string, error) {
	var ids []core.ID
	for _, m := range list {
		if m.Person != "" {
			ids = append(ids, m.Person)
		}
	}
	slices.Sort(ids)
	out := map[core.ID]string{}
	for part := range slices.Chunk(slices.Compact(ids), chunk) {
		known, err := s.people.Persons(ctx, part)
		if err != nil {
			return nil, fmt.Errorf("load people: %w", err)
		}
		for id, p := range known {
			out[id] = p.In(lang)
		}
	}
	return out, nil
}

// Shelf keeps the transcripts and recordings of sessions, by the session.
var Shelf = record.Shelf{Kind: "transcript", Tables: []record.Table{
	{Name: "transcripts", Key: []string{"id"}, Where: "session IN (?)"},
	{Name: "transcript_segments", Key: []string{"id", "revision"}, Where: "transcript IN (SELECT id FROM transcripts WHERE session IN (?))"},
	{Name: "transcript_speakers", Key: []string{"transcript", "label"}, Where: "transcript IN (SELECT id FROM transcripts WHERE session IN (?))"},
}}

// RecordingShelf keeps the recordings of sessions, by the session.
var RecordingShelf = record.Shelf{Kind: "recording", Tables: []record.Table{
	{Name: "recordings", Key: []string{"id"}, Where: "session IN (?)"},
}}

// Check looks for what leads nowhere: speakers who are nobody on the record, and files
// that are not in the store. `plenary check` asks it.
func (s *Service) Check(ctx context.Context) ([]core.Flaw, error) {
	var out []core.Flaw
	var rows []struct {
		Transcript core.ID `bun:"transcript"`
		Label      string  `bun:"label"`
		Person     string  `bun:"person"`
	}
	if err := s.rec.DB.Read.NewRaw(`SELECT sp.transcript, sp.label, sp.person FROM transcript_speakers AS sp
		WHERE sp.person <> '' AND NOT EXISTS (SELECT 1 FROM people AS p WHERE p.id = sp.person)
		UNION ALL SELECT sg.transcript, sg.anchor, sg.person FROM transcript_segments AS sg
		WHERE sg.newest = TRUE AND sg.person <> '' AND sg.person <> '-' AND NOT EXISTS (SELECT 1 FROM people AS p WHERE p.id = sg.person)
		ORDER BY 1, 2`).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("check speakers: %w", err)
	}
	for _, r := range rows {
		out = append(out, core.Flaw{
			Code: "dangling-speaker", Subject: r.Transcript, Where: r.Label, Text: fmt.Sprintf("speaker %q is linked to person %s, who does not exist", r.Label, r.Person),
		})
	}
	var files []struct {
		ID   core.ID `bun:"id"`
		File string  `bun:"file"`
		Name string  `bun:"file_name"`
	}
	if err := s.rec.DB.Read.NewRaw(`SELECT tr.id, tr.file, tr.file_name FROM transcripts AS tr WHERE tr.file <> '' ORDER BY tr.id`).Scan(ctx, &files); err != nil {
		return nil, fmt.Errorf("check files: %w", err)
	}
	for _, f := range files {
		if s.blobs == nil {
			break
		}
		open, err := s.blobs.Open(ctx, f.File)
		if err != nil {
			out = append(out, core.Flaw{Code: "missing-file", Subject: f.ID, Where: f.Name, Text: "the file of captions that was imported is not in the store of files"})
			continue
		}
		if err := open.Close(); err != nil {
			return out, err
		}
	}
	return out, nil
}
