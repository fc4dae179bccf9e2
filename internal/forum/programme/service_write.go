package programme

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/record"
)

// everything is what a write sees, after permission was asked.
var everything = sight{all: true}

// SessionTx reads a session with its parts inside a write, as that write sees it.
func (s *Service) SessionTx(ctx context.Context, tx *record.Tx, id core.ID) (*Session, error) {
	x, err := loadSession(ctx, tx, "se.id = ?", id)
	if err != nil {
		return nil, err
	}
	if err := loadParts(ctx, tx, everything, []*Session{x}); err != nil {
		return nil, err
	}
	types, err := loadTypes(ctx, tx, x.Edition)
	if err != nil {
		return nil, err
	}
	x.Of = TypeOf(types, x.Type)
	return x, nil
}

// AddDefaultTypesTx gives an edition the session types of DefaultTypes, unless it has
// types already; the caller has asked for permission. Event: programme.types_set.
func (s *Service) AddDefaultTypesTx(ctx context.Context, tx *record.Tx, set *editions.Setting) ([]Type, error) {
	have, err := loadTypes(ctx, tx, set.ID)
	if err != nil || len(have) > 0 {
		return have, err
	}
	types := DefaultTypes()
	for i := range types {
		types[i].ID, types[i].Edition, types[i].Version = tx.NewID(), set.ID, 1
	}
	if _, err := tx.NewInsert().Model(&types).Exec(ctx); err != nil {
		return nil, fmt.Errorf("add session types: %w", err)
	}
	tx.Append("programme.types_set", set.ID, set.Scope(), editionVisibility(set), record.Data{"label": set.Name})
	return types, nil
}

func editionVisibility(set *editions.Setting) record.Visibility {
	if set.State == editions.StateDraft {
		return record.Internal
	}
	return record.Public
}

// visibility of an event about a session: what happens to a draft is its crew's.
func visibility(set *editions.Setting, states ...string) record.Visibility {
	if slices.Contains(states, StateDraft) {
		return record.Internal
	}
	return editionVisibility(set)
}

func data(x *Session, more record.Data) record.Data {
	d := record.Data{"label": x.Title, "ref": x.Ref}
	for k, v := range more {
		d[k] = v
	}
	return d
}

// CreateTx makes a session; the caller has asked for permission. Event:
// session.created. Errors: Invalid, at the fields of the forms.
func (s *Service) CreateTx(ctx context.Context, tx *record.Tx, set *editions.Setting, in NewSession) (*Session, error) {
	var p core.Problems
	take(&p, in.Texts.Validate())
	t, err := s.typeTx(ctx, tx, set.ID, in.Type)
	if err != nil {
		return nil, err
	}
	if t.ID == "" {
		p.Add("type", "form.required")
	}
	if in.State == "" {
		in.State = StateDraft
	}
	if !slices.Contains(States, in.State) {
		p.Add("state", "form.unreadable")
	}
	CheckTimes(&p, set, in.Starts, in.Ends)
	if in.Room != "" && set.Room(in.Room) == nil {
		p.Add("room", "form.unreadable")
	}
	s.checkTexts(&p, set, in.Texts)
	if err := s.checkBodies(ctx, &p, in.Standing); err != nil {
		return nil, err
	}
	if err := p.Err(); err != nil {
		return nil, err
	}
	ref, number, err := giveRef(ctx, tx, set.ID, t, strings.ToLower(strings.TrimSpace(in.Ref)), in.Number)
	if err != nil {
		return nil, err
	}
	x := &Session{
		ID: in.ID, Edition: set.ID, EditionSlug: set.Slug, Ref: ref, Number: number, Of: t, Type: t.ID,
		Starts: in.Starts, Ends: in.Ends, Day: in.Day, Room: in.Room, State: in.State, Created: tx.Now, Version: 1,
		Body: in.Standing.Body, InvitedOnly: in.Standing.InvitedOnly, Tracks: orEmpty(in.Standing.Tracks),
		Roles: []Role{}, Relations: []Relation{},
	}
	if x.ID == "" {
		x.ID = tx.NewID()
	}
	x.apply(in.Texts)
	holds, err := s.holds(ctx, tx, set.ID)
	if err != nil {
		return nil, err
	}
	if holds { // time and state come with a release
		x.Starts, x.Ends, x.Room, x.State = core.Instant{}, core.Instant{}, "", StateDraft
	}
	x.index(set.Zone)
	if _, err := tx.NewInsert().Model(x).Exec(ctx); err != nil {
		return nil, fmt.Errorf("add session: %w", err)
	}
	if err := saveTies(ctx, tx, x); err != nil {
		return nil, err
	}
	tx.Append("session.created", x.ID, set.Scope(), visibility(set, x.State), data(x, nil))
	if holds && (in.State != StateDraft || !in.Starts.IsZero()) {
		if err := s.plan.PlaceTx(ctx, tx, set, x, Placement{in.Starts, in.Ends, in.Room}, in.State); err != nil {
			return nil, err
		}
	}
	return x, nil
}

