package corpus

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"
)

// feed connects workshops and others to a later main session on the same theme, and the
// sessions of coalitions and initiatives to the main session of their own.
func (g *maker) feed() {
	r := g.random("feed")
	for m := range g.Sessions {
		main := &g.Sessions[m]
		if main.Type != "main" {
			continue
		}
		own := map[string]string{"coalitions": "dc-session", "initiatives": "nri-session"}[main.OwnerBody]
		var fit []int
		for i := range g.Sessions {
			s := &g.Sessions[i]
			before := (Moment{s.Day, s.End()}).Before(Moment{main.Day, main.Start})
			switch {
			case !before || s.State == Cancelled || !owesReport(s.Type) || s.Type == "main" || s.Type == "high-level":
			case own != "" && s.Type == own:
				fit = append(fit, i)
			case own == "" && s.Theme == main.Theme:
				fit = append(fit, i)
			}
		}
		shuffle(r, fit)
		slices.SortStableFunc(fit, func(a, b int) int {
			return b2i(g.Sessions[b].Topic == main.Topic) - b2i(g.Sessions[a].Topic == main.Topic)
		})
		for _, i := range fit[:min(len(fit), 5)] {
			g.Sessions[i].Feeds = append(g.Sessions[i].Feeds, main.Code)
		}
	}
}

// reportStates is how punctual rapporteurs are.
var reportStates = []share{{string(ReportOnTime), .58}, {string(ReportLate), .16}, {string(ReportDraft), .13}, {string(ReportMissing), .13}}

// reporting writes the outcomes of sessions that ended before Now. No text is used twice.
type reporting struct {
	*maker
	r     *rand.Rand
	used  map[string]bool
	times map[string]int // uses of a written takeaway or call
}

func (g *maker) report() {
	w := &reporting{maker: g, r: g.random("report"), used: map[string]bool{}, times: map[string]int{}}
	var owed []int
	for i := range g.Sessions {
		if s := &g.Sessions[i]; owesReport(s.Type) && s.State == Scheduled && s.Ended(g.Edition.Now) {
			owed = append(owed, i)
		}
	}
	states := deal(w.r, len(owed), reportStates)
	published := map[[2]int]bool{}
	for n, i := range owed {
		w.settle(&g.Sessions[i], ReportState(states[n]))
		s := &g.Sessions[i]
		published[[2]int{s.Theme, s.Topic}] = published[[2]int{s.Theme, s.Topic}] || s.Report.Published()
	}
	// where nobody has published on a topic, the first session does
	for _, i := range owed {
		s := &g.Sessions[i]
		if key := [2]int{s.Theme, s.Topic}; !published[key] && s.Report.State != ReportDue {
			w.settle(s, ReportOnTime)
			published[key] = s.Report.Published()
		}
	}
	for _, i := range owed {
		w.write(&g.Sessions[i])
	}
}

// settle fixes the state of one report. What would lie in the future has not happened.
func (w *reporting) settle(s *Session, state ReportState) {
	now := w.Edition.Now
	since := (now.Day-s.Day)*24*60 + now.Minute - s.End()
	s.Report = Report{State: state}
	switch state {
	case ReportOnTime:
		s.Report.After = 24 + w.r.IntN(95)
	case ReportLate:
		s.Report.After = 123 + w.r.IntN(400)
		if hour := (s.End() + s.Report.After) / 60; hour >= 23 { // written the next morning
			s.Report.After = 24*60 + at(8, 0) + w.r.IntN(150) - s.End()
		}
	}
	if since < 120 && !s.Report.Published() || s.Report.After > since {
		s.Report = Report{State: ReportDue}
		if since >= 120 {
			s.Report.State = ReportDraft
		}
	}
}

func (w *reporting) write(s *Session) {
	points, calls := 0, 0
	switch {
	case s.Report.Published():
		points, calls = 2+w.r.IntN(2), 1+w.r.IntN(2)
		if s.Type == "main" || s.Type == "high-level" {
			points, calls = 4, 2
		}
	case s.Report.State == ReportDraft:
		points, calls = 1+w.r.IntN(2), w.r.IntN(2)
	case s.Report.State == ReportDue:
		points = w.r.IntN(2)
	}
	topic := &w.texts.themes[s.Theme].Topics[s.Topic]
	own := s.Title["en"] + " " + s.Description["en"][0]
	said := map[string]bool{}
	for _, opening := range []string{"", "As in earlier sessions, "} {
		for _, base := range w.fitting(topic, own) {
			if len(s.Takeaways) == points || said[base] {
				continue
			}
			if text := w.unused(base, nil, []string{opening}); text != "" {
				w.times[base]++
				said[base] = true
				s.Takeaways = append(s.Takeaways, Takeaway{Text: text, From: w.voices(s)})
			}
		}
	}
	byText := map[string]string{}
	var texts []string
	for _, c := range topic.Calls {
		byText[c[1]] = c[0]
		texts = append(texts, c[1])
	}
	for _, base := range w.least(texts, calls) {
		w.call(s, byText[base], base)
	}
}

