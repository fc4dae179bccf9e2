package browser

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/security"

	"plenary/internal/app"
	"plenary/internal/core"
	"plenary/internal/forum/attendance"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/participation"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
	"plenary/test/site"
)

// joining is a forum whose edition is on, with a session that begins in twenty minutes at a
// place elsewhere.
type joining struct {
	*testing.T
	*site.Site
	set     *editions.Setting
	session *programme.Session
	place   *httptest.Server
	came    int // how often somebody arrived at the place
	who     map[string]core.Actor
}

func newJoining(t *testing.T) *joining {
	t.Helper()
	j := &joining{T: t, Site: site.Empty(t, testkit.SQLite(t), func(c *app.Config) { c.Demo = true }), who: map[string]core.Actor{}}
	j.place = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/hall" {
			j.came++
		}
		_, _ = io.WriteString(w, "<!doctype html><html lang=en><title>Hall</title><main><h1>The hall</h1></main></html>")
	}))
	j.place.Config.ErrorLog = log.New(io.Discard, "", 0) // a browser that does not trust it yet
	j.place.StartTLS()
	t.Cleanup(j.place.Close)
	now := time.Now().UTC().Truncate(time.Hour).Add(10 * time.Hour)
	j.Clock.Set(now)
	var id core.ID
	j.ok(j.Record.Write(t.Context(), core.Operator, func(ctx context.Context, tx *record.Tx) error {
		if err := j.Editions.SetForumTx(ctx, tx, editions.ForumInput{Name: core.NewText("en", "Open Waters Forum"), Short: "OWF"}); err != nil {
			return err
		}
		e, err := j.Editions.AddTx(ctx, tx, editions.EditionInput{
			Slug: now.Format("2006"), Name: core.NewText("en", "Open Waters Forum"), City: core.NewText("en", "Marenza"), Zone: "UTC", State: editions.StatePublic,
			FirstDay: now.Format(time.DateOnly), LastDay: now.AddDate(0, 0, 1).Format(time.DateOnly),
		})
		id = e.ID
		for _, name := range []string{"Ana Rios", "Ben Okoro", "Sara Haddad"} {
			if err != nil {
				return err
			}
			first, _, _ := strings.Cut(name, " ")
			var acc authn.Account
			acc, err = j.Authn.CreateTx(ctx, tx, authn.NewAccount{Email: strings.ToLower(first) + "@example.org", Name: name, Lang: "en"})
			j.who[first] = acc.Actor()
		}
		if err != nil {
			return err
		}
		return j.Authn.GrantTx(ctx, tx, j.who["Sara"].Account, core.RoleSecretariat, core.ScopeForum)
	}))
	for name, a := range j.who {
		acc, err := j.Authn.ByID(t.Context(), a.Account)
		j.ok(err)
		j.who[name] = acc.Actor()
	}
	var err error
	j.set, err = j.Editions.SettingByID(t.Context(), core.Operator, id)
	j.ok(err)
	types, err := j.Programme.Types(t.Context(), id)
	j.ok(err)
	j.ok(j.Record.Write(t.Context(), core.Operator, func(ctx context.Context, tx *record.Tx) (err error) {
		starts := core.At(now.Add(20 * time.Minute))
		j.session, err = j.Programme.CreateTx(ctx, tx, j.set, programme.NewSession{
			Type: types[4].ID, State: programme.StateScheduled, Starts: starts, Ends: starts.Add(time.Hour), Texts: programme.EditInput{Title: core.NewText("en", "Who keeps the water clean")},
		})
		return err
	}))
	sara := j.who["Sara"]
	j.ok(j.Participation.Begin(t.Context(), sara, j.set))
	st, err := j.Participation.Setting(t.Context(), sara, j.set)
	j.ok(err)
	call, err := j.Calls.ByID(t.Context(), sara, st.Call)
	j.ok(err)
	in := calls.InputOf(call)
	in.Published = true
	j.ok(j.Calls.Change(t.Context(), sara, call.ID, in))
	j.ok(j.Attendance.SetPlace(t.Context(), sara, j.set, j.session.Ref, attendance.PlaceInput{URL: j.place.URL + "/hall", Early: 15, Access: attendance.ForAll}))
	return j
}

