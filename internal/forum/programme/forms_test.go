package programme

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
)

// Two people edit at once: the later one is told, nothing of hers is lost.
func TestStaleEditIsADecision(t *testing.T) {
	onStage(t, func(t *testing.T, s *stage) {
		form := s.form("amina", "/2023/ws184/edit")
		in := InputOf(s.must("secretary", "ws184"))
		in.Title = core.NewText("en", "The secretariat's title")
		in.OpenFloorMinutes = 30
		_, err := s.s.Change(t.Context(), secretary, s.set, "ws184", in)
		s.ok(err)
		form.Set("title.By[en]", "Amina's title")
		form.Set("open_floor_minutes", "20")
		w, doc := s.send("amina", "/2023/ws184/edit", form)
		if w.Code != http.StatusConflict {
			t.Fatalf("stale edit: %d", w.Code)
		}
		again := fieldsOf(doc)
		if got := again.Get("title.By[en]"); got != "Amina's title" {
			t.Errorf("what she typed is %q", got)
		}
		if got := doc.Find("#f-open_floor_minutes-now").Text(); !strings.Contains(got, "30") {
			t.Errorf("what is saved: %q", got)
		}
		if w, _ := s.send("amina", "/2023/ws184/edit", again); w.Code != http.StatusSeeOther {
			t.Errorf("the second time: %d", w.Code)
		}
		if x := s.must("amina", "ws184"); x.Title.String() != "Amina's title" || x.OpenFloorMinutes != 20 {
			t.Errorf("%+v", x.Title)
		}
		// The same for people.
		form = s.form("amina", "/2023/ws184/people")
		s.crew(s.ws, RoleInput{Organisation: s.sahel.ID, Role: CoOrganiser})
		in = InputOf(s.must("secretary", "ws184"))
		in.OpenFloorMinutes = 25
		_, err = s.s.Change(t.Context(), secretary, s.set, "ws184", in)
		s.ok(err)
		if w, _ := s.send("amina", "/2023/ws184/people", form); w.Code != http.StatusConflict {
			t.Errorf("stale people: %d", w.Code)
		}
	})
}

// Forms that are sent as they were shown change nothing; far too much comes back as typed.
func TestFormsGiveBackWhatWasTyped(t *testing.T) {
	onStage(t, func(t *testing.T, s *stage) {
		before := len(s.events(s.ws.ID))
		for _, path := range []string{"/edit", "/people", "/schedule", "/relations", "/standing"} {
			w, doc := s.send("secretary", "/2023/ws184"+path, s.form("secretary", "/2023/ws184"+path))
			if w.Code != http.StatusSeeOther {
				t.Errorf("%s as shown: %d %s", path, w.Code, doc.Find("[role=alert]").Text())
			}
		}
		for _, e := range s.events(s.ws.ID)[:len(s.events(s.ws.ID))-before] {
			t.Errorf("a form as shown did: %s %s", e.Kind, e.Data)
		}
		types := s.form("secretary", "/2023/edit/types")
		if w, doc := s.send("secretary", "/2023/edit/types", types); w.Code != http.StatusSeeOther {
			t.Errorf("types as shown: %d %s", w.Code, doc.Find("[role=alert]").Text())
		}
		form := s.form("amina", "/2023/ws184/edit")
		long := strings.Repeat("u", 5<<20)
		form.Set("title.By[en]", long)
		form.Set("tags", "kept\nas typed")
		w, doc := s.send("amina", "/2023/ws184/edit", form)
		if w.Code != http.StatusUnprocessableEntity {
			t.Fatalf("five megabytes: %d", w.Code)
		}
		if got, _ := doc.Find("#f-title").Attr("value"); got != long {
			t.Errorf("%d bytes came back of %d", len(got), len(long))
		}
		if got := doc.Find("#f-title-error").Text(); !strings.Contains(got, "250") {
			t.Errorf("the problem: %q", got)
		}
		if got := doc.Find("#f-tags").Text(); strings.TrimSpace(got) != "kept\nas typed" {
			t.Errorf("tags: %q", got)
		}
		form.Set("title.By[en]", "")
		if w, doc := s.send("amina", "/2023/ws184/edit", form); w.Code != http.StatusUnprocessableEntity || doc.Find(`[role=alert] a[href="#f-title"]`).Length() != 1 {
			t.Errorf("without a title: %d %s", w.Code, doc.Find("[role=alert]").Text())
		}
	})
}

