package archive

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/fetch"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

// Sources is what the room needs to look at schedules elsewhere.
type Sources struct {
	BaseURL string // of this forum: it is not asked for what it has itself
	Private bool   // sources may stand in private networks and on this machine
	Agent   string // as which the forum names itself
}

// looking is how schedules elsewhere are looked at.
type looking struct {
	Sources
	fetch *fetch.Fetcher
	limit *web.Limiter // by edition
	busy  sync.Map     // sources at which somebody looks just now
}

// mostSources is how many sources an edition may follow.
const mostSources = 50

// UseSources says how schedules elsewhere are reached.
func (s *Service) UseSources(x Sources) {
	var allow func(netip.AddrPort) bool
	if x.Private {
		allow = fetch.Anywhere
	}
	if x.Agent == "" {
		x.Agent = "Plenary"
	}
	s.look = &looking{Sources: x, fetch: fetch.New(x.Agent, allow), limit: web.NewLimiter(30*time.Second, 20)}
}

// Follows lists the sources of an edition, by name. The staff may.
func (s *Service) Follows(ctx context.Context, a core.Actor, set *editions.Setting) ([]Follow, error) {
	if err := s.may(a, set); err != nil {
		return nil, err
	}
	var out []Follow
	if err := s.rec.DB.Read.NewSelect().Model(&out).Where("edition = ? AND removed IS NULL", set.ID).OrderExpr("added, id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load sources: %w", err)
	}
	return out, nil
}

// Follow gives one source. The staff may.
func (s *Service) Follow(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID) (Follow, error) {
	var f Follow
	if err := s.may(a, set); err != nil {
		return f, err
	}
	if !id.Valid() {
		return f, core.NotFound()
	}
	err := s.rec.DB.Read.NewSelect().Model(&f).Where("id = ? AND edition = ? AND removed IS NULL", id, set.ID).Scan(ctx)
	return f, record.Found(err)
}

// AddFollow remembers a source; nothing is asked of it yet. One that was removed is there
// again. The staff may. Event: import.source_added. Errors: Invalid at url, also where it is
// remembered already.
func (s *Service) AddFollow(ctx context.Context, a core.Actor, set *editions.Setting, in FollowInput) (Follow, error) {
	if err := s.may(a, set); err != nil {
		return Follow{}, err
	}
	if in.Lang == "" {
		in.Lang = "en"
	}
	p := core.Validate(in)
	if !core.LangKnown(in.Lang) {
		p.Add("lang", "form.unreadable")
	}
	u, err := fetch.Address(in.URL)
	if err != nil && strings.TrimSpace(in.URL) != "" {
		p.Add("url", "archive.source.error.address")
	}
	if err := p.Err(); err != nil {
		return Follow{}, err
	}
	f := Follow{Edition: set.ID, URL: u.String(), Name: strings.TrimSpace(in.Name), Lang: in.Lang, Version: 1}
	if f.Name == "" {
		f.Name = clipTo(u.Host+strings.TrimRight(u.Path, "/"), 200)
	}
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		var have []Follow
		if err := tx.NewSelect().Model(&have).Where("edition = ?", set.ID).Scan(ctx); err != nil {
			return fmt.Errorf("load sources: %w", err)
		}
		standing := 0
		for _, h := range have {
			if h.Removed.IsZero() {
				standing++
			}
		}
		i := slices.IndexFunc(have, func(h Follow) bool { return h.URL == f.URL })
		switch {
		case i >= 0 && have[i].Removed.IsZero():
			p.Add("url", "archive.source.error.known", "Name", have[i].Name)
			return p.Err()
		case standing >= mostSources:
			return core.Conflict("archive.source.error.many", "Limit", mostSources)
		}
		f.Account, f.Person, f.Added = tx.Actor.Account, tx.Actor.Person, tx.Now
		if i >= 0 { // what was taken in from it is still known
			f.ID, f.Kind, f.Address, f.ETag, f.Modified, f.File = have[i].ID, have[i].Kind, have[i].Address, have[i].ETag, have[i].Modified, have[i].File
			f.Looked, f.Outcome, f.Version = have[i].Looked, have[i].Outcome, have[i].Version+1
			if _, err := tx.NewUpdate().Model(&f).WherePK().Exec(ctx); err != nil {
				return fmt.Errorf("keep source: %w", err)
			}
		} else {
			f.ID = tx.NewID()
			if _, err := tx.NewInsert().Model(&f).Exec(ctx); err != nil {
				return fmt.Errorf("keep source: %w", err)
			}
		}
		tx.Append("import.source_added", f.ID, set.Scope(), record.Internal, record.Data{"label": f.Name})
		return nil
	})
	return f, err
}

