package topics

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/solve/cluster"
)

// Why two tags may be the same.
const (
	WhySpacing  = "spacing"  // they differ in blanks, hyphens and other signs only
	WhyEndings  = "endings"  // the same words, in another order or with other endings
	WhyInitials = "initials" // one is made of the first letters of the other
	WhyLanguage = "language" // the same words in another language
	WhyLetters  = "letters"  // one or two letters differ
)

// Whys are all reasons, the surest first.
var Whys = []string{WhySpacing, WhyLanguage, WhyEndings, WhyInitials, WhyLetters}

// Proposal says that one tag may be the same as another, which is more frequent.
type Proposal struct {
	Into, From *Tag
	Why        string
	A, B       string // the two spellings that are alike, as written
}

// Proposals are tags that may be the same, the surest and most frequent first. Curators
// may ask; only they decide.
func (s *Service) Proposals(ctx context.Context, a core.Actor, set *editions.Setting, t *Table) ([]Proposal, error) {
	if err := may(a, set, "curate"); err != nil {
		return nil, err
	}
	var rows []apartRow
	if err := s.rec.DB.Read.NewSelect().Model(&rows).Where("ta.edition = ?", set.ID).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load tags kept apart: %w", err)
	}
	apart := map[[2]string]bool{}
	for _, r := range rows {
		apart[[2]string{r.One, r.Other}] = true
	}
	return propose(t, apart), nil
}

// spelt is one way to write a tag, ready to be compared.
type spelt struct {
	tag      *Tag
	text     string
	letters  string // letters and figures only
	words    string // stems, sorted
	initials []string
	short    string // itself, where it may be initials of something
	digits   string
	means    string // the English word, where the tag is a known one
}

func propose(t *Table, apart map[[2]string]bool) []Proposal {
	var all []spelt
	for _, tag := range t.Tags {
		if tag.Hidden {
			continue
		}
		seen := map[string]bool{}
		for _, s := range tag.Spellings {
			seen[s.Fold] = true
			all = append(all, spell(tag, s.lang, s.Written[0].Text))
		}
		if tag.Named {
			for _, lang := range core.Langs {
				if name := tag.Name.By[lang]; name != "" && !seen[core.Fold(name)] {
					all = append(all, spell(tag, lang, name))
				}
			}
		}
	}
	found := map[*Tag]Proposal{} // of each tag the surest, into the most frequent
	for i := range all {
		for j := range i {
			a, b := &all[i], &all[j]
			if a.tag == b.tag {
				continue
			}
			why := alike(a, b)
			if why == "" || apart[[2]string{min(a.tag.head, b.tag.head), max(a.tag.head, b.tag.head)}] {
				continue
			}
			if less(b.tag, a.tag) {
				a, b = b, a // b becomes part of a, which is the more frequent
			}
			p := Proposal{Into: a.tag, From: b.tag, Why: why, A: a.text, B: b.text}
			if old, ok := found[b.tag]; !ok || p.surer(old) {
				found[b.tag] = p
			}
		}
	}
	out := make([]Proposal, 0, len(found))
	for _, p := range found {
		out = append(out, p)
	}
	slices.SortFunc(out, func(x, y Proposal) int {
		return cmp.Or(cmp.Compare(slices.Index(Whys, x.Why), slices.Index(Whys, y.Why)), cmp.Compare(y.Into.Total+y.From.Total, x.Into.Total+x.From.Total),
			cmp.Compare(x.Into.head, y.Into.head), cmp.Compare(x.From.head, y.From.head))
	})
	return out
}

// surer tells whether a proposal goes before another for the same tag.
func (p Proposal) surer(old Proposal) bool {
	if p.Into != old.Into {
		return less(p.Into, old.Into)
	}
	return slices.Index(Whys, p.Why) < slices.Index(Whys, old.Why)
}

// less tells which of two tags the other becomes part of.
func less(a, b *Tag) bool {
	if a.Named != b.Named {
		return a.Named
	}
	return cmp.Or(cmp.Compare(b.Total, a.Total), cmp.Compare(a.head, b.head)) < 0
}

func spell(tag *Tag, lang, text string) spelt {
	lang = cmp.Or(lang, "en")
	s := spelt{tag: tag, text: text}
	words := core.Words(text)
	s.letters = strings.Join(words, "")
	s.digits = strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s.letters)
	stems := cluster.Stems(lang, text)
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		// "AI", "5G": short words that say something are written in capitals.
		if n := len([]rune(w)); n < 3 && w == strings.ToUpper(w) && !unicode.In([]rune(w)[0], unicode.Han) {
			stems = append(stems, core.Fold(w))
		}
	}
	slices.Sort(stems)
	s.words = strings.Join(stems, " ")
	if len(words) > 1 {
		every, telling := "", ""
		for _, w := range words {
			first := string([]rune(w)[:1])
			every += first
			if len(cluster.Stems(lang, w)) > 0 {
				telling += first
			}
		}
		s.initials = []string{every, telling}
	} else if n := len([]rune(s.letters)); n >= 2 && n <= 6 && text == strings.ToUpper(text) && text != strings.ToLower(text) {
		s.short = s.letters
	}
	s.means = known(text)["en"]
	return s
}

func alike(a, b *spelt) string {
	switch {
	case a.letters == "" || b.letters == "" || a.digits != b.digits:
		return ""
	case a.letters == b.letters:
		return WhySpacing
	case a.means != "" && a.means == b.means:
		return WhyLanguage
	case a.words != "" && a.words == b.words:
		return WhyEndings
	case a.short != "" && slices.Contains(b.initials, a.short), b.short != "" && slices.Contains(a.initials, b.short):
		return WhyInitials
	}
	x, y := []rune(a.letters), []rune(b.letters)
	allowed := 0
	switch n := min(len(x), len(y)); {
	case n >= 12:
		allowed = 2
	case n >= 6:
		allowed = 1
	}
	if allowed > 0 && distance(x, y, allowed) <= allowed {
		return WhyLetters
	}
	return ""
}

// distance is how many letters must be added, dropped, changed or swapped with the next
// to make one word of the other; more than most is said to be most + 1.
func distance(a, b []rune, most int) int {
	if d := len(a) - len(b); d > most || -d > most {
		return most + 1
	}
	before, last, cur := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cur[j] = min(last[j]+1, cur[j-1]+1, last[j-1]+one(a[i-1] != b[j-1]))
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], before[j-2]+1)
			}
			least = min(least, cur[j])
		}
		if least > most {
			return most + 1
		}
		before, last, cur = last, cur, before
	}
	return last[len(b)]
}
