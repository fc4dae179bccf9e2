package selection

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/record"
)

// RulesInput is the form of a call's rules.
type RulesInput struct {
	Version int64       `form:"version" ui:"hidden" json:"version"`
	Measure string      `form:"measure" ui:"radio" required:"true" json:"measure"`
	Least   int         `form:"least" ui:"number" required:"true" json:"least"`
	Floor   string      `form:"floor" ui:"text" max:"6" json:"floor"` // a decimal number, or nothing
	Quotas  []QuotaRow  `form:"quotas" ui:"rows" json:"quotas"`
	Cap     int         `form:"cap" ui:"number" json:"cap"`
	First   int         `form:"first" ui:"number" json:"first"`
	Waiting int         `form:"waiting" ui:"number" json:"waiting"`
	Bonuses []BonusRow  `form:"bonuses" ui:"rows" json:"bonuses"`
	Fill    bool        `form:"fill" ui:"check" json:"fill"`
	Reasons []ReasonRow `form:"reasons" ui:"rows" json:"reasons"`
	About   core.Text   `form:"about" ui:"area" max:"4000" json:"about"`
}

// QuotaRow is a quota; without a type it is none.
type QuotaRow struct {
	Type   string `form:"type" ui:"select" json:"type"`
	Places int    `form:"places" ui:"number" json:"places"`
}

// BonusRow is a bonus; without what it is for it is none.
type BonusRow struct {
	For    string `form:"for" ui:"select" json:"for"` // of:code
	Points string `form:"points" ui:"text" max:"6" json:"points"`
}

// ReasonRow is a reason; without a label it is none.
type ReasonRow struct {
	Code   string    `form:"code" ui:"hidden" json:"code"`
	Label  core.Text `form:"label" ui:"text" max:"200" json:"label"`
	Remove bool      `form:"remove" ui:"check" json:"-"`
}

// Limits of what is set.
const (
	mostPlaces  = 5000
	mostLeast   = 50
	mostPoints  = 4.0
	mostReasons = 40
	mostRows    = 40
)

// UsualReasons are the reasons of a call that has set none.
func UsualReasons(words *i18n.Catalog) []Reason {
	var out []Reason
	for _, code := range []string{"score", "theme", "balance", "alike", "scope", "focus", "format", "speakers", "incomplete", "places"} {
		out = append(out, Reason{Code: code, Label: words.Text("selection.usual." + code)})
	}
	return out
}

// RulesOf is the form of the rules as they stand.
func RulesOf(s Selection) RulesInput {
	r := s.Rules
	in := RulesInput{Version: s.Version, Measure: r.Measure, Least: r.Least, Cap: r.Cap, First: r.First, Waiting: r.Waiting, Fill: r.Fill, About: s.About}
	if r.Floor != 0 {
		in.Floor = plainDecimal(r.Floor)
	}
	for _, q := range r.Quotas {
		in.Quotas = append(in.Quotas, QuotaRow(q))
	}
	for _, b := range r.Bonuses {
		in.Bonuses = append(in.Bonuses, BonusRow{strings.TrimSuffix(b.Of+":"+b.Code, ":"), plainDecimal(b.Points)})
	}
	for _, x := range s.Reasons {
		in.Reasons = append(in.Reasons, ReasonRow{Code: x.Code, Label: x.Label})
	}
	return in
}

func plainDecimal(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// decimalOf reads a number as people write it in any of the languages.
func decimalOf(s string) (float64, bool) {
	x, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(s), ",", ".", 1), 64)
	return x, err == nil && !math.IsNaN(x) && !math.IsInf(x, 0)
}

// selection is how a call is selected, with the usual reasons where it has none.
func (s *Service) selection(ctx context.Context, idb bun.IDB, c calls.Call) (Selection, error) {
	out, err := selectionOf(ctx, idb, c)
	if err == nil && len(out.Reasons) == 0 {
		out.Reasons = UsualReasons(s.Catalog)
	}
	return out, err
}

// Rules gives the rules of a call to who runs it. Errors: SignIn, Forbidden, NotFound.
func (s *Service) Rules(ctx context.Context, a core.Actor, ref string) (calls.Call, Selection, error) {
	c, err := s.may(ctx, a, ref, "run")
	if err != nil {
		return c, Selection{}, err
	}
	out, err := s.selection(ctx, s.rec.DB.Read, c)
	return c, out, err
}

