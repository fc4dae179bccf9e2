package cosplib

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plenary/internal/testkit"
)

var library = []string{"N2OR", "GECCO20", "OR60F", "ALLTERMS"}

func instance(t testing.TB, name string) *Instance {
	t.Helper()
	source, err := os.ReadFile(filepath.Join(testkit.Shared(t, "fixtures/timetabling"), name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := ReadInstance(source)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Every solution that comes with the library's problems has the value that the library's
// checker gives it, in every term, and is written as it was read.
func TestEvaluateAgreesWithTheLibrary(t *testing.T) {
	files := 0
	for _, name := range library {
		p := instance(t, name)
		for _, dir := range []string{"published", "variants"} {
			found, err := filepath.Glob(filepath.Join(testkit.Shared(t, "fixtures/timetabling"), dir, name+"_*.json"))
			if err != nil {
				t.Fatal(err)
			}
			for _, file := range found {
				files++
				source, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				x, claim, err := p.ReadSolution(source)
				if err != nil {
					t.Errorf("%s: %v", filepath.Base(file), err)
					continue
				}
				got := p.Evaluate(x)
				feasible := !strings.Contains(file, "broken")
				if got.Feasible() != feasible {
					t.Errorf("%s: feasible %t", filepath.Base(file), got.Feasible())
				}
				got.Trackless = 0
				if got != claim.Score {
					t.Errorf("%s: %+v, want %+v", filepath.Base(file), got, claim.Score)
				}
				again, err := p.WriteSolution(x, claim.Kind, claim.Note)
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(bytes.TrimSpace(again), bytes.TrimSpace(source)) {
					t.Errorf("%s: written anew it is\n%s", filepath.Base(file), again)
				}
			}
		}
	}
	if files != 44 {
		t.Errorf("%d solutions, want 44", files)
	}
}
