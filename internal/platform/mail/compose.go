package mail

import (
	"strings"

	"plenary/internal/platform/i18n"
)

// lineWidth is where the lines of a mail are broken.
const lineWidth = 72

// Compose writes a mail from the catalogue in the recipient's language: the subject is
// mail.KEY.subject, the text mail.KEY.body. args are pairs of name and value. Lines of
// the text are broken at 72 columns; a blank line parts paragraphs, and an address
// alone on its line stays whole.
func Compose(catalog *i18n.Catalog, lang, key string, args ...any) (subject, text string) {
	return oneLine(catalog.T(lang, "mail."+key+".subject", args...)),
		Wrap(catalog.T(lang, "mail."+key+".body", args...))
}

// Compose is Compose as the forum words it; it signs with the forum's name and address.
func (s *Service) Compose(lang, key string, args ...any) (subject, text string) {
	subject, text = Compose(s.texts.now(), lang, key, args...)
	return subject, text + s.signature(lang)
}

// name is that of the forum; empty where it has none yet.
func (s *Service) name(lang string) string {
	if s.cfg.Name == nil {
		return ""
	}
	return s.cfg.Name(lang)
}

// signature ends each mail.
func (s *Service) signature(lang string) string {
	if sign := strings.TrimSpace(s.name(lang) + "\n" + s.cfg.BaseURL); sign != "" {
		return "\n-- \n" + sign + "\n"
	}
	return ""
}

// Say is a sentence of the catalogue, for a part of a mail.
func (s *Service) Say(lang, key string, args ...any) string { return s.catalog.T(lang, key, args...) }

// Wrap sets a plain text for a mail: lines of at most 72 columns, no more than one
// blank line at a time, one line end at the end.
func Wrap(text string) string {
	var out []string
	blank := true // none at the beginning
	for _, line := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		line = strings.TrimRight(line, " \t")
		if line == "" {
			if !blank {
				out = append(out, "")
			}
			blank = true
			continue
		}
		blank = false
		out = append(out, wrapLine(line)...)
	}
	return strings.TrimRight(strings.Join(out, "\n"), "\n") + "\n"
}

// wrapLine breaks one line between words, and between the characters of scripts that
// write without spaces. The lines that follow are set under the first word of an item
// ("- …") or quotation ("> …").
func wrapLine(line string) []string {
	body := strings.TrimLeft(line, " ")
	first := line[:len(line)-len(body)]
	rest := first
	for _, mark := range []string{"- ", "* ", "> "} {
		if after, ok := strings.CutPrefix(body, mark); ok {
			body, first = after, first+mark
			if mark == "> " {
				rest += mark
			} else {
				rest += "  "
			}
			break
		}
	}
	var out []string
	cur, have := first, i18n.Columns(first)
	empty := true
	for _, word := range strings.Fields(body) {
		for i, piece := range pieces(word) {
			gap := ""
			if i == 0 && !empty {
				gap = " "
			}
			if !empty && have+len(gap)+i18n.Columns(piece) > lineWidth {
				out = append(out, cur)
				cur, have, gap = rest, i18n.Columns(rest), ""
			}
			cur += gap + piece
			have += len(gap) + i18n.Columns(piece)
			empty = false
		}
	}
	return append(out, cur)
}

// pieces are the parts between which a word may be broken: a wide character each,
// with the marks that follow it; all else stays together.
func pieces(word string) []string {
	var out []string
	cur, wideBefore := "", false
	for _, r := range word {
		wide := i18n.Wide(r)
		if cur != "" && (wide || wideBefore) && !closes(r) {
			out = append(out, cur)
			cur = ""
		}
		cur += string(r)
		wideBefore = wide
	}
	return append(out, cur)
}

// closes: marks that no line begins with.
func closes(r rune) bool {
	return strings.ContainsRune("。，、；：？！）」』》〉】.,;:?!)…", r)
}

// oneLine makes a text fit for a header.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
