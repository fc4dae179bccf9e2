package programme

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
)

// TypesInput is all session types of an edition. Version is the highest of theirs:
// it moves with each change.
type TypesInput struct {
	Version int64       `form:"version" ui:"hidden" json:"version"`
	Types   []TypeInput `form:"types" ui:"rows" json:"types"`
}

// TypeInput is one session type in the form. Durations stand with commas, windows as
// "12:30-14:00" one to a line.
type TypeInput struct {
	ID               core.ID   `form:"id" ui:"hidden" json:"id"`
	Name             core.Text `form:"name" ui:"text" max:"120" json:"name"`
	Slug             string    `form:"slug" ui:"text" max:"40" json:"slug"`
	Prefix           string    `form:"prefix" ui:"text" max:"12" json:"prefix"`
	Durations        string    `form:"durations" ui:"text" max:"100" json:"durations"`
	Windows          string    `form:"windows" ui:"area" max:"300" json:"windows"`
	Webcast          bool      `form:"webcast" ui:"check" json:"webcast"`
	Transcript       bool      `form:"transcript" ui:"check" json:"transcript"`
	Interpretation   []string  `form:"interpretation" ui:"checks" json:"interpretation"`
	GapMinutes       int       `form:"gap_minutes" ui:"number" json:"gap_minutes"`
	TakeawaysMinutes int       `form:"takeaways_minutes" ui:"number" json:"takeaways_minutes"`
	ReportDays       int       `form:"report_days" ui:"number" json:"report_days"`
	OwesMessages     bool      `form:"owes_messages" ui:"check" json:"owes_messages"`
}

var (
	typeSlug   = regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	typePrefix = regexp.MustCompile(`^[a-z]{1,12}$`)
	timeOfDay  = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)
)

// typesOf reads the form: rows without a name are left out. Problems are at the fields.
func (in *TypesInput) typesOf() ([]Type, error) {
	p := core.Validate(*in)
	var out []Type
	seen := map[string]bool{}
	for i, r := range in.Types {
		if r.Name = r.Name.Clean(); r.Name.IsZero() {
			continue
		}
		at := core.Row("types", i)
		t := Type{
			ID: r.ID, Name: r.Name, Slug: strings.ToLower(strings.TrimSpace(r.Slug)), Prefix: strings.ToLower(strings.TrimSpace(r.Prefix)),
			Services:   Services{Webcast: r.Webcast, Transcript: r.Transcript, Interpretation: r.Interpretation},
			GapMinutes: r.GapMinutes, TakeawaysMinutes: r.TakeawaysMinutes, ReportDays: r.ReportDays, OwesMessages: r.OwesMessages,
			Position: len(out),
		}
		if t.Slug == "" {
			t.Slug = strings.Trim(regexp.MustCompile(`[^a-z]+`).ReplaceAllString(editions.Slugify(r.Name.String()), "-"), "-")
		}
		switch {
		case !typeSlug.MatchString(t.Slug):
			p.Add(at+"slug", "programme.error.type_slug")
		case seen["slug "+t.Slug]:
			p.Add(at+"slug", "programme.error.type_twice")
		}
		switch {
		case !typePrefix.MatchString(t.Prefix):
			p.Add(at+"prefix", "programme.error.prefix")
		case seen["prefix "+t.Prefix]:
			p.Add(at+"prefix", "programme.error.type_twice")
		}
		seen["slug "+t.Slug], seen["prefix "+t.Prefix] = true, true
		t.Durations = readDurations(&p, at+"durations", r.Durations)
		t.Windows = readWindows(&p, at+"windows", r.Windows)
		for path, n := range map[string]int{"gap_minutes": t.GapMinutes, "takeaways_minutes": t.TakeawaysMinutes, "report_days": t.ReportDays} {
			if n < 0 || n > 100_000 {
				p.Add(at+path, "form.unreadable")
			}
		}
		if slices.ContainsFunc(t.Services.Interpretation, func(l string) bool { return !core.LangKnown(l) }) {
			p.Add(at+"interpretation", "form.unreadable")
		}
		t.tidy()
		out = append(out, t)
	}
	return out, p.Err()
}

func readDurations(p *core.Problems, path, s string) []int {
	out := []int{}
	for f := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ',' || r == ' ' || r == '/' || r == '،' }) {
		n, err := strconv.Atoi(f)
		if err != nil || n < int(ShortestSession.Minutes()) || n > int(LongestSession.Minutes()) {
			p.Add(path, "programme.error.durations")
			return out
		}
		out = append(out, n)
	}
	return out
}

func readWindows(p *core.Problems, path, s string) []Window {
	out := []Window{}
	for l := range strings.Lines(s) {
		if l = strings.TrimSpace(l); l == "" {
			continue
		}
		from, until, ok := strings.Cut(strings.ReplaceAll(l, "–", "-"), "-")
		w := Window{strings.TrimSpace(from), strings.TrimSpace(until)}
		if !ok || !timeOfDay.MatchString(w.From) || !timeOfDay.MatchString(w.Until) || w.Until <= w.From {
			p.Add(path, "programme.error.windows")
			return out
		}
		out = append(out, w)
	}
	return out
}

