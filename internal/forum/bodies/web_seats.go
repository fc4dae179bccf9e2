package bodies

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/people"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/web"
)

// seatForm is the form of a seat. Who is a name as somebody types it; where several
// people or organisations have it, Holder is the choice among them.
type seatForm struct {
	Version int64     `form:"version" ui:"hidden"`
	Who     string    `form:"who" max:"200" required:"1"`
	Holder  string    `form:"holder" ui:"radio"`
	Role    string    `form:"role" ui:"select" required:"1"`
	From    Date      `form:"from"`
	Until   Date      `form:"until"`
	Term    int       `form:"term" ui:"number"`
	Group   string    `form:"group" ui:"select"`
	Note    core.Text `form:"note" max:"500"`
}

// changeForm is the form of a seat that is held; the holder stays.
type changeForm struct {
	Version int64     `form:"version" ui:"hidden"`
	Role    string    `form:"role" ui:"select" required:"1"`
	From    Date      `form:"from"`
	Until   Date      `form:"until"`
	Term    int       `form:"term" ui:"number"`
	Group   string    `form:"group" ui:"select"`
	Note    core.Text `form:"note" max:"500"`
}

func (in seatForm) seat(body core.ID) NewSeat {
	return NewSeat{Body: body, Role: in.Role, From: in.From, Until: in.Until, Term: in.Term, Group: in.Group, Note: in.Note}
}

func changeOf(s Seat) changeForm {
	return changeForm{Version: s.Version, Role: s.Role, From: s.From, Until: s.Until, Term: s.Term, Group: s.Group, Note: s.Note}
}

// seatOptions gives the choices of a seat's form: only roles that the reader may give.
func (w *Web) seatOptions(c *web.C, f *web.Form, b Body, roles []core.Role) {
	var offered []web.Option
	for _, r := range SeatRoles {
		if checkSeat("add", r, b, roles) == nil {
			offered = append(offered, web.Option{Value: r, Label: c.T("bodies.role." + r)})
		}
	}
	f.Options("role", offered)
	f.Options("group", w.vocab.Options(c.Lang, vocab.Groups))
}

func (w *Web) addSeat(c *web.C) error {
	b, roles, err := w.load(c)
	if err != nil {
		return err
	}
	if err := SeatPolicy.Check("add", seatState(b), roles...); err != nil && c.R.Method == http.MethodGet {
		return err
	}
	title := c.T("bodies.seat.add")
	page := formPage(title, w.bodyTrail(c, b, web.Crumb{Label: title}))
	page.V = formView{Title: title, About: b.Label(c.Lang)}
	var found []candidate
	return editing(c, "bodies.seat_form", seatForm{Role: "member", From: w.s.Today()}, page, func(f *web.Form) {
		w.seatOptions(c, f, b, roles)
		if len(found) == 0 {
			f.Field("holder").Kind = "hidden"
			return
		}
		options := make([]web.Option, 0, len(found))
		for _, h := range found {
			options = append(options, web.Option{Value: h.value(), Label: h.label})
		}
		f.Options("holder", options)
	}, func(in seatForm) (string, error) {
		n := in.seat(b.ID)
		if err := checkSeat("add", in.Role, b, roles); err != nil && in.Role != "" {
			return "", err // before names are looked up for somebody who may not
		}
		if found, err = w.candidates(c, in.Who); err != nil {
			return "", err
		}
		if err := choose(&n, in, found); err != nil {
			return "", err
		}
		_, err := w.s.AddSeat(c.Context(), c.Actor, n)
		return b.Path(), err
	}, b.Path())
}

// candidate is a person or organisation that a typed name may mean; sure says that it
// is called exactly so.
type candidate struct {
	person, organisation core.ID
	label                string
	sure                 bool
}

func (h candidate) value() string {
	if h.person != "" {
		return "person:" + string(h.person)
	}
	return "organisation:" + string(h.organisation)
}

// mostCandidates is how many people a form offers to choose from.
const mostCandidates = 20

// candidates are the people and organisations that a typed name may mean, of people
// only those whom the reader may know of.
func (w *Web) candidates(c *web.C, who string) ([]candidate, error) {
	if strings.TrimSpace(who) == "" {
		return nil, nil
	}
	matches, err := w.people.FindPersons(c.Context(), who, mostCandidates)
	if err != nil {
		return nil, err
	}
	var persons []people.Person
	for _, m := range matches {
		if people.Can(c.Actor, "see", m.Person) {
			persons = append(persons, m.Person)
		}
	}
	at, err := w.people.AffiliationsFor(c.Context(), c.Actor, persons)
	if err != nil {
		return nil, err
	}
	var out []candidate
	for _, m := range matches {
		if !slices.ContainsFunc(persons, func(p people.Person) bool { return p.ID == m.Person.ID }) {
			continue
		}
		h := candidate{person: m.Person.ID, label: m.Person.In(c.Lang), sure: m.Reason == people.SameName}
		if where := w.whereabouts(c, m.Person, at[m.Person.ID]); where != "" {
			h.label = c.T("bodies.seat.candidate", "Name", h.label, "Where", where)
		}
		out = append(out, h)
	}
	organisations, err := w.people.FindOrganisations(c.Context(), who)
	if err != nil {
		return nil, err
	}
	for _, m := range organisations {
		out = append(out, candidate{
			organisation: m.Organisation.ID, label: c.Text(m.Organisation.Name).S,
			sure: m.Reason == people.SameName || m.Reason == people.SameAcronym,
		})
	}
	return out, nil
}

