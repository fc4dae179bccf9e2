package conform

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"plenary/internal/app"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
	"plenary/test/site"
)

// secret is a word that is put where few may read, who of the demo may, and who of them the
// test sees reading it: without that it might look where nothing stands.
type secret struct {
	word, put, may, does string
}

// secrets lie in private columns of rooms. Who may read each is what the rooms' policies say
// (docs/permissions.md). The person of a row reads her own: the demo's reviewer what she
// wrote; rows of other roles of the demo are left out.
var secrets = []secret{
	{"zqconduct", "UPDATE conduct_reports SET words = 'zqconduct'", "secretariat", "secretariat"},
	{"zqheard", "UPDATE conduct_notes SET words = 'zqheard'", "secretariat", "secretariat"},
	{"zqjudged", "UPDATE review_reviews SET for_committee = 'zqjudged'", "reviewer secretariat admin", "reviewer"},
	{"zqreason", "UPDATE review_reviews SET reason = 'zqreason'", "reviewer secretariat admin", "reviewer"},
	{"zqmail", "UPDATE accounts SET email = 'zqmail@example.org' WHERE demo_role = ''", "secretariat admin", "admin"},
	{"zqregistered", "UPDATE registrations SET email = 'zqregistered@example.org' WHERE account NOT IN (SELECT id FROM accounts WHERE demo_role <> '')", "secretariat admin", ""},
	{"zqcode", "INSERT INTO account_codes (hash, account, created) SELECT 'zqcode', MIN(id), 1 FROM accounts", "", ""},
	{"zqnoted", "UPDATE comment_notes SET note = 'zqnoted'", "secretariat admin", ""},
	{"zqinside", "", "editor secretariat admin", ""}, // of an event that is not public: happens
	{"zqlink", "UPDATE outbox SET ref = 'zqlink'", "", ""},
}

// reader is one way to ask for something.
type reader struct {
	role, door string
	get        func(path string) (status int, body string)
}

// What is private leaves by no door of any server: pages and the API, by a session of a
// browser and by a token, on the server where it was written and on another one, feeds,
// calendars and exports; and each door gives the same answer to the same person.
func TestNothingLeaks(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		if strings.HasPrefix(address, "sqlite:") {
			t.Log("two servers share PostgreSQL only; the rooms' own tests look at both databases")
			return
		}
		a := site.Demo(t, address, func(c *app.Config) { c.SyncPrivate = true })
		told := listen(t, a)
		if err := a.Record.Write(t.Context(), actor(account(t, a, "admin")), func(ctx context.Context, tx *record.Tx) error {
			for _, x := range secrets {
				if x.put == "" {
					continue
				}
				if _, err := tx.NewRaw(x.put).Exec(ctx); err != nil {
					t.Errorf("%s: %v", x.put, err)
				}
			}
			return happens(ctx, tx)
		}); err != nil {
			t.Fatal(err)
		}
		// It builds its index from what stands now, and reads the same clock.
		b := site.Empty(t, address, func(c *app.Config) { c.Clock = a.Clock })

		for _, s := range []*site.Site{a, b} {
			if err := s.Find.CatchUp(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		known := walk(t, a)
		shapes := map[string]int{}
		pages := []string{"/feed.atom", "/feed.json", "/search?q=zq", "/api/v1/search?q=zq", "/sitemap.xml", "/demo", "/admin/accounts"}
		for _, segs := range known {
			path := "/" + strings.Join(segs, "/")
			shape := shapeOf(path)
			if segs[0] == "admin" || segs[0] == "me" {
				shape = naming.ReplaceAllString(path, "*")
			}
			if shapes[shape] < 1 && segs[0] != "editions" && len(pages) < 360 {
				shapes[shape]++
				pages = append(pages, path)
			}
		}
		var calls []string
		for _, o := range operations(t, a) {
			if o.method == http.MethodGet && !strings.Contains(o.at, "{") {
				calls = append(calls, o.at)
			}
		}
		calls = slices.Compact(calls)

		seen := map[string]map[string]string{} // word, role: a door
		var mu sync.Mutex
		note := func(r reader, path, body string) {
			for _, x := range secrets {
				if strings.Contains(body, x.word) {
					mu.Lock()
					if seen[x.word] == nil {
						seen[x.word] = map[string]string{}
					}
					seen[x.word][r.role] = r.door + " " + path
					mu.Unlock()
				}
			}
		}
		n := 0
		for turn, role := range []string{"", "participant", "admin", "reviewer", "organiser", "editor", "secretariat"} {
			every := 1 // for those who may least, and who may most
			if turn > 2 {
				every = 4
			}
			session := func(s *site.Site) func(string) (int, string) {
				r := s.Visitor(t)
				if role != "" {
					r = s.AsAccount(t, account(t, a, role).ID)
				}
				return func(path string) (int, string) {
					p := r.Get(path)
					return p.Status, p.Body
				}
			}
			token := func(s *site.Site) func(string) (int, string) {
				c := nobody(t, s)
				if role != "" {
					c.token = as(t, a, role, authn.ScopeRead, authn.ScopeStaff).token
				}
				return func(path string) (int, string) {
					x := c.get(path)
					return x.status, string(x.body)
				}
			}
			here, there := reader{role, "a session", session(a)}, reader{role, "a session on the other server", session(b)}
			for i, path := range pages {
				if i%every != turn%every {
					continue
				}
				status, body := here.get(path)
				note(here, path, body)
				n++
				if i%(3*every) == turn%every {
					other, body := there.get(path)
					note(there, path, body)
					if other != status {
						t.Errorf("%s as %q: %d here, %d there", path, role, status, other)
					}
				}
			}
			byToken, far := reader{role, "a token", token(a)}, reader{role, "a token on the other server", token(b)}
			for i, path := range calls {
				if i%every != turn%every {
					continue
				}
				status, body := byToken.get(path)
				note(byToken, path, body)
				n++
				r := here
				if i/every%2 == 0 {
					r = far
				}
				other, body := r.get(path)
				note(r, path, body)
				if other != status && !ofToken(path) {
					t.Errorf("%s as %q: %d by a token, %d by %s", path, role, status, other, r.door)
				}
			}
		}
		if len(told.all()) == 0 {
			t.Error("the webhook was told nothing, not even what is public")
		}
		for _, body := range told.all() {
			note(reader{role: "another program", door: "a webhook"}, "", body)
		}
		for _, x := range secrets {
			for _, role := range slices.Sorted(maps.Keys(seen[x.word])) {
				if !slices.Contains(strings.Fields(x.may), role) {
					t.Errorf("%s is read by %q: %s", x.word, role, seen[x.word][role])
				}
			}
			if x.does != "" && seen[x.word][x.does] == "" {
				t.Errorf("%s is nowhere seen by %q: the test does not look where it stands", x.word, x.does)
			}
		}
		t.Logf("%d pages, %d operations, %d answers, %d messages of a webhook", len(pages), len(calls), n, len(told.all()))
		t.Run("changes", func(t *testing.T) { refusedAlike(t, a, b) })
	})
}

// ofToken tells whether an operation is refused to tokens on purpose: what shows how an
// account is signed in, or changes that.
func ofToken(path string) bool {
	return strings.HasSuffix(path, "/rescue") || strings.HasSuffix(path, "/merge") || strings.HasPrefix(path, "/api/v1/me/tokens") || strings.HasPrefix(path, "/api/v1/me/sessions") || strings.HasPrefix(path, "/api/v1/me/security") || strings.HasPrefix(path, "/api/v1/me/account")
}
