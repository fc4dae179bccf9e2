// Package bodies holds the groups in which the forum works between and at its
// meetings: advisory group, leadership panel, working groups, dynamic coalitions,
// best practice forums, policy networks, national and regional initiatives, tracks,
// networks and schools; who sits in them from when to when; and what has been
// published about their number.
package bodies

import (
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// Body is a group of the forum's community. Kind and Slug never change: they are its
// permanent address.
type Body struct {
	bun.BaseModel `bun:"table:bodies,alias:bo"`

	ID      core.ID   `bun:"id,pk" json:"id"`
	Kind    string    `bun:"kind" json:"kind" doc:"dynamic-coalition, national-initiative, …"`
	Slug    string    `bun:"slug" json:"slug" doc:"last part of the permanent address"`
	Name    core.Text `bun:"name" json:"name"`
	Acronym string    `bun:"acronym" json:"acronym,omitempty"`
	Purpose core.Text `bun:"purpose" json:"purpose"`
	Country string    `bun:"country" json:"country,omitempty" doc:"ISO 3166-1 alpha-2"`
	Region  string    `bun:"region" json:"region,omitempty" doc:"regional group"`
	Founded Date      `bun:"founded" json:"founded,omitempty" doc:"year, month or day, as exactly as it is known"`
	// Recognised is when the forum's secretariat listed it as an initiative. Initiatives
	// are independent: this is a fact about the list, not about whom they answer to (E161).
	Recognised Date      `bun:"recognised" json:"recognised,omitempty" doc:"since when the initiative is recognised"`
	Started    Date      `bun:"started" json:"started,omitempty"`
	Ended      Date      `bun:"ended" json:"ended,omitempty" doc:"last day, month or year"`
	Status     string    `bun:"status" json:"status" enum:"active,inactive,unknown"`
	Years      []Year    `bun:"years,type:jsonb" json:"years,omitempty" doc:"years in which it was seen at work"`
	Links      []Outlink `bun:"links,type:jsonb" json:"links,omitempty"`
	Parent     core.ID   `bun:"parent,nullzero" json:"parent,omitempty"`
	// AsSeen says how complete and how old these facts are: "Seen in the list of 2020".
	AsSeen  core.Text    `bun:"as_seen" json:"as_seen"`
	Source  string       `bun:"source" json:"source,omitempty"`
	Created core.Instant `bun:"created" json:"-"`
	Version int64        `bun:"version" json:"version"`
}

// Year is one year of work, with the number of the cycle where one is counted (E176)
// and the phase (E178).
type Year struct {
	Year  int    `json:"year" form:"year" ui:"number"`
	Cycle int    `json:"cycle,omitempty" form:"cycle" ui:"number"`
	Phase string `json:"phase,omitempty" form:"phase" max:"120"`
}

// Outlink leads to what a body has elsewhere.
type Outlink struct {
	Kind string `json:"kind" form:"kind" ui:"select"`
	URL  string `json:"url" form:"url" ui:"url" max:"500"`
}

// Path is the body's permanent address.
func (b Body) Path() string {
	k, _ := KindOf(b.Kind)
	return "/community/" + k.Path + "/" + b.Slug
}

// Label is the name with the acronym, in a language or the original.
func (b Body) Label(lang string) string {
	s, _ := b.Name.In(lang)
	if b.Acronym == "" || strings.EqualFold(s, b.Acronym) {
		return s
	}
	return s + " (" + b.Acronym + ")"
}

// Since is the earliest date that is known of the body; empty where none is.
func (b Body) Since() Date {
	var since Date
	for _, d := range []Date{b.Founded, b.Started, b.Recognised} {
		if d != "" && (since == "" || d.First().Before(since.First())) {
			since = d
		}
	}
	if len(b.Years) > 0 && (since == "" || b.Years[0].Year < since.Year()) {
		since = YearDate(b.Years[0].Year)
	}
	return since
}

// In tells whether the body was there in a year, as far as is known: for kinds whose
// work is dated by years it is one of these; otherwise it had begun and not ended. A
// body of which no year is known was in none.
func (b Body) In(year int) bool {
	if len(b.Years) > 0 {
		return slices.ContainsFunc(b.Years, func(y Year) bool { return y.Year == year })
	}
	since := b.Since()
	return since != "" && YearDate(year).within(since, b.Ended)
}

// RecognisedOn tells whether the body counts as recognised on a day (E163). A date
// known to the year counts from its last day: it is never counted too early.
func (b Body) RecognisedOn(day Date) bool {
	return b.Recognised != "" && !b.Recognised.Last().After(day.First()) && (b.Ended == "" || !b.Ended.Last().Before(day.First()))
}

// facts are what the record compares when a body changes: codes and ids stand as a
// person reads them in the history. The names are those of the catalogue, "field.body_…".
type facts struct {
	Name       core.Text `json:"body_name"`
	Acronym    string    `json:"body_acronym"`
	Purpose    core.Text `json:"body_purpose"`
	Country    string    `json:"body_country"`
	Region     string    `json:"body_region"`
	Founded    Date      `json:"body_founded"`
	Recognised Date      `json:"body_recognised"`
	Started    Date      `json:"body_started"`
	Ended      Date      `json:"body_ended"`
	Status     string    `json:"body_status"`
	Years      []string  `json:"body_years"`
	Links      []string  `json:"body_links"`
	Parent     string    `json:"body_parent"`
	AsSeen     core.Text `json:"body_as_seen"`
	Source     string    `json:"body_source"`
}

func (b Body) facts(parent string) facts {
	f := facts{
		Name: b.Name, Acronym: b.Acronym, Purpose: b.Purpose, Country: b.Country, Region: b.Region,
		Founded: b.Founded, Recognised: b.Recognised, Started: b.Started, Ended: b.Ended, Status: b.Status,
		Parent: parent, AsSeen: b.AsSeen, Source: b.Source,
	}
	for _, y := range b.Years {
		f.Years = append(f.Years, y.String())
	}
	for _, l := range b.Links {
		f.Links = append(f.Links, l.URL)
	}
	return f
}

// String is the year with its cycle and phase, as in a table: "2017/4 Phase II".
func (y Year) String() string {
	s := strconv.Itoa(y.Year)
	if y.Cycle > 0 {
		s += "/" + strconv.Itoa(y.Cycle)
	}
	return strings.TrimSpace(s + " " + y.Phase)
}

// tidyYears drops empty rows and puts the years in order.
func tidyYears(years []Year) []Year {
	out := slices.DeleteFunc(slices.Clone(years), func(y Year) bool { return y == Year{} })
	slices.SortStableFunc(out, func(a, b Year) int { return a.Year - b.Year })
	return out
}

func tidyLinks(links []Outlink) []Outlink {
	var out []Outlink
	for _, l := range links {
		l.URL = strings.TrimSpace(l.URL)
		if l.URL == "" {
			continue
		}
		if l.Kind == "" {
			l.Kind = "website"
		}
		out = append(out, l)
	}
	return out
}

func checkYears(p *core.Problems, years []Year) {
	for i, y := range years {
		if y != (Year{}) && (y.Year < 1990 || y.Year > 2200) {
			p.Add("years["+strconv.Itoa(i)+"].year", "bodies.error.year")
		}
	}
}

func checkLinks(p *core.Problems, links []Outlink) {
	for i, l := range links {
		at := core.Row("links", i)
		if s := strings.TrimSpace(l.URL); s != "" && !core.WebAddress(s) {
			p.Add(at+"url", "bodies.error.url")
		}
		if l.Kind != "" && !slices.Contains(LinkKinds, l.Kind) {
			p.Add(at+"kind", "bodies.error.choice")
		}
	}
}
