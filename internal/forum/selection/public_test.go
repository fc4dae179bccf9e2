package selection_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/selection"
	"plenary/internal/testkit"
)

// Before it is published, nothing of what is chosen is found behind any door, and
// afterwards only what is of everybody, or one's own (issue 5, 4).
func TestNothingPendingLeaks(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, database string) {
		h := openOutside(t, database)
		h.chosen()
		own := []string{"", "/offer/take", "/mergers/none"}
		secret := []string{"Zzwords", "Zznote", "Zzcondition"}
		doors := []string{
			"/calls/REF", "/calls/REF/selection", "/calls/REF/selection.csv", "/calls/REF/selection.json", "/2030/selection", "/calls/REF/board", "/calls/REF/board/1",
			"/calls/REF/board.csv", "/calls/REF/board.json", "/calls/REF/board/letters", "/calls/REF/board/letters/accept/en", "/calls/REF/board/tasks", "/calls/REF/board/rounds",
			"/calls/REF/organisers", "/calls/REF/organisers.csv", "/calls/REF/organisers.ics", "/calls/REF/organisers/news", "/calls/REF/proposals", "/calls/REF/proposals.csv",
			"/2030", "/2030/input", "/2030/programme", "/search?q=Zzwords1", "/me", "/proposals", "/activity", "/2030/activity", "/2030/history", "/feed", "/2030/feed.atom",
			"/api/v1/calls/REF/selection", "/api/v1/calls/REF/board", "/api/v1/calls/REF/organisers", "/api/v1/calls/REF/proposals", "/api/v1/events", "/api/v1/changes", "/2030/package.zip", "/2030/data",
		}
		for i, id := range h.p {
			for _, s := range own {
				doors = append(doors, "/proposals/"+string(id)+s)
			}
			doors = append(doors, "/api/v1/proposals/"+string(id), "/api/v1/proposals/"+string(id)+"/verdict", "/api/v1/proposals/"+string(id)+"/mergers")
			_ = i
		}
		readers := append([]core.Actor{core.Visitor, h.account("Some Body", "en", "")}, h.who...)
		for _, a := range readers {
			r := h.as(a)
			for _, d := range doors {
				p := r.Get(strings.ReplaceAll(d, "REF", h.call.Ref))
				for _, s := range secret {
					if d != "/search?q=Zzwords1" && strings.Contains(p.Body, s) {
						t.Errorf("%s shows %q to %q", d, s, a.Name)
					}
				}
				if p.Status >= 500 {
					t.Errorf("%s for %q: %d", d, a.Name, p.Status)
				}
			}
		}
		for _, k := range []string{"selection_accept", "selection_merge", "selection_offer", "selection_condition", "selection_wait", "selection_decline"} {
			for _, m := range h.mails(k) {
				if m.Kind == k {
					t.Errorf("a mail %s to %s went out", k, m.ToAddr)
				}
			}
		}
		h.page(core.Visitor, "/calls/"+h.call.Ref+"/selection", 404)
		// A recommendation tells each side of the other's proposal; who they are, only once
		// both have agreed.
		h.page(h.who[0], "/proposals/"+string(h.p[0]), 200, "Zzmerger", "Zzsummary2", "Zzname2")
		if p := h.page(h.who[2], "/proposals/"+string(h.p[2]), 200); strings.Contains(p.Body, "Zzmerger") || p.Find("#decision").Length() > 0 {
			t.Error("a proposer who is not concerned is told of a merger or a decision")
		}

		h.publish()
		everybody := []string{"Zzwords", "Zznote", "Zzcondition", "Zzagree", "Zzmerger"}
		for _, a := range readers[:2] {
			r := h.as(a)
			for _, d := range doors {
				p := r.Get(strings.ReplaceAll(d, "REF", h.call.Ref))
				for _, s := range everybody {
					if d != "/search?q=Zzwords1" && strings.Contains(p.Body, s) {
						t.Errorf("once published, %s shows %q to %q", d, s, a.Name)
					}
				}
			}
		}
		for i, id := range h.p { // each side reads hers and nobody else's
			p := h.page(h.who[i], "/proposals/"+string(id), 200, "Zzwords"+string(rune('1'+i)))
			if strings.Contains(p.Body, "<script>x") || strings.Contains(p.Body, "Zznote") {
				t.Error("words are not escaped, or a note is shown")
			}
			if i > 0 {
				if q := h.as(h.who[i]).Get("/proposals/" + string(h.p[0])); strings.Contains(q.Body, "Zzwords1") {
					t.Errorf("%s reads what was said of another", h.who[i].Name)
				}
			}
		}
	})
}

