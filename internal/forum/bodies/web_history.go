package bodies

import (
	"encoding/json"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

// historyView is what happened to a body and in it.
type historyView struct {
	Name  web.TextView
	Tabs  web.Tabs
	Lines []web.HistoryLine
	Pager web.Pager
}

// seatEvent is the part of an event that names a seat.
type seatEvent struct {
	Person       core.ID `json:"person"`
	Organisation core.ID `json:"organisation"`
	Role         string  `json:"role"`
}

func (w *Web) history(c *web.C) error {
	c.Reads(core.ScopeForum)
	b, roles, err := w.load(c)
	if err != nil {
		return err
	}
	list, err := w.s.rec.Events(c.Context(), record.Query{
		Subjects: []core.ID{b.ID}, Internal: Policy.Can("list", b.Status, roles...), Page: c.PageArg(),
	})
	if err != nil {
		return err
	}
	actors := make([]core.ID, 0, len(list.Items))
	for _, e := range list.Items {
		if e.Person != "" && !slices.Contains(actors, e.Person) {
			actors = append(actors, e.Person)
		}
	}
	names, err := w.people.Names(c.Context(), actors)
	if err != nil {
		return err
	}
	v := historyView{
		Name: c.Text(b.Name), Tabs: w.tabs(c, b, true), Lines: c.History(list.Items, names, "UTC"),
		Pager: c.Pager(len(list.Items), list.Total, list.Next, "bodies.history.count"),
	}
	if err := w.tellSeats(c, list.Items, v.Lines); err != nil {
		return err
	}
	w.tellCodes(c, v.Lines)
	title := c.T("bodies.history.title", "Name", b.Label(c.Lang))
	return c.Page(web.Page{
		Name: "bodies/history", Title: title, Section: "community", Trail: w.bodyTrail(c, b, web.Crumb{Label: c.T("bodies.tab.history")}), V: v,
	})
}

// tellSeats puts holder and role into the lines about seats, where the name may be
// shown, and leaves the body's own name out of its own history.
func (w *Web) tellSeats(c *web.C, events []record.Event, lines []web.HistoryLine) error {
	seats := make([]Seat, len(events))
	for i, e := range events {
		var d seatEvent
		if json.Unmarshal(e.Data, &d) == nil {
			seats[i] = Seat{Person: d.Person, Organisation: d.Organisation, Role: d.Role}
		}
	}
	holders, err := w.holders(c, seats)
	if err != nil {
		return err
	}
	for i, s := range seats {
		lines[i].Label = ""
		if s.Role != "" {
			v := w.seatView(c, s, holders)
			lines[i].Label = c.T("bodies.history.seat", "Who", v.Who.S, "Role", v.Role)
		}
	}
	return nil
}

// tellCodes puts words in the place of codes.
func (w *Web) tellCodes(c *web.C, lines []web.HistoryLine) {
	words := map[string]func(string) string{
		c.T("field.body_status"):  func(s string) string { return c.T("bodies.status." + s) },
		c.T("field.seat_role"):    func(s string) string { return c.T("bodies.role." + s) },
		c.T("field.body_country"): func(s string) string { return w.country(c, s).S },
		c.T("field.body_region"):  func(s string) string { return w.region(c, s).S },
		c.T("field.seat_group"):   func(s string) string { return c.Text(w.vocab.Label(vocab.Groups, s)).S },
	}
	for _, l := range lines {
		for i, ch := range l.Changes {
			say, ok := words[ch.Field]
			if !ok {
				continue
			}
			for _, value := range []*string{&l.Changes[i].Before, &l.Changes[i].After} {
				if *value != "" {
					*value = say(*value)
				}
			}
		}
	}
}
