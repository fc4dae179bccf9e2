package nights_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/solve/nights"
)

func TestBurden(t *testing.T) {
	want := "222221110000000000111112"
	for h := range 24 {
		if got := nights.Burden(h); got != want[h]-'0' {
			t.Errorf("hour %d: %d", h, got)
		}
	}
}

func TestAt(t *testing.T) {
	day := func(s string) time.Time {
		at, err := time.Parse("2006-01-02 15:04", s)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for _, x := range []struct {
		start  string
		length time.Duration
		zone   string
		want   nights.Load
		worst  uint8
	}{
		{"2026-06-10 12:00", time.Hour, "UTC", 0, nights.Green},
		{"2026-06-10 18:00", time.Hour, "UTC", 1000, nights.Yellow},
		{"2026-06-10 23:00", time.Hour, "UTC", 2000, nights.Red},
		{"2026-06-10 22:30", time.Hour, "UTC", 1500, nights.Red},
		{"2026-06-10 17:00", 90 * time.Minute, "UTC", 500, nights.Yellow},
		{"2026-06-10 14:00", time.Hour, "Asia/Kolkata", 1000, nights.Yellow},     // 19:30
		{"2026-06-10 13:00", 2 * time.Hour, "Asia/Kolkata", 2000, nights.Yellow}, // 18:30
		{"2026-06-10 15:45", time.Hour, "Asia/Kathmandu", 1000, nights.Yellow},   // 21:30
		{"2026-06-10 05:00", time.Hour, "Europe/Paris", 1000, nights.Yellow},     // 07:00 in summer
		{"2026-01-10 05:00", time.Hour, "Europe/Paris", 1000, nights.Yellow},     // 06:00 in winter
		{"2026-06-10 06:00", time.Hour, "Europe/Paris", 0, nights.Green},         // 08:00 in summer
		{"2026-01-10 06:00", time.Hour, "Europe/Paris", 1000, nights.Yellow},     // 07:00 in winter
		{"2026-10-25 00:00", 3 * time.Hour, "Europe/Paris", 6000, nights.Red},    // 02:00, 02:00 again, 03:00
		{"2026-03-29 00:30", time.Hour, "Europe/Paris", 2000, nights.Red},        // 01:30, then 03:00
		{"2026-04-04 17:30", time.Hour, "Australia/Lord_Howe", 2000, nights.Red},
	} {
		at, zone := day(x.start), core.Zone(x.zone)
		if got := nights.At(at, x.length, zone); got != x.want {
			t.Errorf("%s, %s, %s: %d, want %d", x.start, x.length, x.zone, got, x.want)
		}
		if got := nights.Worst(at, x.length, zone); got != x.worst {
			t.Errorf("%s, %s, %s: worst %d, want %d", x.start, x.length, x.zone, got, x.worst)
		}
	}
}

var zones = []string{
	"Africa/Nairobi", "Africa/Lagos", "Asia/Tokyo", "Asia/Kolkata", "Asia/Dubai", "Pacific/Auckland", "Europe/Warsaw", "Asia/Tbilisi",
	"America/Sao_Paulo", "America/Mexico_City", "Europe/Paris", "America/New_York", "America/Los_Angeles", "Australia/Sydney", "UTC",
}

// random is a series of meetings with regions of some places each.
func random(r *rand.Rand, meetings int) nights.Problem {
	p := nights.Problem{Length: time.Duration(1+r.IntN(6)) * 30 * time.Minute}
	for range 1 + r.IntN(6) {
		var region nights.Region
		for range 1 + r.IntN(4) {
			region = append(region, nights.Place{Zone: core.Zone(zones[r.IntN(len(zones))]), Weight: int64(r.IntN(5))})
		}
		p.Regions = append(p.Regions, region)
		p.Before = append(p.Before, nights.Load(r.IntN(5)*500))
	}
	day := time.Date(2026, time.Month(1+r.IntN(12)), 1+r.IntN(28), 0, 0, 0, 0, time.UTC)
	every := []int{7, 14, 28}[r.IntN(3)]
	for m := range meetings {
		row := make([]time.Time, 24)
		for h := range row {
			row[h] = day.AddDate(0, 0, m*every).Add(time.Duration(h) * time.Hour)
			if r.IntN(40) == 0 {
				row[h] = time.Time{}
			}
		}
		p.Starts = append(p.Starts, row)
	}
	return p
}

// The rotation is never worse than the best single time by the same measure, is made of
// hours that exist, and is what Weigh says of it.
func TestRotationIsNeverWorse(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 80 {
		p := random(r, 1+r.IntN(12))
		got := p.Rotate()
		again, ok := p.Weigh(got.Times)
		if !ok || again.Worst != got.Worst || again.Sum != got.Sum || !slices.Equal(again.Totals, got.Totals) {
			t.Fatalf("%+v weighs %+v, %v", got, again, ok)
		}
		if single, ok := p.Single(); ok && single.Better(got) {
			t.Fatalf("the single time is better: %+v than %+v", single, got)
		}
		if once := p.Rotate(); !slices.Equal(once.Times, got.Times) {
			t.Fatalf("not the same twice: %v, %v", got.Times, once.Times)
		}
	}
}

// The order of regions and places changes nothing.
func TestOrderDoesNotMatter(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 50 {
		p := random(r, 1+r.IntN(9))
		got := p.Rotate()
		q := nights.Problem{Starts: p.Starts, Length: p.Length}
		for _, i := range r.Perm(len(p.Regions)) {
			region := slices.Clone(p.Regions[i])
			r.Shuffle(len(region), func(a, b int) { region[a], region[b] = region[b], region[a] })
			q.Regions, q.Before = append(q.Regions, region), append(q.Before, p.Before[i])
		}
		other := q.Rotate()
		if !slices.Equal(got.Times, other.Times) || got.Worst != other.Worst || got.Sum != other.Sum {
			t.Fatalf("%v becomes %v", got, other)
		}
	}
}

// What is called proven is as good as the best of all plans.
func TestProvenIsBest(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	proven := 0
	for range 30 {
		p := random(r, 2+r.IntN(2))
		for m := range p.Starts {
			p.Starts[m] = p.Starts[m][4:13]
		}
		got := p.Rotate()
		if !got.Proven {
			continue
		}
		proven++
		times := make([]int, len(p.Starts))
		var each func(m int)
		each = func(m int) {
			if m < len(times) {
				for i := range p.Starts[0] {
					times[m] = i
					each(m + 1)
				}
				return
			}
			if plan, ok := p.Weigh(times); ok && (plan.Worst < got.Worst || plan.Worst == got.Worst && plan.Sum < got.Sum) {
				t.Fatalf("%v is better: %d, %d; found %v: %d, %d", times, plan.Worst, plan.Sum, got.Times, got.Worst, got.Sum)
			}
		}
		each(0)
	}
	if proven < 25 {
		t.Errorf("only %d of 30 searches were complete", proven)
	}
}

// Two people on opposite sides of the earth share the nights; meetings with the same
// clocks take their times in turn.
func TestTurns(t *testing.T) {
	p := nights.Problem{Length: 8 * time.Hour, Regions: []nights.Region{
		{{Zone: time.FixedZone("a", 0)}}, {{Zone: time.FixedZone("b", 12*3600)}},
	}}
	for m := range 6 {
		row := make([]time.Time, 24)
		for h := range row {
			row[h] = time.Date(2026, 1, 1+7*m, h, 0, 0, 0, time.UTC)
		}
		p.Starts = append(p.Starts, row)
	}
	single, _ := p.Single()
	got := p.Rotate()
	if got.Worst >= single.Worst && got.Sum >= single.Sum || got.Totals[0] != got.Totals[1] {
		t.Errorf("single %+v, rotation %+v", single, got)
	}
}

func BenchmarkRotate(b *testing.B) {
	r := rand.New(rand.NewPCG(7, 8))
	p := random(r, 26)
	for b.Loop() {
		p.Rotate()
	}
}
