package docx

import (
	"strings"

	"plenary/internal/core"
)

// styles are the styles of the document. Sizes are in half points, lengths in twentieths
// of a point.
func styles(lang string) string {
	var b strings.Builder
	b.WriteString(head + `<w:styles xmlns:w="` + w + `"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Cambria" w:hAnsi="Cambria" w:eastAsia="SimSun" w:cs="Arial"/><w:sz w:val="22"/><w:szCs w:val="24"/>` +
		`<w:lang w:val="` + latin(lang) + `" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>` +
		`<w:pPrDefault><w:pPr><w:spacing w:after="140" w:line="276" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>` + "\n")
	const sans = `<w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:cs="Arial"/>`
	for _, s := range []struct{ id, name, based, next, ppr, rpr string }{
		{"Normal", "Normal", "", "", "", ""},
		{"Title", "Title", "Normal", "Normal", `<w:keepNext/><w:spacing w:after="240"/>`, sans + `<w:b/><w:bCs/><w:sz w:val="44"/><w:szCs w:val="44"/>`},
		{"Subtitle", "Subtitle", "Normal", "Normal", `<w:keepNext/><w:spacing w:after="60"/>`, sans + `<w:b/><w:bCs/>`},
		{"Facts", "Facts", "Normal", "", `<w:spacing w:after="40"/>`, sans + `<w:sz w:val="18"/><w:szCs w:val="20"/>`},
		{"Heading1", "heading 1", "Normal", "Numbered", `<w:keepNext/><w:spacing w:before="360" w:after="120"/><w:outlineLvl w:val="0"/>`, sans + `<w:b/><w:bCs/><w:sz w:val="32"/><w:szCs w:val="32"/>`},
		{"Heading2", "heading 2", "Normal", "Numbered", `<w:keepNext/><w:spacing w:before="280" w:after="100"/><w:outlineLvl w:val="1"/>`, sans + `<w:b/><w:bCs/><w:sz w:val="27"/><w:szCs w:val="27"/>`},
		{"Heading3", "heading 3", "Normal", "Numbered", `<w:keepNext/><w:spacing w:before="240" w:after="80"/><w:outlineLvl w:val="2"/>`, sans + `<w:b/><w:bCs/><w:sz w:val="24"/><w:szCs w:val="24"/>`},
		{"Heading4", "heading 4", "Normal", "Numbered", `<w:keepNext/><w:spacing w:before="200" w:after="80"/><w:outlineLvl w:val="3"/>`, sans + `<w:b/><w:bCs/>`},
		{"Numbered", "Numbered paragraph", "Normal", "", `<w:tabs><w:tab w:val="left" w:pos="624"/></w:tabs><w:ind w:left="624" w:hanging="624"/>`, ""},
		{"Quote", "Quote", "Numbered", "", "", `<w:i/><w:iCs/>`},
		{"Remark", "Remark", "Numbered", "", "", `<w:sz w:val="19"/><w:szCs w:val="21"/>`},
		{"ListBullet", "List Bullet", "Normal", "", `<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:spacing w:after="60"/>`, ""},
		{"DissentTitle", "Dissent title", "Normal", "Dissent", `<w:keepNext/><w:spacing w:after="40"/><w:ind w:left="1021"/>`, sans + `<w:b/><w:bCs/><w:sz w:val="20"/><w:szCs w:val="22"/>`},
		{"Dissent", "Dissent", "Normal", "", `<w:ind w:left="1021" w:right="454"/>`, `<w:sz w:val="20"/><w:szCs w:val="22"/>`},
		{"FootnoteText", "footnote text", "Normal", "", `<w:spacing w:after="40" w:line="240" w:lineRule="auto"/>`, `<w:sz w:val="18"/><w:szCs w:val="20"/>`},
		{"Footer", "footer", "Normal", "", `<w:tabs><w:tab w:val="right" w:pos="9298"/></w:tabs><w:spacing w:after="0"/>`, sans + `<w:sz w:val="16"/><w:szCs w:val="18"/>`},
	} {
		def := ""
		if s.id == "Normal" {
			def = ` w:default="1"`
		}
		b.WriteString(`<w:style w:type="paragraph"` + def + ` w:styleId="` + s.id + `"><w:name w:val="` + s.name + `"/>`)
		if s.based != "" {
			b.WriteString(`<w:basedOn w:val="` + s.based + `"/>`)
		}
		if s.next != "" {
			b.WriteString(`<w:next w:val="` + s.next + `"/>`)
		}
		b.WriteString(`<w:qFormat/>`)
		if s.ppr != "" {
			b.WriteString(`<w:pPr>` + s.ppr + `</w:pPr>`)
		}
		if s.rpr != "" {
			b.WriteString(`<w:rPr>` + s.rpr + `</w:rPr>`)
		}
		b.WriteString("</w:style>\n")
	}
	for _, s := range []struct{ id, name, rpr string }{
		{"FootnoteReference", "footnote reference", `<w:vertAlign w:val="superscript"/>`},
		{"Hyperlink", "Hyperlink", `<w:color w:val="0B5C61"/><w:u w:val="single"/>`},
		{"ParagraphNumber", "Paragraph number", sans + `<w:sz w:val="19"/><w:szCs w:val="19"/>`},
		{"Degree", "Degree of support", sans + `<w:sz w:val="19"/><w:szCs w:val="21"/>`},
	} {
		b.WriteString(`<w:style w:type="character" w:styleId="` + s.id + `"><w:name w:val="` + s.name + `"/><w:rPr>` + s.rpr + "</w:rPr></w:style>\n")
	}
	return b.String() + `</w:styles>`
}

// latin is the language of what is written from left to right.
func latin(lang string) string {
	if core.Dir(lang) == "rtl" || lang == "zh" {
		return "en-GB"
	}
	return tag(lang)
}

func settings(lang string) string {
	bidi := ""
	if core.Dir(lang) == "rtl" {
		bidi = ` w:bidi="` + tag(lang) + `"`
	}
	return head + `<w:settings xmlns:w="` + w + `"><w:footnotePr><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr>` +
		`<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>` +
		`<w:themeFontLang w:val="` + latin(lang) + `"` + bidi + `/></w:settings>`
}

const numbering = head + `<w:numbering xmlns:w="` + w + `"><w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="hybridMultilevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="1021" w:hanging="284"/></w:pPr></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>`
