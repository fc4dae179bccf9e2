package support

import (
	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

type entryView struct {
	Number, Kind, Amount, Day string
	Reference, Note, By       string
	Grant, GrantURL           string
	Says                      string // that it reverses, or was reversed
	Reverse                   string
	Over                      string
}

// staffParts are the parts of an application's page that only the staff read.
func (w *Web) staffParts(c *web.C, x *Sheet, v *oneView) error {
	v.Entries = w.entries(c, x.Programme, x.Set, rowsOf(x.Entries), true)
	if len(x.Entries) > 0 {
		v.Totals = w.totals(c, x.Programme, x.Totals)
	}
	v.Files = w.fileViews(c, x.Set, x.Files)
	v.Travel = w.travelView(c, x.Travel)
	due := x.ReportDue(x.Set.LastDay, x.Set.Zone)
	late := x.Reported.IsZero() && x.In([]string{StateAccepted, StateTravelled}) && !c.S.Clock.Instant().Before(due)
	if x.In(Granted) {
		v.Report = w.reportView(c, x.Set, x.Report, x.Reported, due, late)
	}
	events, err := w.s.History(c.Context(), x)
	if err != nil {
		return err
	}
	var of []core.ID
	for _, e := range events {
		of = append(of, e.Person)
	}
	names, err := w.s.People.Names(c.Context(), of)
	v.History = c.History(events, names, x.Set.Zone)
	return err
}

func rowsOf(list []Entry) []Booked {
	out := make([]Booked, len(list))
	at := map[core.ID]int{}
	for i, e := range list {
		out[i], at[e.ID] = Booked{Entry: e}, i
		if j, ok := at[e.Reverses]; ok && e.Reverses != "" {
			out[i].Undoes, out[j].ReversBy = list[j].Number, e.Number
		}
	}
	return out
}

func (w *Web) entries(c *web.C, p *Programme, set *editions.Setting, rows []Booked, staff bool) []entryView {
	var out []entryView
	for _, e := range rows {
		v := entryView{
			Number: c.T("support.entry.number", "Number", e.Number), Kind: c.T("support.entry." + e.Kind), Amount: e.Amount.Words(c.Lang, p.Currency), Day: day(c, e.Day), Reference: e.Reference,
		}
		switch {
		case e.Undoes > 0:
			v.Says = c.T("support.entry.undoes", "Number", e.Undoes)
		case e.ReversBy > 0:
			v.Says = c.T("support.entry.undone", "Number", e.ReversBy)
		case staff:
			v.Reverse = c.URL(set.Path() + "/support/ledger/" + itoa(e.Number) + "/reverse")
		}
		if staff {
			v.Note, v.By, v.Over = e.Note, e.By, e.Over
			if e.Grant > 0 {
				v.Grant, v.GrantURL = c.T("support.one", "Number", e.Grant, "Name", nameOr(c, e.Name)), c.URL(set.Path()+"/support/applications/"+itoa(e.Grant))
			}
		}
		out = append(out, v)
	}
	return out
}

func (w *Web) totals(c *web.C, p *Programme, t Totals) []count {
	return []count{
		{c.T("support.money.committed"), t.Committed.Words(c.Lang, p.Currency)}, {c.T("support.money.spent"), t.Spent.Words(c.Lang, p.Currency)}, {c.T("support.money.balance"), t.Balance.Words(c.Lang, p.Currency)},
	}
}

func (w *Web) fileViews(c *web.C, set *editions.Setting, list []File) []fileView {
	var out []fileView
	for _, f := range list {
		out = append(out, fileView{c.T("support.file." + f.Kind), f.Name, web.SizeWords(f.Size), c.URL(set.Path() + "/support/files/" + string(f.ID)), c.Stamp(f.At, set.Zone)})
	}
	return out
}

func (w *Web) travelView(c *web.C, t Travel) []count {
	var out []count
	add := func(key, value string) {
		if value != "" {
			out = append(out, count{c.T("support.travel." + key), value})
		}
	}
	add("arrives", day(c, t.Arrives))
	add("leaves", day(c, t.Leaves))
	add("from", t.From)
	add("route", t.Route)
	add("needs", t.Needs)
	return out
}

func (w *Web) reportView(c *web.C, set *editions.Setting, r Report, filed, due core.Instant, late bool) *reportView {
	v := &reportView{Lang: r.Lang, Dir: core.Dir(r.Lang)}
	when := c.Stamp(due.Add(-60e9), set.Zone) + " " + web.ZoneCity(set.Zone)
	switch {
	case !filed.IsZero() && filed.After(due):
		v.Status = c.Status("done", "support.report.filed_late", "Time", c.Stamp(filed, set.Zone))
	case !filed.IsZero():
		v.Status = c.Status("done", "support.report.filed", "Time", c.Stamp(filed, set.Zone))
	case late:
		v.Status = c.Status("late", "support.report.late", "Time", when)
	default:
		v.Status = c.Status("due", "support.report.due", "Time", when)
	}
	if r.Did != "" {
		v.Parts = []count{{c.T("support.report.did"), r.Did}, {c.T("support.report.learned"), r.Learned}, {c.T("support.report.home"), r.Home}}
	}
	return v
}

// overrule is the form by which the staff decide otherwise than the rules.
func (w *Web) overrule(c *web.C) error {
	return w.act(c, "support.overrule", "decide", "support.overruled_done", func(set *editions.Setting, x *Sheet, p formPage) error {
		p.prep = func(f *web.Form) {
			f.Options("eligible", codes(c, "support.overrule.eligible.", []string{"yes", "no"}))
		}
		now := OverruleInput{Version: x.Application.Version}
		return form(c, p, now, func(in OverruleInput) error { return w.s.Overrule(c.Context(), c.Actor, set, x.Number, in) })
	})
}

// choose is the form of an award by hand.
func (w *Web) choose(c *web.C) error {
	return w.act(c, "support.choose", "award", "support.chosen_done", func(set *editions.Setting, x *Sheet, p formPage) error {
		p.back = set.Path() + "/support/awards"
		p.prep = func(f *web.Form) {
			f.Options("choice", codes(c, "support.choice.", []string{ChoiceOffer, ChoiceWait, ChoiceNot}))
		}
		now := ChoiceInput{Version: x.Application.Version, Choice: x.Choice, Because: x.Because, Feedback: x.Feedback, Amount: grantOf(x.Most, &x.Application).Plain(x.Currency)}
		if x.Amount > 0 {
			now.Amount = x.Amount.Plain(x.Currency)
		}
		return form(c, p, now, func(in ChoiceInput) error { return w.s.Choose(c.Context(), c.Actor, set, x.Number, in) })
	})
}

// book is the form of an entry of the ledger.
func (w *Web) book(c *web.C) error {
	return w.act(c, "support.book", "book", "support.booked_done", func(set *editions.Setting, x *Sheet, p formPage) error {
		p.lead = []string{c.T("support.book.lead", "Balance", x.Totals.Balance.Words(c.Lang, x.Currency))}
		p.prep = func(f *web.Form) { f.Options("kind", codes(c, "support.entry.", EntryKinds)) }
		now := EntryInput{Kind: EntryTicket, Day: c.Now().In(core.Zone(set.Zone)).Format("2006-01-02")}
		return form(c, p, now, func(in EntryInput) error {
			_, err := w.s.Book(c.Context(), c.Actor, set, x.Number, in)
			return err
		})
	})
}

// cancel asks why a grant ends.
func (w *Web) cancel(c *web.C) error {
	return w.act(c, "support.cancel", "cancel", "support.cancelled_done", func(set *editions.Setting, x *Sheet, p formPage) error {
		p.lead = []string{c.T("support.cancel.lead", "Committed", x.Totals.Committed.Words(c.Lang, x.Currency), "Spent", x.Totals.Spent.Words(c.Lang, x.Currency))}
		return form(c, p, CancelInput{}, func(in CancelInput) error { return w.s.Cancel(c.Context(), c.Actor, set, x.Number, in) })
	})
}

// act shows a form of the staff for an application with which the action can be done.
func (w *Web) act(c *web.C, key, action, done string, show func(set *editions.Setting, x *Sheet, p formPage) error) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	x, err := w.s.Sheet(c.Context(), c.Actor, set, numberOf(c, "number"))
	if err != nil {
		return err
	}
	if !x.Desk.Staff {
		return core.NotFound()
	}
	if !x.Can(action) {
		return core.Conflict("support.error.state")
	}
	title := c.T("support.one", "Number", x.Number, "Name", nameOr(c, x.Name))
	return show(set, x, formPage{
		key: key, args: []any{"Number", x.Number, "Name", nameOr(c, x.Name)}, back: onePath(x.Desk, x.Number), done: done,
		trail: w.deskTrail(c, set, web.Crumb{Label: title, URL: c.URL(onePath(x.Desk, x.Number))}),
	})
}

func (w *Web) arrived(c *web.C) error {
	return w.press(c, "support.arrived_done", w.s.Arrived)
}

func (w *Web) close(c *web.C) error { return w.press(c, "support.closed_done", w.s.Close) }

// answerFile is a file that came with an application.
func (w *Web) answerFile(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	x, err := w.s.Sheet(c.Context(), c.Actor, set, numberOf(c, "number"))
	if err != nil {
		return err
	}
	q, ok := x.Input.Form.Question(c.Param("key"))
	f := x.Input.Answers[c.Param("key")].File
	if !ok || q.Kind != calls.KindFile || f == nil {
		return core.NotFound()
	}
	return w.s.Files.Serve(c, f.Blob)
}

// paper is a boarding pass or a receipt.
func (w *Web) paper(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	f, err := w.s.Paper(c.Context(), c.Actor, set, core.ID(c.Param("id")))
	if err != nil {
		return err
	}
	return w.s.Files.Serve(c, f.Blob)
}
