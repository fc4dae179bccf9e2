package authn

import (
	"context"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

// maxName is the most characters of a name.
const maxName = 200

// NewAccount is what an account is made of.
type NewAccount struct {
	Email  string
	Name   string
	Lang   string  // of her mails; English without it
	Zone   string  // IANA; may be empty
	Person core.ID // may be empty
	// DemoRole is the short key under which a demo offers to sign in as this person;
	// DemoAbout says what she is there for: a key of the catalogue, or a sentence.
	DemoRole, DemoAbout string
}

// CreateTx makes an account inside an act whose caller has decided that it may be
// made. It appends account.created; the e-mail address stands in its personal part.
// An address that already has an account is core.Conflict, one that is none, or a
// missing name, core.Invalid.
func (s *Service) CreateTx(ctx context.Context, tx *record.Tx, in NewAccount) (Account, error) {
	a, err := s.draft(tx, in)
	if err != nil {
		return Account{}, err
	}
	if _, err := accountAt(ctx, tx, a.EmailKey); core.KindOf(err) != core.KindNotFound {
		if err != nil {
			return Account{}, err
		}
		return Account{}, core.Conflict("authn.email.taken", "Email", a.Email)
	}
	if err := s.personFree(ctx, tx, a.ID, a.Person); err != nil {
		return Account{}, err
	}
	return a, s.insert(ctx, tx, a)
}

func (s *Service) draft(tx *record.Tx, in NewAccount) (Account, error) {
	var p core.Problems
	addr, key, err := mail.Address(in.Email)
	if err != nil {
		p.Add("email", "mail.address.invalid")
	}
	name := cleanName(in.Name)
	switch n := utf8.RuneCountInString(name); {
	case n == 0:
		p.Add("name", "form.required")
	case n > maxName:
		p.Add("name", "form.too_long", "Count", maxName, "Have", n)
	}
	a := Account{
		ID: tx.NewID(), Email: addr, EmailKey: key, Name: name, NameKey: core.Fold(name), Lang: in.Lang, Zone: in.Zone,
		Person: in.Person, DemoRole: in.DemoRole, DemoAbout: in.DemoAbout, Created: tx.Now, Version: 1,
	}
	if !core.LangKnown(a.Lang) {
		a.Lang = "en"
	}
	if _, err := core.LoadZone(a.Zone); err != nil {
		a.Zone = ""
	}
	return a, p.Err()
}

func (s *Service) insert(ctx context.Context, tx *record.Tx, a Account) error {
	if _, err := tx.NewInsert().Model(&a).Exec(ctx); err != nil {
		return fmt.Errorf("make account: %w", err)
	}
	if err := addAddressTx(ctx, tx, a.ID, a.Email, a.EmailKey); err != nil {
		return err
	}
	tx.AppendPersonal("account.created", a.ID, core.ScopeForum, record.Internal,
		record.Data{"label": a.Name}, record.Data{"email": a.Email})
	return nil
}

func (s *Service) personFree(ctx context.Context, tx *record.Tx, account, person core.ID) error {
	if person == "" {
		return nil
	}
	taken, err := tx.NewSelect().Model((*Account)(nil)).Where("person = ? AND id <> ?", person, account).Exists(ctx)
	if err != nil {
		return fmt.Errorf("look for account of person: %w", err)
	}
	if taken {
		return core.Conflict("authn.person.taken")
	}
	return nil
}

// GrantTx gives a role in a scope to an account, inside an act whose caller has asked
// the policy. It appends account.granted, or nothing if the account has the role
// already. Only the roles of Grantable are granted; administration only of the whole
// forum.
func (s *Service) GrantTx(ctx context.Context, tx *record.Tx, account core.ID, role core.Role, scope string) error {
	if !slices.Contains(Grantable, role) || scope == "" || (role == core.RoleAdmin && scope != core.ScopeForum) {
		return core.Invalid("authn.grant.unknown")
	}
	a, err := loadAccount(ctx, tx, "a.id = ?", account)
	if err != nil {
		return err
	}
	if slices.Contains(a.Grants, core.Grant{Role: role, Scope: scope}) {
		return nil
	}
	row := grantRow{Account: account, Role: role, Scope: scope}
	if _, err := tx.NewInsert().Model(&row).On("CONFLICT DO NOTHING").Exec(ctx); err != nil {
		return fmt.Errorf("grant: %w", err)
	}
	tx.Append("account.granted", account, core.ScopeForum, record.Internal, record.Data{
		"label": a.Name, "role": role, "scope": scope,
		"changes": map[string]record.Change{"granted_role": {After: role}, "granted_scope": {After: scope}},
	})
	s.forgetTx(tx)
	return nil
}

// RevokeTx takes a role in a scope away from an account, inside an act whose caller
// has asked the policy. It holds at once in this process and within seconds in
// others. It appends account.revoked, or nothing if the account does not have the
// role. The last administrator is core.Conflict.
func (s *Service) RevokeTx(ctx context.Context, tx *record.Tx, account core.ID, role core.Role, scope string) error {
	a, err := loadAccount(ctx, tx, "a.id = ?", account)
	if err != nil {
		return err
	}
	if !slices.Contains(a.Grants, core.Grant{Role: role, Scope: scope}) {
		return nil
	}
	if role == core.RoleAdmin {
		if err := s.otherAdmin(ctx, tx, account); err != nil {
			return err
		}
	}
	if _, err := tx.NewDelete().Model((*grantRow)(nil)).
		Where("account = ? AND role = ? AND scope = ?", account, role, scope).Exec(ctx); err != nil {
		return fmt.Errorf("revoke: %w", err)
	}
	tx.Append("account.revoked", account, core.ScopeForum, record.Internal, record.Data{
		"label": a.Name, "role": role, "scope": scope,
		"changes": map[string]record.Change{"granted_role": {Before: role}, "granted_scope": {Before: scope}},
	})
	s.forgetTx(tx)
	return nil
}

// otherAdmin holds that somebody is left who can grant roles; the operator at the
// command line needs nobody.
func (s *Service) otherAdmin(ctx context.Context, tx *record.Tx, account core.ID) error {
	if tx.Actor.Program != "" {
		return nil
	}
	n, err := admins(ctx, tx, account)
	if err != nil {
		return fmt.Errorf("count administrators: %w", err)
	}
	if n == 0 {
		return core.Conflict("authn.admin.last")
	}
	return nil
}

// LinkPersonTx says which person an account belongs to, inside an act whose caller has
// asked the policy; an empty person unties it. It appends account.linked. A person
// who has another account is core.Conflict.
func (s *Service) LinkPersonTx(ctx context.Context, tx *record.Tx, account, person core.ID) error {
	a, err := loadAccount(ctx, tx, "a.id = ?", account)
	if err != nil {
		return err
	}
	if a.Person == person {
		return nil
	}
	if err := s.personFree(ctx, tx, account, person); err != nil {
		return err
	}
	if _, err := tx.NewUpdate().Model((*Account)(nil)).Set("person = ?, version = version + 1", person).
		Where("id = ?", account).Exec(ctx); err != nil {
		return fmt.Errorf("link account: %w", err)
	}
	tx.Append("account.linked", account, core.ScopeForum, record.Internal, record.Data{"label": a.Name, "person": person})
	s.forgetTx(tx)
	return nil
}

// RenameTx makes the name of an account that of its person, inside an act whose
// caller has asked the policy. It appends account.edited, or nothing if the name
// stays.
func (s *Service) RenameTx(ctx context.Context, tx *record.Tx, account core.ID, name string) error {
	before, err := loadAccount(ctx, tx, "a.id = ?", account)
	if err != nil {
		return err
	}
	after := before
	after.Name = cleanName(name)
	if after.Name == "" || after.Name == before.Name {
		return nil
	}
	return s.change(ctx, tx, before, after)
}

// change writes what may be edited of an account.
func (s *Service) change(ctx context.Context, tx *record.Tx, before, after Account) error {
	after.NameKey = core.Fold(after.Name)
	after.Version++
	res, err := tx.NewUpdate().Model(&after).Column("name", "name_key", "lang", "zone", "version").
		Where("id = ? AND version = ?", after.ID, before.Version).Exec(ctx)
	stale, err := record.Once(res, err)
	if err != nil {
		return fmt.Errorf("edit account: %w", err)
	}
	if stale {
		return core.Stale(editInput(before))
	}
	tx.Append("account.edited", after.ID, core.ScopeForum, record.Internal,
		record.Data{"label": after.Name, "changes": record.Changes(before, after)})
	s.forgetTx(tx)
	return nil
}

// ByPerson returns the accounts of persons. Who has none is not in the map. It gives
// addresses away: it is for those who write mails or act for the persons.
func (s *Service) ByPerson(ctx context.Context, persons []core.ID) (map[core.ID]Account, error) {
	if len(persons) == 0 {
		return map[core.ID]Account{}, nil
	}
	list, err := loadAccounts(ctx, s.rec.DB.Read, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("a.person IN (?) AND a.person <> ''", bun.List(persons))
	})
	if err != nil {
		return nil, err
	}
	out := make(map[core.ID]Account, len(list))
	for _, a := range list {
		out[a.Person] = a
	}
	return out, nil
}

