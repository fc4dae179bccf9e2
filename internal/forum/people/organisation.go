package people

import (
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/vocab"
)

// KindNetwork is the kind of an organisation that has organisations as its members
// (E045). The kinds are the vocabulary vocab.Kinds; all others name a stakeholder group.
const KindNetwork = "network"

// Organisation is one of the directory (E035, E043). Everybody may see it.
type Organisation struct {
	bun.BaseModel `bun:"table:organisations,alias:o" json:"-"`

	ID      core.ID   `bun:"id,pk" json:"id"`
	Name    core.Text `bun:"name,type:jsonb" json:"name"`
	Acronym string    `bun:"acronym" json:"acronym,omitempty"`
	Kind    string    `bun:"kind" json:"kind,omitempty"`
	Country string    `bun:"country" json:"country,omitempty" doc:"ISO 3166-1 alpha-2"`
	URL     string    `bun:"url" json:"url,omitempty"`

	NameKey string       `bun:"name_key" json:"-"`
	Source  string       `bun:"source" json:"-"`
	Created core.Instant `bun:"created" json:"-"`
	Updated core.Instant `bun:"updated" json:"-"`
	Version int64        `bun:"version" json:"version"`
}

// Member is an organisation's membership in a network, from when to when.
type Member struct {
	bun.BaseModel `bun:"table:org_members,alias:m" json:"-"`

	Network core.ID `bun:"network,pk" json:"network"`
	Member  core.ID `bun:"member,pk" json:"member"`
	From    string  `bun:"from_date" json:"from,omitempty"`
	Until   string  `bun:"until_date" json:"until,omitempty"`

	NetworkName core.Text `bun:"network_name,scanonly" json:"network_name"`
	MemberName  core.Text `bun:"member_name,scanonly" json:"member_name"`
}

// On tells whether the membership holds on a day.
func (m Member) On(day string) bool { return holds(m.From, m.Until, day) }

// NewOrganisation is what is known when an organisation is entered. Only the name
// must be. An ID given by the caller is kept.
type NewOrganisation struct {
	ID            core.ID
	Name          core.Text
	Acronym, Kind string
	Country, URL  string
	Members       []core.ID
	Source        string // SourceStaff unless said
}

// OrganisationInput is the form of an organisation.
type OrganisationInput struct {
	Version int64       `form:"version" ui:"hidden"`
	Name    core.Text   `form:"name" required:"1" max:"200"`
	Acronym string      `form:"acronym" max:"30"`
	Kind    string      `form:"kind" ui:"select"`
	Country string      `form:"country" ui:"select"`
	URL     string      `form:"url" ui:"url" max:"300"`
	Members []MemberRow `form:"members" ui:"rows"`
}

// MemberRow is a member of a network. A row without a name is none.
type MemberRow struct {
	Organisation string `form:"organisation" max:"200"`
	From         string `form:"from" max:"10"`
	Until        string `form:"until" max:"10"`
}

// Path is the permanent address of the organisation's page.
func (o Organisation) Path() string { return "/organisations/" + string(o.ID) }

// InputOfOrganisation is the form of an organisation as it stands.
func InputOfOrganisation(o Organisation, members []Member) OrganisationInput {
	in := OrganisationInput{
		Version: o.Version, Name: o.Name, Acronym: o.Acronym, Kind: o.Kind, Country: o.Country, URL: o.URL,
	}
	for _, m := range members {
		in.Members = append(in.Members, MemberRow{Organisation: m.MemberName.String(), From: m.From, Until: m.Until})
	}
	return in
}

func (in OrganisationInput) apply(o Organisation) Organisation {
	o.Name, o.Acronym, o.Kind = in.Name.Clean(), tidy(in.Acronym), in.Kind
	o.Country, o.URL = in.Country, strings.TrimSpace(in.URL)
	return o
}

// Validate checks what was typed; whether members are in the directory is seen when
// the form is saved.
func (in OrganisationInput) Validate(v *vocab.Service) error {
	p := core.Validate(in)
	checkOrganisation(&p, v, in.apply(Organisation{}))
	for i, m := range in.Members {
		checkDates(&p, "members["+strconv.Itoa(i)+"].", m.From, m.Until)
	}
	return p.Err()
}

func checkOrganisation(p *core.Problems, v *vocab.Service, o Organisation) {
	if o.Kind != "" && !v.Has(vocab.Kinds, o.Kind) {
		p.Add("kind", "people.error.kind")
	}
	if o.Country != "" && !v.Has(vocab.CountryList, o.Country) {
		p.Add("country", "people.error.country")
	}
	if o.URL != "" && !core.WebAddress(o.URL) {
		p.Add("url", "people.error.url")
	}
}
