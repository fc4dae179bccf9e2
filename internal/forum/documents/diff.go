package documents

import (
	"strings"
	"unicode"
)

// SpanKind says what became of a piece of text.
type SpanKind string

// The kinds of spans.
const (
	Same    SpanKind = "same"
	Deleted SpanKind = "del"
	Added   SpanKind = "ins"
)

// Span is a piece of text that stayed, went or came.
type Span struct {
	Kind SpanKind `json:"kind"`
	Text string   `json:"text"`
}

// Diff compares two texts word by word, in scripts without spaces character by
// character. The spans that are not added make a, those that are not deleted make b.
func Diff(a, b string) []Span {
	if a == b {
		if a == "" {
			return nil
		}
		return []Span{{Same, a}}
	}
	x, y := tokens(a), tokens(b)
	var d spans
	i, j := 0, 0
	for _, run := range align(intern(x, y)) {
		d.change(x[i:run.a], y[j:run.b])
		d.same(x[run.a : run.a+run.n])
		i, j = run.a+run.n, run.b+run.n
	}
	d.change(x[i:], y[j:])
	return d.finish()
}

// intern gives equal tokens equal numbers.
func intern(x, y []string) (a, b []int) {
	numbers := map[string]int{}
	number := func(words []string) []int {
		out := make([]int, len(words))
		for i, w := range words {
			n, ok := numbers[w]
			if !ok {
				n = len(numbers)
				numbers[w] = n
			}
			out[i] = n
		}
		return out
	}
	return number(x), number(y)
}

// spans collects what stays and what changes. White space and signs that stay between
// two replaced words are drawn into the change: three words replaced by three others
// read better as one change than as three with blanks between.
type spans struct {
	out      []Span
	del, ins strings.Builder
	weak     string // stayed since the last change, but is no word
}

func (d *spans) same(words []string) {
	for _, w := range words {
		if d.changing() && isWeak(w) {
			d.weak += w
			continue
		}
		d.flush()
		d.add(Same, w)
	}
}

func (d *spans) change(del, ins []string) {
	if len(del) == 0 && len(ins) == 0 {
		return
	}
	if d.del.Len() == 0 || d.ins.Len() == 0 {
		d.flush()
	}
	d.del.WriteString(d.weak + strings.Join(del, ""))
	d.ins.WriteString(d.weak + strings.Join(ins, ""))
	d.weak = ""
}

func (d *spans) changing() bool { return d.del.Len()+d.ins.Len() > 0 }

func (d *spans) flush() {
	if d.changing() {
		d.add(Deleted, d.del.String())
		d.add(Added, d.ins.String())
		d.del.Reset()
		d.ins.Reset()
	}
	d.add(Same, d.weak)
	d.weak = ""
}

func (d *spans) add(kind SpanKind, text string) {
	switch n := len(d.out); {
	case text == "":
	case n > 0 && d.out[n-1].Kind == kind:
		d.out[n-1].Text += text
	default:
		d.out = append(d.out, Span{kind, text})
	}
}

func (d *spans) finish() []Span {
	d.flush()
	return d.out
}

func isWeak(token string) bool {
	for _, r := range token {
		if !unicode.IsSpace(r) && !unicode.IsPunct(r) {
			return false
		}
	}
	return true
}
