package vocab

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

type termRow struct {
	bun.BaseModel `bun:"table:vocab_terms,alias:t"`

	Vocab   string    `bun:"vocab,pk"`
	Code    string    `bun:"code,pk"`
	Label   core.Text `bun:"label,type:jsonb"`
	Place   int       `bun:"place"`
	Rank    int       `bun:"rank"`
	From    string    `bun:"valid_from"`
	Until   string    `bun:"valid_until"`
	Attrs   attrs     `bun:"attrs,type:jsonb"`
	Edited  bool      `bun:"edited"`
	Version int64     `bun:"version"`
}

// attrs are what only some vocabularies have.
type attrs struct {
	Within string `json:"within,omitempty"`
	Parent string `json:"parent,omitempty"`
}

func rowOf(t Term) termRow {
	return termRow{
		Vocab: t.Vocab, Code: t.Code, Label: t.Label, Place: t.Place, Rank: t.Rank, From: t.From, Until: t.Until,
		Attrs: attrs{t.Within, t.Parent}, Edited: t.Edited, Version: t.Version,
	}
}

func (r termRow) term() Term {
	return Term{
		Vocab: r.Vocab, Code: r.Code, Label: r.Label, Place: r.Place, Rank: r.Rank, From: r.From, Until: r.Until,
		Within: r.Attrs.Within, Parent: r.Attrs.Parent, Edited: r.Edited, Version: r.Version,
	}
}

// same tells whether the row says what the program brings along.
func (r termRow) same(o termRow) bool {
	return r.Label.Equal(o.Label) && r.Place == o.Place && r.Rank == o.Rank && r.From == o.From && r.Until == o.Until && r.Attrs == o.Attrs
}

type nameRow struct {
	bun.BaseModel `bun:"table:country_names,alias:n"`

	Alpha2  string    `bun:"alpha2,pk"`
	Name    core.Text `bun:"name,type:jsonb"`
	Version int64     `bun:"version"`
}

type classRow struct {
	bun.BaseModel `bun:"table:country_classes,alias:cc"`

	Alpha2    string `bun:"alpha2,pk"`
	Class     string `bun:"class,pk"`
	From      string `bun:"from_date"`
	Until     string `bun:"until_date"`
	Scheduled bool   `bun:"scheduled"`
	Source    string `bun:"source"`
	Recalled  bool   `bun:"recalled"`
	Note      string `bun:"note"`
	Removed   bool   `bun:"removed"`
	Edited    bool   `bun:"edited"`
	Version   int64  `bun:"version"`
}

func classRowOf(alpha2 string, m Membership) classRow {
	return classRow{
		Alpha2: alpha2, Class: m.Class, From: m.From, Until: m.Until, Scheduled: m.Scheduled, Source: m.Source,
		Recalled: m.Recalled, Note: m.Note, Version: m.Version,
	}
}

func (r classRow) membership() Membership {
	return Membership{
		Class: r.Class, From: r.From, Until: r.Until, Scheduled: r.Scheduled, Source: r.Source,
		Recalled: r.Recalled, Note: r.Note, Version: r.Version,
	}
}

// stored is all that the tables hold.
type stored struct {
	terms   []termRow
	names   []nameRow
	classes []classRow
}

func load(ctx context.Context, idb bun.IDB) (stored, error) {
	var s stored
	if err := idb.NewSelect().Model(&s.terms).Scan(ctx); err != nil {
		return s, fmt.Errorf("load terms: %w", err)
	}
	if err := idb.NewSelect().Model(&s.names).Scan(ctx); err != nil {
		return s, fmt.Errorf("load names of countries: %w", err)
	}
	if err := idb.NewSelect().Model(&s.classes).Scan(ctx); err != nil {
		return s, fmt.Errorf("load classes of countries: %w", err)
	}
	return s, nil
}

// stamp is a number that rises with every change of the tables: rows are never
// deleted and each change raises a version.
func stamp(ctx context.Context, idb bun.IDB) (int64, error) {
	var n int64
	err := idb.NewRaw(`SELECT CAST((SELECT COALESCE(SUM(version), 0) FROM vocab_terms)
		+ (SELECT COALESCE(SUM(version), 0) FROM country_names)
		+ (SELECT COALESCE(SUM(version), 0) FROM country_classes) AS BIGINT)`).Scan(ctx, &n)
	if err != nil {
		return 0, fmt.Errorf("look at vocabularies: %w", err)
	}
	return n, nil
}

// Seed writes what the program brings along: what is new, and what has changed since
// an earlier release, but nothing that the secretariat has touched. It is called at
// each start and changes nothing the second time. Event, where something was written:
// vocabulary.seeded.
func (s *Service) Seed(ctx context.Context, tx *record.Tx) error {
	have, err := load(ctx, tx)
	if err != nil {
		return err
	}
	terms := newTerms(have.terms)
	classes := newClasses(have.classes)
	if len(terms)+len(classes) == 0 {
		return nil
	}
	if len(terms) > 0 {
		if _, err := tx.NewInsert().Model(&terms).On("CONFLICT (vocab, code) DO UPDATE").
			Set("label = EXCLUDED.label, place = EXCLUDED.place, rank = EXCLUDED.rank").
			Set("valid_from = EXCLUDED.valid_from, valid_until = EXCLUDED.valid_until, attrs = EXCLUDED.attrs").
			Set("version = t.version + 1").Exec(ctx); err != nil {
			return fmt.Errorf("seed terms: %w", err)
		}
	}
	if len(classes) > 0 {
		if _, err := tx.NewInsert().Model(&classes).On("CONFLICT (alpha2, class) DO UPDATE").
			Set("from_date = EXCLUDED.from_date, until_date = EXCLUDED.until_date, scheduled = EXCLUDED.scheduled").
			Set("source = EXCLUDED.source, recalled = EXCLUDED.recalled, note = EXCLUDED.note").
			Set("version = cc.version + 1").Exec(ctx); err != nil {
			return fmt.Errorf("seed classes of countries: %w", err)
		}
	}
	tx.Append("vocabulary.seeded", "vocabularies", core.ScopeForum, record.Internal,
		record.Data{"terms": len(terms), "classes": len(classes)})
	return nil
}

func newTerms(have []termRow) []termRow {
	type key struct{ vocab, code string }
	old := make(map[key]termRow, len(have))
	for _, r := range have {
		old[key{r.Vocab, r.Code}] = r
	}
	var out []termRow
	for _, t := range data().terms {
		r := rowOf(t)
		if o, ok := old[key{r.Vocab, r.Code}]; ok {
			if o.Edited || o.same(r) {
				continue
			}
		}
		out = append(out, r)
	}
	return out
}

func newClasses(have []classRow) []classRow {
	type key struct{ alpha2, class string }
	old := make(map[key]classRow, len(have))
	for _, r := range have {
		old[key{r.Alpha2, r.Class}] = r
	}
	var out []classRow
	for _, alpha2 := range data().alpha2s {
		for _, m := range data().countries[alpha2].Classes {
			r := classRowOf(alpha2, m)
			if o, ok := old[key{alpha2, m.Class}]; ok {
				r.Version = o.Version
				if o.Edited || o == r {
					continue
				}
			}
			out = append(out, r)
		}
	}
	return out
}
