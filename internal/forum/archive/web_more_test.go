package archive

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"plenary/internal/core"
	"plenary/internal/testkit"
)

// A document of a year that has no edition leads to a short form that is filled from it;
// a mistake in the form loses neither form nor document.
func TestEditionOfTheDocumentIsAdded(t *testing.T) {
	d := newDesk(t, testkit.SQLite(t))
	text := regexp.MustCompile(`\b2026\b`).ReplaceAll(read(t, "outlines.txt"), []byte("2025"))
	to := d.went(d.upload("staff", "/import", "programme.txt", text, url.Values{"lang": {"en"}, "as": {auto}, "edition": {auto}}))
	if !strings.HasPrefix(to, "/import/edition?") {
		t.Fatalf("the document leads to %s", to)
	}
	form := fields(d.get("staff", to))
	if form.Get("slug") != "2025" || form.Get("name.By[en]") != "OWF 2025" || form.Get("first_day") == "" || form.Get("zone") == "" {
		t.Errorf("the form is filled with %v", form)
	}
	form.Set("zone", "Nowhere")
	bad := d.post("staff", "/import/edition", form)
	if bad.code != http.StatusUnprocessableEntity || fields(bad).Get("zone") != "Nowhere" || fields(bad).Get("file") == "" {
		t.Fatalf("a wrong zone: %d %v", bad.code, fields(bad))
	}
	form = fields(bad)
	form.Set("zone", "Africa/Nairobi")
	at := d.went(d.post("staff", "/import/edition", form))
	if a := d.get("staff", at); !strings.HasPrefix(at, "/2025/imports/") || !strings.Contains(a.text("main"), "4 sessions") {
		t.Errorf("%s says %s", at, a.text("main"))
	}
	// The next one finds the edition by itself.
	if at := d.went(d.upload("staff", "/import", "again.txt", text, url.Values{"lang": {"en"}, "as": {auto}, "edition": {auto}})); !strings.HasPrefix(at, "/2025/imports/") {
		t.Errorf("the same again leads to %s", at)
	}
	// What names no year asks for the edition and keeps the file meanwhile.
	bad = d.upload("staff", "/import", "rows.csv", []byte("Title,Room\nRivers,A\nRains,B\n"), url.Values{"lang": {"en"}, "as": {auto}, "edition": {auto}})
	if bad.code != http.StatusUnprocessableEntity || !strings.Contains(bad.text(".notice.info"), "rows.csv") {
		t.Fatalf("%d: %s", bad.code, bad.text("main"))
	}
	form = fields(bad)
	form.Set("edition", "2026")
	if at := d.went(d.post("staff", "/import", form)); !strings.HasPrefix(at, "/2026/imports/") {
		t.Errorf("with the edition it leads to %s", at)
	}
	if bad := d.post("staff", "/import", url.Values{"lang": {"en"}, "as": {auto}, "edition": {auto}}); bad.code != http.StatusUnprocessableEntity || bad.Find(`[name=text][aria-invalid=true]`).Length() != 1 {
		t.Errorf("nothing at all: %d", bad.code)
	}
}

