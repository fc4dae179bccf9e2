package forumtext

import (
	"hash/fnv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A paragraph leaves a print: hashes of runs of words, thinned by winnowing, so that two
// paragraphs that share twelve words in a row share at least one hash. Numbers hash alike
// whatever their value, and "organised" like "organized".
const (
	printWords  = 5  // words of one hash
	printWindow = 8  // of so many hashes in a row the least is kept
	printLeast  = 15 // words below which a paragraph leaves no print
	printMost   = 300
)

// Print is what is kept of one paragraph of a document to find it again in others. It can
// be stored as JSON: no hash is larger than what JSON numbers hold exactly.
type Print struct {
	Para Placed
	Hash []uint64
}

// Prints are the prints of all paragraphs of a document, in its order. A paragraph of
// more than 300 words leaves several, cut between sentences; one of fewer than 15 none.
func Prints(doc *Document) []Print {
	var out []Print
	for _, p := range paragraphsOf(doc) {
		for _, part := range cutLong(p) {
			words := splitWords(part.Text)
			if len(words) >= printLeast {
				out = append(out, Print{Para: part, Hash: winnow(words)})
			}
		}
	}
	return out
}

// paragraphsOf is all running text of a document.
func paragraphsOf(doc *Document) []Placed {
	var out []Placed
	add := func(list []Paragraph) {
		for _, p := range list {
			out = append(out, Placed{p.Text, p.Place})
		}
	}
	for _, s := range doc.Sections {
		add(s.Paragraphs)
	}
	for _, s := range doc.Sessions {
		add(s.Description)
		add(s.Agenda)
		for _, m := range s.Messages {
			out = append(out, Placed{m.Text, m.Place})
		}
		add(s.Takeaways)
		add(s.Calls)
		add(s.Report)
	}
	for _, n := range doc.Unread {
		if n.Kind == NoteProse {
			out = append(out, Placed{n.Text, n.Place})
		}
	}
	return out
}

// cutLong cuts a paragraph between its sentences into parts of at most printMost words;
// a longer sentence is cut between words.
func cutLong(p Placed) []Placed {
	words := splitWords(p.Text)
	if len(words) <= printMost {
		return []Placed{p}
	}
	var out []Placed
	first, start := 0, 0 // word and byte at which the part begins
	cut := func(word, at int) {
		if text := strings.TrimSpace(p.Text[start:at]); text != "" {
			out = append(out, Placed{text, p.Place})
		}
		first, start = word, at
	}
	word := 0
	for _, sp := range sentenceSpans(p.Text) {
		begin := word
		for word < len(words) && words[word].from < sp.to {
			word++
		}
		if begin > first && word-first > printMost {
			cut(begin, sp.from)
		}
		for word-first > printMost {
			cut(first+printMost, words[first+printMost].from)
		}
	}
	cut(word, len(p.Text))
	return out
}

// textWord is a word of a text: as it stands and as it is compared.
type textWord struct {
	from, to int
	plain    string // lower case, every number "#", z as s
}

// splitWords splits a text into words. A letter of a script without spaces is a word.
func splitWords(s string) []textWord {
	var out []textWord
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case unicode.IsDigit(r):
			end := i + n
			for end < len(s) {
				r, n := utf8.DecodeRuneInString(s[end:])
				next, _ := utf8.DecodeRuneInString(s[min(end+n, len(s)):])
				if !unicode.IsDigit(r) && (!strings.ContainsRune(".,'’", r) || !unicode.IsDigit(next)) {
					break
				}
				end += n
			}
			suffix := lettersAt(s, end) // "17th"
			if len(suffix) > 2 {
				suffix = ""
			}
			end += len(suffix)
			out = append(out, textWord{i, end, "#" + strings.ToLower(suffix)})
			i = end
		case unicode.Is(unicode.Han, r) || unicode.In(r, unicode.Hiragana, unicode.Katakana):
			out = append(out, textWord{i, i + n, s[i : i+n]})
			i += n
		case unicode.IsLetter(r):
			end := i + n
			for end < len(s) {
				r, n := utf8.DecodeRuneInString(s[end:])
				next, _ := utf8.DecodeRuneInString(s[min(end+n, len(s)):])
				inner := (r == '\'' || r == '’' || r == '-') && unicode.IsLetter(next)
				if !inner && !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) || unicode.Is(unicode.Han, r) {
					break
				}
				end += n
			}
			out = append(out, textWord{i, end, plainWord(s[i:end])})
			i = end
		default:
			i += n
		}
	}
	return out
}

var spellings = strings.NewReplacer("z", "s", "’", "'")

func plainWord(w string) string { return spellings.Replace(strings.ToLower(w)) }

// maxHash keeps hashes exact in JSON, whose numbers are doubles for many a reader.
const maxHash = 1<<53 - 1

// winnow hashes every run of printWords words and keeps the least of each window.
func winnow(words []textWord) []uint64 {
	if len(words) < printWords {
		return nil
	}
	hashes := make([]uint64, 0, len(words)-printWords+1)
	for i := 0; i+printWords <= len(words); i++ {
		h := fnv.New64a()
		for _, w := range words[i : i+printWords] {
			h.Write([]byte(w.plain))
			h.Write([]byte{0})
		}
		hashes = append(hashes, h.Sum64()&maxHash)
	}
	var out []uint64
	last := -1
	for i := range hashes {
		if i+printWindow > len(hashes) && i > 0 {
			break
		}
		least := i
		for j := i; j < min(i+printWindow, len(hashes)); j++ {
			if hashes[j] <= hashes[least] {
				least = j
			}
		}
		if least != last {
			out = append(out, hashes[least])
			last = least
		}
	}
	return out
}
