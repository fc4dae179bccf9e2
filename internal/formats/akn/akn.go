// Package akn writes a text as Akoma Ntoso 3.0 in the shape of AKN4UN: identity of work,
// expression and manifestation, life cycle of versions, numbered paragraphs with
// permanent ids, sentences, notes, dissent.
package akn

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/formats/printed"
)

// Type is the media type of what Write gives.
const Type = "application/akn+xml"

// Own is the namespace of what Akoma Ntoso has no place for: hash, licence, the address
// of each paragraph.
const Own = "urn:plenary:document:1"

// codes are the languages as ISO 639-2 has them.
var codes = map[string]string{"en": "eng", "fr": "fra", "es": "spa", "ru": "rus", "zh": "zho", "ar": "ara"}

// Write gives the text as XML. Whatever is written in it, the answer is well-formed and
// valid.
func Write(t printed.Text) []byte {
	w := &writer{t: t, name: "doc"}
	if t.Kind == "messages" || t.Kind == "paper" {
		w.name = "statement" // what a meeting or a body says
	}
	w.f("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<akomaNtoso xmlns=\"http://docs.oasis-open.org/legaldocml/ns/akn/3.0\" xmlns:pl=\"%s\">\n", Own)
	w.f("<%s name=\"%s\" contains=\"%s\">\n", w.name, kind(t.Kind), contains(t))
	w.meta()
	w.preface()
	w.body()
	w.f("</%s>\n</akomaNtoso>\n", w.name)
	return []byte(w.b.String())
}

func kind(k string) string {
	if k == "" {
		return "text"
	}
	return esc(strings.Join(strings.Fields(k), "-"))
}

func contains(t printed.Text) string {
	if t.Revision > 1 {
		return "singleVersion"
	}
	return "originalVersion"
}

type writer struct {
	b    strings.Builder
	t    printed.Text
	name string
}

func (w *writer) f(format string, args ...any) { fmt.Fprintf(&w.b, format, args...) }

func esc(s string) string { return printed.Escape(s) }

func day(t time.Time) string {
	if t.IsZero() {
		return "1970-01-01"
	}
	return t.UTC().Format(time.DateOnly)
}

func (w *writer) meta() {
	t := w.t
	segment := url.PathEscape
	work := "/akn/un/" + w.name + "/" + segment(kind(t.Kind)) + "/" + day(t.Created) + "/" + segment(t.ID)
	lang := codes[t.Lang]
	if lang == "" {
		lang = "und"
	}
	expression := fmt.Sprintf("%s/%s@v%d", work, lang, t.Revision)
	issued := t.Issued
	if issued.IsZero() {
		issued = t.Created
	}
	author := "<FRBRauthor href=\"#publisher\" as=\"#author\"/>\n"
	w.f("<meta>\n<identification source=\"#publisher\">\n<FRBRWork>\n<FRBRthis value=\"%s/!main\"/>\n<FRBRuri value=\"%s\"/>\n", esc(work), esc(work))
	if link := uri(t.Work); link != "" {
		w.f("<FRBRalias name=\"address\" value=\"%s\"/>\n", link)
	}
	w.f("<FRBRdate date=\"%s\" name=\"creation\"/>\n%s<FRBRcountry value=\"un\"/>\n<FRBRsubtype value=\"%s\"/>\n</FRBRWork>\n", day(t.Created), author, kind(t.Kind))
	w.f("<FRBRExpression>\n<FRBRthis value=\"%s/!main\"/>\n<FRBRuri value=\"%s\"/>\n", esc(expression), esc(expression))
	if link := uri(t.Address); link != "" {
		w.f("<FRBRalias name=\"address\" value=\"%s\"/>\n", link)
	}
	w.f("<FRBRdate date=\"%s\" name=\"%s\"/>\n%s<FRBRversionNumber value=\"%d\"/>\n", day(issued), step(t), author, t.Revision)
	for _, l := range t.Langs() {
		if c := codes[l]; c != "" {
			w.f("<FRBRlanguage language=\"%s\"/>\n", c)
		}
	}
	if codes[t.Lang] == "" {
		w.f("<FRBRlanguage language=\"und\"/>\n")
	}
	w.f("</FRBRExpression>\n<FRBRManifestation>\n<FRBRthis value=\"%s/!main.xml\"/>\n<FRBRuri value=\"%s.xml\"/>\n", esc(expression), esc(expression))
	w.f("<FRBRdate date=\"%s\" name=\"%s\"/>\n<FRBRauthor href=\"#publisher\" as=\"#editor\"/>\n<FRBRformat value=\"%s\"/>\n</FRBRManifestation>\n</identification>\n", day(issued), step(t), Type)
	if !t.Draft {
		w.f("<publication date=\"%s\" name=\"%s\" showAs=\"%s\"/>\n", day(t.Issued), kind(t.Kind), attr(t.Status))
	}
	w.lifecycle()
	w.references()
	w.notes()
	w.f("<proprietary source=\"#publisher\">\n<pl:status>%s</pl:status>\n", esc(t.Status))
	for _, p := range []struct{ name, value string }{{"address", t.Address}, {"licence", t.Licence}, {"sha256", t.Hash}} {
		if p.value != "" {
			w.f("<pl:%s>%s</pl:%s>\n", p.name, esc(p.value), p.name)
		}
	}
	if !t.Issued.IsZero() {
		w.f("<pl:published>%s</pl:published>\n", t.Issued.UTC().Format(time.RFC3339Nano))
	}
	w.f("</proprietary>\n</meta>\n")
}

