package calls

import (
	"plenary/internal/core"
	"plenary/internal/forum/vocab"
)

// usualType is the session type that an accepted answer to a call of a kind becomes, by
// the codes that a new edition has.
func usualType(kind string) string {
	switch kind {
	case LightningTalk:
		return "lightning"
	case Coalition:
		return "dc-session"
	case Network:
		return "bpf-pn-session"
	}
	if ForSessions(kind) {
		return kind
	}
	return ""
}

// Where the rules of 2023 stand.
const (
	sourceReview    = "https://www.intgovforum.org/en/content/igf-2023-workshop-submission-and-review-process"
	sourceCoalition = "https://www.intgovforum.org/en/content/igf-2024-call-for-dynamic-coalition-dc-sessions"
)

// UsualRules are the rules with which a call of a kind begins: those of the review
// process of 2023, with where they were decided.
func UsualRules(kind string) []Rule {
	complete := Rule{Code: RuleComplete, Severity: Blocks}
	switch kind {
	case Workshop:
		complete.Source = sourceReview
		return []Rule{
			complete,
			{Code: RuleMember, Severity: Blocks, Source: sourceReview},
			{Code: RuleReport, Severity: Blocks, Source: sourceReview},
			{Code: RuleSpeakers, Severity: Blocks, Limit: 3, Source: sourceReview},
			{Code: RuleOnsite, Severity: Blocks, Limit: 2, Source: sourceReview},
			{Code: RuleGender, Severity: Blocks, Source: sourceReview},
		}
	case Coalition:
		return []Rule{complete, {Code: RuleReport, Severity: Blocks, Source: sourceCoalition}}
	case OpenForum:
		return []Rule{complete, {Code: RuleEligible, Severity: Warns, Codes: []string{"government", "igo"}}, {Code: RuleReport, Severity: Warns}}
	case TownHall, Launch, DayZero, Network, Networking:
		return []Rule{complete, {Code: RuleReport, Severity: Warns}}
	}
	return []Rule{complete}
}

// Usual is the form with which a call of a kind begins, in every language that the
// catalogue has. The form of sessions is the one of 2023.
func (s *Service) Usual(kind string) Form {
	switch kind {
	case ThematicInput:
		return s.thematic()
	case TakingStock:
		return s.stock()
	case Booth:
		return s.booth()
	case Art:
		return s.art()
	case TravelSupport:
		return s.travel()
	case Nomination:
		return s.nomination()
	case Consultation:
		return s.statement()
	case Registration:
		return s.registering()
	case LightningTalk:
		return s.session([]string{"20"}, true)
	case Launch:
		return s.session([]string{"20", "30", "45", "60"}, true)
	case OpenForum:
		return s.session([]string{"60"}, false)
	case TownHall:
		return s.session([]string{"30", "60"}, false)
	case Networking:
		return s.session([]string{"30", "60"}, true)
	case DayZero:
		return s.session([]string{"60", "90", "120"}, false)
	}
	return s.session([]string{"60", "90"}, false)
}

// ask makes a question; its words stand under its key in the catalogue.
func (s *Service) ask(key, kind string, more ...func(*Question)) Question {
	q := Question{Key: key, Kind: kind, Label: s.words.Text("calls.usual." + key)}
	if help := "calls.usual." + key + ".help"; s.words.Has(help) {
		q.Help = s.words.Text(help)
	}
	for _, fn := range more {
		fn(&q)
	}
	return q
}

func (s *Service) part(key string, questions ...Question) Section {
	p := Section{Title: s.words.Text("calls.usual.part." + key), Questions: questions}
	if help := "calls.usual.part." + key + ".help"; s.words.Has(help) {
		p.Help = s.words.Text(help)
	}
	return p
}

func required(q *Question) { q.Required = true }
func blind(q *Question)    { q.Blind = true }
func private(q *Question)  { q.Private = true }

func means(m string) func(*Question) { return func(q *Question) { q.Means = m } }
func words(most int) func(*Question) { return func(q *Question) { q.MaxWords = most } }
func chars(most int) func(*Question) { return func(q *Question) { q.MaxChars = most } }
func rows(least, most int) func(*Question) {
	return func(q *Question) { q.Min, q.Max = least, most }
}

func when(question string, in ...string) func(*Question) {
	return func(q *Question) { q.If = Condition{Question: question, In: in} }
}

// options take their words from the catalogue.
func (s *Service) options(key string, codes ...string) func(*Question) {
	return func(q *Question) {
		for _, code := range codes {
			q.Options = append(q.Options, Option{Code: code, Label: s.words.Text("calls.usual." + key + "." + code)})
		}
	}
}

