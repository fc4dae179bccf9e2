// Package editions is the forum with its mandate and its editions: when and where
// each met, in which rooms, under which themes and policy questions.
package editions

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// Forum is the one forum that this instance serves.
type Forum struct {
	bun.BaseModel `bun:"table:forum,alias:fo"`

	ID      string    `bun:"id,pk" json:"-"`
	Name    core.Text `bun:"name" json:"name"`
	Short   string    `bun:"short" json:"short"`
	About   core.Text `bun:"about" json:"about"`
	Lang    string    `bun:"lang" json:"lang"`
	Contact string    `bun:"contact" json:"contact,omitempty"`
	Version int64     `bun:"version" json:"version"`

	Mandates []Mandate `bun:"-" json:"mandates"`
}

// Mandate is an instrument that gives the forum a term (E002, E003): the first one
// founds it, later ones renew it.
type Mandate struct {
	bun.BaseModel `bun:"table:mandates,alias:ma"`

	ID         core.ID   `bun:"id,pk" json:"id"`
	Position   int       `bun:"position" json:"-"`
	Instrument core.Text `bun:"instrument" json:"instrument"`
	Symbol     string    `bun:"symbol" json:"symbol,omitempty"`
	URL        string    `bun:"url" json:"url,omitempty"`
	From       string    `bun:"from_date" json:"from,omitempty" doc:"first day of the term, YYYY-MM-DD"`
	Until      string    `bun:"until_date" json:"until,omitempty"`
	Review     string    `bun:"review_on" json:"review,omitempty"`
}

// States of an edition. A draft is seen by staff only; a held edition is over.
const (
	StateDraft  = "draft"
	StatePublic = "public"
	StateHeld   = "held"
)

// Edition is one meeting of the forum with all that leads to it and follows from it.
type Edition struct {
	bun.BaseModel `bun:"table:editions,alias:ed"`

	ID      core.ID   `bun:"id,pk" json:"id"`
	Slug    string    `bun:"slug" json:"slug" doc:"begins with the year"`
	Year    int       `bun:"year" json:"year"`
	Ordinal int       `bun:"ordinal" json:"ordinal,omitempty" doc:"18 for the 18th meeting"`
	State   string    `bun:"state" json:"state" enum:"draft,public,held"`
	Sample  bool      `bun:"sample" json:"sample" doc:"an invented edition, for trying things"`
	Name    core.Text `bun:"name" json:"name"`
	Theme   core.Text `bun:"theme" json:"theme"`
	City    core.Text `bun:"city" json:"city"`
	Country string    `bun:"country" json:"country,omitempty" doc:"ISO 3166-1 alpha-2"`
	Host    core.Text `bun:"host" json:"host"`
	Zone    string    `bun:"zone" json:"zone" doc:"IANA zone of the venue"`
	// FirstDay and LastDay are the dates as the forum states them. Some editions count
	// Day Zero among them, others do not (X12): DatesCountDayZero says which.
	FirstDay          string `bun:"first_day" json:"first_day,omitempty"`
	LastDay           string `bun:"last_day" json:"last_day,omitempty"`
	DayZero           string `bun:"day_zero" json:"day_zero,omitempty" doc:"date of Day Zero, if there is one"`
	DatesCountDayZero bool   `bun:"dates_count_day_zero" json:"dates_count_day_zero"`
	Version           int64  `bun:"version" json:"version"`
}

// Scope is the edition's scope in the record.
func (e Edition) Scope() string { return string(e.ID) }

// Path is the edition's permanent address.
func (e Edition) Path() string { return "/" + e.Slug }

// Day is one day of an edition.
type Day struct {
	Number int    // 0 is Day Zero
	Date   string // YYYY-MM-DD
}

// Slug is the day's part of an address: "day-2".
func (d Day) Slug() string { return "day-" + strconv.Itoa(d.Number) }

// Time is midnight of the day in the zone.
func (d Day) Time(zone string) time.Time {
	t, _ := time.ParseInLocation(time.DateOnly, d.Date, core.Zone(zone)) // dates were validated
	return t
}

