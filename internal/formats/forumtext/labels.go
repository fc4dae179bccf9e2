package forumtext

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// label is a heading that says what follows it.
type label int

const (
	noLabel label = iota
	labelWhen
	labelRoom
	labelTheme
	labelDescription
	labelQuestions
	labelAgenda
	labelPeople
	labelTakeaways
	labelCalls
	labelReport
	labelMessages
)

// runsOn reports labels whose text on the same line may go on in the next.
func (l label) runsOn() bool {
	switch l {
	case labelTheme, labelDescription, labelAgenda, labelPeople:
		return true
	}
	return false
}

// labelText is what a label line says besides being a label.
type labelText struct {
	head     string // the label itself, as written
	text     string // what stands behind it on the same line
	role     string // of people: "Moderator"
	deadline time.Duration
	day      Date // a deadline that is a day
}

// labelForms are the wordings of labels. The first group is the label, the last what
// stands behind it. A wording that also opens ordinary sentences asks for a colon.
var labelForms = []struct {
	label label
	form  *regexp.Regexp
}{
	{labelWhen, regexp.MustCompile(`(?i)^(date(?:\s*(?:and|&|/|,)\s*time)?|time|when|date et heure|fecha y hora|дата и время)\s*[:：]\s*(.+)$`)},
	{labelRoom, regexp.MustCompile(`(?i)^((?:meeting |conference )?room|venue|location|where|salle|lieu|sala|lugar|место)\s*[:：]\s*(.+)$`)},
	{labelTheme, regexp.MustCompile(`(?i)^((?:main |sub-?|thematic )?(?:theme|track)|thème|tema|тема)\s*[:：]\s*(.+)$`)},
	{labelWhen, regexp.MustCompile(`(?i)^(date and time|date & time|time|date|when)()\s*[:：]?$`)},
	{labelRoom, regexp.MustCompile(`(?i)^((?:meeting )?room|venue|location|salle|sala)()\s*[:：]?$`)},
	{labelTheme, regexp.MustCompile(`(?i)^(theme|sub-?theme|(?:thematic )?track)()\s*[:：]?$`)},
	{labelDescription, regexp.MustCompile(`(?i)^((?:session )?description|about (?:the|this) session|summary of the session)()$`)},
	{labelDescription, regexp.MustCompile(`(?i)^((?:session )?description|descripción|описание)\s*[:：]\s*(.*)$`)},
	{labelQuestions, regexp.MustCompile(`(?i)^((?:(?:key |main )?(?:policy|guiding|discussion|key) question(?:s|\(s\))?(?: to be (?:addressed|discussed))?|questions (?:de politique|directrices|directrices?)|preguntas (?:de política|orientadoras))(?:\(s\))?)()\s*[:：]?$`)},
	{labelAgenda, regexp.MustCompile(`(?i)^((?:session |draft )?agenda|(?:session )?format)\s*[:：]\s*(.*)$`)},
	{labelAgenda, regexp.MustCompile(`(?i)^(session (?:agenda|format)|format|agenda)()$`)},
	{labelPeople, regexp.MustCompile(`(?i)^((?:(?:confirmed |invited |proposed |key(?:note)? |on-?site |in-person |online |remote |co-|session |main )*(?:speaker|panell?ist|moderator|rapporteur|discussant|organi[sz]er|facilitator|chair|reporter|resource person|intervenant|ponente|moderador|modérateur)(?:e?s|\(s\))?(?:\s+#?\d{1,2})?(?:\s*(?:and|&|/)\s*(?:speaker|panell?ist|moderator|rapporteur|discussant|organi[sz]er|facilitator)s?)?))\s*(?:[:：]\s*(.*))?$`)},
	{labelTakeaways, regexp.MustCompile(`(?i)^(key take-?aways?(?: points?)?|take-?aways)\s*(?:\([^()]*\))?\s*(?:[:：]\s*(.*))?$`)},
	{labelCalls, regexp.MustCompile(`(?i)^(calls? (?:to|for) action|appels? à l['’]action|llamad[oa]s? a la acción)\s*(?:\([^()]*\))?\s*(?:[:：]\s*(.*))?$`)},
	{labelReport, regexp.MustCompile(`(?i)^((?:session|event|workshop|full|final) report)\s*(?:\([^()]*\))?\s*(?:[-–—]\s*click.*|[:：]\s*(.*))?$`)},
	{labelMessages, regexp.MustCompile(`(?i)^((?:(?:session|key|main|draft|final|\p{L}+) )?messages?|messages (?:from|of) the session|messages (?:clés|de la (?:session|séance))|mensajes(?: (?:clave|de la sesión))?|основные тезисы)()\s*[:：]?$`)},
}

var (
	deadlineForm = regexp.MustCompile(`(?i)\([^()]*deadline[^()]*?(\d{1,3})\s*(hour|hr|h\b|minute|min|day|week)[^()]*\)`)
	deadlineDay  = regexp.MustCompile(`(?i)\([^()]*deadline([^()]+)\)`)
)

