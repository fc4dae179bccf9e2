package papers

import (
	"net/http"
	"slices"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/web"
)

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > 10_000 {
		return 0
	}
	return n
}

// endorseView is who stands behind a joint statement, and until when one may join.
type endorseView struct {
	Status   web.Status
	Until    string
	Count    string
	Groups   []endorseGroup
	Past     []endorser // withdrawn
	PastHead string
	Empty    *web.Empty
}

type endorseGroup struct {
	Name      string
	Endorsers []endorser
}

type endorser struct {
	ID, Name, URL string
	Line          string // the person behind an organisation, or her affiliation of that day
	Revision      string
	RevisionURL   string
	When          string
	Newer         bool // the words have changed since
	Status        web.Status
	Reason        string
	Reservation   web.TextView
	About         string // which paragraph the reservation is about
	Keep, End     string
}

// endorsements prepares the list of those who endorse, by stakeholder group.
func (w *Web) endorsements(c *web.C, v View) (*endorseView, error) {
	now := c.S.Clock.Instant()
	out := &endorseView{}
	if !v.EndorseFrom.IsZero() {
		c.Until(v.EndorseFrom.Time())
		c.Until(v.EndorseUntil.Time())
		from, until := c.Stamp(v.EndorseFrom, v.EndorseZone), c.Stamp(v.EndorseUntil, v.EndorseZone)
		switch v.Window(now) {
		case WindowUpcoming:
			out.Status, out.Until = c.Status("due", "papers.window.upcoming"), c.T("papers.window.from", "Time", from, "Place", web.ZoneCity(v.EndorseZone))
		case WindowOpen:
			out.Status, out.Until = c.Status("due", "papers.window.open"), c.T("papers.window.until", "Time", until, "Place", web.ZoneCity(v.EndorseZone))
		case WindowClosed:
			out.Status, out.Until = c.Status("done", "papers.window.closed"), c.T("papers.window.since", "Time", until, "Place", web.ZoneCity(v.EndorseZone))
		}
	}
	var ids []core.ID
	for _, e := range v.Endorsements {
		ids = append(ids, e.Person)
	}
	names, err := w.s.people.Names(c.Context(), ids)
	if err != nil {
		return nil, err
	}
	keeps := policy.Can("keep_endorsements", v.policyState(), v.Roles...)
	by := map[string][]endorser{}
	stand := 0
	for _, e := range v.Endorsements {
		if e.State == Followed {
			continue
		}
		line := w.endorser(c, v, e, names)
		if !e.Stands() {
			out.Past = append(out.Past, line)
			continue
		}
		stand++
		if keeps {
			line.Keep = c.URL(v.Path() + "/endorsements/" + string(e.ID))
		}
		if e.Person == c.Actor.Person && c.Actor.SignedIn() {
			line.End = c.URL(v.Path() + "/endorsements/" + string(e.ID) + "/end")
		}
		group := e.Group
		if !w.vocab.Has(vocab.Groups, group) {
			group = ""
		}
		by[group] = append(by[group], line)
	}
	for _, t := range w.vocab.Terms(vocab.Groups) {
		if list := by[t.Code]; len(list) > 0 {
			out.Groups = append(out.Groups, endorseGroup{Name: c.Text(t.Label).S, Endorsers: list})
		}
	}
	if list := by[""]; len(list) > 0 {
		out.Groups = append(out.Groups, endorseGroup{Name: c.T("papers.group_none"), Endorsers: list})
	}
	out.Count = c.T("papers.endorsers", "Count", stand)
	out.PastHead = c.T("papers.endorsers_past", "Count", len(out.Past))
	if stand == 0 {
		out.Empty = &web.Empty{Title: c.T("papers.endorsers_none"), Text: c.T("papers.endorsers_none_text")}
	}
	return out, nil
}

