package archive

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/fetch"
	"plenary/internal/testkit"
)

// elsewhere is another program's server: files by their path, each with an ETag.
type elsewhere struct {
	*httptest.Server
	files map[string][]byte
	asked []string // paths, and "304" behind those that had not changed
}

func newElsewhere(t *testing.T, files map[string][]byte) *elsewhere {
	t.Helper()
	e := &elsewhere{files: files}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e.asked = append(e.asked, r.URL.RequestURI())
		body, ok := e.files[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		tag := fmt.Sprintf(`"%x-%d"`, body[:min(8, len(body))], len(body))
		w.Header().Set("ETag", tag)
		if r.Header.Get("If-None-Match") == tag {
			e.asked[len(e.asked)-1] += " 304"
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = w.Write(body)
	}))
	t.Cleanup(e.Close)
	return e
}

func (d *desk) setting(slug string) *editions.Setting {
	d.t.Helper()
	set, err := d.w.editions.Setting(d.t.Context(), secretary, slug)
	d.ok(err)
	return set
}

func (d *desk) follow(slug, address string) Follow {
	d.t.Helper()
	f, err := d.s.AddFollow(d.t.Context(), secretary, d.setting(slug), FollowInput{URL: address, Lang: "en"})
	d.ok(err)
	return f
}

func (d *desk) lookAt(slug string, f Follow) Outcome {
	d.t.Helper()
	got, err := d.s.LookAt(d.t.Context(), secretary, d.setting(slug), f.ID)
	d.ok(err)
	return got.Outcome
}

func (d *desk) applied(slug string, id core.ID) Result {
	d.t.Helper()
	d.rec.Clock.Freeze(d.rec.Clock.Now().Add(time.Minute))
	p, err := d.s.Get(d.t.Context(), secretary, d.setting(slug), id)
	d.ok(err)
	res, err := d.s.Apply(d.t.Context(), secretary, d.setting(slug), id, p.Version)
	d.ok(err)
	return res
}

