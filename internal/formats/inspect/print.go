package inspect

import (
	"encoding/json"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/formats/captions"
	"plenary/internal/formats/forumtext"
	"plenary/internal/formats/schedule"
)

// The printed form of a reading: names in snake case, what is empty left out, and a
// place with every finding.

type printed struct {
	File       string             `json:"file"`
	Kind       string             `json:"kind"`
	Group      string             `json:"group"` // document, schedule or captions
	Confidence float64            `json:"confidence"`
	Counts     map[string]int     `json:"counts"`
	Edition    *edition           `json:"edition,omitempty"`
	Title      string             `json:"title,omitempty"`
	Owner      *placed            `json:"organisation,omitempty"`
	Sections   []section          `json:"sections,omitempty"`
	Sessions   []session          `json:"sessions,omitempty"`
	Facts      []fact             `json:"facts,omitempty"`
	Footnotes  []footnote         `json:"footnotes,omitempty"`
	Findings   []finding          `json:"findings"`
	Unread     []note             `json:"unread,omitempty"`
	Schedule   *printedSchedule   `json:"schedule,omitempty"`
	Mapping    []schedule.Column  `json:"mapping,omitempty"`
	Language   string             `json:"language,omitempty"`
	Untimed    bool               `json:"untimed,omitempty"` // captions without times
	Cues       []captions.JSONCue `json:"cues,omitempty"`
}

type placed struct {
	Text  string `json:"text"`
	Place *place `json:"place,omitempty"`
}

// place is lines of the file, 1-based. In a page of HTML, line counts the file's lines
// and text_line those of the text as it was read.
type place struct {
	Line     int    `json:"line,omitempty"`
	EndLine  int    `json:"end_line,omitempty"`
	TextLine int    `json:"text_line,omitempty"`
	Row      int    `json:"row,omitempty"`
	Sheet    string `json:"sheet,omitempty"`
}

type edition struct {
	Forum   string `json:"forum,omitempty"`
	Ordinal int    `json:"ordinal,omitempty"`
	Year    int    `json:"year,omitempty"`
	City    string `json:"city,omitempty"`
	Country string `json:"country,omitempty"`
	Host    string `json:"host,omitempty"`
	Venue   string `json:"venue,omitempty"`
	Theme   string `json:"theme,omitempty"`
	Start   string `json:"start,omitempty"`
	End     string `json:"end,omitempty"`
	DayZero string `json:"day_zero,omitempty"`
	Zone    string `json:"zone,omitempty"`
}

type section struct {
	Heading    placed   `json:"heading"`
	Paragraphs []placed `json:"paragraphs,omitempty"`
}

type when struct {
	Date    string `json:"date,omitempty"`
	EndDate string `json:"end_date,omitempty"`
	Start   string `json:"start,omitempty"`
	End     string `json:"end,omitempty"`
	Zone    string `json:"zone,omitempty"`
	Label   string `json:"zone_label,omitempty"`
	Starts  string `json:"starts,omitempty"` // the instant in UTC, where date, time and zone are known
	Ends    string `json:"ends,omitempty"`
	Text    string `json:"text"`
	Place   *place `json:"place,omitempty"`
}

type person struct {
	Name         string              `json:"name"`
	Honorific    string              `json:"honorific,omitempty"`
	Given        string              `json:"given,omitempty"`
	Family       string              `json:"family,omitempty"`
	Role         string              `json:"role,omitempty"`
	Group        string              `json:"stakeholder_group,omitempty"`
	Region       string              `json:"region,omitempty"`
	Affiliations []map[string]string `json:"affiliations,omitempty"`
	Text         string              `json:"text,omitempty"`
	Place        *place              `json:"place,omitempty"`
}

