package proposals

import (
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/platform/web"
)

// formats are the files of a proposal, in the order in which they are offered.
var formats = []string{"pdf", "docx", "txt", "md"}

// print sends a proposal as a file: what the page shows to this reader, without the
// addresses of those whom it names, for a file is passed on.
func (w *Web) print(c *web.C, v View, format string) error {
	if !slices.Contains(formats, format) {
		return core.NotFound()
	}
	set, err := w.setting(c, v.Of)
	if err != nil {
		return err
	}
	title, call := w.name(c, v.Proposal), c.Text(v.Of.Title)
	sheet := documents.Sheet{
		ID: v.ID, Kind: "proposal", Lang: c.Lang, Title: documents.Piece{S: title.S, Lang: title.Lang, Dir: title.Dir}, T: c.T,
		Status: c.T("policy.proposal.state." + v.State), Facts: append([]string{call.S}, w.facts(c, v)...), Address: c.S.BaseURL + v.Path(),
	}
	if v.Blind {
		sheet.Facts = append(sheet.Facts, c.T("proposals.print.blind"))
	}
	sheet.Facts = append(sheet.Facts, sheet.Address)
	for _, s := range w.sections(c, v, set, false) {
		sheet.Paras = append(sheet.Paras, said(documents.Heading, 1, s.Title.Lang, s.Title.S))
		for _, a := range s.Answers {
			sheet.Paras = append(sheet.Paras, said(documents.Heading, 2, a.Label.Lang, a.Label.S))
			sheet.Paras = append(sheet.Paras, w.printed(c, a)...)
		}
	}
	return w.s.Documents.Send(c, sheet.Export(), format)
}

// printed is one answer in paragraphs: a text as it was parted, several things as a list.
func (w *Web) printed(c *web.C, a Answered[partyView]) []documents.ExportPara {
	lang := a.Lang
	if lang == "" {
		lang = c.Lang
	}
	var out []documents.ExportPara
	for _, line := range a.Lines {
		if len(a.Lines) > 1 {
			out = append(out, said(documents.Item, 0, lang, line))
			continue
		}
		for part := range strings.SplitSeq(strings.ReplaceAll(line, "\r\n", "\n"), "\n\n") {
			if part = strings.TrimSpace(part); part != "" {
				out = append(out, said(documents.Plain, 0, lang, part))
			}
		}
	}
	for _, l := range a.Links {
		out = append(out, said(documents.Plain, 0, c.Lang, l.Label))
	}
	for _, p := range a.People {
		line := p.Name
		if p.About != "" {
			line += " · " + p.About
		}
		out = append(out, said(documents.Item, 0, c.Lang, line+" ("+p.State.Words+")"))
	}
	return out
}

func said(kind documents.Kind, level int, lang, text string) documents.ExportPara {
	return documents.ExportPara{Kind: kind, Level: level, Lang: lang, Dir: core.Dir(lang), Parts: []documents.ExportPart{{Text: text}}}
}
