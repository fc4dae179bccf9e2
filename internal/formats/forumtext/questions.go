package forumtext

import (
	"slices"
	"strconv"
	"strings"
)

// bulletLevel is one depth of a nested list: its column, its bullet, its questions so far.
type bulletLevel struct {
	indent int
	marker string
	count  int
}

const maxDepth = 6

// question reads one policy question into the tree of questions.
func (b *body) question(i int) {
	r, blk, s := b.r, b.r.blocks[i], b.s()
	asks := strings.ContainsAny(blk.text, "?？؟")
	if blk.marker != "" && !asks && b.personRun(i) {
		b.zone = labelAgenda
		b.agenda(i)
		return
	}
	if blk.marker == "" && !asks {
		b.zone = labelDescription
		b.describe(i)
		return
	}
	depth := b.depth(blk)
	list := &s.Questions
	for _, l := range b.levels[:depth] {
		if l.count == 0 || len(*list) == 0 {
			break
		}
		list = &(*list)[len(*list)-1].Under
	}
	b.levels[depth].count++
	number := make([]string, 0, depth+1)
	for _, l := range b.levels[:depth+1] {
		number = append(number, strconv.Itoa(l.count))
	}
	*list = append(*list, Question{Number: strings.Join(number, "."), Text: blk.text, Place: blk.place()})
	r.take(blk, UseQuestion)
}

// depth finds the level of an item by its column, and at the same column by its bullet:
// some programs keep only one of the two.
func (b *body) depth(blk *block) int {
	kind := blk.marker
	if strings.ContainsAny(kind, ").") {
		kind = "1"
	}
	for len(b.levels) > 0 {
		top := &b.levels[len(b.levels)-1]
		switch {
		case blk.indent > top.indent+1 && len(b.levels) < maxDepth && top.count > 0:
			b.levels = append(b.levels, bulletLevel{indent: blk.indent, marker: kind})
			return len(b.levels) - 1
		case blk.indent >= top.indent-1 && kind == top.marker:
			return len(b.levels) - 1
		case blk.indent >= top.indent-1 && !b.known(kind) && len(b.levels) < maxDepth && top.count > 0:
			b.levels = append(b.levels, bulletLevel{indent: blk.indent, marker: kind})
			return len(b.levels) - 1
		case len(b.levels) == 1:
			return 0
		}
		b.levels = b.levels[:len(b.levels)-1]
	}
	b.levels = append(b.levels, bulletLevel{indent: blk.indent, marker: kind, count: len(b.s().Questions)})
	return 0
}

func (b *body) known(kind string) bool {
	return slices.ContainsFunc(b.levels, func(l bulletLevel) bool { return l.marker == kind })
}
