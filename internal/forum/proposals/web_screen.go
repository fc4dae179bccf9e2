package proposals

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/platform/web"
)

type screenRow struct {
	row
	Number  int
	Stops   []string
	Warns   []string
	Screen  string
	Stopped bool
}

type screeningView struct {
	Title string
	Call  web.TextView
	Rows  []screenRow
	Tabs  web.Tabs
	Sums  []web.Tab // how many stand in each state
	Files []web.Tab
	Empty *web.Empty
}

// screenSheet is the screening as a table: a column for each rule.
func (w *Web) screenSheet(c *web.C) error {
	call, err := w.s.Calls.Call(c.Context(), c.Actor, c.Param("ref"))
	if err != nil {
		return err
	}
	list, err := w.s.Screening(c.Context(), c.Actor, call)
	if err != nil {
		return err
	}
	head := []string{"number", "title", "state", "organisation", "stopped"}
	for _, r := range call.Rules {
		head = append(head, r.Code)
	}
	rows := [][]string{head}
	for _, x := range list {
		line := []string{strconv.Itoa(x.Number), x.Title, x.State, x.Organisation, strconv.Itoa(x.Stopped)}
		for _, f := range x.Findings {
			out := c.T("proposals.outcome." + f.Outcome)
			if f.Overruled != "" {
				out += ". " + c.T("proposals.overruled", "Reason", f.Overruled)
			}
			line = append(line, out)
		}
		rows = append(rows, line)
	}
	return table(c, call.Ref+"-screening", rows, 0, 4)
}

// screening lists what was handed in, with what the rules find.
func (w *Web) screening(c *web.C) error {
	call, err := w.s.Calls.Call(c.Context(), c.Actor, c.Param("ref"))
	if err != nil {
		return err
	}
	list, err := w.s.Screening(c.Context(), c.Actor, call)
	if err != nil {
		return err
	}
	v := screeningView{Title: c.T("proposals.screening"), Call: c.Text(call.Title)}
	counts := map[string]int{}
	for _, x := range list {
		counts[x.State]++
		if want := c.Query("state"); want != "" && want != x.State {
			continue
		}
		r := screenRow{row: w.row(c, x.Proposal, call), Number: x.Number, Screen: c.URL(x.Path() + "/screen"), Stopped: x.Stopped > 0}
		for _, f := range x.Findings {
			text := c.T("proposals.rule."+f.Rule, pairs(f.Args)...)
			switch {
			case f.Stops():
				r.Stops = append(r.Stops, text)
			case f.Outcome == Broken && f.Severity == calls.Warns:
				r.Warns = append(r.Warns, text)
			}
		}
		v.Rows = append(v.Rows, r)
	}
	v.Sums = append(v.Sums, web.Tab{Label: c.T("proposals.all"), URL: c.URL(call.Path() + "/screening"), Count: strconv.Itoa(len(list)), Current: c.Query("state") == ""})
	for _, s := range States {
		if counts[s] > 0 {
			v.Sums = append(v.Sums, web.Tab{Label: c.T("policy.proposal.state." + s), URL: c.URL(call.Path() + "/screening?state=" + s), Count: strconv.Itoa(counts[s]), Current: c.Query("state") == s})
		}
	}
	for _, f := range []string{"csv", "xlsx"} {
		v.Files = append(v.Files, web.Tab{Label: strings.ToUpper(f), URL: c.URL(call.Path() + "/screening." + f)})
	}
	if len(v.Rows) == 0 {
		v.Empty = &web.Empty{Title: c.T("proposals.none"), Text: c.T("proposals.none_text")}
	}
	return c.Page(web.Page{Name: "proposals/screening", Title: v.Title, Section: "programme", NoIndex: true, Wide: true, Trail: w.trail(c, call, web.Crumb{Label: v.Title}), V: v})
}

type screenView struct {
	Title    string
	Name     web.TextView
	URL      string
	Status   web.Status
	Rules    []ruleView
	Note     string
	Version  int64
	Problem  string
	NoteBad  string
	Stale    string
	Cancel   string
	Eligible string
}

// screen judges one proposal.
func (w *Web) screen(c *web.C) error {
	v, err := w.load(c, "screen")
	if err != nil {
		return err
	}
	findings, err := w.s.Findings(c.Context(), v)
	if err != nil {
		return err
	}
	out := screenView{
		Title: c.T("proposals.screen"), Name: w.name(c, v.Proposal), URL: c.URL(v.Path()), Status: w.status(c, v.State), Note: v.Proposal.Note,
		Version: v.Version, Cancel: c.URL(v.Of.Path() + "/screening"), Rules: w.rules(c, findings),
	}
	status := http.StatusOK
	if c.R.Method == http.MethodPost {
		in := ScreenInput{To: c.Value("to"), Note: c.Value("note"), Overruled: map[string]string{}}
		in.Version, _ = strconv.ParseInt(c.Value("version"), 10, 64) // 0 is stale
		for i := range out.Rules {
			out.Rules[i].Typed = strings.TrimSpace(c.Value("overruled." + out.Rules[i].Rule))
			in.Overruled[out.Rules[i].Rule] = out.Rules[i].Typed
		}
		err := w.s.Judge(c.Context(), c.Actor, v.ID, in)
		if err == nil {
			return c.Done(v.Of.Path()+"/screening", "proposals.screened")
		}
		out.Note = in.Note
		e, ok := errors.AsType[*core.Error](err)
		if !ok || e.Kind != core.KindInvalid && e.Kind != core.KindStale {
			return err
		}
		status = web.StatusCode(e.Kind)
		out.Problem = c.S.Catalog.Error(c.Lang, e)
		for _, f := range e.Fields {
			text := c.T(f.Key, f.Args...)
			if f.Path == "note" {
				out.NoteBad = text
			}
			for i := range out.Rules {
				if f.Path == "overruled["+out.Rules[i].Rule+"]" {
					out.Rules[i].Error = text
				}
			}
		}
	}
	return c.Page(web.Page{
		Name: "proposals/screen", Title: out.Title, Section: "programme", NoIndex: true, Status: status,
		Trail: w.trail(c, v.Of, w.crumb(c, v, true), web.Crumb{Label: out.Title}), V: out,
	})
}
