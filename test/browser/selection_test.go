package browser

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"

	"plenary/internal/app"
	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
	"plenary/test/site"
)

// picking is a forum with a call for workshops, and the people of journey 2.
type picking struct {
	*testing.T
	*site.Site
	call calls.Call
	who  map[string]authn.Account
}

func (j *picking) ok(err error) {
	j.Helper()
	if err != nil {
		j.Fatal(err)
	}
}

// newPicking sets the forum up: Mia sits in the advisory group; Rex organised a session of
// last year, whose report is missing.
func newPicking(t *testing.T) *picking {
	t.Helper()
	j := &picking{T: t, Site: site.Empty(t, testkit.SQLite(t), func(c *app.Config) { c.Demo = true }), who: map[string]authn.Account{}}
	now := j.Clock.Now()
	var ids []core.ID
	persons := map[string]core.ID{}
	j.ok(j.Record.Write(t.Context(), core.Operator, func(ctx context.Context, tx *record.Tx) error {
		if err := j.Editions.SetForumTx(ctx, tx, editions.ForumInput{Name: core.NewText("en", "Open Waters Forum"), Short: "OWF"}); err != nil {
			return err
		}
		for i, year := range []int{now.Year() - 1, now.Year() + 1} {
			e, err := j.Editions.AddTx(ctx, tx, editions.EditionInput{
				Slug: fmt.Sprint(year), Name: core.NewText("en", fmt.Sprint("Open Waters Forum ", year)), City: core.NewText("en", "Marenza"), Zone: "UTC",
				State: []string{editions.StateHeld, editions.StatePublic}[i], FirstDay: fmt.Sprint(year, "-03-03"), LastDay: fmt.Sprint(year, "-03-05"),
			})
			if err != nil {
				return err
			}
			ids = append(ids, e.ID)
		}
		for _, name := range []string{"Ana Rios", "Ben Okoro", "Chi Lam", "Dora Weiss", "Mia Berg", "Rex Moreau", "Sara Haddad", "Ravi Nair", "Rosa Lind", "Rui Costa"} {
			first, _, _ := strings.Cut(name, " ")
			p, err := j.People.CreatePersonTx(ctx, tx, people.NewPerson{Name: name})
			if err != nil {
				return err
			}
			acc, err := j.Authn.CreateTx(ctx, tx, authn.NewAccount{Email: strings.ToLower(first) + "@example.org", Name: name, Lang: "en", Person: p.ID})
			if err != nil {
				return err
			}
			persons[first], j.who[first] = p.ID, acc
		}
		return j.Authn.GrantTx(ctx, tx, j.who["Sara"].ID, core.RoleSecretariat, core.ScopeForum)
	}))
	j.Clock.Freeze(now.AddDate(-2, 0, 0)) // the session was in the record before it took place
	defer j.Clock.Set(now)
	j.ok(j.Record.Write(t.Context(), core.Operator, func(ctx context.Context, tx *record.Tx) error {
		group, err := j.Bodies.CreateTx(ctx, tx, bodies.New{Kind: "advisory-group", Slug: "advisory-group", Name: core.NewText("en", "Advisory group")})
		if err != nil {
			return err
		}
		if _, err := j.Bodies.AddSeatTx(ctx, tx, bodies.NewSeat{Body: group.ID, Person: persons["Mia"], Role: "member", From: "2020-01-01"}); err != nil {
			return err
		}
		next, err := j.Editions.SettingTx(ctx, tx, ids[1])
		if err != nil {
			return err
		}
		if err := j.Editions.SetThemesTx(ctx, tx, next, editions.ThemesInput{Version: next.Version, Themes: []editions.ThemeInput{{Name: core.NewText("en", "Access")}}}); err != nil {
			return err
		}
		last, err := j.Editions.SettingTx(ctx, tx, ids[0])
		if err != nil {
			return err
		}
		types, err := j.Programme.TypesTx(ctx, tx, last.ID)
		if err != nil {
			return err
		}
		workshop := slices.IndexFunc(types, func(t programme.Type) bool { return t.Slug == "workshop" })
		starts := core.At(time.Date(now.Year()-1, 3, 4, 9, 0, 0, 0, time.UTC))
		x, err := j.Programme.CreateTx(ctx, tx, last, programme.NewSession{
			Type: types[workshop].ID, State: programme.StateScheduled, Texts: programme.EditInput{Title: core.NewText("en", "Rivers and cables")}, Starts: starts, Ends: starts.Add(time.Hour),
		})
		if err != nil {
			return err
		}
		if _, err := j.Programme.AddRoleTx(ctx, tx, last, x, programme.RoleInput{Person: persons["Rex"], Role: programme.Organiser}); err != nil {
			return err
		}
		j.call, err = j.Calls.AddTx(ctx, tx, calls.Input{
			Kind: calls.Workshop, Title: core.NewText("en", "Call for workshops"), OpenDay: now.AddDate(0, 0, -9).Format(time.DateOnly), OpenTime: "00:00",
			CloseDay: now.AddDate(0, 0, 2).Format(time.DateOnly), CloseTime: "00:00", Zone: "UTC", Audience: calls.Everyone, Shown: "decided", Published: true, Edition: ids[1],
		})
		return err
	}))
	return j
}

