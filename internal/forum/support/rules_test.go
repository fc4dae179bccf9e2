package support

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/vocab"
)

func FuzzMoney(f *testing.F) {
	for _, s := range []string{"1250", "1 250.50", "1,250.50", "1.250,50", "1.250.000", "0", ".5", "1250.500", "-4", "1e9", "9999999999999999999", "1,2,3", "1 250\u202f000"} {
		f.Add(s, "USD")
		f.Add(s, "JPY")
		f.Add(s, "KWD")
	}
	f.Fuzz(func(t *testing.T, s, currency string) {
		m, err := ParseMoney(s, currency)
		if err != nil {
			return
		}
		if m < 0 || m > mostMoney {
			t.Fatalf("%q: %d", s, m)
		}
		again, err := ParseMoney(m.Plain(currency), currency)
		if err != nil || again != m {
			t.Fatalf("%q: %d is written %q and read as %d, %v", s, m, m.Plain(currency), again, err)
		}
	})
}

// E192: amounts are whole minor units, read as people write them.
func TestMoney(t *testing.T) {
	for _, c := range []struct {
		in, currency string
		want         Money
	}{
		{"1250", "USD", 125000},
		{"1 250.5", "USD", 125050},
		{"1,250.50", "USD", 125050},
		{"1.250,50", "EUR", 125050},
		{"1,250", "USD", 125000},
		{"12,50", "EUR", 1250},
		{"150000", "JPY", 150000},
		{"1.250", "KWD", 1250},
		{"1,250", "KWD", 1250000},
		{"1'250", "CHF", 125000},
		{"0.07", "USD", 7},
	} {
		if m, err := ParseMoney(c.in, c.currency); err != nil || m != c.want {
			t.Errorf("%q %s: %d, %v", c.in, c.currency, m, err)
		}
	}
	for _, s := range []string{"", "-5", "1.2.3", "12.345.6", "1,250,50.1", "1.234,567", "abc", "5 USD", "1..2", "5.", "10.501,", "12 34", "٣"} {
		if m, err := ParseMoney(s, "USD"); err == nil {
			t.Errorf("%q is read as %d", s, m)
		}
	}
	if _, err := ParseMoney("1.5", "JPY"); err == nil {
		t.Error("yen have no decimals")
	}
	if got := Money(125050).Words("fr", "EUR"); !strings.HasSuffix(got, ",50") {
		t.Error(got)
	}
	if got := Money(-7).Plain("USD"); got != "-0.07" {
		t.Error(got)
	}
}

func programme() *Programme {
	return &Programme{Budget: 1000_00, Currency: "USD", Classes: Classes, Criteria: []Criterion{{ByActivity, 3}, {ByBenefit, 3}, {ByAdvice, 1}, {ByNeed, 2}, {ByNew, 2}, {"woman", 1}}, Scorers: 2}
}

// What is blank, and what members with a conflict give, changes no mean.
func TestBlankAndConflictChangeNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	p := programme()
	for range 500 {
		x := &Application{Classes: []string{Classes[r.IntN(4)]}, Stated: []string{}}
		var list []Score
		for i := range 1 + r.IntN(5) {
			s := Score{Account: core.ID("m" + strconv.Itoa(i)), State: ScoreGiven, Marks: map[string]Mark{}}
			for _, code := range p.Marks() {
				if r.IntN(3) > 0 {
					s.Marks[code] = Mark{r.IntN(6), "why"}
				}
			}
			list = append(list, s)
		}
		none := func(core.ID) bool { return false }
		want := standing(p, x, nil, list, none)
		more := append(slices.Clone(list), Score{Account: "blank", State: ScoreGiven, Marks: map[string]Mark{}},
			Score{Account: "declared", State: ScoreConflict, Marks: map[string]Mark{}},
			Score{Account: "found", State: ScoreGiven, Marks: map[string]Mark{ByActivity: {0, "w"}, ByBenefit: {5, "w"}}})
		r.Shuffle(len(more), func(i, j int) { more[i], more[j] = more[j], more[i] })
		got := standing(p, x, nil, more, func(a core.ID) bool { return a == "found" })
		if got.Score != want.Score || got.Given != want.Given || got.Conflicted != 2 {
			t.Fatalf("%+v, not %+v", got, want)
		}
		if want.Score > 5000 || want.Score < -1 {
			t.Fatalf("score %d", want.Score)
		}
	}
}

func TestPlacesShareTies(t *testing.T) {
	got := places(map[core.ID]int{"a": 4000, "b": 3000, "c": 4000, "d": 1000, "e": -1})
	for id, want := range map[core.ID]int{"a": 1, "c": 1, "b": 3, "d": 4, "e": 0} {
		if got[id] != want {
			t.Errorf("%s: place %d", id, got[id])
		}
	}
}

