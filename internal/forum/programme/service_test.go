package programme

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/people"
	"plenary/internal/platform/db"
	"plenary/internal/platform/record"
)

// Who may do what, through the service and through the pages.
func TestWhoSeesAndChangesSessions(t *testing.T) {
	onStage(t, func(t *testing.T, s *stage) {
		ctx := t.Context()
		for name, want := range map[string]core.Kind{"": core.KindNotFound, "member": core.KindNotFound, "kenji": "", "amina": "", "secretary": ""} {
			_, err := s.as(name, "ws184")
			if (err == nil) != (want == "") || err != nil && core.KindOf(err) != want {
				t.Errorf("%q sees the draft: %v", name, err)
			}
			byID, err := s.s.SessionsByID(ctx, s.actors[name], []core.ID{s.ws.ID})
			if s.ok(err); (byID[s.ws.ID] != nil) != (want == "") {
				t.Errorf("%q by id: %v", name, byID)
			}
			list, err := s.s.Briefs(ctx, s.actors[name], s.set, Filter{Person: s.kenji.ID})
			if s.ok(err); (len(list) == 1) != (want == "") {
				t.Errorf("%q in a list: %v", name, list)
			}
			roles, err := s.s.RolesOf(ctx, s.actors[name], s.kenji.ID)
			if s.ok(err); (len(roles) == 1) != (want == "") {
				t.Errorf("%q by person: %v", name, roles)
			}
			code := http.StatusOK
			if want != "" {
				code = http.StatusNotFound
			}
			for _, path := range []string{"/2023/ws184", "/2023/ws184/history", "/api/v1/editions/2023/sessions/ws184"} {
				if got := s.get(name, path).Code; got != code {
					t.Errorf("%q %s: %d, want %d", name, path, got, code)
				}
			}
		}
		// A form of a draft tells nobody that it exists.
		if w, _ := s.send("member", "/2023/ws184/edit", url.Values{"version": {"1"}}); w.Code != http.StatusNotFound {
			t.Errorf("a member edits the draft: %d", w.Code)
		}
		s.publish("ws184")
		for path, codes := range map[string][3]int{ // speaker, organiser, secretary
			"/2023/ws184/edit": {403, 200, 200}, "/2023/ws184/people": {403, 200, 200}, "/2023/ws184/schedule": {403, 403, 200},
			"/2023/ws184/relations": {403, 403, 200}, "/2023/ws184/standing": {403, 403, 200}, "/2023/ws184/cancel": {403, 403, 200},
			"/2023/ws184/restore": {403, 403, 403}, "/2023/edit/sessions/new": {403, 403, 200}, "/2023/edit/types": {403, 403, 200},
		} {
			for i, name := range []string{"kenji", "amina", "secretary"} {
				if got := s.get(name, path).Code; got != codes[i] {
					t.Errorf("%s %s: %d, want %d", name, path, got, codes[i])
				}
			}
			if w := s.get("", path); w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "/sign-in") {
				t.Errorf("visitor %s: %d to %q", path, w.Code, w.Header().Get("Location"))
			}
		}
		x := s.must("amina", "ws184")
		in := InputOf(x)
		in.Title = core.NewText("en", "Rural networks that last")
		if _, err := s.s.Change(ctx, s.actors["kenji"], s.set, "ws184", in); core.KindOf(err) != core.KindForbidden {
			t.Errorf("the speaker edits: %v", err)
		}
		_, err := s.s.Change(ctx, s.actors["amina"], s.set, "ws184", in)
		s.ok(err)
		if _, err := s.s.Move(ctx, s.actors["amina"], s.set, "ws184", MoveOf(x, s.set.Zone)); core.KindOf(err) != core.KindForbidden {
			t.Errorf("the organiser moves: %v", err)
		}
		// What was public is never a draft again.
		back := MoveOf(s.must("secretary", "ws184"), s.set.Zone)
		back.State = StateDraft
		if _, err := s.s.Move(ctx, secretary, s.set, "ws184", back); problems(err)["state"] != "programme.error.public" {
			t.Errorf("back to draft: %v", err)
		}
		// Internal events are the crew's; what happens in public is everybody's.
		if doc := s.page("", "/2023/ws184/history"); strings.Contains(doc.Text(), "Session added") || !strings.Contains(doc.Text(), "Session changed") {
			t.Errorf("history for visitors: %s", doc.Find("main").Text())
		}
		if doc := s.page("kenji", "/2023/ws184/history"); !strings.Contains(doc.Text(), "Session added") {
			t.Errorf("history for the crew: %s", doc.Find("main").Text())
		}
	})
}

