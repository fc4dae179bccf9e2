package papers

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

type formView struct {
	Title, About string
	Notice       string
	Quote        *quoteView // what the form is about, in the words of the paper
	Form         *web.Form
}

type quoteView struct{ S, Lang, Dir, By string }

// form is the way of every form of this room: show it as it stands, take what was typed,
// and on a problem give it back as it was typed.
type form[In any] struct {
	key     string
	title   string
	about   string
	notice  string
	quote   *quoteView
	trail   []web.Crumb
	cancel  string
	done    string // key of the notice
	prepare func(f *web.Form)
	save    func(in *In) (next string, err error)
}

func (x form[In]) serve(c *web.C, now In) error {
	in := now
	var failed error
	if c.R.Method == http.MethodPost {
		var typed In
		if failed = c.Decode(&typed); failed == nil {
			var next string
			if next, failed = x.save(&typed); failed == nil {
				return c.Done(next, x.done)
			}
		}
		in = typed
	}
	f := c.Form(x.key, &in)
	f.Cancel = c.URL(x.cancel)
	if x.prepare != nil {
		x.prepare(f)
	}
	title, status := x.title, http.StatusOK
	if failed != nil {
		if e := web.Classify(failed); e.Kind == core.KindTooLarge {
			f.Message = c.S.Catalog.Error(c.Lang, e) // what was typed is not lost for a file
		} else if err := f.Fail(failed); err != nil {
			return err
		}
		status, title = web.StatusCode(web.Classify(failed).Kind), c.T("form.error_title", "Title", title)
	}
	return c.Page(web.Page{
		Name: "papers/form", Title: title, Section: "outcomes", NoIndex: true, Status: status, Trail: x.trail,
		V: formView{Title: x.title, About: x.about, Notice: x.notice, Quote: x.quote, Form: f},
	})
}

// add begins a paper: at a session, for a body, or for an edition, as the address says.
func (w *Web) add(c *web.C) error {
	at := Place{Edition: core.ID(c.Query("edition")), Body: core.ID(c.Query("body")), Session: core.ID(c.Query("session"))}
	if err := w.s.checkPlace(c.Context(), c.Actor, &at); err != nil {
		return err
	}
	roles, err := w.s.rolesAt(c.Context(), c.Actor, at.scope(), at.Session, at.Body)
	if err != nil {
		return err
	}
	if err := placePolicy.Check("add", placeOf(at.Session, at.Body), roles...); err != nil && c.R.Method == http.MethodGet {
		return err
	}
	kinds := KindsFor(at)
	now := Input{Kind: kinds[0], Licence: "CC-BY-4.0", Day: c.Now().UTC().Format(time.DateOnly)}
	if k := c.Query("kind"); slices.Contains(kinds, k) {
		now.Kind = k
	}
	if at.Session != "" && !policy.Can("edit", StatePublished, roles...) {
		now.Person = c.Actor.Person
	}
	x, err := w.s.around(c.Context(), c.Actor, []Paper{{Edition: at.Edition, Body: at.Body, Session: at.Session}})
	if err != nil {
		return err
	}
	about, cancel := "", "/papers"
	if of := x.of(c, Paper{Edition: at.Edition, Body: at.Body, Session: at.Session}); len(of) > 0 {
		about = of[0].Label
	}
	switch {
	case at.Session != "" && x.sessions[at.Session] != nil:
		cancel = x.sessions[at.Session].Path()
	case at.Body != "":
		cancel = x.bodies[at.Body].Path()
	}
	people, err := w.persons(c, at.Session, c.Actor.Person)
	if err != nil {
		return err
	}
	title := c.T("papers.new")
	return form[Input]{
		key: "papers.paper", title: title, about: about, trail: w.trail(c, nil, web.Crumb{Label: title}), cancel: cancel, done: "papers.saved",
		prepare: func(f *web.Form) { w.options(c, f, kinds, people, policy.Can("edit", StatePublished, roles...)) },
		save: func(in *Input) (string, error) {
			if err := w.upload(c, in); err != nil {
				return "", err
			}
			p, err := w.s.Add(c.Context(), c.Actor, at, *in)
			return p.Path(), err
		},
	}.serve(c, now)
}

