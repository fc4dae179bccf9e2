package documents

import (
	"context"
	"fmt"
	"slices"

	"plenary/internal/core"
)

// SourceLabel is what to call a source, and where it is shown.
type SourceLabel struct{ Label, URL string }

// Resolver names sources of one kind. Refs that are missing from its answer are not
// known, or not public; a text then says no more than what kind of thing they are.
type Resolver func(kind string, refs []string) (map[string]SourceLabel, error)

// LabelFunc names sources of one kind for the pages of this room, in the reader's
// language. It must ask who reads (core.ActorOf) before it names what is not public.
type LabelFunc func(ctx context.Context, lang string, refs []string) (map[string]SourceLabel, error)

// DegreeLabel is a degree of support in words, and its place on the scale from 0 to 4.
type DegreeLabel struct {
	Words string
	Level int
}

// DegreeFunc puts the codes of degrees into words.
type DegreeFunc func(ctx context.Context, lang string, d Document, codes []string) (map[string]DegreeLabel, error)

// Labels registers who names sources of a kind: "takeaway", "session", "segment",
// "person". This room itself names paragraphs and links.
func (s *Service) Labels(kind string, fn LabelFunc) { s.labels[kind] = fn }

// Degrees registers who puts degrees of support into words.
func (s *Service) Degrees(fn DegreeFunc) { s.degrees = fn }

// Resolver names sources of every registered kind for a reader.
func (s *Service) Resolver(ctx context.Context, lang string) Resolver {
	return func(kind string, refs []string) (map[string]SourceLabel, error) {
		switch fn, ok := s.labels[kind]; {
		case ok:
			return fn(ctx, lang, refs)
		case kind == SourceParagraph:
			return s.paragraphLabels(ctx, lang, refs)
		}
		return nil, nil
	}
}

// paragraphLabels names cited documents that are published.
func (s *Service) paragraphLabels(ctx context.Context, lang string, refs []string) (map[string]SourceLabel, error) {
	ids := make([]core.ID, 0, len(refs))
	for _, ref := range refs {
		id, _ := ReadParaRef(ref)
		ids = append(ids, id)
	}
	docs, err := s.Load(ctx, ids...)
	if err != nil {
		return nil, err
	}
	hidden, err := s.HiddenFrom(ctx, core.ActorOf(ctx))
	if err != nil {
		return nil, err
	}
	list := make([]Document, 0, len(docs))
	for _, d := range docs {
		if d.Published > 0 && !slices.Contains(hidden, d.Scope) {
			list = append(list, d)
		}
	}
	paths, err := s.Addresses(ctx, list...)
	if err != nil {
		return nil, err
	}
	out := make(map[string]SourceLabel, len(refs))
	for _, ref := range refs {
		id, para := ReadParaRef(ref)
		path, ok := paths[id]
		if !ok {
			continue
		}
		title, _ := docs[id].Title.In(lang)
		l := SourceLabel{Label: title, URL: path}
		if n := paraNumber(para); n > 0 {
			l.Label, l.URL = fmt.Sprintf("%s, ¶ %d", title, n), path+"#"+para
		}
		out[ref] = l
	}
	return out, nil
}

// webAddress gives back an address on the web, and nothing for any other.
func webAddress(ref string) string {
	if core.WebAddress(ref) {
		return ref
	}
	return ""
}
