package forumtext

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

// checkDocument holds for every text: valid UTF-8 without line breaks comes out, every
// place lies in the source, and every line is accounted for, either inside something
// recognised or in Unread.
func checkDocument(t *testing.T, doc *Document, src []byte) {
	t.Helper()
	text, err := decode("", src)
	if err != nil {
		t.Fatal(err)
	}
	lines := splitLines(text)
	c := checker{t: t, lines: lines, covered: make([]bool, len(lines)+1)}
	if len(doc.Uses) != len(lines) {
		t.Fatalf("%d uses for %d lines", len(doc.Uses), len(lines))
	}
	name := doc.Name
	doc.Name = ""
	c.walk(reflect.ValueOf(*doc), "Document")
	doc.Name = name
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
	if strings.HasSuffix(path, "Sessions.Place") || strings.Contains(path, "Conflicts") {
		return
	}
	for i := p.Line; i <= p.EndLine; i++ {
		c.covered[i] = true
	}
}
