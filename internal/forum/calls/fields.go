package calls

import (
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/web"
)

// Choices are what the answers to a form can choose from.
type Choices struct {
	Themes    []web.Option
	Questions []web.Option // policy questions
	Tags      []string     // that were used before, the most used first
}

// Fields are the questions of a form as a page prints them. changed marks those that the
// year before did not ask so (Form.Changed); nil marks none.
func (f Form) Fields(c *web.C, v *vocab.Service, ch Choices, a Answers, changed map[string]bool) []*web.Field {
	var out []*web.Field
	for i, s := range f.Sections {
		title := c.Text(s.Title)
		out = append(out, &web.Field{Kind: "heading", Name: "h." + strconv.Itoa(i+1), Label: title.S, Lang: title.Lang, Dir: title.Dir, Help: c.Text(s.Help).S})
		for _, q := range s.Questions {
			fd := q.field(c, v, ch, a)
			if isNew, ok := changed[q.Key]; ok {
				fd.New = c.T("calls.form.changed")
				if isNew {
					fd.New = c.T("calls.form.new")
				}
			}
			if !q.If.IsZero() {
				fd.If = "a." + q.If.Question + "=" + strings.Join(q.If.In, "|")
			}
			out = append(out, fd)
			out = append(out, q.beside(c, v, fd, a)...)
		}
	}
	return out
}

func (q Question) field(c *web.C, v *vocab.Service, ch Choices, a Answers) *web.Field {
	fd := &web.Field{Name: q.Name(), Kind: "text", Label: c.Text(q.Label).S, Help: c.Text(q.Help).S, Required: q.Required, Max: q.MaxChars}
	if q.MaxWords > 0 {
		fd.Max, fd.Unit, fd.MaxText = q.MaxWords, "word", c.T("calls.form.max_words", "Count", q.MaxWords)
	}
	switch q.Kind {
	case KindArea:
		fd.Kind = "area"
	case KindTags, KindSources, KindProfiles:
		fd.Kind = "area"
		fd.Help = joinHelp(fd.Help, c.T("calls.form.help."+q.Kind))
		if q.Kind == KindTags && len(ch.Tags) > 0 {
			fd.Help = joinHelp(fd.Help, c.T("calls.form.tags_used", "Tags", strings.Join(ch.Tags, c.T("calls.form.comma"))))
		}
	case KindNumber, KindDate:
		fd.Kind = q.Kind
	case KindLink:
		fd.Kind = "url"
	case KindCheck:
		fd.Kind = "check"
	case KindChoice:
		fd.Kind, fd.Options = "radio", options(c, q.Options)
		if len(q.Options) > 12 {
			fd.Kind = "select"
			if q.Required { // nobody's choice is the first one because it stands there
				fd.Options = append([]web.Option{{Label: c.T("form.none")}}, fd.Options...)
			}
		}
	case KindChoices:
		fd.Kind, fd.Options = "checks", options(c, q.Options)
	case KindThemes:
		fd.Kind, fd.Options = "checks", ch.Themes
	case KindQuestions:
		fd.Kind, fd.Options = "checks", ch.Questions
	case KindGoals:
		fd.Kind, fd.Options = "checks", v.Options(c.Lang, vocab.Goals)
	case KindFile:
		fd.Kind = "file"
		if x := a[q.Key].File; x != nil {
			fd.Help = joinHelp(fd.Help, c.T("calls.form.file_kept", "Name", x.Name))
			fd.Required = false
		}
	case KindMatrix:
		fd.Kind, fd.Heading, fd.Help = "heading", "sub", joinHelp(fd.Help, c.T("calls.form.help.matrix"))
	case KindPeople:
		fd.Kind, fd.Row, fd.Most = "rows", personFields(c, v), q.Max
	case KindOrganisation:
		fd.Autocomplete = "organization"
	}
	return fd
}

