package messages

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

type workshopView struct {
	Title    string
	Counts   string
	Filters  []web.Filter
	Clusters []clusterView
	Bare     []web.Tab
	Empty    *web.Empty
	Problem  string
	Show     string
	Theme    string
	Places   []web.Option // clusters that editors have made
	Pager    web.Pager
}

// clustersShown is how many clusters stand on one page.
const clustersShown = 40

type clusterView struct {
	ID, Key   string // of the page; of the cluster that editors made, empty for others
	Version   int64
	Label     string
	Named     bool
	Theme     web.ThemeChip
	Words     []wordView
	Count     string
	Materials []materialView
	All       []string // keys of all members, also of those that a filter hides
	Name      string
	Reason    string // as typed
	To        string // as chosen
	Problem   bool
}

type wordView struct {
	Word, Lang string
	Share      string
}

type materialView struct {
	ID, Key string
	Part    string
	Text    web.TextView
	From    web.TextView
	URL     string
	Status  web.Status
	Used    []web.Tab
	Reason  string
	Words   string
	Fixed   bool
	Pins    string
	Chosen  bool
}

// workInput is one act in the workshop, on what is chosen in one cluster.
type workInput struct {
	Op      string   `form:"op"`
	Keys    []string `form:"keys"`
	All     []string `form:"all"`
	Cluster core.ID  `form:"cluster"`
	Version int64    `form:"version"`
	Name    string   `form:"name"`
	Reason  string   `form:"reason"`
	To      string   `form:"to"`
	At      string   `form:"at"` // the cluster on the page
	Show    string   `form:"show"`
	Theme   string   `form:"theme"`
}

