package selection

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/proposals"
	"plenary/internal/platform/web"
)

func onePath(ref string, number int) string { return base(ref) + "/" + strconv.Itoa(number) }

type effectView struct {
	Choice web.Status
	Cells  []cell
	Now    bool
}

type alikeView struct {
	Number  int
	Title   web.TextView
	URL     string
	Kind    string
	Why     []string
	Status  web.Status
	Mine    web.TextView // the texts side by side
	Theirs  web.TextView
	Compare bool
}

type mergerView struct {
	Number  int
	Title   web.TextView
	URL     string
	State   web.Status
	Words   string
	Says    []string
	Drop    string
	By      string
	Wish    bool
	Machine string
}

type commentView struct{ Who, Text string }

type oneView struct {
	Head          head
	Before, After *web.Tab
	Place         string
	Facts         []web.TextView
	Theme         *web.ThemeChip
	Sections      []proposals.Part[string]
	Scores        []cell
	Comments      []commentView
	Told          []string
	Discussion    string
	Published     string
	PublishedSt   web.Status
	Form          *web.Form
	Effects       []effectView
	Sides         []string
	Alike         []alikeView
	Mergers       []mergerView
	Recommend     *web.Form
}

// one is a proposal with the form of its choice, and what each choice would change.
func (w *Web) one(c *web.C) error {
	ref, number := c.Param("ref"), numberOf(c, "number")
	b, err := w.s.Board(c.Context(), c.Actor, ref, nil)
	if err != nil {
		return err
	}
	l, ok := b.Line(number)
	if !ok {
		return core.NotFound()
	}
	p, err := w.s.Proposals.Get(c.Context(), c.Actor, l.ID)
	if err != nil {
		return err
	}
	in, merger := b.ChoiceOf(l.ID), MergerInput{One: number}
	asks := strings.HasPrefix(c.Path(), base(ref)+"/mergers/")
	var failed error
	if c.R.Method == http.MethodPost {
		if failed, err = w.handle(c, b, number, asks, &in, &merger); failed == nil || err != nil {
			return err
		}
	}
	x, err := w.words(c, b.Call)
	if err != nil {
		return err
	}
	v := oneView{Head: w.head(c, b.Call, c.T("selection.numbered", "Number", number, "Title", l.Title))}
	v.place(x, b, l)
	v.Sections = proposals.PartsOf(c, p, w.s.Vocab, proposals.ChoicesOf(c, x.set), func(p proposals.Party) string { return p.Line(c, w.s.Vocab) }, func(calls.Question) bool { return false })
	if err := w.scored(&v, x, l); err != nil {
		return err
	}
	near, err := w.alikes(&v, x, b, p)
	if err != nil {
		return err
	}
	if err := w.mergers(&v, x, b, l); err != nil {
		return err
	}
	v.effects(x, b, l)
	if l.Was != nil {
		v.PublishedSt = x.status(l.Was.Choice, l.Was.Type)
		v.Published = c.T("selection.published_in", "Round", l.Was.Round)
	}
	status := 0
	typed := c.Typed() != nil // a form that was sent is shown alone: the other would take its words
	if !typed || !asks {
		v.Form = w.choiceForm(x, b, l, &in)
		status, err = v.Form.Refused(failed)
	}
	if err == nil && (!typed || asks) {
		v.Recommend = w.recommendForm(x, b, l, &merger, near)
		if asks {
			status, err = v.Recommend.Refused(failed)
		}
	}
	if err != nil {
		return err
	}
	return w.page(c, b.Call, "one", v.Head.Title, v, status)
}

// handle does what one of the forms of the page asks; failed is what it says of its input.
func (w *Web) handle(c *web.C, b *Board, number int, asks bool, in *ChoiceInput, m *MergerInput) (failed, err error) {
	if asks {
		*m = MergerInput{}
		if failed = c.Decode(m); failed == nil {
			m.One = number
			if _, failed = w.s.Recommend(c.Context(), c.Actor, b.Call.Ref, *m); failed == nil {
				return nil, c.Done(onePath(b.Call.Ref, number), "selection.recommended")
			}
		}
		return failed, nil
	}
	*in = ChoiceInput{}
	if failed = c.Decode(in); failed == nil {
		if failed = w.s.Choose(c.Context(), c.Actor, b.Call.Ref, number, *in); failed == nil {
			return nil, c.Done(onePath(b.Call.Ref, number), "selection.saved")
		}
	}
	return failed, nil
}

