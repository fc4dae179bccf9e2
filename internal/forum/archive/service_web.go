package archive

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/formats/forumtext"
	"plenary/internal/formats/inspect"
	"plenary/internal/formats/schedule"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
)

// Keep keeps a file that somebody sent until it is known where it belongs: a form that
// comes back with a question does not lose it. The staff of the scope may. Event:
// import.kept. Errors: Invalid for a type that is not taken; TooLarge.
func (s *Service) Keep(ctx context.Context, a core.Actor, scope string, src Source) (hash string, err error) {
	if err := policy.Check("import", "", a.Roles(scope)...); err != nil {
		return "", err
	}
	file, err := s.blobs.Put(ctx, bytes.NewReader(src.Data), src.Name, mediaType(src.As))
	if err != nil {
		return "", err
	}
	return file.ID, s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		if err := s.blobs.RegisterTx(ctx, tx, file); err != nil {
			return err
		}
		tx.Append("import.kept", tx.NewID(), scope, record.Internal, record.Data{"label": src.Name, "file": file.ID})
		return nil
	})
}

// Kept gives the bytes of a file that was kept. The staff of the scope may.
func (s *Service) Kept(ctx context.Context, a core.Actor, scope, hash string) ([]byte, error) {
	if err := policy.Check("import", "", a.Roles(scope)...); err != nil {
		return nil, err
	}
	return s.bytes(ctx, hash)
}

func (s *Service) bytes(ctx context.Context, hash string) ([]byte, error) {
	f, err := s.blobs.Open(ctx, hash)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	b, err := io.ReadAll(f)
	if err != nil {
		return nil, fmt.Errorf("read source file: %w", err)
	}
	return b, nil
}

// Hint is what a file says of the edition it belongs to; what it does not say is empty.
type Hint struct {
	Year int
	Zone string
	Name string
	FoundEdition
}

// HintOf reads a file for what it says of its edition. Nothing is asked of the record.
// Errors: Invalid where the file cannot be read.
func (s *Service) HintOf(src Source) (Hint, error) {
	read, err := inspect.Read(src.Name, src.Data, inspect.Options{As: src.As, Mapping: src.Mapping})
	if err != nil {
		return Hint{}, unreadable(src.Name, err)
	}
	if read.Captions != nil {
		return Hint{}, core.Invalid("archive.error.captions", "Name", src.Name)
	}
	if d := read.Document; d != nil {
		h := Hint{Year: d.Edition.Year, Zone: d.Edition.Zone, FoundEdition: foundEdition(d.Edition)}
		if h.Year != 0 && d.Edition.ForumAbbr != "" {
			h.Name = fmt.Sprint(d.Edition.ForumAbbr, " ", h.Year)
		}
		h.fromSessions(d.Sessions)
		return h, nil
	}
	h := Hint{Zone: read.Schedule.Conference.Zone, Name: read.Schedule.Conference.Title, FoundEdition: conferenceEdition(read.Schedule)}
	h.Year = yearOf(h.FirstDay)
	return h, nil
}

// fromSessions takes days and zone from the sessions where a document says them of
// nothing else.
func (h *Hint) fromSessions(list []forumtext.Session) {
	first, last := "", ""
	for _, x := range list {
		for _, w := range x.When {
			day := w.Date
			if day.Year == 0 {
				day.Year = h.Year
			}
			if day.Year != h.Year || day.Month == 0 || day.Day == 0 {
				continue
			}
			if s := day.String(); first == "" || s < first {
				first = s
			}
			last = max(last, day.String())
			if h.Zone == "" {
				h.Zone = w.Zone
			}
		}
	}
	if h.FirstDay == "" && h.Year != 0 {
		h.FirstDay, h.LastDay = first, last
	}
}

// Restage reads the kept source of an import anew, as it would be read today; mapping
// says what the columns of a table are, nil leaves them. An import that was only staged
// gives way to the new one, with the corrections that were made in its list. The staff
// may. Event: import.staged, and import.discarded of the old one.
func (s *Service) Restage(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID, mapping schedule.Mapping) (*Plan, error) {
	p, err := s.Get(ctx, a, set, id)
	if err != nil {
		return nil, err
	}
	src, err := s.source(ctx, a, set, p)
	if err != nil {
		return nil, err
	}
	src.Mapping = mapping
	fresh, err := s.Stage(ctx, a, set, src)
	if err != nil || p.State != StateStaged {
		return fresh, err
	}
	return fresh, s.Discard(ctx, a, set, p.ID, p.Version)
}

