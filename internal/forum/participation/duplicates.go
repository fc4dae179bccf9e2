package participation

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"
	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
)

// Reasons why two registrations may be the same person's. The catalogue names them under
// "participation.desk.double.".
const (
	SamePerson  = "person"  // the same person of the directory
	SameAccount = "account" // the same account
	SameName    = "name"    // the same words, in any order
	SameLatin   = "latin"   // the same in other letters, or as it is heard
	NearName    = "near"    // one letter of a word is another
	SameSounds  = "sounds"  // the same consonants: a script without vowels
	SameInitial = "initial" // the same family name, and an initial for the rest
	SameOrg     = "organisation"
	SameCountry = "country"
	OtherLand   = "other_country"
)

// Double is two registrations of an edition that may be the same person's. One has the
// lower id.
type Double struct {
	One, Other core.ID
	Score      int // 0 to 100: how much speaks for it
	Why        []string
}

// surest is the score of what is certain, fewest the least that is worth a look.
const (
	surest     = 100
	leastScore = 60
)

type apartRow struct {
	bun.BaseModel `bun:"table:registration_apart,alias:ra"`

	Edition core.ID      `bun:"edition"`
	One     core.ID      `bun:"one,pk"`
	Other   core.ID      `bun:"other,pk"`
	Account core.ID      `bun:"account"`
	At      core.Instant `bun:"at"`
}

func pairOf(a, b core.ID) [2]core.ID {
	if b < a {
		a, b = b, a
	}
	return [2]core.ID{a, b}
}

// hear fills how the words of the name sound.
func (e *entry) hear() {
	words := strings.Fields(e.LatinKey)
	e.sounds, e.short = make([]string, len(words)), false
	bones := make([]string, len(words))
	for i, w := range words {
		e.sounds[i] = sound(w)
		bones[i] = skeleton(e.sounds[i])
		e.short = e.short || len(w) == 1
	}
	slices.Sort(e.sounds)
	slices.Sort(bones)
	if len(bones) > 1 {
		if e.bones = strings.Join(bones, " "); len(e.bones) < leastBones+len(bones)-1 {
			e.bones = "" // too little to tell people by
		}
	}
}

// leastBones are the consonants that a name must have for its consonants to say anything.
const leastBones = 4

// gone tells whether a registration is out of the question: its data is erased, it is
// withdrawn, or settled as a double.
func (e *entry) gone() bool {
	return !e.Erased.IsZero() || e.DuplicateOf != "" || e.State == StateWithdrawn || e.State == StateRemoved
}

// compare tells how much speaks for two registrations being the same person's: the same
// whichever comes first. Two that belong to different persons of the directory never are.
func compare(a, b *entry) (score int, why []string) {
	if a.Person != "" && b.Person != "" && a.Person != b.Person {
		return 0, nil
	}
	switch {
	case a.Person != "" && a.Person == b.Person:
		return surest, []string{SamePerson}
	case a.Account != "" && a.Account == b.Account:
		return surest, []string{SameAccount}
	}
	var reason string
	org := a.OrgID != "" && a.OrgID == b.OrgID || a.OrgKey != "" && a.OrgKey == b.OrgKey
	land := a.Country != "" && a.Country == b.Country
	sa, sb := a.sounds, b.sounds
	switch {
	case a.WordsKey != "" && a.WordsKey == b.WordsKey:
		score, reason = 75, SameName
	case a.LatinKey != "" && a.LatinKey == b.LatinKey || len(sa) > 1 && slices.Equal(sa, sb):
		score, reason = 70, SameLatin
	case nearWords(sa, sb):
		score, reason = 60, NearName
	case a.bones != "" && a.bones == b.bones:
		score, reason = 50, SameSounds
	case org && (a.short || b.short) && initials(strings.Fields(a.LatinKey), strings.Fields(b.LatinKey)):
		score, reason = 50, SameInitial
	default:
		return 0, nil
	}
	why = append(make([]string, 0, 3), reason)
	if org {
		score, why = score+10, append(why, SameOrg)
	}
	switch {
	case land:
		score, why = score+10, append(why, SameCountry)
	case a.Country != "" && b.Country != "":
		score, why = score-15, append(why, OtherLand)
	}
	return min(score, surest-1), why
}

// nearWords tells whether two names have the same number of words, of which all but one
// sound alike and that one differs in a letter. Both are sorted.
func nearWords(a, b []string) bool {
	if len(a) != len(b) || len(a) < 2 {
		return false
	}
	x, y := "", ""
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && a[i] < b[j]:
			if x != "" {
				return false
			}
			x, i = a[i], i+1
		default:
			if y != "" {
				return false
			}
			y, j = b[j], j+1
		}
	}
	return x != "" && y != "" && near(x, y)
}

// initials tells whether one name is the other with initials for all words but one.
func initials(a, b []string) bool {
	if len(a) != len(b) || len(a) < 2 {
		return false
	}
	short := func(in, full []string) bool {
		full = slices.Clone(full)
		letters := 0
		for _, w := range in { // whole words first: an initial takes what is left
			if len(w) > 1 {
				i := slices.Index(full, w)
				if i < 0 {
					return false
				}
				full = slices.Delete(full, i, i+1)
			}
		}
		for _, w := range in {
			if len(w) == 1 {
				letters++
				i := slices.IndexFunc(full, func(f string) bool { return strings.HasPrefix(f, w) })
				if i < 0 {
					return false
				}
				full = slices.Delete(full, i, i+1)
			}
		}
		return letters > 0 && letters < len(in)
	}
	return short(a, b) || short(b, a)
}

