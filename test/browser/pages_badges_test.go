package browser

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"plenary/internal/core"
	"plenary/internal/forum/attendance"
	"plenary/internal/forum/badges"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/participation"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
	"plenary/test/site"
)

// gates is a forum on its first day, with people and badges.
type gates struct {
	*site.Site
	t     *testing.T
	s     *badges.Service
	set   *editions.Setting
	staff core.Actor
	list  []participation.Registration
	codes []string
}

func openGates(t *testing.T) *gates {
	t.Helper()
	g := &gates{Site: site.Empty(t, testkit.SQLite(t)), t: t}
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	g.s = badges.New(g.Record, badges.House{
		Editions: g.Editions, Programme: g.Programme, Participation: g.Participation, Attendance: g.Attendance, Vocab: g.Vocab, Files: g.Blobs, Catalog: g.Catalog, Printer: g.PDF, BaseURL: g.URL,
	})
	if g.Visitor(t).Get("/door/app.webmanifest").Status != http.StatusOK { // the program does not know the room yet
		ok(badges.NewWeb(g.s).Register(g.Server))
	}
	today := g.Clock.Now().Format(time.DateOnly)
	var acc authn.Account
	var id core.ID
	ok(g.Record.Write(t.Context(), core.Operator, func(ctx context.Context, tx *record.Tx) error {
		if err := g.Editions.SetForumTx(ctx, tx, editions.ForumInput{Name: core.NewText("en", "Forum of the Test"), Short: "FT"}); err != nil {
			return err
		}
		e, err := g.Editions.AddTx(ctx, tx, editions.EditionInput{
			Slug: "2026", Name: core.NewText("en", "Forum 2026"), City: core.NewText("en", "Oslo"), Zone: "UTC", State: editions.StatePublic, FirstDay: today, LastDay: today,
		})
		if err != nil {
			return err
		}
		id = e.ID
		if acc, err = g.Authn.CreateTx(ctx, tx, authn.NewAccount{Email: "staff@example.org", Name: "Staff Quist", Lang: "en"}); err != nil {
			return err
		}
		return g.Authn.GrantTx(ctx, tx, acc.ID, core.RoleSecretariat, core.ScopeForum)
	}))
	var err error
	g.set, err = g.Editions.SettingByID(t.Context(), core.Operator, id)
	ok(err)
	acc, err = g.Authn.ByID(t.Context(), acc.ID)
	ok(err)
	g.staff = acc.Actor()
	ok(g.Participation.Begin(t.Context(), g.staff, g.set))
	st, err := g.Participation.Setting(t.Context(), g.staff, g.set)
	ok(err)
	ok(g.Record.Write(t.Context(), core.Operator, func(ctx context.Context, tx *record.Tx) error {
		for i := range 6 {
			r := participation.Registration{
				ID: tx.NewID(), Edition: id, Number: i + 1, Email: fmt.Sprintf("p%d@example.org", i), EmailKey: fmt.Sprintf("p%d@example.org", i), Lang: "en", State: participation.StateApproved,
				Mode: participation.ModeOnsite, Category: st.Categories[0].ID, Name: fmt.Sprintf("Person %d", i), Submitted: tx.Now, Updated: tx.Now, Generation: 1, Version: 1,
			}
			if i == 0 {
				r.Account = acc.ID
			}
			g.list = append(g.list, r)
		}
		_, err := tx.NewInsert().Model(&g.list).Exec(ctx)
		return err
	}))
	_, err = g.s.Print(t.Context(), g.staff, g.set, badges.BatchInput{})
	ok(err)
	k := g.keys()
	var all []badges.Badge
	ok(g.DB.Read.NewSelect().Model(&all).Scan(t.Context()))
	for _, r := range g.list {
		for _, b := range all {
			if b.Registration == r.ID {
				g.codes = append(g.codes, g.sign(k, b, b.Serial))
			}
		}
	}
	return g
}

func (g *gates) keys() *badges.Keys {
	g.t.Helper()
	secret, err := g.Participation.Key(g.t.Context(), "badge")
	if err != nil {
		g.t.Fatal(err)
	}
	k, err := badges.NewKeys(secret)
	if err != nil {
		g.t.Fatal(err)
	}
	return k
}

func (g *gates) sign(k *badges.Keys, b badges.Badge, serial int) string {
	g.t.Helper()
	text, err := k.Sign(badges.Code{Edition: badges.EditionTag(b.Edition), Registration: b.Registration, Serial: serial, Day: int(b.Issued.Time().Unix() / 86400)})
	if err != nil {
		g.t.Fatal(err)
	}
	return text
}

// door opens a device at an entrance in a browser of its own.
func (g *gates) door(name string) (*tab, badges.Door, *cable) {
	g.t.Helper()
	return g.open(badges.DoorInput{Name: name, Kind: badges.DoorEntrance})
}

