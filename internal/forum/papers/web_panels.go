package papers

import (
	"slices"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

type panelView struct {
	Title    string
	Rows     []row
	All, Add *web.Tab
}

// panelRows are how many papers a panel names.
const panelRows = 12

func (w *Web) panel(c *web.C, titleKey string, f Filter, all, add *web.Tab) (string, any, error) {
	if err := w.reads(c); err != nil {
		return "", nil, err
	}
	list, err := w.s.Papers(c.Context(), c.Actor, f)
	if err != nil || len(list) == 0 && add == nil {
		return "", nil, err
	}
	if len(list) <= panelRows {
		all = nil
	}
	rows, err := w.rows(c, list[:min(len(list), panelRows)])
	return "papers/panel", panelView{Title: c.T(titleKey), Rows: rows, All: all, Add: add}, err
}

// adder is the link to the form for a paper at a place, for those who may add one.
func (w *Web) adder(c *web.C, at Place, query, label string) (*web.Tab, error) {
	if !c.Actor.SignedIn() {
		return nil, nil
	}
	ok, err := w.s.CanAdd(c.Context(), c.Actor, at)
	if err != nil || !ok {
		return nil, err
	}
	return &web.Tab{Label: c.T(label), URL: c.URL("/papers/new?" + query)}, nil
}

// BodyPanel shows, on a body's page, its papers.
func (w *Web) BodyPanel(c *web.C, body core.ID) (string, any, error) {
	add, err := w.adder(c, Place{Body: body}, "body="+string(body), "papers.add")
	if err != nil {
		return "", nil, err
	}
	return w.panel(c, "papers.panel.body", Filter{Body: body}, &web.Tab{Label: c.T("papers.all"), URL: c.URL("/papers?body=" + string(body))}, add)
}

// SessionPanel shows, beside a session, the statements that were presented at it.
func (w *Web) SessionPanel(c *web.C, session core.ID) (string, any, error) {
	var add *web.Tab
	if c.Actor.SignedIn() {
		at := Place{Session: session}
		err := w.s.checkPlace(c.Context(), c.Actor, &at)
		if err != nil {
			return "", nil, err
		}
		if add, err = w.adder(c, at, "session="+string(session), "papers.add_statement"); err != nil {
			return "", nil, err
		}
	}
	return w.panel(c, "papers.panel.session", Filter{Session: session}, nil, add)
}

// TranscriptPanel shows, on the page of a transcript, the statements of its session.
func (w *Web) TranscriptPanel(c *web.C, session core.ID) (string, any, error) {
	return w.panel(c, "papers.panel.session", Filter{Session: session}, nil, nil)
}

// PersonPanel shows what a person wrote or endorsed.
func (w *Web) PersonPanel(c *web.C, person core.ID) (string, any, error) {
	if person == "" {
		return "", nil, nil
	}
	return w.panel(c, "papers.panel.person", Filter{By: person}, nil, nil)
}

// OrganisationPanel shows what an organisation wrote or endorsed.
func (w *Web) OrganisationPanel(c *web.C, organisation core.ID) (string, any, error) {
	return w.panel(c, "papers.panel.organisation", Filter{ByOrganisation: organisation}, nil, nil)
}

// OutcomesPanel shows, among what came of an edition, papers and outputs of tracks, and
// what others wrote about its days, which is not official.
func (w *Web) OutcomesPanel(c *web.C, edition core.ID) (string, any, error) {
	set, err := w.s.editions.SettingByID(c.Context(), c.Actor, edition)
	if err != nil {
		return "", nil, err
	}
	list, err := w.s.Papers(c.Context(), c.Actor, Filter{Edition: edition})
	if err != nil || len(list) == 0 {
		return "", nil, err
	}
	var official, daily []Paper
	for _, p := range list {
		switch {
		case p.Unofficial:
			daily = append(daily, p)
		case p.Kind != Statement:
			official = append(official, p)
		}
	}
	v := outcomesView{All: web.Tab{Label: c.T("papers.all_count", "Count", len(list)), URL: c.URL(set.Path() + "/papers")}}
	n := min(len(official), panelRows)
	shown := slices.Concat(official[:n], daily[:min(len(daily), panelRows)])
	rows, err := w.rows(c, shown)
	if err != nil {
		return "", nil, err
	}
	v.Official, v.Others = rows[:n], rows[n:]
	return "papers/outcomes", v, nil
}

type outcomesView struct {
	Official, Others []row
	All              web.Tab
}
