package figures

import (
	"context"
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

//go:embed data/*.csv
var dataFS embed.FS

// Point is what somebody said of an edition: with its own definition and source.
type Point struct {
	bun.BaseModel `bun:"table:figure_points,alias:fp"`

	ID         core.ID `bun:"id,pk" json:"-"`
	File       string  `bun:"file" json:"-"`
	Position   int     `bun:"position" json:"-"`
	Edition    string  `bun:"edition" json:"edition" doc:"slug of the edition, or the year of one that has no page"`
	Dimension  string  `bun:"dimension" json:"dimension"`
	Group      string  `bun:"part" json:"group,omitempty" doc:"as the source calls it"`
	Amount     string  `bun:"amount" json:"value"`
	Unit       string  `bun:"unit" json:"unit" enum:"count,percent"`
	Qualifier  string  `bun:"qualifier" json:"qualifier,omitempty" enum:",more-than,about"`
	Source     string  `bun:"source" json:"source"`
	Definition string  `bun:"definition" json:"definition,omitempty" doc:"what the source counted, where it says so"`
}

// Number is the value as a number.
func (p Point) Number() float64 {
	f, _ := strconv.ParseFloat(p.Amount, 64) // it was read when it came in
	return f
}

// Header is the first line of a file of points; the last column may be missing.
var Header = []string{"edition", "dimension", "group", "value", "unit", "source", "definition"}

const (
	mostPoints   = 5000
	largestFacts = 1 << 20
	longestField = 500
)

var (
	pointEdition   = regexp.MustCompile(`^[0-9]{4}(-[a-z0-9]+)*$`)
	pointDimension = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	pointAmount    = regexp.MustCompile(`^[0-9]{1,9}(\.[0-9]{1,3})?$`)
)

// units as files write them: ~ is rough, > a lower bound.
var units = map[string][2]string{
	"count": {"count", ""}, "count~": {"count", "about"}, "count>": {"count", "more-than"},
	"percent": {"percent", ""}, "percent~": {"percent", "about"}, "percent>": {"percent", "more-than"},
}

// ReadPoints reads a file of points. It is strict: each thing that is wrong is told with
// its line and column, as a field "line 3, value", and then nothing of the file is given.
func ReadPoints(r io.Reader) ([]Point, error) {
	var p core.Problems
	body, err := io.ReadAll(io.LimitReader(r, largestFacts+1))
	if err != nil {
		return nil, fmt.Errorf("read points: %w", err)
	}
	if len(body) > largestFacts {
		return nil, &core.Error{Kind: core.KindTooLarge, Key: "figures.error.too_large"}
	}
	text := strings.TrimPrefix(string(body), "\ufeff")
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return nil, core.Invalid("figures.error.not_text")
	}
	in := csv.NewReader(strings.NewReader(text))
	in.FieldsPerRecord = -1
	var out []Point
	seen := map[string]int{}
	columns := 0
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			line := 1
			if bad, ok := errors.AsType[*csv.ParseError](err); ok {
				line = bad.Line
			}
			p.Add("file", "figures.error.csv", "Line", line)
			return nil, p.Err()
		}
		line, _ := in.FieldPos(0)
		if columns == 0 {
			if columns = len(row); !slices.Equal(row, Header[:min(columns, len(Header))]) || columns < len(Header)-1 {
				p.Add("file", "figures.error.header", "Header", strings.Join(Header, ","))
				return nil, p.Err()
			}
			continue
		}
		if len(row) != columns {
			p.Add("file", "figures.error.columns", "Line", line, "Count", columns, "Have", len(row))
			continue
		}
		if columns < len(Header) {
			row = append(row, "")
		}
		x := point(&p, line, row)
		key := strings.Join(row[:5], "\x00") + "\x00" + row[5]
		if first := seen[key]; first > 0 {
			p.Add("file", "figures.error.twice", "Line", line, "First", first)
		}
		seen[key] = line
		x.Position = len(out)
		if out = append(out, x); len(out) > mostPoints {
			p.Add("file", "figures.error.too_many", "Count", mostPoints)
			return nil, p.Err()
		}
		if len(p) >= 50 {
			break
		}
	}
	if len(p) == 0 && len(out) == 0 {
		p.Add("file", "figures.error.empty")
	}
	if err := p.Err(); err != nil {
		return nil, err
	}
	return out, nil
}

