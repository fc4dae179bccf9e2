package review

import (
	"net/http"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

type taskRow struct {
	URL    string
	Number int
	Title  web.TextView
	Status web.Status
	Score  string
}

type taskView struct {
	Call     web.TextView
	Phase    web.TextView
	Status   web.Status
	Window   string
	Due      string
	Done     string
	Withheld string
	Bids     string
	Own      string
	Rows     []taskRow
}

type mineView struct {
	Title string
	Tasks []taskView
	Empty *web.Empty
}

// mine is what the reader has to review.
func (w *Web) mine(c *web.C) error {
	tasks, err := w.tasks(c)
	if err != nil {
		return err
	}
	v := mineView{Title: c.T("review.mine"), Tasks: tasks}
	if len(tasks) == 0 {
		v.Empty = &web.Empty{Title: c.T("review.mine_empty"), Text: c.T("review.mine_empty_text")}
	}
	return c.Page(web.Page{Name: "review/mine", Title: v.Title, Section: "programme", NoIndex: true, Trail: []web.Crumb{{Label: v.Title}}, V: v})
}

func (w *Web) tasks(c *web.C) ([]taskView, error) {
	list, err := w.s.Mine(c.Context(), c.Actor)
	if err != nil {
		return nil, err
	}
	now := w.s.rec.Clock.Instant()
	var out []taskView
	criteria := map[core.ID][]Criterion{}
	for _, t := range list {
		x := taskView{Call: c.Text(t.Call.Title), Phase: c.Text(t.Phase.Name), Status: w.status(c, t.Phase), Window: w.window(c, t.Phase), Done: c.T("review.done_of", "Done", t.Done, "Count", len(t.Items))}
		switch t.State {
		case StateOpen:
			x.Due = c.T("review.closes_in", "Span", c.Span(t.Phase.Closes.Sub(now)))
		case StatePlanned:
			x.Due = c.T("review.opens_in", "Span", c.Span(t.Phase.Opens.Sub(now)))
			x.Done = ""
		}
		if t.Withheld > 0 {
			x.Withheld = c.T("review.withheld", "Count", t.Withheld)
		}
		if t.State != StateClosed {
			x.Own = c.URL("/me/reviews/" + t.Call.Ref)
		}
		if t.Bids {
			x.Bids = c.URL("/reviews/" + string(t.Phase.ID))
		}
		if criteria[t.Call.ID] == nil {
			if criteria[t.Call.ID], err = criteriaOf(c.Context(), w.s.rec.DB.Read, t.Call.ID); err != nil {
				return nil, err
			}
		}
		for _, it := range t.Items {
			r := taskRow{URL: c.URL(sheetPath(t.Phase.ID, it.ID)), Number: it.Number, Title: titled(it.Candidate), Status: c.Status("due", "review.state.none")}
			if it.Review != nil {
				r.Status = c.Status(reviewClass[it.Review.State], "review.state."+it.Review.State)
				if s, ok := Score(criteria[t.Call.ID], it.Review.Marks); ok && it.Review.State == Submitted {
					r.Score = c.T("review.score", "Score", decimal(c.Lang, s))
				}
			}
			x.Rows = append(x.Rows, r)
		}
		out = append(out, x)
	}
	return out, nil
}

var reviewClass = map[string]string{Draft: "draft", Submitted: "done", Abstained: "cancelled"}

func sheetPath(phase, proposal core.ID) string {
	return "/reviews/" + string(phase) + "/" + string(proposal)
}

type bidRow struct {
	Name, ID, URL string
	Number        int
	Title         web.TextView
	Options       []web.Option
	Declare       string
}

type bidsView struct {
	Title    string
	Call     web.TextView
	Lead     string
	Withheld string
	Rows     []bidRow
	Empty    *web.Empty
}

// bids is where a reviewer says what she would like to read.
func (w *Web) bids(c *web.C) error {
	phase := core.ID(c.Param("phase"))
	task, offers, err := w.s.Offers(c.Context(), c.Actor, phase)
	if err != nil {
		return err
	}
	if c.R.Method == http.MethodPost {
		given := map[core.ID]string{}
		for _, o := range offers {
			if vs, ok := c.Typed()["b."+string(o.ID)]; ok && len(vs) > 0 {
				given[o.ID] = vs[0]
			}
		}
		if err := w.s.Bid(c.Context(), c.Actor, phase, given); err != nil {
			return err
		}
		return c.Done("/reviews/"+string(phase), "review.bids_saved")
	}
	v := bidsView{Title: c.T("review.bids"), Call: c.Text(task.Call.Title), Lead: c.T("review.bids_lead", "Time", stamp(c, task.Phase.Opens, task.Phase.Zone))}
	if task.Withheld > 0 {
		v.Withheld = c.T("review.withheld", "Count", task.Withheld)
	}
	for _, o := range offers {
		r := bidRow{Name: "b." + string(o.ID), ID: string(o.ID), URL: c.URL(o.Path()), Number: o.Number, Title: titled(o.Candidate), Declare: c.URL(sheetPath(phase, o.ID) + "/conflict")}
		for _, b := range BidKinds {
			r.Options = append(r.Options, web.Option{Value: b, Label: c.T("review.bid." + b), Selected: b == o.Bid})
		}
		v.Rows = append(v.Rows, r)
	}
	if len(v.Rows) == 0 {
		v.Empty = &web.Empty{Title: c.T("review.no_offers"), Text: c.T("review.no_offers_text")}
	}
	return w.page(c, task.Call, "bids", v.Title, v, 0)
}

// MePanel shows a reviewer what she has to do.
func (w *Web) MePanel(c *web.C, _ core.ID) (string, any, error) {
	if !c.Actor.SignedIn() {
		return "", nil, nil
	}
	tasks, err := w.tasks(c)
	if err != nil || len(tasks) == 0 {
		return "", nil, err
	}
	return "review/panel", mineView{Title: c.T("review.mine"), Tasks: tasks}, nil
}

// CallPanel leads who runs a call to its evaluation.
func (w *Web) CallPanel(c *web.C, call core.ID) (string, any, error) {
	x, err := w.s.Calls.ByID(c.Context(), c.Actor, call)
	if err != nil || !w.s.Runs(c.Context(), c.Actor, x) {
		return "", nil, nil //nolint:nilerr // who does not see the call sees no panel of it
	}
	return "review/link", web.Tab{Label: c.T("review.title"), URL: c.URL(base(x.Ref))}, nil
}
