package floor

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/record"
)

// Get gives a transcript of a session for an actor; NotFound for one that she may not
// see. lang "" is the original.
func (s *Service) Get(ctx context.Context, a core.Actor, ses *programme.Session, lang string) (*Transcript, error) {
	list, err := s.Transcripts(ctx, a, ses)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if lang == "" || list[i].Language == lang {
			return &list[i], nil
		}
	}
	return nil, core.NotFound()
}

// Revisions gives a segment of a session with all its revisions, the oldest first, and
// its transcript. Whoever may see the transcript may read them: what was once shown
// stays readable.
func (s *Service) Revisions(ctx context.Context, a core.Actor, ses *programme.Session, segment core.ID) (*Transcript, []Segment, error) {
	list, err := revisionsOf(ctx, s.rec.DB.Read, segment)
	if err != nil {
		return nil, nil, err
	}
	t, err := loadTranscript(ctx, s.rec.DB.Read, list[0].Transcript)
	if err != nil {
		return nil, nil, err
	}
	if t.Session != ses.ID || !Can(a, ses, t, "see") {
		return nil, nil, core.NotFound()
	}
	return t, list, nil
}

// CorrectionOf is the form of a segment as it stands.
func CorrectionOf(g Segment) CorrectInput {
	in := CorrectInput{Version: int64(g.Revision), Speaker: g.Speaker, Person: g.Person, Text: g.Said}
	if g.Starts >= 0 {
		in.Start, in.End = formatMillis(millis(g.Starts)), formatMillis(millis(g.Ends))
	}
	return in
}

// Correct makes a new revision of a segment; the one before stays readable. Who spoke
// in the session, who keeps its record and the staff may. Event: transcript.corrected.
// Errors: Invalid, Stale where somebody corrected it meanwhile.
func (s *Service) Correct(ctx context.Context, a core.Actor, set *editions.Setting, ses *programme.Session, segment core.ID, in CorrectInput) (Segment, error) {
	p := core.Validate(in)
	in.Text, in.Speaker, in.Reason = strings.TrimSpace(in.Text), strings.TrimSpace(in.Speaker), strings.TrimSpace(in.Reason)
	return s.revise(ctx, a, set, ses, segment, in.Version, func(ctx context.Context, tx *record.Tx, _ *Transcript, g *Segment) error {
		if g.Starts >= 0 {
			start, err := ParseTime(in.Start)
			if err != nil {
				p.Add("start", "floor.error.time", "Time", in.Start)
			}
			end, err := ParseTime(in.End)
			switch {
			case err != nil:
				p.Add("end", "floor.error.time", "Time", in.End)
			case end < start:
				p.Add("end", "floor.error.end")
			}
			g.Starts, g.Ends = start.Milliseconds(), end.Milliseconds()
		}
		if err := p.Err(); err != nil {
			return err
		}
		if in.Person != "" && in.Person != nobody {
			if err := s.checkPersons(ctx, tx, ses, []SpeakerChoice{{Person: core.ID(in.Person)}}); err != nil {
				return err
			}
		}
		was := *g
		g.Speaker, g.Person, g.Said = in.Speaker, in.Person, in.Text
		g.Cause, g.Reason, g.Final = CauseCorrection, in.Reason, true
		if says(was, *g) && was.Person == g.Person {
			return core.Conflict("floor.error.same")
		}
		return nil
	})
}

// Withdraw takes a segment out of the transcript; its revisions stay readable on its
// own page. reason is needed. Who may correct may. Event: transcript.corrected.
func (s *Service) Withdraw(ctx context.Context, a core.Actor, set *editions.Setting, ses *programme.Session, segment core.ID, version int64, reason string) (Segment, error) {
	return s.turn(ctx, a, set, ses, segment, version, reason, true)
}

// Restore puts a withdrawn segment back. Who may correct may. Event: transcript.corrected.
func (s *Service) Restore(ctx context.Context, a core.Actor, set *editions.Setting, ses *programme.Session, segment core.ID, version int64, reason string) (Segment, error) {
	return s.turn(ctx, a, set, ses, segment, version, reason, false)
}

func (s *Service) turn(ctx context.Context, a core.Actor, set *editions.Setting, ses *programme.Session, segment core.ID, version int64, reason string, withdrawn bool) (Segment, error) {
	reason = strings.TrimSpace(reason)
	return s.revise(ctx, a, set, ses, segment, version, func(_ context.Context, _ *record.Tx, _ *Transcript, g *Segment) error {
		var p core.Problems
		switch {
		case reason == "":
			p.Add("reason", "form.required")
		case len([]rune(reason)) > 300:
			p.Add("reason", "form.too_long", "Count", 300, "Have", len([]rune(reason)))
		}
		if err := p.Err(); err != nil {
			return err
		}
		if g.Withdrawn == withdrawn {
			return core.Conflict("floor.error.same")
		}
		g.Withdrawn, g.Reason, g.Cause = withdrawn, reason, CauseRestore
		if withdrawn {
			g.Cause = CauseWithdrawal
		}
		return nil
	})
}

