package bodies_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/testkit"
)

// E024, E030: the page of a body says who sits in it, from when to when, for whom; who
// has not agreed to be named is not.
func TestBodyPage(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := newSite(t, address)
		mag := s.body(t, "advisory-group", "mag")
		kenji, hidden := s.person(t, "Kenji Moriyama"), s.person(t, "Nomen Nescio")
		s.seat(t, bodies.NewSeat{Body: mag.ID, Person: kenji.Person, Role: "chair", From: "2022-11", Term: 2, Group: "government", Note: en("Host of 2023")})
		s.seat(t, bodies.NewSeat{Body: mag.ID, Person: kenji.Person, From: "2020", Until: "2021-12-31"})
		s.seat(t, bodies.NewSeat{Body: mag.ID, Person: hidden.Person, From: "2023", Group: "civil-society"})
		s.hide(t, hidden)

		doc := s.page("", mag.Path())
		chair := doc.Find("ul.people li").First()
		if got := squeezed(chair); got != "Chair, term 2 Kenji Moriyama Government since November 2022 Host of 2023" {
			t.Errorf("the chair: %q", got)
		}
		if chair.Find("a").AttrOr("href", "") == "" {
			t.Error("the chair's name leads nowhere")
		}
		if former := squeezed(doc.Find("table.table tbody")); !strings.Contains(former, "Kenji Moriyama") || !strings.Contains(former, "2020 – 31 Dec 2021") {
			t.Errorf("former seats: %s", former)
		}
		if body := doc.Find("main").Text(); strings.Contains(body, "Nomen") || !strings.Contains(body, "Somebody whose name is not public") {
			t.Error("a name that is not public is shown, or the seat is not")
		}
		if got := squeezed(doc.Find("aside")); !strings.Contains(got, "Working Group on Workshops Process") {
			t.Errorf("E028: the working groups are not there: %s", got)
		}
		if doc.Find("main .actions").Length() != 0 || doc.Find("a[href$='/seats/new']").Length() != 0 {
			t.Error("a visitor is offered to change something")
		}
		if doc := s.page("staff", mag.Path()); doc.Find("main .actions a").Length() != 2 || doc.Find("ul.people a[href$='/end']").Length() != 2 {
			t.Errorf("staff lacks actions: %s", squeezed(doc.Find("main .actions")))
		}

		own := s.page("", "/people/"+string(kenji.Person)).Find("section.panel").First()
		if got := squeezed(own); got != "Seats in groups of the community Multistakeholder Advisory Group Chair term 2 Government since November 2022 Earlier and later Multistakeholder Advisory Group Member 2020 – 31 Dec 2021" {
			t.Errorf("E026: the person's page shows %q", got)
		}
		org := s.organisation(t, "Sahel Networks", "SN")
		s.seat(t, bodies.NewSeat{Body: s.body(t, "network", "african-parliamentary-network").ID, Organisation: org})
		if got := squeezed(s.page("", "/organisations/"+string(org)).Find("main")); !strings.Contains(got, "African Parliamentary Network on Internet Governance Member since 2022") {
			t.Errorf("E167: the organisation's page shows %q", got)
		}
		var e struct {
			Address string
			Seats   []struct {
				Person core.ID
				Name   core.Text
				Role   string
			}
		}
		code, body, _ := s.do("", "GET", "/api/v1/bodies/"+string(mag.ID), nil)
		if err := json.Unmarshal([]byte(body), &e); err != nil || code != http.StatusOK || len(e.Seats) != 3 || e.Seats[0].Name.String() != "Kenji Moriyama" {
			t.Errorf("the API: %d %v %s", code, err, body)
		}
		if strings.Contains(body, string(hidden.Person)) || strings.Contains(body, "Nomen") {
			t.Error("the API names somebody whose name is not public")
		}

		// The seat of 2022 ends with the year: a kept page of the day before is not shown then.
		seats, _ := s.s.SeatsOf(t.Context(), kenji.Person)
		chairSeat := seats[slices.IndexFunc(seats, func(x bodies.Seat) bool { return x.Role == "chair" })]
		if _, err := s.s.EndSeat(t.Context(), staff, chairSeat.ID, bodies.EndInput{Version: 1, Until: "2023-11-01"}); err != nil {
			t.Fatal(err)
		}
		if n := s.page("", mag.Path()).Find("ul.people li").Length(); n != 2 {
			t.Errorf("on its last day %d seats are shown, want 2", n)
		}
		s.rec.Clock.Freeze(today.AddDate(0, 0, 1))
		if n := s.page("", mag.Path()).Find("ul.people li").Length(); n != 1 {
			t.Errorf("the day after %d seats are shown, want 1", n)
		}
	})
}

