package badges

import (
	"context"
	"fmt"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

// Overview is how the doors of an edition stand.
type Overview struct {
	Arrived int            // people, each once
	ByDoor  []DoorCounts   // in the order of Doors
	Hours   []HourCount    // people who came, by hour; the hours without any are left out
	Strange []StrangePair  // one badge at two doors within a minute
	Open    []OverruledOne // let in by a device, and refused by the server
}

// DoorCounts are those of one door.
type DoorCounts struct {
	Door
	People  int // who were let in there, each once
	Scans   int
	Refused int
	First   int // who first came there, of all doors
}

// HourCount is how many people first came within an hour, through a door.
type HourCount struct {
	Door core.ID
	Hour core.Instant
	N    int
}

// StrangePair is a badge that was held before two doors within a minute.
type StrangePair struct {
	Number        int          `bun:"number"`
	First, Second string       // doors
	At            core.Instant `bun:"at"`
	Apart         time.Duration
}

// OverruledOne is a scan that a device answered with yes, and the server, which knows more,
// with no.
type OverruledOne struct {
	Number int          `bun:"number"`
	Door   string       `bun:"door"`
	Result string       `bun:"result"`
	At     core.Instant `bun:"at"`
}

const strangeMost = 50

// Overview tells how the doors of an edition stand. Staff only. Six queries.
func (s *Service) Overview(ctx context.Context, a core.Actor, set *editions.Setting) (Overview, error) {
	var out Overview
	doors, err := s.Doors(ctx, a, set)
	if err != nil {
		return out, err
	}
	idb := s.rec.DB.Read
	var sums []struct {
		Door    core.ID `bun:"door"`
		People  int     `bun:"people"`
		Scans   int     `bun:"scans"`
		Refused int     `bun:"refused"`
	}
	err = idb.NewSelect().Model((*Scan)(nil)).
		ColumnExpr("sc.door, COUNT(*) AS scans, COUNT(DISTINCT CASE WHEN sc.result = ? THEN sc.registration END) AS people", ResultIn).
		ColumnExpr("SUM(CASE WHEN sc.result = ? THEN 0 ELSE 1 END) AS refused", ResultIn).
		Where("sc.edition = ?", set.ID).GroupExpr("sc.door").Scan(ctx, &sums)
	if err != nil {
		return out, fmt.Errorf("count scans: %w", err)
	}
	const hour = int64(time.Hour / time.Microsecond)
	var hours []struct {
		Door core.ID `bun:"door"`
		Hour int64   `bun:"hour"`
		N    int     `bun:"n"`
	}
	err = idb.NewSelect().Model((*Arrival)(nil)).ColumnExpr("ar.door, ar.at / ? AS hour, COUNT(*) AS n", hour).
		Where("ar.edition = ?", set.ID).GroupExpr("ar.door, ar.at / ?", hour).OrderExpr("hour, ar.door").Scan(ctx, &hours)
	if err != nil {
		return out, fmt.Errorf("count arrivals: %w", err)
	}
	first := map[core.ID]int{}
	for _, x := range hours {
		out.Arrived += x.N
		first[x.Door] += x.N
		out.Hours = append(out.Hours, HourCount{x.Door, core.At(time.UnixMicro(x.Hour * hour)), x.N})
	}
	for _, d := range doors {
		c := DoorCounts{Door: d, First: first[d.ID]}
		for _, x := range sums {
			if x.Door == d.ID {
				c.People, c.Scans, c.Refused = x.People, x.Scans, x.Refused
			}
		}
		out.ByDoor = append(out.ByDoor, c)
	}
	if out.Strange, err = s.strange(ctx, set.ID); err != nil {
		return out, err
	}
	err = idb.NewSelect().TableExpr("door_scans AS sc").Join("JOIN doors AS dr ON dr.id = sc.door").Join("LEFT JOIN registrations AS rg ON rg.id = sc.registration").
		ColumnExpr("COALESCE(rg.number, 0) AS number, dr.name AS door, sc.result, sc.at").
		Where("sc.edition = ? AND sc.told = ? AND sc.result <> ?", set.ID, ResultIn, ResultIn).OrderExpr("sc.at DESC").Limit(strangeMost).Scan(ctx, &out.Open)
	if err != nil {
		return out, fmt.Errorf("list overruled scans: %w", err)
	}
	return out, nil
}

func (s *Service) strange(ctx context.Context, edition core.ID) ([]StrangePair, error) {
	var rows []struct {
		Number int          `bun:"number"`
		First  string       `bun:"first"`
		Second string       `bun:"second"`
		At     core.Instant `bun:"at"`
		Then   core.Instant `bun:"later"`
	}
	within := int64(WithinDoors / time.Microsecond)
	err := s.rec.DB.Read.NewSelect().TableExpr("door_scans AS a").
		Join("JOIN door_scans AS b ON b.edition = a.edition AND b.registration = a.registration AND b.door <> a.door AND b.at >= a.at AND b.at <= a.at + ? AND b.id <> a.id", within).
		Join("JOIN doors AS da ON da.id = a.door").Join("JOIN doors AS db ON db.id = b.door").Join("JOIN registrations AS rg ON rg.id = a.registration").
		ColumnExpr("rg.number, da.name AS first, db.name AS second, a.at, b.at AS later").
		Where("a.edition = ? AND a.registration <> '' AND (b.at > a.at OR b.id > a.id)", edition).OrderExpr("a.at DESC").Limit(strangeMost).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("look for one badge at two doors: %w", err)
	}
	out := make([]StrangePair, len(rows))
	for i, r := range rows {
		out[i] = StrangePair{Number: r.Number, First: r.First, Second: r.Second, At: r.At, Apart: r.Then.Sub(r.At)}
	}
	return out, nil
}

