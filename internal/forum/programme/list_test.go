package programme

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

// randomChoice is a choice with one to three filters.
func (f *fair) randomChoice() choice {
	v := url.Values{}
	for range 1 + f.rand.IntN(3) {
		switch f.rand.IntN(13) {
		case 0:
			v.Set("day", []string{"day-0", "day-2", "2023-10-11", "none", "3", "day-9"}[f.rand.IntN(6)])
		case 1:
			v.Set("room", []string{f.set.Rooms[f.rand.IntN(len(f.set.Rooms))].Slug, "The Square", "none", "nowhere"}[f.rand.IntN(4)])
		case 2:
			v.Set("theme", f.set.Themes[f.rand.IntN(len(f.set.Themes))].Slug)
		case 3:
			v.Set("type", f.types[f.rand.IntN(len(f.types))].Slug)
		case 4:
			v.Set("track", string(f.tracks[f.rand.IntN(len(f.tracks))]))
		case 5:
			v.Set("language", []string{"en", "fr", "ar", "xx"}[f.rand.IntN(4)])
		case 6:
			v.Set("body", string(f.owners[f.rand.IntN(len(f.owners))]))
		case 7:
			v.Set("state", []string{"on", "cancelled", "scheduled", "draft"}[f.rand.IntN(4)])
		case 8:
			v.Set("question", []string{"1", "2", "2.1", "5", "none"}[f.rand.IntN(5)])
		case 9:
			v.Set("tag", []string{"encryption", "DNS", "ethics"}[f.rand.IntN(3)])
		case 10:
			v.Set("sdg", strconv.Itoa(1+f.rand.IntN(17)))
		case 11:
			v.Set("q", someWords[f.rand.IntN(len(someWords))])
		case 12:
			v.Set("person", string(f.persons[f.rand.IntN(len(f.persons))]))
		}
	}
	return readChoice(v)
}

// matches says by itself, session by session, whether a choice takes it.
func (f *fair) matches(ch choice, b Brief, roles []Role) bool {
	is := func(want string, have ...string) bool { return want == "" || slices.Contains(have, want) }
	day := []string{"none"}
	for _, d := range f.set.Days() {
		if d.Date == b.Day {
			day = []string{d.Slug(), d.Date, strconv.Itoa(d.Number)}
		}
	}
	room := []string{"none"}
	if r := f.set.Room(b.Room); r != nil {
		room = append([]string{r.Slug}, r.Aliases...)
	}
	theme := []string{"none"}
	for _, t := range f.set.Themes {
		if t.ID == b.Theme {
			theme = []string{t.Slug}
		}
	}
	states := []string{b.State}
	if b.State != StateCancelled {
		states = append(states, "on")
	}
	var questions, tracks, persons []string
	for _, id := range b.Questions {
		for _, q := range f.set.Questions {
			if q.ID == id {
				number, _, _ := strings.Cut(q.Number, ".")
				questions = append(questions, q.Number, number)
			}
		}
	}
	if len(questions) == 0 {
		questions = []string{"none"}
	}
	for _, id := range b.Tracks {
		tracks = append(tracks, string(id))
	}
	for _, r := range roles {
		persons = append(persons, string(r.Person))
	}
	title := strings.ToLower(b.Title.By["en"] + " " + b.Title.By["ar"] + " " + strings.Join(b.Tags, " "))
	return is(ch.facet[byDay], day...) && is(ch.facet[byRoom], room...) && is(ch.facet[byTheme], theme...) &&
		is(ch.facet[byType], TypeOf(f.types, b.Type).Slug) && is(ch.facet[byTrack], tracks...) && is(ch.facet[byLanguage], b.Language) &&
		is(ch.facet[byBody], string(b.Body)) && is(ch.facet[byState], states...) && is(ch.facet[byQuestion], questions...) &&
		(ch.tag == "" || slices.ContainsFunc(b.Tags, func(t string) bool { return strings.EqualFold(t, ch.tag) })) &&
		(ch.sdg == "" || slices.ContainsFunc(b.SDGs, func(n int) bool { return strconv.Itoa(n) == ch.sdg })) &&
		(ch.q == "" || strings.Contains(strings.NewReplacer("-", " ").Replace(title), strings.ReplaceAll(ch.q, "-", " "))) &&
		is(ch.person, persons...)
}

