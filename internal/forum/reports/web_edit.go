package reports

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

// reset makes an input struct empty, for what comes from a form.
func reset(in any) { reflect.ValueOf(in).Elem().SetZero() }

// write finds the session for somebody who writes. Whoever is not signed in (any more) is
// asked to, and what she sent is kept: the answer of the policy would be that there is
// nothing.
func (w *Web) write(c *web.C) (*editions.Setting, *programme.Session, error) {
	set, ses, err := w.load(c)
	if err == nil && !c.Actor.SignedIn() {
		err = core.SignIn()
	}
	return set, ses, err
}

// editTakeaways is the rapporteur's desk: notes, takeaways and calls with what they rest
// on, the limit in sight, and the session's material beside it.
func (w *Web) editTakeaways(c *web.C) error {
	set, ses, err := w.write(c)
	if err != nil {
		return err
	}
	v, err := w.s.View(c.Context(), c.Actor, set, ses, Takeaways)
	if err != nil && core.KindOf(err) != core.KindNotFound {
		return err
	}
	if err := checkWrite(v.State, v.Roles); err != nil { // also when only a row more is asked for
		return err
	}
	in, err := w.input(c, ses, v)
	if err != nil {
		return err
	}
	var failed error
	if c.R.Method == http.MethodPost {
		in = TakeawaysInput{}
		if failed = c.Decode(&in); failed == nil && !c.Wants("_more") && !c.Wants("_find") {
			if failed = in.pin(c.Value("pin_to"), c.Value("pin")); failed == nil {
				failed = w.saveTakeaways(c, set, ses, in)
			}
			if failed == nil {
				return nil // it has answered
			}
		}
	}
	f := c.Form("reports.takeaways", &in)
	f.Options("calls.to", w.addressees(c))
	w.buttons(c, ses, v, f)
	w.savedLine(c, set, v, f)
	f.Autosave = c.URL(ses.Path() + "/report/save")
	return w.deskPage(c, set, ses, v, f, &in, failed)
}

func (w *Web) input(c *web.C, ses *programme.Session, v View) (TakeawaysInput, error) {
	rev := v.Draft
	if rev == nil {
		rev = v.Revision
	}
	if rev == nil {
		return w.s.DeskInput(c.Context(), c.Actor, ses, emptyRevision)
	}
	return w.s.DeskInput(c.Context(), c.Actor, ses, *rev)
}

// pin adds a moment or a paragraph to the row of the form that is named ("takeaways[1]").
func (in *TakeawaysInput) pin(to, what string) error {
	if what == "" {
		return nil
	}
	add := func(s *string) { *s = strings.TrimSpace(*s + "\n" + what) }
	text := strings.HasPrefix(what, "/papers/")
	for i := range in.Takeaways {
		if t := &in.Takeaways[i]; core.Row("takeaways", i) == to+"." && !t.Text.Clean().IsZero() {
			if text {
				add(&t.Papers)
			} else {
				add(&t.Times)
			}
			return nil
		}
	}
	for i := range in.Calls {
		if x := &in.Calls[i]; core.Row("calls", i) == to+"." && !x.Text.Clean().IsZero() {
			if text {
				add(&x.Papers)
			} else {
				add(&x.Times)
			}
			return nil
		}
	}
	return core.Invalid("reports.error.pin_to")
}

func (w *Web) saveTakeaways(c *web.C, set *editions.Setting, ses *programme.Session, in TakeawaysInput) error {
	v, err := w.s.SaveTakeaways(c.Context(), c.Actor, set, ses, in, false)
	if err != nil {
		return err
	}
	if c.Wants("publish") {
		if _, err := w.s.Publish(c.Context(), c.Actor, set, ses, Takeaways, in.Note); err != nil {
			fresh, ierr := w.input(c, ses, v)
			if ierr != nil {
				return ierr
			}
			c.Retype("version", strconv.FormatInt(fresh.Version, 10))
			c.Retype("notes_version", strconv.FormatInt(fresh.NotesVersion, 10))
			return err
		}
		return c.Done(ses.Path()+"/report", "reports.published")
	}
	if c.Wants("pin") {
		return c.Done(ses.Path()+"/report/edit", "reports.pinned")
	}
	return c.Done(ses.Path()+"/report/edit", "reports.saved")
}