// as is a tab in which somebody is signed in.
func (j *picking) as(name string) *tab {
	j.Helper()
	w := httptest.NewRecorder()
	j.ok(j.Authn.StartSession(j.Context(), w, j.who[name].ID))
	b := open(j.T, j.URL)
	for _, c := range w.Result().Cookies() {
		b.do("sign in", network.SetCookie(c.Name, c.Value).WithURL(j.URL).WithHTTPOnly(c.HttpOnly))
	}
	return b
}

// fillAll answers a form as people do who answer everything: texts, the first choice, three
// speakers who were asked, moderators.
const fillAll = `(title => {
	for (const f of document.querySelectorAll('main form.form [name^="a."]')) {
		const name = f.name, last = name.split(".").pop();
		if (f.type === "hidden" || f.type === "file" || last === "remove" || last === "email") continue;
		if (f.type === "radio" || f.type === "checkbox") { if (last === "asked" || f.type === "radio" && !document.querySelector('main [name="' + name + '"]:checked') || f.type === "checkbox" && (f.required || !document.querySelector('main [name="' + name + '"]:checked'))) f.checked = true; continue }
		if (f.tagName === "SELECT") { if (f.options.length > 1) f.selectedIndex = last === "onsite" ? [...f.options].findIndex(o => o.value === "onsite") : 1; continue }
		if (f.type === "number") { f.value = "60"; continue }
		if (f.type === "date" || f.type === "url" || /goals|sdg/.test(name)) continue;
		if (last === "title") f.value = title;
		else if (/tags/.test(name)) f.value = "masts";
		else if (last === "name") f.value = "Person " + name.replace(/[^a-z0-9]+/g, " ").trim() + " of " + title.split(" ")[0];
		else if (f.tagName === "TEXTAREA") f.value = title + ": villages that run their own networks say what rules would help them, and who would be against.";
		else if (!f.value) f.value = last === "organisation" ? "Organisation of " + title.split(" ")[0] : "As the description says";
	}
	document.querySelector('main form.form').dispatchEvent(new Event("input", {bubbles: true}));
	return true
})`

