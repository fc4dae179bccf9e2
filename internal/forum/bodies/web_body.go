package bodies

import (
	"html/template"
	"slices"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/web"
)

// bodyView is the page of a body.
type bodyView struct {
	Name            web.TextView
	Acronym, Kind   string
	Status          web.Status
	Tabs            web.Tabs
	Actions         []web.Action
	Purpose         web.TextView
	Facts           []fact
	Links           []linkView
	AsSeen          web.TextView
	Source          string
	Today, Former   []seatView
	NoSeats         *web.Empty
	Balance         []figureBar // seats of today by stakeholder group
	AddSeat         *web.Tab
	Parent          *bodyLink
	Children        []bodyLink
	Panels, InAside []template.HTML
}

type fact struct {
	Label string
	Value web.TextView
}

type linkView struct{ Kind, URL string }

// seatView is a seat ready to print.
type seatView struct {
	Who              web.TextView
	URL              string // of the holder's page; empty where the name is not shown
	Role, Span, Term string
	Group, Note      web.TextView
	Change, End      string // addresses of forms; empty where the reader may not
}

func (w *Web) body(c *web.C) error {
	reads(c)
	b, roles, err := w.load(c)
	if err != nil {
		return err
	}
	v := bodyView{
		Name: c.Text(b.Name), Acronym: b.Acronym, Kind: c.T("bodies.kind." + b.Kind), Status: w.status(c, b),
		Tabs: w.tabs(c, b, false), Purpose: c.Text(b.Purpose), Facts: w.facts(c, b), AsSeen: c.Text(b.AsSeen), Source: b.Source,
	}
	for _, l := range b.Links {
		v.Links = append(v.Links, linkView{Kind: c.T("bodies.link." + l.Kind), URL: l.URL})
	}
	if err := w.seats(c, &v, b, roles); err != nil {
		return err
	}
	if err := w.relatives(c, &v, b); err != nil {
		return err
	}
	if v.Panels, err = c.Panels(SlotBody, b.ID); err != nil {
		return err
	}
	if v.InAside, err = c.Panels(SlotBodySide, b.ID); err != nil {
		return err
	}
	if Policy.Can("edit", b.Status, roles...) {
		v.Actions = append(v.Actions, web.Action{Label: c.T("bodies.edit"), URL: c.URL(b.Path() + "/edit"), Icon: "edit"})
	}
	if Policy.Can("list", b.Status, roles...) {
		v.Actions = append(v.Actions, web.Action{Label: c.T("bodies.standing"), URL: c.URL(b.Path() + "/standing"), Icon: "edit"})
	}
	p := web.Page{Name: "bodies/body", Title: b.Label(c.Lang), Section: "community", Trail: w.bodyTrail(c, b), V: v}
	p.Describe = v.Purpose.S
	last := &p.Trail[len(p.Trail)-1]
	last.URL = ""
	return c.Page(p)
}

func (w *Web) tabs(c *web.C, b Body, history bool) web.Tabs {
	return web.Tabs{Label: b.Label(c.Lang), Tabs: []web.Tab{
		{Label: c.T("bodies.tab.body"), URL: c.URL(b.Path()), Current: !history},
		{Label: c.T("bodies.tab.history"), URL: c.URL(b.Path() + "/history"), Current: history},
	}}
}

// facts lists what is known of a body; what is not known is left out.
func (w *Web) facts(c *web.C, b Body) []fact {
	var out []fact
	add := func(key string, v web.TextView) {
		if v.S != "" {
			out = append(out, fact{c.T("bodies.fact." + key), v})
		}
	}
	plain := func(s string) web.TextView { return web.TextView{S: s} }
	add("country", w.country(c, b.Country))
	add("region", w.region(c, b.Region))
	add("founded", plain(w.date(c, b.Founded)))
	add("recognised", plain(w.date(c, b.Recognised)))
	add("started", plain(w.date(c, b.Started)))
	add("ended", plain(w.date(c, b.Ended)))
	add("years", plain(w.years(c, b)))
	return out
}

func (w *Web) relatives(c *web.C, v *bodyView, b Body) error {
	children, err := w.s.Children(c.Context(), b.ID)
	if err != nil {
		return err
	}
	for _, child := range children {
		v.Children = append(v.Children, bodyLink{Name: c.Text(child.Name), URL: c.URL(child.Path())})
	}
	if b.Parent == "" {
		return nil
	}
	parent, err := w.s.Body(c.Context(), b.Parent)
	if err != nil {
		return err
	}
	v.Parent = &bodyLink{Name: c.Text(parent.Name), URL: c.URL(parent.Path())}
	return nil
}

