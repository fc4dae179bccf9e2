// Package participation is who takes part in an edition: registrations with their
// categories, quotas and waiting lists, delegations, remote hubs, letters. What somebody
// says here is hers and the staff's; nothing of it is public without her choice.
package participation

import (
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
)

// States of a registration (product.md 4.2).
const (
	StateSubmitted = "submitted"  // the focal point of her delegation has not confirmed her yet
	StatePending   = "pending"    // waits for the staff
	StateWaiting   = "waiting"    // her category is full
	StateApproved  = "approved"   //
	StateCheckedIn = "checked-in" // has collected a badge
	StateAttended  = "attended"   // was in a session, in a room or online
	StateDeclined  = "declined"   // by the staff or the focal point, with a reason
	StateWithdrawn = "withdrawn"  // by herself
	StateRemoved   = "removed"    // by a recorded decision under the code of conduct
)

// States are all states, in the order in which a registration goes through them.
var States = []string{
	StateSubmitted, StatePending, StateWaiting, StateApproved, StateCheckedIn, StateAttended, StateDeclined, StateWithdrawn, StateRemoved,
}

// Admitted are the states of who may come and join.
var Admitted = []string{StateApproved, StateCheckedIn, StateAttended}

// Modes: how somebody takes part.
const (
	ModeOnsite = "onsite"
	ModeOnline = "online"
	ModeBoth   = "both"
)

// Modes are all modes.
var Modes = []string{ModeOnsite, ModeOnline, ModeBoth}

// Genders are what can be answered; "own" has words of her own beside it, "unsaid" is the
// answer of who rather does not say. No answer is the empty word.
var Genders = []string{"woman", "man", "nonbinary", "own", "unsaid"}

// Ranks for protocol, highest first (E113). The staff gives them.
var Ranks = []string{"head-of-state", "head-of-government", "minister", "vice-minister", "head-of-organisation", "ambassador", "parliamentarian"}

// How a category approves.
const (
	ApproveAtOnce = "at-once"
	ApproveStaff  = "staff"
)

// Category is a kind of participation with its own quota and way of approval.
type Category struct {
	bun.BaseModel `bun:"table:registration_categories,alias:rc"`

	ID        core.ID   `bun:"id,pk" json:"id"`
	Edition   core.ID   `bun:"edition" json:"-"`
	Position  int       `bun:"position" json:"-"`
	Code      string    `bun:"code" json:"code"`
	Name      core.Text `bun:"name" json:"name"`
	About     core.Text `bun:"about" json:"about"`
	Mode      string    `bun:"mode" json:"mode,omitempty" doc:"onsite or online: for these only"`
	Quota     int       `bun:"quota" json:"quota,omitempty" doc:"most places; 0: any number"`
	Taken     int       `bun:"taken" json:"-"`
	Approval  string    `bun:"approval" json:"approval" enum:"at-once,staff"`
	Documents bool      `bun:"documents" json:"documents,omitempty" doc:"papers are asked for: media"`
	Staffed   bool      `bun:"staffed" json:"-"` // only the staff gives it: security, crew
	Colour    int       `bun:"colour" json:"colour" doc:"1 to 10: of the badge"`
	Version   int64     `bun:"version" json:"version"`
}

// Setting is how an edition registers people.
type Setting struct {
	bun.BaseModel `bun:"table:registration_settings,alias:rs"`

	Edition    core.ID              `bun:"edition,pk" json:"-"`
	Call       core.ID              `bun:"call" json:"call"` // the call whose window and further questions are those of the registration
	Intro      core.Text            `bun:"intro" json:"intro"`
	Conduct    core.Text            `bun:"conduct" json:"conduct"` // the code of conduct that is accepted
	VisaLetter bool                 `bun:"visa_letter" json:"visa_letter"`
	Listed     bool                 `bun:"listed" json:"listed"` // there is a public list of those who choose to stand in it
	OnlineURL  string               `bun:"online_url" json:"-"`
	Rules      []Rule               `bun:"rules,type:jsonb" json:"-"`
	Letters    map[string]core.Text `bun:"letters,type:jsonb" json:"-"` // what letters of a kind say beside the usual
	LastNumber int                  `bun:"last_number" json:"-"`
	Version    int64                `bun:"version" json:"version"`

	Categories []Category `bun:"-" json:"categories"`
}

// Category finds a category by its id, or nil.
func (s *Setting) Category(id core.ID) *Category {
	i := slices.IndexFunc(s.Categories, func(c Category) bool { return c.ID == id })
	if i < 0 {
		return nil
	}
	return &s.Categories[i]
}

// Rule approves, or holds back, what comes in (staff sets it). The first that fits decides.
type Rule struct {
	Field string   `json:"field"` // country, stakeholder, category, mode, domain (of the address), delegation, role (has a role in a session)
	In    []string `json:"in"`
	Do    string   `json:"do" enum:"approve,hold"`
}

