package archive

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/record"
)

// Correction is what somebody says of one staged thing: whether it is taken, what it is,
// and, for a session or person, how it really reads.
type Correction struct {
	Version     int64    `form:"version" ui:"hidden" json:"version"`
	Choice      string   `form:"choice" ui:"radio" required:"1" json:"choice" enum:"new,link,skip"`
	Target      core.ID  `form:"target" ui:"text" max:"200" json:"target"`
	Take        []string `form:"take" ui:"checks" json:"take"`
	Title       string   `form:"title" ui:"text" max:"250" json:"title"`
	ShortTitle  string   `form:"short_title" ui:"text" max:"120" json:"short_title"`
	Type        core.ID  `form:"type" ui:"select" json:"type"`
	Date        string   `form:"date" ui:"select" json:"date"`
	Start       string   `form:"start" ui:"time" json:"start"`
	End         string   `form:"end" ui:"time" json:"end"`
	Room        string   `form:"room" ui:"text" max:"120" json:"room"`
	Theme       string   `form:"theme" ui:"text" max:"200" json:"theme"`
	Description string   `form:"description" ui:"area" max:"12000" json:"description"`
	Honorific   string   `form:"honorific" ui:"text" max:"40" json:"honorific"`
	Name        string   `form:"name" ui:"text" max:"120" json:"name"`
	Amount      int      `form:"amount" ui:"number" json:"amount"`
	Indicator   string   `form:"indicator" ui:"select" json:"indicator"`
	Qualifier   string   `form:"qualifier" ui:"select" json:"qualifier"`
}

// CorrectionOf is the form of a staged thing as it stands.
func CorrectionOf(st Staged, zone string) (Correction, error) {
	in := Correction{Version: st.Version, Choice: st.Choice, Target: st.Target}
	for _, c := range st.Changes {
		if c.Take {
			in.Take = append(in.Take, c.Field)
		}
	}
	switch st.Kind {
	case KindSession:
		fs, err := st.Session()
		if err != nil {
			return in, err
		}
		in.Title, in.ShortTitle, in.Type, in.Room, in.Theme, in.Description = fs.Title, fs.ShortTitle, fs.Type, fs.Room, fs.Theme, fs.Description
		in.Date = fs.Day
		if !fs.Starts.IsZero() {
			in.Date, in.Start, in.End = fs.Starts.In(zone).Format("2006-01-02"), fs.Starts.In(zone).Format("15:04"), fs.Ends.In(zone).Format("15:04")
		}
	case KindPerson:
		var fp FoundPerson
		if err := st.into(&fp); err != nil {
			return in, err
		}
		in.Name, in.Honorific = fp.Name, fp.Honorific
	case KindOrganisation:
		var fo FoundOrganisation
		if err := st.into(&fo); err != nil {
			return in, err
		}
		in.Name = fo.Name
	case KindFigure:
		var ff FoundFigure
		if err := st.into(&ff); err != nil {
			return in, err
		}
		in.Indicator, in.Qualifier, in.Amount = ff.Indicator, ff.Qualifier, ff.Amount
	}
	return in, nil
}

// Correct changes one staged thing. The staff may. Event: import.corrected. Errors:
// Invalid at the fields; Stale with a Correction; Conflict once it was applied.
func (s *Service) Correct(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID, position int, in Correction) error {
	p, err := s.Get(ctx, a, set, id)
	if err != nil {
		return err
	}
	if err := s.may(a, set); err != nil {
		return err
	}
	if position < 0 || position >= len(p.Items) {
		return core.NotFound()
	}
	if p.State != StateStaged {
		return core.Conflict("archive.error.applied", "Name", p.Name)
	}
	st := p.Items[position]
	problems := core.Validate(in)
	if !slices.Contains([]string{ChoiceNew, ChoiceLink, ChoiceSkip}, in.Choice) || st.Kind == KindGone && in.Choice == ChoiceNew {
		problems.Add("choice", "form.unreadable")
	}
	if err := s.target(ctx, a, set, &st, &in, &problems); err != nil {
		return err
	}
	if err := s.correctFound(ctx, set, &st, in, &problems); err != nil {
		return err
	}
	if err := problems.Err(); err != nil {
		return err
	}
	for i := range st.Changes {
		st.Changes[i].Take = slices.Contains(in.Take, st.Changes[i].Field)
	}
	st.Choice, st.Edited = in.Choice, true
	if st.Choice != ChoiceLink && st.Kind != KindGone {
		st.Target = ""
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		if err := stillStaged(ctx, tx, id, p.Name); err != nil {
			return err
		}
		st.Version = in.Version + 1
		stale, err := record.Once(tx.NewUpdate().Model(&st).WherePK().Where("version = ?", in.Version).Exec(ctx))
		if err != nil {
			return fmt.Errorf("correct staged thing: %w", err)
		}
		if stale {
			now, err := CorrectionOf(p.Items[position], set.Zone)
			return record.StaleOr(err, now)
		}
		tx.Append("import.corrected", id, set.Scope(), record.Internal, record.Data{"label": p.Name, "item": st.Label})
		return nil
	})
}

