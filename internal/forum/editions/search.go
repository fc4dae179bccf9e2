package editions

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/record"
	"plenary/internal/platform/search"
)

// Finds are the editions as the search finds them: each with its name, theme and place,
// and beside it what it is about: themes, policy questions, venues, notes of figures.
type Finds struct {
	s     *Service
	vocab *vocab.Service
}

// NewFinds makes the source.
func NewFinds(s *Service, v *vocab.Service) Finds { return Finds{s, v} }

// Kind of what is found.
func (Finds) Kind() string { return "edition" }

// All editions.
func (f Finds) All(ctx context.Context) ([]core.ID, error) {
	list, err := loadEditions(ctx, f.s.rec.DB.Read)
	if err != nil {
		return nil, err
	}
	out := make([]core.ID, len(list))
	for i, e := range list {
		out[i] = e.ID
	}
	return out, nil
}

// Docs of editions. There are some tens of them at most: each is its setting.
func (f Finds) Docs(ctx context.Context, ids []core.ID) ([]search.Doc, error) {
	var out []search.Doc
	for _, id := range ids {
		set, err := f.s.SettingByID(ctx, core.Operator, id)
		if core.KindOf(err) == core.KindNotFound {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("load edition to be found: %w", err)
		}
		out = append(out, f.edition(set)...)
	}
	return out, nil
}

func (f Finds) edition(set *Setting) []search.Doc {
	country, _ := f.vocab.Country(set.Country)
	d := search.Doc{
		ID: "edition:" + string(set.ID), Kind: "edition", Title: set.Name, Path: set.Path(), Weight: 1.5, Readers: set.Readers(),
		Body: core.JoinTexts(set.Edition.Theme, set.Host, country.Name), Names: append(set.City.Spelt(), set.Slug),
		Facets: set.Facets(), Extra: map[string]string{"edition": set.Slug, "state": set.State},
	}
	if days := set.Days(); len(days) > 0 {
		d.At = core.At(days[0].Time(set.Zone))
	}
	about := d
	about.ID, about.Subject, about.Path, about.Weight, about.Names = d.ID+"#about", d.ID, d.Path+"/about", 0.8, nil
	about.Extra = map[string]string{"edition": set.Slug, "state": set.State, "part": "about"}
	var texts []core.Text
	for _, t := range set.Themes {
		texts = append(texts, t.Name, t.About)
	}
	for _, q := range set.Questions {
		texts = append(texts, q.Question)
	}
	for _, v := range set.Venues {
		texts = append(texts, v.Name)
		if v.Address != "" {
			about.Names = append(about.Names, v.Address)
		}
	}
	for _, r := range set.Rooms {
		about.Names = append(about.Names, r.Name.Spelt()...)
	}
	for _, x := range set.Figures {
		texts = append(texts, core.NewText("en", x.Note))
	}
	if about.Body = core.JoinTexts(texts...); about.Body.IsZero() && len(about.Names) == 0 {
		return []search.Doc{d}
	}
	return []search.Doc{d, about}
}

// Readers of what is public in an edition: everybody, or of a draft its staff.
func (e Edition) Readers() []string {
	if e.State == StateDraft {
		return core.StaffReaders(e.Scope())
	}
	return []string{search.Public}
}

// Facets that all things of an edition share.
func (e Edition) Facets() map[string][]string {
	return map[string][]string{"edition": {e.Slug}, "year": {strconv.Itoa(e.Year)}}
}

// Touched are the editions that events are about.
func (Finds) Touched(_ context.Context, events []record.Event) ([]core.ID, error) {
	var out []core.ID
	for _, e := range events {
		if strings.HasPrefix(e.Kind, "edition.") {
			out = append(out, e.Subject)
		}
	}
	return out, nil
}

// May tells which of them the actor may see.
func (f Finds) May(ctx context.Context, a core.Actor, ids []string) (map[string]bool, error) {
	list, err := f.s.Editions(ctx, a)
	if err != nil {
		return nil, fmt.Errorf("list editions: %w", err)
	}
	visible := map[string]bool{}
	for _, e := range list {
		visible[e.Scope()] = true
	}
	out := map[string]bool{}
	for _, id := range ids {
		edition, _, _ := strings.Cut(id, "#")
		out[id] = visible[edition]
	}
	return out, nil
}

// Reshaped are the editions whose name, state, places or themes events change: what
// stands in such an edition is to be found anew.
func Reshaped(events []record.Event) []core.ID {
	var out []core.ID
	for _, e := range events {
		switch e.Kind {
		case "edition.figures_set", "edition.questions_set", "edition.listed":
		case "programme.types_set":
			out = append(out, e.Subject)
		default:
			if s, _, _ := strings.Cut(e.Kind, "."); s == "edition" || s == "session_types" {
				out = append(out, e.Subject)
			}
		}
	}
	return out
}
