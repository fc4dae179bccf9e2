package review

import (
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/platform/i18n"
)

// PhaseInput is the form of a phase.
type PhaseInput struct {
	Version    int64     `form:"version" ui:"hidden" json:"version"`
	Name       core.Text `form:"name" ui:"text" max:"120" required:"true" json:"name"`
	OpenDay    string    `form:"open_day" ui:"date" required:"true" json:"open_day"`
	OpenTime   string    `form:"open_time" ui:"time" required:"true" json:"open_time"`
	CloseDay   string    `form:"close_day" ui:"date" required:"true" json:"close_day"`
	CloseTime  string    `form:"close_time" ui:"time" required:"true" json:"close_time"`
	Zone       string    `form:"zone" ui:"text" max:"64" required:"true" json:"zone"`
	Reviews    int       `form:"reviews" ui:"number" required:"true" json:"reviews"`
	MinLoad    int       `form:"min_load" ui:"number" json:"min_load,omitempty"`
	MaxLoad    int       `form:"max_load" ui:"number" required:"true" json:"max_load"`
	OfGroup    int       `form:"of_group" ui:"number" json:"of_group,omitempty"`
	Langs      string    `form:"langs" ui:"radio" required:"true" json:"languages"`
	Blind      bool      `form:"blind" ui:"check" json:"blind,omitempty"`
	Bidding    bool      `form:"bidding" ui:"check" json:"bidding,omitempty"`
	Shown      string    `form:"shown" ui:"radio" required:"true" json:"shown"`
	Discussion string    `form:"discussion" ui:"radio" required:"true" json:"discussion"`
	Named      bool      `form:"named" ui:"check" json:"named,omitempty"`
	Feedback   string    `form:"feedback" ui:"radio" required:"true" json:"feedback"`
}

// UsualPhase is the form of a phase before anybody has written in it: three weeks, at
// most 70 proposals for a reviewer (process.md 2.4).
func UsualPhase(now core.Instant) PhaseInput {
	return PhaseInput{
		OpenDay: now.In("UTC").AddDate(0, 0, 7).Format("2006-01-02"), OpenTime: "00:00", CloseDay: now.In("UTC").AddDate(0, 0, 28).Format("2006-01-02"), CloseTime: "23:59",
		Zone: "UTC", Reviews: 5, MaxLoad: 70, Langs: LangsPrefer, Blind: true, Shown: ShownSubmitted, Discussion: DiscussSubmitted, Named: true, Feedback: FeedbackComments,
	}
}

// InputOf is the form of a phase as it stands.
func InputOf(p Phase) PhaseInput {
	open, end := p.Opens.In(p.Zone), p.Closes.In(p.Zone)
	return PhaseInput{
		Version: p.Version, Name: p.Name, OpenDay: open.Format("2006-01-02"), OpenTime: open.Format("15:04"), CloseDay: end.Format("2006-01-02"), CloseTime: end.Format("15:04"),
		Zone: p.Zone, Reviews: p.Reviews, MinLoad: p.MinLoad, MaxLoad: p.MaxLoad, OfGroup: p.OfGroup, Langs: p.Langs, Blind: p.Blind, Bidding: p.Bidding,
		Shown: p.Shown, Discussion: p.Discussion, Named: p.Named, Feedback: p.Feedback,
	}
}

// Limits of what staff set.
const (
	mostReviews   = 50
	mostLoad      = 2000
	mostPhases    = 20
	mostCriteria  = 20
	mostReviewers = 2000
)

func (in *PhaseInput) phase() (Phase, core.Problems) {
	in.Name, in.Zone = in.Name.Clean(), strings.TrimSpace(in.Zone)
	p := core.Validate(*in)
	out := Phase{
		Name: in.Name, Zone: in.Zone, Reviews: in.Reviews, MinLoad: in.MinLoad, MaxLoad: in.MaxLoad, OfGroup: in.OfGroup, Langs: in.Langs, Blind: in.Blind,
		Named: in.Named, Bidding: in.Bidding, Shown: in.Shown, Discussion: in.Discussion, Feedback: in.Feedback,
	}
	number := func(path string, n, least, most int) {
		if n < least || n > most {
			p.Add(path, "review.error.number", "Min", least, "Max", most)
		}
	}
	if in.Reviews != 0 {
		number("reviews", in.Reviews, 1, mostReviews)
	}
	number("min_load", in.MinLoad, 0, mostLoad)
	if in.MaxLoad != 0 {
		number("max_load", in.MaxLoad, 1, mostLoad)
	}
	number("of_group", in.OfGroup, 0, mostReviews)
	if in.MinLoad > in.MaxLoad {
		p.Add("min_load", "review.error.loads")
	}
	choice := func(path, value string, list []string) {
		if value != "" && !slices.Contains(list, value) {
			p.Add(path, "review.error.choice")
		}
	}
	choice("langs", in.Langs, LangRules)
	choice("shown", in.Shown, Showns)
	choice("discussion", in.Discussion, Discussions)
	choice("feedback", in.Feedback, Feedbacks)
	if in.Zone == "" || in.OpenDay == "" || in.OpenTime == "" || in.CloseDay == "" || in.CloseTime == "" {
		return out, p // said already
	}
	if _, err := core.LoadZone(in.Zone); err != nil {
		p.Add("zone", "core.zone.unknown", "Zone", in.Zone)
		return out, p
	}
	var err, err2 error
	if out.Opens, err = core.WallTime(in.OpenDay, in.OpenTime, in.Zone); err != nil {
		p.Add("open_day", "review.error.time")
	}
	if out.Closes, err2 = core.WallTime(in.CloseDay, in.CloseTime, in.Zone); err2 != nil {
		p.Add("close_day", "review.error.time")
	}
	if err == nil && err2 == nil && !out.Opens.Before(out.Closes) {
		p.Add("close_day", "review.error.order")
	}
	return out, p
}

