package forumtext

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// figures reads every figure of a sentence. Dates, years, ordinals, symbols, references
// and times are no figures.
func (r *reader) figures(words Placed) {
	if len(r.doc.Facts) > maxFacts {
		return
	}
	for _, f := range figuresOf(words.Text) {
		f.Footnote = r.footnoteOf(f, words.Place)
		r.fact(f, words)
	}
}

// maxFacts is more than any report states; a table of numbers may hold more.
const maxFacts = 5000

// figuresOf are the figures of a sentence, in its order, without place and footnote.
func figuresOf(s string) []Fact {
	var list []number
	for _, n := range numbers(s) {
		if n.why == isFigure {
			list = append(list, n)
		}
	}
	nouns := make([]counted, len(list))
	for i, n := range list {
		nouns[i] = nounOf(s, n)
		if nouns[i].text == "" && !nouns[i].of && n.unit == noUnit {
			nouns[i] = carriedNoun(s, n, nouns[:i])
		}
	}
	for i := len(nouns) - 2; i >= 0; i-- {
		// "between 40 and 60 sessions", "two of the three basins": the noun stands behind the next.
		if nouns[i].text == "" && list[i].unit == noUnit && nouns[i+1].text != "" && nearby(s, list[i].to, list[i+1].from) {
			of := nouns[i].of
			nouns[i] = nouns[i+1]
			nouns[i].carried, nouns[i].of = true, of
		}
	}
	out := make([]Fact, 0, len(list))
	for i, n := range list {
		f := Fact{
			Kind: nouns[i].kind, Value: n.digits, Number: n.value, Qualifier: n.qualifier,
			Noun: nouns[i].text, Written: s[n.from:n.to], carried: nouns[i].carried,
		}
		f.settleKind(s[max(0, n.from-reach):min(len(s), n.to+reach)], strings.ToLower(s[n.to:min(len(s), n.to+24)]), n)
		c := clauseOf(s, list, nouns, i)
		f.about(c)
		f.settleMode(s, n, nouns[i], c)
		out = append(out, f)
	}
	return out
}

func nearby(s string, from, to int) bool {
	return to-from < 24 && !strings.ContainsAny(s[from:to], ",;:(")
}

// carriedNoun is the noun of a figure that stands without one: that of the figure before
// it, else the last word before it that can be counted ("DCs grow steadily, with 28").
func carriedNoun(s string, n number, before []counted) counted {
	if w := strings.ToLower(lastWord(s[:n.from])); w == "aged" || w == "age" || w == "ages" {
		return counted{kind: FactOther}
	}
	for _, c := range slices.Backward(before) {
		if c.kind != FactDuration && c.kind != FactDays && c.kind != "" && c.text != "" {
			c.carried = true
			return c
		}
	}
	found := counted{kind: FactOther}
	start := max(0, n.from-reach)
	for _, loc := range wordForm.FindAllStringIndex(s[start:n.from], -1) {
		loc[0], loc[1] = loc[0]+start, loc[1]+start
		word := s[loc[0]:loc[1]]
		if k := kindOf(word); k != "" && k != FactDuration && k != FactDays && k != FactMembers {
			found = counted{text: word, kind: k, from: loc[0], end: loc[1], carried: true}
		}
	}
	return found
}

var wordForm = regexp.MustCompile(`[\p{L}][\p{L}\p{M}\-’']*`)

// settleKind corrects the kind by the unit of the number and by the sentence around it.
func (f *Fact) settleKind(s, behind string, n number) {
	switch {
	case n.unit == fold:
		f.Kind = FactRatio
	case n.unit == percent:
		f.Kind = FactShare
	case n.unit == money:
		f.Kind = FactMoney
	case differenceForm.MatchString(behind):
		f.Kind, f.Noun = FactDifference, ""
	case f.Kind == FactSessions && n.inWords && n.value < 10:
		f.Kind = FactOther // some sessions, a track's or a day's, not the meeting's
	case f.Kind == FactParticipants && f.Number > 0 && grantForm.MatchString(s):
		f.Kind = FactGrants
	case f.Kind == FactParticipants && f.Number > 0 && anybody[strings.ToLower(lastWord(f.Noun))] && !tookPart.MatchString(s):
		f.Kind = FactOther
	case f.Kind == FactCountries && parlForm.MatchString(s):
		f.Kind = FactParliamentFrom
	case f.Kind == "":
		f.Kind = FactOther
	}
	if f.Kind == FactRatio || f.Kind == FactShare || f.Kind == FactMoney {
		f.Noun = ""
	}
}

