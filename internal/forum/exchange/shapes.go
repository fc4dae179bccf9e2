package exchange

import (
	"bytes"
	"encoding/json"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/vocab"
)

var slugForm = regexp.MustCompile(`^[0-9]{4}(-[a-z0-9]+)*$`)

func editionSlug(s string) bool { return len(s) <= 60 && slugForm.MatchString(s) }

func zone(s string) bool {
	_, err := core.LoadZone(s)
	return err == nil
}

var partForm = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._-]*$`)

// addressPart tells whether s may be one part of an address.
func addressPart(s string) bool { return partForm.MatchString(s) }

func zoneOrNone(s string) bool { return s == "" || zone(s) }

func langOrNone(s string) bool { return s == "" || core.LangKnown(s) }

func addressOrNone(s string) bool { return s == "" || core.WebAddress(s) }

func personLinks(v any) bool {
	for _, l := range *v.(*[]people.Link) {
		if !core.WebAddress(l.URL) {
			return false
		}
	}
	return true
}

func bodyLinks(v any) bool {
	for _, l := range *v.(*[]bodies.Outlink) {
		if !core.WebAddress(l.URL) {
			return false
		}
	}
	return true
}

func sessionLinks(v any) bool {
	for _, l := range *v.(*[]programme.Link) {
		if !core.WebAddress(l.URL) {
			return false
		}
	}
	return true
}

func codesOf(words string, codes []string) []codeUse {
	out := make([]codeUse, len(codes))
	for i, c := range codes {
		out[i] = codeUse{words, c}
	}
	return out
}

func languages(v any) []codeUse   { return codesOf(vocab.Languages, *v.(*[]string)) }
func actionLines(v any) []codeUse { return codesOf(vocab.ActionLines, *v.(*[]string)) }

// own is what the rooms of reports and Messages keep with a paragraph, as far as this
// room reads it.
type own struct {
	Part    string   `json:"part"`
	N       int      `json:"n"`
	Session core.ID  `json:"session"`
	Theme   core.ID  `json:"theme"`
	To      []string `json:"to"`
	// Orgs are organisations that a call addresses.
	Orgs []core.ID `json:"orgs"`
}

func ownOf(a documents.Attrs) own {
	var o own
	if len(a.Own) > 0 {
		_ = json.Unmarshal(a.Own, &o) // what cannot be read has no part
	}
	return o
}

// degrees are the degrees of support and the addressees of a paragraph.
func degrees(v any) []codeUse {
	a := v.(*documents.Attrs)
	var out []codeUse
	for _, d := range a.Sentences {
		out = append(out, codeUse{vocab.Support, d.Degree})
	}
	return append(out, codesOf(vocab.Addressees, ownOf(*a).To)...)
}

// goodText tells whether a text keeps its promises: known languages, and words in the
// one in which it was written.
func goodText(t core.Text) bool {
	if len(t.By) == 0 {
		return t.Orig == "" || core.LangKnown(t.Orig)
	}
	for l := range t.By {
		if !core.LangKnown(l) {
			return false
		}
	}
	return t.By[t.Orig] != ""
}

// canonical is JSON in its shortest form, with sorted keys. ok is false for what a
// database would not give back as it was given: a sign NUL, a number that is no plain
// whole one.
func canonical(raw []byte) (out json.RawMessage, ok bool) {
	return canonicalOf(raw, plainNumber.MatchString)
}

// canonicalOf is canonical with the numbers that are plain ones.
func canonicalOf(raw []byte, plain func(string) bool) (out json.RawMessage, ok bool) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil || !storable(v, 0, plain) {
		return nil, false
	}
	b, err := marshal(v)
	return b, err == nil
}

var plainNumber = regexp.MustCompile(`^(0|-?[1-9][0-9]{0,15})$`)

// deepest is more than any value of the rooms is nested.
const deepest = 16

func storable(v any, depth int, plain func(string) bool) bool {
	if depth > deepest {
		return false
	}
	switch x := v.(type) {
	case json.Number:
		return plain(string(x))
	case string:
		return cleanString(x)
	case []any:
		for _, e := range x {
			if !storable(e, depth+1, plain) {
				return false
			}
		}
	case map[string]any:
		for k, e := range x {
			if !cleanString(k) || !storable(e, depth+1, plain) {
				return false
			}
		}
	}
	return true
}

// most is more than any number with a fraction is.
const most = 1e16

// plainDecimal tells whether a number is written as every database gives it back: without
// an exponent, and with no more digits than tell it from others.
func plainDecimal(s string) bool {
	if plainNumber.MatchString(s) {
		return true
	}
	x, err := strconv.ParseFloat(s, 64)
	return err == nil && math.Abs(x) < most && x != 0 && decimal(x) == s
}

// decimal writes a number without an exponent.
func decimal(x float64) string { return strconv.FormatFloat(x+0, 'f', -1, 64) }

// plainNumbers writes the numbers in a value as plain decimals; the value stays the same.
func plainNumbers(raw json.RawMessage) (json.RawMessage, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	return marshal(withPlain(v))
}

func withPlain(v any) any {
	switch x := v.(type) {
	case json.Number:
		if n, err := x.Float64(); err == nil && !plainNumber.MatchString(string(x)) {
			return json.Number(decimal(n))
		}
	case []any:
		for i := range x {
			x[i] = withPlain(x[i])
		}
	case map[string]any:
		for k := range x {
			x[k] = withPlain(x[k])
		}
	}
	return v
}

func cleanString(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }

// marshal is JSON on one line without the escapes that are for HTML.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(b.Bytes()), nil
}
