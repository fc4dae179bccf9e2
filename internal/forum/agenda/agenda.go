// Package agenda is the programme as those who take part use it: what each keeps for
// herself, calendars that follow it, what is on now, the signs at the doors, the programme
// on other sites and on paper.
package agenda

import (
	"slices"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
)

// Bookmark is a session that somebody keeps. Title, Starts, Ends, Room and State are what
// the programme said of it when she last looked.
type Bookmark struct {
	bun.BaseModel `bun:"table:agenda_bookmarks,alias:ab"`

	Account core.ID      `bun:"account,pk" json:"-"`
	Session core.ID      `bun:"session,pk" json:"session"`
	Edition core.ID      `bun:"edition" json:"edition"`
	Created core.Instant `bun:"created" json:"created"`
	Title   core.Text    `bun:"title" json:"title"`
	Starts  core.Instant `bun:"starts" json:"starts"`
	Ends    core.Instant `bun:"ends" json:"ends"`
	Room    core.ID      `bun:"room" json:"room,omitempty"`
	State   string       `bun:"state" json:"state"`
}

func bookmark(account core.ID, b programme.Brief, now core.Instant) Bookmark {
	k := Bookmark{Account: account, Session: b.ID, Edition: b.Edition, Created: now}
	k.see(b)
	return k
}

// see takes down what the programme says now.
func (k *Bookmark) see(b programme.Brief) {
	k.Title, k.Starts, k.Ends, k.Room, k.State = b.Title, b.Starts, b.Ends, b.Room, b.State
}

// changed tells whether the programme says something else by now.
func (k *Bookmark) changed(b programme.Brief) bool {
	return k.State != b.State || k.Room != b.Room || !k.Starts.Time().Equal(b.Starts.Time()) || !k.Ends.Time().Equal(b.Ends.Time()) || !k.Title.Equal(b.Title)
}

// feed is the private address of somebody's calendar.
type feed struct {
	bun.BaseModel `bun:"table:agenda_feeds,alias:af"`

	Account core.ID      `bun:"account,pk"`
	Hash    string       `bun:"hash"`
	Lang    string       `bun:"lang"`
	Created core.Instant `bun:"created"`
}

// Item is a session of somebody's own programme.
type Item struct {
	Session programme.Brief `json:"session"`
	Roles   []string        `json:"roles" doc:"what you are in it"`
	Kept    bool            `json:"kept" doc:"you keep it by a bookmark"`
	Was     *Bookmark       `json:"was,omitempty" doc:"what the programme said when you last looked, if it says something else now"`
	Clashes []Clash         `json:"clashes"`
}

// Mine is somebody's own programme of one edition.
type Mine struct {
	Items []Item     `json:"items"`
	Gone  []Bookmark `json:"gone" doc:"sessions that you keep and that are not in the programme any more"`
}

// Kinds of clashes between two sessions of one person.
const (
	Overlap = "overlap" // both at once
	Far     = "far"     // one after the other in two venues, without the time to go there
)

// Clash is what stands between a session and another of the same person.
type Clash struct {
	Kind    string  `json:"kind" enum:"overlap,far"`
	With    core.ID `json:"with"`
	Minutes int     `json:"minutes" doc:"for how long both are on, or how long is left to get there"`
}

// wayBetween is how long it takes from one venue to another at least.
const wayBetween = 20 * time.Minute

// Clashes finds what cannot both be attended, by session. What is cancelled or has no time
// clashes with nothing.
func Clashes(set *editions.Setting, list []programme.Brief) map[core.ID][]Clash {
	out := map[core.ID][]Clash{}
	placed := slices.DeleteFunc(slices.Clone(list), func(b programme.Brief) bool { return !b.Scheduled() || b.State == programme.StateCancelled })
	slices.SortStableFunc(placed, func(a, b programme.Brief) int { return a.Starts.Time().Compare(b.Starts.Time()) })
	add := func(kind string, a, b programme.Brief, minutes int) {
		out[a.ID] = append(out[a.ID], Clash{kind, b.ID, minutes})
		out[b.ID] = append(out[b.ID], Clash{kind, a.ID, minutes})
	}
	for i, a := range placed {
		for _, b := range placed[i+1:] {
			if !b.Starts.Before(a.Ends.Add(wayBetween)) {
				continue // a later one may end later than this
			}
			switch from, to := venueOf(set, a.Room), venueOf(set, b.Room); {
			case b.Starts.Before(a.Ends):
				end := a.Ends
				if b.Ends.Before(end) {
					end = b.Ends
				}
				add(Overlap, a, b, int(end.Sub(b.Starts)/time.Minute))
			case from != "" && to != "" && from != to:
				add(Far, a, b, int(b.Starts.Sub(a.Ends)/time.Minute))
			}
		}
	}
	return out
}

func venueOf(set *editions.Setting, room core.ID) core.ID {
	if r := set.Room(room); r != nil {
		return r.Venue
	}
	return ""
}
