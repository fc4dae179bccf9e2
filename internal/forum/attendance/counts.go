package attendance

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/participation"
)

// Count is how many people were in a session. Who was there in two ways counts in both, and
// once in All.
type Count struct {
	Session core.ID `bun:"session" json:"session"`
	All     int     `bun:"n" json:"all"`
	Onsite  int     `bun:"onsite" json:"onsite"`
	Online  int     `bun:"online" json:"online"`
	Hub     int     `bun:"hub" json:"hub"`
}

// CountsOf are the counts of all sessions of an edition by session; only the staff may know:
// what is public of them is a matter of the figures. One query.
func (s *Service) CountsOf(ctx context.Context, a core.Actor, set *editions.Setting) (map[core.ID]Count, error) {
	if err := check(policy, a, set, "see"); err != nil {
		return nil, err
	}
	var rows []Count
	err := s.rec.DB.Read.NewSelect().TableExpr("attendances AS at").
		ColumnExpr("at.session, COUNT(*) AS n, COUNT(at.onsite) AS onsite, COUNT(at.online) AS online, COUNT(at.hub) AS hub").
		Where("at.edition = ?", set.ID).GroupExpr("at.session").Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("count attendance: %w", err)
	}
	out := make(map[core.ID]Count, len(rows))
	for _, r := range rows {
		out[r.Session] = r
	}
	return out, nil
}

// attendee is one who was in a session, for the staff.
type attendee struct {
	Attendance
	Number int    `bun:"number"`
	Name   string `bun:"name"`
	State  string `bun:"state"`
}

// attendees are those who were in a session, by their numbers; limit 0 gives all. Its caller
// has asked for the right.
func (s *Service) attendees(ctx context.Context, session core.ID, after, limit int) (list []attendee, err error) {
	q := s.rec.DB.Read.NewSelect().TableExpr("attendances AS at").ColumnExpr("at.*, rg.number, rg.name, rg.state").
		Join("JOIN registrations AS rg ON rg.id = at.registration").Where("at.session = ? AND rg.number > ?", session, after).OrderExpr("rg.number")
	if limit > 0 {
		q = q.Limit(int64(limit))
	}
	if err := q.Scan(ctx, &list); err != nil {
		return nil, fmt.Errorf("load attendance: %w", err)
	}
	return list, nil
}

// countOf is the count of one session. Its caller has asked for the right.
func (s *Service) countOf(ctx context.Context, session core.ID) (Count, error) {
	c := Count{Session: session}
	err := s.rec.DB.Read.NewSelect().TableExpr("attendances AS at").
		ColumnExpr("COUNT(*) AS n, COUNT(at.onsite) AS onsite, COUNT(at.online) AS online, COUNT(at.hub) AS hub").
		Where("at.session = ?", session).Scan(ctx, &c.All, &c.Onsite, &c.Online, &c.Hub)
	if err != nil {
		return c, fmt.Errorf("count attendance: %w", err)
	}
	return c, nil
}

// fallbackCodes are the codes of all who are admitted to an edition, without their names. Two
// queries.
func (s *Service) fallbackCodes(ctx context.Context, set *editions.Setting) ([]string, error) {
	key, err := s.Participation.Key(ctx, fallbackKey)
	if err != nil {
		return nil, err
	}
	var rows []participation.Registration
	err = s.rec.DB.Read.NewSelect().Model(&rows).Column("id", "generation", "state", "recheck").Where("rg.edition = ?", set.ID).OrderExpr("rg.number").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("load registrations: %w", err)
	}
	out := make([]string, 0, len(rows))
	for i := range rows {
		if rows[i].MayJoin() {
			out = append(out, fallbackCode(key, &rows[i]))
		}
	}
	return out, nil
}

func number(s string) int {
	n, _ := strconv.Atoi(strings.TrimSpace(s)) // what is none is the beginning
	return n
}
