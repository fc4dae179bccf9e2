// Package people holds who takes part: persons with their dated affiliations and
// privacy choices, and organisations. A person is seen by others only once she has a
// public role; what she is asked about herself beyond that stays with her and the
// secretariat.
package people

import (
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/vocab"
)

// Sources of a person or an organisation.
const (
	SourceSelf     = "self"     // the person wrote it herself
	SourceStaff    = "staff"    // the secretariat wrote it
	SourceImported = "imported" // it was read from a text or a file
)

// Person is somebody who takes part. Her JSON form holds only what may be public;
// whether links and affiliations are in it is her choice (Service.Get takes away what
// the actor may not see).
type Person struct {
	bun.BaseModel `bun:"table:people,alias:p" json:"-"`

	ID        core.ID   `bun:"id,pk" json:"id"`
	Name      string    `bun:"name" json:"name" doc:"the name as she writes it"`
	Honorific string    `bun:"honorific" json:"honorific,omitempty"`
	Given     string    `bun:"given" json:"given,omitempty"`
	Family    string    `bun:"family" json:"family,omitempty"`
	Names     core.Text `bun:"names,type:jsonb" json:"names" doc:"the name in other languages and scripts"`
	Country   string    `bun:"country" json:"country,omitempty" doc:"ISO 3166-1 alpha-2"`
	Bio       core.Text `bun:"bio,type:jsonb" json:"bio"`
	Links     []Link    `bun:"links,type:jsonb" json:"links,omitempty"`
	Languages []string  `bun:"languages,type:jsonb" json:"languages,omitempty"`
	// Gender is what she says of herself. It never leaves the room but for statistics.
	Gender string `bun:"gender" json:"-"`

	// Public: she has had a public role, so that everybody may see her page.
	Public bool `bun:"public" json:"-"`
	// Listed: her page stands in the list of people.
	Listed bool `bun:"listed" json:"-"`
	// ShowAffiliations: her page and the pages of organisations say where she works and
	// has worked. What a role shows is the affiliation of its day and no matter of this.
	ShowAffiliations bool `bun:"show_affiliations" json:"-"`
	// ShowContact: her page shows her links.
	ShowContact bool `bun:"show_contact" json:"-"`

	Source     string       `bun:"source" json:"-"`
	MergedInto core.ID      `bun:"merged_into" json:"-"` // the page that this one became part of
	NameKey    string       `bun:"name_key" json:"-"`
	Created    core.Instant `bun:"created" json:"-"`
	Updated    core.Instant `bun:"updated" json:"-"`
	Version    int64        `bun:"version" json:"version"`
}

// Link is an address that a person gives.
type Link struct {
	Label string `json:"label,omitempty" form:"label" max:"80"`
	URL   string `json:"url" form:"url" ui:"url" max:"300"`
}

// Path is the permanent address of a person's page.
func (p Person) Path() string { return "/people/" + string(p.ID) }

// Address is the name as it stands on a programme: with the honorific.
func (p Person) Address() string { return strings.TrimSpace(p.Honorific + " " + p.Name) }

// In is the name for a reader of a language: the one that the person gives in it, else
// as she writes it.
func (p Person) In(lang string) string {
	if n := p.Names.By[lang]; n != "" {
		return n
	}
	return p.Name
}

// NewPerson is what is known when a person is entered. Only the name must be. An ID
// given by the caller is kept.
type NewPerson struct {
	ID                                      core.ID
	Name, Honorific, Given, Family          string
	Names                                   core.Text
	Country, Gender                         string
	Bio                                     core.Text
	Links                                   []Link
	Languages                               []string
	Public                                  bool // she has a public role
	Unlisted, HideAffiliations, ShowContact bool
	Source                                  string // SourceStaff unless said
}

func (in NewPerson) person() Person {
	p := Person{
		ID: in.ID, Name: tidy(in.Name), Honorific: tidy(in.Honorific), Given: tidy(in.Given), Family: tidy(in.Family),
		Names: in.Names.Clean(), Country: in.Country, Gender: tidy(in.Gender), Bio: in.Bio.Clean(), Links: in.Links,
		Languages: in.Languages, Public: in.Public, Listed: !in.Unlisted, ShowAffiliations: !in.HideAffiliations,
		ShowContact: in.ShowContact, Source: in.Source, Version: 1,
	}
	if p.Source == "" {
		p.Source = SourceStaff
	}
	return p
}