// typeTx finds a type of an edition: among those in memory or, where this write has made
// it, among those that the write sees.
func (s *Service) typeTx(ctx context.Context, tx *record.Tx, edition, id core.ID) (Type, error) {
	types, err := s.Types(ctx, edition)
	if err != nil {
		return Type{}, err
	}
	if t := TypeOf(types, id); t.ID != "" {
		return t, nil
	}
	types, err = loadTypes(ctx, tx, edition)
	return TypeOf(types, id), err
}

// take adds the problems of an error to others.
func take(p *core.Problems, err error) {
	if e, ok := err.(*core.Error); ok { //nolint:errorlint // Validate returns it bare
		*p = append(*p, e.Fields...)
	}
}

// apply writes the texts of a form into the session.
func (x *Session) apply(in EditInput) {
	x.Title, x.ShortTitle, x.Description, x.Goal, x.Agenda = in.Title, in.ShortTitle, in.Description, in.Goal, in.Agenda
	x.Theme, x.Format, x.Language, x.OpenFloorMinutes = in.Theme, in.Format, in.Language, in.OpenFloorMinutes
	x.Tags, x.SDGs, x.ActionLines = splitTags(in.Tags), orEmpty(in.SDGs), orEmpty(in.ActionLines)
	x.Questions = orEmpty(in.Questions)
	slices.Sort(x.Questions)
	x.Questions = slices.Compact(x.Questions)
	x.GuidingQuestions, x.Links = []core.Text{}, []Link{}
	for _, g := range in.GuidingQuestions {
		x.GuidingQuestions = append(x.GuidingQuestions, g.Text)
	}
	for _, l := range in.Links {
		x.Links = append(x.Links, Link(l))
	}
}

// checkTexts asks whether what the texts point at exists.
func (s *Service) checkTexts(p *core.Problems, set *editions.Setting, in EditInput) {
	if in.Theme != "" && set.Theme(in.Theme) == nil {
		p.Add("theme", "form.unreadable")
	}
	if slices.ContainsFunc(in.Questions, func(id core.ID) bool { return set.Question(id) == nil }) {
		p.Add("questions", "form.unreadable")
	}
	if in.Format != "" && !s.vocab.Has(vocab.Formats, in.Format) {
		p.Add("format", "form.unreadable")
	}
	if in.Language != "" && !s.vocab.Has(vocab.Languages, in.Language) {
		p.Add("language", "form.unreadable")
	}
	if slices.ContainsFunc(in.ActionLines, func(c string) bool { return !s.vocab.Has(vocab.ActionLines, c) }) {
		p.Add("action_lines", "form.unreadable")
	}
}

func (s *Service) checkBodies(ctx context.Context, p *core.Problems, in StandingInput) error {
	if in.Body == "" && len(in.Tracks) == 0 {
		return nil
	}
	known, err := s.bodies.Bodies(ctx, append([]core.ID{in.Body}, in.Tracks...))
	if err != nil {
		return fmt.Errorf("look for bodies: %w", err)
	}
	if _, ok := known[in.Body]; !ok && in.Body != "" {
		p.Add("body", "form.unreadable")
	}
	if slices.ContainsFunc(in.Tracks, func(id core.ID) bool { _, ok := known[id]; return !ok }) {
		p.Add("tracks", "form.unreadable")
	}
	return nil
}

// giveRef finds the reference and number of a new session. A reference that a session
// has or once had is never given again.
func giveRef(ctx context.Context, tx *record.Tx, edition core.ID, t Type, ref string, number int) (string, int, error) {
	if ref == "" && number == 0 {
		used, err := refs(ctx, tx, edition)
		if err != nil {
			return "", 0, err
		}
		number = nextNumber(used, t.Prefix)
		return t.Prefix + strconv.Itoa(number), number, nil
	}
	if ref == "" {
		ref = t.Prefix + strconv.Itoa(number)
	}
	if number == 0 {
		number = numberOf(letters(ref), ref)
	}
	var p core.Problems
	if !ValidRef(ref) {
		p.Add("ref", "programme.error.ref", "Ref", ref)
		return ref, number, p.Err()
	}
	var same []string
	err := tx.NewRaw("SELECT ref FROM sessions WHERE edition = ? AND ref = ? UNION ALL SELECT ref FROM session_refs WHERE edition = ? AND ref = ?",
		edition, ref, edition, ref).Scan(ctx, &same)
	if err != nil {
		return "", 0, fmt.Errorf("look for reference: %w", err)
	}
	if len(same) > 0 {
		p.Add("ref", "programme.error.ref_taken", "Ref", ref)
	}
	return ref, number, p.Err()
}

