package topics_test

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/topics"
	"plenary/internal/testkit"
)

// harvest are 120 inputs on four subjects, with tags as people write them.
func harvest() []topics.Input {
	subjects := []struct {
		title string
		tags  [][]string
	}{
		{"Ransomware on hospitals and the response teams that defend networks against attacks", [][]string{{"Cybersecurity"}, {"cyber security"}, {"cyber-security", "Trust"}, {"Cybersecurty"}, {"cybersécurité"}}},
		{"Machine learning models that decide about people without any audit of algorithms", [][]string{{"AI"}, {"Artificial Intelligence", "ethics"}, {"artificial intelligence"}, {"A.I.", "Human rights"}, {"AI", "ethics"}}},
		{"Villages that build their own spectrum mast and stay connected after the grant", [][]string{{"community networks", "access"}, {"Community network"}, {"access"}, {"Access", "gender"}, {"connectivity"}}},
		{"Elections and false stories that spread faster than corrections by journalists", [][]string{{"disinformation"}, {"Disinformation", "elections"}, {"dis-information"}, {"fake news", "elections"}, {}}},
	}
	var list []topics.Input
	for n := range 120 {
		s := subjects[n%4]
		list = append(list, input(n+1, s.title+", part "+strconv.Itoa(n+1), s.tags[(n/4)%5]...))
	}
	return list
}

// Journey 1 (E054–E057): inputs with tags of people's own become a ranking, then themes
// that were decided. Every figure is what the raw data says.
func TestJourney(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		h.give(harvest()...)
		curator, visitor := h.as(h.editor), h.as(core.Visitor)

		// The desk shows every tag as written, and proposes what may be the same.
		desk := curator.Get("/2030/topics/desk")
		for _, want := range []string{"cyber-security", "Cybersecurty", "A.I.", "Community network"} {
			if !strings.Contains(desk.Text("main table"), want) {
				t.Errorf("the desk lacks %q as written", want)
			}
		}
		why := desk.Text("main section:first-of-type")
		for _, want := range []string{"differ only in blanks", "two languages", "other endings", "first letters", "one or two letters"} {
			if !strings.Contains(why, want) {
				t.Errorf("no proposal because %q: %s", want, why)
			}
		}
		// Merged by the proposals until there are none for cybersecurity and AI.
		for range 12 {
			f := curator.Get("/2030/topics/desk").Find("main form:has(input[type=hidden][name=into])").First()
			if f.Length() == 0 {
				break
			}
			into, tag := f.Find("input[name=into]").AttrOr("value", ""), f.Find("input[name=tags]").AttrOr("value", "")
			if p := curator.Post("/2030/topics/desk", form("op", "merge", "into", into, "tags", tag)); p.Status != http.StatusOK {
				t.Fatalf("merge %s into %s: %d %s", tag, into, p.Status, p.Text("main .notice"))
			}
		}
		// And one by hand, by ticks.
		if p := curator.Post("/2030/topics/desk", form("op", "merge", "into", "DISINFORMATION", "tags", "fake-news")); p.Status != http.StatusOK || !strings.Contains(p.Text(".notice.success"), "1 tag was merged") {
			t.Fatalf("merged by hand: %d %s", p.Status, p.Text("main"))
		}

		// The ranking: 30 inputs speak of cybersecurity, 24 of them of nothing else.
		ranking := visitor.Get("/2030/topics")
		if lead := ranking.Text(".head p"); !strings.Contains(lead, "most frequent tag that stands alone: 24 inputs") {
			t.Errorf("the ranking says %q", lead)
		}
		for _, def := range []string{"exactly this tag and no other", "at least one other", "counted and not listed"} {
			if !strings.Contains(ranking.Text("main"), def) {
				t.Errorf("a figure lacks its definition %q", def)
			}
		}
		first := ranking.Find("main table tbody tr").First()
		if s := first.Find("td.num").Map(func(_ int, s *goquerySelection) string { return s.Text() }); !slices.Equal(s, []string{"1", "24", "30", "6"}) {
			t.Errorf("the first row counts %q", s)
		}
		if !strings.Contains(first.Text(), "cyber-security") && !strings.Contains(first.Text(), "cyber security") {
			t.Errorf("the first row does not show what people wrote: %s", first.Text())
		}
		// Each figure leads to the very inputs, and to a file of them.
		first.Find("td.num a").Each(func(i int, s *goquerySelection) {
			p := visitor.Get(s.AttrOr("href", ""))
			want, _ := strconv.Atoi(s.Text())
			if got := p.Find("main ul.rows > li:has(.chips)").Length(); got != want {
				t.Errorf("behind %d stand %d inputs", want, got)
			}
			if got := len(rows(t, visitor, p.Find("main a[href*='inputs.csv']").AttrOr("href", ""))); got != want {
				t.Errorf("behind %d stand %d rows", want, got)
			}
		})
		h.counted(visitor)

		h.themes(curator, visitor)
	})
}

