package participation

import (
	"net/http"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

type memberRow struct {
	Number               int
	Name, Title, Email   string
	Mode, Category, Edit string
	Status               web.Status
	Waits                bool // has not completed it herself
	Pick                 bool
}

type memberSet struct {
	Caption, ID string
	Rows        []memberRow
	Do          []web.Option
	Reason      bool // a refusal has one
	Error       string
	Given       string
	Action      string
}

type delegationView struct {
	Name, Subtitle string
	Status         web.Status
	Trusted        bool
	Actions        []web.Action
	Facts          []fact
	Reason         web.TextView
	Next           string
	Action         string
	Asking         memberSet
	People         memberSet
	Others         memberSet
	CodeURL        string
	HasCode        bool
	History        []web.HistoryLine
	Empty          *web.Empty
}

// delegation is the page of a delegation for its focal point: who asks to join, who stands
// in it, what can be done.
func (w *Web) delegation(c *web.C) error {
	set, d, here, err := w.delegationAt(c, "")
	if err != nil {
		return err
	}
	wrong, given := "", ""
	if c.R.Method == http.MethodPost {
		if err := c.Decode(&struct{}{}); err != nil {
			return err
		}
		typed := c.Typed()
		given = strings.TrimSpace(typed.Get("reason"))
		if r := []rune(given); len(r) > 300 {
			given = string(r[:300])
		}
		do := typed.Get("do")
		n, err := w.s.DecideMembers(c.Context(), c.Actor, set, d.ID, numbersOf(typed["number"]), do, core.NewText(c.Lang, given))
		switch {
		case err == nil:
			return c.Done(here, "participation.group.done", "Count", n)
		case core.KindOf(err) != core.KindInvalid:
			return err
		}
		wrong = c.T("participation.group.error.reason")
	}
	st, err := settingOf(c.Context(), w.s.rec.DB.Read, set.ID)
	if err != nil {
		return err
	}
	_, list, err := w.s.Members(c.Context(), c.Actor, set, d.ID)
	if err != nil {
		return err
	}
	v := delegationView{
		Name: d.Name, Status: c.Status(groupClass[d.State], "policy.delegation.state."+d.State), Trusted: d.Trusted && d.State == GroupApproved, Reason: c.Text(d.Reason), Action: c.URL(here),
		Next: c.T("participation.group.next." + d.State), Actions: w.groupActions(c, &d, here), Facts: w.groupFacts(c, set, &d),
	}
	if d.may(c.Actor, "invite") {
		v.CodeURL, v.HasCode = c.URL(here+"/code"), d.CodeHash != ""
	}
	w.memberSets(c, st, &d, here, list, &v)
	v.Asking.Error, v.Asking.Given = wrong, given
	if len(list) == 0 && d.State == GroupApproved {
		v.Empty = &web.Empty{Title: c.T("participation.group.none"), Text: c.T("participation.group.none_text")}
	}
	events, err := w.s.rec.Events(c.Context(), record.Query{Subjects: []core.ID{d.ID}, Internal: true, Page: core.Page{Limit: 50}})
	if err != nil {
		return err
	}
	v.History = c.History(events.Items, nil, set.Zone)
	page := web.Page{Name: "participation/group", Title: d.Name, Section: "programme", NoIndex: true, V: v, Trail: w.delegationTrail(c, set, web.Crumb{Label: d.Name})}
	if wrong != "" {
		page.Status, page.Title = http.StatusUnprocessableEntity, c.T("form.error_title", "Title", d.Name)
	}
	return c.Page(page)
}

func (w *Web) groupActions(c *web.C, d *Delegation, here string) []web.Action {
	var out []web.Action
	add := func(action, path, key, icon string, primary bool) {
		if d.may(c.Actor, action) {
			out = append(out, web.Action{Label: c.T(key), URL: c.URL(here + path), Icon: icon, Primary: primary})
		}
	}
	add("decide", "/decide", "participation.group.decide", "check", true)
	add("add_people", "/people", "participation.group.add", "plus", true)
	add("edit", "/edit", "participation.group.edit", "edit", false)
	add("hand_over", "/hand-over", "participation.group.hand_over", "person", false)
	add("close", "/close", "participation.group.close", "", false)
	return out
}

func (w *Web) groupFacts(c *web.C, set *editions.Setting, d *Delegation) []fact {
	var out []fact
	add := func(key, words string) {
		if words != "" {
			out = append(out, fact{c.T(key), words})
		}
	}
	add("participation.group.form.country", w.countryName(c, d.Country))
	add("participation.group.form.stakeholder", c.Text(w.s.Vocab.Label(vocab.Groups, d.Stakeholder)).S)
	if d.Most > 0 {
		add("participation.group.form.most", strconv.Itoa(d.Most))
	}
	add("participation.group.form.note", d.Note)
	if Manages(c.Actor, set.ID) {
		if acc, err := w.s.holder(c.Context(), d.Focal); err == nil && acc.ID != "" {
			add("participation.group.focal", c.T("participation.group.focal.of", "Name", acc.Name, "Address", acc.Email))
		}
	}
	return out
}

// memberSets puts members into those who ask, those who are in, and those who are not any
// more.
func (w *Web) memberSets(c *web.C, st *Setting, d *Delegation, here string, list []Member, v *delegationView) {
	v.Asking.Caption, v.Asking.ID = c.T("participation.group.asks"), "asking"
	v.People.Caption, v.People.ID = c.T("participation.group.members"), "people"
	v.Others.Caption, v.Others.ID = c.T("participation.group.others"), "others"
	v.Asking.Action, v.People.Action = v.Action, v.Action
	may := d.may(c.Actor, "add_people")
	for i := range list {
		m := &list[i]
		row := memberRow{
			Number: m.Number, Name: m.Name, Title: m.Title, Email: m.Email, Mode: c.T("participation.mode." + m.Mode), Waits: m.Waits(), Pick: may,
			Status: Status(c, &Registration{State: m.State, Recheck: m.Recheck}),
		}
		if cat := st.Category(m.Category); cat != nil {
			row.Category = c.Text(cat.Name).S
		}
		if may {
			row.Edit = c.URL(here + "/members/" + strconv.Itoa(m.Number))
		}
		switch m.State {
		case StateSubmitted:
			v.Asking.Rows = append(v.Asking.Rows, row)
		case StateDeclined, StateWithdrawn, StateRemoved:
			row.Pick, row.Edit = false, ""
			v.Others.Rows = append(v.Others.Rows, row)
		default:
			v.People.Rows = append(v.People.Rows, row)
		}
	}
	if may {
		v.Asking.Do, v.Asking.Reason = options(c, "participation.group.do.", MemberConfirm, MemberRefuse), true
		v.People.Do = options(c, "participation.group.do.", MemberWithdraw, MemberRelease)
	}
}

// member corrects what a focal point may of a member.
func (w *Web) member(c *web.C) error {
	set, d, here, err := w.delegationAt(c, "add_people")
	if err != nil {
		return err
	}
	number, err := strconv.Atoi(c.Param("number"))
	if err != nil {
		return core.NotFound()
	}
	var m Member
	err = w.s.rec.DB.Read.NewSelect().Model(&m).Where("rg.delegation = ? AND rg.number = ? AND rg.erased IS NULL", d.ID, number).Scan(c.Context())
	if err != nil {
		return record.Found(err)
	}
	now := MemberCorrection{Version: m.Version, Title: m.Title, Mode: m.Mode}
	return editing(c, "participation.group.member", now, w.groupPage(c, set, &d, m.Name, c.T("participation.group.member.lead")), func(f *web.Form) {
		f.Options("mode", options(c, "participation.mode.", Modes...))
		f.Cancel = c.URL(here)
	}, func(in MemberCorrection) (string, error) {
		return here, w.s.CorrectMember(c.Context(), c.Actor, set, d.ID, number, in)
	})
}

// linesInput is a pasted list of people.
type linesInput struct {
	Lines string `form:"lines" ui:"area" required:"true" max:"60000"`
}

type peopleView struct {
	Title, Lead string
	One, Many   *web.Form
	Columns     []fact
}

// people adds members: one by one, or from a list.
func (w *Web) people(c *web.C) error {
	set, d, here, err := w.delegationAt(c, "add_people")
	if err != nil {
		return err
	}
	st, err := settingOf(c.Context(), w.s.rec.DB.Read, set.ID)
	if err != nil {
		return err
	}
	one, many := MemberInput{Mode: ModeOnsite}, linesInput{}
	var failedOne, failedMany error
	if c.R.Method == http.MethodPost && strings.HasSuffix(c.Path(), "/many") {
		if failedMany = c.Decode(&many); failedMany == nil {
			var n int
			if p := core.Validate(many); p.Err() != nil {
				failedMany = p.Err()
			} else if n, failedMany = w.s.AddMembers(c.Context(), c.Actor, set, d.ID, c.Lang, many.Lines); failedMany == nil {
				return c.Done(here, "participation.group.added", "Count", n)
			}
		}
	} else if c.R.Method == http.MethodPost {
		if failedOne = c.Decode(&one); failedOne == nil {
			p := core.Validate(one)
			if failedOne = p.Err(); failedOne == nil {
				failedOne = w.s.AddMember(c.Context(), c.Actor, set, d.ID, c.Lang, one)
			}
			if failedOne == nil {
				return c.Done(here+"/people", "participation.group.added", "Count", 1)
			}
		}
	}
	f := c.Form("participation.group.one", &one)
	f.Action, f.Cancel = c.URL(here+"/people/one"), c.URL(here)
	f.Options("mode", options(c, "participation.mode.", Modes...))
	f.Options("category", memberCategories(c, st))
	g := c.Form("participation.group.many", &many)
	g.Action, g.Cancel = c.URL(here+"/people/many"), c.URL(here)
	g.Field("lines").Lines = 10
	g.Field("lines").Dir = "auto"
	status, err := f.Refused(failedOne)
	if err != nil {
		return err
	}
	if failedMany != nil {
		if status, err = g.Refused(failedMany); err != nil {
			return err
		}
	}
	title := c.T("participation.group.add")
	v := peopleView{Title: title, Lead: c.T("participation.group.add.lead"), One: f, Many: g}
	if d.Trusted {
		v.Lead = c.T("participation.group.add.trusted")
	}
	for _, o := range memberCategories(c, st) {
		v.Columns = append(v.Columns, fact{o.Value, o.Label})
	}
	page := w.groupPage(c, set, &d, title, "")
	page.Name, page.V, page.NoIndex, page.Status = "participation/group-people", v, true, status
	if failedOne != nil || failedMany != nil {
		page.Title = c.T("form.error_title", "Title", title)
	}
	return c.Page(page)
}

func memberCategories(c *web.C, st *Setting) []web.Option {
	var out []web.Option
	for _, cat := range st.Categories {
		if !cat.Staffed {
			out = append(out, web.Option{Value: cat.Code, Label: c.Text(cat.Name).S})
		}
	}
	return out
}
