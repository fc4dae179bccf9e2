package ledger

import (
	"net/url"
	"slices"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/platform/web"
)

// panelView is the ledger's part of another room's page.
type panelView struct {
	ID, Title string
	Entries   []entryView
	Calls     []callRow
	Answers   []answerView
	Mentions  []referenceRow
	Figures   []figure
	More      []web.Tab
}

// TextPanel shows what came of a paragraph or text: subject is a documents.ParaRef. It
// fills the slots messages.one and messages.set.
func (w *Web) TextPanel(c *web.C, subject core.ID) (string, any, error) {
	ref := string(subject)
	doc, para := documents.ReadParaRef(ref)
	refs := []string{ref}
	if para != "" {
		refs = append(refs, string(doc)) // where the whole was sent and cited
	}
	of, err := w.s.OfIn(c.Context(), c.Actor, c.Lang, refs)
	if err != nil {
		return "", nil, err
	}
	list := of[ref]
	if para != "" {
		for _, e := range of[string(doc)] {
			if e.Kind == "derived" || e.Kind == "source" {
				list = append(list, e)
			}
		}
	}
	return w.textPanel(c, list, "/"+ref)
}

func (w *Web) textPanel(c *web.C, list []Entry, where string) (string, any, error) {
	c.Until(c.Tomorrow())
	if slices.ContainsFunc(list, func(e Entry) bool { return e.Kind == "derived" || e.Kind == "source" }) {
		if err := w.reads(c); err != nil { // the other text may be of any edition
			return "", nil, err
		}
	}
	v := panelView{ID: "came-of-it", Title: c.T("ledger.panel.text"), Entries: entryViews(c, list)}
	if CanCurate(c.Actor) {
		at := "?where=" + url.QueryEscape(where)
		v.More = []web.Tab{
			{Label: c.T("ledger.mark.title"), URL: c.URL("/ledger/mark" + at)},
			{Label: c.T("ledger.deliver.title"), URL: c.URL("/ledger/deliver" + at)},
			{Label: c.T("ledger.derive.title"), URL: c.URL("/ledger/derive?later=" + url.QueryEscape(where))},
		}
	}
	if len(v.Entries)+len(v.More) == 0 {
		return "", nil, nil
	}
	return "ledger/panel", v, nil
}

// PaperPanel shows what came of a paper: subject is the paper. Slot: papers.paper.
func (w *Web) PaperPanel(c *web.C, paper core.ID) (string, any, error) {
	docs, err := w.s.Documents.Of(c.Context(), FromPaper, paper)
	if err != nil || len(docs[paper]) == 0 {
		return "", nil, err
	}
	d := docs[paper][0]
	if d.Published == 0 {
		return "", nil, nil
	}
	revs, err := w.s.Documents.Published(c.Context(), d.ID)
	if err != nil {
		return "", nil, err
	}
	refs := []string{string(d.ID)}
	for _, p := range revs[d.ID].Paragraphs {
		refs = append(refs, documents.ParaRef(d.ID, p.ID))
	}
	of, err := w.s.OfIn(c.Context(), c.Actor, c.Lang, refs)
	if err != nil {
		return "", nil, err
	}
	list := of[string(d.ID)]
	for _, ref := range refs[1:] {
		for _, e := range of[ref] {
			if e.Kind == "call" || e.Kind == "answer" || e.Kind == "derived" || e.Kind == "source" {
				list = append(list, e)
			}
		}
	}
	return w.textPanel(c, list, "/papers/"+string(paper))
}

// ReportPanel shows what came of the calls of a session's report: subject is the
// session. Slot: reports.report.
func (w *Web) ReportPanel(c *web.C, session core.ID) (string, any, error) {
	list, err := w.s.List(c.Context(), c.Actor, Filter{Session: session, Page: core.Page{Limit: 50}})
	if err != nil || len(list.Items) == 0 {
		return "", nil, err
	}
	c.Until(c.Tomorrow())
	v := panelView{ID: "answers", Title: c.T("ledger.panel.report")}
	if v.Calls, err = w.rows(c, list.Items); err != nil {
		return "", nil, err
	}
	for i := range v.Calls { // the page is that of the session
		v.Calls[i].Session, v.Calls[i].Edition = nil, web.TextView{}
	}
	return "ledger/panel", v, nil
}

