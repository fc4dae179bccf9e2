package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plenary/internal/testkit"
)

func TestSummaryBelievesTheTests(t *testing.T) {
	halves := []half{
		{name: testkit.HalfPostgres, title: "PostgreSQL", value: "postgres://x", what: "version 17"},
		{name: testkit.HalfChromium, title: "browser", value: "/bin/x", what: "version 150"},
	}
	var out bytes.Buffer
	if !summarise(&out, halves, map[string]int{"sqlite used": 4, "postgres used": 3, "shared skipped": 2}) {
		t.Error("not whole, though nothing was left out")
	}
	for _, want := range []string{"4 fresh databases", "3 times; version 17", "not used by any test", "2 tests were skipped"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in:\n%s", want, &out)
		}
	}
	out.Reset()
	halves[0].value, halves[0].what = "", "no server; install it"
	if summarise(&out, halves, nil) {
		t.Error("whole, though PostgreSQL was left out")
	}
	if want := "the PostgreSQL half was NOT run: no server; install it"; !strings.Contains(out.String(), want) {
		t.Errorf("no %q in:\n%s", want, &out)
	}
}

func TestTallyIsCounted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tally")
	if err := os.WriteFile(path, []byte("sqlite used\npostgres skipped\nsqlite used\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	counts, err := readTally(path)
	if err != nil {
		t.Fatal(err)
	}
	if counts["sqlite used"] != 2 || counts["postgres skipped"] != 1 {
		t.Errorf("counts: %v", counts)
	}
}

func TestCommandKeepsItsExitCode(t *testing.T) {
	for want, script := range map[int]string{0: "true", 7: "exit 7"} {
		var out bytes.Buffer
		if got := runCommand(t.Context(), []string{"sh", "-c", script}, os.Environ(), &out, &out); got != want {
			t.Errorf("%s: code %d, want %d", script, got, want)
		}
	}
	var out bytes.Buffer
	if got := runCommand(t.Context(), []string{"no-such-command-here"}, nil, &out, &out); got != 1 || out.Len() == 0 {
		t.Errorf("a command that is not there: code %d, said %q", got, &out)
	}
}
