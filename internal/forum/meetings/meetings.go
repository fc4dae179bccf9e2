// Package meetings holds the meetings of the forum's bodies all year round, and of the
// forum itself: when and where, with which agenda, who may see them and who gets the
// online address; series whose meetings can be moved one by one; and the planner that
// shows whose night a proposed hour is and shares the nights of a series fairly.
package meetings

import (
	"slices"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// States of a meeting.
const (
	Planned   = "planned"   // the time may still change
	Confirmed = "confirmed" // it takes place
	Cancelled = "cancelled"
	Held      = "held" // it has taken place
)

// States are all states in the order in which they come.
var States = []string{Planned, Confirmed, Cancelled, Held}

// Who sees a meeting, and who gets its online address without asking.
const (
	ForPublic  = "public"
	ForMembers = "members" // who holds a seat in the body
	ForAsking  = "ask"     // the address only: who is signed in and asks, and the members
)

// Meeting is one meeting. One without a body is the forum's.
type Meeting struct {
	bun.BaseModel `bun:"table:meetings,alias:me"`

	ID         core.ID      `bun:"id,pk" json:"id"`
	Body       core.ID      `bun:"body" json:"body,omitempty" doc:"the body that meets; empty for the forum"`
	Series     core.ID      `bun:"series" json:"series,omitempty"`
	Number     int64        `bun:"number" json:"number,omitempty" doc:"its place in the series, from 1"`
	Title      core.Text    `bun:"title" json:"title"`
	Agenda     core.Text    `bun:"agenda" json:"agenda"`
	Starts     core.Instant `bun:"starts" json:"starts"`
	Ends       core.Instant `bun:"ends" json:"ends"`
	Zone       string       `bun:"zone" json:"zone" doc:"IANA zone by whose clock it was announced"`
	Address    string       `bun:"address" json:"address,omitempty" doc:"where it is joined online; empty for who may not know it"`
	AddressFor string       `bun:"address_for" json:"address_for" enum:"public,members,ask" doc:"who gets the address"`
	Room       core.Text    `bun:"room" json:"room"`
	State      string       `bun:"state" json:"state" enum:"planned,confirmed,cancelled,held"`
	Note       core.Text    `bun:"note" json:"note" doc:"why it was moved or cancelled, or how it went"`
	Visibility string       `bun:"visibility" json:"visibility" enum:"public,members"`
	Moved      bool         `bun:"moved" json:"moved,omitempty" doc:"it was moved out of the rhythm of its series"`
	Reminded   core.Instant `bun:"reminded" json:"-"`
	Created    core.Instant `bun:"created" json:"-"`
	Changed    core.Instant `bun:"changed" json:"changed"`
	Version    int64        `bun:"version" json:"version"`

	// Online says that there is an address, also to who may not know it.
	Online bool `bun:"-" json:"online"`
}

// Path is the meeting's permanent address.
func (m Meeting) Path() string { return "/meetings/" + string(m.ID) }

// Label is the title in a language, or in the original.
func (m Meeting) Label(lang string) string {
	s, _ := m.Title.In(lang)
	return s
}

// Length is how long it takes.
func (m Meeting) Length() time.Duration { return m.Ends.Sub(m.Starts) }

// Open tells whether the meeting is still to be held.
func (m Meeting) Open() bool { return m.State == Planned || m.State == Confirmed }

// scope is where its body's staff are granted their roles.
func (m Meeting) scope() string { return scopeOf(m.Body) }

func scopeOf(body core.ID) string {
	if body == "" {
		return core.ScopeForum
	}
	return string(body)
}

// Series is meetings that were announced together.
type Series struct {
	bun.BaseModel `bun:"table:meeting_series,alias:ms"`

	ID      core.ID      `bun:"id,pk" json:"id"`
	Body    core.ID      `bun:"body" json:"body,omitempty"`
	Repeats string       `bun:"repeats" json:"repeats" enum:"week,two-weeks,month,month-last"`
	First   string       `bun:"first_day" json:"first"`
	Until   string       `bun:"until_day" json:"until"`
	Rotates bool         `bun:"rotates" json:"rotates" doc:"its times take turns, so that the same people do not always meet at night"`
	Created core.Instant `bun:"created" json:"-"`
	Version int64        `bun:"version" json:"version"`
}

// ask is one who asked for the address of a meeting.
type ask struct {
	bun.BaseModel `bun:"table:meeting_asks,alias:ma"`

	Meeting core.ID      `bun:"meeting,pk"`
	Account core.ID      `bun:"account,pk"`
	At      core.Instant `bun:"at"`
}

// Rhythms of a series.
const (
	Weekly      = "week"
	Fortnightly = "two-weeks"
	Monthly     = "month"      // on the nth weekday of the first date
	MonthlyLast = "month-last" // on the last such weekday
)

// Rhythms are all of them in the order in which they are offered.
var Rhythms = []string{Weekly, Fortnightly, Monthly, MonthlyLast}

// Most meetings of a series that are announced at once, and how far ahead.
const (
	MostInSeries = 60
	farthest     = 2 // years
)

// Dates are the days of a series from the first day to the last, both included. A month
// that has no fifth Tuesday is left out by Monthly; MonthlyLast begins with the last
// Tuesday of the month of its first day.
func Dates(first, until time.Time, rhythm string) []time.Time {
	var out []time.Time
	nth := (first.Day() - 1) / 7
	for i := 0; len(out) <= MostInSeries; i++ {
		day := first
		switch rhythm {
		case Weekly:
			day = first.AddDate(0, 0, 7*i)
		case Fortnightly:
			day = first.AddDate(0, 0, 14*i)
		case Monthly, MonthlyLast:
			month := time.Date(first.Year(), first.Month()+time.Month(i), 1, 0, 0, 0, 0, time.UTC)
			day = month.AddDate(0, 0, (int(first.Weekday())-int(month.Weekday())+7)%7+7*nth)
			if rhythm == MonthlyLast {
				end := month.AddDate(0, 1, -1)
				day = end.AddDate(0, 0, -(int(end.Weekday())-int(first.Weekday())+7)%7)
			} else if day.Month() != month.Month() {
				if month.After(until) {
					return out
				}
				continue
			}
		default:
			if i > 0 {
				return out
			}
		}
		if day.After(until) {
			return out
		}
		if !day.Before(first) {
			out = append(out, day)
		}
	}
	return out
}

func knownRhythm(s string) bool { return slices.Contains(Rhythms, s) }