// themes goes from clusters to decided themes.
func (h *house) themes(curator, visitor reader) {
	t := h.t
	ws, err := h.s.Workshop(t.Context(), h.editor, h.setting(), "")
	if err != nil {
		t.Fatal(err)
	}
	if len(ws.Clusters) != 4 || len(ws.Clusters[0].Members) != 30 || len(ws.Clusters[0].Words) == 0 {
		t.Fatalf("%d clusters, the first of %d", len(ws.Clusters), len(ws.Clusters[0].Members))
	}
	page := curator.Get("/2030/topics/clusters")
	if page.Find("main section.panel").Length() != 4 || page.Find("main section.panel:first-of-type .chips .chip").Length() == 0 {
		t.Error("the page of clusters does not show four with their words")
	}
	slugs := map[string]bool{}
	for i := range 3 {
		p := curator.Get("/2030/topics/clusters")
		sec := p.Find("main section.panel:has(input[name=cluster][value=''])").First()
		v := form("op", "name", "name", "Theme "+strconv.Itoa(i+1), "cluster", "", "version", "0", "at", "c1")
		sec.Find("input[name=all]").Each(func(_ int, s *goquerySelection) { v.Add("all", s.AttrOr("value", "")) })
		if p := curator.Post("/2030/topics/clusters", v); p.Status != http.StatusOK || p.Find("main .notice.success").Length() != 1 {
			t.Fatalf("name: %d %s", p.Status, p.Text("main .notice"))
		}
	}
	links := curator.Get("/2030/topics/clusters").Find("main a[href$='/decide']")
	if links.Length() != 3 {
		t.Fatalf("%d clusters can be decided", links.Length())
	}
	links.Each(func(i int, s *goquerySelection) {
		at := s.AttrOr("href", "")
		v := curator.Get(at).Form()
		if len(v["inputs"]) != 30 {
			t.Errorf("%d inputs are chosen for the decision", len(v["inputs"]))
		}
		v.Set("day", "2030-02-27")
		v.Set("body", string(h.body))
		v.Set("reason.Orig", "en")
		v.Set("reason.By[en]", "Many people asked for it, number "+strconv.Itoa(i+1)+".")
		v.Set("minutes", "https://example.org/minutes")
		p := curator.Post(at, v)
		if p.Status != http.StatusOK || !strings.Contains(p.URL.Path, "/topics/themes/theme-") {
			t.Fatalf("decide: %d %s %s", p.Status, p.URL, p.Text("main .notice"))
		}
		slugs[p.URL.Path] = true
	})
	for path := range slugs {
		p := visitor.Get(path)
		main := p.Text("main")
		for _, want := range []string{"Decided on 27 Feb 2030 by", "Programme Group", "Many people asked for it", "30 inputs led to this theme", "made on 30 inputs"} {
			if !strings.Contains(main, want) {
				t.Errorf("%s lacks %q: %.300s", path, want, main)
			}
		}
		if n := p.Find("main ul.rows > li a[href^='/proposals/']").Length(); n != 30 {
			t.Errorf("%s lists %d inputs", path, n)
		}
		if n := len(rows(t, visitor, path+"/inputs.csv")); n != 30 {
			t.Errorf("%s has %d rows", path, n)
		}
	}
	if set := h.setting(); len(set.Themes) != 3 {
		t.Errorf("the edition has %d themes", len(set.Themes))
	}
	list := visitor.Get("/2030/topics/themes")
	if s := list.Text("main dl.counts"); !strings.Contains(s, "Inputs120") || !strings.Contains(s, "Led to a theme90") || !strings.Contains(s, "Led to none30") {
		t.Errorf("the page of themes counts %q", s)
	}
	if home := visitor.Get("/2030/"); !strings.Contains(home.Text("main"), "30 inputs led to this theme") {
		t.Error("the page of the edition does not show its themes")
	}
	// The rest by its tag: only what nobody has placed yet.
	p := curator.Post("/2030/topics/desk/tags/elections/cluster", nil)
	if p.Status != http.StatusOK || len(p.Form()["inputs"]) < 12 || p.Form().Get("name.By[en]") != "elections" {
		t.Errorf("a cluster of a tag: %d, %d inputs", p.Status, len(p.Form()["inputs"]))
	}
	if p := curator.Post("/2030/topics/desk/tags/elections/cluster", nil); p.Status != http.StatusConflict {
		t.Errorf("again: %d", p.Status)
	}
	if p := visitor.Get("/2030/topics/themes/theme-1"); !strings.Contains(p.Text("main"), "Tags of these inputs") {
		t.Error("the theme does not show the tags of its inputs")
	}
	if flaws, err := h.s.Check(t.Context()); err != nil || len(flaws) > 0 {
		t.Errorf("flaws: %v %v", flaws, err)
	}
	// A theme that was decided is not taken away.
	fails(t, h.Editions.SetThemes(t.Context(), h.staff, "2030", editions.ThemesInput{Version: h.setting().Version}), core.KindConflict, "editions.error.in_use")
}

// counted holds that what the pages and files of all tags say adds up to the raw data.
func (h *house) counted(visitor reader) {
	t := h.t
	t.Helper()
	var r topics.Ranking
	ask(t, visitor, "/topics", &r)
	var all []topics.OneInput
	ask(t, visitor, "/topic-inputs", &all)
	sum, alone := 0, 0
	for _, in := range all {
		sum += len(in.Tags)
		if len(in.Tags) == 1 {
			alone++
		}
	}
	total, single := 0, 0
	for _, tag := range r.Tags {
		total += tag.Total
		single += tag.Alone
		var x topics.OneTag
		ask(t, visitor, "/topics/"+url.PathEscape(tag.Slug), &x)
		if len(x.Inputs) != tag.TotalPublic || tag.Alone+tag.Together != tag.Total {
			t.Errorf("%s: %d of %d inputs", tag.Slug, len(x.Inputs), tag.Total)
		}
	}
	if total != sum || single != alone || r.Inputs != len(all) {
		t.Errorf("pages count %d tags on inputs, %d alone; the raw data %d, %d", total, single, sum, alone)
	}
	if file := rows(t, visitor, "/2030/topics/tags.csv"); len(file) != len(r.Tags) {
		t.Errorf("the file has %d tags, the API %d", len(file), len(r.Tags))
	}
}
