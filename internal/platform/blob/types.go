package blob

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"path"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"plenary/internal/core"
)

// Types that are taken as they are found in the bytes.
var found = []string{
	"application/pdf", "image/png", "image/jpeg", "image/webp", "image/gif",
	"text/plain", "text/html", "text/xml",
}

// Types that are texts: the bytes look like text/plain or text/xml, and the name or
// the sender says what they are.
var texts = map[string]string{
	".csv": "text/csv", ".md": "text/markdown", ".vtt": "text/vtt", ".ics": "text/calendar",
	".json": "application/json", ".xml": "text/xml", ".srt": "application/x-subrip", ".eml": "message/rfc822",
}

// Documents that are zip files, by a file that they must hold.
var zipped = []struct{ part, kind string }{
	{"word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
	{"xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	{"ppt/presentation.xml", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
}

// OpenDocument and EPUB say in their first file what they are.
var declared = []string{
	"application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet",
	"application/vnd.oasis.opendocument.presentation", "application/epub+zip",
}

// inline are the types that a browser may show by itself: none of them runs anything.
// A page or a picture of SVG would.
var inline = append([]string{"image/png", "image/jpeg", "image/webp", "image/gif", "application/pdf", "text/plain"}, media...)

// media are sound and film that browsers play.
var media = []string{
	"audio/mpeg", "audio/mp4", "audio/aac", "audio/ogg", "audio/webm", "audio/wav", "audio/flac", "video/mp4", "video/webm", "video/ogg",
}

// mediaType finds out which sound or film a file is. The bytes tell the container; its
// ending tells whether a container that can hold either holds sound alone.
func mediaType(f *os.File, _ int64, name string) (string, error) {
	head := make([]byte, 512)
	n, err := f.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("look into file: %w", err)
	}
	head = head[:n]
	ext := strings.ToLower(path.Ext(name))
	kind := http.DetectContentType(head)
	switch {
	case kind == "audio/wave":
		kind = "audio/wav"
	case kind == "application/ogg":
		kind = "audio/ogg"
		if ext == ".ogv" {
			kind = "video/ogg"
		}
	case kind == "video/webm" && !bytes.Contains(head, []byte("webm")):
		kind = "" // Matroska, which begins alike and which no browser plays
	case kind == "video/webm" && ext == ".weba":
		kind = "audio/webm"
	case len(head) >= 12 && string(head[4:8]) == "ftyp" && string(head[8:12]) != "qt  ":
		kind = "video/mp4"
		if ext == ".m4a" || strings.HasPrefix(string(head[8:12]), "M4A") {
			kind = "audio/mp4"
		}
	case bytes.HasPrefix(head, []byte("fLaC")):
		kind = "audio/flac"
	case len(head) > 2 && head[0] == 0xFF && head[1]&0xF6 == 0xF0:
		kind = "audio/aac" // a frame of ADTS
	case len(head) > 2 && head[0] == 0xFF && head[1]&0xE6 == 0xE2 && head[2]&0xF0 != 0xF0 && head[2]&0x0C != 0x0C:
		kind = "audio/mpeg" // a frame of layer III without a tag before it
	}
	if !slices.Contains(media, kind) {
		return "", core.Invalid("blob.media_type", "Name", name)
	}
	return kind, nil
}

// typeOf finds out what a file is by looking into it. What the sender says counts only
// between kinds of text.
func typeOf(f *os.File, size int64, name, contentType string) (string, error) {
	head := make([]byte, 512)
	n, err := f.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("look into file: %w", err)
	}
	kind, params, err := mime.ParseMediaType(http.DetectContentType(head[:n]))
	if err != nil {
		return "", fmt.Errorf("look into file: %w", err)
	}
	switch {
	case kind == "application/zip":
		kind = zipType(f, size)
	case kind == "text/plain" || kind == "text/xml":
		kind = textType(kind, name, contentType)
	case kind == "text/html":
		kind = htmlType(name, contentType)
	case !slices.Contains(found, kind):
		kind = ""
	}
	if kind == "" {
		return "", core.Invalid("blob.type", "Name", name)
	}
	if strings.HasPrefix(kind, "text/") && params["charset"] != "" {
		return kind + "; charset=" + params["charset"], nil
	}
	return kind, nil
}

func textType(kind, name, contentType string) string {
	if t, ok := texts[strings.ToLower(path.Ext(name))]; ok {
		return t
	}
	said, _, err := mime.ParseMediaType(contentType)
	if err == nil {
		for _, t := range texts {
			if t == said {
				return t
			}
		}
	}
	return kind
}

// htmlType: a text that only begins with a tag, like a page of notes in Markdown, is a
// text if its name or its sender says so.
func htmlType(name, contentType string) string {
	said, _, _ := mime.ParseMediaType(contentType) // what cannot be read says nothing
	if ext := strings.ToLower(path.Ext(name)); ext == ".txt" || ext == "" && said == "text/plain" {
		return "text/plain"
	} else if t, ok := texts[ext]; ok {
		return t
	}
	return "text/html"
}

// zipType tells the documents apart that are zip files; others, and those with
// macros, are not taken.
func zipType(f *os.File, size int64) string {
	z, err := zip.NewReader(f, size)
	if err != nil || len(z.File) == 0 {
		return ""
	}
	kind := ""
	if first := z.File[0]; first.Name == "mimetype" && first.UncompressedSize64 < 100 {
		if r, err := first.Open(); err == nil {
			b, err := io.ReadAll(io.LimitReader(r, 100))
			_ = r.Close()
			if err == nil && slices.Contains(declared, string(b)) {
				kind = string(b)
			}
		}
	}
	for _, part := range z.File {
		if strings.HasSuffix(strings.ToLower(part.Name), "vbaproject.bin") {
			return ""
		}
		for _, d := range zipped {
			if part.Name == d.part {
				kind = d.kind
			}
		}
	}
	return kind
}

// cleanName is the name of a file without the folders it came from and without signs
// that would do something to a header or a terminal.
func cleanName(name string) string {
	name = norm.NFC.String(strings.ToValidUTF8(name, ""))
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune(`"<>:|?*`, r) {
			return -1
		}
		return r
	}, name)
	name = strings.TrimLeft(strings.TrimSpace(name), ".")
	if r := []rune(name); len(r) > 120 {
		ext := []rune(path.Ext(name))
		if len(ext) > 10 {
			ext = nil
		}
		name = string(r[:120-len(ext)]) + string(ext)
	}
	if name == "" {
		return "file"
	}
	return name
}
