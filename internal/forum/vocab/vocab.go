// Package vocab holds the vocabularies of the forum as data, in six languages:
// stakeholder groups, regional groups, regions, countries and their dated classes,
// Sustainable Development Goals, WSIS action lines, degrees of support, session
// formats, addressees. They come with the program; what the secretariat changes stays.
package vocab

import (
	"regexp"
	"strconv"

	"plenary/internal/core"
)

// The vocabularies. Codes of terms are stored by other rooms and never change.
const (
	Groups      = "stakeholder-group" // whom a person speaks for; dated, so that a year may merge two
	Flags       = "participant-flag"  // youth, parliamentarian, newcomer: beside the group, not groups
	Regions     = "regional-group"    // the five groups of the United Nations, igo, none
	Areas       = "m49-region"        // regions of the M49 standard
	Classes     = "country-class"     // LDC, LLDC, SIDS, transition
	Goals       = "sdg"               // 1 to 17
	ActionLines = "action-line"       // C1 to C11
	Support     = "support"           // degrees of support; Rank is 0 (diverse views) to 4 (broad)
	Formats     = "session-format"    // round table, panel, debate
	Addressees  = "addressee"         // whom a call to action is for
	Kinds       = "organisation-kind" // government, company, network
	Languages   = "language"          // languages that people speak
	CountryList = "country"           // not terms, but Options knows it
	MaxRank     = 4                   // highest degree of support
	maxLabel    = 160                 // characters
)

// Vocabulary says what may be done with a list of terms.
type Vocabulary struct {
	Code string `json:"code"`
	// Open vocabularies take further terms; the others are defined elsewhere.
	Open bool `json:"open" doc:"the secretariat may add terms"`
	// Dated vocabularies have terms that count in some years only.
	Dated bool `json:"dated" doc:"terms may be valid for some years only"`
	// Ranked vocabularies give each term a degree from 0 to 4.
	Ranked bool `json:"ranked" doc:"terms have a degree from 0 to 4"`
}

// All are the vocabularies in the order in which they are shown.
var All = []Vocabulary{
	{Code: Groups, Open: true, Dated: true},
	{Code: Flags, Open: true},
	{Code: Regions},
	{Code: Areas},
	{Code: Classes},
	{Code: Goals},
	{Code: ActionLines},
	{Code: Support, Open: true, Ranked: true},
	{Code: Formats, Open: true},
	{Code: Addressees, Open: true},
	{Code: Kinds, Open: true},
	{Code: Languages, Open: true},
}

// Find gives the vocabulary of that code.
func Find(code string) (Vocabulary, bool) {
	for _, v := range All {
		if v.Code == code {
			return v, true
		}
	}
	return Vocabulary{}, false
}

// Term is one entry of a vocabulary.
type Term struct {
	Vocab string    `json:"vocabulary"`
	Code  string    `json:"code"`
	Label core.Text `json:"label"`
	Place int       `json:"place" doc:"position in the list"`
	Rank  int       `json:"rank" doc:"degree from 0 to 4, where the vocabulary is ranked"`
	From  string    `json:"valid_from,omitempty" doc:"first day on which the term counts; empty for always"`
	Until string    `json:"valid_until,omitempty" doc:"first day on which it no longer counts"`
	// Within is the term under which this one counts on days when it is not valid.
	Within  string `json:"within,omitempty" doc:"the term under which it counts while it is not valid"`
	Parent  string `json:"parent,omitempty" doc:"the region that contains this one"`
	Edited  bool   `json:"edited" doc:"changed or added by the secretariat"`
	Version int64  `json:"version"`
}

// Valid tells whether the term counts on a day like 2023-10-11. The empty day is any day.
func (t Term) Valid(day string) bool {
	return day == "" || (t.From == "" || t.From <= day) && (t.Until == "" || day < t.Until)
}

// Subject names a term in the record.
func Subject(vocab, code string) core.ID { return core.ID(vocab + "/" + code) }

