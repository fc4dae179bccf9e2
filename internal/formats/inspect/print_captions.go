package inspect

import (
	"strings"

	"plenary/internal/formats/captions"
)

// printCaptions shows the cues of a file of captions, and what was mended in it.
func (r *Reading) printCaptions(p *printed) {
	f := r.Captions
	p.Group, p.Confidence, p.Language, p.Untimed, p.Cues = "captions", 1, f.Lang, f.Untimed, captions.JSONCues(f.Cues)
	if f.Kind == captions.Plain {
		p.Confidence = 0.8 // nothing in such a text says what it is
	}
	speakers := map[string]bool{}
	words := 0
	for _, c := range f.Cues {
		if c.Speaker != "" {
			speakers[c.Speaker] = true
		}
		words += len(strings.Fields(c.Text))
	}
	for _, n := range f.Notes {
		x := finding{Code: n.Code, Outcome: "mended", Args: n.Args}
		if n.Line > 0 {
			x.Place = &place{Line: n.Line}
		}
		p.Findings = append(p.Findings, x)
	}
	p.Counts = map[string]int{"cues": len(f.Cues), "speakers": len(speakers), "words": words, "findings": len(p.Findings)}
	if n := len(f.Cues); n > 0 {
		p.Counts["seconds"] = int(f.Cues[n-1].End.Seconds())
	}
}
