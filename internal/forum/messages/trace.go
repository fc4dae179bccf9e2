package messages

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/reports"
	"plenary/internal/platform/web"
)

// trace knows what the sentences of a set rest on: takeaways, sessions, people. It is
// loaded once per page, in a constant number of queries.
type trace struct {
	points   map[string]reports.Point
	sessions map[core.ID]*programme.Session
}

func (s *Service) trace(ctx context.Context, a core.Actor, msgs []Message) (trace, error) {
	var refs []string
	var ids []core.ID
	for _, m := range msgs {
		for _, src := range m.Para.Sources {
			switch src.Kind {
			case SourceTakeaway:
				if !slices.Contains(refs, src.Ref) {
					refs = append(refs, src.Ref)
				}
			case SourceSession:
				if !slices.Contains(ids, core.ID(src.Ref)) {
					ids = append(ids, core.ID(src.Ref))
				}
			}
		}
	}
	t := trace{}
	var err error
	if t.points, err = s.reports.PointsByRef(ctx, refs); err != nil {
		return t, err
	}
	for _, p := range t.points {
		if !slices.Contains(ids, p.Session) {
			ids = append(ids, p.Session)
		}
	}
	t.sessions, err = s.programme.SessionsByID(ctx, a, ids)
	return t, err
}

// rungView is one step of the ladder from a sentence to where it comes from.
type rungView struct {
	Kind      string // in words: "Takeaway 3 of"
	Title     web.TextView
	URL       string // of the takeaway
	Session   string // address of the session
	When      web.When
	Quote     *web.TextView
	People    []personView
	More      int
	Sentences string // which sentences rest on it
}

type personView struct{ Name, URL, Role, At string }

// ladder makes the rungs of a Message: takeaway, session, people with the role and
// affiliations of that day.
func (t trace) ladder(c *web.C, set *editions.Setting, m Message, everybody bool) []rungView {
	var out []rungView
	seen := map[string]int{}
	for _, src := range m.Para.Sources {
		key := src.Kind + ":" + src.Ref
		if i, ok := seen[key]; ok {
			if src.Sentence > 0 {
				out[i].Sentences += ", " + strconv.Itoa(src.Sentence)
			}
			continue
		}
		var r rungView
		var ses *programme.Session
		switch src.Kind {
		case SourceTakeaway:
			p, ok := t.points[src.Ref]
			if !ok {
				continue
			}
			if ses = t.sessions[p.Session]; ses == nil {
				continue
			}
			key2 := "messages.rung.takeaway"
			if p.Part == reports.PartCall {
				key2 = "messages.rung.call"
			}
			r.Kind = c.T(key2, "Number", p.Para[1:])
			r.URL = c.URL(ses.Path() + "/report#" + p.Para)
			q := c.Text(p.Text)
			r.Quote = &q
		case SourceSession:
			if ses = t.sessions[core.ID(src.Ref)]; ses == nil {
				continue
			}
			r.Kind = c.T("messages.rung.session")
		default:
			continue
		}
		r.Title, r.Session = c.Text(ses.Title), c.URL(ses.Path())
		r.When = c.When(ses.Starts, ses.Ends, set.Zone, set.Place(c.Lang))
		r.People, r.More = t.people(c, ses, everybody)
		if src.Sentence > 0 {
			r.Sentences = strconv.Itoa(src.Sentence)
		}
		seen[key] = len(out)
		out = append(out, r)
	}
	return out
}

const peopleShown = 5

func (t trace) people(c *web.C, ses *programme.Session, everybody bool) (out []personView, more int) {
	at := map[core.ID]int{} // one line a person, with all her roles
	for _, r := range ses.Roles {
		if r.Name == "" {
			continue
		}
		role := c.T("programme.role." + r.Role)
		if i, ok := at[r.Person]; ok && r.Person != "" {
			if i < len(out) {
				out[i].Role = c.T("messages.and", "One", out[i].Role, "Other", role)
			}
			continue
		}
		at[r.Person] = len(out) + more
		if len(out) == peopleShown && !everybody {
			more++
			continue
		}
		p := personView{Name: r.Name, Role: role}
		if r.Path != "" {
			p.URL = c.URL(r.Path)
		}
		for i, af := range r.Snapshot.Affiliations {
			if i > 0 {
				p.At += "; "
			}
			p.At += strings.TrimPrefix(af.Title+", "+af.Organisation, ", ")
		}
		out = append(out, p)
	}
	return out, more
}
