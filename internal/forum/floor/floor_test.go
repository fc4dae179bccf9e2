package floor

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

const spoken = `WEBVTT

00:00:05.000 --> 00:00:09.000
<v MODERATOR>Good afternoon, and welcome.

00:00:09.000 --> 00:00:15.500
<v AMINA DIALLO>Networks that last have a local owner.

00:00:15.500 --> 00:00:20.000
<v AMINA DIALLO>Spectrum fees designed for cities close networks in villages.

00:41:07.000 --> 00:41:12.000
<v J. de la Fontaine>We pay per mast, not per person.

00:41:07.500 --> 00:41:13.000
<v A participant>Who pays the power?
`

func TestTimes(t *testing.T) {
	for s, want := range map[string]time.Duration{
		"41:07": 41*time.Minute + 7*time.Second, "00:41:07": 41*time.Minute + 7*time.Second, "t=1:02:03.5": time.Hour + 2*time.Minute + 3500*time.Millisecond,
		"75": 75 * time.Second, "0:0:1,04": time.Second + 40*time.Millisecond,
	} {
		if got, err := ParseTime(s); err != nil || got != want {
			t.Errorf("%q is %s (%v), want %s", s, got, err, want)
		}
	}
	for _, s := range []string{"", "1:60", "a", "1:2:3:4", "-1", "1:234", "00:00:00."} {
		if d, err := ParseTime(s); core.KindOf(err) != core.KindInvalid {
			t.Errorf("%q is %s, %v", s, d, err)
		}
	}
	for range 1000 {
		d := time.Duration(rand.IntN(200*3600)) * time.Second
		if got, err := ParseTime(FormatTime(d)); err != nil || got != d {
			t.Fatalf("%s became %s as %s", d, got, FormatTime(d))
		}
	}
}

// E122: what was said is public at once, each piece with its own address.
func TestImportAndMoments(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		tr, _ := h.bring(english(spoken))
		if tr.State != StatePublished || !tr.Original || tr.File == "" {
			t.Errorf("transcript %+v", tr)
		}
		list, err := h.s.Transcript(t.Context(), core.Visitor, h.ses.ID)
		h.ok(err)
		var got []string
		for _, m := range list {
			got = append(got, m.Path+" "+m.Speaker)
		}
		want := []string{
			"/2023/ws184/transcript#t=00:00:05 MODERATOR", "/2023/ws184/transcript#t=00:00:09 AMINA DIALLO", "/2023/ws184/transcript#t=00:00:15 AMINA DIALLO",
			"/2023/ws184/transcript#t=00:41:07 J. de la Fontaine", "/2023/ws184/transcript#t=00:41:07.500 A participant",
		}
		if !slices.Equal(got, want) {
			t.Errorf("have %q\nwant %q", got, want)
		}
		if at := list[3].At; at != h.ses.Starts.Add(41*time.Minute+7*time.Second) {
			t.Errorf("by the wall clock it was %s", at)
		}
		m, found, err := h.s.At(t.Context(), core.Visitor, h.ses.ID, 10*time.Second)
		h.ok(err)
		if !found || m.Segment != list[1].Segment {
			t.Errorf("at ten seconds: %+v", m)
		}
		m, found, err = h.s.At(t.Context(), core.Visitor, h.ses.ID, 30*time.Minute)
		h.ok(err)
		if !found || m.Segment != list[2].Segment {
			t.Errorf("at half an hour: %+v", m)
		}
		if _, found, err = h.s.At(t.Context(), core.Visitor, h.ses.ID, time.Second); found || err != nil {
			t.Errorf("before anything: %v %v", found, err)
		}

		// With a recording, each moment has its second in it.
		h.ok(h.s.SetRecordings(t.Context(), h.actors["rapporteur"], h.set, h.session("rapporteur"), RecordingsInput{
			Recordings: []RecordingRow{{URL: "https://www.youtube.com/watch?v=abc", At: "00:03:20"}, {URL: "https://media.example.org/a.mp3", Language: "fr"}},
		}))
		all, err := h.s.Moments(t.Context(), core.Visitor, []core.ID{list[3].Segment, "nobody", list[3].Segment})
		h.ok(err)
		if len(all) != 1 || all[list[3].Segment].Recording != "https://www.youtube.com/watch?t=2667&v=abc" || all[list[3].Segment].RecordingAt != 44*time.Minute+27*time.Second {
			t.Errorf("moments: %+v", all)
		}

		// Withheld, it is the crew's; a draft edition's nobody's.
		h.ok(h.s.Withhold(t.Context(), secretary, h.set, h.ses, tr.ID, tr.Version))
		for as, n := range map[string]int{"": 0, "member": 0, "amina": 5, "secretary": 5} {
			list, err := h.s.Transcript(t.Context(), h.actors[as], h.ses.ID)
			h.ok(err)
			if len(list) != n {
				t.Errorf("%q sees %d segments of a withheld transcript, want %d", as, len(list), n)
			}
		}
		if err := h.s.Withhold(t.Context(), h.actors["rapporteur"], h.set, h.ses, tr.ID, tr.Version+1); core.KindOf(err) != core.KindForbidden {
			t.Errorf("the rapporteur withholds: %v", err)
		}
	})
}

