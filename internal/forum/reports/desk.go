package reports

import (
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/programme"
)

// note is the private notes of a session: one text, shared by those who report it.
type note struct {
	bun.BaseModel `bun:"table:report_notes,alias:rn"`

	Session core.ID      `bun:"session,pk"`
	Words   string       `bun:"words"`
	Saved   core.Instant `bun:"saved"`
	Version int64        `bun:"version"`
}

// Helper is somebody to whom the writing of a session's reports was handed over (E128).
type Helper struct {
	bun.BaseModel `bun:"table:report_helpers,alias:rh"`

	ID        core.ID      `bun:"id,pk"`
	Edition   core.ID      `bun:"edition"`
	Session   core.ID      `bun:"session"`
	Person    core.ID      `bun:"person"`  // empty where an address was named, until its account has a person
	Account   core.ID      `bun:"account"` // empty until somebody with the address has signed in and taken over
	Email     string       `bun:"email"`
	EmailKey  string       `bun:"email_key"`
	Note      string       `bun:"note"`
	ByAccount core.ID      `bun:"by_account"`
	ByPerson  core.ID      `bun:"by_person"`
	Given     core.Instant `bun:"given"`
	Taken     core.Instant `bun:"taken"`
	Ended     core.Instant `bun:"ended"`
}

// is tells whether the actor is the helper.
func (h Helper) is(a core.Actor) bool {
	return h.Ended.IsZero() && a.SignedIn() && (h.Account == a.Account || h.Person != "" && h.Person == a.Person)
}

// Rule says which parts a report of a session of one type must have. What is missing
// stops its publication.
type Rule struct {
	bun.BaseModel `bun:"table:report_rules,alias:ru"`

	Edition   core.ID `bun:"edition,pk" json:"-"`
	Type      core.ID `bun:"type,pk" json:"type"`
	Takeaways int     `bun:"takeaways" json:"takeaways" doc:"least number of takeaways"`
	Calls     int     `bun:"calls" json:"calls" doc:"least number of calls to action; 0: none is needed"`
	Card      bool    `bun:"card" json:"card" doc:"the participation card is needed"`
	Sections  bool    `bun:"sections" json:"sections" doc:"the full report needs the required sections of the template"`
}

// DefaultRule is what a session of a type needs where its edition says nothing: a
// takeaway where takeaways are owed. Calls, the participation card and the sections of
// the template are asked for, but nothing is held back without them.
func DefaultRule(t programme.Type) Rule {
	r := Rule{Edition: t.Edition, Type: t.ID}
	if Owes(t, Takeaways) {
		r.Takeaways = 1
	}
	return r
}

// Section is a heading that the full report of an edition is to have, with what belongs
// under it.
type Section struct {
	Heading  core.Text `json:"heading"`
	Help     core.Text `json:"help"`
	Required bool      `json:"required"`
}

// Whom a reminder goes to.
const (
	ToResponsible = "responsible" // rapporteurs and those who took over; organisers where there is none
	ToOrganisers  = "organisers"
	ToStaff       = "staff"
	ToEscalation  = "escalation" // organisers and the secretariat
)

// Recipients are whom a reminder may go to, in the order in which a form offers them.
var Recipients = []string{ToResponsible, ToOrganisers, ToStaff, ToEscalation}

// Step is a reminder: so many minutes from the limit (before it where negative) or, where
// a time of day is given, at the first such time at the venue after that.
type Step struct {
	Code    string `json:"code"`
	Kind    string `json:"kind"`
	Minutes int    `json:"minutes"`
	Clock   string `json:"clock,omitempty"`
	To      string `json:"to"`
}

// At is when the step of a report with that limit comes.
func (s Step) At(due core.Instant, zone string) core.Instant {
	at := due.Add(time.Duration(s.Minutes) * time.Minute)
	clock, err := time.Parse("15:04", s.Clock)
	if err != nil {
		return at
	}
	local := at.In(zone)
	next := time.Date(local.Year(), local.Month(), local.Day(), clock.Hour(), clock.Minute(), 0, 0, core.Zone(zone))
	if !next.After(local) {
		next = next.AddDate(0, 0, 1)
	}
	return core.At(next)
}