// SetRules sets how a call's proposals are ranked and how many are taken, and the reasons
// that choices are given with. Who runs the call may. Event: selection.rules_set. Errors:
// Invalid, Stale with the present RulesInput, Conflict where a reason is taken out that
// choices or decisions name.
func (s *Service) SetRules(ctx context.Context, a core.Actor, ref string, in RulesInput) error {
	c, err := s.may(ctx, a, ref, "run")
	if err != nil {
		return err
	}
	types, err := s.types(ctx, c)
	if err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		was, err := s.selection(ctx, tx, c)
		if err != nil {
			return err
		}
		if was.Version != in.Version {
			return core.Stale(RulesOf(was))
		}
		now, problems := in.read(s.Vocab, types, was)
		if err := problems.Err(); err != nil {
			return err
		}
		if err := s.keepsReasons(ctx, tx, c.ID, now.Reasons, was.Reasons); err != nil {
			return err
		}
		now.Call, now.Tasks, now.Version = c.ID, was.Tasks, was.Version+1
		if was.Version == 0 {
			_, err = tx.NewInsert().Model(&now).Exec(ctx)
			if err != nil {
				return wrap(err, "keep rules")
			}
		} else {
			stale, err := record.Once(tx.NewUpdate().Model(&now).WherePK().Where("version = ?", was.Version).Exec(ctx))
			if err != nil || stale {
				return record.StaleOr(err, RulesOf(was))
			}
		}
		tx.Append("selection.rules_set", c.ID, c.Scope(), record.Internal, record.Data{"label": c.Title, "call": c.Ref, "changes": record.Changes(ruleFacts(was), ruleFacts(now))})
		return nil
	})
}

// keepsReasons tells which reason was taken out although something names it.
func (s *Service) keepsReasons(ctx context.Context, tx *record.Tx, call core.ID, now, was []Reason) error {
	gone := map[string]core.Text{}
	for _, r := range was {
		if !slices.ContainsFunc(now, func(n Reason) bool { return n.Code == r.Code }) {
			gone[r.Code] = r.Label
		}
	}
	if len(gone) == 0 {
		return nil
	}
	list, err := choicesOf(ctx, tx, call)
	if err != nil {
		return err
	}
	results, err := resultsOf(ctx, tx, call)
	if err != nil {
		return err
	}
	var used []string
	for _, x := range list {
		used = append(used, x.Reasons...)
	}
	for _, d := range results {
		used = append(used, d.Reasons...)
	}
	slices.Sort(used)
	for _, code := range used {
		if label, ok := gone[code]; ok {
			return core.Conflict("selection.error.reason_used", "Reason", label.String())
		}
	}
	return nil
}

// types are the session types that there are places for.
func (s *Service) types(ctx context.Context, c calls.Call) ([]calls.Option, error) {
	var out []calls.Option
	if s.Calls.Types != nil && c.Edition != "" {
		var err error
		if out, err = s.Calls.Types(ctx, c.Edition); err != nil {
			return nil, err
		}
	}
	if c.Becomes != "" && !slices.ContainsFunc(out, func(o calls.Option) bool { return o.Code == c.Becomes }) {
		out = append(out, calls.Option{Code: c.Becomes, Label: core.NewText("en", c.Becomes)})
	}
	return out, nil
}

type ruleFact struct {
	Measure string    `json:"selection_measure"`
	Least   int       `json:"selection_least"`
	Floor   float64   `json:"selection_floor"`
	Quotas  string    `json:"selection_quotas"`
	Cap     int       `json:"selection_cap"`
	First   int       `json:"selection_first"`
	Waiting int       `json:"selection_waiting"`
	Bonuses string    `json:"selection_bonuses"`
	Fill    bool      `json:"selection_fill"`
	Reasons int       `json:"selection_reasons"`
	About   core.Text `json:"selection_about"`
}

func ruleFacts(s Selection) ruleFact {
	var quotas, bonuses []string
	for _, q := range s.Rules.Quotas {
		quotas = append(quotas, fmt.Sprintf("%s: %d", q.Type, q.Places))
	}
	for _, b := range RulesOf(s).Bonuses {
		bonuses = append(bonuses, b.For+": "+b.Points)
	}
	r := s.Rules
	return ruleFact{r.Measure, r.Least, r.Floor, strings.Join(quotas, "; "), r.Cap, r.First, r.Waiting, strings.Join(bonuses, "; "), r.Fill, len(s.Reasons), s.About}
}

