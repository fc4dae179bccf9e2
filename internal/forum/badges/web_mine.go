package badges

import (
	_ "embed"
	"encoding/json"
	"html/template"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/participation"
	"plenary/internal/platform/web"
)

// offline is the script that keeps a page on a device and gives it where there is no
// network; it is served beside the page, for a browser lets it do so only there.
//
//go:embed offline.js
var offline []byte

type mineView struct {
	Title, Edition, Dates  string
	Badge                  template.HTML
	Word                   string
	SVG, PDF, Here, Worker string
	Manifest, Registration string
	Why                    string // why there is no badge (yet)
	Lost                   bool
}

// mine is the badge on somebody's phone: a light page that works without network once it
// was opened.
func (w *Web) mine(c *web.C) error {
	set, err := w.s.Editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return err
	}
	r, b, err := w.s.Mine(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	here := c.URL(set.Path() + "/my-badge")
	v := mineView{
		Title: c.T("badges.mine.title"), Edition: c.Text(set.Name).S, Dates: editions.Dates(c, set.Edition), Here: here, SVG: here + ".svg", Worker: here + "-offline.js",
		Manifest: here + ".webmanifest", Registration: c.URL(set.Path() + "/register"),
	}
	if b == nil {
		v.Why = why(c, r)
	} else {
		front, f, err := w.s.drawn(c, set, r, b)
		if err != nil {
			return err
		}
		v.Badge, v.Word, v.Lost = template.HTML(front), f.Word, true //nolint:gosec // drawn here, every word escaped
		if w.s.Printer.Available() {
			v.PDF = here + ".pdf"
		}
	}
	return c.Page(web.Page{Name: "badges/mine", Title: v.Title, NoIndex: true, V: v})
}

func why(c *web.C, r *participation.Registration) string {
	switch {
	case r.Recheck:
		return c.T("badges.mine.recheck")
	case r.State == participation.StateDeclined || r.State == participation.StateWithdrawn || r.State == participation.StateRemoved:
		return c.T("badges.mine.no")
	case !r.MayJoin():
		return c.T("badges.mine.wait")
	}
	return c.T("badges.mine.online")
}

// drawn is somebody's own badge as a picture.
func (s *Service) drawn(c *web.C, set *editions.Setting, r *participation.Registration, b *Badge) (string, face, error) {
	w, err := s.wardrobe(c.Context(), set)
	if err != nil {
		return "", face{}, err
	}
	list, err := w.dress(c.Context(), []participation.Registration{*r}, map[core.ID]Badge{r.ID: *b})
	if err != nil {
		return "", face{}, err
	}
	p, err := picture(list[0].design, list[0].face)
	return p, list[0].face, err
}

// own is the badge of who asks; NotFound where she has none.
func (w *Web) own(c *web.C) (*editions.Setting, *participation.Registration, *Badge, error) {
	set, err := w.s.Editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return nil, nil, nil, err
	}
	r, b, err := w.s.Mine(c.Context(), c.Actor, set)
	if err == nil && b == nil {
		err = core.NotFound()
	}
	return set, r, b, err
}

func (w *Web) mineSVG(c *web.C) error {
	set, r, b, err := w.own(c)
	if err != nil {
		return err
	}
	p, _, err := w.s.drawn(c, set, r, b)
	if err != nil {
		return err
	}
	return c.File(web.File{
		Type: "image/svg+xml", Name: set.Slug + " " + c.T("badges.file_name") + ".svg", Policy: "default-src 'none'; img-src data:; sandbox", Body: []byte(p),
	})
}

func (w *Web) minePDF(c *web.C) error {
	set, r, b, err := w.own(c)
	if err != nil {
		return err
	}
	if !w.s.Printer.Available() {
		return &core.Error{Kind: core.KindUnavailable, Key: "documents.pdf.none"}
	}
	if err := w.s.prints.Allow(string(c.Actor.Account)); err != nil {
		return err
	}
	body, err := w.s.one(c.Context(), set, r, b)
	if err != nil {
		return err
	}
	return c.File(web.File{Type: "application/pdf", Name: set.Slug + " " + c.T("badges.file_name") + ".pdf", Inline: true, Packed: true, Policy: pdfPolicy, Body: body})
}

// mineLost revokes the badge that its owner has lost; her page then holds the next.
func (w *Web) mineLost(c *web.C) error {
	set, r, _, err := w.own(c)
	if err != nil {
		return err
	}
	if err := w.s.Revoke(c.Context(), c.Actor, set, r.ID, "lost"); err != nil {
		return err
	}
	return c.Done(set.Path()+"/my-badge", "badges.mine.lost_done")
}

// mineManifest says how the page is called on the screen of a phone. It names nobody.
func (w *Web) mineManifest(c *web.C) error {
	set, err := w.s.Editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return err
	}
	return manifest(c, c.T("badges.mine.app", "Edition", c.Text(set.Name).S), c.T("badges.mine.short"), c.URL(set.Path()+"/my-badge"), c.URL(set.Path()+"/my-badge"))
}

func manifest(c *web.C, name, short, start, scope string) error {
	body, err := json.Marshal(map[string]any{
		"name": name, "short_name": short, "start_url": start, "scope": scope, "display": "standalone", "lang": c.Lang, "dir": core.Dir(c.Lang),
		"background_color": "#ffffff", "theme_color": "#0b5c61", "icons": []map[string]string{{"src": "/assets/logo.svg", "sizes": "any", "type": "image/svg+xml"}},
	})
	if err != nil {
		return err
	}
	return c.Bytes("application/manifest+json", body)
}

func (w *Web) mineWorker(c *web.C) error {
	if _, err := w.s.Editions.Setting(c.Context(), c.Actor, c.Edition); err != nil {
		return err
	}
	return c.Bytes("text/javascript; charset=utf-8", offline)
}
