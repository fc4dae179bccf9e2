package exchange

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/proposals"
	"plenary/internal/platform/record"
)

// inputs are the calls of the edition with what was handed in to them, and its cycle. A
// public package holds the calls that were announced, their forms in force, and those
// proposals that everybody may read now.
func (c *collector) inputs(ctx context.Context) error {
	var list []calls.Call
	if err := c.q.NewSelect().Model(&list).Where("ca.edition = ?", c.set.ID).OrderExpr("ca.id").Scan(ctx); err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(x calls.Call) bool {
		return !c.all && !calls.Policies[0].Can("see", x.State(c.now), core.RoleVisitor)
	})
	kept, of := ids{}, map[core.ID]calls.Call{}
	for _, x := range list {
		kept.add(x.ID)
		of[x.ID] = x
	}
	if err := c.take(ctx, calls.Shelf, kept.list()); err != nil {
		return err
	}
	if err := c.take(ctx, calls.CycleShelf, []core.ID{c.set.ID}); err != nil {
		return err
	}
	c.forget("cycle_steps", "call", kept)
	if !c.all {
		c.drop("call_forms", func(r record.Row) bool { return num(r, "number") == 0 })
	}
	if err := c.before(ctx, kept); err != nil {
		return err
	}
	return c.handedIn(ctx, of)
}

// before names the calls of other editions to which those of the package go back, those
// that may be known of.
func (c *collector) before(ctx context.Context, kept ids) error {
	far := ids{}
	for _, id := range columnIDs(c.rows, "calls", "previous") {
		if !kept[id] {
			far.add(id)
		}
	}
	named := ids{}
	if len(far) > 0 {
		var list []struct {
			ID        core.ID   `bun:"id"`
			Title     core.Text `bun:"title"`
			Published bool      `bun:"published"`
			Edition   core.ID   `bun:"edition"`
			Slug      string    `bun:"slug"`
			Open      string    `bun:"open_state"`
		}
		err := c.q.NewSelect().TableExpr("calls AS ca").Join("LEFT JOIN editions AS ed ON ed.id = ca.edition").
			ColumnExpr("ca.id, ca.title, ca.published, ca.edition, COALESCE(ed.slug, '') AS slug, COALESCE(ed.state, '') AS open_state").
			Where("ca.id IN (?) AND ca.edition <> ?", bun.List(far.list()), c.set.ID).OrderExpr("ca.id").Scan(ctx, &list)
		if err != nil {
			return err
		}
		for _, x := range list {
			open := x.Published && (x.Edition == "" || editions.CanSee(core.Visitor, editions.Edition{ID: x.Edition, State: x.Open}))
			if !c.all && !open {
				continue
			}
			title, err := rawJSON(x.Title)
			if err != nil {
				return err
			}
			named.add(x.ID)
			c.rows[otherThings] = append(c.rows[otherThings], record.Row{"id": string(x.ID), "kind": otherInput, "edition": x.Slug, "title": title})
		}
	}
	named.add(kept.list()...)
	c.forget("calls", "previous", named)
	return nil
}

// handedIn are the proposals of calls that were handed in. What was never, is somebody's
// own.
func (c *collector) handedIn(ctx context.Context, of map[core.ID]calls.Call) error {
	kept, byID := ids{}, map[core.ID]proposals.Proposal{}
	for id, call := range of { // a dozen
		var list []proposals.Proposal
		if err := c.q.NewSelect().Model(&list).Where("pr.call = ? AND pr.state <> ?", id, proposals.StateDraft).Scan(ctx); err != nil {
			return err
		}
		for _, p := range list {
			if c.all || proposals.Open(p, call, c.now) {
				kept.add(p.ID)
				byID[p.ID] = p
			}
		}
	}
	if err := c.take(ctx, proposals.Shelf, kept.list()); err != nil {
		return err
	}
	c.forget("proposals", "copied_from", kept)
	c.within("proposal_merges", "other", kept)
	for _, r := range c.rows["proposal_offers"] {
		if str(r, "state") != proposals.OfferTaken {
			r["email"] = ""
		}
	}
	if !c.all {
		return c.publicProposals(byID)
	}
	for _, table := range []string{"proposals", "proposal_revisions"} {
		for _, r := range c.rows[table] {
			answers := in[calls.Answers](r, "answers")
			if noFiles(&answers) {
				continue
			}
			var err error
			if r["answers"], err = carriedAnswers(answers); err != nil {
				return err
			}
		}
	}
	return nil
}

// publicProposals leaves of proposals and their people what everybody may read.
func (c *collector) publicProposals(byID map[core.ID]proposals.Proposal) error {
	type version struct {
		call   core.ID
		number int
	}
	forms := map[version]calls.Form{}
	for _, r := range c.rows["call_forms"] {
		forms[version{idOf(r, "call"), int(num(r, "number"))}] = in[calls.Form](r, "form")
	}
	parties := map[core.ID][]proposals.Party{}
	for _, r := range c.rows["proposal_people"] {
		if of := idOf(r, "proposal"); !yes(r, "gone") {
			parties[of] = append(parties[of], proposals.Party{ID: idOf(r, "id"), Question: str(r, "question"), State: str(r, "state")})
		}
	}
	shown := ids{}
	c.written = map[string]int{}
	for _, r := range c.rows["proposals"] {
		p := byID[idOf(r, "id")]
		form := forms[version{p.Call, p.FormVersion}]
		answers, people := proposals.ForAll(p, form, parties[p.ID])
		for _, x := range people {
			shown.add(x.ID)
		}
		spelled := map[string]bool{}
		form.Each(func(_, _ int, q *calls.Question) {
			if q.Kind != calls.KindTags {
				return
			}
			for _, tag := range answers[q.Key].Many {
				if fold := core.Fold(tag); fold != "" && !spelled[fold] {
					spelled[fold] = true
					c.written[fold]++
				}
			}
		})
		var err error
		if r["answers"], err = carriedAnswers(answers); err != nil {
			return err
		}
	}
	c.within("proposal_people", "id", shown)
	return nil
}

// carriedAnswers are answers as a package carries them: without files, and without what
// is then empty.
func carriedAnswers(a calls.Answers) (any, error) {
	out := calls.Answers{}
	for key, x := range a {
		x.File = nil
		if !x.IsZero() {
			out[key] = x
		}
	}
	return rawJSON(out)
}

// rawJSON is a value as a row has it.
func rawJSON(v any) (any, error) {
	b, err := marshal(v)
	if err != nil {
		return nil, err
	}
	out, _ := canonical(b) // it was read out of the database
	return out, nil
}
