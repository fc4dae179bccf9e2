package selection

import (
	"slices"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/forum/proposals"
	"plenary/internal/platform/web"
)

// choiceForm is the form of what is chosen for one proposal.
func (w *Web) choiceForm(x words, b *Board, l Line, in *ChoiceInput) *web.Form {
	c := x.c
	f := c.Form("selection.choose_form", in)
	f.Action = c.URL(onePath(b.Call.Ref, l.Number))
	opts := []web.Option{{Label: c.T("selection.try.none")}}
	into := w.targets(x, b, l)
	for _, k := range Choices {
		if k == Merge && len(into) == 0 && in.Choice != Merge || k == Offer && !offers(b) && in.Choice != Offer {
			continue
		}
		opts = append(opts, web.Option{Value: k, Label: c.T("selection.choice." + k)})
	}
	f.Options("choice", opts)
	var kinds []web.Option
	for _, o := range x.kinds {
		if o.Code != b.Call.Becomes {
			kinds = append(kinds, web.Option{Value: o.Code, Label: c.Text(o.Label).S})
		}
	}
	f.Options("type", kinds)
	f.Options("target", into)
	f.Options("reasons", reasonOptions(c, b.Selection))
	f.Field("type").If, f.Field("conditions").If = "choice="+Offer, "choice="+Condition
	f.Field("target").If = "choice=" + Merge
	if len(into) == 0 {
		f.Drop("target")
	}
	return f
}

// offers tells whether another type of session can be offered.
func offers(b *Board) bool { return b.Call.Edition != "" }

// targets are the proposals whose sides have agreed to a merger with this one.
func (w *Web) targets(x words, b *Board, l Line) []web.Option {
	var out []web.Option
	for _, m := range b.Mergers {
		other := m.Two
		if m.Two == l.ID {
			other = m.One
		}
		if m.State == MergerAgreed && (m.One == l.ID || m.Two == l.ID) {
			f := b.facts[other]
			out = append(out, web.Option{Value: string(other), Label: x.c.T("selection.numbered", "Number", f.Number, "Title", f.Title)})
		}
	}
	return out
}

// recommendForm asks two proposals to become one; those that are alike come first.
func (w *Web) recommendForm(x words, b *Board, l Line, in *MergerInput, near []core.ID) *web.Form {
	c := x.c
	f := c.Form("selection.recommend_form", in)
	f.Action = c.URL(base(b.Call.Ref) + "/mergers/" + strconv.Itoa(l.Number))
	f.Drop("one")
	var first, rest []web.Option
	for _, o := range b.Lines {
		if o.ID == l.ID || o.State != proposals.StateEligible && o.State != proposals.StateWaiting {
			continue
		}
		opt := web.Option{Value: strconv.Itoa(o.Number), Label: c.T("selection.numbered", "Number", o.Number, "Title", o.Title), Group: c.T("selection.others")}
		if slices.Contains(near, o.ID) {
			opt.Group = c.T("selection.alikes")
			first = append(first, opt)
			continue
		}
		rest = append(rest, opt)
	}
	f.Options("two", append(first, rest...))
	return f
}

const mostCompared = 3 // near-duplicates that stand side by side in full

// alikes are the proposals that are like this one, and why.
func (w *Web) alikes(v *oneView, x words, b *Board, p proposals.View) ([]core.ID, error) {
	c := x.c
	list, err := w.s.Proposals.AlikeTo(c.Context(), c.Actor, p)
	if err != nil {
		return nil, err
	}
	var ids []core.ID
	for _, a := range list {
		l, ok := b.Line(a.Number)
		if !ok || a.Call != b.Call.ID {
			continue
		}
		ids = append(ids, a.ID)
		key := "proposals.alike.alike"
		if a.Same {
			key = "proposals.alike.same"
		}
		o := alikeView{
			Number: a.Number, Title: titled(a.Title, a.Lang), URL: c.URL(onePath(b.Call.Ref, a.Number)), Kind: c.T(key, "Percent", int(100*a.Score+0.5)),
			Status: x.status(l.Outcome.Choice, l.Outcome.Type), Compare: len(v.Alike) < mostCompared,
		}
		for _, r := range a.Why[:min(6, len(a.Why))] {
			o.Why = append(o.Why, r.Text)
		}
		if o.Compare {
			o.Mine, o.Theirs = titled(b.facts[p.ID].Text, p.Lang), titled(b.facts[a.ID].Text, a.Lang)
		}
		v.Alike = append(v.Alike, o)
	}
	return ids, nil
}

var mergerClass = map[string]string{MergerAsked: "due", MergerAgreed: "done", MergerRefused: "cancelled"}

// mergers are what was recommended for this proposal, and what its proposers wish.
func (w *Web) mergers(v *oneView, x words, b *Board, l Line) error {
	c := x.c
	other := func(one, two core.ID) (proposals.Input, bool) {
		id := two
		if two == l.ID {
			id = one
		}
		f, ok := b.facts[id]
		return f, ok && !b.barred[id] && (one == l.ID || two == l.ID)
	}
	for _, m := range b.Mergers {
		f, ok := other(m.One, m.Two)
		if !ok {
			continue
		}
		o := mergerView{Number: f.Number, Title: titled(f.Title, f.Proposal.Lang), URL: c.URL(onePath(b.Call.Ref, f.Number)), Words: m.Words, By: m.ByName, State: c.Status(mergerClass[m.State], "selection.merger."+m.State)}
		for _, side := range []struct {
			id          core.ID
			says, words string
		}{{m.One, m.OneSays, m.OneWords}, {m.Two, m.TwoSays, m.TwoWords}} {
			o.Says = append(o.Says, c.T("selection.says", "Number", b.facts[side.id].Number, "Answer", c.T("selection.says."+orNone(side.says)), "Words", side.words))
		}
		if b.results[m.One].Choice != Merge && b.results[m.Two].Choice != Merge {
			o.Drop = c.URL(base(b.Call.Ref) + "/mergers/" + string(m.ID) + "/drop")
		}
		v.Mergers = append(v.Mergers, o)
	}
	wishes, err := w.s.Proposals.MergeWishes(c.Context(), b.Call.ID)
	for _, m := range wishes {
		f, ok := other(m.A, m.B)
		if !ok {
			continue
		}
		class := map[string]string{proposals.WishAsked: "due", proposals.WishInterested: "done", proposals.WishNotInterested: "cancelled"}[m.State]
		o := mergerView{Number: f.Number, Title: titled(f.Title, f.Proposal.Lang), URL: c.URL(onePath(b.Call.Ref, f.Number)), Words: m.Words, By: m.ByName, Wish: true, State: c.Status(class, "selection.wish."+m.State)}
		if m.Reply != "" {
			o.Says = []string{c.T("selection.says", "Number", b.facts[m.B].Number, "Answer", m.ReplyName, "Words", m.Reply)}
		}
		v.Mergers = append(v.Mergers, o)
	}
	return err
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// drop takes a recommendation back.
func (w *Web) drop(c *web.C) error {
	if err := w.s.Drop(c.Context(), c.Actor, c.Param("ref"), core.ID(c.Param("id"))); err != nil {
		return err
	}
	return c.Done(c.Back(base(c.Param("ref"))), "selection.dropped")
}
