package archive

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/formats/forumtext"
	"plenary/internal/formats/schedule"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
)

// Longest texts that a session takes; what is longer is cut with a note.
const (
	longestTitle       = 250
	longestShort       = 120
	longestDescription = 12000
	longestAgenda      = 8000
	longestQuestion    = 600
	mostTags           = 20
	longestTag         = 60
)

// cut shortens a text at a word and tells whether it did.
func cut(s string, n int) (string, bool) {
	r := []rune(s)
	if len(r) <= n {
		return s, false
	}
	out := string(r[:n-1])
	if i := strings.LastIndexAny(out, " \n\t"); i > len(out)*2/3 {
		out = out[:i]
	}
	return strings.TrimRight(out, " \n\t,;:") + "…", true
}

// fit cuts what is too long and says so.
func (st *staging) fit(fs *FoundSession, at Spot) {
	for _, f := range []struct {
		text  *string
		n     int
		field string
	}{
		{&fs.Title, longestTitle, "title"},
		{&fs.ShortTitle, longestShort, "short_title"},
		{&fs.Description, longestDescription, "description"},
		{&fs.Agenda, longestAgenda, "agenda"},
	} {
		short, was := cut(*f.text, f.n)
		if !was {
			continue
		}
		*f.text = short
		if f.field == "short_title" {
			*f.text = ""
			continue
		}
		st.note(Note{Group: NoteRepair, Code: "too-long", Place: at, Item: len(st.items), Args: map[string]Arg{
			"Session": {S: fs.Title}, "Field": {S: f.field}, "Count": {N: f.n},
		}})
	}
	for i, q := range fs.Questions {
		fs.Questions[i], _ = cut(q, longestQuestion)
	}
	fs.Tags = slices.DeleteFunc(fs.Tags, func(t string) bool { return len([]rune(t)) > longestTag })
	if len(fs.Tags) > mostTags {
		fs.Tags = fs.Tags[:mostTags]
	}
	fs.Links = slices.DeleteFunc(fs.Links, func(l programme.Link) bool { return !core.WebAddress(l.URL) || len([]rune(l.URL)) > 500 })
	for i := range fs.Links {
		fs.Links[i].Label, _ = cut(fs.Links[i].Label, 200)
	}
}

// hold takes away a time that no session of the edition can have, and says so.
func (st *staging) hold(fs *FoundSession, at Spot) {
	if fs.Starts.IsZero() {
		return
	}
	st.timed++
	day := fs.Starts.In(st.set.Zone).Format("2006-01-02")
	args := map[string]Arg{"Session": {S: fs.Title}, "When": {From: fs.Starts, To: fs.Ends, Zone: st.set.Zone}}
	code := ""
	switch d := fs.Ends.Sub(fs.Starts); {
	case !slices.ContainsFunc(st.days, func(d editions.Day) bool { return d.Date == day }):
		code = "outside"
		st.outside++
	case d < programme.ShortestSession || d > programme.LongestSession:
		code = "length"
	}
	if code == "" {
		return
	}
	st.note(Note{Group: NoteContradiction, Code: code, Place: at, Item: len(st.items), Args: args})
	fs.Starts, fs.Ends = core.Instant{}, core.Instant{}
}

// fromText makes a found session of one that a document describes.
func (st *staging) fromText(found forumtext.Session, shape forumtext.Shape) FoundSession {
	words := found.Type
	if words == "" && strings.Contains(core.Fold(found.Title), "taking stock") {
		words = "taking stock"
	}
	usual := "main"
	if shape == forumtext.SessionList {
		usual = "workshop"
	}
	fs := FoundSession{
		Title: found.Title, Reference: found.Reference, TypeWords: found.Type, Type: typeOf(words, usual, st.types).ID,
		Description: describe(found.Description), Agenda: describe(found.Agenda), Day: dayOf(found, st.set),
		Theme: found.Theme(), Takeaways: len(found.Takeaways) + len(found.Calls), Messages: len(found.Messages),
	}
	if found.ShortTitle != "" && found.ShortTitle != found.Title {
		fs.ShortTitle = found.ShortTitle
	}
	for _, q := range flatten(found.Questions) {
		fs.Questions = append(fs.Questions, question(q))
	}
	if strings.Contains(core.Fold(found.Format.Text), "panel") {
		fs.Format = "panel"
	}
	if len(found.Rooms) > 0 {
		fs.Room = found.Rooms[len(found.Rooms)-1].Text
	}
	if w, ok := choose(spans(found, st.set), st.set); ok {
		fs.Starts, fs.Ends = w.starts, w.ends
	} else if fs.Day == "" {
		fs.Day = statedDay(found, st.set, st.days)
	}
	if u := found.URL.Text; u != "" {
		fs.Links = append(fs.Links, programme.Link{Kind: "outline", URL: u})
	}
	return fs
}

