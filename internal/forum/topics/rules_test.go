package topics_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/topics"
	"plenary/internal/platform/db"
	"plenary/internal/testkit"
)

// Whatever people write and curators merge and hide, the figures add up to the raw data:
// tags over inputs, pairs, and inputs over themes.
func TestFiguresAreTheRawData(t *testing.T) {
	h := open(t, testkit.SQLite(t))
	words := strings.Fields("ai AI A.I. access Access gender trust Trust data youth c++ c# 5G 数据 данные البيانات x!")
	for seed := range uint64(25) {
		r := rand.New(rand.NewPCG(seed, 7))
		var list []topics.Input
		for n := range 5 + r.IntN(40) {
			in := input(n+1, "Input")
			for range r.IntN(5) {
				in.Tags = append(in.Tags, words[r.IntN(len(words))])
			}
			in.Public = r.IntN(3) > 0
			list = append(list, in)
		}
		h.give(list...)
		for range r.IntN(3) {
			tags := h.table(h.staff).Tags
			if len(tags) < 3 {
				continue
			}
			a, b := tags[r.IntN(len(tags))], tags[r.IntN(len(tags))]
			if a != b && !a.Hidden && !b.Hidden {
				h.merge(a.Slug, b.Slug)
			}
			if r.IntN(4) == 0 && !a.Hidden {
				now := h.table(h.staff).Tag(a.Slug)
				if err := h.s.Hide(t.Context(), h.staff, h.setting(), a.Slug, topics.HideInput{Version: now.Version, Reason: "abuse"}); err != nil {
					t.Fatal(err)
				}
			}
		}
		tb := h.table(core.Visitor)
		total, alone, pairs := 0, 0, 0
		for _, in := range list {
			k := len(tb.TagsOf(in.ID))
			total += k
			pairs += k * (k - 1) / 2
			if k == 1 {
				alone++
			}
		}
		bare := 0
		for _, tag := range tb.Tags {
			if tag.Hidden {
				continue
			}
			total -= tag.Total
			alone -= tag.Alone
			if tag.Alone+tag.Together != tag.Total {
				t.Errorf("seed %d: %s %d + %d is not %d", seed, tag.Slug, tag.Alone, tag.Together, tag.Total)
			}
			for _, of := range topics.Figures {
				list := tb.With(tag, of)
				public := len(slices.DeleteFunc(slices.Clone(list), func(in topics.Input) bool { return !in.Public }))
				if len(list) != tag.Figure(of) || public != tag.FigurePublic(of) {
					t.Errorf("seed %d: %s %s says %d (%d public), and %d (%d) inputs have it", seed, tag.Slug, of, tag.Figure(of), tag.FigurePublic(of), len(list), public)
				}
			}
			if tb.Tag(tag.Slug) != tag {
				t.Errorf("seed %d: two tags at %s", seed, tag.Slug)
			}
		}
		for _, p := range tb.Pairs(nil) {
			pairs -= p.Inputs
			back := slices.ContainsFunc(tb.Pairs(p.B), func(q topics.Pair) bool { return q.B == p.A && q.Inputs == p.Inputs && q.Public == p.Public })
			if !back {
				t.Errorf("seed %d: %s and %s do not stand together the other way round", seed, p.A.Slug, p.B.Slug)
			}
		}
		for _, in := range list {
			if len(tb.TagsOf(in.ID)) == 0 {
				bare++
			}
		}
		if total != 0 || alone != 0 || pairs != 0 || bare != tb.Bare {
			t.Errorf("seed %d: figures differ from the raw data by %d, alone %d, pairs %d, bare %d and %d", seed, total, alone, pairs, bare, tb.Bare)
		}
	}
}

// E055: what is proposed as the same, and what is not.
func TestProposals(t *testing.T) {
	h := open(t, testkit.SQLite(t))
	for _, tc := range []struct{ a, b, why string }{
		{"cyber security", "Cyber-Security", topics.WhySpacing},
		{"open data", "Opendata", topics.WhySpacing},
		{"community networks", "Community network", topics.WhyEndings},
		{"governance of AI", "AI governance", topics.WhyEndings},
		{"AI", "artificial intelligence", topics.WhyInitials},
		{"Internet of Things", "IoT", ""},
		{"Internet of Things", "IOT", topics.WhyInitials},
		{"кибербезопасность", "ciberseguridad", topics.WhyLanguage},
		{"网络安全", "الأمن السيبراني", topics.WhyLanguage},
		{"multilateralism", "multilatralims", topics.WhyLetters},
		{"goverance", "governance", topics.WhyLetters},
		{"misinformation", "information", ""},
		{"AI governance", "data governance", ""},
		{"governance", "AI governance", ""},
		{"SDG 4", "SDG 5", ""},
		{"5G", "6G", ""},
		{"women", "omen", ""},
		{"c++", "c#", topics.WhySpacing},
		{"privacy", "piracy", ""},
	} {
		a, b := input(1, "One", tc.a), input(2, "Two", tc.b)
		h.give(a, b)
		list, err := h.s.Proposals(t.Context(), h.staff, h.setting(), h.table(h.staff))
		if err != nil {
			t.Fatal(err)
		}
		why := ""
		if len(list) > 0 {
			why = list[0].Why
		}
		if why != tc.why || len(list) > 1 {
			t.Errorf("%q and %q: %q, want %q", tc.a, tc.b, why, tc.why)
		}
	}
	h.give(input(1, "One", "statistics"), input(2, "Two", "statistic"))
	if err := h.s.Apart(t.Context(), h.staff, h.setting(), "statistics", "statistic"); err != nil {
		t.Fatal(err)
	}
	if list, _ := h.s.Proposals(t.Context(), h.staff, h.setting(), h.table(h.staff)); len(list) != 0 {
		t.Error("what is not the same is proposed again")
	}
}

