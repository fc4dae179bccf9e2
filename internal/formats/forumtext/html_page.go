package forumtext

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// writer writes a page as lines of Markdown, as far as Read needs it: headings, items,
// links, rows of tables with " | ", and wholly bold lines.
type writer struct {
	t    *tree
	out  source
	base *url.URL

	buf       []byte
	from      int  // line of the file of the first character in buf
	space     bool // white space waits before the next character
	bold      int  // depth of bold elements
	boldBytes int  // characters in buf that are bold
	allBytes  int
	prefix    string // bullet or heading mark of the line
	gap       bool   // an empty line waits before the next one
	inline    int    // in a cell or a heading: blocks do not break the line
	aside     int    // inside furniture
	pre       int
	preLines  int
	lists     []list
	inMain    int
	inArticle int
	strict    bool // all outside of the main part is furniture
	whole     bool // nothing is furniture: the page holds nothing else
	headed    bool // an <h1> was written
}

// list is an open list of a page.
type list struct {
	ordered bool
	number  int
}

// readHTML reads what a visitor of the page reads. Menus, footers and hidden parts come
// as furniture; scripts and styles as one line that names them.
func readHTML(name, text string) (source, error) {
	t, err := parseHTML(name, text)
	if err != nil {
		return source{}, err
	}
	w := &writer{t: t}
	w.write()
	if !w.hasContent() {
		w = &writer{t: t, whole: true}
		w.write()
	}
	if len(w.out.text) > maxLines {
		return source{}, fmt.Errorf("read %q: %w", name, ErrTooLarge)
	}
	last := len(splitLines(text))
	for i, l := range w.out.lines {
		w.out.lines[i] = max(1, min(l, last))
	}
	w.out.markup = true
	w.out.page = w.preLines*2 <= len(w.out.text)
	return w.out, nil
}

func (w *writer) hasContent() bool {
	for i, aside := range w.out.furniture {
		if !aside && w.out.text[i] != "" {
			return true
		}
	}
	return false
}

func (w *writer) write() {
	if base, err := url.Parse(w.t.base); err == nil && base.IsAbs() {
		w.base = base
	}
	root := &w.t.nodes[0]
	w.strict = !w.whole && w.mainSize()*2 >= root.size && root.main
	w.children(0)
	w.flush()
	w.addTitle()
}

func (w *writer) mainSize() int {
	size := 0
	for i := range w.t.nodes {
		if n := &w.t.nodes[i]; n.tag == "main" || n.role == "main" {
			size = max(size, n.size)
		}
	}
	return size
}

// addTitle puts the page's title in front when the page has no <h1>; else it is
// furniture, because the <h1> says the same.
func (w *writer) addTitle() {
	title := w.t.title
	if title == "" {
		return
	}
	head, site := title, ""
	for _, mark := range []string{" | ", " » ", " :: "} {
		if i := strings.Index(title, mark); i > 0 {
			head, site = title[:i], title[i+len(mark):]
			break
		}
	}
	var lines []string
	if w.headed || w.whole && len(w.out.text) > 0 && strings.EqualFold(w.out.text[0], head) {
		lines = []string{title}
	} else {
		lines = []string{"# " + head}
		if site != "" {
			lines = append(lines, site)
		}
	}
	body := w.out
	w.out = source{}
	for i, l := range lines {
		w.emit(l, w.t.at, i > 0 || w.headed)
	}
	w.gap = len(body.text) > 0 && body.text[0] != ""
	for i, l := range body.text {
		w.emit(l, body.lines[i], body.furniture[i])
	}
}

func (w *writer) children(i int) {
	for c := w.t.nodes[i].first; c != 0; c = w.t.nodes[c].next {
		if len(w.out.text) > maxLines {
			return
		}
		w.node(c)
	}
}

func (w *writer) node(i int) {
	n := &w.t.nodes[i]
	switch {
	case n.tag == "":
		w.write1(n)
		return
	case n.tag == "head":
		w.children(i)
		return
	case silentTags[n.tag]:
		w.silent(n)
		return
	}
	aside := w.isAside(n)
	if aside {
		w.breakLine()
		w.aside++
	}
	if n.main && (n.tag == "main" || n.role == "main") {
		w.inMain++
		defer func() { w.inMain-- }()
	}
	if n.tag == "article" {
		w.inArticle++
		defer func() { w.inArticle-- }()
	}
	w.element(i, n)
	if aside {
		w.breakLine()
		w.aside--
	}
}

// silent leaves out what no visitor reads, and says so in one line.
func (w *writer) silent(n *node) {
	if n.tag == "title" || w.inline > 0 {
		return
	}
	w.breakLine()
	text := "<" + n.tag + ">"
	if k := len(w.out.text); k > 0 && w.out.furniture[k-1] && w.out.text[k-1] == text {
		return
	}
	w.emit(text, n.line, true)
}

