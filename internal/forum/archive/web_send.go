package archive

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"path"
	"strings"

	"plenary/internal/core"
	"plenary/internal/formats/captions"
	"plenary/internal/formats/inspect"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

// auto stands for "find out".
const auto = "auto"

// sendIn is what somebody pastes or sends. Kept is the file of an earlier try.
type sendIn struct {
	Kept     string `form:"kept" ui:"hidden"`
	KeptName string `form:"kept_name" ui:"hidden"`
	Text     string `form:"text" ui:"area"`
	File     string `form:"file" ui:"file" accept:".txt,.md,.html,.htm,.xml,.json,.ics,.csv,.tsv,.xlsx"`
	Name     string `form:"name" ui:"text" max:"200"`
	Lang     string `form:"lang" ui:"select" required:"1"`
	As       string `form:"as" ui:"select" required:"1"`
	Edition  string `form:"edition" ui:"select" required:"1"`
}

func (in sendIn) as() string {
	if in.As == auto {
		return ""
	}
	return in.As
}

type sendView struct {
	Title, Subtitle string
	Form            *web.Form
	Kept            string // name of the file that need not be sent again
	Past            []pastView
	PastTitle       string
	Empty           *web.Empty
	Other           *web.Tab
	Sources         string // address of the sources that are followed; empty without an edition
}

type pastView struct {
	Name, URL, When, Who string
	Found                []string
	Status               web.Status
}

// send takes a document at the forum's own address: the edition is found out from it,
// or chosen.
func (w *Web) send(c *web.C) error {
	if err := policy.Check("import", "", c.Actor.Roles(core.ScopeForum)...); err != nil {
		return err
	}
	list, err := w.editions.Editions(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	f, err := w.editions.Forum(c.Context())
	if err != nil {
		return err
	}
	in := sendIn{Lang: f.Lang, As: auto, Edition: auto, Kept: c.Query("kept"), KeptName: c.Query("kept_name")}
	var failed error
	if c.R.Method == http.MethodPost {
		in = sendIn{}
		done, err := w.sent(c, &in, core.ScopeForum, func(src Source) (string, error) { return w.editionFor(list, in, src) })
		if done || err != nil && !tellable(err) {
			return err
		}
		failed = err
	}
	v := sendView{Title: c.T("archive.send_title"), Subtitle: c.T("archive.subtitle")}
	if err := w.sendForm(c, &v, &in, failed, list); err != nil {
		return err
	}
	return w.sendPage(c, v, failed, []web.Crumb{{Label: c.T("editions.all"), URL: c.URL("/editions")}, {Label: c.T("archive.trail")}})
}

// sendTo takes a document for one edition, and lists what was read for it before.
func (w *Web) sendTo(c *web.C) error {
	set, err := w.editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return err
	}
	if err := w.s.may(c.Actor, set); err != nil {
		return err
	}
	f, err := w.editions.Forum(c.Context())
	if err != nil {
		return err
	}
	in := sendIn{Lang: f.Lang, As: auto, Kept: c.Query("kept"), KeptName: c.Query("kept_name")}
	var failed error
	if c.R.Method == http.MethodPost {
		in = sendIn{}
		done, err := w.sent(c, &in, set.Scope(), func(Source) (string, error) { return set.Slug, nil })
		if done || err != nil && !tellable(err) {
			return err
		}
		failed = err
	}
	name := c.Text(set.Name).S
	v := sendView{
		Title: c.T("archive.title", "Edition", name), Subtitle: c.T("archive.subtitle"), PastTitle: c.T("archive.past"),
		Sources: c.URL(set.Path() + "/import/sources"),
	}
	if policy.Can("import", "", c.Actor.Roles(core.ScopeForum)...) {
		v.Other = &web.Tab{Label: c.T("archive.other_edition"), URL: c.URL("/import")}
	}
	if err := w.sendForm(c, &v, &in, failed, nil); err != nil {
		return err
	}
	if v.Past, err = w.past(c, set); err != nil {
		return err
	}
	if len(v.Past) == 0 {
		v.Empty = &web.Empty{Title: c.T("archive.none"), Text: c.T("archive.none_text", "Edition", name)}
	}
	return w.sendPage(c, v, failed, editions.Trail(c, set, web.Crumb{Label: c.T("archive.trail")}))
}

