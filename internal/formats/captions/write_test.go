package captions_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"plenary/internal/formats/captions"
)

// hour is an hour of invented speech in two scripts: voices, overlaps, long and short.
func hour(seed uint64) []captions.Cue {
	r := rand.New(rand.NewPCG(seed, 1))
	who := []string{"Amina Diallo", "Jürgen Høeg", "أمينة الخطيب", "李伟", "Anne & Co <remote>", "M. O’Neill-Ōta"}
	words := strings.Fields("the network is shared by those who use it and pay for it every day شبكة الإنترنت ملك للجميع 网络 属于 大家 caf\u00e9 a<b 5>3 R&D i.e. 10:30 --")
	var out []captions.Cue
	for at := time.Second; at < time.Hour; {
		length := time.Duration(800+r.IntN(9000)) * time.Millisecond
		var text []string
		for n := range 1 + r.IntN(24) {
			w := words[r.IntN(len(words))]
			if n > 0 && r.IntN(9) == 0 {
				w = "\n" + w
			}
			text = append(text, w)
		}
		said := strings.ReplaceAll(strings.Join(text, " "), " \n", "\n")
		c := captions.Cue{Start: at, End: at + length, Speaker: who[r.IntN(len(who))], Text: said}
		out = append(out, c)
		at += length - time.Duration(r.IntN(600))*time.Millisecond // they talk over one another
	}
	return out
}

func equal(a, b []captions.Cue, ends bool) string {
	if len(a) != len(b) {
		return fmt.Sprintf("%d cues became %d", len(a), len(b))
	}
	for i := range a {
		x, y := a[i], b[i]
		if x.Start != y.Start || ends && x.End != y.End || x.Speaker != y.Speaker || x.Text != y.Text {
			return fmt.Sprintf("cue %d: %+v became %+v", i+1, x, y)
		}
	}
	return ""
}

// What is written is read again as it was, and nothing needs to be mended in it.
func TestRoundTrip(t *testing.T) {
	h := captions.Head{Title: "An invented --> session", Note: "Captions are no authoritative record. --> Really.", Lang: "en"}
	for seed := range uint64(40) {
		cues := hour(seed)
		f, err := captions.Read("a.vtt", captions.VTT(h, cues), captions.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if d := equal(cues, f.Cues, true); d != "" {
			t.Fatalf("seed %d, WebVTT: %s", seed, d)
		}
		for _, n := range f.Notes {
			if n.Code != captions.NoteOverlap && n.Code != captions.NoteLanguage && n.Code != captions.NoteMore {
				t.Fatalf("seed %d: what we write has to be mended: %+v", seed, n)
			}
		}
		// SubRip has no voices and no way to write < as such.
		plain := make([]captions.Cue, len(cues))
		for i, c := range cues {
			c.Speaker = []string{"", "AMINA DIALLO", "JÜRGEN HØEG", "الرئيس"}[i%4]
			c.Text = strings.NewReplacer("<", "", ">", "", "&", "and", ":", ".").Replace(c.Text)
			plain[i] = c
		}
		f, err = captions.Read("a.srt", captions.SubRip(plain), captions.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if d := equal(plain, f.Cues, true); d != "" {
			t.Fatalf("seed %d, SubRip: %s", seed, d)
		}
		for i := range plain {
			plain[i].Text = strings.Join(strings.Fields(plain[i].Text), " ")
			plain[i].Speaker = []string{"AMINA DIALLO", "Li Wei", "الرئيس"}[i%3]
			plain[i].Start = plain[i].Start.Truncate(time.Second)
		}
		f, err = captions.Read("a.txt", captions.Text(h, plain, false), captions.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if d := equal(plain, f.Cues, false); d != "" {
			t.Fatalf("seed %d, text: %s", seed, d)
		}
	}
}

func TestStrictWriting(t *testing.T) {
	cues := []captions.Cue{
		{Start: 2 * time.Second, End: 2 * time.Second, Speaker: "A\nB>", Text: "one\n\n--> two", Settings: "align:left region:x <b>"},
		{Start: time.Second, End: 3 * time.Second, Text: "first"},
		{Start: time.Second, End: 3 * time.Second, Text: " \n "},
	}
	got := string(captions.VTT(captions.Head{Note: "a\nb"}, cues))
	want := "WEBVTT\n\nNOTE\na b\n\n1\n00:00:01.000 --> 00:00:03.000\nfirst\n\n2\n00:00:02.000 --> 00:00:02.001 align:left\n<v A B&gt;>one\n--&gt; two\n"
	if got != want {
		t.Errorf("have\n%s\nwant\n%s", got, want)
	}
}
