package archive

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

// other stands for a thing that is not among the suggestions.
const other = "other"

// correctIn is a Correction as a person fills it in: one choice of what the thing is,
// instead of a choice and a target.
type correctIn struct {
	Version     int64    `form:"version" ui:"hidden"`
	Is          string   `form:"is" ui:"radio" required:"1"`
	Other       string   `form:"other" ui:"text" max:"500"`
	Take        []string `form:"take" ui:"checks"`
	Title       string   `form:"title" ui:"text" max:"250"`
	ShortTitle  string   `form:"short_title" ui:"text" max:"120"`
	Type        core.ID  `form:"type" ui:"select"`
	Date        string   `form:"date" ui:"select"`
	Start       string   `form:"start" ui:"time"`
	End         string   `form:"end" ui:"time"`
	Room        string   `form:"room" ui:"text" max:"120"`
	Theme       string   `form:"theme" ui:"text" max:"200"`
	Description string   `form:"description" ui:"area" max:"12000"`
	Honorific   string   `form:"honorific" ui:"text" max:"40"`
	Name        string   `form:"name" ui:"text" max:"120"`
	Indicator   string   `form:"indicator" ui:"select" required:"1"`
	Qualifier   string   `form:"qualifier" ui:"select" required:"1"`
	Amount      int      `form:"amount" ui:"number"`
}

// fieldsOf are the fields of the form that each kind has beside the choice.
var fieldsOf = map[string][]string{
	KindSession:      {"title", "short_title", "type", "date", "start", "end", "room", "theme", "description"},
	KindPerson:       {"honorific", "name"},
	KindOrganisation: {"name"},
	KindFigure:       {"indicator", "qualifier", "amount"},
}

// exact stands for a figure without a word before it: a choice needs a value.
const exact = "exact"

func typedOf(in Correction, st Staged) correctIn {
	out := correctIn{
		Version: in.Version, Is: in.Choice, Take: in.Take, Title: in.Title, ShortTitle: in.ShortTitle, Type: in.Type, Date: in.Date,
		Start: in.Start, End: in.End, Room: in.Room, Theme: in.Theme, Description: in.Description, Honorific: in.Honorific, Name: in.Name,
		Indicator: in.Indicator, Qualifier: in.Qualifier, Amount: in.Amount,
	}
	if out.Qualifier == "" {
		out.Qualifier = exact
	}
	if in.Choice == ChoiceLink && st.Kind != KindEdition && st.Kind != KindGone {
		out.Is = string(in.Target)
		if !suggested(st, in.Target) {
			out.Is, out.Other = other, string(in.Target)
		}
	}
	return out
}

func suggested(st Staged, id core.ID) bool {
	return slices.ContainsFunc(st.Suggestions, func(s Suggestion) bool { return s.Target == id })
}

func (in correctIn) correction() Correction {
	out := Correction{
		Version: in.Version, Choice: in.Is, Take: in.Take, Title: in.Title, ShortTitle: in.ShortTitle, Type: in.Type, Date: in.Date,
		Start: in.Start, End: in.End, Room: in.Room, Theme: in.Theme, Description: in.Description, Honorific: in.Honorific, Name: in.Name,
		Indicator: in.Indicator, Qualifier: in.Qualifier, Amount: in.Amount,
	}
	if out.Qualifier == exact {
		out.Qualifier = ""
	}
	switch in.Is {
	case ChoiceNew, ChoiceSkip, ChoiceLink:
	case other:
		out.Choice, out.Target = ChoiceLink, core.ID(in.Other)
	default:
		out.Choice, out.Target = ChoiceLink, core.ID(in.Is)
	}
	return out
}

type correctView struct {
	Title, Kind, Back string
	Form              *web.Form
	Is                []choiceView
	IsField           *web.Field
	Other             *web.Field
	Changes           []changeView
	Fields            []*web.Field
	Conflicts         notesView
	Quote             []sourceLine
	QuoteLang         string
	QuoteDir          string
	Place, PlaceURL   string
	Sure              string
	File              string
	Details           []string
}

// choiceView is one answer to what a staged thing is.
type choiceView struct {
	ID, Value, Label string
	Name, Detail     string // of something that stands already
	URL, Because     string
	Checked          bool
}