// beside are further fields of a question: the rows of a matrix, the country of an
// organisation, the choice to take a file out.
func (q Question) beside(c *web.C, v *vocab.Service, fd *web.Field, a Answers) []*web.Field {
	switch {
	case q.Kind == KindMatrix:
		var out []*web.Field
		for _, row := range q.Rows {
			out = append(out, &web.Field{Name: q.Name() + "." + row.Code, Kind: "radio", Label: c.Text(row.Label).S, Options: options(c, q.Options), Required: q.Required, If: fd.If})
		}
		return out
	case q.Kind == KindOrganisation:
		return []*web.Field{{Name: q.Name() + ".place", Kind: "select", Label: c.T("calls.form.place"), Options: v.Options(c.Lang, vocab.CountryList), If: fd.If}}
	case q.Kind == KindGoals:
		return []*web.Field{{Name: q.Name() + ".targets", Kind: "text", Label: c.T("calls.form.targets"), Help: c.T("calls.form.targets.help"), If: fd.If}}
	case q.Kind == KindFile && a[q.Key].File != nil:
		return []*web.Field{{Name: q.Name() + ".remove", Kind: "check", Label: c.T("calls.form.file_remove"), If: fd.If}}
	}
	return nil
}

func personFields(c *web.C, v *vocab.Service) []*web.Field {
	word := func(name string) string { return c.T("calls.person." + name) }
	return []*web.Field{
		{Name: "key", Kind: "hidden"},
		{Name: "name", Kind: "text", Label: word("name"), Max: 120, Required: true},
		{Name: "email", Kind: "email", Label: word("email"), Help: word("email.help")},
		{Name: "organisation", Kind: "text", Label: word("organisation")},
		{Name: "group", Kind: "select", Label: word("group"), Options: v.Options(c.Lang, vocab.Groups), Help: word("group.help")},
		{Name: "country", Kind: "select", Label: word("country"), Options: v.Options(c.Lang, vocab.CountryList)},
		{Name: "onsite", Kind: "select", Label: word("onsite"), Options: []web.Option{{Value: "onsite", Label: word("onsite.onsite")}, {Value: "online", Label: word("onsite.online")}}},
		{Name: "asked", Kind: "check", Label: word("asked")},
		{Name: "remove", Kind: "check", Label: word("remove")},
	}
}

func options(c *web.C, list []Option) []web.Option {
	var out []web.Option
	for _, o := range list {
		out = append(out, web.Option{Value: o.Code, Label: c.Text(o.Label).S})
	}
	return out
}

func joinHelp(a, b string) string {
	if a == "" {
		return b
	}
	return a + "\n" + b
}

// Shown is an answer as a reader sees it: a line for each part, in her language.
func (q Question) Shown(lang string, a Answer, say func(key string, args ...any) string, v *vocab.Service, ch Choices) []string {
	label := func(list []Option, code string) string {
		for _, o := range list {
			if o.Code == code {
				s, _ := o.Label.In(lang)
				return s
			}
		}
		return code
	}
	picked := func(list []web.Option, code string) string {
		for _, o := range list {
			if o.Value == code {
				return o.Label
			}
		}
		return code
	}
	var out []string
	if a.IsZero() {
		return nil
	}
	switch q.Kind {
	case KindChoice:
		out = append(out, label(q.Options, a.Text))
	case KindCheck:
		out = append(out, say("calls.form.yes"))
	case KindChoices, KindThemes, KindQuestions, KindGoals:
		var goals []web.Option
		if q.Kind == KindGoals {
			goals = v.Options(lang, vocab.Goals)
		}
		for _, m := range a.Many {
			switch q.Kind {
			case KindChoices:
				m = label(q.Options, m)
			case KindThemes:
				m = picked(ch.Themes, m)
			case KindQuestions:
				m = picked(ch.Questions, m)
			default:
				m = picked(goals, m)
			}
			out = append(out, m)
		}
	case KindMatrix:
		for _, row := range q.Rows {
			if col := a.Matrix[row.Code]; col != "" {
				s, _ := row.Label.In(lang)
				out = append(out, say("calls.form.matrix_row", "Row", s, "Column", label(q.Options, col)))
			}
		}
	case KindOrganisation:
		if a.Text != "" {
			out = append(out, a.Text)
		}
		if a.Place != "" {
			out = append(out, picked(v.Options(lang, vocab.CountryList), a.Place))
		}
	case KindFile:
		if a.File != nil {
			out = append(out, a.File.Name)
		}
	case KindPeople: // their page shows them
		for _, p := range a.People {
			out = append(out, p.Name)
		}
	default:
		if a.Text != "" {
			out = append(out, a.Text)
		}
		out = append(out, a.Many...)
	}
	return out
}

// Title is the title of answers, in the language in which they were written.
func (f Form) Title(lang string, a Answers) core.Text {
	q, ok := f.Meaning(MeansTitle)
	if !ok {
		return core.Text{}
	}
	return core.NewText(lang, a[q.Key].Text)
}
