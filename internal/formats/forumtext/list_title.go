package forumtext

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

const kindNoun = `(?:sessions?|workshops?|forums?|fora|events?|pre-?events?|panels?|round[ -]?tables?|dialogues?|launch(?:es)?|talks?|meetings?|town ?halls?|ceremon(?:y|ies)|briefings?|hackathons?|trainings?|plenar(?:y|ies)|debates?|consultations?|webinars?|lectures?|ateliers?|séances?|tables? rondes?|événements?|taller(?:es)?|sesión|sesiones|foros?|mesas? redondas?|eventos?|diálogos?|rencontres?|encuentros?|conférences?|conferencias?|paneles)(?:\s+(?:abiert[oa]|principal(?:e)?|ouvert|plénière|plenaria|parallèle|paralel[oa]))?`

var (
	kindAlone = regexp.MustCompile(`(?i)^((?:[\p{L}\d\-’']+\s+){0,4}?` + kindNoun + `)$`)
	kindBy    = regexp.MustCompile(`(?i)^((?:[\p{L}\d\-’']+\s+){0,5}?` + kindNoun + `)\s+(?:by|with|par|por)\s+(.+)$`)
	kindOn    = regexp.MustCompile(`(?i)^((?:[\p{L}\d\-’']+\s+){0,4}?` + kindNoun + `)\s+(?:on|about|regarding|sur|sobre)\s+(.+)$`)
	kindBar   = regexp.MustCompile(`(?i)^((?:[\p{L}\d\-’']+\s+){0,4}?` + kindNoun + `)\s*[|·•]\s*(.+)$`)
	heldBy    = regexp.MustCompile(`(?i)^(?:(.{2,80}?)[,:]?\s+(?:(?:is|was|being|est|es)\s+)?)?(?:jointly\s+)?(?:co-?)?(?:organi[sz]ed|hosted|convened|led|run|held|proposed|presented|facilitated|initiated)\s+(?:jointly\s+)?by\s*[:：]?\s+(.+)$`)
	heldPar   = regexp.MustCompile(`(?i)^(?:(.{2,80}?)[,:]?\s+)?(?:co-?)?(?:organisée?s?|animée?s?|proposée?s?|accueillie?s?|présentée?s?)\s+(?:conjointement\s+)?par\s*[:：]?\s+(.+)$`)
	heldPor   = regexp.MustCompile(`(?i)^(?:(.{2,80}?)[,:]?\s+)?(?:co-?)?(?:organizad[oa]s?|convocad[oa]s?|presentad[oa]s?|propuest[oa]s?|liderad[oa]s?)\s+(?:conjuntamente\s+)?por\s*[:：]?\s+(.+)$`)
	heldAfter = regexp.MustCompile(`(?i)\s+[-–—|(]\s*((?:[\p{L}\-]+\s+){0,4}(?:co-?)?(?:organi[sz]ed by|hosted by|convened by|organisée? par|organizad[oa] por)\s+[^()]+)\)?$`)
	numbering = regexp.MustCompile(`(?i)^((?:#|no\.?|n[°º]\.?)\s*)?\d{1,4}$`)
)

// holding is what one line says about a session's kind and who holds it.
type holding struct {
	kind       string
	organisers []string
	topic      string // "Main Session on …": the line is a second, shorter title
}

// readHolding reads "Workshop organised by A, B and C", "Open Forum by A/B", "Main
// Session on …", "Hosted by A" and "Workshop".
func readHolding(text string) (holding, bool) {
	text = strings.TrimSpace(strings.Trim(text, "()[] "))
	if len(text) > 500 || !startsUpper(text) || strings.ContainsAny(text, "?？") || len(sentenceSpans(text)) > 1 {
		return holding{}, false
	}
	for _, form := range []*regexp.Regexp{heldBy, heldPar, heldPor} {
		m := form.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		kind := strings.TrimRight(m[1], " :,-–—|")
		if !isKind(kind) || terminal(text) && kind != "" && !kindAlone.MatchString(kind) {
			return holding{}, false
		}
		if names := splitOrganisers(m[2]); len(names) > 0 && nameStarts(names[0]) {
			return holding{kind: kind, organisers: names}, true
		}
		return holding{}, false
	}
	if terminal(text) {
		return holding{}, false
	}
	if m := kindOn.FindStringSubmatch(text); m != nil && startsUpper(m[2]) {
		return holding{kind: m[1], topic: text}, true
	}
	for _, form := range []*regexp.Regexp{kindBy, kindBar} {
		if m := form.FindStringSubmatch(text); m != nil {
			if names := splitOrganisers(m[2]); len(names) > 0 && nameStarts(names[0]) {
				return holding{kind: m[1], organisers: names}, true
			}
		}
	}
	if m := kindAlone.FindStringSubmatch(text); m != nil && len(strings.Fields(text)) <= 5 {
		return holding{kind: m[1]}, true
	}
	return holding{}, false
}