// point reads one line.
func point(p *core.Problems, line int, row []string) Point {
	wrong := func(column int, key string) {
		p.Add("file", key, "Line", line, "Column", Header[column], "Value", short(row[column]))
	}
	for i, cell := range row {
		row[i] = strings.TrimSpace(cell)
		if utf8.RuneCountInString(row[i]) > longestField {
			wrong(i, "figures.error.long")
		}
	}
	x := Point{Edition: row[0], Dimension: row[1], Group: row[2], Amount: row[3], Source: row[5], Definition: row[6]}
	if !pointEdition.MatchString(x.Edition) || len(x.Edition) > 40 {
		wrong(0, "figures.error.edition")
	}
	if !pointDimension.MatchString(x.Dimension) || len(x.Dimension) > 60 {
		wrong(1, "figures.error.dimension")
	}
	if !pointAmount.MatchString(x.Amount) {
		wrong(3, "figures.error.value")
	}
	unit, ok := units[row[4]]
	if !ok {
		wrong(4, "figures.error.unit")
	}
	if x.Unit, x.Qualifier = unit[0], unit[1]; x.Unit == "percent" && x.Number() > 100 {
		wrong(3, "figures.error.percent")
	}
	if x.Source == "" {
		wrong(5, "figures.error.source")
	}
	return x
}

func short(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// Points are all points that were brought in. Anybody may call.
func (s *Service) Points(ctx context.Context) ([]Point, error) { return points(ctx, s.rec.DB.Read) }

// Import takes points of a file in, in place of all that came before in a file of that
// name: all of them, or none. Staff of the forum only. Event: figures.imported.
func (s *Service) Import(ctx context.Context, a core.Actor, name string, r io.Reader) (int, error) {
	if err := internal(a, "import", core.ScopeForum); err != nil {
		return 0, err
	}
	list, err := ReadPoints(r)
	if err != nil {
		return 0, err
	}
	return len(list), s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		return importTx(ctx, tx, name, list)
	})
}

func importTx(ctx context.Context, tx *record.Tx, name string, list []Point) error {
	if _, err := tx.NewDelete().Model((*Point)(nil)).Where("file = ?", name).Exec(ctx); err != nil {
		return fmt.Errorf("put former points aside: %w", err)
	}
	for i := range list {
		list[i].ID, list[i].File = tx.NewID(), name
	}
	for part := range slices.Chunk(list, 500) {
		if _, err := tx.NewInsert().Model(&part).Exec(ctx); err != nil {
			return fmt.Errorf("keep points: %w", err)
		}
	}
	tx.Append("figures.imported", core.ID(core.ScopeForum), core.ScopeForum, record.Public, record.Data{"label": name, "count": len(list)})
	return nil
}

// ImportShipped takes in the facts about the Internet Governance Forum that come with the
// program. Staff of the forum only; events as of Import.
func (s *Service) ImportShipped(ctx context.Context, a core.Actor) (int, error) {
	if err := internal(a, "import", core.ScopeForum); err != nil {
		return 0, err
	}
	total := 0
	files := map[string][]Point{}
	for _, name := range Shipped {
		f, err := dataFS.Open(path.Join("data", name))
		if err != nil {
			return 0, fmt.Errorf("open shipped facts: %w", err)
		}
		list, err := ReadPoints(f)
		_ = f.Close()
		if err != nil {
			return 0, fmt.Errorf("read shipped facts %s: %w", name, err)
		}
		files[name] = list
		total += len(list)
	}
	return total, s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		for _, name := range Shipped {
			if err := importTx(ctx, tx, name, files[name]); err != nil {
				return err
			}
		}
		return nil
	})
}

// Shipped are the names of the files of facts that come with the program.
var Shipped = []string{"editions.csv", "participation.csv", "programme_counts.csv"}
