package floor

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/formats/captions"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/blob"
	"plenary/internal/platform/record"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Preview is what an import would do. Nothing is written for it.
type Preview struct {
	File     *captions.File
	Stands   *Transcript // the transcript in that language, where there is one
	Merge    Merge       // against it; for a first import all is Added
	Speakers []Speaker
}

// Preview reads a file and says what an import of it would do. Who may import may ask.
// Errors: Invalid with what is wrong with the file, and its line.
func (s *Service) Preview(ctx context.Context, a core.Actor, set *editions.Setting, ses *programme.Session, in ImportInput) (*Preview, error) {
	t, err := s.mayImport(ctx, s.rec.DB.Read, a, ses, in.Language)
	if err != nil {
		return nil, err
	}
	p, _, err := s.plan(ctx, s.rec.DB.Read, set, ses, t, &in)
	if err != nil {
		return nil, err
	}
	labels := map[core.ID]map[string]core.ID{}
	if t != nil {
		if labels, err = speakersOf(ctx, s.rec.DB.Read, []core.ID{t.ID}); err != nil {
			return nil, err
		}
	}
	known := map[string]core.ID{}
	if t != nil {
		known = labels[t.ID]
	}
	p.Speakers, err = s.suggest(ctx, ses, countLabels(p.File.Cues), known)
	return p, err
}

// mayImport finds the transcript that a language has and asks for permission.
func (s *Service) mayImport(ctx context.Context, idb bun.IDB, a core.Actor, ses *programme.Session, lang string) (*Transcript, error) {
	list, err := transcriptsOf(ctx, idb, ses.ID)
	if err != nil {
		return nil, err
	}
	var t *Transcript
	for i := range list {
		if list[i].Language == lang {
			t = &list[i]
		}
	}
	return t, Policy.Check("import", stateOf(t), roles(a, ses)...)
}

// plan reads the file and compares it with what stands.
func (s *Service) plan(ctx context.Context, idb bun.IDB, set *editions.Setting, ses *programme.Session, t *Transcript, in *ImportInput) (*Preview, core.Instant, error) {
	if err := in.validate(); err != nil {
		return nil, core.Instant{}, err
	}
	var p core.Problems
	zero := zeroOf(&p, in.Zero, ses, set.Zone)
	if err := p.Err(); err != nil {
		return nil, zero, err
	}
	f, err := in.read(ses)
	if err != nil {
		return nil, zero, err
	}
	out := &Preview{File: f, Stands: t}
	var have []Segment
	imported := map[core.ID]Segment{}
	if t != nil {
		if have, err = segmentsOf(ctx, idb, t.ID, true); err != nil {
			return nil, zero, err
		}
		if imported, err = importedOf(ctx, idb, t.ID); err != nil {
			return nil, zero, err
		}
	}
	out.Merge = merge(have, imported, f.Cues, f.Untimed)
	return out, zero, nil
}

// importedOf gives what the last file said of each segment of a transcript.
func importedOf(ctx context.Context, idb bun.IDB, transcript core.ID) (map[core.ID]Segment, error) {
	var rows []Segment
	if err := idb.NewSelect().Model(&rows).Where("sg.transcript = ? AND sg.cause IN (?, ?)", transcript, CauseImport, CauseRenewal).
		Where("sg.withdrawn = FALSE").OrderExpr("sg.id, sg.revision").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load what was imported: %w", err)
	}
	out := make(map[core.ID]Segment, len(rows))
	for _, g := range rows {
		out[g.ID] = g
	}
	return out, nil
}