type session struct {
	Title       string     `json:"title"`
	Written     string     `json:"title_as_written,omitempty"`
	ShortTitle  string     `json:"short_title,omitempty"`
	Reference   string     `json:"reference,omitempty"`
	Type        string     `json:"type,omitempty"`
	Day         int        `json:"day,omitempty"`
	DayLabel    string     `json:"day_label,omitempty"`
	When        []when     `json:"when,omitempty"`
	Rooms       []placed   `json:"rooms,omitempty"`
	Themes      []placed   `json:"themes,omitempty"`
	Organisers  []placed   `json:"organisers,omitempty"`
	Description []placed   `json:"description,omitempty"`
	Questions   []question `json:"questions,omitempty"`
	Format      string     `json:"format,omitempty"`
	Agenda      []placed   `json:"agenda,omitempty"`
	People      []person   `json:"people,omitempty"`
	Takeaways   []placed   `json:"takeaways,omitempty"`
	Calls       []placed   `json:"calls_to_action,omitempty"`
	Report      []placed   `json:"report,omitempty"`
	Messages    []placed   `json:"messages,omitempty"`
	Attribution string     `json:"attribution,omitempty"`
	URL         string     `json:"url,omitempty"`
	Place       *place     `json:"place,omitempty"`
}

type question struct {
	Number string     `json:"number,omitempty"`
	Text   string     `json:"text"`
	Under  []question `json:"under,omitempty"`
	Place  *place     `json:"place,omitempty"`
}

type fact struct {
	Kind      string `json:"kind"`
	Value     string `json:"value,omitempty"`
	Number    int    `json:"number,omitempty"`
	Qualifier string `json:"qualifier,omitempty"`
	Noun      string `json:"noun,omitempty"`
	Of        string `json:"of,omitempty"`
	Mode      string `json:"mode,omitempty"`
	Year      int    `json:"year,omitempty"`
	Ordinal   int    `json:"ordinal,omitempty"`
	Words     string `json:"words,omitempty"`
	Footnote  string `json:"footnote,omitempty"`
	Place     *place `json:"place,omitempty"`
}

type footnote struct {
	Mark  string `json:"mark"`
	Text  string `json:"text"`
	Place *place `json:"place,omitempty"`
}

type finding struct {
	Code    string            `json:"code"`
	Outcome string            `json:"outcome"` // contradiction, or what became of a fault of a schedule
	Args    map[string]string `json:"args,omitempty"`
	Session string            `json:"session,omitempty"`
	First   *placed           `json:"first,omitempty"`
	Second  *placed           `json:"second,omitempty"`
	Count   int               `json:"count,omitempty"`
	Events  []string          `json:"events,omitempty"`
	Place   *place            `json:"place,omitempty"`
}

type note struct {
	Kind  string `json:"kind"`
	Text  string `json:"text"`
	Place *place `json:"place,omitempty"`
}

type printedSchedule struct {
	*schedule.Schedule
	Persons []schedule.Person `json:"persons,omitempty"` // each once
}

