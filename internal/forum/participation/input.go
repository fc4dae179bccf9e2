package participation

import (
	"slices"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/blob"
)

// Input is what somebody says to take part. Fields that stand for themselves have the
// codes of the vocabularies; Category is a code of the edition's categories.
type Input struct {
	Version      int64         `form:"version" json:"version,omitempty" doc:"of the registration that is corrected"`
	Honorific    string        `form:"honorific" max:"40" json:"honorific,omitempty"`
	Name         string        `form:"name" max:"120" required:"true" json:"name" doc:"as on the badge"`
	Title        string        `form:"title" max:"160" json:"title,omitempty" doc:"function"`
	Organisation string        `form:"organisation" max:"200" json:"organisation,omitempty"`
	Stakeholder  string        `form:"stakeholder" required:"true" json:"stakeholder"`
	Country      string        `form:"country" required:"true" json:"country" doc:"ISO 3166-1 alpha-2"`
	Mode         string        `form:"mode" required:"true" json:"mode" enum:"onsite,online,both"`
	Category     string        `form:"category" required:"true" json:"category"`
	Hub          string        `form:"hub" json:"hub,omitempty"`
	Gender       string        `form:"gender" json:"gender,omitempty" enum:",woman,man,nonbinary,own,unsaid"`
	GenderOwn    string        `form:"gender_own" max:"60" json:"gender_own,omitempty"`
	FirstTime    string        `form:"first_time" json:"first_time,omitempty" enum:",yes,no"`
	Youth        bool          `form:"youth" json:"youth,omitempty"`
	Parliament   bool          `form:"parliamentarian" json:"parliamentarian,omitempty"`
	AccessNeeds  string        `form:"access_needs" max:"1000" json:"access_needs,omitempty"`
	Diet         string        `form:"diet" max:"300" json:"diet,omitempty"`
	Visa         Visa          `json:"visa,omitzero"`
	ShowName     bool          `form:"show_name" json:"show_name,omitempty"`
	ShowOrg      bool          `form:"show_organisation" json:"show_organisation,omitempty"`
	ShowCountry  bool          `form:"show_country" json:"show_country,omitempty"`
	Conduct      bool          `form:"conduct" json:"conduct,omitempty" doc:"the code of conduct is accepted"`
	Lang         string        `form:"lang" json:"lang,omitempty"`
	Answers      calls.Answers `json:"answers,omitempty"`

	Files []blob.Blob `json:"-"` // that came with the answers

	// Email is asked for where somebody registers another.
	Email string `form:"email" json:"-"`
	// Reason is what the staff says when it corrects for somebody.
	Reason string `form:"reason" max:"300" json:"-"`
}

