package main

import (
	"context"
	"fmt"
	"strings"

	"plenary/internal/app"
	"plenary/internal/platform/authn"
)

// joinCmd serves join links and nothing else, beside the server of the forum: they keep
// working while that one is under load or being deployed.
type joinCmd struct {
	Data     string   `default:"data" help:"Folder of the database." type:"path"`
	Listen   string   `default:"localhost:8081" help:"Address to listen on."`
	BaseURL  string   `name:"base-url" required:"" help:"Address at which readers reach the forum: the proxy sends /join/ and /sign-in here."`
	Database string   `help:"sqlite:FILE or postgres://…; a file in the data folder unless given." env:"PLENARY_DATABASE"`
	Files    string   `placeholder:"PLACE" help:"Where files lie: a folder, or s3://KEY:SECRET@HOST/BUCKET; the folder files of the data folder unless given." env:"PLENARY_FILES"`
	OIDC     []string `name:"oidc" placeholder:"FILE" help:"Let people sign in by OpenID Connect, too: a file with providers (docs/operators.md). May be given several times." type:"existingfile" env:"PLENARY_OIDC"`
	Verbose  bool     `short:"v" help:"Log every request."`

	postFlags `embed:""`
}

func (j *joinCmd) Run(ctx context.Context) error {
	providers, err := authn.ReadProviders(j.OIDC)
	if err != nil {
		return err
	}
	flags := serverFlags{Listen: j.Listen, Verbose: j.Verbose}
	l, err := flags.listen(ctx)
	if err != nil {
		return err
	}
	a, err := app.Open(ctx, app.Config{
		Data: j.Data, Database: j.Database, Files: j.Files, BaseURL: strings.TrimSuffix(j.BaseURL, "/"), SMTP: j.SMTP, From: j.From, DKIM: j.signing(), Bounces: j.Bounces, Log: flags.logger(), JoinOnly: true, Providers: providers, Chromium: "none",
	})
	if err != nil {
		return err
	}
	defer a.Close()
	fmt.Println("Join links are served at", l.Addr())
	return a.Run(ctx, l)
}
