package programme

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/platform/record"
)

// People are named by typing: known ones are linked, several are asked back, new ones
// are entered when that is said.
func TestPeopleAreNamedByTyping(t *testing.T) {
	onStage(t, func(t *testing.T, s *stage) {
		s.publish("ws184")
		var twins [2]people.Person
		s.write(func(ctx context.Context, tx *record.Tx) (err error) {
			for i, org := range []string{"Universidad del Valle", "Open Fund"} {
				if twins[i], err = s.people.CreatePersonTx(ctx, tx, people.NewPerson{Name: "Tomás Rivero", Public: true}); err != nil {
					return err
				}
				if _, err = s.people.AddAffiliationTx(ctx, tx, people.NewAffiliation{Person: twins[i].ID, OrganisationName: org, From: "2020"}); err != nil {
					return err
				}
			}
			_, err = s.people.CreatePersonTx(ctx, tx, people.NewPerson{Name: "Private Person"})
			return err
		})
		path := "/2023/ws184/people"
		form := s.form("amina", path)
		if form.Has("people[0].choice") || form.Has("people[0].new") {
			t.Errorf("the form asks before there is a question: %v", form)
		}
		form.Set("people[2].role", Rapporteur)
		form.Set("people[2].name", "Tomas  Rivero")
		form.Set("people[3].role", ModeratorOnline)
		form.Set("people[3].name", "Dr. Lin Wei")
		form.Set("people[4].role", CoOrganiser)
		form.Set("people[4].organisation", "sahel networks")
		form.Set("people[5].role", Speaker)
		form.Set("people[5].name", "Private Person")
		w, doc := s.send("amina", path, form)
		if w.Code != http.StatusUnprocessableEntity {
			t.Fatalf("%d: %s", w.Code, doc.Find("main").Text())
		}
		choices := texts(doc.Find(`[name="people[2].choice"]`).Parent().Find("label"))
		if strings.Join(choices, "; ") != "Tomás Rivero, Universidad del Valle; Tomás Rivero, Open Fund" && strings.Join(choices, "; ") != "Tomás Rivero, Open Fund; Tomás Rivero, Universidad del Valle" {
			t.Errorf("choices: %q", choices)
		}
		for _, row := range []string{"3", "5"} { // whom the organiser may not see she cannot find
			if doc.Find(`[name="people[`+row+`].new"]`).Length() != 1 || doc.Find(`[name="people[`+row+`].choice"]`).Length() != 0 {
				t.Errorf("row %s: %s", row, doc.Find("[role=alert]").Text())
			}
		}
		form = fieldsOf(doc)
		form.Set("people[2].choice", string(twins[1].ID))
		form.Set("people[3].new", "true")
		form.Del("people[5].name")
		if w, doc = s.send("amina", path, form); w.Code != http.StatusSeeOther {
			t.Fatalf("%d: %s", w.Code, doc.Find("[role=alert]").Text())
		}
		x := s.must("", "ws184")
		got := map[string]Role{}
		for _, r := range x.Roles {
			got[r.Role] = r
		}
		if len(x.Roles) != 5 || got[Rapporteur].Person != twins[1].ID || got[CoOrganiser].Organisation != s.sahel.ID || got[CoOrganiser].Person != "" {
			t.Errorf("roles: %+v", x.Roles)
		}
		if r := got[Rapporteur]; len(r.Snapshot.Affiliations) != 1 || r.Snapshot.Affiliations[0].Organisation != "Open Fund" {
			t.Errorf("snapshot: %+v", r.Snapshot)
		}
		lin, err := s.people.Get(t.Context(), core.Visitor, got[ModeratorOnline].Person)
		if err != nil || lin.Name != "Lin Wei" || lin.Honorific != "Dr." {
			t.Errorf("the new person: %+v %v", lin, err)
		}
		// Crew roles follow: the rapporteur may see and report, not write the texts.
		if roles := Crew(core.Actor{Account: "x", Person: twins[1].ID}, x); len(roles) != 2 || roles[1] != core.RoleRapporteur {
			t.Errorf("crew: %v", roles)
		}
		line := s.page("", "/2023/ws184/history").Find(".history").Text()
		if !strings.Contains(line, "People changed") || !strings.Contains(line, "Tomás Rivero") || !strings.Contains(line, "Sahel Networks") {
			t.Errorf("history: %s", line)
		}
		// One person with two roles stands once; taking all rows away takes all roles.
		form = s.form("amina", path)
		form.Set("people[5].role", Chair)
		form.Set("people[5].name", "Amina Diallo")
		if w, doc := s.send("amina", path, form); w.Code != http.StatusSeeOther {
			t.Fatalf("%d: %s", w.Code, doc.Find("[role=alert]").Text())
		}
		if got := texts(s.page("", "/2023/ws184").Find(".people .role")); got[0] != "Organiser, Chair" || len(got) != 5 {
			t.Errorf("people: %q", got)
		}
		form = s.form("amina", path)
		for k := range form {
			if strings.HasSuffix(k, ".name") || strings.HasSuffix(k, ".organisation") {
				form.Set(k, "")
			}
		}
		if w, _ := s.send("amina", path, form); w.Code != http.StatusSeeOther {
			t.Errorf("without people: %d", w.Code)
		}
		if w := s.get("amina", path); w.Code != http.StatusForbidden {
			t.Errorf("who took herself out: %d", w.Code)
		}
	})
}

