package selection

import (
	"net/http"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

// registerPublic registers what proposers and everybody see, and the pages of letters and
// tasks.
func (w *Web) registerPublic(s *web.Server) {
	both := func(path string, h web.Handler) {
		s.Handle("GET "+path, h)
		s.Handle("POST "+path, h)
	}
	s.Handle("GET /calls/{ref}/selection", w.chosen)
	s.Handle("GET /calls/{ref}/selection.csv", w.chosenCSV)
	s.Handle("GET /calls/{ref}/selection.json", w.chosenJSON)
	s.Edition("GET /selection", w.chosenAll)
	s.Handle("GET /calls/{ref}/board/letters", w.letters)
	both("/calls/{ref}/board/letters/{kind}/{lang}", w.letter)
	s.Handle("POST /calls/{ref}/board/letters/{kind}/{lang}/usual", w.usual)
	both("/calls/{ref}/board/tasks", w.tasks)
	s.Handle("GET /calls/{ref}/organisers", w.organisers)
	s.Handle("GET /calls/{ref}/organisers.csv", w.organisersCSV)
	s.Handle("GET /calls/{ref}/organisers.ics", w.organisersICS)
	s.Handle("POST /calls/{ref}/organisers/tick", w.tick)
	both("/calls/{ref}/organisers/news", w.news)
	both("/proposals/{id}/offer/{answer}", w.offer)
	both("/proposals/{id}/mergers/{merger}", w.merger)
}

// percent writes a share without places.
func percent(c *web.C, x float64) string {
	return c.T("selected.percent", "Number", strconv.FormatFloat(x, 'f', 0, 64))
}

type figure struct{ Label, Value string }

type shareRow struct {
	Label            web.TextView
	Theme            *web.ThemeChip
	All, AllPart     string
	Taken, TakenPart string
	code             string
}

type sideView struct {
	Key, Title, Note string
	Rows             []shareRow
	Withheld         string
}

type typeRow struct{ Name, Accepted, Offered, Places string }

type listedRow struct {
	Title  web.TextView
	URL    string
	Number string
	Facts  []string
}

type chosenView struct {
	Title    string
	Sub      web.TextView
	SubURL   string
	Facts    []string
	Actions  []web.Action
	Rounds   web.Tabs
	About    web.TextView
	Name     string // of the round
	Decided  string
	Note     web.TextView
	Counts   []figure
	Types    []typeRow
	Offered  bool
	Rules    []string
	Criteria []figure
	Reviews  []string
	Sides    []sideView
	Hands    []string
	Since    []figure
	List     []listedRow
	Digest   string
}

// reads says that a page is made from what happens in any edition: of which the call is,
// is only known when it is read.
func (w *Web) reads(c *web.C) error {
	c.Reads(core.ScopeForum)
	list, err := w.s.Editions.Editions(c.Context(), core.Operator)
	for _, e := range list {
		c.Reads(e.Scope())
	}
	return err
}

func (w *Web) loadChosen(c *web.C) (*Chosen, words, error) {
	if err := w.reads(c); err != nil {
		return nil, words{}, err
	}
	x, err := w.s.Chosen(c.Context(), c.Actor, c.Param("ref"))
	if err != nil {
		return nil, words{}, err
	}
	c.Until(x.Call.Closes.Time())
	said, err := w.words(c, x.Call)
	return x, said, err
}

// chosen is the public page of how the answers to a call were selected.
func (w *Web) chosen(c *web.C) error {
	x, said, err := w.loadChosen(c)
	if err != nil {
		return err
	}
	f := x.Rounds[0]
	if n := c.Query("round"); n != "" {
		i, err := strconv.Atoi(n)
		if err != nil || i < 1 || i > len(x.Rounds) {
			return core.NotFound()
		}
		f = x.Rounds[len(x.Rounds)-i]
	}
	v := chosenView{Title: c.T("selected.title"), Sub: c.Text(x.Call.Title), SubURL: c.URL(x.Call.Path()), About: c.Text(x.About), Digest: f.Digest, Note: c.Text(f.Note)}
	v.Rounds.Label = c.T("selected.rounds")
	for i := len(x.Rounds) - 1; i >= 0 && len(x.Rounds) > 1; i-- {
		r := x.Rounds[i]
		u := c.URL(x.Call.Path() + "/selection")
		if i > 0 {
			u += "?round=" + strconv.Itoa(r.Number)
		}
		v.Rounds.Tabs = append(v.Rounds.Tabs, web.Tab{Label: c.T("selected.round", "Number", r.Number), URL: u, Current: r.Number == f.Number})
	}
	v.Actions = []web.Action{
		{Label: "CSV", URL: c.URL(x.Call.Path() + "/selection.csv"), Icon: "download"}, {Label: "JSON", URL: c.URL(x.Call.Path() + "/selection.json"), Icon: "download"},
	}
	if x.Call.Edition != "" && said.set != nil {
		v.Actions = append(v.Actions, web.Action{Label: c.T("selected.all_calls"), URL: c.URL(said.set.Path() + "/selection")})
	}
	v.Decided = w.decided(c, x.Call, f)
	w.fillFigures(c, said, &v, f)
	w.fillSince(c, said, &v, x)
	trail := []web.Crumb{{Label: c.T("proposals.calls"), URL: c.URL("/calls")}, {Label: v.Sub.S, Lang: v.Sub.Lang, URL: v.SubURL}, {Label: v.Title}}
	if said.set != nil {
		trail = editions.Trail(c, said.set, web.Crumb{Label: c.T("selected.programme"), URL: c.URL(said.set.Path() + "/selection")}, trail[1], trail[2])
	}
	return c.Page(web.Page{Name: "selection/public", Title: v.Title + " · " + v.Sub.S, Describe: v.Decided, Section: "programme", Trail: trail, V: v})
}

// decided says when and by whom a round was decided.
func (w *Web) decided(c *web.C, call calls.Call, f Figures) string {
	day := c.Date(f.At.In(call.Zone))
	if f.Body != "" {
		if b, err := w.s.Bodies.Body(c.Context(), f.Body); err == nil {
			return c.T("selected.decided_by", "Date", day, "Body", b.Label(c.Lang))
		}
	}
	return c.T("selected.decided", "Date", day)
}

var countKeys = []string{Accept, Condition, Merge, Offer, Wait, Decline, ""}

func (w *Web) fillFigures(c *web.C, said words, v *chosenView, f Figures) {
	num := strconv.Itoa
	v.Name = c.T("selected.round_of", "Number", f.Number)
	v.Counts = []figure{{c.T("selected.count.handed_in"), num(f.HandedIn)}, {c.T("selected.count.passed"), num(f.Passed)}, {c.T("selected.count.evaluated"), num(f.Evaluated)}}
	for _, k := range countKeys {
		if n := f.Counts[k]; n > 0 || k == Accept || k == Decline {
			if k == "" {
				k = "open"
			}
			v.Counts = append(v.Counts, figure{c.T("selected.count." + k), num(n)})
		}
	}
	for _, t := range f.Types {
		r := typeRow{Name: c.Text(t.Label).S, Accepted: num(t.Accepted), Offered: num(t.Offered), Places: c.T("selected.any_number")}
		if t.Places > 0 {
			r.Places = num(t.Places)
		}
		v.Offered = v.Offered || t.Offered > 0
		v.Types = append(v.Types, r)
	}
	v.Rules = w.inWords(c, said, f)
	for _, x := range f.Criteria {
		v.Criteria = append(v.Criteria, figure{c.Text(x.Label).S, percent(c, x.Part)})
	}
	v.Reviews = []string{c.T("selected.reviews", "Count", f.Reviews), c.T("selected.reviewers", "Count", f.Reviewers)}
	for _, side := range f.Balance {
		v.Sides = append(v.Sides, w.side(c, said, side, f))
	}
	decided := 0
	for _, n := range f.New {
		decided += n
	}
	v.Hands = []string{c.T("selected.by_hand", "Hand", f.ByHand, "Count", decided)}
	if f.Against >= 0 {
		v.Hands = append(v.Hands, c.T("selected.against", "Count", f.Against))
	}
	v.Hands = append(v.Hands, c.T("selected.merged", "Count", f.Counts[Merge]))
}

// side is the balance from one side, in words.
func (w *Web) side(c *web.C, said words, side Side, f Figures) sideView {
	out := sideView{Key: side.Side, Title: c.T("selected.side." + side.Side)}
	switch {
	case side.Side == SideGender && f.Withheld:
		out.Withheld = c.T("selected.withheld", "Count", FewPeople)
	case side.Side == SideTheme && f.Most > 0:
		out.Note = c.T("selected.cap_note", "Percent", f.Rules.Cap, "Count", f.Most)
	case side.Side == SideGender || side.Side == SideClass || side.Side == SideNewcomer:
		out.Note = c.T("selected.side." + side.Side + ".note")
	}
	for _, x := range side.Shares {
		takenPart, all := side.Part(x)
		r := shareRow{Label: said.value(side.Side, x.Code), All: strconv.Itoa(x.All), AllPart: percent(c, all), Taken: strconv.Itoa(x.Taken), TakenPart: percent(c, takenPart), code: x.Code}
		if t, ok := said.theme(core.ID(x.Code)); ok && side.Side == SideTheme {
			r.Theme = &web.ThemeChip{Colour: t.Colour, Name: c.Text(t.Name)}
		}
		out.Rows = append(out.Rows, r)
	}
	return out
}

// inWords says the rules of a round in sentences.
func (w *Web) inWords(c *web.C, said words, f Figures) []string {
	r := f.Rules
	out := []string{c.T("selected.rule.measure." + r.Measure), c.T("selected.rule.least", "Count", max(1, r.Least))}
	for _, b := range r.Bonuses {
		key := "selected.rule.bonus." + b.Of
		if b.Of == ForClass && b.Code == "" {
			key += "_any"
		}
		name := ""
		if b.Code != "" {
			name = said.value(map[string]string{ForClass: SideClass, ForRegion: SideRegion, ForGroup: SideGroup}[b.Of], b.Code).S
		}
		out = append(out, c.T(key, "Points", decimal(c.Lang, b.Points), "Name", name))
	}
	if !r.Fill {
		out = append(out, c.T("selected.rule.people"))
	} else {
		out = append(out, c.T("selected.rule.fill"))
		if r.Floor > 0 {
			out = append(out, c.T("selected.rule.floor", "Score", decimal(c.Lang, r.Floor)))
		}
		if r.First > 0 {
			out = append(out, c.T("selected.rule.first", "Count", r.First))
		}
		if r.Waiting > 0 {
			out = append(out, c.T("selected.rule.waiting", "Count", r.Waiting))
		}
	}
	if r.Cap > 0 {
		out = append(out, c.T("selected.rule.cap", "Percent", r.Cap, "Count", f.Most))
	}
	for _, q := range r.Quotas {
		if q.Places > 0 {
			out = append(out, c.T("selected.rule.quota", "Type", said.kind(q.Type), "Count", q.Places))
		}
	}
	return out
}

// fillSince says what was answered since, and what was accepted.
func (w *Web) fillSince(c *web.C, said words, v *chosenView, x *Chosen) {
	for _, s := range []struct {
		key string
		n   int
	}{
		{"taken", x.Since.Taken},
		{"refused", x.Since.Refused},
		{"offers_open", x.Since.Open},
		{"met", x.Since.Met},
		{"not_met", x.Since.NotMet},
		{"conditions_open", x.Since.Waiting},
	} {
		if s.n > 0 {
			v.Since = append(v.Since, figure{c.T("selected.since." + s.key), strconv.Itoa(s.n)})
		}
	}
	for _, l := range x.List {
		r := listedRow{Title: titled(l.Title, l.Lang), URL: c.URL(l.Path), Number: c.T("proposals.number", "Number", l.Number)}
		if l.Type != "" {
			r.Facts = append(r.Facts, said.kind(l.Type))
		}
		if l.Session != "" {
			r.Facts = append(r.Facts, l.Session)
		}
		v.List = append(v.List, r)
	}
}

type programmeView struct {
	Title, Lead string
	Calls       []programmeRow
	Types       []typeRow
	Offered     bool
	Themes      *sideView
	Empty       *web.Empty
}

type programmeRow struct {
	Title  web.TextView
	URL    string
	When   string
	Counts []figure
}

// chosenAll is how the programme of an edition was chosen: all its calls together.
func (w *Web) chosenAll(c *web.C) error {
	set, err := w.s.Editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return err
	}
	c.Reads(set.Scope(), core.ScopeForum)
	p, err := w.s.ChosenOf(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	v := programmeView{Title: c.T("selected.programme"), Lead: c.T("selected.programme_lead", "Edition", c.Text(set.Name).S)}
	num := strconv.Itoa
	var said words
	for _, x := range p.Calls {
		if said, err = w.words(c, x.Call); err != nil {
			return err
		}
		f := x.Rounds[0]
		r := programmeRow{Title: c.Text(x.Call.Title), URL: c.URL(x.Call.Path() + "/selection"), When: w.decided(c, x.Call, f)}
		r.Counts = []figure{
			{c.T("selected.count.handed_in"), num(f.HandedIn)},
			{c.T("selected.count.passed"), num(f.Passed)},
			{c.T("selected.count.taken"), num(f.Counts[Accept] + f.Counts[Condition] + f.Counts[Offer])},
		}
		v.Calls = append(v.Calls, r)
	}
	for _, t := range p.Types {
		r := typeRow{Name: c.Text(t.Label).S, Accepted: num(t.Accepted), Offered: num(t.Offered), Places: c.T("selected.any_number")}
		if t.Places > 0 {
			r.Places = num(t.Places)
		}
		v.Offered = v.Offered || t.Offered > 0
		v.Types = append(v.Types, r)
	}
	if len(p.Calls) > 0 {
		side := w.side(c, said, p.Themes, Figures{})
		v.Themes = &side
	} else {
		v.Empty = &web.Empty{Title: c.T("selected.none"), Text: c.T("selected.none_text"), Link: &web.Tab{Label: c.T("selected.calls"), URL: c.URL(set.Path() + "/input")}}
	}
	return c.Page(web.Page{
		Name: "selection/programme", Title: v.Title + " · " + c.Text(set.Name).S, Describe: v.Lead, Section: "programme",
		Trail: editions.Trail(c, set, web.Crumb{Label: v.Title}), V: v,
	})
}

// small is a page with one form of who runs the call.
func (w *Web) small(c *web.C, call calls.Call, key, title string, lead []string, in any, prepare func(*web.Form), save func() error, back, done string) error {
	var failed error
	if c.R.Method == http.MethodPost {
		if failed = c.Decode(in); failed == nil && !c.Wants("_more") {
			if failed = save(); failed == nil {
				return c.Done(back, done)
			}
		}
	}
	f := c.Form(key, in)
	if prepare != nil {
		prepare(f)
	}
	status, err := f.Refused(failed)
	if err != nil {
		return err
	}
	f.Cancel = c.URL(back)
	return w.page(c, call, "small", title, formView{Head: w.head(c, call, title), Lead: lead, Form: f}, status)
}
