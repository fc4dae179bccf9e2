package ledger

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
)

// Label is what to call a thing, where it is shown and what it says.
type Label struct {
	Title   string // in the language asked for
	Path    string
	Words   core.Text // of a paragraph: as the text stands now
	Edition core.ID
	Kind    string // of a paragraph: that of its document; else that of the thing
	Call    *Call  // where it is a call
	Number  int    // of a Message
}

// Labels names things for a reader. Those that she may not see, or that are no more, are
// missing. The number of queries does not depend on theirs.
func (s *Service) Labels(ctx context.Context, a core.Actor, lang string, things []Thing) (map[Thing]Label, error) {
	out := map[Thing]Label{}
	var paras []string
	var sessions, references, commitments []core.ID
	for _, t := range things {
		switch t.Kind {
		case ThingParagraph:
			paras = append(paras, t.Ref)
		case ThingSession:
			sessions = append(sessions, core.ID(t.Ref))
		case ThingReference:
			references = append(references, core.ID(t.Ref))
		case ThingCommitment:
			commitments = append(commitments, core.ID(t.Ref))
		}
	}
	if err := s.labelParagraphs(ctx, a, lang, paras, out); err != nil {
		return nil, err
	}
	if len(sessions) > 0 {
		found, err := s.Programme.SessionsByID(ctx, a, sessions)
		if err != nil {
			return nil, err
		}
		for id, ses := range found {
			title, _ := ses.Title.In(lang)
			out[Thing{Kind: ThingSession, Ref: string(id)}] = Label{Title: title, Path: ses.Path(), Edition: ses.Edition, Kind: ThingSession}
		}
	}
	found, err := s.referencesByID(ctx, references)
	if err != nil {
		return nil, err
	}
	for id, r := range found {
		title, _ := r.Title.In(lang)
		if r.Symbol != "" {
			title = r.Symbol + " " + title
		}
		out[Thing{Kind: ThingReference, Ref: string(id)}] = Label{Title: title, Path: r.Path(), Kind: ThingReference}
	}
	list, err := s.commitmentsByID(ctx, a, commitments)
	if err != nil {
		return nil, err
	}
	for _, c := range list {
		name, _ := c.OrganisationName.In(lang)
		out[Thing{Kind: ThingCommitment, Ref: string(c.ID)}] = Label{Title: name, Path: c.Path(), Words: c.Words, Edition: c.Edition, Kind: ThingCommitment}
	}
	return out, nil
}

func (s *Service) labelParagraphs(ctx context.Context, a core.Actor, lang string, refs []string, out map[Thing]Label) error {
	if len(refs) == 0 {
		return nil
	}
	ids := make([]core.ID, 0, len(refs))
	for _, ref := range refs {
		doc, _ := documents.ReadParaRef(ref)
		ids = append(ids, doc)
	}
	v, err := s.sight(ctx, a)
	if err != nil {
		return err
	}
	revs, err := s.Documents.Published(ctx, ids...)
	if err != nil {
		return err
	}
	all, err := s.Documents.Load(ctx, ids...)
	if err != nil {
		return err
	}
	var docs []documents.Document
	for _, d := range all {
		if _, shown := revs[d.ID]; shown && v.scope(d.Scope) {
			docs = append(docs, d)
		}
	}
	paths, err := s.Documents.Addresses(core.WithActor(ctx, a), docs...)
	if err != nil {
		return err
	}
	calls, err := s.callsByRef(ctx, a, refs)
	if err != nil {
		return err
	}
	for _, ref := range refs {
		id, para := documents.ReadParaRef(ref)
		path, rev := paths[id], revs[id]
		if path == "" {
			continue
		}
		title, _ := all[id].Title.In(lang)
		l := Label{Title: title, Path: path, Kind: all[id].Kind, Call: calls[ref]}
		if core.ID(all[id].Scope).Valid() {
			l.Edition = core.ID(all[id].Scope)
		}
		if para != "" {
			p, there := rev.Paragraph(para)
			if !there {
				continue
			}
			l.Words, l.Path = p.Text, path+"#"+para
			l.Title = fmt.Sprintf("%s, ¶ %d", title, p.Number())
			if n := messageNumber(p); n > 0 && all[id].Kind == FromMessage {
				l.Number, l.Path = n, fmt.Sprintf("%s/%d", strings.TrimSuffix(path, "/"), n)
			}
		}
		out[Thing{Kind: ThingParagraph, Ref: ref}] = l
	}
	return nil
}

// labelsInParts is Labels, in English, for any number of things: what is asked for at once
// has a limit.
func (s *Service) labelsInParts(ctx context.Context, a core.Actor, things []Thing) (map[Thing]Label, error) {
	out := map[Thing]Label{}
	for part := range slices.Chunk(things, 500) {
		found, err := s.Labels(ctx, a, "en", part)
		if err != nil {
			return nil, err
		}
		maps.Copy(out, found)
	}
	return out, nil
}

// scope tells whether a scope is one that the actor may see: the forum, a body (all of
// them are public), or an edition among hers.
func (v sight) scope(scope string) bool { return !slices.Contains(v.unseen, core.ID(scope)) }
