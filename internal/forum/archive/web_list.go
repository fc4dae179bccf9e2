package archive

import (
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

const (
	rowsPage  = 100 // rows of the staging list on a page
	rowsWhole = 100 // so many things of all kinds still stand on one page
)

// The groups of the staging list. The first one holds what is about the edition itself.
const groupEdition = "edition"

var listGroups = []string{groupEdition, KindSession, KindPerson, KindOrganisation, KindTakeaways, KindMessages}

func groupOf(kind string) string {
	switch kind {
	case KindFigure:
		return groupEdition
	case KindGone:
		return KindSession
	}
	return kind
}

// Filters of the staging list beside the choices.
const filterConflict = "conflict"

var listFilters = []string{"", ChoiceNew, ChoiceLink, ChoiceSkip, filterConflict}

// listView is the staging list, or the part of it that was asked for.
type listView struct {
	Tabs    web.Tabs
	Filters []web.Tab
	Groups  []groupView
	Pages   *pagesView
	Action  string
	Kind    string
	Choice  string
	Page    string
	Shown   string
	All     int // how many the filter finds, on all pages
	Empty   bool
	Nothing bool // the source offers nothing at all
}

type groupView struct {
	Kind, Title string
	Rows        []rowView
}

type rowView struct {
	Position        int
	Label, URL      string
	Details         []string
	Place, PlaceURL string
	Sure            string
	Becomes         web.Status
	Target          *targetView
	Maybe           *targetView
	Changes         []changeView
	Edited          bool
	Contradictions  string
}

type targetView struct{ Label, Detail, URL, Because string }

type changeView struct {
	Value, Field, Before, After, Why string
	Taken                            bool
}

// listing prepares the staging list of an import.
type listing struct {
	w      *Web
	c      *web.C
	set    *editions.Setting
	p      *Plan
	lines  int
	issues map[int]int // contradictions of each thing
	t      Translate
	place  func(zone string) string
}

func newList(w *Web, c *web.C, set *editions.Setting, p *Plan) *listing {
	l := &listing{w: w, c: c, set: set, p: p, lines: len(linesOf(p)), issues: map[int]int{}, t: c.T, place: placeName(c, set)}
	for _, n := range p.Notes {
		if n.Group == NoteContradiction && n.Item >= 0 {
			l.issues[n.Item]++
		}
	}
	return l
}

// chosen are the things of a group that a filter finds.
func (l *listing) chosen(group, choice string) []Staged {
	var out []Staged
	for _, st := range l.p.Items {
		if (group == "" || groupOf(st.Kind) == group) && l.passes(st, choice) {
			out = append(out, st)
		}
	}
	return out
}

func (l *listing) passes(st Staged, choice string) bool {
	switch choice {
	case "":
		return true
	case filterConflict:
		return l.issues[st.Position] > 0
	}
	return st.Choice == choice
}

// asked reads group and filter out of what somebody asked for.
func (l *listing) asked(kind, choice string) (string, string) {
	if !slices.Contains(listFilters, choice) {
		choice = ""
	}
	if slices.Contains(listGroups, kind) && len(l.chosen(kind, "")) > 0 {
		return kind, choice
	}
	if len(l.p.Items) <= rowsWhole {
		return "", choice
	}
	if len(l.chosen(KindSession, "")) > 0 {
		return KindSession, choice
	}
	return groupOf(l.p.Items[0].Kind), choice
}

func (l *listing) view() listView {
	c := l.c
	kind, choice := l.asked(c.Query("kind"), c.Query("choice"))
	found := l.chosen(kind, choice)
	slices.SortStableFunc(found, func(a, b Staged) int {
		return slices.Index(listGroups, groupOf(a.Kind)) - slices.Index(listGroups, groupOf(b.Kind))
	})
	g := newPages(c, len(found), rowsPage)
	v := listView{
		Action: c.URL(pathOf(l.set, l.p.ID) + "/choose"), Kind: kind, Choice: choice, Page: strconv.Itoa(g.page), All: len(found),
		Tabs: l.tabs(kind), Filters: l.filters(kind, choice), Pages: g.view(), Nothing: len(l.p.Items) == 0,
		Shown: c.T("archive.shown", "Count", len(found)),
	}
	if v.Pages != nil {
		for _, u := range []*string{&v.Pages.Previous, &v.Pages.Next} {
			if *u != "" {
				*u += "#list"
			}
		}
	}
	for _, st := range found[g.from:g.to] {
		group := groupOf(st.Kind)
		if n := len(v.Groups); n == 0 || v.Groups[n-1].Kind != group {
			v.Groups = append(v.Groups, groupView{Kind: group, Title: c.T("archive.group." + group)})
		}
		at := &v.Groups[len(v.Groups)-1]
		at.Rows = append(at.Rows, l.row(st))
	}
	v.Empty = len(v.Groups) == 0
	return v
}

func (l *listing) tabs(kind string) web.Tabs {
	t := web.Tabs{Label: l.c.T("archive.groups")}
	if len(l.p.Items) <= rowsWhole {
		t.Tabs = append(t.Tabs, web.Tab{
			Label: l.c.T("archive.group.all"), Count: strconv.Itoa(len(l.p.Items)), Current: kind == "", URL: address(l.c, "kind", "", "page", "") + "#list",
		})
	}
	for _, g := range listGroups {
		if n := len(l.chosen(g, "")); n > 0 {
			t.Tabs = append(t.Tabs, web.Tab{
				Label: l.c.T("archive.group." + g), Count: strconv.Itoa(n), Current: kind == g, URL: address(l.c, "kind", g, "page", "") + "#list",
			})
		}
	}
	if len(t.Tabs) == 2 && len(l.p.Items) <= rowsWhole {
		t.Tabs = nil // all of one kind
	}
	return t
}

func (l *listing) filters(kind, choice string) []web.Tab {
	var out []web.Tab
	for _, f := range listFilters {
		n := len(l.chosen(kind, f))
		if n == 0 && f != choice {
			continue
		}
		label := "archive.filter.all"
		if f != "" {
			label = "archive.filter." + f
		}
		out = append(out, web.Tab{
			Label: l.c.T(label), Count: strconv.Itoa(n), Current: f == choice, URL: address(l.c, "choice", f, "page", "") + "#list",
		})
	}
	return out
}

func (l *listing) row(st Staged) rowView {
	c := l.c
	r := rowView{
		Position: st.Position, Label: st.Label, URL: l.itemURL(st.Position), Place: where(c, st.Place), Edited: st.Edited,
		PlaceURL: lineURL(c, l.set, l.p, l.lines, st.Place.Line), Sure: c.T("archive.percent", "Number", st.Confidence),
		Details: l.details(st), Becomes: l.becomes(st),
	}
	if n := l.issues[st.Position]; n > 0 {
		r.Contradictions = c.T("archive.count.conflicts", "Count", n)
	}
	switch {
	case st.Kind == KindEdition:
	case st.Choice == ChoiceLink:
		r.Target = l.target(st)
	case st.Choice == ChoiceNew && len(st.Suggestions) > 0:
		r.Maybe = l.suggestion(st.Suggestions[0])
	}
	if st.Choice == ChoiceLink {
		r.Changes = l.changes(st)
	}
	return r
}

func (l *listing) itemURL(position int) string {
	return l.c.URL(pathOf(l.set, l.p.ID) + "/items/" + strconv.Itoa(position))
}

// details tell a staged thing from others of its name.
func (l *listing) details(st Staged) []string {
	var out []string
	add := func(s string) {
		if s = strings.TrimSpace(s); s != "" && len(out) < 3 {
			out = append(out, s)
		}
	}
	switch st.Kind {
	case KindSession, KindGone:
		fs, err := st.Session()
		if err != nil {
			return nil
		}
		switch {
		case !fs.Starts.IsZero():
			add(spanText(l.c.Lang, Arg{From: fs.Starts, To: fs.Ends, Zone: l.set.Zone}, l.place))
		case fs.Day != "":
			add(datesText(l.c.Lang, fs.Day, ""))
		}
		add(fs.Room)
		add(fs.Theme)
	case KindPerson:
		var fp FoundPerson
		if st.into(&fp) != nil {
			return nil
		}
		for _, af := range fp.Affiliations {
			add(strings.Trim(af.Title+", "+af.Organisation, ", "))
		}
	case KindFigure:
		var ff FoundFigure
		if st.into(&ff) != nil {
			return nil
		}
		add(words(l.t, "archive.indicator.", ff.Indicator))
		add(clip(ff.Words))
	case KindTakeaways:
		var f FoundTakeaways
		if st.into(&f) != nil {
			return nil
		}
		if n := len(f.Takeaways); n > 0 {
			add(l.c.T("archive.count.takeaways", "Count", n))
		}
		if n := len(f.Calls); n > 0 {
			add(l.c.T("archive.count.calls", "Count", n))
		}
	case KindMessages:
		var f FoundMessages
		if st.into(&f) != nil {
			return nil
		}
		add(l.c.T("archive.count.messages", "Count", len(f.Messages)))
	}
	return out
}

// becomes says what is to become of a staged thing.
func (l *listing) becomes(st Staged) web.Status {
	switch {
	case st.Choice == ChoiceSkip && !st.Edited && (st.Kind == KindFigure || st.Kind == KindTakeaways || st.Kind == KindMessages):
		return l.c.Status("cancelled", "archive.becomes.stands")
	case st.Choice == ChoiceSkip:
		return l.c.Status("cancelled", "archive.becomes.skip")
	case l.orphan(st):
		return l.c.Status("cancelled", "archive.becomes.orphan")
	case st.Kind == KindEdition:
		return l.c.Status("changed", "archive.becomes.edition")
	case st.Kind == KindGone && st.adds():
		return l.c.Status("cancelled", "archive.becomes.gone")
	case st.Kind == KindGone:
		return l.c.Status("draft", "archive.becomes.gone_stays")
	case st.Choice == ChoiceLink && st.adds():
		return l.c.Status("changed", "archive.becomes.changes")
	case st.Choice == ChoiceLink:
		return l.c.Status("done", "archive.becomes.same")
	}
	return web.Status{Class: "draft", Icon: "plus", Words: l.c.T("archive.becomes.new." + st.Kind)}
}

// orphan tells whether the session of takeaways or Messages is left out.
func (l *listing) orphan(st Staged) bool {
	var f struct {
		Session int `json:"session"`
	}
	if st.Kind != KindTakeaways && st.Kind != KindMessages || st.into(&f) != nil || f.Session < 0 || f.Session >= len(l.p.Items) {
		return false
	}
	return l.p.Items[f.Session].Choice == ChoiceSkip
}

// target is what a staged thing is linked to, with why it was found.
func (l *listing) target(st Staged) *targetView {
	for _, s := range st.Suggestions {
		if s.Target == st.Target {
			return l.suggestion(s)
		}
	}
	return &targetView{Label: st.Label, URL: l.pathTo(st.Kind, st.Target), Because: l.c.T("archive.reason.said")}
}

// pathTo is the page of a thing that somebody linked by its address.
func (l *listing) pathTo(kind string, id core.ID) string {
	switch kind {
	case KindPerson:
		return l.c.URL("/people/" + string(id))
	case KindOrganisation:
		return l.c.URL("/organisations/" + string(id))
	}
	return ""
}

func (l *listing) suggestion(s Suggestion) *targetView {
	return &targetView{Label: s.Label, Detail: s.Detail, URL: l.c.URL(s.Path), Because: l.because(s)}
}

func (l *listing) because(s Suggestion) string {
	reasons := make([]string, 0, len(s.Reasons))
	for _, r := range s.Reasons {
		if r == reasonWords && (slices.Contains(s.Reasons, reasonTitle) || slices.Contains(s.Reasons, reasonBegins)) {
			continue // the same said less exactly
		}
		reasons = append(reasons, words(l.t, "archive.reason.", r))
	}
	return strings.Join(reasons, l.c.T("archive.reason.and"))
}

func (l *listing) changes(st Staged) []changeView {
	out := make([]changeView, 0, len(st.Changes))
	for _, ch := range st.Changes {
		out = append(out, changeView{
			Value: ch.Field, Field: words(l.t, "archive.field.", ch.Field), Taken: ch.Take, Why: l.c.T("archive.why." + ch.Why),
			Before: valueText(l.t, l.c.Lang, ch.Field, ch.Before, l.place), After: valueText(l.t, l.c.Lang, ch.Field, ch.After, l.place),
		})
	}
	return out
}
