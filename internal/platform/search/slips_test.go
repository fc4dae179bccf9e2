package search

import (
	"math/rand/v2"
	"testing"
)

// The automaton finds the distance that the table of all beginnings gives.
func TestSlips(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	letters := []rune("abcдеж中ال")
	random := func() []rune {
		w := make([]rune, rnd.IntN(9))
		for i := range w {
			w[i] = letters[rnd.IntN(len(letters))]
		}
		return w
	}
	near := 0
	for range 20_000 {
		a := random()
		b := random()
		if rnd.IntN(2) == 0 { // a word near to the first
			b = append([]rune{}, a...)
			for range rnd.IntN(3) {
				if i := rnd.IntN(len(b) + 1); i < len(b) {
					b[i] = letters[rnd.IntN(len(letters))]
				} else if len(b) > 1 {
					b[0], b[1] = b[1], b[0]
				}
			}
		}
		most := 1 + rnd.IntN(2)
		want := min(distance(a, b), most+1)
		if want <= most {
			near++
		}
		if got := newSlips(string(a), most).between(string(b)); got != want {
			t.Fatalf("%s and %s: %d slips, want %d", string(a), string(b), got, want)
		}
	}
	if near < 1000 {
		t.Fatalf("only %d words were near", near)
	}
	for long, want := range map[string]int{"кибербезопасности": 1, "кибербезопастности": 0, "кибербезопасносит": 2, "безопасности": 3} {
		if got := newSlips("кибербезопастности", 2).between(long); got != want {
			t.Errorf("%s: %d, want %d", long, got, want)
		}
	}
}

// distance is the number of slips between two words, by the table.
func distance(a, b []rune) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		for j := range d[i] {
			switch {
			case i == 0:
				d[i][j] = j
			case j == 0:
				d[i][j] = i
			default:
				cost := 1
				if a[i-1] == b[j-1] {
					cost = 0
				}
				d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
				if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
					d[i][j] = min(d[i][j], d[i-2][j-2]+1)
				}
			}
		}
	}
	return d[len(a)][len(b)]
}
