package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"plenary/internal/testkit"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"plenary": main})
}

// The command line as its users call it, one script per scenario.
func TestScripts(t *testing.T) {
	invented := filepath.Join(testkit.Root(t), "internal", "formats", "forumtext", "testdata")
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("INVENTED", invented)
			e.Setenv("HOME", e.WorkDir)
			return os.MkdirAll(filepath.Join(e.WorkDir, "tmp"), 0o750)
		},
	})
}