// InputOfTypes is the form of an edition's session types as they stand.
func InputOfTypes(types []Type) TypesInput {
	var in TypesInput
	for _, t := range types {
		in.Version = max(in.Version, t.Version)
		r := TypeInput{
			ID: t.ID, Name: t.Name, Slug: t.Slug, Prefix: t.Prefix, Webcast: t.Services.Webcast, Transcript: t.Services.Transcript,
			Interpretation: t.Services.Interpretation, GapMinutes: t.GapMinutes, TakeawaysMinutes: t.TakeawaysMinutes,
			ReportDays: t.ReportDays, OwesMessages: t.OwesMessages,
		}
		var parts []string
		for _, d := range t.Durations {
			parts = append(parts, strconv.Itoa(d))
		}
		r.Durations = strings.Join(parts, ", ")
		for _, w := range t.Windows {
			r.Windows += w.From + "-" + w.Until + "\n"
		}
		r.Windows = strings.TrimSpace(r.Windows)
		in.Types = append(in.Types, r)
	}
	return in
}

// SetTypes makes the session types of an edition what the input says. Staff only. A
// type that sessions have cannot be taken away; references that were given stay as they
// are. Event: programme.types_set. Errors: Invalid, Conflict, Stale with a TypesInput.
func (s *Service) SetTypes(ctx context.Context, a core.Actor, set *editions.Setting, in TypesInput) error {
	if err := ProgrammePolicy.Check("edit_types", "", a.Roles(set.Scope())...); err != nil {
		return err
	}
	types, err := in.typesOf()
	if err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		before, err := loadTypes(ctx, tx, set.ID)
		if err != nil {
			return err
		}
		if now := InputOfTypes(before); now.Version != in.Version {
			return core.Stale(now)
		}
		return s.replaceTypes(ctx, tx, set, before, types)
	})
}

func (s *Service) replaceTypes(ctx context.Context, tx *record.Tx, set *editions.Setting, before, after []Type) error {
	keep := []core.ID{""}
	version := InputOfTypes(before).Version
	for i := range after {
		t := &after[i]
		t.Edition = set.ID
		old := TypeOf(before, t.ID)
		if t.Version = version + 1; old.ID == "" {
			t.ID = tx.NewID()
		}
		keep = append(keep, t.ID)
	}
	gone := func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("se.edition = ? AND se.type NOT IN (?)", set.ID, bun.List(keep))
	}
	n, err := gone(tx.NewSelect().Model((*Session)(nil))).Count(ctx)
	if err != nil {
		return fmt.Errorf("count sessions: %w", err)
	}
	if n > 0 {
		return core.Conflict("programme.error.type_used", "Count", int(n))
	}
	// Rows are written anew in two steps, so that two types may swap slug or prefix.
	if _, err := tx.NewDelete().Model((*Type)(nil)).Where("edition = ? AND id NOT IN (?)", set.ID, bun.List(keep)).Exec(ctx); err != nil {
		return fmt.Errorf("take away session types: %w", err)
	}
	if _, err := tx.NewUpdate().Model((*Type)(nil)).Set("slug = '~' || id, prefix = '~' || id").Where("edition = ?", set.ID).Exec(ctx); err != nil {
		return fmt.Errorf("change session types: %w", err)
	}
	if len(after) > 0 {
		_, err := tx.NewInsert().Model(&after).On("CONFLICT (id) DO UPDATE").
			Set("position = EXCLUDED.position, slug = EXCLUDED.slug, prefix = EXCLUDED.prefix, name = EXCLUDED.name").
			Set("durations = EXCLUDED.durations, services = EXCLUDED.services, windows = EXCLUDED.windows, gap_minutes = EXCLUDED.gap_minutes").
			Set("takeaways_minutes = EXCLUDED.takeaways_minutes, report_days = EXCLUDED.report_days").
			Set("owes_messages = EXCLUDED.owes_messages, version = EXCLUDED.version").Exec(ctx)
		if err != nil {
			return fmt.Errorf("change session types: %w", err)
		}
	}
	tx.Append("programme.types_set", set.ID, set.Scope(), editionVisibility(set), record.Data{
		"label": set.Name, "changes": record.Changes(shownTypes(before), shownTypes(after)),
	})
	return nil
}

// shownTypes are the types as the history shows them: each with its name and numbers.
func shownTypes(types []Type) map[string][]any {
	out := map[string][]any{}
	for _, r := range InputOfTypes(types).Types {
		out[r.Slug] = []any{r.Name, fmt.Sprintf("%s; %s; %s; %d; %d; %d; %t", r.Prefix, r.Durations, r.Windows,
			r.GapMinutes, r.TakeawaysMinutes, r.ReportDays, r.OwesMessages)}
	}
	return out
}
