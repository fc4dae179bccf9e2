package messages

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
)

// Roles in which the Messages are signed (E139).
const (
	SignHost        = "host"
	SignChair       = "chair"
	SignSecretariat = "secretariat"
	SignOrganiser   = "organiser" // of a main session
)

// SignRoles are all of them in the order in which a form offers them.
var SignRoles = []string{SignHost, SignChair, SignSecretariat, SignOrganiser}

// Signer is somebody who signs the Messages of an edition in a role.
type Signer struct {
	bun.BaseModel `bun:"table:message_signers,alias:sg"`

	ID       core.ID      `bun:"id,pk" json:"-"`
	Edition  core.ID      `bun:"edition" json:"-"`
	Position int          `bun:"position" json:"-"`
	Role     string       `bun:"role" json:"role" enum:"host,chair,secretariat,organiser"`
	Session  core.ID      `bun:"session" json:"session,omitempty" doc:"the main session whose organiser signs"`
	Person   core.ID      `bun:"person" json:"person"`
	Needed   bool         `bun:"needed" json:"needed" doc:"the final text waits for this signature"`
	Asked    core.Instant `bun:"asked" json:"asked" doc:"when a mail last asked for it"`
}

// Signature is what a signer has said of one revision. It is never changed.
type Signature struct {
	bun.BaseModel `bun:"table:message_signatures,alias:si"`

	ID       core.ID      `bun:"id,pk" json:"-"`
	Edition  core.ID      `bun:"edition" json:"-"`
	Role     string       `bun:"role" json:"role"`
	Session  core.ID      `bun:"session" json:"session,omitempty"`
	Person   core.ID      `bun:"person" json:"person"`
	Account  core.ID      `bun:"account" json:"-"`
	Revision int          `bun:"revision" json:"revision"`
	Hash     string       `bun:"hash" json:"hash" doc:"SHA-256 of the frozen text"`
	Words    string       `bun:"words" json:"words" doc:"SHA-256 of its paragraphs alone, which a later step may share"`
	Accepted bool         `bun:"accepted" json:"accepted"`
	Reason   string       `bun:"reason" json:"reason,omitempty"`
	Signed   core.Instant `bun:"signed" json:"signed"`
}

// States of a signature for the text as it stands.
const (
	Signed  = "signed"
	Refused = "refused"
	Earlier = "earlier" // what was signed or refused is an earlier version
	Missing = "missing"
)

// Standing is a signer with what she has said last.
type Standing struct {
	Signer

	State string     `json:"state" enum:"signed,refused,earlier,missing"`
	Last  *Signature `json:"signature,omitempty"`
	Name  string     `json:"name,omitempty"`
}

// wordsOf is the hash of the paragraphs of a revision: equal where no word, source,
// degree or dissent differs, whatever the step of the procedure.
func wordsOf(rev documents.Revision) string {
	type para struct {
		ID, Kind  string
		Level     int
		Text      core.Text
		Sentences []documents.Degree
		Dissent   []documents.Dissent
		Own       own
		Sources   []documents.Source
	}
	list := []para{}
	for _, p := range rev.Paragraphs {
		q := para{ID: p.ID, Kind: string(p.Kind), Level: p.Level, Text: p.Text, Own: ownOf(p)}
		q.Sentences = append([]documents.Degree{}, p.Attrs.Sentences...)
		q.Dissent = append([]documents.Dissent{}, p.Attrs.Dissent...)
		q.Sources = append([]documents.Source{}, p.Sources...)
		q.Own.Evidence = nil // no reader sees it
		list = append(list, q)
	}
	b, _ := json.Marshal(list) // strings and numbers always marshal
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// standing says how each signer stands to the words of a revision. signed is in the
// order of time.
func standing(list []Signer, signed []Signature, words string) []Standing {
	out := make([]Standing, 0, len(list))
	for _, sg := range list {
		st := Standing{Signer: sg, State: Missing}
		for i := range signed {
			if x := &signed[i]; x.Role == sg.Role && x.Session == sg.Session && x.Person == sg.Person {
				st.Last = x
			}
		}
		if st.Last != nil {
			switch {
			case st.Last.Words != words:
				st.State = Earlier
			case st.Last.Accepted:
				st.State = Signed
			default:
				st.State = Refused
			}
		}
		out = append(out, st)
	}
	return out
}

func signers(ctx context.Context, idb bun.IDB, edition core.ID) ([]Signer, error) {
	var out []Signer
	if err := idb.NewSelect().Model(&out).Where("sg.edition = ?", edition).OrderExpr("sg.position, sg.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load signers: %w", err)
	}
	return out, nil
}

func signatures(ctx context.Context, idb bun.IDB, edition core.ID) ([]Signature, error) {
	var out []Signature
	if err := idb.NewSelect().Model(&out).Where("si.edition = ?", edition).OrderExpr("si.signed, si.revision, si.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load signatures: %w", err)
	}
	return out, nil
}

// SignOff is who signs the Messages of an edition and how far that has come.
type SignOff struct {
	Revision documents.Revision // the newest that is published: what is signed
	Signers  []Standing
	// Mine are the places in Signers that are the actor's own.
	Mine []int
	// Past are signatures of people who no longer sign in that role, and earlier ones.
	Past []Signature
	// Names of all of them.
	Names map[core.ID]string
}

// SignOff gives who signs, to whoever may see the Messages. Once they are published it
// is public; before, editors and signers see who will.
func (s *Service) SignOff(ctx context.Context, a core.Actor, set *editions.Setting) (View, SignOff, error) {
	var out SignOff
	v, err := s.View(ctx, a, set, false)
	if err != nil && core.KindOf(err) != core.KindNotFound {
		return v, out, err
	}
	list, err2 := signers(ctx, s.rec.DB.Read, set.ID)
	if err2 != nil {
		return v, out, err2
	}
	if err != nil && !slices.ContainsFunc(list, func(sg Signer) bool { return a.Person != "" && sg.Person == a.Person }) {
		return v, out, err // there is nothing to see for her
	}
	signed, err := signatures(ctx, s.rec.DB.Read, set.ID)
	if err != nil {
		return v, out, err
	}
	words := ""
	if v.Revision != nil && !v.Revision.Draft() {
		out.Revision, words = *v.Revision, wordsOf(*v.Revision)
	}
	out.Signers = standing(list, signed, words)
	var ids []core.ID
	last := map[core.ID]bool{}
	for i, st := range out.Signers {
		ids = append(ids, st.Person)
		if a.SignedIn() && st.Person == a.Person {
			out.Mine = append(out.Mine, i)
		}
		if st.Last != nil {
			last[st.Last.ID] = true
		}
	}
	for _, x := range slices.Backward(signed) {
		if !last[x.ID] {
			out.Past = append(out.Past, x)
			ids = append(ids, x.Person)
		}
	}
	out.Names, err = s.names(ctx, ids)
	for i := range out.Signers {
		out.Signers[i].Name = out.Names[out.Signers[i].Person]
	}
	return v, out, err
}

// names of people whom the room itself shows: those who sign.
func (s *Service) names(ctx context.Context, ids []core.ID) (map[core.ID]string, error) {
	out := map[core.ID]string{}
	if s.house.People == nil || len(ids) == 0 {
		return out, nil
	}
	found, err := s.house.People.Persons(ctx, ids)
	for id, p := range found {
		out[id] = p.Address()
	}
	return out, err
}
