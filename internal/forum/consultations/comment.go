package consultations

import (
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/solve/anchors"
)

// States of a comment.
const (
	Live      = "live"
	Withdrawn = "withdrawn" // by its author; its place stays
	Hidden    = "hidden"    // by moderation; the notice stands in its place
)

// Dispositions: what became of a comment.
const (
	Accepted   = "accepted"
	InPart     = "in-part"
	Rejected   = "rejected"
	OutOfScope = "out-of-scope"
	Duplicate  = "duplicate"
)

// Dispositions in the order in which a form offers them.
var Dispositions = []string{Accepted, InPart, Rejected, OutOfScope, Duplicate}

// Words of a commenter on the disposition of her comment.
const (
	Satisfied    = "satisfied"
	NotSatisfied = "not-satisfied"
)

// Mails that an author wants.
const (
	MailEach   = "each"   // a receipt, and a mail when something becomes of the comment
	MailDigest = "digest" // a receipt, and one mail when all comments are answered
	MailNone   = "none"
)

// Mails are the choices of an author.
var Mails = []string{MailEach, MailDigest, MailNone}

// Ways by which comments come.
const (
	ViaPage = "page"
	ViaAPI  = "api"
	ViaFile = "file"
	ViaMail = "mail"
)

// Comment is one comment, with who its author said she is.
type Comment struct {
	bun.BaseModel `bun:"table:comments,alias:co"`

	ID           core.ID `bun:"id,pk" json:"id"`
	Consultation core.ID `bun:"consultation" json:"-"`
	Number       int     `bun:"number" json:"number"`
	Account      core.ID `bun:"account" json:"-"`
	Person       core.ID `bun:"person" json:"person,omitempty"`
	Name         string  `bun:"name" json:"name,omitempty"`
	Group        string  `bun:"grp" json:"group,omitempty" doc:"stakeholder group, as stated"`
	Region       string  `bun:"region" json:"region,omitempty" doc:"regional group, as stated"`
	Country      string  `bun:"country" json:"country,omitempty"`
	Organisation string  `bun:"organisation" json:"organisation,omitempty"`
	Lang         string  `bun:"lang" json:"language"`
	Body         string  `bun:"body" json:"text,omitempty"`
	Proposal     string  `bun:"proposal" json:"proposal,omitempty" doc:"words proposed instead"`
	Label        string  `bun:"label" json:"label,omitempty" doc:"what moderation has put over it"`

	Revision   int    `bun:"revision" json:"revision" doc:"of the text that the author read"`
	Para       string `bun:"para" json:"paragraph,omitempty" doc:"empty: the whole text"`
	From       int    `bun:"from_rune" json:"from,omitempty" doc:"first of the words, in code points"`
	To         int    `bun:"to_rune" json:"to,omitempty"`
	Quote      string `bun:"quote" json:"quote,omitempty"`
	Before     string `bun:"quote_before" json:"-"`
	After      string `bun:"quote_after" json:"-"`
	Place      int    `bun:"place" json:"-"`
	AnchorLang string `bun:"anchor_lang" json:"quote_language,omitempty"`

	State    string  `bun:"state" json:"state" enum:"live,withdrawn,hidden"`
	Late     bool    `bun:"is_late" json:"late,omitempty"`
	Via      string  `bun:"via" json:"via" enum:"page,api,file,mail"`
	Mails    string  `bun:"mails" json:"-"`
	Supports int     `bun:"supports" json:"supports"`
	Assignee core.ID `bun:"assignee" json:"-"`

	Disposition string       `bun:"disposition" json:"disposition,omitempty" enum:"accepted,in-part,rejected,out-of-scope,duplicate"`
	Reason      core.Text    `bun:"reason" json:"reason,omitzero"`
	DuplicateOf int          `bun:"duplicate_of" json:"duplicate_of,omitempty"`
	DisposedBy  core.ID      `bun:"disposed_by" json:"-"`
	Disposed    core.Instant `bun:"disposed" json:"-"`
	Published   core.Instant `bun:"disposition_published" json:"disposed,omitzero"`
	Told        bool         `bun:"told" json:"-"`

	Word    string       `bun:"word" json:"word,omitempty" enum:"satisfied,not-satisfied"`
	WordWhy string       `bun:"word_why" json:"word_why,omitempty"`
	WordAt  core.Instant `bun:"word_at" json:"word_at,omitzero"`

	Created core.Instant `bun:"created" json:"created"`
	Edited  core.Instant `bun:"edited" json:"edited,omitzero"`
	Version int64        `bun:"version" json:"version"`

	Note    string       `bun:"-" json:"-"`                 // for the author and the staff alone
	Changes []ChangeLink `bun:"-" json:"changes,omitempty"` // what it led to
	Placed  *Placed      `bun:"-" json:"placed,omitempty"`  // in the revision that was asked for
}

