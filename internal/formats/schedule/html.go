package schedule

import (
	"errors"
	"io"
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// Tags that stand for blocks, and those that only dress words. Anything else in pointed
// brackets is text ("<name@example.org>", "Vec<T>").
var (
	blockTags = tagSet("p div ul ol li h1 h2 h3 h4 h5 h6 blockquote table thead tbody tr td th dl dt dd pre hr section article header footer center figure figcaption")
	wordTags  = tagSet("br a b i u s em strong span code tt kbd samp var small big sub sup font img del ins strike mark abbr cite q wbr label iframe video audio source html body head title meta link input form button")
	mutedTags = tagSet("script style template noscript")
)

func tagSet(names string) map[string]bool {
	set := map[string]bool{}
	for n := range strings.FieldsSeq(names) {
		set[n] = true
	}
	return set
}

var (
	anyTag  = regexp.MustCompile(`</?([A-Za-z][A-Za-z0-9]*)(?:\s[^<>]*)?/?>`)
	webLink = regexp.MustCompile(`^(?i)(https?|mailto):`)
)

// plainText takes HTML and Markdown off a text: paragraphs keep blank lines between
// them, list items begin with "- ", and links keep their address behind their words.
func plainText(s string) string {
	blocks, words := false, false
	for _, m := range anyTag.FindAllStringSubmatch(s, -1) {
		name := strings.ToLower(m[1])
		blocks = blocks || blockTags[name]
		words = words || wordTags[name] || mutedTags[name]
	}
	switch {
	case blocks:
		return cleanText(stripHTML(s, false))
	case words:
		return cleanText(stripMarkdown(stripHTML(s, true)))
	}
	return cleanText(stripMarkdown(unescapeEntities(s)))
}

// stripper writes the text of HTML tokens.
type stripper struct {
	b     strings.Builder
	lines bool // line breaks of the source count
	pre   int  // how many <pre> and <li> are open
	items int
	muted string
	links []string
	mark  []int // where the words of each open link begin
}

func stripHTML(s string, lines bool) string {
	st := stripper{lines: lines}
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		switch z.Next() {
		case html.ErrorToken:
			if !errors.Is(z.Err(), io.EOF) {
				st.words(string(z.Raw()))
			}
			return st.b.String()
		case html.TextToken:
			if st.muted == "" {
				st.words(string(z.Text()))
			}
		case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken:
			raw := string(z.Raw())
			st.tag(z.Token(), raw)
		}
	}
}

// words writes text; outside <pre> white space is one space, or as it stands when lines
// of the source count.
func (st *stripper) words(s string) {
	if st.lines || st.pre > 0 {
		if st.endsLine() {
			s = strings.TrimPrefix(strings.TrimPrefix(s, "\r"), "\n")
		}
		st.b.WriteString(s)
		return
	}
	space := st.b.Len() == 0 || st.endsLine() || strings.HasSuffix(st.b.String(), " ")
	for _, r := range s {
		switch r {
		case ' ', '\t', '\n', '\r', '\f':
			if !space {
				st.b.WriteByte(' ')
			}
			space = true
		default:
			st.b.WriteRune(r)
			space = false
		}
	}
}

func (st *stripper) endsLine() bool {
	return strings.HasSuffix(st.b.String(), "\n")
}

func (st *stripper) tag(t html.Token, raw string) {
	name, end := t.Data, t.Type == html.EndTagToken
	switch {
	case st.muted != "":
		if end && name == st.muted {
			st.muted = ""
		}
	case mutedTags[name]:
		if t.Type == html.StartTagToken {
			st.muted = name
		}
	case name == "br":
		st.b.WriteString("\n")
	case name == "a":
		st.link(t, end)
	case name == "img":
		st.words(attr(t, "alt"))
	case name == "li":
		if !st.endsLine() {
			st.b.WriteString("\n")
		}
		if end {
			st.items = max(0, st.items-1)
		} else {
			st.items++
			st.b.WriteString("- ")
		}
	case name == "tr", name == "dt":
		st.b.WriteString("\n")
	case name == "td", name == "th", name == "dd":
		st.words(" ")
	case name == "pre":
		st.b.WriteString("\n\n")
		if end {
			st.pre = max(0, st.pre-1)
		} else {
			st.pre++
		}
	case blockTags[name]:
		st.block(end)
	case wordTags[name]:
	default:
		st.words(raw)
	}
}

// block begins a paragraph; directly behind the mark of a list item it does not.
func (st *stripper) block(end bool) {
	if !end && strings.HasSuffix(st.b.String(), "\n- ") {
		return
	}
	switch {
	case st.items == 0:
		st.b.WriteString("\n\n")
	case !st.endsLine():
		st.b.WriteString("\n")
	}
}

// link puts the address behind the words of a link, unless they are the address.
func (st *stripper) link(t html.Token, end bool) {
	if !end {
		if len(st.links) < maxDepth {
			st.links = append(st.links, cleanLine(attr(t, "href")))
			st.mark = append(st.mark, st.b.Len())
		}
		return
	}
	n := len(st.links) - 1
	if n < 0 {
		return
	}
	href, from := st.links[n], st.mark[n]
	st.links, st.mark = st.links[:n], st.mark[:n]
	words := cleanLine(st.b.String()[from:])
	if webLink.MatchString(href) && !sameLink(words, href) {
		if words == "" {
			st.words(href)
		} else {
			st.words(" (" + href + ")")
		}
	}
}

// sameLink says whether the words of a link already tell its address.
func sameLink(words, href string) bool {
	bare := func(s string) string {
		s = strings.ToLower(strings.TrimSuffix(strings.TrimSpace(s), "/"))
		for _, p := range []string{"https://", "http://", "mailto:", "www."} {
			s = strings.TrimPrefix(s, p)
		}
		return s
	}
	return bare(words) == bare(href)
}

func attr(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
