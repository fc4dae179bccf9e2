package pgserver

import (
	"os"
	"strings"
	"testing"
)

func TestNewestPostgresIsFirst(t *testing.T) {
	if versionIn("/usr/lib/postgresql/9/bin") >= versionIn("/usr/lib/postgresql/17/bin") {
		t.Error("9 counts as newer than 17")
	}
}

// A cluster starts, answers, and leaves nothing behind.
func TestCluster(t *testing.T) {
	bin := Find()
	if bin == "" {
		t.Skip("no PostgreSQL server is installed")
	}
	c, err := Start(t.Context(), bin, Thrown...)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := AskVersion(t.Context(), strings.Replace(c.Address, "plenary:", "plenary:x", 1)); err == nil {
		t.Error("the cluster takes any password")
	}
	c.Stop()
	if _, err := os.Stat(c.dir); !os.IsNotExist(err) {
		t.Errorf("the folder of the cluster is still there: %v", err)
	}
	if _, err := AskVersion(t.Context(), c.Address); err == nil {
		t.Error("the server still answers")
	}
}
