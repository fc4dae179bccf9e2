package review

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

type conflictView struct {
	Who, WhoURL string
	What        web.TextView
	Number      int
	Reasons     []string
	Status      web.Status
	Overruled   string
	Overrule    string
}

type conflictsView struct {
	Head   head
	Rows   []conflictView
	Result string
	Form   *web.Form
	Lead   string
}

func reasons(c *web.C, list []Reason) []string {
	var out []string
	for _, r := range list {
		key := "review.reason." + r.Code
		if r.Code == Declared && r.With == "" {
			key += "_bare"
		}
		out = append(out, c.T(key, "With", r.With))
	}
	return out
}

// conflicts lists what keeps reviewers from proposals; one can be declared, or overruled
// (with ?overrule=REVIEWER&of=PROPOSAL).
func (w *Web) conflicts(c *web.C) error {
	ref := c.Param("ref")
	set, rows, err := w.s.Conflicts(c.Context(), c.Actor, ref)
	if err != nil {
		return err
	}
	over := c.Query("overrule") != ""
	in := ConflictInput{Reviewer: c.Query("overrule"), Proposal: c.Query("of"), Overrule: over}
	var failed error
	if c.R.Method == http.MethodPost {
		in = ConflictInput{}
		if failed = c.Decode(&in); failed == nil {
			if failed = w.s.SetConflict(c.Context(), c.Actor, ref, in); failed == nil {
				return c.Done(base(ref)+"/conflicts", "review.saved")
			}
		}
		over = in.Overrule
	}
	v := conflictsView{Head: w.head(c, set.Call, c.T("review.tab.conflicts")), Result: c.T("review.conflicts_count", "Count", len(rows)), Lead: c.T("review.declare_for")}
	key := "review.conflict_form"
	if over {
		key, v.Lead = "review.overrule_form", c.T("review.overrule_lead")
	}
	v.Form = c.Form(key, &in)
	var who, what []web.Option
	for _, r := range set.Reviewers {
		who = append(who, web.Option{Value: string(r.ID), Label: r.Name})
	}
	for _, p := range set.Proposals {
		what = append(what, web.Option{Value: string(p.ID), Label: c.T("review.numbered", "Number", p.Number, "Title", p.Title)})
	}
	v.Form.Options("reviewer", who)
	v.Form.Options("proposal", what)
	status, err := v.Form.Refused(failed)
	if err != nil {
		return err
	}
	for _, r := range rows {
		x := conflictView{Who: r.Who.Name, WhoURL: c.URL(base(ref) + "/reviewers/" + string(r.Who.ID)), What: titled(r.What), Number: r.What.Number, Reasons: reasons(c, r.Reasons)}
		if r.Stands {
			x.Status = c.Status("private", "review.stands")
			x.Overrule = c.URL(base(ref) + "/conflicts?overrule=" + string(r.Who.ID) + "&of=" + string(r.What.ID) + "#form")
		} else {
			x.Status = c.Status("changed", "review.overruled")
			if x.Overruled = r.Overruled; r.ByName != "" {
				x.Overruled = c.T("review.overruled_by", "Name", r.ByName, "Reason", r.Overruled)
			}
		}
		v.Rows = append(v.Rows, x)
	}
	return w.page(c, set.Call, "conflicts", c.T("review.tab.conflicts"), v, status)
}

type loadRow struct {
	Name      string
	URL       string
	Limits    string
	Now, Then int
	Status    web.Status
}

type servedRow struct {
	Number   int
	Title    web.TextView
	URL      string
	Reviews  int
	Fit      string
	Short    int
	ShortTxt string
}

type assignView struct {
	Head           head
	Facts          []string
	Warnings       []string
	How            string
	Fair           web.Tabs
	Loads          []loadRow
	Served         []servedRow
	Added, Removed []string
	More           string
	Digest, Action string
	Number         int
	IsFair         bool
	Same           bool
	Problem        string
}

// shownChanges is how many pairs a preview names; the rest is counted.
const shownChanges = 60

