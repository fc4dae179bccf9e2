package similar

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"plenary/internal/core"
)

// Copies with 20 to 40 of 100 words changed are found as the same in all six languages,
// texts on one topic as alike, and texts that share only a theme are never the same.
func TestTruth(t *testing.T) {
	for _, lang := range core.Langs {
		texts, truth, parts := corpus(lang, 240, 101)
		x := New(texts)
		all := map[string]int{}
		for i := range texts {
			for j := range i {
				all[truth(texts[i].ID, texts[j].ID)]++
			}
		}
		same, alike := map[string]int{}, map[string]int{}
		top := map[string]float64{}
		least := 1.0
		for _, p := range x.Pairs(0) {
			kind := truth(p.A, p.B)
			if p.Kind == KindSame {
				same[kind]++
			}
			alike[kind]++
			top[kind] = max(top[kind], p.Score)
			if kind == reworded {
				least = min(least, p.Score)
				if parts[p.A]+parts[p.B] == 0 {
					t.Errorf("%s: %s and %s are no copies", lang, p.A, p.B)
				}
			}
		}
		found, copies := same[reworded], 0
		for _, n := range same {
			copies += n
		}
		topics := alike[reworded] + alike[sameTopic]
		related := topics
		for _, kind := range []string{sameTheme, unrelated} {
			related += alike[kind]
		}
		recall, precision := share(found, all[reworded]), share(found, copies)
		t.Logf("%s: same: recall %.3f of %d, precision %.3f, least score %.2f; alike: recall %.3f of %d, precision %.3f; highest of one topic %.2f, of one theme %.2f, of none %.2f",
			lang, recall, all[reworded], precision, least, share(topics, all[reworded]+all[sameTopic]), all[reworded]+all[sameTopic], share(topics, related), top[sameTopic], top[sameTheme], top[unrelated])
		if recall < 0.97 || precision < 0.99 {
			t.Errorf("%s: copies: recall %.3f, precision %.3f", lang, recall, precision)
		}
		enough := 0.95
		if lang == "zh" { // half of all pairs lie over the edges of words, and these words are chance
			enough = 0.75
		}
		if r := share(topics, all[reworded]+all[sameTopic]); r < enough {
			t.Errorf("%s: topics: recall %.3f", lang, r)
		}
		if r := share(topics, related); r < 0.9 {
			t.Errorf("%s: topics: precision %.3f", lang, r)
		}
		if top[sameTheme] >= Same || top[unrelated] >= Same {
			t.Errorf("%s: texts of one theme score %.2f, others %.2f", lang, top[sameTheme], top[unrelated])
		}
	}
}

func share(a, b int) float64 {
	if b == 0 {
		return 1
	}
	return float64(a) / float64(b)
}

// All six languages in one index: what a text is like does not depend on the others there.
func TestTogether(t *testing.T) {
	var texts []Text
	truths := map[string]func(a, b string) string{}
	for _, lang := range core.Langs {
		list, truth, _ := corpus(lang, 60, 11)
		texts = append(texts, list...)
		truths[lang] = truth
	}
	copies := 0
	for _, p := range New(texts).Pairs(Same) {
		if p.A[:2] != p.B[:2] || truths[p.A[:2]](p.A, p.B) != reworded {
			t.Errorf("%s and %s are no copies: %.2f, %v", p.A, p.B, p.Score, p.Why)
		}
		copies++
	}
	if copies < 60*97/100 {
		t.Errorf("%d copies of 60", copies)
	}
}

// decorate gives texts tags, people and organisations by chance.
func decorate(g *rand.Rand, texts []Text) {
	names := []string{"Ada Example", "Ben Sample", "Cleo Instance", "Dai Specimen", "Eve Case"}
	some := func() (out []string) {
		for range g.IntN(3) {
			out = append(out, names[g.IntN(len(names))])
		}
		return out
	}
	for i := range texts {
		texts[i].Tags, texts[i].People, texts[i].Orgs = some(), some(), some()
		if g.IntN(3) == 0 {
			texts[i].Body += " SDG 5, 2026, https://example.org/a?b "
		}
	}
}

