package meetings

import (
	"slices"
	"strings"
	"time"

	"plenary/internal/core"
)

// Input is the form of a meeting. Day and Time are what the clock of Zone shows; Twice says
// which one is meant of an hour that comes twice, and is only asked then.
type Input struct {
	Version    int64     `form:"version" ui:"hidden" json:"version,omitempty"`
	Title      core.Text `form:"title" max:"200" required:"true" json:"title"`
	Day        string    `form:"day" ui:"date" required:"true" json:"day" doc:"YYYY-MM-DD"`
	Time       string    `form:"time" ui:"time" required:"true" json:"time" doc:"HH:MM by the clock of the zone"`
	Minutes    int       `form:"minutes" ui:"number" required:"true" json:"minutes" doc:"how long it takes"`
	Zone       string    `form:"zone" required:"true" json:"zone" doc:"IANA zone"`
	Twice      string    `form:"twice" ui:"radio" json:"twice,omitempty" doc:"first or second, of an hour that comes twice"`
	Repeat     string    `form:"repeat" ui:"select" json:"repeat,omitempty" doc:"week, two-weeks, month, month-last; empty: once"`
	Until      string    `form:"until" ui:"date" json:"until,omitempty" doc:"last day of a series"`
	Following  bool      `form:"following" ui:"check" json:"following,omitempty" doc:"change all that follow in the series too"`
	Address    string    `form:"address" ui:"url" max:"500" json:"address,omitempty"`
	AddressFor string    `form:"address_for" ui:"radio" json:"address_for,omitempty"`
	Room       core.Text `form:"room" max:"300" json:"room,omitempty"`
	Agenda     core.Text `form:"agenda" ui:"area" max:"20000" json:"agenda,omitempty"`
	Note       core.Text `form:"note" max:"1000" json:"note,omitempty"`
	State      string    `form:"state" ui:"radio" json:"state,omitempty"`
	Visibility string    `form:"visibility" ui:"radio" json:"visibility,omitempty"`
}

// shortest and longest meetings, in minutes.
const (
	shortest = 5
	longest  = 24 * 60
)

// starting is a meeting's time as an input gives it, for one or several days.
type starting struct {
	at     []core.Instant
	length time.Duration
}

// validate checks the input, cleans it and reads its times: those of a whole series where
// it repeats.
func (in *Input) validate(body core.ID, now core.Instant) (starting, error) {
	in.Title, in.Room, in.Agenda, in.Note = in.Title.Clean(), in.Room.Clean(), in.Agenda.Clean(), in.Note.Clean()
	in.Day, in.Time, in.Zone, in.Until, in.Address = strings.TrimSpace(in.Day), strings.TrimSpace(in.Time), strings.TrimSpace(in.Zone), strings.TrimSpace(in.Until), strings.TrimSpace(in.Address)
	p := core.Validate(*in)
	choice(&p, "state", &in.State, Planned, Planned, Confirmed)
	choice(&p, "visibility", &in.Visibility, ForPublic, ForPublic, ForMembers)
	choice(&p, "address_for", &in.AddressFor, ForPublic, ForPublic, ForMembers, ForAsking)
	if body == "" && in.Visibility == ForMembers {
		p.Add("visibility", "meetings.error.no_members")
	}
	if body == "" && in.AddressFor == ForMembers {
		p.Add("address_for", "meetings.error.no_members")
	}
	if in.Address != "" && !core.WebAddress(in.Address) {
		p.Add("address", "meetings.error.address")
	}
	if in.Minutes != 0 && (in.Minutes < shortest || in.Minutes > longest) {
		p.Add("minutes", "meetings.error.minutes", "Least", shortest, "Most", longest)
	}
	if in.Repeat != "" && !knownRhythm(in.Repeat) {
		p.Add("repeat", "meetings.error.choice")
	}
	out := starting{length: time.Duration(in.Minutes) * time.Minute}
	if len(in.Day) == 10 && len(in.Time) == 5 && in.Zone != "" {
		out.at = in.times(&p, now)
	} else if in.Day != "" && in.Time != "" {
		p.Add("day", "core.time.unreadable", "Date", in.Day, "Time", in.Time)
	}
	return out, p.Err()
}

