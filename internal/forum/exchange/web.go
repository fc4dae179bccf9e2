package exchange

import (
	"embed"
	"net/url"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/web"
)

//go:embed view
var viewFS embed.FS

// Web is the pages and files of the room.
type Web struct {
	s         *Service
	programme *programme.Web
}

// NewWeb makes the pages of the service.
func NewWeb(s *Service, prog *programme.Web) *Web { return &Web{s: s, programme: prog} }

// Register registers the pages and files.
func (w *Web) Register(s *web.Server) error {
	if err := s.Views("exchange", viewFS); err != nil {
		return err
	}
	s.Takes("Editions", takes)
	s.Edition("GET /schedule.xml", w.scheduleXML)
	s.Edition("GET /schedule.json", w.scheduleJSON)
	for _, kind := range []string{"atom", "json"} {
		s.Handle("GET /feed."+kind, w.forumFeed(kind))
		s.Edition("GET /feed."+kind, w.editionFeed(kind))
		s.Session("GET /feed."+kind, w.sessionFeed(kind))
	}
	s.Edition("GET /data", w.data)
	s.Edition("GET /package.zip", w.pack)
	s.Handle("GET /import-package", w.importForm)
	s.Handle("POST /import-package", w.importForm)
	return nil
}

// setting is the edition of the address; the page is made from it and the forum.
func (w *Web) setting(c *web.C) (*editions.Setting, error) {
	set, err := w.s.editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return nil, err
	}
	c.Reads(set.Scope(), core.ScopeForum)
	return set, nil
}

// lang is the language of a file that programs fetch: the one of the address, and of
// the bare address always the forum's own, whatever the program says it reads.
func (w *Web) lang(c *web.C) (string, error) {
	if c.URL("/") != "/" {
		return c.Lang, nil
	}
	f, err := w.s.editions.Forum(c.Context())
	if err != nil {
		return "", err
	}
	if !core.LangKnown(f.Lang) {
		return c.Lang, nil
	}
	return f.Lang, nil
}

// at is an absolute address with values behind the question mark.
func at(c *web.C, path string, values url.Values) string {
	if q := values.Encode(); q != "" {
		return c.Absolute(path) + "?" + q
	}
	return c.Absolute(path)
}
