package forumtext

import (
	"regexp"
	"strings"
)

// partKind is what one part of a session's head in a list is.
type partKind int

const (
	partTime partKind = iota + 1
	partDate          // a day without a time of day
	partHeld          // kind and organisers
	partRoom
	partReference
	partTitle
	partText
	partLink
)

// listPart is one statement in the head of a session.
type listPart struct {
	kind partKind
	when reading
	held holding
	text string
}

// listLabels are the labels of a list's heads.
var listLabels = []struct {
	kind partKind
	form *regexp.Regexp
}{
	{partTime, regexp.MustCompile(`(?i)^(?:when|dates?(?:\s*(?:and|&|/|,)\s*time)?|time(?:\s*(?:and|&|/|,)\s*date)?|schedule|quand|date et heure|horaires?|heure|cuándo|fecha(?: y hora)?|hora(?:rio)?|wann)\s*[:：]\s*(.+)$`)},
	{partRoom, regexp.MustCompile(`(?i)^(?:where|(?:meeting )?room|venue|location|place|où|lieu|salle|dónde|lugar|sala|wo)\s*[:：]\s*(.+)$`)},
	{partHeld, regexp.MustCompile(`(?i)^(?:(?:co-?|lead |main |session |joint )*(?:organi[sz]ers?(?:\(s\))?|organi[sz]ing (?:institution|organi[sz]ation|partner|entit(?:y|ie))s?|hosts?|conven(?:o|e)rs?|proposers?|partners|organi[sz]ed by|hosted by|convened by|held by)|organisat(?:eur|rice)s?|organisée? par|organizador(?:es|as?)?|organiza(?:do por|da por|n)?)\s*[:：]\s*(.+)$`)},
	{partReference, regexp.MustCompile(`(?i)^(?:(?:session |event )?(?:id|code|ref(?:erence)?|number|no\.?)|número|numéro)\s*[:：]\s*(\S.{0,40})$`)},
}

var (
	kindLabel = regexp.MustCompile(`(?i)^(?:(?:session |event )?(?:type|format|kind)|tipo(?: de sesión)?|type de (?:session|séance))\s*[:：]\s*(.{2,60})$`)
	nextLabel = regexp.MustCompile(`(?i)(?:\s+[/|;·•–—-]\s*|\s*[;|·•]\s*|,?\s+)((?:when|where|time|date|venue|room|location|type|format|organi[sz]ers?|hosts?|quand|où|lieu|salle|cuándo|dónde|lugar|sala|fecha|hora)\s*[:：])`)
	partMarks = regexp.MustCompile(`\s*[|·•]\s*|\s+[/–—]\s+|\s*;\s*|\s+-\s+`)
	lasting   = regexp.MustCompile(`(?i)[,(|\s–—-]*\b\d{2,3}\s*(?:min(?:ute)?s?|минут)\b\.?\)?`)
)

// headParts takes a line of a session's head apart; nil when it says something else, too.
func (r *reader) headParts(text string, place Place) []listPart {
	if len(text) > 400 || len(text) < 3 {
		return nil
	}
	var out []listPart
	for _, piece := range splitLabels(text) {
		p, ok := r.headPart(piece, place)
		if !ok {
			return r.mixedParts(text, place)
		}
		out = append(out, p)
	}
	return out
}

// splitLabels cuts "When: … / Where: …" before each label, when the text begins with one.
func splitLabels(text string) []string {
	if label, _, ok := strings.Cut(text, ":"); !ok || len(label) > 30 {
		return []string{text}
	}
	var out []string
	for {
		m := nextLabel.FindStringSubmatchIndex(text)
		if m == nil {
			return append(out, text)
		}
		out = append(out, text[:m[0]])
		text = text[m[2]:]
	}
}

// isLabelled reports a line that begins with a label of a head, understood or not.
func isLabelled(text string) bool {
	if label, _, ok := strings.Cut(text, ":"); !ok || len(label) > 40 {
		return false
	}
	for _, l := range listLabels {
		if l.form.MatchString(text) {
			return true
		}
	}
	return kindLabel.MatchString(text)
}

