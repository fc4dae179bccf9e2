package agenda_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/agenda"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/record"
)

// E106: one press keeps a session and another gives it up; nobody else learns of it, no
// event tells of it, and the pages of visitors are what they were.
func TestKeep(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		x := h.session("Rural networks", monday, "14:00", 90, "Hall")
		secret := h.session("Secret", monday, "14:00", 90, "Room A", draft)
		before, page := h.fetch("/2026/programme/all", "Accept-Language", "en")
		at := h.Record.Last()
		bo := h.as(h.bo)
		p := bo.Post("/2026/my-programme", add(x.Ref))
		if p.URL.Path != "/2026/programme/all" || p.URL.Fragment != x.Ref {
			t.Errorf("the star leads to %s", p.URL)
		}
		if got := p.Text(".notice.success p"); got != programme.RefLabel(x.Ref)+" is in your programme now." {
			t.Errorf("the notice says %q", got)
		}
		if b := p.Find("li#" + x.Ref + " .star"); b.AttrOr("aria-pressed", "") != "true" || b.AttrOr("name", "") != "remove" {
			t.Errorf("the star of what is kept: %v", b.Nodes)
		}
		if n := bo.Get("/2026/programme/all").Find(".notice.success").Length(); n != 0 {
			t.Error("the notice stands twice")
		}
		if h.Record.Last() != at {
			t.Error("an event tells of a bookmark")
		}
		after, again := h.fetch("/2026/programme/all", "Accept-Language", "en")
		if page != again || before.Header.Get("ETag") != after.Header.Get("ETag") || after.Header.Get("Cache-Control") != "public, no-cache" {
			t.Error("the page of visitors is another one")
		}
		mine := bo.Get("/2026/my-programme")
		if got := mine.Text("main .rows"); !strings.Contains(got, "Rural networks") || !strings.Contains(got, "Mon 26 Oct 14:00–15:30 Oslo") || !strings.Contains(got, "13:00 UTC") {
			t.Errorf("the own programme has %q", got)
		}
		if got := h.as(h.staff).Get("/2026/my-programme").Text("main"); !strings.Contains(got, "Nothing in your programme yet") {
			t.Errorf("somebody else's programme: %q", got)
		}
		// What may not be seen is not found, as what is not there.
		hidden, none := bo.Post("/2026/my-programme", add(secret.Ref)), bo.Post("/2026/my-programme", add("ws999"))
		if hidden.Status != http.StatusNotFound || none.Status != http.StatusNotFound || hidden.Text("main") != strings.ReplaceAll(none.Text("main"), "ws999", secret.Ref) {
			t.Errorf("a hidden session: %d %q, none: %d %q", hidden.Status, hidden.Text("main"), none.Status, none.Text("main"))
		}
		if p := bo.Post("/2026/my-programme", remove(secret.Ref)); p.Status != http.StatusOK || strings.Contains(p.Text("main"), "Secret") {
			t.Errorf("to give up what one may not see: %d %q", p.Status, p.Text("main"))
		}
		// The staff see how many, and nobody who.
		if got := h.as(h.staff).Get("/2026/" + x.Ref).Text("main aside"); !strings.Contains(got, "1 person keeps this session") {
			t.Errorf("the staff read %q", got)
		}
		for _, who := range []string{"visitor", "member", "editor"} {
			if got := h.as(h.who[who]).Get("/2026/" + x.Ref).Text("main"); strings.Contains(got, "keeps this session") {
				t.Errorf("a %s reads how many keep it", who)
			}
		}
		// Removing can be undone from the notice.
		p = bo.Post("/2026/my-programme", remove(x.Ref))
		undo := p.Find(".notice.success form")
		if undo.AttrOr("action", "") != "/2026/my-programme" || undo.Find("input[name=add]").AttrOr("value", "") != "" && p.Text(".notice.success") == "" {
			t.Fatalf("no way back: %s", p.Text(".notice.success"))
		}
		bo.Post(undo.AttrOr("action", ""), url.Values{"add": {undo.Find("input[name=add]").AttrOr("value", "")}})
		kept, err := h.Agenda.KeptIn(t.Context(), h.bo, h.set.ID)
		h.ok(err)
		if !kept[x.ID] {
			t.Error("what was undone is not kept")
		}
		for _, e := range h.log.errors {
			t.Error(e)
		}
	})
}