// revise writes a new revision of a segment, as change makes it.
func (s *Service) revise(ctx context.Context, a core.Actor, set *editions.Setting, ses *programme.Session, segment core.ID, version int64, change func(context.Context, *record.Tx, *Transcript, *Segment) error) (Segment, error) {
	var out Segment
	err := s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		list, err := revisionsOf(ctx, tx, segment)
		if err != nil {
			return err
		}
		last := list[len(list)-1]
		t, err := loadTranscript(ctx, tx, last.Transcript)
		if err != nil {
			return err
		}
		if t.Session != ses.ID {
			return core.NotFound()
		}
		if err := Policy.Check("correct", stateOf(t), roles(a, ses)...); err != nil {
			return err
		}
		if int64(last.Revision) != version {
			return core.Stale(CorrectionOf(last))
		}
		out = last
		if err := change(ctx, tx, t, &out); err != nil {
			return err
		}
		out.Revision++
		out.Newest, out.At, out.ByPerson, out.ByProgram = true, tx.Now, tx.Actor.Person, tx.Actor.Program
		if out.Starts != last.Starts {
			taken, err := takenAnchors(ctx, tx, t.ID)
			if err != nil {
				return err
			}
			delete(taken, out.Anchor)
			out.Anchor = taken.name(out.Starts, out.Position)
		}
		if err := insertSegments(ctx, tx, []Segment{out}, []core.ID{segment}); err != nil {
			return err
		}
		if _, err := tx.NewUpdate().Model((*Transcript)(nil)).Set("updated = ?", tx.Now).Where("id = ?", t.ID).Exec(ctx); err != nil {
			return fmt.Errorf("change transcript: %w", err)
		}
		tx.Append("transcript.corrected", t.ID, set.Scope(), visibility(set, ses, t), record.Data{
			"label": ses.Title, "session": ses.ID, "segment": segment, "anchor": out.Anchor, "cause": out.Cause, "revision": out.Revision,
		})
		return nil
	})
	return out, err
}

func takenAnchors(ctx context.Context, tx *record.Tx, transcript core.ID) (anchors, error) {
	var names []string
	if err := tx.NewSelect().Model((*Segment)(nil)).Column("anchor").Where("sg.transcript = ? AND sg.newest = TRUE", transcript).Scan(ctx, &names); err != nil {
		return nil, fmt.Errorf("load anchors: %w", err)
	}
	out := anchors{}
	for _, n := range names {
		out[n] = true
	}
	return out, nil
}

// Speakers lists the labels of a transcript with who they are and who they may be. Who
// may name speakers may ask.
func (s *Service) Speakers(ctx context.Context, a core.Actor, ses *programme.Session, t *Transcript) ([]Speaker, error) {
	if err := Policy.Check("name_speakers", stateOf(t), roles(a, ses)...); err != nil {
		return nil, err
	}
	rows, err := segmentsOf(ctx, s.rec.DB.Read, t.ID, false)
	if err != nil {
		return nil, err
	}
	known, err := speakersOf(ctx, s.rec.DB.Read, []core.ID{t.ID})
	if err != nil {
		return nil, err
	}
	labels := make([]string, len(rows))
	for i, g := range rows {
		labels[i] = g.Speaker
	}
	out, err := s.suggest(ctx, ses, counted(labels), known[t.ID])
	for i := range out {
		out[i].Person = known[t.ID][out[i].Label] // what stands, not what is likely
	}
	return out, err
}

// NameSpeakers says who labels are, for all segments that carry them. Who keeps the
// record of the session and the staff may. Event: transcript.speakers_named. Errors:
// Invalid for somebody who is neither of the session nor public, Stale.
func (s *Service) NameSpeakers(ctx context.Context, a core.Actor, set *editions.Setting, ses *programme.Session, id core.ID, version int64, choices []SpeakerChoice) error {
	return s.edit(ctx, a, set, ses, id, version, "name_speakers", "transcript.speakers_named", func(ctx context.Context, tx *record.Tx, t *Transcript) error {
		if len(choices) > maxSpeakers {
			return core.Invalid("floor.error.too_many", "Count", maxSpeakers)
		}
		if err := s.checkPersons(ctx, tx, ses, choices); err != nil {
			return err
		}
		return setSpeakers(ctx, tx, t.ID, choices)
	})
}

