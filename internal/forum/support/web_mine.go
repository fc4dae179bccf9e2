package support

import (
	"context"
	"errors"
	"net/http"
	"path"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/blob"
	"plenary/internal/platform/web"
)

type mineView struct {
	Head  head
	Mine  []mineRow
	Empty *web.Empty
}

// mineRow is one application of one's own, with its next step.
type mineRow struct {
	Title    string
	Status   web.Status
	Step     string // what comes next
	Class    string // of the notice: info, warning, success
	Icon     string
	Buttons  []web.Action
	Facts    []count
	Reason   string
	Feedback *web.TextView
	Advice   *adviceView
	Entries  []entryView
	Totals   []count
	Travel   []count
	Files    []fileView
	Report   *reportView
	Before   string
}

// mine is what somebody has applied for, and the grant that it became.
func (w *Web) mine(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	list, err := w.s.Mine(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	sub := c.Text(set.Name)
	v := mineView{Head: head{Title: c.T("support.mine"), Sub: &sub}}
	for _, o := range list {
		v.Mine = append(v.Mine, w.mineRow(c, o))
	}
	if len(list) == 0 {
		v.Empty = &web.Empty{Title: c.T("support.mine.none"), Text: c.T("support.mine.none_text")}
		open, err := w.s.Calls.List(c.Context(), c.Actor, calls.Filter{Edition: set.ID, Kinds: []string{calls.TravelSupport}})
		if err != nil {
			return err
		}
		for _, x := range open {
			if x.State(c.S.Clock.Instant()) == calls.StateOpen {
				v.Empty.Link = &web.Tab{Label: c.Text(x.Title).S, URL: c.URL(x.Path())}
			}
		}
	}
	return c.Page(web.Page{Name: "support/mine", Title: v.Head.Title, Section: "programme", NoIndex: true, Trail: w.trail(c, set, web.Crumb{Label: v.Head.Title}), V: v})
}

func (w *Web) mineRow(c *web.C, o *Own) mineRow {
	r := mineRow{Title: c.T("support.mine.one", "Number", o.Number), Status: w.status(c, o.State), Class: "info", Icon: "info", Travel: w.travelView(c, o.Travel), Files: w.fileViews(c, o.Set, o.Files)}
	r.Step, r.Class = w.step(c, o)
	r.Icon = map[string]string{"info": "info", "warning": "warning", "success": "check"}[r.Class]
	base := o.Set.Path() + "/my-support/" + itoa(o.Number) + "/"
	add := func(action, to, key, icon string, post, primary bool) {
		if o.Can(action) {
			r.Buttons = append(r.Buttons, web.Action{Label: c.T("support.mine.do." + key), URL: c.URL(base + to), Icon: icon, Post: post, Primary: primary})
		}
	}
	begun := !c.S.Clock.Instant().Before(endOf(o.Set.FirstDay, o.Set.Zone, -1))
	add("answer", "accept", "accept", "check", true, true)
	add("answer", "decline", "decline", "close", false, false)
	if begun {
		add("report", "report", "report", "edit", false, o.State != StateReported)
	}
	add("travel", "travel", "travel", "edit", false, !begun)
	add("attach", "files", "files", "plus", false, false)
	add("give_up", "decline", "give_up", "close", false, false)
	r.Facts = []count{{c.T("support.mine.asked"), o.Asked.Words(c.Lang, o.P.Currency)}, {c.T("support.mine.handed_in"), c.Stamp(o.Submitted, o.Set.Zone) + " " + web.ZoneCity(o.Set.Zone)}}
	if o.Amount > 0 {
		r.Facts = append(r.Facts, count{c.T("support.mine.amount"), o.Amount.Words(c.Lang, o.P.Currency)})
		r.Facts = append(r.Facts, count{c.T("support.mine.covers"), w.covers(c, o.P)})
	}
	if o.State == StateIneligible {
		r.Reason = w.whyNot(c, o)
	} else if o.In([]string{StateCancelled, StateDeclined}) {
		r.Reason = o.Reason
	}
	if !o.Feedback.IsZero() {
		t := c.Text(o.Feedback)
		r.Feedback = &t
	}
	if o.Advice != nil {
		r.Advice = &adviceView{Name: o.Advice.Name, Status: w.adviceStatus(c, o.Advice)} // its words are the committee's
	}
	if len(o.Entries) > 0 {
		r.Entries, r.Totals = w.entries(c, o.P, o.Set, rowsOf(o.Entries), false), w.totals(c, o.P, o.Totals)
	}
	if o.In(Granted) {
		r.Report = w.reportView(c, o.Set, o.Report, o.Reported, o.Due, o.Late(c.S.Clock.Instant()))
	}
	var before []string
	for _, b := range o.Before {
		before = append(before, c.T("support.fact.before_one", "Edition", b.Slug, "State", c.T("policy.support_grant.state."+b.State)))
	}
	r.Before = strings.Join(before, ", ")
	return r
}

// step says what comes next, and how urgent it is.
func (w *Web) step(c *web.C, o *Own) (words, class string) {
	now := c.S.Clock.Instant()
	until := c.Stamp(endOf(o.AnswerUntil, o.Set.Zone, 0).Add(-60e9), o.Set.Zone) + " " + web.ZoneCity(o.Set.Zone)
	due := c.Stamp(o.Due.Add(-60e9), o.Set.Zone) + " " + web.ZoneCity(o.Set.Zone)
	class = "info"
	switch {
	case o.State == StateOffered:
		return c.T("support.step.offered", "Amount", o.Amount.Words(c.Lang, o.P.Currency), "Until", until), "warning"
	case o.Late(now):
		return c.T("support.step.report_late", "Until", due), "warning"
	case o.In([]string{StateAccepted, StateTravelled}) && !now.Before(endOf(o.Set.FirstDay, o.Set.Zone, -1)):
		return c.T("support.step.report", "Until", due), "warning"
	case o.State == StateReported || o.State == StateClosed:
		class = "success"
	}
	return c.T("support.step." + o.State), class
}

func (w *Web) covers(c *web.C, p *Programme) string {
	var out []string
	for _, code := range p.Covers {
		out = append(out, c.T("support.cost."+code))
	}
	return strings.Join(out, ", ")
}

// whyNot explains to the applicant why she is not eligible.
func (w *Web) whyNot(c *web.C, o *Own) string {
	if o.Overruled != "" {
		return o.Overruled
	}
	var out []string
	for _, r := range w.ruleViews(c, &Line{Application: *o.Application}) {
		if r.Status.Class == "late" {
			out = append(out, r.Lines...)
		}
	}
	return strings.Join(out, " ")
}

// own is the application of the address, if it is the reader's.
func (w *Web) own(c *web.C) (*editions.Setting, *Own, error) {
	set, err := w.setting(c)
	if err != nil {
		return nil, nil, err
	}
	list, err := w.s.Mine(c.Context(), c.Actor, set)
	if err != nil {
		return nil, nil, err
	}
	i := slices.IndexFunc(list, func(o *Own) bool { return o.Number == numberOf(c, "number") })
	if i < 0 {
		return nil, nil, core.NotFound()
	}
	return set, list[i], nil
}

func (w *Web) accept(c *web.C) error {
	set, o, err := w.own(c)
	if err != nil {
		return err
	}
	if err := w.s.Accept(c.Context(), c.Actor, set, o.Number); err != nil {
		return err
	}
	return c.Done(set.Path()+"/my-support", "support.accepted_done")
}

// mineForm is the page of one form about one's own application.
func mineForm[In any](w *Web, c *web.C, key, action, done string, now func(o *Own) In, lead func(o *Own) []string, save func(ctx context.Context, set *editions.Setting, number int, in In) error) error {
	set, o, err := w.own(c)
	if err != nil {
		return err
	}
	if !o.Can(action) && (action != "answer" || !o.Can("give_up")) {
		return core.Conflict("support.error.state")
	}
	p := formPage{key: key, back: set.Path() + "/my-support", done: done, trail: w.trail(c, set, web.Crumb{Label: c.T("support.mine"), URL: c.URL(set.Path() + "/my-support")}), lead: lead(o)}
	return form(c, p, now(o), func(in In) error { return save(c.Context(), set, o.Number, in) })
}

func (w *Web) decline(c *web.C) error {
	return mineForm(w, c, "support.decline", "answer", "support.declined_done", func(*Own) DeclineInput { return DeclineInput{} },
		func(o *Own) []string {
			if o.State == StateAccepted {
				return []string{c.T("support.decline.accepted")}
			}
			return []string{c.T("support.decline.offered")}
		},
		func(ctx context.Context, set *editions.Setting, number int, in DeclineInput) error {
			return w.s.Decline(ctx, c.Actor, set, number, in)
		})
}

func (w *Web) travel(c *web.C) error {
	return mineForm(w, c, "support.travel", "travel", "support.saved", func(o *Own) TravelInput {
		return TravelInput(o.Travel)
	}, func(*Own) []string { return []string{c.T("support.travel.lead")} },
		func(ctx context.Context, set *editions.Setting, number int, in TravelInput) error {
			return w.s.SetTravel(ctx, c.Actor, set, number, in)
		})
}

func (w *Web) report(c *web.C) error {
	return mineForm(w, c, "support.report", "report", "support.reported_done", func(o *Own) ReportInput {
		return ReportInput{o.Report.Did, o.Report.Learned, o.Report.Home}
	}, func(o *Own) []string {
		return []string{c.T("support.report.lead", "Until", c.Stamp(o.Due.Add(-60e9), o.Set.Zone)+" "+web.ZoneCity(o.Set.Zone)), c.T("support.report.else")}
	}, func(ctx context.Context, set *editions.Setting, number int, in ReportInput) error {
		return w.s.FileReport(ctx, c.Actor, set, number, c.Lang, in)
	})
}

// fileForm is the form of a file.
type fileForm struct {
	Kind string `form:"kind" ui:"select" required:"true"`
	File string `form:"file" ui:"file" required:"true"`
}

// attach takes a boarding pass or a receipt.
func (w *Web) attach(c *web.C) error {
	set, o, err := w.own(c)
	if err != nil {
		return err
	}
	if !o.Can("attach") {
		return core.Conflict("support.error.state")
	}
	var in fileForm
	var failed error
	if c.R.Method == http.MethodPost {
		if failed = c.Decode(&in); failed == nil {
			if failed = w.take(c, set, o.Number, in.Kind); failed == nil {
				return c.Done(set.Path()+"/my-support", "support.attached_done")
			}
		}
	}
	f := c.Form("support.attach", &in)
	f.Options("kind", codes(c, "support.file.", FileKinds))
	f.Cancel = c.URL(set.Path() + "/my-support")
	if core.KindOf(failed) == core.KindTooLarge {
		var p core.Problems
		p.Add("file", "support.error.too_large")
		failed = p.Err()
	}
	status, err := f.Refused(failed)
	if err != nil {
		return err
	}
	v := formView{Title: c.T("support.attach.title"), Lead: []string{c.T("support.attach.lead")}, Form: f}
	return c.Page(web.Page{Name: "support/form", Title: v.Title, Section: "programme", NoIndex: true, Status: status, Trail: w.trail(c, set, web.Crumb{Label: c.T("support.mine"), URL: c.URL(set.Path() + "/my-support")}, web.Crumb{Label: v.Title}), V: v})
}

func (w *Web) take(c *web.C, set *editions.Setting, number int, kind string) error {
	f, head, err := c.R.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		var p core.Problems
		p.Add("file", "form.required")
		return p.Err()
	}
	if err != nil {
		return core.Invalid("error.unreadable")
	}
	defer func() { _ = f.Close() }() // it was only read
	var b blob.Blob
	name := path.Base(strings.ReplaceAll(strings.ToValidUTF8(head.Filename, ""), `\`, "/"))
	if b, err = w.s.Files.Put(c.Context(), f, name, head.Header.Get("Content-Type")); err != nil {
		return err
	}
	return w.s.Attach(c.Context(), c.Actor, set, number, kind, b)
}
