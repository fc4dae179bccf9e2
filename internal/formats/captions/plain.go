package captions

import (
	"regexp"
	"strings"
	"time"
)

// stampAt finds a time at the beginning of a line: [00:12:03], (00:12:03.5), 00:12:03,
// 00:12:03 - 00:12:10. It must have seconds, or stand in brackets.
var stampAt = regexp.MustCompile(`^(?:[\[(](\d{1,3}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?)(?:\s*(?:-->|-|–|—)\s*(\d{1,3}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?))?[\])]|(\d{1,3}:\d{2}:\d{2}(?:[.,]\d{1,3})?)(?:\s*(?:-->|-|–|—)\s*(\d{1,3}:\d{2}:\d{2}(?:[.,]\d{1,3})?))?)(?:\s*[-–—:]?\s+|\s*$)`)

// turn is a run of text by one speaker in the plain text of a captioner.
type turn struct {
	speaker    string
	text       []string
	start, end time.Duration // -1: not said
	line       int
}

// stamped takes a time off the beginning of a line.
func stamped(line string) (start, end time.Duration, rest string, ok bool) {
	m := stampAt.FindStringSubmatch(line)
	if m == nil {
		return -1, -1, line, false
	}
	from, to := m[1]+m[3], m[2]+m[4]
	start, _, ok = clockTime(from)
	if !ok {
		return -1, -1, line, false
	}
	end = -1
	if to != "" {
		if d, _, good := clockTime(to); good {
			end = d
		}
	}
	return start, end, strings.TrimSpace(line[len(m[0]):]), true
}

// plain reads text with names in front of what is said; a paragraph without a name is
// by the same speaker. Times may stand in front of lines or on lines of their own.
func (b *builder) plain(text string, spread time.Duration) error {
	var turns []turn
	speaker, pending, pendingEnd := "", time.Duration(-1), time.Duration(-1)
	begun, blank, header := false, true, 0
	var loose []turn
	lines := strings.Split(text, "\n")
	top := headLines(lines)
	for i, raw := range lines {
		line := b.clean(i+1, escaped.Replace(raw))
		start, end, rest, isTime := stamped(line)
		if isTime {
			pending, pendingEnd, begun = start, end, true
			if rest == "" {
				blank = true
				continue
			}
			line = rest
		}
		if line == "" || strings.Trim(line, "-–—=_*·• ") == "" {
			blank = true
			continue
		}
		who, said, mark := label(line, true)
		if i < top {
			who, said, mark = "", line, false
		}
		switch {
		case who != "" || mark:
			speaker, begun = who, true
		case !begun && !isTime:
			if blank || len(loose) == 0 {
				loose = append(loose, turn{line: i + 1, start: -1, end: -1})
			}
			loose[len(loose)-1].text = append(loose[len(loose)-1].text, line)
			blank = false
			header++
			continue
		}
		if who != "" || mark || isTime || blank || len(turns) == 0 {
			turns = append(turns, turn{speaker: speaker, start: pending, end: pendingEnd, line: i + 1})
			pending, pendingEnd = -1, -1
		}
		if said != "" {
			turns[len(turns)-1].text = append(turns[len(turns)-1].text, said)
		}
		blank = false
	}
	if !begun {
		turns = loose // nobody is named: all of it is what was said
	} else if header > 0 {
		b.note(loose[0].line, NotePreamble, "Text", strings.Join(loose[0].text, " "), "Count", itoa(header))
	}
	turns = b.whole(turns)
	if len(turns) == 0 {
		return refuse(0, ErrNoCues)
	}
	return b.time(turns, spread)
}

// headLines is how many lines stand before the first time, where they look like the
// head of a document: few words and at most one that might name a speaker.
func headLines(lines []string) int {
	first, stamps, labels, runes := -1, 0, 0, 0
	for i, l := range lines {
		l = strings.TrimSpace(l)
		if _, _, _, ok := stamped(l); ok {
			if stamps++; first < 0 {
				first = i
			}
		}
		if first >= 0 {
			continue
		}
		runes += len([]rune(l))
		if who, _, mark := label(l, true); mark {
			labels += 2
		} else if who != "" {
			labels++
		}
	}
	if first < 0 || stamps < 3 || labels > 1 || runes > 500 {
		return 0
	}
	return first
}

