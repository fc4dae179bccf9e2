package printed

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"plenary/internal/core"
)

// Options says how the body is written.
type Options struct {
	EPUB bool // with the semantic attributes of EPUB, the contents in a file of their own
}

// Body is the text as XHTML, which HTML reads too: head, contents, paragraphs, sources.
func (t Text) Body(o Options) string {
	w := &writer{t: t, o: o}
	w.head()
	if !o.EPUB {
		w.contents()
	}
	w.text()
	w.sources()
	return w.b.String()
}

// writer writes one text.
type writer struct {
	b strings.Builder
	t Text
	o Options

	list bool        // a list of items is open
	refs map[int]int // how often a note was referred to
}

func (w *writer) f(format string, args ...any) { fmt.Fprintf(&w.b, format, args...) }

func (w *writer) epub(kind, role string) string {
	if w.o.EPUB {
		return ` epub:type="` + kind + `" role="` + role + `"`
	}
	return ` role="` + role + `"`
}

func (w *writer) head() {
	t := w.t
	w.f("<header>\n")
	if t.Status != "" {
		w.f("<p class=\"status\">%s</p>\n", Escape(t.Status))
	}
	w.f("<h1%s>%s</h1>\n", LangAttr(t.Title.Lang, t.Lang), lines(t.Title.S))
	if len(t.Facts) > 0 || t.Fallback != "" {
		w.f("<ul class=\"facts\">\n")
		for _, f := range t.Facts {
			w.f("<li>%s</li>\n", w.linked(f))
		}
		if t.Fallback != "" {
			w.f("<li>%s</li>\n", Escape(t.Fallback))
		}
		w.f("</ul>\n")
	}
	w.f("</header>\n")
}

// linked is a fact, in which the address of the text leads there.
func (w *writer) linked(fact string) string {
	before, after, ok := strings.Cut(fact, w.t.Address)
	if !ok || w.t.Address == "" {
		return Escape(fact)
	}
	return Escape(before) + `<a href="` + Escape(w.t.Address) + `">` + Escape(w.t.Address) + `</a>` + Escape(after)
}

// Entry is a line of the table of contents.
type Entry struct {
	ID    string
	Text  Piece
	Depth int
}

// Contents are the headings of the text.
func (t Text) Contents() []Entry {
	var out []Entry
	depths := t.Depths()
	for i, p := range t.Paras {
		if depths[i] > 0 {
			out = append(out, Entry{ID: p.ID, Depth: depths[i], Text: Piece{S: strings.Join(strings.Fields(p.Said()), " "), Lang: p.Lang}})
		}
	}
	return out
}

// List writes entries as nested lists; href is put before each id.
func List(entries []Entry, lang, href string) string {
	var b strings.Builder
	depth := 0
	for _, e := range entries {
		for ; depth > e.Depth; depth-- {
			b.WriteString("</li></ol>")
		}
		if depth == e.Depth {
			b.WriteString("</li>\n")
		}
		for ; depth < e.Depth; depth++ {
			b.WriteString("<ol>")
		}
		fmt.Fprintf(&b, `<li><a href="%s#%s"%s>%s</a>`, Escape(href), Escape(e.ID), LangAttr(e.Text.Lang, lang), Escape(e.Text.S))
	}
	b.WriteString(strings.Repeat("</li></ol>", depth))
	return b.String()
}

func (w *writer) contents() {
	entries := w.t.Contents()
	if len(entries) < 2 || w.t.Words.Contents == "" {
		return
	}
	if len(w.t.Notes) > 0 {
		entries = append(entries, Entry{ID: "sources", Depth: 1, Text: Piece{w.t.Words.Sources, w.t.Lang}})
	}
	w.f("<nav aria-labelledby=\"contents\">\n<h2 id=\"contents\">%s</h2>\n%s\n</nav>\n", Escape(w.t.Words.Contents), List(entries, w.t.Lang, ""))
}

func (w *writer) text() {
	w.refs = map[int]int{}
	w.f("<main>\n")
	depths := w.t.Depths()
	for i, p := range w.t.Paras {
		if w.list && p.Kind != Item {
			w.f("</ul>\n")
			w.list = false
		}
		w.para(p, depths[i])
	}
	if w.list {
		w.f("</ul>\n")
		w.list = false
	}
	w.f("</main>\n")
}

