package participation

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
)

// Kinds of letters of this room. Others issue their own by IssueTx: "attendance".
const (
	LetterConfirmation = "confirmation" // she is registered and admitted
	LetterVisa         = "visa"         // she is invited, for a consulate
)

// LetterKinds are the letters that somebody can make of her registration.
var LetterKinds = []string{LetterConfirmation, LetterVisa}

// What a letter is worth today.
const (
	LetterValid    = "valid"
	LetterRevoked  = "revoked"  // by the staff
	LetterReplaced = "replaced" // by one that says something else
	LetterPast     = "past"     // the registration that it rests on is no longer admitted
	LetterErased   = "erased"   // genuine, but the person had her data erased
)

// Letter is something on paper that somebody else can verify: its code leads to what the
// forum says of it. The code is made of the letter's id by a key of this installation and
// not kept; the table holds its hash.
//
// Data is what was printed and has to be compared, under these names: "name", as printed;
// "of", which tells letters of one kind apart (two certificates); "print", a digest of all
// that is printed, so that a letter made anew after something changed is another letter;
// "passport", a keyed hash of the last four characters. All other names are facts: whoever
// verifies the letter and knows the person sees those that the catalogue has a label for,
// participation.letter.fact.NAME.
type Letter struct {
	bun.BaseModel `bun:"table:issued_letters,alias:il"`

	ID           core.ID           `bun:"id,pk" json:"id"`
	Registration core.ID           `bun:"registration" json:"-"`
	Kind         string            `bun:"kind" json:"kind"`
	CodeHash     string            `bun:"code_hash" json:"-"`
	Lang         string            `bun:"lang" json:"lang"`
	Data         map[string]string `bun:"data,type:jsonb" json:"-"`
	Issued       core.Instant      `bun:"issued" json:"issued"`
	Revoked      core.Instant      `bun:"revoked" json:"revoked,omitzero"`
	Version      int64             `bun:"version" json:"-"`

	Code string `bun:"-" json:"code" doc:"with which it is verified, in groups of four"`
}

// letterOwn are names in the data of a letter that are no facts.
var letterOwn = []string{"name", "of", "print", "passport", "state"}

// State is what the letter is worth, given the registration as it stands.
func (l *Letter) State(r *Registration) string {
	switch {
	case l.Data["state"] == LetterErased || !r.Erased.IsZero():
		return LetterErased
	case l.Data["state"] == LetterReplaced:
		return LetterReplaced
	case !l.Revoked.IsZero():
		return LetterRevoked
	case slices.Contains(LetterKinds, l.Kind) && !r.MayJoin():
		return LetterPast
	}
	return LetterValid
}

// MayMake tells whether a letter of a kind can be made of a registration; if not, why is
// a key of the catalogue that says what is missing.
func MayMake(kind string, own *Setting, r *Registration) (why string, ok bool) {
	switch {
	case !slices.Contains(Admitted, r.State) || r.Recheck:
		return "participation.letter.why.state", false
	case kind == LetterConfirmation:
		return "", true
	case kind != LetterVisa || !own.VisaLetter:
		return "participation.letter.why.none", false
	case !r.OnSite():
		return "participation.letter.why.online", false
	case r.Visa.Name == "" || r.Visa.Nationality == "" || r.Visa.Passport == "" || r.Visa.Born == "":
		return "participation.letter.why.passport", false
	}
	return "", true
}

// letterKey is the name of the key with which codes are made.
const letterKey = "letters"

// A code has 24 signs, which are 15 bytes: nobody guesses one.
const (
	letterBytes = 15
	letterSigns = 24
)

var letterAlphabet = base32.StdEncoding.WithPadding(base32.NoPadding)

// letterCode is the code of a letter, in groups of four.
func letterCode(key []byte, id core.ID) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("letter:" + id))
	return inFours(letterAlphabet.EncodeToString(mac.Sum(nil)[:letterBytes]))
}

// plainCode reads a code of so many signs as people type it: without blanks and hyphens, in
// any case, with the figures that look like letters taken for them. What is none is empty.
func plainCode(typed string, signs int) string {
	typed = strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z' || r >= '2' && r <= '7':
			return r
		case r == '0':
			return 'O'
		case r == '1':
			return 'I'
		case r == '8':
			return 'B'
		}
		return -1
	}, typed)
	if len(typed) != signs {
		return ""
	}
	return typed
}

