package topics

import (
	_ "embed"
	"maps"
	"strings"
	"sync"

	"plenary/internal/core"
)

//go:embed data/words.tsv
var wordsFile string

// knownWords are words that forums use as tags, in the six languages, by the letters of
// every spelling.
var knownWords = sync.OnceValue(func() map[string]map[string]string {
	out := map[string]map[string]string{}
	lines := strings.Split(strings.TrimSpace(wordsFile), "\n")
	langs := strings.Split(lines[0], "\t")
	for _, line := range lines[1:] {
		by := map[string]string{}
		for i, word := range strings.Split(line, "\t") {
			by[langs[i]] = word
		}
		for _, word := range by {
			out[letters(word)] = by
		}
	}
	return out
})

// known gives a tag in six languages; nothing where it is not known.
func known(tag string) map[string]string { return maps.Clone(knownWords()[letters(tag)]) }

// letters are the letters and figures of a text without anything between them.
func letters(s string) string { return strings.Join(core.Words(s), "") }
