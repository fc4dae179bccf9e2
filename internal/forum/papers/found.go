package papers

import (
	"context"
	"encoding/json"
	"fmt"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/platform/record"
)

// Guard tells whether the actor may see drafts of a paper's document: those who write it
// may, and everybody where the paper says so.
func (s *Service) Guard(ctx context.Context, a core.Actor, d documents.Document) (bool, error) {
	p, roles, err := s.Get(ctx, a, d.Subject)
	if core.KindOf(err) == core.KindNotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return canSeeDraft(p, roles), nil
}

// canSeeDraft tells whether what is being written of a paper may be read.
func canSeeDraft(p Paper, roles []core.Role) bool {
	return p.OpenDraft || policy.Can("see_draft", p.policyState(), roles...)
}

// Addresses are the pages on which the documents of papers are shown.
func (s *Service) Addresses(_ context.Context, docs []documents.Document) (map[core.ID]string, error) {
	out := make(map[core.ID]string, len(docs))
	for _, d := range docs {
		out[d.ID] = Paper{ID: d.Subject}.Path()
	}
	return out, nil
}

// PersonMerged moves papers and signatures of a person to the one that she became part of.
// It is wired for person.merged. What she signed twice by that is followed by the later.
func (s *Service) PersonMerged(ctx context.Context, tx *record.Tx, e *record.Event) error {
	var d struct {
		Into core.ID `json:"into"`
	}
	if err := json.Unmarshal(e.Data, &d); err != nil || d.Into == "" {
		return fmt.Errorf("read person.merged: %w", err)
	}
	if _, err := tx.NewUpdate().Model((*Paper)(nil)).Set("person = ?, version = version + 1", d.Into).Where("person = ?", e.Subject).Exec(ctx); err != nil {
		return fmt.Errorf("move papers: %w", err)
	}
	const twice = `EXISTS (SELECT 1 FROM paper_endorsements AS o WHERE o.paper = pe.paper AND o.organisation = pe.organisation
		AND o.person = ? AND o.state IN ('signed', 'disputed'))`
	if _, err := tx.NewUpdate().Model((*Endorsement)(nil)).Set("state = ?, version = version + 1", Followed).
		Where("person = ? AND state IN ('signed', 'disputed')", e.Subject).Where(twice, d.Into).Exec(ctx); err != nil {
		return fmt.Errorf("join endorsements: %w", err)
	}
	if _, err := tx.NewUpdate().Model((*Endorsement)(nil)).Set("person = ?, version = version + 1", d.Into).Where("person = ?", e.Subject).Exec(ctx); err != nil {
		return fmt.Errorf("move endorsements: %w", err)
	}
	return nil
}

// Check looks for papers whose words, body, session, edition or people are not there, and
// for joint statements whose brackets do not match.
func (s *Service) Check(ctx context.Context) ([]core.Flaw, error) {
	var out []core.Flaw
	for _, ref := range []struct{ column, table, key string }{
		{"document", "documents", "id"},
		{"body", "bodies", "id"},
		{"session", "sessions", "id"},
		{"edition", "editions", "id"},
		{"person", "people", "id"},
		{"organisation", "organisations", "id"},
		{"file", "blobs", "hash"},
	} {
		var rows []Paper
		if err := s.rec.DB.Read.NewSelect().Model(&rows).
			Where("pa." + ref.column + " <> '' AND NOT EXISTS (SELECT 1 FROM " + ref.table + " AS x WHERE x." + ref.key + " = pa." + ref.column + ")").
			OrderExpr("pa.id").Scan(ctx); err != nil {
			return nil, fmt.Errorf("check papers: %w", err)
		}
		for _, p := range rows {
			out = append(out, core.Flaw{
				Code: "dangling-" + ref.column, Subject: p.ID, Where: p.Path(),
				Text: fmt.Sprintf("the paper %q names a %s that is not there", p.Title.String(), ref.column),
			})
		}
	}
	var joint []Paper
	if err := s.rec.DB.Read.NewSelect().Model(&joint).Where("pa.kind = ? AND pa.document <> ''", Joint).OrderExpr("pa.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("check joint statements: %w", err)
	}
	docs := make([]core.ID, len(joint))
	for i, p := range joint {
		docs[i] = p.Document
	}
	heads, err := s.docs.Head(ctx, docs...)
	if err != nil {
		return nil, err
	}
	for _, p := range joint {
		var probs core.Problems
		if checkBrackets(&probs, heads[p.Document].Paragraphs); len(probs) > 0 {
			out = append(out, core.Flaw{Code: "unbalanced-brackets", Subject: p.ID, Where: p.Path(), Text: fmt.Sprintf("square brackets of %q do not match", p.Title.String())})
		}
	}
	return out, nil
}
