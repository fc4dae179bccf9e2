package docx

import (
	"fmt"
	"strings"

	"plenary/internal/core"
	"plenary/internal/formats/printed"
)

// document is a text on its way to WordprocessingML.
type document struct {
	t         printed.Text
	links     links // of the text
	noteLinks links // of the footnotes
	bookmarks int
	order     []printed.Note // footnotes as they come up
	met       map[int]int    // number of a note → its footnote
}

func newDocument(t printed.Text) *document { return &document{t: t, met: map[int]int{}} }

// run is a stretch of characters of one kind.
type run struct {
	text, lang, style string
	bold              bool
}

func (r run) xml() string {
	if r.text == "" {
		return ""
	}
	var b strings.Builder
	b.WriteString("<w:r>" + r.props())
	for i, line := range strings.Split(r.text, "\n") {
		if i > 0 {
			b.WriteString("<w:br/>")
		}
		for j, piece := range strings.Split(line, "\t") {
			if j > 0 {
				b.WriteString("<w:tab/>")
			}
			if piece != "" {
				b.WriteString(`<w:t xml:space="preserve">` + esc(piece) + `</w:t>`)
			}
		}
	}
	return b.String() + "</w:r>"
}

func (r run) props() string {
	var b strings.Builder
	b.WriteString("<w:rPr>")
	if r.style != "" {
		b.WriteString(`<w:rStyle w:val="` + r.style + `"/>`)
	}
	if r.bold {
		b.WriteString(`<w:b/><w:bCs/>`)
	}
	switch {
	case core.Dir(r.lang) == "rtl":
		b.WriteString(`<w:rtl/><w:lang w:bidi="` + tag(r.lang) + `"/>`)
	case r.lang == "zh":
		b.WriteString(`<w:lang w:val="` + tag(r.lang) + `" w:eastAsia="` + tag(r.lang) + `"/>`)
	default:
		b.WriteString(`<w:lang w:val="` + tag(r.lang) + `"/>`)
	}
	return b.String() + "</w:rPr>"
}

// para is a paragraph of a style in the direction of its language.
func para(style, lang, more, body string) string {
	bidi := ""
	if core.Dir(lang) == "rtl" {
		bidi = "<w:bidi/>"
	}
	return `<w:p><w:pPr><w:pStyle w:val="` + style + `"/>` + bidi + more + `</w:pPr>` + body + "</w:p>\n"
}

func (d *document) link(l *links, u, body string) string {
	if body == "" || !core.WebAddress(u) {
		return body
	}
	return `<w:hyperlink r:id="` + l.id(u) + `" w:history="1">` + body + `</w:hyperlink>`
}

func (d *document) bookmark(name, body string) string {
	d.bookmarks++
	return fmt.Sprintf(`<w:bookmarkStart w:id="%d" w:name="%s"/>%s<w:bookmarkEnd w:id="%d"/>`, d.bookmarks, esc(name), body, d.bookmarks)
}

func (d *document) document() string {
	t := d.t
	var b strings.Builder
	b.WriteString(head + `<w:document xmlns:w="` + w + `" xmlns:r="` + rel + `"><w:body>` + "\n")
	if t.Status != "" {
		b.WriteString(para("Subtitle", t.Lang, "", run{text: t.Status, lang: t.Lang}.xml()))
	}
	b.WriteString(para("Title", t.Title.Lang, "", run{text: t.Title.S, lang: t.Title.Lang}.xml()))
	for _, f := range append(t.Facts[:len(t.Facts):len(t.Facts)], t.Fallback) {
		if f != "" {
			b.WriteString(para("Facts", t.Lang, "", d.fact(f)))
		}
	}
	depths := t.Depths()
	for i, p := range t.Paras {
		b.WriteString(d.para(p, depths[i]))
	}
	b.WriteString(`<w:sectPr><w:footerReference w:type="default" r:id="rId5"/><w:footnotePr><w:numFmt w:val="decimal"/></w:footnotePr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1304" w:right="1304" w:bottom="1304" w:left="1304" w:header="709" w:footer="567" w:gutter="0"/>`)
	if core.Dir(t.Lang) == "rtl" {
		b.WriteString("<w:bidi/>")
	}
	b.WriteString(`</w:sectPr></w:body></w:document>`)
	return b.String()
}

// fact is a line about the text, in which its address leads there.
func (d *document) fact(f string) string {
	before, after, ok := strings.Cut(f, d.t.Address)
	if !ok || d.t.Address == "" {
		return run{text: f, lang: d.t.Lang}.xml()
	}
	return run{text: before, lang: d.t.Lang}.xml() +
		d.link(&d.links, d.t.Address, run{text: d.t.Address, lang: "en", style: "Hyperlink"}.xml()) + run{text: after, lang: d.t.Lang}.xml()
}

