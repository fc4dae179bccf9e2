package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"plenary/internal/solve/assignment"
)

// The largest file of an assignment that is read.
const (
	assignmentBytes     = 256 << 20
	assignmentReviewers = 5_000
	assignmentPairs     = 20_000_000 // reviewers by proposals
	assignmentMost      = 1_000_000  // reviews of a proposal, loads
)

// readAssignment reads the problem that a file states. Its errors name the line and the
// field.
func readAssignment(text []byte) (assignment.Problem, error) {
	r := assignmentReader{text: text, dec: json.NewDecoder(bytes.NewReader(text)), lines: map[string]int{}}
	if len(text) > assignmentBytes {
		return r.p, fmt.Errorf("larger than %d MB", assignmentBytes>>20)
	}
	if err := r.object(); err != nil {
		return assignment.Problem{}, err
	}
	if err := r.fit(); err != nil {
		return assignment.Problem{}, err
	}
	return r.p, nil
}

type assignmentReader struct {
	text      []byte
	dec       *json.Decoder
	p         assignment.Problem
	lines     map[string]int // where each field began
	most      []int
	least     []int
	conflicts [][2]int
	at        []int64 // where each conflict ends
}

// fail names the line at which the reader stands.
func (r *assignmentReader) fail(field, format string, args ...any) error {
	return r.failAt(r.line(r.dec.InputOffset()), field, format, args...)
}

func (r *assignmentReader) failAt(line int, field, format string, args ...any) error {
	if field != "" {
		field += ": "
	}
	return fmt.Errorf("line %d: %s%w", line, field, fmt.Errorf(format, args...))
}

func (r *assignmentReader) line(offset int64) int {
	return 1 + bytes.Count(r.text[:min(int(offset), len(r.text))], []byte("\n"))
}

// token reads what comes next.
func (r *assignmentReader) token(field string) (json.Token, error) {
	t, err := r.dec.Token()
	var syntax *json.SyntaxError
	switch {
	case err == nil:
		return t, nil
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return nil, r.failAt(r.line(int64(len(r.text))), field, "the file ends too early")
	case errors.As(err, &syntax):
		return nil, r.failAt(r.line(max(r.dec.InputOffset(), syntax.Offset)), field, "%w", err)
	}
	return nil, r.fail(field, "%w", err)
}

func (r *assignmentReader) expect(field string, want json.Delim) error {
	t, err := r.token(field)
	if err == nil && t != json.Token(want) {
		err = r.fail(field, "there is %s where %q should stand", tokenName(t), want.String())
	}
	return err
}

// tokenName is a token as an error shows it.
func tokenName(t json.Token) string {
	switch v := t.(type) {
	case nil:
		return "null"
	case json.Delim:
		return fmt.Sprintf("%q", v.String())
	case string:
		return "a text"
	}
	return fmt.Sprint(t)
}

func (r *assignmentReader) object() error {
	if err := r.expect("", '{'); err != nil {
		return err
	}
	for r.dec.More() {
		t, err := r.token("")
		if err != nil {
			return err
		}
		field, _ := t.(string)
		if _, double := r.lines[field]; double {
			return r.fail(field, "stands twice")
		}
		r.lines[field] = r.line(r.dec.InputOffset())
		switch field {
		case "reviews_per_proposal":
			r.p.Reviews, err = r.whole(field)
		case "max_load":
			r.most, err = r.loads(field)
		case "min_load":
			r.least, err = r.loads(field)
		case "affinity":
			err = r.affinity(field)
		case "conflicts":
			err = r.pairs(field)
		default:
			return r.fail("", "there is no field %.40q", field)
		}
		if err != nil {
			return err
		}
	}
	if err := r.expect("", '}'); err != nil {
		return err
	}
	if _, err := r.dec.Token(); !errors.Is(err, io.EOF) {
		return r.fail("", "something stands behind the end")
	}
	return nil
}

func (r *assignmentReader) number(field string) (float64, error) {
	t, err := r.token(field)
	if err != nil {
		return 0, err
	}
	x, ok := t.(float64)
	if !ok {
		return 0, r.fail(field, "there is %s where a number should stand", tokenName(t))
	}
	return x, nil
}

func (r *assignmentReader) whole(field string) (int, error) {
	x, err := r.number(field)
	if err == nil && (x != math.Trunc(x) || x < 0 || x > assignmentMost) {
		err = r.fail(field, "%g is no whole number from 0 to %d", x, assignmentMost)
	}
	if err != nil {
		return 0, err
	}
	return int(x), nil
}

