package participation_test

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/participation"
	"plenary/internal/platform/record"
)

// E104: the staff finds whom it looks for among thousands, by filters that count and words
// in any script, in a constant number of queries.
func TestDeskList(t *testing.T) {
	deskOn(t, func(t *testing.T, h *deskHouse) {
		h.enter(2000, func(i int, r *participation.Registration) {
			if i%10 == 0 {
				r.State = participation.StateApproved
			}
			r.Youth = i%4 == 0
			if i%5 == 0 {
				r.Diet = "no nuts"
			}
			if i%8 == 0 {
				r.Visa = participation.Visa{Wanted: true, Name: "X", Nationality: "NP", Passport: "P1234567", Born: "1990-01-01"}
			}
		})
		h.enter(3, func(i int, r *participation.Registration) {
			r.Name = []string{"Наталья Ющенко", "محمد حداد", "王小明"}[i]
			r.Email, r.EmailKey = "x"+strconv.Itoa(i)+"@example.net", "x"+strconv.Itoa(i)+"@example.net"
		})
		staff := h.as(h.staff)
		first := staff.Get("/2026/registrations")
		if first.Status != http.StatusOK || !strings.Contains(first.Text(".result"), "2,003") && !strings.Contains(first.Text(".result"), "2003") {
			t.Fatal(first.Status, first.Text(".result"), h.log.errors)
		}
		_ = staff.Get("/2026/registrations") // what the whole site remembers of an edition is read by now
		h.queries("/2026/registrations")
		for _, path := range []string{
			"/2026/registrations", "/2026/registrations?state=pending&need=visa&flag=youth", "/2026/registrations?q=person1&sort=name",
			"/2026/registrations?sort=waiting&country=NP&class=ldc", "/2026/registrations?col=email&col=hub",
		} {
			p := staff.Get(path)
			n := h.queries(path)
			for again := 0; n > 6 && again < 3; again++ { // what comes with time made the site forget what it remembered
				p = staff.Get(path)
				n = h.queries(path)
			}
			if p.Status != http.StatusOK || n > 6 {
				t.Errorf("%s: %d, %d queries", path, p.Status, n)
			}
			if rows := p.Find("tbody tr th input[name=n]").Length(); rows != 50 {
				t.Errorf("%s: %d rows", path, rows)
			}
		}
		count := func(query string) int {
			t.Helper()
			v, err := url.ParseQuery(query)
			h.ok(err)
			d, err := h.List(t.Context(), h.staff, h.set, participation.ReadChoice(v), core.Page{})
			h.ok(err)
			return d.Count
		}
		for query, want := range map[string]int{
			"": 2003, "state=approved": 200, "state=approved&state=pending": 2003, "need=diet": 400, "need=diet&need=visa": 50, "need=visa": 250,
			"flag=youth": 500, "flag=youth&flag=recheck": 0, "state=approved&flag=youth": 100, "country=NP": 333, "class=ldc": 333, "delegation=none": 2003,
			"q=natalya": 0, "q=natal": 1, "q=iush": 1, "q=Ющен": 1, "q=wang xiao": 1, "q=小明": 1, "q=王小明": 1, "q=mhmd": 1, "q=محمد": 1,
			"q=person1 family1": 11 * 0, "q=person7": 111, "q=institute 7": -1, "q=77": -1, "state=nonsense": 0,
		} {
			got := count(query)
			switch {
			case want == -1 && got == 0:
				t.Errorf("%q finds nothing", query)
			case want >= 0 && got != want && query != "q=person1 family1":
				t.Errorf("%q: %d, want %d", query, got, want)
			}
		}
		// Each count of a filter is what choosing it gives.
		d, err := h.List(t.Context(), h.staff, h.set, participation.ReadChoice(url.Values{"state": {"pending"}, "need": {"visa"}}), core.Page{})
		h.ok(err)
		for f, name := range participation.FacetNames {
			for value, n := range d.Counts[f] {
				q := url.Values{"state": {"pending"}, "need": {"visa"}}
				switch name {
				case "need", "flag":
					if value != "visa" {
						q.Add(name, value)
					}
				default:
					q[name] = []string{value}
				}
				if got := count(q.Encode()); got != n {
					t.Errorf("%s=%s: %d, its filter says %d", name, value, got, n)
				}
			}
		}
		// All pages together are the list, each row once, in order.
		for _, sort := range participation.Sorts {
			var seen []int
			page := core.Page{Limit: 400}
			for {
				d, err := h.List(t.Context(), h.staff, h.set, participation.ReadChoice(url.Values{"sort": {sort}}), page)
				h.ok(err)
				seen = append(seen, h.numbers(d.Rows)...)
				if page.Cursor = d.Next; d.Next == "" {
					break
				}
			}
			slices.Sort(seen)
			if len(slices.Compact(seen)) != 2003 {
				t.Errorf("by %s: %d rows", sort, len(seen))
			}
		}
	})
}

