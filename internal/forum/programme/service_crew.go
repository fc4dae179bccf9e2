package programme

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/platform/record"
)

// PeopleInput is all roles in a session.
type PeopleInput struct {
	Version int64       `form:"version" ui:"hidden" json:"version"`
	People  []PersonRow `form:"people" ui:"rows" json:"people"`
}

// PersonRow is one role in the form. The name is what is typed; Person is whom it
// meant when the form was shown. Choice and New answer what the form asks back: which
// of several people is meant, or that somebody is new.
type PersonRow struct {
	ID             core.ID `form:"id" ui:"hidden" json:"id"`
	Role           string  `form:"role" ui:"select" json:"role"`
	Name           string  `form:"name" ui:"text" max:"120" json:"name"`
	Person         core.ID `form:"person" ui:"hidden" json:"person"`
	Choice         core.ID `form:"choice" ui:"radio" json:"choice"`
	Organisation   string  `form:"organisation" ui:"text" max:"200" json:"organisation"`
	OrganisationID core.ID `form:"organisation_id" ui:"hidden" json:"organisation_id"`
	New            bool    `form:"new" ui:"check" json:"new"`
	Note           string  `form:"note" ui:"text" max:"300" json:"note"`
}

func (r PersonRow) empty() bool {
	return strings.TrimSpace(r.Name) == "" && strings.TrimSpace(r.Organisation) == ""
}

// PeopleOf is the form of a session's roles as they stand. The session has its names.
func PeopleOf(x *Session) PeopleInput {
	in := PeopleInput{Version: x.Version}
	for _, r := range x.Roles {
		row := PersonRow{
			ID: r.ID, Role: r.Role, Person: r.Person, Organisation: r.OrganisationName.String(), OrganisationID: r.Organisation, Note: r.Note.String(),
		}
		if r.Person != "" {
			row.Name = r.Name
		}
		in.People = append(in.People, row)
	}
	return in
}

// nameAll fills the names of a session that was read inside a write.
func (s *Service) nameAll(ctx context.Context, x *Session) error {
	roles := make([]*Role, len(x.Roles))
	for i := range x.Roles {
		roles[i] = &x.Roles[i]
	}
	return s.name(ctx, roles)
}

// most roles in a session.
const mostRoles = 100

// Validate checks the input; whether names are known is asked when it is saved.
func (in PeopleInput) Validate() error {
	p := core.Validate(in)
	if len(in.People) > mostRoles {
		p.Add("people", "programme.error.roles_many", "Count", mostRoles)
	}
	for i, r := range in.People {
		if !r.empty() && !slices.Contains(RoleNames, r.Role) {
			p.Add(core.Row("people", i)+"role", "form.required")
		}
	}
	return p.Err()
}

// Candidates are the people whom a typed name may mean and whom the actor may see, the
// likeliest first.
func (s *Service) Candidates(ctx context.Context, a core.Actor, name string) ([]people.Match, error) {
	found, err := s.people.FindPersons(ctx, name, 20)
	if err != nil {
		return nil, fmt.Errorf("find people: %w", err)
	}
	return slices.DeleteFunc(found, func(m people.Match) bool { return !people.Can(a, "see", m.Person) }), nil
}

// answered is what a row of the form means: somebody known, or somebody new.
type answered struct {
	row                   PersonRow
	person, organisation  core.ID
	newPerson, newOrg     string
	newPersonAt, newOrgAt int // rows of the same new name share one person
}

// SetRoles makes the roles of a session what the input says. Its organisers and staff.
// A name that is written as one known person's is that person; where several could be
// meant, or nobody is known, the form asks back (problems at "choice" and "new"). Rows
// that stay keep their snapshot. Event: session.crew_changed. Errors: Invalid, Stale
// with a PeopleInput.
func (s *Service) SetRoles(ctx context.Context, a core.Actor, set *editions.Setting, ref string, in PeopleInput) (*Session, error) {
	x, err := s.Session(ctx, a, set, ref)
	if err != nil {
		return nil, err
	}
	if err := Policy.Check("people", x.State, Crew(a, x)...); err != nil {
		return nil, err
	}
	if err := in.Validate(); err != nil {
		return nil, err
	}
	if in.Version != x.Version {
		return nil, core.Stale(PeopleOf(x))
	}
	rows, err := s.answer(ctx, a, x, in)
	if err != nil {
		return nil, err
	}
	return s.change(ctx, a, set, ref, "people", func(ctx context.Context, tx *record.Tx, fresh *Session) error {
		if in.Version != fresh.Version {
			if err := s.nameAll(ctx, fresh); err != nil {
				return err
			}
			return core.Stale(PeopleOf(fresh))
		}
		if err := s.enter(ctx, tx, fresh, rows); err != nil {
			return err
		}
		return s.replaceRoles(ctx, tx, set, fresh, rows)
	})
}

