package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"plenary/internal/app"
	"plenary/internal/core"
	"plenary/internal/platform/mailin"
)

type mailInCmd struct {
	Data     string   `default:"data" help:"Folder of the database and the files." type:"path"`
	Database string   `help:"sqlite:FILE or postgres://…; a file in the data folder unless given." env:"PLENARY_DATABASE"`
	BaseURL  string   `name:"base-url" required:"" help:"Address at which readers reach the server, for the links in answers."`
	MailHost string   `name:"mail-host" required:"" help:"What stands behind the @ in addresses that take comments." env:"PLENARY_MAIL_HOST"`
	Bounces  string   `placeholder:"ADDRESS" help:"Where mails come back to, as serve has it." env:"PLENARY_BOUNCES"`
	From     string   `name:"sender" help:"Sender of the envelope. Empty, when it is given, means a bounce." default:"unknown"`
	To       []string `arg:"" optional:"" help:"Recipients of the envelope; those that the mail names unless given."`
}

// Exit statuses of sysexits.h, which mail servers understand.
const (
	exDataErr  = 65
	exNoUser   = 67
	exTempFail = 75
)

// statusError ends the program with a status that says more than failure.
type statusError struct {
	error
	code int
}

func (e statusError) Unwrap() error { return e.error }

// Run takes the mail on standard input. It is stored when the status is 0; with 75 the
// mail server keeps it and calls again.
func (m *mailInCmd) Run(ctx context.Context) error {
	raw, err := io.ReadAll(io.LimitReader(os.Stdin, mailin.MaxBytes+1))
	if err != nil {
		return statusError{fmt.Errorf("read the mail: %w", err), exTempFail}
	}
	a, err := open(ctx, m.Data, m.Database, func(c *app.Config) { c.BaseURL, c.MailHost, c.Bounces = m.BaseURL, m.MailHost, m.Bounces })
	if err != nil {
		return statusError{err, exTempFail}
	}
	defer a.Close()
	switch err := a.MailRouter.Deliver(ctx, m.From, m.To, raw); {
	case err == nil:
		return nil
	case mailin.Temporary(err):
		return statusError{err, exTempFail}
	case errors.Is(err, mailin.ErrUnknown), core.KindOf(err) == core.KindNotFound:
		return statusError{err, exNoUser}
	default:
		return statusError{err, exDataErr}
	}
}
