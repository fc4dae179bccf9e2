// Package consultations opens published texts for public review: a window with its
// rules, comments on paragraphs and on words, what became of each, and the changes that
// they led to in the next version of the text.
package consultations

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// States of a consultation. They follow from the time and from what was done.
const (
	StatePlanned    = "planned"    // announced; comments are not taken yet
	StateOpen       = "open"       // comments are taken
	StateClosed     = "closed"     // dispositions are being written
	StateAnswered   = "answered"   // every comment has its disposition; commenters have the word
	StateChallenged = "challenged" // somebody doubts the synthesis and waits for an answer
	StateEnded      = "ended"
)

// States in the order in which they follow each other.
var States = []string{StatePlanned, StateOpen, StateClosed, StateAnswered, StateChallenged, StateEnded}

// Who may comment. Everybody needs an address that was verified by mail.
const (
	WhoAnybody      = "anybody"
	WhoMembers      = "members"      // who holds a seat in the body whose text it is
	WhoParticipants = "participants" // who has a role in the edition
)

// Whos are the choices of who may comment.
var Whos = []string{WhoAnybody, WhoMembers, WhoParticipants}

// Consultation is one window of review of a document. Several may follow one another.
type Consultation struct {
	bun.BaseModel `bun:"table:consultations,alias:cs"`

	ID       core.ID      `bun:"id,pk" json:"id"`
	Ref      string       `bun:"ref" json:"ref" doc:"permanent: /consultations/REF"`
	Scope    string       `bun:"scope" json:"scope"`
	Document core.ID      `bun:"document" json:"document"`
	Kind     string       `bun:"kind" json:"kind" doc:"kind of the document: messages, paper, report"`
	Edition  core.ID      `bun:"edition" json:"edition,omitempty"`
	Body     core.ID      `bun:"body" json:"body,omitempty"`
	Revision int          `bun:"revision" json:"revision" doc:"revision on which the window opened"`
	Title    core.Text    `bun:"title" json:"title"`
	Notice   core.Text    `bun:"notice" json:"notice"`
	Langs    List         `bun:"langs" json:"languages" doc:"languages in which comments are welcome"`
	Who      string       `bun:"who" json:"who" enum:"anybody,members,participants"`
	Zone     string       `bun:"zone" json:"zone"`
	Opens    core.Instant `bun:"opens" json:"opens"`
	Closes   core.Instant `bun:"closes" json:"closes"`

	PrivateNotes  bool `bun:"private_notes" json:"private_notes" doc:"a comment may carry a note for the staff alone"`
	Proposals     bool `bun:"proposals" json:"proposals" doc:"a comment may propose other words"`
	Late          bool `bun:"late" json:"late" doc:"late comments are taken, and marked"`
	MinDays       int  `bun:"min_days" json:"min_days" doc:"least days between announcement and closing"`
	ReplyDays     int  `bun:"reply_days" json:"reply_days" doc:"days in which commenters may say whether they are satisfied"`
	ChallengeDays int  `bun:"challenge_days" json:"challenge_days" doc:"days in which the synthesis may be challenged"`
	AnswerDays    int  `bun:"answer_days" json:"answer_days" doc:"days in which a challenge is to be answered"`

	Comments   int          `bun:"comments" json:"comments" doc:"comments that count: not withdrawn"`
	Undisposed int          `bun:"undisposed" json:"undisposed" doc:"comments without a published disposition"`
	Challenges int          `bun:"challenges" json:"open_challenges"`
	Answered   core.Instant `bun:"answered" json:"-"`
	Ended      core.Instant `bun:"ended" json:"-"`
	Said       string       `bun:"said" json:"-"`
	Next       int          `bun:"next" json:"-"`
	Created    core.Instant `bun:"created" json:"announced"`
	Version    int64        `bun:"version" json:"version"`
}

// List is a list of words, kept as JSON.
type List []string

// Value stores the list.
func (l List) Value() (driver.Value, error) {
	if l == nil {
		l = List{}
	}
	b, err := json.Marshal([]string(l))
	return string(b), err
}

