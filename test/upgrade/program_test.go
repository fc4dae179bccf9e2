package upgrade

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"plenary/internal/testkit"
)

// formerEnv names a former commit; without it the test is left out: building takes minutes.
const formerEnv = "PLENARY_TEST_FORMER"

// A former program builds a forum; the present one brings it up and finds nothing wrong; then
// the former one serves it again, is read and written, and the present one finds nothing
// wrong once more.
func TestFormerProgram(t *testing.T) {
	commit := os.Getenv(formerEnv)
	if commit == "" {
		t.Skip("no " + formerEnv + ": make upgrade-test " + formerEnv + "=COMMIT")
	}
	root := testkit.Root(t)
	tree, bin := filepath.Join(t.TempDir(), "tree"), filepath.Join(t.TempDir(), "former")
	command(t, root, "git", "worktree", "add", "--detach", tree, commit)
	t.Cleanup(func() { command(t, root, "git", "worktree", "remove", "--force", tree) })
	command(t, tree, "go", "build", "-trimpath", "-o", bin, "./cmd/plenary")

	data := t.TempDir()
	command(t, root, bin, "demo", "--no-serve", "--scale", "small", "--data", data)
	address := "sqlite:" + filepath.Join(data, "plenary.db")
	func() {
		h := open(t, address, data)
		h.clean()
		h.Close()
	}()

	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	at, done := serve(ctx, t, bin, data)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, Timeout: 30 * time.Second}
	ask := func(method, path string, form url.Values) string {
		t.Helper()
		req, err := http.NewRequestWithContext(ctx, method, at+path, strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		if method == http.MethodPost {
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		res, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		b, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode >= 500 {
			t.Errorf("%s %s: %d, %v", method, path, res.StatusCode, err)
		}
		return string(b)
	}
	n := 0
	for _, role := range []string{"", "participant", "secretariat", "admin"} {
		if role != "" {
			ask(http.MethodPost, "/demo/as/"+role, nil) // a session is written
		}
		queue, seen := begins, map[string]bool{}
		for len(queue) > 0 && len(seen) < 120 {
			path := queue[0]
			queue = queue[1:]
			if !seen[path] {
				seen[path] = true
				queue = append(queue, links(strings.ReplaceAll(ask(http.MethodGet, path, nil), at, base))...)
			}
		}
		n += len(seen)
	}
	ask(http.MethodPost, "/me/data/erase", url.Values{"email": {"nobody@example.org"}})
	if n < 200 {
		t.Errorf("only %d pages were asked for", n)
	}
	stop()
	if err := <-done; err != nil {
		t.Logf("the former program ended: %v", err) // of being told to, or by a signal
	}
	h := open(t, address, data)
	h.clean()
}

func command(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	c := exec.CommandContext(context.WithoutCancel(t.Context()), name, args...)
	c.Dir = dir
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}

// serve starts the former program on the forum and waits until it answers.
func serve(ctx context.Context, t *testing.T, bin, data string) (at string, ended <-chan error) {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	listen := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(ctx, bin, "demo", "--data", data, "--listen", listen, "--base-url", "http://"+listen)
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	c.Stderr = os.Stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- c.Wait() }()
	for range 300 {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+listen+"/readyz", nil)
		if err != nil {
			t.Fatal(err)
		}
		if res, err := http.DefaultClient.Do(req); err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return "http://" + listen, done
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal("the former program does not answer")
	return "", nil
}
