package reports

import (
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/platform/web"
)

// FullInput is the form of the full report: paragraphs parted by empty lines; a line
// that begins with "# " is a heading.
type FullInput struct {
	Version int64     `form:"version" ui:"hidden" json:"version"`
	Text    core.Text `form:"text" ui:"area" max:"60000" required:"1" json:"text"`
	File    string    `form:"file" ui:"file" json:"-"` // a text that takes the place of what was typed
	Note    string    `form:"note" ui:"text" max:"500" json:"note"`
}

// paragraphs cuts the text of each language; paragraphs of the languages belong
// together by their place.
func (in *FullInput) paragraphs() []documents.Paragraph {
	orig := cutText(in.Text.String())
	out := make([]documents.Paragraph, len(orig))
	for i, s := range orig {
		kind, level := documents.Plain, 0
		if h, ok := strings.CutPrefix(s, "# "); ok {
			kind, level, s = documents.Heading, 2, h
		}
		out[i] = documents.Paragraph{Kind: kind, Level: level, Text: core.NewText(in.Text.Orig, s)}
	}
	for _, lang := range core.Langs {
		if lang == in.Text.Orig {
			continue
		}
		for i, s := range cutText(in.Text.By[lang]) {
			if i < len(out) {
				out[i].Text = out[i].Text.With(lang, strings.TrimPrefix(s, "# "))
			}
		}
	}
	return out
}

// matched sees that no language has more paragraphs than the original: what stands behind
// the last of these would belong to nothing.
func (in *FullInput) matched(p *core.Problems) {
	orig := len(cutText(in.Text.String()))
	for _, lang := range core.Langs {
		if have := len(cutText(in.Text.By[lang])); have > orig {
			p.Add("text", "reports.error.more_paragraphs", "Language", web.LangName[lang], "Have", have, "Original", orig)
		}
	}
}

func cutText(s string) []string {
	var out []string
	cur := ""
	end := func() {
		if cur = strings.TrimSpace(cur); cur != "" {
			out = append(out, cur)
		}
		cur = ""
	}
	for line := range strings.SplitSeq(s, "\n") {
		if strings.TrimSpace(line) == "" { // also a line of blanks parts paragraphs
			end()
			continue
		}
		cur += line + "\n"
	}
	end()
	return out
}

func fullOf(rev documents.Revision) FullInput {
	by := map[string][]string{}
	orig := ""
	for _, p := range rev.Paragraphs {
		if orig == "" {
			orig = p.Text.Orig
		}
		for lang, s := range p.Text.By {
			if p.Kind == documents.Heading {
				s = "# " + s
			}
			by[lang] = append(by[lang], s)
		}
	}
	in := FullInput{Version: rev.Version, Text: core.Text{Orig: orig, By: map[string]string{}}}
	for lang, s := range by {
		in.Text.By[lang] = strings.Join(s, "\n\n")
	}
	return in
}

// blank is the full report before anything is written: the headings of the template, in
// the writer's language where they have it.
func blank(sections []Section, lang string) core.Text {
	var lines []string
	for _, s := range sections {
		h, _ := s.Heading.In(lang)
		lines = append(lines, "# "+h)
	}
	return core.NewText(lang, strings.Join(lines, "\n\n"))
}

// fromFile makes of a text or Markdown file what the form takes: headings begin with
// "# ", paragraphs are parted by empty lines.
func fromFile(s string) string {
	var out []string
	for _, line := range strings.Split(strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n"), "\n") {
		line = strings.TrimRight(line, " \t")
		if h := strings.TrimLeft(line, "#"); h != line && strings.HasPrefix(h, " ") {
			out = append(out, "", "# "+strings.TrimSpace(h), "")
			continue
		}
		out = append(out, line)
	}
	return strings.Join(cutText(strings.Join(out, "\n")), "\n\n")
}
