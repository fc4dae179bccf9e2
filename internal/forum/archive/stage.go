package archive

import (
	"context"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/formats/forumtext"
	"plenary/internal/formats/inspect"
	"plenary/internal/formats/schedule"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
)

// staging makes the list of what a source offers to an edition.
type staging struct {
	s     *Service
	ctx   context.Context // it lives as long as the one call
	a     core.Actor
	set   *editions.Setting
	days  []editions.Day // of the edition, as they will be if what the source says is taken
	types []programme.Type
	read  *inspect.Reading

	origin core.ID // the source that was looked at; empty for a file
	last   *before // what it said when it was taken in last; nil: nothing

	items  []Staged
	notes  []Note
	who    map[string]int // staged people by key
	orgs   map[string]int
	known  known
	counts Counts

	timed, outside int // sessions with a time, and those whose day the edition has not
}

// codeWrongDays is noted when no session of the source is on a day of the edition: it is
// not applied, for it belongs to another one.
const codeWrongDays = "wrong-days"

// stage reads nothing from the file any more: it compares what was read with what
// stands. Nothing is changed.
func (s *Service) stage(ctx context.Context, a core.Actor, set *editions.Setting, read *inspect.Reading, origin core.ID) (*staging, error) {
	st := &staging{s: s, ctx: ctx, a: a, set: set, days: set.Days(), read: read, origin: origin, who: map[string]int{}, orgs: map[string]int{}}
	var err error
	if st.last, err = s.lastTime(ctx, origin); err != nil {
		return nil, err
	}
	if st.types, err = s.programme.Types(ctx, set.ID); err != nil {
		return nil, err
	}
	if err = st.load(); err != nil {
		return nil, err
	}
	if read.Schedule != nil {
		err = st.schedule(read.Schedule)
	} else {
		err = st.document(read.Document)
	}
	if err != nil {
		return nil, err
	}
	if st.timed > 0 && st.outside == st.timed {
		st.note(Note{Group: NoteContradiction, Code: codeWrongDays, Item: -1, Args: map[string]Arg{"Edition": {S: set.Name.String()}, "Count": {N: st.outside}}})
	}
	for _, n := range st.notes {
		switch n.Group {
		case NoteContradiction:
			st.counts.Conflicts++
		case NoteRepair:
			st.counts.Repairs++
		case NoteUnread:
			if n.Code == string(forumtext.NoteProse) {
				st.counts.Unread++
			}
		}
	}
	return st, nil
}

func (st *staging) note(n Note) { st.notes = append(st.notes, n) }

// add stages a thing and returns its position.
func (st *staging) add(x Staged, found any) int {
	x.Position, x.Found, x.Version = len(st.items), raw(found), 1
	if x.Suggestions == nil {
		x.Suggestions = []Suggestion{}
	}
	if x.Changes == nil {
		x.Changes = []Change{}
	}
	x.Label, _ = cut(x.Label, 200)
	st.items = append(st.items, x)
	return x.Position
}

func spot(p forumtext.Place) Spot { return Spot{Line: p.Line, EndLine: p.EndLine} }

func percent(c float64) int { return min(100, max(0, int(100*c+0.5))) }

func (st *staging) document(d *forumtext.Document) error {
	for _, c := range d.Conflicts {
		if c.Session < 0 && !slices.ContainsFunc(d.Findings, func(f forumtext.Finding) bool {
			return c.Field == forumtext.FieldYear && f.Code == forumtext.FindImpossibleYear && f.First.Place.Line <= c.First.Place.Line && c.First.Place.Line <= f.First.Place.EndLine
		}) {
			st.inside(c, -1)
		}
	}
	st.edition(foundEdition(d.Edition), spot(d.Edition.Place), percent(d.Confidence))
	if y := d.Edition.Year; y != 0 && y != st.set.Year {
		st.note(Note{
			Group: NoteContradiction, Code: "year", Place: spot(d.Edition.Place), Item: -1,
			Args: map[string]Arg{"Said": {N: y}, "Edition": {N: st.set.Year}},
		})
	}
	st.figures(d)
	if err := st.peopleOf(d); err != nil {
		return err
	}
	first := len(st.items)
	for i := range d.Sessions {
		st.textSession(d, i)
	}
	for i, x := range d.Sessions {
		st.outcomes(x, first+i)
	}
	for _, f := range d.Findings {
		item := -1
		if f.Session >= 0 {
			item = first + f.Session
		}
		args := make(map[string]Arg, len(f.Args)+2)
		for k, v := range f.Args {
			args[k] = Arg{S: v}
		}
		for name, text := range map[string]string{"First": f.First.Text, "Second": f.Second.Text} {
			if _, has := args[name]; !has {
				args[name] = Arg{S: clip(text)}
			}
		}
		st.note(Note{Group: NoteContradiction, Code: f.Code, Args: args, Place: spot(f.First.Place), Second: spot(f.Second.Place), Item: item})
	}
	for _, f := range d.Facts {
		st.note(Note{Group: NoteFact, Code: "said", Args: map[string]Arg{"Words": {S: f.Words}, "Kind": {S: string(f.Kind)}, "Value": {S: f.Value}}, Place: spot(f.Place), Item: -1})
	}
	for _, u := range d.Unread {
		st.note(Note{Group: NoteUnread, Code: string(u.Kind), Args: map[string]Arg{"Text": {S: u.Text}}, Place: spot(u.Place), Item: -1})
	}
	return st.reused(d)
}