// tellable are errors that the form can tell at its fields.
func tellable(err error) bool {
	switch core.KindOf(err) {
	case core.KindInvalid, core.KindConflict, core.KindLimited, core.KindTooLarge:
		return true
	default:
		return false
	}
}

func (w *Web) sendPage(c *web.C, v sendView, failed error, trail []web.Crumb) error {
	p := web.Page{Name: "archive/send", Title: v.Title, Section: "programme", NoIndex: true, Trail: trail, V: v}
	if failed != nil {
		p.Title, p.Status = c.T("form.error_title", "Title", v.Title), web.StatusCode(core.KindOf(failed))
	}
	return c.Page(p)
}

func (w *Web) sendForm(c *web.C, v *sendView, in *sendIn, failed error, list []editions.Edition) error {
	if failed != nil {
		c.Retype("kept", in.Kept)
		c.Retype("kept_name", in.KeptName)
	}
	f := c.Form("archive.send", in)
	langs := make([]web.Option, 0, len(core.Langs))
	for _, l := range core.Langs {
		langs = append(langs, web.Option{Value: l, Label: web.LangName[l]})
	}
	f.Options("lang", langs)
	f.Options("as", kinds(c))
	if list == nil {
		f.Drop("edition")
	} else {
		opts := []web.Option{{Value: auto, Label: c.T("archive.send.edition.auto")}}
		for _, e := range list {
			opts = append(opts, web.Option{Value: e.Slug, Label: c.Text(e.Name).S})
		}
		f.Options("edition", opts)
	}
	v.Form, v.Kept = f, in.KeptName
	if in.Kept == "" {
		v.Kept = ""
	}
	if failed == nil {
		return nil
	}
	if e := web.Classify(failed); e.Kind == core.KindTooLarge {
		f.Message = c.S.Catalog.Error(c.Lang, e)
		return nil
	}
	return f.Fail(failed)
}

// kinds are the choices of what a document is.
func kinds(c *web.C) []web.Option {
	out := []web.Option{{Value: auto, Label: c.T("archive.send.as.auto")}}
	for _, k := range inspect.Kinds() {
		group := "archive.send.as.schedules"
		switch k {
		case "document", "schedule", "calendar", "unknown":
			continue // they are found out better than said
		case "captions", string(captions.WebVTT), string(captions.SRT), string(captions.TTML), string(captions.Plain):
			continue // they are imported on the page of their session
		case "outlines", "session-page", "session-list", "summary", "report":
			group = "archive.send.as.documents"
		}
		out = append(out, web.Option{Value: k, Label: c.T("archive.kind." + k), Group: c.T(group)})
	}
	return out
}

// sent stages what was sent for the edition that choose names, and leads to its page.
// done says that the answer is given. What came as a file is kept where something is
// wrong with it.
func (w *Web) sent(c *web.C, in *sendIn, scope string, choose func(src Source) (slug string, err error)) (done bool, err error) {
	if err := c.Decode(in); err != nil {
		if core.KindOf(err) != core.KindInvalid && core.KindOf(err) != core.KindInternal {
			return false, err
		}
		return false, web.Classify(err)
	}
	src, upload, err := w.received(c, scope, in)
	if err != nil {
		return false, err
	}
	slug, err := choose(src)
	var set *editions.Setting
	if err == nil && slug != "" {
		set, err = w.editions.Setting(c.Context(), c.Actor, slug)
	}
	var p *Plan
	if err == nil && set != nil {
		p, err = w.s.Stage(c.Context(), c.Actor, set, src)
	}
	switch {
	case err == nil && p != nil:
		return true, c.Done(pathOf(set, p.ID), "archive.staged", "Name", p.Name)
	case err == nil: // its edition is not here yet
		if in.Kept, err = w.s.Keep(c.Context(), c.Actor, scope, src); err != nil {
			return false, err
		}
		q := url.Values{"file": {in.Kept}, "name": {src.Name}, "lang": {src.Lang}, "as": {in.As}}
		return true, c.Redirect("/import/edition?" + q.Encode())
	case upload && tellable(err):
		if hash, kerr := w.s.Keep(c.Context(), c.Actor, scope, src); kerr == nil {
			in.Kept, in.KeptName = hash, src.Name
		}
	}
	return false, err
}