func step(t printed.Text) string {
	if t.Draft {
		return "draft"
	}
	return "publication"
}

// attr is a text on one line: attributes hold no line breaks.
func attr(s string) string { return printed.Flat(s) }

// uri is an address as an attribute may hold it; nothing where it is none.
func uri(s string) string {
	u, err := url.Parse(strings.TrimSpace(printed.Clean(s)))
	if err != nil || s == "" {
		return ""
	}
	return esc(u.String())
}

func (w *writer) lifecycle() {
	w.f("<lifecycle source=\"#publisher\">\n")
	if len(w.t.History) == 0 {
		w.f("<eventRef eId=\"eventRef_1\" date=\"%s\" source=\"#work\" type=\"generation\"/>\n", day(w.t.Created))
	}
	for i, v := range w.t.History {
		kind := "amendment"
		if i == 0 {
			kind = "generation"
		}
		w.f("<eventRef eId=\"eventRef_%d\" date=\"%s\" source=\"#version_%d\" type=\"%s\"/>\n", i+1, day(v.Issued), v.Number, kind)
	}
	w.f("</lifecycle>\n")
}

func (w *writer) references() {
	t := w.t
	w.f("<references source=\"#publisher\">\n<original eId=\"work\" href=\"%s\" showAs=\"%s\"/>\n", orHash(uri(t.Work)), attr(t.Title.S))
	for _, v := range t.History {
		w.f("<passiveRef eId=\"version_%d\" href=\"%s\" showAs=\"%s\"/>\n", v.Number, orHash(uri(v.Address)), attr(fmt.Sprintf("%d. %s", v.Number, v.Note)))
	}
	w.f("<TLCOrganization eId=\"publisher\" href=\"%s\" showAs=\"%s\"/>\n", orHash(uri(t.Home)), attr(t.Forum))
	w.f("<TLCRole eId=\"author\" href=\"/akn/ontology/roles/author\" showAs=\"Author\"/>\n<TLCRole eId=\"editor\" href=\"/akn/ontology/roles/editor\" showAs=\"Editor\"/>\n")
	for _, n := range t.Notes {
		if link := uri(n.URL); link != "" && core.WebAddress(n.URL) {
			w.f("<TLCReference eId=\"source_%d\" name=\"source\" href=\"%s\" showAs=\"%s\"/>\n", n.N, link, attr(n.Text))
		}
	}
	w.f("</references>\n")
}

func orHash(s string) string {
	if s == "" {
		return "#"
	}
	return s
}

func (w *writer) notes() {
	if len(w.t.Notes) == 0 {
		return
	}
	w.f("<notes source=\"#publisher\"%s>\n", w.lang(w.t.Lang, ""))
	for _, n := range w.t.Notes {
		text := esc(n.Text)
		if link := uri(n.URL); link != "" && core.WebAddress(n.URL) {
			text = "<a href=\"" + link + "\">" + text + "</a>"
		}
		if n.Kind != "" {
			text = "<inline name=\"kind\">" + esc(n.Kind) + "</inline> " + text
		}
		w.f("<note eId=\"note_%d\" marker=\"%d\"><p>%s</p></note>\n", n.N, n.N, text)
	}
	w.f("</notes>\n")
}

func (w *writer) lang(l, around string) string {
	if l == "" || l == around {
		return ""
	}
	return ` xml:lang="` + esc(l) + `"`
}

