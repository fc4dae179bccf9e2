package archive

import (
	"fmt"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/formats/forumtext"
	"plenary/internal/forum/programme"
)

// Fields of a session that a source may say otherwise.
const (
	FieldTitle       = "title"
	FieldShortTitle  = "short_title"
	FieldTime        = "time"
	FieldDay         = "day"
	FieldRoom        = "room"
	FieldTheme       = "theme"
	FieldDescription = "description"
	FieldAgenda      = "agenda"
	FieldQuestions   = "questions"
	FieldFormat      = "format"
	FieldLanguage    = "language"
	FieldTags        = "tags"
	FieldLinks       = "links"
	FieldPeople      = "people"
	FieldState       = "state"
)

// changes are what the found session would change in the one that stands: of all
// differences those that the source brings.
func (st *staging) changes(fs FoundSession, have *programme.Session, same bool) []Change {
	return st.news(st.differences(fs, have, same), fs, have)
}

// differences are all that the found session says otherwise than the one that stands. What
// the same source says anew is taken; what another source says otherwise only where nothing
// stands.
func (st *staging) differences(fs FoundSession, have *programme.Session, same bool) []Change {
	var out []Change
	differ := func(field string, empty bool, before, after Arg) {
		c := Change{Field: field, Before: before, After: after, Why: WhyContradicts}
		switch {
		case empty:
			c.Why, c.Take = WhyFills, true
		case same:
			c.Why, c.Take = WhyUpdates, true
		}
		out = append(out, c)
	}
	extend := func(field, before, after string) {
		out = append(out, Change{Field: field, Before: Arg{S: clip(before)}, After: Arg{S: clip(after)}, Why: WhyExtends, Take: true})
	}
	text := func(field string, t core.Text, said string) {
		if said == "" || slices.Contains(values(t), said) {
			return
		}
		differ(field, t.IsZero(), Arg{S: clip(t.String())}, Arg{S: clip(said)})
	}
	st.titles(fs, have, same, differ, extend)
	if !fs.Starts.IsZero() && (fs.Starts != have.Starts || fs.Ends != have.Ends) {
		differ(FieldTime, !have.Scheduled(), Arg{From: have.Starts, To: have.Ends, Zone: st.set.Zone}, Arg{From: fs.Starts, To: fs.Ends, Zone: st.set.Zone})
	} else if fs.Day != "" && have.Day == "" {
		differ(FieldDay, true, Arg{}, Arg{Date: fs.Day})
	}
	if fs.Room != "" {
		room := st.set.Room(have.Room)
		if other := st.set.RoomNamed(fs.Room); room == nil || other == nil || other.ID != room.ID {
			before := ""
			if room != nil {
				before = room.Name.String()
			}
			differ(FieldRoom, room == nil, Arg{S: before}, Arg{S: fs.Room})
		}
	}
	if fs.Theme != "" {
		theme := st.set.Theme(have.Theme)
		if other := st.set.ThemeNamed(fs.Theme); theme == nil || other == nil || other.ID != theme.ID {
			before := ""
			if theme != nil {
				before = theme.Name.String()
			}
			differ(FieldTheme, theme == nil, Arg{S: before}, Arg{S: fs.Theme})
		}
	}
	switch d := have.Description.String(); {
	case fs.Description == "" || d != "" && !same && covers(d, fs.Description):
	case d != "" && !same && covers(fs.Description, d): // the same text, and more of it
		extend(FieldDescription, d, fs.Description)
	default:
		text(FieldDescription, have.Description, fs.Description)
	}
	text(FieldAgenda, have.Agenda, fs.Agenda)
	if n := len(fs.Questions); n > 0 && !sameQuestions(have, fs.Questions) {
		differ(FieldQuestions, len(have.GuidingQuestions) == 0, Arg{N: len(have.GuidingQuestions)}, Arg{N: n})
	}
	if fs.Format != "" && fs.Format != have.Format {
		differ(FieldFormat, have.Format == "", Arg{S: have.Format}, Arg{S: fs.Format})
	}
	if fs.Language != "" && fs.Language != have.Language {
		differ(FieldLanguage, have.Language == "", Arg{S: have.Language}, Arg{S: fs.Language})
	}
	if t := strings.Join(fs.Tags, ", "); t != "" && t != strings.Join(have.Tags, ", ") {
		differ(FieldTags, len(have.Tags) == 0, Arg{S: strings.Join(have.Tags, ", ")}, Arg{S: t})
	}
	if n := len(newLinks(have, fs.Links)); n > 0 {
		differ(FieldLinks, true, Arg{N: len(have.Links)}, Arg{N: len(have.Links) + n})
	}
	switch off := have.State == programme.StateCancelled; {
	case fs.Cancelled && !off:
		differ(FieldState, false, Arg{S: have.State}, Arg{S: programme.StateCancelled})
	case off && !fs.Cancelled && st.last != nil && (st.last.gone[have.ID] || st.last.sessions[have.ID].Cancelled): // it is back
		differ(FieldState, false, Arg{S: have.State}, Arg{S: programme.StateScheduled})
	}
	if names := st.newRoles(have, fs.Roles); len(names) > 0 {
		differ(FieldPeople, true, Arg{N: len(have.Roles)}, Arg{N: len(have.Roles) + len(names), S: clip(strings.Join(names, ", "))})
	}
	return out
}

