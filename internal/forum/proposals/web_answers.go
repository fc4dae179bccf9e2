package proposals

import (
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/web"
)

// Part is a section of a form with what was answered, as pages print it. P is how the page
// shows people.
type Part[P any] struct {
	Title   web.TextView
	Answers []Answered[P]
}

// Answered is the answer to one question.
type Answered[P any] struct {
	Label     web.TextView
	Lang, Dir string // of the lines, where somebody has written them
	Lines     []string
	Links     []web.Tab
	People    []P
}

// PartsOf are the answers in a view in the order of the form; what was not asked, not
// answered or is hidden from the reader is not there.
func PartsOf[P any](c *web.C, v View, words *vocab.Service, ch calls.Choices, people func(Party) P, hidden func(calls.Question) bool) []Part[P] {
	var out []Part[P]
	for _, s := range v.Form.Sections {
		part := Part[P]{Title: c.Text(s.Title)}
		for _, q := range s.Questions {
			a := v.Answers[q.Key]
			x := Answered[P]{Label: c.Text(q.Label)}
			for _, p := range v.Parties {
				if p.Question == q.Key {
					x.People = append(x.People, people(p))
				}
			}
			if a.IsZero() && len(x.People) == 0 || hidden(q) || !v.Form.Asked(q, v.Answers) {
				continue
			}
			switch q.Kind {
			case calls.KindPeople:
			case calls.KindFile:
				x.Links = []web.Tab{{Label: a.File.Name, URL: c.URL(v.Path() + "/files/" + q.Key)}}
			case calls.KindLink:
				x.Links = []web.Tab{{Label: a.Text, URL: a.Text}}
			default:
				x.Lines = q.Shown(c.Lang, a, c.T, words, ch)
				if q.Kind == calls.KindText || q.Kind == calls.KindArea || q.Kind == calls.KindTags {
					x.Lang, x.Dir = v.Lang, core.Dir(v.Lang)
				}
			}
			part.Answers = append(part.Answers, x)
		}
		if len(part.Answers) > 0 {
			out = append(out, part)
		}
	}
	return out
}

// Line is a person who is named, in one line: who she is and what she has answered.
func (p Party) Line(c *web.C, words *vocab.Service) string {
	parts := []string{p.Name}
	group := ""
	if p.Group != "" {
		group = c.Text(words.Label(vocab.Groups, p.Group)).S
	}
	for _, s := range []string{p.Organisation, group, c.T("proposals.party." + p.State)} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, " · ")
}

// ChoicesOf are the themes and policy questions of an edition that answers name; nothing
// without one.
func ChoicesOf(c *web.C, set *editions.Setting) calls.Choices {
	var out calls.Choices
	if set == nil {
		return out
	}
	for _, t := range set.Themes {
		out.Themes = append(out.Themes, web.Option{Value: string(t.ID), Label: c.Text(t.Name).S})
	}
	for _, q := range set.Questions {
		out.Questions = append(out.Questions, web.Option{Value: string(q.ID), Label: c.T("proposals.question", "Number", q.Number, "Question", c.Text(q.Question).S)})
	}
	return out
}