// E101: any filters combine; what comes is what they all take, and the number at each
// value of the panel is what choosing it gives.
func TestFiltersCombineAndCountsAgree(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		f := newFair(t, url, kyoto)
		f.invite(20)
		f.fill(120)
		all, err := f.s.Briefs(t.Context(), secretary, f.set, Filter{})
		f.ok(err)
		ids := make([]core.ID, len(all))
		for i := range all {
			ids[i] = all[i].ID
		}
		roles, err := loadRoles(t.Context(), f.rec.DB.Read, ids)
		f.ok(err)
		for _, who := range []core.Actor{core.Visitor, secretary} {
			for range 60 {
				ch := f.randomChoice()
				sel, err := f.s.choose(t.Context(), who, f.set, ch)
				f.ok(err)
				var want, got []string
				for _, b := range all {
					if (b.State != StateDraft || who.SignedIn()) && f.matches(ch, b, roles[b.ID]) {
						want = append(want, b.Ref)
					}
				}
				for _, b := range sel.list {
					got = append(got, b.Ref)
				}
				slices.Sort(want)
				slices.Sort(got)
				if !slices.Equal(want, got) {
					t.Fatalf("%v: got %v, want %v", ch.values(), got, want)
				}
				facet := f.rand.IntN(facetCount)
				for value, count := range sel.counts[facet] {
					next, err := f.s.choose(t.Context(), who, f.set, sel.choice.with(facet, value))
					f.ok(err)
					if len(next.list) != count {
						t.Fatalf("%v: the panel promises %d for %s %s, the list has %d", ch.values(), count, facetNames[facet], value, len(next.list))
					}
					break
				}
			}
		}
	})
}

// The page says the same: counts in the panel, result, chips, and links that take away.
func TestAllSessionsPage(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		f := newFair(t, url, kyoto)
		f.add("workshop", "Rural networks", "2023-10-11", "14:00", 90, "Room I", func(n *NewSession) {
			n.Texts.Theme, n.Texts.Tags, n.Number = f.set.Themes[4].ID, "Rural", 184
		})
		f.add("open-forum", "A charter", "2023-10-11", "14:15", 60, "Room K", func(n *NewSession) { n.Texts.Theme = f.set.Themes[4].ID })
		f.add("open-forum", "Numbers and names", "2023-10-10", "09:00", 60, "Room K", func(n *NewSession) { n.State = StateCancelled })
		f.add("workshop", "Not yet", "", "", 0, "", func(n *NewSession) { n.State = StateDraft })
		f.add("workshop", "Some time", "", "", 0, "", nil)
		f.clock.Freeze(time.Date(2023, 10, 11, 5, 30, 0, 0, time.UTC)) // 14:30 in Kyoto

		doc := f.page("", "/2023/programme/all")
		if got := texts(doc.Find(".rows .line")); !slices.Equal(got, []string{"Numbers and names Cancelled", "Rural networks Live now", "A charter Live now", "Some time"}) {
			t.Errorf("sessions are %q", got)
		}
		if got := texts(doc.Find("section h2, section h3")); !slices.Equal(got, []string{"Tuesday 10 October 2023", "09:00", "Wednesday 11 October 2023", "14:00", "No time yet"}) {
			t.Errorf("days and hours are %q", got)
		}
		if got := doc.Find(".result strong").Text(); got != "4 sessions" {
			t.Errorf("result is %q", got)
		}
		if got := doc.Find(".subtitle").Text(); got != "Times are Kyoto (UTC+9)." {
			t.Errorf("the clock is said to be %q", got)
		}
		panel := strings.Join(texts(doc.Find(".filters a")), "|")
		for _, want := range []string{"Tue 10 Oct 1", "Wed 11 Oct 2", "No time yet 1", "Room K 2", "Digital divides and inclusion 2", "Open forum 2", "Workshop 2", "Cancelled 1"} {
			if !strings.Contains(panel, want) {
				t.Errorf("the panel lacks %q: %s", want, panel)
			}
		}
		if staff := texts(f.page("secretary", "/2023/programme/all").Find(".rows .line")); !slices.Contains(staff, "Not yet Draft") {
			t.Errorf("the staff sees no draft: %q", staff)
		}

		doc = f.page("", "/2023/programme/all?theme=digital-divides-and-inclusion&room=Room+I&view=x")
		if got := texts(doc.Find(".rows .line")); !slices.Equal(got, []string{"Rural networks Live now"}) {
			t.Errorf("filtered: %q", got)
		}
		if got := texts(doc.Find(".chips .chip")); !slices.Equal(got, []string{"Remove filter: Room I", "Remove filter: Digital divides and inclusion"}) {
			t.Errorf("chips are %q", got)
		}
		if href, _ := doc.Find(".chips .chip").First().Attr("href"); href != "/2023/programme/all?theme=digital-divides-and-inclusion" {
			t.Errorf("taking the room away leads to %s", href)
		}
		if got := doc.Find(".filters [aria-current]").Length(); got != 2 {
			t.Errorf("%d values are marked as chosen", got)
		}
		if href, _ := doc.Find(".actions a").First().Attr("href"); href != "/2023/programme.ics?room=room-i&theme=digital-divides-and-inclusion" {
			t.Errorf("the calendar file is at %s", href)
		}
		doc = f.page("", "/2023/programme/all?q=RURAL+184", "Cookie", "zone=Europe%2FParis")
		if got := texts(doc.Find(".rows .meta")); !slices.Equal(got, []string{"14:00–15:30 07:00 for you Room I WS 184 Digital divides and inclusion"}) {
			t.Errorf("found %q", got)
		}
		doc = f.page("", "/2023/programme/all?question=5&room=nowhere&tag=%3Cb%3E")
		if got := doc.Find(".empty h2").Text(); got != "No session matches" {
			t.Errorf("without any result the page says %q", got)
		}
	})
}