func (st *staging) titles(fs FoundSession, have *programme.Session, same bool, differ func(string, bool, Arg, Arg), extend func(field, before, after string)) {
	title := have.Title.String()
	all := append(values(have.Title), values(have.ShortTitle)...)
	folded := func(s string) func(string) bool { return func(h string) bool { return core.Fold(h) == core.Fold(s) } }
	switch {
	case slices.Contains(values(have.Title), fs.Title):
	case !same && slices.ContainsFunc(all, folded(fs.Title)):
	case !same && len(title) < len(fs.Title) && strings.HasPrefix(core.Fold(fs.Title), core.Fold(title)) && have.ShortTitle.IsZero():
		extend(FieldTitle, title, fs.Title) // the shorter one stays beside it
	case !same && strings.HasPrefix(core.Fold(title), core.Fold(fs.Title)):
	default:
		differ(FieldTitle, false, Arg{S: title}, Arg{S: fs.Title})
	}
	if fs.ShortTitle != "" && have.ShortTitle.IsZero() && !slices.ContainsFunc(all, folded(fs.ShortTitle)) {
		differ(FieldShortTitle, true, Arg{}, Arg{S: fs.ShortTitle})
	}
}

func sameQuestions(have *programme.Session, said []string) bool {
	return len(have.GuidingQuestions) == len(said) && !slices.ContainsFunc(have.GuidingQuestions, func(t core.Text) bool {
		return !slices.Contains(said, t.String())
	})
}

func newLinks(have *programme.Session, said []programme.Link) []programme.Link {
	return slices.DeleteFunc(slices.Clone(said), func(l programme.Link) bool {
		return slices.ContainsFunc(have.Links, func(h programme.Link) bool { return h.URL == l.URL })
	})
}

// newRoles are the names of those who have no role in the session yet.
func (st *staging) newRoles(have *programme.Session, roles []FoundRole) []string {
	var out []string
	for _, r := range roles {
		item := st.items[r.Item]
		if !slices.ContainsFunc(have.Roles, func(h programme.Role) bool { return is(h, item) }) {
			out = append(out, item.Label)
		}
	}
	return out
}

// is tells whether a role is held by the staged person or organisation.
func is(h programme.Role, item Staged) bool {
	if item.Target != "" && (h.Person == item.Target || h.Organisation == item.Target) {
		return true
	}
	if item.Kind == KindOrganisation {
		return slices.ContainsFunc(values(h.OrganisationName), func(n string) bool { return core.Fold(n) == core.Fold(item.Label) })
	}
	return h.Person != "" && (core.Fold(h.Name) == core.Fold(item.Label) || core.Fold(h.Snapshot.Name) == core.Fold(item.Label))
}

