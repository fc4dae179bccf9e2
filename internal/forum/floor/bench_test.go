package floor

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"plenary/internal/formats/captions"
	"plenary/internal/testkit"
)

// BenchmarkPage makes the page of ninety minutes anew each time.
func BenchmarkPage(b *testing.B) {
	h := open(b, testkit.SQLite(b))
	var cues []captions.Cue
	for i := range 1000 {
		at := time.Duration(i) * 5400 * time.Millisecond
		cues = append(cues, captions.Cue{Start: at, End: at + 5*time.Second, Speaker: []string{"MODERATOR", "AMINA DIALLO"}[i/7%2], Text: strings.Repeat("network & cost ", 4)})
	}
	h.bring(english(string(captions.VTT(captions.Head{}, cues))))
	n := 0
	for b.Loop() {
		n++
		if w := h.get("", fmt.Sprintf("%s?again=%d", at, n)); w.Code != 200 {
			b.Fatal(w.Code)
		}
	}
}
