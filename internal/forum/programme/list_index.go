package programme

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/uptrace/bun"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"plenary/internal/core"
	"plenary/internal/forum/people"
	"plenary/internal/platform/web"
)

// indexNames are the indexes below the address of a programme. Each lists what
// sessions are sorted by, and leads to the sessions.
var indexNames = []string{"rooms", "themes", "types", "tracks", "organisations", "people"}

// indexFacets are the facets of those indexes that are facets.
var indexFacets = map[string]int{"rooms": byRoom, "themes": byTheme, "types": byType, "tracks": byTrack}

// indexSize is how many names stand on one page of an index.
const indexSize = 200

type indexView struct {
	Title, Subtitle string
	Tabs, Letters   web.Tabs
	Rows            []indexRow
	Pager           web.Pager
	Empty           *web.Empty
}

type indexRow struct {
	word
	URL, Count string
	Meta       []string
}

func (w *Web) indexPage(name string) web.Handler {
	return func(c *web.C) error {
		set, err := w.listed(c)
		if err != nil {
			return err
		}
		sel, err := w.s.choose(c.Context(), c.Actor, set, choice{})
		if err != nil {
			return err
		}
		x := w.words(c, sel)
		v := indexView{
			Title: c.T("programme.list.way." + name), Subtitle: c.T("programme.list.index." + name), Tabs: w.listTabs(c, set, "/"+name),
		}
		if facet, ok := indexFacets[name]; ok {
			v.Rows = x.indexRows(facet)
		} else if err := w.directory(c, x, name, &v); err != nil {
			return err
		}
		if len(v.Rows) == 0 {
			v.Empty = &web.Empty{Title: c.T("programme.list.none"), Text: c.T("programme.list.index_none." + name)}
		}
		return c.Page(web.Page{
			Name: "programme/index", Title: v.Title, Describe: v.Subtitle, Section: "programme", Trail: listTrail(c, set, v.Title), V: v,
		})
	}
}

// indexRows lists the values of a facet that sessions have.
func (x *words) indexRows(facet int) []indexRow {
	all := x.sel.set.Path() + "/programme/all"
	var out []indexRow
	for _, n := range x.of(facet) {
		count := x.sel.counts[facet][n.Value]
		if count == 0 {
			continue
		}
		r := indexRow{word: n, URL: x.c.URL(choice{}.with(facet, n.Value).at(all)), Count: x.c.T("programme.list.sessions", "Count", count)}
		if facet == byRoom {
			r.Meta = x.roomMeta(n.Value)
		}
		out = append(out, r)
	}
	return out
}

// roomMeta says where a room is and how many it holds.
func (x *words) roomMeta(slug string) []string {
	var out []string
	for _, r := range x.sel.set.Rooms {
		if r.Slug != slug {
			continue
		}
		for _, v := range x.sel.set.Venues {
			if v.ID == r.Venue {
				out = append(out, x.c.Text(v.Name).S)
			}
		}
		if r.Capacity > 0 {
			out = append(out, x.c.T("programme.seats", "Count", r.Capacity))
		}
	}
	return out
}

// entry is somebody in the directory of a programme, with in how many sessions.
type entry struct {
	id       core.ID
	label    string
	lang     string
	letter   string
	sessions int
}

// directory fills an index of names: people or organisations with a role, by letter.
func (w *Web) directory(c *web.C, x *words, name string, v *indexView) error {
	ids := make([]core.ID, len(x.sel.list))
	for i := range x.sel.list {
		ids[i] = x.sel.list[i].ID
	}
	counts, err := appearing(c.Context(), w.s.rec.DB.Read, ids, name == "people")
	if err != nil {
		return err
	}
	entries, err := w.entries(c, x, name, counts)
	if err != nil {
		return err
	}
	if len(entries) == 0 {
		return nil
	}
	by := collate.New(language.Make(c.Lang), collate.Loose)
	keys := make(map[core.ID][]byte, len(entries))
	var buf collate.Buffer
	for _, e := range entries {
		keys[e.id] = slices.Clone(by.KeyFromString(&buf, e.label))
		buf.Reset()
	}
	slices.SortFunc(entries, func(a, b entry) int {
		if d := slices.Compare(keys[a.id], keys[b.id]); d != 0 {
			return d
		}
		return strings.Compare(string(a.id), string(b.id))
	})
	total := len(entries)
	v.Letters = letterTabs(c, entries)
	if letter := c.Query("letter"); letter != "" {
		entries = slices.DeleteFunc(entries, func(e entry) bool { return e.letter != letter })
	}
	next := ""
	if after := c.Query("after"); after != "" {
		var last core.ID
		if err := core.ReadCursor(after, &last); err != nil {
			return err
		}
		entries = entries[slices.IndexFunc(entries, func(e entry) bool { return e.id == last })+1:]
	}
	if len(entries) > indexSize {
		entries = entries[:indexSize]
		next = core.Cursor(entries[indexSize-1].id)
	}
	v.Pager = c.Pager(len(entries), total, next, "programme.list.index_count."+name)
	v.Subtitle = v.Pager.Sentence
	param := map[string]string{"people": "person", "organisations": "organisation"}[name]
	all := c.URL(x.sel.set.Path() + "/programme/all?" + param + "=")
	for _, e := range entries {
		v.Rows = append(v.Rows, indexRow{
			word: word{Label: e.label, Lang: e.lang}, URL: all + string(e.id), Count: c.T("programme.list.sessions", "Count", e.sessions),
		})
	}
	return nil
}

