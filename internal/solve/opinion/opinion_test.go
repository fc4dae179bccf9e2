package opinion_test

import (
	"math"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"testing"

	"plenary/internal/formats/opinioncsv"
	"plenary/internal/solve/opinion"
	"plenary/internal/testkit"
)

// conversation invents people of so many camps, each of which leans one way on each
// statement; some statements everybody shares. Not everybody votes on everything.
func conversation(seed uint64, people, statements, camps int, seen float64) (votes [][]opinion.Cast, camp []int) {
	r := rand.New(rand.NewPCG(seed, 1))
	lean := make([][]float64, camps)
	for c := range lean {
		lean[c] = make([]float64, statements)
		for s := range lean[c] {
			lean[c][s] = []float64{.08, .92}[r.IntN(2)]
			if s%5 == 0 {
				lean[c][s] = .93 // shared
			}
		}
	}
	for range people {
		c := r.IntN(camps)
		var row []opinion.Cast
		for s := range statements {
			if r.Float64() > seen {
				continue
			}
			v := opinion.Disagree
			switch x := r.Float64(); {
			case x < lean[c][s]*.95:
				v = opinion.Agree
			case x > .95:
				v = opinion.Pass
			}
			row = append(row, opinion.Cast{Statement: s, Vote: v})
		}
		votes, camp = append(votes, row), append(camp, c)
	}
	return votes, camp
}

// The camps from which the votes come are found, whatever their number.
func TestCampsAreFound(t *testing.T) {
	for camps := 2; camps <= 4; camps++ {
		for seed := range uint64(5) {
			votes, camp := conversation(seed, 240, 40, camps, .7)
			r := opinion.Find(votes, 40, opinion.Options{})
			var found []int
			for _, p := range r.Participants {
				found = append(found, p.Group)
			}
			if rand, _, _ := opinion.Agreement(found, camp); rand < .8 && camps < 4 || len(r.Sizes) < 2 {
				t.Errorf("%d camps, seed %d: groups %v, agreement %.2f", camps, seed, r.Sizes, rand)
			}
			for s := 0; s < 40; s += 5 {
				if r.Statements[s].Consensus < math.Pow(.75, float64(len(r.Sizes))) {
					t.Errorf("%d camps, seed %d: all share statement %d, its consensus is %.2f", camps, seed, s, r.Statements[s].Consensus)
				}
			}
		}
	}
}

// The same votes give the same result, in whatever order people come.
func TestDeterministic(t *testing.T) {
	votes, _ := conversation(7, 300, 30, 3, .6)
	a, b := opinion.Find(votes, 30, opinion.Options{}), opinion.Find(votes, 30, opinion.Options{})
	if !reflect.DeepEqual(a, b) {
		t.Error("two runs differ")
	}
	turned := slices.Clone(votes)
	slices.Reverse(turned)
	c := opinion.Find(turned, 30, opinion.Options{})
	slices.Reverse(c.Participants)
	if !reflect.DeepEqual(a, c) {
		t.Error("in another order people are grouped otherwise")
	}
}

// Who has voted too little is not placed, but counted.
func TestFewVotes(t *testing.T) {
	votes, _ := conversation(3, 60, 20, 2, .9)
	votes = append(votes, []opinion.Cast{{Statement: 0, Vote: opinion.Agree}}, nil)
	r := opinion.Find(votes, 20, opinion.Options{})
	if r.Participants[60].Group != opinion.NoGroup || r.Participants[61].Group != opinion.NoGroup {
		t.Error("somebody with one vote was placed")
	}
	all := 0
	for _, row := range votes {
		for _, c := range row {
			if c.Statement == 0 {
				all++
			}
		}
	}
	if r.Statements[0].All.Seen() != all {
		t.Errorf("%d votes on the first statement, want %d", r.Statements[0].All.Seen(), all)
	}
}

