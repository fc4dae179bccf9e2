package participation

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
)

// What the staff does to many registrations at once.
const (
	BulkApprove  = "approve"
	BulkDecline  = "decline"
	BulkWait     = "wait"
	BulkReopen   = "reopen"
	BulkCategory = "category"
	BulkHigh     = "high-level"
	BulkOrdinary = "ordinary" // takes the high-level flag away
	BulkRank     = "rank"
	BulkLetter   = "letter" // sends the letter of its state again
	BulkDouble   = "double" // they are one person's: one is kept
)

// BulkActs are all of them, in the order in which they are offered.
var BulkActs = []string{BulkApprove, BulkDecline, BulkWait, BulkReopen, BulkCategory, BulkHigh, BulkOrdinary, BulkRank, BulkLetter, BulkDouble}

// Reasons are the usual reasons to decline: participation.desk.reason.CODE says them in
// each language.
var Reasons = []string{"incomplete", "accreditation", "double", "capacity", "unverified", "eligible"}

// mostOwn is how many letters an explanation in the staff's own words has.
const (
	mostOwn    = 2000
	mostDouble = 20
)

// BulkInput is something that is done to many registrations: those with the numbers, or all
// that the choice leaves.
type BulkInput struct {
	Do       string
	Numbers  []int
	All      bool
	Choice   Choice
	AsOf     core.Instant // how the registrations stood when it was decided; zero: as they stand
	Reasons  []string     // usual ones
	Own      core.Text    // and what the staff says in its own words
	Category string       // code
	Rank     string       // one of Ranks, or none
	Keep     int          // the number that is kept of doubles
}

// decision is the state to which an act moves; empty where it moves to none.
func (in BulkInput) decision() string {
	return map[string]string{BulkApprove: StateApproved, BulkDecline: StateDeclined, BulkWait: StateWaiting, BulkReopen: StatePending, BulkDouble: StateWithdrawn}[in.Do]
}

// BulkPlan is what an act would do, or has done.
type BulkPlan struct {
	ID      core.ID // of what was done, for UndoBulk
	AsOf    core.Instant
	Picked  int
	Changes int
	Waits   int            // of those that change, how many wait because their category is full
	Refused map[string]int // key of the reason → how many
	Sample  []int          // the first numbers that change
	Left    map[string][]int
}

const sampled = 12

func (p *BulkPlan) refuse(r *Registration, key string) {
	if p.Refused == nil {
		p.Refused, p.Left = map[string]int{}, map[string][]int{}
	}
	p.Refused[key]++
	if len(p.Left[key]) < sampled {
		p.Left[key] = append(p.Left[key], r.Number)
	}
}

func (p *BulkPlan) change(r *Registration) {
	p.Changes++
	if len(p.Sample) < sampled {
		p.Sample = append(p.Sample, r.Number)
	}
}

// thin is a registration with what a plan looks at.
func (e *entry) thin() *Registration {
	return &Registration{ID: e.ID, Number: e.Number, State: e.State, Recheck: e.Recheck, Category: e.Category, HighLevel: e.HighLevel, Updated: e.Updated, Erased: e.Erased}
}

// why tells what keeps an act from a registration; empty if nothing does. It says of states
// what decideTx says.
func (in BulkInput) why(r *Registration, to *Category) string {
	moved := !in.AsOf.IsZero() && r.Updated.After(in.AsOf)
	switch {
	case moved:
		return "participation.desk.refused.moved"
	case !r.Erased.IsZero():
		return "participation.desk.refused.erased"
	}
	switch in.Do {
	case BulkCategory:
		switch {
		case to != nil && r.Category == to.ID:
			return "participation.desk.refused.same"
		case !slices.Contains(open, r.State):
			return "participation.refused." + r.State
		}
	case BulkHigh, BulkOrdinary:
		if r.HighLevel == (in.Do == BulkHigh) {
			return "participation.desk.refused.same"
		}
	case BulkRank:
	case BulkLetter:
		if r.State == StateRemoved {
			return "participation.refused." + r.State
		}
	default:
		next := in.decision()
		switch {
		case in.Do == BulkDouble && r.Number == in.Keep:
			return "participation.desk.refused.kept"
		case next == StateApproved && r.Recheck:
		case next == r.State:
			return "participation.desk.refused.same"
		case !slices.Contains(reach[next], r.State):
			return "participation.refused." + r.State
		case next == StateApproved && r.Category == "":
			return "participation.refused.category"
		}
	}
	return ""
}

