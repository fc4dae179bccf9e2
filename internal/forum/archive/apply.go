package archive

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/formats/forumtext"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/messages"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/reports"
	"plenary/internal/forum/timetable"
	"plenary/internal/platform/record"
)

// Result says what an import did.
type Result struct {
	Import   core.ID `json:"import"`
	Sessions int     `json:"sessions"` // new ones
	Filled   int     `json:"filled"`   // known ones that changed
	People   int     `json:"people"`   // new ones
	Reports  int     `json:"reports"`  // drafts of takeaways
	Messages int     `json:"messages"`
	Figures  int     `json:"figures"`
	Nothing  bool    `json:"nothing"` // everything in the source was here already
}

// keyRow says what a thing is called in the files of other programs.
type keyRow struct {
	bun.BaseModel `bun:"table:import_keys,alias:ik"`

	Edition core.ID `bun:"edition,pk"`
	Kind    string  `bun:"kind,pk"`
	Key     string  `bun:"key,pk"`
	Subject core.ID `bun:"subject"`
	Import  core.ID `bun:"import"`
}

// applying is one import on its way.
type applying struct {
	s     *Service
	set   *editions.Setting
	plan  *Plan
	res   Result
	keep  *keeping
	refs  *programme.Refs
	items []Item
	keys  []keyRow
	at    map[int]*programme.Session
	// placed is where sessions are planned; nil where what is taken in is public at once.
	placed map[core.ID]timetable.Spot
	who    map[int]core.ID // what staged people and organisations have become, by position
}

// ApplyFile stages a file and applies it at once: what the command line does.
func (s *Service) ApplyFile(ctx context.Context, a core.Actor, set *editions.Setting, src Source) (*Plan, Result, error) {
	p, err := s.Stage(ctx, a, set, src)
	if err != nil {
		return nil, Result{}, err
	}
	res, err := s.Apply(ctx, a, set, p.ID, p.Version)
	if err != nil || res.Nothing {
		if derr := s.Discard(ctx, a, set, p.ID, p.Version); derr != nil && err == nil {
			err = derr
		}
	}
	return p, res, err
}

// Apply takes a staged source into the edition as somebody left it, all of it or
// nothing: new sessions, the taken changes of known ones, people with their roles,
// takeaways as drafts for the rapporteurs, Messages as published, figures. The staff
// may. Event: import.applied. Errors: Invalid naming the thing and its field; Stale.
func (s *Service) Apply(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID, version int64) (Result, error) {
	p, err := s.Get(ctx, a, set, id)
	if err != nil {
		return Result{}, err
	}
	if err := s.may(a, set); err != nil {
		return Result{}, err
	}
	if p.State != StateStaged {
		return Result{}, core.Conflict("archive.error.applied", "Name", p.Name)
	}
	if !slices.ContainsFunc(p.Items, func(st Staged) bool { return st.Kind != KindPerson && st.Kind != KindOrganisation }) {
		return Result{}, core.Invalid("archive.error.nothing", "Name", p.Name)
	}
	if slices.ContainsFunc(p.Notes, func(n Note) bool { return n.Code == codeWrongDays }) {
		return Result{}, core.Invalid("archive.error.wrong_days", "Name", p.Name, "Edition", set.Name.String())
	}
	if !slices.ContainsFunc(p.Items, Staged.adds) {
		return Result{Import: id, Nothing: true}, nil
	}
	var res Result
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		stale, err := record.Once(tx.NewUpdate().Model((*Import)(nil)).Set("version = version + 1, state = ?, at = ?", StateApplied, tx.Now).
			Set("account = ?, person = ?, program = ?", tx.Actor.Account, tx.Actor.Person, tx.Actor.Program).
			Where("id = ? AND version = ? AND state = ?", id, version, StateStaged).Exec(ctx))
		if err != nil || stale {
			return record.StaleOr(err, p.Import)
		}
		// Somebody may have corrected the list since it was read for the checks above.
		p.Items = nil
		if err := tx.NewSelect().Model(&p.Items).Where("import = ?", id).OrderExpr("position").Scan(ctx); err != nil {
			return fmt.Errorf("load staged things: %w", err)
		}
		fresh, err := s.editions.SettingTx(ctx, tx, set.ID)
		if err != nil {
			return err
		}
		ap := &applying{s: s, set: fresh, plan: p, keep: newKeeping(id), who: map[int]core.ID{}, at: map[int]*programme.Session{}}
		if err := ap.all(ctx, tx); err != nil {
			return err
		}
		res = ap.res
		res.Import = id
		return nil
	})
	return res, err
}

