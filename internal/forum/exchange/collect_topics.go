package exchange

import (
	"context"
	"maps"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/review"
	"plenary/internal/forum/topics"
	"plenary/internal/platform/record"
)

// topics is what curators made of the tags of the inputs, and what was decided about
// themes.
func (c *collector) topics(ctx context.Context) error {
	if err := c.take(ctx, topics.Shelf, []core.ID{c.set.ID}); err != nil {
		return err
	}
	if !c.all {
		if err := c.publicTags(); err != nil {
			return err
		}
	}
	handed, tags := c.have("proposals"), c.have("topic_tags")
	c.within("topic_places", "input", handed)
	c.forget("topic_clusters", "theme", c.have("themes"))
	c.forget("topic_decisions", "cluster", c.have("topic_clusters"))
	// A theme that was taken away stands on no page, nor does what was decided about it.
	c.within("topic_decisions", "theme", c.have("themes"))
	for _, r := range c.rows["topic_merges"] {
		list := in[[]topics.Moved](r, "moved")
		changed := false
		for i := range list {
			if list[i].From != "" && !tags[list[i].From] {
				list[i].From, changed = "", true
			}
		}
		if err := put(r, "moved", list, changed); err != nil {
			return err
		}
	}
	for _, r := range c.rows["topic_decisions"] {
		list := in[[]core.ID](r, "inputs")
		n := len(list)
		list = slices.DeleteFunc(list, func(id core.ID) bool { return !handed[id] })
		if err := put(r, "inputs", list, len(list) != n); err != nil {
			return err
		}
	}
	return nil
}

// put writes a value into a row where it changed.
func put(r record.Row, column string, v any, changed bool) (err error) {
	if changed {
		r[column], err = rawJSON(v)
	}
	return err
}

// publicTags keeps the tags that everybody sees who has the inputs of the package: the
// page shows more only of inputs that are merely counted, which are not in it.
func (c *collector) publicTags() error {
	spellings := map[core.ID][]topics.Spelling{}
	for _, r := range c.rows["topic_spellings"] {
		fold := str(r, "fold")
		spellings[idOf(r, "tag")] = append(spellings[idOf(r, "tag")], topics.Spelling{Fold: fold, Inputs: c.written[fold], Public: c.written[fold]})
	}
	open, heads := ids{}, map[string]bool{}
	c.drop("topic_tags", func(r record.Row) bool {
		tag := topics.Tag{Named: !in[core.Text](r, "name").IsZero(), Hidden: yes(r, "hidden"), Spellings: spellings[idOf(r, "id")]}
		if !tag.Shown() {
			return true
		}
		open.add(idOf(r, "id"))
		heads[str(r, "head")] = true
		return false
	})
	shown := map[string]bool{}
	c.drop("topic_spellings", func(r record.Row) bool {
		fold := str(r, "fold")
		shown[fold] = open[idOf(r, "tag")] && (heads[fold] || c.written[fold] > 0)
		return !shown[fold]
	})
	for _, r := range c.rows["topic_merges"] {
		list := in[[]topics.Moved](r, "moved")
		n := len(list)
		list = slices.DeleteFunc(list, func(m topics.Moved) bool { return !shown[m.Fold] })
		if err := put(r, "moved", list, len(list) != n); err != nil {
			return err
		}
	}
	c.drop("topic_merges", func(r record.Row) bool {
		return !open[idOf(r, "tag")] || r["undone"] != nil || len(in[[]topics.Moved](r, "moved")) == 0
	})
	return nil
}

// evaluation is how the proposals of the edition are judged: for the staff alone. Reviews
// that were not submitted are the reviewers' own.
func (c *collector) evaluation(ctx context.Context) error {
	if !c.all {
		return nil
	}
	if err := c.take(ctx, review.Shelf, columnIDs(c.rows, "calls", "id")); err != nil {
		return err
	}
	handed := c.have("proposals")
	for _, table := range []string{"review_conflicts", "review_bids", "review_assignments", "review_reviews", "review_remarks"} {
		c.within(table, "proposal", handed)
	}
	c.drop("review_reviews", func(r record.Row) bool { return str(r, "state") == review.Draft })
	asked := c.have("review_criteria")
	for _, r := range c.rows["review_reviews"] { // marks for what is no criterion any more count nowhere
		marks := in[map[core.ID]review.Mark](r, "marks")
		n := len(marks)
		maps.DeleteFunc(marks, func(id core.ID, _ review.Mark) bool { return !asked[id] })
		if err := put(r, "marks", marks, len(marks) != n); err != nil {
			return err
		}
	}
	return nil
}
