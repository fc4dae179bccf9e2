package people

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/db"
	"plenary/internal/platform/record"
)

// Organisation gives one organisation. Anybody may call. NotFound.
func (s *Service) Organisation(ctx context.Context, id core.ID) (Organisation, error) {
	return loadOrganisation(ctx, s.rec.DB.Read, id)
}

// Members gives the members of a network and the networks that an organisation is a
// member of, ended memberships too. Anybody may call.
func (s *Service) Members(ctx context.Context, id core.ID) (members, networks []Member, err error) {
	return loadMembers(ctx, s.rec.DB.Read, id)
}

// OrganisationFilter narrows the list of organisations.
type OrganisationFilter struct {
	Query         string // words of a name in any language, or an acronym
	Kind, Country string
	Page          core.Page
}

func (s *Service) narrowOrganisations(q *bun.SelectQuery, f OrganisationFilter, skip string) *bun.SelectQuery {
	if w := words(f.Query); len(w) > 0 {
		form := s.rec.DB.Read.NewSelect().Model((*orgNameRow)(nil)).ColumnExpr("1").Where("n.organisation = o.id")
		for _, word := range w[:min(len(w), maxQueryWords)] {
			form = form.Where("n.name_key LIKE ? ESCAPE '!'", db.Contains(word))
		}
		q = q.Where("EXISTS (?)", form)
	} else if strings.TrimSpace(f.Query) != "" {
		q = q.Where("1 = 0")
	}
	if f.Kind != "" && skip != "kind" {
		q = q.Where("o.kind = ?", f.Kind)
	}
	if f.Country != "" && skip != "country" {
		q = q.Where("o.country = ?", f.Country)
	}
	return q
}

// ListOrganisations gives organisations by name. Anybody may call.
func (s *Service) ListOrganisations(ctx context.Context, f OrganisationFilter) (core.List[Organisation], error) {
	var list core.List[Organisation]
	q := s.narrowOrganisations(s.rec.DB.Read.NewSelect().Model(&list.Items), f, "")
	if f.Page.Cursor != "" {
		var key string
		var id core.ID
		if err := core.ReadCursor(f.Page.Cursor, &key, &id); err != nil {
			return list, err
		}
		q = q.Where("(o.name_key > ? OR o.name_key = ? AND o.id > ?)", key, key, id)
	}
	if err := q.OrderExpr("o.name_key, o.id").Limit(int64(f.Page.Size()) + 1).Scan(ctx); err != nil {
		return list, fmt.Errorf("list organisations: %w", err)
	}
	if len(list.Items) > f.Page.Size() {
		list.Items = list.Items[:f.Page.Size()]
		last := list.Items[len(list.Items)-1]
		list.Next = core.Cursor(last.NameKey, last.ID)
	}
	total, err := s.narrowOrganisations(s.rec.DB.Read.NewSelect().Model((*Organisation)(nil)), f, "").Count(ctx)
	if err != nil {
		return list, fmt.Errorf("count organisations: %w", err)
	}
	list.Total = int(total)
	return list, nil
}

// AllOrganisations gives the whole list that a filter leaves, for the download.
func (s *Service) AllOrganisations(ctx context.Context, f OrganisationFilter) ([]Organisation, error) {
	var list []Organisation
	if err := s.narrowOrganisations(s.rec.DB.Read.NewSelect().Model(&list), f, "").
		OrderExpr("o.name_key, o.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list organisations: %w", err)
	}
	return list, nil
}

// OrganisationFacets counts how many organisations each kind and each country would
// leave in the list, the most first.
func (s *Service) OrganisationFacets(ctx context.Context, f OrganisationFilter) (kinds, countries []Facet, err error) {
	for _, part := range []struct {
		skip, column string
		into         *[]Facet
	}{{"kind", "o.kind", &kinds}, {"country", "o.country", &countries}} {
		q := s.narrowOrganisations(s.rec.DB.Read.NewSelect().Model((*Organisation)(nil)), f, part.skip)
		if err := q.ColumnExpr(part.column+" AS value, COUNT(*) AS count").Where(part.column+" <> ''").
			GroupExpr(part.column).OrderExpr("COUNT(*) DESC, "+part.column).Scan(ctx, part.into); err != nil {
			return nil, nil, fmt.Errorf("count organisations: %w", err)
		}
	}
	return kinds, countries, nil
}

// CreateOrganisation enters an organisation from the form. Staff only. Event:
// organisation.created. Errors: Invalid.
func (s *Service) CreateOrganisation(ctx context.Context, a core.Actor, in OrganisationInput) (Organisation, error) {
	if err := organisationPolicy.Check("create", "", a.Roles(core.ScopeForum)...); err != nil {
		return Organisation{}, err
	}
	if err := in.Validate(s.vocab); err != nil {
		return Organisation{}, err
	}
	var o Organisation
	err := s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		members, err := membersTyped(ctx, tx, "", in.Members)
		if err != nil {
			return err
		}
		n := in.apply(Organisation{})
		o, err = s.CreateOrganisationTx(ctx, tx, NewOrganisation{
			Name: n.Name, Acronym: n.Acronym, Kind: n.Kind, Country: n.Country, URL: n.URL,
		})
		if err != nil {
			return err
		}
		_, err = setMembers(ctx, tx, o.ID, nil, members)
		return err
	})
	return o, err
}