// isKind reports words that can name a kind of session, or nothing at all. "The session"
// and "This event" begin a sentence.
func isKind(s string) bool {
	if s == "" {
		return true
	}
	words := strings.Fields(s)
	switch strings.ToLower(words[0]) {
	case "the", "this", "these", "it", "he", "she", "they", "we", "a", "an", "which", "that", "ce", "cette", "la", "le", "el", "esta", "este":
		return false
	}
	return len(words) <= 7 && !strings.ContainsAny(s, ".;")
}

// listTitle is the title of a session in a list, taken apart.
type listTitle struct {
	title     string
	reference string
	kind      string
	held      holding
}

const kindAbbr = `(?:WS|OF|LT|TH|DC|NS|BPF|NRI|PN|DZE|MS|HL)`

var (
	bracketRef = regexp.MustCompile(`\s*[(\[（]\s*((?:\p{L}[\p{L}\d\-]*\s+){0,4}?(?:\p{L}[\p{L}\d\-]*\s*)?(?:#|no\.?|No\.?|n[°º]\.?|N[°º]\.?)\s*\d{1,4}|` + kindAbbr + `[ -]?\d{1,4}|(?i:(?:[\p{L}\-]+ ){0,2}` + kindNoun + `\s+\d{1,4}))\s*[)\]）]\s*$`)
	dashRef    = regexp.MustCompile(`\s+[-–—|]\s*((?:\p{L}[\p{L}\d\-]*\s+){0,3}?(?:\p{L}[\p{L}\d\-]*\s*)?(?:#|No\.?|n[°º]\.?|N[°º]\.?)\s*\d{1,4}|` + kindAbbr + `[ -]?\d{1,4}|(?i:(?:[\p{L}\-]+ ){0,2}` + kindNoun + `\s+\d{1,4}))\s*$`)
	frontRef   = regexp.MustCompile(`^[\[(]?((?:\p{Lu}[\p{L}\d\-]*\s+){0,3}?(?:\p{Lu}[\p{L}\d\-]*\s*)?(?:#|No\.?\s|n[°º]\.?|N[°º]\.?)\s*\d{1,4}|` + kindAbbr + `[ -]?\d{1,4}|(?i:(?:[\p{L}\-]+ ){0,2}` + kindNoun + `\s+\d{1,4}))[\])]?\s*(?:[:|]|\s[-–—])\s*(\S.*)$`)
	onlyRef    = regexp.MustCompile(`^[\[(]?((?:\p{L}[\p{L}\d\-]*\s+){0,3}?(?:\p{L}[\p{L}\d\-]*\s*)?#\s*\d{1,4}|` + kindAbbr + `[ -]?#?\d{1,4}|(?i:(?:[\p{L}\-]+ ){0,2}` + kindNoun + `\s+(?:no\.?\s*|n[°º]\.?\s*)?\d{1,4}))[\])]?$`)
)

// readListTitle takes reference and organisers off a title.
func readListTitle(text string) listTitle {
	t := listTitle{title: strings.TrimSpace(text)}
	if m := heldAfter.FindStringSubmatchIndex(t.title); m != nil && m[0] > 0 {
		if held, ok := readHolding(upperFirst(t.title[m[2]:m[3]])); ok && len(held.organisers) > 0 {
			t.held, t.title = held, t.title[:m[0]]
		}
	}
	for _, form := range []*regexp.Regexp{bracketRef, dashRef} {
		if m := form.FindStringSubmatchIndex(t.title); m != nil && m[0] > 0 {
			t.reference, t.title = strings.TrimSpace(t.title[m[2]:m[3]]), t.title[:m[0]]
			break
		}
	}
	if m := frontRef.FindStringSubmatch(t.title); m != nil && t.reference == "" {
		t.reference, t.title = strings.TrimSpace(m[1]), m[2]
	}
	if t.reference == "" {
		t.title, t.reference = plainTitle(t.title, "")
	}
	t.kind = referenceKind(t.reference)
	if t.kind == "" {
		t.kind = kindBefore(t.title)
	}
	t.title = strings.Trim(t.title, " |-–—:,")
	return t
}

func upperFirst(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return strings.ToUpper(s[:n]) + s[n:]
}

// referenceKind is the kind of session that a reference names in full: "Open Forum #12".
func referenceKind(reference string) string {
	words := strings.Fields(strings.NewReplacer("#", " #").Replace(reference))
	for len(words) > 0 && (numbering.MatchString(words[len(words)-1]) || numbering.MatchString(words[len(words)-1]+"1")) {
		words = words[:len(words)-1]
	}
	kind := strings.Join(words, " ")
	switch strings.ToLower(kind) {
	case "", "session", "event", "sesión", "séance", "evento", "événement":
		return ""
	}
	if kindAlone.MatchString(kind) {
		return kind
	}
	return ""
}
