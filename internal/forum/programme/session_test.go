package programme

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
)

func TestReferencesHaveLettersThenANumber(t *testing.T) {
	for ref, want := range map[string]bool{
		"ws184": true, "main2": true, "event19": true, "ws": false, "184": false, "WS184": false, "ws-184": false, "ws184a": false,
		"": false, "abcdefghijklm1": false, "a123456": false, "ws184/edit": false,
	} {
		if ValidRef(ref) != want {
			t.Errorf("ValidRef(%q) = %v", ref, !want)
		}
	}
	for ref, want := range map[string]string{"ws184": "WS 184", "of12": "OF 12", "main2": "Main 2", "event19": "Event 19"} {
		if got := RefLabel(ref); got != want {
			t.Errorf("RefLabel(%q) = %q, want %q", ref, got, want)
		}
	}
}

func TestDefaultTypesAreWhole(t *testing.T) {
	slugs, prefixes := map[string]bool{}, map[string]bool{}
	for _, ty := range DefaultTypes() {
		if slugs[ty.Slug] || prefixes[ty.Prefix] || !typeSlug.MatchString(ty.Slug) || !ValidRef(ty.Prefix+"1") {
			t.Errorf("type %s, %s", ty.Slug, ty.Prefix)
		}
		slugs[ty.Slug], prefixes[ty.Prefix] = true, true
		for _, l := range core.Langs {
			if ty.Name.By[l] == "" {
				t.Errorf("type %s has no name in %s", ty.Slug, l)
			}
		}
	}
	main := TypeNamed(DefaultTypes(), "Main session") // E065
	if main == nil || main.TakeawaysMinutes != 120 || main.ReportDays != 14 || !main.OwesMessages || len(main.Services.Interpretation) != 6 {
		t.Errorf("main session: %+v", main)
	}
	if lt := TypeNamed(DefaultTypes(), "lightning"); !slices.Equal(lt.Durations, []int{20}) { // E072
		t.Errorf("lightning talk: %v", lt.Durations)
	}
}

func setting(zone, first, last string) *editions.Setting {
	return &editions.Setting{
		Edition: editions.Edition{Slug: first[:4], Zone: zone, FirstDay: first, LastDay: last},
		Rooms:   []editions.Room{{ID: "hall"}, {ID: "village", Informal: true}, {ID: "k"}},
	}
}

