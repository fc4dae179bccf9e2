// Package arch holds the plan of the house: who may import whom, who writes which
// table, how long a file may be, who takes the time, and that no text stands outside
// the catalogues. bite_test.go shows that each rule finds what it forbids.
package arch

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"plenary/internal/testkit"
)

// repository is the tree of this repository: what git knows and what it would take.
func repository(t *testing.T) *tree {
	t.Helper()
	root := testkit.Root(t)
	cmd := exec.CommandContext(t.Context(), "git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("list the files of the repository: git ls-files: %v", err)
	}
	var files []string
	folders := map[string]bool{}
	for name := range strings.SplitSeq(string(out), "\x00") {
		if info, err := os.Lstat(filepath.Join(root, name)); name != "" && err == nil && info.Mode().IsRegular() {
			files = append(files, name)
			folders[filepath.Dir(name)] = true
		}
	}
	// Go keeps the result of a test until a file or folder that it looked at changes.
	// It sees no further than this process, so look at the folders ourselves: a new
	// file must not meet an old result.
	for folder := range folders {
		if _, err := os.ReadDir(filepath.Join(root, folder)); err != nil {
			t.Fatal(err)
		}
	}
	if len(files) == 0 {
		t.Fatal("git lists no files")
	}
	return newTree(os.DirFS(root), files)
}

func TestHouse(t *testing.T) {
	tr := repository(t)
	hold := func(name string, rule func(*tree) []finding) {
		t.Run(name, func(t *testing.T) {
			for _, f := range rule(tr) {
				t.Error(f)
			}
		})
	}
	hold("imports", importRules)
	hold("tables", tableRules)
	hold("clock", clockUse)
	hold("paths", machinePaths)
	hold("text", bareText)
	t.Run("lengths", func(t *testing.T) {
		found, report := fileLengths(tr)
		for _, line := range report {
			t.Log(line)
		}
		for _, f := range found {
			t.Error(f)
		}
	})
}