// anybody are words for people of whom only the sentence says that they took part.
var anybody = wordSet(`people individuals persons visitors personnes personas`)

var tookPart = regexp.MustCompile(`(?i)\b(?:attend\p{L}*|particip\p{L}*|took part|taking part|came|join\p{L}*|register\p{L}*|gather\p{L}*|brought together|welcom\p{L}*|` +
	`onsite|on-site|online|in person|follow\p{L}*|asist\p{L}*|réuni\p{L}*|reuni\p{L}*|inscri\p{L}*|connect\p{L}*)`)

var differenceForm = regexp.MustCompile(`^ (?:more|fewer|less|higher|lower|de plus|de más)(?: [\p{L}\-]+)? (?:than|que)\b`)

// clause is what stands around one figure, up to the figures before and behind it.
type clause struct {
	before  string // from the start of the sentence
	between string // from the figure before
	behind  string // up to the next figure; beyond "from 41 countries" to the one after it
}

func clauseOf(s string, list []number, nouns []counted, i int) clause {
	n := list[i]
	start := max(0, n.from-reach)
	c := clause{before: s[start:n.from], between: s[start:n.from]}
	if i > 0 {
		c.between = s[max(start, list[i-1].to):n.from]
	}
	end := min(len(s), n.to+reach)
	for j := i + 1; j < len(list) && list[j].from < end; j++ {
		gap := strings.ToLower(s[list[j-1].to:list[j].from])
		if nouns[j].kind == FactCountries && fromForm.MatchString(gap) {
			continue // "800 participants from 41 countries took part online"
		}
		end = list[j].from
		break
	}
	c.behind = s[n.to:end]
	return c
}

var fromForm = regexp.MustCompile(`\b(?:from|of|de)(?:\s+\p{L}+){0,4}\s*$`)

var (
	yearForm     = regexp.MustCompile(`(?:^|[^\p{L}\d/.,\-–])((?:19|20)\d\d)(?:[^\d/\-–]|$)`)
	editionForm  = regexp.MustCompile(`\b(\d{1,3})(?:st|nd|rd|th)\s+(?:(?i:annual\s+)?(?i:meeting|edition)\b|\p{Lu})`)
	awayForm     = regexp.MustCompile(`(?i)\b(?:since|until|till|before|after|than|preceding|following|compared (?:to|with)|over the previous)(?:\s+(?:the|in|that|of))*\s*$`)
	inCityForm   = regexp.MustCompile(`\b(?:in|at|to)\s+(` + capital + `(?:\s+` + capital + `){0,2})`)
	otherToForm  = regexp.MustCompile(`(?i)\bto(?:\s+an?)?\s*$`)
	severalYears = regexp.MustCompile(`(?:19|20)\d\d\s*(?:and|et|y|/|-|–|to)\s*(?:19|20)?\d\d`)
)

