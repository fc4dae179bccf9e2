package programme

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/db"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
	"plenary/internal/testkit"
)

// fair is an edition with a programme of any size behind a real server.
type fair struct {
	t        testing.TB
	rec      *record.Record
	clock    *core.Clock
	editions *editions.Service
	people   *people.Service
	s        *Service
	w        *Web
	h        http.Handler
	log      *logged
	rand     *rand.Rand
	set      *editions.Setting
	types    []Type
	tracks   []core.ID
	owners   []core.ID
	persons  []core.ID
	orgs     []core.ID
}

var secretary = core.Actor{Account: "account-secretary", Name: "Kenji", Grants: []core.Grant{{Role: core.RoleSecretariat, Scope: core.ScopeForum}}}

// logged remembers what the server logged of the last request.
type logged struct {
	slog.Handler
	mu      sync.Mutex
	queries int64
	errors  []string
}

func (l *logged) Enabled(context.Context, slog.Level) bool { return true }

func (l *logged) Handle(_ context.Context, r slog.Record) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if r.Level >= slog.LevelError {
		l.errors = append(l.errors, r.Message)
	}
	r.Attrs(func(a slog.Attr) bool {
		switch a.Key {
		case "queries":
			l.queries = a.Value.Int64()
		case "error", "panic", "stack":
			l.errors = append(l.errors, a.Value.String())
		}
		return true
	})
	return nil
}

// kyoto is an edition as it was; zurich one during which the clocks change.
var (
	kyoto = editions.EditionInput{
		Slug: "2023", Ordinal: 18, Name: core.NewText("en", "IGF 2023").With("ar", "منتدى 2023"), State: editions.StatePublic,
		City: core.NewText("en", "Kyoto").With("ar", "كيوتو"), Country: "JP", Zone: "Asia/Tokyo",
		FirstDay: "2023-10-09", LastDay: "2023-10-12", DayZero: "2023-10-08",
	}
	zurich = editions.EditionInput{
		Slug: "2026-test", Name: core.NewText("en", "Test 2026"), State: editions.StatePublic, City: core.NewText("en", "Zürich"),
		Country: "CH", Zone: "Europe/Zurich", FirstDay: "2026-10-24", LastDay: "2026-10-26",
	}
)

func newFair(t testing.TB, url string, in editions.EditionInput) *fair {
	t.Helper()
	f := &fair{t: t, clock: &core.Clock{}, rand: rand.New(rand.NewPCG(1, 2)), log: &logged{}}
	f.clock.Freeze(time.Date(2023, 9, 1, 9, 0, 0, 0, time.UTC))
	d, err := db.Open(t.Context(), url)
	f.ok(err)
	t.Cleanup(func() { _ = d.Close() })
	f.rec, err = record.Open(t.Context(), d, f.clock, core.SeededIDs(f.clock, "fair"), nil, slog.New(slog.DiscardHandler))
	f.ok(err)
	t.Cleanup(f.rec.Close)
	shown := func(dir string) fs.FS { return os.DirFS(filepath.Join(testkit.Root(t), "web", dir)) }
	catalog, err := testkit.Catalog()
	f.ok(err)
	v := vocab.New(f.rec)
	f.people = people.New(f.rec, v)
	b := bodies.NewService(f.rec, f.people, v, catalog)
	f.editions = editions.New(f.rec)
	f.s = New(f.rec, f.editions, f.people, v, b)
	f.w = NewWeb(f.s, f.editions, f.people, v, b)
	srv, err := web.New(web.Config{BaseURL: "https://forum.example", Build: "test"}, catalog, f.rec, slog.New(f.log), shown("templates"), shown("assets"))
	f.ok(err)
	srv.Identify = func(_ http.ResponseWriter, r *http.Request) core.Actor {
		if r.Header.Get("X-As") == "secretary" {
			return secretary
		}
		return core.Visitor
	}
	f.ok(f.w.Register(srv))
	f.ok(srv.ParseAll("en"))
	f.s.APILists(srv.NewAPI("test"))
	f.h = srv.Handler()

	f.ok(f.editions.SetForum(t.Context(), secretary, editions.ForumInput{Name: core.NewText("en", "Internet Governance Forum"), Short: "IGF"}))
	for _, k := range []string{"track", "dynamic-coalition"} {
		for i := range 3 {
			f.write(func(ctx context.Context, tx *record.Tx) error {
				body, err := b.CreateTx(ctx, tx, bodies.New{Kind: k, Name: core.NewText("en", fmt.Sprintf("The %s of %c", k, 'A'+i)), Status: bodies.Active})
				if k == "track" {
					f.tracks = append(f.tracks, body.ID)
				} else {
					f.owners = append(f.owners, body.ID)
				}
				return err
			})
		}
	}
	f.found(in)
	return f
}