// SessionPanel shows which outside documents were cited in a session, and what
// organisations promised after it. Slot: programme.session.side.
func (w *Web) SessionPanel(c *web.C, session core.ID) (string, any, error) {
	v := panelView{ID: "follow-up", Title: c.T("ledger.panel.session")}
	rows, err := w.s.mentions(c.Context(), c.Actor, "mn.session = ?", session)
	if err != nil {
		return "", nil, err
	}
	var ids []core.ID
	for _, m := range rows {
		if !slices.Contains(ids, m.Reference) {
			ids = append(ids, m.Reference)
		}
	}
	refs, err := w.s.referencesByID(c.Context(), ids)
	if err != nil {
		return "", nil, err
	}
	for _, id := range ids {
		r := refs[id]
		v.Mentions = append(v.Mentions, referenceRow{Title: c.Text(r.Title), URL: c.URL(r.Path()), Symbol: r.Symbol, Issuer: r.Issuer})
	}
	list, err := w.s.Commitments(c.Context(), c.Actor, CommitmentFilter{Session: session})
	if err != nil {
		return "", nil, err
	}
	if v.Answers, err = w.answers(c, list); err != nil {
		return "", nil, err
	}
	if len(v.Mentions)+len(v.Answers) == 0 {
		return "", nil, nil
	}
	return "ledger/panel", v, nil
}

// OrganisationPanel shows the calls addressed to an organisation and what it says. Slot:
// people.organisation.
func (w *Web) OrganisationPanel(c *web.C, organisation core.ID) (string, any, error) {
	// What it says may belong to any edition.
	if err := w.reads(c); err != nil {
		return "", nil, err
	}
	calls, err := w.s.List(c.Context(), c.Actor, Filter{Organisation: organisation, Page: core.Page{Limit: 10}})
	if err != nil {
		return "", nil, err
	}
	list, err := w.s.Commitments(c.Context(), c.Actor, CommitmentFilter{Organisation: organisation})
	if err != nil || len(calls.Items)+len(list) == 0 {
		return "", nil, err
	}
	v := panelView{ID: "ledger", Title: c.T("ledger.panel.organisation")}
	if v.Calls, err = w.rows(c, calls.Items); err != nil {
		return "", nil, err
	}
	if v.Answers, err = w.answers(c, list); err != nil {
		return "", nil, err
	}
	for i := range v.Answers {
		v.Answers[i].Actions, v.Answers[i].Confirm, v.Answers[i].Steps = nil, "", nil
	}
	if calls.Total > len(calls.Items) {
		v.More = []web.Tab{{Label: c.T("ledger.panel.all_calls", "Count", calls.Total), URL: c.URL("/ledger?organisation=" + string(organisation))}}
	}
	return "ledger/panel", v, nil
}

// OutcomesPanel counts the calls of an edition. Slot: editions.outcomes.
func (w *Web) OutcomesPanel(c *web.C, edition core.ID) (string, any, error) {
	count, err := w.s.Summary(c.Context(), c.Actor, edition)
	if err != nil || len(count) == 0 {
		return "", nil, err
	}
	set, err := w.s.Editions.SettingByID(c.Context(), c.Actor, edition)
	if err != nil {
		return "", nil, err
	}
	v := panelView{ID: "ledger", Title: c.T("ledger.calls"), More: []web.Tab{
		{Label: c.T("ledger.panel.all"), URL: c.URL(set.Path() + "/calls")}, {Label: c.T("ledger.issues"), URL: c.URL("/issues")}, {Label: c.T("ledger.processes"), URL: c.URL("/processes")},
	}}
	for _, s := range CallStates {
		if n := count[s]; n > 0 && s != StateGone {
			v.Figures = append(v.Figures, figure{c.T("ledger.state." + s), strconv.Itoa(n)})
		}
	}
	return "ledger/panel", v, nil
}
