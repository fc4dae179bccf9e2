package exchange

import (
	"net/url"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/formats/feed"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

const (
	feedLength = 50
)

// forumFeed is what happened in the forum and in all its public editions.
func (w *Web) forumFeed(kind string) web.Handler {
	return func(c *web.C) error {
		c.Reads(core.ScopeForum)
		list, err := w.s.editions.Editions(c.Context(), core.Visitor)
		if err != nil {
			return err
		}
		for _, e := range list {
			c.Reads(e.Scope())
		}
		f, err := w.s.editions.Forum(c.Context())
		if err != nil {
			return err
		}
		return w.feed(c, kind, "", c.T("exchange.feed.forum", "Forum", c.Text(f.Name).S), ActivityQuery{})
	}
}

// editionFeed is what happened in an edition.
func (w *Web) editionFeed(kind string) web.Handler {
	return func(c *web.C) error {
		set, err := w.setting(c)
		if err != nil {
			return err
		}
		title := c.T("exchange.feed.edition", "Edition", c.Text(set.Name).S)
		return w.feed(c, kind, set.Path(), title, ActivityQuery{Edition: set.ID})
	}
}

// sessionFeed is the public history of a session and its reports.
func (w *Web) sessionFeed(kind string) web.Handler {
	return w.programme.Session(func(c *web.C, set *editions.Setting, x *programme.Session) error {
		if !programme.Policy.Can("see", x.State, core.RoleVisitor) {
			return core.NotFound() // whoever asks: a feed reader does not sign in
		}
		title := c.T("exchange.feed.session", "Session", programme.RefLabel(x.Ref)+" "+c.Text(x.Title).S)
		return w.feed(c, kind, x.Path(), title, ActivityQuery{Edition: set.ID, Session: x.ID})
	})
}

// feed writes one part of the activity. base is the address of what it is about.
func (w *Web) feed(c *web.C, kind, base, title string, q ActivityQuery) error {
	q.Limit = feedLength
	values := url.Values{}
	if before := c.Query("before"); before != "" {
		n, err := strconv.ParseInt(before, 10, 64)
		if err != nil || n < 1 {
			return core.Invalid("core.cursor.unreadable")
		}
		q.Before = n
		values.Set("before", before)
	}
	list, err := w.s.Activity(c.Context(), q)
	if err != nil {
		return err
	}
	path := base + "/feed." + kind
	home := base
	if home == "" {
		home = "/"
	}
	f := feed.Feed{Title: feed.Line(title), Lang: c.Lang, Home: c.Absolute(home), Self: at(c, path, values), Items: w.items(c, list.Entries, home)}
	if list.Before > 0 {
		f.Next = at(c, path, url.Values{"before": {strconv.FormatInt(list.Before, 10)}})
	}
	write, contentType := f.Atom, feed.AtomType
	if kind == "json" {
		write, contentType = f.JSON, feed.JSONType
	}
	b, err := write()
	if err != nil {
		return err
	}
	return c.Bytes(contentType, b)
}

// items prepares entries for reading, in the reader's language, with the words of the
// histories.
func (w *Web) items(c *web.C, entries []Entry, home string) []feed.Item {
	events := make([]record.Event, len(entries))
	for i, e := range entries {
		events[i] = e.Event
	}
	out := make([]feed.Item, 0, len(entries))
	for i, l := range c.History(events, nil, "UTC") {
		e := entries[i]
		if !c.S.Catalog.Has("event." + e.Kind) {
			continue // a kind that has no words is not for people
		}
		it := feed.Item{ID: feed.URN(e.ID), Title: l.What, At: e.At, Author: feed.Line(e.Author)}
		if l.Label != "" {
			it.Title = c.T("exchange.feed.item", "What", l.What, "Label", l.Label)
		}
		it.Title = feed.Line(it.Title)
		if it.Author != "" {
			it.AuthorURL = c.Absolute(people.Person{ID: e.Person}.Path())
		}
		path := e.Path
		if path == "" {
			path = home
		}
		it.URL = c.Absolute(path)
		out = append(out, it)
	}
	return out
}
