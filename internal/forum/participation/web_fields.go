package participation

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/web"
)

// asking says for whom the form of a registration is printed.
type asking struct {
	set   *editions.Setting
	st    *Setting
	form  calls.Form
	was   *Registration // nil: a new one
	staff bool
	hubs  []web.Option
}

// fields are the questions that every registration is asked, and then those that the staff
// added. Nothing of it stands in the form that is not used: what is asked has a reason.
func (w *Web) fields(c *web.C, x asking) []*web.Field {
	word := func(name string) string { return c.T("participation.field." + name) }
	help := func(name string) string {
		if key := "participation.field." + name + ".help"; c.S.Catalog.Has(key) {
			return c.T(key)
		}
		return ""
	}
	field := func(kind, name string, more ...func(*web.Field)) *web.Field {
		f := &web.Field{Kind: kind, Name: name, Label: word(name), Help: help(name)}
		for _, fn := range more {
			fn(f)
		}
		return f
	}
	must := func(f *web.Field) { f.Required = true }
	most := func(n int) func(*web.Field) { return func(f *web.Field) { f.Max = n } }
	from := func(o []web.Option) func(*web.Field) { return func(f *web.Field) { f.Options = o } }
	auto := func(s string) func(*web.Field) { return func(f *web.Field) { f.Autocomplete = s } }
	only := func(s string) func(*web.Field) { return func(f *web.Field) { f.If = s } }
	head := func(name string) *web.Field {
		return &web.Field{Kind: "heading", Name: "h." + name, Label: c.T("participation.part." + name), Help: help("part." + name)}
	}
	none := web.Option{Label: c.T("form.none")}
	out := []*web.Field{
		{Name: "version", Kind: "hidden"},
		head("you"),
		field("text", "name", must, most(120), auto("name")),
		field("text", "honorific", most(40), auto("honorific-prefix")),
		field("text", "organisation", most(200), auto("organization")),
		field("text", "title", most(160), auto("organization-title")),
		field("select", "stakeholder", must, from(append([]web.Option{none}, w.s.Vocab.OptionsOn(c.Lang, vocab.Groups, x.set.FirstDay)...))),
		field("select", "country", must, from(append([]web.Option{none}, w.s.Vocab.Options(c.Lang, vocab.CountryList)...))),
		head("part"),
		field("radio", "mode", must, from(options(c, "participation.mode.", Modes...))),
		field("radio", "category", must, from(x.categories(c))),
	}
	if len(x.hubs) > 0 {
		out = append(out, field("select", "hub", from(x.hubs), only("mode=online|both")))
	}
	out = append(
		out,
		head("count"),
		field("radio", "gender", from(options(c, "participation.gender.", Genders...))),
		field("text", "gender_own", most(60), only("gender=own")),
		field("radio", "first_time", from(options(c, "participation.first_time.", "yes", "no"))),
		field("check", "youth"), field("check", "parliamentarian"),
		head("needs"),
		field("area", "access_needs", most(1000), func(f *web.Field) { f.Lines = 3 }),
		field("text", "diet", most(300)),
	)
	if x.st.VisaLetter {
		yes := only("visa=")
		out = append(
			out,
			field("check", "visa"), field("text", "visa_name", most(120), yes), field("select", "visa_nationality", from(w.s.Vocab.Options(c.Lang, vocab.CountryList)), yes),
			field("text", "visa_passport", most(40), yes), field("date", "visa_born", yes), field("date", "visa_arrives", yes), field("date", "visa_leaves", yes),
		)
	}
	out = append(out, x.form.Fields(c, w.s.Vocab, w.choices(c, x.set), x.answers(), nil)...)
	out = append(out, head("public"), field("check", "show_name"), field("check", "show_organisation", only("show_name=")), field("check", "show_country", only("show_name=")))
	if !x.staff && !x.st.Conduct.IsZero() {
		out = append(out, head("conduct"), field("check", "conduct", must))
	}
	if len(core.Langs) > 1 {
		var langs []web.Option
		for _, l := range core.Langs {
			langs = append(langs, web.Option{Value: l, Label: web.LangName[l]})
		}
		out = append(out, field("select", "lang", must, from(langs)))
	}
	if x.staff && x.was != nil {
		out = append(out, field("text", "reason", most(300)))
	}
	return out
}

func (x asking) answers() calls.Answers {
	if x.was == nil {
		return nil
	}
	return x.was.Answers
}

