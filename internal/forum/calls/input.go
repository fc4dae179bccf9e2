package calls

import (
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/mail"
)

// Input is the form of a call.
type Input struct {
	Version   int64     `form:"version" ui:"hidden" json:"version,omitempty"`
	Kind      string    `form:"kind" ui:"select" required:"true" json:"kind"`
	Title     core.Text `form:"title" ui:"text" max:"200" required:"true" json:"title"`
	About     core.Text `form:"about" ui:"area" max:"8000" json:"about,omitzero"`
	OpenDay   string    `form:"open_day" ui:"date" required:"true" json:"open_day"`
	OpenTime  string    `form:"open_time" ui:"time" required:"true" json:"open_time"`
	CloseDay  string    `form:"close_day" ui:"date" required:"true" json:"close_day"`
	CloseTime string    `form:"close_time" ui:"time" required:"true" json:"close_time"`
	Zone      string    `form:"zone" ui:"text" max:"64" required:"true" json:"zone"`
	Audience  string    `form:"audience" ui:"radio" required:"true" json:"audience" enum:"everyone,of-bodies,invited"`
	BodyKinds []string  `form:"body_kinds" ui:"checks" json:"body_kinds,omitempty"`
	Invited   string    `form:"invited" ui:"area" max:"20000" json:"invited,omitempty" doc:"addresses, one per line"`
	PerPerson int       `form:"per_person" ui:"number" json:"per_person"`
	PerOrg    int       `form:"per_org" ui:"number" json:"per_organisation"`
	Langs     []string  `form:"langs" ui:"checks" json:"languages,omitempty"`
	Becomes   string    `form:"becomes" ui:"select" json:"becomes,omitempty"`
	Shown     string    `form:"shown" ui:"radio" required:"true" json:"shown" enum:"never,decided,closed,at-once"`
	Alike     bool      `form:"alike" ui:"check" json:"alike"`
	Wanted    bool      `form:"wanted" ui:"check" json:"wanted"`
	Previous  string    `form:"previous" ui:"select" json:"previous,omitempty"`
	Thanks    core.Text `form:"thanks" ui:"area" max:"2000" json:"thanks,omitzero"`
	Published bool      `form:"published" ui:"check" json:"published"`

	Edition core.ID `form:"-" json:"edition,omitempty"`
	Body    core.ID `form:"-" json:"body,omitempty"`
	// Reason says why the end of a window that was announced is moved; everybody reads it.
	Reason string `form:"reason" ui:"text" max:"300" json:"reason,omitempty"`
}

// InputOf is the form of a call as it stands.
func InputOf(c Call) Input {
	open, end := c.Opens.In(c.Zone), c.Closes.In(c.Zone)
	return Input{
		Version: c.Version, Kind: c.Kind, Title: c.Title, About: c.About, Thanks: c.Thanks, Zone: c.Zone,
		OpenDay: open.Format("2006-01-02"), OpenTime: open.Format("15:04"), CloseDay: end.Format("2006-01-02"), CloseTime: end.Format("15:04"),
		Audience: c.Audience, BodyKinds: c.BodyKinds, Invited: strings.Join(c.Invited, "\n"), PerPerson: c.PerPerson, PerOrg: c.PerOrg,
		Langs: c.Langs, Becomes: c.Becomes, Shown: c.Shown, Alike: c.Alike, Wanted: c.Wanted, Previous: string(c.Previous), Published: c.Published,
		Edition: c.Edition, Body: c.Body,
	}
}

// call checks the input and makes a call of it, apart from what only its row knows.
func (in *Input) call() (Call, core.Problems) {
	in.Title, in.About, in.Thanks, in.Zone = in.Title.Clean(), in.About.Clean(), in.Thanks.Clean(), strings.TrimSpace(in.Zone)
	in.Reason, in.Becomes = strings.TrimSpace(in.Reason), strings.TrimSpace(in.Becomes)
	p := core.Validate(*in)
	c := Call{
		Edition: in.Edition, Body: in.Body, Kind: in.Kind, Title: in.Title, About: in.About, Thanks: in.Thanks, Zone: in.Zone, Audience: in.Audience,
		PerPerson: in.PerPerson, PerOrg: in.PerOrg, Becomes: in.Becomes, Shown: in.Shown, Alike: in.Alike, Wanted: in.Wanted, Previous: core.ID(in.Previous), Published: in.Published,
		BodyKinds: []string{}, Invited: []string{}, Langs: []string{},
	}
	choice := func(path, value string, list []string) {
		if value != "" && !slices.Contains(list, value) {
			p.Add(path, "calls.error.choice")
		}
	}
	choice("kind", in.Kind, CallKinds)
	choice("audience", in.Audience, Audiences)
	choice("shown", in.Shown, Shown)
	for _, l := range in.Langs {
		choice("langs", l, core.Langs)
		c.Langs = append(c.Langs, l)
	}
	for _, k := range in.BodyKinds {
		choice("body_kinds", k, bodyKinds())
		c.BodyKinds = append(c.BodyKinds, k)
	}
	if in.Audience == OfBodies && len(in.BodyKinds) == 0 {
		p.Add("body_kinds", "form.required")
	}
	for _, line := range strings.FieldsFunc(in.Invited, func(r rune) bool { return strings.ContainsRune("\n\r,; \t", r) }) {
		_, key, err := mail.Address(line)
		if err != nil {
			p.Add("invited", "mail.address.invalid", "Address", line)
			continue
		}
		c.Invited = append(c.Invited, key)
	}
	if in.Audience == ByMail && strings.TrimSpace(in.Invited) == "" {
		p.Add("invited", "form.required")
	}
	if in.Becomes != "" && !codeShape.MatchString(in.Becomes) {
		p.Add("becomes", "calls.error.choice")
	}
	if in.PerPerson < 0 || in.PerOrg < 0 || in.PerPerson > 1000 || in.PerOrg > 1000 {
		p.Add("per_person", "calls.error.limits")
	}
	in.window(&c, &p)
	return c, p
}

