package archive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/formats/forumtext"
	"plenary/internal/formats/inspect"
	"plenary/internal/formats/schedule"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/messages"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/reports"
	"plenary/internal/forum/timetable"
	"plenary/internal/platform/blob"
	"plenary/internal/platform/record"
)

// Service takes sources into editions.
type Service struct {
	rec       *record.Record
	blobs     *blob.Store
	editions  *editions.Service
	people    *people.Service
	programme *programme.Service
	reports   *reports.Service
	messages  *messages.Service
	timetable *timetable.Service // nil: no programme becomes public by releases
	look      *looking
}

// New makes the service.
func New(rec *record.Record, b *blob.Store, e *editions.Service, pp *people.Service, p *programme.Service, r *reports.Service, m *messages.Service) *Service {
	s := &Service{rec: rec, blobs: b, editions: e, people: pp, programme: p, reports: r, messages: m}
	s.UseSources(Sources{})
	return s
}

// Source is a file as somebody sends it.
type Source struct {
	Name    string
	Data    []byte
	As      string           // a kind that the sender knows; "" to find out
	Lang    string           // of the document
	Mapping schedule.Mapping // columns of a table; nil to remember or guess
	Origin  core.ID          // the source that was looked at; empty for a file
}

// Plan is what staging found: the import as it would be stored, and its things.
type Plan struct {
	Import
	Items []Staged
}

// Of are the staged things of a kind.
func (p *Plan) Of(kind string) []Staged {
	return slices.DeleteFunc(slices.Clone(p.Items), func(s Staged) bool { return s.Kind != kind })
}

// Notes of a group.
func (p *Plan) NotesOf(group string) []Note {
	return slices.DeleteFunc(slices.Clone(p.Notes), func(n Note) bool { return n.Group != group })
}

func (s *Service) may(a core.Actor, set *editions.Setting) error {
	return policy.Check("import", "", a.Roles(set.Scope())...)
}

// Read says what a source would change in an edition. The staff may. Nothing is
// changed. Errors: Invalid where the file cannot be read.
func (s *Service) Read(ctx context.Context, a core.Actor, set *editions.Setting, src Source) (*Plan, error) {
	if err := s.may(a, set); err != nil {
		return nil, err
	}
	read, mapping, err := s.read(ctx, src, set.Zone)
	if err != nil {
		return nil, err
	}
	st, err := s.stage(ctx, a, set, read, src.Origin)
	if err != nil {
		return nil, err
	}
	if !core.LangKnown(src.Lang) {
		src.Lang = "en"
	}
	p := &Plan{Items: st.items, Import: Import{
		Edition: set.ID, State: StateStaged, Name: src.Name, Shape: read.Kind, Lang: src.Lang, Found: st.counts, Notes: st.notes,
		Confidence: 95, Options: Options{As: src.As, Mapping: mapping}, Origin: src.Origin, Version: 1,
	}}
	if p.Notes == nil {
		p.Notes = []Note{}
	}
	if d := read.Document; d != nil {
		p.Confidence = percent(d.Confidence)
		p.Source = strings.Join(d.Text, "\n")
	}
	return p, nil
}

// read recognises a file. A table is read with the columns that somebody gave to one
// with these heads before.
func (s *Service) read(ctx context.Context, src Source, zone string) (*inspect.Reading, schedule.Mapping, error) {
	opt := inspect.Options{As: src.As, Zone: zone, Mapping: src.Mapping}
	read, err := inspect.Read(src.Name, src.Data, opt)
	if err != nil {
		return nil, nil, unreadable(src.Name, err)
	}
	if read.Captions != nil {
		return nil, nil, core.Invalid("archive.error.captions", "Name", src.Name)
	}
	if read.Kind != string(schedule.Table) {
		return read, nil, nil
	}
	heads, sample, err := schedule.Heads(src.Name, src.Data)
	if err != nil {
		return nil, nil, unreadable(src.Name, err)
	}
	if opt.Mapping == nil {
		if opt.Mapping, err = s.remembered(ctx, heads); err != nil {
			return nil, nil, err
		}
	}
	if opt.Mapping == nil {
		return read, schedule.GuessMapping(heads, sample), nil
	}
	if src.Mapping == nil {
		opt.As = string(schedule.Table)
		if read, err = inspect.Read(src.Name, src.Data, opt); err != nil {
			return nil, nil, unreadable(src.Name, err)
		}
	}
	return read, opt.Mapping, nil
}