// Visa is what a letter of invitation needs; it is erased when the edition is over.
type Visa struct {
	Wanted      bool   `json:"wanted,omitempty"`
	Name        string `json:"name,omitempty"` // as in the passport
	Nationality string `json:"nationality,omitempty"`
	Passport    string `json:"passport,omitempty"`
	Born        string `json:"born,omitempty"`
	Arrives     string `json:"arrives,omitempty"`
	Leaves      string `json:"leaves,omitempty"`
}

// Registration is somebody's place in an edition, with what she says of herself for it.
type Registration struct {
	bun.BaseModel `bun:"table:registrations,alias:rg"`

	ID           core.ID       `bun:"id,pk" json:"id"`
	Edition      core.ID       `bun:"edition" json:"-"`
	Number       int           `bun:"number" json:"number"`
	Account      core.ID       `bun:"account" json:"-"`
	Person       core.ID       `bun:"person" json:"-"`
	Email        string        `bun:"email" json:"email"`
	EmailKey     string        `bun:"email_key" json:"-"`
	Lang         string        `bun:"lang" json:"lang"`
	State        string        `bun:"state" json:"state"`
	Recheck      bool          `bun:"recheck" json:"recheck,omitempty" doc:"was approved, and changed what matters: links work until it is decided anew, badges wait"`
	Mode         string        `bun:"mode" json:"mode" enum:"onsite,online,both"`
	Category     core.ID       `bun:"category" json:"category"`
	Delegation   core.ID       `bun:"delegation" json:"delegation,omitempty"`
	Hub          core.ID       `bun:"hub" json:"hub,omitempty"`
	Honorific    string        `bun:"honorific" json:"honorific,omitempty"`
	Name         string        `bun:"name" json:"name"`
	NameKey      string        `bun:"name_key" json:"-"`  // folded, to sort by
	WordsKey     string        `bun:"words_key" json:"-"` // its words sorted
	LatinKey     string        `bun:"latin_key" json:"-"` // the same in Latin letters, to find the same name in another script
	Organisation string        `bun:"organisation" json:"organisation,omitempty"`
	OrgKey       string        `bun:"organisation_key" json:"-"`
	OrgID        core.ID       `bun:"organisation_id" json:"-"` // in the directory, where it is the same
	Title        string        `bun:"title" json:"title,omitempty"`
	Stakeholder  string        `bun:"stakeholder" json:"stakeholder,omitempty"`
	Country      string        `bun:"country" json:"country,omitempty"`
	Region       string        `bun:"region" json:"region,omitempty"` // code of vocab.Regions, derived: igo for intergovernmental organisations
	LDC          bool          `bun:"ldc" json:"ldc,omitempty"`       // classes of the country on the edition's first day
	LLDC         bool          `bun:"lldc" json:"lldc,omitempty"`
	SIDS         bool          `bun:"sids" json:"sids,omitempty"`
	Transition   bool          `bun:"transition" json:"transition,omitempty"`
	Gender       string        `bun:"gender" json:"gender,omitempty"`
	GenderOwn    string        `bun:"gender_own" json:"gender_own,omitempty"`
	FirstTime    string        `bun:"first_time" json:"first_time,omitempty" enum:",yes,no"`
	Youth        bool          `bun:"youth" json:"youth,omitempty"`
	Parliament   bool          `bun:"parliamentarian" json:"parliamentarian,omitempty"`
	Media        bool          `bun:"media" json:"media,omitempty"`
	HighLevel    bool          `bun:"high_level" json:"high_level,omitempty"`
	Rank         string        `bun:"rank" json:"rank,omitempty"`
	AccessNeeds  string        `bun:"access_needs" json:"access_needs,omitempty"`
	Diet         string        `bun:"diet" json:"diet,omitempty"`
	Visa         Visa          `bun:"visa,type:jsonb" json:"visa,omitzero"`
	Answers      calls.Answers `bun:"answers,type:jsonb" json:"answers,omitempty"`
	Form         int           `bun:"form" json:"-"` // number of the form that was answered
	ShowName     bool          `bun:"show_name" json:"show_name"`
	ShowOrg      bool          `bun:"show_organisation" json:"show_organisation"`
	ShowCountry  bool          `bun:"show_country" json:"show_country"`
	Conduct      core.Instant  `bun:"conduct" json:"conduct_accepted,omitzero"`
	Reason       core.Text     `bun:"reason" json:"reason,omitzero"` // of the last decision, for the person
	Submitted    core.Instant  `bun:"submitted" json:"submitted"`
	Queued       core.Instant  `bun:"queued" json:"queued,omitzero"` // since when she waits for a place
	Decided      core.Instant  `bun:"decided" json:"decided,omitzero"`
	Collected    core.Instant  `bun:"collected" json:"badge_collected,omitzero"`
	Onsite       core.Instant  `bun:"onsite" json:"attended_onsite,omitzero"` // first scan in a room
	Online       core.Instant  `bun:"online" json:"attended_online,omitzero"` // first join
	AtHub        core.Instant  `bun:"at_hub" json:"attended_at_hub,omitzero"`
	Generation   int           `bun:"generation" json:"-"` // of her links: raised, all before are revoked
	DuplicateOf  core.ID       `bun:"duplicate_of" json:"-"`
	Erased       core.Instant  `bun:"erased" json:"-"`
	Updated      core.Instant  `bun:"updated" json:"updated"`
	Version      int64         `bun:"version" json:"version"`
}

