package corpus

import "math/rand/v2"

// plan holds the numbers that differ between sizes.
type plan struct {
	people   int
	rooms    []string
	sessions map[string]int // by type; main, high-level, ceremony and open-mic follow from hall
	short    int            // town halls of 30 minutes
	hall     []booking
	stage    []booking
	mag      int
	// named is the weight from which a country is sure to be represented; spread
	// prefers countries that are not yet.
	named    int
	spread   bool
	cancel   int
	audience float64 // share of people who hold no role
}

// booking is a place in the timetable that is kept for a type of session, and for one
// session where key names it.
type booking struct {
	day, start, minutes int
	kind, key           string
}

func at(hour, minute int) int { return hour*60 + minute }

var plans = map[Size]plan{
	Full: {
		people: 900,
		rooms:  []string{"hall", "w1", "w2", "w3", "w4", "w5", "w6", "w7", "stage", "studio"},
		sessions: map[string]int{
			"workshop": 79, "open-forum": 40, "town-hall": 24, "day-zero": 40, "lightning": 20,
			"launch-award": 20, "networking": 12, "dc-session": 18, "nri-session": 9,
			"bpf-pn-session": 6, "parliamentary": 5, "youth": 6,
		},
		short: 12,
		hall: []booking{
			{0, at(9, 30), 60, "youth", "Youth summit: questions we bring to the week"},
			{0, at(11, 0), 60, "parliamentary", "Parliamentary track: opening and adoption of the work plan"},
			{0, at(13, 30), 75, "high-level", "After the storm: connectivity as a relief good"},
			{0, at(15, 15), 90, "nri-session", "Coordination session of national, regional and youth initiatives"},
			{1, at(9, 0), 75, "high-level", "Answering for machines: a conversation among decision makers"},
			{1, at(10, 30), 60, "ceremony", "opening"},
			{1, at(13, 30), 60, "ceremony", "statements"},
			{1, at(14, 45), 90, "main", "security"},
			{1, at(16, 30), 90, "main", "inclusion"},
			{2, at(9, 0), 75, "high-level", "Calm under attack: leading through a national incident"},
			{2, at(10, 30), 90, "main", "data"},
			{2, at(13, 30), 90, "main", "ai"},
			{2, at(15, 15), 90, "main", "rights"},
			{2, at(17, 0), 90, "main", "environment"},
			{3, at(8, 45), 75, "high-level", "The price of the last third: leaders on access and debt"},
			{3, at(10, 15), 90, "main", "network"},
			{3, at(13, 30), 90, "main", "initiatives"},
			{3, at(15, 15), 90, "main", "coalitions"},
			{3, at(17, 0), 75, "high-level", "Common goods, common purse: who pays for the shared Internet?"},
			{4, at(8, 30), 90, "main", "legislators-youth"},
			{4, at(10, 15), 90, "main", "cooperation"},
			{4, at(13, 30), 90, "main", "next-ten"},
			{4, at(15, 15), 60, "open-mic", ""},
			{4, at(16, 45), 60, "ceremony", "closing"},
		},
		stage: fullStage(),
		mag:   40, named: 7, cancel: 4, audience: 0.15,
	},
	Small: {
		people: 120,
		rooms:  []string{"hall", "w1", "w2", "stage"},
		sessions: map[string]int{
			"workshop": 7, "open-forum": 5, "town-hall": 2, "day-zero": 4, "lightning": 3,
			"launch-award": 2, "networking": 1, "dc-session": 3, "nri-session": 2,
			"bpf-pn-session": 1, "parliamentary": 1, "youth": 1,
		},
		short: 1,
		hall: []booking{
			{1, at(9, 0), 75, "high-level", "Answering for machines: a conversation among decision makers"},
			{1, at(10, 30), 60, "ceremony", "opening"},
			{1, at(14, 45), 90, "main", "security"},
			{2, at(10, 30), 90, "main", "inclusion"},
			{3, at(13, 30), 90, "main", "ai"},
			{4, at(10, 15), 90, "main", "cooperation"},
			{4, at(15, 15), 60, "open-mic", ""},
			{4, at(16, 45), 60, "ceremony", "closing"},
		},
		stage: []booking{
			{1, at(9, 0), 60, "networking", "Newcomers’ breakfast"},
			{1, at(12, 5), 20, "lightning", ""},
			{1, at(14, 0), 30, "launch-award", ""},
			{2, at(12, 5), 20, "lightning", ""},
			{3, at(12, 5), 20, "lightning", ""},
			{3, at(14, 0), 30, "launch-award", ""},
		},
		mag: 10, named: 99, spread: true, cancel: 1, audience: 0.05,
	},
}

// fullStage is the day of the Village Stage: people meet in the morning, works are
// launched, and in the lunch break come four lightning talks of 20 minutes.
func fullStage() []booking {
	var b []booking
	for day := range 5 {
		breakfast := ""
		if day == 1 {
			breakfast = "Newcomers’ breakfast"
		}
		b = append(b, booking{day, at(9, 0), 60, "networking", breakfast})
		if day != 1 { // the opening ceremony stands alone
			b = append(b, booking{day, at(10, 15), 30, "launch-award", ""})
			if day != 0 {
				b = append(b, booking{day, at(11, 0), 45, "launch-award", ""})
			}
		}
		for talk := range 4 {
			b = append(b, booking{day, at(12, 5) + 20*talk, 20, "lightning", ""})
		}
		b = append(b,
			booking{day, at(14, 0), 30, "launch-award", ""},
			booking{day, at(14, 45), 45, "launch-award", ""},
			booking{day, at(15, 45), 30, "networking", ""})
		switch day {
		case 1:
			b = append(b, booking{day, at(16, 45), 30, "launch-award", ""}, booking{day, at(17, 30), 45, "launch-award", ""})
		case 2, 3:
			evening := ""
			if day == 2 {
				evening = "Women in technical operations: an evening round"
			}
			b = append(b, booking{day, at(17, 30), 45, "networking", evening})
		}
	}
	// 3 + 4 + 4 + 4 + 4 launches so far; the last one closes the third day.
	return append(b, booking{3, at(16, 30), 30, "launch-award", ""})
}

// maker carries what the steps of build hand on to one another.
type maker struct {
	*Corpus
	texts *texts
	plan  plan
	seed  uint64

	drafts []draft      // one per session, until describe
	slots  []slot       // one per session, same order
	idle   map[int]bool // people who only listen
}

// random returns a generator of its own for one step, so that a change in one step does
// not reshuffle the others.
func (g *maker) random(step string) *rand.Rand {
	var h uint64 = 14695981039346656037
	for _, b := range []byte(step) {
		h = (h ^ uint64(b)) * 1099511628211
	}
	return rand.New(rand.NewPCG(g.seed, h)) //nolint:gosec // a sample must come out the same again; nothing here is secret
}
