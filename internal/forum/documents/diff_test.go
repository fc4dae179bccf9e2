package documents

import (
	"math/rand/v2"
	"strings"
	"testing"
)

func rebuilt(spans []Span, without SpanKind) string {
	var b strings.Builder
	for _, s := range spans {
		if s.Kind != without {
			b.WriteString(s.Text)
		}
	}
	return b.String()
}

func marked(spans []Span) string {
	var b strings.Builder
	for _, s := range spans {
		switch s.Kind {
		case Deleted:
			b.WriteString("[-" + s.Text + "-]")
		case Added:
			b.WriteString("{+" + s.Text + "+}")
		default:
			b.WriteString(s.Text)
		}
	}
	return b.String()
}

func TestDiffReadsWell(t *testing.T) {
	for _, tc := range []struct{ a, b, want string }{
		{"", "", ""},
		{"Fees follow bandwidth.", "Fees follow coverage.", "Fees follow [-bandwidth-]{+coverage+}."},
		{"Fees follow.", "Fees should follow.", "Fees {+should +}follow."},
		{"one two three four", "one zwei drei four", "one [-two three-]{+zwei drei+} four"},
		{"the end", "the end of it", "the end{+ of it+}"},
		{"Don't stop zero-rated plans", "Do stop zero-rated plans", "[-Don't-]{+Do+} stop zero-rated plans"},
		{"互联网治理论坛很重要。", "互联网治理论坛不重要。", "互联网治理论坛[-很-]{+不+}重要。"},
		{"الإنترنت للجميع", "الإنترنت المفتوح للجميع", "الإنترنت {+المفتوح +}للجميع"},
		{"gone", "", "[-gone-]"},
	} {
		if got := marked(Diff(tc.a, tc.b)); got != tc.want {
			t.Errorf("Diff(%q, %q)\n got %s\nwant %s", tc.a, tc.b, got, tc.want)
		}
	}
}

var alphabet = strings.Fields("a b c the of , . 互 联 网 سلام мир don't 2023 \u00a0 \n e\u0301")

func randomText(r *rand.Rand, n int) string {
	var b strings.Builder
	for range r.IntN(n + 1) {
		b.WriteString(alphabet[r.IntN(len(alphabet))])
		if r.IntN(3) > 0 {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// Whatever two texts are compared, the spans hold both of them, to the byte.
func TestDiffHoldsBothTexts(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 7))
	for range 3000 {
		a, b := randomText(r, 40), randomText(r, 40)
		spans := Diff(a, b)
		if got := rebuilt(spans, Added); got != a {
			t.Fatalf("before is %q, want %q", got, a)
		}
		if got := rebuilt(spans, Deleted); got != b {
			t.Fatalf("after is %q, want %q", got, b)
		}
		for i, s := range spans {
			if s.Text == "" || i > 0 && spans[i-1].Kind == s.Kind {
				t.Fatalf("spans are not tidy: %v", spans)
			}
		}
		if strings.Join(tokens(a), "") != a {
			t.Fatalf("tokens of %q are not the text", a)
		}
	}
}

func longestCommon(a, b []int) int {
	prev := make([]int, len(b)+1)
	for _, x := range a {
		cur := make([]int, len(b)+1)
		for j, y := range b {
			if cur[j+1] = max(prev[j+1], cur[j]); x == y {
				cur[j+1] = prev[j] + 1
			}
		}
		prev = cur
	}
	return prev[len(b)]
}

// The alignment is a longest one, compared with the slow textbook way.
func TestAlignIsLongest(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 7))
	seq := func() []int {
		out := make([]int, r.IntN(30))
		for i := range out {
			out[i] = r.IntN(1 + r.IntN(8))
		}
		return out
	}
	for range 5000 {
		a, b := seq(), seq()
		n, i, j := 0, 0, 0
		for _, run := range align(a, b) {
			if run.a < i || run.b < j || run.n < 1 {
				t.Fatalf("%v %v: runs cross", a, b)
			}
			for k := range run.n {
				if a[run.a+k] != b[run.b+k] {
					t.Fatalf("%v %v: unequal elements are aligned", a, b)
				}
			}
			i, j, n = run.a+run.n, run.b+run.n, n+run.n
		}
		if want := longestCommon(a, b); n != want {
			t.Fatalf("%v %v: %d aligned, %d can be", a, b, n, want)
		}
	}
}

// Two long texts without a word in common are told apart without much work.
func TestDiffOfStrangersIsQuick(t *testing.T) {
	a, b := strings.Repeat("互联网治理", 4000), strings.Repeat("море и небо ", 4000)
	if spans := Diff(a, b); rebuilt(spans, Added) != a || rebuilt(spans, Deleted) != b {
		t.Fatal("the texts are not in the spans")
	}
}

func FuzzDiff(f *testing.F) {
	f.Add("a b c", "a c")
	f.Add("\xff\x00", "é\u0301")
	f.Fuzz(func(t *testing.T, a, b string) {
		spans := Diff(a, b)
		if rebuilt(spans, Added) != a || rebuilt(spans, Deleted) != b {
			t.Fatal("the texts are not in the spans")
		}
	})
}
