package mailin

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// unflow joins the lines of format=flowed (RFC 3676) to paragraphs.
func unflow(s string, delsp bool) string {
	var out []string
	open := false
	depth := 0
	for l := range strings.SplitSeq(strings.ReplaceAll(s, "\r\n", "\n"), "\n") {
		d := 0
		for d < len(l) && l[d] == '>' {
			d++
		}
		body := l[d:]
		if d == 0 || strings.HasPrefix(body, " ") {
			body = strings.TrimPrefix(body, " ") // stuffed
		}
		signature := body == "-- "
		flows := strings.HasSuffix(body, " ") && !signature
		if flows && delsp {
			body = strings.TrimSuffix(body, " ")
		}
		if open && d == depth && !signature {
			out[len(out)-1] += body
		} else {
			prefix := ""
			if d > 0 {
				prefix = strings.Repeat(">", d) + " "
			}
			out = append(out, prefix+body)
		}
		open, depth = flows, d
	}
	return strings.Join(out, "\n")
}

// tidy brings text to single line ends, without trailing space, odd signs and rows of
// empty lines.
func tidy(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\r\n", "\n"), "\r", "\n")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\u00a0' || r == '\t':
			return ' '
		case r == '\ufeff' || r == '\u200b' || unicode.IsControl(r) && r != '\n':
			return -1
		}
		return r
	}, s)
	var out []string
	for l := range strings.SplitSeq(s, "\n") {
		if l != "-- " { // it marks a signature
			l = strings.TrimRight(l, " ")
		}
		if l == "" && (len(out) == 0 || out[len(out)-1] == "") {
			continue
		}
		out = append(out, l)
	}
	return strings.TrimRight(strings.Join(out, "\n"), "\n ")
}

// textOf makes text of HTML: blocks become lines, quoted mail gets its ">".
func textOf(s string) string {
	doc, err := html.ParseWithOptions(strings.NewReader(s), html.ParseOptionEnableScripting(false))
	if err != nil {
		return ""
	}
	w := &htmlText{}
	w.walk(doc, 0)
	return w.b.String()
}

type htmlText struct {
	b     strings.Builder
	quote int
	fresh bool // at the start of a line
	begun bool
	pre   int
}

var unseen = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Head: true, atom.Title: true, atom.Template: true, atom.Object: true, atom.Iframe: true, atom.Select: true,
}

var blocks = map[atom.Atom]bool{
	atom.P: true, atom.Div: true, atom.Br: true, atom.Li: true, atom.Ul: true, atom.Ol: true, atom.Tr: true, atom.Table: true, atom.H1: true, atom.H2: true,
	atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true, atom.Blockquote: true, atom.Hr: true, atom.Pre: true, atom.Section: true, atom.Article: true,
}

// quoted tells whether an element holds the mail that is answered.
func quoted(n *html.Node) bool {
	for _, a := range n.Attr {
		switch v := strings.ToLower(a.Val); a.Key {
		case "class":
			for _, c := range []string{"gmail_quote", "gmail_extra", "yahoo_quoted", "moz-cite-prefix", "moz-signature", "gmail_signature", "protonmail_quote"} {
				if strings.Contains(v, c) {
					return true
				}
			}
		case "id":
			if v == "divrplyfwdmsg" || v == "appendonsend" || v == "signature" || v == "mail-editor-reference-message-container" {
				return true
			}
		}
	}
	return n.DataAtom == atom.Blockquote
}

func (w *htmlText) walk(n *html.Node, depth int) {
	if depth > 300 || w.b.Len() > maxText {
		return
	}
	switch n.Type {
	case html.TextNode:
		w.text(n.Data)
		return
	case html.ElementNode:
		if unseen[n.DataAtom] {
			return
		}
	}
	block := n.Type == html.ElementNode && blocks[n.DataAtom]
	quotes := n.Type == html.ElementNode && quoted(n)
	if block || quotes {
		w.newline()
	}
	if quotes {
		w.quote++
	}
	if n.DataAtom == atom.Pre {
		w.pre++
	}
	if n.DataAtom == atom.Li {
		w.text("- ")
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.walk(c, depth+1)
	}
	if n.DataAtom == atom.Pre {
		w.pre--
	}
	if block || quotes {
		w.newline()
	}
	if quotes {
		w.quote--
	}
	if n.DataAtom == atom.P || n.DataAtom == atom.Br {
		w.b.WriteByte('\n')
	}
	if n.DataAtom == atom.Td || n.DataAtom == atom.Th {
		w.text(" ")
	}
}

func (w *htmlText) newline() {
	if w.begun && !w.fresh {
		w.b.WriteByte('\n')
	}
	w.fresh = true
}

func (w *htmlText) text(s string) {
	if w.pre > 0 {
		for i, l := range strings.Split(s, "\n") {
			if i > 0 {
				w.b.WriteByte('\n')
				w.fresh = true
			}
			w.put(l)
		}
		return
	}
	words := strings.Join(strings.Fields(s), " ")
	if words == "" {
		if s != "" && !w.fresh && w.begun {
			w.b.WriteByte(' ')
		}
		return
	}
	if !w.fresh && w.begun && strings.TrimLeft(s[:1], " \t\r\n") == "" {
		w.b.WriteByte(' ')
	}
	w.put(words)
	if last := s[len(s)-1:]; strings.Trim(last, " \t\r\n") == "" {
		w.b.WriteByte(' ')
	}
}

