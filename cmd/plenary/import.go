package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"plenary/internal/app"
	"plenary/internal/app/demo"
	"plenary/internal/core"
	"plenary/internal/forum/archive"
	"plenary/internal/platform/web"
)

type importCmd struct {
	File     string `arg:"" optional:"" help:"The file: text, Markdown, HTML, schedule.xml, schedule.json, .ics, .csv, .xlsx, or a data package (.zip)." type:"existingfile"`
	Edition  string `help:"Edition that it belongs to: 2023; the one of the year that it names unless given."`
	Data     string `default:"data" help:"Folder of the database and the files." type:"path"`
	Database string `help:"sqlite:FILE or postgres://…; a file in the data folder unless given." env:"PLENARY_DATABASE"`
	Files    string `placeholder:"PLACE" help:"Where files lie: a folder, or s3://KEY:SECRET@HOST/BUCKET; the folder files of the data folder unless given." env:"PLENARY_FILES"`
	Lang     string `default:"en" enum:"en,fr,es,ru,zh,ar" help:"Language of the document."`
	As       string `help:"What it is, where that is known: ${kinds}."`
	DryRun   bool   `name:"dry-run" help:"Only say what was found."`
	Stage    bool   `help:"Leave it for somebody to look at in the browser."`
	Undo     string `help:"Take back the import of this id." placeholder:"ID"`
}

// open opens the forum of a data folder beside a running server; a demo's clock stands
// where its record ends.
func open(ctx context.Context, data, database string, more ...func(*app.Config)) (*app.App, error) {
	if database == "" {
		if _, err := os.Stat(filepath.Join(data, "plenary.db")); err != nil {
			return nil, fmt.Errorf("there is no forum in %s (choose its folder with --data)", data)
		}
	}
	cfg := app.Config{Data: data, Database: database, BaseURL: "http://localhost"}
	for _, set := range more {
		set(&cfg)
	}
	if isDemo(data) {
		return demo.Open(ctx, demo.Options{Config: cfg})
	}
	return app.Open(ctx, cfg)
}

// Run reads a file in as the actor "operator". It also works beside a running server.
func (i *importCmd) Run(ctx context.Context) error {
	if i.File == "" && i.Undo == "" {
		return fmt.Errorf("name a file to read in, or an import to take back with --undo")
	}
	a, err := open(ctx, i.Data, i.Database, func(cfg *app.Config) { cfg.Files = i.Files })
	if err != nil {
		return err
	}
	defer a.Close()
	if i.Undo != "" {
		return i.undo(ctx, a)
	}
	data, err := os.ReadFile(i.File)
	if err != nil {
		return err
	}
	if a.Exchange.Recognise(data) {
		return i.carry(ctx, a, data)
	}
	src := archive.Source{Name: filepath.Base(i.File), Data: data, As: i.As, Lang: i.Lang}
	if i.Edition == "" {
		year := a.Archive.YearOf(src.Name, data)
		if year == 0 {
			return fmt.Errorf("%s names no year: say to which edition it belongs with --edition", src.Name)
		}
		i.Edition = fmt.Sprint(year)
	}
	return importOne(ctx, a, i.Edition, src, i.DryRun, i.Stage, "")
}

// carry reads in a data package: an edition that another Plenary has exported.
func (i *importCmd) carry(ctx context.Context, a *app.App, data []byte) error {
	if i.DryRun || i.Stage {
		return fmt.Errorf("a data package is taken in as a whole or not at all; leave --dry-run and --stage away")
	}
	res, err := a.Exchange.ImportPackage(ctx, core.Operator, data)
	if err != nil {
		return told(a, err)
	}
	fmt.Printf("Brought in: %s\n", res.Name.String())
	for _, c := range res.Counts {
		fmt.Printf("  %s: %d new, %d here already\n", c.Kind, c.New, c.Known)
	}
	for _, d := range res.Differences {
		fmt.Printf("  stays as it is here: %s %s\n", d.Kind, d.Label)
	}
	for _, l := range res.LeftOut {
		fmt.Println("  relation to a session that is not here:", l)
	}
	fmt.Println("  /" + res.Slug)
	return nil
}

// undo takes back one import, of whatever edition.
func (i *importCmd) undo(ctx context.Context, a *app.App) error {
	set, im, err := a.Archive.Find(ctx, core.Operator, core.ID(i.Undo))
	if err != nil {
		return told(a, err)
	}
	if err := a.Archive.Undo(ctx, core.Operator, set, im.ID, im.Version); err != nil {
		return told(a, err)
	}
	fmt.Println(a.Catalog.T("en", "archive.undone", "Name", im.Name))
	return nil
}

