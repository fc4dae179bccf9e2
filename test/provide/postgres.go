package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"plenary/internal/testkit"
)

// providePostgres takes the server of the environment, or starts a throw-away cluster
// of an installed PostgreSQL, or installs it first.
func providePostgres(ctx context.Context, in *installer) half {
	h := half{name: testkit.HalfPostgres, title: "PostgreSQL", env: testkit.PostgresEnv}
	if address := os.Getenv(h.env); address != "" {
		version, err := askVersion(ctx, address)
		if err != nil {
			h.what = fmt.Sprintf("the server named by %s does not answer: %v", h.env, err)
			return h
		}
		h.value, h.what = address, "the server of "+h.env+", version "+version
		return h
	}
	bin := findPostgres()
	if bin == "" && in.can() {
		if err := in.install(ctx, "postgresql"); err != nil {
			h.what = err.Error() + "; install PostgreSQL, or set " + h.env
			return h
		}
		bin = findPostgres()
	}
	if bin == "" {
		h.what = "no PostgreSQL server is installed; install it (Debian: apt install postgresql), or set " + h.env + " to postgres://USER:PASSWORD@HOST/postgres of a server for tests"
		return h
	}
	c, err := startCluster(ctx, bin)
	if err != nil {
		h.what = fmt.Sprintf("a throw-away cluster of %s did not start: %v", bin, err)
		return h
	}
	h.value, h.cleanup = c.address, c.stop
	h.what = "a throw-away cluster, version " + c.version
	return h
}

// findPostgres returns the folder of the newest installed server: initdb and postgres
// in one place.
func findPostgres() string {
	var folders []string
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin",          // Debian
		"/usr/pgsql-*/bin",                   // Red Hat
		"/opt/homebrew/opt/postgresql@*/bin", // macOS
		"/usr/local/opt/postgresql@*/bin",
	} {
		found, err := filepath.Glob(pattern)
		if err == nil {
			folders = append(folders, found...)
		}
	}
	slices.SortStableFunc(folders, func(a, b string) int {
		return cmp.Compare(versionIn(b), versionIn(a))
	})
	if path, err := exec.LookPath("initdb"); err == nil {
		if target, err := filepath.EvalSymlinks(path); err == nil {
			folders = append(folders, filepath.Dir(target))
		}
	}
	for _, dir := range folders {
		if executable(filepath.Join(dir, "initdb")) && executable(filepath.Join(dir, "postgres")) {
			return dir
		}
	}
	return ""
}

var number = regexp.MustCompile(`\d+`)

// versionIn reads the version in the name of a folder.
func versionIn(path string) int {
	n, err := strconv.Atoi(number.FindString(path))
	if err != nil {
		return 0
	}
	return n
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// askVersion connects and returns the version of the server.
func askVersion(ctx context.Context, address string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return "", fmt.Errorf("connect: %w", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	var version string
	if err := conn.QueryRow(ctx, "SHOW server_version").Scan(&version); err != nil {
		return "", fmt.Errorf("ask version: %w", err)
	}
	return version, nil
}
