package floor

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"slices"

	"plenary/internal/core"
	"plenary/internal/formats/captions"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/web"
)

// previewView is what an import would do, with a form that does it.
type previewView struct {
	Title                              string
	Session                            web.TextView
	Tabs                               web.Tabs
	Sentence, Versus                   string
	Notes                              []noteView
	Cues                               []cueView
	More                               string
	Changed                            []changedView
	MoreChanged                        string
	Kept                               []cueView
	Withdrawn                          []cueView
	Speakers                           []speakerView
	In                                 ImportInput
	Action, Cancel, Back, Submit, Lang string
	Dir                                string
	Nothing                            bool
	Zone                               string
}

type noteView struct{ Place, Text string }

type cueView struct{ Time, Speaker, Text, Line string }

type changedView struct{ Before, After cueView }

type speakerView struct {
	ID, Label, Count string
	Why              []string
	Options          []web.Option
	I                int
}

// How much of a file a preview shows.
const (
	cuesShown    = 40
	changesShown = 100
)

// importFile takes a file of captions: form, preview, and then the import itself.
func (w *Web) importFile(c *web.C, set *editions.Setting, ses *programme.Session) error {
	t, _, err := w.choose(c, ses)
	if err != nil {
		return err
	}
	if c.R.Method == http.MethodGet {
		if err := Policy.Check("import", stateOf(t), roles(c.Actor, ses)...); err != nil {
			return err
		}
	}
	in := ImportInput{Source: SourceImported, Original: true, Language: ses.Language}
	if t != nil {
		in.Source, in.Original, in.Language, in.Licence, in.Zero = t.Source, t.Original, t.Language, t.Licence, clockOf(t.Zero, set.Zone)
	}
	var failed error
	if c.R.Method == http.MethodPost {
		in = ImportInput{}
		if failed = c.Decode(&in); failed == nil {
			if in.Checked && !c.Wants("again") {
				if failed = w.takeIn(c, set, ses, in); failed == nil {
					return nil
				}
			} else if failed = receive(c, &in); failed == nil {
				var p *Preview
				if p, failed = w.s.Preview(c.Context(), c.Actor, set, ses, in); failed == nil {
					return w.preview(c, set, ses, in, p)
				}
			}
		}
		if core.KindOf(failed) == core.KindStale {
			failed = core.Conflict("floor.error.stale_import")
		}
	}
	f := c.Form("floor.import", &in)
	f.Options("language", w.vocab.Options(c.Lang, vocab.Languages))
	f.Options("source", sourceOptions(c))
	return w.formPage(c, set, ses, t, "floor/form", "floor.import", f, tooLarge(failed), nil)
}

func (w *Web) takeIn(c *web.C, set *editions.Setting, ses *programme.Session, in ImportInput) error {
	t, p, err := w.s.Import(c.Context(), c.Actor, set, ses, in)
	if err != nil {
		return err
	}
	m := p.Merge
	return c.Done(pathOf(ses, &t, ""), "floor.imported", "Added", len(m.Added), "Changed", len(m.Changed), "Withdrawn", len(m.Withdrawn))
}

// tooLarge: a file that is too large is wrong in the form, not in the request.
func tooLarge(err error) error {
	if e, ok := errors.AsType[*core.Error](err); ok && e.Kind == core.KindTooLarge {
		return &core.Error{Kind: core.KindInvalid, Key: e.Key, Args: e.Args}
	}
	return err
}

// receive reads the file that was sent, where there is one; else what was pasted.
func receive(c *web.C, in *ImportInput) error {
	if c.R.MultipartForm == nil || len(c.R.MultipartForm.File["file"]) == 0 {
		return nil
	}
	head := c.R.MultipartForm.File["file"][0]
	data, err := readFile(head)
	if err != nil || len(data) == 0 {
		return err
	}
	in.Name, in.Data = head.Filename, data
	if r := []rune(in.Name); len(r) > 200 {
		in.Name = string(r[len(r)-200:])
	}
	return nil
}

func readFile(h *multipart.FileHeader) ([]byte, error) {
	f, err := h.Open()
	if err != nil {
		return nil, fmt.Errorf("open the file that was sent: %w", err)
	}
	defer func() { _ = f.Close() }() // it was only read
	data, err := io.ReadAll(f)
	if err != nil {
		return nil, fmt.Errorf("read the file that was sent: %w", err)
	}
	return data, nil
}

