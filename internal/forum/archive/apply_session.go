package archive

import (
	"context"
	"fmt"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/timetable"
	"plenary/internal/platform/record"
)

// session makes a session, or the taken changes to the one that it is.
func (ap *applying) session(ctx context.Context, tx *record.Tx, st *Staged) error {
	fs, err := st.Session()
	if err != nil {
		return err
	}
	var x *programme.Session
	if st.Choice == ChoiceNew {
		if x, err = ap.create(ctx, tx, fs); err != nil {
			return err
		}
		ap.res.Sessions++
		ap.item("session", x.ID, fs.Title, st.Place)
	} else {
		if x, err = ap.known(ctx, tx, st); err != nil {
			return err
		}
		if st.adds() {
			if err = ap.change(ctx, tx, st, fs, x); err != nil {
				return err
			}
			ap.res.Filled++
			ap.item("session", x.ID, fs.Title, st.Place)
		}
	}
	st.Subject = x.ID
	ap.at[st.Position] = x
	ap.key(KindSession, fs.Key, x.ID)
	if st.Choice == ChoiceNew || st.taken(FieldPeople) {
		return ap.roles(ctx, tx, fs, x)
	}
	return nil
}

// known is the session that a staged one is, kept as it stands if it is to change.
func (ap *applying) known(ctx context.Context, tx *record.Tx, st *Staged) (*programme.Session, error) {
	x, err := ap.s.programme.SessionTx(ctx, tx, st.Target)
	if err != nil {
		return nil, err
	}
	if x.Edition != ap.set.ID {
		return nil, core.NotFound()
	}
	x.EditionSlug = ap.set.Slug
	if !st.adds() {
		return x, nil
	}
	if err := ap.keep.before(ctx, tx, programme.Shelf, x.ID); err != nil {
		return nil, err
	}
	if ap.placed == nil {
		return x, nil
	}
	return x, ap.keep.before(ctx, tx, timetable.PlacementShelf, x.ID)
}

// cancel cancels a session that the source has no more.
func (ap *applying) cancel(ctx context.Context, tx *record.Tx, st *Staged) error {
	if !st.adds() {
		return nil
	}
	x, err := ap.known(ctx, tx, st)
	if err != nil {
		return err
	}
	st.Subject = x.ID
	ap.res.Filled++
	ap.item("session", x.ID, st.Label, st.Place)
	return ap.s.programme.CancelTx(ctx, tx, ap.set, x, core.Text{})
}

// texts is what the source says of a session, as the session's form takes it.
func (ap *applying) texts(fs FoundSession) programme.EditInput {
	in := programme.EditInput{
		Title: ap.text(fs.Title), ShortTitle: ap.text(fs.ShortTitle), Description: ap.text(fs.Description), Agenda: ap.text(fs.Agenda),
		Format: fs.Format, Language: fs.Language, Tags: strings.Join(fs.Tags, "\n"),
	}
	for _, q := range fs.Questions {
		in.GuidingQuestions = append(in.GuidingQuestions, programme.PointInput{Text: ap.text(q)})
	}
	for _, l := range fs.Links {
		in.Links = append(in.Links, programme.LinkInput(l))
	}
	if t := ap.theme(fs); t != nil {
		in.Theme = t.ID
	}
	return in
}

func (ap *applying) theme(fs FoundSession) *editions.Theme {
	if fs.Theme == "" {
		return nil
	}
	return ap.set.ThemeNamed(clipTo(fs.Theme, 200))
}

func (ap *applying) room(fs FoundSession) *editions.Room {
	if fs.Room == "" {
		return nil
	}
	return ap.set.RoomNamed(clipTo(fs.Room, 120))
}

func clipTo(s string, n int) string {
	s, _ = cut(s, n)
	return s
}

