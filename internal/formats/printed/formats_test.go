package printed_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/formats/akn"
	"plenary/internal/formats/docx"
	"plenary/internal/formats/epub"
	"plenary/internal/formats/printed"
)

func wellFormed(t *testing.T, name string, body []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(body))
	d.Entity = map[string]string{}
	for {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%s is no XML: %v", name, err)
		}
	}
}

func unzip(t *testing.T, body []byte) ([]*zip.File, map[string][]byte) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		out[f.Name] = b
	}
	return z.File, out
}

// E140, E142: Akoma Ntoso of a set of Messages is valid in every language, and holds
// sentences, degrees, dissent, sources and the way back.
func TestAkomaNtosoIsValid(t *testing.T) {
	lint, err := exec.LookPath("xmllint")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("xmllint is not installed (a failure, because CI=true)")
		}
		t.Skip("xmllint is not installed (Debian: apt install libxml2-utils); other tests see that the XML is well-formed")
	}
	schema, err := filepath.Abs("../akn/testdata/akomantoso30.xsd")
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]printed.Text{"empty": {}, "nasty": nasty("\x00\x1b<b>&\"'\ufffe\n\t x y\u0085]]>"), "spaces": nasty(" \n "), "draft": {ID: "x", Lang: "fr", Draft: true, Revision: 1, Paras: []printed.Para{{ID: "p1", Kind: printed.Item}}}}
	for _, l := range core.Langs {
		texts[l] = sample(l)
	}
	args := []string{"--noout", "--nonet", "--schema", schema}
	for name, text := range texts {
		file := filepath.Join(t.TempDir(), name+".xml")
		if err := os.WriteFile(file, akn.Write(text), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, file)
	}
	if out, err := exec.CommandContext(t.Context(), lint, args...).CombinedOutput(); err != nil {
		t.Errorf("not valid: %s", out)
	}
}

func TestAkomaNtosoSaysAll(t *testing.T) {
	got := string(akn.Write(sample("fr")))
	for _, want := range []string{
		`<statement name="messages" contains="singleVersion">`, `<mainBody xml:lang="fr">`, `<FRBRuri value="/akn/un/statement/messages/2023-10-01/0192f0c4-0000-7000-8000-000000000001/fra@v2"/>`,
		`<FRBRcountry value="un"/>`, `<FRBRversionNumber value="2"/>`, `<FRBRlanguage language="fra"/>`, `<eventRef eId="eventRef_2" date="2023-10-11" source="#version_2" type="amendment"/>`,
		`<paragraph eId="para_3" class="paragraph" pl:href="https://forum.example/documents/x/revisions/2#p3">` + "\n<num>1</num>",
		`<inline name="sentence" eId="para_3__sentence_1">Les réseaux qui durent ont un propriétaire local.</inline><noteRef href="#note_1" marker="1"/>`,
		`<inline name="degreeOfSupport">(Broad support)</inline>`, `<hcontainer name="minorityStatement"`, `<hcontainer name="divergingView"`, `xml:lang="ar"`,
		`<note eId="note_1" marker="1"><p><inline name="kind">Takeaway</inline> <a href="https://forum.example/2023/ws1/report?a=1&amp;b=2#p1">`,
		`<pl:licence>CC-BY-4.0</pl:licence>`, `<pl:sha256>abab`, `<pl:published>2023-10-11T08:12:00.123456Z</pl:published>`, `<docTitle>Messages of São Tomé &amp; «Príncipe» &lt;2023&gt;</docTitle>`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is missing", want)
		}
	}
	if t.Failed() {
		t.Log(got[:6000])
	}
}

