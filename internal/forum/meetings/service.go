package meetings

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/people"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

// House is what the room asks of others.
type House struct {
	Bodies   *bodies.Service
	People   *people.Service
	Vocab    *vocab.Service
	Accounts *authn.Service
	Mail     *mail.Service
	Catalog  *i18n.Catalog
	BaseURL  string
	From     string // address from which invitations come
}

// Service is what people do with meetings.
type Service struct {
	House
	rec  *record.Record
	asks *web.Limiter // for addresses, per account
}

// New makes the service.
func New(rec *record.Record, h House) *Service {
	return &Service{House: h, rec: rec, asks: web.NewLimiter(20*time.Second, 20)}
}

// Filter narrows a list of meetings. What is empty does not narrow; IDs that are empty but
// not nil give nothing.
type Filter struct {
	Body   core.ID
	Of     []core.ID // of one of these bodies
	Forum  bool      // only those of the forum, which have no body
	Series core.ID
	IDs    []core.ID
	From   core.Instant // that end after
	Until  core.Instant // that start before
	Open   bool         // that are still to be held
	Latest bool         // the latest first
}

func (f Filter) apply(q *bun.SelectQuery) *bun.SelectQuery {
	if f.Body != "" {
		q = q.Where("me.body = ?", f.Body)
	}
	if len(f.Of) > 0 {
		q = q.Where("me.body IN (?)", bun.List(f.Of))
	}
	if f.Forum {
		q = q.Where("me.body = ''")
	}
	if f.Series != "" {
		q = q.Where("me.series = ?", f.Series)
	}
	if f.IDs != nil {
		q = q.Where("me.id IN (?)", bun.List(f.IDs))
	}
	if !f.From.IsZero() {
		q = q.Where("me.ends > ?", f.From)
	}
	if !f.Until.IsZero() {
		q = q.Where("me.starts < ?", f.Until)
	}
	if f.Open {
		q = q.Where("me.state IN (?)", bun.List([]string{Planned, Confirmed}))
	}
	return q
}

// mostAtOnce are the most meetings that are given without pages.
const mostAtOnce = 3000

// Meetings gives the meetings that the actor may see, by their time, without the addresses
// that she may not know.
func (s *Service) Meetings(ctx context.Context, a core.Actor, f Filter) ([]Meeting, error) {
	list, err := s.List(ctx, a, f, core.Page{Limit: -mostAtOnce})
	return list.Items, err
}

// List is a part of Meetings. A page with a negative limit is that many, without a count.
func (s *Service) List(ctx context.Context, a core.Actor, f Filter, page core.Page) (core.List[Meeting], error) {
	var out core.List[Meeting]
	if f.IDs != nil && len(f.IDs) == 0 {
		return out, nil
	}
	sees, err := s.sight(ctx, a)
	if err != nil {
		return out, err
	}
	all := page.Limit < 0
	size := -page.Limit
	if !all {
		size = page.Size()
		n, err := s.rec.DB.Read.NewSelect().Model((*Meeting)(nil)).Apply(f.apply).Apply(sees.visible).Count(ctx)
		if err != nil {
			return out, fmt.Errorf("count meetings: %w", err)
		}
		out.Total = int(n)
	}
	q := s.rec.DB.Read.NewSelect().Model(&out.Items).Apply(f.apply).Apply(sees.visible).Limit(int64(size) + 1)
	if page.Cursor != "" {
		var at int64
		var id string
		if err := core.ReadCursor(page.Cursor, &at, &id); err != nil {
			return out, err
		}
		if f.Latest {
			q = q.Where("(me.starts < ? OR (me.starts = ? AND me.id < ?))", at, at, id)
		} else {
			q = q.Where("(me.starts > ? OR (me.starts = ? AND me.id > ?))", at, at, id)
		}
	}
	if f.Latest {
		q = q.OrderExpr("me.starts DESC, me.id DESC")
	} else {
		q = q.OrderExpr("me.starts, me.id")
	}
	if err := q.Scan(ctx); err != nil {
		return out, fmt.Errorf("list meetings: %w", err)
	}
	if len(out.Items) > size {
		out.Items = out.Items[:size]
		last := out.Items[size-1]
		out.Next = core.Cursor(last.Starts.Time().UnixMicro(), string(last.ID))
	}
	return out, s.hide(ctx, sees, out.Items)
}

// hide takes away the addresses that the actor may not know.
func (s *Service) hide(ctx context.Context, sees sight, list []Meeting) error {
	var secret []core.ID
	for _, m := range list {
		if m.AddressFor == ForAsking {
			secret = append(secret, m.ID)
		}
	}
	asked, err := s.asked(ctx, sees.actor.Account, secret)
	if err != nil {
		return err
	}
	sees.shown(list, asked)
	return nil
}

// Get gives a meeting and what the actor is towards it. What she may not see is NotFound.
func (s *Service) Get(ctx context.Context, a core.Actor, id core.ID) (Meeting, []core.Role, error) {
	if !id.Valid() {
		return Meeting{}, nil, core.NotFound()
	}
	list, err := s.Meetings(ctx, a, Filter{IDs: []core.ID{id}})
	if err != nil {
		return Meeting{}, nil, err
	}
	if len(list) == 0 {
		return Meeting{}, nil, core.NotFound()
	}
	roles, err := s.rolesAt(ctx, a, list[0].Body)
	return list[0], roles, err
}

// Series gives a series to who may see one of its meetings, else NotFound.
func (s *Service) Series(ctx context.Context, a core.Actor, id core.ID) (Series, []Meeting, error) {
	if !id.Valid() {
		return Series{}, nil, core.NotFound()
	}
	list, err := s.Meetings(ctx, a, Filter{Series: id})
	if err != nil {
		return Series{}, nil, err
	}
	if len(list) == 0 {
		return Series{}, nil, core.NotFound()
	}
	x, err := loadSeries(ctx, s.rec.DB.Read, id)
	return x, list, err
}

// Own are the meetings to come of the bodies in which the actor holds a seat today.
func (s *Service) Own(ctx context.Context, a core.Actor) ([]Meeting, error) {
	if !a.SignedIn() || a.Person == "" {
		return nil, nil
	}
	seats, err := s.Bodies.SeatsOf(ctx, a.Person)
	if err != nil {
		return nil, err
	}
	var of []core.ID
	for _, seat := range bodies.On(seats, s.Bodies.Today()) {
		of = append(of, seat.Body)
	}
	if len(of) == 0 {
		return nil, nil
	}
	return s.Meetings(ctx, a, Filter{Of: of, From: s.rec.Clock.Instant(), Open: true})
}

// CanAdd tells whether the actor may announce meetings of a body, or of the forum.
func (s *Service) CanAdd(ctx context.Context, a core.Actor, body core.ID) (bool, error) {
	roles, err := s.rolesAt(ctx, a, body)
	return err == nil && placePolicy.Can("add", placeOf(body), roles...), err
}

// counts are the bodies in which there are meetings that the actor may see, with how many match the filter.
func (s *Service) counts(ctx context.Context, a core.Actor, f Filter) (map[core.ID]int, error) {
	sees, err := s.sight(ctx, a)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		Body core.ID `bun:"body"`
		N    int     `bun:"n"`
	}
	if err := s.rec.DB.Read.NewSelect().Model((*Meeting)(nil)).ColumnExpr("me.body AS body, COUNT(*) AS n").
		Apply(f.apply).Apply(sees.visible).GroupExpr("me.body").Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("count meetings: %w", err)
	}
	out := make(map[core.ID]int, len(rows))
	for _, r := range rows {
		out[r.Body] = r.N
	}
	return out, nil
}
