package calls

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"plenary/internal/core"
	"plenary/internal/platform/mail"
)

// Answers are what somebody answered, by the keys of the questions.
type Answers map[string]Answer

// Answer is the answer to one question; which part holds it follows from the kind.
type Answer struct {
	Text   string            `json:"text,omitempty"`   // text, area, number, date, link, choice; "yes" for check; the name of an organisation
	Many   []string          `json:"many,omitempty"`   // choices, tags, goals and targets, policy questions, themes, sources, profiles
	Matrix map[string]string `json:"matrix,omitempty"` // by the codes of rows
	People []Person          `json:"people,omitempty"`
	Place  string            `json:"place,omitempty"` // country of an organisation
	File   *File             `json:"file,omitempty"`
}

// Person is somebody named in an answer, as the proposer knows her. What she says of
// herself later stands with the proposal, not here.
type Person struct {
	Key          string `json:"key"` // names the row over edits
	Name         string `json:"name"`
	Email        string `json:"email,omitempty"`
	Organisation string `json:"organisation,omitempty"`
	Group        string `json:"group,omitempty"`   // stakeholder group
	Country      string `json:"country,omitempty"` // ISO 3166-1 alpha-2
	Onsite       string `json:"onsite,omitempty" doc:"onsite, online or empty: not known"`
	Asked        bool   `json:"asked,omitempty" doc:"the proposer says that she was asked and is interested"`
}

// File is a file of an answer.
type File struct {
	Blob string `json:"blob"`
	Name string `json:"name"`
	Size int64  `json:"size"`
}

// IsZero: nothing was answered.
func (a Answer) IsZero() bool {
	return strings.TrimSpace(a.Text) == "" && strings.TrimSpace(a.Place) == "" && len(a.Many) == 0 && len(a.Matrix) == 0 && len(a.People) == 0 && a.File == nil
}

// complete: nothing of what a required question asks is left out.
func (q Question) complete(a Answer) bool {
	switch q.Kind {
	case KindMatrix:
		return !slices.ContainsFunc(q.Rows, func(o Option) bool { return a.Matrix[o.Code] == "" })
	case KindOrganisation:
		return strings.TrimSpace(a.Text) != ""
	}
	return !a.IsZero()
}

// Asked tells whether a question is asked, given the answers to those before it.
func (f Form) Asked(q Question, a Answers) bool {
	for range mostQuestions { // conditions may hang on conditions
		if q.If.IsZero() {
			return true
		}
		of, ok := f.Question(q.If.Question)
		if !ok || a[of.Key].IsZero() {
			return false
		}
		x := a[of.Key]
		if len(q.If.In) > 0 && !slices.Contains(q.If.In, x.Text) && !slices.ContainsFunc(x.Many, func(m string) bool { return slices.Contains(q.If.In, m) }) {
			return false
		}
		q = of
	}
	return false
}

// Kept are the answers to questions that are asked, cleaned: what answers no question of
// the form, or one whose condition does not hold, is left out.
func (f Form) Kept(a Answers) Answers {
	out := Answers{}
	f.Each(func(_, _ int, q *Question) {
		if x := a[q.Key].clean(*q); !x.IsZero() && f.Asked(*q, a) {
			out[q.Key] = x
		}
	})
	return out
}

func (a Answer) clean(q Question) Answer {
	a.Text = strings.TrimSpace(a.Text)
	switch q.Kind {
	case KindText, KindOrganisation, KindLink: // a line is a line: titles stand in the heads of mails
		a.Text = strings.Join(strings.Fields(a.Text), " ")
	case KindCheck:
		if a.Text != "" {
			a.Text = "yes"
		}
	}
	a.Place = strings.TrimSpace(a.Place)
	var many []string
	for _, m := range a.Many {
		if m = strings.Join(strings.Fields(m), " "); m != "" && !slices.Contains(many, m) {
			many = append(many, m)
		}
	}
	if q.Kind == KindGoals { // goals stand before their targets
		slices.SortStableFunc(many, func(a, b string) int {
			switch {
			case isGoal(a) == isGoal(b):
				return 0
			case isGoal(a):
				return -1
			}
			return 1
		})
	}
	a.Many = many
	var people []Person
	for _, p := range a.People {
		p.Name, p.Email, p.Organisation = strings.Join(strings.Fields(p.Name), " "), strings.TrimSpace(p.Email), strings.Join(strings.Fields(p.Organisation), " ")
		if p.said() {
			people = append(people, p)
		}
	}
	a.People = people
	if q.Kind == KindMatrix {
		a.Matrix = maps.Clone(a.Matrix) // the caller's stays as it is
		maps.DeleteFunc(a.Matrix, func(_, col string) bool { return col == "" })
	}
	return a
}

// said tells whether anything was written of somebody.
func (p Person) said() bool {
	return strings.TrimSpace(p.Name+p.Email+p.Organisation+p.Group+p.Country) != ""
}

// Missing are the keys of required questions that are asked and not answered, or not in
// full: each row of a matrix.
func (f Form) Missing(a Answers) []string {
	var out []string
	f.Each(func(_, _ int, q *Question) {
		if q.Required && !q.complete(a[q.Key]) && f.Asked(*q, a) {
			out = append(out, q.Key)
		}
	})
	return out
}

