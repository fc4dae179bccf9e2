package consultations

import (
	"context"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/platform/web"
)

type panelView struct {
	ID, Title string
	Text      string
	Rows      []csRow
	Counts    *web.Tab
	Waiting   []mineRow
	More      *web.Tab
	Open      *web.Tab
}

const panelPage = "consultations/panel"

// ofDocument is a panel with the reviews of a document and, for who may, the way to open
// one.
func (w *Web) ofDocument(c *web.C, doc core.ID) (string, any, error) {
	d, err := w.s.docs.See(c.Context(), c.Actor, doc)
	if err != nil {
		return "", nil, unlessNotFound(err)
	}
	m, err := w.s.OfDocuments(c.Context(), c.Actor, []core.ID{doc})
	if err != nil {
		return "", nil, err
	}
	v := panelView{ID: "review", Title: c.T("consultations.panel")}
	running := false
	for _, cs := range m[doc] {
		v.Rows = append(v.Rows, w.row(c, cs))
		w.until(c, cs)
		st := w.s.State(cs)
		running = running || st == StateOpen || st == StatePlanned
	}
	if !running && c.Actor.SignedIn() && d.Published > 0 {
		may, err := w.s.CanOpen(c.Context(), c.Actor, d)
		if err != nil {
			return "", nil, err
		}
		if may {
			v.Open = &web.Tab{Label: c.T("consultations.open_one"), URL: c.URL("/consultations/new?document=" + string(doc))}
		}
	}
	if len(v.Rows) == 0 && v.Open == nil {
		return "", nil, nil
	}
	return panelPage, v, nil
}

// until lets a page end when the state of a consultation changes.
func (w *Web) until(c *web.C, cs Consultation) {
	for _, t := range []core.Instant{cs.Opens, cs.Closes, cs.EndsAt()} {
		c.Until(t.Time())
	}
}

// DocumentPanel fills a slot whose subject becomes a document by of: a paper's id, the id
// of an edition for its Messages.
func (w *Web) DocumentPanel(of func(ctx context.Context, subject core.ID) (core.ID, error)) web.PanelFunc {
	return func(c *web.C, subject core.ID) (string, any, error) {
		doc, err := of(c.Context(), subject)
		if err != nil || doc == "" {
			return "", nil, err
		}
		return w.ofDocument(c, doc)
	}
}

// SubjectPanel fills a slot whose subject is what documents of a kind are about.
func (w *Web) SubjectPanel(kind string) web.PanelFunc {
	return w.DocumentPanel(func(ctx context.Context, subject core.ID) (core.ID, error) {
		m, err := w.s.docs.Of(ctx, kind, subject)
		if err != nil || len(m[subject]) == 0 {
			return "", err
		}
		return m[subject][0].ID, nil
	})
}

// ParaPanel shows at one paragraph of a document, named by documents.ParaRef, how many
// comments stand there in the newest review.
func (w *Web) ParaPanel(c *web.C, subject core.ID) (string, any, error) {
	doc, para := documents.ReadParaRef(string(subject))
	m, err := w.s.OfDocuments(c.Context(), c.Actor, []core.ID{doc})
	if err != nil || len(m[doc]) == 0 {
		return "", nil, err
	}
	d, err := w.s.docs.See(c.Context(), c.Actor, doc)
	if err != nil {
		return "", nil, err
	}
	cs := m[doc][len(m[doc])-1]
	w.until(c, cs)
	counts, _, err := w.s.Counts(c.Context(), cs, d.Published)
	if err != nil {
		return "", nil, err
	}
	x := at{Consultation: cs, doc: d}
	v := panelView{ID: "review", Title: c.T("consultations.panel"), Rows: []csRow{w.row(c, cs)}}
	if n := counts[para]; n.Count > 0 {
		cv := w.count(c, x, documents.Revision{Number: d.Published}, para, n)
		v.Counts = &web.Tab{Label: cv.Label, URL: cv.URL}
	}
	if cs.Takes(w.s.rec.Clock.Instant()) {
		v.More = &web.Tab{Label: c.T("consultations.comment_on", "Number", documents.Paragraph{ID: para}.Number()), URL: c.URL(cs.Path() + "/comment?para=" + para)}
	}
	return panelPage, v, nil
}

// OutcomesPanel shows the reviews of an edition.
func (w *Web) OutcomesPanel(c *web.C, edition core.ID) (string, any, error) {
	list, err := w.s.List(c.Context(), c.Actor, Filter{Edition: edition})
	if err != nil || len(list) == 0 {
		return "", nil, err
	}
	v := panelView{ID: "reviews", Title: c.T("consultations.title"), More: &web.Tab{Label: c.T("consultations.all"), URL: c.URL("/consultations")}}
	for i, cs := range list {
		w.until(c, cs)
		if i < 6 {
			v.Rows = append(v.Rows, w.row(c, cs))
		}
	}
	return panelPage, v, nil
}

// MePanel shows the reader which of her comments wait for her word.
func (w *Web) MePanel(c *web.C, _ core.ID) (string, any, error) {
	if !c.Actor.SignedIn() {
		return "", nil, nil
	}
	all, err := w.mineRows(c)
	if err != nil || len(all) == 0 {
		return "", nil, err
	}
	v := panelView{ID: "comments", Title: c.T("consultations.mine"), More: &web.Tab{Label: c.T("consultations.mine_all", "Count", len(all)), URL: c.URL("/me/comments")}}
	for _, r := range all {
		if r.Waits != "" && len(v.Waiting) < 10 {
			v.Waiting = append(v.Waiting, r)
		}
	}
	return panelPage, v, nil
}