// A selection by rank never spends more than it may, gives nobody something before
// somebody with a better place, and keeps what was chosen by hand.
func TestPlanStaysWithinTheMoney(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		var list []Application
		hand := Money(0)
		for i := range r.IntN(30) {
			x := Application{ID: core.ID("a" + strconv.Itoa(i)), Number: i + 1, Place: r.IntN(12), Asked: Money(r.IntN(300_00))}
			if r.IntN(8) == 0 {
				x.Choice, x.Because, x.Amount = ChoiceOffer, "by hand", Money(r.IntN(100_00))
				hand += x.Amount
			}
			list = append(list, x)
		}
		money, most := Money(r.IntN(2000_00)), Money(r.IntN(2))*100_00
		sum, waiting := Money(0), false
		for _, c := range plan(list, money, most) {
			if c.Choice == ChoiceOffer {
				sum += c.Amount
				if !c.ByHand && waiting {
					t.Fatal("somebody got an offer after somebody who waits")
				}
			} else if !c.ByHand {
				waiting = true
			}
			if most > 0 && !c.ByHand && c.Amount > most {
				t.Fatalf("%d is more than %d", c.Amount, most)
			}
		}
		if sum > max(money, hand) {
			t.Fatalf("%d of %d", sum, money)
		}
	}
	tied := plan([]Application{{ID: "a", Number: 1, Place: 1, Asked: 60}, {ID: "b", Number: 2, Place: 1, Asked: 60}}, 100, 0)
	if !tied[0].OnEdge || !tied[1].OnEdge {
		t.Error("the tie at the end of the money is not seen")
	}
}

// E192: the balance is the sum of the entries, less than nothing is never left, nothing is
// paid that was not committed, and the budget is only exceeded with a reason.
func TestLedgerAdds(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	p := programme()
	for range 300 {
		var list []Entry
		over, undone := false, map[core.ID]bool{}
		for i := range 60 {
			e := Entry{ID: core.ID(strconv.Itoa(i)), Application: core.ID("g" + strconv.Itoa(r.IntN(4))), Kind: EntryKinds[r.IntN(5)], Amount: Money(1 + r.IntN(400_00))}
			if len(list) > 0 && r.IntN(5) == 0 {
				if was := list[r.IntN(len(list))]; was.Reverses == "" && !undone[was.ID] {
					e = Entry{ID: e.ID, Application: was.Application, Kind: was.Kind, Amount: -was.Amount, Reverses: was.ID}
				}
			}
			if r.IntN(20) == 0 {
				e.Over = "decided so"
			}
			was, _ := Reckon(list)
			now, all := Reckon(append(slices.Clone(list), e))
			if refuse(p, was[e.Application], now[e.Application], all.Used, 0, e.Over) != nil {
				continue
			}
			over = over || all.Used > p.Budget && e.Over != ""
			list = append(list, e)
			undone[e.Reverses] = true
		}
		of, all := Reckon(list)
		sum := Money(0)
		for _, e := range list {
			sum += e.Signed()
		}
		if sum != all.Balance || all.Balance != all.Committed-all.Spent {
			t.Fatalf("balance %d, entries %d, committed %d, spent %d", all.Balance, sum, all.Committed, all.Spent)
		}
		for id, x := range of {
			if x.Committed < 0 || x.Spent < 0 {
				t.Fatalf("%s: %+v", id, x)
			}
		}
		if all.Used > p.Budget && !over {
			t.Fatalf("%d of %d without a reason", all.Used, p.Budget)
		}
	}
}

func TestJudge(t *testing.T) {
	p := programme()
	x := &Application{ID: "a", Number: 3, Complete: true}
	graduated := []vocab.Membership{{Class: "LDC", From: "1971-11-18", Until: "2023-12-13", Source: "list"}}
	if !broken(judge(p, x, "2024-01-01", graduated, 3, nil, core.Instant{})) {
		t.Error("the country left the class before")
	}
	if f := judge(p, x, "2023-12-12", graduated, 3, nil, core.Instant{}); broken(f) || f[1].Classes[0].Source != "list" {
		t.Errorf("%+v", f)
	}
	if !broken(judge(p, x, "2023-12-12", graduated, 1, nil, core.Instant{})) {
		t.Error("she handed in another before")
	}
	p.Classes = []string{"SIDS"}
	if !broken(judge(p, x, "2023-12-12", graduated, 3, nil, core.Instant{})) {
		t.Error("the class is not supported")
	}
}