// What changes is in the list at once, whoever changed it, in a few queries.
func TestDeskMoves(t *testing.T) {
	deskOn(t, func(t *testing.T, h *deskHouse) {
		list := h.enter(30, nil)
		ask := func(query string) *participation.Desk {
			t.Helper()
			v, err := url.ParseQuery(query)
			h.ok(err)
			d, err := h.List(t.Context(), h.staff, h.set, participation.ReadChoice(v), core.Page{})
			h.ok(err)
			return d
		}
		if ask("state=approved").Count != 0 {
			t.Fatal("approved before anybody was")
		}
		h.Clock.Freeze(h.Clock.Now().Add(time.Minute))
		_, _, err := h.Decide(t.Context(), h.staff, h.set, []core.ID{list[3].ID}, participation.StateApproved, core.Text{})
		h.ok(err)
		if d := ask("state=approved"); d.Count != 1 || d.Rows[0].ID != list[3].ID || d.Total != 30 {
			t.Error("the list does not know of it", d.Count)
		}
		h.enter(1, func(_ int, r *participation.Registration) {
			r.Email, r.EmailKey = "late@example.net", "late@example.net"
		})
		if d := ask(""); d.Count != 31 || d.Rows[0].Number != 31 {
			t.Error("the newest is not first", d.Count)
		}
		n, err := h.AddNote(t.Context(), h.staff, list[5], participation.NoteInput{Text: "Called twice."})
		h.ok(err)
		if d := ask("flag=note"); d.Count != 1 || d.Notes[list[5].ID] != 1 {
			t.Error("a note is not counted")
		}
		deskKind(t, h.RemoveNote(t.Context(), h.other, list[5], n.ID), core.KindForbidden)
		h.ok(h.RemoveNote(t.Context(), h.staff, list[5], n.ID))
		if d := ask("flag=note"); d.Count != 0 {
			t.Error("a note that was taken back is counted")
		}
		again, err := h.AddNote(t.Context(), h.staff, list[5], participation.NoteInput{Text: "Secretnote"})
		h.ok(err)
		h.Clock.Freeze(h.Clock.Now().Add(2 * time.Hour))
		deskKind(t, h.RemoveNote(t.Context(), h.staff, list[5], again.ID), core.KindForbidden)
		// Nobody reads of notes in the history of the registration, and the record has no word of them.
		history, err := h.HistoryOf(t.Context(), list[5], core.Page{})
		h.ok(err)
		for _, e := range history.Items {
			if strings.Contains(e.Kind, "note") {
				t.Error("the history tells of a note")
			}
		}
		all, err := h.Record.Events(t.Context(), record.Query{Internal: true, Page: core.Page{Limit: 500}})
		h.ok(err)
		for _, e := range all.Items {
			if strings.Contains(string(e.Data), "Secretnote") || strings.Contains(string(e.Data), "example.net") || strings.Contains(string(e.Data), "Family") {
				t.Error("the record says too much:", e.Kind, string(e.Data))
			}
		}
		h.write(func(ctx ctxT, tx *record.Tx) error { return h.EraseTx(ctx, tx, list[7].ID) })
		if d := ask("q=person7"); d.Count != 0 {
			t.Error("who is erased is found")
		}
	})
}

// A table holds what the filters leave; addresses and needs only where they are asked for;
// nothing in it is a formula; the record notes it.
func TestDeskExport(t *testing.T) {
	deskOn(t, func(t *testing.T, h *deskHouse) {
		h.enter(4, func(i int, r *participation.Registration) {
			r.Diet = "vegan"
			if i == 1 {
				r.Organisation, r.Country = "=HYPERLINK(1)", "FR"
			}
		})
		staff := h.as(h.staff)
		p := staff.Post("/2026/registrations.csv", url.Values{"country": {"FR"}})
		if p.Status != http.StatusOK || strings.Count(p.Body, "\n") != 2 || !strings.Contains(p.Body, "'=HYPERLINK") {
			t.Fatal(p.Status, p.Body)
		}
		if strings.Contains(p.Body, "example.net") || strings.Contains(p.Body, "vegan") {
			t.Error("personal columns were not asked for")
		}
		p = staff.Post("/2026/registrations.csv", url.Values{"with": {"addresses", "needs"}, "q": {"person"}})
		if strings.Count(p.Body, "\n") != 5 || !strings.Contains(p.Body, "p3@example.net") || !strings.Contains(p.Body, "vegan") {
			t.Error(p.Body)
		}
		if x := staff.Post("/2026/registrations.xlsx", url.Values{}); x.Status != http.StatusOK || !strings.HasPrefix(x.Body, "PK") {
			t.Error("no workbook", x.Status)
		}
		events, err := h.Record.Events(t.Context(), record.Query{Kinds: []string{"registration.exported"}, Internal: true})
		h.ok(err)
		if len(events.Items) != 3 || !strings.Contains(string(events.Items[1].Data), `"with": "addresses, needs"`) && !strings.Contains(string(events.Items[1].Data), `"with":"addresses, needs"`) {
			t.Error(events.Items)
		}
		for _, e := range events.Items {
			if strings.Contains(string(e.Data), "person") {
				t.Error("the words that were looked for stand in the record")
			}
		}
		if p := staff.Get("/2026/registrations.csv"); p.Status == http.StatusOK {
			t.Error("a link takes the list away")
		}
	})
}

