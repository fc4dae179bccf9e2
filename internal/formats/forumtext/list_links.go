package forumtext

import (
	"regexp"
	"strings"
)

// namesLink reports a short line that is no more than the text of a link, with or
// without a few words around it. A label with its value ("Room: …") is none.
func (r *reader) namesLink(b *block) bool {
	words := len(strings.Fields(b.text))
	if words > 8 || terminal(b.text) {
		return false
	}
	if lab, text := readLabel(b.text); lab != noLabel && text.text != "" {
		return false
	}
	l := &r.lines[b.lines[0]]
	return l.linked == 0 || l.linked*2 >= words
}

var calendarLink = regexp.MustCompile(`(?i)\.ics\b|^webcal:|calendar|/ical|addtocal`)

// pageLink chooses the address of a session's page from the links of one line: the first
// that is no entry for a calendar; "" when all are.
func pageLink(links []string) string {
	for _, l := range links {
		if !calendarLink.MatchString(l) {
			return l
		}
	}
	return ""
}

// titleLinks takes the address that a session's title itself links to, where the text
// gives no other.
func (r *reader) titleLinks() {
	for i := range r.doc.Sessions {
		s := &r.doc.Sessions[i]
		if s.URL.Text != "" || s.TitlePlace.Line == 0 {
			continue
		}
		for k := s.TitlePlace.Line; k <= s.TitlePlace.EndLine; k++ {
			if links := r.lines[k-1].links; pageLink(links) != "" {
				s.URL = Placed{strings.TrimRight(pageLink(links), ".,;)>"+string(softHyphen)), Place{k, k}}
				break
			}
		}
	}
}
