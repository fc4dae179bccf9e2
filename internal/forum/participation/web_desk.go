package participation

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

// registerDesk registers the pages of the staff.
func (w *Web) registerDesk(s *web.Server) {
	both := func(path string, h web.Handler) {
		s.Edition("GET "+path, h)
		s.Edition("POST "+path, h)
	}
	s.Edition("GET /registrations", w.deskList)
	s.Edition("POST /registrations.csv", w.deskExport)
	s.Edition("POST /registrations.xlsx", w.deskExport)
	both("/registrations/bulk", w.deskBulk)
	s.Edition("POST /registrations/undo", w.deskUndo)
	both("/registrations/rules", w.deskRules)
	s.Edition("POST /registrations/rules/apply", w.deskApply)
	s.Edition("GET /registrations/doubles", w.deskDoubles)
	s.Edition("POST /registrations/doubles", w.deskApart)
	both("/registrations/doubles/compare", w.deskCompare)
	s.Edition("GET /registrations/{number}", w.deskOne)
	both("/registrations/{number}/correct", w.deskCorrect)
	both("/registrations/{number}/protocol", w.deskProtocol)
	s.Edition("POST /registrations/{number}/notes", w.deskNote)
	s.Edition("POST /registrations/{number}/links", w.deskLinks)
}

// deskColumns are the columns that can be chosen beside the name.
var (
	deskColumns  = []string{"state", "category", "mode", "organisation", "title", "group", "country", "region", "delegation", "hub", "registered", "waiting", "email"}
	usualColumns = []string{"state", "category", "organisation", "country", "waiting"}
)

type deskCell struct {
	Label  string
	Words  string
	Status *web.Status
}

type deskRow struct {
	Number           int
	ID, URL, Name    string
	Pick             string
	Flags            []web.Status
	Doubles, Details string
	Cells            []deskCell
}

type deskFilter struct {
	Label    string
	Values   []web.Tab
	More     []web.Tab // folded
	MoreText string
}

type deskChoice struct {
	Name, Label string
	On          bool
}

type deskPair struct{ Name, Value string }

type deskView struct {
	Title, Subtitle string
	Actions         []web.Action
	Undo            *deskUndoView
	Overview        overviewView
	Filters         []deskFilter
	Chosen          int
	ChosenText      string
	Chips           []web.Tab
	Clear, Path     string
	Search, Result  string
	Keep            []deskPair // the choice, for forms that keep it
	KeepFound       []deskPair // the choice without the words
	Sorts           []web.Tab
	Columns         []deskChoice
	ColumnKeep      []deskPair
	Heads           []web.Tab
	Rows            []deskRow
	Acts            []web.Option
	All             string // of the button for all that match
	Bulk            string
	Pager           web.Pager
	Empty           *web.Empty
	CSV, XLSX       string
}

type deskUndoView struct{ Text, URL, ID string }

// choiceWords names values of facets for the reader.
type choiceWords struct {
	w     *Web
	c     *web.C
	st    *Setting
	names map[core.ID]string
}

func (x choiceWords) name(f int, value string) string {
	if value == none && f != byState {
		if f == byRegion {
			return x.c.Text(x.w.s.Vocab.Label(vocab.Regions, none)).S
		}
		return x.c.T("participation.desk.none." + FacetNames[f])
	}
	switch f {
	case byState:
		return x.c.T("policy.registration.state." + value)
	case byCategory:
		if cat := x.st.Category(core.ID(value)); cat != nil {
			return x.c.Text(cat.Name).S
		}
	case byMode:
		return x.c.T("participation.mode." + value)
	case byGroup:
		return x.c.Text(x.w.s.Vocab.Label(vocab.Groups, value)).S
	case byRegion:
		return x.c.Text(x.w.s.Vocab.Label(vocab.Regions, value)).S
	case byCountry:
		if country, ok := x.w.s.Vocab.Country(value); ok {
			return x.c.Text(country.Name).S
		}
	case byDelegation, byHub:
		return cmp.Or(x.names[core.ID(value)], value)
	default:
		return x.c.T("participation.desk." + FacetNames[f] + "." + value)
	}
	return value
}

