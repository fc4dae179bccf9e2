package reports

import (
	"context"
	"slices"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
)

// Punctuality counts how the reports of one group of sessions stand. It is never about
// a person.
type Punctuality struct {
	Group   string    `json:"group" doc:"slug of a session type, or a date; empty: all"`
	Name    core.Text `json:"name,omitzero"`
	Owed    int       `json:"owed" doc:"reports whose limit has passed or that are published"`
	OnTime  int       `json:"on_time"`
	Late    int       `json:"late" doc:"published after the limit"`
	Missing int       `json:"missing" doc:"not published though the limit has passed"`
	Waiting int       `json:"waiting" doc:"the limit has not come"`
	Median  int       `json:"median_late_minutes" doc:"of those published late: half were later; 0 where there is none"`

	late []time.Duration
}

func (p *Punctuality) add(l Line, now core.Instant) {
	late := LatenessOf(l.Due, l.Report, now)
	switch published := stateOf(l.Report) == StatePublished; {
	case published && late.Late:
		p.Late++
		p.late = append(p.late, late.By)
	case published:
		p.OnTime++
	case late.Late:
		p.Missing++
	default:
		p.Waiting++
		return
	}
	p.Owed++
}

func (p *Punctuality) finish() {
	if n := len(p.late); n > 0 {
		slices.Sort(p.late)
		median := p.late[n/2]
		if n%2 == 0 {
			median = (p.late[n/2-1] + p.late[n/2]) / 2
		}
		p.Median = int(median / time.Minute)
	}
}

// Punctual is how punctual the reports of one kind are in an edition: together, by
// session type in the order of the types, and by day.
type Punctual struct {
	All    Punctuality   `json:"all"`
	ByType []Punctuality `json:"by_type"`
	ByDay  []Punctuality `json:"by_day"`
}

// Punctuality counts the reports of an edition. Anybody may call. A report of a session
// that owes none does not count.
func (s *Service) Punctuality(ctx context.Context, a core.Actor, set *editions.Setting, kind string) (Punctual, error) {
	lines, err := s.Board(ctx, a, set, kind)
	if err != nil {
		return Punctual{}, err
	}
	types, err := s.programme.Types(ctx, set.ID)
	if err != nil {
		return Punctual{}, err
	}
	return punctual(lines, types, set.Edition, s.rec.Clock.Instant()), nil
}

func punctual(lines []Line, types []programme.Type, e editions.Edition, now core.Instant) Punctual {
	out := Punctual{ByType: []Punctuality{}, ByDay: []Punctuality{}}
	byType, byDay := map[core.ID]*Punctuality{}, map[string]*Punctuality{}
	for _, l := range lines {
		if l.Due.IsZero() {
			continue
		}
		if byType[l.Session.Type] == nil {
			t := programme.TypeOf(types, l.Session.Type)
			byType[l.Session.Type] = &Punctuality{Group: t.Slug, Name: t.Name}
		}
		if byDay[l.Session.Day] == nil {
			byDay[l.Session.Day] = &Punctuality{Group: l.Session.Day}
		}
		for _, p := range []*Punctuality{&out.All, byType[l.Session.Type], byDay[l.Session.Day]} {
			p.add(l, now)
		}
	}
	out.All.finish()
	for _, t := range types {
		if p := byType[t.ID]; p != nil {
			p.finish()
			out.ByType = append(out.ByType, *p)
		}
	}
	for _, d := range e.Days() {
		if p := byDay[d.Date]; p != nil {
			p.finish()
			out.ByDay = append(out.ByDay, *p)
			delete(byDay, d.Date)
		}
	}
	rest := make([]string, 0, len(byDay))
	for d := range byDay {
		rest = append(rest, d)
	}
	slices.Sort(rest)
	for _, d := range rest { // days that the edition does not count among its own
		byDay[d].finish()
		out.ByDay = append(out.ByDay, *byDay[d])
	}
	return out
}

// Participation sums up the cards of an edition (P20).
type Participation struct {
	Reports    int `json:"reports" doc:"sessions of which a report is published"`
	Numbers    int `json:"with_numbers" doc:"of these, with a number"`
	Uncounted  int `json:"not_counted" doc:"of these, whose rapporteur says that nobody counted, and why"`
	None       int `json:"without_card" doc:"of these, without a card"`
	Onsite     int `json:"onsite"`
	Online     int `json:"online"`
	Women      int `json:"women"`
	Men        int `json:"men"`
	Other      int `json:"other"`
	Unstated   int `json:"not_known"`
	Speakers   int `json:"speakers" doc:"in sessions that count women among them"`
	WomenSpeak int `json:"speakers_women"`
	TopicMain  int `json:"topic_main" doc:"sessions in which gender was the topic"`
	TopicPart  int `json:"topic_part" doc:"sessions in which it came up"`
	TopicNo    int `json:"topic_no"`
}

// Participate sums up public cards; reported are the sessions with a published report.
func Participate(cards map[core.ID]Card, reported int) Participation {
	out := Participation{Reports: reported}
	for _, c := range cards {
		if !c.Numbered() {
			out.Uncounted++
		} else {
			out.Numbers++
		}
		out.Onsite += max(c.Onsite, 0)
		out.Online += max(c.Online, 0)
		out.Women += max(c.Women, 0)
		out.Men += max(c.Men, 0)
		out.Other += max(c.Other, 0)
		out.Unstated += max(c.Unstated, 0)
		if c.Speakers >= 0 && c.SpeakersWomen >= 0 {
			out.Speakers += c.Speakers
			out.WomenSpeak += c.SpeakersWomen
		}
		switch c.Topic {
		case TopicMain:
			out.TopicMain++
		case TopicPart:
			out.TopicPart++
		case TopicNo:
			out.TopicNo++
		}
	}
	out.None = max(reported-len(cards), 0)
	return out
}