// RemoveFollow forgets a source; what was taken in from it stays. The staff may. Event:
// import.source_removed.
func (s *Service) RemoveFollow(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID) (Follow, error) {
	f, err := s.Follow(ctx, a, set, id)
	if err != nil {
		return f, err
	}
	return f, s.turnFollow(ctx, a, set, f.ID, true, "import.source_removed", f.Name)
}

// RestoreFollow takes back that a source was removed. The staff may. Event:
// import.source_restored.
func (s *Service) RestoreFollow(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID) error {
	if err := s.may(a, set); err != nil {
		return err
	}
	var f Follow
	if !id.Valid() {
		return core.NotFound()
	}
	if err := s.rec.DB.Read.NewSelect().Model(&f).Where("id = ? AND edition = ?", id, set.ID).Scan(ctx); err != nil {
		return record.Found(err)
	}
	if f.Removed.IsZero() {
		return nil
	}
	return s.turnFollow(ctx, a, set, f.ID, false, "import.source_restored", f.Name)
}

func (s *Service) turnFollow(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID, off bool, event, name string) error {
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		var at core.Instant
		if off {
			at = tx.Now
		}
		if _, err := tx.NewUpdate().Model((*Follow)(nil)).Set("removed = ?, version = version + 1", at).Where("id = ?", id).Exec(ctx); err != nil {
			return fmt.Errorf("remove source: %w", err)
		}
		tx.Append(event, id, set.Scope(), record.Internal, record.Data{"label": name})
		return nil
	})
}

// LookAt fetches a source, and stages what differs from what stands, like a file that
// somebody sent. What came of it is remembered with the source, also when it failed. The
// staff may. Events: import.source_looked, import.staged. Errors: Invalid with what is
// wrong with the source; Limited; Conflict where somebody looks at it just now.
func (s *Service) LookAt(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID) (Follow, error) {
	f, err := s.Follow(ctx, a, set, id)
	if err != nil {
		return f, err
	}
	if _, busy := s.look.busy.LoadOrStore(f.ID, true); busy {
		return f, core.Conflict("archive.source.error.busy", "Name", f.Name)
	}
	defer s.look.busy.Delete(f.ID)
	if err := s.look.limit.Allow(string(set.ID)); err != nil {
		return f, err
	}
	outcome, why := s.lookAt(ctx, a, set, &f)
	if why != nil {
		told, ok := errors.AsType[*core.Error](why)
		if !ok || told.Kind != core.KindInvalid && told.Kind != core.KindTooLarge {
			return f, why
		}
		outcome = Outcome{Code: FoundFailed, Why: told.Key, Args: argsOf(told.Args)}
	}
	f.Outcome = outcome
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		f.Looked = tx.Now
		if _, err := tx.NewUpdate().Model(&f).Column("kind", "address", "etag", "modified", "file", "looked", "outcome").WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("keep what was found at source: %w", err)
		}
		tx.Append("import.source_looked", f.ID, set.Scope(), record.Internal, record.Data{"label": f.Name, "found": outcome.Code})
		return nil
	})
	return f, errors.Join(err, why)
}

// argsOf keeps the values of a message.
func argsOf(pairs []any) map[string]Arg {
	out := map[string]Arg{}
	for i := 0; i+1 < len(pairs); i += 2 {
		name, _ := pairs[i].(string)
		if n, ok := pairs[i+1].(int); ok {
			out[name] = Arg{N: n}
		} else {
			out[name] = Arg{S: clip(fmt.Sprint(pairs[i+1]))}
		}
	}
	return out
}

// itself tells whether an address is one of this very edition.
func (s *Service) itself(set *editions.Setting, address string) bool {
	u, err := url.Parse(address)
	own, oerr := url.Parse(s.look.BaseURL)
	if err != nil || oerr != nil || s.look.BaseURL == "" || !strings.EqualFold(u.Host, own.Host) {
		return false
	}
	path := strings.TrimRight(u.Path, "/") + "/"
	for _, l := range append([]string{""}, core.Langs...) {
		if l != "" {
			l = "/" + l
		}
		if strings.HasPrefix(path, l+set.Path()+"/") {
			return true
		}
	}
	return false
}
