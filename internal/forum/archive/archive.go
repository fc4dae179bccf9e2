// Package archive takes what a forum kept elsewhere into the record: documents of its
// past (programmes, sessions' pages, summaries, yearly reports) and the schedules of
// other programs. A source is staged first: what it offers is listed with its place and
// how sure the reader is, and a person corrects, links and leaves out. Then all of it is
// applied or nothing, and one import can be taken back as a whole. What contradicts what
// is said, and nothing that stands is overwritten unless somebody chose so.
package archive

import (
	"encoding/json"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/formats/schedule"
)

// States of an import.
const (
	StateStaged  = "staged"  // read, waiting for somebody
	StateApplied = "applied" // taken in
	StateUndone  = "undone"  // taken in and back out
)

// Import is one source that was read for an edition.
type Import struct {
	bun.BaseModel `bun:"table:imports,alias:im"`

	ID      core.ID `bun:"id,pk" json:"id"`
	Edition core.ID `bun:"edition" json:"edition"`
	State   string  `bun:"state" json:"state" enum:"staged,applied,undone"`
	Name    string  `bun:"name" json:"name"`
	Shape   string  `bun:"shape" json:"shape" doc:"what it was read as: outlines, summary, frab-xml"`
	Lang    string  `bun:"lang" json:"lang"`
	File    string  `bun:"file" json:"file,omitempty" doc:"hash of the source file"`
	Source  string  `bun:"source" json:"-"` // as it was read, line by line; empty for a schedule
	// Open says that everybody may read the source; else the staff.
	Open       bool         `bun:"open_source" json:"open"`
	Confidence int          `bun:"confidence" json:"confidence" doc:"percent"`
	Options    Options      `bun:"options,type:jsonb" json:"-"`
	Found      Counts       `bun:"found,type:jsonb" json:"found"`
	Notes      []Note       `bun:"notes,type:jsonb" json:"notes"`
	Account    core.ID      `bun:"account" json:"-"`
	Person     core.ID      `bun:"person" json:"person,omitempty"`
	Program    string       `bun:"program" json:"program,omitempty"`
	At         core.Instant `bun:"at" json:"at" doc:"when it was applied, or staged if it is not"`
	// Origin is the source that was looked at; empty where somebody sent a file.
	Origin   core.ID      `bun:"origin" json:"origin,omitempty"`
	StagedAt core.Instant `bun:"staged_at" json:"staged_at"`
	UndoneAt core.Instant `bun:"undone_at" json:"undone_at"`
	Version  int64        `bun:"version" json:"version"`
}

// Options are how a source was read.
type Options struct {
	As      string           `json:"as,omitempty"`
	Mapping schedule.Mapping `json:"mapping,omitempty"`
}

// Item points from an imported thing to its place in the source.
type Item struct {
	bun.BaseModel `bun:"table:import_items,alias:ii"`

	Import   core.ID `bun:"import,pk" json:"import"`
	Position int     `bun:"position,pk" json:"-"`
	Kind     string  `bun:"kind" json:"kind"`
	Subject  core.ID `bun:"subject" json:"subject"`
	Label    string  `bun:"label" json:"label"`
	FromLine int     `bun:"from_line" json:"from_line"`
	ToLine   int     `bun:"to_line" json:"to_line"`
}

// Spot is where in the source something stands: lines of a text, a row of a table.
type Spot struct {
	Line    int    `json:"line,omitempty"`
	EndLine int    `json:"end_line,omitempty"`
	Row     int    `json:"row,omitempty"`
	Sheet   string `json:"sheet,omitempty"`
}

// Kinds of staged things.
const (
	KindEdition      = "edition"
	KindFigure       = "figure"
	KindPerson       = "person"
	KindOrganisation = "organisation"
	KindSession      = "session"
	KindTakeaways    = "takeaways"
	KindMessages     = "messages"
	KindGone         = "gone" // a session that the source had before and has no more
)

// Choices of what is to become of a staged thing.
const (
	ChoiceNew  = "new"
	ChoiceLink = "link" // it is Target; the taken changes are made to it
	ChoiceSkip = "skip"
)