func (w *writer) para(p Para, depth int) {
	lang := LangAttr(p.Lang, w.t.Lang)
	id := Escape(p.ID)
	switch p.Kind {
	case Heading:
		h := strconv.Itoa(depth + 1)
		w.f("<h%s id=\"%s\"%s>%s</h%s>\n", h, id, lang, w.said(p), h)
		w.dissent(p)
		return
	case Item:
		if !w.list {
			w.f("<ul class=\"items\">\n")
			w.list = true
		}
		w.f("<li id=\"%s\"%s>%s", id, lang, w.said(p))
		w.dissent(p)
		w.f("</li>\n")
		return
	case Plain, Quote, Remark:
	}
	w.f("<div class=\"para\" id=\"%s\">\n", id)
	no := ""
	if p.Number != "" {
		no = Escape(p.Number)
		if p.Address != "" {
			no = `<a class="no" href="` + Escape(p.Address) + `">` + no + `</a> `
		} else {
			no = `<span class="no">` + no + `</span> `
		}
	}
	switch p.Kind {
	case Quote:
		w.f("%s<blockquote%s><p>%s</p></blockquote>\n", no, lang, w.said(p))
	case Remark:
		w.f("%s<p class=\"remark\"%s>%s</p>\n", no, lang, w.said(p))
	case Plain, Heading, Item:
		w.f("%s<p%s>%s</p>\n", no, lang, w.said(p))
	}
	w.dissent(p)
	w.f("</div>\n")
}

func (w *writer) dissent(p Para) {
	for _, d := range p.Dissent {
		w.f("<div class=\"dissent\" role=\"note\"><p class=\"by\">%s</p>", Escape(d.Title))
		for line := range strings.SplitSeq(strings.TrimSpace(d.Text.S), "\n") {
			if strings.TrimSpace(line) != "" {
				w.f("<p%s>%s</p>", LangAttr(d.Text.Lang, w.t.Lang), Escape(strings.TrimSpace(line)))
			}
		}
		w.f("</div>\n")
	}
}

// said is the words of a paragraph with marks and degrees.
func (w *writer) said(p Para) string {
	var b strings.Builder
	for _, part := range p.Parts {
		text := strings.TrimRight(part.Text, " \t\n")
		b.WriteString(lines(text))
		w.marks(&b, part.Marks)
		if part.Degree != "" {
			b.WriteString(` <span class="degree"` + LangAttr(w.t.Lang, p.Lang) + `>(` + Escape(part.Degree) + `)</span>`)
		}
		if len(text) < len(part.Text) {
			if strings.Contains(part.Text[len(text):], "\n") {
				b.WriteString("<br/>\n")
			} else {
				b.WriteByte(' ')
			}
		}
	}
	out := strings.TrimSuffix(strings.TrimRight(b.String(), " \n"), "<br/>")
	b.Reset()
	b.WriteString(out)
	w.marks(&b, p.Marks)
	return b.String()
}

func (w *writer) marks(b *strings.Builder, marks []int) {
	for i, n := range marks {
		if i > 0 {
			b.WriteString("<sup>,</sup>")
		}
		w.refs[n]++
		fmt.Fprintf(b, `<sup><a id="ref-%d-%d" href="#note-%d"%s>%d</a></sup>`, n, w.refs[n], n, w.epub("noteref", "doc-noteref"), n)
	}
}

func (w *writer) sources() {
	if len(w.t.Notes) == 0 {
		return
	}
	w.f("<section class=\"sources\"%s>\n<h2 id=\"sources\">%s</h2>\n<ol>\n", w.epub("endnotes", "doc-endnotes"), Escape(w.t.Words.Sources))
	for _, n := range w.t.Notes {
		w.f("<li id=\"note-%d\">", n.N)
		if n.Kind != "" {
			w.f("<span class=\"kind\">%s</span> ", Escape(n.Kind))
		}
		if core.WebAddress(n.URL) {
			w.f(`<a href="%s"><bdi>%s</bdi></a>`, Escape(n.URL), Escape(n.Text))
			if n.URL != n.Text {
				w.f(` <span class="url" dir="ltr">%s</span>`, Escape(n.URL))
			}
		} else {
			w.f("<bdi>%s</bdi>", Escape(n.Text))
		}
		if w.refs[n.N] > 0 {
			w.f(` <a class="back" href="#ref-%d-1"%s aria-label="%s">↩</a>`, n.N, w.epub("backlink", "doc-backlink"), Escape(w.t.Words.Back))
		}
		w.f("</li>\n")
	}
	w.f("</ol>\n</section>\n")
}