// MayJoin tells whether she may join sessions: approved, or approved once and looked at anew.
func (r *Registration) MayJoin() bool {
	return slices.Contains(Admitted, r.State) || r.Recheck && r.State == StatePending
}

// OnSite tells whether she means to come to the venue.
func (r *Registration) OnSite() bool { return r.Mode == ModeOnsite || r.Mode == ModeBoth }

// Scope of what happens to registrations of an edition: pages that visitors see do not
// read it, so that they stay kept while thousands register.
func Scope(edition core.ID) string { return string(edition) + "/registration" }

// States of a delegation and of a hub.
const (
	GroupAsked    = "asked"
	GroupApproved = "approved"
	GroupDeclined = "declined"
	GroupClosed   = "closed"
)

// Delegation is a group whose focal point registers people and confirms who joins it.
type Delegation struct {
	bun.BaseModel `bun:"table:delegations,alias:dg"`

	ID           core.ID      `bun:"id,pk" json:"id"`
	Edition      core.ID      `bun:"edition" json:"-"`
	Name         string       `bun:"name" json:"name"`
	NameKey      string       `bun:"name_key" json:"-"`
	Organisation core.ID      `bun:"organisation" json:"-"`
	Country      string       `bun:"country" json:"country,omitempty"`
	Stakeholder  string       `bun:"stakeholder" json:"stakeholder,omitempty"`
	Focal        core.ID      `bun:"focal" json:"-"` // an account
	State        string       `bun:"state" json:"state"`
	Trusted      bool         `bun:"trusted" json:"trusted"` // whom its focal point confirms is approved at once
	Most         int          `bun:"most" json:"most,omitempty" doc:"most members; 0: any number"`
	CodeHash     string       `bun:"code_hash" json:"-"` // of the code with which people join it
	Note         string       `bun:"note" json:"-"`
	Reason       core.Text    `bun:"reason" json:"reason,omitzero"` // of the last decision, for the focal point
	Created      core.Instant `bun:"created" json:"-"`
	Version      int64        `bun:"version" json:"version"`
}

// Hub is a place where people take part together from afar (process.md 2.9).
type Hub struct {
	bun.BaseModel `bun:"table:hubs,alias:hb"`

	ID        core.ID      `bun:"id,pk" json:"id"`
	Edition   core.ID      `bun:"edition" json:"-"`
	Name      string       `bun:"name" json:"name"`
	City      string       `bun:"city" json:"city,omitempty"`
	Country   string       `bun:"country" json:"country,omitempty"`
	Zone      string       `bun:"zone" json:"zone,omitempty"`
	Address   string       `bun:"address" json:"address,omitempty"`
	Open      bool         `bun:"open" json:"open" doc:"anybody may come"`
	About     core.Text    `bun:"about" json:"about"`
	Moderator core.ID      `bun:"moderator" json:"-"` // an account
	Shown     bool         `bun:"shown" json:"-"`     // the moderator's name may be shown
	Expected  int          `bun:"expected" json:"expected,omitempty"`
	Note      string       `bun:"note" json:"-"`   // why, for the staff
	Reason    core.Text    `bun:"reason" json:"-"` // of the last decision, for the moderator
	State     string       `bun:"state" json:"state"`
	Created   core.Instant `bun:"created" json:"-"`
	Version   int64        `bun:"version" json:"version"`
}

// HubCount is how many heads a hub counted: in a session, or on a day without one.
type HubCount struct {
	bun.BaseModel `bun:"table:hub_counts,alias:hc"`

	Hub     core.ID      `bun:"hub,pk" json:"hub"`
	Day     string       `bun:"day,pk" json:"day"`
	Session core.ID      `bun:"session,pk" json:"session,omitempty"`
	Heads   int          `bun:"heads" json:"heads"`
	At      core.Instant `bun:"at" json:"at"`
	Account core.ID      `bun:"account" json:"-"`
}
