package badges

import (
	"net/http"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/participation"
	"plenary/internal/platform/web"
)

type deskView struct {
	Tabs   web.Tabs
	Action string
	Q      string
	Result string
	Rows   []personRow
	Empty  *web.Empty
}

type personRow struct {
	Number                             int
	Name, Organisation, Category, URL  string
	Colour                             int
	Statuses                           []web.Status
	Arrived                            string
	CanHandOut, CanPrint, HasBadge, No bool
}

// desk looks for who stands before it.
func (w *Web) desk(c *web.C) error {
	set, err := w.setting(c, "hand_out")
	if err != nil {
		return err
	}
	part, err := w.s.Participation.Setting(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	v := deskView{Tabs: tabs(c, set, "desk"), Action: at(c, set, "/desk"), Q: c.Query("q")}
	if v.Q != "" {
		list, err := w.s.Search(c.Context(), c.Actor, set, v.Q)
		if err != nil {
			return err
		}
		if len(list) == 1 {
			return c.Redirect(set.Path() + "/badges/desk/" + strconv.Itoa(list[0].Registration.Number))
		}
		for i := range list {
			v.Rows = append(v.Rows, w.personRow(c, set, part, &list[i]))
		}
		v.Result = c.T("badges.desk.result", "Count", len(list))
		if len(list) == deskMost {
			v.Result = c.T("badges.desk.many", "Count", deskMost)
		}
		if len(list) == 0 {
			v.Empty = &web.Empty{Title: c.T("badges.desk.none"), Text: c.T("badges.desk.none_text")}
		}
	}
	title := c.T("badges.desk.title")
	return c.Page(page(c, set, "desk", title, v, web.Crumb{Label: title}))
}

func (w *Web) personRow(c *web.C, set *editions.Setting, part *participation.Setting, x *AtDesk) personRow {
	r := &x.Registration
	out := personRow{Number: r.Number, Name: r.Name, Organisation: r.Organisation, URL: at(c, set, "/desk/"+strconv.Itoa(r.Number)), HasBadge: x.Badge != nil}
	if cat := part.Category(r.Category); cat != nil {
		out.Category, out.Colour = c.Text(cat.Name).S, cat.Colour
	}
	switch {
	case r.Recheck:
		out.Statuses = append(out.Statuses, c.Status("late", "badges.state.recheck"))
	case !r.MayJoin():
		out.Statuses = append(out.Statuses, c.Status("cancelled", "badges.state.not_admitted"))
	case !r.OnSite():
		out.Statuses = append(out.Statuses, c.Status("draft", "badges.state.online"))
	}
	if x.Badge != nil && !x.Badge.Printed.IsZero() {
		out.Statuses = append(out.Statuses, c.Status("published", "badges.state.printed", "Time", c.Stamp(x.Badge.Printed, set.Zone)))
	}
	if !x.Arrived.IsZero() {
		out.Arrived = c.Stamp(x.Arrived, set.Zone)
		out.Statuses = append(out.Statuses, c.Status("done", "badges.state.arrived", "Time", out.Arrived))
	}
	ok := r.MayJoin() && !r.Recheck
	out.CanHandOut, out.CanPrint, out.No = ok && x.Arrived.IsZero(), ok && r.OnSite(), !ok
	return out
}

type personView struct {
	Tabs    web.Tabs
	Row     personRow
	Here    string
	Profile string // her registration
	Badges  []badgeRow
	Form    *web.Form
	Reasons []web.Option
	NoPDF   bool
	Desk    string
}

type badgeRow struct {
	Title, Issued, Printed, Revoked string
	Status                          web.Status
}

type handOutInput struct {
	Reason string `form:"reason" required:"true" max:"200"`
}

// person is one registration at the desk: hand out, print, revoke.
func (w *Web) person(c *web.C) error {
	set, err := w.setting(c, "hand_out")
	if err != nil {
		return err
	}
	number := c.Param("number")
	here := set.Path() + "/badges/desk/" + number
	var in handOutInput
	var failed error
	if c.R.Method == http.MethodPost {
		switch c.Value("do") {
		case "print":
			body, err := w.s.PrintOne(c.Context(), c.Actor, set, number)
			if err != nil {
				return err
			}
			return c.File(web.File{Type: "application/pdf", Name: set.Slug + " " + c.T("badges.file_name") + " " + number + ".pdf", Inline: true, Packed: true, Policy: pdfPolicy, Body: body})
		case "revoke":
			x, _, err := w.s.Person(c.Context(), c.Actor, set, number)
			if err != nil {
				return err
			}
			if err := w.s.Revoke(c.Context(), c.Actor, set, x.Registration.ID, c.Value("reason")); err != nil {
				return err
			}
			return c.Done(here, "badges.desk.revoked")
		}
		if failed = c.Decode(&in); failed == nil {
			if failed = w.s.HandOut(c.Context(), c.Actor, set, number, in.Reason); failed == nil {
				return c.Done(here, "badges.desk.handed_out")
			}
		}
	}
	x, all, err := w.s.Person(c.Context(), c.Actor, set, number)
	if err != nil {
		return err
	}
	part, err := w.s.Participation.Setting(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	v := personView{Tabs: tabs(c, set, "desk"), Row: w.personRow(c, set, part, &x), Here: c.URL(here), NoPDF: !w.s.Printer.Available(), Desk: at(c, set, "/desk"), Profile: c.URL(set.Path() + "/registrations/" + number)}
	for _, b := range all {
		v.Badges = append(v.Badges, w.badgeRow(c, set, &b))
	}
	for _, r := range Reasons {
		v.Reasons = append(v.Reasons, web.Option{Value: r, Label: c.T("badges.reason." + r)})
	}
	pg := page(c, set, "person", v.Row.Name, v, web.Crumb{Label: c.T("badges.desk.title"), URL: v.Desk}, web.Crumb{Label: c.T("badges.number", "Number", v.Row.Number)})
	if v.Row.CanHandOut {
		v.Form = c.Form("badges.hand_out", &in)
		v.Form.Action = v.Here
		if failed != nil {
			if err := v.Form.Fail(failed); err != nil {
				return err
			}
			pg.Status, pg.Title = v.Form.Status(failed), c.T("form.error_title", "Title", pg.Title)
		}
	} else if failed != nil && core.KindOf(failed) != core.KindInvalid {
		return failed
	}
	pg.V = v
	return c.Page(pg)
}

func (w *Web) badgeRow(c *web.C, set *editions.Setting, b *Badge) badgeRow {
	out := badgeRow{Title: c.T("badges.badge.serial", "Serial", b.Serial), Issued: c.T("badges.badge.issued", "Time", c.Stamp(b.Issued, set.Zone)), Status: c.Status("done", "badges.badge.good")}
	if !b.Printed.IsZero() {
		out.Printed = c.T("badges.badge.printed", "Time", c.Stamp(b.Printed, set.Zone))
	}
	if !b.Revoked.IsZero() {
		out.Revoked = c.T("badges.badge.revoked", "Time", c.Stamp(b.Revoked, set.Zone), "Reason", c.T("badges.reason."+b.Reason))
		out.Status = c.Status("cancelled", "badges.badge.not_good")
	}
	return out
}
