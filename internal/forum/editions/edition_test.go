package editions

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/db"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

func open(t *testing.T, url string) (*Service, *core.Clock) {
	t.Helper()
	d, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	clock := &core.Clock{}
	rec, err := record.Open(t.Context(), d, clock, core.NewIDs(clock), nil, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(rec.Close)
	s := New(rec)
	if err := s.SetForum(t.Context(), core.Operator, ForumInput{Name: en("Lakeside Forum"), Short: "LF"}); err != nil {
		t.Fatal(err)
	}
	return s, clock
}

func en(s string) core.Text { return core.NewText("en", s) }

func input(slug, state string) EditionInput {
	return EditionInput{Slug: slug, Name: en("Lakeside Forum " + slug), State: state, Zone: "Africa/Nairobi", FirstDay: "2027-05-10", LastDay: "2027-05-12"}
}

// E008, X12: Day Zero stands first, whether the stated dates count it or not.
func TestDays(t *testing.T) {
	for _, c := range []struct {
		e    Edition
		want []string
	}{
		{Edition{FirstDay: "2017-12-18", LastDay: "2017-12-21", DayZero: "2017-12-17"}, []string{"day-0 2017-12-17", "day-1 2017-12-18", "day-4 2017-12-21"}},
		{Edition{FirstDay: "2023-10-08", LastDay: "2023-10-12", DayZero: "2023-10-08", DatesCountDayZero: true}, []string{"day-0 2023-10-08", "day-1 2023-10-09", "day-4 2023-10-12"}},
		{Edition{FirstDay: "2025-06-23", LastDay: "2025-06-27"}, []string{"day-1 2025-06-23", "day-5 2025-06-27"}},
		{Edition{}, nil},
	} {
		var got []string
		for _, d := range c.e.Days() {
			got = append(got, d.Slug()+" "+d.Date)
		}
		for _, w := range c.want {
			if !slices.Contains(got, w) {
				t.Errorf("%+v: days %v, want %s among them", c.e, got, w)
			}
		}
		if len(c.want) == 0 && len(got) != 0 {
			t.Errorf("an edition without dates has days %v", got)
		}
	}
	e := Edition{FirstDay: "2026-10-24", LastDay: "2026-10-25", Zone: "Europe/Zurich"}
	if got := e.End().String(); got != "2026-10-25T23:00:00Z" {
		t.Errorf("the last day, which has 25 hours, ends at %s", got)
	}
}

func TestInputIsCheckedAndTold(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*EditionInput)
		path   string
	}{
		"no year":                     {func(in *EditionInput) { in.Slug = "lakeside" }, "slug"},
		"unknown zone":                {func(in *EditionInput) { in.Zone = "Mars/Olympus" }, "zone"},
		"no zone":                     {func(in *EditionInput) { in.Zone = "" }, "zone"},
		"last day before the first":   {func(in *EditionInput) { in.LastDay = "2027-05-01" }, "last_day"},
		"no date":                     {func(in *EditionInput) { in.FirstDay = "tomorrow" }, "first_day"},
		"Day Zero counted, yet apart": {func(in *EditionInput) { in.DayZero, in.DatesCountDayZero = "2027-05-09", true }, "dates_count_day_zero"},
		"Day Zero within, yet apart":  {func(in *EditionInput) { in.DayZero = "2027-05-10" }, "dates_count_day_zero"},
		"no name":                     {func(in *EditionInput) { in.Name = core.Text{} }, "name"},
	} {
		in := input("2027", StatePublic)
		c.change(&in)
		err := in.Validate()
		e, ok := err.(*core.Error) //nolint:errorlint // Validate returns it bare
		if !ok || !slices.ContainsFunc(e.Fields, func(f core.FieldError) bool { return f.Path == c.path }) {
			t.Errorf("%s: %v, want a problem at %s", name, err, c.path)
		}
	}
	q := QuestionsInput{Questions: []QuestionInput{{Number: "1", Question: en("a")}, {Number: "2.1", Question: en("b")}, {Number: "1", Question: en("c")}, {Number: "x", Question: en("d")}}}
	if e, ok := q.Validate().(*core.Error); !ok || len(e.Fields) != 3 { //nolint:errorlint // as above
		t.Errorf("questions: %v, want three problems", e)
	}
}

// A draft edition is the staff's; for everybody else there is none, and the forum is
// about another one.
func TestDraftIsNotFound(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		s, clock := open(t, url)
		clock.Freeze(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC))
		for _, in := range []EditionInput{input("2026", StateHeld), input("2027", StateDraft)} {
			if in.Slug == "2026" {
				in.FirstDay, in.LastDay = "2026-05-10", "2026-05-12"
			}
			if _, err := s.Add(t.Context(), core.Operator, in); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.Setting(t.Context(), core.Visitor, "2027"); core.KindOf(err) != core.KindNotFound {
			t.Errorf("a visitor opens a draft: %v", err)
		}
		if cur, err := s.Current(t.Context(), core.Visitor); err != nil || cur.Slug != "2026" {
			t.Errorf("for a visitor the forum is about %v, %v", cur, err)
		}
		if cur, err := s.Current(t.Context(), core.Operator); err != nil || cur.Slug != "2027" {
			t.Errorf("for the staff it is about %v, %v", cur, err)
		}
		if list, _ := s.Editions(t.Context(), core.Visitor); len(list) != 1 {
			t.Errorf("a visitor sees %d editions", len(list))
		}
		member := core.Actor{Account: "a"}
		if _, err := s.Add(t.Context(), member, input("2028", StatePublic)); core.KindOf(err) != core.KindForbidden {
			t.Errorf("anybody may add an edition: %v", err)
		}
	})
}

