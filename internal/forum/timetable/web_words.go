package timetable

import (
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/web"
)

// words names what the plan speaks of in the reader's language.
type words struct {
	c *web.C
	b *Board
}

func (x words) room(id core.ID) string {
	if r := x.b.Set.Room(id); r != nil {
		return x.c.Text(r.Name).S
	}
	return x.c.T("timetable.no_room")
}

func (x words) theme(id core.ID) string {
	if t := x.b.Set.Theme(id); t != nil {
		return x.c.Text(t.Name).S
	}
	return ""
}

// session is how a session is called in a sentence.
func (x words) session(id core.ID) string {
	it := x.b.Item(id)
	if it == nil {
		return x.c.T("timetable.gone")
	}
	return x.c.T("timetable.told.title", "Ref", programme.RefLabel(it.Ref), "Title", x.c.Text(it.Name()).S)
}

func (x words) who(f Found) string { return x.b.Names[f.Person+f.Organisation] }

// finding is one finding as a sentence.
func (x words) finding(f Found) string {
	return x.c.T("timetable.finding."+f.Rule, "Session", x.session(f.Session), "Other", x.session(f.Other), "Room", x.room(f.Room),
		"Who", x.who(f), "Amount", f.Amount, "Count", f.Amount)
}

// findingLine is a finding ready to print.
type findingLine struct {
	Key, Rule    string
	Words        string
	Status       web.Status
	URL, Where   string // to the session in the plan
	Other        string
	Accepted     string
	Reason       string
	Blocks       bool
	Cost         int64
	When         string
	OtherURL     string
	AcceptURL    string
	SessionLabel string
}

// lines prepares findings, those of one rule only where it is named. Accepted ones come last.
func (x words) lines(list []Found, rule string) []findingLine {
	out := []findingLine{}
	var accepted []findingLine
	for _, f := range list {
		if rule != "" && f.Rule != rule {
			continue
		}
		l := findingLine{Key: f.Key, Rule: x.c.T("timetable.rule." + f.Rule), Words: x.finding(f), Blocks: f.Blocks(), Cost: f.Cost}
		if it := x.b.Item(f.Session); it != nil {
			l.URL, l.SessionLabel = x.c.URL(x.b.Set.Path()+"/timetable/sessions/"+it.Ref), programme.RefLabel(it.Ref)
			l.When = x.when(it.Plan.Starts, it.Plan.Ends)
			if it.Plan.Scheduled() {
				l.Where = x.c.URL(x.b.Set.Path() + "/timetable?day=" + it.Plan.Starts.In(x.b.Set.Zone).Format("2006-01-02") + "#" + it.Ref)
			}
		}
		if it := x.b.Item(f.Other); it != nil {
			l.Other, l.OtherURL = programme.RefLabel(it.Ref), x.c.URL(x.b.Set.Path()+"/timetable/sessions/"+it.Ref)
		}
		switch {
		case f.Accepted != nil:
			l.Status = x.c.Status("done", "timetable.level.accepted")
			l.Accepted = x.c.T("timetable.accepted_by", "Name", f.Accepted.ByName, "When", x.c.StampHere(f.Accepted.At), "Reason", f.Accepted.Reason)
			l.Reason = f.Accepted.Reason
			accepted = append(accepted, l)
			continue
		case l.Blocks:
			l.Status = x.c.Status("late", "timetable.level.block")
		default:
			l.Status = x.c.Status("due", "timetable.level.warn")
			l.Status.Icon = "warning"
		}
		out = append(out, l)
	}
	return append(out, accepted...)
}

// step is what was done to the plan as a sentence.
func (x words) step(st Step) string {
	m := st.Moves[0]
	args := []any{
		"Name", st.ByName, "Count", len(st.Moves), "Session", programme.RefLabel(m.Ref), "When", x.when(m.After.Starts, m.After.Ends), "Room", x.room(m.After.Room),
	}
	key := "timetable.step." + st.Kind
	switch {
	case len(st.Moves) > 1 && st.Kind == "move":
		key = "timetable.step.several"
	case st.Kind == "move" && m.After.Starts.IsZero():
		key = "timetable.step.taken_out"
	}
	return strings.TrimSpace(x.c.T(key, args...))
}
