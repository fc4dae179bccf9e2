package vocab

import (
	"context"
	"strings"

	"plenary/internal/core"
	"plenary/internal/platform/record"
	"plenary/internal/platform/search"
)

// Finds are the countries as the search finds them: each has a page. An id is its two
// letters.
type Finds struct{ s *Service }

// NewFinds makes the source.
func NewFinds(s *Service) Finds { return Finds{s} }

// Kind of what is found.
func (Finds) Kind() string { return "country" }

// All countries.
func (f Finds) All(context.Context) ([]core.ID, error) {
	var out []core.ID
	for _, c := range f.s.Countries("en") {
		out = append(out, core.ID(c.Alpha2))
	}
	return out, nil
}

// Docs of countries.
func (f Finds) Docs(_ context.Context, ids []core.ID) ([]search.Doc, error) {
	var out []search.Doc
	for _, id := range ids {
		c, ok := f.s.Country(string(id))
		if !ok {
			continue
		}
		out = append(out, search.Doc{
			ID: "country:" + c.Alpha2, Kind: "country", Title: c.Name, Readers: []string{search.Public},
			Path: "/about/countries/" + c.Alpha2, Weight: 0.7,
		})
	}
	return out, nil
}

// Touched are the countries that events are about.
func (f Finds) Touched(ctx context.Context, events []record.Event) ([]core.ID, error) {
	var out []core.ID
	for _, e := range events {
		switch {
		case e.Kind == "vocabulary.seeded":
			return f.All(ctx)
		case strings.HasPrefix(e.Kind, "country."):
			out = append(out, core.ID(strings.TrimPrefix(string(e.Subject), string(CountrySubject("")))))
		}
	}
	return out, nil
}

// May tells which of them the actor may see: everybody sees all that there are.
func (f Finds) May(_ context.Context, _ core.Actor, ids []string) (map[string]bool, error) {
	out := map[string]bool{}
	for _, id := range ids {
		_, out[id] = f.s.Country(id)
	}
	return out, nil
}
