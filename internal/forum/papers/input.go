package papers

import (
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/platform/blob"
)

// Input is the form of a paper. Text is the paragraphs of each language, parted by empty
// lines: "# " begins a heading, "- " an item, "> " a quotation; a line "…" stands for a
// paragraph that is not translated. Without a text the paper is only a link.
type Input struct {
	Version      int64     `form:"version" ui:"hidden" json:"version"`
	Kind         string    `form:"kind" ui:"select" required:"1" json:"kind"`
	Title        core.Text `form:"title" max:"250" required:"1" json:"title"`
	Text         core.Text `form:"text" ui:"area" max:"200000" json:"text"`
	Upload       string    `form:"upload" ui:"file" accept:".txt,.md,.pdf,.docx,.odt" json:"-"`
	URL          string    `form:"url" ui:"url" max:"500" json:"url"`
	Day          string    `form:"day" ui:"date" max:"10" json:"day"`
	Person       core.ID   `form:"person" ui:"select" json:"person"`
	Organisation string    `form:"organisation" max:"200" json:"organisation"`
	By           string    `form:"by" max:"200" json:"by"`
	Unofficial   bool      `form:"unofficial" ui:"check" json:"unofficial"`
	Licence      string    `form:"licence" ui:"select" json:"licence"`
	LicenceWords string    `form:"licence_words" max:"200" json:"licence_words"`
	OpenDraft    bool      `form:"open_draft" ui:"check" json:"open_draft"`
	Note         string    `form:"note" max:"500" json:"note"`

	// Paragraphs may come ready, from an import or the demo, in the place of Text.
	Paragraphs []documents.Paragraph `form:"-" json:"-"`
	// File is the file as it was handed in; it is registered in the act.
	File *blob.Blob `form:"-" json:"-"`

	filed bool // the paper has a file already
}

// other says that a licence is told in words.
const other = "other"

// Validate checks the input, cleans it and cuts the text into paragraphs.
func (in *Input) Validate() error {
	in.Title, in.Text = in.Title.Clean(), in.Text.Clean()
	in.URL, in.By, in.Day, in.LicenceWords = strings.TrimSpace(in.URL), strings.TrimSpace(in.By), strings.TrimSpace(in.Day), strings.TrimSpace(in.LicenceWords)
	p := core.Validate(*in)
	if in.Kind != "" && !KnownKind(in.Kind) {
		p.Add("kind", "form.required")
	}
	if in.Paragraphs == nil && !in.Text.IsZero() {
		in.cut(&p)
	}
	if in.URL != "" && !core.WebAddress(in.URL) {
		p.Add("url", "papers.error.url")
	}
	if in.Day != "" {
		if _, err := core.ParseDate(in.Day); err != nil {
			p.Add("day", "papers.error.day")
		}
	}
	switch {
	case in.Licence == other && in.LicenceWords == "":
		p.Add("licence_words", "papers.error.licence_words")
	case in.Licence != "" && in.Licence != other && !slices.Contains(Licences, in.Licence):
		p.Add("licence", "papers.error.licence")
	}
	if in.Kind == Daily {
		in.Unofficial = true
		if in.By == "" && strings.TrimSpace(in.Organisation) == "" && in.Person == "" {
			p.Add("by", "papers.error.daily_by")
		}
	}
	if in.Kind == Joint {
		checkBrackets(&p, in.Paragraphs)
	}
	if len(in.Paragraphs) == 0 && in.URL == "" && in.File == nil && !in.filed {
		p.Add("text", "papers.error.empty")
	}
	return p.Err()
}

func (in *Input) licence() string {
	if in.Licence == other {
		return in.LicenceWords
	}
	return in.Licence
}

// missing stands for a paragraph that is not translated.
const missing = "…"

// cut makes the paragraphs. Those of the languages belong together by their place.
func (in *Input) cut(p *core.Problems) {
	orig := pieces(in.Text.String())
	in.Paragraphs = make([]documents.Paragraph, len(orig))
	for i, s := range orig {
		in.Paragraphs[i] = s.paragraph(in.Text.Orig)
	}
	for _, lang := range core.Langs {
		if lang == in.Text.Orig || in.Text.By[lang] == "" {
			continue
		}
		list := pieces(in.Text.By[lang])
		if len(list) != len(orig) {
			p.Add("text", "papers.error.paragraphs", "Language", lang, "Count", len(list), "Original", len(orig))
			return
		}
		for i, s := range list {
			if s.text != missing {
				in.Paragraphs[i].Text = in.Paragraphs[i].Text.With(lang, s.text)
			}
		}
	}
}