// whereabouts tells people of one name apart: where they work today, else their country.
func (w *Web) whereabouts(c *web.C, p people.Person, at []people.Affiliation) string {
	for _, f := range at {
		if f.On(string(w.s.Today())) && f.Label() != "" {
			return f.Label()
		}
	}
	return w.country(c, p.Country).S
}

// choose sets the holder of a seat: the one that was chosen, or the only one who is
// called exactly so.
func choose(n *NewSeat, in seatForm, found []candidate) error {
	chosen := slices.IndexFunc(found, func(h candidate) bool { return h.value() == in.Holder })
	if chosen < 0 {
		sure := slices.DeleteFunc(slices.Clone(found), func(h candidate) bool { return !h.sure })
		if len(sure) == 1 {
			chosen = slices.Index(found, sure[0])
		}
	}
	if chosen >= 0 {
		n.Person, n.Organisation = found[chosen].person, found[chosen].organisation
		return nil
	}
	var p core.Problems
	switch {
	case strings.TrimSpace(in.Who) == "":
		p.Add("who", "form.required")
	case len(found) == 0:
		p.Add("who", "bodies.error.nobody", "Name", in.Who)
	default:
		p.Add("holder", "bodies.error.which")
	}
	return p.Err()
}

func (w *Web) loadSeat(c *web.C, action string) (Seat, Body, []core.Role, error) {
	b, roles, err := w.load(c)
	if err != nil {
		return Seat{}, b, nil, err
	}
	s, _, err := w.s.Seat(c.Context(), core.ID(c.Param("seat")))
	if err != nil {
		return s, b, nil, err
	}
	if s.Body != b.ID {
		return s, b, nil, core.NotFound()
	}
	if err := checkSeat(action, s.Role, b, roles); err != nil && c.R.Method == http.MethodGet {
		return s, b, nil, err
	}
	return s, b, roles, nil
}

// seatPage is the page around a form of a seat: it names the holder and the body.
func (w *Web) seatPage(c *web.C, title string, s Seat, b Body) (web.Page, error) {
	page := formPage(title, w.bodyTrail(c, b, web.Crumb{Label: title}))
	holders, err := w.holders(c, []Seat{s})
	if err != nil {
		return page, err
	}
	page.V = formView{Title: title, About: c.T("bodies.seat.about", "Who", w.seatView(c, s, holders).Who.S, "Body", b.Label(c.Lang))}
	return page, nil
}

// now puts the seat as it stands into the form that found itself overtaken.
func now[In any](err error, form func(Seat) In) error {
	if e, ok := errors.AsType[*core.Error](err); ok && e.Kind == core.KindStale {
		if s, ok := e.Current.(Seat); ok {
			e.Current = form(s)
		}
	}
	return err
}

func (w *Web) changeSeat(c *web.C) error {
	s, b, roles, err := w.loadSeat(c, "change")
	if err != nil {
		return err
	}
	page, err := w.seatPage(c, c.T("bodies.seat.change"), s, b)
	if err != nil {
		return err
	}
	return editing(c, "bodies.seat_form", changeOf(s), page, func(f *web.Form) {
		f.Submit = c.T("bodies.seat_form.save")
		w.seatOptions(c, f, b, roles)
	}, func(in changeForm) (string, error) {
		_, err := w.s.ChangeSeat(c.Context(), c.Actor, s.ID, in.Version, NewSeat{
			Role: in.Role, From: in.From, Until: in.Until, Term: in.Term, Group: in.Group, Note: in.Note,
		})
		return b.Path(), now(err, changeOf)
	}, b.Path())
}

func (w *Web) endSeat(c *web.C) error {
	s, b, _, err := w.loadSeat(c, "end")
	if err != nil {
		return err
	}
	page, err := w.seatPage(c, c.T("bodies.seat.end"), s, b)
	if err != nil {
		return err
	}
	return editing(c, "bodies.end_form", EndInput{Version: s.Version, Until: w.s.Today()}, page, nil,
		func(in EndInput) (string, error) {
			_, err := w.s.EndSeat(c.Context(), c.Actor, s.ID, in)
			return b.Path(), now(err, func(s Seat) EndInput { return EndInput{Version: s.Version, Until: s.Until} })
		}, b.Path())
}
