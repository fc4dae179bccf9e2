package messages

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

// SignersInput is the form of who signs.
type SignersInput struct {
	Version string        `form:"version" ui:"hidden" json:"-"` // mark of what the form was made from; empty: nobody asks
	Signers []SignerInput `form:"signers" ui:"rows" json:"signers"`
}

// SignerInput is one signer. Person is a name, or the address of the person's page;
// Session the reference of a main session.
type SignerInput struct {
	Role    string `form:"role" ui:"select" json:"role"`
	Person  string `form:"person" ui:"text" max:"200" json:"person"`
	Session string `form:"session" ui:"text" max:"40" json:"session"`
	Needed  bool   `form:"needed" ui:"check" json:"needed"`
}

// SetSigners says who signs the Messages of an edition. The staff may. Signatures that
// were given stay. Who is not found, or is one of several of that name, is Invalid.
// Event: messages.signers_set. Stale with the SignersInput as it now stands.
func (s *Service) SetSigners(ctx context.Context, a core.Actor, set *editions.Setting, in SignersInput) error {
	ms, err := loadSet(ctx, s.rec.DB.Read, set.ID)
	if err != nil {
		return err
	}
	if err := policy.Check("set_signers", stateOf(ms), a.Roles(set.Scope())...); err != nil {
		return err
	}
	p := core.Validate(in)
	var list []Signer
	for i, row := range in.Signers {
		if strings.TrimSpace(row.Person) == "" && row.Role == "" {
			continue
		}
		at := core.Row("signers", i)
		sg := Signer{Edition: set.ID, Position: len(list), Role: row.Role, Needed: row.Needed}
		if !slices.Contains(SignRoles, row.Role) {
			p.Add(at+"role", "form.required")
		}
		if sg.Person, err = s.personNamed(ctx, row.Person); err != nil {
			return err
		}
		if sg.Person == "" {
			p.Add(at+"person", "messages.error.person", "Name", row.Person)
		}
		if ref := strings.TrimSpace(row.Session); ref != "" {
			ses, err := s.programme.Session(ctx, a, set, ref)
			switch {
			case err == nil:
				sg.Session = ses.ID
			case core.KindOf(err) == core.KindNotFound:
				p.Add(at+"session", "messages.error.session", "Ref", ref)
			default:
				return err
			}
		}
		if slices.ContainsFunc(list, func(o Signer) bool {
			return o.Role == sg.Role && o.Person == sg.Person && o.Session == sg.Session
		}) {
			p.Add(at+"person", "messages.error.signer_twice")
		}
		list = append(list, sg)
	}
	if err := p.Err(); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		if in.Version != "" {
			now, err := s.signersNow(ctx, tx, a, set)
			if err != nil {
				return err
			}
			if now.Version != in.Version {
				return core.Stale(now)
			}
		}
		return s.setSignersTx(ctx, tx, set, list)
	})
}

// Signers is the form of who signs as it stands. The staff may.
func (s *Service) Signers(ctx context.Context, a core.Actor, set *editions.Setting) (SignersInput, error) {
	ms, err := loadSet(ctx, s.rec.DB.Read, set.ID)
	if err != nil {
		return SignersInput{}, err
	}
	if err := policy.Check("set_signers", stateOf(ms), a.Roles(set.Scope())...); err != nil {
		return SignersInput{}, err
	}
	return s.signersNow(ctx, s.rec.DB.Read, a, set)
}

func (s *Service) signersNow(ctx context.Context, idb bun.IDB, a core.Actor, set *editions.Setting) (SignersInput, error) {
	var in SignersInput
	list, err := signers(ctx, idb, set.ID)
	if err != nil {
		return in, err
	}
	found, err := s.programme.SessionsByID(ctx, a, sessionsToSign(list))
	if err != nil {
		return in, err
	}
	for _, sg := range list {
		row := SignerInput{Role: sg.Role, Person: "/people/" + string(sg.Person), Needed: sg.Needed}
		if ses := found[sg.Session]; ses != nil {
			row.Session = ses.Ref
		}
		in.Signers = append(in.Signers, row)
	}
	in.Version = markOf(in)
	return in, nil
}

