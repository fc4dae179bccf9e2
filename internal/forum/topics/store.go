package topics

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

type tagRow struct {
	bun.BaseModel `bun:"table:topic_tags,alias:tt"`

	ID      core.ID      `bun:"id,pk"`
	Edition core.ID      `bun:"edition"`
	Head    string       `bun:"head"`
	Name    core.Text    `bun:"name"`
	Offered bool         `bun:"offered"`
	Hidden  bool         `bun:"hidden"`
	Reason  string       `bun:"reason"`
	Created core.Instant `bun:"created"`
	Version int64        `bun:"version"`
}

type spellingRow struct {
	bun.BaseModel `bun:"table:topic_spellings,alias:ts"`

	Edition core.ID `bun:"edition,pk"`
	Fold    string  `bun:"fold,pk"`
	Tag     core.ID `bun:"tag"`
}

// Moved is a spelling that a merge moved, and the tag that it came from; empty where it
// was a tag of its own that nobody had touched.
type Moved struct {
	Fold string  `json:"fold"`
	From core.ID `json:"from,omitempty"`
}

// Merge is one merge of tags into one.
type Merge struct {
	bun.BaseModel `bun:"table:topic_merges,alias:tm"`

	ID      core.ID      `bun:"id,pk"`
	Edition core.ID      `bun:"edition"`
	Number  int          `bun:"number"` // in the order in which they were made
	Tag     core.ID      `bun:"tag"`    // into which
	Moved   []Moved      `bun:"moved,type:jsonb"`
	Made    core.Instant `bun:"made"`
	Undone  core.Instant `bun:"undone"` // zero while it stands
}

type apartRow struct {
	bun.BaseModel `bun:"table:topic_apart,alias:ta"`

	Edition core.ID `bun:"edition,pk"`
	One     string  `bun:"one,pk"`
	Other   string  `bun:"other,pk"`
}

// curated is what curators have made of the tags of an edition.
type curated struct {
	tags      []tagRow
	spellings map[string]core.ID
}

// loadCurated reads it in two queries.
func loadCurated(ctx context.Context, idb bun.IDB, edition core.ID) (*curated, error) {
	c := &curated{spellings: map[string]core.ID{}}
	if err := idb.NewSelect().Model(&c.tags).Where("tt.edition = ?", edition).OrderExpr("tt.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load tags: %w", err)
	}
	var rows []spellingRow
	if err := idb.NewSelect().Model(&rows).Where("ts.edition = ?", edition).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load spellings of tags: %w", err)
	}
	for _, r := range rows {
		c.spellings[r.Fold] = r.Tag
	}
	return c, nil
}

// row finds what curators have made of a spelling; nil where they have not touched it.
func (c *curated) row(fold string) *tagRow {
	id := c.spellings[fold]
	for i := range c.tags {
		if c.tags[i].ID == id && id != "" {
			return &c.tags[i]
		}
	}
	return nil
}

// foldsOf are the spellings of a tag.
func (c *curated) foldsOf(id core.ID) []string {
	var out []string
	for fold, tag := range c.spellings {
		if tag == id {
			out = append(out, fold)
		}
	}
	return out
}

func loadMerges(ctx context.Context, idb bun.IDB, edition core.ID) ([]Merge, error) {
	var list []Merge
	if err := idb.NewSelect().Model(&list).Where("tm.edition = ?", edition).OrderExpr("tm.number DESC").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load merges of tags: %w", err)
	}
	return list, nil
}

// nextTx is the next number in an edition of what model is a row of.
func nextTx(ctx context.Context, tx *record.Tx, edition core.ID, model any) (n int, err error) {
	if err := tx.NewSelect().Model(model).ColumnExpr("COALESCE(MAX(number), 0) + 1").Where("edition = ?", edition).Scan(ctx, &n); err != nil {
		return 0, fmt.Errorf("number a row: %w", err)
	}
	return n, nil
}

// moveTx lets spellings belong to a tag.
func moveTx(ctx context.Context, tx *record.Tx, edition, tag core.ID, folds []string) error {
	rows := make([]spellingRow, 0, len(folds))
	for _, f := range folds {
		rows = append(rows, spellingRow{Edition: edition, Fold: f, Tag: tag})
	}
	if len(rows) == 0 {
		return nil
	}
	_, err := tx.NewInsert().Model(&rows).On("CONFLICT (edition, fold) DO UPDATE").Set("tag = EXCLUDED.tag").Exec(ctx)
	if err != nil {
		return fmt.Errorf("move spellings of a tag: %w", err)
	}
	return nil
}

// Named is a cluster that people have made or named.
type Named struct {
	bun.BaseModel `bun:"table:topic_clusters,alias:tc"`

	ID      core.ID      `bun:"id,pk"`
	Edition core.ID      `bun:"edition"`
	Name    core.Text    `bun:"name"`
	Theme   core.ID      `bun:"theme"` // that was decided of it
	Created core.Instant `bun:"created"`
	Version int64        `bun:"version"`
}

type placeRow struct {
	bun.BaseModel `bun:"table:topic_places,alias:tp"`

	Edition core.ID `bun:"edition,pk"`
	Input   core.ID `bun:"input,pk"`
	Cluster core.ID `bun:"cluster"`
}

func loadClusters(ctx context.Context, idb bun.IDB, edition core.ID) ([]Named, map[core.ID]core.ID, error) {
	var named []Named
	if err := idb.NewSelect().Model(&named).Where("tc.edition = ?", edition).OrderExpr("tc.id").Scan(ctx); err != nil {
		return nil, nil, fmt.Errorf("load clusters of inputs: %w", err)
	}
	var rows []placeRow
	if err := idb.NewSelect().Model(&rows).Where("tp.edition = ?", edition).Scan(ctx); err != nil {
		return nil, nil, fmt.Errorf("load places of inputs: %w", err)
	}
	places := map[core.ID]core.ID{}
	for _, r := range rows {
		places[r.Input] = r.Cluster
	}
	return named, places, nil
}

// placeTx puts inputs into a cluster; without one, back to where their words put them.
func placeTx(ctx context.Context, tx *record.Tx, edition, cluster core.ID, inputs []core.ID) error {
	if len(inputs) == 0 {
		return nil
	}
	if cluster == "" {
		if _, err := tx.NewDelete().Model((*placeRow)(nil)).Where("edition = ? AND input IN (?)", edition, bun.List(inputs)).Exec(ctx); err != nil {
			return fmt.Errorf("take inputs out of clusters: %w", err)
		}
		return nil
	}
	rows := make([]placeRow, 0, len(inputs))
	for _, id := range inputs {
		rows = append(rows, placeRow{Edition: edition, Input: id, Cluster: cluster})
	}
	if _, err := tx.NewInsert().Model(&rows).On("CONFLICT (edition, input) DO UPDATE").Set("cluster = EXCLUDED.cluster").Exec(ctx); err != nil {
		return fmt.Errorf("put inputs into a cluster: %w", err)
	}
	return nil
}

func loadDecisions(ctx context.Context, idb bun.IDB, edition core.ID) ([]Decision, error) {
	var list []Decision
	if err := idb.NewSelect().Model(&list).Where("td.edition = ?", edition).OrderExpr("td.number").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load decisions about themes: %w", err)
	}
	return list, nil
}
