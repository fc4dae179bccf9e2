package main

import (
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"plenary/internal/solve/opinion"
)

// opinions measures the groups of 100,000 votes beside one pass of encoding/csv over the
// same votes, in alternating runs.
func opinions(pairs int) error {
	const people, statements, camps = 2500, 80, 4
	r := rand.New(rand.NewPCG(1, 2026))
	var votes [][]opinion.Cast
	var sheet strings.Builder
	w := csv.NewWriter(&sheet)
	n := 0
	for p := range people {
		row := make([]string, statements+1)
		row[0] = strconv.Itoa(p)
		var casts []opinion.Cast
		for s := range statements {
			if r.IntN(2) == 0 {
				continue
			}
			v := opinion.Disagree
			if lean := (s*7+p%camps*3)%5 < 3; lean == (r.IntN(10) > 0) {
				v = opinion.Agree
			}
			casts = append(casts, opinion.Cast{Statement: s, Vote: v})
			row[s+1] = strconv.Itoa(int(v))
			n++
		}
		votes = append(votes, casts)
		if err := w.Write(row); err != nil {
			return err
		}
	}
	w.Flush()
	var took, read, ratios []float64
	groups := 0
	for range pairs {
		began := time.Now()
		groups = len(opinion.Find(votes, statements, opinion.Options{}).Sizes)
		a := time.Since(began).Seconds()
		began = time.Now()
		if _, err := csv.NewReader(strings.NewReader(sheet.String())).ReadAll(); err != nil {
			return err
		}
		b := time.Since(began).Seconds()
		took, read, ratios = append(took, a*1000), append(read, b*1000), append(ratios, a/b)
	}
	for _, list := range [][]float64{took, read, ratios} {
		slices.Sort(list)
	}
	m := len(took) / 2
	fmt.Printf("## Opinion groups\n\n%d votes of %d people on %d statements, %d groups found: %.0f ms; one pass of encoding/csv over the same votes: %.0f ms; ratio %.1f (median of %d alternating pairs).\n\n",
		n, people, statements, groups, took[m], read[m], ratios[m], pairs)
	return nil
}