// E142: a Word document has the parts that it names, notes as footnotes, each language
// and direction at its runs.
func TestWordDocument(t *testing.T) {
	for _, lang := range []string{"en", "ar", "zh"} {
		b, err := docx.Write(sample(lang))
		if err != nil {
			t.Fatal(err)
		}
		list, files := unzip(t, b)
		if list[0].Name != "[Content_Types].xml" {
			t.Errorf("the first file is %s", list[0].Name)
		}
		for name, body := range files {
			wellFormed(t, name, body)
		}
		relationsResolve(t, files)
		body, notes := string(files["word/document.xml"]), string(files["word/footnotes.xml"])
		for n := 1; n <= 40; n++ {
			if strings.Count(body, fmt.Sprintf(`<w:footnoteReference w:id="%d"/>`, n)) != 1 || !strings.Contains(notes, fmt.Sprintf(`<w:footnote w:id="%d">`, n)) {
				t.Errorf("footnote %d is not there once", n)
			}
		}
		if i, j := strings.Index(notes, "Takeaway 1 of"), strings.Index(notes, "Takeaway 2 of"); i < 0 || j < i {
			t.Error("the footnotes are not in the order of the sources")
		}
		for _, want := range []string{
			`<w:pStyle w:val="Title"/>`, `<w:pStyle w:val="Heading1"/>`, `<w:pStyle w:val="Dissent"/>`, `<w:pStyle w:val="Dissent"/><w:bidi/>`, `NOTEREF _note`,
			`<w:rtl/><w:lang w:bidi="ar-SA"/>`, `<w:lang w:val="zh-CN" w:eastAsia="zh-CN"/>`, `<w:lang w:val="ru-RU"/>`, `w:name="p3"`, "(Broad support)",
		} {
			if !strings.Contains(body, want) {
				t.Errorf("%s: %s is missing", lang, want)
			}
		}
		if got := strings.Contains(body, "<w:bidi/></w:sectPr>"); got != (lang == "ar") {
			t.Errorf("%s: the page runs from right to left: %v", lang, got)
		}
		for _, want := range []string{"<dc:title>Messages of São Tomé &amp; «Príncipe» &lt;2023&gt;</dc:title>", "<dc:creator>Forum of the Commons</dc:creator>", "2023-10-11T08:12:00Z"} {
			if !strings.Contains(string(files["docProps/core.xml"]), want) {
				t.Errorf("%s is missing in the properties", want)
			}
		}
		if again, err := docx.Write(sample(lang)); err != nil || !bytes.Equal(b, again) {
			t.Errorf("the same text gives other bytes: %v", err)
		}
	}
}

// relationsResolve sees that each relation leads to a part, each part has a type, and
// each id that is used is one.
func relationsResolve(t *testing.T, files map[string][]byte) {
	t.Helper()
	for name, body := range files {
		dir, base := path.Split(name)
		if !strings.HasSuffix(base, ".rels") {
			continue
		}
		var r struct {
			Relationship []struct {
				ID         string `xml:"Id,attr"`
				Target     string `xml:"Target,attr"`
				TargetMode string `xml:"TargetMode,attr"`
			}
		}
		if err := xml.Unmarshal(body, &r); err != nil {
			t.Fatal(err)
		}
		part := path.Join(path.Dir(path.Clean(dir)), strings.TrimSuffix(base, ".rels"))
		ids := map[string]bool{}
		for _, x := range r.Relationship {
			ids[x.ID] = true
			if x.TargetMode != "External" && files[path.Join(path.Dir(path.Clean(dir)), x.Target)] == nil {
				t.Errorf("%s leads to %s, which is not there", name, x.Target)
			}
		}
		for _, piece := range strings.Split(string(files[part]), `r:id="`)[1:] {
			if id, _, _ := strings.Cut(piece, `"`); !ids[id] {
				t.Errorf("%s uses the relation %s, which is not there", part, id)
			}
		}
	}
}

// E142: a book begins with its type, its files are those that it lists, and it runs in
// the direction of its language.
func TestBook(t *testing.T) {
	for _, lang := range []string{"fr", "ar"} {
		b, err := epub.Write(sample(lang))
		if err != nil {
			t.Fatal(err)
		}
		if string(b[30:58]) != "mimetypeapplication/epub+zip" {
			t.Errorf("the file begins with %q", b[30:58])
		}
		_, files := unzip(t, b)
		for name, body := range files {
			if strings.HasSuffix(name, "html") || strings.HasSuffix(name, ".opf") || strings.HasSuffix(name, ".xml") {
				wellFormed(t, name, body)
			}
		}
		var p struct {
			Items []struct {
				Href string `xml:"href,attr"`
			} `xml:"manifest>item"`
			Spine struct {
				Direction string `xml:"page-progression-direction,attr"`
			} `xml:"spine"`
			Langs []string `xml:"metadata>language"`
			Title string   `xml:"metadata>title"`
		}
		if err := xml.Unmarshal(files["EPUB/package.opf"], &p); err != nil {
			t.Fatal(err)
		}
		for _, i := range p.Items {
			if files["EPUB/"+i.Href] == nil {
				t.Errorf("%s is listed and not there", i.Href)
			}
		}
		if p.Spine.Direction != core.Dir(lang) || p.Langs[0] != lang || p.Title != "Messages of São Tomé & «Príncipe» <2023>" {
			t.Errorf("%+v", p)
		}
		text := string(files["EPUB/text.xhtml"])
		for _, piece := range strings.Split(string(files["EPUB/nav.xhtml"]), `text.xhtml#`)[1:] {
			if id, _, _ := strings.Cut(piece, `"`); !strings.Contains(text, `id="`+id+`"`) {
				t.Errorf("the contents lead to %s, which is not there", id)
			}
		}
		links(t, text)
	}
}

