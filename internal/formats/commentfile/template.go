package commentfile

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Para is a paragraph of the text that is commented on.
type Para struct{ ID, Text string }

// Template is an empty form for a text: a row for the text as a whole, then one per
// paragraph. Lang is the language of its headings, one of the six; Note is what the
// sender reads above the table.
type Template struct {
	Title, Note, Lang string
	Paras             []Para
}

var (
	senderLines = []string{FieldName, FieldOrganisation, FieldGroup, FieldCountry, FieldEmail}
	columns     = []string{FieldParagraph, FieldText, FieldQuote, FieldComment, FieldProposal, FieldLanguage}
	widths      = []int{1100, 4700, 2200, 3400, 3400, 1200} // twentieths of a point, of a landscape page
)

// number is how a paragraph is named in the form: "3" for p3.
func number(id string) string {
	if n, ok := strings.CutPrefix(id, "p"); ok && paragraph(n) == id {
		return n
	}
	return id
}

// rows are those of the form: title and note, lines about the sender, an empty one, and
// the table.
func (t Template) rows() [][]string {
	return slices.Concat([][]string{{t.Title}, {t.Note}}, t.sender(), [][]string{{""}}, t.rowsOfText())
}

func (t Template) sender() [][]string {
	var out [][]string
	for _, f := range senderLines {
		out = append(out, []string{word(t.Lang, f), ""})
	}
	return out
}

// rowsOfText are the heading, the text as a whole, and the paragraphs.
func (t Template) rowsOfText() [][]string {
	var heading []string
	for _, f := range columns {
		heading = append(heading, word(t.Lang, f))
	}
	out := [][]string{heading, {wholeText[written(t.Lang)][0], "", "", "", "", ""}}
	for _, p := range t.Paras {
		out = append(out, []string{number(p.ID), p.Text, "", "", "", ""})
	}
	return out
}

// TemplateCSV writes a form as UTF-8 with a byte order mark and the separator that
// spreadsheets expect in the language. No cell can be taken for a formula.
func TemplateCSV(t Template) []byte {
	sep := ","
	switch t.Lang {
	case "fr", "es", "ru":
		sep = ";"
	}
	var b bytes.Buffer
	b.WriteString("\ufeff")
	for _, row := range t.rows() {
		for i, c := range row {
			if i > 0 {
				b.WriteString(sep)
			}
			c = guard(c)
			if strings.ContainsAny(c, "\"\r\n,;\t|") {
				c = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
			}
			b.WriteString(c)
		}
		b.WriteString("\r\n")
	}
	return b.Bytes()
}

// TemplateXLSX writes a form as a workbook. All cells are text.
func TemplateXLSX(t Template) ([]byte, error) {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }() // nothing of it is on a disk
	const sheet = "Sheet1"
	wrap, err := f.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}, NumFmt: 49})
	if err != nil {
		return nil, fmt.Errorf("style of the form: %w", err)
	}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}, NumFmt: 49})
	if err != nil {
		return nil, fmt.Errorf("style of the form: %w", err)
	}
	rows := t.rows()
	head := len(rows) - len(t.rowsOfText())
	for i, row := range rows {
		for j, c := range row {
			cell, err := excelize.CoordinatesToCellName(j+1, i+1)
			if err != nil {
				return nil, fmt.Errorf("cell of the form: %w", err)
			}
			style := wrap
			if i == head || i >= 2 && i < head && j == 0 {
				style = bold
			}
			if i < 2 {
				style = 0
			}
			if err := f.SetCellStyle(sheet, cell, cell, style); err != nil {
				return nil, fmt.Errorf("cell of the form: %w", err)
			}
			if err := f.SetCellStr(sheet, cell, c); err != nil {
				return nil, fmt.Errorf("cell of the form: %w", err)
			}
		}
	}
	for j, w := range widths {
		col, err := excelize.ColumnNumberToName(j + 1)
		if err != nil {
			return nil, fmt.Errorf("column of the form: %w", err)
		}
		if err := f.SetColWidth(sheet, col, col, float64(w)/100); err != nil {
			return nil, fmt.Errorf("column of the form: %w", err)
		}
	}
	rtl := t.Lang == "ar"
	if err := f.SetSheetView(sheet, 0, &excelize.ViewOptions{RightToLeft: &rtl}); err != nil {
		return nil, fmt.Errorf("view of the form: %w", err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		return nil, fmt.Errorf("write the form: %w", err)
	}
	return b.Bytes(), nil
}

