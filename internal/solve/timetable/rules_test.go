package timetable

import (
	"slices"
	"strings"
	"testing"
)

// two is a problem of two sessions of an hour in two rooms on two days, in which every
// rule warns and a unit costs 1.
func two(change func(p *Problem)) *Problem {
	p := &Problem{
		Step: 5, Venues: 2, Travel: [][]int{{0, 20}, {20, 0}},
		Days:     []Day{{540, 1080, []Span{{720, 780}}}, {1980, 2520, nil}},
		Rooms:    []Room{{}, {Venue: 1}},
		Sessions: []Session{{Length: 60, Theme: -1, Day: -1}, {Length: 60, Theme: -1, Day: -1}},
		Actors:   []Actor{{}, {Organisation: true}},
	}
	for rule := range p.Rules {
		p.Rules[rule] = Setting{Level: Warn, Weight: 1}
	}
	change(p)
	return p
}

func both(change func(x *Session)) func(*Problem) {
	return func(p *Problem) {
		change(&p.Sessions[0])
		change(&p.Sessions[1])
	}
}

// TestRules shows each rule by itself: the only thing found, and how much of it.
func TestRules(t *testing.T) {
	same := []Place{{0, 600}, {0, 630}}    // overlap by 30 minutes in one room
	next := []Place{{0, 590}, {0, 655}}    // 5 minutes between them
	aside := []Place{{0, 600}, {1, 630}}   // overlap in different rooms
	after := []Place{{0, 590}, {1, 655}}   // 5 minutes between, different rooms
	morrow := []Place{{0, 600}, {0, 2040}} // on different days
	relation := func(kind RelationKind, minutes int) func(*Problem) {
		return func(p *Problem) { p.Relations = []Relation{{kind, 0, 1, minutes}} }
	}
	for _, x := range []struct {
		rule   Rule
		amount int
		at     []Place
		change func(p *Problem)
	}{
		{RuleRoomTwice, 30, same, func(*Problem) {}},
		{RuleRoomClosed, 20, morrow, func(p *Problem) { p.Rooms[0].Open = []Span{{0, 620}, {620, 640}, {2000, 3000}} }},
		{RuleRoomSmall, 15, morrow, func(p *Problem) { p.Rooms[0].Capacity, p.Sessions[0].Expected, p.Sessions[1].Seats = 50, 65, 50 }},
		{RuleRoomSmall, 5, morrow, func(p *Problem) { p.Rooms[0].Capacity, p.Sessions[0].Seats = 50, 55 }},
		{RuleRoomServices, 2, morrow, func(p *Problem) { p.Rooms[0].Services, p.Sessions[0].Needs = 4, 7 }},
		{RuleRoomChangeover, 10, next, func(p *Problem) { p.Rooms[0].Changeover = 15 }},
		{RuleRoomWrong, 1, morrow, func(p *Problem) { p.Sessions[1].Rooms = []int{1} }},
		{RulePersonTwice, 30, aside, both(func(x *Session) { x.Actors = []int{0} })},
		{RuleOrganisationTwice, 30, aside, both(func(x *Session) { x.Actors = []int{1} })},
		{RuleTravelShort, 15, after, both(func(x *Session) { x.Actors = []int{0} })},
		{RulePersonAway, 25, morrow, func(p *Problem) {
			p.Sessions[0].Actors, p.Actors[0].Away = []int{0}, []Span{{0, 610}, {605, 615}, {650, 700}}
		}},
		{RuleMainParallel, 30, aside, func(p *Problem) {
			both(func(x *Session) { x.Main = true })(p)
			p.Rooms[0].Hall, p.Rooms[1].Hall = true, true
		}},
		{RuleMainBeside, 30, aside, func(p *Problem) { p.Sessions[0].Main, p.Rooms[0].Hall = true, true }},
		{RuleMainHall, 1, morrow, func(p *Problem) { p.Sessions[0].Main = true }},
		{RuleGapShort, 10, next, func(p *Problem) { p.Sessions[0].Gap, p.Sessions[1].Gap = 15, 30 }},
		{RuleThemeParallel, 1, aside, both(func(x *Session) { x.Theme = 3 })},
		{RuleTrackParallel, 2, aside, both(func(x *Session) { x.Tracks = []int{1, 4} })},
		{RuleAlikeParallel, 80, aside, func(p *Problem) { p.Alike = []Likeness{{1, 0, 80}, {0, 1, 70}} }},
		{RuleOrder, 10, after, relation(Before, 15)},
		{RuleSameDay, 1, morrow, relation(SameDay, 0)},
		{RuleAdjacent, 5, after, relation(Adjacent, 0)},
		{RuleAdjacent, 30, aside, relation(Adjacent, 0)},
		{RuleAdjacent, farApart, morrow, relation(Adjacent, 0)},
		{RuleApart, 30, aside, relation(Apart, 0)},
		{RuleApart, 5, after, relation(Apart, 10)},
		{RuleSameRoom, 1, after, relation(SameRoom, 0)},
		{RuleWindow, 10, morrow, func(p *Problem) { p.Sessions[0].Windows = []Span{{540, 640}, {610, 700}} }},
		{RuleWindow, 60, morrow, func(p *Problem) { p.Sessions[0].Day = 1 }},
		{RuleOutsideDay, 10, []Place{{0, 530}, {0, 2040}}, func(*Problem) {}},
		{RuleInBreak, 20, []Place{{0, 680}, {0, 2040}}, func(*Problem) {}},
		{RuleNight, 5, morrow, func(p *Problem) {
			p.Night = [][]uint8{slices.Repeat([]uint8{1}, 130), append(make([]uint8, 131), 2)}
			p.Sessions[0].Remote = []int{0, 1, 1}
		}},
		{RuleDayFull, 1, after, func(p *Problem) {
			both(func(x *Session) { x.Actors = []int{1} })(p)
			p.Rules[RuleTravelShort].Level, p.Actors[1].Most, p.Rules[RuleDayFull].Limit = Ignore, 1, 3
		}},
		{RuleWishTime, 1, morrow, func(p *Problem) { p.Sessions[0].Preferred = []Span{{615, 1080}} }},
		{RuleWishRoom, 1, morrow, func(p *Problem) { p.Sessions[0].PreferredRooms = []int{1} }},
		{RuleUnplaced, 1, []Place{{0, 600}, Nowhere}, func(*Problem) {}},
	} {
		p := two(x.change)
		if err := p.Check(); err != nil {
			t.Fatal(err)
		}
		r := Evaluate(p, x.at)
		if len(r.Findings) != 1 || r.Findings[0].Rule != x.rule || r.Findings[0].Amount != x.amount || r.Cost != int64(x.amount) || r.Blocks != 0 {
			t.Errorf("%s, %d: %+v", x.rule, x.amount, r)
		}
		p.Rules[x.rule].Level = Block
		if r := Evaluate(p, x.at); r.Blocks != 1 || r.Hard != int64(1000+x.amount) || r.Cost != 0 {
			t.Errorf("%s blocks: %+v", x.rule, r)
		}
		p.Rules[x.rule].Level = Ignore
		if r := Evaluate(p, x.at); len(r.Findings) != 0 {
			t.Errorf("%s is ignored: %+v", x.rule, r)
		}
	}
}

