// Command plenary runs a multistakeholder forum: the server, the demo, imports.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"plenary/internal/app"
)

// commands is the whole command line.
type commands struct {
	Serve   serveCmd         `cmd:"" help:"Serve a forum. On an empty folder it opens a set-up page."`
	Demo    demoCmd          `cmd:"" help:"Build a demo forum in an empty folder and serve it."`
	Join    joinCmd          `cmd:"" help:"Serve join links and signing in alone, beside the server: for a process that goes on while the server is deployed."`
	Import  importCmd        `cmd:"" help:"Read a file into an edition: a document of its past, another program's schedule, a data package."`
	Inspect inspectCmd       `cmd:"" help:"Print as JSON what is read in a file; nothing is changed."`
	Check   checkCmd         `cmd:"" help:"Walk through the record and print what is wrong in it; nothing is changed."`
	Files   filesCmd         `cmd:"" help:"Copy the files of a forum to another place, or find those that nothing lists."`
	Backup  backupCmd        `cmd:"" help:"Write the whole forum into one file, while it is served."`
	Restore restoreCmd       `cmd:"" help:"Put a backup back, into SQLite or PostgreSQL."`
	Mail    mailCmd          `cmd:"" help:"Make a key that signs mail, and look into DNS whether mail from here is believed."`
	MailIn  mailInCmd        `cmd:"" name:"mail-in" help:"Take one mail from a mail server's pipe (standard input), as serve --mail-in takes it."`
	Reindex reindexCmd       `cmd:"" help:"Build the search index anew, while the server serves."`
	Bench   benchCmd         `cmd:"" help:"Measure an algorithm of the house on data that is known."`
	Docs    docsCmd          `cmd:"" help:"Write the generated documents: docs/openapi.json and docs/permissions.md."`
	Version kong.VersionFlag `help:"Print the version."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c commands
	k := kong.Parse(&c, kong.Name("plenary"),
		kong.Description("The open system of record of a multistakeholder forum."),
		kong.Vars{"version": app.Version, "kinds": kinds()}, kong.BindTo(ctx, (*context.Context)(nil)), kong.UsageOnError())
	if err := k.Run(); err != nil {
		if status, ok := errors.AsType[statusError](err); ok {
			fmt.Fprintln(os.Stderr, "plenary:", err)
			os.Exit(status.code)
		}
		if errors.Is(err, errSaid) {
			os.Exit(1)
		}
		fmt.Fprintln(os.Stderr, "plenary:", err)
		os.Exit(1)
	}
}

// errSaid ends the program with a failure that has been told already.
var errSaid = errors.New("")
