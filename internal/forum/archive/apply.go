package archive

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/formats/forumtext"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/messages"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/reports"
	"plenary/internal/platform/record"
)

// Result says what an import did.
type Result struct {
	Import   core.ID
	Sessions int // new ones
	Filled   int // known ones to which something was added
	People   int // new ones
	Reports  int // drafts of takeaways
	Messages int
}

// applying is one import on its way.
type applying struct {
	s     *Service
	set   *editions.Setting
	plan  *Plan
	res   Result
	items []Item
	named map[string]core.ID // people who were made by this import
	id    core.ID
}

// Apply reads the document again and takes all of it into the edition, or nothing: new
// sessions, what the known ones lack, people with their roles, takeaways as drafts for
// the rapporteurs, Messages as published. What stands is never overwritten. The staff
// may. Event: document.imported.
func (s *Service) Apply(ctx context.Context, a core.Actor, slug, name, lang string, text []byte) (*Plan, Result, error) {
	set, err := s.editions.Setting(ctx, a, slug)
	if err != nil {
		return nil, Result{}, err
	}
	plan, err := s.Read(ctx, a, set, name, lang, text)
	if err != nil {
		return nil, Result{}, err
	}
	if len(plan.Sessions) == 0 {
		return plan, Result{}, core.Invalid("archive.error.nothing", "Name", name)
	}
	var res Result
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		fresh, err := s.editions.SettingTx(ctx, tx, set.ID)
		if err != nil {
			return err
		}
		ap := &applying{s: s, set: fresh, plan: plan, id: tx.NewID(), named: map[string]core.ID{}}
		if err := ap.all(ctx, tx); err != nil {
			return err
		}
		res = ap.res
		return nil
	})
	return plan, res, err
}

func (ap *applying) all(ctx context.Context, tx *record.Tx) error {
	if err := ap.places(ctx, tx); err != nil {
		return err
	}
	sessions := make([]*programme.Session, len(ap.plan.Sessions))
	for i := range ap.plan.Sessions {
		x, err := ap.session(ctx, tx, &ap.plan.Sessions[i])
		if err != nil {
			return fmt.Errorf("session %q: %w", ap.plan.Sessions[i].Found.Title, err)
		}
		sessions[i] = x
	}
	if err := ap.outcome(ctx, tx, sessions); err != nil {
		return err
	}
	im := Import{
		ID: ap.id, Edition: ap.set.ID, Name: ap.plan.Name, Shape: string(ap.plan.Shape), Source: ap.plan.Source, Found: ap.plan.Counts(),
		Account: tx.Actor.Account, Person: tx.Actor.Person, Program: tx.Actor.Program, At: tx.Now,
	}
	if _, err := tx.NewInsert().Model(&im).Exec(ctx); err != nil {
		return fmt.Errorf("keep import: %w", err)
	}
	for i := range ap.items {
		ap.items[i].Import, ap.items[i].Position = im.ID, i
	}
	if len(ap.items) > 0 {
		if _, err := tx.NewInsert().Model(&ap.items).Exec(ctx); err != nil {
			return fmt.Errorf("keep items of import: %w", err)
		}
	}
	ap.res.Import = im.ID
	tx.Append("document.imported", im.ID, ap.set.Scope(), record.Internal, record.Data{
		"label": im.Name, "sessions": ap.res.Sessions, "filled": ap.res.Filled, "messages": ap.res.Messages,
	})
	return nil
}

// text is what the document says, in its language.
func (ap *applying) text(s string) core.Text { return core.NewText(ap.plan.Lang, s) }

func (ap *applying) item(kind string, subject core.ID, label string, at Place) {
	if r := []rune(label); len(r) > 200 {
		label = string(r[:200])
	}
	ap.items = append(ap.items, Item{Kind: kind, Subject: subject, Label: label, FromLine: at.Line, ToLine: at.EndLine})
}

