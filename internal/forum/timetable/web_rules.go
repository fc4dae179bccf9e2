package timetable

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/platform/web"
	solve "plenary/internal/solve/timetable"
)

// ruleGroups are the rules in the order in which the team looks at them.
var ruleGroups = []struct {
	name  string
	rules []solve.Rule
}{
	{"people", []solve.Rule{solve.RulePersonTwice, solve.RuleOrganisationTwice, solve.RuleTravelShort, solve.RulePersonAway, solve.RuleDayFull, solve.RuleNight}},
	{"rooms", []solve.Rule{
		solve.RuleRoomTwice, solve.RuleRoomClosed, solve.RuleRoomSmall, solve.RuleRoomServices, solve.RuleRoomChangeover, solve.RuleGapShort, solve.RuleRoomWrong,
	}},
	{"main", []solve.Rule{solve.RuleMainParallel, solve.RuleMainBeside, solve.RuleMainHall}},
	{"topics", []solve.Rule{solve.RuleThemeParallel, solve.RuleTrackParallel, solve.RuleAlikeParallel}},
	{"order", []solve.Rule{solve.RuleOrder, solve.RuleSameDay, solve.RuleAdjacent, solve.RuleApart, solve.RuleSameRoom}},
	{"times", []solve.Rule{solve.RuleOutsideDay, solve.RuleInBreak, solve.RuleWindow}},
	{"wishes", []solve.Rule{solve.RuleWishTime, solve.RuleWishRoom, solve.RuleUnplaced, solve.RuleMoved}},
}

// ruleUnits say of what the weight of a rule is the price; of the others it is a minute.
var ruleUnits = map[solve.Rule]string{
	solve.RuleRoomSmall: "person", solve.RuleRoomServices: "service", solve.RuleTrackParallel: "track", solve.RuleAlikeParallel: "percent",
	solve.RuleNight: "point", solve.RuleDayFull: "session",
	solve.RuleRoomWrong: "once", solve.RuleMainHall: "once", solve.RuleThemeParallel: "once", solve.RuleSameDay: "once", solve.RuleSameRoom: "once",
	solve.RuleWishTime: "once", solve.RuleWishRoom: "once", solve.RuleUnplaced: "once", solve.RuleMoved: "once",
}

type rulesView struct {
	head
	Note     *web.Notice
	Form     *web.Form
	Version  *web.Field
	Groups   []ruleGroup
	Changed  string
	Reset    string
	Defaults int64 // the version under which all is set back; 0: everything is as it comes
}

type ruleGroup struct {
	Name string
	Rows []ruleRow
}

type ruleRow struct {
	Slug, Name, What, Source string
	Unit, Most               string
	Differs                  *web.Status
	Level, Weight, Limit     *web.Field
	Found, URL               string
}

func (w *Web) setRules(c *web.C) error {
	set, b, err := w.setupBoard(c)
	if err != nil {
		return err
	}
	var failed error
	if c.R.Method == http.MethodPost {
		in, err := readRules(c)
		if err == nil {
			err = w.s.SetRules(c.Context(), c.Actor, set, in)
		}
		if err == nil {
			return c.Done(set.Path()+"/timetable/rules", "timetable.rules_form.saved")
		}
		failed = atFields(err)
	}
	title := c.T("timetable.tab.rules")
	v := rulesView{head: w.head(c, set, title), Note: untouched(c, b), Form: w.rulesForm(c, b.Frame)}
	status, err := refused(v.Form, failed, func(now any) any { return ruleValues(now.(RulesInput)) })
	if err != nil {
		return err
	}
	v.Version, v.Reset = v.Form.Field("version"), c.URL(set.Path()+"/timetable/rules/reset")
	w.ruleRows(c, b, &v)
	if n := len(b.Frame.Rules); n > 0 {
		v.Changed, v.Defaults = c.T("timetable.rules.differ", "Count", n), b.Frame.Version
	}
	return w.page(c, set, "rules", titled(c, title, status), v, status)
}

// rulesForm has three fields for each rule: its level, its weight, and a limit where it
// has one.
func (w *Web) rulesForm(c *web.C, f Frame) *web.Form {
	levels := []web.Option{}
	for _, l := range Levels {
		levels = append(levels, web.Option{Value: l, Label: c.T("timetable.rules.level." + l)})
	}
	fields := []*web.Field{{Name: "version", Kind: "hidden"}}
	for _, r := range solve.AllRules() {
		slug, name := r.String(), c.T("timetable.rule."+r.String())
		fields = append(fields,
			&web.Field{Name: slug + ".level", Kind: "select", Required: true, Label: c.T("timetable.rules.level_of", "Rule", name), Options: levels},
			&web.Field{Name: slug + ".weight", Kind: "number", Required: true, Label: c.T("timetable.rules.weight_of", "Rule", name)})
		if r == solve.RuleDayFull {
			fields = append(fields, &web.Field{Name: slug + ".limit", Kind: "number", Required: true, Label: c.T("timetable.rules.limit_of", "Rule", name)})
		}
	}
	return c.FormOf("timetable.rules_form", fields, ruleValues(RulesInput{f.Version, f.Rules}))
}

