package main

import (
	"context"
	"fmt"
	"os"

	"plenary/internal/testkit"
	"plenary/internal/testkit/pgserver"
)

// providePostgres takes the server of the environment, or starts a throw-away cluster
// of an installed PostgreSQL, or installs it first.
func providePostgres(ctx context.Context, in *installer) half {
	h := half{name: testkit.HalfPostgres, title: "PostgreSQL", env: testkit.PostgresEnv}
	if address := os.Getenv(h.env); address != "" {
		version, err := pgserver.AskVersion(ctx, address)
		if err != nil {
			h.what = fmt.Sprintf("the server named by %s does not answer: %v", h.env, err)
			return h
		}
		h.value, h.what = address, "the server of "+h.env+", version "+version
		return h
	}
	bin := pgserver.Find()
	if bin == "" && in.can() {
		if err := in.install(ctx, "postgresql"); err != nil {
			h.what = err.Error() + "; install PostgreSQL, or set " + h.env
			return h
		}
		bin = pgserver.Find()
	}
	if bin == "" {
		h.what = "no PostgreSQL server is installed; install it (Debian: apt install postgresql), or set " + h.env + " to postgres://USER:PASSWORD@HOST/postgres of a server for tests"
		return h
	}
	c, err := pgserver.Start(ctx, bin, pgserver.Thrown...)
	if err != nil {
		h.what = fmt.Sprintf("a throw-away cluster of %s did not start: %v", bin, err)
		return h
	}
	h.value, h.cleanup = c.Address, c.Stop
	h.what = "a throw-away cluster, version " + c.Version
	return h
}
