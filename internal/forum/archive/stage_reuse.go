package archive

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/formats/forumtext"
	"plenary/internal/platform/record"
)

// printRow is the print of one paragraph of an applied document.
type printRow struct {
	bun.BaseModel `bun:"table:import_prints,alias:pr"`

	Import   core.ID         `bun:"import,pk"`
	Position int             `bun:"position,pk"`
	Print    forumtext.Print `bun:"print,type:jsonb"`
}

// keepPrints keeps the prints of a document's paragraphs.
func keepPrints(ctx context.Context, tx *record.Tx, p *Plan) error {
	d, err := forumtext.ReadAs(p.Name, []byte(p.Source), forumtext.Shape(p.Shape))
	if err != nil {
		return fmt.Errorf("read source of import: %w", err)
	}
	var rows []printRow
	for i, pr := range forumtext.Prints(d) {
		rows = append(rows, printRow{Import: p.ID, Position: i, Print: pr})
	}
	for part := range slices.Chunk(rows, 100) {
		if _, err := tx.NewInsert().Model(&part).Exec(ctx); err != nil {
			return fmt.Errorf("keep prints of import: %w", err)
		}
	}
	return nil
}

// reused notes paragraphs of a document that stand nearly word for word in one that was
// read before, with what was changed (X5).
func (st *staging) reused(d *forumtext.Document) error {
	var rows []struct {
		printRow
		Name string `bun:"name"`
		Slug string `bun:"slug"`
	}
	if err := st.s.rec.DB.Read.NewSelect().TableExpr("import_prints AS pr").ColumnExpr("pr.*, im.name, ed.slug").
		Join("JOIN imports AS im ON im.id = pr.import").Join("JOIN editions AS ed ON ed.id = im.edition").
		Where("im.state = ? AND im.edition <> ?", StateApplied, st.set.ID).OrderExpr("im.at, pr.import, pr.position").Scan(st.ctx, &rows); err != nil {
		return fmt.Errorf("load prints of imports: %w", err)
	}
	mine := forumtext.Prints(d)
	for i := 0; i < len(rows); {
		j := i
		var prints []forumtext.Print
		for ; j < len(rows) && rows[j].Import == rows[i].Import; j++ {
			prints = append(prints, rows[j].Print)
		}
		list := forumtext.ReusedPrints(prints, mine)
		if whole := 2*len(list) > len(prints); whole {
			list = nil // the same document again, not a paragraph of it
		}
		for _, r := range list {
			if len(r.Changes) == 0 {
				continue // quoted, not written anew
			}
			var before, after []string
			for _, c := range r.Changes {
				before, after = append(before, c.Before), append(after, c.After)
			}
			code := "reused"
			if r.NumbersOnly {
				code = "reused-numbers"
			}
			st.note(Note{Group: NoteContradiction, Code: code, Place: spot(r.Second.Place), Second: spot(r.First.Place), Item: -1, Args: map[string]Arg{
				"Text": {S: clip(r.Second.Text)}, "Name": {S: rows[i].Name}, "Edition": {S: rows[i].Slug}, "Line": {N: r.First.Place.Line},
				"Before": {S: clip(joinDots(before))}, "After": {S: clip(joinDots(after))},
			}})
		}
		i = j
	}
	return nil
}

func joinDots(list []string) string {
	out := ""
	for _, s := range list {
		if s == "" {
			continue
		}
		if out != "" {
			out += " · "
		}
		out += s
	}
	return out
}
