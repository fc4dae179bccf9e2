package schedule

import (
	"slices"
	"strings"
)

const (
	maxFindingEvents = 20  // keys that a finding lists
	maxFindingsAlike = 200 // findings with one code; the last counts all that follow
)

// findings collects what was found; equal ones become one with a count.
type findings struct {
	list []Finding
	at   map[string]int // place in list by outcome, code and args
	last map[string]int // place in list of the latest with this code
	many map[string]int // how many have this code
}

func newFindings(list []Finding) *findings {
	return &findings{list: list, at: map[string]int{}, last: map[string]int{}, many: map[string]int{}}
}

// add notes a finding about the event with this key ("" for the whole file); args are
// pairs of name and value.
func (f *findings) add(o Outcome, code, event string, p Place, args ...string) {
	id := string(o) + "\x00" + code + "\x00" + p.Sheet + "\x00" + strings.Join(args, "\x00")
	i, ok := f.at[id]
	if !ok && f.many[code] >= maxFindingsAlike {
		i, ok = f.last[code], true
	}
	if !ok {
		n := Finding{Outcome: o, Code: code, Place: p}
		for a := 0; a+1 < len(args); a += 2 {
			if n.Args == nil {
				n.Args = map[string]string{}
			}
			n.Args[args[a]] = shorten(args[a+1])
		}
		i = len(f.list)
		f.list = append(f.list, n)
		f.at[id], f.last[code] = i, i
		f.many[code]++
	}
	n := &f.list[i]
	n.Count++
	if event != "" && len(n.Events) < maxFindingEvents && !slices.Contains(n.Events, event) {
		n.Events = append(n.Events, event)
	}
}

// shorten keeps a value that goes into a sentence readable.
func shorten(s string) string {
	s = cleanLine(s)
	if r := []rune(s); len(r) > 80 {
		return string(r[:79]) + "…"
	}
	return s
}
