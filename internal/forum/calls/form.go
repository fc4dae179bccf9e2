package calls

import (
	"regexp"
	"slices"

	"plenary/internal/core"
)

// Kinds of questions.
const (
	KindText         = "text" // a line
	KindArea         = "area" // paragraphs
	KindNumber       = "number"
	KindDate         = "date"
	KindLink         = "link"
	KindCheck        = "check"  // yes or nothing: a promise
	KindChoice       = "choice" // one of
	KindChoices      = "choices"
	KindMatrix       = "matrix"       // one column for each row
	KindPeople       = "people"       // with their affiliations; they are asked by mail
	KindOrganisation = "organisation" // with its country
	KindTags         = "tags"         // picked ones and ones of one's own
	KindGoals        = "goals"        // of sustainable development, with their targets
	KindQuestions    = "questions"    // policy questions of the edition
	KindThemes       = "themes"       // of the edition
	KindFile         = "file"
	KindSources      = "sources" // earlier Messages and sessions, by their addresses
	KindProfiles     = "profiles"
)

// Kinds are all kinds of questions, in the order in which they are offered.
var Kinds = []string{
	KindText, KindArea, KindChoice, KindChoices, KindPeople, KindOrganisation, KindTags, KindThemes, KindQuestions, KindGoals,
	KindSources, KindProfiles, KindFile, KindDate, KindNumber, KindLink, KindCheck, KindMatrix,
}

// What the program does with an answer beyond showing it. A form has each meaning at most
// once, but for people.
const (
	MeansTitle    = "title"
	MeansSummary  = "summary"
	MeansFormat   = "format"
	MeansDuration = "duration"
	MeansReport   = "report"     // the report of last year's session
	MeansOwner    = "organiser"  // people: those who propose together
	MeansSpeaker  = "speaker"    // people
	MeansOnsite   = "moderator"  // people: the moderator in the room
	MeansOnline   = "online"     // people: the moderator of those who are online
	MeansReporter = "rapporteur" // people
)

// Meanings are all meanings, by the kinds that can have them.
var Meanings = map[string][]string{
	KindText: {MeansTitle}, KindArea: {MeansSummary}, KindChoice: {MeansFormat, MeansDuration}, KindLink: {MeansReport},
	KindPeople: {MeansOwner, MeansSpeaker, MeansOnsite, MeansOnline, MeansReporter},
}

// Form is what a call asks. Each version of it that was published is kept as it was.
type Form struct {
	Sections []Section `json:"sections"`
}

// Section is a part of a form under a heading.
type Section struct {
	Title     core.Text  `json:"title"`
	Help      core.Text  `json:"help,omitzero"`
	Questions []Question `json:"questions"`
}

// Question is one question. Key names it over versions and over the years: what is
// answered under a key can be carried over to a later form that has it.
type Question struct {
	Key      string    `json:"key"`
	Kind     string    `json:"kind"`
	Label    core.Text `json:"label"`
	Help     core.Text `json:"help,omitzero"`
	Means    string    `json:"means,omitempty" doc:"what the program does with the answer"`
	Required bool      `json:"required,omitempty"`
	Blind    bool      `json:"blind,omitempty" doc:"tells who proposes: hidden where reviewers are blind"`
	Private  bool      `json:"private,omitempty" doc:"for proposers, reviewers and staff only, also when proposals are public"`
	MaxChars int       `json:"max_chars,omitempty"`
	MinWords int       `json:"min_words,omitempty"`
	MaxWords int       `json:"max_words,omitempty"`
	Min      int       `json:"min,omitempty" doc:"fewest rows, tags or choices; the smallest number"`
	Max      int       `json:"max,omitempty" doc:"most rows, tags or choices; the largest number"`
	Options  []Option  `json:"options,omitempty" doc:"of choices; the columns of a matrix"`
	Rows     []Option  `json:"rows,omitempty" doc:"of a matrix"`
	If       Condition `json:"if,omitzero" doc:"the question is asked only then"`
}

// Option is one choice.
type Option struct {
	Code  string    `json:"code"`
	Label core.Text `json:"label"`
}

// Condition is fulfilled by an answer to an earlier question.
type Condition struct {
	Question string   `json:"question,omitempty"`
	In       []string `json:"in,omitempty" doc:"codes of its options; empty: any answer"`
}