// Who is not signed in is led to it, and comes back to what she pressed.
func TestKeepBeforeSignIn(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		x := h.session("Rural networks", monday, "14:00", 90, "Hall")
		visitor := h.Visitor(t)
		p := visitor.Post("/2026/my-programme", add(x.Ref))
		next, err := url.Parse(p.URL.Query().Get("next"))
		h.ok(err)
		if p.URL.Path != "/sign-in" || next.Path != "/2026/my-programme" || next.Query().Get("parked") == "" {
			t.Fatalf("a visitor is led to %s", p.URL)
		}
		bo := h.as(h.bo)
		form := bo.Get(next.String()).Form()
		if form.Get("add") != x.Ref {
			t.Fatalf("the form holds %v", form)
		}
		if p := bo.Post("/2026/my-programme", form); p.URL.Path != "/2026/programme/all" {
			t.Errorf("it leads to %s", p.URL)
		}
		kept, err := h.Agenda.KeptIn(t.Context(), h.bo, h.set.ID)
		h.ok(err)
		if !kept[x.ID] {
			t.Error("it is not kept")
		}
		for _, path := range []string{"/2026/my-programme", "/2026/my-programme.ics", "/me/calendar"} {
			if p := visitor.Get(path); p.URL.Path != "/sign-in" {
				t.Errorf("a visitor gets %s: %d", path, p.Status)
			}
		}
		// A script is told, and sends the form itself then.
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.URL+"/2026/my-programme", strings.NewReader(add(x.Ref).Encode()))
		h.ok(err)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("X-Script", "1")
		res, err := http.DefaultClient.Do(req)
		h.ok(err)
		_ = res.Body.Close()
		if res.StatusCode != http.StatusUnauthorized {
			t.Errorf("a script without a session: %d", res.StatusCode)
		}
	})
}

// What changed since one looked stands at the session until one says so; what clashes too.
func TestMine(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		x := h.session("Rural networks", monday, "14:00", 90, "Hall")
		y := h.session("Spectrum", monday, "15:00", 60, "Room A")
		z := h.session("Archives", monday, "16:10", 60, "Reading room")
		own := h.session("Draft of hers", "", "", 0, "", draft)
		h.crew(own, h.bo, programme.Organiser)
		h.crew(y, h.bo, programme.Speaker)
		bo := h.as(h.bo)
		for _, s := range []*programme.Session{x, z} {
			bo.Post("/2026/my-programme", add(s.Ref))
		}
		p := bo.Get("/2026/my-programme")
		row := func(title string) string {
			t.Helper()
			for _, li := range p.Find("main .rows > li").EachIter() {
				if s := strings.Join(strings.Fields(li.Text()), " "); strings.HasPrefix(s, title) {
					return s
				}
			}
			return ""
		}
		if got := p.Text(".result strong"); got != "4 sessions." {
			t.Errorf("there are %s", got)
		}
		for title, want := range map[string][]string{
			"Rural": {"At the same time as " + programme.RefLabel(y.Ref) + " “Spectrum”, for 30 min"},
			"Spect": {"Speaker", "At the same time as", "Only 10 min to get from or to " + programme.RefLabel(z.Ref)},
			"Archi": {"Only 10 min"},
			"Draft": {"Draft", "Organiser"},
		} {
			for _, w := range want {
				if !strings.Contains(row(title), w) {
					t.Errorf("%s lacks %q: %s", title, w, row(title))
				}
			}
		}
		h.move(x, func(in *programme.MoveInput) {
			in.Start, in.End, in.Room = "17:30", "19:00", h.set.RoomNamed("Reading room").ID
		})
		p = bo.Get("/2026/my-programme")
		if got := row("Rural"); !strings.Contains(got, "Its time was Mon 26 Oct 14:00–15:30") || !strings.Contains(got, "Its room was Hall") || !strings.Contains(p.Text(".notice.info"), "1 session changed") {
			t.Errorf("what changed is not said: %s", got)
		}
		p = bo.Post("/2026/my-programme", url.Values{"noted": {"1"}})
		if got := row("Rural"); strings.Contains(got, "Its time was") || p.Find("form button[name=noted]").Length() != 0 {
			t.Errorf("it is said again: %s", got)
		}
		// Hidden again: its title is the one that was kept, and it can be given up.
		h.hide(z, "What it is called now")
		p = bo.Get("/2026/my-programme")
		if got := p.Text("main section:first-of-type"); !strings.Contains(got, "No longer in the programme") || !strings.Contains(got, "Archives") || strings.Contains(p.Body, "called now") {
			t.Errorf("what is hidden is not said: %s", got)
		}
		if p = bo.Post("/2026/my-programme", remove(string(z.ID))); strings.Contains(p.Text("main"), "Archives") {
			t.Error("it is still there")
		}
		// The same by the API.
		var m agenda.Mine
		h.ok(json.Unmarshal([]byte(bo.Get("/api/v1/editions/2026/my-programme").Body), &m))
		if len(m.Items) != 3 || m.Items[0].Session.Ref != y.Ref || !slices.Equal(m.Items[0].Roles, []string{programme.Speaker}) {
			t.Errorf("by the API: %+v", m.Items)
		}
		if p := h.Visitor(t).Get("/api/v1/editions/2026/my-programme"); p.Status != http.StatusUnauthorized {
			t.Errorf("a visitor by the API: %d", p.Status)
		}
	})
}

