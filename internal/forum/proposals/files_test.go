package proposals_test

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/testkit"
)

// document is the words of a DOCX file.
func document(t *testing.T, body string) string {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// A proposal goes into files as its page shows it to who asks, and to nobody else.
func TestFilesOfAProposal(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		h := open(t, address)
		h.Proposals.Barred = nil
		id := h.handIn(h.ana, h.call, h.of("Networks that <last>")).ID
		path := "/proposals/" + string(id)
		h.blindly(h.ben, id)
		for _, f := range []string{"txt", "md", "docx"} {
			for who, want := range map[string]int{"editor": 200, "staff": 200, "blind": 200, "other": 404, "visitor": 404} {
				actor := map[string]core.Actor{"editor": h.ana, "staff": h.staff, "blind": h.ben, "other": h.mag}[who]
				p := h.as(actor).Get(path + "." + f)
				if p.Status != want {
					t.Errorf("%s for %s: %d", f, who, p.Status)
					continue
				}
				if want != 200 {
					continue
				}
				body := p.Body
				if f == "docx" {
					body = document(t, body)
				}
				if !strings.Contains(body, "Networks that") || strings.Contains(body, "Networks that <last></w") {
					t.Errorf("%s for %s does not have the title: %.300s", f, who, body)
				}
				if strings.Contains(body, "@example.org") {
					t.Errorf("%s for %s holds addresses", f, who)
				}
				if named := strings.Contains(body, "River Networks"); named != (who != "blind") {
					t.Errorf("%s for %s: names who proposes: %v", f, who, named)
				}
			}
		}
		if p := h.as(h.ana).Get(path + ".exe"); p.Status != http.StatusNotFound {
			t.Errorf("another format: %d", p.Status)
		}
		ar := h.as(h.ana).Get("/ar" + path + ".docx")
		if body := document(t, ar.Body); ar.Status != 200 || !strings.Contains(body, "<w:bidi/>") || !strings.Contains(body, "Networks that") {
			t.Errorf("in Arabic: %d", ar.Status)
		}
		// Where there is no browser to print with, no PDF is offered, and one that is asked for says so.
		page := h.as(h.ana).Get(path)
		offered, got := strings.Contains(page.Body, path+".pdf"), h.as(h.ana).Get(path+".pdf")
		if offered != (got.Status == 200) || !offered && got.Status != http.StatusServiceUnavailable {
			t.Errorf("PDF: offered %v, %d", offered, got.Status)
		}
		if offered && !strings.HasPrefix(got.Body, "%PDF") {
			t.Errorf("no PDF: %.40q", got.Body)
		}
	})
}

// The list of a call is a workbook too; nothing in it is a formula, and an answer to a
// question that is asked no more stands in it.
func TestListsAsWorkbooks(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		h := open(t, address)
		a := h.of("=HYPERLINK(\"http://x.example\")")
		a["online_moderator"].People[0].Name = "+1 Ona"
		h.handIn(h.ana, h.call, a)
		f, err := h.Calls.ReadForm(t.Context(), h.staff, h.call, 0)
		h.ok(err)
		for i, s := range f.Form.Sections {
			f.Form.Sections[i].Questions = slices.DeleteFunc(slices.Clone(s.Questions), func(q calls.Question) bool { return q.Key == "online_moderator" })
		}
		h.ok(h.Calls.SaveForm(t.Context(), h.staff, h.call.ID, f.Version, f.Form))
		h.ok(h.Calls.PublishForm(t.Context(), h.staff, h.call.ID, f.Version+1))
		for _, sheet := range []string{"proposals", "screening"} {
			p := h.as(h.staff).Get(h.call.Path() + "/" + sheet + ".xlsx")
			if p.Status != 200 {
				t.Fatalf("%s: %d", sheet, p.Status)
			}
			x, err := excelize.OpenReader(bytes.NewReader([]byte(p.Body)))
			h.ok(err)
			rows, err := x.GetRows("Sheet1")
			h.ok(err)
			if len(rows) != 2 || rows[0][0] != "number" || rows[1][0] != "1" {
				t.Fatalf("%s: %q", sheet, rows)
			}
			all := strings.Join(rows[1], "|")
			if !strings.Contains(all, "'=HYPERLINK") || sheet == "proposals" && (!strings.Contains(all, "'+1 Ona") || strings.Join(rows[0], " ") == "") {
				t.Errorf("%s: %q", sheet, all)
			}
			if c := h.as(h.staff).Get(h.call.Path() + "/" + sheet + ".csv"); c.Status != 200 || !strings.Contains(c.Body, "'=HYPERLINK") {
				t.Errorf("%s.csv: %d", sheet, c.Status)
			}
		}
		if p := h.as(h.ben).Get(h.call.Path() + "/screening.xlsx"); p.Status == 200 {
			t.Error("somebody reads the screening")
		}
	})
}
