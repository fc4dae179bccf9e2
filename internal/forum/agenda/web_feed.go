package agenda

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/formats/calendar"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/web"
)

type privateView struct {
	Since   string
	Address string // shown once
	Webcal  string
	Google  string
	Outlook string
}

// private is the page on which the reader makes the private address of her calendar, and
// ends it.
func (w *Web) private(c *web.C) error {
	v := privateView{}
	switch do := c.Value("do"); {
	case c.R.Method == http.MethodPost && do == "make":
		token, err := w.s.Subscribe(c.Context(), c.Actor, c.Lang)
		if err != nil {
			return err
		}
		v.Address = c.S.BaseURL + "/calendars/" + token + ".ics"
		v.Webcal, v.Google, v.Outlook = subscribeLinks(v.Address, c.T("agenda.mine.title"))
	case c.R.Method == http.MethodPost && do == "revoke":
		if err := w.s.Revoke(c.Context(), c.Actor); err != nil {
			return err
		}
		return c.Done("/me/calendar", "agenda.private.revoked")
	}
	since, err := w.s.Subscribed(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	if !since.IsZero() {
		v.Since = c.StampHere(since)
	}
	return c.Page(web.Page{
		Name: "agenda/private", Title: c.T("agenda.private.title"), NoIndex: true, V: v,
		Trail: []web.Crumb{{Label: c.T("shell.me"), URL: c.URL("/me")}, {Label: c.T("agenda.private.title")}},
	})
}

// subscribeLinks lead to programs and sites that follow a calendar at an address.
func subscribeLinks(address, name string) (webcal, google, outlook string) {
	_, rest, _ := strings.Cut(address, "://")
	webcal = "webcal://" + rest
	google = "https://calendar.google.com/calendar/render?" + url.Values{"cid": {webcal}}.Encode()
	outlook = "https://outlook.live.com/calendar/0/addfromweb?" + url.Values{"url": {address}, "name": {name}}.Encode()
	return webcal, google, outlook
}

// followed answers programs that follow a private address. It needs no session and is for
// nobody else: no cache between keeps it.
func (w *Web) followed(c *web.C) error {
	token, ok := strings.CutSuffix(c.Param("file"), ".ics")
	if !ok {
		return core.NotFound()
	}
	cal, err := w.s.Followed(c.Context(), token, web.RemoteAddr(c.R))
	if err != nil {
		return err
	}
	body := cal.Bytes()
	sum := sha256.Sum256(body)
	h := c.W.Header()
	h.Set("Content-Type", calendar.Type)
	h.Set("Cache-Control", "private, no-cache")
	h.Set("ETag", `"`+hex.EncodeToString(sum[:8])+`"`)
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Content-Disposition", `inline; filename="my-programme.ics"`)
	c.ServeContent(time.Time{}, bytes.NewReader(body))
	return nil
}

// personFeed is the public calendar of the sessions in which a person has a role.
func (w *Web) personFeed(c *web.C) error {
	id := core.ID(c.Param("person"))
	if err := w.reads(c, id); err != nil {
		return err
	}
	names, err := w.s.People.Names(c.Context(), []core.ID{id})
	if err != nil {
		return err
	}
	if names[id] == "" {
		return core.NotFound()
	}
	list, err := w.s.Programme.RolesOf(c.Context(), core.Visitor, id)
	if err != nil {
		return err
	}
	return w.sendFeed(c, names[id], people.Person{ID: id}.Path(), list)
}

// organisationFeed is that of an organisation and its people of the day.
func (w *Web) organisationFeed(c *web.C) error {
	id := core.ID(c.Param("organisation"))
	if err := w.reads(c, id); err != nil {
		return err
	}
	found, err := w.s.People.Organisations(c.Context(), []core.ID{id})
	if err != nil {
		return err
	}
	o, ok := found[id]
	if !ok {
		return core.NotFound()
	}
	list, err := w.s.Programme.RolesOfOrganisation(c.Context(), core.Visitor, id)
	if err != nil {
		return err
	}
	return w.sendFeed(c, c.Text(o.Name).S, o.Path(), list)
}

// reads says that a file is made of all editions.
func (w *Web) reads(c *web.C, id core.ID) error {
	if !id.Valid() {
		return core.NotFound()
	}
	c.Reads(core.ScopeForum)
	all, err := w.s.Editions.Editions(c.Context(), core.Operator) // one that is announced later too
	for _, e := range all {
		c.Reads(e.Scope())
	}
	return err
}

func (w *Web) sendFeed(c *web.C, name, path string, list []programme.Appearance) error {
	return w.prog.SendCalendarOf(c, calendar.Calendar{Name: name, URL: c.Absolute(path)}, list)
}