func (w *writer) preface() {
	t := w.t
	w.f("<preface%s>\n<p><docStatus>%s</docStatus></p>\n<p%s><docTitle>%s</docTitle></p>\n", w.lang(t.Lang, ""), esc(t.Status), w.lang(t.Title.Lang, t.Lang), lines(t.Title.S))
	for _, f := range t.Facts {
		w.f("<p class=\"fact\">%s</p>\n", lines(f))
	}
	if t.Fallback != "" {
		w.f("<p class=\"fact\">%s</p>\n", lines(t.Fallback))
	}
	w.f("</preface>\n")
}

func lines(s string) string { return strings.ReplaceAll(esc(s), "\n", "<eol/>") }

func (w *writer) body() {
	w.f("<mainBody%s>\n", w.lang(w.t.Lang, ""))
	open := 0
	depths := w.t.Depths()
	for i, p := range w.t.Paras {
		if d := depths[i]; d > 0 {
			for ; open >= d; open-- {
				w.f("</section>\n")
			}
			w.f("<section eId=\"sec_%s\"%s%s>\n<heading>%s</heading>\n", number(p), w.lang(p.Lang, w.t.Lang), w.address(p), w.said(p, "sec_"))
			open++
			w.dissent(p, "sec_")
			continue
		}
		w.para(p)
	}
	for ; open > 0; open-- {
		w.f("</section>\n")
	}
	if len(w.t.Paras) == 0 {
		w.f("<p/>\n")
	}
	w.f("</mainBody>\n")
}

// number is the part of a paragraph's id that its eId is made of.
func number(p printed.Para) string {
	n := strings.TrimPrefix(p.ID, "p")
	return esc(strings.Map(func(r rune) rune {
		if r <= ' ' || r == 0x85 || r == 0xA0 {
			return '-'
		}
		return r
	}, n))
}

func (w *writer) address(p printed.Para) string {
	if link := uri(p.Address); link != "" {
		return ` pl:href="` + link + `"`
	}
	return ""
}

func (w *writer) para(p printed.Para) {
	w.f("<paragraph eId=\"para_%s\" class=\"%s\"%s%s>\n", number(p), esc(string(p.Kind)), w.lang(p.Lang, w.t.Lang), w.address(p))
	if p.Number != "" {
		w.f("<num>%s</num>\n", esc(p.Number))
	}
	holder := "content"
	if len(p.Dissent) > 0 {
		holder = "intro" // what dissents is a part of the paragraph
	}
	w.f("<%s><p>%s</p></%s>\n", holder, w.said(p, "para_"), holder)
	w.dissent(p, "para_")
	w.f("</paragraph>\n")
}

func (w *writer) dissent(p printed.Para, prefix string) {
	for i, d := range p.Dissent {
		name := "minorityStatement"
		if d.View {
			name = "divergingView"
		}
		w.f("<hcontainer name=\"%s\" eId=\"%s%s__hcontainer_%d\"%s>\n<heading%s>%s</heading>\n<content>", name, prefix, number(p), i+1, w.lang(d.Text.Lang, p.Lang), w.lang(w.t.Lang, ""), esc(d.Title))
		for line := range strings.SplitSeq(strings.TrimSpace(d.Text.S), "\n") {
			w.f("<p>%s</p>", esc(strings.TrimSpace(line)))
		}
		w.f("</content>\n</hcontainer>\n")
	}
}

func (w *writer) said(p printed.Para, prefix string) string {
	var b strings.Builder
	several := len(p.Parts) > 1
	for i, part := range p.Parts {
		text := strings.TrimRight(part.Text, " \t\n")
		if several {
			fmt.Fprintf(&b, "<inline name=\"sentence\" eId=\"%s%s__sentence_%d\">%s</inline>", prefix, number(p), i+1, lines(text))
		} else {
			b.WriteString(lines(text))
		}
		marks(&b, part.Marks)
		if part.Degree != "" {
			b.WriteString(" <inline name=\"degreeOfSupport\"" + w.lang(w.t.Lang, p.Lang) + ">(" + esc(part.Degree) + ")</inline>")
		}
		switch {
		case i == len(p.Parts)-1:
		case strings.Contains(part.Text[len(text):], "\n"):
			b.WriteString("<eol/>")
		case len(text) < len(part.Text):
			b.WriteByte(' ')
		}
	}
	marks(&b, p.Marks)
	return b.String()
}

func marks(b *strings.Builder, marks []int) {
	for _, n := range marks {
		fmt.Fprintf(b, "<noteRef href=\"#note_%d\" marker=\"%d\"/>", n, n)
	}
}
