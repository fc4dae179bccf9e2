package messages

import (
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/floor"
	"plenary/internal/forum/reports"
	"plenary/internal/platform/web"
)

// rungView is one step of the ladder from a sentence to where it comes from.
type rungView struct {
	Kind      string // in words: "Takeaway 3 of"
	Title     web.TextView
	URL       string // of the takeaway
	Session   string // address of the session
	When      web.When
	Quote     *web.TextView
	Past      bool // a correction took the takeaway out
	Moments   []momentView
	Texts     []textView
	People    []personView
	More      int
	Pinned    bool
	Sentences string // which sentences rest on it
}

type momentView struct {
	URL, Start  string
	Speaker     string
	Lang, Dir   string
	Text        string
	Recording   string
	RecordingAt string
	Corrected   bool
	Machine     bool
	Person      *personView
}

type textView struct {
	URL   string
	Title web.TextView
	Text  web.TextView
}

type personView struct{ Name, URL, Role, At string }

const (
	peopleShown = 5
	quoteShown  = 240 // characters of a moment on the ladder
)

// ladder makes the rungs of a Message: takeaway, moment, session, people with the role
// and affiliations of that day. A source of several sentences is one rung.
func (t trace) ladder(c *web.C, set *editions.Setting, m Message, everybody bool) []rungView {
	var out []rungView
	seen := map[string]int{}
	for _, src := range m.Para.Sources {
		k := key(src)
		if i, ok := seen[k]; ok {
			if src.Sentence > 0 {
				out[i].Sentences = c.T("messages.and", "One", out[i].Sentences, "Other", strconv.Itoa(src.Sentence))
			}
			continue
		}
		x, ok := t.source(src)
		if !ok {
			continue
		}
		r := rung(c, set, x, everybody)
		if src.Sentence > 0 {
			r.Sentences = strconv.Itoa(src.Sentence)
		}
		seen[k] = len(out)
		out = append(out, r)
	}
	return out
}

// rung prints one source.
func rung(c *web.C, set *editions.Setting, x ChainSource, everybody bool) rungView {
	r := rungView{URL: pageURL(c, x.Path), Past: x.Past, Pinned: x.Pinned}
	switch x.Kind {
	case SourceTakeaway:
		k := "messages.rung.takeaway"
		if x.Part == reports.PartCall {
			k = "messages.rung.call"
		}
		r.Kind = c.T(k, "Number", strings.TrimPrefix(x.Para, "p"))
	case documents.SourceParagraph:
		r.Kind = c.T("messages.rung.paragraph", "Number", strings.TrimPrefix(x.Para, "p"))
		r.Title = c.Text(x.Title)
	case documents.SourceLink:
		r.Kind, r.Title = c.T("messages.rung.link"), c.Text(x.Title)
	case floor.SourceSegment:
		r.Kind, r.URL = c.T("messages.rung.moment"), ""
	default:
		r.Kind, r.URL = c.T("messages.rung.session"), ""
	}
	if !x.Text.IsZero() && x.Kind != floor.SourceSegment {
		q := c.Text(x.Text)
		r.Quote = &q
	}
	if x.Session != nil {
		r.Title, r.Session = c.Text(x.Session.Title), c.URL(x.Session.Path)
		r.When = c.When(x.Session.Starts, x.Session.Ends, set.Zone, set.Place(c.Lang))
	}
	var spoke []core.ID
	for _, m := range x.Moments {
		mv := momentOf(c, m)
		if m.Person != nil {
			spoke = append(spoke, m.Person.ID)
		}
		r.Moments = append(r.Moments, mv)
	}
	for _, tx := range x.Texts {
		r.Texts = append(r.Texts, textView{URL: pageURL(c, tx.Path), Title: c.Text(tx.Title), Text: c.Text(tx.Text)})
	}
	for _, p := range x.People {
		switch {
		case slices.Contains(spoke, p.ID): // named with the moment
		case len(r.People) == peopleShown && !everybody && !x.Pinned:
			r.More++
		default:
			r.People = append(r.People, person(c, p))
		}
	}
	return r
}

// pageURL is the address of something in this forum for the reader's language, or an
// address elsewhere as it is.
func pageURL(c *web.C, path string) string {
	if !strings.HasPrefix(path, "/") {
		if core.WebAddress(path) {
			return path
		}
		return ""
	}
	return c.URL(path)
}

func momentOf(c *web.C, m ChainMoment) momentView {
	text := []rune(m.Text)
	if len(text) > quoteShown {
		text = append(text[:quoteShown], '…')
	}
	v := momentView{
		URL: pageURL(c, m.Path), Start: m.Start, Speaker: m.Speaker, Lang: m.Lang, Dir: core.Dir(m.Lang), Text: string(text),
		Recording: pageURL(c, m.Recording), RecordingAt: m.RecordingAt, Corrected: m.Corrected, Machine: m.Source == floor.SourceMachine,
	}
	if m.Person != nil {
		p := person(c, *m.Person)
		v.Person = &p
	}
	return v
}

func person(c *web.C, p ChainPerson) personView {
	v := personView{Name: p.In(c.Lang)}
	if p.Path != "" {
		v.URL = c.URL(p.Path)
	}
	for i, r := range p.Roles {
		role := c.T("programme.role." + r)
		if i > 0 {
			role = c.T("messages.and", "One", v.Role, "Other", role)
		}
		v.Role = role
	}
	for i, af := range p.Affiliations {
		if i > 0 {
			v.At += "; "
		}
		v.At += strings.TrimPrefix(af.Title+", "+af.Organisation, ", ")
	}
	return v
}
