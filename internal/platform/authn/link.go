package authn

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"plenary/internal/core"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

// linkMail is the kind of the mails that hold a link to sign in.
const linkMail = "sign_in"

// LinkRequest asks for a link to sign in.
type LinkRequest struct {
	Email string
	Lang  string // of the mail
	// Next is where the person goes on: an address on this server. Path is where the
	// link leads: that of the sign-in page for links, in the language of the reader.
	Next, Path string
	Network    string // the network address that asks
}

// RequestLink mails a link with which the holder of an address signs in. Anybody may
// ask; what comes back is the same whether or not the address has an account. Too
// often is core.KindLimited, an address that is none core.Invalid. It appends no event.
func (s *Service) RequestLink(ctx context.Context, in LinkRequest) error {
	addr, key, err := mail.Address(in.Email)
	if err != nil {
		p := core.Problems{}
		p.Add("email", "mail.address.invalid")
		return p.Err()
	}
	if err := s.perNetwork.Allow(in.Network); err != nil {
		return err
	}
	if err := s.perEmail.Allow(key); err != nil {
		return err
	}
	return s.rec.Write(ctx, core.Visitor, func(ctx context.Context, tx *record.Tx) error {
		return s.mailLinkTx(ctx, tx, linkMail, in.Lang, linkFor, linkRow{Email: addr, EmailKey: key, Address: in.Path, Next: safeNext(in.Next)})
	})
}

// mailLinkTx makes a link that is good for some time and mails it. kind is that of the mail,
// which the link keeps unless it is one to sign in.
func (s *Service) mailLinkTx(ctx context.Context, tx *record.Tx, kind, lang string, good time.Duration, row linkRow) error {
	now := core.At(s.now())
	if _, err := tx.NewDelete().Model((*linkRow)(nil)).Where("expires < ?", now.Add(-linkFor)).Exec(ctx); err != nil {
		return fmt.Errorf("drop old links: %w", err)
	}
	row.ID, row.Expires = tx.NewID(), now.Add(good)
	if kind != linkMail {
		row.Kind = kind
	}
	if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("make link: %w", err)
	}
	return s.mailer.QueueTx(ctx, tx, mail.Message{
		ID: "sign-in/" + string(row.ID), Kind: kind, Ref: string(row.ID), To: row.Email, Lang: lang, Urgent: true, Useful: good,
	})
}

// writeLink writes the mail when it is sent: the token is made then, so that it lies
// nowhere but in the mail.
func (s *Service) writeLink(ctx context.Context, tx *record.Tx, m mail.Message) (mail.Message, error) {
	var link linkRow
	if err := tx.NewSelect().Model(&link).Where("id = ? AND used IS NULL AND expires > ?", m.Ref, core.At(s.now())).
		Scan(ctx); err != nil {
		return m, record.Found(err)
	}
	token, hash := NewToken()
	row := tokenRow{Hash: hash, Link: link.ID}
	if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return m, fmt.Errorf("make token: %w", err)
	}
	address := s.cfg.BaseURL + link.Address + "?token=" + token
	args := []any{"URL", address, "Minutes", int(linkFor.Minutes()), "Site", s.site()}
	switch link.Kind {
	case invitationMail:
		words, err := s.invitationWords(ctx, tx, m.Lang, core.ID(link.Ref))
		if err != nil {
			return m, err
		}
		args = append(args, words...)
	case rescueMail, rescueStopMail:
		words, err := s.rescueWords(ctx, tx, core.ID(link.Ref))
		if err != nil {
			return m, err
		}
		args = append(args, words...)
	}
	m.Subject, m.Text = s.mailer.Compose(m.Lang, m.Kind, args...)
	return m, nil
}

// readLink reads a link of a kind that is good at the moment. One that is no longer good is
// core.Conflict; what is still known of it is returned with it.
func (s *Service) readLink(ctx context.Context, kind, token string) (linkRow, error) {
	var link linkRow
	err := s.rec.DB.Read.NewSelect().Model(&link).
		Where("id = (SELECT link FROM sign_in_tokens WHERE hash = ?) AND kind = ?", HashOf(token), kind).Scan(ctx)
	if err = record.Found(err); err != nil {
		if core.KindOf(err) == core.KindNotFound {
			return linkRow{}, deadLink()
		}
		return linkRow{}, fmt.Errorf("read link: %w", err)
	}
	if !link.Used.IsZero() || !link.Expires.After(core.At(s.now())) {
		return link, deadLink()
	}
	return link, nil
}

