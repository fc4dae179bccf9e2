package anchors_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/solve/anchors"
)

// on is the anchor of the nth time that words stand in a paragraph; "" is the whole.
func on(t testing.TB, ps []anchors.Para, id, words string, nth int) anchors.Anchor {
	t.Helper()
	i := slices.IndexFunc(ps, func(p anchors.Para) bool { return p.ID == id })
	start, end := 0, 0
	if words != "" {
		at := 0
		for range nth {
			at += strings.Index(ps[i].Text[at:], words) + len(words)
		}
		start = len([]rune(ps[i].Text[:at+strings.Index(ps[i].Text[at:], words)]))
		end = start + len([]rune(words))
	}
	a, err := anchors.Make(ps, id, start, end)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

const long = "Stakeholders should publish which measures they took against the fragmentation of the network."

// TestPlace shows each meaning of the four results.
func TestPlace(t *testing.T) { // E142
	type ps = []anchors.Para
	for _, c := range []struct {
		name     string
		from, to ps
		para     string
		words    string
		nth      int
		result   anchors.Result
		at       string // paragraph
		reads    string // words there; "" is the whole paragraph
	}{
		{
			"the text around is edited",
			ps{{"1", "We met in May. " + long}},
			ps{{"1", "They came together. " + long}},
			"1", long, 0, anchors.Exact, "1", long,
		},
		{
			"the paragraph is moved with its id",
			ps{{"1", long}, {"2", "Other words stand here, too."}},
			ps{{"2", "Other words stand here, too."}, {"1", long}},
			"1", "", 0, anchors.Exact, "1", "",
		},
		{
			"the same word twice, told apart by its surroundings",
			ps{{"1", "The Internet is global. The Internet is open to all."}},
			ps{{"1", "We say: The Internet is global. The Internet is open to all."}},
			"1", "Internet", 1, anchors.Exact, "1", "Internet",
		},
		{
			"the sentence is carried to another paragraph",
			ps{{"1", "First things. " + long}, {"2", "Something else."}},
			ps{{"1", "First things."}, {"2", "Something else. " + long}},
			"1", long, 0, anchors.Moved, "2", long,
		},
		{
			"the paragraph is split",
			ps{{"1", "First things come first in this text. " + long}},
			ps{{"1", "First things come first in this text."}, {"2", long}},
			"1", long, 0, anchors.Moved, "2", "",
		},
		{
			"the paragraph becomes part of another",
			ps{{"1", long}, {"2", "Something else."}},
			ps{{"2", "Something else. " + long}},
			"1", "", 0, anchors.Moved, "2", long,
		},
		{
			"a comment on a paragraph that grew",
			ps{{"1", long}, {"2", "Something else."}},
			ps{{"1", long + " Something else."}},
			"1", "", 0, anchors.Changed, "1", long,
		},
		{
			"a comment on a paragraph that was split",
			ps{{"1", long + " We met in May."}},
			ps{{"1", "We met in May."}, {"2", long}},
			"1", "", 0, anchors.Changed, "2", "",
		},
		{
			"words are edited",
			ps{{"1", "We met in May. " + long + " Thank you all."}},
			ps{{"1", "We met in May. Stakeholders must publish what they did against the fragmentation of the Internet. Thank you all."}},
			"1", long, 0, anchors.Changed, "1", "Stakeholders must publish what they did against the fragmentation of the Internet.",
		},
		{
			"a sentence is doubled, and either may be the old one",
			ps{{"1", "One thing was agreed here. " + long + " Thank you all very much."}},
			ps{{"1", "One thing was agreed here. " + long + " " + long + " Thank you all very much."}},
			"1", long, 0, anchors.Changed, "1", long,
		},
		{
			"one of two equal sentences is gone",
			ps{{"1", "One. " + long + " Two. " + long}},
			ps{{"1", "Zero. " + long + " Nothing."}},
			"1", long, 0, anchors.Changed, "1", long,
		},
		{
			"only white space",
			ps{{"1", "We met  in May, all of us."}},
			ps{{"1", "We met in May, all of us."}},
			"1", "met  in May", 0, anchors.Changed, "1", "met in May",
		},
		{
			"another normal form",
			ps{{"1", "La décision est prise par tous."}},
			ps{{"1", "La de\u0301cision est prise par tous."}},
			"1", "décision", 0, anchors.Changed, "1", "de\u0301cision",
		},
		{
			"vowel signs in Arabic",
			ps{{"1", "نتفق على الشفافية في حوكمة الإنترنت"}},
			ps{{"1", "نتفق على الشَّفَافِيَّة في حوكمة الإنترنت"}},
			"1", "الشفافية", 0, anchors.Changed, "1", "الشَّفَافِيَّة",
		},
		{
			"Chinese has no spaces",
			ps{{"1", "我们支持开放的互联网。所有国家应当保护人权。"}},
			ps{{"1", "会议认为，我们支持开放的互联网。所有国家都应当保护人权。"}},
			"1", "所有国家应当保护人权", 0, anchors.Changed, "1", "所有国家都应当保护人权",
		},
		{
			"words within Chinese",
			ps{{"1", "我们支持开放的互联网。所有国家应当保护人权。"}},
			ps{{"1", "会议认为，我们支持开放的互联网。所有国家都应当保护人权。"}},
			"1", "开放的互联网", 0, anchors.Exact, "1", "开放的互联网",
		},
		{
			"a part of another word is not the word",
			ps{{"1", "The art of governance is patience, they said."}},
			ps{{"1", "All parties said so."}},
			"1", "art", 0, anchors.Orphaned, "", "",
		},
		{
			"all is gone", ps{{"1", long}, {"2", "Something else."}}, ps{{"2", "Something else."}}, "1", "", 0, anchors.Orphaned, "", "",
		},
		{"an empty text", ps{{"1", long}}, nil, "1", "", 0, anchors.Orphaned, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := anchors.New(c.from, c.to).Place(on(t, c.from, c.para, c.words, c.nth))
			if p.Result != c.result || p.Para != c.at {
				t.Fatalf("it is %+v, not %s in %q", p, c.result, c.at)
			}
			if p.Result == anchors.Orphaned {
				return
			}
			i := slices.IndexFunc(c.to, func(q anchors.Para) bool { return q.ID == p.Para })
			if got := string([]rune(c.to[i].Text)[p.Start:p.End]); got != c.reads {
				t.Errorf("it reads %q, not %q (%+v)", got, c.reads, p)
			}
			if sure := p.Result == anchors.Exact || p.Result == anchors.Moved; sure && p.Score != 1 || !sure && p.Score == 0 {
				t.Errorf("%s with score %v", p.Result, p.Score)
			}
		})
	}
}

