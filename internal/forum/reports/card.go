package reports

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/record"
)

// How the numbers of a card came about.
const (
	Counted   = "counted"
	Estimated = "estimated"
	Uncounted = "none"
)

// Whether gender was a topic of the session.
const (
	TopicMain = "main"
	TopicPart = "part"
	TopicNo   = "no"
)

// Unknown is a number on a card that nobody knows.
const Unknown = -1

// Card says who took part in a session: a count of a room, never of a person (P20).
type Card struct {
	bun.BaseModel `bun:"table:report_cards,alias:gc"`

	Session       core.ID      `bun:"session,pk" json:"-"`
	Edition       core.ID      `bun:"edition" json:"-"`
	How           string       `bun:"how" json:"how" enum:"counted,estimated,none"`
	Reason        string       `bun:"reason" json:"reason,omitempty" doc:"why nobody counted"`
	Onsite        int          `bun:"onsite" json:"onsite" doc:"-1: not known, as below"`
	Online        int          `bun:"online" json:"online"`
	Women         int          `bun:"women" json:"women"`
	Men           int          `bun:"men" json:"men"`
	Other         int          `bun:"other" json:"other"`
	Unstated      int          `bun:"unstated" json:"not_known" doc:"participants whose gender nobody knows"`
	Speakers      int          `bun:"speakers" json:"speakers"`
	SpeakersWomen int          `bun:"speakers_women" json:"speakers_women"`
	Topic         string       `bun:"topic" json:"topic,omitempty" enum:"main,part,no," doc:"whether gender was a topic"`
	Words         core.Text    `bun:"words" json:"words"`
	Saved         core.Instant `bun:"saved" json:"saved"`
	Version       int64        `bun:"version" json:"-"`
}

// Numbered tells whether the card gives any number.
func (c Card) Numbered() bool { return c.How == Counted || c.How == Estimated }

// CardInput is the form of the card. Numbers are typed as words: an empty one is not known.
type CardInput struct {
	Version       int64     `form:"version" ui:"hidden"`
	How           string    `form:"how" ui:"radio" required:"1"`
	Reason        string    `form:"reason" ui:"text" max:"300"`
	Onsite        string    `form:"onsite" ui:"number"`
	Online        string    `form:"online" ui:"number"`
	Women         string    `form:"women" ui:"number"`
	Men           string    `form:"men" ui:"number"`
	Other         string    `form:"other" ui:"number"`
	Unstated      string    `form:"unstated" ui:"number"`
	Speakers      string    `form:"speakers" ui:"number"`
	SpeakersWomen string    `form:"speakers_women" ui:"number"`
	Topic         string    `form:"topic" ui:"radio"`
	Words         core.Text `form:"words" ui:"area" max:"1000"`
}

// figures are the numbers of the form with their fields.
func (in *CardInput) figures(c *Card) []struct {
	name  string
	typed *string
	n     *int
} {
	return []struct {
		name  string
		typed *string
		n     *int
	}{
		{"onsite", &in.Onsite, &c.Onsite},
		{"online", &in.Online, &c.Online},
		{"women", &in.Women, &c.Women},
		{"men", &in.Men, &c.Men},
		{"other", &in.Other, &c.Other},
		{"unstated", &in.Unstated, &c.Unstated},
		{"speakers", &in.Speakers, &c.Speakers},
		{"speakers_women", &in.SpeakersWomen, &c.SpeakersWomen},
	}
}

const mostPeople = 100_000

// card reads the form.
func (in CardInput) card() (Card, error) {
	p := core.Validate(in)
	c := Card{How: in.How, Reason: strings.TrimSpace(in.Reason), Topic: in.Topic, Words: in.Words.Clean()}
	some := false
	for _, f := range in.figures(&c) {
		*f.n = Unknown
		if *f.typed = strings.TrimSpace(*f.typed); *f.typed == "" || in.How == Uncounted {
			continue
		}
		n, err := strconv.Atoi(*f.typed)
		if err != nil || n < 0 || n > mostPeople {
			p.Add(f.name, "reports.error.number", "Most", mostPeople)
			continue
		}
		*f.n, some = n, true
	}
	switch in.How {
	case Uncounted:
		if c.Reason == "" {
			p.Add("reason", "reports.error.reason")
		}
	case Counted, Estimated:
		c.Reason = ""
		if !some {
			p.Add("onsite", "reports.error.no_number")
		}
		if all, parts := sum(c.Onsite, c.Online), sum(c.Women, c.Men, c.Other, c.Unstated); c.Onsite >= 0 && c.Online >= 0 && parts > all {
			p.Add("women", "reports.error.more_than_all", "Parts", parts, "All", all)
		}
		if c.Speakers >= 0 && c.SpeakersWomen > c.Speakers {
			p.Add("speakers_women", "reports.error.more_than_all", "Parts", c.SpeakersWomen, "All", c.Speakers)
		}
	default:
		p.Add("how", "form.required")
	}
	switch c.Topic {
	case "", TopicMain, TopicPart, TopicNo:
	default:
		p.Add("topic", "form.unreadable")
	}
	return c, p.Err()
}

func sum(list ...int) int {
	n := 0
	for _, x := range list {
		n += max(x, 0)
	}
	return n
}

// CardInputOf is the form of a card.
func CardInputOf(c Card) CardInput {
	in := CardInput{Version: c.Version, How: c.How, Reason: c.Reason, Topic: c.Topic, Words: c.Words}
	for _, f := range in.figures(&c) {
		if *f.n >= 0 && c.Version > 0 {
			*f.typed = strconv.Itoa(*f.n)
		}
	}
	return in
}

