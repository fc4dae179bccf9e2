package editions

import (
	"context"
	"fmt"
	"sync"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// Service is what people do with the forum and its editions.
type Service struct {
	rec *record.Record

	mu       sync.Mutex
	forum    *Forum
	list     []Edition
	listAt   int64
	settings map[string]settingAt // by slug and by id
	inUse    []Usage
}

type settingAt struct {
	s     *Setting
	scope *record.Version
	at    int64
	forum int64
}

// Usage tells how many things of other rooms stand in a room or under a theme or
// question of an edition, so that none is taken away from under them.
type Usage func(ctx context.Context, tx *record.Tx, ids []core.ID) (int, error)

// New makes the service.
func New(rec *record.Record) *Service {
	return &Service{rec: rec, settings: map[string]settingAt{}}
}

// InUse wires a question to a room below: is this room, theme or question used?
func (s *Service) InUse(u Usage) { s.inUse = append(s.inUse, u) }

// refresh loads forum and list of editions when the forum's scope has moved. Events
// about editions as such are appended in that scope.
func (s *Service) refresh(ctx context.Context) (*Forum, []Edition, error) {
	at := s.rec.Scope(core.ScopeForum).Load()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.forum != nil && s.listAt == at {
		return s.forum, s.list, nil
	}
	f, err := loadForum(ctx, s.rec.DB.Read)
	if err != nil {
		return nil, nil, err
	}
	list, err := loadEditions(ctx, s.rec.DB.Read)
	if err != nil {
		return nil, nil, err
	}
	s.forum, s.list, s.listAt = &f, list, at
	return s.forum, s.list, nil
}

// Forum gives the forum with its mandates. Anybody may call. NotFound before set-up.
func (s *Service) Forum(ctx context.Context) (Forum, error) {
	f, _, err := s.refresh(ctx)
	if err != nil {
		return Forum{}, err
	}
	return *f, nil
}

// Editions lists the editions that the actor may see, newest first.
func (s *Service) Editions(ctx context.Context, a core.Actor) ([]Edition, error) {
	_, list, err := s.refresh(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Edition, 0, len(list))
	for _, e := range list {
		if CanSee(a, e) {
			out = append(out, e)
		}
	}
	return out, nil
}

// Current is the edition that the forum is about at this moment: the one that is on,
// else the next one, else the last. A sample is only chosen where nothing is near.
func (s *Service) Current(ctx context.Context, a core.Actor) (*Setting, error) {
	list, err := s.Editions(ctx, a)
	if err != nil {
		return nil, err
	}
	now := s.rec.Clock.Instant()
	var best *Edition
	for i := range list { // newest first
		e := &list[i]
		if len(e.Days()) > 0 && now.Before(e.End()) {
			best = e
		}
	}
	if best == nil && len(list) > 0 {
		best = &list[0]
	}
	if best == nil {
		return nil, core.NotFound()
	}
	return s.Setting(ctx, a, best.Slug)
}

// Setting gives an edition with its places, themes and questions, by slug. It is kept
// in memory until something changes; callers must not change it. NotFound for what the
// actor may not see.
func (s *Service) Setting(ctx context.Context, a core.Actor, slug string) (*Setting, error) {
	return s.setting(ctx, a, "slug = ?", slug)
}

// SettingByID is Setting by id.
func (s *Service) SettingByID(ctx context.Context, a core.Actor, id core.ID) (*Setting, error) {
	return s.setting(ctx, a, "id = ?", string(id))
}

func (s *Service) setting(ctx context.Context, a core.Actor, where, key string) (*Setting, error) {
	forum := s.rec.Scope(core.ScopeForum).Load()
	s.mu.Lock()
	kept, ok := s.settings[key]
	s.mu.Unlock()
	if !ok || kept.scope.Load() != kept.at || kept.forum != forum {
		// The version is read before the rows: a change between the two is seen next time.
		var at int64
		if ok {
			at = kept.scope.Load()
		}
		set, err := loadSetting(ctx, s.rec.DB.Read, where, key)
		if err != nil {
			return nil, err
		}
		kept = settingAt{s: set, scope: s.rec.Scope(set.Scope()), at: at, forum: forum}
		s.mu.Lock()
		s.settings[key] = kept
		s.mu.Unlock()
	}
	if !CanSee(a, kept.s.Edition) {
		return nil, core.NotFound()
	}
	return kept.s, nil
}

// SettingTx reads an edition inside a write, as that write sees it.
func (s *Service) SettingTx(ctx context.Context, tx *record.Tx, id core.ID) (*Setting, error) {
	return loadSetting(ctx, tx, "id = ?", id)
}

// SettingBySlugTx is SettingTx by slug.
func (s *Service) SettingBySlugTx(ctx context.Context, tx *record.Tx, slug string) (*Setting, error) {
	return loadSetting(ctx, tx, "slug = ?", slug)
}

// AllFigures gives the figures of all editions, by edition. Anybody may call.
func (s *Service) AllFigures(ctx context.Context) (map[core.ID][]Figure, error) {
	var rows []Figure
	if err := s.rec.DB.Read.NewSelect().Model(&rows).OrderExpr("edition, position DESC").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load figures: %w", err)
	}
	out := map[core.ID][]Figure{}
	for _, f := range rows {
		out[f.Edition] = append(out[f.Edition], f)
	}
	return out, nil
}
