package archive

import (
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/formats/forumtext"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

const (
	linesInline = 1500 // a longer source has pages of its own
	linesPage   = 1000
)

// sourceView is a source as it was read, line by line.
type sourceView struct {
	Lang, Dir string
	Start     int
	Lines     []sourceLine
	Marked    bool   // some lines became nothing
	More      string // address of the source where it is too long for the page
	File      string // address of the file as it was sent
	Pages     *pagesView
}

type sourceLine struct {
	N      int
	Text   string
	Unused string // why the line became nothing
}

func linesOf(p *Plan) []string {
	if p.Source == "" {
		return nil
	}
	return strings.Split(strings.ReplaceAll(p.Source, "\r\n", "\n"), "\n")
}

// lineURL leads to a line of the source; nothing where the source is no text.
func lineURL(c *web.C, set *editions.Setting, p *Plan, total, line int) string {
	switch {
	case line <= 0 || line > total:
		return ""
	case total <= linesInline:
		return "#l" + strconv.Itoa(line)
	}
	return c.URL(pathOf(set, p.ID)+"/source?page="+strconv.Itoa((line-1)/linesPage+1)) + "#l" + strconv.Itoa(line)
}

// unused tells which lines became nothing, and why.
func unused(c *web.C, p *Plan) map[int]string {
	out := map[int]string{}
	for _, n := range p.Notes {
		if n.Group != NoteUnread {
			continue
		}
		key := "archive.unused." + n.Code
		if !c.S.Catalog.Has(key) {
			key = "archive.unused." + string(forumtext.NoteProse)
		}
		for line := n.Place.Line; line > 0 && line <= max(n.Place.Line, n.Place.EndLine); line++ {
			out[line] = c.T(key)
		}
	}
	return out
}

// sourceOf is the part of a source from line first on.
func sourceOf(c *web.C, set *editions.Setting, p *Plan, first, count int) sourceView {
	v := sourceView{Lang: p.Lang, Dir: core.Dir(p.Lang), Start: first}
	if p.File != "" {
		v.File = c.URL(pathOf(set, p.ID) + "/file")
	}
	lines, why := linesOf(p), unused(c, p)
	for i := first - 1; i < len(lines) && i < first-1+count; i++ {
		l := sourceLine{N: i + 1, Text: lines[i]}
		if strings.TrimSpace(l.Text) != "" {
			l.Unused = why[l.N]
		}
		v.Marked = v.Marked || l.Unused != ""
		v.Lines = append(v.Lines, l)
	}
	return v
}

// inlineSource is the source below the page of its import, or a link to it.
func inlineSource(c *web.C, set *editions.Setting, p *Plan) sourceView {
	if n := len(linesOf(p)); n > linesInline {
		v := sourceOf(c, set, p, 1, 0)
		v.More = c.URL(pathOf(set, p.ID) + "/source")
		return v
	}
	return sourceOf(c, set, p, 1, linesInline)
}

type sourcePage struct {
	Title, Name, Back string
	Source            sourceView
}

// source is the source of an import on pages of its own.
func (w *Web) source(c *web.C) error {
	set, err := w.editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return err
	}
	c.Reads(set.Scope())
	p, err := w.s.Get(c.Context(), c.Actor, set, core.ID(c.Param("id")))
	if err != nil {
		return err
	}
	total := len(linesOf(p))
	if total == 0 {
		return core.NotFound()
	}
	pages := newPages(c, total, linesPage)
	v := sourcePage{Title: c.T("archive.source"), Name: p.Name, Back: c.URL(pathOf(set, p.ID)), Source: sourceOf(c, set, p, pages.from+1, linesPage)}
	v.Source.Pages = pages.view()
	return c.Page(web.Page{
		Name: "archive/source", Title: v.Title + ": " + p.Name, Section: "programme", NoIndex: !p.Open || p.State != StateApplied,
		Trail: w.trail(c, set, p, v.Title), V: v,
	})
}

// file sends the source as it was sent here.
func (w *Web) file(c *web.C) error {
	_, p, err := w.one(c)
	if err != nil {
		return err
	}
	if p.File == "" {
		return core.NotFound()
	}
	return w.s.blobs.Serve(c, p.File)
}

// pages are the parts of a long list; the present one is named by ?page=.
type pages struct {
	c              *web.C
	page, count    int
	from, to, size int
	total          int
}

type pagesView struct{ Previous, Next, Sentence string }

func newPages(c *web.C, total, size int) pages {
	count := max(1, (total+size-1)/size)
	page, err := strconv.Atoi(c.Query("page"))
	if err != nil {
		page = 1
	}
	page = min(max(page, 1), count)
	return pages{c: c, page: page, count: count, from: (page - 1) * size, to: min(page*size, total), size: size, total: total}
}

// view is what stands below the list; nothing where it has one part only.
func (g pages) view() *pagesView {
	if g.count == 1 {
		return nil
	}
	v := &pagesView{Sentence: g.c.T("archive.page", "Page", g.page, "Pages", g.count, "From", g.from+1, "To", g.to, "Count", g.total)}
	if g.page > 1 {
		v.Previous = g.url(g.page - 1)
	}
	if g.page < g.count {
		v.Next = g.url(g.page + 1)
	}
	return v
}

func (g pages) url(page int) string {
	return address(g.c, "page", strconv.Itoa(page))
}

// address is the present address with a value set; an empty value takes it away.
func address(c *web.C, kv ...string) string {
	q := c.R.URL.Query()
	for i := 0; i+1 < len(kv); i += 2 {
		if kv[i+1] == "" {
			q.Del(kv[i])
			continue
		}
		q.Set(kv[i], kv[i+1])
	}
	return c.URL(strings.TrimSuffix(c.Path()+"?"+q.Encode(), "?"))
}
