package search

import (
	"slices"
	"unicode/utf8"
)

// slips is an automaton that knows the words near to one: with at most so many letters
// too many, missing, wrong, or changed with their neighbour. The dictionary of the index
// follows it and so never looks at the rest. (The library has one as well; it misses
// long words of scripts that take more than one byte a letter.)
//
// It is made as it is walked, and used by one goroutine.
type slips struct {
	word   []rune
	most   uint8
	states []slipState
	byKey  map[string]int
	next   map[slipStep]int
}

// slipState is what matters of the letters that were read: how far each beginning of
// the word is from them, the same before the last letter, that letter when the word has
// it, and the bytes of a letter that is not complete.
type slipState struct {
	row, before []uint8
	last        rune
	bytes       string
}

type slipStep struct {
	state int
	b     byte
}

const lost = 0 // the state that nothing leads out of

func newSlips(word string, most int) *slips {
	s := &slips{word: []rune(word), most: uint8(most), byKey: map[string]int{}, next: map[slipStep]int{}}
	row := make([]uint8, len(s.word)+1)
	for i := range row {
		row[i] = uint8(min(i, most+1))
	}
	s.states = append(s.states, slipState{}) // lost
	s.keep(slipState{row: row})
	return s
}

// keep gives the number of a state.
func (s *slips) keep(st slipState) int {
	key := string(st.row) + string(st.before) + string(st.last) + "|" + st.bytes
	n, ok := s.byKey[key]
	if !ok {
		n = len(s.states)
		s.states = append(s.states, st)
		s.byKey[key] = n
	}
	return n
}

// Start and the methods that follow are what the dictionary asks.
func (s *slips) Start() int { return 1 }

// IsMatch tells whether what was read is a word that is near.
func (s *slips) IsMatch(n int) bool {
	st := s.states[n]
	return n != lost && st.bytes == "" && st.row[len(s.word)] <= s.most
}

// CanMatch tells whether it may become one.
func (s *slips) CanMatch(n int) bool { return n != lost }

// WillAlwaysMatch is never so: words end.
func (s *slips) WillAlwaysMatch(int) bool { return false }

// Accept reads a byte.
func (s *slips) Accept(n int, b byte) int {
	if n == lost {
		return lost
	}
	step := slipStep{n, b}
	to, ok := s.next[step]
	if !ok {
		to = s.read(s.states[n], b)
		s.next[step] = to
	}
	return to
}

func (s *slips) read(st slipState, b byte) int {
	bytes := st.bytes + string([]byte{b})
	if !utf8.FullRuneInString(bytes) {
		st.bytes = bytes
		return s.keep(st)
	}
	r, _ := utf8.DecodeRuneInString(bytes)
	row := make([]uint8, len(st.row))
	far := s.most + 1
	row[0] = min(st.row[0]+1, far)
	least := row[0]
	for i, a := range s.word {
		cost := uint8(1)
		if a == r {
			cost = 0
		}
		d := min(st.row[i]+cost, st.row[i+1]+1, row[i]+1, far)
		if st.before != nil && i > 0 && s.word[i-1] == r && a == st.last {
			d = min(d, st.before[i-1]+1)
		}
		row[i+1] = d
		least = min(least, d)
	}
	if least >= far {
		return lost
	}
	to := slipState{row: row}
	if slices.Contains(s.word, r) {
		to.last, to.before = r, st.row
	}
	return s.keep(to)
}

// between is how many slips lie between the word and another; more than most when it
// is not near.
func (s *slips) between(term string) int {
	n := s.Start()
	for i := range len(term) {
		if n = s.Accept(n, term[i]); n == lost {
			return int(s.most) + 1
		}
	}
	if !s.IsMatch(n) {
		return int(s.most) + 1
	}
	return int(s.states[n].row[len(s.word)])
}