func sessionsToSign(list []Signer) []core.ID {
	var out []core.ID
	for _, sg := range list {
		if sg.Session != "" {
			out = append(out, sg.Session)
		}
	}
	return out
}

// SetSignersTx is SetSigners inside a write, with people by their ids.
func (s *Service) SetSignersTx(ctx context.Context, tx *record.Tx, set *editions.Setting, list []Signer) error {
	ms, err := loadSet(ctx, tx, set.ID)
	if err != nil {
		return err
	}
	if err := policy.Check("set_signers", stateOf(ms), tx.Actor.Roles(set.Scope())...); err != nil {
		return err
	}
	return s.setSignersTx(ctx, tx, set, list)
}

func (s *Service) setSignersTx(ctx context.Context, tx *record.Tx, set *editions.Setting, list []Signer) error {
	before, err := signers(ctx, tx, set.ID)
	if err != nil {
		return err
	}
	if _, err := tx.NewDelete().Model((*Signer)(nil)).Where("edition = ?", set.ID).Exec(ctx); err != nil {
		return fmt.Errorf("change signers: %w", err)
	}
	for i := range list {
		list[i].ID, list[i].Edition, list[i].Position = tx.NewID(), set.ID, i
		for _, o := range before {
			if o.Role == list[i].Role && o.Person == list[i].Person && o.Session == list[i].Session {
				list[i].ID, list[i].Asked = o.ID, o.Asked
			}
		}
	}
	if len(list) > 0 {
		if _, err := tx.NewInsert().Model(&list).Exec(ctx); err != nil {
			return fmt.Errorf("change signers: %w", err)
		}
	}
	tx.Append("messages.signers_set", set.ID, set.Scope(), record.Internal, record.Data{"label": NameOf(set.Edition), "count": len(list)})
	return nil
}

// personNamed finds a person by the address of her page or her name; empty where nobody,
// or more than one, is called so.
func (s *Service) personNamed(ctx context.Context, said string) (core.ID, error) {
	said = strings.TrimSpace(said)
	if s.house.People == nil || said == "" {
		return "", nil
	}
	if _, id, ok := strings.Cut(said, "/people/"); ok {
		found, err := s.house.People.Persons(ctx, []core.ID{core.ID(id)})
		if p, there := found[core.ID(id)]; there { // the page of then may be part of another one by now
			return cmp.Or(p.MergedInto, p.ID), nil
		}
		return "", err
	}
	list, err := s.house.People.FindPersons(ctx, said, 2)
	if err != nil || len(list) != 1 {
		return "", err
	}
	return list[0].Person.ID, nil
}

// SignInput is what a signer says of the published version.
type SignInput struct {
	Signer   core.ID `form:"signer" ui:"hidden" json:"signer"`
	Revision int     `form:"revision" ui:"hidden" json:"revision"`
	Refuse   bool    `form:"refuse" ui:"check" json:"refuse"`
	Reason   string  `form:"reason" ui:"area" max:"1000" json:"reason"`
}

// Sign signs the newest published revision, or refuses to with a reason, as one of
// those who sign. Only the signer herself may. Conflict where another version was
// published meanwhile. Event: messages.signed or messages.signature_refused.
func (s *Service) Sign(ctx context.Context, a core.Actor, set *editions.Setting, in SignInput) error {
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error { return s.SignTx(ctx, tx, set, in) })
}

