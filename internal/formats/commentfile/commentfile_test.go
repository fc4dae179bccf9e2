package commentfile

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
)

func file(rows ...Row) File {
	return File{Name: "Ana Torres", Organisation: "Ministry; of Ports", Group: "Government", Country: "Uruguay", Email: "ana@example.org", Rows: rows}
}

const sender = "Name,Ana Torres\r\nOrganisation,\"Ministry; of Ports\"\r\nStakeholder group,Government\r\nCountry/region,Uruguay\r\nE-mail:,Ana <ana@example.org>\r\n\r\n"

// TestReadCSV reads what spreadsheets and people write.
func TestReadCSV(t *testing.T) { // E141
	one := file(Row{Row: 8, Para: "p3", Comment: "Say who answers."})
	for _, c := range []struct {
		name, in string
		want     File
	}{
		{"comma", sender + "Paragraph,Comment,Proposed wording\r\n3,Say who answers.,\r\n", one},
		{"semicolon", strings.ReplaceAll(strings.ReplaceAll(sender, ",", ";"), "\r\n", "\n") + "Paragraph;Comment;Proposed wording\n§ 3;Say who answers.;\n", one},
		{"tab, capitals, no line end", strings.ReplaceAll(sender, ",", "\t") + "PARAGRAPH\tcomments\n¶3.\tSay who answers.", one},
		{"a line that names the separator", "sep=|\n" + strings.ReplaceAll(strings.Replace(sender, "Name", "name", 1), ",", "|") + "Para|Remarks\nParagraph 3|Say who answers.", file(Row{Row: 9, Para: "p3", Comment: "Say who answers."})},
		{"byte order mark", "\ufeff" + sender + "Paragraph,Comment\np3,Say who answers.\n", one},
		{"text kept by formulas and apostrophes", sender + "Paragraph,Comment,Proposed wording\n\"=\"\"3\"\"\",Say who answers.,'=1+1 for all\n", file(Row{Row: 8, Para: "p3", Comment: "Say who answers.", Proposal: "=1+1 for all"})},
		{
			"line ends, quotation marks and separators in cells; unfilled rows",
			sender + "Paragraph,Text,Words commented on,Comment,Proposed wording,Language\n1,\"A text\nof two lines\",,,,\n2,T,“of all”,\"He said \"\"no\"\",\nand left.\",,fr\n٣,T,,ok,new,Русский\nWhole text,,,Fine.,,\n",
			file(Row{Row: 10, Para: "p2", Text: "T", Quote: "of all", Comment: "He said \"no\",\nand left.", Lang: "fr"}, Row{Row: 12, Para: "p3", Text: "T", Comment: "ok", Proposal: "new", Lang: "ru"}, Row{Row: 13, Comment: "Fine."}),
		},
		{
			"quotation marks inside a cell are just that", sender + "Paragraph,Comment\n3,He \"agreed\" then\n",
			file(Row{Row: 8, Para: "p3", Comment: `He "agreed" then`}),
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Read("comments.csv", []byte(c.in))
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestEncodings: what Excel saves besides UTF-8 is read; what cannot be told is refused,
// not guessed.
func TestEncodings(t *testing.T) {
	french := "Nom;José\nParagraphe;Commentaire\n3;Où est la décision ?\n"
	russian := "Имя;Анна\nАбзац;Комментарий\n3;Кто отвечает?\n"
	utf16le := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(russian)) {
		utf16le = append(utf16le, byte(u), byte(u>>8))
	}
	latin, _ := charmap.Windows1252.NewEncoder().Bytes([]byte(french))
	cyrillic, _ := charmap.Windows1251.NewEncoder().Bytes([]byte(russian))
	for name, in := range map[string][]byte{"UTF-16": utf16le, "UTF-16 without a mark": utf16le[2:], "Windows-1251": cyrillic} {
		f, err := Read("x.csv", in)
		if err != nil || f.Name != "Анна" || len(f.Rows) != 1 || f.Rows[0].Comment != "Кто отвечает?" {
			t.Errorf("%s: %+v %v", name, f, err)
		}
	}
	if f, err := Read("x.csv", latin); err != nil || f.Name != "José" || f.Rows[0].Comment != "Où est la décision ?" {
		t.Errorf("Windows-1252: %+v %v", f, err)
	}
	hidden, _ := charmap.Windows1251.NewEncoder().Bytes([]byte("Paragraph;Comment\n3;Кто отвечает за это решение?\n"))
	wantProblem(t, hidden, Problem{Field: FieldFile, Code: CodeEncoding})
	wantProblem(t, []byte("Paragraph,Comment\n3,a\x00b\n"), Problem{Field: FieldFile, Code: CodeEncoding})
}

func wantProblem(t *testing.T, in []byte, want ...Problem) {
	t.Helper()
	f, err := Read("comments.csv", in)
	var got Problems
	if !errors.As(err, &got) {
		t.Fatalf("no problems: %v", err)
	}
	if d := cmp.Diff(Problems(want), got); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(File{}, f); d != "" {
		t.Error("something is given although not all is right:", d)
	}
}

// TestProblems: each names row and field, all at once, and nothing comes of the rest.
func TestProblems(t *testing.T) {
	heading := "Paragraph,Words commented on,Comment,Proposed wording,Language\n"
	wantProblem(t, []byte("E-mail,nobody\n"+heading+",,Lost,,\n2,quoted,,,\n3,,Good,,Klingon\n4,,fine,,en\n"),
		Problem{Row: 3, Field: FieldParagraph, Code: CodeMissing},
		Problem{Row: 4, Field: FieldComment, Code: CodeMissing},
		Problem{Row: 5, Field: FieldLanguage, Code: CodeLanguage, Args: map[string]any{"Value": "Klingon"}},
		Problem{Row: 1, Field: FieldEmail, Code: CodeEmail, Args: map[string]any{"Value": "nobody"}})
	wantProblem(t, []byte("Name,A\nName,B\n"+heading+"1,,x,,\n"), Problem{Row: 2, Field: FieldName, Code: CodeTwice})
	wantProblem(t, []byte("Paragraph,Comment,Remarks\n1,x,y\n"), Problem{Row: 1, Field: FieldComment, Code: CodeTwice})
	wantProblem(t, []byte(heading+"1,,\"open,,\n2,,x,,\n"), Problem{Row: 2, Field: FieldFile, Code: CodeQuotes})
	wantProblem(t, []byte(heading+"1,,\"a\" b,,\n"), Problem{Row: 2, Field: FieldFile, Code: CodeQuotes})
	wantProblem(t, []byte(heading+"1,,,,\n"), Problem{Field: FieldComment, Code: CodeNone})
	wantProblem(t, []byte("Some,words\n1,2\n"), Problem{Field: FieldFile, Code: CodeNoTable})
	wantProblem(t, []byte(" \n"), Problem{Field: FieldFile, Code: CodeEmpty})
	wantProblem(t, []byte("%PDF-1.7\n..."), Problem{Field: FieldFile, Code: CodeFormat})
	wantProblem(t, []byte("PK\x03\x04 broken"), Problem{Field: FieldFile, Code: CodeFormat})
	wantProblem(t, []byte(heading+"1,,"+strings.Repeat("x", MaxText+1)+",,\n"),
		Problem{Row: 2, Field: FieldComment, Code: CodeTooLong, Args: map[string]any{"Limit": MaxText}})
	wantProblem(t, []byte(heading+strings.Repeat("1,,x,,\n", MaxRows+1)),
		Problem{Field: FieldFile, Code: CodeTooMany, Args: map[string]any{"Limit": MaxRows}})
	wantProblem(t, bytes.Repeat([]byte("x"), MaxBytes+1), Problem{Field: FieldFile, Code: CodeTooLarge, Args: map[string]any{"Limit": MaxBytes}})
}

func sample(lang string) Template {
	return Template{Title: "Messages: draft", Note: "Fill in, and send back.", Lang: lang, Paras: []Para{
		{"p1", "We, the participants, say \"yes\"; then go."},
		{"p2", "=HYPERLINK(\"http://example.org\")"},
		{"p12", "两段\nوسطر <b>&"},
		{"annex-a", "'-quoted"},
	}}
}

// TestTemplates: in each language and form, an empty template has no comments, and what
// is filled in comes out.
func TestTemplates(t *testing.T) { // E141
	for _, lang := range append(headLanguages, "xx") {
		for kind, write := range map[string]func(Template) ([]byte, error){
			"csv":  func(t Template) ([]byte, error) { return TemplateCSV(t), nil },
			"docx": TemplateDOCX, "xlsx": TemplateXLSX,
		} {
			t.Run(lang+" "+kind, func(t *testing.T) {
				b, err := write(sample(lang))
				if err != nil {
					t.Fatal(err)
				}
				wantProblem(t, b, Problem{Field: FieldComment, Code: CodeNone})
				lines, bad := tablesOf(b)
				if bad != nil {
					t.Fatal(bad)
				}
				n := 0
				for i, l := range lines {
					for k := range l.cells {
						l.cells[k] = clean(l.cells[k])
					}
					for k := range l.cells {
						if len(l.cells) > 1 && k == 0 && headField(l.cells[0]) == FieldCountry {
							l.cells[1] = "Peru"
						} else if k == 0 && headField(l.cells[0]) == FieldCountry {
							lines[i].cells = slices.Concat(l.cells, []string{"Peru"})
						}
					}
					if len(l.cells) > 1 && i >= len(lines)-5 && (l.cells[0] == "12" || l.cells[0] == "annex-a") {
						lines[i].cells = []string{l.cells[0], l.cells[1], "", fmt.Sprint("+comment ", l.cells[0]), "", lang}
						if lang == "xx" {
							lines[i].cells[5] = ""
						}
						n++
					}
				}
				f, bad := gather(lines)
				if bad != nil || n != 2 {
					t.Fatal(n, bad, lines)
				}
				if f.Country != "Peru" || len(f.Rows) != 2 || f.Rows[0].Para != "p12" || f.Rows[1].Para != "annex-a" ||
					f.Rows[0].Comment != "+comment 12" || f.Rows[0].Text != "两段\nوسطر <b>&" || f.Rows[1].Text != "'-quoted" {
					t.Errorf("%+v", f)
				}
			})
		}
	}
}

// TestWholeText: each template has a line for a comment on the text as a whole.
func TestWholeText(t *testing.T) {
	for _, lang := range headLanguages {
		for kind, write := range map[string]func(Template) ([]byte, error){
			"csv":  func(t Template) ([]byte, error) { return TemplateCSV(t), nil },
			"docx": TemplateDOCX, "xlsx": TemplateXLSX,
		} {
			b, err := write(sample(lang))
			if err != nil {
				t.Fatal(err)
			}
			lines, bad := tablesOf(b)
			if bad != nil {
				t.Fatal(bad)
			}
			for i, l := range lines {
				if len(l.cells) > 0 && whole[fold(l.cells[0])] {
					lines[i].cells = []string{l.cells[0], "", "", "A good text.", "", ""}
				}
			}
			if f, bad := gather(lines); bad != nil || len(f.Rows) != 1 || f.Rows[0].Para != "" || f.Rows[0].Comment != "A good text." {
				t.Errorf("%s %s: %+v %v", lang, kind, f, bad)
			}
		}
	}
}

// TestWideRows: a cell far out does not cost one for each of those before it.
func TestWideRows(t *testing.T) {
	f := excelize.NewFile()
	if err := f.SetCellStr("Sheet1", "XFD1", "x"); err != nil {
		t.Fatal(err)
	}
	var sheet bytes.Buffer
	if err := f.Write(&sheet); err != nil {
		t.Fatal(err)
	}
	cells := strings.Repeat(tc("", `<w:gridSpan w:val="64"/>`), 100)
	for kind, b := range map[string][]byte{
		"csv":  []byte("Paragraph,Comment" + strings.Repeat(",", 5000) + "\n"),
		"xlsx": sheet.Bytes(),
		"docx": docx(t, `<w:tbl><w:tr><w:trPr><w:gridBefore w:val="64"/></w:trPr>`+cells+`</w:tr></w:tbl>`),
	} {
		lines, bad := tablesOf(b)
		if bad != nil || len(lines) != 1 {
			t.Fatalf("%s: %d lines, %v", kind, len(lines), bad)
		}
		if n := cap(lines[0].cells); n > 2*maxCells {
			t.Errorf("%s: a row keeps %d cells", kind, n)
		}
	}
}

// TestNoFormula: nothing that a template writes begins like a formula.
func TestNoFormula(t *testing.T) {
	lines, _ := splitCSV(strings.TrimPrefix(string(TemplateCSV(sample("en"))), "\ufeff"), ',')
	for _, l := range lines {
		for _, c := range l.cells {
			if c != "" && strings.ContainsAny(c[:1], "=+-@\t\r") {
				t.Errorf("row %d: %q", l.row, c)
			}
		}
	}
}

// TestHeadings: the words of no language mean two things.
func TestHeadings(t *testing.T) {
	for _, lang := range headLanguages {
		for field, list := range heads[lang] {
			for _, w := range list {
				if fold(w) == "" {
					t.Errorf("%q is nothing", w)
				}
				if got := columnFields[fold(w)] + senderFields[fold(w)]; got != field {
					t.Errorf("%s %q is %s, not %s", lang, w, got, field)
				}
			}
		}
	}
}

// docx makes a document of a body.
func docx(t testing.TB, body string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = w.Write([]byte(`<?xml version="1.0"?><w:document ` + wordSpace + ` xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><w:body>` + body + `</w:body></w:document>`))
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func tc(text string, props ...string) string {
	return `<w:tc><w:tcPr>` + strings.Join(props, "") + `</w:tcPr><w:p><w:r><w:t>` + text + `</w:t></w:r></w:p></w:tc>`
}

// TestDOCX: tracked changes as if accepted, merged cells, runs within links and content
// controls, breaks, a second rendering, tables within cells.
func TestDOCX(t *testing.T) { // E141
	body := `<w:p><w:r><w:t>Name: Ana Torres</w:t></w:r></w:p>` +
		`<w:tbl><w:tr>` + tc("Paragraph") + tc("Comments") + tc("Proposed text") + `</w:tr>` +
		`<w:tr>` + tc("1", `<w:vMerge w:val="restart"/>`) +
		`<w:tc><w:p><w:r><w:t xml:space="preserve">One </w:t></w:r><w:del><w:r><w:delText>old</w:delText><w:t>old</w:t></w:r></w:del><w:ins><w:r><w:t>new</w:t></w:r></w:ins>` +
		`<w:moveFrom><w:r><w:t>gone</w:t></w:r></w:moveFrom><w:hyperlink><w:r><w:t xml:space="preserve"> link</w:t></w:r></w:hyperlink><w:r><w:br/><w:t>line &amp; &#233;</w:t></w:r></w:p>` +
		`<w:sdt><w:sdtContent><w:p><w:r><w:t>Controlled</w:t></w:r></w:p></w:sdtContent></w:sdt>` +
		`<w:tbl><w:tr>` + tc("inner") + `</w:tr></w:tbl><w:p><mc:AlternateContent><mc:Choice><w:r><w:t>A</w:t></w:r></mc:Choice><mc:Fallback><w:r><w:t>A</w:t></w:r></mc:Fallback></mc:AlternateContent></w:p></w:tc>` + tc("") + `</w:tr>` +
		`<w:tr>` + tc("", `<w:vMerge/>`) + tc("Two", `<w:gridSpan w:val="2"/>`) + `</w:tr>` +
		`<w:tr><w:trPr><w:del w:id="1"/></w:trPr>` + tc("2") + tc("Deleted row") + tc("") + `</w:tr>` +
		`<w:tr>` + tc("2") + tc("") + tc("Better") + `</w:tr></w:tbl><w:p/>`
	got, err := Read("form.docx", docx(t, body))
	if err != nil {
		t.Fatal(err)
	}
	want := File{Name: "Ana Torres", Rows: []Row{
		{Row: 2, Para: "p1", Comment: "One new link\nline & é\nControlled\ninner\nA"},
		{Row: 3, Para: "p1", Comment: "Two"},
		{Row: 5, Para: "p2", Proposal: "Better"},
	}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestBombs: what unpacks to too much, nests too deep or brings entities is refused.
func TestBombs(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, _ := z.Create("word/document.xml")
	for range 30 {
		_, _ = w.Write(make([]byte, 1<<20))
	}
	_ = z.Close()
	wantProblem(t, b.Bytes(), Problem{Field: FieldFile, Code: CodeTooLarge, Args: map[string]any{"Limit": maxPart}})
	wantProblem(t, docx(t, strings.Repeat("<w:p>", 2000)), Problem{Field: FieldFile, Code: CodeFormat})
	deep := strings.Repeat("<w:x>", 2000) + strings.Repeat("</w:x>", 2000)
	wantProblem(t, docx(t, "<w:p><w:pPr>"+deep+"</w:pPr></w:p>"), Problem{Field: FieldFile, Code: CodeFormat})
	if n := len(elements([]byte(deep+"<w:x/>"), "x", 5000)); n > maxDepth+1 {
		t.Errorf("%d elements of a deep one are read", n)
	}
	wantProblem(t, docx(t, "<w:p>&lol;</w:p>"), Problem{Field: FieldFile, Code: CodeFormat})
	wantProblem(t, docx(t, "<w:tbl>"+strings.Repeat("<w:tr/>", 4*MaxRows+2)+"</w:tbl>"), Problem{Field: FieldFile, Code: CodeTooMany, Args: map[string]any{"Limit": MaxRows}})
	b.Reset()
	z = zip.NewWriter(&b)
	for i := range maxParts + 1 {
		_, _ = z.Create(fmt.Sprint("p", i))
	}
	_ = z.Close()
	wantProblem(t, b.Bytes(), Problem{Field: FieldFile, Code: CodeFormat})
}

// TestWordProcessor reads templates that were filled in: a document that went through
// LibreOffice, with a tracked deletion, and a workbook.
func TestWordProcessor(t *testing.T) {
	for _, name := range []string{"saved.docx", "saved.xlsx"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		f, err := Read(name, b)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if f.Organisation != "Harbour Users' Union" || len(f.Rows) != 2 || f.Rows[0].Para != "p1" || f.Rows[1].Para != "p12" ||
			f.Rows[0].Comment != "Say who, and by when.\nA date helps." || f.Rows[1].Proposal != "نص جديد" || f.Rows[1].Lang != "ar" {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

func FuzzReadCSV(f *testing.F) {
	f.Add([]byte(sender + "Paragraph,Comment\n3,\"a\"\"b\"\n"))
	f.Add([]byte("sep=;\nParagraphe;Commentaire\n3;o\xf9\n"))
	f.Add(TemplateCSV(sample("zh")))
	f.Fuzz(check)
}

func check(t *testing.T, b []byte) {
	f, err := Read("x", b)
	var bad Problems
	if err != nil && (!errors.As(err, &bad) || len(bad) == 0) {
		t.Fatalf("not a list of problems: %v", err)
	}
	if err == nil && len(f.Rows) == 0 {
		t.Fatal("neither rows nor problems")
	}
	for _, r := range f.Rows {
		if r.Comment == "" && r.Proposal == "" {
			t.Fatalf("an incomplete row: %+v", r)
		}
	}
}

func FuzzReadDOCX(f *testing.F) {
	f.Add(`<w:tbl><w:tr>` + tc("Paragraph") + tc("Comment") + `</w:tr><w:tr>` + tc("1") + tc("x") + `</w:tr></w:tbl>`)
	f.Add(`<w:tbl><w:tr><w:tc><w:tbl></w:tc></w:tr></w:tbl>`)
	f.Add(`</w:tbl></w:tc></w:tr><w:vMerge/><w:gridSpan w:val="9"/><w:trPr><w:del/></w:trPr>`)
	f.Fuzz(func(t *testing.T, body string) { check(t, docx(t, body)) })
}