// persons are those who may be named as the author: who has a role in the session, and the
// reader herself.
func (w *Web) persons(c *web.C, session core.ID, more ...core.ID) ([]web.Option, error) {
	ids := slices.DeleteFunc(slices.Clone(more), func(id core.ID) bool { return id == "" })
	if session != "" {
		all, err := w.s.programme.RolesIn(c.Context(), []core.ID{session})
		if err != nil {
			return nil, err
		}
		for _, r := range all[session] {
			if r.Person != "" {
				ids = append(ids, r.Person)
			}
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	found, err := w.s.people.Persons(c.Context(), ids)
	if err != nil {
		return nil, err
	}
	names, err := w.s.people.Names(c.Context(), ids)
	if err != nil {
		return nil, err
	}
	var out []web.Option
	for _, id := range ids {
		name := names[id]
		if name == "" && id == c.Actor.Person {
			name = found[id].Name // her own, which others may not see
		}
		if name != "" {
			out = append(out, web.Option{Value: string(id), Label: name})
		}
	}
	slices.SortFunc(out, func(a, b web.Option) int { return strings.Compare(a.Label, b.Label) })
	return out, nil
}

func (w *Web) options(c *web.C, f *web.Form, kinds []string, people []web.Option, all bool) {
	var list, licences []web.Option
	for _, k := range kinds {
		list = append(list, web.Option{Value: k, Label: c.T("papers.kind." + k)})
	}
	for _, l := range Licences {
		licences = append(licences, web.Option{Value: l, Label: c.T("papers.licence." + l)})
	}
	f.Options("kind", list)
	f.Options("licence", append(licences, web.Option{Value: other, Label: c.T("papers.licence.other")}))
	f.Options("person", people)
	if len(kinds) == 1 {
		if fd := f.Field("kind"); fd != nil {
			fd.Kind, fd.Value = "hidden", kinds[0]
		}
	}
	if !all {
		f.Drop("person", "open_draft")
	}
	if len(people) == 0 {
		f.Drop("person")
	}
}

// largest file whose words are taken over.
const largestText = 400 << 10

// upload keeps a file that came with the form; where it is a text, its words become those
// of the paper.
func (w *Web) upload(c *web.C, in *Input) error {
	f, head, err := c.R.FormFile("upload")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return nil
	}
	if err != nil {
		return core.Invalid("error.unreadable")
	}
	defer func() { _ = f.Close() }() // it was only read
	name := path.Base(strings.ReplaceAll(strings.ToValidUTF8(head.Filename, ""), `\`, "/"))
	b, err := w.s.blobs.Put(c.Context(), f, name, head.Header.Get("Content-Type"))
	if err != nil {
		return err
	}
	in.File = &b
	if ext := strings.ToLower(path.Ext(name)); ext != ".txt" && ext != ".md" || b.Size > largestText {
		return nil
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	text, err := io.ReadAll(f)
	if err != nil {
		return err
	}
	if !utf8.Valid(text) {
		var p core.Problems
		p.Add("upload", "papers.error.utf8")
		return p.Err()
	}
	lang := in.Text.Orig
	if !core.LangKnown(lang) {
		lang = c.Lang
	}
	in.Text = core.NewText(lang, strings.TrimPrefix(strings.ReplaceAll(string(text), "\r\n", "\n"), "\ufeff"))
	return nil
}

// edit is the editor: one page with the whole text.
func (w *Web) edit(c *web.C) error {
	p, roles, err := w.s.Get(c.Context(), c.Actor, core.ID(c.Param("id")))
	if err != nil {
		return err
	}
	action, title := "edit", c.T("papers.edit")
	if p.State == StateFinal {
		action, title = "correct", c.T("papers.correct")
	}
	if err := policy.Check(action, p.policyState(), roles...); err != nil && c.R.Method == http.MethodGet {
		return err
	}
	var rev documents.Revision
	if p.Document != "" {
		heads, err := w.s.docs.Head(c.Context(), p.Document)
		if err != nil {
			return err
		}
		rev = heads[p.Document]
	}
	orgs, err := w.s.people.Organisations(c.Context(), []core.ID{p.Organisation})
	if err != nil {
		return err
	}
	people, err := w.persons(c, p.Session, c.Actor.Person, p.Person)
	if err != nil {
		return err
	}
	x := form[Input]{
		key: "papers.paper", title: title, about: p.Label(c.Lang), trail: w.trail(c, &p, web.Crumb{Label: title}), cancel: p.Path(), done: "papers.saved",
		prepare: func(f *web.Form) {
			w.options(c, f, []string{p.Kind}, people, policy.Can("edit", StatePublished, roles...))
			if p.Person != "" && len(people) == 0 {
				f.Fields = append(f.Fields, &web.Field{Name: "person", Kind: "hidden", Value: string(p.Person)})
			}
			if !p.Public() {
				f.Drop("note")
			}
			f.Autosave = c.URL(p.Path() + "/save")
			f.Note = c.T("papers.not_saved")
		},
		save: func(in *Input) (string, error) {
			if err := w.upload(c, in); err != nil {
				return "", err
			}
			saved, err := w.s.Edit(c.Context(), c.Actor, p.ID, *in, false)
			return saved.Path() + "?draft=1", err
		},
	}
	if p.Public() {
		x.notice = c.T("papers.edit_published")
	}
	return x.serve(c, InputOf(p, rev, orgs[p.Organisation].Name.String()))
}

// autosave keeps what is being typed and answers in JSON what the saved line says.
func (w *Web) autosave(c *web.C) error {
	var in Input
	var p Paper
	err := c.Decode(&in)
	if err == nil {
		p, err = w.s.Edit(c.Context(), c.Actor, core.ID(c.Param("id")), in, true)
	}
	out := struct {
		Message string `json:"message"`
		Version int64  `json:"version,omitempty"`
	}{}
	code := http.StatusOK
	if err != nil {
		e := web.Classify(err)
		code, out.Message = web.StatusCode(e.Kind), c.S.Catalog.Error(c.Lang, e)
	} else {
		out.Message, out.Version = c.T("papers.saved_at", "Time", i18n.Clock(c.S.Clock.Now().In(core.Zone(c.Zone)))), p.Version
	}
	c.W.Header().Set("Content-Type", "application/json")
	c.W.Header().Set("Cache-Control", "no-store")
	c.W.WriteHeader(code)
	return json.NewEncoder(c.W).Encode(out)
}