// A bad file changes nothing, and says in which line it is bad.
func TestBadFileChangesNothing(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		in := english(spoken + "\n00:50:00.000 --> 00:5x:00.000\nBroken\n")
		_, _, err := h.s.Import(t.Context(), h.actors["rapporteur"], h.set, h.session("rapporteur"), in)
		if core.KindOf(err) != core.KindInvalid || !strings.Contains(h.catalog.T("en", "floor.error.file.bad-time.line", "Line", 18, "Text", "00:5x:00.000"), "Line 18") {
			t.Errorf("a bad file: %v", err)
		}
		if n := h.count("transcripts") + h.count("transcript_segments") + h.count("blobs"); n != 0 {
			t.Errorf("%d rows were written", n)
		}
		for as, want := range map[string]core.Kind{"": core.KindSignIn, "member": core.KindForbidden, "amina": core.KindForbidden} {
			if _, _, err := h.s.Import(t.Context(), h.actors[as], h.set, h.session(""), english(spoken)); core.KindOf(err) != want {
				t.Errorf("%q imports: %v, want %s", as, err, want)
			}
		}
		// Somebody who is neither of the session nor public is not named.
		in = english(spoken)
		in.Speakers = []SpeakerChoice{{Label: "MODERATOR", Person: h.persons["hidden"].ID}}
		if _, _, err := h.s.Import(t.Context(), h.actors["rapporteur"], h.set, h.session("rapporteur"), in); core.KindOf(err) != core.KindInvalid {
			t.Errorf("a hidden person: %v", err)
		}
		if n := h.count("transcripts") + h.count("transcript_segments"); n != 0 {
			t.Errorf("%d rows were written", n)
		}
	})
}

// A correction is a new revision; the one before stays readable, the id stays the same.
func TestCorrections(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		h.bring(english(spoken))
		list, err := h.s.Transcript(t.Context(), core.Visitor, h.ses.ID)
		h.ok(err)
		id := list[1].Segment
		in := CorrectInput{Version: 1, Start: "00:00:09.000", End: "00:00:15.500", Speaker: "AMINA DIALLO", Text: "Networks that last have a local owner with a legal form.", Reason: "Half of the sentence was missing."}
		_, err = h.s.Correct(t.Context(), h.actors["amina"], h.set, h.ses, id, in)
		h.ok(err)
		if _, err = h.s.Correct(t.Context(), h.actors["amina"], h.set, h.ses, id, in); core.KindOf(err) != core.KindStale {
			t.Errorf("a second correction of the same version: %v", err)
		}
		m, err := h.s.Moments(t.Context(), core.Visitor, []core.ID{id})
		h.ok(err)
		if m[id].Revision != 2 || !m[id].Corrected || !strings.Contains(m[id].Text, "legal form") || m[id].Path != list[1].Path {
			t.Errorf("corrected: %+v", m[id])
		}
		_, revs, err := h.s.Revisions(t.Context(), core.Visitor, h.ses, id)
		h.ok(err)
		if len(revs) != 2 || revs[0].Said != "Networks that last have a local owner." || revs[1].ByPerson != h.persons["amina"].ID || revs[1].Reason == "" {
			t.Errorf("revisions: %+v", revs)
		}
		_, err = h.s.Withdraw(t.Context(), h.actors["rapporteur"], h.set, h.ses, id, 2, "Said off the record.")
		h.ok(err)
		if m, err = h.s.Moments(t.Context(), core.Visitor, []core.ID{id}); err != nil || len(m) != 0 {
			t.Errorf("a withdrawn segment is cited: %v %v", m, err)
		}
		_, err = h.s.Restore(t.Context(), h.actors["rapporteur"], h.set, h.ses, id, 3, "It was on the record.")
		h.ok(err)
		for as, want := range map[string]core.Kind{"": core.KindSignIn, "member": core.KindForbidden} {
			in.Version = 4
			if _, err := h.s.Correct(t.Context(), h.actors[as], h.set, h.ses, id, in); core.KindOf(err) != want {
				t.Errorf("%q corrects: %v", as, err)
			}
		}
		in.Reason = " "
		if _, err := h.s.Correct(t.Context(), h.actors["amina"], h.set, h.ses, id, in); core.KindOf(err) != core.KindInvalid {
			t.Errorf("without a reason: %v", err)
		}
	})
}