// loads is a list, or -1 and a number that is for everybody (see each).
func (r *assignmentReader) loads(field string) ([]int, error) {
	t, err := r.token(field)
	if err != nil {
		return nil, err
	}
	if x, ok := t.(float64); ok {
		if x != math.Trunc(x) || x < 0 || x > assignmentMost {
			return nil, r.fail(field, "%g is no whole number from 0 to %d", x, assignmentMost)
		}
		return []int{-1, int(x)}, nil
	}
	if t != json.Token(json.Delim('[')) {
		return nil, r.fail(field, "there is %s where a number or a list should stand", tokenName(t))
	}
	out := []int{}
	for r.dec.More() {
		if len(out) == assignmentReviewers {
			return nil, r.fail(field, "more than %d reviewers", assignmentReviewers)
		}
		x, err := r.whole(fmt.Sprintf("%s[%d]", field, len(out)))
		if err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, r.expect(field, ']')
}

func (r *assignmentReader) affinity(field string) error {
	if err := r.expect(field, '['); err != nil {
		return err
	}
	pairs := 0
	for r.dec.More() {
		n := len(r.p.Affinity)
		name := fmt.Sprintf("%s[%d]", field, n)
		if n == assignmentReviewers {
			return r.fail(field, "more than %d reviewers", assignmentReviewers)
		}
		if err := r.expect(name, '['); err != nil {
			return err
		}
		var row []float64
		if n > 0 {
			row = make([]float64, 0, len(r.p.Affinity[0]))
		}
		for r.dec.More() {
			if pairs++; pairs > assignmentPairs {
				return r.fail(field, "more than %d pairs of reviewer and proposal", assignmentPairs)
			}
			x, err := r.number(name)
			if err != nil {
				return err
			}
			row = append(row, x)
		}
		if err := r.expect(name, ']'); err != nil {
			return err
		}
		if n > 0 && len(row) != len(r.p.Affinity[0]) {
			return r.fail(name, "%d proposals, and the first reviewer has %d", len(row), len(r.p.Affinity[0]))
		}
		r.p.Affinity = append(r.p.Affinity, row)
	}
	return r.expect(field, ']')
}

func (r *assignmentReader) pairs(field string) error {
	if err := r.expect(field, '['); err != nil {
		return err
	}
	for r.dec.More() {
		if len(r.conflicts) == assignmentPairs {
			return r.fail(field, "more than %d pairs", assignmentPairs)
		}
		name := fmt.Sprintf("%s[%d]", field, len(r.conflicts))
		if err := r.expect(name, '['); err != nil {
			return err
		}
		var x [2]int
		for i := range x {
			var err error
			if x[i], err = r.whole(name); err != nil {
				return err
			}
		}
		if err := r.expect(name, ']'); err != nil {
			return err
		}
		r.conflicts, r.at = append(r.conflicts, x), append(r.at, r.dec.InputOffset())
	}
	return r.expect(field, ']')
}

// fit puts the parts together, in whatever order they stood.
func (r *assignmentReader) fit() error {
	for _, field := range []string{"reviews_per_proposal", "max_load", "affinity"} {
		if r.lines[field] == 0 {
			return r.fail(field, "is missing")
		}
	}
	n, m := len(r.p.Affinity), 0
	if n > 0 {
		m = len(r.p.Affinity[0])
	}
	var err error
	if r.p.MaxLoad, err = r.each("max_load", r.most, n); err != nil {
		return err
	}
	if r.lines["min_load"] > 0 {
		if r.p.MinLoad, err = r.each("min_load", r.least, n); err != nil {
			return err
		}
		for i, least := range r.p.MinLoad {
			if least > r.p.MaxLoad[i] {
				return r.failAt(r.lines["min_load"], "min_load", "reviewer %d: %d is more than her max_load %d", i, least, r.p.MaxLoad[i])
			}
		}
	}
	if len(r.conflicts) == 0 {
		return nil
	}
	r.p.Conflict = make([][]bool, n)
	for i := range r.p.Conflict {
		r.p.Conflict[i] = make([]bool, m)
	}
	for i, x := range r.conflicts {
		if x[0] >= n || x[1] >= m {
			return r.failAt(r.line(r.at[i]), fmt.Sprintf("conflicts[%d]", i), "[%d, %d], and there are %d reviewers and %d proposals", x[0], x[1], n, m)
		}
		r.p.Conflict[x[0]][x[1]] = true
	}
	return nil
}

func (r *assignmentReader) each(field string, list []int, n int) ([]int, error) {
	switch {
	case len(list) == 2 && list[0] < 0:
		return slices.Repeat(list[1:], n), nil
	case len(list) != n:
		return nil, r.failAt(r.lines[field], field, "%d loads for %d reviewers", len(list), n)
	}
	return list, nil
}