// TestOrphansComeBack: an orphan keeps its anchor, and a revision that restores the
// words finds it.
func TestOrphansComeBack(t *testing.T) {
	one := []anchors.Para{{ID: "1", Text: "First things. " + long}, {ID: "2", Text: "Something else."}}
	two := []anchors.Para{{ID: "2", Text: "Something else."}}
	three := []anchors.Para{{ID: "2", Text: "Something else."}, {ID: "3", Text: "First things. " + long}}
	a := on(t, one, "1", long, 0)
	if p := anchors.New(one, two).Place(a); p.Result != anchors.Orphaned {
		t.Fatal(p)
	}
	if p := anchors.New(two, three).Place(a); p.Result != anchors.Moved || p.Para != "3" {
		t.Fatal(p)
	}
}

// TestMakeRefuses names what is not a place.
func TestMakeRefuses(t *testing.T) {
	ps := []anchors.Para{{ID: "1", Text: "ab  é"}}
	for _, c := range []struct {
		para       string
		start, end int
	}{{"2", 0, 0}, {"1", 0, 6}, {"1", -1, 2}, {"1", 2, 1}, {"1", 2, 2}, {"1", 2, 4}} {
		if a, err := anchors.Make(ps, c.para, c.start, c.end); err == nil {
			t.Errorf("%+v is taken for a place: %+v", c, a)
		}
	}
	if a, err := anchors.Make(ps, "1", 4, 5); err != nil || a.Quote != "é" || a.Before != "ab  " {
		t.Error(a, err)
	}
}