// plan tells what an act would do to registrations of a setting.
func (in BulkInput) plan(st *Setting, list []*Registration) (BulkPlan, []*Registration) {
	p := BulkPlan{Picked: len(list)}
	to := st.categoryNamed(in.Category) // nil: not chosen yet
	free := map[core.ID]int{}
	for _, c := range st.Categories {
		free[c.ID] = c.Quota - c.Taken
		if c.Quota == 0 {
			free[c.ID] = len(list)
		}
	}
	var out []*Registration
	for _, r := range list {
		why := in.why(r, to)
		switch {
		case why != "":
		case in.Do == BulkCategory && (to == nil || !r.holds()):
		case in.Do == BulkCategory && free[to.ID] <= 0:
			why = "participation.desk.refused.full"
		case in.Do == BulkCategory:
			free[to.ID]--
		case in.Do == BulkApprove && !r.Recheck && free[r.Category] <= 0:
			p.Waits++
			if r.State == StateWaiting {
				p.Waits, why = p.Waits-1, "participation.desk.refused.full"
			}
		case in.Do == BulkApprove && !r.Recheck:
			free[r.Category]--
		}
		if why != "" {
			p.refuse(r, why)
			continue
		}
		p.change(r)
		out = append(out, r)
	}
	return p, out
}

func (s *Setting) categoryNamed(code string) *Category {
	i := slices.IndexFunc(s.Categories, func(c Category) bool { return c.Code == code })
	if i < 0 {
		return nil
	}
	return &s.Categories[i]
}

// check tells what is missing for an act.
func (in BulkInput) check(st *Setting) error {
	var p core.Problems
	switch {
	case !slices.Contains(BulkActs, in.Do):
		p.Add("do", "participation.desk.error.act")
	case in.Do == BulkDecline && len(in.Reasons) == 0 && in.Own.IsZero():
		p.Add("own", "participation.desk.error.reason")
	case in.Do == BulkCategory && st.categoryNamed(in.Category) == nil:
		p.Add("category", "form.required")
	case in.Do == BulkRank && in.Rank != "" && !slices.Contains(Ranks, in.Rank):
		p.Add("rank", "participation.desk.error.rank")
	case in.Do == BulkDouble && in.Keep == 0:
		p.Add("keep", "form.required")
	}
	if slices.ContainsFunc(in.Reasons, func(r string) bool { return !slices.Contains(Reasons, r) }) {
		p.Add("reasons", "participation.desk.error.reason")
	}
	for _, words := range in.Own.By {
		if n := len([]rune(words)); n > mostOwn {
			p.Add("own", "form.too_long", "Count", mostOwn, "Have", n)
			break
		}
	}
	return p.Err()
}

// reason is what those who are declined read: the usual reasons in each language, and then
// the staff's own words, in the language in which there are any.
func (s *Service) reason(in BulkInput) core.Text {
	if in.Do != BulkDecline {
		return core.Text{}
	}
	if len(in.Reasons) == 0 {
		return in.Own
	}
	var out core.Text
	for _, lang := range core.Langs {
		var parts []string
		for _, r := range in.Reasons {
			parts = append(parts, s.Catalog.T(lang, "participation.desk.reason."+r))
		}
		if own, _ := in.Own.In(lang); own != "" {
			parts = append(parts, own)
		}
		out = out.With(lang, strings.Join(parts, "\n\n"))
	}
	out.Orig = cmp.Or(in.Own.Orig, core.Langs[0])
	return out
}

// picked are the registrations that an act is about, in the order of their numbers.
func (s *Service) picked(ctx context.Context, set *editions.Setting, in BulkInput) ([]*entry, error) {
	b, err := s.deskBoard(ctx, set)
	if err != nil {
		return nil, err
	}
	var out []*entry
	if in.All {
		found, err := s.found(ctx, b, in.Choice.Q)
		if err != nil {
			return nil, err
		}
		out = b.choose(in.Choice, found).list
	} else {
		for _, n := range in.Numbers {
			if e := b.number(n); e != nil {
				out = append(out, e)
			}
		}
	}
	if !in.AsOf.IsZero() { // who came after it was decided is not meant
		out = slices.DeleteFunc(out, func(e *entry) bool { return e.Submitted.After(in.AsOf) })
	}
	slices.SortFunc(out, func(x, y *entry) int { return cmp.Compare(x.Number, y.Number) })
	return slices.CompactFunc(out, func(x, y *entry) bool { return x == y }), nil
}

