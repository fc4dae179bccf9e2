package participation

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
)

// Begin lets an edition register people: with the usual categories and a call, not yet
// announced, whose window and form the staff then sets. The staff may. Event:
// registering.begun. Conflict where it does already.
func (s *Service) Begin(ctx context.Context, a core.Actor, set *editions.Setting) error {
	if err := checkStaff(a, set.ID); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		_, err := s.BeginTx(ctx, tx, set)
		return err
	})
}

// BeginTx is Begin inside an act whose actor is of the staff.
func (s *Service) BeginTx(ctx context.Context, tx *record.Tx, set *editions.Setting) (*Setting, error) {
	if _, err := settingOf(ctx, tx, set.ID); core.KindOf(err) != core.KindNotFound {
		if err == nil {
			err = core.Conflict("participation.error.begun")
		}
		return nil, err
	}
	first, last := set.FirstDay, set.LastDay
	now := tx.Now.In(set.Zone).Format("2006-01-02")
	if first == "" {
		first = now
	}
	if last == "" {
		last = first
	}
	opens := min(now, first)
	call, err := s.Calls.AddTx(ctx, tx, calls.Input{
		Kind: calls.Registration, Edition: set.ID, Title: s.Catalog.Text("participation.usual.title"), About: s.Catalog.Text("participation.usual.about"),
		OpenDay: opens, OpenTime: "00:00", CloseDay: last, CloseTime: "23:59", Zone: set.Zone, Audience: calls.Everyone, PerPerson: 1, Shown: "never",
	})
	if err != nil {
		return nil, err
	}
	st := &Setting{
		Edition: set.ID, Call: call.ID, Conduct: s.Catalog.Text("participation.usual.conduct"), Rules: []Rule{}, Letters: map[string]core.Text{}, Version: 1,
	}
	if _, err := tx.NewInsert().Model(st).Exec(ctx); err != nil {
		return nil, fmt.Errorf("begin registration: %w", err)
	}
	for i, c := range []Category{
		{Code: "participant", Approval: ApproveStaff, Colour: 1},
		{Code: "online", Approval: ApproveAtOnce, Mode: ModeOnline, Colour: 2},
		{Code: "media", Approval: ApproveStaff, Documents: true, Colour: 6},
		{Code: "crew", Approval: ApproveStaff, Staffed: true, Colour: 9},
	} {
		c.ID, c.Edition, c.Position, c.Version = tx.NewID(), set.ID, i, 1
		c.Name, c.About = s.Catalog.Text("participation.usual.category."+c.Code), s.Catalog.Text("participation.usual.category."+c.Code+".about")
		if _, err := tx.NewInsert().Model(&c).Exec(ctx); err != nil {
			return nil, fmt.Errorf("add category: %w", err)
		}
		st.Categories = append(st.Categories, c)
	}
	tx.Append("registering.begun", set.ID, set.Scope(), record.Internal, record.Data{"label": set.Name})
	return st, nil
}

// SettingInput is the form of how an edition registers people.
type SettingInput struct {
	Version    int64     `form:"version" ui:"hidden" json:"version"`
	Intro      core.Text `form:"intro" ui:"area" max:"4000" json:"intro,omitzero"`
	Conduct    core.Text `form:"conduct" ui:"area" max:"20000" json:"conduct,omitzero"`
	VisaLetter bool      `form:"visa_letter" ui:"check" json:"visa_letter"`
	Listed     bool      `form:"listed" ui:"check" json:"listed"`
}

// SettingInputOf is the form as it stands.
func SettingInputOf(st *Setting) SettingInput {
	return SettingInput{Version: st.Version, Intro: st.Intro, Conduct: st.Conduct, VisaLetter: st.VisaLetter, Listed: st.Listed}
}