// IsZero: no condition.
func (c Condition) IsZero() bool { return c.Question == "" }

// Limits of forms.
const (
	mostSections  = 30
	mostQuestions = 150
	mostOptions   = 100
	mostRows      = 40    // people, files and sources in an answer
	longestArea   = 20000 // characters of an answer whose question has no limit
	longestText   = 500
	mostNumber    = 1_000_000_000
)

var keyShape = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// Each calls fn for every question in order.
func (f Form) Each(fn func(s, q int, question *Question)) {
	for s := range f.Sections {
		for q := range f.Sections[s].Questions {
			fn(s, q, &f.Sections[s].Questions[q])
		}
	}
}

// Questions are all questions in order.
func (f Form) Questions() []Question {
	var out []Question
	f.Each(func(_, _ int, q *Question) { out = append(out, *q) })
	return out
}

// Question finds a question by its key.
func (f Form) Question(key string) (Question, bool) {
	for _, s := range f.Sections {
		for _, q := range s.Questions {
			if q.Key == key {
				return q, true
			}
		}
	}
	return Question{}, false
}

// Meaning finds the first question with a meaning.
func (f Form) Meaning(means string) (Question, bool) {
	for _, s := range f.Sections {
		for _, q := range s.Questions {
			if q.Means == means {
				return q, true
			}
		}
	}
	return Question{}, false
}

// Longest texts of a form, in characters.
const (
	longestLabel = 300
	longestHelp  = 2000
)

func longText(p *core.Problems, at string, t core.Text, most int) {
	for _, s := range t.By {
		if n := len([]rune(s)); n > most {
			p.Add(at, "form.too_long", "Count", most, "Have", n)
			return
		}
	}
}

// Clean trims a form's texts and takes away what means nothing for a question of its kind.
func (f Form) Clean() Form {
	out := Form{Sections: []Section{}}
	for _, s := range f.Sections {
		n := Section{Title: s.Title.Clean(), Help: s.Help.Clean(), Questions: []Question{}}
		for _, q := range s.Questions {
			q.Label, q.Help = q.Label.Clean(), q.Help.Clean()
			q.Options, q.Rows = cleanOptions(q.Options), cleanOptions(q.Rows)
			if q.Kind != KindMatrix {
				q.Rows = nil
				if q.Kind != KindChoice && q.Kind != KindChoices {
					q.Options = nil
				}
			}
			if q.Kind != KindText && q.Kind != KindArea {
				q.MaxChars, q.MinWords, q.MaxWords = 0, 0, 0
			}
			if q.If.Question == "" {
				q.If = Condition{}
			}
			q.If.In = slices.Clone(q.If.In)
			n.Questions = append(n.Questions, q)
		}
		out.Sections = append(out.Sections, n)
	}
	return out
}

func cleanOptions(list []Option) []Option {
	var out []Option
	for _, o := range list {
		out = append(out, Option{Code: o.Code, Label: o.Label.Clean()})
	}
	return out
}

// Check tells what is wrong with a form, at the paths sections[0].questions[1].label. What it
// asks for must have a title.
func (f Form) Check() core.Problems { return f.CheckFor("") }

// CheckFor is Check of a form for calls of a kind: a registration has no title.
func (f Form) CheckFor(kind string) core.Problems {
	var p core.Problems
	if len(f.Sections) > mostSections {
		p.Add("sections", "calls.error.too_many", "Count", mostSections)
	}
	seen, meant, count := map[string]*Question{}, map[string]bool{}, 0
	for i, s := range f.Sections {
		at := core.Row("sections", i)
		if s.Title.IsZero() {
			p.Add(at+"title", "form.required")
		}
		longText(&p, at+"title", s.Title, longestLabel)
		longText(&p, at+"help", s.Help, longestHelp)
		count += len(s.Questions)
		for j := range s.Questions {
			q := &f.Sections[i].Questions[j]
			q.check(&p, at+core.Row("questions", j), seen)
			if q.Means != "" && q.Kind != KindPeople && meant[q.Means] {
				p.Add(at+core.Row("questions", j)+"means", "calls.error.means_twice")
			}
			meant[q.Means] = true
			seen[q.Key] = q
		}
	}
	if count > mostQuestions {
		p.Add("sections", "calls.error.too_many", "Count", mostQuestions)
	}
	if !meant[MeansTitle] && kind != Registration {
		p.Add("sections", "calls.error.no_title")
	}
	return p
}

