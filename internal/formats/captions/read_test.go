package captions_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"plenary/internal/formats/captions"
	"plenary/internal/testkit"
)

// said is a cue as a test writes it: "00:01:39.000 00:01:41.040 SPEAKER| text".
func said(cues []captions.Cue) []string {
	var out []string
	for _, c := range cues {
		out = append(out, fmt.Sprintf("%s %s %s| %s", captions.Stamp(c.Start), captions.Stamp(c.End), c.Speaker, strings.ReplaceAll(c.Text, "\n", "/")))
	}
	return out
}

func same(t *testing.T, name string, got []captions.Cue, want []string) {
	t.Helper()
	have := said(got)
	for i := range max(len(have), len(want)) {
		h, w := "(nothing)", "(nothing)"
		if i < len(have) {
			h = have[i]
		}
		if i < len(want) {
			w = want[i]
		}
		if h != w {
			t.Errorf("%s, cue %d:\n have %q\n want %q", name, i+1, h, w)
		}
	}
}

func codes(f *captions.File) map[string]int {
	out := map[string]int{}
	for _, n := range f.Notes {
		out[n.Code]++
	}
	return out
}

func read(t *testing.T, file string, opt captions.Options) *captions.File {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	f, err := captions.Read(filepath.Base(file), data, opt)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return f
}

var film = []string{
	"00:01:39.000 00:01:41.040 | (deep rumbling)",
	"00:02:04.080 00:02:07.120 MAN| How did we end up here?",
	"00:02:12.160 00:02:15.200 | This place is horrible.",
	"00:02:20.240 00:02:22.280 | Smells like balls.",
	"00:02:28.320 00:02:31.360 | We don't belong/in this shithole.",
	"00:02:31.400 00:02:33.440 | (computer playing/electronic melody)",
}