// A newer file of the same transcript revises what differs; a correction made here stays.
func TestNewerFile(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		first, _ := h.bring(english(spoken))
		before, err := h.s.Transcript(t.Context(), core.Visitor, h.ses.ID)
		h.ok(err)
		_, err = h.s.Correct(t.Context(), h.actors["amina"], h.set, h.ses, before[1].Segment, CorrectInput{
			Version: 1, Start: "00:00:09.000", End: "00:00:15.500", Speaker: "AMINA DIALLO", Text: "Mine.", Reason: "It is what I said.",
		})
		h.ok(err)
		in := english(spoken)
		if _, _, err := h.s.Import(t.Context(), h.actors["rapporteur"], h.set, h.session("rapporteur"), in); core.KindOf(err) != core.KindStale {
			t.Errorf("a copy of the same transcript: %v, want stale", err)
		}
		in.Version = first.Version
		again, p := h.bring(in)
		if !p.Merge.Nothing() || p.Merge.Same != 5 || again.ID != first.ID {
			t.Errorf("the same file again: %+v", p.Merge)
		}
		in.Version = again.Version
		in.Text = strings.NewReplacer(
			"Spectrum fees designed for cities", "Spectrum fees that were designed for cities", // changed
			"have a local owner.", "have an owner.", // corrected here
			"00:41:07.500 --> 00:41:13.000\n<v A participant>Who pays the power?", "00:50:00.000 --> 00:50:04.000\n<v MODERATOR>Goodbye.", // gone, and new
			"00:41:07.000 --> 00:41:12.000", "00:41:08.000 --> 00:41:12.000", // moved
		).Replace(in.Text)
		preview, err := h.s.Preview(t.Context(), h.actors["rapporteur"], h.set, h.session("rapporteur"), in)
		h.ok(err)
		if m := preview.Merge; len(m.Changed) != 2 || len(m.Added) != 1 || len(m.Withdrawn) != 1 || len(m.Kept) != 1 || m.Same != 1 {
			t.Errorf("preview: %d changed, %d added, %d withdrawn, %d kept, %d same", len(m.Changed), len(m.Added), len(m.Withdrawn), len(m.Kept), m.Same)
		}
		if n := h.count("transcript_segments"); n != 6 {
			t.Errorf("a preview wrote something: %d rows", n)
		}
		h.bring(in)
		after, err := h.s.Transcript(t.Context(), core.Visitor, h.ses.ID)
		h.ok(err)
		var texts []string
		for _, m := range after {
			texts = append(texts, FormatTime(m.Start)+" "+m.Text)
		}
		want := []string{
			"00:00:05 Good afternoon, and welcome.", "00:00:09 Mine.", "00:00:15 Spectrum fees that were designed for cities close networks in villages.",
			"00:41:08 We pay per mast, not per person.", "00:50:00 Goodbye.",
		}
		if !slices.Equal(texts, want) {
			t.Errorf("have %q", texts)
		}
		if after[3].Segment != before[3].Segment || after[3].Revision != 2 || h.count("transcripts") != 1 {
			t.Errorf("the segment that moved is not the same: %+v", after[3])
		}
	})
}

