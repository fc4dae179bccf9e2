package archive

import (
	"net/url"
	"slices"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

// notesShown is how many notes of a kind stand open on a page; the others are folded.
const notesShown = 20

// stagedView is a source that waits for somebody.
type stagedView struct {
	Title, Read, Lang string
	Found             []string
	Staged, Who       string
	Problem           *problemView
	Conflicts         notesView
	Refused, Repairs  notesView
	Unread            notesView
	Facts             notesView
	List              listView
	Apply, ApplyHelp  string
	Wrong             bool   // it belongs to another edition
	Elsewhere         string // where it can be read into another one
	ApplyURL          string
	Discard, Columns  string
	Version           int64
	Source            sourceView
}

// problemView is what keeps an import from being taken in.
type problemView struct {
	Message string
	Fields  []string
}

type notesView struct {
	Total       int
	Count       string
	Shown, More []noteView
	MoreLabel   string
}

type noteView struct {
	Text            string
	Place, PlaceURL string
	Second          string
	SecondURL       string
	Item, ItemURL   string
	Quote           string
}

// show is one import: the list of what it offers, or what came of it.
func (w *Web) show(c *web.C) error {
	set, err := w.editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return err
	}
	c.Reads(set.Scope(), core.ScopeForum)
	p, err := w.s.Get(c.Context(), c.Actor, set, core.ID(c.Param("id")))
	if err != nil {
		return err
	}
	if p.State == StateStaged {
		return w.staged(c, set, p, nil)
	}
	return w.applied(c, set, p, nil)
}

// staged shows the staging list; failed is what kept it from being taken in.
func (w *Web) staged(c *web.C, set *editions.Setting, p *Plan, failed error) error {
	l := newList(w, c, set, p)
	path := pathOf(set, p.ID)
	v := stagedView{
		Title: p.Name, Lang: web.LangName[p.Lang], Found: found(c, p.Found), Version: p.Version, List: l.view(), Source: inlineSource(c, set, p),
		Read:   c.T("archive.read_as", "Kind", words(c.T, "archive.kind.", p.Shape), "Number", p.Confidence),
		Staged: c.T("archive.state.staged", "When", c.Stamp(p.StagedAt, set.Zone)), Discard: c.URL(path + "/discard"), ApplyURL: c.URL(path + "/apply"),
	}
	names, err := w.s.people.Names(c.Context(), []core.ID{p.Person})
	if err != nil {
		return err
	}
	if v.Who = who(c, p.Import, names); v.Who != "" {
		v.Who = c.T("archive.by", "Who", v.Who)
	}
	if p.Shape == "table" {
		v.Columns = c.URL(path + "/columns")
	}
	v.Conflicts = l.notes(NoteContradiction, nil)
	v.Refused = l.notes(NoteRepair, func(n Note) bool { return refused[n.Code] })
	v.Repairs = l.notes(NoteRepair, func(n Note) bool { return !refused[n.Code] })
	v.Unread, v.Facts = l.notes(NoteUnread, nil), l.notes(NoteFact, nil)
	v.Apply, v.ApplyHelp = l.apply()
	if v.Wrong = slices.ContainsFunc(p.Notes, func(n Note) bool { return n.Code == codeWrongDays }); v.Wrong {
		v.Apply = ""
		if p.File != "" && policy.Can("import", "", c.Actor.Roles(core.ScopeForum)...) {
			v.Elsewhere = c.URL("/import?" + url.Values{"kept": {p.File}, "kept_name": {p.Name}}.Encode())
		}
	}
	page := web.Page{Name: "archive/staged", Title: p.Name, Section: "programme", NoIndex: true, Wide: true, Trail: w.trail(c, set, p, ""), V: &v}
	if failed != nil {
		v.Problem = problem(c, failed)
		page.Title, page.Status = c.T("form.error_title", "Title", p.Name), web.StatusCode(core.KindOf(failed))
	}
	return c.Page(page)
}

// problem tells an error on a page that has no form for it.
func problem(c *web.C, err error) *problemView {
	e := web.Classify(err)
	v := &problemView{Message: c.S.Catalog.Error(c.Lang, e)}
	for _, f := range e.Fields {
		v.Fields = append(v.Fields, c.T(f.Key, f.Args...))
	}
	return v
}

