package archive

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/programme"
)

// before is what a source said when it was taken in last.
type before struct {
	order    []core.ID // sessions that any version of it had, in their order
	sessions map[core.ID]FoundSession
	gone     map[core.ID]bool // cancelled because it lacked them, or left as they are by somebody
	skipped  map[string]bool  // keys of what somebody left out of the last version
	roles    map[core.ID]string
}

// lastTime reads what was taken in from a source; nil where it is none or nothing was.
func (s *Service) lastTime(ctx context.Context, origin core.ID) (*before, error) {
	if origin == "" {
		return nil, nil
	}
	var ids []core.ID
	if err := s.rec.DB.Read.NewSelect().Model((*Import)(nil)).Column("id").Where("origin = ? AND state = ?", origin, StateApplied).
		OrderExpr("at, id").Scan(ctx, &ids); err != nil {
		return nil, fmt.Errorf("load imports of source: %w", err)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	last := ids[len(ids)-1]
	b := &before{sessions: map[core.ID]FoundSession{}, gone: map[core.ID]bool{}, skipped: map[string]bool{}, roles: map[core.ID]string{}}
	for _, id := range ids {
		var items []Staged
		if err := s.rec.DB.Read.NewSelect().Model(&items).Where("import = ?", id).OrderExpr("position").Scan(ctx); err != nil {
			return nil, fmt.Errorf("load staged things: %w", err)
		}
		for _, st := range items {
			if err := b.take(st, items, id == last); err != nil {
				return nil, err
			}
		}
	}
	return b, nil
}

func (b *before) take(st Staged, items []Staged, last bool) error {
	id := st.Subject
	if id == "" {
		id = st.Target
	}
	switch {
	case st.Kind == KindGone:
		if st.Choice == ChoiceSkip || st.adds() {
			b.gone[id] = true
		}
	case st.Kind != KindSession:
	case st.Choice == ChoiceSkip && last:
		fs, err := st.Session()
		if err != nil {
			return err
		}
		b.skipped[fs.Key] = true
	case st.Choice != ChoiceSkip && id != "":
		fs, err := st.Session()
		if err != nil {
			return err
		}
		if _, ok := b.sessions[id]; !ok {
			b.order = append(b.order, id)
		}
		b.sessions[id], b.roles[id] = fs, roleNames(fs, items)
		delete(b.gone, id) // it was back
	}
	return nil
}

// roleNames are those who have a part in a found session, in one text.
func roleNames(fs FoundSession, items []Staged) string {
	var out []string
	for _, r := range fs.Roles {
		if r.Item >= 0 && r.Item < len(items) {
			out = append(out, items[r.Item].Label)
		}
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// fieldOf is what a source says in a field, to be compared with what it said before.
func fieldOf(field string, fs FoundSession, roles string) string {
	switch field {
	case FieldTitle:
		return fs.Title
	case FieldShortTitle:
		return fs.ShortTitle
	case FieldTime:
		return fs.Starts.String() + " " + fs.Ends.String()
	case FieldDay:
		return fs.Day
	case FieldRoom:
		return core.Fold(fs.Room)
	case FieldTheme:
		return core.Fold(fs.Theme)
	case FieldDescription:
		return fs.Description
	case FieldAgenda:
		return fs.Agenda
	case FieldQuestions:
		return strings.Join(fs.Questions, "\n")
	case FieldFormat:
		return fs.Format
	case FieldLanguage:
		return fs.Language
	case FieldTags:
		return strings.Join(fs.Tags, "\n")
	case FieldLinks:
		return fmt.Sprint(fs.Links)
	case FieldPeople:
		return roles
	case FieldState:
		return fmt.Sprint(fs.Cancelled)
	}
	return ""
}

// news leaves of the differences between a source and a session those that the source
// brings: not what was changed here since it said the same last, and not what is public here
// just so while the plan has moved on. Where both sides changed a field it is taken only
// if somebody says so.
func (st *staging) news(list []Change, fs FoundSession, have *programme.Session) []Change {
	public := st.known.public[have.ID]
	var said *FoundSession
	roles := ""
	var ours []Change
	if st.last != nil {
		if b, ok := st.last.sessions[have.ID]; ok {
			said, roles = &b, st.last.roles[have.ID]
			b.Roles = nil
			ours = st.differences(b, have, true)
		}
	}
	out := list[:0]
	for _, c := range list {
		if public != nil && st.stands(c.Field, fs, public) {
			continue
		}
		if said != nil && !(c.Field == FieldState && st.last.gone[have.ID]) {
			if fieldOf(c.Field, *said, roles) == fieldOf(c.Field, fs, roleNames(fs, st.items)) {
				continue
			}
			if c.Why == WhyUpdates && c.Field != FieldState && slices.ContainsFunc(ours, func(o Change) bool { return o.Field == c.Field && o.Why == WhyUpdates }) {
				c.Why, c.Take = WhyContradicts, false
			}
		}
		out = append(out, c)
	}
	return out
}

// stands tells whether a session is public just as the source says.
func (st *staging) stands(field string, fs FoundSession, public *programme.Session) bool {
	if public.State == programme.StateDraft {
		return false
	}
	switch field {
	case FieldTitle:
		return slices.Contains(values(public.Title), fs.Title)
	case FieldTime:
		return fs.Starts == public.Starts && fs.Ends == public.Ends
	case FieldRoom:
		r := st.set.RoomNamed(fs.Room)
		return r != nil && r.ID == public.Room
	case FieldState:
		return fs.Cancelled == (public.State == programme.StateCancelled)
	}
	return false
}

// fewGone is how many sessions a source may lose at once before somebody has to say of
// each that it is to be cancelled: a source that is broken loses many.
func fewGone(all int) int { return max(3, all/5) }

// missing stages the sessions that the source had before and has no more: they are
// proposed to be cancelled in the plan, of which nothing is public before a release.
func (st *staging) missing() {
	if st.last == nil {
		return
	}
	var gone []*programme.Session
	for _, id := range st.last.order {
		x := st.known.full[id]
		if x != nil && !st.known.used[id] && !st.last.gone[id] && x.State != programme.StateCancelled {
			gone = append(gone, x)
		}
	}
	take := st.known.planned && len(gone) <= fewGone(len(st.last.order))
	for _, x := range gone {
		fs := FoundSession{Title: x.Title.String(), Type: x.Type, Starts: x.Starts, Ends: x.Ends, Day: x.Day, Cancelled: true}
		if r := st.set.Room(x.Room); r != nil {
			fs.Room = r.Name.String()
		}
		st.note(Note{Group: NoteContradiction, Code: "gone", Item: len(st.items), Args: map[string]Arg{"Session": {S: fs.Title}}})
		st.add(Staged{
			Kind: KindGone, Label: fs.Title, Confidence: 95, Choice: ChoiceLink, Target: x.ID,
			Suggestions: []Suggestion{{Target: x.ID, Label: fs.Title, Detail: x.Ref, Path: x.Path(), Reasons: []string{reasonKey}, Score: 100}},
			Changes:     []Change{{Field: FieldState, Before: Arg{S: x.State}, After: Arg{S: programme.StateCancelled}, Why: WhyGone, Take: take}},
		}, fs)
		st.counts.Gone++
	}
	if !take && len(gone) > 0 {
		code := "gone-public"
		if st.known.planned {
			code = "gone-many"
		}
		st.note(Note{Group: NoteContradiction, Code: code, Item: -1, Args: map[string]Arg{"Count": {N: len(gone)}}})
	}
}

// weak keys are unique within one source only: numbers, codes, words of an address.
func weak(key string) bool {
	kind, _, _ := strings.Cut(key, ":")
	return kind != "guid" && kind != "uid" && kind != "url"
}

// keyed is what a file of another program calls so: in a source that is followed, what
// that source calls so; never what another one does.
func (st *staging) keyed(kind, key string) core.ID {
	if key == "" {
		return ""
	}
	if st.origin != "" && weak(key) {
		if id, ok := st.known.keys[kind+" "+ownKey(st.origin, key)]; ok {
			return id
		}
		if from := st.known.keyFrom[kind+" "+key]; from != "" && from != st.origin {
			return ""
		}
	}
	return st.known.keys[kind+" "+key]
}

func ownKey(origin core.ID, key string) string { return string(origin) + " " + key }
