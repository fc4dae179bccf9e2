package ledger

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// Addressee is an organisation that a call addresses.
type addressee struct {
	bun.BaseModel `bun:"table:ledger_addressees,alias:ad"`

	Call         core.ID `bun:"call,pk"`
	Organisation core.ID `bun:"organisation,pk"`
}

func withAddressees(ctx context.Context, idb bun.IDB, calls []*Call) error {
	if len(calls) == 0 {
		return nil
	}
	ids := make([]core.ID, len(calls))
	at := map[core.ID]*Call{}
	for i, c := range calls {
		ids[i], at[c.ID], c.Organisations = c.ID, c, []core.ID{}
	}
	var rows []addressee
	if err := idb.NewSelect().Model(&rows).Where("ad.call IN (?)", bun.List(ids)).OrderExpr("ad.organisation").Scan(ctx); err != nil {
		return fmt.Errorf("load addressees: %w", err)
	}
	for _, r := range rows {
		at[r.Call].Organisations = append(at[r.Call].Organisations, r.Organisation)
	}
	return nil
}

func pointers[T any](list []T) []*T {
	out := make([]*T, len(list))
	for i := range list {
		out[i] = &list[i]
	}
	return out
}

// callTx reads a call inside an act, without asking who may see it.
func callTx(ctx context.Context, idb bun.IDB, id core.ID) (*Call, error) {
	if !id.Valid() {
		return nil, core.NotFound()
	}
	c := new(Call)
	if err := idb.NewSelect().Model(c).Where("lc.id = ?", id).Scan(ctx); err != nil {
		return nil, record.Found(err)
	}
	return c, withAddressees(ctx, idb, []*Call{c})
}

func callsOf(ctx context.Context, idb bun.IDB, where string, args ...any) ([]Call, error) {
	var rows []Call
	if err := idb.NewSelect().Model(&rows).Where(where, args...).OrderExpr("lc.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load calls: %w", err)
	}
	return rows, nil
}

// saveCall writes a call that was read in this act or, by its version, before.
func saveCall(ctx context.Context, tx *record.Tx, c *Call) error {
	was := c.Version
	c.Version++
	stale, err := record.Once(tx.NewUpdate().Model(c).WherePK().Where("version = ?", was).Exec(ctx))
	if err != nil {
		return fmt.Errorf("save call: %w", err)
	}
	if stale {
		return core.Stale(nil)
	}
	return nil
}

func commitmentTx(ctx context.Context, idb bun.IDB, id core.ID) (Commitment, error) {
	var c Commitment
	if !id.Valid() {
		return c, core.NotFound()
	}
	err := named(idb.NewSelect().Model(&c)).Where("cm.id = ?", id).Scan(ctx)
	return c, record.Found(err)
}

// named adds the name of the organisation.
func named(q *bun.SelectQuery) *bun.SelectQuery {
	return q.ColumnExpr("cm.*, o.name AS organisation_name").Join("JOIN organisations AS o ON o.id = cm.organisation")
}

// complete loads updates, evidence and flags of commitments: three queries for any
// number.
func complete(ctx context.Context, idb bun.IDB, list []*Commitment) error {
	if len(list) == 0 {
		return nil
	}
	ids := make([]core.ID, len(list))
	at := map[core.ID]*Commitment{}
	for i, c := range list {
		ids[i], at[c.ID] = c.ID, c
	}
	var updates []Update
	if err := idb.NewSelect().Model(&updates).Where("up.commitment IN (?)", bun.List(ids)).OrderExpr("up.at, up.id").Scan(ctx); err != nil {
		return fmt.Errorf("load updates: %w", err)
	}
	owners := make([]core.ID, 0, len(updates))
	for _, u := range updates {
		owners = append(owners, u.ID)
	}
	ev, err := evidenceOf(ctx, idb, owners)
	if err != nil {
		return err
	}
	for _, u := range updates {
		u.Evidence = ev[u.ID]
		at[u.Commitment].Updates = append(at[u.Commitment].Updates, u)
	}
	var flags []Flag
	if err := idb.NewSelect().Model(&flags).Where("fl.commitment IN (?)", bun.List(ids)).OrderExpr("fl.at, fl.id").Scan(ctx); err != nil {
		return fmt.Errorf("load flags: %w", err)
	}
	for _, f := range flags {
		at[f.Commitment].Flags = append(at[f.Commitment].Flags, f)
	}
	return nil
}

func evidenceOf(ctx context.Context, idb bun.IDB, owners []core.ID) (map[core.ID][]Evidence, error) {
	out := map[core.ID][]Evidence{}
	if len(owners) == 0 {
		return out, nil
	}
	var rows []Evidence
	if err := idb.NewSelect().Model(&rows).Where("ev.owner IN (?)", bun.List(owners)).OrderExpr("ev.owner, ev.position").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load evidence: %w", err)
	}
	for _, e := range rows {
		out[e.Owner] = append(out[e.Owner], e)
	}
	return out, nil
}
