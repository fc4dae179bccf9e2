package badges

import (
	"context"
	"io"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/participation"
	"plenary/internal/platform/i18n"
)

// wardrobe dresses badges: it holds what all badges of an edition share, so that a run of
// thousands asks once.
type wardrobe struct {
	s       *Service
	set     *editions.Setting
	part    *participation.Setting
	designs []Design
	logos   map[string]string
	keys    *Keys
}

func (s *Service) wardrobe(ctx context.Context, set *editions.Setting) (*wardrobe, error) {
	part, err := s.Participation.Setting(ctx, core.Operator, set)
	if err != nil {
		return nil, err
	}
	list, err := designs(ctx, s.rec.DB.Read, set.ID)
	if err != nil {
		return nil, err
	}
	k, err := s.keys(ctx)
	if err != nil {
		return nil, err
	}
	return &wardrobe{s: s, set: set, part: part, designs: list, logos: map[string]string{}, keys: k}, nil
}

// logo is the picture of a design as an address within another picture; nothing where it is
// not there any more.
func (w *wardrobe) logo(ctx context.Context, id string) (string, error) {
	if id == "" {
		return "", nil
	}
	if l, ok := w.logos[id]; ok {
		return l, nil
	}
	f, err := w.s.Files.Open(ctx, id)
	if err != nil {
		return "", err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, LogoLimit))
	if err != nil {
		return "", err
	}
	w.logos[id] = dataAddress(f.Blob.Type, b)
	return w.logos[id], nil
}

// dress makes badges ready to be drawn, in the order of the registrations. badges holds the
// good badge of each. Two queries for 500.
func (w *wardrobe) dress(ctx context.Context, list []participation.Registration, badges map[core.ID]Badge) ([]dressed, error) {
	persons := []core.ID{}
	for i := range list {
		if list[i].Person != "" {
			persons = append(persons, list[i].Person)
		}
	}
	speak, err := speakers(ctx, w.s.rec.DB.Read, w.set.ID, persons)
	if err != nil {
		return nil, err
	}
	out := make([]dressed, 0, len(list))
	for i := range list {
		r := &list[i]
		d := designOf(w.designs, r.Category)
		b := badges[r.ID]
		f, err := w.face(ctx, d, r, speak[r.Person] && r.Person != "")
		if err != nil {
			return nil, err
		}
		f.Code, err = w.keys.Sign(Code{Edition: EditionTag(w.set.ID), Registration: r.ID, Serial: b.Serial, Day: day(b.Issued)})
		if err != nil {
			return nil, err
		}
		f.Word = w.keys.Word(r.ID, r.Number, b.Serial)
		out = append(out, dressed{d, f})
	}
	return out, nil
}

// face is what a design writes of a registration.
func (w *wardrobe) face(ctx context.Context, d *Design, r *participation.Registration, speaker bool) (face, error) {
	t := func(key string, args ...any) string { return w.s.Catalog.T(d.Lang, key, args...) }
	in := func(x core.Text) string { s, _ := x.In(d.Lang); return s }
	f := face{
		Edition: in(w.set.Name), Honorific: r.Honorific, Name: r.Name, Title: r.Title, Organisation: r.Organisation, Number: r.Number,
	}
	first, err1 := core.ParseDate(w.set.FirstDay)
	last, err2 := core.ParseDate(w.set.LastDay)
	if err1 == nil && err2 == nil {
		f.Dates = i18n.DateRange(d.Lang, first, last)
	}
	if place := w.set.Place(d.Lang); place != "" {
		f.Dates = strings.TrimPrefix(f.Dates+" · "+place, " · ")
	}
	if cat := w.part.Category(r.Category); cat != nil {
		f.Category, f.Colour = in(cat.Name), cat.Colour
	}
	if c, ok := w.s.Vocab.Country(r.Country); ok {
		f.Country = in(c.Name)
	}
	if speaker {
		f.Flags = append(f.Flags, t("badges.flag.speaker"))
	}
	if r.Media {
		f.Flags = append(f.Flags, t("badges.flag.media"))
	}
	if r.Parliament {
		f.Flags = append(f.Flags, t("badges.flag.parliament"))
	}
	for p := range strings.SplitSeq(in(d.Back), "\n") {
		if p = strings.TrimSpace(p); p != "" {
			f.Back = append(f.Back, p)
		}
	}
	f.Describe = t("badges.describe", "Name", r.Name, "Organisation", r.Organisation, "Category", f.Category, "Number", r.Number)
	var err error
	f.Logo, err = w.logo(ctx, d.Logo)
	return f, err
}