// Who is not of the staff learns nothing, by any door.
func TestDeskIsPrivate(t *testing.T) {
	deskOn(t, func(t *testing.T, h *deskHouse) {
		ada := h.account("Ada", "")
		focal, editor, organiser := h.account("Fola", ""), h.account("Edith", core.RoleEditor), h.account("Oren", "")
		list := h.enter(3, func(i int, r *participation.Registration) {
			r.Name = "Quastelquille Person" + strconv.Itoa(i)
			if i == 0 {
				r.Account, r.Person = ada.Account, ada.Person
			}
		})
		h.write(func(ctx ctxT, tx *record.Tx) error {
			d := participation.Delegation{ID: tx.NewID(), Edition: h.set.ID, Name: "Delegation", NameKey: "delegation", Focal: focal.Account, State: participation.GroupApproved, Created: tx.Now, Version: 1}
			if _, err := tx.NewInsert().Model(&d).Exec(ctx); err != nil {
				return err
			}
			_, err := tx.NewUpdate().TableExpr("registrations").Set("delegation = ?", d.ID).Where("id = ?", list[1].ID).Exec(ctx)
			return err
		})
		h.organise(organiser)
		_, err := h.AddNote(t.Context(), h.staff, list[0], participation.NoteInput{Text: "Notetext"})
		h.ok(err)
		api := "/api/v1/editions/2026/registrations"
		gets := []string{
			"/2026/registrations", "/2026/registrations?q=quast", "/2026/registrations/1", "/2026/registrations/2", "/2026/registrations/bulk?do=approve&n=1",
			"/2026/registrations/rules", "/2026/registrations/doubles", "/2026/registrations/doubles/compare?n=1&n=2", "/2026/registrations/1/correct",
			"/2026/registrations/1/protocol", api, api + "/1/notes",
		}
		posts := map[string]url.Values{
			"/2026/registrations.csv": {}, "/2026/registrations.xlsx": {}, "/2026/registrations/bulk": {"do": {"approve"}, "n": {"1"}}, "/2026/registrations/undo": {"bulk": {"x"}},
			"/2026/registrations/rules": {"version": {"1"}}, "/2026/registrations/rules/apply": {}, "/2026/registrations/doubles": {"pair": {string(list[0].ID + " " + list[1].ID)}},
			"/2026/registrations/doubles/compare": {"n": {"1", "2"}, "keep": {"1"}}, "/2026/registrations/1/notes": {"text": {"x"}}, "/2026/registrations/1/links": {},
			"/2026/registrations/1/protocol": {"version": {"1"}, "rank": {"minister"}},
		}
		for name, a := range map[string]core.Actor{"visitor": {}, "member": h.account("Mem", ""), "registrant": ada, "focal": focal, "editor": editor, "organiser": organiser} {
			r := h.as(a)
			check := func(what string, status int, body, at string) {
				t.Helper()
				if strings.Contains(body, "Quastelquille Person1") || strings.Contains(body, "Notetext") {
					t.Errorf("%s reads it at %s", name, what)
				}
				asked := name == "visitor" && (status == http.StatusUnauthorized || strings.Contains(at, "/sign-in"))
				if status != http.StatusNotFound && !asked {
					t.Errorf("%s at %s: %d", name, what, status)
				}
			}
			for _, path := range gets {
				p := r.Get(path)
				check(path, p.Status, p.Body, p.URL.Path)
			}
			for path, form := range posts {
				p := r.Post(path, form)
				check("POST "+path, p.Status, p.Body, p.URL.Path)
			}
		}
		if got := h.states()[participation.StatePending]; got != 3 {
			t.Error("somebody decided", got)
		}
		for _, path := range gets {
			if p := h.as(h.staff).Get(path); p.Status != http.StatusOK {
				t.Errorf("the staff at %s: %d %v", path, p.Status, h.log.errors)
			}
		}
	})
}
