// Package testkit is what the tests of all rooms stand on: a fresh database in
// milliseconds, the shared texts and fixtures, a browser.
//
// What a machine does not have is skipped with a reason; when the environment says
// CI=true it is a failure instead, so that no half of the tests is lost unseen.
// `make test` brings PostgreSQL and a browser by itself.
package testkit

import (
	"os"
	"testing"
)

// The environment through which test/provide hands over what it brought.
const (
	// PostgresEnv is the address (postgres://…) of a server on which databases may be
	// made and dropped.
	PostgresEnv = "PLENARY_TEST_POSTGRES"
	// ChromiumEnv is the path of a Chromium or Chrome.
	ChromiumEnv = "PLENARY_TEST_CHROMIUM"
	// TallyEnv is a file to which each half that is really used adds a line.
	TallyEnv = "PLENARY_TEST_TALLY"
)

// The halves that the tally counts.
const (
	HalfSQLite   = "sqlite"
	HalfPostgres = "postgres"
	HalfChromium = "chromium"
	HalfShared   = "shared"
)

// missing ends the test: skipped, or failed with CI=true.
func missing(t testing.TB, half, reason string) {
	t.Helper()
	tally(t, half, "skipped")
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s (a failure, because CI=true)", reason)
	}
	t.Skip(reason)
}

// used notes that a half was used.
func used(t testing.TB, half string) {
	t.Helper()
	tally(t, half, "used")
}

func tally(t testing.TB, half, what string) {
	t.Helper()
	path := os.Getenv(TallyEnv)
	if path == "" {
		return
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatalf("open tally: %v", err)
	}
	_, err = f.WriteString(half + " " + what + "\n")
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		t.Fatalf("write tally: %v", err)
	}
}