func (ap *applying) all(ctx context.Context, tx *record.Tx) error {
	if err := ap.keep.before(ctx, tx, editions.Shelf, ap.set.ID); err != nil {
		return err
	}
	var err error
	if ap.placed, err = ap.s.planned(ctx, tx, ap.set.ID); err != nil {
		return err
	}
	if err := ap.edition(ctx, tx); err != nil {
		return err
	}
	if err := ap.places(ctx, tx); err != nil {
		return err
	}
	for i := range ap.plan.Items {
		st := &ap.plan.Items[i]
		if st.Choice == ChoiceSkip {
			continue
		}
		var err error
		switch st.Kind {
		case KindSession:
			err = ap.session(ctx, tx, st)
		case KindGone:
			err = ap.cancel(ctx, tx, st)
		}
		if err != nil {
			return ap.named(st, err)
		}
	}
	if err := ap.outcome(ctx, tx); err != nil {
		return err
	}
	if err := ap.finish(ctx, tx); err != nil {
		return err
	}
	tx.Append("import.applied", ap.plan.ID, ap.set.Scope(), record.Internal, record.Data{
		"label": ap.plan.Name, "sessions": ap.res.Sessions, "filled": ap.res.Filled, "messages": ap.res.Messages, "figures": ap.res.Figures,
	})
	return nil
}

// named says at which staged thing an error happened, and keeps the fields.
func (ap *applying) named(st *Staged, err error) error {
	if core.KindOf(err) != core.KindInvalid {
		return fmt.Errorf("%s %q: %w", st.Kind, st.Label, err)
	}
	out := &core.Error{Kind: core.KindInvalid, Key: "archive.error.item", Args: []any{"Label", st.Label, "Line", max(st.Place.Line, st.Place.Row)}, Err: err}
	if e, ok := err.(*core.Error); ok { //nolint:errorlint // services return it bare
		out.Fields = e.Fields
	}
	return out
}

// finish keeps where everything came from, what files call it, and how things were.
func (ap *applying) finish(ctx context.Context, tx *record.Tx) error {
	for i := range ap.items {
		ap.items[i].Import, ap.items[i].Position = ap.plan.ID, i
	}
	for part := range slices.Chunk(ap.items, 200) {
		if _, err := tx.NewInsert().Model(&part).Exec(ctx); err != nil {
			return fmt.Errorf("keep items of import: %w", err)
		}
	}
	for part := range slices.Chunk(ap.keys, 200) {
		if _, err := tx.NewInsert().Model(&part).On("CONFLICT (edition, kind, key) DO NOTHING").Exec(ctx); err != nil {
			return fmt.Errorf("keep keys of import: %w", err)
		}
	}
	became := slices.DeleteFunc(slices.Clone(ap.plan.Items), func(st Staged) bool { return st.Subject == "" })
	for part := range slices.Chunk(became, 100) {
		if _, err := tx.NewInsert().Model(&part).On("CONFLICT (import, position) DO UPDATE").Set("subject = EXCLUDED.subject").Exec(ctx); err != nil {
			return fmt.Errorf("note what came of staged things: %w", err)
		}
	}
	if d := ap.plan; d.Source != "" {
		if err := keepPrints(ctx, tx, d); err != nil {
			return err
		}
	}
	return ap.keep.after(ctx, tx)
}

// text is what the source says, in its language.
func (ap *applying) text(s string) core.Text { return core.NewText(ap.plan.Lang, s) }

func (ap *applying) item(kind string, subject core.ID, label string, at Spot) {
	label, _ = cut(label, 200)
	from, to := at.Line, max(at.EndLine, at.Line)
	if at.Row > 0 {
		from, to = at.Row, at.Row
	}
	ap.items = append(ap.items, Item{Kind: kind, Subject: subject, Label: label, FromLine: from, ToLine: to})
}

// key keeps what files call a thing, and what a source that is followed calls it.
func (ap *applying) key(kind, key string, subject core.ID) {
	if key == "" {
		return
	}
	ap.keys = append(ap.keys, keyRow{Edition: ap.set.ID, Kind: kind, Key: key, Subject: subject, Import: ap.plan.ID})
	if o := ap.plan.Origin; o != "" && weak(key) {
		ap.keys = append(ap.keys, keyRow{Edition: ap.set.ID, Kind: kind, Key: ownKey(o, key), Subject: subject, Import: ap.plan.ID})
	}
}

