package bodies

import (
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// Seat is a place in a body, held by a person or by an organisation for a time.
type Seat struct {
	bun.BaseModel `bun:"table:body_seats,alias:bs"`

	ID           core.ID      `bun:"id,pk" json:"id"`
	Body         core.ID      `bun:"body" json:"body"`
	Person       core.ID      `bun:"person" json:"person,omitempty"`
	Organisation core.ID      `bun:"organisation" json:"organisation,omitempty"`
	Role         string       `bun:"role" json:"role" enum:"chair,co-chair,coordinator,focal-point,contact,ex-officio,member"`
	From         Date         `bun:"from_date" json:"from,omitempty"`
	Until        Date         `bun:"until_date" json:"until,omitempty" doc:"last day, month or year of the seat"`
	Term         int          `bun:"term" json:"term,omitempty" doc:"number of the term"`
	Group        string       `bun:"stakeholder_group" json:"group,omitempty" doc:"stakeholder group for which it is held"`
	Note         core.Text    `bun:"note" json:"note"`
	Created      core.Instant `bun:"created" json:"-"`
	Version      int64        `bun:"version" json:"version"`
}

// SeatRoles are the roles in a body in the order in which they are shown.
var SeatRoles = []string{"chair", "co-chair", "coordinator", "focal-point", "contact", "ex-officio", "member"}

// coordinating are the roles that may change the body's page.
var coordinating = []string{"chair", "co-chair", "coordinator"}

// Coordinates tells whether the seat's role gives core.RoleCoordinator in its body.
func (s Seat) Coordinates() bool { return slices.Contains(coordinating, s.Role) }

// On tells whether the seat is held on a day (or on some day of a month or year).
// First and last day belong to it; a bound that is not known does not bound.
func (s Seat) On(day Date) bool { return day.within(s.From, s.Until) }

// On returns the seats that are held on a day.
func On(seats []Seat, day Date) []Seat {
	var out []Seat
	for _, s := range seats {
		if s.On(day) {
			out = append(out, s)
		}
	}
	return out
}

// Roles lists what the actor is in a body: what was granted, and coordinator where
// one of the seats is hers and coordinates. seats are those of the day: On.
func Roles(a core.Actor, body Body, seats []Seat) []core.Role {
	roles := a.Roles(string(body.ID))
	if !a.SignedIn() || a.Person == "" {
		return roles
	}
	for _, s := range seats {
		if s.Body == body.ID && s.Person == a.Person && s.Coordinates() {
			return append(roles, core.RoleCoordinator)
		}
	}
	return roles
}

// sortSeats puts officers first, then the longest-serving.
func sortSeats(seats []Seat) {
	slices.SortStableFunc(seats, func(a, b Seat) int {
		if d := slices.Index(SeatRoles, a.Role) - slices.Index(SeatRoles, b.Role); d != 0 {
			return d
		}
		return a.From.First().Compare(b.From.First())
	})
}

// overlaps tells whether two seats are the same place held twice at one time.
func (s Seat) overlaps(o Seat) bool {
	if s.ID == o.ID || s.Body != o.Body || s.Person != o.Person || s.Organisation != o.Organisation || s.Role != o.Role {
		return false
	}
	return (s.Until == "" || o.From == "" || !s.Until.Last().Before(o.From.First())) &&
		(o.Until == "" || s.From == "" || !o.Until.Last().Before(s.From.First()))
}