func (w *Web) preview(c *web.C, set *editions.Setting, ses *programme.Session, in ImportInput, p *Preview) error {
	if len(in.Data) > 0 {
		text, err := captions.Decode(in.Data)
		if err != nil {
			return err
		}
		in.Text = text
	}
	in.Version = 0
	v := previewView{
		Title: c.T("floor.preview.title"), Session: c.Text(ses.Title), Tabs: w.pages.Tabs(c, set, ses, "/transcript"), In: in,
		Action: c.URL(ses.Path() + "/transcript/import"), Cancel: c.URL(ses.Path() + "/transcript"), Lang: in.Language, Dir: core.Dir(in.Language),
		Submit: c.T("floor.preview.submit"),
	}
	if p.Stands != nil {
		v.In.Version = p.Stands.Version
		v.Cancel = c.URL(pathOf(ses, p.Stands, ""))
		v.Versus = c.T("floor.preview.versus", "Same", p.Merge.Same, "Changed", len(p.Merge.Changed), "Added", len(p.Merge.Added), "Withdrawn", len(p.Merge.Withdrawn))
		v.Nothing = p.Merge.Nothing()
	}
	last := p.File.Cues[len(p.File.Cues)-1]
	v.Sentence = c.T("floor.preview.read", "Count", len(p.File.Cues), "Kind", c.T("floor.kind."+string(p.File.Kind)), "Until", FormatTime(last.End))
	if p.File.Untimed {
		v.Sentence = c.T("floor.preview.read_untimed", "Count", len(p.File.Cues), "Kind", c.T("floor.kind."+string(p.File.Kind)))
	}
	for _, n := range p.File.Notes {
		x := noteView{Text: noteText(c, n)}
		if n.Line > 0 {
			x.Place = c.T("floor.line", "Line", n.Line)
		}
		v.Notes = append(v.Notes, x)
	}
	for i, q := range p.File.Cues {
		if i == cuesShown {
			v.More = c.T("floor.preview.more", "Count", len(p.File.Cues)-cuesShown)
			break
		}
		cv := cueView{Speaker: q.Speaker, Text: q.Text, Line: c.T("floor.line", "Line", q.Line)}
		if !p.File.Untimed {
			cv.Time = FormatTime(q.Start)
		}
		v.Cues = append(v.Cues, cv)
	}
	for i, ch := range p.Merge.Changed {
		if i == changesShown {
			v.MoreChanged = c.T("floor.preview.more", "Count", len(p.Merge.Changed)-changesShown)
			break
		}
		v.Changed = append(v.Changed, changedView{segmentCue(ch.Before), segmentCue(ch.After)})
	}
	for _, g := range p.Merge.Kept {
		v.Kept = append(v.Kept, segmentCue(g))
	}
	if p.Stands != nil {
		for i, g := range p.Merge.Withdrawn {
			if i < changesShown {
				v.Withdrawn = append(v.Withdrawn, segmentCue(g))
			}
		}
	}
	v.Speakers = w.speakerViews(c, ses, p.Speakers)
	return c.Page(web.Page{
		Name: "floor/preview", Title: v.Title, Section: "programme", NoIndex: true, Trail: w.trail(c, set, ses, p.Stands, v.Title), V: v,
	})
}

func segmentCue(g Segment) cueView {
	v := cueView{Speaker: g.Speaker, Text: g.Said}
	if g.Starts >= 0 {
		v.Time = FormatTime(millis(g.Starts))
	}
	return v
}

// noteText is a note of a file in words.
func noteText(c *web.C, n captions.Note) string {
	args := []any{}
	for _, k := range slices.Sorted(maps.Keys(n.Args)) {
		v := n.Args[k]
		if key := "floor.note." + v + ".name"; k == "Code" && c.S.Catalog.Has(key) {
			v = c.T(key)
		}
		args = append(args, k, v)
	}
	return c.T("floor.note."+n.Code, args...)
}

// speakerViews are the labels with those who may be meant, and why.
func (w *Web) speakerViews(c *web.C, ses *programme.Session, list []Speaker) []speakerView {
	var crew []web.Option
	seen := map[core.ID]bool{}
	for _, r := range ses.Roles {
		if r.Person != "" && !seen[r.Person] {
			seen[r.Person] = true
			crew = append(crew, web.Option{Value: string(r.Person), Label: r.In(c.Lang), Group: c.T("floor.speakers.crew")})
		}
	}
	out := make([]speakerView, 0, len(list))
	for i, s := range list {
		v := speakerView{ID: fmt.Sprintf("speaker-%d", i), I: i, Label: s.Label, Count: c.T("floor.speakers.count", "Count", s.Count)}
		have := map[string]bool{}
		for _, g := range s.Suggestions {
			v.Options = append(v.Options, web.Option{Value: string(g.Person), Label: g.Name, Group: c.T("floor.speakers.likely"), Selected: g.Person == s.Person})
			have[string(g.Person)] = true
			v.Why = append(v.Why, c.T("floor.why."+g.Why, "Name", g.Name, "Percent", g.Percent))
		}
		for _, o := range crew {
			if !have[o.Value] {
				o.Selected = core.ID(o.Value) == s.Person
				v.Options = append(v.Options, o)
				have[o.Value] = true
			}
		}
		if s.Person != "" && !have[string(s.Person)] {
			v.Options = append(v.Options, web.Option{Value: string(s.Person), Label: c.T("floor.speakers.as_now"), Group: c.T("floor.speakers.likely"), Selected: true})
		}
		out = append(out, v)
	}
	return out
}