func TestEditOnPages(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := newSite(t, address)
		dcad := s.body(t, "dynamic-coalition", "dcad")
		amina := s.person(t, "Amina Diallo")
		s.seat(t, bodies.NewSeat{Body: dcad.ID, Person: amina.Person, Role: "coordinator"})
		s.actors["amina"] = amina
		path := dcad.Path() + "/edit"
		s.page("", dcad.Path())

		old := fields(s.page("amina", path))
		code, body, h := s.send("amina", path, map[string]string{
			"purpose.By[en]": "Makes the forum usable for everybody.", "links[0].kind": "mailing-list", "links[0].url": "https://lists.example/dcad",
		})
		if code != http.StatusSeeOther || h.Get("Location") != dcad.Path() {
			t.Fatalf("saving: %d %s\n%s", code, h.Get("Location"), body)
		}
		doc := s.page("", dcad.Path())
		if text := squeezed(doc.Find("main")); !strings.Contains(text, "usable for everybody") || !strings.Contains(text, "Mailing list https://lists.example/dcad") {
			t.Errorf("E170: the page does not say it: %s", text)
		}
		old.Set("acronym", "DC-AD")
		code, body, _ = s.do("staff", "POST", path, old)
		if code != http.StatusConflict || !strings.Contains(body, `value="DC-AD"`) || !strings.Contains(body, "Somebody else saved") {
			t.Errorf("an old form: %d, want 409 with what was typed", code)
		}
		code, body, _ = s.send("amina", path, map[string]string{"name.By[en]": "", "founded": "soon", "links[1].url": "ftp://x"})
		if doc := s.read(path, body); code != http.StatusUnprocessableEntity || doc.Find("[aria-invalid]").Length() != 3 || !strings.HasPrefix(doc.Find("title").Text(), "Error:") {
			t.Errorf("a wrong form: %d with %d marked fields", code, doc.Find("[aria-invalid]").Length())
		}

		code, body, _ = s.send("staff", dcad.Path()+"/standing", map[string]string{"status": "inactive", "region": "weog", "years[0].year": "2023", "as_seen.By[en]": ""})
		if code != http.StatusSeeOther {
			t.Fatalf("standing: %d\n%s", code, body)
		}
		hist := squeezed(s.page("", dcad.Path()+"/history").Find("ol.history"))
		for _, want := range []string{
			"Group changed by Amina Diallo", "What it does: Makes the forum usable", "Links: https://lists.example/dcad",
			"Status: Active Listed as inactive", "Regional group: Western European and Others Group", "Seat taken Amina Diallo, Coordinator", "Group entered by the operator",
		} {
			if !strings.Contains(hist, want) {
				t.Errorf("the history lacks %q: %s", want, hist)
			}
		}
		for _, path := range []string{path, dcad.Path() + "/standing", dcad.Path() + "/seats/new", "/community/schools/new", "/community/schools/counts/new"} {
			if code, _, h := s.do("", "GET", path, nil); code != http.StatusSeeOther || !strings.HasPrefix(h.Get("Location"), "/sign-in") {
				t.Errorf("%s for a visitor: %d to %q, want the sign-in", path, code, h.Get("Location"))
			}
			for _, method := range []string{"GET", "POST"} {
				if code, _, _ := s.do("member", method, path, url.Values{"name.By[en]": {"x"}, "who": {"Amina"}, "role": {"member"}}); code != http.StatusForbidden {
					t.Errorf("%s %s for a member: %d, want 403", method, path, code)
				}
			}
		}
		if code, _, _ := s.do("amina", "GET", dcad.Path()+"/standing", nil); code != http.StatusForbidden {
			t.Errorf("the standing for the coordinator: %d, want 403", code)
		}
	})
}

func TestEnterAndCountOnPages(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := newSite(t, address)
		if text := squeezed(s.page("", "/community/schools").Find(".empty")); !strings.Contains(text, "Nothing is listed here yet") {
			t.Errorf("an empty list says %q", text)
		}
		code, body, h := s.send("staff", "/community/schools/new", map[string]string{"name.By[en]": "School of the Sahel", "country": "SN", "founded": "2019"})
		if code != http.StatusSeeOther || h.Get("Location") != "/community/schools/school-of-the-sahel" {
			t.Fatalf("entering: %d %s\n%s", code, h.Get("Location"), body)
		}
		if row := squeezed(s.page("", "/community/schools").Find("ul.rows li")); row != "School of the Sahel Active Senegal since 2019" {
			t.Errorf("the row is %q", row)
		}
		code, body, _ = s.send("staff", "/community/schools/new", map[string]string{"name.By[en]": "School of the Sahel"})
		if code != http.StatusUnprocessableEntity || !strings.Contains(body, "school-of-the-sahel") {
			t.Errorf("entered twice: %d", code)
		}
		code, body, _ = s.send("staff", "/community/schools/counts/new", map[string]string{"as_of": "2024", "count": "31", "bound": "about", "source": "A list"})
		if code != http.StatusSeeOther {
			t.Fatalf("noting: %d\n%s", code, body)
		}
		if text := squeezed(s.page("", "/community/schools").Find("main")); !strings.Contains(text, "about 31 (2024).") {
			t.Errorf("the total is not shown: %s", text)
		}
		code, body, _ = s.send("staff", "/community/schools/counts/new", map[string]string{"as_of": "x", "count": "many"})
		if code != http.StatusUnprocessableEntity || !strings.Contains(body, `value="many"`) {
			t.Errorf("a wrong total: %d", code)
		}
	})
}

