package messages

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
)

// Request asks somebody for her signature.
type Request struct {
	Set      Set
	Setting  *editions.Setting
	Revision documents.Revision // what is signed
	Signer   Signer
	State    string // Missing, or Earlier where she has said something of an earlier version
}

// Requests are the signatures for which Messages wait of the actor, the newest edition
// first: of a public draft each that she has not given or refused for its words; of a
// final text only those for which she was asked by mail since it became final. Six
// queries at most.
func (s *Service) Requests(ctx context.Context, a core.Actor) ([]Request, error) {
	if !a.SignedIn() || a.Person == "" {
		return nil, nil
	}
	var own []Signer
	if err := s.rec.DB.Read.NewSelect().Model(&own).Where("sg.person = ?", a.Person).OrderExpr("sg.edition DESC, sg.position, sg.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load who signs: %w", err)
	}
	if len(own) == 0 {
		return nil, nil
	}
	ids := make([]core.ID, len(own))
	for i, sg := range own {
		ids[i] = sg.Edition
	}
	var sets []Set
	if err := s.rec.DB.Read.NewSelect().Model(&sets).Where("ms.edition IN (?) AND ms.state IN (?)", bun.List(ids), bun.List([]string{StateDraft, StateFinal})).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load Messages: %w", err)
	}
	docs := make([]core.ID, len(sets))
	for i, ms := range sets {
		docs[i] = ms.Document
	}
	revs, err := s.docs.Published(ctx, docs...)
	if err != nil {
		return nil, err
	}
	var said []Signature
	if err := s.rec.DB.Read.NewSelect().Model(&said).Where("si.person = ?", a.Person).OrderExpr("si.signed, si.revision, si.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load signatures: %w", err)
	}
	var out []Request
	for _, sg := range own {
		i := slices.IndexFunc(sets, func(ms Set) bool { return ms.Edition == sg.Edition })
		if i < 0 || sets[i].State == StateFinal && !sets[i].Finalised.Before(sg.Asked) {
			continue
		}
		set, err := s.editions.SettingByID(ctx, a, sg.Edition)
		if core.KindOf(err) == core.KindNotFound && err != nil {
			continue
		}
		if err != nil {
			return nil, err
		}
		rev := revs[sets[i].Document]
		mine := slices.DeleteFunc(slices.Clone(said), func(x Signature) bool { return x.Edition != sg.Edition })
		if st := standing([]Signer{sg}, mine, wordsOf(rev))[0].State; st == Missing || st == Earlier {
			out = append(out, Request{Set: sets[i], Setting: set, Revision: rev, Signer: sg, State: st})
		}
	}
	return out, nil
}