// isDemo tells whether the folder holds a demo.
func isDemo(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "demo"))
	return err == nil
}

// importOne reads one file and prints what it found, with the place in the source.
func importOne(ctx context.Context, a *app.App, edition string, src archive.Source, dry, stage bool, indent string) error {
	say := func(format string, args ...any) { fmt.Printf(indent+format+"\n", args...) }
	set, err := a.Editions.Setting(ctx, core.Operator, edition)
	if err != nil {
		return told(a, fmt.Errorf("edition %s: %w", edition, err))
	}
	plan, err := a.Archive.Read(ctx, core.Operator, set, src)
	if err != nil {
		return told(a, err)
	}
	report(a, plan, say)
	switch {
	case dry:
		say("Nothing was changed (--dry-run).")
		return nil
	case stage:
		p, err := a.Archive.Stage(ctx, core.Operator, set, src)
		if err != nil {
			return told(a, err)
		}
		say("It waits for somebody to look at it: %s/imports/%s", set.Path(), p.ID)
		return nil
	}
	_, res, err := a.Archive.ApplyFile(ctx, core.Operator, set, src)
	if err != nil {
		return told(a, err)
	}
	if res.Nothing {
		say("%s", a.Catalog.T("en", "archive.nothing_new"))
		return nil
	}
	say("%s", a.Catalog.T("en", "archive.done", "Sessions", res.Sessions, "Filled", res.Filled, "People", res.People, "Messages", res.Messages, "Figures", res.Figures))
	say("Take it back with: plenary import --undo %s", res.Import)
	return nil
}

func report(a *app.App, plan *archive.Plan, say func(string, ...any)) {
	t := func(key string, args ...any) string { return a.Catalog.T("en", key, args...) }
	n := plan.Found
	say("%s: %s (%d%%)", plan.Name, t("archive.shape."+plan.Shape), plan.Confidence)
	found := []string{t("archive.count.sessions", "Count", n.Sessions)}
	if n.Messages > 0 {
		found = append(found, fmt.Sprintf("%s in %s", t("archive.count.messages", "Count", n.Messages), t("archive.count.sessions", "Count", n.MessageSessions)))
	}
	for _, c := range []struct {
		key string
		n   int
	}{
		{"people", n.People},
		{"organisations", n.Organisations},
		{"questions", n.Questions},
		{"takeaways", n.Takeaways},
		{"calls", n.Calls},
		{"figures", n.Figures},
	} {
		if c.n > 0 {
			found = append(found, t("archive.count."+c.key, "Count", c.n))
		}
	}
	say("  found: %s", strings.Join(found, ", "))
	for _, s := range plan.Items {
		switch s.Kind {
		case archive.KindSession:
			say("    %s: %s (%s)", where(t, s.Place), s.Label, becomes(s))
		case archive.KindFigure:
			say("    %s: %s (%s)", where(t, s.Place), s.Label, becomes(s))
		}
	}
	for _, group := range []string{archive.NoteContradiction, archive.NoteRepair} {
		for _, c := range plan.NotesOf(group) {
			at := where(t, c.Place)
			if at != "" {
				at = ", " + at
			}
			say("  %s%s: %s", group, at, archive.NoteText(t, "en", c))
		}
	}
	links := 0
	for _, u := range plan.NotesOf(archive.NoteUnread) {
		if u.Code == "link" {
			links++
			continue
		}
		if text := strings.TrimSpace(u.Args["Text"].S); text != "" {
			say("  not read, %s: %s", where(t, u.Place), cut(text, 100))
		}
	}
	if links > 0 {
		say("  not read: %d addresses and texts of links (the page of the import shows each)", links)
	}
}

func becomes(s archive.Staged) string {
	switch s.Choice {
	case archive.ChoiceLink:
		var taken []string
		for _, c := range s.Changes {
			if c.Take {
				taken = append(taken, c.Field)
			}
		}
		known := "here already"
		if len(s.Suggestions) > 0 && s.Suggestions[0].Detail != "" {
			known += " as " + s.Suggestions[0].Detail
		}
		if len(taken) > 0 {
			known += "; changes " + strings.Join(taken, ", ")
		}
		return known
	case archive.ChoiceSkip:
		return "here already"
	}
	return "new"
}

// where says in which lines or row something stands.
func where(t func(string, ...any) string, p archive.Spot) string {
	switch {
	case p.Row > 0:
		return t("archive.row", "Row", p.Row)
	case p.Line == 0:
		return ""
	case p.EndLine <= p.Line:
		return t("archive.line", "Line", p.Line)
	}
	return t("archive.lines", "From", p.Line, "To", p.EndLine)
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