// The files of others are read as they are meant (issue: the fixtures of captions).
func TestFixtures(t *testing.T) {
	styled := []string{
		"00:00:17.985 00:00:20.521 | [instrumental music]", "00:00:47.115 00:00:48.282 | [ticks]",
		"00:00:58.192 00:00:59.727 | [instrumental music]", "00:01:01.662 00:01:03.063 | [dog barking]",
		"00:01:26.787 00:01:29.523 | [beeping]", "00:01:29.590 00:01:31.992 | [automated]/'The time is 7:35.'",
		"00:08:00.000 00:09:00.000 | Test with multi line italics/Terminated on the next line",
		"00:09:00.000 00:10:00.000 | Unterminated styles", "00:10:00.000 00:11:00.000 | Do no fall to the next item",
		"00:12:00.000 00:13:00.000 | x^3 * x = 100",
	}
	entities := []string{
		"00:00:00.331 00:00:03.750 | The man in black fled across the desert,/& the gunslinger followed.",
		"00:00:04.101 00:00:05.430 | Go,\u00a0then,", "00:00:06.331 00:00:09.675 | there are other < worlds than these.",
	}
	lines := []string{
		"00:00:00.000 00:00:01.000 | First line/Second line", "00:00:01.000 00:00:02.000 | Third line/Fourth line",
		"00:00:02.000 00:00:03.000 | Fifth line/Sixth middle line", "00:00:03.000 00:00:04.000 | Seventh line/Eighth middle line",
	}
	for _, x := range []struct {
		file string
		want []string
		note string
		lang string
	}{
		{"example-in.vtt", film, captions.NoteNoMillis, ""},
		{"example-out.vtt", film, "", ""},
		{"example-in.srt", film, captions.NoteNoMillis, ""},
		{"example-out.srt", film, "", ""},
		{"missing-sequence-in.srt", film, captions.NoteNoMillis, ""},
		{"example-in-non-utf8.vtt", film, captions.NoteUTF16, ""},
		{"example-in-non-utf8.srt", film, captions.NoteUTF16, ""},
		{"example-in.ttml", film, captions.NoteLanguage, "fr"},
		{"example-out.ttml", film, "", "fr"},
		{"example-out-no-indent.ttml", film, "", "fr"},
		{"example-in-breaklines.ttml", lines, "", ""},
		{"example-out-breaklines.ttml", lines, "", ""},
		{"example-in-styled.srt", styled, "", ""},
		{"example-out-styled.srt", styled, "", ""},
		{"example-out-styled.vtt", styled, "", ""},
		{"example-in-html-entities.vtt", entities, "", ""},
		{"example-in-html-entities.srt", entities, "", ""},
		{"example-out-html-entities.vtt", entities, "", ""},
		{"example-out-html-entities.srt", entities, "", ""},
	} {
		f := read(t, testkit.Shared(t, "fixtures/webvtt/"+x.file), captions.Options{})
		same(t, x.file, f.Cues, x.want)
		if x.note != "" && codes(f)[x.note] == 0 {
			t.Errorf("%s: no note %s among %v", x.file, x.note, f.Notes)
		}
		if f.Lang != x.lang {
			t.Errorf("%s: language %q, want %q", x.file, f.Lang, x.lang)
		}
	}
	for _, file := range []string{"example-in-carriage-return.vtt", "example-in-carriage-return.srt"} {
		f := read(t, testkit.Shared(t, "fixtures/webvtt/"+file), captions.Options{})
		if len(f.Cues) != 3 {
			t.Errorf("%s holds %d cues, want 3: %v", file, len(f.Cues), said(f.Cues))
		}
	}
	data, err := os.ReadFile(testkit.Shared(t, "fixtures/webvtt/broken-1-in.vtt"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = captions.Read("broken-1-in.vtt", data, captions.Options{})
	e, ok := errors.AsType[*captions.Error](err)
	if !ok || e.Code != captions.ErrHeader || e.Line != 2 || !strings.Contains(err.Error(), "BROKENVTT") {
		t.Errorf("the broken file: %v", err)
	}
}

func TestVoices(t *testing.T) {
	f := read(t, "testdata/voices.vtt", captions.Options{})
	same(t, "voices.vtt", f.Cues, []string{
		"00:00:01.000 00:00:04.500 Amina Diallo| Good morning, and welcome.",
		"00:00:04.500 00:00:09.000 Jürgen Høeg| Thank you & hello to everybody.",
		"00:00:08.000 00:00:08.000 Amina Diallo| A cue of no length <here>.",
		"00:00:07.000 00:00:07.000 Amina Diallo| Backwards.",
		"00:00:10.000 00:00:12.000 Amina Diallo| Yes.",
		"00:00:10.000 00:00:12.000 Li Wei| No.",
		"00:00:12.000 00:00:15.000 | Bonjour à tous <laughter>",
	})
	want := map[string]int{captions.NoteLanguage: 1, captions.NoteZeroLength: 1, captions.NoteBackwards: 1, captions.NoteOutOfOrder: 1, captions.NoteOverlap: 1}
	for code, n := range want {
		if codes(f)[code] != n {
			t.Errorf("%d notes of %s, want %d: %v", codes(f)[code], code, n, f.Notes)
		}
	}
	for _, n := range f.Notes {
		if n.Code == captions.NoteBackwards && n.Line != 20 {
			t.Errorf("the backwards cue stands in line %d, want 20", n.Line)
		}
	}
	if f.Cues[0].Settings != "align:start" || f.Cues[0].Line != 11 || f.Lang != "en" {
		t.Errorf("first cue %+v, language %q", f.Cues[0], f.Lang)
	}
	a := read(t, "testdata/arabic.vtt", captions.Options{})
	if len(a.Cues) != 3 || a.Lang != "ar" || a.Cues[0].Speaker != "أمينة الخطيب" || a.Cues[1].Speaker != "الرئيس" ||
		a.Cues[1].Text != "شكراً، ننتقل إلى السؤال الأول: من يدفع؟" || a.Cues[2].Text != "\u200fIPv6 مهم." {
		t.Errorf("Arabic: %q %+v", said(a.Cues), a)
	}
}

func TestCaptionerText(t *testing.T) {
	f := read(t, "testdata/cart.txt", captions.Options{})
	if !f.Untimed || f.Kind != captions.Plain || codes(f)[captions.NoteNoTimes] != 1 || codes(f)[captions.NotePreamble] != 1 {
		t.Errorf("CART text: %+v", f)
	}
	var who []string
	for _, c := range f.Cues {
		who = append(who, c.Speaker+"| "+c.Text)
	}
	want := []string{
		"MODERATOR| Good afternoon. We will start in a moment.", "MODERATOR| The room is filling up.",
		"AMINA DIALLO| Thank you. Here is the point: networks are shared.", "| Can you hear me?",
		"JEAN-LUC DE LA FONTAINE| Yes, at 10:30 we could.", "JEAN-LUC DE LA FONTAINE| (Applause)",
	}
	if strings.Join(who, "\n") != strings.Join(want, "\n") {
		t.Errorf("have\n%s\nwant\n%s", strings.Join(who, "\n"), strings.Join(want, "\n"))
	}
	s := read(t, "testdata/cart.txt", captions.Options{Spread: time.Hour})
	if s.Untimed || !s.Estimated || s.Cues[0].Start != 0 || s.Cues[len(s.Cues)-1].End != time.Hour {
		t.Errorf("spread: %v", said(s.Cues))
	}
	for i := 1; i < len(s.Cues); i++ {
		if s.Cues[i].Start < s.Cues[i-1].End-time.Millisecond || s.Cues[i].Start > s.Cues[i-1].End+time.Second {
			t.Errorf("cue %d begins at %s, the one before ends at %s", i, s.Cues[i].Start, s.Cues[i-1].End)
		}
	}
	fr := read(t, "testdata/francais.txt", captions.Options{})
	if len(fr.Cues) != 3 || fr.Cues[0].Speaker != "LA PRÉSIDENTE" || fr.Cues[1].Speaker != "M. DUPONT" || fr.Cues[2].Speaker != "Mme NGUYỄN" {
		t.Errorf("French: %q", said(fr.Cues))
	}
	timed := read(t, "testdata/timed.txt", captions.Options{})
	same(t, "timed.txt", timed.Cues, []string{
		"00:00:05.000 00:01:00.000 CHAIR| We begin.",
		"00:01:00.000 00:01:15.238 AMINA DIALLO| The first point.",
		"00:01:15.238 00:02:00.000 AMINA DIALLO| And the second, which is longer than the first.",
		"00:02:00.000 00:02:30.000 LI WEI| Thank you.",
		"00:02:30.000 00:02:32.000 LI WEI| Goodbye.",
	})
	for text, want := range map[string]string{
		"主席：大家好。\n\n李伟：谢谢。": "主席,李伟", "ПРЕДСЕДАТЕЛЬ: Добрый день.\nГ-н ИВАНОВ: Спасибо.": "ПРЕДСЕДАТЕЛЬ,Г-н ИВАНОВ",
		"Amina Diallo: Hello.\nMohammed bin Rashid: Hello.": "Amina Diallo,Mohammed bin Rashid",
		"MODERATOR: See https://example.org: it is there.":  "MODERATOR",
	} {
		f, err := captions.Read("x.txt", []byte(text), captions.Options{Kind: captions.Plain})
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		var who []string
		for _, c := range f.Cues {
			who = append(who, c.Speaker)
		}
		if strings.Join(who, ",") != want {
			t.Errorf("%q: %v, want %s", text, who, want)
		}
	}
}

func TestTTMLTimes(t *testing.T) {
	f := read(t, "testdata/agents.ttml", captions.Options{})
	same(t, "agents.ttml", f.Cues, []string{
		"00:00:10.500 00:00:12.500 Inés Prado| Buenos días./Empezamos & seguimos <bien>.",
		"00:00:13.500 00:00:14.500 | uno",
		"00:00:14.000 00:00:14.200 | dos",
	})
	if codes(f)[captions.NoteLoose] != 1 {
		t.Errorf("notes: %v", f.Notes)
	}
}

// What cannot be read is refused with its line and the reason.
func TestRefusals(t *testing.T) {
	for _, x := range []struct {
		name, text, code string
		line             int
	}{
		{"a.vtt", "", captions.ErrEmpty, 0},
		{"a.vtt", "WEBVTT\n\n00:00:01.000 --> 00:0x:02.000\nHello\n", captions.ErrTime, 3},
		{"a.vtt", "WEBVTT\n\n00:00:01.000 -->\nHello\n", captions.ErrArrow, 3},
		{"a.vtt", "WEBVTT\n\nNOTE nothing here\n", captions.ErrNoCues, 0},
		{"a.srt", "1\n00:00:61,000 --> 00:00:62,000\nHello\n", captions.ErrTime, 2},
		{"a.srt", "Dear all,\nhello.\n", captions.ErrNoCues, 1},
		{"a.ttml", "<tt><body><div>\n<p begin='1s' end='2s'>Hello</div></body></tt>", captions.ErrXML, 2},
		{"a.ttml", "<html><body/></html>", captions.ErrRoot, 1},
		{"a.ttml", "<tt><body><div>\n\n<p begin='soon'>Hello</p></div></body></tt>", captions.ErrTime, 3},
		{"a.txt", "Hello\nM\xe9lanie: oui\n", captions.ErrEncoding, 2},
		{"a.vtt", "\xff\xfeW\x00E\x00B", captions.ErrEncoding, 0},
		{"a.vtt", "W\x00E\x00B\x00", captions.ErrEncoding, 1},
	} {
		_, err := captions.Read(x.name, []byte(x.text), captions.Options{})
		e, ok := errors.AsType[*captions.Error](err)
		if !ok || e.Code != x.code || e.Line != x.line || e.Error() == "" {
			t.Errorf("%s %q: %#v, want %s in line %d", x.name, x.text, err, x.code, x.line)
		}
	}
}

func TestSpeaks(t *testing.T) {
	for text, want := range map[string]bool{
		"MODERATOR: Hello.\n\nAMINA DIALLO: Hello.\n\nMODERATOR: Goodbye.": true,
		"Dear colleagues:\n\nthank you for the kind words.\n\nDate: today": false,
		"Title: A\nOrganizer: B\nDay: 1\nTime: 10:00":                      false,
	} {
		if captions.Speaks([]byte(text)) != want {
			t.Errorf("%q speaks: %v", text, !want)
		}
	}
}

// Brackets that open no tag are text, however many there are. Looking through all that
// follows for each of these would take hours.
func TestBracketsWithoutEnd(t *testing.T) {
	f, err := captions.Read("a.vtt", []byte("WEBVTT\n\n00:01.000 --> 00:02.000\n"+strings.Repeat("<", 1<<22)+">\n"), captions.Options{})
	if err != nil || len(f.Cues) < 1000 || !strings.HasPrefix(f.Cues[0].Text, "<<<") {
		t.Fatalf("%v", err)
	}
}

// A time of frames that no recording has is refused.
func TestFramesOfTooSlowAFilm(t *testing.T) {
	_, err := captions.Read("a.ttml", []byte(`<tt xmlns="http://www.w3.org/ns/ttml" frameRate="0.00000000000000001"><body><div><p begin="00:00:00:09" end="00:00:01:00">Hello</p></div></body></tt>`), captions.Options{})
	var bad *captions.Error
	if !errors.As(err, &bad) || bad.Code != captions.ErrTime {
		t.Errorf("%v", err)
	}
}