func codeHash(plain string) string {
	sum := sha256.Sum256([]byte(plain))
	return hex.EncodeToString(sum[:])
}

// passportTail is what is kept of a passport's number: nobody reads the number from it.
func passportTail(key []byte, registration core.ID, passport string) string {
	passport = strings.ToUpper(strings.Join(core.Words(passport), ""))
	if r := []rune(passport); len(r) > 4 {
		passport = string(r[len(r)-4:])
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("passport:" + string(registration) + ":" + passport))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// letterDigest is one value for all that a letter prints, from which nothing can be read.
func letterDigest(key []byte, parts ...string) string {
	mac := hmac.New(sha256.New, key)
	for _, p := range parts {
		_, _ = fmt.Fprintf(mac, "%d:%s;", len(p), p)
	}
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// IssueTx issues a letter of a kind in a language for a registration, inside the caller's
// act; whoever calls it has asked the permission. Data is described with Letter; without a
// "name" it is that of the registration. The same letter again is the one that stands, with
// its code. One that says something else replaces those before it, in every language. It
// appends registration.letter_issued.
func (s *Service) IssueTx(ctx context.Context, tx *record.Tx, r *Registration, kind, lang string, data map[string]string) (Letter, error) {
	key, err := s.keyTx(ctx, tx, letterKey)
	if err != nil {
		return Letter{}, err
	}
	data = maps.Clone(data)
	if data == nil {
		data = map[string]string{}
	}
	if data["name"] == "" {
		data["name"] = r.Name
	}
	delete(data, "state")
	var before []Letter
	if err := tx.NewSelect().Model(&before).Where("il.registration = ? AND il.kind = ? AND il.revoked IS NULL", r.ID, kind).Scan(ctx); err != nil {
		return Letter{}, fmt.Errorf("look for letters: %w", err)
	}
	for i := range before {
		old := &before[i]
		switch {
		case old.Data["of"] != data["of"]:
		case maps.Equal(old.Data, data):
			if old.Lang == lang {
				old.Code = letterCode(key, old.ID)
				return *old, nil
			}
		default:
			old.Data["state"] = LetterReplaced
			if _, err := tx.NewUpdate().Model(old).Set("revoked = ?, data = ?, version = version + 1", tx.Now, jsonText(old.Data)).Where("id = ?", old.ID).Exec(ctx); err != nil {
				return Letter{}, fmt.Errorf("replace letter: %w", err)
			}
		}
	}
	l := Letter{ID: tx.NewID(), Registration: r.ID, Kind: kind, Lang: lang, Data: data, Issued: tx.Now, Version: 1}
	l.Code = letterCode(key, l.ID)
	l.CodeHash = codeHash(plainCode(l.Code, letterSigns))
	if _, err := tx.NewInsert().Model(&l).Exec(ctx); err != nil {
		return Letter{}, fmt.Errorf("issue letter: %w", err)
	}
	tx.Append("registration.letter_issued", r.ID, Scope(r.Edition), record.Internal, record.Data{"label": label(r)})
	return l, nil
}

// Issue makes a letter of a kind for the registration of that number of the actor, or any if
// she is staff. What is missing for it is core.KindConflict with a sentence that says so.
func (s *Service) Issue(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID, kind, lang string) (Letter, error) {
	own, r, err := s.lettersAt(ctx, a, set, id)
	if err != nil {
		return Letter{}, err
	}
	if why, ok := MayMake(kind, own, r); !ok {
		return Letter{}, core.Conflict(why)
	}
	if !core.LangKnown(lang) {
		lang = mailLang(r.Lang)
	}
	var out Letter
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		key, err := s.keyTx(ctx, tx, letterKey)
		if err != nil {
			return err
		}
		fresh, err := s.GetTx(ctx, tx, id)
		if err != nil {
			return err
		}
		if why, ok := MayMake(kind, own, &fresh); !ok {
			return core.Conflict(why)
		}
		out, err = s.IssueTx(ctx, tx, &fresh, kind, lang, letterData(key, kind, &fresh))
		return err
	})
	return out, err
}

