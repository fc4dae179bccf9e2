package messages

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/floor"
	"plenary/internal/forum/papers"
	"plenary/internal/forum/people"
	"plenary/internal/forum/reports"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/mail"
)

// House is what the workshop, the signatures and the chain down to the moment need
// beside what New takes. Without a part of it the room does without: no moments, no
// outputs of tracks, no mails.
type House struct {
	People   *people.Service
	Vocab    *vocab.Service
	Floor    *floor.Service
	Papers   *papers.Service
	Accounts *authn.Service
	Mail     *mail.Service
	BaseURL  string
}

// Furnish gives the service the rest of the house; it is called once, when the program
// is wired.
func (s *Service) Furnish(h House) { s.house = h }

// moments gives segments of transcripts, as far as the actor may see them.
func (s *Service) moments(ctx context.Context, a core.Actor, ids []core.ID) (map[core.ID]floor.Moment, error) {
	if s.house.Floor == nil || len(ids) == 0 {
		return map[core.ID]floor.Moment{}, nil
	}
	return s.house.Floor.Moments(ctx, a, ids)
}

// resolve finds sources by their keys ("takeaway:DOC#p3") as they are published now,
// each with the revision that is read. What is unknown, or not for the actor, is
// missing. The number of queries does not depend on the number of keys.
func (s *Service) resolve(ctx context.Context, a core.Actor, keys []string) (map[string]documents.Source, error) {
	refs := map[string][]string{}
	for _, k := range keys {
		kind, ref, ok := strings.Cut(k, ":")
		if ok && !slices.Contains(refs[kind], ref) {
			refs[kind] = append(refs[kind], ref)
		}
	}
	out := map[string]documents.Source{}
	add := func(kind, ref string, revision int) {
		out[kind+":"+ref] = documents.Source{Kind: kind, Ref: ref, Revision: revision}
	}
	points, err := s.reports.PointsByRef(ctx, refs[SourceTakeaway])
	if err != nil {
		return nil, err
	}
	for ref, p := range points {
		add(SourceTakeaway, ref, p.Revision)
	}
	if ids := asIDs(refs[SourceSession]); len(ids) > 0 {
		sessions, err := s.programme.SessionsByID(ctx, a, ids)
		if err != nil {
			return nil, err
		}
		for id := range sessions {
			add(SourceSession, string(id), 0)
		}
	}
	found, err := s.moments(ctx, a, asIDs(refs[floor.SourceSegment]))
	if err != nil {
		return nil, err
	}
	for id := range found {
		add(floor.SourceSegment, string(id), 0)
	}
	paras, err := s.paragraphs(ctx, refs[documents.SourceParagraph])
	if err != nil {
		return nil, err
	}
	for ref, p := range paras {
		add(documents.SourceParagraph, ref, p.revision)
	}
	for _, ref := range refs[documents.SourceLink] {
		if core.WebAddress(ref) {
			add(documents.SourceLink, ref, 0)
		}
	}
	return out, nil
}

// cited is a paragraph of a published text.
type cited struct {
	documents.Paragraph

	doc      core.ID
	revision int
}

// paragraphs finds cited paragraphs in the newest published revisions of their texts.
func (s *Service) paragraphs(ctx context.Context, refs []string) (map[string]cited, error) {
	var docs []core.ID
	for _, ref := range refs {
		if doc, _ := documents.ReadParaRef(ref); !slices.Contains(docs, doc) {
			docs = append(docs, doc)
		}
	}
	revs, err := s.docs.Published(ctx, docs...)
	if err != nil {
		return nil, err
	}
	out := map[string]cited{}
	for _, ref := range refs {
		doc, para := documents.ReadParaRef(ref)
		rev, ok := revs[doc]
		if !ok {
			continue
		}
		if p, ok := rev.Paragraph(para); ok {
			out[ref] = cited{Paragraph: p, doc: doc, revision: rev.Number}
		}
	}
	return out, nil
}

func asIDs(refs []string) []core.ID {
	out := make([]core.ID, len(refs))
	for i, r := range refs {
		out[i] = core.ID(r)
	}
	return out
}

