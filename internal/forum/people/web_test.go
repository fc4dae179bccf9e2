package people_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"plenary/internal/core"
	"plenary/internal/forum/people"
	"plenary/internal/testkit"
)

// The secretariat enters a person on a page; visitors find her, filter by her group
// and read her page in their language.
func TestPersonOnPages(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := newSite(t, address)
		o := s.organisation(people.NewOrganisation{Name: core.NewText("en", "Sahel Networks").With("ar", "شبكات الساحل"), Acronym: "SN", Kind: "civil-society"})
		form := fields(s.page("staff", "/people/new"))
		form.Set("name", "Amina Diallo")
		form.Set("honorific", "Dr.")
		form.Set("names.By[ar]", "أمينة ديالو")
		form.Set("country", "SN")
		form.Set("public", "true")
		form.Set("affiliations[0].title", "Director")
		form.Set("affiliations[0].organisation", "SN")
		form.Set("affiliations[0].group", "civil-society")
		form.Set("affiliations[0].from", "2020-02")
		form.Set("affiliations[1].title", "Engineer")
		form.Set("affiliations[1].organisation", "Ministry of Wires")
		form.Set("affiliations[1].until", "2019-12-31")
		form.Add("languages", "fr")
		form.Add("languages", "ha")
		code, body, h := s.do("staff", "POST", "/people/new", form)
		path := h.Get("Location")
		if code != http.StatusSeeOther || !strings.HasPrefix(path, "/people/") {
			t.Fatalf("saving: %d %s\n%s", code, path, body)
		}
		list := s.page("", "/people?q=diallo")
		row := list.Find("ul.rows > li")
		if row.Length() != 1 || row.Find("a").Text() != "Dr. Amina Diallo" || row.Find("a").AttrOr("href", "") != path {
			t.Errorf("the list shows %s", row.Text())
		}
		if meta := row.Find(".meta").Text(); !strings.Contains(meta, "Director, Sahel Networks") || !strings.Contains(meta, "Civil society") || strings.Contains(meta, "Wires") {
			t.Errorf("the list says %q", meta)
		}
		filters := s.page("", "/people").Find("details.filters")
		if txt := filters.Text(); !strings.Contains(txt, "Civil society 1") || !strings.Contains(txt, "Senegal 1") {
			t.Errorf("filters: %s", txt)
		}
		href := filters.Find("a").First().AttrOr("href", "")
		if got := s.page("", href); got.Find("ul.rows > li").Length() != 1 || got.Find(".chips .chip").Length() != 1 {
			t.Errorf("%s shows %s", href, got.Find("main").Text())
		}
		if got := s.page("", "/people?group=media"); got.Find(".empty").Length() != 1 {
			t.Error("a filter that leaves nobody must say so")
		}
		page := s.page("", path)
		for _, want := range []string{"Dr. Amina Diallo", "Director, Sahel Networks", "since 2020-02", "Earlier affiliations", "Ministry of Wires", "until 31 Dec 2019", "African Group", "French", "Hausa", "Panel in people.person"} {
			if !strings.Contains(page.Find("main").Text(), want) {
				t.Errorf("the page lacks %q: %s", want, page.Find("main").Text())
			}
		}
		ar := s.page("", "/ar"+path)
		if ar.Find("h1 bdi").Last().Text() != "أمينة ديالو" || !strings.Contains(ar.Find("main").Text(), "شبكات الساحل") {
			t.Errorf("in Arabic: %s", ar.Find("main").Text())
		}
		if hist := s.page("", path+"/history").Find("ol.history").Text(); !strings.Contains(hist, "Person added") || !strings.Contains(hist, "Director, Sahel Networks (2020-02–)") {
			t.Errorf("history: %s", hist)
		}
		org := s.page("", "/organisations/"+string(o.ID))
		if txt := org.Find("main").Text(); !strings.Contains(txt, "Amina Diallo") || !strings.Contains(txt, "Panel in people.organisation") || org.Find("h1").First().Text() != "Sahel Networks (SN)" {
			t.Errorf("the organisation shows %s", txt)
		}
	})
}

