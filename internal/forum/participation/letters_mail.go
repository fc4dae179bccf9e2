package participation

import (
	"context"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

// Kinds of mails about a registration. Their texts are written when they are sent, from the
// registration as it then stands, so that no personal text waits in the outbox.
const (
	MailReceived  = "registration_received"  // it came in
	MailApproved  = "registration_approved"  //
	MailDeclined  = "registration_declined"  // with the reason
	MailWaiting   = "registration_waiting"   // her category is full
	MailPlace     = "registration_place"     // a place became free for her
	MailRecheck   = "registration_recheck"   // what she changed is looked at
	MailConfirm   = "registration_confirm"   // somebody else registered her; she completes it
	MailWithdrawn = "registration_withdrawn" // a receipt, whoever did it
)

// MailKinds are all kinds of mails about a registration.
var MailKinds = []string{MailReceived, MailApproved, MailDeclined, MailWaiting, MailPlace, MailRecheck, MailConfirm, MailWithdrawn}

// letterTo is a mail to whom a registration is of, to be queued in the act that causes it.
// cause names what caused it (the version of the registration after the act, for example):
// the same kind, registration and cause are sent once. Where the registration has no address
// (its data is erased) there is nobody to write to, and the outbox keeps it as failed.
func (s *Service) letterTo(r *Registration, kind, cause string) mail.Message {
	return mail.Message{
		ID: kind + "/" + string(r.ID) + "/" + cause, Kind: kind, To: r.Email, ToName: r.Name, Lang: mailLang(r.Lang), Ref: string(r.ID),
	}
}

func mailLang(lang string) string {
	if core.LangKnown(lang) {
		return lang
	}
	return core.Langs[0]
}

// WireMail says who writes the mails of the room. It is called once, while the program is
// wired.
func (s *Service) WireMail() {
	for _, kind := range MailKinds {
		s.Mail.Late(kind, func(ctx context.Context, tx *record.Tx, m mail.Message) (mail.Message, error) {
			return s.writeMail(ctx, tx, m)
		})
	}
	s.wireDeskMail()
}

// writeMail writes a mail from the registration as it stands. One that has lost its purpose,
// because the registration is in another state by now or erased, is not sent.
func (s *Service) writeMail(ctx context.Context, tx *record.Tx, m mail.Message) (mail.Message, error) {
	r, err := s.GetTx(ctx, tx, core.ID(m.Ref))
	if err != nil {
		return m, err
	}
	if !r.Erased.IsZero() || !fitsMail(&r, m.Kind) {
		return m, core.Conflict("participation.letter.past")
	}
	set, err := s.Editions.SettingTx(ctx, tx, r.Edition)
	if err != nil {
		return m, err
	}
	own, err := settingOf(ctx, tx, r.Edition)
	if err != nil {
		return m, err
	}
	var d Delegation
	if r.Delegation != "" {
		if d, err = delegationIn(ctx, tx, r.Delegation); err != nil {
			return m, err
		}
	}
	m.Subject, m.Text = s.mailText(m.Lang, m.Kind, set, own, d, &r)
	return m, nil
}

// fitsMail tells whether a mail of a kind still says what is so.
func fitsMail(r *Registration, kind string) bool {
	switch kind {
	case MailApproved:
		return slices.Contains(Admitted, r.State)
	case MailDeclined:
		return r.State == StateDeclined
	case MailWaiting:
		return r.State == StateWaiting
	case MailWithdrawn:
		return r.State == StateWithdrawn
	case MailRecheck:
		return r.Recheck
	case MailPlace:
		return r.State == StatePending || slices.Contains(Admitted, r.State)
	case MailConfirm:
		return r.Conduct.IsZero() && r.State != StateRemoved && r.State != StateWithdrawn && r.State != StateDeclined
	}
	return r.State != StateRemoved
}

// mailText is the subject and text of a mail; the page on which the staff writes its own
// paragraphs shows the same.
func (s *Service) mailText(lang, kind string, set *editions.Setting, own *Setting, d Delegation, r *Registration) (subject, text string) {
	name := func(t core.Text) string { n, _ := t.In(lang); return n }
	url := func(path string) string { return s.BaseURL + "/" + lang + set.Path() + path }
	category := ""
	if c := own.Category(r.Category); c != nil {
		category = name(c.Name)
	}
	reason := name(r.Reason)
	if reason != "" {
		reason = quoteMail(reason)
	} else {
		reason = s.Catalog.T(lang, "participation.letter.no_reason")
	}
	group := d.Name
	if group == "" {
		group = s.Catalog.T(lang, "participation.letter.somebody")
	}
	lines := []string{s.Catalog.T(lang, "participation.letter.line.number", "Number", r.Number)}
	if category != "" {
		lines = append(lines, s.Catalog.T(lang, "participation.letter.line.category", "Category", category))
	}
	lines = append(lines, s.Catalog.T(lang, "participation.letter.line.mode", "Mode", s.Catalog.T(lang, "participation.mode."+r.Mode)))
	if d.Name != "" {
		lines = append(lines, s.Catalog.T(lang, "participation.letter.line.delegation", "Delegation", d.Name))
	}
	return s.Mail.Compose(lang, kind,
		"Name", r.Name, "Edition", name(set.Name), "Facts", strings.Join(lines, "\n"), "Reason", reason, "Delegation", group,
		"Own", name(own.Letters[kind]), "Next", s.mailNext(lang, kind, own, r, url), "URL", url("/register"))
}

// mailNext is what comes next for her, as a paragraph of a mail.
func (s *Service) mailNext(lang, kind string, own *Setting, r *Registration, url func(string) string) string {
	t := func(key string, args ...any) string {
		return s.Catalog.T(lang, "participation.letter.next."+key, args...)
	}
	switch kind {
	case MailReceived:
		if r.State == StateSubmitted {
			return t("submitted")
		}
		return t("received")
	case MailApproved:
		out := []string{t("approved_" + r.Mode)}
		if own.VisaLetter && r.Visa.Wanted && r.OnSite() {
			out = append(out, t("visa")+"\n\n"+url("/register/letters"))
		}
		return strings.Join(out, "\n\n")
	case MailPlace:
		if slices.Contains(Admitted, r.State) {
			return t("approved_" + r.Mode)
		}
		return t("received")
	}
	return ""
}

// quoteMail sets words of somebody else apart in a mail.
func quoteMail(s string) string {
	var out []string
	for line := range strings.Lines(s) {
		out = append(out, "> "+strings.TrimSpace(line))
	}
	return strings.Join(out, "\n")
}