// about reads which year and edition a figure is about: what stands behind it, else what
// the sentence said before it. Two years together ("in 2022 and 2023") are none.
func (f *Fact) about(c clause) {
	if f.Kind == FactDifference || f.Kind == FactRatio {
		return
	}
	f.Year, f.Ordinal = statedYear(c.behind, false), statedOrdinal(c.behind, false)
	inherits := !currentForm.MatchString(c.between) && !otherToForm.MatchString(strings.TrimSuffix(strings.TrimRight(c.between, " "), f.Qualifier)) &&
		!severalYears.MatchString(c.behind)
	if inherits && f.Year == 0 && f.Ordinal == 0 {
		f.Year, f.Ordinal = statedYear(c.before, true), statedOrdinal(c.before, true)
	}
	for _, part := range []string{c.behind, c.before} {
		for _, m := range inCityForm.FindAllStringSubmatch(part, -1) {
			for _, name := range []string{m[1], firstWords(m[1], 2), firstWords(m[1], 1)} {
				if found, ok := findCity(strings.TrimRight(name, ".")); ok && f.City == "" {
					f.City = found.name
				}
			}
		}
		if f.City != "" || !inherits {
			break
		}
	}
}

func firstWords(s string, n int) string {
	f := strings.Fields(s)
	return strings.Join(f[:min(n, len(f))], " ")
}

// statedYear is the one year of a stretch of text; the last when it stands before the figure.
func statedYear(s string, last bool) int {
	if severalYears.MatchString(s) {
		return 0
	}
	year := 0
	for _, m := range yearForm.FindAllStringSubmatchIndex(s, -1) {
		if awayForm.MatchString(s[:m[2]]) {
			continue
		}
		y := atoi(s[m[2]:m[3]])
		if year != 0 && year != y && !last {
			return year
		}
		year = y
	}
	return year
}

func statedOrdinal(s string, last bool) int {
	ordinal := 0
	for _, m := range editionForm.FindAllStringSubmatchIndex(s, -1) {
		head := s[:m[2]]
		if awayForm.MatchString(head) || severalOrdinals.MatchString(head) {
			continue
		}
		if ordinal = atoi(s[m[2]:m[3]]); !last {
			break
		}
	}
	return ordinal
}

var severalOrdinals = regexp.MustCompile(`\d(?:st|nd|rd|th)\s+(?:and|or|now|and now|to)\s+$`)

// settleMode reads the mode and whose the counted things are.
func (f *Fact) settleMode(s string, n number, c counted, cl clause) {
	f.Mode = modeIn(cl.behind)
	if f.Mode == "" && c.text != "" && !c.carried {
		f.Mode = modeIn(s[n.from:c.end])
	}
	if f.Kind == FactParticipants && f.Number > 0 && f.Mode != "" {
		f.Kind = FactOnsite
		if f.Mode == ModeOnline {
			f.Kind = FactOnline
		}
	}
	head := strings.TrimRight(cl.between, " ")
	head = strings.TrimRight(strings.TrimSuffix(head, f.Qualifier), " ")
	if m := ofForm.FindStringSubmatch(head); m != nil && f.Kind != FactDuration && f.Kind != FactDays && (m[2] == "of" || f.Kind == FactCountries || f.Kind == FactParliamentFrom) {
		f.Of = ownerOf(m[1])
	}
	if c.of && f.Of == "" {
		f.Of = "of whom"
	}
}

// ownerOf cuts the words before "of" down to the noun: "government representatives".
func ownerOf(words string) string {
	list := strings.Fields(words)
	for i, w := range slices.Backward(list) {
		if figureStops[strings.ToLower(w)] || isQualifierWord(w) {
			list = list[i+1:]
			break
		}
	}
	return strings.Join(list, " ")
}

func isQualifierWord(w string) bool {
	switch strings.ToLower(w) {
	case "number", "total", "record", "course", "consisted", "range", "made", "out", "up", "more", "some", "including":
		return true
	}
	return false
}

// footnoteOf is the text of the note whose mark is attached to a figure or to its noun.
func (r *reader) footnoteOf(f Fact, at Place) string {
	for _, n := range r.doc.Footnotes {
		if n.After == "" || n.Marked.Line < at.Line || n.Marked.Line > at.EndLine {
			continue
		}
		if digits := strings.ReplaceAll(n.After, ",", ""); digits == f.Value && f.Value == strconv.Itoa(f.Number) {
			return n.Text
		}
		if !f.carried && f.Noun != "" && strings.HasSuffix(f.Noun, n.After) {
			return n.Text
		}
	}
	return ""
}
