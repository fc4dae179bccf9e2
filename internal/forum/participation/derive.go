package participation

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/record"
)

// derive fills what follows from what was said: region and classes of the country on the
// edition's first day, keys of the names.
func (s *Service) derive(set *editions.Setting, r *Registration) {
	r.Region = ""
	switch {
	case r.Stakeholder == "igo":
		r.Region = "igo"
	case r.Country != "":
		r.Region = s.Vocab.RegionOf(r.Country)
	}
	in := s.Vocab.ClassesOf(r.Country, set.FirstDay)
	r.LDC, r.LLDC, r.SIDS, r.Transition = slices.Contains(in, "LDC"), slices.Contains(in, "LLDC"), slices.Contains(in, "SIDS"), slices.Contains(in, "transition")
	r.Resolve(set, s.Vocab)
	r.NameKey = core.Fold(r.Name)
	r.WordsKey = sorted(words(r.Name))
	r.LatinKey = sorted(words(latin(r.Name)))
	r.OrgKey = core.Fold(r.Organisation)
	if c := r.Category; c == "" {
		r.Media = false
	}
}

// Resolve puts the stakeholder group of a registration as it counts on the edition's day:
// a year may merge two.
func (r *Registration) Resolve(set *editions.Setting, v *vocab.Service) {
	if r.Stakeholder != "" {
		r.Stakeholder = v.Resolve(vocab.Groups, r.Stakeholder, set.FirstDay)
	}
}

// words are the words of a text, folded.
func words(s string) []string {
	return strings.FieldsFunc(core.Fold(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.M, r)
	})
}

func sorted(w []string) string {
	w = slices.Clone(w)
	slices.Sort(w)
	return strings.Join(w, " ")
}

// wordsOf are all words by which the staff finds a registration.
func wordsOf(r *Registration) []string {
	list := slices.Concat(words(r.Name), words(latin(r.Name)), words(r.Organisation), words(r.Title))
	if r.Email != "" {
		list = append(list, core.Fold(r.Email))
		list = append(list, words(r.Email)...)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// fieldsOf are the names of the fields that an event says were changed.
func fieldsOf(e record.Event) []string {
	var data struct {
		Fields []string `json:"fields"`
	}
	if json.Unmarshal(e.Data, &data) != nil {
		return nil
	}
	return data.Fields
}
