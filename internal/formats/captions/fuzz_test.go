package captions_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"plenary/internal/formats/captions"
)

func fuzz(f *testing.F, kind captions.Kind, seeds ...string) {
	f.Helper()
	files, err := filepath.Glob("testdata/*.*")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		if b, err := os.ReadFile(name); err == nil {
			f.Add(b)
		}
	}
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		opt := captions.Options{Kind: kind}
		if len(data)%2 == 1 {
			opt.Spread = time.Hour
		}
		file, err := captions.Read("x", data, opt)
		if err != nil {
			if e, ok := errors.AsType[*captions.Error](err); !ok || e.Error() == "" {
				t.Fatalf("an error without a reason: %v", err)
			}
			return
		}
		lines := strings.Count(string(data), "\n") + strings.Count(string(data), "\r") + 1
		for _, c := range file.Cues {
			switch {
			case c.Text == "" || !utf8.ValidString(c.Text) || !utf8.ValidString(c.Speaker) || strings.Contains(c.Speaker, "\n"):
				t.Fatalf("a cue that cannot be shown: %+v", c)
			case c.Start < 0 || c.End < c.Start:
				t.Fatalf("times of a cue: %+v", c)
			case c.Line < 1 || c.Line > lines:
				t.Fatalf("line %d of %d", c.Line, lines)
			}
		}
		// What was read can be written and read again: no cue is lost.
		again, err := captions.Read("x.vtt", captions.VTT(captions.Head{}, file.Cues), captions.Options{})
		if err != nil {
			t.Fatalf("what we wrote cannot be read: %v", err)
		}
		if len(again.Cues) < len(file.Cues) {
			t.Fatalf("%d cues became %d", len(file.Cues), len(again.Cues))
		}
	})
}

func FuzzWebVTT(f *testing.F) {
	fuzz(f, captions.WebVTT, "WEBVTT\n\n00:01.000 --> 00:02.000\n<v A>b\nc --> d", "\xff\xfeW\x00")
}

func FuzzSubRip(f *testing.F) {
	fuzz(f, captions.SRT, "1\n00:00:01,5 --> 00:00:02\n{\\an8}<i>a\n\nb")
}

func FuzzTTML(f *testing.F) {
	fuzz(f, captions.TTML, "<tt><body><p begin='1f' dur='99999h'>a<br/></p></body></tt>", "<!DOCTYPE a [<!ENTITY b 'c'>]><tt>&b;</tt>")
}

func FuzzPlain(f *testing.F) {
	fuzz(f, captions.Plain, "A B: c\n[00:01:00] >> D: e\n\n00:00:01 f", "主席：好")
}
