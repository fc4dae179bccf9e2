package programme

import (
	"context"
	"html/template"
	"net/url"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

// What rooms below show of a programme, and what they add to its pages.

// MarksFunc tells which sessions of an edition the reader keeps for herself; nil for a
// visitor, whose pages are one and the same.
type MarksFunc func(c *web.C, edition core.ID) (map[core.ID]bool, error)

// UseMarks offers a star at each session, in lists and on its page. What is pressed is
// sent to path below the edition: add or remove with the session's reference, and next
// with where the reader was.
func (w *Web) UseMarks(path string, f MarksFunc) { w.marks, w.marksPath = f, path }

// ActionsFunc gives links for the head of a programme's pages.
type ActionsFunc func(c *web.C, set *editions.Setting) []web.Action

// AddActions registers links that stand before the downloads.
func (w *Web) AddActions(f ActionsFunc) { w.more = append(w.more, f) }

// starsView is the form to which the stars of a page belong.
type starsView struct{ Path, Next string }

// stars prepares the stars of a page; nil where there are none.
func (w *Web) stars(c *web.C, set *editions.Setting) (*starsView, map[core.ID]bool, error) {
	if w.marks == nil {
		return nil, nil, nil
	}
	marked, err := w.marks(c, set.ID)
	if err != nil {
		return nil, nil, err
	}
	next := c.Path()
	if q := c.R.URL.RawQuery; q != "" {
		next += "?" + q
	}
	return &starsView{Path: c.URL(set.Path() + w.marksPath), Next: next}, marked, nil
}

// starHTML is the button of a session in a list. Hundreds stand on a page, so it is put
// together by hand.
func (x *words) starHTML(b *Brief) template.HTML {
	marked := x.marked[b.ID]
	if !x.stars || b.State == StateCancelled && !marked {
		return ""
	}
	do, pressed := "add", "false"
	if marked {
		do, pressed = "remove", "true"
	}
	var m strings.Builder
	m.Grow(256)
	m.WriteString(`<button class="star" form="stars" name="`)
	m.WriteString(do)
	m.WriteString(`" value="`)
	m.WriteString(b.Ref)
	m.WriteString(`" aria-pressed="`)
	m.WriteString(pressed)
	m.WriteString(`" aria-label="`)
	m.WriteString(template.HTMLEscapeString(strings.Replace(x.starLabel, mark0, RefLabel(b.Ref), 1)))
	m.WriteString(`">`)
	m.WriteString(string(starIcon(x.c)))
	m.WriteString(`</button>`)
	return template.HTML(m.String()) //nolint:gosec // references have letters and figures only, the label is escaped
}

func starIcon(c *web.C) template.HTML { return c.Icon("star") }

// useStars gives the words of a page what its stars need.
func (w *Web) useStars(x *words) (*starsView, error) {
	v, marked, err := w.stars(x.c, x.sel.set)
	if v != nil {
		x.stars, x.marked, x.starLabel = true, marked, x.c.T("agenda.star", "Ref", mark0)
	}
	return v, err
}

// starView is the star on the page of one session.
type starView struct {
	starsView
	Ref    string
	Marked bool
}

func (w *Web) star(c *web.C, set *editions.Setting, x *Session) (*starView, error) {
	v, marked, err := w.stars(c, set)
	if err != nil || v == nil || x.State == StateCancelled && !marked[x.ID] {
		return nil, err
	}
	return &starView{starsView: *v, Ref: x.Ref, Marked: marked[x.ID]}, nil
}

// Listed gives the edition of the address for a page that shows its sessions, and says
// that the page is made from it.
func (w *Web) Listed(c *web.C) (*editions.Setting, error) { return w.listed(c) }

// Chosen lists what filters leave of the sessions of an edition that the actor may see, in
// the order of the timetable; filters are those of the programme's addresses. A value that
// the edition does not have is core.NotFound.
func (s *Service) Chosen(ctx context.Context, a core.Actor, set *editions.Setting, filters url.Values) ([]Brief, error) {
	ch := readChoice(filters)
	sel, err := s.choose(ctx, a, set, ch)
	if err != nil {
		return nil, err
	}
	if sel.unknown() != nil || sel.nobody(ch) {
		return nil, core.NotFound()
	}
	return sel.list, nil
}

// Way is one way to narrow a programme: the name of a filter and its values, each with the
// value in Lang's place of an address (URL) and how many sessions it leaves.
type Way struct {
	Name, Label string
	Values      []web.Tab
}

// Ways are the days, rooms, themes and tracks of an edition that have sessions which the
// reader may see. The URL of a value is what an address says: "day-2".
func (w *Web) Ways(c *web.C, set *editions.Setting) ([]Way, error) {
	sel, err := w.s.choose(c.Context(), c.Actor, set, choice{})
	if err != nil {
		return nil, err
	}
	x := w.words(c, sel)
	var out []Way
	for _, f := range []int{byDay, byRoom, byTheme, byTrack} {
		way := Way{Name: facetNames[f], Label: c.T("programme.list.facet." + facetNames[f])}
		for _, n := range x.of(f) {
			if n.Value != noValue && sel.counts[f][n.Value] > 0 {
				way.Values = append(way.Values, web.Tab{Label: n.Label, Lang: n.Lang, URL: n.Value, Count: c.T("programme.list.sessions", "Count", sel.counts[f][n.Value])})
			}
		}
		if len(way.Values) > 0 {
			out = append(out, way)
		}
	}
	return out, nil
}

// ClockNote says which clock a page shows that tells the times of sessions by the venue's.
func (w *Web) ClockNote(c *web.C, set *editions.Setting, list []Brief) string {
	var dates []string
	for i := range list {
		if d := list[i].Day; d != "" && !slices.Contains(dates, d) {
			dates = append(dates, d)
		}
	}
	slices.Sort(dates)
	x := w.words(c, &selection{set: set, keys: newFacetKeys(set, nil, nil, list)})
	return x.clockNote(dates)
}
