package forumtext

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"
)

// source is a text as it is read: its lines, and for each the line of the file that it
// came from.
type source struct {
	text      []string
	lines     []int
	furniture []bool // menus, footers, what is hidden; nil for plain text
	markup    bool   // the file is HTML
	page      bool   // lines end where paragraphs end: a page of HTML that is not one listing
}

// openSource turns the bytes of a file into lines: a page of HTML into what a visitor
// reads of it, anything else into its own lines.
func openSource(name string, text []byte) (source, error) {
	if len(text) > maxBytes {
		return source{}, fmt.Errorf("read %q: %w", name, ErrTooLarge)
	}
	marked := hasMark(text)
	if !marked && looksLikeHTML(name, latin(text)) {
		s, err := decodeHTML(name, text)
		if err != nil {
			return source{}, err
		}
		return readHTML(name, s)
	}
	s, err := decode(name, text)
	if err != nil {
		return source{}, err
	}
	if marked && looksLikeHTML(name, s) {
		return readHTML(name, s)
	}
	src := source{text: splitLines(s)}
	if len(src.text) > maxLines {
		return source{}, fmt.Errorf("read %q: %w", name, ErrTooLarge)
	}
	src.lines = make([]int, len(src.text))
	for i := range src.lines {
		src.lines[i] = i + 1
	}
	return src, nil
}

// hasMark reports a byte order mark, which settles the encoding.
func hasMark(text []byte) bool {
	for _, mark := range []string{"\xef\xbb\xbf", "\xff\xfe", "\xfe\xff"} {
		if bytes.HasPrefix(text, []byte(mark)) {
			return true
		}
	}
	return false
}

// sniffReach is how far into a file its tags are counted.
const sniffReach = 128 << 10

// latin gives the beginning of a file as a string, whatever its encoding: tags are ASCII
// in all encodings that need no byte order mark.
func latin(text []byte) string { return string(text[:min(len(text), sniffReach)]) }

var (
	htmlOpening = regexp.MustCompile(`(?i)^\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b`)
	htmlFirst   = regexp.MustCompile(`(?i)^\s*<(?:div|p|h[1-6]|ul|ol|table|section|article|main|header|nav|span|a|title|meta)\b[^<]*>`)
	htmlTag     = regexp.MustCompile(`(?i)<(?:p|div|br|h[1-6]|ul|ol|li|table|tr|td|section|article|body|span|a)\b[^<>]*>`)
	htmlClosing = regexp.MustCompile(`(?i)</(?:p|div|li|tr|td|th|ul|ol|table|h[1-6]|section|article|body|dd|dt)\s*>`)
)

// looksLikeHTML reports a page: by its doctype, by a name that says so, or by the number
// of its tags. Markdown with a few tags in it is no page.
func looksLikeHTML(name, text string) bool {
	if !strings.Contains(text, "<") {
		return false
	}
	text = text[:min(len(text), sniffReach)]
	if htmlOpening.MatchString(text) {
		return true
	}
	closed := len(htmlClosing.FindAllStringIndex(text, -1))
	lower := strings.ToLower(name)
	for _, end := range []string{".html", ".htm", ".xhtml"} {
		if strings.HasSuffix(lower, end) && htmlTag.MatchString(text) {
			return true
		}
	}
	if htmlFirst.MatchString(text) && closed >= 2 {
		return true
	}
	filled := 0
	for l := range strings.Lines(text) {
		if strings.TrimSpace(l) != "" {
			filled++
		}
	}
	return closed >= 5 && closed*4 >= filled
}

// decodeHTML decodes a page by the encoding it declares. Bytes beyond ASCII that are
// valid UTF-8 are UTF-8, whatever an old header says.
func decodeHTML(name string, text []byte) (string, error) {
	if bytes.IndexByte(text, 0) >= 0 {
		return "", fmt.Errorf("read %q: %w", name, ErrBinary)
	}
	if utf8.Valid(text) && !bytes.Contains(text, []byte("\x1b$")) {
		return string(text), nil
	}
	enc, label, _ := charset.DetermineEncoding(text, "")
	if label == "utf-8" || label == "replacement" {
		return "", fmt.Errorf("read %q: %w", name, ErrEncoding)
	}
	out, err := enc.NewDecoder().Bytes(text)
	if err != nil || !utf8.Valid(out) || bytes.IndexByte(out, 0) >= 0 {
		return "", fmt.Errorf("read %q: %w", name, ErrEncoding)
	}
	return string(out), nil
}