// readLabel recognises a label line. A label begins with a capital (or has no case) and
// is short, so that wrapped prose that happens to hold the same words is none.
func readLabel(text string) (label, labelText) {
	if len(text) > 600 || !startsUpper(text) || len(text) > 160 && !strings.ContainsAny(text[:160], ":：") {
		return noLabel, labelText{}
	}
	for _, f := range labelForms {
		m := f.form.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		got := labelText{head: m[1], text: strings.TrimSpace(m[2])}
		if f.label == labelPeople {
			got.role = singularRole(m[1])
			if got.text == "" && !strings.ContainsAny(text, ":：") && utf8.RuneCountInString(text) > 40 {
				continue
			}
		}
		if f.label == labelTakeaways || f.label == labelCalls || f.label == labelReport {
			got.deadline, got.day = readDeadline(text)
			if got.text == "" {
				got.head = strings.TrimRight(text, ":： ")
			}
		}
		return f.label, got
	}
	return noLabel, labelText{}
}

// readDeadline reads "(* deadline 2 hours after session)" or "(* deadline 9 January)".
func readDeadline(text string) (after time.Duration, day Date) {
	m := deadlineForm.FindStringSubmatch(text)
	if m == nil {
		if d := deadlineDay.FindStringSubmatch(text); d != nil {
			if found := dates(tokenize(d[1])); len(found) > 0 {
				return 0, found[0].date
			}
		}
		return 0, Date{}
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return 0, Date{}
	}
	unit := time.Hour
	switch strings.ToLower(m[2])[0] {
	case 'm':
		unit = time.Minute
	case 'd':
		unit = 24 * time.Hour
	case 'w':
		unit = 7 * 24 * time.Hour
	}
	return time.Duration(n) * unit, Date{}
}

// singularRole turns the heading of a list into the role of one person on it. "Speakers
// and moderators" states no single role.
func singularRole(head string) string {
	if strings.ContainsAny(head, "/&") || strings.Contains(strings.ToLower(head), " and ") {
		return ""
	}
	head = strings.TrimRight(head, " #0123456789")
	head = strings.TrimSuffix(head, "(s)")
	for _, plural := range []string{"Confirmed ", "Invited ", "Proposed "} {
		head = strings.TrimPrefix(head, plural)
	}
	if n := len(head); n > 2 && (head[n-1] == 's' || head[n-1] == 'S') {
		head = head[:n-1]
	}
	if r, n := utf8.DecodeRuneInString(head); n > 0 {
		head = strings.ToUpper(string(r)) + head[n:]
	}
	return head
}

var (
	dayForm    = regexp.MustCompile(`(?i)^(?:day|jour|journée|día|dia|день|اليوم)\s+([\p{L}\p{M}]+|\d{1,2})(?:[\s•●*·\-–—:,|(]+(.*?))?[\s•●*·\-–—:,|)]*$`)
	hanDayForm = regexp.MustCompile(`^第([零一二三四五六七八九十])[天日][\s•●:：]*$`)
)

var dayNumbers = map[string]int{
	"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
	"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6,
	"zéro": 0, "un": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5,
	"cero": 0, "uno": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5,
	"первый": 1, "второй": 2, "третий": 3, "четвертый": 4, "четвёртый": 4, "пятый": 5,
	"الأول": 1, "الثاني": 2, "الثالث": 3, "الرابع": 4, "الخامس": 5,
	"零": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10,
}

func dayNumber(s string) (int, bool) {
	if n, ok := dayNumbers[strings.ToLower(s)]; ok {
		return n, true
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}

// dayMark is a line that opens a day of the programme.
type dayMark struct {
	number int // -1 when only a date is given
	label  string
	date   Date
}

// readDay recognises "DAY One", "Day 2: 5 March 2026" and a line that is a weekday with
// its date and nothing else.
func (r *reader) readDay(l *line) (dayMark, bool) {
	if len(l.text) > 100 {
		return dayMark{}, false
	}
	text := strings.Trim(l.text, " •●*·-–—")
	m := dayForm.FindStringSubmatch(text)
	if m == nil {
		if m = hanDayForm.FindStringSubmatch(text); m != nil {
			return dayMark{number: dayNumbers[m[1]], label: text}, true
		}
		return r.datedDay(l, text)
	}
	n, ok := dayNumber(m[1])
	if !ok {
		return dayMark{}, false
	}
	mark := dayMark{number: n, label: text}
	if m[2] != "" {
		got, ok := r.readWhen(m[2], Place{})
		if !ok && weekdayNames[strings.ToLower(strings.Trim(m[2], ". "))] == 0 || got.words > 0 || got.when.Start != "" {
			return dayMark{}, false
		}
		mark.date = got.when.Date
		mark.label = strings.Join(strings.Fields(text[:strings.Index(text, m[1])+len(m[1])]), " ")
	}
	return mark, true
}

func (r *reader) datedDay(l *line, text string) (dayMark, bool) {
	if len(text) > 60 {
		return dayMark{}, false
	}
	got, ok := r.readWhen(text, Place{})
	if !ok || got.words > 0 || got.when.Start != "" || got.when.EndDate != got.when.Date {
		return dayMark{}, false
	}
	if got.when.weekday == 0 && l.level == 0 {
		return dayMark{}, false
	}
	return dayMark{number: -1, label: text, date: got.when.Date}, true
}