// A person changes herself; a second tab with the old form is told so.
func TestEditOnPages(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := newSite(t, address)
		p := s.person(named("Amina Diallo"), people.NewAffiliation{Title: "Director", OrganisationName: "Sahel Networks"})
		me, path := string(p.ID), p.Path()+"/edit"
		doc := s.page(me, path)
		if doc.Find("[name=public]").Length() != 0 {
			t.Error("she is asked whether she is public")
		}
		form, old := fields(doc), fields(doc)
		form.Set("gender", "woman")
		form.Set("bio.By[en]", "Builds networks.")
		form.Del("show_affiliations")
		if code, body, h := s.do(me, "POST", path, form); code != http.StatusSeeOther || h.Get("Location") != p.Path() {
			t.Fatalf("saving: %d\n%s", code, body)
		}
		if txt := s.page("", p.Path()).Find("main").Text(); !strings.Contains(txt, "Builds networks.") || strings.Contains(txt, "woman") || strings.Contains(txt, "Sahel") {
			t.Errorf("a visitor reads %s", txt)
		}
		if got := fields(s.page(me, path)); got.Get("gender") != "woman" || got.Get("affiliations[0].organisation") != "Sahel Networks" || got.Get("show_affiliations") != "" {
			t.Errorf("her form shows %v", got)
		}
		old.Set("name", "Amina F. Diallo")
		code, body, _ := s.do(me, "POST", path, old)
		if code != http.StatusConflict || !strings.Contains(body, "Amina F. Diallo") || !strings.Contains(body, "Somebody else saved") {
			t.Errorf("an old form: %d, want 409 with what was typed", code)
		}
		form = fields(s.page(me, path))
		form.Set("name", "")
		form.Set("affiliations[0].from", "spring")
		form.Set("links[0].url", "javascript:alert(1)")
		code, body, _ = s.do(me, "POST", path, form)
		if code != http.StatusUnprocessableEntity || strings.Count(body, `aria-invalid="true"`) != 3 || !strings.Contains(body, "Error: Change") {
			t.Errorf("three mistakes: %d, %d marked", code, strings.Count(body, `aria-invalid="true"`))
		}
		form.Set("_more", "links")
		if code, body, _ = s.do(me, "POST", path, form); code != http.StatusOK || !strings.Contains(body, "links[3].url") || !strings.Contains(body, "spring") {
			t.Errorf("more rows: %d", code)
		}
		if code, _, h := s.do("", "POST", path, url.Values{"name": {"x"}}); code != http.StatusSeeOther || !strings.HasPrefix(h.Get("Location"), "/sign-in") {
			t.Errorf("a visitor's change: %d", code)
		}
		if code, _, _ := s.do("00000000-0000-7000-8000-0000000000ff", "POST", path, url.Values{"name": {"x"}}); code != http.StatusForbidden {
			t.Errorf("a stranger's change: %d", code)
		}
	})
}

func TestMe(t *testing.T) {
	s := newSite(t, testkit.SQLite(t))
	if code, _, h := s.do("", "GET", "/me", nil); code != http.StatusSeeOther || !strings.HasPrefix(h.Get("Location"), "/sign-in") {
		t.Errorf("a visitor's own page: %d", code)
	}
	p := s.person(people.NewPerson{Name: "Amina Diallo"})
	doc := s.page(string(p.ID), "/me")
	if txt := doc.Find("main").Text(); !strings.Contains(txt, "Amina Diallo") || !strings.Contains(txt, "Panel in people.me") || !strings.Contains(txt, "This page is not public") {
		t.Errorf("her page: %s", txt)
	}
	if doc.Find("a[href='"+p.Path()+"/edit']").Length() != 1 {
		t.Error("her page does not lead to her details")
	}
	if txt := s.page("staff", "/me").Find("main").Text(); !strings.Contains(txt, "not yet connected") {
		t.Errorf("an account without a person: %s", txt)
	}
}

