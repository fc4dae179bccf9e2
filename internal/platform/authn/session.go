package authn

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"

	"plenary/internal/core"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

// cookieName is known to the page cache, which stands aside for it.
const cookieName = "session"

// Identify finds out who sends a request: the account of the session in its cookie,
// or nobody. It asks the database at most once; now and then it notes that the
// session was seen, which moves its end. A cookie that stands for nothing is removed.
func (s *Service) Identify(w http.ResponseWriter, r *http.Request) core.Actor {
	ck, err := r.Cookie(cookieName)
	if err != nil || ck.Value == "" {
		return core.Visitor
	}
	ctx := r.Context()
	hash := HashOf(ck.Value)
	now := s.now()
	id, era, ok := s.seen.get(hash, now)
	if !ok {
		if id, err = s.lookUp(ctx, hash); err != nil {
			if core.KindOf(err) == core.KindNotFound {
				s.dropCookie(w)
			} else if ctx.Err() == nil {
				web.Unknown(r, err) // she may well be signed in: nobody is taken for a visitor
			}
			return core.Visitor
		}
	}
	if id.disabled || !id.expires.After(core.At(now)) {
		s.dropCookie(w)
		return core.Visitor
	}
	if core.At(now).Sub(id.seen) >= seenEvery || id.agent == "" {
		agent := agentOf(r.UserAgent())
		if err := s.touch(ctx, id, agent); err != nil {
			if ctx.Err() == nil {
				s.cfg.Log.Error("note that a session was seen", "error", err)
			}
			return id.actor
		}
		id.seen, id.expires, id.agent = core.At(now), core.At(now.Add(sessionFor)), agent
		s.setCookie(w, ck.Value)
	}
	s.seen.put(hash, id, era, now)
	return id.actor
}

// lookUp reads session, account and grants in one query: a row per grant.
func (s *Service) lookUp(ctx context.Context, hash string) (identity, error) {
	var rows []struct {
		Session  core.ID
		Agent    string
		Seen     core.Instant
		Expires  core.Instant
		Proved   core.Instant
		Account  core.ID
		Name     string
		Person   core.ID
		Disabled bool
		Role     sql.NullString
		Scope    sql.NullString
	}
	err := s.rec.DB.Read.NewSelect().Model((*sessionRow)(nil)).
		ColumnExpr("s.id AS session, s.agent, s.seen, s.expires, s.proved, s.account, a.name, a.person, a.disabled, g.role, g.scope").
		Join("JOIN accounts AS a ON a.id = s.account").
		Join("LEFT JOIN account_grants AS g ON g.account = s.account").
		Where("s.hash = ?", hash).OrderExpr("g.role, g.scope").Scan(ctx, &rows)
	if err != nil {
		return identity{}, fmt.Errorf("look up session: %w", err)
	}
	if len(rows) == 0 {
		return identity{}, core.NotFound()
	}
	first := rows[0]
	id := identity{
		session: first.Session, agent: first.Agent, seen: first.Seen, expires: first.Expires, disabled: first.Disabled,
		actor: core.Actor{Account: first.Account, Person: first.Person, Name: first.Name, Proved: first.Proved},
	}
	for _, r := range rows {
		if r.Role.Valid {
			id.actor.Grants = append(id.actor.Grants, core.Grant{Role: core.Role(r.Role.String), Scope: r.Scope.String})
		}
	}
	return id, nil
}

func (s *Service) touch(ctx context.Context, id identity, agent string) error {
	now := core.At(s.now())
	return s.rec.Write(ctx, id.actor, func(ctx context.Context, tx *record.Tx) error {
		_, err := tx.NewUpdate().Model((*sessionRow)(nil)).
			Set("seen = ?, expires = ?, agent = ?", now, now.Add(sessionFor), agent).
			Where("id = ?", id.session).Exec(ctx)
		return err
	})
}

// StartSession signs the browser that waits for w in as an account, for rooms that
// know by other means who sits there (setting up the forum). A closed account is
// core.Conflict. It appends no event.
func (s *Service) StartSession(ctx context.Context, w http.ResponseWriter, account core.ID) error {
	var token string
	err := s.rec.Write(ctx, core.ActorOf(ctx), func(ctx context.Context, tx *record.Tx) error {
		a, err := loadAccount(ctx, tx, "a.id = ?", account)
		if err != nil {
			return err
		}
		token, err = s.startTx(ctx, tx, a, browser{})
		return err
	})
	if err != nil {
		return fmt.Errorf("start session: %w", err)
	}
	s.setCookie(w, token)
	return nil
}

