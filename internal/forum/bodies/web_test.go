package bodies_test

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/testkit"
)

// E160, E168, E173, E177, E049: the community at one look, each kind with what it is,
// and every link leads somewhere.
func TestOverview(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := newSite(t, address)
		doc := s.page("", "/community")
		if n := doc.Find("main ul.rows > li").Length(); n != len(bodies.Kinds)-3+2 {
			t.Errorf("%d rows, want one per kind with the four of initiatives as one, people and organisations", n)
		}
		text := squeezed(doc.Find("main"))
		for _, want := range []string{"National, regional and youth initiatives 52 listed", "Dynamic coalitions 30 listed", "Youth initiatives 8", "Multistakeholder Advisory Group", "Schools on Internet governance 0 listed"} {
			if !strings.Contains(text, want) {
				t.Errorf("the overview lacks %q: %s", want, text)
			}
		}
		doc.Find("main a").Each(func(_ int, a *goquery.Selection) { s.page("", a.AttrOr("href", "")) })
		for _, path := range []string{
			"/community/parties", "/community/parties.csv", "/community/schools/none", "/community/initiatives/benin",
			"/community/parties/counts.csv", "/community/dynamic-coalitions/benin/history", "/api/v1/bodies/x",
		} {
			if code, _, _ := s.do("", "GET", path, nil); code != http.StatusNotFound {
				t.Errorf("%s: %d, want 404", path, code)
			}
		}
	})
}

// E163: the list says how much of what there is it holds, shows the published totals
// with their sources, and says where they contradict each other.
func TestInitiatives(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := newSite(t, address)
		doc := s.page("", "/community/initiatives")
		if n := doc.Find("ul.rows > li").Length(); n != 52 {
			t.Errorf("%d initiatives are listed", n)
		}
		text := squeezed(doc.Find("main"))
		for _, want := range []string{
			"52 are listed here, as seen in public lists of different years. The latest published total is more than 160 (October 2023).",
			"From 43 (December 2015) to more than 160 (October 2023).",
			"For 2023 the sources give 4 different totals", "more than 155 (2023)", "156 (March 2023)",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("the list lacks %q: %.900s", want, text)
			}
		}
		if n := doc.Find("table.bars tr").Length(); n != 9 {
			t.Errorf("%d bars, want the nine totals of all initiatives", n)
		}
		if w := doc.Find("table.bars rect.hi").AttrOr("width", ""); w != "100.0" {
			t.Errorf("the bar of the latest total is %s wide", w)
		}
		african := s.page("", "/community/initiatives?region=african&year=2015")
		if n := african.Find("ul.rows > li").Length(); n != 6 || african.Find(".chips .chip").Length() != 2 {
			t.Errorf("%d African initiatives by 2015, want 6: %s", n, squeezed(african.Find("ul.rows")))
		}
		if text := squeezed(african.Find(".result")); !strings.Contains(text, "6 groups") || !strings.Contains(text, "2 more are left out: no year is known of them.") {
			t.Errorf("what is not known is not said: %s", text)
		}
		// Every count beside a filter is what the filter then shows.
		doc.Find(".filters a").Each(func(_ int, a *goquery.Selection) {
			want := squeezed(a.Find(".count"))
			if got := squeezed(s.page("", a.AttrOr("href", "")).Find(".result p").First()); got != want+" group" && got != want+" groups" {
				t.Errorf("%s promises %s and shows %s", squeezed(a), want, got)
			}
		})
		none := s.page("", "/community/initiatives?q=atlantis")
		if none.Find(".empty a").AttrOr("href", "") != "/community/initiatives" {
			t.Errorf("an empty list does not lead back: %s", squeezed(none.Find("main")))
		}
		regional := squeezed(s.page("", "/community/regional-initiatives").Find("main"))
		if !strings.Contains(regional, "The latest published total is 19 (2021)") {
			t.Errorf("the regional list does not say its total: %s", regional)
		}
	})
}

func TestDownloads(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := newSite(t, address)
		table := func(path string) [][]string {
			t.Helper()
			code, body, h := s.do("", "GET", path, nil)
			if code != http.StatusOK || !strings.HasPrefix(h.Get("Content-Type"), "text/csv") {
				t.Fatalf("%s: %d %s", path, code, h.Get("Content-Type"))
			}
			rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			return rows
		}
		if rows := table("/community/initiatives.csv"); len(rows) != 53 || rows[1][2] != "Albania IGF" {
			t.Errorf("%d rows, the first %v", len(rows), rows[1])
		}
		if rows := table("/community/best-practice-forums.csv?year=2016"); len(rows) != 5 || rows[1][11] != "2016; 2017/4; 2019; 2020; 2022; 2023" {
			t.Errorf("narrowed: %v", rows)
		}
		if rows := table("/community/initiatives/counts.csv"); len(rows) != 12 {
			t.Errorf("%d totals", len(rows)-1)
		}
		b, err := s.s.Create(t.Context(), staff, bodies.New{Kind: "school", Name: en(`=HYPERLINK("x")`), Slug: "evil", Status: bodies.Active})
		if err != nil {
			t.Fatal(err)
		}
		if rows := table("/community/schools.csv"); rows[1][2] != `'=HYPERLINK("x")` || rows[1][15] != "http://forum.example"+b.Path() {
			t.Errorf("a spreadsheet would run %v", rows[1])
		}
	})
}

// Lists are kept for visitors and asked anew after a change; they ask few questions.
func TestFewQueries(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := newSite(t, address)
		dc := s.body(t, "dynamic-coalition", "dc3")
		for _, name := range []string{"Ana", "Bao", "Chi"} {
			s.seat(t, bodies.NewSeat{Body: dc.ID, Person: s.person(t, name+" Example").Person})
		}
		for path, most := range map[string]int64{
			"/community": 1, "/community/initiatives": 5, "/community/dynamic-coalitions": 5, dc.Path(): 6, dc.Path() + "/history": 6,
		} {
			if n := s.queries(path); n > most {
				t.Errorf("%s asks %d questions, at most %d", path, n, most)
			}
			if n := s.queries(path); n != 0 {
				t.Errorf("%s is not kept: %d questions the second time", path, n)
			}
		}
		var list core.List[json.RawMessage]
		_, body, _ := s.do("", "GET", "/api/v1/bodies?kind=initiative&limit=20", nil)
		if err := json.Unmarshal([]byte(body), &list); err != nil || len(list.Items) != 20 || list.Total != 52 || list.Next == "" {
			t.Errorf("the API: %d of %d, %v", len(list.Items), list.Total, err)
		}
		_, body, _ = s.do("", "GET", "/api/v1/bodies?kind=initiative&limit=500&cursor="+list.Next, nil)
		if err := json.Unmarshal([]byte(body), &list); err != nil || len(list.Items) != 32 {
			t.Errorf("the rest: %d, %v", len(list.Items), err)
		}
		if _, body, _ = s.do("", "GET", "/api/v1/body-counts?kind=dynamic-coalition", nil); !strings.Contains(body, `"count":28`) {
			t.Errorf("the totals: %s", body)
		}
	})
}