func (d *document) para(p printed.Para, depth int) string {
	body := d.said(p)
	var out string
	switch p.Kind {
	case printed.Heading:
		out = para(fmt.Sprintf("Heading%d", depth), p.Lang, "", d.bookmark(p.ID, body))
	case printed.Item:
		out = para("ListBullet", p.Lang, "", d.bookmark(p.ID, body))
	case printed.Plain, printed.Quote, printed.Remark:
		style := map[printed.Kind]string{printed.Quote: "Quote", printed.Remark: "Remark"}[p.Kind]
		if style == "" {
			style = "Numbered"
		}
		no := run{text: p.Number, lang: d.t.Lang, style: "ParagraphNumber"}.xml()
		out = para(style, p.Lang, "", d.bookmark(p.ID, d.link(&d.links, p.Address, no))+"<w:r><w:tab/></w:r>"+body)
	}
	for _, s := range p.Dissent {
		out += para("DissentTitle", d.t.Lang, "", run{text: s.Title, lang: d.t.Lang}.xml())
		for line := range strings.SplitSeq(strings.TrimSpace(s.Text.S), "\n") {
			if line = strings.TrimSpace(line); line != "" {
				out += para("Dissent", s.Text.Lang, "", run{text: line, lang: s.Text.Lang}.xml())
			}
		}
	}
	return out
}

func (d *document) said(p printed.Para) string {
	var b strings.Builder
	for i, part := range p.Parts {
		text := strings.TrimRight(part.Text, " \t\n")
		b.WriteString(run{text: text, lang: p.Lang}.xml())
		d.marks(&b, part.Marks)
		if part.Degree != "" {
			b.WriteString(run{text: " (" + part.Degree + ")", lang: d.t.Lang, style: "Degree"}.xml())
		}
		if i < len(p.Parts)-1 {
			b.WriteString(run{text: part.Text[len(text):], lang: p.Lang}.xml())
		}
	}
	d.marks(&b, p.Marks)
	return b.String()
}

// marks puts a footnote where a source comes up for the first time, and a reference to
// it where it comes up again.
func (d *document) marks(b *strings.Builder, marks []int) {
	const sup = `<w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr>`
	for i, n := range marks {
		if i > 0 {
			b.WriteString(`<w:r>` + sup + `<w:t>,</w:t></w:r>`)
		}
		if n < 1 || n > len(d.t.Notes) {
			continue
		}
		name := fmt.Sprintf("_note%d", n)
		if id, again := d.met[n]; again {
			fmt.Fprintf(b, `<w:r>%[1]s<w:fldChar w:fldCharType="begin"/></w:r><w:r>%[1]s<w:instrText xml:space="preserve"> NOTEREF %[2]s \f \h </w:instrText></w:r><w:r>%[1]s<w:fldChar w:fldCharType="separate"/></w:r><w:r>%[1]s<w:t>%[3]d</w:t></w:r><w:r>%[1]s<w:fldChar w:fldCharType="end"/></w:r>`, sup, name, id)
			continue
		}
		d.order = append(d.order, d.t.Notes[n-1])
		d.met[n] = len(d.order)
		b.WriteString(d.bookmark(name, fmt.Sprintf(`<w:r>%s<w:footnoteReference w:id="%d"/></w:r>`, sup, len(d.order))))
	}
}

func (d *document) footnotes() string {
	var b strings.Builder
	b.WriteString(head + `<w:footnotes xmlns:w="` + w + `" xmlns:r="` + rel + `">` +
		`<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>` +
		`<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>` + "\n")
	lang := d.t.Lang
	for i, n := range d.order {
		body := `<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r>` + run{text: " ", lang: lang}.xml()
		if n.Kind != "" {
			body += run{text: n.Kind + " ", lang: lang}.xml()
		}
		label := run{text: n.Text, lang: lang}
		if n.URL != "" {
			label.style = "Hyperlink"
		}
		body += d.link(&d.noteLinks, n.URL, label.xml())
		if n.URL != "" && n.URL != n.Text {
			body += run{text: " ", lang: lang}.xml() + run{text: n.URL, lang: "en"}.xml() // on paper too
		}
		fmt.Fprintf(&b, `<w:footnote w:id="%d">%s</w:footnote>`, i+1, para("FootnoteText", lang, "", body))
	}
	return b.String() + `</w:footnotes>`
}

// footer has the title, the address and the number of the page.
func (d *document) footer() string {
	field := func(code string) string {
		return `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> ` + code + ` </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>`
	}
	return head + `<w:ftr xmlns:w="` + w + `" xmlns:r="` + rel + `">` +
		para("Footer", d.t.Lang, "", run{text: d.t.Address, lang: "en"}.xml()+`<w:r><w:tab/></w:r>`+field("PAGE")+run{text: " / ", lang: d.t.Lang}.xml()+field("NUMPAGES")) + `</w:ftr>`
}
