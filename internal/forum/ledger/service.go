package ledger

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/messages"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/reports"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/blob"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

// Moment is a moment of a session, as the room of transcripts tells it.
type Moment struct {
	ID, Person    core.ID
	Speaker, Path string
	At            core.Instant
	Recording     string // address of the recording at that second; empty without one
}

// Moments are asked of the room that keeps transcripts: by the ids of segments, and by
// session and time since its beginning.
type Moments struct {
	ByID func(ctx context.Context, a core.Actor, segments []core.ID) (map[core.ID]Moment, error)
	At   func(ctx context.Context, a core.Actor, session core.ID, t string) (Moment, bool, error)
}

// Rooms are the services that the ledger stands on.
type Rooms struct {
	Documents *documents.Service
	Editions  *editions.Service
	People    *people.Service
	Programme *programme.Service
	Reports   *reports.Service
	Messages  *messages.Service
	Vocab     *vocab.Service
	Blobs     *blob.Store
	Mail      *mail.Service
	Accounts  *authn.Service
	BaseURL   string
}

// Service is what people do with the ledger.
type Service struct {
	rec *record.Record
	Rooms
	moments Moments
}

// New makes the service. Watch ties it to the record.
func New(rec *record.Record, rooms Rooms) *Service { return &Service{rec: rec, Rooms: rooms} }

// UseMoments says whom to ask about moments of sessions.
func (s *Service) UseMoments(m Moments) { s.moments = m }

// Watch keeps the ledger with the record: calls of published reports enter it in the act
// that publishes them; what an older record published is filled in by itself; reminders
// go out when time has come. It is used while the program is wired.
func (s *Service) Watch() {
	for _, kind := range []string{"report.published", "report.corrected", "report.carried"} {
		s.rec.On(kind, s.onReport)
	}
	s.rec.On("report.taken_back", s.onTakenBack)
	for _, kind := range []string{"document.published", "document.corrected"} {
		s.rec.On(kind, s.onDocument)
	}
	s.rec.Every("ledger refill", time.Hour, s.Refill)
	s.rec.Every("ledger reminders", time.Hour, s.Remind)
}

// sight is what an actor sees.
type sight struct {
	all      bool      // staff of the whole forum
	editions []core.ID // that she may see
	staffed  []core.ID // of which she is staff
	mine     []core.ID // organisations for which she speaks today
	unseen   []core.ID // editions that she may not see
	account  core.ID
}

func (s *Service) sight(ctx context.Context, a core.Actor) (sight, error) {
	list, err := s.Editions.Editions(ctx, a)
	if err != nil {
		return sight{}, fmt.Errorf("list editions: %w", err)
	}
	v := sight{all: a.Staff(core.ScopeForum), account: a.Account, editions: []core.ID{""}, staffed: []core.ID{"-"}}
	for _, e := range list {
		v.editions = append(v.editions, e.ID)
		if a.Staff(e.Scope()) {
			v.staffed = append(v.staffed, e.ID)
		}
	}
	all, err := s.Editions.Editions(ctx, core.Operator)
	if err != nil {
		return sight{}, fmt.Errorf("list editions: %w", err)
	}
	for _, e := range all {
		if !slices.Contains(v.editions, e.ID) {
			v.unseen = append(v.unseen, e.ID)
		}
	}
	v.mine, err = s.Mine(ctx, a)
	return v, err
}

// Mine are the organisations for which the actor speaks today: those of her person's
// affiliations that hold.
func (s *Service) Mine(ctx context.Context, a core.Actor) ([]core.ID, error) {
	if a.Person == "" {
		return nil, nil
	}
	affs, err := s.People.Affiliations(ctx, []core.ID{a.Person})
	if err != nil {
		return nil, err
	}
	var out []core.ID
	for _, f := range people.On(affs[a.Person], s.today()) {
		if f.Organisation != "" && !slices.Contains(out, f.Organisation) {
			out = append(out, f.Organisation)
		}
	}
	return out, nil
}

func (s *Service) today() string { return s.rec.Clock.Now().Format(time.DateOnly) }

// calls narrows a query over calls (alias lc) to those that may be seen: of editions
// that may be, and not of a session that is a draft again.
func (v sight) calls(q *bun.SelectQuery) *bun.SelectQuery { return v.of(q, "lc") }

func (v sight) of(q *bun.SelectQuery, alias string) *bun.SelectQuery {
	if v.all {
		return q
	}
	return q.Where("? IN (?)", bun.Ident(alias+".edition"), bun.List(v.editions)).
		WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
			return q.Where("? IN (?)", bun.Ident(alias+".edition"), bun.List(v.staffed)).
				WhereOr("NOT EXISTS (SELECT 1 FROM sessions AS se WHERE se.id = ? AND se.state = ?)", bun.Ident(alias+".session"), programme.StateDraft)
		})
}

// commitments narrows a query over commitments (alias cm): the confirmed ones; others to
// the staff, to who handed them in and to the organisation.
func (v sight) commitments(q *bun.SelectQuery) *bun.SelectQuery {
	if v.all {
		return q
	}
	return v.of(q, "cm").WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
		q = q.Where("cm.confirmed IS NOT NULL").WhereOr("cm.edition IN (?)", bun.List(v.staffed))
		if v.account != "" {
			q = q.WhereOr("cm.account = ?", v.account)
		}
		if len(v.mine) > 0 {
			q = q.WhereOr("cm.organisation IN (?)", bun.List(v.mine))
		}
		return q
	})
}

// keyOf is a text in all its languages, folded, to be searched.
func keyOf(t core.Text) string {
	var all string
	for _, lang := range core.Langs {
		if x := t.By[lang]; x != "" {
			all += x + "\n"
		}
	}
	return core.Fold(all)
}

func bars(codes []string) string {
	out := "|"
	for _, c := range codes {
		out += c + "|"
	}
	return out
}

// changes are what differs, under names that are the room's own in the catalogue.
func changes(before, after any) map[string]record.Change {
	out := map[string]record.Change{}
	for name, c := range record.Changes(before, after) {
		out["ledger_"+name] = c
	}
	delete(out, "ledger_process")
	return out
}
