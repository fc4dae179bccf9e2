package commentfile

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
)

var (
	errRows = errors.New("commentfile: too many rows")
	errDeep = errors.New("commentfile: elements too deep within one another")
)

// elements gives the attributes of the elements of a name, by local names.
func elements(b []byte, name string, most int) []map[string]string {
	d := xml.NewDecoder(bytes.NewReader(b))
	var out []map[string]string
	for depth := 0; len(out) < most && depth <= maxDepth; {
		t, err := d.Token()
		if err != nil {
			break
		}
		depth += step(t)
		if e, ok := t.(xml.StartElement); ok && e.Name.Local == name {
			m := map[string]string{}
			for _, a := range e.Attr {
				m[a.Name.Local] = a.Value
			}
			out = append(out, m)
		}
	}
	return out
}

// step is how much deeper a token leads.
func step(t xml.Token) int {
	switch t.(type) {
	case xml.StartElement:
		return 1
	case xml.EndElement:
		return -1
	}
	return 0
}

// skip passes over the rest of an element.
func skip(d *xml.Decoder) error {
	for depth := 1; depth > 0; {
		t, err := d.Token()
		if err != nil {
			return err
		}
		if depth += step(t); depth > maxDepth {
			return errDeep
		}
	}
	return nil
}

// readDocument takes the tables out of a WordprocessingML document, and its paragraphs
// outside of tables as rows of one cell. Deleted and moved-away text is left out,
// inserted text is taken: as if all changes had been accepted.
func readDocument(body []byte) ([]line, error) {
	r := docReader{}
	d := xml.NewDecoder(bytes.NewReader(body))
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			if !r.met {
				return nil, errors.New("commentfile: no document")
			}
			return r.lines, nil
		}
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if passed[t.Name.Local] {
				r.passing(t.Name.Local)
				if err := skip(d); err != nil {
					return nil, err
				}
				continue
			}
			if err := r.start(t); err != nil {
				return nil, err
			}
			if len(r.lines) > 4*MaxRows {
				return nil, errRows
			}
		case xml.EndElement:
			r.end(t.Name.Local)
		case xml.CharData:
			if r.text {
				r.write(string(t))
			}
		}
	}
}

// passed are elements whose content is no text of the document: what was deleted or
// moved away, a second rendering of the same, what stands beside.
var passed = map[string]bool{
	"del": true, "moveFrom": true, "Fallback": true, "instrText": true, "delText": true, "txbxContent": true, "rt": true, "pPr": true, "sectPr": true,
}

type docReader struct {
	met    bool
	lines  []line
	tables []*docTable // tables within one another; only rows of the outermost count
	loose  strings.Builder
	text   bool
	row    int // of tables
	depth  int
}

type docTable struct {
	cells   []string
	above   []bool
	cell    strings.Builder
	inCell  bool
	span    int
	merged  bool
	deleted bool
}

func (t *docTable) add(cell string, above bool) {
	if len(t.cells) < maxCells {
		t.cells, t.above = append(t.cells, cell), append(t.above, above)
	}
}

func (r *docReader) table() *docTable {
	if len(r.tables) == 0 {
		return nil
	}
	return r.tables[0]
}

func (r *docReader) write(s string) {
	if t := r.table(); t != nil {
		if t.inCell {
			t.cell.WriteString(s)
		}
		return
	}
	r.loose.WriteString(s)
}

// passing notes a row that was deleted: its properties say so, before its cells.
func (r *docReader) passing(name string) {
	if t := r.table(); name == "del" && len(r.tables) == 1 && !t.inCell {
		t.deleted = true
	}
}

func value(e xml.StartElement) string {
	for _, a := range e.Attr {
		if a.Name.Local == "val" {
			return a.Value
		}
	}
	return ""
}

func (r *docReader) start(e xml.StartElement) error {
	if r.depth++; r.depth > maxDepth {
		return errDeep
	}
	t := r.table()
	outermost := len(r.tables) == 1
	switch e.Name.Local {
	case "body":
		r.met = true
	case "tbl":
		r.tables = append(r.tables, &docTable{})
	case "tr":
		if outermost {
			t.cells, t.above, t.deleted = nil, nil, false
		}
	case "tc":
		if outermost {
			t.cell.Reset()
			t.inCell, t.span, t.merged = true, 1, false
		}
	case "gridSpan":
		if n, err := strconv.Atoi(value(e)); err == nil && outermost && n > 0 && n <= 64 {
			t.span = n
		}
	case "gridBefore":
		if n, err := strconv.Atoi(value(e)); err == nil && outermost && !t.inCell && n > 0 && n <= 64 {
			for range n {
				t.add("", false)
			}
		}
	case "vMerge":
		if outermost {
			t.merged = value(e) != "restart"
		}
	case "t":
		r.text = true
	case "tab":
		r.write("\t")
	case "br", "cr":
		r.write("\n")
	case "noBreakHyphen":
		r.write("\u2011")
	}
	return nil
}

func (r *docReader) end(name string) {
	r.depth--
	t := r.table()
	outermost := len(r.tables) == 1
	switch name {
	case "t":
		r.text = false
	case "p":
		r.write("\n")
		if t == nil {
			if s := strings.TrimSpace(r.loose.String()); s != "" && len(s) < 2000 {
				r.lines = append(r.lines, line{cells: []string{s}})
			}
			r.loose.Reset()
		}
	case "tc":
		if outermost {
			t.add(t.cell.String(), t.merged)
			for range t.span - 1 {
				t.add("", false)
			}
			t.inCell = false
		}
	case "tr":
		if outermost {
			r.row++
			if !t.deleted {
				r.lines = append(r.lines, line{row: r.row, cells: t.cells, above: t.above})
			}
		}
	case "tbl":
		if len(r.tables) > 0 {
			r.tables = r.tables[:len(r.tables)-1]
		}
	}
}
