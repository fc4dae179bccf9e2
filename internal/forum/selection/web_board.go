package selection

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

const perPage = 100

type column struct {
	Label, URL, Sort string
	Num              bool
}

type cell struct{ Label, Value, Mark string }

type boardRow struct {
	Number         int
	Title          web.TextView
	URL, Try       string
	Theme          *web.ThemeChip
	Facts          []web.TextView
	Alike, Apart   string
	Cells          []cell
	Outcome, Was   web.Status
	Why            string
	OutcomeL, WasL string
}

type selectView struct {
	Name, Label, All string
	Options          []web.Option
}

type hidden struct{ Name, Value string }

type quotaView struct {
	Name   string
	Says   string
	Before string
	Over   bool
}

type triedView struct {
	Number        int
	Title         web.TextView
	URL, Drop     string
	Before, After web.Status
}

type boardView struct {
	Head    head
	Notices []web.Notice
	Quotas  []quotaView
	Tried   []triedView
	Keep    *web.Form
	Leave   string
	Sides   []balanceView
	Open    bool
	Selects []selectView
	Find    string
	Search  string
	Hidden  []hidden // of the filters' form
	Kept    []hidden // of the form of what is tried
	Result  string
	Columns []column
	Rows    []boardRow
	As      []web.Option
	Empty   *web.Empty
	Pager   web.Tabs
}

// board is the ranked list with its balance. What is ticked is tried out: the address holds
// it, and nothing is kept before it is sent back.
func (w *Web) board(c *web.C) error {
	b, err := w.s.Board(c.Context(), c.Actor, c.Param("ref"), nil)
	if err != nil {
		return err
	}
	f := readFilters(c, b)
	if c.R.Method == http.MethodGet && c.Query("as") != "" {
		return w.retry(c, b, f)
	}
	b.Try(f.Try)
	x, err := w.words(c, b.Call)
	if err != nil {
		return err
	}
	var failed error
	in := BulkInput{}
	if c.R.Method == http.MethodPost {
		if failed = c.Decode(&in); failed == nil {
			if failed = w.s.ChooseAll(c.Context(), c.Actor, b.Call.Ref, f.Try, in); failed == nil {
				kept := f
				kept.Try = nil
				return c.Done(kept.query(b), "selection.kept", "Count", len(f.Try))
			}
		}
	}
	v := boardView{Head: w.head(c, b.Call, c.T("selection.title")), Open: len(f.Try) > 0, Find: c.URL(base(b.Call.Ref)), Search: f.Q}
	v.Head.Facts = []string{c.T("review.proposals", "Count", len(b.Lines)), c.T("selection.pending", "Count", b.Pending)}
	for _, end := range []string{"csv", "xlsx", "json"} {
		v.Head.Actions = append(v.Head.Actions, web.Action{Label: strings.ToUpper(end), URL: c.URL(base(b.Call.Ref) + "." + end), Icon: "download"})
	}
	v.notices(x, b, f)
	v.Quotas = quotasOf(x, b)
	v.Sides = sidesOf(x, b)
	status := 0
	if len(f.Try) > 0 {
		if status, err = v.trial(x, b, f, &in, failed); err != nil {
			return err
		}
	} else if failed != nil {
		return failed
	}
	v.selects(x, b, f)
	if err := w.rows(&v, x, b, f); err != nil {
		return err
	}
	return w.page(c, b.Call, "board", v.Head.Title, v, status)
}

// retry adds what was ticked to what is tried.
func (w *Web) retry(c *web.C, b *Board, f filters) error {
	raw := b.spell(f.Try)
	for _, n := range c.R.URL.Query()["n"] {
		if len(raw) < 20000 {
			raw += "," + n + ":" + c.Query("as")
		}
	}
	f.Try, _ = b.tries(raw)
	if c.Query("as") == "forget" {
		gone := c.R.URL.Query()["n"]
		f.Try, _ = b.tries(c.R.URL.Query().Get("try"))
		f.Try = slices.DeleteFunc(f.Try, func(h Hand) bool { return slices.Contains(gone, strconv.Itoa(b.facts[h.Proposal].Number)) })
	}
	return c.Redirect(f.query(b))
}

func (v *boardView) notices(x words, b *Board, f filters) {
	for _, q := range b.Over() {
		v.Notices = append(v.Notices, web.Notice{Class: "warning", Icon: "warning", Text: x.c.T("selection.over", "Type", x.kind(q.Type), "Taken", q.Places, "Places", b.Selection.Rules.Places(q.Type))})
	}
	if b.Hidden > 0 {
		v.Notices = append(v.Notices, web.Notice{Class: "info", Icon: "lock", Text: x.c.T("selection.hidden", "Count", b.Hidden)})
	}
	if len(f.Lost) > 0 {
		v.Notices = append(v.Notices, web.Notice{Class: "warning", Icon: "warning", Text: x.c.T("selection.lost", "List", strings.Join(f.Lost, ", "))})
	}
}

