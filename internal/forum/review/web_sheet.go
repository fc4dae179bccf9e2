package review

import (
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/proposals"

	"plenary/internal/platform/web"
)

type otherView struct {
	Who          string
	Status       web.Status
	Score        string
	Marks        []string
	ForProposer  string
	ForCommittee string
	Reason       string
}

type remarkView struct{ Who, At, Machine, Body string }

type handView struct {
	ID, Name string
	Pinned   bool
}

type sheetView struct {
	Title         web.TextView
	Call          web.TextView
	Number        int
	Facts         []string
	Status        web.Status
	Blind         bool
	Warnings      []string
	Sections      []proposals.Part[string]
	Form          *web.Form
	Note          string
	Unkept        *web.Unkept
	Alike         []alikeView
	Abstain       string
	Conflict      string
	Others        []otherView
	OthersNote    string
	Remarks       []remarkView
	Discuss       *web.Form
	DiscussNote   string
	Before, After *web.Tab
	Place         string

	Panels []template.HTML

	Runs     bool
	Hand     string
	Here     string
	Phase    int
	ID       string
	Assigned []handView
	Others2  []web.Option
}

// SlotSheet is where rooms below show what they know of a proposal beside its scores; the
// subject is its id. What they show must ask Sees, and tell a blind reviewer nobody's name.
const SlotSheet = "review.sheet"

type wordsInput struct {
	Words string `form:"words" ui:"area" max:"4000" required:"1"`
}

// sheet is a proposal with the form of scores of its reviewer, and what others said.
func (w *Web) sheet(c *web.C) error {
	phase, id := core.ID(c.Param("phase")), core.ID(c.Param("proposal"))
	x, err := w.s.Sheet(c.Context(), c.Actor, phase, id)
	if err != nil {
		return err
	}
	var failed error
	if c.R.Method == http.MethodPost {
		in := scoreInput(x.Criteria, c.Typed())
		var r Review
		if r, failed = w.s.Save(c.Context(), c.Actor, phase, id, in); failed == nil {
			next, key := sheetPath(phase, id), "review.saved_draft"
			if r.State == Submitted {
				key = "review.submitted"
				if x.After != nil {
					next = sheetPath(phase, x.After.ID)
				}
			}
			return c.Done(next, key)
		}
		if e, ok := errors.AsType[*core.Error](failed); ok && e.Kind == core.KindStale {
			if now, ok := e.Current.(Review); ok {
				e.Current = scoreValues(&now, x.Criteria)
			}
		}
	}
	v, err := w.sheetView(c, x)
	if err != nil {
		return err
	}
	status := 0
	if x.MayScore || failed != nil && x.Mine {
		kept, err := w.s.Kept(c.Context(), c.Actor, phase, id)
		if err != nil {
			return err
		}
		var typed url.Values
		typed, v.Unkept = c.Offer(kept, v.Here, v.Here+"/forget")
		v.Form = w.scoreForm(c, x, typed)
		if status, err = v.Form.Refused(failed); err != nil {
			return err
		}
	} else if failed != nil {
		return failed
	}
	return w.page(c, x.Call, "sheet", v.Title.S, v, status)
}