func (j *joining) ok(err error) {
	j.Helper()
	if err != nil {
		j.Fatal(err)
	}
}

// as is a browser in which somebody is signed in; nobody for an empty name.
func (j *joining) as(name string) *tab {
	j.Helper()
	b := open(j.T, j.URL)
	b.do("trust the place elsewhere", security.SetIgnoreCertificateErrors(true))
	if name == "" {
		return b
	}
	w := httptest.NewRecorder()
	j.ok(j.Authn.StartSession(j.Context(), w, j.who[name].Account))
	for _, c := range w.Result().Cookies() {
		b.do("sign in", network.SetCookie(c.Name, c.Value).WithURL(j.URL).WithHTTPOnly(c.HttpOnly))
	}
	return b
}

// mails are the texts of the mails to an address, the last one first.
func (j *joining) mails(to string) []string {
	j.Helper()
	var out []string
	j.ok(j.DB.Read.NewRaw("SELECT subject || '\n' || text FROM outbox WHERE to_addr = ? ORDER BY id DESC", to).Scan(j.Context(), &out))
	return out
}

// registers fills in the form of the edition.
func (j *joining) registers(b *tab, country string) {
	j.Helper()
	b.visit(j.set.Path() + "/register")
	b.must(http.StatusOK)
	for name, value := range map[string]string{"organisation": "Lake Institute", "stakeholder": "civil-society", "country": country} {
		b.set(name, value)
	}
	for _, sel := range []string{"[name=mode][value=both]", "[name=category][value=participant]", "[name=first_time][value=yes]", "[name=conduct]"} {
		eval[bool](b, fmt.Sprintf(`(f => { f.checked = true; f.dispatchEvent(new Event("change", {bubbles: true})); return true })(document.querySelector('main %s'))`, sel))
	}
	b.press("main form.form .actions button:not([name])")
	b.must(http.StatusOK)
	if got := b.text("main"); !strings.Contains(got, "Pending") {
		j.Fatalf("after registering: %s", got)
	}
}