// Somebody says what the columns of a table are; the next table with these heads is
// read so by itself.
func TestColumnsAreRemembered(t *testing.T) {
	d := newDesk(t, testkit.SQLite(t))
	send := func(data string) string {
		return d.went(d.upload("staff", "/2026/import", "programme.csv", []byte(data), url.Values{"lang": {"en"}, "as": {auto}}))
	}
	at := send(table)
	a := d.get("staff", at+"/columns")
	var chosen []string
	a.Find("select[name=field]").Each(func(_ int, s *goquery.Selection) {
		chosen = append(chosen, s.Find("option[selected]").AttrOr("value", ""))
	})
	if len(chosen) != 6 || chosen[0] != "title" || a.Find(`td:contains("Rivers and rules")`).Length() != 1 {
		t.Fatalf("columns are taken for %v", chosen)
	}
	chosen[4], chosen[5] = "room", "speakers"
	fresh := d.went(d.post("staff", at+"/columns", url.Values{"field": chosen}))
	if txt := d.get("staff", fresh).text("main"); fresh == at || !strings.Contains(txt, "Amina Diallo") || !strings.Contains(txt, "Acacia Room") || !strings.Contains(txt, "row 2") {
		t.Errorf("with these columns: %s", txt)
	}
	if a := d.ask("staff", http.MethodGet, at, "", nil); a.code != http.StatusNotFound {
		t.Errorf("the first reading is still there: %d", a.code)
	}
	if txt := d.get("staff", send(strings.Replace(table, "Amina Diallo", "Rhea Quistorpe", 1))).text("main"); !strings.Contains(txt, "Rhea Quistorpe") {
		t.Errorf("the columns were forgotten: %s", txt)
	}
}

// A long list is shown in parts, and whole parts of it are left out at once.
func TestLongListsStandInParts(t *testing.T) {
	d := newDesk(t, testkit.SQLite(t))
	var b strings.Builder
	b.WriteString("Title,Date,Start,End,Room\n")
	for i := range 250 {
		fmt.Fprintf(&b, "Session about river number %d,2026-03-0%d,%02d:00,%02d:30,Room %d\n", i+1, 3+i%3, 9+i%8, 9+i%8, i)
	}
	at := d.went(d.upload("staff", "/2026/import", "long.csv", []byte(b.String()), url.Values{"lang": {"en"}, "as": {auto}}))
	a := d.get("staff", at)
	if n := a.Find("input[name=item]").Length(); n != rowsPage || len(a.body) > 400_000 {
		t.Errorf("%d rows in %d bytes on the first page", n, len(a.body))
	}
	next := a.Find("nav.pager a[rel=next]").AttrOr("href", "")
	third := d.get("staff", d.get("staff", next).Find("nav.pager a[rel=next]").AttrOr("href", ""))
	if n := third.Find("input[name=item]").Length(); n != 50 || !strings.Contains(third.text("nav.pager"), "201–250 of 250") {
		t.Errorf("the third page has %d rows, %s", n, third.text("nav.pager"))
	}
	d.went(d.post("staff", at+"/choose", url.Values{"do": {"leave-all"}, "kind": {KindSession}}))
	a = d.get("staff", at)
	if a.Find("form[action$='/apply']").Length() != 0 || !strings.Contains(a.text("main"), "would change nothing") {
		t.Errorf("all left out: %s", a.text("main .actions"))
	}
}

// Where a session comes from is said to the staff, and to all when the source is open.
func TestOriginOnPages(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		d := newDesk(t, address)
		set, err := d.s.editions.Setting(t.Context(), secretary, "2026")
		d.ok(err)
		p, _, err := d.s.ApplyFile(t.Context(), secretary, set, Source{Name: "programme.txt", Data: read(t, "outlines.txt"), Lang: "en"})
		d.ok(err)
		items, err := d.s.Items(t.Context(), p.ID)
		d.ok(err)
		i := slices.IndexFunc(items, func(it Item) bool { return it.Kind == "session" })
		for _, open := range []bool{false, true} {
			d.ok(d.s.SetOpen(t.Context(), secretary, set, p.ID, open))
			for who, a := range map[string]core.Actor{"staff": secretary, "visitor": core.Visitor} {
				list, err := d.s.Origins(t.Context(), a, items[i].Subject)
				d.ok(err)
				if want := open || who == "staff"; (len(list) == 1) != want {
					t.Errorf("open %t: the %s sees %d sources", open, who, len(list))
				}
				if len(list) == 1 && (list[0].Name != "programme.txt" || list[0].From == 0 || list[0].Lines < list[0].From) {
					t.Errorf("the source is %+v", list[0])
				}
			}
		}
	})
}