func lines(s string) string { return strings.ReplaceAll(Escape(s), "\n", "<br/>\n") }

// Style is the style of a text on its own: for HTML files, print and EPUB.
const Style = `:root{color-scheme:light dark}
body{max-width:42em;margin:0 auto;padding:1.5em;font-family:"Source Serif 4","Noto Serif",Georgia,"Noto Naskh Arabic","Noto Serif CJK SC",serif;font-size:1.06em;line-height:1.55}
h1,h2,h3,h4,h5,.status,.facts,.no,.degree,.by,nav,.kind{font-family:"Source Sans 3","Noto Sans",Helvetica,Arial,"Noto Sans Arabic","Noto Sans CJK SC",sans-serif}
h1{line-height:1.2;margin:.2em 0 .6em}h2,h3,h4,h5{line-height:1.25;margin:1.6em 0 .5em}
.status{font-weight:600;margin:0}.facts{padding-inline-start:1.1em;font-size:.85em;overflow-wrap:anywhere}
nav ol{list-style:none;padding-inline-start:1em}nav>ol{padding:0}
.para{position:relative;margin:0 0 1em}.para p,.para blockquote{margin:0}
.no{float:inline-start;min-width:2.2em;margin-inline-end:.4em;font-size:.85em;text-decoration:none}
.para>p,.para>blockquote,.para>.dissent{margin-inline-start:2.6em}
[dir=rtl]>.no,[dir=rtl] .no{float:inline-start}
blockquote{font-style:italic}.remark{font-size:.88em}
.degree{font-size:.85em}.dissent{margin-top:.6em!important;padding:.5em .9em;border:1px solid;font-size:.94em}
.dissent p{margin:0 0 .3em}.by{font-weight:600}
sup{line-height:0;font-size:.72em}.sources{font-size:.9em}.sources li{overflow-wrap:anywhere;margin-bottom:.4em}
.url{font-size:.85em}.kind{font-size:.85em}a{color:#0b5c61}
@media (prefers-color-scheme:dark){a{color:#73c5c1}}
@media print{:root{color-scheme:light}body{max-width:none;padding:0;font-size:10.5pt}a{color:inherit;text-decoration:none}.back{display:none}h1,h2,h3,h4,h5{break-after:avoid}.dissent,li{break-inside:avoid}}
`

// StyleHash names the style in a Content-Security-Policy.
var StyleHash = func() string {
	sum := sha256.Sum256([]byte(Style))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}()

// Policy is the Content-Security-Policy of an HTML file: nothing is loaded, nothing runs.
var Policy = "default-src 'none'; style-src " + StyleHash + "; base-uri 'none'; form-action 'none'"

// HTML is the text as one file that needs nothing else.
func (t Text) HTML() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "<!doctype html>\n<html lang=\"%s\" dir=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n", Escape(t.Lang), core.Dir(t.Lang))
	fmt.Fprintf(&b, "<meta http-equiv=\"Content-Security-Policy\" content=\"%s\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n", Policy)
	fmt.Fprintf(&b, "<title>%s</title>\n", Flat(t.Title.S))
	if t.Address != "" {
		fmt.Fprintf(&b, "<link rel=\"canonical\" href=\"%s\">\n", Escape(t.Address))
	}
	if t.Licence != "" {
		fmt.Fprintf(&b, "<meta name=\"dcterms.rights\" content=\"%s\">\n", Escape(t.Licence))
	}
	if t.Hash != "" {
		fmt.Fprintf(&b, "<meta name=\"sha256\" content=\"%s\">\n", Escape(t.Hash))
	}
	b.WriteString("<style>" + Style + "</style>\n</head>\n<body>\n")
	b.WriteString(t.Body(Options{}))
	b.WriteString("</body>\n</html>\n")
	return []byte(b.String())
}
