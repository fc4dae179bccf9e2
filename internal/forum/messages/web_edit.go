package messages

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/web"
)

type compileView struct {
	Title    string
	Sessions []compileSession
	Problem  string
	Empty    *web.Empty
	Merged   bool
}

type compileSession struct {
	Title  web.TextView
	URL    string
	Points []compilePoint
}

type compilePoint struct {
	Ref, ID, Part string
	Text          web.TextView
	Used          string
	Chosen        bool
}

// compile is the page on which editors choose takeaways from which Messages are made.
func (w *Web) compile(c *web.C) error {
	set, err := w.edition(c)
	if err != nil {
		return err
	}
	out := compileView{Title: c.T("messages.compile")}
	status := http.StatusOK
	chosen := map[string]bool{}
	if c.R.Method == http.MethodPost {
		var in struct {
			Refs   []string `form:"refs"`
			Merged bool     `form:"merged"`
		}
		err := c.Decode(&in)
		if err == nil {
			var n int
			if n, err = w.s.Compile(c.Context(), c.Actor, set, in.Refs, in.Merged); err == nil {
				return c.Done(set.Path()+"/messages", "messages.compiled", "Count", n)
			}
		}
		if out.Problem, err = problem(c, err); err != nil {
			return err
		}
		out.Merged, status = in.Merged, http.StatusUnprocessableEntity
		for _, r := range in.Refs {
			chosen[r] = true
		}
	}
	briefs, points, err := w.s.Candidates(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	for _, b := range briefs {
		s := compileSession{Title: c.Text(b.Title), URL: c.URL(b.Path() + "/report")}
		for _, p := range points[b.ID] {
			cp := compilePoint{
				Ref: p.Ref, ID: "c-" + b.Ref + "-" + p.Para, Text: c.Text(p.Text), Chosen: chosen[p.Ref],
				Part: c.T("messages.part." + p.Part),
			}
			if len(p.Used) > 0 {
				cp.Used = c.T("messages.used", "Number", p.Used[0])
			}
			s.Points = append(s.Points, cp)
		}
		out.Sessions = append(out.Sessions, s)
	}
	if len(out.Sessions) == 0 {
		out.Empty = &web.Empty{Title: c.T("messages.no_takeaways"), Text: c.T("messages.no_takeaways_text")}
	}
	return c.Page(web.Page{
		Name: "messages/compile", Title: out.Title, Section: "outcomes", NoIndex: true, Status: status, Trail: w.trail(c, set, out.Title), V: out,
	})
}

func (w *Web) trail(c *web.C, set *editions.Setting, title string) []web.Crumb {
	return editions.Trail(c, set, web.Crumb{Label: c.Text(NameOf(set.Edition)).S, URL: c.URL(set.Path() + "/messages")}, web.Crumb{Label: title})
}

type editView struct {
	Title     string
	Form      *web.Form
	Sentences []editSentence
	Rungs     []rungView
	Degrees   []web.Option
}

type editSentence struct {
	Number     int
	S          string
	Name       string // of the fields: sentences[0].
	ID         string
	Degrees    []web.Option
	Sources    []web.Option
	Words, Add string
	Bare       bool
	Problem    string
}

func (w *Web) edit(c *web.C) error {
	set, v, err := w.load(c)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(c.Param("n"))
	if err != nil || v.Revision == nil {
		return core.NotFound()
	}
	m, ok := find(*v.Revision, n)
	if !ok {
		return core.NotFound()
	}
	if err := mayEdit(c.Actor, set, v.Set); err != nil { // also when only a row more is asked for
		return err
	}
	in := InputOf(m, v.Revision.Version)
	var failed error
	status := http.StatusOK
	if c.R.Method == http.MethodPost {
		in = EditInput{}
		if failed = c.Decode(&in); failed == nil && !c.Wants("_more") {
			if failed = w.s.Edit(c.Context(), c.Actor, set, n, in); failed == nil {
				return c.Done(set.Path()+"/messages/"+strconv.Itoa(n), "messages.saved")
			}
		}
	}
	f := c.Form("messages.form", &in)
	f.Cancel = c.URL(set.Path() + "/messages/" + strconv.Itoa(n))
	title := c.T("messages.edit_one", "Number", n)
	if failed != nil {
		if err := f.Fail(failed); err != nil {
			return err
		}
		status = http.StatusUnprocessableEntity
		if f.Stale {
			status = http.StatusConflict
		}
	}
	f.Options("dissent.kind", []web.Option{
		{Value: "", Label: c.T("messages.dissent_kind.statement")}, {Value: documents.DissentView, Label: c.T("messages.dissent_kind.view")},
	})
	out, err := w.editView(c, set, m, in, failed)
	if err != nil {
		return err
	}
	out.Title, out.Form = title, f
	if failed != nil {
		title = c.T("form.error_title", "Title", title)
	}
	return c.Page(web.Page{Name: "messages/edit", Title: title, Section: "outcomes", NoIndex: true, Status: status, Trail: w.trail(c, set, out.Title), V: out})
}

// editView prepares what is said per sentence: the sentences are those of the text as
// saved; new ones can be marked once the text is saved.
func (w *Web) editView(c *web.C, set *editions.Setting, m Message, in EditInput, failed error) (editView, error) {
	out := editView{}
	t, sources, err := w.evidence(c, m)
	if err != nil {
		return out, err
	}
	out.Rungs = t.ladder(c, set, m, false)
	bare := m.bare()
	problems := map[string]string{}
	if e, ok := errors.AsType[*core.Error](failed); ok {
		for _, f := range e.Fields {
			row, _, _ := strings.Cut(f.Path, ".")
			problems[row+"."] = c.T(f.Key, f.Args...)
		}
	}
	for i, s := range m.Para.Sentences() {
		es := editSentence{Number: i + 1, S: s, Name: core.Row("sentences", i), ID: "s" + strconv.Itoa(i), Bare: slices.Contains(bare, i+1)}
		es.Problem = problems[es.Name]
		var have SentenceInput
		if i < len(in.Sentences) {
			have = in.Sentences[i]
		}
		es.Words, es.Add = have.Words, have.Add
		for _, o := range w.vocab.Options(c.Lang, vocab.Support) {
			o.Selected = o.Value == have.Degree
			es.Degrees = append(es.Degrees, o)
		}
		for _, o := range sources {
			o.Selected = slices.Contains(have.Sources, o.Value)
			es.Sources = append(es.Sources, o)
		}
		out.Sentences = append(out.Sentences, es)
	}
	return out, nil
}

// move moves a Message among those of its session.
func (w *Web) move(c *web.C) error {
	set, err := w.edition(c)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(c.Param("n"))
	if err != nil {
		return core.NotFound()
	}
	version, _ := strconv.ParseInt(c.Value("version"), 10, 64) // without one the newest counts
	if err := w.s.Move(c.Context(), c.Actor, set, n, version, c.Value("to") == "up"); err != nil {
		return err
	}
	return c.Redirect(set.Path() + "/messages#m" + strconv.Itoa(n))
}

type confirmView struct {
	Title, Text, Button, Cancel string
	Danger                      bool
	Form                        *web.Form
	Version                     int64
	Options                     []web.Option
	Problem                     string
	Note                        bool
	NoteValue                   string
	Without                     bool // signatures are missing, and a reason may be given
	WithoutValue                string
	Missing                     []string
}

func (w *Web) remove(c *web.C) error {
	set, v, err := w.load(c)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(c.Param("n"))
	if err != nil || v.Revision == nil {
		return core.NotFound()
	}
	if _, ok := find(*v.Revision, n); !ok {
		return core.NotFound()
	}
	if c.R.Method == http.MethodPost {
		version, _ := strconv.ParseInt(c.Value("version"), 10, 64)
		if err := w.s.Remove(c.Context(), c.Actor, set, n, version); err != nil {
			return err
		}
		return c.Done(set.Path()+"/messages", "messages.removed", "Number", n)
	}
	if err := mayEdit(c.Actor, set, v.Set); err != nil {
		return err
	}
	title := c.T("messages.remove_question", "Number", n)
	return c.Page(web.Page{
		Name: "messages/confirm", Title: title, Section: "outcomes", NoIndex: true, Trail: w.trail(c, set, title),
		V: confirmView{
			Title: title, Text: c.T("messages.remove_text"), Button: c.T("messages.remove"), Danger: true,
			Cancel: c.URL(set.Path() + "/messages/" + strconv.Itoa(n)), Version: v.Revision.Version,
		},
	})
}

// publish asks before it shows the Messages to everybody: as a draft, as final, or as
// a correction.
func (w *Web) publish(c *web.C) error {
	set, v, err := w.load(c)
	if err != nil {
		return err
	}
	out := confirmView{Title: c.T("messages.publish_question"), Cancel: c.URL(set.Path() + "/messages"), Button: c.T("messages.publish")}
	r := c.Actor.Roles(set.Scope())
	status := http.StatusOK
	if c.R.Method == http.MethodPost {
		final := c.Value("as") == "final"
		version, _ := strconv.ParseInt(c.Value("version"), 10, 64) // without one the newest counts
		out.NoteValue, out.WithoutValue = c.Value("note"), c.Value("without")
		err := w.s.PublishAs(c.Context(), c.Actor, set, PublishInput{Final: final, Note: out.NoteValue, Without: out.WithoutValue, Version: version})
		if err == nil {
			return c.Done(set.Path()+"/messages", "messages.published")
		}
		if out.Problem, err = problem(c, err); err != nil {
			return err
		}
		status = http.StatusUnprocessableEntity
	}
	if v.Revision != nil {
		out.Version = v.Revision.Version
	}
	if policy.Can("correct", v.State, r...) {
		out.Text, out.Note = c.T("messages.publish_correction"), true
	} else {
		if err := policy.Check("publish_draft", v.State, r...); err != nil {
			return err
		}
		out.Text = c.T("messages.publish_text")
		out.Options = append(out.Options, web.Option{Value: "draft", Label: c.T("messages.as_draft"), Selected: c.Value("as") != "final"})
		if policy.Can("finalise", v.State, r...) {
			out.Options = append(out.Options, web.Option{Value: "final", Label: c.T("messages.as_final"), Selected: c.Value("as") == "final"})
			if err := w.missing(c, set, v, &out); err != nil {
				return err
			}
		}
		out.Note = v.State == StateDraft
	}
	return c.Page(web.Page{Name: "messages/confirm", Title: out.Title, Section: "outcomes", NoIndex: true, Status: status, Trail: w.trail(c, set, out.Title), V: out})
}

// missing says whose signatures the final text would lack.
func (w *Web) missing(c *web.C, set *editions.Setting, v View, out *confirmView) error {
	_, so, err := w.s.SignOff(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	// What is published as final is the text as it stands now.
	words := wordsOf(*v.Revision)
	for _, st := range so.Signers {
		if st.Needed && (st.Last == nil || !st.Last.Accepted || st.Last.Words != words) {
			out.Missing = append(out.Missing, c.T("messages.signer", "Name", st.Name, "Role", c.T("messages.sign_role."+st.Role)))
		}
	}
	out.Without = len(out.Missing) > 0
	return nil
}