func unreadable(name string, err error) error {
	key := "archive.error.unreadable"
	switch {
	case errors.Is(err, forumtext.ErrTooLarge), errors.Is(err, schedule.ErrTooLarge):
		key = "archive.error.large"
	case errors.Is(err, inspect.ErrKind):
		key = "archive.error.kind"
	}
	why := err.Error()
	if i := strings.Index(why, ": "); i > 0 {
		why = why[i+2:]
	}
	return &core.Error{Kind: core.KindInvalid, Key: key, Args: []any{"Name", name, "Why", why}, Err: err}
}

type mappingRow struct {
	bun.BaseModel `bun:"table:import_mappings,alias:ma"`

	Heads   string           `bun:"heads,pk"`
	Mapping schedule.Mapping `bun:"mapping,type:jsonb"`
	At      core.Instant     `bun:"at"`
}

func headsKey(heads []string) string {
	folded := make([]string, len(heads))
	for i, h := range heads {
		folded[i] = core.Fold(h)
	}
	return strings.Join(folded, "\x1f")
}

func (s *Service) remembered(ctx context.Context, heads []string) (schedule.Mapping, error) {
	var rows []mappingRow
	if err := s.rec.DB.Read.NewSelect().Model(&rows).Where("heads = ?", headsKey(heads)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load columns of a table: %w", err)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	return rows[0].Mapping, nil
}

// Stage reads a source and keeps it with the list of what it offers, for somebody to
// look at. The staff may. Event: import.staged. Errors: Invalid where the file cannot
// be read or is of a type that is not taken.
func (s *Service) Stage(ctx context.Context, a core.Actor, set *editions.Setting, src Source) (*Plan, error) {
	p, err := s.Read(ctx, a, set, src)
	if err != nil {
		return nil, err
	}
	return p, s.keepPlan(ctx, a, set, src, p)
}

// keepPlan keeps a source that was read, with its list.
func (s *Service) keepPlan(ctx context.Context, a core.Actor, set *editions.Setting, src Source, p *Plan) error {
	file, err := s.blobs.Put(ctx, bytes.NewReader(src.Data), src.Name, mediaType(p.Shape))
	if err != nil {
		return err
	}
	p.File = file.ID
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		p.ID = tx.NewID()
		p.Account, p.Person, p.Program, p.At, p.StagedAt = tx.Actor.Account, tx.Actor.Person, tx.Actor.Program, tx.Now, tx.Now
		if err := s.blobs.RegisterTx(ctx, tx, file); err != nil {
			return err
		}
		if _, err := tx.NewInsert().Model(&p.Import).Exec(ctx); err != nil {
			return fmt.Errorf("keep import: %w", err)
		}
		if err := insertStaged(ctx, tx, p); err != nil {
			return err
		}
		if src.Mapping != nil {
			if err := rememberTx(ctx, tx, src); err != nil {
				return err
			}
		}
		tx.Append("import.staged", p.ID, set.Scope(), record.Internal, record.Data{"label": p.Name})
		return nil
	})
}

func insertStaged(ctx context.Context, tx *record.Tx, p *Plan) error {
	for i := range p.Items {
		p.Items[i].Import = p.ID
	}
	for part := range slices.Chunk(p.Items, 100) {
		if _, err := tx.NewInsert().Model(&part).Exec(ctx); err != nil {
			return fmt.Errorf("keep staged things: %w", err)
		}
	}
	return nil
}

// rememberTx keeps what the columns of a table are.
func rememberTx(ctx context.Context, tx *record.Tx, src Source) error {
	heads, _, err := schedule.Heads(src.Name, src.Data)
	if err != nil {
		return unreadable(src.Name, err)
	}
	row := mappingRow{Heads: headsKey(heads), Mapping: src.Mapping, At: tx.Now}
	if _, err := tx.NewInsert().Model(&row).On("CONFLICT (heads) DO UPDATE").Set("mapping = EXCLUDED.mapping, at = EXCLUDED.at").Exec(ctx); err != nil {
		return fmt.Errorf("keep columns of a table: %w", err)
	}
	return nil
}

// mediaType is what a source of a shape is sent as, where its name does not tell.
func mediaType(shape string) string {
	switch schedule.Format(shape) {
	case schedule.FrabXML:
		return "text/xml"
	case schedule.FrabJSON, schedule.JSON2, schedule.Pretalx:
		return "application/json"
	case schedule.Calendar:
		return "text/calendar"
	case schedule.Table:
		return "text/csv"
	}
	return "text/plain"
}

