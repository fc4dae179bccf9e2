package people

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

func loadPerson(ctx context.Context, idb bun.IDB, id core.ID) (Person, error) {
	var p Person
	if !id.Valid() {
		return p, core.NotFound()
	}
	if err := idb.NewSelect().Model(&p).Where("id = ?", id).Scan(ctx); err != nil {
		return p, record.Found(err)
	}
	return p, nil
}

// loadAffiliations reads the affiliations of persons with what their organisations are
// called now, in one query.
func loadAffiliations(ctx context.Context, idb bun.IDB, persons []core.ID) ([]Affiliation, error) {
	var rows []Affiliation
	if len(persons) == 0 {
		return nil, nil
	}
	err := idb.NewSelect().Model(&rows).
		ColumnExpr("f.*, o.name AS org_name, o.acronym AS org_acronym, o.kind AS org_kind").
		Join("LEFT JOIN organisations AS o ON o.id = f.organisation").
		Where("f.person IN (?)", bun.List(persons)).
		OrderExpr("f.person, f.rank, f.from_date DESC, f.id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("load affiliations: %w", err)
	}
	return rows, nil
}

// savePerson updates the row of the version that was read, and the keys of its names.
func savePerson(ctx context.Context, tx *record.Tx, p *Person) (stale bool, err error) {
	was := p.Version
	p.Version, p.Updated, p.NameKey = was+1, tx.Now, core.Fold(p.Name)
	ownSlices(p)
	stale, err = record.Once(tx.NewUpdate().Model(p).WherePK().Where("version = ?", was).Exec(ctx))
	if err != nil || stale {
		return stale, err
	}
	// Names that a page brought along when it became part of this one stay.
	if _, err := tx.NewDelete().Model((*nameRow)(nil)).Where("person = ? AND form NOT LIKE 'was %'", p.ID).Exec(ctx); err != nil {
		return false, fmt.Errorf("forget keys of a name: %w", err)
	}
	return false, insertNames(ctx, tx, *p)
}

func insertNames(ctx context.Context, tx *record.Tx, p Person) error {
	rows := nameRows(p)
	if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
		return fmt.Errorf("keep keys of a name: %w", err)
	}
	return nil
}

// ownSlices keeps null out of the columns of lists.
func ownSlices(p *Person) {
	if p.Links == nil {
		p.Links = []Link{}
	}
	if p.Languages == nil {
		p.Languages = []string{}
	}
}

func loadOrganisation(ctx context.Context, idb bun.IDB, id core.ID) (Organisation, error) {
	var o Organisation
	if !id.Valid() {
		return o, core.NotFound()
	}
	if err := idb.NewSelect().Model(&o).Where("id = ?", id).Scan(ctx); err != nil {
		return o, record.Found(err)
	}
	return o, nil
}

// loadMembers reads the members of a network and the networks that an organisation is
// a member of, in one query.
func loadMembers(ctx context.Context, idb bun.IDB, id core.ID) (members, networks []Member, err error) {
	var rows []Member
	err = idb.NewSelect().Model(&rows).
		ColumnExpr("m.*, nw.name AS network_name, mb.name AS member_name").
		Join("JOIN organisations AS nw ON nw.id = m.network").
		Join("JOIN organisations AS mb ON mb.id = m.member").
		Where("m.network = ? OR m.member = ?", id, id).
		OrderExpr("mb.name_key, nw.name_key").Scan(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("load members of a network: %w", err)
	}
	for _, m := range rows {
		if m.Network == id {
			members = append(members, m)
		} else {
			networks = append(networks, m)
		}
	}
	return members, networks, nil
}

func insertOrgNames(ctx context.Context, tx *record.Tx, o Organisation) error {
	rows := orgNameRows(o)
	if len(rows) == 0 {
		return nil
	}
	if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
		return fmt.Errorf("keep keys of an organisation's name: %w", err)
	}
	return nil
}

// organisationsCalled finds the one organisation that each name or acronym means, by
// its key. A name that several have means none.
func organisationsCalled(ctx context.Context, idb bun.IDB, names []string) (map[string]core.ID, error) {
	var keys []string
	for _, n := range names {
		if k := orgKey(n); k != "" && !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	out := map[string]core.ID{}
	if len(keys) == 0 {
		return out, nil
	}
	var rows []orgNameRow
	if err := idb.NewSelect().Model(&rows).Where("n.name_key IN (?)", bun.List(keys)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("find organisations: %w", err)
	}
	for _, r := range rows {
		if have, ok := out[r.Name]; ok && have != r.Organisation {
			out[r.Name] = ""
			continue
		}
		out[r.Name] = r.Organisation
	}
	return out, nil
}
