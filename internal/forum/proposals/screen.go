package proposals

import (
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
)

// Facts are what the rules of a call ask beyond a proposal itself.
type Facts struct {
	Advisory  bool                // the proposer holds a seat in an advisory group today
	Group     string              // stakeholder group of the proposer
	OwnOthers int                 // further proposals of the proposer in the call that count
	OrgOthers int                 // of her organisation
	Speaking  map[string]int      // by the key of a speaker: further proposals of the edition that name her
	Owed      int                 // reports of earlier sessions that are missing; -1: not known
	Region    func(string) string // regional group of a country
}

// personKey is by whom a person is the same in several proposals: her address, else her
// name.
func (p Party) personKey() string {
	if p.EmailKey != "" {
		return p.EmailKey
	}
	return p.NameKey
}

// Screen says what each rule of a call finds in a proposal. It decides nothing: a rule
// that blocks makes a proposal ineligible only when somebody says so.
func Screen(rules []calls.Rule, form calls.Form, p Proposal, parties []Party, f Facts) []Finding {
	var out []Finding
	for _, r := range rules {
		x := Finding{Proposal: p.ID, Rule: r.Code, Outcome: Holds, Args: map[string]any{}, Severity: r.Severity}
		if calls.Limited(r.Code) {
			x.Args["Count"] = r.Limit
		}
		screen(&x, r, form, p, parties, f)
		out = append(out, x)
	}
	return out
}

func screen(x *Finding, r calls.Rule, form calls.Form, p Proposal, parties []Party, f Facts) {
	broken := func(is bool) {
		if is {
			x.Outcome = Broken
		}
	}
	speakers := of(parties, calls.MeansSpeaker)
	switch r.Code {
	case calls.RuleComplete:
		broken(len(form.Missing(p.Answers)) > 0)
	case calls.RuleSpeakers:
		n := count(speakers, Party.Coming)
		x.Args["Have"] = n
		broken(n < r.Limit)
	case calls.RuleGender:
		x.Outcome = genders(speakers)
	case calls.RuleOnsite:
		n := count(speakers, func(s Party) bool { return s.Onsite == "onsite" && s.State != Declined })
		moderators := count(of(parties, calls.MeansOnsite), func(s Party) bool { return s.State != Declined })
		x.Args["Have"], x.Args["Moderators"] = n, moderators
		broken(n < r.Limit || moderators == 0)
	case calls.RuleOnline:
		broken(count(of(parties, calls.MeansOnline), func(s Party) bool { return s.State != Declined }) == 0)
	case calls.RuleMember:
		broken(f.Advisory)
	case calls.RuleEligible:
		if f.Group == "" {
			x.Outcome = Unknown
			return
		}
		broken(!slices.Contains(r.Codes, f.Group))
	case calls.RuleReport:
		if f.Owed < 0 {
			x.Outcome = Unknown
		}
		broken(f.Owed > 0)
	case calls.RulePerPerson:
		x.Args["Have"] = f.OwnOthers + 1
		broken(f.OwnOthers+1 > r.Limit)
	case calls.RulePerOrg:
		x.Args["Have"] = f.OrgOthers + 1
		broken(p.OrgKey != "" && f.OrgOthers+1 > r.Limit)
	case calls.RuleSpeaking:
		var names []string
		for _, s := range speakers {
			if s.State != Declined && f.Speaking[s.personKey()]+1 > r.Limit {
				names = append(names, s.Name)
			}
		}
		x.Args["Names"] = names
		broken(len(names) > 0)
	case calls.RuleGroups:
		n := distinct(of(parties, calls.MeansOwner), func(s Party) string { return s.Group })
		x.Args["Have"] = n
		broken(n < r.Limit)
	case calls.RuleRegions:
		n := distinct(speakers, func(s Party) string {
			if s.Country == "" || f.Region == nil {
				return ""
			}
			return f.Region(s.Country)
		})
		x.Args["Have"] = n
		broken(n < r.Limit)
	}
}

// genders tells whether the speakers are not all of one gender. Only what they state
// themselves counts; who rather does not say could be of any.
func genders(speakers []Party) string {
	said, open := map[string]bool{}, 0
	for _, s := range speakers {
		switch {
		case s.State == Declined:
		case s.Gender == "" || s.Gender == NotSaid:
			open++
		default:
			said[s.Gender] = true
		}
	}
	switch {
	case len(said) > 1:
		return Holds
	case open > 0 || len(said) == 0:
		return Unknown
	}
	return Broken
}

func of(parties []Party, means string) []Party {
	var out []Party
	for _, p := range parties {
		if p.Means == means && !p.Gone {
			out = append(out, p)
		}
	}
	return out
}

func count(list []Party, is func(Party) bool) int {
	n := 0
	for _, p := range list {
		if is(p) {
			n++
		}
	}
	return n
}

func distinct(list []Party, key func(Party) string) int {
	seen := map[string]bool{}
	for _, p := range list {
		if k := key(p); k != "" && p.State != Declined {
			seen[k] = true
		}
	}
	return len(seen)
}

// Stops tells whether a finding makes a proposal ineligible unless it is overruled.
func (f Finding) Stops() bool {
	return f.Outcome == Broken && f.Severity == calls.Blocks && f.Overruled == ""
}

// ScreenInput is the decision on a proposal after screening.
type ScreenInput struct {
	Version   int64             `form:"version" ui:"hidden" json:"version"`
	To        string            `form:"to" ui:"-" json:"to" enum:"eligible,ineligible,returned"`
	Note      string            `form:"note" ui:"area" max:"2000" json:"note,omitempty"`
	Overruled map[string]string `form:"overruled" ui:"-" json:"overruled,omitempty" doc:"by rule, why it does not count"`
}

func (in ScreenInput) problems(findings []Finding) core.Problems {
	p := core.Validate(in)
	if !slices.Contains([]string{StateEligible, StateIneligible, StateReturned}, in.To) {
		p.Add("to", "calls.error.choice")
	}
	if in.To != StateEligible && in.Note == "" {
		p.Add("note", "proposals.error.note")
	}
	for _, f := range findings {
		if in.To == StateEligible && f.Stops() {
			p.Add("overruled["+f.Rule+"]", "proposals.error.overrule")
		}
	}
	return p
}
