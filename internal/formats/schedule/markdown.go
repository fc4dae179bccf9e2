package schedule

import (
	"regexp"
	"strings"
)

var (
	mdHeading  = regexp.MustCompile(`^\s{0,3}#{1,6}\s+(.*?)\s*#*\s*$`)
	mdQuote    = regexp.MustCompile(`^\s{0,3}(?:>\s?)+`)
	mdBullet   = regexp.MustCompile(`^(\s*)[*+-]\s+`)
	mdUnder    = regexp.MustCompile(`^\s{0,3}(?:=+|-{2,})\s*$`)
	mdLink     = regexp.MustCompile(`(!?)\[([^\[\]]*)\]\(\s*<?([^()\s<>]*(?:\([^()\s]*\)[^()\s<>]*)*)>?(?:\s+["'][^"'\n]*["'])?\s*\)`)
	mdAddress  = regexp.MustCompile(`<((?:https?://|mailto:)[^<>\s]+)>`)
	mdCode     = regexp.MustCompile("`([^`\n]+)`")
	mdStrong   = regexp.MustCompile(`\*\*(\S|\S[^*\n]*\S)\*\*`)
	mdStrong2  = regexp.MustCompile(`(^|[\s(\["'*])__(\S|\S[^_\n]*\S)__($|[\s.,;:!?)\]"'*])`)
	mdEmphasis = regexp.MustCompile(`(^|[\s(\["'_])\*([^\s*]|[^\s*][^*\n]*[^\s*])\*($|[\s.,;:!?)\]"'_])`)
	mdUnderl   = regexp.MustCompile(`(^|[\s(\["'])_([^\s_]|[^\s_][^_\n]*[^\s_])_($|[\s.,;:!?)\]"'])`)
	mdStrike   = regexp.MustCompile(`~~(\S|\S[^~\n]*\S)~~`)
	mdEscape   = regexp.MustCompile("\\\\([\\\\`*_{}\\[\\]()#+.!>~|-])")
)

// stripMarkdown takes off the signs of Markdown and leaves the lines as they are.
func stripMarkdown(s string) string {
	var out []string
	fenced := false
	for line := range strings.SplitSeq(s, "\n") {
		line = strings.TrimRight(line, "\r")
		bare := strings.TrimSpace(line)
		if strings.HasPrefix(bare, "```") || strings.HasPrefix(bare, "~~~") {
			fenced = !fenced
			continue
		}
		if fenced {
			out = append(out, line)
			continue
		}
		if rule(bare) || mdUnder.MatchString(line) && len(out) > 0 && strings.TrimSpace(out[len(out)-1]) != "" {
			out = append(out, "")
			continue
		}
		line = mdQuote.ReplaceAllString(line, "")
		if m := mdHeading.FindStringSubmatch(line); m != nil {
			line = m[1]
		}
		line = mdBullet.ReplaceAllString(line, "$1- ")
		out = append(out, stripWords(line))
	}
	return strings.Join(out, "\n")
}

// rule tells a horizontal rule: three or more of one sign.
func rule(bare string) bool {
	if len(bare) < 3 || !strings.ContainsRune("-*_", rune(bare[0])) {
		return false
	}
	signs := strings.Count(bare, bare[:1])
	return signs >= 3 && signs+strings.Count(bare, " ") == len(bare)
}

// stripWords takes off what Markdown does inside a line.
func stripWords(line string) string {
	if !strings.ContainsAny(line, "*_`[]<~\\") {
		return line
	}
	line = mdLink.ReplaceAllStringFunc(line, func(m string) string {
		p := mdLink.FindStringSubmatch(m)
		words, to := strings.TrimSpace(p[2]), p[3]
		switch {
		case p[1] == "!":
			return words
		case words == "":
			return to
		case !webLink.MatchString(to) || sameLink(words, to):
			return words
		}
		return words + " (" + to + ")"
	})
	line = mdAddress.ReplaceAllString(line, "$1")
	line = mdCode.ReplaceAllString(line, "$1")
	line = mdStrong.ReplaceAllString(line, "$1")
	for range 2 { // neighbours share the sign between them
		line = mdStrong2.ReplaceAllString(line, "$1$2$3")
		line = mdEmphasis.ReplaceAllString(line, "$1$2$3")
		line = mdUnderl.ReplaceAllString(line, "$1$2$3")
	}
	line = mdStrike.ReplaceAllString(line, "$1")
	return mdEscape.ReplaceAllString(line, "$1")
}
