package archive

import (
	"slices"

	"plenary/internal/core"
	"plenary/internal/formats/forumtext"
	"plenary/internal/forum/editions"
)

// indicators says which figure of a document is which indicator of an edition.
var indicators = map[forumtext.FactKind]string{
	forumtext.FactParticipants: "participants-total", forumtext.FactOnsite: "participants-onsite", forumtext.FactOnline: "participants-online",
	forumtext.FactCountries: "countries", forumtext.FactSessions: "sessions", forumtext.FactExhibitors: "exhibitors",
	forumtext.FactInitiatives: "initiatives", forumtext.FactCoalitions: "coalitions", forumtext.FactProposals: "proposals",
	forumtext.FactGrants: "grants", forumtext.FactMedia: "media", forumtext.FactPosts: "social-posts", forumtext.FactViews: "views",
	forumtext.FactSpeakers: "speakers", forumtext.FactExperts: "experts", forumtext.FactMinisters: "ministers",
	forumtext.FactParliament: "parliamentarians", forumtext.FactParliamentFrom: "parliamentarians-countries",
	forumtext.FactOrganisations: "organisations",
}

// qualifier is the code of the words before a figure.
func qualifier(words string) string {
	w := core.Fold(words)
	for _, q := range []struct{ has, code string }{
		{"more than", "more-than"},
		{"over", "more-than"},
		{"at least", "more-than"},
		{"no fewer", "more-than"},
		{"no less", "more-than"},
		{"exceed", "more-than"},
		{"nearly", "nearly"},
		{"almost", "nearly"},
		{"close to", "nearly"},
		{"about", "about"},
		{"around", "about"},
		{"approximately", "about"},
		{"some", "about"},
		{"roughly", "about"},
		{"circa", "about"},
	} {
		if containsWord(w, q.has) {
			return q.code
		}
	}
	return ""
}

func containsWord(s, w string) bool {
	words := core.Words(s)
	want := core.Words(w)
	for i := 0; i+len(want) <= len(words); i++ {
		if slices.Equal(words[i:i+len(want)], want) {
			return true
		}
	}
	return false
}

// figures stages the figures that a document gives for this edition. One that stands is
// not staged again; another value for the same is a contradiction.
func (st *staging) figures(d *forumtext.Document) {
	type said struct {
		indicator, qualifier string
		amount               int
	}
	seen := map[said]bool{}
	for _, f := range d.Facts {
		indicator := indicators[f.Kind]
		about := (f.Year == 0 || f.Year == st.set.Year) && (f.Ordinal == 0 || st.set.Ordinal == 0 || f.Ordinal == st.set.Ordinal)
		if indicator == "" || f.Number <= 0 || f.Of != "" || !about {
			continue
		}
		if f.Kind == forumtext.FactSessions && !slices.Contains([]string{"sessions", "seances", "sesiones"}, core.Fold(f.Noun)) {
			continue // "24 lightning sessions" are a part of them
		}
		if f.Kind == forumtext.FactParticipants && f.Mode == forumtext.ModeOnsite {
			indicator = "participants-onsite"
		}
		ff := FoundFigure{Indicator: indicator, Qualifier: qualifier(f.Qualifier), Amount: f.Number, Words: f.Words, Noun: f.Noun}
		key := said{ff.Indicator, ff.Qualifier, ff.Amount}
		if seen[key] {
			continue
		}
		seen[key] = true
		st.counts.Figures++
		item := Staged{Kind: KindFigure, Label: figureLabel(f), Place: spot(f.Place), Confidence: percent(d.Confidence), Choice: ChoiceNew}
		for _, have := range st.set.Figures {
			if have.Indicator != ff.Indicator {
				continue
			}
			if have.Amount == ff.Amount && have.Qualifier == ff.Qualifier {
				item.Choice, item.Target = ChoiceSkip, have.ID
				continue
			}
			code := "figure"
			if rounded(ff, have) {
				code = "figure-rounded"
			}
			st.note(Note{Group: NoteContradiction, Code: code, Place: item.Place, Item: len(st.items), Args: map[string]Arg{
				"Indicator": {S: ff.Indicator}, "Said": {S: figureLabel(f)}, "Have": {N: have.Amount}, "HaveQualifier": {S: have.Qualifier}, "Source": {S: have.Source},
			}})
		}
		st.add(item, ff)
	}
}

// rounded tells whether two figures are one, given more and less exactly.
func rounded(said FoundFigure, have editions.Figure) bool {
	agrees := func(q string, round, exact int) bool {
		near := 20*abs(round-exact) <= round // within five per cent
		switch q {
		case "more-than":
			return near && exact >= round
		case "nearly":
			return near && exact <= round
		case "about":
			return near
		}
		return false
	}
	return agrees(said.Qualifier, said.Amount, have.Amount) || agrees(have.Qualifier, have.Amount, said.Amount)
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

func figureLabel(f forumtext.Fact) string {
	written := f.Written
	if written == "" {
		written = f.Value
	}
	return joinWords(f.Qualifier, written, f.Noun)
}

func joinWords(parts ...string) string {
	out := ""
	for _, p := range parts {
		if p == "" {
			continue
		}
		if out != "" {
			out += " "
		}
		out += p
	}
	return out
}