func clip(s string) string {
	s, _ = cut(s, 160)
	return s
}

// inside notes two statements of a document that disagree with each other.
func (st *staging) inside(c forumtext.Conflict, item int) {
	st.note(Note{Group: NoteContradiction, Code: "inside", Place: spot(c.First.Place), Second: spot(c.Second.Place), Item: item, Args: map[string]Arg{
		"Field": {S: string(c.Field)}, "First": {S: clip(c.First.Text)}, "FirstLine": {N: c.First.Place.Line},
		"Second": {S: clip(c.Second.Text)}, "SecondLine": {N: c.Second.Place.Line}, "Minutes": {N: c.Minutes},
	}})
}

// textSession stages one session of a document, with what it changes in one that stands.
func (st *staging) textSession(d *forumtext.Document, i int) {
	x := d.Sessions[i]
	fs := st.fromText(x, d.Shape)
	at := spot(x.Place)
	st.fit(&fs, at)
	said := fs.Starts
	st.hold(&fs, at)
	for _, p := range x.People {
		fs.Roles = append(fs.Roles, FoundRole{Item: st.who[personKey(p.Name)], Role: role(p.RoleStated)})
	}
	for _, o := range x.Organisers {
		fs.Roles = append(fs.Roles, FoundRole{Item: st.orgs[core.Fold(o.Name)], Role: programme.Organiser})
	}
	if key := core.Fold(d.Organisation.Text); key != "" && !slices.ContainsFunc(fs.Roles, func(r FoundRole) bool { return r.Item == st.orgs[key] }) {
		fs.Roles = append(fs.Roles, FoundRole{Item: st.orgs[key], Role: programme.Unstated})
	}
	st.counts.Questions += len(fs.Questions)
	pos := len(st.items)
	item := Staged{Kind: KindSession, Label: x.Title, Place: at, Confidence: percent(d.Confidence), Choice: ChoiceNew}
	item.Suggestions = st.sessionsLike(fs, said)
	if have := st.sure(item.Suggestions); have != nil {
		item.Choice, item.Target = ChoiceLink, have.ID
		item.Changes = st.changes(fs, have, false)
		st.compare(x, have, pos)
		st.counts.KnownSessions++
	} else {
		for _, c := range d.Conflicts {
			if c.Session == i {
				st.inside(c, pos)
			}
		}
		st.clash(fs, at, pos)
		st.counts.NewSessions++
	}
	st.add(item, fs)
	st.counts.Sessions++
}