// PersonInput is the form of a person. Public is heard from the secretariat only.
type PersonInput struct {
	Version          int64            `form:"version" ui:"hidden"`
	Name             string           `form:"name" required:"1" max:"120" autocomplete:"name"`
	Honorific        string           `form:"honorific" max:"40" autocomplete:"honorific-prefix"`
	Given            string           `form:"given" max:"80" autocomplete:"given-name"`
	Family           string           `form:"family" max:"80" autocomplete:"family-name"`
	Names            core.Text        `form:"names" max:"120"`
	Affiliations     []AffiliationRow `form:"affiliations" ui:"rows"`
	Country          string           `form:"country" ui:"select"`
	Languages        []string         `form:"languages" ui:"checks"`
	Bio              core.Text        `form:"bio" ui:"areas" max:"2000"`
	Links            []Link           `form:"links" ui:"rows"`
	Gender           string           `form:"gender" max:"60"`
	ShowContact      bool             `form:"show_contact" ui:"check"`
	ShowAffiliations bool             `form:"show_affiliations" ui:"check"`
	Listed           bool             `form:"listed" ui:"check"`
	Public           bool             `form:"public" ui:"check"`
}

// AffiliationRow is a row of that form. A row without title and organisation is none.
type AffiliationRow struct {
	ID           core.ID `form:"id" ui:"hidden"`
	Title        string  `form:"title" max:"160"`
	Organisation string  `form:"organisation" max:"200"`
	Group        string  `form:"group" ui:"select"`
	Country      string  `form:"country" ui:"select"`
	From         string  `form:"from" max:"10"`
	Until        string  `form:"until" max:"10"`
	Remove       bool    `form:"remove" ui:"check"`
}

func (r AffiliationRow) empty() bool {
	return r.Remove || strings.TrimSpace(r.Title) == "" && strings.TrimSpace(r.Organisation) == ""
}

// InputOf is the form of a person as she stands.
func InputOf(p Person, affs []Affiliation) PersonInput {
	in := PersonInput{
		Version: p.Version, Name: p.Name, Honorific: p.Honorific, Given: p.Given, Family: p.Family, Names: p.Names,
		Country: p.Country, Languages: p.Languages, Bio: p.Bio, Links: p.Links, Gender: p.Gender,
		ShowContact: p.ShowContact, ShowAffiliations: p.ShowAffiliations, Listed: p.Listed, Public: p.Public,
	}
	for _, f := range affs {
		in.Affiliations = append(in.Affiliations, AffiliationRow{
			ID: f.ID, Title: f.Title, Organisation: f.Label(), Group: f.Group, Country: f.Country, From: f.From, Until: f.Until,
		})
	}
	return in
}

// apply puts what was typed into a person.
func (in PersonInput) apply(p Person, staff bool) Person {
	p.Name, p.Honorific, p.Given, p.Family = tidy(in.Name), tidy(in.Honorific), tidy(in.Given), tidy(in.Family)
	p.Names, p.Bio, p.Country, p.Gender = in.Names.Clean(), in.Bio.Clean(), in.Country, tidy(in.Gender)
	p.Languages = in.Languages
	p.Links = slices.DeleteFunc(slices.Clone(in.Links), func(l Link) bool { return l.URL == "" && l.Label == "" })
	p.ShowContact, p.ShowAffiliations, p.Listed = in.ShowContact, in.ShowAffiliations, in.Listed
	if staff {
		p.Public = in.Public
	}
	return p
}

// Limits that keep a page a page.
const (
	maxAffiliations = 50
	maxLinks        = 20
)

// Validate checks what was typed.
func (in PersonInput) Validate(v *vocab.Service) error {
	p := core.Validate(in)
	checkPerson(&p, v, in.apply(Person{}, true))
	if len(in.Affiliations) > maxAffiliations {
		p.Add("affiliations", "people.error.too_many", "Count", maxAffiliations)
	}
	for i, r := range in.Affiliations {
		if r.empty() {
			continue
		}
		at := "affiliations[" + strconv.Itoa(i) + "]."
		checkAffiliation(&p, v, at, Affiliation{Group: r.Group, Country: r.Country, From: r.From, Until: r.Until})
	}
	return p.Err()
}

// checkPerson checks what tags cannot say.
func checkPerson(p *core.Problems, v *vocab.Service, person Person) {
	if person.Country != "" && !v.Has(vocab.CountryList, person.Country) {
		p.Add("country", "people.error.country")
	}
	for _, l := range person.Languages {
		if !v.Has(vocab.Languages, l) {
			p.Add("languages", "people.error.language")
		}
	}
	if len(person.Links) > maxLinks {
		p.Add("links", "people.error.too_many", "Count", maxLinks)
	}
	for i, l := range person.Links {
		if !core.WebAddress(l.URL) {
			p.Add("links["+strconv.Itoa(i)+"].url", "people.error.url")
		}
	}
}

// tidy trims and makes one blank of many.
func tidy(s string) string { return strings.Join(strings.Fields(s), " ") }