// JSON is what was read, for people and programs: indented, with a place for each thing.
func (r *Reading) JSON(file string, mapping schedule.Mapping) ([]byte, error) {
	p := printed{File: file, Kind: r.Kind, Findings: []finding{}, Mapping: mapping}
	switch {
	case r.Captions != nil:
		r.printCaptions(&p)
	case r.Schedule != nil:
		r.printSchedule(&p)
	default:
		r.printDocument(&p)
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(p); err != nil {
		return nil, err
	}
	return []byte(b.String()), nil
}

func (r *Reading) printSchedule(p *printed) {
	s := r.Schedule
	p.Group, p.Confidence, p.Title = "schedule", 1, s.Conference.Title
	out := printedSchedule{Schedule: s}
	seen := map[string]bool{}
	roles, links, attachments := 0, 0, 0
	for _, e := range s.Events {
		roles, links, attachments = roles+len(e.Persons), links+len(e.Links), attachments+len(e.Attachments)
		for _, q := range e.Persons {
			if !seen[q.Key] {
				seen[q.Key] = true
				out.Persons = append(out.Persons, q)
			}
		}
	}
	p.Schedule = &out
	p.Counts = map[string]int{
		"sessions": len(s.Events), "events": len(s.Events), "days": len(s.Days), "rooms": len(s.Rooms), "tracks": len(s.Tracks),
		"persons": len(out.Persons), "roles": roles, "links": links, "attachments": attachments, "findings": len(r.Repairs),
	}
	for _, f := range r.Repairs {
		p.Findings = append(p.Findings, finding{
			Code: f.Code, Outcome: string(f.Outcome), Args: f.Args, Count: f.Count, Events: f.Events,
			Place: &place{Line: f.Place.Line, EndLine: f.Place.EndLine, Row: f.Place.Row, Sheet: f.Place.Sheet},
		})
	}
}

func (r *Reading) printDocument(p *printed) {
	d := r.Document
	at := func(pl forumtext.Place) *place {
		if pl.Line == 0 {
			return nil
		}
		line := func(n int) int {
			if n >= 1 && n <= len(d.Source) {
				return d.Source[n-1]
			}
			return n
		}
		out := &place{Line: line(pl.Line), EndLine: line(pl.EndLine)}
		if out.Line != pl.Line || out.EndLine != pl.EndLine {
			out.TextLine = pl.Line
		}
		return out
	}
	text := func(t forumtext.Placed) placed { return placed{t.Text, at(t.Place)} }
	maybe := func(t forumtext.Placed) *placed {
		if t.Text == "" && t.Place.Line == 0 {
			return nil
		}
		x := text(t)
		return &x
	}
	paras := func(list []forumtext.Paragraph) []placed {
		var out []placed
		for _, x := range list {
			out = append(out, placed{x.Text, at(x.Place)})
		}
		return out
	}
	list := func(in []forumtext.Placed) []placed {
		var out []placed
		for _, x := range in {
			out = append(out, text(x))
		}
		return out
	}
	var questions func(in []forumtext.Question) ([]question, int)
	questions = func(in []forumtext.Question) (out []question, n int) {
		for _, q := range in {
			under, m := questions(q.Under)
			out = append(out, question{q.Number, q.Text, under, at(q.Place)})
			n += 1 + m
		}
		return out, n
	}
	p.Group, p.Confidence, p.Owner = "document", d.Confidence, maybe(d.Organisation)
	e := d.Edition
	if e != (forumtext.EditionHint{}) {
		p.Edition = &edition{
			Forum: e.Forum, Ordinal: e.Ordinal, Year: e.Year, City: e.City, Country: e.Country, Host: e.Host, Venue: e.Venue, Theme: e.Theme,
			Start: e.Start.String(), End: e.End.String(), DayZero: e.DayZero.String(), Zone: e.Zone,
		}
	}
	c := map[string]int{}
	for _, s := range d.Sections {
		p.Sections = append(p.Sections, section{text(s.Heading), paras(s.Paragraphs)})
	}
	for _, s := range d.Sessions {
		qs, n := questions(s.Questions)
		x := session{
			Title: s.Title, ShortTitle: s.ShortTitle, Reference: s.Reference, Type: s.Type, Day: s.Day, DayLabel: s.DayLabel,
			Rooms: list(s.Rooms), Themes: list(s.Themes), Description: paras(s.Description), Questions: qs, Format: s.Format.Text,
			Agenda: paras(s.Agenda), Takeaways: paras(s.Takeaways), Calls: paras(s.Calls), Report: paras(s.Report),
			Attribution: s.Attribution.Text, URL: s.URL.Text, Place: at(s.Place),
		}
		if s.TitleAsWritten != s.Title {
			x.Written = s.TitleAsWritten
		}
		for _, w := range s.When {
			x.When = append(x.When, printWhen(w, e, at(w.Place)))
		}
		for _, o := range s.Organisers {
			x.Organisers = append(x.Organisers, placed{o.Name, at(o.Place)})
		}
		for _, q := range s.People {
			y := person{Name: q.Name, Honorific: q.Honorific, Given: q.Given, Family: q.Family, Role: q.RoleStated, Group: q.Group, Region: q.Region, Text: q.Raw, Place: at(q.Place)}
			for _, a := range q.Affiliations {
				m := map[string]string{}
				for k, v := range map[string]string{"title": a.Title, "unit": a.Unit, "organisation": a.Organisation} {
					if v != "" {
						m[k] = v
					}
				}
				y.Affiliations = append(y.Affiliations, m)
			}
			x.People = append(x.People, y)
		}
		for _, m := range s.Messages {
			x.Messages = append(x.Messages, placed{m.Text, at(m.Place)})
		}
		p.Sessions = append(p.Sessions, x)
		c["people"] += len(s.People)
		c["organisers"] += len(s.Organisers)
		c["questions"] += n
		c["takeaways"] += len(s.Takeaways)
		c["calls_to_action"] += len(s.Calls)
		c["messages"] += len(s.Messages)
		if len(s.Messages) > 0 {
			c["sessions_with_messages"]++
		}
	}
	for _, f := range d.Facts {
		p.Facts = append(p.Facts, fact{
			Kind: string(f.Kind), Value: f.Value, Number: f.Number, Qualifier: f.Qualifier, Noun: f.Noun, Of: f.Of, Mode: f.Mode,
			Year: f.Year, Ordinal: f.Ordinal, Words: f.Words, Footnote: f.Footnote, Place: at(f.Place),
		})
	}
	for _, f := range d.Footnotes {
		p.Footnotes = append(p.Footnotes, footnote{f.Mark, f.Text, at(f.Place)})
	}
	title := func(i int) string {
		if i >= 0 && i < len(d.Sessions) {
			return d.Sessions[i].Title
		}
		return ""
	}
	for _, f := range d.Conflicts {
		p.Findings = append(p.Findings, finding{
			Code: "conflict-" + string(f.Field), Outcome: "contradiction", Session: title(f.Session), First: maybe(f.First), Second: maybe(f.Second),
			Place: at(f.First.Place),
		})
	}
	for _, f := range d.Findings {
		p.Findings = append(p.Findings, finding{
			Code: f.Code, Outcome: "contradiction", Args: f.Args, Session: title(f.Session), First: maybe(f.First), Second: maybe(f.Second), Place: at(f.First.Place),
		})
	}
	for _, n := range d.Unread {
		p.Unread = append(p.Unread, note{string(n.Kind), n.Text, at(n.Place)})
	}
	c["sessions"], c["sections"], c["facts"], c["footnotes"] = len(d.Sessions), len(d.Sections), len(d.Facts), len(d.Footnotes)
	c["findings"], c["unread"], c["lines"] = len(p.Findings), len(d.Unread), len(d.Text)
	p.Counts = c
}

// printWhen gives a statement of time with the instants that it means.
func printWhen(w forumtext.When, e forumtext.EditionHint, at *place) when {
	out := when{Date: w.Date.String(), Start: w.Start, End: w.End, Zone: w.Zone, Label: w.ZoneLabel, Text: w.Text, Place: at}
	if w.EndDate != w.Date {
		out.EndDate = w.EndDate.String()
	}
	zone := w.Zone
	if zone == "" {
		zone = e.Zone
	}
	if zone == "" || w.Date.Year == 0 || w.Start == "" {
		return out
	}
	instant := func(d forumtext.Date, clock string) string {
		at, err := core.WallTime(d.String(), clock, zone)
		if err != nil {
			return "" // that hour is not, or the zone is not known
		}
		return at.Time().Format(time.RFC3339)
	}
	end := w.EndDate
	if end.IsZero() {
		end = w.Date
	}
	out.Starts, out.Ends = instant(w.Date, w.Start), instant(end, w.End)
	return out
}