// Membership is one country's time in a class. From is the first day in it (empty:
// not found, but before the first meeting of the forum), Until the first day outside.
type Membership struct {
	Class     string `json:"class"`
	From      string `json:"from,omitempty"`
	Until     string `json:"until,omitempty"`
	Scheduled bool   `json:"scheduled,omitempty" doc:"the end is planned, not yet a fact"`
	Source    string `json:"source,omitempty"`
	Recalled  bool   `json:"recalled,omitempty" doc:"a date in it is from memory"`
	Note      string `json:"note,omitempty"`
	Version   int64  `json:"version"`
}

// On tells whether the country is in the class on a day.
func (m Membership) On(day string) bool {
	return (m.From == "" || m.From <= day) && (m.Until == "" || day < m.Until)
}

// Country is one entry of ISO 3166-1, with the name that the forum shows.
type Country struct {
	Alpha2    string       `json:"alpha2"`
	Alpha3    string       `json:"alpha3"`
	M49       string       `json:"m49"`
	Member    bool         `json:"un_member"`
	Group     string       `json:"regional_group,omitempty" doc:"empty where the country is in none"`
	Region    string       `json:"region,omitempty" doc:"M49 code"`
	Subregion string       `json:"subregion,omitempty" doc:"M49 code"`
	Name      core.Text    `json:"name"`
	Classes   []Membership `json:"classes,omitempty"`
	Edited    bool         `json:"edited" doc:"the secretariat has changed a name"`
	Version   int64        `json:"version"`
}

// TermInput is the form of a term.
type TermInput struct {
	Version int64     `form:"version" ui:"hidden"`
	Label   core.Text `form:"label" required:"1" max:"160"`
	Place   int       `form:"place" ui:"number" required:"1"`
	Rank    string    `form:"rank" ui:"radio"`
	From    string    `form:"from" ui:"date"`
	Until   string    `form:"until" ui:"date"`
	Within  string    `form:"within" ui:"select"`
}

// NewTermInput is the form of a further term.
type NewTermInput struct {
	Code  string    `form:"code" required:"1" max:"40"`
	Label core.Text `form:"label" required:"1" max:"160"`
	Rank  string    `form:"rank" ui:"radio"`
}

// CountryInput is the form of a country: its name per language, and its classes.
type CountryInput struct {
	Version int64      `form:"version" ui:"hidden"`
	Name    core.Text  `form:"name" required:"1" max:"120"`
	Classes []ClassRow `form:"classes" ui:"rows"`
}

// ClassRow is a row of that form. A row whose class is emptied is taken away.
type ClassRow struct {
	Class     string `form:"class" ui:"select"`
	From      string `form:"from" ui:"date"`
	Until     string `form:"until" ui:"date"`
	Scheduled bool   `form:"scheduled" ui:"check"`
	Note      string `form:"note" max:"500"`
}

var codeForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Validate checks a term against the rules of its vocabulary.
func (in TermInput) Validate(v Vocabulary) error {
	p := core.Validate(in)
	checkDay(&p, "from", in.From)
	checkDay(&p, "until", in.Until)
	if in.From != "" && in.Until != "" && in.Until <= in.From {
		p.Add("until", "vocab.error.until_first")
	}
	checkRank(&p, v, in.Rank)
	return p.Err()
}

// Validate checks a new term; whether its code is free is seen when it is written.
func (in NewTermInput) Validate(v Vocabulary) error {
	p := core.Validate(in)
	if in.Code != "" && !codeForm.MatchString(in.Code) {
		p.Add("code", "vocab.error.code")
	}
	checkRank(&p, v, in.Rank)
	return p.Err()
}

func checkRank(p *core.Problems, v Vocabulary, rank string) {
	if !v.Ranked {
		return
	}
	if n, err := strconv.Atoi(rank); err != nil || n < 0 || n > MaxRank {
		p.Add("rank", "vocab.error.rank")
	}
}

func checkDay(p *core.Problems, path, day string) {
	if day == "" {
		return
	}
	if _, err := core.ParseDate(day); err != nil {
		p.Add(path, "core.date.unreadable", "Date", day)
	}
}