// Scan reads the list.
func (l *List) Scan(src any) error {
	switch v := src.(type) {
	case string:
		return json.Unmarshal([]byte(v), l)
	case []byte:
		return json.Unmarshal(v, l)
	}
	return fmt.Errorf("scan list: %T", src)
}

const day = 24 * time.Hour

// AnsweredAt is when the last comment got its published disposition, and never before
// the window closed; zero while one waits.
func (c Consultation) AnsweredAt() core.Instant {
	if c.Undisposed > 0 {
		return core.Instant{}
	}
	if c.Answered.Before(c.Closes) {
		return c.Closes
	}
	return c.Answered
}

// ReplyUntil is until when commenters may say whether they are satisfied.
func (c Consultation) ReplyUntil() core.Instant { return c.after(c.ReplyDays) }

// ChallengeUntil is until when the synthesis may be challenged.
func (c Consultation) ChallengeUntil() core.Instant { return c.after(c.ChallengeDays) }

func (c Consultation) after(days int) core.Instant {
	at := c.AnsweredAt()
	if at.IsZero() {
		return at
	}
	return at.Add(time.Duration(days) * day)
}

// EndsAt is when both windows after the answers are over.
func (c Consultation) EndsAt() core.Instant { return c.after(max(c.ReplyDays, c.ChallengeDays)) }

// State at a moment.
func (c Consultation) State(now core.Instant) string {
	switch {
	case !c.Ended.IsZero():
		return StateEnded
	case now.Before(c.Opens):
		return StatePlanned
	case now.Before(c.Closes):
		return StateOpen
	case c.Undisposed > 0 || now.Before(c.AnsweredAt()):
		return StateClosed
	case c.Challenges > 0:
		return StateChallenged
	case now.Before(c.EndsAt()):
		return StateAnswered
	}
	return StateEnded
}

// Takes tells whether comments are taken at a moment: in the window and, where late ones
// are accepted, until the dispositions are out.
func (c Consultation) Takes(now core.Instant) bool {
	switch c.State(now) {
	case StateOpen:
		return true
	case StateClosed:
		return c.Late
	}
	return false
}

// Path of the review page.
func (c Consultation) Path() string { return "/consultations/" + c.Ref }

// CommentPath is the permanent address of a comment.
func (c Consultation) CommentPath(n int) string { return fmt.Sprintf("%s/comments/%d", c.Path(), n) }

// OpenInput is what a consultation is opened with, and the form of its settings.
type OpenInput struct {
	Version       int64     `form:"version" ui:"hidden" json:"version"`
	Title         core.Text `form:"title" ui:"text" max:"200" required:"1" json:"title"`
	Notice        core.Text `form:"notice" ui:"area" max:"6000" required:"1" json:"notice"`
	Langs         []string  `form:"langs" ui:"checks" required:"1" json:"langs"`
	Who           string    `form:"who" ui:"radio" required:"1" json:"who"`
	Zone          string    `form:"zone" ui:"text" max:"64" json:"zone"`
	OpensDay      string    `form:"opens_day" ui:"date" required:"1" json:"opens_day"`
	OpensTime     string    `form:"opens_time" ui:"time" json:"opens_time"`
	ClosesDay     string    `form:"closes_day" ui:"date" required:"1" json:"closes_day"`
	ClosesTime    string    `form:"closes_time" ui:"time" json:"closes_time"`
	Reason        string    `form:"reason" ui:"area" max:"1000" json:"reason"`
	PrivateNotes  bool      `form:"private_notes" ui:"check" json:"private_notes"`
	Proposals     bool      `form:"proposals" ui:"check" json:"proposals"`
	Late          bool      `form:"late" ui:"check" json:"late"`
	MinDays       int       `form:"min_days" ui:"number" json:"min_days"`
	ReplyDays     int       `form:"reply_days" ui:"number" json:"reply_days"`
	ChallengeDays int       `form:"challenge_days" ui:"number" json:"challenge_days"`
	AnswerDays    int       `form:"answer_days" ui:"number" json:"answer_days"`
}

