package reports

import (
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
)

func wall(t *testing.T, date, clock, zone string) core.Instant {
	t.Helper()
	at, err := core.WallTime(date, clock, zone)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// E128: takeaways are due two hours after the session's end, wherever that is and
// whatever the clocks do in between; the limit moves with the end.
func TestTakeawaysAreDueTwoHoursAfterTheEnd(t *testing.T) {
	workshop := programme.Type{TakeawaysMinutes: 120, ReportDays: 14}
	for _, c := range []struct{ zone, date, end, wantUTC string }{
		{"Asia/Tokyo", "2023-10-11", "15:30", "2023-10-11T08:30:00Z"},
		{"Europe/Zurich", "2026-10-25", "01:30", "2026-10-25T01:30:00Z"}, // the hour from two to three comes twice
		{"Europe/Zurich", "2026-03-29", "01:30", "2026-03-29T02:30:00Z"}, // it never comes
		{"America/New_York", "2026-11-01", "00:45", "2026-11-01T06:45:00Z"},
		{"Asia/Kathmandu", "2026-06-01", "23:15", "2026-06-01T19:30:00Z"},
	} {
		ends := wall(t, c.date, c.end, c.zone)
		got := dueAt(workshop, programme.Brief{Ends: ends, State: programme.StateScheduled}, editions.Edition{Zone: c.zone}, Takeaways)
		if got.String() != c.wantUTC {
			t.Errorf("%s %s %s: due %s, want %s", c.zone, c.date, c.end, got, c.wantUTC)
		}
		moved := dueAt(workshop, programme.Brief{Ends: ends.Add(25 * time.Minute), State: programme.StateScheduled}, editions.Edition{Zone: c.zone}, Takeaways)
		if moved.Sub(got) != 25*time.Minute {
			t.Errorf("%s: the session moved by 25 minutes, the limit by %v", c.zone, moved.Sub(got))
		}
	}
}

// E132: the full report is due so many days after the edition's last day, counted at
// the venue: across the end of summer time such a span is an hour longer.
func TestFullReportIsDueInDaysOfTheVenue(t *testing.T) {
	e := editions.Edition{Zone: "Europe/Zurich", FirstDay: "2026-10-19", LastDay: "2026-10-20"}
	b := programme.Brief{Ends: wall(t, "2026-10-19", "12:00", e.Zone), State: programme.StateScheduled}
	got := dueAt(programme.Type{ReportDays: 14}, b, e, Full)
	if want := wall(t, "2026-11-04", "00:00", e.Zone); got != want {
		t.Errorf("due %s, want %s", got.In(e.Zone), want.In(e.Zone))
	}
}

func TestWhatOwesNothing(t *testing.T) {
	workshop := programme.Type{TakeawaysMinutes: 120}
	e := editions.Edition{Zone: "UTC"}
	ends := wall(t, "2026-10-20", "12:00", "UTC")
	for name, b := range map[string]programme.Brief{
		"a cancelled session":                         {Ends: ends, State: programme.StateCancelled},
		"a session without a time":                    {State: programme.StateScheduled},
		"a session entered years after it took place": {Ends: ends, State: programme.StateScheduled, Created: ends.Add(24 * time.Hour)},
	} {
		if got := dueAt(workshop, b, e, Takeaways); !got.IsZero() {
			t.Errorf("%s owes takeaways by %s", name, got)
		}
	}
	if got := dueAt(programme.Type{}, programme.Brief{Ends: ends}, e, Takeaways); !got.IsZero() {
		t.Errorf("a type that owes none owes them by %s", got)
	}
}

func TestLateIsMeasuredAtPublication(t *testing.T) {
	due := wall(t, "2026-10-20", "14:00", "UTC")
	now := due.Add(3 * time.Hour)
	for _, c := range []struct {
		report *Report
		late   bool
		by     time.Duration
	}{
		{nil, true, 3 * time.Hour},
		{&Report{State: StateDraft}, true, 3 * time.Hour},
		{&Report{State: StatePublished, Published: due.Add(-10 * time.Minute)}, false, -10 * time.Minute},
		{&Report{State: StatePublished, Published: due.Add(time.Minute)}, true, time.Minute},
	} {
		if got := LatenessOf(due, c.report, now); got.Late != c.late || got.By != c.by {
			t.Errorf("%+v: late %v by %v, want %v by %v", c.report, got.Late, got.By, c.late, c.by)
		}
	}
	if LatenessOf(core.Instant{}, nil, now).Late {
		t.Error("what is not owed cannot be late")
	}
}

// A report needs a takeaway, and each call somebody whom it addresses (E130).
func TestWhatAReportLacks(t *testing.T) {
	call := CallInput{Text: core.NewText("en", "Publish the figures.")}
	in := TakeawaysInput{Calls: []CallInput{call}}
	rev := documents.Revision{Paragraphs: in.paragraphs()}
	err := errorOf(lacks(Takeaways, Rule{}, Settings{}, rev, nil))
	if core.KindOf(err) != core.KindInvalid {
		t.Fatalf("got %v", err)
	}
	in.Takeaways = []TakeawayInput{{Text: core.NewText("en", "Figures are missing.")}}
	in.Calls[0].To = []string{"government"}
	if err := errorOf(lacks(Takeaways, Rule{}, Settings{}, documents.Revision{Paragraphs: in.paragraphs()}, nil)); err != nil {
		t.Errorf("a complete report lacks %v", err)
	}
	back := inputOf(documents.Revision{Paragraphs: in.paragraphs()})
	if len(back.Takeaways) != 1 || len(back.Calls) != 1 || back.Calls[0].To[0] != "government" {
		t.Errorf("the form of the report is %+v", back)
	}
}