// read checks the form and makes rules of it. Codes of reasons are given here, and kept.
func (in RulesInput) read(words *vocab.Service, types []calls.Option, was Selection) (Selection, core.Problems) {
	p := core.Validate(in)
	number := func(path string, n, least, most int) {
		if n < least || n > most {
			p.Add(path, "selection.error.number", "Min", least, "Max", most)
		}
	}
	out := Selection{About: in.About.Clean(), Tasks: []Task{}, Reasons: []Reason{}}
	out.Rules = Rules{Measure: in.Measure, Least: in.Least, Cap: in.Cap, First: in.First, Waiting: in.Waiting, Fill: in.Fill, Quotas: []Quota{}, Bonuses: []Bonus{}}
	if in.Measure != "" && in.Measure != ByMean && in.Measure != ByNormalised {
		p.Add("measure", "form.unreadable")
	}
	if in.Least != 0 {
		number("least", in.Least, 1, mostLeast)
	}
	number("cap", in.Cap, 0, 100)
	number("first", in.First, 0, mostPlaces)
	number("waiting", in.Waiting, 0, mostPlaces)
	if strings.TrimSpace(in.Floor) != "" {
		x, ok := decimalOf(in.Floor)
		if !ok || x != 0 && (x < 1 || x > 5) {
			p.Add("floor", "selection.error.floor")
		}
		if x != 0 { // “-0” is none
			out.Rules.Floor = x
		}
	}
	if len(in.Quotas) > mostRows || len(in.Bonuses) > mostRows || len(in.Reasons) > 2*mostReasons {
		p.Add("quotas", "selection.error.too_many", "Count", mostRows)
		return out, p
	}
	in.quotas(&p, &out.Rules, types)
	in.bonuses(&p, &out.Rules, words)
	in.reasons(&p, &out, was.Reasons)
	return out, p
}

func (in RulesInput) quotas(p *core.Problems, r *Rules, types []calls.Option) {
	for i, q := range in.Quotas {
		at := core.Row("quotas", i)
		switch {
		case q.Type == "" && q.Places == 0:
			continue
		case q.Type == "":
			p.Add(at+"type", "form.required")
		case !slices.ContainsFunc(types, func(o calls.Option) bool { return o.Code == q.Type }):
			p.Add(at+"type", "selection.error.type")
		case slices.ContainsFunc(r.Quotas, func(o Quota) bool { return o.Type == q.Type }):
			p.Add(at+"type", "selection.error.twice")
		}
		if q.Places < 0 || q.Places > mostPlaces {
			p.Add(at+"places", "selection.error.number", "Min", 0, "Max", mostPlaces)
		}
		r.Quotas = append(r.Quotas, Quota(q))
	}
}

func (in RulesInput) bonuses(p *core.Problems, r *Rules, words *vocab.Service) {
	lists := map[string]string{ForClass: vocab.Classes, ForRegion: vocab.Regions, ForGroup: vocab.Groups}
	for i, row := range in.Bonuses {
		at := core.Row("bonuses", i)
		if row.For == "" && strings.TrimSpace(row.Points) == "" {
			continue
		}
		b := Bonus{}
		b.Of, b.Code, _ = strings.Cut(row.For, ":")
		switch list, coded := lists[b.Of]; {
		case row.For == "":
			p.Add(at+"for", "form.required")
		case b.Of == ForNewcomer && b.Code == "", b.Of == ForClass && b.Code == "", coded && words.Has(list, b.Code):
		default:
			p.Add(at+"for", "form.unreadable")
		}
		if slices.ContainsFunc(r.Bonuses, func(o Bonus) bool { return o.Of == b.Of && o.Code == b.Code }) {
			p.Add(at+"for", "selection.error.twice")
		}
		x, ok := decimalOf(row.Points)
		if !ok || x == 0 || math.Abs(x) > mostPoints {
			p.Add(at+"points", "selection.error.points", "Max", int(mostPoints))
		}
		b.Points = x
		r.Bonuses = append(r.Bonuses, b)
	}
}

func (in RulesInput) reasons(p *core.Problems, out *Selection, was []Reason) {
	said := map[string]bool{} // language and folded label
	next := 1
	free := func() string {
		for ; ; next++ {
			code := "r" + strconv.Itoa(next)
			if !slices.ContainsFunc(was, func(r Reason) bool { return r.Code == code }) {
				next++
				return code
			}
		}
	}
	for i, row := range in.Reasons {
		at := core.Row("reasons", i)
		label := row.Label.Clean()
		known := row.Code != "" && slices.ContainsFunc(was, func(r Reason) bool { return r.Code == row.Code })
		if row.Remove || label.IsZero() && !known {
			continue
		}
		if label.IsZero() {
			p.Add(at+"label", "form.required")
			continue
		}
		twice := known && slices.ContainsFunc(out.Reasons, func(r Reason) bool { return r.Code == row.Code })
		for lang, s := range label.By {
			key := lang + " " + core.Fold(s)
			twice = twice || said[key]
			said[key] = true
		}
		if twice {
			p.Add(at+"label", "selection.error.reason_twice")
		}
		if !known {
			row.Code = free()
		}
		out.Reasons = append(out.Reasons, Reason{Code: row.Code, Label: label})
	}
	if len(out.Reasons) > mostReasons {
		p.Add("reasons", "selection.error.too_many", "Count", mostReasons)
	}
}
