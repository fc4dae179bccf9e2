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
	Published core.Instant `bun:"published" json:"published" doc:"when it was first published"`
	Corrected core.Instant `bun:"corrected" json:"corrected" doc:"when it was last corrected"`
}

// Owed tells whether sessions of a type owe a report of the kind.
func Owed(t programme.Type, kind string) bool {
	if kind == Takeaways {
		return t.TakeawaysMinutes > 0
	}
	return t.ReportDays > 0
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
	if !Owed(t, kind) || ends.IsZero() || s.State == programme.StateCancelled || ends.Before(s.Created) {
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
	ToAs string   `json:"to_as,omitempty"` // addressee in words: an organisation
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
	Ref      string    `json:"ref" doc:"permanent name: document#paragraph"`
	Para     string    `json:"para" doc:"paragraph of the report, part of its address"`
	Part     string    `json:"part" enum:"takeaway,call"`
	Text     core.Text `json:"text"`
	To       []string  `json:"to,omitempty" doc:"codes of those whom a call addresses"`
	ToAs     string    `json:"to_as,omitempty" doc:"an addressee in words"`
	Revision int       `json:"revision"`
	Session  core.ID   `json:"session"`
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
			Revision: rev.Number, Session: session,
		})
	}
	return out
}

// TakeawaysInput is the rapporteur's form.
type TakeawaysInput struct {
	Version   int64           `form:"version" ui:"hidden" json:"version"`
	Takeaways []TakeawayInput `form:"takeaways" ui:"rows" json:"takeaways"`
	Calls     []CallInput     `form:"calls" ui:"rows" json:"calls"`
	Note      string          `form:"note" ui:"text" max:"500" json:"note"` // why a published report is corrected
}

// TakeawayInput is one takeaway in the form.
type TakeawayInput struct {
	Para string    `form:"para" ui:"hidden" json:"para"`
	Text core.Text `form:"text" ui:"area" max:"3000" json:"text"`
}

// CallInput is one call to action in the form, with whom it addresses (E130).
type CallInput struct {
	Para string    `form:"para" ui:"hidden" json:"para"`
	Text core.Text `form:"text" ui:"area" max:"3000" json:"text"`
	To   []string  `form:"to" ui:"checks" json:"to"`
	ToAs string    `form:"to_as" ui:"text" max:"200" json:"to_as"`
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
	}
}

// paragraphs makes the document of the form.
func (in *TakeawaysInput) paragraphs() []documents.Paragraph {
	out := []documents.Paragraph{} // never nil: an empty report is a state of it
	for _, t := range in.Takeaways {
		p := documents.Paragraph{ID: t.Para, Kind: documents.Item, Text: t.Text}
		p.Attrs.Own = own{Part: PartTakeaway}.raw()
		out = append(out, p)
	}
	for _, c := range in.Calls {
		p := documents.Paragraph{ID: c.Para, Kind: documents.Item, Text: c.Text}
		p.Attrs.Own = own{Part: PartCall, To: c.To, ToAs: c.ToAs}.raw()
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
			in.Calls = append(in.Calls, CallInput{Para: p.ID, Text: p.Text, To: o.To, ToAs: o.ToAs})
		}
	}
	return in
}

// FullInput is the form of the full report: paragraphs parted by empty lines; a line
// that begins with "# " is a heading.
type FullInput struct {
	Version int64     `form:"version" ui:"hidden" json:"version"`
	Text    core.Text `form:"text" ui:"area" max:"60000" required:"1" json:"text"`
	Note    string    `form:"note" ui:"text" max:"500" json:"note"`
}

// paragraphs cuts the text of each language; paragraphs of the languages belong
// together by their place.
func (in *FullInput) paragraphs() []documents.Paragraph {
	orig := cutText(in.Text.String())
	out := make([]documents.Paragraph, len(orig))
	for i, s := range orig {
		kind, level := documents.Plain, 0
		if h, ok := strings.CutPrefix(s, "# "); ok {
			kind, level, s = documents.Heading, 2, h
		}
		out[i] = documents.Paragraph{Kind: kind, Level: level, Text: core.NewText(in.Text.Orig, s)}
	}
	for _, lang := range core.Langs {
		if lang == in.Text.Orig {
			continue
		}
		for i, s := range cutText(in.Text.By[lang]) {
			if i < len(out) {
				out[i].Text = out[i].Text.With(lang, strings.TrimPrefix(s, "# "))
			}
		}
	}
	return out
}

func cutText(s string) []string {
	var out []string
	for _, p := range strings.Split(s, "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

func fullOf(rev documents.Revision) FullInput {
	by := map[string][]string{}
	orig := ""
	for _, p := range rev.Paragraphs {
		if orig == "" {
			orig = p.Text.Orig
		}
		for lang, s := range p.Text.By {
			if p.Kind == documents.Heading {
				s = "# " + s
			}
			by[lang] = append(by[lang], s)
		}
	}
	in := FullInput{Version: rev.Version, Text: core.Text{Orig: orig, By: map[string]string{}}}
	for lang, s := range by {
		in.Text.By[lang] = strings.Join(s, "\n\n")
	}
	return in
}