// E061, E062: sessions feed into and build on others, also of other years, and both
// pages say so at once.
func TestRelationsAreSeenFromBothSides(t *testing.T) {
	onStage(t, func(t *testing.T, s *stage) {
		s.publish("ws184")
		s.add("main", "Twenty years on", "2023-10-11", "15:45", 90, "Main Hall", nil)
		s.found(editions.EditionInput{Slug: "2017", Name: core.NewText("en", "IGF 2017"), State: editions.StatePublic, Zone: "Europe/Zurich", FirstDay: "2017-12-18", LastDay: "2017-12-21"})
		old := s.add("main", "Cybersecurity", "2017-12-19", "10:00", 90, "Main Hall", nil)
		s.reload("2023")
		if got := s.page("", "/2017/"+old.Ref).Find("aside").Text(); strings.Contains(got, "Taken further") {
			t.Errorf("before: %s", got)
		}
		path := "/2023/ws184/relations"
		form := s.form("secretary", path)
		form.Set("relations[0].kind", Feeds)
		form.Set("relations[0].to", " Main1 ")
		form.Set("relations[1].kind", BuildsOn)
		form.Set("relations[1].to", "/2017/main1")
		form.Set("relations[1].note.Orig", "en")
		form.Set("relations[1].note.By[en]", "Its second part")
		form.Set("relations[2].kind", Feeds)
		form.Set("relations[2].to", "2016/main1")
		w, doc := s.send("secretary", path, form)
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(doc.Find("[role=alert]").Text(), "2016/main1") {
			t.Fatalf("%d: %s", w.Code, doc.Find("[role=alert]").Text())
		}
		form = fieldsOf(doc)
		form.Set("relations[2].to", "ws184")
		if w, doc = s.send("secretary", path, form); w.Code != http.StatusUnprocessableEntity || doc.Find("#f-relations-2-to-error").Length() != 1 {
			t.Errorf("with itself: %d", w.Code)
		}
		form.Set("relations[2].to", "")
		if w, doc = s.send("secretary", path, form); w.Code != http.StatusSeeOther {
			t.Fatalf("%d: %s", w.Code, doc.Find("[role=alert]").Text())
		}
		for page, want := range map[string][]string{
			"/2023/ws184":      {"Feeds into", "Twenty years on Main 1, 2023", "Builds on", "Cybersecurity Main 1, 2017 · Its second part"},
			"/2023/main1":      {"Fed by", "Rural networks WS 184, 2023"},
			"/2017/" + "main1": {"Taken further by", "Rural networks WS 184, 2023"},
		} {
			got := strings.Join(texts(s.page("", page).Find("aside .panel")), "\n")
			for _, w := range want {
				if !strings.Contains(got, w) {
					t.Errorf("%s lacks %q: %s", page, w, got)
				}
			}
		}
		// The title of a related session of another year is never shown stale.
		in := InputOf(s.must("secretary", "ws184"))
		in.Title = core.NewText("en", "Rural networks that last")
		_, err := s.s.Change(t.Context(), secretary, s.set, "ws184", in)
		s.ok(err)
		if got := s.page("", "/2017/main1").Find("aside").Text(); !strings.Contains(got, "Rural networks that last") {
			t.Errorf("kept page: %s", got)
		}
		if len(s.events(old.ID, "session.related")) != 1 {
			t.Errorf("events of the other session: %v", s.events(old.ID))
		}
		// A relation to a draft is no hint that it exists.
		draft := s.add("workshop", "Secret", "", "", 0, "", func(in *NewSession) { in.State = StateDraft })
		s.write(func(ctx context.Context, tx *record.Tx) error {
			x, err := s.s.SessionTx(ctx, tx, s.ws.ID)
			if err != nil {
				return err
			}
			return s.s.RelateTx(ctx, tx, s.set, x, draft.ID, Feeds, core.Text{})
		})
		for _, page := range []string{"/2023/ws184", "/2023/ws184/history"} {
			if got := s.page("", page).Text(); strings.Contains(got, draft.Ref) || strings.Contains(got, "Secret") {
				t.Errorf("%s tells of a draft", page)
			}
		}
	})
}

