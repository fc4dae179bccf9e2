package arch

import (
	"bytes"
	"errors"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

// plain are words that are the same in all languages of the forum.
var plain = []string{
	"Plenary", "UTC", "GMT", "JSON", "CSV", "XML", "PDF", "HTML", "DOCX", "XLSX", "XCal",
	"iCal", "iCalendar", "ICS", "WebVTT", "SRT", "RSS", "Atom", "API", "OpenAPI", "QR", "URL", "AKN", "BibTeX",
}

// spoken are the attributes that a person reads or hears.
var spoken = []string{
	"title", "placeholder", "alt", "label", "summary",
	"aria-label", "aria-description", "aria-placeholder", "aria-roledescription", "aria-valuetext",
	"hx-confirm", "hx-prompt", "data-confirm",
}

// bareText holds that templates have no text of their own: every word comes from the
// catalogues. Text inside translate="no" is the same in every language; scripts,
// styles and comments are not read by people.
func bareText(tr *tree) []finding {
	var out []finding
	for _, name := range tr.files {
		if isTemplate(name) {
			out = append(out, textOf(name, tr.read(name))...)
		}
	}
	return out
}

func isTemplate(name string) bool {
	return (within(name, "internal") || within(name, "web")) && !strings.Contains(name, "/testdata/") &&
		slices.Contains([]string{".html", ".gohtml", ".tmpl"}, path.Ext(name))
}

func textOf(name string, source []byte) []finding {
	blank, defines, out := blankActions(name, source)
	t := texts{name: name, source: source, out: out}
	// The body of a define may be a run of attributes for the tags that call it.
	for i, start := range append([]int{0}, defines...) {
		end := len(blank)
		if i < len(defines) {
			end = defines[i]
		}
		if body := blank[start:end]; attributes.Match(body) {
			t.scan(start-len("<i "), slices.Concat([]byte("<i "), body, []byte(">")))
			for j := range body {
				if body[j] != '\n' {
					body[j] = ' '
				}
			}
		}
	}
	t.scan(0, blank)
	return t.out
}

// attributes matches a piece of a template that has no element, only attributes.
var attributes = regexp.MustCompile(`^[^<>]*\s[\w-]+="[^<>]*$`)

// texts looks for text in one template.
type texts struct {
	name   string
	source []byte
	out    []finding
}

func (t *texts) report(at int, where, text string) {
	if firstWord(text) != "" {
		at = min(max(at, 0), len(t.source))
		t.out = append(t.out, finding{t.name, lineOf(t.source, at), where + " has text outside the catalogues: " + squeeze(text)})
	}
}

// scan reads the page, which begins at that offset of the source.
func (t *texts) scan(offset int, page []byte) {
	z := html.NewTokenizer(bytes.NewReader(page))
	var untranslated []string // open elements from the one with translate="no" inwards
	raw := ""
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			if !errors.Is(z.Err(), io.EOF) {
				t.out = append(t.out, finding{t.name, lineOf(t.source, offset), z.Err().Error()})
			}
			return
		}
		start := offset
		markup := bytes.Clone(z.Raw())
		offset += len(markup)
		blanks := len(markup) - len(bytes.TrimLeft(markup, " \t\r\n"))
		token := z.Token()
		switch kind {
		case html.TextToken:
			if raw == "" && len(untranslated) == 0 {
				t.report(start+blanks, "the page", token.Data)
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			if token.Data == "script" || token.Data == "style" {
				raw = token.Data
			}
			attrs := map[string]string{}
			for _, a := range token.Attr {
				attrs[a.Key] = a.Val
			}
			if len(untranslated) > 0 || attrs["translate"] == "no" {
				if kind == html.StartTagToken && !void[token.Data] {
					untranslated = append(untranslated, token.Data)
				}
				continue
			}
			for _, a := range token.Attr {
				if slices.Contains(spoken, a.Key) || saysItsValue(token.Data, a.Key, attrs) {
					t.report(start+max(bytes.Index(markup, []byte(a.Val)), 0), "attribute "+a.Key, a.Val)
				}
			}
		case html.EndTagToken:
			if token.Data == raw {
				raw = ""
			}
			if i := lastIndex(untranslated, token.Data); i >= 0 {
				untranslated = untranslated[:i]
			}
		}
	}
}