func (ap *applying) create(ctx context.Context, tx *record.Tx, fs FoundSession) (*programme.Session, error) {
	in := programme.NewSession{
		Type: fs.Type, State: programme.StateScheduled, Texts: ap.texts(fs), Starts: fs.Starts, Ends: fs.Ends, Day: fs.Day, Ref: fs.Ref,
	}
	if r := ap.room(fs); r != nil {
		in.Room = r.ID
	}
	if fs.GUID != "" {
		free, err := ap.s.programme.FreeTx(ctx, tx, fs.GUID)
		if err != nil {
			return nil, err
		}
		if free {
			in.ID = fs.GUID
		}
	}
	if ap.refs == nil {
		var err error
		if ap.refs, err = ap.s.programme.RefsTx(ctx, tx, ap.set); err != nil {
			return nil, err
		}
	}
	in.Ref = ap.refs.Give(in.Type, fs.Ref, number(fs.Reference))
	x, err := ap.s.programme.CreateTx(ctx, tx, ap.set, in)
	if err != nil {
		return nil, err
	}
	ap.keep.made(programme.Shelf, x.ID)
	if ap.placed != nil {
		ap.keep.made(timetable.PlacementShelf, x.ID)
	}
	if fs.Cancelled {
		return x, ap.s.programme.CancelTx(ctx, tx, ap.set, x, core.Text{})
	}
	return x, nil
}

// change makes the taken changes to a session that stands.
func (ap *applying) change(ctx context.Context, tx *record.Tx, st *Staged, fs FoundSession, x *programme.Session) error {
	said, in := ap.texts(fs), programme.InputOf(x)
	for _, c := range st.Changes {
		if !c.Take {
			continue
		}
		switch c.Field {
		case FieldTitle:
			if c.Why == WhyExtends {
				in.ShortTitle = x.Title
			}
			in.Title = with(in.Title, said.Title)
		case FieldShortTitle:
			in.ShortTitle = said.ShortTitle
		case FieldDescription:
			in.Description = with(in.Description, said.Description)
		case FieldAgenda:
			in.Agenda = with(in.Agenda, said.Agenda)
		case FieldQuestions:
			in.GuidingQuestions = said.GuidingQuestions
		case FieldTheme:
			in.Theme = said.Theme
		case FieldFormat:
			in.Format = said.Format
		case FieldLanguage:
			in.Language = said.Language
		case FieldTags:
			in.Tags = said.Tags
		case FieldLinks:
			for _, l := range newLinks(x, fs.Links) {
				in.Links = append(in.Links, programme.LinkInput(l))
			}
		}
	}
	if err := ap.s.programme.ChangeTx(ctx, tx, ap.set, x, in); err != nil {
		return err
	}
	now, state := x.Placement(), x.State
	if at, ok := ap.placed[x.ID]; ok {
		now, state = at.Placement(), stateOf(at)
	}
	to := now
	if st.taken(FieldTime) {
		to.Starts, to.Ends = fs.Starts, fs.Ends
	}
	if r := ap.room(fs); r != nil && st.taken(FieldRoom) {
		to.Room = r.ID
	}
	if !to.Equal(now) {
		if err := ap.s.programme.MoveTx(ctx, tx, ap.set, x, to, state); err != nil {
			return err
		}
	}
	if st.taken(FieldDay) {
		if err := ap.s.programme.SetDayTx(ctx, tx, ap.set, x, fs.Day); err != nil {
			return err
		}
	}
	switch {
	case !st.taken(FieldState):
		return nil
	case fs.Cancelled:
		return ap.s.programme.CancelTx(ctx, tx, ap.set, x, core.Text{})
	}
	return ap.s.programme.RestoreTx(ctx, tx, ap.set, x)
}

// with puts what is said beside the other languages of a text.
func with(have, said core.Text) core.Text {
	if have.IsZero() || said.IsZero() {
		return said
	}
	return have.With(said.Orig, said.String())
}