// item is the form in which somebody corrects one staged thing.
func (w *Web) item(c *web.C) error {
	set, p, err := w.ours(c)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(c.Param("n"))
	if err != nil || n < 0 || n >= len(p.Items) {
		return core.NotFound()
	}
	if p.State != StateStaged {
		return core.Conflict("archive.error.applied", "Name", p.Name)
	}
	st := p.Items[n]
	now, err := CorrectionOf(st, set.Zone)
	if err != nil {
		return err
	}
	in := typedOf(now, st)
	var failed error
	if c.R.Method == http.MethodPost {
		in = correctIn{}
		if failed = c.Decode(&in); failed == nil {
			failed = w.s.Correct(c.Context(), c.Actor, set, p.ID, n, in.correction())
		}
		if failed == nil {
			return w.corrected(c, set, p, st)
		}
	}
	return w.itemPage(c, set, p, st, &in, failed)
}

// corrected leads on: to the changes of a thing that was linked anew, else back to the
// list.
func (w *Web) corrected(c *web.C, set *editions.Setting, p *Plan, was Staged) error {
	fresh, err := w.s.Get(c.Context(), c.Actor, set, p.ID)
	if err != nil {
		return err
	}
	st := fresh.Items[was.Position]
	if st.Choice == ChoiceLink && st.Target != was.Target && len(st.Changes) > 0 {
		return c.Done(pathOf(set, p.ID)+"/items/"+strconv.Itoa(st.Position), "archive.correct.linked", "Name", st.Label)
	}
	return c.Done(w.listPath(c, set, fresh, st), "archive.correct.saved", "Name", st.Label)
}

// listPath is the part of the staging list in which a thing stands.
func (w *Web) listPath(c *web.C, set *editions.Setting, p *Plan, st Staged) string {
	l := newList(w, c, set, p)
	path, at := pathOf(set, p.ID), "#i"+strconv.Itoa(st.Position)
	if len(p.Items) <= rowsWhole {
		return path + at
	}
	group := groupOf(st.Kind)
	i := slices.IndexFunc(l.chosen(group, ""), func(x Staged) bool { return x.Position == st.Position })
	return path + "?kind=" + group + "&page=" + strconv.Itoa(i/rowsPage+1) + at
}

func (w *Web) itemPage(c *web.C, set *editions.Setting, p *Plan, st Staged, in *correctIn, failed error) error {
	l := newList(w, c, set, p)
	f := c.Form("archive.correct", in)
	keep := append([]string{"version", "is", "other", "take"}, fieldsOf[st.Kind]...)
	f.Fields = slices.DeleteFunc(f.Fields, func(fd *web.Field) bool { return !slices.Contains(keep, fd.Name) })
	if err := w.itemOptions(c, set, st, f); err != nil {
		return err
	}
	title := c.T("archive.correct.page", "Name", st.Label)
	page := web.Page{Name: "archive/item", Title: title, Section: "programme", NoIndex: true, Trail: w.trail(c, set, p, st.Label)}
	if failed != nil {
		if err := f.Fail(fieldNames(failed, st)); err != nil {
			return err
		}
		page.Title, page.Status = c.T("form.error_title", "Title", title), web.StatusCode(core.KindOf(failed))
	}
	v := correctView{
		Title: st.Label, Kind: c.T("archive.correct.kind." + st.Kind), Back: c.URL(w.listPath(c, set, p, st)), Form: f,
		Place: where(c, st.Place), Sure: c.T("archive.sure", "Number", st.Confidence), QuoteLang: p.Lang, QuoteDir: core.Dir(p.Lang), Details: l.details(st),
	}
	if p.File != "" {
		v.File = c.URL(pathOf(set, p.ID) + "/file")
	}
	if u := lineURL(c, set, p, l.lines, st.Place.Line); u != "" {
		v.PlaceURL = u
		if u[0] == '#' {
			v.PlaceURL = c.URL(pathOf(set, p.ID)) + u
		}
	}
	if st.Place.Line > 0 {
		v.Quote = quote(sourceOf(c, set, p, st.Place.Line, max(st.Place.EndLine-st.Place.Line+1, 1)).Lines)
	}
	for _, n := range p.Notes {
		if n.Group == NoteContradiction && n.Item == st.Position {
			nv := l.note(n)
			nv.Item = ""
			v.Conflicts.Total++
			v.Conflicts.Shown = append(v.Conflicts.Shown, nv)
		}
	}
	for _, fd := range f.Fields {
		switch fd.Name {
		case "is":
			v.IsField, v.Is = fd, l.choices(st, fd)
		case "other":
			v.Other = fd
		case "take":
			v.Changes = l.changes(st)
			for i := range v.Changes {
				v.Changes[i].Taken = slices.Contains(core.Lines(fd.Value), v.Changes[i].Value)
			}
		default:
			v.Fields = append(v.Fields, fd)
		}
	}
	if !linkable(st.Kind) {
		v.Other = nil
	}
	page.V = v
	return c.Page(page)
}