// E067, E068, E099: a reference is permanent; an old one leads to its session for ever.
func TestReferencesArePermanent(t *testing.T) {
	onStage(t, func(t *testing.T, s *stage) {
		s.publish("ws184")
		other := s.add("open-forum", "A charter", "2023-10-11", "10:00", 60, "Room A", nil)
		if other.Ref != "of1" || s.add("open-forum", "Another", "", "", 0, "", nil).Ref != "of2" {
			t.Errorf("references %s", other.Ref)
		}
		classify := func(x, ref, kind string) error {
			in := StandingOf(s.must("secretary", x))
			in.Ref = ref
			if kind != "" {
				in.Type = TypeNamed(s.types, kind).ID
			}
			_, err := s.s.Classify(t.Context(), secretary, s.set, x, in)
			return err
		}
		s.ok(classify("ws184", "of184", "open-forum"))
		for path, to := range map[string]string{
			"/2023/ws184": "/2023/of184", "/2023/ws184/history?after=x": "/2023/of184/history?after=x", "/2023/OF184": "/2023/of184",
			"/ar/2023/ws184": "/ar/2023/of184",
		} {
			w := s.get("", path)
			if w.Code != http.StatusMovedPermanently || w.Header().Get("Location") != to {
				t.Errorf("%s: %d to %q, want %q", path, w.Code, w.Header().Get("Location"), to)
			}
		}
		if w := s.get("", "/api/v1/editions/2023/sessions/ws184"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"address":"/2023/of184"`) {
			t.Errorf("by the API: %d %s", w.Code, w.Body)
		}
		if x := s.must("", "ws184"); x.ID != s.ws.ID || x.Ref != "of184" || x.Number != 184 || x.Of.Slug != "open-forum" {
			t.Errorf("by the old reference: %+v", x)
		}
		// Neither a present nor an old reference is another session's.
		for _, ref := range []string{"ws184", "of184"} {
			if err := classify("of1", ref, ""); problems(err)["ref"] != "programme.error.ref_taken" {
				t.Errorf("%s given again: %v", ref, err)
			}
			err := s.rec.Write(t.Context(), secretary, func(ctx context.Context, tx *record.Tx) error {
				_, err := s.s.CreateTx(ctx, tx, s.set, NewSession{Type: s.types[0].ID, Ref: ref, Texts: EditInput{Title: core.NewText("en", "x")}})
				return err
			})
			if problems(err)["ref"] != "programme.error.ref_taken" {
				t.Errorf("%s given to a new session: %v", ref, err)
			}
		}
		if next := s.add("workshop", "Next", "", "", 0, "", nil); next.Ref != "ws185" {
			t.Errorf("the next workshop is %s", next.Ref)
		}
		if err := classify("of1", "of-1", ""); problems(err)["ref"] != "programme.error.ref" {
			t.Errorf("a reference with a hyphen: %v", err)
		}
		// Its own old one it may have back.
		s.ok(classify("of184", "ws184", "workshop"))
		if w := s.get("", "/2023/of184"); w.Header().Get("Location") != "/2023/ws184" {
			t.Errorf("of184 leads to %q", w.Header().Get("Location"))
		}
		if w := s.get("", "/2023/ws9999"); w.Code != http.StatusNotFound {
			t.Errorf("nothing: %d", w.Code)
		}
	})
}

// E046, E193: roles show the affiliation of the session's day, whatever comes later.
func TestAffiliationOfTheDayStays(t *testing.T) {
	onStage(t, func(t *testing.T, s *stage) {
		s.publish("ws184")
		line := func() string { return strings.Join(texts(s.page("", "/2023/ws184").Find(".people li")), "\n") }
		if got := line(); !strings.Contains(got, "Organiser Amina Diallo Executive Director, Sahel Networks Civil society") ||
			!strings.Contains(got, "Speaker Kenji Moriyama Asia-Pacific Group") {
			t.Errorf("people: %s", got)
		}
		affiliate := func(in people.NewAffiliation) {
			s.write(func(ctx context.Context, tx *record.Tx) error {
				_, err := s.people.AddAffiliationTx(ctx, tx, in)
				return err
			})
		}
		// Before the session: what is entered for its day counts.
		affiliate(people.NewAffiliation{Person: s.kenji.ID, OrganisationName: "Ministry of Communications", Title: "Director", From: "2023-09", Until: "2024"})
		if got := line(); !strings.Contains(got, "Kenji Moriyama Director, Ministry of Communications") {
			t.Errorf("before the session: %s", got)
		}
		// A printed affiliation stays as printed.
		printed := people.Snapshot{Name: "Kenji Moriyama", Affiliations: []people.SnapAffiliation{{Title: "Chair", Organisation: "Printed Body"}}}
		lt := s.add("lightning", "Signs", "2023-10-10", "12:30", 20, "Room K", nil)
		s.crew(lt, RoleInput{Person: s.kenji.ID, Role: Unstated, Snapshot: &printed})
		// After it: she moves to another organisation.
		s.clock.Freeze(time.Date(2024, 5, 1, 9, 0, 0, 0, time.UTC))
		affiliate(people.NewAffiliation{Person: s.amina.ID, OrganisationName: "Baobab Fund", Title: "Partner", From: "2024-04"})
		if got := line(); !strings.Contains(got, "Executive Director, Sahel Networks") || strings.Contains(got, "Baobab") {
			t.Errorf("after she moved: %s", got)
		}
		// Even a past that is written anew does not change what stood on the day.
		affiliate(people.NewAffiliation{Person: s.kenji.ID, OrganisationName: "Afterthought", From: "2022"})
		if got := line(); strings.Contains(got, "Afterthought") {
			t.Errorf("the past was rewritten: %s", got)
		}
		if got := strings.Join(texts(s.page("", "/2023/lt1").Find(".people li")), "\n"); !strings.Contains(got, "Role not stated Kenji Moriyama Chair, Printed Body") {
			t.Errorf("printed: %s", got)
		}
		in := MoveOf(s.must("secretary", "lt1"), s.set.Zone)
		in.Date = "2023-10-12"
		_, err := s.s.Move(t.Context(), secretary, s.set, "lt1", in)
		s.ok(err)
		if x := s.must("", "lt1"); len(x.Roles[0].Snapshot.Affiliations) != 1 || x.Roles[0].Snapshot.Affiliations[0].Organisation != "Printed Body" {
			t.Errorf("moved: %+v", x.Roles[0].Snapshot)
		}
		by, err := s.s.Briefs(t.Context(), core.Visitor, s.set, Filter{Organisation: s.sahel.ID})
		if s.ok(err); len(by) != 1 || by[0].Ref != "ws184" {
			t.Errorf("by organisation of the day: %v", by)
		}
		// One page of two of the same person: the roles follow.
		var twin people.Person
		s.write(func(ctx context.Context, tx *record.Tx) (err error) {
			twin, err = s.people.CreatePersonTx(ctx, tx, people.NewPerson{Name: "K. Moriyama", Public: true})
			return err
		})
		all, err := s.people.Persons(t.Context(), []core.ID{s.kenji.ID})
		s.ok(err)
		_, err = s.people.Merge(t.Context(), secretary, s.kenji.ID, people.MergeInput{Version: all[s.kenji.ID].Version, Into: twin.ID})
		s.ok(err)
		if roles, err := s.s.RolesOf(t.Context(), core.Visitor, twin.ID); err != nil || len(roles) != 2 {
			t.Errorf("after the merge: %v %v", roles, err)
		}
	})
}

// The queries of a session: seven for the service, and none more with more people,
// questions, tracks and relations. The page of a visitor asks for nothing else; that of
// a speaker asks three times more whether something in the timetable clashes.
func TestSessionIsReadInSevenQueries(t *testing.T) {
	onStage(t, func(t *testing.T, s *stage) {
		s.publish("ws184")
		measure := func() (service, page, visitor int64) {
			ctx, n := db.WithCount(t.Context())
			if _, err := s.s.Session(ctx, core.Visitor, s.set, "ws184"); err != nil {
				t.Fatal(err)
			}
			s.page("kenji", "/2023/ws184")
			page = s.log.queries
			s.page("", "/2023/ws184?fresh="+string(s.rec.IDs.New()))
			return n.Load(), page, s.log.queries
		}
		_, _, _ = measure()
		few, fewPage, fewVisitor := measure()
		s.write(func(ctx context.Context, tx *record.Tx) error {
			x, err := s.s.SessionTx(ctx, tx, s.ws.ID)
			if err != nil {
				return err
			}
			in := InputOf(x)
			for _, q := range s.set.Questions {
				in.Questions = append(in.Questions, q.ID)
			}
			if err := s.s.ChangeTx(ctx, tx, s.set, x, in); err != nil {
				return err
			}
			var roles []RoleInput
			for range 20 {
				p, err := s.people.CreatePersonTx(ctx, tx, people.NewPerson{Name: "Somebody else"})
				if err != nil {
					return err
				}
				roles = append(roles, RoleInput{Person: p.ID, Organisation: s.sahel.ID, Role: Speaker})
			}
			_, err = s.s.AddRolesTx(ctx, tx, s.set, x, roles)
			return err
		})
		for range 5 {
			o := s.add("main", "Main", "", "", 0, "", nil)
			s.write(func(ctx context.Context, tx *record.Tx) error {
				x, err := s.s.SessionTx(ctx, tx, s.ws.ID)
				if err != nil {
					return err
				}
				return s.s.RelateTx(ctx, tx, s.set, x, o.ID, Feeds, core.Text{})
			})
		}
		_, _, _ = measure()
		many, manyPage, manyVisitor := measure()
		t.Logf("queries: service %d and %d, page of a speaker %d and %d, of a visitor %d and %d", few, many, fewPage, manyPage, fewVisitor, manyVisitor)
		if few > 7 || many > 7 || manyVisitor > 7 || manyPage > 10 {
			t.Errorf("the service asks %d and %d times, the page of a visitor %d, of a speaker %d", few, many, manyVisitor, manyPage)
		}
		list, err := s.s.Briefs(t.Context(), secretary, s.set, Filter{})
		s.ok(err)
		var ids []core.ID
		for _, b := range list {
			ids = append(ids, b.ID)
		}
		ctx, n := db.WithCount(t.Context())
		if found, err := s.s.SessionsByID(ctx, secretary, ids); err != nil || len(found) != len(ids) || n.Load() > 7 {
			t.Errorf("%d sessions by id in %d queries: %v", len(ids), n.Load(), err)
		}
	})
}
