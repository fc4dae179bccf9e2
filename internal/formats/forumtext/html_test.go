package forumtext

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// plain prints the sessions of a document without their places, so that two files that
// say the same can be compared.
func plain(t *testing.T, doc *Document) []string {
	t.Helper()
	var out []string
	for _, s := range doc.Sessions {
		s.TitleAsWritten = "" // numbers before titles differ
		strip(reflect.ValueOf(&s).Elem())
		text, err := json.MarshalIndent(s, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(text))
	}
	return out
}

func strip(v reflect.Value) {
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			strip(v.Index(i))
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[Place]() {
			v.SetZero()
			return
		}
		for i := range v.NumField() {
			if f := v.Field(i); f.CanSet() {
				strip(f)
			}
		}
	}
}

func sameSessions(t *testing.T, got, want *Document) {
	t.Helper()
	equal(t, "shape", got.Shape, want.Shape)
	g, w := plain(t, got), plain(t, want)
	if len(g) != len(w) {
		t.Fatalf("sessions:\n got  %q\n want %q", titles(got), titles(want))
	}
	for i := range g {
		gl, wl := strings.Split(g[i], "\n"), strings.Split(w[i], "\n")
		for k := range min(len(gl), len(wl)) {
			if gl[k] != wl[k] {
				t.Errorf("session %q:\n got  %s\n want %s", want.Sessions[i].Title, gl[k], wl[k])
				break
			}
		}
		equal(t, "length of "+want.Sessions[i].Title, len(gl), len(wl))
	}
	e, f := got.Edition, want.Edition
	e.Place, f.Place = Place{}, Place{}
	equal(t, "edition", e, f)
}

// pages are the pages of testdata with the text that says the same.
var pages = map[string]string{
	"outlines.html": "outlines.txt", "session-page.html": "session-page.txt",
	"summary.html": "summary.txt", "list.html": "list.txt",
}

func testFile(t *testing.T, name string) []byte {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return src
}

// E006, E095, E138: a page of a content management system, with menus, breadcrumbs,
// scripts and a footer, gives what the plain text gives.
func TestPagesReadLikeTexts(t *testing.T) {
	for page, text := range pages {
		t.Run(page, func(t *testing.T) { sameSessions(t, readFile(t, page), readFile(t, text)) })
	}
}

// The same pages as other programs write them: on one line, with Windows line ends, in
// capitals, in other encodings, without a <main>.
func TestPagesInOtherDress(t *testing.T) {
	cp1252 := strings.NewReplacer(`charset="utf-8"`, `charset="windows-1252"`)
	noMain := strings.NewReplacer(`<main id="content" role="main">`, `<div id="main-wrapper"><div id="main">`, `</main>`, `</div></div>`)
	dress := map[string]func(string) []byte{
		"one line":     func(s string) []byte { return []byte(strings.Join(strings.Fields(s), " ")) },
		"CRLF and BOM": func(s string) []byte { return []byte("\ufeff" + strings.ReplaceAll(s, "\n", "\r\n")) },
		"windows-1252": func(s string) []byte { return encode(t, charmap.Windows1252, cp1252.Replace(s)) },
		"utf-16": func(s string) []byte {
			return encode(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), s)
		},
		"no main part": func(s string) []byte { return []byte(noMain.Replace(s)) },
		"no doctype": func(s string) []byte {
			return []byte(`<base href="https://forum.example/">` + s[strings.Index(s, "<body"):strings.Index(s, "</body>")])
		},
		"spans": func(s string) []byte {
			return []byte(strings.NewReplacer("<p>", `<p><span style="font-size:11pt">`, "</p>", "</span></p>").Replace(s))
		},
		"no-break spaces": func(s string) []byte { return []byte(strings.ReplaceAll(s, " the ", "&nbsp;the&#160;")) },
		"soft hyphens":    func(s string) []byte { return []byte(strings.ReplaceAll(s, "session", "ses&shy;sion")) },
	}
	for page, text := range pages {
		src := string(testFile(t, page))
		want := readFile(t, text)
		for name, put := range dress {
			t.Run(page+" "+name, func(t *testing.T) {
				sameSessions(t, mustRead(t, page, put(src)), want)
			})
		}
	}
}

