// Package epub writes a text as an EPUB 3 book of one chapter, with its contents, in the
// language and direction of the text.
package epub

import (
	"archive/zip"
	"bytes"
	"cmp"
	"compress/flate"
	"fmt"
	"io"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/formats/printed"
)

// Type is the media type of what Write gives.
const Type = "application/epub+zip"

// Write gives the text as a book. The same text gives the same bytes.
func Write(t printed.Text) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	z.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) { return flate.NewWriter(out, 9) })
	at := modified(t)
	for _, f := range []struct {
		name, body string
		method     uint16
	}{
		{"mimetype", Type, zip.Store}, // first and as it is: readers look for it at its place
		{"META-INF/container.xml", container, zip.Deflate},
		{"EPUB/package.opf", pack(t, at), zip.Deflate},
		{"EPUB/nav.xhtml", nav(t), zip.Deflate},
		{"EPUB/text.xhtml", page(t, t.Title.S, t.Body(printed.Options{EPUB: true})), zip.Deflate},
		{"EPUB/style.css", printed.Style, zip.Deflate},
	} {
		h := &zip.FileHeader{Name: f.name, Method: f.method}
		if f.method == zip.Deflate {
			h.Modified = at // an extra field, which the first file may not have
		}
		w, err := z.CreateHeader(h)
		if err != nil {
			return nil, fmt.Errorf("write book: %w", err)
		}
		if _, err := io.WriteString(w, f.body); err != nil {
			return nil, fmt.Errorf("write book: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("write book: %w", err)
	}
	return b.Bytes(), nil
}

// modified is the time of the version, so that a book does not depend on when it is made.
func modified(t printed.Text) time.Time {
	for _, at := range []time.Time{t.Issued, t.Created} {
		if !at.IsZero() {
			return at.UTC().Truncate(time.Second)
		}
	}
	return time.Unix(0, 0).UTC()
}

const container = `<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
`

func esc(s string) string { return printed.Escape(s) }

func flat(s string) string { return printed.Flat(s) }

func pack(t printed.Text, at time.Time) string {
	var b strings.Builder
	f := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	id := t.Address
	if id == "" {
		id = "urn:uuid:" + t.ID
	}
	f("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<package xmlns=\"http://www.idpf.org/2007/opf\" version=\"3.0\" unique-identifier=\"id\" xml:lang=\"%s\" dir=\"%s\">\n", esc(t.Lang), core.Dir(t.Lang))
	f("<metadata xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n<dc:identifier id=\"id\">%s</dc:identifier>\n", esc(id))
	title := flat(t.Title.S)
	if title == "" {
		title = flat(t.Status)
	}
	f("<dc:title xml:lang=\"%s\" dir=\"%s\">%s</dc:title>\n", esc(cmp.Or(t.Title.Lang, t.Lang)), core.Dir(cmp.Or(t.Title.Lang, t.Lang)), title)
	for _, l := range t.Langs() {
		f("<dc:language>%s</dc:language>\n", esc(l))
	}
	for _, p := range []struct{ name, value string }{
		{"publisher", t.Forum}, {"rights", t.Licence}, {"source", t.Address}, {"description", strings.Join(t.Facts, " · ")},
	} {
		if p.value != "" {
			f("<dc:%s>%s</dc:%s>\n", p.name, flat(p.value), p.name)
		}
	}
	if !t.Issued.IsZero() {
		f("<dc:date>%s</dc:date>\n", t.Issued.UTC().Format(time.RFC3339))
	}
	f("<meta property=\"dcterms:modified\">%s</meta>\n", at.Format("2006-01-02T15:04:05Z"))
	for _, m := range [][2]string{
		{"accessMode", "textual"},
		{"accessModeSufficient", "textual"},
		{"accessibilityHazard", "none"},
		{"accessibilityFeature", "tableOfContents"},
		{"accessibilityFeature", "structuralNavigation"},
		{"accessibilityFeature", "readingOrder"},
	} {
		f("<meta property=\"schema:%s\">%s</meta>\n", m[0], m[1])
	}
	f("</metadata>\n<manifest>\n<item id=\"nav\" href=\"nav.xhtml\" media-type=\"application/xhtml+xml\" properties=\"nav\"/>\n")
	f("<item id=\"text\" href=\"text.xhtml\" media-type=\"application/xhtml+xml\"/>\n<item id=\"style\" href=\"style.css\" media-type=\"text/css\"/>\n</manifest>\n")
	f("<spine page-progression-direction=\"%s\">\n<itemref idref=\"text\"/>\n</spine>\n</package>\n", core.Dir(t.Lang))
	return b.String()
}

func nav(t printed.Text) string {
	entries := t.Contents()
	if len(entries) == 0 {
		// A table of contents has a line at least.
		entries = []printed.Entry{{ID: "text", Depth: 1, Text: printed.Piece{S: cmp.Or(strings.Join(strings.Fields(t.Title.S), " "), t.Words.Text), Lang: t.Title.Lang}}}
	}
	if len(t.Notes) > 0 {
		entries = append(entries, printed.Entry{ID: "sources", Depth: 1, Text: printed.Piece{S: t.Words.Sources, Lang: t.Lang}})
	}
	return page(t, t.Words.Contents, fmt.Sprintf("<nav epub:type=\"toc\" role=\"doc-toc\" id=\"toc\">\n<h1>%s</h1>\n%s\n</nav>\n", esc(t.Words.Contents), printed.List(entries, t.Lang, "text.xhtml")))
}

func page(t printed.Text, title, body string) string {
	return fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="%[1]s" xml:lang="%[1]s" dir="%[2]s">
<head><meta charset="utf-8"/><title>%[3]s</title><link rel="stylesheet" type="text/css" href="style.css"/></head>
<body id="text">
%[4]s</body>
</html>
`, esc(t.Lang), core.Dir(t.Lang), cmp.Or(flat(title), "–"), body)
}