// place says where the line stands on the board.
func (v *oneView) place(x words, b *Board, l Line) {
	c := x.c
	i := slices.IndexFunc(b.Lines, func(o Line) bool { return o.ID == l.ID })
	near := func(i int) *web.Tab {
		if i < 0 || i >= len(b.Lines) {
			return nil
		}
		return &web.Tab{Label: c.T("selection.numbered", "Number", b.Lines[i].Number, "Title", b.Lines[i].Title), URL: c.URL(onePath(b.Call.Ref, b.Lines[i].Number))}
	}
	v.Before, v.After = near(i-1), near(i+1)
	v.Place = c.T("selection.place", "At", i+1, "Of", len(b.Lines))
	v.Head.Status = []web.Status{x.status(l.Outcome.Choice, l.Outcome.Type)}
	if why := x.why(l); why != "" {
		v.Head.Facts = append(v.Head.Facts, why)
	}
	if t, ok := x.theme(l.Theme()); ok {
		v.Theme = &web.ThemeChip{Colour: t.Colour, Name: c.Text(t.Name)}
	}
	for _, f := range [][2]string{{SideGroup, l.Group}, {SideRegion, l.Region}} {
		if f[1] != "" {
			v.Facts = append(v.Facts, x.value(f[0], f[1]))
		}
	}
	for _, code := range l.Classes {
		v.Facts = append(v.Facts, x.value(SideClass, code))
	}
	if l.Newcomer {
		v.Facts = append(v.Facts, x.value(SideNewcomer, "yes"))
	}
	v.Facts = append(v.Facts, x.value(SideLang, l.Language))
}

// scored are the marks and the comments.
func (w *Web) scored(v *oneView, x words, l Line) error {
	c := x.c
	t, err := w.s.Review.ResultsOf(c.Context(), c.Actor, c.Param("ref"), 0)
	if core.KindOf(err) == core.KindNotFound && err != nil {
		return nil //nolint:nilerr // nothing is evaluated
	}
	if err != nil {
		return err
	}
	v.Discussion = c.URL("/reviews/" + string(t.Phase.ID) + "/" + string(l.ID))
	for _, k := range []string{"n", "mean", "normalised", "sd", "points"} {
		v.Scores = append(v.Scores, cell{Label: c.T("selection.column." + k), Value: shownValue(c.Lang, l, k)})
	}
	if l.Standing.Apart() {
		v.Scores[3].Mark = c.T("review.apart")
	}
	for _, r := range t.Rows {
		if r.ID != l.ID {
			continue
		}
		for _, k := range t.Criteria {
			s := cell{Label: c.Text(k.Label).S, Value: "–"}
			if m, ok := r.Criteria[k.ID]; ok {
				s.Value = decimal(c.Lang, m)
			}
			v.Scores = append(v.Scores, s)
		}
		for _, m := range r.ForCommittee {
			v.Comments = append(v.Comments, commentView{m.Reviewer, m.Text})
		}
		v.Told = r.ForProposer
	}
	return nil
}

// effects are what each choice would make of the quotas and of the sides of the balance
// that this proposal touches.
func (v *oneView) effects(x words, b *Board, l Line) {
	c := x.c
	sides := []struct{ side, code string }{{SideTheme, string(l.Theme())}, {SideGroup, l.Group}, {SideRegion, l.Region}, {SideGender, proposals.Woman}, {SideNewcomer, "yes"}}
	labels := []string{c.T("selection.effect.taken"), c.T("selection.effect.places")}
	for _, s := range sides {
		labels = append(labels, c.T("selection.side."+s.side)+": "+x.value(s.side, s.code).S)
	}
	v.Sides = labels
	tries := []Hand{{Proposal: l.ID, Choice: Accept}}
	for _, q := range b.Selection.Rules.Quotas {
		if q.Type != b.Call.Becomes {
			tries = append(tries, Hand{Proposal: l.ID, Choice: Offer, Type: q.Type})
		}
	}
	tries = append(tries, Hand{Proposal: l.ID, Choice: Wait}, Hand{Proposal: l.ID, Choice: Decline}, Hand{Proposal: l.ID})
	for _, t := range tries {
		list, balance := b.With([]Hand{t})
		used, kind := usedOf(list), b.Call.Becomes
		if t.Type != "" {
			kind = t.Type
		}
		e := effectView{Choice: x.status(t.Choice, t.Type), Now: t.Choice == l.Outcome.Choice && (t.Choice != Offer || t.Type == l.Outcome.Type)}
		if t.Choice == "" {
			e.Choice.Words = c.T("selection.try.none")
		}
		places := c.T("selection.used_any", "Taken", used[kind])
		if n := b.Selection.Rules.Places(kind); n > 0 {
			places = c.T("selection.used", "Taken", used[kind], "Places", n)
		}
		e.Cells = []cell{{Label: labels[0], Value: strconv.Itoa(balance[0].Taken)}, {Label: labels[1], Value: places}}
		if n := b.Selection.Rules.Places(kind); n > 0 && used[kind] > n {
			e.Cells[1].Mark = c.T("selection.too_many")
		}
		for i, s := range sides {
			e.Cells = append(e.Cells, effectOn(x, b, balance, s.side, s.code, labels[i+2]))
		}
		v.Effects = append(v.Effects, e)
	}
}

func effectOn(x words, b *Board, balance []Side, side, code, label string) cell {
	i := slices.IndexFunc(balance, func(s Side) bool { return s.Side == side })
	out := cell{Label: label, Value: "0"}
	for _, share := range balance[i].Shares {
		if share.Code != code {
			continue
		}
		taken, _ := balance[i].Part(share)
		out.Value = x.c.T("selection.part", "Taken", share.Taken, "Percent", int(taken+0.5))
		if side == SideTheme && b.Selection.Rules.Cap > 0 && code != "" && share.Taken > ThemeMost(b.inputs) {
			out.Mark = x.c.T("selection.over_cap")
		}
	}
	return out
}
