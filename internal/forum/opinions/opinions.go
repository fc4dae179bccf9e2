// Package opinions asks people whether they agree with short statements, and shows the
// groups that vote alike and what all groups have in common. Votes are secret: the
// record keeps no event of them, and what is published names nobody.
package opinions

import (
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/solve/opinion"
)

// States of a poll: they follow from its publication and its window.
const (
	StateDraft  = "draft"  // seen by the staff only
	StateComing = "coming" // announced, not open yet
	StateOpen   = "open"
	StateClosed = "closed"
)

// States of a statement.
const (
	Waiting  = "waiting" // proposed, not looked at yet
	Accepted = "accepted"
	Rejected = "rejected" // with a reason, that its author reads
)

// Limits of a poll.
const (
	maxStatement  = 280 // characters: short enough to agree or disagree with as a whole
	maxStatements = 300 // of a poll
	maxWaiting    = 5   // of one person, not looked at yet
	// leastShown is how many people must have voted before groups are shown: in a
	// smaller circle a pattern of votes can point to a person.
	leastShown = 10
)

// Poll is one conversation of statements.
type Poll struct {
	bun.BaseModel `bun:"table:opinion_polls,alias:op"`

	ID        core.ID      `bun:"id,pk" json:"id"`
	Ref       string       `bun:"ref" json:"ref" doc:"permanent part of its address"`
	Scope     string       `bun:"scope" json:"scope" doc:"an edition, or forum"`
	Title     core.Text    `bun:"title" json:"title"`
	About     core.Text    `bun:"about" json:"about"`
	Published bool         `bun:"published" json:"-"`
	Opens     core.Instant `bun:"opens" json:"opens"`
	Closes    core.Instant `bun:"closes" json:"closes"`
	Zone      string       `bun:"zone" json:"zone"`
	Proposals bool         `bun:"proposals" json:"proposals" doc:"whether participants may propose statements"`
	Salt      string       `bun:"salt" json:"-"`
	Next      int          `bun:"next" json:"-"`
	Created   core.Instant `bun:"created" json:"-"`
	Version   int64        `bun:"version" json:"-"`
}

// State of the poll at an instant.
func (p Poll) State(now core.Instant) string {
	switch {
	case !p.Published:
		return StateDraft
	case now.Before(p.Opens):
		return StateComing
	case now.Before(p.Closes):
		return StateOpen
	}
	return StateClosed
}

// Path is the poll's permanent address.
func (p Poll) Path() string { return "/opinions/" + p.Ref }

// Statement is one sentence to agree or disagree with.
type Statement struct {
	bun.BaseModel `bun:"table:opinion_statements,alias:os"`

	ID      core.ID      `bun:"id,pk" json:"-"`
	Poll    core.ID      `bun:"poll" json:"-"`
	Number  int          `bun:"number" json:"number"`
	Body    core.Text    `bun:"body" json:"text"`
	Author  core.ID      `bun:"author" json:"-"` // account; empty for the staff
	State   string       `bun:"state" json:"-"`
	Reason  string       `bun:"reason" json:"-"`
	Created core.Instant `bun:"created" json:"-"`
}

type voteRow struct {
	bun.BaseModel `bun:"table:opinion_votes,alias:ov"`

	Poll      core.ID      `bun:"poll,pk"`
	Account   core.ID      `bun:"account,pk"`
	Statement int          `bun:"statement,pk"`
	Vote      opinion.Vote `bun:"vote"`
}

// PollInput is the form of a poll.
type PollInput struct {
	Version   int64     `form:"version" ui:"hidden" json:"version"`
	Title     core.Text `form:"title" ui:"text" max:"200" required:"1" json:"title"`
	About     core.Text `form:"about" ui:"area" max:"3000" json:"about"`
	OpenDay   string    `form:"open_day" ui:"date" required:"1" json:"open_day"`
	OpenTime  string    `form:"open_time" ui:"time" required:"1" json:"open_time"`
	CloseDay  string    `form:"close_day" ui:"date" required:"1" json:"close_day"`
	CloseTime string    `form:"close_time" ui:"time" required:"1" json:"close_time"`
	Zone      string    `form:"zone" ui:"text" max:"64" required:"1" json:"zone"`
	Proposals bool      `form:"proposals" ui:"check" json:"proposals"`
	Published bool      `form:"published" ui:"check" json:"published"`
	// Statements to begin with, one per line; only a new poll is asked for them.
	Statements string `form:"statements" ui:"area" max:"20000" json:"statements"`
}

// window checks the input and gives the instants of the window.
func (in *PollInput) window() (opens, closes core.Instant, err error) {
	in.Title, in.About, in.Zone = in.Title.Clean(), in.About.Clean(), strings.TrimSpace(in.Zone)
	p := core.Validate(*in)
	if _, err := core.LoadZone(in.Zone); err != nil {
		p.Add("zone", "core.zone.unknown", "Zone", in.Zone)
		return opens, closes, p.Err()
	}
	if opens, err = core.WallTime(in.OpenDay, in.OpenTime, in.Zone); err != nil {
		p.Add("open_day", "opinions.error.time")
	}
	if closes, err = core.WallTime(in.CloseDay, in.CloseTime, in.Zone); err != nil {
		p.Add("close_day", "opinions.error.time")
	}
	if p.Err() == nil && !opens.Before(closes) {
		p.Add("close_day", "opinions.error.order")
	}
	for _, s := range lines(in.Statements) {
		if len([]rune(s)) > maxStatement {
			p.Add("statements", "opinions.error.long", "Count", maxStatement, "Statement", string([]rune(s)[:40]))
			break
		}
	}
	return opens, closes, p.Err()
}

// lines are the statements typed one per line, each once.
func lines(s string) []string {
	var out []string
	for line := range strings.Lines(s) {
		if line = strings.Join(strings.Fields(line), " "); line != "" && !slices.Contains(out, line) {
			out = append(out, line)
		}
	}
	return out
}

// InputOf is the form of a poll as it stands.
func InputOf(p Poll) PollInput {
	o, c := p.Opens.In(p.Zone), p.Closes.In(p.Zone)
	return PollInput{
		Version: p.Version, Title: p.Title, About: p.About, OpenDay: o.Format("2006-01-02"), OpenTime: o.Format("15:04"),
		CloseDay: c.Format("2006-01-02"), CloseTime: c.Format("15:04"), Zone: p.Zone, Proposals: p.Proposals, Published: p.Published,
	}
}

// StatementInput proposes a statement.
type StatementInput struct {
	Lang string `form:"lang" ui:"select" json:"lang"`
	Text string `form:"text" ui:"area" max:"280" required:"1" json:"text"`
}

// JudgeInput is the staff's word on a proposed statement.
type JudgeInput struct {
	Number int    `form:"number" json:"number"`
	Accept bool   `form:"accept" json:"accept"`
	Reason string `form:"reason" max:"500" json:"reason"`
}

// VoteInput is one vote.
type VoteInput struct {
	Number int    `form:"number" json:"number"`
	Vote   string `form:"vote" json:"vote" enum:"agree,disagree,pass"`
}

var votes = map[string]opinion.Vote{"agree": opinion.Agree, "disagree": opinion.Disagree, "pass": opinion.Pass}

// slug is a title as part of an address: letters a to z and digits; "poll" where the
// title has none of them.
func slug(title string) string {
	var b strings.Builder
	for _, r := range core.Fold(title) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() >= 60 {
			break
		}
	}
	if s := strings.Trim(b.String(), "-"); s != "" && s != "new" {
		return s
	}
	return "poll"
}
