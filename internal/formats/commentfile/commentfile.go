// Package commentfile reads and writes the form in which a delegation sends many comments
// on a text at once: a table with a row per paragraph, filled in with a spreadsheet or a
// word processor, with some lines about the sender above it.
//
// Read takes CSV with any usual separator and encoding, DOCX and XLSX; the columns and
// the lines above them are known by their words in the six languages of the United
// Nations. It gives everything or nothing: where anything is wrong the error is Problems
// and names row and field of each. The templates round-trip: what Template… writes, Read
// understands.
package commentfile

import (
	"fmt"
	"net/mail"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// File is what a delegation sends.
type File struct {
	Name         string
	Organisation string
	Group        string // stakeholder group, in the sender's words
	Country      string // or region, in the sender's words
	Email        string
	Rows         []Row
}

// Row is one comment. Comment or Proposal is given, or both.
type Row struct {
	Row      int    // line of the CSV, row of the sheet or of the tables, from 1
	Para     string // "p3" for the paragraph with the number 3, else as it was written; empty for the whole text, which is said in words
	Text     string // the paragraph as the template showed it
	Quote    string // the words commented on; empty for the whole paragraph
	Comment  string
	Proposal string // wording proposed instead
	Lang     string // of the comment: en, fr, es, ru, ar, zh, or empty
}

// Fields of a file, as Problem names them.
const (
	FieldFile         = "file"
	FieldName         = "name"
	FieldOrganisation = "organisation"
	FieldGroup        = "group"
	FieldCountry      = "country"
	FieldEmail        = "email"
	FieldParagraph    = "paragraph"
	FieldText         = "text"
	FieldQuote        = "quote"
	FieldComment      = "comment"
	FieldProposal     = "proposal"
	FieldLanguage     = "language"
)

// Codes of problems, with their Args.
const (
	CodeEmpty    = "empty"     // the file holds nothing
	CodeTooLarge = "too-large" // Limit: bytes
	CodeFormat   = "format"    // not a CSV, DOCX or XLSX file that can be read
	CodeEncoding = "encoding"  // letters cannot be told: save as UTF-8
	CodeQuotes   = "quotes"    // a quotation mark is not closed, or followed by more
	CodeNoTable  = "no-table"  // no row with the headings paragraph and comment or proposed wording
	CodeTwice    = "twice"     // a heading or a line about the sender is there twice with different words
	CodeMissing  = "missing"   // the field is empty
	CodeTooLong  = "too-long"  // Limit: characters
	CodeTooMany  = "too-many"  // Limit: rows
	CodeNone     = "none"      // no row has a comment
	CodeLanguage = "language"  // Value: not one of the six languages
	CodeEmail    = "email"     // Value: not an address
)

// Limits of a file.
const (
	MaxBytes = 10 << 20
	MaxRows  = 5000
	MaxText  = 20000 // characters of a cell
	maxCells = 256   // of a row; what stands farther out is passed over
	maxDepth = 500   // of elements within one another
)

// Problem is one thing that is wrong with a file. Row is 0 where it is none of a row.
type Problem struct { //nolint:errname // what a person reads, and an error only at the end
	Row   int
	Field string
	Code  string
	Args  map[string]any // Limit, Value; see the codes
}

func (p Problem) Error() string {
	s := p.Field + ": " + p.Code
	if p.Row > 0 {
		s = fmt.Sprintf("row %d: %s", p.Row, s)
	}
	for _, k := range []string{"Limit", "Value"} {
		if v, ok := p.Args[k]; ok {
			s += fmt.Sprintf(" (%v)", v)
		}
	}
	return s
}

// Problems is the error of Read: all that is wrong, in the order of the file.
type Problems []Problem //nolint:errname // what a person reads, and an error only at the end

func (p Problems) Error() string {
	var out []string
	for _, x := range p {
		out = append(out, x.Error())
	}
	return strings.Join(out, "; ")
}

func problem(row int, field, code string, args ...any) Problems {
	p := Problem{Row: row, Field: field, Code: code}
	for i := 0; i+1 < len(args); i += 2 {
		if p.Args == nil {
			p.Args = map[string]any{}
		}
		p.Args[fmt.Sprint(args[i])] = args[i+1]
	}
	return Problems{p}
}

// Read reads a file of comments. What it is, its content tells, not its name, in which
// only the endings of what cannot be read count. The error is always Problems.
func Read(name string, data []byte) (File, error) {
	switch strings.ToLower(path.Ext(name)) {
	case ".doc", ".xls", ".odt", ".ods", ".pdf", ".rtf", ".htm", ".html", ".json", ".xml":
		return File{}, problem(0, FieldFile, CodeFormat)
	}
	if len(data) > MaxBytes {
		return File{}, problem(0, FieldFile, CodeTooLarge, "Limit", MaxBytes)
	}
	if len(strings.TrimSpace(string(data))) == 0 {
		return File{}, problem(0, FieldFile, CodeEmpty)
	}
	tables, bad := tablesOf(data)
	if bad != nil {
		return File{}, bad
	}
	f, bad := gather(tables)
	if bad != nil {
		return File{}, bad
	}
	return f, nil
}

// line is a row of cells of a file.
type line struct {
	row   int
	cells []string
	above []bool // the cell goes on with the one above it
}

// gather makes comments of rows: lines about the sender, a heading, comments below it.
// A file may have several tables, each with its heading.
func gather(lines []line) (File, Problems) {
	g := gatherer{}
	for _, l := range lines {
		for i, c := range l.cells {
			l.cells[i] = clean(c)
		}
		if cols, bad := headings(l); cols != nil {
			g.bad = append(g.bad, bad...)
			g.columns, g.last, g.seen = cols, nil, true
			continue
		}
		if g.columns == nil || l.cells == nil {
			g.head(l)
			continue
		}
		g.comment(l)
	}
	switch {
	case !g.seen:
		return File{}, problem(0, FieldFile, CodeNoTable)
	case len(g.file.Rows) > MaxRows:
		return File{}, problem(0, FieldFile, CodeTooMany, "Limit", MaxRows)
	case len(g.bad) == 0 && len(g.file.Rows) == 0:
		return File{}, problem(0, FieldComment, CodeNone)
	}
	if e := g.file.Email; e != "" {
		if a, err := mail.ParseAddress(e); err != nil {
			g.bad = append(g.bad, problem(g.emailRow, FieldEmail, CodeEmail, "Value", e)...)
		} else {
			g.file.Email = a.Address
		}
	}
	if len(g.bad) > 0 {
		return File{}, g.bad
	}
	return g.file, nil
}

type gatherer struct {
	file     File
	bad      Problems
	columns  map[int]string // index of a cell → field
	last     map[string]string
	seen     bool // a heading
	emailRow int
}

// head takes a line about the sender: "Name", then the name.
func (g *gatherer) head(l line) {
	label, value := "", ""
	for i, c := range l.cells {
		if c == "" {
			continue
		}
		if label == "" {
			if before, after, ok := strings.Cut(strings.ReplaceAll(c, "：", ":"), ":"); ok && strings.TrimSpace(after) != "" {
				label, value = before, after
				break
			}
			label = c
			continue
		}
		value = l.cells[i]
		break
	}
	field := headField(label)
	value = strings.TrimSpace(value)
	if field == "" || value == "" {
		return
	}
	to := map[string]*string{
		FieldName: &g.file.Name, FieldOrganisation: &g.file.Organisation, FieldGroup: &g.file.Group,
		FieldCountry: &g.file.Country, FieldEmail: &g.file.Email,
	}[field]
	switch {
	case *to != "" && *to != value:
		g.bad = append(g.bad, problem(l.row, field, CodeTwice)...)
	case utf8.RuneCountInString(value) > 300:
		g.bad = append(g.bad, problem(l.row, field, CodeTooLong, "Limit", 300)...)
	}
	*to = value
	if field == FieldEmail {
		g.emailRow = l.row
	}
}

// comment takes a row below a heading. A row in which nothing is said is left out.
func (g *gatherer) comment(l line) {
	v := map[string]string{}
	for i, field := range g.columns {
		if i < len(l.cells) {
			v[field] = l.cells[i]
			if v[field] == "" && i < len(l.above) && l.above[i] {
				v[field] = g.last[field]
			}
		}
	}
	g.last = v
	if v[FieldComment] == "" && v[FieldProposal] == "" && v[FieldQuote] == "" {
		return
	}
	r := Row{
		Row: l.row, Para: paragraph(v[FieldParagraph]), Text: v[FieldText], Quote: unquoted(v[FieldQuote]),
		Comment: v[FieldComment], Proposal: v[FieldProposal],
	}
	for _, f := range []string{FieldText, FieldQuote, FieldComment, FieldProposal} {
		if utf8.RuneCountInString(v[f]) > MaxText {
			g.bad = append(g.bad, problem(l.row, f, CodeTooLong, "Limit", MaxText)...)
		}
	}
	if whole[fold(r.Para)] {
		r.Para = ""
	} else if r.Para == "" {
		g.bad = append(g.bad, problem(l.row, FieldParagraph, CodeMissing)...)
	}
	if r.Comment == "" && r.Proposal == "" {
		g.bad = append(g.bad, problem(l.row, FieldComment, CodeMissing)...)
	}
	lang, ok := language(v[FieldLanguage])
	if !ok {
		g.bad = append(g.bad, problem(l.row, FieldLanguage, CodeLanguage, "Value", v[FieldLanguage])...)
	}
	r.Lang = lang
	g.file.Rows = append(g.file.Rows, r)
}

// clean takes odd white space and invisible signs from a cell.
func clean(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\u00a0' || r == '\u202f':
			return ' '
		case r == '\ufeff' || r == '\u00ad' || unicode.IsControl(r) && r != '\n' && r != '\t':
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
	return strings.TrimSpace(s)
}

// formula are the signs with which a cell would begin a formula.
var formula = []rune{'=', '+', '-', '@', '\t', '\r'}

// risky tells whether a cell begins like a formula, or like one that was guarded.
func risky(s string) bool {
	s = strings.TrimLeft(s, "'")
	return s != "" && slices.Contains(formula, rune(s[0]))
}

// unguard takes away the apostrophe that keeps a formula from being one, and ="…" around
// what shall stay text.
func unguard(s string) string {
	if strings.HasPrefix(s, `="`) && strings.HasSuffix(s, `"`) && len(s) > 2 {
		return strings.ReplaceAll(s[2:len(s)-1], `""`, `"`)
	}
	if s != "" && s[0] == '\'' && risky(s) {
		return s[1:]
	}
	return s
}

// guard keeps a spreadsheet from taking a cell for a formula.
func guard(s string) string {
	if risky(s) {
		return "'" + s
	}
	return s
}

// paragraph makes an id of what stands in the column: "3", "p3", "§ 3", "¶ 3.", "第3段".
func paragraph(s string) string {
	digits, others := "", 0
	for _, r := range strings.TrimSuffix(s, ".0") {
		switch {
		case unicode.IsDigit(r):
			if others > 0 && digits != "" && !strings.ContainsRune("第", r) {
				return s // digits in two places: not a number
			}
			digits += string(rune('0' + digit(r)))
		case digits != "":
			if !strings.ContainsRune(" .):段段落", r) {
				others++
			}
		case !strings.ContainsRune(" #§¶.([第", r) && !unicode.IsLetter(r):
			return s
		}
	}
	if digits == "" || others > 0 || len(digits) > 9 {
		return s
	}
	if d := strings.TrimLeft(digits, "0"); d != "" {
		digits = d
	}
	return "p" + digits
}

// digit is the value of a decimal digit of any script: they stand in rows of ten.
func digit(r rune) int {
	n := 0
	for n < 9 && unicode.IsDigit(r-1) {
		r--
		n++
	}
	return n
}

// unquoted takes away quotation marks around words.
func unquoted(s string) string {
	for _, q := range [][2]string{{`"`, `"`}, {"“", "”"}, {"«", "»"}, {"„", "“"}, {"「", "」"}, {"‘", "’"}} {
		if in, ok := strings.CutPrefix(s, q[0]); ok {
			if in, ok = strings.CutSuffix(in, q[1]); ok && !strings.Contains(in, q[0]) && !strings.Contains(in, q[1]) {
				return strings.TrimSpace(in)
			}
		}
	}
	return s
}
