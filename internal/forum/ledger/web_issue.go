package ledger

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

// entryView is one entry, ready to print.
type entryView struct {
	Kind, Title, URL, Note, Day, Silence string
	Words                                *web.TextView
	Status                               web.Status
	Detach                               *Thing
	Outside                              bool
}

func entryViews(c *web.C, list []Entry) []entryView {
	out := make([]entryView, 0, len(list))
	for _, e := range list {
		v := entryView{Kind: c.T("ledger.entry." + e.Kind), Title: e.Title, Note: e.Note}
		switch {
		case e.Kind == "delivery":
			v.URL, v.Outside, v.Note = e.Path, true, c.T("ledger.form."+e.Note)
		case e.Path != "":
			v.URL = c.URL(e.Path)
		}
		if !e.Words.IsZero() {
			t := c.Text(e.Words)
			v.Words = &t
		}
		if e.Day != "" {
			v.Day = date(c, e.Day)
		}
		switch e.Kind {
		case "call":
			v.Title = c.T("ledger.call_title")
			v.Status = c.Status(callClass[e.State], "ledger.state."+e.State)
			if e.State == StateOpen && e.Silent > 0 {
				v.Silence = c.T("ledger.silent", "Date", v.Day, "Count", e.Silent)
			}
		case "answer":
			if e.State != "" {
				v.Status = c.Status(commitmentClass[e.State], "ledger.commitment."+e.State)
			}
		}
		out = append(out, v)
	}
	return out
}

type issuesView struct {
	Title, Subtitle string
	Tabs            web.Tabs
	Actions         []web.Action
	Rows            []issueRow
	Empty           *web.Empty
}

type issueRow struct {
	Name, About web.TextView
	URL, Count  string
}

