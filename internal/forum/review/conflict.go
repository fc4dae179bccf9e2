package review

import (
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// Codes of what keeps a reviewer from a proposal.
const (
	Declared     = "declared"     // she or the staff say so
	IsProposer   = "proposer"     // it is hers
	IsNamed      = "named"        // she is named in it: by account, person or address
	SameName     = "name"         // somebody of her name is named in it
	Organisation = "organisation" // of hers, or of somebody named in it
)

// Reason is one thing that keeps a reviewer from a proposal.
type Reason struct {
	Code string `json:"code" enum:"declared,proposer,named,name,organisation"`
	With string `json:"with,omitempty" doc:"the organisation, or the words of who declares it"`
}

// Said is what was said of a conflict: who declared it (Declared: "reviewer" or "staff"),
// and which reasons the staff have overruled, and why.
type Said struct {
	bun.BaseModel `bun:"table:review_conflicts,alias:rx"`

	Reviewer  core.ID      `bun:"reviewer,pk"`
	Proposal  core.ID      `bun:"proposal,pk"`
	Declared  string       `bun:"declared"`
	Words     string       `bun:"words"`
	Overruled string       `bun:"overruled"`
	Codes     []string     `bun:"codes,type:jsonb"` // of the reasons that were overruled
	ByName    string       `bun:"by_name"`
	At        core.Instant `bun:"at"`
}

// Who declared a conflict.
const (
	ByReviewer = "reviewer"
	ByStaff    = "staff"
)

// Conflict is what stands between a reviewer and a proposal.
type Conflict struct {
	Reviewer  core.ID
	Proposal  core.ID
	Reasons   []Reason // all, also those that were overruled
	Stands    bool     // some reason was not overruled
	Overruled string   // why the others do not count
	Declared  string   // by whom, if it was
	ByName    string
}

type pair struct{ reviewer, proposal core.ID }

// side is what is known of a reviewer or of a proposal, to be held against the other.
type side struct {
	id       core.ID
	accounts []core.ID // of a proposal: the proposer's
	persons  []core.ID
	emails   []string
	names    []string          // folded
	orgs     map[string]string // folded, as written
}

func (s *side) org(words string) {
	if key := core.Fold(words); key != "" {
		if s.orgs == nil {
			s.orgs = map[string]string{}
		}
		if _, there := s.orgs[key]; !there {
			s.orgs[key] = words
		}
	}
}

// detect tells what keeps a reviewer from a proposal.
func detect(r, p *side) []Reason {
	var out []Reason
	share := func(a, b []core.ID) bool {
		return slices.ContainsFunc(a, func(x core.ID) bool { return x != "" && slices.Contains(b, x) })
	}
	words := func(a, b []string) bool {
		return slices.ContainsFunc(a, func(x string) bool { return x != "" && slices.Contains(b, x) })
	}
	if share(r.accounts, p.accounts) {
		out = append(out, Reason{Code: IsProposer})
	}
	switch {
	case share(r.persons, p.persons) || words(r.emails, p.emails):
		out = append(out, Reason{Code: IsNamed})
	case words(r.names, p.names):
		out = append(out, Reason{Code: SameName})
	}
	small, large := r.orgs, p.orgs
	if len(large) < len(small) {
		small, large = large, small
	}
	var same []string
	for key := range small {
		if _, ok := large[key]; ok {
			same = append(same, p.orgs[key])
		}
	}
	if len(same) > 0 {
		out = append(out, Reason{Code: Organisation, With: slices.Min(same)})
	}
	return out
}

// judge joins what was detected with what was said.
func judge(k pair, found []Reason, said *Said) (Conflict, bool) {
	c := Conflict{Reviewer: k.reviewer, Proposal: k.proposal, Reasons: found}
	if said != nil && said.Declared != "" {
		c.Reasons = append([]Reason{{Code: Declared, With: said.Words}}, found...)
	}
	for _, r := range c.Reasons {
		if said == nil || said.Overruled == "" || !slices.Contains(said.Codes, r.Code) {
			c.Stands = true
		}
	}
	if said != nil {
		c.Overruled, c.ByName, c.Declared = said.Overruled, said.ByName, said.Declared
	}
	return c, len(c.Reasons) > 0
}

// conflicts holds all reviewers against all proposals.
func conflicts(reviewers, proposals []*side, said []Said) map[pair]Conflict {
	of := map[pair]*Said{}
	for i := range said {
		of[pair{said[i].Reviewer, said[i].Proposal}] = &said[i]
	}
	out := map[pair]Conflict{}
	for _, r := range reviewers {
		for _, p := range proposals {
			k := pair{r.id, p.id}
			if c, found := judge(k, detect(r, p), of[k]); found {
				out[k] = c
			}
		}
	}
	return out
}