// CriteriaInput is the form of a call's criteria.
type CriteriaInput struct {
	Version int64          `form:"version" ui:"hidden" json:"version"`
	Rows    []CriterionRow `form:"rows" ui:"rows" json:"rows,omitempty"`
}

// CriterionRow is one criterion; without a label it is none.
type CriterionRow struct {
	ID        core.ID   `form:"id" ui:"hidden" json:"id,omitempty"`
	Label     core.Text `form:"label" ui:"text" max:"120" json:"label,omitzero"`
	About     core.Text `form:"about" ui:"area" max:"2000" json:"about,omitzero"`
	Weight    int       `form:"weight" ui:"number" json:"weight,omitempty"`
	Threshold int       `form:"threshold" ui:"number" json:"threshold,omitempty"`
	One       core.Text `form:"one" ui:"text" max:"300" json:"one,omitzero"`
	Two       core.Text `form:"two" ui:"text" max:"300" json:"two,omitzero"`
	Three     core.Text `form:"three" ui:"text" max:"300" json:"three,omitzero"`
	Four      core.Text `form:"four" ui:"text" max:"300" json:"four,omitzero"`
	Five      core.Text `form:"five" ui:"text" max:"300" json:"five,omitzero"`
	Remove    bool      `form:"remove" ui:"check" json:"-"`
}

// CriteriaOf is the form of criteria as they stand; of the usual ones where there are none.
// Those are what the forum has asked since 2019: policy questions, relevance, content,
// format, diversity. Weights were never published, so they are alike; a reason is asked
// for a 3 or less, as members wanted (process.md 2.4).
func CriteriaOf(list []Criterion, words *i18n.Catalog) CriteriaInput {
	var in CriteriaInput
	for _, c := range list {
		in.Version += c.Version
		in.Rows = append(in.Rows, CriterionRow{
			ID: c.ID, Label: c.Label, About: c.About, Weight: c.Weight, Threshold: c.Threshold,
			One: c.Anchor(1), Two: c.Anchor(2), Three: c.Anchor(3), Four: c.Anchor(4), Five: c.Anchor(5),
		})
	}
	if len(list) > 0 || words == nil {
		return in
	}
	for _, key := range []string{"policy", "relevance", "content", "format", "diversity"} {
		in.Rows = append(in.Rows, CriterionRow{
			Label: words.Text("review.usual." + key), About: words.Text("review.usual." + key + ".about"), Weight: 20, Threshold: 3,
			One: words.Text("review.usual.1"), Two: words.Text("review.usual.2"), Three: words.Text("review.usual.3"), Four: words.Text("review.usual.4"), Five: words.Text("review.usual.5"),
		})
	}
	return in
}

func (in CriteriaInput) criteria(call core.ID) ([]Criterion, core.Problems) {
	p := core.Validate(in)
	var out []Criterion
	for i, r := range in.Rows {
		at := core.Row("rows", i)
		r.Label, r.About = r.Label.Clean(), r.About.Clean()
		if r.Remove || r.Label.IsZero() && r.ID == "" {
			continue
		}
		if r.Label.IsZero() {
			p.Add(at+"label", "form.required")
		}
		if r.Weight < 1 || r.Weight > 100 {
			p.Add(at+"weight", "review.error.number", "Min", 1, "Max", 100)
		}
		if r.Threshold < 0 || r.Threshold > BestMark {
			p.Add(at+"threshold", "review.error.number", "Min", 0, "Max", BestMark)
		}
		out = append(out, Criterion{
			ID: r.ID, Call: call, Position: len(out), Label: r.Label, About: r.About, Weight: r.Weight, Threshold: r.Threshold, Version: 1,
			Anchors: []core.Text{r.One.Clean(), r.Two.Clean(), r.Three.Clean(), r.Four.Clean(), r.Five.Clean()},
		})
	}
	if len(out) == 0 {
		p.Add("rows", "review.error.no_criteria")
	}
	if len(out) > mostCriteria {
		p.Add("rows", "review.error.too_many", "Count", mostCriteria)
	}
	return out, p
}
