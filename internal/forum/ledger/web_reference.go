package ledger

import (
	"strings"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

type referencesView struct {
	Title, Subtitle, Search, Path string
	Tabs                          web.Tabs
	Actions                       []web.Action
	Result                        string
	Rows                          []referenceRow
	Empty                         *web.Empty
}

type referenceRow struct {
	Title                             web.TextView
	URL, Symbol, Issuer, Day, Outside string
	Cites, Mentioned                  string
	Citations                         []citationView
	Mentions                          []mentionView
	Kept                              []evidenceView
}

type citationView struct {
	Label, URL, Place, Quote string
	Words                    *web.TextView
}

type mentionView struct{ Label, URL, Moment, Note string }

// referenceRows prepares outside documents with what they cite and where they were
// cited; the number of queries does not depend on theirs.
func (w *Web) referenceRows(c *web.C, list []Reference) ([]referenceRow, error) {
	views, err := w.s.referenceViews(c.Context(), c.Actor, list)
	if err != nil {
		return nil, err
	}
	var things []Thing
	var segments []core.ID
	for _, v := range views {
		for _, x := range v.Citations {
			things = append(things, Thing{Kind: ThingParagraph, Ref: x.Ref})
		}
		for _, m := range v.Mentions {
			things = append(things, Thing{Kind: ThingSession, Ref: string(m.Session)})
			if m.Segment != "" {
				segments = append(segments, m.Segment)
			}
		}
	}
	labels, err := w.s.Labels(c.Context(), c.Actor, c.Lang, things)
	if err != nil {
		return nil, err
	}
	moments := map[core.ID]Moment{}
	if len(segments) > 0 && w.s.moments.ByID != nil {
		if moments, err = w.s.moments.ByID(c.Context(), c.Actor, segments); err != nil {
			return nil, err
		}
	}
	out := make([]referenceRow, 0, len(views))
	for _, v := range views {
		r := referenceRow{Title: c.Text(v.Title), URL: c.URL(v.Path()), Symbol: v.Symbol, Issuer: v.Issuer, Outside: v.Reference.URL, Kept: evidenceViews(c, v.Kept)}
		if v.Day != "" {
			r.Day = date(c, v.Day)
		}
		if n := len(v.Citations); n > 0 {
			r.Cites = c.T("ledger.cites", "Count", n)
		}
		if n := len(v.Mentions); n > 0 {
			r.Mentioned = c.T("ledger.mentioned", "Count", n)
		}
		for _, x := range v.Citations {
			l, ok := labels[Thing{Kind: ThingParagraph, Ref: x.Ref}]
			if !ok {
				continue
			}
			cv := citationView{Label: l.Title, URL: c.URL(l.Path), Place: x.Place, Quote: x.Quote}
			if !l.Words.IsZero() {
				t := c.Text(l.Words)
				cv.Words = &t
			}
			r.Citations = append(r.Citations, cv)
		}
		for _, m := range v.Mentions {
			l, ok := labels[Thing{Kind: ThingSession, Ref: string(m.Session)}]
			if !ok {
				continue
			}
			mv := mentionView{Label: l.Title, URL: c.URL(l.Path), Note: m.Note}
			if at, ok := moments[m.Segment]; ok {
				mv.Moment = c.URL(at.Path)
			}
			r.Mentions = append(r.Mentions, mv)
		}
		out = append(out, r)
	}
	return out, nil
}

func (w *Web) references(c *web.C) error {
	if err := w.reads(c); err != nil {
		return err
	}
	search := strings.TrimSpace(c.Query("q"))
	list, err := w.s.References(c.Context(), search, "")
	if err != nil {
		return err
	}
	v := referencesView{
		Title: c.T("ledger.references"), Subtitle: c.T("ledger.references_subtitle"), Search: search, Path: c.URL("/references"),
		Tabs: w.tabs(c, "/references"), Result: c.T("ledger.references_found", "Count", len(list)),
	}
	if v.Rows, err = w.referenceRows(c, list); err != nil {
		return err
	}
	if CanCurate(c.Actor) {
		v.Actions = []web.Action{
			{Label: c.T("ledger.reference.title"), URL: c.URL("/references/new"), Icon: "plus"},
			{Label: c.T("ledger.derive.title"), URL: c.URL("/ledger/derive"), Icon: "plus"},
		}
	}
	if len(v.Rows) == 0 {
		v.Empty = &web.Empty{Title: c.T("ledger.no_references"), Text: c.T("ledger.no_references_text")}
	}
	return c.Page(web.Page{Name: "ledger/references", Title: v.Title, Describe: v.Subtitle, Section: "outcomes", NoIndex: search != "", Trail: w.trail(c, web.Crumb{Label: v.Title}), V: v})
}

type referenceView struct {
	referenceRow
	Process *web.Tab
	Actions []web.Action
	History []web.HistoryLine
}

func (w *Web) reference(c *web.C) error {
	if err := w.reads(c); err != nil {
		return err
	}
	r, err := w.s.Reference(c.Context(), c.Actor, core.ID(c.Param("id")))
	if err != nil {
		return err
	}
	rows, err := w.referenceRows(c, []Reference{r})
	if err != nil {
		return err
	}
	v := referenceView{referenceRow: rows[0]}
	if r.Process != "" {
		_, by, err := w.processOptions(c)
		if err != nil {
			return err
		}
		if p, ok := by[r.Process]; ok {
			v.Process = &web.Tab{Label: c.Text(p.Name).S, URL: c.URL(p.Path())}
		}
	}
	if CanCurate(c.Actor) {
		path := c.URL(r.Path())
		v.Actions = []web.Action{
			{Label: c.T("ledger.cite.title"), URL: path + "/cites", Icon: "plus"},
			{Label: c.T("ledger.mention.title"), URL: path + "/mentions", Icon: "plus"},
			{Label: c.T("ledger.reference.edit"), URL: path + "/edit", Icon: "edit"},
		}
	}
	if v.History, err = w.history(c, []core.ID{r.ID}, core.ScopeForum); err != nil {
		return err
	}
	return c.Page(web.Page{
		Name: "ledger/reference", Title: v.Title.S, TitleLang: v.Title.Lang, Section: "outcomes",
		Trail: w.trail(c, web.Crumb{Label: c.T("ledger.references"), URL: c.URL("/references")}, web.Crumb{Label: v.Title.S}), V: v,
	})
}

func (w *Web) editReference(c *web.C) error {
	if err := mayCurate(c.Actor, referencePolicy); err != nil {
		return err
	}
	id := core.ID(c.Param("id"))
	title, cancel, in := c.T("ledger.reference.title"), "/references", ReferenceInput{Process: c.Query("process")}
	if id != "" {
		r, err := w.s.Reference(c.Context(), c.Actor, id)
		if err != nil {
			return err
		}
		title, cancel, in = c.T("ledger.reference.edit"), r.Path(), InputOfReference(r)
	}
	opts, _, err := w.processOptions(c)
	if err != nil {
		return err
	}
	return formPage[ReferenceInput]{
		key: "ledger.ref", title: title, note: c.T("ledger.reference.note"), cancel: cancel,
		trail:   w.trail(c, web.Crumb{Label: c.T("ledger.references"), URL: c.URL("/references")}),
		prepare: func(f *web.Form) { f.Options("process", opts) },
		save: func(in ReferenceInput) (string, error) {
			var err error
			if in.Kept, err = w.keep(c, in.CopyTitle, in.CopyText); err != nil {
				return "", err
			}
			r, err := w.s.SaveReference(c.Context(), c.Actor, id, in)
			return r.Path(), err
		},
	}.serve(c, in)
}

func (w *Web) cite(c *web.C) error {
	r, err := w.curated(c)
	if err != nil {
		return err
	}
	return formPage[CiteInput]{
		key: "ledger.cite", title: c.T("ledger.cite.title"), note: c.T("ledger.cite.note"), quote: &r.Title, cancel: r.Path(), trail: w.trail(c),
		save: func(in CiteInput) (string, error) {
			return r.Path(), w.s.Cite(c.Context(), c.Actor, r.ID, in)
		},
	}.serve(c, CiteInput{Where: c.Query("where")})
}

func (w *Web) mention(c *web.C) error {
	r, err := w.curated(c)
	if err != nil {
		return err
	}
	return formPage[MentionInput]{
		key: "ledger.mention", title: c.T("ledger.mention.title"), note: c.T("ledger.mention.note_text"), quote: &r.Title, cancel: r.Path(), trail: w.trail(c),
		save: func(in MentionInput) (string, error) {
			return r.Path(), w.s.Mention(c.Context(), c.Actor, r.ID, in)
		},
	}.serve(c, MentionInput{Where: c.Query("where")})
}

func (w *Web) curated(c *web.C) (Reference, error) {
	if err := mayCurate(c.Actor, referencePolicy); err != nil {
		return Reference{}, err
	}
	return w.s.Reference(c.Context(), c.Actor, core.ID(c.Param("id")))
}

// derive is the form that ties an output to the earlier one from which it was made.
func (w *Web) derive(c *web.C) error {
	if err := mayCurate(c.Actor, referencePolicy); err != nil {
		return err
	}
	return formPage[DeriveInput]{
		key: "ledger.derive", title: c.T("ledger.derive.title"), note: c.T("ledger.derive.note_text"), cancel: "/references", trail: w.trail(c),
		save: func(in DeriveInput) (string, error) {
			if err := w.s.Derive(c.Context(), c.Actor, in); err != nil {
				return "", err
			}
			t, err := w.s.Find(c.Context(), c.Actor, in.Later)
			if err != nil {
				return "", err
			}
			labels, err := w.s.Labels(c.Context(), c.Actor, c.Lang, []Thing{{Kind: t.Kind, Ref: t.Ref}})
			return labels[Thing{Kind: t.Kind, Ref: t.Ref}].Path, err
		},
	}.serve(c, DeriveInput{Later: c.Query("later"), Earlier: c.Query("earlier")})
}
