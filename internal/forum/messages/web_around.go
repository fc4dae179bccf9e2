package messages

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

// around puts what belongs to the set as a whole on its page: signatures, coverage, the
// licence, and what other rooms show of it. Slot: messages.set, of the document.
func (w *Web) around(c *web.C, set *editions.Setting, v View, out *setView) error {
	docs, err := w.s.docs.Load(c.Context(), v.Set.Document)
	if err != nil {
		return err
	}
	out.Licence = docs[v.Set.Document].Licence
	out.Coverage = c.URL(set.Path() + "/messages/coverage")
	_, so, err := w.s.SignOff(c.Context(), c.Actor, set)
	if err != nil && core.KindOf(err) != core.KindNotFound {
		return err
	}
	if n := len(so.Signers); n > 0 {
		signed := 0
		for _, st := range so.Signers {
			if st.State == Signed {
				signed++
			}
		}
		out.Sign = &web.Tab{Label: c.T("messages.signed_of", "Signed", signed, "Count", n), URL: c.URL(set.Path() + "/messages/sign-off")}
	} else if policy.Can("set_signers", v.State, c.Actor.Roles(set.Scope())...) {
		out.Sign = &web.Tab{Label: c.T("messages.sign_off"), URL: c.URL(set.Path() + "/messages/sign-off")}
	}
	out.Parts, err = c.Panels("messages.set", v.Set.Document)
	return err
}

// AboutInput is what is said of the Messages as a whole.
type AboutInput struct {
	Version string    `form:"version" ui:"hidden" json:"-"` // mark of what the form was made from; empty: nobody asks
	Note    core.Text `form:"note" ui:"area" max:"1000" json:"note"`
	Licence string    `form:"licence" ui:"text" max:"200" json:"licence"`
}

// aboutNow is the form as it stands.
func (s *Service) aboutNow(ctx context.Context, ms *Set) (AboutInput, error) {
	docs, err := s.docs.Load(ctx, ms.Document)
	in := AboutInput{Note: ms.Note, Licence: docs[ms.Document].Licence}
	in.Version = markOf(in)
	return in, err
}

// markOf is the version of what has no number of its own: a mark that is another where
// anything of it is.
func markOf(what any) string {
	b, _ := json.Marshal(what) // forms always marshal
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:12])
}

// SetAbout says whose views the Messages reflect and what they are, and under which
// licence they stand. Editors may. The note counts at once, the licence for versions
// that are published from now on. Event: messages.about_set. Stale with the AboutInput as
// it now stands.
func (s *Service) SetAbout(ctx context.Context, a core.Actor, set *editions.Setting, in AboutInput) error {
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error { return s.SetAboutTx(ctx, tx, set, in) })
}

// SetAboutTx is SetAbout inside a write.
func (s *Service) SetAboutTx(ctx context.Context, tx *record.Tx, set *editions.Setting, in AboutInput) error {
	ms, err := loadSet(ctx, tx, set.ID)
	if err != nil {
		return err
	}
	if err := mayEdit(tx.Actor, set, ms); err != nil {
		return err
	}
	if ms == nil {
		return core.NotFound()
	}
	if err := core.Validate(in).Err(); err != nil {
		return err
	}
	if in.Version != "" {
		now, err := s.aboutNow(ctx, ms)
		if err != nil {
			return err
		}
		if now.Version != in.Version {
			return core.Stale(now)
		}
	}
	before := ms.Note
	ms.Note = in.Note.Clean()
	if _, err := tx.NewUpdate().Model(ms).WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("save Messages: %w", err)
	}
	if err := s.docs.LicenceTx(ctx, tx, ms.Document, in.Licence); err != nil {
		return err
	}
	visible := record.Internal
	if shown(*ms) {
		visible = record.Public
	}
	tx.Append("messages.about_set", set.ID, set.Scope(), visible, record.Data{
		"label": ms.Name, "changes": map[string]record.Change{"messages_note": {Before: before, After: ms.Note}},
	})
	return nil
}

type formView struct {
	Title, Help string
	Form        *web.Form
}

// about is the form of what is said of the Messages as a whole.
func (w *Web) about(c *web.C) error {
	set, v, err := w.load(c)
	if err != nil {
		return err
	}
	if v.Set == nil {
		return core.NotFound()
	}
	if err := mayEdit(c.Actor, set, v.Set); err != nil {
		return err
	}
	var in AboutInput
	var failed error
	if c.R.Method == http.MethodPost {
		if failed = c.Decode(&in); failed == nil {
			if failed = w.s.SetAbout(c.Context(), c.Actor, set, in); failed == nil {
				return c.Done(set.Path()+"/messages", "messages.about_saved")
			}
		}
	} else {
		if in, err = w.s.aboutNow(c.Context(), v.Set); err != nil {
			return err
		}
	}
	return w.form(c, set, c.T("messages.about"), "", c.Form("messages.about_form", &in), failed, "/messages")
}

// form shows a page that is one form.
func (w *Web) form(c *web.C, set *editions.Setting, title, help string, f *web.Form, failed error, cancel string) error {
	f.Cancel = c.URL(set.Path() + cancel)
	out := formView{Title: title, Help: help, Form: f}
	status := http.StatusOK
	if failed != nil {
		if err := f.Fail(failed); err != nil {
			return err
		}
		if status = http.StatusUnprocessableEntity; f.Stale {
			status = http.StatusConflict
		}
		title = c.T("form.error_title", "Title", title)
	}
	return c.Page(web.Page{Name: "messages/form", Title: title, Section: "outcomes", NoIndex: true, Status: status, Trail: w.trail(c, set, out.Title), V: out})
}

// attribution is the form of the note on whose views the Messages of a session reflect
// (E143).
func (w *Web) attribution(c *web.C) error {
	set, v, err := w.load(c)
	if err != nil {
		return err
	}
	if v.Revision == nil {
		return core.NotFound()
	}
	if err := mayEdit(c.Actor, set, v.Set); err != nil {
		return err
	}
	session := core.ID(c.Query("session"))
	var group *Group
	for _, g := range groups(*v.Revision) {
		if g.Session == session && session != "" {
			group = &g
		}
	}
	if group == nil {
		return core.NotFound()
	}
	in := AttributionInput{Version: v.Revision.Version, Text: group.Attribution}
	var failed error
	if c.R.Method == http.MethodPost {
		in = AttributionInput{}
		if failed = c.Decode(&in); failed == nil {
			if failed = w.s.SetAttribution(c.Context(), c.Actor, set, session, in); failed == nil {
				return c.Done(set.Path()+"/messages", "messages.about_saved")
			}
		}
	}
	return w.form(c, set, c.T("messages.attribution_edit"), c.Text(group.Heading).S, c.Form("messages.attribution_form", &in), failed, "/messages")
}