// received is what was sent: a file before what was pasted, and a file of an earlier
// try where neither comes.
func (w *Web) received(c *web.C, scope string, in *sendIn) (src Source, upload bool, err error) {
	if p := core.Validate(struct {
		Name string `form:"name" max:"200"`
	}{in.Name}); len(p) > 0 {
		return src, false, p.Err()
	}
	src = Source{Name: strings.TrimSpace(in.Name), As: in.as(), Lang: in.Lang}
	data, name, err := uploaded(c)
	if err != nil {
		return src, false, err
	}
	if len(data) == 0 && strings.TrimSpace(in.Text) == "" && in.Kept != "" {
		if data, err = w.s.Kept(c.Context(), c.Actor, scope, in.Kept); err != nil {
			return src, false, err
		}
		name = in.KeptName
	}
	switch {
	case len(data) > 0:
		src.Data, src.Name = data, nameOf(src.Name, name)
		in.Kept, in.KeptName = "", ""
		return src, true, nil
	case strings.TrimSpace(in.Text) != "":
		in.Kept, in.KeptName = "", ""
		src.Data = []byte(in.Text)
		if src.Name == "" {
			src.Name = c.T("archive.pasted")
		}
		return src, false, nil
	}
	var p core.Problems
	p.Add("text", "archive.error.empty")
	return src, false, p.Err()
}

func uploaded(c *web.C) (data []byte, name string, err error) {
	f, head, err := c.R.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", err
	}
	defer func() { _ = f.Close() }() // it was only read
	data, err = io.ReadAll(f)
	return data, path.Base(strings.ReplaceAll(strings.ToValidUTF8(head.Filename, ""), `\`, "/")), err
}

// nameOf is what a file is called: as somebody says, with the ending that tells what it
// is.
func nameOf(said, file string) string {
	if said == "" {
		return clipTo(file, 200)
	}
	if ext := path.Ext(file); !strings.EqualFold(path.Ext(said), ext) {
		said += ext
	}
	return said
}

// past lists what was read for an edition.
func (w *Web) past(c *web.C, set *editions.Setting) ([]pastView, error) {
	list, err := w.s.Imports(c.Context(), c.Actor, set)
	if err != nil {
		return nil, err
	}
	var ids []core.ID
	for _, im := range list {
		if im.Person != "" {
			ids = append(ids, im.Person)
		}
	}
	names, err := w.s.people.Names(c.Context(), ids)
	if err != nil {
		return nil, err
	}
	out := make([]pastView, 0, len(list))
	for _, im := range list {
		v := pastView{Name: im.Name, URL: c.URL(pathOf(set, im.ID)), Found: found(c, im.Found), Status: status(c, set, im)}
		if v.Who = who(c, im, names); v.Who != "" {
			v.Who = c.T("archive.by", "Who", v.Who)
		}
		out = append(out, v)
	}
	return out, nil
}

func who(c *web.C, im Import, names map[core.ID]string) string {
	if n := names[im.Person]; n != "" {
		return n
	}
	if key := "program." + im.Program; im.Program != "" && c.S.Catalog.Has(key) {
		return c.T(key)
	}
	return ""
}

// status is the state of an import and since when.
func status(c *web.C, set *editions.Setting, im Import) web.Status {
	switch im.State {
	case StateStaged:
		at := im.StagedAt
		if at.IsZero() {
			at = im.At
		}
		return c.Status("due", "archive.state.staged", "When", c.Stamp(at, set.Zone))
	case StateUndone:
		return c.Status("cancelled", "archive.state.undone", "When", c.Stamp(im.UndoneAt, set.Zone))
	}
	return c.Status("done", "archive.state.applied", "When", c.Stamp(im.At, set.Zone))
}
