package floor

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/formats/captions"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/record"
)

// Why somebody may be who a label names, the surest first.
const (
	WhyChosen   = "chosen"   // somebody said so
	WhySame     = "name"     // the same name in some spelling or script
	WhyWords    = "words"    // the same words in another order
	WhyPart     = "part"     // part of the name, and nobody else in the session has it
	WhyFamily   = "family"   // the family name, or family name and initial
	WhyInitials = "initials" // the initials
	WhyRole     = "role"     // the only one with that role
	WhyRecord   = "record"   // nobody of the session, but somebody of that name is on the record
)

// Suggestion is somebody who may be who a label names.
type Suggestion struct {
	Person  core.ID
	Name    string
	Why     string
	Percent int // how sure
}

// Speaker is a label of a file with those who may be meant.
type Speaker struct {
	Label       string
	Count       int // of its cues
	Person      core.ID
	Suggestions []Suggestion
}

type labelCount struct {
	label string
	n     int
}

// countLabels lists labels, the most frequent first.
func countLabels(cues []captions.Cue) []labelCount {
	var list []string
	for _, c := range cues {
		list = append(list, c.Speaker)
	}
	return counted(list)
}

func counted(labels []string) []labelCount {
	n := map[string]int{}
	for _, l := range labels {
		if l != "" {
			n[l]++
		}
	}
	out := make([]labelCount, 0, len(n))
	for l, k := range n {
		out = append(out, labelCount{l, k})
	}
	slices.SortFunc(out, func(a, b labelCount) int { return cmp.Or(b.n-a.n, strings.Compare(a.label, b.label)) })
	return out[:min(len(out), maxSpeakers)]
}

// roleWords are words of captioners that stand for a role in the session.
var roleWords = map[string][]string{
	"moderator": moderators, "onsite moderator": {programme.ModeratorOnsite}, "online moderator": {programme.ModeratorOnline},
	"remote moderator": {programme.ModeratorOnline}, "moderateur": moderators, "moderatrice": moderators, "moderador": moderators, "moderadora": moderators,
	"модератор": moderators, "ведущий": moderators, "ведущая": moderators, "主持人": moderators, "المنسق": moderators, "مدير الجلسة": moderators,
	"chair": chairs, "chairman": chairs, "chairwoman": chairs, "chairperson": chairs, "president": chairs, "presidente": chairs, "presidenta": chairs,
	"le president": chairs, "la presidente": chairs, "el presidente": chairs, "la presidenta": chairs, "председатель": chairs, "主席": chairs, "الرئيس": chairs, "الرئيسه": chairs, "الرئيسة": chairs,
	"rapporteur": {programme.Rapporteur}, "rapporteure": {programme.Rapporteur}, "relator": {programme.Rapporteur}, "relatora": {programme.Rapporteur},
	"докладчик": {programme.Rapporteur}, "报告员": {programme.Rapporteur}, "المقرر": {programme.Rapporteur},
	"host": {programme.Organiser, programme.CoOrganiser}, "organizer": {programme.Organiser}, "organiser": {programme.Organiser},
}

var (
	moderators = []string{programme.ModeratorOnsite, programme.ModeratorOnline}
	chairs     = []string{programme.Chair, programme.PresidedBy}
)

// suggest says for each label who it may be: people of the session first, in any
// spelling and script that the record knows; else people on the record, if public.
// Three queries for any number of labels.
func (s *Service) suggest(ctx context.Context, ses *programme.Session, labels []labelCount, known map[string]core.ID) ([]Speaker, error) {
	var names []string
	for _, l := range labels {
		names = append(names, l.label)
	}
	matches, err := s.people.FindPersonsOf(ctx, names)
	if err != nil {
		return nil, err
	}
	crew, err := s.crew(ctx, ses)
	if err != nil {
		return nil, err
	}
	out := make([]Speaker, 0, len(labels))
	for _, l := range labels {
		sp := Speaker{Label: l.label, Count: l.n, Person: known[l.label]}
		add := func(p people.Person, why string, percent int) {
			if !slices.ContainsFunc(sp.Suggestions, func(x Suggestion) bool { return x.Person == p.ID }) {
				sp.Suggestions = append(sp.Suggestions, Suggestion{p.ID, p.Name, why, percent})
			}
		}
		for _, m := range matches[l.label] {
			_, here := crew.byID[m.Person.ID]
			switch {
			case here && m.Reason == people.SameName:
				add(m.Person, WhySame, 98)
			case here && m.Reason == people.SameWords:
				add(m.Person, WhyWords, 92)
			case here:
				add(m.Person, WhyFamily, 80)
			case m.Person.Public && m.Reason == people.SameName:
				add(m.Person, WhyRecord, 60)
			case m.Person.Public && m.Reason == people.SameWords:
				add(m.Person, WhyRecord, 45)
			}
		}
		for _, c := range crew.like(l.label) {
			add(c.p, c.why, c.percent)
		}
		slices.SortStableFunc(sp.Suggestions, func(a, b Suggestion) int { return b.Percent - a.Percent })
		sp.Suggestions = sp.Suggestions[:min(len(sp.Suggestions), 5)]
		if sp.Person == "" && len(sp.Suggestions) > 0 && sp.Suggestions[0].Percent >= 75 &&
			(len(sp.Suggestions) == 1 || sp.Suggestions[1].Percent < sp.Suggestions[0].Percent) {
			sp.Person = sp.Suggestions[0].Person
		}
		out = append(out, sp)
	}
	return out, nil
}

