// Package app wires the house: it is the only package that knows every room.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"plenary/internal/core"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/blob"
	"plenary/internal/platform/bus"
	"plenary/internal/platform/db"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/mailin"
	"plenary/internal/platform/pdf"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
	webfiles "plenary/web"
)

// Version is the program's version. Releases set it when they are built.
var Version = "0.1.0-dev"

// Config is what the program is told from outside.
type Config struct {
	Data      string // folder of database, files and keys
	Database  string // sqlite:FILE or postgres://…; empty means a file in Data
	Files     string // where files lie: a folder or s3://KEY:SECRET@HOST/BUCKET; empty means a folder in Data
	BaseURL   string // as readers reach the server
	SMTP      string // where mail is sent: smtp://user:password@host:port; empty means nowhere
	From      string // sender of mail
	DKIM      mail.Signing
	Bounces   string // where mail comes back to: bounce@forum.example; empty: the sender
	MailIn    string // where mail is taken in: 127.0.0.1:2525; empty means nowhere
	MailHost  string // right side of addresses that take mail; the forum's host unless given
	MailCert  string // file of a certificate with which the listener offers encryption
	MailKey   string // and of its key
	Chromium  string // path of a Chromium that prints PDF; empty: what is found, "none": no PDF
	Recording int64  // largest recording that is kept as a file, in MB; 0: as floor says

	NATS      bus.Config       // how processes wake each other; empty: nobody else is there
	Proxies   []netip.Prefix   // whose word on the address of a client is believed; empty: this machine's
	Drain     time.Duration    // so long requests are still taken after the end was asked for
	Providers []authn.Provider // where else people may sign in

	Idle bool // followers and periodic work are left to others, or to a test that calls them by hand

	JoinOnly bool // nothing is served but join links and signing in, beside a server on the same record

	Rates web.Rates // how often the JSON API may be called

	SyncPrivate bool // schedules elsewhere may stand in private networks and on this machine

	Demo bool   // sign in as anybody; mail is caught
	Seed string // with a demo: where its ids come from

	ReadOnly bool // nothing is made, migrated or seeded: for looking at a record beside its server

	DemoStart core.Instant // where the demo's clock goes back to
	DemoZone  string       // the zone in which the demo tells time

	Log   *slog.Logger
	Clock *core.Clock
}

// App is the running program.
type App struct {
	Config
	DB      *db.DB
	Bus     *bus.Bus
	Record  *record.Record
	Catalog *i18n.Catalog
	Server  *web.Server
	Mail    *mail.Service
	Blobs   *blob.Store
	PDF     *pdf.Printer
	Authn   *authn.Service
	API     huma.API

	MailRouter *mailin.Router
	Rooms
}

// Open opens the database of the configuration, brings it up to date and wires all
// rooms. Close ends it.
func Open(ctx context.Context, cfg Config) (_ *App, err error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Clock == nil {
		cfg.Clock = &core.Clock{}
	}
	if cfg.Database == "" {
		cfg.Database = "sqlite:" + filepath.Join(cfg.Data, "plenary.db")
	}
	if cfg.ReadOnly {
		if err := fileThere(cfg.Database); err != nil {
			return nil, err
		}
	}
	if cfg.Data != "" && !cfg.ReadOnly {
		if err := os.MkdirAll(cfg.Data, 0o750); err != nil {
			return nil, fmt.Errorf("make data folder: %w", err)
		}
	}
	a := &App{Config: cfg}
	defer func() {
		if err != nil {
			a.Close()
		}
	}()
	// The parts that do not need each other are made at the same time: start to ready
	// is a second at most.
	var wg sync.WaitGroup
	var catErr, busErr, dbErr error
	wg.Go(func() { a.Catalog, catErr = catalog() })
	wg.Go(func() { a.Bus, busErr = bus.Open(cfg.NATS) })
	wg.Go(func() {
		if a.DB, dbErr = db.Open(ctx, cfg.Database); dbErr != nil {
			return
		}
		if cfg.ReadOnly {
			dbErr = a.readable(ctx)
			return
		}
		dbErr = a.DB.Migrate(ctx)
	})
	wg.Wait()
	if err = errors.Join(dbErr, catErr, busErr); err != nil {
		return nil, err
	}
	ids := core.NewIDs(cfg.Clock)
	if cfg.Seed != "" {
		ids = core.SeededIDs(cfg.Clock, cfg.Seed)
	}
	if a.Record, err = record.Open(ctx, a.DB, cfg.Clock, ids, a.Bus, cfg.Log); err != nil {
		return nil, err
	}
	a.Record.Beside = cfg.JoinOnly || cfg.Idle
	if err = a.wire(ctx); err != nil {
		return nil, fmt.Errorf("wire: %w", err)
	}
	a.takeMail()
	return a, nil
}

// catalog reads the words of the pages, once: nothing changes them.
var catalog = sync.OnceValues(func() (*i18n.Catalog, error) { return i18n.Load(webfiles.Locales()) })

// files is the folder of the files that people send.
func (a *App) files() string { return filepath.Join(a.Data, "files") }

// index is the folder of the search index, which is made from the record.
func (a *App) index() string {
	if a.Data == "" {
		return ""
	}
	return filepath.Join(a.Data, "search")
}

// Run serves on the listener, follows the record and sends mail until ctx ends.
func (a *App) Run(ctx context.Context, l net.Listener) error {
	back, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	post, taker, err := a.listenForMail(ctx)
	if err != nil {
		return err
	}
	var wg sync.WaitGroup
	if taker != nil {
		wg.Go(func() {
			if err := taker.Serve(back, post); err != nil {
				a.Log.Error("mail is not taken in any more", "error", err)
			}
		})
	}
	wg.Go(func() { a.Record.Run(back) })
	wg.Go(func() {
		a.Record.Alone(back, "mail", func(ctx context.Context) { a.Mail.Run(record.Unfenced(ctx)) })
	})
	wg.Go(func() { a.Health.Run(back) })
	if !a.JoinOnly { // the index belongs to the server beside it
		wg.Go(func() { a.Find.Run(back) })
		wg.Go(func() { a.Hooks.Run(back) })
	}
	err = a.Server.Serve(ctx, l)
	stop() // only after the last request is answered
	wg.Wait()
	return err
}

// Close ends everything that was opened.
func (a *App) Close() {
	if a.Find != nil {
		if err := a.Find.Close(); err != nil {
			a.Log.Error("close search index", "error", err)
		}
	}
	a.PDF.Close()
	if a.Record != nil {
		a.Record.Close()
	}
	if a.Bus != nil {
		a.Bus.Close()
	}
	if a.DB != nil {
		if err := a.DB.Close(); err != nil {
			a.Log.Error("close database", "error", err)
		}
	}
}

// BaseOf makes the address of a listener as a browser on this machine reaches it.
func BaseOf(l net.Listener) string {
	addr, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		return "http://" + l.Addr().String()
	}
	if addr.IP.IsUnspecified() || addr.IP.IsLoopback() {
		return fmt.Sprintf("http://localhost:%d", addr.Port)
	}
	return "http://" + addr.String()
}

// SetUpToken is the one-time token of the set-up page; empty where the forum stands.
func (a *App) SetUpToken(ctx context.Context) (string, error) { return a.Setup.Token(ctx) }
