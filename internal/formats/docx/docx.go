// Package docx writes a text as a WordprocessingML document (ECMA-376): headings,
// paragraphs with their permanent numbers, the language and direction of every run,
// sources as footnotes, dissent in a style of its own.
package docx

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"

	"plenary/internal/formats/printed"
)

// Type is the media type of what Write gives.
const Type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

const (
	head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
	w    = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	rel  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	pkg  = "http://schemas.openxmlformats.org/package/2006/relationships"
)

// Write gives the text as a document. The same text gives the same bytes.
func Write(t printed.Text) ([]byte, error) {
	d := newDocument(t)
	body := d.document() // first: it finds out which links and notes there are
	notes := d.footnotes()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range []struct{ name, body string }{
		{"[Content_Types].xml", contentTypes},
		{"_rels/.rels", packageRels},
		{"docProps/core.xml", properties(t)},
		{"docProps/app.xml", head + `<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>Plenary</Application></Properties>`},
		{"word/document.xml", body},
		{"word/_rels/document.xml.rels", relations(documentRels, d.links.list)},
		{"word/styles.xml", styles(t.Lang)},
		{"word/settings.xml", settings(t.Lang)},
		{"word/numbering.xml", numbering},
		{"word/footnotes.xml", notes},
		{"word/_rels/footnotes.xml.rels", relations("", d.noteLinks.list)},
		{"word/footer1.xml", d.footer()},
	} {
		f1, err := z.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: when(t)})
		if err != nil {
			return nil, fmt.Errorf("write document: %w", err)
		}
		if _, err := io.WriteString(f1, f.body); err != nil {
			return nil, fmt.Errorf("write document: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("write document: %w", err)
	}
	return b.Bytes(), nil
}

// when is the time of the version: a file does not depend on when it is made.
func when(t printed.Text) time.Time {
	for _, at := range []time.Time{t.Issued, t.Created} {
		if at.Year() >= 1980 { // before there were archives
			return at.UTC().Truncate(time.Second)
		}
	}
	return time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
}

func esc(s string) string { return printed.Escape(s) }

func flat(s string) string { return printed.Flat(s) }

const contentTypes = head + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
	`<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>` +
	`<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>` +
	`<Override PartName="/word/settings.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml"/>` +
	`<Override PartName="/word/numbering.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"/>` +
	`<Override PartName="/word/footnotes.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"/>` +
	`<Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/>` +
	`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>` +
	`<Override PartName="/docProps/app.xml" ContentType="application/vnd.openxmlformats-officedocument.extended-properties+xml"/></Types>`

const packageRels = head + `<Relationships xmlns="` + pkg + `"><Relationship Id="rId1" Type="` + rel + `/officeDocument" Target="word/document.xml"/>` +
	`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/>` +
	`<Relationship Id="rId3" Type="` + rel + `/extended-properties" Target="docProps/app.xml"/></Relationships>`

const documentRels = `<Relationship Id="rId1" Type="` + rel + `/styles" Target="styles.xml"/><Relationship Id="rId2" Type="` + rel + `/settings" Target="settings.xml"/>` +
	`<Relationship Id="rId3" Type="` + rel + `/numbering" Target="numbering.xml"/><Relationship Id="rId4" Type="` + rel + `/footnotes" Target="footnotes.xml"/>` +
	`<Relationship Id="rId5" Type="` + rel + `/footer" Target="footer1.xml"/>`

func relations(fixed string, links []string) string {
	var b strings.Builder
	b.WriteString(head + `<Relationships xmlns="` + pkg + `">` + fixed)
	for i, u := range links {
		fmt.Fprintf(&b, `<Relationship Id="link%d" Type="%s/hyperlink" Target="%s" TargetMode="External"/>`, i+1, rel, esc(u))
	}
	return b.String() + `</Relationships>`
}

// links gives each address one relation.
type links struct {
	list []string
	ids  map[string]string
}

func (l *links) id(u string) string {
	if id, ok := l.ids[u]; ok {
		return id
	}
	if l.ids == nil {
		l.ids = map[string]string{}
	}
	l.list = append(l.list, u)
	l.ids[u] = fmt.Sprintf("link%d", len(l.list))
	return l.ids[u]
}

func properties(t printed.Text) string {
	var b strings.Builder
	fmt.Fprintf(&b, head+`<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">`+
		`<dc:title>%s</dc:title><dc:creator>%s</dc:creator><dc:language>%s</dc:language><dc:identifier>%s</dc:identifier><dc:description>%s</dc:description><cp:contentStatus>%s</cp:contentStatus><cp:version>%d</cp:version>`,
		flat(t.Title.S), flat(t.Forum), tag(t.Lang), esc(t.Address), flat(strings.Join(t.Facts, " · ")), flat(t.Status), t.Revision)
	at := when(t).Format(time.RFC3339)
	fmt.Fprintf(&b, `<dcterms:created xsi:type="dcterms:W3CDTF">%s</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">%s</dcterms:modified></cp:coreProperties>`, at, at)
	return b.String()
}

// tag is a language as word processors name it.
func tag(lang string) string {
	switch lang {
	case "", "en":
		return "en-GB"
	case "fr":
		return "fr-FR"
	case "es":
		return "es-ES"
	case "ru":
		return "ru-RU"
	case "zh":
		return "zh-CN"
	case "ar":
		return "ar-SA"
	}
	return esc(lang)
}
