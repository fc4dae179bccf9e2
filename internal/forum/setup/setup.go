// Package setup opens an empty instance: it makes the forum, its first administrator
// and its first edition, once, for whoever holds the token that was printed at start.
package setup

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
)

// Service sets up the forum.
type Service struct {
	rec       *record.Record
	authn     *authn.Service
	editions  *editions.Service
	programme *programme.Service
}

// tokenRow is a token that was given out, by one of the processes.
type tokenRow struct {
	bun.BaseModel `bun:"table:setup_tokens,alias:st"`

	Hash string `bun:"hash,pk"`
	Made int64  `bun:"made"` // by the machine's clock
}

// tokenFor is how long a token holds.
const tokenFor = 24 * time.Hour

// New makes the service.
func New(rec *record.Record, au *authn.Service, ed *editions.Service, p *programme.Service) *Service {
	return &Service{rec: rec, authn: au, editions: ed, programme: p}
}

// Needed tells whether there is no forum yet.
func (s *Service) Needed(ctx context.Context) (bool, error) {
	_, err := s.editions.Forum(ctx)
	if err != nil && core.KindOf(err) == core.KindNotFound {
		return true, nil
	}
	return false, err
}

// Token makes a token of the set-up page, or gives none where the forum stands. Any process
// takes it, for a day; the first set-up makes all of them void.
func (s *Service) Token(ctx context.Context) (string, error) {
	needed, err := s.Needed(ctx)
	if err != nil || !needed {
		return "", err
	}
	var b [32]byte
	_, _ = rand.Read(b[:]) // it never fails
	token := base64.RawURLEncoding.EncodeToString(b[:])
	now := core.Machine()
	err = s.rec.Write(ctx, core.Actor{Program: "setup"}, func(ctx context.Context, tx *record.Tx) error {
		if _, err := tx.NewDelete().Model((*tokenRow)(nil)).Where("made <= ?", now.Add(-tokenFor).UnixMicro()).Exec(ctx); err != nil {
			return err
		}
		_, err := tx.NewInsert().Model(&tokenRow{Hash: authn.HashOf(token), Made: now.UnixMicro()}).Exec(ctx)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("keep the token of the set-up: %w", err)
	}
	return token, nil
}

// check asks whether the token is the one that was given out and still needed.
func (s *Service) check(ctx context.Context, token string) error {
	needed, err := s.Needed(ctx)
	if err != nil {
		return err
	}
	if !needed || token == "" {
		return core.NotFound()
	}
	known, err := s.rec.DB.Read.NewSelect().Model((*tokenRow)(nil)).
		Where("hash = ? AND made > ?", authn.HashOf(token), core.Machine().Add(-tokenFor).UnixMicro()).Exists(ctx)
	if err != nil {
		return fmt.Errorf("look for the token of the set-up: %w", err)
	}
	if !known {
		return core.NotFound()
	}
	return nil
}

// Input is the set-up form.
type Input struct {
	Token    string    `form:"token" ui:"hidden" json:"-"`
	Forum    core.Text `form:"forum" ui:"text" max:"200" required:"1"`
	Short    string    `form:"short" ui:"text" max:"20" required:"1"`
	Name     string    `form:"name" ui:"text" max:"120" required:"1" autocomplete:"name"`
	Email    string    `form:"email" ui:"email" max:"200" required:"1" autocomplete:"email"`
	Edition  core.Text `form:"edition" ui:"text" max:"200" required:"1"`
	Slug     string    `form:"slug" ui:"text" max:"40" required:"1"`
	City     core.Text `form:"city" ui:"text" max:"100"`
	Zone     string    `form:"zone" ui:"text" max:"64" required:"1"`
	FirstDay string    `form:"first_day" ui:"date" required:"1"`
	LastDay  string    `form:"last_day" ui:"date" required:"1"`
	Rooms    string    `form:"rooms" ui:"area" max:"4000"`
	Themes   string    `form:"themes" ui:"area" max:"4000"`
}

// SetUp founds the forum, all of it or nothing, and gives the administrator's account.
// Whoever holds the token may, once. Events: forum.founded, edition.added,
// account.created, account.granted.
func (s *Service) SetUp(ctx context.Context, in Input) (authn.Account, error) {
	if err := s.check(ctx, in.Token); err != nil {
		return authn.Account{}, err
	}
	p := core.Validate(in)
	if err := p.Err(); err != nil {
		return authn.Account{}, err
	}
	ed := editions.EditionInput{
		Slug: in.Slug, Name: in.Edition, City: in.City, Zone: in.Zone, FirstDay: in.FirstDay, LastDay: in.LastDay, State: editions.StatePublic,
	}
	if err := ed.Validate(); err != nil {
		return authn.Account{}, err
	}
	forum := editions.ForumInput{Name: in.Forum, Short: in.Short, Contact: in.Email}
	if err := forum.Validate(); err != nil {
		return authn.Account{}, err
	}
	var acc authn.Account
	err := s.rec.Write(ctx, core.Actor{Program: "setup"}, func(ctx context.Context, tx *record.Tx) (err error) {
		res, err := tx.NewDelete().Model((*tokenRow)(nil)).Where("hash = ?", authn.HashOf(in.Token)).Exec(ctx)
		if used, err := record.Once(res, err); err != nil {
			return err
		} else if used {
			return core.NotFound() // somebody was quicker, maybe at another process
		}
		if _, err := tx.NewDelete().Model((*tokenRow)(nil)).Where("made > 0").Exec(ctx); err != nil {
			return err
		}
		if acc, err = s.authn.CreateTx(ctx, tx, authn.NewAccount{Email: in.Email, Name: in.Name, Lang: in.Forum.Orig, Zone: in.Zone}); err != nil {
			return err
		}
		if err := s.authn.GrantTx(ctx, tx, acc.ID, core.RoleAdmin, core.ScopeForum); err != nil {
			return err
		}
		if err := s.authn.GrantTx(ctx, tx, acc.ID, core.RoleSecretariat, core.ScopeForum); err != nil {
			return err
		}
		if err := s.editions.SetForumTx(ctx, tx, forum); err != nil {
			return err
		}
		e, err := s.editions.AddTx(ctx, tx, ed)
		if err != nil {
			return err
		}
		return s.furnish(ctx, tx, e, in)
	})
	if err != nil {
		return authn.Account{}, err
	}
	return acc, nil
}

// furnish gives the first edition its rooms, themes and session types.
func (s *Service) furnish(ctx context.Context, tx *record.Tx, e editions.Edition, in Input) error {
	set := &editions.Setting{Edition: e}
	places := editions.PlacesInput{Version: set.Version}
	for _, name := range core.Lines(in.Rooms) {
		places.Rooms = append(places.Rooms, editions.RoomInput{Name: core.NewText(in.Edition.Orig, name)})
	}
	if len(places.Rooms) > 0 {
		if err := s.editions.SetPlacesTx(ctx, tx, set, places); err != nil {
			return err
		}
	}
	themes := editions.ThemesInput{Version: set.Version}
	for _, name := range core.Lines(in.Themes) {
		themes.Themes = append(themes.Themes, editions.ThemeInput{Name: core.NewText(in.Edition.Orig, name)})
	}
	if len(themes.Themes) > 0 {
		if err := s.editions.SetThemesTx(ctx, tx, set, themes); err != nil {
			return err
		}
	}
	_, err := s.programme.AddDefaultTypesTx(ctx, tx, set)
	return err
}
