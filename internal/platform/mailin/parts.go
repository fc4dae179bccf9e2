package mailin

import (
	"errors"
	"io"
	"mime"
	"path"
	"regexp"
	"strings"
	"unicode"

	"github.com/emersion/go-message"
)

// reader goes through the parts of a message.
type reader struct {
	notes       []string
	attachments []Attachment
	parts       int
}

func (r *reader) note(s string) {
	if len(r.notes) < 20 {
		r.notes = append(r.notes, s)
	}
}

// entity reads a part and those within it: its text, as plain text and as HTML, as far
// as each is there.
func (r *reader) entity(e *message.Entity, depth int) (plain, html string) {
	if r.parts++; r.parts > maxParts || depth > maxDepth {
		r.note("there are too many parts; the rest is left out")
		return "", ""
	}
	kind, params := contentType(&e.Header)
	if strings.HasPrefix(kind, "multipart/") && params["boundary"] != "" {
		return r.multipart(e, kind, params["boundary"], depth)
	}
	name := fileName(&e.Header, params)
	disposition, _, _ := e.Header.ContentDisposition()
	text := kind == "text/plain" || kind == "text/html" || strings.HasPrefix(kind, "multipart/")
	body := r.body(e)
	if disposition == "attachment" || name != "" || !text {
		if kind == "message/delivery-status" || kind == "text/rfc822-headers" || len(body) == 0 && name == "" {
			return "", ""
		}
		r.attach(name, kind, body)
		return "", ""
	}
	if len(body) > maxText {
		r.note("the text is too long; its end is left out")
		body = body[:maxText]
	}
	s, sure := decode(body, params["charset"])
	if !sure {
		r.note("the encoding of the text is a guess")
	}
	if kind == "text/html" {
		return "", s
	}
	if strings.EqualFold(params["format"], "flowed") {
		s = unflow(s, strings.EqualFold(params["delsp"], "yes"))
	}
	return s, ""
}

// multipart reads the parts of a part. Of alternatives one is taken, of others all text.
func (r *reader) multipart(e *message.Entity, kind, boundary string, depth int) (plain, html string) {
	raw, err := io.ReadAll(io.LimitReader(e.Body, MaxBytes))
	if err != nil {
		r.note("a part breaks off")
	}
	var plains, htmls []string
	for _, p := range split(raw, boundary) {
		head, body, ok := divide(p)
		if !ok || len(p) > 0 && (p[0] == '\n' || p[0] == '\r') {
			head, body = nil, p
		}
		child, err := message.Read(io.MultiReader(strings.NewReader(string(head)+"\r\n"), strings.NewReader(string(body))))
		if child == nil {
			r.note("a part cannot be read: " + err.Error())
			continue
		}
		a, b := r.entity(child, depth+1)
		if kind == "multipart/related" && (a != "" || b != "") {
			return a, b
		}
		if kind == "multipart/alternative" {
			if plain == "" {
				plain = a
			}
			if html == "" {
				html = b
			}
			continue
		}
		switch {
		case a != "":
			plains = append(plains, a)
			if b == "" {
				b = "<pre>" + escape(a) + "</pre>"
			}
		case b != "":
			plains = append(plains, textOf(b))
		}
		if b != "" {
			htmls = append(htmls, b)
		}
	}
	if kind == "multipart/alternative" {
		return plain, html
	}
	return strings.Join(plains, "\n\n"), strings.Join(htmls, "\n")
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

func escape(s string) string { return escaper.Replace(s) }

// split takes the parts between the lines of a boundary. The last may lack its end.
func split(raw []byte, boundary string) [][]byte {
	var out [][]byte
	rest, start := raw, -1
	at, line := 0, "--"+boundary
	for len(rest) > 0 && len(out) < maxParts {
		n := len(rest)
		for i, c := range rest {
			if c == '\n' {
				n = i + 1
				break
			}
		}
		l := strings.TrimRight(string(rest[:n]), " \t\r\n")
		if mark, ok := strings.CutPrefix(l, line); ok && (mark == "" || mark == "--") {
			if start >= 0 {
				out = append(out, raw[start:at])
			}
			start = at + n
			if mark == "--" {
				return out
			}
		}
		rest, at = rest[n:], at+n
	}
	if start >= 0 && start < len(raw) {
		out = append(out, raw[start:])
	}
	return out
}

// body is the content of a part, decoded as far as it can be.
func (r *reader) body(e *message.Entity) []byte {
	b, err := io.ReadAll(io.LimitReader(e.Body, MaxBytes))
	if err != nil && !errors.Is(err, io.EOF) {
		r.note("a part is broken: " + err.Error())
	}
	return b
}

var (
	looseBoundary = regexp.MustCompile(`(?i)boundary\s*=\s*"?([^";\s]+)`)
	looseCharset  = regexp.MustCompile(`(?i)charset\s*=\s*"?([^";\s]+)`)
	looseName     = regexp.MustCompile(`(?i)name\s*=\s*"?([^";\r\n]+)`)
)

// contentType reads the type of a part; of a broken field what can be found in it.
func contentType(h *message.Header) (string, map[string]string) {
	v := h.Get("Content-Type")
	if strings.TrimSpace(v) == "" {
		return "text/plain", nil
	}
	kind, params, err := mime.ParseMediaType(v)
	if err == nil || params != nil && params["boundary"] != "" {
		return kind, params
	}
	kind, _, _ = strings.Cut(v, ";")
	kind = strings.ToLower(strings.TrimSpace(kind))
	if f := strings.Fields(kind); len(f) > 0 {
		kind = f[0]
	}
	if main, sub, ok := strings.Cut(kind, "/"); !ok || main == "" || sub == "" {
		kind = "text/plain"
	}
	params = map[string]string{}
	for k, re := range map[string]*regexp.Regexp{"boundary": looseBoundary, "charset": looseCharset, "name": looseName} {
		if x := re.FindStringSubmatch(v); x != nil {
			params[k] = strings.TrimSpace(x[1])
		}
	}
	return kind, params
}

// fileName is the name that a part gives itself as a file.
func fileName(h *message.Header, params map[string]string) string {
	name := ""
	v := h.Get("Content-Disposition")
	if _, p, err := mime.ParseMediaType(v); err == nil {
		name = p["filename"]
	} else if x := looseName.FindStringSubmatch(v); x != nil {
		name = x[1]
	}
	if name == "" {
		name = params["name"]
	}
	name = line(words(name))
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	if name == "." || name == "/" || name == ".." {
		return ""
	}
	if r := []rune(name); len(r) > 200 {
		name = string(r[len(r)-200:]) // the ending says what it is
	}
	return strings.TrimLeftFunc(name, func(r rune) bool { return r == '.' || unicode.IsSpace(r) })
}

func (r *reader) attach(name, kind string, body []byte) {
	if len(r.attachments) >= maxAttachments {
		r.note("there are too many attachments; the rest is left out")
		return
	}
	r.attachments = append(r.attachments, Attachment{Name: name, Type: kind, Data: body})
}
