// Package programme holds the sessions of an edition: what each is about, when and
// where it takes place, who has which role in it, and what it feeds or builds on.
package programme

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/people"
)

// States of a session. A draft is seen by its crew and the staff; a cancelled session
// keeps its page and its place in the programme for ever.
const (
	StateDraft     = "draft"
	StateScheduled = "scheduled"
	StateCancelled = "cancelled"
)

// States are all states in the order in which they are shown.
var States = []string{StateDraft, StateScheduled, StateCancelled}

// Session is one session of an edition. Ref is its permanent address below the
// edition: it is never given to another session.
type Session struct {
	bun.BaseModel `bun:"table:sessions,alias:se"`

	ID               core.ID      `bun:"id,pk" json:"id"`
	Edition          core.ID      `bun:"edition" json:"edition"`
	Ref              string       `bun:"ref" json:"ref" doc:"permanent reference below the edition: ws184"`
	Type             core.ID      `bun:"type" json:"type"`
	Number           int          `bun:"number" json:"number" doc:"serial number within its type"`
	Title            core.Text    `bun:"title" json:"title"`
	ShortTitle       core.Text    `bun:"short_title" json:"short_title" doc:"title for the timetable, where it differs (E195)"`
	Description      core.Text    `bun:"description" json:"description"`
	Goal             core.Text    `bun:"goal" json:"goal"`
	Agenda           core.Text    `bun:"agenda" json:"agenda"`
	GuidingQuestions []core.Text  `bun:"guiding_questions,type:jsonb" json:"guiding_questions"`
	Format           string       `bun:"format" json:"format,omitempty" doc:"code of the vocabulary of formats"`
	Theme            core.ID      `bun:"theme" json:"theme,omitempty"`
	Tags             []string     `bun:"tags,type:jsonb" json:"tags"`
	SDGs             []int        `bun:"sdgs,type:jsonb" json:"sdgs" doc:"numbers of the Sustainable Development Goals"`
	ActionLines      []string     `bun:"action_lines,type:jsonb" json:"action_lines" doc:"codes of the WSIS action lines"`
	Links            []Link       `bun:"links,type:jsonb" json:"links"`
	Starts           core.Instant `bun:"starts" json:"starts" doc:"null where no time is set yet"`
	Ends             core.Instant `bun:"ends" json:"ends"`
	Day              string       `bun:"day" json:"day,omitempty" doc:"date at the venue on which it starts"`
	Room             core.ID      `bun:"room" json:"room,omitempty"`
	Language         string       `bun:"language" json:"language,omitempty" doc:"language in which it is held"`
	InvitedOnly      bool         `bun:"invited_only" json:"invited_only" doc:"only those invited take part (E082)"`
	OpenFloorMinutes int          `bun:"open_floor_minutes" json:"open_floor_minutes,omitempty" doc:"minutes given to the open floor (E076)"`
	Body             core.ID      `bun:"body" json:"body,omitempty" doc:"the body that owns the session"`
	State            string       `bun:"state" json:"state" enum:"draft,scheduled,cancelled"`
	CancelledNote    core.Text    `bun:"cancelled_note" json:"cancelled_note"`
	NextTitle        core.Text    `bun:"next_title" json:"-"`       // the title from the next release on; zero: as it is
	NextShortTitle   core.Text    `bun:"next_short_title" json:"-"` // goes with NextTitle
	SearchKey        string       `bun:"search_key" json:"-"`
	Marks            string       `bun:"marks" json:"-"` // tags, goals and action lines as |tag:…|sdg:…|line:…|, to be searched
	Created          core.Instant `bun:"created" json:"created"`
	Version          int64        `bun:"version" json:"version"`

	// Filled by Service.Session and SessionsByID.
	EditionSlug string     `bun:"-" json:"edition_slug"`
	Of          Type       `bun:"-" json:"-"` // its type
	Questions   []core.ID  `bun:"-" json:"questions"`
	Tracks      []core.ID  `bun:"-" json:"tracks"`
	Roles       []Role     `bun:"-" json:"roles"`
	Relations   []Relation `bun:"-" json:"relations"`
}

// Path is the session's permanent address.
func (s Session) Path() string { return "/" + s.EditionSlug + "/" + s.Ref }

// Scheduled tells whether a time is set.
func (s Session) Scheduled() bool { return !s.Starts.IsZero() && !s.Ends.IsZero() }

// Label is the short title where there is one, else the title.
func (s Session) Label() core.Text { return label(s.ShortTitle, s.Title) }

func label(short, full core.Text) core.Text {
	if short.IsZero() {
		return full
	}
	return short
}

// Link leads from a session to something elsewhere: its outline (E066), a work launched
// at it (E198), a recording.
type Link struct {
	Kind  string `json:"kind" enum:"outline,launched,recording,background,website"`
	Label string `json:"label"`
	URL   string `json:"url"`
}

// LinkKinds are the kinds of links in the order in which they are shown.
var LinkKinds = []string{"outline", "launched", "recording", "background", "website"}

