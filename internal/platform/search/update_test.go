package search_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/search"
	"plenary/internal/platform/search/searchtest"
)

func part(subject string, n int, word string) search.Doc {
	return search.Doc{
		ID: fmt.Sprintf("%s#p%d", subject, n), Title: core.NewText("en", "Part "+word), Body: core.NewText("en", word+" body"),
		Readers: []string{search.Public},
	}
}

// E151: a subject's documents replace all it had; a subject that is gone takes all along.
func TestReplaceAndDeleteBySubject(t *testing.T) {
	x := open(t)
	update := func(cursor int64, gone []string, docs ...search.Doc) {
		t.Helper()
		if err := x.Update(docs, gone, cursor); err != nil {
			t.Fatal(err)
		}
		if got := x.Cursor(); got != cursor {
			t.Errorf("cursor %d, want %d", got, cursor)
		}
	}
	update(1, nil, part("report:1", 1, "alpha"), part("report:1", 2, "beta"), part("report:10", 1, "alpha"))
	if got := ids(t, x, "alpha"); got != "report:10#p1 report:1#p1" && got != "report:1#p1 report:10#p1" {
		t.Errorf("alpha: %s", got)
	}
	update(2, nil, part("report:1", 3, "gamma"))
	for text, want := range map[string]string{"alpha": "report:10#p1", "beta": "", "gamma": "report:1#p3"} {
		if got := ids(t, x, text); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	update(5, []string{"report:1", "report:unknown"})
	if got := ids(t, x, "gamma"); got != "" {
		t.Errorf("gone: %s", got)
	}
	update(6, []string{"report:10"}, part("report:10", 7, "delta")) // gone and there: it is there
	if got := ids(t, x, "part"); got != "report:10#p7" {
		t.Errorf("gone and there: %s", got)
	}
	update(7, nil)
	if n, bytes := x.Stats(); n != 1 || bytes == 0 {
		t.Errorf("%d documents in %d bytes", n, bytes)
	}
	if err := x.Update([]search.Doc{{Title: core.NewText("en", "x")}}, nil, 8); err == nil || x.Cursor() != 7 {
		t.Errorf("a document without id: %v, cursor %d", err, x.Cursor())
	}
}

// crashEnv is the folder for a process that is to be killed.
const crashEnv = "PLENARY_TEST_SEARCH_CRASH"

// E151: what Update returned for is there after a kill, with its cursor, and no half of
// an update; the index then opens as ever.
func TestKilledInTheMiddle(t *testing.T) {
	if dir := os.Getenv(crashEnv); dir != "" {
		updateUntilKilled(dir)
	}
	dir := t.TempDir()
	for round := range 5 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestKilledInTheMiddle$")
		cmd.Env = append(os.Environ(), crashEnv+"="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		var acknowledged int64
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			if _, err := fmt.Sscanf(lines.Text(), "at %d", &acknowledged); err != nil {
				t.Fatal(lines.Text())
			}
			if n == 0 {
				if _, err := search.Open(dir, nil); !errors.Is(err, search.ErrInUse) {
					t.Errorf("opened twice: %v", err)
				}
			}
			if n == 30+7*round {
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		_ = cmd.Wait() // killed
		x, err := search.Open(dir, nil)
		if err != nil {
			t.Fatal(err)
		}
		cursor := x.Cursor()
		if cursor < acknowledged || cursor > acknowledged+1 {
			t.Errorf("cursor %d, acknowledged %d", cursor, acknowledged)
		}
		// Each update put two parts in and replaced those of the subject ten before.
		want := 2 * min(int(cursor), 10)
		if got := ask(t, x, search.Query{Text: "alpha"}).Total; got != want {
			t.Errorf("at %d: %d documents, want %d", cursor, got, want)
		}
		if _, err := os.Stat(filepath.Join(dir, "aside")); err == nil {
			t.Error("taken for broken")
		}
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func updateUntilKilled(dir string) {
	x, err := search.Open(dir, nil)
	for err == nil {
		n := x.Cursor() + 1
		subject := fmt.Sprint("s:", n%10)
		if err = x.Update([]search.Doc{part(subject, int(n), "alpha"), part(subject, -int(n), "alpha")}, nil, n); err == nil {
			fmt.Println("at", n)
		}
	}
	fmt.Println(err)
	os.Exit(1)
}

// E151: a broken or older folder is moved aside, and the index begins anew.
func TestBrokenFolder(t *testing.T) {
	damage := map[string]func(t *testing.T, file string) bool{
		"segment": func(t *testing.T, file string) bool {
			return strings.HasSuffix(file, ".zap") && flip(t, file)
		},
		"root": func(t *testing.T, file string) bool {
			return strings.HasSuffix(file, "root.bolt") && os.WriteFile(file, []byte("no database"), 0o600) == nil
		},
		"root missing": func(_ *testing.T, file string) bool {
			return strings.HasSuffix(file, "root.bolt") && os.Remove(file) == nil
		},
		"segment missing": func(_ *testing.T, file string) bool {
			return strings.HasSuffix(file, ".zap") && os.Remove(file) == nil
		},
		"format": func(_ *testing.T, file string) bool {
			return strings.HasSuffix(file, "CURRENT") && os.WriteFile(file, []byte(`{"format":0,"folder":"index-000001"}`), 0o600) == nil
		},
		"pointer": func(_ *testing.T, file string) bool {
			return strings.HasSuffix(file, "CURRENT") && os.WriteFile(file, []byte("\x00\x00"), 0o600) == nil
		},
	}
	for name, hurt := range damage {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			x, err := search.Open(dir, nil)
			if err != nil {
				t.Fatal(err)
			}
			put(t, x, sixLanguages...)
			if err := x.Close(); err != nil {
				t.Fatal(err)
			}
			done := false
			err = filepath.Walk(dir, func(file string, info os.FileInfo, err error) error {
				if err == nil && !info.IsDir() && hurt(t, file) {
					done = true
				}
				return err
			})
			if err != nil || !done {
				t.Fatal(done, err)
			}
			x = openIn(t, dir)
			if n, _ := x.Stats(); n != 0 || x.Cursor() != 0 {
				t.Errorf("begins with %d documents at %d", n, x.Cursor())
			}
			// Without a file the library may find the state before it: empty, at 0.
			if _, err := os.Stat(filepath.Join(dir, "aside")); err != nil && name != "segment missing" {
				t.Error(err)
			}
			put(t, x, sixLanguages...)
			if got := ids(t, x, "participant"); got != "en" {
				t.Errorf("found %q", got)
			}
		})
	}
}

func flip(t *testing.T, file string) bool {
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/3] ^= 0x40
	return os.WriteFile(file, b, 0o600) == nil
}

// E151: searches and updates go on while the index is rebuilt, and nothing is lost.
func TestRebuildWhileSearching(t *testing.T) {
	dir := t.TempDir()
	x := openIn(t, dir)
	g := searchtest.New(3, 500)
	var docs []search.Doc
	for i := range 300 {
		d := g.Doc(i, 30)
		d.Readers = []string{search.Public}
		d.Names = append(d.Names, "always")
		docs = append(docs, d)
	}
	put(t, x, docs...)
	var searched atomic.Int64
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				res, err := x.Search(context.Background(), search.Query{Text: "always", Readers: []string{"public"}, Fragments: true})
				if err != nil || res.Total < 300 {
					t.Errorf("while rebuilding: %d, %v", res.Total, err)
					return
				}
				searched.Add(1)
			}
		})
	}
	for round := range 3 {
		err := x.Rebuild(t.Context(), func(putDocs func([]search.Doc) error) error {
			if err := putDocs(docs[:150]); err != nil {
				return err
			}
			if err := x.Rebuild(t.Context(), nil, 0); !errors.Is(err, search.ErrRebuilding) {
				t.Errorf("a second rebuild: %v", err)
			}
			late := part(fmt.Sprint("late:", round), 1, "always")
			if err := x.Update([]search.Doc{late}, nil, int64(1000+round)); err != nil {
				return err
			}
			docs = append(docs, late)
			return putDocs(docs[150:300])
		}, 500)
		if err != nil {
			t.Fatal(err)
		}
		if got := x.Cursor(); got != int64(1000+round) {
			t.Errorf("cursor %d", got)
		}
		if n := ask(t, x, search.Query{Text: "always"}).Total; n != 301 {
			t.Errorf("after round %d: %d documents, want 301", round, n) // what is not filled in is gone
		}
	}
	close(stop)
	wg.Wait()
	if searched.Load() == 0 {
		t.Error("nobody searched")
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 3 {
		t.Errorf("left in the folder: %v %v", entries, err)
	}
}