// stillStaged refuses to correct a list that was applied or thrown away meanwhile.
func stillStaged(ctx context.Context, tx *record.Tx, id core.ID, name string) error {
	staged, err := tx.NewSelect().Model((*Import)(nil)).Where("id = ? AND state = ?", id, StateStaged).Exists(ctx)
	if err != nil {
		return fmt.Errorf("look at import: %w", err)
	}
	if !staged {
		return core.Conflict("archive.error.applied", "Name", name)
	}
	return nil
}

// target reads what a thing is linked to: an id, or the address of its page. A session
// that is linked anew gets the changes that it would make there.
func (s *Service) target(ctx context.Context, a core.Actor, set *editions.Setting, st *Staged, in *Correction, p *core.Problems) error {
	if in.Choice != ChoiceLink {
		return nil
	}
	said := strings.TrimSpace(string(in.Target))
	said = strings.Trim(said[strings.LastIndexAny(strings.TrimRight(said, "/"), "/")+1:], "/ ")
	was := st.Target
	switch st.Kind {
	case KindSession:
		var have *programme.Session
		if id := core.ID(said); id.Valid() {
			found, err := s.programme.SessionsByID(ctx, a, []core.ID{id})
			if err != nil {
				return err
			}
			have = found[id]
		} else if x, err := s.programme.Session(ctx, a, set, strings.ToLower(said)); err == nil {
			have = x
		} else if core.KindOf(err) != core.KindNotFound {
			return err
		}
		if have == nil || have.Edition != set.ID {
			p.Add("target", "archive.error.target_session")
			return nil
		}
		st.Target = have.ID
		if was != st.Target {
			if err := s.recompare(ctx, a, set, st, have, in); err != nil {
				return err
			}
		}
	case KindPerson:
		found, err := s.people.Persons(ctx, []core.ID{core.ID(said)})
		if err != nil {
			return err
		}
		if x, ok := found[core.ID(said)]; !ok || x.MergedInto != "" {
			p.Add("target", "archive.error.target_person")
			return nil
		}
		st.Target = core.ID(said)
	case KindOrganisation:
		found, err := s.people.Organisations(ctx, []core.ID{core.ID(said)})
		if err != nil {
			return err
		}
		if _, ok := found[core.ID(said)]; !ok {
			p.Add("target", "archive.error.target_organisation")
			return nil
		}
		st.Target = core.ID(said)
	}
	return nil
}

// recompare lists the changes that a staged session makes in the one that it now is.
func (s *Service) recompare(ctx context.Context, a core.Actor, set *editions.Setting, st *Staged, have *programme.Session, in *Correction) error {
	fs, err := st.Session()
	if err != nil {
		return err
	}
	var items []Staged
	if err := s.rec.DB.Read.NewSelect().Model(&items).Where("import = ?", st.Import).OrderExpr("position").Scan(ctx); err != nil {
		return fmt.Errorf("load staged things: %w", err)
	}
	plan, err := s.planned(ctx, s.rec.DB.Read, set.ID)
	if err != nil {
		return err
	}
	cmp := &staging{s: s, ctx: ctx, a: a, set: set, days: set.Days(), items: items}
	st.Changes = cmp.changes(fs, asPlanned(have, plan, set.Zone), false)
	in.Take = nil
	for _, c := range st.Changes {
		if c.Take {
			in.Take = append(in.Take, c.Field)
		}
	}
	if st.Changes == nil {
		st.Changes = []Change{}
	}
	return nil
}

