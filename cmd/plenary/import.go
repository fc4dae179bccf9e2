package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"

	"plenary/internal/app"
	"plenary/internal/app/demo"
	"plenary/internal/core"
	"plenary/internal/formats/forumtext"
	"plenary/internal/forum/archive"
	"plenary/internal/platform/web"
)

var noListener net.Listener

type importCmd struct {
	File     string `arg:"" help:"The document: plain text or Markdown." type:"existingfile"`
	Edition  string `required:"" help:"Edition that it belongs to: 2023."`
	Data     string `default:"data" help:"Folder of the database and the files." type:"path"`
	Database string `help:"sqlite:FILE or postgres://…; a file in the data folder unless given." env:"PLENARY_DATABASE"`
	Lang     string `default:"en" enum:"en,fr,es,ru,zh,ar" help:"Language of the document."`
	DryRun   bool   `name:"dry-run" help:"Only say what was found."`
}

// Run reads a document in as the actor "operator". It also works beside a running server.
func (i *importCmd) Run(ctx context.Context) error {
	text, err := os.ReadFile(i.File)
	if err != nil {
		return err
	}
	if i.Database == "" {
		if _, err := os.Stat(filepath.Join(i.Data, "plenary.db")); err != nil {
			return fmt.Errorf("there is no forum in %s (choose its folder with --data)", i.Data)
		}
	}
	cfg := app.Config{Data: i.Data, Database: i.Database, BaseURL: "http://localhost"}
	var a *app.App
	if isDemo(i.Data) { // its clock stands where the demo's record ends
		a, err = demo.Open(ctx, demo.Options{Config: cfg})
	} else {
		a, err = app.Open(ctx, cfg)
	}
	if err != nil {
		return err
	}
	defer a.Close()
	return importOne(ctx, a, i.Edition, filepath.Base(i.File), i.Lang, text, i.DryRun, "")
}

// isDemo tells whether the folder holds a demo.
func isDemo(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "demo"))
	return err == nil
}

// importOne reads one document and prints what it found, with the place in the source.
func importOne(ctx context.Context, a *app.App, edition, name, lang string, text []byte, dry bool, indent string) error {
	say := func(format string, args ...any) { fmt.Printf(indent+format+"\n", args...) }
	set, err := a.Editions.Setting(ctx, core.Operator, edition)
	if err != nil {
		return told(a, fmt.Errorf("edition %s: %w", edition, err))
	}
	plan, err := a.Archive.Read(ctx, core.Operator, set, name, lang, text)
	if err != nil {
		return told(a, err)
	}
	report(a, plan, say)
	if dry {
		say("Nothing was changed (--dry-run).")
		return nil
	}
	_, res, err := a.Archive.Apply(ctx, core.Operator, edition, name, lang, text)
	if err != nil {
		return told(a, err)
	}
	say("%s", a.Catalog.T("en", "archive.done", "Sessions", res.Sessions, "Filled", res.Filled, "People", res.People, "Messages", res.Messages))
	return nil
}

func report(a *app.App, plan *archive.Plan, say func(string, ...any)) {
	t := func(key string, args ...any) string { return a.Catalog.T("en", key, args...) }
	n := plan.Counts()
	say("%s: %s", plan.Name, t("archive.shape."+string(plan.Shape)))
	found := []string{t("archive.count.sessions", "Count", n.Sessions)}
	if n.Messages > 0 {
		found = append(found, fmt.Sprintf("%s in %s", t("archive.count.messages", "Count", n.Messages), t("archive.count.sessions", "Count", n.MessageSessions)))
	}
	for _, c := range []struct {
		key string
		n   int
	}{{"people", n.People}, {"questions", n.Questions}, {"takeaways", n.Takeaways}, {"calls", n.Calls}} {
		if c.n > 0 {
			found = append(found, t("archive.count."+c.key, "Count", c.n))
		}
	}
	say("  found: %s", strings.Join(found, ", "))
	for _, s := range plan.Sessions {
		state := "new"
		if s.Existing != nil {
			state = "here already as " + s.Existing.Ref
		}
		say("    lines %d–%d: %s (%s)", s.Found.Place.Line, s.Found.Place.EndLine, s.Found.Title, state)
	}
	for _, c := range plan.Conflicts {
		say("  contradiction, line %d: %s", c.Place.Line, t(c.Key, c.Args...))
	}
	links := 0
	for _, u := range plan.Unread {
		if u.Kind == forumtext.NoteLink {
			links++
			continue
		}
		if text := strings.TrimSpace(u.Text); text != "" {
			say("  not read, line %d: %s", u.Place.Line, cut(text, 100))
		}
	}
	if links > 0 {
		say("  not read: %d addresses and texts of links (the page of the import shows each)", links)
	}
}

func cut(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}

// told turns an error into the sentence that a person would read on a page.
func told(a *app.App, err error) error {
	e := web.Classify(err)
	if e.Kind == core.KindInternal {
		return err
	}
	msg := a.Catalog.Error("en", e)
	for _, f := range e.Fields {
		msg += "\n  " + f.Path + ": " + a.Catalog.T("en", f.Key, f.Args...)
	}
	return fmt.Errorf("%s", msg)
}
