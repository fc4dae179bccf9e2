package find

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// How often mail of a saved search is wished.
const (
	Never  = "never"
	Daily  = "daily"
	Weekly = "weekly"
)

// Oftens are all of them in the order in which they are offered.
var Oftens = []string{Daily, Weekly, Never}

func period(often string) time.Duration {
	switch often {
	case Daily:
		return 24 * time.Hour
	case Weekly:
		return 7 * 24 * time.Hour
	}
	return 0
}

// mostSaved is how many searches one person may save.
const mostSaved = 20

// Saved is a search that somebody saved. Only she sees it.
type Saved struct {
	bun.BaseModel `bun:"table:saved_searches,alias:ss"`

	ID      core.ID      `bun:"id,pk"`
	Account core.ID      `bun:"account"`
	Name    string       `bun:"name"`
	Query   string       `bun:"query"` // parameters as an address says them
	Often   string       `bun:"often"`
	Due     core.Instant `bun:"due"` // when to look for what is new; null for never
	Known   string       `bun:"known"`
	Round   int64        `bun:"round"` // how often it was looked at
	Mailed  core.Instant `bun:"mailed"`
	Created core.Instant `bun:"created"`
	Version int64        `bun:"version"`
}

// Question is what the saved search asks.
func (s Saved) Question() Question {
	v, _ := url.ParseQuery(s.Query) // it was written by Encode
	return ReadQuestion(v)
}

// Path is the address that runs it.
func (s Saved) Path() string { return "/search?" + s.Question().Values().Encode() }

// SavedInput is the form of a saved search.
type SavedInput struct {
	Version int64  `form:"version" ui:"hidden"`
	Query   string `form:"query" ui:"hidden"`
	Name    string `form:"name" required:"1" max:"120"`
	Often   string `form:"often" ui:"radio" required:"1"`
}

// Validate checks the form.
func (in SavedInput) Validate() error {
	p := core.Validate(in)
	if in.Often != "" && !slices.Contains(Oftens, in.Often) {
		p.Add("often", "find.error.often")
	}
	v, err := url.ParseQuery(in.Query)
	if err != nil || len(in.Query) > 4000 || ReadQuestion(v).Empty() {
		p.Add("query", "find.error.no_query")
	}
	return p.Err()
}

// InputOf is the form of a saved search as it stands.
func InputOf(s Saved) SavedInput {
	return SavedInput{Version: s.Version, Query: s.Query, Name: s.Name, Often: s.Often}
}

// mine checks that somebody may do something with her own searches.
func mine(a core.Actor, action string) error {
	if !a.SignedIn() {
		return core.SignIn()
	}
	return savedPolicy.Check(action, "", a.Roles(core.ScopeForum)...)
}

// Saved lists what the actor has saved, the oldest first.
func (s *Service) Saved(ctx context.Context, a core.Actor) ([]Saved, error) {
	if err := mine(a, "save"); err != nil {
		return nil, err
	}
	var list []Saved
	if err := s.rec.DB.Read.NewSelect().Model(&list).ExcludeColumn("known").Where("account = ?", a.Account).
		OrderExpr("created, id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load saved searches: %w", err)
	}
	return list, nil
}

// SavedSearch gives one of the actor's own. NotFound for any other.
func (s *Service) SavedSearch(ctx context.Context, a core.Actor, id core.ID) (Saved, error) {
	if err := mine(a, "save"); err != nil {
		return Saved{}, err
	}
	return loadSaved(ctx, s.rec.DB.Read, a, id)
}

func loadSaved(ctx context.Context, idb bun.IDB, a core.Actor, id core.ID) (Saved, error) {
	var x Saved
	if !id.Valid() {
		return x, core.NotFound()
	}
	err := idb.NewSelect().Model(&x).Where("id = ? AND account = ?", id, a.Account).Scan(ctx)
	return x, record.Found(err)
}