// places adds the rooms and themes that new sessions need.
func (ap *applying) places(ctx context.Context, tx *record.Tx) error {
	in, changed := editions.InputOfPlaces(ap.set), false
	for _, sp := range ap.plan.Sessions {
		if sp.NewRoom != "" && ap.set.RoomNamed(sp.NewRoom) == nil && !named(in.Rooms, sp.NewRoom) {
			in.Rooms, changed = append(in.Rooms, editions.RoomInput{Name: ap.text(sp.NewRoom)}), true
		}
	}
	if changed {
		if err := ap.s.editions.SetPlacesTx(ctx, tx, ap.set, in); err != nil {
			return err
		}
	}
	themes, changed := editions.InputOfThemes(ap.set), false
	seen := map[string]bool{}
	for _, sp := range ap.plan.Sessions {
		if sp.NewTheme != "" && ap.set.ThemeNamed(sp.NewTheme) == nil && !seen[core.Fold(sp.NewTheme)] {
			seen[core.Fold(sp.NewTheme)] = true
			themes.Themes, changed = append(themes.Themes, editions.ThemeInput{Name: ap.text(sp.NewTheme)}), true
		}
	}
	if !changed {
		return nil
	}
	return ap.s.editions.SetThemesTx(ctx, tx, ap.set, themes)
}

func named(rooms []editions.RoomInput, name string) bool {
	for _, r := range rooms {
		if core.Fold(r.Name.String()) == core.Fold(name) {
			return true
		}
	}
	return false
}

func (ap *applying) session(ctx context.Context, tx *record.Tx, sp *SessionPlan) (*programme.Session, error) {
	x := sp.Existing
	var err error
	if x == nil {
		if x, err = ap.create(ctx, tx, sp); err != nil {
			return nil, err
		}
		ap.res.Sessions++
		ap.item("session", x.ID, sp.Found.Title, sp.Found.Place)
	} else {
		if x, err = ap.s.programme.SessionTx(ctx, tx, x.ID); err != nil {
			return nil, err
		}
		sp.Existing = x
		if err = ap.fill(ctx, tx, sp); err != nil {
			return nil, err
		}
		if len(sp.Fills) > 0 {
			ap.res.Filled++
			ap.item("session", x.ID, sp.Found.Title, sp.Found.Place)
		}
	}
	for _, p := range newPeople(x, sp.Found.People) {
		if err := ap.person(ctx, tx, x, p); err != nil {
			return nil, err
		}
	}
	return x, ap.takeaways(ctx, tx, x, sp.Found)
}

// texts is what the document says of a session, as the session's form takes it.
func (ap *applying) texts(sp *SessionPlan) programme.EditInput {
	f := sp.Found
	in := programme.EditInput{Title: ap.text(f.Title), Description: ap.text(describe(f.Description)), Agenda: ap.text(describe(f.Agenda))}
	if f.ShortTitle != "" && f.ShortTitle != f.Title && len([]rune(f.ShortTitle)) <= 120 {
		in.ShortTitle = ap.text(f.ShortTitle)
	}
	for _, q := range flatten(f.Questions) {
		in.GuidingQuestions = append(in.GuidingQuestions, programme.PointInput{Text: ap.text(question(q))})
	}
	if t := ap.theme(sp); t != nil {
		in.Theme = t.ID
	}
	if strings.Contains(core.Fold(f.Format.Text), "panel") {
		in.Format = "panel"
	}
	return in
}

// question is the text of a policy question; one that stands under another carries its
// number, so that the nesting is kept (E194).
func question(q forumtext.Question) string {
	if strings.Contains(q.Number, ".") {
		return q.Number + " " + q.Text
	}
	return q.Text
}

func (ap *applying) theme(sp *SessionPlan) *editions.Theme {
	if sp.Theme != nil {
		return sp.Theme
	}
	if sp.NewTheme != "" {
		return ap.set.ThemeNamed(sp.NewTheme)
	}
	return nil
}

func (ap *applying) room(sp *SessionPlan) *editions.Room {
	if sp.Room != nil {
		return sp.Room
	}
	if sp.NewRoom != "" {
		return ap.set.RoomNamed(sp.NewRoom)
	}
	return nil
}

func (ap *applying) create(ctx context.Context, tx *record.Tx, sp *SessionPlan) (*programme.Session, error) {
	in := programme.NewSession{
		Type: sp.Type.ID, State: programme.StateScheduled, Texts: ap.texts(sp), Starts: sp.Starts, Ends: sp.Ends, Day: sp.Day,
	}
	if r := ap.room(sp); r != nil {
		in.Room = r.ID
	}
	return ap.s.programme.CreateTx(ctx, tx, ap.set, in)
}