// TestMainSessions is the clash of two main sessions in one hall of which the one ends at
// 15:50 and the other starts at 15:45.
func TestMainSessions(t *testing.T) {
	p := two(func(p *Problem) {
		both(func(x *Session) { x.Main, x.Gap, x.Length = true, 15, 80 })(p)
		p.Rooms[0].Hall = true
		p.Rules = DefaultRules()
	})
	r := Evaluate(p, []Place{{0, 14*60 + 30}, {0, 15*60 + 45}})
	var got []string
	for _, f := range r.Findings {
		got = append(got, f.Rule.String())
	}
	if strings.Join(got, " ") != "room-twice main-parallel" || r.Findings[0].Amount != 5 || r.Findings[0].Session != 0 || r.Findings[0].Other != 1 {
		t.Errorf("%+v", r.Findings)
	}
	r = Evaluate(p, []Place{{0, 14*60 + 30}, {0, 15*60 + 55}})
	if len(r.Findings) != 1 || r.Findings[0].Rule != RuleGapShort || r.Findings[0].Amount != 10 {
		t.Errorf("%+v", r.Findings)
	}
}

// TestSharedRooms: informal rooms and posters take several at once.
func TestSharedRooms(t *testing.T) {
	at := []Place{{0, 600}, {0, 600}}
	p := two(func(p *Problem) { p.Rooms[0].Informal, p.Rooms[0].Changeover = true, 15 })
	if r := Evaluate(p, at); len(r.Findings) != 0 {
		t.Errorf("informal: %+v", r.Findings)
	}
	p = two(both(func(x *Session) { x.Poster, x.Gap = true, 15 }))
	if r := Evaluate(p, at); len(r.Findings) != 0 {
		t.Errorf("posters: %+v", r.Findings)
	}
	p.Sessions[1].Poster = false
	if r := Evaluate(p, at); len(r.Findings) != 1 {
		t.Errorf("one poster: %+v", r.Findings)
	}
}

