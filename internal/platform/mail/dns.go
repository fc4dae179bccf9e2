package mail

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
)

// Resolver looks into DNS; net.Resolver does.
type Resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
	LookupMX(ctx context.Context, name string) ([]*net.MX, error)
}

// Found is what DNS says about one thing, in plain words for the operator.
type Found struct {
	What string // "SPF", "DKIM", "DMARC", "bounces"
	Good bool
	Text string
}

// LookUp looks into DNS for what receivers ask about the sender: who may send (SPF), the
// public keys (DKIM), what is to become of forgeries (DMARC), and where bounces go. bounces
// may be empty.
func LookUp(ctx context.Context, dns Resolver, from, bounces string, seals []Seal) []Found {
	back := from // who may send is asked of the envelope's sender
	if bounces != "" {
		back = bounces
	}
	out := []Found{spf(ctx, dns, domainOf(back))}
	if len(seals) == 0 {
		out = append(out, Found{What: "DKIM", Text: "mails are not signed: make a key with plenary mail dkim, and give it with --dkim-key and --dkim-selector"})
	}
	for _, x := range seals {
		out = append(out, x.published(ctx, dns))
	}
	out = append(out, dmarc(ctx, dns, domainOf(from)))
	if bounces != "" {
		out = append(out, way(ctx, dns, domainOf(bounces)))
	}
	return out
}

// texts are the TXT records of a name that begin with a mark. That there is no such name is
// no error.
func texts(ctx context.Context, dns Resolver, name, mark string) ([]string, error) {
	list, err := dns.LookupTXT(ctx, name)
	if e, ok := errors.AsType[*net.DNSError](err); ok && e.IsNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look into DNS: %w", err)
	}
	var out []string
	for _, t := range list {
		if strings.HasPrefix(strings.ToLower(strings.TrimSpace(t)), mark) {
			out = append(out, strings.TrimSpace(t))
		}
	}
	return out, nil
}

func spf(ctx context.Context, dns Resolver, domain string) Found {
	f := Found{What: "SPF"}
	list, err := texts(ctx, dns, domain, "v=spf1")
	switch {
	case err != nil:
		f.Text = err.Error()
	case len(list) == 0:
		f.Text = fmt.Sprintf("%s does not say who may send for it: publish there a TXT record like \"v=spf1 mx include:YOUR-MAIL-SERVICE ~all\"", domain)
	case len(list) > 1:
		f.Text = fmt.Sprintf("%s has %d records that begin with v=spf1; receivers take none of them: keep one", domain, len(list))
	case strings.Contains(list[0], "+all") || strings.HasSuffix(list[0], " all"):
		f.Text = fmt.Sprintf("%s lets everybody send for it (%s): end the record with ~all or -all", domain, list[0])
	default:
		f.Good = true
		f.Text = fmt.Sprintf("%s says %q: see that it names the server that sends your mail", domain, list[0])
	}
	return f
}

// published looks whether DNS has the public key that belongs to the private one.
func (x Seal) published(ctx context.Context, dns Resolver) Found {
	f := Found{What: "DKIM"}
	want, err := x.Record()
	if err != nil {
		f.Text = err.Error()
		return f
	}
	list, err := dns.LookupTXT(ctx, x.Name())
	if e, ok := errors.AsType[*net.DNSError](err); ok && e.IsNotFound {
		err = nil
	}
	keys := 0
	for _, t := range list {
		switch p, ok := tag(t, "p"); {
		case !ok:
		case p == "":
			f.Text = x.Name() + " says that this key is withdrawn (p= is empty)"
			return f
		case p == must(tag(want, "p")):
			f.Good, f.Text = true, fmt.Sprintf("%s has the %s key that signs", x.Name(), x.Algorithm())
			return f
		default:
			keys++
		}
	}
	switch {
	case err != nil:
		f.Text = fmt.Errorf("look into DNS: %w", err).Error()
	case keys > 0:
		f.Text = fmt.Sprintf("%s has another key than the one that signs: receivers will take your mails for forged. Publish\n    %s", x.Name(), ZoneLine(x.Name(), want))
	default:
		f.Text = fmt.Sprintf("%s has no key. Publish\n    %s", x.Name(), ZoneLine(x.Name(), want))
	}
	return f
}

func must(s string, _ bool) string { return s }

// tag is the value of a tag of a record like "v=DKIM1; k=rsa; p=…", without blanks.
func tag(record, name string) (string, bool) {
	for part := range strings.SplitSeq(record, ";") {
		k, v, ok := strings.Cut(part, "=")
		if ok && strings.EqualFold(strings.TrimSpace(k), name) {
			return strings.Join(strings.Fields(v), ""), true
		}
	}
	return "", false
}

// dmarc looks at the domain and at those above it, of which one is the organisation's.
func dmarc(ctx context.Context, dns Resolver, domain string) Found {
	f := Found{What: "DMARC"}
	for at := domain; strings.Contains(at, "."); _, at, _ = strings.Cut(at, ".") {
		list, err := texts(ctx, dns, "_dmarc."+at, "v=dmarc1")
		if err != nil {
			f.Text = err.Error()
			return f
		}
		if len(list) == 0 {
			continue
		}
		policy, _ := tag(list[0], "p")
		if sub, ok := tag(list[0], "sp"); ok && at != domain {
			policy = sub
		}
		switch {
		case len(list) > 1:
			f.Text = fmt.Sprintf("_dmarc.%s has %d records; receivers take none of them: keep one", at, len(list))
		case strings.EqualFold(policy, "quarantine"), strings.EqualFold(policy, "reject"):
			f.Good, f.Text = true, fmt.Sprintf("_dmarc.%s says p=%s", at, policy)
		default:
			f.Good, f.Text = true, fmt.Sprintf("_dmarc.%s only watches (p=none): when reports show that all is well, ask for p=quarantine", at)
		}
		return f
	}
	f.Text = fmt.Sprintf("nothing says what is to become of forged mail: publish under _dmarc.%s a TXT record like \"v=DMARC1; p=none; rua=mailto:postmaster@%s\"", domain, domain)
	return f
}

// way looks whether bounces find their way.
func way(ctx context.Context, dns Resolver, domain string) Found {
	f := Found{What: "bounces"}
	list, err := dns.LookupMX(ctx, domain)
	if e, ok := errors.AsType[*net.DNSError](err); ok && e.IsNotFound {
		err = nil
	}
	switch {
	case err != nil && len(list) == 0:
		f.Text = fmt.Errorf("look into DNS: %w", err).Error()
	case len(list) == 0:
		f.Text = fmt.Sprintf("%s has no MX record: bounces do not find their way to this forum", domain)
	default:
		f.Good, f.Text = true, fmt.Sprintf("mail to %s goes to %s: see that it passes bounces on to this forum", domain, strings.TrimSuffix(list[0].Host, "."))
	}
	return f
}