// A real export of pretalx is found below the page of its event, taken in, and asked again
// without being sent again; then only what has changed there is shown (E093).
func TestFollowPretalx(t *testing.T) {
	path := testkit.Shared(t, "fixtures/schedules/voc/validator/json/examples/pretalx-democon.json")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	testkit.Databases(t, func(t *testing.T, address string) {
		d := newDesk(t, address)
		d.s.UseSources(Sources{Private: true})
		_, err := d.w.editions.Add(t.Context(), secretary, editions.EditionInput{
			Slug: "1999", Name: core.NewText("en", "Democon"), State: editions.StatePublic, Zone: "UTC", FirstDay: "1999-01-01", LastDay: "1999-01-02",
		})
		d.ok(err)
		const export = "/democon/schedule/export/schedule.json"
		e := newElsewhere(t, map[string][]byte{"/democon/": []byte("<!doctype html><title>DemoCon</title>"), "/democon/schedule/": []byte("<html>"), export: b})
		f := d.follow("1999", e.URL+"/democon/schedule/")
		o := d.lookAt("1999", f)
		if o.Code != FoundDiffers || o.New != 36 || o.Changed+o.Gone != 0 {
			t.Fatalf("the first look: %+v after %v", o, e.asked)
		}
		if again := d.lookAt("1999", f); again.Code != FoundWaits || again.Import != o.Import {
			t.Errorf("a list that waits is made again: %+v", again)
		}
		if res := d.applied("1999", o.Import); res.Sessions != 36 {
			t.Fatalf("%+v", res)
		}
		e.asked = nil
		if o := d.lookAt("1999", f); o.Code != FoundUnchanged || !slices.Equal(e.asked, []string{export + " 304"}) {
			t.Errorf("nothing has changed: %+v after %v", o, e.asked)
		}

		// The next version has another title and lacks a session.
		set := d.setting("1999")
		list, err := d.s.programme.Briefs(t.Context(), secretary, set, programme.Filter{})
		d.ok(err)
		slices.SortFunc(list, func(a, b programme.Brief) int { return strings.Compare(a.Title.String(), b.Title.String()) })
		renamed, gone := list[0], list[len(list)-1]
		next := bytes.Replace(b, []byte(fmt.Sprintf("%q", renamed.Title.String())), []byte(`"A title that is new"`), 1)
		next = dropEvent(t, next, gone.Title.String())
		e.files[export] = next
		o = d.lookAt("1999", f)
		if o.Code != FoundDiffers || o.New != 0 || o.Changed != 1 || o.Gone != 1 {
			t.Fatalf("the next version: %+v", o)
		}
		p, err := d.s.Get(t.Context(), secretary, set, o.Import)
		d.ok(err)
		i := slices.IndexFunc(p.Items, func(st Staged) bool { return st.Kind == KindGone })
		if st := p.Items[i]; st.Target != gone.ID || st.adds() {
			t.Errorf("a public session is cancelled without a word: %+v", st)
		}
		if a := d.ask("staff", http.MethodGet, "/1999/imports/"+string(o.Import), "", nil); !strings.Contains(a.text("#conflicts ~ ul, .findings"), "is no longer in it") {
			t.Errorf("the page does not tell that a session is gone: %s", a.text(".findings"))
		}
		if a := d.ask("staff", http.MethodGet, fmt.Sprintf("/1999/imports/%s/items/%d", o.Import, i), "", nil); a.code != http.StatusOK || a.Find(`input[name="take"]`).Length() != 1 {
			t.Errorf("the form of a session that is gone: %d %s", a.code, a.text("main"))
		}
		d.ok(d.s.ChooseAll(t.Context(), secretary, set, o.Import, []int{i}, true))
		if res := d.applied("1999", o.Import); res.Filled != 2 || res.Sessions != 0 {
			t.Errorf("%+v, want one title and one cancellation", res)
		}
		now, err := d.s.programme.SessionsByID(t.Context(), secretary, []core.ID{renamed.ID, gone.ID})
		d.ok(err)
		if now[renamed.ID].Title.String() != "A title that is new" || now[gone.ID].State != programme.StateCancelled {
			t.Errorf("%s, %s", now[renamed.ID].Title, now[gone.ID].State)
		}
		if o := d.lookAt("1999", f); o.Code != FoundUnchanged {
			t.Errorf("after that: %+v", o)
		}

		// It comes back, and what was changed here meanwhile stays.
		_, err = d.s.programme.Change(t.Context(), secretary, set, renamed.Ref, func() programme.EditInput {
			in := programme.InputOf(now[renamed.ID])
			in.Title = core.NewText("en", "A title of ours")
			return in
		}())
		d.ok(err)
		e.files[export] = bytes.Replace(b, []byte(fmt.Sprintf("%q", renamed.Title.String())), []byte(`"A title that is new"`), 1)
		o = d.lookAt("1999", f)
		d.applied("1999", o.Import)
		now, err = d.s.programme.SessionsByID(t.Context(), secretary, []core.ID{renamed.ID, gone.ID})
		d.ok(err)
		if o.Changed != 1 || now[gone.ID].State != programme.StateScheduled || now[renamed.ID].Title.String() != "A title of ours" {
			t.Errorf("%+v: %s, %s", o, now[renamed.ID].Title, now[gone.ID].State)
		}
		// Both sides have written another title: somebody has to say which.
		e.files[export] = bytes.Replace(b, []byte(fmt.Sprintf("%q", renamed.Title.String())), []byte(`"A third title"`), 1)
		o = d.lookAt("1999", f)
		p, err = d.s.Get(t.Context(), secretary, set, o.Import)
		d.ok(err)
		if slices.ContainsFunc(p.Items, Staged.adds) || !slices.ContainsFunc(p.Notes, func(n Note) bool { return n.Code == "differs" }) {
			t.Errorf("of two titles one is taken without a word: %+v", p.Of(KindSession)[0])
		}
	})
}

// dropEvent takes the event of a title out of a schedule.json.
func dropEvent(t *testing.T, b []byte, title string) []byte {
	t.Helper()
	at := bytes.Index(b, []byte(fmt.Sprintf(`"title": %q`, title)))
	if at < 0 {
		t.Fatalf("no event %q", title)
	}
	from, depth := at, 0
	for ; depth < 1; from-- {
		switch b[from-1] {
		case '{':
			depth++
		case '}':
			depth--
		}
	}
	to := from + 1
	for depth = 1; depth > 0; to++ {
		switch b[to] {
		case '{':
			depth++
		case '}':
			depth--
		}
	}
	rest := bytes.TrimLeft(b[to:], " \n\r\t")
	if len(rest) > 0 && rest[0] == ',' {
		return slices.Concat(b[:from], rest[1:])
	}
	return slices.Concat(bytes.TrimRight(bytes.TrimRight(b[:from], " \n\r\t"), ","), rest)
}

