package support

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// GranteeFact is what the figures may know of somebody who was supported: no name, no
// account. A country may be in several classes, so the sum over classes is not the number
// of people.
type GranteeFact struct {
	Country     string
	Classes     []string
	Region      string
	Stakeholder string
	Gender      string // code of participation.Genders, or empty
	FirstTime   string // yes, no or empty
}

// Grantees gives one fact for each grant of an edition that was accepted and not
// cancelled: the same for which the ledger has something committed. No right is asked; who
// calls it hides small numbers. Gender and first time are what she said when she
// registered, else what she said in her application.
func (s *Service) Grantees(ctx context.Context, edition core.ID) ([]GranteeFact, error) {
	var rows []struct {
		Application
		RgGender string `bun:"rg_gender"`
		RgFirst  string `bun:"rg_first"`
	}
	err := s.rec.DB.Read.NewSelect().TableExpr("support_applications AS sa").
		ColumnExpr("sa.country, sa.classes, sa.region, sa.stakeholder, sa.stated, sa.first_time").
		ColumnExpr("COALESCE((SELECT MIN(rg.gender) FROM registrations AS rg WHERE rg.edition = sa.edition AND rg.account = sa.account AND rg.account <> ''), '') AS rg_gender").
		ColumnExpr("COALESCE((SELECT MIN(rg.first_time) FROM registrations AS rg WHERE rg.edition = sa.edition AND rg.account = sa.account AND rg.account <> ''), '') AS rg_first").
		Where("sa.edition = ? AND sa.state IN (?)", edition, bun.List(Granted)).OrderExpr("sa.number").Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("load grantees: %w", err)
	}
	out := make([]GranteeFact, len(rows))
	for i, r := range rows {
		out[i] = GranteeFact{Country: r.Country, Classes: r.Classes, Region: r.Region, Stakeholder: r.Stakeholder, Gender: r.RgGender, FirstTime: r.RgFirst}
		if out[i].Gender == "" {
			out[i].Gender = r.Gender()
		}
		if out[i].FirstTime == "" {
			out[i].FirstTime = r.FirstTime
		}
	}
	return out, nil
}