// correctFound writes what somebody typed into the found thing.
func (s *Service) correctFound(ctx context.Context, set *editions.Setting, st *Staged, in Correction, p *core.Problems) error {
	if in.Choice == ChoiceSkip {
		return nil
	}
	switch st.Kind {
	case KindSession:
		fs, err := st.Session()
		if err != nil {
			return err
		}
		if strings.TrimSpace(in.Title) == "" {
			p.Add("title", "form.required")
			return nil
		}
		types, err := s.programme.Types(ctx, set.ID)
		if err != nil {
			return err
		}
		if in.Type != "" && programme.TypeOf(types, in.Type).ID == "" {
			p.Add("type", "form.unreadable")
		}
		move := programme.MoveInput{State: programme.StateScheduled, Date: in.Date, Start: in.Start, End: in.End}
		fs.Day = ""
		if in.Start == "" && in.End == "" {
			fs.Day, move.Date = in.Date, ""
		}
		starts, ends, err := move.Times(set)
		if e, ok := err.(*core.Error); ok { //nolint:errorlint // Times returns it bare
			*p = append(*p, e.Fields...)
		}
		fs.Title, fs.ShortTitle = strings.TrimSpace(in.Title), strings.TrimSpace(in.ShortTitle)
		fs.Room, fs.Theme, fs.Description = strings.TrimSpace(in.Room), strings.TrimSpace(in.Theme), strings.TrimSpace(in.Description)
		if in.Type != "" {
			fs.Type = in.Type
		}
		fs.Starts, fs.Ends = starts, ends
		st.Label, st.Found = clipTo(fs.Title, 200), raw(fs)
	case KindPerson:
		var fp FoundPerson
		if err := st.into(&fp); err != nil {
			return err
		}
		if strings.TrimSpace(in.Name) == "" {
			p.Add("name", "form.required")
		}
		fp.Name, fp.Honorific = strings.TrimSpace(in.Name), strings.TrimSpace(in.Honorific)
		st.Label, st.Found = fp.Name, raw(fp)
	case KindOrganisation:
		if strings.TrimSpace(in.Name) == "" {
			p.Add("name", "form.required")
		}
		st.Label, st.Found = strings.TrimSpace(in.Name), raw(FoundOrganisation{Name: strings.TrimSpace(in.Name)})
	case KindFigure:
		var ff FoundFigure
		if err := st.into(&ff); err != nil {
			return err
		}
		if in.Amount < 0 || !slices.Contains(editions.Indicators, in.Indicator) {
			p.Add("indicator", "form.unreadable")
		}
		ff.Indicator, ff.Qualifier, ff.Amount = in.Indicator, in.Qualifier, in.Amount
		st.Found = raw(ff)
	}
	return nil
}

// ChooseAll takes or leaves many staged things at once: those of a kind, or all. The
// staff may. Event: import.corrected.
func (s *Service) ChooseAll(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID, positions []int, take bool) error {
	p, err := s.Get(ctx, a, set, id)
	if err != nil {
		return err
	}
	if err := s.may(a, set); err != nil {
		return err
	}
	if p.State != StateStaged {
		return core.Conflict("archive.error.applied", "Name", p.Name)
	}
	var link, fresh, skip []int
	for _, st := range p.Items {
		switch {
		case !slices.Contains(positions, st.Position):
		case !take:
			skip = append(skip, st.Position)
		case st.Target != "":
			link = append(link, st.Position)
		default:
			fresh = append(fresh, st.Position)
		}
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		if err := stillStaged(ctx, tx, id, p.Name); err != nil {
			return err
		}
		for choice, list := range map[string][]int{ChoiceLink: link, ChoiceNew: fresh, ChoiceSkip: skip} {
			if len(list) == 0 {
				continue
			}
			if _, err := tx.NewUpdate().Model((*Staged)(nil)).Set("choice = ?, version = version + 1", choice).
				Where("import = ? AND position IN (?)", id, bun.List(list)).Exec(ctx); err != nil {
				return fmt.Errorf("choose staged things: %w", err)
			}
		}
		if err := cancelGone(ctx, tx, p, link); err != nil {
			return err
		}
		tx.Append("import.corrected", id, set.Scope(), record.Internal, record.Data{"label": p.Name, "count": len(positions)})
		return nil
	})
}

// cancelGone takes the one change that there is of a session which the source has no more.
func cancelGone(ctx context.Context, tx *record.Tx, p *Plan, taken []int) error {
	for _, st := range p.Items {
		if st.Kind != KindGone || !slices.Contains(taken, st.Position) || st.taken(FieldState) || len(st.Changes) == 0 {
			continue
		}
		changes := slices.Clone(st.Changes)
		for i := range changes {
			changes[i].Take = true
		}
		if _, err := tx.NewUpdate().Model((*Staged)(nil)).Set("changes = ?", string(raw(changes))).
			Where("import = ? AND position = ?", p.ID, st.Position).Exec(ctx); err != nil {
			return fmt.Errorf("choose to cancel: %w", err)
		}
	}
	return nil
}
