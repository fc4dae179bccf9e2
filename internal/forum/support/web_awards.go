package support

import (
	"net/http"

	"plenary/internal/core"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/web"
)

type awardsView struct {
	Head   head
	Money  string // of the trial, as typed
	Most   string
	Error  string
	Unit   string
	Sum    string
	Ties   string
	Rows   []awardRow
	Sides  []sideView
	Next   *nextView
	Pub    *web.Tab
	Empty  *web.Empty
	Action string
}

type nextView struct{ Text, URL, Label, Number string }

type awardRow struct {
	Place, Number, Name, URL  string
	Facts                     []string
	Score, Asked, Amount, Why string
	Trial, Kept, State        web.Status
	Edge                      bool
	Choose                    string
}

type sideView struct {
	Title string
	Rows  []sideRow
	Note  string
}

type sideRow struct {
	Name         string
	All, Taken   float64 // per cent of the largest
	Says, Before string
}

// TrialInput is what a trial may spend.
type TrialInput struct {
	Money string `form:"money" ui:"text" max:"24" json:"money,omitempty"`
	Most  string `form:"most" ui:"text" max:"24" json:"most,omitempty"`
}

func (in TrialInput) read(currency string) (money, most Money, err error) {
	var p core.Problems
	money, most = amount(&p, "money", in.Money, currency, false), amount(&p, "most", in.Most, currency, false)
	return money, most, p.Err()
}

