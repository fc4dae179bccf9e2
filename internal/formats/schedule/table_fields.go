package schedule

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"plenary/internal/core"
)

// Column says what a column of a table means: Head is what stands above it, Field one
// of Fields. The same head twice means two columns, in their order.
type Column struct {
	Head  string `json:"head"`
	Field string `json:"field"`
}

// Mapping says what the columns of a table mean. It is kept for the next table with the
// same heads.
type Mapping []Column

// What a column may hold.
const (
	FieldTitle         = "title"
	FieldSubtitle      = "subtitle"
	FieldID            = "id"
	FieldCode          = "code" // a short reference that people use
	FieldDate          = "date" // may hold a time as well
	FieldStart         = "start"
	FieldEnd           = "end"
	FieldTime          = "time" // "10:00-11:00"
	FieldEndDate       = "end_date"
	FieldDuration      = "duration"
	FieldZone          = "zone"
	FieldStartUTC      = "start_utc"
	FieldEndUTC        = "end_utc"
	FieldRoom          = "room"
	FieldVenue         = "venue"
	FieldType          = "type"
	FieldTrack         = "track"
	FieldSpeakers      = "speakers"
	FieldModerators    = "moderators"
	FieldOrganisers    = "organisers"
	FieldRapporteurs   = "rapporteurs"
	FieldPeople        = "people" // people whose part is the column's head
	FieldOrganisations = "organisations"
	FieldAbstract      = "abstract"
	FieldDescription   = "description"
	FieldLanguage      = "language"
	FieldURL           = "url"
	FieldVideo         = "video"
	FieldTags          = "tags"
	FieldState         = "state"
	FieldCapacity      = "capacity"
	FieldPrivate       = "private" // yes: the row is not taken
	FieldExtra         = "extra"   // kept by its head
	FieldIgnore        = "ignore"  // not read: addresses, numbers of telephones
)

var fields = []string{
	FieldTitle, FieldSubtitle, FieldID, FieldCode, FieldDate, FieldStart, FieldEnd, FieldTime, FieldEndDate, FieldDuration, FieldZone,
	FieldStartUTC, FieldEndUTC, FieldRoom, FieldVenue, FieldType, FieldTrack, FieldSpeakers, FieldModerators, FieldOrganisers,
	FieldRapporteurs, FieldPeople, FieldOrganisations, FieldAbstract, FieldDescription, FieldLanguage, FieldURL, FieldVideo,
	FieldTags, FieldState, FieldCapacity, FieldPrivate, FieldExtra, FieldIgnore,
}

// Fields are the values that Column.Field may have, in the order in which a form lists
// them.
func Fields() []string { return slices.Clone(fields) }

// severalColumns may stand above more than one column.
func severalColumns(field string) bool {
	switch field {
	case FieldSpeakers, FieldModerators, FieldOrganisers, FieldRapporteurs, FieldPeople, FieldTags, FieldExtra, FieldIgnore:
		return true
	}
	return false
}

func (m Mapping) has(field string) bool {
	return slices.ContainsFunc(m, func(c Column) bool { return c.Field == field })
}

// Fits tells whether the mapping was made for a table with these heads, so that it may
// be offered for it unasked.
func (m Mapping) Fits(heads []string) bool {
	if len(m) == 0 || len(m) != len(heads) {
		return false
	}
	left := make(map[string]int, len(m))
	for _, c := range m {
		left[headKey(c.Head)]++
	}
	for _, h := range heads {
		left[headKey(h)]--
	}
	for _, n := range left {
		if n != 0 {
			return false
		}
	}
	return true
}

// columns gives each column of the table its field. Columns that the mapping does not
// name are kept by their heads.
func (m Mapping) columns(heads []string) []string {
	byHead := make(map[string][]string, len(m))
	for _, c := range m {
		key := headKey(c.Head)
		byHead[key] = append(byHead[key], c.Field)
	}
	out := make([]string, len(heads))
	for i, h := range heads {
		out[i] = FieldExtra
		if list := byHead[headKey(h)]; len(list) > 0 {
			if slices.Contains(fields, list[0]) {
				out[i] = list[0]
			}
			byHead[headKey(h)] = list[1:]
		}
	}
	return out
}

