package attendance

import (
	"context"
	"slices"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/agenda"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/participation"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

// Names of the keys of this installation that the room uses.
const (
	joinKey     = "join"
	codeKey     = "join-codes"
	fallbackKey = "fallback"
)

// House is what the room needs of others. A process that serves nothing but /join needs no
// agenda.
type House struct {
	Participation *participation.Service
	Agenda        *agenda.Service

	// Barred are the sessions from which registrations were removed by a decision under the
	// code of conduct; nil where there are none.
	Barred func(ctx context.Context, registrations []core.ID) (map[core.ID][]core.ID, error)
}

// Service is how people join sessions, and who was there.
type Service struct {
	House
	rec *record.Record

	asksEach, asksNetwork, guesses *web.Limiter // of one-time codes
	prints, exports                *web.Limiter
}

// New makes the service and tells the mailer how one-time codes are written.
func New(rec *record.Record, h House) *Service {
	s := &Service{
		House: h, rec: rec,
		// A whole conference may sit behind one network address; one person asks again when
		// the mail is slow.
		asksEach: web.NewLimiter(10*time.Minute, 4), asksNetwork: web.NewLimiter(3*time.Second, 100), guesses: web.NewLimiter(2*time.Second, 100),
		prints: web.NewLimiter(2*time.Second, 30), exports: web.NewLimiter(20*time.Second, 10),
	}
	h.Participation.Mail.Late(codeMail, s.writeCode)
	return s
}

// Link tells whose a join link is and where it leads. It says nothing of who asks. All links
// that do not hold, for whatever reason, are the same core.NotFound: made up, revoked, of
// somebody who may not come any more, of a session that is not in the programme. Two queries.
func (s *Service) Link(ctx context.Context, text string) (*Link, error) {
	t, ok := parseToken(text)
	if !ok {
		return nil, core.NotFound()
	}
	key, err := s.Participation.Key(ctx, joinKey)
	if err != nil {
		return nil, err
	}
	out := &Link{Token: text}
	var edition core.ID
	if t.kind == ofHub {
		h, err := hubByID(ctx, s.rec.DB.Read, t.who)
		if err != nil {
			return nil, err
		}
		if !t.holds(key, string(h.Moderator)) || h.State != participation.GroupApproved {
			return nil, core.NotFound()
		}
		out.Hub, edition = h, h.Edition
	} else {
		found, err := s.Participation.ByIDs(ctx, []core.ID{t.who})
		if err != nil {
			return nil, err
		}
		r, ok := found[t.who]
		if !ok || !t.holds(key, against(r.Generation)) || !r.MayJoin() {
			return nil, core.NotFound()
		}
		out.Registration, edition = &r, r.Edition
	}
	doors, err := doorsOf(ctx, s.rec.DB.Read, edition, []core.ID{t.session})
	if err != nil {
		return nil, err
	}
	if len(doors) == 0 || out.Hub != nil && doors[0].Restricted() {
		return nil, core.NotFound()
	}
	out.Door = &doors[0]
	out.Set, err = s.Participation.Editions.SettingByID(ctx, core.Operator, edition)
	return out, err
}

// barredFrom are the sessions from which somebody was removed.
func (s *Service) barredFrom(ctx context.Context, r *participation.Registration) ([]core.ID, error) {
	if s.Barred == nil || r == nil {
		return nil, nil
	}
	out, err := s.Barred(ctx, []core.ID{r.ID})
	return out[r.ID], err
}

// Invited tells whether the holder of a link may enter: everybody may, but into a session
// for those invited, and one from which she was removed. One query, and another for a session
// for those invited.
func (s *Service) Invited(ctx context.Context, l *Link) (bool, error) {
	barred, err := s.barredFrom(ctx, l.Registration)
	if err != nil || slices.Contains(barred, l.ID) {
		return false, err
	}
	if !l.Restricted() {
		return true, nil
	}
	if l.Registration == nil {
		return false, nil
	}
	ids, err := invitedTo(ctx, s.rec.DB.Read, l.Registration)
	return ids[l.ID], err
}

// tokensFor makes the links of a registration to sessions.
func (s *Service) tokensFor(ctx context.Context, r *participation.Registration, doors []Door) (map[core.ID]string, error) {
	key, err := s.Participation.Key(ctx, joinKey)
	if err != nil {
		return nil, err
	}
	out := make(map[core.ID]string, len(doors))
	for i := range doors {
		id := doors[i].ID
		out[id] = token{personal, r.ID, id, sign(key, personal, r.ID, id, against(r.Generation))}.String()
	}
	return out, nil
}

// pathOf is the address of a link on this server.
func pathOf(token string) string { return "/join/" + token }

// doorsFor are the sessions of an edition that a registration may join, in the order of time.
// Four queries at most.
func (s *Service) doorsFor(ctx context.Context, set *editions.Setting, r *participation.Registration, only []core.ID) ([]Door, error) {
	doors, err := doorsOf(ctx, s.rec.DB.Read, set.ID, only)
	if err != nil {
		return nil, err
	}
	barred, err := s.barredFrom(ctx, r)
	if err != nil {
		return nil, err
	}
	var may map[core.ID]bool
	out := doors[:0]
	for _, d := range doors {
		if slices.Contains(barred, d.ID) {
			continue
		}
		if d.Restricted() {
			if may == nil {
				if may, err = invitedTo(ctx, s.rec.DB.Read, r); err != nil {
					return nil, err
				}
			}
			if !may[d.ID] {
				continue
			}
		}
		d.Set = set
		out = append(out, d)
	}
	return out, nil
}

// LinksFor are the join links of an account for sessions of an edition, as whole addresses,
// by session: for her own calendar. Sessions that she may not join are left out, and all are
// where she is not admitted. It asks no right: its caller shows them to her alone.
func (s *Service) LinksFor(ctx context.Context, account, edition core.ID, sessions []core.ID) (map[core.ID]string, error) {
	if account == "" || len(sessions) == 0 {
		return nil, nil
	}
	list, err := s.Participation.OfAccount(ctx, account)
	if err != nil {
		return nil, err
	}
	for i := range list {
		r := &list[i]
		if r.Edition != edition || !r.MayJoin() {
			continue
		}
		set, err := s.Participation.Editions.SettingByID(ctx, core.Operator, edition)
		if err != nil {
			return nil, err
		}
		doors, err := s.doorsFor(ctx, set, r, sessions)
		if err != nil {
			return nil, err
		}
		out, err := s.tokensFor(ctx, r, doors)
		for id, t := range out {
			out[id] = s.Participation.BaseURL + pathOf(t)
		}
		return out, err
	}
	return nil, nil
}
