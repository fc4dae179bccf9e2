package exchange

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/formats/feed"
	"plenary/internal/platform/record"
)

// Limits of a package that is brought in.
const (
	MaxPacked   = 64 << 20
	maxUnpacked = 512 << 20
	maxEntries  = 10_000
	maxRows     = 2_000_000
	maxTold     = 50 // problems that are told one by one
)

// contents is a package that was read: every row of the right form and with all that
// it names.
type contents struct {
	ownPart
	rows record.Rows
}

// faults collects what is wrong with a package.
type faults struct {
	list core.Problems
	more int
}

func (f *faults) add(key string, args ...any) {
	if len(f.list) == maxTold {
		f.more++
		return
	}
	f.list.Add("file", "exchange.package.error."+key, args...)
}

func (f *faults) err() error {
	if len(f.list) == 0 {
		return nil
	}
	if f.more > 0 {
		f.list.Add("file", "exchange.package.error.more", "Count", f.more)
	}
	return &core.Error{Kind: core.KindInvalid, Key: "exchange.package.error.bad", Fields: f.list}
}

// refuse is an error about the package as a whole.
func refuse(key string, args ...any) error {
	return core.Invalid("exchange.package.error."+key, args...)
}

// Recognise tells whether a file is a data package of Plenary, without reading it all.
func (s *Service) Recognise(data []byte) bool {
	if len(data) > MaxPacked {
		return false
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return false
	}
	for _, f := range z.File {
		if f.Name != descriptorFile {
			continue
		}
		b, err := unpack(f, 1<<20)
		var d descriptor
		return err == nil && json.Unmarshal(b, &d) == nil && d.Plenary.Format > 0
	}
	return false
}

// readPackage reads a package and checks everything that can be checked without a
// database. known answers whether a vocabulary has a code. Errors are core.Invalid and
// name file and row.
func readPackage(data []byte, known func(words, code string) bool) (*contents, error) {
	files, err := openZip(data)
	if err != nil {
		return nil, err
	}
	own, tables, err := readDescriptor(files)
	if err != nil {
		return nil, err
	}
	c := &contents{ownPart: own, rows: record.Rows{}}
	var f faults
	ch := &checker{faults: &f, own: own, known: known, lines: map[string][]int{}}
	for i := range relations {
		rel := &relations[i]
		if c.rows[rel.name], err = ch.table(rel, tables[rel.name]); err != nil {
			return nil, err
		}
	}
	ch.whole(c.rows)
	return c, f.err()
}

// openZip unpacks a package into memory, within its limits.
func openZip(data []byte) (map[string][]byte, error) {
	if len(data) > MaxPacked {
		return nil, &core.Error{Kind: core.KindTooLarge, Key: "exchange.package.error.packed", Args: []any{"Limit", MaxPacked >> 20}}
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, refuse("zip")
	}
	if len(z.File) > maxEntries {
		return nil, refuse("entries", "Count", len(z.File), "Limit", maxEntries)
	}
	budget := int64(maxUnpacked)
	files := map[string][]byte{}
	for _, f := range z.File {
		name, dir := strings.CutSuffix(f.Name, "/")
		if !safeName(name) || f.Mode().Type()&^fs.ModeDir != 0 { // neither a folder nor a plain file
			return nil, refuse("path", "Name", shown(f.Name))
		}
		if dir {
			if !slices.Contains([]string{"data", "csv", "files"}, name) {
				return nil, refuse("unknown_file", "Name", shown(f.Name))
			}
			continue
		}
		if !knownFile(name) {
			return nil, refuse("unknown_file", "Name", shown(f.Name))
		}
		if _, double := files[name]; double {
			return nil, refuse("double_file", "Name", shown(f.Name))
		}
		b, err := unpack(f, budget)
		if errors.Is(err, errTooLarge) {
			return nil, &core.Error{Kind: core.KindTooLarge, Key: "exchange.package.error.unpacked", Args: []any{"Limit", maxUnpacked >> 20}}
		}
		if err != nil {
			return nil, refuse("damaged", "Name", shown(f.Name))
		}
		budget -= int64(len(b))
		files[name] = b
	}
	return files, nil
}

