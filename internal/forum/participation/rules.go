package participation

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/record"
)

// RuleRow is a rule as the staff writes it. In is a list parted by commas: codes, names of
// countries, domains of addresses, names of delegations; empty means any, for delegations
// and roles.
type RuleRow struct {
	Place int    `form:"place" ui:"number" json:"place,omitempty" doc:"rules are asked by place, the lowest first"`
	Field string `form:"field" ui:"select" json:"field"`
	In    string `form:"in" max:"2000" json:"in"`
	Do    string `form:"do" ui:"select" json:"do" enum:"approve,hold"`
}

// RulesInput is the form of the rules of an edition.
type RulesInput struct {
	Version int64     `form:"version" ui:"hidden" json:"version"`
	Rules   []RuleRow `form:"rules" ui:"rows" json:"rules"`
}

const (
	mostRules = 60
	placeStep = 10
)

// deskGroups are the delegations that rules can name, by id and by name.
type deskGroups struct {
	name map[core.ID]string
	id   map[string]core.ID
}

func (s *Service) deskGroups(ctx context.Context, set *editions.Setting) (deskGroups, error) {
	out := deskGroups{map[core.ID]string{}, map[string]core.ID{}}
	var list []Delegation
	if err := s.rec.DB.Read.NewSelect().Model(&list).Column("id", "name", "name_key").Where("dg.edition = ?", set.ID).Scan(ctx); err != nil {
		return out, fmt.Errorf("load delegations: %w", err)
	}
	for _, d := range list {
		out.name[d.ID], out.id[d.NameKey] = d.Name, d.ID
	}
	return out, nil
}

// RulesOf is the form of the rules as they stand. Staff only.
func (s *Service) RulesOf(ctx context.Context, a core.Actor, set *editions.Setting) (RulesInput, error) {
	if err := checkStaff(a, set.ID); err != nil {
		return RulesInput{}, err
	}
	st, err := settingOf(ctx, s.rec.DB.Read, set.ID)
	if err != nil {
		return RulesInput{}, err
	}
	groups, err := s.deskGroups(ctx, set)
	return rulesForm(st, groups), err
}

func rulesForm(st *Setting, groups deskGroups) RulesInput {
	in := RulesInput{Version: st.Version}
	for i, x := range st.Rules {
		list := slices.Clone(x.In)
		if x.Field == RuleDelegation {
			for j, id := range list {
				list[j] = groups.name[core.ID(id)]
			}
		}
		in.Rules = append(in.Rules, RuleRow{Place: (i + 1) * placeStep, Field: x.Field, In: strings.Join(list, ", "), Do: x.Do})
	}
	return in
}

// readRules makes rules of what was typed: in their order, with codes for names.
func (s *Service) readRules(st *Setting, groups deskGroups, in RulesInput) ([]Rule, error) {
	p := core.Validate(in)
	type placed struct {
		Rule
		place int
	}
	var list []placed
	for i, row := range in.Rules {
		if row.Field == "" && strings.TrimSpace(row.In) == "" {
			continue
		}
		at := core.Row("rules", i)
		x := Rule{Field: row.Field, Do: row.Do, In: []string{}}
		if !slices.Contains(RuleFields, row.Field) {
			p.Add(at+"field", "form.required")
		}
		if row.Do != RuleApprove && row.Do != RuleHold {
			p.Add(at+"do", "form.required")
		}
		for _, word := range strings.FieldsFunc(row.In, func(r rune) bool { return strings.ContainsRune(",;\n،、", r) }) {
			if word = strings.TrimSpace(word); word == "" {
				continue
			}
			code := s.ruleCode(st, groups, row.Field, word)
			if code == "" {
				p.Add(at+"in", "participation.desk.error.rule_word", "Word", word)
				continue
			}
			if !slices.Contains(x.In, code) {
				x.In = append(x.In, code)
			}
		}
		if len(x.In) == 0 && row.Field != RuleDelegation && row.Field != RuleRole && row.Field != "" {
			p.Add(at+"in", "form.required")
		}
		place := row.Place
		if place == 0 {
			place = 1 << 30
		}
		list = append(list, placed{x, place})
	}
	if len(list) > mostRules {
		p.Add("rules", "participation.desk.error.rules", "Count", mostRules)
	}
	slices.SortStableFunc(list, func(a, b placed) int { return a.place - b.place })
	out := make([]Rule, len(list))
	for i, x := range list {
		out[i] = x.Rule
	}
	return out, p.Err()
}

