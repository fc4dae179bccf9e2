package consultations

import (
	"net/http"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

func (w *Web) settingOptions(c *web.C, f *web.Form) {
	var opts, who []web.Option
	for _, l := range core.Langs {
		opts = append(opts, web.Option{Value: l, Label: web.LangName[l]})
	}
	f.Options("langs", opts)
	for _, x := range Whos {
		who = append(who, web.Option{Value: x, Label: c.T("consultations.who." + x)})
	}
	f.Options("who", who)
}

// open announces a consultation on the document that the address names.
func (w *Web) open(c *web.C) error {
	doc := core.ID(c.Query("document"))
	d, err := w.s.docs.See(c.Context(), c.Actor, doc)
	if err != nil {
		return err
	}
	may, err := w.s.CanOpen(c.Context(), c.Actor, d)
	if err != nil {
		return err
	}
	if !may {
		if !c.Actor.SignedIn() {
			return core.SignIn()
		}
		return core.Forbidden()
	}
	in := Usual(w.s.rec.Clock.Instant())
	in.Title = d.Title
	var failed error
	if c.R.Method == http.MethodPost {
		in = OpenInput{}
		if failed = c.Decode(&in); failed == nil {
			var cs Consultation
			if cs, failed = w.s.Open(c.Context(), c.Actor, doc, in); failed == nil {
				return c.Done(cs.Path(), "consultations.saved.opened", "Ref", cs.Ref)
			}
		}
	}
	f := c.Form("consultations.open_form", &in)
	f.Action = c.URL("/consultations/new?document=" + string(doc))
	w.settingOptions(c, f)
	f.Drop("reason")
	status, err := f.Refused(failed)
	if err != nil {
		return err
	}
	title := c.T("consultations.open_title")
	trail := []web.Crumb{{Label: c.T("consultations.title"), URL: c.URL("/consultations")}, {Label: title}}
	if o, err := w.s.ownerOf(c.Context(), d); err == nil && o.Edition != "" {
		if set, err := w.s.editions.SettingByID(c.Context(), c.Actor, o.Edition); err == nil {
			trail = editions.Trail(c, set, trail...)
		}
	}
	head := headView{Title: c.Text(d.Title), H1: title}
	return c.Page(web.Page{Name: "consultations/comment", Title: title, Section: "outcomes", Trail: trail, Status: status, V: formView{Head: head, Form: f}})
}

func (w *Web) settings(c *web.C) error {
	x, err := w.running(c)
	if err != nil {
		return err
	}
	in := InputOf(x.Consultation)
	if c.R.Method == http.MethodPost {
		in = OpenInput{}
	}
	return w.small(c, x, "consultations.settings_form", c.T("consultations.tab.settings"), &in, Comment{}, func(f *web.Form) { w.settingOptions(c, f) },
		func() error {
			_, err := w.s.Change(c.Context(), c.Actor, x.Ref, in)
			return err
		}, x.Path(), "consultations.saved.settings")
}

func (w *Web) end(c *web.C) error {
	x, err := w.load(c)
	if err != nil {
		return err
	}
	if err := w.s.End(c.Context(), c.Actor, x.Ref); err != nil {
		return err
	}
	return c.Done(x.Path(), "consultations.saved.ended")
}

type mineView struct {
	Rows  []mineRow
	Empty *web.Empty
}

type mineRow struct {
	URL, Label string
	Title      web.TextView
	Status     web.Status
	At, Words  string
	Lang, Dir  string
	Waits      string
}

// mine are the reader's own comments in all consultations.
func (w *Web) mine(c *web.C) error {
	rows, err := w.mineRows(c)
	if err != nil {
		return err
	}
	v := mineView{Rows: rows}
	if len(rows) == 0 {
		v.Empty = &web.Empty{
			Title: c.T("consultations.mine_empty"), Text: c.T("consultations.mine_empty_text"),
			Link: &web.Tab{Label: c.T("consultations.title"), URL: c.URL("/consultations")},
		}
	}
	return c.Page(web.Page{
		Name: "consultations/mine", Title: c.T("consultations.mine"), NoIndex: true,
		Trail: []web.Crumb{{Label: c.T("shell.me"), URL: c.URL("/me")}, {Label: c.T("consultations.mine")}}, V: v,
	})
}

func (w *Web) mineRows(c *web.C) ([]mineRow, error) {
	list, err := w.s.OfAccount(c.Context(), c.Actor)
	if err != nil {
		return nil, err
	}
	now := w.s.rec.Clock.Instant()
	var out []mineRow
	for _, m := range list {
		waits := m.AwaitsWord(now)
		words := []rune(m.Comment.Body)
		if len(words) > 140 {
			words = append(words[:140], '…')
		}
		r := mineRow{
			URL: c.URL(m.Consultation.CommentPath(m.Comment.Number)), Label: c.T("consultations.comment_n", "Number", m.Comment.Number), Title: c.Text(m.Consultation.Title),
			At: c.Stamp(m.Comment.Created, "UTC") + " UTC", Words: string(words), Lang: m.Comment.Lang, Dir: core.Dir(m.Comment.Lang),
		}
		if m.Comment.Disposition != "" {
			r.Status = c.Status(dispositionClass[m.Comment.Disposition], "consultations.disposition."+m.Comment.Disposition)
		} else if m.Comment.State == Withdrawn {
			r.Status = c.Status("cancelled", "consultations.withdrawn_short")
		} else if m.Comment.State == Hidden {
			r.Status = c.Status("cancelled", "consultations.hidden_short")
		}
		if waits {
			r.Waits = c.T("consultations.word_until", "Time", moment(c, m.Consultation.ReplyUntil(), m.Consultation.Zone))
			if m.Consultation.ReplyUntil().IsZero() {
				r.Waits = c.T("consultations.word_open")
			}
		}
		out = append(out, r)
	}
	return out, nil
}
