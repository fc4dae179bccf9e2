package captions

import "strings"

// srt reads SubRip: numbers may be missing, decimal marks be comma or full stop, and
// coordinates follow the times. Text after an empty line belongs to the cue before it.
func (b *builder) srt(text string) error {
	lines := strings.Split(text, "\n")
	b.timed = true
	found := false
	for i := 0; i < len(lines); {
		line := strings.TrimSpace(lines[i])
		_, digits := number(line)
		switch {
		case line == "":
			i++
		case strings.Contains(line, "-->"):
			found = true
			next, err := b.cue(lines, i, true)
			if err != nil {
				return err
			}
			i = next
		case digits && nextIs(lines, i+1):
			i++
		case len(b.cues) > 0:
			last := &b.cues[len(b.cues)-1]
			more := b.pieces(i+1, lines[i])
			if len(more) == 1 && (more[0].speaker == "" || more[0].speaker == last.Speaker) && len([]rune(last.Text)) < maxText {
				b.note(i+1, NoteJoined, "Text", line)
				last.Text += "\n" + more[0].text
				last.Text = divide(last.Text)[0]
			} else {
				b.note(i+1, NoteLoose, "Text", line)
			}
			i++
		default:
			b.note(i+1, NoteLoose, "Text", line)
			i++
		}
	}
	if !found {
		return refuse(1, ErrNoCues)
	}
	return nil
}

// nextIs tells whether the next line that has anything on it is one of times, or there
// is none.
func nextIs(lines []string, i int) bool {
	for ; i < len(lines); i++ {
		if strings.TrimSpace(lines[i]) != "" {
			return strings.Contains(lines[i], "-->")
		}
	}
	return true
}
