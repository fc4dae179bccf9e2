package papers

import (
	"context"
	"errors"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/platform/record"
)

// PublishInput says how a paper is published.
type PublishInput struct {
	Version int64  `form:"version" ui:"hidden" json:"version"`
	As      string `form:"as" ui:"radio" json:"as"` // published or final; a final paper is always corrected
	Note    string `form:"note" max:"500" json:"note"`
	// WithBrackets says that a joint statement becomes final although passages of it have
	// no consensus.
	WithBrackets bool `form:"with_brackets" ui:"check" json:"with_brackets"`
}

// Publish shows the newest words to everybody: as a version for review, as final, or as a
// correction of what is final, which needs a note. Those who write may publish, the
// coordinators of the body, the organisers of the session and the staff make final. A
// joint statement whose words changed has its endorsers asked by mail whether they still
// stand behind it. Events: paper.published, paper.finalised, paper.corrected. Errors:
// Conflict where nothing changed, while brackets are open, or while its session or edition is a draft.
func (s *Service) Publish(ctx context.Context, a core.Actor, id core.ID, in PublishInput) (Paper, error) {
	known, _, err := s.Get(ctx, a, id)
	if err != nil {
		return Paper{}, err
	}
	if err := core.Validate(in).Err(); err != nil {
		return Paper{}, err
	}
	if err := s.mayPublish(ctx, known); err != nil {
		return Paper{}, err
	}
	p, err := s.change(ctx, a, id, in.Version, publishAction(known.State, in), func(ctx context.Context, tx *record.Tx, p *Paper) error {
		return s.PublishTx(ctx, tx, p, in)
	})
	return p, restale(err, func(version int64) any { in.Version = version; return in })
}

// restale gives a stale form its own input with the version as it stands now.
func restale(err error, now func(version int64) any) error {
	e, ok := errors.AsType[*core.Error](err)
	if !ok || e.Kind != core.KindStale {
		return err
	}
	if cur, ok := e.Current.(Input); ok {
		return core.Stale(now(cur.Version))
	}
	return err
}

// stageOf is the stage of a paper's document: what is not official says so in every
// format.
func stageOf(p Paper, state string) string {
	if p.Unofficial {
		return "unofficial-" + state
	}
	return state
}

func publishAction(state string, in PublishInput) string {
	switch {
	case state == StateFinal:
		return "correct"
	case in.As == StateFinal:
		return "finalise"
	}
	return "publish"
}

// PublishTx is Publish inside a write, which saves the paper; the caller has asked for
// permission.
func (s *Service) PublishTx(ctx context.Context, tx *record.Tx, p *Paper, in PublishInput) error {
	event, stage := "paper.published", StatePublished
	switch publishAction(p.State, in) {
	case "correct":
		event, stage = "paper.corrected", StateFinal
	case "finalise":
		event, stage = "paper.finalised", StateFinal
	}
	if p.Document == "" && p.URL == "" && p.File == "" {
		return core.Conflict("papers.error.empty")
	}
	if p.Document != "" {
		if err := s.publishText(ctx, tx, p, stage, in); err != nil {
			return err
		}
	} else if p.Public() && event == "paper.published" {
		return core.Conflict("documents.publish.nothing")
	}
	if p.State != StateFinal {
		p.State = stage
	}
	if p.Published.IsZero() {
		p.Published = tx.Now
	}
	if event == "paper.finalised" {
		p.Finalised = tx.Now
	}
	data := record.Data{"label": p.Title, "kind": p.Kind}
	if in.Note != "" {
		data["note"] = in.Note
	}
	tx.Append(event, p.ID, p.Scope, record.Public, data)
	return nil
}

// publishText freezes the words, with the reservations of those who endorsed them.
func (s *Service) publishText(ctx context.Context, tx *record.Tx, p *Paper, stage string, in PublishInput) error {
	rev, err := s.head(ctx, tx, *p)
	if err != nil {
		return err
	}
	paras := rev.Paragraphs
	var signed []Endorsement
	if p.Kind == Joint {
		if stage == StateFinal {
			if open := openOf(rev); len(open) > 0 && !in.WithBrackets {
				return core.Conflict("papers.error.brackets", "Count", len(open))
			}
			p.WithBrackets = len(openOf(rev)) > 0
		}
		if signed, err = loadEndorsements(ctx, tx, p.ID); err != nil {
			return err
		}
		paras = withReservations(paras, signed)
	}
	if err := s.docs.LicenceTx(ctx, tx, p.Document, p.Licence); err != nil {
		return err
	}
	revise := documents.Revise{BasedOn: rev.Version, Paragraphs: paras, Stage: stageOf(*p, stage)}
	if rev.Draft() || rev.Stage != revise.Stage { // a note alone is no new version
		revise.Note = in.Note
	}
	if _, err = s.docs.ReviseTx(ctx, tx, p.Document, revise); err != nil {
		return err
	}
	rev, err = s.docs.PublishTx(ctx, tx, p.Document, in.Note)
	if err != nil {
		return err
	}
	p.Title = rev.Title
	return s.askAgain(ctx, tx, *p, rev, signed)
}