func encode(t *testing.T, enc encoding.Encoding, s string) []byte {
	t.Helper()
	out, err := encoding.HTMLEscapeUnsupported(enc.NewEncoder()).Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// What stands around the text is furniture: in Unread, in no session, and every line of
// it leads back to the file.
func TestPageFurniture(t *testing.T) {
	doc := readFile(t, "list.html")
	aside := map[string]bool{}
	for _, n := range notes(doc, NoteFurniture) {
		aside[n.Text] = true
	}
	for _, text := range []string{
		"Skip to main content", "Programme", "Day One", "Follow us", "<script>", "<style>", "Terms of use",
		"Session expired. Tuesday, 3 March 2026, 10:00 - 11:00 UTC",
	} {
		equal(t, text, aside[text], true)
	}
	equal(t, "prose unread", len(notes(doc, NoteProse)), 0)
	source := splitLines(string(testFile(t, "list.html")))
	for _, s := range doc.Sessions {
		at := doc.Source[s.TitlePlace.Line-1]
		if !strings.Contains(source[at-1], s.Title) {
			t.Errorf("%q comes from line %d: %q", s.Title, at, source[at-1])
		}
	}
	equal(t, "calendar is no page", doc.Sessions[0].URL.Text, "https://forum.example/2026/wells")
}

// A page becomes lines as its reader sees them.
func TestPageLines(t *testing.T) {
	tests := []struct {
		name, src, want string
	}{
		{"paragraphs", "<p>One\n two<p>Three<br>four", "One two//Three/four"},
		{"headings", "<h1>A<br>b</h1><p>c</p><h3> d </h3>", "# A b//c//### d"},
		{"items", "<ul><li>a<ul><li>b</ul><li>c</ul><ol start=3><li>d<li><p>e</p></ol>", "• a/  • b/• c//3. d/4. e"},
		{"table", "<table><tr><th>A<th>B<tr><td>1</td><td></td></tr><tr><td> </td></tr></table><p>x</p>", "A | B/1 |//x"},
		{"layout table", "<table><tr><td><h2>A</h2><p>b</p></td><td><p>c</p></td></tr></table>", "## A//b//c"},
		{"links", `<p>See <a href="https://a.example/x y">here</a> or <a href="#top">up</a>.</p><p>b</p>`, "See [here](https://a.example/x%20y) or up.//b"},
		{"link around blocks", `<a href="https://a.example"><h3>T</h3><p>d</p></a><p>e</p>`, "### T [](https://a.example)//d//e"},
		{"base", `<base href="https://a.example/b/"><p><a href="c">d</a></p><p>e</p>`, "[d](https://a.example/b/c)//e"},
		{"bold line", "<p><b>Title</b></p><p>a <b>b</b></p>", "**Title**//a b"},
		{"notes", "<p>most<sup>2</sup> of the 19<sup>th</sup></p><p>b</p>", "most² of the 19th//b"},
		{"terms", "<dl><dt>When<dd>Tuesday<dt>Where:<dd><p>Hall</p></dl><p>x</p>", "When: Tuesday/Where: Hall//x"},
		{"listing", "<pre>a  b\n c\n\nd</pre><p>x</p>", "a  b/ c//d//x"},
		{"entities", "<p>R&amp;D &lt;b&gt; &eacute; &#8211;</p><p>b</p>", "R&D <b> é –//b"},
		{"comments", "<p>a<!-- b --> c</p><p>d</p>", "a c//d"},
		{"title", "<title>T | Site</title><p>a</p><p>b</p>", "# T/Site//a//b"},
		{"only a menu", "<nav><p>a</p><p>b</p></nav>", "a//b"},
		{"stray ends", "</div><p>a</p></li></td><p>b</p></p>", "a//b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			doc := mustRead(t, "page.html", []byte(tt.src))
			equal(t, "lines", strings.Join(doc.Text, "/"), tt.want)
		})
	}
}

// A page is known by its tags; a text that only mentions a few is none.
func TestLooksLikeHTML(t *testing.T) {
	tests := []struct {
		name, src string
		want      bool
	}{
		{"a", "<!doctype html><p>a", true},
		{"a", "<?xml version=\"1.0\"?>\n<html xmlns=\"x\">", true},
		{"a", "<!-- saved -->\n<HTML>", true},
		{"a", "<p>a</p>\n<p>b</p>", true},
		{"a.html", "a<p>b</p>", true},
		{"a.html", "a < b", false},
		{"a.html", "plain text", false},
		{"a.md", "# A\n\n| a<br>b | c |\n\n<div align=center>x</div>\n", false},
		{"a", "In HTML, <p> opens a paragraph and </p> ends it.", false},
		{"a", "Title<br>\nx<p>a</p>\n<p>b</p>\n<p>c</p>\n<p>d</p>\n<p>e</p>", true},
	}
	for _, tt := range tests {
		equal(t, tt.name+" "+tt.src, looksLikeHTML(tt.name, tt.src), tt.want)
	}
}

// Pages whose bytes cannot be told are refused, not guessed.
func TestPageEncodings(t *testing.T) {
	tests := []struct {
		name string
		src  string
		want string
		err  error
	}{
		{"declared windows-1251", "<meta charset=windows-1251><p>\xd4\xee\xf0\xf3\xec</p><p>x</p>", "Форум", nil},
		{"declared latin 2", "<meta http-equiv=Content-Type content='text/html; charset=iso-8859-2'><p>\xb9koda</p><p>x</p>", "škoda", nil},
		{"declared latin 1, but UTF-8", "<meta charset=iso-8859-1><p>caf\u00e9</p><p>x</p>", "café", nil},
		{"undeclared", "<p>caf\xe9</p><p>x</p>", "café", nil},
		{"declared UTF-8, but not", "<meta charset=utf-8><p>caf\xe9</p><p>x</p>", "", ErrEncoding},
		{"NUL", "<p>a\x00</p><p>x</p>", "", ErrBinary},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			doc, err := Read("page.html", []byte(tt.src))
			if !errors.Is(err, tt.err) {
				t.Fatalf("error %v, want %v", err, tt.err)
			}
			if err == nil {
				equal(t, "text", doc.Text[0], tt.want)
			}
		})
	}
}