// TestWithDocuments places comments on texts whose paragraphs get their ids as in real
// life: recognised by likeness, so that sometimes the wrong one keeps the number.
func TestWithDocuments(t *testing.T) { // E142
	sum := newTally()
	for k, s := range scripts {
		m := newModel(uint64(900+k), s, 60)
		cs, err := m.comments(340)
		if err != nil {
			t.Fatal(err)
		}
		free := 10000
		for revision := range 4 {
			from := m.state()
			for range 15 {
				m.edit()
			}
			m.paras = slices.DeleteFunc(m.paras, func(p para) bool { return len(p.cells) == 0 })
			free = m.assign(from, s.name, free)
			to, spots := m.state(), m.spots()
			mover := anchors.New(from, to)
			for _, c := range cs {
				p := mover.Place(c.anchor)
				sum.results[p.Result]++
				right, err := judge(m, to, spots, c.srcs, c.anchor, p)
				if errors.Is(err, errCopy) && p.Result == anchors.Exact {
					err, right = nil, true // the document itself takes the copy for the paragraph
				}
				if err != nil {
					t.Errorf("%s revision %d: %v\n%+v\n%+v", s.name, revision, err, c.anchor, p)
				}
				if right {
					sum.right[p.Result]++
				}
				c.follow(m, mover, p, err != nil)
			}
		}
	}
	t.Log(sum)
}

// assign gives the paragraphs the ids that documents would.
func (m *model) assign(from []anchors.Para, lang string, free int) int {
	var before, after []documents.Paragraph
	for _, p := range from {
		before = append(before, documents.Paragraph{ID: p.ID, Text: core.NewText(lang, p.Text)})
	}
	for _, p := range m.paras {
		after = append(after, documents.Paragraph{Text: core.NewText(lang, text(p.cells))})
	}
	out, free := documents.AssignIDs(before, nil, after, free)
	for i := range m.paras {
		m.paras[i].id = out[i].ID
	}
	return free
}

// FuzzPlace: whatever the texts are, nothing panics, and exact and moved are the words.
func FuzzPlace(f *testing.F) {
	f.Add("One. Two.|Three. Four.", "One.|Two. Three.|Four.", 0, 0, 4)
	f.Add("一二三。四五六。|七", "四五六。|一二三。七", 0, 4, 8)
	f.Add("a a a a a a", "a a a a", 0, 4, 5)
	f.Add("e\u0301e\u0301|\xff\xfe", "ée\u0301|\xff", 1, 0, 1)
	f.Fuzz(func(t *testing.T, one, two string, para, start, end int) {
		state := func(s string) (out []anchors.Para) {
			for i, p := range strings.Split(s, "|") {
				out = append(out, anchors.Para{ID: fmt.Sprint(i), Text: p})
			}
			return out
		}
		from, to := state(one), state(two)
		a, err := anchors.Make(from, fmt.Sprint(para), start, end)
		if err != nil {
			a = anchors.Anchor{Para: fmt.Sprint(para), Start: start, End: end, Quote: two, Before: one, After: one}
		}
		m := anchors.New(from, to)
		p := m.Place(a)
		if p.Result == anchors.Orphaned {
			if p.Para != "" {
				t.Fatal(p)
			}
			return
		}
		i := slices.IndexFunc(to, func(q anchors.Para) bool { return q.ID == p.Para })
		r := []rune(to[i].Text)
		if p.Start < 0 || p.End < p.Start || p.End > len(r) || p.Score < 0 || p.Score > 1 {
			t.Fatal(p)
		}
		if p.End > 0 {
			r = r[p.Start:p.End]
		}
		if (p.Result == anchors.Exact || p.Result == anchors.Moved) && string(r) != string([]rune(a.Quote)) {
			t.Fatalf("%s: %q is not %q", p.Result, string(r), a.Quote)
		}
		if _, ok := m.Anchor(p); !ok && p.End != 0 && strings.TrimSpace(string(r)) != "" {
			t.Fatalf("no anchor of %+v", p)
		}
	})
}

// BenchmarkPlace carries 5,000 comments on 300 paragraphs over a revision in which about
// a third of the paragraphs changed.
func BenchmarkPlace(b *testing.B) {
	m := newModel(5, scripts[0], 300)
	cs, err := m.comments(5000)
	if err != nil {
		b.Fatal(err)
	}
	from := m.state()
	for range 120 {
		m.edit()
	}
	to := m.state()
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(cs), func(i, j int) { cs[i], cs[j] = cs[j], cs[i] })
	b.ResetTimer()
	for range b.N {
		mover := anchors.New(from, to)
		for _, c := range cs {
			mover.Place(c.anchor)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/5000")
}

// BenchmarkMake anchors one comment in a text of 300 paragraphs, as a file of thousands
// does again and again.
func BenchmarkMake(b *testing.B) {
	state := newModel(5, scripts[0], 300).state()
	for range b.N {
		if _, err := anchors.Make(state, state[150].ID, 3, 9); err != nil {
			b.Fatal(err)
		}
	}
}