// Known answers what an answer can be checked against beyond the form: codes of the
// vocabularies and of the edition.
type Known interface {
	Group(code string) bool
	Country(code string) bool
	Goal(code string) bool // "5" or a target, "5.b"
	Theme(id string) bool
	PolicyQuestion(id string) bool
}

// Wrong tells what in answers does not fit the form, at the paths a.KEY and
// a.KEY[0].name. Nothing has to be there: what is missing is another question (Missing),
// for a draft may be kept as it is. What is not asked cannot be wrong.
func (f Form) Wrong(a Answers, known Known) core.Problems {
	var p core.Problems
	f.Each(func(_, _ int, q *Question) {
		if x := a[q.Key]; !x.IsZero() && f.Asked(*q, a) {
			q.wrong(&p, "a."+q.Key, x, known)
		}
	})
	return p
}

func (q *Question) wrong(p *core.Problems, at string, a Answer, known Known) {
	switch q.Kind {
	case KindText, KindArea:
		q.length(p, at, a.Text)
	case KindNumber:
		n, err := strconv.Atoi(a.Text)
		switch {
		case err == nil && n >= q.Min && (q.Max == 0 || n <= q.Max):
		case q.Max == 0:
			p.Add(at, "calls.error.number_from", "Min", q.Min)
		default:
			p.Add(at, "calls.error.number", "Min", q.Min, "Max", q.Max)
		}
	case KindDate:
		if _, err := core.ParseDate(a.Text); err != nil {
			p.Add(at, "core.date.unreadable", "Date", a.Text)
		}
	case KindLink:
		if !core.WebAddress(a.Text) {
			p.Add(at, "calls.error.link")
		}
	case KindChoice:
		if !offers(q.Options, a.Text) {
			p.Add(at, "calls.error.choice")
		}
	case KindChoices:
		for _, m := range a.Many {
			if !offers(q.Options, m) {
				p.Add(at, "calls.error.choice")
			}
		}
	case KindMatrix:
		for row, col := range a.Matrix {
			if !offers(q.Rows, row) || col != "" && !offers(q.Options, col) {
				p.Add(at, "calls.error.choice")
			}
		}
	case KindGoals, KindThemes, KindQuestions:
		knows := map[string]func(string) bool{KindGoals: known.Goal, KindThemes: known.Theme, KindQuestions: known.PolicyQuestion}[q.Kind]
		for _, m := range a.Many {
			if !knows(m) {
				p.Add(at, "calls.error.choice")
			}
		}
	case KindOrganisation:
		tooLong(p, at, a.Text, 200)
		if a.Place != "" && !known.Country(a.Place) {
			p.Add(at+".place", "calls.error.choice")
		}
	case KindTags, KindSources, KindProfiles:
		for _, m := range a.Many {
			tooLong(p, at, m, map[string]int{KindTags: 60, KindSources: 300, KindProfiles: 300}[q.Kind])
		}
	case KindPeople:
		for i, x := range a.People {
			x.wrong(p, core.Row(at, i), known)
		}
	}
	n, most := max(len(a.Many), len(a.People)), q.Max
	if most == 0 {
		most = mostRows
	}
	if q.Kind != KindNumber && n > most {
		p.Add(at, "calls.error.too_many", "Count", most)
	}
	if q.Kind != KindNumber && n > 0 && n < q.Min {
		p.Add(at, "calls.error.too_few", "Count", q.Min)
	}
}

func (p Person) wrong(out *core.Problems, at string, known Known) {
	if p.Name == "" {
		out.Add(at+"name", "form.required")
	}
	tooLong(out, at+"name", p.Name, 120)
	tooLong(out, at+"organisation", p.Organisation, 200)
	if p.Email != "" {
		if _, _, err := mail.Address(p.Email); err != nil {
			out.Add(at+"email", "mail.address.invalid", "Address", p.Email)
		}
	}
	if p.Group != "" && !known.Group(p.Group) {
		out.Add(at+"group", "calls.error.choice")
	}
	if p.Country != "" && !known.Country(p.Country) {
		out.Add(at+"country", "calls.error.choice")
	}
	if p.Onsite != "" && p.Onsite != "onsite" && p.Onsite != "online" {
		out.Add(at+"onsite", "calls.error.choice")
	}
}

func (q *Question) length(p *core.Problems, at, s string) {
	most := q.MaxChars
	if most == 0 {
		most = longestArea
		if q.Kind == KindText {
			most = longestText
		}
	}
	tooLong(p, at, s, most)
	words := core.WordCount(s)
	if q.MaxWords > 0 && words > q.MaxWords {
		p.Add(at, "calls.error.words", "Count", q.MaxWords, "Have", words)
	}
	if q.MinWords > 0 && words < q.MinWords {
		p.Add(at, "calls.error.few_words", "Count", q.MinWords, "Have", words)
	}
}

func tooLong(p *core.Problems, at, s string, most int) {
	if n := utf8.RuneCountInString(s); n > most {
		p.Add(at, "form.too_long", "Count", most, "Have", n)
	}
}

func offers(list []Option, code string) bool {
	return slices.ContainsFunc(list, func(o Option) bool { return o.Code == code })
}
