package reports

import (
	"net/http"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

// cardView is the participation card on the report's page.
type cardView struct {
	How     string // counted, estimated, or why nobody counted
	Figures []figureView
	Topic   string
	Words   web.TextView
	Saved   string
}

type figureView struct{ Label, Value string }

func (w *Web) card(c *web.C, set *editions.Setting, x Card) *cardView {
	v := &cardView{Words: c.Text(x.Words), Saved: c.Stamp(x.Saved, set.Zone)}
	if x.Numbered() {
		v.How = c.T("reports.card.is." + x.How)
	} else {
		v.How = c.T("reports.card.is.none", "Reason", x.Reason)
	}
	in := CardInput{}
	for _, f := range in.figures(&x) {
		if *f.n >= 0 {
			v.Figures = append(v.Figures, figureView{c.T("reports.card.of." + f.name), i18n.Number(c.Lang, *f.n)})
		}
	}
	if x.Topic != "" {
		v.Topic = c.T("reports.card.topic." + x.Topic)
	}
	return v
}

// more puts the card, the licence and what other rooms have to say on the report's page.
func (w *Web) more(c *web.C, set *editions.Setting, ses *programme.Session, v *reportView, take, full View) error {
	x, ok, err := w.s.CardOf(c.Context(), c.Actor, ses)
	if err != nil {
		return err
	}
	if ok {
		v.Card = w.card(c, set, x)
	}
	for _, view := range []View{take, full} {
		if view.Report == nil || v.Licence != "" {
			continue
		}
		docs, err := w.s.docs.Load(c.Context(), view.Report.Document)
		if err != nil {
			return err
		}
		if d, ok := docs[view.Report.Document]; ok && d.Licence != "" {
			v.Licence, v.LicenceURL = d.Licence, licenceURL(d.Licence)
		}
	}
	v.Parts, err = c.Panels("reports.report", ses.ID)
	return err
}

// licenceURL is where the words of a licence stand, of those that are known.
func licenceURL(name string) string {
	switch name {
	case "CC-BY-4.0":
		return "https://creativecommons.org/licenses/by/4.0/"
	case "CC-BY-SA-4.0":
		return "https://creativecommons.org/licenses/by-sa/4.0/"
	case "CC0-1.0":
		return "https://creativecommons.org/publicdomain/zero/1.0/"
	}
	if core.WebAddress(name) {
		return name
	}
	return ""
}

// editCard is the form of the participation card.
func (w *Web) editCard(c *web.C) error {
	set, ses, err := w.write(c)
	if err != nil {
		return err
	}
	in := CardInput{}
	if c.R.Method == http.MethodGet {
		if in, err = w.s.Fill(c.Context(), c.Actor, ses); err != nil {
			return err
		}
	}
	path := ses.Path() + "/report"
	return w.simple(c, simpleForm{
		key: "reports.card", title: c.T("reports.card.title"), note: c.T("reports.card.note"), sub: c.Text(ses.Title), cancel: path,
		trail: editions.Trail(c, set, web.Crumb{Label: c.Text(ses.Title).S, URL: c.URL(ses.Path())}, web.Crumb{Label: c.T("reports.card.title")}),
		prepare: func(f *web.Form) {
			f.Options("how", options(c, "reports.card.how.", Counted, Estimated, Uncounted))
			f.Options("topic", options(c, "reports.card.topic.", TopicMain, TopicPart, TopicNo))
		},
		save: func() (string, string, error) {
			_, err := w.s.SaveCard(c.Context(), c.Actor, set, ses, in)
			return path, "reports.card.saved", err
		},
	}, &in)
}

func options(c *web.C, key string, codes ...string) []web.Option {
	out := make([]web.Option, len(codes))
	for i, code := range codes {
		out[i] = web.Option{Value: code, Label: c.T(key + code)}
	}
	return out
}

// settings is the staff's form of what an edition expects of its reports.
func (w *Web) settings(c *web.C) error {
	set, err := w.editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return err
	}
	if err := desk.Check("settle", "", c.Actor.Roles(set.Scope())...); err != nil {
		return err
	}
	types, err := w.programme.Types(c.Context(), set.ID)
	if err != nil {
		return err
	}
	in := SettingsInput{}
	if c.R.Method == http.MethodGet {
		x, err := w.s.Settings(c.Context(), set.ID)
		if err != nil {
			return err
		}
		rules, err := w.s.Rules(c.Context(), set.ID)
		if err != nil {
			return err
		}
		in = InputOfSettings(x, rules)
	}
	names := make([]web.Option, len(types))
	for i, t := range types {
		names[i] = web.Option{Value: string(t.ID), Label: c.Text(t.Name).S}
	}
	base := set.Path() + "/reports"
	return w.simple(c, simpleForm{
		key: "reports.settings", title: c.T("reports.settings.title"), note: c.T("reports.settings.note"), sub: c.Text(set.Name), cancel: base,
		trail: editions.Trail(c, set, web.Crumb{Label: c.T("reports.board"), URL: c.URL(base)}, web.Crumb{Label: c.T("reports.settings.title")}),
		prepare: func(f *web.Form) {
			f.Options("rules.type", names)
			f.Options("steps.kind", options(c, "reports.kind.", Takeaways, Full))
			f.Options("steps.to", options(c, "reports.settings.recipient.", Recipients...))
		},
		save: func() (string, string, error) {
			return base, "reports.settings.saved", w.s.Settle(c.Context(), c.Actor, set, in)
		},
	}, &in)
}

// OutcomesPanel shows on the page of outcomes what came in last, how much is in, and how
// punctual it was.
func (w *Web) OutcomesPanel(c *web.C, edition core.ID) (string, any, error) {
	set, err := w.editions.SettingByID(c.Context(), c.Actor, edition)
	if err != nil {
		return "", nil, err
	}
	lines, err := w.s.Board(c.Context(), c.Actor, set, Takeaways)
	if err != nil || len(lines) == 0 {
		return "", nil, err
	}
	v := outcomesView{
		URL: c.URL(set.Path() + "/reports"), Punctuality: c.URL(set.Path() + "/reports/punctuality"),
		Participation: c.URL(set.Path() + "/reports/participation"),
	}
	types, err := w.programme.Types(c.Context(), set.ID)
	if err != nil {
		return "", nil, err
	}
	all := punctual(lines, types, set.Edition, c.S.Clock.Instant()).All
	v.Figures = punctualFigures(c, all)
	latest := latestOf(lines, 5)
	for _, l := range latest {
		v.Rows = append(v.Rows, w.boardRow(c, set, l))
	}
	return "reports/outcomes", v, nil
}

type outcomesView struct {
	Figures                         []figureView
	Rows                            []boardRow
	URL, Punctuality, Participation string
}

func punctualFigures(c *web.C, p Punctuality) []figureView {
	return []figureView{
		{c.T("reports.col.owed"), strconv.Itoa(p.Owed)},
		{c.T("reports.col.on_time"), strconv.Itoa(p.OnTime)},
		{c.T("reports.col.late"), strconv.Itoa(p.Late)},
		{c.T("reports.col.missing"), strconv.Itoa(p.Missing)},
		{c.T("reports.col.waiting"), strconv.Itoa(p.Waiting)},
	}
}
