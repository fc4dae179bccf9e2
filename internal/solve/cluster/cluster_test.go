package cluster

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func en(id, text string) Item {
	return Item{ID: id, Group: "t", Lang: "en", Texts: map[string]string{"en": text}}
}

func ids(c Cluster) string {
	var out []string
	for _, m := range c.Members {
		out = append(out, m.ID)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// What speaks of the same comes together and says by which words; what speaks of
// nothing else stands alone.
func TestWordsMakeClusters(t *testing.T) {
	got := Make([]Item{
		en("a", "Community networks need spectrum that they can afford."),
		en("b", "Spectrum fees for a community network should follow coverage."),
		en("c", "Children's encryption apps must be safe by design."),
		en("d", "Strong encryption protects children too."),
		en("e", "Archives rot."),
	}, nil)
	if len(got) != 3 || ids(got[0])+"|"+ids(got[1])+"|"+ids(got[2]) != "a b|c d|e" {
		t.Fatalf("clusters %+v", got)
	}
	var words []string
	for _, w := range got[0].Words {
		words = append(words, w.Word)
	}
	for _, want := range []string{"community", "network", "spectrum"} {
		if !slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, want) }) {
			t.Errorf("named by %v, without %q", words, want)
		}
	}
	if m := got[0].Members[0]; math.Abs(m.Share-0.5) > 1e-9 || len(m.Words) != len(words) {
		t.Errorf("of two members one has %v of the words %v", m.Share, m.Words)
	}
}

// The six languages: words with and without spaces, with their endings.
func TestSixLanguages(t *testing.T) {
	for lang, texts := range map[string][3]string{
		"en": {"Networks of communities need spectrum.", "The community network asks for spectrum.", "Children learn."},
		"fr": {"Les réseaux communautaires ont besoin de fréquences.", "L’accès aux fréquences pour le réseau communautaire.", "Les enfants apprennent."},
		"es": {"Las redes comunitarias necesitan espectro.", "El espectro para la red comunitaria.", "Los niños aprenden."},
		"ru": {"Общинным сетям нужен радиочастотный спектр.", "Спектр для общинной сети.", "Дети учатся."},
		"ar": {"تحتاج الشبكات المجتمعية إلى الطيف الترددي", "الطيف للشبكة المجتمعية", "الأطفال يتعلمون"},
		"zh": {"社区网络需要可负担的频谱。", "频谱费用应照顾社区网络。", "儿童在学习。"},
	} {
		var items []Item
		for i, s := range texts {
			items = append(items, Item{ID: strconv.Itoa(i), Group: "t", Lang: lang, Texts: map[string]string{lang: s}})
		}
		got := Make(items, nil)
		if len(got) != 2 || ids(got[0]) != "0 1" || len(got[0].Words) == 0 || got[0].Words[0].Lang != lang {
			t.Errorf("%s: %+v", lang, got)
		}
	}
}

// A text and its translation are compared in the language that both have.
func TestCommonLanguage(t *testing.T) {
	got := Make([]Item{
		{ID: "a", Lang: "fr", Texts: map[string]string{"fr": "Le spectre coûte cher.", "en": "Spectrum is expensive."}},
		{ID: "b", Lang: "en", Texts: map[string]string{"en": "Expensive spectrum."}},
		{ID: "c", Lang: "zh", Texts: map[string]string{"zh": "频谱昂贵。"}},
	}, nil)
	if len(got) != 2 || ids(got[0]) != "a b" || ids(got[1]) != "c" {
		t.Errorf("%+v", got)
	}
}

// What a person has put into a cluster stays there, what is like it joins, and an empty
// one stays.
func TestMadeByHand(t *testing.T) {
	items := []Item{
		en("a", "Spectrum for community networks."), en("b", "Spectrum of networks in the community."),
		en("c", "Encryption keeps children safe."), en("d", "Safe children, strong encryption."),
	}
	items[2].Fixed, items[0].Fixed = "k1", "k1"
	got := Make(items, []string{"k2", "k1", "k1"})
	if len(got) < 2 || got[0].Key != "k2" || len(got[0].Members) != 0 || got[1].Key != "k1" {
		t.Fatalf("%+v", got)
	}
	if s := ids(got[1]); !strings.Contains(s, "a") || !strings.Contains(s, "c") {
		t.Errorf("the cluster made by hand has %s", s)
	}
	items[2].Fixed = "gone"
	for _, c := range Make(items, []string{"k2"}) {
		if c.Key == "gone" {
			t.Error("a cluster that is no more came back")
		}
	}
}

// random texts of few words, so that many are alike.
func random(r *rand.Rand) (items []Item, fixed []string) {
	vocabulary := strings.Fields("spectrum network community encryption children archive gender access climate data trust labour energy school court law fees rural cable market")
	fixed = []string{"k1", "k2"}
	for i := range r.IntN(40) {
		it := Item{ID: "i" + strconv.Itoa(i), Group: "g" + strconv.Itoa(r.IntN(3)), Lang: "en", Texts: map[string]string{}}
		for _, lang := range []string{"en", "fr"} {
			var words []string
			for range r.IntN(7) {
				words = append(words, vocabulary[r.IntN(len(vocabulary))])
			}
			if r.IntN(3) > 0 {
				it.Texts[lang] = strings.Join(words, " ")
			}
		}
		it.Fixed = []string{"", "", "", "k1", "k2", "k9"}[r.IntN(6)]
		items = append(items, it)
	}
	return items, fixed
}

// The same comes out every time and in whatever order the texts are given; each text is
// in exactly one cluster; groups stay apart but by hand; shares are of one.
func TestEveryTextInOneCluster(t *testing.T) {
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 1))
		items, fixed := random(r)
		got := Make(items, fixed)
		want, _ := json.Marshal(got)
		for range 3 {
			mixed := slices.Clone(items)
			r.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
			if again, _ := json.Marshal(Make(mixed, fixed)); string(again) != string(want) {
				t.Fatalf("seed %d: another order, other clusters:\n%s\n%s", seed, want, again)
			}
		}
		in := map[string]string{}
		for _, c := range got {
			if !c.Fixed && len(c.Groups) != 1 {
				t.Errorf("seed %d: %s has the groups %v", seed, c.Key, c.Groups)
			}
			total := 0.0
			for _, m := range c.Members {
				if in[m.ID] != "" {
					t.Errorf("seed %d: %s is in %s and in %s", seed, m.ID, in[m.ID], c.Key)
				}
				in[m.ID] = c.Key
				total += m.Share
			}
			if math.Abs(total-1) > 1e-9 && total != 0 {
				t.Errorf("seed %d: the shares of %s are %v together", seed, c.Key, total)
			}
		}
		for _, it := range items {
			if in[it.ID] == "" {
				t.Errorf("seed %d: %s is in no cluster", seed, it.ID)
			}
			if slices.Contains(fixed, it.Fixed) && in[it.ID] != it.Fixed {
				t.Errorf("seed %d: %s was put into %s and is in %s", seed, it.ID, it.Fixed, in[it.ID])
			}
		}
	}
}

func BenchmarkThousandTakeaways(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	vocabulary := make([]string, 3000)
	for i := range vocabulary {
		vocabulary[i] = "word" + strconv.Itoa(i) + "x"
	}
	var items []Item
	for i := range 1000 {
		var words []string
		for range 25 {
			words = append(words, vocabulary[int(math.Pow(r.Float64(), 3)*3000)])
		}
		items = append(items, en("i"+strconv.Itoa(i), strings.Join(words, " ")))
		items[i].Group = strconv.Itoa(i % 8)
	}
	for b.Loop() {
		Make(items, nil)
	}
}
