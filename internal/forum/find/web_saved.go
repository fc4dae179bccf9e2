package find

import (
	"net/http"
	"net/url"

	"plenary/internal/core"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

type savedView struct {
	Rows    []savedRow
	Left    string
	Removed *web.Tab // saves again what was just removed
	Empty   *web.Empty
}

type savedRow struct {
	Name, Query, URL   string
	Filters            []web.Tab
	Often, Mailed      string
	MailedAt           string
	EditURL, RemoveURL string
}

func meTrail(c *web.C, more ...web.Crumb) []web.Crumb {
	return append([]web.Crumb{{Label: c.T("shell.me"), URL: c.URL("/me")}, {Label: c.T("find.saved.title"), URL: c.URL("/me/searches")}}, more...)
}

// saved lists the reader's own searches.
func (w *Web) saved(c *web.C) error {
	list, err := w.s.Saved(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	v := savedView{Left: c.T("find.saved.left", "Count", mostSaved-len(list))}
	for _, x := range list {
		q := x.Question()
		words := &wording{w: w, c: c, q: q, path: "/search"}
		if err := words.learn(Answer{}); err != nil {
			return err
		}
		r := savedRow{
			Name: x.Name, Query: q.Text, URL: c.URL(x.Path()), Filters: words.chips(), Often: c.T("find.often." + x.Often),
			EditURL: c.URL("/me/searches/" + string(x.ID) + "/edit"), RemoveURL: c.URL("/me/searches/" + string(x.ID) + "/remove"),
		}
		if !x.Mailed.IsZero() {
			r.Mailed, r.MailedAt = c.T("find.saved.mailed", "Time", c.StampHere(x.Mailed)), x.Mailed.String()
		}
		v.Rows = append(v.Rows, r)
	}
	if again := c.R.URL.Query().Get("removed"); again != "" && len(again) < 4000 {
		v.Removed = &web.Tab{Label: c.T("find.saved.again"), URL: c.URL("/me/searches/new?" + again)}
	}
	if len(v.Rows) == 0 {
		v.Empty = &web.Empty{Title: c.T("find.saved.none"), Text: c.T("find.saved.none_text"), Link: &web.Tab{Label: c.T("find.title"), URL: c.URL("/search")}}
	}
	trail := meTrail(c)
	trail[1].URL = ""
	return c.Page(web.Page{Name: "find/saved", Title: c.T("find.saved.title"), NoIndex: true, Trail: trail, V: v})
}

type savedForm struct {
	Title string
	Query string
	Chips []web.Tab
	Form  *web.Form
}

func (w *Web) form(c *web.C, key string, in *SavedInput, failed error) error {
	f := c.Form("find."+key, in)
	var options []web.Option
	for _, o := range Oftens {
		options = append(options, web.Option{Value: o, Label: c.T("find.often." + o)})
	}
	f.Options("often", options)
	f.Cancel = c.URL("/me/searches")
	if failed != nil {
		if err := f.Fail(failed); err != nil {
			return err
		}
	}
	values, _ := url.ParseQuery(in.Query) // what cannot be read asks nothing
	words := &wording{w: w, c: c, q: ReadQuestion(values), path: "/search"}
	if err := words.learn(Answer{}); err != nil {
		return err
	}
	v := savedForm{Title: c.T("find." + key + ".title"), Query: words.q.Text, Chips: words.chips(), Form: f}
	p := web.Page{Name: "find/form", Title: v.Title, NoIndex: true, Trail: meTrail(c, web.Crumb{Label: v.Title}), V: v}
	if failed != nil {
		p.Title, p.Status = c.T("form.error_title", "Title", p.Title), web.StatusCode(core.KindOf(failed))
	}
	return c.Page(p)
}

// save keeps a search.
func (w *Web) save(c *web.C) error {
	values := c.R.URL.Query()
	in := SavedInput{Query: limited(values.Get("query"), 4000), Name: limited(values.Get("name"), 120), Often: values.Get("often")}
	if in.Often == "" {
		in.Often = Weekly
	}
	if q, err := url.ParseQuery(in.Query); err == nil && in.Name == "" {
		in.Name = limited(q.Get("q"), 120)
	}
	if c.R.Method == http.MethodGet {
		if err := mine(c.Actor, "save"); err != nil {
			return err
		}
		return w.form(c, "save", &in, nil)
	}
	if err := c.Decode(&in); err != nil {
		return w.form(c, "save", &in, err)
	}
	if _, err := w.s.Save(c.Context(), c.Actor, in); err != nil {
		return w.form(c, "save", &in, err)
	}
	return c.Done("/me/searches", "find.saved.done")
}

// edit changes name and mails of a saved search.
func (w *Web) edit(c *web.C) error {
	id := core.ID(c.Param("id"))
	x, err := w.s.SavedSearch(c.Context(), c.Actor, id)
	if err != nil {
		return err
	}
	in := InputOf(x)
	if c.R.Method == http.MethodGet {
		return w.form(c, "edit", &in, nil)
	}
	err = c.Decode(&in)
	if err == nil {
		err = w.s.Change(c.Context(), c.Actor, id, in)
	}
	in.Query = x.Query
	if err != nil {
		return w.form(c, "edit", &in, err)
	}
	return c.Done("/me/searches", "find.saved.changed")
}

type confirmView struct {
	Title, Lead   string
	Lines         []string
	Action        string
	Submit        string
	Danger        bool
	Back, BackURL string
}

// remove asks once, then forgets the search; it can be saved again at once.
func (w *Web) remove(c *web.C) error {
	id := core.ID(c.Param("id"))
	x, err := w.s.SavedSearch(c.Context(), c.Actor, id)
	if err != nil {
		return err
	}
	if c.R.Method == http.MethodPost {
		if _, err := w.s.Remove(c.Context(), c.Actor, id); err != nil {
			return err
		}
		again := url.Values{"query": {x.Query}, "name": {x.Name}, "often": {x.Often}}
		return c.Done("/me/searches?"+url.Values{"removed": {again.Encode()}}.Encode(), "find.saved.removed", "Name", x.Name)
	}
	title := c.T("find.remove.title")
	return c.Page(web.Page{Name: "find/confirm", Title: title, NoIndex: true, Trail: meTrail(c, web.Crumb{Label: title}), V: confirmView{
		Title: title, Lead: x.Name, Lines: []string{c.T("find.remove.what"), c.T("find.remove.again")},
		Action: c.URL("/me/searches/" + string(id) + "/remove"), Submit: c.T("find.remove.submit"), Danger: true,
		Back: c.T("find.remove.keep"), BackURL: c.URL("/me/searches"),
	}})
}

// unsubscribe ends the mails of whoever holds the link: it shows on GET and acts on
// POST, which mail programs send by themselves (RFC 8058).
func (w *Web) unsubscribe(c *web.C) error {
	token := c.Param("token")
	title := c.T("find.end.title")
	v := confirmView{Title: title, Back: c.T("find.end.settings"), BackURL: c.URL("/me/searches")}
	status := http.StatusOK
	if c.R.Method == http.MethodPost {
		err := w.s.EndMail(c.Context(), token)
		switch {
		case err == nil:
			v.Lead = c.T("find.end.done")
		case core.KindOf(err) == core.KindNotFound:
			v.Lead, status = c.T("find.end.dead"), http.StatusNotFound
		default:
			return err
		}
	} else {
		good, err := w.s.EndsMail(c.Context(), token)
		if err != nil {
			return err
		}
		if good {
			v.Lead, v.Submit, v.Action = c.T("find.end.lead"), c.T("find.end.submit"), c.URL("/search/unsubscribe/"+token)
		} else {
			v.Lead, status = c.T("find.end.dead"), http.StatusNotFound
		}
	}
	return c.Page(web.Page{Name: "find/confirm", Title: title, NoIndex: true, Status: status, V: v})
}

type adminView struct {
	Last  string
	Rows  []indexRow
	Empty *web.Empty
	Post  string
}

type indexRow struct {
	Folder, Documents, Size, Lag string
	Status                       web.Status
	Progress, Rebuilt, Error     string
}

// admin shows the staff how the index of each process stands.
func (w *Web) admin(c *web.C) error {
	if c.R.Method == http.MethodPost {
		if _, err := w.s.RequestRebuild(c.Context(), c.Actor); err != nil {
			return err
		}
		return c.Done("/admin/search", "find.admin.requested")
	}
	list, last, err := w.s.Indexes(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	say := func(n int64) string { return i18n.Number(c.Lang, int(n)) }
	v := adminView{Last: say(last), Post: c.URL("/admin/search")}
	classes := map[string]string{StateReady: "done", StatePreparing: "due", StateBuilding: "due", StateFailing: "late"}
	for _, x := range list {
		r := indexRow{
			Folder: x.Folder, Documents: say(x.Documents), Size: c.T("find.admin.megabytes", "Number", i18n.Number(c.Lang, int((x.Bytes+1<<19)>>20))),
			Lag: c.T("find.admin.events", "Count", int(max(0, last-x.Cursor)), "Number", say(max(0, last-x.Cursor))), Error: x.Error,
			Status: c.Status(classes[x.State], "find.admin.state."+x.State),
		}
		if x.State == StateBuilding || x.State == StatePreparing {
			r.Progress = c.T("find.admin.progress", "Done", say(x.Done), "Of", say(x.Of))
		}
		if !x.Rebuilt.IsZero() {
			r.Rebuilt = c.T("find.admin.rebuilt", "Time", c.StampHere(x.Rebuilt), "Seconds", say((x.TookMS+999)/1000))
		}
		v.Rows = append(v.Rows, r)
	}
	if len(v.Rows) == 0 {
		v.Empty = &web.Empty{Title: c.T("find.admin.none"), Text: c.T("find.admin.none_text")}
	}
	return c.Page(web.Page{Name: "find/admin", Title: c.T("find.admin.title"), NoIndex: true, Trail: []web.Crumb{{Label: c.T("find.admin.title")}}, V: v})
}