// Brief is a session as lists and timetables show it: without its long texts, roles
// and relations.
type Brief struct {
	bun.BaseModel `bun:"table:sessions,alias:se"`

	ID            core.ID      `bun:"id,pk" json:"id"`
	Edition       core.ID      `bun:"edition" json:"edition"`
	Ref           string       `bun:"ref" json:"ref"`
	Type          core.ID      `bun:"type" json:"type"`
	Number        int          `bun:"number" json:"number"`
	Title         core.Text    `bun:"title" json:"title"`
	ShortTitle    core.Text    `bun:"short_title" json:"short_title"`
	Format        string       `bun:"format" json:"format,omitempty"`
	Theme         core.ID      `bun:"theme" json:"theme,omitempty"`
	Tags          []string     `bun:"tags,type:jsonb" json:"tags"`
	SDGs          []int        `bun:"sdgs,type:jsonb" json:"sdgs"`
	ActionLines   []string     `bun:"action_lines,type:jsonb" json:"action_lines"`
	Starts        core.Instant `bun:"starts" json:"starts"`
	Ends          core.Instant `bun:"ends" json:"ends"`
	Day           string       `bun:"day" json:"day,omitempty"`
	Room          core.ID      `bun:"room" json:"room,omitempty"`
	Language      string       `bun:"language" json:"language,omitempty"`
	InvitedOnly   bool         `bun:"invited_only" json:"invited_only"`
	Body          core.ID      `bun:"body" json:"body,omitempty"`
	State         string       `bun:"state" json:"state" enum:"draft,scheduled,cancelled"`
	CancelledNote core.Text    `bun:"cancelled_note" json:"cancelled_note"`
	NextTitle     core.Text    `bun:"next_title" json:"-"`
	NextShort     core.Text    `bun:"next_short_title" json:"-"`
	Created       core.Instant `bun:"created" json:"-"`
	Version       int64        `bun:"version" json:"version"`

	EditionSlug string    `bun:"-" json:"edition_slug"`
	Questions   []core.ID `bun:"-" json:"questions"`
	Tracks      []core.ID `bun:"-" json:"tracks"`
}

// Path is the session's permanent address.
func (b Brief) Path() string { return "/" + b.EditionSlug + "/" + b.Ref }

// Scheduled tells whether a time is set.
func (b Brief) Scheduled() bool { return !b.Starts.IsZero() && !b.Ends.IsZero() }

// Label is the short title where there is one, else the title.
func (b Brief) Label() core.Text { return label(b.ShortTitle, b.Title) }

// Brief is the session as a list shows it.
func (s Session) Brief() Brief {
	return Brief{
		ID: s.ID, Edition: s.Edition, Ref: s.Ref, Type: s.Type, Number: s.Number, Title: s.Title, ShortTitle: s.ShortTitle,
		Format: s.Format, Theme: s.Theme, Tags: s.Tags, SDGs: s.SDGs, ActionLines: s.ActionLines, Starts: s.Starts, Ends: s.Ends,
		Day: s.Day, Room: s.Room, Language: s.Language, InvitedOnly: s.InvitedOnly, Body: s.Body, State: s.State,
		CancelledNote: s.CancelledNote, NextTitle: s.NextTitle, NextShort: s.NextShortTitle, Created: s.Created, Version: s.Version, EditionSlug: s.EditionSlug, Questions: s.Questions, Tracks: s.Tracks,
	}
}

// Role is what a person or an organisation is in a session. Snapshot holds the
// affiliations of the session's day: it stays when the person moves on.
type Role struct {
	bun.BaseModel `bun:"table:session_roles,alias:ro"`

	ID           core.ID         `bun:"id,pk" json:"id"`
	Session      core.ID         `bun:"session" json:"-"`
	Position     int             `bun:"position" json:"-"`
	Person       core.ID         `bun:"person" json:"person,omitempty"`
	Organisation core.ID         `bun:"organisation" json:"organisation,omitempty"`
	Role         string          `bun:"role" json:"role"`
	Snapshot     people.Snapshot `bun:"snapshot,type:jsonb" json:"snapshot"`
	Note         core.Text       `bun:"note" json:"note"`
	// Affiliated holds the organisations of the snapshot as |id|id|, to be searched.
	Affiliated string `bun:"affiliated" json:"-"`
	// Given says that the snapshot came with the role, from a printed programme, and is
	// not taken anew when the session moves to another day.
	Given bool `bun:"given" json:"-"`

	// Filled by Service.Session, SessionsByID and RolesOf: how the person and the
	// organisation are called now, and the addresses of their pages; an address is
	// empty where there is no page for the reader.
	Name             string    `bun:"-" json:"name,omitempty"`
	Names            core.Text `bun:"-" json:"-"` // the name in other languages, where the person gives one
	Path             string    `bun:"-" json:"-"`
	OrganisationName core.Text `bun:"-" json:"organisation_name"`
	OrganisationPath string    `bun:"-" json:"-"`
}