// seats fills in who sits in the body today and who did, with the names that may be shown.
func (w *Web) seats(c *web.C, v *bodyView, b Body, roles []core.Role) error {
	list, err := w.s.Seats(c.Context(), b.ID)
	if err != nil {
		return err
	}
	holders, err := w.holders(c, list)
	if err != nil {
		return err
	}
	today := w.s.Today()
	state := seatState(b)
	for _, s := range list {
		sv := w.seatView(c, s, holders)
		at := b.Path() + "/seats/" + string(s.ID)
		if SeatPolicy.Can("change", state, roles...) {
			sv.Change = c.URL(at)
		}
		if s.On(today) {
			if checkSeat("end", s.Role, b, roles) == nil {
				sv.End = c.URL(at + "/end")
			}
			v.Today = append(v.Today, sv)
			continue
		}
		v.Former = append(v.Former, sv)
	}
	slices.Reverse(v.Former)
	v.Balance = w.balance(c, On(list, today))
	if SeatPolicy.Can("add", state, roles...) {
		v.AddSeat = &web.Tab{Label: c.T("bodies.seat.add"), URL: c.URL(b.Path() + "/seats/new")}
	}
	if len(v.Today) == 0 {
		v.NoSeats = &web.Empty{Title: c.T("bodies.seats.none"), Text: c.T("bodies.seats.none.text"), Link: v.AddSeat}
	}
	return nil
}

// holder is a person or organisation that sits somewhere.
type holder struct {
	name web.TextView
	url  string
}

// holders names who sits in seats. A person whose name may not be shown is not in it.
func (w *Web) holders(c *web.C, seats []Seat) (map[core.ID]holder, error) {
	var persons, orgs []core.ID
	for _, s := range seats {
		if s.Person != "" {
			persons = append(persons, s.Person)
		} else {
			orgs = append(orgs, s.Organisation)
		}
	}
	out := map[core.ID]holder{}
	names, err := w.people.Names(c.Context(), persons)
	if err != nil {
		return nil, err
	}
	for id, name := range names {
		out[id] = holder{web.TextView{S: name}, c.URL("/people/" + string(id))}
	}
	organisations, err := w.people.Organisations(c.Context(), orgs)
	if err != nil {
		return nil, err
	}
	for id, o := range organisations {
		out[id] = holder{c.Text(o.Name), c.URL("/organisations/" + string(id))}
	}
	return out, nil
}

func (w *Web) seatView(c *web.C, s Seat, holders map[core.ID]holder) seatView {
	v := seatView{
		Role: c.T("bodies.role." + s.Role), Span: w.span(c, s.From, s.Until), Note: c.Text(s.Note),
		Group: c.Text(w.vocab.Label(vocab.Groups, s.Group)),
	}
	if s.Term > 0 {
		v.Term = c.T("bodies.term", "Number", strconv.Itoa(s.Term))
	}
	h, ok := holders[s.Person]
	if !ok {
		h, ok = holders[s.Organisation]
	}
	if !ok {
		h.name = web.TextView{S: c.T("bodies.name_not_public")}
	}
	v.Who, v.URL = h.name, h.url
	return v
}

// balanceFrom is the number of seats from which their split by group says something.
const balanceFrom = 5

// balance counts the seats of today by stakeholder group (E024).
func (w *Web) balance(c *web.C, seats []Seat) []figureBar {
	counts := map[string]int{}
	for _, s := range seats {
		if s.Group != "" {
			counts[s.Group]++
		}
	}
	total, most := 0, 0
	for _, n := range counts {
		total, most = total+n, max(most, n)
	}
	if total < balanceFrom {
		return nil
	}
	var out []figureBar
	for _, t := range w.vocab.Terms(vocab.Groups) { // also those that no longer count: they stay on old seats
		if n := counts[t.Code]; n > 0 {
			out = append(out, figureBar{When: c.Text(t.Label).S, Number: strconv.Itoa(n), Width: width(n, most), Latest: n == most})
		}
	}
	return out
}

// holderView is what the page of a person or organisation shows of its seats.
type holderView struct{ Today, Former []holderSeat }

type holderSeat struct {
	Body bodyLink
	seatView
}

// PersonPanel fills people.SlotPerson with the seats of the person. The page that has
// the slot is made from the forum's scope, in which all events of seats stand.
func (w *Web) PersonPanel(c *web.C, person core.ID) (name string, view any, err error) {
	list, err := w.s.SeatsOf(c.Context(), person)
	if err != nil {
		return "", nil, err
	}
	return w.holderPanel(c, list)
}

// OrganisationPanel fills people.SlotOrganisation with the seats of the organisation.
func (w *Web) OrganisationPanel(c *web.C, organisation core.ID) (name string, view any, err error) {
	list, err := loadSeats(c.Context(), w.s.rec.DB.Read, "organisation", organisation)
	if err != nil {
		return "", nil, err
	}
	return w.holderPanel(c, list)
}

func (w *Web) holderPanel(c *web.C, list []Seat) (name string, view any, err error) {
	if len(list) == 0 {
		return "", nil, nil
	}
	ids := make([]core.ID, 0, len(list))
	for _, s := range list {
		ids = append(ids, s.Body)
	}
	bodies, err := w.s.Bodies(c.Context(), ids)
	if err != nil {
		return "", nil, err
	}
	var v holderView
	today := w.s.Today()
	for _, s := range list {
		b, ok := bodies[s.Body]
		if !ok {
			continue
		}
		h := holderSeat{Body: bodyLink{Name: c.Text(b.Name), URL: c.URL(b.Path())}, seatView: w.seatView(c, s, nil)}
		if s.On(today) {
			v.Today = append(v.Today, h)
		} else {
			v.Former = append(v.Former, h)
		}
	}
	return "bodies/holder-panel", v, nil
}