// propose answers the call in the browser and hands it in; it gives the proposal's address.
func (j *picking) propose(b *tab, title string) string {
	j.Helper()
	b.visit(j.call.Path())
	b.press(`main form[action$="/answer"] button, main a[href$="/answer"]`)
	if !strings.HasSuffix(b.address(), "/edit") {
		b.press("main form.form button")
	}
	b.must(http.StatusOK)
	edit := b.address()
	for range 2 { // rows for three speakers
		if b.count(`main [name="a.speakers[2].name"]`) == 0 && b.count(`main button[name=_more][value="a.speakers"]`) > 0 {
			b.press(`main button[name=_more][value="a.speakers"]`)
		}
	}
	eval[bool](b, fillAll+fmt.Sprintf("(%q)", title))
	b.press(`main button[name=submit]`)
	if b.status != http.StatusOK {
		j.Fatalf("%s is not taken (%d): %s", title, b.status, b.text("main .notice, main .error"))
	}
	return strings.TrimSuffix(edit, "/edit")
}

// TestJourney2 goes from proposals to sessions (product.md, journey 2) in the browser: two
// are stopped by the screening, one reviewer has a conflict, and of the others one is
// accepted with another merged into it, one is offered a lightning talk, one is declined.
func TestJourney2(t *testing.T) {
	j := newPicking(t)
	path := map[string]string{}
	for name, title := range map[string]string{
		"Ana": "Masts that villages own", "Ben": "Villages and the masts they own", "Chi": "Schools without a cable", "Dora": "Paying for the last mile",
		"Mia": "What advisers want", "Rex": "Rivers and cables again",
	} {
		path[name] = j.propose(j.as(name), title)
	}

	// The secretariat screens: the rules stop two, the others pass.
	sara := j.as("Sara")
	sara.visit(j.call.Path() + "/screening")
	sara.must(http.StatusOK)
	for name, rule := range map[string]string{"Mia": "advisory group", "Rex": "report"} {
		sara.visit(path[name] + "/screen")
		sara.must(http.StatusOK)
		if got := strings.ToLower(sara.text("main")); !strings.Contains(got, rule) {
			t.Errorf("the screening of %s does not speak of the %s: %s", name, rule, got)
		}
		sara.press(`main button[name=to][value=eligible]`)
		if sara.status != http.StatusUnprocessableEntity {
			t.Errorf("%s passes the screening (%d)", name, sara.status)
		}
		sara.set("note", "The rules of the call say why.")
		sara.press(`main button[name=to][value=ineligible]`)
		sara.must(http.StatusOK)
	}
	for _, name := range []string{"Ana", "Ben", "Chi", "Dora"} {
		sara.visit(path[name] + "/screen")
		sara.press(`main button[name=to][value=eligible]`)
		if sara.status != http.StatusOK {
			t.Fatalf("%s does not pass (%d): %s", name, sara.status, sara.text("main"))
		}
	}
	j.evaluate(sara, path)
	j.decide(sara, path)
	if lines := sara.complaints(); len(lines) > 0 {
		t.Error("the browser complains:", lines)
	}
}

