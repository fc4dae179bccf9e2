package main

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"plenary/internal/forum/calls"
)

var (
	selWords     = strings.Fields("access affordability algorithm archive audit bandwidth barrier broadband captions cable capacity child climate coalition community consent content cooperation court culture cyber data debate deletion device digital dialogue disability dispute domain education election emission encryption energy equality ethics evidence exchange fairness fibre filter forum fraud freedom gender governance harm health heritage identity inclusion indigenous infrastructure innovation integrity island journalism justice knowledge language law learning library licence literacy locality market measure mediation minority mobile monitoring neutrality network observatory openness participation patent peace platform policy portability privacy protocol quality radio refugee regulation repair research resilience rights river rural safety satellite school science security server skills society spectrum standard statistics storage subsea sustainability tax teacher transparency treaty trust university village violence vote water women worker youth")
	selCountries = []string{"KE", "BR", "IN", "FR", "NP", "JM", "ZA", "JP", "DE", "FJ", "MX", "UA", "EG", "SN", "BO"}
	selGroups    = []string{"civil-society", "government", "private-sector", "technical-community", "intergovernmental"}
)

func (w *workshop) text(n int) string {
	r := rand.New(rand.NewPCG(uint64(n), 3))
	words := make([]string, 250)
	for i := range words {
		words[i] = selWords[r.IntN(len(selWords))]
	}
	return strings.Join(words, " ")
}

func (w *workshop) answers(form calls.Form, n int) calls.Answers {
	out := calls.Answers{}
	for _, q := range form.Questions() {
		switch {
		case q.Means == calls.MeansTitle:
			out[q.Key] = calls.Answer{Text: fmt.Sprintf("%s and %s, no. %d", selWords[n%len(selWords)], selWords[n*7%len(selWords)], n)}
		case q.Kind == calls.KindThemes:
			out[q.Key] = calls.Answer{Many: []string{string(w.themes[n*n/5%len(w.themes)])}}
		case q.Kind == calls.KindTags:
			out[q.Key] = calls.Answer{Many: []string{selWords[n%len(selWords)], selWords[n*3%len(selWords)]}}
		case q.Kind == calls.KindArea:
			s := w.text(n*31 + len(q.Key))
			if q.MaxWords > 0 {
				s = strings.Join(strings.Fields(s)[:min(250, q.MaxWords)], " ")
			}
			if q.MaxChars > 0 {
				s = s[:min(len(s), q.MaxChars)]
			}
			out[q.Key] = calls.Answer{Text: s}
		case q.Kind == calls.KindOrganisation:
			out[q.Key] = calls.Answer{Text: fmt.Sprintf("Organisation %d", n%300), Place: selCountries[n%len(selCountries)]}
		case q.Kind == calls.KindPeople:
			x := calls.Answer{}
			many := 1
			if q.Means == calls.MeansSpeaker {
				many = 3
			}
			for i := range many {
				x.People = append(x.People, calls.Person{
					Key: fmt.Sprintf("p%d-%s-%d", n, q.Key, i), Name: fmt.Sprintf("Person %d of %d", i, n), Group: selGroups[(n+i)%3], Country: selCountries[(n+i)%len(selCountries)], Onsite: "onsite", Asked: true,
				})
			}
			out[q.Key] = x
		case !q.Required:
		case q.Kind == calls.KindChoice:
			out[q.Key] = calls.Answer{Text: q.Options[0].Code}
		case q.Kind == calls.KindChoices:
			out[q.Key] = calls.Answer{Many: []string{q.Options[0].Code}}
		case q.Kind == calls.KindCheck:
			out[q.Key] = calls.Answer{Text: "true"}
		case q.Kind == calls.KindGoals:
			out[q.Key] = calls.Answer{Many: []string{"4", "9"}}
		case q.Kind == calls.KindText:
			out[q.Key] = calls.Answer{Text: "As the description says"}
		}
	}
	return out
}