// found adds an edition with rooms, themes, questions and types.
func (f *fair) found(in editions.EditionInput) {
	f.t.Helper()
	e, err := f.editions.Add(f.t.Context(), secretary, in)
	f.ok(err)
	f.write(func(ctx context.Context, tx *record.Tx) error {
		set, err := f.editions.SettingTx(ctx, tx, e.ID)
		if err != nil {
			return err
		}
		venue := tx.NewID()
		places := editions.PlacesInput{Version: set.Version, Venues: []editions.VenueInput{{ID: venue, Name: core.NewText("en", "Conference Centre; Hall, East")}}}
		for _, n := range []string{"Main Hall", "Annex Hall 1", "Annex Hall 2", "Room A", "Room B", "Room C", "Room D", "Room E", "Room I", "Room J", "Room K"} {
			places.Rooms = append(places.Rooms, editions.RoomInput{Name: core.NewText("en", n).With("ar", "قاعة "+n), Venue: venue, Capacity: 80})
		}
		places.Rooms = append(places.Rooms, editions.RoomInput{Name: core.NewText("en", "Village"), Venue: venue, Informal: true, Aliases: "The Square"})
		if err := f.editions.SetPlacesTx(ctx, tx, set, places); err != nil {
			return err
		}
		themes := editions.ThemesInput{Version: set.Version}
		for _, n := range []string{
			"AI and emerging technologies", "Avoiding Internet fragmentation", "Cybersecurity, cybercrime and online safety", "Data governance and trust",
			"Digital divides and inclusion", "Global digital governance and cooperation", "Human rights and freedoms", "Sustainability and environment",
		} {
			themes.Themes = append(themes.Themes, editions.ThemeInput{Name: core.NewText("en", n).With("ar", "موضوع "+n)})
		}
		if err := f.editions.SetThemesTx(ctx, tx, set, themes); err != nil {
			return err
		}
		questions := editions.QuestionsInput{Version: set.Version}
		for _, n := range []string{"1", "2", "2.1", "2.2", "3", "4", "5"} {
			questions.Questions = append(questions.Questions, editions.QuestionInput{Number: n, Question: core.NewText("en", "What about "+n+"?")})
		}
		if err := f.editions.SetQuestionsTx(ctx, tx, set, questions); err != nil {
			return err
		}
		_, err = f.s.AddDefaultTypesTx(ctx, tx, set)
		return err
	})
	f.reload(in.Slug)
}

func (f *fair) reload(slug string) {
	f.t.Helper()
	var err error
	f.set, err = f.editions.Setting(f.t.Context(), secretary, slug)
	f.ok(err)
	f.types, err = f.s.Types(f.t.Context(), f.set.ID)
	f.ok(err)
}