// E151: a rebuild that fails, or is broken off, leaves the index as it was.
func TestRebuildThatFails(t *testing.T) {
	dir := t.TempDir()
	x := openIn(t, dir)
	put(t, x, sixLanguages...)
	broken := errors.New("the database is away")
	if err := x.Rebuild(t.Context(), func(func([]search.Doc) error) error { return broken }, 9); !errors.Is(err, broken) {
		t.Errorf("fill failed: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	err := x.Rebuild(ctx, func(put func([]search.Doc) error) error {
		cancel()
		return put(sixLanguages)
	}, 9)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("broken off: %v", err)
	}
	if got := ids(t, x, "participant"); got != "en" || x.Cursor() != 1 {
		t.Errorf("afterwards: %q at %d", got, x.Cursor())
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 3 {
		t.Errorf("left in the folder: %v %v", entries, err)
	}
	if err := x.Rebuild(t.Context(), func(put func([]search.Doc) error) error { return nil }, 9); err != nil || x.Cursor() != 9 {
		t.Errorf("an empty one: %v at %d", err, x.Cursor())
	}
}

// E151: Close ends what is under way and leaves no goroutine behind.
func TestClose(t *testing.T) {
	before := runtime.NumGoroutine()
	x, err := search.Open(t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	put(t, x, sixLanguages...)
	begun, ended := make(chan struct{}), make(chan error)
	go func() {
		ended <- x.Rebuild(context.Background(), func(put func([]search.Doc) error) error {
			close(begun)
			for {
				if err := put(sixLanguages); err != nil {
					return err
				}
			}
		}, 1)
	}()
	<-begun
	go func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
		ended <- nil
	}()
	a, b := <-ended, <-ended
	if !errors.Is(errors.Join(a, b), search.ErrClosed) {
		t.Errorf("the rebuild ended with %v", errors.Join(a, b))
	}
	if _, err := x.Search(t.Context(), search.Query{Readers: []string{"public"}}); !errors.Is(err, search.ErrClosed) {
		t.Errorf("search: %v", err)
	}
	if err := x.Update(nil, nil, 1); !errors.Is(err, search.ErrClosed) {
		t.Errorf("update: %v", err)
	}
	if err := x.Rebuild(t.Context(), nil, 1); !errors.Is(err, search.ErrClosed) {
		t.Errorf("rebuild: %v", err)
	}
	if n, _ := x.Stats(); n != 0 || x.Cursor() != 0 {
		t.Errorf("%d documents at %d", n, x.Cursor())
	}
	if err := x.Close(); err != nil {
		t.Errorf("closed twice: %v", err)
	}
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	buf := make([]byte, 1<<16)
	t.Errorf("%d goroutines before, %d after\n%s", before, runtime.NumGoroutine(), buf[:runtime.Stack(buf, true)])
}
