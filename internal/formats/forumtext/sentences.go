package forumtext

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sentences splits a text into its sentences. It knows the sentence ends of the six
// languages of the United Nations, abbreviations, initials, dotted acronyms, decimals
// and closing quotes. White space is collapsed; nothing else is changed, so the
// sentences together hold every visible character of s. An empty line always ends a
// sentence.
func Sentences(s string) []string {
	var out []string
	for _, para := range splitEmptyLines(s) {
		text := strings.Join(strings.Fields(para), " ")
		for _, sp := range sentenceSpans(text) {
			out = append(out, text[sp.from:sp.to])
		}
	}
	return out
}

// splitEmptyLines cuts at lines that hold nothing but white space.
func splitEmptyLines(s string) []string {
	var out []string
	start, lineStart := 0, 0
	for lineStart <= len(s) {
		end := strings.IndexByte(s[lineStart:], '\n')
		last := end < 0
		if last {
			end = len(s)
		} else {
			end += lineStart
		}
		if strings.TrimSpace(s[lineStart:end]) == "" {
			out = append(out, s[start:lineStart])
			start = end
		}
		if last {
			break
		}
		lineStart = end + 1
	}
	return append(out, s[start:])
}

type span struct{ from, to int }

// sentenceSpans returns the byte ranges of the sentences of a text with single spaces.
func sentenceSpans(s string) []span {
	var out []span
	start := 0
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if !isSentenceEnd(r) {
			i += n
			continue
		}
		end := skipClosers(s, i+n)
		if endsSentence(s, start, i, end, r) {
			out = append(out, span{start, end})
			start = end
			for start < len(s) && s[start] == ' ' {
				start++
			}
			i = max(start, end)
			continue
		}
		i = end
	}
	if strings.TrimSpace(s[start:]) != "" {
		out = append(out, span{start, len(s)})
	}
	return out
}

func isSentenceEnd(r rune) bool {
	switch r {
	case '.', '!', '?', '…', '。', '！', '？', '｡', '؟', '۔', '।', '‼', '⁇', '⁈', '⁉':
		return true
	}
	return false
}

// isWideEnd reports a full stop of a script that puts no space after it.
func isWideEnd(r rune) bool {
	switch r {
	case '。', '！', '？', '｡':
		return true
	}
	return false
}

func isCloser(r rune) bool {
	switch r {
	case '"', '\'', '”', '’', '»', ')', ']', '}', '」', '』', '）', '》', '›':
		return true
	}
	return false
}

func isOpener(r rune) bool {
	switch r {
	case '"', '\'', '“', '‘', '«', '(', '[', '¿', '¡', '「', '『', '（', '《', '‹', '„':
		return true
	}
	return false
}

// skipClosers moves past further end marks and closing quotes, and past the space that
// French sets before a closing guillemet.
func skipClosers(s string, i int) int {
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case isSentenceEnd(r) || isCloser(r):
			i += n
		case r == ' ' && strings.HasPrefix(s[i+1:], "»"):
			i++
		default:
			return i
		}
	}
	return i
}

// endsSentence decides whether the end mark r at position at, with its closers up to
// end, closes the sentence that began at start.
func endsSentence(s string, start, at, end int, r rune) bool {
	if end >= len(s) {
		return true
	}
	next, _ := utf8.DecodeRuneInString(s[end:])
	if isWideEnd(r) {
		return true
	}
	if next != ' ' {
		return isWideEnd(lastRune(s[:end]))
	}
	follow := strings.TrimLeft(s[end:], " ")
	head := strings.TrimLeftFunc(follow, func(r rune) bool { return isOpener(r) || r == ' ' })
	first, _ := utf8.DecodeRuneInString(head)
	if unicode.IsLower(first) || follow == "" {
		return false
	}
	switch first {
	case ',', ';', ':', '،', '؛':
		return false
	}
	if r != '.' || end > at+1 && s[at:end] != ".)" {
		return true
	}
	return !abbreviates(s[start:at], head)
}

func lastRune(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}

// abbreviates reports whether the full stop after before belongs to a shortened word
// and not to the end of the sentence that goes on with after.
func abbreviates(before, after string) bool {
	word := before[strings.LastIndexByte(before, ' ')+1:]
	word = strings.TrimLeftFunc(word, func(r rune) bool { return isOpener(r) || r == '-' || r == '–' })
	key := strings.ToLower(word)
	switch {
	case word == "":
		return false
	case titleAbbr[key]:
		return true
	case numberAbbr[key]:
		r, _ := utf8.DecodeRuneInString(after)
		return unicode.IsDigit(r)
	case midAbbr[key]:
		return !startsLikeSentence(after)
	}
	if utf8.RuneCountInString(word) == 1 {
		r, _ := utf8.DecodeRuneInString(word)
		return unicode.IsUpper(r) && word != "I" && !startsLikeSentence(after)
	}
	if strings.Contains(word, ".") && dottedLetters(word) {
		return !startsLikeSentence(after)
	}
	return false
}

// dottedLetters reports an acronym or initials: "U.S", "E.U", "т.е".
func dottedLetters(word string) bool {
	for part := range strings.SplitSeq(word, ".") {
		if n := utf8.RuneCountInString(part); n == 0 || n > 2 {
			return false
		}
		if r, _ := utf8.DecodeRuneInString(part); !unicode.IsLetter(r) {
			return false
		}
	}
	return true
}

// startsLikeSentence reports whether the text goes on with a word that opens sentences
// and hardly ever stands in the middle of a name.
func startsLikeSentence(s string) bool {
	word, _, _ := strings.Cut(s, " ")
	return openers[strings.ToLower(strings.TrimRight(word, ",;:"))]
}

func wordSet(words string) map[string]bool {
	set := make(map[string]bool)
	for w := range strings.FieldsSeq(words) {
		set[w] = true
	}
	return set
}

var (
	// titleAbbr stand before a name and never end a sentence.
	titleAbbr = wordSet(`dr dra mr mrs ms mx prof profs st ste messrs mgr amb hon rev gen col
		lt sgt gov sen rep sra srta ud uds e.g i.e p.ex cf vs v viz h.e s.e i.d
		проф акад им г-н г-жа тов`)
	// numberAbbr are shortened only before a number.
	numberAbbr = wordSet(`no nos art arts para paras par fig figs sec secs ch chap vol vols p pp
		res núm pág págs jan feb mar apr jun jul aug sep sept oct nov dec стр ст пп рис`)
	// midAbbr may end a sentence; the next word decides.
	midAbbr = wordSet(`inc ltd co corp dept univ al etc jr sr approx est ed eds bros phd ph.d m.d
		г гг т.д т.п т.е др`)
	openers = wordSet(`the a an it its this these that those there here in on at by to as for from
		if when while with we they he she you i but and or however moreover furthermore many
		some others several most all both such what how why who finally yet also no not one
		two three our their his her le la les il elle ils elles un une des ce cette ces nous
		dans pour el los las un una en para esto esta este estos se он она они это эти в на
		и но мы для`)
)
