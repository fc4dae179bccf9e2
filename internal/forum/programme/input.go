package programme

import (
	"slices"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
)

// NewSession is what CreateTx makes a session of. Ref is given where a session already
// has one elsewhere; else it is the type's prefix with the number. Number 0 takes the
// next of its type.
type NewSession struct {
	ID       core.ID // given by the demo, so that two runs are equal
	Type     core.ID
	Ref      string
	Number   int
	State    string // draft, where nothing is said
	Texts    EditInput
	Standing StandingInput // its Type and Ref are those above
	Starts   core.Instant
	Ends     core.Instant
	Day      string // date at the venue, where a day is known but no time
	Room     core.ID
}

// EditInput is what organisers say of a session: its texts, tags and languages.
type EditInput struct {
	Version          int64        `form:"version" ui:"hidden" json:"version"`
	Title            core.Text    `form:"title" ui:"text" max:"250" required:"1" json:"title"`
	ShortTitle       core.Text    `form:"short_title" ui:"text" max:"120" json:"short_title"`
	Description      core.Text    `form:"description" ui:"area" max:"12000" json:"description"`
	Goal             core.Text    `form:"goal" ui:"area" max:"4000" json:"goal"`
	Agenda           core.Text    `form:"agenda" ui:"area" max:"8000" json:"agenda"`
	GuidingQuestions []PointInput `form:"guiding_questions" ui:"rows" json:"guiding_questions"`
	Questions        []core.ID    `form:"questions" ui:"checks" json:"questions"`
	Theme            core.ID      `form:"theme" ui:"select" json:"theme"`
	Format           string       `form:"format" ui:"select" json:"format"`
	Language         string       `form:"language" ui:"select" json:"language"`
	OpenFloorMinutes int          `form:"open_floor_minutes" ui:"number" json:"open_floor_minutes"`
	Tags             string       `form:"tags" ui:"area" max:"1500" json:"tags"`
	SDGs             []int        `form:"sdgs" ui:"checks" json:"sdgs"`
	ActionLines      []string     `form:"action_lines" ui:"checks" json:"action_lines"`
	Links            []LinkInput  `form:"links" ui:"rows" json:"links"`
}

// PointInput is one guiding question in the form.
type PointInput struct {
	Text core.Text `form:"text" ui:"area" max:"600" json:"text"`
}

// LinkInput is one link in the form.
type LinkInput struct {
	Kind  string `form:"kind" ui:"select" json:"kind"`
	Label string `form:"label" ui:"text" max:"200" json:"label"`
	URL   string `form:"url" ui:"url" max:"500" json:"url"`
}

// Most values of a kind that a session may have.
const (
	mostTags   = 20
	longestTag = 60
)

// Validate checks the input and mends what can be mended. Whether theme, questions and
// codes exist is asked when it is saved.
func (in *EditInput) Validate() error {
	p := core.Validate(*in)
	in.Title, in.ShortTitle = in.Title.Clean(), in.ShortTitle.Clean()
	in.Description, in.Goal, in.Agenda = in.Description.Clean(), in.Goal.Clean(), in.Agenda.Clean()
	if in.Title.IsZero() && !slices.ContainsFunc(p, func(f core.FieldError) bool { return f.Path == "title" }) {
		p.Add("title", "form.required")
	}
	points := []PointInput{}
	for _, g := range in.GuidingQuestions {
		if g.Text = g.Text.Clean(); !g.Text.IsZero() {
			points = append(points, g)
		}
	}
	in.GuidingQuestions = points
	tags := splitTags(in.Tags)
	if len(tags) > mostTags {
		p.Add("tags", "programme.error.tags_many", "Count", mostTags)
	}
	if slices.ContainsFunc(tags, func(t string) bool { return len([]rune(t)) > longestTag }) {
		p.Add("tags", "programme.error.tag_long", "Count", longestTag)
	}
	if in.OpenFloorMinutes < 0 || in.OpenFloorMinutes > int(LongestSession/time.Minute) {
		p.Add("open_floor_minutes", "form.unreadable")
	}
	slices.Sort(in.SDGs)
	in.SDGs = slices.Compact(in.SDGs)
	if slices.ContainsFunc(in.SDGs, func(n int) bool { return n < 1 || n > 17 }) {
		p.Add("sdgs", "form.unreadable")
	}
	links := []LinkInput{}
	for i, l := range in.Links {
		if l.URL = strings.TrimSpace(l.URL); l.URL == "" {
			if strings.TrimSpace(l.Label) != "" {
				p.Add(core.Row("links", i)+"url", "form.required")
			}
			continue
		}
		if !core.WebAddress(l.URL) {
			p.Add(core.Row("links", i)+"url", "programme.error.link")
		}
		if l.Kind == "" {
			l.Kind = "website"
		}
		if !slices.Contains(LinkKinds, l.Kind) {
			p.Add(core.Row("links", i)+"kind", "form.unreadable")
		}
		links = append(links, l)
	}
	in.Links = links
	return p.Err()
}

