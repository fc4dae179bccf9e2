package forumtext

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ParsePerson reads one line of a list of people: "Dr. Name, Title, Organisation". The
// name ends at the first comma, dash or bracket. What is behind it is split by
// readAffiliations. A role stands before the name ("Moderator: …") or in brackets at the
// end.
func ParsePerson(text string) Person {
	p := Person{Raw: text}
	rest := strings.Join(strings.Fields(text), " ")
	p.RoleStated, rest = splitRole(modeBehind.ReplaceAllString(rest, ""))
	p.Honorific = honorificOf(rest)
	rest = strings.TrimSpace(rest[len(p.Honorific):])
	name, tail := splitName(rest)
	tail = dropSuffixes(&name, tail)
	p.Name = name
	p.Given, p.Family = givenFamily(name)
	if p.Family != "" && name == strings.ToUpper(p.Family)+" "+p.Given {
		p.Name = p.Given + " " + p.Family
	}
	p.Group, p.Region, tail = splitGroups(tail)
	p.Affiliations = readAffiliations(tail)
	return p
}

var (
	stakeholderForm = regexp.MustCompile(`(?i)^(?:civil society|private sector|technical community|governments?|academia|academic(?: community)?|youth|parliamentarians?|intergovernmental organi[sz]ations?|international organi[sz]ations?|media)$`)
	regionForm      = regexp.MustCompile(`(?i)^(?:african group|asia-pacific group|eastern european group|latin american and caribbean group(?: \(grulac\))?|grulac|western european and others group(?: \(weog\))?|weog|intergovernmental organi[sz]ation|others)$`)
)

// splitGroups takes the stakeholder group and the regional group off a line that states
// them as parts of their own: "Name, Civil Society, African Group".
func splitGroups(tail string) (group, region, rest string) {
	var left []string
	for _, part := range splitCommas(tail) {
		switch {
		case group == "" && stakeholderForm.MatchString(part):
			group = part
		case region == "" && regionForm.MatchString(part):
			region = part
		default:
			left = append(left, part)
		}
	}
	if group == "" && region == "" {
		return "", "", tail
	}
	return group, region, strings.Join(left, ", ")
}

var (
	roleBefore = regexp.MustCompile(`(?i)^((?:online |on-?site |co-)*(?:moderator|rapporteur|chair|co-chair|speaker|panell?ist|discussant|facilitator|organi[sz]er|keynote(?: speaker)?|opening remarks|host|modérateur|modératrice|moderadora?|relatora?|ponente))\s*[:：]\s*`)
	roleBehind = regexp.MustCompile(`(?i)\s*[\[(]((?:online |on-?site |co-)*(?:moderator|rapporteur|chair|co-chair|speaker|panell?ist|discussant|facilitator|organi[sz]er|keynote(?: speaker)?|host))[\])]\s*$`)
)

// modeBehind is how somebody takes part; it is no affiliation and stays in Raw.
var modeBehind = regexp.MustCompile(`(?i)\s*[\[(](?:online|remote(?:ly)?|virtual(?:ly)?|on-?site|in[ -]person|via video|tbc|tbd|en ligne|en línea)[\])]\s*$`)

func splitRole(s string) (role, rest string) {
	if m := roleBefore.FindStringSubmatch(s); m != nil && len(m[0]) < len(s) {
		return m[1], s[len(m[0]):]
	}
	if m := roleBehind.FindStringSubmatchIndex(s); m != nil && m[0] > 0 {
		return s[m[2]:m[3]], s[:m[0]]
	}
	return "", s
}

var honorifics = wordSet(`mr mrs ms miss mx dr dra prof professor he h.e hon honourable honorable sir dame
	lady lord amb ambassador judge justice rev sheikh sheikha eng senator m mme mlle sr sra srta don doña
	excellency her his the`)

// honorificOf is the honorific at the beginning of a line, as written, with several in a
// row taken together ("H.E. Mr.").
func honorificOf(s string) string {
	end := 0
	for {
		word, _, more := strings.Cut(s[end:], " ")
		key := strings.ToLower(strings.TrimRight(word, ".,"))
		if !more || !honorifics[key] || strings.HasSuffix(word, ",") {
			break
		}
		if (key == "m" || key == "eng" || key == "hon" || key == "amb") && !strings.HasSuffix(word, ".") {
			break
		}
		if behind, _, _ := strings.Cut(s[end+len(word)+1:], " "); key == "m" && isInitial(behind) {
			break // "M. L. Name" is two initials, not "Monsieur"
		}
		if r, _ := utf8.DecodeRuneInString(word); unicode.IsLower(r) {
			break
		}
		if key == "the" || key == "her" || key == "his" {
			following, _, _ := strings.Cut(s[end+len(word)+1:], " ")
			if !honorifics[strings.ToLower(strings.TrimRight(following, "."))] {
				break
			}
		}
		end += len(word) + 1
	}
	return strings.TrimSpace(s[:end])
}

var nameEnd = regexp.MustCompile(`\s*[,，،(（;|]|\s+[-–—]\s+|\s*[:：]\s`)

func splitName(s string) (name, tail string) {
	loc := nameEnd.FindStringIndex(s)
	if loc == nil {
		return strings.TrimRight(s, " .;"), ""
	}
	name, tail = s[:loc[0]], s[loc[0]:]
	if t := strings.TrimSpace(tail); strings.HasPrefix(t, "(") && strings.Count(t, "(") == 1 && strings.HasSuffix(t, ")") {
		return name, strings.TrimSpace(t[1 : len(t)-1])
	}
	return name, strings.TrimLeft(tail, " ,，،;:：|-–—")
}