// piece is a paragraph as it is typed.
type piece struct {
	kind  documents.Kind
	level int
	text  string
}

func (s piece) paragraph(lang string) documents.Paragraph {
	return documents.Paragraph{Kind: s.kind, Level: s.level, Text: core.NewText(lang, s.text)}
}

// marks that a line may begin with, longest first.
var marks = []struct {
	mark  string
	kind  documents.Kind
	level int
}{
	{"#### ", documents.Heading, 4},
	{"### ", documents.Heading, 4},
	{"## ", documents.Heading, 3},
	{"# ", documents.Heading, 2},
	{"- ", documents.Item, 0},
	{"* ", documents.Item, 0},
	{"> ", documents.Quote, 0},
}

// pieces cuts a text: at empty lines, and before each line that begins with the mark of a
// heading or item.
func pieces(s string) []piece {
	var out []piece
	joins := false // the next line goes on with the last piece
	for line := range strings.Lines(s) {
		line = strings.TrimSpace(line)
		if line == "" {
			joins = false
			continue
		}
		next := piece{kind: documents.Plain, text: line}
		for _, m := range marks {
			if rest, ok := strings.CutPrefix(line, m.mark); ok && strings.TrimSpace(rest) != "" {
				next = piece{m.kind, m.level, strings.TrimSpace(rest)}
				break
			}
		}
		last := len(out) - 1
		switch {
		case joins && next.kind == documents.Plain && out[last].kind != documents.Heading,
			joins && next.kind == documents.Quote && out[last].kind == documents.Quote:
			out[last].text += "\n" + next.text
		default:
			out = append(out, next)
		}
		joins = true
	}
	return out
}

// typed is a revision as it is typed.
func typed(rev documents.Revision) core.Text {
	langs := rev.Langs()
	if len(rev.Paragraphs) == 0 {
		return core.Text{}
	}
	out := core.Text{Orig: rev.Paragraphs[0].Text.Orig, By: map[string]string{}}
	for _, lang := range langs {
		var parts []string
		for _, p := range rev.Paragraphs {
			s := p.Text.By[lang]
			if s == "" && lang == out.Orig {
				s = p.Text.String() // a paragraph that was written in another language
			}
			if s == "" {
				s = missing
			}
			next := "\n"
			if p.Kind == documents.Quote { // a line of a quotation may begin with a mark of its own
				next += markOf(p)
			}
			parts = append(parts, markOf(p)+strings.Join(core.Lines(s), next))
		}
		out.By[lang] = strings.Join(parts, "\n\n")
	}
	return out
}

func markOf(p documents.Paragraph) string {
	for _, m := range marks[1:] {
		if m.kind == p.Kind && (p.Kind != documents.Heading || m.level == max(2, p.Level)) {
			return m.mark
		}
	}
	return ""
}

// InputOf is the form of a paper as it stands. rev is its newest revision; organisation
// is how the one that wrote it is called.
func InputOf(p Paper, rev documents.Revision, organisation string) Input {
	in := Input{
		Version: p.Version, Kind: p.Kind, Title: p.Title, Text: typed(rev), URL: p.URL, Day: p.Day, Person: p.Person,
		Organisation: organisation, By: p.By, Unofficial: p.Unofficial, Licence: p.Licence, OpenDraft: p.OpenDraft,
	}
	if p.Licence != "" && !slices.Contains(Licences, p.Licence) {
		in.Licence, in.LicenceWords = other, p.Licence
	}
	if p.Document != "" {
		in.Title = rev.Title
	}
	if rev.Draft() {
		in.Note = rev.Note
	}
	return in
}

// facts are what the record compares when a paper changes. The names are those of the
// catalogue, "field.paper_…".
type facts struct {
	Title      core.Text `json:"paper_title"`
	URL        string    `json:"paper_url"`
	Day        string    `json:"paper_day"`
	By         string    `json:"paper_by"`
	Licence    string    `json:"paper_licence"`
	OpenDraft  bool      `json:"paper_open_draft"`
	Unofficial bool      `json:"paper_unofficial"`
	File       core.ID   `json:"paper_file"` // by its hash: what is handed in anew shows at once
}

func (p Paper) facts() facts {
	return facts{p.Title, p.URL, p.Day, p.By, p.Licence, p.OpenDraft, p.Unofficial, p.File}
}
