package messages_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/floor"
	"plenary/internal/forum/messages"
	"plenary/internal/forum/papers"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/reports"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/blob"
	"plenary/internal/platform/db"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
	"plenary/internal/testkit"
	assets "plenary/web"
)

var now = time.Date(2026, 6, 11, 9, 0, 0, 0, time.UTC)

// house is the rooms above the Messages, and the Messages, on a real database: an
// edition with three sessions, of which the first has a transcript and a recording.
type house struct {
	*messages.Service
	t         *testing.T
	rec       *record.Record
	clock     *core.Clock
	docs      *documents.Service
	people    *people.Service
	editions  *editions.Service
	programme *programme.Service
	floor     *floor.Service
	papers    *papers.Service
	reports   *reports.Service
	accounts  *authn.Service
	words     *i18n.Catalog
	h         http.Handler

	set     *editions.Setting
	themes  []core.ID
	rural   *programme.Session // with a transcript
	schools *programme.Session
	quiet   *programme.Session // without takeaways
	actors  map[string]core.Actor
}

func on(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	testkit.Databases(t, func(t *testing.T, address string) { test(t, open(t, address)) })
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func kind(t *testing.T, err error, want core.Kind) {
	t.Helper()
	if err == nil || core.KindOf(err) != want {
		t.Errorf("error %v, want kind %v", err, want)
	}
}

func en(s string) core.Text { return core.NewText("en", s) }

func open(t *testing.T, address string) *house {
	t.Helper()
	d, err := db.Open(t.Context(), address)
	must(t, err)
	t.Cleanup(func() { _ = d.Close() })
	h := &house{t: t, clock: &core.Clock{}, actors: map[string]core.Actor{
		"":       core.Visitor,
		"staff":  {Account: "staff", Name: "Staff", Grants: []core.Grant{{Role: core.RoleSecretariat, Scope: core.ScopeForum}}},
		"editor": {Account: "editor", Name: "Editor", Grants: []core.Grant{{Role: core.RoleEditor, Scope: core.ScopeForum}}},
	}}
	h.clock.Freeze(now)
	h.rec, err = record.Open(t.Context(), d, h.clock, core.NewIDs(h.clock), nil, slog.New(slog.DiscardHandler))
	must(t, err)
	t.Cleanup(h.rec.Close)
	h.words, err = testkit.Catalog()
	must(t, err)
	mailer, err := mail.New(h.rec, h.words, mail.Config{BaseURL: "http://forum.example"})
	must(t, err)
	voc := vocab.New(h.rec)
	h.people = people.New(h.rec, voc)
	h.accounts = authn.New(h.rec, mailer, authn.Config{BaseURL: "http://forum.example"})
	h.docs = documents.New(h.rec)
	body := bodies.NewService(h.rec, h.people, voc, h.words)
	h.editions = editions.New(h.rec)
	h.programme = programme.New(h.rec, h.editions, h.people, voc, body)
	h.floor = floor.New(h.rec, h.programme, h.people, blob.New(h.rec, t.TempDir(), 0))
	h.papers = papers.New(h.rec, h.docs, h.people, body, h.editions, h.programme)
	h.reports = reports.New(h.rec, h.docs, h.programme)
	h.reports.Furnish(reports.House{Editions: h.editions, People: h.people, Floor: h.floor, Papers: h.papers})
	h.Service = messages.New(h.rec, h.docs, h.editions, h.reports, h.programme)
	h.Furnish(messages.House{
		People: h.people, Vocab: voc, Floor: h.floor, Papers: h.papers, Accounts: h.accounts, Mail: mailer, BaseURL: "http://forum.example",
	})
	h.docs.Address("messages", h.Addresses)
	h.docs.Address("report", h.reports.Addresses)
	h.docs.Address(papers.DocumentKind, h.papers.Addresses)
	h.rec.On("person.merged", h.OnMerged)
	must(t, h.rec.Write(t.Context(), core.Operator, func(ctx context.Context, tx *record.Tx) error { return h.fill(ctx, tx, voc) }))
	h.set, err = h.editions.Setting(t.Context(), core.Operator, "2026")
	must(t, err)
	for i := range h.set.Themes {
		h.themes = append(h.themes, h.set.Themes[i].ID)
	}
	must(t, h.rec.Write(t.Context(), core.Operator, h.sessions))
	h.transcript()
	h.serve(voc)
	return h
}

func (h *house) fill(ctx context.Context, tx *record.Tx, voc *vocab.Service) error {
	if err := voc.Seed(ctx, tx); err != nil {
		return err
	}
	if err := h.editions.SetForumTx(ctx, tx, editions.ForumInput{Name: en("Forum"), Short: "F"}); err != nil {
		return err
	}
	e, err := h.editions.AddTx(ctx, tx, editions.EditionInput{
		Slug: "2026", Name: en("Forum 2026"), State: editions.StatePublic, Zone: "UTC", City: en("Marenza"), FirstDay: "2026-06-08", LastDay: "2026-06-12",
	})
	if err != nil {
		return err
	}
	set := &editions.Setting{Edition: e}
	if err := h.editions.SetThemesTx(ctx, tx, set, editions.ThemesInput{Version: set.Version, Themes: []editions.ThemeInput{
		{Name: en("Access")}, {Name: en("Learning")}, {Name: en("Trust")},
	}}); err != nil {
		return err
	}
	if _, err := h.programme.AddDefaultTypesTx(ctx, tx, set); err != nil {
		return err
	}
	for _, p := range []struct{ key, name, group, country string }{
		{"speaker", "Amina Diallo", "civil-society", "SN"},
		{"other", "Kenji Moriyama", "private-sector", "JP"},
		{"chair", "Lina Haddad", "government", "LB"},
		{"member", "Ivo Brandt", "technical-community", "DE"},
	} {
		org, err := h.people.CreateOrganisationTx(ctx, tx, people.NewOrganisation{Name: en("House of " + p.name), Kind: "network"})
		if err != nil {
			return err
		}
		person, err := h.people.CreatePersonTx(ctx, tx, people.NewPerson{Name: p.name, Country: p.country, Public: true})
		if err != nil {
			return err
		}
		if _, err := h.people.AddAffiliationTx(ctx, tx, people.NewAffiliation{Person: person.ID, Organisation: org.ID, Title: "Director", Group: p.group, From: "2024", Until: "2026-06-30"}); err != nil {
			return err
		}
		acc, err := h.accounts.CreateTx(ctx, tx, authn.NewAccount{Email: p.key + "@example.org", Name: p.name, Lang: "en", Person: person.ID})
		if err != nil {
			return err
		}
		h.actors[p.key] = acc.Actor()
	}
	return nil
}

func (h *house) sessions(ctx context.Context, tx *record.Tx) error {
	types, err := h.programme.TypesTx(ctx, tx, h.set.ID)
	if err != nil {
		return err
	}
	for i, x := range []struct {
		to    **programme.Session
		title string
		theme int
		roles map[string]string
	}{
		{&h.rural, "Rural networks", 0, map[string]string{"speaker": programme.Speaker, "other": programme.ModeratorOnsite}},
		{&h.schools, "Schools online", 1, map[string]string{"other": programme.Speaker}},
		{&h.quiet, "A quiet hour", 2, map[string]string{"chair": programme.Speaker}},
	} {
		starts := core.At(time.Date(2026, 6, 9, 9+2*i, 0, 0, 0, time.UTC))
		if *x.to, err = h.programme.CreateTx(ctx, tx, h.set, programme.NewSession{
			Type: programme.TypeNamed(types, "workshop").ID, Number: i + 1, State: programme.StateScheduled, Starts: starts, Ends: starts.Add(90 * time.Minute),
			Texts: programme.EditInput{Title: en(x.title), Theme: h.themes[x.theme]},
		}); err != nil {
			return err
		}
		for _, key := range []string{"speaker", "other", "chair"} {
			if role := x.roles[key]; role != "" {
				if _, err := h.programme.AddRoleTx(ctx, tx, h.set, *x.to, programme.RoleInput{Person: h.actors[key].Person, Role: role}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

const captions = `WEBVTT

00:00:05.000 --> 00:00:09.000
<v Moderator>Good morning, everybody.

00:41:07.000 --> 00:41:15.000
<v AMINA DIALLO>A network lasts when the village owns it.

00:42:00.000 --> 00:42:09.000
<v AMINA DIALLO>Spectrum is too dear for villages.
`

// transcript gives the first session its captions and a recording that began ten seconds
// before them.
func (h *house) transcript() {
	h.t.Helper()
	ses := h.session(h.rural.ID)
	_, _, err := h.floor.Import(h.t.Context(), core.Operator, h.set, ses, floor.ImportInput{
		Checked: true, Name: "rural.vtt", Text: captions, Language: "en", Original: true, Source: floor.SourceHuman,
		Speakers: []floor.SpeakerChoice{{Label: "AMINA DIALLO", Person: h.actors["speaker"].Person}},
	})
	must(h.t, err)
	must(h.t, h.floor.SetRecordings(h.t.Context(), core.Operator, h.set, ses, floor.RecordingsInput{Recordings: []floor.RecordingRow{
		{URL: "https://media.example/rural.mp4", Language: "en", At: "00:00:10"},
	}}))
}

func (h *house) session(id core.ID) *programme.Session {
	h.t.Helper()
	found, err := h.programme.SessionsByID(h.t.Context(), core.Operator, []core.ID{id})
	must(h.t, err)
	return found[id]
}

// report publishes takeaways of a session; times are pins by line, empty for none.
func (h *house) report(id core.ID, version int64, note string, takeaways ...reports.TakeawayInput) []string {
	h.t.Helper()
	ses := h.session(id)
	_, err := h.reports.SaveTakeaways(h.t.Context(), core.Operator, h.set, ses, reports.TakeawaysInput{Version: version, Desk: true, Takeaways: takeaways, Note: note}, false)
	must(h.t, err)
	_, err = h.reports.Publish(h.t.Context(), core.Operator, h.set, ses, reports.Takeaways, note)
	must(h.t, err)
	pts, err := h.reports.Published(h.t.Context(), h.set.ID)
	must(h.t, err)
	var out []string
	for _, p := range pts[id] {
		out = append(out, messages.SourceTakeaway+":"+p.Ref)
	}
	return out
}

// both publishes the takeaways that most tests use: of rural networks, pinned, and of
// schools.
func (h *house) both() (rural, schools []string) {
	h.t.Helper()
	return h.report(h.rural.ID, 0, "",
			reports.TakeawayInput{Text: en("Rural networks last when villages own them. Spectrum fees close networks in villages."), Times: "00:41:07"},
			reports.TakeawayInput{Text: en("Villages need spectrum that a rural network can pay.")}),
		h.report(h.schools.ID, 0, "",
			reports.TakeawayInput{Text: en("Schools need teachers before tablets.")},
			reports.TakeawayInput{Text: en("Teachers in schools ask for time to learn.")})
}

func (h *house) serve(voc *vocab.Service) {
	h.t.Helper()
	s, err := web.New(web.Config{BaseURL: "http://forum.example", Build: "test"}, h.words, h.rec, slog.New(slog.NewTextHandler(h.t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})), assets.Templates(), assets.Assets())
	must(h.t, err)
	s.Identify = func(_ http.ResponseWriter, r *http.Request) core.Actor { return h.actors[r.Header.Get("X-As")] }
	pages := messages.NewWeb(h.Service, h.editions, h.programme, voc)
	must(h.t, pages.Register(s))
	must(h.t, people.NewWeb(h.people).Register(s))
	s.Panel(people.SlotMe, 5, pages.MePanel)
	h.API(s.NewAPI("test"), h.editions)
	must(h.t, s.ParseAll("en"))
	h.h = s.Handler()
}

// answer is what a page gave.
type answer struct {
	*goquery.Document
	code     int
	body     string
	location string
}

func (a answer) text(selector string) string {
	return strings.Join(strings.Fields(a.Find(selector).Text()), " ")
}

func (h *house) ask(as, method, path string, form url.Values) answer {
	h.t.Helper()
	r := httptest.NewRequestWithContext(h.t.Context(), method, path, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("X-As", as)
	r.Header.Set("Cookie", "session="+as)
	w := httptest.NewRecorder()
	h.h.ServeHTTP(w, r)
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(w.Body.String()))
	must(h.t, err)
	return answer{doc, w.Code, w.Body.String(), w.Header().Get("Location")}
}

func (h *house) get(as, path string) answer {
	h.t.Helper()
	return h.ask(as, http.MethodGet, path, nil)
}

func (h *house) ok(as, path string) answer {
	h.t.Helper()
	a := h.get(as, path)
	if a.code != http.StatusOK {
		h.t.Fatalf("%s for %q answered %d: %s", path, as, a.code, a.text("main"))
	}
	return a
}

func (h *house) post(as, path string, form url.Values, want int) answer {
	h.t.Helper()
	a := h.ask(as, http.MethodPost, path, form)
	if a.code != want {
		h.t.Fatalf("post to %s for %q answered %d, want %d: %s", path, as, a.code, want, a.text("main"))
	}
	return a
}

// form reads the values of a form as a browser without script would send them.
func fields(a answer, form string) url.Values {
	v := url.Values{}
	a.Find(form).First().Find("[name]").Each(func(_ int, f *goquery.Selection) {
		name, _ := f.Attr("name")
		value, _ := f.Attr("value")
		switch kind, _ := f.Attr("type"); {
		case f.Is("textarea"):
			v.Add(name, strings.TrimPrefix(f.Text(), "\n"))
		case f.Is("select"):
			value, _ = f.Find("option[selected]").Attr("value")
			v.Add(name, value)
		case f.Is("button"):
		case kind == "checkbox" || kind == "radio":
			if _, checked := f.Attr("checked"); checked {
				v.Add(name, value)
			}
		default:
			v.Add(name, value)
		}
	})
	return v
}

// request asks for a page as an editor, under a context that counts queries.
func (h *house) request(ctx context.Context, path string) int {
	h.t.Helper()
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil)
	r.Header.Set("X-As", "editor")
	r.Header.Set("Cookie", "session=editor")
	w := httptest.NewRecorder()
	h.h.ServeHTTP(w, r)
	return w.Code
}