// The page is kept for visitors, but never a moment too long.
func TestSessionPageChangesWithTime(t *testing.T) {
	onStage(t, func(t *testing.T, s *stage) {
		s.publish("ws184")
		status := func() string { return strings.Join(texts(s.page("", "/2023/ws184").Find(".head .status")), ",") }
		for _, c := range []struct {
			at   time.Time
			want string
		}{
			{time.Date(2023, 10, 11, 4, 59, 59, 0, time.UTC), ""},
			{time.Date(2023, 10, 11, 5, 0, 0, 0, time.UTC), "Live now"},
			{time.Date(2023, 10, 11, 6, 29, 59, 0, time.UTC), "Live now"},
			{time.Date(2023, 10, 11, 6, 30, 0, 0, time.UTC), ""},
		} {
			s.clock.Freeze(c.at)
			if got := status(); got != c.want {
				t.Errorf("at %s: %q, want %q", c.at, got, c.want)
			}
		}
		if got := texts(s.page("", "/2023/ws184", "Cookie", "zone=Europe%2FParis").Find(".head .clock")); len(got) != 1 || got[0] != "Wed 11 Oct 14:00–15:30 Kyoto 05:00 UTC 07:00 for you" {
			t.Errorf("three clocks: %q", got)
		}
		x := s.must("secretary", "ws184")
		_, err := s.s.Cancel(t.Context(), secretary, s.set, "ws184", CancelInput{Version: x.Version, Note: core.NewText("en", "The host is ill.")})
		s.ok(err)
		doc := s.page("", "/2023/ws184")
		if status() != "Cancelled" || !strings.Contains(doc.Find(".notice").Text(), "The host is ill.") {
			t.Errorf("cancelled: %s", doc.Find("main").Text())
		}
		if w, _ := s.send("secretary", "/2023/ws184/schedule", s.form("secretary", "/2023/ws184/restore")); w.Code != http.StatusForbidden {
			t.Errorf("a cancelled session is moved: %d", w.Code)
		}
		if w, _ := s.send("secretary", "/2023/ws184/restore", s.form("secretary", "/2023/ws184/restore")); w.Code != http.StatusSeeOther || status() != "" {
			t.Errorf("restored: %d %q", w.Code, status())
		}
	})
}

// The first screen says what is on and what is next; pages of people, organisations
// and bodies list their sessions.
func TestPanelsListSessions(t *testing.T) {
	onStage(t, func(t *testing.T, s *stage) {
		s.publish("ws184")
		s.server.Panel("editions.home", 1, s.w.HomePanel)
		s.ok(editions.NewWeb(s.editions, s.w.vocab, s.people).Register(s.server))
		dc := s.add("dc-session", "Coalition", "2023-10-11", "15:30", 60, "Room A", func(in *NewSession) { in.Standing.Body = s.owners[0] })
		home := func() map[string]string {
			out := map[string]string{}
			doc := s.page("", "/2023")
			doc.Find("main section").Each(func(i int, sec *goquery.Selection) { out[sec.Find("h2").Text()] = sec.Find(".rows").Text() })
			return out
		}
		s.clock.Freeze(time.Date(2023, 10, 11, 4, 0, 0, 0, time.UTC))
		if got := home(); got["On now"] != "" || !strings.Contains(got["Next"], "Rural networks") {
			t.Errorf("before: %v", got)
		}
		s.clock.Freeze(time.Date(2023, 10, 11, 5, 30, 0, 0, time.UTC))
		if got := home(); !strings.Contains(got["On now"], "Rural networks") || !strings.Contains(got["Next"], "Coalition") || strings.Contains(got["Next"], "Rural") {
			t.Errorf("during: %v", got)
		}
		s.clock.Freeze(time.Date(2023, 11, 1, 0, 0, 0, 0, time.UTC))
		if got := home(); len(got) != 0 {
			t.Errorf("afterwards: %v", got)
		}
		of, err := s.s.OfBody(t.Context(), core.Visitor, s.owners[0])
		if s.ok(err); len(of) != 1 || of[0].ID != dc.ID {
			t.Errorf("of a body: %v", of)
		}
		n := 0
		s.write(func(ctx context.Context, tx *record.Tx) (err error) {
			n, err = s.s.Usage(ctx, tx, []core.ID{s.set.RoomNamed("Room I").ID})
			return err
		})
		if n != 1 {
			t.Errorf("Room I is used %d times", n)
		}
	})
}

