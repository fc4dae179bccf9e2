package similar

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
)

// maker invents texts in a language: words of its script with its endings, few of them
// frequent and most of them rare; words of themes, which many texts share, and words of
// topics, which two texts share.
type maker struct {
	*rand.Rand
	lang    string
	general []string
	themes  [][]string
	rare    []string
	endings []string
	stop    []string
}

var scripts = map[string]struct{ syllables, endings, stop string }{
	"en": {"ba be bi bo bu da de di do ka ke ki ko la le li lo ma me mi mo na ne ni pa pe pi ra re ri ro sa se ta te ti to va ve vi", " s ed ing", "the of and to in that for with this from"},
	"fr": {"ba bé bi bo bu da dé di dou ka ké ki co la lé li lou ma mé mi mon na né ni pa pé pi ra ré ri ron sa sé ta té ti toi va vé vi", " s es ement", "le la les des dans pour avec cette sur par"},
	"es": {"ba be bi bo bu da de di do ca que qui co la le li lo ma me mi mo na ñe ni pa pe pi ra re ri ro sa se ta te ti to va ve vi", " s os as", "el la los las para con esta por desde entre"},
	"ru": {"ба бе би бо бу да де ди до ка ке ки ко ла ле ли ло ма ме ми мо на не ни па пе пи ра ре ри ро са се та те ти то ва ве ви жу", " а ы ов ами", "для это при которые чтобы или также быть"},
	"ar": {"با ب بي تو ت تي جا ج حا ح دا د را ر سا س شا ش صا ط عا ع فا ف قا ق كا ك لا ل ما م نا ن", " ات ون ها", "في من على التي هذا عن الى مع"},
}

func newMaker(lang string, seed uint64) *maker {
	m := &maker{Rand: rand.New(rand.NewPCG(seed, uint64(len(lang))+uint64(lang[0])*256+uint64(lang[1]))), lang: lang}
	s := scripts[lang]
	syllables := strings.Fields(s.syllables)
	m.endings, m.stop = strings.Split(s.endings, " "), strings.Fields(s.stop)
	seen := map[string]bool{}
	word := func() string {
		for {
			w := ""
			if lang == "zh" {
				w = string([]rune{rune(0x4e00 + m.IntN(2500)), rune(0x4e00 + m.IntN(2500))})
			} else {
				for range 2 + m.IntN(3) {
					w += syllables[m.IntN(len(syllables))]
				}
				w += string([]rune(syllables[m.IntN(len(syllables))])[:1])
			}
			if !seen[w] && len([]rune(w)) >= 2 && (lang == "zh" || len([]rune(w)) > 4) {
				seen[w] = true
				return w
			}
		}
	}
	list := func(n int) []string {
		out := make([]string, n)
		for i := range out {
			out[i] = word()
		}
		return out
	}
	m.general = list(800)
	for range 8 {
		m.themes = append(m.themes, list(80))
	}
	m.rare = list(4000)
	return m
}

// zipf takes one of a list, the first most often.
func (m *maker) zipf(list []string) string {
	return list[min(len(list)-1, int(math.Exp(m.Float64()*math.Log(float64(len(list)+1))))-1)]
}

// pick is a word for a text of a theme and a topic.
func (m *maker) pick(theme int, topic []string) string {
	switch x := m.IntN(100); {
	case x < 40:
		return m.zipf(m.general)
	case x < 70:
		return m.zipf(m.themes[theme])
	case x < 90:
		return topic[m.IntN(len(topic))]
	}
	return m.rare[m.IntN(len(m.rare))]
}

// topic are the words that a text has of its own.
func (m *maker) topic() []string {
	out := make([]string, 15)
	for i := range out {
		out[i] = m.rare[m.IntN(len(m.rare))]
	}
	return out
}

// invented is a text by its sentences.
type invented struct {
	theme     int
	topic     []string
	title     []string
	sentences [][]string
}

func (m *maker) text(theme int, topic []string) invented {
	out := invented{theme: theme, topic: topic}
	for range 6 {
		out.title = append(out.title, m.pick(theme, topic))
	}
	for words := 60 + m.IntN(140); words > 0; {
		var s []string
		for range 8 + m.IntN(10) {
			s = append(s, m.pick(theme, topic))
		}
		words -= len(s)
		out.sentences = append(out.sentences, s)
	}
	return out
}

// reword copies a text: sentences change places, neighbouring words too, and a part of the
// words is replaced by others that fit.
func (m *maker) reword(x invented, part float64) invented {
	out := invented{theme: x.theme, topic: x.topic}
	change := func(list []string) []string {
		list = slices.Clone(list)
		for i := range list {
			if m.Float64() < part {
				list[i] = m.pick(x.theme, m.rare) // not of the topic
			}
		}
		for i := 1; i < len(list); i++ {
			if m.IntN(8) == 0 {
				list[i-1], list[i] = list[i], list[i-1]
			}
		}
		return list
	}
	out.title = change(x.title)
	for _, s := range x.sentences {
		out.sentences = append(out.sentences, change(s))
	}
	m.Shuffle(len(out.sentences), func(i, j int) {
		out.sentences[i], out.sentences[j] = out.sentences[j], out.sentences[i]
	})
	return out
}

// write puts the words together, each time with other endings, and stop words between.
func (m *maker) write(id string, x invented) Text {
	join := func(list []string) string {
		if m.lang == "zh" {
			return strings.Join(list, "")
		}
		var out []string
		for _, w := range list {
			if m.IntN(3) == 0 {
				out = append(out, m.stop[m.IntN(len(m.stop))])
			}
			out = append(out, w+m.endings[m.IntN(len(m.endings))])
		}
		return strings.Join(out, " ")
	}
	var body []string
	for _, s := range x.sentences {
		body = append(body, join(s))
	}
	end := ". "
	if m.lang == "zh" {
		end = "。"
	}
	return Text{ID: id, Lang: m.lang, Title: join(x.title), Body: strings.Join(body, end) + end}
}

// What a pair of a corpus is in truth.
const (
	reworded  = "reworded"
	sameTopic = "topic"
	sameTheme = "theme"
	unrelated = "unrelated"
)

// corpus makes so many texts in a language, copies of every sixth, and for another sixth
// an independent text on the same topic. The truth is asked by two IDs.
func corpus(lang string, n int, seed uint64) (texts []Text, truth func(a, b string) string, parts map[string]float64) {
	m := newMaker(lang, seed)
	type origin struct{ theme, topic, text int }
	of, parts := map[string]origin{}, map[string]float64{}
	add := func(x invented, topic, text int) string {
		id := fmt.Sprintf("%s-%04d", lang, len(texts))
		of[id] = origin{x.theme, topic, text}
		texts = append(texts, m.write(id, x))
		return id
	}
	for i := range n {
		x := m.text(i%len(m.themes), m.topic())
		add(x, i, i)
		switch i % 6 {
		case 0:
			part := 0.2 + 0.2*float64(i%30)/24
			parts[add(m.reword(x, part), i, i)] = part
		case 1:
			add(m.text(x.theme, x.topic), i, n+i)
		}
	}
	return texts, func(a, b string) string {
		x, y := of[a], of[b]
		switch {
		case x.text == y.text:
			return reworded
		case x.topic == y.topic:
			return sameTopic
		case x.theme == y.theme:
			return sameTheme
		}
		return unrelated
	}, parts
}
