package badges

import (
	"context"
	"fmt"
	"io"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/participation"
	"plenary/internal/platform/blob"
	"plenary/internal/platform/record"
)

// LogoLimit is the largest picture of a badge in bytes: it is in every badge of a run.
const LogoLimit = 300 << 10

// DesignInput is what the form of a design sends.
type DesignInput struct {
	Version    int64     `form:"version" ui:"hidden" json:"version"`
	Category   core.ID   `form:"category" ui:"select" json:"category"`
	Template   string    `form:"template" ui:"radio" required:"true" json:"template"`
	Lines      []string  `form:"lines" ui:"checks" json:"lines"`
	Size       string    `form:"size" ui:"radio" required:"true" json:"size"`
	Background string    `form:"background" ui:"select" required:"true" json:"background"`
	Lang       string    `form:"lang" ui:"select" required:"true" json:"lang"`
	Back       core.Text `form:"back" ui:"areas" max:"1200" json:"back"`
	File       string    `form:"file" ui:"file" accept:"image/png,image/jpeg" json:"-"`
	NoLogo     bool      `form:"no_logo" ui:"check" json:"-"`
}

// Validate says what is wrong at which field.
func (in *DesignInput) Validate() error {
	in.Back = in.Back.Clean()
	p := core.Validate(in)
	if in.Template != "" && !slices.ContainsFunc(Templates, func(t Template) bool { return t.Code == in.Template }) {
		p.Add("template", "form.unreadable")
	}
	if in.Size != "" && !known(Sizes, in.Size) {
		p.Add("size", "form.unreadable")
	}
	if n := number(in.Background); in.Background != "" && (n < 0 || n >= len(shades)) {
		p.Add("background", "form.unreadable")
	}
	if in.Lang != "" && !core.LangKnown(in.Lang) {
		p.Add("lang", "form.unreadable")
	}
	for _, l := range in.Lines {
		if !known(Lines, l) {
			p.Add("lines", "form.unreadable")
			break
		}
	}
	return p.Err()
}

// number reads a small number; what is none is below nothing.
func number(s string) int {
	n := 0
	for _, r := range s {
		if r < '0' || r > '9' || n > 1000 {
			return -1
		}
		n = n*10 + int(r-'0')
	}
	return n
}

func (in *DesignInput) design(edition core.ID) Design {
	d := Design{
		Edition: edition, Category: in.Category, Template: in.Template, Size: in.Size, Background: max(0, number(in.Background)), Lang: in.Lang, Back: in.Back, Lines: []string{},
	}
	for _, l := range Lines {
		if slices.Contains(in.Lines, l) {
			d.Lines = append(d.Lines, l)
		}
	}
	return d
}

// inputOf is a design as its form shows it.
func inputOf(d *Design) DesignInput {
	return DesignInput{
		Version: d.Version, Category: d.Category, Template: d.Template, Lines: slices.Clone(d.Lines), Size: d.Size, Background: fmt.Sprint(d.Background), Lang: d.Lang, Back: d.Back,
	}
}

// Designs are those of an edition, that of all categories first. Staff only.
func (s *Service) Designs(ctx context.Context, a core.Actor, set *editions.Setting) ([]Design, error) {
	if err := may(a, set, "see"); err != nil {
		return nil, err
	}
	return designs(ctx, s.rec.DB.Read, set.ID)
}

// Logo takes a picture that badges will carry; it is nobody's until SaveDesign takes it. Its
// type is found by its bytes: PNG or JPEG, of 300 KB at most. Staff only.
func (s *Service) Logo(ctx context.Context, a core.Actor, set *editions.Setting, r io.Reader, name, contentType string) (blob.Blob, error) {
	if err := may(a, set, "design"); err != nil {
		return blob.Blob{}, err
	}
	b, err := s.Files.Put(ctx, io.LimitReader(r, LogoLimit+1), name, contentType)
	if err != nil {
		return blob.Blob{}, err
	}
	var p core.Problems
	switch {
	case b.Size > LogoLimit:
		p.Add("file", "badges.error.logo_large")
	case b.Type != "image/png" && b.Type != "image/jpeg":
		p.Add("file", "badges.error.logo_type")
	}
	return b, p.Err()
}