// terms are the terms of a vocabulary as options.
func (s *Service) terms(list string) func(*Question) {
	return func(q *Question) {
		for _, t := range s.vocab.Terms(list) {
			q.Options = append(q.Options, Option{Code: t.Code, Label: t.Label})
		}
	}
}

// minutes are lengths of sessions as options; one alone needs no question.
func (s *Service) minutes(list []string) func(*Question) {
	return func(q *Question) {
		for _, n := range list {
			label := core.Text{}
			for _, l := range core.Langs {
				if s.words.Text("calls.usual.minutes").By[l] != "" {
					label = label.With(l, n+"\u00a0"+s.words.T(l, "calls.usual.minutes"))
				}
			}
			q.Options = append(q.Options, Option{Code: n, Label: label})
		}
	}
}

// session is the form of session proposals; the short one is for talks and launches.
func (s *Service) session(lengths []string, short bool) Form {
	about := []Question{
		s.ask("title", KindText, required, chars(60), means(MeansTitle)),
		s.ask("description", KindArea, required, words(250), means(MeansSummary)),
		s.ask("theme", KindThemes, required, rows(1, 2)),
		s.ask("questions", KindQuestions),
		s.ask("own_questions", KindArea, words(150)),
		s.ask("goals", KindGoals),
	}
	shape := []Question{
		s.ask("duration", KindChoice, required, s.minutes(lengths), means(MeansDuration)),
		s.ask("gains", KindArea, required, words(150)),
	}
	people := []Question{
		s.ask("organisers", KindPeople, required, blind, rows(1, 20), means(MeansOwner)),
		s.ask("organisation", KindOrganisation, blind),
	}
	if short {
		people = append(people, s.ask("speakers", KindPeople, required, blind, rows(1, 10), means(MeansSpeaker)))
	} else {
		shape = append([]Question{
			s.ask("format", KindChoice, required, s.terms(vocab.Formats), means(MeansFormat)),
			s.ask("format_other", KindText, required, chars(100), when("format", "other")),
		}, shape...)
		people = append(people,
			s.ask("speakers", KindPeople, required, blind, rows(1, 20), means(MeansSpeaker)),
			s.ask("moderator", KindPeople, required, blind, rows(1, 2), means(MeansOnsite)),
			s.ask("online_moderator", KindPeople, required, blind, rows(1, 2), means(MeansOnline)),
			s.ask("rapporteur", KindPeople, required, blind, rows(1, 2), means(MeansReporter)),
			s.ask("profiles", KindProfiles, rows(0, 5)),
		)
	}
	f := Form{Sections: []Section{s.part("about", about...), s.part("shape", shape...)}}
	if !short {
		f.Sections = append(f.Sections, s.part("hybrid",
			s.ask("hybrid_interaction", KindArea, required, words(150)),
			s.ask("hybrid_experience", KindArea, required, words(150)),
			s.ask("hybrid_tools", KindArea, words(150)),
		))
	}
	return Form{Sections: append(f.Sections, s.part("people", people...), s.part("past",
		s.ask("before", KindChoice, required, blind, s.options("before", "yes", "no")),
		s.ask("report", KindLink, blind, when("before", "yes"), means(MeansReport)),
		s.ask("sources", KindSources, rows(0, 20)),
		s.ask("tags", KindTags, rows(0, 10)),
		s.ask("paper", KindFile),
	), s.part("promise", s.ask("promise", KindCheck, required)))}
}

func (s *Service) thematic() Form {
	return Form{Sections: []Section{
		s.part("issue",
			s.ask("issue", KindText, required, chars(120), means(MeansTitle)),
			s.ask("why", KindArea, required, words(250), means(MeansSummary)),
			s.ask("tags", KindTags, required, rows(1, 10)),
			s.ask("goals", KindGoals),
			s.ask("uptake", KindArea, words(150)),
			s.ask("sources", KindSources, rows(0, 20)),
		),
		s.part("who",
			s.ask("organisation", KindOrganisation),
			s.ask("group", KindChoice, required, s.terms(vocab.Groups)),
		),
	}}
}

func (s *Service) stock() Form {
	return Form{Sections: []Section{
		s.part("stock",
			s.ask("input_title", KindText, required, chars(120), means(MeansTitle)),
			s.ask("preparation", KindArea, words(400)),
			s.ask("programme", KindArea, words(400)),
			s.ask("intersessional", KindArea, words(400)),
			s.ask("worked", KindArea, words(400)),
			s.ask("did_not_work", KindArea, words(400)),
			s.ask("next_year", KindArea, words(400), means(MeansSummary)),
			s.ask("attended", KindChoice, s.options("attended", "onsite", "online", "both", "no")),
		),
		s.part("who", s.ask("organisation", KindOrganisation), s.ask("group", KindChoice, required, s.terms(vocab.Groups))),
	}}
}