func (w *Web) issues(c *web.C) error {
	if err := w.reads(c); err != nil {
		return err
	}
	list, err := w.s.Issues(c.Context())
	if err != nil {
		return err
	}
	counts, err := w.s.issueCounts(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	v := issuesView{Title: c.T("ledger.issues"), Subtitle: c.T("ledger.issues_subtitle"), Tabs: w.tabs(c, "/issues")}
	for _, i := range list {
		r := issueRow{Name: c.Text(i.Name), About: c.Text(i.About), URL: c.URL(i.Path())}
		if n := counts[i.ID]; n > 0 {
			r.Count = c.T("ledger.things", "Count", n)
		}
		v.Rows = append(v.Rows, r)
	}
	if CanCurate(c.Actor) {
		v.Actions = []web.Action{{Label: c.T("ledger.issue.title"), URL: c.URL("/issues/new"), Icon: "plus"}}
	}
	if len(v.Rows) == 0 {
		v.Empty = &web.Empty{Title: c.T("ledger.no_issues"), Text: c.T("ledger.no_issues_text")}
	}
	return c.Page(web.Page{Name: "ledger/issues", Title: v.Title, Describe: v.Subtitle, Section: "outcomes", Trail: w.trail(c, web.Crumb{Label: v.Title}), V: v})
}

type issueView struct {
	Name, About web.TextView
	Actions     []web.Action
	Figures     []figure
	Years       []yearView
	Curate      bool
	Detach      string
	Words       []string
	Empty       *web.Empty
	History     []web.HistoryLine
}

type figure struct{ Label, Value string }

type yearView struct {
	ID      string
	Year    string
	Entries []entryView
}

func (w *Web) issue(c *web.C) error {
	if err := w.reads(c); err != nil {
		return err
	}
	i, err := w.s.Issue(c.Context(), c.Param("slug"))
	if err != nil {
		return err
	}
	years, err := w.s.Over(c.Context(), c.Actor, c.Lang, i)
	if err != nil {
		return err
	}
	v := issueView{Name: c.Text(i.Name), About: c.Text(i.About), Curate: CanCurate(c.Actor), Detach: c.URL(i.Path() + "/detach"), Words: i.Words}
	count, silent := map[string]int{}, 0
	for _, y := range years {
		yv := yearView{ID: "y" + strconv.Itoa(y.Year), Year: strconv.Itoa(y.Year), Entries: entryViews(c, y.Entries)}
		if y.Year == 0 {
			yv.Year = c.T("ledger.no_year")
		}
		for n, e := range y.Entries {
			count[e.Kind]++
			if e.Kind == "call" && e.State == StateOpen {
				silent++
			}
			if v.Curate && e.Kind != "citation" && (e.Answer == nil || !e.At.IsZero()) {
				yv.Entries[n].Detach = &e.Thing
			}
		}
		v.Years = append(v.Years, yv)
	}
	for _, k := range []string{"session", "message", "call", "answer", "citation"} {
		v.Figures = append(v.Figures, figure{c.T("ledger.count." + k), strconv.Itoa(count[k])})
	}
	v.Figures = append(v.Figures, figure{c.T("ledger.count.silent"), strconv.Itoa(silent)})
	if len(v.Years) == 0 {
		v.Empty = &web.Empty{Title: c.T("ledger.issue_empty"), Text: c.T("ledger.issue_empty_text")}
	}
	if v.Curate {
		path := c.URL(i.Path())
		v.Actions = []web.Action{
			{Label: c.T("ledger.attach.title"), URL: path + "/attach", Icon: "plus"},
			{Label: c.T("ledger.suggest.title"), URL: path + "/suggest", Icon: "search"},
			{Label: c.T("ledger.issue.edit"), URL: path + "/edit", Icon: "edit"},
		}
	}
	if v.History, err = w.history(c, []core.ID{i.ID}, core.ScopeForum); err != nil {
		return err
	}
	return c.Page(web.Page{
		Name: "ledger/issue", Title: v.Name.S, TitleLang: v.Name.Lang, Describe: v.About.S, Section: "outcomes",
		Trail: w.trail(c, web.Crumb{Label: c.T("ledger.issues"), URL: c.URL("/issues")}, web.Crumb{Label: v.Name.S}), V: v,
	})
}

// issuesOf are the issues to which a text belongs.
func (w *Web) issuesOf(c *web.C, ref string) ([]web.Tab, error) {
	var rows []Issue
	err := w.s.rec.DB.Read.NewSelect().Model(&rows).Where("li.id IN (SELECT it.issue FROM ledger_issue_items AS it WHERE it.kind = ? AND it.ref IN (?))", ThingParagraph, bun.List([]string{ref})).
		OrderExpr("li.slug").Scan(c.Context())
	if err != nil {
		return nil, err
	}
	var out []web.Tab
	for _, i := range rows {
		out = append(out, web.Tab{Label: c.Text(i.Name).S, URL: c.URL(i.Path())})
	}
	return out, nil
}

func (w *Web) editIssue(c *web.C) error {
	if err := mayCurate(c.Actor, issuePolicy); err != nil {
		return err
	}
	slug := c.Param("slug")
	title, cancel, in := c.T("ledger.issue.title"), "/issues", IssueInput{}
	if slug != "" {
		i, err := w.s.Issue(c.Context(), slug)
		if err != nil {
			return err
		}
		title, cancel, in = c.T("ledger.issue.edit"), i.Path(), InputOfIssue(i)
	}
	return formPage[IssueInput]{
		key: "ledger.issue", title: title, note: c.T("ledger.issue.note"), cancel: cancel,
		trail: w.trail(c, web.Crumb{Label: c.T("ledger.issues"), URL: c.URL("/issues")}),
		save: func(in IssueInput) (string, error) {
			i, err := w.s.SaveIssue(c.Context(), c.Actor, slug, in)
			return i.Path(), err
		},
	}.serve(c, in)
}

func (w *Web) attach(c *web.C) error {
	if err := mayCurate(c.Actor, issuePolicy); err != nil {
		return err
	}
	i, err := w.s.Issue(c.Context(), c.Param("slug"))
	if err != nil {
		return err
	}
	return formPage[AttachInput]{
		key: "ledger.attach", title: c.T("ledger.attach.title"), note: c.T("ledger.attach.note_text"), cancel: i.Path(),
		trail: w.trail(c, web.Crumb{Label: c.Text(i.Name).S, URL: c.URL(i.Path())}),
		save: func(in AttachInput) (string, error) {
			return i.Path(), w.s.Attach(c.Context(), c.Actor, i.Slug, in)
		},
	}.serve(c, AttachInput{Where: c.Query("where")})
}

func (w *Web) detach(c *web.C) error {
	kind, ref, _ := strings.Cut(c.Value("thing"), " ")
	slug := c.Param("slug")
	if err := w.s.Detach(c.Context(), c.Actor, slug, Thing{Kind: kind, Ref: ref}); err != nil {
		return err
	}
	return c.Done("/issues/"+slug, "ledger.detached")
}

type suggestView struct {
	Title, Note string
	Rows        []suggestRow
	Empty       *web.Empty
	Cancel      string
}

type suggestRow struct {
	ID, Value, Title, URL, Why, Year string
	Words                            *web.TextView
}

// suggest offers what has the tags and words of an issue, and why.
func (w *Web) suggest(c *web.C) error {
	i, err := w.s.Issue(c.Context(), c.Param("slug"))
	if err != nil {
		return err
	}
	list, err := w.s.Suggest(c.Context(), c.Actor, c.Lang, i)
	if err != nil {
		return err
	}
	if c.R.Method == http.MethodPost {
		if err := c.R.ParseForm(); err != nil {
			return core.Invalid("error.unreadable")
		}
		var items []Item
		for _, f := range list {
			if slices.Contains(c.R.PostForm["thing"], f.Thing.Kind+" "+f.Thing.Ref) {
				items = append(items, Item{Kind: f.Thing.Kind, Ref: f.Thing.Ref, Note: f.Word})
			}
		}
		if err := w.s.AttachAll(c.Context(), c.Actor, i.Slug, items); err != nil {
			return err
		}
		return c.Done(i.Path(), "ledger.attach.saved")
	}
	v := suggestView{Title: c.T("ledger.suggest.title"), Note: c.T("ledger.suggest.note"), Cancel: c.URL(i.Path())}
	for n, f := range list {
		r := suggestRow{ID: "s" + strconv.Itoa(n), Value: f.Thing.Kind + " " + f.Thing.Ref, Title: f.Label.Title, URL: c.URL(f.Label.Path), Why: c.T("ledger.suggest."+f.Why, "Word", f.Word)}
		if f.Year > 0 {
			r.Year = strconv.Itoa(f.Year)
		}
		if !f.Label.Words.IsZero() {
			t := c.Text(f.Label.Words)
			r.Words = &t
		}
		v.Rows = append(v.Rows, r)
	}
	if len(v.Rows) == 0 {
		v.Empty = &web.Empty{Title: c.T("ledger.suggest.none"), Text: c.T("ledger.suggest.none_text")}
	}
	return c.Page(web.Page{
		Name: "ledger/suggest", Title: v.Title, Section: "outcomes", NoIndex: true,
		Trail: w.trail(c, web.Crumb{Label: c.Text(i.Name).S, URL: c.URL(i.Path())}, web.Crumb{Label: v.Title}), V: v,
	})
}