// quotasOf says how many places are taken.
func quotasOf(x words, b *Board) []quotaView {
	was := usedOf(b.outcomes)
	kinds := make([]Quota, 0, len(b.Selection.Rules.Quotas))
	kinds = append(kinds, b.Selection.Rules.Quotas...)
	for _, o := range x.kinds {
		if (b.Used[o.Code] > 0 || was[o.Code] > 0) && !slices.ContainsFunc(kinds, func(q Quota) bool { return q.Type == o.Code }) {
			kinds = append(kinds, Quota{Type: o.Code})
		}
	}
	var out []quotaView
	for _, q := range kinds {
		v := quotaView{Name: x.kind(q.Type), Says: x.c.T("selection.used_any", "Taken", b.Used[q.Type])}
		if q.Places > 0 {
			v.Says, v.Over = x.c.T("selection.used", "Taken", b.Used[q.Type], "Places", q.Places), b.Used[q.Type] > q.Places
		}
		if was[q.Type] != b.Used[q.Type] {
			v.Before = x.c.T("selection.was", "Count", was[q.Type])
		}
		out = append(out, v)
	}
	return out
}

// trial shows what is tried, and the form that keeps it.
func (v *boardView) trial(x words, b *Board, f filters, in *BulkInput, failed error) (int, error) {
	before := map[core.ID]Outcome{}
	for _, o := range b.outcomes {
		before[o.Proposal] = o
	}
	for _, h := range f.Try {
		l, _ := b.Line(b.facts[h.Proposal].Number)
		less := f
		less.Try = slices.DeleteFunc(slices.Clone(f.Try), func(o Hand) bool { return o.Proposal == h.Proposal })
		v.Tried = append(v.Tried, triedView{
			Number: l.Number, Title: titled(l.Title, l.Language), URL: x.c.URL(onePath(b.Call.Ref, l.Number)), Drop: x.c.URL(less.query(b)),
			Before: x.status(before[l.ID].Choice, before[l.ID].Type), After: x.status(l.Outcome.Choice, l.Outcome.Type),
		})
	}
	none := f
	none.Try = nil
	v.Leave = x.c.URL(none.query(b))
	v.Keep = x.c.Form("selection.keep_form", in)
	v.Keep.Action = x.c.URL(f.query(b))
	v.Keep.Options("reasons", reasonOptions(x.c, b.Selection))
	return v.Keep.Refused(failed)
}

func reasonOptions(c *web.C, s Selection) []web.Option {
	var out []web.Option
	for _, r := range s.Reasons {
		out = append(out, web.Option{Value: r.Code, Label: c.Text(r.Label).S})
	}
	return out
}

// selects are the filters, with the values that there are.
func (v *boardView) selects(x words, b *Board, f filters) {
	for _, one := range []struct{ name, side, now string }{{"theme", SideTheme, f.Theme}, {"region", SideRegion, f.Region}, {"group", SideGroup, f.Group}} {
		s := selectView{Name: one.name, Label: x.c.T("selection.side." + one.side), All: x.c.T("selection.all")}
		for _, side := range b.Balance {
			if side.Side != one.side {
				continue
			}
			for _, share := range side.Shares {
				code := cmp.Or(share.Code, "none")
				s.Options = append(s.Options, web.Option{Value: code, Label: x.c.T("selection.counted", "Name", x.value(one.side, share.Code).S, "Count", share.All), Selected: code == one.now})
			}
		}
		v.Selects = append(v.Selects, s)
	}
	s := selectView{Name: "outcome", Label: x.c.T("selection.column.outcome"), All: x.c.T("selection.all")}
	for _, code := range append(slices.Clone(Choices), "none", "pending", "hand", "apart") {
		s.Options = append(s.Options, web.Option{Value: code, Label: x.c.T("selection.choice." + code), Selected: code == f.Outcome})
	}
	v.Selects = append(v.Selects, s)
	hide := func(list *[]hidden, pairs ...string) {
		for i := 0; i+1 < len(pairs); i += 2 {
			if pairs[i+1] != "" {
				*list = append(*list, hidden{pairs[i], pairs[i+1]})
			}
		}
	}
	try := b.spell(f.Try)
	hide(&v.Hidden, "sort", f.Sort, "try", try)
	hide(&v.Kept, "theme", f.Theme, "region", f.Region, "group", f.Group, "outcome", f.Outcome, "q", f.Q, "sort", f.Sort, "try", try)
	if f.Page > 1 {
		hide(&v.Kept, "page", strconv.Itoa(f.Page))
	}
	v.As = []web.Option{{Value: Accept, Label: x.c.T("selection.choice.accept")}}
	for _, q := range b.Selection.Rules.Quotas {
		if q.Type != b.Call.Becomes {
			v.As = append(v.As, web.Option{Value: Offer + ":" + q.Type, Label: x.choice(Offer, q.Type)})
		}
	}
	for _, code := range []string{Wait, Decline, "none"} {
		v.As = append(v.As, web.Option{Value: code, Label: x.c.T("selection.try." + code)})
	}
	if len(f.Try) > 0 {
		v.As = append(v.As, web.Option{Value: "forget", Label: x.c.T("selection.try.forget")})
	}
}
