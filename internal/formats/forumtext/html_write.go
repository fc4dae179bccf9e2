package forumtext

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// superscript writes a note's mark as such: raised digits.
func (w *writer) superscript(i int) {
	n := &w.t.nodes[i]
	if c := n.first; c != 0 && w.t.nodes[c].tag == "" && n.size <= 2 && n.size > 0 {
		if raised := superOf(strings.TrimSpace(w.t.nodes[c].text)); raised != "\x00" {
			w.space = false
			w.put(raised, w.t.nodes[c].line)
			return
		}
	}
	w.children(i)
}

// link writes [words](address). An address around whole blocks stands behind the first.
func (w *writer) link(i int, n *node) {
	address := w.address(n.href)
	from, lines := len(w.buf), len(w.out.text)
	if w.space && from > 0 {
		w.buf, w.space = append(w.buf, ' '), false
		from++
	}
	w.children(i)
	if address == "" || w.aside > 0 || w.pre > 0 {
		return
	}
	if len(w.out.text) > lines {
		for k := lines; k < len(w.out.text); k++ {
			if w.out.text[k] != "" {
				w.out.text[k] += " [](" + address + ")"
				return
			}
		}
		return
	}
	words := string(w.buf[min(from, len(w.buf)):])
	from += len(words) - len(strings.TrimLeft(words, " "))
	words = strings.TrimLeft(words, " ")
	switch {
	case strings.TrimSpace(words) == "", onlyURL.MatchString(words):
		return
	case strings.ContainsAny(words, "[]") || len(words) > 600:
		w.buf = append(w.buf, " []("+address+")"...)
	default:
		w.buf = append(w.buf[:from], "["+words+"]("+address+")"...)
	}
}

// address is the full address of a link, "" for one that leads nowhere else.
func (w *writer) address(href string) string {
	if href == "" || strings.HasPrefix(href, "#") || len(href) > 2000 {
		return ""
	}
	u, err := url.Parse(href)
	if err != nil || u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	if w.base != nil {
		u = w.base.ResolveReference(u)
	}
	return strings.NewReplacer(" ", "%20", "(", "%28", ")", "%29", "<", "%3C", ">", "%3E", "\t", "", "\n", "", "\u00a0", "%C2%A0").Replace(u.String())
}

// write1 writes a piece of text; white space is closed up except in a listing.
func (w *writer) write1(n *node) {
	at := n.line
	if w.pre > 0 {
		for k, part := range splitLines(n.text) {
			if k > 0 {
				w.breakLine()
			}
			if w.preLines++; strings.TrimSpace(part) == "" {
				w.gap = w.gap || k > 0 && len(w.buf) == 0
				continue
			}
			w.put(part, at+k)
		}
		if strings.HasSuffix(n.text, "\n") {
			w.breakLine()
		}
		return
	}
	for i := 0; i < len(n.text); {
		c := n.text[i]
		if c == ' ' || c == '\n' || c == '\t' || c == '\f' || c == '\r' {
			if c == '\n' {
				at++
			}
			w.space = true
			i++
			continue
		}
		end := strings.IndexAny(n.text[i:], " \n\t\f\r")
		if end < 0 {
			end = len(n.text) - i
		}
		w.put(n.text[i:i+end], at)
		i += end
	}
}

func (w *writer) put(s string, at int) {
	if len(w.buf) == 0 {
		w.from = at
	} else if w.space {
		w.buf = append(w.buf, ' ')
	}
	w.space = false
	w.buf = append(w.buf, s...)
	w.allBytes += len(s)
	if w.bold > 0 {
		w.boldBytes += len(s)
	}
}

// breakLine ends the line, or inside a cell or a heading only the word.
func (w *writer) breakLine() {
	if w.inline > 0 {
		w.space = true
		return
	}
	w.flush()
}

func (w *writer) clear() {
	w.buf, w.space, w.boldBytes, w.allBytes = w.buf[:0], false, 0, 0
}

func (w *writer) flush() {
	text := string(w.buf)
	bold := w.boldBytes > 0 && w.boldBytes == w.allBytes
	w.clear()
	if strings.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || isInvisible(r) || r == softHyphen }) == "" {
		return
	}
	if r, n := utf8.DecodeRuneInString(text); r == '#' && strings.HasPrefix(strings.TrimLeft(text[n:], "#"), " ") {
		text = `\` + text
	}
	if w.aside > 0 {
		w.emit(text, w.from, true)
		return
	}
	if bold && !strings.HasPrefix(w.prefix, "#") && !strings.Contains(text, "*") && utf8.RuneCountInString(text) < 300 {
		text = "**" + text + "**"
	}
	text, w.prefix = w.prefix+text, ""
	w.emit(text, w.from, false)
}

func (w *writer) emit(text string, at int, aside bool) {
	if w.gap && len(w.out.text) > 0 {
		w.out.text = append(w.out.text, "")
		w.out.lines = append(w.out.lines, at)
		w.out.furniture = append(w.out.furniture, false)
	}
	w.gap = false
	w.out.text = append(w.out.text, text)
	w.out.lines = append(w.out.lines, at)
	w.out.furniture = append(w.out.furniture, aside)
}
