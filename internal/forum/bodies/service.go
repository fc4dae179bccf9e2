package bodies

import (
	"context"
	"slices"
	"sync"

	"plenary/internal/core"
	"plenary/internal/forum/people"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

// Service is what people do with bodies, seats and figures.
type Service struct {
	rec    *record.Record
	people *people.Service
	vocab  *vocab.Service
	words  *i18n.Catalog

	mu   sync.Mutex
	kept *snapshot
}

// NewService makes the service. words names the kinds of bodies in the choices of forms.
func NewService(rec *record.Record, p *people.Service, v *vocab.Service, words *i18n.Catalog) *Service {
	return &Service{rec: rec, people: p, vocab: v, words: words}
}

// snapshot is all bodies as of one state of the record. It is shared: nobody changes it.
type snapshot struct {
	at   int64
	list []Body // by name
	byID map[core.ID]Body
}

// all gives all bodies. There are some hundreds at most, they change rarely and every
// event about them stands in the forum's scope: they are kept until it moves.
func (s *Service) all(ctx context.Context) (*snapshot, error) {
	// The version is read before the rows: a change between the two is seen next time.
	at := s.rec.Scope(core.ScopeForum).Load()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kept != nil && s.kept.at == at {
		return s.kept, nil
	}
	list, err := loadBodies(ctx, s.rec.DB.Read)
	if err != nil {
		return nil, err
	}
	s.kept = &snapshot{at: at, list: list, byID: make(map[core.ID]Body, len(list))}
	for _, b := range list {
		s.kept.byID[b.ID] = b
	}
	return s.kept, nil
}

// Today is the day of the forum's clock in UTC: seats are held on it or not.
func (s *Service) Today() Date { return DayOf(s.rec.Clock.Now()) }

// Bodies gives bodies by their ids; ids of none are left out. Anybody may call.
func (s *Service) Bodies(ctx context.Context, ids []core.ID) (map[core.ID]Body, error) {
	all, err := s.all(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[core.ID]Body, len(ids))
	for _, id := range ids {
		if b, ok := all.byID[id]; ok {
			out[id] = b
		}
	}
	return out, nil
}

// Body gives one body. Anybody may call; NotFound for an id of none.
func (s *Service) Body(ctx context.Context, id core.ID) (Body, error) {
	all, err := s.all(ctx)
	if err != nil {
		return Body{}, err
	}
	b, ok := all.byID[id]
	if !ok {
		return Body{}, core.NotFound()
	}
	return b, nil
}

// BySlug gives the body of a kind at its permanent address. Anybody may call.
func (s *Service) BySlug(ctx context.Context, kind, slug string) (Body, error) {
	all, err := s.all(ctx)
	if err != nil {
		return Body{}, err
	}
	i := slices.IndexFunc(all.list, func(b Body) bool { return b.Kind == kind && b.Slug == slug })
	if i < 0 {
		return Body{}, core.NotFound()
	}
	return all.list[i], nil
}

// Children gives the bodies whose parent is this one, by name. Anybody may call.
func (s *Service) Children(ctx context.Context, id core.ID) ([]Body, error) {
	all, err := s.all(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(all.list), func(b Body) bool { return b.Parent != id }), nil
}

// Options gives the bodies of some kinds (of all, if none is named; Initiative names
// four) as choices of a form, grouped by kind where there are several. Bodies that have
// ended are among them: a session of last year still belongs to its forum.
func (s *Service) Options(ctx context.Context, lang string, kinds ...string) ([]web.Option, error) {
	all, err := s.all(ctx)
	if err != nil {
		return nil, err
	}
	wanted := codesOf("")
	if len(kinds) > 0 {
		wanted = nil
		for _, k := range kinds {
			wanted = append(wanted, codesOf(k)...)
		}
	}
	var out []web.Option
	for _, code := range wanted {
		for _, b := range all.list {
			if b.Kind != code {
				continue
			}
			o := web.Option{Value: string(b.ID), Label: b.Label(lang)}
			if len(wanted) > 1 {
				o.Group = s.words.T(lang, "bodies.kind."+code+".plural")
			}
			out = append(out, o)
		}
	}
	return out, nil
}

// Seats gives all seats of a body, past and present, officers first. Anybody may call.
func (s *Service) Seats(ctx context.Context, body core.ID) ([]Seat, error) {
	return loadSeats(ctx, s.rec.DB.Read, "body", body)
}

// SeatsIn is Seats for several bodies at once.
func (s *Service) SeatsIn(ctx context.Context, bodies []core.ID) (map[core.ID][]Seat, error) {
	list, err := loadSeats(ctx, s.rec.DB.Read, "body", bodies...)
	if err != nil {
		return nil, err
	}
	out := map[core.ID][]Seat{}
	for _, seat := range list {
		out[seat.Body] = append(out[seat.Body], seat)
	}
	return out, nil
}

// SeatsOf gives all seats of a person, past and present. Anybody may call.
func (s *Service) SeatsOf(ctx context.Context, person core.ID) ([]Seat, error) {
	return loadSeats(ctx, s.rec.DB.Read, "person", person)
}

// RolesIn lists what the actor is in a body today, with the coordinator's role where
// one of her seats gives it. Rooms below ask it for things that a body owns.
func (s *Service) RolesIn(ctx context.Context, a core.Actor, body core.ID) ([]core.Role, error) {
	if !a.SignedIn() || a.Person == "" {
		return a.Roles(string(body)), nil
	}
	seats, err := s.SeatsOf(ctx, a.Person)
	if err != nil {
		return nil, err
	}
	return Roles(a, Body{ID: body}, On(seats, s.Today())), nil
}

// Totals gives the published totals of a kind or of the family Initiative, by date.
// Anybody may call.
func (s *Service) Totals(ctx context.Context, kind string) ([]Total, error) {
	kinds := codesOf(kind)
	if kind == Initiative {
		kinds = append(kinds, Initiative)
	}
	return loadFigures(ctx, s.rec.DB.Read, kinds...)
}