// facetOrder is the order in which the filters stand.
var facetOrder = []int{byState, byCategory, byFlag, byNeed, byMode, byGroup, byRegion, byClass, byCountry, byDelegation, byHub}

// longest is how many values of a filter stand open; the others are folded.
const longestFilter = 8

// values are the values of a facet that stand on the page: those that anything has, and
// those that are chosen.
func (x choiceWords) values(d *Desk, ch Choice, f int) []string {
	var out []string
	have := func(v string) bool { return d.Counts[f][v] > 0 || slices.Contains(ch.Of[f], v) }
	fixed := severals[f]
	switch f {
	case byState:
		fixed = States
	case byMode:
		fixed = Modes
	case byCategory:
		for _, c := range x.st.Categories {
			fixed = append(fixed, string(c.ID))
		}
		fixed = append(fixed, none)
	}
	for _, v := range fixed {
		if have(v) {
			out = append(out, v)
		}
	}
	if fixed != nil {
		return out
	}
	for v := range d.Counts[f] {
		out = append(out, v)
	}
	for _, v := range ch.Of[f] {
		if d.Counts[f][v] == 0 {
			out = append(out, v)
		}
	}
	slices.SortFunc(out, func(a, b string) int {
		return cmp.Or(cmp.Compare(d.Counts[f][b], d.Counts[f][a]), cmp.Compare(x.name(f, a), x.name(f, b)))
	})
	return out
}

// at is the address of the list with a choice and the columns of the present one.
func deskAt(c *web.C, path string, ch Choice) string {
	v := ch.Values()
	if cols := c.R.URL.Query()["col"]; len(cols) > 0 {
		v["col"] = cols
	}
	return c.URL(strings.TrimSuffix(path+"?"+v.Encode(), "?"))
}

func (x choiceWords) filters(d *Desk, ch Choice, path string) []deskFilter {
	var out []deskFilter
	for _, f := range facetOrder {
		g := deskFilter{Label: x.c.T("participation.desk.facet." + FacetNames[f])}
		for i, v := range x.values(d, ch, f) {
			t := web.Tab{
				Label: x.name(f, v), Count: i18n.Number(x.c.Lang, d.Counts[f][v]), Current: slices.Contains(ch.Of[f], v),
				URL: deskAt(x.c, path, ch.toggled(f, v)),
			}
			if i < longestFilter || t.Current {
				g.Values = append(g.Values, t)
			} else {
				g.More = append(g.More, t)
			}
		}
		if len(g.Values) == 0 || len(g.Values) == 1 && (g.Values[0].Label == x.name(f, none) || f == byMode) && !g.Values[0].Current {
			continue // nothing to choose
		}
		if len(g.More) > 0 {
			g.MoreText = x.c.T("participation.desk.more_values", "Count", len(g.More))
		}
		out = append(out, g)
	}
	return out
}

func (x choiceWords) chips(ch Choice, path string) []web.Tab {
	var out []web.Tab
	for _, f := range facetOrder {
		for _, v := range ch.Of[f] {
			out = append(out, web.Tab{Label: x.name(f, v), URL: deskAt(x.c, path, ch.toggled(f, v))})
		}
	}
	if ch.Q != "" {
		rest := ch
		rest.Q = ""
		out = append(out, web.Tab{Label: x.c.T("participation.desk.chip.q", "Words", ch.Q), URL: deskAt(x.c, path, rest)})
	}
	return out
}

func pairsOf(v url.Values) []deskPair {
	var out []deskPair
	for _, name := range slices.Sorted(func(yield func(string) bool) {
		for k := range v {
			if !yield(k) {
				return
			}
		}
	}) {
		for _, value := range v[name] {
			out = append(out, deskPair{name, value})
		}
	}
	return out
}

