package messages

import (
	"context"
	"fmt"
	"slices"

	"plenary/internal/core"
	"plenary/internal/formats/forumtext"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/reports"
	"plenary/internal/platform/record"
)

// Candidate is a published takeaway from which a Message may be made.
type Candidate struct {
	reports.Point
	Used []int // numbers of the Messages that rest on it already
}

// Candidates lists the published takeaways and calls of an edition by session, in the
// order of the programme. Editors may ask.
func (s *Service) Candidates(ctx context.Context, a core.Actor, set *editions.Setting) ([]programme.Brief, map[core.ID][]Candidate, error) {
	v, err := s.View(ctx, a, set, true)
	if err != nil {
		return nil, nil, err
	}
	if err := policy.Check("compile", v.State, a.Roles(set.Scope())...); err != nil {
		return nil, nil, err
	}
	pts, err := s.reports.Published(ctx, set.ID)
	if err != nil {
		return nil, nil, err
	}
	used := map[string][]int{}
	if v.Revision != nil {
		for _, g := range groups(*v.Revision) {
			for _, m := range g.Messages {
				for _, src := range m.Para.Sources {
					if !slices.Contains(used[src.Ref], m.N) {
						used[src.Ref] = append(used[src.Ref], m.N)
					}
				}
			}
		}
	}
	briefs, err := s.programme.Briefs(ctx, a, set, programme.Filter{})
	if err != nil {
		return nil, nil, err
	}
	out := map[core.ID][]Candidate{}
	for session, list := range pts {
		for _, p := range list {
			out[session] = append(out[session], Candidate{Point: p, Used: used[p.Ref]})
		}
	}
	briefs = slices.DeleteFunc(briefs, func(b programme.Brief) bool { return len(out[b.ID]) == 0 })
	return briefs, out, nil
}

// Compile makes a Message of each chosen takeaway, under its session, or with merged
// one Message per session of all that were chosen there. Each sentence keeps the
// takeaway that it was taken from. Editors may; Conflict once the Messages are final.
// Event: messages.compiled.
func (s *Service) Compile(ctx context.Context, a core.Actor, set *editions.Setting, refs []string, merged bool) (int, error) {
	made := 0
	err := s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) (err error) {
		made, err = s.CompileTx(ctx, tx, set, refs, merged)
		return err
	})
	return made, err
}

// CompileTx is Compile inside a write.
func (s *Service) CompileTx(ctx context.Context, tx *record.Tx, set *editions.Setting, refs []string, merged bool) (int, error) {
	old, err := loadSet(ctx, tx, set.ID)
	if err != nil {
		return 0, err
	}
	if err := policy.Check("compile", stateOf(old), tx.Actor.Roles(set.Scope())...); err != nil {
		return 0, err
	}
	if len(refs) == 0 {
		return 0, core.Invalid("messages.error.nothing_chosen")
	}
	found, err := s.reports.PointsByRef(ctx, refs)
	if err != nil {
		return 0, err
	}
	var order []core.ID
	chosen := map[core.ID][]reports.Point{}
	for _, ref := range refs {
		p, ok := found[ref]
		if !ok {
			return 0, core.Invalid("messages.error.takeaway_gone")
		}
		if !slices.Contains(order, p.Session) {
			order = append(order, p.Session)
		}
		chosen[p.Session] = append(chosen[p.Session], p)
	}
	sessions, err := s.programme.SessionsByID(ctx, tx.Actor, order)
	if err != nil {
		return 0, err
	}
	ms, rev, err := s.open(ctx, tx, set)
	if err != nil {
		return 0, err
	}
	paras, made := rev.Paragraphs, 0
	for _, id := range order {
		ses := sessions[id]
		if ses == nil {
			return 0, core.Invalid("messages.error.takeaway_gone")
		}
		for _, p := range compiled(chosen[id], merged) {
			o := own{Part: partMessage, N: ms.Next, Session: id, Theme: ses.Theme}
			p.Attrs.Own = o.raw()
			ms.Next++
			made++
			paras = insert(paras, ses, p)
		}
	}
	if _, err := s.docs.ReviseTx(ctx, tx, ms.Document, documents.Revise{BasedOn: rev.Version, Paragraphs: paras, Stage: "draft"}); err != nil {
		return 0, err
	}
	if _, err := tx.NewUpdate().Model(ms).WherePK().Exec(ctx); err != nil {
		return 0, fmt.Errorf("save Messages: %w", err)
	}
	tx.Append("messages.compiled", set.ID, set.Scope(), record.Internal, record.Data{"label": ms.Name, "count": made})
	return made, nil
}

// compiled makes paragraphs of takeaways: the text as the session published it, each
// sentence with its takeaway as source.
func compiled(pts []reports.Point, merged bool) []documents.Paragraph {
	var out []documents.Paragraph
	for _, p := range pts {
		one := documents.Paragraph{Kind: documents.Item, Text: p.Text}
		if merged && len(out) > 0 {
			last := &out[0]
			from := len(sentences(last.Text))
			for _, lang := range core.Langs {
				if a, b := last.Text.By[lang], p.Text.By[lang]; a != "" && b != "" {
					last.Text = last.Text.With(lang, a+" "+b)
				} else if lang != last.Text.Orig {
					last.Text = last.Text.With(lang, "")
				}
			}
			for i := range sentences(p.Text) {
				last.Sources = append(last.Sources, source(p, from+i+1))
			}
			continue
		}
		for i := range sentences(p.Text) {
			one.Sources = append(one.Sources, source(p, i+1))
		}
		out = append(out, one)
	}
	return out
}

func source(p reports.Point, sentence int) documents.Source {
	return documents.Source{Sentence: sentence, Kind: SourceTakeaway, Ref: p.Ref, Revision: p.Revision}
}

// sentences cuts a text as the documents do.
func sentences(t core.Text) []string { return forumtext.Sentences(t.String()) }

// insert puts a Message behind the others of its session, under a heading that names
// the session.
func insert(paras []documents.Paragraph, ses *programme.Session, p documents.Paragraph) []documents.Paragraph {
	at := -1
	for i, q := range paras {
		if o := ownOf(q); o.Session == ses.ID {
			at = i + 1
		}
	}
	if at < 0 {
		h := documents.Paragraph{Kind: documents.Heading, Level: 2, Text: ses.Title}
		h.Attrs.Own = own{Part: partHeading, Session: ses.ID, Theme: ses.Theme}.raw()
		return append(paras, h, p)
	}
	return slices.Insert(slices.Clone(paras), at, p)
}