// Imports lists what was read for an edition, newest first. The staff may.
func (s *Service) Imports(ctx context.Context, a core.Actor, set *editions.Setting) ([]Import, error) {
	if err := s.may(a, set); err != nil {
		return nil, err
	}
	var out []Import
	err := s.rec.DB.Read.NewSelect().Model(&out).ExcludeColumn("source", "notes").Where("edition = ?", set.ID).OrderExpr("at DESC, id DESC").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("load imports: %w", err)
	}
	return out, nil
}

// Get gives one import with its staged things and its source. The staff may; everybody
// may read one that was applied and whose source is open, then without its things.
func (s *Service) Get(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID) (*Plan, error) {
	var p Plan
	if !id.Valid() {
		return nil, core.NotFound()
	}
	if err := s.rec.DB.Read.NewSelect().Model(&p.Import).Where("id = ? AND edition = ?", id, set.ID).Scan(ctx); err != nil {
		return nil, record.Found(err)
	}
	if err := s.may(a, set); err != nil {
		if !p.Open || p.State != StateApplied {
			return nil, err
		}
		p.Notes = nil
		return &p, nil
	}
	if err := s.rec.DB.Read.NewSelect().Model(&p.Items).Where("import = ?", id).OrderExpr("position").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load staged things: %w", err)
	}
	return &p, nil
}

// Items are the pointers from imported things to their places in the source.
func (s *Service) Items(ctx context.Context, id core.ID) ([]Item, error) {
	var items []Item
	if err := s.rec.DB.Read.NewSelect().Model(&items).Where("import = ?", id).OrderExpr("position").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load items: %w", err)
	}
	return items, nil
}

// Discard throws a staged source away. The staff may. Event: import.discarded.
func (s *Service) Discard(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID, version int64) error {
	p, err := s.Get(ctx, a, set, id)
	if err != nil {
		return err
	}
	if err := s.may(a, set); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		stale, err := record.Once(tx.NewUpdate().Model((*Import)(nil)).Set("version = version + 1").
			Where("id = ? AND version = ? AND state = ?", id, version, StateStaged).Exec(ctx))
		if err != nil || stale {
			return record.StaleOr(err, p.Import)
		}
		if _, err := tx.NewDelete().Model((*Staged)(nil)).Where("import = ?", id).Exec(ctx); err != nil {
			return fmt.Errorf("throw away staged things: %w", err)
		}
		if _, err := tx.NewDelete().Model((*Import)(nil)).Where("id = ?", id).Exec(ctx); err != nil {
			return fmt.Errorf("throw away import: %w", err)
		}
		tx.Append("import.discarded", id, set.Scope(), record.Internal, record.Data{"label": p.Name})
		return nil
	})
}

// SetOpen says whether everybody may read the source of an import. The staff may.
// Event: import.opened or import.closed.
func (s *Service) SetOpen(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID, open bool) error {
	p, err := s.Get(ctx, a, set, id)
	if err != nil {
		return err
	}
	if err := s.may(a, set); err != nil || p.Open == open {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		if _, err := tx.NewUpdate().Model((*Import)(nil)).Set("open_source = ?", open).Where("id = ?", id).Exec(ctx); err != nil {
			return fmt.Errorf("open source: %w", err)
		}
		kind := "import.closed"
		if open {
			kind = "import.opened"
		}
		tx.Append(kind, id, set.Scope(), record.Public, record.Data{"label": p.Name})
		return nil
	})
}

// YearOf tells which year's edition a file is about; 0 where it cannot be read or names
// no year. Nothing is asked of the record.
func (s *Service) YearOf(name string, data []byte) int {
	read, err := inspect.Read(name, data, inspect.Options{})
	switch {
	case err != nil:
		return 0
	case read.Document != nil:
		return read.Document.Edition.Year
	case read.Captions != nil:
		return 0
	}
	return yearOf(read.Schedule.Conference.Start)
}

func yearOf(date string) int {
	if d, err := core.ParseDate(date); err == nil {
		return d.Year()
	}
	return 0
}

// Find gives an import of whatever edition, with that edition. The staff may.
func (s *Service) Find(ctx context.Context, a core.Actor, id core.ID) (*editions.Setting, *Import, error) {
	var im Import
	if !id.Valid() {
		return nil, nil, core.NotFound()
	}
	if err := s.rec.DB.Read.NewSelect().Model(&im).ExcludeColumn("source").Where("id = ?", id).Scan(ctx); err != nil {
		return nil, nil, record.Found(err)
	}
	set, err := s.editions.SettingByID(ctx, a, im.Edition)
	if err != nil {
		return nil, nil, err
	}
	return set, &im, s.may(a, set)
}
