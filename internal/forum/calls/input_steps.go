package calls

import (
	"slices"
	"strings"

	"plenary/internal/core"
)

// StepsInput is the form of an edition's cycle.
type StepsInput struct {
	Version int64     `form:"version" ui:"hidden" json:"version"`
	Steps   []StepRow `form:"steps" ui:"rows" json:"steps"`
}

// StepRow is one step; without a name it is none.
type StepRow struct {
	ID      core.ID   `form:"id" ui:"hidden" json:"id"`
	Name    core.Text `form:"name" ui:"text" max:"160" json:"name"`
	Counted string    `form:"counted" ui:"select" json:"counted"`
	Days    int       `form:"days" ui:"number" json:"days"`
	Day     string    `form:"day" ui:"date" json:"day"`
	Clock   string    `form:"clock" ui:"time" json:"clock"`
	Zone    string    `form:"zone" max:"64" json:"zone"`
	Until   int       `form:"until" ui:"number" json:"until"`
	Call    string    `form:"call" ui:"select" json:"call"`
	URL     string    `form:"url" ui:"url" max:"500" json:"url"`
	About   core.Text `form:"about" ui:"area" max:"1000" json:"about"`
	Remove  bool      `form:"remove" ui:"check" json:"-"`
}

// StepsOf is the form of steps as they stand.
func StepsOf(list []Step) StepsInput {
	in := StepsInput{}
	for _, s := range list {
		in.Version = max(in.Version, s.Version)
		in.Steps = append(in.Steps, StepRow{
			ID: s.ID, Name: s.Name, Counted: s.Counted, Days: s.Days, Day: s.Day, Clock: s.Clock, Zone: s.Zone, Until: s.Until, Call: string(s.Call), URL: s.URL, About: s.About,
		})
	}
	return in
}

const mostSteps = 80

func (in StepsInput) steps(edition core.ID, knownCall func(core.ID) bool) ([]Step, core.Problems) {
	p := core.Validate(in)
	var out []Step
	for i, r := range in.Steps {
		at := core.Row("steps", i)
		r.Name, r.About = r.Name.Clean(), r.About.Clean()
		if r.Remove || r.Name.IsZero() && r.ID == "" {
			continue
		}
		if r.Name.IsZero() {
			p.Add(at+"name", "form.required")
		}
		if r.Zone = strings.TrimSpace(r.Zone); r.Zone == "" {
			r.Zone = "UTC"
		}
		if _, err := core.LoadZone(r.Zone); err != nil {
			p.Add(at+"zone", "core.zone.unknown", "Zone", r.Zone)
		}
		if r.URL = strings.TrimSpace(r.URL); r.URL != "" && !core.WebAddress(r.URL) {
			p.Add(at+"url", "calls.error.link")
		}
		if r.Days < -2000 || r.Days > 2000 || r.Until < 0 || r.Until > 400 {
			p.Add(at+"days", "calls.error.limits")
		}
		switch r.Counted {
		case FromStart, FromEnd:
		case OnDay:
			if _, err := core.ParseDate(r.Day); err != nil {
				p.Add(at+"day", "core.date.unreadable", "Date", r.Day)
			}
		default:
			if !slices.ContainsFunc(in.Steps, func(o StepRow) bool { return o.ID != "" && string(o.ID) == r.Counted && o.ID != r.ID && !o.Remove }) {
				p.Add(at+"counted", "calls.error.counted")
			}
		}
		if r.Clock != "" {
			if _, err := core.WallTime("2026-01-15", r.Clock, "UTC"); err != nil {
				p.Add(at+"clock", "calls.error.time")
			}
		}
		if r.Call != "" && !knownCall(core.ID(r.Call)) {
			p.Add(at+"call", "calls.error.choice")
		}
		out = append(out, Step{
			ID: r.ID, Edition: edition, Position: len(out), Name: r.Name, About: r.About, Counted: r.Counted, Days: r.Days, Day: r.Day,
			Clock: r.Clock, Zone: r.Zone, Until: r.Until, Call: core.ID(r.Call), URL: r.URL, Version: 1,
		})
	}
	if len(out) > mostSteps {
		p.Add("steps", "calls.error.too_many", "Count", mostSteps)
	}
	for _, s := range out { // a circle has no dates
		if ring(out, s) {
			p.Add("steps", "calls.error.circle", "Name", s.Name.String())
			break
		}
	}
	return out, p
}

// ring tells whether a step is counted from itself over others.
func ring(steps []Step, s Step) bool {
	at := s
	for range steps {
		i := slices.IndexFunc(steps, func(o Step) bool { return o.ID != "" && string(o.ID) == at.Counted })
		if i < 0 {
			return false
		}
		if at = steps[i]; at.ID == s.ID {
			return true
		}
	}
	return true
}