// TemplateDOCX writes a form as a word processor's document, on landscape pages, with a
// heading row that repeats on each.
func TemplateDOCX(t Template) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range []struct{ name, body string }{
		{"[Content_Types].xml", xml.Header + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/></Types>`},
		{"_rels/.rels", xml.Header + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`},
		{"word/_rels/document.xml.rels", xml.Header + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`},
		{"word/styles.xml", t.styles()},
		{"word/document.xml", t.document()},
	} {
		w, err := z.Create(p.name)
		if err != nil {
			return nil, fmt.Errorf("write the form: %w", err)
		}
		if _, err := w.Write([]byte(p.body)); err != nil {
			return nil, fmt.Errorf("write the form: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("write the form: %w", err)
	}
	return b.Bytes(), nil
}

const wordSpace = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`

func (t Template) styles() string {
	return xml.Header + `<w:styles ` + wordSpace + `><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:cs="Arial"/><w:sz w:val="20"/><w:szCs w:val="20"/><w:lang w:val="` + written(t.Lang) + `" w:eastAsia="zh-CN" w:bidi="ar"/></w:rPr></w:rPrDefault></w:docDefaults>` +
		`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>` +
		`<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:basedOn w:val="Normal"/><w:pPr><w:spacing w:after="120"/></w:pPr><w:rPr><w:b/><w:bCs/><w:sz w:val="32"/><w:szCs w:val="32"/></w:rPr></w:style></w:styles>`
}

func (t Template) document() string {
	var b strings.Builder
	b.WriteString(xml.Header + `<w:document ` + wordSpace + `><w:body>`)
	b.WriteString(t.para(t.Title, "Title", false) + t.para(t.Note, "", false))
	t.table(&b, []int{3300, 8000}, t.sender(), func(_, j int) bool { return j == 0 }, false)
	b.WriteString(t.para("", "", false))
	t.table(&b, widths, t.rowsOfText(), func(i, _ int) bool { return i == 0 }, true)
	b.WriteString(t.para("", "", false))
	b.WriteString(`<w:sectPr><w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/><w:pgMar w:top="720" w:right="420" w:bottom="720" w:left="420" w:header="360" w:footer="360" w:gutter="0"/></w:sectPr></w:body></w:document>`)
	return b.String()
}

func (t Template) para(text, style string, bold bool) string {
	var b strings.Builder
	b.WriteString(`<w:p><w:pPr>`)
	if style != "" {
		b.WriteString(`<w:pStyle w:val="` + style + `"/>`)
	}
	props := ""
	if t.Lang == "ar" {
		b.WriteString(`<w:bidi/>`)
		props = `<w:rtl/>`
	}
	b.WriteString(`</w:pPr>`)
	if bold {
		props = `<w:b/><w:bCs/>` + props
	}
	for i, part := range strings.Split(text, "\n") {
		if text == "" {
			break
		}
		b.WriteString(`<w:r><w:rPr>` + props + `</w:rPr>`)
		if i > 0 {
			b.WriteString(`<w:br/>`)
		}
		b.WriteString(`<w:t xml:space="preserve">`)
		_ = xml.EscapeText(&b, []byte(part)) // a strings.Builder takes everything
		b.WriteString(`</w:t></w:r>`)
	}
	b.WriteString(`</w:p>`)
	return b.String()
}

func (t Template) table(b *strings.Builder, widths []int, rows [][]string, bold func(i, j int) bool, heading bool) {
	b.WriteString(`<w:tbl><w:tblPr>`)
	if t.Lang == "ar" {
		b.WriteString(`<w:bidiVisual/>`)
	}
	b.WriteString(`<w:tblW w:w="0" w:type="auto"/><w:tblBorders>`)
	for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
		b.WriteString(`<w:` + side + ` w:val="single" w:sz="4" w:space="0" w:color="808080"/>`)
	}
	b.WriteString(`</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>`)
	for _, w := range widths {
		fmt.Fprintf(b, `<w:gridCol w:w="%d"/>`, w)
	}
	b.WriteString(`</w:tblGrid>`)
	for i, row := range rows {
		b.WriteString(`<w:tr>`)
		if heading && i == 0 {
			b.WriteString(`<w:trPr><w:tblHeader/></w:trPr>`)
		}
		for j, c := range row {
			fmt.Fprintf(b, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/></w:tcPr>`, widths[j])
			b.WriteString(t.para(c, "", bold(i, j)) + `</w:tc>`)
		}
		b.WriteString(`</w:tr>`)
	}
	b.WriteString(`</w:tbl>`)
}
