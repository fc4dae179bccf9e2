// Package papers holds every text of the forum that is neither a session's report nor
// Messages: statements presented at a session, papers, charters and outcome documents of
// a body, joint statements with bracketed text and those who endorse them, outputs of a
// track, and daily summaries by outside reporters.
package papers

import (
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// Kinds of papers.
const (
	Statement   = "statement"    // presented at a session (E135)
	PaperKind   = "paper"        // of a body (E149)
	Outcome     = "outcome"      // best practices of a body (E150)
	Charter     = "charter"      // terms of reference, rules
	Joint       = "joint"        // a joint statement: brackets and endorsements
	TrackOutput = "track-output" // of a track: parliamentary, youth (E147)
	Vision      = "vision"       // a vision paper
	Daily       = "daily"        // a summary of a day by outside reporters: never official
	Guidelines  = "guidelines"
)

// Kinds are all kinds in the order in which they are shown.
var Kinds = []string{Statement, PaperKind, Outcome, Charter, Joint, TrackOutput, Vision, Daily, Guidelines}

// States of a paper. What is published is a draft version for everybody to read; final
// freezes it, and from then on only a visible correction changes it.
const (
	StateDraft     = "draft"
	StateOpenDraft = "open-draft" // only in the policy: a draft that everybody may read
	StatePublished = "published"
	StateFinal     = "final"
)

// DocumentKind is the kind of the documents that hold the words of papers.
const DocumentKind = "paper"

// Licences are those that a form offers; any other is said in words.
var Licences = []string{"CC-BY-4.0", "CC-BY-SA-4.0", "CC0-1.0", "all-rights-reserved"}

// Paper is one text with what it belongs to. Kind, Edition, Body and Session never change.
type Paper struct {
	bun.BaseModel `bun:"table:papers,alias:pa"`

	ID           core.ID   `bun:"id,pk" json:"id"`
	Scope        string    `bun:"scope" json:"-"` // the edition, else the forum: where its events stand
	Kind         string    `bun:"kind" json:"kind" enum:"statement,paper,outcome,charter,joint,track-output,vision,daily,guidelines"`
	Edition      core.ID   `bun:"edition" json:"edition,omitempty"`
	Body         core.ID   `bun:"body" json:"body,omitempty"`
	Session      core.ID   `bun:"session" json:"session,omitempty" doc:"the session at which it was presented"`
	Document     core.ID   `bun:"document" json:"document,omitempty" doc:"empty where there is only a link"`
	URL          string    `bun:"url" json:"url,omitempty" doc:"where it stands outside"`
	File         core.ID   `bun:"file" json:"file,omitempty" doc:"the file as it was handed in"`
	Title        core.Text `bun:"title" json:"title"`
	By           string    `bun:"by_words" json:"by,omitempty" doc:"who wrote it, as they want to be named"`
	Person       core.ID   `bun:"person" json:"person,omitempty"`
	Organisation core.ID   `bun:"organisation" json:"organisation,omitempty"`
	Unofficial   bool      `bun:"unofficial" json:"unofficial" doc:"written by others than the forum"`
	Licence      string    `bun:"licence" json:"licence,omitempty" doc:"SPDX name, all-rights-reserved, or words"`
	Day          string    `bun:"day" json:"day,omitempty" doc:"the day that it is of, YYYY-MM-DD"`
	State        string    `bun:"state" json:"state" enum:"draft,published,final"`
	OpenDraft    bool      `bun:"open_draft" json:"open_draft,omitempty" doc:"everybody may read it while it is being written"`
	WithBrackets bool      `bun:"with_brackets" json:"with_brackets,omitempty" doc:"final although passages have no consensus"`

	EndorseFrom  core.Instant `bun:"endorse_from" json:"endorse_from"`
	EndorseUntil core.Instant `bun:"endorse_until" json:"endorse_until"`
	EndorseZone  string       `bun:"endorse_zone" json:"endorse_zone,omitempty"`

	Created   core.Instant `bun:"created" json:"-"`
	Published core.Instant `bun:"published" json:"published" doc:"when it was first published"`
	Finalised core.Instant `bun:"finalised" json:"finalised"`
	Version   int64        `bun:"version" json:"version"`
}

// Path is the paper's permanent address.
func (p Paper) Path() string { return "/papers/" + string(p.ID) }

// Label is the title in a language, or in the original.
func (p Paper) Label(lang string) string {
	s, _ := p.Title.In(lang)
	return s
}

// Public tells whether everybody may read a version that was published.
func (p Paper) Public() bool { return p.State == StatePublished || p.State == StateFinal }

// policyState is the state in which the policy judges the paper.
func (p Paper) policyState() string {
	if p.State == StateDraft && p.OpenDraft {
		return StateOpenDraft
	}
	return p.State
}

// KnownKind tells whether there is a kind of that name.
func KnownKind(kind string) bool { return slices.Contains(Kinds, kind) }
