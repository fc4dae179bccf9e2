package reports

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/record"
)

// rulesOf are the rules that an edition has of its own, by session type.
func rulesOf(ctx context.Context, idb bun.IDB, edition core.ID) (map[core.ID]Rule, error) {
	var list []Rule
	if err := idb.NewSelect().Model(&list).Where("edition = ?", edition).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load rules of reports: %w", err)
	}
	out := map[core.ID]Rule{}
	for _, r := range list {
		out[r.Type] = r
	}
	return out, nil
}

// Rules are what a report needs, by session type, in the order of the types. Anybody
// may call.
func (s *Service) Rules(ctx context.Context, edition core.ID) ([]Rule, error) {
	types, err := s.programme.Types(ctx, edition)
	if err != nil {
		return nil, err
	}
	own, err := rulesOf(ctx, s.rec.DB.Read, edition)
	return rulesFor(types, own), err
}

// rulesFor are the rules of types, the usual one where an edition has none of its own.
func rulesFor(types []programme.Type, own map[core.ID]Rule) []Rule {
	out := make([]Rule, len(types))
	for i, t := range types {
		var ok bool
		if out[i], ok = own[t.ID]; !ok {
			out[i] = DefaultRule(t)
		}
	}
	return out
}

func settingsOf(ctx context.Context, idb bun.IDB, edition core.ID) (Settings, error) {
	var list []Settings
	if err := idb.NewSelect().Model(&list).Where("edition = ?", edition).Scan(ctx); err != nil {
		return Settings{}, fmt.Errorf("load settings of reports: %w", err)
	}
	if len(list) == 0 {
		return DefaultSettings(edition), nil
	}
	return list[0], nil
}

// Settings of an edition; the usual ones where it has none of its own. Anybody may call.
func (s *Service) Settings(ctx context.Context, edition core.ID) (Settings, error) {
	return settingsOf(ctx, s.rec.DB.Read, edition)
}

func (s *Service) licence(ctx context.Context, set *editions.Setting) (string, error) {
	x, err := s.Settings(ctx, set.ID)
	return x.Licence, err
}

// SettingsInput is the form of what an edition expects of its reports.
type SettingsInput struct {
	Version  int64          `form:"version" ui:"hidden"`
	Licence  string         `form:"licence" ui:"text" max:"100"`
	Rules    []RuleInput    `form:"rules" ui:"rows"`
	Sections []SectionInput `form:"sections" ui:"rows"`
	Steps    []StepInput    `form:"steps" ui:"rows"`
}

// RuleInput is the rule of one session type; a row without a type is left out.
type RuleInput struct {
	Type      string `form:"type" ui:"select"`
	Takeaways int    `form:"takeaways" ui:"number"`
	Calls     int    `form:"calls" ui:"number"`
	Card      bool   `form:"card" ui:"check"`
	Sections  bool   `form:"sections" ui:"check"`
}

// SectionInput is one heading of the template; one without words is left out.
type SectionInput struct {
	Heading  core.Text `form:"heading" ui:"text" max:"200"`
	Help     core.Text `form:"help" ui:"text" max:"500"`
	Required bool      `form:"required" ui:"check"`
}

// StepInput is one reminder; one without a recipient is left out.
type StepInput struct {
	Code    string `form:"code" ui:"hidden" max:"40"`
	Kind    string `form:"kind" ui:"select"`
	Minutes int    `form:"minutes" ui:"number"`
	Clock   string `form:"clock" ui:"time"`
	To      string `form:"to" ui:"select"`
}

// InputOfSettings is the form as it stands.
func InputOfSettings(x Settings, rules []Rule) SettingsInput {
	in := SettingsInput{Version: x.Version, Licence: x.Licence}
	for _, r := range rules {
		in.Rules = append(in.Rules, RuleInput{string(r.Type), r.Takeaways, r.Calls, r.Card, r.Sections})
	}
	for _, s := range x.Sections {
		in.Sections = append(in.Sections, SectionInput(s))
	}
	for _, s := range x.Steps {
		in.Steps = append(in.Steps, StepInput(s))
	}
	return in
}

const (
	mostSections = 20
	mostSteps    = 20
	mostRequired = 20
	longestStep  = 400 * day
)