// Every address of the brief answers, for visitors and staff, also where nothing is yet.
func TestIndexPages(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		f := newFair(t, url, kyoto)
		paths := []string{"", "/all", "/rooms", "/themes", "/types", "/tracks", "/organisations", "/people", "/questions", "/day-0", "/day-3"}
		for _, p := range paths {
			if doc := f.page("", "/2023/programme"+p); doc.Find(".empty").Length() != 1 {
				t.Errorf("%s says nothing while nothing is there", p)
			}
		}
		f.invite(12)
		f.fill(60)
		for _, p := range paths {
			f.page("", "/2023/programme"+p)
			f.page("secretary", "/ar/2023/programme"+p)
		}
		for index, items := range map[string]int{"rooms": 0, "people": 0, "organisations": 0, "tracks": 0, "types": 0, "themes": 0} {
			doc := f.page("", "/2023/programme/"+index)
			rows := doc.Find(".rows li")
			if rows.Length() <= items {
				t.Fatalf("the index of %s is empty", index)
			}
			row := rows.First()
			href, _ := row.Find("a").Attr("href")
			said := strings.Fields(row.Find(".line .meta").Text())[0]
			if got := f.page("", href).Find("section .rows li").Length(); strconv.Itoa(got) != said {
				t.Errorf("%s: %s is said to have %s sessions, its list has %d", index, row.Find("a").Text(), said, got)
			}
		}
		// Who does not want to stand in lists of people does not.
		names := strings.Join(texts(f.page("", "/2023/programme/people").Find(".rows a")), "|")
		persons, err := f.people.Persons(t.Context(), f.persons)
		f.ok(err)
		for _, p := range persons {
			if !p.Listed && strings.Contains(names, p.Name) {
				t.Errorf("%s stands in the list", p.Name)
			}
		}
		doc := f.page("", "/2023/programme/people")
		letter, _ := doc.Find(".tabs").Find("a").Eq(1).Attr("href")
		for _, name := range texts(f.page("", letter).Find(".rows a")) {
			if !strings.HasSuffix(letter, name[:1]) {
				t.Errorf("%s stands under %s", name, letter)
			}
		}
		for _, p := range []string{"/2023/programme/day-9", "/2023/programme/nothing", "/2023/programme/2023-10-20", "/1999/programme"} {
			if w := f.get("", p); w.Code != http.StatusNotFound {
				t.Errorf("%s: %d", p, w.Code)
			}
		}
	})
}

