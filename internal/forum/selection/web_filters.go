package selection

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

// filters narrow and order the board.
type filters struct {
	Theme, Region, Group, Outcome, Q, Sort string
	Page                                   int
	Try                                    []Hand // with the proposals that the reader may see
	Lost                                   []string
}

// readFilters reads the address; the board knows the numbers that it names.
func readFilters(c *web.C, b *Board) filters {
	f := filters{Theme: c.Query("theme"), Region: c.Query("region"), Group: c.Query("group"), Outcome: c.Query("outcome"), Q: strings.TrimSpace(c.Query("q")), Sort: c.Query("sort"), Page: 1}
	if n, err := strconv.Atoi(c.Query("page")); err == nil && n > 1 && n < 1000 {
		f.Page = n
	}
	raw := c.R.URL.Query().Get("try")
	if len(raw) <= 20000 {
		f.Try, f.Lost = b.tries(raw)
	}
	return f
}

// tries reads what is tried: 12:accept,15:decline,17:offer:lightning; without a choice, what
// was chosen by hand is taken back. It gives back what cannot be tried.
func (b *Board) tries(s string) (out []Hand, lost []string) {
	at := map[core.ID]int{}
	for _, one := range strings.Split(s, ",") {
		if one = strings.TrimSpace(one); one == "" {
			continue
		}
		number, what, _ := strings.Cut(one, ":")
		choice, kind, _ := strings.Cut(what, ":")
		n, err := strconv.Atoi(number)
		l, ok := b.Line(n)
		switch {
		case err != nil || !ok || kind != "" && choice != Offer:
			ok = false
		case choice == Offer:
			ok = kind != "" && kind != b.Call.Becomes && slices.ContainsFunc(b.Selection.Rules.Quotas, func(q Quota) bool { return q.Type == kind })
		default:
			ok = slices.Contains([]string{"none", Accept, Wait, Decline}, choice)
		}
		if !ok {
			lost = append(lost, one)
			continue
		}
		h := Hand{Proposal: l.ID, Choice: choice, Type: kind}
		if choice == "none" {
			h.Choice = ""
		}
		if i, again := at[l.ID]; again {
			out[i] = h
			continue
		}
		at[l.ID] = len(out)
		out = append(out, h)
	}
	return out, lost
}

// spell is the reverse of tries.
func (b *Board) spell(list []Hand) string {
	var out []string
	for _, h := range list {
		what := cmp.Or(h.Choice, "none")
		if h.Type != "" {
			what += ":" + h.Type
		}
		out = append(out, strconv.Itoa(b.facts[h.Proposal].Number)+":"+what)
	}
	return strings.Join(out, ",")
}

// query is the address of the board with these filters; changes are pairs of name and value.
func (f filters) query(b *Board, changes ...string) string {
	q := url.Values{}
	for k, v := range map[string]string{
		"theme": f.Theme, "region": f.Region, "group": f.Group, "outcome": f.Outcome, "q": f.Q, "sort": f.Sort, "try": b.spell(f.Try), "page": strconv.Itoa(f.Page),
	} {
		q.Set(k, v)
	}
	for i := 0; i+1 < len(changes); i += 2 {
		q.Set(changes[i], changes[i+1])
	}
	for k := range q {
		if v := q.Get(k); v == "" || k == "page" && v == "1" {
			q.Del(k)
		}
	}
	s := strings.ReplaceAll(strings.ReplaceAll(q.Encode(), "%3A", ":"), "%2C", ",")
	if s == "" {
		return base(b.Call.Ref)
	}
	return base(b.Call.Ref) + "?" + s
}

// keeps tells whether a line is wanted.
func (f filters) keeps(b *Board, l Line) bool {
	if f.Theme != "" && string(l.Theme()) != f.Theme && (f.Theme != "none" || l.Theme() != "") ||
		f.Region != "" && cmp.Or(l.Region, "none") != f.Region || f.Group != "" && cmp.Or(l.Group, "none") != f.Group {
		return false
	}
	switch f.Outcome {
	case "", cmp.Or(l.Outcome.Choice, "none"):
	case "hand":
		if l.Hand == nil {
			return false
		}
	case "pending":
		if !b.changes(l.Outcome) {
			return false
		}
	case "apart":
		if !l.Standing.Apart() {
			return false
		}
	default:
		return false
	}
	text := core.Fold(l.Title + " " + strconv.Itoa(l.Number))
	for _, word := range strings.Fields(core.Fold(f.Q)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

var sortable = map[string]func(Line) (float64, bool){
	"number":     func(l Line) (float64, bool) { return float64(l.Number), true },
	"place":      func(l Line) (float64, bool) { return float64(l.Outcome.Place), l.Outcome.Place > 0 },
	"n":          func(l Line) (float64, bool) { return float64(l.N), true },
	"mean":       func(l Line) (float64, bool) { return l.Mean, l.N > 0 },
	"normalised": func(l Line) (float64, bool) { return l.Normalised, l.N > 0 },
	"sd":         func(l Line) (float64, bool) { return l.Standing.SD, l.N > 1 },
	"points":     func(l Line) (float64, bool) { return l.Outcome.Points, l.N > 0 },
}

// order sorts by a column, downwards with a minus; what has no value comes last.
func order(list []Line, by string) {
	key, down := strings.CutPrefix(by, "-")
	value, ok := sortable[key]
	if !ok {
		return
	}
	slices.SortStableFunc(list, func(a, b Line) int {
		x, okX := value(a)
		y, okY := value(b)
		switch {
		case okX != okY && okX:
			return -1
		case okX != okY:
			return 1
		case down:
			return cmp.Compare(y, x)
		}
		return cmp.Compare(x, y)
	})
}