// In is the name of the person or organisation for a reader of a language.
func (r Role) In(lang string) string {
	if r.Person == "" {
		s, _ := r.OrganisationName.In(lang)
		return s
	}
	if s := r.Names.By[lang]; s != "" {
		return s
	}
	return r.Name
}

// Roles of people and organisations in a session, in the order in which they are
// shown. "unstated" is a person named without a role (E193).
const (
	Organiser       = "organiser"
	CoOrganiser     = "co-organiser"
	PresidedBy      = "presided-by" // a ceremony (E196)
	Chair           = "chair"
	Keynote         = "keynote"
	Speaker         = "speaker"
	ModeratorOnsite = "moderator-onsite"
	ModeratorOnline = "moderator-online"
	Rapporteur      = "rapporteur"
	Unstated        = "unstated"
)

// RoleNames are all roles in the order in which they are shown.
var RoleNames = []string{
	Organiser, CoOrganiser, PresidedBy, Chair, Keynote, Speaker, ModeratorOnsite, ModeratorOnline, Rapporteur, Unstated,
}

// CoreRole is what a role in a session allows its holder there.
func CoreRole(role string) core.Role {
	switch role {
	case Organiser, CoOrganiser:
		return core.RoleOrganiser
	case ModeratorOnsite, ModeratorOnline, Chair:
		return core.RoleModerator
	case Rapporteur:
		return core.RoleRapporteur
	}
	return core.RoleSpeaker
}

// Relation ties two sessions: one feeds into another (E061), or builds on one, maybe
// of an earlier year (E062).
type Relation struct {
	bun.BaseModel `bun:"table:session_relations,alias:re"`

	ID   core.ID   `bun:"id,pk" json:"id"`
	From core.ID   `bun:"from_session" json:"from"`
	To   core.ID   `bun:"to_session" json:"to"`
	Kind string    `bun:"kind" json:"kind" enum:"feeds,builds-on"`
	Note core.Text `bun:"note" json:"note"`

	// Other is the session at the other end, where the reader may know of it.
	Other *Brief `bun:"-" json:"other,omitempty"`
}

// Kinds of relations.
const (
	Feeds    = "feeds"
	BuildsOn = "builds-on"
)

// RelationKinds are the kinds of relations in the order in which they are shown.
var RelationKinds = []string{Feeds, BuildsOn}

// oldRef is a reference that a session had once. It leads to the session for ever.
type oldRef struct {
	bun.BaseModel `bun:"table:session_refs,alias:sr"`

	Edition core.ID `bun:"edition,pk"`
	Ref     string  `bun:"ref,pk"`
	Session core.ID `bun:"session"`
}

type sessionQuestion struct {
	bun.BaseModel `bun:"table:session_questions,alias:sq"`

	Session  core.ID `bun:"session,pk"`
	Question core.ID `bun:"question,pk"`
}

type sessionTrack struct {
	bun.BaseModel `bun:"table:session_tracks,alias:st"`

	Session core.ID `bun:"session,pk"`
	Body    core.ID `bun:"body,pk"`
}

// Filter chooses sessions of an edition; what is empty does not narrow.
type Filter struct {
	Day          string    // date at the venue
	Room         core.ID   // a room of the edition
	Theme        core.ID   // a theme of the edition
	Type         core.ID   // a session type of the edition
	Track        core.ID   // a body that the session is a part of
	Body         core.ID   // the body that owns it
	Organisation core.ID   // an organisation that has a role in it, or whose people had on the day
	Person       core.ID   // a person who has a role in it
	Questions    []core.ID // any of these policy questions
	Tag          string
	Q            string // words, all of which stand in its titles, tags or reference
	State        string
	Language     string
	SDG          int // one below 0 finds nothing
	ActionLine   string
	From, Until  core.Instant // it overlaps this span; either may be missing
	Unscheduled  bool         // only those without a time
	Limit        int          // 0: all
}

var refForm = regexp.MustCompile(`^[a-z]{1,12}[0-9]{1,5}$`)

// ValidRef tells whether a reference has the form of one: letters, then a number.
// Addresses with a digit below an edition are sessions.
func ValidRef(ref string) bool { return refForm.MatchString(ref) }

// Shortest and longest time that a session may take.
const (
	ShortestSession = 5 * time.Minute
	LongestSession  = 12 * time.Hour
)

// dayOf is the date at the venue on which an instant falls.
func dayOf(at core.Instant, zone string) string {
	if at.IsZero() {
		return ""
	}
	return at.In(zone).Format(time.DateOnly)
}

// sortRoles puts roles in the order in which they are shown, keeping positions.
func sortRoles(roles []Role) {
	slices.SortStableFunc(roles, func(a, b Role) int {
		if d := slices.Index(RoleNames, a.Role) - slices.Index(RoleNames, b.Role); d != 0 {
			return d
		}
		return a.Position - b.Position
	})
}

// letters are the letters with which a reference begins.
func letters(ref string) string { return strings.TrimRight(ref, "0123456789") }
