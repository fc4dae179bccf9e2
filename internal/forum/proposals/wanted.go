package proposals

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/platform/mail"
)

// Wanted is a profile of a speaker that a proposal looks for.
type Wanted struct {
	Key    string // names it in addresses, and tells nothing of the proposal
	Text   string
	Lang   string
	Call   calls.Call
	Public *Proposal // whose it is, where everybody may read the proposal
	Own    bool      // the reader has a part in the proposal
	Offer  *Offer    // hers, if she has offered

	of core.ID
}

// States of an offer.
const (
	OfferOpen  = "open"
	OfferTaken = "taken"
	OfferAside = "aside" // the proposers go another way
)

// Offer is somebody who would speak, as she or another offers it to a proposal.
type Offer struct {
	bun.BaseModel `bun:"table:proposal_offers,alias:po"`

	ID           core.ID      `bun:"id,pk"`
	Proposal     core.ID      `bun:"proposal"`
	Profile      string       `bun:"profile"` // as it stood
	Account      core.ID      `bun:"account"`
	Self         bool         `bun:"self"`
	Name         string       `bun:"name"`
	Email        string       `bun:"email"` // nobody reads it before the offer is taken
	Organisation string       `bun:"organisation"`
	Group        string       `bun:"stakeholder"`
	Country      string       `bun:"country"`
	Words        string       `bun:"words"`
	State        string       `bun:"state"`
	At           core.Instant `bun:"at"`
	Answered     core.Instant `bun:"answered"`
}

// OfferInput is the form of an offer.
type OfferInput struct {
	Who          string `form:"who" ui:"radio" required:"1" json:"who" enum:"self,other"`
	Name         string `form:"name" ui:"text" max:"120" json:"name" doc:"of somebody else; one's own is that of the account"`
	Email        string `form:"email" ui:"email" max:"200" json:"email" doc:"of somebody else"`
	Organisation string `form:"organisation" ui:"text" max:"200" json:"organisation"`
	Group        string `form:"group" ui:"select" json:"group"`
	Country      string `form:"country" ui:"select" json:"country"`
	Words        string `form:"words" ui:"area" max:"1000" required:"1" json:"words"`
}

// Who is offered.
const (
	offerSelf  = "self"
	offerOther = "other"
)

func line(s string) string { return strings.Join(strings.Fields(s), " ") }

// problems tells what is wrong with an offer; known checks codes.
func (in *OfferInput) problems(known calls.Known) core.Problems {
	in.Name, in.Email, in.Organisation, in.Words = line(in.Name), strings.TrimSpace(in.Email), line(in.Organisation), strings.TrimSpace(in.Words)
	p := core.Validate(*in)
	if in.Who != "" && in.Who != offerSelf && in.Who != offerOther {
		p.Add("who", "calls.error.choice")
	}
	if in.Who == offerOther {
		if in.Name == "" {
			p.Add("name", "form.required")
		}
		if _, _, err := mail.Address(in.Email); err != nil {
			p.Add("email", "wanted.error.email")
		}
	}
	if in.Group != "" && !known.Group(in.Group) {
		p.Add("group", "calls.error.choice")
	}
	if in.Country != "" && !known.Country(in.Country) {
		p.Add("country", "calls.error.choice")
	}
	return p
}

// secret names something in an address without telling of what it is part.
func secret(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:10])
}

// profiles are the profiles that a proposal looks for, as they may be shown: to those who
// may not read the proposal without what only its readers may know.
func profiles(p Proposal, form calls.Form, public bool) []string {
	var out []string
	form.Each(func(_, _ int, q *calls.Question) {
		if q.Kind != calls.KindProfiles || q.Private || !public && q.Blind || !form.Asked(*q, p.Answers) {
			return
		}
		for _, m := range p.Answers[q.Key].Many {
			if !slices.Contains(out, m) {
				out = append(out, m)
			}
		}
	})
	return out
}

// place is the question into which a speaker is taken.
func place(form calls.Form, a calls.Answers) (calls.Question, bool) {
	for _, q := range form.Questions() {
		if q.Kind == calls.KindPeople && q.Means == calls.MeansSpeaker && form.Asked(q, a) {
			return q, true
		}
	}
	return calls.Question{}, false
}