// scoreForm is the form of marks: a radio for each criterion and a reason. It shows what
// was typed and not saved, where the reviewer has asked for it.
func (w *Web) scoreForm(c *web.C, x Sheet, typed url.Values) *web.Form {
	fields := []*web.Field{{Name: "version", Kind: "hidden"}}
	for _, k := range x.Criteria {
		label := c.Text(k.Label)
		f := &web.Field{Name: "m." + string(k.ID), Kind: "radio", Label: label.S, Help: c.Text(k.About).S, Required: true}
		for m := LeastMark; m <= BestMark; m++ {
			o := web.Option{Value: strconv.Itoa(m), Label: strconv.Itoa(m)}
			if a := c.Text(k.Anchor(m)).S; a != "" {
				o.Label = c.T("review.mark_anchor", "Mark", m, "Anchor", a)
			}
			f.Options = append(f.Options, o)
		}
		why := &web.Field{Name: "r." + string(k.ID), Kind: "area", Label: c.T("review.why", "Criterion", label.S), Max: longestReason, Lines: 2}
		if k.Threshold > 0 {
			why.Help = c.T("review.why_needed", "Mark", k.Threshold)
		}
		fields = append(fields, f, why)
	}
	fields = append(fields,
		&web.Field{Name: "for_proposer", Kind: "area", Label: c.T("review.for_proposer"), Help: c.T("review.for_proposer.help." + x.Phase.Feedback), Max: longestComment},
		&web.Field{Name: "for_committee", Kind: "area", Label: c.T("review.for_committee"), Help: c.T("review.for_committee.help"), Max: longestComment})
	have := scoreValues(x.Review, x.Criteria)
	if typed != nil {
		have = typed
	}
	f := c.FormOf("review.score_form", fields, have)
	f.Action = c.URL(sheetPath(x.Phase.ID, x.View.ID))
	f.Autosave, f.Note = f.Action+"/typed", c.T("review.typing")
	if x.Review == nil || x.Review.State != Submitted {
		f.Buttons = []web.Button{{Name: "op", Value: "draft", Label: c.T("review.save_draft")}}
	}
	return f
}

func scoreValues(r *Review, criteria []Criterion) url.Values {
	v := url.Values{"version": {"0"}}
	if r == nil {
		return v
	}
	v.Set("version", strconv.FormatInt(r.Version, 10))
	for _, k := range criteria {
		if m := r.Marks[k.ID]; m.Mark != 0 {
			v.Set("m."+string(k.ID), strconv.Itoa(m.Mark))
		}
		v.Set("r."+string(k.ID), r.Marks[k.ID].Reason)
	}
	v.Set("for_proposer", r.ForProposer)
	v.Set("for_committee", r.ForCommittee)
	return v
}

func scoreInput(criteria []Criterion, v url.Values) ScoreInput {
	in := ScoreInput{Marks: map[core.ID]Mark{}, ForProposer: v.Get("for_proposer"), ForCommittee: v.Get("for_committee"), Submit: v.Get("op") != "draft"}
	in.Version, _ = strconv.ParseInt(v.Get("version"), 10, 64) // what is no version is stale
	for _, k := range criteria {
		m := Mark{Reason: v.Get("r." + string(k.ID))}
		if s := v.Get("m." + string(k.ID)); s != "" {
			n, err := strconv.Atoi(s)
			if err != nil {
				n = -1
			}
			m.Mark = n
		}
		if m != (Mark{}) {
			in.Marks[k.ID] = m
		}
	}
	return in
}

