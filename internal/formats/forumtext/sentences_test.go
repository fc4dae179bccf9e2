package forumtext

import (
	"slices"
	"strconv"
	"strings"
	"testing"
)

func itoa(n int) string { return strconv.Itoa(n) }

// E141, E142: support is worded sentence by sentence, so sentences have to be told apart.
func TestSentences(t *testing.T) {
	tests := []struct{ name, text string }{
		{"plain", "It rained.| The river rose.| Who measured it?| Nobody!"},
		{"titles and initials", "Dr. Vantreel met Prof. T. O. Maskalle and Mrs. Amsrud.| They agreed."},
		{"latin", "Some tools (e.g. gauges, i.e. sticks, etc.) are cheap.| Others, cf. Annex 2, are not."},
		{"acronyms", "The U.S. Department and the E.U. Commission spoke in the U.N. building.| It was late.| They came from the U.S.| The others did not."},
		{"numbers", "See Art. 5 and No. 12, pp. 3 ff. of the record: 3.14 metres.| On p. 7 it says no."},
		{"companies", "Gauge Inc. and Well Ltd. Europe were there.| It belongs to Gauge Inc.| The rest is shared."},
		{"quotes", "“It was late.” he said.| “We go.”| She said: ‘No!’| (They stayed.)| Then silence."},
		{"ellipsis", "People centred …. making it the place.| Well… perhaps.| Yes…| Another day."},
		{"addresses", "Read www.forum.example/a.b and https://forum.example.| Write to x@forum.example.| Done"},
		{"French", "« Qui paie ? »| Personne, dit M. Amsrud.| Voir p. ex. l'annexe !| Oui."},
		{"Spanish", "El Sr. Quil preguntó: ¿quién paga?| ¡Nadie!| La Dra. Marte calló."},
		{"Russian", "Вода поднялась в 2026 г. на метр, т. е. много.| Кто измерил?| Никто."},
		{"Chinese", "水位上升了。|谁测量的？|没有人！|“真的吗？”|他问。"},
		{"Arabic", "ارتفع الماء. |من قاسه؟ |لا أحد."},
		{"list of titles", "Ms. A. Brantegui, Mr. B. Oake and H.E. Ms. C. Quil opened.| Mr. Oake closed."},
		{"the letter I", "So did I.| You did not."},
		{"lower case goes on", "It grew by 3 p.m. and fell. iPhones were banned"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var want []string
			for part := range strings.SplitSeq(tt.text, "|") {
				want = append(want, strings.TrimSpace(part))
			}
			got := Sentences(strings.ReplaceAll(tt.text, "|", ""))
			if !slices.Equal(got, want) {
				t.Errorf("\n got  %q\n want %q", got, want)
			}
		})
	}
}

// Line breaks are white space; an empty line ends a sentence.
func TestSentencesOverLines(t *testing.T) {
	got := Sentences("It rained\nall night. The river\r\nrose\n\n  \nA heading\n\nAnother  day.")
	want := []string{"It rained all night.", "The river rose", "A heading", "Another day."}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

// A word broken over two lines is spelled as the text itself spells it.
func TestBrokenWords(t *testing.T) {
	tests := []struct {
		name, before, next, text, want string
	}{
		{"spelled elsewhere", "have cross-", "border effects", "cross-border", "have cross-border effects"},
		{"closed elsewhere", "good gover-", "nance is", "governance", "good governance is"},
		{"known prefix", "a self-", "made man", "", "a self-made man"},
		{"two words", "a river-", "bank walk", "river bank", "a river-bank walk"},
		{"capital", "the Under-", "Secretary of", "", "the Under-Secretary of"},
		{"hanging", "dis- and mal-, dis-", "and misinformation", "", "dis- and mal-, dis- and misinformation"},
		{"unknown, spelled as it stands", "nation-", "sponsored attacks", "", "nation-sponsored attacks"},
		{"a dash", "the option –", "while others", "", "the option – while others"},
		{"soft hyphen", "gover\u00ad", "nance", "", "governance"},
		{"Chinese", "水位上", "升了", "", "水位上升了"},
	}
	for _, tt := range tests {
		v := vocabulary{words: wordSet(strings.ToLower(tt.text))}
		kept, glue := glueLines(tt.before, tt.next, v)
		equal(t, tt.name, kept+glue+tt.next, tt.want)
	}
	splits := vocabulary{words: map[string]bool{}, splits: true}
	kept, glue := glueLines("the instru-", "ment is", splits)
	equal(t, "in a text that breaks at syllables", kept+glue+"ment is", "the instrument is")
}
