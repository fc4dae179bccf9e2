// Package messages holds the Messages of an edition: what is compiled from the
// published takeaways of its sessions, each sentence with what it rests on, how far it
// is supported and who dissents.
package messages

import (
	"encoding/json"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
)

// States of a set of Messages.
const (
	StateNone    = "none"      // nobody has begun
	StateDrafted = "drafted"   // being written, seen by editors only
	StateDraft   = "published" // a draft is public
	StateFinal   = "final"
)

// Set is the Messages of one edition, named after its city (E138).
type Set struct {
	bun.BaseModel `bun:"table:message_sets,alias:ms"`

	Edition   core.ID      `bun:"edition,pk" json:"edition"`
	Document  core.ID      `bun:"document" json:"document"`
	Name      core.Text    `bun:"name" json:"name"`
	State     string       `bun:"state" json:"state" enum:"drafted,published,final"`
	Published core.Instant `bun:"published" json:"published" doc:"when a draft was first public"`
	Finalised core.Instant `bun:"finalised" json:"finalised"`
	Next      int          `bun:"next" json:"-"` // number of the next Message: never used twice
	// Unsigned is the secretariat's reason to publish the final text although signatures
	// were missing; everybody reads it.
	Unsigned string    `bun:"unsigned_reason" json:"unsigned_reason,omitempty" doc:"why it became final without all signatures"`
	Note     core.Text `bun:"note" json:"note" doc:"whose views the Messages reflect, and what they are"`
}

// Kinds of sources that a sentence may rest on, beside documents.SourceParagraph and
// floor.SourceSegment.
const (
	SourceTakeaway = "takeaway"
	SourceSession  = "session"
	// SourceOwn says that a sentence is the drafters' own: it rests on nothing else, and
	// the source's note says why it stands there.
	SourceOwn = "own"
)

// ownRef is the reference of each source of the kind SourceOwn.
const ownRef = "drafters"

// Parts of the document.
const (
	partMessage     = "message"
	partHeading     = "heading"
	partAttribution = "attribution"
)

// own is what this room keeps with a paragraph.
type own struct {
	Part    string  `json:"part"`
	N       int     `json:"n,omitempty"`       // permanent number of a Message in its edition
	Session core.ID `json:"session,omitempty"` // the session it is ordered under
	Theme   core.ID `json:"theme,omitempty"`
	// Evidence is the raw material that lay before the drafters, as "kind:ref": it is
	// offered as a source for each sentence.
	Evidence []string `json:"evidence,omitempty"`
}

func (o own) raw() json.RawMessage {
	b, _ := json.Marshal(o) // strings and numbers always marshal
	return b
}

func ownOf(p documents.Paragraph) own {
	var o own
	if len(p.Attrs.Own) > 0 {
		_ = json.Unmarshal(p.Attrs.Own, &o) // what cannot be read has no part
	}
	return o
}

// Message is one Message of a set.
type Message struct {
	N       int     // permanent number: /2023/messages/12
	Session core.ID // the session it is ordered under; empty where it rests on several
	Theme   core.ID
	Para    documents.Paragraph
}

// Group is the Messages of one session or theme, with the note on whose views they
// reflect (E143).
type Group struct {
	Session, Theme core.ID
	Heading        core.Text
	Attribution    core.Text
	Messages       []Message
}

// groups reads a revision as groups of Messages in the order of the text.
func groups(rev documents.Revision) []Group {
	var out []Group
	at := func(o own) *Group {
		if len(out) == 0 {
			out = append(out, Group{Session: o.Session, Theme: o.Theme})
		}
		return &out[len(out)-1]
	}
	for _, p := range rev.Paragraphs {
		switch o := ownOf(p); o.Part {
		case partHeading:
			out = append(out, Group{Session: o.Session, Theme: o.Theme, Heading: p.Text})
		case partAttribution:
			at(o).Attribution = p.Text
		case partMessage:
			g := at(o)
			g.Messages = append(g.Messages, Message{N: o.N, Session: o.Session, Theme: o.Theme, Para: p})
		}
	}
	return slices.DeleteFunc(out, func(g Group) bool { return len(g.Messages) == 0 })
}

// byTheme orders the Messages of groups by the themes given, those without one last.
func byTheme(in []Group, themes []core.ID, names map[core.ID]core.Text, themeOf func(Message) core.ID) []Group {
	out := make([]Group, len(themes)+1)
	for i, t := range themes {
		out[i] = Group{Theme: t, Heading: names[t]}
	}
	for _, g := range in {
		for _, m := range g.Messages {
			i := slices.Index(themes, themeOf(m))
			if i < 0 {
				i = len(themes)
			}
			out[i].Messages = append(out[i].Messages, m)
		}
	}
	return slices.DeleteFunc(out, func(g Group) bool { return len(g.Messages) == 0 })
}

// find gives the Message of a number.
func find(rev documents.Revision, n int) (Message, bool) {
	for _, g := range groups(rev) {
		for _, m := range g.Messages {
			if m.N == n {
				return m, true
			}
		}
	}
	return Message{}, false
}
