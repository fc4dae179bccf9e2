package e2e

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"plenary/internal/app"
	"plenary/internal/core"
	"plenary/internal/forum/archive"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/timetable"
	"plenary/internal/testkit"
	"plenary/test/site"
)

// An edition that follows itself, by its own address or by another name of this machine, is
// told that nothing changes.
func TestFollowOneself(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := site.Demo(t, address, private)
		set := setting(t, s, "2026-sample")
		for _, file := range append([]string{""}, exported...) {
			for host, want := range map[string]string{"localhost": archive.FoundItself, "127.0.0.1": archive.FoundSame} {
				f, err := s.Archive.AddFollow(t.Context(), core.Operator, set, archive.FollowInput{URL: strings.Replace(s.URL, "localhost", host, 1) + set.Path() + "/" + file, Lang: "en"})
				if err != nil {
					t.Fatal(err)
				}
				if f, err = s.Archive.LookAt(t.Context(), core.Operator, set, f.ID); err != nil || f.Outcome.Code != want {
					t.Errorf("%s: %+v %v, want %s", f.URL, f.Outcome, err, want)
				}
			}
		}
	})
}

// private lets a site follow schedules on this machine.
func private(c *app.Config) { c.SyncPrivate = true }

// talks are the sessions of a small programme of one day, as a table; each is an hour long.
func talks(lines ...string) []byte {
	return []byte("Title,Date,Start,End,Room\n" + strings.Join(lines, "\n") + "\n")
}

const carriedDay = "1999-05-04"

func placed(t *testing.T, s *site.Site, title string) (*timetable.Item, *editions.Setting) {
	t.Helper()
	set := setting(t, s, carried)
	b, err := s.Timetable.Board(t.Context(), core.Operator, set)
	if err != nil {
		t.Fatal(err)
	}
	for i := range b.Items {
		if b.Items[i].Name().String() == title {
			return &b.Items[i], set
		}
	}
	t.Fatalf("%q is not in the plan", title)
	return nil, nil
}

// plan puts a session elsewhere in the plan.
func plan(t *testing.T, s *site.Site, title string, change func(*timetable.Spot)) {
	t.Helper()
	it, set := placed(t, s, title)
	to := timetable.Spot{Starts: it.Plan.Starts, Ends: it.Plan.Ends, Room: it.Plan.Room, State: it.Plan.State, Note: it.Plan.Note}
	change(&to)
	if err := s.Timetable.Place(t.Context(), core.Operator, set, "move", timetable.Move{Session: it.ID, Version: -1, To: to}); err != nil {
		t.Fatal(err)
	}
}

func release(t *testing.T, s *site.Site) {
	t.Helper()
	if _, err := s.Timetable.Release(t.Context(), core.Operator, setting(t, s, carried), timetable.ReleaseInput{Quiet: true}); err != nil {
		t.Fatal(err)
	}
}

// shown are the sessions that everybody sees: title, time by the venue's clock, room.
func shown(t *testing.T, s *site.Site) []string {
	t.Helper()
	p, err := s.Exchange.Schedule(t.Context(), core.Visitor, carried, "en", s.URL)
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for _, e := range p.Events {
		out = append(out, e.Title+" "+e.Start+" "+e.Room)
	}
	slices.Sort(out)
	return out
}

// looked presses "look now" at the only source of an edition.
func looked(t *testing.T, r *site.Reader) *site.Page {
	t.Helper()
	p := must(t, r.Get("/"+carried+"/import/sources"), http.StatusOK)
	to := p.Find(`main form[action$="/look"]`).AttrOr("action", "")
	if to == "" {
		t.Fatal("there is nothing to look at")
	}
	return r.Post(to, url.Values{})
}

// taken takes the list on a page in.
func taken(t *testing.T, r *site.Reader, p *site.Page) *site.Page {
	t.Helper()
	f := p.Find(`main form[action$="/apply"]`).First()
	to := f.AttrOr("action", "")
	if to == "" {
		t.Fatalf("%s has nothing to take in: %s", p.URL, p.Text("main"))
	}
	return must(t, r.Post(to, url.Values{"version": {f.Find(`input[name="version"]`).AttrOr("value", "")}}), http.StatusOK)
}