// Settings is what an edition expects of its reports beside the rules by type.
type Settings struct {
	bun.BaseModel `bun:"table:report_settings,alias:rs"`

	Edition  core.ID   `bun:"edition,pk"`
	Licence  string    `bun:"licence"`
	Sections []Section `bun:"sections,type:jsonb"`
	Steps    []Step    `bun:"steps,type:jsonb"`
	Version  int64     `bun:"version"` // 0 where the edition has nothing of its own
}

// DefaultLicence is that of reports where the edition names no other.
const DefaultLicence = "CC-BY-4.0"

const day = 24 * 60 // minutes

// DefaultSettings are the template of the forum's reports, their licence, and reminders:
// of takeaways 90 minutes before the limit, at it, on the next morning at the venue, and
// after a day to organisers and secretariat; of the full report three days before, at the
// limit and three days after.
func DefaultSettings(edition core.ID) Settings {
	return Settings{
		Edition: edition, Licence: DefaultLicence, Sections: defaultSections(),
		Steps: []Step{
			{Code: "before", Kind: Takeaways, Minutes: -90, To: ToResponsible},
			{Code: "limit", Kind: Takeaways, To: ToResponsible},
			{Code: "morning", Kind: Takeaways, Clock: "09:00", To: ToResponsible},
			{Code: "escalation", Kind: Takeaways, Minutes: day, To: ToEscalation},
			{Code: "before", Kind: Full, Minutes: -3 * day, To: ToResponsible},
			{Code: "limit", Kind: Full, To: ToResponsible},
			{Code: "after", Kind: Full, Minutes: 3 * day, To: ToResponsible},
		},
	}
}

func six(en, fr, es, ru, zh, ar string) core.Text {
	return core.Text{Orig: "en", By: map[string]string{"en": en, "fr": fr, "es": es, "ru": ru, "zh": zh, "ar": ar}}
}

func defaultSections() []Section {
	return []Section{
		{
			Heading:  six("Key issues", "Questions clés", "Cuestiones clave", "Ключевые вопросы", "关键议题", "القضايا الرئيسية"),
			Help:     six("One sentence for each.", "Une phrase pour chacune.", "Una frase para cada una.", "По одному предложению на каждый.", "每项一句话。", "جملة واحدة لكل قضية."),
			Required: true,
		},
		{
			Heading:  six("Presentations", "Présentations", "Presentaciones", "Выступления", "发言", "العروض"),
			Help:     six("One paragraph for each.", "Un paragraphe pour chacune.", "Un párrafo para cada una.", "По одному абзацу на каждое.", "每项一段。", "فقرة واحدة لكل عرض."),
			Required: true,
		},
		{
			Heading:  six("Discussion", "Débat", "Debate", "Обсуждение", "讨论", "النقاش"),
			Help:     six("Up to three paragraphs: where people agreed and where not.", "Trois paragraphes au plus : accords et désaccords.", "Hasta tres párrafos: en qué hubo acuerdo y en qué no.", "До трёх абзацев: в чём согласились и в чём нет.", "至多三段：哪些一致，哪些不一致。", "ثلاث فقرات على الأكثر: مواضع الاتفاق والاختلاف."),
			Required: true,
		},
		{
			Heading:  six("Way forward", "Perspectives", "Próximos pasos", "Дальнейшие шаги", "下一步", "الخطوات المقبلة"),
			Help:     six("Up to three paragraphs: what should happen next, and by whom.", "Trois paragraphes au plus : la suite à donner, et par qui.", "Hasta tres párrafos: qué debe hacerse y quién.", "До трёх абзацев: что должно быть сделано и кем.", "至多三段：下一步应做什么，由谁来做。", "ثلاث فقرات على الأكثر: ما ينبغي عمله ومن يقوم به."),
			Required: true,
		},
		{
			Heading: six("Gender", "Genre", "Género", "Гендерные вопросы", "性别", "النوع الاجتماعي"),
			Help:    six("How gender came up in the session, if it did.", "Comment la question du genre a été abordée, le cas échéant.", "Cómo se trató el género en la sesión, si se trató.", "Как этот вопрос поднимался на сессии, если поднимался.", "会上如何谈及性别问题（如有）。", "كيف طُرحت مسألة النوع الاجتماعي في الجلسة، إن طُرحت."),
		},
	}
}

