package selection

import (
	"net/http"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/platform/web"
)

type letterCell struct {
	Lang   string
	Dir    string
	Name   string
	URL    string
	Status web.Status
}

type letterRow struct {
	Name  string
	About string
	Cells []letterCell
}

type placeholderRow struct{ Name, Means string }

type lettersView struct {
	Head         head
	Lead         string
	Rows         []letterRow
	Placeholders []placeholderRow
}

func placeholders(c *web.C) []placeholderRow {
	var out []placeholderRow
	for _, p := range Placeholders {
		out = append(out, placeholderRow{"{" + p + "}", c.T("selected.placeholder." + p)})
	}
	return out
}

func letterPath(ref, kind, lang string) string { return base(ref) + "/letters/" + kind + "/" + lang }

// letters are all letters of a call: which are its own, which are as usual.
func (w *Web) letters(c *web.C) error {
	call, list, err := w.s.Letters(c.Context(), c.Actor, c.Param("ref"))
	if err != nil {
		return err
	}
	v := lettersView{Head: w.head(c, call, c.T("selected.letters")), Lead: c.T("selected.letters_lead"), Placeholders: placeholders(c)}
	for _, l := range list {
		if n := len(v.Rows); n == 0 || v.Rows[n-1].Name != c.T("selected.kind."+l.Kind) {
			v.Rows = append(v.Rows, letterRow{Name: c.T("selected.kind." + l.Kind), About: c.T("selected.kind." + l.Kind + ".about")})
		}
		cell := letterCell{Lang: l.Lang, Dir: core.Dir(l.Lang), Name: web.LangName[l.Lang], URL: c.URL(letterPath(call.Ref, l.Kind, l.Lang)), Status: c.Status("", "selected.letter.usual")}
		if l.Own() {
			cell.Status = c.Status("changed", "selected.letter.own")
		}
		r := &v.Rows[len(v.Rows)-1]
		r.Cells = append(r.Cells, cell)
	}
	return w.page(c, call, "letters", v.Head.Title, v, 0)
}

type letterForm struct {
	Version  int64  `form:"version" ui:"hidden"`
	Subject  string `form:"subject" max:"200" required:"1"`
	Body     string `form:"body" ui:"area" max:"8000" required:"1"`
	Proposal string `form:"proposal" ui:"select"`
}

func (f letterForm) input() LetterInput { return LetterInput{f.Version, f.Subject, f.Body} }

type previewView struct {
	Subject, Text string
	Lang, Dir     string
	Facts         []string
}

type letterView struct {
	Head         head
	Lead         []string
	Status       web.Status
	Form         *web.Form
	Placeholders []placeholderRow
	Preview      *previewView
	Usual        string // address of the way back to the usual words
	Version      int64
	Langs        web.Tabs
}

// letter is the form of one letter, with its preview and a mail to oneself.
func (w *Web) letter(c *web.C) error {
	ref, kind, lang := c.Param("ref"), c.Param("kind"), c.Param("lang")
	call, words, err := w.s.Words(c.Context(), c.Actor, ref, kind, lang)
	if err != nil {
		return err
	}
	b, err := w.s.Board(c.Context(), c.Actor, ref, nil)
	if err != nil {
		return err
	}
	in := letterForm{words.Version, words.Subject, words.Body, w.chosenFor(c, b, kind)}
	var failed error
	var preview *Preview
	note := ""
	if c.R.Method == http.MethodPost {
		in = letterForm{}
		if failed = c.Decode(&in); failed == nil {
			said, err := w.press(c, call, kind, lang, in)
			if said.done {
				return err
			}
			preview, note, failed = said.preview, said.note, err
		}
	}
	if n, err := strconv.Atoi(in.Proposal); failed == nil && preview == nil && err == nil {
		tried := in.input()
		p, err := w.s.PreviewLetter(c.Context(), c.Actor, ref, n, kind, lang, &tried)
		if err != nil && core.KindOf(err) != core.KindNotFound && core.KindOf(err) != core.KindInvalid {
			return err
		} else if err == nil {
			preview = &p
		}
	}
	v := letterView{Placeholders: placeholders(c), Version: words.Version, Langs: w.letterLangs(c, ref, kind, lang)}
	f := c.Form("selected.letter_form", &in)
	var opts []web.Option
	for _, l := range b.Lines {
		opts = append(opts, web.Option{Value: strconv.Itoa(l.Number), Label: strconv.Itoa(l.Number) + " · " + l.Title})
	}
	f.Options("proposal", opts)
	for _, name := range []string{"subject", "body"} {
		f.Field(name).Lang, f.Field(name).Dir = lang, core.Dir(lang)
	}
	f.Buttons = []web.Button{{Name: "_preview", Value: "1", Label: c.T("selected.letter.preview")}, {Name: "_test", Value: "1", Label: c.T("selected.letter.test")}}
	status, err := f.Refused(failed)
	if err != nil {
		return err
	}
	f.Cancel, f.Note = c.URL(base(ref)+"/letters"), note
	v.Form, v.Status = f, c.Status("", "selected.letter.usual")
	title := c.T("selected.letter_of", "Kind", c.T("selected.kind."+kind), "Language", web.LangName[lang])
	v.Head, v.Lead = w.head(c, call, title), []string{c.T("selected.kind." + kind + ".about")}
	if words.Own() {
		v.Status, v.Usual = c.Status("changed", "selected.letter.own"), c.URL(letterPath(ref, kind, lang)+"/usual")
	}
	if preview != nil {
		v.Preview = &previewView{Subject: preview.Subject, Text: preview.Text, Lang: lang, Dir: core.Dir(lang), Facts: w.previewFacts(c, *preview, lang)}
	}
	return w.page(c, call, "letter", title, v, status)
}