// useLinkTx uses a link of a kind up. One that is no longer good is core.Conflict.
func (s *Service) useLinkTx(ctx context.Context, tx *record.Tx, kind, token string) (linkRow, error) {
	now := core.At(s.now())
	var link linkRow
	if err := tx.NewRaw(`UPDATE sign_in_links SET used = ?
		WHERE id = (SELECT link FROM sign_in_tokens WHERE hash = ?) AND kind = ? AND used IS NULL AND expires > ?
		RETURNING id, email, email_key, next, account, ref`, now, HashOf(token), kind, now).Scan(ctx, &link); err != nil {
		if err := record.Found(err); core.KindOf(err) != core.KindNotFound {
			return link, fmt.Errorf("use link: %w", err)
		}
		return link, deadLink()
	}
	return link, nil
}

// site is the forum's address as people say it.
func (s *Service) site() string {
	if u, err := url.Parse(s.cfg.BaseURL); err == nil && u.Host != "" {
		return u.Host
	}
	return s.cfg.BaseURL
}

// Link is a link to sign in that is good at the moment.
type Link struct {
	Email string
	New   bool // nobody has an account with this address yet
	Next  string
}

// deadLink is said of a link that was used, has run out, or never was.
func deadLink() error { return core.Conflict("authn.link.dead") }

// Link tells what a link would do; it does nothing. A link that is no longer good is
// core.Conflict; where it would have led is told if it is still known.
func (s *Service) Link(ctx context.Context, token string) (Link, error) {
	link, err := s.readLink(ctx, "", token)
	if err != nil {
		if link.Next == "" {
			link.Next = "/"
		}
		return Link{Next: link.Next}, err
	}
	_, err = accountAt(ctx, s.rec.DB.Read, link.EmailKey)
	if err != nil && core.KindOf(err) != core.KindNotFound {
		return Link{}, err
	}
	return Link{Email: link.Email, New: err != nil, Next: link.Next}, nil
}

// UseInput is the form behind a link. Name is asked of who comes for the first time.
type UseInput struct {
	Token string `form:"token" ui:"hidden"`
	Name  string `form:"name" autocomplete:"name"`
	Lang  string // of a new account
	Zone  string
}

// UseLink signs the browser of a request in by a link, which is used up. Who comes
// for the first time gets an account: account.created is appended; without a name that
// is core.Invalid, and the link stays good. A link that is no longer good, and a
// closed account, are core.Conflict.
func (s *Service) UseLink(w http.ResponseWriter, r *http.Request, in UseInput) (next string, err error) {
	var token string
	err = s.rec.Write(r.Context(), core.Visitor, func(ctx context.Context, tx *record.Tx) error {
		link, err := s.useLinkTx(ctx, tx, "", in.Token)
		if err != nil {
			return err
		}
		next = link.Next
		a, err := s.holder(ctx, tx, link, in)
		if err != nil {
			return err
		}
		token, err = s.startTx(ctx, tx, a, browserOf(r))
		return err
	})
	if err != nil {
		return "", err
	}
	s.setCookie(w, token)
	return next, nil
}

// holder is the account of the address, made if there is none.
func (s *Service) holder(ctx context.Context, tx *record.Tx, link linkRow, in UseInput) (Account, error) {
	a, err := accountAt(ctx, tx, link.EmailKey)
	if err == nil || core.KindOf(err) != core.KindNotFound {
		return a, err
	}
	if a, err = s.draft(tx, NewAccount{Email: link.Email, Name: in.Name, Lang: in.Lang, Zone: in.Zone}); err != nil {
		return a, err
	}
	tx.Actor = a.Actor() // she does it herself
	return a, s.insert(ctx, tx, a)
}

// safeNext is an address on this server to go on to, or "/". Pages of signing in and
// out are no place to go on to.
func safeNext(next string) string {
	u, err := url.Parse(next)
	if err != nil || !web.Local(next) {
		return "/"
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
	if first == "sign-in" || first == "sign-out" {
		return "/"
	}
	return next
}

// masked shows as much of an address as its owner needs to know it again.
func masked(email string) string {
	at := strings.LastIndexByte(email, '@')
	if at < 1 {
		return "…"
	}
	_, n := utf8.DecodeRuneInString(email)
	return email[:n] + "…" + email[at:]
}
