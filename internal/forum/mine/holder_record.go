package mine

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/platform/record"
)

// room is a room with its tables.
type room struct {
	name string
	list []table
}

// rooms are all that hold something, those that stand under others later.
func rooms() []room {
	var out []room
	for _, list := range [][]room{heldByGround, heldByPeople, heldByCalls, heldByParticipation, heldByOutcomes} {
		out = append(out, list...)
	}
	return out
}

// Holders are the holders of all rooms, in the order of the export.
func (s *Service) holders() []Holder {
	all := map[string]*table{}
	list := rooms()
	for i := range list {
		for j := range list[i].list {
			if t := &list[i].list[j]; !t.same {
				all[t.name] = t
			}
		}
	}
	out := make([]Holder, 0, len(list)+2)
	for i := range list {
		if len(list[i].list) > 0 {
			out = append(out, &tables{name: list[i].name, list: list[i].list, all: all, rec: s.rec, drop: s.Files.DropTx})
		}
	}
	return append(out, &chronicle{s.rec}, &requests{s.rec})
}

// chronicle is the record itself: what happened about her, and what she did.
type chronicle struct{ rec *record.Record }

// Name of the record among the parts.
func (*chronicle) Name() string { return "record" }

const mostEvents = 20000

// Collect reads the events about her with their personal parts, and of those that she did
// the bare fact: they may be about others.
func (h *chronicle) Collect(ctx context.Context, who *Who) ([]Part, error) {
	var about, did []record.Event
	if err := h.rec.DB.Read.NewSelect().Model(&about).Where("e.subject IN (?)", bun.List(who.subjects())).OrderExpr("e.seq").Limit(mostEvents).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load events about: %w", err)
	}
	q := h.rec.DB.Read.NewSelect().Model(&did).Column("seq", "at", "kind", "subject", "visibility").
		WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
			q = q.Where("e.account IN (?)", bun.List(who.accounts()))
			if list := who.people(); len(list) > 0 {
				q = q.WhereOr("e.person IN (?)", bun.List(list))
			}
			return q
		}).Where("e.subject NOT IN (?)", bun.List(who.subjects()))
	if err := q.OrderExpr("e.seq").Limit(mostEvents).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load events by: %w", err)
	}
	var out []Part
	p := Part{Name: "events_about_you"}
	for _, e := range about {
		row := record.Row{"at": e.At, "kind": e.Kind, "subject": e.Subject, "data": e.Data}
		if len(e.Personal) > 0 && (slices.Contains(who.accounts(), e.Account) || e.Subject != "") {
			row["personal"] = e.Personal
		}
		p.Rows = append(p.Rows, row)
	}
	if len(p.Rows) > 0 {
		out = append(out, p)
	}
	p = Part{Name: "what_you_did"}
	for _, e := range did {
		p.Rows = append(p.Rows, record.Row{"at": e.At, "kind": e.Kind, "subject": e.Subject})
	}
	if len(p.Rows) > 0 {
		out = append(out, p)
	}
	return out, nil
}

// Keeps tells how much of the record is hers: it stays, and leads to nobody.
func (h *chronicle) Keeps(ctx context.Context, who *Who) ([]Kept, error) {
	n, err := h.rec.DB.Read.NewSelect().Model((*record.Event)(nil)).Where("e.account IN (?)", bun.List(who.accounts())).Count(ctx)
	if err != nil {
		return nil, fmt.Errorf("count events: %w", err)
	}
	return []Kept{{Key: "record", Count: int(n)}}, nil
}

// EraseTx takes personal parts out, and words out of what happened to the account.
func (h *chronicle) EraseTx(ctx context.Context, tx *record.Tx, who *Who) error {
	for _, id := range who.accounts() {
		if err := record.ErasePersonalTx(ctx, tx, who.subjects(), id); err != nil {
			return err
		}
	}
	redact := who.accounts()
	if !who.keepsName() {
		redact = append(redact, who.people()...)
	}
	return record.RedactTx(ctx, tx, redact, who.Withdrawn)
}

// requests are her requests to be erased.
type requests struct{ rec *record.Record }

// Name of the requests among the parts.
func (*requests) Name() string { return "requests" }

func (h *requests) mine(who *Who) record.Holding {
	return record.Holding{Table: "erase_requests", Where: "account = ?", Args: []any{who.Account}}
}

// Collect reads them.
func (h *requests) Collect(ctx context.Context, who *Who) ([]Part, error) {
	rows, err := h.mine(who).Read(ctx, h.rec.DB.Read)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	for _, r := range rows {
		delete(r, "code_hash")
		delete(r, "by_account")
		delete(r, "reason")
	}
	return []Part{{Name: "erase_requests", Rows: rows}}, nil
}

// Keeps tells of the request itself, which names nobody any more.
func (h *requests) Keeps(context.Context, *Who) ([]Kept, error) { return nil, nil }

// EraseTx takes the words of the staff out of them.
func (h *requests) EraseTx(ctx context.Context, tx *record.Tx, who *Who) error {
	return h.mine(who).ClearTx(ctx, tx, map[string]any{"code_hash": ""})
}
