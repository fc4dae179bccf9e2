package reports

import (
	"context"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/record"
)

// Remark is what the secretariat notes about a report that it runs after.
type Remark struct {
	bun.BaseModel `bun:"table:report_remarks,alias:rk"`

	Session core.ID      `bun:"session,pk"`
	Kind    string       `bun:"kind,pk"`
	Edition core.ID      `bun:"edition"`
	Words   string       `bun:"words"`
	Person  core.ID      `bun:"person"`
	Saved   core.Instant `bun:"saved"`
	Version int64        `bun:"version"`
}

// Chase is what the staff sees of one line of the board beside what everybody sees.
type Chase struct {
	Responsible []Responsible
	Reminded    core.Instant // the last reminder that went to somebody
	Remark      Remark
}

// Chasing says of the lines of a board who answers for them, when she was last reminded
// and what the secretariat noted. The staff may. The number of queries does not depend
// on the number of lines.
func (s *Service) Chasing(ctx context.Context, a core.Actor, set *editions.Setting, kind string, lines []Line) (map[core.ID]Chase, error) {
	if err := desk.Check("chase", "", a.Roles(set.Scope())...); err != nil {
		return nil, err
	}
	ids := make([]core.ID, len(lines))
	for i, l := range lines {
		ids[i] = l.Session.ID
	}
	who, err := s.whoFor(ctx, ids)
	if err != nil {
		return nil, err
	}
	var sent []struct {
		Session core.ID      `bun:"session"`
		Sent    core.Instant `bun:"last"`
	}
	if err := s.rec.DB.Read.NewSelect().Model((*reminder)(nil)).ColumnExpr("rr.session, MAX(rr.sent) AS last").
		Where("rr.edition = ? AND rr.kind = ? AND rr.account <> ''", set.ID, kind).GroupExpr("rr.session").Scan(ctx, &sent); err != nil {
		return nil, fmt.Errorf("load reminders: %w", err)
	}
	var remarks []Remark
	if err := s.rec.DB.Read.NewSelect().Model(&remarks).Where("edition = ? AND kind = ?", set.ID, kind).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load remarks: %w", err)
	}
	out := make(map[core.ID]Chase, len(lines))
	for _, id := range ids {
		out[id] = Chase{Responsible: who.responsible(id)}
	}
	for _, x := range sent {
		c := out[x.Session]
		c.Reminded = x.Sent
		out[x.Session] = c
	}
	for _, x := range remarks {
		c := out[x.Session]
		c.Remark = x
		out[x.Session] = c
	}
	return out, nil
}

// RemarkInput is the form of a remark.
type RemarkInput struct {
	Version int64  `form:"version" ui:"hidden"`
	Words   string `form:"words" ui:"area" max:"1000"`
}

// RemarkOf gives the remark about a report. The staff may.
func (s *Service) RemarkOf(ctx context.Context, a core.Actor, set *editions.Setting, session core.ID, kind string) (Remark, error) {
	if err := desk.Check("chase", "", a.Roles(set.Scope())...); err != nil {
		return Remark{}, err
	}
	return remarkOf(ctx, s.rec.DB.Read, session, kind)
}

func remarkOf(ctx context.Context, idb bun.IDB, session core.ID, kind string) (Remark, error) {
	var list []Remark
	if err := idb.NewSelect().Model(&list).Where("session = ? AND kind = ?", session, kind).Scan(ctx); err != nil {
		return Remark{}, fmt.Errorf("load remark: %w", err)
	}
	if len(list) == 0 {
		return Remark{Session: session, Kind: kind}, nil
	}
	return list[0], nil
}

// Note keeps what the secretariat notes about a report. The staff may. Event:
// report.noted, internal. Errors: Invalid; Stale.
func (s *Service) Note(ctx context.Context, a core.Actor, set *editions.Setting, ses *programme.Session, kind string, in RemarkInput) error {
	if err := desk.Check("chase", "", a.Roles(set.Scope())...); err != nil {
		return err
	}
	in.Words = strings.TrimSpace(in.Words)
	if err := core.Validate(in).Err(); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		before, err := remarkOf(ctx, tx, ses.ID, kind)
		if err != nil {
			return err
		}
		if before.Version != in.Version {
			return core.Stale(RemarkInput{Version: before.Version, Words: before.Words})
		}
		row := Remark{Session: ses.ID, Kind: kind, Edition: set.ID, Words: in.Words, Person: a.Person, Saved: tx.Now, Version: in.Version + 1}
		if before.Version == 0 {
			_, err = tx.NewInsert().Model(&row).Exec(ctx)
		} else {
			err = once(tx.NewUpdate().Model(&row).WherePK().Where("version = ?", before.Version).Exec(ctx))
		}
		if err != nil {
			return fmt.Errorf("save remark: %w", err)
		}
		tx.Append("report.noted", ses.ID, set.Scope(), record.Internal, record.Data{"label": ses.Title, "ref": ses.Ref, "kind": kind, "note": in.Words})
		return nil
	})
}