func TestClashes(t *testing.T) {
	v := func(id, venue core.ID) editions.Room { return editions.Room{ID: id, Venue: venue} }
	set := &editions.Setting{Rooms: []editions.Room{v("a", "1"), v("b", "1"), v("c", "2")}}
	at := func(h, m int) core.Instant { return core.At(time.Date(2026, 10, 26, h, m, 0, 0, time.UTC)) }
	s := func(id, room core.ID, from, until core.Instant, state string) programme.Brief {
		return programme.Brief{ID: id, Room: room, Starts: from, Ends: until, State: state}
	}
	const on = programme.StateScheduled
	got := agenda.Clashes(set, []programme.Brief{
		s("long", "a", at(9, 0), at(12, 0), on), s("in", "b", at(10, 0), at(10, 30), on), s("after", "a", at(12, 0), at(13, 0), on),
		s("far", "c", at(13, 19), at(14, 0), on), s("near", "b", at(13, 1), at(13, 10), on), s("ok", "c", at(14, 20), at(15, 0), on), s("there", "a", at(15, 20), at(16, 0), on),
		s("off", "a", at(9, 0), at(12, 0), programme.StateCancelled), s("no time", "a", core.Instant{}, core.Instant{}, on),
	})
	want := map[core.ID][]agenda.Clash{
		"long": {{Kind: agenda.Overlap, With: "in", Minutes: 30}}, "in": {{Kind: agenda.Overlap, With: "long", Minutes: 30}},
		"after": {{Kind: agenda.Far, With: "far", Minutes: 19}}, "near": {{Kind: agenda.Far, With: "far", Minutes: 9}},
		"far": {{Kind: agenda.Far, With: "after", Minutes: 19}, {Kind: agenda.Far, With: "near", Minutes: 9}},
	}
	if len(got) != len(want) {
		t.Errorf("%d of %d: %+v", len(got), len(want), got)
	}
	for id, w := range want {
		if !slices.Equal(got[id], w) {
			t.Errorf("%s: %+v, want %+v", id, got[id], w)
		}
	}
}

// What is taken back by an import takes its bookmarks along; who keeps what is told to the
// program alone.
func TestTakenBack(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		x, y := h.session("Rural networks", monday, "14:00", 90, "Hall"), h.session("Spectrum", monday, "15:00", 60, "Room A")
		for _, a := range []core.Actor{h.ada, h.bo} {
			for _, s := range []*programme.Session{x, y} {
				_, err := h.Agenda.Add(t.Context(), a, h.set, s.Ref)
				h.ok(err)
				_, err = h.Agenda.Add(t.Context(), a, h.set, strings.ToUpper(s.Ref)) // twice changes nothing
				h.ok(err)
			}
		}
		who, err := h.Agenda.BookmarkersTx(t.Context(), h.DB.Read, []core.ID{x.ID, y.ID})
		h.ok(err)
		if len(who) != 2 || len(who[h.bo.Account]) != 2 {
			t.Errorf("who keeps them: %v", who)
		}
		h.write(func(ctx context.Context, tx *record.Tx) error {
			is, err := programme.Shelf.Copy(ctx, tx, []core.ID{x.ID})
			if err != nil {
				return err
			}
			_, err = programme.Shelf.RestoreTx(ctx, tx, h.set.Scope(), []core.ID{x.ID}, record.Rows{}, is)
			return err
		})
		counts, err := h.Agenda.CountsOf(t.Context(), h.set.ID)
		h.ok(err)
		if len(counts) != 1 || counts[y.ID] != 2 {
			t.Errorf("what is kept: %v", counts)
		}
		if p := h.as(h.bo).Get("/2026/my-programme"); p.Status != http.StatusOK || p.Text(".result strong") != "1 session." {
			t.Errorf("%d %s", p.Status, p.Text("main"))
		}
	})
}