// Staff change what types there are; what sessions use stays.
func TestSessionTypesAreData(t *testing.T) {
	onStage(t, func(t *testing.T, s *stage) {
		ctx := t.Context()
		in := InputOfTypes(s.types)
		at := 0
		for i, ty := range in.Types {
			if ty.Slug == "workshop" {
				at = i
			}
		}
		in.Types[at].Durations, in.Types[at].Windows = "60, 75", "09:00–18:00"
		in.Types[0].Slug, in.Types[1].Slug = in.Types[1].Slug, in.Types[0].Slug // two swap names
		in.Types = append(in.Types, TypeInput{Name: core.NewText("en", "Fish bowl"), Prefix: "fb"})
		if err := s.s.SetTypes(ctx, s.actors["amina"], s.set, in); core.KindOf(err) != core.KindForbidden {
			t.Errorf("an organiser sets types: %v", err)
		}
		s.ok(s.s.SetTypes(ctx, secretary, s.set, in))
		types, err := s.s.Types(ctx, s.set.ID)
		s.ok(err)
		if fb := TypeNamed(types, "fish bowl"); fb == nil || fb.Slug != "fish-bowl" || TypeNamed(types, "ws").Windows[0].Until != "18:00" || TypeNamed(types, "main").Prefix != "hl" {
			t.Errorf("types: %+v", types)
		}
		if err := s.s.SetTypes(ctx, secretary, s.set, in); core.KindOf(err) != core.KindStale {
			t.Errorf("stale: %v", err)
		}
		in = InputOfTypes(types)
		in.Types = append(in.Types[:at], in.Types[at+1:]...)
		if err := s.s.SetTypes(ctx, secretary, s.set, in); core.KindOf(err) != core.KindConflict {
			t.Errorf("a type that is used goes: %v", err)
		}
		// The crew is told that ninety minutes are no longer a workshop's.
		if got := s.page("amina", "/2023/ws184").Find(".notice.warning").Text(); !strings.Contains(got, "WS 184 takes 90 min") {
			t.Errorf("finding: %s", got)
		}
	})
}

// A new session begins as a draft with the next number of its type.
func TestNewSessionBeginsAsADraft(t *testing.T) {
	onStage(t, func(t *testing.T, s *stage) {
		form := s.form("secretary", "/2023/edit/sessions/new")
		form.Set("type", string(TypeNamed(s.types, "workshop").ID))
		if w, doc := s.send("secretary", "/2023/edit/sessions/new", form); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("without a title: %d %s", w.Code, doc.Find("[role=alert]").Text())
		}
		form.Set("title.Orig", "fr")
		form.Set("title.By[fr]", "Réseaux ruraux")
		w, _ := s.send("secretary", "/2023/edit/sessions/new", form)
		if to := w.Header().Get("Location"); to != "/2023/ws185/edit" {
			t.Fatalf("%d to %q", w.Code, to)
		}
		x := s.must("secretary", "ws185")
		if x.State != StateDraft || x.Title.Orig != "fr" {
			t.Errorf("%+v", x)
		}
		doc := s.page("secretary", "/2023/ws185")
		if lang, _ := doc.Find("h1 bdi").Attr("lang"); lang != "fr" || doc.Find("h1").Text() != "Réseaux ruraux" {
			t.Errorf("the title in its language: %s", doc.Find("h1").Text())
		}
	})
}
