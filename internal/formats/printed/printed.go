// Package printed is a text made ready for print: title, facts, numbered paragraphs with
// their languages, notes and dissent, all in words. The formats docx, epub, akn and HTML
// are written from it, so that all say the same.
package printed

import (
	"strings"
	"time"
	"unicode/utf8"

	"plenary/internal/core"
)

// Text is one version of a text in the words of one reader.
type Text struct {
	ID       string // permanent name of the text, the same in every version
	Kind     string // "messages", "report", "paper"
	Lang     string // the language of the words around the text
	Title    Piece
	Status   string   // draft, or the stage in words
	Facts    []string // version, date, note, licence, address, hash
	Fallback string   // says which languages parts are shown in for want of a translation
	Paras    []Para
	Notes    []Note // numbered from 1, in the order in which their marks are met

	Revision int
	Draft    bool
	Final    bool
	Issued   time.Time // zero for a draft
	Created  time.Time // of the first version
	Licence  string
	Hash     string
	Address  string // permanent address of this version
	Work     string // permanent address of the text
	Home     string // address of the server
	Forum    string // who publishes
	History  []Version

	Words Words
}

// Words are the headings that a format puts around the text.
type Words struct{ Contents, Sources, About, Text, Back string }

// Version is one published version of the text.
type Version struct {
	Number  int
	Issued  time.Time
	Address string
	Note    string
}

// Piece is a text with the language it is in.
type Piece struct{ S, Lang string }

// Kind of a paragraph.
type Kind string

// The kinds of paragraphs.
const (
	Heading Kind = "heading"
	Plain   Kind = "paragraph"
	Item    Kind = "item"
	Quote   Kind = "quote"
	Remark  Kind = "note"
)

// Para is one paragraph.
type Para struct {
	ID      string // "p7", permanent
	Number  string // as shown beside it; may be empty
	Kind    Kind
	Level   int // of a heading, 1 to 4
	Lang    string
	Address string // permanent address of the paragraph
	Parts   []Part
	Marks   []int // notes about the whole paragraph
	Dissent []Dissent
}

// Part is a sentence, or a whole paragraph.
type Part struct {
	Text   string // with the white space behind it
	Marks  []int  // numbers of notes
	Degree string // of support, in words
}

// Dissent is a statement of those who do not agree, or a view that diverges.
type Dissent struct {
	Title string // in the language of the words around the text
	Text  Piece
	View  bool // a view as the drafters record it
}

// Note is a source.
type Note struct {
	N    int
	Kind string // what kind of thing it is, in words; may be empty
	Text string
	URL  string // with scheme and host; may be empty
}

// Said is the paragraph's words alone.
func (p Para) Said() string {
	var b strings.Builder
	for _, part := range p.Parts {
		b.WriteString(part.Text)
	}
	return strings.TrimSpace(b.String())
}

// Langs are the languages that are really in the text, its own first.
func (t Text) Langs() []string {
	out := []string{t.Lang}
	seen := map[string]bool{t.Lang: true, "": true}
	add := func(l string) {
		if !seen[l] {
			seen[l] = true
			out = append(out, l)
		}
	}
	add(t.Title.Lang)
	for _, p := range t.Paras {
		add(p.Lang)
		for _, d := range p.Dissent {
			add(d.Text.Lang)
		}
	}
	return out
}

// Depths are the depths at which headings stand in the outline, from 1 to 4 without a gap,
// by place in Paras; 0 for what is no heading.
func (t Text) Depths() []int {
	out := make([]int, len(t.Paras))
	var o Outline
	for i, p := range t.Paras {
		if p.Kind == Heading {
			out[i] = min(o.Depth(p.Level), 4)
		}
	}
	return out
}

// Outline turns the levels of headings, in which some may be left out, into depths. Headings
// of one level that follow one another have one depth.
type Outline []int

// Depth is that of the next heading, from 1.
func (o *Outline) Depth(level int) int {
	for len(*o) > 0 && (*o)[len(*o)-1] >= level {
		*o = (*o)[:len(*o)-1]
	}
	*o = append(*o, level)
	return len(*o)
}

// Clean takes out what XML cannot hold: control characters and broken UTF-8.
func Clean(s string) string {
	if !strings.ContainsFunc(s, bad) && utf8.ValidString(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if bad(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

func bad(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r >= 0x7F && r < 0xA0 && r != 0x85 || r == 0xFFFE || r == 0xFFFF
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\r", "")

// Escape makes a text safe for XML and HTML, in elements and in attributes.
func Escape(s string) string { return escaper.Replace(Clean(s)) }

// Flat is Escape of a text on one line.
func Flat(s string) string { return Escape(strings.Join(strings.Fields(s), " ")) }

// LangAttr is the language and direction of a text that is not in the language around
// it, as attributes of HTML; nothing where it is.
func LangAttr(lang, around string) string {
	if lang == "" || lang == around {
		return ""
	}
	lang = Escape(lang)
	return ` lang="` + lang + `" xml:lang="` + lang + `" dir="` + core.Dir(lang) + `"`
}