// assign previews an assignment of the phase, and applies it.
func (w *Web) assign(c *web.C) error {
	ref, n, fair := c.Param("ref"), number(c), c.Query("fair") != ""
	here := base(ref) + "/assign"
	v := assignView{}
	status := 0
	if c.R.Method == http.MethodPost {
		n, _ = strconv.Atoi(c.Value("phase"))
		fair = c.Value("fair") != ""
		err := w.s.Apply(c.Context(), c.Actor, ref, n, fair, c.Value("digest"))
		if err == nil {
			return c.Done(here+"?phase="+strconv.Itoa(n), "review.applied")
		}
		e := web.Classify(err)
		if e.Kind != core.KindConflict {
			return err
		}
		v.Problem, status = c.S.Catalog.Error(c.Lang, e), web.StatusCode(e.Kind)
	}
	plan, err := w.s.Plan(c.Context(), c.Actor, ref, n, fair)
	if core.KindOf(err) == core.KindNotFound {
		return w.noPhase(c, ref)
	}
	if err != nil {
		return err
	}
	call, err := w.s.Calls.Call(c.Context(), c.Actor, ref)
	if err != nil {
		return err
	}
	v.Head = w.head(c, call, c.T("review.tab.assign"))
	if v.Head.Phases, err = w.phases(c, call.ID, plan.Phase, here); err != nil {
		return err
	}
	p := "?phase=" + strconv.Itoa(plan.Phase.Number)
	v.Fair = web.Tabs{Label: c.T("review.way"), Tabs: []web.Tab{
		{Label: c.T("review.best"), URL: c.URL(here + p), Current: !fair}, {Label: c.T("review.fair"), URL: c.URL(here + p + "&fair=1"), Current: fair},
	}}
	v.Action, v.Digest, v.IsFair, v.Number = c.URL(here+p), plan.Digest, fair, plan.Phase.Number
	v.Same = len(plan.Added)+len(plan.Removed) == 0
	v.Facts = append(v.Facts, c.T("review.plan.added", "Count", len(plan.Added)), c.T("review.plan.removed", "Count", len(plan.Removed)), c.T("review.plan.kept", "Count", plan.Kept), c.T("review.plan.total", "Total", decimal(c.Lang, plan.Total)))
	if len(plan.Served) > 0 {
		v.Facts = append(v.Facts, c.T("review.plan.worst", "Sum", decimal(c.Lang, plan.Served[0].Sum)))
		if fair {
			v.Facts = append(v.Facts, c.T("review.plan.bound", "Bound", decimal(c.Lang, plan.Bound)))
		}
	}
	warn := func(key string, n int) {
		if n > 0 {
			v.Warnings = append(v.Warnings, c.T(key, "Count", n))
		}
	}
	warn("review.plan.missing", plan.Missing)
	warn("review.plan.under", plan.Under)
	warn("review.plan.past", plan.Past)
	v.How = c.T("review.plan.how", "Bid", bidWeight, "Topic", topicWeight, "Text", textWeight, "Lang", langWeight)
	w.planRows(c, &v, plan, ref)
	return w.page(c, call, "assign", v.Head.Title, v, status)
}

func (w *Web) planRows(c *web.C, v *assignView, plan Plan, ref string) {
	for _, l := range plan.Loads {
		r := loadRow{Name: l.Reviewer.Name, URL: c.URL(base(ref) + "/reviewers/" + string(l.Reviewer.ID)), Limits: c.T("review.limits", "Least", l.Least, "Most", l.Most), Now: l.Now, Then: l.Then}
		if l.Then < l.Least {
			r.Status = c.Status("late", "review.too_few")
		}
		v.Loads = append(v.Loads, r)
	}
	for _, s := range plan.Served[:min(len(plan.Served), 20)] {
		r := servedRow{
			Number: s.Proposal.Number, Title: titled(s.Proposal), URL: c.URL("/reviews/" + string(plan.Phase.ID) + "/" + string(s.Proposal.ID)),
			Reviews: s.Reviews, Fit: decimal(c.Lang, s.Sum), Short: s.Short,
		}
		if s.Short > 0 {
			r.ShortTxt = c.T("review.short", "Count", s.Short)
		}
		v.Served = append(v.Served, r)
	}
	say := func(list []Change) (out []string) {
		for _, x := range list[:min(len(list), shownChanges)] {
			out = append(out, c.T("review.change", "Name", x.Reviewer.Name, "Number", x.Proposal.Number, "Title", x.Proposal.Title))
		}
		return out
	}
	v.Added, v.Removed = say(plan.Added), say(plan.Removed)
	if hidden := max(0, len(plan.Added)-shownChanges) + max(0, len(plan.Removed)-shownChanges); hidden > 0 {
		v.More = c.T("review.more_changes", "Count", hidden)
	}
}

