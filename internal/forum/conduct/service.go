package conduct

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/participation"
	"plenary/internal/forum/programme"
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
	Participation *participation.Service
	Programme     *programme.Service
	Accounts      *authn.Service
	Mail          *mail.Service
	Files         *blob.Store
	Catalog       *i18n.Catalog
	BaseURL       string
}

// Service holds reports and decisions.
type Service struct {
	House
	rec     *record.Record
	enters  *web.Limiter // reports, by network: a whole venue may sit behind one
	uploads *web.Limiter // files, by network, before their bytes are kept
	guesses *web.Limiter // links, by network
}

// mostFiles are the most files of one report.
const mostFiles = 10

// New makes the service.
func New(rec *record.Record, h House) *Service {
	return &Service{House: h, rec: rec, enters: web.NewLimiter(time.Minute, 30), uploads: web.NewLimiter(time.Minute, 30), guesses: web.NewLimiter(2*time.Second, 60)}
}

// Scope of what happens to reports of an edition. No page of others reads it.
func Scope(edition core.ID) string { return string(edition) + "/conduct" }

// SettingOf is how an edition handles reports, with what is usual where nothing is set. Its
// caller has asked for the right.
func (s *Service) SettingOf(ctx context.Context, edition core.ID) (*Setting, error) {
	return settingIn(ctx, s.rec.DB.Read, edition)
}

func settingIn(ctx context.Context, idb bun.IDB, edition core.ID) (*Setting, error) {
	st := &Setting{}
	err := record.Found(idb.NewSelect().Model(st).Where("cs.edition = ?", edition).Scan(ctx))
	if core.KindOf(err) == core.KindNotFound {
		st, err = &Setting{Edition: edition, Months: 24, AppealDays: 14}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("load setting of conduct: %w", err)
	}
	var rows []handlerRow
	if err := idb.NewSelect().Model(&rows).Where("ch.edition = ?", edition).OrderExpr("ch.account").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load handlers: %w", err)
	}
	for _, r := range rows {
		st.Handlers = append(st.Handlers, r.Account)
	}
	return st, nil
}

// secretariat are the accounts that run an edition.
func secretariat(ctx context.Context, idb bun.IDB, edition core.ID) ([]core.ID, error) {
	var out []core.ID
	if err := idb.NewRaw(`SELECT DISTINCT g.account FROM account_grants AS g JOIN accounts AS a ON a.id = g.account
		WHERE g.role IN (?) AND g.scope IN (?) AND a.disabled = FALSE ORDER BY g.account`,
		bun.List([]core.Role{core.RoleSecretariat, core.RoleAdmin}), bun.List([]string{core.ScopeForum, string(edition)})).Scan(ctx, &out); err != nil {
		return nil, fmt.Errorf("load secretariat: %w", err)
	}
	return out, nil
}

// handlersOf are those who handle the reports of an edition: named ones, else the
// secretariat. A named one whose account is closed handles nothing.
func handlersOf(ctx context.Context, idb bun.IDB, edition core.ID) (named, others []core.ID, err error) {
	if err := idb.NewRaw("SELECT ch.account FROM conduct_handlers AS ch JOIN accounts AS a ON a.id = ch.account WHERE ch.edition = ? AND a.disabled = FALSE ORDER BY ch.account", edition).Scan(ctx, &named); err != nil {
		return nil, nil, fmt.Errorf("load handlers: %w", err)
	}
	others, err = secretariat(ctx, idb, edition)
	return named, others, err
}

// Handlers names those to whom a report goes, for who wants to report.
func (s *Service) Handlers(ctx context.Context, edition core.ID) ([]authn.Account, error) {
	named, others, err := handlersOf(ctx, s.rec.DB.Read, edition)
	if err != nil {
		return nil, err
	}
	ids := eligible(named, others)
	accounts, err := s.Accounts.ByIDs(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]authn.Account, 0, len(ids))
	for _, id := range ids {
		if a, ok := accounts[id]; ok {
			out = append(out, a)
		}
	}
	return out, nil
}

