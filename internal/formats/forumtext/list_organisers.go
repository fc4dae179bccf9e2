package forumtext

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	together   = regexp.MustCompile(`(?i)\s*,?\s+(?:in (?:close )?(?:collaboration|cooperation|co-operation|partnership|association) with|together with|jointly with|along with|en (?:collaboration|partenariat|coopération) avec|en (?:colaboración|cooperación|alianza) con|junto con|con la participación de)\s+`)
	supportBy  = regexp.MustCompile(`(?i)\s*[,(]?\s*(?:with (?:the )?(?:kind |financial )?support (?:of|from|by)|supported by|funded by|avec le soutien d|con el apoyo d).*$`)
	leadingThe = regexp.MustCompile(`^(?:(?:[Tt]he|[Ll]es?|[Ll]a|[Ee]l|[Ll]as|[Ll]os)\s+|[Ll]['’]\s*)(\p{L}.*)$`)
	lastAnd    = regexp.MustCompile(`\s+(?:and|&|et|y|e|und|as well as)\s+`)
	slashWords = regexp.MustCompile(`(?i)^(?:and/or|tcp/ip|hiv/aids|i/o|n/a|c/o|24/7|ict/|as/is|\d+/\d+)`)
)

// splitOrganisers takes a list of organisers apart. A semicolon, a comma and a slash
// always part two of them; "and" and "&" do where a name cannot go on behind them: the
// last one of a list with commas, or one between two names that are complete.
func splitOrganisers(text string) []string {
	text = supportBy.ReplaceAllString(strings.TrimRight(text, " .,;"), "")
	var out []string
	for _, part := range together.Split(text, -1) {
		for _, name := range splitNames(part) {
			name = strings.Trim(name, " .,;:|–—")
			if m := leadingThe.FindStringSubmatch(name); m != nil {
				name = m[1]
			}
			if name = strings.Join(strings.Fields(name), " "); hasWord(name) {
				out = append(out, name)
			}
		}
	}
	return out
}

func splitNames(text string) []string {
	if strings.ContainsAny(text, ";；•·|") {
		return splitAny(text, ";；•·|")
	}
	parts := mergePlaces(splitCommas(text))
	var out []string
	for i, p := range parts {
		p = strings.TrimSpace(p)
		if rest, ok := afterAnd(p); ok && i > 0 {
			out = append(out, splitSlash(rest)...) // "A, B, and C"
			continue
		}
		slashed := splitSlash(p)
		if i == len(parts)-1 && len(slashed) == 1 {
			slashed = splitAnd(p, len(parts) > 1)
		} else {
			slashed = splitEach(slashed)
		}
		out = append(out, slashed...)
	}
	return out
}

func splitEach(parts []string) []string {
	if len(parts) == 1 {
		return parts
	}
	var out []string
	for _, p := range parts {
		out = append(out, splitAnd(p, false)...)
	}
	return out
}

func splitAny(text, marks string) []string {
	var out []string
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(marks, r) }) {
		part = strings.TrimSpace(part)
		if rest, ok := afterAnd(part); ok {
			part = rest
		}
		out = append(out, part)
	}
	return out
}

func afterAnd(s string) (rest string, ok bool) {
	for _, and := range []string{"and ", "& ", "et ", "y ", "und ", "as well as "} {
		if rest, ok = strings.CutPrefix(s, and); ok {
			return rest, true
		}
	}
	return s, false
}

// mergePlaces puts back what a comma parts but does not separate: the place of an
// organisation ("Ministry of Water, Kenya") and its legal form.
func mergePlaces(parts []string) []string {
	var out []string
	for _, p := range parts {
		if len(out) > 0 && (legalForm[strings.ToLower(strings.Trim(p, ". "))] || isCountry(p)) {
			out[len(out)-1] += ", " + p
			continue
		}
		if first, rest, ok := strings.Cut(p, " "); ok && len(out) > 0 && legalForm[strings.ToLower(strings.Trim(first, ". "))] {
			if rest, ok = afterAnd(rest); ok { // "Pell Utilities, Inc. and GaugeLab"
				out[len(out)-1] += ", " + strings.Trim(first, ". ")
				p = rest
			}
		}
		out = append(out, p)
	}
	return out
}

var (
	legalForm = wordSet(`inc ltd llc llp gmbh e.v plc s.a sa sas ag bv ngo`)
	countries = countrySet()
)

func countrySet() map[string]bool {
	set := wordSet(`uk usa us uae ghana kenya uganda tanzania rwanda india brazil mexico peru colombia argentina
		uruguay canada australia indonesia malaysia philippines pakistan bangladesh nepal portugal spain ireland
		sweden finland iceland estonia latvia ukraine georgia armenia jordan lebanon morocco algeria benin togo`)
	for _, c := range cities {
		set[strings.ToLower(c.country)] = true
	}
	return set
}