// roles gives those whom the source names their roles, where they have none yet.
func (ap *applying) roles(ctx context.Context, tx *record.Tx, fs FoundSession, x *programme.Session) error {
	var list []programme.RoleInput
	for _, r := range fs.Roles {
		if r.Item < 0 || r.Item >= len(ap.plan.Items) {
			continue
		}
		st := &ap.plan.Items[r.Item]
		if st.Choice == ChoiceSkip {
			continue
		}
		taken := false
		for _, h := range x.Roles {
			taken = taken || is(h, *st)
		}
		if taken {
			continue
		}
		in := programme.RoleInput{Role: r.Role, Note: ap.text(r.Note)}
		var err error
		if st.Kind == KindOrganisation {
			in.Organisation, err = ap.organisation(ctx, tx, st)
		} else {
			in.Person, in.Snapshot, err = ap.person(ctx, tx, st, x.Day)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", st.Label, err)
		}
		list = append(list, in)
	}
	if len(list) == 0 {
		return nil
	}
	_, err := ap.s.programme.AddRolesTx(ctx, tx, ap.set, x, list)
	return err
}

// person is who a staged person is, made when she is new and needed the first time, with
// her affiliations as the source states them.
func (ap *applying) person(ctx context.Context, tx *record.Tx, st *Staged, day string) (core.ID, *people.Snapshot, error) {
	var fp FoundPerson
	if err := st.into(&fp); err != nil {
		return "", nil, err
	}
	var snap *people.Snapshot
	if len(fp.Affiliations) > 0 || ap.plan.Source != "" { // a text tells who she was that day
		snap = &people.Snapshot{Name: fp.Name, Honorific: fp.Honorific}
		for _, af := range fp.Affiliations {
			snap.Affiliations = append(snap.Affiliations, people.SnapAffiliation{Title: af.Title, Organisation: af.Organisation, OrganisationID: af.Known})
		}
	}
	if id, ok := ap.who[st.Position]; ok {
		return id, snap, nil
	}
	id := st.Target
	if st.Choice == ChoiceNew {
		in := people.NewPerson{
			Name: fp.Name, Honorific: fp.Honorific, Given: fp.Given, Family: fp.Family, Bio: ap.text(fp.Bio), Public: true, Source: people.SourceImported,
		}
		if fp.GUID != "" {
			have, err := ap.s.people.PersonsTx(ctx, tx, []core.ID{fp.GUID})
			if err != nil {
				return "", nil, err
			}
			if len(have) == 0 {
				in.ID = fp.GUID
			}
		}
		made, err := ap.s.people.CreatePersonTx(ctx, tx, in)
		if err != nil {
			return "", nil, err
		}
		id = made.ID
		ap.keep.made(people.PersonShelf, id)
		ap.res.People++
		for i, af := range fp.Affiliations {
			in := people.NewAffiliation{Person: id, Title: clipTo(af.Title, 200), OrganisationName: clipTo(af.Organisation, 200), From: day, Rank: i}
			if af.Known != "" {
				in.Organisation, in.OrganisationName = af.Known, ""
			}
			if _, err := ap.s.people.AddAffiliationTx(ctx, tx, in); err != nil {
				return "", nil, err
			}
		}
	}
	ap.who[st.Position], st.Subject = id, id
	ap.key(KindPerson, fp.Key, id)
	ap.item("person", id, joinedName(fp), st.Place)
	return id, snap, nil
}

func joinedName(fp FoundPerson) string {
	if fp.Raw != "" {
		return fp.Raw
	}
	return fp.Name
}

// organisation is what a staged organisation is, made when it is new and needed.
func (ap *applying) organisation(ctx context.Context, tx *record.Tx, st *Staged) (core.ID, error) {
	if id, ok := ap.who[st.Position]; ok {
		return id, nil
	}
	id := st.Target
	if st.Choice == ChoiceNew {
		var fo FoundOrganisation
		if err := st.into(&fo); err != nil {
			return "", err
		}
		made, err := ap.s.people.CreateOrganisationTx(ctx, tx, people.NewOrganisation{Name: ap.text(fo.Name), Source: people.SourceImported})
		if err != nil {
			return "", err
		}
		id = made.ID
		ap.keep.made(people.OrganisationShelf, id)
	}
	ap.who[st.Position], st.Subject = id, id
	ap.item("organisation", id, st.Label, st.Place)
	return id, nil
}
