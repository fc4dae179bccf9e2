package demo

import (
	"context"
	"fmt"

	"plenary/internal/app/demo/corpus"
	"plenary/internal/core"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
)

// Role is one of those as whom one can sign in to the demo.
type Role struct {
	Key   string
	About string // key of the catalogue
	grant core.Role
	in    string // role in a session that she holds

	judges bool // she reviews the workshops
}

// Roles are the demo's roles in the order in which they are offered.
var Roles = []Role{
	{Key: "secretariat", About: "demo.about.secretariat", grant: core.RoleSecretariat},
	{Key: "rapporteur", About: "demo.about.rapporteur", in: "rapporteur"},
	{Key: "organiser", About: "demo.about.organiser", in: "organiser"},
	{Key: "moderator", About: "demo.about.moderator", in: "onsite-moderator"},
	{Key: "editor", About: "demo.about.editor", grant: core.RoleEditor},
	{Key: "admin", About: "demo.about.admin", grant: core.RoleAdmin},
	{Key: "reviewer", About: "demo.about.reviewer", judges: true},
	{Key: "participant", About: "demo.about.participant"},
}

// accounts gives the demo's roles to people of the sample: the rapporteur owes
// takeaways at this moment.
func (b *builder) accounts() error {
	b.clock.Freeze(b.start.Time())
	taken := map[int]bool{}
	return b.write(func(ctx context.Context, tx *record.Tx) error {
		for _, r := range Roles {
			i := b.holder(r, taken)
			if i < 0 {
				return fmt.Errorf("nobody for the role %s", r.Key)
			}
			taken[i] = true
			p := b.corpus.People[i]
			acc, err := b.Authn.CreateTx(ctx, tx, authn.NewAccount{
				Email: p.Email, Name: p.Name, Lang: "en", Person: b.persons[i], DemoRole: r.Key, DemoAbout: r.About,
			})
			if err != nil {
				return fmt.Errorf("account of %s: %w", p.Name, err)
			}
			if r.grant != "" {
				if err := b.Authn.GrantTx(ctx, tx, acc.ID, r.grant, core.ScopeForum); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// holder finds a person for a role: for a role in a session, of one whose takeaways are
// due now, else of any.
func (b *builder) holder(r Role, taken map[int]bool) int {
	if r.judges {
		return b.judges()[0]
	}
	if r.in == "" {
		for i, p := range b.corpus.People {
			if !taken[i] && p.HighLevel == (r.grant == core.RoleAdmin) {
				return i
			}
		}
		return -1
	}
	for _, state := range []corpus.ReportState{corpus.ReportDue, corpus.ReportDraft, corpus.ReportNone} {
		for _, s := range b.corpus.Sessions {
			if s.Report.State != state || s.State != corpus.Scheduled {
				continue
			}
			for _, role := range s.Roles {
				if role.Role == r.in && !taken[role.Person] {
					return role.Person
				}
			}
		}
	}
	return -1
}