// ByEmail returns the account that has an address, primary or not, however it is spelt; core.NotFound if
// there is none. Its answer is not for pages: who has an account is nobody's business.
func (s *Service) ByEmail(ctx context.Context, email string) (Account, error) {
	_, key, err := mail.Address(email)
	if err != nil {
		return Account{}, core.NotFound()
	}
	return accountAt(ctx, s.rec.DB.Read, key)
}

// ByID returns an account, for the program's own use; pages ask Show.
// One that became part of another leads to that one.
func (s *Service) ByID(ctx context.Context, id core.ID) (Account, error) {
	a, err := loadAccount(ctx, s.rec.DB.Read, "a.id = ?", id)
	if err != nil {
		return a, err
	}
	return follow(ctx, s.rec.DB.Read, a)
}

// ByIDs returns accounts by their ids, for those who write mails: it gives addresses
// away. What is not there is not in the map; what became part of another stands for that one.
func (s *Service) ByIDs(ctx context.Context, ids []core.ID) (map[core.ID]Account, error) {
	out := make(map[core.ID]Account, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	list, err := loadAccounts(ctx, s.rec.DB.Read, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("a.id IN (?)", bun.List(ids))
	})
	if err != nil {
		return nil, err
	}
	kept, err := followAll(ctx, s.rec.DB.Read, list)
	for i := range kept {
		out[list[i].ID] = kept[i]
	}
	return out, err
}

// Accounts lists all accounts by name, for the program's own use; pages ask List.
func (s *Service) Accounts(ctx context.Context, page core.Page) (core.List[Account], error) {
	return s.query(ctx, Query{Page: page})
}