// Import takes a file of captions in, all of it or nothing: the first file in a language
// begins a transcript, which is public at once; a later one makes revisions of what
// differs, adds, and withdraws what it has no more. Corrections made here stay. The crew
// that keeps the record of a session and the staff may. Events: transcript.imported or
// transcript.renewed. Errors: Invalid with the line, Stale where somebody else changed
// the transcript since the preview.
func (s *Service) Import(ctx context.Context, a core.Actor, set *editions.Setting, ses *programme.Session, in ImportInput) (Transcript, *Preview, error) {
	if _, err := s.mayImport(ctx, s.rec.DB.Read, a, ses, in.Language); err != nil {
		return Transcript{}, nil, err
	}
	if err := in.validate(); err != nil {
		return Transcript{}, nil, err
	}
	if _, err := in.read(ses); err != nil { // before anything is kept
		return Transcript{}, nil, err
	}
	file, err := s.keep(ctx, &in)
	if err != nil {
		return Transcript{}, nil, err
	}
	var out Transcript
	var done *Preview
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) (err error) {
		if file.ID != "" {
			if err := s.blobs.RegisterTx(ctx, tx, file); err != nil {
				return err
			}
		}
		out, done, err = s.importTx(ctx, tx, set, ses, in, file)
		return err
	})
	return out, done, err
}

// keep puts the text of the file, as it was read, into the store of files.
func (s *Service) keep(ctx context.Context, in *ImportInput) (blob.Blob, error) {
	if s.blobs == nil {
		return blob.Blob{}, nil
	}
	text := in.Text
	if len(in.Data) > 0 {
		t, err := captions.Decode(in.Data)
		if err != nil {
			return blob.Blob{}, err
		}
		text = t
	}
	name := in.Name
	if name == "" {
		name = "captions.txt"
	}
	b, err := s.blobs.Put(ctx, bytes.NewReader([]byte(text)), name, "text/plain")
	if core.KindOf(err) == core.KindInvalid {
		// A file of XML that a browser might show is kept as plain text.
		b, err = s.blobs.Put(ctx, bytes.NewReader([]byte(text)), name+".txt", "text/plain")
	}
	return b, err
}

// ImportTx is Import inside a write, without keeping the file: for the demo and for
// programs. The caller has asked for permission.
func (s *Service) ImportTx(ctx context.Context, tx *record.Tx, set *editions.Setting, ses *programme.Session, in ImportInput) (Transcript, error) {
	t, _, err := s.importTx(ctx, tx, set, ses, in, blob.Blob{})
	return t, err
}

func (s *Service) importTx(ctx context.Context, tx *record.Tx, set *editions.Setting, ses *programme.Session, in ImportInput, file blob.Blob) (Transcript, *Preview, error) {
	t, err := s.mayImport(ctx, tx, tx.Actor, ses, in.Language)
	if err != nil {
		return Transcript{}, nil, err
	}
	if t != nil && t.Version != in.Version || t == nil && in.Version != 0 {
		now := in
		now.Version = 0
		if t != nil {
			now.Version = t.Version
		}
		return Transcript{}, nil, core.Stale(now)
	}
	p, zero, err := s.plan(ctx, tx, set, ses, t, &in)
	if err != nil {
		return Transcript{}, nil, err
	}
	if p.File.Untimed && t != nil && !t.Estimated && p.Merge.Same == 0 && len(p.Merge.Changed) > 0 {
		return Transcript{}, nil, core.Conflict("floor.error.times_lost")
	}
	if err := s.checkPersons(ctx, tx, ses, in.Speakers); err != nil {
		return Transcript{}, nil, err
	}
	event := "transcript.renewed"
	if t == nil {
		event = "transcript.imported"
		t = &Transcript{
			ID: tx.NewID(), Edition: ses.Edition, Session: ses.ID, Language: in.Language, State: StatePublished, Created: tx.Now, Version: 0,
		}
	}
	t.Source, t.Licence, t.Zero, t.Estimated, t.Format = in.Source, in.Licence, zero, p.File.Estimated, string(p.File.Kind)
	t.Original, t.File, t.FileName, t.Updated = in.Original, file.ID, file.Name, tx.Now
	if err := s.settle(ctx, tx, t); err != nil {
		return Transcript{}, nil, err
	}
	if err := s.apply(ctx, tx, t, p.Merge); err != nil {
		return Transcript{}, nil, err
	}
	if err := setSpeakers(ctx, tx, t.ID, in.Speakers); err != nil {
		return Transcript{}, nil, err
	}
	tx.Append(event, t.ID, set.Scope(), visibility(set, ses, t), record.Data{
		"label": ses.Title, "ref": ses.Ref, "session": ses.ID, "language": t.Language, "source": t.Source,
		"added": len(p.Merge.Added), "changed": len(p.Merge.Changed), "withdrawn": len(p.Merge.Withdrawn), "same": p.Merge.Same,
	})
	return *t, p, nil
}