// letterData is what is kept of a letter of this room.
func letterData(key []byte, kind string, r *Registration) map[string]string {
	if kind == LetterVisa {
		v := r.Visa
		return map[string]string{
			"name": v.Name, "passport": passportTail(key, r.ID, v.Passport),
			"print": letterDigest(key, v.Name, v.Nationality, v.Passport, v.Born, v.Arrives, v.Leaves, r.Organisation, r.Title),
		}
	}
	return map[string]string{"name": r.Name, "print": letterDigest(key, r.Honorific, r.Name, r.Organisation, r.Title, r.Country, r.Mode, string(r.Category))}
}

// lettersAt gives the registration whose letters an actor may have: her own, or any for the
// staff. A focal point is not among them: letters hold what she must not see.
func (s *Service) lettersAt(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID) (*Setting, *Registration, error) {
	r, err := s.Get(ctx, a, set, id)
	if err != nil {
		return nil, nil, err
	}
	if !letterPolicy.Can("see", "", rolesAtLetter(a, r)...) {
		return nil, nil, core.NotFound()
	}
	own, err := settingOf(ctx, s.rec.DB.Read, set.ID)
	return own, r, err
}

// LettersOf are the letters of a registration, newest first, with their codes: for the person
// herself and the staff; core.NotFound for anybody else.
func (s *Service) LettersOf(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID) ([]Letter, error) {
	if _, _, err := s.lettersAt(ctx, a, set, id); err != nil {
		return nil, err
	}
	var out []Letter
	if err := s.rec.DB.Read.NewSelect().Model(&out).Where("il.registration = ?", id).OrderExpr("il.issued DESC, il.id DESC").Scan(ctx); err != nil {
		return nil, fmt.Errorf("read letters: %w", err)
	}
	key, err := s.Key(ctx, letterKey)
	for i := range out {
		out[i].Code = letterCode(key, out[i].ID)
	}
	return out, err
}

// RevokeLetter makes a letter worth nothing from now on; only the staff may. It appends
// registration.letter_revoked. A letter that is revoked already stays as it is.
func (s *Service) RevokeLetter(ctx context.Context, a core.Actor, set *editions.Setting, registration, letter core.ID) error {
	_, r, err := s.lettersAt(ctx, a, set, registration)
	if err != nil {
		return err
	}
	if err := letterPolicy.Check("revoke", "", rolesAtLetter(a, r)...); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		none, err := record.Once(tx.NewUpdate().Model((*Letter)(nil)).Set("revoked = ?, version = version + 1", tx.Now).
			Where("id = ? AND registration = ? AND revoked IS NULL", letter, registration).Exec(ctx))
		if err != nil || none {
			return err
		}
		tx.Append("registration.letter_revoked", r.ID, Scope(r.Edition), record.Internal, record.Data{"label": label(r)})
		return nil
	})
}

// keyTx is Key inside an act. A key that is made here is remembered once the act stands.
func (s *Service) keyTx(ctx context.Context, tx *record.Tx, name string) ([]byte, error) {
	if k, ok := s.keys.Load(name); ok {
		return k.([]byte), nil
	}
	fresh := make([]byte, 32)
	if _, err := rand.Read(fresh); err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	row := keyRow{Name: name, Secret: base64.StdEncoding.EncodeToString(fresh), Created: tx.Now}
	if _, err := tx.NewInsert().Model(&row).On("CONFLICT (name) DO NOTHING").Exec(ctx); err != nil {
		return nil, fmt.Errorf("keep key: %w", err)
	}
	if err := tx.NewSelect().Model(&row).Where("pk.name = ?", name).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load key: %w", err)
	}
	key, err := base64.StdEncoding.DecodeString(row.Secret)
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	tx.AfterCommit(func() { s.keys.Store(name, key) })
	return key, nil
}

// jsonText is a value as it is set into a column of JSON.
func jsonText(v any) string {
	b, _ := json.Marshal(v) // maps of text always marshal
	return string(b)
}

// eraseLettersTx takes what is personal out of the letters of a registration: their codes
// still say that they were genuine.
func eraseLettersTx(ctx context.Context, tx *record.Tx, registration core.ID) error {
	_, err := tx.NewUpdate().Model((*Letter)(nil)).Set("data = ?, version = version + 1", jsonText(map[string]string{"state": LetterErased})).
		Where("registration = ?", registration).Exec(ctx)
	if err != nil {
		return fmt.Errorf("erase letters: %w", err)
	}
	return nil
}