// ruleValues are the rules as the form sends them.
func ruleValues(in RulesInput) url.Values {
	v := url.Values{"version": {strconv.FormatInt(in.Version, 10)}}
	now := Frame{Rules: in.Rules}.rules()
	for _, r := range solve.AllRules() {
		v.Set(r.String()+".level", now[r].Level.String())
		v.Set(r.String()+".weight", strconv.Itoa(now[r].Weight))
		if r == solve.RuleDayFull {
			v.Set(r.String()+".limit", strconv.Itoa(now[r].Limit))
		}
	}
	return v
}

// readRules reads what was sent. A rule that was not sent stays as it comes.
func readRules(c *web.C) (RulesInput, error) {
	in := RulesInput{Rules: map[string]Rule{}}
	v := c.Typed()
	if v == nil {
		return in, core.Invalid("error.unreadable")
	}
	var p core.Problems
	number := func(name string) int {
		n, err := strconv.Atoi(strings.TrimSpace(v.Get(name)))
		if err != nil {
			p.Add(name, "timetable.error.number")
		}
		return n
	}
	version, err := strconv.ParseInt(v.Get("version"), 10, 64)
	if err != nil {
		return in, core.Invalid("error.unreadable")
	}
	in.Version = version
	for _, r := range solve.AllRules() {
		slug := r.String()
		if !v.Has(slug + ".level") {
			continue
		}
		one := Rule{Level: v.Get(slug + ".level"), Weight: number(slug + ".weight")}
		if v.Has(slug + ".limit") {
			one.Limit = number(slug + ".limit")
		}
		in.Rules[slug] = one
	}
	return in, p.Err()
}

// atFields leads from a rule, which is what the service names, to the field that is wrong.
func atFields(err error) error {
	e, ok := errors.AsType[*core.Error](err)
	if !ok {
		return err
	}
	for i := range e.Fields {
		f := &e.Fields[i]
		switch {
		case strings.Contains(f.Path, "."):
		case f.Key == "form.unreadable":
			f.Path += ".level"
		default:
			f.Path += ".weight"
		}
	}
	return e
}

func (w *Web) ruleRows(c *web.C, b *Board, v *rulesView) {
	found := map[string]int{}
	for _, f := range b.Findings {
		found[f.Rule]++
	}
	standard := solve.DefaultRules()
	for _, g := range ruleGroups {
		group := ruleGroup{Name: c.T("timetable.rules.group." + g.name)}
		for _, r := range g.rules {
			slug := r.String()
			row := ruleRow{
				Slug: slug, Name: c.T("timetable.rule." + slug), What: c.T("timetable.rule." + slug + ".what"),
				Level: v.Form.Field(slug + ".level"), Weight: v.Form.Field(slug + ".weight"), Limit: v.Form.Field(slug + ".limit"),
			}
			if key := "timetable.rule." + slug + ".source"; c.S.Catalog.Has(key) {
				row.Source = c.T(key)
			}
			unit := ruleUnits[r]
			if unit == "" {
				unit = "minute"
			}
			row.Unit = c.T("timetable.rules.unit." + unit)
			if _, ok := b.Frame.Rules[slug]; ok {
				key, d := "timetable.rules.changed", standard[r]
				if row.Limit != nil {
					key = "timetable.rules.changed_limit"
				}
				s := c.Status("changed", key, "Level", c.T("timetable.rules.level."+d.Level.String()), "Weight", d.Weight, "Limit", d.Limit)
				row.Differs = &s
			}
			if n := found[slug]; n > 0 {
				row.Found, row.URL = c.T("timetable.rules.found", "Count", n), c.URL(b.Set.Path()+"/timetable/findings?rule="+slug)
			}
			group.Rows = append(group.Rows, row)
		}
		v.Groups = append(v.Groups, group)
	}
}

// resetRules sets all rules back to the defaults, after a question.
func (w *Web) resetRules(c *web.C) error {
	set, b, err := w.setupBoard(c)
	if err != nil {
		return err
	}
	back := set.Path() + "/timetable/rules"
	version, err := strconv.ParseInt(c.Value("version"), 10, 64)
	if err != nil {
		return core.Invalid("error.unreadable")
	}
	if c.Value("yes") == "" {
		v := resetView{
			Title: c.T("timetable.rules.reset_title"), Text: c.T("timetable.rules.reset_text"), Button: c.T("timetable.rules.reset"),
			Keep: c.T("timetable.rules.reset_keep"), Cancel: c.URL(back), Action: c.URL(back + "/reset"), Version: version,
		}
		for _, r := range solve.AllRules() {
			if _, ok := b.Frame.Rules[r.String()]; ok {
				v.Rules = append(v.Rules, c.T("timetable.rule."+r.String()))
			}
		}
		return w.page(c, set, "rules-reset", v.Title, v, 0)
	}
	err = w.s.SetRules(c.Context(), c.Actor, set, RulesInput{Version: version})
	if core.KindOf(err) == core.KindStale {
		return core.Conflict("timetable.error.rules_changed")
	}
	if err != nil {
		return err
	}
	return c.Done(back, "timetable.rules.reset_done")
}

// resetView asks whether the rules are to be as they come.
type resetView struct {
	Title, Text, Button, Keep, Cancel, Action string
	Version                                   int64
	Rules                                     []string
}
