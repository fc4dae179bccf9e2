package exchange

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/ledger"
	"plenary/internal/forum/people"
	"plenary/internal/platform/record"
)

// Result says what came of a package.
type Result struct {
	Edition core.ID
	Slug    string
	Name    core.Text
	Holds   string // "public" or "all"
	Counts  []Count
	// Differences are the things of the forum (persons, organisations, bodies, issues,
	// processes, documents of others) that were here already and stand differently in the
	// package. They stay as they are here.
	Differences []Difference
	// LeftOut are the relations that lead to sessions and texts of other editions which
	// this forum does not have: "2022/ws12".
	LeftOut []string
}

// Count is how many things of a kind a package brought, and how many of them were here.
type Count struct {
	Kind       string
	New, Known int
}

// Difference is a thing that stands here otherwise than in the package.
type Difference struct {
	Kind    string
	ID      core.ID
	Label   string
	Path    string
	Columns []string
}

// ImportPackage makes an edition of a data package, with everything that belongs to it,
// under the same ids: all of it, or nothing. The staff of the forum may. Persons,
// organisations, bodies and what else belongs to the forum and is here already stays as
// it is; Result tells what differs. Event: package.imported, and KIND.carried for each thing. Errors: Invalid
// with what is wrong and where; TooLarge; Conflict for an edition, a slug or an id that
// is here already; SignIn, Forbidden.
func (s *Service) ImportPackage(ctx context.Context, a core.Actor, data []byte) (*Result, error) {
	if err := policy.Check("import", "", a.Roles(core.ScopeForum)...); err != nil {
		return nil, err
	}
	if _, err := s.editions.Forum(ctx); err != nil {
		if core.KindOf(err) == core.KindNotFound {
			return nil, core.Conflict("exchange.package.error.no_forum")
		}
		return nil, err
	}
	c, err := readPackage(data, s.vocab.Has)
	if err != nil {
		return nil, err
	}
	b := &bringer{contents: c, result: &Result{Edition: c.Edition, Slug: c.Slug, Holds: c.Holds}}
	if err := s.rec.Write(ctx, a, b.write); err != nil {
		if _, told := errors.AsType[*core.Error](err); told {
			return nil, err
		}
		return nil, fmt.Errorf("import package: %w", err)
	}
	return b.result, nil
}

// bringer writes a package.
type bringer struct {
	*contents
	result *Result
	open   bool // everybody may see the edition
	texts  ids  // those that are published
}

func (b *bringer) write(ctx context.Context, tx *record.Tx) error {
	ed := b.rows["editions"][0]
	b.result.Name = in[core.Text](ed, "name")
	b.open = editions.CanSee(core.Visitor, editions.Edition{ID: b.Edition, State: str(ed, "state")})
	for _, step := range []func(context.Context, *record.Tx) error{b.free, b.known, b.elsewhere, b.outside, b.unused, b.addresses, b.things} {
		if err := step(ctx, tx); err != nil {
			return err
		}
	}
	label := record.Data{"label": b.result.Name, "holds": b.Holds}
	tx.Append("package.imported", b.Edition, string(b.Edition), b.visible(b.open), label)
	// The forum's lists and menus show editions.
	tx.Append("edition.carried", b.Edition, core.ScopeForum, b.visible(b.open), label)
	return nil
}

func (b *bringer) visible(open bool) record.Visibility {
	if open && b.open {
		return record.Public
	}
	return record.Internal
}

// free refuses a package whose edition is here.
func (b *bringer) free(ctx context.Context, tx *record.Tx) error {
	var found []editions.Edition
	if err := tx.NewSelect().Model(&found).Where("id = ?", b.Edition).WhereOr("slug = ?", b.Slug).Scan(ctx); err != nil {
		return fmt.Errorf("look for the edition: %w", err)
	}
	if i := slices.IndexFunc(found, func(e editions.Edition) bool { return e.ID == b.Edition }); i >= 0 {
		return core.Conflict("exchange.package.error.edition_here", "Slug", found[i].Slug)
	}
	if len(found) > 0 {
		return core.Conflict("exchange.package.error.slug_here", "Slug", found[0].Slug)
	}
	return nil
}

// known takes those things of the forum out of the package that are here already, and
// tells what differs.
func (b *bringer) known(ctx context.Context, tx *record.Tx) error {
	for _, shelf := range ofTheForum {
		root := shelf.Tables[0].Name
		list := columnIDs(b.rows, root, "id")
		here, err := shelf.Copy(ctx, tx, list)
		if err != nil {
			return err
		}
		was := map[core.ID]record.Row{}
		for _, r := range here[root] {
			was[idOf(r, "id")] = r
		}
		for _, r := range b.rows[root] {
			if old := was[idOf(r, "id")]; old != nil {
				b.compare(shelf.Kind, relationNamed(root), old, r)
			}
		}
		b.count(shelf.Kind, len(list)-len(was), len(was))
		if err := b.taken(ctx, tx, shelf, was); err != nil {
			return err
		}
		for _, t := range shelf.Tables {
			if t.Name == issueItems { // what of this edition belongs to an issue is new
				continue
			}
			owner := ownerOf(t)
			b.rows[t.Name] = slices.DeleteFunc(b.rows[t.Name], func(r record.Row) bool { return was[idOf(r, owner)] != nil })
		}
	}
	return nil
}