// answer finds out whom the rows of the form mean.
func (s *Service) answer(ctx context.Context, a core.Actor, x *Session, in PeopleInput) ([]answered, error) {
	var p core.Problems
	var out []answered
	called := calledNow(x)
	for i, r := range in.People {
		if r.empty() {
			continue
		}
		ans := answered{row: r, newPersonAt: i, newOrgAt: i}
		if strings.TrimSpace(r.Name) != "" {
			if err := s.answerPerson(ctx, a, &p, i, &ans, called); err != nil {
				return nil, err
			}
		}
		if strings.TrimSpace(r.Organisation) != "" {
			if err := s.answerOrganisation(ctx, &p, i, &ans, called); err != nil {
				return nil, err
			}
		}
		for _, o := range out {
			if o.row.Role == r.Role && o.person == ans.person && o.organisation == ans.organisation && o.newPerson == ans.newPerson && o.newOrg == ans.newOrg {
				p.Add(core.Row("people", i)+"name", "programme.error.role_twice")
				break
			}
		}
		out = append(out, ans)
	}
	return out, p.Err()
}

// calledNow are the folded names of those who have a role in the session, by id.
func calledNow(x *Session) map[core.ID]string {
	out := map[core.ID]string{}
	for _, r := range x.Roles {
		if r.Person != "" {
			out[r.Person] = core.Fold(r.Name)
		}
		if r.Organisation != "" {
			out[r.Organisation] = core.Fold(r.OrganisationName.String())
		}
	}
	return out
}

// answerPerson finds the person of a row: the one that stood there, if the name is
// unchanged; the one that was chosen; the only one of that name.
func (s *Service) answerPerson(ctx context.Context, a core.Actor, p *core.Problems, i int, ans *answered, called map[core.ID]string) error {
	r := ans.row
	if r.Person != "" && called[r.Person] == core.Fold(r.Name) {
		ans.person = r.Person
		return nil
	}
	found, err := s.Candidates(ctx, a, r.Name)
	if err != nil {
		return err
	}
	if at := slices.IndexFunc(found, func(m people.Match) bool { return m.Person.ID == r.Choice }); at >= 0 && r.Choice != "" {
		ans.person = r.Choice
		return nil
	}
	var same []people.Match
	for _, m := range found {
		if m.Reason == people.SameName {
			same = append(same, m)
		}
	}
	switch {
	case r.New:
		ans.newPerson = core.Fold(r.Name)
	case len(same) == 1:
		ans.person = same[0].Person.ID
	case len(found) > 0:
		p.Add(core.Row("people", i)+"choice", "programme.error.choose_person", "Name", strings.TrimSpace(r.Name))
	default:
		p.Add(core.Row("people", i)+"new", "programme.error.new_person", "Name", strings.TrimSpace(r.Name))
	}
	return nil
}

func (s *Service) answerOrganisation(ctx context.Context, p *core.Problems, i int, ans *answered, called map[core.ID]string) error {
	r := ans.row
	if r.OrganisationID != "" && called[r.OrganisationID] == core.Fold(r.Organisation) {
		ans.organisation = r.OrganisationID
		return nil
	}
	found, err := s.people.FindOrganisations(ctx, r.Organisation)
	if err != nil {
		return fmt.Errorf("find organisations: %w", err)
	}
	sure := slices.DeleteFunc(slices.Clone(found), func(m people.OrganisationMatch) bool { return m.Reason != people.SameName })
	if len(sure) == 0 {
		sure = slices.DeleteFunc(slices.Clone(found), func(m people.OrganisationMatch) bool { return m.Reason != people.SameAcronym })
	}
	switch {
	case len(sure) == 1:
		ans.organisation = sure[0].Organisation.ID
	case len(sure) > 1:
		p.Add(core.Row("people", i)+"organisation", "programme.error.several_organisations", "Name", strings.TrimSpace(r.Organisation))
	case r.New:
		ans.newOrg = core.Fold(r.Organisation)
	default:
		p.Add(core.Row("people", i)+"new", "programme.error.new_organisation", "Name", strings.TrimSpace(r.Organisation))
	}
	return nil
}