// chosenFor is the proposal of the address, or the first that would get such a letter.
func (w *Web) chosenFor(c *web.C, b *Board, kind string) string {
	if n, err := strconv.Atoi(c.Query("proposal")); err == nil {
		return strconv.Itoa(n)
	}
	for _, l := range b.Lines {
		if _, is := b.wouldBe(l, kind); is {
			return strconv.Itoa(l.Number)
		}
	}
	if len(b.Lines) > 0 {
		return strconv.Itoa(b.Lines[0].Number)
	}
	return ""
}

// pressed is what came of a button of the form.
type pressed struct {
	done    bool // the answer is written
	preview *Preview
	note    string
}

// press does what the button says: keep the words, show what they make, or send that to
// oneself, without keeping them.
func (w *Web) press(c *web.C, call calls.Call, kind, lang string, in letterForm) (pressed, error) {
	typed := in.input()
	number, _ := strconv.Atoi(in.Proposal) // 0 is none
	test := c.Wants("_test")
	if !test && !c.Wants("_preview") {
		err := w.s.SetLetter(c.Context(), c.Actor, call.Ref, kind, lang, typed)
		if err == nil {
			return pressed{done: true}, c.Done(letterPath(call.Ref, kind, lang)+"?proposal="+strconv.Itoa(number), "selected.letter.saved")
		}
		if e := web.Classify(err); e.Kind == core.KindStale {
			if now, ok := e.Current.(LetterInput); ok {
				err = core.Stale(letterForm{now.Version, now.Subject, now.Body, in.Proposal})
			}
		}
		return pressed{}, err
	}
	if number == 0 {
		var p core.Problems
		p.Add("proposal", "form.required")
		return pressed{}, p.Err()
	}
	var out pressed
	if test {
		to, err := w.s.TestLetter(c.Context(), c.Actor, call.Ref, number, kind, lang, &typed)
		if err != nil {
			return out, err
		}
		out.note = c.T("selected.letter.tested", "Email", to)
	}
	x, err := w.s.PreviewLetter(c.Context(), c.Actor, call.Ref, number, kind, lang, &typed)
	out.preview = &x
	return out, err
}

func (w *Web) previewFacts(c *web.C, p Preview, lang string) []string {
	var out []string
	if p.To != "" {
		out = append(out, c.T("selected.preview.to", "Name", p.To))
	}
	if p.Lang != "" && p.Lang != lang {
		out = append(out, c.T("selected.preview.lang", "Language", web.LangName[p.Lang]))
	}
	if !p.Chosen {
		out = append(out, c.T("selected.preview.example"))
	}
	return out
}

// letterLangs are links to the same letter in the other languages.
func (w *Web) letterLangs(c *web.C, ref, kind, lang string) web.Tabs {
	out := web.Tabs{Label: c.T("selected.letter.langs")}
	for _, l := range core.Langs {
		u := letterPath(ref, kind, l)
		if p := c.Query("proposal"); p != "" {
			if n, err := strconv.Atoi(p); err == nil {
				u += "?proposal=" + strconv.Itoa(n)
			}
		}
		out.Tabs = append(out.Tabs, web.Tab{Label: web.LangName[l], URL: c.URL(u), Current: l == lang})
	}
	return out
}

// usual goes back to the usual words.
func (w *Web) usual(c *web.C) error {
	ref, kind, lang := c.Param("ref"), c.Param("kind"), c.Param("lang")
	version, _ := strconv.ParseInt(c.Value("version"), 10, 64) // 0 is stale
	if err := w.s.UsualLetter(c.Context(), c.Actor, ref, kind, lang, version); err != nil {
		return err
	}
	return c.Done(letterPath(ref, kind, lang), "selected.letter.back_done")
}
