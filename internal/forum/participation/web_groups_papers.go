package participation

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

type paperRow struct{ ID, Kind, Name, Size, At, URL string }

type papersView struct {
	Title, Lead string
	Status      web.Status
	Next        string
	Form        *web.Form
	Upload      *web.Form
	Rows        []paperRow
	Action      string
	Links       []string
	Facts       []fact
	Staff       bool
	May         bool
}

// uploadInput is a paper that is handed in.
type uploadInput struct {
	Paper string `form:"paper" ui:"radio" required:"true"`
	File  string `form:"file" ui:"file" required:"true" accept:".pdf,.png,.jpg,.jpeg,.webp"`
}

// ownPapers is the page of an accreditation for whose it is.
func (w *Web) ownPapers(c *web.C) error {
	set, r, err := w.hers(c)
	if err != nil {
		return err
	}
	return w.papers(c, set, r, set.Path()+"/register/papers", false)
}

// staffPapers is the same for the staff, who decides on the registration's page.
func (w *Web) staffPapers(c *web.C) error {
	set, r, err := w.staffed1(c)
	if err != nil {
		return err
	}
	return w.papers(c, set, r, set.Path()+"/registrations/"+strconv.Itoa(r.Number)+"/papers", true)
}

func (w *Web) papers(c *web.C, set *editions.Setting, r *Registration, here string, staff bool) error {
	_, m, list, err := w.s.PapersOf(c.Context(), c.Actor, set, r.ID)
	if err != nil {
		return err
	}
	if !r.Media && len(list) == 0 && c.R.Method == http.MethodGet && !staff {
		return core.NotFound()
	}
	in, up := MediaInput{Version: m.Version, Outlet: m.Outlet, Kind: m.Kind, Links: m.Links}, uploadInput{Paper: PaperCard}
	if in.Outlet == "" {
		in.Outlet = r.Organisation
	}
	var failed, refused error
	if c.R.Method == http.MethodPost {
		var done string
		if err := c.Decode(&struct{}{}); err != nil {
			return err
		}
		switch do := c.Typed().Get("do"); {
		case c.Typed().Get("drop") != "":
			done, failed = "participation.letter.papers.dropped", w.s.DropPaper(c.Context(), c.Actor, set, r.ID, core.ID(c.Typed().Get("drop")))
			if failed != nil {
				return failed
			}
		case do == "upload":
			if refused = c.Decode(&up); refused == nil {
				refused = w.upload(c, set, r, up)
			}
			done = "participation.letter.papers.added"
		default:
			if failed = c.Decode(&in); failed == nil {
				failed = w.s.SetMedia(c.Context(), c.Actor, set, r.ID, in)
			}
			done = "participation.letter.papers.saved"
		}
		if failed == nil && refused == nil {
			return c.Done(here, done)
		}
	}
	return w.papersPage(c, set, r, here, staff, list, &in, &up, failed, refused)
}

func (w *Web) upload(c *web.C, set *editions.Setting, r *Registration, up uploadInput) error {
	var p core.Problems
	f, head, err := c.R.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		p.Add("file", "form.required")
		return p.Err()
	}
	if err != nil {
		return core.Invalid("error.unreadable")
	}
	defer func() { _ = f.Close() }() // it was only read
	return w.s.AddPaper(c.Context(), c.Actor, set, r.ID, up.Paper, f, head.Filename, head.Header.Get("Content-Type"))
}

func (w *Web) papersPage(c *web.C, set *editions.Setting, r *Registration, here string, staff bool, list []Paper, in *MediaInput, up *uploadInput, failed, refused error) error {
	v := papersView{
		Title: c.T("participation.letter.papers"), Lead: c.T("participation.letter.papers.lead"), Status: Status(c, r), Action: c.URL(here), Staff: staff,
		May: r.Live() || r.State == StateDeclined, Next: c.T("participation.letter.papers.next"),
	}
	if staff {
		v.Lead, v.Next = c.T("participation.letter.of", "Number", r.Number, "Name", r.Name), c.T("participation.letter.papers.decide")
	} else if r.MayJoin() {
		v.Next = c.T("participation.letter.papers.accepted")
	}
	f := c.Form("participation.letter.media", in)
	f.Action = c.URL(here)
	f.Options("kind", options(c, "participation.letter.media.kind.", MediaKinds...))
	status, err := f.Refused(failed)
	if err != nil {
		return err
	}
	g := c.Form("participation.letter.upload", up)
	g.Action, g.Upload = c.URL(here), true
	g.Fields = append(g.Fields, &web.Field{Kind: "hidden", Name: "do", Value: "upload"})
	g.Options("paper", options(c, "participation.letter.paper.", PaperKinds...))
	if refused != nil {
		if status, err = g.Refused(refused); err != nil {
			return err
		}
	}
	v.Form, v.Upload = f, g
	for _, p := range list {
		v.Rows = append(v.Rows, paperRow{
			ID: string(p.ID), Kind: c.T("participation.letter.paper." + p.Kind), Name: p.Name, Size: web.SizeWords(p.Size), At: c.Stamp(p.At, set.Zone), URL: c.URL(here + "/" + string(p.ID)),
		})
	}
	if staff && in.Version > 0 {
		v.Facts = []fact{{c.T("participation.letter.media.outlet"), in.Outlet}, {c.T("participation.letter.media.kind"), c.T("participation.letter.media.kind." + in.Kind)}}
		v.Links = core.Lines(in.Links)
	}
	title := v.Title
	if failed != nil || refused != nil {
		title = c.T("form.error_title", "Title", title)
	}
	trail := w.trail(c, set, web.Crumb{Label: v.Title})
	if staff {
		trail = w.deskTrail(c, set, web.Crumb{Label: c.T("participation.number", "Number", r.Number), URL: c.URL(set.Path() + "/registrations/" + strconv.Itoa(r.Number))}, web.Crumb{Label: v.Title})
	}
	return c.Page(web.Page{Name: "participation/letter-papers", Title: title, Section: "programme", NoIndex: true, Status: status, V: v, Trail: trail})
}

func (w *Web) ownPaper(c *web.C) error {
	set, r, err := w.hers(c)
	if err != nil {
		return err
	}
	return w.paper(c, set, r)
}

func (w *Web) staffPaper(c *web.C) error {
	set, r, err := w.staffed1(c)
	if err != nil {
		return err
	}
	return w.paper(c, set, r)
}

// paper sends a paper to whose it is or the staff, to be saved and never opened here.
func (w *Web) paper(c *web.C, set *editions.Setting, r *Registration) error {
	_, _, list, err := w.s.PapersOf(c.Context(), c.Actor, set, r.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(p Paper) bool { return string(p.ID) == c.Param("paper") })
	if i < 0 {
		return core.NotFound()
	}
	f, err := w.s.Files.Open(c.Context(), list[i].File)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	return w.sendPaper(c, list[i], f.Blob.Type, f)
}

func (w *Web) sendPaper(c *web.C, p Paper, kind string, f io.ReadSeeker) error {
	h := c.W.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": p.Name}))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "private, no-store")
	c.ServeContent(p.At.Time(), f)
	return nil
}