// Two sources that number their sessions alike do not take each other's for their own.
func TestFollowTwo(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		d := newDesk(t, address)
		d.s.UseSources(Sources{Private: true})
		table := func(titles ...string) []byte {
			out := "ID,Title,Date,Start,End\n"
			for i, s := range titles {
				out += fmt.Sprintf("%d,%s,2026-03-03,%02d:00,%02d:45\n", i+1, s, 9+i, 9+i)
			}
			return []byte(out)
		}
		e := newElsewhere(t, map[string][]byte{
			"/one.csv": table("Tides and cables", "Harbour rules for all", "Fog"), "/two.csv": table("Radio in the hills", "Goats", "Snow and other weather"),
		})
		one, two := d.follow("2026", e.URL+"/one.csv"), d.follow("2026", e.URL+"/two.csv")
		for _, f := range []Follow{one, two} {
			o := d.lookAt("2026", f)
			if o.New != 3 || o.Changed != 0 || o.Gone != 0 {
				t.Fatalf("%s: %+v", f.Name, o)
			}
			d.applied("2026", o.Import)
		}
		e.files["/one.csv"] = table("Tides and more cables", "Harbour rules for all", "Fog")
		e.files["/two.csv"] = table("Radio in the valleys", "Goats", "Snow and other weather")
		for _, f := range []Follow{one, two} {
			if o := d.lookAt("2026", f); o.New != 0 || o.Changed != 1 || o.Gone != 0 {
				t.Errorf("%s again: %+v", f.Name, o)
			}
		}
	})
}

// Every way in which a source can be wrong has its own words, and is remembered with it.
func TestFollowRefused(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		d := newDesk(t, address)
		set := d.setting("2026")
		e := newElsewhere(t, map[string][]byte{
			"/page": []byte("<!doctype html><p>Nothing here"), "/text.txt": []byte("Only words."), "/empty": {}, "/other.json": []byte(`{"a": 1}`),
			"/broken.json": []byte(`{"schedule": {"conference": {"days": [{"rooms": {"A": [{"title": `), "/large.json": bytes.Repeat([]byte(" "), fetch.Largest+1),
			"/captions.vtt": []byte("WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n"), "/broken.xml": []byte("<?xml version=\"1.0\"?>\n<other/>"),
		})
		gone := newElsewhere(t, nil)
		gone.Close()
		for _, bad := range []string{"", "  ", "schedule.json", "ftp://example.org/a.xml", "javascript:alert(1)", "https://user:secret@example.org/s.json", "https:///x"} {
			if _, err := d.s.AddFollow(t.Context(), secretary, set, FollowInput{URL: bad, Lang: "en"}); core.KindOf(err) != core.KindInvalid {
				t.Errorf("%q: %v", bad, err)
			}
		}
		look := func(address string) string {
			t.Helper()
			f := d.follow("2026", address)
			_, err := d.s.LookAt(t.Context(), secretary, set, f.ID)
			told, ok := errors.AsType[*core.Error](err)
			if !ok {
				t.Fatalf("%s: %v", address, err)
			}
			kept, err := d.s.Follow(t.Context(), secretary, set, f.ID)
			d.ok(err)
			if kept.Outcome.Code != FoundFailed || kept.Outcome.Why != told.Key || kept.Looked.IsZero() {
				t.Errorf("%s is remembered as %+v", address, kept.Outcome)
			}
			for _, l := range core.Langs {
				if s := d.catalog.Error(l, told); s == "" || strings.Contains(s, "archive.") || strings.Contains(s, "{{") {
					t.Errorf("%s in %s: %q", address, l, s)
				}
			}
			if a := d.ask("staff", http.MethodPost, "/2026/import/sources/"+string(f.ID)+"/look", "", nil); a.code != http.StatusUnprocessableEntity && a.code != http.StatusRequestEntityTooLarge || a.Find(".notice.error").Length() != 1 {
				t.Errorf("%s: the page answers %d %s", address, a.code, a.text("main"))
			}
			_, err = d.s.RemoveFollow(t.Context(), secretary, set, f.ID)
			d.ok(err)
			return told.Key
		}
		if got := look(e.URL + "/page"); got != "archive.source.error.private" || len(e.asked) > 0 {
			t.Errorf("this machine: %s after %v", got, e.asked)
		}
		d.s.UseSources(Sources{Private: true})
		for path, want := range map[string]string{
			"/page": "archive.source.error.no_schedule", "/text.txt": "archive.source.error.no_schedule", "/empty": "archive.source.error.no_schedule",
			"/captions.vtt": "archive.source.error.no_schedule", "/other.json": "archive.error.unreadable", "/broken.json": "archive.error.unreadable",
			"/broken.xml": "archive.error.unreadable", "/large.json": "archive.source.error.large", "/nowhere": "archive.source.error.status",
		} {
			d.s.UseSources(Sources{Private: true}) // and a new limit
			if got := look(e.URL + path); got != want {
				t.Errorf("%s: %s, want %s", path, got, want)
			}
		}
		if got := look(gone.URL); got != "archive.source.error.unreachable" {
			t.Errorf("nobody there: %s", got)
		}
	})
}