// ResolveInput is the form of one bracketed passage. In languages for which other words
// are not given, the translation of the paragraph goes: it would say what is no longer
// agreed.
type ResolveInput struct {
	Version int64     `form:"version" ui:"hidden" json:"version"`
	How     string    `form:"how" ui:"radio" required:"1" json:"how"`
	Words   core.Text `form:"words" ui:"area" max:"4000" json:"words"`
	Reason  string    `form:"reason" max:"500" required:"1" json:"reason"`
}

// Resolve settles one bracketed passage of a joint statement: it is kept, deleted or
// replaced. It changes the draft, or opens one, whose note gathers the reasons. Those who
// write may. Event: paper.bracket_settled, public where the draft is. Errors: Invalid,
// Conflict where the passage is gone, Stale.
func (s *Service) Resolve(ctx context.Context, a core.Actor, id core.ID, para string, n int, in ResolveInput) (Paper, error) {
	known, _, err := s.Get(ctx, a, id)
	if err != nil {
		return Paper{}, err
	}
	action := "edit"
	if known.State == StateFinal {
		action = "correct"
	}
	in.Words = in.Words.Clean()
	probs := core.Validate(in)
	switch in.How {
	case Keep, Delete, "":
	case Replace:
		if in.Words.IsZero() {
			probs.Add("words", "papers.error.words")
		}
		for _, lang := range core.Langs {
			if _, err := Brackets(in.Words.By[lang]); err != nil {
				probs.Add("words", "papers.error.words_brackets")
				break
			}
		}
	default:
		probs.Add("how", "form.required")
	}
	if err := probs.Err(); err != nil {
		return Paper{}, err
	}
	known, err = s.change(ctx, a, id, in.Version, action, func(ctx context.Context, tx *record.Tx, p *Paper) error {
		rev, err := s.head(ctx, tx, *p)
		if err != nil {
			return err
		}
		paras, was, err := resolved(p.Kind, rev, para, n, in)
		if err != nil {
			return err
		}
		note := in.Reason
		if rev.Draft() && rev.Note != "" {
			if note = rev.Note + "\n" + in.Reason; len(note) > 1800 { // the history has them all
				note = rev.Note
			}
		}
		if _, err := s.docs.ReviseTx(ctx, tx, p.Document, documents.Revise{BasedOn: rev.Version, Paragraphs: paras, Note: note}); err != nil {
			return err
		}
		vis := record.Internal
		if p.OpenDraft {
			vis = record.Public
		}
		tx.Append("paper.bracket_settled", p.ID, p.Scope, vis, record.Data{
			"label": p.Title, "para": para, "how": in.How, "note": in.Reason,
			"changes": map[string]record.Change{"paper_passage": {Before: was, After: after(was, in)}},
		})
		return nil
	})
	return known, restale(err, func(version int64) any { in.Version = version; return in })
}

// after is what stands in the place of a settled passage.
func after(was string, in ResolveInput) string {
	switch in.How {
	case Delete:
		return ""
	case Replace:
		return in.Words.String()
	}
	spans, _ := Brackets(was)
	if len(spans) == 0 {
		return was
	}
	return spans[0].Text
}

// resolved are the paragraphs with one passage settled in every language, and the passage
// as it stood.
func resolved(kind string, rev documents.Revision, para string, n int, in ResolveInput) ([]documents.Paragraph, string, error) {
	var out []documents.Paragraph
	var was string
	for _, p := range rev.Paragraphs {
		if p.ID == para && kind == Joint {
			spans, _ := Brackets(p.Text.String())
			if n < 1 || n > len(spans) {
				break
			}
			was = string([]rune(p.Text.String())[spans[n-1].Start:spans[n-1].End])
			p.Text = settleIn(p.Text, spans, n, in)
		}
		// Sources that stand follow their sentences through the edit.
		p.Sources, p.Attrs.Sentences = nil, nil
		out = append(out, p)
	}
	if was == "" {
		return nil, "", core.Conflict("papers.error.bracket_gone")
	}
	return out, was, nil
}

// settleIn settles the passage in the original and in the translations that have the same
// passages; the others go.
func settleIn(t core.Text, spans []Span, n int, in ResolveInput) core.Text {
	out := core.Text{Orig: t.Orig, By: map[string]string{}}
	for lang, s := range t.By {
		there, err := Brackets(s)
		if err != nil || len(there) != len(spans) && lang != t.Orig {
			continue
		}
		words := in.Words.By[lang]
		if lang == t.Orig && words == "" {
			words = in.Words.String()
		}
		if in.How == Replace && words == "" {
			continue
		}
		out.By[lang] = settle(s, there[n-1], in.How, words)
	}
	return out.Clean()
}