// open opens a device in a browser of its own, by the link that the staff gets.
func (g *gates) open(in badges.DoorInput) (*tab, badges.Door, *cable) {
	g.t.Helper()
	d, word, err := g.s.AddDoor(g.t.Context(), g.staff, g.set, in)
	if err != nil {
		g.t.Fatal(err)
	}
	c := plug(g.t, g.URL)
	b := open(g.t, c.url)
	b.visit("/door/open/" + word)
	b.must(http.StatusOK)
	b.press("main form button.button")
	b.comes(`document.getElementById("gate").dataset.kept === "1"`)
	return b, d, c
}

// comes waits for something to be so on the page.
func (b *tab) comes(js string) {
	b.Helper()
	b.do("wait for "+js, chromedp.Poll(js, nil, chromedp.WithPollingTimeout(patience)))
}

// cable is the line between a browser and the forum, that can be cut. A browser's own way
// to be without network is not that of the worker behind a page.
type cable struct {
	url string
	mu  sync.Mutex
	cut bool
	on  map[net.Conn]bool
}

func plug(t *testing.T, base string) *cable {
	t.Helper()
	l, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	c := &cable{url: strings.Replace(base, base[strings.LastIndexByte(base, ':'):], fmt.Sprintf(":%d", l.Addr().(*net.TCPAddr).Port), 1), on: map[net.Conn]bool{}}
	go func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return
			}
			go c.carry(from, strings.TrimPrefix(base, "http://"))
		}
	}()
	return c
}

func (c *cable) carry(from net.Conn, address string) {
	defer from.Close()
	to, err := net.Dial("tcp", address)
	if err != nil {
		return
	}
	defer to.Close()
	c.mu.Lock()
	if c.cut {
		c.mu.Unlock()
		return
	}
	c.on[from], c.on[to] = true, true
	c.mu.Unlock()
	done := make(chan struct{}, 2)
	for _, x := range [][2]net.Conn{{from, to}, {to, from}} {
		go func() { _, _ = io.Copy(x[0], x[1]); done <- struct{}{} }()
	}
	<-done
	c.mu.Lock()
	delete(c.on, from)
	delete(c.on, to)
	c.mu.Unlock()
}

// off cuts the line, or mends it.
func (c *cable) off(cut bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cut = cut
	for x := range c.on {
		if cut {
			_ = x.Close()
		}
	}
}

// holds holds a badge before the device, as a scanner types it, and tells what it answers.
func (b *tab) holds(code string) string {
	b.Helper()
	b.do("empty the answer", chromedp.Evaluate(`document.querySelector("#gate-result").replaceChildren()`, nil))
	b.do("focus", chromedp.Focus("#code", chromedp.ByQuery))
	b.paste("#code", code)
	b.do("press Enter", chromedp.KeyEvent(kb.Enter))
	b.comes(`document.querySelector("#gate-result .gate-word")`)
	return b.text("#gate-result .gate-word")
}

// Two devices without network: each checks codes by itself, refuses what is forged, revoked
// or of another edition, counts nobody twice, and later both send what they have. No person
// is twice, none is lost. The page itself opens without network, too.
func TestDoorsOffline(t *testing.T) {
	g := openGates(t)
	k := g.keys()
	first, _, left := g.door("Left")
	second, d2, right := g.door("Right")
	if err := g.s.Revoke(t.Context(), g.staff, g.set, g.list[3].ID, "lost"); err != nil {
		t.Fatal(err)
	}
	first.visit("/door/") // it hears of the lost badge
	first.comes(`document.getElementById("gate").dataset.ready === "1"`)
	other, err := badges.NewKeys([]byte("the key of somebody else........"))
	if err != nil {
		t.Fatal(err)
	}
	b0 := badges.Badge{Edition: g.set.ID, Registration: g.list[0].ID, Issued: g.Record.Clock.Instant()}
	elsewhere := b0
	elsewhere.Edition = "0198a0aa-1111-7111-8111-111111111111"

	left.off(true)
	right.off(true)
	for i, x := range []struct{ code, want string }{
		{g.codes[0], "Let in"},
		{g.codes[0], "Was here before"},
		{g.codes[1], "Let in"},
		{k.Word(g.list[2].ID, 3, 1), "Let in"},
		{g.codes[3], "Badge not good"},
		{g.sign(other, b0, 1), "Not our badge"},
		{g.codes[4][:len(g.codes[4])-8] + "AAAAAAAA", "Not"},
		{g.sign(k, elsewhere, 1), "Another edition"},
		{"https://example.org", "Not read"},
		{"3-ABCDEFG", "Not our badge"},
	} {
		if got := first.holds(x.code); !strings.HasPrefix(got, x.want) {
			t.Errorf("scan %d: %q, want %q", i, got, x.want)
		}
	}
	if got := first.text("#gate-waiting"); !strings.Contains(got, "sent: 10") {
		t.Errorf("it says %q", got)
	}
	// The page opens again without network, and knows what it knew.
	first.visit("/door/")
	first.comes(`document.getElementById("gate").dataset.ready === "1"`)
	if got := first.holds(g.codes[1]); got != "Was here before" {
		t.Errorf("opened anew: %q", got)
	}
	for _, x := range []struct{ code, want string }{{g.codes[1], "Let in"}, {g.codes[5], "Let in"}} {
		if got := second.holds(x.code); got != x.want {
			t.Errorf("second device: %q, want %q", got, x.want)
		}
	}
	right.off(false)
	second.comes(`document.querySelector("#gate-waiting").textContent === "All scans are sent"`)
	left.off(false)
	first.comes(`document.querySelector("#gate-waiting").textContent === "All scans are sent"`)
	o, err := g.s.Overview(t.Context(), g.staff, g.set)
	if err != nil {
		t.Fatal(err)
	}
	if o.Arrived != 4 || o.ByDoor[0].Scans != 11 || o.ByDoor[0].People != 3 || o.ByDoor[1].People != 2 {
		t.Errorf("%d came; left %d scans, %d people; right %d people", o.Arrived, o.ByDoor[0].Scans, o.ByDoor[0].People, o.ByDoor[1].People)
	}
	// A door that is ended forgets everything.
	if err := g.s.RevokeDoor(t.Context(), g.staff, g.set, d2.ID); err != nil {
		t.Fatal(err)
	}
	second.visit("/door/")
	second.must(http.StatusNotFound)
	second.comes(`indexedDB.databases().then(l => l.length === 0)`)
	for _, line := range append(first.complaints(), second.complaints()...) {
		if !strings.Contains(line, "net::ERR_") {
			t.Error(line)
		}
	}
}