func (w *Web) sheetView(c *web.C, x Sheet) (sheetView, error) {
	p := x.View
	v := sheetView{
		Title: web.TextView{S: p.Title, Lang: p.Lang, Dir: core.Dir(p.Lang)}, Call: c.Text(x.Call.Title), Number: p.Number, Status: w.status(c, x.Phase),
		Blind: x.Phase.Blind && x.Mine, Runs: x.Runs && !x.Mine, Phase: x.Phase.Number, ID: string(p.ID), Here: sheetPath(x.Phase.ID, p.ID), Hand: c.URL(base(x.Call.Ref) + "/hand"),
	}
	v.Facts = append(v.Facts, c.Text(x.Phase.Name).S, w.window(c, x.Phase))
	for _, r := range x.Warnings {
		v.Warnings = append(v.Warnings, c.T("proposals.rule."+r.Code, "Count", r.Limit))
	}
	ch, err := w.choices(c, x.Call)
	if err != nil {
		return v, err
	}
	v.Sections = w.sections(c, x, ch)
	here := sheetPath(x.Phase.ID, p.ID)
	if x.Mine {
		v.Place = c.T("review.place", "At", x.At, "Of", x.Of)
		if x.Review != nil {
			v.Note = c.T("review.noted."+x.Review.State, "Time", c.StampHere(x.Review.Updated))
		}
		if x.MayScore {
			v.Abstain = c.URL(here + "/abstain")
		}
		if x.State != StateClosed {
			v.Conflict = c.URL(here + "/conflict")
		}
		v.Before, v.After = w.neighbour(c, x.Phase.ID, x.Before), w.neighbour(c, x.Phase.ID, x.After)
	}
	if v.Panels, err = c.Panels(SlotSheet, p.ID); err != nil {
		return v, err
	}
	v.Alike = w.alike(c, x)
	v.Others = w.others(c, x)
	switch {
	case !x.Shown:
		v.OthersNote = c.T("review.others_hidden." + x.Phase.Shown)
	case len(v.Others) == 0:
		v.OthersNote = c.T("review.others_none")
	}
	for _, r := range x.Remarks {
		who := r.Name
		if who == "" {
			who = c.T("review.a_reviewer")
		}
		v.Remarks = append(v.Remarks, remarkView{who, c.StampHere(r.At), r.At.String(), r.Body})
	}
	if x.MayDiscuss {
		v.Discuss = c.Form("review.discuss_form", &wordsInput{})
		v.Discuss.Action = c.URL(here + "/discuss")
	} else if x.Mine {
		v.DiscussNote = c.T("review.not_discussed." + x.Phase.Discussion)
	}
	names := map[core.ID]bool{}
	for _, a := range x.Assigned {
		v.Assigned = append(v.Assigned, handView{string(a.Reviewer), x.Names[a.Reviewer], a.Pinned})
		names[a.Reviewer] = true
	}
	for _, r := range x.Reviewers {
		if !names[r.ID] {
			v.Others2 = append(v.Others2, web.Option{Value: string(r.ID), Label: r.Name})
		}
	}
	return v, nil
}

func (w *Web) neighbour(c *web.C, phase core.ID, it *Item) *web.Tab {
	if it == nil {
		return nil
	}
	return &web.Tab{Label: c.T("review.numbered", "Number", it.Number, "Title", it.Title), URL: c.URL(sheetPath(phase, it.ID))}
}

func (w *Web) others(c *web.C, x Sheet) []otherView {
	var out []otherView
	for i, r := range x.Others {
		o := otherView{Who: x.Names[r.Reviewer], Status: c.Status(reviewClass[r.State], "review.state."+r.State), ForProposer: r.ForProposer, ForCommittee: r.ForCommittee, Reason: r.Reason}
		if o.Who == "" {
			o.Who = c.T("review.reviewer_n", "Number", i+1)
		}
		if s, ok := Score(x.Criteria, r.Marks); ok {
			o.Score = c.T("review.score", "Score", decimal(c.Lang, s))
		}
		for _, k := range x.Criteria {
			if m := r.Marks[k.ID]; m.Mark != 0 {
				key := "review.mark_line"
				if m.Reason != "" {
					key = "review.mark_line_why"
				}
				o.Marks = append(o.Marks, c.T(key, "Criterion", c.Text(k.Label).S, "Mark", m.Mark, "Reason", m.Reason))
			}
		}
		out = append(out, o)
	}
	return out
}

// sections are the answers as the reviewer may read them: where her phase is blind, also
// somebody who else might know is shown nothing that tells who proposes.
func (w *Web) sections(c *web.C, x Sheet, ch calls.Choices) []proposals.Part[string] {
	blind := x.Mine && (x.Phase.Blind || x.View.Blind)
	return proposals.PartsOf(c, x.View, w.s.Vocab, ch, func(p proposals.Party) string { return p.Line(c, w.s.Vocab) }, func(q calls.Question) bool { return blind && q.Blind })
}
