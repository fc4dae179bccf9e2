package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"plenary/internal/app/demo/corpus"
	"plenary/internal/core"
	"plenary/internal/formats/captions"
	"plenary/internal/forum/floor"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/record"
)

// How many sessions of the sample have a transcript.
const transcribed = 8

// transcripts gives some of the sessions that have ended an invented transcript and a
// recording, two of them also in another language, as interpreted. What their takeaways
// say is really said there: saying finds it.
func (b *builder) transcripts() error {
	b.moments = map[int][]floor.Moment{}
	var list []*corpus.Session
	for i := range b.corpus.Sessions {
		s := &b.corpus.Sessions[i]
		if len(s.Takeaways) > 1 && s.Report.Published() && b.made[s.Code] != nil && b.made[s.Code].Ends.Before(b.start) {
			list = append(list, s)
		}
	}
	// Main and high-level sessions first: those that many look for.
	slices.SortStableFunc(list, func(x, y *corpus.Session) int { return rank(x.Type) - rank(y.Type) })
	for i, s := range list[:min(len(list), transcribed)] {
		x := b.made[s.Code]
		b.clock.Freeze(x.Ends.Add(6 * time.Minute).Time())
		if err := b.transcript(s, x, i); err != nil {
			return fmt.Errorf("session %d: %w", s.Code, err)
		}
	}
	return nil
}

func rank(kind string) int {
	if i := slices.Index([]string{"main", "high-level"}, kind); i >= 0 {
		return i
	}
	return 2
}

func (b *builder) transcript(s *corpus.Session, x *programme.Session, n int) error {
	said := b.corpus.Speech(s)
	cues := make([]captions.Cue, len(said))
	var choices []floor.SpeakerChoice
	total := 0
	for i, q := range said {
		cues[i] = captions.Cue{Speaker: q.Label, Text: q.Text}
		total += len(q.Text) + 20
		if q.Person >= 0 && !slices.ContainsFunc(choices, func(c floor.SpeakerChoice) bool { return c.Label == q.Label }) {
			choices = append(choices, floor.SpeakerChoice{Label: q.Label, Person: b.persons[q.Person]})
		}
	}
	spread(cues, x.Ends.Sub(x.Starts), total)
	in := floor.ImportInput{
		Name: x.Ref + ".vtt", Language: "en", Original: true, Source: floor.SourceHuman, Licence: "CC-BY-4.0", Speakers: choices,
		Text: string(captions.VTT(captions.Head{Lang: "en"}, cues)),
	}
	recording := floor.RecordingsInput{Recordings: []floor.RecordingRow{{
		URL: fmt.Sprintf("https://media.example.org/%s/%s.mp3", b.set.Slug, x.Ref), Label: en("Sound of the room"), Language: "en", At: "00:02:30", Licence: "CC-BY-4.0",
	}}}
	if n%2 == 1 {
		recording.Recordings[0] = floor.RecordingRow{
			URL: fmt.Sprintf("https://video.example.org/watch/%s-%s", b.set.Slug, x.Ref), Label: en("Webcast"), Language: "en", At: "00:04:00", Licence: "CC-BY-4.0",
		}
	}
	if err := b.write(func(ctx context.Context, tx *record.Tx) error {
		if _, err := b.Floor.ImportTx(ctx, tx, b.set, x, in); err != nil {
			return err
		}
		if other := map[int]string{0: "fr", 1: "ar"}[n]; other != "" {
			if _, err := b.Floor.ImportTx(ctx, tx, b.set, x, interpreted(x, other)); err != nil {
				return err
			}
		}
		return b.Floor.SetRecordingsTx(ctx, tx, b.set, x, recording)
	}); err != nil {
		return err
	}
	list, err := b.Floor.Transcript(b.ctx, actor, x.ID)
	b.moments[s.Code] = list
	return err
}

// interpreted is what an interpreter said in a session.
func interpreted(x *programme.Session, lang string) floor.ImportInput {
	lines, label := corpus.SpeechFrench, "INTERPRÈTE"
	if lang == "ar" {
		lines, label = corpus.SpeechArabic, "المترجم"
	}
	cues := make([]captions.Cue, len(lines))
	total := 0
	for i, l := range lines {
		cues[i] = captions.Cue{Speaker: label, Text: l}
		total += len(l) + 20
	}
	spread(cues, x.Ends.Sub(x.Starts), total)
	return floor.ImportInput{
		Name: x.Ref + "-" + lang + ".vtt", Language: lang, Source: floor.SourceHuman, Licence: "CC-BY-4.0",
		Text: string(captions.VTT(captions.Head{Lang: lang}, cues)),
	}
}

// spread gives cues the length of a session, each in proportion to what it says.
func spread(cues []captions.Cue, length time.Duration, total int) {
	at := 20 * time.Second
	for i := range cues {
		d := time.Duration(int64(length-time.Minute) / int64(total) * int64(len(cues[i].Text)+20)).Truncate(10 * time.Millisecond)
		cues[i].Start, cues[i].End = at, at+d-50*time.Millisecond
		at += d
	}
}

// saying finds the moment of a session's transcript at which a text was said.
func (b *builder) saying(code int, text string) (floor.Moment, bool) {
	key := core.Fold(text)
	for _, m := range b.moments[code] {
		if m.Text == text || strings.Contains(core.Fold(m.Text), key) {
			return m, true
		}
	}
	return floor.Moment{}, false
}