// Staged is one thing that a source offers, and what is to become of it.
type Staged struct {
	bun.BaseModel `bun:"table:import_staged,alias:st"`

	Import      core.ID         `bun:"import,pk" json:"-"`
	Position    int             `bun:"position,pk" json:"position"`
	Kind        string          `bun:"kind" json:"kind"`
	Label       string          `bun:"label" json:"label"`
	Place       Spot            `bun:"place,type:jsonb" json:"place"`
	Confidence  int             `bun:"confidence" json:"confidence" doc:"percent"`
	Found       json.RawMessage `bun:"found,type:jsonb" json:"found"`
	Choice      string          `bun:"choice" json:"choice" enum:"new,link,skip"`
	Target      core.ID         `bun:"target" json:"target,omitempty"`
	Subject     core.ID         `bun:"subject" json:"subject,omitempty" doc:"what came of it"`
	Suggestions []Suggestion    `bun:"suggestions,type:jsonb" json:"suggestions"`
	Changes     []Change        `bun:"changes,type:jsonb" json:"changes"`
	Edited      bool            `bun:"edited" json:"edited"`
	Version     int64           `bun:"version" json:"version"`
}

// Suggestion is something that stands already and may be the staged thing. Reasons are
// codes whose sentences say why.
type Suggestion struct {
	Target  core.ID  `json:"target"`
	Label   string   `json:"label"`
	Detail  string   `json:"detail,omitempty"` // what tells it from others of its name
	Path    string   `json:"path,omitempty"`
	Reasons []string `json:"reasons"`
	Score   int      `json:"score" doc:"percent"`
}

// Why a staged field differs from what stands.
const (
	WhyFills       = "fills"       // nothing stands there
	WhyExtends     = "extends"     // the same and more
	WhyUpdates     = "updates"     // the same source says it anew
	WhyContradicts = "contradicts" // two sources disagree: it is taken only if somebody says so
	WhyGone        = "gone"        // the source has it no more
)

// Change is one field of a linked thing that the source says otherwise.
type Change struct {
	Field  string `json:"field"`
	Before Arg    `json:"before"`
	After  Arg    `json:"after"`
	Why    string `json:"why"`
	Take   bool   `json:"take"`
}

// Counts is what a source holds, for people: how many of what.
type Counts struct {
	Sessions        int `json:"sessions"`
	NewSessions     int `json:"new_sessions"`
	KnownSessions   int `json:"known_sessions"`
	Messages        int `json:"messages"`
	MessageSessions int `json:"message_sessions"`
	People          int `json:"people"`
	Organisations   int `json:"organisations"`
	Questions       int `json:"questions"`
	Takeaways       int `json:"takeaways"`
	Calls           int `json:"calls"`
	Figures         int `json:"figures"`
	Conflicts       int `json:"conflicts"`
	Repairs         int `json:"repairs"`
	Unread          int `json:"unread"`
	Gone            int `json:"gone,omitempty"` // sessions that the source had before
}

// Groups of notes.
const (
	NoteContradiction = "contradiction"
	NoteRepair        = "repair" // what was wrong in the file and how it was read
	NoteUnread        = "unread"
	NoteFact          = "fact" // what the source says of the meeting
)

// Note is something that a person should know of a source. Code and Args say it in the
// reader's language.
type Note struct {
	Group  string         `json:"group"`
	Code   string         `json:"code"`
	Args   map[string]Arg `json:"args,omitempty"`
	Place  Spot           `json:"place"`
	Second Spot           `json:"second"`
	Item   int            `json:"item" doc:"position of the staged thing that it is about; -1 for none"`
}

// Arg is a value in a note: words, a number, or a span of time that is written in the
// reader's language.
type Arg struct {
	S    string       `json:"s,omitempty"`
	N    int          `json:"n,omitempty"`
	From core.Instant `json:"from,omitzero"`
	To   core.Instant `json:"to,omitzero"`
	Date string       `json:"date,omitempty"` // YYYY-MM-DD
	Zone string       `json:"zone,omitempty"`
}