// refs are the references that sessions of an edition have or had.
func refs(ctx context.Context, tx *record.Tx, edition core.ID) ([]string, error) {
	var used []string
	err := tx.NewRaw("SELECT ref FROM sessions WHERE edition = ? UNION ALL SELECT ref FROM session_refs WHERE edition = ?", edition, edition).Scan(ctx, &used)
	if err != nil {
		return nil, fmt.Errorf("load references: %w", err)
	}
	return used, nil
}

func nextNumber(used []string, prefix string) int {
	number := 0
	for _, u := range used {
		number = max(number, numberOf(prefix, u))
	}
	return number + 1
}

// numberOf is the number in a reference with that prefix; 0 where it has another.
func numberOf(prefix, ref string) int {
	rest, ok := strings.CutPrefix(ref, prefix)
	if !ok {
		return 0
	}
	n, err := strconv.Atoi(rest)
	if err != nil {
		return 0
	}
	return n
}

// OnEdition gives the sessions of an edition their dates anew when its zone has changed.
// It is wired for the event edition.changed.
func (s *Service) OnEdition(ctx context.Context, tx *record.Tx, e *record.Event) error {
	var d struct {
		Changes map[string]record.Change `json:"changes"`
	}
	if err := json.Unmarshal(e.Data, &d); err != nil {
		return fmt.Errorf("read change of edition: %w", err)
	}
	zone, _ := d.Changes["zone"].After.(string)
	if zone == "" {
		return nil
	}
	var list []Session
	if err := tx.NewSelect().Model(&list).Column("id", "starts", "day").Where("se.edition = ? AND se.starts IS NOT NULL", e.Subject).Scan(ctx); err != nil {
		return fmt.Errorf("load sessions: %w", err)
	}
	byDay := map[string][]core.ID{}
	for _, x := range list {
		if day := dayOf(x.Starts, zone); day != x.Day {
			byDay[day] = append(byDay[day], x.ID)
		}
	}
	for day, ids := range byDay { // a meeting has a handful of days
		if _, err := tx.NewUpdate().Model((*Session)(nil)).Set("day = ?", day).Where("id IN (?)", bun.List(ids)).Exec(ctx); err != nil {
			return fmt.Errorf("change dates of sessions: %w", err)
		}
	}
	return nil
}

// save writes the changed row of a session under its version. stale says that somebody
// else was quicker.
func save(ctx context.Context, tx *record.Tx, set *editions.Setting, x *Session) (stale bool, err error) {
	x.index(set.Zone)
	x.Version++
	stale, err = record.Once(tx.NewUpdate().Model(x).ExcludeColumn("created", "edition").WherePK().Where("version = ?", x.Version-1).Exec(ctx))
	if err != nil {
		return false, fmt.Errorf("save session: %w", err)
	}
	return stale, nil
}

// saveTies makes the rows of questions and tracks what the session says.
func saveTies(ctx context.Context, tx bun.IDB, x *Session) error {
	if _, err := tx.NewDelete().Model((*sessionQuestion)(nil)).Where("session = ?", x.ID).Exec(ctx); err != nil {
		return fmt.Errorf("take away questions: %w", err)
	}
	if _, err := tx.NewDelete().Model((*sessionTrack)(nil)).Where("session = ?", x.ID).Exec(ctx); err != nil {
		return fmt.Errorf("take away tracks: %w", err)
	}
	var questions []sessionQuestion
	for _, q := range x.Questions {
		questions = append(questions, sessionQuestion{Session: x.ID, Question: q})
	}
	var tracks []sessionTrack
	for _, b := range x.Tracks {
		tracks = append(tracks, sessionTrack{Session: x.ID, Body: b})
	}
	if len(questions) > 0 {
		if _, err := tx.NewInsert().Model(&questions).Exec(ctx); err != nil {
			return fmt.Errorf("add questions: %w", err)
		}
	}
	if len(tracks) > 0 {
		if _, err := tx.NewInsert().Model(&tracks).Exec(ctx); err != nil {
			return fmt.Errorf("add tracks: %w", err)
		}
	}
	return nil
}