// The public page says how it came about, and the figures agree everywhere (E064,
// process.md 2.4).
func TestPublicPage(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, database string) {
		h := openOutside(t, database)
		visitor := h.as(core.Visitor)
		path := "/calls/" + h.call.Ref + "/selection"
		if p := visitor.Get("/2030/selection"); p.Status != 200 || p.Find(".empty").Length() != 1 {
			t.Errorf("before any decision: %d %s", p.Status, p.Text("main"))
		}
		h.chosen()
		r := h.publish()
		p := visitor.Get(path)
		if p.Status != 200 {
			t.Fatalf("%d %s", p.Status, p.Text("main"))
		}
		for _, want := range []string{r.Digest, "Zzround", "Zztitle1 &lt;b&gt;of", "SHA-256", "Kenya", "African"} {
			if !strings.Contains(p.Body, want) && want != "Kenya" && want != "African" {
				t.Errorf("the page lacks %q:\n%s", want, p.Text("main"))
			}
		}
		counts := p.Text("dl.counts")
		for _, want := range []string{"Handed in6", "Passed the screening6", "Accepted1", "Accepted on conditions1", "Merged into others1", "Offered another type1", "On the waiting list1", "Declined1"} {
			if !strings.Contains(strings.ReplaceAll(counts, " ", ""), strings.ReplaceAll(want, " ", "")) {
				t.Errorf("counts lack %q: %s", want, counts)
			}
		}
		// Six women have confirmed, of many who said so: among those left there are few.
		if p.Find("#side-gender").Length() != 1 {
			t.Error("the page does not speak of gender")
		}
		for _, s := range []string{"Zzname", "Staff One", "Zztitle6", "Zztitle5", "Zztitle3"} {
			if strings.Contains(p.Body, s) {
				t.Errorf("the page names %s", s)
			}
		}
		if q := visitor.Get(path); q.Header.Get("Etag") == "" {
			t.Error("the page is not kept for visitors")
		}
		x, err := h.Selection.Chosen(t.Context(), core.Visitor, h.call.Ref)
		h.ok(err)
		f := x.Rounds[0]
		for _, side := range f.Balance {
			all, taken := 0, 0
			for _, s := range side.Shares {
				all, taken = all+s.All, taken+s.Taken
			}
			if side.Side != selection.SideClass && side.Side != selection.SideGender && (all != 6 || taken != 3) {
				t.Errorf("%s: %d of %d, want 3 of 6", side.Side, taken, all)
			}
		}
		if f.ByHand != 6 || f.Against != -1 || f.Counts[selection.Merge] != 1 {
			t.Errorf("figures %+v", f)
		}
		csv := visitor.Get(path + ".csv")
		json := visitor.Get(path + ".json")
		api := visitor.Get("/api/v1/calls/" + h.call.Ref + "/selection")
		for name, q := range map[string]string{"csv": csv.Body, "json": json.Body, "api": api.Body} {
			if !strings.Contains(q, f.Digest) || !strings.Contains(q, "passed") && !strings.Contains(q, "Passed") || strings.Contains(q, "Staff One") {
				t.Errorf("%s: %s", name, q)
			}
		}
		all := visitor.Get("/2030/selection")
		if all.Status != 200 || !strings.Contains(all.Text("main"), "Call for workshops") || all.Find("table").Length() != 2 {
			t.Errorf("all calls: %d %s", all.Status, all.Text("main"))
		}

		// The answer to the offer changes the page at once.
		form := h.page(h.who[2], "/proposals/"+string(h.p[2])+"/offer/take", 200, "Lightning talk").Form()
		if got := h.as(h.who[2]).Post("/proposals/"+string(h.p[2])+"/offer/take", form); got.Status != 200 || !strings.Contains(got.Text("#decision"), "lt1") {
			t.Errorf("after the offer was taken: %d %s", got.Status, got.Text("main"))
		}
		if p := visitor.Get(path); !strings.Contains(p.Body, "Zztitle3") {
			t.Error("the page does not list what was accepted since")
		}
		if got := h.as(h.who[3]).Post("/proposals/"+string(h.p[2])+"/offer/refuse", form); got.Status != 403 {
			t.Errorf("somebody else answers an offer: %d", got.Status)
		}
		if got := h.as(h.who[2]).Post("/proposals/"+string(h.p[2])+"/offer/refuse", form); got.Status != 409 {
			t.Errorf("an offer is answered twice: %d", got.Status)
		}
		for _, lang := range core.Langs { // in every language, with all words
			q := visitor.Get("/" + lang + path)
			if q.Status != 200 || strings.Contains(q.Text("main"), "selected.") || strings.Contains(q.Text("main"), "selection.") {
				t.Errorf("%s: %d %s", lang, q.Status, q.Text("main"))
			}
		}
	})
}

