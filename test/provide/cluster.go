package main

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

// A cluster is a PostgreSQL server that lives as long as the tests. It listens on the
// loopback address only, asks for a password that nobody else knows, and does not
// wait for the disk: what it holds is thrown away.
type cluster struct {
	address, version string

	dir    string
	server *exec.Cmd
	ended  chan struct{}
}

// startCluster makes a cluster and waits until it answers.
func startCluster(ctx context.Context, bin string) (_ *cluster, err error) {
	base := clusterBase()
	removeAbandoned(base)
	dir, err := os.MkdirTemp(base, clusterPrefix)
	if err != nil {
		return nil, fmt.Errorf("make folder of cluster: %w", err)
	}
	c := &cluster{dir: dir, ended: make(chan struct{})}
	defer func() {
		if err != nil {
			c.stop()
		}
	}()
	owner, err := serverUser()
	if err != nil {
		return nil, err
	}
	password := rand.Text()
	secret := filepath.Join(dir, "password")
	if err := os.WriteFile(secret, []byte(password+"\n"), 0o600); err != nil {
		return nil, fmt.Errorf("write password of cluster: %w", err)
	}
	if err := owner.give(dir, secret); err != nil {
		return nil, err
	}
	command := func(name string, args ...string) *exec.Cmd {
		// Not bound to ctx: an interruption ends the tests first, then the server.
		cmd := exec.Command(filepath.Join(bin, name), args...)
		cmd.Dir = dir
		cmd.Env = []string{"PATH=" + bin + ":/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"}
		owner.run(cmd)
		return cmd
	}
	data := filepath.Join(dir, "data")
	if out, err := command("initdb", "--pgdata="+data, "--username=plenary", "--pwfile="+secret,
		"--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	port, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return nil, fmt.Errorf("make log of cluster: %w", err)
	}
	defer func() { _ = log.Close() }()
	c.server = command("postgres", "-D", data, "-p", strconv.Itoa(port),
		"-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="+dir,
		"-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off",
		"-c", "max_connections=300", "-c", "shared_buffers=64MB", "-c", "max_wal_size=256MB",
		"-c", "autovacuum=off", "-c", "jit=off")
	c.server.Stdout, c.server.Stderr = log, log
	if err := c.server.Start(); err != nil {
		return nil, fmt.Errorf("start postgres: %w", err)
	}
	go func() {
		_ = c.server.Wait()
		close(c.ended)
	}()
	address := url.URL{
		Scheme: "postgres", User: url.UserPassword("plenary", password),
		Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), Path: "/postgres", RawQuery: "sslmode=disable",
	}
	c.address = address.String()
	if c.version, err = c.await(ctx); err != nil {
		text, _ := os.ReadFile(log.Name())
		return nil, fmt.Errorf("%w\n%s", err, text)
	}
	return c, nil
}

// await waits until the server answers and returns its version.
func (c *cluster) await(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 60*time.Second)
	defer cancel()
	for {
		version, err := askVersion(ctx, c.address)
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

// stop ends the server and removes its folder.
func (c *cluster) stop() {
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