// GuessMapping guesses what columns mean: by their heads in the six languages of the
// forum, and where those are missing or unclear by what stands below them. A column
// whose meaning is not known is FieldExtra; one of e-mail addresses or telephone
// numbers FieldIgnore.
func GuessMapping(heads []string, sample [][]string) Mapping {
	return guessMapping(heads, sample, newFindings(nil))
}

func guessMapping(heads []string, sample [][]string, found *findings) Mapping {
	m := make(Mapping, len(heads))
	weights := make([]int, len(heads))
	best := make(map[string]int) // field to column
	for i, h := range heads {
		m[i] = Column{Head: h, Field: FieldExtra}
		field, weight := guessHead(h)
		if private(columnOf(sample, i)) {
			field, weight = FieldIgnore, 9
		}
		if field == "" {
			continue
		}
		if !severalColumns(field) {
			if old, ok := best[field]; ok {
				if weight <= weights[old] {
					continue
				}
				m[old].Field = FieldExtra
			}
			best[field] = i
		}
		m[i].Field, weights[i] = field, weight
	}
	if i, ok := best[FieldEnd]; ok && weights[i] == weightWeak {
		if _, ok := best[FieldStart]; !ok { // "A" is an end only beside "De"
			m[i].Field = FieldExtra
			delete(best, FieldEnd)
		}
	}
	m.settle(best, sample)
	m.guessContent(best, sample, found)
	return m
}

// settle reads columns in the light of the others.
func (m Mapping) settle(best map[string]int, sample [][]string) {
	move := func(from, to string) {
		if i, ok := best[from]; ok {
			if _, taken := best[to]; !taken {
				m[i].Field, best[to] = to, i
				delete(best, from)
			}
		}
	}
	move(FieldVenue, FieldRoom)
	if _, ok := best[FieldDescription]; !ok {
		move(FieldAbstract, FieldAbstract)
	}
	if _, ok := best[FieldEnd]; ok {
		move(FieldTime, FieldStart)
	}
	if i, ok := best[FieldTitle]; !ok {
		move(FieldType, FieldTitle) // "Session" over the titles, or "Event"
		if j, ok := best[FieldTitle]; ok && !wordy(columnOf(sample, j)) {
			m[j].Field, best[FieldType] = FieldType, j
			delete(best, FieldTitle)
		}
	} else if !wordy(columnOf(sample, i)) && headKey(m[i].Head) == "session" {
		m[i].Field = FieldExtra // "Session 1", "Session 2"
		delete(best, FieldTitle)
	}
}

// guessContent guesses from what stands in columns of which the heads said nothing.
func (m Mapping) guessContent(best map[string]int, sample [][]string, found *findings) {
	take := func(i int, field string) {
		m[i].Field, best[field] = field, i
		found.add(Assumed, "column-guessed", "", Place{}, "Column", m[i].Head, "Field", field)
	}
	missing := func(names ...string) bool {
		return !slices.ContainsFunc(names, func(f string) bool { _, ok := best[f]; return ok })
	}
	for i := range m {
		if m[i].Field != FieldExtra {
			continue
		}
		column := columnOf(sample, i)
		kind := contentKind(column)
		switch {
		case kind == FieldDate && missing(FieldDate, FieldStartUTC) && !m.startHasDate(best, sample):
			take(i, FieldDate)
		case kind == FieldTime && missing(FieldTime, FieldStart, FieldStartUTC):
			take(i, FieldTime)
		case kind == FieldStart && missing(FieldTime, FieldStart, FieldStartUTC):
			take(i, FieldStart)
		case kind == FieldStart && missing(FieldEnd, FieldEndUTC, FieldTime, FieldDuration):
			take(i, FieldEnd)
		case kind == FieldURL && missing(FieldURL):
			take(i, FieldURL)
		}
	}
	if !missing(FieldTitle) {
		return
	}
	longest, most := -1, 0
	for i := range m {
		if m[i].Field != FieldExtra && m[i].Field != FieldDescription && m[i].Field != FieldAbstract {
			continue
		}
		column := columnOf(sample, i)
		if n := typicalLength(column); wordy(column) && n <= 200 && n > most {
			longest, most = i, n
		}
	}
	if longest >= 0 {
		take(longest, FieldTitle)
	}
}