// Days lists the edition's days in order, Day Zero first where there is one (E008).
func (e Edition) Days() []Day {
	first, err := core.ParseDate(e.FirstDay)
	if err != nil {
		return nil
	}
	last, err := core.ParseDate(e.LastDay)
	if err != nil {
		last = first
	}
	var days []Day
	if e.DayZero != "" {
		days = append(days, Day{0, e.DayZero})
	}
	n := 1
	for d := first; !d.After(last) && n < 40; d = d.AddDate(0, 0, 1) {
		date := d.Format(time.DateOnly)
		if date == e.DayZero {
			continue
		}
		days = append(days, Day{n, date})
		n++
	}
	slices.SortStableFunc(days, func(a, b Day) int { return strings.Compare(a.Date, b.Date) })
	return days
}

// End is the instant at which the last day is over at the venue. Full reports are
// counted from it.
func (e Edition) End() core.Instant {
	days := e.Days()
	if len(days) == 0 {
		return core.Instant{}
	}
	return core.At(days[len(days)-1].Time(e.Zone).AddDate(0, 0, 1))
}

// Venue is a place of an edition; there may be several (E007).
type Venue struct {
	bun.BaseModel `bun:"table:venues,alias:ve"`

	ID       core.ID   `bun:"id,pk" json:"id"`
	Edition  core.ID   `bun:"edition" json:"-"`
	Position int       `bun:"position" json:"-"`
	Name     core.Text `bun:"name" json:"name"`
	Address  string    `bun:"address" json:"address,omitempty"`
}

// Room is where sessions take place. Aliases are other names for it in other
// documents (E097: Main Hall is the Plenary Room).
type Room struct {
	bun.BaseModel `bun:"table:rooms,alias:ro"`

	ID            core.ID   `bun:"id,pk" json:"id"`
	Edition       core.ID   `bun:"edition" json:"-"`
	Venue         core.ID   `bun:"venue" json:"venue,omitempty"`
	Position      int       `bun:"position" json:"-"`
	Slug          string    `bun:"slug" json:"slug"`
	Name          core.Text `bun:"name" json:"name"`
	Capacity      int       `bun:"capacity" json:"capacity,omitempty"`
	Aliases       []string  `bun:"aliases,type:jsonb" json:"aliases"`
	Accessibility core.Text `bun:"accessibility" json:"accessibility"`
	Informal      bool      `bun:"informal" json:"informal" doc:"an open space without walls (E074)"`
}

// Theme is one of the sub-themes that order an edition's programme (E010).
type Theme struct {
	bun.BaseModel `bun:"table:themes,alias:th"`

	ID       core.ID   `bun:"id,pk" json:"id"`
	Edition  core.ID   `bun:"edition" json:"-"`
	Position int       `bun:"position" json:"-"`
	Slug     string    `bun:"slug" json:"slug"`
	Colour   int       `bun:"colour" json:"colour" doc:"1 to 10: which of the ten colours shows it"`
	Name     core.Text `bun:"name" json:"name"`
	About    core.Text `bun:"about" json:"about"`
}

// Question is a policy question of an edition, numbered and nested (E059, E060, E194):
// question 2.1 stands under question 2.
type Question struct {
	bun.BaseModel `bun:"table:policy_questions,alias:pq"`

	ID       core.ID   `bun:"id,pk" json:"id"`
	Edition  core.ID   `bun:"edition" json:"-"`
	Position int       `bun:"position" json:"-"`
	Number   string    `bun:"number" json:"number"`
	Theme    core.ID   `bun:"theme" json:"theme,omitempty"`
	Question core.Text `bun:"question" json:"question"`
}

// Depth is how deep a question is nested: 0 for question 2, 1 for question 2.1.
func (q Question) Depth() int { return strings.Count(q.Number, ".") }

