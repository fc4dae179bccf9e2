package badges

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

// doorCookie holds the token of a device: it goes to the pages below /door/ and nowhere else.
const doorCookie = "door"

// devices registers the pages of devices at doors. They know no account: what a device may
// do is what its token says.
func (w *Web) devices(s *web.Server) {
	s.Handle("GET /door/open/{word}", w.opening)
	s.Handle("POST /door/open/{word}", w.opening)
	s.Handle("GET /door/{$}", w.gate)
	s.Handle("POST /door/{$}", w.gate)
	s.Handle("GET /door/list.json", w.list)
	s.Handle("POST /door/scans", w.scans)
	s.Handle("GET /door/offline.js", func(c *web.C) error { return c.Bytes("text/javascript; charset=utf-8", offline) })
	s.Handle("GET /door/app.webmanifest", func(c *web.C) error {
		return manifest(c, c.T("badges.gate.app"), c.T("badges.gate.short"), "/door/", "/door/")
	})
}

type openingView struct {
	Name, Edition, Kind, Here string
}

// opening makes the device that opens it a door's, when the button is pressed: a link that
// only looks at addresses uses nothing up.
func (w *Web) opening(c *web.C) error {
	if err := w.s.guesses.Allow(web.RemoteAddr(c.R)); err != nil {
		return err
	}
	word := c.Param("word")
	if c.R.Method == http.MethodPost {
		_, token, err := w.s.OpenDoor(c.Context(), word)
		if err != nil {
			return err
		}
		http.SetCookie(c.W, &http.Cookie{ //nolint:gosec // Secure wherever the forum is reached by https
			Name: doorCookie, Value: token, Path: "/door/", MaxAge: 90 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: strings.HasPrefix(c.S.BaseURL, "https:"),
		})
		http.Redirect(c.W, c.R, "/door/", http.StatusSeeOther)
		return nil
	}
	d, err := w.s.Linked(c.Context(), word)
	if err != nil {
		return err
	}
	set, err := w.s.Editions.SettingByID(c.Context(), core.Operator, d.Edition)
	if err != nil {
		return err
	}
	v := openingView{Name: d.Name, Edition: c.Text(set.Name).S, Kind: c.T("badges.door.kind." + d.Kind), Here: c.URL(c.Path())}
	return c.Page(web.Page{Name: "badges/open", Title: c.T("badges.gate.open_title", "Name", d.Name), NoIndex: true, V: v})
}

// device is the door of the device that asks.
func (w *Web) device(c *web.C) (*Door, *editions.Setting, error) {
	ck, err := c.R.Cookie(doorCookie)
	if err != nil {
		return nil, nil, core.NotFound()
	}
	return w.s.OfToken(c.Context(), ck.Value)
}

type gateView struct {
	Door, Edition, Kind string
	Room                bool
	Sessions            []web.Option
	Langs               []web.Tab
	Result              *gateResult
	Words               map[string]string
}

type gateResult struct{ Class, Icon, Word, Help, Who string }

// looks are how a result looks: never by colour alone.
var looks = map[string][2]string{
	ResultIn: {"yes", "check"}, ResultAgain: {"maybe", "history"}, ResultDesk: {"maybe", "person"}, ResultRefused: {"no", "cancelled"}, ResultRevoked: {"no", "cancelled"},
	ResultForged: {"no", "warning"}, ResultOther: {"no", "warning"}, ResultUnread: {"maybe", "warning"}, ResultUnknown: {"maybe", "person"}, ResultNothing: {"maybe", "clock"}, ResultUninvited: {"no", "cancelled"},
}