// whole drops turns without words and divides those that are very long.
func (b *builder) whole(turns []turn) []turn {
	var out []turn
	for _, t := range turns {
		parts := divide(strings.Join(t.text, " "))
		if len(parts) > 1 {
			b.note(t.line, NoteLongText)
		}
		for i, p := range parts {
			if p == "" {
				if t.start >= 0 && i == 0 { // a name alone: its time is the next one's
					b.note(t.line, NoteEmptyCue, "Start", Stamp(t.start))
				}
				continue
			}
			n := turn{speaker: t.speaker, text: []string{p}, start: -1, end: -1, line: t.line}
			if i == 0 {
				n.start, n.end = t.start, t.end
			}
			out = append(out, n)
		}
	}
	return out
}

// time gives turns their times: those of the file, those between spread by the length
// of the text; without any, over the length that was asked for.
func (b *builder) time(turns []turn, length time.Duration) error {
	for _, t := range turns {
		b.timed = b.timed || t.start >= 0
	}
	if !b.timed && length <= 0 {
		b.note(0, NoteNoTimes)
		for _, t := range turns {
			b.cues = append(b.cues, Cue{Speaker: t.speaker, Text: t.text[0], Line: t.line})
			if len(b.cues) > MaxCues {
				return refuse(t.line, ErrTooMany)
			}
		}
		return nil
	}
	if !b.timed {
		b.timed, b.guess = true, true
		b.note(0, NoteSpread, "Length", Stamp(length))
		spreadTurns(turns, 0, length)
		return b.addAll(turns)
	}
	if turns[0].start < 0 {
		turns[0].start = 0
	}
	if turns[0].start >= 5*time.Hour {
		b.note(turns[0].line, NoteClock, "Start", Stamp(turns[0].start))
	}
	for i := 0; i < len(turns); {
		j := i + 1
		for j < len(turns) && turns[j].start < 0 {
			j++
		}
		until := turns[i].start + speech(turns[i:j])
		if j < len(turns) && turns[j].start > turns[i].start && (turns[j].start < until || turns[i].end < 0) {
			until = turns[j].start
		}
		if turns[i].end >= turns[i].start && turns[i].end >= 0 {
			until = turns[i].end
		}
		if j > i+1 {
			b.noteOnce(turns[i+1].line, NoteBetween)
		}
		spreadTurns(turns[i:j], turns[i].start, until)
		i = j
	}
	return b.addAll(turns)
}

// speech is how long it takes to say turns: about fifteen letters a second.
func speech(turns []turn) time.Duration {
	n := 0
	for _, t := range turns {
		n += len([]rune(t.text[0]))
	}
	return max(2*time.Second, time.Duration(n)*time.Second/15).Truncate(time.Millisecond)
}

// spreadTurns gives turns the span of time in proportion to their texts.
func spreadTurns(turns []turn, from, until time.Duration) {
	total := 0
	for _, t := range turns {
		total += len([]rune(t.text[0]))
	}
	done := 0
	for i := range turns {
		t := &turns[i]
		t.start = from + time.Duration(int64(until-from)/int64(total)*int64(done)).Truncate(time.Millisecond)
		done += len([]rune(t.text[0]))
		t.end = from + time.Duration(int64(until-from)/int64(total)*int64(done)).Truncate(time.Millisecond)
		if i == len(turns)-1 {
			t.end = until
		}
	}
}

func (b *builder) addAll(turns []turn) error {
	for _, t := range turns {
		if err := b.add(t.line, t.start, t.end, "", []piece{{speaker: t.speaker, text: t.text[0]}}); err != nil {
			return err
		}
	}
	return nil
}

// Speaks tells whether a text is one of speakers and what they say: at least three
// turns that begin with a name, and either most paragraphs are theirs or ">>" marks them.
func Speaks(data []byte) bool {
	text, _, err := decode(data)
	if err != nil {
		return false
	}
	named, paragraphs, marks, blank := 0, 0, 0, true
	for l := range strings.SplitSeq(text, "\n") {
		l = strings.TrimSpace(l)
		if l == "" {
			blank = true
			continue
		}
		_, _, rest, _ := stamped(l)
		who, said, mark := label(rest, false)
		if mark {
			marks++
		}
		if (who != "" || mark) && said != "" {
			named++
			paragraphs++
		} else if blank {
			paragraphs++
		}
		blank = false
	}
	return named >= 3 && (2*named > paragraphs || marks >= 3)
}