// Save keeps a search for whoever is signed in. What is found now is not told as new.
// Event: search.saved, internal; what is searched is in its personal part. Errors:
// SignIn, Invalid, Conflict when she has saved as many as she may.
func (s *Service) Save(ctx context.Context, a core.Actor, in SavedInput) (Saved, error) {
	if err := mine(a, "save"); err != nil {
		return Saved{}, err
	}
	in.Name = strings.Join(strings.Fields(in.Name), " ")
	if err := in.Validate(); err != nil {
		return Saved{}, err
	}
	x := Saved{Account: a.Account, Name: in.Name, Query: in.Query, Often: in.Often, Version: 1}
	x.Query = x.Question().Values().Encode()
	known, err := s.prints(ctx, a, x.Question())
	if err != nil {
		return Saved{}, err
	}
	x.Known = known
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		n, err := tx.NewSelect().Model((*Saved)(nil)).Where("account = ?", a.Account).Count(ctx)
		if err != nil {
			return fmt.Errorf("count saved searches: %w", err)
		}
		if n >= mostSaved {
			return core.Conflict("find.error.too_many", "Count", mostSaved)
		}
		x.ID, x.Created, x.Due = tx.NewID(), tx.Now, dueAfter(tx.Now, in.Often)
		if _, err := tx.NewInsert().Model(&x).Exec(ctx); err != nil {
			return fmt.Errorf("save search: %w", err)
		}
		note(tx, "search.saved", x)
		return nil
	})
	return x, err
}

func dueAfter(now core.Instant, often string) core.Instant {
	if often == Never {
		return core.Instant{}
	}
	return now.Add(period(often))
}

func note(tx *record.Tx, kind string, x Saved) {
	tx.AppendPersonal(kind, x.ID, core.ScopeForum, record.Internal, record.Data{"label": ""},
		record.Data{"name": x.Name, "query": x.Query, "often": x.Often})
}

// Change gives a saved search another name, or mail at other times. What it asks stays.
// Event: search.changed. Errors: NotFound, Invalid, Stale.
func (s *Service) Change(ctx context.Context, a core.Actor, id core.ID, in SavedInput) error {
	before, err := s.SavedSearch(ctx, a, id)
	if err != nil {
		return err
	}
	if err := mine(a, "edit"); err != nil {
		return err
	}
	in.Name, in.Query = strings.Join(strings.Fields(in.Name), " "), before.Query
	if err := in.Validate(); err != nil {
		return err
	}
	known := before.Known
	if before.Often == Never && in.Often != Never { // what came meanwhile is no news
		if known, err = s.prints(ctx, a, before.Question()); err != nil {
			return err
		}
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		x, err := loadSaved(ctx, tx, a, id)
		if err != nil {
			return err
		}
		x.Name, x.Version = in.Name, in.Version+1
		if x.Often != in.Often {
			x.Often, x.Due, x.Known = in.Often, dueAfter(tx.Now, in.Often), known
		}
		stale, err := record.Once(tx.NewUpdate().Model(&x).WherePK().Where("version = ?", in.Version).Exec(ctx))
		if err != nil || stale {
			return record.StaleOr(err, InputOf(before))
		}
		note(tx, "search.changed", x)
		return nil
	})
}

// Remove forgets a saved search. Event: search.removed. Errors: NotFound.
func (s *Service) Remove(ctx context.Context, a core.Actor, id core.ID) (Saved, error) {
	x, err := s.SavedSearch(ctx, a, id)
	if err != nil {
		return x, err
	}
	if err := mine(a, "remove"); err != nil {
		return x, err
	}
	return x, s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		gone, err := record.Once(tx.NewDelete().Model((*Saved)(nil)).Where("id = ? AND account = ?", id, a.Account).Exec(ctx))
		if err != nil {
			return fmt.Errorf("remove saved search: %w", err)
		}
		if gone {
			return core.NotFound()
		}
		note(tx, "search.removed", x)
		return nil
	})
}
