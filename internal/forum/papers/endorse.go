package papers

import (
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/people"
)

// States of an endorsement.
const (
	Signed    = "signed"
	Followed  = "followed"  // the same signed again, under a later revision
	Withdrawn = "withdrawn" // by who signed, or by those who keep the list
	Disputed  = "disputed"  // those who keep the list doubt it
)

// Endorsement is a signature under one revision of a joint statement. Snapshot is who
// signed and for whom she spoke on that day.
type Endorsement struct {
	bun.BaseModel `bun:"table:paper_endorsements,alias:pe"`

	ID           core.ID         `bun:"id,pk" json:"id"`
	Paper        core.ID         `bun:"paper" json:"-"`
	Account      core.ID         `bun:"account" json:"-"`
	Person       core.ID         `bun:"person" json:"person"`
	Organisation core.ID         `bun:"organisation" json:"organisation,omitempty" doc:"the organisation in whose name it is signed"`
	Snapshot     people.Snapshot `bun:"snapshot,type:jsonb" json:"snapshot" doc:"the person on that day"`
	OrgName      core.Text       `bun:"org_name" json:"organisation_name,omitzero" doc:"as it was called on that day"`
	Group        string          `bun:"stakeholder" json:"group,omitempty" doc:"stakeholder group of that day"`
	Entitled     bool            `bun:"entitled" json:"entitled,omitempty" doc:"she says that she is entitled to sign for it"`
	Revision     int             `bun:"revision" json:"revision" doc:"the version that is endorsed"`
	State        string          `bun:"state" json:"state" enum:"signed,followed,withdrawn,disputed"`
	Reservation  core.Text       `bun:"reservation" json:"reservation,omitzero"`
	Para         string          `bun:"para" json:"para,omitempty" doc:"the paragraph that the reservation is about"`
	Lang         string          `bun:"lang" json:"-"`
	Reason       string          `bun:"reason" json:"reason,omitempty" doc:"why it was disputed or withdrawn"`
	ActedBy      core.ID         `bun:"acted_by" json:"-"`
	Signed       core.Instant    `bun:"signed" json:"signed"`
	Ended        core.Instant    `bun:"ended" json:"ended"`
	Version      int64           `bun:"version" json:"-"`
}

// Stands tells whether the signature counts: it is not withdrawn, nor followed by another.
func (e Endorsement) Stands() bool { return e.State == Signed || e.State == Disputed }

// Name is who endorses: the organisation, else the person, with the person beside it.
func (e Endorsement) Name() string {
	if org := e.OrgName.String(); org != "" {
		return org
	}
	return e.Snapshot.Name
}

// EndorseInput is the form of a signature. For names an organisation of the affiliations
// of the day; without one she signs for herself.
type EndorseInput struct {
	Version     int       `form:"version" ui:"hidden" json:"version"` // of the text that is signed; 0: whichever is published
	For         core.ID   `form:"for" ui:"radio" json:"for"`
	Entitled    bool      `form:"entitled" ui:"check" json:"entitled"`
	Reservation core.Text `form:"reservation" ui:"area" max:"2000" json:"reservation"`
	Para        string    `form:"para" ui:"select" max:"20" json:"para"`
}

// WindowInput says from when to when a joint statement may be endorsed, in a zone.
type WindowInput struct {
	Version   int64  `form:"version" ui:"hidden" json:"version"`
	FromDay   string `form:"from_day" ui:"date" max:"10" required:"1" json:"from_day"`
	FromTime  string `form:"from_time" ui:"time" max:"5" required:"1" json:"from_time"`
	UntilDay  string `form:"until_day" ui:"date" max:"10" required:"1" json:"until_day"`
	UntilTime string `form:"until_time" ui:"time" max:"5" required:"1" json:"until_time"`
	Zone      string `form:"zone" ui:"select" max:"60" required:"1" json:"zone"`
}

// read gives the window, checked.
func (in WindowInput) read() (from, until core.Instant, err error) {
	p := core.Validate(in)
	if err := p.Err(); err != nil {
		return from, until, err
	}
	if _, err := core.LoadZone(in.Zone); err != nil {
		p.Add("zone", "papers.error.zone")
		return from, until, p.Err()
	}
	if from, err = core.WallTime(in.FromDay, in.FromTime, in.Zone); err != nil {
		p.Add("from_time", "papers.error.time")
	}
	if until, err = core.WallTime(in.UntilDay, in.UntilTime, in.Zone); err != nil {
		p.Add("until_time", "papers.error.time")
	}
	if len(p) == 0 && !from.Before(until) {
		p.Add("until_day", "papers.error.until")
	}
	return from, until, p.Err()
}

func windowOf(p Paper, zone string) WindowInput {
	in := WindowInput{Version: p.Version, Zone: zone}
	if p.EndorseZone != "" {
		in.Zone = p.EndorseZone
	}
	if !p.EndorseFrom.IsZero() {
		from, until := p.EndorseFrom.In(in.Zone), p.EndorseUntil.In(in.Zone)
		in.FromDay, in.FromTime = from.Format(time.DateOnly), from.Format("15:04")
		in.UntilDay, in.UntilTime = until.Format(time.DateOnly), until.Format("15:04")
	}
	return in
}

// States of the window in which a joint statement may be endorsed.
const (
	WindowNone     = "none"
	WindowUpcoming = "upcoming"
	WindowOpen     = "open"
	WindowClosed   = "closed"
)

// Window is the state of the window at an instant. What is not published is not endorsed.
func (p Paper) Window(now core.Instant) string {
	switch {
	case p.Kind != Joint || p.Document == "" || p.EndorseFrom.IsZero() || !p.Public():
		return WindowNone
	case now.Before(p.EndorseFrom):
		return WindowUpcoming
	case now.Before(p.EndorseUntil):
		return WindowOpen
	}
	return WindowClosed
}

// KeepInput is the form with which those who keep the list dispute or withdraw a
// signature, or take their doubt back.
type KeepInput struct {
	Version int64  `form:"version" ui:"hidden" json:"version"`
	State   string `form:"state" ui:"radio" required:"1" json:"state"`
	Reason  string `form:"reason" max:"500" required:"1" json:"reason"`
}

// withReservations puts the reservations of those who stand behind the text with their
// paragraphs, as dissent that travels in every format. One about the whole text, or about
// a paragraph that is gone, stands with the last.
func withReservations(paras []documents.Paragraph, list []Endorsement) []documents.Paragraph {
	out := slices.Clone(paras)
	for i := range out {
		out[i].Attrs.Dissent = []documents.Dissent{}
	}
	for _, e := range list {
		if !e.Stands() || e.Reservation.IsZero() || len(out) == 0 {
			continue
		}
		i := slices.IndexFunc(out, func(p documents.Paragraph) bool { return p.ID == e.Para && e.Para != "" })
		if i < 0 {
			i = len(out) - 1
		}
		out[i].Attrs.Dissent = append(out[i].Attrs.Dissent, documents.Dissent{By: e.Name(), Text: e.Reservation})
	}
	return out
}

// sameWords tells whether two revisions say the same: titles, paragraphs and their order,
// in every language.
func sameWords(a, b documents.Revision) bool {
	return a.Title.Equal(b.Title) && slices.EqualFunc(a.Paragraphs, b.Paragraphs, func(x, y documents.Paragraph) bool {
		return x.Kind == y.Kind && strings.TrimSpace(x.Text.String()) == strings.TrimSpace(y.Text.String()) && x.Text.Equal(y.Text)
	})
}