func TestSeatsOnPages(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := newSite(t, address)
		dc := s.body(t, "dynamic-coalition", "dc3")
		amina, one, two := s.person(t, "Amina Diallo"), s.person(t, "Kenji Moriyama"), s.person(t, "Kenji Moriyama")
		s.actors["amina"] = amina
		path := dc.Path() + "/seats/new"
		code, body, _ := s.send("staff", path, map[string]string{"who": "Amina Diallo", "role": "coordinator", "from": "2023", "group": "civil-society"})
		if code != http.StatusSeeOther {
			t.Fatalf("a seat: %d\n%s", code, body)
		}
		if roles := s.page("amina", path).Find("select[name=role] option[value=chair]").Length(); roles != 0 {
			t.Error("the coordinator is offered to give an office")
		}
		code, body, _ = s.send("amina", path, map[string]string{"who": "Nobody Inparticular"})
		if code != http.StatusUnprocessableEntity || !strings.Contains(body, "Nobody called “Nobody Inparticular” is known here") {
			t.Errorf("an unknown name: %d", code)
		}
		code, body, _ = s.send("amina", path, map[string]string{"who": "Kenji Moriyama", "from": "2023-05"})
		doc := s.read(path, body)
		if code != http.StatusUnprocessableEntity || doc.Find("input[type=radio][name=holder]").Length() != 2 {
			t.Fatalf("two of one name: %d, %d to choose from\n%s", code, doc.Find("input[type=radio][name=holder]").Length(), body)
		}
		form := fields(doc)
		form.Set("holder", "person:"+string(two.Person))
		if code, body, _ = s.do("amina", "POST", path, form); code != http.StatusSeeOther {
			t.Fatalf("the chosen one: %d\n%s", code, body)
		}
		of, _ := s.s.SeatsOf(t.Context(), two.Person)
		if other, _ := s.s.SeatsOf(t.Context(), one.Person); len(of) != 1 || len(other) != 0 {
			t.Fatalf("the seat went to the wrong Kenji: %v, %v", of, other)
		}
		if code, _, _ = s.do("amina", "POST", path, form); code != http.StatusUnprocessableEntity && code != http.StatusConflict {
			t.Errorf("the same seat again: %d", code)
		}

		quiet := s.person(t, "Olga Petrova")
		s.hide(t, quiet)
		if code, body, _ = s.send("amina", path, map[string]string{"who": "Olga Petrova"}); code != http.StatusUnprocessableEntity || !strings.Contains(body, "is known here") {
			t.Errorf("the coordinator learns of somebody who is not public: %d", code)
		}
		s.organisation(t, "Sahel Networks", "SN")
		if code, body, _ = s.send("amina", path, map[string]string{"who": "SN", "role": "contact"}); code != http.StatusSeeOther {
			t.Errorf("an organisation by its acronym: %d\n%s", code, body)
		}
		if text := squeezed(s.page("", dc.Path()).Find("ul.people")); !strings.Contains(text, "Contact person Sahel Networks") {
			t.Errorf("the organisation's seat is not shown: %s", text)
		}

		end := dc.Path() + "/seats/" + string(of[0].ID) + "/end"
		if text := squeezed(s.page("amina", end).Find(".head")); text != "End this seat Kenji Moriyama, Community Connectivity (DC3)" {
			t.Errorf("the form says %q", text)
		}
		if code, body, _ = s.send("amina", end, map[string]string{"until": "2023-10-31"}); code != http.StatusSeeOther {
			t.Fatalf("ending: %d\n%s", code, body)
		}
		change := dc.Path() + "/seats/" + string(of[0].ID)
		old := fields(s.page("staff", change))
		if code, body, _ = s.send("staff", change, map[string]string{"until": "2023-09"}); code != http.StatusSeeOther {
			t.Fatalf("changing: %d\n%s", code, body)
		}
		old.Set("term", "7")
		code, body, _ = s.do("staff", "POST", change, old)
		if doc := s.read(change, body); code != http.StatusConflict || doc.Find("#f-until-now").Text() == "" {
			t.Errorf("an old form: %d, and does it say how the end stands now? %q", code, doc.Find("#f-until-now").Text())
		}
		if code, _, _ = s.do("amina", "GET", change, nil); code != http.StatusForbidden {
			t.Errorf("changing for the coordinator: %d, want 403", code)
		}
		if code, _, _ = s.do("staff", "GET", s.body(t, "dynamic-coalition", "dcad").Path()+"/seats/"+string(of[0].ID), nil); code != http.StatusNotFound {
			t.Errorf("a seat under another body: %d, want 404", code)
		}
		if hist := squeezed(s.page("", dc.Path()+"/history").Find("ol.history")); !strings.Contains(hist, "Seat ended Kenji Moriyama, Member by Amina Diallo") || !strings.Contains(hist, "Until: 2023-10-31 2023-09") {
			t.Errorf("history: %s", hist)
		}
	})
}