// TestJourney4 registers, is approved, finds the link in the own calendar, joins. The link is
// of no use to another, and whoever joins from several devices is counted once.
func TestJourney4(t *testing.T) {
	j := newJoining(t)
	ana, ben, sara := j.as("Ana"), j.as("Ben"), j.as("Sara")
	home := j.set.Path()
	j.registers(ana, "KE")
	j.registers(ben, "BR")

	// The staff approves both.
	sara.visit(home + "/registrations?state=pending")
	sara.must(http.StatusOK)
	if got := sara.text("main"); !strings.Contains(got, "Ana Rios") || !strings.Contains(got, "Ben Okoro") {
		t.Errorf("the staff's list lacks them: %s", got)
	}
	for n := range 2 {
		sara.visit(fmt.Sprintf("%s/registrations/%d", home, n+1))
		sara.must(http.StatusOK)
		sara.press("main .head form.actions button.button:not(.plain)")
		sara.must(http.StatusOK)
	}
	if got := j.mails("ana@example.org"); len(got) == 0 || !strings.Contains(strings.Join(got, " "), "approved") && !strings.Contains(strings.Join(got, " "), "registered") {
		t.Errorf("she has heard %q", got)
	}

	// She keeps the session, and her private calendar has the link.
	ana.visit(home + "/" + j.session.Ref)
	ana.must(http.StatusOK)
	j.ok(func() error { _, err := j.Agenda.Add(t.Context(), j.who["Ana"], j.set, j.session.Ref); return err }())
	ana.visit("/me/calendar")
	ana.press(`main button[name=do][value=make]`)
	ana.must(http.StatusOK)
	feed := regexp.MustCompile(`http[^\s"<>]*/calendars/[^\s"<>]+\.ics`).FindString(eval[string](ana, `document.querySelector("main").innerHTML`))
	if feed == "" {
		t.Fatalf("no calendar: %s", ana.text("main"))
	}
	res, err := http.Get(feed)
	j.ok(err)
	body, err := io.ReadAll(res.Body)
	j.ok(err)
	_ = res.Body.Close()
	text := strings.ReplaceAll(string(body), "\r\n ", "")
	link := regexp.MustCompile(`/join/[A-Za-z0-9_-]+`).FindString(text)
	if link == "" {
		t.Fatalf("the calendar has no link: %s", text)
	}

	// Before the door opens there is a page to wait on, and no address in it.
	ana.visit(link)
	ana.must(http.StatusOK)
	if got := eval[string](ana, "document.documentElement.outerHTML"); strings.Contains(got, j.place.URL) || !strings.Contains(got, "Who keeps the water clean") {
		t.Errorf("the waiting page: %s", got)
	}
	j.Clock.Set(j.session.Starts.Add(-5 * time.Minute).Time())
	ana.visit(link)
	ana.press("main form button[value=enter]")
	if got := ana.text("h1"); got != "The hall" {
		t.Fatalf("she stands on %s: %s", ana.address(), got)
	}
	ana.visit(link)
	ana.press("main form button[value=enter]")

	// Another device: the code comes by mail, and the device is known from then on.
	phone := j.as("")
	phone.visit(link)
	if got := phone.text("main"); strings.Contains(got, "Ana") || strings.Contains(got, "ana@") {
		t.Errorf("the page says whose link it is: %s", got)
	}
	phone.press("main form button[value=code]")
	code := regexp.MustCompile(`\b[0-9]{3} [0-9]{3}\b`).FindString(j.mails("ana@example.org")[0])
	if code == "" {
		t.Fatalf("no code in %q", j.mails("ana@example.org")[0])
	}
	phone.set("code", code)
	phone.press("main form.form .actions button")
	phone.must(http.StatusOK)
	phone.press("main form button[value=enter]")
	if got := phone.text("h1"); got != "The hall" {
		t.Errorf("the phone stands on %s: %s", phone.address(), got)
	}

	// The link leaks: to somebody who is registered, and to somebody who is not.
	ben.visit(link)
	if got := eval[string](ben, "document.documentElement.outerHTML"); ben.status != http.StatusForbidden || strings.Contains(got, j.place.URL) || strings.Contains(got, "Ana") {
		t.Errorf("somebody else gets %d: %s", ben.status, ben.text("main"))
	}
	stranger := j.as("")
	stranger.visit(link)
	if got := eval[string](stranger, "document.documentElement.outerHTML"); strings.Contains(got, j.place.URL) || stranger.count("main form button[value=enter]") > 0 {
		t.Errorf("a stranger may enter: %s", stranger.text("main"))
	}

	// Three times through the door, once in the count.
	var counted struct{ N, Registrations int }
	j.ok(j.DB.Read.NewRaw("SELECT COUNT(*) AS n, COUNT(DISTINCT registration) AS registrations FROM attendances WHERE session = ?", j.session.ID).Scan(t.Context(), &counted))
	if counted.N != 1 || j.came != 3 {
		t.Errorf("%d rows of attendance, %d arrivals", counted.N, j.came)
	}

	// She and the staff read the same history.
	ana.visit(home + "/register")
	hers := ana.text(".panel ol")
	r, err := j.Participation.Mine(t.Context(), j.who["Ana"], j.set)
	j.ok(err)
	if r.State != participation.StateAttended {
		t.Errorf("her state is %s", r.State)
	}
	sara.visit(home + "/registrations/" + fmt.Sprint(r.Number))
	if theirs := sara.text(".panel ol"); theirs != hers || !strings.Contains(hers, "Took part") || !strings.Contains(hers, "Approved") {
		t.Errorf("she reads %q, the staff %q", hers, theirs)
	}
	for name, b := range map[string]*tab{"ana": ana, "ben": ben, "sara": sara, "phone": phone} {
		for _, line := range b.complaints() {
			if u, err := url.Parse(j.place.URL); err == nil && !strings.Contains(line, u.Host) && !strings.Contains(line, "403") {
				t.Errorf("%s: the browser complains: %s", name, line)
			}
		}
	}
}
