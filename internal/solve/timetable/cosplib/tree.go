package cosplib

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// node is a value of a JSON file with the place where it stands. The package encoding/json
// alone takes a key that stands twice, and cannot tell where a value stood.
type node struct {
	at     int64
	kind   string // null, bool, number, text, list or object, as errors name it
	text   string // of texts and numbers
	truth  bool
	keys   []string
	values []*node // of lists, and of objects beside keys
}

const (
	maxBytes = 64 << 20
	maxDepth = 20
)

// reader reads trees and tells where what is wrong.
type reader struct {
	source []byte
	dec    *json.Decoder
	err    error // the first one
}

// newReader reads a whole file, which must be one object.
func newReader(source []byte) (*reader, *node) {
	r := &reader{source: source, dec: json.NewDecoder(bytes.NewReader(source))}
	if len(source) > maxBytes {
		r.failAt(0, "", "the file is larger than %d MB", maxBytes>>20)
		return r, &node{}
	}
	r.dec.UseNumber()
	n := r.node(0)
	if r.err == nil {
		if _, err := r.dec.Token(); !errors.Is(err, io.EOF) {
			r.failAt(r.dec.InputOffset(), "", "something stands behind the end")
		}
	}
	if r.err == nil && n.kind != "an object" {
		r.failAt(n.at, "", "there is %s where an object should stand", n.kind)
	}
	return r, n
}

func (r *reader) failAt(offset int64, path, format string, args ...any) {
	if r.err != nil {
		return
	}
	if path != "" {
		path += ": "
	}
	line := 1 + bytes.Count(r.source[:min(int(offset), len(r.source))], []byte("\n"))
	r.err = fmt.Errorf("line %d: %s%w", line, path, fmt.Errorf(format, args...))
}

func (r *reader) fail(n *node, path, format string, args ...any) {
	r.failAt(n.at, path, format, args...)
}

func (r *reader) token() json.Token {
	t, err := r.dec.Token()
	var syntax *json.SyntaxError
	switch {
	case err == nil:
		return t
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		r.failAt(int64(len(r.source)), "", "the file ends too early")
	case errors.As(err, &syntax):
		r.failAt(max(r.dec.InputOffset(), syntax.Offset), "", "%w", err)
	default:
		r.failAt(r.dec.InputOffset(), "", "%w", err)
	}
	return nil
}

func (r *reader) node(depth int) *node {
	t := r.token()
	n := &node{at: r.dec.InputOffset()}
	if r.err != nil {
		return n
	}
	if depth > maxDepth {
		r.fail(n, "", "lists within lists, deeper than %d", maxDepth)
		return n
	}
	switch v := t.(type) {
	case nil:
		n.kind = "null"
	case bool:
		n.kind, n.truth = "true or false", v
	case json.Number:
		n.kind, n.text = "a number", v.String()
	case string:
		n.kind, n.text = "a text", v
	case json.Delim:
		n.kind = "a list"
		if v == '{' {
			n.kind = "an object"
		}
		seen := map[string]bool{}
		for r.err == nil && r.dec.More() {
			if v == '{' {
				key, _ := r.token().(string)
				if seen[key] {
					r.failAt(r.dec.InputOffset(), "", "%.60q stands twice", key)
				}
				seen[key] = true
				n.keys = append(n.keys, key)
			}
			n.values = append(n.values, r.node(depth+1))
		}
		if r.err == nil {
			r.token()
		}
	}
	return n
}

// get finds a key; nil where it does not stand.
func (n *node) get(key string) *node {
	for i, k := range n.keys {
		if k == key {
			return n.values[i]
		}
	}
	return nil
}

// is says whether a value is of a kind, and fails if not.
func (r *reader) is(n *node, path, kind string) bool {
	if r.err == nil && n.kind != kind {
		r.fail(n, path, "there is %s where %s should stand", n.kind, kind)
	}
	return r.err == nil
}

// fields checks that an object has these keys and, maybe, those.
func (r *reader) fields(n *node, path string, must, may []string) bool {
	if !r.is(n, path, "an object") {
		return false
	}
	known := map[string]bool{}
	for _, k := range must {
		known[k] = true
		if n.get(k) == nil {
			r.fail(n, path, "%q is missing", k)
		}
	}
	for _, k := range may {
		known[k] = true
	}
	for i, k := range n.keys {
		if !known[k] {
			r.fail(n.values[i], path, "there is no field %.60q", k)
		}
	}
	return r.err == nil
}

func (r *reader) list(n *node, path string) []*node {
	if !r.is(n, path, "a list") {
		return nil
	}
	return n.values
}

// str is a text; nil stands for one that is left out.
func (r *reader) str(n *node, path string) string {
	if n == nil || !r.is(n, path, "a text") {
		return ""
	}
	return n.text
}

// whole is a whole number between two others; nil stands for 0.
func (r *reader) whole(n *node, path string, least, most int64) int64 {
	if n == nil || !r.is(n, path, "a number") {
		return 0
	}
	x, err := strconv.ParseInt(n.text, 10, 64)
	if err != nil || x < least || x > most {
		r.fail(n, path, "%.30s is no whole number from %d to %d", n.text, least, most)
		return 0
	}
	return x
}

func (r *reader) truth(n *node, path string) bool {
	return n != nil && r.is(n, path, "true or false") && n.truth
}

// names is a list of texts; nil stands for an empty one.
func (r *reader) names(n *node, path string) []string {
	if n == nil {
		return nil
	}
	var out []string
	for i, x := range r.list(n, path) {
		out = append(out, r.str(x, fmt.Sprintf("%s[%d]", path, i)))
	}
	return out
}

// keyed reads an object whose keys are ids from a list, with fill for each value.
func (r *reader) keyed(n *node, path, what string, ids map[string]int, fill func(i int, n *node, path string)) {
	if n == nil || !r.is(n, path, "an object") {
		return
	}
	for i, key := range n.keys {
		at, ok := ids[key]
		if !ok {
			r.fail(n.values[i], path, "there is no %s %.60q", what, key)
			return
		}
		fill(at, n.values[i], fmt.Sprintf("%s[%.60q]", path, key))
	}
}
