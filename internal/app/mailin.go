package app

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/url"
	"path"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/consultations"
	"plenary/internal/platform/mailin"
)

// mailKey is the key from which tokens and links in mails are derived.
const mailKey = "bounces"

// mailHost is the right side of the addresses that take mail: as told, or where there is
// a listener for mail the host of the forum's address. Empty means that no mail comes in.
func (c Config) mailHost() string {
	if c.MailHost != "" || c.MailIn == "" {
		return c.MailHost
	}
	u, err := url.Parse(c.BaseURL)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// takeMail says who handles mail that comes in.
func (a *App) takeMail() {
	a.Mail.UseKey(func(ctx context.Context) ([]byte, error) { return a.Participation.Key(ctx, mailKey) })
	name, domain := a.Mail.Bounces()
	a.MailRouter = mailin.NewRouter(a.Log, a.mailHost(), domain)
	if name != "" {
		a.MailRouter.Handle(name, a.Mail.Bounced)
	}
	a.MailRouter.Handle(consultations.MailPrefix, a.commentByMail)
}

// commentByMail hands a mail to the review whose reference stands in the address. What a
// program sent is taken and forgotten, so that no two programs answer each other; a
// person's mail that cannot become a comment goes back to her.
func (a *App) commentByMail(ctx context.Context, m mailin.Message, ref string) error {
	if m.Auto {
		return nil
	}
	c, err := a.Consultations.Get(ctx, core.Visitor, ref)
	if err != nil {
		return err
	}
	if !c.Takes(a.Record.Clock.Instant()) {
		return core.Conflict("consultations.error.not_in."+a.Consultations.State(c), "Ref", c.Ref)
	}
	name, file := formOf(m)
	if m.Text == "" && file == nil || m.From == "" {
		return core.Invalid("form.required")
	}
	return a.Consultations.FromMail(ctx, consultations.Mail{
		From: m.From, FromName: m.FromName, To: a.Consultations.Address(c), Subject: m.Subject, Text: m.Text,
		MessageID: m.MessageID, InReplyTo: m.InReplyTo, FileName: name, File: file,
	})
}

// formOf finds the form of a delegation among the files of a mail.
func formOf(m mailin.Message) (name string, data []byte) {
	for _, f := range m.Attachments {
		switch strings.ToLower(path.Ext(f.Name)) {
		case ".csv", ".tsv", ".docx", ".xlsx":
			if len(f.Data) > 0 {
				return f.Name, f.Data
			}
		}
	}
	return "", nil
}

// listenForMail opens the listener of the configuration. Without one it returns nil.
func (a *App) listenForMail(ctx context.Context) (net.Listener, *mailin.Server, error) {
	if a.MailIn == "" {
		return nil, nil, nil
	}
	var cfg mailin.ServerConfig
	if a.MailCert != "" {
		cert, err := tls.LoadX509KeyPair(a.MailCert, a.MailKey)
		if err != nil {
			return nil, nil, fmt.Errorf("certificate for incoming mail: %w", err)
		}
		cfg.TLS = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.MailIn)
	if err != nil {
		return nil, nil, fmt.Errorf("listen for mail on %s: %w", a.MailIn, err)
	}
	return l, mailin.NewServer(a.MailRouter, a.Log, cfg), nil
}
