package programme

import (
	"html/template"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

type sessionView struct {
	Title, Short              web.TextView
	RefLabel                  string
	Type                      web.TextView
	Theme                     *themeLink
	Status                    []web.Status
	When                      web.When
	NoTime                    bool
	Room                      *roomLine
	Actions                   []web.Action
	Tabs                      web.Tabs
	Cancelled                 bool
	CancelledNote             web.TextView
	Findings                  []string
	NextTitle                 *web.TextView // the title from the next release on, for who may edit it
	Description, Goal, Agenda web.TextView
	Guiding                   []web.TextView
	Questions                 []questionView
	People                    []personLine
	Related                   []relatedGroup
	Links                     []linkGroup
	Facts                     []fact
	Tags                      []web.Tab
	Goals                     []web.Tab
	Main, Side                []template.HTML
	HasText                   bool
	Empty                     web.Empty
	Star                      *starView
}

type themeLink struct {
	Chip web.ThemeChip
	URL  string
}

type roomLine struct {
	Name, Access web.TextView
	URL          string
	Capacity     string
}

type questionView struct {
	Number, URL string
	Text        web.TextView
	Below       []questionView
}

type relatedGroup struct {
	Title string
	Items []relatedItem
}

type relatedItem struct {
	URL, Ref    string
	Title, Note web.TextView
}

type linkGroup struct {
	Title string
	Links []web.Tab
}

// fact is a line of the facts: a label and one or more values, some with an address.
type fact struct {
	Label  string
	Values []web.Tab
}

// show is the session's page.
func (w *Web) show(c *web.C, set *editions.Setting, x *Session) error {
	c.Until(x.Starts.Time())
	c.Until(x.Ends.Time())
	v := sessionView{
		Title: c.Text(x.Title), Short: c.Text(x.ShortTitle), RefLabel: RefLabel(x.Ref), Type: c.Text(x.Of.Name),
		When: c.When(x.Starts, x.Ends, set.Zone, set.Place(c.Lang)), NoTime: !x.Scheduled(),
		Actions: w.actions(c, x), Tabs: w.Tabs(c, set, x, ""),
		Cancelled: x.State == StateCancelled, CancelledNote: c.Text(x.CancelledNote),
		Description: c.Text(x.Description), Goal: c.Text(x.Goal), Agenda: c.Text(x.Agenda),
		Questions: w.questions(c, set, x.Questions), People: w.crew(c, x), Related: w.related(c, x), Links: linkGroups(c, x.Links),
		Room: w.room(c, set, x.Room),
	}
	v.Status = Statuses(c, x.Brief())
	if t := set.Theme(x.Theme); t != nil {
		v.Theme = &themeLink{web.ThemeChip{Colour: t.Colour, Name: c.Text(t.Name)}, c.URL(set.Path() + "/programme/all?theme=" + t.Slug)}
	}
	for _, g := range x.GuidingQuestions {
		v.Guiding = append(v.Guiding, c.Text(g))
	}
	v.HasText = !x.Description.IsZero() || !x.Goal.IsZero() || !x.Agenda.IsZero() || len(v.Guiding) > 0 || len(v.Questions) > 0 || len(v.People) > 0
	v.Empty = web.Empty{Title: c.T("programme.no_text"), Text: c.T("programme.no_text_text")}
	var err error
	if v.Star, err = w.star(c, set, x); err != nil {
		return err
	}
	if v.Facts, err = w.facts(c, set, x); err != nil {
		return err
	}
	for _, t := range x.Tags {
		v.Tags = append(v.Tags, web.Tab{Label: t, URL: c.URL(set.Path() + "/programme/all?tag=" + urlQuery(t))})
	}
	for _, n := range x.SDGs {
		label := c.Text(w.vocab.Label(vocab.Goals, goal(n)))
		v.Goals = append(v.Goals, web.Tab{
			Label: c.T("programme.sdg", "Number", n, "Name", label.S), URL: c.URL(set.Path() + "/programme/all?sdg=" + goal(n)),
		})
	}
	if !x.NextTitle.IsZero() && Can(c.Actor, x, "edit") {
		next := c.Text(x.NextTitle)
		v.NextTitle = &next
	}
	if v.Findings, err = w.findings(c, set, x); err != nil {
		return err
	}
	if v.Main, err = c.Panels("programme.session", x.ID); err != nil {
		return err
	}
	if v.Side, err = c.Panels("programme.session.side", x.ID); err != nil {
		return err
	}
	p := web.Page{
		Name: "programme/session", Title: v.Title.S, Section: "programme", Trail: w.Trail(c, set, x), V: v,
		Describe: firstSentences(v.Description), NoIndex: x.State == StateDraft,
	}
	if v.Title.Fallback {
		p.TitleLang = v.Title.Lang
	}
	return c.Page(p)
}

// Statuses are the states of a session that are worth a word: live now, draft,
// cancelled, by invitation.
func Statuses(c *web.C, b Brief) []web.Status {
	var out []web.Status
	now := c.S.Clock.Instant()
	switch {
	case b.State == StateCancelled:
		out = append(out, c.Status("cancelled", "policy.session.state.cancelled"))
	case b.State == StateDraft:
		out = append(out, c.Status("draft", "policy.session.state.draft"))
	case b.Scheduled() && !now.Before(b.Starts) && now.Before(b.Ends):
		out = append(out, c.Status("live", "programme.live"))
	}
	if b.InvitedOnly {
		out = append(out, c.Status("private", "programme.invited_only"))
	}
	return out
}

func (w *Web) room(c *web.C, set *editions.Setting, id core.ID) *roomLine {
	r := set.Room(id)
	if r == nil {
		return nil
	}
	line := &roomLine{Name: c.Text(r.Name), Access: c.Text(r.Accessibility), URL: c.URL(set.Path() + "/programme/all?room=" + r.Slug)}
	if r.Capacity > 0 {
		line.Capacity = c.T("programme.seats", "Count", r.Capacity)
	}
	return line
}

// questions nests the policy questions that a session names: 2.1 stands under 2 if
// both are named.
func (w *Web) questions(c *web.C, set *editions.Setting, ids []core.ID) []questionView {
	var top []questionView
	for _, q := range set.Questions {
		if !slices.Contains(ids, q.ID) {
			continue
		}
		qv := questionView{
			Number: c.T("programme.question", "Number", q.Number), Text: c.Text(q.Question),
			URL: c.URL(set.Path() + "/programme/all?question=" + q.Number),
		}
		if parent := parentOf(set, q); parent != nil && slices.Contains(ids, parent.ID) && len(top) > 0 {
			top[len(top)-1].Below = append(top[len(top)-1].Below, qv)
			continue
		}
		top = append(top, qv)
	}
	return top
}

func parentOf(set *editions.Setting, q editions.Question) *editions.Question {
	for i := range set.Questions {
		if p := &set.Questions[i]; q.Depth() > 0 && p.Depth() == 0 && len(q.Number) > len(p.Number) && q.Number[:len(p.Number)+1] == p.Number+"." {
			return p
		}
	}
	return nil
}

// related groups the relations by what they say from this side: feeds into, fed by,
// builds on, built on by.
func (w *Web) related(c *web.C, x *Session) []relatedGroup {
	var out []relatedGroup
	for _, kind := range RelationKinds {
		for _, way := range []string{"", "-by"} {
			g := relatedGroup{Title: c.T("programme.relation." + kind + way)}
			for _, r := range x.Relations {
				if r.Kind != kind || (r.From == x.ID) != (way == "") {
					continue
				}
				g.Items = append(g.Items, relatedItem{
					URL: c.URL(r.Other.Path()), Title: c.Text(r.Other.Title), Note: c.Text(r.Note),
					Ref: c.T("programme.ref_in", "Ref", RefLabel(r.Other.Ref), "Edition", r.Other.EditionSlug),
				})
			}
			if len(g.Items) > 0 {
				out = append(out, g)
			}
		}
	}
	return out
}

func linkGroups(c *web.C, links []Link) []linkGroup {
	var out []linkGroup
	for _, kind := range LinkKinds {
		g := linkGroup{Title: c.T("programme.link." + kind)}
		for _, l := range links {
			if l.Kind != kind {
				continue
			}
			label := l.Label
			if label == "" {
				label = l.URL
			}
			g.Links = append(g.Links, web.Tab{Label: label, URL: l.URL})
		}
		if len(g.Links) > 0 {
			out = append(out, g)
		}
	}
	return out
}

// findings are the sentences about the timetable that concern the session, for its
// crew and the staff.
func (w *Web) findings(c *web.C, set *editions.Setting, x *Session) ([]string, error) {
	if x.State == StateCancelled || !x.Scheduled() || !Can(c.Actor, x, "see_findings") {
		return nil, nil
	}
	list, err := w.s.FindingsOf(c.Context(), c.Actor, set, x)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return w.Sentences(c, set, list)
}

// historyView is what happened to a session.
type historyView struct {
	Title web.TextView
	Tabs  web.Tabs
	Lines []web.HistoryLine
	Pager web.Pager
	Empty web.Empty
}

func (w *Web) history(c *web.C, set *editions.Setting, x *Session) error {
	internal := Can(c.Actor, x, "see_internal_history")
	list, err := w.s.rec.Events(c.Context(), record.Query{Subjects: []core.ID{x.ID}, Internal: internal, Page: c.PageArg()})
	if err != nil {
		return err
	}
	lines, err := w.historyLines(c, list.Items, set.Zone)
	if err != nil {
		return err
	}
	v := historyView{
		Title: c.Text(x.Title), Tabs: w.Tabs(c, set, x, "/history"), Lines: lines,
		Pager: c.Pager(len(lines), list.Total, list.Next, "programme.events"),
		Empty: web.Empty{Title: c.T("programme.no_events"), Text: c.T("programme.no_events_text")},
	}
	title := c.T("programme.history_title", "Session", v.Title.S)
	return c.Page(web.Page{
		Name: "programme/history", Title: title, Section: "programme",
		Trail: w.Trail(c, set, x, web.Crumb{Label: c.T("programme.tab.history")}), V: v,
	})
}

// firstSentences is the beginning of a text, for search engines and previews.
func firstSentences(t web.TextView) string {
	ps := t.Paragraphs()
	if len(ps) == 0 {
		return ""
	}
	r := []rune(ps[0])
	if len(r) > 200 {
		r = append(r[:199], '…')
	}
	return string(r)
}
