package attendance_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"plenary/internal/app"
	"plenary/internal/core"
	"plenary/internal/forum/attendance"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/participation"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/mail/mailtest"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
	"plenary/test/site"
)

// house is a forum of four days in Oslo, during which the clocks change, with people who are
// registered.
type house struct {
	*site.Site
	t     *testing.T
	log   *asked
	post  *mailtest.Server
	set   *editions.Setting
	types []programme.Type
	att   *attendance.Service
	staff core.Actor
	who   map[string]core.Actor
	reg   map[string]*participation.Registration
}

// asked counts the queries of the last request.
type asked struct {
	slog.Handler
	mu      sync.Mutex
	queries int64
	seen    int // requests
	errors  []string
}

func (l *asked) Enabled(context.Context, slog.Level) bool { return true }

func (l *asked) Handle(_ context.Context, r slog.Record) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	r.Attrs(func(a slog.Attr) bool {
		switch {
		case a.Key == "queries":
			l.queries = a.Value.Int64()
			l.seen++
		case r.Level >= slog.LevelError:
			l.errors = append(l.errors, r.Message+" "+a.String())
		}
		return true
	})
	return nil
}

func (l *asked) last() (seen int, queries int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.seen, l.queries
}

// of counts the queries of the one request that fn sends: a request is noted after its answer.
func (l *asked) of(fn func()) int64 {
	before, _ := l.last()
	fn()
	for {
		if seen, n := l.last(); seen > before {
			return n
		}
		time.Sleep(time.Millisecond)
	}
}

const meeting = "https://meet.example.org/room/"

func open(t *testing.T, address string) *house {
	t.Helper()
	post := mailtest.Start(t)
	h := &house{
		Site: site.Empty(t, address, func(c *app.Config) { c.SMTP = post.URL() }), t: t, log: &asked{}, post: post,
		who: map[string]core.Actor{}, reg: map[string]*participation.Registration{},
	}
	h.Server.Log = slog.New(h.log)
	h.Clock.Freeze(time.Date(2026, 10, 1, 9, 0, 0, 0, time.UTC))
	var id core.ID
	h.write(func(ctx context.Context, tx *record.Tx) error {
		if err := h.Editions.SetForumTx(ctx, tx, editions.ForumInput{Name: core.NewText("en", "Forum of the Test"), Short: "FT"}); err != nil {
			return err
		}
		e, err := h.Editions.AddTx(ctx, tx, editions.EditionInput{
			Slug: "2026", Name: core.NewText("en", "Forum 2026"), City: core.NewText("en", "Oslo"), Zone: "Europe/Oslo", State: editions.StatePublic,
			FirstDay: "2026-10-24", LastDay: "2026-10-27",
		})
		id = e.ID
		return err
	})
	h.staff = h.account("staff", core.RoleSecretariat)
	var err error
	h.set, err = h.Editions.SettingByID(t.Context(), core.Operator, id)
	h.ok(err)
	h.types, err = h.Programme.Types(t.Context(), id)
	h.ok(err)
	h.ok(h.Participation.Begin(t.Context(), h.staff, h.set))
	h.att = h.Attendance
	for _, name := range []string{"ada", "bo"} {
		h.register(name, participation.StateApproved)
	}
	h.who["member"], h.who["editor"] = h.account("member", ""), h.account("editor", core.RoleEditor)
	return h
}

func on(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	testkit.Databases(t, func(t *testing.T, address string) { test(t, open(t, address)) })
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) write(fn func(ctx context.Context, tx *record.Tx) error) {
	h.t.Helper()
	h.ok(h.Record.Write(h.t.Context(), core.Operator, fn))
}

func (h *house) account(name string, role core.Role) core.Actor {
	h.t.Helper()
	var acc authn.Account
	h.write(func(ctx context.Context, tx *record.Tx) error {
		p, err := h.People.CreatePersonTx(ctx, tx, people.NewPerson{Name: name + " Quist", Public: true})
		if err != nil {
			return err
		}
		if acc, err = h.Authn.CreateTx(ctx, tx, authn.NewAccount{Email: name + "@example.org", Name: name, Lang: "en", Person: p.ID}); err != nil || role == "" {
			return err
		}
		return h.Authn.GrantTx(ctx, tx, acc.ID, role, core.ScopeForum)
	})
	acc, err := h.Authn.ByID(h.t.Context(), acc.ID)
	h.ok(err)
	h.who[name] = acc.Actor()
	return acc.Actor()
}

// register makes an account with a registration in a state.
func (h *house) register(name, state string) *participation.Registration {
	h.t.Helper()
	return h.enroll(h.account(name, ""), name, state)
}

// enroll writes a registration as the room of registrations keeps it.
func (h *house) enroll(a core.Actor, name, state string) *participation.Registration {
	h.t.Helper()
	r := &participation.Registration{
		Edition: h.set.ID, Number: len(h.reg) + 1, Account: a.Account, Person: a.Person, Email: name + "@example.org", EmailKey: name + "@example.org",
		Lang: "en", State: state, Mode: participation.ModeOnline, Name: "Private " + strings.ToUpper(name[:1]) + name[1:], Generation: 1, Version: 1,
	}
	h.write(func(ctx context.Context, tx *record.Tx) error {
		r.ID, r.Submitted, r.Updated = tx.NewID(), tx.Now, tx.Now
		_, err := tx.NewInsert().Model(r).Exec(ctx)
		return err
	})
	h.reg[name] = r
	return r
}