func (r *reader) headPart(text string, place Place) (listPart, bool) {
	if m := kindLabel.FindStringSubmatch(text); m != nil && !terminal(m[1]) {
		return listPart{kind: partHeld, held: holding{kind: m[1]}}, true
	}
	for _, l := range listLabels {
		m := l.form.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		switch l.kind {
		case partTime:
			if p, ok := r.timePart(m[1], place); ok {
				return p, true
			}
		case partHeld:
			if names := splitOrganisers(m[1]); len(names) > 0 {
				return listPart{kind: partHeld, held: holding{organisers: names}}, true
			}
		default:
			return listPart{kind: l.kind, text: strings.TrimSpace(m[1])}, true
		}
		return listPart{}, false
	}
	if p, ok := r.timePart(text, place); ok {
		return p, true
	}
	if m := onlyRef.FindStringSubmatch(text); m != nil {
		return listPart{kind: partReference, text: strings.TrimSpace(m[1])}, true
	}
	if held, ok := readHolding(text); ok {
		return listPart{kind: partHeld, held: held}, true
	}
	if roomShape.MatchString(text) {
		return listPart{kind: partRoom, text: text}, true
	}
	return listPart{}, false
}

// timePart reads a line that states a time or a date and nothing else.
func (r *reader) timePart(text string, place Place) (listPart, bool) {
	if len(text) > 200 || !strings.ContainsAny(text, "0123456789０１２３４５６７８９٠١٢٣٤٥٦٧٨٩") {
		return listPart{}, false
	}
	got, ok := r.readWhen(lasting.ReplaceAllString(text, ""), place)
	if !ok || got.words > 0 {
		return listPart{}, false
	}
	got.when.Text = text
	switch w := got.when; {
	case w.Start == "":
		return listPart{kind: partDate, when: got}, len(text) <= 60
	case w.Date.IsZero() && w.End == "" && w.ZoneLabel == "":
		return listPart{}, false
	}
	return listPart{kind: partTime, when: got}, true
}

// mixedParts reads a line of several parts without labels: "Workshop · Wed 4 March,
// 10:00–11:00 CET · Room 3". There must be a time, or a kind with its organisers.
func (r *reader) mixedParts(text string, place Place) []listPart {
	if terminal(text) || !partMarks.MatchString(text) {
		return nil
	}
	var out []listPart
	var timeText []string
	at := -1
	for piece := range splitSeq(partMarks, text) {
		if piece = strings.Trim(piece, " ,()[]"); piece == "" {
			continue
		}
		if got, ok := r.readWhen(lasting.ReplaceAllString(piece, ""), place); ok && got.words == 0 || r.zones.isLabel(piece) || isWeekday(piece) {
			if len(timeText) == 0 {
				at = len(out)
				out = append(out, listPart{kind: partTime})
			}
			timeText = append(timeText, piece)
			continue
		}
		p, ok := r.headPart(piece, place)
		switch {
		case ok:
		case at >= 0 && len(strings.Fields(piece)) <= 6 && startsUpper(piece):
			p = listPart{kind: partRoom, text: piece}
		case len(out) > 0 && out[len(out)-1].kind == partHeld && len(out[len(out)-1].held.organisers) == 0 && nameStarts(piece) && len(piece) < 200:
			p = listPart{kind: partHeld, held: holding{organisers: splitOrganisers(piece)}}
		default:
			return nil
		}
		out = append(out, p)
	}
	if at < 0 {
		return heldOnly(out)
	}
	p, ok := r.timePart(strings.Join(timeText, " | "), place)
	if !ok {
		return nil
	}
	out[at] = p
	return out
}

func heldOnly(parts []listPart) []listPart {
	for _, p := range parts {
		if p.kind == partHeld && len(p.held.organisers) > 0 {
			return parts
		}
	}
	return nil
}

func splitSeq(re *regexp.Regexp, s string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for {
			loc := re.FindStringIndex(s)
			if loc == nil {
				yield(s)
				return
			}
			if !yield(s[:loc[0]]) {
				return
			}
			s = s[loc[1]:]
		}
	}
}

func isWeekday(s string) bool {
	return weekdayNames[strings.ToLower(strings.Trim(s, ". "))] > 0
}

// isLabel reports a zone's label and nothing else.
func (z *zones) isLabel(s string) bool {
	s = strings.Trim(s, " ()")
	return zoneAbbrs[s] != "" || offsetLabel.MatchString(s) || isZoneAbbr(s) && strings.HasSuffix(s, "T") || cityLabel.MatchString(s) && len(strings.Fields(s)) <= 4
}