// ChangeLink names a paragraph, or a sentence of it, that a comment changed.
type ChangeLink struct {
	Comment  core.ID `bun:"comment,pk" json:"-"`
	Revision int     `bun:"revision,pk" json:"revision"`
	Para     string  `bun:"para,pk" json:"paragraph"`
	Sentence int     `bun:"sentence,pk" json:"sentence,omitempty" doc:"counted from 1; 0 for the whole paragraph"`

	bun.BaseModel `bun:"table:comment_changes,alias:cc"`
}

// Placed says where a comment stands in a revision.
type Placed struct {
	Comment  core.ID        `bun:"comment,pk" json:"-"`
	Revision int            `bun:"revision,pk" json:"revision"`
	Para     string         `bun:"para" json:"paragraph,omitempty"`
	From     int            `bun:"from_rune" json:"from,omitempty"`
	To       int            `bun:"to_rune" json:"to,omitempty"`
	Result   anchors.Result `bun:"result" json:"result" enum:"exact,moved,changed,orphaned"`
	Score    float64        `bun:"score" json:"score"`

	bun.BaseModel `bun:"table:comment_places,alias:cp"`
}

func (c Comment) anchor() anchors.Anchor {
	return anchors.Anchor{Para: c.Para, Start: c.From, End: c.To, Quote: c.Quote, Before: c.Before, After: c.After, Position: c.Place}
}

func (c *Comment) setAnchor(a anchors.Anchor) {
	c.Para, c.From, c.To, c.Quote, c.Before, c.After, c.Place = a.Para, a.Start, a.End, a.Quote, a.Before, a.After, a.Position
}

// Words are those that the comment is about; empty where it is about a whole paragraph.
func (c Comment) Words() string {
	if c.To == 0 {
		return ""
	}
	return c.Quote
}

// Public tells whether its disposition is out.
func (c Comment) Public() bool { return !c.Published.IsZero() }

// CommentInput is the form of a comment.
type CommentInput struct {
	Version      int64  `form:"version" ui:"hidden" json:"version,omitempty"`
	Revision     int    `form:"revision" ui:"hidden" json:"revision,omitempty" doc:"of the text that was read; the newest published without it"`
	Para         string `form:"para" ui:"select" json:"paragraph,omitempty" doc:"id of a paragraph; empty for the whole text"`
	Quote        string `form:"quote" ui:"area" max:"2000" json:"quote,omitempty" doc:"words of the paragraph, as they stand there"`
	Body         string `form:"body" ui:"area" max:"8000" json:"text,omitempty" doc:"may be left out where words are proposed"`
	Proposal     string `form:"proposal" ui:"area" max:"6000" json:"proposal,omitempty"`
	Lang         string `form:"lang" ui:"select" required:"true" json:"language"`
	Private      string `form:"private" ui:"area" max:"4000" json:"private,omitempty" doc:"for the staff alone"`
	Name         string `form:"name" ui:"text" max:"200" required:"true" autocomplete:"name" json:"name"`
	Group        string `form:"group" ui:"select" required:"true" json:"group"`
	Region       string `form:"region" ui:"select" json:"region,omitempty"`
	Country      string `form:"country" ui:"select" json:"country,omitempty"`
	Organisation string `form:"organisation" ui:"text" max:"300" autocomplete:"organization" json:"organisation,omitempty"`
	Mails        string `form:"mails" ui:"radio" json:"mails,omitempty" enum:"each,digest,none"`

	// QuoteLang is the language in which the text was read; the text's own without it.
	QuoteLang string `form:"quote_lang" ui:"hidden" json:"quote_language,omitempty"`
}

// clean trims and checks what does not need the text.
func (s *Service) cleanComment(cs Consultation, in *CommentInput) core.Problems {
	in.Body, in.Proposal, in.Private = strings.TrimSpace(in.Body), strings.TrimSpace(in.Proposal), strings.TrimSpace(in.Private)
	in.Name, in.Organisation = strings.Join(strings.Fields(in.Name), " "), strings.Join(strings.Fields(in.Organisation), " ")
	if in.Mails == "" {
		in.Mails = MailEach
	}
	p := core.Validate(*in)
	if in.Body == "" && in.Proposal == "" {
		p.Add("body", "form.required")
	}
	if !slices.Contains(cs.Langs, in.Lang) {
		p.Add("lang", "consultations.error.lang")
	}
	if in.Group != "" && !s.vocab.Has(groupList, in.Group) {
		p.Add("group", "consultations.error.choose")
	}
	if in.Country != "" {
		if _, ok := s.vocab.Country(in.Country); !ok {
			p.Add("country", "consultations.error.choose")
		} else if in.Region == "" {
			in.Region = s.vocab.RegionOf(in.Country)
		}
	}
	switch {
	case in.Region == "":
		p.Add("region", "consultations.error.region")
	case !s.vocab.Has(regionList, in.Region):
		p.Add("region", "consultations.error.choose")
	}
	if !slices.Contains(Mails, in.Mails) {
		p.Add("mails", "consultations.error.choose")
	}
	if in.Private != "" && !cs.PrivateNotes {
		p.Add("private", "consultations.error.no_private")
	}
	if in.Proposal != "" && !cs.Proposals {
		p.Add("proposal", "consultations.error.no_proposals")
	}
	return p
}