func (in *Input) window(c *Call, p *core.Problems) {
	if in.Zone == "" || in.OpenDay == "" || in.OpenTime == "" || in.CloseDay == "" || in.CloseTime == "" {
		return // said already
	}
	if _, err := core.LoadZone(in.Zone); err != nil {
		p.Add("zone", "core.zone.unknown", "Zone", in.Zone)
		return
	}
	var err error
	if c.Opens, err = core.WallTime(in.OpenDay, in.OpenTime, in.Zone); err != nil {
		p.Add("open_day", "calls.error.time")
	}
	if c.Closes, err = core.WallTime(in.CloseDay, in.CloseTime, in.Zone); err != nil {
		p.Add("close_day", "calls.error.time")
		return
	}
	if !c.Opens.IsZero() && !c.Opens.Before(c.Closes) {
		p.Add("close_day", "calls.error.order")
	}
}

func bodyKinds() []string {
	var out []string
	for _, k := range bodies.Kinds {
		out = append(out, k.Code)
	}
	return out
}

// CancelInput is the form that takes a call back.
type CancelInput struct {
	Version int64  `form:"version" ui:"hidden" json:"version"`
	Reason  string `form:"reason" ui:"area" max:"300" required:"true" json:"reason,omitempty"`
}

const longestReason = 300

// RulesInput is the form of a call's rules.
type RulesInput struct {
	Version int64     `form:"version" ui:"hidden" json:"version"`
	Rules   []RuleRow `form:"rules" ui:"rows" json:"rules"`
}

// RuleRow is one rule; without a code it is none.
type RuleRow struct {
	Code     string   `form:"code" ui:"select" json:"code"`
	Severity string   `form:"severity" ui:"select" json:"severity"`
	Limit    int      `form:"limit" ui:"number" json:"limit,omitempty"`
	Codes    []string `form:"codes" ui:"checks" json:"codes,omitempty"`
	Source   string   `form:"source" max:"300" json:"source,omitempty"`
}

// RulesOf is the form of the rules as they stand.
func RulesOf(c Call) RulesInput {
	in := RulesInput{Version: c.Version}
	for _, r := range c.Rules {
		in.Rules = append(in.Rules, RuleRow(r))
	}
	return in
}

func (in RulesInput) rules(v *vocab.Service) ([]Rule, core.Problems) {
	p := core.Validate(in)
	out, seen := []Rule{}, map[string]bool{}
	for i, r := range in.Rules {
		at := core.Row("rules", i)
		if r.Code == "" {
			continue
		}
		switch {
		case !slices.Contains(RuleCodes, r.Code):
			p.Add(at+"code", "calls.error.choice")
		case seen[r.Code]:
			p.Add(at+"code", "calls.error.rule_twice")
		}
		seen[r.Code] = true
		if !slices.Contains(Severities, r.Severity) {
			p.Add(at+"severity", "form.required")
		}
		if Limited(r.Code) && (r.Limit < 1 || r.Limit > 100) {
			p.Add(at+"limit", "calls.error.number", "Min", 1, "Max", 100)
		}
		if !Limited(r.Code) {
			r.Limit = 0
		}
		if r.Code != RuleEligible {
			r.Codes = nil
		} else if len(r.Codes) == 0 {
			p.Add(at+"codes", "form.required")
		}
		for _, g := range r.Codes {
			if !v.Has(vocab.Groups, g) {
				p.Add(at+"codes", "calls.error.choice")
			}
		}
		r.Source = strings.TrimSpace(r.Source)
		out = append(out, Rule(r))
	}
	return out, p
}
