package participation

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// What a rule looks at.
const (
	RuleCountry    = "country"
	RuleGroup      = "stakeholder"
	RuleCategory   = "category" // code
	RuleMode       = "mode"
	RuleDomain     = "domain" // of the address: "example.org" and what stands under it
	RuleDelegation = "delegation"
	RuleRole       = "role" // has a role in a session of the edition: speaker, organiser…
)

// RuleFields are all of them, in the order in which they are offered.
var RuleFields = []string{RuleCountry, RuleGroup, RuleCategory, RuleMode, RuleDomain, RuleDelegation, RuleRole}

// What a rule does.
const (
	RuleApprove = "approve"
	RuleHold    = "hold"
)

// fits tells whether a rule is about a registration. roles are those of her person in
// sessions of the edition.
func (x Rule) fits(r *Registration, st *Setting, roles []string) bool {
	switch x.Field {
	case RuleCountry:
		return slices.Contains(x.In, r.Country)
	case RuleGroup:
		return slices.Contains(x.In, r.Stakeholder)
	case RuleCategory:
		c := st.Category(r.Category)
		return c != nil && slices.Contains(x.In, c.Code)
	case RuleMode:
		return slices.Contains(x.In, r.Mode)
	case RuleDelegation:
		return r.Delegation != "" && (len(x.In) == 0 || slices.Contains(x.In, string(r.Delegation)))
	case RuleRole:
		return slices.ContainsFunc(roles, func(role string) bool { return len(x.In) == 0 || slices.Contains(x.In, role) })
	case RuleDomain:
		_, host, _ := strings.Cut(r.EmailKey, "@")
		return slices.ContainsFunc(x.In, func(d string) bool { return host == d || strings.HasSuffix(host, "."+d) })
	}
	return false
}

// Ruled tells what is to happen to a registration that comes in: the first rule that fits
// decides, else its category does. It is "approve" or "hold".
func (st *Setting) Ruled(r *Registration, roles []string) string {
	for _, x := range st.Rules {
		if x.fits(r, st, roles) {
			return x.Do
		}
	}
	if c := st.Category(r.Category); c != nil && c.Approval == ApproveAtOnce {
		return RuleApprove
	}
	return RuleHold
}

// rolesOf are the roles of persons in sessions of an edition, for the rules. One query.
func (s *Service) rolesOf(ctx context.Context, idb bun.IDB, edition core.ID, persons []core.ID) (map[core.ID][]string, error) {
	out := map[core.ID][]string{}
	for part := range slices.Chunk(slices.DeleteFunc(slices.Clone(persons), func(id core.ID) bool { return id == "" }), 500) {
		var rows []struct {
			Person core.ID `bun:"person"`
			Role   string  `bun:"role"`
		}
		err := idb.NewSelect().TableExpr("session_roles AS r").Join("JOIN sessions AS s ON s.id = r.session").ColumnExpr("DISTINCT r.person, r.role").
			Where("s.edition = ? AND r.person IN (?)", edition, bun.List(part)).Scan(ctx, &rows)
		if err != nil {
			return nil, fmt.Errorf("load roles in sessions: %w", err)
		}
		for _, r := range rows {
			out[r.Person] = append(out[r.Person], r.Role)
		}
	}
	return out, nil
}
