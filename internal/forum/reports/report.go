// Package reports holds what a session leaves behind: takeaways and calls to action,
// due two hours after its end, and the full report, due two weeks after the edition.
package reports

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
)

// Kinds of reports (E128, E129, E132).
const (
	Takeaways = "takeaways"
	Full      = "full"
)

// States of a report. One that nobody has begun is "none".
const (
	StateNone      = "none"
	StateDraft     = "draft"
	StatePublished = "published"
)

// Report ties a session to the document that is its report of one kind.
type Report struct {
	bun.BaseModel `bun:"table:reports,alias:rp"`

	ID        core.ID      `bun:"id,pk" json:"id"`
	Edition   core.ID      `bun:"edition" json:"edition"`
	Session   core.ID      `bun:"session" json:"session"`
	Kind      string       `bun:"kind" json:"kind" enum:"takeaways,full"`
	Document  core.ID      `bun:"document" json:"document"`
	State     string       `bun:"state" json:"state" enum:"draft,published"`
	Saved     core.Instant `bun:"saved" json:"-"`
	Unsaid    bool         `bun:"unsaid" json:"-"` // saved by itself since somebody last saved by hand
	Published core.Instant `bun:"published" json:"published" doc:"when it was first published"`
	Corrected core.Instant `bun:"corrected" json:"corrected" doc:"when it was last corrected"`
}

// Owes tells whether sessions of a type owe a report of the kind.
func Owes(t programme.Type, kind string) bool {
	if kind == Takeaways {
		return t.TakeawaysMinutes > 0
	}
	return t.ReportDays > 0
}

// editPage is where a report of a kind is written, below its session.
func editPage(kind string) string {
	if kind == Full {
		return "/report/full/edit"
	}
	return "/report/edit"
}

// Due is when a report is due: takeaways so many minutes after the session's end
// (IGF 2023: two hours), the full report so many days after the edition's last day. It
// is computed from the session as it stands, so the limit moves with the session. The
// zero Instant means that none is owed, or that no time is set yet.
func Due(s *programme.Session, e editions.Edition, kind string) core.Instant {
	return dueAt(s.Of, s.Brief(), e, kind)
}

// dueAt is Due from the parts that it depends on. A session that was entered into the
// record after it had ended owes nothing: its reports were filed elsewhere.
func dueAt(t programme.Type, s programme.Brief, e editions.Edition, kind string) core.Instant {
	ends := s.Ends
	if !Owes(t, kind) || ends.IsZero() || s.State == programme.StateCancelled || ends.Before(s.Created) {
		return core.Instant{}
	}
	if kind == Takeaways {
		return ends.Add(time.Duration(t.TakeawaysMinutes) * time.Minute)
	}
	end := e.End()
	if end.IsZero() {
		return core.Instant{}
	}
	// Days are counted at the venue: across a change of the clocks a day is 23 or 25 hours.
	return core.At(end.In(e.Zone).AddDate(0, 0, t.ReportDays))
}

// Lateness says how a report stands against its limit.
type Lateness struct {
	Due  core.Instant
	Late bool          // published after the limit, or not published though it has passed
	By   time.Duration // how late; while it is not due, how long there is left (negative)
}

// LatenessOf judges a report (nil where none was begun) at an instant.
func LatenessOf(due core.Instant, r *Report, now core.Instant) Lateness {
	if due.IsZero() {
		return Lateness{}
	}
	at := now
	if r != nil && !r.Published.IsZero() {
		at = r.Published
	}
	by := at.Sub(due)
	return Lateness{Due: due, Late: by > 0, By: by}
}

// Parts of a takeaways report. What a paragraph is stands in its Attrs.Own.
const (
	PartTakeaway = "takeaway"
	PartCall     = "call"
)

// own is what this room keeps with a paragraph of a report.
type own struct {
	Part string   `json:"part,omitempty"`
	To   []string `json:"to,omitempty"`    // codes of the vocabulary of addressees
	ToAs string   `json:"to_as,omitempty"` // addressees in words
	// Orgs are organisations of the record that are addressed.
	Orgs []core.ID `json:"orgs,omitempty"`
	// Times are moments of the session, in seconds, that were typed when there was no
	// transcript yet.
	Times []int `json:"times,omitempty"`
}

func (o own) raw() json.RawMessage {
	b, _ := json.Marshal(o) // strings always marshal
	return b
}

func ownOf(p documents.Paragraph) own {
	var o own
	if len(p.Attrs.Own) > 0 {
		_ = json.Unmarshal(p.Attrs.Own, &o) // what cannot be read has no part
	}
	return o
}

// Point is a takeaway or a call to action, as the public reads it.
type Point struct {
	Ref  string    `json:"ref" doc:"permanent name: document#paragraph"`
	Para string    `json:"para" doc:"paragraph of the report, part of its address"`
	Part string    `json:"part" enum:"takeaway,call"`
	Text core.Text `json:"text"`
	To   []string  `json:"to,omitempty" doc:"codes of those whom a call addresses"`
	ToAs string    `json:"to_as,omitempty" doc:"an addressee in words"`
	Orgs []core.ID `json:"organisations,omitempty" doc:"organisations whom a call addresses"`
	// Sources are what it is pinned to: moments of the transcript ("segment"), people
	// ("person") and paragraphs of statements ("paragraph").
	Sources []documents.Source `json:"sources,omitempty" doc:"what it is pinned to"`
	// Times are pins for which there is no transcript yet.
	Times    []int   `json:"times,omitempty" doc:"seconds of the session to which it is pinned, where there is no transcript"`
	Revision int     `json:"revision"`
	Session  core.ID `json:"session"`
}

