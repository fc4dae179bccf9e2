package programme

import (
	"strconv"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/testkit"
)

// E060: each number of the coverage is the length of the list behind it.
func TestCoverageCountsEqualLists(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		f := newFair(t, url, kyoto)
		f.fill(80)
		for _, by := range []string{"day", "theme", "type"} {
			doc := f.page("", "/2023/programme/questions?by="+by)
			cells := doc.Find(".coverage tbody td")
			if cells.Length() < 7*5 {
				t.Fatalf("by %s: %d cells", by, cells.Length())
			}
			checked := 0
			cells.Each(func(i int, s *selectionOf) {
				href, linked := s.Find("a").Attr("href")
				switch {
				case !linked && strings.Join(strings.Fields(s.Text()), " ") != "0 (gap)":
					t.Errorf("by %s: a cell without a link says %q", by, s.Text())
				case linked && i%5 == 0:
					checked++
					if got := f.page("", href).Find("section .rows li").Length(); strconv.Itoa(got) != s.Text() {
						t.Errorf("%s: %d sessions, the table says %s", href, got, s.Text())
					}
				}
			})
			if checked == 0 {
				t.Errorf("by %s: no cell leads anywhere", by)
			}
		}
		rows := readCSV(t, f.get("", "/2023/programme/questions.csv?by=theme").Body.String())
		if len(rows) != 8 || rows[0][0] != "question" || rows[3][0] != "2.1" {
			t.Errorf("the table has %d rows: %v", len(rows), rows[0])
		}
	})
}

// Question 2 holds what its parts hold; what nothing takes up is said in words.
func TestCoverageSaysGaps(t *testing.T) {
	f := newFair(t, testkit.SQLite(t), kyoto)
	f.add("workshop", "One", "2023-10-11", "14:00", 90, "Room I", func(n *NewSession) { n.Texts.Questions = []core.ID{f.set.Questions[2].ID} })
	f.add("workshop", "Two", "2023-10-11", "16:00", 90, "Room I", func(n *NewSession) {
		n.Texts.Questions, n.State = []core.ID{f.set.Questions[0].ID}, StateCancelled
	})
	f.add("workshop", "Three", "2023-10-12", "16:00", 90, "Room I", nil)
	doc := f.page("", "/2023/programme/questions")
	got := map[string]string{}
	doc.Find(".coverage tbody tr").Each(func(_ int, s *selectionOf) {
		got[strings.Fields(s.Find("th").Text())[0]] = strings.ReplaceAll(strings.Join(texts(s.Find("td")), " "), " (gap)", "")
	})
	if got["2"] != "0 0 0 1 0 1" || got["2.1"] != "0 0 0 1 0 1" || got["1"] != "0 0 0 0 0 0" {
		t.Errorf("the table says %v", got)
	}
	if says := doc.Find(".subtitle").Text(); says != "2 of 7 policy questions are taken up by at least one session" {
		t.Errorf("the page says %q", says)
	}
	if main := doc.Find("main").Text(); !strings.Contains(main, "No session takes up policy question 1.") || !strings.Contains(main, "1 session names no policy question") {
		t.Error("gaps are not said in words")
	}
}