func (q *Question) check(p *core.Problems, at string, before map[string]*Question) {
	switch {
	case !keyShape.MatchString(q.Key):
		p.Add(at+"key", "calls.error.key")
	case before[q.Key] != nil:
		p.Add(at+"key", "calls.error.key_twice", "Key", q.Key)
	}
	if !slices.Contains(Kinds, q.Kind) {
		p.Add(at+"kind", "calls.error.kind")
	}
	if q.Label.IsZero() {
		p.Add(at+"label", "form.required")
	}
	longText(p, at+"label", q.Label, longestLabel)
	longText(p, at+"help", q.Help, longestHelp)
	if q.Means != "" && !slices.Contains(Meanings[q.Kind], q.Means) {
		p.Add(at+"means", "calls.error.means")
	}
	if q.Means == MeansTitle && (!q.Required || !q.If.IsZero()) {
		p.Add(at+"required", "calls.error.title_required")
	}
	if (q.Kind != KindNumber) && q.Min < 0 || q.Max < -mostNumber || q.Max > mostNumber || q.Min < -mostNumber || q.Min > mostNumber || q.MaxWords > longestArea {
		p.Add(at+"min", "calls.error.limits")
	}
	if q.MaxChars < 0 || q.MaxChars > longestArea || q.MinWords < 0 || q.MaxWords < 0 || q.MaxWords > 0 && q.MinWords > q.MaxWords || q.Max < 0 && q.Kind != KindNumber || q.Max != 0 && q.Min > q.Max {
		p.Add(at+"max_chars", "calls.error.limits")
	}
	if q.Kind == KindChoice || q.Kind == KindChoices || q.Kind == KindMatrix {
		checkOptions(p, at+"options", q.Options)
	}
	if q.Kind == KindMatrix {
		checkOptions(p, at+"rows", q.Rows)
	}
	if q.If.IsZero() {
		return
	}
	of := before[q.If.Question]
	if of == nil {
		p.Add(at+"if.question", "calls.error.condition")
		return
	}
	for _, code := range q.If.In {
		if !slices.ContainsFunc(of.Options, func(o Option) bool { return o.Code == code }) {
			p.Add(at+"if.in", "calls.error.condition_option", "Code", code)
		}
	}
}

func checkOptions(p *core.Problems, at string, list []Option) {
	if len(list) == 0 || len(list) > mostOptions {
		p.Add(at, "calls.error.options", "Count", mostOptions)
	}
	seen := map[string]bool{}
	for i, o := range list {
		switch {
		case !keyShape.MatchString(o.Code) && !codeShape.MatchString(o.Code):
			p.Add(core.Row(at, i)+"code", "calls.error.key")
		case seen[o.Code]:
			p.Add(core.Row(at, i)+"code", "calls.error.key_twice", "Key", o.Code)
		}
		if o.Label.IsZero() {
			p.Add(core.Row(at, i)+"label", "form.required")
		}
		longText(p, core.Row(at, i)+"label", o.Label, longestLabel)
		seen[o.Code] = true
	}
}

var codeShape = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,39}$`)

// Changed tells, of a form, which questions an earlier one did not ask (true) or asked
// otherwise (false): other words, limits or choices. Proposers of that year are told.
func (f Form) Changed(earlier Form) map[string]bool {
	out := map[string]bool{}
	f.Each(func(_, _ int, q *Question) {
		old, there := earlier.Question(q.Key)
		switch {
		case !there || old.Kind != q.Kind:
			out[q.Key] = true
		case !same(old, *q):
			out[q.Key] = false
		}
	})
	return out
}

func same(a, b Question) bool {
	texts := func(x, y core.Text) bool { return x.Equal(y) }
	options := func(x, y []Option) bool {
		return slices.EqualFunc(x, y, func(o, p Option) bool { return o.Code == p.Code && texts(o.Label, p.Label) })
	}
	return texts(a.Label, b.Label) && texts(a.Help, b.Help) && options(a.Options, b.Options) && options(a.Rows, b.Rows) &&
		a.Required == b.Required && a.MaxChars == b.MaxChars && a.MinWords == b.MinWords && a.MaxWords == b.MaxWords && a.Min == b.Min && a.Max == b.Max
}