// places adds the rooms and themes that sessions need and the edition has not.
func (ap *applying) places(ctx context.Context, tx *record.Tx) error {
	rooms, themes := editions.InputOfPlaces(ap.set), editions.InputOfThemes(ap.set)
	newRooms, newThemes, given := map[string]bool{}, map[string]bool{}, map[core.ID]bool{}
	for _, st := range ap.plan.Items {
		if st.Kind != KindSession || st.Choice == ChoiceSkip {
			continue
		}
		fs, err := st.Session()
		if err != nil {
			return err
		}
		if fs.Room != "" && ap.set.RoomNamed(fs.Room) == nil && !newRooms[core.Fold(fs.Room)] && (st.Choice == ChoiceNew || st.taken(FieldRoom)) {
			newRooms[core.Fold(fs.Room)] = true
			name, _ := cut(fs.Room, 120)
			room := editions.RoomInput{Name: ap.text(name)}
			if fs.RoomGUID != "" && !given[fs.RoomGUID] { // some files call two rooms alike
				given[fs.RoomGUID] = true
				if room.ID, err = ap.s.editions.FreeRoomTx(ctx, tx, fs.RoomGUID); err != nil {
					return err
				}
			}
			rooms.Rooms = append(rooms.Rooms, room)
		}
		if fs.Theme != "" && ap.set.ThemeNamed(fs.Theme) == nil && !newThemes[core.Fold(fs.Theme)] && (st.Choice == ChoiceNew || st.taken(FieldTheme)) {
			newThemes[core.Fold(fs.Theme)] = true
			name, _ := cut(fs.Theme, 200)
			themes.Themes = append(themes.Themes, editions.ThemeInput{Name: ap.text(name)})
		}
	}
	if len(newRooms) > 0 {
		if err := ap.s.editions.SetPlacesTx(ctx, tx, ap.set, rooms); err != nil {
			return err
		}
		themes.Version = ap.set.Version
	}
	if len(newThemes) == 0 {
		return nil
	}
	return ap.s.editions.SetThemesTx(ctx, tx, ap.set, themes)
}

// outcome begins reports as drafts and takes over the Messages of a summary, which were
// published with it.
func (ap *applying) outcome(ctx context.Context, tx *record.Tx) error {
	var list []messages.Imported
	for i := range ap.plan.Items {
		st := &ap.plan.Items[i]
		if st.Choice != ChoiceNew {
			continue
		}
		switch st.Kind {
		case KindTakeaways:
			if err := ap.takeaways(ctx, tx, st); err != nil {
				return ap.named(st, err)
			}
		case KindMessages:
			var f FoundMessages
			if err := st.into(&f); err != nil {
				return err
			}
			x := ap.at[f.Session]
			if x == nil {
				continue // its session was left out
			}
			g := messages.Imported{Session: x.ID, Theme: x.Theme, Heading: x.Title, Attribution: ap.text(f.Attribution)}
			for n, m := range f.Messages {
				degrees := map[int]string{}
				for j, s := range forumtext.Sentences(m.Text) {
					if d := degreeOf(s); d != "" {
						degrees[j+1] = d
					}
				}
				g.Messages = append(g.Messages, messages.ImportedMessage{Text: ap.text(m.Text), Degrees: degrees})
				ap.item("message", x.ID, strconv.Itoa(n+1)+". "+m.Text, m.Place)
			}
			st.Subject = x.ID
			list = append(list, g)
		}
	}
	if len(list) == 0 {
		return nil
	}
	if err := ap.keep.before(ctx, tx, messages.Shelf, ap.set.ID); err != nil {
		return err
	}
	n, err := ap.s.messages.ImportTx(ctx, tx, ap.set, list)
	if err != nil {
		return err
	}
	ap.res.Messages = n
	for _, final := range []bool{false, true} {
		if err := ap.s.messages.PublishTx(ctx, tx, ap.set, final, ap.plan.Name); err != nil {
			return err
		}
	}
	doc, err := ap.s.messages.DocumentTx(ctx, tx, ap.set.ID)
	if err != nil {
		return err
	}
	ap.keep.made(documentsShelf, doc)
	return nil
}

func (ap *applying) takeaways(ctx context.Context, tx *record.Tx, st *Staged) error {
	var f FoundTakeaways
	if err := st.into(&f); err != nil {
		return err
	}
	x := ap.at[f.Session]
	if x == nil {
		return nil // its session was left out
	}
	var in reports.TakeawaysInput
	for _, t := range f.Takeaways {
		in.Takeaways = append(in.Takeaways, reports.TakeawayInput{Text: ap.text(t)})
	}
	for _, c := range f.Calls {
		in.Calls = append(in.Calls, reports.CallInput{Text: ap.text(c), To: addressees(c)})
	}
	if err := ap.keep.before(ctx, tx, reports.Shelf, x.ID); err != nil {
		return err
	}
	r, err := ap.s.reports.ImportTx(ctx, tx, ap.set, x, in)
	if err != nil {
		return err
	}
	ap.keep.made(documentsShelf, r.Document)
	ap.res.Reports++
	st.Subject = r.ID
	ap.item("report", r.ID, st.Label, st.Place)
	return nil
}
