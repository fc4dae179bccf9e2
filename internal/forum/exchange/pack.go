package exchange

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
)

// file is one file of a package.
type file struct {
	name, path string
	bytes      []byte
	table      *relation // nil for CSV
	head       []string
	rows       int
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// WritePackage writes the data package of an edition: what everybody may see of it or,
// with all, everything. Anybody may call for the first; the second is the staff's. The
// same state of the record always gives the same bytes. Nothing is written when it
// returns an error that is not the writer's. Errors: NotFound for an edition that the
// actor may not see; SignIn; Forbidden, also where she wants everything and reviews a call
// of the edition with a conflict.
func (s *Service) WritePackage(ctx context.Context, a core.Actor, slug string, all bool, w io.Writer) error {
	set, err := s.editions.Setting(ctx, a, slug)
	if err != nil {
		return err
	}
	action := "take_public"
	if all {
		action = "take_all"
	}
	if err := policy.Check(action, "", a.Roles(set.Scope())...); err != nil {
		return err
	}
	if all {
		kept, err := s.barred(ctx, a, set.ID)
		if err != nil {
			return err
		}
		if kept {
			return core.ForbiddenBecause("exchange.package.error.barred")
		}
	}
	rows, err := s.collect(ctx, set, all)
	if err != nil {
		return err
	}
	return writeZip(w, set, all, rows)
}

// writeZip writes the files of a package. Their times are fixed, so that the bytes say
// nothing of when it was made.
func writeZip(w io.Writer, set *editions.Setting, all bool, rows record.Rows) error {
	own := ownPart{Format: Format, Edition: set.ID, Slug: set.Slug, Holds: holdsPublic}
	if all {
		own.Holds = holdsAll
	}
	title, _ := set.Name.In("en")
	var files []file
	for i := range relations {
		rel := &relations[i]
		b, err := encodeTable(rel, rows[rel.name])
		if err != nil {
			return err
		}
		files = append(files, file{name: rel.name, path: dataFolder + rel.name + ".json", bytes: b, table: rel, rows: len(rows[rel.name])})
	}
	sheets, err := spreadsheets(set, rows)
	if err != nil {
		return err
	}
	files = append(files, sheets...)
	described, err := describe(own, title, files)
	if err != nil {
		return err
	}
	files = append([]file{{path: descriptorFile, bytes: described}, {path: readmeFile, bytes: readme(own, title, files)}}, files...)
	z := zip.NewWriter(w)
	for _, f := range files {
		h := &zip.FileHeader{Name: f.path, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)}
		h.SetMode(0o644)
		to, err := z.CreateHeader(h)
		if err != nil {
			return fmt.Errorf("write package: %w", err)
		}
		if _, err := to.Write(f.bytes); err != nil {
			return fmt.Errorf("write package: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("write package: %w", err)
	}
	return nil
}

// encodeTable writes rows as a JSON array with one row per line.
func encodeTable(rel *relation, rows []record.Row) ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('[')
	for i, r := range rows {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
		if err := encodeRow(&b, rel, r); err != nil {
			return nil, fmt.Errorf("write row of %s: %w", rel.name, err)
		}
	}
	b.WriteString("\n]\n")
	return b.Bytes(), nil
}

// encodeRow writes a row with its columns in the order of the description.
func encodeRow(b *bytes.Buffer, rel *relation, r record.Row) error {
	if len(r) != len(rel.columns) {
		return fmt.Errorf("%d columns, %d are described", len(r), len(rel.columns))
	}
	for i := range rel.columns {
		c := &rel.columns[i]
		v, ok := r[c.name]
		if !ok {
			return fmt.Errorf("no column %s", c.name)
		}
		if n, isNumber := v.(int64); isNumber && c.sort == isInstant {
			v = time.UnixMicro(n).UTC().Format(time.RFC3339Nano)
		}
		out, err := marshal(v)
		if raw, isRaw := v.(json.RawMessage); isRaw {
			out, err = raw, nil
		}
		if err != nil {
			return err
		}
		sep := byte(',')
		if i == 0 {
			sep = '{'
		}
		b.WriteByte(sep)
		b.WriteString(`"` + c.name + `":`)
		b.Write(out)
	}
	b.WriteByte('}')
	return nil
}