// blocks are hashes of what registrations must share to be compared at all: two that share
// none score too little.
func (e *entry) blocks(add func(uint64)) {
	hash := func(kind uint64, s string) uint64 { return xxhash.Sum64String(s)*31 + kind }
	if e.Person != "" {
		add(hash(1, string(e.Person)))
	}
	if e.Account != "" {
		add(hash(2, string(e.Account)))
	}
	if e.WordsKey != "" {
		add(hash(3, e.WordsKey))
	}
	if e.LatinKey != "" {
		add(hash(4, e.LatinKey))
	}
	if e.bones != "" {
		add(hash(5, e.bones))
	}
	if len(e.sounds) < 2 {
		return
	}
	var sum uint64
	for _, w := range e.sounds {
		sum += hash(6, w)
	}
	add(sum)
	for _, w := range e.sounds { // all words but one are the same
		rest := (sum - hash(6, w)) * 257
		for _, letter := range []byte(w[:min(2, len(w))]) { // the other word shares one of its first two letters
			add(rest + uint64(letter))
		}
	}
	if e.OrgKey == "" && e.OrgID == "" {
		return
	}
	for i, w := range e.sounds { // one whole word, and the initial of another
		if len(w) > 1 {
			for j, v := range e.sounds {
				if j != i {
					add(hash(7, w) + uint64(v[0]))
				}
			}
		}
	}
}

// findDoubles compares what is worth comparing, the surest first, and counts the doubles of
// each registration.
func (b *board) findDoubles() ([]Double, map[core.ID]int) {
	block := make(map[uint64][]int32, 8*len(b.list))
	for i, e := range b.list {
		if !e.gone() {
			e.blocks(func(key uint64) {
				if in := block[key]; len(in) == 0 || in[len(in)-1] != int32(i) {
					block[key] = append(in, int32(i))
				}
			})
		}
	}
	found := map[[2]core.ID]Double{}
	for _, in := range block {
		for i, x := range in {
			for _, y := range in[:i] {
				if d, ok := b.double(b.list[x], b.list[y]); ok {
					found[[2]core.ID{d.One, d.Other}] = d
				}
			}
		}
	}
	out := slices.Collect(maps.Values(found))
	slices.SortFunc(out, func(x, y Double) int {
		return cmp.Or(cmp.Compare(y.Score, x.Score), cmp.Compare(x.One, y.One), cmp.Compare(x.Other, y.Other))
	})
	of := map[core.ID]int{}
	for _, d := range out {
		of[d.One]++
		of[d.Other]++
	}
	return out, of
}

// double is two registrations as a pair, where enough speaks for it and nobody said no.
func (b *board) double(x, y *entry) (Double, bool) {
	score, why := compare(x, y)
	p := pairOf(x.ID, y.ID)
	if score < leastScore || b.apart[p] {
		return Double{}, false
	}
	return Double{One: p[0], Other: p[1], Score: score, Why: why}, true
}

// Doubles are the pairs of registrations of an edition that may be the same person's, the
// surest first. Staff only.
func (s *Service) Doubles(ctx context.Context, a core.Actor, set *editions.Setting) ([]Double, error) {
	if err := checkStaff(a, set.ID); err != nil {
		return nil, err
	}
	b, err := s.deskBoard(ctx, set)
	if err != nil {
		return nil, err
	}
	list, _ := b.doubles()
	return list, nil
}

// KeepApart notes that two registrations are not the same person's, so that nobody is asked
// again. Staff only. It appends registration.kept_apart; a second time changes nothing.
func (s *Service) KeepApart(ctx context.Context, a core.Actor, set *editions.Setting, x, y core.ID) error {
	return s.apart(ctx, a, set, x, y, true)
}

// BringTogether takes back KeepApart and appends registration.unapart.
func (s *Service) BringTogether(ctx context.Context, a core.Actor, set *editions.Setting, x, y core.ID) error {
	return s.apart(ctx, a, set, x, y, false)
}

func (s *Service) apart(ctx context.Context, a core.Actor, set *editions.Setting, x, y core.ID, keep bool) error {
	if err := checkStaff(a, set.ID); err != nil {
		return err
	}
	p := pairOf(x, y)
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		two, err := many(ctx, tx, p[:])
		if err != nil {
			return err
		}
		if len(two) != 2 || two[0].Edition != set.ID || two[1].Edition != set.ID {
			return core.NotFound()
		}
		there, err := tx.NewSelect().Model((*apartRow)(nil)).Where("one = ? AND other = ?", p[0], p[1]).Exists(ctx)
		if err != nil || there == keep {
			return err
		}
		kind := "registration.kept_apart"
		if keep {
			row := apartRow{Edition: set.ID, One: p[0], Other: p[1], Account: a.Account, At: tx.Now}
			_, err = tx.NewInsert().Model(&row).Exec(ctx)
		} else {
			kind = "registration.unapart"
			_, err = tx.NewDelete().Model((*apartRow)(nil)).Where("one = ? AND other = ?", p[0], p[1]).Exec(ctx)
		}
		if err != nil {
			return fmt.Errorf("keep apart: %w", err)
		}
		// It is about two people: neither reads it in the history of her own.
		tx.Append(kind, set.ID, Scope(set.ID), record.Internal, record.Data{"label": label(&two[0]) + ", " + label(&two[1])})
		return nil
	})
}