func TestSlugs(t *testing.T) {
	for _, rule := range AllRules() {
		if got, ok := ParseRule(rule.String()); !ok || got != rule {
			t.Errorf("%d %s", rule, rule)
		}
	}
	for _, l := range []Level{Ignore, Warn, Block} {
		if got, ok := ParseLevel(l.String()); !ok || got != l {
			t.Errorf("%d %s", l, l)
		}
	}
	if _, ok := ParseRule("unknown"); ok || Rule(99).String() != "unknown" || Level(-1).String() != "unknown" {
		t.Error("there is a rule that is none")
	}
}

// TestCheck: a problem that is none says so, and where.
func TestCheck(t *testing.T) {
	for want, change := range map[string]func(p *Problem){
		"step 0":                  func(p *Problem) { p.Step = 0 },
		"day 1 ends at 5":         func(p *Problem) { p.Days[1] = Day{From: 9, Until: 5} },
		"day 1 begins before":     func(p *Problem) { p.Days[1].From = 600 },
		"break of day 0":          func(p *Problem) { p.Days[0].Breaks[0].Until = 0 },
		"night of zone 0 is 3":    func(p *Problem) { p.Night = [][]uint8{{0, 3}} },
		"travel is known for 1":   func(p *Problem) { p.Travel = p.Travel[:1] },
		"travel from venue 1":     func(p *Problem) { p.Travel[1][0] = -1 },
		"room 0 is at venue 2":    func(p *Problem) { p.Rooms[0].Venue = 2 },
		"room 1 has a capacity":   func(p *Problem) { p.Rooms[1].Capacity = -1 },
		"opening of room 1":       func(p *Problem) { p.Rooms[1].Open = []Span{{5, 5}} },
		"actor 1":                 func(p *Problem) { p.Actors[1].Most = -1 },
		"absence of actor 0":      func(p *Problem) { p.Actors[0].Away = []Span{{9, 5}} },
		"session 1 lasts 0":       func(p *Problem) { p.Sessions[1].Length = 0 },
		"session 0 has a gap":     func(p *Problem) { p.Sessions[0].Gap = -1 },
		"session 0 is on day 2":   func(p *Problem) { p.Sessions[0].Day = 2 },
		"session 0 has an actor":  func(p *Problem) { p.Sessions[0].Actors = []int{2} },
		"session 0 names a room":  func(p *Problem) { p.Sessions[0].PreferredRooms = []int{-1} },
		"session 1 has a speaker": func(p *Problem) { p.Sessions[1].Remote = []int{0} },
		"window of session 1":     func(p *Problem) { p.Sessions[1].Windows = []Span{{2, 1}} },
		"relation 0 is not":       func(p *Problem) { p.Relations = []Relation{{SameDay, 1, 1, 0}} },
		"relation 0 has no kind":  func(p *Problem) { p.Relations = []Relation{{9, 0, 1, 0}} },
		"relation 0 has minutes":  func(p *Problem) { p.Relations = []Relation{{Apart, 0, 1, -1}} },
		"likeness 0":              func(p *Problem) { p.Alike = []Likeness{{0, 1, 101}} },
		"rule room-small":         func(p *Problem) { p.Rules[RuleRoomSmall].Weight = -1 },
	} {
		if err := two(change).Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	if err := two(func(*Problem) {}).Check(); err != nil {
		t.Error(err)
	}
}