func cardsOf(ctx context.Context, idb bun.IDB, sessions ...core.ID) (map[core.ID]Card, error) {
	var list []Card
	if err := idb.NewSelect().Model(&list).Where("session IN (?)", bun.List(sessions)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load participation cards: %w", err)
	}
	return byCard(list), nil
}

func byCard(list []Card) map[core.ID]Card {
	out := map[core.ID]Card{}
	for _, c := range list {
		out[c.Session] = c
	}
	return out
}

// CardOf gives the card of a session: to its crew at any time, to everybody once a report
// of the session is published. false where there is none for the actor.
func (s *Service) CardOf(ctx context.Context, a core.Actor, ses *programme.Session) (Card, bool, error) {
	cards, err := cardsOf(ctx, s.rec.DB.Read, ses.ID)
	if err != nil {
		return Card{}, false, err
	}
	c, ok := cards[ses.ID]
	if !ok {
		return c, false, nil
	}
	roles, err := s.Roles(ctx, a, ses)
	if err != nil || canSeeDraft(roles) {
		return c, err == nil, err
	}
	list, err := s.OfSession(ctx, ses.ID)
	for _, r := range list {
		if r.State == StatePublished {
			return c, err == nil, err
		}
	}
	return Card{}, false, err
}

// Cards are the public cards of an edition by session: those of sessions of which a
// report is published. Anybody may call.
func (s *Service) Cards(ctx context.Context, edition core.ID) (map[core.ID]Card, error) {
	var list []Card
	if err := s.rec.DB.Read.NewSelect().Model(&list).Where("gc.edition = ?", edition).
		Where("EXISTS (SELECT 1 FROM reports AS r WHERE r.session = gc.session AND r.state = ?)", StatePublished).
		OrderExpr("gc.session").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load participation cards: %w", err)
	}
	return byCard(list), nil
}

// Fill is the form of a session's card for those who write its report; where none is
// filled in, with the numbers of attendance if somebody counts it.
func (s *Service) Fill(ctx context.Context, a core.Actor, ses *programme.Session) (CardInput, error) {
	if err := s.mayCount(ctx, s.rec.DB.Read, a, ses); err != nil {
		return CardInput{}, err
	}
	cards, err := cardsOf(ctx, s.rec.DB.Read, ses.ID)
	if err != nil {
		return CardInput{}, err
	}
	if c, ok := cards[ses.ID]; ok {
		return CardInputOf(c), nil
	}
	in := CardInput{}
	if s.house.Attendance != nil {
		onsite, online, ok, err := s.house.Attendance(ctx, ses.ID)
		if err != nil {
			return in, err
		}
		if ok {
			in.How, in.Onsite, in.Online = Counted, strconv.Itoa(onsite), strconv.Itoa(online)
		}
	}
	return in, nil
}

func (s *Service) mayCount(ctx context.Context, idb bun.IDB, a core.Actor, ses *programme.Session) error {
	list, err := ofSession(ctx, idb, ses.ID)
	if err != nil {
		return err
	}
	roles, err := s.rolesIn(ctx, idb, a, ses)
	if err != nil {
		return err
	}
	return policy.Check("count", stateOf(byKind(list, Takeaways)), roles...)
}

// SaveCard keeps the card of a session. Those who write its report may, also after it is
// published. Event: report.card_filed, public where the report is. Errors: Invalid; Stale.
func (s *Service) SaveCard(ctx context.Context, a core.Actor, set *editions.Setting, ses *programme.Session, in CardInput) (Card, error) {
	if err := s.mayCount(ctx, s.rec.DB.Read, a, ses); err != nil {
		return Card{}, err
	}
	c, err := in.card()
	if err != nil {
		return c, err
	}
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		c, err = s.saveCardTx(ctx, tx, set, ses, c, in.Version)
		return err
	})
	return c, err
}

// SaveCardTx is SaveCard inside a write, for a card that is the first of its session.
func (s *Service) SaveCardTx(ctx context.Context, tx *record.Tx, set *editions.Setting, ses *programme.Session, in CardInput) (Card, error) {
	c, err := in.card()
	if err != nil {
		return c, err
	}
	return s.saveCardTx(ctx, tx, set, ses, c, in.Version)
}

func (s *Service) saveCardTx(ctx context.Context, tx *record.Tx, set *editions.Setting, ses *programme.Session, c Card, version int64) (Card, error) {
	if err := s.mayCount(ctx, tx, tx.Actor, ses); err != nil {
		return c, err
	}
	cards, err := cardsOf(ctx, tx, ses.ID)
	if err != nil {
		return c, err
	}
	before := cards[ses.ID]
	if before.Version != version {
		return c, core.Stale(CardInputOf(before))
	}
	c.Session, c.Edition, c.Saved, c.Version = ses.ID, set.ID, tx.Now, version+1
	if version == 0 {
		_, err = tx.NewInsert().Model(&c).Exec(ctx)
	} else {
		err = once(tx.NewUpdate().Model(&c).WherePK().Where("version = ?", version).Exec(ctx))
	}
	if err != nil {
		return c, fmt.Errorf("save participation card: %w", err)
	}
	list, err := ofSession(ctx, tx, ses.ID)
	if err != nil {
		return c, err
	}
	vis := record.Internal
	for _, r := range list {
		if r.State == StatePublished {
			vis = record.Public
		}
	}
	tx.Append("report.card_filed", ses.ID, set.Scope(), vis, record.Data{"label": ses.Title, "ref": ses.Ref, "how": c.How})
	return c, nil
}