// What an organiser says of a session stands on its page, in the reader's language or
// honestly in another.
func TestTextsStandOnThePage(t *testing.T) {
	onStage(t, func(t *testing.T, s *stage) {
		s.publish("ws184")
		form := s.form("amina", "/2023/ws184/edit")
		for k, v := range map[string]string{
			"title.By[ar]": "شبكات ريفية", "short_title.Orig": "en", "short_title.By[en]": "Rural networks", "description.Orig": "fr",
			"description.By[fr]": "Des réseaux.\n\nEt leurs voisins.", "guiding_questions[0].text.Orig": "en",
			"guiding_questions[0].text.By[en]": "Who owns the mast?", "theme": string(s.set.Themes[4].ID), "format": "round-table", "language": "fr",
			"open_floor_minutes": "30", "tags": "Community networks, Mesh", "links[0].kind": "launched", "links[0].label": "The book", "links[0].url": "https://example.org/book",
		} {
			form.Set(k, v)
		}
		for _, n := range []int{1, 2, 4} { // 2, 2.1 and 3
			form.Add("questions", string(s.set.Questions[n].ID))
		}
		form["sdgs"], form["action_lines"] = []string{"9", "5"}, []string{"C2"}
		if w, doc := s.send("amina", "/2023/ws184/edit", form); w.Code != http.StatusSeeOther {
			t.Fatalf("%d: %s", w.Code, doc.Find("[role=alert]").Text())
		}
		doc := s.page("", "/2023/ws184")
		main := strings.Join(strings.Fields(doc.Find("main").Text()), " ")
		for _, want := range []string{
			"WS 184 Workshop Digital divides and inclusion", "Shown in Français: not yet translated", "Et leurs voisins.", "Who owns the mast?",
			"Policy question 2 What about 2? Policy question 2.1 What about 2.1? Policy question 3", "Room I 80 seats", "Round table", "1 h 30 min",
			"Open floor30 min", "LanguageFrench", "WebcastLive transcript", "C2 Information and communication infrastructure",
			"5 Gender equality 9 Industry", "Community networks Mesh", "Launched at this session The book", "In the timetable: Rural networks",
		} {
			if !strings.Contains(main, want) {
				t.Errorf("the page lacks %q:\n%s", want, main)
			}
		}
		if nested := doc.Find("section ul.text > li > ul > li"); nested.Length() != 1 {
			t.Errorf("%d nested questions", nested.Length())
		}
		if lang, _ := doc.Find(".text[lang=fr]").Attr("dir"); lang != "ltr" {
			t.Error("the description does not say its language")
		}
		if got := s.page("", "/ar/2023/ws184").Find("h1").Text(); got != "شبكات ريفية" {
			t.Errorf("in Arabic: %q", got)
		}
		// The filters of lists find it by what stands on it.
		for name, f := range map[string]Filter{
			"tag": {Tag: "community NETWORKS"}, "goal": {SDG: 9}, "line": {ActionLine: "C2"}, "words": {Q: "rural ws 184"}, "Arabic": {Q: "ريفية"},
			"theme": {Theme: s.set.Themes[4].ID}, "language": {Language: "fr"}, "question": {Questions: []core.ID{s.set.Questions[2].ID}},
			"room": {Room: s.set.RoomNamed("Room I").ID}, "day": {Day: "2023-10-11"}, "span": {From: s.ws.Starts.Add(time.Minute), Until: s.ws.Ends},
		} {
			if list, err := s.s.Briefs(t.Context(), core.Visitor, s.set, f); err != nil || len(list) != 1 {
				t.Errorf("by %s: %d sessions, %v", name, len(list), err)
			}
		}
		for name, f := range map[string]Filter{
			"tag": {Tag: "community"}, "goal": {SDG: 1}, "none": {SDG: -1}, "words": {Q: "rural unheard"}, "percent": {Q: "100% _"}, "span": {From: s.ws.Ends}, "unscheduled": {Unscheduled: true},
		} {
			if list, err := s.s.Briefs(t.Context(), core.Visitor, s.set, f); err != nil || len(list) != 0 {
				t.Errorf("by another %s: %d sessions, %v", name, len(list), err)
			}
		}
	})
}