// InputOf is the form of a registration as it stands.
func InputOf(r *Registration) Input {
	return Input{
		Version: r.Version, Honorific: r.Honorific, Name: r.Name, Title: r.Title, Organisation: r.Organisation, Stakeholder: r.Stakeholder, Country: r.Country,
		Mode: r.Mode, Category: string(r.Category), Hub: string(r.Hub), Gender: r.Gender, GenderOwn: r.GenderOwn, FirstTime: r.FirstTime,
		Youth: r.Youth, Parliament: r.Parliament, AccessNeeds: r.AccessNeeds, Diet: r.Diet, Visa: r.Visa,
		ShowName: r.ShowName, ShowOrg: r.ShowOrg, ShowCountry: r.ShowCountry, Conduct: !r.Conduct.IsZero(), Lang: r.Lang, Answers: r.Answers, Email: r.Email,
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// check cleans an input and tells what is wrong with it. staff may choose categories that
// are not offered; was is the registration that is corrected, or nil.
func (s *Service) check(set *editions.Setting, st *Setting, form calls.Form, in *Input, was *Registration, staff bool) core.Problems {
	for _, f := range []*string{&in.Honorific, &in.Name, &in.Title, &in.Organisation, &in.GenderOwn, &in.Diet, &in.Visa.Name, &in.Visa.Passport} {
		*f = oneLine(*f)
	}
	in.AccessNeeds, in.Reason = strings.TrimSpace(in.AccessNeeds), strings.TrimSpace(in.Reason)
	p := core.Validate(*in)
	pick := func(path, v string, ok bool) {
		if v != "" && !ok {
			p.Add(path, "participation.error.choice")
		}
	}
	pick("stakeholder", in.Stakeholder, s.Vocab.Has(vocab.Groups, in.Stakeholder))
	_, known := s.Vocab.Country(in.Country)
	pick("country", in.Country, known)
	pick("mode", in.Mode, slices.Contains(Modes, in.Mode))
	pick("gender", in.Gender, slices.Contains(Genders, in.Gender))
	pick("first_time", in.FirstTime, in.FirstTime == "yes" || in.FirstTime == "no")
	if in.Gender != "own" {
		in.GenderOwn = ""
	}
	if in.Mode == ModeOnsite {
		in.Hub = ""
	}
	if in.Category != "" {
		i := slices.IndexFunc(st.Categories, func(c Category) bool { return c.Code == in.Category || string(c.ID) == in.Category })
		switch {
		case i < 0, st.Categories[i].Staffed && !staff && (was == nil || was.Category != st.Categories[i].ID):
			p.Add("category", "participation.error.choice")
		default:
			c := st.Categories[i]
			in.Category = string(c.ID)
			if c.Mode != "" && in.Mode != "" && c.Mode != in.Mode && in.Mode != ModeBoth {
				p.Add("mode", "participation.error.mode."+c.Mode)
			}
		}
	}
	if !in.Conduct && !st.Conduct.IsZero() && !staff {
		p.Add("conduct", "participation.error.conduct")
	}
	in.Visa.check(&p)
	if !core.LangKnown(in.Lang) {
		in.Lang = core.Langs[0]
	}
	in.Answers = form.Kept(in.Answers)
	p = append(p, form.Wrong(in.Answers, s.Calls.Known(set))...)
	if !staff {
		for _, key := range form.Missing(in.Answers) {
			p.Add("a."+key, "form.required")
		}
	}
	return p
}

// check asks of a letter of invitation what a consulate asks.
func (v *Visa) check(p *core.Problems) {
	if !v.Wanted {
		*v = Visa{}
		return
	}
	for _, f := range []struct {
		path, value string
		most        int
	}{{"visa_name", v.Name, 120}, {"visa_nationality", v.Nationality, 2}, {"visa_passport", v.Passport, 40}, {"visa_born", v.Born, 10}} {
		switch {
		case f.value == "":
			p.Add(f.path, "form.required")
		case len([]rune(f.value)) > f.most:
			p.Add(f.path, "form.too_long", "Count", f.most, "Have", len([]rune(f.value)))
		}
	}
	day := func(path, s string) time.Time {
		if s == "" {
			return time.Time{}
		}
		t, err := core.ParseDate(s)
		if err != nil {
			p.Add(path, "core.date.unreadable", "Date", s)
		}
		return t
	}
	day("visa_born", v.Born)
	from, until := day("visa_arrives", v.Arrives), day("visa_leaves", v.Leaves)
	if !from.IsZero() && !until.IsZero() && until.Before(from) {
		p.Add("visa_leaves", "participation.error.leaves")
	}
}

// fill puts what was said into a registration.
func (in Input) fill(r *Registration, now core.Instant) {
	r.Honorific, r.Name, r.Title, r.Organisation = in.Honorific, in.Name, in.Title, in.Organisation
	r.Stakeholder, r.Country, r.Mode, r.Category, r.Hub = in.Stakeholder, in.Country, in.Mode, core.ID(in.Category), core.ID(in.Hub)
	r.Gender, r.GenderOwn, r.FirstTime, r.Youth, r.Parliament = in.Gender, in.GenderOwn, in.FirstTime, in.Youth, in.Parliament
	r.AccessNeeds, r.Diet, r.Visa, r.Answers, r.Lang = in.AccessNeeds, in.Diet, in.Visa, in.Answers, in.Lang
	r.ShowName, r.ShowOrg, r.ShowCountry = in.ShowName, in.ShowOrg && in.ShowName, in.ShowCountry && in.ShowName
	if in.Conduct && r.Conduct.IsZero() {
		r.Conduct = now
	}
}
