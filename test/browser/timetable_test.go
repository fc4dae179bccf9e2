package browser

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"plenary/internal/core"
	"plenary/internal/forum/timetable"
	"plenary/internal/testkit"
	"plenary/test/site"
)

// drag takes the mouse from the middle of one element to a place given by two others: the
// column of the first, the height of the second.
func (b *tab) drag(from, column, row string) {
	b.Helper()
	at := func(sel, side string) float64 {
		return eval[float64](b, fmt.Sprintf(`(() => { const r = document.querySelector(%q).getBoundingClientRect(); return %s; })()`, sel, side))
	}
	eval[bool](b, fmt.Sprintf(`(document.querySelector(%q).scrollIntoView({block: "center"}), true)`, row))
	x, y := at(from, "r.left + 12"), at(from, "r.top + 12")
	tx, ty := at(column, "r.left + r.width / 2"), at(row, "r.top")+14
	for _, e := range []*input.DispatchMouseEventParams{
		input.DispatchMouseEvent(input.MousePressed, x, y).WithButton(input.Left).WithClickCount(1),
		input.DispatchMouseEvent(input.MouseMoved, (x+tx)/2, (y+ty)/2).WithButton(input.Left),
		input.DispatchMouseEvent(input.MouseMoved, tx, ty).WithButton(input.Left),
		input.DispatchMouseEvent(input.MouseReleased, tx, ty).WithButton(input.Left).WithClickCount(1),
	} {
		b.do("drag", e)
	}
}