// links sees that each link inside a page leads somewhere, and that no id is there twice.
func links(t *testing.T, body string) {
	t.Helper()
	ids := map[string]int{}
	for _, piece := range strings.Split(body, ` id="`)[1:] {
		id, _, _ := strings.Cut(piece, `"`)
		if ids[id]++; ids[id] > 1 {
			t.Errorf("the id %s is there twice", id)
		}
	}
	for _, piece := range strings.Split(body, `href="#`)[1:] {
		if id, _, _ := strings.Cut(piece, `"`); ids[id] == 0 {
			t.Errorf("a link leads to %s, which is not there", id)
		}
	}
}

// E142: the HTML file stands alone: language, direction, style with its hash, sources.
func TestHTMLFile(t *testing.T) {
	got := string(sample("ar").HTML())
	links(t, got)
	for _, want := range []string{
		`<html lang="ar" dir="rtl">`, "<title>Messages of São Tomé &amp; «Príncipe» &lt;2023&gt;</title>", `<h1 lang="en" xml:lang="en" dir="ltr">`, `style-src 'sha256-`,
		`<a class="no" href="https://forum.example/documents/x/revisions/2#p3">1</a>`, `<div class="dissent" role="note"><p class="by">Dissent: Association of operators</p><p lang="en"`,
		`<h2 id="p1">`, `<li id="note-40">`, "<style>" + printed.Style + "</style>",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is missing", want)
		}
	}
	if strings.Contains(got, "<script") || strings.Contains(got, ` style="`) {
		t.Error("there is script or style in the text")
	}
}

// Headings of one level stand at one depth, and no depth is left out.
func TestOutline(t *testing.T) {
	for _, x := range []struct{ levels, depths []int }{
		{[]int{2, 2, 2}, []int{1, 1, 1}},
		{[]int{2, 4, 4, 3, 2, 1}, []int{1, 2, 2, 2, 1, 1}},
		{[]int{1, 2, 3, 4, 1}, []int{1, 2, 3, 4, 1}},
		{[]int{0, 1, 2, 3, 4, 5}, []int{1, 2, 3, 4, 4, 4}},
	} {
		var text printed.Text
		for _, l := range x.levels {
			text.Paras = append(text.Paras, printed.Para{Kind: printed.Heading, Level: l})
		}
		if got := text.Depths(); !slices.Equal(got, x.depths) {
			t.Errorf("levels %v stand at %v, want %v", x.levels, got, x.depths)
		}
	}
}

// Whatever somebody writes, every format is well-formed and can be opened.
func FuzzFormats(f *testing.F) {
	for _, s := range []string{"", "Title", "\x00\x01\x1b\x7f\u0085\ufffe\uffff", "<b>&amp;]]>\"'", "\xff\xfe\xc3", "https://x.example/ a b?%zz#é", "\u202e\u2028", strings.Repeat("x", 400) + "\n\n\t"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text := nasty(s)
		wellFormed(t, "AKN", akn.Write(text))
		wellFormed(t, "XHTML", []byte("<body xmlns:epub='x'>"+text.Body(printed.Options{EPUB: true})+"</body>"))
		d, err := docx.Write(text)
		if err != nil {
			t.Fatal(err)
		}
		_, files := unzip(t, d)
		for name, body := range files {
			wellFormed(t, name, body)
		}
		relationsResolve(t, files)
		e, err := epub.Write(text)
		if err != nil {
			t.Fatal(err)
		}
		_, files = unzip(t, e)
		for name, body := range files {
			if name != "mimetype" && !strings.HasSuffix(name, ".css") {
				wellFormed(t, name, body)
			}
		}
	})
}

// An address that is none of the web stands in no format as a link.
func TestOnlyAddressesOfTheWebAreLinks(t *testing.T) {
	text := sample("en")
	text.Notes[0].URL = "javascript:alert(1)"
	book, err := epub.Write(text)
	if err != nil {
		t.Fatal(err)
	}
	word, err := docx.Write(text)
	if err != nil {
		t.Fatal(err)
	}
	_, inBook := unzip(t, book)
	_, inWord := unzip(t, word)
	for name, got := range map[string][]byte{
		"html": text.HTML(), "akn": akn.Write(text), "epub": inBook["EPUB/text.xhtml"], "docx": inWord["word/_rels/footnotes.xml.rels"],
	} {
		if !strings.Contains(string(got), "forum.example") || strings.Contains(string(got), `="javascript:`) {
			t.Errorf("%s links to a script", name)
		}
	}
}