func (m Mapping) startHasDate(best map[string]int, sample [][]string) bool {
	i, ok := best[FieldStart]
	return ok && contentKind(columnOf(sample, i)) == FieldDate
}

func columnOf(sample [][]string, i int) []string {
	var out []string
	for _, row := range sample {
		if i < len(row) && row[i] != "" {
			out = append(out, row[i])
		}
	}
	return out
}

// contentKind is FieldDate, FieldTime, FieldStart or FieldURL where most of a column is
// that.
func contentKind(column []string) string {
	if len(column) == 0 {
		return ""
	}
	counts := make(map[string]int)
	for _, v := range column {
		if len(v) > 80 {
			continue
		}
		w := readWhen(v, 0)
		switch {
		case webAddress(v) != "":
			counts[FieldURL]++
		case w.rest != "" && !w.onlyWeekday:
		case w.hasDate():
			counts[FieldDate]++
		case w.from >= 0 && w.to >= 0:
			counts[FieldTime]++
		case w.from >= 0:
			counts[FieldStart]++
		}
	}
	for _, kind := range []string{FieldDate, FieldTime, FieldStart, FieldURL} {
		if counts[kind]*10 >= len(column)*7 {
			return kind
		}
	}
	return ""
}

var privateCell = regexp.MustCompile(`^(?:mailto:)?[^@\s]+@[^@\s]+\.[a-z]{2,}(?:\s*[,;]\s*[^@\s]+@[^@\s]+)*$|^\+?\d[\d ()./-]{8,}\d$`)

// private tells whether most of a column is e-mail addresses or telephone numbers.
func private(column []string) bool {
	n := 0
	for _, v := range column {
		if len(v) < 300 && privateCell.MatchString(strings.ToLower(v)) && !readWhen(v, 0).hasDate() {
			n++
		}
	}
	return n > 0 && n*2 > len(column)
}

// wordy tells whether most of a column is texts of letters that differ.
func wordy(column []string) bool {
	letters := 0
	distinct := make(map[string]bool)
	for _, v := range column {
		n := 0
		for _, r := range v {
			if unicode.IsLetter(r) {
				n++
			}
			if unicode.Is(unicode.Han, r) {
				n += 3
			}
		}
		if n >= 8 {
			letters++
		}
		distinct[v] = true
	}
	return letters*2 >= len(column) && len(column) > 0 && (len(distinct)*2 > len(column) || len(column) < 3)
}

func typicalLength(column []string) int {
	lengths := make([]int, len(column))
	for i, v := range column {
		lengths[i] = len(v)
	}
	slices.Sort(lengths)
	if len(lengths) == 0 {
		return 0
	}
	return lengths[len(lengths)/2]
}

var inBrackets = regexp.MustCompile(`[(\[（【][^)\]）】]*[)\]）】]`)

// headKey is a head as it is compared: folded, words only, without what stands in
// brackets.
func headKey(head string) string {
	if plain := strings.TrimSpace(inBrackets.ReplaceAllString(head, " ")); plain != "" {
		head = plain
	}
	var b strings.Builder
	small := false
	for _, r := range head { // "startTime" is two words
		if small && unicode.IsUpper(r) {
			b.WriteByte(' ')
		}
		small = unicode.IsLower(r)
		b.WriteRune(r)
	}
	return strings.Join(core.Words(b.String()), " ")
}