// An hour that never comes is refused at its field, in the words of a person.
func TestSkippedHourIsRefusedOnThePage(t *testing.T) {
	onStage(t, func(t *testing.T, s *stage) {
		spring := editions.EditionInput{Slug: "2026-spring", Name: core.NewText("en", "Spring"), State: editions.StatePublic, Zone: "Europe/Zurich", FirstDay: "2026-03-28", LastDay: "2026-03-30"}
		s.found(spring)
		x := s.add("workshop", "Night", "", "", 0, "", nil)
		form := s.form("secretary", "/2026-spring/"+x.Ref+"/schedule")
		form.Set("date", "2026-03-29")
		form.Set("start", "02:30")
		form.Set("end", "03:30")
		w, doc := s.send("secretary", "/2026-spring/"+x.Ref+"/schedule", form)
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(doc.Find("#f-start-error").Text(), "does not exist on 2026-03-29") {
			t.Errorf("%d: %s", w.Code, doc.Find("[role=alert]").Text())
		}
		if got, _ := doc.Find("#f-start").Attr("value"); got != "02:30" {
			t.Errorf("typed: %q", got)
		}
		form.Set("start", "01:30")
		if w, _ := s.send("secretary", "/2026-spring/"+x.Ref+"/schedule", form); w.Code != http.StatusSeeOther {
			t.Errorf("over the gap: %d", w.Code)
		}
		got, err := s.s.Session(t.Context(), secretary, s.set, x.Ref)
		if s.ok(err); got.Ends.Sub(got.Starts) != time.Hour || got.Day != "2026-03-29" {
			t.Errorf("%v to %v on %s", got.Starts, got.Ends, got.Day)
		}
	})
}

// Events carry what rooms below need: the placement before and after.
func TestEventsSayWhatHappened(t *testing.T) {
	onStage(t, func(t *testing.T, s *stage) {
		s.publish("ws184")
		in := MoveOf(s.must("secretary", "ws184"), s.set.Zone)
		in.Start, in.End, in.Room = "16:00", "17:00", s.set.RoomNamed("Room K").ID
		_, err := s.s.Move(t.Context(), secretary, s.set, "ws184", in)
		s.ok(err)
		x := s.must("secretary", "ws184")
		_, err = s.s.Cancel(t.Context(), secretary, s.set, "ws184", CancelInput{Version: x.Version, Note: core.NewText("en", "The host is ill.")})
		s.ok(err)
		_, err = s.s.Restore(t.Context(), secretary, s.set, "ws184", x.Version+1)
		s.ok(err)
		var kinds []string
		for _, e := range s.events(s.ws.ID) {
			kinds = append(kinds, e.Kind+" "+string(e.Visibility))
			if e.Scope != s.set.Scope() {
				t.Errorf("%s in scope %s", e.Kind, e.Scope)
			}
			var d struct {
				Moved
				Label core.Text
			}
			s.ok(json.Unmarshal(e.Data, &d))
			if d.Label.String() != "Rural networks" || d.Ref != "ws184" {
				t.Errorf("%s: %s", e.Kind, e.Data)
			}
			if e.Kind == "session.moved" && (d.Before.Starts.String() != "2023-10-11T05:00:00Z" || d.After.Starts.String() != "2023-10-11T07:00:00Z" || d.After.Room != in.Room) {
				t.Errorf("moved: %s", e.Data)
			}
		}
		want := "session.restored public, session.cancelled public, session.moved public, session.scheduled public, session.crew_changed internal, session.created internal"
		if got := strings.Join(kinds, ", "); got != want {
			t.Errorf("events: %s", got)
		}
		history := s.page("", "/2023/ws184/history").Find("main").Text()
		for _, want := range []string{"2023-10-11 14:00–15:30 Asia/Tokyo", "2023-10-11 16:00–17:00 Asia/Tokyo", "Room K", "Session cancelled"} {
			if !strings.Contains(history, want) {
				t.Errorf("the history lacks %q: %s", want, history)
			}
		}
	})
}

// When an edition gets another zone its sessions keep their instants and get the date
// that they then have at the venue.
func TestAnotherZoneGivesOtherDates(t *testing.T) {
	onStage(t, func(t *testing.T, s *stage) {
		s.publish("ws184")
		in := editions.InputOf(s.set.Edition)
		in.Zone = "Pacific/Honolulu"
		_, err := s.editions.Change(t.Context(), secretary, "2023", in)
		s.ok(err)
		s.reload("2023")
		x := s.must("", "ws184")
		if x.Day != "2023-10-10" || x.Starts.String() != "2023-10-11T05:00:00Z" {
			t.Errorf("%s on %s", x.Starts, x.Day)
		}
	})
}