// statedDay is the date of a session for which only a day is stated, if the edition has it.
func statedDay(found forumtext.Session, set *editions.Setting, days []editions.Day) string {
	for _, w := range found.When {
		if w.Date.Month == 0 {
			continue
		}
		year := w.Date.Year
		if year == 0 {
			year = set.Year
		}
		date := fmt.Sprintf("%04d-%02d-%02d", year, w.Date.Month, w.Date.Day)
		if slices.ContainsFunc(days, func(d editions.Day) bool { return d.Date == date }) {
			return date
		}
	}
	return ""
}

var ourAddress = regexp.MustCompile(`/[0-9]{4}(?:-[a-z0-9]+)*/([a-z]{1,12}[0-9]{1,5})$`)

var ourSlug = regexp.MustCompile(`^[a-z0-9_]+-([a-z]{1,12}[0-9]{1,5})(?:-|$)`)

// fromEvent makes a found session of an event of another program's schedule.
func (st *staging) fromEvent(e schedule.Event) FoundSession {
	fs := FoundSession{
		Key: e.Key, Title: e.Title, ShortTitle: e.Subtitle, Reference: e.Code, TypeWords: e.Type,
		Type: typeOf(e.Type, "workshop", st.types).ID, Description: joined(e.Abstract, e.Description),
		Theme: e.Track, Room: e.Room, Tags: e.Tags, Cancelled: e.Cancelled, Language: language(e.Language),
	}
	guid := e.GUID
	if uid, ok := strings.CutPrefix(e.Key, "uid:"); ok && guid == "" {
		guid, _, _ = strings.Cut(uid, "@") // calendars of ours
	}
	if id := core.ID(strings.ToLower(guid)); id.Valid() {
		fs.GUID = id
	}
	if fs.ShortTitle != "" { // a subtitle goes with the title, not in its place
		fs.Title, fs.ShortTitle = e.Title+": "+e.Subtitle, e.Title
	}
	if m := ourSlug.FindStringSubmatch(e.Slug); m != nil && st.prefixed(m[1]) {
		fs.Ref = m[1]
	}
	if m := ourAddress.FindStringSubmatch(e.URL); m != nil && fs.Ref == "" && st.prefixed(m[1]) {
		fs.Ref = m[1]
	}
	if !e.Starts.IsZero() && !e.Ends.IsZero() {
		fs.Starts, fs.Ends = core.At(e.Starts), core.At(e.Ends)
	} else if e.Date != "" && slices.ContainsFunc(st.days, func(d editions.Day) bool { return d.Date == e.Date }) {
		fs.Day = e.Date
	}
	for _, l := range e.Links {
		fs.Links = append(fs.Links, programme.Link{Kind: linkKind(l.Type), Label: l.Title, URL: l.URL})
	}
	for _, l := range e.Attachments {
		fs.Links = append(fs.Links, programme.Link{Kind: "background", Label: l.Title, URL: l.URL})
	}
	if e.VideoURL != "" {
		fs.Links = append(fs.Links, programme.Link{Kind: "recording", URL: e.VideoURL})
	}
	return fs
}

// roomOf is the room in the location that a calendar states: city and venue of the edition
// stand behind it, or alone where a session has no room.
func (st *staging) roomOf(location string) string {
	for location != "" && st.set.RoomNamed(location) == nil {
		i := strings.LastIndex(location, ",")
		if tail := strings.TrimSpace(location[i+1:]); !st.venue(tail) {
			break
		}
		location = strings.TrimSpace(location[:max(i, 0)])
	}
	return location
}

// venue tells whether words are where the edition is: its city, or one of its venues.
func (st *staging) venue(words string) bool {
	same := func(t core.Text) bool {
		return slices.ContainsFunc(values(t), func(s string) bool { return core.Fold(s) == core.Fold(words) })
	}
	return words != "" && (same(st.set.City) || slices.ContainsFunc(st.set.Venues, func(v editions.Venue) bool { return same(v.Name) }))
}

func linkKind(s string) string {
	if slices.Contains(programme.LinkKinds, s) {
		return s
	}
	return "website"
}

// prefixed tells whether a reference begins with the prefix of one of the edition's types.
func (st *staging) prefixed(ref string) bool {
	return slices.ContainsFunc(st.types, func(t programme.Type) bool {
		return strings.TrimRight(ref, "0123456789") == t.Prefix
	})
}

func joined(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return strings.Join(out, "\n\n")
}

// language reads a code of a language out of "en", "EN-gb" or "English".
func language(s string) string {
	w := core.Fold(s)
	for _, l := range []struct{ code, name string }{
		{"en", "english"}, {"fr", "francais"}, {"es", "espanol"}, {"ru", "русскии"}, {"zh", "中文"}, {"ar", "العربية"},
	} {
		if w == l.code || strings.HasPrefix(w, l.code+"-") || strings.HasPrefix(w, l.code+"_") || w == l.name {
			return l.code
		}
	}
	return ""
}

// number is the number of a reference as written, where it is one of a kind of session:
// "WS #184" is 184.
func number(reference string) int {
	digits := strings.TrimLeft(reference, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz #.:-–№")
	n := 0
	for _, r := range digits {
		if r < '0' || r > '9' || n > 9999 {
			return 0
		}
		n = n*10 + int(r-'0')
	}
	return n
}