// entries name those who appear. Whoever does not want to stand in lists of people is
// left out, and so is whoever the reader may not know of; on the pages of their
// sessions they stand.
func (w *Web) entries(c *web.C, x *words, name string, counts map[core.ID]int) ([]entry, error) {
	ids := slices.Collect(maps.Keys(counts))
	out := make([]entry, 0, len(ids))
	if name == "people" {
		persons, err := w.people.Persons(c.Context(), ids)
		if err != nil {
			return nil, err
		}
		for id, p := range persons {
			if p.Listed && people.Can(c.Actor, "see", p) {
				label := p.In(c.Lang)
				out = append(out, entry{id: id, label: label, letter: letterOf(label), sessions: counts[id]})
			}
		}
		return out, nil
	}
	organisations, err := w.people.Organisations(c.Context(), ids)
	if err != nil {
		return nil, err
	}
	for id, o := range organisations {
		n := x.named("", o.Name)
		out = append(out, entry{id: id, label: n.Label, lang: n.Lang, letter: letterOf(n.Label), sessions: counts[id]})
	}
	return out, nil
}

// letterTabs are the letters with which names begin; each shows its names only.
func letterTabs(c *web.C, entries []entry) web.Tabs {
	out := web.Tabs{Label: c.T("programme.list.letters")}
	current := c.Query("letter")
	path := c.URL(c.Path())
	seen := map[string]bool{}
	for _, e := range entries {
		if seen[e.letter] {
			continue
		}
		seen[e.letter] = true
		out.Tabs = append(out.Tabs, web.Tab{Label: e.letter, URL: path + "?letter=" + urlQuery(e.letter), Current: e.letter == current})
	}
	if len(out.Tabs) < 2 {
		return web.Tabs{}
	}
	out.Tabs = append([]web.Tab{{Label: c.T("programme.list.all_letters"), URL: path, Current: current == ""}}, out.Tabs...)
	return out
}

// letterOf is the letter under which a name stands; figures and signs stand under #.
func letterOf(name string) string {
	r, _ := utf8.DecodeRuneInString(core.Fold(name))
	if !unicode.IsLetter(r) {
		return "#"
	}
	return string(unicode.ToUpper(r))
}

// appearing counts in how many of the sessions each person or each organisation has a
// role: an organisation also through those who were with it on the day. The caller has
// the sessions from Briefs.
func appearing(ctx context.Context, idb bun.IDB, sessions []core.ID, persons bool) (map[core.ID]int, error) {
	out := map[core.ID]int{}
	if len(sessions) == 0 {
		return out, nil
	}
	var rows []struct {
		Session      core.ID `bun:"session"`
		Person       core.ID `bun:"person"`
		Organisation core.ID `bun:"organisation"`
		Affiliated   string  `bun:"affiliated"`
	}
	err := idb.NewSelect().TableExpr("session_roles AS r").ColumnExpr("r.session, r.person, r.organisation, r.affiliated").
		Where("r.session IN (?)", bun.List(sessions)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("count appearances: %w", err)
	}
	seen := map[[2]core.ID]bool{}
	add := func(session, id core.ID) {
		if k := [2]core.ID{session, id}; id != "" && !seen[k] {
			seen[k] = true
			out[id]++
		}
	}
	for _, r := range rows {
		if persons {
			add(r.Session, r.Person)
			continue
		}
		add(r.Session, r.Organisation)
		for id := range strings.SplitSeq(r.Affiliated, "|") {
			add(r.Session, core.ID(id))
		}
	}
	return out, nil
}
