package programme

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/testkit"
)

type selectionOf = goquery.Selection

// E102: the day's timetable, rooms across and hours down, with the line of the present.
func TestDayPage(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		f := newFair(t, url, kyoto)
		f.add("ceremony", "Opening ceremony", "2023-10-11", "09:00", 45, "Main Hall", nil)
		f.add("workshop", "Who answers?", "2023-10-11", "10:00", 90, "Annex Hall 1", func(n *NewSession) { n.Texts.Theme = f.set.Themes[0].ID })
		f.add("lightning", "Signs", "2023-10-11", "11:32", 20, "Room K", nil)
		f.add("open-forum", "Names", "2023-10-11", "13:00", 60, "Room K", func(n *NewSession) { n.State = StateCancelled })
		f.add("workshop", "Elsewhere", "2023-10-12", "10:00", 90, "Room K", nil)
		f.add("workshop", "Some time", "", "", 0, "", nil)
		f.clock.Freeze(time.Date(2023, 10, 11, 2, 6, 0, 0, time.UTC)) // 11:06 in Kyoto

		doc := f.page("", "/2023/programme")
		if got := texts(doc.Find(".days a")); !slices.Equal(got, []string{"Sun 8 Oct", "Mon 9 Oct", "Tue 10 Oct", "Wed 11 Oct", "Thu 12 Oct"}) {
			t.Errorf("days are %q", got)
		}
		if got := doc.Find(".days [aria-current]").Text(); got != "Wed 11 Oct" {
			t.Errorf("today is %q", got)
		}
		if got := texts(doc.Find(".room-head")); !slices.Equal(got, []string{"Main Hall", "Annex Hall 1", "Room K"}) {
			t.Errorf("rooms are %q", got)
		}
		box := doc.Find(".timetable-box > .timetable")
		if class, _ := box.Attr("class"); class != "timetable across r3 h9" {
			t.Errorf("the timetable is %q", class)
		}
		var lines []string
		box.Children().Not(".room-head").Each(func(_ int, s *selectionOf) {
			class, _ := s.Attr("class")
			lines = append(lines, class+": "+strings.Join(strings.Fields(s.Text()), " "))
		})
		want := []string{
			"hour h9: 09:00",
			"slot all h9 m0 d45 r1: Opening ceremony09:00–09:45 Main Hall CER 1",
			"hour h10: 10:00",
			"slot h10 m0 d90 r2 theme-1: Who answers?Live now 10:00–11:30 Annex Hall 1 WS 1 AI and emerging technologies",
			"hour h11: 11:00",
			"now h11 m5: Now 11:05",
			"slot h11 m30 d20 r3: Signs11:32–11:52 Room K LT 1",
			"hour blank h12: 12:00",
			"hour h13: 13:00",
			"slot off h13 m0 d60 r3: Names Cancelled 13:00–14:00 Room K OF 1",
		}
		if !slices.Equal(lines, want) {
			t.Errorf("the timetable reads\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
		}
		if got := doc.Find(".result p").First().Text(); got != "4 sessions; rooms in use: 3. Times are Kyoto (UTC+9). Go to now" {
			t.Errorf("the result is said as %q", got)
		}
		if got := doc.Find("main > p a").Text(); got != "1 session has no time yet" {
			t.Errorf("what has no time is noted as %q", got)
		}

		// The line moves on by itself: what was kept for visitors is not shown for ever.
		f.clock.Freeze(time.Date(2023, 10, 11, 2, 12, 0, 0, time.UTC))
		if got := f.page("", "/2023/programme").Find(".now").Text(); got != "Now 11:10" {
			t.Errorf("six minutes later: %q", got)
		}
		if got := f.page("", "/2023/programme/day-4").Find(".now").Length(); got != 0 {
			t.Error("the line of the present stands in another day")
		}
		if got := f.page("", "/2023/programme?day=2023-10-12").Find(".slot h3").Text(); got != "Elsewhere" {
			t.Errorf("the day of the address shows %q", got)
		}

		list := f.page("", "/2023/programme/day-3?view=list", "Cookie", "zone=Europe%2FParis")
		if list.Find(".across, .room-head, .blank").Length() != 0 || list.Find(".slot").Length() != 4 {
			t.Error("the list is not one")
		}
		if got := list.Find(".slot .yours").First().Text(); got != "02:00 for you" {
			t.Errorf("the reader's time is %q", got)
		}
		if href, _ := list.Find(".days a").Last().Attr("href"); href != "/2023/programme/day-4?view=list" {
			t.Errorf("the next day of the list is at %s", href)
		}

		// Before the meeting the first day with sessions stands for it.
		f.clock.Freeze(time.Date(2023, 9, 1, 0, 0, 0, 0, time.UTC))
		if got := f.page("", "/2023/programme").Find(".days [aria-current]").Text(); got != "Wed 11 Oct" {
			t.Errorf("before the meeting it opens on %q", got)
		}
	})
}