// settle writes the row of a transcript. One of a session is the original: the first
// is, unless another was said to be.
func (s *Service) settle(ctx context.Context, tx *record.Tx, t *Transcript) error {
	others, err := transcriptsOf(ctx, tx, t.Session)
	if err != nil {
		return err
	}
	others = slices.DeleteFunc(others, func(o Transcript) bool { return o.ID == t.ID })
	original := slices.ContainsFunc(others, func(o Transcript) bool { return o.Original })
	switch {
	case t.Original && original:
		if _, err := tx.NewUpdate().Model((*Transcript)(nil)).Set("original = FALSE, version = version + 1").
			Where("session = ? AND id <> ? AND original = TRUE", t.Session, t.ID).Exec(ctx); err != nil {
			return fmt.Errorf("change original: %w", err)
		}
	case !original:
		t.Original = true
	}
	t.Version++
	if t.Version == 1 {
		if _, err := tx.NewInsert().Model(t).Exec(ctx); err != nil {
			return fmt.Errorf("begin transcript: %w", err)
		}
		return nil
	}
	if _, err := tx.NewUpdate().Model(t).WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("change transcript: %w", err)
	}
	return nil
}

// apply writes what a merge found: new revisions and new segments.
func (s *Service) apply(ctx context.Context, tx *record.Tx, t *Transcript, m Merge) error {
	taken := anchors{}
	have, err := segmentsOf(ctx, tx, t.ID, true)
	if err != nil {
		return err
	}
	for _, g := range have {
		taken[g.Anchor] = true
	}
	var rows []Segment
	var old []core.ID
	sign := func(g *Segment) {
		g.Transcript, g.Newest, g.At, g.ByPerson, g.ByProgram = t.ID, true, tx.Now, tx.Actor.Person, tx.Actor.Program
	}
	for _, c := range m.Changed {
		g := c.After
		old = append(old, g.ID)
		g.Revision++
		g.Reason = ""
		if g.Starts != c.Before.Starts {
			delete(taken, g.Anchor)
			g.Anchor = taken.name(g.Starts, g.Position)
		}
		sign(&g)
		rows = append(rows, g)
	}
	for _, g := range m.Withdrawn {
		old = append(old, g.ID)
		g.Revision++
		g.Withdrawn, g.Cause, g.Reason = true, CauseRenewal, ""
		sign(&g)
		rows = append(rows, g)
	}
	for _, g := range m.Added {
		g.ID, g.Revision = tx.NewID(), 1
		g.Anchor = taken.name(g.Starts, g.Position)
		sign(&g)
		rows = append(rows, g)
	}
	return insertSegments(ctx, tx, rows, old)
}

// insertSegments writes revisions and takes the mark of the newest off those before.
func insertSegments(ctx context.Context, tx *record.Tx, rows []Segment, old []core.ID) error {
	for part := range slices.Chunk(old, chunk) {
		if _, err := tx.NewUpdate().Model((*Segment)(nil)).Set("newest = FALSE").Where("id IN (?) AND newest = TRUE", bun.List(part)).Exec(ctx); err != nil {
			return fmt.Errorf("revise segments: %w", err)
		}
	}
	for part := range slices.Chunk(rows, 200) {
		if _, err := tx.NewInsert().Model(&part).Exec(ctx); err != nil {
			return fmt.Errorf("write segments: %w", err)
		}
	}
	return nil
}

// visibility of an event about a transcript.
func visibility(set *editions.Setting, ses *programme.Session, t *Transcript) record.Visibility {
	if set.State == editions.StateDraft || ses.State == programme.StateDraft || t.State != StatePublished {
		return record.Internal
	}
	return record.Public
}