// SignTx is Sign inside a write.
func (s *Service) SignTx(ctx context.Context, tx *record.Tx, set *editions.Setting, in SignInput) error {
	ms, err := loadSet(ctx, tx, set.ID)
	if err != nil {
		return err
	}
	list, err := signers(ctx, tx, set.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(sg Signer) bool { return sg.ID == in.Signer })
	whose := StateOthers
	if i >= 0 && list[i].Person == tx.Actor.Person && tx.Actor.Person != "" {
		whose = StateOwn
	}
	if err := signPolicy.Check("sign", whose, tx.Actor.Roles(set.Scope())...); err != nil {
		return err
	}
	if stateOf(ms) != StateDraft && stateOf(ms) != StateFinal {
		return core.Conflict("messages.error.nothing_to_sign")
	}
	p := core.Validate(in)
	in.Reason = strings.TrimSpace(in.Reason)
	if in.Refuse && in.Reason == "" {
		p.Add("reason", "messages.error.refuse_reason")
	}
	if err := p.Err(); err != nil {
		return err
	}
	rev, err := s.publishedTx(ctx, tx, ms.Document)
	if err != nil {
		return err
	}
	if rev.Number != in.Revision {
		return core.Conflict("messages.error.signed_other", "Number", rev.Number)
	}
	sig := Signature{
		ID: tx.NewID(), Edition: set.ID, Role: list[i].Role, Session: list[i].Session, Person: list[i].Person, Account: tx.Actor.Account,
		Revision: rev.Number, Hash: rev.Hash, Words: wordsOf(rev), Accepted: !in.Refuse, Reason: in.Reason, Signed: tx.Now,
	}
	if _, err := tx.NewInsert().Model(&sig).Exec(ctx); err != nil {
		return fmt.Errorf("sign: %w", err)
	}
	kind := "messages.signed"
	if in.Refuse {
		kind = "messages.signature_refused"
	}
	tx.Append(kind, set.ID, set.Scope(), record.Public, record.Data{
		"label": ms.Name, "role": sig.Role, "revision": sig.Revision, "hash": sig.Hash, "reason": sig.Reason,
	})
	return nil
}

// publishedTx is the newest published revision of a document, inside a write.
func (s *Service) publishedTx(ctx context.Context, tx *record.Tx, doc core.ID) (documents.Revision, error) {
	revs, err := s.docs.PublishedTx(ctx, tx, doc)
	if err != nil {
		return documents.Revision{}, err
	}
	rev, ok := revs[doc]
	if !ok {
		return rev, core.NotFound()
	}
	return rev, nil
}

// Ask asks by mail all who have not said anything of the published version. The same
// person is asked once for the same words. The staff may. It gives how many are asked,
// and how many have no account to which a mail could go. Event:
// messages.signatures_asked.
func (s *Service) Ask(ctx context.Context, a core.Actor, set *editions.Setting) (asked, unreachable int, err error) {
	v, so, err := s.SignOff(ctx, a, set)
	if err != nil {
		return 0, 0, err
	}
	if err := policy.Check("ask_signers", v.State, a.Roles(set.Scope())...); err != nil {
		return 0, 0, err
	}
	if s.house.Accounts == nil || s.house.Mail == nil || so.Revision.Number == 0 {
		return 0, 0, core.Conflict("messages.error.nothing_to_sign")
	}
	var persons []core.ID
	for _, st := range so.Signers {
		persons = append(persons, st.Person)
	}
	accounts, err := s.house.Accounts.ByPerson(ctx, persons)
	if err != nil {
		return 0, 0, err
	}
	words := wordsOf(so.Revision)
	var mails []mail.Message
	var ids []core.ID
	for _, st := range so.Signers {
		acc, ok := accounts[st.Person]
		switch {
		case st.State == Signed || st.State == Refused:
			continue
		case !ok || acc.Disabled:
			unreachable++
			continue
		}
		name, _ := v.Set.Name.In(acc.Lang)
		m := mail.Message{ID: "messages-sign/" + string(st.ID) + "/" + words[:24], Kind: "messages_sign", To: acc.Email, ToName: acc.Name, Lang: acc.Lang}
		m.Subject, m.Text = s.house.Mail.Compose(acc.Lang, m.Kind, "Messages", name, "Number", so.Revision.Number, "Hash", so.Revision.Hash,
			"Address", s.house.BaseURL+set.Path()+"/messages/sign-off")
		mails, ids = append(mails, m), append(ids, st.ID)
	}
	if len(mails) == 0 {
		return 0, unreachable, nil
	}
	return len(mails), unreachable, s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		if _, err := tx.NewUpdate().Model((*Signer)(nil)).Set("asked = ?", tx.Now).Where("id IN (?)", bun.List(ids)).Exec(ctx); err != nil {
			return fmt.Errorf("ask signers: %w", err)
		}
		if err := s.house.Mail.QueueTx(ctx, tx, mails...); err != nil {
			return err
		}
		tx.Append("messages.signatures_asked", set.ID, set.Scope(), record.Internal, record.Data{"label": v.Set.Name, "count": len(mails)})
		return nil
	})
}