func (w *htmlText) put(s string) {
	if s == "" {
		return
	}
	if w.fresh || !w.begun {
		w.b.WriteString(strings.Repeat(">", min(w.quote, 5)))
		if w.quote > 0 {
			w.b.WriteByte(' ')
		}
	}
	w.b.WriteString(s)
	w.fresh, w.begun = false, true
}

// attribution is the line with which programs introduce the mail that is answered, in
// the languages of the forum and some others.
var attribution = regexp.MustCompile(`(?i)^\s*(` +
	`on\b.{5,300}\bwrote\s*:` +
	`|.{3,200}\bwrote\s*:` +
	`|le\b.{5,300}\ba\s+écrit\s*:` +
	`|el\b.{5,300}\bescribi[óo]\s*:` +
	`|.{5,300}\s(пишет|писал|писала|писал\(а\)|написал|написала|написал\(а\))\s*:` +
	`|(في|بتاريخ|يوم).{5,300}(كتب|كتبت|كتب/ت)\s?.{0,200}[:：]` +
	`|在?.{5,300}(写道|写到|寫道|編寫)\s*[:：]` +
	`|am\b.{5,300}\bschrieb\b.{0,200}:` +
	`|em\b.{5,300}\bescreveu\s*:` +
	`|il\b.{5,300}\bha scritto\s*:` +
	`)\s*$`)

// original is the line above a forwarded or answered mail in full.
var original = regexp.MustCompile(`(?i)^\s*[-_—]{2,}\s*(original message|message d'origine|message original|mensaje original|исходное сообщение|пересылаемое сообщение|الرسالة الأصلية|原始邮件|原始郵件|ursprüngliche nachricht)\s*[-_—]{2,}\s*$`)

var rule = regexp.MustCompile(`^\s*_{10,}\s*$`)

// sentFrom is what telephones put under a mail.
var sentFrom = regexp.MustCompile(`(?i)^\s*(sent from my |get outlook for |envoyé de mon |envoyé depuis |enviado desde mi |отправлено с |отправлено из |أُرسلت من |أرسلت من |تم الإرسال من |发自我的|從我的)\S?.{0,80}$`)

// fields are the first words of the lines of a header that is quoted without marks.
var fields = regexp.MustCompile(`(?i)^\s*\*?(from|de|от|من|发件人|寄件者|von|sent|envoyé|enviado|отправлено|تاريخ الإرسال|发送时间|date|fecha|дата|to|à|para|кому|إلى|收件人|subject|objet|asunto|тема|الموضوع|主题)\s?\*?\s*[:：]\*?.*$`)

// Written gives what the sender of a mail wrote anew: without the mail that is answered
// and without the signature. It keeps answers between the lines of what is quoted.
func Written(text string) string {
	lines := strings.Split(text, "\n")
	var out []string
	for i := 0; i < len(lines); i++ {
		l := lines[i]
		if l == "-- " || l == "--" || original.MatchString(l) || sentFrom.MatchString(l) && lastly(lines[i+1:]) {
			if l == "--" || l == "-- " {
				if k := next(lines, i); k > i {
					i = k - 1 // below a signature the answer may go on between quotes
					continue
				}
			}
			break
		}
		if rule.MatchString(l) && i+1 < len(lines) && header(lines[i+1:]) || header(lines[i:]) && i > 0 {
			break
		}
		if n := introduces(lines[i:]); n > 0 {
			if !marked(lines[i+n:]) {
				break // everything below is the old mail, without marks
			}
			i += n - 1
			continue
		}
		if strings.HasPrefix(strings.TrimLeft(l, " "), ">") {
			continue
		}
		out = append(out, l)
	}
	return tidy(strings.Join(out, "\n"))
}

// next finds the end of a signature where something else comes after it: quoted lines
// with unquoted ones below.
func next(lines []string, i int) int {
	quote := -1
	for k := i + 1; k < len(lines); k++ {
		if strings.HasPrefix(lines[k], ">") || introduces(lines[k:]) > 0 {
			quote = k
			break
		}
	}
	if quote < 0 || quote-i > 12 {
		return -1
	}
	return quote
}

// introduces tells how many lines, from the first on, introduce a quotation: one, or
// two or three where the line was broken.
func introduces(lines []string) int {
	joined := ""
	for n := 1; n <= min(3, len(lines)); n++ {
		l := strings.TrimSpace(lines[n-1])
		if l == "" || strings.HasPrefix(l, ">") {
			return 0
		}
		joined = strings.TrimSpace(joined + " " + l)
		if !attribution.MatchString(joined) {
			continue
		}
		// Words like "she wrote:" introduce nothing unless a date or an address is there.
		if strings.ContainsAny(joined, "@0123456789٠١٢٣٤٥٦٧٨٩") || marked(lines[n:]) {
			return n
		}
	}
	return 0
}

// marked tells whether the next line with anything on it is quoted.
func marked(lines []string) bool {
	for _, l := range lines {
		if t := strings.TrimSpace(l); t != "" {
			return strings.HasPrefix(t, ">")
		}
	}
	return false
}

// header tells whether lines begin with three or more fields of a quoted header.
func header(lines []string) bool {
	n := 0
	for _, l := range lines[:min(len(lines), 6)] {
		if !fields.MatchString(l) {
			break
		}
		n++
	}
	return n >= 3
}

// lastly tells whether no more than quoted mail and empty lines follow.
func lastly(lines []string) bool {
	for i, l := range lines {
		t := strings.TrimSpace(l)
		if introduces(lines[i:]) > 0 || original.MatchString(l) || header(lines[i:]) {
			return true
		}
		if t != "" && !strings.HasPrefix(t, ">") {
			return false
		}
	}
	return true
}