// enter makes the persons and organisations that are new.
func (s *Service) enter(ctx context.Context, tx *record.Tx, x *Session, rows []answered) error {
	persons, orgs := map[string]core.ID{}, map[string]core.ID{}
	for i := range rows {
		r := &rows[i]
		if r.newPerson != "" {
			if persons[r.newPerson] == "" {
				honorific, name := people.SplitHonorific(strings.TrimSpace(r.row.Name))
				p, err := s.people.CreatePersonTx(ctx, tx, people.NewPerson{Name: name, Honorific: honorific, Public: x.State != StateDraft})
				if err != nil {
					return fmt.Errorf("enter person: %w", err)
				}
				persons[r.newPerson] = p.ID
			}
			r.person = persons[r.newPerson]
		}
		if r.newOrg != "" {
			if orgs[r.newOrg] == "" {
				o, err := s.people.CreateOrganisationTx(ctx, tx, people.NewOrganisation{Name: core.NewText(langOf(x), strings.TrimSpace(r.row.Organisation))})
				if err != nil {
					return fmt.Errorf("enter organisation: %w", err)
				}
				orgs[r.newOrg] = o.ID
			}
			r.organisation = orgs[r.newOrg]
		}
	}
	return nil
}

// langOf is the language in which a session is described.
func langOf(x *Session) string {
	if x.Title.Orig != "" {
		return x.Title.Orig
	}
	return core.Langs[0]
}

// replaceRoles makes the rows of a session's roles what the answers say.
func (s *Service) replaceRoles(ctx context.Context, tx *record.Tx, set *editions.Setting, x *Session, rows []answered) error {
	before := x.Roles
	after := make([]Role, 0, len(rows))
	for i, r := range rows {
		role := Role{Session: x.ID, Position: i, Person: r.person, Organisation: r.organisation, Role: r.row.Role, Note: core.NewText(langOf(x), r.row.Note)}
		if at := slices.IndexFunc(before, func(o Role) bool { return o.ID == r.row.ID }); at >= 0 {
			old := before[at]
			role.ID = old.ID
			if old.Person == role.Person && old.Organisation == role.Organisation {
				role.Snapshot, role.Given = old.Snapshot, old.Given
			}
			if old.Note.String() == r.row.Note {
				role.Note = old.Note
			}
		}
		if role.ID == "" {
			role.ID = tx.NewID()
		}
		after = append(after, role)
	}
	if slices.EqualFunc(before, after, func(a, b Role) bool {
		return a.ID == b.ID && changeOf(a) == changeOf(b) && a.Note.Equal(b.Note)
	}) {
		return nil
	}
	if err := s.snapNew(ctx, tx, x, before, after); err != nil {
		return err
	}
	stale, err := touch(ctx, tx, x, x.Version)
	if err != nil {
		return fmt.Errorf("change people: %w", err)
	}
	if stale { // nothing else can write meanwhile, but the row may have gone
		return core.Stale(PeopleOf(x))
	}
	if _, err := tx.NewDelete().Model((*Role)(nil)).Where("session = ?", x.ID).Exec(ctx); err != nil {
		return fmt.Errorf("take roles: %w", err)
	}
	if len(after) > 0 {
		if _, err := tx.NewInsert().Model(&after).Exec(ctx); err != nil {
			return fmt.Errorf("give roles: %w", err)
		}
	}
	sortRoles(after)
	x.Roles = after
	if err := s.publish(ctx, tx, x); err != nil {
		return err
	}
	s.crewChanged(tx, set, x, without(after, before), without(before, after))
	return nil
}

// snapNew takes the snapshots of roles that are new or another's; those that stay keep
// theirs.
func (s *Service) snapNew(ctx context.Context, tx *record.Tx, x *Session, before, after []Role) error {
	var fresh []Role
	var at []int
	for i, r := range after {
		kept := slices.IndexFunc(before, func(o Role) bool {
			return o.ID == r.ID && o.Person == r.Person && o.Organisation == r.Organisation
		})
		if kept >= 0 {
			after[i].Affiliated = before[kept].Affiliated
			continue
		}
		fresh, at = append(fresh, r), append(at, i)
	}
	if err := s.snap(ctx, tx, fresh, x.Day); err != nil {
		return err
	}
	for i, r := range fresh {
		after[at[i]] = r
	}
	return nil
}

// without are the roles of a that b has not.
func without(a, b []Role) []Role {
	var out []Role
	for _, r := range a {
		if !slices.ContainsFunc(b, func(o Role) bool { return changeOf(o) == changeOf(r) }) {
			out = append(out, r)
		}
	}
	return out
}