// refused are the codes of what was not taken from a file; the others were taken with
// something mended or left away.
var refused = map[string]bool{
	"missing-title": true, "repeated-event": true, "truncated": true, "broken": true, "unclosed-event": true, "person-identity": true,
	"not-in-programme": true, "private-event": true,
}

// apply labels the button that takes the source in; nothing where it would change
// nothing.
func (l *listing) apply() (label, help string) {
	fresh, changed, people, organisations := 0, 0, 0, 0
	needed := map[int]bool{}
	for _, st := range l.p.Items {
		switch {
		case l.orphan(st) || !st.adds():
		case st.Choice == ChoiceNew:
			fresh++
		default:
			changed++
		}
		if fs, err := st.Session(); st.Kind == KindSession && err == nil && (st.Choice == ChoiceNew || st.Choice == ChoiceLink && st.taken(FieldPeople)) {
			for _, r := range fs.Roles {
				needed[r.Item] = true
			}
		}
	}
	for _, st := range l.p.Items {
		switch {
		case st.Choice != ChoiceNew || !needed[st.Position]:
		case st.Kind == KindPerson:
			people++
		case st.Kind == KindOrganisation:
			organisations++
		}
	}
	if fresh+changed == 0 {
		return "", ""
	}
	switch {
	case people > 0 && organisations > 0:
		help = l.c.T("archive.with_both", "People", l.c.T("archive.count.people", "Count", people), "Organisations", l.c.T("archive.count.organisations", "Count", organisations))
	case people > 0:
		help = l.c.T("archive.with_people", "People", l.c.T("archive.count.people", "Count", people))
	case organisations > 0:
		help = l.c.T("archive.with_organisations", "Organisations", l.c.T("archive.count.organisations", "Count", organisations))
	}
	return l.c.T("archive.apply", "New", fresh, "Changed", changed), help
}

// notes prepares the notes of a group for reading.
func (l *listing) notes(group string, only func(Note) bool) notesView {
	var v notesView
	for _, n := range l.p.Notes {
		if n.Group != group || only != nil && !only(n) {
			continue
		}
		if last := v.last(); group == NoteFact && last != nil && last.Quote == n.Args["Words"].S && last.Place == where(l.c, n.Place) {
			last.Text += " · " + l.fact(n) // one sentence says several things
			continue
		}
		if v.Total++; v.Total <= notesShown {
			v.Shown = append(v.Shown, l.note(n))
		} else {
			v.More = append(v.More, l.note(n))
		}
	}
	v.Count = strconv.Itoa(v.Total)
	if len(v.More) > 0 {
		v.MoreLabel = l.c.T("archive.more", "Count", len(v.More))
	}
	return v
}

// last is the note that was added last, or nil.
func (v *notesView) last() *noteView {
	switch {
	case len(v.More) > 0:
		return &v.More[len(v.More)-1]
	case len(v.Shown) > 0:
		return &v.Shown[len(v.Shown)-1]
	}
	return nil
}

// fact is what a sentence of the source says of the meeting: "participants: 2000".
func (l *listing) fact(n Note) string {
	kind, value := words(l.t, "archive.fact.", n.Args["Kind"].S), argText(l.c.Lang, n.Args["Value"], l.place)
	if n.Args["Kind"].S == "other" {
		return value
	}
	return l.c.T("archive.fact", "Kind", kind, "Value", value)
}

func (l *listing) note(n Note) noteView {
	v := noteView{
		Place: where(l.c, n.Place), PlaceURL: lineURL(l.c, l.set, l.p, l.lines, n.Place.Line),
	}
	if n.Second != n.Place && n.Code != "reused" && n.Code != "reused-numbers" { // their second place is in another source
		v.Second, v.SecondURL = where(l.c, n.Second), lineURL(l.c, l.set, l.p, l.lines, n.Second.Line)
	}
	if n.Group == NoteFact {
		v.Text, v.Quote = l.fact(n), n.Args["Words"].S
	} else {
		v.Text = noteText(l.t, l.c.Lang, n, l.place)
	}
	if n.Item >= 0 && n.Item < len(l.p.Items) && l.p.State == StateStaged {
		v.Item, v.ItemURL = l.p.Items[n.Item].Label, l.itemURL(n.Item)
	}
	return v
}