// noPhase says that the call has no phase yet; to who may not know of the call nothing.
func (w *Web) noPhase(c *web.C, ref string) error {
	set, err := w.s.Setup(c.Context(), c.Actor, ref)
	if err != nil {
		return err
	}
	if len(set.Phases) > 0 {
		return core.NotFound()
	}
	title := c.T("review.title")
	v := struct {
		Head  head
		Empty *web.Empty
	}{w.head(c, set.Call, title), &web.Empty{Title: c.T("review.no_phase"), Text: c.T("review.no_phase_text"), Link: &web.Tab{Label: c.T("review.phase.add"), URL: c.URL(base(ref) + "/phases/new")}}}
	return w.page(c, set.Call, "none", title, v, 0)
}

// hand changes one pair by hand, from the page of a proposal.
func (w *Web) hand(c *web.C) error {
	ref := c.Param("ref")
	n, _ := strconv.Atoi(c.Value("phase"))
	in := AssignInput{Do: c.Value("do"), Reviewer: core.ID(c.Value("reviewer")), Proposal: core.ID(c.Value("proposal"))}
	if err := w.s.Assign(c.Context(), c.Actor, ref, n, in); err != nil {
		return err
	}
	return c.Done(c.Back(base(ref)+"/assign"), "review.saved")
}

type progressRow struct {
	Name, ID                          string
	Assigned, Done, Abstained, Drafts int
	Barred                            int
	Status                            web.Status
	Reminded                          string
	Remind                            bool
}

type progressView struct {
	Head   head
	Rows   []progressRow
	Action string
	Number int
	Open   bool
	Left   int
}

// progress is how far reviewers are; POST reminds one of them, or all who are not done.
func (w *Web) progress(c *web.C) error {
	ref, n := c.Param("ref"), number(c)
	here := base(ref) + "/progress"
	if c.R.Method == http.MethodPost {
		n, _ = strconv.Atoi(c.Value("phase"))
		sent, err := w.s.Remind(c.Context(), c.Actor, ref, n, core.ID(c.Value("reviewer")))
		if err != nil {
			return err
		}
		return c.Done(here+"?phase="+strconv.Itoa(n), "review.reminded", "Count", sent)
	}
	round, err := w.s.Progress(c.Context(), c.Actor, ref, n)
	if core.KindOf(err) == core.KindNotFound {
		return w.noPhase(c, ref)
	}
	if err != nil {
		return err
	}
	v := progressView{Head: w.head(c, round.Call, c.T("review.tab.progress")), Action: c.URL(here), Number: round.Phase.Number}
	if v.Head.Phases, err = w.phases(c, round.Call.ID, round.Phase, here); err != nil {
		return err
	}
	v.Open = round.Phase.State(w.s.rec.Clock.Instant()) == StateOpen
	v.Head.Facts = []string{c.Text(round.Phase.Name).S, w.window(c, round.Phase), c.T("review.in", "Done", round.Done, "Wanted", round.Wanted)}
	for _, p := range round.Rows {
		r := progressRow{Name: p.Reviewer.Name, ID: string(p.Reviewer.ID), Assigned: p.Assigned, Done: p.Submitted, Abstained: p.Abstained, Drafts: p.Drafts, Barred: p.Barred, Remind: v.Open && p.Left() > 0 && !p.Mute}
		switch {
		case p.Assigned == 0:
			r.Status = c.Status("draft", "review.nothing_assigned")
		case p.Left() == 0:
			r.Status = c.Status("done", "review.all_done")
		case round.Phase.State(w.s.rec.Clock.Instant()) == StateClosed:
			r.Status = c.Status("late", "review.left", "Count", p.Left())
		default:
			r.Status = c.Status("due", "review.left", "Count", p.Left())
		}
		if !p.Reminded.IsZero() {
			r.Reminded = c.T("review.reminded_at", "Time", c.StampHere(p.Reminded))
		}
		v.Left += p.Left()
		v.Rows = append(v.Rows, r)
	}
	slices.SortStableFunc(v.Rows, func(a, b progressRow) int { return cmp.Compare(b.Assigned-b.Done, a.Assigned-a.Done) })
	return w.page(c, round.Call, "progress", v.Head.Title, v, 0)
}