// doorCounts are those of one door, with how often each result came. Its caller has asked.
func (s *Service) doorCounts(ctx context.Context, d *Door) (DoorCounts, map[string]int, error) {
	out := DoorCounts{Door: *d}
	results := map[string]int{}
	var rows []struct {
		Result string `bun:"result"`
		N      int    `bun:"n"`
		People int    `bun:"people"`
	}
	err := s.rec.DB.Read.NewSelect().Model((*Scan)(nil)).ColumnExpr("sc.result, COUNT(*) AS n, COUNT(DISTINCT sc.registration) AS people").
		Where("sc.door = ?", d.ID).GroupExpr("sc.result").Scan(ctx, &rows)
	if err != nil {
		return out, nil, fmt.Errorf("count scans of door: %w", err)
	}
	for _, r := range rows {
		results[r.Result] = r.N
		out.Scans += r.N
		if r.Result == ResultIn {
			out.People = r.People
		} else {
			out.Refused += r.N
		}
	}
	return out, results, nil
}

// scanned says whose badge a scan was, as a door may know it: the number and the category.
func (s *Service) scanned(c *web.C, id core.ID, set *editions.Setting) (string, error) {
	var rows []struct {
		Number   int     `bun:"number"`
		Category core.ID `bun:"category"`
	}
	err := s.rec.DB.Read.NewSelect().TableExpr("door_scans AS sc").Join("JOIN registrations AS rg ON rg.id = sc.registration").
		ColumnExpr("rg.number, rg.category").Where("sc.id = ?", id).Scan(c.Context(), &rows)
	if err != nil {
		return "", fmt.Errorf("load scan: %w", err)
	}
	if len(rows) == 0 {
		return "", nil
	}
	part, err := s.Participation.Setting(c.Context(), core.Operator, set)
	if err != nil {
		return "", err
	}
	out := c.T("badges.number", "Number", rows[0].Number)
	if cat := part.Category(rows[0].Category); cat != nil {
		out += " · " + c.Text(cat.Name).S
	}
	return out, nil
}
