package timetable

import (
	"cmp"
	"slices"
)

// merged brings spans into the order of time, and those that touch together.
func merged(spans []Span) []Span {
	list := slices.Clone(spans)
	slices.SortFunc(list, func(a, b Span) int { return cmp.Compare(a.From, b.From) })
	var out []Span
	for _, s := range list {
		switch n := len(out); {
		case s.From >= s.Until:
		case n > 0 && s.From <= out[n-1].Until:
			out[n-1].Until = max(out[n-1].Until, s.Until)
		default:
			out = append(out, s)
		}
	}
	return out
}

// shared is how many minutes two spans have in common; below 0 it is how far apart they are.
func shared(a, b Span) int { return min(a.Until, b.Until) - max(a.From, b.From) }

// covered is how many minutes of a span lie in spans, which do not overlap.
func covered(in []Span, s Span) int {
	n := 0
	for _, x := range in {
		n += max(0, shared(x, s))
	}
	return n
}

// within is the most that one of the spans covers of s.
func within(in []Span, s Span) int {
	n := 0
	for _, x := range in {
		n = max(n, shared(x, s))
	}
	return n
}