// A page that is kept for visitors says when it must be made anew: the clock moves on
// without an event.
func TestDayPageChangesWithTime(t *testing.T) {
	f := newFair(t, testkit.SQLite(t), kyoto)
	f.add("workshop", "Late", "2023-10-11", "23:00", 60, "Room K", nil)
	f.add("workshop", "Early", "2023-10-12", "09:00", 60, "Room K", nil)
	// Set, not frozen: the server must notice by itself.
	f.clock.Set(time.Date(2023, 10, 11, 14, 59, 59, 500e6, time.UTC)) // half a second to midnight in Kyoto
	if got := f.page("", "/2023/programme").Find(".days [aria-current]").Text(); got != "Wed 11 Oct" {
		t.Fatalf("today is %q", got)
	}
	deadline := time.Now().Add(5 * time.Second)
	for {
		if got := f.page("", "/2023/programme").Find(".days [aria-current]").Text(); got == "Thu 12 Oct" {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("midnight has passed and the page is still of yesterday")
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// Times of the grid lie on five minutes, nothing overlaps in a column, and each room
// has its columns side by side.
func TestGridHoldsEverything(t *testing.T) {
	f := newFair(t, testkit.SQLite(t), kyoto)
	f.fill(300)
	list, err := f.s.Briefs(t.Context(), secretary, f.set, Filter{Day: "2023-10-10"})
	f.ok(err)
	g := newGrid(f.set, f.types, list)
	if len(g.slots) != len(list) {
		t.Fatalf("%d sessions became %d slots", len(list), len(g.slots))
	}
	free := map[int]int{}
	for i, s := range g.slots {
		if s.minute%5 != 0 || s.minutes%5 != 0 || s.minutes < 5 || s.minutes > longestSlot || s.column < 1 || s.column > len(g.columns) {
			t.Errorf("slot out of the grid: %+v", s)
		}
		if i > 0 && s.startAt < g.slots[i-1].startAt {
			t.Error("slots are not in the order of time")
		}
		if s.startAt < free[s.column] {
			t.Errorf("%s overlaps in column %d", s.brief.Ref, s.column)
		}
		free[s.column] = s.endsAt
		if room := g.columns[s.column-1]; room != s.brief.Room {
			t.Errorf("%s stands in the column of another room", s.brief.Ref)
		}
		if s.hour < g.first || !slices.Contains(g.hours, s.hour) {
			t.Errorf("hour %d has no heading", s.hour)
		}
	}
	seen := map[core.ID]bool{}
	for i, id := range g.columns {
		if i > 0 && g.columns[i-1] != id && seen[id] {
			t.Error("the columns of a room are apart")
		}
		seen[id] = true
	}
}

// A session until after midnight, and one of a whole day, stay within the style sheet.
func TestGridAtTheEdges(t *testing.T) {
	set := &editions.Setting{Edition: editions.Edition{Zone: "Asia/Kathmandu"}}
	at := func(clock string, minutes int) Brief {
		s, err := core.WallTime("2023-10-11", clock, set.Zone)
		if err != nil {
			t.Fatal(err)
		}
		return Brief{Ref: "ws1", State: StateScheduled, Starts: s, Ends: s.Add(time.Duration(minutes) * time.Minute)}
	}
	g := newGrid(set, nil, []Brief{at("00:02", 3), at("09:00", 720), at("23:30", 90)})
	want := []string{"slot h0 m0 d5 r1", "slot h9 m0 d480 r1", "slot h23 m30 d90 r1"}
	for i, s := range g.slots {
		if s.class() != want[i] {
			t.Errorf("slot %d is %q, want %q", i, s.class(), want[i])
		}
	}
	if len(g.hours) != 24 {
		t.Errorf("hours %v", g.hours)
	}
	if utcOffset("", 20700) != "UTC+5:45" || utcOffset("", -12600) != "UTC−3:30" || utcOffset("", 0) != "UTC+0" {
		t.Error("distances from UTC are wrong")
	}
}
