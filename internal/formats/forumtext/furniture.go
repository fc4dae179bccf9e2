package forumtext

import (
	"regexp"
	"strings"
	"unicode"
)

var (
	pageNumber = regexp.MustCompile(`(?i)^(?:[-–—|]\s*)?(?:(?:page|página|pagina|seite|p\.|страница|стр\.|صفحة)\s*)?\d{1,4}(?:\s*(?:of|/|de|sur|von|из|من)\s*\d{1,4})?(?:\s*[-–—|])?$`)
	ruleLine   = regexp.MustCompile(`^(?:[=\-_*~#–—·.•]\s*){3,}$`)
	digitRun   = regexp.MustCompile(`\d+`)
)

// markOutside finds the lines that are no part of the running text: page numbers,
// rules, running heads, bare addresses. What follows them is marked as standing after a
// page break, so that a sentence can go on behind them.
func (r *reader) markOutside() {
	heads := r.runningHeads()
	inURL := false
	for i := range r.lines {
		l := &r.lines[i]
		if l.blank() {
			inURL = false
			continue
		}
		switch {
		case l.outside:
			inURL = false
		case onlyURL.MatchString(l.text) || inURL && urlTail.MatchString(l.text) && l.marker == "":
			r.setAside(i, UseLink)
			inURL = true
		case l.isFurniture() || heads[headKey(l)]:
			r.setAside(i, UseFurniture)
			inURL = false
		default:
			inURL = false
		}
	}
	r.carryBreaks()
}

func (r *reader) setAside(i int, use Use) {
	r.lines[i].outside = true
	r.uses[i] = use
}

func (l *line) isFurniture() bool {
	if l.level > 0 {
		return l.text == ""
	}
	if l.marker != "" {
		return isDash(l.marker) && strings.HasSuffix(l.text, l.marker) && pageNumber.MatchString(l.marker+" "+l.text) ||
			!hasWord(l.text) && l.text != ""
	}
	return pageNumber.MatchString(l.text) || ruleLine.MatchString(l.text) || !hasWord(l.text)
}

func hasWord(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

func headKey(l *line) string {
	return digitRun.ReplaceAllString(l.text, "0")
}

// runningHeads finds short lines that come back beside page breaks: at least three
// times, each time next to a page number or a form feed.
func (r *reader) runningHeads() map[string]bool {
	count, beside := map[string]int{}, map[string]int{}
	for i := range r.lines {
		l := &r.lines[i]
		if l.blank() || l.marker != "" || l.width > 100 {
			continue
		}
		if lab, _ := readLabel(l.text); lab != noLabel || pageNumber.MatchString(l.text) {
			continue
		}
		key := headKey(l)
		count[key]++
		if r.besideBreak(i) {
			beside[key]++
		}
	}
	heads := map[string]bool{}
	for key, n := range count {
		if n >= 3 && beside[key] == n {
			heads[key] = true
		}
	}
	return heads
}

// besideBreak looks at the nearest lines that are not blank, up to four lines away.
func (r *reader) besideBreak(i int) bool {
	if r.lines[i].broken {
		return true
	}
	for _, step := range []int{-1, 1} {
		for j := i + step; j >= 0 && j < len(r.lines) && j-i <= 4 && i-j <= 4; j += step {
			l := &r.lines[j]
			if l.blank() {
				continue
			}
			if l.marker == "" && pageNumber.MatchString(l.text) || l.marker != "" && hasWord(l.text) && l.isFurniture() || step > 0 && l.broken {
				return true
			}
			break
		}
	}
	return false
}

// carryBreaks hands the break of lines set aside on to the next line of running text.
func (r *reader) carryBreaks() {
	broken, gap := false, 0
	for i := range r.lines {
		l := &r.lines[i]
		if l.blank() {
			continue
		}
		if l.outside {
			broken = true
			gap = max(gap, l.gap)
			continue
		}
		l.broken = l.broken || broken
		l.gap = max(l.gap, gap)
		broken, gap = false, 0
	}
}

var herePointer = regexp.MustCompile(`(?i)(?:^|[\s(])(?:here|this link|ici|aquí|здесь|هنا)[\s.:!)]*(?:\(?<?(?:https?://|www\.)\S+>?\)?)?[\s.]*$`)

var hanPointer = regexp.MustCompile(`(?:查看|点击|點擊|页面|頁面|访问|链接|详情).*(?:这里|這裡|此处|此處)|(?:这里|此处).*(?:查看|点击|访问)`)

var pointerVerb = regexp.MustCompile(`(?i)\b(?:available|click|read|find|found|see|watch|register|follow|download|visit|view|more|page|details|information|join|add|access|recording|disponible|lire|voir|leer|ver)\b`)

// hintsAtLink is a cheap look for the words without which no text is a pointer.
func hintsAtLink(text string) bool {
	for _, word := range [...]string{"ere", "ink", "ci", "quí", "десь", "هنا", "里", "裡", "处", "處", "ERE", "INK", "CI", "ДЕСЬ"} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

// isPointer reports the text of a link that only says where something can be read:
// "The session page is available here". The address was lost when the text was copied,
// or stands behind it.
func isPointer(text string) bool {
	if len(text) > 240 || !hintsAtLink(text) || len(strings.Fields(text)) > 24 || !startsUpper(text) || len(sentenceSpans(text)) > 1 {
		return false
	}
	if hanPointer.MatchString(text) {
		return true
	}
	return herePointer.MatchString(text) && (!isASCII(text) || pointerVerb.MatchString(text))
}
