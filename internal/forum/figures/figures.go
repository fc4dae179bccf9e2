// Package figures is what can be counted about an edition: named indicators with their
// definitions, reckoned from the record and never typed. What is published of them is
// kept as it was, small cells hidden; beside it stand the figures that others gave.
package figures

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// Units of indicators.
const (
	UnitPeople        = "people"
	UnitCountries     = "countries"
	UnitSessions      = "sessions"
	UnitProposals     = "proposals"
	UnitOrganisations = "organisations"
	UnitTexts         = "texts"
	UnitVisits        = "visits"
)

// Parts of the page of figures, in their order.
const (
	PartPeople    = "people"
	PartPresence  = "presence"
	PartProgramme = "programme"
	PartOutcomes  = "outcomes"
)

// Parts are all parts.
var Parts = []string{PartPeople, PartPresence, PartProgramme, PartOutcomes}

// Statuses of published figures.
const (
	Provisional = "provisional" // a final one is promised for a day
	Final       = "final"
)

// Dimensions are what a figure can be broken down by.
const (
	ByGroup      = "group"
	ByRegion     = "region"
	ByCountry    = "country"
	ByClass      = "class" // classes overlap: they do not add up
	ByGender     = "gender"
	ByFirst      = "first-time"
	ByYouth      = "youth"
	ByType       = "type"
	ByTheme      = "theme"
	ByOrganiser  = "organiser" // kind of the organising organisation
	ByOrgCountry = "organiser-country"
	BySession    = "session"
	ByFirstOrg   = "first-organisation" // whether it had a part in an earlier edition
)

// Cell is a part of a breakdown.
type Cell struct {
	Code   string `json:"code"`
	Amount int    `json:"amount"`
	Hidden bool   `json:"hidden,omitempty" doc:"the number is not shown, so that no person can be found"`
}

// Breakdown divides a figure by one dimension.
type Breakdown struct {
	By    string `json:"by"`
	Whole bool   `json:"hidden,omitempty" doc:"nothing of it can be shown"`
	Cells []Cell `json:"cells"`
}

// Cell finds a cell by its code; the zero Cell where there is none.
func (b Breakdown) Cell(code string) Cell {
	if i := slices.IndexFunc(b.Cells, func(c Cell) bool { return c.Code == code }); i >= 0 {
		return b.Cells[i]
	}
	return Cell{Code: code}
}

// Figure is the value of an indicator for an edition as it was published.
type Figure struct {
	bun.BaseModel `bun:"table:figure_values,alias:fv"`

	ID        core.ID      `bun:"id,pk" json:"-"`
	Edition   core.ID      `bun:"edition" json:"-"`
	Indicator string       `bun:"indicator" json:"indicator"`
	Number    int          `bun:"number" json:"number" doc:"1 for the first time it was published"`
	Latest    bool         `bun:"latest" json:"-"`
	Amount    int          `bun:"amount" json:"amount" doc:"0 where it is hidden"`
	Hidden    bool         `bun:"hidden" json:"hidden,omitempty" doc:"the number is not shown, so that no person can be found"`
	Parts     []Breakdown  `bun:"parts,type:jsonb" json:"breakdowns"`
	Status    string       `bun:"status" json:"status" enum:"provisional,final"`
	AsOf      core.Instant `bun:"as_of" json:"as_of"`
	Promised  string       `bun:"promised" json:"final_promised,omitempty" doc:"day on which the final figure is promised"`
	Reason    core.Text    `bun:"reason" json:"reason,omitzero" doc:"why it was published anew"`
	Lines     int          `bun:"lines" json:"rows,omitempty" doc:"rows of the record that were counted, where that tells about nobody"`
	Digest    string       `bun:"digest" json:"sha256" doc:"of these rows"`
	Account   core.ID      `bun:"account" json:"-"`
	Person    core.ID      `bun:"person" json:"-"`
	Published core.Instant `bun:"published" json:"published"`
}

// Part finds a breakdown, or nil.
func (f *Figure) Part(by string) *Breakdown {
	i := slices.IndexFunc(f.Parts, func(b Breakdown) bool { return b.By == by })
	if i < 0 {
		return nil
	}
	return &f.Parts[i]
}

// Drift is a published figure that no longer equals the record.
type Drift struct {
	bun.BaseModel `bun:"table:figure_drift,alias:fd"`

	Edition   core.ID `bun:"edition,pk"`
	Indicator string  `bun:"indicator,pk"`
	Amount    int     `bun:"amount"`
	Lines     int     `bun:"lines"`
	Digest    string  `bun:"digest"`
}

type hiddenRow struct {
	bun.BaseModel `bun:"table:figure_hidden,alias:fh"`

	Edition core.ID `bun:"edition,pk"`
	Table   string  `bun:"tab,pk"`
	Cell    string  `bun:"cell,pk"`
}

type checkRow struct {
	bun.BaseModel `bun:"table:figure_checks,alias:fc"`

	Edition core.ID      `bun:"edition,pk"`
	Mark    string       `bun:"mark"`
	At      core.Instant `bun:"at"`
}

// Settings say which cells are small.
type Settings struct {
	bun.BaseModel `bun:"table:figure_settings,alias:fs"`

	ID      string `bun:"id,pk"`
	Least   int    `bun:"least"` // numbers of people from 1 to Least-1 are hidden
	Version int64  `bun:"version"`
}

// Bounds of Settings.Least.
const (
	usualLeast  = 5
	fewestLeast = 3
	mostLeast   = 20
)

// Grantee is somebody whose travel was supported: no more than is counted of her.
type Grantee struct {
	ID                          core.ID
	Country, Region             string
	LDC, LLDC, SIDS, Transition bool
}

// Grantees are those whose travel to an edition was supported.
type Grantees func(ctx context.Context, edition core.ID) ([]Grantee, error)