// points takes the takeaways and calls out of a revision.
func points(session core.ID, rev documents.Revision) []Point {
	var out []Point
	for _, p := range rev.Paragraphs {
		o := ownOf(p)
		if o.Part == "" {
			continue
		}
		out = append(out, Point{
			Ref: documents.ParaRef(rev.Document, p.ID), Para: p.ID, Part: o.Part, Text: p.Text, To: o.To, ToAs: o.ToAs,
			Orgs: o.Orgs, Sources: p.Sources, Times: o.Times, Revision: rev.Number, Session: session,
		})
	}
	return out
}

// TakeawaysInput is the rapporteur's form.
type TakeawaysInput struct {
	Version      int64           `form:"version" ui:"hidden" json:"version"`
	NotesVersion int64           `form:"notes_version" ui:"hidden" json:"-"`
	Desk         bool            `form:"desk" ui:"hidden" json:"-"`            // notes and pins are part of the form
	Notes        string          `form:"notes" ui:"area" max:"20000" json:"-"` // private, of the crew
	Takeaways    []TakeawayInput `form:"takeaways" ui:"rows" json:"takeaways"`
	Calls        []CallInput     `form:"calls" ui:"rows" json:"calls"`
	Note         string          `form:"note" ui:"text" max:"500" json:"note"` // why a published report is corrected
}

// TakeawayInput is one takeaway in the form.
type TakeawayInput struct {
	Para   string    `form:"para" ui:"hidden" json:"para"`
	Text   core.Text `form:"text" ui:"area" max:"3000" json:"text"`
	Times  string    `form:"times" ui:"area" max:"1000" json:"-"`
	Who    []string  `form:"who" ui:"checks" json:"-"`
	Papers string    `form:"papers" ui:"area" max:"2000" json:"-"`

	Sources []documents.Source `form:"-" json:"-"` // what it rests on, where a program says it; nil: as before
}

// CallInput is one call to action in the form, with whom it addresses (E130).
type CallInput struct {
	Para   string    `form:"para" ui:"hidden" json:"para"`
	Text   core.Text `form:"text" ui:"area" max:"3000" json:"text"`
	To     []string  `form:"to" ui:"checks" json:"to"`
	Orgs   []string  `form:"orgs" ui:"checks" json:"orgs"`     // ids of organisations that were chosen
	Org    string    `form:"org" ui:"text" max:"300" json:"-"` // name of one more; unknown, it stays in words
	ToAs   string    `form:"to_as" ui:"text" max:"500" json:"to_as"`
	Times  string    `form:"times" ui:"area" max:"1000" json:"-"`
	Who    []string  `form:"who" ui:"checks" json:"-"`
	Papers string    `form:"papers" ui:"area" max:"2000" json:"-"`

	Sources []documents.Source `form:"-" json:"-"` // what it rests on, where a program says it; nil: as before
}

// clean drops empty rows.
func (in *TakeawaysInput) clean() {
	in.Takeaways = slices.DeleteFunc(in.Takeaways, func(t TakeawayInput) bool { return t.Text.Clean().IsZero() })
	in.Calls = slices.DeleteFunc(in.Calls, func(c CallInput) bool { return c.Text.Clean().IsZero() })
	for i := range in.Takeaways {
		in.Takeaways[i].Text = in.Takeaways[i].Text.Clean()
	}
	for i := range in.Calls {
		c := &in.Calls[i]
		c.Text, c.ToAs = c.Text.Clean(), strings.TrimSpace(c.ToAs)
		c.To = slices.Compact(slices.Sorted(slices.Values(c.To)))
		c.Org = strings.TrimSpace(c.Org)
	}
}

// paragraphs makes the document of the form.
func (in *TakeawaysInput) paragraphs() []documents.Paragraph {
	out := []documents.Paragraph{} // never nil: an empty report is a state of it
	for _, t := range in.Takeaways {
		p := documents.Paragraph{ID: t.Para, Kind: documents.Item, Text: t.Text, Sources: t.Sources}
		p.Attrs.Own = own{Part: PartTakeaway}.raw()
		out = append(out, p)
	}
	for _, c := range in.Calls {
		p := documents.Paragraph{ID: c.Para, Kind: documents.Item, Text: c.Text, Sources: c.Sources}
		p.Attrs.Own = own{Part: PartCall, To: c.To, ToAs: c.ToAs, Orgs: idsOf(c.Orgs)}.raw()
		out = append(out, p)
	}
	return out
}

// inputOf is the form of a revision.
func inputOf(rev documents.Revision) TakeawaysInput {
	in := TakeawaysInput{Version: rev.Version, Note: rev.Note}
	if !rev.Draft() {
		in.Note = ""
	}
	for _, p := range rev.Paragraphs {
		switch o := ownOf(p); o.Part {
		case PartTakeaway:
			in.Takeaways = append(in.Takeaways, TakeawayInput{Para: p.ID, Text: p.Text})
		case PartCall:
			in.Calls = append(in.Calls, CallInput{Para: p.ID, Text: p.Text, To: o.To, ToAs: o.ToAs, Orgs: wordsOf(o.Orgs)})
		}
	}
	return in
}

func idsOf(list []string) []core.ID {
	var out []core.ID
	for _, s := range list {
		if id := core.ID(s); id != "" && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

func wordsOf(list []core.ID) []string {
	var out []string
	for _, id := range list {
		out = append(out, string(id))
	}
	return out
}
