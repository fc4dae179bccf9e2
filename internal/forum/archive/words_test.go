package archive

import (
	"slices"
	"testing"

	"plenary/internal/core"
	"plenary/internal/formats/forumtext"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
)

// E141, X11: the degree of support is read out of the wording, where it is on the scale.
func TestDegreeOfWording(t *testing.T) {
	for sentence, want := range map[string]string{
		"There was broad support for common rules.":                "broad",
		"It was broadly agreed that rules are needed.":             "broad",
		"There was general agreement on the first step.":           "general",
		"Many noted that the term is unclear.":                     "many",
		"Some argued for more time.":                               "some",
		"Others cautioned against haste.":                          "others",
		"Calls were made for more data.":                           "calls-were-made",
		"There were diverse views on who should pay.":              "diverse-views",
		"The network is open to all.":                              "",
		"Some of the routers in the example had been switched off": "",
	} {
		if got := degreeOf(sentence); got != want {
			t.Errorf("%q: %q, want %q", sentence, got, want)
		}
	}
}

// E130: whom a call addresses is proposed from its first words; the rapporteur decides.
func TestAddresseesOfACall(t *testing.T) {
	for text, want := range map[string][]string{
		"Governments have a duty to publish.":               {"government"},
		"Private companies should check their suppliers.":   {"private-sector"},
		"Civil society and governments should meet yearly.": {"government", "civil-society"},
		"Everybody should read the terms.":                  nil,
	} {
		got := addressees(text)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

// X1, E195: the same session under a longer title at the same time is surely the same;
// at another time it is only a suggestion, and every suggestion says why.
func TestSessionsAreRecognised(t *testing.T) {
	at, err := core.WallTime("2023-10-11", "14:00", "Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	have := []programme.Brief{
		{ID: "a", Ref: "main5", Title: core.NewText("en", "Upholding Rights in the Age of Data"), Starts: at, Day: "2023-10-11"},
		{ID: "b", Ref: "ws184", Title: core.NewText("en", "Something else entirely").With("fr", "Tout autre chose"), Starts: at, Day: "2023-10-11"},
	}
	set := &editions.Setting{Edition: editions.Edition{Year: 2023, Zone: "Asia/Tokyo"}}
	for _, c := range []struct {
		found  FoundSession
		starts core.Instant
		sure   core.ID
		reason string
	}{
		{FoundSession{Title: "Upholding rights in the age of data"}, core.Instant{}, "a", reasonTitle},
		{FoundSession{Title: "Upholding Rights in the Age of Data: A Shared Duty"}, at, "a", reasonBegins},
		{FoundSession{Title: "Upholding Rights in the Age of Data: A Shared Duty"}, at.Add(24 * 3600e9), "", reasonBegins},
		{FoundSession{Title: "Tout autre chose"}, at, "b", reasonTitle},
		{FoundSession{Title: "Renamed since", Reference: "WS #184"}, at, "b", reasonRef},
		{FoundSession{Title: "Renamed since", Reference: "Session #184"}, at, "", ""},
		{FoundSession{Title: "Renamed since", Key: "guid:1"}, at, "b", reasonKey},
		{FoundSession{Title: "Another session"}, at, "", ""},
	} {
		st := &staging{set: set, known: newKnown(have)}
		st.known.keys["session guid:1"] = "b"
		list := st.sessionsLike(c.found, c.starts)
		if got := sureOf(list); got != c.sure {
			t.Errorf("%+v at %s: %q, want %q (%+v)", c.found, c.starts, got, c.sure, list)
		}
		if c.reason != "" && (len(list) == 0 || !slices.Contains(list[0].Reasons, c.reason)) {
			t.Errorf("%+v: %+v, want the reason %s", c.found, list, c.reason)
		}
	}
}

// A time without a zone of its own is the venue's; of two statements the one in the
// venue's zone is taken.
func TestTimesOfADocument(t *testing.T) {
	set := &editions.Setting{Edition: editions.Edition{Year: 2023, Zone: "Asia/Tokyo"}}
	day := forumtext.Date{Month: 10, Day: 11}
	found := forumtext.Session{When: []forumtext.When{
		{Date: day, Start: "05:00", End: "06:50", Zone: "UTC"},
		{Date: day, Start: "14:00", End: "15:30", Zone: "Asia/Tokyo"},
		{Date: day, Start: "14:00", End: "13:00"},
	}}
	list := spans(found, set)
	if len(list) != 2 {
		t.Fatalf("%d spans, want 2: one ends before it begins", len(list))
	}
	if got, ok := choose(list, set); !ok || got.ends.String() != "2023-10-11T06:30:00Z" {
		t.Errorf("chosen: ends %s", got.ends)
	}
}