// fitting orders the takeaways of the topic for a session described by own: those that
// share words with it before those that rather belong to another session, and the less
// used before the more used.
func (w *reporting) fitting(topic *topicText, own string) []string {
	cost := map[string]int{}
	for _, t := range topic.Takeaways {
		words := stems(t)
		cost[t] = w.times[t] - 2*shared(words, own)
		for _, s := range topic.Sessions {
			if s.Title+" "+s.Hook != own {
				cost[t] += max(0, shared(words, s.Title+" "+s.Hook)-shared(words, own))
			}
		}
	}
	out := draw(w.r, topic.Takeaways, len(topic.Takeaways))
	slices.SortStableFunc(out, func(a, b string) int { return cmp.Compare(cost[a], cost[b]) })
	return out
}

// stems are the beginnings of a text's longer words.
func stems(s string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if len(w) > 4 && w != "participants" && w != "speakers" && w != "region" {
			out[w[:min(len(w), 6)]] = true
		}
	}
	return out
}

func shared(words map[string]bool, s string) (n int) {
	for w := range stems(s) {
		n += b2i(words[w])
	}
	return n
}

// least returns n of the texts, those that were used least first.
func (w *reporting) least(texts []string, n int) []string {
	out := draw(w.r, texts, len(texts))
	slices.SortStableFunc(out, func(a, b string) int { return cmp.Compare(w.times[a], w.times[b]) })
	out = out[:min(n, len(out))]
	for _, t := range out {
		w.times[t]++
	}
	return out
}

// unused fills a text until it differs from all earlier ones, trying one opening after
// another; it gives up with an empty text.
func (w *reporting) unused(base string, set map[string]string, openings []string) string {
	fill := w.filler(w.r, set)
	for _, opening := range openings {
		for range 12 {
			text := fill.fill(base)
			if opening != "" {
				text = opening + uncapital(text)
			}
			if !w.used[text] {
				w.used[text] = true
				return text
			}
		}
	}
	return ""
}

// voices are one or two people of the session on whose words a takeaway rests.
func (w *reporting) voices(s *Session) []int {
	var who []int
	for _, r := range s.Roles {
		if r.Role == "speaker" || r.Role == "keynote" {
			who = append(who, r.Person)
		}
	}
	return draw(w.r, who, 1+w.r.IntN(2))
}

// call adds a call to action. An addressee "org:kind:words" stands for an organisation of
// that kind with one of the words in its name, which is not one of the session's own
// organisers; without words any will do.
func (w *reporting) call(s *Session, addressee, base string) {
	c := Call{Group: addressee, Org: -1}
	openings := []string{"", "As a first step, ", "Together with those affected, "}
	if !strings.Contains(base, "meeting") && !strings.Contains(base, "within") && !strings.Contains(base, "year") {
		openings = append(openings, "By the next annual meeting, ", "Over the coming year, ")
	}
	var set map[string]string
	if kind, ok := strings.CutPrefix(addressee, "org:"); ok {
		kind, names, _ := strings.Cut(kind, ":")
		named := func(o Organisation) bool {
			return slices.ContainsFunc(strings.Split(names, "|"), func(word string) bool { return strings.Contains(o.Name, word) })
		}
		var fit []int
		for i, o := range w.Organisations {
			if o.Kind == kind && !o.Network && named(o) && !slices.Contains(s.Organisers, i) && !slices.Contains(s.CoOrganisers, i) {
				fit = append(fit, i)
			}
		}
		if len(fit) == 0 {
			return
		}
		c.Group, c.Org = kind, pick(w.r, fit)
		name := w.Organisations[c.Org].Name
		if kind == "igo" {
			name = "the " + name
		}
		set = map[string]string{"org": name}
		openings = []string{""}
	}
	c.Text = w.unused(base, set, openings)
	if c.Org >= 0 {
		c.Text = capital(c.Text)
	}
	if c.Text != "" {
		s.Calls = append(s.Calls, c)
	}
}

// messages drafts a Message for each topic with published takeaways. Each sentence names
// those on which it rests.
func (g *maker) messages() {
	r := g.random("messages")
	for t, theme := range g.texts.themes {
		for k, topic := range theme.Topics {
			var sources []Source
			for _, s := range g.Sessions {
				if s.Theme == t && s.Topic == k && s.Report.Published() {
					for n := range s.Takeaways {
						sources = append(sources, Source{s.Code, n})
					}
				}
			}
			if len(sources) == 0 {
				continue
			}
			m := Message{Theme: t, Topic: k, Title: g.texts.translate.text(g.texts.translate.Messages, topic.Title)}
			for _, line := range topic.Message {
				m.Sentences = append(m.Sentences, Sentence{Support: line[0], Text: line[1], Sources: g.restsOn(r, line[1], sources)})
			}
			if topic.Dissent != nil {
				m.Dissent = &Dissent{Group: topic.Dissent[0], Text: topic.Dissent[1]}
			}
			g.Messages = append(g.Messages, m)
		}
	}
}

// restsOn picks up to three of the takeaways for a sentence, those nearest in words first.
func (g *maker) restsOn(r *rand.Rand, sentence string, sources []Source) []Source {
	near := func(s Source) int { return shared(stems(sentence), g.Session(s.Session).Takeaways[s.Takeaway].Text) }
	out := draw(r, sources, len(sources))
	slices.SortStableFunc(out, func(a, b Source) int { return cmp.Compare(near(b), near(a)) })
	n := 1
	for n < min(3, len(out)) && near(out[n]) > 1 {
		n++
	}
	return out[:n]
}