// TestJourney3 builds a timetable: a session is placed with the mouse and seen at once by a
// colleague, moved by keys, taken back; the optimiser is asked; the plan is released, one
// session moved and released again. Notices reach exactly those concerned.
func TestJourney3(t *testing.T) {
	s := site.Demo(t, testkit.SQLite(t))
	const day = "/2026-sample/timetable?day=2026-10-22"
	a, c := open(t, s.URL), open(t, s.URL)
	a.appear(1440, "light")
	c.appear(1440, "light")
	a.signIn("secretariat")
	c.signIn("admin")
	c.visit(day)
	a.visit(day)
	a.must(http.StatusOK)
	card := eval[string](a, `document.querySelector(".tray [data-session]").id`)
	room := eval[string](a, `"[data-room='" + [...document.querySelectorAll(".room-head")].pop().dataset.room + "']"`)

	a.drag("#"+card, ".room-head"+room, ".hour.h12")
	a.await("it stands in the grid", fmt.Sprintf(`!!document.querySelector(".slot#%s")`, card))
	if got := eval[string](a, fmt.Sprintf(`document.querySelector("#%s").dataset.start`, card)); !strings.HasPrefix(got, "12:") && !strings.HasPrefix(got, "11:") {
		t.Errorf("it was put down at %s", got)
	}
	if a.text("#plan-said") == "" {
		t.Error("nothing is said of the move")
	}
	c.await("the colleague sees it", fmt.Sprintf(`!!document.querySelector(".slot#%s")`, card))

	start := eval[string](a, fmt.Sprintf(`document.querySelector("#%s").dataset.start`, card))
	a.do("focus", chromedp.Focus("#"+card+" a"))
	a.keys("m")
	for range 3 {
		a.keys(kb.ArrowDown)
	}
	a.keys(kb.Enter)
	a.await("the keys have moved it", fmt.Sprintf(`document.querySelector("#%s").dataset.start !== %q`, card, start))
	if on := eval[string](a, `(document.activeElement.closest("[data-session]") || {}).id || ""`); on != card {
		t.Errorf("the focus is on %q", on)
	}
	a.press("[data-undo]")
	a.must(http.StatusOK)
	if got := eval[string](a, fmt.Sprintf(`document.querySelector("#%s").dataset.start`, card)); got != start {
		t.Errorf("taken back to %s, was at %s: %s", got, start, a.text("main"))
	}

	// Another session by its form, with the keyboard alone and on a phone.
	a.appear(360, "light")
	a.visit("/2026-sample/timetable/sessions/" + card)
	a.tabTo("main form.form [name=start]")
	eval[bool](a, `(document.querySelector("form.form [name=start]").value = "12:40", true)`)
	a.tabTo("main form.form .actions button")
	a.enter()
	a.must(http.StatusOK)
	if !strings.Contains(a.text(".head"), "12:40") {
		t.Errorf("the form has put it at %s", a.text(".head"))
	}
	if eval[bool](a, `document.documentElement.scrollWidth > document.documentElement.clientWidth`) {
		t.Error("the page is wider than a phone")
	}
	a.appear(1440, "light")

	a.visit("/2026-sample/timetable/optimiser")
	a.set("seconds", "2")
	a.press("main form.form .actions button")
	a.await("the optimiser has a proposal", `document.readyState === "complete" && !document.querySelector("#run") && !!document.querySelector("form[action$='/discard'], .empty")`)
	if a.count("table caption") == 0 {
		t.Errorf("nothing is compared: %s", a.text("main"))
	}
	if a.count("form[action$='/discard']") > 0 {
		a.press("form[action$='/discard'] button")
	}

	release := func() {
		t.Helper()
		a.visit("/2026-sample/timetable/release")
		a.press("main form.form .actions button")
		a.must(http.StatusOK)
		if !strings.HasPrefix(a.address(), "/2026-sample/changes/") {
			t.Fatalf("the release leads to %s: %s", a.address(), a.text("main"))
		}
	}
	release()
	if !strings.Contains(a.text("main"), "New: 1") {
		t.Errorf("the release says %s", a.text("main"))
	}

	// One session that the participant keeps is moved.
	set, err := s.Editions.Setting(t.Context(), core.Operator, "2026-sample")
	if err != nil {
		t.Fatal(err)
	}
	board, err := s.Timetable.Board(t.Context(), core.Operator, set)
	if err != nil {
		t.Fatal(err)
	}
	var kept *timetable.Item
	for i := range board.Items {
		if it := &board.Items[i]; it.Expected > 0 && it.Plan.Scheduled() && it.Plan.Starts.Time().After(s.Clock.Now()) && len(it.Roles) > 0 {
			kept = it
		}
	}
	if kept == nil {
		t.Fatal("nobody keeps a session that is to come")
	}
	before := told(t, s)
	a.visit("/2026-sample/timetable/sessions/" + kept.Ref)
	a.press("main .rows form button")
	a.must(http.StatusOK)
	release()
	want := concerned(t, s, kept.ID)
	got := told(t, s)
	for addr, n := range got {
		if more := n - before[addr]; more != want[addr] {
			t.Errorf("%s got %d mails, want %d", addr, more, want[addr])
		}
	}
	for addr := range want {
		if got[addr] == before[addr] {
			t.Errorf("%s was not told", addr)
		}
	}
	for _, x := range []*tab{a, c} {
		if lines := x.complaints(); len(lines) > 0 {
			t.Error("the browser complains:", lines)
		}
	}
}

// told counts the mails about releases by address, once nobody is to be told any more.
func told(t *testing.T, s *site.Site) map[string]int {
	t.Helper()
	for range 150 {
		waits, err := s.DB.Read.NewSelect().Table("releases").Where("told IS NULL AND quiet = FALSE").Count(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if waits == 0 {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	var rows []string
	if err := s.DB.Read.NewSelect().Table("outbox").Column("to_addr").Where("kind = 'release'").Scan(t.Context(), &rows); err != nil {
		t.Fatal(err)
	}
	out := map[string]int{}
	for _, r := range rows {
		out[r]++
	}
	return out
}

// concerned are the addresses of who has a role in a session or keeps it.
func concerned(t *testing.T, s *site.Site, session core.ID) map[string]int {
	t.Helper()
	var rows []string
	err := s.DB.Read.NewRaw(`SELECT email FROM accounts WHERE person <> '' AND person IN (SELECT person FROM session_roles WHERE session = ?)
		UNION SELECT a.email FROM accounts AS a JOIN agenda_bookmarks AS b ON b.account = a.id WHERE b.session = ?`, session, session).Scan(t.Context(), &rows)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int{}
	for _, r := range rows {
		out[r] = 1
	}
	if len(out) == 0 {
		t.Fatal("nobody is concerned")
	}
	return out
}
