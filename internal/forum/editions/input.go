package editions

import (
	"strings"

	"plenary/internal/core"
)

// ForumInput is what can be said of the forum.
type ForumInput struct {
	Version  int64          `form:"version" ui:"hidden" json:"version"`
	Name     core.Text      `form:"name" ui:"text" max:"200" required:"1" json:"name"`
	Short    string         `form:"short" ui:"text" max:"20" required:"1" json:"short"`
	About    core.Text      `form:"about" ui:"area" max:"4000" json:"about"`
	Contact  string         `form:"contact" ui:"email" max:"200" json:"contact"`
	Mandates []MandateInput `form:"mandates" ui:"rows" json:"mandates"`
}

// MandateInput is one mandate in the form.
type MandateInput struct {
	ID         core.ID   `form:"id" ui:"hidden" json:"id"`
	Instrument core.Text `form:"instrument" ui:"text" max:"300" json:"instrument"`
	Symbol     string    `form:"symbol" ui:"text" max:"60" json:"symbol"`
	URL        string    `form:"url" ui:"url" max:"500" json:"url"`
	From       string    `form:"from" ui:"date" json:"from"`
	Until      string    `form:"until" ui:"date" json:"until"`
	Review     string    `form:"review" ui:"date" json:"review"`
}

// Validate checks the input and mends what can be mended.
func (in *ForumInput) Validate() error {
	p := core.Validate(*in)
	in.Name, in.About = in.Name.Clean(), in.About.Clean()
	var kept []MandateInput
	for i, m := range in.Mandates {
		m.Instrument = m.Instrument.Clean()
		if m.Instrument.IsZero() {
			continue
		}
		at := core.Row("mandates", i)
		dates(&p, at+"from", m.From, at+"until", m.Until)
		dates(&p, at+"review", m.Review, "", "")
		link(&p, at+"url", m.URL)
		kept = append(kept, m)
	}
	in.Mandates = kept
	return p.Err()
}

// EditionInput is what can be said of an edition itself.
type EditionInput struct {
	Version           int64     `form:"version" ui:"hidden" json:"version"`
	Slug              string    `form:"slug" ui:"text" max:"40" required:"1" json:"slug"`
	Ordinal           int       `form:"ordinal" ui:"number" json:"ordinal"`
	Name              core.Text `form:"name" ui:"text" max:"200" required:"1" json:"name"`
	Theme             core.Text `form:"theme" ui:"text" max:"300" json:"theme"`
	State             string    `form:"state" ui:"select" required:"1" json:"state"`
	City              core.Text `form:"city" ui:"text" max:"100" json:"city"`
	Country           string    `form:"country" ui:"select" json:"country"`
	Host              core.Text `form:"host" ui:"text" max:"200" json:"host"`
	Zone              string    `form:"zone" ui:"text" max:"64" required:"1" json:"zone"`
	FirstDay          string    `form:"first_day" ui:"date" required:"1" json:"first_day"`
	LastDay           string    `form:"last_day" ui:"date" required:"1" json:"last_day"`
	DayZero           string    `form:"day_zero" ui:"date" json:"day_zero"`
	DatesCountDayZero bool      `form:"dates_count_day_zero" ui:"check" json:"dates_count_day_zero"`

	ID     core.ID `form:"-" json:"-"` // given by the demo, so that two runs are equal
	Sample bool    `form:"-" json:"-"`
}

// Validate checks the input and mends what can be mended.
func (in *EditionInput) Validate() error {
	p := core.Validate(*in)
	in.Name, in.Theme, in.City, in.Host = in.Name.Clean(), in.Theme.Clean(), in.City.Clean(), in.Host.Clean()
	in.Slug, in.Zone = strings.ToLower(strings.TrimSpace(in.Slug)), strings.TrimSpace(in.Zone)
	if in.Slug != "" && !slugForm.MatchString(in.Slug) {
		p.Add("slug", "editions.error.slug", "Slug", in.Slug)
	}
	if in.Zone != "" {
		if _, err := core.LoadZone(in.Zone); err != nil {
			p.Add("zone", "core.zone.unknown", "Zone", in.Zone)
		}
	}
	if in.State != "" && in.State != StateDraft && in.State != StatePublic && in.State != StateHeld {
		p.Add("state", "form.unreadable")
	}
	dates(&p, "first_day", in.FirstDay, "last_day", in.LastDay)
	dates(&p, "day_zero", in.DayZero, "", "")
	if in.DayZero != "" && in.FirstDay != "" {
		counted := in.DayZero >= in.FirstDay && in.DayZero <= in.LastDay
		if counted != in.DatesCountDayZero {
			p.Add("dates_count_day_zero", "editions.error.day_zero")
		}
	}
	return p.Err()
}

// PlacesInput is all venues and rooms of an edition.
type PlacesInput struct {
	Version int64        `form:"version" ui:"hidden" json:"version"`
	Venues  []VenueInput `form:"venues" ui:"rows" json:"venues"`
	Rooms   []RoomInput  `form:"rooms" ui:"rows" json:"rooms"`
}

