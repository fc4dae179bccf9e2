package exchange

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/platform/record"
)

// This file makes the flat tables of a package, for spreadsheets. They follow from its
// rows alone and are in English where there is English, so that they do not depend on
// the forum that made them.

// sheets looks up what rows name.
type sheets struct {
	rows  record.Rows
	byID  map[string]map[core.ID]record.Row
	zone  string
	slug  string
	files []file
}

func spreadsheets(set *editions.Setting, rows record.Rows) ([]file, error) {
	s := &sheets{rows: rows, byID: map[string]map[core.ID]record.Row{}, zone: set.Zone, slug: set.Slug}
	for _, table := range []string{"people", "organisations", "bodies", "rooms", "venues", "themes", "policy_questions", "session_types", "sessions"} {
		s.byID[table] = map[core.ID]record.Row{}
		for _, r := range rows[table] {
			s.byID[table][idOf(r, "id")] = r
		}
	}
	for _, sheet := range []struct {
		name string
		make func() [][]string
	}{{"sessions", s.sessions}, {"roles", s.roles}, {"messages", s.messages}, {"figures", s.figures}} {
		lines := sheet.make()
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		for _, l := range lines {
			for i := range l {
				l[i] = noFormula(l[i])
			}
		}
		if err := w.WriteAll(lines); err != nil {
			return nil, fmt.Errorf("write %s.csv: %w", sheet.name, err)
		}
		s.files = append(s.files, file{name: "csv-" + sheet.name, path: csvFolder + sheet.name + ".csv", bytes: b.Bytes(), head: lines[0], rows: len(lines) - 1})
	}
	return s.files, nil
}

// noFormula keeps a spreadsheet from reading what somebody typed as a formula.
func noFormula(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		if _, err := strconv.ParseFloat(cell, 64); err != nil {
			return "'" + cell
		}
	}
	return cell
}

func english(r record.Row, name string) string {
	s, _ := in[core.Text](r, name).In("en")
	return s
}

// called is what a row of another table is called.
func (s *sheets) called(table string, id core.ID) string { return english(s.byID[table][id], "name") }

func (s *sheets) when(r record.Row, name string) (local, utc string) {
	us, ok := r[name].(int64)
	if !ok {
		return "", ""
	}
	at := core.At(time.UnixMicro(us))
	return at.In(s.zone).Format("15:04"), at.String()
}

func (s *sheets) sessions() [][]string {
	out := [][]string{{
		"ref", "title", "type", "theme", "day", "start", "end", "zone", "start_utc", "end_utc", "room", "venue", "format", "language",
		"state", "body", "tracks", "questions", "tags", "sdgs", "description", "id",
	}}
	tracks, questions := map[core.ID][]string{}, map[core.ID][]string{}
	for _, r := range s.rows["session_tracks"] {
		tracks[idOf(r, "session")] = append(tracks[idOf(r, "session")], s.called("bodies", idOf(r, "body")))
	}
	for _, r := range s.rows["session_questions"] {
		questions[idOf(r, "session")] = append(questions[idOf(r, "session")], str(s.byID["policy_questions"][idOf(r, "question")], "number"))
	}
	rows := slices.Clone(s.rows["sessions"])
	slices.SortStableFunc(rows, func(a, b record.Row) int { return strings.Compare(str(a, "ref"), str(b, "ref")) })
	for _, r := range rows {
		id := idOf(r, "id")
		start, from := s.when(r, "starts")
		end, until := s.when(r, "ends")
		room := idOf(r, "room")
		slices.Sort(tracks[id])
		slices.Sort(questions[id])
		var goals []string
		for _, n := range in[[]int](r, "sdgs") {
			goals = append(goals, strconv.Itoa(n))
		}
		clock := s.zone
		if start == "" {
			clock = ""
		}
		out = append(out, []string{
			str(r, "ref"), english(r, "title"), s.called("session_types", idOf(r, "type")), s.called("themes", idOf(r, "theme")), str(r, "day"),
			start, end, clock, from, until, s.called("rooms", room), s.called("venues", idOf(s.byID["rooms"][room], "venue")), str(r, "format"),
			str(r, "language"), str(r, "state"), s.called("bodies", idOf(r, "body")), strings.Join(tracks[id], "; "), strings.Join(questions[id], "; "),
			strings.Join(in[[]string](r, "tags"), "; "), strings.Join(goals, "; "), english(r, "description"), string(id),
		})
	}
	return out
}

func (s *sheets) roles() [][]string {
	out := [][]string{{"session", "role", "name", "affiliation", "organisation", "stakeholder_group", "country", "region", "person_id", "organisation_id"}}
	rows := slices.Clone(s.rows["session_roles"])
	ref := func(r record.Row) string { return str(s.byID["sessions"][idOf(r, "session")], "ref") }
	slices.SortStableFunc(rows, func(a, b record.Row) int {
		if d := strings.Compare(ref(a), ref(b)); d != 0 {
			return d
		}
		return int(num(a, "position") - num(b, "position"))
	})
	for _, r := range rows {
		snap := in[people.Snapshot](r, "snapshot")
		name := str(s.byID["people"][idOf(r, "person")], "name")
		if name == "" {
			name = snap.Name
		}
		out = append(out, []string{
			ref(r), str(r, "role"), name, snap.Line(), s.called("organisations", idOf(r, "organisation")), snap.Group, snap.Country, snap.Region,
			str(r, "person"), str(r, "organisation"),
		})
	}
	return out
}

// messages are the Messages of the newest revision that is in the package.
func (s *sheets) messages() [][]string {
	out := [][]string{{"number", "text", "state", "theme", "session", "support", "dissent"}}
	for _, set := range s.rows["message_sets"] {
		var head record.Row
		for _, r := range s.rows["document_revisions"] {
			if idOf(r, "document") == idOf(set, "document") && (head == nil || num(r, "number") > num(head, "number")) {
				head = r
			}
		}
		if head == nil {
			continue
		}
		paras := slices.DeleteFunc(slices.Clone(s.rows["document_paragraphs"]), func(r record.Row) bool { return idOf(r, "revision") != idOf(head, "id") })
		slices.SortStableFunc(paras, func(a, b record.Row) int { return int(num(a, "position") - num(b, "position")) })
		for _, p := range paras {
			attrs := in[documents.Attrs](p, "attrs")
			o := ownOf(attrs)
			if o.Part != "message" {
				continue
			}
			var support, dissent []string
			for _, d := range attrs.Sentences {
				support = append(support, strconv.Itoa(d.I)+": "+d.Degree)
			}
			for _, d := range attrs.Dissent {
				dissent = append(dissent, d.By)
			}
			out = append(out, []string{
				strconv.Itoa(o.N), english(p, "body"), str(set, "state"), s.called("themes", o.Theme), str(s.byID["sessions"][o.Session], "ref"),
				strings.Join(support, "; "), strings.Join(dissent, "; "),
			})
		}
	}
	return out
}

func (s *sheets) figures() [][]string {
	out := [][]string{{"indicator", "qualifier", "amount", "note", "source"}}
	rows := slices.Clone(s.rows["edition_figures"])
	slices.SortStableFunc(rows, func(a, b record.Row) int { return int(num(a, "position") - num(b, "position")) })
	for _, r := range rows {
		out = append(out, []string{str(r, "indicator"), str(r, "qualifier"), strconv.FormatInt(num(r, "amount"), 10), str(r, "note"), str(r, "source")})
	}
	return out
}
