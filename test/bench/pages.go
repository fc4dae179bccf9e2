package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const programmePage = "/2026-sample/programme/all"

func build(ctx context.Context, dir string) (string, error) {
	bin := filepath.Join(dir, "plenary")
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", bin, "./cmd/plenary")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("build: %w", err)
	}
	return bin, nil
}

// server is the real program on the full demo.
type server struct {
	cmd   *exec.Cmd
	addr  string
	ready time.Duration // from start to the first ready answer
}

func start(ctx context.Context, bin, data string) (*server, error) {
	return launch(ctx, bin, "demo", "--data", data)
}

// launch runs the program as a server on a free address.
func launch(ctx context.Context, bin string, args ...string) (*server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	addr := l.Addr().String()
	_ = l.Close()
	return launchAt(ctx, bin, addr, args...)
}

func launchAt(ctx context.Context, bin, addr string, args ...string) (*server, error) {
	s := &server{addr: addr, cmd: exec.CommandContext(ctx, bin, append(args, "--listen", addr)...)}
	s.cmd.Stderr = os.Stderr
	began := time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	for time.Since(began) < 60*time.Second {
		if res, err := http.Get("http://" + addr + "/readyz"); err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				s.ready = time.Since(began)
				return s, nil
			}
		}
		time.Sleep(2 * time.Millisecond)
	}
	s.stop()
	return nil, fmt.Errorf("the server was not ready in a minute")
}

func (s *server) stop() {
	_ = s.cmd.Process.Signal(os.Interrupt)
	_ = s.cmd.Wait()
}

// rss is the resident memory of the process in MB.
func (s *server) rss() string {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return "not known on this system"
	}
	for line := range strings.Lines(string(b)) {
		if kb, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			return strings.TrimSpace(kb)
		}
	}
	return "not known"
}

// pages measures the kept programme page against nginx serving the same bytes.
func pages(ctx context.Context, bin, dir string, during time.Duration, pairs int) error {
	data := filepath.Join(dir, "demo")
	if out, err := exec.CommandContext(ctx, bin, "demo", "--data", data, "--no-serve").CombinedOutput(); err != nil {
		return fmt.Errorf("build demo: %w: %s", err, out)
	}
	var readies []time.Duration
	var s *server
	for range 5 {
		if s != nil {
			s.stop()
		}
		var err error
		if s, err = start(ctx, bin, data); err != nil {
			return err
		}
		readies = append(readies, s.ready)
	}
	defer s.stop()
	slices.Sort(readies)
	time.Sleep(2 * time.Second)
	idle := s.rss()

	plain, err := fetch(s.addr, programmePage, "identity")
	if err != nil {
		return err
	}
	gz, err := fetch(s.addr, programmePage, "gzip")
	if err != nil {
		return err
	}
	br, err := fetch(s.addr, programmePage, "br")
	if err != nil {
		return err
	}
	addr, stop, err := startNginx(dir, gz, "gzip")
	if err != nil {
		return err
	}
	defer stop()
	const header = "Accept-Encoding: gzip\r\n"
	var ours, theirs []load
	var ratios []float64
	for i := range pairs + 1 { // the first pair warms up
		a, err := hammer(s.addr, programmePage, header, 64, during)
		if err != nil {
			return fmt.Errorf("plenary: %w", err)
		}
		b, err := hammer(addr, "/page", header, 64, during)
		if err != nil {
			return fmt.Errorf("nginx: %w", err)
		}
		if i > 0 {
			ours, theirs, ratios = append(ours, a), append(theirs, b), append(ratios, a.rps/b.rps)
		}
	}
	slices.Sort(ratios)
	size, err := os.Stat(bin)
	if err != nil {
		return err
	}
	fmt.Printf("## The programme page of 300 sessions, not signed in\n\n")
	fmt.Printf("%d bytes plain, %d with gzip, %d with brotli. 64 connections, gzip, %d alternating pairs of %s, same client on the same machine.\n\n",
		len(plain), len(gz), len(br), pairs, during)
	fmt.Println("| server | requests a second (median) | p50 | p99 |\n|---|---:|---:|---:|")
	row("Plenary", ours)
	row("nginx, the same bytes as a file", theirs)
	fmt.Printf("\nRatio Plenary / nginx: **%.2f** (median of %d; %.2f to %.2f).\n\n", ratios[len(ratios)/2], pairs, ratios[0], ratios[len(ratios)-1])
	fmt.Printf("## Start and size\n\nStart to ready on the full demo: %s (median of 5). Resident memory idle: %s. Binary, stripped: %.1f MB.\n\n",
		readies[2].Round(time.Millisecond), idle, float64(size.Size())/1e6)
	return nil
}

func row(name string, runs []load) {
	slices.SortFunc(runs, func(a, b load) int { return int(a.rps - b.rps) })
	m := runs[len(runs)/2]
	fmt.Printf("| %s | %.0f | %s | %s |\n", name, m.rps, m.p50.Round(10*time.Microsecond), m.p99.Round(10*time.Microsecond))
}

func fetch(addr, path, encoding string) ([]byte, error) {
	req, err := http.NewRequest(http.MethodGet, "http://"+addr+path, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept-Encoding", encoding)
	res, err := (&http.Transport{DisableCompression: true}).RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %d %w", path, res.StatusCode, err)
	}
	if encoding == "gzip" {
		if _, err := gzip.NewReader(bytes.NewReader(b)); err != nil {
			return nil, fmt.Errorf("not gzip: %w", err)
		}
	}
	return b, nil
}
