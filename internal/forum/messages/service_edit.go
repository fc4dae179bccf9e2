package messages

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"plenary/internal/core"
	"plenary/internal/formats/forumtext"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/record"
)

// Edit changes one Message: its text, per sentence the degree of support and the
// sources, and the dissent that stands with it. Editors may. A source that is neither
// there already nor found is Invalid at its sentence. Stale when somebody else changed
// the Messages; the current EditInput comes with it. Event: messages.edited.
func (s *Service) Edit(ctx context.Context, a core.Actor, set *editions.Setting, n int, in EditInput) error {
	ms, err := loadSet(ctx, s.rec.DB.Read, set.ID)
	if err != nil {
		return err
	}
	if err := mayEdit(a, set, ms); err != nil {
		return err
	}
	if err := in.Validate(); err != nil {
		return err
	}
	if err := s.degrees(in); err != nil {
		return err
	}
	known, err := s.chosen(ctx, a, set, &in)
	if err != nil {
		return err
	}
	err = s.edit(ctx, a, set, in.Version, func(_ context.Context, _ *record.Tx, _ *Set, rev documents.Revision) ([]documents.Paragraph, error) {
		m, ok := find(rev, n)
		if !ok {
			return nil, core.NotFound()
		}
		for _, src := range m.Para.Sources {
			known[key(src)] = src
		}
		if err := in.unknown(known); err != nil {
			return nil, err
		}
		paras := slices.Clone(rev.Paragraphs)
		i := slices.IndexFunc(paras, func(p documents.Paragraph) bool { return p.ID == m.Para.ID })
		paras[i] = in.apply(m.Para, known)
		return paras, nil
	})
	return staleInput(err, n)
}

// degrees sees that the vocabulary knows the degrees of support of a form.
func (s *Service) degrees(in EditInput) error {
	var p core.Problems
	for i, st := range in.Sentences {
		if st.Degree != "" && s.house.Vocab != nil && !s.house.Vocab.Has(vocab.Support, st.Degree) {
			p.Add(core.Row("sentences", i)+"degree", "form.unreadable")
		}
	}
	return p.Err()
}

// staleText is the text as it now stands, where somebody else has changed it.
func staleText(err error) (documents.Revision, bool) {
	e, ok := errors.AsType[*core.Error](err)
	if !ok || e.Kind != core.KindStale {
		return documents.Revision{}, false
	}
	rev, ok := e.Current.(documents.Revision)
	return rev, ok
}

func staleInput(err error, n int) error {
	if rev, ok := staleText(err); ok {
		if m, ok := find(rev, n); ok {
			return core.Stale(InputOf(m, rev.Version))
		}
		return core.Conflict("messages.error.gone")
	}
	return err
}

// Remove takes a Message out. Its number is not given again. Editors may.
func (s *Service) Remove(ctx context.Context, a core.Actor, set *editions.Setting, n int, version int64) error {
	return s.edit(ctx, a, set, version, func(_ context.Context, _ *record.Tx, _ *Set, rev documents.Revision) ([]documents.Paragraph, error) {
		m, ok := find(rev, n)
		if !ok {
			return nil, core.NotFound()
		}
		return slices.DeleteFunc(slices.Clone(rev.Paragraphs), func(p documents.Paragraph) bool { return p.ID == m.Para.ID }), nil
	})
}

// Move moves a Message one place up or down among those of its session. Editors may.
func (s *Service) Move(ctx context.Context, a core.Actor, set *editions.Setting, n int, version int64, up bool) error {
	return s.edit(ctx, a, set, version, func(_ context.Context, _ *record.Tx, _ *Set, rev documents.Revision) ([]documents.Paragraph, error) {
		m, ok := find(rev, n)
		if !ok {
			return nil, core.NotFound()
		}
		paras := slices.Clone(rev.Paragraphs)
		i := slices.IndexFunc(paras, func(p documents.Paragraph) bool { return p.ID == m.Para.ID })
		j := i + 1
		if up {
			j = i - 1
		}
		if j < 0 || j >= len(paras) || ownOf(paras[j]).Part != partMessage {
			return nil, core.Conflict("messages.error.edge")
		}
		paras[i], paras[j] = paras[j], paras[i]
		return paras, nil
	})
}

