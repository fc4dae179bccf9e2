package bodies

import (
	"regexp"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/vocab"
)

// New is a body that is to be entered.
type New struct {
	ID         core.ID   `form:"-"` // chosen by who brings it in; empty for a fresh one
	Kind       string    `form:"kind" ui:"select" required:"1"`
	Name       core.Text `form:"name" max:"200" required:"1"`
	Acronym    string    `form:"acronym" max:"40"`
	Slug       string    `form:"slug" max:"60"` // empty: made from acronym or name
	Purpose    core.Text `form:"purpose" ui:"area" max:"4000"`
	Country    string    `form:"country" ui:"select"`
	Region     string    `form:"region" ui:"select"` // empty: that of the country
	Founded    Date      `form:"founded"`
	Recognised Date      `form:"recognised"`
	Started    Date      `form:"-"`
	Ended      Date      `form:"-"`
	Status     string    `form:"status" ui:"select" required:"1"` // empty: not known
	Years      []Year    `form:"-"`
	Parent     core.ID   `form:"parent" ui:"select"`
	Links      []Outlink `form:"links"`
	AsSeen     core.Text `form:"as_seen" max:"1000"`
	Source     string    `form:"source" max:"500"`
}

// EditInput is what the coordinators of a body say of it.
type EditInput struct {
	Version int64     `form:"version" ui:"hidden"`
	Name    core.Text `form:"name" max:"200" required:"1"`
	Acronym string    `form:"acronym" max:"40"`
	Purpose core.Text `form:"purpose" ui:"area" max:"4000"`
	Founded Date      `form:"founded"`
	Links   []Outlink `form:"links"`
}

// StandingInput is what the forum's list says of a body: where it belongs, since when
// it is recognised, whether it is active, and how that is known.
type StandingInput struct {
	Version    int64     `form:"version" ui:"hidden"`
	Status     string    `form:"status" ui:"select" required:"1"`
	Country    string    `form:"country" ui:"select"`
	Region     string    `form:"region" ui:"select"`
	Recognised Date      `form:"recognised"`
	Started    Date      `form:"started"`
	Ended      Date      `form:"ended"`
	Parent     core.ID   `form:"parent" ui:"select"`
	Years      []Year    `form:"years"`
	AsSeen     core.Text `form:"as_seen" max:"1000"`
	Source     string    `form:"source" max:"500"`
}

// NewTotal is a published total that is to be noted.
type NewTotal struct {
	Kind   string    `form:"-"`
	AsOf   Date      `form:"as_of" required:"1"`
	Count  int       `form:"count" ui:"number" required:"1"`
	Bound  string    `form:"bound" ui:"select"`
	Source string    `form:"source" max:"500" required:"1"`
	Note   core.Text `form:"note" max:"1000"`
}

var slugForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// reserved are addresses below a list that are pages of their own.
var reserved = []string{"new", "counts"}

func (n *New) tidy() {
	n.Name, n.Purpose, n.AsSeen = n.Name.Clean(), n.Purpose.Clean(), n.AsSeen.Clean()
	n.Acronym, n.Slug, n.Source = strings.TrimSpace(n.Acronym), strings.TrimSpace(n.Slug), strings.TrimSpace(n.Source)
	n.Years, n.Links = tidyYears(n.Years), tidyLinks(n.Links)
	if n.Status == "" {
		n.Status = Unknown
	}
	if n.Slug == "" {
		n.Slug = slugOf(n.Acronym)
	}
	if n.Slug == "" {
		n.Slug = slugOf(n.Name.By["en"])
	}
	if n.Slug == "" {
		n.Slug = slugOf(n.Name.String())
	}
}

// validate checks all that can be told without the database. It is called on a tidied input.
func (s *Service) validateNew(n New) error {
	p := core.Validate(n)
	if _, ok := KindOf(n.Kind); !ok && n.Kind != "" {
		p.Add("kind", "bodies.error.choice")
	}
	switch {
	case n.Slug == "" && !n.Name.IsZero():
		p.Add("slug", "bodies.error.slug_needed")
	case n.Slug != "" && (!slugForm.MatchString(n.Slug) || slices.Contains(reserved, n.Slug)):
		p.Add("slug", "bodies.error.slug")
	}
	s.checkStanding(&p, StandingInput{
		Status: n.Status, Country: n.Country, Region: n.Region, Recognised: n.Recognised, Started: n.Started, Ended: n.Ended, Years: n.Years,
	})
	checkDate(&p, "founded", n.Founded)
	checkLinks(&p, n.Links)
	return p.Err()
}

func (in *EditInput) tidy() {
	in.Name, in.Purpose, in.Acronym = in.Name.Clean(), in.Purpose.Clean(), strings.TrimSpace(in.Acronym)
}

func (in EditInput) validate() error {
	p := core.Validate(in)
	checkDate(&p, "founded", in.Founded)
	checkLinks(&p, in.Links)
	return p.Err()
}

func (s *Service) validateStanding(in StandingInput) error {
	p := core.Validate(in)
	s.checkStanding(&p, in)
	return p.Err()
}

func (s *Service) checkStanding(p *core.Problems, in StandingInput) {
	if in.Status != "" && !slices.Contains(Statuses, in.Status) {
		p.Add("status", "bodies.error.choice")
	}
	if _, ok := s.vocab.Country(in.Country); in.Country != "" && !ok {
		p.Add("country", "bodies.error.choice")
	}
	if in.Region != "" && !s.known(vocab.Regions, in.Region) {
		p.Add("region", "bodies.error.choice")
	}
	checkDate(p, "recognised", in.Recognised)
	checkDate(p, "started", in.Started)
	checkDate(p, "ended", in.Ended)
	checkOrder(p, "ended", in.Started, in.Ended)
	checkYears(p, in.Years)
}

func (n NewTotal) validate() error {
	p := core.Validate(n)
	if len(codesOf(n.Kind)) == 0 {
		p.Add("kind", "bodies.error.choice")
	}
	checkDate(&p, "as_of", n.AsOf)
	if n.Count < 0 {
		p.Add("count", "bodies.error.count")
	}
	if !slices.Contains(Bounds, n.Bound) {
		p.Add("bound", "bodies.error.choice")
	}
	return p.Err()
}

// InputOf is the coordinators' form of a body as it stands.
func InputOf(b Body) EditInput {
	return EditInput{Version: b.Version, Name: b.Name, Acronym: b.Acronym, Purpose: b.Purpose, Founded: b.Founded, Links: b.Links}
}

// StandingOf is the staff's form of a body as it stands.
func StandingOf(b Body) StandingInput {
	return StandingInput{
		Version: b.Version, Status: b.Status, Country: b.Country, Region: b.Region, Recognised: b.Recognised,
		Started: b.Started, Ended: b.Ended, Parent: b.Parent, Years: b.Years, AsSeen: b.AsSeen, Source: b.Source,
	}
}

// known tells whether a code is a term of a vocabulary.
func (s *Service) known(list, code string) bool { return s.vocab.Has(list, code) }

// regionOf is the regional group of a body: as it was said, else that of its country.
func (s *Service) regionOf(region, country string) string {
	if c, ok := s.vocab.Country(country); ok && region == "" {
		return c.Group
	}
	return region
}
