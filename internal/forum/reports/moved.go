package reports

import (
	"context"
	"encoding/json"
	"fmt"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/platform/record"
)

// PersonMerged moves what hung on a person whose page became part of another one: reports
// that were handed over to her, and remarks of hers. Pins keep the name under which they
// were published; they are shown with the person of now. It runs in the act of
// person.merged.
func (s *Service) PersonMerged(ctx context.Context, tx *record.Tx, e *record.Event) error {
	var d struct {
		Into core.ID `json:"into"`
	}
	if err := json.Unmarshal(e.Data, &d); err != nil || d.Into == "" {
		return fmt.Errorf("read person.merged: %w", err)
	}
	if _, err := tx.NewUpdate().Model((*Helper)(nil)).Set("person = ?", d.Into).Where("person = ?", e.Subject).Exec(ctx); err != nil {
		return fmt.Errorf("move reports taken over: %w", err)
	}
	if _, err := tx.NewUpdate().Model((*Remark)(nil)).Set("person = ?", d.Into).Where("person = ?", e.Subject).Exec(ctx); err != nil {
		return fmt.Errorf("move remarks: %w", err)
	}
	return nil
}

// Check looks for published reports that are pinned to persons who are not in the record,
// and for calls that address organisations that are not there. Moments and paragraphs are
// looked after by the rooms that keep them. It reads only.
func (s *Service) Check(ctx context.Context) ([]core.Flaw, error) {
	rows, err := s.AllPublished(ctx)
	if err != nil {
		return nil, err
	}
	by, err := s.pointsOf(ctx, rows)
	if err != nil || s.house.People == nil {
		return nil, err
	}
	var persons, orgs []core.ID
	for _, r := range rows {
		for _, p := range by[r.Session] {
			orgs = append(orgs, p.Orgs...)
			for _, src := range p.Sources {
				if src.Kind == SourcePerson {
					persons = append(persons, core.ID(src.Ref))
				}
			}
		}
	}
	known, err := s.house.People.Persons(ctx, persons)
	if err != nil {
		return nil, err
	}
	named, err := s.house.People.Organisations(ctx, orgs)
	if err != nil {
		return nil, err
	}
	var out []core.Flaw
	for _, r := range rows {
		for _, p := range by[r.Session] {
			doc, _ := documents.ReadParaRef(p.Ref)
			where := "/documents/" + string(doc) + "/revisions"
			for _, id := range p.Orgs {
				if _, ok := named[id]; !ok {
					out = append(out, core.Flaw{Code: "dangling-addressee", Subject: r.ID, Where: where + "#" + p.Para, Text: "a call addresses organisation " + string(id) + ", which is not there"})
				}
			}
			for _, src := range p.Sources {
				if _, ok := known[core.ID(src.Ref)]; src.Kind == SourcePerson && !ok {
					out = append(out, core.Flaw{Code: "dangling-source", Subject: r.ID, Where: where + "#" + p.Para, Text: "it is pinned to person " + src.Ref + ", who is not there"})
				}
			}
		}
	}
	return out, nil
}
