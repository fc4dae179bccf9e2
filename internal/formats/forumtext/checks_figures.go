package forumtext

import (
	"strconv"
	"strings"
)

// checkFigures compares the figures that the text states for one thing of one edition:
// two different numbers, or one number under two nouns (X4).
func (r *reader) checkFigures() {
	groups := make(map[string][]Fact)
	seen := make(map[string]bool)
	var keys []string
	for _, f := range r.doc.Facts {
		key, ok := r.subject(f)
		if !ok {
			continue
		}
		same := key + "|" + f.figure()
		if seen[same] || len(groups[key]) > maxFindings {
			continue // stated before in the same words
		}
		seen[same] = true
		if groups[key] == nil {
			keys = append(keys, key)
		}
		groups[key] = append(groups[key], f)
	}
	for _, key := range keys {
		r.compareFigures(groups[key])
	}
}

// subject names what a figure counts, so that two figures of one subject can be
// compared. Figures of a part ("14 participants of the school") have none.
func (r *reader) subject(f Fact) (string, bool) {
	if f.Written == "" || f.Number == 0 || f.Of == "of whom" || f.Number < 10 {
		return "", false
	}
	switch f.Kind {
	case FactOther, FactDays, FactDuration, FactRatio, FactShare, FactMoney, FactDifference, FactMembers, FactOrganisations:
		return "", false
	}
	if !f.isWhole() {
		return "", false
	}
	of := ""
	if f.Kind == FactCountries && f.Of != "" && kindOf(f.Of[strings.LastIndexByte(f.Of, ' ')+1:]) != FactParticipants {
		of = strings.ToLower(f.Of)
	}
	mode := f.Mode
	return strings.Join([]string{string(f.Kind), mode, of, r.editionOf(f)}, "|"), true
}

// wholeWords stand before a noun without cutting a part out of it.
var wholeWords = wordSet(`registered recognised recognized officially official participating represented different onsite online
	in-person on-site remote total accredited individual parallel active igf dynamic national regional youth and all the nouveaux
	social media news`)

// isWhole reports a noun that stands for all there were: it has no word before it that
// picks some of them.
func (f Fact) isWhole() bool {
	words := strings.Fields(strings.ToLower(f.Noun))
	for i, w := range words {
		if kindOf(w) != "" || f.carried {
			return true
		}
		if !wholeWords[w] && i < len(words)-1 {
			return false
		}
	}
	return len(words) > 0
}

// editionOf names the edition that a figure is about; a figure that names none is about
// the edition of the text.
func (r *reader) editionOf(f Fact) string {
	e := &r.doc.Edition
	switch {
	case f.Year != 0:
		return strconv.Itoa(f.Year)
	case f.Ordinal != 0 && f.Ordinal != e.Ordinal:
		return strconv.Itoa(f.Ordinal) + "th"
	case f.Ordinal == 0 && f.City != "" && e.City != "" && !strings.EqualFold(f.City, e.City):
		return f.City
	}
	return strconv.Itoa(e.Year)
}

func (r *reader) compareFigures(list []Fact) {
	for j := range list {
		for i := range j {
			a, b := list[i], list[j]
			year := strings.TrimPrefix(r.editionOf(b), "0")
			first, second := Placed{a.Words, a.Place}, Placed{b.Words, b.Place}
			switch {
			case a.Number != b.Number:
				if a.Number > 2*b.Number || b.Number > 2*a.Number {
					continue // rather a part and its whole
				}
				agrees := "no"
				if a.admits(b) && b.admits(a) {
					agrees = "rounded"
				}
				r.find(FindTwoFigures, -1, first, second, "First", a.figure(), "Second", b.figure(),
					"Kind", string(a.Kind), "Year", year, "Agrees", agrees)
			case !a.carried && !b.carried && a.Noun != "" && !sameWords(a.Noun, b.Noun):
				r.find(FindTwoNouns, -1, first, second, "First", a.figure(), "Second", b.figure(),
					"FirstNoun", a.Noun, "SecondNoun", b.Noun, "Number", strconv.Itoa(a.Number), "Year", year)
			}
		}
	}
}

// admits reports whether what f says leaves room for the other figure: "nearly 6,300"
// for 6,279, "more than 11,000" for 11,145.
func (f Fact) admits(other Fact) bool {
	q, n, o := strings.ToLower(f.Qualifier), f.Number, other.Number
	near := o*20 >= n*19 && o*19 <= n*20 // within one in twenty
	switch {
	case q == "":
		return other.Qualifier != "" || near && isRound(n)
	case strings.Contains(q, "more than"), strings.Contains(q, "over"), strings.Contains(q, "at least"), strings.Contains(q, "no fewer"),
		strings.Contains(q, "no less"), strings.Contains(q, "not fewer"), q == "+", q == "or more", strings.Contains(q, "above"),
		strings.Contains(q, "upwards"), strings.Contains(q, "excess"), strings.Contains(q, "plus de"), strings.Contains(q, "au moins"),
		strings.Contains(q, "más de"), strings.Contains(q, "al menos"):
		return o >= n && o*4 <= n*5
	case strings.Contains(q, "nearly"), strings.Contains(q, "almost"), strings.Contains(q, "under"), strings.Contains(q, "close to"),
		strings.Contains(q, "less than"), strings.Contains(q, "fewer than"), strings.Contains(q, "up to"), strings.Contains(q, "près"), strings.Contains(q, "casi"):
		return o <= n && near
	case strings.Contains(q, "total"), strings.Contains(q, "exactly"), strings.Contains(q, "record"), strings.Contains(q, "only"):
		return other.Qualifier != ""
	}
	return near
}

// isRound reports a number that was rounded: its last half is zeros.
func isRound(n int) bool {
	s := strconv.Itoa(n)
	return len(s) > 1 && strings.HasSuffix(s, strings.Repeat("0", len(s)/2))
}