// buttons are what may be done with the form of a report.
func (w *Web) buttons(c *web.C, ses *programme.Session, v View, f *web.Form) {
	f.Cancel = c.URL(ses.Path() + "/report")
	f.Action = ""
	f.Submit = c.T("reports.save")
	switch {
	case policy.Can("correct", v.State, v.Roles...):
		f.Buttons = []web.Button{{Name: "publish", Value: "1", Label: c.T("reports.publish_correction")}}
	case policy.Can("publish", StateDraft, v.Roles...):
		f.Buttons = []web.Button{{Name: "publish", Value: "1", Label: c.T("reports.publish")}}
	}
	if v.State != StatePublished {
		if note := f.Field("note"); note != nil {
			note.Kind = "hidden"
		}
	}
}

func (w *Web) savedLine(c *web.C, set *editions.Setting, v View, f *web.Form) {
	f.Note = c.T("reports.not_saved")
	if v.Draft != nil {
		f.Note = c.T("reports.saved_at", "Time", i18n.Clock(v.Report.Saved.In(set.Zone)))
	}
}

// addressees are those whom a call to action may address.
func (w *Web) addressees(c *web.C) []web.Option { return w.vocab.Options(c.Lang, vocab.Addressees) }

// autosave keeps what is being typed and answers in JSON what the saved line says.
func (w *Web) autosave(c *web.C) error {
	var in TakeawaysInput
	return w.keep(c, &in, func(set *editions.Setting, ses *programme.Session) (kept, error) {
		v, err := w.s.SaveTakeaways(c.Context(), c.Actor, set, ses, in, true)
		if err != nil {
			return kept{}, err
		}
		fresh, err := w.input(c, ses, v)
		return kept{Version: fresh.Version, NotesVersion: fresh.NotesVersion}, err
	})
}

// autosaveFull is autosave of the full report.
func (w *Web) autosaveFull(c *web.C) error {
	var in FullInput
	return w.keep(c, &in, func(set *editions.Setting, ses *programme.Session) (kept, error) {
		v, err := w.s.SaveFull(c.Context(), c.Actor, set, ses, in, true)
		if err != nil || v.Draft == nil {
			return kept{}, err
		}
		return kept{Version: v.Draft.Version}, nil
	})
}

// kept answers an autosave.
type kept struct {
	Message      string `json:"message"`
	Kind         string `json:"kind,omitempty"` // of the error: stale, sign_in, …
	Version      int64  `json:"version,omitempty"`
	NotesVersion int64  `json:"notes_version,omitempty"`
}

func (w *Web) keep(c *web.C, in any, save func(*editions.Setting, *programme.Session) (kept, error)) error {
	out := kept{}
	code := http.StatusOK
	set, ses, err := w.write(c)
	if err == nil {
		if err = c.Decode(in); err == nil {
			out, err = save(set, ses)
		}
	}
	if err != nil {
		e := web.Classify(err)
		code, out = web.StatusCode(e.Kind), kept{Message: c.S.Catalog.Error(c.Lang, e), Kind: string(e.Kind)}
		if len(e.Fields) > 0 {
			out.Message = c.T(e.Fields[0].Key, e.Fields[0].Args...)
		}
	} else {
		out.Message = c.T("reports.saved_at", "Time", i18n.Clock(c.S.Clock.Now().In(core.Zone(set.Zone))))
	}
	return asJSON(c, code, out)
}

func asJSON(c *web.C, code int, v any) error {
	c.W.Header().Set("Content-Type", "application/json")
	c.W.Header().Set("Cache-Control", "no-store")
	c.W.WriteHeader(code)
	return json.NewEncoder(c.W).Encode(v)
}

// clock says in words how a report stands, for the script that keeps the desk's line.
func (w *Web) clock(c *web.C) error {
	set, ses, err := w.load(c)
	if err != nil {
		return err
	}
	list, err := w.s.OfSession(c.Context(), ses.ID)
	if err != nil {
		return err
	}
	kind := kindOf(c)
	st := w.Status(c, set, Due(ses, set.Edition, kind), byKind(list, kind))
	return asJSON(c, http.StatusOK, struct {
		Words string `json:"words"`
		Class string `json:"class"`
	}{st.Words, st.Class})
}

