package people

import (
	"strings"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/vocab"
)

// Affiliation says that a person speaks for an organisation, from when to when (E193:
// several at once). From and Until are a day, a month or a year, as exactly as it is
// known ("2023-10-11", "2023-10", "2023"); both count, and either may be empty.
type Affiliation struct {
	bun.BaseModel `bun:"table:affiliations,alias:f" json:"-"`

	ID     core.ID `bun:"id,pk" json:"id"`
	Person core.ID `bun:"person" json:"person"`
	// Organisation is the one in the directory; empty where it is only named.
	Organisation core.ID `bun:"organisation,nullzero" json:"organisation,omitempty"`
	// OrganisationName is the name as it was given, for one that is not in the directory.
	OrganisationName string `bun:"organisation_name" json:"organisation_name,omitempty"`
	Title            string `bun:"title" json:"title,omitempty"`
	Group            string `bun:"stakeholder" json:"stakeholder_group,omitempty"`
	Country          string `bun:"country" json:"country,omitempty" doc:"ISO 3166-1 alpha-2"`
	From             string `bun:"from_date" json:"from,omitempty" doc:"day, month or year"`
	Until            string `bun:"until_date" json:"until,omitempty" doc:"last day, month or year"`
	Rank             int    `bun:"rank" json:"rank"`

	// Of the organisation in the directory, as it is called now; read, not written.
	Of        core.Text `bun:"org_name,scanonly" json:"organisation_label,omitzero"`
	OfAcronym string    `bun:"org_acronym,scanonly" json:"-"`
	OfKind    string    `bun:"org_kind,scanonly" json:"-"`
}

// NewAffiliation is what is known of an affiliation. Person must be given, and an
// organisation, a name of one, or a title.
type NewAffiliation struct {
	ID, Person       core.ID
	Organisation     core.ID
	OrganisationName string
	Title            string
	Group            string
	Country          string
	From, Until      string
	Rank             int
}

// Label is the organisation's name: of the one in the directory, else as it was given.
func (f Affiliation) Label() string {
	if f.Organisation != "" && !f.Of.IsZero() {
		return f.Of.String()
	}
	return f.OrganisationName
}

// Line is the affiliation on one line: "Chief Technology Officer, Sahel Networks".
func (f Affiliation) Line() string {
	return strings.Join(filled(f.Title, f.Label()), ", ")
}

// StakeholderGroup is the group of the affiliation, else that of its organisation. A
// network has none.
func (f Affiliation) StakeholderGroup() string {
	if f.Group == "" && f.OfKind != KindNetwork {
		return f.OfKind
	}
	return f.Group
}

// same compares what is stored.
func (f Affiliation) same(o Affiliation) bool {
	return f.ID == o.ID && f.Person == o.Person && f.Organisation == o.Organisation && f.OrganisationName == o.OrganisationName &&
		f.Title == o.Title && f.Group == o.Group && f.Country == o.Country && f.From == o.From && f.Until == o.Until && f.Rank == o.Rank
}

// dated is Line with its dates, for the record.
func (f Affiliation) dated() string {
	line := f.Line()
	if f.From != "" || f.Until != "" {
		line += " (" + f.From + "–" + f.Until + ")"
	}
	return line
}

// On tells whether the affiliation holds on a day like 2023-10-11.
func (f Affiliation) On(day string) bool { return holds(f.From, f.Until, day) }

// On gives the affiliations that hold on a day like 2023-10-11, in their order. An
// empty day gives those that have no end.
func On(affs []Affiliation, day string) []Affiliation {
	var out []Affiliation
	for _, f := range affs {
		if f.On(day) {
			out = append(out, f)
		}
	}
	return out
}

// holds compares dates of any exactness: until 2023 holds all of that year.
func holds(from, until, day string) bool {
	if day == "" {
		return until == ""
	}
	cut := func(n int) string { return day[:min(n, len(day))] }
	return (from == "" || from <= cut(len(from))) && (until == "" || cut(len(until)) <= until)
}

// validDate tells whether s is a day, a month or a year.
func validDate(s string) bool {
	layout, ok := map[int]string{4: "2006", 7: "2006-01", 10: time.DateOnly}[len(s)]
	if !ok {
		return false
	}
	t, err := time.Parse(layout, s)
	return err == nil && t.Year() > 0
}

func checkDates(p *core.Problems, at, from, until string) {
	if from != "" && !validDate(from) {
		p.Add(at+"from", "people.error.date")
		return
	}
	if until != "" && !validDate(until) {
		p.Add(at+"until", "people.error.date")
		return
	}
	n := min(len(from), len(until))
	if from != "" && until != "" && until[:n] < from[:n] {
		p.Add(at+"until", "people.error.until_first")
	}
}

func checkAffiliation(p *core.Problems, v *vocab.Service, at string, f Affiliation) {
	if f.Group != "" && !v.Has(vocab.Groups, f.Group) {
		p.Add(at+"group", "people.error.group")
	}
	if f.Country != "" && !v.Has(vocab.CountryList, f.Country) {
		p.Add(at+"country", "people.error.country")
	}
	checkDates(p, at, f.From, f.Until)
}

// filled are the strings that are not empty.
func filled(list ...string) []string {
	var out []string
	for _, s := range list {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// Snapshot is what a role keeps of a person: who she was and for whom she spoke on
// that day (E046). It does not change when she moves on.
type Snapshot struct {
	Name         string            `json:"name"`
	Honorific    string            `json:"honorific,omitempty"`
	Affiliations []SnapAffiliation `json:"affiliations,omitempty"`
	Group        string            `json:"group,omitempty" doc:"stakeholder group"`
	Country      string            `json:"country,omitempty"`
	Region       string            `json:"region,omitempty" doc:"regional group; igo for intergovernmental organisations"`
}

// SnapAffiliation is one affiliation of that day.
type SnapAffiliation struct {
	Title          string  `json:"title,omitempty"`
	Organisation   string  `json:"organisation,omitempty"`
	OrganisationID core.ID `json:"organisation_id,omitempty"`
}

// SnapshotOf takes the affiliations that hold on the day. The group is that of the
// first one that has one; the country is the person's, else the first one's. Who
// speaks for an intergovernmental organisation has the region "igo".
func SnapshotOf(p Person, affs []Affiliation, day string) Snapshot {
	s := Snapshot{Name: p.Name, Honorific: p.Honorific, Country: p.Country}
	for _, f := range On(affs, day) {
		s.Affiliations = append(s.Affiliations, SnapAffiliation{Title: f.Title, Organisation: f.Label(), OrganisationID: f.Organisation})
		if s.Group == "" {
			s.Group = f.StakeholderGroup()
		}
		if s.Country == "" {
			s.Country = f.Country
		}
	}
	s.Region = vocab.RegionOf(s.Country)
	if s.Group == "igo" {
		s.Region = "igo"
	}
	return s
}

// Line is the snapshot on one line, without the name: "Executive Director, Sahel
// Networks; Chair, Baobab Coalition".
func (s Snapshot) Line() string {
	lines := make([]string, 0, len(s.Affiliations))
	for _, f := range s.Affiliations {
		if l := strings.Join(filled(f.Title, f.Organisation), ", "); l != "" {
			lines = append(lines, l)
		}
	}
	return strings.Join(lines, "; ")
}