// SaveDesign makes or changes the design of a category, or of all that have none; a design
// there is with that category is replaced if its version is the one that the form showed.
// logo is a picture that Logo took, or nil. Staff only. Event: badge.designed.
func (s *Service) SaveDesign(ctx context.Context, a core.Actor, set *editions.Setting, in DesignInput, logo *blob.Blob) (Design, error) {
	if err := may(a, set, "design"); err != nil {
		return Design{}, err
	}
	part, err := s.Participation.Setting(ctx, a, set)
	if err != nil {
		return Design{}, err
	}
	if err := in.Validate(); err != nil {
		return Design{}, err
	}
	if in.Category != "" && part.Category(in.Category) == nil {
		var p core.Problems
		p.Add("category", "form.unreadable")
		return Design{}, p.Err()
	}
	d := in.design(set.ID)
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		var list []Design
		if err := tx.NewSelect().Model(&list).Where("bd.edition = ? AND bd.category = ?", set.ID, in.Category).Scan(ctx); err != nil {
			return fmt.Errorf("load design: %w", err)
		}
		if logo != nil {
			if err := s.Files.RegisterTx(ctx, tx, *logo); err != nil {
				return err
			}
			d.Logo = logo.ID
		}
		before := usual(set.ID)
		if len(list) == 0 {
			d.ID, d.Version = tx.NewID(), 1
			if _, err := tx.NewInsert().Model(&d).Exec(ctx); err != nil {
				return fmt.Errorf("add design: %w", err)
			}
		} else {
			before = list[0]
			d.ID, d.Version = before.ID, in.Version+1
			if logo == nil && !in.NoLogo {
				d.Logo = before.Logo
			}
			res, err := tx.NewUpdate().Model(&d).WherePK().Where("version = ?", in.Version).Exec(ctx)
			if stale, err := record.Once(res, err); err != nil || stale {
				return record.StaleOr(err, inputOf(&before))
			}
		}
		name := core.NewText("en", "")
		if c := part.Category(in.Category); c != nil {
			name = c.Name
		}
		tx.Append("badge.designed", d.ID, participation.Scope(set.ID), record.Internal, record.Data{"label": name, "changes": record.Changes(told(&before), told(&d))})
		return nil
	})
	return d, err
}

// toldDesign is a design as events tell it.
type toldDesign struct {
	Template   string    `json:"badge_template"`
	Lines      []string  `json:"badge_lines"`
	Size       string    `json:"badge_size"`
	Background int       `json:"badge_background"`
	Lang       string    `json:"badge_language"`
	Back       core.Text `json:"badge_back"`
	Logo       bool      `json:"badge_logo"`
}

func told(d *Design) toldDesign {
	return toldDesign{d.Template, d.Lines, d.Size, d.Background, d.Lang, d.Back, d.Logo != ""}
}

// RemoveDesign takes the design of a category away: its badges look like all others. Staff
// only. Event: badge.design_removed.
func (s *Service) RemoveDesign(ctx context.Context, a core.Actor, set *editions.Setting, category core.ID) error {
	if err := may(a, set, "design"); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		var list []Design
		if err := tx.NewSelect().Model(&list).Where("bd.edition = ? AND bd.category = ?", set.ID, category).Scan(ctx); err != nil {
			return fmt.Errorf("load design: %w", err)
		}
		if len(list) == 0 {
			return core.NotFound()
		}
		if _, err := tx.NewDelete().Model(&list[0]).WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("remove design: %w", err)
		}
		tx.Append("badge.design_removed", list[0].ID, participation.Scope(set.ID), record.Internal, record.Data{"template": list[0].Template})
		return nil
	})
}

// example is the badge that the form of a design shows: nobody's.
func (s *Service) example(ctx context.Context, set *editions.Setting, d *Design, name string) (front, back string, err error) {
	w, err := s.wardrobe(ctx, set)
	if err != nil {
		return "", "", err
	}
	r := participation.Registration{
		ID: set.ID, Number: 1234, Honorific: s.Catalog.T(d.Lang, "badges.example.honorific"), Name: name, Title: s.Catalog.T(d.Lang, "badges.example.title"),
		Organisation: s.Catalog.T(d.Lang, "badges.example.organisation"), Country: "KE", Category: d.Category, Media: true,
	}
	if r.Category == "" && len(w.part.Categories) > 0 {
		r.Category = w.part.Categories[0].ID
	}
	f, err := w.face(ctx, d, &r, true)
	if err != nil {
		return "", "", err
	}
	// A picture that no door takes: its signature is of another edition's key.
	f.Code, f.Word = Prefix+letters.EncodeToString(make([]byte, codeBytes)), "1234-EXAMPLE"
	if front, err = picture(d, f); err != nil {
		return "", "", err
	}
	if len(f.Back) > 0 {
		back = backPicture(d, f)
	}
	return front, back, nil
}