// Addresses of tags: one for each, in any script, and none of a page.
func TestAddresses(t *testing.T) {
	h := open(t, testkit.SQLite(t))
	long := strings.Repeat("very long tag ", 8)
	h.give(input(1, "One", "desk", "Themes", "pairs", "C++", "c#", "c", "a/b", "..", "?x=1#y", "数字鸿沟", "الفجوة الرقمية", long, long+"er", "100%", "a b", "a-b"))
	v := h.as(core.Visitor)
	seen := map[string]bool{}
	for _, tag := range h.table(core.Visitor).Tags {
		if seen[tag.Slug] {
			t.Errorf("%q has the address of another tag", tag.Name.String())
		}
		seen[tag.Slug] = true
	}
	links := v.Get("/2030/topics").Find("main tbody th a")
	if links.Length() != 16 {
		t.Errorf("%d tags are listed", links.Length())
	}
	links.Each(func(_ int, s *goquerySelection) {
		p := v.Get(s.AttrOr("href", ""))
		if p.Status != 200 || p.Text("main h1") != strings.Join(strings.Fields(s.Text()), " ") {
			t.Errorf("%q at %s: %d %q", s.Text(), s.AttrOr("href", ""), p.Status, p.Text("main h1"))
		}
		if len(rows(t, v, p.Find("main a[href*='inputs.csv']").AttrOr("href", ""))) != 1 {
			t.Errorf("%q has no file", s.Text())
		}
	})
}

// The picker: what curators offer first, then the most frequent; nothing hidden, nothing
// that only a few inputs that are not public have.
func TestSuggestions(t *testing.T) {
	h := open(t, testkit.SQLite(t))
	secret := input(3, "Three", "secret words")
	secret.Public = false
	h.give(input(1, "One", "access", "gender"), input(2, "Two", "access", "abuse"), secret)
	ctx := t.Context()
	if _, err := h.s.Add(ctx, h.staff, h.setting(), topics.TagInput{Name: core.NewText("en", "Youth").With("fr", "Jeunesse"), Offered: true}); err != nil {
		t.Fatal(err)
	}
	if err := h.s.Hide(ctx, h.staff, h.setting(), "abuse", topics.HideInput{Reason: "abuse"}); err != nil {
		t.Fatal(err)
	}
	list, err := h.s.Suggest(ctx, h.set.ID, 10)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, x := range list {
		names = append(names, fmt.Sprint(x.Name.String(), " ", x.Inputs))
	}
	if got := strings.Join(names, ", "); got != "Youth 0, access 2, gender 1" {
		t.Errorf("suggested: %s", got)
	}
	if list, _ := h.s.Suggest(ctx, h.set.ID, 1); len(list) != 1 {
		t.Errorf("%d suggestions, want 1", len(list))
	}
	// Who picks it by its French name means the same tag.
	h.give(input(1, "Un", "jeunesse"))
	if tag := h.table(core.Visitor).Tag("youth"); tag == nil || tag.Total != 1 || tag.Name.String() != "Youth" {
		t.Errorf("jeunesse is %+v", tag)
	}
}

// No page asks the database per row.
func TestQueries(t *testing.T) {
	h := open(t, testkit.SQLite(t))
	h.give(harvest()...)
	set := h.setting()
	for name, tc := range map[string]struct {
		want int64
		fn   func(ctx ctx) error
	}{
		"table":    {2, func(ctx ctx) error { _, err := h.s.Table(ctx, h.staff, set, topics.Filter{}); return err }},
		"themes":   {3, func(ctx ctx) error { _, err := h.s.Themes(ctx, h.staff, set); return err }},
		"workshop": {4, func(ctx ctx) error { _, err := h.s.Workshop(ctx, h.staff, set, ""); return err }},
		"suggest":  {2, func(ctx ctx) error { _, err := h.s.Suggest(ctx, set.ID, 20); return err }},
	} {
		ctx, n := db.WithCount(t.Context())
		if err := tc.fn(ctx); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if n.Load() != tc.want {
			t.Errorf("%s asks %d queries, want %d", name, n.Load(), tc.want)
		}
	}
}