// By page, list, history, form and API alike: who is not public is not found, as is
// who does not exist; the text of the answer is the same.
func TestNotFoundAlike(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := newSite(t, address)
		hidden, other := s.person(people.NewPerson{Name: "Lina Haddad"}), s.person(named("Kenji Moriyama"))
		const nobody = "00000000-0000-7000-8000-00000000ffff"
		answer := func(who, method, path string) (int, string) {
			var form url.Values
			if method == "POST" {
				form = url.Values{"name": {"x"}}
			}
			code, body, _ := s.do(who, method, path, form)
			if strings.HasPrefix(path, "/api/") {
				var problem struct{ Detail string }
				_ = json.Unmarshal([]byte(body), &problem)
				return code, problem.Detail
			}
			doc, _ := goquery.NewDocumentFromReader(strings.NewReader(body))
			return code, doc.Find("main").Text()
		}
		for _, who := range []string{"", string(other.ID)} {
			for _, way := range []string{"GET /people/%", "GET /people/%/history", "GET /people/%/edit", "POST /people/%/edit", "GET /people/%/merge", "POST /people/%/merge", "GET /api/v1/people/%"} {
				method, path, _ := strings.Cut(way, " ")
				c1, t1 := answer(who, method, strings.Replace(path, "%", string(hidden.ID), 1))
				c2, t2 := answer(who, method, strings.Replace(path, "%", nobody, 1))
				if c1 != http.StatusNotFound || c1 != c2 || t1 != t2 || strings.Contains(t1, "Lina") {
					t.Errorf("%s as %q: %d for the private, %d for nobody: %q, %q", way, who, c1, c2, t1, t2)
				}
			}
			_, list, _ := s.do(who, "GET", "/people?q=haddad", nil)
			_, api, _ := s.do(who, "GET", "/api/v1/people?q=haddad", nil)
			if strings.Contains(list, "Lina") || strings.Contains(api, "Lina") || !strings.Contains(api, `"total":0`) {
				t.Errorf("a list names her to %q", who)
			}
		}
		for _, who := range []string{"staff", string(hidden.ID)} {
			if txt := s.page(who, hidden.Path()).Find("main").Text(); !strings.Contains(txt, "Lina Haddad") || !strings.Contains(txt, "Private") {
				t.Errorf("%s reads %s", who, txt)
			}
			s.page(who, hidden.Path()+"/history")
		}
	})
}

func TestMergeOnPages(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := newSite(t, address)
		kept := s.person(named("Amina Diallo"), people.NewAffiliation{Title: "Director"})
		old, alone := s.person(named("Diallo Amina")), s.person(named("Kenji Moriyama"))
		if txt := s.page("staff", alone.Path()+"/merge").Find("main").Text(); !strings.Contains(txt, "Nobody with a similar name") {
			t.Errorf("without a match: %s", txt)
		}
		doc := s.page("staff", old.Path()+"/merge")
		if lbl := doc.Find(".choice label").Text(); lbl != "Amina Diallo: Director (same words in another order)" {
			t.Errorf("offered: %q", lbl)
		}
		form := fields(doc)
		if code, _, _ := s.do("staff", "POST", old.Path()+"/merge", form); code != http.StatusUnprocessableEntity {
			t.Errorf("without a choice: %d", code)
		}
		form.Set("into", string(kept.ID))
		if code, body, h := s.do("staff", "POST", old.Path()+"/merge", form); code != http.StatusSeeOther || h.Get("Location") != kept.Path() {
			t.Fatalf("merging: %d %s", code, body)
		}
		if code, _, h := s.do("", "GET", old.Path(), nil); code != http.StatusMovedPermanently || h.Get("Location") != kept.Path() {
			t.Errorf("the old address: %d to %s", code, h.Get("Location"))
		}
	})
}

func TestOrganisationsOnPages(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := newSite(t, address)
		s.organisation(people.NewOrganisation{Name: core.NewText("en", "=cmd()"), Kind: "network", Country: "JP"})
		form := fields(s.page("staff", "/organisations/new"))
		form.Set("name.By[en]", "Sahel Networks")
		form.Set("name.By[fr]", "Réseaux du Sahel")
		form.Set("acronym", "SN")
		form.Set("kind", "civil-society")
		form.Set("country", "SN")
		form.Set("url", "sahel.example")
		if code, body, _ := s.do("staff", "POST", "/organisations/new", form); code != http.StatusUnprocessableEntity || !strings.Contains(body, "full address") {
			t.Errorf("an address without https: %d", code)
		}
		form.Set("url", "https://sahel.example")
		code, body, h := s.do("staff", "POST", "/organisations/new", form)
		path := h.Get("Location")
		if code != http.StatusSeeOther {
			t.Fatalf("saving: %d\n%s", code, body)
		}
		for _, q := range []string{"q=sahel", "q=reseaux", "q=sn", "kind=civil-society", "country=SN", "q=sahel&kind=civil-society&country=SN"} {
			doc := s.page("", "/organisations?"+q)
			if got := doc.Find("ul.rows > li a").Text(); got != "Sahel Networks (SN)" {
				t.Errorf("?%s finds %q", q, got)
			}
			csvPath := doc.Find(".facts a").First().AttrOr("href", "")
			_, csv, h := s.do("", "GET", csvPath, nil)
			if strings.Count(csv, "\n") != 2 || !strings.Contains(csv, "Réseaux du Sahel") || !strings.HasPrefix(h.Get("Content-Type"), "text/csv") {
				t.Errorf("%s gives %s", csvPath, csv)
			}
		}
		if _, csv, _ := s.do("", "GET", "/organisations.csv", nil); !strings.Contains(csv, "'=cmd()") {
			t.Errorf("a formula goes into the spreadsheet: %s", csv)
		}
		form = fields(s.page("staff", path+"/edit"))
		form.Set("acronym", "SNet")
		if code, _, _ := s.do("staff", "POST", path+"/edit", form); code != http.StatusSeeOther {
			t.Errorf("changing: %d", code)
		}
		if got := s.page("", "/fr"+path).Find("h1").First().Text(); got != "Réseaux du Sahel (SNet)" {
			t.Errorf("in French: %q", got)
		}
		if hist := s.page("", path+"/history").Find("ol.history").Text(); !strings.Contains(hist, "Organisation changed") || !strings.Contains(hist, "SNet") {
			t.Errorf("history: %s", hist)
		}
		for path, want := range map[string]int{"/organisations/new": 303, path + "/edit": 303, "/organisations/x": 404, "/people/new": 303, "/people/x": 404, "/organisations/x/history": 404} {
			if code, _, _ := s.do("", "GET", path, nil); code != want {
				t.Errorf("%s for a visitor: %d, want %d", path, code, want)
			}
		}
	})
}