// quote is what the source says in the lines of a thing, without those that are empty
// and without the end of a long one.
func quote(lines []sourceLine) []sourceLine {
	var out []sourceLine
	for _, l := range lines {
		if l.Text = clipTo(strings.TrimSpace(l.Text), 400); l.Text != "" && len(out) < 30 {
			out = append(out, l)
		}
	}
	return out
}

// linkable kinds can be something that stands already.
func linkable(kind string) bool {
	return kind == KindSession || kind == KindPerson || kind == KindOrganisation
}

// choices are the answers to what a staged thing is, with the reasons of those that the
// program suggests.
func (l *listing) choices(st Staged, fd *web.Field) []choiceView {
	c := l.c
	var out []choiceView
	add := func(v choiceView) {
		v.ID, v.Checked = fd.ID+"-"+strconv.Itoa(len(out)), v.Value == fd.Value
		out = append(out, v)
	}
	suggestions := st.Suggestions
	switch st.Kind {
	case KindEdition, KindGone:
		add(choiceView{Value: ChoiceLink, Label: c.T("archive.correct.is." + st.Kind)})
		suggestions = nil
	default:
		add(choiceView{Value: ChoiceNew, Label: c.T("archive.correct.is.new." + st.Kind)})
	}
	for _, s := range suggestions {
		add(choiceView{
			Value: string(s.Target), Label: c.T("archive.correct.is.this"), Name: s.Label, Detail: s.Detail, URL: c.URL(s.Path),
			Because: c.T("archive.correct.because", "Reasons", l.because(s), "Number", s.Score),
		})
	}
	if linkable(st.Kind) {
		add(choiceView{Value: other, Label: c.T("archive.correct.is.other")})
	}
	add(choiceView{Value: ChoiceSkip, Label: c.T("archive.correct.is.skip")})
	return out
}

// itemOptions gives the selects of the form their choices.
func (w *Web) itemOptions(c *web.C, set *editions.Setting, st Staged, f *web.Form) error {
	switch st.Kind {
	case KindSession:
		types, err := w.s.programme.Types(c.Context(), set.ID)
		if err != nil {
			return err
		}
		f.Options("type", typeOptions(c, types))
		var days []web.Option
		for _, d := range set.Days() {
			label := i18n.LongDate(c.Lang, d.Time(set.Zone))
			if d.Number == 0 {
				label = c.T("archive.correct.day_zero", "Date", label)
			}
			days = append(days, web.Option{Value: d.Date, Label: label})
		}
		f.Options("date", days)
		f.Field("title").Required = true
		f.Field("type").Required = true
	case KindPerson, KindOrganisation:
		f.Field("name").Required = true
	case KindFigure:
		var indicators, qualifiers []web.Option
		for _, x := range editions.Indicators {
			indicators = append(indicators, web.Option{Value: x, Label: words(c.T, "archive.indicator.", x)})
		}
		for _, x := range editions.Qualifiers {
			if x == "" {
				x = exact
			}
			qualifiers = append(qualifiers, web.Option{Value: x, Label: c.T("archive.qualifier." + x)})
		}
		f.Options("indicator", indicators)
		f.Options("qualifier", qualifiers)
	}
	return nil
}

func typeOptions(c *web.C, types []programme.Type) []web.Option {
	out := make([]web.Option, 0, len(types))
	for _, t := range types {
		out = append(out, web.Option{Value: string(t.ID), Label: c.Text(t.Name).S})
	}
	return out
}

// fieldNames tells an error of the service at the fields of this form.
func fieldNames(err error, st Staged) error {
	e, ok := errors.AsType[*core.Error](err)
	if !ok {
		return err
	}
	told := *e
	told.Fields = slices.Clone(e.Fields)
	for i, f := range told.Fields {
		switch f.Path {
		case "target":
			told.Fields[i].Path = "other"
		case "choice":
			told.Fields[i].Path = "is"
		}
	}
	if now, ok := e.Current.(Correction); ok {
		told.Current = typedOf(now, st)
	}
	return &told
}
