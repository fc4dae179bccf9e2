package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"

	"plenary/internal/platform/mail"
)

// postFlags say how mail is sent.
type postFlags struct {
	SMTP          string   `name:"smtp" help:"Where mail is sent: smtp://user:password@host:587. Without it mail waits in the outbox." env:"PLENARY_SMTP"`
	From          string   `help:"Sender of mail." env:"PLENARY_FROM"`
	DKIMKeys      []string `name:"dkim-key" placeholder:"FILE" help:"Sign mail with this private key; plenary mail dkim makes one. May be given several times." env:"PLENARY_DKIM_KEY"`
	DKIMSelectors []string `name:"dkim-selector" placeholder:"NAME" help:"Name of that key in DNS; one for each key." env:"PLENARY_DKIM_SELECTOR"`
	Bounces       string   `name:"bounces" placeholder:"ADDRESS" help:"Where mails come back to, like bounce@forum.example: mail to that name, with a plus sign and anything behind it, must reach --mail-in or plenary mail-in." env:"PLENARY_BOUNCES"`
	DKIMDomain    string   `name:"dkim-domain" placeholder:"DOMAIN" help:"Domain that signs; that of the sender unless given." env:"PLENARY_DKIM_DOMAIN"`
}

func (f postFlags) signing() mail.Signing {
	return mail.Signing{Keys: f.DKIMKeys, Selectors: f.DKIMSelectors, Domain: f.DKIMDomain}
}

type mailCmd struct {
	DKIM  mailDKIMCmd  `cmd:"" name:"dkim" help:"Make a key that signs mail, if the file is not there yet, and print the record that DNS needs."`
	Check mailCheckCmd `cmd:"" help:"Look into DNS (SPF, DKIM, DMARC, bounces) and say what is missing. Give the flags, or the environment, of serve."`
}

type mailDKIMCmd struct {
	File     string `arg:"" help:"File of the private key. Only the program may read it." type:"path"`
	Domain   string `required:"" help:"Domain of the sender of mail, like forum.example."`
	Selector string `default:"plenary" help:"Name of the key in DNS. A new key needs a new name."`
	Kind     string `enum:"rsa,ed25519" default:"rsa" help:"rsa is understood everywhere; ed25519 beside it is shorter."`
}

// Run makes the key and prints what to do with it.
func (c *mailDKIMCmd) Run() error {
	_, err := os.Stat(c.File)
	if errors.Is(err, fs.ErrNotExist) {
		if err := mail.MakeKey(c.File, c.Kind); err != nil {
			return err
		}
		fmt.Println("A new key lies in", c.File+".")
	} else if err != nil {
		return err
	}
	seals, err := mail.Signing{Keys: []string{c.File}, Selectors: []string{c.Selector}, Domain: c.Domain}.Seals("forum@" + c.Domain)
	if err != nil {
		return err
	}
	for _, x := range seals {
		record, err := x.Record()
		if err != nil {
			return err
		}
		fmt.Println("Publish this in DNS:")
		fmt.Println()
		fmt.Println(mail.ZoneLine(x.Name(), record))
		fmt.Println()
		fmt.Printf("Then start the server with --dkim-key %s --dkim-selector %s, and look with plenary mail check.\n", c.File, x.Selector)
	}
	return nil
}

type mailCheckCmd struct {
	postFlags `embed:""`
}

// Run prints what DNS says; it fails when something is missing.
func (c *mailCheckCmd) Run(ctx context.Context) error {
	if c.From == "" {
		return errors.New("name the sender of the mails with --from")
	}
	from, _, err := mail.Address(c.From)
	if err != nil {
		return fmt.Errorf("sender of mails %q: %w", c.From, err)
	}
	seals, err := c.signing().Seals(from)
	if err != nil {
		return err
	}
	missing := 0
	for _, f := range mail.LookUp(ctx, net.DefaultResolver, from, c.Bounces, seals) {
		word := "good"
		if !f.Good {
			word = "MISSING"
			missing++
		}
		fmt.Printf("%-8s %-8s %s\n", f.What, word, f.Text)
	}
	if missing > 0 {
		return errSaid
	}
	return nil
}
