package vocab

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"plenary/internal/core"
)

// snapshot is the content as of a version of the forum's scope.
type snapshot struct {
	version int64
	*content
}

// content is everything in memory: what the program brings along with what stands in
// the tables over it. It never changes; a change makes a new one.
type content struct {
	stamp     int64 // of the tables
	terms     map[string][]Term
	byCode    map[string]map[string]Term
	countries map[string]Country
	find      func() finder

	mu     sync.Mutex
	sorted map[string][]Country // by language
}

func build(stamp int64, st stored) *content {
	d := data()
	s := &content{
		stamp: stamp, terms: map[string][]Term{}, byCode: map[string]map[string]Term{},
		countries: make(map[string]Country, len(d.countries)), sorted: map[string][]Country{},
	}
	for _, v := range All {
		s.byCode[v.Code] = map[string]Term{}
	}
	for _, t := range d.terms {
		s.byCode[t.Vocab][t.Code] = t
	}
	for _, r := range st.terms {
		if s.byCode[r.Vocab] != nil {
			s.byCode[r.Vocab][r.Code] = r.term()
		}
	}
	for v, byCode := range s.byCode {
		for _, t := range byCode {
			s.terms[v] = append(s.terms[v], t)
		}
		slices.SortFunc(s.terms[v], compareTerms)
	}
	for k, c := range d.countries {
		c.Classes = slices.Clone(c.Classes)
		s.countries[k] = c
	}
	for _, r := range st.names {
		c, ok := s.countries[r.Alpha2]
		if !ok {
			continue
		}
		c.Version, c.Edited = r.Version, len(r.Name.By) > 0
		for l, n := range r.Name.By {
			c.Name = c.Name.With(l, n)
		}
		s.countries[r.Alpha2] = c
	}
	for _, r := range st.classes {
		c, ok := s.countries[r.Alpha2]
		if !ok {
			continue
		}
		c.Classes = slices.DeleteFunc(c.Classes, func(m Membership) bool { return m.Class == r.Class })
		if !r.Removed {
			c.Classes = append(c.Classes, r.membership())
		}
		slices.SortFunc(c.Classes, func(a, b Membership) int { return strings.Compare(a.Class, b.Class) })
		s.countries[r.Alpha2] = c
	}
	s.find = sync.OnceValue(func() finder { return newFinder(d, s.countries) })
	return s
}

// in gives the countries sorted as the language sorts names.
func (s *content) in(lang string) []Country {
	if !core.LangKnown(lang) {
		lang = "en"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if list, ok := s.sorted[lang]; ok {
		return list
	}
	list := make([]Country, 0, len(s.countries))
	for _, alpha2 := range data().alpha2s {
		list = append(list, s.countries[alpha2])
	}
	order := collate.New(language.Make(lang), collate.Loose)
	slices.SortStableFunc(list, func(a, b Country) int {
		x, _ := a.Name.In(lang)
		y, _ := b.Name.In(lang)
		return order.CompareString(x, y)
	})
	s.sorted[lang] = list
	return list
}

// looks are far enough apart that a database that is away is not asked for each word.
const lookAgain = time.Second

// now is the snapshot of this moment. When something happened in the forum, the tables
// are asked whether it concerned them; if they cannot be asked, the words of a moment
// ago are good enough.
func (s *Service) now() *snapshot {
	version := s.rec.Scope(core.ScopeForum).Load()
	snap := s.snap.Load()
	if snap != nil && snap.version == version {
		return snap
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	snap = s.snap.Load()
	version = s.rec.Scope(core.ScopeForum).Load()
	if snap != nil && (snap.version == version || core.MachineSince(s.failed) < lookAgain) {
		return snap
	}
	fresh, err := s.look(snap, version)
	if err != nil {
		s.failed = core.Machine()
		if snap == nil {
			fresh = &snapshot{-1, build(-1, stored{})} // looked for again at the next question
		} else {
			fresh = snap
		}
	}
	s.snap.Store(fresh)
	return fresh
}

func (s *Service) look(snap *snapshot, version int64) (*snapshot, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	n, err := stamp(ctx, s.rec.DB.Read)
	if err != nil {
		return nil, err
	}
	if snap != nil && snap.stamp == n {
		return &snapshot{version, snap.content}, nil
	}
	st, err := load(ctx, s.rec.DB.Read)
	if err != nil {
		return nil, err
	}
	return &snapshot{version, build(n, st)}, nil
}