func (f *fair) ok(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

func (f *fair) write(fn func(ctx context.Context, tx *record.Tx) error) {
	f.t.Helper()
	f.ok(f.rec.Write(f.t.Context(), secretary, fn))
}

var (
	someWords = strings.Fields(`access accountability affordable agenda algorithms artificial ambition archives assessing audit balancing barriers
		beyond bridging broadband building capacity children citizens civic climate code coalition collaborative community connectivity
		consent content cooperation courts creators cross-border cryptography cyber cybersecurity data deepfakes deliberation democracy
		development digital diplomacy disability disinformation diversity divides domain economy education elections emergency encryption
		energy enforcement environment ethics evidence fragmentation freedom frontiers future gender generative global governance grassroots
		hate health human identity impact inclusion indigenous infrastructure innovation institutions intelligence interconnection internet
		interoperability investment journalism journey judiciary justice language last-mile lawful learning legislation libraries literacy
		local meaningful media mental migration misinformation mobile models multilingual multistakeholder names nations neighbours networks
		neutral norms numbers online open oversight parliaments participation partnership peace platforms policy privacy procurement
		protection protocols public quantum refugees regional regulation remote resilience responsible rights risk rural safety sandbox
		satellite science security self-determination sovereignty spectrum speech standards startups states surveillance sustainable
		taxation technology transparency trust universal values violence vulnerable waste women workers youth`)
	arabicWords = strings.Fields(`الإنترنت الحوكمة الرقمية الشمول البيانات الثقة الأمن السيبراني الحقوق الإنسان المرأة الشباب التعليم الصحة المناخ الاستدامة
		الابتكار الذكاء الاصطناعي المحتوى اللغة المحلية المجتمع المدني الحكومات القطاع الخاص الأكاديمي الشبكات المجتمعية الوصول الهادف النفاذ
		الخصوصية التشفير السيادة التعاون الدولي السياسات المعايير التقنية المنصات الشفافية المساءلة العدالة الانتخابات الإعلام الصحافة الأطفال`)
)

func (f *fair) title() core.Text {
	words := func(from []string) string {
		var out []string
		for range 6 + f.rand.IntN(7) {
			out = append(out, from[f.rand.IntN(len(from))])
		}
		return strings.Join(out, " ")
	}
	en := words(someWords)
	return core.NewText("en", strings.ToUpper(en[:1])+en[1:]).With("ar", words(arabicWords))
}

// fill adds sessions of all kinds: on all days, in all rooms, some cancelled, some
// drafts, some without a time.
func (f *fair) fill(n int) {
	f.t.Helper()
	pick := func(ids []core.ID, chance float64) core.ID {
		if len(ids) == 0 || f.rand.Float64() > chance {
			return ""
		}
		return ids[f.rand.IntN(len(ids))]
	}
	var rooms, themes, questions []core.ID
	for _, r := range f.set.Rooms {
		rooms = append(rooms, r.ID)
	}
	for _, t := range f.set.Themes {
		themes = append(themes, t.ID)
	}
	for _, q := range f.set.Questions {
		questions = append(questions, q.ID)
	}
	days := f.set.Days()
	f.write(func(ctx context.Context, tx *record.Tx) error {
		for range n {
			in := NewSession{Type: f.types[f.rand.IntN(len(f.types))].ID, State: StateScheduled}
			in.Texts = EditInput{
				Title: f.title(), Theme: pick(themes, .9), Tags: []string{"encryption", "Rural, DNS", "", "Ethics"}[f.rand.IntN(4)],
				Description: core.NewText("en", "What is asked; and why, in Zürich or 東京.\n\nSecond paragraph."),
				Language:    []string{"en", "fr", "", "ar"}[f.rand.IntN(4)],
			}
			if formats := f.w.vocab.Terms(vocab.Formats); f.rand.IntN(3) > 0 {
				in.Texts.Format = formats[f.rand.IntN(len(formats))].Code
			}
			if f.rand.IntN(4) == 0 {
				in.Texts.SDGs = []int{1 + f.rand.IntN(17)}
			}
			for range f.rand.IntN(3) {
				if q := pick(questions, 1); !slices.Contains(in.Texts.Questions, q) {
					in.Texts.Questions = append(in.Texts.Questions, q)
				}
			}
			in.Standing.Body = pick(f.owners, .2)
			if t := pick(f.tracks, .3); t != "" {
				in.Standing.Tracks = []core.ID{t}
			}
			if f.rand.IntN(20) > 0 {
				day := days[f.rand.IntN(len(days))]
				in.Starts = core.At(day.Time(f.set.Zone).Add(time.Duration(8*60+5*f.rand.IntN(110)) * time.Minute))
				in.Ends = in.Starts.Add(time.Duration([]int{20, 30, 45, 60, 90}[f.rand.IntN(5)]) * time.Minute)
				in.Room = pick(rooms, .95)
			}
			switch f.rand.IntN(25) {
			case 0:
				in.State = StateDraft
			case 1:
				in.State = StateCancelled
			}
			x, err := f.s.CreateTx(ctx, tx, f.set, in)
			if err != nil {
				return err
			}
			var roles []Role
			for i := range f.rand.IntN(4) {
				r := Role{ID: tx.NewID(), Session: x.ID, Position: i, Role: RoleNames[f.rand.IntN(len(RoleNames))], Person: pick(f.persons, .8)}
				if r.Organisation = pick(f.orgs, .3); r.Person == "" && r.Organisation == "" {
					continue
				}
				if o := pick(f.orgs, .5); o != "" {
					r.Affiliated = "|" + string(o) + "|"
				}
				roles = append(roles, r)
			}
			if len(roles) > 0 {
				if _, err := tx.NewInsert().Model(&roles).Exec(ctx); err != nil {
					return err
				}
			}
		}
		return nil
	})
	f.reload(f.set.Slug)
}

// invite adds people and organisations, for the sessions that are added after them.
func (f *fair) invite(n int) {
	f.t.Helper()
	f.write(func(ctx context.Context, tx *record.Tx) error {
		for i := range n {
			name := string(rune('A'+i%26)) + someWords[f.rand.IntN(len(someWords))] + " " + someWords[f.rand.IntN(len(someWords))]
			p, err := f.people.CreatePersonTx(ctx, tx, people.NewPerson{Name: name, Public: true, Unlisted: i%7 == 6})
			if err != nil {
				return err
			}
			o, err := f.people.CreateOrganisationTx(ctx, tx, people.NewOrganisation{Name: core.NewText("en", "Institute for "+name)})
			if err != nil {
				return err
			}
			f.persons, f.orgs = append(f.persons, p.ID), append(f.orgs, o.ID)
		}
		return nil
	})
}

// add schedules one session.
func (f *fair) add(kind, title, date, at string, minutes int, room string, more func(*NewSession)) *Session {
	f.t.Helper()
	in := NewSession{Type: TypeNamed(f.types, kind).ID, State: StateScheduled, Texts: EditInput{Title: core.NewText("en", title)}}
	if date != "" {
		start, err := core.WallTime(date, at, f.set.Zone)
		f.ok(err)
		in.Starts, in.Ends = start, start.Add(time.Duration(minutes)*time.Minute)
	}
	if r := f.set.RoomNamed(room); r != nil {
		in.Room = r.ID
	}
	if more != nil {
		more(&in)
	}
	var x *Session
	f.write(func(ctx context.Context, tx *record.Tx) (err error) {
		x, err = f.s.CreateTx(ctx, tx, f.set, in)
		return err
	})
	return x
}

func (f *fair) get(as, path string, headers ...string) *httptest.ResponseRecorder {
	f.t.Helper()
	r := httptest.NewRequestWithContext(f.t.Context(), http.MethodGet, path, nil)
	if as != "" {
		r.Header.Set("X-As", as)
		r.Header.Set("Cookie", "session="+as)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	f.h.ServeHTTP(w, r)
	return w
}

var bareKey = regexp.MustCompile(`\b(programme|policy|shell|filter|when|pager)\.[a-z_]+[a-z_.]*|<no value>`)

// page reads a page as a visitor, or as somebody.
func (f *fair) page(as, path string, headers ...string) *goquery.Document {
	f.t.Helper()
	w := f.get(as, path, headers...)
	if w.Code != http.StatusOK {
		f.t.Fatalf("GET %s as %q: %d %v", path, as, w.Code, f.log.errors)
	}
	doc, err := goquery.NewDocumentFromReader(w.Body)
	f.ok(err)
	if key := bareKey.FindString(doc.Find("main").Text()); key != "" {
		f.t.Errorf("%s shows a key: %s", path, key)
	}
	return doc
}

func texts(s *goquery.Selection) []string {
	return s.Map(func(_ int, s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") })
}