func TestAPI(t *testing.T) {
	s := newSite(t, testkit.SQLite(t))
	o := s.organisation(org("Sahel Networks"))
	p := s.person(people.NewPerson{Name: "Amina Diallo", Public: true, Gender: "woman", Country: "SN", Links: []people.Link{{URL: "https://a.example"}}},
		people.NewAffiliation{Organisation: o.ID, Title: "Director", Group: "civil-society"})
	s.person(named("Kenji Moriyama"))
	get := func(path string, v any) string {
		t.Helper()
		code, body, _ := s.do("", "GET", path, nil)
		if code != http.StatusOK {
			t.Fatalf("GET %s: %d %s", path, code, body)
		}
		if err := json.Unmarshal([]byte(body), v); err != nil {
			t.Fatal(err)
		}
		return body
	}
	var one people.PersonProfile
	body := get("/api/v1/people/"+string(p.ID), &one)
	if one.Name != "Amina Diallo" || len(one.Affiliations) != 1 || one.Affiliations[0].Of.String() != "Sahel Networks" {
		t.Errorf("one person: %s", body)
	}
	for _, secret := range []string{"woman", "a.example", "name_key", "show_"} {
		if strings.Contains(body, secret) {
			t.Errorf("the API says %q: %s", secret, body)
		}
	}
	var list core.List[people.PersonProfile]
	get("/api/v1/people?limit=1", &list)
	if list.Total != 2 || len(list.Items) != 1 || list.Next == "" {
		t.Errorf("list: %+v", list)
	}
	get("/api/v1/people?limit=1&cursor="+list.Next, &list)
	if list.Items[0].Name != "Kenji Moriyama" {
		t.Errorf("second page: %+v", list.Items)
	}
	get("/api/v1/people?group=civil-society&country=SN&q=amina", &list)
	if list.Total != 1 {
		t.Errorf("filtered: %+v", list)
	}
	var orgs core.List[people.Organisation]
	get("/api/v1/organisations", &orgs)
	var prof people.OrganisationProfile
	get("/api/v1/organisations/"+string(o.ID), &prof)
	if orgs.Total != 1 || prof.Name.String() != "Sahel Networks" {
		t.Errorf("organisations: %+v, %+v", orgs, prof)
	}
}

// A kept page is made anew when somebody changes what it shows.
func TestKeptPagesFollowChanges(t *testing.T) {
	s := newSite(t, testkit.SQLite(t))
	p := s.person(named("Amina Diallo"))
	_, _, h := s.do("", "GET", p.Path(), nil)
	first := h.Get("Etag")
	if _, _, h = s.do("", "GET", p.Path(), nil); first == "" || h.Get("Etag") != first {
		t.Errorf("the page is not kept: %q, %q", first, h.Get("Etag"))
	}
	if _, err := s.edit(staff, p.ID, func(in *people.PersonInput) { in.Public = false }); err != nil {
		t.Fatal(err)
	}
	if code, _, _ := s.do("", "GET", p.Path(), nil); code != http.StatusNotFound {
		t.Errorf("no longer public, but still shown: %d", code)
	}
}