// awards is the ranking with what a selection would be, and what was chosen.
func (w *Web) awards(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	if err := mayManage(c.Actor, set); err != nil {
		return err
	}
	d, err := w.s.Programme(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	in := TrialInput{Money: c.Query("money"), Most: c.Query("most")}
	if c.R.Method == http.MethodPost {
		in = TrialInput{}
		if err := c.Decode(&in); err != nil {
			return err
		}
	}
	money, most, bad := in.read(d.Currency)
	if c.R.Method == http.MethodPost && bad == nil {
		if err := w.s.Select(c.Context(), c.Actor, set, money, most); err != nil {
			return err
		}
		return c.Done(set.Path()+"/support/awards", "support.selected")
	}
	t, err := w.s.Trial(c.Context(), c.Actor, set, money, most)
	if err != nil {
		return err
	}
	v := awardsView{Head: w.desktop(c, t.Desk, c.T("support.awards"), "/awards", &t.Seen.Money), Money: in.Money, Most: in.Most, Unit: t.Currency, Action: c.URL(set.Path() + "/support/awards")}
	status := http.StatusOK
	if bad != nil {
		status, v.Error = http.StatusUnprocessableEntity, c.T("support.error.amounts")
	}
	w.awardRows(c, t, &v)
	if len(t.Rows) == 0 {
		v.Empty = &web.Empty{Title: c.T("support.awards.none"), Text: c.T("support.awards.none_text")}
	}
	return c.Page(web.Page{Name: "support/awards", Title: v.Head.Title, NoIndex: true, Status: status, Trail: w.deskTrail(c, set, web.Crumb{Label: v.Head.Title}), V: v})
}

func (w *Web) awardRows(c *web.C, t *WhatIf, v *awardsView) {
	words := func(m Money) string { return m.Words(c.Lang, t.Currency) }
	v.Sum = c.T("support.awards.sum", "Sum", words(t.Sum), "Money", words(t.Money), "Left", words(t.Money-t.Sum))
	if t.Ties {
		v.Ties = c.T("support.awards.ties")
	}
	trial := map[string]string{ChoiceOffer: "done", ChoiceWait: "due", ChoiceNot: "cancelled"}
	pending := 0
	for _, l := range t.Rows {
		p := t.Plan[l.Application.ID]
		r := awardRow{
			Place: "–", Number: c.T("support.number", "Number", l.Number), Name: nameOr(c, l.Name), URL: c.URL(onePath(t.Desk, l.Number)), Score: points(c.Lang, l.Standing.Score), Asked: words(l.Asked), Why: l.Because,
			Facts: []string{w.country(c, l.Country), w.classes(c, l.Application.Classes)}, State: w.status(c, l.State), Edge: p.OnEdge, Choose: c.URL(onePath(t.Desk, l.Number) + "/award"),
			Trial: c.Status(trial[p.Choice], "support.choice."+p.Choice),
		}
		if l.Place > 0 {
			r.Place = itoa(l.Place)
		}
		if p.Choice == ChoiceOffer {
			r.Amount = words(p.Amount)
		}
		if l.Choice != "" && !unchanged(&l.Application) {
			r.Kept = c.Status(trial[l.Choice], "support.choice."+l.Choice)
			if l.Choice == ChoiceOffer {
				r.Kept = c.Status("done", "support.choice.offer_of", "Amount", words(l.Amount))
			}
			pending++
		}
		v.Rows = append(v.Rows, r)
	}
	if pending > 0 {
		v.Pub = &web.Tab{Label: c.T("support.publish", "Count", pending), URL: c.URL(t.Set.Path() + "/support/publish")}
	}
	if next := t.Next(); next != nil {
		v.Next = &nextView{Text: c.T("support.next", "Number", next.Number, "Name", nameOr(c, next.Name), "Left", words(t.Seen.Money.Left())), Label: c.T("support.next.offer"), URL: c.URL(t.Set.Path() + "/support/awards/next"), Number: itoa(next.Number)}
	}
	v.Sides = w.sides(c, t.Before, t.After)
}

// sides are the balance before and after what is tried.
func (w *Web) sides(c *web.C, before, after []Side) []sideView {
	var out []sideView
	for i, s := range after {
		v := sideView{Title: c.T("support.side." + s.Key)}
		if s.Key == "class" {
			v.Note = c.T("support.side.class_note")
		}
		most := 1
		for _, r := range s.Rows {
			most = max(most, r.All)
		}
		was := map[string]int{}
		for _, r := range before[i].Rows {
			was[r.Code] = r.Taken
		}
		for _, r := range s.Rows {
			x := sideRow{Name: w.sideName(c, s.Key, r.Code), All: percent(r.All, most), Taken: percent(r.Taken, most), Says: c.T("support.side.of", "Taken", r.Taken, "All", r.All)}
			if was[r.Code] != r.Taken {
				x.Before = c.T("support.side.before", "Count", was[r.Code])
			}
			v.Rows = append(v.Rows, x)
		}
		out = append(out, v)
	}
	return out
}

func percent(n, of int) float64 { return float64(n*1000/of) / 10 }

func (w *Web) sideName(c *web.C, key, code string) string {
	switch key {
	case "class":
		return w.term(c, vocab.Classes, code, "support.no_class")
	case "region":
		return w.term(c, vocab.Regions, code, "support.no_region")
	case "group":
		return w.term(c, vocab.Groups, code, "support.no_group")
	case "gender":
		if code == "" {
			return c.T("support.gender.none")
		}
		return c.T("support.gender." + code)
	}
	if code == "" {
		return c.T("support.first_time.unknown")
	}
	return c.T("support.first_time." + code)
}

func (w *Web) offerNext(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	if err := mayManage(c.Actor, set); err != nil {
		return err
	}
	var in struct {
		Number int `form:"number"`
	}
	if err := c.Decode(&in); err != nil {
		return err
	}
	if err := w.s.OfferNext(c.Context(), c.Actor, set, in.Number); err != nil {
		return err
	}
	return c.Done(set.Path()+"/support/awards", "support.chosen_done")
}

// publish asks before all are told at once.
func (w *Web) publish(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	if err := mayManage(c.Actor, set); err != nil {
		return err
	}
	seen, err := w.s.Lines(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	n := map[string]int{}
	for _, l := range seen.Lines {
		if l.In(choosable) && l.Choice != "" && !unchanged(&l.Application) {
			n[l.Choice]++
		}
	}
	told := 0
	p := formPage{key: "support.publish", back: set.Path() + "/support/awards", done: "support.published", trail: w.deskTrail(c, set, web.Crumb{Label: c.T("support.awards"), URL: c.URL(set.Path() + "/support/awards")})}
	p.args = []any{"Count", n[ChoiceOffer] + n[ChoiceWait] + n[ChoiceNot]}
	p.doneN = func() []any { return []any{"Count", told} }
	p.lead = []string{
		c.T("support.publish.offers", "Count", n[ChoiceOffer], "Amount", seen.Money.Chosen.Words(c.Lang, seen.Currency), "Left", seen.Money.Left().Words(c.Lang, seen.Currency)),
		c.T("support.publish.others", "Waiting", n[ChoiceWait], "Not", n[ChoiceNot]), c.T("support.publish.until", "Until", day(c, seen.AcceptUntil)),
	}
	p.prep = func(f *web.Form) {
		if seen.Money.Left() >= 0 {
			f.Drop("over")
		}
	}
	return form(c, p, PublishInput{}, func(in PublishInput) (err error) {
		told, err = w.s.Publish(c.Context(), c.Actor, set, in)
		return err
	})
}
