package exchange

import (
	"context"

	"plenary/internal/core"
	"plenary/internal/forum/opinions"
	"plenary/internal/platform/record"
	"plenary/internal/solve/opinion"
)

// polls are the polls of opinion of the edition with their statements. Votes are secret:
// also a package with everything holds them only as the room publishes them, without
// names and only where enough people have voted. The salt that hides their order never
// leaves.
func (c *collector) polls(ctx context.Context) error {
	list, err := c.list(ctx, "SELECT id FROM opinion_polls WHERE scope = ?", c.set.Scope())
	if err != nil {
		return err
	}
	if err := c.take(ctx, opinions.Shelf, list); err != nil {
		return err
	}
	if !c.all {
		c.publicPolls()
	}
	accepted, votes := map[core.ID][]int{}, map[core.ID][]opinions.Cast{}
	for _, r := range c.rows["opinion_statements"] {
		if str(r, "state") == opinions.Accepted {
			accepted[idOf(r, "poll")] = append(accepted[idOf(r, "poll")], int(num(r, "number")))
		}
	}
	for _, r := range c.rows["opinion_votes"] {
		v := opinions.Cast{Voter: idOf(r, "account"), Statement: int(num(r, "statement")), Vote: opinion.Vote(num(r, "vote"))}
		votes[idOf(r, "poll")] = append(votes[idOf(r, "poll")], v)
	}
	c.rows["opinion_votes"] = nil
	for _, r := range c.rows["opinion_polls"] {
		id := idOf(r, "id")
		for _, v := range opinions.Ballot(str(r, "salt"), accepted[id], votes[id]) {
			c.rows["opinion_votes"] = append(c.rows["opinion_votes"], record.Row{
				"poll": string(id), "account": string(v.Voter), "statement": int64(v.Statement), "vote": int64(v.Vote),
			})
		}
	}
	return nil
}

// publicPolls keeps the polls that were announced, with the statements on which people
// vote: no trace is left of what was proposed and not taken.
func (c *collector) publicPolls() {
	open, last := ids{}, map[core.ID]int64{}
	c.drop("opinion_polls", func(r record.Row) bool {
		if yes(r, "published") {
			open.add(idOf(r, "id"))
		}
		return !yes(r, "published")
	})
	c.drop("opinion_statements", func(r record.Row) bool {
		poll := idOf(r, "poll")
		if !open[poll] || str(r, "state") != opinions.Accepted {
			return true
		}
		last[poll] = max(last[poll], num(r, "number"))
		return false
	})
	for _, r := range c.rows["opinion_polls"] {
		r["next"] = last[idOf(r, "id")] + 1
	}
}

// pollRelations are the tables of polls of opinion.
var pollRelations = []relation{
	{name: "opinion_polls", key: []string{"id"}, unique: [][]string{{"ref"}}, edition: "scope", since: 2, columns: []column{
		id("id"), text("ref").must().such(addressPart), must("scope", "editions"), words("title"), words("about"), truth("published"), instant("opens"), instant("closes"),
		text("zone").such(zone), truth("proposals"), text("salt").here(), integer("next"), instant("created"), version,
	}},
	{name: "opinion_statements", key: []string{"id"}, unique: [][]string{{"poll", "number"}}, since: 2, columns: []column{
		id("id"), must("poll", "opinion_polls"), integer("number"), words("body"), text("author").here(),
		one("state", opinions.Waiting, opinions.Accepted, opinions.Rejected), prose("reason").kept(), instant("created"),
	}},
	// account is a participant without a name, as in the published matrix.
	{name: "opinion_votes", key: []string{"poll", "account", "statement"}, since: 2, columns: []column{
		must("poll", "opinion_polls"), text("account").such(nameless), integer("statement"), integer("vote"),
	}},
}

func nameless(s string) bool { return opinions.NamelessVoter(core.ID(s)) }