// read makes settings and rules of the form.
func (in *SettingsInput) read(set *editions.Setting, types []programme.Type) (Settings, []Rule, error) {
	p := core.Validate(in)
	out := Settings{Edition: set.ID, Licence: strings.TrimSpace(in.Licence), Sections: []Section{}, Steps: []Step{}, Version: in.Version + 1}
	var rules []Rule
	for i, r := range in.Rules {
		at := core.Row("rules", i)
		if r.Type == "" {
			continue
		}
		t := programme.TypeOf(types, core.ID(r.Type))
		switch {
		case t.ID == "":
			p.Add(at+"type", "form.unreadable")
		case slices.ContainsFunc(rules, func(o Rule) bool { return o.Type == t.ID }):
			p.Add(at+"type", "reports.error.type_twice")
		}
		if r.Takeaways < 0 || r.Takeaways > mostRequired {
			p.Add(at+"takeaways", "reports.error.number", "Most", mostRequired)
		}
		if r.Calls < 0 || r.Calls > mostRequired {
			p.Add(at+"calls", "reports.error.number", "Most", mostRequired)
		}
		rules = append(rules, Rule{Edition: set.ID, Type: t.ID, Takeaways: r.Takeaways, Calls: r.Calls, Card: r.Card, Sections: r.Sections})
	}
	for i, x := range in.Sections {
		if x.Heading = x.Heading.Clean(); x.Heading.IsZero() {
			continue
		}
		if len(out.Sections) == mostSections {
			p.Add(core.Row("sections", i)+"heading", "reports.error.number", "Most", mostSections)
			break
		}
		out.Sections = append(out.Sections, Section{Heading: x.Heading, Help: x.Help.Clean(), Required: x.Required})
	}
	in.steps(&p, &out)
	return out, rules, p.Err()
}

func (in *SettingsInput) steps(p *core.Problems, out *Settings) {
	codes := map[string]bool{}
	for i, x := range in.Steps {
		if x.To == "" && x.Kind == "" {
			continue
		}
		at := core.Row("steps", i)
		if x.Kind != Takeaways && x.Kind != Full {
			p.Add(at+"kind", "form.required")
		}
		if !slices.Contains(Recipients, x.To) {
			p.Add(at+"to", "form.required")
		}
		if _, err := time.Parse("15:04", x.Clock); x.Clock != "" && err != nil {
			p.Add(at+"clock", "form.unreadable")
		}
		if x.Minutes < -longestStep || x.Minutes > longestStep {
			p.Add(at+"minutes", "reports.error.number", "Most", longestStep)
		}
		if len(out.Steps) == mostSteps {
			p.Add(at+"kind", "reports.error.number", "Most", mostSteps)
			break
		}
		// A step keeps its code: who was reminded by it is not reminded again. A new one
		// gets a code that no step had before, also none that was taken out.
		if x.Code == "" || codes[x.Kind+"/"+x.Code] {
			x.Code = fmt.Sprintf("step%d.%d", out.Version, i+1)
		}
		codes[x.Kind+"/"+x.Code] = true
		out.Steps = append(out.Steps, Step(x))
	}
}

// Settle sets what an edition expects of its reports: the parts that each needs by
// session type, the template of the full report, the licence and the reminders. The
// staff may. Event: reports.settled. Errors: Invalid; Stale.
func (s *Service) Settle(ctx context.Context, a core.Actor, set *editions.Setting, in SettingsInput) error {
	if err := desk.Check("settle", "", a.Roles(set.Scope())...); err != nil {
		return err
	}
	types, err := s.programme.Types(ctx, set.ID)
	if err != nil {
		return err
	}
	next, rules, err := in.read(set, types)
	if err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		before, err := settingsOf(ctx, tx, set.ID)
		if err != nil {
			return err
		}
		if before.Version != in.Version {
			own, err := rulesOf(ctx, tx, set.ID)
			if err != nil {
				return err
			}
			return core.Stale(InputOfSettings(before, rulesFor(types, own)))
		}
		if before.Version == 0 {
			_, err = tx.NewInsert().Model(&next).Exec(ctx)
		} else {
			err = once(tx.NewUpdate().Model(&next).WherePK().Where("version = ?", before.Version).Exec(ctx))
		}
		if err != nil {
			return fmt.Errorf("save settings of reports: %w", err)
		}
		if _, err := tx.NewDelete().Model((*Rule)(nil)).Where("edition = ?", set.ID).Exec(ctx); err != nil {
			return fmt.Errorf("save rules of reports: %w", err)
		}
		if len(rules) > 0 {
			if _, err := tx.NewInsert().Model(&rules).Exec(ctx); err != nil {
				return fmt.Errorf("save rules of reports: %w", err)
			}
		}
		tx.Append("reports.settled", set.ID, set.Scope(), record.Public, record.Data{"label": set.Name, "changes": record.Changes(
			record.Data{"licence": before.Licence}, record.Data{"licence": next.Licence},
		)})
		return nil
	})
}
