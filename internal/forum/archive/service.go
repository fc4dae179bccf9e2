package archive

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/formats/forumtext"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/messages"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/reports"
	"plenary/internal/platform/record"
)

// Service reads documents into editions.
type Service struct {
	rec       *record.Record
	editions  *editions.Service
	people    *people.Service
	programme *programme.Service
	reports   *reports.Service
	messages  *messages.Service
}

// New makes the service.
func New(rec *record.Record, e *editions.Service, pp *people.Service, p *programme.Service, r *reports.Service, m *messages.Service) *Service {
	return &Service{rec: rec, editions: e, people: pp, programme: p, reports: r, messages: m}
}

// Import is one document that was read in.
type Import struct {
	bun.BaseModel `bun:"table:imports,alias:im"`

	ID      core.ID      `bun:"id,pk" json:"id"`
	Edition core.ID      `bun:"edition" json:"edition"`
	Name    string       `bun:"name" json:"name"`
	Shape   string       `bun:"shape" json:"shape"`
	Source  string       `bun:"source" json:"-"`
	Found   Counts       `bun:"found,type:jsonb" json:"found"`
	Account core.ID      `bun:"account" json:"-"`
	Person  core.ID      `bun:"person" json:"person,omitempty"`
	Program string       `bun:"program" json:"program,omitempty"`
	At      core.Instant `bun:"at" json:"at"`
}

// Item points from an imported thing to its lines in the source.
type Item struct {
	bun.BaseModel `bun:"table:import_items,alias:ii"`

	Import   core.ID `bun:"import,pk" json:"import"`
	Position int     `bun:"position,pk" json:"-"`
	Kind     string  `bun:"kind" json:"kind"`
	Subject  core.ID `bun:"subject" json:"subject"`
	Label    string  `bun:"label" json:"label"`
	FromLine int     `bun:"from_line" json:"from_line"`
	ToLine   int     `bun:"to_line" json:"to_line"`
}

// Read makes the plan of a document for an edition. lang is the language in which the
// document is written. The staff may. Nothing is changed.
func (s *Service) Read(ctx context.Context, a core.Actor, set *editions.Setting, name, lang string, text []byte) (*Plan, error) {
	if err := policy.Check("import", "", a.Roles(set.Scope())...); err != nil {
		return nil, err
	}
	doc, err := forumtext.Read(name, text)
	if err != nil {
		return nil, &core.Error{Kind: core.KindInvalid, Key: "archive.error.unreadable", Args: []any{"Name", name}, Err: err}
	}
	if !core.LangKnown(lang) {
		lang = "en"
	}
	p := &Plan{Name: name, Lang: lang, Shape: doc.Shape, Source: string(text), Unread: doc.Unread, Facts: doc.Facts, Doc: doc}
	if y := doc.Edition.Year; y != 0 && y != set.Year {
		p.conflict(doc.Edition.Place, "archive.conflict.year", "Said", y, "Edition", set.Year)
	}
	s.inside(p, doc, -1)
	types, err := s.programme.Types(ctx, set.ID)
	if err != nil {
		return nil, err
	}
	briefs, err := s.programme.Briefs(ctx, a, set, programme.Filter{})
	if err != nil {
		return nil, err
	}
	for i, found := range doc.Sessions {
		sp := s.planSession(p, set, types, found)
		if b := slices.IndexFunc(briefs, func(b programme.Brief) bool { return same(found, sp.Starts, b) }); b >= 0 {
			known, err := s.programme.SessionsByID(ctx, a, []core.ID{briefs[b].ID})
			if err != nil {
				return nil, err
			}
			sp.Existing = known[briefs[b].ID]
			s.compare(p, set, &sp)
		} else {
			s.inside(p, doc, i)
		}
		p.Sessions = append(p.Sessions, sp)
	}
	return p, nil
}

func (s *Service) planSession(p *Plan, set *editions.Setting, types []programme.Type, found forumtext.Session) SessionPlan {
	words := found.Type
	if words == "" && strings.Contains(core.Fold(found.Title), "taking stock") {
		words = "taking stock"
	}
	sp := SessionPlan{Found: found, Type: typeOf(words, types), Day: dayOf(found, set)}
	if w, ok := choose(spans(found, set), set); ok {
		sp.Starts, sp.Ends = w.starts, w.ends
		if len(set.Days()) > 0 && !slices.ContainsFunc(set.Days(), func(d editions.Day) bool { return d.Date == sp.Starts.In(set.Zone).Format("2006-01-02") }) {
			p.conflict(w.when.Place, "archive.conflict.outside", "Session", found.Title, "When", clock(sp.Starts, set.Zone))
		}
	}
	if len(found.Rooms) > 0 {
		room := found.Rooms[len(found.Rooms)-1].Text
		if sp.Room = set.RoomNamed(room); sp.Room == nil {
			sp.NewRoom = room
		}
	}
	if t := found.Theme(); t != "" {
		if sp.Theme = set.ThemeNamed(t); sp.Theme == nil {
			sp.NewTheme = t
		}
	}
	return sp
}

