package participation

import (
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/vocab"
)

// DelegationInput is what somebody says who asks for a delegation, or changes it.
type DelegationInput struct {
	Version     int64  `form:"version" ui:"hidden"`
	Name        string `form:"name" max:"200" required:"true"`
	Country     string `form:"country" ui:"select"`
	Stakeholder string `form:"stakeholder" ui:"select" required:"true"`
	Most        int    `form:"most" ui:"number" required:"true"`
	Note        string `form:"note" ui:"area" max:"1000"`
}

// largestDelegation is the most members that can be asked for.
const largestDelegation = 2000

// input is the form of a delegation as it stands.
func (d *Delegation) input() DelegationInput {
	return DelegationInput{Version: d.Version, Name: d.Name, Country: d.Country, Stakeholder: d.Stakeholder, Most: d.Most, Note: d.Note}
}

func (in *DelegationInput) check(v *vocab.Service, asking bool) error {
	in.Name, in.Note = oneLine(in.Name), strings.TrimSpace(in.Note)
	p := core.Validate(*in)
	if in.Country != "" {
		if _, ok := v.Country(in.Country); !ok {
			p.Add("country", "participation.error.choice")
		}
	}
	if in.Stakeholder != "" && !v.Has(vocab.Groups, in.Stakeholder) {
		p.Add("stakeholder", "participation.error.choice")
	}
	if in.Most < 0 || in.Most > largestDelegation {
		p.Add("most", "participation.group.error.most", "Count", largestDelegation)
	}
	if asking && in.Note == "" {
		p.Add("note", "form.required")
	}
	return p.Err()
}

// DelegationDecision is what the staff decides of a delegation that is asked for.
type DelegationDecision struct {
	Version int64     `form:"version" ui:"hidden"`
	State   string    `form:"state" ui:"radio" required:"true"`
	Trusted bool      `form:"trusted" ui:"check"`
	Most    int       `form:"most" ui:"number"`
	Reason  core.Text `form:"reason" ui:"areas" max:"1000"`
}

// MemberInput is one person whom a focal point registers.
type MemberInput struct {
	Name     string `form:"name" max:"120" required:"true"`
	Email    string `form:"email" ui:"email" max:"254" required:"true"`
	Title    string `form:"title" max:"160"`
	Mode     string `form:"mode" ui:"radio" required:"true"`
	Category string `form:"category" ui:"select"`
}

// MemberCorrection is what a focal point may correct of a member: her function and how she
// takes part. All else is the member's own.
type MemberCorrection struct {
	Version int64  `form:"version" ui:"hidden"`
	Title   string `form:"title" max:"160"`
	Mode    string `form:"mode" ui:"radio" required:"true"`
}

// memberStates are the states of who counts against the most members of a delegation.
var memberStates = []string{StateSubmitted, StatePending, StateWaiting, StateApproved, StateCheckedIn, StateAttended}

// categoryFor finds the category of a member: by its code or name in any language, or where
// none is named, the first without papers that is for her mode alone, or for any.
func categoryFor(st *Setting, named, mode string) *Category {
	named = core.Fold(named)
	var usual *Category
	for i := range st.Categories {
		c := &st.Categories[i]
		if c.Staffed {
			continue
		}
		switch {
		case named == "" && !c.Documents && c.suits(mode) && (usual == nil || usual.Mode != mode && c.Mode == mode):
			usual = c
		case named == "":
		case core.Fold(c.Code) == named || slices.ContainsFunc(core.Langs, func(l string) bool { return core.Fold(c.Name.By[l]) == named }):
			return c
		}
	}
	return usual
}

// suits tells whether somebody who takes part in that way may have the category.
func (c *Category) suits(mode string) bool { return c.Mode == "" || c.Mode == mode || mode == ModeBoth }
