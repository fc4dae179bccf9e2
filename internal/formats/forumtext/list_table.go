package forumtext

import (
	"regexp"
	"strings"
)

// column is what a column of a table of sessions holds.
type column int

const (
	columnOther column = iota
	columnTitle
	columnReference
	columnKind
	columnOrganisers
	columnDate
	columnTime
	columnRoom
	columnText
)

var columnForms = []struct {
	column column
	form   *regexp.Regexp
}{
	{columnOrganisers, regexp.MustCompile(`(?i)^(?:(?:lead |co-?)?organi[sz](?:er|ation|ing).*|hosts?|hosted by|held by|by|lead|partners?|organisateur.*|organizador.*|organiza)$`)},
	{columnTime, regexp.MustCompile(`(?i)^(?:times?(?: ?\(.*\))?|when|hours?|schedule|slot|horaires?|heures?|horas?|horario|quand|cuándo|date (?:and|&|et) (?:time|heure)|fecha y hora)(?: ?\(.*\))?$`)},
	{columnDate, regexp.MustCompile(`(?i)^(?:date|day|jour|fecha|día|дата)$`)},
	{columnRoom, regexp.MustCompile(`(?i)^(?:room|where|venue|location|place|salle|lieu|où|sala|lugar|dónde)$`)},
	{columnKind, regexp.MustCompile(`(?i)^(?:(?:session |event )?(?:type|format|kind)|tipo|type de séance)$`)},
	{columnReference, regexp.MustCompile(`(?i)^(?:#|no\.?|nr\.?|n[°º]|id|code|ref\.?|reference|number|número|numéro|session (?:id|no\.?|number|#))$`)},
	{columnText, regexp.MustCompile(`(?i)^(?:description|about|summary|abstract|details|descripción|résumé)$`)},
	{columnTitle, regexp.MustCompile(`(?i)^(?:title|session(?: title| name)?|name|event(?: title)?|workshop|topic|titre|séance|título|sesión|evento|événement)$`)},
}

// table is a table of sessions: its header and the blocks of its rows.
type table struct {
	header  int
	columns []column
	zone    string // "Time (UTC)" states the zone of all times
	rows    []int
}

// cells takes the row of a table apart, at bars or at tabs.
func (r *reader) cells(i int) []string {
	b := r.block(i)
	if b == nil || len(b.lines) != 1 || len(b.text) > 20_000 {
		return nil
	}
	raw := strings.Trim(r.doc.Text[b.lines[0]], " \u00a0")
	if len(raw) > 1 && raw[0] == '|' && raw[len(raw)-1] == '|' {
		raw = raw[1 : len(raw)-1]
	}
	sep := "|"
	if !strings.Contains(raw, sep) {
		if sep = "\t"; strings.Count(raw, sep) < 2 {
			return nil
		}
	}
	cells := strings.Split(raw, sep)
	for k, c := range cells {
		l := line{}
		if l.text, _, _, _ = cleanRunes(c); l.text != "" {
			l.markdown()
		}
		cells[k] = l.text
	}
	return cells
}

// findTable finds a table with a header that names the title and the time of sessions.
func (r *reader) findTable() *table {
	if r.tableRead {
		return r.table
	}
	r.tableRead = true
	for i := range r.blocks {
		cells := r.cells(i)
		if len(cells) < 3 || len(cells) > 20 {
			continue
		}
		t := &table{header: i}
		seen := map[column]bool{}
		for _, c := range cells {
			kind := columnOf(c)
			if seen[kind] {
				kind = columnOther
			}
			seen[kind] = kind != columnOther
			t.columns = append(t.columns, kind)
			if from := strings.IndexByte(c, '('); kind == columnTime && from > 0 {
				t.zone, _ = zoneAt(c[from:], tokenize(c[from:]), 0)
			}
		}
		if !seen[columnTitle] || !seen[columnTime] && !seen[columnDate] {
			continue
		}
		for j := i + 1; j < len(r.blocks); j++ {
			row := r.cells(j)
			if len(row) < len(cells)-1 || len(row) > len(cells) || t.cell(row, columnTitle) == "" {
				break
			}
			t.rows = append(t.rows, j)
		}
		if len(t.rows) > 0 {
			r.table = t
			return t
		}
	}
	return nil
}

func columnOf(head string) column {
	head = strings.Trim(head, " :*")
	for _, f := range columnForms {
		if f.form.MatchString(head) {
			return f.column
		}
	}
	return columnOther
}

func (t *table) cell(row []string, c column) string {
	for k, kind := range t.columns {
		if kind == c && k < len(row) {
			return row[k]
		}
	}
	return ""
}

// readTable reads a session from each row.
func (r *reader) readTable(t *table) {
	l := &listReading{r: r}
	l.intro(0, t.header)
	r.take(r.blocks[t.header], UseLabel)
	for _, j := range t.rows {
		l.row(t, j)
	}
	l.intro(t.rows[len(t.rows)-1]+1, len(r.blocks))
}

func (l *listReading) row(t *table, j int) {
	r, b := l.r, l.r.blocks[j]
	row, place := r.cells(j), b.place()
	written := t.cell(row, columnTitle)
	title := readListTitle(written)
	s := Session{
		Title: title.title, TitleAsWritten: written, TitlePlace: place, Place: place,
		Reference: title.reference, Type: t.cell(row, columnKind),
	}
	if ref := t.cell(row, columnReference); ref != "" && s.Reference == "" {
		s.Reference = ref
	}
	if room := t.cell(row, columnRoom); room != "" {
		s.Rooms = []Placed{{room, place}}
	}
	if text := t.cell(row, columnText); text != "" {
		s.Description = []Paragraph{{Text: text, Place: place}}
	}
	r.take(b, UseTitle)
	r.doc.Sessions = append(r.doc.Sessions, s)
	l.at = r.newBody(len(r.doc.Sessions) - 1)
	l.organisers(splitOrganisers(t.cell(row, columnOrganisers)), place)
	l.organisers(title.held.organisers, place)
	stated := strings.Trim(t.cell(row, columnDate)+" | "+t.cell(row, columnTime), " |")
	if got, ok := r.readWhen(stated, place); ok && stated != "" {
		if got.when.ZoneLabel == "" && got.when.Start != "" {
			got.when.ZoneLabel = t.zone
		}
		l.when(b, got)
	}
	l.settle(title.kind)
}