// inside reports what disagrees within the document about a session that is new.
func (s *Service) inside(p *Plan, doc *forumtext.Document, session int) {
	for _, c := range doc.Conflicts {
		if c.Session != session {
			continue
		}
		p.conflict(c.Second.Place, "archive.conflict.inside", "First", c.First.Text, "FirstLine", c.First.Place.Line,
			"Second", c.Second.Text, "SecondLine", c.Second.Place.Line)
	}
}

// compare reports what disagrees with the session as it stands in the edition, and
// lists what the document fills. What stands is never overwritten.
func (s *Service) compare(p *Plan, set *editions.Setting, sp *SessionPlan) {
	x := sp.Existing
	title := x.Title.String()
	for _, w := range spans(sp.Found, set) {
		if x.Scheduled() && (w.starts != x.Starts || w.ends != x.Ends) {
			p.conflict(w.when.Place, "archive.conflict.time", "Session", title,
				"Said", clock(w.starts, set.Zone)+"–"+w.ends.In(set.Zone).Format("15:04"),
				"Have", clock(x.Starts, set.Zone)+"–"+x.Ends.In(set.Zone).Format("15:04"))
		}
	}
	if room := set.Room(x.Room); room != nil {
		for _, r := range sp.Found.Rooms {
			if other := set.RoomNamed(r.Text); other == nil || other.ID != room.ID {
				p.conflict(r.Place, "archive.conflict.room", "Session", title, "Said", r.Text, "Have", room.Name.String())
			}
		}
		sp.NewRoom, sp.Room = "", room
	}
	if theme := set.Theme(x.Theme); theme != nil {
		for _, t := range sp.Found.Themes {
			if other := set.ThemeNamed(t.Text); other == nil || other.ID != theme.ID {
				p.conflict(t.Place, "archive.conflict.theme", "Session", title, "Said", t.Text, "Have", theme.Name.String())
			}
		}
		sp.NewTheme, sp.Theme = "", theme
	}
	for _, f := range []struct {
		name string
		can  bool
	}{
		{"time", !x.Scheduled() && !sp.Starts.IsZero()},
		{"room", x.Room == "" && (sp.Room != nil || sp.NewRoom != "")},
		{"theme", x.Theme == "" && (sp.Theme != nil || sp.NewTheme != "")},
		{"description", describe(sp.Found.Description) != "" && !covers(x.Description.String(), describe(sp.Found.Description))},
		{"questions", len(x.GuidingQuestions) == 0 && len(sp.Found.Questions) > 0},
		{"people", len(newPeople(x, sp.Found.People)) > 0},
		{"takeaways", len(sp.Found.Takeaways)+len(sp.Found.Calls) > 0},
		{"messages", len(sp.Found.Messages) > 0},
	} {
		if f.can {
			sp.Fills = append(sp.Fills, f.name)
		}
	}
}

// covers tells whether the text that stands says all that the other says.
func covers(have, said string) bool {
	return len(core.Fold(have)) > 0 && strings.Contains(core.Fold(have), core.Fold(said))
}

// newPeople are those of the document who have no role in the session yet.
func newPeople(x *programme.Session, found []forumtext.Person) []forumtext.Person {
	return slices.DeleteFunc(slices.Clone(found), func(p forumtext.Person) bool {
		return slices.ContainsFunc(x.Roles, func(r programme.Role) bool {
			return core.Fold(r.Name) == core.Fold(p.Name) || core.Fold(r.Snapshot.Name) == core.Fold(p.Name)
		})
	})
}

// Imports lists what was read into an edition, newest first. The staff may.
func (s *Service) Imports(ctx context.Context, a core.Actor, set *editions.Setting) ([]Import, error) {
	if err := policy.Check("import", "", a.Roles(set.Scope())...); err != nil {
		return nil, err
	}
	var out []Import
	err := s.rec.DB.Read.NewSelect().Model(&out).ExcludeColumn("source").Where("edition = ?", set.ID).OrderExpr("at DESC, id DESC").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("load imports: %w", err)
	}
	return out, nil
}

// Get gives one import with its items and its source. The staff may.
func (s *Service) Get(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID) (Import, []Item, error) {
	var im Import
	if err := policy.Check("import", "", a.Roles(set.Scope())...); err != nil {
		return im, nil, err
	}
	if err := s.rec.DB.Read.NewSelect().Model(&im).Where("id = ? AND edition = ?", id, set.ID).Scan(ctx); err != nil {
		return im, nil, record.Found(err)
	}
	var items []Item
	if err := s.rec.DB.Read.NewSelect().Model(&items).Where("import = ?", id).OrderExpr("position").Scan(ctx); err != nil {
		return im, nil, fmt.Errorf("load items: %w", err)
	}
	return im, items, nil
}

// YearOf tells which year's edition a document is about; 0 where it has no known shape
// or names no year. Nothing is asked of the record.
func (s *Service) YearOf(name string, text []byte) int {
	doc, err := forumtext.Read(name, text)
	if err != nil || doc.Shape == forumtext.Unknown || len(doc.Sessions) == 0 {
		return 0
	}
	return doc.Edition.Year
}