// node is an element or a piece of text of a page.
type node struct {
	tag           string // "" for text
	text          string
	line          int // of the file, 1-based
	parent        int
	first, last   int // children; 0 for none, because 0 is the root
	next          int
	href          string
	id, class     string
	role          string
	start         int  // of a numbered list
	hidden        bool // by attribute or style
	size          int  // bytes of text inside that are no white space
	blocks        int  // block elements inside
	h1, head, tab bool // holds an <h1>, a heading, a table
	main          bool // is or holds the main part
}

const (
	maxElements = 4 * maxLines
	maxNesting  = 200
)

var (
	voidTags  = wordSet(`br hr img input meta link base col embed source track wbr area param`)
	blockTags = wordSet(`address article aside blockquote body caption center dd details dialog dir div dl dt
		fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol
		p pre section summary table tbody td tfoot th thead tr ul`)
	spacedTags = wordSet(`p h1 h2 h3 h4 h5 h6 blockquote table section article ul ol dl pre hr main header footer nav figure form`)
	silentTags = wordSet(`script style noscript template iframe object svg math canvas audio video head title
		noembed noframes select option textarea datalist map`)
)

// closes says which open elements a start tag ends without saying so, and which it does
// not look beyond.
var closes = map[string][2]map[string]bool{
	"li":       {wordSet(`li`), wordSet(`ul ol menu dir`)},
	"dt":       {wordSet(`dt dd`), wordSet(`dl`)},
	"dd":       {wordSet(`dt dd`), wordSet(`dl`)},
	"tr":       {wordSet(`tr`), wordSet(`table`)},
	"td":       {wordSet(`td th`), wordSet(`tr table`)},
	"th":       {wordSet(`td th`), wordSet(`tr table`)},
	"tbody":    {wordSet(`thead tbody tfoot caption`), wordSet(`table`)},
	"thead":    {wordSet(`thead tbody tfoot caption`), wordSet(`table`)},
	"tfoot":    {wordSet(`thead tbody tfoot caption`), wordSet(`table`)},
	"option":   {wordSet(`option`), wordSet(`select`)},
	"optgroup": {wordSet(`option optgroup`), wordSet(`select`)},
	"a":        {wordSet(`a`), wordSet(`td th table`)},
	"body":     {wordSet(`head`), wordSet(`html`)},
}

var (
	paragraphEnd = wordSet(`p`)
	paragraphTop = wordSet(`td th table li dd button div section article blockquote`)
)

// tree is a page taken apart.
type tree struct {
	nodes []node
	stack []int
	open  map[string]int
	title string
	at    int    // line of the title
	base  string // address that relative links begin from
}

// parseHTML takes a page apart, forgiving what browsers forgive. It is not a browser's
// tree: it keeps only what is needed to read the page, and the line of everything.
func parseHTML(name, text string) (*tree, error) {
	t := &tree{nodes: []node{{tag: "html", line: 1}}, stack: []int{0}, open: map[string]int{"html": 1}}
	z := html.NewTokenizer(strings.NewReader(text))
	lineNo := 1
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			break // the end: a reader of a string has no other error
		}
		raw := z.Raw()
		here := lineNo
		lineNo += lineEnds(raw)
		switch kind {
		case html.TextToken:
			t.addText(string(z.Text()), here)
		case html.StartTagToken, html.SelfClosingTagToken:
			t.openTag(z, here, kind == html.SelfClosingTagToken)
		case html.EndTagToken:
			tag, _ := z.TagName()
			t.closeTag(string(tag), here)
		}
		if len(t.nodes) > maxElements {
			return nil, fmt.Errorf("read %q: %w", name, ErrTooLarge)
		}
	}
	t.measure()
	return t, nil
}

// lineEnds counts \n, \r\n and \r as splitLines does.
func lineEnds(raw []byte) int {
	return bytes.Count(raw, []byte("\n")) + bytes.Count(raw, []byte("\r")) - bytes.Count(raw, []byte("\r\n"))
}

func (t *tree) top() int { return t.stack[len(t.stack)-1] }

func (t *tree) add(n node) int {
	n.parent = t.top()
	i := len(t.nodes)
	t.nodes = append(t.nodes, n)
	p := &t.nodes[n.parent]
	if p.first == 0 {
		p.first = i
	} else {
		t.nodes[p.last].next = i
	}
	p.last = i
	return i
}

