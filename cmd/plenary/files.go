package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"plenary/internal/app"
	"plenary/internal/core"
	"plenary/internal/platform/blob"
)

type filesCmd struct {
	Copy    filesCopyCmd    `cmd:"" help:"Copy all files to another place that does not have them: from a folder into a store, or back. The forum may be served meanwhile; do it once more after it is stopped, then start it with the new --files."`
	Orphans filesOrphansCmd `cmd:"" help:"List files that nothing in the record holds: of uploads whose form was never sent."`
}

type filesCopyCmd struct {
	From string `arg:"" help:"Where they lie: a folder, or s3://KEY:SECRET@HOST/BUCKET."`
	To   string `arg:"" help:"Where they are to lie."`
}

// Run copies and says what it has done. It fails when a file was not whole.
func (c *filesCopyCmd) Run(ctx context.Context) error {
	from, err := blob.OpenPlace(c.From, "")
	if err != nil {
		return err
	}
	to, err := blob.OpenPlace(c.To, "")
	if err != nil {
		return err
	}
	if c.From == "" || c.To == "" || from.String() == to.String() {
		return errors.New("name two different places")
	}
	done, err := blob.Copy(ctx, from, to)
	fmt.Printf("%d %s copied (%d bytes), %d there already.\n", done.Files, plural(done.Files, "file", "files"), done.Bytes, done.There)
	if err != nil {
		return err
	}
	for _, id := range done.Broken {
		fmt.Println("not copied, its bytes are not those of its name:", id)
	}
	if len(done.Broken) > 0 {
		return errSaid
	}
	return nil
}

type filesOrphansCmd struct {
	Data     string        `default:"data" help:"Folder of the database and the files." type:"path"`
	Database string        `help:"sqlite:FILE or postgres://…; a file in the data folder unless given." env:"PLENARY_DATABASE"`
	Files    string        `placeholder:"PLACE" help:"Where files lie, if not in the data folder." env:"PLENARY_FILES"`
	Drop     bool          `help:"Take them away."`
	Older    time.Duration `default:"24h" help:"Only those that were sent longer ago; an hour at least."`
}

// Run lists or drops what nothing holds. It may run beside a server.
func (c *filesOrphansCmd) Run(ctx context.Context) error {
	a, err := app.Open(ctx, app.Config{Data: c.Data, Database: c.Database, Files: c.Files, BaseURL: "http://localhost", Chromium: "none", ReadOnly: true})
	if err != nil {
		return err
	}
	defer a.Close()
	older := max(c.Older, time.Hour)
	if c.Drop {
		n, err := a.Blobs.DropOrphans(ctx, core.Machine(), older)
		fmt.Printf("%d %s taken away.\n", n, plural(n, "file", "files"))
		return err
	}
	list, err := a.Blobs.Orphans(ctx, core.Machine(), older)
	if err != nil {
		return err
	}
	var bytes int64
	for _, f := range list {
		fmt.Println(f.ID, f.Size, f.Sent.UTC().Format(time.RFC3339))
		bytes += f.Size
	}
	fmt.Printf("%d %s (%d bytes) in %s that nothing holds.\n", len(list), plural(len(list), "file", "files"), bytes, a.Blobs.Place())
	return nil
}