// saysItsValue: the label of a button made by input, and the descriptions for search
// engines.
func saysItsValue(element, attr string, attrs map[string]string) bool {
	switch {
	case element == "input" && attr == "value":
		return slices.Contains([]string{"submit", "button", "reset"}, attrs["type"])
	case element == "meta" && attr == "content":
		return slices.Contains([]string{"description", "keywords"}, attrs["name"]) ||
			slices.Contains([]string{"og:title", "og:description", "og:site_name"}, attrs["property"])
	}
	return false
}

var void = map[string]bool{
	"area": true, "base": true, "br": true, "col": true, "embed": true, "hr": true, "img": true,
	"input": true, "link": true, "meta": true, "source": true, "track": true, "wbr": true,
}

var word = regexp.MustCompile(`\p{L}[\p{L}\p{M}'’]*`)

// firstWord returns the first word that belongs into a catalogue.
func firstWord(text string) string {
	for _, w := range word.FindAllString(text, -1) {
		if !slices.Contains(plain, w) {
			return w
		}
	}
	return ""
}

func squeeze(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return text
}

func lastIndex(list []string, want string) int {
	for i := len(list) - 1; i >= 0; i-- {
		if list[i] == want {
			return i
		}
	}
	return -1
}

var literal = regexp.MustCompile("\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`")

var (
	// A define begins a template.
	define = regexp.MustCompile(`^\{\{-?\s*(define|block)\b`)
	// These actions begin with the name of a template.
	names = regexp.MustCompile(`^\{\{-?\s*(define|template|block)\b`)
	// A call of the catalogue names the parts of its sentence: {{t "by" "Who" .}}.
	catalogue = regexp.MustCompile(`\b[tT]\s+"`)
)

// blankActions replaces {{…}} by blanks of the same length and tells where templates
// are defined. A string inside an action that begins like a sentence is text, too:
// catalogue keys are small.
func blankActions(name string, source []byte) (blank []byte, defines []int, out []finding) {
	blank = bytes.Clone(source)
	for i := 0; i < len(blank)-1; {
		if blank[i] != '{' || blank[i+1] != '{' {
			i++
			continue
		}
		end := actionEnd(source, i+2)
		action := source[i:end]
		if define.Match(action) {
			defines = append(defines, i)
		}
		for _, at := range sentences(action) {
			out = append(out, finding{name, lineOf(source, i+at[0]), "an action has text outside the catalogues: " + squeeze(string(action[at[0]:at[1]]))})
		}
		for j := i; j < end; j++ {
			if blank[j] != '\n' {
				blank[j] = ' '
			}
		}
		i = end
	}
	return blank, defines, out
}

// sentences finds the strings of an action that a person would read.
func sentences(action []byte) (found [][]int) {
	if bytes.HasPrefix(bytes.TrimLeft(action[2:], "- \t\n"), []byte("/*")) {
		return nil
	}
	for n, at := range literal.FindAllIndex(action, -1) {
		text := string(action[at[0]+1 : at[1]-1])
		first := []rune(text + " ")[0]
		switch {
		case n == 0 && names.Match(action):
		case catalogue.Match(action) && !strings.ContainsFunc(text, unicode.IsSpace):
		case unicode.IsUpper(first) && strings.ContainsFunc(text, unicode.IsLower) && firstWord(text) != "":
			found = append(found, at)
		}
	}
	return found
}

// actionEnd returns the offset behind the }} that closes an action.
func actionEnd(source []byte, i int) int {
	for i < len(source) {
		switch c := source[i]; {
		case bytes.HasPrefix(source[i:], []byte("}}")):
			return i + 2
		case bytes.HasPrefix(source[i:], []byte("/*")):
			if end := bytes.Index(source[i:], []byte("*/")); end >= 0 {
				i += end + 2
				continue
			}
			return len(source)
		case c == '"' || c == '`' || c == '\'':
			i++
			for i < len(source) && source[i] != c {
				if c != '`' && source[i] == '\\' {
					i++
				}
				i++
			}
		}
		i++
	}
	return len(source)
}
