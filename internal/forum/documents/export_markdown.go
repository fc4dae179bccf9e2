package documents

import (
	"fmt"
	"regexp"
	"strings"
)

// Markdown prints the text as CommonMark with footnotes. Each paragraph can be linked
// to by its id.
func (e Export) Markdown() string {
	var b strings.Builder
	b.WriteString("# " + markdownLine(e.Title.S) + "\n\n")
	for _, f := range e.Facts {
		b.WriteString("- " + markdownLine(f) + "\n")
	}
	item := false
	for _, p := range e.Paras {
		if !item || p.Kind != Item {
			b.WriteByte('\n') // items that follow one another are one list
		}
		item = p.Kind == Item && len(p.Dissent) == 0
		anchor := `<a id="` + p.ID + `"></a>`
		body := e.marked(escaped(p), func(n int) string { return fmt.Sprintf("[^%d]", n) })
		switch p.Kind {
		case Heading:
			b.WriteString(strings.Repeat("#", min(6, 1+max(1, p.Level))) + " " + anchor + strings.ReplaceAll(body, "\n", " ") + "\n")
		case Item:
			b.WriteString("- " + anchor + strings.ReplaceAll(body, "\n", "  \n  ") + "\n")
		case Quote:
			b.WriteString("> " + anchor + strings.ReplaceAll(body, "\n", "  \n> ") + "\n")
		default:
			if e.words.Number != nil && p.No != "" {
				anchor += markdownEscape(p.No) + "\\. " // a number that is a name, not a list
			}
			b.WriteString(anchor + strings.ReplaceAll(body, "\n", "  \n") + "\n")
		}
		for _, d := range p.Dissent {
			b.WriteString("\n> " + strings.ReplaceAll(markdownEscape(e.dissent(d)), "\n", "  \n> ") + "\n")
		}
	}
	if len(e.Notes) > 0 {
		b.WriteByte('\n')
	}
	for _, n := range e.Notes {
		fmt.Fprintf(&b, "[^%d]: %s\n", n.N, e.markdownNote(n))
	}
	return b.String()
}

func (e Export) markdownNote(n ExportNote) string {
	u := n.URL
	n.URL = ""
	text := markdownLine(e.noteText(n))
	if u == "" {
		return text
	}
	return "[" + text + "](<" + strings.NewReplacer("<", "%3C", ">", "%3E", "\n", "").Replace(e.absolute(u)) + ">)"
}

// escaped is a paragraph whose words are written so that Markdown shows them as they
// are.
func escaped(p ExportPara) ExportPara {
	parts := make([]ExportPart, len(p.Parts))
	for i, part := range p.Parts {
		part.Text = markdownEscape(part.Text)
		part.Degree.Words = markdownEscape(part.Degree.Words)
		parts[i] = part
	}
	p.Parts = parts
	return p
}

func markdownLine(s string) string { return markdownEscape(strings.Join(strings.Fields(s), " ")) }

var (
	markdownSigns = regexp.MustCompile("[\\\\`*_\\[\\]<>#|~&]")
	// What begins a block only at the beginning of a line: "- ", "+ ", "1. ", "===".
	markdownStart = regexp.MustCompile(`(?m)^(\s*)([-+=])`)
	markdownCount = regexp.MustCompile(`(?m)^(\s*\d{1,9})([.)])(\s|$)`)
)

func markdownEscape(s string) string {
	s = markdownSigns.ReplaceAllString(s, `\$0`)
	s = markdownStart.ReplaceAllString(s, `$1\$2`)
	return markdownCount.ReplaceAllString(s, `$1\$2$3`)
}
