package corpus

import (
	"math/rand/v2"
	"slices"
	"strings"
)

// describe writes what the programme says of each session.
func (g *maker) describe() {
	r := g.random("describe")
	uses := map[string]int{} // how often a text was used
	for i := range g.Sessions {
		s, d := &g.Sessions[i], g.drafts[i]
		topic := &g.texts.themes[s.Theme].Topics[s.Topic]
		s.OpenFloorMinutes = openFloor(r, s)
		fill := g.filler(r, map[string]string{
			"subject": topic.Subject,
			"open":    words(s.OpenFloorMinutes),
			"minutes": words(s.Minutes),
		})
		s.Track = track(s, topic.Key)
		s.Tags = g.tags(r, s)
		s.SDGs = sdgs(r, topic.SDGs)
		s.ActionLines = slices.Clone(topic.Lines)
		s.Agenda = g.agenda(s)
		if owesReport(s.Type) {
			s.Questions = g.questions(r, s)
			for len(s.GuidingQuestions) < 3 {
				if q := fill.fill(pick(r, g.texts.phrases.Guiding)); !slices.Contains(s.GuidingQuestions, q) {
					s.GuidingQuestions = append(s.GuidingQuestions, q)
				}
			}
		}
		if m := g.mainText(d.key); s.Type == "main" && m != nil {
			s.Subtitle, s.Description = m.Subtitle, m.Description
			continue
		}
		if s.Type == "workshop" && r.IntN(5) == 0 && !strings.Contains(s.Title["en"], ":") {
			s.Subtitle = fill.fill(pick(r, g.texts.phrases.Subtitles))
		}
		s.Description = map[string][]string{"en": g.description(r, fill, s, d, topic, uses)}
	}
}

// description is what the organisers wrote, the background of the topic, and how the
// session will run. Short types leave the background out.
func (g *maker) description(r *rand.Rand, fill *filler, s *Session, d draft, topic *topicText, uses map[string]int) []string {
	out := []string{d.hook}
	if s.Minutes > 45 && s.Type != "networking" && s.Type != "ceremony" && s.Type != "open-mic" {
		out = append(out, fill.fill(leastUsed(r, topic.Context, uses)))
	}
	form := g.texts.phrases.Formats[s.Format]
	kind := s.Type
	if strings.HasPrefix(d.title, "Award:") {
		kind = "award"
	}
	if t, ok := g.texts.phrases.Types[kind]; ok && len(t.Plans) > 0 {
		form = t
	}
	plan := fill.fill(leastUsed(r, form.Plans, uses))
	if s.Minutes >= 30 && owesReport(s.Type) && s.Type != "high-level" {
		plan += " " + fill.fill(leastUsed(r, g.texts.phrases.Hybrid, uses))
	}
	return append(out, plan)
}

// leastUsed picks one of the texts that were used least so far.
func leastUsed(r *rand.Rand, texts []string, uses map[string]int) string {
	texts = draw(r, texts, len(texts))
	best := texts[0]
	for _, t := range texts {
		if uses[t] < uses[best] {
			best = t
		}
	}
	uses[best]++
	return best
}

func openFloor(r *rand.Rand, s *Session) int {
	switch s.Type {
	case "lightning":
		return 8
	case "ceremony", "networking":
		return 0
	case "open-mic":
		return 50
	case "launch-award":
		return 10
	}
	return max(10, (s.Minutes*(30+r.IntN(16))/100)/5*5)
}

// track is the part of the programme that a session belongs to across types.
func track(s *Session, topic string) string {
	switch s.Type {
	case "high-level", "parliamentary", "youth":
		return s.Type
	case "ceremony", "main", "open-mic", "lightning", "launch-award":
		return ""
	}
	title := strings.ToLower(s.Title["en"])
	switch {
	case strings.Contains(title, "newcomer") || strings.Contains(title, "first time"):
		return "newcomers"
	case topic == "cables" || topic == "negotiation" || strings.Contains(title, "island") || strings.Contains(title, "small state"):
		return "small-states"
	}
	return ""
}

// tags are those of the topic, and sometimes one that cuts across themes.
func (g *maker) tags(r *rand.Rand, s *Session) []string {
	out := draw(r, g.Themes[s.Theme].Topics[s.Topic].Tags, 2+r.IntN(2))
	if extra := pick(r, g.texts.phrases.CrossTags); r.IntN(3) == 0 && !slices.Contains(out, extra) {
		out = append(out, extra)
	}
	return out
}

func sdgs(r *rand.Rand, list []int) []int {
	out := slices.Clone(list)
	if r.IntN(3) == 0 && !slices.Contains(out, 17) {
		out = append(out, 17)
	}
	slices.Sort(out)
	return out
}

// questions are the policy questions of the topic and sometimes one from elsewhere in
// the theme.
func (g *maker) questions(r *rand.Rand, s *Session) []string {
	topics := g.Themes[s.Theme].Topics
	out := slices.Clone(topics[s.Topic].Questions)
	shuffle(r, out)
	if s.Minutes < 60 {
		return out[:1]
	}
	if r.IntN(3) == 0 {
		if q := pick(r, pick(r, topics).Questions); !slices.Contains(out, q) {
			out = append(out, q)
		}
	}
	return out
}

// agenda spreads a session's minutes over the parts that its type or format has.
func (g *maker) agenda(s *Session) []AgendaItem {
	parts := g.texts.phrases.Formats[s.Format].Agenda
	if t, ok := g.texts.phrases.Types[s.Type]; ok {
		parts = t.Agenda
	}
	step := 5
	if s.Minutes < 60 {
		step = 1
	}
	total := 0
	for _, p := range parts {
		total += p.Share
	}
	out := make([]AgendaItem, len(parts))
	left, longest := s.Minutes, 0
	for i, p := range parts {
		m := max(step, (s.Minutes*p.Share/total+step/2)/step*step)
		out[i] = AgendaItem{Minutes: m, Text: p.Text}
		left -= m
		if m > out[longest].Minutes {
			longest = i
		}
	}
	out[longest].Minutes += left // rounding
	return out
}
