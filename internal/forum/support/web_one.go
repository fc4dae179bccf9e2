package support

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/proposals"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

type oneView struct {
	Head     head
	Sections []proposals.Part[string]
	Rules    []ruleView
	Overrule string
	Facts    []count
	Advice   *adviceView
	Scores   []scoreView
	ScoreBy  []count
	Form     *web.Form
	FormNote string
	Entries  []entryView
	Totals   []count
	Files    []fileView
	Travel   []count
	Report   *reportView
	History  []web.HistoryLine
}

type ruleView struct {
	Name   string
	Status web.Status
	Lines  []string
}

type adviceView struct {
	Name, Words string
	Status      web.Status
}

type scoreView struct {
	Who    string
	Status web.Status
	Marks  []string
	Words  string
}

type fileView struct{ Kind, Name, Size, URL, At string }

type reportView struct {
	Status    web.Status
	Lang, Dir string
	Parts     []count
}

// one is an application as the staff and the committee read it; a member scores it here.
func (w *Web) one(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	number := numberOf(c, "number")
	x, err := w.s.Sheet(c.Context(), c.Actor, set, number)
	if err != nil {
		return err
	}
	var failed error
	if c.R.Method == http.MethodPost {
		if failed = c.Decode(&struct{}{}); failed == nil {
			in := scoreTyped(c, x.Programme)
			if failed = w.s.Score(c.Context(), c.Actor, set, number, in); failed == nil {
				return c.Done(set.Path()+"/support/scoring", "support.score.saved", "Number", number)
			}
		}
	}
	v := oneView{Head: w.desktop(c, x.Desk, c.T("support.one", "Number", number, "Name", nameOr(c, x.Name)), "/applications", nil)}
	status := w.status(c, x.State)
	v.Head.Status = &status
	v.Head.Facts = []string{w.country(c, x.Country), w.classes(c, x.Application.Classes), w.term(c, vocab.Groups, x.Stakeholder, "support.no_group"), c.T("support.asks", "Amount", x.Asked.Words(c.Lang, x.Currency))}
	if x.Place > 0 && x.Desk.Staff {
		v.Head.Facts = append(v.Head.Facts, c.T("support.place", "Place", x.Place))
	}
	v.Head.Actions = w.actions(c, x)
	w.fileLinks(c, x, &v)
	v.Rules, v.Overrule = w.ruleViews(c, &x.Line), x.Overruled
	v.Facts = w.facts(c, x.Facts)
	if x.Advice != nil {
		v.Advice = &adviceView{x.Advice.Name, x.Advice.Words, w.adviceStatus(c, x.Advice)}
	}
	if err := w.scoreViews(c, x, &v); err != nil {
		return err
	}
	code := http.StatusOK
	if x.Can("score") {
		v.Form = w.scoreForm(c, x)
		v.FormNote = c.T("support.score.note", "Wanted", x.Scorers)
		if code, err = v.Form.Refused(failed); err != nil {
			return err
		}
	} else if failed != nil {
		return failed
	}
	if x.Desk.Staff {
		if err := w.staffParts(c, x, &v); err != nil {
			return err
		}
	}
	return c.Page(web.Page{Name: "support/one", Title: v.Head.Title, NoIndex: true, Status: code, Trail: w.deskTrail(c, set, web.Crumb{Label: v.Head.Title}), V: v})
}

func (w *Web) fileLinks(c *web.C, x *Sheet, v *oneView) {
	v.Sections = proposals.PartsOf(c, x.Input, w.s.Vocab, proposals.ChoicesOf(c, x.Set), func(proposals.Party) string { return "" },
		func(q calls.Question) bool {
			return q.Kind == calls.KindPeople || q.Key == askAdviserTo && !x.Desk.Staff
		})
	was, now := c.URL(x.Input.Path()+"/files/"), c.URL(onePath(x.Desk, x.Number)+"/files/")
	for i := range v.Sections {
		for j := range v.Sections[i].Answers {
			for k, l := range v.Sections[i].Answers[j].Links {
				v.Sections[i].Answers[j].Links[k].URL = strings.Replace(l.URL, was, now, 1)
			}
		}
	}
}

func (w *Web) actions(c *web.C, x *Sheet) []web.Action {
	var out []web.Action
	path := onePath(x.Desk, x.Number)
	add := func(action, to, icon string, post, primary bool) {
		if x.Can(action) {
			out = append(out, web.Action{Label: c.T("support.do." + to), URL: c.URL(path + "/" + to), Icon: icon, Post: post, Primary: primary})
		}
	}
	add("decide", "decide", "edit", false, false)
	add("award", "award", "check", false, true)
	add("book", "book", "plus", false, false)
	add("arrived", "arrived", "check", true, false)
	add("close", "close", "check", true, true)
	add("cancel", "cancel", "close", false, false)
	return out
}

// ruleViews explain what each rule says and what it rests on.
func (w *Web) ruleViews(c *web.C, l *Line) []ruleView {
	var out []ruleView
	for _, f := range l.findings() {
		r := ruleView{Name: c.T("support.rule." + f.Rule), Status: c.Status("done", "support.holds")}
		if f.Broken {
			r.Status = c.Status("late", "support.broken")
		}
		switch {
		case f.Rule == RuleClass && f.Broken:
			r.Lines = []string{c.T("support.rule.class.none", "Country", w.country(c, l.Country), "Day", day(c, f.Day))}
		case f.Rule == RuleClass:
			r.Lines = w.memberships(c, f)
		case f.Rule == RuleComplete && f.Broken:
			r.Lines = []string{c.T("support.rule.complete.broken")}
		case f.Rule == RuleOne && f.Broken:
			r.Lines = []string{c.T("support.rule.one.broken", "Number", f.First)}
		case f.Rule == RuleReport && f.Broken:
			r.Lines = []string{c.T("support.rule.report.broken", "Editions", strings.Join(f.Owed, ", "))}
		}
		out = append(out, r)
	}
	return out
}

