package timetable

import (
	"html/template"
	"net/http"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/web"
)

func (w *Web) runPages(s *web.Server) {
	both(s, "/timetable/optimiser", w.optimiser)
	s.Edition("GET /timetable/optimiser/{n}", w.run)
	s.Edition("GET /timetable/optimiser/{n}/state", w.runState)
	for _, p := range []string{"stop", "accept", "discard"} {
		s.Edition("POST /timetable/optimiser/{n}/"+p, w.turnRun(p))
	}
}

type optimiserView struct {
	head
	Form  *web.Form
	Score []factLine
	Busy  *web.Tab
	Runs  []runLine
	Lead  string
}

type runLine struct {
	URL, Label, When, Who string
	Status                web.Status
	Result                string
}

// optimiser asks for a run and lists those there were.
func (w *Web) optimiser(c *web.C) error {
	set, err := w.setting(c, "optimise")
	if err != nil {
		return err
	}
	in := RunInput{Seconds: 30, KeepClose: true}
	status, failed := http.StatusOK, error(nil)
	if c.R.Method == http.MethodPost {
		in = RunInput{}
		if failed = c.Decode(&in); failed == nil {
			var r Run
			if r, failed = w.s.Optimise(c.Context(), c.Actor, set, in); failed == nil {
				return c.Redirect(set.Path() + "/timetable/optimiser/" + strconv.Itoa(r.Number))
			}
		}
		if core.KindOf(failed) != core.KindInvalid && core.KindOf(failed) != core.KindConflict {
			return failed
		}
		status = web.StatusCode(core.KindOf(failed))
	}
	b, err := w.s.Board(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	runs, err := w.s.RunsOf(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	v := &optimiserView{head: w.head(c, set, c.T("timetable.optimiser")), Lead: c.T("timetable.optimiser.lead")}
	v.Score = words{c, b}.score(b.Score())
	for _, r := range runs {
		v.Runs = append(v.Runs, w.runLine(c, set, r))
		if r.State == RunRunning || r.State == RunQueued {
			v.Busy = &web.Tab{Label: c.T("timetable.run.watch", "Number", r.Number), URL: c.URL(runPath(set, r.Number))}
		}
	}
	v.Form = c.Form("timetable.run.form", &in)
	v.Form.Action = c.URL(set.Path() + "/timetable/optimiser")
	if failed != nil {
		if err := v.Form.Fail(failed); err != nil {
			return err
		}
	}
	return w.page(c, set, "optimiser", v.Title, v, status)
}

func runPath(set *editions.Setting, n int) string {
	return set.Path() + "/timetable/optimiser/" + strconv.Itoa(n)
}

func (x words) score(s Score) []factLine {
	return []factLine{
		{x.c.T("timetable.score.unplaced"), strconv.Itoa(s.Unplaced)},
		{x.c.T("timetable.score.blocks"), strconv.Itoa(s.Blocks)},
		{x.c.T("timetable.score.cost"), strconv.FormatInt(s.Cost, 10)},
	}
}

func (w *Web) runLine(c *web.C, set *editions.Setting, r Run) runLine {
	l := runLine{URL: c.URL(runPath(set, r.Number)), Label: c.T("timetable.run", "Number", r.Number), When: c.StampHere(r.Created), Who: r.ByName, Status: runStatus(c, r)}
	if r.State != RunQueued && r.State != RunRunning && r.State != RunFailed {
		l.Result = c.T("timetable.run.result", "Moves", len(r.Result.Moves), "Before", r.Result.Before.Cost, "After", r.Result.After.Cost,
			"BlocksBefore", r.Result.Before.Blocks, "BlocksAfter", r.Result.After.Blocks)
	}
	return l
}

func runStatus(c *web.C, r Run) web.Status {
	class := map[string]string{RunQueued: "due", RunRunning: "live", RunDone: "changed", RunAccepted: "done", RunDiscarded: "draft", RunFailed: "late"}[r.State]
	return c.Status(class, "timetable.run.state."+r.State)
}

type runView struct {
	head
	Number   int
	Running  bool
	Done     bool
	Percent  int
	Progress string
	StateURL string
	StopURL  string
	Accept   string
	Discard  string
	Chart    template.HTML
	Before   []factLine
	After    []factLine
	Rows     []compareRow
	Bound    string
	Moves    []moveLine
	More     int
	AllURL   string
	Empty    *web.Empty
	Failed   string
	Filter   web.Filter
	Unplaced []unplacedLine
}

// compareRow is one measure before and after.
type compareRow struct{ Name, Before, After string }

// moveLine is a session that a run moves.
type moveLine struct {
	Label, Title, Lang string
	URL                string
	From, To           string
	Gone, Left         []string
	Saves              string
}

type unplacedLine struct {
	Label, URL string
	Why        []string
}

// shownMoves is how many moves a page of a run shows before one asks for all.
const shownMoves = 60

// run shows a run: how far it is, or what it proposes, beside what stands.
func (w *Web) run(c *web.C) error {
	set, r, err := w.theRun(c)
	if err != nil {
		return err
	}
	b, err := w.s.Board(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	x := words{c, b}
	base := c.URL(runPath(set, r.Number))
	v := &runView{head: w.head(c, set, c.T("timetable.run", "Number", r.Number)), Number: r.Number, StateURL: base + "/state"}
	v.Status = append(v.Status, runStatus(c, r))
	v.Running, v.Done = r.State == RunRunning || r.State == RunQueued, r.State == RunDone
	v.Percent, v.Progress = percent(r), x.progress(r)
	v.StopURL, v.Accept, v.Discard = base+"/stop", base+"/accept", base+"/discard"
	v.Chart = x.chart(r)
	if v.Running {
		return w.runPage(c, set, v)
	}
	if r.State == RunFailed {
		v.Failed = c.T("timetable.run.failed")
		return w.runPage(c, set, v)
	}
	x.compare(v, r)
	list := r.Result.Moves
	if c.Query("all") == "" && len(list) > shownMoves {
		list, v.More = list[:shownMoves], len(list)-shownMoves
		v.AllURL = base + "?all=1"
	}
	for _, m := range list {
		v.Moves = append(v.Moves, x.move(m))
	}
	if len(r.Result.Moves) == 0 {
		v.Empty = &web.Empty{Title: c.T("timetable.run.nothing"), Text: c.T("timetable.run.nothing_text")}
	}
	return w.runPage(c, set, v)
}

func (w *Web) runPage(c *web.C, set *editions.Setting, v *runView) error {
	return c.Page(web.Page{
		Name: "timetable/run", Title: v.Title + " · " + c.Text(set.Name).S, Section: "programme", NoIndex: true, Script: "timetable.js", V: v,
		Trail: editions.Trail(c, set, web.Crumb{Label: c.T("shell.programme"), URL: c.URL(set.Path() + "/programme")},
			web.Crumb{Label: c.T("timetable.title"), URL: c.URL(set.Path() + "/timetable")},
			web.Crumb{Label: c.T("timetable.optimiser"), URL: c.URL(set.Path() + "/timetable/optimiser")}, web.Crumb{Label: v.Title}),
	})
}

func (w *Web) theRun(c *web.C) (*editions.Setting, Run, error) {
	set, err := w.setting(c, "optimise")
	if err != nil {
		return nil, Run{}, err
	}
	n, err := strconv.Atoi(c.Param("n"))
	if err != nil {
		return nil, Run{}, core.NotFound()
	}
	r, err := w.s.RunOf(c.Context(), c.Actor, set, n)
	return set, r, err
}

func percent(r Run) int { return min(100, int(r.Progress.Share*100)) }

func (x words) progress(r Run) string {
	if r.State == RunQueued {
		return x.c.T("timetable.run.waits")
	}
	return x.c.T("timetable.run.progress", "Seconds", int(r.Progress.Seconds), "Of", r.Asked.Seconds, "Moves", r.Progress.Moves,
		"Blocks", r.Progress.Best.Blocks, "Cost", r.Progress.Best.Cost, "Unplaced", r.Progress.Best.Unplaced)
}

// runState tells the script how far a run is.
func (w *Web) runState(c *web.C) error {
	_, r, err := w.theRun(c)
	if err != nil {
		return err
	}
	x := words{c, nil}
	return sendJSON(c, http.StatusOK, map[string]any{
		"running": r.State == RunRunning || r.State == RunQueued, "percent": percent(r), "text": x.progress(r), "chart": string(x.chart(r)),
	})
}

func (x words) compare(v *runView, r Run) {
	v.Rows = []compareRow{
		{x.c.T("timetable.score.unplaced"), strconv.Itoa(r.Result.Before.Unplaced), strconv.Itoa(r.Result.After.Unplaced)},
		{x.c.T("timetable.score.blocks"), strconv.Itoa(r.Result.Before.Blocks), strconv.Itoa(r.Result.After.Blocks)},
		{x.c.T("timetable.score.cost"), strconv.FormatInt(r.Result.Before.Cost, 10), strconv.FormatInt(r.Result.After.Cost, 10)},
	}
	v.Bound = x.c.T("timetable.run.bound", "Cost", r.Result.Bound)
	v.Facts = append(v.Facts, x.c.T("timetable.run.took", "Seconds", int(r.Progress.Seconds+0.5), "Moves", r.Progress.Moves, "Seed", r.Asked.Seed))
	for _, u := range r.Result.Unplaced {
		it := x.b.Item(u.Session)
		if it == nil {
			continue
		}
		l := unplacedLine{Label: x.session(u.Session), URL: x.c.URL(x.b.Set.Path() + "/timetable/sessions/" + it.Ref)}
		for _, why := range u.Reasons {
			l.Why = append(l.Why, x.c.T("timetable.place.reason", "Rule", x.c.T("timetable.rule."+why.Rule), "Count", why.Count, "Percent", 100*why.Count/max(u.Candidates, 1)))
		}
		v.Unplaced = append(v.Unplaced, l)
	}
}

func (x words) move(m RunMove) moveLine {
	l := moveLine{Label: programme.RefLabel(m.Ref), From: x.at(m.Before), To: x.at(m.After), URL: x.c.URL(x.b.Set.Path() + "/timetable/sessions/" + m.Ref)}
	if it := x.b.Item(m.Session); it != nil {
		t := x.c.Text(it.Name())
		l.Title = t.S
		if t.Fallback {
			l.Lang = t.Lang
		}
	}
	for _, f := range m.Gone {
		l.Gone = append(l.Gone, x.finding(f))
	}
	for _, f := range m.Left {
		l.Left = append(l.Left, x.finding(f))
	}
	if m.Saves > 0 {
		l.Saves = x.c.T("timetable.run.saves", "Cost", m.Saves)
	}
	return l
}

func (x words) at(s Spot) string {
	if s.Starts.IsZero() {
		return x.c.T("timetable.no_time")
	}
	return x.c.T("timetable.in_room", "When", x.when(s.Starts, s.Ends), "Room", x.room(s.Room))
}

// chart draws how the best plan became better: the cost of what blocks and what warns over
// the time.
func (x words) chart(r Run) template.HTML {
	line := r.Progress.Line
	if len(line) < 2 {
		return ""
	}
	const width, height = 600, 120
	most, last := int64(1), max(r.Progress.Seconds, 0.001)
	value := func(p Point) int64 { return int64(p.Blocks)*1000 + p.Cost }
	for _, p := range line {
		most = max(most, value(p))
	}
	var path strings.Builder
	for i, p := range line {
		px := strconv.FormatFloat(p.Seconds/last*width, 'f', 1, 64)
		py := strconv.FormatFloat(height-float64(value(p))/float64(most)*(height-4), 'f', 1, 64)
		if i == 0 {
			path.WriteString("M" + px + " " + py)
			continue
		}
		path.WriteString("H" + px + "V" + py)
	}
	path.WriteString("H" + strconv.Itoa(width))
	label := x.c.T("timetable.run.chart", "From", value(line[0]), "To", value(line[len(line)-1]), "Seconds", int(last+0.5))
	return template.HTML(`<svg class="line-chart" viewBox="0 0 600 124" role="img" aria-label="` + template.HTMLEscapeString(label) + //nolint:gosec // numbers, and an escaped label
		`"><path d="` + path.String() + `" fill="none" stroke="currentColor" stroke-width="2"/></svg>`)
}

// turnRun stops, accepts or discards a run.
func (w *Web) turnRun(what string) web.Handler {
	return func(c *web.C) error {
		set, r, err := w.theRun(c)
		if err != nil {
			return err
		}
		here := runPath(set, r.Number)
		switch what {
		case "stop":
			if err := w.s.StopRun(c.Context(), c.Actor, set, r.Number); err != nil {
				return err
			}
			return c.Done(here, "timetable.run.stopped")
		case "discard":
			if err := w.s.DiscardRun(c.Context(), c.Actor, set, r.Number); err != nil {
				return err
			}
			return c.Done(set.Path()+"/timetable/optimiser", "timetable.run.discarded")
		}
		moved, skipped, err := w.s.AcceptRun(c.Context(), c.Actor, set, r.Number)
		if err != nil {
			return err
		}
		if skipped > 0 {
			return c.Done(set.Path()+"/timetable", "timetable.run.accepted_some", "Count", moved, "Skipped", skipped)
		}
		return c.Done(set.Path()+"/timetable", "timetable.run.accepted", "Count", moved)
	}
}
