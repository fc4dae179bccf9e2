package documents

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"plenary/internal/platform/i18n"
)

// lineWidth is how wide lines of plain text are, in columns of a terminal.
const lineWidth = 72

// PlainText prints the text for mail and terminals: wrapped lines, numbered paragraphs,
// sources as notes at the end.
func (e Export) PlainText() string {
	var b strings.Builder
	underlined(&b, e.Title.S, '=')
	for _, f := range e.Facts {
		b.WriteString(wrap(f, "", "  "))
	}
	item := false
	for _, p := range e.Paras {
		if !item || p.Kind != Item {
			b.WriteByte('\n') // items that follow one another are one list
		}
		item = p.Kind == Item && len(p.Dissent) == 0
		body := e.marked(p, func(n int) string { return "[" + strconv.Itoa(n) + "]" })
		switch p.Kind {
		case Heading:
			underlined(&b, body, '-')
		case Item:
			b.WriteString(wrap(body, "  - ", "    "))
		case Quote:
			for line := range strings.SplitSeq(body, "\n") {
				b.WriteString(wrap(line, "  > ", "  > "))
			}
		default:
			no := ""
			if p.No != "" {
				no = p.No + ". "
			}
			b.WriteString(wrap(body, no, strings.Repeat(" ", len(no))))
		}
		for _, d := range p.Dissent {
			b.WriteByte('\n')
			b.WriteString(wrap(e.dissent(d), "    ", "    "))
		}
	}
	if len(e.Notes) > 0 {
		b.WriteByte('\n')
		underlined(&b, e.words.T("documents.export.sources"), '-')
		for _, n := range e.Notes {
			no := "[" + strconv.Itoa(n.N) + "] "
			b.WriteString(wrap(e.noteText(n), no, strings.Repeat(" ", len(no))))
		}
	}
	return b.String()
}

// marked is the text of a paragraph with its marks and, behind each sentence that has
// one, its degree of support.
func (e Export) marked(p ExportPara, mark func(int) string) string {
	var b strings.Builder
	for _, part := range p.Parts {
		text := strings.TrimRightFunc(part.Text, unicode.IsSpace)
		b.WriteString(text)
		for _, n := range part.Marks {
			b.WriteString(mark(n))
		}
		if part.Degree.Words != "" {
			b.WriteString(" (" + part.Degree.Words + ")")
		}
		b.WriteString(part.Text[len(text):])
	}
	for _, n := range p.Marks {
		b.WriteString(mark(n))
	}
	return b.String()
}

// dissent is a statement of dissent, or a view that diverges, with what it is.
func (e Export) dissent(d ExportDissent) string {
	switch {
	case d.View && d.By == "":
		return e.words.T("documents.export.view", "Text", d.Text.S)
	case d.View:
		return e.words.T("documents.export.view_by", "By", d.By, "Text", d.Text.S)
	}
	return e.words.T("documents.export.dissent", "By", d.By, "Text", d.Text.S)
}

// dissentTitle says what a statement of dissent is and whose.
func dissentTitle(t func(key string, args ...any) string, d ExportDissent) string {
	switch {
	case d.View && d.By == "":
		return t("documents.dissent.view")
	case d.View:
		return t("documents.dissent.view_by", "By", d.By)
	}
	return t("documents.dissent", "By", d.By)
}

// noteText is a note on one line: label, revision, the writer's remark, address.
func (e Export) noteText(n ExportNote) string {
	out := n.Label
	if n.Revision > 0 {
		out = e.words.T("documents.export.revision", "Label", out, "Number", n.Revision)
	}
	if n.Note != "" {
		out += ": " + n.Note
	}
	if n.URL != "" && n.URL != n.Label {
		out += " <" + e.absolute(n.URL) + ">"
	}
	return out
}

// absolute gives an address of this server its scheme and host, taken from that of the
// text itself.
func (e Export) absolute(u string) string {
	if !strings.HasPrefix(u, "/") {
		return u
	}
	scheme, rest, ok := strings.Cut(e.words.Address, "://")
	if !ok {
		return u
	}
	host, _, _ := strings.Cut(rest, "/")
	return scheme + "://" + host + u
}

func underlined(b *strings.Builder, s string, sign byte) {
	lines := strings.Split(strings.TrimSuffix(wrap(s, "", ""), "\n"), "\n")
	most := 1
	for _, l := range lines {
		most = max(most, i18n.Columns(l))
	}
	b.WriteString(strings.Join(lines, "\n") + "\n" + strings.Repeat(string(sign), most) + "\n")
}

// wrap breaks a text into lines, after first and then after rest. Line breaks of the
// text stay. In scripts without spaces a line may end after any character, but none
// begins with a sign that closes.
func wrap(s, first, rest string) string {
	var b strings.Builder
	indent := first
	for line := range strings.SplitSeq(s, "\n") {
		out, used := indent, i18n.Columns(indent)
		empty := true
		for _, word := range breakable(line) {
			text := strings.TrimRightFunc(word, unicode.IsSpace)
			if !empty && used+i18n.Columns(text) > lineWidth {
				b.WriteString(strings.TrimRight(out, " ") + "\n")
				out, used = rest, i18n.Columns(rest)
			}
			out, used, empty = out+word, used+i18n.Columns(word), false
		}
		b.WriteString(strings.TrimRight(out, " ") + "\n")
		indent = rest
	}
	return b.String()
}

// breakable cuts a line into pieces after which it may end.
func breakable(line string) []string {
	var out []string
	for _, t := range tokens(strings.TrimSpace(line)) {
		kind := tokenKind([]rune(t)[0])
		last := len(out) - 1
		switch {
		case last < 0:
			out = append(out, t)
		case kind == tokenSpace:
			out[last] += " "
		case strings.HasSuffix(out[last], " "):
			out = append(out, t)
		case kind == tokenAlone && tokenKind(lastRune(out[last])) == tokenAlone:
			out = append(out, t)
		case kind == tokenAlone && i18n.Wide(lastRune(out[last])) && !opens(lastRune(out[last])):
			out = append(out, t)
		default:
			out[last] += t
		}
	}
	return out
}

func lastRune(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}

func opens(r rune) bool { return unicode.In(r, unicode.Ps, unicode.Pi) }
