package documents

import (
	"slices"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

type compareView struct {
	Title    web.TextView
	Action   string
	From, To []web.Option
	Note     string // of the later revision
	Diff     diffView
	One      bool // there is only one revision
	Empty    web.Empty
}

// compare shows what differs between two revisions that the reader may see: without
// numbers between the newest published one and the one before it.
func (w *Web) compare(c *web.C) error {
	id, err := w.reads(c)
	if err != nil {
		return err
	}
	d, revs, err := w.s.SeeRevisions(c.Context(), c.Actor, id)
	if err != nil {
		return err
	}
	to, err := chosen(c, "to", revs, revs[len(revs)-1].Number)
	if err != nil {
		return err
	}
	from, err := chosen(c, "from", revs, before(revs, to))
	if err != nil {
		return err
	}
	v := compareView{Title: c.Text(d.Title), Action: c.URL("/documents/" + string(id) + "/compare"), One: len(revs) == 1}
	if v.One {
		v.Empty = web.Empty{
			Title: c.T("documents.compare.one"), Text: c.T("documents.compare.one_text"),
			Link: &web.Tab{Label: c.T("documents.revision", "Number", to), URL: c.URL(revisionPath(id, to))},
		}
	} else {
		a, err := w.s.Revision(c.Context(), id, from)
		if err != nil {
			return err
		}
		b, err := w.s.Revision(c.Context(), id, to)
		if err != nil {
			return err
		}
		v.From, v.To = options(c, revs, from), options(c, revs, to)
		v.Note, v.Diff = b.Note, newDiffView(c, Compare(a, b, c.Lang))
	}
	trail, err := w.trail(c, d, web.Crumb{Label: c.T("documents.revisions"), URL: c.URL(revisionsPath(id))}, web.Crumb{Label: c.T("documents.compare")})
	if err != nil {
		return err
	}
	return c.Page(web.Page{
		Name: "documents/compare", Title: c.T("documents.compare.of", "Title", v.Title.S), Section: "outcomes", Trail: trail, NoIndex: true, V: v,
	})
}

// chosen reads the number of a revision from the address. One that the reader may not
// see is as little there as one that does not exist.
func chosen(c *web.C, name string, revs []Revision, otherwise int) (int, error) {
	q := c.Query(name)
	if q == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(q)
	if err != nil || !slices.ContainsFunc(revs, func(r Revision) bool { return r.Number == n }) {
		return 0, core.NotFound()
	}
	return n, nil
}

// before is the published revision before another; the first where there is none.
func before(revs []Revision, number int) int {
	out := revs[0].Number
	for _, r := range revs {
		if r.Number < number && !r.Draft() {
			out = r.Number
		}
	}
	return out
}

func options(c *web.C, revs []Revision, current int) []web.Option {
	var out []web.Option
	for _, r := range slices.Backward(revs) {
		label := c.T("documents.compare.draft", "Number", r.Number)
		if !r.Draft() {
			label = c.T("documents.compare.published", "Number", r.Number, "Date", c.Date(r.Issued.Time()))
		}
		out = append(out, web.Option{Value: strconv.Itoa(r.Number), Label: label, Selected: r.Number == current})
	}
	return out
}
