package ledger

import (
	"context"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/programme"
)

// Suggestion is something that may belong to an issue, and why.
type Suggestion struct {
	Thing Thing
	Label Label
	Why   string // "tag" or "words"
	Word  string // the tag or word
	Year  int
}

// mostSuggested is how many suggestions are made at once.
const mostSuggested = 60

// Suggest looks through the record for what has the tags or says the words of an issue
// and is not in it yet: sessions, Messages, papers, calls, outside documents. Editors and
// staff may.
func (s *Service) Suggest(ctx context.Context, a core.Actor, lang string, i Issue) ([]Suggestion, error) {
	if err := mayCurate(a, issuePolicy); err != nil {
		return nil, err
	}
	var keys []string
	for _, w := range i.Words {
		if k := core.Fold(strings.TrimSpace(w)); k != "" {
			keys = append(keys, k)
		}
	}
	if len(keys) == 0 {
		return nil, nil
	}
	var items []Item
	if err := s.rec.DB.Read.NewSelect().Model(&items).Where("it.issue = ?", i.ID).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load issue: %w", err)
	}
	have := map[Thing]bool{}
	for _, it := range items {
		have[it.thing()] = true
	}
	var found []Suggestion
	add := func(t Thing, why, word string) {
		if !have[t] && len(found) < mostSuggested {
			have[t] = true
			found = append(found, Suggestion{Thing: t, Why: why, Word: word})
		}
	}
	if err := s.suggestSessions(ctx, keys, add); err != nil {
		return nil, err
	}
	if err := s.suggestTexts(ctx, keys, add); err != nil {
		return nil, err
	}
	things := make([]Thing, len(found))
	for n, f := range found {
		things[n] = f.Thing
	}
	labels, err := s.Labels(ctx, a, lang, things)
	if err != nil {
		return nil, err
	}
	years, err := s.years(ctx)
	if err != nil {
		return nil, err
	}
	var out []Suggestion
	for _, f := range found {
		if l, ok := labels[f.Thing]; ok {
			f.Label, f.Year = l, years[l.Edition]
			out = append(out, f)
		}
	}
	return out, nil
}

func says(key string, keys []string) (string, bool) {
	for _, k := range keys {
		if k != "" && strings.Contains(key, k) {
			return k, true
		}
	}
	return "", false
}

func (s *Service) suggestSessions(ctx context.Context, keys []string, add func(Thing, string, string)) error {
	var rows []programme.Brief
	if err := s.rec.DB.Read.NewSelect().Model(&rows).Column("id", "title", "tags").
		Where("se.state <> ?", programme.StateDraft).OrderExpr("se.starts DESC, se.id").Scan(ctx); err != nil {
		return fmt.Errorf("look through sessions: %w", err)
	}
	for _, b := range rows {
		t := Thing{Kind: ThingSession, Ref: string(b.ID)}
		for _, tag := range b.Tags {
			for _, k := range keys {
				if core.Fold(tag) == k {
					add(t, "tag", tag)
				}
			}
		}
		if w, ok := says(keyOf(b.Title), keys); ok {
			add(t, "words", w)
		}
	}
	return nil
}

func (s *Service) suggestTexts(ctx context.Context, keys []string, add func(Thing, string, string)) error {
	calls, err := callsOf(ctx, s.rec.DB.Read, "lc.state <> ?", StateGone)
	if err != nil {
		return err
	}
	for _, c := range calls {
		if w, ok := says(c.WordsKey, keys); ok {
			add(Thing{Kind: ThingParagraph, Ref: c.Ref}, "words", w)
		}
	}
	var docs []documents.Document
	if err := s.rec.DB.Read.NewSelect().Model(&docs).Where("d.published_revision > 0 AND d.kind IN (?)", bun.List([]string{FromMessage, FromPaper})).
		OrderExpr("d.id DESC").Limit(200).Scan(ctx); err != nil {
		return fmt.Errorf("look through texts: %w", err)
	}
	ids := make([]core.ID, len(docs))
	for n, d := range docs {
		ids[n] = d.ID
	}
	revs, err := s.Documents.Published(ctx, ids...)
	if err != nil {
		return err
	}
	for _, d := range docs {
		if d.Kind == FromPaper {
			if w, ok := says(keyOf(d.Title), keys); ok {
				add(Thing{Kind: ThingParagraph, Ref: documents.ParaRef(d.ID, "")}, "words", w)
			}
			continue
		}
		for _, p := range revs[d.ID].Paragraphs {
			if messageNumber(p) == 0 {
				continue
			}
			if w, ok := says(keyOf(p.Text), keys); ok {
				add(Thing{Kind: ThingParagraph, Ref: documents.ParaRef(d.ID, p.ID)}, "words", w)
			}
		}
	}
	refs, err := s.References(ctx, "", "")
	if err != nil {
		return err
	}
	for _, r := range refs {
		if w, ok := says(r.TitleKey, keys); ok {
			add(Thing{Kind: ThingReference, Ref: string(r.ID)}, "words", w)
		}
	}
	return nil
}