// SettingsOf is the form of what a transcript says of itself.
func SettingsOf(t *Transcript, zone string) SettingsInput {
	return SettingsInput{Version: t.Version, Original: t.Original, Source: t.Source, Licence: t.Licence, Zero: clockOf(t.Zero, zone)}
}

// Settle changes what a transcript says of itself. Who may import may. Event:
// transcript.changed. Errors: Invalid, Stale.
func (s *Service) Settle(ctx context.Context, a core.Actor, set *editions.Setting, ses *programme.Session, id core.ID, in SettingsInput) error {
	p := core.Validate(in)
	in.Licence, in.Zero = strings.TrimSpace(in.Licence), strings.TrimSpace(in.Zero)
	if in.Source != "" && !knownSource(in.Source) {
		p.Add("source", "floor.error.source")
	}
	zero := zeroOf(&p, in.Zero, ses, set.Zone)
	return s.edit(ctx, a, set, ses, id, in.Version, "import", "transcript.changed", func(_ context.Context, _ *record.Tx, t *Transcript) error {
		if err := p.Err(); err != nil {
			return err
		}
		t.Source, t.Licence, t.Zero, t.Original = in.Source, in.Licence, zero, in.Original
		return nil
	})
}

// Withhold keeps a transcript from the public; its crew still works on it. Staff may.
// Event: transcript.withheld.
func (s *Service) Withhold(ctx context.Context, a core.Actor, set *editions.Setting, ses *programme.Session, id core.ID, version int64) error {
	return s.edit(ctx, a, set, ses, id, version, "withhold", "transcript.withheld", func(_ context.Context, _ *record.Tx, t *Transcript) error {
		t.State = StateWithheld
		return nil
	})
}

// Publish shows a withheld transcript to everybody. Staff may. Event: transcript.published.
func (s *Service) Publish(ctx context.Context, a core.Actor, set *editions.Setting, ses *programme.Session, id core.ID, version int64) error {
	return s.edit(ctx, a, set, ses, id, version, "publish", "transcript.published", func(_ context.Context, _ *record.Tx, t *Transcript) error {
		t.State = StatePublished
		return nil
	})
}

func (s *Service) edit(ctx context.Context, a core.Actor, set *editions.Setting, ses *programme.Session, id core.ID, version int64, action, event string, change func(context.Context, *record.Tx, *Transcript) error) error {
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		t, err := loadTranscript(ctx, tx, id)
		if err != nil {
			return err
		}
		if t.Session != ses.ID {
			return core.NotFound()
		}
		if err := Policy.Check(action, stateOf(t), roles(a, ses)...); err != nil {
			return err
		}
		if t.Version != version {
			return core.Stale(SettingsOf(t, set.Zone))
		}
		before := *t
		if err := change(ctx, tx, t); err != nil {
			return err
		}
		t.Updated = tx.Now
		if err := s.settle(ctx, tx, t); err != nil {
			return err
		}
		tx.Append(event, t.ID, set.Scope(), visibility(set, ses, t), record.Data{
			"label": ses.Title, "session": ses.ID, "language": t.Language, "changes": changes(before, *t),
		})
		return nil
	})
}

// changes are those of a transcript's settings under the names that the catalogue has.
func changes(before, after Transcript) map[string]record.Change {
	out := map[string]record.Change{}
	for k, v := range record.Changes(before, after) {
		out["transcript_"+k] = v
	}
	return out
}

// OnMerged gives what a person said to the one whose page hers became part of. It is
// wired for the event person.merged.
func (s *Service) OnMerged(ctx context.Context, tx *record.Tx, e *record.Event) error {
	var d struct {
		Into core.ID `json:"into"`
	}
	if err := json.Unmarshal(e.Data, &d); err != nil {
		return fmt.Errorf("read merge: %w", err)
	}
	if d.Into == "" {
		return nil
	}
	if _, err := tx.NewUpdate().Model((*speakerRow)(nil)).Set("person = ?", d.Into).Where("person = ?", e.Subject).Exec(ctx); err != nil {
		return fmt.Errorf("move what a person said: %w", err)
	}
	// Who said a segment is whoever she is now called, in old revisions too.
	if _, err := tx.NewUpdate().Model((*Segment)(nil)).Set("person = ?", d.Into).Where("person = ?", e.Subject).Exec(ctx); err != nil {
		return fmt.Errorf("move what a person said: %w", err)
	}
	return nil
}
