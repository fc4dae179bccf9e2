package forumtext

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// checkDocument holds for every text: valid UTF-8 without line breaks comes out, every
// place lies in the source, and every line is accounted for, either inside something
// recognised or in Unread.
func checkDocument(t *testing.T, doc *Document, src []byte) {
	t.Helper()
	lines := doc.Text
	checkSource(t, doc, src)
	c := checker{t: t, lines: lines, covered: make([]bool, len(lines)+1)}
	if len(doc.Uses) != len(lines) {
		t.Fatalf("%d uses for %d lines", len(doc.Uses), len(lines))
	}
	found := *doc
	found.Name, found.Text = "", nil
	c.walk(reflect.ValueOf(found), "Document")
	if doc.Confidence < 0 || doc.Confidence > 1 || (doc.Shape == Unknown) != (doc.Confidence == 0) {
		t.Errorf("shape %s with confidence %v", doc.Shape, doc.Confidence)
	}
	for i, use := range doc.Uses {
		switch use {
		case "":
			t.Errorf("line %d is not accounted for: %q", i+1, lines[i])
		case UseBlank:
			if clean, _, _, _ := cleanRunes(lines[i]); clean != "" {
				t.Errorf("line %d is not blank: %q", i+1, lines[i])
			}
		case UseDay, UseLabel, UseHeading:
		default:
			if !c.covered[i+1] {
				t.Errorf("line %d (%s) has no place in the document: %q", i+1, use, lines[i])
			}
		}
	}
	for i, n := range doc.Unread {
		if i > 0 && n.Place.Line < doc.Unread[i-1].Place.Line {
			t.Errorf("unread lines out of order at line %d", n.Place.Line)
		}
	}
	if doc.Shape == Unknown && len(doc.Sessions)+len(doc.Facts)+len(doc.Sections)+len(doc.Conflicts) > 0 {
		t.Error("an unknown text has findings")
	}
}

// checkSource holds for every text: each line read leads back to a line of the file, and
// a plain text is read as its own lines.
func checkSource(t *testing.T, doc *Document, src []byte) {
	t.Helper()
	if len(doc.Source) != len(doc.Text) {
		t.Fatalf("%d lines of the file for %d lines read", len(doc.Source), len(doc.Text))
	}
	opened, err := openSource(doc.Name, src)
	if err != nil {
		t.Fatal(err)
	}
	if !opened.markup {
		text, err := decode("", src)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(doc.Text, splitLines(text)) {
			t.Error("a plain text is not read as its own lines")
		}
	}
	ends := 1 + bytes.Count(src, []byte("\n")) + bytes.Count(src, []byte("\r"))
	for i, at := range doc.Source {
		if at < 1 || at > ends || !opened.markup && at != i+1 {
			t.Errorf("line %d comes from line %d of %d", i+1, at, ends)
		}
		if strings.ContainsAny(doc.Text[i], "\n\r") || !utf8.ValidString(doc.Text[i]) {
			t.Errorf("line %d is no line: %q", i+1, doc.Text[i])
		}
	}
}

type checker struct {
	t       *testing.T
	lines   []string
	covered []bool
}

// walk visits every string and every place. The place of a whole session covers nothing:
// only what was read inside it does.
func (c *checker) walk(v reflect.Value, path string) {
	switch v.Kind() {
	case reflect.String:
		s := v.String()
		if !utf8.ValidString(s) {
			c.t.Errorf("%s is not valid UTF-8: %q", path, s)
		}
		if strings.ContainsAny(s, "\n\r\u00a0\u00ad") || strings.Contains(s, "  ") || s != strings.Trim(s, " ") {
			c.t.Errorf("%s has loose white space: %q", path, s)
		}
	case reflect.Slice:
		for i := range v.Len() {
			c.walk(v.Index(i), path)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			c.walk(v.MapIndex(key), path+"."+key.String())
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[Place]() {
			c.place(v.Interface().(Place), path)
			return
		}
		for i := range v.NumField() {
			c.walk(v.Field(i), path+"."+v.Type().Field(i).Name)
		}
	}
}

func (c *checker) place(p Place, path string) {
	if p == (Place{}) {
		return
	}
	if p.Line < 1 || p.EndLine < p.Line || p.EndLine > len(c.lines) {
		c.t.Errorf("%s: place %v outside of %d lines", path, p, len(c.lines))
		return
	}
	if strings.HasSuffix(path, "Sessions.Place") || strings.Contains(path, "Conflicts") || strings.Contains(path, "Findings") {
		return
	}
	for i := p.Line; i <= p.EndLine; i++ {
		c.covered[i] = true
	}
}