func (w *writer) element(i int, n *node) {
	level := headingLevel(n.tag)
	switch {
	case n.tag == "br":
		w.breakLine()
	case n.tag == "hr":
		w.breakLine()
		w.emit("---", n.line, w.aside > 0)
	case n.tag == "a":
		w.link(i, n)
	case n.tag == "b" || n.tag == "strong":
		w.bold++
		w.children(i)
		w.bold--
	case n.tag == "sup":
		w.superscript(i)
	case level > 0 && w.aside == 0 && w.inline == 0:
		w.block(n, func() {
			w.prefix = strings.Repeat("#", level) + " "
			w.inline++
			w.children(i)
			w.inline--
			w.headed = w.headed || level == 1 && len(w.buf) > 0
		})
	case n.tag == "ul" || n.tag == "ol" || n.tag == "menu" || n.tag == "dir":
		w.list(i, n)
	case n.tag == "li":
		w.item(i, n)
	case n.tag == "pre":
		w.block(n, func() {
			w.pre++
			w.children(i)
			w.pre--
		})
	case n.tag == "table" && w.inline == 0 && !w.isLayout(i):
		w.table(i, n)
	case n.tag == "dl" && w.inline == 0:
		w.block(n, func() { w.terms(i) })
	case blockTags[n.tag]:
		w.block(n, func() { w.children(i) })
	default:
		w.children(i)
	}
}

// block writes an element that stands on lines of its own.
func (w *writer) block(n *node, inside func()) {
	spaced := spacedTags[n.tag] && w.inline == 0
	w.breakLine()
	w.gap = w.gap || spaced && len(w.lists) == 0
	inside()
	w.breakLine()
	if headingLevel(n.tag) > 0 {
		w.prefix = ""
	}
	w.gap = w.gap || spaced && len(w.lists) == 0
}

func (w *writer) list(i int, n *node) {
	w.breakLine()
	w.gap = w.gap || len(w.lists) == 0 && w.inline == 0
	w.lists = append(w.lists, list{ordered: n.tag == "ol", number: n.start})
	w.children(i)
	w.breakLine()
	w.lists = w.lists[:len(w.lists)-1]
	w.gap = w.gap || len(w.lists) == 0 && w.inline == 0
}

// item writes the bullet or the number of an item before its first line. An item with a
// heading in it is a part of the page that a list only holds together.
func (w *writer) item(i int, n *node) {
	w.breakLine()
	if len(w.lists) > 0 {
		l := &w.lists[len(w.lists)-1]
		mark := "•"
		if l.ordered {
			mark = strconv.Itoa(l.number) + "."
			l.number++
		}
		if !n.head && w.inline == 0 {
			w.prefix = strings.Repeat("  ", len(w.lists)-1) + mark + " "
		}
	}
	w.children(i)
	w.breakLine()
	w.prefix = ""
}

// isLayout reports a table that only puts the parts of a page side by side.
func (w *writer) isLayout(i int) bool {
	n := &w.t.nodes[i]
	return n.tab || n.head || w.longCell(i, 0)
}

func (w *writer) longCell(i, depth int) bool {
	for c := w.t.nodes[i].first; c != 0; c = w.t.nodes[c].next {
		n := &w.t.nodes[c]
		switch n.tag {
		case "td", "th":
			if n.blocks > 1 && n.size > 400 || n.size > 3000 {
				return true
			}
		case "tr", "thead", "tbody", "tfoot":
			if depth < 3 && w.longCell(c, depth+1) {
				return true
			}
		}
	}
	return false
}

// table writes one line for a row.
func (w *writer) table(i int, n *node) {
	w.block(n, func() { w.rows(i) })
}

func (w *writer) rows(i int) {
	for c := w.t.nodes[i].first; c != 0; c = w.t.nodes[c].next {
		switch n := &w.t.nodes[c]; n.tag {
		case "tr":
			w.row(c)
		case "thead", "tbody", "tfoot":
			w.rows(c)
		default:
			w.node(c)
			w.breakLine()
		}
	}
}

func (w *writer) row(i int) {
	w.breakLine()
	w.inline++
	cells, filled := 0, false
	for c := w.t.nodes[i].first; c != 0; c = w.t.nodes[c].next {
		n := &w.t.nodes[c]
		if n.tag != "td" && n.tag != "th" {
			continue
		}
		if cells++; cells > 1 {
			w.space = false
			w.buf = append(w.buf, " |"...)
			w.space = true
		}
		before := w.allBytes
		w.children(c)
		filled = filled || w.allBytes > before
	}
	w.inline--
	if !filled {
		w.clear()
	} else if strings.HasPrefix(string(w.buf), " |") {
		// An empty first cell: bars on both sides, as in a table of Markdown.
		w.buf = append([]byte("|"), append(w.buf, " |"...)...)
	}
	w.flush()
}

// terms writes a list of terms: "When: Tuesday" on one line when the value is short.
func (w *writer) terms(i int) {
	for c := w.t.nodes[i].first; c != 0; c = w.t.nodes[c].next {
		switch n := &w.t.nodes[c]; n.tag {
		case "dt":
			w.flush()
			w.inline++
			w.children(c)
			w.inline--
			if r := lastRune(string(w.buf)); len(w.buf) > 0 && r != ':' && r != '?' && r != '：' {
				w.buf = append(w.buf, ':')
			}
			w.space = true
		case "dd":
			if n.blocks > 1 {
				w.flush()
			}
			if n.blocks == 1 {
				w.inline++
			}
			w.children(c)
			if n.blocks == 1 {
				w.inline--
			}
			w.flush()
		case "div":
			w.terms(c)
		default:
			w.node(c)
		}
	}
}