// SettingInput is the form of the setting.
type SettingInput struct {
	Handlers   string    `form:"handlers" ui:"area" max:"4000"` // addresses, one a line
	Contact    core.Text `form:"contact" ui:"areas" max:"1000"`
	AppealDays int       `form:"appeal_days" ui:"number" required:"true"`
	Months     int       `form:"months" ui:"number" required:"true"`
	Version    int64     `form:"version" ui:"hidden"`
}

// CanName tells whether an actor says who handles the reports of an edition.
func CanName(a core.Actor, edition core.ID) bool {
	return policy.Can("name", "", a.Roles(string(edition))...)
}

// Form is the setting as its form shows it, for the staff. NotFound for others.
func (s *Service) Form(ctx context.Context, a core.Actor, set *editions.Setting) (SettingInput, error) {
	var in SettingInput
	if !CanName(a, set.ID) {
		return in, hidden(a)
	}
	st, err := s.SettingOf(ctx, set.ID)
	if err != nil {
		return in, err
	}
	accounts, err := s.Accounts.ByIDs(ctx, st.Handlers)
	if err != nil {
		return in, err
	}
	var lines []string
	for _, id := range st.Handlers {
		lines = append(lines, accounts[id].Email)
	}
	slices.Sort(lines)
	return SettingInput{Handlers: strings.Join(lines, "\n"), Contact: st.Contact, AppealDays: st.AppealDays, Months: st.Months, Version: st.Version}, nil
}

// Set says who handles the reports of an edition, for the staff. It appends
// conduct.setting_changed.
func (s *Service) Set(ctx context.Context, a core.Actor, set *editions.Setting, in SettingInput) error {
	if !CanName(a, set.ID) {
		return hidden(a)
	}
	p := core.Validate(in)
	if in.AppealDays < 1 || in.AppealDays > 90 {
		p.Add("appeal_days", "conduct.error.days")
	}
	if in.Months < 1 || in.Months > 120 {
		p.Add("months", "conduct.error.months")
	}
	var ids []core.ID
	for _, line := range core.Lines(in.Handlers) {
		acc, err := s.Accounts.ByEmail(ctx, line)
		switch {
		case core.KindOf(err) == core.KindNotFound, err == nil && acc.Disabled:
			p.Add("handlers", "conduct.error.no_account", "Email", line)
		case err != nil:
			return err
		case !slices.Contains(ids, acc.ID):
			ids = append(ids, acc.ID)
		}
	}
	if err := p.Err(); err != nil {
		return err
	}
	now, err := s.Form(ctx, a, set)
	if err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		st, err := settingTx(ctx, tx, set.ID)
		if err != nil {
			return err
		}
		if st.Version != in.Version && in.Version != 0 {
			return core.Stale(now)
		}
		st.Contact, st.AppealDays, st.Months = in.Contact.Clean(), in.AppealDays, in.Months
		st.Version++
		if _, err := tx.NewUpdate().Model(st).Column("contact", "appeal_days", "months", "version").WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("save setting of conduct: %w", err)
		}
		if _, err := tx.NewDelete().Model((*handlerRow)(nil)).Where("edition = ?", set.ID).Exec(ctx); err != nil {
			return fmt.Errorf("change handlers: %w", err)
		}
		rows := make([]handlerRow, 0, len(ids))
		for _, id := range ids {
			rows = append(rows, handlerRow{Edition: set.ID, Account: id})
		}
		if len(rows) > 0 {
			if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
				return fmt.Errorf("name handlers: %w", err)
			}
		}
		tx.Append("conduct.setting_changed", set.ID, Scope(set.ID), record.Internal, record.Data{"handlers": len(ids), "months": in.Months})
		return nil
	})
}

// settingTx is the setting inside an act; its row is made where there is none.
func settingTx(ctx context.Context, tx *record.Tx, edition core.ID) (*Setting, error) {
	fresh := &Setting{Edition: edition, Months: 24, AppealDays: 14, Version: 1}
	if _, err := tx.NewInsert().Model(fresh).On("CONFLICT (edition) DO NOTHING").Exec(ctx); err != nil {
		return nil, fmt.Errorf("make setting of conduct: %w", err)
	}
	return settingIn(ctx, tx, edition)
}

// hidden is what somebody who may not know is told.
func hidden(a core.Actor) error {
	if !a.SignedIn() && a.Program == "" {
		return core.SignIn()
	}
	return core.NotFound()
}