func at(t *testing.T, set *editions.Setting, date, clock string) core.Instant {
	t.Helper()
	i, err := core.WallTime(date, clock, set.Zone)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func problems(err error) map[string]string {
	out := map[string]string{}
	e, ok := err.(*core.Error) //nolint:errorlint // Validate returns it bare
	if ok {
		for _, f := range e.Fields {
			out[f.Path] = f.Key
		}
	}
	return out
}

// E095, and the hours that a zone skips or has twice.
func TestTimesAreThoseOfTheVenue(t *testing.T) {
	kyoto := setting("Asia/Tokyo", "2023-10-08", "2023-10-12")
	in := MoveInput{Date: "2023-10-11", Start: "14:00", End: "15:30:00", State: StateScheduled}
	starts, ends, err := in.Times(kyoto)
	if err != nil || starts.String() != "2023-10-11T05:00:00Z" || ends.String() != "2023-10-11T06:30:00Z" {
		t.Errorf("%v to %v: %v", starts, ends, err)
	}
	// Clocks are put back on 25 October 2026: 01:30 to 03:30 are three hours, and 02:30
	// comes twice, of which the first is meant.
	autumn := setting("Europe/Zurich", "2026-10-24", "2026-10-26")
	for _, c := range []struct {
		start, end string
		want       time.Duration
		first      string
	}{
		{"01:30", "03:30", 3 * time.Hour, "2026-10-24T23:30:00Z"},
		{"02:30", "04:00", 2*time.Hour + 30*time.Minute, "2026-10-25T00:30:00Z"},
		{"01:00", "02:30", 90 * time.Minute, "2026-10-24T23:00:00Z"},
	} {
		in := MoveInput{Date: "2026-10-25", Start: c.start, End: c.end, State: StateDraft}
		starts, ends, err := in.Times(autumn)
		if err != nil || ends.Sub(starts) != c.want || starts.String() != c.first {
			t.Errorf("%s–%s: %v to %v (%v), %v", c.start, c.end, starts, ends, ends.Sub(starts), err)
		}
	}
	// They are put forward on 29 March 2026: 02:30 never comes.
	spring := setting("Europe/Zurich", "2026-03-28", "2026-03-30")
	skipped := MoveInput{Date: "2026-03-29", Start: "02:30", End: "03:30", State: StateDraft}
	if _, _, err := skipped.Times(spring); problems(err)["start"] != "core.time.skipped" {
		t.Errorf("the skipped hour: %v", err)
	}
	for name, c := range map[string]struct {
		in   MoveInput
		path string
	}{
		"end before start":    {MoveInput{Date: "2023-10-11", Start: "14:00", End: "13:00", State: StateDraft}, "end"},
		"end at the start":    {MoveInput{Date: "2023-10-11", Start: "14:00", End: "14:00", State: StateDraft}, "end"},
		"four minutes":        {MoveInput{Date: "2023-10-11", Start: "14:00", End: "14:04", State: StateDraft}, "end"},
		"thirteen hours":      {MoveInput{Date: "2023-10-11", Start: "08:00", End: "21:01", State: StateDraft}, "end"},
		"a day too early":     {MoveInput{Date: "2023-10-07", Start: "14:00", End: "15:00", State: StateDraft}, "date"},
		"no date":             {MoveInput{Start: "14:00", End: "15:00", State: StateDraft}, "date"},
		"no end":              {MoveInput{Date: "2023-10-11", Start: "14:00", State: StateDraft}, "end"},
		"no time of day":      {MoveInput{Date: "2023-10-11", Start: "25:00", End: "26:00", State: StateDraft}, "start"},
		"a word for the date": {MoveInput{Date: "Monday", Start: "14:00", End: "15:00", State: StateDraft}, "start"},
	} {
		if _, _, err := c.in.Times(kyoto); problems(err)[c.path] == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	night := MoveInput{Date: "2023-10-11", Start: "22:00", End: "00:30", State: StateDraft}
	if starts, ends, err := night.Times(kyoto); err != nil || ends.Sub(starts) != 150*time.Minute {
		t.Errorf("until the next morning: %v, %v", ends.Sub(starts), err)
	}
	none := MoveInput{State: StateDraft}
	if starts, _, err := none.Times(kyoto); err != nil || !starts.IsZero() {
		t.Errorf("without a time: %v, %v", starts, err)
	}
}

func brief(t *testing.T, set *editions.Setting, id, ty, room core.ID, date, start, end string) Brief {
	t.Helper()
	return Brief{ID: id, Ref: string(id), Type: ty, Room: room, State: StateScheduled, Starts: at(t, set, date, start), Ends: at(t, set, date, end)}
}

func only(list []Finding, kind string) []Finding {
	return slices.DeleteFunc(slices.Clone(list), func(f Finding) bool { return f.Kind != kind })
}

// X2: one organisation with two pairs of overlapping sessions on 8 December 2021.
// E121: a person in two places at once.
func TestFindingsSeePeopleAndOrganisationsInTwoPlaces(t *testing.T) {
	set := setting("Europe/Warsaw", "2021-12-06", "2021-12-10")
	day := "2021-12-08"
	list := []Brief{
		brief(t, set, "of3", "", "a", day, "12:45", "13:45"), brief(t, set, "ws4", "", "b", day, "12:50", "13:50"),
		brief(t, set, "ws5", "", "c", day, "15:15", "16:15"), brief(t, set, "ws6", "", "d", day, "15:50", "17:20"),
	}
	org := func(role string, person core.ID) Role {
		return Role{Organisation: "it-for-change", Person: person, Role: role}
	}
	roles := map[core.ID][]Role{
		"of3": {org(Organiser, "")}, "ws4": {org(CoOrganiser, "")}, "ws5": {org(Organiser, ""), {Person: "anita", Role: Speaker}},
		"ws6": {org(Organiser, ""), {Person: "anita", Role: Chair}},
	}
	got := only(Findings(set, nil, list, roles), OrganisationTwice)
	if len(got) != 2 || got[0].Minutes != 55 || got[1].Minutes != 25 || got[0].Session != "of3" || got[0].Other != "ws4" || got[1].Organisation != "it-for-change" {
		t.Errorf("organisation: %+v", got)
	}
	if got := only(Findings(set, nil, list, roles), PersonTwice); len(got) != 1 || got[0].Person != "anita" || got[0].Minutes != 25 {
		t.Errorf("person: %+v", got)
	}
	// Two people of one ministry may speak in two rooms at once.
	roles = map[core.ID][]Role{"of3": {org(Speaker, "x")}, "ws4": {org(Speaker, "y")}}
	if got := Findings(set, nil, list, roles); len(got) != 0 {
		t.Errorf("two people of one organisation: %+v", got)
	}
	// A cancelled session disturbs nobody.
	roles = map[core.ID][]Role{"ws5": {{Person: "anita", Role: Speaker}}, "ws6": {{Person: "anita", Role: Speaker}}}
	list[3].State = StateCancelled
	if got := Findings(set, nil, list, roles); len(got) != 0 {
		t.Errorf("cancelled: %+v", got)
	}
}

// X10: six main sessions in one hall, at least a quarter of an hour between them. X1:
// with the end that another page gave, one of them runs into the next.
func TestFindingsHoldTheHall(t *testing.T) {
	set := setting("Asia/Tokyo", "2023-10-08", "2023-10-12")
	types := DefaultTypes()
	for i := range types {
		types[i].ID = core.ID(types[i].Slug)
	}
	hall := []Brief{
		brief(t, set, "main1", "main", "hall", "2023-10-10", "11:00", "12:30"), brief(t, set, "main2", "main", "hall", "2023-10-10", "13:30", "15:00"),
		brief(t, set, "main3", "main", "hall", "2023-10-10", "15:15", "16:45"), brief(t, set, "main4", "main", "hall", "2023-10-11", "10:15", "11:45"),
		brief(t, set, "main5", "main", "hall", "2023-10-11", "14:00", "15:30"), brief(t, set, "main6", "main", "hall", "2023-10-11", "15:45", "17:15"),
	}
	if got := Findings(set, types, hall, nil); len(got) != 0 {
		t.Errorf("the hall as it was: %+v", got)
	}
	hall[4].Ends = at(t, set, "2023-10-11", "15:50")
	got := Findings(set, types, hall, nil)
	if len(only(got, RoomTwice)) != 1 || only(got, RoomTwice)[0].Minutes != 5 || len(only(got, DurationOdd)) != 1 {
		t.Errorf("until 15:50: %+v", got)
	}
	hall[4].Ends = at(t, set, "2023-10-11", "15:40")
	if got := only(Findings(set, types, hall, nil), GapShort); len(got) != 1 || got[0].Minutes != 5 || got[0].Session != "main5" || got[0].Other != "main6" {
		t.Errorf("until 15:40: %+v", got)
	}
	lunch := []Brief{brief(t, set, "lt1", "lightning", "k", "2023-10-11", "12:30", "12:50"), brief(t, set, "lt2", "lightning", "k", "2023-10-11", "16:00", "16:20")}
	if got := Findings(set, types, lunch, nil); len(got) != 1 || got[0].Kind != OutsideWindow || got[0].Session != "lt2" {
		t.Errorf("lightning talks: %+v", got)
	}
	// E074: the open space in the Village takes several at once.
	village := []Brief{brief(t, set, "net1", "networking", "village", "2023-10-11", "12:30", "13:50"), brief(t, set, "net2", "networking", "village", "2023-10-11", "12:30", "13:20")}
	if got := Findings(set, types, village, nil); len(got) != 0 {
		t.Errorf("village: %+v", got)
	}
}

// Findings agree with asking every pair, for any timetable.
func TestFindingsMissNoPair(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	set := setting("UTC", "2023-10-08", "2023-10-08")
	start := at(t, set, "2023-10-08", "08:00")
	for range 200 {
		var list []Brief
		roles := map[core.ID][]Role{}
		for i := range r.IntN(12) {
			b := Brief{ID: core.ID(rune('a' + i)), State: States[1+r.IntN(2)], Room: []core.ID{"hall", "village", "k", ""}[r.IntN(4)]}
			if r.IntN(6) > 0 {
				b.Starts = start.Add(time.Duration(r.IntN(60)) * 5 * time.Minute)
				b.Ends = b.Starts.Add(time.Duration(1+r.IntN(24)) * 5 * time.Minute)
			}
			list = append(list, b)
			roles[b.ID] = []Role{{Person: core.ID(rune('x' + r.IntN(3))), Role: Speaker}}
		}
		want := 0
		for i, a := range list {
			for _, b := range list[:i] {
				if a.State == StateCancelled || b.State == StateCancelled || !a.Scheduled() || !b.Scheduled() || !a.Starts.Before(b.Ends) || !b.Starts.Before(a.Ends) {
					continue
				}
				if a.Room == b.Room && (a.Room == "hall" || a.Room == "k") {
					want++
				}
				if roles[a.ID][0].Person == roles[b.ID][0].Person {
					want++
				}
			}
		}
		if got := len(Findings(set, nil, list, roles)); got != want {
			t.Fatalf("%d findings, want %d in %+v", got, want, list)
		}
	}
}

func TestTagsAreReadOnce(t *testing.T) {
	got := splitTags(" Encryption, encryption\nÉthique;ethique\n\n  Internet   of things ,,، DNS")
	if want := []string{"Encryption", "Éthique", "Internet of things", "DNS"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	in := EditInput{Title: core.NewText("en", "x"), Tags: strings.Repeat("a", 61)}
	if problems(in.Validate())["tags"] == "" {
		t.Error("a tag of 61 letters was taken")
	}
}

func TestTypesFormReadsBackWhatItShows(t *testing.T) {
	types := DefaultTypes()
	in := InputOfTypes(types)
	back, err := in.typesOf()
	if err != nil {
		t.Fatal(err)
	}
	for i := range types {
		a, b := types[i], back[i]
		if a.Slug != b.Slug || a.Prefix != b.Prefix || !slices.Equal(a.Durations, b.Durations) || !slices.Equal(a.Windows, b.Windows) ||
			!slices.Equal(a.Services.Interpretation, b.Services.Interpretation) || a.GapMinutes != b.GapMinutes {
			t.Errorf("%+v came back as %+v", a, b)
		}
	}
	for field, bad := range map[string]func(*TypeInput){
		"durations": func(r *TypeInput) { r.Durations = "soon" }, "windows": func(r *TypeInput) { r.Windows = "14:00-12:00" },
		"prefix": func(r *TypeInput) { r.Prefix = "w2" }, "slug": func(r *TypeInput) { r.Slug = "day-0" },
	} {
		in := InputOfTypes(types)
		bad(&in.Types[3])
		if _, err := in.typesOf(); problems(err)["types[3]."+field] == "" {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestSnapshotsAreSearchedByOrganisation(t *testing.T) {
	s := people.Snapshot{Affiliations: []people.SnapAffiliation{{OrganisationID: "a"}, {Organisation: "not in the directory"}, {OrganisationID: "b"}}}
	if got := affiliated(s); got != "|a|b|" {
		t.Errorf("%q", got)
	}
	if got := affiliated(people.Snapshot{}); got != "" {
		t.Errorf("%q", got)
	}
}