// Usual is what a form begins with: four weeks, all languages, everybody.
func Usual(now core.Instant) OpenInput {
	return OpenInput{
		Langs: slices.Clone(core.Langs), Who: WhoAnybody, Zone: "UTC", Proposals: true,
		OpensDay: now.Time().Format(time.DateOnly), OpensTime: now.Time().Format("15:04"),
		ClosesDay: now.Add(28 * day).Time().Format(time.DateOnly), ClosesTime: "23:59",
		MinDays: 14, ReplyDays: 14, ChallengeDays: 30, AnswerDays: 30,
	}
}

// InputOf is a consultation as the form of its settings shows it.
func InputOf(c Consultation) OpenInput {
	o, e := c.Opens.In(c.Zone), c.Closes.In(c.Zone)
	return OpenInput{
		Version: c.Version, Title: c.Title, Notice: c.Notice, Langs: slices.Clone(c.Langs), Who: c.Who, Zone: c.Zone,
		OpensDay: o.Format(time.DateOnly), OpensTime: o.Format("15:04"), ClosesDay: e.Format(time.DateOnly), ClosesTime: e.Format("15:04"),
		PrivateNotes: c.PrivateNotes, Proposals: c.Proposals, Late: c.Late,
		MinDays: c.MinDays, ReplyDays: c.ReplyDays, ChallengeDays: c.ChallengeDays, AnswerDays: c.AnswerDays,
	}
}

// apply checks the input and writes it into a consultation announced at c.Created.
func (in OpenInput) apply(c *Consultation) error {
	p := core.Validate(in)
	c.Title, c.Notice = in.Title.Clean(), in.Notice.Clean()
	c.Langs = List{}
	for _, l := range core.Langs {
		if slices.Contains(in.Langs, l) {
			c.Langs = append(c.Langs, l)
		}
	}
	if len(c.Langs) == 0 {
		p.Add("langs", "form.required")
	}
	if !slices.Contains(Whos, in.Who) {
		p.Add("who", "form.required")
	}
	if in.Who == WhoMembers && c.Body == "" {
		p.Add("who", "consultations.error.no_body")
	}
	if in.Who == WhoParticipants && c.Edition == "" {
		p.Add("who", "consultations.error.no_edition")
	}
	c.Who, c.Zone = in.Who, strings.TrimSpace(in.Zone)
	if c.Zone == "" {
		c.Zone = "UTC"
	}
	c.Opens = in.instant(&p, "opens_day", in.OpensDay, in.OpensTime, "00:00", c.Zone)
	c.Closes = in.instant(&p, "closes_day", in.ClosesDay, in.ClosesTime, "23:59", c.Zone)
	for _, n := range []struct {
		name string
		v    int
	}{{"min_days", in.MinDays}, {"reply_days", in.ReplyDays}, {"challenge_days", in.ChallengeDays}, {"answer_days", in.AnswerDays}} {
		if n.v < 0 || n.v > 365 {
			p.Add(n.name, "consultations.error.days")
		}
	}
	c.PrivateNotes, c.Proposals, c.Late = in.PrivateNotes, in.Proposals, in.Late
	c.MinDays, c.ReplyDays, c.ChallengeDays, c.AnswerDays = in.MinDays, in.ReplyDays, in.ChallengeDays, in.AnswerDays
	if !c.Opens.IsZero() && !c.Closes.IsZero() {
		if !c.Opens.Before(c.Closes) {
			p.Add("closes_day", "consultations.error.closes_first")
		} else if c.Closes.Before(c.Created.Add(time.Duration(c.MinDays) * day)) {
			p.Add("closes_day", "consultations.error.too_short", "Days", c.MinDays)
		}
	}
	return p.Err()
}

func (in OpenInput) instant(p *core.Problems, field, date, clock, usual, zone string) core.Instant {
	if date == "" {
		return core.Instant{} // it is required, and said so
	}
	if clock == "" {
		clock = usual
	}
	at, err := core.WallTime(date, clock, zone)
	if err != nil {
		if e, ok := err.(*core.Error); ok { //nolint:errorlint // WallTime returns it bare
			if e.Key == "core.zone.unknown" {
				field = "zone"
			}
			p.Add(field, e.Key, e.Args...)
		}
	}
	return at
}