// evaluate sets a phase up, assigns, and has three reviewers read: one has a conflict with
// one proposal, one leaves marks out.
func (j *picking) evaluate(sara *tab, path map[string]string) {
	t, base := j.T, j.call.Path()+"/review"
	now := j.Clock.Now()
	sara.visit(base + "/criteria")
	sara.must(http.StatusOK)
	sara.press(`main form.form > .actions button:not([name])`)
	sara.must(http.StatusOK)
	sara.visit(base + "/phases/new")
	sara.must(http.StatusOK)
	for name, value := range map[string]string{
		"name.By[en]": "Reading", "open_day": now.AddDate(0, 0, -1).Format(time.DateOnly), "close_day": now.AddDate(0, 0, 1).Format(time.DateOnly), "reviews": "3", "max_load": "9",
	} {
		sara.set(name, value)
	}
	sara.press(`main form.form > .actions button:not([name])`)
	sara.must(http.StatusOK)
	sara.visit(base + "/reviewers")
	sara.set("addresses", "Ravi Nair <ravi@example.org>\nRosa Lind <rosa@example.org>\nRui Costa <rui@example.org>")
	sara.press(`main form[action$="/reviewers"] button.button`)
	sara.must(http.StatusOK)
	sara.visit(base + "/assign")
	sara.press(`main form[action*="/assign"] button.button:not([name])`)
	sara.must(http.StatusOK)
	marks := map[string]int{"Ana": 5, "Ben": 4, "Chi": 3, "Dora": 2}
	for i, name := range []string{"Ravi", "Rosa", "Rui"} {
		b := j.as(name)
		b.visit("/me/reviews")
		b.must(http.StatusOK)
		list := eval[[]string](b, `[...document.querySelectorAll('main a[href^="/reviews/"]')].map(a => a.getAttribute("href")).filter((h, i, all) => h.split("/").length === 4 && all.indexOf(h) === i)`)
		if len(list) != 4 {
			t.Fatalf("%s has %d proposals to read", name, len(list))
		}
		for _, at := range list {
			who := ""
			for n, p := range path {
				if strings.HasSuffix(at, strings.TrimPrefix(p, "/proposals")) {
					who = n
				}
			}
			b.visit(at)
			b.must(http.StatusOK)
			if i == 0 {
				for n := range marks {
					if strings.Contains(b.text("main"), "Organisation of") || strings.Contains(b.text("main"), j.who[n].Name) {
						t.Errorf("a blind reviewer reads who proposes: %s", b.text("main"))
					}
				}
			}
			if name == "Rui" && who == "Chi" { // she knows them: nothing of it is hers any more
				b.visit(at + "/conflict")
				eval[bool](b, `(f => { f.value = "We work together."; return true })(document.querySelector("main textarea"))`)
				b.press(`main form.form .actions button`)
				b.visit(at)
				if b.status != http.StatusNotFound {
					t.Errorf("with a conflict the sheet answers %d", b.status)
				}
				b.visit(path["Chi"])
				if b.status != http.StatusNotFound {
					t.Errorf("with a conflict the proposal answers %d", b.status)
				}
				continue
			}
			eval[bool](b, fmt.Sprintf(`(m => { for (const r of document.querySelectorAll('main [name^="m."][value="' + m + '"]')) r.checked = true; for (const r of document.querySelectorAll('main [name^="r."], main textarea[name]')) r.value = "Say more of who takes part."; return true })(%d)`, marks[who]))
			b.press(`main form.form > .actions button[name=submit], main form.form > .actions button.button`)
			if b.status != http.StatusOK {
				t.Fatalf("%s cannot score %s (%d): %s", name, who, b.status, b.text("main .notice, main .error"))
			}
		}
	}
	sara.visit(base + "/results")
	sara.must(http.StatusOK)
	rows := sara.text("main table")
	for _, want := range []string{"5.00", "4.00", "3.00", "2.00", "2/2"} {
		if !strings.Contains(rows, want) {
			t.Errorf("the results lack %s: %s", want, rows)
		}
	}
}