// splitTags reads tags written one to a line or with commas; two that differ only in
// case or accents are one.
func splitTags(s string) []string {
	out := []string{}
	seen := map[string]bool{}
	for _, t := range strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == ',' || r == ';' || r == '،' || r == '、' || r == '，' }) {
		t = strings.Join(strings.Fields(t), " ")
		if key := strings.Join(core.Words(t), " "); key != "" && !seen[key] {
			seen[key] = true
			out = append(out, t)
		}
	}
	return out
}

// InputOf is the form of a session's texts as they stand.
func InputOf(s *Session) EditInput {
	in := EditInput{
		Version: s.Version, Title: s.Title, ShortTitle: s.ShortTitle, Description: s.Description, Goal: s.Goal, Agenda: s.Agenda,
		Questions: s.Questions, Theme: s.Theme, Format: s.Format, Language: s.Language, OpenFloorMinutes: s.OpenFloorMinutes,
		Tags: strings.Join(s.Tags, "\n"), SDGs: s.SDGs, ActionLines: s.ActionLines,
	}
	if !s.NextTitle.IsZero() {
		in.Title, in.ShortTitle = s.NextTitle, s.NextShortTitle
	}
	for _, g := range s.GuidingQuestions {
		in.GuidingQuestions = append(in.GuidingQuestions, PointInput{g})
	}
	for _, l := range s.Links {
		in.Links = append(in.Links, LinkInput(l))
	}
	return in
}

// StandingInput is what the staff says of a session beside its time: what it is and
// whose it is.
type StandingInput struct {
	Version     int64     `form:"version" ui:"hidden" json:"version"`
	Type        core.ID   `form:"type" ui:"select" required:"1" json:"type"`
	Ref         string    `form:"ref" ui:"text" max:"17" required:"1" json:"ref"`
	Body        core.ID   `form:"body" ui:"select" json:"body"`
	Tracks      []core.ID `form:"tracks" ui:"checks" json:"tracks"`
	InvitedOnly bool      `form:"invited_only" ui:"check" json:"invited_only"`
}

// Validate checks the input and mends what can be mended.
func (in *StandingInput) Validate() error {
	p := core.Validate(*in)
	in.Ref = strings.ToLower(strings.TrimSpace(in.Ref))
	if in.Ref != "" && !ValidRef(in.Ref) {
		p.Add("ref", "programme.error.ref", "Ref", in.Ref)
	}
	return p.Err()
}

// StandingOf is the form of a session's standing as it stands.
func StandingOf(s *Session) StandingInput {
	return StandingInput{Version: s.Version, Type: s.Type, Ref: s.Ref, Body: s.Body, Tracks: s.Tracks, InvitedOnly: s.InvitedOnly}
}

