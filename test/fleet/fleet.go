// Package fleet runs several servers of the built program, for tests and measurements: real
// processes that can be killed.
package fleet

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/PuerkitoBio/goquery"
)

// Build builds the program into a folder.
func Build(ctx context.Context, root, dir string) (string, error) {
	bin := filepath.Join(dir, "plenary")
	cmd := exec.CommandContext(ctx, "go", "build", "-o", bin, "./cmd/plenary")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the program: %w: %s", err, out)
	}
	return bin, nil
}

// Process is a server that runs.
type Process struct {
	URL string

	cmd   *exec.Cmd
	ended chan struct{}

	mu    sync.Mutex
	token string // of the set-up page, if it printed one
}

// Start starts a server with a data folder of its own and waits until it is ready.
func Start(ctx context.Context, bin, data string, env []string, args ...string) (*Process, error) {
	ports, err := Ports(ctx, 1)
	if err != nil {
		return nil, err
	}
	p := &Process{URL: "http://" + ports[0], ended: make(chan struct{})}
	p.cmd = exec.Command(bin, append([]string{"serve", "--data", data, "--listen", ports[0], "--chromium", "none"}, args...)...)
	p.cmd.Env = append(os.Environ(), env...)
	p.cmd.Stderr = os.Stderr
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start server: %w", err)
	}
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start server: %w", err)
	}
	go func() {
		defer close(p.ended)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if _, token, ok := strings.Cut(lines.Text(), "/set-up?token="); ok {
				p.mu.Lock()
				p.token = token
				p.mu.Unlock()
			}
		}
		_ = p.cmd.Wait() // how it ended is for who ended it
	}()
	for {
		if p.Ready(ctx) {
			return p, nil
		}
		select {
		case <-ctx.Done():
			p.Kill()
			return nil, fmt.Errorf("the server does not get ready: %w", ctx.Err())
		case <-p.ended:
			return nil, errors.New("the server ended at once")
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Ports finds addresses of this machine that nobody listens on.
func Ports(ctx context.Context, n int) ([]string, error) {
	var out []string
	for range n {
		l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			return nil, fmt.Errorf("find a free port: %w", err)
		}
		defer func() { _ = l.Close() }() //nolint:revive // all are held until the last is found
		out = append(out, l.Addr().String())
	}
	return out, nil
}

// Ready asks whether it can serve.
func (p *Process) Ready(ctx context.Context) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.URL+"/readyz", nil)
	if err != nil {
		return false
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer func() { _ = res.Body.Close() }()
	return res.StatusCode == http.StatusOK
}

// Token is that of the set-up page; empty where none was printed.
func (p *Process) Token() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.token
}

// PID is the number of the process.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Kill ends it as a power cut does.
func (p *Process) Kill() {
	_ = p.cmd.Process.Kill()
	<-p.ended
}

// Stop tells it to end and waits until it has.
func (p *Process) Stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	<-p.ended
}

// Ended tells when it has ended.
func (p *Process) Ended() <-chan struct{} { return p.ended }

// Browser is one without scripts. Its cookies hold at every server of this machine.
type Browser struct{ *http.Client }

// NewBrowser gives up an answer after a while.
func NewBrowser(timeout time.Duration) *Browser {
	jar, _ := cookiejar.New(nil) // it fails with options only
	return &Browser{&http.Client{Jar: jar, Timeout: timeout, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
}

// Page is what came back.
type Page struct {
	*goquery.Document
	Status int
	URL    *url.URL
	Header http.Header
	Body   string
}

// Get asks for a page.
func (b *Browser) Get(ctx context.Context, address string) (*Page, error) {
	return b.do(ctx, http.MethodGet, address, nil)
}

// Post sends a form.
func (b *Browser) Post(ctx context.Context, address string, form url.Values) (*Page, error) {
	return b.do(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
}

func (b *Browser) do(ctx context.Context, method, address string, body io.Reader) (*Page, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return nil, err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := b.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(string(text)))
	if err != nil {
		return nil, err
	}
	return &Page{Document: doc, Status: res.StatusCode, URL: res.Request.URL, Header: res.Header, Body: string(text)}, nil
}

// SetUp founds a forum with the edition 2027, whose secretariat this browser is then.
func (b *Browser) SetUp(ctx context.Context, server, token string) error {
	form := url.Values{
		"token": {token}, "forum.Orig": {"en"}, "forum.By[en]": {"Lakeside Forum"}, "short": {"LF"}, "name": {"Ada Example"}, "email": {"ada@example.org"},
		"edition.Orig": {"en"}, "edition.By[en]": {"Lakeside Forum 2027"}, "slug": {"2027"}, "zone": {"Africa/Nairobi"},
		"first_day": {"2027-05-10"}, "last_day": {"2027-05-12"}, "rooms": {"Main Hall\nRoom 1"}, "themes": {"Access\nTrust"},
	}
	p, err := b.Post(ctx, server+"/set-up", form)
	if err != nil {
		return err
	}
	if p.Status != http.StatusOK || p.URL.Path != "/2027/import" {
		return fmt.Errorf("set up: %d at %s: %s", p.Status, p.URL, strings.Join(strings.Fields(p.Find("main").Text()), " "))
	}
	return nil
}

// Organisation writes one down: a small act with an event, seen by everybody.
func (b *Browser) Organisation(ctx context.Context, server, name string) (*Page, error) {
	return b.Post(ctx, server+"/organisations/new", url.Values{"name.Orig": {"en"}, "name.By[en]": {name}, "kind": {""}, "country": {""}})
}