func (w *Web) endorser(c *web.C, v View, e Endorsement, names map[core.ID]string) endorser {
	name := names[e.Person]
	if name == "" {
		name = e.Snapshot.Name // she signed publicly, under this name
	}
	out := endorser{
		ID: "e-" + string(e.ID), Name: name, Line: e.Snapshot.Line(), When: c.StampHere(e.Signed), Reason: e.Reason, Reservation: c.Text(e.Reservation),
		Revision:    c.T("papers.endorsed_version", "Number", e.Revision),
		RevisionURL: c.URL("/documents/" + string(v.Document) + "/revisions/" + strconv.Itoa(e.Revision)),
		Newer:       v.Doc.Published > e.Revision,
	}
	if names[e.Person] != "" {
		out.URL = c.URL("/people/" + string(e.Person))
	}
	if e.Organisation != "" {
		out.Name, out.URL = c.Text(e.OrgName).S, c.URL("/organisations/"+string(e.Organisation))
		out.Line = c.T("papers.signed_by", "Name", name)
	}
	if e.Para != "" && !e.Reservation.IsZero() && v.Revision != nil {
		if p, ok := v.Revision.Paragraph(e.Para); ok {
			out.About = c.T("papers.paragraph", "Number", p.Number())
		}
	}
	switch e.State {
	case Disputed:
		out.Status = c.Status("late", "papers.endorsement.disputed")
	case Withdrawn:
		out.Status = c.Status("cancelled", "papers.endorsement.withdrawn", "Time", c.StampHere(e.Ended))
	}
	return out
}