// Lack is something that a report needs, or is asked for, and has not.
type Lack struct {
	Path   string // the field of the desk's form; "card" for the participation card
	Key    string // of the catalogue
	Args   []any
	Needed bool // it stops the publication
}

// lacks says what a revision still lacks by the rule of its session's type.
func lacks(kind string, r Rule, set Settings, rev documents.Revision, card *Card) []Lack {
	var out []Lack
	if kind == Full {
		if len(rev.Paragraphs) == 0 {
			return []Lack{{Path: "text", Key: "form.required", Needed: true}}
		}
		for _, s := range set.Sections {
			if !written(rev, s) {
				out = append(out, Lack{
					Path: "text", Key: "reports.error.no_section", Args: []any{"Section", s.Heading}, Needed: r.Sections && s.Required,
				})
			}
		}
		return out
	}
	in := inputOf(rev)
	n := max(r.Takeaways, 1)
	switch have := len(in.Takeaways); {
	case have == 0 && n == 1:
		out = append(out, Lack{Path: "takeaways", Key: "reports.error.no_takeaway", Needed: true})
	case have < n:
		out = append(out, Lack{Path: "takeaways", Key: "reports.error.few_takeaways", Args: []any{"Count", n, "Have", have}, Needed: true})
	}
	switch have := len(in.Calls); {
	case have < r.Calls:
		out = append(out, Lack{Path: "calls", Key: "reports.error.few_calls", Args: []any{"Count", r.Calls, "Have", have}, Needed: true})
	case have == 0:
		out = append(out, Lack{Path: "calls", Key: "reports.lack.calls"})
	}
	for i, c := range in.Calls {
		if len(c.To) == 0 && c.ToAs == "" && len(c.Orgs) == 0 {
			out = append(out, Lack{Path: core.Row("calls", i) + ".to", Key: "reports.error.no_addressee", Needed: true})
		}
	}
	if card == nil {
		out = append(out, Lack{Path: "card", Key: "reports.lack.card", Needed: r.Card})
	}
	return out
}

// written tells whether a section of the template has a text under its heading.
func written(rev documents.Revision, s Section) bool {
	is := func(p documents.Paragraph) bool {
		for _, h := range p.Text.By {
			for _, want := range s.Heading.By {
				if core.Fold(h) == core.Fold(want) {
					return true
				}
			}
		}
		return false
	}
	for i, p := range rev.Paragraphs {
		if p.Kind == documents.Heading && is(p) {
			return i+1 < len(rev.Paragraphs) && rev.Paragraphs[i+1].Kind != documents.Heading
		}
	}
	return false
}

// errorOf makes problems at their fields of what is needed. Texts among the arguments stay
// texts: whoever shows the error puts them into her reader's language (words).
func errorOf(list []Lack) error {
	var p core.Problems
	for _, l := range list {
		if l.Needed {
			p.Add(l.Path, l.Key, l.Args...)
		}
	}
	return p.Err()
}

// words are the arguments of a sentence, texts in the language of the reader.
func words(lang string, args []any) []any {
	out := slices.Clone(args)
	for i, a := range out {
		if t, ok := a.(core.Text); ok {
			s, _ := t.In(lang)
			out[i] = strings.TrimSpace(s)
		}
	}
	return out
}
