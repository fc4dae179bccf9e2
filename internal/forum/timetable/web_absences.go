package timetable

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/web"
)

// absenceForm says when somebody of the programme cannot be there.
type absenceForm struct {
	Who   string `form:"who" ui:"text" required:"1"`
	From  string `form:"from" ui:"datetime-local" required:"1"`
	Until string `form:"until" ui:"datetime-local" required:"1"`
	Note  string `form:"note" ui:"text" max:"300"`
}

// spell reads two moments at the venue. Problems are at the fields of the form.
func spell(set *editions.Setting, from, until string) (starts, ends core.Instant, err error) {
	var p core.Problems
	read := func(path, v string) core.Instant {
		day, clock, _ := strings.Cut(strings.TrimSpace(v), "T")
		if len(clock) > 5 {
			clock = clock[:5] // browsers may send seconds
		}
		at := wall(day, clock, set.Zone)
		if at.IsZero() {
			p.Add(path, "timetable.error.moment")
		}
		return at
	}
	starts, ends = read("from", from), read("until", until)
	if len(p) == 0 && !ends.After(starts) {
		p.Add("until", "programme.error.end_before_start")
	}
	return starts, ends, p.Err()
}

type absencesView struct {
	head
	Note   *web.Notice
	Query  string
	Action string
	Result string
	Rows   []absenceRow
	Remove string
	Form   *web.Form
	People []suggestion
	Empty  *web.Empty
}

type absenceRow struct {
	ID       core.ID
	Name     string
	Facts    []string
	Findings *web.Tab
	Note     string
}

func (w *Web) absences(c *web.C) error {
	set, b, err := w.setupBoard(c)
	if err != nil {
		return err
	}
	who := b.actorsNamed()
	var in absenceForm
	var failed error
	if c.R.Method == http.MethodPost {
		failed = read(c, &in, func() error { return w.addAbsence(c, set, who, in) })
		if failed == nil {
			return c.Done(set.Path()+"/timetable/absences", "timetable.absence_form.saved")
		}
	}
	title, here := c.T("timetable.tab.absences"), c.URL(set.Path()+"/timetable/absences")
	v := absencesView{head: w.head(c, set, title), Note: untouched(c, b), Form: c.Form("timetable.absence_form", &in), Action: here, Remove: here + "/remove", Query: c.Query("q")}
	v.Form.Action = here // what is filtered is not sent on
	v.Form.Field("who").List = "people"
	for _, x := range who {
		v.People = append(v.People, suggestion{Value: x.name})
	}
	for _, name := range []string{"from", "until"} {
		v.Form.Field(name).Help = c.T("timetable.absences.at_venue", "Place", set.Place(c.Lang))
	}
	status, err := v.Form.Refused(failed)
	if err != nil {
		return err
	}
	v.rows(c, b, who)
	return w.page(c, set, "absences", titled(c, title, status), v, status)
}

// named is an actor of the programme by the name under which the form knows it.
type named struct {
	actor
	name string
}

// actorsNamed are the people and organisations of the programme by name. Who shares a name
// with others is told from them by a session.
func (b *Board) actorsNamed() []named {
	first := map[core.ID]string{}
	seen := map[actor]bool{}
	var out []named
	add := func(a actor, ref string) {
		id := a.person + a.organisation
		if id == "" || seen[a] {
			return
		}
		seen[a], first[id] = true, ref
		out = append(out, named{a, b.Names[id]})
	}
	items := make([]*Item, 0, len(b.Items))
	for i := range b.Items {
		items = append(items, &b.Items[i])
	}
	slices.SortFunc(items, func(x, y *Item) int { return strings.Compare(x.Ref, y.Ref) }) // the plan's order changes
	for _, it := range items {
		for _, r := range it.Roles {
			add(actor{person: r.Person}, it.Ref)
			add(actor{organisation: programme.Itself(r)}, it.Ref)
		}
	}
	times := map[string]int{}
	for _, x := range out {
		times[core.Fold(x.name)]++
	}
	for i := range out {
		if x := &out[i]; times[core.Fold(x.name)] > 1 {
			x.name += " (" + programme.RefLabel(first[x.person+x.organisation]) + ")"
		}
	}
	slices.SortFunc(out, func(x, y named) int { return strings.Compare(core.Fold(x.name), core.Fold(y.name)) })
	return out
}

// addAbsence adds what the form says. A name need only be as much as tells who is meant.
func (w *Web) addAbsence(c *web.C, set *editions.Setting, list []named, in absenceForm) error {
	starts, ends, err := spell(set, in.From, in.Until)
	var p core.Problems
	if e := web.Classify(err); err != nil {
		p = append(p, e.Fields...)
	}
	key := core.Fold(strings.TrimSpace(in.Who))
	var found []named
	for _, x := range list {
		name := core.Fold(x.name)
		if name == key {
			found = []named{x}
			break
		}
		if key != "" && strings.Contains(name, key) {
			found = append(found, x)
		}
	}
	switch {
	case key == "":
		p.Add("who", "form.required")
	case len(found) == 0:
		p.Add("who", "timetable.error.who")
	case len(found) > 1:
		p.Add("who", "timetable.error.who_many", "Count", len(found))
	}
	if err := p.Err(); err != nil {
		return err
	}
	return w.s.AddAbsence(c.Context(), c.Actor, set, Absence{Person: found[0].person, Organisation: found[0].organisation, Starts: starts, Ends: ends, Note: in.Note})
}

