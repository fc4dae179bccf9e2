package forumtext

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// stay is the time of one session, as far as it can be compared with others.
type stay struct {
	session    int
	start, end time.Time
}

// checkOverlaps finds sessions that overlap in time and share a room, or somebody who
// would have to be in both (X2). Of each session its first statement of time counts.
func (r *reader) checkOverlaps() {
	var stays []stay
	for i, s := range r.doc.Sessions {
		if start, end, ok := r.staysAt(s); ok {
			stays = append(stays, stay{i, start, end})
		}
	}
	slices.SortStableFunc(stays, func(a, b stay) int { return a.start.Compare(b.start) })
	found := 0
	for i, a := range stays {
		for _, b := range stays[i+1:] {
			if !b.start.Before(a.end) || found >= maxFindings {
				break
			}
			found++
			r.overlap(a, b)
		}
	}
}

// staysAt is the time of a session as instants; without a zone as if all were in one.
func (r *reader) staysAt(s Session) (start, end time.Time, ok bool) {
	if len(s.When) == 0 {
		return start, end, false
	}
	w := s.When[0]
	if start, end, ok = r.zones.span(w); ok {
		return start, end, start.Before(end)
	}
	if w.ZoneLabel != "" || w.Date.IsZero() || w.Start == "" || w.End == "" {
		return start, end, false
	}
	start, end = instant(w.Date, w.Start, time.UTC), instant(w.EndDate, w.End, time.UTC)
	return start, end, start.Before(end)
}

func (r *reader) overlap(a, b stay) {
	if a.session > b.session {
		a, b = b, a
	}
	s, t := &r.doc.Sessions[a.session], &r.doc.Sessions[b.session]
	until, from := a.end, b.start
	if b.end.Before(until) {
		until = b.end
	}
	if a.start.After(from) {
		from = a.start
	}
	args := []string{
		"FirstTitle", s.Title, "SecondTitle", t.Title, "Date", s.When[0].Date.String(),
		"Minutes", strconv.Itoa(int(until.Sub(from).Minutes())),
	}
	first, second := Placed{s.When[0].Text, s.When[0].Place}, Placed{t.When[0].Text, t.When[0].Place}
	if room := sharedRoom(s.Rooms, t.Rooms); room != "" {
		r.find(FindRoomOverlap, b.session, first, second, append(slices.Clone(args), "Room", room)...)
	}
	if party := r.sharedParty(s, t); party != "" || r.doc.Shape == SessionList {
		r.find(FindOverlap, b.session, first, second, append(args, "Party", party)...)
	}
}

// onlineRoom is a room in which any number of sessions can be at once.
var onlineRoom = regexp.MustCompile(`(?i)^(?:online|virtual|zoom|remote|tba|tbc|tbd)$`)

func sharedRoom(a, b []Placed) string {
	for _, x := range a {
		for _, y := range b {
			if x.Text != "" && sameWords(x.Text, y.Text) && !onlineRoom.MatchString(x.Text) {
				return x.Text
			}
		}
	}
	return ""
}

// sharedParty is an organisation or a person with a part in both sessions. A list of one
// organisation's sessions is its own from the first to the last.
func (r *reader) sharedParty(s, t *Session) string {
	if r.doc.Organisation.Text != "" {
		return r.doc.Organisation.Text
	}
	for _, x := range s.Organisers {
		for _, y := range t.Organisers {
			if x.Name != "" && sameWords(x.Name, y.Name) {
				return x.Name
			}
		}
	}
	for _, x := range s.People {
		for _, y := range t.People {
			if strings.Contains(x.Name, " ") && sameWords(x.Name, y.Name) {
				return x.Name
			}
		}
	}
	return ""
}

var listedForm = regexp.MustCompile(`(?i)\b(?:following|below|co-?organi[sz](?:e|es|ing)|organi[sz](?:e|es|ing)|host(?:s|ing)?|participat(?:e|es|ing)|hold(?:s|ing)?|lists?|contains?|suivantes|siguientes)\b`)

// checkCount compares the number of sessions that a list says it holds with the number found.
func (r *reader) checkCount() {
	if r.doc.Shape != SessionList && r.doc.Shape != Outlines || len(r.doc.Sessions) == 0 {
		return
	}
	first := r.doc.Sessions[0].Place.Line
	stated, where := 0, Placed{}
	for _, f := range r.doc.Facts {
		if f.Kind == FactListed && f.Number > 0 {
			stated, where = stated+f.Number, Placed{f.Words, f.Place}
		}
	}
	r.sentences(func(words Placed) {
		if where.Text != "" || words.Place.Line >= first || !listedForm.MatchString(words.Text) {
			return
		}
		if n := listedIn(words.Text); n > 0 {
			stated, where = n, words
		}
	})
	if found := len(r.doc.Sessions); stated > 0 && stated != found {
		r.find(FindCountStated, -1, where, Placed{}, "Stated", strconv.Itoa(stated), "Found", strconv.Itoa(found))
	}
}

// listedIn adds up "two online sessions and … six others"; a number that is not exact
// counts for nothing.
func listedIn(text string) int {
	total := 0
	for _, f := range figuresOf(text) {
		last := strings.ToLower(f.Noun[strings.LastIndexByte(f.Noun, ' ')+1:])
		switch {
		case kindOf(last) == FactSessions, total > 0 && (last == "others" || last == "more" || last == "events"), last == "events", last == "outlines":
			if f.Qualifier != "" || f.Number == 0 || f.Number > 5000 {
				return 0
			}
			total += f.Number
		}
	}
	return total
}
