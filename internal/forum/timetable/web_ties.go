package timetable

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/web"
)

// tieForm ties two sessions, named by their references.
type tieForm struct {
	Kind    string `form:"kind" ui:"select" required:"1"`
	First   string `form:"first" ui:"text" required:"1"`
	Second  string `form:"second" ui:"text" required:"1"`
	Minutes int    `form:"minutes" ui:"number"`
}

type tiesView struct {
	head
	Note     *web.Notice
	Count    string
	Rows     []tieRow
	Remove   string
	Form     *web.Form
	Sessions []suggestion
	Empty    *web.Empty
}

type tieRow struct {
	ID            core.ID
	Words         string
	First, Second web.Tab
	Status        *web.Status
}

// suggestion is a line of a list that a field suggests.
type suggestion struct{ Value, Label, Lang string }

func (w *Web) ties(c *web.C) error {
	set, b, err := w.setupBoard(c)
	if err != nil {
		return err
	}
	var in tieForm
	var failed error
	if c.R.Method == http.MethodPost {
		failed = read(c, &in, func() error {
			first, second := b.named(in.First), b.named(in.Second)
			var p core.Problems
			for _, f := range []struct {
				path string
				it   *Item
			}{{"first", first}, {"second", second}} {
				if f.it == nil {
					p.Add(f.path, "timetable.error.session")
				}
			}
			if err := p.Err(); err != nil {
				return err
			}
			return w.s.AddTie(c.Context(), c.Actor, set, Tie{Kind: in.Kind, First: first.ID, Second: second.ID, Minutes: in.Minutes})
		})
		if failed == nil {
			return c.Done(set.Path()+"/timetable/ties", "timetable.tie_form.saved")
		}
	}
	title := c.T("timetable.tab.ties")
	v := tiesView{head: w.head(c, set, title), Note: untouched(c, b), Form: c.Form("timetable.tie_form", &in), Remove: c.URL(set.Path() + "/timetable/ties/remove")}
	kinds := []web.Option{}
	for _, k := range tieKinds {
		kinds = append(kinds, web.Option{Value: k.code, Label: c.T("timetable.tie." + k.code)})
	}
	v.Form.Options("kind", kinds)
	for _, name := range []string{"first", "second"} {
		v.Form.Field(name).List = "sessions"
	}
	v.Sessions = sessionsOf(c, b)
	status, err := v.Form.Refused(failed)
	if err != nil {
		return err
	}
	v.rows(c, b)
	return w.page(c, set, "ties", titled(c, title, status), v, status)
}

// named finds a session by what somebody types: its reference as it is written anywhere,
// or its title.
func (b *Board) named(s string) *Item {
	ref := strings.ToLower(strings.Join(strings.Fields(s), ""))
	if it := b.ByRef(ref); it != nil {
		return it
	}
	key := core.Fold(strings.TrimSpace(s))
	if key == "" {
		return nil
	}
	var found *Item
	for i := range b.Items {
		it := &b.Items[i]
		if core.Fold(it.Title.String()) != key && core.Fold(it.Name().String()) != key {
			continue
		}
		if found != nil {
			return nil // two sessions of one title: the reference says which
		}
		found = it
	}
	return found
}

// sessionsOf suggests all sessions.
func sessionsOf(c *web.C, b *Board) []suggestion {
	out := []suggestion{}
	for i := range b.Items {
		title := c.Text(b.Items[i].Name())
		out = append(out, suggestion{programme.RefLabel(b.Items[i].Ref), title.S, title.Lang})
	}
	return out
}

// rows are the ties, with whether each is kept in the plan as it stands.
func (v *tiesView) rows(c *web.C, b *Board) {
	x := words{c, b}
	broken := map[[2]core.ID]map[string]bool{}
	for _, f := range b.Findings {
		key := [2]core.ID{f.Session, f.Other}
		if broken[key] == nil {
			broken[key] = map[string]bool{}
		}
		broken[key][f.Rule] = true
	}
	rule := map[string]string{"before": "order"}
	for _, t := range b.Ties {
		first, second := b.Item(t.First), b.Item(t.Second)
		if first == nil || second == nil {
			continue
		}
		row := tieRow{
			ID: t.ID, First: web.Tab{Label: x.session(t.First), URL: c.URL(first.Path())}, Second: web.Tab{Label: x.session(t.Second), URL: c.URL(second.Path())},
			Words: tied(c, t),
		}
		name := rule[t.Kind]
		if name == "" {
			name = t.Kind
		}
		if broken[[2]core.ID{t.First, t.Second}][name] {
			s := c.Status("late", "timetable.ties.broken")
			s.Icon = "warning"
			row.Status = &s
		}
		v.Rows = append(v.Rows, row)
	}
	v.Count = c.T("timetable.ties.count", "Count", len(v.Rows))
	if len(v.Rows) == 0 {
		v.Empty = &web.Empty{Title: c.T("timetable.ties.none"), Text: c.T("timetable.ties.none_text")}
	}
}

// dropTie takes a tie away; the notice ties the two again.
func (w *Web) dropTie(c *web.C) error {
	set, b, err := w.setupBoard(c)
	if err != nil {
		return err
	}
	id := core.ID(c.Value("id"))
	for _, t := range b.Ties {
		if t.ID != id {
			continue
		}
		if err := w.s.DropTie(c.Context(), c.Actor, set, id); err != nil {
			return err
		}
		here := set.Path() + "/timetable/ties"
		value := strings.Join([]string{t.Kind, string(t.First), string(t.Second), strconv.Itoa(t.Minutes)}, "|")
		return c.DoneUndo(here, web.Undo{Path: here + "/restore", Name: "tie", Value: value, Next: c.URL(here)}, "timetable.ties.removed")
	}
	return core.NotFound()
}

func (w *Web) restoreTie(c *web.C) error {
	set, err := w.setting(c, "rules")
	if err != nil {
		return err
	}
	parts := strings.Split(c.Value("tie"), "|")
	if len(parts) != 4 {
		return core.Invalid("error.unreadable")
	}
	minutes, err := strconv.Atoi(parts[3])
	if err != nil {
		return core.Invalid("error.unreadable")
	}
	err = w.s.AddTie(c.Context(), c.Actor, set, Tie{Kind: parts[0], First: core.ID(parts[1]), Second: core.ID(parts[2]), Minutes: minutes})
	return w.restored(c, set, "/timetable/ties", "timetable.tie_form.saved", err)
}

// restored leads back after something that was taken away is there again. What cannot be
// put back any more was taken away with what it spoke of.
func (w *Web) restored(c *web.C, set *editions.Setting, path, key string, err error) error {
	if e, ok := errors.AsType[*core.Error](err); ok && e.Kind == core.KindInvalid {
		return core.Conflict("timetable.error.restore")
	}
	if err != nil {
		return err
	}
	return c.Done(set.Path()+path, key)
}

// tied is how the first of two sessions stands to the second, in words.
func tied(c *web.C, t Tie) string {
	if t.Minutes > 0 && (t.Kind == "before" || t.Kind == "adjacent" || t.Kind == "apart") {
		return c.T("timetable.tied."+t.Kind+"_minutes", "Count", t.Minutes)
	}
	return c.T("timetable.tied." + t.Kind)
}