// VenueInput is one venue in the form.
type VenueInput struct {
	ID      core.ID   `form:"id" ui:"hidden" json:"id"`
	Name    core.Text `form:"name" ui:"text" max:"200" json:"name"`
	Address string    `form:"address" ui:"text" max:"300" json:"address"`
}

// RoomInput is one room in the form. Aliases stand one to a line.
type RoomInput struct {
	ID            core.ID   `form:"id" ui:"hidden" json:"id"`
	Name          core.Text `form:"name" ui:"text" max:"120" json:"name"`
	Venue         core.ID   `form:"venue" ui:"select" json:"venue"`
	Capacity      int       `form:"capacity" ui:"number" json:"capacity"`
	Aliases       string    `form:"aliases" ui:"area" max:"500" json:"aliases"`
	Accessibility core.Text `form:"accessibility" ui:"text" max:"300" json:"accessibility"`
	Informal      bool      `form:"informal" ui:"check" json:"informal"`
}

// Validate checks the input; rows without a name are left out.
func (in *PlacesInput) Validate() error {
	p := core.Validate(*in)
	var venues []VenueInput
	for _, v := range in.Venues {
		if v.Name = v.Name.Clean(); !v.Name.IsZero() {
			venues = append(venues, v)
		}
	}
	var rooms []RoomInput
	for i, r := range in.Rooms {
		r.Name, r.Accessibility = r.Name.Clean(), r.Accessibility.Clean()
		if r.Name.IsZero() {
			continue
		}
		if r.Capacity < 0 || r.Capacity > 1_000_000 {
			p.Add(core.Row("rooms", i)+"capacity", "form.unreadable")
		}
		rooms = append(rooms, r)
	}
	in.Venues, in.Rooms = venues, rooms
	return p.Err()
}

// ThemesInput is all themes of an edition.
type ThemesInput struct {
	Version int64        `form:"version" ui:"hidden" json:"version"`
	Themes  []ThemeInput `form:"themes" ui:"rows" json:"themes"`
}

// ThemeInput is one theme in the form.
type ThemeInput struct {
	ID    core.ID   `form:"id" ui:"hidden" json:"id"`
	Name  core.Text `form:"name" ui:"text" max:"200" json:"name"`
	About core.Text `form:"about" ui:"area" max:"2000" json:"about"`
}

// Validate checks the input; rows without a name are left out.
func (in *ThemesInput) Validate() error {
	p := core.Validate(*in)
	var kept []ThemeInput
	for _, t := range in.Themes {
		if t.Name, t.About = t.Name.Clean(), t.About.Clean(); !t.Name.IsZero() {
			kept = append(kept, t)
		}
	}
	in.Themes = kept
	return p.Err()
}

// QuestionsInput is all policy questions of an edition.
type QuestionsInput struct {
	Version   int64           `form:"version" ui:"hidden" json:"version"`
	Questions []QuestionInput `form:"questions" ui:"rows" json:"questions"`
}

// QuestionInput is one policy question in the form.
type QuestionInput struct {
	ID       core.ID   `form:"id" ui:"hidden" json:"id"`
	Number   string    `form:"number" ui:"text" max:"8" json:"number"`
	Question core.Text `form:"question" ui:"area" max:"1000" json:"question"`
	Theme    core.ID   `form:"theme" ui:"select" json:"theme"`
}

// Validate checks the input: numbers like 2 or 2.1, each once, and a question 2.1
// only under a question 2.
func (in *QuestionsInput) Validate() error {
	p := core.Validate(*in)
	var kept []QuestionInput
	seen := map[string]bool{}
	for i, q := range in.Questions {
		if q.Question = q.Question.Clean(); q.Question.IsZero() {
			continue
		}
		q.Number = strings.TrimSpace(q.Number)
		at := core.Row("questions", i) + "number"
		parent, _, nested := cutLast(q.Number)
		switch {
		case !numbered.MatchString(q.Number):
			p.Add(at, "editions.error.number")
		case seen[q.Number]:
			p.Add(at, "editions.error.number_twice", "Number", q.Number)
		case nested && !seen[parent]:
			p.Add(at, "editions.error.number_parent", "Number", q.Number, "Parent", parent)
		}
		seen[q.Number] = true
		kept = append(kept, q)
	}
	in.Questions = kept
	return p.Err()
}

func cutLast(number string) (parent, last string, nested bool) {
	i := strings.LastIndexByte(number, '.')
	if i < 0 {
		return "", number, false
	}
	return number[:i], number[i+1:], true
}

func dates(p *core.Problems, fromPath, from, untilPath, until string) {
	ok := true
	for _, d := range []struct{ path, date string }{{fromPath, from}, {untilPath, until}} {
		if d.date == "" {
			ok = false
			continue
		}
		if _, err := core.ParseDate(d.date); err != nil {
			p.Add(d.path, "core.date.unreadable", "Date", d.date)
			ok = false
		}
	}
	if ok && until < from {
		p.Add(untilPath, "editions.error.dates_order")
	}
}

func link(p *core.Problems, path, s string) {
	if s != "" && !core.WebAddress(s) {
		p.Add(path, "editions.error.link")
	}
}