func isCountry(s string) bool { return countries[strings.ToLower(strings.TrimSpace(s))] }

// splitSlash cuts at slashes between names, not inside "HIV/AIDS" or a bracket.
func splitSlash(s string) []string {
	var out []string
	depth, start := 0, 0
	for i, r := range s {
		switch r {
		case '(', '[':
			depth++
		case ')', ']':
			depth--
		case '/', '／':
			word := s[strings.LastIndexAny(s[:i], " (")+1:]
			left, right := strings.TrimSpace(s[start:i]), strings.TrimSpace(s[i+utf8.RuneLen(r):])
			if depth > 0 || slashWords.MatchString(word) || utf8.RuneCountInString(left) < 2 || !startsUpper(right) || right == "" {
				continue
			}
			out, start = append(out, left), i+utf8.RuneLen(r)
		}
	}
	return append(out, strings.TrimSpace(s[start:]))
}

// splitAnd cuts at the one "and" that joins two names, if there is one. listed says that
// commas stand before it, so that an "and" is expected.
func splitAnd(s string, listed bool) []string {
	all := lastAnd.FindAllStringIndex(s, -1)
	if len(all) > 40 {
		return []string{s}
	}
	for _, expected := range []bool{false, true} {
		for k := len(all) - 1; k >= 0 && (listed || !expected); k-- {
			left, right := s[:all[k][0]], s[all[k][1]:]
			if strings.Count(left, "(") == strings.Count(left, ")") && twoNames(left, right, expected) {
				return append(splitAnd(left, false), right)
			}
		}
	}
	return []string{s}
}

// topicNouns are joined by "and" inside the names of organisations: "Rights and Principles".
var topicNouns = wordSet(`access advocacy affairs agriculture art arts broadcasting business child children civil climate
	commerce communication communications community competition computing content cooperation culture cyber data
	democracy design development digital economic economics economy education employment energy engineering
	environment equality ethics expression family finance food foreign freedom gender governance government health
	heritage history human inclusion industry information infrastructure innovation internet investment justice
	knowledge labor labour language languages law learning liberties literacy media migration names numbers
	opinion participation peace planning policy politics post posts press principles privacy property public
	regulation research rights safety science sciences security services social society software sport sports
	standards statistics studies sustainability technologies technology telecommunication telecommunications
	tourism trade training transparency transport transportation trust universities water welfare women work youth`)

func twoNames(left, right string, listed bool) bool {
	lw, rw := strings.Fields(left), strings.Fields(right)
	if len(lw) == 0 || len(rw) == 0 || !nameStarts(right) || unfinished(left) {
		return false
	}
	last, first := bare(lw[len(lw)-1]), bare(rw[0])
	if topicNouns[last] && topicNouns[first] && !isBrand(rw[0]) && !isBrand(lw[len(lw)-1]) {
		return listed && len(lw) > 2 && complete(lw)
	}
	if listed || isBrand(rw[0]) || strings.HasPrefix(strings.ToLower(right), "the ") {
		return true
	}
	if len(rw) <= 2 && !complete(rw) && prepositionNear(lw) {
		return false // "Council for Trade and Industry"
	}
	if twoOrganisations(left, right) {
		return true
	}
	// "Women and Media Collective": the noun at the end holds for both sides.
	return len(lw) > 1 || !topicNouns[last]
}

// nameStarts reports a text that begins as a name does: with a capital, a digit, or an
// article before one.
func nameStarts(s string) bool {
	if m := leadingThe.FindStringSubmatch(s); m != nil {
		s = m[1]
	}
	return startsUpper(s) || isBrand(firstOf(s))
}

func firstOf(s string) string {
	word, _, _ := strings.Cut(s, " ")
	return word
}

// isBrand reports a word that can only be a name: a capital inside, all capitals, a digit.
func isBrand(w string) bool {
	for i, r := range w {
		if i > 0 && (unicode.IsUpper(r) || unicode.IsDigit(r)) {
			return true
		}
	}
	return false
}

// complete reports words that end in the noun of an organisation.
func complete(words []string) bool {
	last := words[len(words)-1]
	return orgNoun[bare(last)] || isBrand(last)
}

func prepositionNear(words []string) bool {
	for k := max(0, len(words)-3); k < len(words); k++ {
		switch strings.ToLower(words[k]) {
		case "of", "for", "on", "de", "des", "para", "sur", "sobre":
			return true
		}
	}
	return false
}
