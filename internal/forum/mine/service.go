package mine

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/participation"
	"plenary/internal/forum/people"
	"plenary/internal/forum/support"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/blob"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

// House is what the room needs of others.
type House struct {
	Editions      *editions.Service
	People        *people.Service
	Participation *participation.Service
	Support       *support.Service
	Accounts      *authn.Service
	Mail          *mail.Service
	Files         *blob.Store
	Catalog       *i18n.Catalog
	BaseURL       string
}

// Service gathers and erases what the forum holds about people.
type Service struct {
	House
	rec     *record.Record
	parts   []Holder
	asks    []Duties
	exports *web.Limiter
	mails   *web.Limiter
}

// New makes the service.
func New(rec *record.Record, h House) *Service {
	s := &Service{House: h, rec: rec, exports: web.NewLimiter(10*time.Minute, 3), mails: web.NewLimiter(10*time.Minute, 3)}
	s.parts = s.holders()
	return s
}

// Setting is how long things are kept.
func (s *Service) Setting(ctx context.Context) (Setting, error) {
	st := Setting{ID: "forum", Cooling: 7, Needs: 60}
	err := record.Found(s.rec.DB.Read.NewSelect().Model(&st).Where("ms.id = ?", "forum").Scan(ctx))
	if core.KindOf(err) == core.KindNotFound {
		return Setting{ID: "forum", Cooling: 7, Needs: 60}, nil
	}
	return st, err
}

// SettingInput is the form of the setting.
type SettingInput struct {
	Cooling int   `form:"cooling" ui:"number"`
	Needs   int   `form:"needs" ui:"number"`
	Version int64 `form:"version" ui:"hidden"`
}

// Set says how long things are kept, for the staff. It appends data.kept_changed.
func (s *Service) Set(ctx context.Context, a core.Actor, in SettingInput) error {
	if !requestPolicy.Can("set_days", StateAsked, a.Roles(core.ScopeForum)...) {
		return hidden(a)
	}
	var p core.Problems
	if in.Cooling < 0 || in.Cooling > 30 {
		p.Add("cooling", "mine.error.cooling")
	}
	if in.Needs < 1 || in.Needs > 365 {
		p.Add("needs", "mine.error.needs")
	}
	if err := p.Err(); err != nil {
		return err
	}
	now, err := s.Setting(ctx)
	if err != nil {
		return err
	}
	if now.Version != in.Version {
		return core.Stale(SettingInput{Cooling: now.Cooling, Needs: now.Needs, Version: now.Version})
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		st := Setting{ID: "forum", Cooling: in.Cooling, Needs: in.Needs, Version: in.Version + 1}
		res, err := tx.NewInsert().Model(&st).On("CONFLICT (id) DO UPDATE").Set("cooling = EXCLUDED.cooling, needs = EXCLUDED.needs, version = EXCLUDED.version").
			Where("ms.version = ?", in.Version).Exec(ctx)
		if stale, err := record.Once(res, err); err != nil || stale {
			return record.StaleOr(err, SettingInput{Cooling: now.Cooling, Needs: now.Needs, Version: now.Version})
		}
		tx.Append("data.kept_changed", "forum", core.ScopeForum, record.Internal, record.Data{"cooling": in.Cooling, "needs": in.Needs})
		return nil
	})
}

// who gathers by what an account is known. Its caller has asked for the right.
func (s *Service) who(ctx context.Context, id core.ID) (*Who, error) {
	acc, err := s.Accounts.ByID(ctx, id)
	if err != nil {
		return nil, err
	}
	w := &Who{Account: acc.ID, Person: acc.Person, Lang: acc.Lang}
	names, emails := []string{acc.Name}, []string{acc.Email, acc.EmailKey}
	keys, err := s.Accounts.Keys(ctx, acc.ID)
	if err != nil {
		return nil, err
	}
	emails = append(emails, keys...)
	if w.Former, err = s.Accounts.Former(ctx, acc.ID); err != nil {
		return nil, err
	}
	former, err := s.Accounts.NamesOf(ctx, w.Former)
	if err != nil {
		return nil, err
	}
	names = append(names, former...)
	list, err := s.Participation.OfAccount(ctx, acc.ID)
	if err != nil {
		return nil, err
	}
	for _, r := range list {
		w.Registrations = append(w.Registrations, r.ID)
		names, emails = append(names, r.Name), append(emails, r.Email, r.EmailKey)
	}
	if err := s.unclaimed(ctx, w, keys, &names); err != nil {
		return nil, err
	}
	if acc.Person != "" {
		found, err := s.People.Persons(ctx, []core.ID{acc.Person})
		if err != nil {
			return nil, err
		}
		p := found[acc.Person]
		names = append(names, p.Name, p.Address())
		for _, n := range p.Names.By {
			names = append(names, n)
		}
		w.Public = p.Public
		if err := s.formerPages(ctx, w, &names); err != nil {
			return nil, err
		}
	}
	w.Names, w.Emails = unique(names), unique(emails)
	lang := core.Langs[0]
	if f, err := s.Editions.Forum(ctx); err == nil && core.LangKnown(f.Lang) {
		lang = f.Lang
	}
	w.Withdrawn = s.Catalog.T(lang, "mine.withdrawn")
	return w, nil
}