// EditOrganisation changes an organisation and, of a network, its members. Staff only.
// Event: organisation.changed. Errors: NotFound, Invalid (also for a member that the
// directory does not have), Stale with an OrganisationInput.
func (s *Service) EditOrganisation(ctx context.Context, a core.Actor, id core.ID, in OrganisationInput) (Organisation, error) {
	o, err := loadOrganisation(ctx, s.rec.DB.Read, id)
	if err != nil {
		return o, err
	}
	if err := organisationPolicy.Check("edit", "", a.Roles(core.ScopeForum)...); err != nil {
		return o, err
	}
	if err := in.Validate(s.vocab); err != nil {
		return o, err
	}
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		before, err := loadOrganisation(ctx, tx, id)
		if err != nil {
			return err
		}
		had, _, err := loadMembers(ctx, tx, id)
		if err != nil {
			return err
		}
		want, err := membersTyped(ctx, tx, id, in.Members)
		if err != nil {
			return err
		}
		o = in.apply(before)
		o.Version, o.Updated, o.NameKey = in.Version+1, tx.Now, core.Fold(o.Name.String())
		stale, err := record.Once(tx.NewUpdate().Model(&o).WherePK().Where("version = ?", in.Version).Exec(ctx))
		if err != nil {
			return fmt.Errorf("change organisation: %w", err)
		}
		if stale {
			return core.Stale(InputOfOrganisation(before, had))
		}
		if _, err := tx.NewDelete().Model((*orgNameRow)(nil)).Where("organisation = ?", id).Exec(ctx); err != nil {
			return fmt.Errorf("forget keys of a name: %w", err)
		}
		if err := insertOrgNames(ctx, tx, o); err != nil {
			return err
		}
		now, err := setMembers(ctx, tx, id, had, want)
		if err != nil {
			return err
		}
		if changes := record.Changes(organisationFields(before, had), organisationFields(o, now)); len(changes) > 0 {
			tx.Append("organisation.changed", id, core.ScopeForum, record.Public, record.Data{"label": o.Name, "changes": changes})
		}
		return nil
	})
	return o, err
}

func organisationFields(o Organisation, members []Member) map[string]any {
	list := make([]string, 0, len(members))
	for _, m := range members {
		line := m.MemberName.String()
		if m.From != "" || m.Until != "" {
			line += " (" + m.From + "–" + m.Until + ")"
		}
		list = append(list, line)
	}
	return map[string]any{
		"organisation_name": textLines(o.Name), "organisation_acronym": o.Acronym, "organisation_kind": o.Kind,
		"organisation_country": o.Country, "organisation_url": o.URL, "organisation_members": list,
	}
}

// membersTyped finds the organisations that the rows of a form name.
func membersTyped(ctx context.Context, tx *record.Tx, network core.ID, rows []MemberRow) ([]Member, error) {
	var names []string
	for _, r := range rows {
		names = append(names, r.Organisation)
	}
	known, err := organisationsCalled(ctx, tx, names)
	if err != nil {
		return nil, err
	}
	var out []Member
	var problems core.Problems
	for i, r := range rows {
		if tidy(r.Organisation) == "" {
			continue
		}
		at := "members[" + strconv.Itoa(i) + "].organisation"
		id := known[orgKey(r.Organisation)]
		switch {
		case id == "":
			problems.Add(at, "people.error.not_in_directory", "Name", tidy(r.Organisation))
		case id == network:
			problems.Add(at, "people.error.own_member")
		case slices.ContainsFunc(out, func(m Member) bool { return m.Member == id }):
			problems.Add(at, "people.error.member_twice")
		default:
			out = append(out, Member{Network: network, Member: id, From: r.From, Until: r.Until})
		}
	}
	return out, problems.Err()
}

// setMembers makes the members of a network what they should be.
func setMembers(ctx context.Context, tx *record.Tx, network core.ID, had, want []Member) ([]Member, error) {
	for i := range want {
		want[i].Network = network
	}
	unchanged := len(had) == len(want) && !slices.ContainsFunc(want, func(w Member) bool {
		return !slices.ContainsFunc(had, func(h Member) bool { return h.Member == w.Member && h.From == w.From && h.Until == w.Until })
	})
	if unchanged {
		return had, nil
	}
	if _, err := tx.NewDelete().Model((*Member)(nil)).Where("network = ?", network).Exec(ctx); err != nil {
		return nil, fmt.Errorf("take members away: %w", err)
	}
	if len(want) > 0 {
		if _, err := tx.NewInsert().Model(&want).Exec(ctx); err != nil {
			return nil, fmt.Errorf("enter members: %w", err)
		}
	}
	now, _, err := loadMembers(ctx, tx, network)
	return now, err
}