var errTooLarge = errors.New("too large")

// unpack reads one file, at most limit bytes whatever its head says.
func unpack(f *zip.File, limit int64) ([]byte, error) {
	if f.UncompressedSize64 > uint64(limit) {
		return nil, errTooLarge
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(b)) > limit {
		err = errTooLarge
	}
	return b, err
}

// safeName tells whether a name stays within the package, on every system.
func safeName(name string) bool {
	return name != "" && len(name) <= 200 && path.Clean(name) == name && !path.IsAbs(name) && !strings.HasPrefix(name, "..") &&
		!strings.ContainsAny(name, "\\:\x00") && cleanString(name)
}

func knownFile(name string) bool {
	if name == descriptorFile || name == readmeFile {
		return true
	}
	if sheet, ok := strings.CutPrefix(name, csvFolder); ok {
		return slices.Contains([]string{"sessions.csv", "roles.csv", "messages.csv", "figures.csv"}, sheet)
	}
	table, ok := strings.CutPrefix(name, dataFolder)
	table, isJSON := strings.CutSuffix(table, ".json")
	return ok && isJSON && relationNamed(table) != nil
}

// shown is a name out of a package as a message may repeat it.
func shown(s string) string {
	s = feed.Line(s)
	if r := []rune(s); len(r) > 80 {
		s = string(r[:79]) + "…"
	}
	return s
}

// readDescriptor reads what the package says of itself and gives its tables.
func readDescriptor(files map[string][]byte) (ownPart, map[string][]byte, error) {
	var d descriptor
	raw, ok := files[descriptorFile]
	if !ok || json.Unmarshal(raw, &d) != nil || d.Plenary.Format == 0 {
		return ownPart{}, nil, refuse("descriptor")
	}
	own := d.Plenary
	switch {
	case own.Format < oldest || own.Format > Format:
		return own, nil, refuse("format", "Have", own.Format, "Want", Format)
	case !own.Edition.Valid() || !editionSlug(own.Slug) || own.Holds != holdsPublic && own.Holds != holdsAll:
		return own, nil, refuse("descriptor")
	}
	tables := map[string][]byte{}
	for _, res := range d.Resources {
		if strings.HasPrefix(res.Path, csvFolder) {
			continue // made from the tables; nothing is read from them
		}
		b, ok := files[res.Path]
		if !ok {
			return own, nil, refuse("missing_file", "Name", shown(res.Path))
		}
		if res.Hash != "sha256:"+hashOf(b) {
			return own, nil, refuse("changed_file", "Name", shown(res.Path))
		}
		if res.Path != dataFolder+res.Name+".json" || relationNamed(res.Name) == nil {
			return own, nil, refuse("unknown_file", "Name", shown(res.Path))
		}
		tables[res.Name] = b
	}
	for i := range relations {
		if name := relations[i].name; tables[name] == nil && own.Format >= relations[i].since {
			return own, nil, refuse("missing_file", "Name", dataFolder+name+".json")
		}
	}
	return own, tables, nil
}

// rawRows reads a table as an array of objects, row by row; fn gets the number of the
// row and the line on which it begins, both from 1.
func rawRows(b []byte, fn func(row, line int, columns map[string]json.RawMessage) error) error {
	d := json.NewDecoder(bytes.NewReader(b))
	t, err := d.Token()
	if err != nil || t != json.Delim('[') {
		return fmt.Errorf("row 1")
	}
	seen, lineNo := 0, 1
	for n := 1; d.More(); n++ {
		var row map[string]json.RawMessage
		if err := d.Decode(&row); err != nil || row == nil {
			return fmt.Errorf("row %d", n)
		}
		end := int(d.InputOffset())
		lineNo += bytes.Count(b[seen:end], []byte{'\n'})
		seen = end
		if err := fn(n, lineNo, row); err != nil {
			return err
		}
	}
	if t, err = d.Token(); err != nil || t != json.Delim(']') {
		return errors.New("end")
	}
	if _, err = d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("end")
	}
	return nil
}
