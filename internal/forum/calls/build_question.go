package calls

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
)

// SectionInput is the form of a section.
type SectionInput struct {
	Version int64     `form:"version" ui:"hidden" json:"version"`
	Title   core.Text `form:"title" ui:"text" max:"300" required:"1" json:"title"`
	Help    core.Text `form:"help" ui:"area" max:"2000" json:"help"`
}

// QuestionInput is the form of a question. Options and rows stand one per line, as
// "code = label", in each language.
type QuestionInput struct {
	Version  int64     `form:"version" ui:"hidden" json:"version"`
	Label    core.Text `form:"label" ui:"text" max:"300" required:"1" json:"label"`
	Help     core.Text `form:"help" ui:"area" max:"2000" json:"help"`
	Kind     string    `form:"kind" ui:"select" required:"1" json:"kind"`
	Key      string    `form:"key" ui:"text" max:"40" json:"key"`
	Section  string    `form:"section" ui:"select" required:"1" json:"section"`
	Required bool      `form:"required" ui:"check" json:"required"`
	Options  core.Text `form:"options" ui:"area" max:"20000" json:"options"`
	Rows     core.Text `form:"rows" ui:"area" max:"20000" json:"rows"`
	MaxChars int       `form:"max_chars" ui:"number" json:"max_chars"`
	MinWords int       `form:"min_words" ui:"number" json:"min_words"`
	MaxWords int       `form:"max_words" ui:"number" json:"max_words"`
	Min      int       `form:"min" ui:"number" json:"min"`
	Max      int       `form:"max" ui:"number" json:"max"`
	If       string    `form:"if" ui:"select" json:"if"`
	In       string    `form:"in" ui:"text" max:"500" json:"in"`
	Means    string    `form:"means" ui:"select" json:"means"`
	Blind    bool      `form:"blind" ui:"check" json:"blind"`
	Private  bool      `form:"private" ui:"check" json:"private"`
}

// QuestionOf is the form of a question as it stands.
func QuestionOf(f Form, key string, version int64) QuestionInput {
	in := QuestionInput{Version: version}
	s, i, ok := f.place(key)
	if !ok {
		return in
	}
	q := f.Sections[s].Questions[i]
	return QuestionInput{
		Version: version, Label: q.Label, Help: q.Help, Kind: q.Kind, Key: q.Key, Section: fmt.Sprint(s), Required: q.Required,
		Options: linesOf(q.Options), Rows: linesOf(q.Rows), MaxChars: q.MaxChars, MinWords: q.MinWords, MaxWords: q.MaxWords,
		Min: q.Min, Max: q.Max, If: q.If.Question, In: strings.Join(q.If.In, ", "), Means: q.Means, Blind: q.Blind, Private: q.Private,
	}
}

// linesOf writes options as lines, in each language that one of them has.
func linesOf(list []Option) core.Text {
	out := core.Text{}
	if len(list) == 0 {
		return out
	}
	out.Orig, out.By = list[0].Label.Orig, map[string]string{}
	for _, lang := range core.Langs {
		var b []string
		for _, o := range list {
			s := o.Label.By[lang]
			if s == "" && lang == out.Orig {
				s = o.Label.String()
			}
			if s != "" {
				b = append(b, o.Code+" = "+s)
			}
		}
		if len(b) > 0 {
			out.By[lang] = strings.Join(b, "\n")
		}
	}
	return out
}

// readOptions reads such lines. Those of the original language give codes and order; a
// line without a code gets one. A line of another language names a code of theirs.
func readOptions(p *core.Problems, at string, t core.Text) []Option {
	t = t.Clean()
	var out []Option
	taken := map[string]int{}
	for _, line := range core.Lines(t.String()) {
		code, label, ok := strings.Cut(line, "=")
		if code, label = strings.TrimSpace(code), strings.TrimSpace(label); !ok {
			code, label = freeCode(taken, line, len(out)+1), line
		}
		if _, twice := taken[code]; twice {
			p.Add(at, "calls.error.key_twice", "Key", code)
			continue
		}
		taken[code] = len(out)
		out = append(out, Option{Code: code, Label: core.NewText(t.Orig, label)})
	}
	for _, lang := range slices.Sorted(maps.Keys(t.By)) {
		if lang == t.Orig {
			continue
		}
		for _, line := range core.Lines(t.By[lang]) {
			code, label, ok := strings.Cut(line, "=")
			i, known := taken[strings.TrimSpace(code)]
			if !ok || !known {
				p.Add(at, "calls.error.option_line", "Line", line)
				continue
			}
			out[i].Label = out[i].Label.With(lang, strings.TrimSpace(label))
		}
	}
	return out
}