func (s *Service) booth() Form {
	return Form{Sections: []Section{
		s.part("booth",
			s.ask("exhibitor", KindText, required, chars(120), means(MeansTitle)),
			s.ask("organisation", KindOrganisation, required),
			s.ask("exhibit", KindArea, required, words(150), means(MeansSummary)),
			s.ask("website", KindLink),
			s.ask("goals", KindGoals),
			s.ask("staff", KindPeople, required, rows(1, 10), means(MeansOwner)),
			s.ask("needs", KindChoices, s.options("needs", "power", "screen", "wall", "storage", "access")),
			s.ask("not_commercial", KindCheck, required),
		),
	}}
}

func (s *Service) art() Form {
	return Form{Sections: []Section{
		s.part("art",
			s.ask("work", KindText, required, chars(120), means(MeansTitle)),
			s.ask("artists", KindPeople, required, rows(1, 10), means(MeansOwner)),
			s.ask("work_about", KindArea, required, words(200), means(MeansSummary)),
			s.ask("medium", KindChoice, required, s.options("medium", "image", "film", "sound", "performance", "digital", "other")),
			s.ask("medium_other", KindText, required, chars(100), when("medium", "other")),
			s.ask("space", KindArea, words(100)),
			s.ask("seen_at", KindLink),
			s.ask("picture", KindFile),
		),
	}}
}

// travel asks what the room of the travel support reads by these keys.
func (s *Service) travel() Form {
	return Form{Sections: []Section{
		s.part("travel",
			s.ask("part_taken", KindText, required, chars(120), means(MeansTitle)),
			s.ask("organisation", KindOrganisation, required),
			s.ask("home", KindOrganisation, required, private),
			s.ask("group", KindChoice, required, s.terms(vocab.Groups)),
			s.ask("statement", KindArea, required, words(250), means(MeansSummary)),
			s.ask("bring_home", KindArea, required, words(200)),
			s.ask("activity", KindArea, words(150)),
			s.ask("attended_before", KindNumber, required, private, rows(0, 50)),
			s.ask("about_me", KindChoices, private, s.options("about_me", "woman", "indigenous", "disability", "elderly", "youth")),
		),
		s.part("funding",
			s.ask("support", KindChoices, required, private, s.options("support", "travel", "hotel", "visa", "daily")),
			s.ask("cost", KindNumber, required, private, rows(1, 100_000)),
			s.ask("other_funds", KindArea, private, words(100)),
			s.ask("supported_before", KindChoice, required, private, s.options("supported_before", "no", "yes")),
			s.ask("supported_when", KindText, required, private, chars(200), when("supported_before", "yes")),
		),
		s.part("recommendation",
			s.ask("recommender", KindText, private, chars(120)),
			s.ask("recommender_mail", KindText, private, chars(200), when("recommender")),
			s.ask("letter", KindFile, private),
			s.ask("travel_report", KindCheck, required),
		),
	}}
}

// registering is what a registration asks beside what it asks everybody.
func (s *Service) registering() Form {
	return Form{Sections: []Section{
		s.part("registering",
			s.ask("interests", KindThemes, private),
			s.ask("remarks", KindArea, private, words(200)),
		),
	}}
}

func (s *Service) nomination() Form {
	return Form{Sections: []Section{
		s.part("nomination",
			s.ask("candidate", KindText, required, chars(120), means(MeansTitle)),
			s.ask("candidate_mail", KindPeople, required, private, rows(1, 1), means(MeansOwner)),
			s.ask("organisation", KindOrganisation, required),
			s.ask("group", KindChoice, required, s.terms(vocab.Groups)),
			s.ask("experience", KindArea, required, words(300), means(MeansSummary)),
			s.ask("contribution", KindArea, required, words(200)),
			s.ask("terms", KindNumber, rows(0, 10)),
			s.ask("cv", KindFile, private),
			s.ask("nominated_by", KindOrganisation, required),
			s.ask("consent", KindCheck, required),
		),
	}}
}

func (s *Service) statement() Form {
	return Form{Sections: []Section{
		s.part("input",
			s.ask("input_title", KindText, required, chars(120), means(MeansTitle)),
			s.ask("input", KindArea, required, words(1000), means(MeansSummary)),
			s.ask("tags", KindTags, rows(0, 10)),
			s.ask("sources", KindSources, rows(0, 20)),
			s.ask("input_file", KindFile),
		),
		s.part("who", s.ask("organisation", KindOrganisation), s.ask("group", KindChoice, required, s.terms(vocab.Groups))),
	}}
}
