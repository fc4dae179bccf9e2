package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strings"

	"plenary/internal/app"
	"plenary/internal/platform/trace"
)

// serverFlags are common to serve and demo.
type serverFlags struct {
	Data    string `default:"data" help:"Folder of the database and the files." type:"path"`
	Listen  string `default:"localhost:8080" help:"Address to listen on."`
	BaseURL string `name:"base-url" help:"Address at which readers reach the server, if it is another."`
	Verbose bool   `short:"v" help:"Log every request."`

	Recording int64 `name:"largest-recording" default:"2048" placeholder:"MB" help:"Largest recording that is kept as a file, in MB." env:"PLENARY_LARGEST_RECORDING"`

	SyncPrivate bool `name:"sync-private" help:"Let editions follow schedules in private networks and on this machine, too." env:"PLENARY_SYNC_PRIVATE"`

	Chromium string `help:"Path of a Chromium that prints PDF files; \"none\" for no PDF. Without it one is looked for." env:"PLENARY_CHROMIUM"`
}

func (f serverFlags) logger() *slog.Logger {
	level := slog.LevelWarn
	if f.Verbose {
		level = slog.LevelInfo
	}
	return slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
}

func (f serverFlags) listen(ctx context.Context) (net.Listener, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", f.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w (choose another address with --listen)", f.Listen, err)
	}
	return l, nil
}

type serveCmd struct {
	serverFlags `embed:""`

	Database string `help:"sqlite:FILE or postgres://…; a file in the data folder unless given." env:"PLENARY_DATABASE"`
	Files    string `placeholder:"PLACE" help:"Where files lie: a folder, or s3://KEY:SECRET@HOST/BUCKET; the folder files of the data folder unless given." env:"PLENARY_FILES"`
	SMTP     string `name:"smtp" help:"Where mail is sent: smtp://user:password@host:587. Without it mail waits in the outbox." env:"PLENARY_SMTP"`
	From     string `help:"Sender of mail." env:"PLENARY_FROM"`

	MailIn   string `name:"mail-in" placeholder:"ADDRESS" help:"Take comments by mail: address of an SMTP listener, like 127.0.0.1:2525." env:"PLENARY_MAIL_IN"`
	MailHost string `name:"mail-host" placeholder:"HOST" help:"What stands behind the @ in addresses that take comments; the host of --base-url unless given. Alone, without --mail-in, it is for a mail server that calls plenary mail-in." env:"PLENARY_MAIL_HOST"`
	MailCert string `name:"mail-cert" placeholder:"FILE" help:"Certificate with which the listener offers encryption." type:"existingfile" and:"mailtls"`
	MailKey  string `name:"mail-key" placeholder:"FILE" help:"Key of that certificate." type:"existingfile" and:"mailtls"`
}

func (s *serveCmd) Run(ctx context.Context) error {
	stop, err := trace.Start(ctx, app.Version)
	if err != nil {
		return err
	}
	defer stop()
	l, err := s.listen(ctx)
	if err != nil {
		return err
	}
	base := strings.TrimSuffix(s.BaseURL, "/")
	if base == "" {
		base = app.BaseOf(l)
	}
	a, err := app.Open(ctx, app.Config{
		Data: s.Data, Database: s.Database, Files: s.Files, BaseURL: base, SMTP: s.SMTP, From: s.From, Recording: s.Recording, Chromium: s.Chromium, Log: s.logger(),
		SyncPrivate: s.SyncPrivate,
		MailIn:      s.MailIn, MailHost: s.MailHost, MailCert: s.MailCert, MailKey: s.MailKey,
	})
	if err != nil {
		return err
	}
	defer a.Close()
	token, err := a.SetUpToken(ctx)
	if err != nil {
		return err
	}
	fmt.Println("Plenary serves at", base)
	if token != "" {
		fmt.Println("This forum is not set up yet. Open this address once:")
		fmt.Println("  " + base + "/set-up?token=" + token)
	}
	return a.Run(ctx, l)
}
