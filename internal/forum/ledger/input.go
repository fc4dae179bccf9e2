package ledger

import (
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/platform/blob"
)

// LinkInput is one link of evidence.
type LinkInput struct {
	Title string `form:"title" ui:"text" max:"200" json:"title"`
	URL   string `form:"url" ui:"url" max:"500" json:"url"`
}

// Kept is a copy that is kept: its bytes are stored, and the act lists them.
type Kept struct {
	Title string
	Blob  blob.Blob
}

// ClaimInput is what an organisation says: an answer to a call, or a commitment by
// itself.
type ClaimInput struct {
	Organisation     string      `form:"organisation" ui:"select" json:"organisation"`
	OrganisationName string      `form:"organisation_name" ui:"text" max:"200" json:"organisation_name"`
	Kind             string      `form:"kind" ui:"radio" required:"1" json:"kind"`
	Words            core.Text   `form:"words" ui:"area" max:"4000" required:"1" json:"words"`
	Due              string      `form:"due" ui:"date" json:"due"`
	Said             string      `form:"said" ui:"date" json:"said"`
	Contact          string      `form:"contact" ui:"text" max:"200" json:"contact"`
	Session          string      `form:"session" ui:"text" max:"500" json:"session"`
	Links            []LinkInput `form:"links" ui:"rows" json:"links"`
	CopyTitle        string      `form:"copy_title" ui:"text" max:"200" json:"copy_title"`
	CopyText         string      `form:"copy_text" ui:"area" max:"100000" json:"copy_text"`
	File             string      `form:"file" ui:"file" json:"-"`

	Kept []Kept `form:"-" json:"-"`
}

// UpdateInput is a further step of a commitment.
type UpdateInput struct {
	Version   int64       `form:"version" ui:"hidden" json:"version"`
	State     string      `form:"state" ui:"radio" required:"1" json:"state"`
	Words     core.Text   `form:"words" ui:"area" max:"4000" required:"1" json:"words"`
	Due       string      `form:"due" ui:"date" json:"due"`
	Links     []LinkInput `form:"links" ui:"rows" json:"links"`
	CopyTitle string      `form:"copy_title" ui:"text" max:"200" json:"copy_title"`
	CopyText  string      `form:"copy_text" ui:"area" max:"100000" json:"copy_text"`
	File      string      `form:"file" ui:"file" json:"-"`

	Kept []Kept `form:"-" json:"-"`
}

// checkLinks drops empty rows and says what is wrong with the others.
func checkLinks(p *core.Problems, list []LinkInput) []LinkInput {
	var out []LinkInput
	for i, l := range list {
		l.Title, l.URL = strings.TrimSpace(l.Title), strings.TrimSpace(l.URL)
		switch {
		case l.Title == "" && l.URL == "":
			continue
		case !core.WebAddress(l.URL):
			p.Add(core.Row("links", i)+"url", "ledger.error.url")
		case l.Title == "":
			p.Add(core.Row("links", i)+"title", "form.required")
		}
		out = append(out, l)
	}
	return out
}

func checkDay(p *core.Problems, field, day string) {
	if day == "" {
		return
	}
	if t, err := core.ParseDate(day); err != nil || t.Year() < 1900 || t.Year() > 2200 {
		p.Add(field, "ledger.error.date")
	}
}

func (in *ClaimInput) validate(today string) core.Problems {
	in.Words = in.Words.Clean()
	p := core.Validate(*in)
	in.Contact, in.Session = strings.TrimSpace(in.Contact), strings.TrimSpace(in.Session)
	if in.Kind != "" && !slices.Contains(Kinds, in.Kind) {
		p.Add("kind", "ledger.error.kind")
	}
	checkDay(&p, "due", in.Due)
	checkDay(&p, "said", in.Said)
	if in.Said == "" {
		in.Said = today
	}
	if in.Said > today {
		p.Add("said", "ledger.error.future")
	}
	if in.Kind != KindCommitment {
		in.Due = ""
	}
	in.Links = checkLinks(&p, in.Links)
	return p
}

func (in *UpdateInput) validate() core.Problems {
	in.Words = in.Words.Clean()
	p := core.Validate(*in)
	if in.State != "" && !slices.Contains(Steps, in.State) {
		p.Add("state", "ledger.error.step")
	}
	checkDay(&p, "due", in.Due)
	in.Links = checkLinks(&p, in.Links)
	if in.State == Done && len(in.Links) == 0 && len(in.Kept) == 0 {
		p.Add("links", "ledger.error.no_evidence")
	}
	return p
}