// The door of a room keeps out who is not invited to a session for those invited, also
// without network.
func TestRoomDoorOffline(t *testing.T) {
	g := openGates(t)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var ses *programme.Session
	must(g.Record.Write(t.Context(), core.Operator, func(ctx context.Context, tx *record.Tx) error {
		hall := tx.NewID()
		if err := g.Editions.SetPlacesTx(ctx, tx, g.set, editions.PlacesInput{
			Version: g.set.Version, Venues: []editions.VenueInput{{ID: hall, Name: core.NewText("en", "Congress")}}, Rooms: []editions.RoomInput{{Name: core.NewText("en", "Hall"), Venue: hall}},
		}); err != nil {
			return err
		}
		set, err := g.Editions.SettingTx(ctx, tx, g.set.ID)
		if err != nil {
			return err
		}
		g.set = set
		types, err := g.Programme.TypesTx(ctx, tx, set.ID)
		if err != nil {
			return err
		}
		ses, err = g.Programme.CreateTx(ctx, tx, set, programme.NewSession{
			Type: types[4].ID, State: programme.StateScheduled, Texts: programme.EditInput{Title: core.NewText("en", "Closed round"), Description: core.NewText("en", "About it.")},
			Starts: tx.Now.Add(-10 * time.Minute), Ends: tx.Now.Add(time.Hour), Room: set.Rooms[0].ID,
		})
		return err
	}))
	must(g.Attendance.SetPlace(t.Context(), g.staff, g.set, ses.Ref, attendance.PlaceInput{Early: 15, Access: attendance.ForInvited, Invited: "p1@example.org"}))
	b, _, line := g.open(badges.DoorInput{Name: "Hall", Kind: badges.DoorRoom, Room: g.set.Rooms[0].ID})
	line.off(true)
	for i, want := range []string{1: "Let in", 2: "Not for this session"} {
		if want == "" {
			continue
		}
		if got := b.holds(g.codes[i]); got != want {
			t.Errorf("person %d: %q, want %q", i, got, want)
		}
	}
	line.off(false)
	b.comes(`document.querySelector("#gate-waiting").textContent === "All scans are sent"`)
	var there []int
	must(g.DB.Read.NewRaw("SELECT rg.number FROM attendances AS at JOIN registrations AS rg ON rg.id = at.registration WHERE at.session = ?", ses.ID).Scan(t.Context(), &there))
	if !slices.Equal(there, []int{2}) {
		t.Errorf("in the session were counted %v", there)
	}
}

// One's own badge opens without network once it was opened.
func TestMyBadgeOffline(t *testing.T) {
	g := openGates(t)
	c := plug(t, g.URL)
	b := open(t, c.url)
	w := httptest.NewRecorder()
	if err := g.Authn.StartSession(t.Context(), w, g.staff.Account); err != nil {
		t.Fatal(err)
	}
	for _, ck := range w.Result().Cookies() {
		b.do("sign in", network.SetCookie(ck.Name, ck.Value).WithURL(c.url).WithHTTPOnly(ck.HttpOnly))
	}
	b.visit("/2026/my-badge")
	b.must(http.StatusOK)
	b.comes(`!document.getElementById("my-badge-kept").hidden`)
	word := b.text(".my-badge-word strong")
	if !strings.HasPrefix(word, "1-") || b.count("#my-badge svg path") == 0 {
		t.Fatalf("the badge says %q", word)
	}
	c.off(true)
	b.visit("/2026/my-badge")
	if got := b.text(".my-badge-word strong"); got != word {
		t.Errorf("without network it says %q, want %q", got, word)
	}
}