// One forum follows another by the address of its edition: the second look shows what was
// released there since and nothing else, and goes into the plan (E093, E094).
func TestFollowAnotherForum(t *testing.T) {
	on(t, func(t *testing.T, a *site.Site) {
		b := site.Demo(t, testkit.SQLite(t), private)
		for _, s := range []*site.Site{a, b} {
			addEdition(t, s, "Europe/Oslo", carriedDay, carriedDay)
		}
		apply(t, a, carried, "talks.csv", talks(
			"Opening of the fair,"+carriedDay+",09:00,10:00,Hall", "Rules for small harbours,"+carriedDay+",10:15,11:15,Hall", "Cables under ice,"+carriedDay+",11:30,12:30,Hall",
			"Radio for fishers,"+carriedDay+",09:00,10:00,Cabin", "Maps that lie,"+carriedDay+",10:15,11:15,Cabin", "Closing of the fair,"+carriedDay+",16:00,17:00,Hall",
		))
		if err := b.Timetable.Begin(t.Context(), core.Operator, setting(t, b, carried)); err != nil {
			t.Fatal(err)
		}
		staff := b.As(t, "secretariat")

		// The address of the edition's page is enough.
		page := must(t, staff.Get("/"+carried+"/import/sources"), http.StatusOK)
		form := page.Form()
		form.Set("url", a.URL+"/"+carried)
		form.Set("name", "The other forum")
		page = must(t, staff.Post("/"+carried+"/import/sources", form), http.StatusOK)
		if !strings.Contains(page.Text("main"), "Nobody has looked yet") {
			t.Errorf("a new source: %s", page.Text("main"))
		}
		list := must(t, looked(t, staff), http.StatusOK)
		taken(t, staff, list)
		if got := shown(t, b); len(got) != 0 {
			t.Errorf("before a release everybody sees %v", got)
		}
		release(t, b)
		all := shown(t, a)
		if diff := cmp.Diff(all, shown(t, b)); diff != "" || len(all) != 6 {
			t.Fatalf("the programme came over otherwise:\n%s", diff)
		}
		if p := must(t, looked(t, staff), http.StatusOK); !strings.Contains(p.Text("body"), "has not changed since it was taken in last") {
			t.Errorf("nothing has changed, and the page says: %s", p.Text("main"))
		}

		// Over there a session moves, one is cancelled and one is renamed: nothing of it is
		// told before the release. Here somebody moves another one.
		if err := a.Timetable.Begin(t.Context(), core.Operator, setting(t, a, carried)); err != nil {
			t.Fatal(err)
		}
		plan(t, a, "Cables under ice", func(to *timetable.Spot) {
			to.Starts, to.Ends = to.Starts.Add(2*time.Hour), to.Ends.Add(2*time.Hour)
		})
		plan(t, a, "Maps that lie", func(to *timetable.Spot) { to.State = timetable.PlanCancelled })
		plan(t, b, "Radio for fishers", func(to *timetable.Spot) {
			to.Starts, to.Ends = to.Starts.Add(4*time.Hour), to.Ends.Add(4*time.Hour)
		})
		if p := must(t, looked(t, staff), http.StatusOK); !strings.Contains(p.Text("body"), "has not changed") {
			t.Errorf("a plan that is not released is seen from outside: %s", p.Text("main"))
		}
		release(t, a)
		list = must(t, looked(t, staff), http.StatusOK)
		var rows []string
		list.Find("table.staging tbody tr").Each(func(_ int, row *goquery.Selection) {
			if status := strings.Join(strings.Fields(row.Find(".status").Text()), " "); status != "Is here already" {
				rows = append(rows, strings.TrimSpace(row.Find("label").Text())+": "+status)
			}
		})
		if diff := cmp.Diff([]string{"Cables under ice: Is here already, and changes", "Maps that lie: Is cancelled: the source has it no more"}, rows); diff != "" {
			t.Fatalf("the differences are others:\n%s", diff)
		}
		before := shown(t, b)
		done := taken(t, staff, list)
		if diff := cmp.Diff(before, shown(t, b)); diff != "" {
			t.Errorf("it is public before a release:\n%s", diff)
		}
		state := func(title string) string {
			it, set := placed(t, b, title)
			return it.Plan.State + " " + it.Plan.Starts.In(set.Zone).Format("15:04")
		}
		for title, want := range map[string]string{
			"Cables under ice": "open 13:30", "Maps that lie": "cancelled 10:15", "Radio for fishers": "open 13:00", "Opening of the fair": "open 09:00",
		} {
			if got := state(title); got != want {
				t.Errorf("%s is planned %s, want %s", title, got, want)
			}
		}

		// It is taken back as a whole, out of the plan too, and taken in again.
		id := core.ID(done.URL.Path[strings.LastIndex(done.URL.Path, "/")+1:])
		undo(t, b, id)
		for title, want := range map[string]string{"Cables under ice": "open 11:30", "Maps that lie": "open 10:15", "Radio for fishers": "open 13:00"} {
			if got := state(title); got != want {
				t.Errorf("taken back, %s is planned %s, want %s", title, got, want)
			}
		}
		taken(t, staff, must(t, looked(t, staff), http.StatusOK))
		release(t, b)
		want := slices.DeleteFunc(shown(t, a), func(s string) bool { return strings.HasPrefix(s, "Radio") })
		got := slices.DeleteFunc(shown(t, b), func(s string) bool { return strings.HasPrefix(s, "Radio") })
		if diff := cmp.Diff(want, got); diff != "" || len(got) != 4 {
			t.Errorf("after both releases:\n%s", diff)
		}

		// What was cancelled there takes place after all.
		plan(t, a, "Maps that lie", func(to *timetable.Spot) { to.State = timetable.PlanOpen })
		release(t, a)
		taken(t, staff, must(t, looked(t, staff), http.StatusOK))
		if got := state("Maps that lie"); got != "open 10:15" {
			t.Errorf("what is back there is planned %s here", got)
		}
	})
}