// workshop is the page of the raw material of the Messages.
func (w *Web) workshop(c *web.C) error {
	set, err := w.edition(c)
	if err != nil {
		return err
	}
	out := workshopView{Title: c.T("messages.workshop"), Show: c.Query("show"), Theme: c.Query("theme")}
	status := http.StatusOK
	var in workInput
	if c.R.Method == http.MethodPost {
		err := c.Decode(&in)
		if err == nil {
			out.Show, out.Theme = in.Show, in.Theme
			if err = w.work(c, set, in); err == nil {
				return nil // it has answered
			}
		}
		if out.Problem, err = problem(c, err); err != nil {
			return err
		}
		status = http.StatusUnprocessableEntity
	} else {
		c.Reads(set.Scope(), core.ScopeForum)
	}
	ws, err := w.s.Workshop(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	w.fillWorkshop(c, set, ws, in, &out)
	title := out.Title
	if out.Problem != "" {
		title = c.T("form.error_title", "Title", title)
	}
	return c.Page(web.Page{
		Name: "messages/workshop", Title: title, Section: "outcomes", NoIndex: true, Status: status, Trail: w.trail(c, set, out.Title), V: out,
	})
}

// work does what a button of the workshop says, and sends the reader on.
func (w *Web) work(c *web.C, set *editions.Setting, in workInput) error {
	keys := in.Keys
	if strings.HasSuffix(in.Op, "-all") {
		keys = in.All
	}
	op := strings.TrimSuffix(in.Op, "-all")
	var key string
	var err error
	switch op {
	case "draft", "empty":
		if len(keys) == 0 {
			return core.Invalid("messages.error.nothing_chosen")
		}
		q := url.Values{"k": keys, "cluster": {string(in.Cluster)}}
		if op == "empty" {
			q.Set("empty", "1")
		}
		return c.Redirect(set.Path() + "/messages/new?" + q.Encode())
	case "aside":
		key, err = "messages.aside_done", w.s.SetAside(c.Context(), c.Actor, set, keys, in.Reason)
	case "back":
		key, err = "messages.back_done", w.s.TakeBack(c.Context(), c.Actor, set, keys)
	case "move":
		key, err = "messages.moved_done", w.s.MoveMaterial(c.Context(), c.Actor, set, keys, cmp.Or(in.To, ToWords))
	case "name":
		name := core.NewText(c.Lang, in.Name)
		key, err = "messages.named_done", w.s.NameCluster(c.Context(), c.Actor, set, NameInput{ID: in.Cluster, Version: in.Version, Name: name, Keys: in.All})
	default:
		return core.Invalid("messages.error.nothing_chosen")
	}
	if err != nil {
		return err
	}
	q := url.Values{}
	for k, v := range map[string]string{"show": in.Show, "theme": in.Theme} {
		if v != "" {
			q.Set(k, v)
		}
	}
	to := set.Path() + "/messages/workshop"
	if len(q) > 0 {
		to += "?" + q.Encode()
	}
	return c.Done(to, key, "Count", len(keys))
}

func (w *Web) fillWorkshop(c *web.C, set *editions.Setting, ws Workshop, in workInput, out *workshopView) {
	out.Counts = c.T("messages.workshop_counts", "Open", ws.Counts[MaterialOpen], "Used", ws.Counts[MaterialUsed], "Aside", ws.Counts[MaterialAside])
	states := web.Filter{Label: c.T("messages.workshop_state")}
	for _, st := range MaterialStates {
		states.Values = append(states.Values, filterTab(c, set, *out, "show", st, c.T("messages.material."+st), ws.Counts[st]))
	}
	themes := web.Filter{Label: c.T("messages.workshop_theme")}
	byTheme := map[core.ID]int{}
	for _, m := range ws.Materials {
		byTheme[m.Theme]++
	}
	for _, th := range set.Themes {
		if n := byTheme[th.ID]; n > 0 {
			themes.Values = append(themes.Values, filterTab(c, set, *out, "theme", th.Slug, c.Text(th.Name).S, n))
		}
	}
	out.Filters = []web.Filter{states, themes}
	base := c.URL(set.Path() + "/messages")
	for _, m := range ws.Bare {
		out.Bare = append(out.Bare, web.Tab{Label: c.T("messages.title_one", "Number", m.N), URL: base + "/" + strconv.Itoa(m.N) + "/edit"})
	}
	for i, cl := range ws.Clusters {
		if cl.Named != nil {
			out.Places = append(out.Places, web.Option{Value: cl.Key, Label: w.clusterLabel(c, cl, i)})
		}
	}
	for i, cl := range ws.Clusters {
		if v, ok := w.cluster(c, set, ws, cl, i, in, *out); ok {
			out.Clusters = append(out.Clusters, v)
		}
	}
	out.page(c)
	switch {
	case len(ws.Materials) == 0:
		out.Empty = &web.Empty{Title: c.T("messages.no_takeaways"), Text: c.T("messages.no_takeaways_text")}
	case len(out.Clusters) == 0:
		out.Empty = &web.Empty{
			Title: c.T("messages.workshop_none"), Text: c.T("messages.workshop_none_text"),
			Link: &web.Tab{Label: c.T("messages.workshop_all"), URL: base + "/workshop"},
		}
	}
}

// page leaves the clusters of one page; after= in the address says how many stand on
// pages before.
func (v *workshopView) page(c *web.C) {
	total := len(v.Clusters)
	from, err := strconv.Atoi(c.Query("after"))
	if err != nil || from < 0 || from >= total {
		from = 0
	}
	until := min(total, from+clustersShown)
	v.Clusters = v.Clusters[from:until]
	next := ""
	if until < total {
		next = strconv.Itoa(until)
	}
	v.Pager = c.Pager(len(v.Clusters), total, next, "messages.clusters")
}

// filterTab sets or clears one filter of the workshop.
func filterTab(c *web.C, set *editions.Setting, out workshopView, name, value, label string, count int) web.Tab {
	q := url.Values{}
	for k, v := range map[string]string{"show": out.Show, "theme": out.Theme} {
		if v != "" {
			q.Set(k, v)
		}
	}
	t := web.Tab{Label: label, Current: q.Get(name) == value, Count: strconv.Itoa(count)}
	if t.Current {
		q.Del(name)
	} else {
		q.Set(name, value)
	}
	t.URL = strings.TrimSuffix(c.URL(set.Path()+"/messages/workshop")+"?"+q.Encode(), "?")
	return t
}

func (w *Web) clusterLabel(c *web.C, cl Cluster, i int) string {
	return cmp.Or(cl.Label(c.Lang), c.T("messages.cluster", "Number", i+1))
}

// cluster prints a cluster; false where filters leave nothing of it.
func (w *Web) cluster(c *web.C, set *editions.Setting, ws Workshop, cl Cluster, i int, in workInput, out workshopView) (clusterView, bool) {
	v := clusterView{ID: "c" + strconv.Itoa(i+1), Label: w.clusterLabel(c, cl, i), Problem: in.At != "" && in.At == "c"+strconv.Itoa(i+1)}
	if cl.Named != nil {
		v.Key, v.Version, v.Named = string(cl.Named.ID), cl.Named.Version, !cl.Named.Name.IsZero()
		v.Name = c.Text(cl.Named.Name).S
	}
	if v.Problem {
		v.Name, v.Reason, v.To = in.Name, in.Reason, in.To
	}
	if th := set.Theme(cl.Theme); th != nil {
		v.Theme = web.ThemeChip{Colour: th.Colour, Name: c.Text(th.Name)}
	}
	for _, wd := range cl.Words {
		v.Words = append(v.Words, wordView{Word: wd.Word, Lang: wd.Lang, Share: c.T("messages.share", "Percent", int(wd.Share*100+.5))})
	}
	for k, mem := range cl.Members {
		m := ws.Materials[mem.ID]
		v.All = append(v.All, m.Key)
		if out.Show != "" && m.State != out.Show || out.Theme != "" && !isTheme(set, m.Theme, out.Theme) {
			continue
		}
		mv := w.material(c, set, m)
		mv.ID, mv.Fixed, mv.Chosen = v.ID+"-"+strconv.Itoa(k+1), mem.Fixed, slices.Contains(in.Keys, m.Key)
		if len(cl.Members) > 1 && len(mem.Words) > 0 {
			mv.Words = c.T("messages.its_words", "Count", len(mem.Words), "All", len(cl.Words), "Words", strings.Join(mem.Words, " · "), "Percent", int(mem.Share*100+.5))
		}
		v.Materials = append(v.Materials, mv)
	}
	v.Count = c.T("messages.cluster_count", "Count", len(cl.Members))
	return v, len(v.Materials) > 0 || len(cl.Members) == 0 && out.Show == "" && out.Theme == ""
}

func isTheme(set *editions.Setting, id core.ID, slug string) bool {
	th := set.Theme(id)
	return th != nil && th.Slug == slug
}

func (w *Web) material(c *web.C, set *editions.Setting, m *Material) materialView {
	v := materialView{Key: m.Key, Part: c.T(partKey(m.Part)), Text: c.Text(m.Text)}
	switch {
	case m.Paper != nil:
		v.From, v.URL = c.Text(m.Paper.Title), c.URL(m.Paper.Path()+"#"+m.Para)
	case m.Session != nil:
		v.From, v.URL = c.Text(m.Session.Title), c.URL(m.Session.Path()+"/report#"+m.Para)
	}
	base := c.URL(set.Path() + "/messages")
	for _, n := range m.Used {
		v.Used = append(v.Used, web.Tab{Label: c.T("messages.used", "Number", n), URL: base + "/" + strconv.Itoa(n)})
	}
	switch m.State {
	case MaterialUsed:
		v.Status = c.Status("done", "messages.material.used")
	case MaterialAside:
		v.Status, v.Reason = c.Status("cancelled", "messages.material.aside"), m.Decision.Reason
	}
	if n := len(m.Pins); n > 0 {
		v.Pins = c.T("messages.pins", "Count", n)
	}
	return v
}
