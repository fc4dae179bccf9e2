package forumtext

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	referenceBefore = regexp.MustCompile(`^((?:\p{Lu}[\p{L}\d\-]*\s+){0,3}?(?:\p{Lu}[\p{L}\d\-]*)?\s*#\s?\d{1,4})\s*[:\-–—]?\s*`)
	referenceBehind = regexp.MustCompile(`\s*[(\[]\s*((?:\p{L}[\p{L}\d\-]*\s+){0,3}?(?:\p{L}[\p{L}\d\-]*)?\s*#\s?\d{1,4})\s*[)\]]\s*$`)
	outlineWord     = regexp.MustCompile(`(?i)[\s\-–—:,(\[]+(?:session\s+)?outline[)\]]?\s*$`)
)

// splitReference takes the reference number of a session off its title: "WS #184 …" or
// "… (Event #19)".
func splitReference(title string) (reference, rest string) {
	if m := referenceBefore.FindStringSubmatch(title); m != nil && len(m[0]) < len(title) {
		return strings.TrimSpace(m[1]), title[len(m[0]):]
	}
	if m := referenceBehind.FindStringSubmatchIndex(title); m != nil && m[0] > 0 {
		return strings.TrimSpace(title[m[2]:m[3]]), title[:m[0]]
	}
	return "", title
}

// plainTitle is a title without the words that are not part of it: a closing "Outline",
// a reference number, and the edition in front of a reference number.
func plainTitle(written, known string) (title, reference string) {
	title = strings.TrimSpace(outlineWord.ReplaceAllString(written, ""))
	reference, rest := splitReference(title)
	if reference == "" {
		if forum, _, behind := editionInHeading(title); forum != "" {
			reference, rest = splitReference(behind)
		}
	}
	if reference != "" {
		title = rest
	} else {
		reference = known
	}
	if title == "" {
		title = written
	}
	return title, reference
}

// editionInHeading finds "IGF 2023" or "2023 IGF" at the beginning of a heading and
// returns what follows.
func editionInHeading(text string) (forum string, year int, rest string) {
	if m := forumYear.FindStringSubmatch(text); m != nil {
		return m[1], atoi(m[2]), strings.TrimSpace(m[3])
	}
	if m := yearForum.FindStringSubmatch(text); m != nil {
		return m[2], atoi(m[1]), strings.TrimSpace(m[3])
	}
	if m := hanYear.FindStringSubmatch(text); m != nil {
		return strings.TrimSpace(m[1]), atoi(m[2]), strings.TrimSpace(m[3])
	}
	return "", 0, text
}

var (
	hanYear   = regexp.MustCompile(`^(\p{Han}{2,20}\s*)((?:19|20)\d\d)\s*年?\s*(.*)$`)
	forumYear = regexp.MustCompile(`^(?:(?:the|le|la|el)\s+)?(\p{Lu}[\p{L}&'’.\-]*(?:\s+(?:\p{Lu}[\p{L}&'’.\-]*|of|on|for|the|and|de|la|sur|des?)){0,6})\s+((?:19|20)\d\d)\b\s*[:\-–—|]?\s*(.*)$`)
	yearForum = regexp.MustCompile(`^((?:19|20)\d\d)\s+(\p{Lu}[\p{L}&'’.\-]*)\s*[:\-–—|]?\s*(.*)$`)
	kindForm  = regexp.MustCompile(`(?i)^((?:[\p{L}\-]+\s+){0,3}?(?:sessions?|workshops?|ceremon(?:y|ies)|forums?|round ?tables?|dialogues?|panels?|plenar(?:y|ies)|events?|talks?))\b`)
)

// sessionKind is the kind of session a heading speaks of, in its own words and in the
// singular: "Main Sessions" and "Main Session on Human Rights" give "Main Session".
func sessionKind(text string) string {
	m := kindForm.FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	kind := strings.Join(strings.Fields(m[1]), " ")
	switch lower := strings.ToLower(kind); {
	case strings.HasSuffix(lower, "ies"):
		return kind[:len(kind)-3] + "y"
	case strings.HasSuffix(lower, "s"):
		return kind[:len(kind)-1]
	}
	return kind
}

func atoi(s string) int {
	n := 0
	for i := range len(s) {
		n = n*10 + int(s[i]-'0')
	}
	return n
}

// isHeading reports whether a block looks like the title of something: short, with a
// capital, without the end of a sentence. next is the block after it, nil at the end.
func (r *reader) isHeading(b, next *block) bool {
	if b.level > 0 {
		return true
	}
	n := utf8.RuneCountInString(b.text)
	if b.marker != "" || len(b.lines) > 3 || n > 200 || n < 3 || !startsUpper(b.text) || endsOpen(b.text) {
		return false
	}
	if !strings.ContainsFunc(b.text, unicode.IsLetter) || !hasCase(b.text) && n > 60 {
		return false
	}
	words := len(strings.Fields(b.text))
	if terminal(b.text) {
		switch lastRune(strings.TrimRightFunc(b.text, isCloser)) {
		case '?', '!', '？', '！', '؟':
		default:
			return false
		}
		return words <= 30 && next != nil && (titleLike(b.text) || b.gap > 0 && len(next.text) > len(b.text))
	}
	return titleLike(b.text) || words <= 14
}
