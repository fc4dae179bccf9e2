package testkit

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Seed returns path and text of one of the five seeds, named by its number ("001").
// The seeds lie in ../shared/seeds beside the repository; they are not part of it.
func Seed(t testing.TB, number string) (path string, text []byte) {
	t.Helper()
	dir := Shared(t, "seeds")
	found, err := filepath.Glob(filepath.Join(dir, number+"_*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != 1 {
		t.Fatalf("%d files are seed %q in %s, want one", len(found), number, dir)
	}
	if text, err = os.ReadFile(found[0]); err != nil {
		t.Fatal(err)
	}
	return found[0], text
}

// Shared returns the path of a file or folder under ../shared, the material beside
// the repository that is optional for users: Shared(t, "fixtures/mail").
func Shared(t testing.TB, name string) string {
	t.Helper()
	path, ok := findShared(Root(t), name)
	if !ok {
		missing(t, HalfShared, "no ../shared/"+name+" beside the repository")
	}
	used(t, HalfShared)
	return path
}

// Root returns the folder of the repository, found upwards from the working folder.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	root, ok := findRoot(dir)
	if !ok {
		t.Fatalf("no go.mod of the repository above %s", dir)
	}
	return root
}

// findRoot goes up to the folder that holds both go.mod and migrations; the modules
// nested in the repository have no migrations.
func findRoot(dir string) (string, bool) {
	for {
		if exists(filepath.Join(dir, "go.mod")) && exists(filepath.Join(dir, "migrations")) {
			return dir, true
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", false
		}
		dir = up
	}
}

// findShared looks beside the repository, then beside the folders above it.
func findShared(root, name string) (string, bool) {
	for dir := root; ; {
		up := filepath.Dir(dir)
		if path := filepath.Join(up, "shared", filepath.FromSlash(name)); exists(path) {
			return path, true
		}
		if up == dir {
			return "", false
		}
		dir = up
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// Browsers are the commands under which systems install Chromium.
var Browsers = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}

// Chromium returns the path of a browser that chromedp can drive.
func Chromium(t testing.TB) string {
	t.Helper()
	path := os.Getenv(ChromiumEnv)
	if path != "" && !exists(path) {
		t.Fatalf("%s names %s, which is not there", ChromiumEnv, path)
	}
	for i := 0; path == "" && i < len(Browsers); i++ {
		path, _ = exec.LookPath(Browsers[i])
	}
	if path == "" {
		missing(t, HalfChromium, "no browser: run `make test`, install chromium, or set "+ChromiumEnv)
	}
	used(t, HalfChromium)
	return path
}
