package participation

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"

	"plenary/internal/core"
)

// mostLines are the most people who can be added at once.
const mostLines = 200

// MemberLine is a person of a pasted list, with the line on which she stands.
type MemberLine struct {
	MemberInput
	Line int
}

// columns are the fields of a line in the order in which they stand where no heading says
// otherwise, each with the words under which a heading may name it.
var memberColumns = []struct {
	field string
	words []string
}{
	{"name", []string{"name", "nom", "nombre", "имя", "姓名", "الاسم", "full name", "participant"}},
	{"email", []string{"email", "e-mail", "address", "mail", "courriel", "correo", "адрес", "邮箱", "البريد"}},
	{"title", []string{"function", "title", "position", "fonction", "funcion", "cargo", "должность", "职务", "الوظيفة"}},
	{"mode", []string{"mode", "attendance", "participation", "modalite", "modalidad", "участие", "方式", "المشاركة"}},
	{"category", []string{"category", "categorie", "categoria", "категория", "类别", "الفئة"}},
}

// MemberLines reads a list of people as it is pasted from a table or typed: a person on
// each line, with name, address, function, mode and category between commas, semicolons or
// tabs; a first line of headings may put them in another order. It never stops at the first
// thing that is wrong: every problem names its line and field, as the path "lines" and the
// values Line and Field.
func MemberLines(text string) ([]MemberLine, core.Problems) {
	var p core.Problems
	text = strings.TrimPrefix(text, "\ufeff")
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.TrimLeadingSpace = separator(text), -1, true
	var out []MemberLine
	var order []string
	for _, c := range memberColumns {
		order = append(order, c.field)
	}
	first := true
	for {
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if e, ok := errors.AsType[*csv.ParseError](err); ok {
			p.Add("lines", "participation.group.error.quotes", "Line", e.StartLine)
			break // after a quotation mark that is not closed nothing can be told
		}
		line, _ := r.FieldPos(0)
		for i := range fields {
			fields[i] = oneLine(strings.ToValidUTF8(fields[i], ""))
		}
		if strings.Join(fields, "") == "" {
			continue
		}
		if heads := headings(fields); first && heads != nil {
			order, first = heads, false
			continue
		}
		first = false
		if len(out) == mostLines {
			p.Add("lines", "participation.group.error.lines", "Count", mostLines)
			break
		}
		m := MemberLine{Line: line}
		for i, f := range fields {
			if i >= len(order) {
				if f != "" {
					p.Add("lines", "participation.group.error.columns", "Line", line, "Count", len(order))
				}
				break
			}
			switch order[i] {
			case "name":
				m.Name = f
			case "email":
				m.Email = f
			case "title":
				m.Title = f
			case "mode":
				m.Mode = f
			case "category":
				m.Category = f
			}
		}
		out = append(out, m)
	}
	return out, p
}

// separator is what stands between the fields: of tab, semicolon and comma the first that
// the first line with words has.
func separator(text string) rune {
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		for _, r := range "\t;" {
			if strings.ContainsRune(line, r) {
				return r
			}
		}
		break
	}
	return ','
}

// headings reads a line of headings; nil if it is none: it has an address in it, or names
// no column for it.
func headings(fields []string) []string {
	var out []string
	for _, f := range fields {
		if strings.Contains(f, "@") {
			return nil
		}
		word, found := core.Fold(f), ""
		for _, c := range memberColumns {
			if slices.ContainsFunc(c.words, func(w string) bool { return core.Fold(w) == word }) {
				found = c.field
				break
			}
		}
		out = append(out, found)
	}
	if !slices.Contains(out, "email") || !slices.Contains(out, "name") {
		return nil
	}
	return out
}

// readMode reads how somebody takes part as people write it. names are the words of the
// reader's language for the modes.
func readMode(s string, names map[string]string) (string, bool) {
	word := strings.NewReplacer("-", " ", "_", " ").Replace(core.Fold(s))
	switch word {
	case "":
		return ModeOnsite, true
	case "onsite", "on site", "in person", "venue":
		return ModeOnsite, true
	case "online", "remote", "virtual":
		return ModeOnline, true
	case "both", "hybrid":
		return ModeBoth, true
	}
	for mode, name := range names {
		if core.Fold(name) == core.Fold(s) {
			return mode, true
		}
	}
	return "", false
}
