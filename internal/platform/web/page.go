package web

import (
	"net/http"
	"strconv"
	"strings"

	"plenary/internal/core"
)

// Crumb is a step of the trail below the header.
type Crumb struct{ Label, URL, Lang string }

// Tab is a link among its like; one of them is where the reader is.
type Tab struct {
	Label, URL, Lang string
	Current          bool
	Count            string
}

// Action is something that may be done with what the page shows. A Post action is a
// button in a form of its own; others are links.
type Action struct {
	Label, URL, Icon string
	Post, Primary    bool
}

// Page is what a handler gives to be shown.
type Page struct {
	Name      string // template: "programme/session"
	Title     string // of the document; the template prints the heading itself
	TitleLang string // if the title is not in the reader's language
	Describe  string // one sentence for search engines and previews
	Section   string // which of the five entries is current: programme, part, outcomes, community, about
	Trail     []Crumb
	Status    int // 200 unless said
	NoIndex   bool
	Wide      bool   // the page uses the whole width of the screen
	Script    string // a further script among the assets, for this page alone: "timetable.js"
	V         any    // the room's view, ready to print
	Canonical string
}

// Shell is what stands around each page, filled by the rooms that know it.
type Shell struct {
	Forum    string
	Short    string // what stands for the forum's name on a narrow screen
	Edition  string // label of the edition in view
	Search   string // address of the search; empty where there is none
	Sample   bool   // the edition in view is a sample: every page of it says so
	Editions []Tab
	Entries  []Tab // the five entries; Lang holds the name of the section
	Account  []Tab // further entries of the account menu
	Footer   []Tab
}

type layout struct {
	Page
	Shell    Shell
	Lang     string
	Dir      string
	Langs    []Tab
	Zone     string
	Actor    core.Actor
	Notice   string
	Undo     *Undo // of what the notice tells
	Demo     bool
	Path     string // address of this page, without language
	Here0    string // address of this page with query, without language
	ZoneCity string
	Hreflgs  []Tab
	Theme    string
}

// LangName gives a language's own name.
var LangName = map[string]string{
	"en": "English", "fr": "Français", "es": "Español", "ru": "Русский", "zh": "中文", "ar": "العربية",
}

// Page renders a page and sends it. If the handler said what the page reads and
// nobody is signed in, the page is kept for others.
func (c *C) Page(p Page) error {
	c.S.requestID(c.W, c.st)
	if c.st.call != nil {
		return c.shown(p)
	}
	l := layout{
		Page: p, Lang: c.Lang, Dir: core.Dir(c.Lang), Zone: c.Zone, Actor: c.Actor,
		Demo: c.S.Demo, Path: c.Path(), Here0: c.here0(), Notice: c.notice(), Theme: c.theme(), ZoneCity: ZoneCity(c.Zone),
	}
	if l.Notice != "" {
		l.Undo = c.undo()
	}
	if p.Canonical == "" {
		l.Canonical = c.S.BaseURL + c.Path()
	}
	for _, lang := range core.Langs {
		l.Langs = append(l.Langs, Tab{Label: LangName[lang], Lang: lang, URL: "/" + lang + c.here0(), Current: lang == c.Lang})
		l.Hreflgs = append(l.Hreflgs, Tab{Lang: lang, URL: c.S.BaseURL + "/" + lang + c.Path()})
	}
	if c.S.Shell != nil {
		shell, err := c.S.Shell(c)
		if err != nil && p.Status != http.StatusServiceUnavailable { // else it is what the page tells, and it stands bare
			return err
		}
		l.Shell = shell
		for i := range l.Shell.Entries {
			l.Shell.Entries[i].Current = l.Shell.Entries[i].Lang == p.Section && p.Section != ""
		}
	}
	buf, err := c.render(p.Name, l)
	if err != nil {
		return err
	}
	status := p.Status
	if status == 0 {
		status = http.StatusOK
	}
	return c.send(status, "text/html; charset=utf-8", buf.Bytes(), l.Notice == "")
}

// Bytes sends a file or a feed; like a page, it is kept if the handler said what it reads.
func (c *C) Bytes(contentType string, body []byte) error {
	c.S.requestID(c.W, c.st)
	return c.send(http.StatusOK, contentType, body, true)
}

func (c *C) send(status int, contentType string, body []byte, clean bool) error {
	if status == http.StatusOK && c.keep && c.st.call == nil && clean && (c.R.Method == http.MethodGet || c.R.Method == http.MethodHead) {
		e := c.S.cache.entry(c, contentType, body)
		if !c.Actor.SignedIn() {
			c.st.page = e
		}
		e.write(c.W, c.R, c.Actor.SignedIn())
		return nil
	}
	h := c.W.Header()
	for _, m := range c.more {
		h.Set(m[0], m[1])
	}
	h.Set("Content-Type", contentType)
	h.Set("Cache-Control", "private, no-store")
	c.S.cache.compressed(c.W, c.R, status, body)
	return nil
}

func (c *C) here0() string {
	p := c.Path()
	if q := c.R.URL.RawQuery; q != "" && c.R.Method == http.MethodGet {
		p += "?" + q
	}
	return p
}

func (c *C) here() string { return c.URL(c.here0()) }

// ZoneCity is the last part of a zone's name: "New York".
func ZoneCity(zone string) string {
	return strings.ReplaceAll(zone[strings.LastIndexByte(zone, '/')+1:], "_", " ")
}

func (c *C) theme() string {
	if ck, err := c.R.Cookie("theme"); err == nil && (ck.Value == "dark" || ck.Value == "light") {
		return ck.Value
	}
	return ""
}

// Pager is the foot of a list.
type Pager struct {
	Next, First string // addresses; empty where there is none
	Shown       int
	Total       int
	Sentence    string // "50 of 312 sessions"
}

// Pager makes the foot of a list whose address is the present one. key is the
// sentence that says how many there are, with Count.
func (c *C) Pager(shown, total int, next, key string) Pager {
	p := Pager{Shown: shown, Total: total, Sentence: c.T(key, "Count", total)}
	q := c.R.URL.Query()
	if q.Get("after") != "" {
		q.Del("after")
		p.First = c.URL(strings.TrimSuffix(c.Path()+"?"+q.Encode(), "?"))
	}
	if next != "" {
		q.Set("after", next)
		p.Next = c.URL(c.Path() + "?" + q.Encode())
	}
	return p
}

// Filter is one way to narrow a list: links with counts that work without script.
type Filter struct {
	Label  string
	Values []Tab
}

// FilterTab makes a link that sets (or, if it is set already, clears) one value of
// the present address.
func (c *C) FilterTab(name, value, label string, count int) Tab {
	q := c.R.URL.Query()
	current := q.Get(name) == value
	q.Del("after")
	if current {
		q.Del(name)
	} else {
		q.Set(name, value)
	}
	t := Tab{Label: label, Current: current, URL: c.URL(strings.TrimSuffix(c.Path()+"?"+q.Encode(), "?"))}
	if count >= 0 {
		t.Count = strconv.Itoa(count)
	}
	return t
}