// source is the file of an import as it was sent. The staff may.
func (s *Service) source(ctx context.Context, a core.Actor, set *editions.Setting, p *Plan) (Source, error) {
	src := Source{Name: p.Name, As: p.Options.As, Lang: p.Lang, Data: []byte(p.Source), Origin: p.Origin}
	if err := s.may(a, set); err != nil || p.File == "" { // of before files were kept
		return src, err
	}
	b, err := s.bytes(ctx, p.File)
	src.Data = b
	return src, err
}

// Columns are the heads of a table, a row of samples below each, and what each is taken
// for. The staff may. Errors: NotFound where the import is of no table.
func (s *Service) Columns(ctx context.Context, a core.Actor, set *editions.Setting, p *Plan) (heads []string, sample [][]string, m schedule.Mapping, err error) {
	if p.Shape != string(schedule.Table) {
		return nil, nil, nil, core.NotFound()
	}
	src, err := s.source(ctx, a, set, p)
	if err != nil {
		return nil, nil, nil, err
	}
	if heads, sample, err = schedule.Heads(src.Name, src.Data); err != nil {
		return nil, nil, nil, unreadable(src.Name, err)
	}
	if m = p.Options.Mapping; len(m) != len(heads) {
		m = schedule.GuessMapping(heads, sample)
	}
	return heads, sample, m, nil
}

// Origin says that something came out of a source, and where it stands there.
type Origin struct {
	Import  core.ID `bun:"import"`
	Edition core.ID `bun:"edition"`
	Name    string  `bun:"name"`
	Shape   string  `bun:"shape"`
	Open    bool    `bun:"open_source"`
	Kind    string  `bun:"kind"`
	From    int     `bun:"from_line"`
	To      int     `bun:"to_line"`
	Lines   int     `bun:"source_lines"` // of the source as text; 0 where it is none
}

// Origins are the sources from which a session, a person or an organisation came, one
// entry for each import. The staff of its edition sees each; everybody those that are
// open.
func (s *Service) Origins(ctx context.Context, a core.Actor, subject core.ID) ([]Origin, error) {
	var rows []Origin
	if err := s.rec.DB.Read.NewSelect().TableExpr("import_items AS ii").
		ColumnExpr("ii.import, im.edition, im.name, im.shape, im.open_source, ii.kind, ii.from_line, ii.to_line").
		ColumnExpr("CASE WHEN im.source = '' THEN 0 ELSE length(im.source) - length(replace(im.source, ?, '')) + 1 END AS source_lines", "\n").
		Join("JOIN imports AS im ON im.id = ii.import").Where("ii.subject = ? AND im.state = ?", subject, StateApplied).
		OrderExpr("im.at, ii.import, ii.position").Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("load where something comes from: %w", err)
	}
	var out []Origin
	for _, r := range rows {
		if !r.Open && !policy.Can("import", "", a.Roles(string(r.Edition))...) {
			continue
		}
		if n := len(out); n > 0 && out[n-1].Import == r.Import {
			continue // its first place; the Messages of a session follow it
		}
		out = append(out, r)
	}
	return out, nil
}

// sessionsOf tells of which session each report is.
func (s *Service) sessionsOf(ctx context.Context, reports []core.ID) (map[core.ID]core.ID, error) {
	out := map[core.ID]core.ID{}
	if len(reports) == 0 {
		return out, nil
	}
	var rows []struct {
		ID      core.ID `bun:"id"`
		Session core.ID `bun:"session"`
	}
	if err := s.rec.DB.Read.NewSelect().TableExpr("reports").ColumnExpr("id, session").Where("id IN (?)", bun.List(reports)).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("load sessions of reports: %w", err)
	}
	for _, r := range rows {
		out[r.ID] = r.Session
	}
	return out, nil
}