// rows are the absences, with those sessions that they touch in the plan as it stands.
func (v *absencesView) rows(c *web.C, b *Board, who []named) {
	names := map[core.ID]string{}
	for _, x := range who {
		names[x.person+x.organisation] = x.name
	}
	touched := map[core.ID]int{}
	for _, f := range b.Findings {
		if f.Rule == "person-away" {
			touched[f.Person+f.Organisation]++
		}
	}
	x := words{c, b}
	for _, a := range b.Absences {
		id := a.Person + a.Organisation
		row := absenceRow{ID: a.ID, Name: names[id], Note: a.Note, Facts: []string{x.spell(a)}}
		if row.Name == "" {
			row.Name = c.T("timetable.absences.left")
		}
		if a.Organisation != "" {
			row.Facts = append(row.Facts, c.T("timetable.absences.organisation"))
		}
		if v.Query != "" && !strings.Contains(core.Fold(row.Name), core.Fold(v.Query)) {
			continue
		}
		if n := touched[id]; n > 0 {
			row.Findings = &web.Tab{Label: c.T("timetable.absences.touched", "Count", n), URL: c.URL(b.Set.Path() + "/timetable/findings?rule=person-away")}
		}
		v.Rows = append(v.Rows, row)
	}
	v.Result = c.T("timetable.absences.count", "Count", len(v.Rows))
	switch {
	case len(v.Rows) > 0:
	case v.Query != "":
		v.Empty = &web.Empty{
			Title: c.T("timetable.absences.nobody"), Text: c.T("timetable.absences.nobody_text", "Query", v.Query),
			Link: &web.Tab{Label: c.T("timetable.absences.all"), URL: v.Action},
		}
	default:
		v.Empty = &web.Empty{Title: c.T("timetable.absences.none"), Text: c.T("timetable.absences.none_text")}
	}
}

// spell is the time of an absence at the venue: the day is said twice only where it has to.
func (x words) spell(a Absence) string {
	zone := x.b.Set.Zone
	if a.Starts.In(zone).Format(time.DateOnly) == a.Ends.In(zone).Format(time.DateOnly) {
		return x.when(a.Starts, a.Ends)
	}
	return x.c.T("timetable.absences.from_until", "From", x.c.Stamp(a.Starts, zone), "Until", x.c.Stamp(a.Ends, zone))
}

// dropAbsence takes an absence away; the notice puts it back.
func (w *Web) dropAbsence(c *web.C) error {
	set, b, err := w.setupBoard(c)
	if err != nil {
		return err
	}
	id := core.ID(c.Value("id"))
	for _, a := range b.Absences {
		if a.ID != id {
			continue
		}
		if err := w.s.DropAbsence(c.Context(), c.Actor, set, id); err != nil {
			return err
		}
		here := set.Path() + "/timetable/absences"
		return c.DoneUndo(here, web.Undo{Path: here + "/restore", Name: "absence", Value: packed(a), Next: c.URL(here)}, "timetable.absences.removed")
	}
	return core.NotFound()
}

func (w *Web) restoreAbsence(c *web.C) error {
	set, err := w.setting(c, "rules")
	if err != nil {
		return err
	}
	a, err := unpacked(c.Value("absence"))
	if err == nil {
		err = w.s.AddAbsence(c.Context(), c.Actor, set, a)
	}
	return w.restored(c, set, "/timetable/absences", "timetable.absence_form.saved", err)
}

// packed is an absence as a notice carries it.
func packed(a Absence) string {
	return strings.Join([]string{
		string(a.Person), string(a.Organisation), a.Starts.Time().UTC().Format(time.RFC3339), a.Ends.Time().UTC().Format(time.RFC3339), a.Note,
	}, "|")
}

func unpacked(s string) (Absence, error) {
	parts := strings.SplitN(s, "|", 5)
	if len(parts) != 5 {
		return Absence{}, core.Invalid("error.unreadable")
	}
	starts, err := time.Parse(time.RFC3339, parts[2])
	if err != nil {
		return Absence{}, core.Invalid("error.unreadable")
	}
	ends, err := time.Parse(time.RFC3339, parts[3])
	if err != nil {
		return Absence{}, core.Invalid("error.unreadable")
	}
	return Absence{Person: core.ID(parts[0]), Organisation: core.ID(parts[1]), Starts: core.At(starts), Ends: core.At(ends), Note: parts[4]}, nil
}