// browser is what is known of the browser that signs in.
type browser struct {
	agent string // short; empty until it is seen again
	token string // of the session it had before, which ends
}

func browserOf(r *http.Request) browser {
	b := browser{agent: agentOf(r.UserAgent())}
	if ck, err := r.Cookie(cookieName); err == nil {
		b.token = ck.Value
	}
	return b
}

// startTx makes a session and returns its token.
func (s *Service) startTx(ctx context.Context, tx *record.Tx, a Account, b browser) (string, error) {
	if a.Disabled {
		return "", core.Conflict("authn.account.closed")
	}
	now := core.At(s.now())
	del := tx.NewDelete().Model((*sessionRow)(nil)).Where("expires <= ?", now)
	if b.token != "" {
		del = del.WhereOr("hash = ?", HashOf(b.token))
	}
	if _, err := del.Exec(ctx); err != nil {
		return "", fmt.Errorf("end old sessions: %w", err)
	}
	token, hash := NewToken()
	row := sessionRow{
		ID: tx.NewID(), Hash: hash, Account: a.ID, Agent: b.agent, Created: now, Seen: now, Expires: now.Add(sessionFor), Proved: now,
	}
	if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return "", fmt.Errorf("start session: %w", err)
	}
	if b.token != "" { // a new one takes nothing from what is known of others
		s.forgetTx(tx)
	}
	return token, nil
}

// SignOut ends the session of a request and removes its cookie.
func (s *Service) SignOut(w http.ResponseWriter, r *http.Request) error {
	s.dropCookie(w)
	ck, err := r.Cookie(cookieName)
	if err != nil || ck.Value == "" {
		return nil //nolint:nilerr // nobody was signed in
	}
	return s.end(r.Context(), core.ActorOf(r.Context()), "hash = ?", HashOf(ck.Value))
}

func (s *Service) end(ctx context.Context, a core.Actor, where string, args ...any) error {
	err := s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		s.forgetTx(tx)
		_, err := tx.NewDelete().Model((*sessionRow)(nil)).Where(where, args...).Exec(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return nil
}

// Session is one browser in which an account is signed in.
type Session struct {
	ID            core.ID
	Agent         string // "Firefox/Linux"; empty until the browser has come back
	Since, LastAt core.Instant
	This          bool // it is the one that asks
}

// Sessions lists where the actor is signed in, the latest first. r tells which of the
// sessions asks.
func (s *Service) Sessions(ctx context.Context, a core.Actor, r *http.Request) ([]Session, error) {
	if err := mayOwn(a, "sessions"); err != nil {
		return nil, err
	}
	var rows []sessionRow
	if err := s.rec.DB.Read.NewSelect().Model(&rows).Where("account = ? AND expires > ?", a.Account, core.At(s.now())).
		OrderExpr("seen DESC, id DESC").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	this := HashOf(browserOf(r).token)
	// The forum's clock may stand elsewhere than the machine's.
	offset := s.rec.Clock.Offset()
	out := make([]Session, 0, len(rows))
	for _, x := range rows {
		out = append(out, Session{
			ID: x.ID, Agent: x.Agent, Since: x.Created.Add(offset), LastAt: x.Seen.Add(offset), This: x.Hash == this,
		})
	}
	return out, nil
}

// EndSession ends one session of the actor at once. It appends no event. One that is
// not hers, or has ended, is left alone.
func (s *Service) EndSession(ctx context.Context, a core.Actor, id core.ID) error {
	if err := mayOwn(a, "end_sessions"); err != nil {
		return err
	}
	return s.end(ctx, a, "id = ? AND account = ?", id, a.Account)
}

// EndOthers ends all sessions of the actor at once but the one that asks.
func (s *Service) EndOthers(ctx context.Context, a core.Actor, r *http.Request) error {
	if err := mayOwn(a, "end_sessions"); err != nil {
		return err
	}
	return s.end(ctx, a, "account = ? AND hash <> ?", a.Account, HashOf(browserOf(r).token))
}

func (s *Service) setCookie(w http.ResponseWriter, token string) {
	s.cookie(w, token, int(sessionFor.Seconds()))
}

func (s *Service) dropCookie(w http.ResponseWriter) { s.cookie(w, "", -1) }

func (s *Service) cookie(w http.ResponseWriter, token string, maxAge int) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure unless the forum is served without TLS, as on one's own machine
		Name: cookieName, Value: token, Path: "/", MaxAge: maxAge,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.secure(),
	})
}