// decide chooses on the board, has the merger agreed by both, publishes, and looks at what
// follows for each.
func (j *picking) decide(sara *tab, path map[string]string) {
	t, base := j.T, j.call.Path()+"/board"
	number := map[string]string{}
	for name, p := range path {
		v, err := j.Proposals.Get(j.Context(), core.Operator, core.ID(strings.TrimPrefix(p, "/proposals/")))
		j.ok(err)
		number[name] = fmt.Sprint(v.Number)
	}
	sara.visit(base)
	sara.must(http.StatusOK)
	board := sara.text("main table")
	if a, d := strings.Index(board, "Masts that villages own"), strings.Index(board, "Paying for the last mile"); a < 0 || d < a {
		t.Errorf("the board does not rank: %s", board)
	}
	if strings.Contains(board, "What advisers want") {
		t.Error("what was stopped stands on the board")
	}
	sara.visit(base + "?try=" + number["Ana"] + ":accept")
	sara.must(http.StatusOK)

	sara.visit(base + "/" + number["Ana"])
	sara.must(http.StatusOK)
	sara.set("two", number["Ben"])
	eval[bool](sara, `(f => { f.value = "Both speak of masts in villages."; return true })(document.querySelector("main form:has([name=two]) [name=words]"))`)
	sara.press(`main form.form:has([name=two]) .actions button`)
	sara.must(http.StatusOK)
	for _, name := range []string{"Ana", "Ben"} {
		b := j.as(name)
		b.visit(path[name])
		b.press(`main a[href*="/mergers/"]`)
		b.must(http.StatusOK)
		b.click(`main [name=says][value=yes]`)
		b.press(`main form.form .actions button`)
		b.must(http.StatusOK)
	}
	choose := func(name, choice string, more map[string]string) {
		sara.visit(base + "/" + number[name])
		sara.must(http.StatusOK)
		sara.click(`main [name=choice][value=` + choice + `]`)
		for k, v := range more {
			sara.set(k, v)
		}
		sara.press(`main form.form:has([name=choice]) .actions button`)
		if sara.status != http.StatusOK {
			t.Fatalf("%s cannot be chosen for %s (%d): %s", choice, name, sara.status, sara.text("main .notice, main .error"))
		}
	}
	id := func(name string) string { return strings.TrimPrefix(path[name], "/proposals/") }
	choose("Ana", "accept", nil)
	choose("Ben", "merge", map[string]string{"target": id("Ana")})
	choose("Chi", "offer", map[string]string{"type": "lightning"})
	choose("Dora", "decline", map[string]string{"words": "Others were scored higher; we would be glad to see it again."})
	chi := j.as("Chi")
	chi.visit(path["Chi"])
	if strings.Contains(strings.ToLower(chi.text("main")), "lightning") {
		t.Error("a choice is known before it is published")
	}
	sara.visit(base + "/publish")
	sara.must(http.StatusOK)
	sara.click(`main [name=sure]`)
	sara.press(`main form.form .actions button`)
	if sara.status != http.StatusOK {
		t.Fatalf("it is not published (%d): %s", sara.status, sara.text("main"))
	}

	// Letters stand in the outbox; each proposer reads the decision and why.
	letters := map[string]string{}
	var rows []struct{ ToAddr, Text string }
	j.ok(j.DB.Read.NewRaw("SELECT to_addr, text FROM outbox WHERE kind LIKE 'selection%'").Scan(j.Context(), &rows))
	for _, r := range rows {
		letters[r.ToAddr] += r.Text
	}
	for name, want := range map[string]string{"Ana": fmt.Sprint("/", j.Clock.Now().Year()+1, "/ws1"), "Ben": "Masts that villages own", "Chi": "Lightning talk", "Dora": "we would be glad to see it again"} {
		if got := letters[strings.ToLower(name)+"@example.org"]; !strings.Contains(got, want) {
			t.Errorf("the letter to %s lacks %q: %s", name, want, got)
		}
	}
	for name, want := range map[string]string{"Ana": "ws1", "Ben": "ws1", "Dora": "we would be glad to see it again"} {
		b := j.as(name)
		b.visit(path[name])
		if got := b.text("main"); !strings.Contains(strings.ToLower(got), strings.ToLower(want)) {
			t.Errorf("the page of %s lacks %q: %s", name, want, got)
		}
	}
	chi.visit(path["Chi"])
	chi.press(`main a[href*="/offer/"]`)
	chi.press(`main form .actions button`)
	chi.must(http.StatusOK)
	chi.visit(path["Chi"])
	if got := strings.ToLower(chi.text("main")); !strings.Contains(got, "lt1") {
		t.Errorf("the offer that was taken is no session: %s", got)
	}
	visitor := open(t, j.URL)
	visitor.visit(j.call.Path() + "/selection")
	visitor.must(http.StatusOK)
	if got := visitor.text("main"); strings.Contains(got, "Paying for the last mile") || !strings.Contains(got, "Masts that villages own") {
		t.Errorf("the public page says: %s", got)
	}
}
