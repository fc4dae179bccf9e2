package messages

import (
	"net/http"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

type statementView struct {
	ID, Title, When string
	Part            string // that its author took part in a session that feeds the Message
	Text            web.TextView
	Status          web.Status
	Reason          string
	Decide          string
	DecideLabel     string
}

func (w *Web) statementView(c *web.C, set *editions.Setting, x Statement) statementView {
	states := map[string]web.Status{
		StateOffered: c.Status("due", "messages.statement.offered"), StateAccepted: c.Status("done", "messages.statement.accepted"),
		StateRefused: c.Status("cancelled", "messages.statement.refused"), StateWithdrawn: c.Status("changed", "messages.statement.withdrawn"),
	}
	v := statementView{
		ID: "statement-" + string(x.ID), Title: c.T("messages.dissent", "By", x.SignedAs), When: c.Stamp(x.Offered, set.Zone), Text: c.Text(x.Text),
		Status: states[x.State], Reason: x.Reason,
	}
	if x.Session != "" {
		v.Part = c.T("messages.took_part")
	}
	base := c.URL(set.Path() + "/messages/" + strconv.Itoa(x.Number) + "/statements/" + string(x.ID))
	switch {
	case x.CanDecide(c.Actor, set):
		v.Decide, v.DecideLabel = base, c.T("messages.decide")
	case x.CanWithdraw(c.Actor, set):
		v.Decide, v.DecideLabel = base, c.T("messages.withdraw")
	}
	return v
}

// statementsOf puts the statements on one Message on its page.
func (w *Web) statementsOf(c *web.C, set *editions.Setting, v View, out *oneView, n int) error {
	list, wait, err := w.s.Statements(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	for _, x := range list {
		if x.Number == n {
			out.Statements = append(out.Statements, w.statementView(c, set, x))
		}
	}
	if wait[n] > 0 {
		out.Waiting = c.T("messages.statements_waiting", "Count", wait[n])
	}
	if v.State == StateDraft && !v.Draft { // whoever is not signed in is asked to
		out.HandIn = c.URL(set.Path() + "/messages/" + strconv.Itoa(n) + "/statement")
	}
	return nil
}

// handIn is the form of a statement on a Message.
func (w *Web) handIn(c *web.C) error {
	set, err := w.edition(c)
	if err != nil {
		return err
	}
	v, err := w.s.View(c.Context(), c.Actor, set, false)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(c.Param("n"))
	if err != nil || v.Revision == nil {
		return core.NotFound()
	}
	if _, ok := find(*v.Revision, n); !ok {
		return core.NotFound()
	}
	var in StatementInput
	var failed error
	if c.R.Method == http.MethodPost {
		if failed = c.Decode(&in); failed == nil {
			if failed = w.limit.Allow(string(c.Actor.Account)); failed == nil {
				if _, failed = w.s.HandIn(c.Context(), c.Actor, set, n, in); failed == nil {
					return c.Done(set.Path()+"/messages/"+strconv.Itoa(n)+"#statements", "messages.handed_in")
				}
			}
		}
	} else {
		if err := policy.Check("hand_in_statement", v.State, c.Actor.Roles(set.Scope())...); err != nil {
			return err
		}
		in.By = c.Actor.Name
	}
	return w.form(c, set, c.T("messages.hand_in_one", "Number", n), c.T("messages.hand_in_help"), c.Form("messages.statement_form", &in), failed, "/messages/"+strconv.Itoa(n))
}

type decideView struct {
	Title     string
	Statement statementView
	Message   string
	Decide    bool
	Version   int64
	Reason    string
	Problem   string
	Cancel    string
}

// decide is the page on which the staff decide about a statement, and its author takes
// it back.
func (w *Web) decide(c *web.C) error {
	set, err := w.edition(c)
	if err != nil {
		return err
	}
	list, _, err := w.s.Statements(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	var x Statement
	for _, o := range list {
		if string(o.ID) == c.Param("id") {
			x = o
		}
	}
	if x.ID == "" {
		return core.NotFound()
	}
	back := set.Path() + "/messages/" + strconv.Itoa(x.Number)
	out := decideView{
		Title: c.T("messages.decide_one", "Number", x.Number), Statement: w.statementView(c, set, x), Message: c.URL(back),
		Decide: x.CanDecide(c.Actor, set), Version: x.Version, Cancel: c.URL(back + "#statements"),
	}
	out.Statement.Decide = ""
	status := http.StatusOK
	if c.R.Method == http.MethodPost {
		err := w.decideNow(c, set, x, &out)
		if err == nil {
			return c.Done(back+"#statements", "messages.decided")
		}
		if out.Problem, err = problem(c, err); err != nil {
			return err
		}
		status = http.StatusUnprocessableEntity
	} else if !out.Decide && !x.CanWithdraw(c.Actor, set) {
		return core.Forbidden()
	}
	return c.Page(web.Page{Name: "messages/decide", Title: out.Title, Section: "outcomes", NoIndex: true, Status: status, Trail: w.trail(c, set, out.Title), V: out})
}

func (w *Web) decideNow(c *web.C, set *editions.Setting, x Statement, out *decideView) error {
	var in struct {
		Op      string `form:"op"`
		Reason  string `form:"reason"`
		Version int64  `form:"version"`
	}
	if err := c.Decode(&in); err != nil {
		return err
	}
	out.Reason = in.Reason
	if in.Op == "withdraw" {
		return w.s.Withdraw(c.Context(), c.Actor, set, x.ID, in.Version)
	}
	return w.s.Decide(c.Context(), c.Actor, set, x.ID, DecideInput{Accept: in.Op == "accept", Reason: in.Reason, Version: in.Version})
}

type statementsView struct {
	Title string
	Rows  []statementView
	Empty *web.Empty
}

// statements lists all statements on the Messages that the reader may see.
func (w *Web) statements(c *web.C) error {
	set, err := w.edition(c)
	if err != nil {
		return err
	}
	c.Reads(set.Scope(), core.ScopeForum)
	if _, err := w.s.View(c.Context(), c.Actor, set, false); err != nil {
		return err
	}
	list, _, err := w.s.Statements(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	out := statementsView{Title: c.T("messages.statements")}
	for _, x := range list {
		v := w.statementView(c, set, x)
		v.Title = c.T("messages.statement_on", "Number", x.Number, "By", x.SignedAs)
		out.Rows = append(out.Rows, v)
	}
	if len(list) == 0 {
		out.Empty = &web.Empty{Title: c.T("messages.no_statements"), Text: c.T("messages.no_statements_text")}
	}
	return c.Page(web.Page{Name: "messages/statements", Title: out.Title, Section: "outcomes", Trail: w.trail(c, set, out.Title), V: out})
}