func (h *house) session(title, day, start string, minutes int, change ...func(*programme.NewSession)) *programme.Session {
	h.t.Helper()
	in := programme.NewSession{Type: h.types[4].ID, State: programme.StateScheduled}
	in.Texts = programme.EditInput{Title: core.NewText("en", title), Description: core.NewText("en", "About "+title+".")}
	if day != "" {
		at, err := core.WallTime(day, start, h.set.Zone)
		h.ok(err)
		in.Starts, in.Ends = at, at.Add(time.Duration(minutes)*time.Minute)
	}
	for _, fn := range change {
		fn(&in)
	}
	var x *programme.Session
	h.write(func(ctx context.Context, tx *record.Tx) (err error) {
		x, err = h.Programme.CreateTx(ctx, tx, h.set, in)
		return err
	})
	return x
}

func invitedOnly(n *programme.NewSession) { n.Standing.InvitedOnly = true }

// place gives a session an address.
func (h *house) place(x *programme.Session, change ...func(*attendance.PlaceInput)) {
	h.t.Helper()
	in, err := h.att.PlaceOf(h.t.Context(), h.staff, h.set, x.ID)
	h.ok(err)
	in.URL = meeting + x.Ref
	for _, fn := range change {
		fn(&in)
	}
	h.ok(h.att.SetPlace(h.t.Context(), h.staff, h.set, x.Ref, in))
}

// link is the path of somebody's link to a session.
func (h *house) link(name string, x *programme.Session) string {
	h.t.Helper()
	l, err := h.att.LinkTo(h.t.Context(), h.who[name], h.set, x.Ref)
	h.ok(err)
	return strings.TrimPrefix(l.URL, h.URL)
}

func (h *house) as(name string) *site.Reader {
	h.t.Helper()
	if name == "visitor" {
		return h.Visitor(h.t)
	}
	return h.AsAccount(h.t, h.who[name].Account)
}

// answer is what came back without following it.
type answer struct {
	status   int
	location string
	cookies  []*http.Cookie
}

// device is a browser that follows nothing, so that nobody calls at a meeting.
type device struct {
	h       *house
	cookies map[string]*http.Cookie
	Header  http.Header
}

func (h *house) device(name string) *device {
	h.t.Helper()
	d := &device{h: h, cookies: map[string]*http.Cookie{}, Header: http.Header{}}
	if name != "visitor" {
		w := httptest.NewRecorder()
		h.ok(h.Authn.StartSession(h.t.Context(), w, h.who[name].Account))
		for _, c := range w.Result().Cookies() {
			d.cookies[c.Name] = c
		}
	}
	return d
}

func (d *device) do(method, path string, form url.Values) (answer, string) {
	d.h.t.Helper()
	var body strings.Builder
	a, err := d.try(method, path, form, &body)
	d.h.ok(err)
	return a, body.String()
}

func (d *device) try(method, path string, form url.Values, out *strings.Builder) (answer, error) {
	req, err := http.NewRequestWithContext(d.h.t.Context(), method, d.h.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		return answer{}, err
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for k, v := range d.Header {
		req.Header[k] = v
	}
	for _, c := range d.cookies {
		req.AddCookie(c)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = res.Body.Close() }()
	b := make([]byte, 1<<20)
	n := 0
	for n < len(b) {
		k, err := res.Body.Read(b[n:])
		n += k
		if err != nil {
			break
		}
	}
	out.Write(b[:n])
	return answer{res.StatusCode, res.Header.Get("Location"), res.Cookies()}, nil
}

func (d *device) get(path string) (answer, string) {
	d.h.t.Helper()
	return d.do(http.MethodGet, path, nil)
}

func (d *device) post(path string, kv ...string) (answer, string) {
	d.h.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(kv); i += 2 {
		form.Set(kv[i], kv[i+1])
	}
	return d.do(http.MethodPost, path, form)
}

// keep takes the cookies of an answer into the browser.
func (d *device) keep(a answer) {
	for _, c := range a.cookies {
		d.cookies[c.Name] = c
	}
}

var code = regexp.MustCompile(`(?m)^(\d{3}) (\d{3})$`)

// mailed is the code in the n-th mail.
func (h *house) mailed(n int, to string) string {
	h.t.Helper()
	m := h.post.Wait(n)
	for i := n - 1; i > 0 && m.To != to; i-- { // two mails may overtake each other
		m = h.post.Wait(i)
	}
	found := code.FindStringSubmatch(m.Text)
	if found == nil || m.To != to {
		h.t.Fatalf("mail to %s: %q", m.To, m.Text)
	}
	return found[1] + found[2]
}

// at sets the clock to a time at the venue.
func (h *house) at(day, clock string) {
	h.t.Helper()
	at, err := core.WallTime(day, clock, h.set.Zone)
	h.ok(err)
	h.Clock.Freeze(at.Time())
}

func (h *house) counts(x *programme.Session) attendance.Count {
	h.t.Helper()
	m, err := h.att.CountsOf(h.t.Context(), h.staff, h.set)
	h.ok(err)
	return m[x.ID]
}

// events are how many of a kind there are.
func (h *house) events(kind string) int {
	h.t.Helper()
	n, err := h.DB.Read.NewSelect().TableExpr("events").Where("kind = ?", kind).Count(h.t.Context())
	h.ok(err)
	return int(n)
}

func (h *house) nothingOf(body, name string) {
	h.t.Helper()
	r := h.reg[name]
	for _, secret := range []string{r.Name, r.Email, "Private", meeting, fmt.Sprintf("No. %d", r.Number)} {
		if strings.Contains(body, secret) {
			h.t.Fatalf("a page tells %q:\n%s", secret, body)
		}
	}
}