// ownerOf is the column of a table that names the thing to which a row belongs.
func ownerOf(t record.Table) string {
	var owner string
	if _, err := fmt.Sscanf(t.Where, "%s IN", &owner); err != nil {
		return "id"
	}
	return owner
}

// taken refuses a body whose address another body has.
func (b *bringer) taken(ctx context.Context, tx *record.Tx, shelf record.Shelf, was map[core.ID]record.Row) error {
	if shelf.Kind != bodies.Shelf.Kind {
		return nil
	}
	var list []bodies.Body
	if err := tx.NewSelect().Model(&list).Column("id", "kind", "slug").Scan(ctx); err != nil {
		return fmt.Errorf("look for bodies: %w", err)
	}
	at := map[string]bool{}
	for _, x := range list {
		at[x.Kind+"/"+x.Slug] = true
	}
	for _, r := range b.rows["bodies"] {
		if address := str(r, "kind") + "/" + str(r, "slug"); was[idOf(r, "id")] == nil && at[address] {
			return core.Conflict("exchange.package.error.body_here", "Address", address)
		}
	}
	return nil
}

// compare notes what differs between a thing here and in the package. What the package
// leaves out, and when and how often the row was changed, is no difference.
func (b *bringer) compare(kind string, rel *relation, here, there record.Row) {
	d := Difference{Kind: kind, ID: idOf(here, "id")}
	for i := range rel.columns {
		c := &rel.columns[i]
		switch {
		case c.name == "version", c.name == "created", c.name == "updated", c.local, c.secret && b.Holds == holdsPublic:
			continue
		case kind == "person" && c.name == "links" && b.Holds == holdsPublic && !yes(there, "show_contact"):
			continue
		}
		if !same(here[c.name], there[c.name]) {
			d.Columns = append(d.Columns, c.name)
		}
	}
	if len(d.Columns) == 0 {
		return
	}
	switch kind {
	case "person":
		d.Label, d.Path = str(here, "name"), people.Person{ID: d.ID}.Path()
	case "organisation":
		d.Label, d.Path = in[core.Text](here, "name").String(), people.Organisation{ID: d.ID}.Path()
	case ledger.IssueShelf.Kind:
		d.Label, d.Path = in[core.Text](here, "name").String(), ledger.Issue{Slug: str(here, "slug")}.Path()
	case ledger.ProcessShelf.Kind:
		d.Label, d.Path = in[core.Text](here, "name").String(), ledger.Process{Slug: str(here, "slug")}.Path()
	case ledger.ReferenceShelf.Kind:
		d.Label, d.Path = in[core.Text](here, "title").String(), ledger.Reference{ID: d.ID}.Path()
	default:
		d.Label, d.Path = in[core.Text](here, "name").String(), bodies.Body{Kind: str(here, "kind"), Slug: str(here, "slug")}.Path()
	}
	b.result.Differences = append(b.result.Differences, d)
}

func same(a, b any) bool {
	x, ok := a.(json.RawMessage)
	y, both := b.(json.RawMessage)
	if ok && both {
		return string(x) == string(y)
	}
	return a == b
}

// unused refuses ids that other things have here.
func (b *bringer) unused(ctx context.Context, tx *record.Tx) error {
	for i := range relations {
		rel := &relations[i]
		if rel.name == elsewhere || rel.name == otherThings || rel.key[0] != "id" {
			continue
		}
		for part := range slices.Chunk(columnIDs(b.rows, rel.name, "id"), 500) {
			var found []core.ID
			err := tx.NewSelect().TableExpr("?", bun.Ident(rel.name)).Column("id").Where("id IN (?)", bun.List(part)).OrderExpr("id").Limit(1).Scan(ctx, &found)
			if err != nil {
				return fmt.Errorf("look for ids of %s: %w", rel.name, err)
			}
			if len(found) > 0 {
				return core.Conflict("exchange.package.error.id_here", "File", dataFolder+rel.name+".json", "Value", string(found[0]))
			}
		}
	}
	return nil
}

// elsewhere leaves out the relations that lead to sessions of other editions which are
// not here.
func (b *bringer) elsewhere(ctx context.Context, tx *record.Tx) error {
	address := map[core.ID]string{}
	for _, r := range b.rows[elsewhere] {
		address[idOf(r, "id")] = str(r, "edition") + "/" + str(r, "ref")
	}
	if len(address) == 0 {
		return nil
	}
	here := ids{}
	var found []core.ID
	if err := tx.NewSelect().TableExpr("sessions").Column("id").Where("id IN (?)", bun.List(columnIDs(b.rows, elsewhere, "id"))).Scan(ctx, &found); err != nil {
		return fmt.Errorf("look for sessions of other editions: %w", err)
	}
	here.add(found...)
	b.rows["session_relations"] = slices.DeleteFunc(b.rows["session_relations"], func(r record.Row) bool {
		to := idOf(r, "to_session")
		if address[to] == "" || here[to] {
			return false
		}
		b.result.LeftOut = append(b.result.LeftOut, address[to])
		return true
	})
	slices.Sort(b.result.LeftOut)
	b.result.LeftOut = slices.Compact(b.result.LeftOut)
	return nil
}