// Figure is a number said about an edition, with who said it (X4, X8): figures of
// several sources stand side by side and are not mended in silence.
type Figure struct {
	bun.BaseModel `bun:"table:edition_figures,alias:fi"`

	ID        core.ID `bun:"id,pk" json:"id"`
	Edition   core.ID `bun:"edition" json:"-"`
	Position  int     `bun:"position" json:"-"`
	Indicator string  `bun:"indicator" json:"indicator" doc:"participants-onsite, countries, sessions…"`
	Qualifier string  `bun:"qualifier" json:"qualifier,omitempty" enum:",more-than,nearly,about"`
	Amount    int     `bun:"amount" json:"amount"`
	Note      string  `bun:"note" json:"note,omitempty"`
	Source    string  `bun:"source" json:"source,omitempty"`
}

// Indicators are what a figure may be about.
var Indicators = []string{
	"participants-total", "participants-onsite", "participants-online", "countries", "sessions", "proposals", "speakers", "organisations",
	"exhibitors", "initiatives", "coalitions", "grants", "ministers", "experts", "parliamentarians", "parliamentarians-countries",
	"media", "social-posts", "views",
}

// Qualifiers are the words that may stand before a figure; the empty one says it is exact.
var Qualifiers = []string{"", "more-than", "nearly", "about"}

// Setting is an edition with its places and themes: what most pages need.
type Setting struct {
	Edition
	Venues    []Venue    `json:"venues"`
	Rooms     []Room     `json:"rooms"`
	Themes    []Theme    `json:"themes"`
	Questions []Question `json:"questions"`
	Figures   []Figure   `json:"figures"`
}

// Room finds a room by its id, or nil.
func (s *Setting) Room(id core.ID) *Room {
	for i := range s.Rooms {
		if s.Rooms[i].ID == id {
			return &s.Rooms[i]
		}
	}
	return nil
}

// RoomNamed finds a room by its slug, any of its names or an alias, ignoring case.
func (s *Setting) RoomNamed(name string) *Room {
	name = strings.TrimSpace(name)
	for i := range s.Rooms {
		r := &s.Rooms[i]
		if strings.EqualFold(r.Slug, name) || slices.ContainsFunc(r.Aliases, func(a string) bool { return strings.EqualFold(a, name) }) {
			return r
		}
		for _, n := range r.Name.By {
			if strings.EqualFold(n, name) {
				return r
			}
		}
	}
	return nil
}

// Theme finds a theme by its id, or nil.
func (s *Setting) Theme(id core.ID) *Theme {
	for i := range s.Themes {
		if s.Themes[i].ID == id {
			return &s.Themes[i]
		}
	}
	return nil
}

// ThemeNamed finds a theme by slug or name, ignoring case and "&" for "and".
func (s *Setting) ThemeNamed(name string) *Theme {
	name = loose(name)
	for i := range s.Themes {
		if loose(s.Themes[i].Slug) == name {
			return &s.Themes[i]
		}
		for _, n := range s.Themes[i].Name.By {
			if loose(n) == name {
				return &s.Themes[i]
			}
		}
	}
	return nil
}

func loose(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(strings.ToLower(s), "&", " and ")), " ")
}

// Question finds a policy question by its id, or nil.
func (s *Setting) Question(id core.ID) *Question {
	for i := range s.Questions {
		if s.Questions[i].ID == id {
			return &s.Questions[i]
		}
	}
	return nil
}

// Place names the venue's clock for people: the city, or the zone's own city.
func (s *Setting) Place(lang string) string {
	if city, _ := s.City.In(lang); city != "" {
		return city
	}
	return strings.ReplaceAll(s.Zone[strings.LastIndexByte(s.Zone, '/')+1:], "_", " ")
}

var (
	slugForm = regexp.MustCompile(`^[0-9]{4}(-[a-z0-9]+)*$`)
	notSlug  = regexp.MustCompile(`[^a-z0-9]+`)
	numbered = regexp.MustCompile(`^[0-9]{1,2}(\.[0-9]{1,2}){0,2}$`)
)

// Slugify makes the part of an address out of a name in Latin letters.
func Slugify(s string) string {
	s = strings.Trim(notSlug.ReplaceAllString(strings.ToLower(s), "-"), "-")
	if len(s) > 60 {
		s = strings.Trim(s[:60], "-")
	}
	return s
}