// A score is the same from both sides, 1 for the text itself, at most 1, the same for
// whatever order the texts came in, and what its reasons add up to.
func TestProperties(t *testing.T) {
	g := rand.New(rand.NewPCG(1, 9))
	for _, lang := range core.Langs {
		texts, _, _ := corpus(lang, 60, 3)
		decorate(g, texts)
		x := New(texts)
		pairs := x.Pairs(0)
		scores := map[[2]string]Match{}
		for _, p := range pairs {
			scores[[2]string{p.A, p.B}] = p
		}
		seen := 0
		for _, a := range texts {
			own := a
			own.ID = "copy"
			self := x.Like(own, 1)
			if len(self) != 1 || self[0].B != a.ID || self[0].Score != 1 || self[0].Kind != KindSame {
				t.Fatalf("%s: itself is %+v", a.ID, self)
			}
			for _, p := range x.Like(a, len(texts)) {
				seen++
				back, ok := scores[[2]string{min(p.A, p.B), max(p.A, p.B)}]
				if !ok || back.Score != p.Score || back.Kind != p.Kind {
					t.Errorf("%s and %s: %v from one side, %v from the other", p.A, p.B, p.Score, back.Score)
				}
				sum := 0.0
				for i, r := range p.Why {
					sum += r.Weight
					if r.Weight <= 0 || r.Text == "" || i > 0 && r.Weight > p.Why[i-1].Weight {
						t.Errorf("%s and %s: %+v", p.A, p.B, p.Why)
					}
				}
				if len(p.Why) == 0 || sum > p.Score+1e-9 || len(p.Why) < MostReasons && math.Abs(sum-p.Score) > 1e-9 || p.Score > 1 {
					t.Errorf("%s and %s score %g; the reasons add up to %g", p.A, p.B, p.Score, sum)
				}
				if (p.Kind == KindSame) != (p.Score >= Same) || p.Score < Alike {
					t.Errorf("%s and %s: %g is %s", p.A, p.B, p.Score, p.Kind)
				}
			}
		}
		if seen != 2*len(pairs) {
			t.Errorf("%s: %d from both sides, %d pairs", lang, seen, len(pairs))
		}
		mixed := slices.Clone(texts)
		g.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		if d := cmp.Diff(pairs, New(mixed).Pairs(0)); d != "" {
			t.Errorf("%s, in another order: %s", lang, d)
		}
		if first := x.Like(texts[0], 1); len(first) > 0 && first[0].B == texts[0].ID {
			t.Error("a text is like itself")
		}
	}
}

// Hostile and empty texts have an answer.
func FuzzLike(f *testing.F) {
	f.Add("en", "A title", "Words and https://example.org/x?y SDG 5 2026", "Ada")
	f.Add("zh", "互联网治理", "目标5，数字包容。2026年AI", "")
	f.Add("ar", "", "الهدف ٥ \x00\xff", "،")
	f.Add("", "", "", "")
	texts, _, _ := corpus("en", 12, 1)
	f.Fuzz(func(t *testing.T, lang, title, body, tag string) {
		own := Text{ID: "own", Lang: lang, Title: title, Body: body, Tags: []string{tag}, People: []string{tag}}
		x := New(append([]Text{own}, texts...))
		for _, m := range append(x.Like(own, 5), x.Pairs(0)...) {
			if !(m.Score >= Alike && m.Score <= 1) || len(m.Why) == 0 {
				t.Errorf("%+v", m)
			}
		}
		other := own
		other.ID = "other"
		if like := x.Like(other, 1); len(newReader().read(own).seq) > 0 && (len(like) != 1 || like[0].Score != 1) {
			t.Errorf("itself: %+v", like)
		}
	})
}