// fill adds to a known session what it lacks.
func (ap *applying) fill(ctx context.Context, tx *record.Tx, sp *SessionPlan) error {
	x, said := sp.Existing, ap.texts(sp)
	in := programme.InputOf(x)
	if in.Description.IsZero() || strings.HasPrefix(said.Description.String(), in.Description.String()) ||
		covers(said.Description.String(), in.Description.String()) {
		in.Description = said.Description
	}
	if len(in.GuidingQuestions) == 0 {
		in.GuidingQuestions = said.GuidingQuestions
	}
	if in.Theme == "" {
		in.Theme = said.Theme
	}
	if in.Format == "" {
		in.Format = said.Format
	}
	if have, full := x.Title.String(), sp.Found.Title; len(have) < len(full) && strings.HasPrefix(core.Fold(full), core.Fold(have)) && in.ShortTitle.IsZero() {
		in.ShortTitle, in.Title = x.Title, ap.text(full)
	}
	if err := ap.s.programme.ChangeTx(ctx, tx, ap.set, x, in); err != nil {
		return err
	}
	to := programme.Placement{Starts: x.Starts, Ends: x.Ends, Room: x.Room}
	if !x.Scheduled() {
		to.Starts, to.Ends = sp.Starts, sp.Ends
	}
	if r := ap.room(sp); r != nil && x.Room == "" {
		to.Room = r.ID
	}
	if to == (programme.Placement{Starts: x.Starts, Ends: x.Ends, Room: x.Room}) {
		return nil
	}
	return ap.s.programme.MoveTx(ctx, tx, ap.set, x, to, x.State)
}

// takeaways begins the session's report as a draft.
func (ap *applying) takeaways(ctx context.Context, tx *record.Tx, x *programme.Session, f forumtext.Session) error {
	if len(f.Takeaways)+len(f.Calls) == 0 {
		return nil
	}
	var in reports.TakeawaysInput
	for _, t := range f.Takeaways {
		in.Takeaways = append(in.Takeaways, reports.TakeawayInput{Text: ap.text(t.Text)})
	}
	for _, c := range f.Calls {
		in.Calls = append(in.Calls, reports.CallInput{Text: ap.text(c.Text), To: addressees(c.Text)})
	}
	r, err := ap.s.reports.ImportTx(ctx, tx, ap.set, x, in)
	if err != nil {
		return err
	}
	ap.res.Reports++
	at := f.TakeawaysLabel.Place
	for _, p := range append(f.Takeaways, f.Calls...) {
		at.EndLine = max(at.EndLine, p.Place.EndLine)
	}
	ap.item("report", r.ID, f.TakeawaysLabel.Text, at)
	return nil
}

// outcome takes over the Messages of a summary, which were published with it.
func (ap *applying) outcome(ctx context.Context, tx *record.Tx, sessions []*programme.Session) error {
	var list []messages.Imported
	for i, sp := range ap.plan.Sessions {
		if len(sp.Found.Messages) == 0 {
			continue
		}
		x := sessions[i]
		g := messages.Imported{Session: x.ID, Theme: x.Theme, Heading: x.Title, Attribution: ap.text(sp.Found.Attribution.Text)}
		for n, m := range sp.Found.Messages {
			degrees := map[int]string{}
			for j, s := range forumtext.Sentences(m.Text) {
				if d := degreeOf(s); d != "" {
					degrees[j+1] = d
				}
			}
			g.Messages = append(g.Messages, messages.ImportedMessage{Text: ap.text(m.Text), Degrees: degrees})
			ap.item("message", x.ID, strconv.Itoa(n+1)+". "+m.Text, m.Place)
		}
		list = append(list, g)
	}
	if len(list) == 0 {
		return nil
	}
	n, err := ap.s.messages.ImportTx(ctx, tx, ap.set, list)
	if err != nil {
		return err
	}
	ap.res.Messages = n
	note := ap.plan.Name
	if err := ap.s.messages.PublishTx(ctx, tx, ap.set, false, note); err != nil {
		return err
	}
	return ap.s.messages.PublishTx(ctx, tx, ap.set, true, note)
}
