package topics

import (
	"cmp"
	"maps"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

type themesView struct {
	Title, Text string
	Tabs        web.Tabs
	Counts      []count
	Rows        []themeLine
	Files       []web.Action
	Empty       *web.Empty
}

type themeLine struct {
	Chip     web.ThemeChip
	URL      string
	Led      string
	Says     string
	Named    string
	Decision string
}

type themeView struct {
	Chip      web.ThemeChip
	Kind      string
	Status    web.Status
	Tabs      web.Tabs
	About     web.TextView
	Counts    []count
	Decisions []decisionView
	Notes     []string
	Led       []inputView
	LedSays   string
	Unlisted  string
	Pager     web.Pager
	Tags      []chip
	Named     []inputView
	NamedSays string
	NamedMore string
	File      string
	Empty     *web.Empty
}

type decisionView struct {
	Says    string
	Name    web.TextView
	Reason  web.TextView
	BodyURL string
	Body    web.TextView
	Minutes string
	Inputs  string
	Words   []string
}

// decided says in a sentence when and by whom something was decided.
func decided(c *web.C, d Decision) string {
	day, err := core.ParseDate(d.Day)
	if err != nil {
		return ""
	}
	return c.T("topics.decided", "Date", c.Date(day), "Body", "\u2068"+c.Text(d.BodyName).S+"\u2069")
}

func (w *Web) themeLine(c *web.C, set *editions.Setting, x Decided) themeLine {
	v := themeLine{
		Chip: web.ThemeChip{Colour: x.Theme.Colour, Name: c.Text(x.Theme.Name)}, URL: c.URL(themePath(set, x.Theme)), Says: c.T("topics.led_says", "Count", len(x.Led)),
		Led: number(c, len(x.Led)), Named: number(c, len(x.Named)), Decision: c.T("topics.undecided"),
	}
	if len(x.Decisions) > 0 {
		v.Decision = decided(c, x.Decisions[0])
	}
	return v
}

// themes are the themes of an edition with what led to them.
func (w *Web) themes(c *web.C) error {
	set, err := w.edition(c)
	if err != nil {
		return err
	}
	all, err := w.s.Themes(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	v := themesView{Title: c.T("topics.tab.themes"), Text: c.T("topics.themes_help"), Tabs: w.tabs(c, set)}
	v.Counts = []count{
		{c.T("topics.count.inputs"), number(c, len(all.Table.Inputs))}, {c.T("topics.count.led"), number(c, all.Led)}, {c.T("topics.count.none"), number(c, all.None)},
	}
	for _, x := range all.List {
		v.Rows = append(v.Rows, w.themeLine(c, set, x))
	}
	if len(all.List) == 0 {
		v.Empty = &web.Empty{Title: c.T("topics.no_themes"), Text: c.T("topics.no_themes_text"), Link: &web.Tab{Label: c.T("topics.tab.ranking"), URL: c.URL(base(set))}}
	}
	v.Files = []web.Action{{Label: c.T("topics.csv.themes"), URL: c.URL(base(set) + "/themes.csv"), Icon: "download"}}
	return w.page(c, set, "themes", v.Title, 0, v)
}

func (w *Web) oneTheme(c *web.C) (*editions.Setting, Themes, *Decided, error) {
	set, err := w.edition(c)
	if err != nil {
		return nil, Themes{}, nil, err
	}
	all, err := w.s.Themes(c.Context(), c.Actor, set)
	if err != nil {
		return nil, all, nil, err
	}
	x := all.Theme(c.Param("slug"))
	if x == nil {
		return nil, all, nil, core.NotFound()
	}
	return set, all, x, nil
}

// theme is one theme: what led to it, the decisions, and what was put under it since.
func (w *Web) theme(c *web.C) error {
	set, all, x, err := w.oneTheme(c)
	if err != nil {
		return err
	}
	v := themeView{Chip: web.ThemeChip{Colour: x.Theme.Colour, Name: c.Text(x.Theme.Name)}, About: c.Text(x.Theme.About), Tabs: w.tabs(c, set)}
	v.Kind = c.T("topics.theme_of", "Edition", "\u2068"+c.Text(set.Name).S+"\u2069")
	if len(x.Decisions) > 0 {
		v.Status = c.Status("done", "topics.status_decided")
	} else {
		v.Status = c.Status("draft", "topics.undecided")
	}
	v.Counts = []count{{c.T("topics.count.led_here"), number(c, len(x.Led))}, {c.T("topics.count.named_here"), number(c, len(x.Named))}}
	var ids []core.ID
	for _, d := range x.Decisions {
		ids = append(ids, d.Body)
	}
	bodies, err := w.s.bodies.Bodies(c.Context(), ids)
	if err != nil {
		return err
	}
	for _, d := range x.Decisions {
		dv := decisionView{
			Says: decided(c, d), Name: c.Text(d.Name), Reason: c.Text(d.Reason), Body: c.Text(d.BodyName), Minutes: d.Minutes, Words: d.Words,
			Inputs: c.T("topics.decided_on", "Count", len(d.Inputs)),
		}
		if b, ok := bodies[d.Body]; ok {
			dv.BodyURL = c.URL(b.Path())
		}
		v.Decisions = append(v.Decisions, dv)
	}
	if x.Withdrawn > 0 {
		v.Notes = append(v.Notes, c.T("topics.note.withdrawn", "Count", x.Withdrawn))
	}
	if x.Elsewhere > 0 {
		v.Notes = append(v.Notes, c.T("topics.note.elsewhere", "Count", x.Elsewhere))
	}
	listable := all.Table.listable(x.Led)
	v.LedSays = c.T("topics.led_says", "Count", len(x.Led))
	if n := len(x.Led) - len(listable); n > 0 {
		v.Unlisted = c.T("topics.unlisted", "Count", n)
	}
	var rows []Input
	rows, v.Pager = part(c, listable, 100, "topics.inputs_count")
	for _, in := range rows {
		v.Led = append(v.Led, w.input(c, set, all.Table, in))
	}
	v.Tags = w.tagsOf(c, set, all.Table, x.Led)
	if len(x.Named) > 0 {
		named := all.Table.listable(x.Named)
		v.NamedSays = c.T("topics.named_says", "Count", len(x.Named))
		if n := len(x.Named) - len(named); n > 0 {
			v.NamedMore = c.T("topics.unlisted", "Count", n)
		}
		for _, in := range named {
			v.Named = append(v.Named, w.input(c, set, all.Table, in))
		}
	}
	if len(x.Decisions) == 0 {
		v.Empty = &web.Empty{Title: c.T("topics.undecided"), Text: c.T("topics.undecided_text")}
	}
	v.File = c.URL(themePath(set, x.Theme) + "/inputs.csv")
	return w.page(c, set, "theme", v.Chip.Name.S, 0, v)
}

// tagsOf are the tags of some inputs with how many of these have them, the most frequent
// first, as far as everybody may know.
func (w *Web) tagsOf(c *web.C, set *editions.Setting, t *Table, list []Input) []chip {
	total, public := map[*Tag]int{}, map[*Tag]int{}
	for _, in := range list {
		for _, tag := range t.TagsOf(in.ID) {
			total[tag]++
			public[tag] += one(in.Public)
		}
	}
	tags := slices.SortedFunc(maps.Keys(total), func(a, b *Tag) int { return cmp.Or(cmp.Compare(total[b], total[a]), cmp.Compare(a.head, b.head)) })
	var out []chip
	for _, tag := range tags {
		if tag.Shown() && (public[tag] > 0 || total[tag] >= Few) {
			out = append(out, chip{URL: c.URL(tagPath(set, tag)), Name: c.Text(tag.Name), Count: number(c, total[tag])})
		}
	}
	return out
}

type panelView struct {
	Rows []themeLine
	More []web.Tab
}

// Panel shows the themes of an edition with their figures and decisions on the edition's
// own page, as far as something led to them.
func (w *Web) Panel(c *web.C, edition core.ID) (name string, view any, err error) {
	set, err := w.s.editions.SettingByID(c.Context(), c.Actor, edition)
	if err != nil {
		return "", nil, err
	}
	all, err := w.s.Themes(c.Context(), c.Actor, set)
	if err != nil || len(all.Table.Inputs) == 0 {
		return "", nil, err
	}
	v := panelView{More: []web.Tab{{Label: c.T("topics.panel.ranking"), URL: c.URL(base(set))}}}
	for _, x := range all.List {
		if len(x.Decisions) > 0 {
			v.Rows = append(v.Rows, w.themeLine(c, set, x))
		}
	}
	if len(v.Rows) > 0 {
		v.More = append(v.More, web.Tab{Label: c.T("topics.panel.themes"), URL: c.URL(base(set) + "/themes")})
	}
	return "topics/panel", v, nil
}