// PlanBulk tells what an act would do, without doing it. Staff only.
func (s *Service) PlanBulk(ctx context.Context, a core.Actor, set *editions.Setting, in BulkInput) (*Setting, BulkPlan, error) {
	if err := checkStaff(a, set.ID); err != nil {
		return nil, BulkPlan{}, err
	}
	st, err := settingOf(ctx, s.rec.DB.Read, set.ID)
	if err != nil {
		return nil, BulkPlan{}, err
	}
	if !slices.Contains(BulkActs, in.Do) {
		return nil, BulkPlan{}, core.Invalid("participation.desk.error.act")
	}
	list, err := s.picked(ctx, set, in)
	if err != nil {
		return nil, BulkPlan{}, err
	}
	thin := make([]*Registration, len(list))
	var asof core.Instant
	for i, e := range list {
		thin[i] = e.thin()
		if e.Updated.After(asof) {
			asof = e.Updated
		}
	}
	p, _ := in.plan(st, thin)
	if in.AsOf.IsZero() {
		p.AsOf = asof
	} else {
		p.AsOf = in.AsOf
	}
	return st, p, nil
}

// Bulk does something to many registrations in one act. Staff only. What changed since AsOf,
// and what the act cannot be done to, is left as it is and counted with the reason. Events,
// one for each registration: those of Decide, or registration.recategorised, .flagged,
// .letter_again. The actor can take back what she did last (UndoBulk).
func (s *Service) Bulk(ctx context.Context, a core.Actor, set *editions.Setting, in BulkInput) (BulkPlan, error) {
	var out BulkPlan
	if err := checkStaff(a, set.ID); err != nil {
		return out, err
	}
	in.Own = in.Own.Clean()
	list, err := s.picked(ctx, set, in)
	if err != nil {
		return out, err
	}
	if in.Do == BulkDouble && len(list) > mostDouble {
		return out, core.Invalid("participation.desk.error.doubles", "Count", mostDouble)
	}
	ids := make([]core.ID, len(list))
	for i, e := range list {
		ids[i] = e.ID
	}
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		st, err := settingOf(ctx, tx, set.ID)
		if err != nil {
			return err
		}
		if err := in.check(st); err != nil {
			return err
		}
		rows, err := many(ctx, tx, ids)
		if err != nil {
			return err
		}
		refs := make([]*Registration, len(rows))
		before := make(map[core.ID]Registration, len(rows))
		for i := range rows {
			refs[i], before[rows[i].ID] = &rows[i], rows[i]
		}
		var todo []*Registration
		out, todo = in.plan(st, refs)
		if len(todo) == 0 {
			return core.Conflict("participation.desk.error.nothing")
		}
		done, err := s.bulkTx(ctx, tx, set, st, in, todo, &out)
		if err != nil || in.Do == BulkLetter {
			return err
		}
		out.ID, err = keepBulk(ctx, tx, set, in.Do, before, done)
		return err
	})
	return out, err
}

// bulkTx does an act to registrations that nothing keeps it from.
func (s *Service) bulkTx(ctx context.Context, tx *record.Tx, set *editions.Setting, st *Setting, in BulkInput, todo []*Registration, out *BulkPlan) ([]*Registration, error) {
	switch in.Do {
	case BulkCategory:
		return todo, s.recategoriseTx(ctx, tx, st, todo, st.categoryNamed(in.Category))
	case BulkHigh, BulkOrdinary, BulkRank:
		return todo, s.flagTx(ctx, tx, in, todo)
	case BulkLetter:
		return todo, s.againTx(ctx, tx, todo)
	case BulkDouble:
		return todo, s.doubleTx(ctx, tx, set, in.Keep, todo)
	}
	done, refused, err := s.decideTx(ctx, tx, todo, in.decision(), s.reason(in))
	out.Waits = 0
	for _, r := range done {
		if in.Do == BulkApprove && r.State == StateWaiting {
			out.Waits++
		}
	}
	for _, r := range todo {
		if why := refused[r.ID]; why != "" {
			out.Changes--
			out.refuse(r, why)
		}
	}
	return done, err
}
