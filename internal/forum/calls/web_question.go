package calls

import (
	"slices"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

// section edits a section of the draft (?at=0), or adds one.
func (w *Web) section(c *web.C) error {
	call, draft, err := w.draft(c)
	if err != nil {
		return err
	}
	at, err := strconv.Atoi(c.Query("at"))
	if err != nil || at < 0 || at >= len(draft.Form.Sections) {
		at = len(draft.Form.Sections)
	}
	in := SectionInput{Version: draft.Version}
	title := c.T("calls.form.add_section")
	if at < len(draft.Form.Sections) {
		in.Title, in.Help = draft.Form.Sections[at].Title, draft.Form.Sections[at].Help
		title = c.T("calls.form.edit_section")
	}
	return editing(c, "calls.section", in, w.of(c, call, title, ""),
		func(f *web.Form) { f.Cancel = c.URL(call.Path() + "/form") },
		func(in SectionInput) error {
			return w.told(c, w.s.SaveForm(c.Context(), c.Actor, call.ID, in.Version, draft.Form.With(at, in)), "title", func(f StoredForm) any {
				stands := SectionInput{Version: f.Version, Title: in.Title, Help: in.Help}
				if at < len(f.Form.Sections) {
					stands.Title, stands.Help = f.Form.Sections[at].Title, f.Form.Sections[at].Help
				}
				return stands
			})
		}, func() string { return call.Path() + "/form#s-" + strconv.Itoa(at) }, "calls.form.saved")
}

// question edits a question of the draft (?key=title), or adds one to a section
// (?section=0).
func (w *Web) question(c *web.C) error {
	call, draft, err := w.draft(c)
	if err != nil {
		return err
	}
	key := c.Query("key")
	in := QuestionOf(draft.Form, key, draft.Version)
	_, there := draft.Form.Question(key)
	title := c.T("calls.form.edit_question")
	if !there {
		title, in.Kind, in.Section = c.T("calls.form.add_question"), KindText, c.Query("section")
	}
	done := key
	return editing(c, "calls.question", in, w.of(c, call, title, c.T("calls.form.question_help")),
		func(f *web.Form) {
			w.questionChoices(c, f, draft.Form, key)
			if there {
				f.Drop("key")
			}
			f.Cancel = c.URL(call.Path() + "/form")
		},
		func(in QuestionInput) error {
			form, p := draft.Form.Asking(key, in)
			// Who comes second is told so first: what is wrong may be so no longer.
			if in.Version == draft.Version && p.Err() != nil {
				return w.beside(c, p)
			}
			if done == "" {
				done = lastKey(form, in.Section)
			}
			return w.told(c, w.s.SaveForm(c.Context(), c.Actor, call.ID, in.Version, form), "label", func(f StoredForm) any {
				if _, still := f.Form.Question(key); still {
					return QuestionOf(f.Form, key, f.Version)
				}
				in.Version = f.Version // there is nothing to set beside it
				return in
			})
		}, func() string { return call.Path() + "/form#q-" + done }, "calls.form.saved")
}

// lastKey is the key of the last question of a section: the one that was added.
func lastKey(f Form, section string) string {
	i, err := strconv.Atoi(section)
	if err != nil || i < 0 || i >= len(f.Sections) || len(f.Sections[i].Questions) == 0 {
		return ""
	}
	list := f.Sections[i].Questions
	return list[len(list)-1].Key
}

var questionFields = []string{
	"label", "help", "kind", "key", "section", "required", "options", "rows", "max_chars", "min_words", "max_words", "min", "max", "if", "in", "means", "blind", "private",
}

// beside leaves problems at the fields of the question, and puts those of other questions
// at its label, with where they are.
func (w *Web) beside(c *web.C, list core.Problems) error {
	var p core.Problems
	for _, x := range list {
		if slices.Contains(questionFields, x.Path) {
			p = append(p, x)
		} else {
			p.Add("label", "calls.error.at", "Path", x.Path, "Problem", c.T(x.Key, x.Args...))
		}
	}
	return p.Err()
}

func (w *Web) questionChoices(c *web.C, f *web.Form, form Form, key string) {
	var kinds, sections, before, meanings []web.Option
	for _, k := range Kinds {
		kinds = append(kinds, web.Option{Value: k, Label: c.T("calls.question_kind." + k)})
	}
	for i, s := range form.Sections {
		sections = append(sections, web.Option{Value: strconv.Itoa(i), Label: c.Text(s.Title).S})
	}
	for _, q := range form.Questions() {
		if q.Key == key {
			break
		}
		before = append(before, web.Option{Value: q.Key, Label: c.Text(q.Label).S})
	}
	for _, k := range Kinds {
		for _, m := range Meanings[k] {
			meanings = append(meanings, web.Option{Value: m, Label: c.T("calls.means." + m), Group: c.T("calls.question_kind." + k)})
		}
	}
	f.Options("kind", kinds)
	f.Options("section", sections)
	f.Options("if", before)
	f.Options("means", meanings)
}