// Nothing, one person, and people who all vote alike are no error.
func TestSmall(t *testing.T) {
	alike := [][]opinion.Cast{}
	for range 9 {
		alike = append(alike, []opinion.Cast{{0, opinion.Agree}, {1, opinion.Agree}, {2, opinion.Disagree}})
	}
	for name, d := range map[string]struct {
		votes      [][]opinion.Cast
		statements int
		groups     int
	}{
		"nobody": {nil, 5, 0}, "no statements": {[][]opinion.Cast{nil, nil}, 0, 0},
		"one": {alike[:1], 3, 1}, "alike": {alike, 3, 1},
	} {
		if r := opinion.Find(d.votes, d.statements, opinion.Options{}); len(r.Sizes) != d.groups {
			t.Errorf("%s: groups %v, want %d", name, r.Sizes, d.groups)
		}
	}
}

// The groups that Polis published are found again for the most part, and the formula of
// consensus is theirs to the last digit.
func TestPublishedGroups(t *testing.T) {
	for _, d := range []struct {
		name  string
		least float64 // share of participants in the same group
	}{{"brexit-consensus", .95}, {"15-per-hour-seattle", .85}, {"london.youth.policing", .85}} {
		c, err := opinioncsv.Read(os.DirFS(testkit.Shared(t, "fixtures/opinion/"+d.name)))
		if err != nil {
			t.Fatal(err)
		}
		all, counted := make([][]opinion.Cast, len(c.Participants)), make([][]opinion.Cast, len(c.Participants))
		published := make([]int, len(c.Participants))
		for i, p := range c.Participants {
			published[i] = p.Group
			for _, v := range p.Votes {
				cast := opinion.Cast{Statement: v.Statement, Vote: opinion.Vote(v.Value)}
				all[i] = append(all[i], cast)
				if c.Statements[v.Statement].Moderated >= 0 {
					counted[i] = append(counted[i], cast)
				}
			}
		}
		r := opinion.Find(counted, len(c.Statements), opinion.Options{})
		var found []int
		for _, p := range r.Participants {
			found = append(found, p.Group)
		}
		_, same, n := opinion.Agreement(found, published)
		if got := float64(same) / float64(n); got < d.least {
			t.Errorf("%s: %d of %d in the published group", d.name, same, n)
		}
		for i, x := range opinion.Consensus(all, len(c.Statements), published) {
			if math.Abs(x-*c.Statements[i].Consensus) > 1e-6 {
				t.Errorf("%s: consensus on %s is %.6f, published %.6f", d.name, c.Statements[i].ID, x, *c.Statements[i].Consensus)
			}
		}
	}
}

func TestAgreement(t *testing.T) {
	for _, d := range []struct {
		a, b []int
		rand float64
		same int
	}{
		{[]int{0, 0, 1, 1}, []int{1, 1, 0, 0}, 1, 4},
		{[]int{0, 0, 1, 1, -1}, []int{5, 5, 5, 5, 1}, 0, 2},
		{[]int{0, 0, 0, 1, 1, 1}, []int{0, 0, 1, 1, 2, 2}, 0.2424, 4},
	} {
		if rand, same, _ := opinion.Agreement(d.a, d.b); math.Abs(rand-d.rand) > 1e-3 || same != d.same {
			t.Errorf("%v and %v: %.4f and %d, want %.4f and %d", d.a, d.b, rand, same, d.rand, d.same)
		}
	}
}

// 100,000 votes: 2,500 people on 80 statements.
func BenchmarkFind(b *testing.B) {
	votes, _ := conversation(1, 2500, 80, 4, .5)
	n := 0
	for _, row := range votes {
		n += len(row)
	}
	b.ReportMetric(float64(n), "votes")
	for b.Loop() {
		opinion.Find(votes, 80, opinion.Options{})
	}
}

// Who asks for one group at most gets one.
func TestOneGroupAtMost(t *testing.T) {
	votes, _ := conversation(1, 40, 10, 3, 1)
	r := opinion.Find(votes, 10, opinion.Options{MaxGroups: 1})
	if len(r.Sizes) != 1 || r.Sizes[0] != 40 {
		t.Errorf("%v", r.Sizes)
	}
}
