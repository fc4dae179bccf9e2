package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strings"
	"time"

	"plenary/internal/app"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/bus"
	"plenary/internal/platform/trace"
	"plenary/internal/platform/web"
)

// serverFlags are common to serve and demo.
type serverFlags struct {
	Data    string `default:"data" help:"Folder of the database and the files." type:"path"`
	Listen  string `default:"localhost:8080" help:"Address to listen on."`
	BaseURL string `name:"base-url" help:"Address at which readers reach the server, if it is another."`
	Verbose bool   `short:"v" help:"Log every request."`

	Recording int64 `name:"largest-recording" default:"2048" placeholder:"MB" help:"Largest recording that is kept as a file, in MB." env:"PLENARY_LARGEST_RECORDING"`

	APIRate     int  `name:"api-rate" default:"600" help:"Calls of the API that one token or account may make in a minute; 0: any number." env:"PLENARY_API_RATE"`
	APIVisitors int  `name:"api-rate-visitors" default:"1200" help:"Calls of the API that one network address may make in a minute where nobody is signed in; 0: any number." env:"PLENARY_API_RATE_VISITORS"`
	SyncPrivate bool `name:"sync-private" help:"Let editions follow schedules in private networks and on this machine, too." env:"PLENARY_SYNC_PRIVATE"`

	Proxies []string      `placeholder:"NETWORK,…" help:"Proxies whose word on the address of a client is believed, like 10.1.0.0/16; those on this machine always are." env:"PLENARY_PROXIES"`
	Drain   time.Duration `placeholder:"TIME" help:"So long after it was told to end the server still takes requests, while /readyz says that it ends: until the proxy has noticed." env:"PLENARY_DRAIN"`

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

	postFlags `embed:""`

	NATS          string   `name:"nats" placeholder:"ADDRESS" help:"NATS, by which several servers on one PostgreSQL wake each other: nats://user:password@host:4222, tls://…, several with commas." env:"PLENARY_NATS"`
	NATSCA        string   `name:"nats-ca" placeholder:"FILE" help:"Certificates that are trusted for tls://, besides the system's." type:"existingfile" env:"PLENARY_NATS_CA"`
	ClusterListen string   `name:"cluster-listen" placeholder:"HOST:PORT" help:"Instead of NATS: the servers are a cluster of themselves, and this one listens here to the others." env:"PLENARY_CLUSTER_LISTEN"`
	ClusterPeers  []string `name:"cluster-peers" placeholder:"HOST:PORT,…" help:"Where the others listen; this one may be among them." env:"PLENARY_CLUSTER_PEERS"`
	ClusterSecret string   `name:"cluster-secret" placeholder:"SECRET" help:"By what they know each other." env:"PLENARY_CLUSTER_SECRET"`
	OIDC          []string `name:"oidc" placeholder:"FILE" help:"Let people sign in by OpenID Connect, too: a file with providers (docs/operators.md). May be given several times." type:"existingfile" env:"PLENARY_OIDC"`

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
	providers, err := authn.ReadProviders(s.OIDC)
	if err != nil {
		return err
	}
	l, err := s.listen(ctx)
	if err != nil {
		return err
	}
	base := strings.TrimSuffix(s.BaseURL, "/")
	if base == "" {
		base = app.BaseOf(l)
	}
	proxies, err := web.ReadProxies(s.Proxies)
	if err != nil {
		return err
	}
	a, err := app.Open(ctx, app.Config{
		NATS:    bus.Config{Address: s.NATS, CA: s.NATSCA, Listen: s.ClusterListen, Peers: s.ClusterPeers, Secret: s.ClusterSecret},
		Proxies: proxies, Drain: s.Drain,
		Data: s.Data, Database: s.Database, Files: s.Files, BaseURL: base, SMTP: s.SMTP, From: s.From, DKIM: s.signing(), Bounces: s.Bounces, Recording: s.Recording, Chromium: s.Chromium, Log: s.logger(),
		SyncPrivate: s.SyncPrivate, Providers: providers, Rates: web.Rates{Account: s.APIRate, Address: s.APIVisitors},
		MailIn: s.MailIn, MailHost: s.MailHost, MailCert: s.MailCert, MailKey: s.MailKey,
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
