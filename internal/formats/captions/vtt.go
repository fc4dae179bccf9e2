package captions

import (
	"strings"
)

// vtt reads WebVTT. Notes, styles and regions are left out.
func (b *builder) vtt(text string) error {
	lines := strings.Split(text, "\n")
	i := 0
	for i < len(lines) && strings.TrimSpace(lines[i]) == "" {
		i++
	}
	if i == len(lines) {
		return refuse(0, ErrEmpty)
	}
	if head := lines[i]; head != "WEBVTT" && !strings.HasPrefix(head, "WEBVTT ") && !strings.HasPrefix(head, "WEBVTT\t") {
		return refuse(i+1, ErrHeader, head)
	}
	if i > 0 {
		b.note(1, NoteBlankTop)
	}
	b.timed = true
	i++
	// The header: lines of metadata until an empty line.
	for ; i < len(lines) && strings.TrimSpace(lines[i]) != "" && !strings.Contains(lines[i], "-->"); i++ {
		if key, value, ok := strings.Cut(lines[i], ":"); ok && strings.EqualFold(strings.TrimSpace(key), "language") {
			b.language(i+1, value)
		}
	}
	if i < len(lines) && strings.Contains(lines[i], "-->") && i > 0 && lines[i-1] != "" {
		b.note(i+1, NoteBlankTop) // the first cue follows the header without an empty line
	}
	for i < len(lines) {
		line := lines[i]
		first := strings.TrimSpace(line)
		switch {
		case first == "":
			i++
		case strings.Contains(line, "-->"):
			next, err := b.cue(lines, i, false)
			if err != nil {
				return err
			}
			i = next
		case first == "NOTE" || strings.HasPrefix(line, "NOTE ") || strings.HasPrefix(line, "NOTE\t"):
			for i < len(lines) && strings.TrimSpace(lines[i]) != "" {
				i++
			}
		case first == "STYLE":
			i = styleEnd(lines, i+1)
		case first == "REGION" || strings.HasPrefix(first, "Region:"):
			for i < len(lines) && strings.TrimSpace(lines[i]) != "" && !strings.Contains(lines[i], "-->") {
				i++
			}
		case i+1 < len(lines) && strings.Contains(lines[i+1], "-->"):
			i++ // the cue's own name
		default:
			b.note(i+1, NoteLoose, "Text", first)
			for i < len(lines) && strings.TrimSpace(lines[i]) != "" && (i+1 >= len(lines) || !strings.Contains(lines[i+1], "-->")) {
				i++
			}
		}
	}
	return nil
}

func (b *builder) language(line int, tag string) {
	if l := Base(tag); l != "" && b.lang == "" {
		b.lang = l
		b.note(line, NoteLanguage, "Lang", l)
	}
}

// styleEnd is the line after a block of styles: an empty line ends it, unless a brace
// is open.
func styleEnd(lines []string, i int) int {
	depth := 0
	for ; i < len(lines) && !strings.Contains(lines[i], "-->"); i++ {
		if strings.TrimSpace(lines[i]) == "" && depth <= 0 {
			break
		}
		depth += strings.Count(lines[i], "{") - strings.Count(lines[i], "}")
	}
	return i
}

// cue reads a cue that begins at the line of its times, and gives the line after it.
func (b *builder) cue(lines []string, i int, srt bool) (int, error) {
	at := i + 1
	sp, ok := arrow(lines[i])
	switch {
	case sp.bad != "":
		return 0, refuse(at, ErrTime, sp.bad)
	case !ok:
		return 0, refuse(at, ErrArrow, lines[i])
	case !sp.exact:
		b.noteOnce(at, NoteNoMillis, "Text", strings.TrimSpace(lines[i]))
	}
	var text []string
	for i++; i < len(lines); i++ {
		l := lines[i]
		if strings.TrimSpace(l) == "" || strings.Contains(l, "-->") {
			break
		}
		if i+1 < len(lines) && strings.Contains(lines[i+1], "-->") {
			if _, digits := number(strings.TrimSpace(l)); digits || !srt && len(text) > 0 && !strings.ContainsAny(l, " .") {
				break // the name of the next cue, which no empty line precedes
			}
		}
		text = append(text, l)
	}
	return i, b.add(at, sp.start, sp.end, sp.settings, b.pieces(at, strings.Join(text, "\n")))
}
