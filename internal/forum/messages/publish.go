package messages

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/papers"
	"plenary/internal/platform/record"
)

// PublishInput says how the Messages are published.
type PublishInput struct {
	Final   bool
	Note    string // what changes and why; a correction needs one
	Without string // why the text becomes final although needed signatures are missing
	Version int64  // of the text that was shown to the person who publishes it; 0: the newest
}

// Publish freezes the text and shows it: as a draft, as final, or as a correction of
// what is final. A final text needs to have been public as a draft. Event:
// messages.draft_published, messages.finalised or messages.corrected.
func (s *Service) Publish(ctx context.Context, a core.Actor, set *editions.Setting, final bool, note string) error {
	return s.PublishAs(ctx, a, set, PublishInput{Final: final, Note: note})
}

// PublishAs is Publish where signatures may be missing. A text that becomes or is final
// has no passage in open brackets and no sentence that rests on nothing (Conflict). To
// become final all statements on it must be decided (Conflict), and it needs the
// signatures of those who must sign these very words, or the secretariat's reason to go
// without, which everybody reads (Invalid at "without"). Conflict where the text has
// changed since it was shown.
func (s *Service) PublishAs(ctx context.Context, a core.Actor, set *editions.Setting, in PublishInput) error {
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error { return s.publishTx(ctx, tx, set, in) })
}

// PublishTx is Publish inside a write.
func (s *Service) PublishTx(ctx context.Context, tx *record.Tx, set *editions.Setting, final bool, note string) error {
	return s.publishTx(ctx, tx, set, PublishInput{Final: final, Note: note})
}

func (s *Service) publishTx(ctx context.Context, tx *record.Tx, set *editions.Setting, in PublishInput) error {
	ms, err := loadSet(ctx, tx, set.ID)
	if err != nil {
		return err
	}
	action, event, stage := "publish_draft", "messages.draft_published", "draft"
	switch {
	case stateOf(ms) == StateFinal:
		action, event, stage = "correct", "messages.corrected", "final"
	case in.Final:
		action, event, stage = "finalise", "messages.finalised", "final"
	}
	if err := policy.Check(action, stateOf(ms), tx.Actor.Roles(set.Scope())...); err != nil {
		return err
	}
	heads, err := s.docs.HeadTx(ctx, tx, ms.Document)
	if err != nil {
		return err
	}
	head := heads[ms.Document]
	if in.Version != 0 && in.Version != head.Version {
		return core.Conflict("messages.error.changed")
	}
	if len(groups(head)) == 0 {
		return core.Conflict("messages.error.empty")
	}
	if stage == "final" {
		if err := complete(head); err != nil {
			return err
		}
	}
	if action == "finalise" {
		n, err := waiting(ctx, tx, set.ID)
		if err != nil {
			return err
		}
		if n > 0 {
			return core.Conflict("messages.error.statements_wait", "Count", n)
		}
		if ms.Unsigned, err = s.signedTx(ctx, tx, set, head, strings.TrimSpace(in.Without)); err != nil {
			return err
		}
	}
	// A step of the procedure is a version of its own, even where no word has changed.
	if _, err := s.docs.ReviseTx(ctx, tx, ms.Document, documents.Revise{BasedOn: head.Version, Stage: stage, Note: in.Note}); err != nil {
		return err
	}
	if _, err := s.docs.PublishTx(ctx, tx, ms.Document, in.Note); err != nil {
		return err
	}
	switch event {
	case "messages.draft_published":
		ms.State = StateDraft
		if ms.Published.IsZero() {
			ms.Published = tx.Now
		}
	case "messages.finalised":
		ms.State, ms.Finalised = StateFinal, tx.Now
	}
	if _, err := tx.NewUpdate().Model(ms).WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("publish Messages: %w", err)
	}
	data := record.Data{"label": ms.Name, "note": in.Note}
	if event == "messages.finalised" && ms.Unsigned != "" {
		data["without_signatures"] = ms.Unsigned
	}
	tx.Append(event, set.ID, set.Scope(), record.Public, data)
	return nil
}

// signedTx looks whether all who must sign have signed the words of a revision. Without
// all of them it gives back the reason to go without; none is Invalid.
func (s *Service) signedTx(ctx context.Context, tx *record.Tx, set *editions.Setting, head documents.Revision, without string) (string, error) {
	list, err := signers(ctx, tx, set.ID)
	if err != nil {
		return "", err
	}
	signed, err := signatures(ctx, tx, set.ID)
	if err != nil {
		return "", err
	}
	missing := 0
	for _, st := range standing(list, signed, wordsOf(head)) {
		if st.Needed && st.State != Signed {
			missing++
		}
	}
	switch {
	case missing == 0:
		return "", nil
	case without == "":
		var p core.Problems
		p.Add("without", "messages.error.unsigned", "Count", missing)
		return "", p.Err()
	case len([]rune(without)) > maxReason:
		var p core.Problems
		p.Add("without", "form.too_long", "Count", maxReason, "Have", len([]rune(without)))
		return "", p.Err()
	}
	return without, nil
}

const maxReason = 1000

// complete looks for what a final text must not have: passages in open brackets, and
// sentences that rest on nothing.
func complete(rev documents.Revision) error {
	var open, bare []string
	for _, m := range all(rev) {
		n := strconv.Itoa(m.N)
		if bracketed(m.Para.Text) {
			open = append(open, n)
		}
		if len(m.bare()) > 0 {
			bare = append(bare, n)
		}
	}
	if len(open) > 0 {
		return core.Conflict("messages.error.brackets", "Count", len(open), "Numbers", strings.Join(open, " · "))
	}
	if len(bare) > 0 {
		return core.Conflict("messages.error.bare", "Count", len(bare), "Numbers", strings.Join(bare, " · "))
	}
	return nil
}

// bracketed tells whether a text has a passage in square brackets in any language: it
// has no consensus yet.
func bracketed(t core.Text) bool {
	for _, s := range t.By {
		if strings.ContainsAny(s, "[]") {
			return true
		}
	}
	return false
}

// pieces cuts a sentence at its bracketed passages, so that they can be marked. Where a
// bracket has no counterpart, which a sentence of a longer passage may have, it is
// marked from the bracket on.
func pieces(s string) []piece {
	spans, err := papers.Brackets(s)
	if err != nil {
		return loosely(s)
	}
	r, at := []rune(s), 0
	var out []piece
	for _, sp := range spans {
		if sp.Depth > 0 {
			continue
		}
		if sp.Start > at {
			out = append(out, piece{S: string(r[at:sp.Start])})
		}
		out = append(out, piece{S: string(r[sp.Start:sp.End]), Open: true})
		at = sp.End
	}
	if at < len(r) {
		out = append(out, piece{S: string(r[at:])})
	}
	return out
}

// piece is a part of a sentence; Open is that it has no consensus.
type piece struct {
	S    string
	Open bool
}

func loosely(s string) []piece {
	var out []piece
	if i := strings.IndexByte(s, '['); i >= 0 {
		if i > 0 {
			out = append(out, piece{S: s[:i]})
		}
		return append(out, piece{S: s[i:], Open: true})
	}
	i := strings.IndexByte(s, ']') + 1
	out = append(out, piece{S: s[:i], Open: true})
	if i < len(s) {
		out = append(out, piece{S: s[i:]})
	}
	return out
}