func freeCode(taken map[string]int, label string, n int) string {
	base := editions.Slugify(label)
	if len(base) > 36 {
		base = strings.Trim(base[:36], "-")
	}
	if base == "" {
		base = fmt.Sprintf("option-%d", n)
	}
	code := base
	for i := 2; ; i++ {
		if _, ok := taken[code]; !ok {
			return code
		}
		code = fmt.Sprintf("%s-%d", base, i)
	}
}

// With gives the form with a section as the input says; at is its place, or beyond the
// last for a new one.
func (f Form) With(at int, in SectionInput) Form {
	out := f.Copy()
	if at < 0 || at >= len(out.Sections) {
		out.Sections = append(out.Sections, Section{Questions: []Question{}})
		at = len(out.Sections) - 1
	}
	out.Sections[at].Title, out.Sections[at].Help = in.Title, in.Help
	return out
}

// Asking gives the form with a question as the input says. key is that of the question
// that was edited; where there is none (any more), a new one is asked. What is wrong comes
// at the fields of the input.
func (f Form) Asking(key string, in QuestionInput) (Form, core.Problems) {
	p := core.Validate(in)
	out := f.Copy()
	section, err := strconv.Atoi(in.Section)
	if err != nil || section < 0 || section >= len(out.Sections) {
		p.Add("section", "calls.error.choice")
		return f, p
	}
	q := Question{
		Key: key, Kind: in.Kind, Label: in.Label.Clean(), Help: in.Help.Clean(), Means: in.Means, Required: in.Required, Blind: in.Blind, Private: in.Private,
		MaxChars: in.MaxChars, MinWords: in.MinWords, MaxWords: in.MaxWords, Min: in.Min, Max: in.Max,
	}
	switch q.Kind {
	case KindMatrix:
		q.Rows = readOptions(&p, "rows", in.Rows)
		q.Options = readOptions(&p, "options", in.Options)
	case KindChoice, KindChoices:
		q.Options = readOptions(&p, "options", in.Options)
	}
	if in.If != "" {
		q.If.Question = in.If
		q.If.In = strings.FieldsFunc(in.In, func(r rune) bool { return strings.ContainsRune(",;،、 \n", r) })
	}
	s, i, there := out.place(key)
	if !there {
		if q.Key = strings.TrimSpace(in.Key); q.Key == "" {
			q.Key = out.freeKey(q.Label.By["en"])
		}
		out.Sections[section].Questions = append(out.Sections[section].Questions, q)
		s, i = section, len(out.Sections[section].Questions)-1
	} else if s == section {
		out.Sections[s].Questions[i] = q
	} else {
		out.Sections[s].Questions = slices.Delete(out.Sections[s].Questions, i, i+1)
		out.Sections[section].Questions = append(out.Sections[section].Questions, q)
		s, i = section, len(out.Sections[section].Questions)-1
	}
	p = append(p, fieldsOf(out.Clean().Check(), core.Row("sections", s)+core.Row("questions", i))...)
	return out, p
}

// fieldsOf puts the problems of one question at the fields of its input; those of the
// rest of the form stay where they are.
func fieldsOf(list core.Problems, at string) core.Problems {
	var out core.Problems
	for _, x := range list {
		if path, ok := strings.CutPrefix(x.Path, at); ok {
			head, _, _ := strings.Cut(path, "[")
			x.Path = map[string]string{"if.question": "if", "if.in": "in"}[head]
			if x.Path == "" {
				x.Path = head
			}
		}
		if !slices.ContainsFunc(out, func(o core.FieldError) bool { return o.Path == x.Path && o.Key == x.Key }) {
			out = append(out, x)
		}
	}
	return out
}

// Differences tells how a form differs from an earlier one: the questions that are new,
// those that are asked otherwise, and those that are gone.
func (f Form) Differences(earlier Form) (added, changed, gone []Question) {
	marks := f.Changed(earlier)
	f.Each(func(_, _ int, q *Question) {
		if isNew, ok := marks[q.Key]; ok && isNew {
			added = append(added, *q)
		} else if ok {
			changed = append(changed, *q)
		}
	})
	earlier.Each(func(_, _ int, q *Question) {
		if _, still := f.Question(q.Key); !still {
			gone = append(gone, *q)
		}
	})
	return added, changed, gone
}

// ParseForm reads a form that was written as JSON here or elsewhere. It is checked when it
// is kept.
func ParseForm(s string) (Form, error) {
	var f Form
	d := json.NewDecoder(strings.NewReader(s))
	d.DisallowUnknownFields()
	err := d.Decode(&f)
	if err != nil || d.More() {
		var p core.Problems
		p.Add("json", "calls.error.json")
		return Form{}, p.Err()
	}
	return f.Clean(), nil
}

// ImportInput is the form that takes a form.
type ImportInput struct {
	Version int64  `form:"version" ui:"hidden" json:"version"`
	JSON    string `form:"json" ui:"area" max:"1000000" required:"1" json:"json"`
}
