package consultations_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"plenary/internal/core"
	"plenary/internal/forum/consultations"
	"plenary/internal/forum/documents"
	"plenary/internal/solve/anchors"
)

// The state follows from the time and from what was done, and never goes back.
func TestStateFollowsFromTime(t *testing.T) {
	at := func(d int) core.Instant { return core.At(time.Date(2030, 1, 1+d, 0, 0, 0, 0, time.UTC)) }
	c := consultations.Consultation{Opens: at(1), Closes: at(10), ReplyDays: 14, ChallengeDays: 30, Answered: at(12)}
	for d, want := range map[int]string{0: "planned", 1: "open", 9: "open", 10: "closed", 11: "closed", 12: "answered", 41: "answered", 42: "ended"} {
		if got := c.State(at(d)); got != want {
			t.Errorf("day %d: %s, want %s", d, got, want)
		}
	}
	c.Undisposed = 1
	if got := c.State(at(100)); got != consultations.StateClosed {
		t.Errorf("with a comment that waits it is %s", got)
	}
	c.Undisposed, c.Challenges = 0, 1
	if got := c.State(at(100)); got != consultations.StateChallenged {
		t.Errorf("with a challenge that waits it is %s", got)
	}
	// All answered before the end: the windows run from the end.
	c.Challenges, c.Answered = 0, at(3)
	if c.AnsweredAt() != c.Closes || c.State(at(5)) != consultations.StateOpen {
		t.Errorf("answered early: %s, %s", c.AnsweredAt(), c.State(at(5)))
	}
}

// What is found stands there, whatever was typed.
func FuzzFindQuote(f *testing.F) {
	f.Add("Networks that last\nhave a local owner.", "a  local owner")
	f.Add("خدمات الشبكة المحلية", "الشبكة")
	f.Add("社区网络 需要", "网络 需")
	f.Add("aaa", "a")
	f.Add("", " ")
	f.Fuzz(func(t *testing.T, text, quote string) {
		if !utf8.ValidString(text) || !utf8.ValidString(quote) {
			return
		}
		para, from, to, problem := consultations.FindQuote([]anchors.Para{{ID: "p1", Text: text}}, "p1", quote)
		if problem != "" {
			return
		}
		if strings.TrimSpace(quote) == "" || len(strings.Fields(quote)) == 0 {
			if from != 0 || to != 0 {
				t.Fatal("no words have a place")
			}
			return
		}
		r := []rune(text)
		if para != "p1" || from < 0 || to > len(r) || from >= to {
			t.Fatalf("%d to %d of %d", from, to, len(r))
		}
		if got, want := strings.Join(strings.Fields(string(r[from:to])), ""), strings.Join(strings.Fields(quote), ""); got != want {
			t.Fatalf("%q stands there, not %q", got, want)
		}
	})
}

// From the old sentences and the changes the new ones follow: each sentence of either
// version is kept, or stands in exactly one change.
func TestPairsAreWhole(t *testing.T) {
	words := strings.Fields("network owner grant mast fee coverage village data public money rule child market state repair")
	rng := rand.New(rand.NewPCG(1, 2))
	line := func() string {
		var out []string
		for range 4 + rng.IntN(6) {
			out = append(out, words[rng.IntN(len(words))])
		}
		return "The " + strings.Join(out, " ") + "."
	}
	rev := func(list [][]string, ids []string) documents.Revision {
		var r documents.Revision
		for i, sentences := range list {
			text := strings.Join(sentences, " ")
			p := documents.Paragraph{ID: ids[i], Kind: documents.Plain, Text: core.NewText("en", text)}
			n := 0
			for k, s := range sentences {
				if n += len(s) + 1; k < len(sentences)-1 {
					p.Attrs.Ends = append(p.Attrs.Ends, n)
				}
			}
			r.Paragraphs = append(r.Paragraphs, p)
		}
		return r
	}
	for range 300 {
		var list [][]string
		var ids []string
		for i := range 1 + rng.IntN(5) {
			var s []string
			for range 1 + rng.IntN(5) {
				s = append(s, line())
			}
			list, ids = append(list, s), append(ids, "p"+sprint(i+1))
		}
		a := rev(list, ids)
		next := make([][]string, len(list))
		for i := range list {
			next[i] = append([]string{}, list[i]...)
			switch k := rng.IntN(len(next[i])); rng.IntN(4) {
			case 0:
				next[i][k] = line()
			case 1:
				next[i] = append(next[i], line())
			case 2:
				if len(next[i]) > 1 {
					next[i] = append(next[i][:k], next[i][k+1:]...)
				}
			}
		}
		b := rev(next, ids)
		was, is := map[string]int{}, map[string]int{}
		for _, s := range list {
			for _, x := range s {
				was[x]++
			}
		}
		for _, s := range next {
			for _, x := range s {
				is[x]++
			}
		}
		for _, c := range consultations.PairSentences(a, b) {
			var from, to strings.Builder
			for _, s := range c.Spans {
				if s.Kind != documents.Added {
					from.WriteString(s.Text)
				}
				if s.Kind != documents.Deleted {
					to.WriteString(s.Text)
				}
			}
			if from.String() == to.String() {
				t.Fatalf("no change: %+v", c)
			}
			if from.Len() > 0 {
				was[from.String()]--
			}
			if to.Len() > 0 {
				is[to.String()]--
			}
		}
		for x, n := range was {
			if n != is[x] || n < 0 {
				t.Fatalf("%q is left %d times and comes %d times", x, n, is[x])
			}
		}
	}
}