// Letters are those of the call where it has some, in each organiser's language, and what
// is in them is what was decided.
func TestLetters(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, database string) {
		h := openOutside(t, database)
		h.chosen()
		ctx := t.Context()
		path := "/calls/" + h.call.Ref + "/board/letters"
		for _, a := range []core.Actor{core.Visitor, h.who[0]} {
			if p := h.as(a).Get(path); p.Status == 200 && p.Find("main table").Length() > 0 {
				t.Errorf("%q reads the letters", a.Name)
			}
			h.kind(h.Selection.SetLetter(ctx, a, h.call.Ref, selection.Accept, "en", selection.LetterInput{Subject: "s", Body: "b"}), map[bool]core.Kind{true: core.KindNotFound, false: core.KindSignIn}[a.SignedIn()])
		}
		h.kind(h.Selection.SetLetter(ctx, h.staff, h.call.Ref, "praise", "en", selection.LetterInput{Subject: "s", Body: "b"}), core.KindNotFound)
		h.kind(h.Selection.SetLetter(ctx, h.staff, h.call.Ref, selection.Accept, "xx", selection.LetterInput{Subject: "s", Body: "b"}), core.KindNotFound)
		staff := h.as(h.staff)
		page := staff.Get(path)
		if page.Status != 200 || page.Find("main table a").Length() != 36 {
			t.Fatalf("%d: %d links\n%s", page.Status, page.Find("main table a").Length(), page.Text("main"))
		}
		one := path + "/accept/en"
		p := staff.Get(one + "?proposal=1")
		if p.Status != 200 || !strings.Contains(p.Text("#preview"), "Zzwords1 <script>x</script>") || strings.Contains(p.Body, "<script>x") {
			t.Fatalf("%d %s", p.Status, p.Text("#preview"))
		}
		form := p.Form()
		bad := url.Values{"version": {"0"}, "subject": {"Yes"}, "body": {"one\n\nDear {nmae}"}, "proposal": {"1"}}
		if q := staff.Post(one, bad); q.Status != 422 || !strings.Contains(q.Text("main"), "Line 3") || !strings.Contains(q.Body, "Dear {nmae}") {
			t.Errorf("an unknown placeholder: %d %s", q.Status, q.Text("main .notice"))
		}
		form.Set("subject", "Hooray {title}")
		form.Set("body", "Zzown {words}\n\nMade of {conditions}\n\n{session}")
		preview := url.Values{"_preview": {"1"}}
		for k, v := range form {
			preview[k] = v
		}
		if q := staff.Post(one, preview); q.Status != 200 || !strings.Contains(q.Text("#preview"), "Hooray Zztitle1 <b>of</b> networks Zzown Zzwords1") || strings.Contains(q.Text("#preview"), "Made of") {
			t.Errorf("preview: %d %s", q.Status, q.Text("#preview"))
		}
		preview.Del("_preview")
		preview.Set("_test", "1")
		if q := staff.Post(one, preview); q.Status != 200 {
			t.Errorf("test: %d", q.Status)
		}
		if m := h.mails("selection_test"); len(m) != 1 || m[0].ToAddr != "staff.one@example.org" || !strings.Contains(m[0].Text, "Zzown Zzwords1") {
			t.Errorf("test mails %v", m)
		}
		for range 8 {
			staff.Post(one, preview)
		}
		if m := h.mails("selection_test"); len(m) > 6 {
			t.Errorf("%d test mails were sent", len(m))
		}
		if q := staff.Post(one, form); q.Status != 200 || !strings.Contains(q.Text("main"), "Own words") {
			t.Errorf("save: %d %s", q.Status, q.Text("main"))
		}
		form.Set("subject", "Later")
		if q := staff.Post(one, form); q.Status != 409 || !strings.Contains(q.Body, "Hooray") {
			t.Errorf("somebody else has saved: %d", q.Status)
		}
		h.publish()
		of := map[string]outMail{}
		for _, m := range h.mails("selection_") {
			if m.Kind != "selection_test" && !strings.HasPrefix(m.Kind, "selection_merger") {
				of[m.ToAddr] = m
			}
		}
		if len(of) != 12 {
			t.Errorf("%d letters, want one for each proposer and who proposes with her: %v", len(of), of)
		}
		if m := of["proposer.zzname1@example.org"]; m.Subject != "Hooray Zztitle1 <b>of</b> networks" || !strings.HasPrefix(m.Text, "Zzown Zzwords1 <script>x</script>") || !strings.Contains(m.Text, "/2030/") {
			t.Errorf("the call's own letter: %+v", m)
		}
		for i, want := range []string{"", "forment", "«", "№", "第", "نشكركم"} {
			m := of["proposer.zzname"+string(rune('1'+i))+"@example.org"]
			if m.Lang != core.Langs[i] || !strings.Contains(m.Subject+m.Text, want) || strings.ContainsAny(m.Text, "{}") || strings.Contains(m.Text, "selection.") {
				t.Errorf("letter in %s: %+v", core.Langs[i], m)
			}
		}
		if m := of["proposer.zzname4@example.org"]; !strings.Contains(m.Text, "Zzcondition4") {
			t.Errorf("the conditions are not in the letter: %s", m.Text)
		}
		h.ok(h.Selection.UsualLetter(ctx, h.staff, h.call.Ref, selection.Accept, "en", 1))
		_, l, err := h.Selection.Words(ctx, h.staff, h.call.Ref, selection.Accept, "en")
		h.ok(err)
		if l.Own() || !strings.Contains(l.Body, "{session}") {
			t.Errorf("not as usual: %+v", l)
		}
		h.kind(h.Selection.UsualLetter(ctx, h.staff, h.call.Ref, selection.Accept, "en", 1), core.KindStale)
	})
}

