package bodies

import (
	"context"
	"embed"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// The files hold facts as they were seen on public pages, each with its source; the
// lists are not complete. Columns of bodies.csv are those of New; "parent" is the kind
// and slug of a body in an earlier row, "years" are years with the number of the cycle:
// "2016 2017/4".
//
//go:embed data/*.csv
var dataFS embed.FS

// SeedIGF enters the bodies of the Internet Governance Forum that were seen in public
// lists, and the totals that were published. What is there already stays as it is: it
// may be called again. The caller has asked for permission. Events: body.created and
// body.counted for what is new.
func (s *Service) SeedIGF(ctx context.Context, tx *record.Tx) error {
	there := map[string]core.ID{}
	list, err := loadBodies(ctx, tx)
	if err != nil {
		return err
	}
	for _, b := range list {
		there[b.Kind+"/"+b.Slug] = b.ID
	}
	rows, err := readTable("data/bodies.csv")
	if err != nil {
		return err
	}
	for _, r := range rows {
		key := r["kind"] + "/" + r["slug"]
		if there[key] != "" {
			continue
		}
		n, err := seedOf(r)
		if err != nil {
			return fmt.Errorf("seed %s: %w", key, err)
		}
		n.Parent = there[r["parent"]]
		b, err := s.CreateTx(ctx, tx, n)
		if err != nil {
			return fmt.Errorf("seed %s: %w", key, err)
		}
		there[key] = b.ID
	}
	return s.seedFigures(ctx, tx)
}

func (s *Service) seedFigures(ctx context.Context, tx *record.Tx) error {
	have, err := loadFigures(ctx, tx, append(codesOf(""), Initiative)...)
	if err != nil {
		return err
	}
	there := map[string]bool{}
	for _, f := range have {
		there[f.Kind+" "+string(f.AsOf)+" "+f.Source] = true
	}
	rows, err := readTable("data/counts.csv")
	if err != nil {
		return err
	}
	for _, r := range rows {
		if there[r["kind"]+" "+r["as_of"]+" "+r["source"]] {
			continue
		}
		count, err := strconv.Atoi(r["count"])
		if err != nil {
			return fmt.Errorf("seed figure of %s: %w", r["as_of"], err)
		}
		if _, err := s.NoteTotalTx(ctx, tx, NewTotal{
			Kind: r["kind"], AsOf: Date(r["as_of"]), Count: count, Bound: r["bound"], Source: r["source"], Note: core.NewText("en", r["note"]),
		}); err != nil {
			return fmt.Errorf("seed figure of %s: %w", r["as_of"], err)
		}
	}
	return nil
}

func seedOf(r map[string]string) (New, error) {
	n := New{
		Kind: r["kind"], Slug: r["slug"], Name: core.NewText("en", r["name"]), Acronym: r["acronym"],
		Country: r["country"], Region: r["region"], Founded: Date(r["founded"]), Started: Date(r["started"]), Recognised: Date(r["recognised"]),
		Status: r["status"], Purpose: core.NewText("en", r["purpose"]), AsSeen: core.NewText("en", r["as_seen"]), Source: r["source"],
	}
	for field := range strings.FieldsSeq(r["years"]) {
		year, cycle, _ := strings.Cut(field, "/")
		y, err := strconv.Atoi(year)
		if err != nil {
			return n, fmt.Errorf("read years: %w", err)
		}
		c := 0
		if cycle != "" {
			if c, err = strconv.Atoi(cycle); err != nil {
				return n, fmt.Errorf("read years: %w", err)
			}
		}
		n.Years = append(n.Years, Year{Year: y, Cycle: c})
	}
	return n, nil
}

// readTable reads a CSV file as rows by column.
func readTable(name string) ([]map[string]string, error) {
	f, err := dataFS.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	var rows []map[string]string
	for _, line := range all[1:] {
		row := map[string]string{}
		for i, column := range all[0] {
			row[column] = line[i]
		}
		rows = append(rows, row)
	}
	return rows, nil
}
