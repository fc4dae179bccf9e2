package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"plenary/internal/testkit"
)

// readTally counts the lines that the tests left: "postgres used", "shared skipped".
func readTally(path string) (map[string]int, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read tally: %w", err)
	}
	counts := map[string]int{}
	for line := range strings.Lines(string(text)) {
		counts[strings.TrimSpace(line)]++
	}
	return counts, nil
}

// summarise says which halves ran and tells whether none was left out. It believes
// the tests, not the provision: a server that no test asked for was not tested with.
func summarise(out io.Writer, halves []half, counts map[string]int) (whole bool) {
	whole = true
	fmt.Fprintln(out, "\nWhat the tests ran on:")
	line := func(title, format string, args ...any) {
		fmt.Fprintf(out, "  %-12s "+format+"\n", append([]any{title}, args...)...)
	}
	sqlite := counts[testkit.HalfSQLite+" used"]
	line("SQLite", "%d fresh databases", sqlite)
	for _, h := range halves {
		used := counts[h.name+" used"]
		switch {
		case h.value == "":
			whole = false
			line(h.title, "the %s half was NOT run: %s", h.title, h.what)
		case used == 0:
			line(h.title, "not used by any test of this run (it was there: %s)", h.what)
		default:
			line(h.title, "%d times; %s", used, h.what)
		}
	}
	if skipped := counts[testkit.HalfShared+" skipped"]; skipped > 0 {
		line("texts", "%d tests were skipped for want of the optional folder ../shared", skipped)
	}
	return whole
}