// chosen finds the sources that a form chooses, and puts those that it names by address
// among the chosen ones of their sentence.
func (s *Service) chosen(ctx context.Context, a core.Actor, set *editions.Setting, in *EditInput) (map[string]documents.Source, error) {
	var p core.Problems
	var keys []string
	for i := range in.Sentences {
		st := &in.Sentences[i]
		for _, address := range strings.Fields(st.Add) {
			src, err := s.sourceAt(ctx, a, set, address)
			switch {
			case err == nil:
				if !slices.Contains(st.Sources, key(src)) {
					st.Sources = append(st.Sources, key(src))
				}
			case core.KindOf(err) == core.KindNotFound || core.KindOf(err) == core.KindInvalid:
				p.Add(core.Row("sentences", i)+"add", "messages.error.source_address", "Address", address, "Number", i+1)
			default:
				return nil, err
			}
		}
		keys = append(keys, st.Sources...)
	}
	if err := p.Err(); err != nil {
		return nil, err
	}
	return s.resolve(ctx, a, keys)
}

// unknown says which of the sources that a form chooses are not known.
func (in EditInput) unknown(known map[string]documents.Source) error {
	var p core.Problems
	for i, st := range in.Sentences {
		for _, k := range st.Sources {
			if _, ok := known[k]; !ok {
				p.Add(core.Row("sentences", i)+"sources", "messages.error.source_gone", "Number", i+1)
			}
		}
	}
	return p.Err()
}

// sourceAt finds what stands at an address of this forum: a takeaway of a report, a
// moment of a transcript, a paragraph of a paper. NotFound or Invalid where nothing
// does. It asks the database for one address; a form has few.
func (s *Service) sourceAt(ctx context.Context, a core.Actor, set *editions.Setting, address string) (documents.Source, error) {
	u, err := url.Parse(address)
	if err != nil {
		return documents.Source{}, core.Invalid("messages.error.source_address", "Address", address)
	}
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	if len(parts) > 0 && core.LangKnown(parts[0]) {
		parts = parts[1:]
	}
	switch {
	case len(parts) == 3 && (parts[2] == "transcript" || parts[2] == "report"):
		return s.sourceOfSession(ctx, a, set, parts, u.Fragment)
	case len(parts) >= 2 && parts[0] == "papers" && s.house.Papers != nil:
		list, err := s.house.Papers.Papers(ctx, a, papers.Filter{IDs: []core.ID{core.ID(parts[1])}})
		if err != nil || len(list) == 0 {
			return documents.Source{}, orNotFound(err)
		}
		return s.paragraphSource(ctx, list[0].Document, u.Fragment)
	case len(parts) >= 2 && parts[0] == "documents":
		return s.paragraphSource(ctx, core.ID(parts[1]), u.Fragment)
	}
	return documents.Source{}, core.NotFound()
}

func (s *Service) sourceOfSession(ctx context.Context, a core.Actor, set *editions.Setting, parts []string, fragment string) (documents.Source, error) {
	if parts[0] != set.Slug {
		other, err := s.editions.Setting(ctx, a, parts[0])
		if err != nil {
			return documents.Source{}, err
		}
		set = other
	}
	ses, err := s.programme.Session(ctx, a, set, parts[1])
	if err != nil {
		return documents.Source{}, err
	}
	if parts[2] == "transcript" {
		at, err := floor.ParseTime(fragment)
		if err != nil || s.house.Floor == nil {
			return documents.Source{}, core.NotFound()
		}
		m, ok, err := s.house.Floor.At(ctx, a, ses.ID, at)
		if err != nil || !ok {
			return documents.Source{}, orNotFound(err)
		}
		return documents.Source{Kind: floor.SourceSegment, Ref: string(m.Segment)}, nil
	}
	list, err := s.reports.OfSession(ctx, ses.ID)
	if err != nil {
		return documents.Source{}, err
	}
	for _, r := range list {
		if r.Kind != reports.Takeaways {
			continue
		}
		k := SourceTakeaway + ":" + documents.ParaRef(r.Document, fragment)
		found, err := s.resolve(ctx, a, []string{k})
		if src, ok := found[k]; ok || err != nil {
			return src, err
		}
	}
	return documents.Source{}, core.NotFound()
}

func (s *Service) paragraphSource(ctx context.Context, doc core.ID, para string) (documents.Source, error) {
	if !doc.Valid() {
		return documents.Source{}, core.NotFound()
	}
	ref := documents.ParaRef(doc, para)
	found, err := s.paragraphs(ctx, []string{ref})
	p, ok := found[ref]
	if err != nil || !ok {
		return documents.Source{}, orNotFound(err)
	}
	return documents.Source{Kind: documents.SourceParagraph, Ref: ref, Revision: p.revision}, nil
}

func orNotFound(err error) error {
	if err != nil {
		return err
	}
	return core.NotFound()
}
