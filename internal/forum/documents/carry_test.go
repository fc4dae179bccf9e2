package documents

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"plenary/internal/core"
)

const (
	owners   = "Networks that last have a local owner with a legal form before the first mast is built."
	spectrum = "Spectrum fees designed for cities close networks in villages."
	public   = "Public money should leave a public owner behind when it ends."
)

func sourced(p Paragraph, at ...any) Paragraph {
	p.Attrs.Ends = sentenceEnds(p.Text.String())
	for i := 0; i < len(at); i += 2 {
		p.Sources = append(p.Sources, Source{Sentence: at[i].(int), Kind: "takeaway", Ref: at[i+1].(string)})
	}
	return p
}

func carried(t *testing.T, before []Paragraph, after ...Paragraph) []Paragraph {
	t.Helper()
	after = cleanParagraphs(after)
	after, _ = AssignIDs(before, nil, after, 10)
	return carry(before, after)
}

func refs(p Paragraph) string {
	var out []string
	for _, s := range p.Sources {
		sentence := ""
		if list := p.Sentences(); s.Sentence > 0 {
			sentence = strings.Join(strings.Fields(list[s.Sentence-1])[:2], " ")
		}
		out = append(out, s.Ref+"@"+sentence)
	}
	return strings.Join(out, ", ")
}

// Each sentence keeps its sources through the edits that writers make.
func TestSourcesFollowTheirSentences(t *testing.T) {
	before := []Paragraph{
		sourced(para("p1", owners+" "+spectrum), 0, "S", 1, "T1", 2, "T2"),
		sourced(para("p2", public), 1, "T3"),
	}
	for _, tc := range []struct {
		name  string
		after []Paragraph
		want  []string
	}{
		{"nothing changed", paras(owners+" "+spectrum, public), []string{"S@, T1@Networks that, T2@Spectrum fees", "T3@Public money"}},
		{"sentences change places", paras(spectrum+" "+owners, public), []string{"S@, T2@Spectrum fees, T1@Networks that", "T3@Public money"}},
		{"a sentence comes between", paras(owners+" This was heard in three regions at least. "+spectrum, public), []string{"S@, T1@Networks that, T2@Spectrum fees", "T3@Public money"}},
		{"words change", paras("Networks that last have a local owner in law before the first mast is built. "+spectrum, public), []string{"S@, T1@Networks that, T2@Spectrum fees", "T3@Public money"}},
		{"a sentence goes", paras(spectrum, public), []string{"S@, T2@Spectrum fees", "T3@Public money"}},
		{"two become one", paras(strings.TrimSuffix(owners, ".")+", while spectrum fees designed for cities close networks in villages.", public), []string{"S@, T1@Networks that, T2@Networks that", "T3@Public money"}},
		{"split into two paragraphs", paras(owners, spectrum, public), []string{"S@, T1@Networks that", "S@, T2@Spectrum fees", "T3@Public money"}},
		{"a sentence moves to another paragraph", paras(owners, public+" "+spectrum), []string{"S@, T1@Networks that", "T3@Public money, T2@Spectrum fees"}},
		{"something else", paras("Nobody has said this before at any session of the forum.", public), []string{"", "T3@Public money"}},
		{"given", []Paragraph{{Kind: Plain, Text: core.NewText("en", owners), Sources: []Source{{Sentence: 1, Kind: "takeaway", Ref: "new"}}}}, []string{"new@Networks that"}},
		{"taken away", []Paragraph{{Kind: Plain, Text: core.NewText("en", owners+" "+spectrum), Sources: []Source{}}}, []string{""}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for i, p := range carried(t, before, tc.after...) {
				if got := refs(p); got != tc.want[i] {
					t.Errorf("paragraph %d rests on %q, want %q", i+1, got, tc.want[i])
				}
			}
		})
	}
}

// E141: a degree of support is for the very words. A "not" that is put in does not
// inherit it, though source and dissent stay.
func TestDegreeIsForTheWords(t *testing.T) {
	p := sourced(para("p1", owners+" "+spectrum), 1, "T1")
	p.Attrs.Sentences = []Degree{{1, "broad"}, {2, "some"}}
	p.Attrs.Dissent = []Dissent{{By: "Association of operators", Text: core.NewText("en", "Fees are a national matter.")}}
	p.Attrs.Own = json.RawMessage(`{"part":"takeaway"}`)
	got := carried(t, []Paragraph{p}, para("p1", strings.Replace(owners, "have", "do not have", 1)+" "+spectrum))[0]
	if !slices.Equal(got.Attrs.Sentences, []Degree{{2, "some"}}) {
		t.Errorf("degrees are %v, want only that of the sentence that stayed", got.Attrs.Sentences)
	}
	if refs(got) != "T1@Networks that" || len(got.Attrs.Dissent) != 1 || string(got.Attrs.Own) != `{"part":"takeaway"}` {
		t.Errorf("source, dissent or the owner's values are lost: %+v", got)
	}
	got = carried(t, []Paragraph{p}, para("", spectrum+" "+owners))[0]
	if !slices.Equal(got.Attrs.Sentences, []Degree{{1, "some"}, {2, "broad"}}) {
		t.Errorf("degrees are %v, want them to change places with their sentences", got.Attrs.Sentences)
	}
}

// Whatever is carried points at sentences that there are, and nothing is invented.
func TestCarryHoldsTogether(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 7))
	text := func() string {
		var s []string
		for range 1 + r.IntN(5) {
			sentence := randomSentence(r)
			s = append(s, strings.ToUpper(sentence[:1])+sentence[1:])
		}
		return strings.Join(s, " ")
	}
	for range 200 {
		before := []Paragraph{sourced(para("p1", text())), sourced(para("p2", text())), sourced(para("p3", text()))}
		known := map[string]bool{}
		for i := range before {
			for k := range before[i].Sentences() {
				ref := before[i].ID + "." + string(rune('a'+k))
				known[ref] = true
				before[i].Sources = append(before[i].Sources, Source{Sentence: k + 1, Kind: "takeaway", Ref: ref})
			}
		}
		var after []Paragraph
		for _, p := range before {
			after = append(after, para("", touched(r, p.Text.String())))
		}
		r.Shuffle(len(after), func(i, j int) { after[i], after[j] = after[j], after[i] })
		for _, p := range carried(t, before, after...) {
			n := len(p.Sentences())
			for _, s := range p.Sources {
				if s.Sentence < 0 || s.Sentence > n || !known[s.Ref] {
					t.Fatalf("source %+v of a paragraph with %d sentences", s, n)
				}
			}
		}
	}
}

// The sentences of a text together are the text, in every script.
func TestSentencesAreTheText(t *testing.T) {
	for _, tc := range []struct {
		text string
		want int
	}{
		{"One. Two!  Three?\nFour", 4},
		{"Mr. Smith of the U.N. spoke at 3.5 GHz.", 1},
		{"接入很重要。费用应当降低！", 2},
		{"هل هذا صحيح؟ نعم.", 2},
		{"", 0},
	} {
		p := sourced(para("p1", tc.text))
		if got := p.Sentences(); len(got) != tc.want || strings.Join(got, "") != tc.text {
			t.Errorf("sentences of %q are %q", tc.text, got)
		}
	}
	r := rand.New(rand.NewPCG(8, 7))
	for range 2000 {
		p := para("p1", strings.TrimSpace(randomText(r, 30)))
		p.Attrs.Ends = sentenceEnds(p.Text.String())
		if got := strings.Join(p.Sentences(), ""); got != p.Text.String() {
			t.Fatalf("sentences of %q make %q", p.Text.String(), got)
		}
	}
}