// Speakers are found in any spelling and by their role; who is sure enough is proposed.
func TestSpeakers(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		text := "WEBVTT\n"
		labels := []string{"MODERATOR", "DIALLO AMINA", "أمينة ديالو", "J. de la Fontaine", "Mr. FONTAINE", "TR", "ADA LOVEJOY", "A participant", "HIDDEN PERSON"}
		for i, l := range labels {
			text += fmt.Sprintf("\n00:%02d:00.000 --> 00:%02d:05.000\n<v %s>Words.\n", i, i, l)
		}
		p, err := h.s.Preview(t.Context(), h.actors["rapporteur"], h.set, h.session("rapporteur"), english(text))
		h.ok(err)
		got := map[string]string{}
		for _, s := range p.Speakers {
			if len(s.Suggestions) > 0 {
				got[s.Label] = s.Suggestions[0].Name + " " + s.Suggestions[0].Why
				if s.Person != "" {
					got[s.Label] += " chosen"
				}
			}
		}
		want := map[string]string{
			"MODERATOR": "Kenji Moriyama role chosen", "DIALLO AMINA": "Amina Diallo words chosen", "أمينة ديالو": "Amina Diallo name chosen",
			"J. de la Fontaine": "Jean-Luc de la Fontaine family chosen", "Mr. FONTAINE": "Jean-Luc de la Fontaine family chosen",
			"TR": "Tomás Rivero initials", "ADA LOVEJOY": "Ada Lovejoy record",
		}
		for l, w := range want {
			if got[l] != w {
				t.Errorf("%s: %q, want %q", l, got[l], w)
			}
		}
		for l, g := range got {
			if want[l] == "" {
				t.Errorf("%s is thought to be %s", l, g)
			}
		}
		in := english(text)
		in.Speakers = []SpeakerChoice{{"MODERATOR", h.persons["kenji"].ID}, {"DIALLO AMINA", h.persons["amina"].ID}}
		tr, _ := h.bring(in)
		list, err := h.s.Transcript(t.Context(), core.Visitor, h.ses.ID)
		h.ok(err)
		if list[0].Person != h.persons["kenji"].ID || list[1].Person != h.persons["amina"].ID || list[3].Person != "" {
			t.Errorf("persons: %v %v %v", list[0].Person, list[1].Person, list[3].Person)
		}
		h.ok(h.s.NameSpeakers(t.Context(), h.actors["rapporteur"], h.set, h.ses, tr.ID, tr.Version, []SpeakerChoice{{"MODERATOR", ""}, {"TR", h.persons["tomás"].ID}}))
		labelled, err := h.s.Labels(core.WithActor(t.Context(), core.Visitor), "en", []string{string(list[5].Segment), string(list[2].Segment)}, h.catalog.T)
		h.ok(err)
		if l := labelled[string(list[5].Segment)]; l.Label != "00:05:00, Tomás Rivero" || l.URL != "/2023/ws184/transcript#t=00:05:00" {
			t.Errorf("label %+v", l)
		}
		// A merged person's words become the other's.
		h.write(func(ctx context.Context, tx *record.Tx) error {
			tx.Append("person.merged", h.persons["amina"].ID, core.ScopeForum, record.Internal, record.Data{"into": h.persons["ada"].ID})
			return nil
		})
		m, err := h.s.Moments(t.Context(), core.Visitor, []core.ID{list[1].Segment})
		h.ok(err)
		if m[list[1].Segment].Person != h.persons["ada"].ID {
			t.Errorf("after the merge: %+v", m)
		}
		if flaws, err := h.s.Check(t.Context()); err != nil || len(flaws) != 0 {
			t.Errorf("flaws: %v %v", flaws, err)
		}
		h.write(func(ctx context.Context, tx *record.Tx) error {
			_, err := tx.ExecContext(ctx, "UPDATE transcript_speakers SET person = 'gone' WHERE label = 'TR'")
			return err
		})
		if flaws, err := h.s.Check(t.Context()); err != nil || len(flaws) != 1 || flaws[0].Code != "dangling-speaker" {
			t.Errorf("flaws: %v %v", flaws, err)
		}
	})
}

// The captions of others are taken in as they are meant; text without times keeps its
// order and has moments of its own.
func TestFilesOfOthers(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		for i, f := range []string{"example-in.vtt", "example-in.srt", "example-in.ttml", "example-in-non-utf8.srt"} {
			data, err := os.ReadFile(testkit.Shared(t, "fixtures/webvtt/"+f))
			h.ok(err)
			_, p := h.bring(ImportInput{Name: f, Data: data, Language: []string{"en", "fr", "es", "ru"}[i], Source: SourceImported})
			if len(p.File.Cues) != 6 {
				t.Errorf("%s: %d cues", f, len(p.File.Cues))
			}
		}
		cart := "MODERATOR: Hello.\n\nAMINA DIALLO: One.\n\nTwo.\n"
		tr, _ := h.bring(ImportInput{Name: "a.txt", Text: cart, Language: "ar", Source: SourceHuman})
		rows, err := segmentsOf(t.Context(), h.db.Read, tr.ID, false)
		h.ok(err)
		if len(rows) != 3 || rows[0].Anchor != "p1" || rows[2].Anchor != "p3" || rows[2].Starts != -1 {
			t.Errorf("without times: %+v", rows)
		}
		tr, p := h.bring(ImportInput{Name: "a.txt", Text: strings.Replace(cart, "\n\nTwo.", "\n\nMODERATOR: Between.\n\nAMINA DIALLO: Two.", 1), Language: "ar", Source: SourceHuman, Version: tr.Version})
		rows, err = segmentsOf(t.Context(), h.db.Read, tr.ID, false)
		h.ok(err)
		var said []string
		for _, g := range rows {
			said = append(said, g.Said)
		}
		if strings.Join(said, " ") != "Hello. One. Between. Two." || len(p.Merge.Added) != 1 || len(p.Merge.Changed) != 0 {
			t.Errorf("order %q, %+v", said, p.Merge)
		}
		spread, _ := h.bring(ImportInput{Name: "a.txt", Text: cart, Language: "zh", Source: SourceHuman, Spread: true})
		if !spread.Estimated {
			t.Errorf("spread: %+v", spread)
		}
	})
}