func may(a core.Actor, action string) error {
	if !a.SignedIn() {
		return core.SignIn()
	}
	return policy.Check(action, "", a.Roles(core.ScopeForum)...)
}

// Held is what a room holds about somebody, in numbers for a page.
type Held struct {
	Room  string
	Parts map[string]int // rows by part
	Files int
}

// Overview tells what the rooms hold about the actor.
func (s *Service) Overview(ctx context.Context, a core.Actor) ([]Held, error) {
	if err := may(a, "see"); err != nil {
		return nil, err
	}
	return s.held(ctx, a.Account)
}

// held is what the rooms hold about the owner of an account.
func (s *Service) held(ctx context.Context, account core.ID) ([]Held, error) {
	w, err := s.who(ctx, account)
	if err != nil {
		return nil, err
	}
	var out []Held
	for _, h := range s.parts {
		list, err := h.Collect(ctx, w)
		if err != nil {
			return nil, fmt.Errorf("collect %s: %w", h.Name(), err)
		}
		x := Held{Room: h.Name(), Parts: map[string]int{}}
		for _, p := range list {
			x.Parts[p.Name] += len(p.Rows)
			x.Files += len(p.Files)
		}
		if len(x.Parts) > 0 {
			out = append(out, x)
		}
	}
	return out, nil
}

// Keeps tells the actor what would stay if she were erased: how many rows, by reason.
func (s *Service) Keeps(ctx context.Context, a core.Actor) ([]Kept, *Who, error) {
	if err := may(a, "erase"); err != nil {
		return nil, nil, err
	}
	w, err := s.who(ctx, a.Account)
	if err != nil {
		return nil, nil, err
	}
	var out []Kept
	at := map[string]int{}
	for _, h := range s.parts {
		list, err := h.Keeps(ctx, w)
		if err != nil {
			return nil, nil, err
		}
		for _, k := range list {
			i, ok := at[k.Key]
			if !ok {
				i = len(out)
				at[k.Key], out = i, append(out, Kept{Key: k.Key})
			}
			out[i].Count += k.Count
		}
	}
	return out, w, nil
}

// formerPages are the pages that became part of hers, with their names.
func (s *Service) formerPages(ctx context.Context, w *Who, names *[]string) error {
	var rows []struct {
		ID   core.ID
		Name string
	}
	if err := s.rec.DB.Read.NewRaw("SELECT id, name FROM people WHERE merged_into = ? ORDER BY id", w.Person).Scan(ctx, &rows); err != nil {
		return fmt.Errorf("load former pages: %w", err)
	}
	for _, r := range rows {
		w.FormerPages, *names = append(w.FormerPages, r.ID), append(*names, r.Name)
	}
	return nil
}

// unclaimed are registrations under her addresses that belong to no account: somebody else
// entered them for her, or she had another one when two accounts of hers became one.
func (s *Service) unclaimed(ctx context.Context, w *Who, keys []string, names *[]string) error {
	var rows []struct {
		ID   core.ID
		Name string
	}
	if err := s.rec.DB.Read.NewRaw("SELECT id, name FROM registrations WHERE account = '' AND email_key <> '' AND email_key IN (?) ORDER BY id", bun.List(keys)).Scan(ctx, &rows); err != nil {
		return fmt.Errorf("load registrations of addresses: %w", err)
	}
	for _, r := range rows {
		w.Registrations, *names = append(w.Registrations, r.ID), append(*names, r.Name)
	}
	return nil
}
