package inspect_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plenary/internal/formats/inspect"
	"plenary/internal/testkit"
)

// Any file of captions shows its cues; the broken one says in which line and why.
func TestCaptions(t *testing.T) {
	for _, x := range []struct {
		file, kind string
		cues       int
	}{
		{"example-in.vtt", "webvtt", 6},
		{"example-in.srt", "srt", 6},
		{"example-in.ttml", "ttml", 6},
		{"example-in-non-utf8.srt", "srt", 6},
		{"missing-sequence-in.srt", "srt", 6},
	} {
		b, err := os.ReadFile(testkit.Shared(t, "fixtures/webvtt/"+x.file))
		if err != nil {
			t.Fatal(err)
		}
		for _, as := range []string{"", "captions", x.kind} {
			s := look(t, x.file, b, inspect.Options{As: as})
			if s.Kind != x.kind || s.Counts["cues"] != x.cues {
				t.Errorf("%s as %q: %s with %d cues", x.file, as, s.Kind, s.Counts["cues"])
			}
		}
		// Without a name that tells it, the bytes do.
		if s := look(t, "file", b, inspect.Options{}); s.Kind != x.kind {
			t.Errorf("%s without its name is %s", x.file, s.Kind)
		}
	}
	b, err := os.ReadFile(testkit.Shared(t, "fixtures/webvtt/broken-1-in.vtt"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := inspect.Read("broken-1-in.vtt", b, inspect.Options{}); !errors.Is(err, inspect.ErrRead) || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("the broken file: %v", err)
	}
	cart, err := os.ReadFile(filepath.Join(testkit.Root(t), "internal", "formats", "captions", "testdata", "cart.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if s := look(t, "cart.txt", cart, inspect.Options{}); s.Kind != "captioner-text" || s.Counts["cues"] != 6 || s.Counts["speakers"] != 3 {
		t.Errorf("captioner's text: %+v", s)
	}
}
