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

// X1, E195: the same session under a longer title at the same time is the same; at
// another time it is not, unless the titles are equal.
func TestSameSession(t *testing.T) {
	at, err := core.WallTime("2023-10-11", "14:00", "Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	have := programme.Brief{Title: core.NewText("en", "Upholding Rights in the Age of Data"), Starts: at}
	for _, c := range []struct {
		title  string
		starts core.Instant
		want   bool
	}{
		{"Upholding rights in the age of data", core.Instant{}, true},
		{"Upholding Rights in the Age of Data: A Shared Duty", at, true},
		{"Upholding Rights in the Age of Data: A Shared Duty", at.Add(24 * 3600e9), false},
		{"Another session", at, false},
	} {
		if got := same(forumtext.Session{Title: c.title}, c.starts, have); got != c.want {
			t.Errorf("%q at %s: same %v, want %v", c.title, c.starts, got, c.want)
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
