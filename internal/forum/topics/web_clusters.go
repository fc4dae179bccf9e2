package topics

import (
	"cmp"
	"net/http"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

type clustersView struct {
	Title    string
	Tabs     web.Tabs
	Result   string
	Filters  []web.Filter
	Clusters []clusterView
	Places   []web.Option
	Pager    web.Pager
	Problem  string
	Kind     string
	Empty    *web.Empty
}

type clusterView struct {
	ID, Key string // on the page; of a cluster that people have made
	Version int64
	Label   string
	Count   string
	Theme   web.ThemeChip
	ThemeAt string
	Words   []writing
	Lang    []string
	Inputs  []inputView
	All     []string
	Name    string
	To      string
	Open    bool
	Decide  string
}

// clusterInput is what a button of a cluster sends.
type clusterInput struct {
	Op      string   `form:"op"`
	At      string   `form:"at"`
	Cluster core.ID  `form:"cluster"`
	Version int64    `form:"version"`
	Inputs  []string `form:"inputs"`
	All     []string `form:"all"`
	To      string   `form:"to"`
	Name    string   `form:"name"`
	Kind    string   `form:"kind"`
}

// clusters is where the inputs of an edition become themes.
func (w *Web) clusters(c *web.C) error {
	set, err := w.edition(c)
	if err != nil {
		return err
	}
	v := clustersView{Title: c.T("topics.tab.clusters"), Tabs: w.tabs(c, set), Kind: c.Query("kind")}
	var in clusterInput
	status := http.StatusOK
	if c.R.Method == http.MethodPost {
		failed := c.Decode(&in)
		if failed == nil {
			v.Kind = in.Kind
			if failed = w.cluster(c, set, in); failed == nil {
				return nil // it has answered
			}
		}
		e := web.Classify(failed)
		if e.Kind != core.KindInvalid && e.Kind != core.KindConflict {
			return failed
		}
		status, v.Problem = http.StatusUnprocessableEntity, c.S.Catalog.Error(c.Lang, e)
	}
	ws, err := w.s.Workshop(c.Context(), c.Actor, set, v.Kind)
	if err != nil {
		return err
	}
	if err := w.fillClusters(c, set, ws, in, &v); err != nil {
		return err
	}
	title := v.Title
	if v.Problem != "" {
		title = c.T("form.error_title", "Title", title)
	}
	return w.page(c, set, "clusters", title, status, v)
}

// cluster does what a button of a cluster says, and sends the curator on.
func (w *Web) cluster(c *web.C, set *editions.Setting, in clusterInput) error {
	to := withQuery(base(set)+"/clusters", "kind", in.Kind, "after", c.Query("after"))
	switch in.Op {
	case "move":
		if err := w.s.Move(c.Context(), c.Actor, set, in.Inputs, cmp.Or(in.To, ToWords)); err != nil {
			return err
		}
		return c.Done(to, "topics.moved_done", "Count", len(in.Inputs))
	case "name":
		name := NameInput{ID: in.Cluster, Version: in.Version, Name: core.NewText(c.Lang, in.Name), Inputs: in.All}
		if _, err := w.s.Name(c.Context(), c.Actor, set, name); err != nil {
			return err
		}
		return c.Done(to, "topics.named_done")
	}
	return core.Invalid("topics.error.nothing_chosen")
}

// clusterOf makes a cluster of the inputs with a tag.
func (w *Web) clusterOf(c *web.C) error {
	set, err := w.edition(c)
	if err != nil {
		return err
	}
	id, err := w.s.ClusterOf(c.Context(), c.Actor, set, c.Param("tag"))
	if err != nil {
		return err
	}
	return c.Done(base(set)+"/clusters/"+string(id)+"/decide", "topics.named_done")
}

// clustersShown is how many clusters stand on one page.
const clustersShown = 40

func (w *Web) fillClusters(c *web.C, set *editions.Setting, ws Workshop, in clusterInput, v *clustersView) error {
	v.Result = c.T("topics.clusters_result", "Count", len(ws.Clusters), "Inputs", len(ws.Inputs))
	all := ws.Table.Inputs
	if v.Kind != "" {
		var err error
		if all, err = w.s.all(c.Context(), set.ID); err != nil {
			return err
		}
	}
	if f := kinds(c, all); len(f.Values) > 0 {
		v.Filters = []web.Filter{f}
	}
	for _, cl := range ws.Clusters {
		if cl.Named != nil {
			v.Places = append(v.Places, web.Option{Value: cl.Key, Label: cmp.Or(cl.Label(c.Lang), c.T("topics.cluster"))})
		}
	}
	if len(ws.Inputs) == 0 {
		v.Empty = &web.Empty{Title: c.T("topics.empty"), Text: c.T("topics.empty_text")}
	}
	var shown []Cluster
	shown, v.Pager = part(c, ws.Clusters, clustersShown, "topics.clusters_count")
	for i, cl := range shown {
		x := clusterView{ID: "c" + itoa(i+1), Label: cmp.Or(cl.Label(c.Lang), c.T("topics.cluster")), Count: c.T("topics.inputs_count", "Count", len(cl.Members))}
		if cl.Named != nil {
			x.Key, x.Version, x.Name = string(cl.Named.ID), cl.Named.Version, c.Text(cl.Named.Name).S
			x.Decide = c.URL(base(set) + "/clusters/" + x.Key + "/decide")
			if th := set.Theme(cl.Named.Theme); th != nil {
				x.Theme, x.ThemeAt = web.ThemeChip{Colour: th.Colour, Name: c.Text(th.Name)}, c.URL(themePath(set, *th))
			}
		}
		if x.Open = in.At == x.ID && v.Problem != ""; x.Open {
			x.Name, x.To = in.Name, in.To
		}
		for _, wd := range cl.Words {
			x.Words = append(x.Words, writing{Text: wd.Word, Count: c.T("topics.share", "Percent", int(wd.Share*100+.5))})
			x.Lang = append(x.Lang, wd.Lang)
		}
		for _, m := range cl.Members {
			iv := w.input(c, set, ws.Table, ws.Inputs[core.ID(m.ID)])
			iv.Fixed, iv.Chosen = m.Fixed, slices.Contains(in.Inputs, m.ID)
			if len(cl.Members) > 1 && len(m.Words) > 0 {
				iv.Words = c.T("topics.its_words", "Words", joined(c, m.Words))
			}
			x.Inputs = append(x.Inputs, iv)
			x.All = append(x.All, m.ID)
		}
		v.Clusters = append(v.Clusters, x)
	}
	return nil
}

// decide is where what a body decided about a cluster is written down.
func (w *Web) decide(c *web.C) error {
	set, err := w.edition(c)
	if err != nil {
		return err
	}
	ws, err := w.s.Workshop(c.Context(), c.Actor, set, "")
	if err != nil {
		return err
	}
	cl := ws.Cluster(core.ID(c.Param("id")))
	if cl == nil {
		return core.NotFound()
	}
	in := DecideInputOf(cl, set)
	var failed error
	if c.R.Method == http.MethodPost {
		in = DecideInput{}
		if failed = c.Decode(&in); failed == nil {
			var slug string
			if slug, failed = w.s.Decide(c.Context(), c.Actor, set, cl.Named.ID, in); failed == nil {
				return c.Done(base(set)+"/themes/"+slug, "topics.decided_done")
			}
		}
	}
	f := c.Form("topics.decide_form", &in)
	themes := make([]web.Option, 0, len(set.Themes))
	for _, th := range set.Themes {
		themes = append(themes, web.Option{Value: string(th.ID), Label: c.Text(th.Name).S})
	}
	f.Options("theme", themes)
	places, err := w.s.bodies.Options(c.Context(), c.Lang)
	if err != nil {
		return err
	}
	f.Options("body", append([]web.Option{{Label: c.T("topics.choose_body")}}, places...))
	f.Options("inputs", w.memberOptions(c, ws, cl, in))
	status, err := f.Refused(failed)
	if err != nil {
		return err
	}
	f.Cancel = c.URL(base(set) + "/clusters")
	title := c.T("topics.decide_title", "Cluster", cmp.Or(cl.Label(c.Lang), c.T("topics.cluster")))
	v := formView{Title: title, Text: c.T("topics.decide_help"), Form: f}
	if failed != nil {
		title = c.T("form.error_title", "Title", title)
	}
	return w.page(c, set, "form", title, status, v)
}

// memberOptions are the members of a cluster, and what else was chosen meanwhile.
func (w *Web) memberOptions(c *web.C, ws Workshop, cl *Cluster, in DecideInput) []web.Option {
	var ids []string
	for _, m := range cl.Members {
		ids = append(ids, m.ID)
	}
	for _, id := range in.Inputs {
		if _, ok := ws.Inputs[core.ID(id)]; ok && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	out := make([]web.Option, 0, len(ids))
	for _, id := range ids {
		out = append(out, web.Option{Value: id, Label: c.Text(ws.Inputs[core.ID(id)].Title).S})
	}
	return out
}
