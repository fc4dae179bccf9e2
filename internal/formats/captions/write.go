package captions

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Head is what stands at the top of a written file.
type Head struct {
	Title string // one line
	Note  string // what a reader must know: that captions are no authoritative record
	Lang  string
}

// inOrder are the cues by their start, as the formats want them.
func inOrder(cues []Cue) []Cue {
	return slices.SortedStableFunc(slices.Values(cues), func(a, b Cue) int { return int(min(max(a.Start-b.Start, -1), 1)) })
}

// oneLine makes a line that can hold no arrow and no line end.
func oneLine(s string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(s), " "), "-->", "→")
}

var vttText = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// textLines are the lines of a cue: none is empty.
func textLines(s string) []string {
	var out []string
	for l := range strings.Lines(s) {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}

// VTT writes WebVTT: cues in order, each longer than nothing, speakers as voice tags.
func VTT(h Head, cues []Cue) []byte {
	var b strings.Builder
	b.WriteString("WEBVTT")
	if h.Title != "" {
		b.WriteString(" - " + oneLine(h.Title))
	}
	b.WriteString("\n")
	if h.Lang != "" {
		b.WriteString("Language: " + oneLine(h.Lang) + "\n")
	}
	if h.Note != "" {
		b.WriteString("\nNOTE\n" + oneLine(h.Note) + "\n")
	}
	n := 0
	for _, c := range inOrder(cues) {
		lines := textLines(c.Text)
		if len(lines) == 0 {
			continue
		}
		n++
		fmt.Fprintf(&b, "\n%d\n%s --> %s", n, Stamp(c.Start), Stamp(max(c.End, c.Start+time.Millisecond)))
		if s := settings(c.Settings); s != "" {
			b.WriteString(" " + s)
		}
		b.WriteString("\n")
		if c.Speaker != "" {
			speaker := vttText.Replace(oneLine(c.Speaker))
			if strings.HasSuffix(speaker, "--") {
				speaker += " " // or the tag ends in an arrow
			}
			b.WriteString("<v " + speaker + ">")
		}
		b.WriteString(vttText.Replace(strings.Join(lines, "\n")) + "\n")
	}
	return []byte(b.String())
}

// settings keeps those of a cue that WebVTT knows.
func settings(s string) string {
	var out []string
	for _, f := range strings.Fields(s) {
		name, value, ok := strings.Cut(f, ":")
		if ok && value != "" && slices.Contains([]string{"vertical", "line", "position", "size", "align"}, name) && !strings.ContainsAny(f, "<>&") && !strings.Contains(f, "-->") {
			out = append(out, f)
		}
	}
	return strings.Join(out, " ")
}

// SubRip writes SRT; it has no place for a note. Speakers stand in front of the text.
func SubRip(cues []Cue) []byte {
	var b strings.Builder
	n := 0
	for _, c := range inOrder(cues) {
		lines := textLines(strings.ReplaceAll(c.Text, "-->", "→"))
		if len(lines) == 0 {
			continue
		}
		n++
		if n > 1 {
			b.WriteString("\n")
		}
		comma := func(d time.Duration) string { return strings.Replace(Stamp(d), ".", ",", 1) }
		fmt.Fprintf(&b, "%d\n%s --> %s\n", n, comma(c.Start), comma(max(c.End, c.Start+time.Millisecond)))
		if c.Speaker != "" {
			b.WriteString(oneLine(c.Speaker) + ": ")
		}
		b.WriteString(strings.Join(lines, "\n") + "\n")
	}
	return []byte(b.String())
}

// Text writes plain text for reading: the time in brackets, the speaker, what she said.
// untimed leaves the times out.
func Text(h Head, cues []Cue, untimed bool) []byte {
	var b strings.Builder
	if h.Title != "" {
		b.WriteString(oneLine(h.Title) + "\n\n")
	}
	if h.Note != "" {
		b.WriteString(oneLine(h.Note) + "\n\n")
	}
	if !untimed {
		cues = inOrder(cues)
	}
	for _, c := range cues {
		text := strings.Join(textLines(c.Text), " ")
		if text == "" {
			continue
		}
		if !untimed {
			stamp := Stamp(c.Start)
			b.WriteString("[" + stamp[:len(stamp)-len(".000")] + "] ")
		}
		if c.Speaker != "" {
			b.WriteString(oneLine(c.Speaker) + ": ")
		}
		b.WriteString(text + "\n\n")
	}
	return []byte(b.String())
}

// JSONCue is a cue as written in JSON: times in seconds and as a stamp.
type JSONCue struct {
	Start   float64 `json:"start"`
	End     float64 `json:"end"`
	Time    string  `json:"time"`
	Speaker string  `json:"speaker,omitempty"`
	Text    string  `json:"text"`
	Line    int     `json:"line,omitempty"`
}

// JSONCues are cues in that form.
func JSONCues(cues []Cue) []JSONCue {
	out := make([]JSONCue, len(cues))
	for i, c := range cues {
		out[i] = JSONCue{Start: c.Start.Seconds(), End: c.End.Seconds(), Time: Stamp(c.Start), Speaker: c.Speaker, Text: c.Text, Line: c.Line}
	}
	return out
}