// MoveInput is where and when a session takes place. Times are those of the venue.
// Without a date, start and end the session has no time yet.
type MoveInput struct {
	Version int64   `form:"version" ui:"hidden" json:"version"`
	Date    string  `form:"date" ui:"select" json:"date" doc:"a day of the edition, YYYY-MM-DD"`
	Start   string  `form:"start" ui:"time" json:"start" doc:"time of day at the venue, 14:00"`
	End     string  `form:"end" ui:"time" json:"end"`
	Room    core.ID `form:"room" ui:"select" json:"room"`
	State   string  `form:"state" ui:"radio" required:"1" json:"state" enum:"draft,scheduled"`
}

// Times turns what was typed into instants in the zone of the edition. An end until
// 04:00 is the next morning; any other end that is not later than the start is refused,
// and so is an hour that the zone skips.
func (in *MoveInput) Times(set *editions.Setting) (starts, ends core.Instant, err error) {
	p := core.Validate(*in)
	in.Date, in.Start, in.End = strings.TrimSpace(in.Date), clock(in.Start), clock(in.End)
	if in.Date == "" && in.Start == "" && in.End == "" {
		return starts, ends, p.Err()
	}
	for _, f := range []struct{ path, v string }{{"date", in.Date}, {"start", in.Start}, {"end", in.End}} {
		if f.v == "" {
			p.Add(f.path, "form.required")
		}
	}
	if len(p) > 0 {
		return starts, ends, p.Err()
	}
	starts = wall(&p, "start", in.Date, in.Start, set.Zone)
	ends = wall(&p, "end", endDate(in.Date, in.Start, in.End), in.End, set.Zone)
	if len(p) == 0 {
		CheckTimes(&p, set, starts, ends)
	}
	return starts, ends, p.Err()
}

// endDate is the date of the end: an end in the small hours is the next morning.
func endDate(date, start, end string) string {
	d, err := core.ParseDate(date)
	if err != nil || end > start || end > "04:00" {
		return date
	}
	return d.AddDate(0, 0, 1).Format(time.DateOnly)
}

// clock drops the seconds that some browsers send.
func clock(s string) string {
	s = strings.TrimSpace(s)
	if len(s) == len("14:00:00") {
		s = strings.TrimSuffix(s, ":00")
	}
	return s
}

func wall(p *core.Problems, path, date, at, zone string) core.Instant {
	i, err := core.WallTime(date, at, zone)
	if err != nil {
		e, ok := err.(*core.Error) //nolint:errorlint // WallTime returns it bare
		if !ok {
			p.Add(path, "form.unreadable")
			return i
		}
		p.Add(path, e.Key, e.Args...)
	}
	return i
}

// CheckTimes holds the times of a session to the rules: the end after the start, five
// minutes to twelve hours, on a day of the edition.
func CheckTimes(p *core.Problems, set *editions.Setting, starts, ends core.Instant) {
	if starts.IsZero() && ends.IsZero() {
		return
	}
	if starts.IsZero() || ends.IsZero() || !ends.After(starts) {
		p.Add("end", "programme.error.end_before_start")
		return
	}
	if d := ends.Sub(starts); d < ShortestSession || d > LongestSession {
		p.Add("end", "programme.error.duration", "Minutes", int(ShortestSession/time.Minute), "Hours", int(LongestSession/time.Hour))
	}
	day := dayOf(starts, set.Zone)
	if !slices.ContainsFunc(set.Days(), func(d editions.Day) bool { return d.Date == day }) {
		p.Add("date", "programme.error.day", "Date", day)
	}
}

// MoveOf is the form of a session's time and place as they stand.
func MoveOf(s *Session, zone string) MoveInput {
	in := MoveInput{Version: s.Version, Room: s.Room, State: s.State}
	if s.Scheduled() {
		in.Date, in.Start, in.End = s.Day, s.Starts.In(zone).Format("15:04"), s.Ends.In(zone).Format("15:04")
	}
	return in
}

// CancelInput is the word that goes with a cancellation.
type CancelInput struct {
	Version int64     `form:"version" ui:"hidden" json:"version"`
	Note    core.Text `form:"note" ui:"area" max:"1000" json:"note"`
}