var nameSuffix = regexp.MustCompile(`(?i)^((?:jr|sr|ph\.?d|m\.?d|ll\.?m|esq|mp|mep|obe|cbe|kc|qc|ii|iii)\.?)(?:\s*,\s*|$)`)

// dropSuffixes moves "Jr." to the name and takes degrees off what follows it.
func dropSuffixes(name *string, tail string) string {
	for {
		m := nameSuffix.FindStringSubmatch(tail)
		if m == nil {
			return tail
		}
		switch strings.ToLower(strings.Trim(m[1], ".")) {
		case "jr", "sr", "ii", "iii":
			*name += ", " + m[1]
		}
		tail = tail[len(m[0]):]
	}
}

func nameOf(text string) string {
	_, rest := splitRole(text)
	rest = strings.TrimSpace(rest[len(honorificOf(rest)):])
	name, _ := splitName(rest)
	return name
}

// looksLikePerson reports whether a line has the shape of a person in a list: a name
// with something behind it, or with an honorific before it.
func looksLikePerson(text string) bool {
	if len(text) > 400 || strings.ContainsAny(text, "?？؟") {
		return false
	}
	_, rest := splitRole(text)
	honorific := honorificOf(rest)
	name, tail := splitName(strings.TrimSpace(rest[len(honorific):]))
	if !isName(name) || len(sentenceSpans(tail)) > 1 || strings.HasSuffix(tail, ".") && !strings.HasSuffix(tail, "c.") && !strings.HasSuffix(tail, "d.") {
		return false
	}
	return honorific != "" || tail != "" && len(strings.Fields(name)) > 1
}

var particles = wordSet(`van von der den de del della di da dos das du la le el al bin ibn ben abu ul y e i of
	ter ten zu zum af av 't san st`)

// notNames are words that open an agenda item or an organisation, not a name.
var notNames = wordSet(`opening closing welcome welcoming remarks address discussion introduction introductory
	keynote session panel q&a questions question answers summary conclusion conclusions presentation
	presentations break lunch coffee registration agenda moderated interactive final wrap-up statement
	statements ministry university institute department government council commission foundation committee
	association international national united global internet goal article chapter section part day
	round table roundtable circle break-out breakout debate theatre classroom room hall main key policy digital data human rights the this that these our your why how what
	who when where and or for with`)

// isName reports whether s can be a person's name: two to six words with capitals,
// particles and initials allowed, no digits.
func isName(s string) bool {
	s = strings.TrimSpace(s)
	if s == "" || utf8.RuneCountInString(s) > 70 || strings.ContainsAny(s, "0123456789/\\@#&%") {
		return false
	}
	words := strings.Fields(s)
	if !hasCase(s) {
		return utf8.RuneCountInString(s) <= 40 && len(words) <= 6
	}
	if len(words) > 7 {
		return false
	}
	for i, w := range words {
		lower := strings.ToLower(strings.Trim(w, ".,:"))
		if i > 0 && particles[lower] {
			continue
		}
		if notNames[lower] {
			return false
		}
		w = strings.TrimLeft(w, "'’‘ʼ`\"“(")
		if r, _ := utf8.DecodeRuneInString(w); !unicode.IsUpper(r) && !(i == 0 && particles[lower]) && !strings.HasPrefix(lower, "d’") && !strings.HasPrefix(lower, "d'") {
			return false
		}
	}
	return true
}

// givenFamily tells given and family name apart when the name itself does: a family name
// in capitals, initials before it, or a particle. Order alone proves nothing.
func givenFamily(name string) (given, family string) {
	words := strings.Fields(name)
	if len(words) < 2 {
		return "", ""
	}
	if given, family = byCapitals(words); family != "" {
		return given, family
	}
	for i := 1; i < len(words)-1; i++ {
		if familyParticles[words[i]] {
			return strings.Join(words[:i], " "), strings.Join(words[i:], " ")
		}
	}
	initials := 0
	for initials < len(words) && isInitial(words[initials]) {
		initials++
	}
	if initials > 0 && initials < len(words) {
		last := len(words) - 1
		return strings.Join(words[:last], " "), words[last]
	}
	if len(words) == 3 && isInitial(words[1]) {
		return words[0] + " " + words[1], words[2]
	}
	return "", ""
}

var familyParticles = wordSet(`van von der den de del della di da dos das du bin ibn ben abu ter ten zu al el`)

func isInitial(w string) bool {
	return utf8.RuneCountInString(w) == 2 && strings.HasSuffix(w, ".") && startsUpper(w)
}

// byCapitals reads "Amina DIALLO" and "DIALLO Amina".
func byCapitals(words []string) (given, family string) {
	var names, caps []string
	first := -1
	for i, w := range words {
		letters := strings.TrimFunc(w, func(r rune) bool { return !unicode.IsLetter(r) })
		if utf8.RuneCountInString(letters) > 1 && letters == strings.ToUpper(letters) && letters != strings.ToLower(letters) {
			if first < 0 {
				first = i
			} else if words[i-1] != caps[len(caps)-1] {
				return "", ""
			}
			caps = append(caps, w)
			continue
		}
		names = append(names, w)
	}
	if len(caps) == 0 || len(names) == 0 {
		return "", ""
	}
	for i, w := range caps {
		caps[i] = titleCase(w)
	}
	return strings.Join(names, " "), strings.Join(caps, " ")
}

// titleCase writes DIALLO-KANE as Diallo-Kane.
func titleCase(w string) string {
	var b strings.Builder
	start := true
	for _, r := range w {
		if start {
			b.WriteRune(unicode.ToUpper(r))
		} else {
			b.WriteRune(unicode.ToLower(r))
		}
		start = !unicode.IsLetter(r)
	}
	return b.String()
}
