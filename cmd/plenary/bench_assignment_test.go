package main

import (
	"strings"
	"testing"

	"plenary/internal/solve/assignment"
)

// Whatever a file holds, it is a problem that can be solved, or an error that names a line.
func FuzzReadAssignment(f *testing.F) {
	for _, s := range []string{
		`{"reviews_per_proposal": 1, "max_load": 2, "affinity": [[1, 0.5], [0, 1e3]], "conflicts": [[0, 1]]}`,
		`{"max_load": [1, 2], "min_load": [0, 1], "affinity": [[], []], "reviews_per_proposal": 3}`,
		`{"reviews_per_proposal": 1, "max_load": 0, "affinity": []}`,
		`{"reviews_per_proposal": -1}`, `{"affinity": [[1], [1, 2]]}`, `{"max_load": null}`, `[`, `{"a": 1}`, ``, `{"affinity": [[1e999]]}`,
		"{\n\"reviews_per_proposal\": 1,\n\"max_load\": 1,\n\"affinity\": [[1]],\n\"conflicts\": [[0, 7]]}",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := readAssignment(text)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "line ") || strings.HasPrefix(err.Error(), "line 0") {
				t.Errorf("%q names no line", err)
			}
			return
		}
		if len(p.Affinity)*max(1, len(p.Affinity)) > 10_000 {
			return
		}
		res, err := assignment.Best(p)
		if err != nil {
			if strings.Contains(err.Error(), "too large") {
				return
			}
			t.Fatal(err)
		}
		for q, list := range res.Reviewers {
			if len(list)+res.Short[q] != p.Reviews {
				t.Errorf("proposal %d has %v and lacks %d", q, list, res.Short[q])
			}
		}
	})
}

func TestReadAssignmentErrors(t *testing.T) {
	const good = `"reviews_per_proposal": 1,` + "\n" + `"max_load": 1,` + "\n" + `"affinity": [[1, 2], [3, 4]]`
	for text, want := range map[string]string{
		``:                                  "line 1: the file ends too early",
		`[]`:                                `line 1: there is "[" where "{" should stand`,
		"{" + good:                          "line 3: the file ends too early",
		"{" + good + "} 1":                  "line 3: something stands behind the end",
		"{" + good + ",\n\"max_load\": 2}":  "line 4: max_load: stands twice",
		"{" + good + ",\n\"conflict\": []}": `line 4: there is no field "conflict"`,
		"{" + good + ",\n\"conflicts\": [[0, 2]]}":      "line 4: conflicts[0]: [0, 2], and there are 2 reviewers and 2 proposals",
		"{" + good + ",\n\"conflicts\": [[0, 1, 1]]}":   `line 4: conflicts[0]: there is 1 where "]" should stand`,
		"{" + good + ",\n\"conflicts\": [[0, null]]}":   "line 4: conflicts[0]: there is null where a number should stand",
		"{" + good + ",\n\n\"min_load\": 2}":            "line 5: min_load: reviewer 0: 2 is more than her max_load 1",
		"{" + good + ",\n\"min_load\": [0]}":            "line 4: min_load: 1 loads for 2 reviewers",
		"{" + good + ",\n\"min_load\": [0, 0.5]}":       "line 4: min_load[1]: 0.5 is no whole number from 0 to 1000000",
		"{" + good + ",\n\"min_load\": \"2\"}":          "line 4: min_load: there is a text where a number or a list should stand",
		"{" + good + "\n\"min_load\": 2}":               "line 4: invalid character",
		"{\n\"affinity\": [[1],\n[2, 3]]}":              "line 3: affinity[1]: 2 proposals, and the first reviewer has 1",
		"{\n\"affinity\": [[1],\n[1e999]]}":             "line 3: affinity[1]:",
		`{"reviews_per_proposal": 1, "affinity": [[]]}`: "line 1: max_load: is missing",
	} {
		if _, err := readAssignment([]byte(text)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}
