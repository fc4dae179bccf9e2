package participation

import (
	"net/http"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

// triedShown is how many of those whom the rules would approve stand on the page.
const triedShown = 50

type trialView struct {
	Result  string
	ByRule  []web.Tab
	Rows    []web.Tab
	More    string
	Apply   string
	Approve string
}

type rulesView struct {
	Title, Lead string
	Form        *web.Form
	Trial       *trialView
}

// deskRules is the form of the rules, with what they would do now.
func (w *Web) deskRules(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	path := set.Path() + "/registrations/rules"
	in, err := w.s.RulesOf(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	var failed error
	var trial *Trial
	if c.R.Method == http.MethodPost {
		in = RulesInput{}
		failed = c.Decode(&in)
		switch {
		case failed != nil || c.Wants("_more"):
		case c.Wants("try"):
			trial, failed = w.s.TryRules(c.Context(), c.Actor, set, &in)
		default:
			if failed = w.s.SetRules(c.Context(), c.Actor, set, in); failed == nil {
				return c.Done(path, "participation.desk.rules_saved")
			}
		}
	} else if len(in.Rules) > 0 {
		if trial, err = w.s.TryRules(c.Context(), c.Actor, set, nil); err != nil {
			return err
		}
	}
	f := c.Form("participation.desk.rule", &in)
	f.Action, f.Cancel = c.URL(path), c.URL(set.Path()+"/registrations")
	f.Options("rules.field", options(c, "participation.desk.rule_field.", RuleFields...))
	f.Options("rules.do", options(c, "participation.desk.rule_do.", RuleApprove, RuleHold))
	f.Buttons = []web.Button{{Name: "try", Value: "1", Label: c.T("participation.desk.rule.try")}}
	status, err := f.Refused(failed)
	if err != nil {
		return err
	}
	v := rulesView{Title: c.T("participation.desk.rules"), Lead: c.T("participation.desk.rules_lead"), Form: f}
	if trial != nil {
		v.Trial = w.trial(c, set, trial, c.R.Method == http.MethodGet)
	}
	title := v.Title
	if failed != nil {
		title = c.T("form.error_title", "Title", title)
	}
	return c.Page(web.Page{Name: "participation/desk-rules", Title: title, Section: "programme", NoIndex: true, Status: status, Trail: w.deskTrail(c, set, web.Crumb{Label: v.Title}), V: v})
}

func (w *Web) trial(c *web.C, set *editions.Setting, t *Trial, stand bool) *trialView {
	v := &trialView{Result: c.T("participation.desk.tried", "Count", len(t.Approve), "All", i18n.Number(c.Lang, t.Pending))}
	for i, n := range t.ByRule {
		label := c.T("participation.desk.tried_rule", "Number", i+1)
		if i == len(t.ByRule)-1 {
			label = c.T("participation.desk.tried_none")
		}
		v.ByRule = append(v.ByRule, web.Tab{Label: label, Count: i18n.Number(c.Lang, n)})
	}
	for _, r := range t.Approve[:min(len(t.Approve), triedShown)] {
		v.Rows = append(v.Rows, web.Tab{Label: strconv.Itoa(r.Number) + " " + r.Name, URL: c.URL(set.Path() + "/registrations/" + strconv.Itoa(r.Number)), Count: r.Organisation})
	}
	if more := len(t.Approve) - triedShown; more > 0 {
		v.More = c.T("participation.desk.and_more", "Count", more)
	}
	if stand && len(t.Approve) > 0 {
		v.Apply, v.Approve = c.URL(set.Path()+"/registrations/rules/apply"), c.T("participation.desk.title.approve", "Count", len(t.Approve))
	}
	return v
}

// deskApply approves those whom the rules approve.
func (w *Web) deskApply(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	path := set.Path() + "/registrations"
	p, err := w.s.ApplyRules(c.Context(), c.Actor, set)
	if core.KindOf(err) == core.KindConflict {
		return c.Done(path+"/rules", "participation.desk.nothing")
	}
	if err != nil {
		return err
	}
	return w.bulkDone(c, path, path+"/rules", BulkInput{Do: BulkApprove}, p)
}