// categories are those that can be chosen: the staff's are only offered to the staff, and to
// who has one.
func (x asking) categories(c *web.C) []web.Option {
	var out []web.Option
	for _, cat := range x.st.Categories {
		if cat.Staffed && !x.staff && (x.was == nil || x.was.Category != cat.ID) {
			continue
		}
		label := c.Text(cat.Name).S
		if about := c.Text(cat.About).S; about != "" {
			label = c.T("participation.category.with", "Name", label, "About", about)
		}
		if cat.Quota > 0 && cat.Taken >= cat.Quota {
			label = c.T("participation.category.full", "Name", label)
		}
		out = append(out, web.Option{Value: cat.Code, Label: label})
	}
	return out
}

func (w *Web) choices(c *web.C, set *editions.Setting) calls.Choices {
	var ch calls.Choices
	for _, t := range set.Themes {
		ch.Themes = append(ch.Themes, web.Option{Value: string(t.ID), Label: c.Text(t.Name).S})
	}
	for _, q := range set.Questions {
		ch.Questions = append(ch.Questions, web.Option{Value: string(q.ID), Label: q.Number + " " + c.Text(q.Question).S})
	}
	return ch
}

// values are an input as a browser would send it.
func values(in Input, st *Setting, form calls.Form) url.Values {
	v := form.Values(in.Answers)
	set := func(name, s string) {
		if s != "" {
			v.Set(name, s)
		}
	}
	tick := func(name string, on bool) {
		if on {
			v.Set(name, "true")
		}
	}
	v.Set("version", strconv.FormatInt(in.Version, 10))
	category := in.Category
	if c := st.Category(core.ID(in.Category)); c != nil {
		category = c.Code
	}
	for name, s := range map[string]string{
		"honorific": in.Honorific, "name": in.Name, "title": in.Title, "organisation": in.Organisation, "stakeholder": in.Stakeholder, "country": in.Country,
		"mode": in.Mode, "category": category, "hub": in.Hub, "gender": in.Gender, "gender_own": in.GenderOwn, "first_time": in.FirstTime,
		"access_needs": in.AccessNeeds, "diet": in.Diet, "visa_name": in.Visa.Name, "visa_nationality": in.Visa.Nationality, "visa_passport": in.Visa.Passport,
		"visa_born": in.Visa.Born, "visa_arrives": in.Visa.Arrives, "visa_leaves": in.Visa.Leaves, "lang": in.Lang,
	} {
		set(name, s)
	}
	for name, on := range map[string]bool{
		"youth": in.Youth, "parliamentarian": in.Parliament, "visa": in.Visa.Wanted, "show_name": in.ShowName, "show_organisation": in.ShowOrg,
		"show_country": in.ShowCountry, "conduct": in.Conduct,
	} {
		tick(name, on)
	}
	return v
}

// read takes an input out of what a browser sent, without judging it.
func read(v url.Values, form calls.Form, was calls.Answers, newKey func() string) Input {
	on := func(name string) bool { return v.Get(name) != "" }
	version, _ := strconv.ParseInt(v.Get("version"), 10, 64) // what is no number is stale
	return Input{
		Version: version, Honorific: v.Get("honorific"), Name: v.Get("name"), Title: v.Get("title"), Organisation: v.Get("organisation"),
		Stakeholder: v.Get("stakeholder"), Country: v.Get("country"), Mode: v.Get("mode"), Category: v.Get("category"), Hub: v.Get("hub"),
		Gender: v.Get("gender"), GenderOwn: v.Get("gender_own"), FirstTime: v.Get("first_time"), Youth: on("youth"), Parliament: on("parliamentarian"),
		AccessNeeds: v.Get("access_needs"), Diet: v.Get("diet"),
		Visa: Visa{
			Wanted: on("visa"), Name: v.Get("visa_name"), Nationality: v.Get("visa_nationality"), Passport: v.Get("visa_passport"), Born: v.Get("visa_born"),
			Arrives: v.Get("visa_arrives"), Leaves: v.Get("visa_leaves"),
		},
		ShowName: on("show_name"), ShowOrg: on("show_organisation"), ShowCountry: on("show_country"), Conduct: on("conduct"), Lang: v.Get("lang"),
		Reason: strings.TrimSpace(v.Get("reason")), Answers: form.Read(v, was, newKey),
	}
}

// hubOptions are the hubs that people can choose, with who has one that is not offered any
// more keeping it.
func hubOptions(list []Hub, was *Registration) []web.Option {
	var out []web.Option
	for _, h := range list {
		if h.State == GroupApproved && h.Open || was != nil && was.Hub == h.ID {
			out = append(out, web.Option{Value: string(h.ID), Label: strings.Join(slices.DeleteFunc([]string{h.Name, h.City}, func(s string) bool { return s == "" }), ", ")})
		}
	}
	return out
}
