package app

import (
	"context"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/people"
)

// personLabels names persons whom a text cites, to readers who may see them.
func (a *App) personLabels(ctx context.Context, _ string, refs []string) (map[string]documents.SourceLabel, error) {
	ids := make([]core.ID, len(refs))
	for i, ref := range refs {
		ids[i] = core.ID(ref)
	}
	names, err := a.People.Names(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make(map[string]documents.SourceLabel, len(names))
	for id, name := range names {
		out[string(id)] = documents.SourceLabel{Label: name, URL: people.Person{ID: id}.Path()}
	}
	return out, nil
}
