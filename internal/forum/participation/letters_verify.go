package participation

import (
	"context"
	"crypto/subtle"
	"maps"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
)

// Verified is what the forum says of a letter to whoever holds its code.
type Verified struct {
	Letter
	State   string
	Number  int // of the registration, as printed
	Edition *editions.Setting

	// Name and Facts are told only to who has shown that she knows the person.
	Name  string
	Facts []Fact
}

// Fact is something that is printed on a letter beside the name; its label stands in the
// catalogue under participation.letter.fact.NAME.
type Fact struct{ Name, Value string }

// Verify finds the letter of a code. Anybody may, from counts her tries. The code alone
// proves that a letter is ours and what it is worth today; the name on it is not told: a
// code that is found on a photo of a letter must not lead to a person. Who has to compare
// the name (a consulate, an employer) has the paper before her, so Unlock asks for one word
// of the name, or the last four characters of the passport, and then shows the name as it
// was printed. NotFound for a code that is no letter's.
func (s *Service) Verify(ctx context.Context, code, from string) (*Verified, error) {
	if err := s.verifies.Allow("verify:" + from); err != nil {
		return nil, err
	}
	v, _, err := s.verify(ctx, code)
	return v, err
}

func (s *Service) verify(ctx context.Context, code string) (*Verified, Registration, error) {
	plain := plainCode(code, letterSigns)
	if plain == "" {
		return nil, Registration{}, core.NotFound()
	}
	v := &Verified{}
	if err := s.rec.DB.Read.NewSelect().Model(&v.Letter).Where("il.code_hash = ?", codeHash(plain)).Scan(ctx); err != nil {
		return nil, Registration{}, record.Found(err)
	}
	r, err := one(ctx, s.rec.DB.Read, "rg.id = ?", v.Registration)
	if err != nil {
		return nil, r, err
	}
	v.Code, v.State, v.Number = inFours(plain), v.Letter.State(&r), r.Number
	v.Edition, err = s.Editions.SettingByID(ctx, core.Operator, r.Edition)
	return v, r, err
}

// Unlock is Verify with an answer by which the name is told: a word of the name of two
// letters or more, or the last four characters of the passport. Tries are counted by letter,
// whoever makes them. A wrong answer is core.KindInvalid at the field "answer".
func (s *Service) Unlock(ctx context.Context, code, from, answer string) (*Verified, error) {
	if err := s.verifies.Allow("verify:" + from); err != nil {
		return nil, err
	}
	v, r, err := s.verify(ctx, code)
	if err != nil {
		return nil, err
	}
	if v.State == LetterErased {
		return v, nil
	}
	if err := s.guesses.Allow(string(v.ID)); err != nil {
		return nil, err
	}
	key, err := s.Key(ctx, letterKey)
	if err != nil {
		return nil, err
	}
	if !fitsLetter(key, &v.Letter, r.ID, answer) {
		var p core.Problems
		p.Add("answer", "participation.letter.error.answer")
		return v, p.Err()
	}
	v.Name = v.Data["name"]
	for _, name := range slices.Sorted(maps.Keys(v.Data)) {
		if !slices.Contains(letterOwn, name) && s.Catalog.Has("participation.letter.fact."+name) && v.Data[name] != "" {
			v.Facts = append(v.Facts, Fact{Name: name, Value: v.Data[name]})
		}
	}
	return v, nil
}

// fitsLetter tells whether an answer fits the letter.
func fitsLetter(key []byte, l *Letter, registration core.ID, answer string) bool {
	typed := core.Words(answer)
	if len(typed) == 0 {
		return false
	}
	if have := l.Data["passport"]; have != "" && len([]rune(answer)) <= 40 {
		if subtle.ConstantTimeCompare([]byte(have), []byte(passportTail(key, registration, answer))) == 1 {
			return true
		}
	}
	name := core.Words(l.Data["name"])
	for _, w := range typed {
		if len([]rune(w)) < 2 || !slices.Contains(name, w) {
			return false
		}
	}
	return true
}
