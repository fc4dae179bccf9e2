package web

import (
	"net/url"
	"strings"
	"unicode"

	"plenary/internal/core"
)

// File is what a reader takes away.
type File struct {
	Type   string // media type
	Name   string // what it is called on her disk, with its ending; cleaned here
	Inline bool   // the browser may show it itself
	Packed bool   // it is compressed already
	Policy string // Content-Security-Policy in place of the server's; empty: the server's
	Body   []byte
}

// File sends a file under a name; like a page, it is kept if the handler said what it
// reads.
func (c *C) File(f File) error {
	c.more = append(c.more, [2]string{"Content-Disposition", disposition(f.Name, f.Inline)})
	if f.Policy != "" {
		c.more = append(c.more, [2]string{"Content-Security-Policy", f.Policy})
	}
	c.packed = f.Packed
	return c.Bytes(f.Type, f.Body)
}

const longestName = 120 // bytes: disks take 255

// disposition names a file twice: in ASCII for old programs, in UTF-8 for all others.
func disposition(name string, inline bool) string {
	kind := "attachment"
	if inline {
		kind = "inline"
	}
	name = fileName(name)
	out := kind + `; filename="` + asciiName(name) + `"`
	if asciiName(name) != name {
		out += "; filename*=UTF-8''" + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
	}
	return out
}

// fileName takes out what a disk does not take and shortens what is too long, but for
// its ending.
func fileName(name string) string {
	name = strings.ToValidUTF8(name, "")
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune(`/\:*?"<>|%`, r) {
			return ' '
		}
		return r
	}, name)
	name = strings.Join(strings.Fields(name), " ")
	end := ""
	if i := strings.LastIndexByte(name, '.'); i >= 0 && len(name)-i <= 6 {
		name, end = strings.TrimSpace(name[:i]), name[i:]
	}
	for len(name) > longestName {
		r := []rune(name)
		name = strings.TrimSpace(string(r[:len(r)-1]))
	}
	if name = strings.Trim(name, ". "); name == "" {
		name = "document"
	}
	if end == "." {
		end = ""
	}
	return name + end
}

// asciiName is a name in letters and digits that every program takes.
func asciiName(name string) string {
	end := ""
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		name, end = name[:i], name[i:]
	}
	ascii := true
	for _, r := range name {
		ascii = ascii && r < unicode.MaxASCII
	}
	if ascii {
		return name + end
	}
	var b strings.Builder
	for _, r := range core.Fold(name) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	out := strings.Trim(b.String(), "-")
	if strings.Trim(out, "0123456789-") == "" { // nothing of the words is left
		out = strings.Trim("document-"+out, "-")
	}
	return out + end
}