// SetAttribution puts a note on whose views the Messages of a session reflect (E143),
// or takes it away. Editors may. Stale with the AttributionInput as it now stands.
func (s *Service) SetAttribution(ctx context.Context, a core.Actor, set *editions.Setting, session core.ID, in AttributionInput) error {
	err := s.edit(ctx, a, set, in.Version, func(_ context.Context, _ *record.Tx, _ *Set, rev documents.Revision) ([]documents.Paragraph, error) {
		if err := core.Validate(in).Err(); err != nil {
			return nil, err
		}
		return withAttribution(rev.Paragraphs, session, in.Text.Clean())
	})
	if rev, ok := staleText(err); ok {
		now := AttributionInput{Version: rev.Version}
		for _, g := range groups(rev) {
			if g.Session == session {
				now.Text = g.Attribution
			}
		}
		return core.Stale(now)
	}
	return err
}

func withAttribution(in []documents.Paragraph, session core.ID, text core.Text) ([]documents.Paragraph, error) {
	paras := slices.DeleteFunc(slices.Clone(in), func(p documents.Paragraph) bool {
		o := ownOf(p)
		return o.Part == partAttribution && o.Session == session
	})
	if text.IsZero() {
		return paras, nil
	}
	i := slices.IndexFunc(paras, func(p documents.Paragraph) bool {
		o := ownOf(p)
		return o.Part == partHeading && o.Session == session
	})
	if i < 0 {
		return nil, core.NotFound()
	}
	note := documents.Paragraph{Kind: documents.Note, Text: text}
	note.Attrs.Own = own{Part: partAttribution, Session: session}.raw()
	return slices.Insert(paras, i+1, note), nil
}

// Imported is the Messages of one session or theme as a document gave them.
type Imported struct {
	Session     core.ID // may be empty where Sources say what each rests on
	Theme       core.ID
	Heading     core.Text
	Attribution core.Text
	Messages    []ImportedMessage
}

// ImportedMessage is one of them. Without sources it rests on its session as a whole.
type ImportedMessage struct {
	Text    core.Text
	Degrees map[int]string // degree of support by sentence, counted from 1
	Sources []documents.Source
	Dissent []documents.Dissent
}

// ImportTx takes over Messages that were written or published elsewhere; the caller has
// asked for permission. The edition must have none. Event: messages.begun.
func (s *Service) ImportTx(ctx context.Context, tx *record.Tx, set *editions.Setting, list []Imported) (int, error) {
	if old, err := loadSet(ctx, tx, set.ID); err != nil || old != nil {
		if err == nil {
			err = core.Conflict("messages.error.exists")
		}
		return 0, err
	}
	ms, rev, err := s.open(ctx, tx, set)
	if err != nil {
		return 0, err
	}
	var paras []documents.Paragraph
	for _, g := range list {
		h := documents.Paragraph{Kind: documents.Heading, Level: 2, Text: g.Heading}
		h.Attrs.Own = own{Part: partHeading, Session: g.Session, Theme: g.Theme}.raw()
		paras = append(paras, h)
		if !g.Attribution.IsZero() {
			n := documents.Paragraph{Kind: documents.Note, Text: g.Attribution}
			n.Attrs.Own = own{Part: partAttribution, Session: g.Session}.raw()
			paras = append(paras, n)
		}
		for _, m := range g.Messages {
			paras = append(paras, m.paragraph(own{Part: partMessage, N: ms.Next, Session: g.Session, Theme: g.Theme}))
			ms.Next++
		}
	}
	if _, err := s.docs.ReviseTx(ctx, tx, ms.Document, documents.Revise{BasedOn: rev.Version, Paragraphs: paras}); err != nil {
		return 0, err
	}
	if _, err := tx.NewUpdate().Model(ms).WherePK().Exec(ctx); err != nil {
		return 0, fmt.Errorf("save Messages: %w", err)
	}
	return ms.Next - 1, nil
}

func (m ImportedMessage) paragraph(o own) documents.Paragraph {
	p := documents.Paragraph{Kind: documents.Item, Text: m.Text, Sources: m.Sources}
	if p.Sources == nil && o.Session != "" {
		p.Sources = []documents.Source{{Kind: SourceSession, Ref: string(o.Session)}}
	}
	p.Attrs.Own, p.Attrs.Dissent = o.raw(), m.Dissent
	for i := range forumtext.Sentences(m.Text.String()) {
		if d := m.Degrees[i+1]; d != "" {
			p.Attrs.Sentences = append(p.Attrs.Sentences, documents.Degree{I: i + 1, Degree: d})
		}
	}
	return p
}
