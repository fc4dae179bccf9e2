package attendance

import (
	"context"
	"fmt"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/participation"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
)

// Who sits at the device that asks by a link.
const (
	Holding  = "holder"   // it is her link
	Stranger = "stranger" // nobody is signed in, and the device is not known
	Another  = "another"  // somebody else is signed in
)

// Who tells whether it is the holder of a link who asks: signed in with her account, or at a
// device that is known to be hers. Who is signed in as somebody else is somebody else,
// whatever the device. One query at most.
func (s *Service) Who(ctx context.Context, a core.Actor, l *Link, device string) (string, error) {
	if a.SignedIn() {
		var account core.ID
		if l.Hub != nil {
			account = l.Hub.Moderator
		} else {
			account = l.Registration.Account
		}
		if account == "" && l.Registration != nil && l.Registration.EmailKey != "" {
			// She was registered by somebody for her, and signs in with that address.
			keys, err := s.Participation.Accounts.Keys(ctx, a.Account)
			if err != nil {
				return "", err
			}
			if slices.Contains(keys, l.Registration.EmailKey) {
				return Holding, nil
			}
		}
		if account == a.Account {
			return Holding, nil
		}
		return Another, nil
	}
	if device == "" {
		return Stranger, nil
	}
	known, err := s.rec.DB.Read.NewSelect().Model((*deviceRow)(nil)).
		Where("jd.hash = ? AND jd.subject = ? AND jd.generation = ? AND jd.expires > ?", authn.HashOf(device), l.subject(), l.generation(), s.rec.Clock.Instant()).Exists(ctx)
	if err != nil {
		return "", fmt.Errorf("look for device: %w", err)
	}
	if known {
		return Holding, nil
	}
	return Stranger, nil
}

// Device is one on which somebody's links work without asking again.
type Device struct {
	ID      core.ID      `json:"id"`
	Agent   string       `json:"agent"`
	Created core.Instant `json:"created"`
	Expires core.Instant `json:"expires"`
}

// devicesOf are the devices of a registration.
func (s *Service) devicesOf(ctx context.Context, r *participation.Registration) ([]Device, error) {
	var rows []deviceRow
	err := s.rec.DB.Read.NewSelect().Model(&rows).Where("jd.subject = ? AND jd.generation = ? AND jd.expires > ?", r.ID, r.Generation, s.rec.Clock.Instant()).
		OrderExpr("jd.created, jd.id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("load devices: %w", err)
	}
	out := make([]Device, len(rows))
	for i, r := range rows {
		out[i] = Device{r.ID, r.Agent, r.Created, r.Expires}
	}
	return out, nil
}

// EndDevice makes a device ask for a code again; whose device it is may. It appends no event.
func (s *Service) EndDevice(ctx context.Context, a core.Actor, r *participation.Registration, id core.ID) error {
	if !a.SignedIn() || a.Account != r.Account {
		return core.NotFound()
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		_, err := tx.NewDelete().Model((*deviceRow)(nil)).Where("id = ? AND subject = ?", id, r.ID).Exec(ctx)
		if err != nil {
			return fmt.Errorf("end device: %w", err)
		}
		return nil
	})
}

// Renew makes new links for a registration: all before are dead, and so are its devices and
// its fallback code. The person may, and the staff. It appends registration.links_revoked.
func (s *Service) Renew(ctx context.Context, a core.Actor, r *participation.Registration) error {
	if a.Account != r.Account || !a.SignedIn() {
		if err := policy.Check("renew_links", "", a.Roles(string(r.Edition))...); err != nil {
			return err
		}
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		if _, err := tx.NewDelete().Model((*deviceRow)(nil)).Where("subject = ?", r.ID).Exec(ctx); err != nil {
			return fmt.Errorf("end devices: %w", err)
		}
		return s.Participation.RevokeLinksTx(ctx, tx, r.ID)
	})
}
