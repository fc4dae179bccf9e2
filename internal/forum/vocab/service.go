package vocab

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

// Service gives the words of the forum from memory. It is safe for concurrent use and
// needs no seeding to answer.
type Service struct {
	rec *record.Record

	snap   atomic.Pointer[snapshot]
	mu     sync.Mutex
	failed time.Time // when the tables could last not be asked
}

// New makes the service.
func New(rec *record.Record) *Service { return &Service{rec: rec} }

// Term gives one term, also one that no longer counts.
func (s *Service) Term(vocab, code string) (Term, bool) {
	t, ok := s.now().byCode[vocab][code]
	return t, ok
}

// Terms gives all terms of a vocabulary in their order. The caller must not change
// the slice.
func (s *Service) Terms(vocab string) []Term { return s.now().terms[vocab] }

// TermsOn gives the terms that count on a day like 2023-10-11.
func (s *Service) TermsOn(vocab, day string) []Term {
	var out []Term
	for _, t := range s.now().terms[vocab] {
		if t.Valid(day) {
			out = append(out, t)
		}
	}
	return out
}

// Resolve gives the term under which a code counts on a day: itself, or the one it is
// merged into in that year (academia within the technical community). A code that no
// term has comes back unchanged.
func (s *Service) Resolve(vocab, code, day string) string {
	terms := s.now().byCode[vocab]
	for range 4 { // merged terms are not merged often
		t, ok := terms[code]
		if !ok || t.Valid(day) || t.Within == "" {
			return code
		}
		code = t.Within
	}
	return code
}

// Has tells whether the vocabulary has the code. An empty code is not one.
func (s *Service) Has(vocab, code string) bool {
	snap := s.now()
	if vocab == CountryList {
		_, ok := snap.countries[code]
		return ok
	}
	_, ok := snap.byCode[vocab][code]
	return ok
}

// Label gives the name of a term, or of a country with the vocabulary "country". A
// code that nobody knows comes as it is, so that it is seen.
func (s *Service) Label(vocab, code string) core.Text {
	snap := s.now()
	if vocab == CountryList {
		if c, ok := snap.countries[code]; ok {
			return c.Name
		}
	} else if t, ok := snap.byCode[vocab][code]; ok {
		return t.Label
	}
	return core.NewText("en", code)
}

// Options gives the choices of a form: the terms that count at present in the reader's
// language, in their order. The vocabulary "country" gives all countries by name.
func (s *Service) Options(lang, vocab string) []web.Option {
	return s.OptionsOn(lang, vocab, s.rec.Clock.Now().Format(time.DateOnly))
}

// OptionsOn gives the choices as they count on a day: an edition asks with its own.
func (s *Service) OptionsOn(lang, vocab, day string) []web.Option {
	var out []web.Option
	if vocab == CountryList {
		for _, c := range s.Countries(lang) {
			name, _ := c.Name.In(lang)
			out = append(out, web.Option{Value: c.Alpha2, Label: name})
		}
		return out
	}
	for _, t := range s.TermsOn(vocab, day) {
		label, _ := t.Label.In(lang)
		out = append(out, web.Option{Value: t.Code, Label: label})
	}
	return out
}

// Country gives the country of an ISO 3166-1 alpha-2 code.
func (s *Service) Country(alpha2 string) (Country, bool) {
	c, ok := s.now().countries[strings.ToUpper(alpha2)]
	return c, ok
}

// Countries gives all 249 entries of ISO 3166-1, sorted by name as the language sorts.
// The caller must not change the slice.
func (s *Service) Countries(lang string) []Country { return s.now().in(lang) }

// FindCountry recognises a country by a name in any of the six languages, the United
// Nations' or an everyday one, whatever its case, accents and order of words, or by its
// code in capitals. A name that could be two countries' finds none.
func (s *Service) FindCountry(name string) (alpha2 string, ok bool) {
	snap := s.now()
	return snap.find().country(name, snap.countries)
}

// RegionOf is the regional group of a country as a code: "none" for a country in no
// group, an unknown or an empty one. The groups are today's.
func (s *Service) RegionOf(alpha2 string) string { return RegionOf(alpha2) }

// InClass tells whether a country is in a class (LDC, LLDC, SIDS, transition) on a day
// like 2017-12-18. A scheduled end counts from its day on: a page that shows a day to
// come says that it is scheduled (Country gives the dates).
func (s *Service) InClass(alpha2, class, day string) bool {
	c := s.now().countries[strings.ToUpper(alpha2)]
	return slices.ContainsFunc(c.Classes, func(m Membership) bool {
		return strings.EqualFold(m.Class, class) && m.On(day)
	})
}

// ClassesOf lists the classes that a country is in on a day.
func (s *Service) ClassesOf(alpha2, day string) []string {
	var out []string
	for _, m := range s.now().countries[strings.ToUpper(alpha2)].Classes {
		if m.On(day) {
			out = append(out, m.Class)
		}
	}
	return out
}

// InClassOn lists the countries of a class on a day, by code.
func (s *Service) InClassOn(class, day string) []string {
	snap := s.now()
	var out []string
	for _, alpha2 := range data().alpha2s {
		if slices.ContainsFunc(snap.countries[alpha2].Classes, func(m Membership) bool {
			return strings.EqualFold(m.Class, class) && m.On(day)
		}) {
			out = append(out, alpha2)
		}
	}
	return out
}
