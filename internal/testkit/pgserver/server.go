// Package pgserver starts PostgreSQL servers that live as long as the tests.
package pgserver

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// clusterPrefix begins the name of a cluster's folder.
const clusterPrefix = "plenary-pg-"

// A Server is a PostgreSQL server that lives as long as the tests. It listens on the
// loopback address only and asks for a password that nobody else knows.
type Server struct {
	Address, Version string

	bin, dir string
	port     int
	owner    account
	settings []string
	server   *exec.Cmd
	ended    chan struct{}
}

// Thrown settings do not wait for the disk: what the server holds is thrown away.
var Thrown = []string{"fsync=off", "synchronous_commit=off", "full_page_writes=off"}

// Kept settings are those of a server whose commits outlive it, though not the machine.
var Kept = []string{"fsync=off", "synchronous_commit=on", "full_page_writes=off"}

// Start makes a server of the programs in bin (Find) and waits until it answers.
func Start(ctx context.Context, bin string, settings ...string) (*Server, error) {
	return StartIn(ctx, clusterBase(), bin, settings...)
}

// StartIn is Start with its data in a folder that the server's user may enter: for measuring a
// disk.
func StartIn(ctx context.Context, base, bin string, settings ...string) (_ *Server, err error) {
	removeAbandoned(base)
	dir, err := os.MkdirTemp(base, clusterPrefix)
	if err != nil {
		return nil, fmt.Errorf("make folder of cluster: %w", err)
	}
	c := &Server{bin: bin, dir: dir, settings: settings}
	defer func() {
		if err != nil {
			c.Stop()
		}
	}()
	if c.owner, err = serverUser(); err != nil {
		return nil, err
	}
	password := rand.Text()
	secret := filepath.Join(dir, "password")
	if err := os.WriteFile(secret, []byte(password+"\n"), 0o600); err != nil {
		return nil, fmt.Errorf("write password of cluster: %w", err)
	}
	if err := c.owner.give(dir, secret); err != nil {
		return nil, err
	}
	if out, err := c.command("initdb", "--pgdata="+c.data(), "--username=plenary", "--pwfile="+secret,
		"--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	if c.port, err = freePort(ctx); err != nil {
		return nil, err
	}
	address := url.URL{
		Scheme: "postgres", User: url.UserPassword("plenary", password),
		Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(c.port)), Path: "/postgres", RawQuery: "sslmode=disable",
	}
	c.Address = address.String()
	return c, c.run(ctx)
}

func (c *Server) data() string { return filepath.Join(c.dir, "data") }

func (c *Server) command(name string, args ...string) *exec.Cmd {
	// Not bound to a context: an interruption ends the tests first, then the server.
	cmd := exec.Command(filepath.Join(c.bin, name), args...)
	cmd.Dir = c.dir
	cmd.Env = []string{"PATH=" + c.bin + ":/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"}
	c.owner.run(cmd)
	return cmd
}

// run starts the server on its data and waits until it answers.
func (c *Server) run(ctx context.Context) error {
	log, err := os.OpenFile(filepath.Join(c.dir, "log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("make log of cluster: %w", err)
	}
	defer func() { _ = log.Close() }()
	args := []string{
		"-D", c.data(), "-p", strconv.Itoa(c.port),
		"-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=" + c.dir,
		"-c", "max_connections=300", "-c", "shared_buffers=64MB", "-c", "max_wal_size=256MB",
		"-c", "autovacuum=off", "-c", "jit=off",
	}
	for _, s := range c.settings {
		args = append(args, "-c", s)
	}
	server, ended := c.command("postgres", args...), make(chan struct{})
	server.Stdout, server.Stderr = log, log
	if err := server.Start(); err != nil {
		return fmt.Errorf("start postgres: %w", err)
	}
	go func() {
		_ = server.Wait()
		close(ended)
	}()
	c.server, c.ended = server, ended
	if c.Version, err = c.await(ctx); err != nil {
		text, _ := os.ReadFile(log.Name())
		return fmt.Errorf("%w\n%s", err, text)
	}
	return nil
}

// Crash ends the server at once, as if its process died: it recovers when it starts again.
func (c *Server) Crash() {
	quit(c.server.Process)
	<-c.ended
}

// Restart starts a server again that crashed.
func (c *Server) Restart(ctx context.Context) error { return c.run(ctx) }

// await waits until the server answers and returns its version.
func (c *Server) await(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 60*time.Second)
	defer cancel()
	for {
		version, err := AskVersion(ctx, c.Address)
		if err == nil {
			return version, nil
		}
		select {
		case <-ctx.Done():
			return "", fmt.Errorf("postgres does not answer: %w", err)
		case <-c.ended:
			return "", errors.New("postgres ended at once")
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Stop ends the server and removes its folder.
func (c *Server) Stop() {
	if c.server != nil && c.server.Process != nil {
		quit(c.server.Process)
		select {
		case <-c.ended:
		case <-time.After(10 * time.Second):
			_ = c.server.Process.Kill()
			<-c.ended
		}
	}
	_ = os.RemoveAll(c.dir)
}

// removeAbandoned removes the clusters of runs that were killed.
func removeAbandoned(base string) {
	found, err := filepath.Glob(filepath.Join(base, clusterPrefix+"*"))
	if err != nil {
		return
	}
	for _, dir := range found {
		info, err := os.Stat(dir)
		if err != nil || time.Since(info.ModTime()) < time.Minute {
			continue
		}
		first, _, _ := strings.Cut(readOr(filepath.Join(dir, "data", "postmaster.pid")), "\n")
		if pid, err := strconv.Atoi(first); err != nil || !alive(pid) {
			_ = os.RemoveAll(dir)
		}
	}
}

func readOr(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	return string(text)
}

// freePort asks the system for a port that nobody listens on.
func freePort(ctx context.Context) (int, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	defer func() { _ = l.Close() }()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	return strconv.Atoi(port)
}