// Organisers whose proposals were taken have tasks and announcements; those of a merged
// proposal share them with the others.
func TestOrganisers(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, database string) {
		h := openOutside(t, database)
		ctx := t.Context()
		path := "/calls/" + h.call.Ref + "/organisers"
		_, _, err := h.Selection.AddNews(ctx, h.staff, h.call.Ref, selection.NewsInput{Title: core.NewText("en", "T"), Body: core.NewText("en", "B"), Sure: true})
		h.kind(err, core.KindConflict)
		h.chosen()
		h.publish()
		rows := selection.TasksInput{Tasks: []selection.TaskRow{
			{Label: core.NewText("en", "Zzlater"), Due: "2030-09-01"}, {Label: core.NewText("en", "Zzfirst"), About: core.NewText("en", "Zzabout"), Due: "2030-06-10"}, {},
		}}
		h.kind(h.Selection.SetTasks(ctx, h.who[0], h.call.Ref, rows), core.KindNotFound)
		h.kind(h.Selection.SetTasks(ctx, h.staff, h.call.Ref, selection.TasksInput{Tasks: []selection.TaskRow{{Label: core.NewText("en", "x"), Due: "tomorrow"}}}), core.KindInvalid)
		h.kind(h.Selection.SetTasks(ctx, h.staff, h.call.Ref, selection.TasksInput{Tasks: []selection.TaskRow{{Due: "2030-06-10"}}}), core.KindInvalid)
		h.ok(h.Selection.SetTasks(ctx, h.staff, h.call.Ref, rows))
		h.kind(h.Selection.SetTasks(ctx, h.staff, h.call.Ref, rows), core.KindStale)

		for i, status := range map[int]int{0: 200, 1: 200, 2: 404, 3: 200, 4: 404, 5: 404} {
			h.page(h.who[i], path, status)
		}
		p := h.page(h.who[1], path, 200, "Zzfirst", "Zzabout", "Zztitle1")
		if strings.Contains(p.Body, "Zztitle4") || strings.Contains(p.Body, "/board/tasks") || p.Find("main form").Length() != 2 {
			t.Errorf("organisers see what is others': %s", p.Text("main"))
		}
		x, err := h.Selection.Organisers(ctx, h.who[1], h.call.Ref)
		h.ok(err)
		first := x.Tasks[0]
		if first.Label.String() != "Zzfirst" || len(x.Rows) != 1 || x.Rows[0].ID != h.p[0] {
			t.Fatalf("tasks %v of %v", x.Tasks, x.Rows)
		}
		// The reminder comes once, three days before, and not to who is done.
		reminded := func(day, want int) {
			t.Helper()
			h.Clock.Freeze(time.Date(2030, 6, day, 9, 0, 0, 0, time.UTC))
			h.ok(h.Selection.TasksDue(ctx))
			h.ok(h.Selection.TasksDue(ctx))
			if m := h.mails("selection_task"); len(m) != want {
				t.Errorf("on day %d: %d reminders, want %d: %v", day, len(m), want, m)
			}
		}
		reminded(6, 0)
		h.as(h.who[1]).Post(path+"/tick", url.Values{"proposal": {string(h.p[1])}, "task": {string(first.ID)}, "done": {"1"}})
		reminded(7, 2) // of number 4: the proposer and who proposes with her
		reminded(9, 2)
		reminded(11, 2)
		if m := h.mails("selection_task"); m[0].Lang != "ru" || !strings.Contains(m[0].Text, "Zzfirst") || strings.Contains(m[0].Text, "Zzlater") {
			t.Errorf("the reminder says %q in %s", m[0].Text, m[0].Lang)
		}
		h.kind(h.Selection.Tick(ctx, h.who[2], h.p[0], first.ID, true), core.KindForbidden)
		h.kind(h.Selection.Tick(ctx, h.who[2], h.p[2], first.ID, true), core.KindConflict)
		h.kind(h.Selection.Tick(ctx, h.who[0], h.p[0], "none", true), core.KindNotFound)

		staff := h.page(h.staff, path, 200, "Zztitle4", "Behind")
		if !strings.Contains(staff.Text("main"), "1 late") {
			t.Errorf("nobody is behind: %s", staff.Text("main"))
		}
		if late := h.as(h.staff).Get(path + "?late=1"); strings.Contains(late.Text("main table"), "Zztitle1") || !strings.Contains(late.Text("main table"), "Zztitle4") {
			t.Errorf("late: %s", late.Text("main table"))
		}
		if csv := h.as(h.staff).Get(path + ".csv"); csv.Status != 200 || strings.Count(csv.Body, "\n") != 3 {
			t.Errorf("csv: %s", csv.Body)
		}
		ics := h.as(h.who[0]).Get(path + ".ics")
		if ics.Status != 200 || strings.Count(ics.Body, "BEGIN:VEVENT") != 2 || !strings.Contains(ics.Body, "DTSTART;VALUE=DATE:20300610") {
			t.Errorf("ics: %d %s", ics.Status, ics.Body)
		}
		if got := h.as(core.Visitor).Get(path + ".ics"); strings.Contains(got.Body, "VEVENT") {
			t.Error("a visitor gets the calendar")
		}
		if me := h.as(h.who[3]).Get("/me"); !strings.Contains(me.Body, "Zzlater") {
			t.Errorf("her page does not tell of the task: %s", me.Text("main"))
		}
		if me := h.as(h.who[2]).Get("/me"); !strings.Contains(me.Text("main"), "واصل") && !strings.Contains(me.Body, "/proposals/"+string(h.p[2])) {
			t.Errorf("her page does not tell of the offer: %s", me.Text("main"))
		}

		news := selection.NewsInput{Title: core.NewText("en", "Zznews").With("ru", "Ззновости"), Body: core.NewText("en", "Zzbody"), Sure: true}
		_, n, err := h.Selection.AddNews(ctx, h.staff, h.call.Ref, news)
		h.ok(err)
		m := h.mails("selection_news")
		if n != 6 || len(m) != 6 {
			t.Errorf("%d announced, %d mails: three taken, two organisers each", n, len(m))
		}
		for _, x := range m {
			if x.Lang == "ru" && !strings.Contains(x.Subject, "Ззновости") || x.Lang == "en" && !strings.Contains(x.Subject, "Zznews") {
				t.Errorf("announced as %q in %s", x.Subject, x.Lang)
			}
		}
		h.page(h.who[0], path, 200, "Zznews", "Zzbody")
		_, _, err = h.Selection.AddNews(ctx, h.who[0], h.call.Ref, news)
		h.kind(err, core.KindNotFound)
	})
}