// deskList shows the registrations of an edition to its staff.
func (w *Web) deskList(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	ch := ReadChoice(c.R.URL.Query())
	d, err := w.s.List(c.Context(), c.Actor, set, ch, c.PageArg())
	if err != nil {
		return err
	}
	last, err := w.s.LastBulk(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	x := choiceWords{w, c, d.Setting, d.Names}
	path := set.Path() + "/registrations"
	v := deskView{
		Title: c.T("participation.registrations"), Subtitle: c.Text(set.Name).S, Overview: w.overview(c, set, d.Overview), Filters: x.filters(d, ch, path),
		Chips: x.chips(ch, path), Clear: deskAt(c, path, Choice{Sort: ch.Sort}), Path: c.URL(path), Search: ch.Q, Bulk: c.URL(path + "/bulk"),
		CSV: c.URL(path + ".csv"), XLSX: c.URL(path + ".xlsx"), Pager: c.Pager(len(d.Rows), d.Count, d.Next, "participation.desk.result"),
	}
	if v.Chosen = len(v.Chips); v.Chosen > 0 {
		v.ChosenText = c.T("participation.desk.chosen", "Count", v.Chosen)
	}
	v.Result = c.T("participation.desk.result", "Count", d.Count)
	if ch.Narrows() {
		v.Result = c.T("participation.desk.result_of", "Count", d.Count, "All", i18n.Number(c.Lang, d.Total))
	}
	v.Keep = pairsOf(ch.Values())
	found := ch
	found.Q = ""
	cols := w.columns(c)
	keep := found.Values()
	keep["col"] = c.R.URL.Query()["col"]
	v.KeepFound, v.ColumnKeep = pairsOf(keep), v.Keep
	for _, s := range Sorts {
		by := ch
		by.Sort = s
		v.Sorts = append(v.Sorts, web.Tab{Label: c.T("participation.desk.sort." + s), URL: deskAt(c, path, by), Current: s == ch.Sort})
	}
	for _, name := range deskColumns {
		v.Columns = append(v.Columns, deskChoice{name, c.T("participation.desk.column." + name), slices.Contains(cols, name)})
	}
	for _, name := range cols {
		v.Heads = append(v.Heads, web.Tab{Label: c.T("participation.desk.column." + name)})
	}
	query := ch.Values().Encode()
	for i := range d.Rows {
		v.Rows = append(v.Rows, w.deskRow(c, set, x, d, &d.Rows[i], cols, query))
	}
	for _, act := range BulkActs {
		v.Acts = append(v.Acts, web.Option{Value: act, Label: c.T("participation.desk.act." + act)})
	}
	v.All = c.T("participation.desk.all_match", "Count", d.Count)
	v.Actions = w.deskActions(c, set, d.Overview)
	if last.ID != "" {
		v.Undo = &deskUndoView{Text: c.T("participation.desk.last."+last.What, "Time", c.StampHere(last.At)), URL: c.URL(path + "/undo"), ID: string(last.ID)}
	}
	switch {
	case len(d.Rows) > 0:
	case d.Total == 0:
		v.Empty = &web.Empty{Title: c.T("participation.desk.empty"), Text: c.T("participation.desk.empty_text")}
	default:
		v.Empty = &web.Empty{Title: c.T("participation.desk.none_found"), Text: c.T("participation.desk.none_found_text"), Link: &web.Tab{Label: c.T("participation.desk.clear"), URL: v.Clear}}
	}
	return c.Page(web.Page{Name: "participation/desk", Title: v.Title, Section: "programme", Trail: editions.Trail(c, set, web.Crumb{Label: v.Title}), NoIndex: true, V: v})
}

func (w *Web) deskActions(c *web.C, set *editions.Setting, o *Overview) []web.Action {
	at := func(path string) string { return c.URL(set.Path() + "/registrations" + path) }
	return []web.Action{
		{Label: c.T("participation.desk.rules"), URL: at("/rules"), Icon: "filter"},
		{Label: c.T("participation.desk.doubles", "Count", o.Doubles), URL: at("/doubles"), Icon: "people"},
		{Label: c.T("participation.desk.settings"), URL: at("/settings"), Icon: "edit"},
	}
}
