package app

import (
	"context"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/floor"
	"plenary/internal/forum/messages"
	"plenary/internal/forum/papers"
	"plenary/internal/forum/reports"
	"plenary/internal/forum/vocab"
)

// documentKinds tells the documents what each kind of them is to its own room: who may see
// a draft, where it stands, how its sources are called.
func (a *App) documentKinds() {
	a.Documents.Hidden(a.hiddenEditions)
	a.Opinions.Hidden(a.hiddenEditions)
	a.Documents.Guard("messages", func(_ context.Context, actor core.Actor, d documents.Document) (bool, error) {
		return messages.CanSeeDraft(actor, d.Scope), nil
	})
	a.Documents.Guard("report", a.Reports.Guard)
	a.Documents.Guard(papers.DocumentKind, a.Papers.Guard)
	a.Documents.Address("messages", a.Messages.Addresses)
	a.Documents.Numbers("messages", messages.Number)
	a.Documents.Address("report", a.Reports.Addresses)
	a.Documents.Address(papers.DocumentKind, a.Papers.Addresses)
	for _, kind := range []string{messages.SourceTakeaway, messages.SourceSession, messages.SourceOwn} {
		a.Documents.Labels(kind, func(ctx context.Context, lang string, refs []string) (map[string]documents.SourceLabel, error) {
			return a.Messages.Labels(ctx, kind, lang, refs, func(key string, args ...any) string { return a.Catalog.T(lang, key, args...) })
		})
	}
	a.Documents.Labels(reports.SourcePerson, a.personLabels)
	a.Documents.Labels(floor.SourceSegment, func(ctx context.Context, lang string, refs []string) (map[string]documents.SourceLabel, error) {
		return a.Floor.Labels(ctx, lang, refs, a.Catalog.T)
	})
	a.Documents.Degrees(func(_ context.Context, lang string, _ documents.Document, _ []string) (map[string]documents.DegreeLabel, error) {
		out := map[string]documents.DegreeLabel{}
		for _, t := range a.Vocab.Terms(vocab.Support) {
			words, _ := t.Label.In(lang)
			out[t.Code] = documents.DegreeLabel{Words: words, Level: t.Rank}
		}
		return out, nil
	})
}