// castOf are the people of a session, to be compared with labels.
type castOf struct {
	byID  map[core.ID]people.Person
	list  []people.Person
	roles map[core.ID][]string
}

func (s *Service) crew(ctx context.Context, ses *programme.Session) (*castOf, error) {
	var ids []core.ID
	c := &castOf{roles: map[core.ID][]string{}}
	for _, r := range ses.Roles {
		if r.Person != "" {
			if !slices.Contains(ids, r.Person) {
				ids = append(ids, r.Person)
			}
			c.roles[r.Person] = append(c.roles[r.Person], r.Role)
		}
	}
	var err error
	if c.byID, err = s.people.Persons(ctx, ids); err != nil {
		return nil, fmt.Errorf("load people: %w", err)
	}
	for _, id := range ids {
		if p, ok := c.byID[id]; ok {
			c.list = append(c.list, p)
		}
	}
	return c, nil
}

type likely struct {
	p       people.Person
	why     string
	percent int
}

// like finds people of the session by a role's name, a part of their name or initials.
func (c *castOf) like(label string) []likely {
	_, bare := people.SplitHonorific(label)
	key := core.Fold(strings.Trim(label, " .:"))
	var out []likely
	for word, roles := range roleWords {
		if core.Fold(word) != key {
			continue
		}
		var who []people.Person
		for _, p := range c.list {
			if slices.ContainsFunc(c.roles[p.ID], func(r string) bool { return slices.Contains(roles, r) }) {
				who = append(who, p)
			}
		}
		for _, p := range who {
			percent := 85
			if len(who) > 1 {
				percent = 40
			}
			out = append(out, likely{p, WhyRole, percent})
		}
	}
	if len(out) > 0 {
		return out
	}
	words := core.Words(bare)
	for _, p := range c.list {
		for _, name := range append(p.Names.Spelt(), p.Name) {
			have := core.Words(name)
			switch why, percent := compare(words, have); {
			case percent > 0:
				out = append(out, likely{p, why, percent})
			case len(words) == 1 && initials(have) == words[0] && len(have) > 1:
				out = append(out, likely{p, WhyInitials, 60})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b likely) int { return b.percent - a.percent })
	// What fits several people is no more than a hint.
	people := map[core.ID]bool{}
	for _, l := range out {
		if l.percent >= 60 {
			people[l.p.ID] = true
		}
	}
	if len(people) > 1 {
		for i := range out {
			out[i].percent = min(out[i].percent, 50)
		}
	}
	return out
}

// compare says how the words of a label fit those of a name.
func compare(label, name []string) (why string, percent int) {
	if len(label) == 0 || len(name) == 0 {
		return "", 0
	}
	left, hits, short := slices.Clone(name), 0, 0
	for _, w := range label {
		i := slices.Index(left, w)
		if i < 0 && len([]rune(w)) == 1 {
			i = slices.IndexFunc(left, func(n string) bool { return strings.HasPrefix(n, w) })
			short++
		}
		if i < 0 {
			return "", 0
		}
		left = slices.Delete(left, i, i+1)
		hits++
	}
	switch {
	case hits == short:
		return "", 0
	case len(left) == 0 && short == 0:
		return WhyWords, 90
	case len(label) == 1 && label[0] == name[len(name)-1]:
		return WhyFamily, 78
	case len(label) == 1:
		return WhyPart, 65
	case short > 0:
		return WhyFamily, 80
	}
	return WhyPart, 84
}

func initials(words []string) string {
	var b strings.Builder
	for _, w := range words {
		for _, r := range w {
			b.WriteRune(r)
			break
		}
	}
	return b.String()
}

// checkPersons asks that each chosen person is of the session or public.
func (s *Service) checkPersons(ctx context.Context, tx *record.Tx, ses *programme.Session, choices []SpeakerChoice) error {
	var ids []core.ID
	for _, c := range choices {
		if c.Person != "" && !slices.Contains(ids, c.Person) {
			ids = append(ids, c.Person)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	known, err := s.people.PersonsTx(ctx, tx, ids)
	if err != nil {
		return fmt.Errorf("load people: %w", err)
	}
	for _, id := range ids {
		p, ok := known[id]
		if !ok || !p.Public && !slices.ContainsFunc(ses.Roles, func(r programme.Role) bool { return r.Person == id }) {
			return core.Invalid("floor.error.nobody")
		}
	}
	return nil
}

// setSpeakers writes who labels are; labels that are not named stay as they are.
func setSpeakers(ctx context.Context, tx *record.Tx, transcript core.ID, choices []SpeakerChoice) error {
	var rows []speakerRow
	for _, c := range choices {
		if c.Label = strings.TrimSpace(c.Label); c.Label == "" || slices.ContainsFunc(rows, func(r speakerRow) bool { return r.Label == c.Label }) {
			continue
		}
		rows = append(rows, speakerRow{Transcript: transcript, Label: c.Label, Person: c.Person})
	}
	if len(rows) == 0 {
		return nil
	}
	if _, err := tx.NewInsert().Model(&rows).On("CONFLICT (transcript, label) DO UPDATE").Set("person = EXCLUDED.person").Exec(ctx); err != nil {
		return fmt.Errorf("name speakers: %w", err)
	}
	return nil
}
