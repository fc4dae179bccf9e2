package participation

import (
	"cmp"
	"net/url"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

type deskNoteView struct {
	Note
	When, Machine string
	Paragraphs    []string
	Remove        bool
}

type deskRoleView struct {
	Name web.TextView
	URL  string
	Role string
}

type deskDoubleView struct {
	Label, Why, URL string
}

type deskAct struct {
	Do, Label string
	Primary   bool
}

type deskOneView struct {
	Title, Subtitle string
	Number          int
	Status          web.Status
	Facts           []web.Status
	Reason          web.TextView
	Kept            *web.Tab // the registration that is kept, of a double
	Before, After   string
	Place           string
	Acts            []deskAct
	Bulk, Next      string
	AsOf            int64
	Links           []web.Tab
	Groups          []factGroup
	Doubles         []deskDoubleView
	Roles           []deskRoleView
	Notes           []deskNoteView
	NoteForm        *web.Form
	NotePost        string
	RevokeLinks     string
	History         []story
}

// deskActs are what can be done to a registration in a state, at once.
func deskActs(r *Registration) []string {
	switch {
	case r.Recheck:
		return []string{BulkApprove, BulkDecline}
	case r.State == StateSubmitted, r.State == StatePending:
		return []string{BulkApprove, BulkDecline, BulkWait}
	case r.State == StateWaiting:
		return []string{BulkApprove, BulkDecline, BulkReopen}
	case r.State == StateApproved:
		return []string{BulkDecline, BulkReopen}
	case r.State == StateDeclined:
		return []string{BulkApprove, BulkReopen}
	}
	return nil
}

// numbered is the registration of an address, for the staff.
func (w *Web) numbered(c *web.C) (*editions.Setting, *Setting, *Registration, error) {
	set, st, err := w.staffed(c)
	if err != nil {
		return nil, nil, nil, err
	}
	r, err := w.s.ByNumber(c.Context(), c.Actor, set, c.Param("number"))
	return set, st, r, err
}

func onePath(set *editions.Setting, number int) string {
	return set.Path() + "/registrations/" + strconv.Itoa(number)
}

// deskOne shows all of a registration to the staff.
func (w *Web) deskOne(c *web.C) error {
	set, st, r, err := w.numbered(c)
	if err != nil {
		return err
	}
	return w.onePage(c, set, st, r, NoteInput{}, nil)
}

func (w *Web) onePage(c *web.C, set *editions.Setting, st *Setting, r *Registration, note NoteInput, failed error) error {
	here := onePath(set, r.Number)
	ch := ReadChoice(c.R.URL.Query())
	one, err := w.s.One(c.Context(), c.Actor, set, r, ch)
	if err != nil {
		return err
	}
	v := deskOneView{
		Title: cmp.Or(r.Name, c.T("participation.desk.erased")), Subtitle: c.Text(set.Name).S, Number: r.Number, Status: Status(c, r), Reason: c.Text(r.Reason),
		Groups: w.said(c, set, st, r), Bulk: c.URL(set.Path() + "/registrations/bulk"), Next: here, NotePost: c.URL(here + "/notes"), AsOf: micros(r.Updated),
		History: stories(c, one.Events),
	}
	query := ch.Values().Encode()
	beside := func(n int) string {
		if n == 0 {
			return ""
		}
		return c.URL(strings.TrimSuffix(onePath(set, n)+"?"+query, "?"))
	}
	v.Before, v.After = beside(one.Before), beside(one.After)
	if one.Place > 0 {
		v.Place = c.T("participation.desk.place", "Place", i18n.Number(c.Lang, one.Place), "Count", one.Count)
	}
	if one.After > 0 { // after a decision the next of the list comes
		v.Next = strings.TrimSuffix(onePath(set, one.After)+"?"+query, "?")
	}
	if r.HighLevel {
		v.Facts = append(v.Facts, c.Status("changed", "participation.desk.flag.high-level"))
	}
	if one.Kept != 0 {
		v.Kept = &web.Tab{Label: c.T("participation.number", "Number", one.Kept), URL: c.URL(onePath(set, one.Kept))}
	}
	for i, act := range deskActs(r) {
		v.Acts = append(v.Acts, deskAct{act, c.T("participation.desk.act_one." + act), i == 0})
	}
	v.Links = []web.Tab{
		{Label: c.T("participation.desk.correct"), URL: c.URL(here + "/correct")},
		{Label: c.T("participation.desk.protocol"), URL: c.URL(here + "/protocol")},
		{Label: c.T("participation.desk.move"), URL: c.URL(set.Path() + "/registrations/bulk?do=category&n=" + strconv.Itoa(r.Number) + "&next=" + url.QueryEscape(here))},
		{Label: c.T("participation.desk.letters"), URL: c.URL(here + "/letters")},
		{Label: c.T("participation.desk.papers"), URL: c.URL(here + "/papers")},
		{Label: c.T("participation.desk.letter_again"), URL: c.URL(set.Path() + "/registrations/bulk?do=letter&n=" + strconv.Itoa(r.Number) + "&next=" + url.QueryEscape(here))},
	}
	for _, d := range one.Doubles {
		v.Doubles = append(v.Doubles, deskDoubleView{
			Label: strconv.Itoa(d.With.Number) + " " + d.With.Name, Why: w.reasonsOf(c, d.Double),
			URL: c.URL(set.Path() + "/registrations/doubles/compare?n=" + strconv.Itoa(r.Number) + "&n=" + strconv.Itoa(d.With.Number)),
		})
	}
	for _, x := range one.Sessions {
		for _, role := range x.Roles {
			v.Roles = append(v.Roles, deskRoleView{Name: c.Text(x.Session.Title), URL: c.URL(x.Session.Path()), Role: c.T("programme.role." + role.Role)})
		}
	}
	for _, n := range one.Notes {
		v.Notes = append(v.Notes, deskNoteView{
			Note: n, When: c.StampHere(n.At), Machine: n.At.String(), Paragraphs: web.TextView{S: n.Text}.Paragraphs(), Remove: n.Removable(c.Actor, c.S.Clock.Instant()),
		})
	}
	if r.MayJoin() {
		v.RevokeLinks = c.URL(here + "/links")
	}
	f := c.Form("participation.desk.note", &note)
	f.Action = v.NotePost
	status, err := f.Refused(failed)
	if err != nil {
		return err
	}
	v.NoteForm = f
	title := c.T("participation.number", "Number", r.Number)
	if failed != nil {
		title = c.T("form.error_title", "Title", title)
	}
	return c.Page(web.Page{
		Name: "participation/desk-one", Title: title, Section: "programme", NoIndex: true, Status: status, V: v,
		Trail: w.deskTrail(c, set, web.Crumb{Label: c.T("participation.number", "Number", r.Number)}),
	})
}

func (w *Web) reasonsOf(c *web.C, d Double) string {
	words := make([]string, len(d.Why))
	for i, why := range d.Why {
		words[i] = c.T("participation.desk.double." + why)
	}
	return strings.Join(words, c.T("calls.form.comma"))
}

// deskCorrect is the form of a registration for the staff, on her behalf.
func (w *Web) deskCorrect(c *web.C) error {
	set, _, r, err := w.numbered(c)
	if err != nil {
		return err
	}
	here := onePath(set, r.Number)
	return w.correct(c, set, r, true, here+"/correct", here)
}

// deskProtocol is the form of rank and high-level flag.
func (w *Web) deskProtocol(c *web.C) error {
	set, _, r, err := w.numbered(c)
	if err != nil {
		return err
	}
	title := c.T("participation.desk.protocol")
	page := web.Page{
		Title: title, Section: "programme", V: formView{Title: title, Lead: c.T("participation.number", "Number", r.Number)},
		Trail: w.deskTrail(c, set, web.Crumb{Label: c.T("participation.number", "Number", r.Number), URL: c.URL(onePath(set, r.Number))}, web.Crumb{Label: title}),
	}
	now := ProtocolInput{Version: r.Version, HighLevel: r.HighLevel, Rank: r.Rank}
	return editing(c, "participation.desk.protocol_form", now, page, func(f *web.Form) {
		f.Options("rank", options(c, "participation.rank.", Ranks...))
		f.Cancel = c.URL(onePath(set, r.Number))
	}, func(in ProtocolInput) (string, error) {
		return onePath(set, r.Number), w.s.SetProtocol(c.Context(), c.Actor, set, r.ID, in)
	})
}

// deskNote adds a note, or takes one back.
func (w *Web) deskNote(c *web.C) error {
	set, st, r, err := w.numbered(c)
	if err != nil {
		return err
	}
	here := onePath(set, r.Number) + "#notes"
	if id := c.Value("remove"); id != "" {
		if err := w.s.RemoveNote(c.Context(), c.Actor, r, core.ID(id)); err != nil {
			return err
		}
		return c.Done(here, "participation.desk.note_removed")
	}
	var in NoteInput
	if err = c.Decode(&in); err == nil {
		if _, err = w.s.AddNote(c.Context(), c.Actor, r, in); err == nil {
			return c.Done(here, "participation.desk.note_added")
		}
	}
	return w.onePage(c, set, st, r, in, err)
}

// deskLinks makes the links of a registration useless.
func (w *Web) deskLinks(c *web.C) error {
	set, _, r, err := w.numbered(c)
	if err != nil {
		return err
	}
	if err := w.s.RevokeLinks(c.Context(), c.Actor, set, r.ID); err != nil {
		return err
	}
	return c.Done(onePath(set, r.Number), "participation.desk.links_revoked")
}