// day is a date as people read it.
func day(c *web.C, s string) string {
	t, err := core.ParseDate(s)
	if err != nil {
		return s
	}
	return i18n.Date(c.Lang, t)
}

func (w *Web) memberships(c *web.C, f Finding) []string {
	var out []string
	for _, m := range f.Classes {
		name := w.term(c, vocab.Classes, m.Class, "support.no_class")
		key := "support.class.since"
		switch {
		case m.From == "":
			key = "support.class.always"
		case m.Until != "" && m.Scheduled:
			key = "support.class.scheduled"
		case m.Until != "":
			key = "support.class.until"
		}
		line := c.T(key, "Class", name, "From", day(c, m.From), "Until", day(c, m.Until))
		if m.Source != "" {
			line += " " + c.T("support.class.source", "Source", m.Source)
		}
		if m.Recalled {
			line += " " + c.T("support.class.recalled")
		}
		out = append(out, line)
	}
	return out
}

func (w *Web) facts(c *web.C, f *Facts) []count {
	n := strconv.Itoa
	out := []count{
		{c.T("support.fact.sessions"), n(f.Sessions)}, {c.T("support.fact.proposals"), n(f.Proposals)}, {c.T("support.fact.seats"), n(f.Seats)}, {c.T("support.fact.meetings"), n(f.Meetings)},
	}
	registered := c.T("support.fact.not_registered")
	if f.Registered != "" {
		registered = c.T("support.fact.is_registered")
	}
	out = append(out, count{c.T("support.fact.registered"), registered})
	var before []string
	for _, b := range f.Before {
		before = append(before, c.T("support.fact.before_one", "Edition", b.Slug, "State", c.T("policy.support_grant.state."+b.State)))
	}
	if len(before) == 0 {
		before = []string{c.T("support.fact.never")}
	}
	return append(out, count{c.T("support.fact.before"), strings.Join(before, ", ")})
}

// scoreViews are what others gave: for the staff, and for who has given her own marks.
func (w *Web) scoreViews(c *web.C, x *Sheet, v *oneView) error {
	if !x.Desk.Staff && (x.Mine == nil || x.Mine.State != ScoreGiven) {
		return nil
	}
	for _, code := range CriterionCodes {
		if n, ok := x.Standing.Criteria[code]; ok {
			v.ScoreBy = append(v.ScoreBy, count{c.T("support.weighted", "Criterion", c.T("support.criterion."+code), "Weight", x.Weight(code)), points(c.Lang, n)})
		}
	}
	var of []core.ID
	for _, g := range x.Scores {
		of = append(of, g.Account)
	}
	names, err := w.s.Accounts.ByIDs(c.Context(), of)
	if err != nil {
		return err
	}
	for _, g := range x.Scores {
		s := scoreView{Who: names[g.Account].Name, Status: c.Status("done", "support.score.given"), Words: g.Words}
		if g.State == ScoreConflict {
			s.Status = c.Status("private", "support.score.conflict")
		}
		for _, code := range x.Marks() {
			if m, ok := g.Marks[code]; ok {
				s.Marks = append(s.Marks, c.T("support.score.mark", "Criterion", c.T("support.criterion."+code), "Mark", m.Mark, "Why", m.Why))
			}
		}
		v.Scores = append(v.Scores, s)
	}
	return nil
}

func scoreTyped(c *web.C, p *Programme) ScoreInput {
	in := ScoreInput{Marks: map[string]string{}, Why: map[string]string{}, Words: c.Value("words"), Conflict: c.Wants("conflict")}
	in.Version, _ = strconv.ParseInt(c.Value("version"), 10, 64) // 0: nothing was given before
	for _, code := range p.Marks() {
		in.Marks[code], in.Why[code] = c.Value("mark_"+code), c.Value("why_"+code)
	}
	return in
}

// scoreForm is the form of a member: a mark and a reason for each criterion.
func (w *Web) scoreForm(c *web.C, x *Sheet) *web.Form {
	have := url.Values{}
	if x.Mine != nil {
		have.Set("version", strconv.FormatInt(x.Mine.Version, 10))
		have.Set("words", x.Mine.Words)
		for code, m := range x.Mine.Marks {
			have.Set("mark_"+code, strconv.Itoa(m.Mark))
			have.Set("why_"+code, m.Why)
		}
	}
	var marks []web.Option
	for n := range mostMark + 1 {
		marks = append(marks, web.Option{Value: strconv.Itoa(n), Label: c.T("support.mark." + strconv.Itoa(n))})
	}
	fields := []*web.Field{{Name: "version", Kind: "hidden"}}
	for _, code := range x.Marks() {
		name := c.T("support.criterion." + code)
		fields = append(fields,
			&web.Field{Name: "mark_" + code, Kind: "select", Label: name, Help: c.T("support.criterion." + code + ".help"), Options: slices.Clone(marks)},
			&web.Field{Name: "why_" + code, Kind: "area", Label: c.T("support.score.why", "Criterion", name), Max: 1000, Lines: 2})
	}
	fields = append(fields, &web.Field{Name: "words", Kind: "area", Label: c.T("support.score.words"), Help: c.T("support.score.words.help"), Max: 2000, Lines: 3})
	f := c.FormOf("support.score", fields, have)
	f.Buttons = []web.Button{{Name: "conflict", Value: "1", Label: c.T("support.score.declare")}}
	f.Cancel = c.URL(x.Set.Path() + "/support/scoring")
	return f
}