// endorse is the form with which one signs, or confirms that one still stands behind the
// text.
func (w *Web) endorse(c *web.C) error {
	v, err := w.s.View(c.Context(), c.Actor, core.ID(c.Param("id")), false)
	if err != nil {
		return err
	}
	title := c.T("papers.endorse")
	x := form[EndorseInput]{
		key: "papers.endorsing", title: title, about: v.Label(c.Lang), trail: w.trail(c, &v.Paper, web.Crumb{Label: title}), cancel: v.Path(), done: "papers.endorsed",
		save: func(in *EndorseInput) (string, error) {
			who := string(c.Actor.Account)
			if who == "" {
				who = web.RemoteAddr(c.R)
			}
			if err := w.signs.Allow(who); err != nil {
				return "", err
			}
			if in.For == herself {
				in.For = ""
			}
			e, err := w.s.Endorse(c.Context(), c.Actor, v.ID, c.Lang, *in)
			if err != nil && in.For == "" {
				in.For = herself
			}
			if core.KindOf(err) == core.KindStale && err != nil {
				now := *in
				now.Version = e.Revision
				return "", core.Stale(now)
			}
			return v.Path() + "#endorsers", err
		},
	}
	if v.Window(c.S.Clock.Instant()) != WindowOpen {
		return core.Conflict("papers.error.window")
	}
	who, err := w.s.signer(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	now := EndorseInput{Version: v.Doc.Published, For: herself}
	for _, e := range v.Endorsements {
		if e.Person == c.Actor.Person && e.Stands() {
			now = EndorseInput{Version: v.Doc.Published, For: e.Organisation, Entitled: e.Entitled, Reservation: e.Reservation, Para: e.Para}
			if now.For == "" {
				now.For = herself
			}
			if e.Revision < v.Doc.Published {
				x.notice = c.T("papers.confirm_help", "Number", e.Revision)
			}
		}
	}
	x.prepare = func(f *web.Form) {
		line := who.Person.Name
		if l := who.Snapshot.Line(); l != "" {
			line = c.T("papers.by_both", "Name", who.Person.Name, "Organisation", l)
		}
		opts := []web.Option{{Value: herself, Label: c.T("papers.for_herself", "Name", line)}}
		for _, o := range who.Organisations {
			opts = append(opts, web.Option{Value: string(o.Organisation), Label: c.Text(o.Of).S})
		}
		f.Options("for", opts)
		if len(who.Organisations) == 0 {
			f.Drop("entitled")
		}
		var paras []web.Option
		for _, p := range v.Revision.Paragraphs {
			paras = append(paras, web.Option{Value: p.ID, Label: c.T("papers.paragraph_words", "Number", p.Number(), "Words", p.Plain(60))})
		}
		f.Options("para", paras)
	}
	return x.serve(c, now)
}

// herself is the choice to sign for nobody else.
const herself = "self"

// window is the form that says when a statement may be endorsed.
func (w *Web) window(c *web.C) error {
	p, roles, err := w.s.Get(c.Context(), c.Actor, core.ID(c.Param("id")))
	if err != nil {
		return err
	}
	if err := policy.Check("set_window", p.policyState(), roles...); err != nil && c.R.Method == http.MethodGet {
		return err
	}
	if p.Kind != Joint {
		return core.NotFound()
	}
	zone := "UTC"
	if set, err := w.s.editions.SettingByID(c.Context(), c.Actor, p.Edition); err == nil {
		zone = set.Zone
	}
	title := c.T("papers.window")
	return form[WindowInput]{
		key: "papers.windowing", title: title, about: p.Label(c.Lang), trail: w.trail(c, &p, web.Crumb{Label: title}), cancel: p.Path(), done: "papers.window_saved",
		save: func(in *WindowInput) (string, error) {
			p, err := w.s.SetWindow(c.Context(), c.Actor, p.ID, *in)
			return p.Path(), err
		},
	}.serve(c, windowOf(p, zone))
}

// found is the endorsement of the address, which stands.
func (w *Web) found(c *web.C) (View, Endorsement, error) {
	v, err := w.s.View(c.Context(), c.Actor, core.ID(c.Param("id")), false)
	if err != nil {
		return v, Endorsement{}, err
	}
	i := slices.IndexFunc(v.Endorsements, func(e Endorsement) bool { return string(e.ID) == c.Param("e") && e.Stands() })
	if i < 0 {
		return v, Endorsement{}, core.NotFound()
	}
	return v, v.Endorsements[i], nil
}

// keep is the form of those who keep the list.
func (w *Web) keep(c *web.C) error {
	v, e, err := w.found(c)
	if err != nil {
		return err
	}
	if err := policy.Check("keep_endorsements", v.policyState(), v.Roles...); err != nil && c.R.Method == http.MethodGet {
		return err
	}
	title := c.T("papers.keep")
	return form[KeepInput]{
		key: "papers.keeping", title: title, about: e.Name(), trail: w.trail(c, &v.Paper, web.Crumb{Label: title}), cancel: v.Path() + "#endorsers", done: "papers.kept",
		prepare: func(f *web.Form) {
			var opts []web.Option
			for _, s := range []string{Disputed, Withdrawn, Signed} {
				if s != e.State {
					opts = append(opts, web.Option{Value: s, Label: c.T("papers.keep." + s)})
				}
			}
			f.Options("state", opts)
		},
		save: func(in *KeepInput) (string, error) {
			return v.Path() + "#endorsers", w.s.Keep(c.Context(), c.Actor, v.ID, e.ID, *in)
		},
	}.serve(c, KeepInput{Version: e.Version})
}

// withdraw asks whether one really takes one's own signature back.
func (w *Web) withdraw(c *web.C) error {
	v, e, err := w.found(c)
	if err != nil {
		return err
	}
	switch {
	case !c.Actor.SignedIn():
		return core.SignIn()
	case e.Person != c.Actor.Person:
		return core.NotFound()
	}
	title := c.T("papers.withdraw")
	return form[struct{}]{
		key: "papers.withdrawing", title: title, about: e.Name(), notice: c.T("papers.withdraw_help"),
		trail: w.trail(c, &v.Paper, web.Crumb{Label: title}), cancel: v.Path() + "#endorsers", done: "papers.withdrawn",
		save: func(*struct{}) (string, error) {
			return v.Path() + "#endorsers", w.s.Withdraw(c.Context(), c.Actor, v.ID, e.ID)
		},
	}.serve(c, struct{}{})
}