// gate is the page of a device: an app where there is a script, and a form where there is
// none.
func (w *Web) gate(c *web.C) error {
	if lang := c.Query("lang"); core.LangKnown(lang) {
		http.SetCookie(c.W, &http.Cookie{Name: "lang", Value: lang, Path: "/", MaxAge: 365 * 24 * 3600, SameSite: http.SameSiteLaxMode}) //nolint:gosec // a choice, no secret
		http.Redirect(c.W, c.R, "/door/", http.StatusSeeOther)
		return nil
	}
	d, set, err := w.device(c)
	if core.KindOf(err) == core.KindNotFound {
		return c.Page(web.Page{Name: "badges/shut", Title: c.T("badges.gate.shut"), NoIndex: true, Status: http.StatusNotFound, V: struct{}{}})
	}
	if err != nil {
		return err
	}
	v := gateView{Door: d.Name, Edition: c.Text(set.Name).S, Kind: c.T("badges.door.kind." + d.Kind), Room: d.Kind == DoorRoom}
	for _, l := range core.Langs {
		v.Langs = append(v.Langs, web.Tab{Label: web.LangName[l], Lang: l, URL: "/door/?lang=" + l, Current: l == c.Lang})
	}
	if v.Room {
		list, err := w.s.sessionsOf(c.Context(), set, d.Room)
		if err != nil {
			return err
		}
		for _, x := range list {
			when := core.At(time.UnixMilli(x.Starts))
			v.Sessions = append(v.Sessions, web.Option{Value: string(x.ID), Label: c.Stamp(when, set.Zone) + " " + x.Title, Selected: c.R.Method == http.MethodPost && c.Value("session") == string(x.ID)})
		}
	}
	if c.R.Method == http.MethodPost {
		if v.Result, err = w.typed(c, d, set); err != nil {
			return err
		}
	} else if err := w.s.seen(c.Context(), d, d.Waiting); err != nil {
		return err
	}
	v.Words = map[string]string{}
	for _, r := range Results {
		v.Words["result."+r], v.Words["help."+r] = c.T("badges.result."+r), c.T("badges.help."+r)
	}
	for _, k := range []string{
		"online", "offline", "waiting", "none_waiting", "as_of", "never", "number", "camera", "camera_off", "no_camera", "no_crypto", "forget_sure", "forget_waits", "counted", "storage",
	} {
		v.Words[k] = c.T("badges.gate." + k)
	}
	c.W.Header().Set("Permissions-Policy", "camera=(self), microphone=(), geolocation=()")
	return c.Page(web.Page{Name: "badges/gate", Title: c.T("badges.gate.title", "Name", d.Name), NoIndex: true, V: v})
}

// typed takes in one code from the form.
func (w *Web) typed(c *web.C, d *Door, set *editions.Setting) (*gateResult, error) {
	id := w.s.rec.IDs.New()
	acks, err := w.s.Merge(c.Context(), d, set, ScanBatch{Waiting: d.Waiting, Scans: []ScanInput{{ID: id, Code: c.Value("code"), Told: ResultNotHeard, How: ways[0], Session: core.ID(c.Value("session"))}}})
	if err != nil {
		return nil, err
	}
	r := acks[0].Result
	look := looks[r]
	out := &gateResult{Class: look[0], Icon: look[1], Word: c.T("badges.result." + r), Help: c.T("badges.help." + r)}
	who, err := w.s.scanned(c, id, set)
	if err != nil {
		return nil, err
	}
	out.Who = who
	return out, nil
}

// list gives a device what it needs without network; 410 tells it to forget everything.
func (w *Web) list(c *web.C) error {
	d, set, err := w.device(c)
	if core.KindOf(err) == core.KindNotFound {
		return gone(c)
	}
	if err != nil {
		return err
	}
	_, etag := w.s.ListVersion(d)
	if err := w.s.seen(c.Context(), d, number(c.Query("waiting"))); err != nil {
		return err
	}
	c.W.Header().Set("Etag", etag)
	if strings.TrimPrefix(c.R.Header.Get("If-None-Match"), "W/") == etag {
		c.W.Header().Set("Cache-Control", "private, no-store")
		c.W.WriteHeader(http.StatusNotModified)
		return nil
	}
	l, err := w.s.List(c.Context(), d, set, sinceOf(c.Query("since")))
	if err != nil {
		return err
	}
	return sendJSON(c, l)
}

// scans takes in what a device sends.
func (w *Web) scans(c *web.C) error {
	d, set, err := w.device(c)
	if core.KindOf(err) == core.KindNotFound {
		return gone(c)
	}
	if err != nil {
		return err
	}
	if !strings.HasPrefix(c.R.Header.Get("Content-Type"), "application/json") {
		return core.Invalid("error.unreadable")
	}
	var in ScanBatch
	if err := json.NewDecoder(http.MaxBytesReader(c.W, c.R.Body, 1<<20)).Decode(&in); err != nil {
		return &core.Error{Kind: core.KindInvalid, Key: "error.unreadable", Err: err}
	}
	acks, err := w.s.Merge(c.Context(), d, set, in)
	if err != nil {
		return err
	}
	version, _ := w.s.ListVersion(d)
	return sendJSON(c, map[string]any{"acks": acks, "version": version})
}

func gone(c *web.C) error {
	c.W.Header().Set("Content-Type", "application/json")
	c.W.Header().Set("Content-Length", strconv.Itoa(len("{}\n")))
	c.W.WriteHeader(http.StatusGone)
	_, err := c.W.Write([]byte("{}\n"))
	return err
}

func sendJSON(c *web.C, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return c.Bytes("application/json", b)
}