// editFull is the form of the full report, with the template of the edition.
func (w *Web) editFull(c *web.C) error {
	set, ses, err := w.write(c)
	if err != nil {
		return err
	}
	v, err := w.s.View(c.Context(), c.Actor, set, ses, Full)
	if err != nil && core.KindOf(err) != core.KindNotFound {
		return err
	}
	if err := checkWrite(v.State, v.Roles); err != nil {
		return err
	}
	settings, err := w.s.Settings(c.Context(), set.ID)
	if err != nil {
		return err
	}
	in := FullInput{}
	switch {
	case v.Draft != nil:
		in = fullOf(*v.Draft)
	case v.Revision != nil:
		in = fullOf(*v.Revision)
	default:
		in.Text = blank(settings.Sections, c.Lang)
	}
	var failed error
	if c.R.Method == http.MethodPost {
		in = FullInput{}
		if failed = c.Decode(&in); failed == nil {
			if failed = takeFile(c, &in); failed == nil {
				failed = w.saveFull(c, set, ses, in)
			}
			if failed == nil {
				return nil
			}
		}
	}
	f := c.Form("reports.full", &in)
	w.buttons(c, ses, v, f)
	w.savedLine(c, set, v, f)
	f.Autosave = c.URL(ses.Path() + "/report/full/save")
	return w.fullPage(c, set, ses, v, f, settings, failed)
}

func (w *Web) saveFull(c *web.C, set *editions.Setting, ses *programme.Session, in FullInput) error {
	saved, err := w.s.SaveFull(c.Context(), c.Actor, set, ses, in, false)
	if err != nil {
		return err
	}
	if saved.Draft != nil {
		c.Retype("version", strconv.FormatInt(saved.Draft.Version, 10))
	}
	if !c.Wants("publish") {
		return c.Done(ses.Path()+"/report/full/edit", "reports.saved")
	}
	if _, err := w.s.Publish(c.Context(), c.Actor, set, ses, Full, in.Note); err != nil {
		return err
	}
	return c.Done(ses.Path()+"/report", "reports.published")
}

// inWords puts texts among the arguments of an error into the language of the reader.
func inWords(lang string, err error) error {
	e, ok := errors.AsType[*core.Error](err)
	if !ok || len(e.Fields) == 0 {
		return err
	}
	out := *e
	out.Fields = slices.Clone(e.Fields)
	for i, f := range out.Fields {
		out.Fields[i].Args = words(lang, f.Args)
	}
	return &out
}

const largestText = 1 << 20

// takeFile puts a text that was sent as a file in the place of what was typed.
func takeFile(c *web.C, in *FullInput) error {
	f, _, err := c.R.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // it was only read
	b, err := io.ReadAll(io.LimitReader(f, largestText+1))
	if err != nil {
		return err
	}
	if len(b) == 0 {
		return nil
	}
	text := strings.TrimPrefix(string(b), "\ufeff")
	if len(b) > largestText || !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		var p core.Problems
		p.Add("file", "reports.error.file")
		return p.Err()
	}
	orig := in.Text.Orig
	if !core.LangKnown(orig) {
		orig = c.Lang
	}
	in.Text = in.Text.With(orig, fromFile(text))
	in.Text.Orig = orig
	c.Retype("text.By["+orig+"]", in.Text.By[orig])
	return nil
}

func (w *Web) fullPage(c *web.C, set *editions.Setting, ses *programme.Session, v View, f *web.Form, settings Settings, failed error) error {
	if failed != nil {
		if err := f.Fail(inWords(c.Lang, failed)); err != nil {
			return err
		}
	}
	title := c.T("reports.write_full")
	p := formPage{
		Title: title, Session: c.Text(ses.Title), Form: f, Status: w.Status(c, set, v.Due, v.Report),
		Tabs: w.pages.Tabs(c, set, ses, "/report"), After: c.T("reports.after_due"), Correct: v.State == StatePublished,
		Clock: c.URL(ses.Path() + "/report/clock?kind=full"),
	}
	for _, s := range settings.Sections {
		p.Help = append(p.Help, helpView{c.Text(s.Heading), c.Text(s.Help)})
	}
	var err error
	if p.Lacks, err = w.lackViews(c, ses, Full, v); err != nil {
		return err
	}
	if !v.Due.IsZero() {
		p.DueAt = c.Stamp(v.Due, set.Zone) + " " + set.Place(c.Lang)
	}
	if failed != nil {
		title = c.T("form.error_title", "Title", title)
	}
	return c.Page(web.Page{
		Name: "reports/edit", Title: title, Section: "outcomes", NoIndex: true, Status: f.Status(failed),
		Trail: editions.Trail(c, set, web.Crumb{Label: p.Session.S, URL: c.URL(ses.Path())}, web.Crumb{Label: p.Title}), V: p,
	})
}