// ruleCode is the code of a word in a rule; empty where nothing is called so.
func (s *Service) ruleCode(st *Setting, groups deskGroups, field, word string) string {
	switch field {
	case RuleCountry:
		if _, ok := s.Vocab.Country(strings.ToUpper(word)); ok {
			return strings.ToUpper(word)
		}
		code, _ := s.Vocab.FindCountry(word)
		return code
	case RuleGroup:
		if s.Vocab.Has(vocab.Groups, word) {
			return word
		}
		for _, t := range s.Vocab.Terms(vocab.Groups) {
			if slices.ContainsFunc(t.Label.Spelt(), func(n string) bool { return core.Fold(n) == core.Fold(word) }) {
				return t.Code
			}
		}
	case RuleCategory:
		for _, c := range st.Categories {
			if c.Code == word || slices.ContainsFunc(c.Name.Spelt(), func(n string) bool { return core.Fold(n) == core.Fold(word) }) {
				return c.Code
			}
		}
	case RuleMode:
		if slices.Contains(Modes, word) {
			return word
		}
	case RuleDelegation:
		if _, ok := groups.name[core.ID(word)]; ok {
			return word
		}
		return string(groups.id[core.Fold(word)])
	case RuleRole:
		if slices.Contains(programme.RoleNames, word) {
			return word
		}
	case RuleDomain:
		word = strings.ToLower(word[strings.LastIndexByte(word, '@')+1:])
		if strings.Contains(strings.Trim(word, "."), ".") && !strings.ContainsAny(word, " /") {
			return strings.Trim(word, ".")
		}
	}
	return ""
}

// SetRules sets which registrations are approved as they come in. Staff only. Event:
// registering.rules_set. Errors: Stale with the present RulesInput, Invalid.
func (s *Service) SetRules(ctx context.Context, a core.Actor, set *editions.Setting, in RulesInput) error {
	if err := checkStaff(a, set.ID); err != nil {
		return err
	}
	groups, err := s.deskGroups(ctx, set)
	if err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		st, err := settingOf(ctx, tx, set.ID)
		if err != nil {
			return err
		}
		if st.Version != in.Version {
			return core.Stale(rulesForm(st, groups))
		}
		rules, err := s.readRules(st, groups, in)
		if err != nil {
			return err
		}
		st.Rules, st.Version = rules, in.Version+1
		stale, err := record.Once(tx.NewUpdate().Model(st).Column("rules", "version").WherePK().Where("version = ?", in.Version).Exec(ctx))
		if err != nil || stale {
			return record.StaleOr(err, rulesForm(st, groups))
		}
		tx.Append("registering.rules_set", set.ID, set.Scope(), record.Internal, record.Data{"label": set.Name, "count": len(rules)})
		return nil
	})
}

// Trial is what rules would do to those who wait for a decision now.
type Trial struct {
	Pending int
	Held    int
	Approve []*Registration // by number
	ByRule  []int           // how many each rule decides; the last: no rule does
}

// TryRules tells what the rules that stand, or those that were typed, would do. Staff only.
func (s *Service) TryRules(ctx context.Context, a core.Actor, set *editions.Setting, typed *RulesInput) (*Trial, error) {
	if err := checkStaff(a, set.ID); err != nil {
		return nil, err
	}
	st, err := settingOf(ctx, s.rec.DB.Read, set.ID)
	if err != nil {
		return nil, err
	}
	if typed != nil {
		groups, err := s.deskGroups(ctx, set)
		if err != nil {
			return nil, err
		}
		if st.Rules, err = s.readRules(st, groups, *typed); err != nil {
			return nil, err
		}
	}
	var list []Registration
	if err := s.rec.DB.Read.NewSelect().Model(&list).Where("rg.edition = ? AND rg.state = ? AND rg.recheck = FALSE", set.ID, StatePending).OrderExpr("rg.number").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load who waits: %w", err)
	}
	roles, err := s.rolesFor(ctx, set, list)
	if err != nil {
		return nil, err
	}
	out := &Trial{Pending: len(list), ByRule: make([]int, len(st.Rules)+1)}
	for i := range list {
		r := &list[i]
		n := slices.IndexFunc(st.Rules, func(x Rule) bool { return x.fits(r, st, roles[r.Person]) })
		if n < 0 {
			n = len(st.Rules)
		}
		out.ByRule[n]++
		if st.Ruled(r, roles[r.Person]) == RuleApprove {
			out.Approve = append(out.Approve, r)
		} else {
			out.Held++
		}
	}
	return out, nil
}

func (s *Service) rolesFor(ctx context.Context, set *editions.Setting, list []Registration) (map[core.ID][]string, error) {
	persons := make([]core.ID, 0, len(list))
	for _, r := range list {
		persons = append(persons, r.Person)
	}
	return s.rolesOf(ctx, s.rec.DB.Read, set.ID, persons)
}

// ApplyRules approves those who wait for a decision now and whom the rules that stand
// approve. Staff only. It is a bulk act like any other: the same events, the same way back.
func (s *Service) ApplyRules(ctx context.Context, a core.Actor, set *editions.Setting) (BulkPlan, error) {
	t, err := s.TryRules(ctx, a, set, nil)
	if err != nil {
		return BulkPlan{}, err
	}
	in := BulkInput{Do: BulkApprove}
	for _, r := range t.Approve {
		in.Numbers = append(in.Numbers, r.Number)
		if r.Updated.After(in.AsOf) {
			in.AsOf = r.Updated
		}
	}
	if len(in.Numbers) == 0 {
		return BulkPlan{}, core.Conflict("participation.desk.error.nothing")
	}
	return s.Bulk(ctx, a, set, in)
}