func (t *tree) addText(s string, at int) {
	in := t.nodes[t.top()].tag
	if in == "title" && t.open["svg"] == 0 {
		if t.title == "" {
			t.title, t.at = strings.Join(strings.Fields(s), " "), at+strings.Count(s[:len(s)-len(strings.TrimLeft(s, " \t\n\f"))], "\n")
		}
		return
	}
	if !silentTags[in] || in == "head" && strings.TrimSpace(s) != "" {
		t.add(node{text: s, line: at})
	}
}

func (t *tree) openTag(z *html.Tokenizer, at int, closed bool) {
	name, more := z.TagName()
	n := node{tag: string(name), line: at, start: 1}
	rel, meta, content := "", "", ""
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		v := strings.TrimSpace(string(value))
		switch string(key) {
		case "href":
			n.href = v
		case "id":
			n.id = v
		case "class":
			n.class = v
		case "role":
			n.role = strings.ToLower(v)
		case "start":
			n.start, _ = strconv.Atoi(v)
		case "hidden":
			n.hidden = true
		case "aria-hidden":
			n.hidden = n.hidden || v == "true"
		case "style":
			n.hidden = n.hidden || hiddenStyle.MatchString(v)
		case "rel":
			rel = strings.ToLower(v)
		case "property":
			meta = strings.ToLower(v)
		case "content":
			content = v
		}
	}
	switch {
	case n.tag == "base" && n.href != "", n.tag == "link" && rel == "canonical" && t.base == "":
		t.base = n.href
	case n.tag == "meta" && meta == "og:url" && t.base == "":
		t.base = content
	}
	t.imply(n.tag)
	i := t.add(n)
	if closed || voidTags[n.tag] || len(t.stack) >= maxNesting {
		return
	}
	t.stack = append(t.stack, i)
	t.open[n.tag]++
}

var hiddenStyle = regexp.MustCompile(`(?i)(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)`)

// imply closes what a start tag closes without saying so.
func (t *tree) imply(tag string) {
	if blockTags[tag] && t.open["p"] > 0 {
		t.closeUpTo(paragraphEnd, paragraphTop)
	}
	if c, ok := closes[tag]; ok {
		t.closeUpTo(c[0], c[1])
	}
}

func (t *tree) closeUpTo(tags, stop map[string]bool) {
	for k := len(t.stack) - 1; k > 0; k-- {
		tag := t.nodes[t.stack[k]].tag
		if tags[tag] {
			t.pop(k)
			return
		}
		if stop[tag] {
			return
		}
	}
}

func (t *tree) pop(k int) {
	for _, i := range t.stack[k:] {
		t.open[t.nodes[i].tag]--
	}
	t.stack = t.stack[:k]
}

func (t *tree) closeTag(tag string, at int) {
	if tag == "br" {
		t.add(node{tag: "br", line: at})
		return
	}
	if t.open[tag] == 0 {
		return
	}
	for k := len(t.stack) - 1; k > 0; k-- {
		switch open := t.nodes[t.stack[k]].tag; {
		case open == tag:
			t.pop(k)
			return
		case (open == "td" || open == "th" || open == "table") && !blockTags[tag]:
			return // a stray inline end inside a cell
		}
	}
}

// measure adds up, for every element, what lies inside it.
func (t *tree) measure() {
	for i := len(t.nodes) - 1; i > 0; i-- {
		n := &t.nodes[i]
		p := &t.nodes[n.parent]
		if n.tag == "" {
			n.size = len(n.text) - strings.Count(n.text, " ") - strings.Count(n.text, "\n")
		}
		if silentTags[n.tag] {
			continue
		}
		n.main = n.main || n.tag == "main" || n.role == "main"
		p.size += n.size
		p.blocks += n.blocks
		if blockTags[n.tag] {
			p.blocks++
		}
		p.h1 = p.h1 || n.h1 || n.tag == "h1"
		p.head = p.head || n.head || headingLevel(n.tag) > 0
		p.tab = p.tab || n.tab || n.tag == "table"
		p.main = p.main || n.main
	}
}

func headingLevel(tag string) int {
	if len(tag) == 2 && tag[0] == 'h' && tag[1] >= '1' && tag[1] <= '6' {
		return int(tag[1] - '0')
	}
	return 0
}