// outcomes stages the takeaways, calls and Messages of a session.
func (st *staging) outcomes(x forumtext.Session, session int) {
	st.counts.Takeaways += len(x.Takeaways)
	st.counts.Calls += len(x.Calls)
	if len(x.Takeaways)+len(x.Calls) > 0 {
		f := FoundTakeaways{Session: session}
		at := x.TakeawaysLabel.Place
		for _, t := range x.Takeaways {
			f.Takeaways = append(f.Takeaways, t.Text)
			at = around(at, t.Place)
		}
		for _, t := range x.Calls {
			f.Calls = append(f.Calls, t.Text)
			at = around(at, t.Place)
		}
		item := Staged{Kind: KindTakeaways, Label: x.Title, Place: spot(at), Confidence: st.items[session].Confidence, Choice: ChoiceNew}
		if t := st.items[session].Target; t != "" && st.known.reported[t] {
			item.Choice = ChoiceSkip
		}
		st.add(item, f)
	}
	if len(x.Messages) == 0 {
		return
	}
	st.counts.Messages += len(x.Messages)
	st.counts.MessageSessions++
	f := FoundMessages{Session: session, Attribution: x.Attribution.Text}
	var at forumtext.Place
	for _, m := range x.Messages {
		f.Messages = append(f.Messages, FoundMessage{m.Text, spot(m.Place)})
		at = around(at, m.Place)
	}
	item := Staged{Kind: KindMessages, Label: x.Title, Place: spot(at), Confidence: st.items[session].Confidence, Choice: ChoiceNew}
	if st.known.messages {
		item.Choice = ChoiceSkip
	}
	st.add(item, f)
}

func around(a, b forumtext.Place) forumtext.Place {
	if a.Line == 0 {
		return b
	}
	return forumtext.Place{Line: min(a.Line, b.Line), EndLine: max(a.EndLine, b.EndLine)}
}

// schedule stages the events of another program's file.
func (st *staging) schedule(s *schedule.Schedule) error {
	st.edition(conferenceEdition(s), Spot{}, 90)
	if err := st.peopleOfSchedule(s); err != nil {
		return err
	}
	seen := map[string]bool{}
	rooms := map[string]core.ID{}
	for _, r := range s.Rooms {
		if id := core.ID(strings.ToLower(r.GUID)); id.Valid() {
			rooms[r.Name] = id
		}
	}
	for _, e := range s.Events {
		fs := st.fromEvent(e)
		switch {
		case s.Format == schedule.Calendar:
			fs.Room = st.roomOf(fs.Room)
		case s.Format == schedule.JSON2 && e.Language == s.Conference.Language:
			fs.Language = "" // the format gives it to sessions of which nobody said it
		}
		at := Spot{Line: e.Place.Line, EndLine: e.Place.EndLine, Row: e.Place.Row, Sheet: e.Place.Sheet}
		st.fit(&fs, at)
		said := fs.Starts
		st.hold(&fs, at)
		fs.RoomGUID = rooms[fs.Room]
		if fs.Ref != "" && seen[fs.Ref] {
			fs.Ref = ""
		}
		seen[fs.Ref] = true
		for _, p := range e.Persons {
			fs.Roles = append(fs.Roles, FoundRole{Item: st.who[p.Key], Role: eventRole(p.Role)})
		}
		item := Staged{Kind: KindSession, Label: e.Title, Place: at, Confidence: 95, Choice: ChoiceNew}
		item.Suggestions = st.sessionsLike(fs, said)
		if have := st.sure(item.Suggestions); have != nil {
			item.Choice, item.Target = ChoiceLink, have.ID
			item.Changes = st.changes(fs, have, slices.Contains(item.Suggestions[0].Reasons, reasonKey))
			st.counts.KnownSessions++
			for _, c := range item.Changes {
				if c.Why == WhyContradicts {
					st.note(Note{Group: NoteContradiction, Code: "differs", Place: at, Item: len(st.items), Args: map[string]Arg{
						"Session": {S: fs.Title}, "Field": {S: c.Field}, "Said": c.After, "Have": c.Before,
					}})
				}
			}
		} else {
			st.counts.NewSessions++
		}
		if st.last != nil && item.Choice == ChoiceNew && st.last.skipped[fs.Key] {
			item.Choice = ChoiceSkip // as somebody chose the last time
		}
		st.add(item, fs)
		st.counts.Sessions++
	}
	st.missing()
	for _, f := range st.read.Repairs {
		args := map[string]Arg{"Count": {N: f.Count}}
		for k, v := range f.Args {
			args[k] = Arg{S: v}
		}
		group := NoteRepair
		if f.Outcome == schedule.Clash {
			group = NoteContradiction
		}
		st.note(Note{
			Group: group, Code: f.Code, Args: args, Item: -1,
			Place: Spot{Line: f.Place.Line, EndLine: f.Place.EndLine, Row: f.Place.Row, Sheet: f.Place.Sheet},
		})
	}
	return nil
}

// eventRole is the role of a person in an event: speakers are not called anything.
func eventRole(words string) string {
	if words == "" {
		return programme.Speaker
	}
	return role(words)
}
