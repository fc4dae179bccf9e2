package schedule

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// workbook makes an .xlsx file.
func workbook(t testing.TB, fill func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	fill(f)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// setRows writes values into cells from A1 on; nil leaves one out.
func setRows(t testing.TB, f *excelize.File, sheet string, rows [][]any) {
	t.Helper()
	for i, row := range rows {
		if err := f.SetSheetRow(sheet, fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
}

func style(t testing.TB, f *excelize.File, sheet, from, to string, format int) {
	t.Helper()
	id, err := f.NewStyle(&excelize.Style{NumFmt: format})
	if err == nil {
		err = f.SetCellStyle(sheet, from, to, id)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func harbour(t testing.TB) []byte {
	return workbook(t, func(f *excelize.File) {
		ok := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		ok(f.SetSheetName("Sheet1", "Programme"))
		setRows(t, f, "Programme", [][]any{
			{"Harbour Forum 2026"},
			{"As of September"},
			{"Date", "Start", "End", "Title", "Room", "Speakers", "Minutes of tea"},
			{46315, 0.375, 0.4375, "Lighthouses of the world", "Main Hall", "Amina Diallo (Tidal Institute)\nJonas Berg", 5},
			{nil, 0.5, 0.5625, "Fog and how to hear it", "Room 2", "Li Wei"},
			{nil, "14:00", "3:30 PM", "Measuring tides", "Room 2", "Omar Haddad"},
			{nil, "16:00", "17:00", "Not for the public", "Room 2", ""},
			{time.Date(2026, 10, 21, 0, 0, 0, 0, time.UTC), 0.41666666666, nil, "Closing", "Main Hall", ""},
			{46316.75, nil, nil, "Dinner", "Deck", ""},
		})
		style(t, f, "Programme", "A4", "A4", 14)
		style(t, f, "Programme", "B4", "C5", 20)
		style(t, f, "Programme", "B8", "B8", 18)
		ok(f.MergeCell("Programme", "A4", "A7"))
		ok(f.MergeCell("Programme", "A1", "F1"))
		ok(f.SetRowVisible("Programme", 7, false))
		_, err := f.NewSheet("Rooms")
		ok(err)
		setRows(t, f, "Rooms", [][]any{{"Name", "Seats"}, {"Main Hall", 500}, {"Room 2", 60}})
		_, err = f.NewSheet("Secret")
		ok(err)
		setRows(t, f, "Secret", [][]any{{"Title", "Date", "Start", "End", "Room", "Speakers"}, {"Budget", "2026-10-20", "9:00", "10:00", "Room 9", "Nobody Else"}})
		ok(f.SetSheetVisible("Secret", false))
	})
}

// A workbook as people keep one: title lines, merged days, serial numbers, texts where
// times should be, hidden rows and sheets.
func TestWorkbook(t *testing.T) {
	s, found, err := Read("programme.xlsx", harbour(t), Options{Zone: "Asia/Tokyo"})
	if err != nil {
		t.Fatal(err)
	}
	wantEvents(
		t, s,
		"title:lighthouses of the world | Lighthouses of the world | 2026-10-20 09:00 90 | Main Hall | Amina Diallo of Tidal Institute, Jonas Berg",
		"title:fog and how to hear it | Fog and how to hear it | 2026-10-20 12:00 90 | Room 2 | Li Wei",
		"title:measuring tides | Measuring tides | 2026-10-20 14:00 90 | Room 2 | Omar Haddad",
		"title:closing | Closing | 2026-10-21 10:00 0 | Main Hall | ",
		"title:dinner | Dinner | 2026-10-21 18:00 0 | Deck | ",
	)
	wantFindings(
		t, found, "assumed missing-id 5", "ignored column-kept 1 Column=Minutes of tea", "ignored row-hidden 1 Sheet=Programme",
		"ignored sheet-hidden 1 Sheet=Secret", "ignored sheet-ignored 1 Sheet=Rooms",
	)
	if s.Conference.Title != "Harbour Forum 2026" {
		t.Errorf("the meeting is %q", s.Conference.Title)
	}
	if e := s.Events[3]; e.Place != (Place{Row: 8, Sheet: "Programme"}) {
		t.Errorf("it stands at %+v", e.Place)
	}
	if e := s.Events[0]; e.Starts.Format(time.RFC3339) != "2026-10-20T00:00:00Z" || e.Extra["Minutes of tea"] != "5" {
		t.Errorf("at %s with %v", e.Starts, e.Extra)
	}
	heads, sample, err := Heads("programme.xlsx", harbour(t))
	if err != nil || len(heads) != 7 || heads[3] != "Title" || sample[0][0] != "2026-10-20" || sample[1][0] != "2026-10-20" {
		t.Errorf("heads %q, sample %q, %v", heads, sample, err)
	}
}

// Workbooks of old Macs count days from 1904.
func TestWorkbookSince1904(t *testing.T) {
	data := workbook(t, func(f *excelize.File) {
		yes := true
		if err := f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}); err != nil {
			t.Fatal(err)
		}
		setRows(t, f, "Sheet1", [][]any{{"Title", "Start"}, {"Opening", 46315 - 1462 + 0.5}})
	})
	s, _, err := Read("x.xlsx", data, Options{Zone: "UTC"})
	if err != nil {
		t.Fatal(err)
	}
	wantEvents(t, s, "title:opening | Opening | 2026-10-20 12:00 0 |  | ")
}

// withSheet puts other XML in place of the first sheet of a workbook.
func withSheet(t testing.TB, data []byte, sheet string) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	out := zip.NewWriter(&b)
	for _, f := range z.File {
		w, err := out.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == "xl/worksheets/sheet1.xml" {
			_, err = io.WriteString(w, sheet)
		} else {
			var r io.ReadCloser
			if r, err = f.Open(); err == nil {
				_, err = io.Copy(w, r)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A small file that would unpack to rows and columns without end is cut or refused.
func TestWorkbookThatIsTooLarge(t *testing.T) {
	plain := workbook(t, func(f *excelize.File) { setRows(t, f, "Sheet1", [][]any{{"Title"}}) })
	text := func(at, value string) string {
		return `<c r="` + at + `" t="inlineStr"><is><t>` + value + `</t></is></c>`
	}
	const head = `<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`
	far := withSheet(t, plain, head+
		`<row r="1">`+text("A1", "Title")+text("B1", "Start")+`</row><row r="2">`+text("A2", "Opening")+text("B2", "2026-10-20 9:00")+text("XFD2", "far")+`</row>`+
		`<row r="1048576">`+text("A1048576", "Far below")+text("B1048576", "2026-10-21 9:00")+text("XFD1048576", "far")+`</row>`+
		`</sheetData><mergeCells><mergeCell ref="A2:A1048576"/><mergeCell ref="A2:XFD1048576"/></mergeCells></worksheet>`)
	s, _, err := Read("x.xlsx", far, Options{Zone: "UTC"})
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Events) != 2 || s.Events[0].Title != "Opening" || s.Events[1].Place.Row != 1048576 {
		t.Errorf("%+v", s.Events)
	}
	many := withSheet(t, plain, head+`<row>`+text("A1", "Title")+text("B1", "Room")+`</row>`+
		strings.Repeat(`<row><c t="inlineStr"><is><t>a</t></is></c><c t="inlineStr"><is><t>b</t></is></c></row>`, maxTableRows+10)+`</sheetData></worksheet>`)
	if _, _, err := Read("x.xlsx", many, Options{}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("too many rows: %v", err)
	}
	for _, cut := range []int{4, 30, 200, len(far) / 2, len(far) - 10} {
		if _, _, err := Read("x.xlsx", far[:cut], Options{}); !errors.Is(err, ErrBroken) && !errors.Is(err, ErrUnknown) {
			t.Errorf("%d bytes of it: %v", cut, err)
		}
	}
}
