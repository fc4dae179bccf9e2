package attendance

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/participation"
	"plenary/internal/platform/record"
)

// doorsOf are sessions of an edition that are in the programme, with their places, in the
// order of time; only narrows to some. One query.
func doorsOf(ctx context.Context, idb bun.IDB, edition core.ID, only []core.ID) ([]Door, error) {
	var out []Door
	q := idb.NewSelect().Model(&out).
		ColumnExpr("se.id, se.edition, se.ref, se.title, se.starts, se.ends, se.day, se.room, se.state, se.invited_only, se.cancelled_note").
		ColumnExpr("COALESCE(pl.url, '') AS url, COALESCE(pl.dial_in, '') AS dial_in, pl.note AS note").
		ColumnExpr("COALESCE(pl.early, ?) AS early, COALESCE(pl.access, ?) AS access", usualEarly, ForAll).
		Join("LEFT JOIN session_places AS pl ON pl.session = se.id").
		Where("se.edition = ? AND se.state IN ('scheduled', 'cancelled')", edition).
		OrderExpr("COALESCE(se.starts, 9223372036854775807), se.ref")
	if only != nil {
		if len(only) == 0 {
			return nil, nil
		}
		q = q.Where("se.id IN (?)", bun.List(only))
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("load doors: %w", err)
	}
	return out, nil
}

// invitedTo are the sessions to which somebody is invited by name, by her address, or by a
// role. One query.
func invitedTo(ctx context.Context, idb bun.IDB, r *participation.Registration) (map[core.ID]bool, error) {
	var ids []core.ID
	err := idb.NewRaw(`SELECT session FROM session_invited WHERE registration = ?0
		UNION SELECT session FROM session_invited WHERE email_key <> '' AND (email_key = ?1 OR email_key IN (SELECT ad.email_key FROM account_addresses AS ad WHERE ad.account = ?4 AND ad.account <> ''))
		UNION SELECT ro.session FROM session_roles AS ro JOIN sessions AS se ON se.id = ro.session
			WHERE ro.person = ?2 AND ro.person <> '' AND se.edition = ?3`, r.ID, r.EmailKey, r.Person, r.Edition, r.Account).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("look for invitations: %w", err)
	}
	out := make(map[core.ID]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out, nil
}

// InvitedTo are the registrations that may enter sessions for those invited, by session: as
// invitedTo says it of one. A session that is open to all is not in it. Its caller has asked
// for the right; doors of rooms ask it. Two queries.
func (s *Service) InvitedTo(ctx context.Context, edition core.ID, sessions []core.ID) (map[core.ID][]core.ID, error) {
	doors, err := doorsOf(ctx, s.rec.DB.Read, edition, append([]core.ID{}, sessions...))
	if err != nil {
		return nil, err
	}
	out := map[core.ID][]core.ID{}
	var ids []core.ID
	for _, d := range doors {
		if d.Restricted() {
			out[d.ID] = []core.ID{}
			ids = append(ids, d.ID)
		}
	}
	if len(ids) == 0 {
		return out, nil
	}
	var rows []struct{ Session, Registration core.ID }
	err = s.rec.DB.Read.NewRaw(`SELECT session, registration FROM session_invited WHERE session IN (?0) AND registration <> ''
		UNION SELECT iv.session, rg.id FROM session_invited AS iv JOIN registrations AS rg ON (rg.email_key = iv.email_key OR rg.account <> '' AND rg.account = (SELECT ad.account FROM account_addresses AS ad WHERE ad.email_key = iv.email_key)) WHERE iv.session IN (?0) AND iv.email_key <> '' AND rg.edition = ?1
		UNION SELECT ro.session, rg.id FROM session_roles AS ro JOIN registrations AS rg ON rg.person = ro.person WHERE ro.session IN (?0) AND ro.person <> '' AND rg.edition = ?1`, bun.List(ids), edition).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("look for those invited: %w", err)
	}
	for _, r := range rows {
		out[r.Session] = append(out[r.Session], r.Registration)
	}
	return out, nil
}

func placeOf(ctx context.Context, idb bun.IDB, edition, session core.ID) (Place, error) {
	p := Place{Session: session, Edition: edition, Early: usualEarly, Access: ForAll}
	err := idb.NewSelect().Model(&p).Where("pl.session = ?", session).Scan(ctx)
	if err = record.Found(err); core.KindOf(err) == core.KindNotFound {
		return p, nil
	}
	return p, err
}

func invitedOf(ctx context.Context, idb bun.IDB, session core.ID) ([]invited, error) {
	var out []invited
	if err := idb.NewSelect().Model(&out).Where("iv.session = ?", session).OrderExpr("iv.label").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load invitations: %w", err)
	}
	return out, nil
}

func hubByID(ctx context.Context, idb bun.IDB, id core.ID) (*participation.Hub, error) {
	var h participation.Hub
	err := idb.NewSelect().Model(&h).Where("hb.id = ?", id).Scan(ctx)
	return &h, record.Found(err)
}

// hubsOf are the hubs of an edition that stand and that an account moderates.
func hubsOf(ctx context.Context, idb bun.IDB, edition, moderator core.ID) ([]participation.Hub, error) {
	var out []participation.Hub
	err := idb.NewSelect().Model(&out).Where("hb.edition = ? AND hb.moderator = ? AND hb.state = ?", edition, moderator, participation.GroupApproved).
		OrderExpr("hb.name").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("load hubs: %w", err)
	}
	return out, nil
}

// attendedBy is where somebody was, in the order in which she came.
func attendedBy(ctx context.Context, idb bun.IDB, registration core.ID) ([]Attendance, error) {
	var out []Attendance
	if err := idb.NewSelect().Model(&out).Where("at.registration = ?", registration).OrderExpr("at.first, at.session").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load attendance: %w", err)
	}
	return out, nil
}
