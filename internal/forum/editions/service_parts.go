package editions

import (
	"context"
	"fmt"
	"strings"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// SetPlaces makes the venues and rooms of an edition what the input says. Staff only;
// a room that sessions stand in cannot be taken away. Event: edition.places_set.
func (s *Service) SetPlaces(ctx context.Context, a core.Actor, slug string, in PlacesInput) error {
	return s.edit(ctx, a, slug, func(ctx context.Context, tx *record.Tx, set *Setting) error {
		return s.SetPlacesTx(ctx, tx, set, in)
	})
}

// SetPlacesTx is SetPlaces inside a write; the caller has asked for permission.
func (s *Service) SetPlacesTx(ctx context.Context, tx *record.Tx, set *Setting, in PlacesInput) error {
	if err := in.Validate(); err != nil {
		return err
	}
	if stale, err := touch(ctx, tx, &set.Edition, in.Version); err != nil || stale {
		return record.StaleOr(err, InputOfPlaces(set))
	}
	before := *set
	var venues []Venue
	for i, v := range in.Venues {
		if v.ID == "" {
			v.ID = tx.NewID()
		}
		venues = append(venues, Venue{ID: v.ID, Edition: set.ID, Position: i, Name: v.Name, Address: v.Address})
	}
	var rooms []Room
	var ids []core.ID
	for i, r := range in.Rooms {
		slug := Slugify(r.Name.String())
		if old := set.Room(r.ID); old != nil {
			slug = old.Slug
		}
		if r.ID == "" {
			r.ID = tx.NewID()
		}
		ids = append(ids, r.ID)
		rooms = append(rooms, Room{
			ID: r.ID, Edition: set.ID, Venue: r.Venue, Position: i, Slug: unique(slug, "room", i, rooms, func(x Room) string { return x.Slug }),
			Name: r.Name, Capacity: r.Capacity, Aliases: core.Lines(r.Aliases), Accessibility: r.Accessibility, Informal: r.Informal,
		})
	}
	if err := s.free(ctx, tx, missing(set.Rooms, ids, func(r Room) core.ID { return r.ID })); err != nil {
		return err
	}
	if err := replace(ctx, tx, venues, func(v Venue) core.ID { return v.ID }, "edition = ?", set.ID); err != nil {
		return err
	}
	if err := replace(ctx, tx, rooms, func(r Room) core.ID { return r.ID }, "edition = ?", set.ID); err != nil {
		return err
	}
	set.Venues, set.Rooms = venues, rooms
	s.changed(tx, before.Edition, set.Edition, "edition.places_set", record.Changes(before, *set))
	return nil
}

// FreeRoomTx gives an id back if no room has it yet: a new room may have the id that it
// had in another program.
func (s *Service) FreeRoomTx(ctx context.Context, tx *record.Tx, id core.ID) (core.ID, error) {
	taken, err := tx.NewSelect().Model((*Room)(nil)).Where("ro.id = ?", id).Exists(ctx)
	if err != nil {
		return "", fmt.Errorf("look for room: %w", err)
	}
	if taken {
		return "", nil
	}
	return id, nil
}

// InputOfPlaces is the form of an edition's venues and rooms as they stand.
func InputOfPlaces(s *Setting) PlacesInput {
	in := PlacesInput{Version: s.Version}
	for _, v := range s.Venues {
		in.Venues = append(in.Venues, VenueInput{ID: v.ID, Name: v.Name, Address: v.Address})
	}
	for _, r := range s.Rooms {
		in.Rooms = append(in.Rooms, RoomInput{
			ID: r.ID, Name: r.Name, Venue: r.Venue, Capacity: r.Capacity, Aliases: strings.Join(r.Aliases, "\n"),
			Accessibility: r.Accessibility, Informal: r.Informal,
		})
	}
	return in
}

// SetThemes makes the themes of an edition what the input says. Staff only. Event:
// edition.themes_set.
func (s *Service) SetThemes(ctx context.Context, a core.Actor, slug string, in ThemesInput) error {
	return s.edit(ctx, a, slug, func(ctx context.Context, tx *record.Tx, set *Setting) error {
		return s.SetThemesTx(ctx, tx, set, in)
	})
}

// SetThemesTx is SetThemes inside a write; the caller has asked for permission.
func (s *Service) SetThemesTx(ctx context.Context, tx *record.Tx, set *Setting, in ThemesInput) error {
	if err := in.Validate(); err != nil {
		return err
	}
	if stale, err := touch(ctx, tx, &set.Edition, in.Version); err != nil || stale {
		return record.StaleOr(err, InputOfThemes(set))
	}
	before := *set
	var themes []Theme
	var ids []core.ID
	for i, t := range in.Themes {
		slug, colour := Slugify(t.Name.String()), i%10+1
		if old := set.Theme(t.ID); old != nil {
			slug, colour = old.Slug, old.Colour
		}
		if t.ID == "" {
			t.ID = tx.NewID()
		}
		ids = append(ids, t.ID)
		themes = append(themes, Theme{
			ID: t.ID, Edition: set.ID, Position: i, Colour: colour, Name: t.Name, About: t.About,
			Slug: unique(slug, "theme", i, themes, func(x Theme) string { return x.Slug }),
		})
	}
	if err := s.free(ctx, tx, missing(set.Themes, ids, func(t Theme) core.ID { return t.ID })); err != nil {
		return err
	}
	if err := replace(ctx, tx, themes, func(t Theme) core.ID { return t.ID }, "edition = ?", set.ID); err != nil {
		return err
	}
	set.Themes = themes
	s.changed(tx, before.Edition, set.Edition, "edition.themes_set", record.Changes(before, *set))
	return nil
}

// InputOfThemes is the form of an edition's themes as they stand.
func InputOfThemes(s *Setting) ThemesInput {
	in := ThemesInput{Version: s.Version}
	for _, t := range s.Themes {
		in.Themes = append(in.Themes, ThemeInput{ID: t.ID, Name: t.Name, About: t.About})
	}
	return in
}

// SetQuestions makes the policy questions of an edition what the input says. Staff
// only. Event: edition.questions_set.
func (s *Service) SetQuestions(ctx context.Context, a core.Actor, slug string, in QuestionsInput) error {
	return s.edit(ctx, a, slug, func(ctx context.Context, tx *record.Tx, set *Setting) error {
		return s.SetQuestionsTx(ctx, tx, set, in)
	})
}

// SetQuestionsTx is SetQuestions inside a write; the caller has asked for permission.
func (s *Service) SetQuestionsTx(ctx context.Context, tx *record.Tx, set *Setting, in QuestionsInput) error {
	if err := in.Validate(); err != nil {
		return err
	}
	if stale, err := touch(ctx, tx, &set.Edition, in.Version); err != nil || stale {
		return record.StaleOr(err, InputOfQuestions(set))
	}
	before := *set
	var questions []Question
	var ids []core.ID
	for i, q := range in.Questions {
		if q.ID == "" {
			q.ID = tx.NewID()
		}
		ids = append(ids, q.ID)
		questions = append(questions, Question{
			ID: q.ID, Edition: set.ID, Position: i, Number: q.Number, Theme: q.Theme, Question: q.Question,
		})
	}
	if err := s.free(ctx, tx, missing(set.Questions, ids, func(q Question) core.ID { return q.ID })); err != nil {
		return err
	}
	if err := replace(ctx, tx, questions, func(q Question) core.ID { return q.ID }, "edition = ?", set.ID); err != nil {
		return err
	}
	set.Questions = questions
	s.changed(tx, before.Edition, set.Edition, "edition.questions_set", record.Changes(before, *set))
	return nil
}

// InputOfQuestions is the form of an edition's policy questions as they stand.
func InputOfQuestions(s *Setting) QuestionsInput {
	in := QuestionsInput{Version: s.Version}
	for _, q := range s.Questions {
		in.Questions = append(in.Questions, QuestionInput{ID: q.ID, Number: q.Number, Question: q.Question, Theme: q.Theme})
	}
	return in
}

// SetFiguresTx makes the figures of an edition what the rows say; the caller has asked
// for permission. Event: edition.figures_set.
func (s *Service) SetFiguresTx(ctx context.Context, tx *record.Tx, set *Setting, figures []Figure) error {
	for i := range figures {
		f := &figures[i]
		f.Edition, f.Position = set.ID, i
		if f.ID == "" {
			f.ID = tx.NewID()
		}
	}
	if err := replace(ctx, tx, figures, func(f Figure) core.ID { return f.ID }, "edition = ?", set.ID); err != nil {
		return err
	}
	before := set.Edition
	set.Figures = figures
	s.changed(tx, before, set.Edition, "edition.figures_set", nil)
	return nil
}

// unique makes a slug that no earlier row has; a name without Latin letters gets a
// number.
func unique[T any](slug, kind string, i int, rows []T, of func(T) string) string {
	if slug == "" {
		slug = fmt.Sprintf("%s-%d", kind, i+1)
	}
	base, n := slug, 1
	for j := 0; j < len(rows); j++ {
		if of(rows[j]) == slug {
			n++
			slug = fmt.Sprintf("%s-%d", base, n)
			j = -1
		}
	}
	return slug
}