// The page adds, looks, removes and takes that back; who does not run the forum does not
// see it.
func TestFollowPage(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		d := newDesk(t, address)
		d.s.UseSources(Sources{Private: true, BaseURL: "http://forum.example"})
		const at = "/2026/import/sources"
		for _, as := range []string{"", "member"} {
			if a := d.ask(as, http.MethodGet, at, "", nil); a.code == http.StatusOK {
				t.Errorf("%q sees the sources", as)
			}
		}
		post := func(path string, v url.Values) answer {
			t.Helper()
			return d.ask("staff", http.MethodPost, path, "application/x-www-form-urlencoded", []byte(v.Encode()))
		}
		if a := post(at, url.Values{"url": {"nothing"}, "lang": {"en"}}); a.code != http.StatusUnprocessableEntity || !strings.Contains(a.text("main"), "no address of a schedule") {
			t.Errorf("%d %s", a.code, a.text("main"))
		}
		own := "http://forum.example/fr/2026/schedule.json"
		if a := post(at, url.Values{"url": {own}, "name": {"Ourselves"}, "lang": {"en"}}); a.code != http.StatusSeeOther {
			t.Fatalf("%d %s", a.code, a.text("main"))
		}
		if a := post(at, url.Values{"url": {own}, "lang": {"en"}}); a.code != http.StatusUnprocessableEntity || !strings.Contains(a.text("main"), "followed already") {
			t.Errorf("twice: %d %s", a.code, a.text("main"))
		}
		page := d.ask("staff", http.MethodGet, at, "", nil)
		look, remove := page.Find(`form[action$="/look"]`).AttrOr("action", ""), page.Find(`form[action$="/remove"]`).AttrOr("action", "")
		if a := post(look, nil); a.code != http.StatusSeeOther || a.to != at {
			t.Errorf("%d %s", a.code, a.to)
		}
		if page = d.ask("staff", http.MethodGet, at, "", nil); !strings.Contains(page.text("main"), "It is this edition itself") {
			t.Errorf("its own address: %s", page.text("main"))
		}
		a := post(remove, nil)
		if a.code != http.StatusSeeOther || !strings.Contains(strings.Join(a.head.Values("Set-Cookie"), " "), "undo=") {
			t.Errorf("removing: %d %v", a.code, a.head)
		}
		if page = d.ask("staff", http.MethodGet, at, "", nil); page.Find(".rows li").Length() != 0 {
			t.Error("it is still there")
		}
		parts := strings.Split(remove, "/")
		if a := post(at+"/restore", url.Values{"source": {parts[len(parts)-2]}}); a.code != http.StatusSeeOther {
			t.Errorf("%d", a.code)
		}
		if page = d.ask("staff", http.MethodGet, at, "", nil); page.Find(".rows li").Length() != 1 {
			t.Error("it is not there again")
		}
		for range 30 {
			if a = post(look, nil); a.code == http.StatusTooManyRequests {
				return
			}
		}
		t.Errorf("looking is not limited: %d", a.code)
	})
}

func TestExports(t *testing.T) {
	for page, want := range map[string][]string{
		"https://pretalx.example/democon/": {
			"https://pretalx.example/democon/schedule.json", "https://pretalx.example/democon/schedule/export/schedule.json", "https://pretalx.example/democon/schedule/export/schedule.xml",
		},
		"https://pretalx.example/democon/talk/ABCDEF/": {
			"https://pretalx.example/democon/schedule.json", "https://pretalx.example/democon/schedule/export/schedule.json", "https://pretalx.example/democon/schedule/export/schedule.xml",
		},
		"https://indico.example/event/12/timetable/?view=x#all": {"https://indico.example/event/12/event.ics?scope=contribution"},
		"https://frab.example/en/fair/public/events":            {"https://frab.example/en/fair/public/schedule.xml"},
	} {
		u, err := url.Parse(page)
		if err != nil {
			t.Fatal(err)
		}
		if got := exports(*u); !slices.Equal(got, want) {
			t.Errorf("%s: %v", page, got)
		}
	}
}