// Change sets how an edition registers people (staff). Event: registering.changed. Errors:
// Stale with the present SettingInput.
func (s *Service) Change(ctx context.Context, a core.Actor, set *editions.Setting, in SettingInput) error {
	if err := checkStaff(a, set.ID); err != nil {
		return err
	}
	if err := core.Validate(in).Err(); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		was, err := settingOf(ctx, tx, set.ID)
		if err != nil {
			return err
		}
		if was.Version != in.Version {
			return core.Stale(SettingInputOf(was))
		}
		now := *was
		now.Intro, now.Conduct, now.VisaLetter, now.Listed = in.Intro.Clean(), in.Conduct.Clean(), in.VisaLetter, in.Listed
		return s.saveSettingTx(ctx, tx, set, &now, was, "registering.changed")
	})
}

// saveSettingTx writes the row with the next version. Not written: the counter of numbers.
func (s *Service) saveSettingTx(ctx context.Context, tx *record.Tx, set *editions.Setting, now, was *Setting, event string) error {
	now.Version = was.Version + 1
	stale, err := record.Once(tx.NewUpdate().Model(now).ExcludeColumn("last_number").WherePK().Where("version = ?", was.Version).Exec(ctx))
	if err != nil || stale {
		return record.StaleOr(err, SettingInputOf(was))
	}
	tx.Append(event, set.ID, set.Scope(), record.Internal, record.Data{"label": set.Name, "changes": record.Changes(SettingInputOf(was), SettingInputOf(now))})
	return nil
}

// CategoryRow is a row of the form of categories. A row without a name and code is no
// category; one whose code is emptied is taken away where nobody is in it.
type CategoryRow struct {
	ID        string    `form:"id" ui:"hidden" json:"id,omitempty"`
	Code      string    `form:"code" max:"40" json:"code"`
	Name      core.Text `form:"name" max:"80" json:"name"`
	About     core.Text `form:"about" ui:"area" max:"600" json:"about,omitzero"`
	Mode      string    `form:"mode" ui:"select" json:"mode,omitempty" enum:",onsite,online"`
	Quota     int       `form:"quota" ui:"number" json:"quota,omitempty"`
	Approval  string    `form:"approval" ui:"select" json:"approval" enum:"at-once,staff"`
	Documents bool      `form:"documents" ui:"check" json:"documents,omitempty"`
	Staffed   bool      `form:"staffed" ui:"check" json:"staffed,omitempty"`
	Colour    int       `form:"colour" ui:"number" json:"colour"`
}

// CategoriesInput is the form of the categories of an edition.
type CategoriesInput struct {
	Version    int64         `form:"version" ui:"hidden" json:"version"`
	Categories []CategoryRow `form:"categories" ui:"rows" json:"categories"`
}

// CategoriesOf is the form as it stands.
func CategoriesOf(st *Setting) CategoriesInput {
	in := CategoriesInput{Version: st.Version}
	for _, c := range st.Categories {
		in.Categories = append(in.Categories, CategoryRow{
			ID: string(c.ID), Code: c.Code, Name: c.Name, About: c.About, Mode: c.Mode, Quota: c.Quota, Approval: c.Approval,
			Documents: c.Documents, Staffed: c.Staffed, Colour: c.Colour,
		})
	}
	return in
}

var codeForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func (in *CategoriesInput) validate() core.Problems {
	in.Categories = slices.DeleteFunc(in.Categories, func(r CategoryRow) bool {
		return r.ID == "" && strings.TrimSpace(r.Code) == "" && r.Name.IsZero() && r.About.IsZero()
	})
	p := core.Validate(*in)
	seen := map[string]bool{}
	for i := range in.Categories {
		r := &in.Categories[i]
		at := core.Row("categories", i)
		r.Code = strings.TrimSpace(r.Code)
		if r.Code == "" && r.ID != "" {
			continue // taken away
		}
		switch {
		case !codeForm.MatchString(r.Code):
			p.Add(at+"code", "vocab.error.code")
		case seen[r.Code]:
			p.Add(at+"code", "participation.error.twice")
		}
		seen[r.Code] = true
		if r.Name.Clean().IsZero() {
			p.Add(at+"name", "form.required")
		}
		if r.Mode != "" && r.Mode != ModeOnsite && r.Mode != ModeOnline {
			p.Add(at+"mode", "participation.error.choice")
		}
		if r.Approval == "" {
			r.Approval = ApproveStaff
		}
		if r.Approval != ApproveAtOnce && r.Approval != ApproveStaff {
			p.Add(at+"approval", "participation.error.choice")
		}
		if r.Quota < 0 || r.Quota > 1_000_000 {
			p.Add(at+"quota", "participation.error.quota")
		}
		if r.Colour < 1 || r.Colour > 10 {
			r.Colour = i%10 + 1
		}
	}
	return p
}

// SetCategories sets the categories of an edition with their quotas (staff). A quota may be
// below what is taken: nobody loses a place, and nobody gets one until there are fewer. A
// greater one lets those in who wait. Event: registering.categories_set. Errors: Invalid,
// Stale with the present CategoriesInput, Conflict where somebody is in what is taken away.
func (s *Service) SetCategories(ctx context.Context, a core.Actor, set *editions.Setting, in CategoriesInput) error {
	if err := checkStaff(a, set.ID); err != nil {
		return err
	}
	p := in.validate()
	if err := p.Err(); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		was, err := settingOf(ctx, tx, set.ID)
		if err != nil {
			return err
		}
		if was.Version != in.Version {
			return core.Stale(CategoriesOf(was))
		}
		before := CategoriesOf(was)
		for i, r := range in.Categories {
			c := was.Category(core.ID(r.ID))
			switch {
			case r.Code == "" && c != nil:
				if err := dropCategoryTx(ctx, tx, *c, core.Row("categories", i)); err != nil {
					return err
				}
				continue
			case c == nil:
				c = &Category{ID: tx.NewID(), Edition: set.ID}
			}
			c.Position, c.Code, c.Name, c.About, c.Mode, c.Quota, c.Approval = i, r.Code, r.Name.Clean(), r.About.Clean(), r.Mode, r.Quota, r.Approval
			c.Documents, c.Staffed, c.Colour, c.Version = r.Documents, r.Staffed, r.Colour, c.Version+1
			_, err := tx.NewInsert().Model(c).On("CONFLICT (id) DO UPDATE").
				Set("position = EXCLUDED.position, code = EXCLUDED.code, name = EXCLUDED.name, about = EXCLUDED.about, mode = EXCLUDED.mode").
				Set("quota = EXCLUDED.quota, approval = EXCLUDED.approval, documents = EXCLUDED.documents, staffed = EXCLUDED.staffed").
				Set("colour = EXCLUDED.colour, version = EXCLUDED.version").Exec(ctx)
			if err != nil {
				return fmt.Errorf("set category: %w", err)
			}
			if err := s.promoteTx(ctx, tx, c.ID); err != nil {
				return err
			}
		}
		now := *was
		if err := s.saveSettingTx(ctx, tx, set, &now, was, "registering.categories_set"); err != nil {
			if core.KindOf(err) == core.KindStale {
				return core.Stale(before)
			}
			return err
		}
		return nil
	})
}

func dropCategoryTx(ctx context.Context, tx *record.Tx, c Category, at string) error {
	used, err := tx.NewSelect().Model((*Registration)(nil)).Where("rg.category = ?", c.ID).Exists(ctx)
	if err != nil {
		return fmt.Errorf("look into category: %w", err)
	}
	if used {
		var p core.Problems
		p.Add(at+"code", "participation.error.used")
		return p.Err()
	}
	if _, err := tx.NewDelete().Model((*Category)(nil)).Where("id = ?", c.ID).Exec(ctx); err != nil {
		return fmt.Errorf("drop category: %w", err)
	}
	return nil
}