// covers tells whether the text that stands says all that the other says.
func covers(have, said string) bool {
	return len(core.Fold(have)) > 0 && strings.Contains(core.Fold(have), core.Fold(said))
}

// compare notes every statement of a document that disagrees with the session as it
// stands: each time, room and theme that it states, and what would follow from it.
func (st *staging) compare(x forumtext.Session, have *programme.Session, item int) {
	title := Arg{S: have.Title.String()}
	room := st.set.Room(have.Room)
	var told []string
	once := func(n Note) {
		key := fmt.Sprint(n.Code, n.Args["Said"])
		if !slices.Contains(told, key) {
			told = append(told, key)
			n.Group, n.Item = NoteContradiction, item
			st.note(n)
		}
	}
	for _, w := range spans(x, st.set) {
		if !have.Scheduled() || w.starts == have.Starts && w.ends == have.Ends {
			continue
		}
		said := Arg{From: w.starts, To: w.ends, Zone: st.set.Zone}
		once(Note{Code: "time", Place: spot(w.when.Place), Args: map[string]Arg{
			"Session": title, "Said": said, "Written": {S: w.when.Text}, "Have": {From: have.Starts, To: have.Ends, Zone: st.set.Zone},
		}})
		if room == nil {
			continue
		}
		for _, b := range st.known.briefs {
			if b.ID != have.ID && b.Room == have.Room && b.Scheduled() && b.State != programme.StateCancelled &&
				w.starts.Before(b.Ends) && b.Starts.Before(w.ends) && !(have.Starts.Before(b.Ends) && b.Starts.Before(have.Ends)) {
				once(Note{Code: "runs-into", Place: spot(w.when.Place), Args: map[string]Arg{
					"Session": title, "Said": said, "Other": {S: b.Title.String()}, "Room": {S: room.Name.String()},
					"OtherTime": {From: b.Starts, To: b.Ends, Zone: st.set.Zone},
				}})
			}
		}
	}
	if room != nil {
		for _, r := range x.Rooms {
			if other := st.set.RoomNamed(r.Text); other == nil || other.ID != room.ID {
				once(Note{Code: "room", Place: spot(r.Place), Args: map[string]Arg{"Session": title, "Said": {S: r.Text}, "Have": {S: room.Name.String()}}})
			}
		}
	}
	if theme := st.set.Theme(have.Theme); theme != nil {
		for _, t := range x.Themes {
			if other := st.set.ThemeNamed(t.Text); other == nil || other.ID != theme.ID {
				once(Note{Code: "theme", Place: spot(t.Place), Args: map[string]Arg{"Session": title, "Said": {S: t.Text}, "Have": {S: theme.Name.String()}}})
			}
		}
	}
}

// clash notes that a new session would stand in a room together with another.
func (st *staging) clash(fs FoundSession, at Spot, item int) {
	if fs.Starts.IsZero() || fs.Room == "" {
		return
	}
	note := func(other string, from, to core.Instant) {
		st.note(Note{Group: NoteContradiction, Code: "room-taken", Place: at, Item: item, Args: map[string]Arg{
			"Session": {S: fs.Title}, "Room": {S: fs.Room}, "When": {From: fs.Starts, To: fs.Ends, Zone: st.set.Zone},
			"Other": {S: other}, "OtherTime": {From: from, To: to, Zone: st.set.Zone},
		}})
	}
	if room := st.set.RoomNamed(fs.Room); room != nil {
		for _, b := range st.known.briefs {
			if b.Room == room.ID && b.Scheduled() && b.State != programme.StateCancelled && fs.Starts.Before(b.Ends) && b.Starts.Before(fs.Ends) {
				note(b.Title.String(), b.Starts, b.Ends)
			}
		}
	}
}