func choice(p *core.Problems, path string, value *string, usual string, offered ...string) {
	if *value == "" {
		*value = usual
	}
	if !slices.Contains(offered, *value) {
		p.Add(path, "meetings.error.choice")
	}
}

// times reads the moments at which the meetings start.
func (in *Input) times(p *core.Problems, now core.Instant) []core.Instant {
	first, err := core.ParseDate(in.Day)
	if err != nil {
		p.Add("day", "core.date.unreadable", "Date", in.Day)
		return nil
	}
	days := []time.Time{first}
	if knownRhythm(in.Repeat) {
		until, err := core.ParseDate(in.Until)
		switch {
		case err != nil:
			p.Add("until", "meetings.error.until")
			return nil
		case until.Before(first):
			p.Add("until", "meetings.error.until_before")
			return nil
		case until.After(now.Time().AddDate(farthest, 0, 0)) || len(Dates(first, until, in.Repeat)) > MostInSeries:
			p.Add("until", "meetings.error.until_far", "Count", MostInSeries, "Years", farthest)
			return nil
		}
		if days = Dates(first, until, in.Repeat); len(days) == 0 {
			p.Add("until", "meetings.error.until_before")
			return nil
		}
	}
	var out []core.Instant
	for _, day := range days {
		date := day.Format(time.DateOnly)
		w, err := ReadWall(date, in.Time, in.Zone)
		if err != nil {
			e := asError(err)
			path := "time"
			if e.Key == "core.zone.unknown" {
				path = "zone"
			}
			p.Add(path, e.Key, e.Args...)
			return nil
		}
		if !w.Second.IsZero() && in.Twice != TwiceFirst && in.Twice != TwiceSecond {
			p.Add("twice", "meetings.error.twice", "Date", date, "Time", in.Time, "Zone", in.Zone)
			return nil
		}
		out = append(out, w.At(in.Twice))
	}
	return out
}

// InputOf is the form of a meeting as it stands.
func InputOf(m Meeting) Input {
	at := m.Starts.In(m.Zone)
	in := Input{
		Version: m.Version, Title: m.Title, Day: at.Format(time.DateOnly), Time: at.Format("15:04"), Minutes: int(m.Length() / time.Minute), Zone: m.Zone,
		Address: m.Address, AddressFor: m.AddressFor, Room: m.Room, Agenda: m.Agenda, Note: m.Note, State: m.State, Visibility: m.Visibility,
	}
	if w, err := ReadWall(in.Day, in.Time, in.Zone); err == nil && !w.Second.IsZero() {
		in.Twice = TwiceFirst
		if m.Starts.Time().Equal(w.Second.Time()) {
			in.Twice = TwiceSecond
		}
	}
	return in
}

// apply puts what was typed into a meeting. Its time is set by who calls.
func (in Input) apply(m *Meeting) {
	m.Title, m.Agenda, m.Room, m.Note, m.Address, m.AddressFor = in.Title, in.Agenda, in.Room, in.Note, in.Address, in.AddressFor
	m.State, m.Visibility, m.Zone = in.State, in.Visibility, in.Zone
}

// StateInput cancels a meeting, says that it was held, or takes that back.
type StateInput struct {
	Version   int64     `form:"version" ui:"hidden" json:"version,omitempty"`
	Note      core.Text `form:"note" max:"1000" json:"note,omitempty"`
	Following bool      `form:"following" ui:"check" json:"following,omitempty"`
}

// facts are what the record compares when a meeting changes. The names are those of the
// catalogue, "field.meeting_…". The address is left out: it is not for everybody.
type facts struct {
	Title      core.Text    `json:"meeting_title"`
	Starts     core.Instant `json:"meeting_starts"`
	Ends       core.Instant `json:"meeting_ends"`
	Zone       string       `json:"meeting_zone"`
	Room       core.Text    `json:"meeting_room"`
	State      string       `json:"meeting_state"`
	Note       core.Text    `json:"meeting_note"`
	Agenda     core.Text    `json:"meeting_agenda"`
	Visibility string       `json:"meeting_visibility"`
}

func (m Meeting) facts() facts {
	return facts{m.Title, m.Starts, m.Ends, m.Zone, m.Room, m.State, m.Note, m.Agenda, m.Visibility}
}