// E097: rooms keep id and address when they are renamed; what sessions use cannot be
// taken away; a stale edit is told with what stands now.
func TestPlaces(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		s, _ := open(t, url)
		if _, err := s.Add(t.Context(), core.Operator, input("2027", StatePublic)); err != nil {
			t.Fatal(err)
		}
		get := func() *Setting {
			set, err := s.Setting(t.Context(), core.Operator, "2027")
			if err != nil {
				t.Fatal(err)
			}
			return set
		}
		in := InputOfPlaces(get())
		in.Rooms = []RoomInput{{Name: en("Main Hall"), Capacity: 900, Aliases: "Plenary Room\nSalle A"}, {Name: en("Room 1")}, {Name: en("主厅")}}
		if err := s.SetPlaces(t.Context(), core.Operator, "2027", in); err != nil {
			t.Fatal(err)
		}
		set := get()
		if r := set.RoomNamed("plenary room"); r == nil || r.Slug != "main-hall" || r.Capacity != 900 {
			t.Errorf("by its alias one finds %+v", r)
		}
		if set.Rooms[2].Slug != "room-3" {
			t.Errorf("a room without Latin letters has the address %q", set.Rooms[2].Slug)
		}
		stale := InputOfPlaces(set)
		renamed := InputOfPlaces(set)
		renamed.Rooms[0].Name = en("Great Hall")
		if err := s.SetPlaces(t.Context(), core.Operator, "2027", renamed); err != nil {
			t.Fatal(err)
		}
		if r := get().Rooms[0]; r.Slug != "main-hall" || r.ID != set.Rooms[0].ID {
			t.Errorf("renamed, the room is %+v", r)
		}
		err := s.SetPlaces(t.Context(), core.Operator, "2027", stale)
		e, ok := err.(*core.Error) //nolint:errorlint // the service returns it bare
		if !ok || e.Kind != core.KindStale || e.Current.(PlacesInput).Rooms[0].Name.String() != "Great Hall" {
			t.Errorf("a stale edit is told as %v", err)
		}
		used := get().Rooms[1].ID
		s.InUse(func(_ context.Context, _ *record.Tx, ids []core.ID) (int, error) {
			if slices.Contains(ids, used) {
				return 2, nil
			}
			return 0, nil
		})
		in = InputOfPlaces(get())
		in.Rooms = in.Rooms[:1]
		if err := s.SetPlaces(t.Context(), core.Operator, "2027", in); core.KindOf(err) != core.KindConflict {
			t.Errorf("a room in use was taken away: %v", err)
		}
		if n := len(get().Rooms); n != 3 {
			t.Errorf("%d rooms are left", n)
		}
	})
}

// E003, E060: mandates and policy questions are kept in their order; the address of a
// public edition is permanent.
func TestPermanentAddress(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		s, _ := open(t, url)
		e, err := s.Add(t.Context(), core.Operator, input("2027", StatePublic))
		if err != nil {
			t.Fatal(err)
		}
		in := InputOf(e)
		in.Slug = "2027-other"
		if _, err := s.Change(t.Context(), core.Operator, "2027", in); core.KindOf(err) != core.KindInvalid {
			t.Errorf("the address of a public edition was changed: %v", err)
		}
		if _, err := s.Add(t.Context(), core.Operator, input("2027", StatePublic)); core.KindOf(err) != core.KindInvalid {
			t.Errorf("two editions at one address: %v", err)
		}
		f, _ := s.Forum(t.Context())
		fi := InputOfForum(f)
		fi.Mandates = []MandateInput{{Instrument: en("Founding"), From: "2006-01-01"}, {}, {Instrument: en("Renewal"), From: "2016-01-01", Until: "2025-12-31"}}
		if err := s.SetForum(t.Context(), core.Operator, fi); err != nil {
			t.Fatal(err)
		}
		if f, _ := s.Forum(t.Context()); len(f.Mandates) != 2 || f.Mandates[1].Instrument.String() != "Renewal" {
			t.Errorf("mandates %+v", f.Mandates)
		}
		set, _ := s.Setting(t.Context(), core.Operator, "2027")
		qi := InputOfQuestions(set)
		qi.Questions = []QuestionInput{{Number: "1", Question: en("One?")}, {Number: "1.1", Question: en("And?")}}
		if err := s.SetQuestions(t.Context(), core.Operator, "2027", qi); err != nil {
			t.Fatal(err)
		}
		if set, _ := s.Setting(t.Context(), core.Operator, "2027"); len(set.Questions) != 2 || set.Questions[1].Depth() != 1 {
			t.Errorf("questions %+v", set.Questions)
		}
	})
}