// A long list of names is cut into pages, each name once.
func TestIndexPager(t *testing.T) {
	f := newFair(t, testkit.SQLite(t), kyoto)
	f.invite(500)
	f.fill(300)
	seen := map[string]int{}
	path := "/2023/programme/people"
	for range 10 {
		doc := f.page("", path)
		doc.Find(".rows a").Each(func(_ int, s *selectionOf) {
			href, _ := s.Attr("href")
			seen[href]++
		})
		next, ok := doc.Find(".pager a[rel=next]").Attr("href")
		if !ok {
			break
		}
		path = next
	}
	if len(seen) < 200 {
		t.Fatalf("only %d names", len(seen))
	}
	for href, n := range seen {
		if n != 1 {
			t.Errorf("%s stands %d times", href, n)
		}
	}
}

// The list of the API gives each session exactly once, also while others come in.
func TestCursorGivesEachSessionOnce(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		f := newFair(t, url, kyoto)
		f.fill(70)
		before, err := f.s.Briefs(t.Context(), core.Visitor, f.set, Filter{})
		f.ok(err)
		seen := map[string]int{}
		in := ListInput{Limit: 7}
		last := ""
		for page := 0; ; page++ {
			list, err := f.s.List(t.Context(), core.Visitor, "2023", in)
			f.ok(err)
			for _, x := range list.Items {
				seen[x.Ref]++
				if key := fmt.Sprintf("%020d", cursorTime(x.Brief)) + x.Ref; key <= last {
					t.Fatalf("%s is out of order", x.Ref)
				} else {
					last = key
				}
			}
			if list.Next == "" {
				break
			}
			in.Cursor = list.Next
			f.fill(3)
			if page > 200 {
				t.Fatal("the list does not end")
			}
		}
		for _, b := range before {
			if seen[b.Ref] != 1 {
				t.Errorf("%s came %d times", b.Ref, seen[b.Ref])
			}
		}
		for ref, n := range seen {
			if n > 1 {
				t.Errorf("%s came %d times", ref, n)
			}
		}
		if _, err := f.s.List(t.Context(), core.Visitor, "2023", ListInput{Room: "nowhere"}); core.KindOf(err) != core.KindInvalid {
			t.Errorf("a room that is not there: %v", err)
		}
		if _, err := f.s.List(t.Context(), core.Visitor, "2023", ListInput{Cursor: "nonsense"}); core.KindOf(err) != core.KindInvalid {
			t.Errorf("a cursor that is none: %v", err)
		}
		if _, err := f.s.List(t.Context(), core.Visitor, "1999", ListInput{}); core.KindOf(err) != core.KindNotFound {
			t.Errorf("an edition that is not there: %v", err)
		}
	})
}

// Visitors learn nothing of drafts, nor of an edition that is one.
func TestListsKeepDrafts(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		f := newFair(t, url, kyoto)
		f.add("workshop", "Secret plan", "2023-10-11", "14:00", 90, "Room I", func(n *NewSession) { n.State = StateDraft })
		for _, p := range []string{"/programme", "/programme/day-3", "/programme/all", "/programme/all?q=secret", "/programme.ics", "/programme.csv", "/programme.json", "/programme/questions", "/ws1/calendar.ics"} {
			if w := f.get("", "/2023"+p); strings.Contains(w.Body.String(), "Secret plan") {
				t.Errorf("%s shows a draft", p)
			}
			if w := f.get("secretary", "/2023"+p); p != "/programme" && p != "/programme/questions" && !strings.Contains(w.Body.String(), "Secret plan") {
				t.Errorf("%s keeps a draft from the staff: %d", p, w.Code)
			}
		}
		if w := f.get("", "/api/v1/editions/2023/sessions"); strings.Contains(w.Body.String(), "Secret") || w.Code != http.StatusOK {
			t.Errorf("the API: %d %s", w.Code, w.Body)
		}
		draft := zurich
		draft.State = editions.StateDraft
		f.found(draft)
		for _, p := range []string{"/programme", "/programme/all", "/programme.ics", "/programme.csv", "/programme/people"} {
			if w := f.get("", "/2026-test"+p); w.Code != http.StatusNotFound {
				t.Errorf("%s of a draft edition: %d", p, w.Code)
			}
		}
		f.write(func(_ context.Context, tx *record.Tx) error {
			tx.Append("edition.changed", f.set.ID, f.set.Scope(), record.Public, nil)
			return nil
		})
	})
}
