package attendance

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/record"
)

const (
	mostLines   = 2000
	mostCSV     = 1 << 20
	csvProblems = 20
)

// PasteInput is the form with many places at once.
type PasteInput struct {
	Lines string `form:"lines" ui:"area" required:"true" max:"1000000" json:"lines" doc:"CSV: reference of the session, https address"`
}

// pasted is one line of it.
type pasted struct {
	Line     int
	Ref, URL string
}

// readPlaces reads lines of a reference and an address, parted by a comma, a semicolon or a
// tab. A first line without an address that names the columns is left out.
func readPlaces(text string) ([]pasted, error) {
	p := core.Problems{}
	if len(text) > mostCSV {
		p.Add("lines", "attendance.error.many_lines", "Most", mostLines)
		return nil, p.Err()
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	r.Comma, r.FieldsPerRecord, r.TrimLeadingSpace, r.LazyQuotes = separator(text), -1, true, true
	var out []pasted
	first := map[string]int{}
	for {
		rec, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		line, _ := 0, 0
		if err != nil {
			var bad *csv.ParseError
			if errors.As(err, &bad) {
				line = bad.Line
			}
			p.Add("lines", "attendance.error.line", "Line", line)
			return nil, p.Err()
		}
		line, _ = r.FieldPos(0)
		for i := range rec {
			rec[i] = strings.TrimSpace(rec[i])
		}
		ref := plainRef(rec[0])
		switch {
		case strings.Join(rec, "") == "":
			continue
		case len(out) == 0 && len(p) == 0 && len(rec) > 1 && !strings.Contains(rec[1], ":") && !programme.ValidRef(ref):
			continue // the names of the columns
		case len(out)+len(p) >= mostLines:
			p.Add("lines", "attendance.error.many_lines", "Most", mostLines)
			return nil, p.Err()
		case !programme.ValidRef(ref):
			p.Add("lines", "attendance.error.line_ref", "Line", line, "Text", cut(rec[0]))
		case len(rec) < 2 || !secureAddress(rec[1]) || len(rec[1]) > 1000:
			p.Add("lines", "attendance.error.line_url", "Line", line)
		case first[ref] > 0:
			p.Add("lines", "attendance.error.line_twice", "Line", line, "First", first[ref])
		default:
			first[ref] = line
			out = append(out, pasted{line, ref, rec[1]})
		}
		if len(p) >= csvProblems {
			return nil, p.Err()
		}
	}
	if len(out) == 0 && len(p) == 0 {
		p.Add("lines", "attendance.error.no_lines")
	}
	return out, p.Err()
}

// separator is what parts the columns: the sign that comes first.
func separator(text string) rune {
	line, _, _ := strings.Cut(text, "\n")
	if i := strings.IndexAny(line, ",;\t"); i >= 0 {
		return rune(line[i])
	}
	return ','
}

// plainRef is a reference as people write it: "WS 184", "ws184", "#WS184".
func plainRef(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(strings.TrimPrefix(s, "#")), ""))
}

func cut(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

// Paste sets the addresses of many sessions at once; what else is set for them stays. Only the
// staff may. Nothing is changed unless every line is right. It appends session.place_set for
// each session whose address changes, and tells how many did.
func (s *Service) Paste(ctx context.Context, a core.Actor, set *editions.Setting, in PasteInput) (changed int, err error) {
	if err := check(placePolicy, a, set, "set"); err != nil {
		return 0, err
	}
	if err := core.Validate(in).Err(); err != nil {
		return 0, err
	}
	rows, err := readPlaces(in.Lines)
	if err != nil {
		return 0, err
	}
	list, err := s.Places(ctx, a, set)
	if err != nil {
		return 0, err
	}
	byRef := make(map[string]PlacedSession, len(list))
	for _, x := range list {
		byRef[x.Session.Ref] = x
	}
	p := core.Problems{}
	for _, r := range rows {
		if _, ok := byRef[r.Ref]; !ok && len(p) < csvProblems {
			p.Add("lines", "attendance.error.line_unknown", "Line", r.Line, "Text", programme.RefLabel(r.Ref))
		}
	}
	if err := p.Err(); err != nil {
		return 0, err
	}
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		changed = 0
		var now []Place
		if err := tx.NewSelect().Model(&now).Where("pl.edition = ?", set.ID).Scan(ctx); err != nil {
			return err
		}
		places := make(map[core.ID]Place, len(now))
		for _, pl := range now {
			places[pl.Session] = pl
		}
		for _, r := range rows {
			x := byRef[r.Ref]
			was, ok := places[x.Session.ID]
			if !ok {
				was = Place{Session: x.Session.ID, Edition: set.ID, Early: usualEarly, Access: ForAll}
			}
			if was.URL == r.URL {
				continue
			}
			pl := was
			pl.URL = r.URL
			changed++
			if err := s.setTx(ctx, tx, r.Ref, was, pl); err != nil {
				return err
			}
		}
		return nil
	})
	return changed, err
}
